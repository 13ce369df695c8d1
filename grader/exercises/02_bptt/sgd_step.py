"""One step down the gradient."""

from ..base import Arrays, Case, Exercise, Part, slips
from ._draws import single

NAMES = ("E", "W", "b", "V", "b_y")


def _arguments(rng, lr, **shapes):
    params, grads = ({name: rng.normal(size=shape) for name, shape in shapes.items()} for _ in range(2))
    return {"params": params, "grads": grads, "lr": lr}


def cases(rng):
    yield Case("small", _arguments(rng, 0.5, W=(3, 2), b=(2,)))
    yield Case("five arrays", _arguments(rng, 0.1, E=(4, 2), W=(5, 3), b=(3,), V=(3, 4), b_y=(4,)))
    yield Case("strided", _arguments(rng, 0.25, W=(3, 2), b=(2,)), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, 0.3, V=(3, 4), b_y=(4,))))
    yield Case("one array", _arguments(rng, 0.7, E=(3, 4)))


MISTAKES = slips(r"""
uphill: a step up the gradient
    {"param - lr": "param + lr"}
    The gradient points to where the loss grows.
    Look: Look at equation (eq:sgd).
""")

EXERCISE = Exercise(
    name="sgd_step",
    title="One step down",
    arguments={"params": "a dict of arrays", "grads": "a dict of arrays", "lr": "a number"},
    returns=(Arrays("new", keys=dict.fromkeys(NAMES, ""), like="params"),),
    parts=(Part("the step", points=1),),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    labels={name: f"new[{name!r}]" for name in NAMES},
    hints=("a", "b", "c"),
    explanation="x",
)
