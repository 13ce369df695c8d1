"""As few of the likeliest words as it takes to add up to p."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._sampling import LARGE, TIES, argsort_keeps_order, probabilities, single

ALL = frozenset({"all"})


def _arguments(rng, N, K, p, sharp=1.5):
    return {"probs": probabilities(rng, N, K, sharp), "p": p}


def _halves(rng, N, p):
    """Draw the order of rows whose probabilities are added up without rounding: 1/2, 1/4, 1/8, 1/16 and 1/16."""
    return {"probs": rng.permuted(np.tile([0.5, 0.25, 0.125, 0.0625, 0.0625], (N, 1)), axis=1), "p": p}


def _tied(rng, N):
    """Draw rows (N, 6) of which the second, third and fourth likeliest words are equally likely, and 0.6 falls "
    "there."""
    first, same = rng.uniform(0.38, 0.42, size=(N, 1)), rng.uniform(0.14, 0.16, size=(N, 1))
    left = 1 - first - 3 * same
    part = rng.uniform(0.55, 0.75, size=(N, 1))
    rows = np.concatenate([first, same, same, same, part * left, (1 - part) * left], axis=1)
    return {"probs": rng.permuted(rows, axis=1), "p": 0.6}


def _all_but_one_alike(rng, N, K, p):
    """Draw rows (N, K) of which all words but the likeliest are equally likely; p falls among these."""
    first = rng.uniform(0.3, 0.4, size=(N, 1))
    rows = np.concatenate([first, np.repeat((1 - first) / (K - 1), K - 1, axis=1)], axis=1)
    return {"probs": rng.permuted(rows, axis=1), "p": p}


def _near(rng, N, apart):
    """Draw rows (N, 5) whose two likeliest add up to p but for that much, or up to three times as much."""
    p = float(rng.uniform(0.7, 0.75))
    first = rng.uniform(0.41, 0.44, size=(N, 1))
    away = rng.permutation(np.resize([1.0, -1.0], N))[:, None] * rng.uniform(apart, 3 * apart, size=(N, 1))
    second = p - first + away
    rest = rng.uniform(1, 1.4, size=(N, 3))
    rest *= (1 - first - second) / rest.sum(axis=1, keepdims=True)
    return {"probs": rng.permuted(np.concatenate([first, second, rest], axis=1), axis=1), "p": p}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, K=4, p=0.8))
    yield Case("more words, and more that stay", _arguments(rng, N=5, K=9, p=0.9, sharp=1.0))
    yield Case("p of many digits", _arguments(rng, N=4, K=6, p=float(rng.uniform(0.5, 0.6)), sharp=0.8))
    yield Case("the likeliest alone", _arguments(rng, N=6, K=5, p=0.01))
    yield Case("a low p", _arguments(rng, N=20, K=7, p=0.3, sharp=0.7))
    yield Case("a high p", _arguments(rng, N=3, K=8, p=0.99))
    yield Case("one row", _arguments(rng, N=1, K=10, p=0.7, sharp=0.7))
    yield Case("strided", _arguments(rng, N=6, K=5, p=0.75), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=5, K=6, p=0.7)))
    zeros = _arguments(rng, N=5, K=8, p=0.85, sharp=0.8)
    zeros["probs"] = zeros["probs"] * (rng.permuted(np.arange(40).reshape(5, 8) % 8, axis=1) < 5)
    zeros["probs"] /= zeros["probs"].sum(axis=1, keepdims=True)
    yield Case("some have no probability", zeros)
    yield Case("p is 1", _arguments(rng, N=3, K=5, p=1.0), ALL)
    below = _arguments(rng, N=7, K=6, p=1.0, sharp=0.7)
    below["probs"] = below["probs"] * (1 - rng.uniform(1e-14, 3e-14, size=(7, 1)))
    yield Case("p is 1, and the rows add up to a little less", below, ALL)
    yield Case("p is 1, and some have no probability", zeros | {"probs": zeros["probs"][::-1].copy(), "p": 1.0}, ALL)
    yield Case("one word", {"probs": np.ones((4, 1)), "p": 0.7}, ALL)
    yield Case("one has all", {"probs": np.eye(5)[rng.permutation(5)[:3]], "p": 1.0}, ALL)
    yield Case("several as likely as the last that is needed", _tied(rng, 5), TIES)
    yield Case("all but one alike", _all_but_one_alike(rng, 4, 40, 0.7), TIES)
    yield Case("all alike", {"probs": np.full((3, 4), 0.25), "p": 0.6}, TIES)
    yield Case("words that add up to p exactly", _halves(rng, 6, 0.75), TIES)
    yield Case("one that is p exactly", _halves(rng, 4, 0.5), TIES)
    yield Case("hundreds of words", _arguments(rng, N=2, K=700, p=0.9, sharp=0.6), LARGE)
    yield Case("words that nearly add up to p", _near(rng, 8, 1e-9), LARGE)
    yield Case("words that add up to p in six digits", _near(rng, 6, 3e-7), LARGE)
    yield Case("words that are next to impossible", _arguments(rng, N=4, K=30, p=0.999, sharp=6.0), LARGE)


def other(case):
    """The case with the words in another order, and the rows too."""
    probs = np.roll(case.args["probs"][:, ::-1], 1, axis=0).copy()
    return Case(case.name, case.args | {"probs": probs}, case.tags)


ORDERED = "np.sort(probs, axis=1)[:, ::-1]"
AHEAD = "np.cumsum(ordered, axis=1) - ordered"
NEEDED = "np.sum(ahead < p, axis=1)"
LEAST = "ordered[np.arange(len(probs)), needed - 1]"
KEPT = "kept = probs * (probs >= least[:, None])"
RESULT = "kept / kept.sum(axis=1, keepdims=True)"
SAFE = "kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)"

MISTAKES = slips(
    r"""
not_renormalised: the likeliest words with the probabilities that they had
    {"$result": "kept"}
    What was taken from the others is missing: a row adds up to less than 1.
    Look: What does the docstring say of the rows that come back?
last_one_missing: as many of the likeliest words as stay within p
    {"$needed": "np.maximum(np.sum(ahead + ordered <= p, axis=1), 1)"}
    Together they have less than p, in nearly every row. The word with which p is reached belongs to them.
    Look: Equation (eq:top_p): does the word's own probability count in the sum?
last_one_missing_or_none: as many of the likeliest words as stay within p, even if that is none
    {"$needed": "np.sum(ahead + ordered <= p, axis=1)",
        "$kept": "kept = np.where(needed[:, None] > 0, probs * (probs >= least[:, None]), 0)"}
    The word with which p is reached belongs to them. And a likeliest word that has more than p by itself has to stay:
    else there is nothing to draw from.
    Look: Equation (eq:top_p): does the word's own probability count in the sum?
one_too_many: one word more than it takes
    {"$needed": "np.minimum(np.sum(ahead < p, axis=1) + 1, probs.shape[1])"}
    When p is reached no further word is needed.
    Look: How many words are left in a row, and what do they add up to without the last?
reached_is_not_enough: the words with which p is exceeded
    {"ahead < p": "ahead <= p"}
    Where the more likely ones add up to p exactly, it is reached, and no further word is needed.
    Look: Which sign stands before p in equation (eq:top_p)?
two_at_least: two words at least
    {"$needed": "np.maximum(np.sum(ahead < p, axis=1), min(2, probs.shape[1]))"}
    Where the likeliest has p by itself, it stays alone.
    Look: How many words stay where the likeliest has more than p?
least_likely_first: the least likely words that add up to p
    {"[:, ::-1]": "", "probs >= least": "probs <= least"}
    np.sort goes from the smallest to the largest, and it is the likeliest that should stay.
    Look: In which order do you add up?
added_up_from_the_smallest: words at least as likely as that with which the least likely ones reach p
    {"[:, ::-1]": ""}
    np.sort goes from the smallest to the largest.
    Look: In which order do you add up?
in_order_of_their_places: the first words that add up to p
    {"$ordered": "probs", "$kept": "kept = probs * (ahead < p)"}
    A word's place says nothing of how likely it is: the likeliest have to come first.
    Look: Which words does the sum in equation (eq:top_p) go over?
sorted_words: the right numbers, from the largest to the smallest
    {"$kept": "kept = ordered * (ordered >= least[:, None])"}
    A number's place says which word it belongs to.
    Look: To which word does each number belong that you return?
mask_of_the_sorted: words at the places that the likeliest have when sorted
    {"$kept": "kept = probs * (ahead < p)", "$result": "$safe"}
    Whether a word stays was found out for the sorted ones, and they stand at other places.
    Look: To which word does each number of your mask belong?
order_for_its_inverse: words at the places that an argsort gives
    {"$kept": "order = np.argsort(-probs, axis=1, kind='stable')\n    "
        "kept = probs * np.take_along_axis(ahead < p, order, axis=1)", "$result": "$safe"}
    argsort says which word stands at the first place of the sorted ones, and not at which place the first word stands.
    Look: What does argsort give, and which way do you have to go back?
first_of_equals: exactly as many words as it takes, the first of those that are equally likely
    {"$kept": "order = np.argsort(-probs, axis=1, kind='stable')\n    "
        "kept = probs * (np.argsort(order, axis=1) < needed[:, None])"}
    Nothing but their place decides then between words that are equally likely. Here they stay or go together.
    Look: Equation (eq:top_p): does a word that is as likely count in the sum?
last_of_equals: exactly as many words as it takes, the last of those that are equally likely
    {"$kept": "order = np.argsort(probs, axis=1, kind='stable')[:, ::-1]\n    "
        "kept = probs * (np.argsort(order, axis=1) < needed[:, None])"}
    Nothing but their place decides then between words that are equally likely. Here they stay or go together.
    Look: Equation (eq:top_p): does a word that is as likely count in the sum?
first_row: in each row as many words as the first one needs
    {"$least": "ordered[:, needed[0] - 1]"}
    A row in which one word is nearly certain needs fewer than one in which many are likely.
    Look: How many numbers do you have for how many words are needed?
most_of_all_rows: in each row as many words as the one that needs most
    {"$least": "ordered[:, needed.max() - 1]"}
    A row in which one word is nearly certain needs fewer than one in which many are likely.
    Look: How many numbers do you have for how many words are needed?
bound_of_the_first_row: words at least as likely as the last that the first row needs
    {"least[:, None]": "least[0]", "$result": "$safe"}
    Each row has a bound of its own.
    Look: How many bounds do you have, and how many rows?
all_rows_together: the likeliest words of all rows that add up to p in all
    {"$kept": "every = np.sort(probs, axis=None)[::-1]\n    "
        "kept = probs * (probs >= every[np.sum(np.cumsum(every) - every < p * len(probs)) - 1])", "$result": "$safe"}
    Each row is a text of its own, and has to reach p by itself.
    Look: Along which axis do you sort and add up?
over_rows: sums over the rows, word by word
    {"np.cumsum(ordered, axis=1)": "np.cumsum(ordered, axis=0)"}
    The words of a row add up to p, and not the rows of a word.
    Look: Along which axis do you add up?
nothing_reaches_one: the likeliest word alone where the sum of a row does not reach p
    {"$needed": "np.argmax(ahead + ordered >= p, axis=1) + 1"}
    Rounding can leave the sum of a row just below 1. np.argmax of what is False everywhere is 0.
    Look: What does your function do where p = 1 and the last cumulative sum is 0.9999999999999999?
exceeded_by_none: the words with which p is exceeded, and the likeliest alone where the sum of a row does not exceed it
    {"$needed": "np.argmax(ahead + ordered > p, axis=1) + 1"}
    Where p = 1, or where words add up to p exactly, it is enough that p is reached. And np.argmax of what is False
    everywhere is 0.
    Look: What does your function do where p = 1 and the last cumulative sum is no more than that?
last_left_out: the words that are more likely than the last that is needed
    {"probs >= least": "probs > least", "$result": "$safe"}
    The last that is needed belongs to them: without it they have less than p.
    Look: Does a word stay that is as likely as your bound?
beyond_the_end: a word more than there are where the sum of a row does not reach p
    {"$needed": "np.sum(ahead + ordered < p, axis=1) + 1"}
    Rounding can leave the sum of a row just below 1. Then all words together are not enough, and there is no next one.
    Look: What does your function do where p = 1 and the last cumulative sum is 0.9999999999999999?
as_likely_as_p: words with a probability of p or more
    {"$kept": "kept = probs * (probs >= p)", "$result": "$safe"}
    It is the sum of the likeliest that should reach p, not a single word.
    Look: What does equation (eq:top_p) compare with p?
more_than_the_rest: words with a probability of more than 1 - p
    {"$kept": "kept = probs * (probs > 1 - p)", "$result": "$safe"}
    It is the sum of the likeliest that should reach p, and says nothing of a single word.
    Look: What does equation (eq:top_p) compare with p?
share_of_the_likeliest: words that are at least p times as likely as the likeliest
    {"$kept": "kept = probs * (probs >= p * ordered[:, :1])"}
    That is another way to cut off a tail. Here the likeliest words should add up to p.
    Look: What does equation (eq:top_p) compare with p?
share_of_the_words: the likeliest words, a share p of how many there are
    {"$needed": "np.full(len(probs), max(int(np.ceil(p * probs.shape[1])), 1))"}
    p is a share of the probability, not of the vocabulary.
    Look: What is added up in equation (eq:top_p)?
rest_of_p: the likeliest words that add up to 1 - p
    {"ahead < p": "ahead < 1 - p", "needed - 1": "np.maximum(needed, 1) - 1"}
    p is what stays.
    Look: What does equation (eq:top_p) compare with p?
taken_out: the words that are not needed
    {"probs >= least": "probs < least", "$result": "$safe"}
    What is likely may be drawn.
    Look: Which words does equation (eq:top_p) set to 0?
alike: the likeliest words, all equally likely
    {"$kept": "kept = (probs >= least[:, None]) * 1.0"}
    Among those that stay, the likelier ones are still likelier.
    Look: What is q' made of in equation (eq:top_k)?
softmaxed: a softmax of the probabilities that are left
    {"$result": "np.exp(kept) / np.exp(kept).sum(axis=1, keepdims=True)"}
    They are probabilities already, and exp(0) is 1: the words that were taken out would come back.
    Look: What is q' made of in equation (eq:top_k)?
shared_out: the likeliest words, with equal parts of what is missing added to each
    {"$result": "kept + (1 - kept.sum(axis=1, keepdims=True)) * (kept > 0) / (kept > 0).sum(axis=1, keepdims=True)"}
    A row adds up to 1 again. But of two words the one that was twice as likely should be so still.
    Look: Is something added in equation (eq:top_k), or is it divided?
by_p: the likeliest words, divided by p
    {"$result": "kept / p"}
    They add up to p or to more, and in each row to something else.
    Look: By what does equation (eq:top_k) divide?
by_all: the likeliest words of each row, divided by the sum of all rows
    {"kept.sum(axis=1, keepdims=True)": "kept.sum()"}
    Each row by itself has to add up to 1.
    Look: Over what does the sum in equation (eq:top_k) go?
never_zero: the likeliest words, with a little for all the others
    {"least[:, None])": "least[:, None]) + 1e-9"}
    What was taken out should never be drawn.
    Look: What is left of the others in equation (eq:top_p)?
a_little_less_than_p: the likeliest words that add up to nearly p
    {"ahead < p": "ahead < p - 1e-6"}
    What keeps rounding away moves the bound: where the sum is just below p another word is needed.
    Look: What does equation (eq:top_p) compare with p?
sums_in_float32: sums that were computed in float32
    {"np.cumsum(ordered, axis=1)": "np.cumsum(ordered.astype(np.float32), axis=1)"}
    float32 keeps 7 digits: a sum just below p is taken for p, or for more.
    Look: What is the dtype of your sums?
written_into_probs: the likeliest words, with the zeros written into the array that came in
    {"$kept": "probs[probs < least[:, None]] = 0\n    kept = probs"}
    Whoever called the function finds other probabilities afterwards.
    Look: Which of your lines writes into probs?
""",
    ordered=ORDERED,
    ahead=AHEAD,
    needed=NEEDED,
    least=LEAST,
    kept=KEPT,
    result=RESULT,
    safe=SAFE,
)

# np.argsort may put numbers that are equal in any order, and on some machines it keeps theirs: then these are the two
# of equals above.
SORTED = slips(
    r"""
some_of_equals: exactly as many words as it takes, some of those that are equally likely
    {"$kept": "order = np.argsort(-probs, axis=1)\n    "
        "kept = probs * (np.argsort(order, axis=1) < needed[:, None])"}
    Nothing but the way they were sorted decides then between words that are equally likely. Here they stay or go
    together.
    Look: Equation (eq:top_p): does a word that is as likely count in the sum?
other_of_equals: exactly as many words as it takes, some of those that are equally likely, from a sorting in the other
    direction
    {"$kept": "order = np.argsort(probs, axis=1)[:, ::-1]\n    "
        "kept = probs * (np.argsort(order, axis=1) < needed[:, None])"}
    Nothing but the way they were sorted decides then between words that are equally likely. Here they stay or go
    together.
    Look: Equation (eq:top_p): does a word that is as likely count in the sum?
""",
    kept=KEPT,
)

RIGHT = (
    # what is more likely than each word, added up
    """def top_p(probs, p):
    ahead = np.sum(probs[:, None, :] * (probs[:, None, :] > probs[:, :, None]), axis=2)
    kept = np.where(ahead < p, probs, 0.0)
    return kept / kept.sum(axis=1, keepdims=True)
""",
    # word by word
    """def top_p(probs, p):
    kept = np.zeros(probs.shape)
    for n in range(probs.shape[0]):
        total, bound = 0.0, None
        for k in sorted(range(probs.shape[1]), key=lambda k: -probs[n, k]):
            if total >= p and probs[n, k] != bound:
                break
            kept[n, k] = bound = probs[n, k]
            total += probs[n, k]
        kept[n] /= sum(kept[n])
    return kept
""",
    # places of the sorted words, and back
    """def top_p(probs, p):
    order = np.argsort(-probs, axis=1)
    ordered = np.take_along_axis(probs, order, axis=1)
    before = np.concatenate([np.zeros((len(probs), 1)), np.cumsum(ordered, axis=1)[:, :-1]], axis=1)
    stays = before < p
    bound = np.where(stays, ordered, np.inf).min(axis=1, keepdims=True)
    kept = np.zeros_like(probs)
    np.put_along_axis(kept, order, np.where(ordered >= bound, ordered, 0), axis=1)
    return kept / kept.sum(axis=1, keepdims=True)
""",
    {
        NEEDED: "np.array([np.searchsorted(row, p) for row in np.cumsum(ordered, axis=1)])",
        "needed - 1": "np.minimum(needed, probs.shape[1] - 1)",
    },
)

EXERCISE = Exercise(
    name="top_p",
    title="As many as it takes",
    arguments={"probs": "(N, K)", "p": "a number"},
    returns=(Array("kept", "(N, K)"),),
    parts=(
        Part("the likeliest words that add up to p", points=2),
        Part("p = 1, and words that have it all", points=1, tags=ALL),
        Part("equally likely words, and sums that are p exactly", points=1, tags=TIES),
        Part("hundreds of words, and small differences", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    other=other,
    mistakes=MISTAKES if argsort_keeps_order() else (*MISTAKES, *SORTED),
    right=RIGHT,
    hints=(
        "Take one row, and sort it from the likeliest word on. For each word, what do those before it add up to? Up to "
        "which word is that less than p? And how do you find your way back to the places that the words had?",
        "np.cumsum of the sorted row, less the row itself, is what comes before each word. How many of these are less "
        "than p says how many words it takes. The last of them gives a bound, as in top_k: all words that are at least "
        "as likely stay, at the places where they are. No way back is needed.",
        "ordered = np.sort(probs, axis=1)[:, ::-1] and ahead = np.cumsum(ordered, axis=1) - ordered. needed = "
        "np.sum(ahead < p, axis=1), and the bound of row n is ordered[n, needed[n] - 1]; "
        "ordered[np.arange(len(probs)), needed - 1] has all of them.",
    ),
    explanation=(
        "Where the model is sure, one or two words stay; where it isn't, many do. That is what a fixed k can't do: "
        "it is too many for the one and too few for the other."
    ),
)
