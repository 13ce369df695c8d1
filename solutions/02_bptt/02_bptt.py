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
# # Unit 02: Credit through time
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution


def rnn_step_forward(x, h_prev, W, b):
    """One time step: x (N, D), h_prev (N, H), W (H + D, H), b (H,) -> h (N, H), and what the way back needs."""
    h = np.tanh(np.concatenate([h_prev, x], axis=1) @ W + b)  # (N, H)
    return h, (x, h_prev, h, W)


def rnn_forward(xs, h0, W, b):
    """The step over a sequence: xs (N, T, D), h0 (N, H) -> hs (N, T, H), and a list of the steps' caches."""
    h, hs, cache = h0, [], []
    for t in range(xs.shape[1]):
        h, step_cache = rnn_step_forward(xs[:, t], h, W, b)
        hs.append(h)
        cache.append(step_cache)
    return np.stack(hs, axis=1), cache


# %% [markdown]
# ## A gradient that needs no mathematics
#
# $$
# \frac{\partial f}{\partial x_k} \approx \frac{f(x + h\,e_k) - f(x - h\,e_k)}{2h}
# \tag{eq:central}
# $$
#
# ### Exercise: numerical_gradient
#
# {{exercise numerical_gradient}}

# %% exercise="numerical_gradient"
def numerical_gradient(f, x, h):
    """The gradient of f at x by central differences: equation (eq:central), for every entry of x.

    Arguments: f, a function of an array like x that returns a number; x, an array of any shape, of floats or of
    whole numbers; h, a number, how far to step. x is after the call what it was before.
    Returns grad: an array of floats in the shape of x.
    """
    ### BEGIN SOLUTION
    grad = np.zeros(x.shape)
    for k in np.ndindex(x.shape):                               # every entry's index, however many axes there are
        plus, minus = x.astype(np.float64), x.astype(np.float64)  # two copies
        plus[k] += h
        minus[k] -= h
        grad[k] = (f(plus) - f(minus)) / (2 * h)
    return grad
    ### END SOLUTION


# %% [markdown]
# ## The loss
#
# $$
# L = -\frac{1}{M} \sum_{n,t} m_{nt} \log p_{nt, y_{nt}}, \qquad M = \sum_{n,t} m_{nt}, \qquad
# p_{nt} = \mathrm{softmax}(\text{logits}_{nt})
# \tag{eq:loss}
# $$
#
# $$
# \text{dlogits}_{ntk} = \frac{m_{nt}}{M} \left( p_{ntk} - [k = y_{nt}] \right),
# \qquad \text{and } 0 \text{ where } M = 0
# \tag{eq:dlogits}
# $$
#
# ### Exercise: cross_entropy_backward
#
# {{exercise cross_entropy_backward}}

# %% exercise="cross_entropy_backward"
def cross_entropy_backward(logits, targets, mask):
    """The gradient of the mean cross-entropy with respect to the logits: equation (eq:dlogits).

    Arguments: logits (N, T, K); targets (N, T), the right class at every step, whole numbers; mask (N, T), 1.0
    where a step counts and 0.0 on padding.
    Returns dlogits (N, T, K): zeros where the mask leaves no step that counts.
    """
    ### BEGIN SOLUTION
    count = mask.sum()
    if count == 0:
        return np.zeros(logits.shape)
    e = np.exp(logits - logits.max(axis=2, keepdims=True))     # (N, T, K), nothing above 1
    p = e / e.sum(axis=2, keepdims=True)                       # (N, T, K)
    y = targets[..., None] == np.arange(logits.shape[2])       # (N, T, K), one True a step
    return (p - y) * mask[..., None] / count
    ### END SOLUTION


# %% [markdown]
# ## The readout
#
# $$
# \begin{align}
# \text{dhs}_{nt} &= \text{dlogits}_{nt}\, V^\top && (N, T, H) \tag{eq:dhs} \\
# dV &= \sum_{n,t} \text{hs}_{nt}^\top\, \text{dlogits}_{nt} && (H, K) \tag{eq:dV} \\
# db_y &= \sum_{n,t} \text{dlogits}_{nt} && (K,) \tag{eq:db_y}
# \end{align}
# $$
#
# ### Exercise: readout_backward
#
# {{exercise readout_backward}}

# %% exercise="readout_backward"
def readout_backward(dlogits, hs, V):
    """The way back through logits = hs V + b_y: equations (eq:dhs) to (eq:db_y).

    Arguments: dlogits (N, T, K), the gradient with respect to the logits; hs (N, T, H); V (H, K).
    Returns (dhs, dV, db_y): dhs (N, T, H), dV (H, K), db_y (K,).
    """
    ### BEGIN SOLUTION
    dhs = dlogits @ V.T                            # (N, T, K) @ (K, H) -> (N, T, H)
    dV = np.einsum("nth,ntk->hk", hs, dlogits)     # summed over all sequences and steps
    db_y = dlogits.sum(axis=(0, 1))                # (K,)
    return dhs, dV, db_y
    ### END SOLUTION


# %% [markdown]
# ## One step back
#
# $$
# h_t = \tanh(z_t), \qquad z_t = [h_{t-1}, x_t]\,W + b
# \tag{eq:forward}
# $$
#
# $$
# \begin{align}
# dz &= dh \odot (1 - h_t \odot h_t) && (N, H) \tag{eq:dz} \\
# dW &= [h_{t-1}, x_t]^\top dz && (H + D, H) \tag{eq:dW} \\
# db &= \textstyle\sum_n dz_n && (H,) \tag{eq:db} \\
# [\,dh_{t-1} \mid dx_t\,] &= dz\,W^\top && (N, H + D) \tag{eq:dhx}
# \end{align}
# $$
#
# ### Exercise: rnn_step_backward
#
# {{exercise rnn_step_backward}}

# %% exercise="rnn_step_backward"
def rnn_step_backward(dh, cache):
    """The way back through one time step: equations (eq:dz) to (eq:dhx).

    Arguments: dh (N, H), the gradient with respect to the step's h; cache, the tuple (x, h_prev, h, W) that
    rnn_step_forward has kept: x (N, D), h_prev (N, H), h (N, H), W (H + D, H).
    Returns (dx, dh_prev, dW, db): dx (N, D), dh_prev (N, H), dW (H + D, H), db (H,).
    """
    ### BEGIN SOLUTION
    x, h_prev, h, W = cache
    H = h.shape[1]
    dz = dh * (1 - h * h)                          # (N, H), back through tanh
    hx = np.concatenate([h_prev, x], axis=1)       # (N, H + D), as on the way forward
    dW = hx.T @ dz                                 # (H + D, N) @ (N, H) -> (H + D, H)
    db = dz.sum(axis=0)                            # (H,)
    dhx = dz @ W.T                                 # (N, H) @ (H, H + D) -> (N, H + D)
    return dhx[:, H:], dhx[:, :H], dW, db
    ### END SOLUTION


# %% [markdown]
# ## All steps back
#
# $$
# dh_t = \text{dhs}_t + (dh_{t-1} \text{ of step } t + 1), \qquad t = T - 1, \dots, 0
# \tag{eq:carry}
# $$
#
# $$
# dW = \sum_t dW_t, \qquad db = \sum_t db_t
# \tag{eq:shared}
# $$
#
# ### Exercise: rnn_backward
#
# {{exercise rnn_backward}}

# %% exercise="rnn_backward"
def rnn_backward(dhs, cache):
    """The way back through a sequence: equations (eq:carry) and (eq:shared).

    Arguments: dhs (N, T, H), the loss's own gradient with respect to the h of every step; cache, the list that
    rnn_forward has kept: for each of T steps a tuple (x, h_prev, h, W), with x (N, D), h_prev (N, H), h (N, H),
    W (H + D, H).
    Returns (dxs, dh0, dW, db): dxs (N, T, D), dh0 (N, H), dW (H + D, H), db (H,).
    """
    ### BEGIN SOLUTION
    dh = np.zeros(dhs[:, 0].shape)                           # nothing comes from beyond the end
    dxs, dW, db = [], 0.0, 0.0
    for t in reversed(range(len(cache))):
        dx, dh, dW_t, db_t = rnn_step_backward(dhs[:, t] + dh, cache[t])
        dxs.append(dx)
        dW = dW + dW_t
        db = db + db_t
    return np.stack(dxs[::-1], axis=1), dh, dW, db           # the last step's dx came first
    ### END SOLUTION


# %% [markdown]
# ## The words
#
# $$
# dE_k = \sum_{n,t \,:\, \text{ids}_{nt} = k} \text{dout}_{nt}
# \tag{eq:dE}
# $$
#
# ### Exercise: embed_backward
#
# {{exercise embed_backward}}

# %% exercise="embed_backward"
def embed_backward(dout, ids, num_embeddings):
    """The way back through xs = E[ids]: equation (eq:dE).

    Arguments: dout (N, T, D), the gradient with respect to xs; ids (N, T), whole numbers from 0 to
    num_embeddings - 1; num_embeddings, how many rows E has.
    Returns dE (num_embeddings, D).
    """
    ### BEGIN SOLUTION
    dE = np.zeros((num_embeddings, dout.shape[2]))
    np.add.at(dE, ids, dout)                       # an id that comes twice is added twice
    return dE
    ### END SOLUTION


# %% [markdown]
# ## A step down
#
# $$
# \lVert g \rVert = \sqrt{\sum_{\text{all arrays}} \sum_{\text{all entries}} g^2}
# \tag{eq:norm}
# $$
#
# $$
# g \leftarrow g \cdot \min\!\left(1, \frac{\text{max\_norm}}{\lVert g \rVert}\right)
# \tag{eq:clip}
# $$
#
# ### Exercise: clip_by_norm
#
# {{exercise clip_by_norm}}

# %% exercise="clip_by_norm"
def clip_by_norm(grads, max_norm):
    """All gradients shortened by one factor, where they are too long together: equations (eq:norm) and (eq:clip).

    Arguments: grads, a dict of arrays of any shapes, by name; max_norm, a number above 0.
    Returns (clipped, norm): clipped, a dict of arrays with the keys of grads; norm, a number, the length that the
    gradients had before.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(grad * grad) for grad in grads.values()))
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: scale * grad for name, grad in grads.items()}, norm
    ### END SOLUTION


# %% [markdown]
# $$
# \theta \leftarrow \theta - \text{lr} \cdot d\theta
# \tag{eq:sgd}
# $$
#
# ### Exercise: sgd_step
#
# {{exercise sgd_step}}

# %% exercise="sgd_step"
def sgd_step(params, grads, lr):
    """One step down the gradient, for every parameter: equation (eq:sgd).

    Arguments: params, a dict of arrays by name; grads, a dict with the same keys, each array's gradient; lr, a
    number, the learning rate. Both dicts and their arrays are after the call what they were before.
    Returns new: a dict of arrays with the keys of params.
    """
    ### BEGIN SOLUTION
    return {name: param - lr * grads[name] for name, param in params.items()}
    ### END SOLUTION


# %% [markdown]
# ## Quiz
#
# {{quiz}}
