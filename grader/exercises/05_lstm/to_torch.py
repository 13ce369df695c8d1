"""Our weights under PyTorch's names, in PyTorch's layout."""

import numpy as np

from ..base import Arrays, Case, Exercise, Part, slips
from ._draws import many_cells, packed, spread

KEYS = {"weight_ih_l0": "(4H, D)", "weight_hh_l0": "(4H, H)", "bias_ih_l0": "(4H,)", "bias_hh_l0": "(4H,)"}


def _arguments(rng, D, H, **options):
    W, b = packed(rng, D, H, **options)
    return {"W": W, "b": b, "D": D}


def cases(rng):
    yield Case("small", _arguments(rng, D=3, H=2))
    yield Case("more cells than inputs", _arguments(rng, D=2, H=5))
    yield Case("as many inputs as cells", _arguments(rng, D=4, H=4))  # W could be cut anywhere, and fit
    yield Case("forget biases up to 5", _arguments(rng, D=4, H=3, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one input", _arguments(rng, D=1, H=3))
    yield Case("one cell", _arguments(rng, D=3, H=1))
    yield Case("one of each", _arguments(rng, D=1, H=1))
    yield Case("strided", _arguments(rng, D=2, H=4), frozenset({"strided"}))
    single = _arguments(rng, D=5, H=2)
    yield Case("float32", single | {name: single[name].astype(np.float32) for name in ("W", "b")})
    large = {"W": spread(rng, 50, 3000, (5, 8)), "b": spread(rng, 50, 3000, (8,)), "D": 3}
    yield Case("large weights", large, frozenset({"large"}))
    W, b = packed(rng, 3, 2)
    yield Case("faint weights", {"W": 1e-7 * W, "b": 1e-7 * b, "D": 3})
    yield Case("many inputs", _arguments(rng, D=130, H=2))
    W, b = many_cells(rng, D=2, H=130)
    yield Case("many cells", {"W": W, "b": b, "D": 2})


def canonical(outputs):
    """Put the sum of the two biases in the place of each: any split of b between them is right."""
    ih, hh = outputs["bias_ih_l0"], outputs["bias_hh_l0"]
    if ih.shape != hh.shape:  # wrong already, and a sum would hide it
        return outputs
    return outputs | {"bias_ih_l0": ih + hh, "bias_hh_l0": ih + hh}


IH, HH, BIAS = "W[H:].T", "W[:H].T", '"bias_ih_l0": b'


MISTAKES = slips(r"""
bias_twice: an export whose two biases add up to twice b
    {"np.zeros_like(b)": "b"}
    PyTorch adds bias_ih_l0 and bias_hh_l0 up. With b in both it would count twice; nothing raises an error, the numbers
    are just wrong.
    Look: Look at the last line of equation (eq:to_torch).
no_bias: an export whose two biases add up to zero
    {'"bias_ih_l0": b': '"bias_ih_l0": 0 * b'}
    The weights go over, but b is lost on the way.
    Look: Look at the last line of equation (eq:to_torch).
bias_halved: an export whose two biases add up to half of b
    {'"bias_ih_l0": b': '"bias_ih_l0": 0.5 * b'}
    PyTorch adds the two up, so what they hold together has to be b.
    Look: Look at the last line of equation (eq:to_torch).
x_rows_first: an export that takes W's first D rows for the input's
    {"W[H:].T": "W[:D].T", "W[:H].T": "W[D:].T"}
    Our product reads [h, x], so W's first rows belong to h. The cut is at the wrong place, and each part goes to the
    other's name.
    Look: The picture of W: whose rows are on top?
keys_swapped: an export with weight_ih_l0 and weight_hh_l0 in each other's place
    {"W[H:].T": "W[:H].T", "W[:H].T": "W[H:].T"}
    ih goes from the input to the hidden state, hh from the hidden state to the hidden state.
    Look: Look at the first two lines of equation (eq:to_torch).
reshaped: an export that reshapes W's parts where it should transpose them
    {"W[H:].T": "W[H:].reshape(4 * H, D)", "W[:H].T": "W[:H].reshape(4 * H, H)"}
    The shapes fit, but reshape keeps the order in which the numbers lie in memory: rows and columns do not change
    places, they are cut up.
    Look: Look at the T in equation (eq:to_torch).
not_transposed: an export without the transposition
    {"W[H:].T": "W[H:]", "W[:H].T": "W[:H]"}
    We write [h, x] @ W; PyTorch writes W @ x, so its gates are rows where ours are columns.
    Look: Look at the T in equation (eq:to_torch), and at the shapes beside it.
order_figo: an export in the order f, i, g, o
    {"H = len(W) - D": "H = len(W) - D\n"
        "    W, b = (np.concatenate([np.split(a, 4, axis=-1)[k] for k in [1, 0, 2, 3]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; now its input gate gets our forget gate's weights.
    Look: Equation (eq:to_torch) transposes and cuts, and moves no block.
order_ifog: an export in the order i, f, o, g
    {"H = len(W) - D": "H = len(W) - D\n"
        "    W, b = (np.concatenate([np.split(a, 4, axis=-1)[k] for k in [0, 1, 3, 2]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; now its candidate gets our output gate's weights.
    Look: Equation (eq:to_torch) transposes and cuts, and moves no block.
order_iofg: an export in the order i, o, f, g
    {"H = len(W) - D": "H = len(W) - D\n"
        "    W, b = (np.concatenate([np.split(a, 4, axis=-1)[k] for k in [0, 3, 1, 2]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; that order is ONNX's.
    Look: Equation (eq:to_torch) transposes and cuts, and moves no block.
order_igfo: an export in the order i, g, f, o
    {"H = len(W) - D": "H = len(W) - D\n"
        "    W, b = (np.concatenate([np.split(a, 4, axis=-1)[k] for k in [0, 2, 1, 3]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; that order is TensorFlow 1's.
    Look: Equation (eq:to_torch) transposes and cuts, and moves no block.
""")

RIGHT = (
    {
        "len(W) - D": "W.shape[1] // 4",
        IH: "W.T[:, H:]",
        HH: "W.T[:, :H]",
        BIAS: '"bias_ih_l0": b / 2',
        "np.zeros_like(b)": "b / 2",
    },
    {
        "len(W) - D": "len(b) // 4",
        IH: "np.ascontiguousarray(np.swapaxes(W[-D:], 0, 1))",
        "np.zeros_like(b)": "np.zeros(4 * H)",
    },
    '''def to_torch(W, b, D):
    """The whole bias in the other place, the weights written number by number."""
    H = W.shape[0] - D
    state = {"bias_hh_l0": b.copy(), "bias_ih_l0": b * 0.0}
    state["weight_ih_l0"], state["weight_hh_l0"] = np.zeros((4 * H, D)), np.zeros((4 * H, H))
    for row in range(H + D):
        for column in range(4 * H):
            if row < H:
                state["weight_hh_l0"][column, row] = W[row, column]
            else:
                state["weight_ih_l0"][column, row - H] = W[row, column]
    return state
''',
    """def to_torch(W, b, D):
    hh, ih = np.split(np.transpose(W), [len(W) - D], axis=1)
    rest = np.sin(b)
    return dict(bias_hh_l0=b - rest, weight_hh_l0=hh, bias_ih_l0=rest, weight_ih_l0=ih)
""",
)

EXERCISE = Exercise(
    name="to_torch",
    title="Your weights to PyTorch",
    arguments={"W": "(H + D, 4H)", "b": "(4H,)", "D": "D"},
    returns=(Arrays("state", keys=KEYS),),
    parts=(
        Part("the two weights", points=1, outputs=("weight_ih_l0", "weight_hh_l0")),
        Part("the two biases, added up", points=1, outputs=("bias_ih_l0", "bias_hh_l0")),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:to_torch) has one line for each key. Where do the rows for h end and the rows for x begin?",
        "W has H + D rows: the first H belong to h, the last D to x. Cut W there, transpose both parts, "
        "and give each to its key. Of the two biases, let one be b and the other zeros.",
        "With H = len(W) - D: weight_ih_l0 is W[H:].T and weight_hh_l0 is W[:H].T; bias_ih_l0 is b and "
        "bias_hh_l0 is np.zeros_like(b).",
    ),
    explanation=(
        "PyTorch's two weights are the numbers of W in another order, under other names. The two biases "
        "are the trap, because any split of b between them is right and every double one is wrong without "
        "a word."
    ),
    canonical=canonical,
    labels=dict.fromkeys(("bias_ih_l0", "bias_hh_l0"), "bias_ih_l0 + bias_hh_l0"),
)
