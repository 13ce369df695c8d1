"""PyTorch's weights, packed as ours."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part
from ._numpy import apart, reorder


def _arguments(rng, D, H, **biases):
    bound = 1.5 / np.sqrt(H)
    state = {
        "weight_ih_l0": rng.uniform(-bound, bound, size=(4 * H, D)),
        "weight_hh_l0": rng.uniform(-bound, bound, size=(4 * H, H)),
        "bias_ih_l0": rng.normal(size=4 * H),
        "bias_hh_l0": rng.normal(size=4 * H),
    }
    return {"state": state | biases}


def cases(rng):
    yield Case("small", _arguments(rng, D=3, H=2))
    yield Case("more cells than inputs", _arguments(rng, D=2, H=5))
    yield Case("as many inputs as cells", _arguments(rng, D=4, H=4))  # the parts could trade places, and fit
    yield Case("forget biases up to 5", _arguments(rng, D=4, H=3, bias_ih_l0=rng.uniform(1, 4, size=12)))
    yield Case("one input", _arguments(rng, D=1, H=3))
    yield Case("one cell", _arguments(rng, D=3, H=1))
    yield Case("one of each", _arguments(rng, D=1, H=1))
    yield Case("zero bias_ih_l0", _arguments(rng, D=3, H=2, bias_ih_l0=np.zeros(8)))
    yield Case("zero bias_hh_l0", _arguments(rng, D=3, H=2, bias_hh_l0=np.zeros(8)))


def _right(state):
    W = np.concatenate([state["weight_hh_l0"].T, state["weight_ih_l0"].T])
    return W, state["bias_ih_l0"] + state["bias_hh_l0"]


def _bias(combine):
    return lambda state: (_right(state)[0], combine(state["bias_ih_l0"], state["bias_hh_l0"]))


def _weights(join):
    return lambda state: (join(state["weight_ih_l0"], state["weight_hh_l0"]), _right(state)[1])


def _order(order, title):
    return Mistake(
        name=f"order_{order}",
        what=f"an import in the order {apart(order)}",
        meaning=f"The blocks were moved, but PyTorch packs i, f, g, o, as we do; {title}.",
        look="Equation (5.12) transposes and joins, and moves no block.",
        function=lambda state: tuple(reorder(value, order) for value in _right(state)),
    )


MISTAKES = (
    Mistake(
        name="bias_ih_only",
        what="an import that takes bias_ih_l0 alone for b",
        meaning="A freshly made torch.nn.LSTM has two biases that are both not zero, and it adds them up.",
        look="The second line of equation (5.12).",
        function=_bias(lambda ih, hh: ih),
    ),
    Mistake(
        name="bias_hh_only",
        what="an import that takes bias_hh_l0 alone for b",
        meaning="A freshly made torch.nn.LSTM has two biases that are both not zero, and it adds them up.",
        look="The second line of equation (5.12).",
        function=_bias(lambda ih, hh: hh),
    ),
    Mistake(
        name="bias_mean",
        what="an import that takes the mean of the two biases",
        meaning="PyTorch adds the two up; it does not average them.",
        look="The second line of equation (5.12).",
        function=_bias(lambda ih, hh: (ih + hh) / 2),
    ),
    Mistake(
        name="bias_doubled",
        what="an import that takes bias_ih_l0 twice",
        meaning="The two biases are different arrays; both are needed, each once.",
        look="The second line of equation (5.12).",
        function=_bias(lambda ih, hh: 2 * ih),
    ),
    Mistake(
        name="bias_end_to_end",
        what="an import with the two biases end to end",
        meaning="b then has 8H numbers. The two biases act on the same 4H columns.",
        look="The second line of equation (5.12), and the shape beside it.",
        function=_bias(lambda ih, hh: np.concatenate([ih, hh])),
    ),
    Mistake(
        name="x_rows_first",
        what="an import with x's rows above h's",
        meaning="Our product reads [h, x], so the rows for h come first.",
        look="The first line of equation (5.12), and the picture of W.",
        function=_weights(lambda ih, hh: np.concatenate([ih.T, hh.T])),
    ),
    Mistake(
        name="reshaped",
        what="an import that reshapes PyTorch's arrays where it should transpose them",
        meaning="The shapes fit, but reshape keeps the order in which the numbers lie in memory: rows and "
        "columns do not change places, they are cut up.",
        look="The T in equation (5.12).",
        function=_weights(lambda ih, hh: np.concatenate([hh.reshape(-1, len(hh)), ih.reshape(-1, len(ih))])),
    ),
    Mistake(
        name="not_transposed",
        what="an import without the transposition",
        meaning="W is then (4H, H + D). PyTorch's gates are rows; ours are columns.",
        look="The T in equation (5.12), and the shapes beside it.",
        function=_weights(lambda ih, hh: np.concatenate([hh, ih], axis=1)),
    ),
    Mistake(
        name="not_transposed_x_first",
        what="an import without the transposition, and with x before h",
        meaning="W is then (4H, D + H). PyTorch's gates are rows; ours are columns, and our rows for h come first.",
        look="The first line of equation (5.12), and the shape beside it.",
        function=_weights(lambda ih, hh: np.concatenate([ih, hh], axis=1)),
    ),
    _order("figo", "now our input gate gets its forget gate's weights"),
    _order("ifog", "now our candidate gets its output gate's weights"),
    _order("iofg", "that order is ONNX's"),
    _order("igfo", "that order is TensorFlow 1's"),
)

EXERCISE = Exercise(
    name="from_torch",
    title="PyTorch's weights to yours",
    arguments={
        "state": {"weight_ih_l0": "(4H, D)", "weight_hh_l0": "(4H, H)", "bias_ih_l0": "(4H,)", "bias_hh_l0": "(4H,)"}
    },
    returns=(Array("W", "(H + D, 4H)"), Array("b", "(4H,)")),
    parts=(Part("the weights W", points=1, outputs=("W",)), Part("the biases b", points=1, outputs=("b",))),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Go back the way to_torch came: equation (5.12) is equation (5.11) read from right to left.",
        "Transpose both weights, put the rows for h above the rows for x, and add the two biases.",
        "W is np.concatenate of [state['weight_hh_l0'].T, state['weight_ih_l0'].T], rows below rows; b is "
        "the sum of state['bias_ih_l0'] and state['bias_hh_l0'].",
    ),
    explanation=(
        "Whatever was trained in PyTorch now runs in your code, and you can look inside at every gate. "
        "Two biases went in and one came out: the way back cannot know how b was split, and does not have "
        "to."
    ),
)
