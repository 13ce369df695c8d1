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
# # Unit 01: More toys
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid = mine("sigmoid")

# %% [markdown]
# ## Exercises
#
# ### One step
#
# {{exercise lstm_step}}

# %% exercise="lstm_step"
def lstm_step(x, h_prev, c_prev, W, b):
    """x (N, D); h_prev, c_prev (N, H); W (H + D, 4H), b (4H,), in the order i, f, g, o -> h, c (N, H), cache."""
    ### BEGIN SOLUTION
    z = np.concatenate([h_prev, x], axis=1) @ W + b           # (N, 4H)
    i, f, g, o = np.split(z, 4, axis=1)                       # (N, H) each
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)         # (N, H)
    return sigmoid(o) * np.tanh(c), c, (x, h_prev, c_prev, z)
    ### END SOLUTION


# %% [markdown]
# ### The step over a sequence
#
# {{exercise lstm}}

# %% exercise="lstm"
def lstm(xs, h0, c0, W, b):
    """xs (N, T, D); h0, c0 (N, H); W (H + D, 4H), b (4H,) -> hs (N, T, H), c_T (N, H), cache."""
    ### BEGIN SOLUTION
    h, c, hs, cache = h0, c0, [], []
    for t in range(xs.shape[1]):
        h, c, step_cache = lstm_step(xs[:, t], h, c, W, b)    # (N, H)
        hs.append(h)
        cache.append(step_cache)
    return np.stack(hs, axis=1), c, cache                     # (N, T, H)
    ### END SOLUTION


# %% tags=["story"] id="it_remembers"
read = mine("lstm")
hs, _, _ = read(np.ones((1, 3, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros((2, 4)), np.zeros(4))
print("after three steps:", hs.shape)

# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% exercise="quiz"
