"""The output gate: how much of the cell is shown."""

from ..base import Array, Exercise, Part, slips
from ._draws import LARGE, layer_cases
from ._gate import RIGHT, gate_mistakes


def cases(rng):
    yield from layer_cases(rng)


MISTAKES = gate_mistakes(
    gate="an output gate",
    equation="(eq:output_gate)",
    meanings={
        "complement": "Such a gate talks all the time and falls silent when it is asked.",
        "tanh": "A gate of -1 would not hide the cell, it would show the opposite of what the cell holds.",
        "linear": "Without bounds the gate amplifies what it should only let through, and h is no longer "
        "held between -1 and 1.",
        "softmax": "Then the units share one portion of speaking time: if one is heard, the others are not.",
    },
) + slips(r"""
already_applied: an output gate already multiplied by h_prev
    {"sigmoid(": "h_prev * sigmoid("}
    The gate decides about the new hidden state, which does not exist yet, and not about the old one, which it only
    reads.
    Look: Equation (eq:output_gate) gives the gate alone. Equation (eq:hidden) uses it.
""")

EXERCISE = Exercise(
    name="output_gate",
    title="The output gate",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "W": "(H + D, H)", "b": "(H,)"},
    returns=(Array("o", "(N, H)"),),
    parts=(Part("the output gate", points=1), Part("right on large inputs", points=1, tags=LARGE)),
    difficulty=1,
    minutes=3,
    cases=cases,
    mistakes=MISTAKES,
    uses={"sigmoid": {}},
    right=RIGHT,
    hints=(
        "Equation (eq:output_gate) is equation (eq:input_gate) with another letter.",
        "Compute what input_gate and forget_gate compute, from the W and b that are handed in.",
        "hx = np.concatenate([h_prev, x], axis=1), then the sigmoid of hx @ W + b.",
    ),
    explanation=(
        "That is the third gate and the fourth copy of one layer. Four matrix products from the same [h, x]: "
        "unit 05 puts the four W side by side and does them in one."
    ),
)
