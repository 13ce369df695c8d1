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
# # Unit 08: Predicting the next word
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

# %% [markdown]
# ## What comes next is a choice
#
# The readout gives a logit for each of the $K$ words, $a_0, \dots, a_{K-1}$. Divide them all by one number before the
# softmax, the **temperature** $\tau$:
#
# $$
# q_k = \frac{e^{a_k / \tau}}{\sum_j e^{a_j / \tau}}
# \tag{eq:temperature}
# $$
#
# ### Exercise: apply_temperature
#
# {{exercise apply_temperature}}
#
# Equation (eq:temperature), for every row. Nothing may overflow: take off the largest of each row first, as in unit 01.

# %% exercise="apply_temperature"
def apply_temperature(logits, temperature):
    """Probabilities at a temperature: equation (eq:temperature).

    Arguments: logits (N, K), a row for each text and a logit for each word; temperature, a number above 0.
    Returns probs (N, K): each row adds up to 1. At temperature 1 it is the softmax; near 0 the likeliest word has all.
    """
    ### BEGIN SOLUTION
    z = logits / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))           # no exponent is above 0: nothing overflows
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION



# %% [markdown]
# ## Not everything that may be said
#
# **Top-k**: only the $k$ likeliest words may be drawn. With $q_{(k)}$ for the $k$-th largest of a row,
#
# $$
# q'_j = \frac{\tilde q_j}{\sum_i \tilde q_i}, \qquad
# \tilde q_j = \begin{cases} q_j & \text{if } q_j \ge q_{(k)} \\ 0 & \text{otherwise} \end{cases}
# \tag{eq:top_k}
# $$
#
# Words that are equally likely stay or go together: nothing but their place in the alphabet could decide between them.
#
# ### Exercise: top_k
#
# {{exercise top_k}}
#
# Equation (eq:top_k), for every row.

# %% exercise="top_k"
def top_k(probs, k):
    """The k likeliest words of each row, and those that are as likely as the last of them: equation (eq:top_k).

    Arguments: probs (N, K), rows that add up to 1; k, a whole number, 1 or more. Where k is K or more, all words stay.
    Returns kept (N, K): 0 for all other words, and rows that add up to 1 again.
    """
    ### BEGIN SOLUTION
    least = np.sort(probs, axis=1)[:, -k:][:, :1]          # (N, 1): the k-th largest, or the smallest of fewer
    kept = probs * (probs >= least)
    return kept / kept.sum(axis=1, keepdims=True)
    ### END SOLUTION



# %% [markdown]
# **Top-p**: as few of the likeliest words as it takes to add up to $p$. A word stays where those that are *more likely*
# than it don't add up to $p$ yet:
#
# $$
# \tilde q_j = \begin{cases} q_j & \text{if } \sum_{i\,:\,q_i > q_j} q_i < p \\ 0 & \text{otherwise} \end{cases}
# \tag{eq:top_p}
# $$
#
# and $q'$ is made of $\tilde q$ as in equation (eq:top_k).
#
# ### Exercise: top_p
#
# {{exercise top_p}}
#
# Equation (eq:top_p), for every row. Each row keeps as many words as it needs.

# %% exercise="top_p"
def top_p(probs, p):
    """The likeliest words of each row that add up to p, or just more: equation (eq:top_p).

    Arguments: probs (N, K), rows that add up to 1, or as near to it as rounding leaves them; p, a number above 0 and
    not above 1.
    Returns kept (N, K): 0 for all other words, and rows that add up to 1. The likeliest word always stays; words that
    are equally likely stay or go together; with p = 1 all stay.
    """
    ### BEGIN SOLUTION
    ordered = np.sort(probs, axis=1)[:, ::-1]              # (N, K), the likeliest first
    ahead = np.cumsum(ordered, axis=1) - ordered           # what those before it add up to
    needed = np.sum(ahead < p, axis=1)                     # (N,), how many words it takes
    least = ordered[np.arange(len(probs)), needed - 1]     # (N,), how likely the last of them is
    kept = probs * (probs >= least[:, None])
    return kept / kept.sum(axis=1, keepdims=True)
    ### END SOLUTION



# %% [markdown]
# ## Drawing a word
#
# Lay the probabilities of a row end to end. They cover the way from 0 to 1, and a number $u$ between 0 and 1 falls into one
# of them, into a long one more often:
#
# $$
# \text{id} = \min \{\, k : q_0 + q_1 + \dots + q_k > u \,\}
# \tag{eq:sample}
# $$
#
# ### Exercise: sample
#
# {{exercise sample}}
#
# Equation (eq:sample), for each row with a $u$ of its own. No generator is needed: the same $u$ gives the same word.

# %% exercise="sample"
def sample(probs, u):
    """The word that a number between 0 and 1 stands for: equation (eq:sample).

    Arguments: probs (N, K), rows that add up to 1, or as near to it as rounding leaves them; u (N,), numbers from 0 to
    below 1, one a row.
    Returns ids (N,), whole numbers. A word with probability 0 is never drawn, not even where rounding leaves the sum of
    a row at u or below.
    """
    ### BEGIN SOLUTION
    cumulative = np.cumsum(probs, axis=1)                  # (N, K)
    cumulative = cumulative / cumulative[:, -1:]           # 1 at the end, whatever rounding did
    return np.argmax(cumulative > u[:, None], axis=1)      # the first True in each row
    ### END SOLUTION



# %% [markdown]
# ## One word after the other
#
# What was drawn goes in next:
#
# $$
# q_t, s_t = \text{step}(w_{t-1}, s_{t-1}), \qquad w_t = \text{sample}(q_t, u_t), \qquad t = 0, \dots, T - 1
# \tag{eq:generate}
# $$
#
# with $w_{-1}$ for the word to begin with and $s_{-1}$ for the state to begin in.
#
# ### Exercise: generate
#
# {{exercise generate}}
#
# Equation (eq:generate), for N texts at once. What a state is made of is the step's affair: hand it on as it came.

# %% exercise="generate"
def generate(step, start, state, T, us):
    """Text from a model, word by word: equation (eq:generate).

    Arguments: step, a function: step(ids, state) -> (probs, new_state), with ids (N,) the words that go in, probs
    (N, K) what may come next, and state all that the model remembers, a tuple (h, c) of an LSTM; start (N,), whole
    numbers, the words to begin with; state, the state before them; T, how many words to draw; us (N, T), numbers from
    0 to below 1, one for each word that is drawn.
    Returns ids (N, T), the words that were drawn. start is not among them.
    """
    ### BEGIN SOLUTION
    ids, drawn = start, []
    for t in range(T):
        probs, state = step(ids, state)                    # (N, K)
        ids = sample(probs, us[:, t])                      # (N,)
        drawn.append(ids)
    return np.stack(drawn, axis=1)
    ### END SOLUTION



# %% [markdown]
# ## The likeliest text
#
# A text of $L$ words is as likely as all its words together. So that long texts are not at a disadvantage, take the
# mean of their logarithms:
#
# $$
# \text{score}(w_0, \dots, w_{L-1}) = \frac{1}{L} \sum_{t=0}^{L-1} \ln q_t(w_t)
# \tag{eq:score}
# $$
#
# A **beam search** goes on with several beginnings at once. In each round
#
# 1. every beginning that is not finished goes on with every word,
# 2. of all these together the `width` with the largest *sum* of $\ln q$ are kept,
# 3. those of them that end in `eos` or have $T$ words are finished, and put aside. The others go on.
#
# When none is left, the finished text with the largest score wins.
#
# ### Exercise: beam_search
#
# {{exercise beam_search}}
#
# Steps 1 to 3, and equation (eq:score) at the end. Each beginning has a state of its own.

# %% exercise="beam_search"
def beam_search(step, start, state, width, T, eos):
    """The best text that a beam finds: steps 1 to 3, judged by equation (eq:score).

    Arguments: step, a function as in generate, which takes any number n of words at once: step(ids, state) -> (probs,
    new_state), with ids (n,), probs (n, K), and state a tuple (h, c) of arrays (n, H); start (1,), a whole number, the
    word to begin with; state, the state before it, h and c (1, H); width, how many texts are kept in each round; T, how
    many words a text may have; eos, the word that ends one.
    Returns (ids, score): ids (L,), whole numbers, the words of the best text, without start, with eos where it ends in
    one; score, a number, the mean of ln q over these L words.
    """
    ### BEGIN SOLUTION
    unfinished, finished = [(0.0, [], state)], []          # the sum of ln q, the words, and the state after them
    for t in range(T):
        longer = []
        for total, ids, before in unfinished:
            probs, after = step(np.array(ids[-1:]) if ids else start, before)
            longer += [(total + np.log(p), [*ids, k], after) for k, p in enumerate(probs[0]) if p > 0]
        longer.sort(key=lambda one: one[0], reverse=True)
        kept = longer[:width]
        finished += [one for one in kept if one[1][-1] == eos or t == T - 1]
        unfinished = [one for one in kept if one[1][-1] != eos]
    total, ids, _ = max(finished, key=lambda one: one[0] / len(one[1]))
    return np.array(ids), total / len(ids)
    ### END SOLUTION




# %% [markdown]
# {{quiz}}

# %% exercise="quiz"
