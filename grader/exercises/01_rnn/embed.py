"""Words as short vectors: a row of a table for every id."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, far, ids_of


def _arguments(rng, N, T, K, D, dtype=np.int64):
    return {"ids": ids_of(rng, N, T, K, dtype), "E": rng.normal(size=(K, D))}


def cases(rng):
    a, b, c = rng.permutation(4)[:3]
    small = {"ids": np.array([[a, b, a], [c, a, b]]), "E": rng.normal(size=(4, 2))}
    yield Case("small", small)
    yield Case("more words", _arguments(rng, N=3, T=6, K=9, D=5))
    yield Case("one sequence", _arguments(rng, N=1, T=5, K=4, D=3))
    yield Case("one time step", _arguments(rng, N=4, T=1, K=6, D=3))
    yield Case("one feature", _arguments(rng, N=2, T=4, K=5, D=1))
    yield Case("one word", {"ids": np.zeros((3, 2), dtype=np.int64), "E": rng.normal(size=(1, 4))})
    yield Case("one of each", {"ids": np.array([[2]]), "E": rng.normal(size=(3, 1))})
    # In the table as many rows as columns, and more columns than rows: what takes a column for a row raises no error.
    yield Case("as many words as features", _arguments(rng, N=3, T=2, K=5, D=5))
    yield Case("fewer words than features", _arguments(rng, N=2, T=4, K=3, D=7))
    few = _arguments(rng, N=2, T=3, K=8, D=4)
    few["ids"] = 1 + 2 * rng.integers(3, size=(2, 3))  # neither an even id nor the largest
    few["ids"][0, :2] = 1, 3
    yield Case("words that do not occur", few)
    yield Case("int32", _arguments(rng, N=2, T=5, K=6, D=3, dtype=np.int32))
    yield Case("strided", _arguments(rng, N=3, T=4, K=7, D=2), frozenset({"strided"}))
    single = _arguments(rng, N=2, T=3, K=5, D=4)
    yield Case("float32", single | {"E": single["E"].astype(np.float32)})
    faint = _arguments(rng, N=2, T=3, K=4, D=5)
    yield Case("numbers close to 0", faint | {"E": 1e-7 * faint["E"]})
    yield Case("large numbers", _arguments(rng, N=2, T=3, K=4, D=5) | {"E": far(rng, 4, 5)}, LARGE)
    # Ids that whole numbers of 8 bits and floats of 16 do not hold.
    many = _arguments(rng, N=4, T=2, K=2400, D=1)
    many["ids"] = 1 + 2 * rng.integers([[70, 1100]], [[1000, 1190]], size=(4, 2))
    yield Case("thousands of words", many, LARGE)


MISTAKES = slips(r"""
from_one: rows of E that are counted from 1, where the id 0 takes the last row
    {"E[ids]": "E[ids - 1]"}
    Every word gets the vector of the word before it in the vocabulary. Ids count from 0, and an index of -1 is the last
    row in numpy: it raises no error.
    Look: Equation (eq:embed): which row of E belongs to the id 0?
one_too_far: rows of E that are counted from -1, where the largest id takes the first row
    {"E[ids]": "E[(ids + 1) % len(E)]"}
    Every word gets the vector of the word after it in the vocabulary. The ids count from 0, as the rows do.
    Look: Equation (eq:embed): which row of E belongs to the id 0?
by_place: the first rows of E, one a time step, whatever the ids are
    {"E[ids]": "E[np.zeros_like(ids) + np.arange(ids.shape[1])]"}
    A word's vector then depends on where it stands, and not on which word it is.
    Look: What does equation (eq:embed) have as the index of E: the time step, or the id that stands there?
from_the_end: rows of E counted from its end
    {"E[ids]": "E[::-1][ids]"}
    The id 0 takes the last row, and the largest id the first one.
    Look: Equation (eq:embed): which row of E belongs to the id 0?
columns: columns of E in the place of its rows
    {"E[ids]": "E.T[ids]"}
    E has a row for each word, and a word's vector is D numbers long. A column holds the same feature of all the words.
    Look: The docstring gives the shape of E: which of its axes counts the words?
columns_last: columns of E in the place of its rows, the ids' axes last
    {"E[ids]": "E[:, ids]"}
    A colon at the first axis takes every row: the ids then choose among the columns.
    Look: The docstring gives the shape of E: which of its axes counts the words?
numbers_of_E: single numbers of E, counted through all its rows
    {"E[ids]": "np.take(E, ids)"}
    Without an axis, np.take counts through E number by number, row after row. A word's vector is a whole row.
    Look: The docstring gives the shape that comes back. np.take takes an axis.
summed: one vector a sequence, the sum of its words' vectors
    {"E[ids]": "E[ids].sum(axis=1)"}
    The words of a sentence were added up, and their order is lost: a bag of words.
    Look: Compare the number of axes with the docstring's: where did T go?
averaged: one vector a sequence, the mean of its words' vectors
    {"E[ids]": "E[ids].mean(axis=1)"}
    The words of a sentence were averaged, and their order is lost: a bag of words.
    Look: Compare the number of axes with the docstring's: where did T go?
summed_over_the_batch: one vector a time step, the sum over the batch
    {"E[ids]": "E[ids].sum(axis=0)"}
    The sequences of the batch were added up, though they have nothing to do with each other.
    Look: Compare the number of axes with the docstring's: where did N go?
running_sum: each word's vector with those of all the words before it added
    {"E[ids]": "np.cumsum(E[ids], axis=1)"}
    An embedding says which word it is, and nothing of the words before it. Remembering those will be the next
    function's work.
    Look: Equation (eq:embed) has the same t on both sides, and no sum.
one_hot: one-hot vectors, which E was not multiplied with
    {"E[ids]": "(ids[..., None] == np.arange(len(E))).astype(E.dtype)"}
    That is unit 00's encoding. The product with E is missing, or the row that it picks.
    Look: What does equation (eq:embed) take from E?
one_hot_through_both: the rows of E, multiplied with E's own transpose
    {"E[ids]": "E[ids] @ E.T"}
    That says how alike each word's vector is to every word's. Asked is the vector itself.
    Look: Equation (eq:embed) uses E once.
padding_zero: the rows of E, with zeros where the id is 0
    {"E[ids]": "E[ids] * (ids[..., None] != 0)"}
    Some libraries keep an id for padding, whose vector stays zero. Here the id 0 is a word like the others, and what is
    padding will be said by a mask.
    Look: Equation (eq:embed) makes no difference between ids.
scaled: the rows of E times the square root of D
    {"E[ids]": "E[ids] * np.sqrt(E.shape[1])"}
    Transformers do that, to bring the vectors to the size of what they add to them. Nothing is added here.
    Look: Equation (eq:embed) takes the row as it is.
unit_length: the rows of E, each brought to the length 1
    {"E[ids]": "E[ids] / np.linalg.norm(E[ids], axis=-1, keepdims=True)"}
    A vector's length is learned too. Divided by it, a word could no longer speak louder than another.
    Look: Equation (eq:embed) takes the row as it is.
squashed: the rows of E, put through tanh
    {"E[ids]": "np.tanh(E[ids])"}
    An embedding has no squashing function: it is a row of a table.
    Look: Equation (eq:embed) takes the row as it is.
time_reversed: the right vectors with time running backwards
    {"E[ids]": "E[ids[:, ::-1]]"}
    The last word came first. Each time step keeps its place here.
    Look: Equation (eq:embed) has the same t on both sides.
first_step_for_all: each sequence's first vector, repeated at all its time steps
    {"E[ids]": "E[np.broadcast_to(ids[:, :1], ids.shape)]"}
    Every time step has an id of its own.
    Look: Does your code use the time step's index t when it reads ids?
first_sequence_for_all: the first sequence's vectors, repeated for the whole batch
    {"E[ids]": "E[np.broadcast_to(ids[:1], ids.shape)]"}
    Every sequence has ids of its own.
    Look: Does your code use the batch's index n when it reads ids?
time_first: the right vectors with the axes in the order (T, N, D)
    {"E[ids]": "E[ids.T]"}
    Batch and time have changed places: this course is batch first.
    Look: The docstring gives the order of the axes.
features_before_time: the right vectors with the axes in the order (N, D, T)
    {"E[ids]": "E[ids].transpose(0, 2, 1)"}
    Time and feature have changed places: xs[n, t] should be one word's vector.
    Look: The docstring gives the order of the axes; the new one comes last.
flat: the right vectors as one long list, (N T, D)
    {"E[ids]": "E[ids.reshape(-1)]"}
    Batch and time have been joined into one axis: where a sequence ends can't be seen any more.
    Look: Compare the number of axes with the docstring's.
joined: a sequence's vectors one after the other, (N, T D)
    {"E[ids]": "E[ids].reshape(len(ids), -1)"}
    Time and feature have been joined into one axis: a network that reads step by step needs them apart.
    Look: Compare the number of axes with the docstring's.
renumbered: rows of E for the ids that occur, numbered afresh
    {"E[ids]": "E[np.unique(ids, return_inverse=True)[1].reshape(ids.shape)]"}
    A word that does not occur in this batch keeps its row all the same: otherwise a row would mean another word in
    every batch.
    Look: Equation (eq:embed): which row of E belongs to the id 5, if nobody says 4?
from_the_smallest: rows of E counted from the smallest id of the batch
    {"E[ids]": "E[ids - ids.min()]"}
    A word then gets another row in another batch. The ids count from 0, whichever of them occur.
    Look: Equation (eq:embed): which row of E belongs to the id 5?
sorted: the right vectors with each sequence's words sorted by their ids
    {"E[ids]": "E[np.sort(ids, axis=1)]"}
    The order of the words is lost. Each time step keeps its place.
    Look: Equation (eq:embed) has the same t on both sides.
first_sequence_only: the vectors of the first sequence alone
    {"E[ids]": "E[ids[0]]"}
    Every sequence has ids of its own.
    Look: Compare the number of axes with the docstring's: where did N go?
axes_reversed: the right vectors with the axes in the order (D, T, N)
    {"E[ids]": "E[ids].T"}
    `.T` turns all the axes round, not only two of them.
    Look: The docstring gives the order of the axes.
times_the_id: the first row of E, multiplied with each id
    {"E[ids]": "ids[..., None] * E[0]"}
    An id is a name: a word with a larger one is not more of anything. Each id has a row of its own.
    Look: What does equation (eq:embed) do with the id?
centred: the right vectors less their mean over the sequence
    {"E[ids]": "E[ids] - E[ids].mean(axis=1, keepdims=True)"}
    Then a word's vector depends on the other words of its sentence, on those after it, too.
    Look: Equation (eq:embed) takes the row as it is.
scaled_down: the rows of E divided by the square root of D
    {"E[ids]": "E[ids] / np.sqrt(E.shape[1])"}
    Some networks scale like that to keep sums from growing. Here the row itself is asked for.
    Look: Equation (eq:embed) takes the row as it is.
last_missing: the right vectors with zeros at the last time step
    {"E[ids]": "E[ids] * (np.arange(ids.shape[1]) < ids.shape[1] - 1)[:, None]"}
    The last word was never looked up.
    Look: Over which t does your loop run, and where does it end?
seven_bits: rows of E by the ids' last 7 bits
    {"E[ids]": "E[ids % 128]"}
    A larger id starts again at 0, and so it takes another word's row.
    Look: Which dtype do you turn the ids into, and what is the largest number it holds?
signed_bytes: rows of E by the ids as whole numbers of 8 bits with a sign
    {"E[ids]": "E[ids.astype(np.int8)]"}
    np.int8 holds -128 to 127. A larger id becomes another number, often a negative one, which counts from E's end.
    Look: Which dtype do you turn the ids into, and what is the largest number it holds?
eight_bits: rows of E by the ids' last 8 bits
    {"E[ids]": "E[ids % 256]"}
    A whole number of 8 bits holds 0 to 255: a larger id starts again at 0, and so it takes another word's row.
    Look: Which dtype do you turn the ids into, and what is the largest number it holds?
""")

RIGHT = (
    {"E[ids]": "np.take(E, ids, axis=0)"},
    {"E[ids]": "(ids[..., None] == np.arange(len(E))).astype(E.dtype) @ E"},
    {"E[ids]": "np.eye(len(E))[ids] @ E"},
    {"E[ids]": "np.stack([E[row] for row in ids])"},
    {"E[ids]": "E[ids.reshape(-1)].reshape(*ids.shape, -1)"},
    """
def embed(ids, E):
    (N, T), D = ids.shape, E.shape[1]
    xs = np.zeros((N, T, D))
    for n in range(N):
        for t in range(T):
            xs[n, t] = E[ids[n, t]]
    return xs
""",
    """
def embed(ids, E):
    xs = np.empty(ids.shape + E.shape[1:])
    for k, row in enumerate(E):
        xs[ids == k] = row
    return xs
""",
)

EXERCISE = Exercise(
    name="embed",
    title="A row for every word",
    arguments={"ids": "(N, T)", "E": "(K, D)"},
    returns=(Array("xs", "(N, T, D)"),),
    parts=(Part("the words' rows", points=1), Part("right on large ids and large numbers", points=1, tags=LARGE)),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:embed) asks for one row of E for every (n, t). numpy can take many rows at once.",
        "An array of whole numbers may stand between the brackets of an index: the result has the shape of that array, "
        "with a row of E in the place of each number.",
        "Index E with the whole of ids, all of it at once, as you would with a single whole number.",
    ),
    explanation=(
        "This is the product of a one-hot vector with E, without the zeros: K numbers are not multiplied to find the "
        "one row that counts. The rows are learned like any other weight, so words that are used alike can come "
        "to lie close together. One-hot vectors are all equally far apart."
    ),
)
