"""Whole numbers as one-hot vectors: a class becomes a position."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips

ABSENT = frozenset({"absent"})  # the largest class does not occur in ids


def _ids(rng, N, T, K, dtype=np.int64):
    """Ids in which the smallest and the largest class occur, in sequences that differ."""
    ids = rng.integers(K, size=(N, T), dtype=dtype)
    first, last = rng.choice(N * T, size=2, replace=False)
    ids.flat[first], ids.flat[last] = 0, K - 1
    return ids


def cases(rng):
    a, b, c = rng.permutation(3)
    yield Case("small", {"ids": np.array([[a, b, b, b], [b, c, a, c]]), "num_classes": 3})
    a, b, c, d = 2 * rng.permutation(4)  # neither an odd class nor the largest
    gaps = np.array([[a, b, c, d, a], [d, d, b, a, b]])
    yield Case("classes that do not occur", {"ids": gaps, "num_classes": 9}, ABSENT)
    yield Case("one sequence", {"ids": _ids(rng, 1, 5, 3), "num_classes": 3})
    yield Case("one time step", {"ids": _ids(rng, 4, 1, 6), "num_classes": 6})
    yield Case("one class", {"ids": np.zeros((3, 2), dtype=np.int64), "num_classes": 1})
    yield Case("one number", {"ids": rng.integers(1, 3, size=(1, 1)), "num_classes": 4}, ABSENT)
    yield Case("few of many", {"ids": rng.integers(5, size=(3, 2)), "num_classes": 20}, ABSENT)
    yield Case("int32", {"ids": _ids(rng, 2, 6, 4, dtype=np.int32), "num_classes": 4})
    yield Case("strided", {"ids": _ids(rng, 3, 6, 5), "num_classes": 5}, frozenset({"strided"}))
    yield Case("long", {"ids": _ids(rng, 5, 60, 30), "num_classes": 30})
    # Odd ones that whole numbers of 8 bits and floats of 16 do not hold.
    beyond = 1 + 2 * rng.integers([70, 140, 1100], [120, 1000, 1190])
    yield Case("thousands of classes", {"ids": beyond[:, None], "num_classes": 2400})


MISTAKES = slips(r"""
from_one: classes counted from 1, so that class 0 has no place
    {"ids[..., None]": "ids[..., None] - 1"}
    The ones stand one place too far left, and where the id is 0 there is no 1 at all. Python counts from 0, and so do
    the ids: the classes are 0, 1, ... num_classes - 1.
    Look: Equation (eq:one_hot): which class belongs to position k = 0?
from_one_wrapped: classes counted from 1, with class 0 at the far end
    {"ids[..., None]": "(ids[..., None] - 1) % num_classes"}
    The ones stand one place too far left. An index of -1 is the last place in numpy, so class 0 went there without an
    error. The ids count from 0.
    Look: Equation (eq:one_hot): which class belongs to position k = 0?
one_too_far: ones one place too far right, the largest class having none
    {"ids[..., None]": "ids[..., None] + 1"}
    Position k holds class k - 1, so position 0 stays empty and the largest class falls off the end. The ids count from
    0 already; nothing has to be added.
    Look: Equation (eq:one_hot): which class belongs to position k = 0?
one_too_far_outside: an answer that puts its ones at ids + 1, where the largest class finds no place
    {"(ids[..., None] == classes).astype(np.float64)": "np.eye(num_classes)[ids + 1]"}
    num_classes positions have the numbers 0 to num_classes - 1; the ids count from 0 already, so nothing has to be
    added.
    Look: Equation (eq:one_hot): which class belongs to position k = 0?
one_too_far_wrapped: ones one place too far right, the largest class at position 0
    {"ids[..., None]": "(ids[..., None] + 1) % num_classes"}
    Position k holds class k - 1. The ids count from 0 already; nothing has to be added.
    Look: Equation (eq:one_hot): which class belongs to position k = 0?
one_class_too_many: the right ones with a class too many at the end
    {"np.arange(num_classes)": "np.arange(num_classes + 1)"}
    num_classes is how many classes there are, not the largest of them: 3 classes are 0, 1 and 2.
    Look: Compare the last axis of your answer with its shape in the docstring.
an_unused_class_in_front: ones at ids + 1 among num_classes + 1 positions
    {"np.arange(num_classes)": "np.arange(num_classes + 1)", "ids[..., None]": "ids[..., None] + 1"}
    Position 0 is never used, and there is a position too many. The ids count from 0, so num_classes positions are
    enough.
    Look: Equation (eq:one_hot): which class belongs to position k = 0?
counted_from_the_end: classes counted from the end
    {"== classes": "== classes[::-1]"}
    Class 0 stands last and the largest class first.
    Look: Equation (eq:one_hot): which class belongs to position k = 0?
from_the_largest_id: an answer with as many classes as the largest id asks for, whatever num_classes says
    {"np.arange(num_classes)": "np.arange(ids.max() + 1)"}
    The largest class does not have to occur. Another batch would then get vectors of another length, and the same W
    could not read both.
    Look: How long is the last axis by the docstring, and where does your code take it from?
renumbered: one-hot vectors over the classes that occur, numbered afresh
    {"np.arange(num_classes)": "np.unique(ids)"}
    A class that does not occur in this batch keeps its place all the same: otherwise position k would mean another word
    in every batch.
    Look: How long is the last axis by the docstring, and where does your code take it from?
all_ones: ones everywhere
    {"(ids[..., None] == classes).astype(np.float64)": "np.ones((*ids.shape, num_classes))"}
    Every position says yes, so nothing is left of the id.
    Look: Equation (eq:one_hot): for which k is the answer 1, and what is it for the others?
all_zeros: zeros everywhere
    {"(ids[..., None] == classes).astype(np.float64)": "np.zeros((*ids.shape, num_classes))"}
    The array has the right shape, and no 1 was ever written into it (or into a copy that was thrown away).
    Look: Equation (eq:one_hot): for which k is the answer 1?
inverted: the right answer with 0 and 1 exchanged
    {"== classes": "!= classes"}
    The position of the id holds the only 0. It should hold the only 1.
    Look: Equation (eq:one_hot): for which k is the answer 1? Should it be == or !=?
the_id_itself: the ids themselves, standing where a 1 should stand
    {"(ids[..., None] == classes)": "ids[..., None] * (ids[..., None] == classes)"}
    The positions are right. But a class with a larger number would still speak louder, and class 0 would be silent:
    that is what one-hot vectors are there to prevent.
    Look: What does equation (eq:one_hot) put at position ids[n, t]?
thermometer: ones from position 0 up to the id
    {"== classes": ">= classes"}
    That code says how large a number is. A word's number has no size: each class has one position, and all the others
    stay 0.
    Look: Equation (eq:one_hot): should it be == or <=?
thermometer_without_the_id: ones at every position below the id
    {"== classes": "> classes"}
    That code says how large a number is. A word's number has no size: each class has one position, and all the others
    stay 0.
    Look: Equation (eq:one_hot): should it be == or <?
every_id_at_every_step: ones for every id of the whole batch, at every time step
    body:
        y = np.zeros((*ids.shape, num_classes))
        y[:, :, ids] = 1
        return y
    y[:, :, ids] = 1 reads: for all n, for all t, at all the positions in ids. Each (n, t) should get its own id only.
    Look: Hint 2 lets n, t and the id go together by comparing instead of indexing.
every_id_of_the_sequence: ones for every id of a sequence, at each of its time steps
    body:
        y = np.zeros((*ids.shape, num_classes))
        for n in range(len(ids)):
            y[n, :, ids[n]] = 1
        return y
    y[n, :, ids[n]] = 1 reads: for all t, at all the positions in ids[n]. Each t should get its own id only, or the
    order of the words is lost.
    Look: Hint 2 lets n, t and the id go together by comparing instead of indexing.
first_sequence_for_all: the first sequence's vectors, repeated for the whole batch
    {"ids[..., None]": "np.broadcast_to(ids[:1], ids.shape)[..., None]"}
    Every sequence has ids of its own.
    Look: Does your code use the batch's index n when it reads ids?
first_step_for_all: each sequence's first vector, repeated at all its time steps
    {"ids[..., None]": "np.broadcast_to(ids[:, :1], ids.shape)[..., None]"}
    Every time step has an id of its own.
    Look: Does your code use the time step's index t when it reads ids?
only_the_last_number: the vector of the last id alone, with zeros for all the others
    {"return (ids[..., None] == classes).astype(np.float64)": "y = np.zeros((*ids.shape, num_classes))\n"
        "    y[-1:, -1:] = (ids[..., None] == classes)[-1:, -1:]\n"
        "    return y"}
    What was written before it is gone. A y that is made anew in every round of a loop begins with zeros again.
    Look: Does np.zeros stand before the loops or inside them?
only_the_first_sequence: the first sequence's vectors, with zeros for the others
    {"return (ids[..., None] == classes).astype(np.float64)": "y = np.zeros((*ids.shape, num_classes))\n"
        "    y[:1] = (ids[..., None] == classes)[:1]\n"
        "    return y"}
    The first sequence is right and the others were never reached.
    Look: Does your loop run over all n? A return inside a loop ends it after one round.
only_the_first_step: the first time step's vectors, with zeros for the others
    {"return (ids[..., None] == classes).astype(np.float64)": "y = np.zeros((*ids.shape, num_classes))\n"
        "    y[:, :1] = (ids[..., None] == classes)[:, :1]\n"
        "    return y"}
    t = 0 is right and the later steps were never reached.
    Look: Does your loop run over all t? A return inside a loop ends it after one round.
only_the_first_number: the vector of ids[0, 0] alone, with zeros for all the others
    {"return (ids[..., None] == classes).astype(np.float64)": "y = np.zeros((*ids.shape, num_classes))\n"
        "    y[:1, :1] = (ids[..., None] == classes)[:1, :1]\n"
        "    return y"}
    ids[0, 0] is right and nothing after it was reached.
    Look: A return inside a loop ends it after one round: which level should it stand at?
time_reversed: the right vectors with time running backwards
    {"ids[..., None]": "ids[:, ::-1, None]"}
    The last word came first. Each time step keeps its place here.
    Look: Equation (eq:one_hot) has the same t on both sides.
classes_before_time: the right vectors with the axes in the order (N, num_classes, T)
    {".astype(np.float64)": ".astype(np.float64).transpose(0, 2, 1)"}
    Time and class have changed places: y[n, t] should be one vector.
    Look: The docstring gives the order of the axes; the new one comes last.
time_first: the right vectors with the axes in the order (T, N, num_classes)
    {"ids[..., None]": "ids.T[..., None]"}
    Batch and time have changed places: this course is batch first.
    Look: The docstring gives the order of the axes.
classes_first: the right vectors with the axes in the order (num_classes, N, T)
    {".astype(np.float64)": ".astype(np.float64).transpose(2, 0, 1)"}
    The class's axis came first: y[n, t] should be one vector.
    Look: The docstring gives the order of the axes; the new one comes last.
flat: the right vectors as one long list, (N T, num_classes)
    {"ids[..., None]": "ids.reshape(-1, 1)"}
    Batch and time have been joined into one axis: where a sequence ends can't be seen any more.
    Look: Compare the number of axes with the docstring's.
joined: a sequence's vectors one after the other, (N, T num_classes)
    {".astype(np.float64)": ".astype(np.float64).reshape(len(ids), -1)"}
    Time and class have been joined into one axis: a network that reads step by step needs them apart.
    Look: Compare the number of axes with the docstring's.
counts: how often each class occurs in each sequence
    {".astype(np.float64)": ".sum(axis=1).astype(np.float64)"}
    The vectors of all time steps were added up, and the order of the words is lost.
    Look: Compare the number of axes with the docstring's: where did T go?
""")

RIGHT = (
    {"(ids[..., None] == classes).astype(np.float64)": "np.eye(num_classes)[ids]"},
    {"(ids[..., None] == classes).astype(np.float64)": "np.where(np.equal.outer(ids, classes), 1.0, 0.0)"},
    {"(ids[..., None] == classes)": "np.stack([ids == k for k in classes], axis=-1)"},
    """
def one_hot(ids, num_classes):
    N, T = ids.shape
    y = np.zeros((N, T, num_classes))
    for n in range(N):
        for t in range(T):
            y[n, t, ids[n, t]] = 1
    return y
""",
    """
def one_hot(ids, num_classes):
    N, T = ids.shape
    y = np.zeros((N, T, num_classes))
    y[np.arange(N)[:, None], np.arange(T), ids] = 1.0
    return y
""",
    """
def one_hot(ids, num_classes):
    y = np.zeros((ids.size, num_classes))
    y[np.arange(ids.size), ids.reshape(-1)] = 1
    return y.reshape(*ids.shape, num_classes)
""",
    """
def one_hot(ids, num_classes):
    return np.array([[[float(k == i) for k in range(num_classes)] for i in row] for row in ids])
""",
)

EXERCISE = Exercise(
    name="one_hot",
    title="Words as vectors",
    arguments={"ids": "(N, T)", "num_classes": "num_classes"},
    returns=(Array("y", "(N, T, num_classes)"),),
    parts=(
        Part("a 1 at the id's place, 0 elsewhere", points=1),
        Part("room for classes that do not occur", points=1, tags=ABSENT),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:one_hot) asks one question of every n, t and k: is k the id at (n, t)? Which of these three "
        "axes does ids not have yet?",
        "np.arange(num_classes) holds every class, (num_classes,). Give ids a new last axis, so that it is "
        "(N, T, 1), and compare the two with ==: broadcasting makes the answer (N, T, num_classes), of "
        "True and False. (Two loops that write single ones into np.zeros are right as well.)",
        "ids[..., None] has the new axis; comparing it with np.arange(num_classes) gives True and False, and "
        ".astype(np.float64) makes 1.0 and 0.0 of them.",
    ),
    explanation=(
        "Every id became a vector, and any two classes' vectors are equally far apart: no class is larger "
        "than another or nearer to a third. A one-hot vector times a matrix picks one row of it, so each "
        "word gets a row of weights of its own. That is how a network reads words."
    ),
)
