"""One time step of the LSTM, all four gates from one product."""

import numpy as np

from ..base import Array, Cache, Case, Exercise, Part
from ._draws import ORDER, cancelling, many_cells, overflowing, packed, shut, spread
from ._step_mistakes import COLUMNS, MISTAKES, TITLES

# A bias that puts a sigmoid at 1, and turned round at 0, to the last digit, while its exponential still
# fits into a float64.
SATURATED = 500.0
LARGE = frozenset({"large"})


def _states(rng, N, H):
    return {"h_prev": np.tanh(rng.normal(size=(N, H))), "c_prev": rng.normal(size=(N, H))}


def _arguments(rng, N, D, H, **options):
    W, b = packed(rng, D, H, **options)
    return {"x": rng.normal(size=(N, D)), **_states(rng, N, H), "W": W, "b": b}


def _isolating(rng, gate, *, N=3, D=2, H=4):
    """Draw a step in which only one gate's weights and biases are at work.

    The other gates' W is zero, and their biases and c_prev are set so that c or h shows this gate
    alone: a wrong squashing function in another gate does not show.
    """
    args = _arguments(rng, N, D, H)
    column = {name: slice(k * H, (k + 1) * H) for k, name in enumerate(ORDER)}
    W, b = np.zeros_like(args["W"]), np.zeros_like(args["b"])
    W[:, column[gate]], b[column[gate]] = args["W"][:, column[gate]], args["b"][column[gate]]
    # i: c = i.  f: c = f * c_prev (g is 0).  g: c = g.  o: c = c_prev, h = o * tanh(c_prev).
    for other in {"i": "go", "f": "o", "g": "io", "o": "f"}[gate]:
        b[column[other]] = SATURATED
    if gate in "ig":
        args["c_prev"] = np.zeros_like(args["c_prev"])
    return args | {"W": W, "b": b}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, D=4, H=3))
    yield Case("more cells than inputs", _arguments(rng, N=4, D=2, H=6, gain=3.0))
    for gate, title in TITLES.items():
        yield Case(f"only the {title}", _isolating(rng, gate), frozenset({f"isolates:the {title}"}))
    yield Case("forget biases up to 5", _arguments(rng, N=3, D=2, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one sequence", _arguments(rng, N=1, D=3, H=2))
    yield Case("one input", _arguments(rng, N=3, D=1, H=2))
    yield Case("one cell", _arguments(rng, N=2, D=3, H=1))
    yield Case("one of each", _arguments(rng, N=1, D=1, H=1))
    yield Case("zero h_prev", _arguments(rng, N=2, D=4, H=3) | {"h_prev": np.zeros((2, 3))})
    yield Case("zero c_prev", _arguments(rng, N=2, D=4, H=3) | {"c_prev": np.zeros((2, 3))})
    yield Case("zero x", _arguments(rng, N=2, D=4, H=3) | {"x": np.zeros((2, 4))})
    yield Case("zero biases", _arguments(rng, N=2, D=4, H=3) | {"b": np.zeros(12)})
    yield Case("strided", _arguments(rng, N=4, D=3, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, D=4, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    W, b = many_cells(rng, D=2, H=130)
    yield Case("many cells", {"x": rng.normal(size=(2, 2)), **_states(rng, 2, 130), "W": W, "b": b})
    faint = _arguments(rng, N=2, D=4, H=3)
    yield Case("faint", {name: value if name == "W" else 1e-5 * value for name, value in faint.items()})

    x, W, b = overflowing(rng, (3,), H=4)
    yield Case("large inputs", {"x": x, **_states(rng, 3, 4), "W": W, "b": b}, LARGE)
    x, W, b = cancelling(rng, (3,), H=4)
    yield Case("large numbers that cancel", {"x": x, **_states(rng, 3, 4), "W": W, "b": b}, LARGE)
    # A shut gate is shut: what a clipped sigmoid lets through shows on a large cell state.
    lost = _arguments(rng, N=2, D=3, H=4)
    lost["b"][4:8] = rng.uniform(-2000, -800, size=4)
    yield Case("a large cell state behind a shut forget gate", lost | {"c_prev": spread(rng, 500, 900, (2, 4))}, LARGE)
    W, b, c_prev = shut(rng, N=4, D=2)
    nothing = {"x": rng.normal(size=(4, 2)), "h_prev": np.tanh(rng.normal(size=(4, 3))), "c_prev": c_prev}
    yield Case("what shut gates let through", {**nothing, "W": W, "b": b}, LARGE)
    held = _arguments(rng, N=2, D=3, H=4)
    held["b"][4:8], held["b"][12:] = rng.uniform(200, 600, size=(2, 4))
    yield Case("a large cell state behind open gates", held | {"c_prev": spread(rng, 50, 3000, (2, 4))}, LARGE)


# Unit 04's functions, in the place of their formulas.
USES = {
    **{
        f"{name}_gate": {f"sigmoid(z[:, {at}])": f"{name}_gate(x, h_prev, W[:, {at}], b[{at}])"}
        for name, at in (("input", COLUMNS["i"]), ("forget", COLUMNS["f"]), ("output", COLUMNS["o"]))
    },
    "candidate": {f"np.tanh(z[:, {COLUMNS['g']}])": f"candidate(x, h_prev, W[:, {COLUMNS['g']}], b[{COLUMNS['g']}])"},
    "cell_update": {"f * c_prev + i * g": "cell_update(f, c_prev, i, g)"},
    "hidden_update": {"o * np.tanh(c)": "hidden_update(o, c)"},
}

RIGHT = (
    """def lstm_step(x, h_prev, c_prev, W, b):
    i, f, g, o = np.split(np.hstack([h_prev, x]).dot(W) + b, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + i * g
    return o * np.tanh(c), c, (i, f, g, o, c_prev)
""",
    '''def lstm_step(x, h_prev, c_prev, W, b):
    """Nothing but Python loops and scalars."""
    N, H = h_prev.shape
    D = x.shape[1]
    h, c = np.empty((N, H)), np.empty((N, H))
    for n in range(N):
        for j in range(H):
            z = []
            for k in range(4):
                s = float(b[k * H + j])
                for m in range(H):
                    s += float(h_prev[n, m]) * float(W[m, k * H + j])
                for d in range(D):
                    s += float(x[n, d]) * float(W[H + d, k * H + j])
                z.append(s)
            i, f, o = (float(sigmoid(np.float64(z[k]))) for k in (0, 1, 3))
            c[n, j] = f * c_prev[n, j] + i * np.tanh(z[2])
            h[n, j] = o * np.tanh(c[n, j])
    return h, c, None
''',
    """def lstm_step(x, h_prev, c_prev, W, b):
    N, H = h_prev.shape
    blocks = W.reshape(-1, 4, H)
    z = np.einsum("nk,kgh->gnh", np.hstack((h_prev, x)), blocks) + b.reshape(4, 1, H)
    i, f, o = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[3])
    c = np.add(np.multiply(f, c_prev), i * np.tanh(z[2]))
    return o * np.tanh(c), c, {"z": z}
""",
    '''def lstm_step(x, h_prev, c_prev, W, b):
    """Each gate with a matrix product of its own, W taken apart into its h and its x rows."""
    H = h_prev.shape[1]
    W_h, W_x = W[:H], W[H:]

    def gate(k):
        columns = slice(k * H, (k + 1) * H)
        return h_prev.dot(W_h[:, columns]) + x.dot(W_x[:, columns]) + b[columns]

    o = sigmoid(gate(3))
    c = sigmoid(gate(1)) * c_prev + sigmoid(gate(0)) * np.tanh(gate(2))
    return o * np.tanh(c), c, None
''',
    """def lstm_step(x, h_prev, c_prev, W, b):
    import torch

    x, h_prev, c_prev, W, b = (torch.from_numpy(np.ascontiguousarray(a)) for a in (x, h_prev, c_prev, W, b))
    i, f, g, o = torch.chunk(torch.cat([h_prev, x], 1) @ W + b, 4, dim=1)
    c = torch.sigmoid(f) * c_prev + torch.sigmoid(i) * torch.tanh(g)
    h = torch.sigmoid(o) * torch.tanh(c)
    return h.numpy(), c.numpy(), None
""",
    '''def lstm_step(x, h_prev, c_prev, W, b):
    """Column-major arrays, views of a larger buffer, results that are views."""
    N, H = h_prev.shape
    buffer = np.zeros((2, H, N))
    z = np.asfortranarray(W).T @ np.vstack([h_prev.T, x.T]) + b[:, None]
    buffer[1] = sigmoid(z[H : 2 * H]) * c_prev.T + sigmoid(z[:H]) * np.tanh(z[2 * H : 3 * H])
    buffer[0] = sigmoid(z[3 * H :]) * np.tanh(buffer[1])
    return buffer[0].T, buffer[1].T, buffer
''',
    # sigmoid(z) = (1 + tanh(z / 2)) / 2, and a generous cache.
    {f"sigmoid(z[:, {COLUMNS[gate]}])": f"0.5 * (1 + np.tanh(z[:, {COLUMNS[gate]}] / 2))" for gate in "ifo"}
    | {"(hx, i, f, g, o, c_prev, c, W)": "[x, h_prev, c_prev, W, b, z, i, f, g, o, c, h, lambda: None]"},
    # Warns on large inputs, and is right to the last digit.
    {f"sigmoid(z[:, {COLUMNS[gate]}])": f"1 / (1 + np.exp(-z[:, {COLUMNS[gate]}]))" for gate in "ifo"},
    # Prints, and returns a list.
    {"z = hx": "print('x', x.shape)\n    z = hx", "return h, c,": "return [h, c,", "c_prev, c, W)": "c_prev, c, W)]"},
)

EXERCISE = Exercise(
    name="lstm_step",
    title="One step of the LSTM",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "c_prev": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("h", "(N, H)"), Array("c", "(N, H)"), Cache("cache")),
    parts=(
        Part("the cell state c", points=2, outputs=("c",)),
        Part("the hidden state h", points=2, outputs=("h",)),
        Part("large inputs", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=25,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    uses=USES,
    hints=(
        "Equations (eq:z) to (eq:hidden) are one line of code each, in that order. Write the shape beside every "
        "line: z has four times as many columns as h.",
        "Put h_prev and x side by side, h_prev first; multiply by W and add b. Cut z into four blocks of H "
        "columns: i, f, g, o. Sigmoid on i, f and o (the one the setup cell fetched, which never overflows), "
        "tanh on g. Then c keeps a share f of c_prev and takes a share i of g, and h shows a share o of "
        "tanh(c).",
        "With H = h_prev.shape[1] and z = np.concatenate([h_prev, x], axis=1) @ W + b, the input gate is "
        "sigmoid(z[:, :H]) and the forget gate sigmoid(z[:, H:2 * H]); the candidate is the tanh of the "
        "third block. The last two lines are c = f * c_prev + i * g and h = o * np.tanh(c). The cache can "
        "be any tuple: the way back, in a later unit, will want h_prev and x, the four gates, c_prev and c.",
    ),
    explanation=(
        "[h_prev, x] and W decide everything: what to keep, what to write, what to show, and what there is to "
        "write. c changes only by scaling and adding, with no weights and no squashing on its way from "
        "step to step; that is why it can hold a number for long, and h, which is squashed and gated, "
        "need not."
    ),
)
