"""Four gates' weights and biases side by side, in the order i, f, g, o."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import ORDER, OTHER_ORDERS, apart, gate_weights, spread

ARGUMENTS = {f"W_{gate}": "(H + D, H)" for gate in ORDER} | {f"b_{gate}": "(H,)" for gate in ORDER}


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
    large = {name: spread(rng, 50, 3000, value.shape) for name, value in _arguments(rng, D=3, H=2).items()}
    yield Case("large weights", large, frozenset({"large"}))
    yield Case("faint weights", {name: 1e-7 * value for name, value in _arguments(rng, D=3, H=2).items()})


WEIGHTS, BIASES = "[W_i, W_f, W_g, W_o]", "[b_i, b_f, b_g, b_o]"

# Orders that have an owner get a sentence of their own; every other order gets the general one.
OWNERS = {
    "ifog": "That order is also in use (Stanford's CS231n packs i, f, o, g).",
    "iofg": "That order is also in use (ONNX packs i, o, f, g).",
    "igfo": "That order is also in use (TensorFlow 1's BasicLSTMCell packs i, g, f, o).",
    "figo": "That order is also in use (Intel's OpenVINO packs f, i, g, o).",
}


def _names(letter, order):
    return f"[{', '.join(f'{letter}_{gate}' for gate in order)}]"


ORDER_OF_ALL = r"""
order_$order: a pack in the order $apart
    {"[W_i, W_f, W_g, W_o]": "$weights", "[b_i, b_f, b_g, b_o]": "$biases"}
    $owner But lstm_step will cut W by position, so it would take one gate's weights for another's.
    Look: Equation (eq:pack) gives the order from left to right.
"""


def _order(order):
    owner = OWNERS.get(order, "All the numbers are there.")
    names = {"weights": _names("W", order), "biases": _names("b", order)}
    return slips(ORDER_OF_ALL, order=order, apart=apart(order), owner=owner, **names)


BIAS_REPEATED = r"""
bias_repeated_$gate: the right W, with b_$gate in all four places of b
    {"[b_i, b_f, b_g, b_o]": "[b_$gate, b_$gate, b_$gate, b_$gate]"}
    The other three biases are lost$lost
    Look: Look at what fills the four blocks of b in equation (eq:pack).
"""


def _bias_repeated(gate):
    lost = "." if gate == "f" else ", and with them the forget gate's large one."
    return slips(BIAS_REPEATED, gate=gate, lost=lost)


MISTAKES = (
    *(one for order in OTHER_ORDERS for one in _order(order)),
    *slips(r"""
    bias_order_figo: weights in the right order and biases in the order f, i, g, o
        {"[b_i, b_f, b_g, b_o]": "[b_f, b_i, b_g, b_o]"}
        W is right, but b_i and b_f have changed places in b, so two gates would get each other's biases.
        Look: Equation (eq:pack) has the same order for W and for b.
    bias_order_ifog: weights in the right order and biases in the order i, f, o, g
        {"[b_i, b_f, b_g, b_o]": "[b_i, b_f, b_o, b_g]"}
        W is right, but b_g and b_o have changed places in b, so two gates would get each other's biases.
        Look: Equation (eq:pack) has the same order for W and for b.
    below: four matrices stacked below each other
        {"[W_i, W_f, W_g, W_o], axis=1": "[W_i, W_f, W_g, W_o]"}
        W then has 4 (H + D) rows and H columns. The rows belong to the inputs [h, x], which the gates share; each gate
        should bring its own columns.
        Look: Compare W's shape with the one in equation (eq:pack), and with the picture under it.
    stacked: four matrices along a new axis
        {"np.concatenate([W_i, W_f, W_g, W_o], axis=1)": "np.stack([W_i, W_f, W_g, W_o])"}
        W is then (4, H + D, H), three axes. It has to be one matrix, so that one product with [h, x] gives all four
        gates.
        Look: Hint 2 tells joining along an axis that exists from making a new one.
    all_stacked: four matrices, and four biases, along a new axis
        {"np.concatenate([W_i, W_f, W_g, W_o], axis=1)": "np.stack([W_i, W_f, W_g, W_o])",
         "b = np.concatenate": "b = np.stack"}
        W is then (4, H + D, H) and b is (4, H). They have to be one matrix and one vector, so that one product and one
        sum serve all four gates.
        Look: Hint 2 tells joining along an axis that exists from making a new one.
    bias_stacked: the right W, with the biases as a (4, H) table
        {"b = np.concatenate": "b = np.stack"}
        The rows of that table do not line up with the 4H columns of [h, x] @ W.
        Look: Equation (eq:pack) gives the shape of b.
    bias_summed: the right W, with the four biases added up
        {"b = np.concatenate": "b = sum"}
        Each gate has a bias of its own; their sum would shift all the gates by the same amount.
        Look: Equation (eq:pack) gives the shape of b.
    """),
    *(one for gate in ORDER for one in _bias_repeated(gate)),
    *slips(r"""
    interleaved: columns taken from the four gates in turn
        {"np.concatenate([W_i, W_f, W_g, W_o], axis=1)": "np.stack([W_i, W_f, W_g, W_o], axis=2).reshape(len(W_i), -1)",
         "np.concatenate([b_i, b_f, b_g, b_o])": "np.stack([b_i, b_f, b_g, b_o], axis=1).reshape(-1)"}
        Column 0 of every gate comes first, then column 1 of every gate. The blocks are then scattered, and no slice of
        z is one gate.
        Look: In equation (eq:pack) each gate's H columns stand together.
    stacked_reshaped: four matrices that were stacked and then reshaped
        {"np.concatenate([W_i, W_f, W_g, W_o], axis=1)": "np.stack([W_i, W_f, W_g, W_o]).reshape(len(W_i), -1)"}
        The shape is right, but reshape keeps the order in which the numbers lie in memory: it takes them matrix after
        matrix, row after row, and fills the rows of W with them.
        Look: Which function joins matrices along an axis that exists? Hint 2 names it.
    transposed: the right matrix, transposed
        {"return W,": "return W.T,"}
        W lies on its side then, (4H, H + D), with a row for each number of z. Here [h, x] stands to the left of W, so
        it has a row for each input. (PyTorch has rows for z, in two matrices, (4H, H) and (4H, D).)
        Look: Compare W's shape with the one in equation (eq:pack).
    x_rows_first: a pack with x's rows moved above h's
        {"return W,": "return np.roll(W, -len(b_i), axis=0),"}
        The gates' matrices come with h's rows on top, as in [h, x]. Packing leaves the rows as they are.
        Look: Equation (eq:pack) puts columns side by side and moves no row.
    """),
)

RIGHT = (
    {"np.concatenate([W_i": "np.hstack([W_i", "W_o], axis=1)": "W_o])", "np.concatenate([b_i": "np.hstack([b_i"},
    {
        f"np.concatenate({WEIGHTS}, axis=1)": f"np.stack({WEIGHTS}, axis=1).reshape(len(W_i), -1)",
        f"np.concatenate({BIASES})": "np.r_[b_i, b_f, b_g, b_o]",
    },
    '''def pack(W_i, W_f, W_g, W_o, b_i, b_f, b_g, b_o):
    """Filled block by block."""
    H = len(b_i)
    W, b = np.zeros((len(W_i), 4 * H)), np.zeros(4 * H)
    for k, (weights, bias) in enumerate([(W_i, b_i), (W_f, b_f), (W_g, b_g), (W_o, b_o)]):
        W[:, k * H : (k + 1) * H] = weights
        b[k * H : (k + 1) * H] = bias
    return W, b
''',
    '''def pack(*arrays):
    """Each bias as one more row below its weights, taken off again at the end."""
    whole = np.column_stack([np.vstack([W, b]) for W, b in zip(arrays[:4], arrays[4:])])
    return whole[:-1], whole[-1]
''',
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
    right=RIGHT,
    hints=(
        "Equation (eq:pack) and the picture under it: what do the four matrices share, their rows or their columns?",
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
