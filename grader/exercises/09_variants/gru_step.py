"""One time step of the GRU, with the reset gate after the product."""

import numpy as np

from ..base import Array, Case, Exercise, Part
from ._draws import GRU, LARGE, cancelling, gru_arguments, many_cells, overflowing, packed, signs, single, spread
from ._gru_mistakes import MISTAKES

SATURATED = 500.0  # a bias that puts a sigmoid at 1 to the last digit


def _alone(rng, gate, *, N=3, D=2, H=4):
    """Draw a step in which only one gate's weights and biases are at work, and b_n and the old state with r."""
    args = gru_arguments(rng, N, D, H)
    column = {name: slice(k * H, (k + 1) * H) for k, name in enumerate(GRU)}
    W, b = np.zeros_like(args["W"]), np.zeros_like(args["b"])
    W[:, column[gate]], b[column[gate]] = args["W"][:, column[gate]], args["b"][column[gate]]
    if gate == "r":  # n = tanh(r * b_n), h = n
        b[column["z"]] = -SATURATED
    if gate == "z":  # n is the same for all, and h shows the share
        b[column["r"]] = -SATURATED
        b[column["n"]] = signs(rng, H)
    if gate == "n":  # h = n
        b[column["r"]], b[column["z"]] = SATURATED, -SATURATED
    return args | {"W": W, "b": b}


def _shut(rng, N, D):
    """Draw a step of three units whose h is next to nothing.

    The first two write next to nothing and keep nothing, the second of its old state; what the reset gate of the
    first shuts out is large. The third keeps next to nothing, and writes nothing.
    """
    W, b = packed(rng, D, 3, order=GRU)
    W[:, 6:8] *= 1e-6
    b[6:8] *= 1e-6
    b[[0, 1, 3, 4]] = rng.uniform(-2000, -800, size=4)
    b[5], b[8] = rng.uniform(800, 2000), rng.uniform(40, 60)
    W[:3] = 0.0  # the old state reaches no product
    h_prev = np.stack([np.tanh(rng.normal(size=N)), spread(rng, 4, 9, (N,)), 1e-6 * rng.normal(size=N)], axis=1)
    b_n = np.array([rng.uniform(500, 900), *spread(rng, 0.5, 2.0, (2,))])
    return {"x": rng.normal(size=(N, D)), "h_prev": h_prev, "W": W, "b": b, "b_n": b_n}


def _far_out(rng, N, D, H):
    """Cases in which each thing in turn is far out, and still seen in h."""

    def drawn(**given):
        return gru_arguments(rng, N, D, H) | given

    x, W, b = overflowing(rng, (N,), H, order=GRU)
    yield "large inputs", drawn(x=x, W=W, b=b)
    x, W, b = cancelling(rng, (N,), H, order=GRU)
    yield "large numbers that cancel", drawn(x=x, W=W, b=b)
    # The candidate's two sides are far out, and what is left of them is not: behind an open reset gate ...
    W, b = packed(rng, D, H, order=GRU)
    far = spread(rng, 1200, 3000, (H,))
    b[:H] = rng.uniform(40, 60, size=H)
    b[2 * H :] -= far
    yield "a large b_n that cancels with b", drawn(W=W, b=b, b_n=far + rng.normal(size=H))
    # ... and behind one that is nearly shut.
    W, b = packed(rng, D, H, order=GRU)
    W[:, :H] *= 0.2
    b[:H] = rng.uniform(-8, -6, size=H)
    yield "a large b_n behind nearly shut reset gates", drawn(W=W, b=b, b_n=spread(rng, 500, 2000, (H,)))
    # Both sides of a gate's sum, or of the candidate's behind an open reset gate, are far out, and their sum is not.
    W, b = packed(rng, D, H, order=GRU)
    far = spread(rng, 1200, 3000, (3 * H,))
    for unit in range(H):  # the reset gate of every second one, the candidate of the others
        if unit % 2:
            far[2 * H + unit] = 0.0
        else:
            far[unit], b[unit] = 0.0, rng.uniform(40, 60)
    h_prev = np.tanh(rng.normal(size=(N, H)))
    h_prev[:, 0], W[0] = rng.uniform(0.5, 0.9), far
    b -= h_prev[0, 0] * far
    yield "large products of h_prev that cancel with b", drawn(h_prev=h_prev, W=W, b=b)
    W, h_prev = packed(rng, D, H, order=GRU)[0], spread(rng, 800, 3000, (N, H))
    W[:H] *= 4e-4
    yield "large h_prev", drawn(W=W, h_prev=h_prev)
    W, h_prev = packed(rng, D, H, order=GRU)[0], 4e-4 * rng.normal(size=(N, H))
    W[:H] = spread(rng, 500, 3000, (H, 3 * H))
    yield "large weights of a faint h_prev", drawn(W=W, h_prev=h_prev)
    yield "what shut gates let through", _shut(rng, N, D)


def cases(rng):
    yield Case("small", gru_arguments(rng, N=2, D=4, H=3))
    yield Case("more units than inputs", gru_arguments(rng, N=4, D=2, H=6, gain=3.0))
    for gate, title in (("r", "the reset gate"), ("z", "the update gate"), ("n", "the candidate")):
        yield Case(f"only {title}", _alone(rng, gate), frozenset({f"isolates:{title}"}))
    yield Case("as many inputs as units", gru_arguments(rng, N=2, D=3, H=3))  # what trades places fits
    yield Case("one sequence", gru_arguments(rng, N=1, D=3, H=2))
    yield Case("one input", gru_arguments(rng, N=3, D=1, H=2))
    yield Case("one unit", gru_arguments(rng, N=2, D=3, H=1))
    yield Case("one of each", gru_arguments(rng, N=1, D=1, H=1))
    yield Case("zero h_prev", gru_arguments(rng, N=2, D=4, H=3) | {"h_prev": np.zeros((2, 3))})
    yield Case("zero x", gru_arguments(rng, N=2, D=4, H=3) | {"x": np.zeros((2, 4))})
    yield Case("zero b", gru_arguments(rng, N=2, D=4, H=3) | {"b": np.zeros(9)})
    yield Case("zero b_n", gru_arguments(rng, N=2, D=4, H=3) | {"b_n": np.zeros(3)})
    yield Case("strided", gru_arguments(rng, N=4, D=3, H=5), frozenset({"strided"}))
    yield Case("float32", single(gru_arguments(rng, N=3, D=4, H=2)))
    W, b = many_cells(rng, D=2, H=130, order=GRU)
    many = {"x": rng.normal(size=(2, 2)), "h_prev": np.tanh(rng.normal(size=(2, 130))), "W": W, "b": b}
    yield Case("many units", many | {"b_n": spread(rng, 0.5, 2.0, (130,))})
    faint = gru_arguments(rng, N=2, D=4, H=3)
    yield Case("faint", {name: value if name == "W" else 1e-5 * value for name, value in faint.items()})
    for name, args in _far_out(rng, N=4, D=3, H=5):
        yield Case(name, args, LARGE)


RIGHT = (
    # a product for each gate, with [h, x] where it may be
    """def gru_step(x, h_prev, W, b, b_n):
    H = h_prev.shape[1]
    hx = np.hstack([h_prev, x])
    r = sigmoid(hx @ W[:, :H] + b[:H])
    z = sigmoid(hx @ W[:, H : 2 * H] + b[H : 2 * H])
    n = np.tanh(x @ W[H:, 2 * H :] + b[2 * H :] + r * (h_prev @ W[:H, 2 * H :] + b_n))
    return n + z * (h_prev - n)
""",
    {
        "sigmoid(from_x[:, :H] + from_h[:, :H])": "0.5 * (1 + np.tanh((from_x[:, :H] + from_h[:, :H]) / 2))",
        "(1 - z) * n + z * h_prev": "np.add(np.multiply(z, h_prev), n) - z * n",
    },
    {"(1 - z) * n + z * h_prev": "h_prev + (1 - z) * (n - h_prev)"},
    """def gru_step(x, h_prev, W, b, b_n):
    x_r, x_z, x_n = np.split(x.dot(W[-x.shape[1] :]) + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h_prev.dot(W[: -x.shape[1]]), 3, axis=1)
    keep, write = sigmoid(x_z + h_z), sigmoid(-x_z - h_z)
    h = h_prev.copy()
    h *= keep
    h += write * np.tanh(x_n + sigmoid(x_r + h_r) * h_n + sigmoid(x_r + h_r) * b_n)
    return h
""",
    '''def gru_step(x, h_prev, W, b, b_n):
    """Nothing but Python loops and scalars."""
    (N, H), D = h_prev.shape, x.shape[1]
    h = np.empty((N, H))
    for i in range(N):
        for j in range(H):
            of_h = [sum(h_prev[i, m] * W[m, k * H + j] for m in range(H)) for k in range(3)]
            of_x = [b[k * H + j] + sum(x[i, d] * W[H + d, k * H + j] for d in range(D)) for k in range(3)]
            r, z = (sigmoid(np.float64(of_x[k] + of_h[k])) for k in (0, 1))
            n = np.tanh(of_x[2] + r * (of_h[2] + b_n[j]))
            h[i, j] = (1 - z) * n + z * h_prev[i, j]
    return h
''',
    """def gru_step(x, h_prev, W, b, b_n):
    import torch

    H = h_prev.shape[1]
    as_torch = lambda a: torch.from_numpy(np.array(a))
    W = as_torch(W)
    cell = torch.nn.GRUCell(x.shape[1], H, dtype=W.dtype)
    with torch.no_grad():
        cell.weight_hh.copy_(W[:H].T)
        cell.weight_ih.copy_(W[H:].T)
        cell.bias_ih.copy_(as_torch(b))
        cell.bias_hh.zero_()
        cell.bias_hh[2 * H :] = as_torch(b_n)
        return cell(as_torch(x), as_torch(h_prev)).numpy()
""",
)

EXERCISE = Exercise(
    name="gru_step",
    title="One step of the GRU",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "W": "(H + D, 3H)", "b": "(3H,)", "b_n": "(H,)"},
    returns=(Array("h", "(N, H)"),),
    parts=(Part("the new state h", points=4), Part("large numbers", points=1, tags=LARGE)),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equations (eq:reset) to (eq:gru) are one line of code each. Two of them need the product of x and that of "
        "h_prev added up, one needs the two apart: which, and what comes between them there?",
        "Compute both products whole, x with W's lower D rows and b on it, h_prev with W's upper H rows and no b. Cut "
        "both into three blocks of H columns: r, z, n. For r and z add the two blocks and take the sigmoid. For n put "
        "b_n on the block of h, let r multiply that, add the block of x, and take the tanh. Then h is a mean of n and "
        "h_prev, in which z says how much h_prev counts.",
        "With from_x = x @ W[H:] + b and from_h = h_prev @ W[:H]: r is sigmoid(from_x[:, :H] + from_h[:, :H]), z the "
        "same of the second blocks, n is np.tanh(from_x[:, 2 * H :] + r * (from_h[:, 2 * H :] + b_n)). At the end "
        "(1 - z) * n + z * h_prev.",
    ),
    explanation=(
        "One state in place of two, and two gates in place of three. z is the coupled gate: what is kept and what is "
        "written add up to a whole. r shuts the past out of the candidate without erasing it. There is no output gate: "
        "all that is held is shown."
    ),
)
