"""Differently written right answers: none of them may be rejected."""

import numpy as np
import torch


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


# --- lstm_step: (x, h_prev, c_prev, W, b) -> (h, c, cache) ---------------------------------------


def step_plain(x, h_prev, c_prev, W, b):
    z = np.concatenate([h_prev, x], axis=1) @ W + b
    i, f, g, o = np.split(z, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + i * g
    return o * np.tanh(c), c, (i, f, g, o, c_prev)


def step_loops(x, h_prev, c_prev, W, b):
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


def step_einsum(x, h_prev, c_prev, W, b):
    N, H = h_prev.shape
    blocks = W.reshape(-1, 4, H)
    z = np.einsum("nk,kgh->gnh", np.hstack((h_prev, x)), blocks) + b.reshape(4, 1, H)
    i, f, o = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[3])
    c = np.add(np.multiply(f, c_prev), i * np.tanh(z[2]))
    return o * np.tanh(c), c, {"z": z}


def step_separate_gates(x, h_prev, c_prev, W, b):
    """Each gate with a matrix product of its own, W taken apart into its h and its x rows."""
    H = h_prev.shape[1]
    W_h, W_x = W[:H], W[H:]

    def gate(k):
        columns = slice(k * H, (k + 1) * H)
        return h_prev.dot(W_h[:, columns]) + x.dot(W_x[:, columns]) + b[columns]

    o = sigmoid(gate(3))
    c = sigmoid(gate(1)) * c_prev + sigmoid(gate(0)) * np.tanh(gate(2))
    return o * np.tanh(c), c, None


def step_torch(x, h_prev, c_prev, W, b):
    x, h_prev, c_prev, W, b = (torch.from_numpy(np.ascontiguousarray(a)) for a in (x, h_prev, c_prev, W, b))
    i, f, g, o = torch.chunk(torch.cat([h_prev, x], 1) @ W + b, 4, dim=1)
    c = torch.sigmoid(f) * c_prev + torch.sigmoid(i) * torch.tanh(g)
    h = torch.sigmoid(o) * torch.tanh(c)
    return h.numpy(), c.numpy(), None


def step_fortran_views(x, h_prev, c_prev, W, b):
    """Column-major arrays, views of a larger buffer, results that are views."""
    N, H = h_prev.shape
    buffer = np.zeros((2, H, N))
    z = np.asfortranarray(W).T @ np.vstack([h_prev.T, x.T]) + b[:, None]
    buffer[1] = sigmoid(z[H : 2 * H]) * c_prev.T + sigmoid(z[:H]) * np.tanh(z[2 * H : 3 * H])
    buffer[0] = sigmoid(z[3 * H :]) * np.tanh(buffer[1])
    return buffer[0].T, buffer[1].T, buffer


def step_tanh_for_sigmoid(x, h_prev, c_prev, W, b):
    """sigmoid(z) = (1 + tanh(z / 2)) / 2, and a generous cache."""
    z = np.c_[h_prev, x] @ W + b
    H = h_prev.shape[1]

    def s(a):
        return 0.5 * (1.0 + np.tanh(0.5 * a))

    i, f, g, o = s(z[:, :H]), s(z[:, H : 2 * H]), np.tanh(z[:, 2 * H : 3 * H]), s(z[:, 3 * H :])
    c = i * g + c_prev * f
    h = np.tanh(c) * o
    return h, c, [x, h_prev, c_prev, W, b, z, i, f, g, o, c, h, lambda: None]


def step_naive_sigmoid(x, h_prev, c_prev, W, b):
    """Warns on large inputs, and is right to the last digit."""
    z = np.concatenate((h_prev, x), 1) @ W + b
    i, f, g, o = np.array_split(z, 4, axis=-1)

    def s(a):
        return 1 / (1 + np.exp(-a))

    c = s(f) * c_prev + s(i) * np.tanh(g)
    return s(o) * np.tanh(c), c, None


def step_prints(x, h_prev, c_prev, W, b):
    print("z", x.shape)
    return step_plain(x, h_prev, c_prev, W, b)


STEPS = [value for name, value in list(globals().items()) if name.startswith("step_")]


# --- lstm: (xs, h0, c0, W, b) -> (hs, c_T, cache) ------------------------------------------------


def lstm_list(xs, h0, c0, W, b):
    h, c, hs, caches = h0, c0, [], []
    for t in range(xs.shape[1]):
        h, c, cache = step_plain(xs[:, t], h, c, W, b)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), c, caches


def lstm_filled(xs, h0, c0, W, b):
    N, T, _ = xs.shape
    hs = np.zeros((N, T, h0.shape[1]))
    h, c = h0.copy(), c0.copy()
    for t, x in enumerate(np.swapaxes(xs, 0, 1)):
        h, c, _ = step_separate_gates(x, h, c, W, b)
        hs[:, t, :] = h
    return hs, c, None


def lstm_time_major(xs, h0, c0, W, b):
    """Works time-major inside and returns a transposed view."""
    hs = np.empty((xs.shape[1], len(xs), h0.shape[1]))
    h, c = h0, c0
    for t in range(len(hs)):
        h, c, _ = step_einsum(xs[:, t], h, c, W, b)
        hs[t] = h
    return hs.transpose(1, 0, 2), c, ()


def lstm_hoisted(xs, h0, c0, W, b):
    """All the inputs' products in one, before the loop."""
    H = h0.shape[1]
    zx = xs @ W[H:] + b
    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        i, f, g, o = np.split(zx[:, t] + h @ W[:H], 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs.append(h[:, None, :])
    return np.concatenate(hs, axis=1), c, zx


def lstm_per_sequence(xs, h0, c0, W, b):
    """One sequence of the batch after the other."""
    rows = [lstm_list(xs[n : n + 1], h0[n : n + 1], c0[n : n + 1], W, b) for n in range(len(xs))]
    return np.concatenate([r[0] for r in rows]), np.concatenate([r[1] for r in rows]), None


def lstm_recursive(xs, h0, c0, W, b):
    h, c, _ = step_plain(xs[:, 0], h0, c0, W, b)
    if xs.shape[1] == 1:
        return h[:, None], c, None
    hs, c, _ = lstm_recursive(xs[:, 1:], h, c, W, b)
    return np.concatenate([h[:, None], hs], axis=1), c, None


def lstm_torch_module(xs, h0, c0, W, b):
    H, D = h0.shape[1], xs.shape[2]

    def as_torch(a):
        return torch.from_numpy(np.ascontiguousarray(a))

    W = as_torch(W)
    module = torch.nn.LSTM(D, H, batch_first=True, dtype=W.dtype)
    with torch.no_grad():
        module.weight_hh_l0.copy_(W[:H].T)
        module.weight_ih_l0.copy_(W[H:].T)
        module.bias_ih_l0.copy_(as_torch(b))
        module.bias_hh_l0.zero_()
        hs, (_, c) = module(as_torch(xs), (as_torch(h0)[None], as_torch(c0)[None]))
    return hs.numpy(), c[0].numpy(), module


SEQUENCES = [value for name, value in list(globals().items()) if name.startswith("lstm_")]

RIGHT = {"lstm_step": STEPS, "lstm": SEQUENCES}
