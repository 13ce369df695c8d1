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
# # Unit 15: Names in a text
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution


def crf_backward(scores, transitions, tags, mask):
    """Gradients of the sum of what crf_log_likelihood returns: dscores (N, T, K) and dtransitions (K, K).

    A tag's share is how often it is there, 1 or 0, less how probable it is: forwards (alphas) and backwards (betas).
    """
    T, rows = scores.shape[1], np.arange(len(scores))
    alphas, betas = [scores[:, 0]], [0 * scores[:, 0]]         # of each t, (N, K)
    for t in range(1, T):
        ahead = scores[:, t] + np.logaddexp.reduce(alphas[-1][:, :, None] + transitions, axis=1)
        alphas.append(np.where(mask[:, t, None] > 0, ahead, alphas[-1]))
    for t in range(T - 1, 0, -1):
        behind = np.logaddexp.reduce(transitions + (scores[:, t] + betas[0])[:, None, :], axis=2)
        betas.insert(0, np.where(mask[:, t, None] > 0, behind, betas[0]))
    log_Z = np.logaddexp.reduce(alphas[-1], axis=1)[:, None]   # (N, 1)
    dscores, dtransitions = np.zeros_like(scores), np.zeros_like(transitions)
    for t in range(T):
        dscores[:, t] = -mask[:, t, None] * np.exp(alphas[t] + betas[t] - log_Z)
        dscores[rows, t, tags[:, t]] += mask[:, t]
        if t:
            before, here = tags[:, t - 1], tags[:, t]
            pairs = alphas[t - 1][:, :, None] + transitions + (scores[:, t] + betas[t] - log_Z)[:, None, :]
            dtransitions -= np.exp(pairs[mask[:, t] > 0]).sum(axis=0)                 # of (N, K, K), what is real
            np.add.at(dtransitions, (before, here), mask[:, t])
    return dscores, dtransitions


# %% [markdown]
# ## Tags and spans
#
# A name may have several words. **B** is the tag of its first one, **I** of each further one, and **O** of a word outside
# of any name. In numbers, for a name of type $k$, which counts from 0:
#
# $$
# \text{O} = 0, \qquad \text{B of type } k = 2k + 1, \qquad \text{I of type } k = 2k + 2
# \tag{eq:tag}
# $$
#
# What if an I has nothing to go on from, because what stands before it is O, or of another type, or nothing at all? No text
# was tagged like that by hand, but a network may say it. The field's own script, and most libraries after it, let such an I
# begin a span. So do we:
#
# $$
# \text{word } t \text{ begins a span if it is B, or if it is I and word } t - 1 \text{ is not of its type}
# \tag{eq:begins}
# $$
#
# ### Exercise: bio_spans
#
# {{exercise bio_spans}}

# %% exercise="bio_spans"
def bio_spans(tags):
    """The spans that a sequence's tags stand for: equations (eq:tag) and (eq:begins).

    Arguments: tags (T,), whole numbers: 0 is O, 2k + 1 is B and 2k + 2 is I of type k, which counts from 0.
    Returns spans (S, 3), whole numbers: a row (start, end, type) for each span, from left to right; its words are
    tags[start:end]. An I that doesn't go on from a word of its type begins a span. Where there is none, the shape
    is (0, 3).
    """
    ### BEGIN SOLUTION
    spans, before = [], -1                          # the type of the word before; -1 for O
    for t, tag in enumerate(tags):
        kind = (tag - 1) // 2                       # -1 for O
        if kind >= 0 and (tag % 2 == 1 or kind != before):
            spans.append([t, t + 1, kind])
        elif kind >= 0:
            spans[-1][1] = t + 1
        before = kind
    return np.array(spans, dtype=int).reshape(-1, 3)
    ### END SOLUTION



# %% [markdown]
# ## What counts as right
#
# A span is right if its start, its end and its type are. Over all sequences together:
#
# $$
# \begin{align}
# \text{precision} &= \frac{\text{right}}{\text{predicted}}, \qquad \text{recall} = \frac{\text{right}}{\text{true}}
#     \tag{eq:precision} \\
# F_1 &= \frac{2 \cdot \text{precision} \cdot \text{recall}}{\text{precision} + \text{recall}} \tag{eq:f1}
# \end{align}
# $$
#
# Each of them is a number of spans divided by a number of spans. Where a division would be by 0, it is 0.
#
# ### Exercise: span_f1
#
# {{exercise span_f1}}

# %% exercise="span_f1"
def span_f1(predicted, targets, mask):
    """How many spans were found: equations (eq:precision) and (eq:f1), over all N sequences together.

    Arguments: predicted and targets (N, T), tags as in bio_spans; mask (N, T), 1 for a word and 0 for the padding
    behind the last one.
    Returns (precision, recall, f1), three numbers from 0 to 1; 0 where a division would be by 0.
    """
    ### BEGIN SOLUTION
    right = found = true = 0
    for n, length in enumerate(mask.sum(axis=1).astype(int)):
        said = {tuple(span) for span in bio_spans(predicted[n, :length]).tolist()}
        real = {tuple(span) for span in bio_spans(targets[n, :length]).tolist()}
        right += len(said & real)
        found += len(said)
        true += len(real)
    precision, recall = right / max(found, 1), right / max(true, 1)
    return precision, recall, 2 * right / max(found + true, 1)
    ### END SOLUTION



# %% [markdown]
# ## The best path
#
# A path is a tag for each word, $y_0 \dots y_{T-1}$. Its score is what the network gives its tags, and what a table $A$
# gives each step from one tag to the next:
#
# $$
# s(y) = \sum_{t=0}^{T-1} s_t[y_t] + \sum_{t=1}^{T-1} A[y_{t-1}, y_t]
# \tag{eq:path}
# $$
#
# There are $K^T$ paths. But the best one that ends in tag $j$ at word $t$ goes on from the best one to some tag $i$ before:
#
# $$
# \begin{align}
# v_0[j] &= s_0[j], & v_t[j] &= s_t[j] + \max_i \left( v_{t-1}[i] + A[i, j] \right) \tag{eq:best} \\
# b_t[j] &= \arg\max_i \left( v_{t-1}[i] + A[i, j] \right), & y_{T-1} &= \arg\max_j v_{T-1}[j], \quad y_{t-1} = b_t[y_t]
#     \tag{eq:back}
# \end{align}
# $$
#
# ### Exercise: viterbi
#
# {{exercise viterbi}}

# %% exercise="viterbi"
def viterbi(scores, transitions):
    """The path with the largest score, and that score: equations (eq:path) to (eq:back).

    Arguments: scores (T, K), what each tag has at each word; transitions (K, K), in row i and column j what it counts
    to go from tag i to tag j.
    Returns (path, score): path (T,), whole numbers, the tags of the best path from the first word to the last; score,
    one number, what equation (eq:path) gives it.
    """
    ### BEGIN SOLUTION
    best, back = scores[0], []                      # (K,), the best score of a path that ends in each tag
    for t in range(1, len(scores)):
        ways = best[:, None] + transitions          # (K, K), from each tag to each tag
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + scores[t]
    path = [best.argmax()]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return np.array(path[::-1]), best.max()
    ### END SOLUTION



# %% [markdown]
# ## All paths at once
#
# Let the probability of a path be $e^{s(y)}$, divided by the sum of that over all $K^T$ of them. It is a **conditional random
# field**, CRF:
#
# $$
# \log p(y) = s(y) - \log Z, \qquad Z = \sum_{y'} e^{s(y')}
# \tag{eq:crf}
# $$
#
# The sum goes the way of the maximum, step by step:
#
# $$
# \begin{align}
# \alpha_0[j] &= s_0[j], \qquad \alpha_t[j] = s_t[j] + \log \sum_i e^{\alpha_{t-1}[i] + A[i, j]} \tag{eq:alpha} \\
# \log Z &= \log \sum_j e^{\alpha_{T-1}[j]} \tag{eq:Z}
# \end{align}
# $$
#
# ### Exercise: crf_log_likelihood
#
# {{exercise crf_log_likelihood}}

# %% exercise="crf_log_likelihood"
def crf_log_likelihood(scores, transitions, tags, mask):
    """The log-probability of each sequence's tags: equations (eq:path) and (eq:crf) to (eq:Z).

    Arguments: scores (N, T, K); transitions (K, K), in row i and column j what it counts to go from tag i to tag j;
    tags (N, T), whole numbers from 0 to K - 1; mask (N, T), 1 for a word and 0 for the padding behind the last one.
    Returns log_p (N,), none of them above 0; 0 for a sequence without a word. What is on the padding has no part in it.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(scores))
    path, alpha = scores[rows, 0, tags[:, 0]], scores[:, 0]                             # (N,), (N, K)
    for t in range(1, scores.shape[1]):
        step = transitions[tags[:, t - 1], tags[:, t]] + scores[rows, t, tags[:, t]]    # (N,)
        path = path + mask[:, t] * step
        ahead = np.logaddexp.reduce(alpha[:, :, None] + transitions, axis=1)            # (N, K)
        alpha = np.where(mask[:, t, None] > 0, ahead + scores[:, t], alpha)
    return mask[:, 0] * (path - np.logaddexp.reduce(alpha, axis=1))
    ### END SOLUTION



# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% exercise="quiz"
