"""Four gates' weights and biases side by side, in the order i, f, g, o."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part
from ._numpy import ORDER, apart, gate_weights, reorder, wrong_orders

ARGUMENTS = {
    "W_i": "(H + D, H)",
    "W_f": "(H + D, H)",
    "W_g": "(H + D, H)",
    "W_o": "(H + D, H)",
    "b_i": "(H,)",
    "b_f": "(H,)",
    "b_g": "(H,)",
    "b_o": "(H,)",
}


def _arguments(rng, D, H, **options):
    gates = [gate_weights(rng, D, H, **(options if name == "f" else {})) for name in ORDER]
    return dict(zip(ARGUMENTS, [W for W, _ in gates] + [b for _, b in gates], strict=True))


def cases(rng):
    yield Case("small", _arguments(rng, D=1, H=2))
    yield Case("more inputs than cells", _arguments(rng, D=5, H=3))
    yield Case("more cells than inputs", _arguments(rng, D=2, H=6))
    yield Case("forget biases up to 5", _arguments(rng, D=3, H=4, bias=(1.0, 5.0), orthogonal=True))
    yield Case("one cell", _arguments(rng, D=3, H=1))
    yield Case("one input, one cell", _arguments(rng, D=1, H=1))
    zero = {f"b_{name}": np.zeros(2) for name in ORDER}
    yield Case("zero biases", _arguments(rng, D=3, H=2) | zero)
    yield Case("strided", _arguments(rng, D=4, H=3), frozenset({"strided"}))
    single = _arguments(rng, D=2, H=3)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})


def _right(*args):
    return np.concatenate(args[:4], axis=1), np.concatenate(args[4:])


def _interleaved(*args):
    W, b = np.stack(args[:4], axis=2), np.stack(args[4:], axis=1)  # (H + D, H, 4), (H, 4)
    return W.reshape(len(W), -1), b.reshape(-1)


def _x_rows_first(*args):
    W, b = _right(*args)
    H = len(args[4])
    return np.concatenate([W[H:], W[:H]]), b


# Orders that have an owner get a sentence of their own; every other order gets the general one.
OWNERS = {
    "ifog": "That order is also in use (Stanford's CS231n packs i, f, o, g).",
    "iofg": "That order is also in use (ONNX packs i, o, f, g).",
    "igfo": "That order is also in use (TensorFlow 1's BasicLSTMCell packs i, g, f, o).",
    "figo": "That order is also in use (Intel's OpenVINO packs f, i, g, o).",
}


def _order(order):
    return Mistake(
        name=f"order_{order}",
        what=f"a pack in the order {apart(order)}",
        meaning=f"{OWNERS.get(order, 'All the numbers are there.')} "
        "But lstm_step will cut W by position, so it would take one gate's weights for another's.",
        look="Equation (5.2) gives the order from left to right.",
        function=lambda *args: tuple(reorder(value, order) for value in _right(*args)),
    )


def _bias_order(order, title):
    return Mistake(
        name=f"bias_order_{order}",
        what=f"weights in the right order and biases in the order {apart(order)}",
        meaning=f"W is right, but {title}, so two gates would get each other's biases.",
        look="Equation (5.2) has the same order for W and for b.",
        function=lambda *args: (_right(*args)[0], reorder(_right(*args)[1], order)),
    )


MISTAKES = (
    *(_order(order) for order in wrong_orders()),
    _bias_order("figo", "b_i and b_f have changed places in b"),
    _bias_order("ifog", "b_g and b_o have changed places in b"),
    Mistake(
        name="below",
        what="four matrices stacked below each other",
        meaning="W then has 4 (H + D) rows and H columns. The rows belong to the inputs [h, x], which the "
        "gates share; each gate should bring its own columns.",
        look="Compare W's shape with the one in equation (5.2), and with the picture under it.",
        function=lambda *args: (np.concatenate(args[:4], axis=0), np.concatenate(args[4:])),
    ),
    Mistake(
        name="stacked",
        what="four matrices along a new axis",
        meaning="W is then (4, H + D, H), three axes. It has to be one matrix, so that one product with "
        "[h, x] gives all four gates.",
        look="Hint 2 tells joining along an axis that exists from making a new one.",
        function=lambda *args: (np.stack(args[:4]), np.concatenate(args[4:])),
    ),
    Mistake(
        name="all_stacked",
        what="four matrices, and four biases, along a new axis",
        meaning="W is then (4, H + D, H) and b is (4, H). They have to be one matrix and one vector, so that "
        "one product and one sum serve all four gates.",
        look="Hint 2 tells joining along an axis that exists from making a new one.",
        function=lambda *args: (np.stack(args[:4]), np.stack(args[4:])),
    ),
    Mistake(
        name="bias_stacked",
        what="the right W, with the biases as a (4, H) table",
        meaning="The rows of that table do not line up with the 4H columns of [h, x] @ W.",
        look="Equation (5.2) gives the shape of b.",
        function=lambda *args: (_right(*args)[0], np.stack(args[4:])),
    ),
    Mistake(
        name="bias_summed",
        what="the right W, with the four biases added up",
        meaning="Each gate has a bias of its own; their sum would shift all the gates by the same amount.",
        look="Equation (5.2) gives the shape of b.",
        function=lambda *args: (_right(*args)[0], sum(args[4:])),
    ),
    Mistake(
        name="bias_repeated",
        what="the right W, with b_i in all four places of b",
        meaning="The other three biases are lost, and with them the forget gate's large one.",
        look="Look at what fills the second, third and fourth block of b in equation (5.2).",
        function=lambda *args: (_right(*args)[0], np.tile(args[4], 4)),
    ),
    Mistake(
        name="interleaved",
        what="columns taken from the four gates in turn",
        meaning="Column 0 of every gate comes first, then column 1 of every gate. The blocks are then "
        "scattered, and no slice of z is one gate.",
        look="In equation (5.2) each gate's H columns stand together.",
        function=_interleaved,
    ),
    Mistake(
        name="stacked_reshaped",
        what="four matrices that were stacked and then reshaped",
        meaning="The shape is right, but reshape keeps the order in which the numbers lie in memory: it takes them "
        "matrix after matrix, row after row, and fills the rows of W with them.",
        look="Which function joins matrices along an axis that exists? Hint 2 names it.",
        function=lambda *args: (np.stack(args[:4]).reshape(len(args[0]), -1), np.concatenate(args[4:])),
    ),
    Mistake(
        name="transposed",
        what="the right matrix, transposed",
        meaning="That is how PyTorch keeps it, (4H, H + D). Here [h, x] stands to the left of W, so the "
        "inputs are W's rows.",
        look="Compare W's shape with the one in equation (5.2).",
        function=lambda *args: (_right(*args)[0].T, _right(*args)[1]),
    ),
    Mistake(
        name="x_rows_first",
        what="a pack with x's rows moved above h's",
        meaning="The gates' matrices come with h's rows on top, as in [h, x]. Packing leaves the rows as they are.",
        look="Equation (5.2) puts columns side by side and moves no row.",
        function=_x_rows_first,
    ),
)

EXERCISE = Exercise(
    name="pack",
    title="Four gates in one matrix",
    arguments=ARGUMENTS,
    returns=(Array("W", "(H + D, 4H)"), Array("b", "(4H,)")),
    parts=(Part("the weights W", points=1, outputs=("W",)), Part("the biases b", points=1, outputs=("b",))),
    difficulty=1,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (5.2) and the picture under it: what do the four matrices share, their rows or their columns?",
        "Join the four matrices along the axis of their columns, in the order i, f, g, o, and the four "
        "biases end to end in the same order. np.concatenate joins along an axis that exists; np.stack "
        "would make a new one.",
        "W is np.concatenate of the list of the four matrices with axis=1; b is np.concatenate of the "
        "list of the four biases.",
    ),
    explanation=(
        "Columns of a matrix product do not know of each other: column k of [h, x] @ W depends on column k "
        "of W alone. So four products with the same left side are one product with four blocks of columns, "
        "and nothing has been approximated."
    ),
)
