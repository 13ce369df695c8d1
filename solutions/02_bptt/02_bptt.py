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
# # Unit 02: Credit through time
#
# **What you will be able to do.** Compute, with your own code, how every weight of a recurrent network moves its loss;
# prove with numbers that this is right; train the network with it. And say why a network that learns proves little.
#
# **What you need.** The network of unit 01 (what you didn't write there comes ready-made). Derivatives and the chain
# rule; `@`, `.T` and `sum(axis=...)`.
#
# **How long it takes.** About three and a half hours, most of it for the exercises. Pencil and paper help.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

one_hot, softmax = mine("one_hot"), mine("softmax")

# %% [markdown]
# ## Which of them is to blame?
#
# Here is unit 01's network before it has learned anything, and a batch of its tiny language.

# %% tags=["story"] id="untrained"
from grader.data import tiny

embed, rnn, readout, cross_entropy = mine("embed"), mine("rnn"), mine("readout"), mine("cross_entropy")
K, D, H = len(tiny.WORDS), 8, 16  # words, numbers for a word, hidden units


def start_weights(seed):
    """The network's arrays by name, before it has learned anything."""
    rng = np.random.default_rng(seed)
    W, V = rng.normal(size=(H + D, H)) / np.sqrt(H + D), rng.normal(size=(H, K)) / np.sqrt(H)
    return {"E": rng.normal(size=(K, D)), "W": W, "b": np.zeros(H), "V": V, "b_y": np.zeros(K)}


def loss_of(params, ids, targets, mask):
    """The network's loss on a batch."""
    xs = embed(ids, params["E"])                                     # (N, T, D)
    hs = rnn(xs, np.zeros((len(ids), H)), params["W"], params["b"])  # (N, T, H)
    return cross_entropy(readout(hs, params["V"], params["b_y"]), targets, mask)


# %% tags=["story"] id="one_number"
params, batch = start_weights(0), tiny.batch(32, np.random.default_rng(1))  # 32 sentences: ids, targets, mask
weights = sum(array.size for array in params.values())
print(f"{weights} weights, and a loss of {loss_of(params, *batch):.2f}")
print(f"guessing among {K} words has {np.log(K):.2f}; the best that is possible is {tiny.best_loss():.2f}")

W = params["W"].copy()
for step in (-0.1, 0.0, 0.1):
    W[0, 0] = params["W"][0, 0] + step
    print(f"W[0, 0] moved by {step:+.1f}: the loss is {loss_of({**params, 'W': W}, *batch):.6f}")

# %% [markdown]
# 750 numbers can be changed, and a single one says how good they are. Which of the 750 is to blame, and which way should
# it go? That is the problem of **credit assignment**.
#
# The cell has just asked one of them: moved up and down a little, by how much does the loss change? That is its slope,
# and no mathematics was needed. All the slopes together are the **gradient**. For any function $f$ of any array $x$,
#
# $$
# \frac{\partial f}{\partial x_k} \approx \frac{f(x + h\,e_k) - f(x - h\,e_k)}{2h}
# \tag{eq:central}
# $$
#
# where $e_k$ is 1 at place $k$ and 0 elsewhere, and $h$ is a small number (and no hidden state, for once).
#
# ### Exercise: numerical_gradient
#
# {{exercise numerical_gradient}}
#
# Equation (eq:central), for every entry of $x$, one at a time. The function `f` comes as an argument, and you call it.

# %% exercise="numerical_gradient"
def numerical_gradient(f, x, h):
    """The gradient of f at x by central differences: equation (eq:central), for every entry of x.

    Arguments: f, a function of an array like x that returns a number; x, an array of any shape, of floats or of
    whole numbers; h, a number, how far to step. x is after the call what it was before.
    Returns grad: an array of floats in the shape of x.
    """
    ### BEGIN SOLUTION
    grad = np.zeros(x.shape)
    for k in np.ndindex(x.shape):  # the index of every entry, however many axes there are
        plus, minus = x.astype(np.float64), x.astype(np.float64)  # two copies
        plus[k] += h
        minus[k] -= h
        grad[k] = (f(plus) - f(minus)) / (2 * h)
    return grad
    ### END SOLUTION


# %% [markdown]
# Stuck? `hint("numerical_gradient")`, or with any other exercise's name, in a cell of your own. Each call says a little
# more.
#
# That was the whole of learning, in principle. Now ask all the 750.

# %% tags=["story"] id="price_of_differences"
from time import perf_counter

slopes_of = mine("numerical_gradient")


def by_differences(params, name, batch):
    """The gradient of the loss by one of the arrays, by moving its numbers."""
    return slopes_of(lambda array: loss_of({**params, name: array}, *batch), params[name], 1e-5)


begun = perf_counter()
measured = {name: by_differences(params, name, batch) for name in params}
seconds = perf_counter() - begun
print(f"{weights} weights: {2 * weights} forward passes and {seconds:.1f} seconds for one gradient")
print(f"600 steps of training would take {600 * seconds / 60:.0f} minutes")

# %% [markdown]
# **Two forward passes for each weight**, and all of them for a single step of learning. With ten times the weights there
# are ten times as many passes, and each of them takes longer. Nobody trains a network like that.
#
# It has to be possible in another way. The loss is a function of a function of a function, and the chain rule gives the
# slope of such a thing as a product. Walk along it once, from the loss backwards, and *every* slope is found on the way.
# That is **backpropagation**; in a network that goes over time, **backpropagation through time**.
#
# What you have just written stays. It is slow, but it knows no formula that could be wrong: it will be the judge of all that
# follows.
#
# ## From the loss to the logits
#
# A word for what we look for. The gradient of the loss with respect to $h$ is written $dh$, in code `dh`. It has the shape
# of $h$, always, and says for each number of $h$: by how much does the loss grow if this number grows a little?

# %% tags=["story"] id="picture_loss"
from grader.figures import bptt as figures

figures.backward("loss")

# %% [markdown]
# Begin at the top: how does the loss depend on the logits? Let your differences answer first. One step of one sequence,
# random logits, and the word that came is *cats*.

# %% tags=["story"] id="pulls"
rng = np.random.default_rng(2)
logits = rng.normal(size=(1, 1, K))                   # one sequence, one step
came, one_step = np.array([[tiny.WORDS.index("cats")]]), np.ones((1, 1))


def loss_at(z):
    return cross_entropy(z, came, one_step)


slopes = slopes_of(loss_at, logits, 1e-5)
figures.pulls(tiny.WORDS, softmax(logits)[0, 0], slopes[0, 0], "cats")

# %% [markdown]
# Compare the lower bars with the upper ones. Where a word did not come, the slope *is* its probability: too much was expected
# of it, and it should go down by that much. Where it came, the slope is $p - 1$.
#
# **Try it.** Add 9 to the logit of *cats*: `logits[0, 0, 4] += 9` under the line that draws them. Then take 9 off. What does
# a network hear that was sure and right, and what one that was sure and wrong?
#
# The chain rule says the same. With $-\log p_y = -z_y + \log \sum_k e^{z_k}$, the slope by $z_k$ is $p_k$, less 1 where
# $k = y$. The loss is the mean over the $M$ steps that count:
#
# $$
# L = -\frac{1}{M} \sum_{n,t} m_{nt} \log p_{nt, y_{nt}}, \qquad M = \sum_{n,t} m_{nt}, \qquad
# p_{nt} = \mathrm{softmax}(\text{logits}_{nt})
# \tag{eq:loss}
# $$
#
# $$
# \text{dlogits}_{ntk} = \frac{m_{nt}}{M} \left( p_{ntk} - [k = y_{nt}] \right),
# \qquad \text{and } 0 \text{ where } M = 0
# \tag{eq:dlogits}
# $$
#
# ($[k = y]$ is 1 where $k$ is $y$, and 0 otherwise.)
#
# ### Exercise: cross_entropy_backward
#
# {{exercise cross_entropy_backward}}
#
# Equation (eq:dlogits). `softmax` of unit 01, which takes the logits of a whole batch, and `one_hot` of unit 00
# were fetched in the setup cell. The mask may leave nothing at all.

# %% exercise="cross_entropy_backward"
def cross_entropy_backward(logits, targets, mask):
    """The gradient of the mean cross-entropy with respect to the logits: equation (eq:dlogits).

    Arguments: logits (N, T, K); targets (N, T), the right class at every step, whole numbers; mask (N, T), 1.0
    where a step counts and 0.0 on padding.
    Returns dlogits (N, T, K): zeros where the mask leaves no step that counts.
    """
    ### BEGIN SOLUTION
    count = mask.sum()
    if count == 0:
        return np.zeros(logits.shape)
    p = softmax(logits)                            # (N, T, K), what was said
    y = one_hot(targets, logits.shape[2])          # (N, T, K), what should have been said
    return (p - y) * mask[..., None] / count
    ### END SOLUTION


# %% [markdown]
# ## How far can the judge be trusted?
#
# Now there are two answers to one question, one by differences and one by calculus. How close should they be? The
# differences depend on $h$. So try all sizes of it, and beside the central differences those to one side,
# $(f(x + h) - f(x)) / h$.

# %% tags=["story"] id="the_v"
exact = mine("cross_entropy_backward")(logits, came, one_step)


def one_sided(f, x, h):
    """(f(x + h) - f(x)) / h for every number of x, here a single row."""
    return np.array([f(x + h * move) - f(x) for move in np.eye(x.size)]).reshape(x.shape) / h


def relative_error(got, wanted):
    return np.abs(got - wanted).max() / np.abs(wanted).max()


sizes = [10.0**-k for k in range(1, 14)]
ways = {"central": slopes_of, "to one side": one_sided}
errors = {name: [relative_error(way(loss_at, logits, h), exact) for h in sizes] for name, way in ways.items()}
figures.error_over_h(sizes, errors)

# %% [markdown]
# Read it from the right. Each step to a ten times smaller $h$ makes the central difference a *hundred* times better and the
# one-sided only ten times: what the formula leaves out shrinks with $h^2$ and with $h$. This is the **truncation** error.
#
# Then it turns. A float64 has 16 digits. The two losses agree in more and more of them, these cancel in the difference, and
# what is left is **rounding**, divided by a tiny $h$. The two errors meet at the bottom of the V.
#
# So with $h = 10^{-5}$ expect agreement to nine or ten digits, and be suspicious of anything above $10^{-7}$. A wrong
# formula is seldom wrong in the eighth digit.
#
# **Try it.** In the cell with the bars, let `loss_at` return `1e6 + cross_entropy(z, came, one_step)`, and run both cells.
# No slope changes by that. What happens to the V, which side of it moves, and why?
#
# ### Turn it yourself
#
# One logit is moved by $h$, up and down. The digits in which the two losses differ are underlined. Before you turn: at
# which $h$ will there be only three of them left?

# %% tags=["story"] id="turn_h"
def moved_by(step):
    """The loss when the first logit is moved."""
    z = logits.copy()
    z[0, 0, 0] += step
    return loss_at(z)


figures.difference_dial(moved_by, exact[0, 0, 0])

# %% [markdown]
# ## Through the readout

# %% tags=["story"] id="picture_readout"
figures.backward("readout")

# %% [markdown]
# The readout is $\text{logits}_{nt} = \text{hs}_{nt}\,V + b_y$. Two rules cover nearly everything in this unit:
#
# - **What was multiplied gets the other factor.** If $y = a\,V$, then $da = dy\,V^\top$ and $dV = a^\top dy$. If you forget on
#   which side something stands: only one order fits the shapes.
# - **What was used several times gets the sum.** The same $V$ was used at every step of every sequence. Each use says how it
#   would like $V$ to change, and all of that is added up.
#
# $$
# \begin{align}
# \text{dhs}_{nt} &= \text{dlogits}_{nt}\, V^\top && (N, T, H) \tag{eq:dhs} \\
# dV &= \sum_{n,t} \text{hs}_{nt}^\top\, \text{dlogits}_{nt} && (H, K) \tag{eq:dV} \\
# db_y &= \sum_{n,t} \text{dlogits}_{nt} && (K,) \tag{eq:db_y}
# \end{align}
# $$
#
# ### Exercise: readout_backward
#
# {{exercise readout_backward}}
#
# Equations (eq:dhs) to (eq:db_y). No division by $N$ or $T$ any more: the mean is in `dlogits` already.

# %% exercise="readout_backward"
def readout_backward(dlogits, hs, V):
    """The way back through logits = hs V + b_y: equations (eq:dhs) to (eq:db_y).

    Arguments: dlogits (N, T, K), the gradient with respect to the logits; hs (N, T, H); V (H, K).
    Returns (dhs, dV, db_y): dhs (N, T, H), dV (H, K), db_y (K,).
    """
    ### BEGIN SOLUTION
    dhs = dlogits @ V.T                            # (N, T, K) @ (K, H) -> (N, T, H)
    dV = np.einsum("nth,ntk->hk", hs, dlogits)     # summed over all sequences and steps
    db_y = dlogits.sum(axis=(0, 1))                # (K,)
    return dhs, dV, db_y
    ### END SOLUTION


# %% [markdown]
# ## One step, and what has to be kept

# %% tags=["story"] id="picture_step"
figures.backward("step")

# %% [markdown]
# The readout handed a $dh$ down to each step. The step had computed
#
# $$
# h_t = \tanh(z_t), \qquad z_t = [h_{t-1}, x_t]\,W + b
# \tag{eq:forward}
# $$
#
# Back through tanh first. Its slope is $1 - \tanh^2(z)$, and $\tanh(z)$ is $h$ itself. Then the two rules:
#
# $$
# \begin{align}
# dz &= dh \odot (1 - h_t \odot h_t) && (N, H) \tag{eq:dz} \\
# dW &= [h_{t-1}, x_t]^\top dz && (H + D, H) \tag{eq:dW} \\
# db &= \textstyle\sum_n dz_n && (H,) \tag{eq:db} \\
# [\,dh_{t-1} \mid dx_t\,] &= dz\,W^\top && (N, H + D) \tag{eq:dhx}
# \end{align}
# $$
#
# What stood side by side on the way forward is cut apart again on the way back: the first $H$ columns belong to
# $h_{t-1}$, the last $D$ to $x_t$. And the same $W$ met all $N$ sequences: the product in (eq:dW) adds them up by itself, in
# (eq:db) it has to be said.
#
# The right sides need numbers of the way *forward*. The `rnn` of unit 01 threw all of them away, but for the $h_t$. Before
# you read on: which of $x_t$, $h_{t-1}$, $z_t$, $h_t$, $W$, $b$ have to be kept, and which not?
#
# <details>
# <summary>Show the answer</summary>
#
# $h_t$ for (eq:dz), $h_{t-1}$ and $x_t$ for (eq:dW), $W$ for (eq:dhx). Not $z_t$, because tanh's slope can be had from
# $h_t$; and not $b$, because a thing that is only added has the slope 1, whatever it is.
#
# </details>
#
# So here is the same forward pass once more. It also returns a **cache**: `(x, h_prev, h, W)` for each step, and for a
# sequence the list of them.

# %% tags=["story"] id="forward_with_cache"
def rnn_step_forward(x, h_prev, W, b):
    """One time step: x (N, D), h_prev (N, H) -> h (N, H), and what the way back needs."""
    h = np.tanh(np.concatenate([h_prev, x], axis=1) @ W + b)  # (N, H)
    return h, (x, h_prev, h, W)


def rnn_forward(xs, h0, W, b):
    """A sequence: xs (N, T, D), h0 (N, H) -> hs (N, T, H), and the list of its steps' caches."""
    h, hs, cache = h0, [], []
    for t in range(xs.shape[1]):
        h, step_cache = rnn_step_forward(xs[:, t], h, W, b)
        hs.append(h)
        cache.append(step_cache)
    return np.stack(hs, axis=1), cache


# %% tags=["story"] id="what_is_kept"
ids, targets, mask = batch
hs, cache = rnn_forward(embed(ids, params["E"]), np.zeros((len(ids), H)), params["W"], params["b"])
for name, array in zip(("x", "h_prev", "h", "W"), cache[3]):
    print(f"step 3 has kept {name:6s} {array.shape}")
print("h_prev of step 3 is h of step 2, the same array and no copy:", cache[3][1] is cache[2][2])
print("W of step 3 is W of step 2:", cache[3][3] is cache[2][3])
for T in (8, 200):
    print(f"T = {T}: without a cache, {T * (T + 1) // 2} steps forward to go back once; with it, {T}")

# %% [markdown]
# Without it, $h_{199}$ would have to be computed again from the beginning, then $h_{198}$ again from the beginning, and so
# on. Memory is what backpropagation pays for its speed: it grows with the length of the sequence.
#
# ### Exercise: rnn_step_backward
#
# {{exercise rnn_step_backward}}
#
# Equations (eq:dz) to (eq:dhx). Everything you need is in the cache, and nothing else is: your function gets no $b$ and no
# $z$. It has to work with the cache of any forward pass that keeps these four.

# %% exercise="rnn_step_backward"
def rnn_step_backward(dh, cache):
    """The way back through one time step: equations (eq:dz) to (eq:dhx).

    Arguments: dh (N, H), the gradient with respect to the step's h; cache, the tuple (x, h_prev, h, W) that
    rnn_step_forward has kept: x (N, D), h_prev (N, H), h (N, H), W (H + D, H).
    Returns (dx, dh_prev, dW, db): dx (N, D), dh_prev (N, H), dW (H + D, H), db (H,).
    """
    ### BEGIN SOLUTION
    x, h_prev, h, W = cache
    H = h.shape[1]
    dz = dh * (1 - h * h)                          # (N, H), back through tanh
    hx = np.concatenate([h_prev, x], axis=1)       # (N, H + D), as on the way forward
    dW = hx.T @ dz                                 # (H + D, N) @ (N, H) -> (H + D, H)
    db = dz.sum(axis=0)                            # (H,)
    dhx = dz @ W.T                                 # (N, H) @ (H, H + D) -> (N, H + D)
    return dhx[:, H:], dhx[:, :H], dW, db
    ### END SOLUTION


# %% [markdown]
# ## Back in time
#
# Every step has a $dh$ from its readout, and you can take each back through its step. Isn't that all? Add up what the steps
# say, each for its own loss, and train.

# %% tags=["story"] id="all_gradients"
dlogits_of, readout_back, step_back = mine("cross_entropy_backward"), mine("readout_backward"), mine("rnn_step_backward")
embed_back, downhill = mine("embed_backward"), mine("sgd_step")  # you will write these two further down


def gradients(params, batch, back):
    """The loss of a batch and the gradient of every array. back: from (dhs, cache) to (dxs, dh0, dW, db)."""
    ids, targets, mask = batch
    hs, cache = rnn_forward(embed(ids, params["E"]), np.zeros((len(ids), H)), params["W"], params["b"])
    logits = readout(hs, params["V"], params["b_y"])
    dhs, dV, db_y = readout_back(dlogits_of(logits, targets, mask), hs, params["V"])
    dxs, _, dW, db = back(dhs, cache)
    grads = {"E": embed_back(dxs, ids, K), "W": dW, "b": db, "V": dV, "b_y": db_y}
    return cross_entropy(logits, targets, mask), grads


def each_for_itself(dhs, cache):
    """What every step says for its own loss. Nothing is handed on to the step before it."""
    dxs, dh_prevs, dWs, dbs = zip(*[step_back(dhs[:, t], cache[t]) for t in range(len(cache))])
    return np.stack(dxs, axis=1), dh_prevs[0], sum(dWs), sum(dbs)


# %% tags=["story"] id="how_to_train"
from grader.figures import training

FRESH = tiny.batch(2000, np.random.default_rng(99))  # sentences that no training sees


def train(seed, back, count=600, lr=1.0, limit=lambda grads: grads):
    """Train from start_weights(seed), 32 new sentences a step: the weights, and the loss at every step."""
    rng, params, losses = np.random.default_rng([seed, 1]), start_weights(seed), []
    for _ in training.steps(count, f"seed {seed}", leave=False):
        loss, grads = gradients(params, tiny.batch(32, rng), back)
        params = downhill(params, limit(grads), lr)  # a little against the gradient
        losses.append(loss)
    return params, losses


# %% tags=["story"] id="who_agrees"
def agreement(params):
    """The share of verbs that agree with their subject, by what stands between the two."""
    shares = dict.fromkeys(tiny.CLAUSES, 0.0)
    for clause in shares:
        for subject, number in tiny.SUBJECTS.items():
            ids = tiny.encode([tiny.STOP, "the", subject, *clause.split()])[None]  # (1, T)
            hs, _ = rnn_forward(embed(ids, params["E"]), np.zeros((1, H)), params["W"], params["b"])
            p = softmax(readout(hs, params["V"], params["b_y"]))[0, -1]            # (K,), the next word
            of = {n: sum(p[tiny.WORDS.index(verb)] for verb in verbs) for n, verbs in tiny.VERBS.items()}
            shares[clause] += (of[number] > sum(of.values()) / 2) / len(tiny.SUBJECTS)
    return shares


def over_seeds(back, seeds=range(5)):
    """Train once a seed: the losses on fresh sentences, and the mean agreement."""
    trained = [train(seed, back)[0] for seed in seeds]
    shares = [agreement(params) for params in trained]
    losses = [loss_of(params, *FRESH) for params in trained]
    return losses, {clause: np.mean([one[clause] for one in shares]) for clause in tiny.CLAUSES}


# %% tags=["story", "long"] id="each_for_itself"
alone, agree_alone = over_seeds(each_for_itself)
print("loss on fresh sentences, by seed:", " ".join(f"{loss:.3f}" for loss in alone))
print(f"the best that is possible: {tiny.best_loss():.3f}")
figures.verbs_learned({"each step for itself": agree_alone})

# %% [markdown]
# The verb is right where it follows its subject. With three or four words in between, a quarter of them and more are wrong:
# two of these five networks remember the subject, the others do hardly better than a coin.
#
# Look at what they were told. When the verb came out wrong, the loss at that step said to *that* step how it should have
# used its $h_{t-1}$. Nobody told the step at *dogs*, four steps before, that it should have left something in $h$ that
# says *several*. That some keep it all the same is luck: random weights carry a trace of everything along.
#
# The step you wrote had the message in its hands. It is $dh_{t-1}$, and we threw it away.
#
# ### One weight, many paths

# %% tags=["story"] id="picture_paths"
figures.paths(4)

# %% [markdown]
# The loss at the last step depends on $W$ in $T$ ways: $W$ was used there, and one step before, whose $h$ was used there,
# and so on. The slope along a path is the product of the slopes on it. Then the paths are added: used several times, gets
# the sum.
#
# And every step has a loss, so there are $T(T+1)/2$ paths. Nobody walks them one by one, because they share their ways:
# whatever comes back to $h_t$ goes on from there in the same manner. So **add first, then go on**. At each step, from the
# last to the first:
#
# $$
# dh_t = \underbrace{\text{dhs}_t}_{\text{from the loss above}} + \;
# \underbrace{dh_{t-1} \text{ of step } t + 1}_{\text{from the future}},
# \qquad t = T - 1, \dots, 0
# \tag{eq:carry}
# $$
#
# From beyond the last step comes nothing. The weights collect what every step says:
#
# $$
# dW = \sum_t dW_t, \qquad db = \sum_t db_t
# \tag{eq:shared}
# $$

# %% tags=["story"] id="picture_loop"
figures.backward("loop")

# %% [markdown]
# ### Exercise: rnn_backward
#
# {{exercise rnn_backward}}
#
# Equations (eq:carry) and (eq:shared), with a call of your `rnn_step_backward` for each step. What is left in your hands
# after step 0 is $dh0$: what the loss says to the state that everything began with.

# %% exercise="rnn_backward"
def rnn_backward(dhs, cache):
    """The way back through a sequence: equations (eq:carry) and (eq:shared).

    Arguments: dhs (N, T, H), the loss's own gradient with respect to the h of every step; cache, the list that
    rnn_forward has kept: for each of T steps a tuple (x, h_prev, h, W), with x (N, D), h_prev (N, H), h (N, H),
    W (H + D, H).
    Returns (dxs, dh0, dW, db): dxs (N, T, D), dh0 (N, H), dW (H + D, H), db (H,).
    """
    ### BEGIN SOLUTION
    dh = np.zeros(dhs[:, 0].shape)                           # nothing comes from beyond the end
    dxs, dW, db = [], 0.0, 0.0
    for t in reversed(range(len(cache))):
        dx, dh, dW_t, db_t = rnn_step_backward(dhs[:, t] + dh, cache[t])
        dxs.append(dx)
        dW = dW + dW_t
        db = db + db_t
    return np.stack(dxs[::-1], axis=1), dh, dW, db           # the last step's dx came first
    ### END SOLUTION


# %% [markdown]
# A short loop, and it is what the unit is named after. The same five networks again, from the same start, with the same
# sentences:

# %% tags=["story"] id="your_loop"
back_in_time = mine("rnn_backward")

# %% tags=["story", "long"] id="through_time"
through, agree_through = over_seeds(back_in_time)
print("each for itself:", " ".join(f"{loss:.3f}" for loss in alone))
print("through time:   ", " ".join(f"{loss:.3f}" for loss in through))
figures.verbs_learned({"each step for itself": agree_alone, "through time": agree_through})

# %% [markdown]
# ### Follow the credit
#
# A network that is half way there, after 100 steps of training, reads one sentence. For every pair of steps: how much does
# the loss at step $s$ say to $W$ as it was used at step $t$? Choose a loss and a use, and follow the path. Before you do:
# what can the loss at step 2 say to the use at step 5?

# %% tags=["story"] id="credit"
halfway, _ = train(0, back_in_time, count=100)
words = "the dogs that I saw today sleep .".split()
read, wanted = [tiny.STOP, *words[:-1]], tiny.encode(words)[None]                     # (1, T)
hs, cache = rnn_forward(embed(tiny.encode(read)[None], halfway["E"]), np.zeros((1, H)), halfway["W"], halfway["b"])
logits_here = readout(hs, halfway["V"], halfway["b_y"])
dhs, _, _ = readout_back(dlogits_of(logits_here, wanted, np.ones(wanted.shape)), hs, halfway["V"])

credit = np.zeros((len(words), len(words)))     # [s, t]: from the loss at s, to W as it was used at t
for s in range(len(words)):
    dh = dhs[:, s]                              # this one loss, and no other
    for t in reversed(range(s + 1)):
        _, dh, dW, _ = step_back(dh, cache[t])
        credit[s, t] = np.sqrt(np.sum(dW**2))   # the length of what arrives
figures.credit_paths(read, words, credit, start=words.index("sleep"))

# %% [markdown]
# All of these are in your $dW$, added up. On the diagonal is what *each step for itself* knew. In the row of *sleep* what
# goes back gets smaller on the way: 200 thousandths at its own step, 9 when it reaches *dogs*. With a longer clause it would
# be less. How much less decides what such a network can learn at all.
#
# **Try it.** Take `count=600` in the first line. Which losses have fallen silent, and which never will? (Every subject is
# followed by one of two verbs, at random.)
#
# ## Into the words

# %% tags=["story"] id="picture_embedding"
figures.backward("embedding")

# %% [markdown]
# Each step's $dx$ belongs to the row of $E$ that was looked up there. So it is added to that row. In numpy that seems to
# be one line:

# %% tags=["story"] id="repeats_are_lost"
some_ids = np.array([[1, 2, 1, 1]])             # the word 1 comes three times
dout = np.ones((1, 4, 2))                       # each time it is told 1, 1

dE = np.zeros((4, 2))
dE[some_ids] += dout
for k, row in enumerate(dE):
    print(f"word {k} comes {np.sum(some_ids == k)} times and hears {row}")

# %% [markdown]
# Word 1 should hear 3, and hears 1. `dE[some_ids] += dout` first fetches the old rows, adds, and then writes them back, and
# three writes to one place leave the last. There is no error and no warning. *the* comes in every sentence of the batch, so
# nearly all it was told would be lost.
#
# $$
# dE_k = \sum_{n,t \,:\, \text{ids}_{nt} = k} \text{dout}_{nt}
# \tag{eq:dE}
# $$
#
# ### Exercise: embed_backward
#
# {{exercise embed_backward}}
#
# Equation (eq:dE). A word that doesn't occur has a row of zeros. (numpy has a function for this very case, and a loop will
# do as well.)

# %% exercise="embed_backward"
def embed_backward(dout, ids, num_embeddings):
    """The way back through xs = E[ids]: equation (eq:dE).

    Arguments: dout (N, T, D), the gradient with respect to xs; ids (N, T), whole numbers from 0 to
    num_embeddings - 1; num_embeddings, how many rows E has.
    Returns dE (num_embeddings, D).
    """
    ### BEGIN SOLUTION
    dE = np.zeros((num_embeddings, dout.shape[2]))
    np.add.at(dE, ids, dout)                       # an id that comes twice is added twice
    return dE
    ### END SOLUTION


# %% [markdown]
# ## Downhill
#
# The gradient points to where the loss grows. So go a little the other way; how little says the **learning rate**, lr. For
# every array $\theta$ of the network,
#
# $$
# \theta \leftarrow \theta - \text{lr} \cdot d\theta
# \tag{eq:sgd}
# $$
#
# With another handful of sentences for each step this is **stochastic gradient descent**, SGD.
#
# ### Exercise: sgd_step
#
# {{exercise sgd_step}}
#
# Equation (eq:sgd), for dicts of arrays. New arrays, please: whoever called may want to compare with the old ones.

# %% exercise="sgd_step"
def sgd_step(params, grads, lr):
    """One step down the gradient, for every parameter: equation (eq:sgd).

    Arguments: params, a dict of arrays by name; grads, a dict with the same keys, each array's gradient; lr, a
    number, the learning rate. Both dicts and their arrays are after the call what they were before.
    Returns new: a dict of arrays with the keys of params.
    """
    ### BEGIN SOLUTION
    return {name: param - lr * grads[name] for name, param in params.items()}
    ### END SOLUTION


# %% [markdown]
# How far should a step go? The gradient knows the slope where it stands and nothing of what comes after. With a learning
# rate of 8 in place of 1:

# %% tags=["story", "long"] id="too_far"
_, far = train(0, back_in_time, count=300, lr=8.0)
training.loss_curves({"lr = 8": far}, {"guessing": np.log(K)}, tiny.best_loss(), "Seed 0.")

# %% [markdown]
# It is thrown about, again and again to where a network that knows nothing is better. A step that goes too far lands on
# steep ground, and the next one starts from there.
#
# A smaller learning rate helps, and makes *every* step shorter, on flat ground too. Or one keeps the rate and puts a limit on
# how far a single step may go. All arrays together are one long list of numbers, which has a length (a norm):
#
# $$
# \lVert g \rVert = \sqrt{\sum_{\text{all arrays}} \sum_{\text{all entries}} g^2}
# \tag{eq:norm}
# $$
#
# Where it is above the limit, all of them are shortened by one and the same factor:
#
# $$
# g \leftarrow g \cdot \min\!\left(1, \frac{\text{max\_norm}}{\lVert g \rVert}\right)
# \tag{eq:clip}
# $$
#
# Why one factor? Cutting each number off by itself seems simpler.

# %% tags=["story"] id="two_ways_to_clip"
g, limit = np.array([8.0, 2.0]), 4.0
figures.two_clips(g, g * limit / np.sqrt(np.sum(g**2)), np.clip(g, -limit, limit))

# %% [markdown]
# The direction was the message. A number that is cut off by itself changes it, and so does a norm for each array.
#
# ### Exercise: clip_by_norm
#
# {{exercise clip_by_norm}}
#
# Equations (eq:norm) and (eq:clip). Return also the norm that was there *before*: whoever trains wants to see it.

# %% exercise="clip_by_norm"
def clip_by_norm(grads, max_norm):
    """All gradients shortened by one factor, where they are too long together: equations (eq:norm) and (eq:clip).

    Arguments: grads, a dict of arrays of any shapes, by name; max_norm, a number above 0.
    Returns (clipped, norm): clipped, a dict of arrays with the keys of grads; norm, a number, the length that the
    gradients had before.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(grad * grad) for grad in grads.values()))
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: scale * grad for name, grad in grads.items()}, norm
    ### END SOLUTION


# %% tags=["story"] id="your_clip"
clip = mine("clip_by_norm")
norms = []  # before clipping


def at_most(max_norm):
    """What limits the gradients of a training to max_norm, and notes how long they were."""
    def limit(grads):
        clipped, norm = clip(grads, max_norm)
        norms.append(norm)
        return clipped
    return limit


# %% tags=["story", "long"] id="held_back"
norms.clear()
_, held = train(0, back_in_time, count=300, lr=8.0, limit=at_most(0.25))
both = {"lr = 8": far, "lr = 8, clipped at 0.25": held}
training.loss_curves(both, {"guessing": np.log(K)}, tiny.best_loss(), "Seed 0.")
print(f"longest gradient {max(norms):.1f}; {np.mean(np.array(norms) > 0.25):.0%} of the steps were shortened")

# %% [markdown]
# It learns again. To be honest: with a learning rate of 1 this network has no need of clipping, and it learns better. Longer
# sequences have. There a gradient may grow by a factor at every step back, and no learning rate fits the long ones and the
# short ones.
#
# **Try it.** Clip at 1.0, then at 0.05. How many of the steps are shortened? What has become of the length of the steps
# when it is nearly all of them?
#
# ## Is all of it right?
#
# Five functions, each of which passed alone. And together? The judge has spoken already: `measured` holds the gradient of
# every array, by 1,500 forward passes. Yours takes one pass forward and one back.

# %% tags=["story"] id="all_of_it"
begun = perf_counter()
for _ in range(20):
    loss, grads = gradients(params, batch, back_in_time)
milliseconds = 1000 * (perf_counter() - begun) / 20
for name, grad in grads.items():
    print(f"d{name:4s} {grad.shape!s:9s} relative error {relative_error(grad, measured[name]):.0e}")
print(f"{milliseconds:.1f} ms; by differences {1000 * seconds:.0f} ms")
print(f"as long as {2 * weights * milliseconds / 1000 / seconds:.1f} forward passes, and not {2 * weights}")

# %% [markdown]
# Every slope of the network, to eight digits and more, for the price of a few forward passes. And it stays a few, however
# many weights there are.
#
# ## With your own gradients only
#
# Now train it. The opponents are the untrained network, and a model that sees the last $k$ words and nothing else. We don't
# even train the latter: the language is small enough to say what the best of them could reach.

# %% tags=["story"] id="windows"
def best_window(k):
    """The smallest loss of any model that sees the last k words of the sentence and nothing else."""
    seen = {}  # what was seen: how likely each next word is, together with it
    for words, weight in tiny.sentences():
        padded = [tiny.STOP] * k + words
        for t, word in enumerate(words):
            following = seen.setdefault(tuple(padded[t : t + k]), dict.fromkeys(tiny.WORDS, 0.0))
            following[word] += weight
    tables = [np.array(list(following.values())) for following in seen.values()]
    cost = sum(-np.sum(f[f > 0] * np.log(f[f > 0] / f.sum())) for f in tables)
    return cost / sum(f.sum() for f in tables)


for k in range(6):
    print(f"the last {k} words: {best_window(k):.3f}")
print(f"all words:        {tiny.best_loss():.3f}")

# %% [markdown]
# One, two or three words make no difference: the subject is further away. Five are enough for this language, because its
# longest clause has four; the next longer clause would want six.

# %% tags=["story", "long"] id="training"
trained, losses = train(0, back_in_time, limit=at_most(1.0))
training.loss_curves({"your network": losses}, {"a window of three": best_window(3)}, tiny.best_loss(), "Seed 0.")
print(f"untrained                       {loss_of(start_weights(0), *FRESH):.3f}")
print(f"the best with a window of three {best_window(3):.3f}")
print(f"your network                    {loss_of(trained, *FRESH):.3f}")
print(f"the best that is possible       {tiny.best_loss():.3f}")
for clause, share in agreement(trained).items():
    print(f"verbs that agree after {clause or 'the subject itself':18s} {share:.0%}")

# %% [markdown]
# Better than the network you began with, better than any window of three, and near the best there is. The gradients were
# yours: no library has differentiated anything.
#
# **Try it.** Train with `count=100`, then with 2,000. What does it know after 100 steps that a window of three doesn't? Then
# take another seed.
#
# ## A wrong gradient that learns
#
# The loss came down to where it should. Would it have come down with a wrong gradient? Six mistakes that people make,
# each of them done by handing *your* function a cache in which something is not what it should be. Beside the error we ask
# for the angle between the wrong gradient and the right one, both as one long list of numbers.

# %% tags=["story"] id="mistakes"
def without_h(W):
    """W with zeros in the rows that meet h."""
    return np.concatenate([np.zeros((H, H)), W[H:]])


mistakes = {
    "right": lambda x, h_prev, h, W: (x, h_prev, h, W),
    "h of after the step in dW": lambda x, h_prev, h, W: (x, h, h, W),
    "W's rows for x taken first": lambda x, h_prev, h, W: (x, h_prev, h, np.roll(W, D, axis=0)),
    "W's rows for h not transposed": lambda x, h_prev, h, W: (x, h_prev, h, np.concatenate([W[:H].T, W[H:]])),
    "h0 at every step in dW": lambda x, h_prev, h, W: (x, 0 * h_prev, h, W),
    "nothing handed on in time": lambda x, h_prev, h, W: (x, h_prev, h, without_h(W)),
    "1 - tanh(h)**2 for tanh's slope": lambda x, h_prev, h, W: (x, h_prev, np.tanh(h), W),
}


def degrees(one, other):
    """The angle between two gradients."""
    a, b = (np.concatenate([grads[name].ravel() for name in params]) for grads in (one, other))
    return np.degrees(np.arccos(min(1.0, a @ b / np.sqrt((a @ a) * (b @ b)))))


def mistaken(change):
    """The way back in time with caches that are changed on the way."""
    return lambda dhs, cache: back_in_time(dhs, [change(*kept) for kept in cache])


# %% tags=["story"] id="how_wrong"
_, right = gradients(params, batch, back_in_time)
how_wrong = {}
for name, change in mistakes.items():
    _, wrong = gradients(params, batch, mistaken(change))
    how_wrong[name] = max(relative_error(wrong[array], right[array]) for array in right)
    print(f"{name:32s} relative error {how_wrong[name]:4.2f}, {degrees(wrong, right):2.0f} degrees from the right one")

# %% [markdown]
# Which of them will learn? Make a guess for each, and let three networks be trained with it.

# %% tags=["story", "long"] id="wrong_and_learning"
ends = {}
for name, change in mistakes.items():
    runs = [train(seed, mistaken(change), limit=at_most(1.0)) for seed in range(3)]
    ends[name] = [loss_of(ended, *FRESH) for ended, _ in runs]
figures.outcomes(ends, how_wrong, tiny.best_loss(), best_window(3))

# %% [markdown]
# Read the picture from top to bottom, and say which of these gradients you would have called right by its results. The
# second and the third are off by 90 % and more, and what was learned with them can't be told from what was learned with
# the right one. At the start all of them point less than 45 degrees away from it, and whoever walks roughly downhill gets
# down.
#
# The last is off by least of all six, and next to nothing is learned. A saturated unit has a slope near 0; this one says
# 0.42, which is $1 - \tanh^2(1)$, and goes on pushing where there is nothing to be had.
#
# So **a falling loss proves nothing about the gradient**, and how large its error is says nothing about the loss. A gradient
# check takes a second, and all six fail it.
#
# **Try it.** Put a mistake of your own into `mistakes`: leave half of $h$ out, swap `x` with zeros, double $W$. Guess first
# whether it will learn.
#
# ## Quiz
#
# {{quiz}}
#
# Put the letter of your answer in place of each `None`, for instance `q1 = "a"`, and run both cells.

# %% exercise="quiz"

# %% [markdown]
# ## Summary
#
# | the way back through | equation | shape |
# |---|---|---|
# | softmax and mean cross-entropy | $\text{dlogits} = (p - y)\, m / M$ | $(N, T, K)$ |
# | the readout | $\text{dhs} = \text{dlogits}\,V^\top$, $dV = \sum \text{hs}^\top \text{dlogits}$ | $(N, T, H)$, $(H, K)$ |
# | tanh | $dz = dh \odot (1 - h^2)$ | $(N, H)$ |
# | one step | $dW_t = [h_{t-1}, x_t]^\top dz$, $[dh_{t-1} \mid dx_t] = dz\,W^\top$ | $(H + D, H)$, $(N, H + D)$ |
# | time | $dh_t = \text{dhs}_t + dh_{t-1}$ of step $t + 1$, $dW = \sum_t dW_t$ | $(N, H)$, $(H + D, H)$ |
# | the embedding | $dE_k = \sum_{\text{ids} = k} \text{dout}$ | $(K, D)$ |
#
# - What was multiplied gets the other factor. What was used several times gets the sum: over sequences, over steps, over
#   repeated words.
# - Enough to keep of a step: $x_t$, $h_{t-1}$, $h_t$ and $W$. The memory grows with the length of the sequence.
# - From the last step to the first: add what comes from above to what comes from the future, then go back one step.
# - Differences with $h = 10^{-5}$ check any gradient to nine digits or so. Smaller is not better.
# - Clip all arrays together by one norm; the direction stays.
# - A loss that falls is no proof. A gradient check is.
#
# ### References
#
# - P. J. Werbos. Backpropagation through time: what it does and how to do it. *Proceedings of the IEEE* 78(10),
#   1550-1560, 1990. The method of this unit, by one of those who found it.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams. Learning representations by back-propagating errors. *Nature* 323,
#   533-536, 1986. The chain rule, walked backwards.
# - R. Pascanu, T. Mikolov and Y. Bengio. On the difficulty of training recurrent neural networks. In *ICML*, 2013.
#   Clipping by the norm, and why gradients explode.
# - J. Nocedal and S. J. Wright. *Numerical Optimization*, 2nd edition. Springer, 2006. Section 8.1: how far to step in a
#   finite difference.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind. Automatic differentiation in machine learning: a survey.
#   *Journal of Machine Learning Research* 18(153), 1-43, 2018. What libraries do in place of your pencil.
# - I. Goodfellow, Y. Bengio and A. Courville. *Deep Learning*. MIT Press, 2016. Section 10.2.2: the gradient of a recurrent
#   network.
