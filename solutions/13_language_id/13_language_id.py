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
# # Unit 13: Which language is it?
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

# %% [markdown]
# $$
# p(v \mid k) = \frac{\text{counts}_{kv} + 1}{\sum_{u} \text{counts}_{ku} + V}
# \tag{eq:share}
# $$
# $$
# s_{nk} = \sum_{t \,:\, \text{ids}_{nt} \ge 0} \log p(\text{ids}_{nt} \mid k)
# \tag{eq:score}
# $$
# $$
# P(k \mid \text{text } n) = \frac{e^{\,s_{nk}}}{\sum_j e^{\,s_{nj}}}
# \tag{eq:posterior}
# $$
#
# ### Exercise: naive_bayes
#
# {{exercise naive_bayes}}

# %% exercise="naive_bayes"
def naive_bayes(counts, ids):
    """How likely each language is for each text: equations (eq:share), (eq:score) and (eq:posterior).

    Arguments: counts (K, V), how often each of V items was counted in each of K languages; ids (N, T), whole numbers:
    the items of N texts, and -1 where there is none (the text has ended, or it is an item that nobody has counted).
    Neither is changed.
    Returns posterior (N, K), each row adding up to 1; without any item every language is as likely.
    """
    ### BEGIN SOLUTION
    p = (counts + 1) / (counts.sum(axis=1, keepdims=True) + counts.shape[1])      # (K, V)
    there = ids >= 0                                                              # (N, T)
    evidence = np.log(p).T[ids] * there[..., None]                                # (N, T, K), 0 where there is nothing
    scores = evidence.sum(axis=1)                                                 # (N, K)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION



# %% [markdown]
# $$
# P(k \mid x_{n0}, \dots, x_{nt}) = \frac{\exp \sum_{s=0}^{t} l_{nsk}}{\sum_j \exp \sum_{s=0}^{t} l_{nsj}}
# \tag{eq:running}
# $$
#
# ### Exercise: running_posterior
#
# {{exercise running_posterior}}

# %% exercise="running_posterior"
def running_posterior(logits):
    """How likely each class is after every step, when what the steps say adds up: equation (eq:running).

    Arguments: logits (N, T, K): what step t says for class k. It isn't changed.
    Returns posterior (N, T, K): at each step what is known of a text up to and with this step; at each step the K
    numbers add up to 1.
    """
    ### BEGIN SOLUTION
    s = np.cumsum(logits, axis=1)                          # (N, T, K), all that was said so far
    e = np.exp(s - s.max(axis=2, keepdims=True))
    return e / e.sum(axis=2, keepdims=True)
    ### END SOLUTION



# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% exercise="quiz"
