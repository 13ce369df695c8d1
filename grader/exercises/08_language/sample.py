"""A word drawn from probabilities, by a number between 0 and 1."""

import numpy as np

from ..base import Case, Exercise, Part, Wholes, slips
from ._sampling import LARGE, probabilities, single

EDGES = frozenset({"edges"})


def _arguments(rng, N, K, sharp=1.0):
    return {"probs": probabilities(rng, N, K, sharp), "u": rng.random(N)}


def _spread(rng, N, K, sharp=1.0):
    """Draw as :func:`_arguments`, with a u for every part of the way from 0 to 1."""
    return {"probs": probabilities(rng, N, K, sharp), "u": rng.permutation((np.arange(N) + rng.random(N)) / N)}


def _with_zeros(rng, N, K):
    """Draw probs (N, K) whose rows begin and end with words that have no probability, and have one in between."""
    probs = probabilities(rng, N, K)
    begin, end = rng.integers(1, 3, size=(2, N, 1))
    places = np.arange(K)
    middle = rng.integers(K // 2 - 1, K // 2 + 1, size=(N, 1))
    probs = probs * ((places >= begin) & (places < K - end) & (places != middle))
    return probs / probs.sum(axis=1, keepdims=True)


def cases(rng):
    yield Case("small", _spread(rng, N=3, K=4))
    yield Case("many rows", _spread(rng, N=50, K=3))
    yield Case("many words", _spread(rng, N=12, K=40, sharp=0.5))
    yield Case("as many rows as words", _spread(rng, N=6, K=6))
    yield Case("one row", _arguments(rng, N=1, K=9, sharp=0.3))
    yield Case("one word", _arguments(rng, N=4, K=1))
    yield Case("one word has all", {"probs": np.eye(5)[rng.integers(5, size=8)], "u": rng.random(8)})
    yield Case("all alike", {"probs": np.full((9, 4), 0.25), "u": rng.permutation((np.arange(9) + rng.random(9)) / 9)})
    yield Case("strided", _spread(rng, N=8, K=5), frozenset({"strided"}))
    half = _spread(rng, N=10, K=4)
    yield Case("float32", single(half | {"u": np.clip(half["u"], 0.01, 0.99)}))
    yield Case("some have no probability", {"probs": _with_zeros(rng, 20, 9), "u": rng.random(20)})
    zero = {"probs": _with_zeros(rng, 6, 7), "u": np.zeros(6)}
    yield Case("u is 0, and the first words have no probability", zero, EDGES)
    halves = rng.permuted(np.tile([0.5, 0.25, 0.125, 0.125], (12, 1)), axis=1)
    edges = np.cumsum(halves, axis=1)[np.arange(12), np.resize([0, 1, 2], 12)]
    yield Case("u is a cumulative sum exactly", {"probs": halves, "u": edges}, EDGES)
    short = {"probs": _with_zeros(rng, 9, 8), "u": 1 - rng.uniform(1e-11, 1e-10, size=9)}
    short["probs"] = short["probs"] * (1 - rng.uniform(2e-10, 4e-10, size=(9, 1)))
    yield Case("u is nearly 1, and the rows add up to a little less", short, EDGES)
    single_sums = {"probs": single(_with_zeros(rng, 7, 9) * (1 - 3e-7)), "u": 1 - rng.uniform(1e-9, 9e-9, size=7)}
    yield Case("probs in float32, and a u that is nearly 1", single_sums, EDGES)
    yield Case("hundreds of words", _spread(rng, N=6, K=700, sharp=0.5), LARGE)
    near = _arguments(rng, N=12, K=5, sharp=0.5)
    away = rng.permutation(np.resize([1.0, -1.0], 12)) * rng.uniform(1e-9, 3e-9, size=12)
    near["u"] = np.cumsum(near["probs"], axis=1)[np.arange(12), rng.integers(4, size=12)] + away
    yield Case("u is nearly a cumulative sum", near, LARGE)


def other(case):
    """The case with the words in the other order, and each row with another one's u."""
    args = {"probs": case.args["probs"][:, ::-1].copy(), "u": case.args["u"].copy()}
    return Case(case.name, args, case.tags)


SHARES = "cumulative = cumulative / cumulative[:, -1:]"
SUMS = "np.cumsum(probs, axis=1)"
RESULT = "np.argmax(cumulative > u[:, None], axis=1)"
MISTAKES = slips(
    r"""
likeliest: the likeliest word, whatever u is
    {"$result": "np.argmax(probs, axis=1)"}
    Then a text is always the same. An unlikely word should come up too, as often as its probability says.
    Look: Which of the arguments is not used?
alike: every word as often as every other
    {"$result": "(u * probs.shape[1]).astype(int)"}
    A likely word should be drawn more often.
    Look: What of probs is used? Equation (eq:sample) takes sums of them.
not_added_up: the first word whose own probability is above u
    {"$sums": "probs * 1.0", "$shares": "pass"}
    That is drawn by its own length and not by where it lies on the way from 0 to 1.
    Look: What stands on the left of > in equation (eq:sample)?
one_later: the word after the one that u falls into
    {"$result": "np.minimum(np.sum(cumulative <= u[:, None], axis=1) + 1, probs.shape[1] - 1)"}
    The first sum that is above u is that up to the word itself.
    Look: Equation (eq:sample): which k is the smallest?
one_earlier: the word before the one that u falls into
    {"$result": "np.maximum(np.argmax(cumulative > u[:, None], axis=1) - 1, 0)"}
    The first sum that is above u is that up to the word itself.
    Look: Equation (eq:sample): which k is the smallest?
sums_without_the_word: the first word before which the sum is above u
    {"$result": "np.argmax(cumulative - probs > u[:, None], axis=1)"}
    Each word's own probability belongs to its sum.
    Look: Up to which k does the sum in equation (eq:sample) go?
one_before_where_it_ends: the word before the first whose cumulative sum is above u, whichever that is
    {"$shares": "pass", "$result": "np.maximum(np.sum(cumulative <= u[:, None], axis=1) - 1, 0)"}
    The first sum that is above u is that up to the word itself.
    Look: Equation (eq:sample): which k is the smallest?
last_below: the last word whose cumulative sum is not above u
    {"$result": "probs.shape[1] - 1 - np.argmax(cumulative[:, ::-1] <= u[:, None], axis=1)"}
    Those are the words that u has gone past already.
    Look: Equation (eq:sample): the first of which sums is meant?
first_below: the first word whose cumulative sum is below u
    {"cumulative > u": "cumulative < u"}
    u falls into the word with which the sum gets above it.
    Look: Which sign stands before u in equation (eq:sample)?
reached_is_enough: the first word whose cumulative sum is u or more
    {"cumulative > u": "cumulative >= u"}
    With u = 0 that is the first word, also where it has no probability at all. A word should have the numbers from
    where it begins to just below where it ends.
    Look: Which sign stands before u in equation (eq:sample)?
nearest_sum: the word whose cumulative sum is nearest to u
    {"$result": "np.argmin(np.abs(cumulative - u[:, None]), axis=1)"}
    u may be nearer to the end of the word before.
    Look: Equation (eq:sample): is the nearest sum meant, or the first above u?
nearest_probability: the word whose probability is nearest to u
    {"$result": "np.argmin(np.abs(probs - u[:, None]), axis=1)"}
    A word's probability says how long its part of the way from 0 to 1 is, not where it lies.
    Look: What stands on the left of > in equation (eq:sample)?
from_the_end: the word that u falls into when they are laid end to end from the last one on
    {"$result": "probs.shape[1] - 1 - np.argmax(np.cumsum(probs[:, ::-1], axis=1) > u[:, None], axis=1)"}
    Each word comes up as often as it should. But the order is fixed: from word 0 on, so that a u stands for one word.
    Look: With which word does the sum in equation (eq:sample) begin?
u_turned: the word that 1 - u falls into
    {"cumulative > u[:, None]": "cumulative > 1 - u[:, None]"}
    Each word comes up as often as it should. But a u stands for one word, and this is another one's.
    Look: What stands on the right of > in equation (eq:sample)?
likeliest_first: the word that u falls into when they are laid end to end from the likeliest on
    {"$sums": "np.cumsum(-np.sort(-probs, axis=1), axis=1)",
        "$result": "np.argsort(-probs, axis=1, kind='stable')[np.arange(len(u)), $result]"}
    Each word comes up as often as it should. But the order is fixed: from word 0 on, so that a u stands for one word.
    Look: In which order are the words added up in equation (eq:sample)?
place_when_sorted: a place among the words from the likeliest on
    {"$sums": "np.cumsum(-np.sort(-probs, axis=1), axis=1)"}
    After sorting, place 0 is the likeliest word's, whichever that is.
    Look: Which id has the word at that place?
place_when_sorted_up: a place among the words from the least likely on
    {"$sums": "np.cumsum(np.sort(probs, axis=1), axis=1)"}
    After sorting, place 0 is the least likely word's, whichever that is.
    Look: Which id has the word at that place?
first_u: words drawn with the first u, in every row
    {"u[:, None]": "u[0]"}
    Then the rows' words go together. Each row has a u of its own.
    Look: How many numbers of u does your function read?
first_row: words of the first row, for all u
    {"$result": "np.argmax(cumulative[:1] > u[:, None], axis=1)"}
    Each row has probabilities of its own.
    Look: How many rows of probs does your function read?
over_rows: sums over the rows, word by word
    {"$sums": "np.cumsum(probs, axis=0)", "$shares": "pass"}
    The words of a row are laid end to end, and not the rows.
    Look: Along which axis do you add up?
over_rows_or_last: sums over the rows, word by word, and the last word where none of them is above u
    {"$sums": "np.cumsum(probs, axis=0)", "$shares": "pass",
        "$result": "np.minimum(np.sum(cumulative <= u[:, None], axis=1), probs.shape[1] - 1)"}
    The words of a row are laid end to end, and not the rows.
    Look: Along which axis do you add up?
all_in_one_row: sums that go on from row to row
    {"$sums": "np.cumsum(probs).reshape(probs.shape)", "$shares": "pass"}
    Without an axis np.cumsum adds up all there is. In the second row the sums begin at 1, and are above any u.
    Look: With which number does each row of your sums begin?
first_where_none_is_above: the first word where rounding leaves no sum above u
    {"$shares": "pass"}
    np.argmax of what is False everywhere is 0. It should be the word with which the row is at its end.
    Look: What does your function give where u is larger than the last sum of a row?
beyond_the_end: K, an id that no word has, where rounding leaves no sum above u
    {"$shares": "pass", "$result": "np.sum(cumulative <= u[:, None], axis=1)"}
    The ids go from 0 to K - 1.
    Look: What does your function give where u is larger than the last sum of a row?
last_word: the last word of all where rounding leaves no sum above u
    {"$shares": "pass", "$result": "np.minimum(np.sum(cumulative <= u[:, None], axis=1), probs.shape[1] - 1)"}
    That one may have no probability: a 1 in the place of the last sum alone, or an id cut off at K - 1, leads there. It
    should be the last word that has one.
    Look: What does the docstring say of words with probability 0?
reached_or_beyond: the first word whose cumulative sum is u or more, and K where rounding leaves none
    {"$shares": "pass", "$result": "np.sum(cumulative < u[:, None], axis=1)"}
    With u = 0 that is the first word, also where it has no probability at all; and K is no word. np.searchsorted does
    the same where it isn't told on which side.
    Look: Which sign stands before u in equation (eq:sample)? And what is the largest id?
reached_or_last: the first word whose cumulative sum is u or more, and the last of all where rounding leaves none
    {"$shares": "cumulative[:, -1] = 1", "cumulative > u": "cumulative >= u"}
    With u = 0 that is the first word, and where rounding leaves a gap the last: both may have no probability at all.
    Look: Which sign stands before u in equation (eq:sample)? And what does the docstring say of probability 0?
how_many_above: how many words have a cumulative sum above u
    {"$result": "np.sum(cumulative > u[:, None], axis=1)"}
    The first of them is asked for. How many there are before it would be its id.
    Look: What does equation (eq:sample) say of k?
u_in_float32: words drawn with a u that was rounded to seven digits
    {"u[:, None]": "u[:, None].astype(np.float32)"}
    What is nearly 1 becomes 1 then, and what is just below the end of a word lies beyond it.
    Look: What is the dtype of what you compare?
sums_in_float32: words drawn with sums that were rounded to seven digits
    {"$result": "np.argmax(cumulative.astype(np.float32) > u[:, None], axis=1)"}
    The end of a word is then a little off from where it should be.
    Look: What is the dtype of what you compare?
digits: words drawn with a u and sums of six digits
    {"$result": "np.argmax(cumulative.round(6) > u[:, None].round(6), axis=1)"}
    The end of a word is then a little off from where it should be.
    Look: Is something rounded on the way?
sorted_u: words drawn with the numbers of u from the smallest to the largest
    {"u[:, None]": "np.sort(u)[:, None]"}
    Each row has its own.
    Look: Which u belongs to row n in equation (eq:sample)?
""",
    sums=SUMS,
    shares=SHARES,
    result=RESULT,
)

RIGHT = (
    """def sample(probs, u):
    ids = np.zeros(len(u), dtype=int)
    for n in range(len(u)):
        total = 0.0
        for k in range(probs.shape[1]):
            if probs[n, k] > 0:
                ids[n] = k
                total += probs[n, k]
                if total > u[n]:
                    break
    return ids
""",
    """def sample(probs, u):
    ids = []
    for row, at in zip(probs, u):
        sums = np.cumsum(row)
        ids.append(np.searchsorted(sums / sums[-1], at, side="right"))
    return np.array(ids)
""",
    {SHARES: "u = u * cumulative[:, -1]", RESULT: "(cumulative <= u[:, None]).sum(axis=1)"},
    # without the division: the last word that has a probability
    """def sample(probs, u):
    K = probs.shape[1]
    passed = (np.cumsum(probs, axis=1) <= u.reshape(-1, 1)).sum(axis=1)
    last = K - 1 - np.argmax(probs[:, ::-1] > 0, axis=1)
    return np.minimum(passed, last)
""",
)

EXERCISE = Exercise(
    name="sample",
    title="Drawing a word",
    arguments={"probs": "(N, K)", "u": "(N,)"},
    returns=(Wholes("ids", "(N,)"),),
    parts=(
        Part("the words", points=2),
        Part("u at the edges, and what rounding leaves", points=1, tags=EDGES),
        Part("hundreds of words, and small differences", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Draw a line from 0 to 1, and lay the probabilities of one row along it, end to end. Where does each word end? "
        "And of which ends is the one that you look for the first?",
        "np.cumsum along the last axis gives the ends. Compare them with u[:, None], and find the first True in each "
        "row. What if rounding leaves the last end at 0.9999999999999999, and u is as large? And which words come at "
        "the end, after top_k?",
        "Dividing the cumulative sums of a row by its last one makes that 1, which is above every u, and no word of "
        "probability 0 can be the first above u. np.argmax of an array of True and False, along axis=1, is the place "
        "of the first True.",
    ),
    explanation=(
        "All that is random is u. Draw it evenly between 0 and 1 and each word comes up as often as its probability "
        "says; give the same u, and the same word comes. That is how a program's dice can be checked."
    ),
)
