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
# # Unit 11: Summing up
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

# %% [markdown]
# ## Copying
#
# $$
# p_{ntk} = g_{nt} \, q_{ntk} + (1 - g_{nt}) \sum_{s \,:\, w_{ns} = k} a_{nts}
# \tag{eq:copy}
# $$
#
# ### Exercise: copy_distribution
#
# {{exercise copy_distribution}}

# %% exercise="copy_distribution"
def copy_distribution(p_vocab, attention, ids, p_gen):
    """Which word comes next, where a word may be written or copied: equation (eq:copy).

    Arguments: p_vocab (N, T, K), $q$ in the equation: at each of T steps the probability of each word, 0 for words that
    the network can't write; attention (N, T, S), how much it looks at each place of the report, 0 on the padding; ids
    (N, S), whole numbers from 0 to K - 1: which word stands at each place; p_gen (N, T), $g$ in the equation, the
    probability that the word is written.
    Returns p (N, T, K).
    """
    ### BEGIN SOLUTION
    stands = np.eye(p_vocab.shape[2])[ids]                 # (N, S, K): 1 where a place has the word
    copied = attention @ stands                            # (N, T, S) @ (N, S, K) -> (N, T, K)
    g = p_gen[:, :, None]                                  # (N, T, 1)
    return g * p_vocab + (1 - g) * copied
    ### END SOLUTION



# %% [markdown]
# $$
# \ell_{ij} = \begin{cases} \ell_{i-1,j-1} + 1 & \text{if word } i \text{ of the one is word } j \text{ of the other} \\
# \max(\ell_{i-1,j},\ \ell_{i,j-1}) & \text{otherwise} \end{cases}
# \tag{eq:lcs}
# $$
#
# $$
# P = \frac{\ell_{LM}}{L} \tag{eq:precision}
# $$
# $$
# R = \frac{\ell_{LM}}{M} \tag{eq:recall}
# $$
# $$
# F = \frac{2 P R}{P + R} \tag{eq:f}
# $$
#
# ### Exercise: rouge_l
#
# {{exercise rouge_l}}

# %% exercise="rouge_l"
def rouge_l(candidate, reference):
    """How much of a summary agrees with another in words and their order: equations (eq:lcs) to (eq:f).

    Arguments: candidate (L,) and reference (M,), whole numbers, the ids of their words. Either may be empty.
    Returns (precision, recall, f), three numbers from 0 to 1; all are 0 where nothing agrees, and where a text is empty.
    """
    ### BEGIN SOLUTION
    L, M = len(candidate), len(reference)
    longest = np.zeros((L + 1, M + 1))                     # of the first i words of the one, j of the other
    for i in range(L):
        for j in range(M):
            if candidate[i] == reference[j]:
                longest[i + 1, j + 1] = longest[i, j] + 1
            else:
                longest[i + 1, j + 1] = max(longest[i, j + 1], longest[i + 1, j])
    common = longest[L, M]
    precision = common / max(L, 1)
    recall = common / max(M, 1)
    f = 2 * common / max(L + M, 1)                         # what 2 P R / (P + R) comes to
    return precision, recall, f
    ### END SOLUTION
