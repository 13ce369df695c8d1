"""Gradients that are too long, shortened."""

from ..base import Arrays, Case, Exercise, Number, Part, slips
from ._draws import single

NAMES = ("E", "W", "b", "V", "b_y")


def _grads(rng, **shapes):
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def cases(rng):
    yield Case("small", {"grads": _grads(rng, W=(3, 2), b=(2,)), "max_norm": 1.0})
    yield Case("short enough", {"grads": _grads(rng, W=(3, 2), b=(2,)), "max_norm": 100.0})
    yield Case("five arrays", {"grads": _grads(rng, E=(4, 2), W=(5, 3), b=(3,), V=(3, 4), b_y=(4,)), "max_norm": 2.5})
    yield Case("strided", {"grads": _grads(rng, W=(3, 2), b=(2,)), "max_norm": 0.5}, frozenset({"strided"}))
    yield Case("float32", single({"grads": _grads(rng, V=(3, 4), b_y=(4,)), "max_norm": 1.5}))


MISTAKES = slips(r"""
not_clipped: gradients as they came, with the right norm
    {"scale * grad": "grad"}
    Nothing was shortened.
    Look: Look at equation (eq:clip).
""")

EXERCISE = Exercise(
    name="clip_by_norm",
    title="Not too far at once",
    arguments={"grads": "a dict of arrays", "max_norm": "a number"},
    returns=(Arrays("clipped", keys=dict.fromkeys(NAMES, ""), like="grads"), Number("norm")),
    parts=(Part("the norm", points=1, outputs=("norm",)), Part("the gradients", points=1, outputs=NAMES)),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    labels={name: f"clipped[{name!r}]" for name in NAMES},
    hints=("a", "b", "c"),
    explanation="x",
)
