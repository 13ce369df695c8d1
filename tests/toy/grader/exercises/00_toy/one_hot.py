"""A function of whole numbers, whose second part is cases that carry a tag."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips

ABSENT = frozenset({"absent"})  # the largest class does not occur in ids


def cases(rng):
    a, b, c = rng.permutation(3)
    yield Case("small", {"ids": np.array([[a, b, b, b], [b, c, a, c]]), "num_classes": 3})
    yield Case("one number", {"ids": rng.integers(1, 3, size=(1, 1)), "num_classes": 4}, ABSENT)
    yield Case("few of many", {"ids": rng.integers(1, 300, size=(3, 2)), "num_classes": 400}, ABSENT)
    yield Case(
        "strided",
        {"ids": np.append(rng.integers(5, size=(3, 5)), [[4]] * 3, axis=1), "num_classes": 5},
        frozenset({"strided"}),
    )


EXERCISE = Exercise(
    name="one_hot",
    title="Names as places",
    arguments={"ids": "(N, T)", "num_classes": "num_classes"},
    returns=(Array("y", "(N, T, num_classes)"),),
    parts=(
        Part("a 1 at the id's place, 0 elsewhere", points=1),
        Part("room for classes that do not occur", points=1, tags=ABSENT),
    ),
    difficulty=1,
    minutes=1,
    cases=cases,
    mistakes=slips(r"""
        all_zeros: zeros everywhere
            body:
                return np.zeros((*ids.shape, num_classes))
            No 1 was ever written into the array.
            Look: Equation (0.2): for which k is the answer 1?
        from_the_largest_id: an answer with as many classes as the largest id asks for
            {"np.arange(num_classes)": "np.arange(ids.max() + 1)"}
            The largest class does not have to occur.
            Look: How long is the last axis by the docstring?
        """),
    right=(
        {"(ids[..., None] == classes).astype(np.float64)": "1.0 * (ids[..., None] == classes)"},
        {"(ids[..., None] == classes).astype(np.float64)": "np.eye(num_classes)[ids]"},
        {"ids[..., None] == classes": "np.equal.outer(ids, classes)"},
    ),
    hints=("Which axis is new?", "The last one.", "Compare ids[..., None] with np.arange(num_classes)."),
    explanation="Every id has its place.",
)
