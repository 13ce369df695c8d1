"""What the unit's cases share: draws of a step's arguments for cells with any number of blocks, and the GRU's cache."""

import importlib

import numpy as np

from ..base import Case, Record

__all__ = [
    "COUNTS",
    "GRU",
    "GRU_STEP",
    "LARGE",
    "LONG",
    "arguments",
    "backward_arguments",
    "cancelling",
    "gru_arguments",
    "gru_forward",
    "isolated",
    "many_cells",
    "other_backward",
    "overflowing",
    "packed",
    "signs",
    "single",
    "spread",
    "states",
    "step_cases",
]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
_lstm = importlib.import_module("..05_lstm._draws", __package__)
_sigmoid = importlib.import_module("..06_lstm_backward._draws", __package__).sigmoid
LARGE, LONG, moved, signs, single = (getattr(_bptt, name) for name in ("LARGE", "LONG", "moved", "signs", "single"))
cancelling, many_cells, overflowing, packed, spread = (
    getattr(_lstm, name) for name in ("cancelling", "many_cells", "overflowing", "packed", "spread")
)

# A bias that puts a sigmoid at 1, and turned round at 0, to the last digit, while its exponential still
# fits into a float64.
SATURATED = 500.0
GRU = "rzn"  # the order of the three blocks of W and b
COUNTS = {"igo": "1997", "ifgo": "peep", "fgo": "coupled"}  # what the labels of a cell's equations end in
GRU_STEP = Record({"x": "(N, D)", **dict.fromkeys(("h_prev", "r", "z", "n", "q"), "(N, H)"), "W": "(H + D, 3H)"})


def states(rng, N, H):
    """Draw h_prev and c_prev, both (N, H)."""
    return {"h_prev": np.tanh(rng.normal(size=(N, H))), "c_prev": rng.normal(size=(N, H))}


def arguments(rng, N, D, H, order, **options):
    """Draw a step's x, h_prev, c_prev, W and b; the blocks of W and b are those of ``order``."""
    W, b = packed(rng, D, H, order=order, **options)
    return {"x": rng.normal(size=(N, D)), **states(rng, N, H), "W": W, "b": b}


def isolated(args, order, gate, H, **biases):
    """A step in which one gate's weights alone are at work: the others' W is 0, and their biases are as said.

    ``biases`` are in units of what saturates a sigmoid: 1 opens a gate, -1 shuts it.
    """
    column = {name: slice(k * H, (k + 1) * H) for k, name in enumerate(order)}
    W, b = np.zeros_like(args["W"]), np.zeros_like(args["b"])
    W[:, column[gate]], b[column[gate]] = args["W"][:, column[gate]], args["b"][column[gate]]
    for other, share in biases.items():
        b[column[other]] = SATURATED * share
    return args | {"W": W, "b": b}


def step_cases(rng, order, also=lambda rng, H: {}):
    """The cases that every cell with h and c has; ``also`` draws what arguments it has besides, for H cells."""

    def drawn(N, D, H, **options):
        return arguments(rng, N, D, H, order, **options) | also(rng, H)

    yield Case("small", drawn(N=2, D=4, H=3))
    yield Case("more cells than inputs", drawn(N=4, D=2, H=6, gain=3.0))
    yield Case("forget biases up to 5", drawn(N=3, D=2, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one sequence", drawn(N=1, D=3, H=2))
    yield Case("one input", drawn(N=3, D=1, H=2))
    yield Case("one cell", drawn(N=2, D=3, H=1))
    yield Case("one of each", drawn(N=1, D=1, H=1))
    yield Case("zero h_prev", drawn(N=2, D=4, H=3) | {"h_prev": np.zeros((2, 3))})
    yield Case("zero c_prev", drawn(N=2, D=4, H=3) | {"c_prev": np.zeros((2, 3))})
    yield Case("zero x", drawn(N=2, D=4, H=3) | {"x": np.zeros((2, 4))})
    yield Case("zero biases", drawn(N=2, D=4, H=3) | {"b": np.zeros(3 * len(order))})
    yield Case("strided", drawn(N=4, D=3, H=5), frozenset({"strided"}))
    yield Case("float32", single(drawn(N=3, D=4, H=2)))
    W, b = many_cells(rng, D=2, H=130, order=order)
    many = {"x": rng.normal(size=(2, 2)), **states(rng, 2, 130), "W": W, "b": b, **also(rng, 130)}
    yield Case("many cells", many)
    faint = drawn(N=2, D=4, H=3)
    yield Case("faint", {name: value if name == "W" else 1e-5 * value for name, value in faint.items()})
    x, W, b = overflowing(rng, (3,), H=4, order=order)
    yield Case("large inputs", {"x": x, **states(rng, 3, 4), "W": W, "b": b, **also(rng, 4)}, LARGE)
    x, W, b = cancelling(rng, (3,), H=4, order=order)
    yield Case("large numbers that cancel", {"x": x, **states(rng, 3, 4), "W": W, "b": b, **also(rng, 4)}, LARGE)
    W, h_prev = packed(rng, 3, 4, order=order)[0], spread(rng, 800, 3000, (2, 4))
    W[:4] *= 4e-4  # h_prev far out, and a z that is not
    yield Case("large h_prev", drawn(N=2, D=3, H=4) | {"h_prev": h_prev, "W": W}, LARGE)


def gru_arguments(rng, N, D, H, **options):
    """Draw the arguments of a GRU's step; b_n has no number near 0."""
    W, b = packed(rng, D, H, order=GRU, **options)
    x, h_prev = rng.normal(size=(N, D)), np.tanh(rng.normal(size=(N, H)))
    return {"x": x, "h_prev": h_prev, "W": W, "b": b, "b_n": spread(rng, 0.5, 2.0, (H,))}


def gru_forward(x, h_prev, W, b, b_n):
    """One step of a GRU: its cache, the tuple (x, h_prev, r, z, n, q, W)."""
    x_r, x_z, x_n = np.split(x @ W[h_prev.shape[1] :] + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h_prev @ W[: h_prev.shape[1]], 3, axis=1)
    r, z, q = _sigmoid(x_r + h_r), _sigmoid(x_z + h_z), h_n + b_n
    return x, h_prev, r, z, np.tanh(x_n + r * q), q, W


def backward_arguments(rng, N, D, H, **given):
    """Draw the arguments of the way back through a GRU's step; ``given`` are some of dh, x, h_prev, W, b, b_n."""
    drawn = {**gru_arguments(rng, N, D, H), "dh": rng.normal(size=(N, H))} | given
    return {"dh": drawn["dh"], "cache": gru_forward(*(drawn[name] for name in ("x", "h_prev", "W", "b", "b_n")))}


def other_backward(case):
    """A case of the way back with other numbers, whose cache is one of a forward pass again."""
    x, h_prev, *_, q, W = case.args["cache"]
    b = (0.3 * np.cos(np.arange(W.shape[1]))).astype(W.dtype)
    b_n = (0.5 * np.sin(1.0 + np.arange(q.shape[1]))).astype(W.dtype)
    cache = gru_forward(moved(x), moved(h_prev), moved(W), b, b_n)
    return Case(case.name, {"dh": moved(case.args["dh"]), "cache": cache}, case.tags)
