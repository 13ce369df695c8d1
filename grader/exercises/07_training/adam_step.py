"""One step of Adam, for one array."""

import numpy as np

from ..base import Array, Arrays, Case, Exercise, Part, Whole, slips
from ._draws import LARGE, single, spread

FIRST = frozenset({"first"})


def _arguments(rng, shape, t, size=1.0, lr=0.1, beta1=None, beta2=None, eps=None):
    beta1 = rng.uniform(0.5, 0.9) if beta1 is None else beta1
    beta2 = rng.uniform(0.8, 0.99) if beta2 is None else beta2
    state = {"m": size * rng.normal(size=shape), "v": size**2 * rng.uniform(0.3, 3.0, size=shape), "t": t}
    if not t:
        state = {"m": np.zeros(shape), "v": np.zeros(shape), "t": 0}
    return {
        "param": rng.normal(size=shape),
        "grad": size * rng.normal(size=shape),
        "state": state,
        "lr": lr,
        "beta1": float(beta1),
        "beta2": float(beta2),
        "eps": float(rng.uniform(0.05, 0.2) if eps is None else eps),
    }


def cases(rng):
    yield Case("small", _arguments(rng, (2, 3), t=2))
    yield Case("the first step", _arguments(rng, (3, 2), t=0), FIRST)
    yield Case("the first step, with the usual numbers", _arguments(rng, (4,), 0, 1.0, 0.01, 0.9, 0.999, 1e-8), FIRST)
    yield Case("the second step", _arguments(rng, (3,), t=1))
    yield Case("after many steps", _arguments(rng, (2, 4), t=int(rng.integers(300, 900)), beta2=0.999))
    yield Case("after tens of thousands of steps", _arguments(rng, (2, 3), int(rng.integers(40_000, 60_000))))
    yield Case("three axes", _arguments(rng, (2, 3, 4), t=4, lr=0.7))
    yield Case("one number", _arguments(rng, (1, 1), t=5, lr=0.3))
    yield Case("a learning rate of many digits", _arguments(rng, (5,), t=7, lr=float(rng.uniform(0.001, 0.002))))
    yield Case("faint gradients", _arguments(rng, (3, 2), 6, 1e-8, 0.05, eps=1e-8))
    yield Case("no slope", _arguments(rng, (2, 2), t=3) | {"grad": np.zeros((2, 2))})
    still = _arguments(rng, (3,), 0, eps=1e-8) | {"grad": np.array([0.0, *rng.normal(size=2)])}
    yield Case("a gradient of 0 in the first step", still, FIRST)
    yield Case("no memory of the gradients", _arguments(rng, (4,), t=2, beta1=0.0))
    yield Case("no memory of their squares", _arguments(rng, (4, 2), t=2, beta2=0.0))
    yield Case("no step", _arguments(rng, (2, 3), t=2, lr=0.0))
    yield Case("zero parameters", _arguments(rng, (2, 3), t=2) | {"param": np.zeros((2, 3))})
    yield Case("strided", _arguments(rng, (3, 2), t=3), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, (3, 4), t=2)))
    steep = _arguments(rng, (3, 2), t=2)
    far = {"m": spread(rng, 1e2, 1e5, (3, 2)), "v": np.abs(spread(rng, 1e4, 1e10, (3, 2))), "t": 2}
    steep |= {"eps": float(rng.uniform(800, 900))}
    yield Case("large gradients", steep | {"grad": spread(rng, 1e3, 1e6, (3, 2)), "state": far}, LARGE)
    yield Case("large parameters", steep | {"param": spread(rng, 1e3, 1e6, (3, 2))}, LARGE)
    yield Case("a learning rate of thousands", _arguments(rng, (2, 4), t=2, lr=float(rng.uniform(2e3, 3e3))), LARGE)


MOMENTS = slips(r"""
betas_swapped: moments that are kept with each other's beta
    {"beta1 * state": "beta2 * state", "(1 - beta1) * grad": "(1 - beta2) * grad",
        "beta2 * state": "beta1 * state", "(1 - beta2) * grad * grad": "(1 - beta1) * grad * grad",
        "beta1**t": "beta2**t", "beta2**t": "beta1**t"}
    The gradients are averaged over a short time, their squares over a long one.
    Look: Which beta stands in equation (eq:first_moment), and which in equation (eq:second_moment)?
m_turned: a first moment that keeps 1 - beta1 of the old and takes beta1 of the new
    {"beta1 * state": "(1 - beta1) * state", "(1 - beta1) * grad": "beta1 * grad"}
    beta1 is how much of the old stays. It is near 1, so that many gradients are averaged.
    Look: Compare with equation (eq:first_moment).
v_turned: a second moment that keeps 1 - beta2 of the old and takes beta2 of the new
    {"beta2 * state": "(1 - beta2) * state", "(1 - beta2) * grad": "beta2 * grad"}
    beta2 is how much of the old stays. It is near 1, so that many squares are averaged.
    Look: Compare with equation (eq:second_moment).
both_turned: moments that keep 1 - beta of the old and take beta of the new
    {"beta1 * state": "(1 - beta1) * state", "(1 - beta1) * grad": "beta1 * grad",
        "beta2 * state": "(1 - beta2) * state", "(1 - beta2) * grad": "beta2 * grad"}
    A beta is how much of the old stays. It is near 1, so that many gradients are averaged.
    Look: Compare with equations (eq:first_moment) and (eq:second_moment).
m_sum: a first moment to which the whole gradient is added
    {"(1 - beta1) * grad": "grad"}
    That is a sum of gradients, longer than each of them. An average weighs the old and the new with shares that add up
    to 1.
    Look: What stands before g in equation (eq:first_moment)?
v_sum: a second moment to which the whole square is added
    {"(1 - beta2) * grad * grad": "grad * grad"}
    That is a sum of squares, larger than each of them. An average weighs the old and the new with shares that add up
    to 1.
    Look: What stands before g in equation (eq:second_moment)?
m_whole: a first moment that keeps all of the old one
    {"beta1 * state[\"m\"]": "state[\"m\"]"}
    Then nothing is ever forgotten, and the step goes on long after the slope has turned.
    Look: What stands before m in equation (eq:first_moment)?
v_whole: a second moment that keeps all of the old one
    {"beta2 * state[\"v\"]": "state[\"v\"]"}
    Then it only grows, and the steps get shorter and shorter.
    Look: What stands before v in equation (eq:second_moment)?
m_forgotten: a first moment of the last gradient alone
    {"beta1 * state[\"m\"] + ": "0 * state[\"m\"] + "}
    What is remembered of the gradients before is the point of it.
    Look: Which of the arrays in state is not used?
v_forgotten: a second moment of the last gradient alone
    {"beta2 * state[\"v\"] + ": "0 * state[\"v\"] + "}
    What is remembered of the squares before is the point of it.
    Look: Which of the arrays in state is not used?
not_squared: a second moment of the gradient itself
    {"(1 - beta2) * grad * grad": "(1 - beta2) * grad"}
    It should say how large gradients are, whichever way they point. One that is negative has no square root.
    Look: What is averaged in equation (eq:second_moment)?
size_alone: a second moment of the gradient's size, without its square
    {"(1 - beta2) * grad * grad": "(1 - beta2) * np.abs(grad)"}
    The root is taken of v later: what goes in is a square.
    Look: What is averaged in equation (eq:second_moment)?
one_v_for_all: a second moment that is the mean over the whole array
    {"grad * grad": "np.mean(grad * grad)"}
    Adam has a step length of its own for every number: that is what it is good for.
    Look: Is there a mean over the array in equation (eq:second_moment)?
v_summed: a second moment of the sum over the whole array
    {"grad * grad": "np.sum(grad * grad)"}
    A sum over all numbers is what a norm is made of. Adam has a step length of its own for every number: that is what
    it is good for.
    Look: Is there a sum over the array in equation (eq:second_moment)?
squared_after: a second moment that is squared with its share, ((1 - beta2) g) squared
    {"(1 - beta2) * grad * grad": "((1 - beta2) * grad) ** 2"}
    The share stands before the square, and is not squared itself.
    Look: Where does the square end in equation (eq:second_moment)?
v_of_m: a second moment made of the first one's squares
    {"(1 - beta2) * grad * grad": "(1 - beta2) * m * m"}
    The squares of the gradients are averaged, not the square of their average: where gradients change their sign, the
    two differ most.
    Look: Of what is the square taken in equation (eq:second_moment)?
""")

CORRECTED = slips(r"""
uncorrected: a step with moments that were not corrected
    {"m / (1 - beta1**t)": "m", "v / (1 - beta2**t)": "v"}
    Both averages begin with 0, and after a few steps they are still too small. Equation (eq:corrected) makes up for it.
    Look: What is between equations (eq:second_moment) and (eq:adam)?
m_uncorrected: a step with a first moment that was not corrected
    {"m / (1 - beta1**t)": "m"}
    The average begins with 0, and after a few steps it is still too small. Equation (eq:corrected) makes up for it.
    Look: Equation (eq:corrected) has two parts.
v_uncorrected: a step with a second moment that was not corrected
    {"v / (1 - beta2**t)": "v"}
    The average begins with 0, and after a few steps it is still too small. Equation (eq:corrected) makes up for it.
    Look: Equation (eq:corrected) has two parts.
corrections_swapped: moments that were corrected with each other's beta
    {"beta1**t": "beta2**t", "beta2**t": "beta1**t"}
    How much is missing of an average depends on how fast it forgets.
    Look: Which beta belongs to which moment in equation (eq:corrected)?
corrected_with_beta1: a second moment that was corrected with beta1
    {"beta2**t": "beta1**t"}
    How much is missing of an average depends on how fast it forgets.
    Look: Which beta belongs to which moment in equation (eq:corrected)?
corrected_with_beta2: a first moment that was corrected with beta2
    {"beta1**t": "beta2**t"}
    How much is missing of an average depends on how fast it forgets.
    Look: Which beta belongs to which moment in equation (eq:corrected)?
corrected_kept: corrected moments that are kept as the state
    {"\"m\": m": "\"m\": m_hat", "\"v\": v": "\"v\": v_hat"}
    They would be corrected again in every step that follows. What is handed on is the plain average; the correction is
    for this step alone.
    Look: Which of the two goes on in equation (eq:first_moment), m or the one with the hat?
corrected_v_kept: a corrected second moment that is kept in the state
    {"\"v\": v": "\"v\": v_hat"}
    It would be corrected again in every step that follows. What is handed on is the plain average.
    Look: Which of the two goes on in equation (eq:second_moment), v or the one with the hat?
corrected_m_kept: a corrected first moment that is kept in the state
    {"\"m\": m": "\"m\": m_hat"}
    It would be corrected again in every step that follows. What is handed on is the plain average.
    Look: Which of the two goes on in equation (eq:first_moment), m or the one with the hat?
t_from_0: moments that were corrected with the number of steps before this one
    {"beta1**t": "beta1**state[\"t\"]", "beta2**t": "beta2**state[\"t\"]"}
    In the first step t is 1. With 0 the correction divides by 1 - 1.
    Look: What is t in the first step, in equation (eq:corrected), and what is in the state then?
t_from_2: moments that were corrected with one step too many
    {"beta1**t": "beta1**(t + 1)", "beta2**t": "beta2**(t + 1)"}
    In the first step t is 1: then the corrected moments are the gradient and its square.
    Look: How often is 1 added to t?
times_t: moments that were corrected with beta times t in the place of a power
    {"beta1**t": "beta1 * t", "beta2**t": "beta2 * t"}
    What is left of the zero at the beginning gets less by the same factor in every step: that is a power.
    Look: Where does t stand in equation (eq:corrected)?
to_the_t: moments that were corrected with the whole of (1 - beta) to the power of t
    {"(1 - beta1**t)": "(1 - beta1) ** t", "(1 - beta2**t)": "(1 - beta2) ** t"}
    The power is of beta alone, and is taken from 1 afterwards.
    Look: What does t stand on in equation (eq:corrected)?
corrected_by_beta: moments that were divided by 1 - beta in every step
    {"beta1**t": "beta1", "beta2**t": "beta2"}
    That is right in the first step, and too much from the second on: the longer it runs, the less is missing.
    Look: Where does t stand in equation (eq:corrected)?
multiplied: moments that were multiplied by their correction
    {"m / (1": "m * (1", "v / (1": "v * (1"}
    They are too small, and should get larger.
    Look: What stands below the line in equation (eq:corrected)?
t_kept: a state whose t is the one that came
    {"\"t\": t": "\"t\": state[\"t\"]"}
    The next step would believe it is this one again, and correct as much as the first for ever.
    Look: What is t in the state that comes back, after the first step?
t_ahead: a state whose t is ahead by one
    {"\"t\": t": "\"t\": t + 1"}
    t is how many steps were made. After the first it is 1.
    Look: How often is 1 added to t?
""")

STEPS = slips(r"""
uphill: a step up the gradient
    {"param - lr": "param + lr"}
    The gradient points to where the loss grows.
    Look: Look at the sign in equation (eq:adam).
eps_inside: an epsilon inside the root
    {"(np.sqrt(v_hat) + eps)": "np.sqrt(v_hat + eps)"}
    Inside, its root counts: of 1e-8 that is 1e-4, which is no longer small.
    Look: What is under the root in equation (eq:adam), and what beside it?
no_eps: a step without epsilon
    {"(np.sqrt(v_hat) + eps)": "np.sqrt(v_hat)"}
    Where a gradient has always been 0 that is 0 divided by 0.
    Look: Which of the arguments is not used?
eps_after: an epsilon that is added to the step
    {"lr * m_hat / (np.sqrt(v_hat) + eps)": "lr * (m_hat / np.sqrt(v_hat) + eps)"}
    Epsilon is to keep the division away from 0, and is added to what is divided by.
    Look: Where do the brackets stand in equation (eq:adam)?
no_brackets: a quotient to which epsilon is added
    {"(np.sqrt(v_hat) + eps)": "np.sqrt(v_hat) + eps"}
    Python divides before it adds: `a / b + c` is (a / b) + c.
    Look: What is below the line in equation (eq:adam)?
eps_before_the_correction: an epsilon that was added before the second moment was corrected
    {"lr * m_hat / (np.sqrt(v_hat) + eps)": "lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps)"}
    The two corrections were put into one factor, as some texts do. With that, epsilon is divided by the root of the
    correction as well, and is another one in the first steps.
    Look: To the root of which v is epsilon added in equation (eq:adam)?
root_before_the_correction: a root that was taken before the second moment was corrected
    {"np.sqrt(v_hat)": "np.sqrt(v) / (1 - beta2**t)"}
    The root of a quotient has the root of what is below the line as well.
    Look: Equations (eq:corrected) and (eq:adam): is the correction inside of the root, or outside?
no_root: a step divided by the second moment itself
    {"np.sqrt(v_hat)": "v_hat"}
    The second moment is a square. Its root is as large as gradients are, and the quotient a number around 1.
    Look: What is below the line in equation (eq:adam)?
no_rate: a step as long as the quotient, whatever lr is
    {"param - lr * m_hat": "param - m_hat"}
    How far to go is what the learning rate says.
    Look: Which of the arguments is not used?
step_alone: the step, without the parameter that it is taken from
    {"param - lr": "-lr"}
    What comes back is the new parameter, not how far it moved.
    Look: What stands first on the right side of equation (eq:adam)?
undivided: a step along the average gradient, not divided by anything
    {"lr * m_hat / (np.sqrt(v_hat) + eps)": "lr * m_hat"}
    That is gradient descent with momentum. Divided by the size that gradients have there, the steps are about as long
    for every number, whatever its slope.
    Look: What is below the line in equation (eq:adam)?
no_momentum: a step along the last gradient alone
    {"lr * m_hat": "lr * grad"}
    What points to and fro from step to step cancels in the average, and that is what the first moment is there for.
    Look: What is above the line in equation (eq:adam)?
plain: a step along the last gradient, as long as it is
    {"lr * m_hat / (np.sqrt(v_hat) + eps)": "lr * grad"}
    That is the step of sgd_step. The moments are computed, and not used.
    Look: Which gradient stands in equation (eq:adam)?
old_moments: a step with the moments that came, before this gradient was taken in
    {"m_hat = m ": "m_hat = state[\"m\"] ", "v_hat = v ": "v_hat = state[\"v\"] "}
    The last gradient is the one that knows most of where the loss is now.
    Look: In which order do equations (eq:first_moment) to (eq:adam) stand?
state_not_updated: a state in which the moments are those that came
    {"\"m\": m": "\"m\": state[\"m\"]", "\"v\": v": "\"v\": state[\"v\"]"}
    Then every step remembers nothing but zeros.
    Look: What do the arrows of equations (eq:first_moment) and (eq:second_moment) say?
moments_swapped: a state in which m and v have changed places
    {"\"m\": m": "\"m\": v", "\"v\": v": "\"v\": m"}
    The step was right. The next one will not be.
    Look: Which array goes under which key?
old_v: a step that is divided by the root of the second moment that came, corrected
    {"v_hat = v ": "v_hat = state[\"v\"] "}
    This gradient's square belongs to it: in the first step there is nothing else.
    Look: Which v goes into equation (eq:corrected)?
old_m: a step along the first moment that came, corrected
    {"m_hat = m ": "m_hat = state[\"m\"] "}
    This gradient belongs to it: in the first step there is nothing else.
    Look: Which m goes into equation (eq:corrected)?
sign_alone: a step of lr up or down
    {"lr * m_hat / (np.sqrt(v_hat) + eps)": "lr * np.sign(grad)"}
    That is nearly so in the first step. Later the quotient is nearer to 0 where gradients don't agree.
    Look: What stands above and below the line in equation (eq:adam)?
sign_of_the_average: a step of lr along the sign of the average gradient
    {"lr * m_hat / (np.sqrt(v_hat) + eps)": "lr * np.sign(m_hat)"}
    That is nearly so in the first step. Later the quotient is nearer to 0 where gradients don't agree.
    Look: What stands above and below the line in equation (eq:adam)?
larger_of_both: a step divided by the larger one of the root and epsilon
    {"(np.sqrt(v_hat) + eps)": "np.maximum(np.sqrt(v_hat), eps)"}
    That keeps the division away from 0 too, and is another number.
    Look: What is done with epsilon in equation (eq:adam)?
eps_times: a step divided by the root times epsilon
    {"(np.sqrt(v_hat) + eps)": "(np.sqrt(v_hat) * eps)"}
    A step divided by so small a number is a leap.
    Look: What stands between the root and epsilon in equation (eq:adam)?
nesterov: a step along the average with the last gradient taken in twice
    {"lr * m_hat": "lr * (beta1 * m_hat + (1 - beta1) * grad / (1 - beta1**t))"}
    That is another method, Nadam.
    Look: What stands above the line in equation (eq:adam)?
largest_v: a second moment that never gets smaller
    {"m_hat = m ": "v = np.maximum(v, state[\"v\"])\n    m_hat = m "}
    That is another method, AMSGrad.
    Look: Is there a maximum in equation (eq:second_moment)?
mean_step: one step for all numbers, along the mean of the average gradient
    {"lr * m_hat": "lr * np.mean(m_hat)"}
    Every number has a slope of its own.
    Look: Is there a mean over the array in equation (eq:adam)?
in_proportion: a step in proportion to the parameter
    {"lr * m_hat": "lr * param * m_hat"}
    A parameter of 0 would then never move.
    Look: How often does the parameter stand on the right side of equation (eq:adam)?
clipped: a step along gradients that were cut off at -5 and 5
    {"m = beta1": "grad = np.clip(grad, -5, 5)\n    m = beta1"}
    What is too long was shortened before, all of it together, if at all.
    Look: Compare with equations (eq:first_moment) and (eq:second_moment).
into_state: a step that is written into the state that came in
    {"return new, {\"m\": m, \"v\": v, \"t\": t}": "state.update(m=m, v=v, t=t)\n    return new, state"}
    The numbers are right. But whoever wants to go back to before the step has its state no more.
    Look: Which line makes the dict that comes back?
into_t: steps that are counted in the state that came in
    {"t = state[\"t\"] + 1": "state[\"t\"] += 1\n    t = state[\"t\"]"}
    The numbers are right. But a dict that comes in is the caller's: whoever wants to go back to before the step counts
    one too many.
    Look: Which lines write into state?
into_moments: moments that are written into the arrays that came in
    {"m = beta1 * state[\"m\"] + (1 - beta1) * grad":
        "m = state[\"m\"]\n    m *= beta1\n    m += (1 - beta1) * grad",
        "v = beta2 * state[\"v\"] + (1 - beta2) * grad * grad":
        "v = state[\"v\"]\n    v *= beta2\n    v += (1 - beta2) * grad * grad"}
    The numbers are right. But `*=` and `+=` write into the caller's arrays.
    Look: Which lines make the arrays that come back, and which write into those that came?
into_param: a step that is written into the parameter that came in
    {"new = param - lr * m_hat / (np.sqrt(v_hat) + eps)":
        "new = param\n    new -= (lr * m_hat / (np.sqrt(v_hat) + eps)).astype(param.dtype)"}
    The numbers are right. But `-=` writes into the caller's array: whoever wants to compare before and after has the
    same twice.
    Look: Which line makes the array that comes back?
""")

RIGHT = (
    # as torch does it: both corrections on the way
    """def adam_step(param, grad, state, lr, beta1, beta2, eps):
    m = state["m"] + (1 - beta1) * (grad - state["m"])
    v = beta2 * state["v"] + (1 - beta2) * grad**2
    t = 1 + state["t"]
    size = np.sqrt(v) / np.sqrt(1 - beta2**t) + eps
    return param - lr / (1 - beta1**t) * (m / size), dict(m=m, v=v, t=t)
""",
    """def adam_step(param, grad, state, lr, beta1, beta2, eps):
    new_state = dict(state)
    new_state["t"] += 1
    for key, beta, value in (("m", beta1, grad), ("v", beta2, np.square(grad))):
        new_state[key] = beta * state[key] + (1 - beta) * value
    m_hat, v_hat = (new_state[k] / (1 - np.power(b, new_state["t"])) for k, b in (("m", beta1), ("v", beta2)))
    return param - lr * m_hat / (v_hat**0.5 + eps), new_state
""",
    """def adam_step(param, grad, state, lr, beta1, beta2, eps):
    m, v, t = state["m"].copy(), state["v"].copy(), state["t"] + 1
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * (grad * grad)
    new = param.copy()
    new -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return new, {"t": t, "v": v, "m": m}
""",
    {"param - lr * m_hat /": "param + -lr * m_hat /", 't = state["t"] + 1': 't = np.int64(state["t"] + 1)'},
)

EXERCISE = Exercise(
    name="adam_step",
    title="A step of Adam",
    arguments={
        "param": "an array",
        "grad": "an array",
        "state": {"m": "an array", "v": "an array", "t": "a whole number"},
        "lr": "a number",
        "beta1": "a number",
        "beta2": "a number",
        "eps": "a number",
    },
    returns=(Array("new"), Arrays("new_state", keys={"m": "", "v": "", "t": Whole("t")})),
    parts=(
        Part("the new parameter", points=2, outputs=("new",)),
        Part("what is remembered", points=2, outputs=("m", "v", "t")),
        Part("the first step", points=1, tags=FIRST),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and their squares smaller
    mistakes=STEPS + CORRECTED + MOMENTS,
    right=RIGHT,
    labels={key: f"new_state[{key!r}]" for key in ("m", "v", "t")},
    hints=(
        "Four equations, a line each, in the order in which they stand. What goes into the new state, and what is "
        "used in this step alone?",
        "t is one more than what the state says. m and v are averages of the old one and the new: of the gradient, "
        "and of its square. Divide copies of them by 1 minus the beta to the power of t; only the step uses these. "
        "The plain m and v, and t, are the new state.",
        "m is beta1 * state['m'] + (1 - beta1) * grad, v the same with beta2 and the gradient squared; the step is lr "
        "times m / (1 - beta1**t), divided by the sum of eps and the root of v / (1 - beta2**t). Return param minus "
        "that, and a new dict.",
    ),
    explanation=(
        "Every number now has a step length of its own: the average gradient, divided by the size that gradients have "
        "there. In the first step that is a quotient of 1 or -1, whatever the slope, so lr says nearly by itself how "
        "far each number moves."
    ),
)
