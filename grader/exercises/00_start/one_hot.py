"""Whole numbers as one-hot vectors: a class becomes a position."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part

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


def _right(ids, num_classes):
    return (ids[..., None] == np.arange(num_classes)).astype(float)


def _with_id_for_one(ids, num_classes):
    return _right(ids, num_classes) * ids[..., None]


def _renumbered(ids, num_classes):
    classes, places = np.unique(ids, return_inverse=True)
    return _right(places.reshape(ids.shape), len(classes))


def _all_at_once(ids, num_classes):
    y = np.zeros((*ids.shape, num_classes))
    y[:, :, ids] = 1
    return y


def _sequence_at_once(ids, num_classes):
    y = np.zeros((*ids.shape, num_classes))
    for n in range(len(ids)):
        y[n, :, ids[n]] = 1
    return y


def _only(where):
    def only(ids, num_classes):
        y = np.zeros((*ids.shape, num_classes))
        y[where] = _right(ids, num_classes)[where]
        return y

    return only


MISTAKES = (
    Mistake(
        name="from_one",
        what="classes counted from 1, so that class 0 has no place",
        meaning="The ones stand one place too far left, and where the id is 0 there is no 1 at all. Python "
        "counts from 0, and so do the ids: the classes are 0, 1, ... num_classes - 1.",
        look="Equation (0.5): which class belongs to position k = 0?",
        function=lambda ids, num_classes: _right(ids - 1, num_classes),
    ),
    Mistake(
        name="from_one_wrapped",
        what="classes counted from 1, with class 0 at the far end",
        meaning="The ones stand one place too far left. An index of -1 is the last place in numpy, so "
        "class 0 went there without an error. The ids count from 0.",
        look="Equation (0.5): which class belongs to position k = 0?",
        function=lambda ids, num_classes: _right((ids - 1) % num_classes, num_classes),
    ),
    Mistake(
        name="one_too_far",
        what="ones one place too far right, the largest class having none",
        meaning="Position k holds class k - 1, so position 0 stays empty and the largest class falls off the "
        "end. The ids count from 0 already; nothing has to be added.",
        look="Equation (0.5): which class belongs to position k = 0?",
        function=lambda ids, num_classes: _right(ids + 1, num_classes),
    ),
    Mistake(
        name="one_too_far_outside",
        what="an answer that puts its ones at ids + 1, where the largest class finds no place",
        meaning="num_classes positions have the numbers 0 to num_classes - 1; the ids count from 0 "
        "already, so nothing has to be added.",
        look="Equation (0.5): which class belongs to position k = 0?",
        function=lambda ids, num_classes: np.eye(num_classes)[ids + 1],
    ),
    Mistake(
        name="one_too_far_wrapped",
        what="ones one place too far right, the largest class at position 0",
        meaning="Position k holds class k - 1. The ids count from 0 already; nothing has to be added.",
        look="Equation (0.5): which class belongs to position k = 0?",
        function=lambda ids, num_classes: _right((ids + 1) % num_classes, num_classes),
    ),
    Mistake(
        name="one_class_too_many",
        what="the right ones with a class too many at the end",
        meaning="num_classes is how many classes there are, not the largest of them: 3 classes are 0, 1 and 2.",
        look="Compare the last axis of your answer with its shape in the docstring.",
        function=lambda ids, num_classes: _right(ids, num_classes + 1),
    ),
    Mistake(
        name="an_unused_class_in_front",
        what="ones at ids + 1 among num_classes + 1 positions",
        meaning="Position 0 is never used, and there is a position too many. The ids count from 0, so "
        "num_classes positions are enough.",
        look="Equation (0.5): which class belongs to position k = 0?",
        function=lambda ids, num_classes: _right(ids + 1, num_classes + 1),
    ),
    Mistake(
        name="counted_from_the_end",
        what="classes counted from the end",
        meaning="Class 0 stands last and the largest class first.",
        look="Equation (0.5): which class belongs to position k = 0?",
        function=lambda ids, num_classes: _right(num_classes - 1 - ids, num_classes),
    ),
    Mistake(
        name="from_the_largest_id",
        what="an answer with as many classes as the largest id asks for, whatever num_classes says",
        meaning="The largest class does not have to occur. Another batch would then get vectors of another "
        "length, and the same W could not read both.",
        look="How long is the last axis by the docstring, and where does your code take it from?",
        function=lambda ids, num_classes: _right(ids, ids.max() + 1),
    ),
    Mistake(
        name="renumbered",
        what="one-hot vectors over the classes that occur, numbered afresh",
        meaning="A class that does not occur in this batch keeps its place all the same: otherwise "
        "position k would mean another word in every batch.",
        look="How long is the last axis by the docstring, and where does your code take it from?",
        function=_renumbered,
    ),
    Mistake(
        name="all_ones",
        what="ones everywhere",
        meaning="Every position says yes, so nothing is left of the id.",
        look="Equation (0.5): for which k is the answer 1, and what is it for the others?",
        function=lambda ids, num_classes: np.ones((*ids.shape, num_classes)),
    ),
    Mistake(
        name="all_zeros",
        what="zeros everywhere",
        meaning="The array has the right shape, and no 1 was ever written into it (or into a copy that "
        "was thrown away).",
        look="Equation (0.5): for which k is the answer 1?",
        function=lambda ids, num_classes: np.zeros((*ids.shape, num_classes)),
    ),
    Mistake(
        name="inverted",
        what="the right answer with 0 and 1 exchanged",
        meaning="The position of the id holds the only 0. It should hold the only 1.",
        look="Equation (0.5): for which k is the answer 1? Should it be == or !=?",
        function=lambda ids, num_classes: 1 - _right(ids, num_classes),
    ),
    Mistake(
        name="the_id_itself",
        what="the ids themselves, standing where a 1 should stand",
        meaning="The positions are right. But a class with a larger number would still speak louder, and "
        "class 0 would be silent: that is what one-hot vectors are there to prevent.",
        look="What does equation (0.5) put at position ids[n, t]?",
        function=_with_id_for_one,
    ),
    Mistake(
        name="thermometer",
        what="ones from position 0 up to the id",
        meaning="That code says how large a number is. A word's number has no size: each class has one "
        "position, and all the others stay 0.",
        look="Equation (0.5): should it be == or <=?",
        function=lambda ids, num_classes: (np.arange(num_classes) <= ids[..., None]).astype(float),
    ),
    Mistake(
        name="thermometer_without_the_id",
        what="ones at every position below the id",
        meaning="That code says how large a number is. A word's number has no size: each class has one "
        "position, and all the others stay 0.",
        look="Equation (0.5): should it be == or <?",
        function=lambda ids, num_classes: (np.arange(num_classes) < ids[..., None]).astype(float),
    ),
    Mistake(
        name="every_id_at_every_step",
        what="ones for every id of the whole batch, at every time step",
        meaning="y[:, :, ids] = 1 reads: for all n, for all t, at all the positions in ids. Each (n, t) "
        "should get its own id only.",
        look="Hint 2 lets n, t and the id go together by comparing instead of indexing.",
        function=_all_at_once,
    ),
    Mistake(
        name="every_id_of_the_sequence",
        what="ones for every id of a sequence, at each of its time steps",
        meaning="y[n, :, ids[n]] = 1 reads: for all t, at all the positions in ids[n]. Each t should get its "
        "own id only, or the order of the words is lost.",
        look="Hint 2 lets n, t and the id go together by comparing instead of indexing.",
        function=_sequence_at_once,
    ),
    Mistake(
        name="first_sequence_for_all",
        what="the first sequence's vectors, repeated for the whole batch",
        meaning="Every sequence has ids of its own.",
        look="Does your code use the batch's index n when it reads ids?",
        function=lambda ids, num_classes: _right(np.broadcast_to(ids[:1], ids.shape), num_classes),
    ),
    Mistake(
        name="first_step_for_all",
        what="each sequence's first vector, repeated at all its time steps",
        meaning="Every time step has an id of its own.",
        look="Does your code use the time step's index t when it reads ids?",
        function=lambda ids, num_classes: _right(np.broadcast_to(ids[:, :1], ids.shape), num_classes),
    ),
    Mistake(
        name="only_the_last_number",
        what="the vector of the last id alone, with zeros for all the others",
        meaning="What was written before it is gone. A y that is made anew in every round of a loop begins with "
        "zeros again.",
        look="Does np.zeros stand before the loops or inside them?",
        function=_only(np.s_[-1:, -1:]),
    ),
    Mistake(
        name="only_the_first_sequence",
        what="the first sequence's vectors, with zeros for the others",
        meaning="The first sequence is right and the others were never reached.",
        look="Does your loop run over all n? A return inside a loop ends it after one round.",
        function=_only(np.s_[:1]),
    ),
    Mistake(
        name="only_the_first_step",
        what="the first time step's vectors, with zeros for the others",
        meaning="t = 0 is right and the later steps were never reached.",
        look="Does your loop run over all t? A return inside a loop ends it after one round.",
        function=_only(np.s_[:, :1]),
    ),
    Mistake(
        name="only_the_first_number",
        what="the vector of ids[0, 0] alone, with zeros for all the others",
        meaning="ids[0, 0] is right and nothing after it was reached.",
        look="A return inside a loop ends it after one round: which level should it stand at?",
        function=_only(np.s_[:1, :1]),
    ),
    Mistake(
        name="time_reversed",
        what="the right vectors with time running backwards",
        meaning="The last word came first. Each time step keeps its place here.",
        look="Equation (0.5) has the same t on both sides.",
        function=lambda ids, num_classes: _right(ids[:, ::-1], num_classes),
    ),
    Mistake(
        name="classes_before_time",
        what="the right vectors with the axes in the order (N, num_classes, T)",
        meaning="Time and class have changed places: y[n, t] should be one vector.",
        look="The docstring gives the order of the axes; the new one comes last.",
        function=lambda ids, num_classes: _right(ids, num_classes).transpose(0, 2, 1),
    ),
    Mistake(
        name="time_first",
        what="the right vectors with the axes in the order (T, N, num_classes)",
        meaning="Batch and time have changed places: this course is batch first.",
        look="The docstring gives the order of the axes.",
        function=lambda ids, num_classes: _right(ids.T, num_classes),
    ),
    Mistake(
        name="classes_first",
        what="the right vectors with the axes in the order (num_classes, N, T)",
        meaning="The class's axis came first: y[n, t] should be one vector.",
        look="The docstring gives the order of the axes; the new one comes last.",
        function=lambda ids, num_classes: np.moveaxis(_right(ids, num_classes), -1, 0),
    ),
    Mistake(
        name="flat",
        what="the right vectors as one long list, (N T, num_classes)",
        meaning="Batch and time have been joined into one axis: where a sequence ends can't be seen any more.",
        look="Compare the number of axes with the docstring's.",
        function=lambda ids, num_classes: _right(ids.ravel(), num_classes),
    ),
    Mistake(
        name="joined",
        what="a sequence's vectors one after the other, (N, T num_classes)",
        meaning="Time and class have been joined into one axis: a network that reads step by step needs them apart.",
        look="Compare the number of axes with the docstring's.",
        function=lambda ids, num_classes: _right(ids, num_classes).reshape(len(ids), -1),
    ),
    Mistake(
        name="counts",
        what="how often each class occurs in each sequence",
        meaning="The vectors of all time steps were added up, and the order of the words is lost.",
        look="Compare the number of axes with the docstring's: where did T go?",
        function=lambda ids, num_classes: _right(ids, num_classes).sum(axis=1),
    ),
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
    hints=(
        "Equation (0.5) asks one question of every n, t and k: is k the id at (n, t)? Which of these three "
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
        "word gets a row of weights of its own. Unit 01 uses exactly that."
    ),
)
