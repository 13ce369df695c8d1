"""The way back through one time step of the LSTM."""

import numpy as np

from ..base import Array, Case, Exercise, Part
from ._draws import LARGE, STEP, holding, of_step, other_step, packed, signs, single, spread
from ._step_mistakes import MISTAKES


def _far_out(rng, N, D, H):
    """Cases in which each thing in turn is far out, and still seen in the result."""

    def steep():
        return signs(rng, N, H) * rng.uniform(1e4, 1e6, size=(N, H))

    yield Case("large gradients", of_step(rng, N, D, H, dh=steep(), dc=steep()), LARGE)
    full = {"c_prev": spread(rng, 1500, 4000, (N, H)), **holding(rng, D, H, 1.0, 2.0)}  # exp(c) has no bounds there
    yield Case("full cells", of_step(rng, N, D, H, **full), LARGE)
    filling = {"c_prev": spread(rng, 2, 60, (N, H)), **holding(rng, D, H, 0.0, 2.0)}
    yield Case("cells that fill up", of_step(rng, N, D, H, **filling), LARGE)
    W, b = packed(rng, D, H)
    x = rng.normal(size=(N, D))
    x[:, 0], W[H] = signs(rng, N) * rng.uniform(1000, 3000, size=N), 4e-4 * rng.normal(size=4 * H)
    yield Case("large x", of_step(rng, N, D, H, x=x, W=W, b=b), LARGE)
    W, x = packed(rng, D, H)[0], rng.normal(size=(N, D))
    x[:, 0], W[H] = 4e-4 * rng.normal(size=N), spread(rng, 500, 3000, (4 * H,))
    yield Case("large W", of_step(rng, N, D, H, x=x, W=W), LARGE)
    W, h_prev = packed(rng, D, H)[0], spread(rng, 50, 900, (N, H))
    W[:H] *= 1e-3
    yield Case("large h_prev", of_step(rng, N, D, H, h_prev=h_prev, W=W), LARGE)
    W, x = packed(rng, D, H)[0], rng.normal(size=(N, D))
    x[1:, 0], W[H] = np.resize([1.0, -1.0], N - 1), spread(rng, 800, 3000, (4 * H,))
    x[0, 0] = 0.0  # at all the other sequences every gate is open or shut to the last digit
    yield Case("gates open and shut", of_step(rng, N, D, H, x=x, W=W), LARGE)


def cases(rng):
    yield Case("small", of_step(rng, N=2, D=4, H=3))
    yield Case("larger", of_step(rng, N=5, D=3, H=4))
    nothing = np.zeros((3, 4))
    yield Case("no dc", of_step(rng, N=3, D=2, H=4, dc=nothing), frozenset({"isolates:the way through h"}))
    yield Case("no dh", of_step(rng, N=3, D=2, H=4, dh=nothing), frozenset({"isolates:the way through c"}))
    yield Case("as many inputs as cells", of_step(rng, N=2, D=3, H=3))  # what trades places fits
    yield Case("forget biases up to 5", of_step(rng, N=3, D=2, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one sequence", of_step(rng, N=1, D=3, H=4))
    yield Case("one input", of_step(rng, N=3, D=1, H=4))
    yield Case("one cell", of_step(rng, N=3, D=4, H=1))
    yield Case("one of each", of_step(rng, N=1, D=1, H=1))
    yield Case("zero h_prev", of_step(rng, N=2, D=4, H=3, h_prev=np.zeros((2, 3))))
    yield Case("zero c_prev", of_step(rng, N=2, D=4, H=3, c_prev=np.zeros((2, 3))))
    yield Case("zero x", of_step(rng, N=2, D=4, H=3, x=np.zeros((2, 4))))
    yield Case("strided", of_step(rng, N=4, D=2, H=3), frozenset({"strided"}))
    yield Case("float32", single(of_step(rng, N=3, D=5, H=2)))
    faint = {name: 1e-12 * rng.normal(size=(2, 3)) for name in ("dh", "dc")}
    yield Case("faint gradients", of_step(rng, N=2, D=4, H=3, **faint))
    yield from _far_out(rng, N=3, D=4, H=2)


RIGHT = (
    {
        "dc + dh * o * (1 - s * s)": "np.add(dc, np.multiply(dh * o, 1.0 - np.square(s)))",
        "hx.T @ dz": 'np.einsum("nr,nk->rk", hx, dz)',
        "dz.sum(axis=0)": "np.ones(len(dz)) @ dz",
    },
    # each gate with weights of its own, and what comes back through them added up
    """def lstm_step_backward(dh, dc, cache):
    (x, h_prev, c_prev, i, f, g, o, c, W) = cache
    N, H = dh.shape
    W_i, W_f, W_g, W_o = (W[:, k * H : (k + 1) * H] for k in range(4))
    tanh_c = np.tanh(c)
    dc = dc + o * dh * (1 - tanh_c) * (1 + tanh_c)
    dz_o = dh * tanh_c * (o - o**2)
    dz_f = c_prev * dc * (f - f**2)
    dz_i = g * dc * (i - i**2)
    dz_g = i * dc * (1 - g**2)
    row = np.hstack((h_prev, x)).T
    dW = np.hstack([row.dot(dz) for dz in (dz_i, dz_f, dz_g, dz_o)])
    db = np.hstack([dz.sum(0) for dz in (dz_i, dz_f, dz_g, dz_o)])
    back = dz_i.dot(W_i.T) + dz_f.dot(W_f.T) + dz_g.dot(W_g.T) + dz_o.dot(W_o.T)
    return back[:, H:], back[:, :H], f * dc, dW, db
""",
    # a loop over the batch, and dz filled in block by block
    """def lstm_step_backward(dh, dc, cache):
    x, h_prev, c_prev, i, f, g, o, c, W = cache
    (N, D), H = x.shape, h_prev.shape[1]
    dx, dh_prev, dc_prev = np.zeros_like(x), np.zeros_like(h_prev), np.zeros_like(c_prev)
    dW, db = np.zeros_like(W), np.zeros(W.shape[1])
    for n in range(N):
        total = dc[n] + dh[n] * o[n] / np.cosh(np.clip(c[n], -300, 300)) ** 2
        dz = np.zeros(4 * H)
        dz[:H] = total * g[n] * i[n] * (1 - i[n])
        dz[H : 2 * H] = total * c_prev[n] * f[n] * (1 - f[n])
        dz[2 * H : 3 * H] = total * i[n] * (1 - g[n] ** 2)
        dz[3 * H :] = dh[n] * np.tanh(c[n]) * o[n] * (1 - o[n])
        dW += np.outer(np.concatenate([h_prev[n], x[n]]), dz)
        db += dz
        back = W @ dz
        dh_prev[n], dx[n] = back[:-D], back[-D:]
        dc_prev[n] = f[n] * total
    return dx, dh_prev, dc_prev, dW, db
""",
    # the four gates on an axis of their own, and a list that comes back
    """def lstm_step_backward(dh, dc, cache):
    x, h_prev, c_prev, i, f, g, o, c, W = cache
    H = o.shape[1]
    s = np.tanh(c)
    total = np.where(np.abs(s) < 1, dc + dh * o * (1 - s**2), dc)
    slopes = np.stack([i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)], axis=1)
    dz = (np.stack([total * g, total * c_prev, total * i, dh * s], axis=1) * slopes).reshape(len(x), 4 * H)
    dh_prev, dx = np.split(np.matmul(dz, W.transpose()), [H], axis=1)
    dW = np.tensordot(np.hstack((h_prev, x)), dz, axes=(0, 0))
    return [dx, dh_prev, total * f, dW, dz.sum(0)]
""",
    # products of W's rows for h and of those for x apart
    """def lstm_step_backward(dh, dc, cache):
    x, h_prev, c_prev, i, f, g, o, c, W = cache
    H = h_prev.shape[-1]
    do, dc = dh * np.tanh(c), dc + dh * o * (1 - np.tanh(c) ** 2)
    di, df, dg, dc_prev = dc * g, dc * c_prev, dc * i, dc * f
    dz = np.c_[di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)]
    return dz @ W[H:].T, dz @ W[:H].T, dc_prev, np.r_[h_prev.T @ dz, x.T @ dz], np.sum(dz, 0)
""",
)

EXERCISE = Exercise(
    name="lstm_step_backward",
    title="One step back",
    arguments={"dh": "(N, H)", "dc": "(N, H)", "cache": STEP},
    returns=(
        Array("dx", "(N, D)"),
        Array("dh_prev", "(N, H)"),
        Array("dc_prev", "(N, H)"),
        Array("dW", "(H + D, 4H)"),
        Array("db", "(4H,)"),
    ),
    parts=(
        Part("dx, dh_prev and dc_prev, the ways on", points=2, outputs=("dx", "dh_prev", "dc_prev")),
        Part("dW and db, its own weights", points=2, outputs=("dW", "db")),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=5,
    minutes=45,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    other=other_step,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Go from the end, and finish c before anything else: equation (eq:dc). Two things reach it, and they are "
        "added. From there to the four gates, and only then to the weights.",
        "A gate's dz has three factors: the gradient of what it was made into (dc_total, for the output gate dh), what "
        "the gate was multiplied with there, and the slope of its own squashing function. The slope of a sigmoid is "
        "that gate times 1 minus it, of the tanh 1 minus its square. Then side by side in W's order, and on as in unit "
        "02.",
        "With s = np.tanh(c): dc_total = dc + dh * o * (1 - s * s). The four are dc_total * g * i * (1 - i), dc_total "
        "* c_prev * f * (1 - f), dc_total * i * (1 - g * g) and dh * s * o * (1 - o), put together with np.concatenate "
        "and axis=1. dW is hx.T @ dz, db the sum over the batch, dhx is dz @ W.T, first the H columns of dh_prev; "
        "dc_prev is dc_total * f.",
    ),
    explanation=(
        "Look at how short the way of dc is: one gate, and it is at the step before. dh on the same stretch goes "
        "through four slopes and W. Everything that a cell holds on to comes back by the short way."
    ),
)
