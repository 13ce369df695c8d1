"""The hidden state's update: what the cell shows of itself."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part
from ._numpy import open_gate, sigmoid, signs


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
    full = signs(rng, 2, 5) * rng.uniform(300, 900, size=(2, 5))
    yield Case("a large cell state", _arguments(rng, N=2, H=5) | {"c": full}, frozenset({"large"}))


MISTAKES = (
    Mistake(
        name="no_tanh",
        what="a hidden state that is o * c, without the tanh",
        meaning="The cell state goes out as it is. It has no bounds, so h has none either, and a cell that "
        "has counted to 40 shouts down every gate that reads it.",
        look="What happens to c in equation (4.9) before the gate meets it?",
        function=lambda o, c: o * c,
    ),
    Mistake(
        name="no_gate",
        what="a hidden state that is tanh(c), without the gate",
        meaning="Everything the cell holds is heard at every step, asked for or not.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda o, c: np.tanh(c),
    ),
    Mistake(
        name="sigmoid",
        what="a hidden state with the sigmoid of c in place of its tanh",
        meaning="A sigmoid is never negative, and it is 0.5 for an empty cell: a plural would be heard as a "
        "weaker singular, and nothing as something.",
        look="Which curve stands in equation (4.9)?",
        function=lambda o, c: o * sigmoid(c),
    ),
    Mistake(
        name="tanh_on_gate",
        what="a hidden state with the tanh on the gate instead of the cell state",
        meaning="The gate is between 0 and 1 already; it is the cell state that has no bounds.",
        look="Which of the two does tanh take in equation (4.9)?",
        function=lambda o, c: np.tanh(o) * c,
    ),
    Mistake(
        name="tanh_outside",
        what="a hidden state that is tanh(o * c), the tanh around the whole product",
        meaning="Then a gate of 0.2 no longer lets a fifth through: on a cell state of 30 it lets everything through.",
        look="Where does the bracket of the tanh close in equation (4.9)?",
        function=lambda o, c: np.tanh(o * c),
    ),
    Mistake(
        name="tanh_on_both",
        what="a hidden state with a tanh on the gate and on the cell state",
        meaning="The gate is between 0 and 1 already; after a tanh it can never open beyond 0.76.",
        look="How many tanh does equation (4.9) have?",
        function=lambda o, c: np.tanh(o) * np.tanh(c),
    ),
    Mistake(
        name="complement",
        what="a hidden state with the gate turned round, 1 - o",
        meaning="Such a cell talks while its gate is closed and falls silent when it opens.",
        look="What multiplies the tanh in equation (4.9)?",
        function=lambda o, c: (1 - o) * np.tanh(c),
    ),
    Mistake(
        name="gate_squashed_again",
        what="a hidden state whose gate goes through the sigmoid once more",
        meaning="o arrives as a gate. A second sigmoid leaves it between 0.5 and 0.73, unable to open or close.",
        look="How many curves does equation (4.9) have?",
        function=lambda o, c: sigmoid(o) * np.tanh(c),
    ),
    Mistake(
        name="plus",
        what="a hidden state that adds the gate",
        meaning="A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.",
        look="What joins the two in equation (4.9)?",
        function=lambda o, c: o + np.tanh(c),
    ),
    Mistake(
        name="twice",
        what="a hidden state with two tanh, one inside the other",
        meaning="The second tanh squeezes what is already between -1 and 1: the cell could never be heard above 0.76.",
        look="How many tanh does equation (4.9) have?",
        function=lambda o, c: o * np.tanh(np.tanh(c)),
    ),
    Mistake(
        name="clipped",
        what="a hidden state with c cut off at -1 and 1 in place of its tanh",
        meaning="The bounds are right, the curve is not: beyond 1 it is flat, and there no gradient gets through.",
        look="Which curve stands in equation (4.9)?",
        function=lambda o, c: o * np.clip(c, -1, 1),
    ),
    Mistake(
        name="cell_shown",
        what="the cell state itself, h = c",
        meaning="That is what was shown before there was an output gate: everything, without bounds.",
        look="Equation (4.9) does two things to c.",
        function=lambda o, c: +c,
    ),
    Mistake(
        name="gate_alone",
        what="the output gate itself, without the cell state",
        meaning="The gate says how much is shown, and then nothing of the cell is shown.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda o, c: +o,
    ),
    Mistake(
        name="rescaled_sigmoid",
        what="a hidden state with 2 sigmoid(c) - 1 in place of the tanh",
        meaning="That has the right range, but it is tanh(c / 2): half as steep as it should be.",
        look="numpy has the curve of equation (4.9) ready-made, under its own name.",
        function=lambda o, c: o * (2 * sigmoid(c) - 1),
    ),
)

EXERCISE = Exercise(
    name="hidden_update",
    title="The hidden state's update",
    arguments={"o": "(N, H)", "c": "(N, H)"},
    returns=(Array("h", "(N, H)"),),
    parts=(Part("the hidden state", points=1),),
    difficulty=1,
    minutes=3,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (4.9): one of the two arrays is bounded already. Which one is not?",
        "First the tanh of the unbounded one, then the product with the other, element by element.",
        "o times np.tanh of the cell state.",
    ),
    explanation=(
        "Now the two memories have two jobs: c carries, unbounded and unseen, and h speaks, between -1 and "
        "1, when the gate lets it. c itself went to the next step without the tanh: only what is shown is "
        "squashed."
    ),
)
