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
# # Unit 10: One sequence into another
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution


# %% [markdown]
# ## Where to look
#
# ### Exercise: masked_softmax
#
# {{exercise masked_softmax}}
#
# Scores $e_{nts}$ say how well place $s$ of the source answers query $t$ of the decoder. Sources are of unequal length:
# $m_{ns}$ is 1 where there is a word, and 0 where there is padding.
#
# $$
# a_{nts} = \frac{m_{ns}\, e^{\,e_{nts}}}{\sum_{s'} m_{ns'}\, e^{\,e_{nts'}}} \qquad (N, T, S) \tag{eq:masked_softmax}
# $$

# %% exercise="masked_softmax"
def masked_softmax(scores, mask):
    """A softmax over the places that hold a word: equation (eq:masked_softmax).

    Arguments: scores (N, T, S), of each query for each place; mask (N, S), 1 where there is a word and 0 where there is
    padding, the same for all T queries of a sequence.
    Returns the weights (N, T, S): 0 where there is padding, and 0 everywhere in a sequence that is all padding.
    """
    ### BEGIN SOLUTION
    seen = mask[:, None] > 0                                          # (N, 1, S)
    low = np.where(seen, scores, scores.min(axis=2, keepdims=True))   # (N, T, S): padding is never above the words
    e = np.exp(low - low.max(axis=2, keepdims=True)) * seen           # (N, T, S)
    return e / np.maximum(e.sum(axis=2, keepdims=True), 1)            # the sum is 0, or 1 and more
    ### END SOLUTION


# %% [markdown]
# ### Exercise: attend
#
# {{exercise attend}}
#
# $$
# \begin{align}
# e_{nts} &= \sum_h q_{nth}\, k_{nsh} && (N, T, S) \tag{eq:scores} \\
# a &= \text{the masked softmax of } e && (N, T, S) \tag{eq:weights} \\
# \text{context}_{ntd} &= \sum_s a_{nts}\, v_{nsd} && (N, T, D) \tag{eq:context}
# \end{align}
# $$

# %% exercise="attend"
def attend(query, keys, values, mask):
    """Attention by dot products: equations (eq:scores) to (eq:context).

    Arguments: query (N, T, H), one for each step of the decoder; keys (N, S, H) and values (N, S, D), one for each place
    of the source; mask (N, S), 1 where there is a word and 0 where there is padding.
    Returns (context, weights): (N, T, D) and (N, T, S).
    """
    ### BEGIN SOLUTION
    scores = query @ keys.transpose(0, 2, 1)    # (N, T, S)
    weights = masked_softmax(scores, mask)      # (N, T, S)
    return weights @ values, weights            # (N, T, D), (N, T, S)
    ### END SOLUTION


# %% [markdown]
# ### Exercise: attend_backward
#
# {{exercise attend_backward}}
#
# Two gradients come in, as `attend` gave two things: dcontext, and dweights, what flows back to the weights from whoever
# else has used them. In this unit nobody does, and it is 0.
#
# $$
# \begin{align}
# dv_{nsd} &= \sum_t a_{nts}\, d\text{context}_{ntd} && (N, S, D) \tag{eq:dvalues} \\
# da_{nts} &= \sum_d d\text{context}_{ntd}\, v_{nsd} + d\text{weights}_{nts} && (N, T, S) \tag{eq:dweights} \\
# de_{nts} &= a_{nts} \Big( da_{nts} - \sum_{s'} a_{nts'}\, da_{nts'} \Big) && (N, T, S) \tag{eq:dscores} \\
# dq_{nth} &= \sum_s de_{nts}\, k_{nsh} && (N, T, H) \tag{eq:dquery} \\
# dk_{nsh} &= \sum_t de_{nts}\, q_{nth} && (N, S, H) \tag{eq:dkeys}
# \end{align}
# $$

# %% exercise="attend_backward"
def attend_backward(dcontext, dweights, cache):
    """The way back through attention: equations (eq:dvalues) to (eq:dkeys).

    Arguments: dcontext (N, T, D) and dweights (N, T, S), the gradients of the loss with respect to what attend gave,
    dweights without what reaches the weights through the context; cache, the tuple (query, keys, values, weights) of
    attend's arguments and its weights.
    Returns (dquery, dkeys, dvalues), in the shapes of query (N, T, H), keys (N, S, H) and values (N, S, D).
    """
    ### BEGIN SOLUTION
    query, keys, values, weights = cache
    dvalues = weights.transpose(0, 2, 1) @ dcontext                         # (N, S, D)
    dw = dcontext @ values.transpose(0, 2, 1) + dweights                    # (N, T, S)
    dscores = weights * (dw - (weights * dw).sum(axis=2, keepdims=True))    # (N, T, S)
    return dscores @ keys, dscores.transpose(0, 2, 1) @ query, dvalues
    ### END SOLUTION
