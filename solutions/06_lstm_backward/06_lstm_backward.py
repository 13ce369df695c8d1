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
# # Unit 06: The error carousel
#
# **What you will be able to do.** Go back through an LSTM by hand, step by step and gate by gate, and prove with numbers
# that what comes out is the gradient.
#
# **What you need.** The LSTM of unit 05, and the way back through a plain RNN of unit 02 (what you didn't write there
# comes ready-made).
#
# **How long it takes.** About three hours.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, numerical_gradient = mine("sigmoid"), mine("numerical_gradient")


def lstm_step_forward(x, h_prev, c_prev, W, b):
    """One time step: x (N, D), h_prev, c_prev (N, H) -> h, c (N, H), and what the way back needs."""
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b        # (N, 4H)
    i, f, o = sigmoid(z[:, :H]), sigmoid(z[:, H : 2 * H]), sigmoid(z[:, 3 * H :])
    g = np.tanh(z[:, 2 * H : 3 * H])
    c = f * c_prev + i * g                                 # (N, H)
    h = o * np.tanh(c)                                     # (N, H)
    return h, c, (x, h_prev, c_prev, i, f, g, o, c, W)


def lstm_forward(xs, h0, c0, W, b):
    """A sequence: xs (N, T, D), h0, c0 (N, H) -> hs (N, T, H), c_T (N, H), and the list of its steps' caches."""
    h, c, hs, cache = h0, c0, [], []
    for t in range(xs.shape[1]):
        h, c, step_cache = lstm_step_forward(xs[:, t], h, c, W, b)
        hs.append(h)
        cache.append(step_cache)
    return np.stack(hs, axis=1), c, cache


# %% [markdown]
# ## One step back
#
# All that reaches $c$: what comes back from the next step, and what comes through $h$.
#
# $$
# dc^{\text{total}} = dc + dh \odot o \odot (1 - \tanh^2(c)) \qquad (N, H)
# \tag{eq:dc}
# $$
#
# Then to the four gates, each through what it was multiplied with and its own slope:
#
# $$
# \begin{align}
# dz_i &= dc^{\text{total}} \odot g \odot i \odot (1 - i) && (N, H) \tag{eq:dz_i} \\
# dz_f &= dc^{\text{total}} \odot c_{t-1} \odot f \odot (1 - f) && (N, H) \tag{eq:dz_f} \\
# dz_g &= dc^{\text{total}} \odot i \odot (1 - g \odot g) && (N, H) \tag{eq:dz_g} \\
# dz_o &= dh \odot \tanh(c) \odot o \odot (1 - o) && (N, H) \tag{eq:dz_o}
# \end{align}
# $$
#
# and from there to the weights and to what the step has read:
#
# $$
# \begin{align}
# dz &= [\,dz_i \mid dz_f \mid dz_g \mid dz_o\,] && (N, 4H) \tag{eq:dz} \\
# dW &= [h_{t-1}, x_t]^\top dz && (H + D, 4H) \tag{eq:dW} \\
# db &= \textstyle\sum_n dz_n && (4H,) \tag{eq:db} \\
# [\,dh_{t-1} \mid dx_t\,] &= dz\,W^\top && (N, H + D) \tag{eq:dhx} \\
# dc_{t-1} &= dc^{\text{total}} \odot f && (N, H) \tag{eq:dc_prev}
# \end{align}
# $$
#
# ### Exercise: lstm_step_backward
#
# {{exercise lstm_step_backward}}
#
# Equations (eq:dc) to (eq:dc_prev). It has to work with the cache of any forward pass that keeps these nine.

# %% exercise="lstm_step_backward"
def lstm_step_backward(dh, dc, cache):
    """The way back through one time step of the LSTM: equations (eq:dc) to (eq:dc_prev).

    Arguments: dh (N, H), the gradient with respect to the step's h; dc (N, H), what comes back to the step's c from
    the step after it, without what reaches c through h; cache, the tuple (x, h_prev, c_prev, i, f, g, o, c, W) that
    lstm_step_forward has kept: x (N, D), W (H + D, 4H), all the others (N, H).
    Returns (dx, dh_prev, dc_prev, dW, db): dx (N, D), dh_prev and dc_prev (N, H), dW (H + D, 4H), db (4H,).
    """
    ### BEGIN SOLUTION
    x, h_prev, c_prev, i, f, g, o, c, W = cache
    H = c.shape[1]
    s = np.tanh(c)
    dc_total = dc + dh * o * (1 - s * s)           # (N, H), all that reaches c
    dz_i = dc_total * g * i * (1 - i)
    dz_f = dc_total * c_prev * f * (1 - f)
    dz_g = dc_total * i * (1 - g * g)
    dz_o = dh * s * o * (1 - o)
    dz = np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=1)  # (N, 4H)
    hx = np.concatenate([h_prev, x], axis=1)       # (N, H + D), as on the way forward
    dW = hx.T @ dz                                 # (H + D, N) @ (N, 4H) -> (H + D, 4H)
    db = dz.sum(axis=0)                            # (4H,)
    dhx = dz @ W.T                                 # (N, 4H) @ (4H, H + D) -> (N, H + D)
    return dhx[:, H:], dhx[:, :H], dc_total * f, dW, db
    ### END SOLUTION


# %% [markdown]
# ## All steps back
#
# Two things come back from the step after, and at the last step it is $dc_T$ that comes to the cell:
#
# $$
# \begin{align}
# dh_t &= \text{dhs}_t + dh_{t} \text{ from step } t + 1 && (N, H) \tag{eq:carry_h} \\
# dc_t &= dc_{t} \text{ from step } t + 1, \qquad dc_{T-1} = dc_T && (N, H) \tag{eq:carry_c}
# \end{align}
# $$
#
# $$
# dW = \sum_t dW_t, \qquad db = \sum_t db_t
# \tag{eq:shared}
# $$
#
# ### Exercise: lstm_backward
#
# {{exercise lstm_backward}}
#
# Equations (eq:carry_h) to (eq:shared), with a call of your `lstm_step_backward` for each step.

# %% exercise="lstm_backward"
def lstm_backward(dhs, dc_T, cache):
    """The way back through a sequence: equations (eq:carry_h) to (eq:shared).

    Arguments: dhs (N, T, H), the loss's own gradient with respect to the h of every step; dc_T (N, H), that with
    respect to the last cell state; cache, the list that lstm_forward has kept: for each of T steps a tuple
    (x, h_prev, c_prev, i, f, g, o, c, W), with x (N, D), W (H + D, 4H), all the others (N, H).
    Returns (dxs, dh0, dc0, dW, db): dxs (N, T, D), dh0 and dc0 (N, H), dW (H + D, 4H), db (4H,).
    """
    ### BEGIN SOLUTION
    dh, dc = np.zeros(dc_T.shape), dc_T            # nothing comes to h from beyond the end
    dxs, dW, db = [], 0.0, 0.0
    for t in reversed(range(len(cache))):
        dx, dh, dc, dW_t, db_t = lstm_step_backward(dhs[:, t] + dh, dc, cache[t])
        dxs.append(dx)
        dW = dW + dW_t
        db = db + db_t
    return np.stack(dxs[::-1], axis=1), dh, dc, dW, db  # the last step's dx came first
    ### END SOLUTION


# %% [markdown]
# ## The carousel
#
# Along the cell states alone, and past everything else:
#
# $$
# \frac{\partial c_T}{\partial c_t} = \prod_{s = t + 1}^{T} f_s, \qquad \text{and } 1 \text{ where } t = T
# \tag{eq:carousel}
# $$
#
# ### Exercise: carousel
#
# {{exercise carousel}}

# %% exercise="carousel"
def carousel(fs):
    """What reaches every cell state from the last one, along the cell states alone: equation (eq:carousel).

    Arguments: fs (N, T, H), the forget gates of every step, numbers from 0 to 1 (0 and 1 themselves may come).
    Returns slopes (N, T, H): at step t the product of the gates of all the steps after it; 1 at the last step.
    """
    ### BEGIN SOLUTION
    slopes = np.ones(fs.shape)
    for t in reversed(range(fs.shape[1] - 1)):
        slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]
    return slopes
    ### END SOLUTION


# %% [markdown]
# ## The judge
#
# $$
# \text{error} = \frac{\max_k |a_k - n_k|}{\max(\max_k |a_k|,\ \max_k |n_k|)},
# \qquad \text{and } 0 \text{ where both are } 0
# \tag{eq:check}
# $$
#
# where $a$ is the gradient that is claimed, and $n$ the one by differences.
#
# ### Exercise: gradient_check
#
# {{exercise gradient_check}}

# %% exercise="gradient_check"
def gradient_check(f, backward, x):
    """How far a claimed gradient is from the one by differences: equation (eq:check).

    Arguments: f, a function of an array like x that returns a number; backward, a function of an array like x that
    returns the gradient of f there, or claims to: an array in the shape of x; x, an array of floats of any shape.
    The gradient by differences is that of numerical_gradient with a step of 1e-5.
    Returns error, a number: the largest difference between the two, whatever its sign, divided by the larger of the
    two gradients' largest sizes; 0 where all of both is 0.
    """
    ### BEGIN SOLUTION
    claimed, measured = backward(x), numerical_gradient(f, x, 1e-5)
    scale = max(np.abs(claimed).max(), np.abs(measured).max())
    if scale == 0:
        return 0.0
    return np.abs(claimed - measured).max() / scale
    ### END SOLUTION


# %% [markdown]
# ## One test for all of them
#
# ### Exercise: separates
#
# {{exercise separates}}
#
# `lstm_forward` is there for it, and `gradient_check`, and your own `lstm_backward`.

# %% exercise="separates"
def separates(backwards):
    """Which of several backward passes of the LSTM are the gradient.

    Arguments: backwards, a list of functions with the arguments (dhs, dc_T, cache) and the results of lstm_backward.
    Some are right, however they are written. The others are wrong: some in one of their five results alone, some only
    in batches, or in sequences of more than 100 steps; some change their arguments, and some raise an error.
    Returns verdicts, a list of bools in the same order: True where it is the gradient. There are 5 seconds for all of
    them together: what is the same for all is computed once.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    N, T, D, H = 2, 105, 3, 4                      # all of them different, and none of them 1
    xs, h0, c0 = rng.normal(size=(N, T, D)), rng.normal(size=(N, H)), rng.normal(size=(N, H))
    W, b = rng.normal(size=(H + D, 4 * H)), rng.normal(size=4 * H)
    b[H : 2 * H] += 4                              # forget gates that are open: what is far away still counts
    dhs, dc_T = rng.normal(size=(N, T, H)), rng.normal(size=(N, H))
    _, _, cache = lstm_forward(xs, h0, c0, W, b)
    wanted = lstm_backward(dhs, dc_T, cache)

    def is_gradient(backward):
        own = [tuple(array.copy() for array in step) for step in cache]  # copies, which it may spoil
        own_dhs, own_dc_T = dhs.copy(), dc_T.copy()
        try:
            got = backward(own_dhs, own_dc_T, own)
            near = all(g.shape == w.shape and np.abs(g - w).max() < 1e-6 * np.abs(w).max() for g, w in zip(got, wanted))
        except Exception:                          # whatever it was: that is no gradient
            return False
        kept = len(own) == T and all(np.array_equal(a, w) for step in zip(own, cache) for a, w in zip(*step))
        kept = kept and np.array_equal(own_dhs, dhs) and np.array_equal(own_dc_T, dc_T)
        return len(got) == 5 and bool(near) and kept

    return [is_gradient(backward) for backward in backwards]
    ### END SOLUTION


# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% exercise="quiz"

# %% [markdown]
# ## Summary
