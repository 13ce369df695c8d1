"""The way back through dropout."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single, spread


def _arguments(rng, shape, p):
    p *= rng.uniform(0.8, 1.2)
    mask = (rng.random(shape) >= p) / (1 - p)
    mask.flat[0], mask.flat[-1] = (0.0, 1 / (1 - p)) if mask.size > 1 else (1 / (1 - p),) * 2
    return {"dy": rng.normal(size=shape), "mask": mask}


def cases(rng):
    yield Case("small", _arguments(rng, (2, 4), 0.25))
    yield Case("three axes", _arguments(rng, (2, 5, 3), 0.4))
    yield Case("one axis", _arguments(rng, (7,), 0.3))
    yield Case("most are dropped", _arguments(rng, (5, 6), 0.7))
    yield Case("one number", _arguments(rng, (1, 1), 0.2))
    yield Case("nothing dropped", {"dy": rng.normal(size=(3, 2)), "mask": np.ones((3, 2))})
    yield Case("all dropped", {"dy": rng.normal(size=(3, 4)), "mask": np.zeros((3, 4))})
    yield Case("zero gradients", _arguments(rng, (3, 5), 0.35) | {"dy": np.zeros((3, 5))})
    yield Case("strided", _arguments(rng, (3, 4), 0.45), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, (4, 3), 0.15)))
    rare = rng.permutation(np.resize([0.0, 0.0, 1 / rng.uniform(5e-4, 1e-3)], 20)).reshape(4, 5)
    yield Case("hardly anything is kept", {"dy": rng.normal(size=(4, 5)), "mask": rare}, LARGE)
    yield Case("large gradients", _arguments(rng, (4, 5), 0.7) | {"dy": spread(rng, 1e3, 1e6, (4, 5))}, LARGE)


def other(case):
    """The case with other gradients and a mask that drops other numbers."""
    return Case(case.name, {"dy": 0.8 * case.args["dy"], "mask": np.flip(case.args["mask"]).copy()}, case.tags)


MISTAKES = slips(r"""
unchanged: the gradient as it came
    {"dy * mask": "dy.copy()"}
    What was dropped had no part in y: no gradient belongs to it.
    Look: Which of the arguments is not used?
zeros_and_ones: a gradient of which what was kept is as it came
    {"dy * mask": "dy * (mask > 0)"}
    x was made larger on the way forward; a step of x moved y by that factor more, and so is the gradient.
    Look: By what is dy multiplied in equation (eq:dropout_backward)?
divided: a gradient that is divided by the mask where something was kept
    {"dy * mask": "np.divide(dy, mask, out=np.zeros(dy.shape), where=mask > 0)"}
    What x was multiplied with, the gradient is multiplied with as well.
    Look: Compare with equation (eq:dropout_backward).
twice: a gradient that is multiplied with the mask twice
    {"dy * mask": "dy * mask * mask"}
    Once is what happened to x.
    Look: How often does m stand in equation (eq:dropout_backward)?
turned: the gradient of what was dropped
    {"dy * mask": "dy * (mask == 0)"}
    What was dropped had no part in y, and what was kept had.
    Look: Where the mask is 0: what was y there, whatever x was?
mask_alone: the mask itself
    {"dy * mask": "mask * 1.0"}
    The mask is the slope. What comes from above has to be multiplied with it.
    Look: Which of the arguments is not used?
added: the gradient plus the mask
    {"dy * mask": "dy + mask"}
    The chain rule multiplies what comes from above with the slope.
    Look: Compare with equation (eq:dropout_backward).
kept_is_0: a gradient that is multiplied with one less the mask
    {"dy * mask": "dy * (1 - mask)"}
    y was x times the mask, and nothing else.
    Look: What is the slope of y by x?
averaged: a gradient that is made smaller by the share that was kept
    {"dy * mask": "dy * mask * np.mean(mask > 0)"}
    What is in the mask already makes up for what is gone.
    Look: Is there a mean in equation (eq:dropout_backward)?
doubled: a gradient that is doubled where something was kept
    {"dy * mask": "2.0 * dy * (mask > 0)"}
    The factor is what the mask holds.
    Look: By what is dy multiplied in equation (eq:dropout_backward)?
squared_gradient: a gradient that is squared
    {"dy * mask": "dy * dy * mask"}
    What comes from above counts once.
    Look: Compare with equation (eq:dropout_backward).
clipped: a gradient that was cut off at -5 and 5
    {"dy * mask": "np.clip(dy, -5, 5) * mask"}
    What is too long is shortened elsewhere, all of it together, if at all.
    Look: Compare with equation (eq:dropout_backward).
summed: one number, the product of the two arrays summed up, in all places
    {"dy * mask": "np.full(dy.shape, np.sum(dy * mask))"}
    Each number of x had a mask and a gradient of its own.
    Look: Is there a sum in equation (eq:dropout_backward)?
minus: a gradient with its sign turned
    {"dy * mask": "-dy * mask"}
    Downhill goes whoever makes the step, and not before.
    Look: Compare with equation (eq:dropout_backward).
into_dy: a mask that is written into dy
    {"return dy * mask": "dy *= mask\n    return dy"}
    The numbers are right. But `*=` writes into the caller's array, which may be needed elsewhere.
    Look: Which line makes the array that comes back?
into_mask: gradients that are written into the mask
    {"return dy * mask": "mask *= dy\n    return mask"}
    The numbers are right. But `*=` writes into the caller's array, and the mask may be needed once more.
    Look: Which line makes the array that comes back?
""")

RIGHT = (
    "def dropout_backward(dy, mask):\n    return np.multiply(mask, dy)\n",
    "def dropout_backward(dy, mask):\n    return np.where(mask == 0, 0.0, mask * dy)\n",
    "def dropout_backward(dy, mask):\n    dx = dy.copy()\n    dx *= mask\n    return dx\n",
    "def dropout_backward(dy, mask):\n    return np.einsum('...,...->...', dy, mask)\n",
)

EXERCISE = Exercise(
    name="dropout_backward",
    title="Back through dropout",
    arguments={"dy": "an array", "mask": "an array"},
    returns=(Array("dx"),),
    parts=(Part("the gradient", points=1), Part("large numbers", points=1, tags=LARGE)),
    difficulty=1,
    minutes=5,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "y is x times the mask. Which of unit 02's two rules is that?",
        "What was multiplied gets the other factor: here that is the mask, number by number.",
        "One product: dy and mask.",
    ),
    explanation=(
        "What was dropped is told nothing, as it had no part in y. What was kept is told more, as it counted for more."
    ),
)
