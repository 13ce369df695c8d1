"""The way back from the loss to the logits."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import single


def _arguments(rng, N, T, K, **given):
    drawn = {
        "logits": 2 * rng.normal(size=(N, T, K)),
        "targets": rng.integers(K, size=(N, T)),
        "mask": (np.arange(T) < rng.integers(1, T + 1, size=(N, 1))).astype(float),
    }
    return drawn | given


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, K=4))
    yield Case("larger", _arguments(rng, N=3, T=5, K=2))
    yield Case("no padding", _arguments(rng, N=3, T=2, K=5, mask=np.ones((3, 2))))
    yield Case("strided", _arguments(rng, N=4, T=3, K=5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=2, T=5, K=3)))
    yield Case("all padding", _arguments(rng, N=2, T=3, K=4, mask=np.zeros((2, 3))))


MISTAKES = slips(r"""
sum_for_mean: the gradient of the sum over the steps
    {" / count": ""}
    The loss is a mean.
    Look: Look at equation (eq:dlogits).
""")

EXERCISE = Exercise(
    name="cross_entropy_backward",
    title="From the loss to the logits",
    arguments={"logits": "(N, T, K)", "targets": "(N, T)", "mask": "(N, T)"},
    returns=(Array("dlogits", "(N, T, K)"),),
    parts=(Part("the gradient", points=2),),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=MISTAKES,
    hints=("a", "b", "c"),
    explanation="x",
)
