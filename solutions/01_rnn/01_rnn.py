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
# # Unit 01: The network with a memory
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

# %% [markdown]
# ## Exercises
#
# $$
# x_{n,t} = E_{\mathrm{ids}_{n,t}} \tag{eq:embed}
# $$
#
# ### Exercise: embed
#
# {{exercise embed}}

# %% exercise="embed"
def embed(ids, E):
    """The vector of every word: equation (eq:embed), a row of E for each id.

    Arguments: ids (N, T), whole numbers from 0 to K - 1; E (K, D), a row a word.
    Returns xs (N, T, D).
    """
    ### BEGIN SOLUTION
    return E[ids]  # (K, D), indexed with (N, T) -> (N, T, D)
    ### END SOLUTION


# %% [markdown]
# $$
# h_t = \tanh([h_{t-1}, x_t]\,W + b) \tag{eq:step}
# $$
#
# ### Exercise: rnn_step
#
# {{exercise rnn_step}}

# %% exercise="rnn_step"
def rnn_step(x, h_prev, W, b):
    """One step of the network: equation (eq:step), tanh([h_prev, x] W + b).

    Arguments: x (N, D); h_prev (N, H); W (H + D, H), the rows for h_prev first; b (H,).
    Returns h (N, H), each element between -1 and 1.
    """
    ### BEGIN SOLUTION
    hx = np.concatenate([h_prev, x], axis=1)  # (N, H + D)
    return np.tanh(hx @ W + b)                # (N, H)
    ### END SOLUTION


# %% [markdown]
# $$
# h_{-1} = h0 \tag{eq:loop}
# $$
#
# ### Exercise: rnn
#
# {{exercise rnn}}

# %% exercise="rnn"
def rnn(xs, h0, W, b):
    """The step over a whole sequence: equation (eq:loop), the same W and b at every step.

    Arguments: xs (N, T, D); h0 (N, H), the state before the first step; W (H + D, H), the rows for h first; b (H,).
    Returns hs (N, T, H): hs[:, t] is the state after xs[:, t] was read.
    """
    ### BEGIN SOLUTION
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = rnn_step(xs[:, t], h, W, b)  # (N, H)
        hs.append(h)
    return np.stack(hs, axis=1)          # (N, T, H)
    ### END SOLUTION


# %% [markdown]
# $$
# \mathrm{logits}_{n,t} = h_{n,t}\,V + b_y \tag{eq:readout}
# $$
#
# ### Exercise: readout
#
# {{exercise readout}}

# %% exercise="readout"
def readout(hs, V, b_y):
    """A number for every word at every step: equation (eq:readout), hs V + b_y.

    Arguments: hs (N, T, H); V (H, K), a column a word; b_y (K,).
    Returns logits (N, T, K).
    """
    ### BEGIN SOLUTION
    return hs @ V + b_y  # (N, T, H) @ (H, K) + (K,) -> (N, T, K)
    ### END SOLUTION


# %% [markdown]
# $$
# p_{n,t,k} = \frac{e^{z_k}}{\sum_j e^{z_j}} \tag{eq:softmax}
# $$
#
# ### Exercise: softmax
#
# {{exercise softmax}}

# %% exercise="softmax"
def softmax(logits):
    """Probabilities of the words at every step: equation (eq:softmax), without an overflow for any logits.

    Arguments: logits (N, T, K).
    Returns p (N, T, K), from 0 to 1; at every step they add up to 1 over the K words.
    """
    ### BEGIN SOLUTION
    e = np.exp(logits - logits.max(axis=2, keepdims=True))  # (N, T, K), 1 at the most
    return e / e.sum(axis=2, keepdims=True)                 # (N, T, K)
    ### END SOLUTION


# %% [markdown]
# $$
# L = \frac{1}{\sum m} \sum m (-\log p) \tag{eq:loss}
# $$
#
# ### Exercise: cross_entropy
#
# {{exercise cross_entropy}}

# %% exercise="cross_entropy"
def cross_entropy(logits, targets, mask):
    """The mean cost of a word, in nats: equation (eq:loss), over the steps that the mask counts.

    Arguments: logits (N, T, K); targets (N, T), the right words' ids, any valid id on the padding;
    mask (N, T), 1.0 where a step counts and 0.0 where it doesn't.
    Returns loss, one number, finite for any logits; 0 where no step counts.
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=2, keepdims=True)                     # (N, T, K), 0 at the most
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))     # (N, T, K)
    costs = -np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]   # (N, T)
    return (costs * mask).sum() / max(mask.sum(), 1)                         # one number
    ### END SOLUTION


# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% exercise="quiz"
