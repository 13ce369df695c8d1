"""PyTorch's weights, packed as ours."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import spread

SHAPES = {"weight_ih_l0": "(4H, D)", "weight_hh_l0": "(4H, H)", "bias_ih_l0": "(4H,)", "bias_hh_l0": "(4H,)"}


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
    yield Case("strided", _arguments(rng, D=2, H=4), frozenset({"strided"}))
    single = _arguments(rng, D=5, H=2)["state"]
    yield Case("float32", {"state": {name: value.astype(np.float32) for name, value in single.items()}})
    state = _arguments(rng, D=3, H=2)["state"]
    large = {name: spread(rng, 50, 3000, value.shape) for name, value in state.items()}
    yield Case("large weights", {"state": large}, frozenset({"large"}))
    # Each bias far out and their sum not: what is cut off in one of them shows.
    opposed = {"bias_ih_l0": large["bias_ih_l0"], "bias_hh_l0": rng.normal(size=8) - large["bias_ih_l0"]}
    yield Case("biases of opposite signs", {"state": state | opposed}, frozenset({"large"}))
    yield Case("faint weights", {"state": {name: 1e-7 * value for name, value in state.items()}})


JOINED, ADDED = '[state["weight_hh_l0"].T, state["weight_ih_l0"].T]', 'state["bias_ih_l0"] + state["bias_hh_l0"]'


MISTAKES = slips(r"""
bias_ih_only: an import that takes bias_ih_l0 alone for b
    {'state["bias_ih_l0"] + state["bias_hh_l0"]': 'state["bias_ih_l0"]'}
    A freshly made torch.nn.LSTM has two biases that are both not zero, and it adds them up.
    Look: Look at the second line of equation (eq:from_torch).
bias_hh_only: an import that takes bias_hh_l0 alone for b
    {'state["bias_ih_l0"] + state["bias_hh_l0"]': 'state["bias_hh_l0"]'}
    A freshly made torch.nn.LSTM has two biases that are both not zero, and it adds them up.
    Look: Look at the second line of equation (eq:from_torch).
bias_mean: an import that takes the mean of the two biases
    {'state["bias_ih_l0"] + state["bias_hh_l0"]': '(state["bias_ih_l0"] + state["bias_hh_l0"]) / 2'}
    PyTorch adds the two up; it does not average them.
    Look: Look at the second line of equation (eq:from_torch).
bias_doubled: an import that takes bias_ih_l0 twice
    {'state["bias_ih_l0"] + state["bias_hh_l0"]': '2 * state["bias_ih_l0"]'}
    The two biases are different arrays; both are needed, each once.
    Look: Look at the second line of equation (eq:from_torch).
bias_end_to_end: an import with the two biases end to end
    {'state["bias_ih_l0"] + state["bias_hh_l0"]': 'np.concatenate([state["bias_ih_l0"], state["bias_hh_l0"]])'}
    b then has 8H numbers. The two biases act on the same 4H columns.
    Look: Look at the second line of equation (eq:from_torch), and at the shape beside it.
x_rows_first: an import with x's rows above h's
    {'[state["weight_hh_l0"].T, state["weight_ih_l0"].T]': '[state["weight_ih_l0"].T, state["weight_hh_l0"].T]'}
    Our product reads [h, x], so the rows for h come first.
    Look: Look at the first line of equation (eq:from_torch), and at the picture of W.
reshaped: an import that reshapes PyTorch's arrays where it should transpose them
    {'[state["weight_hh_l0"].T, state["weight_ih_l0"].T]':
        '[state[name].reshape(-1, len(state[name])) for name in ("weight_hh_l0", "weight_ih_l0")]'}
    The shapes fit, but reshape keeps the order in which the numbers lie in memory: rows and columns do not change
    places, they are cut up.
    Look: Look at the T in equation (eq:from_torch).
not_transposed: an import without the transposition
    {'[state["weight_hh_l0"].T, state["weight_ih_l0"].T]': '[state["weight_hh_l0"], state["weight_ih_l0"]], axis=1'}
    W is then (4H, H + D). PyTorch's gates are rows; ours are columns.
    Look: Look at the T in equation (eq:from_torch), and at the shapes beside it.
not_transposed_x_first: an import without the transposition, and with x before h
    {'[state["weight_hh_l0"].T, state["weight_ih_l0"].T]': '[state["weight_ih_l0"], state["weight_hh_l0"]], axis=1'}
    W is then (4H, D + H). PyTorch's gates are rows; ours are columns, and our rows for h come first.
    Look: Look at the first line of equation (eq:from_torch), and at the shape beside it.
order_figo: an import in the order f, i, g, o
    {"return W, b":
        "return tuple(np.concatenate([np.split(a, 4, axis=-1)[k] for k in [1, 0, 2, 3]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; now our input gate gets its forget gate's weights.
    Look: Equation (eq:from_torch) transposes and joins, and moves no block.
order_ifog: an import in the order i, f, o, g
    {"return W, b":
        "return tuple(np.concatenate([np.split(a, 4, axis=-1)[k] for k in [0, 1, 3, 2]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; now our candidate gets its output gate's weights.
    Look: Equation (eq:from_torch) transposes and joins, and moves no block.
order_iofg: an import in the order i, o, f, g
    {"return W, b":
        "return tuple(np.concatenate([np.split(a, 4, axis=-1)[k] for k in [0, 3, 1, 2]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; that order is ONNX's.
    Look: Equation (eq:from_torch) transposes and joins, and moves no block.
order_igfo: an import in the order i, g, f, o
    {"return W, b":
        "return tuple(np.concatenate([np.split(a, 4, axis=-1)[k] for k in [0, 2, 1, 3]], axis=-1) for a in (W, b))"}
    The blocks were moved, but PyTorch packs i, f, g, o, as we do; that order is TensorFlow 1's.
    Look: Equation (eq:from_torch) transposes and joins, and moves no block.
""")

RIGHT = (
    {
        f"np.concatenate({JOINED})": 'np.hstack([state["weight_hh_l0"], state["weight_ih_l0"]]).T',
        ADDED: "np.add(*(state[k] for k in ('bias_hh_l0', 'bias_ih_l0')))",
    },
    '''def from_torch(state):
    """Filled gate by gate."""
    ih, hh = state["weight_ih_l0"], state["weight_hh_l0"]
    D, H = ih.shape[1], hh.shape[1]
    W, b = np.zeros((H + D, 4 * H)), np.zeros(4 * H)
    for start in range(0, 4 * H, H):
        gate = slice(start, start + H)
        W[:H, gate], W[H:, gate] = np.transpose(hh[gate]), np.transpose(ih[gate])
        b[gate] += state["bias_ih_l0"][gate]
        b[gate] += state["bias_hh_l0"][gate]
    return W, b
''',
    '''def from_torch(state):
    """By what W does: its rows are what unit vectors give."""
    one = np.eye(sum(state[f"weight_{k}_l0"].shape[1] for k in ("hh", "ih")))
    hh, ih = (state[f"weight_{k}_l0"] for k in ("hh", "ih"))
    W = np.einsum("rh,kh->rk", one[:, : hh.shape[1]], hh) + np.einsum("rd,kd->rk", one[:, hh.shape[1] :], ih)
    return W, np.sum([state["bias_ih_l0"], state["bias_hh_l0"]], axis=0)
''',
    """def from_torch(state):
    import torch

    state = {name: torch.from_numpy(value) for name, value in state.items()}
    W = torch.cat([state["weight_hh_l0"], state["weight_ih_l0"]], dim=1).T
    return W.numpy(), (state["bias_ih_l0"] + state["bias_hh_l0"]).numpy()
""",
)

EXERCISE = Exercise(
    name="from_torch",
    title="PyTorch's weights to yours",
    arguments={"state": SHAPES},
    returns=(Array("W", "(H + D, 4H)"), Array("b", "(4H,)")),
    parts=(Part("the weights W", points=1, outputs=("W",)), Part("the biases b", points=1, outputs=("b",))),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Go back the way to_torch came: equation (eq:from_torch) is equation (eq:to_torch) read from right to left.",
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
