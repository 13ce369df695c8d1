"""The hidden state's update: what the cell shows of itself."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, faint, full, open_gate


def _arguments(rng, N, H):
    return {"o": open_gate(rng, N, H), "c": 2 * rng.normal(size=(N, H))}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, H=3))
    yield Case("a wide cell", _arguments(rng, N=4, H=6))
    wide_open = _arguments(rng, N=3, H=5) | {"o": np.ones((3, 5))}
    yield Case("output gate open", wide_open, frozenset({"isolates:the tanh"}))
    yield Case(
        "a cell full to the brim",  # tanh(c) is 1 to the last digit, so that h is o
        _arguments(rng, N=3, H=5) | {"c": rng.uniform(40, 90, size=(3, 5))},
        frozenset({"isolates:the gate"}),
    )
    yield Case("output gate closed", _arguments(rng, N=3, H=5) | {"o": np.zeros((3, 5))})
    yield Case("zero c", _arguments(rng, N=3, H=5) | {"c": np.zeros((3, 5))})
    yield Case("one sequence", _arguments(rng, N=1, H=2))
    yield Case("one cell", _arguments(rng, N=3, H=1))
    yield Case("one of each", _arguments(rng, N=1, H=1))
    yield Case("strided", _arguments(rng, N=4, H=3), frozenset({"strided"}))
    single = _arguments(rng, N=3, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    yield Case("a cell close to 0", _arguments(rng, N=2, H=3) | {"c": faint(rng, 2, 3)})
    yield Case("a large cell state", _arguments(rng, N=4, H=5) | {"c": full(rng, 4, 5)}, LARGE)


MISTAKES = slips(r"""
no_tanh: a hidden state that is o * c, without the tanh
    {"np.tanh(": "("}
    The cell state goes out as it is. It has no bounds, so h has none either, and a cell that has counted to 40 shouts
    down every gate that reads it.
    Look: What happens to c in equation (eq:hidden) before the gate meets it?
no_gate: a hidden state that is tanh(c), without the gate
    {"o * ": ""}
    Everything the cell holds is heard at every step, asked for or not.
    Look: Which of the docstring's arguments does your function not use?
sigmoid: a hidden state with the sigmoid of c in place of its tanh
    {"np.tanh(": "sigmoid("}
    A sigmoid is never negative, and it is 0.5 for an empty cell: a plural would be heard as a weaker singular, and
    nothing as something.
    Look: Which curve stands in equation (eq:hidden)?
tanh_on_gate: a hidden state with the tanh on the gate instead of the cell state
    {"o * np.tanh(c)": "np.tanh(o) * c"}
    The gate is between 0 and 1 already; it is the cell state that has no bounds.
    Look: Which of the two does tanh take in equation (eq:hidden)?
tanh_outside: a hidden state that is tanh(o * c), the tanh around the whole product
    {"o * np.tanh(c)": "np.tanh(o * c)"}
    Then a gate of 0.2 no longer lets a fifth through: on a cell state of 30 it lets everything through.
    Look: Where does the bracket of the tanh close in equation (eq:hidden)?
tanh_on_both: a hidden state with a tanh on the gate and on the cell state
    {"o *": "np.tanh(o) *"}
    The gate is between 0 and 1 already; after a tanh it can never open beyond 0.76.
    Look: How many tanh does equation (eq:hidden) have?
complement: a hidden state with the gate turned round, 1 - o
    {"o *": "(1 - o) *"}
    Such a cell talks while its gate is closed and falls silent when it opens.
    Look: What multiplies the tanh in equation (eq:hidden)?
gate_squashed_again: a hidden state whose gate goes through the sigmoid once more
    {"o *": "sigmoid(o) *"}
    o arrives as a gate. A second sigmoid leaves it between 0.5 and 0.73, unable to open or close.
    Look: How many curves does equation (eq:hidden) have?
plus: a hidden state that adds the gate
    {"o *": "o +"}
    A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
    Look: What joins the two in equation (eq:hidden)?
twice: a hidden state with two tanh, one inside the other
    {"np.tanh(c)": "np.tanh(np.tanh(c))"}
    The second tanh squeezes what is already between -1 and 1: the cell could never be heard above 0.76.
    Look: How many tanh does equation (eq:hidden) have?
clipped: a hidden state with c cut off at -1 and 1 in place of its tanh
    {"np.tanh(c)": "np.clip(c, -1, 1)"}
    The bounds are right, the curve is not: beyond 1 it is flat, and there no gradient gets through.
    Look: Which curve stands in equation (eq:hidden)?
cell_shown: the cell state itself, h = c
    {"o * np.tanh(c)": "+c"}
    That is what was shown before there was an output gate: everything, without bounds.
    Look: Equation (eq:hidden) does two things to c.
gate_alone: the output gate itself, without the cell state
    {"o * np.tanh(c)": "+o"}
    The gate says how much is shown, and then nothing of the cell is shown.
    Look: Which of the docstring's arguments does your function not use?
rescaled_sigmoid: a hidden state with 2 sigmoid(c) - 1 in place of the tanh
    {"np.tanh(c)": "(2 * sigmoid(c) - 1)"}
    That has the right range, but it is tanh(c / 2): half as steep as it should be.
    Look: numpy has the curve of equation (eq:hidden) ready-made, under its own name.
quotient: a hidden state whose tanh is written as a quotient of exp(c) and exp(-c)
    {"o * np.tanh(c)": "o * (np.exp(c) - np.exp(-c)) / (np.exp(c) + np.exp(-c))"}
    The formula is the right one. Where c is above 710 or below -710, one of the two is infinite in float64, and
    infinity divided by infinity is NaN.
    Look: numpy has the curve of equation (eq:hidden) ready-made, under its own name.
quotient_of_squares: a hidden state whose tanh is written as a quotient of exp(2 c)
    {"o * np.tanh(c)": "o * (np.exp(2 * c) - 1) / (np.exp(2 * c) + 1)"}
    The formula is the right one, and it is safe for negative c. Where c is above 355, exp(2 c) is infinite in float64,
    and infinity divided by infinity is NaN.
    Look: numpy has the curve of equation (eq:hidden) ready-made, under its own name.
""")

RIGHT = (
    {"o * np.tanh(c)": "np.multiply(np.tanh(c), o)"},
    {"o * np.tanh(c)": "o * (2 * sigmoid(2 * c) - 1)"},
    {"o * np.tanh(c)": "o - 2 * o / (np.exp(2 * c) + 1)"},  # warns, and is right
    {"o * np.tanh(c)": "np.einsum('nh,nh->nh', o, np.sinh(np.clip(c, -99, 99)) / np.cosh(np.clip(c, -99, 99)))"},
    """
def hidden_update(o, c):
    return np.array([[gate * np.tanh(value) for gate, value in zip(*rows)] for rows in zip(o, c)])
""",
    """
def hidden_update(o, c):
    h = np.tanh(c)
    h *= o
    return h
""",
)

EXERCISE = Exercise(
    name="hidden_update",
    title="The hidden state's update",
    arguments={"o": "(N, H)", "c": "(N, H)"},
    returns=(Array("h", "(N, H)"),),
    parts=(Part("the hidden state", points=1), Part("right on large cell states", points=1, tags=LARGE)),
    difficulty=1,
    minutes=3,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:hidden): one of the two arrays is bounded already. Which one is not?",
        "First the tanh of the unbounded one, then the product with the other, element by element.",
        "o times np.tanh of the cell state.",
    ),
    explanation=(
        "Now the two memories have two jobs: c carries, unbounded and unseen, and h speaks, between -1 and "
        "1, when the gate lets it. c itself went to the next step without the tanh: only what is shown is "
        "squashed."
    ),
)
