"""The way back through one time step of the GRU."""

import numpy as np

from ..base import Array, Case, Exercise, Part
from ._draws import GRU, GRU_STEP, LARGE, backward_arguments, other_backward, packed, signs, single, spread
from ._gru_back_mistakes import MISTAKES


def _far_out(rng, N, D, H):
    """Cases in which each thing in turn is far out, and still seen in the result."""

    def drawn(**given):
        return backward_arguments(rng, N, D, H, **given)

    yield "large gradients", drawn(dh=signs(rng, N, H) * rng.uniform(1e4, 1e6, size=(N, H)))
    W, b = packed(rng, D, H, order=GRU)
    W[:H] *= 1e-3
    yield "large h_prev", drawn(W=W, b=b, h_prev=spread(rng, 50, 900, (N, H)))
    W, b = packed(rng, D, H, order=GRU)
    x = rng.normal(size=(N, D))
    x[:, 0], W[H] = signs(rng, N) * rng.uniform(1000, 3000, size=N), 4e-4 * rng.normal(size=3 * H)
    yield "large x", drawn(x=x, W=W, b=b)
    W, x = packed(rng, D, H, order=GRU)[0], rng.normal(size=(N, D))
    x[:, 0], W[H] = 4e-4 * rng.normal(size=N), spread(rng, 500, 3000, (3 * H,))
    yield "large W", drawn(x=x, W=W)
    W, b = packed(rng, D, H, order=GRU)
    W[:, :H] *= 0.2
    b[:H] = rng.uniform(-8, -6, size=H)
    yield "a large q behind nearly shut reset gates", drawn(W=W, b=b, b_n=spread(rng, 500, 2000, (H,)))
    W, x = packed(rng, D, H, order=GRU)[0], rng.normal(size=(N, D))
    x[1:, 0], W[H] = np.resize([1.0, -1.0], N - 1), spread(rng, 800, 3000, (3 * H,))
    x[0, 0] = 0.0  # at all the other sequences every gate is open or shut to the last digit
    yield "gates open and shut", drawn(x=x, W=W)


def cases(rng):
    yield Case("small", backward_arguments(rng, N=2, D=4, H=3))
    yield Case("larger", backward_arguments(rng, N=5, D=3, H=4))
    yield Case("as many inputs as units", backward_arguments(rng, N=2, D=3, H=3))  # what trades places fits
    yield Case("one sequence", backward_arguments(rng, N=1, D=3, H=4))
    yield Case("one input", backward_arguments(rng, N=3, D=1, H=4))
    yield Case("one unit", backward_arguments(rng, N=3, D=4, H=1))
    yield Case("one of each", backward_arguments(rng, N=1, D=1, H=1))
    yield Case("zero h_prev", backward_arguments(rng, N=2, D=4, H=3, h_prev=np.zeros((2, 3))))
    yield Case("zero x", backward_arguments(rng, N=2, D=4, H=3, x=np.zeros((2, 4))))
    yield Case("strided", backward_arguments(rng, N=4, D=2, H=3), frozenset({"strided"}))
    yield Case("float32", single(backward_arguments(rng, N=3, D=5, H=2)))
    yield Case("faint gradients", backward_arguments(rng, N=2, D=4, H=3, dh=1e-12 * rng.normal(size=(2, 3))))
    for name, args in _far_out(rng, N=4, D=3, H=2):
        yield Case(name, args, LARGE)


RIGHT = (
    {
        "da_n * q * r * (1 - r)": "np.multiply(da_n * q, r - r * r)",
        "da_x.sum(axis=0)": "np.ones(len(x)) @ da_x",
        "x.T @ da_x": 'np.einsum("nd,nk->dk", x, da_x)',
    },
    # gate by gate, each with weights of its own
    """def gru_step_backward(dh, cache):
    (x, h_prev, r, z, n, q, W) = cache
    H = h_prev.shape[1]
    W_h, W_x = W[:H], W[H:]
    cut = [slice(k * H, (k + 1) * H) for k in range(3)]
    dn, dz, dh_prev = dh * (1 - z), dh * h_prev - dh * n, dh * z
    da_n = dn * (1 + n) * (1 - n)
    dr, dq = da_n * q, da_n * r
    da_r, da_z = dr * (r - r**2), dz * (z - z**2)
    dx = da_r.dot(W_x[:, cut[0]].T) + da_z.dot(W_x[:, cut[1]].T) + da_n.dot(W_x[:, cut[2]].T)
    dh_prev = dh_prev + da_r.dot(W_h[:, cut[0]].T) + da_z.dot(W_h[:, cut[1]].T) + dq.dot(W_h[:, cut[2]].T)
    dW_h = np.hstack([h_prev.T.dot(da) for da in (da_r, da_z, dq)])
    dW_x = np.hstack([x.T.dot(da) for da in (da_r, da_z, da_n)])
    db = np.hstack([da.sum(0) for da in (da_r, da_z, da_n)])
    return [dx, dh_prev, np.vstack([dW_h, dW_x]), db, dq.sum(0)]
""",
    # a loop over the batch
    """def gru_step_backward(dh, cache):
    x, h_prev, r, z, n, q, W = cache
    (N, D), H = x.shape, h_prev.shape[1]
    dx, dh_prev, dW = np.zeros_like(x), np.zeros_like(h_prev), np.zeros_like(W)
    db, db_n = np.zeros(3 * H), np.zeros(H)
    for k in range(N):
        da = np.zeros(3 * H)
        da[2 * H :] = dh[k] * (1 - z[k]) * (1 - n[k] ** 2)
        da[H : 2 * H] = dh[k] * (h_prev[k] - n[k]) * z[k] * (1 - z[k])
        da[:H] = da[2 * H :] * q[k] * r[k] * (1 - r[k])
        of_h = da.copy()
        of_h[2 * H :] *= r[k]
        dW[:H] += np.outer(h_prev[k], of_h)
        dW[H:] += np.outer(x[k], da)
        db += da
        db_n += of_h[2 * H :]
        dx[k], dh_prev[k] = W[H:] @ da, W[:H] @ of_h + z[k] * dh[k]
    return dx, dh_prev, dW, db, db_n
""",
    # one array for both sides, scaled on the way
    """def gru_step_backward(dh, cache):
    x, h_prev, r, z, n, q, W = cache
    H = r.shape[1]
    da = np.empty((len(x), 3 * H))
    da[:, 2 * H :] = dh * (1 - z) * (1 - np.square(n))
    da[:, :H] = da[:, 2 * H :] * q * r * (1 - r)
    da[:, H : 2 * H] = dh * (h_prev - n) * z * (1 - z)
    dx, lower, db = np.matmul(da, W[H:].transpose()), np.tensordot(x, da, axes=(0, 0)), da.sum(0)
    da[:, 2 * H :] *= r
    dh_prev = np.matmul(da, W[:H].transpose())
    dh_prev += dh * z
    return dx, dh_prev, np.concatenate((h_prev.T @ da, lower)), db, np.sum(da, 0)[2 * H :]
""",
)

EXERCISE = Exercise(
    name="gru_step_backward",
    title="One step of the GRU, back",
    arguments={"dh": "(N, H)", "cache": GRU_STEP},
    returns=(
        Array("dx", "(N, D)"),
        Array("dh_prev", "(N, H)"),
        Array("dW", "(H + D, 3H)"),
        Array("db", "(3H,)"),
        Array("db_n", "(H,)"),
    ),
    parts=(
        Part("dx and dh_prev, the ways on", points=2, outputs=("dx", "dh_prev")),
        Part("dW, db and db_n, its own weights", points=2, outputs=("dW", "db", "db_n")),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=5,
    minutes=40,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    other=other_backward,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Go from the end, against the order of equations (eq:reset) to (eq:gru). h is a mean of n and h_prev: to whom "
        "does dh speak, and with which factor each? h_prev is used in four places, so four ways come back to it.",
        "First n: dh times the share that n has, times the slope of the tanh. Then z, which was multiplied with h_prev "
        "and, with a minus, with n. From da_n two ways go on: to r, which was multiplied with q, and to q, which was "
        "multiplied with r. Now the product of x hears da_r, da_z and da_n; that of h hears da_r, da_z and dq. dh_prev "
        "is what comes through W, and dh * z for what was kept.",
        "da_n = dh * (1 - z) * (1 - n * n), da_z = dh * (h_prev - n) * z * (1 - z), da_r = da_n * q * r * (1 - r), dq "
        "= da_n * r. With da_x the three [da_r, da_z, da_n] side by side and da_h with dq in the last place: dW is "
        "h_prev.T @ da_h above x.T @ da_x, dx is da_x @ W[H:].T, dh_prev is da_h @ W[:H].T + dh * z, db is "
        "da_x.sum(axis=0), and db_n is dq.sum(axis=0).",
    ),
    explanation=(
        "dh * z is the GRU's carousel: where z is 1 the gradient comes through as it was sent, with no weights and no "
        "slope on its way. What makes this step longer than the LSTM's is the reset gate in the middle of the "
        "candidate: the two products hear different gradients."
    ),
)
