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
# # Unit 09: The family
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid = mine("sigmoid")

# %% [markdown]
# ## Before there was a forget gate
#
# $$
# \begin{align}
# [\,z_i \mid z_g \mid z_o\,] &= [h_{t-1}, x_t]\,W + b && (N, 3H) \tag{eq:z_1997} \\
# i = \sigma(z_i), \quad g &= \tanh(z_g), \quad o = \sigma(z_o) && \text{each } (N, H) \tag{eq:gates_1997} \\
# c_t &= c_{t-1} + i \odot g && (N, H) \tag{eq:cell_1997} \\
# h_t &= o \odot \tanh(c_t) && (N, H) \tag{eq:hidden_1997}
# \end{align}
# $$
#
# ### Exercise: lstm_1997_step
#
# {{exercise lstm_1997_step}}
#
# Equations (eq:z_1997) to (eq:hidden_1997), in the order in which they stand.

# %% exercise="lstm_1997_step"
def lstm_1997_step(x, h_prev, c_prev, W, b):
    """One time step of the LSTM of 1997, without a forget gate: equations (eq:z_1997) to (eq:hidden_1997).

    Arguments: x (N, D); h_prev, c_prev (N, H); W (H + D, 3H) and b (3H,), packed in the order i, g, o.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b  # (N, 3H)
    i = sigmoid(z[:, :H])                            # (N, H)
    g = np.tanh(z[:, H : 2 * H])                     # (N, H)
    o = sigmoid(z[:, 2 * H :])                       # (N, H)
    c = c_prev + i * g                               # (N, H)
    return o * np.tanh(c), c
    ### END SOLUTION


# %% [markdown]
# ## Gates that see the cell
#
# $$
# \begin{align}
# [\,z_i \mid z_f \mid z_g \mid z_o\,] &= [h_{t-1}, x_t]\,W + b && (N, 4H) \tag{eq:z_peep} \\
# i = \sigma(z_i + p_i \odot c_{t-1}), \quad f &= \sigma(z_f + p_f \odot c_{t-1}), \quad g = \tanh(z_g)
#     && \text{each } (N, H) \tag{eq:gates_peep} \\
# c_t &= f \odot c_{t-1} + i \odot g && (N, H) \tag{eq:cell_peep} \\
# o &= \sigma(z_o + p_o \odot c_t) && (N, H) \tag{eq:output_peep} \\
# h_t &= o \odot \tanh(c_t) && (N, H) \tag{eq:hidden_peep}
# \end{align}
# $$
#
# ### Exercise: peephole_step
#
# {{exercise peephole_step}}
#
# Equations (eq:z_peep) to (eq:hidden_peep), in the order in which they stand.

# %% exercise="peephole_step"
def peephole_step(x, h_prev, c_prev, W, b, p_i, p_f, p_o):
    """One time step of an LSTM with peepholes: equations (eq:z_peep) to (eq:hidden_peep).

    Arguments: x (N, D); h_prev, c_prev (N, H); W (H + D, 4H) and b (4H,), packed in the order i, f, g, o;
    p_i, p_f, p_o (H,), the peepholes of the three gates.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b    # (N, 4H)
    i = sigmoid(z[:, :H] + p_i * c_prev)               # (N, H)
    f = sigmoid(z[:, H : 2 * H] + p_f * c_prev)        # (N, H)
    g = np.tanh(z[:, 2 * H : 3 * H])                   # (N, H)
    c = f * c_prev + i * g                             # (N, H)
    o = sigmoid(z[:, 3 * H :] + p_o * c)               # (N, H), sees the new cell state
    return o * np.tanh(c), c
    ### END SOLUTION


# %% [markdown]
# ## Two gates that are one
#
# $$
# \begin{align}
# [\,z_f \mid z_g \mid z_o\,] &= [h_{t-1}, x_t]\,W + b && (N, 3H) \tag{eq:z_coupled} \\
# f = \sigma(z_f), \quad g &= \tanh(z_g), \quad o = \sigma(z_o) && \text{each } (N, H) \tag{eq:gates_coupled} \\
# c_t &= f \odot c_{t-1} + (1 - f) \odot g && (N, H) \tag{eq:cell_coupled} \\
# h_t &= o \odot \tanh(c_t) && (N, H) \tag{eq:hidden_coupled}
# \end{align}
# $$
#
# ### Exercise: coupled_step
#
# {{exercise coupled_step}}
#
# Equations (eq:z_coupled) to (eq:hidden_coupled), in the order in which they stand.

# %% exercise="coupled_step"
def coupled_step(x, h_prev, c_prev, W, b):
    """One time step of an LSTM that writes as much as it forgets: equations (eq:z_coupled) to (eq:hidden_coupled).

    Arguments: x (N, D); h_prev, c_prev (N, H); W (H + D, 3H) and b (3H,), packed in the order f, g, o.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b  # (N, 3H)
    f = sigmoid(z[:, :H])                            # (N, H)
    g = np.tanh(z[:, H : 2 * H])                     # (N, H)
    o = sigmoid(z[:, 2 * H :])                       # (N, H)
    c = f * c_prev + (1 - f) * g                     # (N, H)
    return o * np.tanh(c), c
    ### END SOLUTION


# %% [markdown]
# ## The gated recurrent unit
#
# $$
# W = \begin{bmatrix} W_{hr} & W_{hz} & W_{hn} \\ W_{xr} & W_{xz} & W_{xn} \end{bmatrix} \quad (H + D,\ 3H), \qquad
# b = [\,b_r \mid b_z \mid b_x\,] \quad (3H,), \qquad b_n \quad (H,)
# \tag{eq:W_gru}
# $$
#
# $$
# \begin{align}
# r &= \sigma(x_t W_{xr} + h_{t-1} W_{hr} + b_r) && (N, H) \tag{eq:reset} \\
# z &= \sigma(x_t W_{xz} + h_{t-1} W_{hz} + b_z) && (N, H) \tag{eq:update} \\
# q &= h_{t-1} W_{hn} + b_n && (N, H) \tag{eq:q} \\
# n &= \tanh(x_t W_{xn} + b_x + r \odot q) && (N, H) \tag{eq:n} \\
# h_t &= (1 - z) \odot n + z \odot h_{t-1} && (N, H) \tag{eq:gru}
# \end{align}
# $$
#
# ### Exercise: gru_step
#
# {{exercise gru_step}}
#
# Equations (eq:reset) to (eq:gru), in the order in which they stand.

# %% exercise="gru_step"
def gru_step(x, h_prev, W, b, b_n):
    """One time step of a GRU: equations (eq:reset) to (eq:gru).

    Arguments: x (N, D); h_prev (N, H); W (H + D, 3H) and b (3H,), packed in the order r, z, n, the rows for h above
    those for x; b_n (H,), the bias that the reset gate reaches.
    Returns h (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    from_x = x @ W[H:] + b                                    # (N, 3H)
    from_h = h_prev @ W[:H]                                   # (N, 3H)
    r = sigmoid(from_x[:, :H] + from_h[:, :H])                # (N, H)
    z = sigmoid(from_x[:, H : 2 * H] + from_h[:, H : 2 * H])  # (N, H)
    q = from_h[:, 2 * H :] + b_n                              # (N, H), what the reset gate is applied to
    n = np.tanh(from_x[:, 2 * H :] + r * q)                   # (N, H)
    return (1 - z) * n + z * h_prev
    ### END SOLUTION


# %% [markdown]
# ### Over a sequence
#
# $$
# h_t = \text{gru\_step}(x_t,\ h_{t-1};\ W, b, b_n), \qquad \text{hs} = [h_0, \dots, h_{T-1}] \quad (N, T, H)
# \tag{eq:gru_sequence}
# $$
#
# ### Exercise: gru
#
# {{exercise gru}}
#
# Equation (eq:gru_sequence), with your `gru_step`.

# %% exercise="gru"
def gru(xs, h0, W, b, b_n):
    """A GRU over a sequence: equation (eq:gru_sequence).

    Arguments: xs (N, T, D); h0 (N, H); W (H + D, 3H), b (3H,) and b_n (H,), as in gru_step.
    Returns hs (N, T, H), where hs[:, t] is h after input xs[:, t] was read.
    """
    ### BEGIN SOLUTION
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, W, b, b_n)
        hs.append(h)
    return np.stack(hs, axis=1)  # T times (N, H) -> (N, T, H)
    ### END SOLUTION


# %% tags=["story"] id="with_its_cache"
from grader.data import relatives

one_step = mine("gru_step")


def gru_step_forward(x, h_prev, W, b, b_n):
    """One time step of a GRU: x (N, D), h_prev (N, H) -> h (N, H), and what the way back needs."""
    return one_step(x, h_prev, W, b, b_n), relatives.gru_cache(x, h_prev, W, b, b_n)


# %% [markdown]
# ### One step back
#
# $$
# \begin{align}
# da_n &= dh \odot (1 - z) \odot (1 - n \odot n) && (N, H) \tag{eq:da_n} \\
# da_z &= dh \odot (h_{t-1} - n) \odot z \odot (1 - z) && (N, H) \tag{eq:da_z} \\
# da_r &= da_n \odot q \odot r \odot (1 - r) && (N, H) \tag{eq:da_r} \\
# dq &= da_n \odot r && (N, H) \tag{eq:dq}
# \end{align}
# $$
#
# $$
# \begin{align}
# da_x &= [\,da_r \mid da_z \mid da_n\,], \qquad da_h = [\,da_r \mid da_z \mid dq\,] && (N, 3H) \tag{eq:sides} \\
# dW &= \begin{bmatrix} h_{t-1}^\top da_h \\ x_t^\top da_x \end{bmatrix} && (H + D, 3H) \tag{eq:gru_dW} \\
# db &= \textstyle\sum_{\text{batch}} da_x \quad (3H,), \qquad db_n = \textstyle\sum_{\text{batch}} dq && (H,) \tag{eq:gru_db} \\
# dx_t &= da_x\,W_x^\top && (N, D) \tag{eq:gru_dx} \\
# dh_{t-1} &= da_h\,W_h^\top + dh \odot z && (N, H) \tag{eq:gru_dh}
# \end{align}
# $$
#
# ### Exercise: gru_step_backward
#
# {{exercise gru_step_backward}}
#
# Equations (eq:da_n) to (eq:gru_dh), in the order in which they stand. It has to work with the cache of any forward
# pass that keeps these seven.

# %% exercise="gru_step_backward"
def gru_step_backward(dh, cache):
    """The way back through one time step of a GRU: equations (eq:da_n) to (eq:gru_dh).

    Arguments: dh (N, H), the gradient with respect to the step's h; cache, the tuple (x, h_prev, r, z, n, q, W) that
    gru_step_forward has kept: x (N, D), W (H + D, 3H), all the others (N, H).
    Returns (dx, dh_prev, dW, db, db_n): dx (N, D), dh_prev (N, H), dW (H + D, 3H), db (3H,), db_n (H,).
    """
    ### BEGIN SOLUTION
    x, h_prev, r, z, n, q, W = cache
    H = h_prev.shape[1]
    da_n = dh * (1 - z) * (1 - n * n)                   # (N, H)
    da_z = dh * (h_prev - n) * z * (1 - z)
    da_r = da_n * q * r * (1 - r)
    dq = da_n * r
    da_x = np.concatenate([da_r, da_z, da_n], axis=1)   # (N, 3H), beside x
    da_h = np.concatenate([da_r, da_z, dq], axis=1)     # (N, 3H), beside h_prev
    dW = np.concatenate([h_prev.T @ da_h, x.T @ da_x])  # (H + D, 3H)
    dx = da_x @ W[H:].T                                 # (N, 3H) @ (3H, D) -> (N, D)
    dh_prev = da_h @ W[:H].T + dh * z                   # (N, 3H) @ (3H, H) -> (N, H)
    return dx, dh_prev, dW, da_x.sum(axis=0), dq.sum(axis=0)
    ### END SOLUTION


# %% [markdown]
# ## Read from both ends
#
# $$
# \text{reversed}[n, t] =
# \begin{cases}
# \text{xs}[n,\ \ell_n - 1 - t] & \text{if } t < \ell_n \\
# \text{xs}[n,\ t] & \text{if not}
# \end{cases}
# \qquad (N, T, D)
# \tag{eq:reversed}
# $$
#
# ### Exercise: reverse_sequences
#
# {{exercise reverse_sequences}}
#
# Equation (eq:reversed). A length goes from 0 to $T$.

# %% exercise="reverse_sequences"
def reverse_sequences(xs, lengths):
    """Each sequence of a batch turned round, its padding left where it is: equation (eq:reversed).

    Arguments: xs (N, T, D), N sequences padded to T steps; lengths (N,), whole numbers from 0 to T, how many steps of
    each are real. They come first, the padding after them.
    Returns reversed (N, T, D).
    """
    ### BEGIN SOLUTION
    turned = xs.copy()                                 # (N, T, D), the padding is in its place
    for n, length in enumerate(lengths):
        turned[n, :length] = xs[n, :length][::-1]      # (length, D)
    return turned
    ### END SOLUTION


# %% [markdown]
# $$
# \begin{align}
# \text{there} &= \text{forward}(\text{xs}) && (N, T, H) \tag{eq:there} \\
# \text{back} &= \text{reversed}(\text{backward}(\text{reversed}(\text{xs}))) && (N, T, H) \tag{eq:back} \\
# \text{hs}[n, t] &= [\,\text{there}[n, t] \mid \text{back}[n, t]\,] \quad \text{if } t < \ell_n, \text{ else } 0
#     && (N, T, 2H) \tag{eq:both}
# \end{align}
# $$
#
# ### Exercise: bidirectional
#
# {{exercise bidirectional}}
#
# Equations (eq:there) to (eq:both), with your `reverse_sequences`. A layer is a function that takes `xs` alone.

# %% exercise="bidirectional"
def bidirectional(forward, backward, xs, lengths):
    """Two layers, of which one reads each sequence from its own end: equations (eq:there) to (eq:both).

    Arguments: forward and backward, two layers: functions of a batch of sequences that return (N, T, H), as
    lambda xs: lstm(xs, h0, c0, W, b)[0] does; xs (N, T, D); lengths (N,), whole numbers from 0 to T.
    Returns hs (N, T, 2H): at each step what forward has seen up to it, then what backward has seen from the end down to
    it; 0 beyond each sequence's end, whatever the padding holds.
    """
    ### BEGIN SOLUTION
    there = forward(xs)                                             # (N, T, H)
    back = backward(reverse_sequences(xs, lengths))                 # (N, T, H), the last real step first
    back = reverse_sequences(back, lengths)                         # each step back in its place
    hs = np.concatenate([there, back], axis=2)                      # (N, T, 2H)
    real = np.arange(xs.shape[1]) < lengths[:, None]                # (T,) < (N, 1) -> (N, T)
    return np.where(real[:, :, None], hs, 0.0)
    ### END SOLUTION


# %% [markdown]
# ## On top of each other
#
# $$
# \text{hs}^{(0)} = \text{xs}, \qquad \text{hs}^{(k)} = \text{layer}_k(\text{hs}^{(k - 1)})
# \tag{eq:stacked}
# $$
#
# ### Exercise: stacked
#
# {{exercise stacked}}
#
# Equation (eq:stacked).

# %% exercise="stacked"
def stacked(layers, xs):
    """Layers on top of each other, each of which reads what the one below gives: equation (eq:stacked).

    Arguments: layers, a list of functions, the lowest first, each of which takes a batch of sequences and returns
    another one with as many steps; xs (N, T, D).
    Returns hs (N, T, H), what the top layer gives: xs itself where there is no layer.
    """
    ### BEGIN SOLUTION
    hs = xs
    for layer in layers:
        hs = layer(hs)
    return hs
    ### END SOLUTION


# %% [markdown]
# ### One mask for all steps
#
# $$
# m[n, t, d] = m[n, 0, d] =
# \begin{cases}
# 0 & \text{with probability } p \\
# 1 / (1 - p) & \text{if not}
# \end{cases}
# \qquad (N, T, D)
# \tag{eq:variational}
# $$
#
# ### Exercise: variational_dropout_mask
#
# {{exercise variational_dropout_mask}}
#
# Equation (eq:variational): a draw for each sequence and each number, and none for the steps.

# %% exercise="variational_dropout_mask"
def variational_dropout_mask(N, T, D, p, rng):
    """A mask of dropout that is the same at all steps of a sequence: equation (eq:variational).

    Arguments: N, T and D, how many sequences, steps and numbers a step; p, how likely a number is dropped, from 0 to
    below 1; rng, one of numpy's random generators, from which everything is drawn.
    Returns mask (N, T, D), of the numbers 0 and 1 / (1 - p).
    """
    ### BEGIN SOLUTION
    keep = rng.random((N, 1, D)) >= p                  # one draw for all the steps
    return np.repeat(keep / (1 - p), T, axis=1)        # (N, 1, D) -> (N, T, D)
    ### END SOLUTION


# %% [markdown]
# ## Up a tree
#
# $$
# \begin{align}
# \tilde h &= \textstyle\sum_k h_k && (N, H) \tag{eq:tree_sum} \\
# [\,z_i \mid \cdot \mid z_g \mid z_o\,] &= [\tilde h, x]\,W + b && (N, 4H) \tag{eq:tree_z} \\
# i = \sigma(z_i), \quad g &= \tanh(z_g), \quad o = \sigma(z_o) && \text{each } (N, H) \tag{eq:tree_gates} \\
# f_k &= \sigma(x W_{xf} + h_k W_{hf} + b_f) && \text{each } (N, H) \tag{eq:tree_forget} \\
# c &= i \odot g + \textstyle\sum_k f_k \odot c_k && (N, H) \tag{eq:tree_cell} \\
# h &= o \odot \tanh(c) && (N, H) \tag{eq:tree_hidden}
# \end{align}
# $$
#
# ### Exercise: tree_lstm_node
#
# {{exercise tree_lstm_node}}
#
# Equations (eq:tree_sum) to (eq:tree_hidden). $W_{xf}$, $W_{hf}$ and $b_f$ are the forget gate's block of $W$ and $b$:
# its last $D$ rows and its first $H$.

# %% exercise="tree_lstm_node"
def tree_lstm_node(x, child_hs, child_cs, W, b):
    """N nodes of a Tree-LSTM, each with K children: equations (eq:tree_sum) to (eq:tree_hidden).

    Arguments: x (N, D), a node's own input; child_hs and child_cs (N, K, H), its children's hidden and cell states,
    where K may be 0; W (H + D, 4H) and b (4H,), packed in the order i, f, g, o, the rows for h above those for x.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = len(b) // 4
    z = np.concatenate([child_hs.sum(axis=1), x], axis=1) @ W + b    # (N, 4H); a sum of no children is 0
    i = sigmoid(z[:, :H])                                            # (N, H)
    g = np.tanh(z[:, 2 * H : 3 * H])                                 # (N, H)
    o = sigmoid(z[:, 3 * H :])                                       # (N, H)
    from_x = x @ W[H:, H : 2 * H] + b[H : 2 * H]                     # (N, H), the same for each child
    from_h = child_hs @ W[:H, H : 2 * H]                             # (N, K, H), each child's own
    f = sigmoid(from_x[:, None] + from_h)                            # (N, 1, H) + (N, K, H) -> (N, K, H)
    c = i * g + (f * child_cs).sum(axis=1)                           # (N, H)
    h = o * np.tanh(c)                                               # (N, H)
    return h, c
    ### END SOLUTION


# %% [markdown]
# ### The whole tree
#
# $$
# (h_n, c_n) = \text{tree\_lstm\_node}(x_n,\ [h_k]_{k \in \text{children}[n]},\ [c_k]_{k \in \text{children}[n]};\ W, b)
# \tag{eq:tree}
# $$
#
# ### Exercise: tree_lstm
#
# {{exercise tree_lstm}}
#
# Equation (eq:tree), with your `tree_lstm_node`, for one node after the other. A node's children have to be done before
# it. The rows stand in any order: a function that calls itself for the children needs no other.

# %% exercise="tree_lstm"
def tree_lstm(xs, children, W, b):
    """A Tree-LSTM over all nodes of a tree, or of several trees: equation (eq:tree).

    Arguments: xs (N, D), a row for each of the N nodes; children, a list of N lists, in which children[n] has the rows
    of node n's children, none for a leaf; W (H + D, 4H) and b (4H,), as in tree_lstm_node.
    Returns (hs, cs), each (N, H): the states of every node, in the order of the rows.
    """
    ### BEGIN SOLUTION
    N, H = len(xs), len(b) // 4
    hs, cs = np.zeros((N, H)), np.zeros((N, H))

    def visit(n):
        below = children[n]
        for child in below:
            visit(child)                                             # the children first
        h, c = tree_lstm_node(xs[n : n + 1], hs[None, below], cs[None, below], W, b)    # (1, D), (1, K, H), (1, K, H)
        hs[n], cs[n] = h[0], c[0]

    for root in set(range(N)) - {child for below in children for child in below}:
        visit(root)
    return hs, cs
    ### END SOLUTION


# %% [markdown]
# ## Quiz
#
# {{quiz}}
#
# Put the letter of your answer in place of each `None`, for instance `q1 = "a"`, and run both cells.

# %% exercise="quiz"
