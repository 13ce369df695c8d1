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
# **What you will be able to do.** Build a language model of your own, say honestly how good it is, and let it write.
#
# **What you need.** The training of unit 07, the way back of unit 06, the loss and the readout of units 01 and 02 (what
# you didn't write there comes ready-made).
#
# **How long it takes.** About five hours.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, embed, readout, cross_entropy = mine("sigmoid"), mine("embed"), mine("readout"), mine("cross_entropy")
cross_entropy_backward, readout_backward = mine("cross_entropy_backward"), mine("readout_backward")
embed_backward, lstm_backward = mine("embed_backward"), mine("lstm_backward")


def lstm_forward(xs, h0, c0, W, b):
    """xs (N, T, D), h0 and c0 (N, H) -> hs (N, T, H), c_T (N, H), and the list of the steps' caches for the way back."""
    h, c, hs, cache = h0, c0, [], []
    for t in range(xs.shape[1]):
        x, h_prev, c_prev = xs[:, t], h, c
        z = np.concatenate([h_prev, x], axis=1) @ W + b        # (N, 4H)
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)            # each (N, H)
        i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
        c = f * c_prev + i * g
        h = o * np.tanh(c)
        hs.append(h)
        cache.append((x, h_prev, c_prev, i, f, g, o, c, W))
    return np.stack(hs, axis=1), c, cache

# %% [markdown]
# ## What is to be predicted
#
# A language model reads a text and says after each token what comes next. So the text is question and answer at once:
# with $w_{n0}, \dots, w_{nT}$ for the tokens of row $n$, for $t = 0, \dots, T - 1$,
#
# $$
# \text{inputs}_{nt} = w_{nt}, \qquad \text{targets}_{nt} = w_{n,t+1}
# \tag{eq:shift}
# $$
#
# ### Exercise: shift
#
# {{exercise shift}}
#
# Equation (eq:shift).

# %% exercise="shift"
def shift(ids):
    """What a language model reads, and what it should say after each token: equation (eq:shift).

    Arguments: ids (N, T + 1), whole numbers: N pieces of text, each with one token more than there are steps.
    Returns (inputs, targets), two arrays (N, T) of whole numbers; targets[n, t] is what comes after inputs[n, t].
    """
    ### BEGIN SOLUTION
    return ids[:, :-1], ids[:, 1:]
    ### END SOLUTION



# %% [markdown]
# ## What a token costs
#
# The cost of each token by itself, in nats, with $y_{nt}$ for the target and $m_{nt}$ for the mask:
#
# $$
# \text{nll}_{nt} = -\, m_{nt} \log \frac{e^{\,l_{nt,y_{nt}}}}{\sum_k e^{\,l_{ntk}}}
# \tag{eq:nll}
# $$
#
# ### Exercise: nll_per_token
#
# {{exercise nll_per_token}}
#
# Equation (eq:nll).

# %% exercise="nll_per_token"
def nll_per_token(logits, targets, mask):
    """What each token costs, in nats: equation (eq:nll).

    Arguments: logits (N, T, K), $l$ in the equation; targets (N, T), the ids of the tokens that came, any valid id on
    the padding; mask (N, T), 1.0 where there is a token and 0.0 on the padding.
    Returns nll (N, T), finite for any logits; 0 where the mask is 0.
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=2, keepdims=True)                     # (N, T, K), 0 at the most
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))     # (N, T, K)
    of_target = np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]  # (N, T)
    return -of_target * mask
    ### END SOLUTION



# %% [markdown]
# A whole text, batch by batch, $b = 0, 1, \dots$, and batches are of unequal size:
#
# $$
# \text{bits} = \frac{1}{\log 2} \, \frac{\sum_b \sum_{n,t} \text{nll}_{bnt}}{\sum_b \sum_{n,t} m_{bnt}}
# \tag{eq:bits}
# $$
#
# ### Exercise: bits_per_token
#
# {{exercise bits_per_token}}
#
# Equation (eq:bits). Where no token counts, the answer is 0.

# %% exercise="bits_per_token"
def bits_per_token(nlls, masks):
    """What a token of a text costs on the mean, in bits: equation (eq:bits).

    Arguments: nlls, a list of arrays, one a batch, of the shapes (N, T) of that batch: what nll_per_token gives;
    masks, a list of the batches' masks, each in the shape of its nll.
    Returns bits, one number, the mean over all tokens of all batches; 0 where no token counts.
    """
    ### BEGIN SOLUTION
    total = sum(nll.sum() for nll in nlls)
    count = sum(mask.sum() for mask in masks)
    return total / max(count, 1) / np.log(2)
    ### END SOLUTION



# %% [markdown]
# $$
# \text{perplexity} = \exp \frac{\sum_b \sum_{n,t} \text{nll}_{bnt}}{\sum_b \sum_{n,t} m_{bnt}} = 2^{\,\text{bits}}
# \tag{eq:perplexity}
# $$
#
# ### Exercise: perplexity
#
# {{exercise perplexity}}
#
# Equation (eq:perplexity).

# %% exercise="perplexity"
def perplexity(nlls, masks):
    """Among how many equally likely tokens the model might as well have guessed: equation (eq:perplexity).

    Arguments: nlls, a list of arrays, one a batch, of the shapes (N, T) of that batch: what nll_per_token gives, in
    nats; masks, a list of the batches' masks, each in the shape of its nll.
    Returns perplexity, one number, of all tokens of all batches; 1 where no token counts.
    """
    ### BEGIN SOLUTION
    total = sum(nll.sum() for nll in nlls)
    count = sum(mask.sum() for mask in masks)
    return np.exp(total / max(count, 1))
    ### END SOLUTION



# %% [markdown]
# ## A language model
#
# From ids to a loss, and back: shift, look up, the LSTM, the readout, the loss, and the way back through all of it. The
# loss is the mean over all tokens but the first of each row,
#
# $$
# L = -\frac{1}{N T} \sum_{n} \sum_{t=0}^{T-1} \log p(w_{n,t+1} \mid w_{n0}, \dots, w_{nt})
# \tag{eq:lm_loss}
# $$
#
# ### Exercise: lm_loss_and_grads
#
# {{exercise lm_loss_and_grads}}
#
# Equation (eq:lm_loss). `embed`, `lstm_forward`, `readout`, `cross_entropy` and the ways back through them were fetched in
# the setup cell, `shift` is yours. No loss looks at the last cell state, so dc_T is zeros.

# %% exercise="lm_loss_and_grads"
def lm_loss_and_grads(params, ids, h0, c0):
    """A language model's loss on some pieces of text, and its gradient for every array: equation (eq:lm_loss).

    Arguments: params, a dict of the embeddings E (K, D), the LSTM's W (H + D, 4H) and b (4H,), and the readout's
    V (H, K) and b_y (K,); ids (N, T + 1), whole numbers, of which every token but a row's first is a target; h0 and c0
    (N, H), the states before the first step. None of them is changed.
    Returns (loss, grads, h_T, c_T): loss, a number, in nats; grads, a dict with the keys of params, each array's
    gradient: E (K, D), W (H + D, 4H), b (4H,), V (H, K), b_y (K,); h_T and c_T (N, H), the states after the last step.
    """
    ### BEGIN SOLUTION
    inputs, targets = shift(ids)
    xs = embed(inputs, params["E"])                                          # (N, T, D)
    hs, c_T, cache = lstm_forward(xs, h0, c0, params["W"], params["b"])      # (N, T, H)
    logits, mask = readout(hs, params["V"], params["b_y"]), np.ones(targets.shape)
    loss = cross_entropy(logits, targets, mask)
    dlogits = cross_entropy_backward(logits, targets, mask)
    dhs, dV, db_y = readout_backward(dlogits, hs, params["V"])
    dxs, _, _, dW, db = lstm_backward(dhs, np.zeros_like(c_T), cache)        # no loss looks at c_T
    dE = embed_backward(dxs, inputs, len(params["E"]))
    return loss, {"E": dE, "W": dW, "b": db, "V": dV, "b_y": db_y}, hs[:, -1], c_T
    ### END SOLUTION



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
# ## What do its cells know?
#
# How well does a cell's state follow a feature of the text, such as "inside brackets", 1 or 0 at every step? With bars
# for means over all $N T$ steps, the **correlation** of cell $j$ with the feature $a$ is
#
# $$
# r_j = \frac{\sum_{n,t} (c_{ntj} - \bar c_j)(a_{nt} - \bar a)}
# {\sqrt{\sum_{n,t} (c_{ntj} - \bar c_j)^2} \sqrt{\sum_{n,t} (a_{nt} - \bar a)^2}}
# \tag{eq:correlation}
# $$
#
# and 0 where a cell, or the feature, never changes.
#
# ### Exercise: cell_correlation
#
# {{exercise cell_correlation}}
#
# Equation (eq:correlation).

# %% exercise="cell_correlation"
def cell_correlation(cs, feature):
    """How well each cell follows a feature of the text: equation (eq:correlation).

    Arguments: cs (N, T, H), the cell states; feature (N, T), a number for every step.
    Returns r (H,), numbers from -1 to 1; 0 for a cell that is the same everywhere, and for all where the feature is.
    """
    ### BEGIN SOLUTION
    cells = cs.reshape(-1, cs.shape[2])                    # (N T, H)
    away = cells - cells.mean(axis=0)
    wanted = feature.reshape(-1) - feature.mean()          # (N T,)
    size = np.sqrt((away**2).sum(axis=0)) * np.sqrt((wanted**2).sum())       # (H,)
    moves = (np.ptp(cells, axis=0) > 0) & (np.ptp(feature) > 0)              # a mean is rounded, the ends are not
    return np.where(moves, wanted @ away, 0) / np.where(moves, size, 1)
    ### END SOLUTION



# %% [markdown]
# ## Saying what is to be said
#
# A vector $d$ holds what is still to be said, a number for each slot; a gate of its own reads it and uses it up:
#
# $$
# \begin{align}
# r_t &= \sigma([h_{t-1}, x_t]\, W_r + b_r) && (N, S) \tag{eq:reading} \\
# d_t &= r_t \odot d_{t-1} && (N, S) \tag{eq:left_to_say} \\
# c_t &= f_t \odot c_{t-1} + i_t \odot g_t + \tanh(d_t W_d) && (N, H) \tag{eq:sc_cell} \\
# h_t &= o_t \odot \tanh(c_t) && (N, H) \tag{eq:sc_hidden}
# \end{align}
# $$
#
# ### Exercise: sc_lstm_step
#
# {{exercise sc_lstm_step}}
#
# Equations (eq:reading) to (eq:sc_hidden); the gates $i, f, g, o$ are those of unit 05, packed in this order.

# %% exercise="sc_lstm_step"
def sc_lstm_step(x, h_prev, c_prev, d_prev, W, b, W_r, b_r, W_d):
    """One step of an LSTM that is told what to say: equations (eq:reading) to (eq:sc_hidden).

    Arguments: x (N, D); h_prev, c_prev (N, H); d_prev (N, S), what is left to say; the LSTM's W (H + D, 4H) and
    b (4H,), in the order i, f, g, o; the reading gate's W_r (H + D, S) and b_r (S,); W_d (S, H).
    Returns (h, c, d): h and c (N, H); d (N, S), what is left to say after this step.
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    hx = np.concatenate([h_prev, x], axis=1)               # (N, H + D)
    z = hx @ W + b                                         # (N, 4H)
    i = sigmoid(z[:, :H])                                  # (N, H)
    f = sigmoid(z[:, H : 2 * H])                           # (N, H)
    g = np.tanh(z[:, 2 * H : 3 * H])                       # (N, H)
    o = sigmoid(z[:, 3 * H :])                             # (N, H)
    r = sigmoid(hx @ W_r + b_r)                            # (N, S)
    d = r * d_prev
    c = f * c_prev + i * g + np.tanh(d @ W_d)              # (N, H)
    h = o * np.tanh(c)
    return h, c, d
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
