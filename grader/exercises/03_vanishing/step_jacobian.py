"""How a plain RNN's new state moves with the old one: the matrix a gradient is multiplied by at every step."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, layer, spread, states


def _arguments(rng, N, D, H, **options):
    return {"h": states(rng, N, H), "W": layer(rng, D, H, **options), "D": D}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, D=4, H=3))
    yield Case("more units than inputs", _arguments(rng, N=4, D=2, H=6))
    yield Case("more inputs than units", _arguments(rng, N=3, D=7, H=2))
    yield Case("as many inputs as units", _arguments(rng, N=2, D=3, H=3))
    yield Case("one sequence", _arguments(rng, N=1, D=3, H=4))
    yield Case("one input", _arguments(rng, N=3, D=1, H=4))
    yield Case("many inputs", _arguments(rng, N=3, D=130, H=2))
    yield Case("one unit", _arguments(rng, N=3, D=2, H=1))
    yield Case("one of each", _arguments(rng, N=1, D=1, H=1))
    yield Case("a state of zeros", _arguments(rng, N=3, D=2, H=4) | {"h": np.zeros((3, 4))})
    quiet = _arguments(rng, N=2, D=3, H=4)
    yield Case("a quiet state", quiet | {"h": 0.1 * quiet["h"]})
    loud = _arguments(rng, N=4, D=2, H=5)
    loud["h"] = states(rng, 4, 5, loud=4.0)
    loud["h"][0] = np.resize([1.0, -1.0], 5)
    yield Case("a state near its bounds", loud)
    yield Case("strided", _arguments(rng, N=4, D=3, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, D=4, H=2)
    yield Case("float32", {name: np.float32(v) if name != "D" else v for name, v in single.items()})
    heavy = _arguments(rng, N=3, D=2, H=4)
    heavy["W"] = spread(rng, 5, 4000, (6, 4))
    yield Case("large weights", heavy, LARGE)
    stuck = _arguments(rng, N=2, D=3, H=4)
    stuck |= {"h": np.resize([1.0, -1.0, -1.0], (2, 4)), "W": spread(rng, 500, 4000, (7, 4))}
    yield Case("all units at their bounds, large weights", stuck, LARGE)


MISTAKES = slips(r"""
transposed: the Jacobian with rows and columns exchanged
    {"slope[:, :, None] * W_h.T": "np.swapaxes(slope[:, :, None] * W_h.T, 1, 2)"}
    Here the rows belong to the new state and the columns to the old one. In yours it is the other way round: right
    numbers in the wrong places.
    Look: Which of the two states does equation (eq:jacobian) count with j, and which axis of J is that?
weights_not_transposed: the slopes times W_h as it stands, not transposed
    {"W_h.T": "W_h"}
    In W a row belongs to an old state's number and a column to a new one's. In J it is the other way round.
    Look: In which order do j and k stand at J, and in which at W, in equation (eq:jacobian)?
slope_on_columns: the slopes on the columns in place of the rows
    {"slope[:, :, None]": "slope[:, None, :]"}
    The slope belongs to the new state, which went through the tanh: all numbers of one row share it.
    Look: Which index has the slope in equation (eq:jacobian): that of the row or that of the column?
no_slope: the weights alone, without the slope of the tanh
    {"1 - h * h": "1 + 0 * h"}
    That would be so if there were no tanh. Where a unit is near 1 or -1, hardly anything gets through it.
    Look: Equation (eq:jacobian) is a product of two factors.
no_weights: the slopes on the diagonal, without the weights
    {"W_h.T": "np.eye(h.shape[1])"}
    Then each unit would hear itself alone. On the way from the old state to the new one lies a matrix product.
    Look: Equation (eq:jacobian) is a product of two factors.
diagonal: the diagonal alone, and 0 everywhere else
    {"W_h.T": "(W_h.T * np.eye(h.shape[1]))"}
    Every unit of the old state is heard by every unit of the new one.
    Look: Equation (eq:jacobian) holds for every j and every k, not only where they are the same.
no_square: the slope as 1 - h
    {"1 - h * h": "1 - h"}
    That is 2 where h is close to -1, and there the tanh is as flat as it is at 1.
    Look: What is the derivative of tanh, written with what comes out of it?
root: the slope as the root of 1 - h * h
    {"1 - h * h": "np.sqrt(1 - h * h)"}
    The derivative of tanh is 1 - h * h itself.
    Look: Compare your slope with the first factor of equation (eq:jacobian).
absolute: the slope as 1 - |h|
    {"1 - h * h": "1 - np.abs(h)"}
    It is 1 in the middle and 0 at the bounds, as it should be. But in between it is too small.
    Look: Compare your slope with the first factor of equation (eq:jacobian).
difference_squared: the slope as (1 - h) squared
    {"1 - h * h": "(1 - h) ** 2"}
    Only h is squared. As it is, the slope is 4 where h is close to -1, and there the tanh is flat.
    Look: What does the square stand on, in the first factor of equation (eq:jacobian)?
times_h: the slope times h, h - h * h * h
    {"1 - h * h": "h * (1 - h * h)"}
    Then a unit at 0 would let nothing through, and there the tanh is steepest.
    Look: Compare your slope with the first factor of equation (eq:jacobian).
sum: the slope plus the weights
    {"slope[:, :, None] * W_h.T": "slope[:, :, None] + W_h.T"}
    What goes through one thing after the other is multiplied.
    Look: What stands between the two factors of equation (eq:jacobian)?
plus: the slope as 1 + h * h
    {"1 - h * h": "1 + h * h"}
    Then the tanh would be steepest where it is flat.
    Look: Which sign stands in the first factor of equation (eq:jacobian)?
negated: minus the Jacobian, with h * h - 1 for the slope
    {"1 - h * h": "h * h - 1"}
    tanh rises everywhere, so its slope is never negative.
    Look: Which way round is the difference in equation (eq:jacobian)?
slope_squared: the square of the slope
    {"1 - h * h": "(1 - h * h) ** 2"}
    The new state goes through one tanh on its way, so its slope counts once.
    Look: Which power has the first factor of equation (eq:jacobian)?
reciprocal: the weights divided by the slope
    {"slope[:, :, None] * W_h.T": "W_h.T / np.maximum(slope[:, :, None], 1e-12)"}
    1 / (1 - h * h) is the slope of the way back, from h to what went into the tanh.
    Look: Is the new state computed from the old one, or the old one from the new one?
through_tanh_again: the slope as 1 - tanh(h) squared
    {"1 - h * h": "1 - np.tanh(h) ** 2"}
    h has been through the tanh already: it is what came out.
    Look: How many tanh lie between the old state and h?
sigmoid_slope: the slope of a sigmoid, h * (1 - h)
    {"1 - h * h": "h * (1 - h)"}
    That rule is the sigmoid's. The plain RNN's state went through a tanh, and can be negative.
    Look: Which curve made h, and what is its slope, written with h?
square_only: h * h for the slope
    {"1 - h * h": "h * h"}
    That is 0 for a unit in the middle, where the tanh is steepest.
    Look: Compare your slope with the first factor of equation (eq:jacobian).
last_rows: the last H rows of W, which (or some of which) are those for x
    {"W[: len(W) - D]": "W[D:]"}
    W stands on [h, x]: the rows for the old state come first, the D rows for x stand below.
    Look: What stands first inside the brackets of [h, x], and so on top in W?
mean_over_batch: the same Jacobian for every sequence, made with the mean of their slopes
    {"1 - h * h": "0 * h + (1 - h * h).mean(axis=0)"}
    Each sequence is in a state of its own, so each has a Jacobian of its own.
    Look: How many axes has J in the docstring, and what is the first?
mean_jacobian: one Jacobian, the mean over the batch
    {"return slope[:, :, None] * W_h.T": "return (slope[:, :, None] * W_h.T).mean(axis=0)"}
    Each sequence is in a state of its own, so each has a Jacobian of its own.
    Look: How many axes has J in the docstring, and what is the first?
sum_jacobian: one Jacobian, the sum over the batch
    {"return slope[:, :, None] * W_h.T": "return (slope[:, :, None] * W_h.T).sum(axis=0)"}
    Each sequence is in a state of its own, so each has a Jacobian of its own.
    Look: How many axes has J in the docstring, and what is the first?
first_sequence: the first sequence's Jacobian for all of them
    {"1 - h * h": "0 * h + 1 - h[0] * h[0]"}
    Each sequence is in a state of its own, so each has a Jacobian of its own.
    Look: Which rows of h does your function use?
rounded: the slope, rounded to four digits
    {"1 - h * h": "np.round(1 - h * h, 4)"}
    Where a unit is near 1 or -1, all that is left of the slope is in the digits that were cut off.
    Look: Equation (eq:jacobian) has no rounding.
flat_beyond: the slope, but 0 where h is beyond 0.99 or -0.99
    {"1 - h * h": "(1 - h * h) * (np.abs(h) <= 0.99)"}
    The slope is small there, and not 0.
    Look: Equation (eq:jacobian) has no bounds for h.
mean_slope: one slope for all units of a sequence, their mean
    {"1 - h * h": "0 * h + (1 - h * h).mean(axis=1, keepdims=True)"}
    Each unit stands at its own place of the tanh: one may be flat while its neighbour is steep.
    Look: Which indices has the slope in equation (eq:jacobian)?
floored: the slope, but nowhere below 1e-6
    {"1 - h * h": "np.maximum(1 - h * h, 1e-6)"}
    A unit at 1 or -1 lets nothing through, and that is what this unit of the course is about.
    Look: Equation (eq:jacobian) has no lower bound for the slope.
tiny_added: the slope with 1e-8 added for safety
    {"1 - h * h": "1 - h * h + 1e-8"}
    There is no division here that would need it, and where a unit is at its bounds that number is all there is.
    Look: Equation (eq:jacobian) has two factors and nothing added to them.
weights_clipped: the Jacobian with the weights cut off at -5 and 5
    {"W_h.T": "np.clip(W_h.T, -5, 5)"}
    Large weights are what makes gradients explode; cut off, that can't be seen.
    Look: Equation (eq:jacobian) has no bounds for W.
clipped: the Jacobian with its numbers cut off at -1 and 1
    {"return slope[:, :, None] * W_h.T": "return np.clip(slope[:, :, None] * W_h.T, -1, 1)"}
    Numbers above 1 are what makes gradients explode; cut off, that can't be seen.
    Look: Equation (eq:jacobian) has no bounds.
product: the matrix product of the slopes and the weights
    {"slope[:, :, None] * W_h.T": "slope[:, None, :] @ W_h.T"}
    A matrix product adds up over a pair of axes, and one of them is gone then. Each number of J is one product of two
    numbers.
    Look: Is there a sum in equation (eq:jacobian)?
all_rows: a Jacobian with all the rows of W, those for x as well
    {"W[: len(W) - D]": "W"}
    That is how the new state moves with [h, x], the old state and the input. Asked is the old state alone.
    Look: Which rows of W meet the old state?
for_the_input: the Jacobian with respect to the input x, from the last D rows of W
    {"W[: len(W) - D]": "W[len(W) - D :]"}
    Those rows meet x. The old state meets the rows above them.
    Look: What stands first inside the brackets of [h, x], and so on top in W?
input_rows_first: the first D rows of W
    {"W[: len(W) - D]": "W[:D]"}
    W has H rows for the old state, then D rows for x.
    Look: How many rows of W meet the old state?
""")

RIGHT = (
    {"slope[:, :, None] * W_h.T": "np.einsum('nj,kj->njk', slope, W_h)"},
    {"slope[:, :, None] * W_h.T": "np.stack([np.diag(one) @ W_h.T for one in slope])"},
    {"slope[:, :, None] * W_h.T": "(W_h * slope[:, None, :]).transpose(0, 2, 1)"},
    {"W[: len(W) - D]": "W[:-D]", "1 - h * h": "(1 - h) * (1 + h)"},
    {"W[: len(W) - D]": "W[: h.shape[1], :]", "1 - h * h": "1 / np.cosh(np.arctanh(np.clip(h, -1, 1))) ** 2"},
    """
def step_jacobian(h, W, D):
    N, H = h.shape
    J = np.zeros((N, H, H))
    for n in range(N):
        for j in range(H):
            for k in range(H):
                J[n, j, k] = (1 - h[n, j] ** 2) * W[k, j]
    return J
""",
    """
def step_jacobian(h, W, D):
    J = np.repeat(W[: W.shape[1]].T[None], len(h), axis=0)
    J *= 1 - np.square(h)[..., np.newaxis]
    return J
""",
)

EXERCISE = Exercise(
    name="step_jacobian",
    title="The Jacobian of a step",
    arguments={"h": "(N, H)", "W": "(H + D, H)", "D": "D"},
    returns=(Array("J", "(N, H, H)"),),
    parts=(Part("the Jacobian", points=2), Part("right for large weights", points=1, tags=LARGE)),
    difficulty=3,
    minutes=12,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:jacobian): the slope has the index of the new state, j. Which rows of W meet the old "
        "state, and in which order do j and k stand at W?",
        "Take the rows of W that meet the old state, (H, H), and turn them, so that a row belongs to a number of the "
        "new state. Multiply each row by the slope of its unit, 1 - h * h, for every sequence by itself: the slopes "
        "need an axis of length 1 at their end to spread over a row.",
        "With W_h the first len(W) - D rows of W and slope = 1 - h * h, the answer is slope[:, :, None] times W_h.T.",
    ),
    explanation=(
        "One matrix for each sequence, and all a step does to a gradient is in it: the weights, which are the same at "
        "every step, and the slopes, which depend on where the state is. A unit at 1 or -1 has a row of zeros: nothing "
        "gets back through it."
    ),
)
