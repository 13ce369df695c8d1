# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 07: Making it learn
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, readout, readout_backward = mine("sigmoid"), mine("readout"), mine("readout_backward")
cross_entropy, cross_entropy_backward = mine("cross_entropy"), mine("cross_entropy_backward")
clip_by_norm, lstm_backward = mine("clip_by_norm"), mine("lstm_backward")


def lstm_forward(xs, h0, c0, W, b):
    """xs (N, T, D), h0 and c0 (N, H) -> hs (N, T, H), c_T (N, H), and the list of the steps' caches for the way back."""
    h, c, hs, cache = h0, c0, [], []
    for t in range(xs.shape[1]):
        x, h_prev, c_prev = xs[:, t], h, c
        z = np.concatenate([h_prev, x], axis=1) @ W + b        # (N, 4H)
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)            # each (N, H)
        i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
        c = f * c_prev + i * g
        h = o * np.tanh(c)
        hs.append(h)
        cache.append((x, h_prev, c_prev, i, f, g, o, c, W))
    return np.stack(hs, axis=1), c, cache


def softmax_loss(outputs, targets, mask):
    """Classes: outputs (N, T, K) are logits, targets (N, T) whole numbers -> the loss, and its gradient (N, T, K)."""
    return cross_entropy(outputs, targets, mask), cross_entropy_backward(outputs, targets, mask)


def squared_loss(outputs, targets, mask):
    """Numbers: outputs and targets (N, T, K) -> the mean square over the steps that count, its gradient (N, T, K)."""
    error, count = (outputs - targets) * mask[..., None], max(mask.sum(), 1.0)
    return np.sum(error * error) / count, 2 * error / count


def start_adam(params):
    """What adam_step remembers of each parameter, before the first step."""
    return {name: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for name, p in params.items()}


# %% [markdown]
# ## Where to begin
#
# Nothing has been learned yet, and something has to stand in `W`. The sizes decide whether signals and gradients arrive.
# Each of these is one rule for one part of the array:
#
# $$
# \begin{align}
# W^{x} &\sim \text{mean } 0, \ \text{standard deviation } 1/\sqrt{D} && (D, 4H) \tag{eq:input_scale} \\
# Q^\top Q &= 1 \ \text{ for each block } Q \text{ of } W^{h} = [\,Q_i \mid Q_f \mid Q_g \mid Q_o\,] && (H, H)
# \tag{eq:orthogonal} \\
# b &= [\,0 \mid \text{forget\_bias} \mid 0 \mid 0\,] && (4H,) \tag{eq:forget_bias}
# \end{align}
# $$
#
# where $W^h$ are the first $H$ rows of $W$, and $W^x$ the last $D$.
#
# ### Exercise: init_lstm
#
# {{exercise init_lstm}}
#
# Equations (eq:input_scale) to (eq:forget_bias). All that is drawn is drawn from `rng`.

# %% exercise="init_lstm"
def init_lstm(D, H, forget_bias, rng):
    """An LSTM's weights before it has learned anything: equations (eq:input_scale) to (eq:forget_bias).

    Arguments: D, how many inputs; H, how many cells; forget_bias, a number; rng, one of numpy's random generators,
    np.random.default_rng(...), from which everything is drawn.
    Returns (W, b): W (H + D, 4H), whose last D rows hold independent numbers of mean 0 and standard deviation
    1 / sqrt(D), and whose first H rows hold four orthogonal blocks (H, H), each another one; b (4H,), zeros but for
    the forget gate.
    """
    ### BEGIN SOLUTION
    W = rng.normal(size=(H + D, 4 * H)) / np.sqrt(D)
    for k in range(4):
        W[:H, k * H : (k + 1) * H] = np.linalg.qr(rng.normal(size=(H, H)))[0]  # Q of a random matrix is orthogonal
    b = np.zeros(4 * H)
    b[H : 2 * H] = forget_bias
    return W, b
    ### END SOLUTION


# %% [markdown]
# ## How far to go
#
# $$
# \begin{align}
# m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \tag{eq:first_moment} \\
# v &\leftarrow \beta_2 v + (1 - \beta_2)\, g \odot g \tag{eq:second_moment} \\
# \hat m &= m / (1 - \beta_1^{t}), \qquad \hat v = v / (1 - \beta_2^{t}) \tag{eq:corrected} \\
# \theta &\leftarrow \theta - \text{lr}\; \hat m / (\sqrt{\hat v} + \epsilon) \tag{eq:adam}
# \end{align}
# $$
#
# where $t$ is 1 in the first step.
#
# ### Exercise: adam_step
#
# {{exercise adam_step}}
#
# Equations (eq:first_moment) to (eq:adam), for one array.

# %% exercise="adam_step"
def adam_step(param, grad, state, lr, beta1, beta2, eps):
    """One step of Adam for one array: equations (eq:first_moment) to (eq:adam).

    Arguments: param, an array of any shape; grad, its gradient, of the same shape; state, a dict that holds what is
    remembered of the steps before: "m" and "v", arrays in the shape of param, and "t", a whole number, how many steps
    were made before this one; lr, beta1, beta2 and eps, numbers. None of them is changed.
    Returns (new, new_state): new, the parameter after the step; new_state, a dict like state, for the next step.
    """
    ### BEGIN SOLUTION
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    v = beta2 * state["v"] + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    new = param - lr * m_hat / (np.sqrt(v_hat) + eps)
    return new, {"m": m, "v": v, "t": t}
    ### END SOLUTION


# %% [markdown]
# ## Sequences that never end
#
# $$
# \text{inputs}_{bnt} = \text{ids}_{nP + bT + t}, \qquad \text{targets}_{bnt} = \text{ids}_{nP + bT + t + 1},
# \qquad P = \lfloor (L - 1) / N \rfloor
# \tag{eq:streams}
# $$
#
# for $b = 0, \ldots, \lfloor P / T \rfloor - 1$.
#
# ### Exercise: stream_batches
#
# {{exercise stream_batches}}
#
# Equation (eq:streams).

# %% exercise="stream_batches"
def stream_batches(ids, N, T):
    """One long sequence as batches that go on where the last one ended: equation (eq:streams).

    Arguments: ids (L,), whole numbers; N, how many streams the sequence is cut into; T, how many steps a batch has.
    Returns (inputs, targets): both (B, N, T), whole numbers, with as many batches B as can be filled. Row n of
    inputs[b + 1] goes on where row n of inputs[b] ended. targets are what comes one step later.
    """
    ### BEGIN SOLUTION
    P = (len(ids) - 1) // N                         # the steps of a stream
    B = P // T
    whole = (ids[: N * P].reshape(N, P), ids[1 : N * P + 1].reshape(N, P))
    inputs, targets = (streams[:, : B * T].reshape(N, B, T).swapaxes(0, 1) for streams in whole)
    return inputs, targets
    ### END SOLUTION


# %% [markdown]
# ## A step of learning
#
# ### Exercise: train_step
#
# {{exercise train_step}}
#
# Forward from `start`, the loss, backward, clipping, a step of Adam for each of the four arrays. `lstm_forward`, `readout`,
# `readout_backward`, `lstm_backward` and `clip_by_norm` were fetched in the setup cell, `adam_step` is yours. Adam's betas
# are 0.9 and 0.999, its epsilon is 1e-8.

# %% exercise="train_step"
def train_step(params, adam, batch, start, loss_fn, lr, max_norm):
    """One step of learning: forward, loss, backward, all gradients clipped together, and a step of Adam for each array.

    Arguments: params, a dict of the LSTM's W (H + D, 4H) and b (4H,) and the readout's V (H, K) and b_y (K,); adam,
    a dict with the same keys, each array's state for adam_step: a dict of m, v and t; batch, a tuple (xs, targets,
    mask) with xs (N, T, D), mask (N, T) and targets as loss_fn wants them; start, a tuple (h0, c0) of the states
    before the first step, each (N, H); loss_fn, a function: loss_fn(outputs, targets, mask) returns the loss and its
    gradient, (N, T, K) as the readout's outputs; lr and max_norm, numbers. None of them is changed.
    Returns (new_params, new_adam, loss, end): the dicts after the step; loss, a number, that of params as they came;
    end, a tuple of the states h and c after the last step, each (N, H).
    """
    ### BEGIN SOLUTION
    xs, targets, mask = batch
    hs, c_T, cache = lstm_forward(xs, *start, params["W"], params["b"])
    loss, doutputs = loss_fn(readout(hs, params["V"], params["b_y"]), targets, mask)
    dhs, dV, db_y = readout_backward(doutputs, hs, params["V"])
    _, _, _, dW, db = lstm_backward(dhs, np.zeros_like(c_T), cache)  # no loss looks at c_T
    grads, _ = clip_by_norm({"W": dW, "b": db, "V": dV, "b_y": db_y}, max_norm)
    new_params, new_adam = {}, {}
    for name, param in params.items():
        new_params[name], new_adam[name] = adam_step(param, grads[name], adam[name], lr, 0.9, 0.999, 1e-8)
    return new_params, new_adam, loss, (hs[:, -1], c_T)
    ### END SOLUTION


# %% [markdown]
# ## How right, and when
#
# $$
# \text{accuracy}_t = \frac{\sum_n m_{nt}\, [\,\arg\max_k \text{logits}_{ntk} = y_{nt}\,]}{\sum_n m_{nt}},
# \qquad \text{and } 0 \text{ where } \textstyle\sum_n m_{nt} = 0
# \tag{eq:accuracy}
# $$
#
# ### Exercise: accuracy_by_step
#
# {{exercise accuracy_by_step}}
#
# Equation (eq:accuracy).

# %% exercise="accuracy_by_step"
def accuracy_by_step(logits, targets, mask):
    """The share of right answers at each step, among the sequences that count there: equation (eq:accuracy).

    Arguments: logits (N, T, K); targets (N, T), the right class at every step, whole numbers; mask (N, T), 1.0 where
    a step counts and 0.0 where not.
    Returns accuracy (T,): numbers from 0 to 1; 0 at a step that counts in no sequence.
    """
    ### BEGIN SOLUTION
    right = (logits.argmax(axis=2) == targets) * mask      # (N, T)
    return right.sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    ### END SOLUTION


# %% [markdown]
# ## Dropping out
#
# $$
# y = x \odot m, \qquad m = \begin{cases} 0 & \text{with probability } p \\ 1 / (1 - p) & \text{else} \end{cases}
# \quad \text{for each number of } x \text{ by itself}
# \tag{eq:dropout}
# $$
#
# and $m = 1$ everywhere when it isn't training.
#
# ### Exercise: dropout
#
# {{exercise dropout}}
#
# Equation (eq:dropout).

# %% exercise="dropout"
def dropout(x, p, rng, train):
    """Numbers that are dropped at random while training: equation (eq:dropout).

    Arguments: x, an array of any shape; p, a number from 0 to below 1, how likely a number is dropped; rng, one of
    numpy's random generators; train, True while training and False when the network is used.
    Returns (y, mask), both in the shape of x: y, and mask, what x was multiplied with.
    """
    ### BEGIN SOLUTION
    if not train:
        return x, np.ones(x.shape)
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask
    ### END SOLUTION


# %% [markdown]
# $$
# dx = dy \odot m
# \tag{eq:dropout_backward}
# $$
#
# ### Exercise: dropout_backward
#
# {{exercise dropout_backward}}
#
# Equation (eq:dropout_backward).

# %% exercise="dropout_backward"
def dropout_backward(dy, mask):
    """The way back through dropout: equation (eq:dropout_backward).

    Arguments: dy, an array of any shape, the gradient with respect to y; mask, what x was multiplied with, of the same
    shape.
    Returns dx, an array of that shape.
    """
    ### BEGIN SOLUTION
    return dy * mask
    ### END SOLUTION


# %% [markdown]
# ## Where is it?
#
# $$
# \text{states}_{nt} = s_k, \qquad k = \arg\min_j \lVert h_{nt} - \tilde h_j \rVert
# \tag{eq:nearest}
# $$
#
# ### Exercise: nearest_state
#
# {{exercise nearest_state}}
#
# Equation (eq:nearest).

# %% exercise="nearest_state"
def nearest_state(hs, known_hs, known_states):
    """The automaton's state that each hidden state stands for: that of the nearest known one. Equation (eq:nearest).

    Arguments: hs (N, T, H); known_hs (M, H), hidden states of which is known in which state the automaton was;
    known_states (M,), these states, whole numbers.
    Returns states (N, T), whole numbers; where several known ones are equally near, the first of them decides.
    """
    ### BEGIN SOLUTION
    away = hs[:, :, None] - known_hs                       # (N, T, M, H)
    nearest = np.sum(away * away, axis=3).argmin(axis=2)   # (N, T), which of the M
    return known_states[nearest]
    ### END SOLUTION


# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% exercise="quiz"
