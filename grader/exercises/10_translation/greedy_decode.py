"""A translation word by word: the likeliest each time, until the end is said."""

import numpy as np

from ..base import Case, Exercise, Part, Record, Wholes, slips
from ._decoders import DECODERS, five_words, greedy, hundreds_of_words, nine_words, state_of, three_words
from ._draws import LARGE, LONG, single, spread


def _arguments(rng, N, T, H, step=five_words, K=5, ends=None, **given):
    """Draw a call; ``ends(lengths)`` has to be so of how many words come before each row's end, T where it has none."""
    while True:
        h, c = state_of(rng, N, H, size=2.0)
        bos, eos = (int(one) for one in rng.permutation(K)[:2])
        drawn = {"step": step, "state": (h, c), "bos": bos, "eos": eos, "T": T} | given
        said, gap = greedy(step, drawn["state"], drawn["bos"], T)
        lengths = np.where((said == drawn["eos"]).any(axis=1), np.argmax(said == drawn["eos"], axis=1), T)
        if gap > 1e-6 and (ends is None or ends(lengths)):
            return drawn


def _at_all_times(T):
    """Some row ends in the first half, some later, some never: what stops too early or too late shows."""
    return lambda lengths: 0 < lengths.min() < T // 2 and lengths.max() == T and len(set(lengths)) > 2


def cases(rng):
    yield Case("small", _arguments(rng, N=3, T=4, H=2, ends=lambda L: 0 < L.min() < 3 and L.max() == 4))
    yield Case("ends at all times", _arguments(rng, N=7, T=9, H=3, ends=_at_all_times(9)))
    yield Case("words that never come", _arguments(rng, N=6, T=8, H=5, step=nine_words, K=9, ends=_at_all_times(8)))
    yield Case("three words", _arguments(rng, N=8, T=6, H=2, step=three_words, K=3, ends=lambda L: L.max() == 6))
    yield Case("no end at all", _arguments(rng, N=3, T=6, H=4, step=nine_words, K=9, ends=lambda L: L.min() == 6))
    yield Case("all end early", _arguments(rng, N=2, T=12, H=3, ends=lambda L: L.max() < 5 and L.min() < L.max()))
    yield Case("an end at once", _arguments(rng, N=4, T=5, H=3, ends=lambda L: L.min() == 0 < L.max()))
    yield Case("an end that is the last word", _arguments(rng, N=4, T=5, H=3, ends=lambda L: 4 in L))
    yield Case("a mark that is the end", _arguments(rng, N=6, T=7, H=3, bos=2, eos=2, ends=lambda L: 0 < L.min() < 7))
    yield Case("an end that is 0", _arguments(rng, N=6, T=7, H=3, bos=3, eos=0, ends=lambda L: 0 < L.min() < 6))
    yield Case("as many rows as words", _arguments(rng, N=5, T=4, H=3, ends=lambda L: 0 < L.min() < 3))
    yield Case("as many rows as steps", _arguments(rng, N=6, T=6, H=2, ends=lambda L: 0 < L.min() < 5))
    yield Case("one row", _arguments(rng, N=1, T=9, H=4, ends=lambda L: 2 < L.max() < 7))
    yield Case("one word", _arguments(rng, N=6, T=1, H=3))
    yield Case("one number in a state", _arguments(rng, N=5, T=6, H=1, ends=lambda L: L.min() < L.max()))
    zeros = np.zeros((4, 3)), np.zeros((4, 3))
    yield Case("a state of zeros", _arguments(rng, N=4, T=7, H=3, step=nine_words, K=9, state=zeros))
    strided = _arguments(rng, N=6, T=7, H=3, ends=lambda L: 0 < L.min() < 5)
    yield Case("strided", strided, frozenset({"strided"}))
    halves = single({"state": state_of(rng, 5, 4)})
    yield Case("float32", _arguments(rng, N=5, T=6, H=4, **halves))
    many = _arguments(rng, N=5, T=8, H=6, step=hundreds_of_words, K=300, bos=298, eos=299, ends=lambda L: L.min() < 8)
    yield Case("hundreds of words to choose from", many, LARGE)
    yield Case("a large state", _held(rng, N=6, T=24, H=4), LARGE)
    long = _arguments(rng, N=5, T=300, H=5, step=nine_words, K=9, ends=lambda L: 0 < L.min() < L.max() == 300)
    yield Case("300 words", long, LONG)


def _held(rng, N, T, H):
    """Draw a large state that is told: cut off before the first step, or behind each, it has another text said."""

    def cut(state):
        return tuple(np.clip(one, -700, 700) for one in state)

    while True:
        drawn = _arguments(rng, N, T, H, state=(rng.normal(size=(N, H)), spread(rng, 900, 5e3, (N, H))))
        step, state, rest = drawn["step"], drawn["state"], (drawn["bos"], T)
        ends = {"once": (step, cut(state)), "each time": (lambda *now, step=step: _cut_behind(step, cut, *now), state)}
        words = _until(greedy(step, state, *rest)[0], drawn["eos"])
        if all(not np.array_equal(_until(greedy(*how, *rest)[0], drawn["eos"]), words) for how in ends.values()):
            return drawn


def _cut_behind(step, cut, ids, state):
    logits, state = step(ids, state)
    return logits, cut(state)


def _until(said, eos):
    """What is said, with eos from each row's first one on."""
    return np.where(np.cumsum(said == eos, axis=1) > 0, eos, said)


STEP = "logits, state = step(ids, state)"
LIKELIEST = "np.argmax(logits, axis=1)"
DONE = "done = done | (ids == eos)"
START = "done = np.zeros(len(ids), dtype=bool)"
MISTAKES = slips(
    r"""
start_each_time: words said after the mark each time
    {"step(ids, state)": "step(np.full(len(ids), bos), state)"}
    The decoder is never told what it has said.
    Look: Which word goes into the step at time t in equation (eq:greedy)?
state_lost: words said after the state in which it began each time
    {"logits, state = step": "logits, _ = step"}
    The decoder then knows its last word alone.
    Look: Which state goes into the step at time t in equation (eq:greedy)?
never_ended: rows that go on after their end
    {"np.where(done, eos, $likeliest)": "$likeliest"}
    After its end a translation says nothing more, and what comes then is noise.
    Look: What does equation (eq:greedy) say of the words after an end?
zeros_after_the_end: zeros after a row's end
    {"np.where(done, eos, ": "np.where(done, 0, "}
    0 is a word like the others. After its end a row goes on with eos.
    Look: What does the docstring say of the words after an end?
marks_after_the_end: the mark that it began with after a row's end
    {"np.where(done, eos, ": "np.where(done, bos, "}
    After its end a row goes on with eos.
    Look: What does the docstring say of the words after an end?
end_written_over: zeros in the place of an end and of all after it
    {"np.stack(said, axis=1)": "(lambda words: np.where(np.cumsum(words == eos, axis=1) > 0, 0, words))"
        "(np.stack(said, axis=1))"}
    The end is one of the words, and after it a row goes on with eos.
    Look: What does the docstring say of eos?
end_swallowed: the word before an end again, in the place of the end and after it
    {"ids = np.where(done, eos, $likeliest)": "last, ids = ids, $likeliest",
        "        $done": "        done = done | (ids == eos)\n        ids = np.where(done, last, ids)"}
    A row is marked as ended one word too early, and its end is never written down.
    Look: In which order do you look whether a row has ended, and write its word down?
ended_with_the_first: all rows at their end once one of them is
    {"$done": "done = done | (ids == eos).any()"}
    The others have not said theirs yet.
    Look: How many truth values does your function keep about ends, one or N?
ended_with_the_first_row: all rows at their end once the first one is
    {"$done": "done = done | (ids[0] == eos)"}
    The others have not said theirs yet.
    Look: How many truth values does your function keep about ends, one or N?
ended_with_the_last: rows that go on until all have said their end
    {"$done": "seen = np.array([*said, ids]) == eos\n        done = done | seen.any(axis=0).all()"}
    After its own end a row says nothing more, however long the others are.
    Look: How many truth values does your function keep about ends, one or N?
end_forgotten: rows that say something again two words after their end
    {"$done": "done = (ids == eos) & ~done"}
    Once a row is at its end it stays there.
    Look: What becomes of a row that was at its end one step before?
one_word_more: rows that say one word after their end
    {"        $done\n        said.append(ids)":
        "        said.append(ids)\n        done = done | (len(said) > 1 and said[-2] == eos)"}
    The word right after the end is eos as well.
    Look: When does your function look whether a row has ended, and when does it use that?
mark_is_an_end: nothing but ends where the mark that it begins with is the end
    {"$start": "done = ids == eos"}
    One sign may be both. A translation ends with what is said, and the mark was not.
    Look: Before which step may the first row have ended?
twice_to_end: rows that end with the second eos
    {"$done": "done = done | ((ids == eos) & (len(said) > 0 and (np.array(said) == eos).any(axis=0)))"}
    The first one ends a translation.
    Look: How often has a row to say eos?
once_asked: words all taken from what the decoder says of the mark
    {"        $step": "        logits, state = (step(ids, state) if t == 0 else (logits, state))"}
    The first word is right. The others are said as if it hadn't been.
    Look: How often is the decoder asked in equation (eq:greedy)?
least_likely: the least likely word each time
    {"np.argmax(": "np.argmin("}
    The word with the largest logit is the likeliest.
    Look: Which of the words is taken in equation (eq:greedy)?
largest_size: the word with the largest absolute logit each time
    {"np.argmax(logits,": "np.argmax(np.abs(logits),"}
    A logit far below 0 belongs to a word that is very unlikely.
    Look: Which of the words is taken in equation (eq:greedy)?
second: the second likeliest word each time
    {"np.argmax(logits, axis=1)": "np.argsort(logits, axis=1)[:, -2]"}
    np.argsort goes from the smallest to the largest, and [-1] is the last.
    Look: Which of the words is taken in equation (eq:greedy)?
without_the_end: the likeliest word but the end
    {"np.argmax(logits, axis=1)": "np.argmax(np.where(np.arange(logits.shape[1]) == eos, -np.inf, logits), axis=1)"}
    Then no translation ever ends.
    Look: Among which words is one taken in equation (eq:greedy)?
without_the_mark: the likeliest word but the mark
    {"np.argmax(logits, axis=1)": "np.argmax(np.where(np.arange(logits.shape[1]) == bos, -np.inf, logits), axis=1)"}
    That a translation doesn't begin anew in its middle is for the network to learn.
    Look: Among which words is one taken in equation (eq:greedy)?
without_the_first: the likeliest word but word 0
    {"np.argmax(logits, axis=1)": "1 + np.argmax(logits[:, 1:], axis=1)"}
    Word 0 is a word like the others here.
    Look: Among which words is one taken in equation (eq:greedy)?
of_the_batch: one word for all rows, with the largest logit of all
    {"np.argmax(logits, axis=1)": "np.argmax(logits) % logits.shape[1]"}
    Each row says a word of its own.
    Look: Along which axis of logits do the words lie?
start_first: the mark, and all words but the last
    {"np.stack(said, axis=1)": "np.stack([np.full(len(ids), bos), *said[:-1]], axis=1)"}
    The mark goes in first, and is not among what was said.
    Look: What does the docstring say of bos?
start_as_well: the mark, and all words after it
    {"np.stack(said, axis=1)": "np.stack([np.full(len(ids), bos), *said], axis=1)"}
    That is a column more than T. The mark goes in first, and is not among what was said.
    Look: What does the docstring say of bos, and which shape does it ask for?
begun_twice: words said after the mark went in twice
    {"$start": "$start\n    _, state = step(ids, state)"}
    The state that comes in is the one before the mark.
    Look: How often does the mark go into the step in equation (eq:greedy)?
each_twice: words that each went in twice
    {"        $done": "        _, state = step(ids, state)\n        $done"}
    The next round hands the word in that was just said. Here it has gone in already.
    Look: How often does each word go into the step in equation (eq:greedy)?
one_behind: words said after the last but one
    {"$start": "$start\n    before = ids", "step(ids, state)": "step(before, state)",
        "        ids = np": "        before = ids\n        ids = np"}
    The word that goes in is the one that was said last.
    Look: Which word goes into the step at time t in equation (eq:greedy)?
start_of_zeros: words said as if word 0 had gone in first
    {"np.full(len(state[0]), bos)": "np.zeros(len(state[0]), dtype=int)"}
    What goes in first is an argument.
    Look: Which of the arguments is not used?
begun_with_the_end: words said as if the end had gone in first
    {"np.full(len(state[0]), bos)": "np.full(len(state[0]), eos)"}
    What goes in first is an argument.
    Look: Which of the arguments is not used?
state_of_zeros: words said from a state of zeros on
    {"$start": "$start\n    state = tuple(np.zeros_like(one) for one in state)"}
    What the encoder has read is in that state, and nowhere else.
    Look: Which of the arguments is not used?
h_lost: words said with the h in which it began each time
    {"$step": "logits, after = step(ids, state)\n        state = (state[0], after[1])"}
    The new state is all that the step hands back, both of its arrays.
    Look: What do you hand on of the state that comes back?
c_lost: words said with the c in which it began each time
    {"$step": "logits, after = step(ids, state)\n        state = (after[0], state[1])"}
    The new state is all that the step hands back, both of its arrays.
    Look: What do you hand on of the state that comes back?
h_and_c_exchanged: words said with h and c in each other's place
    {"$step": "logits, state = step(ids, state)\n        state = state[::-1]"}
    The step gets back what it has handed out, in the same order.
    Look: In which order do h and c come back?
one_too_few: one word less than T
    {"range(T)": "range(max(T - 1, 1))"}
    T words are asked for, the mark not among them.
    Look: How often does your loop go round?
one_too_many: one word more than T
    {"range(T)": "range(T + 1)"}
    T words are asked for.
    Look: How often does your loop go round?
as_long_as_needed: words up to the last row's end alone
    {"        said.append(ids)": "        said.append(ids)\n        if done.all():\n            break"}
    It is right to stop there, and the rest is known. But T words are asked for.
    Look: Which shape does the docstring ask for, and what stands after an end?
without_the_end_sign: words up to an end, without it
    {"        said.append(ids)": "        said.append(np.where(done, bos, ids))"}
    The end is one of the words: with it, whoever reads them knows that the translation is over.
    Look: What does the docstring say of eos?
time_first: the right words with time as the first axis
    {"np.stack(said, axis=1)": "np.stack(said)"}
    A row should be a translation.
    Look: Which shape does the docstring ask for?
reshaped: the right words, filled into the rows time by time
    {"np.stack(said, axis=1)": "np.array(said).reshape(len(ids), -1)"}
    A list of T arrays makes an array (T, N). To exchange two axes is not to fill the numbers into another shape.
    Look: Which of the words in a row of yours were said one after the other?
from_the_end: the words from the last to the first
    {"np.stack(said, axis=1)": "np.stack(said[::-1], axis=1)"}
    What was said first comes first.
    Look: At which end of the list does each new word come in?
last_word_alone: the last word, at every time
    {"np.stack(said, axis=1)": "np.repeat(ids[:, None], T, axis=1)"}
    All that were said are asked for.
    Look: How many different words does a row of yours hold?
first_row: the first translation, in every row
    {"np.stack(said, axis=1)": "np.repeat(np.stack(said, axis=1)[:1], len(ids), axis=0)"}
    Each row has a state of its own.
    Look: Are all of the rows returned?
""",
    step=STEP,
    likeliest=LIKELIEST,
    done=DONE,
    start=START,
)

RIGHT = (
    # to the end of the last, and then filled
    """
def greedy_decode(step, state, bos, eos, T):
    N = state[0].shape[0]
    words = np.full((N, T), eos)
    last, alive = np.full((N,), bos), np.ones(N, dtype=bool)
    for t in range(T):
        logits, state = step(last, state)
        last = logits.argmax(axis=-1)
        words[alive, t] = last[alive]
        alive &= last != eos
        if not alive.any():
            break
    return words
""",
    # all of it first, and cut off in the end
    """
def greedy_decode(step, state, bos, eos, T):
    ids, out = np.array([bos] * len(state[0])), []
    while len(out) < T:
        logits, state = step(ids, state)
        ids = np.argmax(logits, axis=1)
        out.append(ids)
    out = np.array(out).T
    ended = np.cumsum(out == eos, axis=1) > 0
    return np.where(ended, eos, out)
""",
    # a row at a time
    """
def greedy_decode(step, state, bos, eos, T):
    h, c = state
    texts = []
    for n in range(len(h)):
        at, word, text = (h[n : n + 1], c[n : n + 1]), bos, []
        while len(text) < T and (not text or word != eos):
            logits, at = step(np.array([word]), at)
            word = int(np.argmax(logits[0]))
            text.append(word)
        texts.append(text + [eos] * (T - len(text)))
    return np.array(texts)
""",
)

EXERCISE = Exercise(
    name="greedy_decode",
    title="Word by word, until the end",
    arguments={
        "step": "a function",
        "state": Record({"h": "(N, H)", "c": "(N, H)"}),
        "bos": "a whole number",
        "eos": "a whole number",
        "T": "T",
    },
    returns=(Wholes("ids", "(N, T)"),),
    parts=(
        Part("the words", points=2),
        Part("hundreds of words to choose from, and large states", points=1, tags=LARGE),
        Part("300 words", points=1, tags=LONG),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    functions=DECODERS,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "In each round the decoder is asked once, for all rows. What has to be handed on to the next round, and what "
        "has to be kept of a row that has ended?",
        "Begin with N times bos, and with N truth values that are all False. In each round ask the step, take the "
        "likeliest word of each row, or eos where a row was at its end before; then look which rows have said eos now. "
        "In the end np.stack makes one array of all the words.",
        "ids = np.where(done, eos, np.argmax(logits, axis=1)), and then done = done | (ids == eos). That order counts. "
        "np.stack(the_list, axis=1) has a translation in each row.",
    ),
    explanation=(
        "The batch goes on until T, though most of its rows have ended long before: they are asked for nothing, and "
        "what they would say is thrown away. Greedy means that a word, once said, is never taken back. The beam of "
        "unit 08 keeps several beginnings, and pays for it."
    ),
)
