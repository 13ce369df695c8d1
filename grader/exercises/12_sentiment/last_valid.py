"""The state after each text's own last word."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, NOTHING, of_lengths, single, spread


def cases(rng):
    yield Case("small", of_lengths(rng, [3, 2], T=4, H=3))
    yield Case("more steps", of_lengths(rng, [2, 7, 5], T=7, H=4))
    yield Case("as long as the batch", of_lengths(rng, [4, 4, 4], T=4, H=2))
    yield Case("shorter than the batch", of_lengths(rng, [3, 2], T=6, H=4))
    yield Case("the longest first", of_lengths(rng, [6, 4, 3, 1], T=6, H=2))
    yield Case("the longest last", of_lengths(rng, [1, 3, 4, 6], T=6, H=5))
    yield Case("one word in each", of_lengths(rng, [1, 1, 1, 1], T=3, H=2))
    yield Case("padded with zeros", of_lengths(rng, [1, 5, 3, 4], T=6, H=3, padding=0.0))
    yield Case("padded with numbers that stand out", of_lengths(rng, [4, 2], T=5, H=3, padding=90.0))
    yield Case("one step", of_lengths(rng, [1, 1], T=1, H=4))
    yield Case("one text", of_lengths(rng, [3], T=5, H=2))
    yield Case("one number a step", of_lengths(rng, [4, 1, 3, 2, 5], T=6, H=1))
    yield Case("one of each", of_lengths(rng, [1], T=1, H=1))
    yield Case("as many of each", of_lengths(rng, [2, 4, 3, 1], T=4, H=4))
    still = of_lengths(rng, [3, 5, 2], T=6, H=3)
    still["hs"][np.arange(3), still["lengths"] - 1] = 0.0
    yield Case("texts that end with zeros", still)
    yield Case("zeros", of_lengths(rng, [4, 3], T=5, H=3) | {"hs": np.zeros((2, 5, 3))})
    yield Case("strided", of_lengths(rng, [4, 1, 2], T=4, H=5), frozenset({"strided"}))
    yield Case("float32", single(of_lengths(rng, [2, 4, 1], T=4, H=5)))
    small = of_lengths(rng, [5, 1, 3], T=6, H=4)
    yield Case("lengths in int32", small | {"lengths": small["lengths"].astype(np.int32)})
    yield Case("a text without a word", of_lengths(rng, [2, 0, 4], T=5, H=2), NOTHING)
    yield Case("no text has a word", of_lengths(rng, [0, 0], T=3, H=4), NOTHING)
    yield Case("large numbers", of_lengths(rng, [3, 5], T=6, H=3) | {"hs": spread(rng, 100, 1e6, (2, 6, 3))}, LARGE)
    yield Case("hundreds of steps", of_lengths(rng, [300, 170], T=302, H=1), LARGE)
    yield Case("hundreds of texts", of_lengths(rng, rng.permutation(np.resize([2, 1, 3], 300)), T=3, H=1), LARGE)


def other(case):
    """The case with other numbers, and its lengths exchanged between the texts."""
    hs = (0.9 * case.args["hs"]).astype(case.args["hs"].dtype)
    return Case(case.name, {"hs": hs, "lengths": np.roll(case.args["lengths"], 1)}, case.tags)


MISTAKES = slips(r"""
last_step: the states at the last step of the batch
    {"hs[rows, lengths - 1]": "hs[:, -1]"}
    A shorter text has read padding by then, and what it was is overlaid by that.
    Look: Equation (eq:last): at which step does text n end?
one_further: the states one step too late, where there is one
    {"lengths - 1]": "np.minimum(lengths, hs.shape[1] - 1)]"}
    In code the steps of a text of length 3 are 0, 1 and 2: step 3 is padding already.
    Look: Equation (eq:last): what is subtracted from the length?
one_before: the states before the last word, where there is one
    {"lengths - 1]": "np.maximum(lengths - 2, 0)]"}
    The last word has not been read yet.
    Look: Equation (eq:last): what is subtracted from the length?
first_step: the states after the first word
    {"hs[rows, lengths - 1]": "hs[:, 0]"}
    Only one word has been read there.
    Look: Equation (eq:last): at which step does text n end?
longest: the states at the last step of the longest text
    {"lengths - 1]": "max(lengths) - 1]"}
    Each text has a length of its own.
    Look: Which length belongs to row n?
shortest: the states at the last step of the shortest text
    {"lengths - 1]": "min(lengths) - 1]"}
    Each text has a length of its own.
    Look: Which length belongs to row n?
first_length: the states at the last step of the first text
    {"lengths - 1]": "lengths[0] - 1]"}
    Each text has a length of its own.
    Look: Which length belongs to row n?
next_length: each text's state at the length of another one
    {"lengths - 1]": "np.roll(lengths, -1) - 1]"}
    Each text has a length of its own.
    Look: Which length belongs to row n?
sorted_lengths: states at lengths that were sorted, of texts that were not
    {"lengths - 1]": "np.sort(lengths)[::-1] - 1]"}
    Each text has a length of its own.
    Look: Which length belongs to row n?
sorted_texts: the right states in another order, the longest text first
    {"rows = np.arange(len(hs))":
        "order = np.argsort(-lengths, kind='stable')\n    hs, lengths = hs[order], lengths[order]\n"
        "    rows = np.arange(len(hs))"}
    Texts may be sorted on the way. In the end each has to be back in its place.
    Look: Which text does the first row of your answer belong to?
from_the_end: states counted from the end of the row
    {"lengths - 1]": "-lengths]"}
    An index of -3 is the third step from the end. A text's words stand at the beginning of its row.
    Look: The docstring says where the padding is.
one_row_for_all: states of the first text, at everybody's length
    {"hs[rows, lengths - 1]": "hs[0, lengths - 1]"}
    Each text has states of its own.
    Look: Which row of hs does row n of the answer come from?
as_if_packed: states from rows that were laid end to end, as if they had no padding
    {"hs[rows, lengths - 1]": "hs.reshape(-1, hs.shape[2])[np.cumsum(lengths) - 1]"}
    Text n would end at the sum of all lengths up to it if nothing lay between. But the padding lies between.
    Look: How many steps are there in a row of hs?
time_first: states out of hs that was reshaped to have the time first
    {"hs[rows, lengths - 1]": "hs.reshape(hs.shape[1], len(hs), -1)[lengths - 1, rows]"}
    reshape keeps the order in which numbers lie in memory, and there the texts come one after the other.
    Look: Which axis of hs counts the texts?
every_pair: each text's states at everybody's length, (N, N, H)
    {"hs[rows, lengths - 1]": "hs[:, lengths - 1]", "lengths[:, None] > 0": "lengths[:, None, None] >= 0"}
    A `:` takes every row for every length. Two lists of numbers, one for each axis, are taken in pairs.
    Look: For how many rows does each length count in equation (eq:last)?
mean: the means of the real steps
    {"hs[rows, lengths - 1]":
        "(hs * (np.arange(hs.shape[1]) < lengths[:, None])[:, :, None]).sum(axis=1) / np.maximum(lengths, 1)[:, None]"}
    That is what masked_mean gives. Asked is the state at one step.
    Look: How many steps does equation (eq:last) take from each text?
sum: the sums of the real steps
    {"hs[rows, lengths - 1]": "(hs * (np.arange(hs.shape[1]) < lengths[:, None])[:, :, None]).sum(axis=1)"}
    Asked is the state at one step.
    Look: How many steps does equation (eq:last) take from each text?
largest: the largest numbers of the real steps
    {"hs[rows, lengths - 1]":
        "np.where((np.arange(hs.shape[1]) < lengths[:, None])[:, :, None], hs, -np.inf).max(axis=1)"}
    Asked is the state at one step, with all its numbers.
    Look: How many steps does equation (eq:last) take from each text?
not_zero: the last states that are not zero
    {"lengths - 1]": "hs.shape[1] - 1 - (hs[:, ::-1] != 0).any(axis=2).argmax(axis=1)]"}
    A state may be zero, and the padding need not be. Where a text ends say the lengths.
    Look: Which argument says where a text ends?
masked_last: the states at the last step of the batch, and zeros where that is padding
    {"hs[rows, lengths - 1]": "hs[:, -1] * (lengths == hs.shape[1])[:, None]"}
    What is put to zero on the padding leaves nothing there to take. The state wanted stands further in front.
    Look: Equation (eq:last): at which step does text n end?
nothing_is_the_last: the right states, and for a text without a word the last step of its padding
    {"np.where(lengths[:, None] > 0, last, 0)": "last"}
    A length of 0 gives an index of -1, and that is the last one in numpy: no error, and a state that belongs to no
    word.
    Look: The second line of equation (eq:last): what is there where a text has no word?
nothing_is_the_first: the right states, and for a text without a word the first step of its padding
    {"lengths - 1]": "np.maximum(lengths - 1, 0)]", "np.where(lengths[:, None] > 0, last, 0)": "last"}
    What stands on the padding should leave no trace.
    Look: The second line of equation (eq:last): what is there where a text has no word?
nothing_is_one: the right states, and ones for a text without a word
    {"last, 0)": "last, 1)"}
    Nothing was read, and so nothing is known: all zeros, like the state before the first step.
    Look: The second line of equation (eq:last): what is there where a text has no word?
axis_kept: the right states with an axis for time, (N, 1, H)
    {"return np.where(lengths[:, None] > 0, last, 0)": "return np.where(lengths[:, None] > 0, last, 0)[:, None]"}
    A state of one step has no axis for time.
    Look: The docstring gives the shape.
into_hs: the right states, with zeros written into the rows of hs that have no word
    {"last = hs": "hs[lengths == 0] = 0\n    last = hs"}
    Whoever called has lost what stood there.
    Look: Which line writes into an array that came in?
into_lengths: the right states, with 1 taken off from lengths itself
    {"hs[rows, lengths - 1]": "hs[rows, np.subtract(lengths, 1, out=lengths)]",
        "lengths[:, None] > 0": "lengths[:, None] >= 0"}
    Whoever called has other lengths now, and a second call gives other states.
    Look: Which line writes into an array that came in?
""")

RIGHT = (
    '''def last_valid(hs, lengths):
    """Text by text."""
    last = np.zeros((len(hs), hs.shape[2]))
    for n, length in enumerate(lengths):
        if length > 0:
            last[n] = hs[n, length - 1]
    return last
''',
    """def last_valid(hs, lengths):
    place = np.maximum(lengths - 1, 0)[:, None, None]
    return np.take_along_axis(hs, place, axis=1)[:, 0] * (lengths > 0)[:, None]
""",
    """def last_valid(hs, lengths):
    at_the_end = np.arange(hs.shape[1]) == lengths[:, None] - 1
    return (hs * at_the_end[:, :, None]).sum(axis=1)
""",
    '''def last_valid(hs, lengths):
    """With a step of zeros in front, so that a length is a place."""
    from_zeros = np.concatenate([np.zeros_like(hs[:, :1]), hs], axis=1)
    return from_zeros[range(len(hs)), lengths]
''',
    """def last_valid(hs, lengths):
    held = np.zeros((len(hs), hs.shape[2]))
    for t in range(hs.shape[1]):
        held = np.where((t < lengths)[:, None], hs[:, t], held)
    return held
""",
)

EXERCISE = Exercise(
    name="last_valid",
    title="After the last word",
    arguments={"hs": "(N, T, H)", "lengths": "(N,)"},
    returns=(Array("last", "(N, H)"),),
    parts=(
        Part("the last states", points=2),
        Part("texts without a word", points=1, tags=NOTHING),
        Part("large numbers, hundreds of steps, hundreds of texts", points=1, tags=LARGE),
    ),
    difficulty=1,
    minutes=8,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    row="text",
    hints=(
        "Of a text of three words in a batch of five steps: which of hs[n, 0] ... hs[n, 4] has read all of it, and "
        "nothing else?",
        "In numpy two arrays of whole numbers in one pair of square brackets are taken in pairs: the first row with "
        "the first step, the second row with the second step. Then put zeros where the length is 0.",
        "hs[np.arange(len(hs)), lengths - 1], and np.where(lengths[:, None] > 0, ..., 0) around it.",
    ),
    explanation=(
        "A text's answer no longer depends on which texts it shares a batch with. A gradient goes the same way back: "
        "into the step that was taken, and nowhere else."
    ),
)
