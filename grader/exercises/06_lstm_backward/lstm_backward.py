"""The way back through a sequence of LSTM steps."""

import numpy as np

from ..base import Array, Case, Exercise, Part
from ._draws import LARGE, LONG, SEQUENCE, holding, of_sequence, other_sequence, packed, signs, single, spread
from ._sequence_mistakes import MISTAKES


def _at(rng, N, T, H, t):
    dhs = np.zeros((N, T, H))
    dhs[:, t] = rng.normal(size=(N, H))
    return dhs


def cases(rng):
    yield Case("small", of_sequence(rng, N=2, T=3, D=1, H=4))
    yield Case("more inputs", of_sequence(rng, N=2, T=4, D=5, H=3))
    yield Case("more steps", of_sequence(rng, N=3, T=7, D=2, H=4, forget=1.0))
    nothing = np.zeros((2, 5))
    last = {"dhs": _at(rng, 2, 4, 5, -1), "dc_T": nothing}
    yield Case("a loss at the last h alone", of_sequence(rng, N=2, T=4, D=3, H=5, **last))
    yield Case("a loss at the last c alone", of_sequence(rng, N=2, T=4, D=3, H=5, dhs=np.zeros((2, 4, 5))))
    first = {"dhs": _at(rng, 3, 4, 2, 0), "dc_T": np.zeros((3, 2))}
    yield Case("a loss at the first h alone", of_sequence(rng, N=3, T=4, D=5, H=2, **first))
    yield Case("no loss at the last c", of_sequence(rng, N=2, T=3, D=4, H=5, dc_T=nothing))
    yield Case("as many steps as sequences", of_sequence(rng, N=3, T=3, D=2, H=4))
    yield Case("one step", of_sequence(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", of_sequence(rng, N=1, T=5, D=3, H=4))
    yield Case("one cell", of_sequence(rng, N=2, T=4, D=3, H=1))
    yield Case("one of each", of_sequence(rng, N=1, T=1, D=1, H=1))
    yield Case("zero h0", of_sequence(rng, N=2, T=3, D=5, H=4, h0=np.zeros((2, 4))))
    yield Case("zero c0", of_sequence(rng, N=2, T=3, D=5, H=4, c0=np.zeros((2, 4))))
    yield Case("zero xs", of_sequence(rng, N=2, T=4, D=3, H=5, xs=np.zeros((2, 4, 3))))
    yield Case("strided", of_sequence(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(of_sequence(rng, N=3, T=4, D=5, H=2)))
    faint = {"dhs": 1e-12 * rng.normal(size=(2, 5, 3)), "dc_T": 1e-12 * rng.normal(size=(2, 3))}
    yield Case("faint gradients", of_sequence(rng, N=2, T=5, D=4, H=3, **faint))
    steep = {
        "dhs": signs(rng, 2, 4, 3) * rng.uniform(1e4, 1e6, size=(2, 4, 3)),
        "dc_T": signs(rng, 2, 3) * rng.uniform(1e4, 1e6, size=(2, 3)),
    }
    yield Case("large gradients", of_sequence(rng, N=2, T=4, D=5, H=3, **steep), LARGE)
    full = {"c0": spread(rng, 1500, 4000, (2, 3)), **holding(rng, 5, 3, 2.0, 4.0)}
    yield Case("full cells", of_sequence(rng, N=2, T=4, D=5, H=3, **full), LARGE)
    W, b = packed(rng, 3, 4)
    near = rng.normal(size=(2, 4, 3))
    near[:, :, 0], W[4] = spread(rng, 500, 3000, (2, 4)), 4e-4 * rng.normal(size=16)
    yield Case("large xs", of_sequence(rng, N=2, T=4, D=3, H=4, xs=near, W=W, b=b), LARGE)
    held = of_sequence(rng, N=2, T=200, D=1, H=3, forget=(3.0, 5.0), orthogonal=True)
    yield Case("200 steps", held, LONG)


RIGHT = (
    """def lstm_backward(dhs, dc_T, cache):
    N, T, H = dhs.shape
    D = cache[0][0].shape[1]
    dxs, dW, db = np.zeros((N, T, D)), np.zeros((H + D, 4 * H)), np.zeros(4 * H)
    dh_next, dc_next = np.zeros((N, H)), dc_T.copy()
    for t in range(T - 1, -1, -1):
        dxs[:, t], dh_next, dc_next, dW_t, db_t = lstm_step_backward(dhs[:, t] + dh_next, dc_next, cache[t])
        dW += dW_t
        db += db_t
    return dxs, dh_next, dc_next, dW, db
""",
    # without the step's function, and the weights' gradients all at once
    """def lstm_backward(dhs, dc_T, cache):
    T, H = dhs.shape[1:]
    W = cache[0][8]
    dzs = [None] * T
    dh, dc = 0, dc_T
    for t in range(T)[::-1]:
        _, _, c_prev, i, f, g, o, c, _ = cache[t]
        s = np.tanh(c)
        dh = dh + dhs[:, t]
        dc = dc + dh * o * (1 - s**2)
        back = [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g**2), dh * s * o * (1 - o)]
        dzs[t] = np.concatenate(back, axis=1)
        dh, dc = dzs[t] @ W[:H].T, dc * f
    dz = np.stack(dzs, axis=1)
    hx = np.stack([np.hstack([step[1], step[0]]) for step in cache], axis=1)
    dW = np.einsum("ntr,ntk->rk", hx, dz)
    return dz @ W[H:].T, dh, dc, dW, dz.sum(axis=(0, 1))
""",
    # by recursion over the list
    """def lstm_backward(dhs, dc_T, cache):
    *before, last = cache
    dx, dh, dc, dW, db = lstm_step_backward(dhs[:, -1], dc_T, last)
    if not before:
        return dx[:, None], dh, dc, dW, db
    head = dhs[:, :-1].copy()
    head[:, -1] = head[:, -1] + dh
    dxs, dh0, dc0, dW_before, db_before = lstm_backward(head, dc, before)
    return np.concatenate([dxs, dx[:, None]], axis=1), dh0, dc0, dW + dW_before, db + db_before
""",
    {
        "dxs, dW, db = [], 0.0, 0.0": "dxs, dWs, dbs = [], [], []",
        "dxs.append(dx)": "dxs.insert(0, dx)",
        "dW = dW + dW_t": "dWs.append(dW_t)",
        "db = db + db_t": "dbs.append(db_t)",
        "dxs[::-1]": "dxs",
        "dc, dW, db  ": "dc, sum(dWs), np.sum(dbs, axis=0)  ",
    },
    # over a list of pairs from the end, and a list that comes back
    """def lstm_backward(dhs, dc_T, cache):
    flowing = np.zeros_like(dc_T), dc_T
    found = []
    for dh, step in zip(np.moveaxis(dhs, 1, 0)[::-1], cache[::-1]):
        dx, *flowing, dW, db = lstm_step_backward(dh + flowing[0], flowing[1], step)
        found.append((dx, dW, db))
    dxs, dWs, dbs = zip(*reversed(found))
    return [np.array(dxs).transpose(1, 0, 2), *flowing, np.sum(dWs, axis=0), np.sum(dbs, axis=0)]
""",
)

EXERCISE = Exercise(
    name="lstm_backward",
    title="All steps back",
    arguments={"dhs": "(N, T, H)", "dc_T": "(N, H)", "cache": SEQUENCE},
    returns=(
        Array("dxs", "(N, T, D)", from_the_end=True),
        Array("dh0", "(N, H)"),
        Array("dc0", "(N, H)"),
        Array("dW", "(H + D, 4H)"),
        Array("db", "(4H,)"),
    ),
    parts=(
        Part("dxs, dh0 and dc0, the ways on", points=2, outputs=("dxs", "dh0", "dc0")),
        Part("dW and db, its own weights", points=2, outputs=("dW", "db")),
        Part("large numbers", points=1, tags=LARGE),
        Part("200 steps", points=1, tags=LONG),
    ),
    difficulty=4,
    minutes=30,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    other=other_sequence,
    builds_on=("lstm_step_backward",),
    harmless=("lstm_step_backward.into_dh",),  # a sum of its own is what a step gets here
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Begin at the last step. What does its h act on, and what does its c act on? Then the step before it: what "
        "comes back to its h, and what to its c? Equations (eq:carry_h) and (eq:carry_c) say it.",
        "A loop over t from T - 1 down to 0, and in each round one call of lstm_step_backward. Its dh is the sum of "
        "dhs[:, t] and of the dh_prev that the round before gave (zeros at first); its dc is the dc_prev that the "
        "round before gave (dc_T at first). Collect each dx; add up each dW and each db.",
        "In the loop: dx, dh, dc, dW_t, db_t = lstm_step_backward(dhs[:, t] + dh, dc, cache[t]), with zeros for dh and "
        "dc_T for dc before it. After the loop the two are dh0 and dc0; the list of the dx, turned around, goes "
        "through np.stack with axis=1.",
    ),
    explanation=(
        "The way back of unit 02, with a second thing in its hands. dh goes through four slopes and W at every step, "
        "as in any recurrent network. dc meets a forget gate, and what comes through h is added to it. How much gets "
        "to the first step, and by which of the two, is measured next."
    ),
)
