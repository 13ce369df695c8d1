"""The forget gate: how much of the old cell state stays."""

from ..base import Array, Exercise, Part, slips
from ._draws import LARGE, layer_cases
from ._gate import RIGHT, gate_mistakes


def cases(rng):
    yield from layer_cases(rng, bias=(1.0, 5.0))


MISTAKES = gate_mistakes(
    gate="a forget gate",
    equation="(eq:forget_gate)",
    meanings={
        "complement": "In spite of its name, a forget gate of 1 keeps everything and one of 0 erases. Yours "
        "erases where the cell should hold on, and holds on where it should let go.",
        "tanh": "A gate of -1 would not erase the cell state, it would turn its sign round at every step.",
        "linear": "A factor above 1 makes the cell state grow at every step, like the exploding gradients of "
        "a plain RNN.",
        "softmax": "Then the units share one portion of remembering: the more one keeps, the less the others "
        "can. All of them may have to keep.",
    },
) + slips(r"""
bias_plus_one: a forget gate with 1 added to its bias
    {"+ b": "+ b + 1"}
    Some libraries add that 1 inside the cell, so that a new network remembers from the start. The idea is good, but
    here it belongs in the value of b when b is made, or it would be counted twice.
    Look: What is added to the product in equation (eq:forget_gate)?
""")

EXERCISE = Exercise(
    name="forget_gate",
    title="The forget gate",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "W": "(H + D, H)", "b": "(H,)"},
    returns=(Array("f", "(N, H)"),),
    parts=(Part("the forget gate", points=1), Part("right on large inputs", points=1, tags=LARGE)),
    difficulty=1,
    minutes=3,
    cases=cases,
    mistakes=MISTAKES,
    uses={"sigmoid": {}},
    right=RIGHT,
    hints=(
        "Put equation (eq:forget_gate) beside equation (eq:input_gate). Which letters differ?",
        "Compute what input_gate computes. The forget gate differs by the W and b it is called with, and by "
        "what its answer is multiplied with later.",
        "hx = np.concatenate([h_prev, x], axis=1), then the sigmoid of hx @ W + b: the body of input_gate.",
    ),
    explanation=(
        "The same layer a second time, with weights of its own. Mind the name: f = 1 keeps, f = 0 erases. A "
        "bias of 5 makes f = 0.993, and after 100 steps the cell still holds half of what it held; a bias of "
        "0 halves it at each step."
    ),
)
