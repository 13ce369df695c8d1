"""The input gate: how much of the candidate gets into the cell."""

from ..base import Array, Exercise, Part, slips
from ._draws import LARGE, layer_cases
from ._gate import RIGHT, gate_mistakes


def cases(rng):
    yield from layer_cases(rng)


MISTAKES = gate_mistakes(
    gate="an input gate",
    equation="(eq:input_gate)",
    meanings={
        "complement": "Such a gate opens for the noise and shuts at the word that matters.",
        "tanh": "A gate of -1 would not keep a proposal out, it would write it with its sign turned round: a "
        "singular noun would be stored as a plural.",
        "linear": "Without bounds the gate can multiply a proposal by 20, or by -3, where it should let "
        "through a share of it.",
        "softmax": "Then the units share one portion of opening: if one writes, the others cannot. Each gate "
        "should decide for itself; all may open, or none.",
    },
) + slips(r"""
already_applied: an input gate already multiplied by a candidate made of the gate's own weights
    {"sigmoid(hx @ W + b)": "sigmoid(hx @ W + b) * np.tanh(hx @ W + b)"}
    The gate says how much, the candidate says what; they have weights of their own and meet only in the cell's update.
    Look: Equation (eq:input_gate) gives the gate alone. Equation (eq:gated_sum) uses it.
""")

EXERCISE = Exercise(
    name="input_gate",
    title="The input gate",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "W": "(H + D, H)", "b": "(H,)"},
    returns=(Array("i", "(N, H)"),),
    parts=(Part("the input gate", points=1), Part("right on large inputs", points=1, tags=LARGE)),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    uses={"sigmoid": {}},
    right=RIGHT,
    hints=(
        "Put equation (eq:input_gate) beside equation (eq:candidate), which you have already written. What differs?",
        "The same join, the same product and the same sum as in candidate. Then the curve that ends at 0 and "
        "1: sigmoid was fetched in the setup cell.",
        "hx = np.concatenate([h_prev, x], axis=1), then the sigmoid of hx @ W + b.",
    ),
    explanation=(
        "Beside the curve nothing differs from the candidate, and that is the point: a gate is a small "
        "network of its own that reads what everything else reads, and its answer is used as a factor. "
        "Because it has its own W, it can ask another question: not what to write, but whether to write."
    ),
)
