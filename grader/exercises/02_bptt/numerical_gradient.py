"""The gradient of any function by central differences: what every hand-written gradient is checked with."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips


def waves(a):
    """a function whose slope depends on all entries at once, and in which order they stand"""
    a = np.asarray(a, dtype=np.result_type(a, np.float32))
    places = np.arange(1, a.size + 1).reshape(a.shape)
    return float(np.sum(np.sin(a) * places) + np.sum(a) ** 3 / 10)


def cases(rng):
    yield Case("small", {"f": waves, "x": rng.normal(size=3), "h": 0.25})
    yield Case("two axes", {"f": waves, "x": rng.normal(size=(2, 3)), "h": 0.125})
    yield Case("three axes", {"f": waves, "x": rng.normal(size=(2, 3, 2)), "h": 0.5})
    yield Case("one entry", {"f": waves, "x": rng.normal(size=(1, 1)), "h": 0.25})
    yield Case("strided", {"f": waves, "x": rng.normal(size=(3, 2)), "h": 0.25}, frozenset({"strided"}))
    yield Case("float32", {"f": waves, "x": rng.normal(size=4).astype(np.float32), "h": 0.5})


MISTAKES = slips(r"""
one_sided: differences to one side, f(x + h) - f(x)
    {"f(minus)) / (2 * h)": "f(x)) / h"}
    On a curve the two sides differ.
    Look: Look at equation (eq:central).
""")

EXERCISE = Exercise(
    name="numerical_gradient",
    title="A gradient by trying",
    arguments={"f": "a function", "x": "an array", "h": "a number"},
    returns=(Array("grad"),),
    parts=(Part("the gradient", points=2),),
    difficulty=2,
    minutes=15,
    cases=cases,
    mistakes=MISTAKES,
    functions={"waves": waves},
    hints=("a", "b", "c"),
    explanation="x",
)
