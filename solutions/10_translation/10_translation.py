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


def ngrams(words, n):
    """How often each run of n words occurs in a list of them: a Counter of tuples."""
    from collections import Counter

    return Counter(tuple(words[k : k + n]) for k in range(len(words) - n + 1))


# %% [markdown]
# ## An encoder and a decoder
#
# ### Exercise: decoder_inputs
#
# {{exercise decoder_inputs}}
#
# Targets $y_{nt}$ are what the decoder should say. At step $t$ it reads what it should have said one step before:
#
# $$
# \text{inputs}_{n0} = \text{bos}, \qquad \text{inputs}_{nt} = y_{n,t-1} \quad (t > 0) \tag{eq:decoder_inputs}
# $$

# %% exercise="decoder_inputs"
def decoder_inputs(targets, bos):
    """What the decoder reads while it learns: equation (eq:decoder_inputs).

    Arguments: targets (N, T), the ids of the words that it should say; bos, the id of the mark with which a translation
    begins.
    Returns inputs (N, T), whole numbers.
    """
    ### BEGIN SOLUTION
    first = np.full((len(targets), 1), bos)                         # (N, 1)
    return np.concatenate([first, targets[:, :-1]], axis=1)         # (N, T)
    ### END SOLUTION


# %% [markdown]
# ### Exercise: greedy_decode
#
# {{exercise greedy_decode}}
#
# With $y_{-1} = \text{bos}$ and the state $s_{-1}$ that comes in, for each row and for $t = 0, 1, \dots, T - 1$:
#
# $$
# (\text{logits}_t, s_t) = \text{step}(y_{t-1}, s_{t-1}), \qquad y_t = \begin{cases} \text{eos} & \text{if the row has
# said eos before} \\ \arg\max_k \text{logits}_{tk} & \text{if not} \end{cases} \tag{eq:greedy}
# $$

# %% exercise="greedy_decode"
def greedy_decode(step, state, bos, eos, T):
    """The likeliest word each time, until the end is said: equation (eq:greedy).

    Arguments: step, a function that takes ids (N,) and a state, and gives (logits (N, K), the new state); state, a tuple
    (h, c) of arrays (N, H); bos, the id that goes in first; eos, the id that ends a translation; T, how many words.
    Returns ids (N, T), whole numbers: what was said, eos too; from a row's first eos on all is eos. bos isn't among them.
    """
    ### BEGIN SOLUTION
    ids, said = np.full(len(state[0]), bos), []
    done = np.zeros(len(ids), dtype=bool)                           # (N,): has the row said eos?
    for t in range(T):
        logits, state = step(ids, state)
        ids = np.where(done, eos, np.argmax(logits, axis=1))        # (N,)
        done = done | (ids == eos)
        said.append(ids)
    return np.stack(said, axis=1)                                   # (N, T)
    ### END SOLUTION


# %% [markdown]
# ## How good is a translation?
#
# ### Exercise: edit_distance
#
# {{exercise edit_distance}}
#
# $D_{ij}$ is what it costs to make the first $j$ words of $b$ out of the first $i$ words of $a$. To make $j$ words of
# none, $j$ are put in: $D_{0j} = j$. To make none of $i$ words, $i$ are taken out: $D_{i0} = i$. And all others:
#
# $$
# D_{ij} = \min \big( D_{i-1,j} + 1, \;\; D_{i,j-1} + 1, \;\; D_{i-1,j-1} + [a_i \neq b_j] \big) \tag{eq:edit}
# $$
#
# where $[\,\cdot\,]$ is 1 if that is so and 0 if not, and words count from 1: one is taken out, one is put in, or one is
# exchanged for another or left alone.

# %% exercise="edit_distance"
def edit_distance(a, b):
    """How many words have to be put in, taken out or exchanged to make b of a: the last number of equation (eq:edit).

    Arguments: a (S,) and b (T,), ids of words; each may be empty.
    Returns the distance, a whole number.
    """
    ### BEGIN SOLUTION
    row = list(range(len(b) + 1))                                   # row 0 of the table
    for i, x in enumerate(a, start=1):
        last, row = row, [i]
        for j, y in enumerate(b, start=1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y)))
    return row[-1]
    ### END SOLUTION


# %% [markdown]
# ### Exercise: bleu
#
# {{exercise bleu}}
#
# A run is right as often as it is said, but no more often than it stands in the reference. Over all the sentences of the
# corpus, for $n = 1, 2, 3, 4$:
#
# $$
# \begin{align}
# p_n &= \frac{\sum_{\text{sentences}} \sum_{\text{runs of } n} \min(\text{how often said, how often in the
# reference})}{\sum_{\text{sentences}} \text{how many runs of } n \text{ were said}} \tag{eq:precision} \\
# \text{brevity} &= \min\big(1, e^{\,1 - r / c}\big), \qquad c \text{ words in all candidates, } r \text{ in all
# references} \tag{eq:brevity} \\
# \text{BLEU} &= \text{brevity} \cdot \exp \Big( \tfrac14 \sum_{n=1}^4 \log p_n \Big) \tag{eq:bleu}
# \end{align}
# $$
#
# `ngrams(words, n)`, which is given, counts the runs of n words in a list. Of two Counters `a & b` keeps the smaller
# count of each.

# %% exercise="bleu"
def bleu(candidates, references):
    """BLEU of a corpus, with runs of one to four words: equations (eq:precision) to (eq:bleu).

    Arguments: candidates and references, two lists that hold a list of words' ids for each sentence, in the same order.
    A candidate may be empty.
    Returns the score, a float from 0 to 1: 0 where one of the four precisions is 0, or has nothing to count.
    """
    ### BEGIN SOLUTION
    matches, totals = np.zeros(4), np.zeros(4)
    for candidate, reference in zip(candidates, references):
        for n in range(1, 5):
            matches[n - 1] += sum((ngrams(candidate, n) & ngrams(reference, n)).values())
            totals[n - 1] += max(len(candidate) - n + 1, 0)
    if matches.min() == 0:
        return 0.0
    c, r = sum(map(len, candidates)), sum(map(len, references))
    return min(1.0, np.exp(1 - r / c)) * np.exp(np.mean(np.log(matches / totals)))
    ### END SOLUTION


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
