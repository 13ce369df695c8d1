"""Cells as learners write them, with a place or two for what may go wrong in them."""

SETUP = "import numpy as np\nfrom grader.given import given\nsigmoid = given('sigmoid')\n"
STEP = "lstm_step = given('lstm_step')\n"
Z = "    z = np.concatenate([h_prev, x], axis=1) @ W + b\n"
REST = "    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)\n    return sigmoid(o) * np.tanh(c), c, None\n"


def lstm_step(cut, rest=REST):
    return f"def lstm_step(x, h_prev, c_prev, W, b):\n{Z}    {cut}\n{rest}"


def lstm(loop, x="x", last="np.stack(hs, axis=1)"):
    return f"""{STEP}
def lstm(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    {loop}:
        h, c, _ = lstm_step({x}, h, c, W, b)
        hs.append(h)
    return {last}, c, None
"""


def lstm_torch(loop="for x in xs.unbind(1)", cut="z.chunk(4, 1)", last="torch.stack(hs, 1)"):
    return f"""import torch
def lstm_torch(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    {loop}:
        z = torch.cat([h, x], 1) @ W + b
        i, f, g, o = {cut}
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        hs.append(h)
    return {last}, c
"""


def rnn_backward(
    rounds="reversed(range(T))", step="dxs[:, t], dh, dW_t, db_t = rnn_step_backward(dhs[:, t] + dh, cache[t])"
):
    return f"""rnn_step_backward = given('rnn_step_backward')
def rnn_backward(dhs, cache):
    N, T, H = dhs.shape
    dxs, dh, dW, db = np.zeros((N, T, cache[0][0].shape[1])), np.zeros((N, H)), 0, 0
    for t in {rounds}:
        {step}
        dW += dW_t
        db += db_t
    return dxs, dh, dW, db
"""


SLICES = "H = h_prev.shape[1]; i, f, g, o = (z[:, k * H : (k + 1) * H] for k in range(4))"
BY_H = "i, f, g, o = (z[:, k * H : (k + 1) * H] for k in range(4))"
SIGMOID = "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)\n"
TYPED = "def sigmoid(z):\n    return ((1 + np.tanh(z / 2)) / 2).astype(z.dtype)\n"
NOTED = "def noted(f):\n    def wrapper(*a):\n        return [f(*a)]\n    return wrapper\n\n@noted\n"
CELL = "def cell_update(f, c_prev, i, g):\n    return {}\n"
