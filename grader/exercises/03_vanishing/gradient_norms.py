"""How much of a loss at the last step reaches every state before it."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, layer, orthogonal, spread, states

LONG = frozenset({"long"})


def _arguments(rng, N, T, D, H, **options):
    return {"dh_T": rng.normal(size=(N, H)), "hs": states(rng, N, T, H), "W": layer(rng, D, H, **options)}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=4, H=5))
    yield Case("more steps", _arguments(rng, N=3, T=7, D=2, H=4))
    yield Case("larger weights", _arguments(rng, N=4, T=6, D=3, H=5, gain=3.0))
    yield Case("as many inputs as units", _arguments(rng, N=2, T=5, D=3, H=3))
    yield Case("one step", _arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("two steps", _arguments(rng, N=4, T=2, D=5, H=3))
    yield Case("one sequence", _arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", _arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one unit", _arguments(rng, N=2, T=4, D=3, H=1))
    many = _arguments(rng, N=2, T=3, D=1, H=130)
    many["W"] *= 5 * (rng.random(size=(131, 130)) < 0.03)  # mostly zeros, which take no room
    yield Case("many units", many)
    yield Case("one of each", _arguments(rng, N=1, T=1, D=1, H=1))
    yield Case("states of zeros", _arguments(rng, N=3, T=5, D=2, H=4) | {"hs": np.zeros((3, 5, 4))})
    yield Case("no gradient at all", _arguments(rng, N=2, T=4, D=3, H=5) | {"dh_T": np.zeros((2, 5))})
    alone = _arguments(rng, N=4, T=3, D=2, H=5)
    alone["dh_T"][[0, 1, 3]] = 0.0
    yield Case("a gradient for one sequence alone", alone)
    loud = _arguments(rng, N=3, T=6, D=2, H=4)
    loud["hs"] = states(rng, 3, 6, 4, loud=3.0)
    loud["hs"][1, 2] = np.resize([1.0, -1.0], 4)
    yield Case("states near their bounds", loud)
    quiet = _arguments(rng, N=2, T=6, D=3, H=5)
    yield Case("quiet states", quiet | {"hs": 0.1 * quiet["hs"]})
    yield Case("strided", _arguments(rng, N=4, T=3, D=2, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, T=4, D=5, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    yield Case("large gradients", _arguments(rng, N=2, T=4, D=3, H=5) | {"dh_T": spread(rng, 20, 5000, (2, 5))}, LARGE)
    heavy = _arguments(rng, N=3, T=4, D=2, H=5)
    yield Case("large weights", heavy | {"W": spread(rng, 5, 3000, (7, 5))}, LARGE)
    away = _arguments(rng, N=2, T=50, D=3, H=4)
    away["W"][:4] = 0.5 * orthogonal(rng, 4)
    yield Case("it vanishes", away, LONG)
    burst = _arguments(rng, N=2, T=60, D=3, H=4)
    burst["W"][:4], burst["hs"] = 1.5 * orthogonal(rng, 4), 0.1 * burst["hs"]
    yield Case("it explodes", burst, LONG)
    held = _arguments(rng, N=3, T=200, D=2, H=5)
    held["W"][:5], held["hs"] = orthogonal(rng, 5), 0.05 * held["hs"]
    yield Case("200 steps", held, LONG)


SLOPES = r"""
no_slope: norms of a gradient that goes through the weights alone, without the slope of the tanh
    {"1 - hs[:, t] ** 2": "1"}
    On its way from h_t to h_{t-1} the gradient passes the tanh first. Where a unit is near 1 or -1, hardly anything of
    it gets through.
    Look: Equation (eq:back) has two factors beside dh_t.
no_square: norms of a gradient whose slopes are 1 - h
    {"1 - hs[:, t] ** 2": "1 - hs[:, t]"}
    That is 2 where h is close to -1, and there the tanh is as flat as it is at 1.
    Look: What is the derivative of tanh, written with what comes out of it?
absolute: norms of a gradient whose slopes are 1 - |h|
    {"1 - hs[:, t] ** 2": "1 - np.abs(hs[:, t])"}
    It is 1 in the middle and 0 at the bounds, as it should be. But in between it is too small.
    Look: Compare your slope with equation (eq:back).
plus: norms of a gradient whose slopes are 1 + h squared
    {"1 - hs[:, t] ** 2": "1 + hs[:, t] ** 2"}
    Then the tanh would be steepest where it is flat.
    Look: Which sign stands in the slope of equation (eq:back)?
square_only: norms of a gradient whose slopes are h squared
    {"1 - hs[:, t] ** 2": "hs[:, t] ** 2"}
    That is 0 for a unit in the middle, where the tanh is steepest.
    Look: Compare your slope with equation (eq:back).
reciprocal: norms of a gradient that is divided by the slopes
    {"* (1 - hs[:, t] ** 2)": "/ np.maximum(1 - hs[:, t] ** 2, 1e-12)"}
    1 / (1 - h * h) is the slope of the way forward, from h to what went into the tanh.
    Look: What stands between dh_t and the slope in equation (eq:back)?
slope_squared: norms of a gradient that meets each slope twice
    {"1 - hs[:, t] ** 2": "(1 - hs[:, t] ** 2) ** 2"}
    Between two states lies one tanh.
    Look: Which power has the slope in equation (eq:back)?
through_tanh_again: norms of a gradient whose slopes are 1 - tanh(h) squared
    {"1 - hs[:, t] ** 2": "1 - np.tanh(hs[:, t]) ** 2"}
    The states have been through the tanh already: they are what came out.
    Look: How many tanh lie between two states?
sigmoid_slopes: norms of a gradient with the sigmoid's slopes, h * (1 - h)
    {"1 - hs[:, t] ** 2": "hs[:, t] * (1 - hs[:, t])"}
    That rule is the sigmoid's. These states went through a tanh, and can be negative.
    Look: Which curve made the states, and what is its slope, written with h?
sigmoid_of_the_state: norms of a gradient with sigmoid slopes of the states, sigmoid(h) * (1 - sigmoid(h))
    {"1 - hs[:, t] ** 2": "sigmoid(hs[:, t]) * (1 - sigmoid(hs[:, t]))"}
    These states went through a tanh, and they are what came out of it.
    Look: Which curve made the states, and what is its slope, written with h?
slope_after: norms of a gradient that meets the weights first and the slope after them
    {"(dh * (1 - hs[:, t] ** 2)) @ W[:H].T": "(dh @ W[:H].T) * (1 - hs[:, t] ** 2)"}
    Forwards the product comes first and the tanh after it; so on the way back the tanh comes first.
    Look: What does dh_t meet first in equation (eq:back)?
slope_after_of_before: norms of a gradient that meets the weights first and the slope of the earlier state after them
    {"(dh * (1 - hs[:, t] ** 2)) @ W[:H].T": "(dh @ W[:H].T) * (1 - hs[:, t - 1] ** 2)"}
    That is what arrives before the tanh of the earlier step. The tanh of step t has been left out.
    Look: Whose slope stands in equation (eq:back), that of the state one comes from or of the one one goes to?
slope_of_before: norms of a gradient that meets the slope of the state it goes to, not of the one it comes from
    {"1 - hs[:, t] ** 2": "1 - hs[:, t - 1] ** 2"}
    Between h_{t-1} and h_t lies the tanh that made h_t.
    Look: Which index has h in equation (eq:back)?
slope_of_the_last: norms of a gradient that meets the slope of the last state at every step
    {"1 - hs[:, t] ** 2": "1 - hs[:, -1] ** 2"}
    Each step has states, and slopes, of its own.
    Look: Which index has h in equation (eq:back)?
slope_of_the_first: norms of a gradient that meets the slope of the first state at every step
    {"1 - hs[:, t] ** 2": "1 - hs[:, 0] ** 2"}
    Each step has states, and slopes, of its own.
    Look: Which index has h in equation (eq:back)?
slopes_in_order: norms of a gradient that goes back in time and meets the slopes from the first to the last
    {"1 - hs[:, t] ** 2": "1 - hs[:, hs.shape[1] - t] ** 2"}
    The gradient starts at the last step, so the last state's slope is the first that it meets.
    Look: Which index has h in equation (eq:back), and in which order does your loop go through them?
mean_slope: norms of a gradient that meets one slope for all units of a sequence, their mean
    {"1 - hs[:, t] ** 2": "(1 - hs[:, t] ** 2).mean(axis=1, keepdims=True)"}
    Each unit stands at its own place of the tanh: one may be flat while its neighbour is steep.
    Look: Which shape has the slope in equation (eq:back)?
slope_of_first_sequence: norms of a gradient that meets the first sequence's slopes in every sequence
    {"1 - hs[:, t] ** 2": "1 - hs[0, t] ** 2"}
    Each sequence is in states of its own.
    Look: Which part of hs does your loop take at step t?
floored: norms of a gradient whose slopes are nowhere below 0.1
    {"1 - hs[:, t] ** 2": "np.maximum(1 - hs[:, t] ** 2, 0.1)"}
    A slope that is kept from getting small hides what this unit is about.
    Look: Equation (eq:back) has no lower bound for the slope.
"""

WAY = r"""
no_weights: norms of a gradient that goes through the slopes alone, without the weights
    {" @ W[:H].T": ""}
    On its way from h_t to h_{t-1} the gradient passes the tanh, and then the product with W.
    Look: Equation (eq:back) has two factors beside dh_t.
not_transposed: norms of a gradient that goes through W_h the way forward
    {"W[:H].T": "W[:H]"}
    In W a row belongs to an old state's number and a column to a new one's. Backwards it goes from the new to the old.
    Look: What stands at the upper right of W_h in equation (eq:back)?
last_rows: norms of a gradient that goes through the last H rows of W, which (or some of which) are those for x
    {"W[:H].T": "W[len(W) - H :].T"}
    W stands on [h, x]: the rows for the old state come first, those for x stand below.
    Look: What stands first inside the brackets of [h, x], and so on top in W?
not_carried: the norms of what one step makes of dh_T, at every step anew
    {"dh = (dh *": "dh = (dh_T *"}
    The gradient of each state comes from the gradient of the state after it, not from the last one's directly.
    Look: What does each turn of your loop start from?
never_moved: the norm of dh_T at every step
    {"dh = (dh * (1 - hs[:, t] ** 2)) @ W[:H].T": "dh = dh_T"}
    Then it would make no difference how far away a state is.
    Look: Equation (eq:back): what happens to dh on its way to the step before?
cut_off: norms of a gradient that is cut off after 60 steps
    {"dh = (dh *": "dh = (dh * (t >= hs.shape[1] - 60) *"}
    Some training stops there on purpose, to save time. Here every step is asked for.
    Look: How far back does your loop go?
forwards: norms of a gradient that goes forward, from the first step on, with dh_T at t = 0
    {"range(hs.shape[1] - 1, 0, -1)": "range(hs.shape[1] - 1)", "norms[::-1]": "norms"}
    The loss looks at the last state, so its gradient starts there, and travels back in time.
    Look: To which state does dh_T belong, and which one comes next in equation (eq:back)?
slopes_from_the_start: norms of a gradient that goes back in time and meets the slopes from t = 0 on
    {"range(hs.shape[1] - 1, 0, -1)": "range(hs.shape[1] - 1)"}
    The gradient starts at the last step, so the last state's slope is the first that it meets.
    Look: At which t does your loop begin?
old_added: norms of a gradient to which each step adds what it had before
    {"dh = (dh *": "dh = dh + (dh *"}
    There is one way from a state to the one before it, and it leads through the step. Nothing goes past it.
    Look: How many terms has the right side of equation (eq:back)?
added_again: norms of a gradient to which dh_T is added at every step
    {"dh = (dh *": "dh = dh_T + (dh *"}
    That is for a loss that looks at every state. This one looks at the last state only, so nothing is added on the way.
    Look: How many terms has the right side of equation (eq:back)?
halved: norms of a gradient that is halved at every step
    {"W[:H].T": "(0.5 * W[:H].T)"}
    Then every step takes a half that is not taken.
    Look: Equation (eq:back) has no factor in front.
renormalised: norms of a gradient that is brought back to length 1 after every step
    {"norms.append(np.linalg.norm(dh))": "norms.append(np.linalg.norm(dh))\n        dh = dh / max(norms[-1], 1e-300)"}
    That gives what each step does by itself. Asked is what all of them together have done.
    Look: What does each turn of your loop start from?
"""

CLIPPED = r"""
clipped_$limit: norms of a gradient that is clipped on its way, so that none is above $limit
    {"norms.append": "dh = dh * min(1.0, $limit / max(np.linalg.norm(dh), 1e-300))\n        norms.append"}
    How large it gets is just what we want to see. What is clipped in training is the gradient of the weights, at the
    end, when all steps are added up.
    Look: Equation (eq:back) has no bounds.
clipped_by_element_$limit: norms of a gradient whose numbers are cut off at -$limit and $limit on their way
    {"norms.append": "dh = np.clip(dh, -$limit, $limit)\n        norms.append"}
    How large it gets is just what we want to see. What is clipped in training is the gradient of the weights, at the
    end, when all steps are added up.
    Look: Equation (eq:back) has no bounds.
clipped_from_dh_T_on_$limit: norms of a gradient that is clipped from dh_T on, so that none is above $limit
    {"dh, norms = dh_T, [np.linalg.norm(dh_T)]":
     "dh = dh_T * min(1.0, $limit / max(np.linalg.norm(dh_T), 1e-300))\n    norms = [np.linalg.norm(dh)]",
     "norms.append": "dh = dh * min(1.0, $limit / max(np.linalg.norm(dh), 1e-300))\n        norms.append"}
    How large it gets is just what we want to see. What is clipped in training is the gradient of the weights, at the
    end, when all steps are added up.
    Look: Equation (eq:back) has no bounds.
clipped_by_element_from_dh_T_on_$limit: norms of a gradient whose numbers are cut off at -$limit and $limit, dh_T's too
    {"dh, norms = dh_T, [np.linalg.norm(dh_T)]":
     "dh = np.clip(dh_T, -$limit, $limit)\n    norms = [np.linalg.norm(dh)]",
     "norms.append": "dh = np.clip(dh, -$limit, $limit)\n        norms.append"}
    How large it gets is just what we want to see. What is clipped in training is the gradient of the weights, at the
    end, when all steps are added up.
    Look: Equation (eq:back) has no bounds.
"""

MEASURE = r"""
squared: the squares of the norms
    {"[np.linalg.norm(dh_T)]": "[np.sum(dh_T**2)]", "np.linalg.norm(dh)": "np.sum(dh**2)"}
    A norm is a length: the root of the sum of squares.
    Look: What stands around the sum in equation (eq:norm)?
absolute_sum: the sums of absolute values
    {"[np.linalg.norm(dh_T)]": "[np.abs(dh_T).sum()]", "np.linalg.norm(dh)": "np.abs(dh).sum()"}
    That is another norm (the 1-norm). The one that is asked for is the length, with squares and a root.
    Look: What is done to each number before the sum in equation (eq:norm)?
largest_entry: the largest absolute value of each gradient
    {"[np.linalg.norm(dh_T)]": "[np.abs(dh_T).max()]", "np.linalg.norm(dh)": "np.abs(dh).max()"}
    That is another norm (the maximum norm). The one that is asked for is the length, with squares and a root.
    Look: How do the numbers of dh_t come together in equation (eq:norm)?
spectral_norm: the largest singular value of each gradient, np.linalg.norm(dh, 2)
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T, 2)]", "np.linalg.norm(dh)": "np.linalg.norm(dh, 2)"}
    Of a table of numbers the 2-norm is something else than the root of the sum of all squares.
    Look: Over which indices does the sum in equation (eq:norm) go?
mean_of_norms: the mean over the batch of each sequence's norm
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T, axis=1).mean()]",
     "np.linalg.norm(dh)": "np.linalg.norm(dh, axis=1).mean()"}
    One norm over the whole batch is asked for: all the squares go into one sum.
    Look: Over which indices does the sum in equation (eq:norm) go?
sum_of_norms: the sum over the batch of each sequence's norm
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T, axis=1).sum()]",
     "np.linalg.norm(dh)": "np.linalg.norm(dh, axis=1).sum()"}
    Lengths do not add up that way: all the squares go into one sum, and then comes one root.
    Look: Over which indices does the sum in equation (eq:norm) go?
largest_norm: the largest of the sequences' norms
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T, axis=1).max()]",
     "np.linalg.norm(dh)": "np.linalg.norm(dh, axis=1).max()"}
    One norm over the whole batch is asked for: all the squares go into one sum.
    Look: Over which indices does the sum in equation (eq:norm) go?
root_mean_square: the root of the mean of squares
    {"[np.linalg.norm(dh_T)]": "[np.sqrt(np.mean(dh_T**2))]", "np.linalg.norm(dh)": "np.sqrt(np.mean(dh**2))"}
    The mean divides by how many numbers there are, so the norm comes out smaller by the root of that.
    Look: Is there a division in equation (eq:norm)?
divided_by_batch: the norms divided by the number of sequences
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T) / len(dh_T)]",
     "np.linalg.norm(dh)": "np.linalg.norm(dh) / len(dh)"}
    The gradients that come in are those of one loss for the whole batch: if there is a mean in it, it has been taken.
    Look: Is there a division in equation (eq:norm)?
root_of_batch: the norms divided by the root of the number of sequences
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T) / len(dh_T) ** 0.5]",
     "np.linalg.norm(dh)": "np.linalg.norm(dh) / len(dh) ** 0.5"}
    The gradients that come in are those of one loss for the whole batch: if there is a mean in it, it has been taken.
    Look: Is there a division in equation (eq:norm)?
summed_over_batch: the norms of the gradients added up over the batch
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T.sum(axis=0))]",
     "np.linalg.norm(dh)": "np.linalg.norm(dh.sum(axis=0))"}
    Each sequence has states of its own. Added up, what one wants more of and another less of cancels out.
    Look: What is done to each number before the sum in equation (eq:norm)?
mean_over_batch: the norms of the gradients' mean over the batch
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T.mean(axis=0))]",
     "np.linalg.norm(dh)": "np.linalg.norm(dh.mean(axis=0))"}
    Each sequence has states of its own. In a mean, what one wants more of and another less of cancels out.
    Look: What is done to each number before the sum in equation (eq:norm)?
first_sequence: the norms of the first sequence's gradient alone
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T[0])]", "np.linalg.norm(dh)": "np.linalg.norm(dh[0])"}
    Every sequence of the batch counts.
    Look: Over which indices does the sum in equation (eq:norm) go?
relative: the norms divided by the last one
    {"np.array(norms[::-1])": "np.array(norms[::-1]) / max(norms[0], 1e-300)"}
    How much is left of it is a good thing to look at, and not what is asked: the last entry is the norm of dh_T.
    Look: What does the docstring say of the last entry?
logarithm: the logarithms of the norms, to base 10
    {"np.array(norms[::-1])": "np.log10(np.maximum(norms[::-1], 1e-300))"}
    The picture will have a logarithmic axis. It wants the norms themselves.
    Look: Equation (eq:norm) has a root and no logarithm.
variance: the variances of the gradients' numbers
    {"[np.linalg.norm(dh_T)]": "[np.var(dh_T)]", "np.linalg.norm(dh)": "np.var(dh)"}
    A variance is measured from the mean, and is a mean of squares. A norm is a length.
    Look: How do the numbers of dh_t come together in equation (eq:norm)?
slopes_alone: the norms of dh_T times each step's slope
    {"norms.append(np.linalg.norm(dh))": "norms.append(np.linalg.norm(dh_T * (1 - hs[:, t - 1] ** 2)))",
     "[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T * (1 - hs[:, -1] ** 2))]"}
    The gradient of a state comes from the gradient of the state after it, through slope and weights.
    Look: What does each turn of your loop start from?
before_the_weights: the norms of what has passed the slope and not yet the weights, at every step
    {"norms.append(np.linalg.norm(dh))": "norms.append(np.linalg.norm(dh0))", "dh = (dh *":
     "dh0 = dh * (1 - hs[:, t] ** 2)\n        dh = (dh *"}
    That is the gradient of what went into the tanh. Asked is that of the state, on the other side of W.
    Look: When does your loop take the norm, before or after the product with the weights?
"""

ORDER = r"""
reversed: the right norms in the order in which they are found, the last step first
    {"norms[::-1]": "norms"}
    The gradient travels back in time, but what comes back counts from t = 0.
    Look: To which step does the docstring give the last entry?
without_the_last: norms that begin one step too early: the last entry is missing, and the first is there twice
    {"np.array(norms[::-1])": "np.array([norms[-1], *norms[:0:-1]])"}
    The loss looks at the last state directly, so that one's gradient is dh_T as it came in.
    Look: What does the docstring say of the last entry?
one_further: norms a step too far back: the last entry has gone through one step already
    {"[np.linalg.norm(dh_T)]": "[]", "range(hs.shape[1] - 1, 0, -1)": "range(hs.shape[1] - 1, -1, -1)"}
    The loss looks at the last state directly, so that one's gradient is dh_T as it came in.
    Look: What does the docstring say of the last entry?
one_too_many: T + 1 norms, down to that of the start state
    {"range(hs.shape[1] - 1, 0, -1)": "range(hs.shape[1] - 1, -1, -1)"}
    There are T states in hs, and the one before the first is not among them.
    Look: At which t does your loop stop, and how many norms has it then collected?
one_missing: T - 1 norms, without that of the last step
    {"[np.linalg.norm(dh_T)]": "[]"}
    The loss looks at the last state directly, so that one's gradient is dh_T as it came in.
    Look: What does the docstring say of the last entry?
first_missing: T - 1 norms, without that of the first step
    {"range(hs.shape[1] - 1, 0, -1)": "range(hs.shape[1] - 1, 1, -1)"}
    From the second state it is one more step back to the first.
    Look: To which state does the last turn of your loop lead?
first_is_zero: norms of which the first was never written, and is 0
    {"range(hs.shape[1] - 1, 0, -1)": "range(hs.shape[1] - 1, 1, -1)",
     "np.array(norms[::-1])": "np.array([0.0] * (hs.shape[1] - len(norms)) + norms[::-1])"}
    From the second state it is one more step back to the first.
    Look: To which state does the last turn of your loop lead?
by_sequence: the norms of every sequence, a row each
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T, axis=1)]", "np.linalg.norm(dh)": "np.linalg.norm(dh, axis=1)",
     "np.array(norms[::-1])": "np.array(norms[::-1]).T"}
    One norm over the whole batch is asked for: all the squares go into one sum.
    Look: Over which indices does the sum in equation (eq:norm) go?
by_sequence_time_first: the norms of every sequence, a column each
    {"[np.linalg.norm(dh_T)]": "[np.linalg.norm(dh_T, axis=1)]", "np.linalg.norm(dh)": "np.linalg.norm(dh, axis=1)"}
    One norm over the whole batch is asked for: all the squares go into one sum.
    Look: Over which indices does the sum in equation (eq:norm) go?
"""

MISTAKES = (
    *slips(SLOPES),
    *slips(WAY),
    *(one for limit in (1, 5, 10) for one in slips(CLIPPED, limit=limit)),
    *slips(MEASURE),
    *slips(ORDER),
)

RIGHT = (
    {"(dh * (1 - hs[:, t] ** 2)) @ W[:H].T": "np.einsum('nj,nj,kj->nk', dh, 1 - hs[:, t] ** 2, W[:H])"},
    {
        "(dh * (1 - hs[:, t] ** 2)) @ W[:H].T": "(W[:H] @ (dh * (1 - hs[:, t] ** 2)).T).T",
        "[np.linalg.norm(dh_T)]": "[np.sqrt((dh_T**2).sum())]",
        "np.linalg.norm(dh)": "np.sqrt((dh**2).sum())",
    },
    """
def gradient_norms(dh_T, hs, W):
    N, T, H = hs.shape
    norms = np.zeros(T)
    dh = dh_T.copy()
    norms[T - 1] = np.linalg.norm(dh)
    for t in reversed(range(T - 1)):
        dh *= (1 - hs[:, t + 1]) * (1 + hs[:, t + 1])
        dh = dh @ W[:H].T
        norms[t] = np.linalg.norm(dh.ravel())
    return norms
""",
    """
def gradient_norms(dh_T, hs, W):
    dhs = [dh_T]
    for h in np.swapaxes(hs, 0, 1)[:0:-1]:
        dhs.insert(0, (dhs[0] * (1 - h * h)) @ W[: h.shape[1]].T)
    return np.linalg.norm(np.stack(dhs), axis=(1, 2))
""",
    """
def gradient_norms(dh_T, hs, W):
    N, T, H = hs.shape
    J = [np.eye(H)[None].repeat(N, axis=0)]
    for t in range(T - 1, 0, -1):
        J.append(J[-1] @ step_jacobian(hs[:, t], W, len(W) - H))
    return np.array([np.linalg.norm(dh_T[:, None, :] @ one) for one in reversed(J)])
""",
    """
def gradient_norms(dh_T, hs, W):
    if hs.shape[1] == 1:
        return np.array([np.linalg.norm(dh_T)])
    before = (dh_T * (1 - hs[:, -1] ** 2)) @ W[: hs.shape[2]].T
    return np.append(gradient_norms(before, hs[:, :-1], W), np.linalg.norm(dh_T))
""",
)

EXERCISE = Exercise(
    name="gradient_norms",
    title="What reaches every step",
    arguments={"dh_T": "(N, H)", "hs": "(N, T, H)", "W": "(H + D, H)"},
    returns=(Array("norms", "(T,)", from_the_end=True),),
    parts=(
        Part("the norms", points=2),
        Part("50 to 200 steps", points=1, tags=LONG),
        Part("large gradients and weights", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    floor=1e-200,  # gradients vanish here on purpose
    hints=(
        "Equation (eq:back) is one turn of a loop that goes back in time. Where does it start, with which "
        "gradient, and which state's slope does it meet first?",
        "Keep the norm of dh_T. For t from T - 1 down to 1: multiply dh by the slope at step t, 1 - hs[:, t] "
        "** 2, then by the transpose of the first H rows of W; that is the gradient of the state at t - 1, "
        "whose norm you keep. At the end turn the list round.",
        "In the loop: dh = (dh * (1 - hs[:, t] ** 2)) @ W[:H].T, then norms.append(np.linalg.norm(dh)). After it: "
        "np.array(norms[::-1]).",
    ),
    explanation=(
        "No Jacobian was built on the way: a gradient is a row, and it is multiplied by one matrix after another. "
        "hs[:, 0] was never used, because its slope lies between the first state and what was before it. Every factor "
        "is the same W_h again: that is why what it does to a gradient, it does at every step."
    ),
)
