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
# # Unit 14: The same in other words
#
# **What you will be able to do.** Train one LSTM to read two sentences, so that those that say the same end up side by
# side. And say of any score how well it tells one kind of thing from another.
#
# **What you need.** The LSTM of unit 05, its way back of unit 06, and how one trains of unit 07.
#
# **How long it takes.** About 75 minutes. Some of these are the computer's.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

# %% [markdown]
# ### Exercise: siamese_similarity
#
# {{exercise siamese_similarity}}
#
# $$
# s_n = \frac{u_n \cdot v_n}{\|u_n\|\,\|v_n\|}, \qquad 0 \text{ where } \|u_n\| \text{ or } \|v_n\| \text{ is } 0
# \qquad (N,)
# \tag{eq:cosine}
# $$

# %% exercise="siamese_similarity"
def siamese_similarity(u, v):
    """How alike two vectors are, for N pairs of them: the cosine of the angle between them, equation (eq:cosine).

    Arguments: u and v (N, H), a pair a row.
    Returns s (N,), from -1 to 1; 0 for a pair of which one vector is all zeros.
    """
    ### BEGIN SOLUTION
    length_u = np.sqrt((u * u).sum(axis=1))               # (N,)
    length_v = np.sqrt((v * v).sum(axis=1))               # (N,)
    both = length_u * length_v
    return (u * v).sum(axis=1) / np.where(both > 0, both, 1)
    ### END SOLUTION



# %% [markdown]
# ### Exercise: contrastive_loss
#
# {{exercise contrastive_loss}}
#
# $$
# L = \frac{1}{N} \sum_n
# \begin{cases}
# (1 - s_n)^2 & \text{if } y_n = 1 \\
# \max(0,\ s_n - m)^2 & \text{if } y_n = 0
# \end{cases}
# \tag{eq:contrastive}
# $$

# %% exercise="contrastive_loss"
def contrastive_loss(s, labels, margin):
    """What the similarities of N pairs cost: equation (eq:contrastive).

    Arguments: s (N,), similarities from -1 to 1; labels (N,), 1 for a pair that says the same and 0 for one that
    doesn't; margin, a number from -1 to below 1, up to which it costs nothing that two are alike that shouldn't be.
    Returns the loss, one number: the mean over the pairs.
    """
    ### BEGIN SOLUTION
    pull = labels * (1 - s) ** 2                          # (N,)
    push = (1 - labels) * np.maximum(s - margin, 0) ** 2  # (N,)
    return (pull + push).mean()
    ### END SOLUTION



# %% [markdown]
# ### Exercise: contrastive_backward
#
# {{exercise contrastive_backward}}
#
# $$
# \begin{align}
# ds_n &= \frac{2}{N}
# \begin{cases}
# -(1 - s_n) & \text{if } y_n = 1 \\
# \max(0,\ s_n - m) & \text{if } y_n = 0
# \end{cases}
# && (N,) \tag{eq:ds} \\
# du_n &= \frac{ds_n}{\|u_n\|} \left( \frac{v_n}{\|v_n\|} - s_n \frac{u_n}{\|u_n\|} \right) && (N, H) \tag{eq:du} \\
# dv_n &= \frac{ds_n}{\|v_n\|} \left( \frac{u_n}{\|u_n\|} - s_n \frac{v_n}{\|v_n\|} \right) && (N, H) \tag{eq:dv}
# \end{align}
# $$

# %% exercise="contrastive_backward"
def contrastive_backward(u, v, labels, margin):
    """The way back from the loss to the two vectors of each pair: equations (eq:ds) to (eq:dv).

    Arguments: u and v (N, H), a pair a row, no row of zeros; labels (N,), of 1 and 0, and margin, a number, as in
    contrastive_loss.
    Returns (du, dv), each (N, H): the gradients of contrastive_loss(siamese_similarity(u, v), labels, margin).
    """
    ### BEGIN SOLUTION
    s = siamese_similarity(u, v)                                           # (N,)
    ds = 2 / len(s) * ((1 - labels) * np.maximum(s - margin, 0) - labels * (1 - s))
    length_u = np.sqrt((u * u).sum(axis=1, keepdims=True))                 # (N, 1)
    length_v = np.sqrt((v * v).sum(axis=1, keepdims=True))                 # (N, 1)
    a, b = u / length_u, v / length_v                                      # (N, H), each row of length 1
    s, ds = s[:, None], ds[:, None]                                        # (N, 1), beside (N, H)
    return ds / length_u * (b - s * a), ds / length_v * (a - s * b)
    ### END SOLUTION



# %% [markdown]
# ### Exercise: auc
#
# {{exercise auc}}
#
# $$
# \text{AUC} = \frac{1}{P\,M} \sum_{i:\ y_i = 1}\ \sum_{j:\ y_j = 0}
# \begin{cases}
# 1 & \text{if } \text{scores}_i > \text{scores}_j \\
# \tfrac{1}{2} & \text{if } \text{scores}_i = \text{scores}_j \\
# 0 & \text{if not}
# \end{cases}
# \tag{eq:auc}
# $$
#
# with $P$ for how many labels are 1, and $M$ for how many are 0.

# %% exercise="auc"
def auc(scores, labels):
    """The area under the ROC curve: how likely a 1 has a higher score than a 0, equation (eq:auc).

    Arguments: scores (N,), any numbers, some of which may be equal; labels (N,), whole numbers 1 and 0, in any order;
    both are there.
    Returns one number from 0 to 1. Two equal scores count a half.
    """
    ### BEGIN SOLUTION
    above, below = scores[labels == 1], scores[labels == 0]        # (P,), (M,)
    won = above[:, None] > below                                   # (P, M), each with each
    tied = above[:, None] == below
    return (won + 0.5 * tied).mean()
    ### END SOLUTION



# %% [markdown]
# ## Quiz
#
# {{quiz}}
#
# Put the letter of your answer in place of each `None`, for instance `q1 = "a"`, and run both cells.

# %% exercise="quiz"

# %% [markdown]
# ## Summary
