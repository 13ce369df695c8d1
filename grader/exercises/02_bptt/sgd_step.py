"""One step down the gradient."""

import numpy as np

from ..base import Arrays, Case, Exercise, Part, slips
from ._draws import LARGE, single, spread

NAMES = ("E", "W", "b", "V", "b_y")


def _arguments(rng, lr, **shapes):
    params, grads = ({name: rng.normal(size=shape) for name, shape in shapes.items()} for _ in range(2))
    return {"params": params, "grads": grads, "lr": lr}


def _turned(grads):
    return dict(reversed(grads.items()))


def cases(rng):
    yield Case("small", _arguments(rng, 0.5, W=(3, 2), b=(2,)))
    yield Case("five arrays", _arguments(rng, 0.1, E=(4, 2), W=(5, 3), b=(3,), V=(3, 4), b_y=(4,)))
    yield Case("one array", _arguments(rng, 0.7, E=(3, 4)))
    yield Case("one number", _arguments(rng, 0.3, b=(1,)))
    mixed = _arguments(rng, 0.2, E=(3, 3), W=(3, 3), V=(3, 3))
    yield Case("gradients in another order", mixed | {"grads": _turned(mixed["grads"])})
    yield Case("a learning rate above 1", _arguments(rng, 2.5, W=(2, 4), b=(4,)))
    yield Case("a learning rate of many digits", _arguments(rng, rng.uniform(0.01, 0.02), W=(2, 4), b=(4,)))
    yield Case("a learning rate of thousands", _arguments(rng, rng.uniform(2000, 3000), W=(3, 4), b=(4,)))
    still = _arguments(rng, 0.5, W=(2, 3), b=(3,))
    yield Case("no slope", still | {"grads": {"W": np.zeros((2, 3)), "b": np.zeros(3)}})
    yield Case("no step", _arguments(rng, 0.0, W=(2, 3), b=(3,)))
    yield Case("zero weights", still | {"params": {"W": np.zeros((2, 3)), "b": np.zeros(3)}})
    yield Case("strided", _arguments(rng, 0.25, W=(3, 2), b=(2,)), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, 0.3, V=(3, 4), b_y=(4,))))
    steep = _arguments(rng, 0.5, W=(3, 2), b=(2,))
    yield Case(
        "large gradients",
        steep | {"grads": {"W": spread(rng, 1e3, 1e6, (3, 2)), "b": spread(rng, 1e3, 1e6, (2,))}},
        LARGE,
    )
    yield Case(
        "large weights",
        steep | {"params": {"W": spread(rng, 1e3, 1e6, (3, 2)), "b": spread(rng, 1e3, 1e6, (2,))}},
        LARGE,
    )


STEP = "{name: param - lr * grads[name] for name, param in params.items()}"
MISTAKES = slips(
    r"""
uphill: a step up the gradient
    {"param - lr": "param + lr"}
    The gradient points to where the loss grows.
    Look: Look at the sign in equation (eq:sgd).
no_rate: a step as long as the gradient, whatever lr is
    {"lr * grads[name]": "grads[name]"}
    How far to go is what the learning rate says.
    Look: Which of the arguments is not used?
step_alone: the steps, without the parameters that they are taken from
    {"param - lr": "-lr"}
    What comes back are the new parameters, not how far they moved.
    Look: What stands first on the right side of equation (eq:sgd)?
both_scaled: the parameters minus the gradients, all of it times lr
    {"param - lr * grads[name]": "lr * (param - grads[name])"}
    The parameters are where the step begins; only the gradient is multiplied by lr.
    Look: What does lr stand before in equation (eq:sgd)?
divided: a step that is divided by the learning rate
    {"lr * grads[name]": "(grads[name] / lr if lr else 0 * param)"}
    A smaller learning rate means a shorter step.
    Look: Compare with equation (eq:sgd).
shrunk: parameters that were shortened, without a look at the gradients
    {"lr * grads[name]": "lr * param"}
    Then every weight goes towards 0, whatever the loss says.
    Look: What does lr stand before in equation (eq:sgd)?
sign_alone: steps of one length, of which the gradients give only the sign
    {"lr * grads[name]": "lr * np.sign(grads[name])"}
    Where the slope is steep the step is longer: that is in equation (eq:sgd) as well.
    Look: Compare with equation (eq:sgd).
averaged: steps along each array's mean gradient
    {"grads[name]": "np.mean(grads[name])"}
    Every number has a slope of its own.
    Look: What is np.mean there for?
paired_by_place: parameters that got the gradients by the order in which they stand
    {"$step": "{name: param - lr * grad for (name, param), grad in zip(params.items(), grads.values())}"}
    Two dicts with the same keys need not have them in the same order. Where shapes fit nothing is said, and V gets the
    gradient of W.
    Look: How do you find the gradient that belongs to a parameter?
by_the_norm: steps as long as each array's gradient is, the same for all its numbers
    {"grads[name]": "np.linalg.norm(grads[name])"}
    Every number has a slope of its own, up or down.
    Look: What is there a norm for in equation (eq:sgd)?
rate_and_gradient_added: the parameters minus the learning rate and minus the gradients
    {"lr * grads[name]": "(lr + grads[name])"}
    The learning rate says how many times the gradient.
    Look: What stands between lr and the gradient in equation (eq:sgd)?
rate_on_the_parameter: the parameters times the learning rate, minus the gradients
    {"param - lr * grads[name]": "lr * param - grads[name]"}
    The parameters are where the step begins; the gradient is multiplied by lr.
    Look: What does lr stand before in equation (eq:sgd)?
exchanged: the gradients minus lr times the parameters
    {"param - lr * grads[name]": "grads[name] - lr * param"}
    The two dicts have changed places.
    Look: In which order do the arguments come?
in_proportion: steps in proportion to the parameters
    {"lr * grads[name]": "lr * grads[name] * param"}
    A parameter of 0 would then never move.
    Look: How often does the parameter stand on the right side of equation (eq:sgd)?
clipped: steps along gradients that were cut off at -5 and 5
    {"grads[name]": "np.clip(grads[name], -5, 5)"}
    What is too long was shortened before, all of it together, if at all.
    Look: Compare with equation (eq:sgd).
rate_shared: a learning rate that is divided by the number of arrays
    {"lr * grads[name]": "lr / len(params) * grads[name]"}
    How many arrays there are has nothing to do with how far to go.
    Look: Compare with equation (eq:sgd).
first_alone: a step for the first parameter alone
    {"$step": "{**params, **{name: params[name] - lr * grads[name] for name in list(params)[:1]}}"}
    The others stayed as they were.
    Look: Does your loop reach every parameter? A return inside a loop ends it after one round.
into_params: a step that is written into the params that came in
    {"$step": "{name: np.subtract(param, lr * grads[name], out=param) for name, param in params.items()}"}
    The numbers are right. But `-=` writes into the caller's arrays, and `params[name] = ...` into the caller's dict:
    whoever wants to compare before and after has two times the same.
    Look: Which line makes the dict that comes back, and which the arrays in it?
""",
    step=STEP,
)

RIGHT = (
    """def sgd_step(params, grads, lr):
    new = {}
    for name in params:
        new[name] = params[name] - lr * grads[name]
    return new
""",
    """def sgd_step(params, grads, lr):
    new = {name: param.copy() for name, param in params.items()}
    for name in grads:
        new[name] -= lr * grads[name]
    return new
""",
    """def sgd_step(params, grads, lr):
    return dict((key, np.add(params[key], np.multiply(-lr, grads[key]))) for key in sorted(params))
""",
    """def sgd_step(params, grads, lr):
    new = dict(params)
    for name, grad in grads.items():
        new[name] = new[name] - grad * lr
    return new
""",
)

EXERCISE = Exercise(
    name="sgd_step",
    title="One step down",
    arguments={"params": "a dict of arrays", "grads": "a dict of arrays", "lr": "a number"},
    returns=(Arrays("new", keys=dict.fromkeys(NAMES, ""), like="params"),),
    parts=(Part("the new parameters", points=1), Part("large numbers", points=1, tags=LARGE)),
    difficulty=1,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    labels={name: f"new[{name!r}]" for name in NAMES},
    hints=(
        "Equation (eq:sgd) is said of one parameter. Do it for each of them, by name.",
        "Make a new dict: for each name in params, the parameter minus lr times the gradient of that name. `a - "
        "b` makes a new array; `a -= b` writes into the old one.",
        "new[name] is params[name] - lr * grads[name], for every name, in a dict that begins empty.",
    ),
    explanation=(
        "That is all of learning: many small steps against the gradient. The old parameters are still there, so "
        "that you can compare, or go back."
    ),
)
