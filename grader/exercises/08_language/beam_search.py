"""The best text that a beam finds, whose score is a mean."""

import numpy as np

from ..base import Case, Exercise, Number, Part, Record, Wholes, slips
from ._sampling import (
    LARGE,
    TIRING,
    beam_finds,
    five_tiring,
    hundreds_alike,
    hundreds_of_words,
    nine_tiring,
    single,
    spread,
    state_of,
    three_tiring,
)

STATE = Record({"h": "(1, H)", "c": "(1, H)"})
EDGES = frozenset({"edges"})
DRAWS = 20_000  # until a call is found that tells
CLEAR = 1e-9  # by which each choice of a beam has to be made: far more than rounding, which is each answer's own


def _arguments(rng, width, T, H, step=five_tiring, K=5, eos=None):
    return {
        "step": step,
        "start": rng.integers(0, K, size=1),
        "state": state_of(rng, 1, H),
        "width": width,
        "T": T,
        "eos": int(rng.integers(K)) if eos is None else eos,
    }


def _clear(args):
    """Whether no choice is one between equals, of which rounding would take one or the other."""
    gaps = []
    beam_finds(**args, gaps=gaps)
    return min(gaps, default=CLEAR) >= CLEAR


def _telling(rng, tells=lambda args, text: True, **options):
    """Draw arguments until what a beam finds with them tells what is asked for, and is clear."""
    for _ in range(DRAWS):
        args = _arguments(rng, **options)
        if tells(args, beam_finds(**args)) and _clear(args):
            return args
    raise AssertionError(f"none of {DRAWS} draws tells: {options}")


def _finds_more(args, text):
    """Whether it finds another text than the likeliest word each time, and than the largest sum."""
    if text[-1] != args["eos"] or not 1 < len(text) < args["T"]:
        return False
    greedy, by_sum = beam_finds(**args | {"width": 1}), beam_finds(**args, by_sum=True)
    return len({text, greedy, by_sum}) == 3


def _narrow(args, text):
    """Whether another width, by one to either side, finds another text."""
    return text not in {beam_finds(**args | {"width": args["width"] + k}) for k in (-1, 1)}


def _ends_before(args, text):
    """Whether a shorter text ends in eos."""
    return any(beam_finds(**args | {"T": t})[-1] == args["eos"] for t in range(1, len(text)))


def _cut(args, text):
    """Whether what it finds has T words, and no eos, though there are texts with one."""
    return args["eos"] not in text and _ends_before(args, text)


def _at_once(args, text):
    """Whether the best text is eos alone."""
    return text == (args["eos"],)


def _at_the_end(args, text):
    """Whether eos comes as the very last word that there is room for."""
    return len(text) == args["T"] and text[-1] == args["eos"]


def _late(args, text):
    """Whether the best text ends in eos, and later than another one does."""
    return 2 < len(text) < args["T"] and text[-1] == args["eos"] and _ends_before(args, text)


def _likelier(args, text):
    """Whether the largest sum, too, is that of a text that ends later than another one does."""
    lengths = []
    return len(beam_finds(**args, by_sum=True, lengths=lengths)) > min(lengths)


def _after_many(args, text):
    """Whether the best text ends when as many others have ended as the beam is wide."""
    lengths = []
    beam_finds(**args, lengths=lengths)
    return text[-1] == args["eos"] and sum(length < len(text) for length in lengths) >= args["width"]


def _ending_far(rng, **options):
    """Draw arguments of hundreds of words, of which one beyond 255 ends the best text."""
    for _ in range(DRAWS):
        args = _arguments(rng, step=hundreds_of_words, K=300, eos=777, **options)
        args["start"] = rng.integers(256, 300, size=1)
        far = [word for word in beam_finds(**args)[:-1] if word > 255]
        ending = args | {"eos": far[-1]} if far else None
        if ending and beam_finds(**ending)[-1] == far[-1] and _wide(ending) and _clear(ending):
            return ending
    raise AssertionError(f"none of {DRAWS} draws ends beyond 255")


def _wide(args):
    """Whether another text is found where words after the first are handed on as their last eight bits."""

    def step(ids, state):
        return args["step"](ids if ids is args["start"] else ids % 256, state)

    return beam_finds(**args | {"step": step}) != beam_finds(**args)


def _ending_early(rng, **options):
    """Draw arguments of hundreds of words, where one of the likeliest first words is an end, and not the best."""
    for _ in range(DRAWS):
        args = _arguments(rng, step=hundreds_of_words, K=300, **options)
        probs, _ = args["step"](args["start"], args["state"])
        args["eos"] = int(np.argsort(-probs[0])[1])
        if len(beam_finds(**args)) > 1 and _clear(args):
            return args
    raise AssertionError(f"in none of {DRAWS} draws a later text is better")


def cases(rng):
    three, nine = {"step": three_tiring, "K": 3}, {"step": nine_tiring, "K": 9}
    yield Case("small", _telling(rng, _finds_more, width=2, T=5, H=3, **three))
    yield Case("five words", _telling(rng, _finds_more, width=3, T=7, H=4))
    yield Case("another width finds another text", _telling(rng, _narrow, width=3, T=8, H=3))
    yield Case("a narrow beam", _telling(rng, _narrow, width=2, T=6, H=5))
    yield Case("a later end is better", _telling(rng, _late, width=4, T=7, H=2))
    yield Case("a late end is the best of many", _telling(rng, _after_many, width=2, T=9, H=3))
    yield Case("a later end is likelier", _telling(rng, _likelier, width=3, T=6, H=3))
    yield Case("words that never come", _telling(rng, _finds_more, width=4, T=6, H=4, **nine))
    yield Case("one number in a state", _telling(rng, _finds_more, width=3, T=6, H=1))
    yield Case("strided", _telling(rng, _finds_more, width=3, T=5, H=4), frozenset({"strided"}))
    yield Case("float32", single(_telling(rng, _finds_more, width=2, T=6, H=3)))
    yield Case("the likeliest word each time", _telling(rng, width=1, T=5, H=4), EDGES)
    yield Case("no end in time", _telling(rng, _cut, width=3, T=4, H=3), EDGES)
    yield Case("an end at once", _telling(rng, _at_once, width=3, T=5, H=3), EDGES)
    yield Case("an end with the last word", _telling(rng, _at_the_end, width=3, T=3, H=4), EDGES)
    yield Case("one word at most", _telling(rng, width=2, T=1, H=3), EDGES)
    yield Case("as wide as all texts", _telling(rng, _finds_more, width=300, T=5, H=2, **three), EDGES)
    yield Case("a word that never comes for an end", _telling(rng, width=3, T=5, H=4, eos=77), EDGES)
    zeros = {"state": (np.zeros((1, 3)), np.zeros((1, 3)))}
    yield Case("a state of zeros", _arguments(rng, width=3, T=6, H=3) | zeros, EDGES)
    yield Case("hundreds of words", _ending_far(rng, width=5, T=7, H=6), LARGE)
    yield Case("hundreds of words, and an early end", _ending_early(rng, width=3, T=5, H=5), LARGE)
    # No far-out state here: as long as h is all 1 and -1, the same words in another order are exactly as likely.
    alike = _telling(rng, width=2, T=160, H=3, step=hundreds_alike, K=300, eos=777)
    yield Case("a product that a float can't hold", alike, LARGE)
    yield Case("a large state", _far(rng, T=24, H=4, eos=77), LARGE)


def _far(rng, **options):
    """Draw arguments with a large c. One text at a time: with several, words in two orders would be as likely."""
    for _ in range(DRAWS):
        args = _arguments(rng, width=1, **options)
        h, c = args["state"]
        args["state"] = h, spread(rng, 900, 5e3, c.shape)
        if _clear(args):
            return args
    raise AssertionError(f"none of {DRAWS} draws is clear")


def other(case):
    """The case from another state."""
    h, c = case.args["state"]
    return Case(case.name, case.args | {"state": ((0.5 * h).astype(h.dtype), (0.6 * c).astype(c.dtype))}, case.tags)


GROW = "longer += [(total + np.log(p), [*ids, k], after) for k, p in enumerate(probs[0]) if p > 0]"
KEEP = r"longer.sort(key=lambda one: one[0], reverse=True)\n        kept = longer[:width]"
DONE = "finished += [one for one in kept if one[1][-1] == eos or t == T - 1]"
LEFT = "unfinished = [one for one in kept if one[1][-1] != eos]"
BEST = "total, ids, _ = max(finished, key=lambda one: one[0] / len(one[1]))"
RETURN = "return np.array(ids), total / len(ids)"
MISTAKES = slips(
    r"""
largest_sum: the finished text with the largest sum
    {"key=lambda one: one[0] / len(one[1]))": "key=lambda one: one[0])"}
    Each further word makes a sum smaller: short texts win because they are short.
    Look: By what are the finished texts judged in equation (eq:score)?
sum_for_score: the right text with its sum for a score
    {"total / len(ids)": "total"}
    The score is what the texts were judged by.
    Look: What stands before the sum in equation (eq:score)?
largest_sum_and_sum: the finished text with the largest sum, and that sum
    {"key=lambda one: one[0] / len(one[1]))": "key=lambda one: one[0])", "total / len(ids)": "total"}
    Each further word makes a sum smaller: short texts win because they are short.
    Look: What stands before the sum in equation (eq:score)?
eos_not_counted: a mean over the words without the end
    {"one[0] / len(one[1]))": "one[0] / max(len([k for k in one[1] if k != eos]), 1))",
        "total / len(ids)": "total / max(len([k for k in ids if k != eos]), 1)"}
    The end is a word that the model has to predict like any other, and its logarithm is in the sum.
    Look: What is L in equation (eq:score), and is eos one of the words?
start_counted: a mean over the words and the start
    {"one[0] / len(one[1]))": "one[0] / (len(one[1]) + 1))", "total / len(ids)": "total / (len(ids) + 1)"}
    The start was given, and has no probability.
    Look: What is L in equation (eq:score), and is start one of the words?
root_of_the_length: sums divided by the root of the length
    {"one[0] / len(one[1]))": "one[0] / np.sqrt(len(one[1])))", "total / len(ids)": "total / np.sqrt(len(ids))"}
    That is half-way between a sum and a mean, and is used too. Here it is the mean.
    Look: What stands before the sum in equation (eq:score)?
by_T: sums divided by T, whatever their length
    {"one[0] / len(one[1]))": "one[0] / T)", "total / len(ids)": "total / T"}
    All sums are divided by the same then, and short texts win because they are short.
    Look: What is L in equation (eq:score)?
in_bits: the right text with its score in bits
    {"total / len(ids)": "total / len(ids) / np.log(2)"}
    That is a logarithm to the base 2.
    Look: Which logarithm stands in equation (eq:score)?
to_base_ten: the right text with its score to the base 10
    {"total / len(ids)": "total / len(ids) / np.log(10)"}
    np.log is the natural logarithm.
    Look: Which logarithm stands in equation (eq:score)?
probability: the right text with the mean probability of a word for its score, the exponential of the mean
    {"total / len(ids)": "np.exp(total / len(ids))"}
    That is easier to read. Asked for is the mean of the logarithms itself, which is below 0.
    Look: What does equation (eq:score) take the mean of?
minus: the right text with the mean's sign turned
    {"total / len(ids)": "-total / len(ids)"}
    That is a loss, of which less is better. Of a score more is better.
    Look: Which sign has the sum in equation (eq:score)?
likeliest_word: the likeliest word each time
    {"kept = longer[:width]": "kept = longer[:1]"}
    That is a beam of width 1. A word that is a little less likely may lead to much likelier ones.
    Look: How many texts are kept in a round?
one_more: a beam that is wider by one
    {"longer[:width]": "longer[: width + 1]"}
    `width` texts are kept in a round.
    Look: How many texts are kept in a round?
least_likely: the least likely texts kept
    {", reverse=True": ""}
    sort goes from the smallest to the largest.
    Look: At which end of a sorted list do the likeliest stand?
for_each_beginning: the best of each beginning kept
    {"$keep": "$keep\n        if unfinished != [(0.0, [], state)]:\n            "
        "kept = [max((one for one in longer if one[1][:-1] == ids), key=lambda one: one[0]) "
        "for _, ids, _ in unfinished]"}
    Then no beginning is ever given up, and none goes on in two ways.
    Look: Step 2: among which texts are the best chosen?
finished_beside: ends put aside before the best are kept
    {"$keep": "longer.sort(key=lambda one: one[0], reverse=True)\n        "
        "ends = [one for one in longer if one[1][-1] == eos]\n        "
        "kept = ends + [one for one in longer if one[1][-1] != eos][:width]"}
    Then every text that could end does, however unlikely that is. Here an end has to be among the `width` best as well.
    Look: In which order do steps 2 and 3 come?
finished_in_the_beam: finished texts that keep their place in the beam
    {"kept = longer[:width]": "kept = longer[: width - len(finished)]"}
    Then the beam gets narrower with every text that has ended. In each round `width` are kept of those that went on.
    Look: Step 2: how many are kept, of which texts?
never_ended: texts that go on after their end
    {"$left": "unfinished = kept"}
    After eos nothing comes.
    Look: Which texts go on in step 3?
first_end: the first text that ends
    {"$done": "$done\n        if finished:\n            break"}
    Others that end later may have a larger mean.
    Look: When is the search over?
width_ends: the best when as many texts have ended as the beam is wide
    {"$done": "$done\n        if len(finished) >= width:\n            break"}
    Those that are not finished may get a larger mean yet.
    Look: When is the search over?
best_is_an_end: a search that is over when the best text of a round ends
    {"$done": "$done\n        if kept and kept[0][1][-1] == eos:\n            break"}
    Those that are not finished may get a larger mean yet.
    Look: When is the search over?
no_end_no_text: texts that end in eos alone, as long as there is one
    {"$best": "ended = [one for one in finished if one[1][-1] == eos] or finished\n    "
        "total, ids, _ = max(ended, key=lambda one: one[0] / len(one[1]))"}
    A text with T words is finished as well, and may win.
    Look: Which texts are finished in step 3?
last_round: the best of the longest texts
    {"$best": "total, ids, _ = max([one for one in finished if len(one[1]) == len(finished[-1][1])], "
        "key=lambda one: one[0] / len(one[1]))"}
    A text that has ended earlier may have a larger mean.
    Look: Among which texts is the best chosen at the end?
worst: the finished text with the smallest mean
    {"ids, _ = max(": "ids, _ = min("}
    Logarithms of probabilities are below 0, and the likeliest is nearest to 0.
    Look: Which of the finished texts wins?
no_eos: the right text without the end
    {"return np.array(ids)": "return np.array([k for k in ids if k != eos], dtype=int)"}
    The end is one of the words: with it, whoever reads them knows that the text has ended.
    Look: What does the docstring say of eos?
with_start: the start, and the right text after it
    {"return np.array(ids)": "return np.array([start[0], *ids])"}
    The start was given, and is not among the words that were found.
    Look: What does the docstring say of start?
turned: the right text from the last word to the first
    {"return np.array(ids)": "return np.array(ids[::-1])"}
    The first word comes first.
    Look: At which end of a text do you put the next word?
state_of_the_last: one state for all texts, that of the last that was asked about
    {"[*ids, k], after)": "[*ids, k], None)",
        "for total, ids, before in unfinished:": "for total, ids, _ in unfinished:\n            before = state",
        "            longer +=": "            state = after\n            longer +="}
    Each text has a memory of its own: what the model has read in one, it has not read in the others.
    Look: Which state does each text go on from?
states_by_place: texts that go on from the state of the beginning that stood at their place
    {"longer = []": "longer, afters = [], []",
        "            longer +=": "            afters.append(after)\n            longer +=",
        "kept = longer[:width]": "kept = [(one[0], one[1], afters[min(j, len(afters) - 1)]) "
        "for j, one in enumerate(longer[:width])]"}
    The best texts of a round come in another order than their beginnings, and two may come from one. The states have
    to come along.
    Look: From which beginning does each text that is kept come, and which state did that leave?
state_of_the_best: texts that all go on from the state of the best
    {"kept = longer[:width]": "kept = [(one[0], one[1], longer[0][2]) for one in longer[:width]]"}
    Each text has a memory of its own: what the model has read in one, it has not read in the others.
    Look: Which state does each text go on from?
state_lost: texts that go on from the state at the start each time
    {"[*ids, k], after)": "[*ids, k], before)"}
    The model then knows the last word alone, and forgets all that came before it.
    Look: Which state does each text go on from?
word_lost: texts that go on as if the start had come last
    {"np.array(ids[-1:]) if ids else start": "start"}
    What goes in is the last word of each text.
    Look: Which word goes into the step?
start_of_zeros: texts that begin as if word 0 had gone in first
    {"if ids else start": "if ids else np.zeros_like(start)"}
    What goes in first is an argument.
    Look: Which of the arguments is not used?
first_word: texts that go on as if their first word had come last
    {"ids[-1:]": "ids[:1]"}
    What goes in is the last word of each text.
    Look: Which word goes into the step?
probabilities_added: sums of probabilities
    {"total + np.log(p)": "total + p"}
    A text is as likely as the product of its words' probabilities, and a sum of logarithms is the logarithm of that.
    Look: What does the sum in equation (eq:score) add up?
last_word_alone: texts judged by their last word
    {"total + np.log(p)": "np.log(p)"}
    What came before it counts as well.
    Look: What does the sum in equation (eq:score) go over?
product: the logarithm of a product
    {"(0.0, [], state)": "(1.0, [], state)", "total + np.log(p)": "total * p",
        "one[0] / len(one[1]))": "one[0] ** (1 / len(one[1])))", "total / len(ids)": "float(np.log(total)) / len(ids)"}
    The product of many probabilities gets smaller than any number that a float can hold, and its logarithm is minus
    infinity. A sum of logarithms has no such end.
    Look: In which order does equation (eq:score) add up and take logarithms?
little_added: logarithms of probabilities with a little added
    {"np.log(p)": "np.log(p + 1e-8)"}
    That keeps from the logarithm of 0. But a word that has no probability can be left out, and all others change.
    Look: What stands under the logarithm in equation (eq:score)?
one_round_less: texts of no more than T - 1 words
    {"in range(T)": "in range(max(T - 1, 1))", "t == T - 1": "t == max(T - 1, 1) - 1"}
    A text may have T words, the start not among them.
    Look: How often does your loop go round?
one_round_more: texts of up to T + 1 words
    {"in range(T)": "in range(T + 1)", "t == T - 1": "t == T"}
    A text may have T words, the start not among them.
    Look: How often does your loop go round?
unfinished_dropped: an error where no text ends in time
    {"== eos or t == T - 1]": "== eos]"}
    A text with T words is finished as well, and may win.
    Look: Which texts are finished in step 3?
""",
    keep=KEEP,
    done=DONE,
    left=LEFT,
    best=BEST,
)

RIGHT = (
    # all texts of a round as one batch
    """def beam_search(step, start, state, width, T, eos):
    texts, totals, words, finished = [[]], np.zeros(1), start, []
    for t in range(1, T + 1):
        probs, state = step(words, state)
        with np.errstate(divide="ignore"):
            sums = totals[:, None] + np.log(probs)
        K = sums.shape[1]
        best = np.argsort(-sums.ravel(), kind="stable")[:width]
        parents, words, totals = best // K, best % K, sums.ravel()[best]
        texts = [texts[n] + [int(k)] for n, k in zip(parents, words)]
        done = (words == eos) | (t == T)
        finished += [(totals[n] / t, texts[n]) for n in np.flatnonzero(done)]
        texts = [text for text, over in zip(texts, done) if not over]
        h, c = state
        state = h[parents][~done], c[parents][~done]
        totals, words = totals[~done], words[~done]
        if not texts:
            break
    score, ids = max(finished)
    return np.array(ids), score
""",
    # the best one is kept as it goes
    """def beam_search(step, start, state, width, T, eos):
    best_ids, best_score = None, -np.inf
    beam = [([int(start[0])], 0.0, state)]
    while beam:
        candidates = []
        for words, total, at in beam:
            probs, new = step(np.array([words[-1]]), at)
            for k in range(probs.shape[1]):
                if probs[0, k] > 0:
                    candidates.append((words + [k], total + float(np.log(probs[0, k])), new))
        candidates = sorted(candidates, key=lambda c: -c[1])[:width]
        beam = []
        for words, total, at in candidates:
            L = len(words) - 1
            if words[-1] == eos or L == T:
                if total / L > best_score:
                    best_ids, best_score = words[1:], total / L
            else:
                beam.append((words, total, at))
    return np.array(best_ids), best_score
""",
    # by surprise, of which less is better
    """def beam_search(step, start, state, width, T, eos):
    import heapq
    live, done = [(0.0, (), state)], []
    for _ in range(T):
        every = []
        for nll, ids, at in live:
            word = np.array([ids[-1]]) if ids else start
            probs, after = step(word, at)
            for k, q in enumerate(probs.ravel().tolist()):
                every.append((nll - np.log(q) if q else np.inf, ids + (k,), after))
        live = []
        for one in heapq.nsmallest(width, every, key=lambda e: e[0]):
            (done if one[1][-1] == eos or len(one[1]) == T else live).append(one)
    nll, ids, _ = min(done, key=lambda one: one[0] / len(one[1]))
    return np.array(list(ids)), -nll / len(ids)
""",
)

EXERCISE = Exercise(
    name="beam_search",
    title="Several beginnings at once",
    arguments={
        "step": "a function",
        "start": "(1,)",
        "state": STATE,
        "width": "a whole number",
        "T": "a whole number",
        "eos": "a whole number",
    },
    returns=(Wholes("ids", "(L,)"), Number("score")),
    parts=(
        Part("the words and their score", points=3),
        Part("no end, an early one, and other widths", points=1, tags=EDGES),
        Part("hundreds of words, and long texts", points=1, tags=LARGE),
    ),
    difficulty=4,
    minutes=45,
    cases=cases,
    functions=TIRING,
    other=other,
    mistakes=MISTAKES,
    two_at_once=False,  # each of them asks the model hundreds of times
    right=RIGHT,
    hints=(
        "What do you have to know of each text that is not finished, to go on with it? Its words, the sum of its "
        "logarithms, and something else. Play two rounds with three words and width 2 on paper.",
        "Keep a list of (sum, words, state). In each round make a new list: for each text on it ask the step once, "
        "with its last word (start, if it has none yet) and its own state, and for each word put down the longer "
        "text with the new state. Sort by the sum, keep the first `width`, and divide them into finished ones and "
        "others. After the loop the finished one with the largest mean wins.",
        "For one text: probs, after = step(np.array(ids[-1:]) if ids else start, before), and for k, p in "
        "enumerate(probs[0]) a new (total + np.log(p), [*ids, k], after). Then longer.sort(key=lambda one: one[0], "
        "reverse=True) and longer[:width]. Finished is what ends in eos, and all in the last round.",
    ),
    explanation=(
        "The likeliest word now isn't always on the way to the likeliest text, and to try all texts takes K to the "
        "power of T. A beam looks at no more than width times K in a round. Nothing promises that the best is among "
        "them: a beginning that is given up doesn't come back."
    ),
)
