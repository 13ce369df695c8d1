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
# # Unit 07: Making it learn
#
# **What you will be able to do.** Train an LSTM with nothing but your own code, from its first weights to its last
# step. Solve with it the tasks that the LSTM was invented for, in 1997, and say what decides whether it does. Read off
# what a trained network knows.
#
# **What you need.** The LSTM of unit 05 and its backward pass of unit 06, the readout's and the loss's of unit 02 (what
# you didn't write there comes ready-made). No new calculus.
#
# **How long it takes.** About four hours. Some five minutes of these are the computer's, in pieces of a minute or less,
# most of which can be interrupted and taken up again.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, readout, readout_backward = mine("sigmoid"), mine("readout"), mine("readout_backward")
cross_entropy, cross_entropy_backward = mine("cross_entropy"), mine("cross_entropy_backward")
clip_by_norm, lstm_backward = mine("clip_by_norm"), mine("lstm_backward")


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


def softmax_loss(outputs, targets, mask):
    """Classes: outputs (N, T, K) are logits, targets (N, T) whole numbers -> the loss, and its gradient (N, T, K)."""
    return cross_entropy(outputs, targets, mask), cross_entropy_backward(outputs, targets, mask)


def squared_loss(outputs, targets, mask):
    """Numbers: outputs and targets (N, T, K) -> the mean square over the steps that count, its gradient (N, T, K)."""
    error, count = (outputs - targets) * mask[..., None], max(mask.sum(), 1.0)
    return np.sum(error * error) / count, 2 * error / count


def start_adam(params):
    """What adam_step remembers of each parameter, before the first step."""
    return {name: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for name, p in params.items()}

# %% [markdown]
# ## A gradient is not yet learning
#
# Unit 06 ended with a gradient that has passed its check. It says which way to go from where the weights *are*. So
# where are they, before anything was learned? And how far does one go?
#
# Something to learn first. Strings like these come from a small grammar; after each symbol the network says which one
# comes next.

# %% tags=["story"] id="strings"
from grader.data import reber
from grader.figures import learning as figures

D = K = len(reber.SYMBOLS)                      # a symbol comes in as one-hot, and one logit a symbol goes out
rng = np.random.default_rng(0)
for _ in range(3):
    print(" ".join(reber.string(rng)))


def strings(N, rng):
    """A batch of N strings: xs (N, T, D), targets (N, T), mask (N, T)."""
    ids, targets, mask = reber.batch(N, rng)
    return np.eye(D)[ids], targets, mask


# %% tags=["story"] id="gradients"
downhill = mine("sgd_step")                     # the others were fetched in the setup cell


def gradients(params, batch):
    """The loss of a batch, and the gradient of every array: all that you built up to here."""
    nothing = np.zeros((len(batch[0]), len(params["V"])))                      # (N, H)
    hs, _, cache = lstm_forward(batch[0], nothing, nothing, params["W"], params["b"])
    loss, dlogits = softmax_loss(readout(hs, params["V"], params["b_y"]), *batch[1:])
    above, dV, db_y = readout_backward(dlogits, hs, params["V"])
    _, _, _, dW, db = lstm_backward(above, nothing, cache)
    return loss, {"W": dW, "b": db, "V": dV, "b_y": db_y}


# %% [markdown]
# Three ways to begin: zeros, a small number everywhere, large random numbers. Each takes 200 steps down your gradient.

# %% tags=["story"] id="three_starts"
H = 8
shapes = {"W": (H + D, 4 * H), "b": (4 * H,), "V": (H, K), "b_y": (K,)}
rng = np.random.default_rng(0)
starts = {
    "zeros": {name: np.zeros(shape) for name, shape in shapes.items()},
    "0.1 everywhere": {name: np.full(shape, 0.1) for name, shape in shapes.items()},
    "normal, times 5": {name: 5 * rng.normal(size=shape) for name, shape in shapes.items()},
}
example, nothing = strings(1, np.random.default_rng(5))[0], np.zeros((1, H))
held = {}
for name, begun in starts.items():
    params, draw = begun, np.random.default_rng(1)
    for _ in range(200):
        loss, grads = gradients(params, strings(32, draw))
        params = downhill(params, clip_by_norm(grads, 1.0)[0], 1.0)
    changed = sum(np.sum(params[array] != begun[array]) for array in shapes)
    print(f"{name:15s} loss {loss:.2f}; {changed} of {sum(map(np.size, params.values()))} weights have moved")
    cache = lstm_forward(example, nothing, nothing, params["W"], params["b"])[2]
    held[name] = np.array([step[7][0] for step in cache])                      # c, the eighth of the nine: (T, H)

# %% tags=["story"] id="picture_starts"
figures.cells_alike(held)

# %% [markdown]
# Guessing has a loss of 1.95, and 0.44 can be reached. Zeros: nothing is read out, so no slope gets to the LSTM; $b_y$
# alone has moved. The same number everywhere: eight cells, told the same, stay one cell for good. Large numbers: the
# gates are thrown open and shut, where they are flat.
#
# So the first weights should be *different*, and such that $z$ is neither 0 nor large. A sum of $D$ numbers of size 1
# with weights of size $1/\sqrt{D}$ is again of size 1. For the rows that meet $h$ take unit 03's way, an orthogonal
# matrix for each gate. And the forget gates begin open:
#
# $$
# \begin{align}
# W^{x} &\sim \text{mean } 0, \ \text{standard deviation } 1/\sqrt{D} && (D, 4H) \tag{eq:input_scale} \\
# Q^\top Q &= 1 \ \text{ for each block } Q \text{ of } W^{h} = [\,Q_i \mid Q_f \mid Q_g \mid Q_o\,] && (H, H)
# \tag{eq:orthogonal} \\
# b &= [\,0 \mid \text{forget\_bias} \mid 0 \mid 0\,] && (4H,) \tag{eq:forget_bias}
# \end{align}
# $$
#
# where $W^h$ are the first $H$ rows of $W$, and $W^x$ the last $D$.
#
# ### Exercise: init_lstm
#
# {{exercise init_lstm}}
#
# Equations (eq:input_scale) to (eq:forget_bias). Every draw comes from `rng`. An orthogonal matrix is the first thing
# that `np.linalg.qr` returns for a square matrix of normal numbers; each block has one of its own.

# %% exercise="init_lstm"
def init_lstm(D, H, forget_bias, rng):
    """An LSTM's weights before it has learned anything: equations (eq:input_scale) to (eq:forget_bias).

    Arguments: D, how many inputs; H, how many cells; forget_bias, a number; rng, one of numpy's random generators,
    np.random.default_rng(...), from which everything is drawn.
    Returns (W, b): W (H + D, 4H), whose last D rows hold independent numbers of mean 0 and standard deviation
    1 / sqrt(D), and whose first H rows hold four orthogonal blocks (H, H), each another one; b (4H,), zeros but for
    the forget gate.
    """
    ### BEGIN SOLUTION
    W = rng.normal(size=(H + D, 4 * H)) / np.sqrt(D)
    for k in range(4):
        W[:H, k * H : (k + 1) * H] = np.linalg.qr(rng.normal(size=(H, H)))[0]  # Q of a random matrix is orthogonal
    b = np.zeros(4 * H)
    b[H : 2 * H] = forget_bias
    return W, b
    ### END SOLUTION



# %% [markdown]
# Stuck? `hint("init_lstm")`, or with any other exercise's name, in a cell of your own. Each call says a little more.
#
# There is no one right answer here, as numbers are drawn. So the check looks at *properties*: are the blocks
# orthogonal, is each another one, how widely do the rest scatter?

# %% tags=["story"] id="your_start"
first_weights = mine("init_lstm")


def new_network(D, H, K, forget_bias, rng):
    """An LSTM of H cells with a readout of K numbers, before it has learned anything."""
    W, b = first_weights(D, H, forget_bias, rng)
    return {"W": W, "b": b, "V": rng.normal(size=(H, K)) / np.sqrt(H), "b_y": np.zeros(K)}


params, draw = new_network(D, H, K, 1.0, np.random.default_rng(0)), np.random.default_rng(1)
for _ in range(200):
    loss, grads = gradients(params, strings(32, draw))
    params = downhill(params, clip_by_norm(grads, 1.0)[0], 1.0)
print(f"your start: loss {loss:.2f}")

# %% [markdown]
# **Try it.** Put a line `params["W"] = 5 * params["W"]` before the loop; or take a forget bias of 0, or of 10, in place of
# 1.0. Which of them does harm in 200 steps, and which doesn't?
#
# ### Why open?
#
# With all biases 0 a forget gate begins around a half, and what was written ten steps ago is a thousandth of what it
# was. So is its gradient: unit 06's carousel is the product of these gates. Before you drag: which bias leaves half of
# $c$ after 100 steps?

# %% tags=["story"] id="turn_bias"
figures.forget_dial(mine("sigmoid"))

# %% [markdown]
# A bias of 1, as many libraries have it, lasts for two steps. A task of a hundred steps takes a good deal more. Keep that in
# mind; it will decide something.
#
# ## One learning rate for all of them?
#
# How far to go? `sgd_step` goes `lr` times the slope, with one `lr` for all the weights. So how large are the slopes,
# array by array?

# %% tags=["story"] id="slopes"
params = new_network(D, H, K, 1.0, np.random.default_rng(0))
_, grads = gradients(params, strings(256, np.random.default_rng(9)))
sizes = {}
for k, gate in enumerate("ifgo"):
    block = slice(k * H, (k + 1) * H)
    sizes |= {f"{gate}: h": grads["W"][:H, block], f"{gate}: x": grads["W"][H:, block], f"b_{gate}": grads["b"][block]}
sizes |= {"V": grads["V"], "b_y": grads["b_y"]}
figures.slopes_by_array({"before training": {name: np.sqrt(np.mean(g**2)) for name, g in sizes.items()}})

# %% [markdown]
# A factor of a hundred or two between the readout's bias and the rows that let the gates hear $h$, which are those that
# a memory is made of. A learning rate that is right for the one is far too small for the other. And which is right for
# whom changes while it learns.
#
# So let each weight have a size of its own to go by. Keep, for each, a running mean of its slopes, $m$, and one of
# their squares, $v$, and go by the first *divided by the root of the second*. Both means begin at 0, and are too small
# as long as there were few steps; so they are divided by how much of a mean they are. With $g$ for the gradient, and $t
# = 1$ in the first step:
#
# $$
# \begin{align}
# m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \tag{eq:first_moment} \\
# v &\leftarrow \beta_2 v + (1 - \beta_2)\, g \odot g \tag{eq:second_moment} \\
# \hat m &= m / (1 - \beta_1^{t}), \qquad \hat v = v / (1 - \beta_2^{t}) \tag{eq:corrected} \\
# \theta &\leftarrow \theta - \text{lr}\; \hat m / (\sqrt{\hat v} + \epsilon) \tag{eq:adam}
# \end{align}
# $$
#
# This is **Adam** (Kingma and Ba, 2015). $\epsilon$, next to nothing, keeps it from dividing by 0. What it has to
# remember from step to step, $m$, $v$ and how many steps there were, is its *state*: a dict, and one for each array.
#
# ### Exercise: adam_step
#
# {{exercise adam_step}}
#
# Equations (eq:first_moment) to (eq:adam), for one array. Kept are $m$ and $v$, and not the corrected ones. New arrays
# and a new dict, please: what came in stays as it was.

# %% exercise="adam_step"
def adam_step(param, grad, state, lr, beta1, beta2, eps):
    """One step of Adam for one array: equations (eq:first_moment) to (eq:adam).

    Arguments: param, an array of any shape; grad, its gradient, of the same shape; state, a dict that holds what is
    remembered of the steps before: "m" and "v", arrays in the shape of param, and "t", a whole number, how many steps
    were made before this one; lr, beta1, beta2 and eps, numbers. None of them is changed.
    Returns (new, new_state): new, the parameter after the step; new_state, a dict like state, for the next step.
    """
    ### BEGIN SOLUTION
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    v = beta2 * state["v"] + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    new = param - lr * m_hat / (np.sqrt(v_hat) + eps)
    return new, {"m": m, "v": v, "t": t}
    ### END SOLUTION



# %% [markdown]
# What does that do to a step? One weight, 50 steps, `lr = 0.1` for both. The gradient has a size, and it may waver
# around it. Before you drag: how far does Adam come if the gradient is a million times as large? And if it wavers so
# much that it points the wrong way half of the time?

# %% tags=["story"] id="turn_steps"
adam_of, sgd_of = mine("adam_step"), mine("sgd_step")


def two_ways(slopes, lr):
    """How far SGD and Adam have come along these slopes, (steps + 1,) each."""
    place, far, state = {"w": np.zeros(1)}, np.zeros(1), {"m": np.zeros(1), "v": np.zeros(1), "t": 0}
    ways = {"SGD": [0.0], "Adam": [0.0]}
    for slope in slopes:
        grad = np.array([-slope])               # downhill is to the right
        place = sgd_of(place, {"w": grad}, lr)
        far, state = adam_of(far, grad, state, lr, 0.9, 0.999, 1e-8)
        ways["SGD"].append(place["w"][0])
        ways["Adam"].append(far[0])
    return ways


figures.step_dial(two_ways)

# %% [markdown]
# <details>
# <summary>Show the answers</summary>
#
# As far as with any other size: 50 steps of 0.1. Adam knows the slope's *sign and how steady it is*, and not its size.
# Where it wavers, $v$ is large and $m$ is not, and the steps get short.
#
# </details>
#
# ## All of it in one step
#
# Now put everything together that you have written: forward, the loss and its gradient, back through the readout, back
# through the LSTM, clip, Adam. It is the only function of a training that has to be right, and you have all of its
# pieces.
#
# Two things make it useful for more than one task. The loss comes as an argument, a function that also gives its
# gradient. And the step is handed the states to start from, and hands back those it ends with. Most tasks start from
# zeros; when we come to a stream you will need the others.

# %% [markdown]
# ### Exercise: train_step
#
# {{exercise train_step}}
#
# Forward from `start`, the loss, backward, clipping, a step of Adam for each of the four arrays. `lstm_forward`,
# `readout`, `readout_backward`, `lstm_backward` and `clip_by_norm` were fetched in the setup cell, `adam_step` is
# yours. Adam's betas are 0.9 and 0.999, its epsilon is 1e-8. No loss looks at the last cell state, so dc_T is zeros.

# %% exercise="train_step"
def train_step(params, adam, batch, start, loss_fn, lr, max_norm):
    """One step of learning: forward, loss, backward, all gradients clipped together, and a step of Adam for each array.

    Arguments: params, a dict of the LSTM's W (H + D, 4H) and b (4H,) and the readout's V (H, K) and b_y (K,); adam,
    a dict with the same keys, each array's state for adam_step: a dict of m, v and t; batch, a tuple (xs, targets,
    mask) with xs (N, T, D), mask (N, T) and targets as loss_fn wants them; start, a tuple (h0, c0) of the states
    before the first step, each (N, H); loss_fn, a function: loss_fn(outputs, targets, mask) returns the loss and its
    gradient, (N, T, K) as the readout's outputs; lr and max_norm, numbers. None of them is changed.
    Returns (new_params, new_adam, loss, end): the dicts after the step; loss, a number, that of params as they came;
    end, a tuple of the states h and c after the last step, each (N, H).
    """
    ### BEGIN SOLUTION
    xs, targets, mask = batch
    hs, c_T, cache = lstm_forward(xs, *start, params["W"], params["b"])
    loss, doutputs = loss_fn(readout(hs, params["V"], params["b_y"]), targets, mask)
    dhs, dV, db_y = readout_backward(doutputs, hs, params["V"])
    _, _, _, dW, db = lstm_backward(dhs, np.zeros_like(c_T), cache)  # no loss looks at c_T
    grads, _ = clip_by_norm({"W": dW, "b": db, "V": dV, "b_y": db_y}, max_norm)
    new_params, new_adam = {}, {}
    for name, param in params.items():
        new_params[name], new_adam[name] = adam_step(param, grads[name], adam[name], lr, 0.9, 0.999, 1e-8)
    return new_params, new_adam, loss, (hs[:, -1], c_T)
    ### END SOLUTION



# %% tags=["story"] id="first_steps"
one_step = mine("train_step")
params = new_network(D, H, K, 1.0, np.random.default_rng(0))
adam, draw, nothing = start_adam(params), np.random.default_rng(1), np.zeros((32, H))
for _ in range(300):
    params, adam, loss, _ = one_step(params, adam, strings(32, draw), (nothing, nothing), softmax_loss, 0.01, 1.0)
fresh = strings(256, np.random.default_rng(99))              # strings that no training sees
young = params
print(f"after 300 steps: loss {gradients(young, fresh)[0]:.2f}; the best that is possible is {reber.best_loss():.2f}")

# %% [markdown]
# From 1.95 to 0.52, and 0.44 is all that can be had: that looks nearly done. What is missing?
#
# ## The first task of 1997
#
# To tell, one has to know the language. It is the **embedded Reber grammar**, the first task in the paper that the LSTM
# comes from (Hochreiter and Schmidhuber, 1997).

# %% tags=["story"] id="picture_grammar"
figures.grammar(reber.ARROWS)

# %% [markdown]
# Within a branch what comes next follows from the last few symbols. But to know which branch it is in, one has to
# remember the second symbol, T or P, until the last but one, which is the same again. In between are five symbols or
# more, which say nothing of it.
#
# So let us not ask how good the network is, but *where*.
#
# $$
# \text{accuracy}_t = \frac{\sum_n m_{nt}\, [\,\arg\max_k \text{logits}_{ntk} = y_{nt}\,]}{\sum_n m_{nt}},
# \qquad \text{and } 0 \text{ where } \textstyle\sum_n m_{nt} = 0
# \tag{eq:accuracy}
# $$
#
# ### Exercise: accuracy_by_step
#
# {{exercise accuracy_by_step}}
#
# Equation (eq:accuracy). Padding is neither right nor wrong: it isn't counted.

# %% exercise="accuracy_by_step"
def accuracy_by_step(logits, targets, mask):
    """The share of right answers at each step, among the sequences that count there: equation (eq:accuracy).

    Arguments: logits (N, T, K); targets (N, T), the right class at every step, whole numbers; mask (N, T), 1.0 where
    a step counts and 0.0 where not.
    Returns accuracy (T,): numbers from 0 to 1; 0 at a step that counts in no sequence.
    """
    ### BEGIN SOLUTION
    right = (logits.argmax(axis=2) == targets) * mask      # (N, T)
    return right.sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    ### END SOLUTION



# %% [markdown]
# Strings have different lengths, so we put them flush right and count from their ends. Beside your network's line
# stands how often the grammar leaves no choice: there a network that has understood it is always right.

# %% tags=["story"] id="from_the_end"
by_step = mine("accuracy_by_step")


def logits_of(params, xs):
    """What a network says at every step, begun with zeros: (N, T, K)."""
    nothing = np.zeros((len(xs), len(params["V"])))
    return readout(lstm_forward(xs, nothing, nothing, params["W"], params["b"])[0], params["V"], params["b_y"])


ids, targets, mask = reber.batch(256, np.random.default_rng(99))               # the fresh strings once more
allowed = reber.legal(reber.states(ids))                                       # (N, T, 7): what may come next
order = np.argsort(mask, axis=1, kind="stable")                                # the padding first, then the string


def last_eight(logits):
    """The accuracy at each string's last eight steps, (8,): no string has fewer."""
    flush = [np.take_along_axis(one, order, axis=1) for one in (targets, mask)]
    return by_step(np.take_along_axis(logits, order[..., None], axis=1), *flush)[-8:]


sure = np.take_along_axis((allowed.sum(axis=2) == 1) * mask, order, axis=1).mean(axis=0)[-8:]
shares = {"after 300 steps": last_eight(logits_of(young, np.eye(D)[ids])), "there is no choice": sure}
figures.by_step(shares, "256 fresh strings, counted from their ends.", first=-8)

# %% [markdown]
# Where there is a choice your network guesses, as everybody has to. Where there is none it is right, but for one step, the
# last but one: only one symbol may come there, and your network tosses a coin. It is one step of ten, so the loss hardly
# shows it.
#
# So from here on nobody looks at a loss alone. A string is *right* if at every step the symbols that may come are all
# held likelier than those that may not; that is what the paper counts.

# %% tags=["story"] id="reber_right"
def strings_wrong(params, say=logits_of):
    """The share of 256 fresh strings that are not right at every step."""
    fine = reber.legal_first(say(params, np.eye(D)[ids]), allowed)             # (N, T)
    return np.mean(np.any(~fine & (mask == 1), axis=1))


print(f"after 300 steps {strings_wrong(young):.0%} of the strings are wrong")

# %% [markdown]
# Now let it go on until all of them are right. From here on a training is your `train_step`, called again and again,
# with a bar beside it that says how long it will take. A run can be interrupted (the stop button): what it has made is
# kept in your workspace, and when the cell is run again it goes on from there, also tomorrow. It begins anew where
# anything has changed that it is made of, your functions for one.

# %% tags=["story", "long"] id="how_to_learn"
from grader.runs import run


def learn(name, network, draw, loss_fn, wrong, *, steps, seed, lr=0.01, N=32, every=100, take=one_step):
    """Train a network on batches of N until the share of wrong answers is 0, for so many steps at most."""

    def step(state, rng):
        params, adam = state
        batch = draw(N, rng)
        nothing = np.zeros((N, len(params["V"])))                              # (N, H)
        params, adam, loss, _ = take(params, adam, batch, (nothing, nothing), loss_fn, lr, 1.0)
        return (params, adam), loss

    def wrong_share(state):
        return wrong(state[0])

    start = (network, start_adam(network))
    return run(name, step, start, steps=steps, seed=seed, watch=wrong_share, until=0.0, every=every)


# %% tags=["story", "long"] id="reber_lstm"
quick = {"lr": 0.02, "N": 16, "every": 50}
solved = []
for seed in range(3):
    network = new_network(D, 12, K, 1.0, np.random.default_rng(seed))
    solved.append(learn(f"Reber LSTM {seed}", network, strings, softmax_loss, strings_wrong, steps=4000, seed=seed, **quick))

# %% [markdown]
# And the plain RNN, with the same number of units, the same steps of Adam, and unit 02's way back:

# %% tags=["story"] id="plain_rnn"
plain_back = mine("rnn_backward")


def plain_forward(xs, h0, W, b):
    """Unit 02's forward pass: xs (N, T, D), h0 (N, H) -> hs (N, T, H), and what rnn_backward takes."""
    h, hs, cache = h0, [], []
    for x in xs.transpose(1, 0, 2):  # T times (N, D)
        h_prev, h = h, np.tanh(np.concatenate([h, x], axis=1) @ W + b)
        hs.append(h)
        cache.append((x, h_prev, h, W))
    return np.stack(hs, axis=1), cache


def plain_network(D, H, K, rng):
    """A plain RNN with a readout, before it has learned anything: orthogonal, like a block of yours."""
    W = np.vstack([np.linalg.qr(rng.normal(size=(H, H)))[0], rng.normal(size=(D, H)) / np.sqrt(D)])
    return {"W": W, "b": np.zeros(H), "V": rng.normal(size=(H, K)) / np.sqrt(H), "b_y": np.zeros(K)}


# %% tags=["story"] id="plain_step"
def moved(params, adam, grads, lr, max_norm):
    """What clipping and Adam make of gradients: the new parameters, and what Adam keeps."""
    short, _ = clip_by_norm(grads, max_norm)
    both = {name: adam_of(params[name], short[name], adam[name], lr, 0.9, 0.999, 1e-8) for name in params}
    return {name: new for name, (new, _) in both.items()}, {name: kept for name, (_, kept) in both.items()}


def plain_step(params, adam, batch, start, loss_fn, lr, max_norm):
    """train_step for the plain RNN."""
    hs, cache = plain_forward(batch[0], start[0], params["W"], params["b"])
    loss, slopes = loss_fn(readout(hs, params["V"], params["b_y"]), *batch[1:])
    above, dV, db_y = readout_backward(slopes, hs, params["V"])
    _, _, dW, db = plain_back(above, cache)
    return *moved(params, adam, {"W": dW, "b": db, "V": dV, "b_y": db_y}, lr, max_norm), loss, start


def plain_logits(params, xs):
    """What a plain RNN says at every step: (N, T, K)."""
    hs, _ = plain_forward(xs, np.zeros((len(xs), len(params["V"]))), params["W"], params["b"])
    return readout(hs, params["V"], params["b_y"])


# %% tags=["story"] id="curves"
def curves(runs, N=32):
    """What was watched in each run: how many sequences it had seen, and the share of wrong answers."""
    return [(N * np.array([at for at, _ in one.watched]), [value for _, value in one.watched]) for one in runs]


def plain_wrong(params):
    """strings_wrong for a plain RNN."""
    return strings_wrong(params, plain_logits)


# %% tags=["story", "long"] id="reber_plain"
plain = []
for seed in range(3):
    network = plain_network(D, 12, K, np.random.default_rng(seed))
    plain.append(learn(f"Reber RNN {seed}", network, strings, softmax_loss, plain_wrong, steps=4000, seed=seed,
                       take=plain_step, **quick))

# %% tags=["story", "long"] id="reber_compared"
for name, runs, wrong in (("your LSTM", solved, strings_wrong), ("plain RNN", plain, plain_wrong)):
    for seed, one in enumerate(runs):
        print(f"{name}, seed {seed}: {wrong(one.state[0]):.0%} wrong after {16 * one.steps:,} strings, {one.seconds:.0f} s")
figures.progress({"your LSTM": curves(solved, N=16), "plain RNN": curves(plain, N=16)}, {"a coin": 0.5},
                 "share of strings wrong", "Seeds 0, 1 and 2; a line ends where 256 fresh strings are right.")

# %% [markdown]
# Your LSTM remembers. It took some 5,000 to 15,000 strings and a few seconds; the paper's best network took 8,440. And
# it was your own gradients all the way.
#
# But so does the plain RNN, with hardly more strings! The paper says otherwise. Of the networks that others had tried
# on this task a half or fewer got there, and Elman's, which are plain RNNs, not once. Those had no Adam and no
# clipping, and did not begin orthogonal. And ten steps are a distance that a plain RNN can bridge, as unit 03 found.
# What was published in 1997 was true of the networks of 1997. To see what the gates are for we shall need a longer
# task.
#
# **Try it.** In a cell of your own, train an LSTM with 4 cells in place of 12 (`new_network(D, 4, K, ...)`, and another
# name for the run), then one with 24. With which is it solved in fewest strings, and with which in fewest seconds?
#
# ## What the gates have learned
#
# An LSTM that remembers, from your own gradients. What does it do? The same network reads a string before its first
# step and after its last.

# %% tags=["story"] id="look_inside"
def inside(params, xs):
    """The gates and cell states of one sequence (1, T, D), at each step: i, f, o and c, (T, H) each."""
    nothing = np.zeros((1, len(params["V"])))
    cache = lstm_forward(xs, nothing, nothing, params["W"], params["b"])[2]
    return {key: np.array([kept[place][0] for kept in cache]) for key, place in (("i", 3), ("f", 4), ("o", 6), ("c", 7))}


# %% tags=["story", "long"] id="gates_before_and_after"
trained = solved[1].state[0]
text = "BTBTXXTTVPSE"                            # the symbol that has to be remembered is asked for next
xs = np.eye(D)[reber.encode(text)][None]
before = new_network(D, 12, K, 1.0, np.random.default_rng(1))
figures.gates({"before": inside(before, xs), "after": inside(trained, xs)}, text)

# %% [markdown]
# Before, every gate stands in between and hardly moves. After, they open and shut, each cell's at other symbols: gates
# take *sides*. Look for cells whose forget gate stays dark all the way. What they hold they keep to the end, and some of
# them hold what has to be kept.
#
# **Try it.** Which ones? Let the network read a string of the other branch as well, which is the same but for its second
# symbol: `other = inside(trained, np.eye(D)[reber.encode("BP" + text[2:])][None])`, in a cell of your own. Subtract the two
# $c$ at the last step, `(other["c"] - inside(trained, xs)["c"])[-1].round(1)`. Which cells still know it, ten symbols later?
# Nobody told them that they should.
#
# ### Where is it?
#
# The grammar is an automaton: at any moment it is in one of 19 states, and the state is all that matters for what comes
# next. The network has never heard of states. It was shown symbols. But if it has understood, then there has to be
# something in its $h$ that is the same whenever the grammar is in the same state, however it got there.
#
# So let it read strings of which we know the states, and keep its $h$ at every step as a map of known places. Then take
# new strings, and say of each $h$ in which state the network is: that of the nearest known one.
#
# $$
# \text{states}_{nt} = s_k, \qquad k = \arg\min_j \lVert h_{nt} - \tilde h_j \rVert
# \tag{eq:nearest}
# $$
#
# with $\tilde h_j$ for the known ones and $s_j$ for the states that they were in.
#
# ### Exercise: nearest_state
#
# {{exercise nearest_state}}
#
# Equation (eq:nearest), for every step of every sequence.

# %% exercise="nearest_state"
def nearest_state(hs, known_hs, known_states):
    """The automaton's state that each hidden state stands for: that of the nearest known one. Equation (eq:nearest).

    Arguments: hs (N, T, H); known_hs (M, H), hidden states of which is known in which state the automaton was;
    known_states (M,), these states, whole numbers.
    Returns states (N, T), whole numbers; where several known ones are equally near, the first of them decides.
    """
    ### BEGIN SOLUTION
    away = hs[:, :, None] - known_hs                       # (N, T, M, H)
    nearest = np.sum(away * away, axis=3).argmin(axis=2)   # (N, T), which of the M
    return known_states[nearest]
    ### END SOLUTION



# %% tags=["story", "long"] id="read_off"
state_of = mine("nearest_state")


def hidden(params, ids):
    """The hidden states of strings: (N, T, H)."""
    nothing = np.zeros((len(ids), len(params["V"])))
    return lstm_forward(np.eye(D)[ids], nothing, nothing, params["W"], params["b"])[0]


known_ids, _, known_mask = reber.batch(10, np.random.default_rng(7))
known = known_mask == 1                                                        # (10, T), without the padding
places = reber.states(known_ids)[known]                                        # (M,): where the grammar is
table, counts = mask == 1, {}
for name, params in (("before", before), ("after", trained)):
    read = state_of(hidden(params, ids), hidden(params, known_ids)[known], places)[table]
    true = reber.states(ids)[table]
    counts[name] = np.zeros((19, 19))
    np.add.at(counts[name], (true, read), 1)
    late = np.isin(true, reber.RECALL)                                         # where only memory says what comes
    print(f"{name} training: {np.mean(read == true):.0%} of {len(true):,} steps are read off right, "
          f"and {np.mean((read == true)[late]):.0%} of the {late.sum()} where memory is asked for")
figures.read_off(counts["after"], [str(k) for k in range(19)])

# %% [markdown]
# Ten strings make a map, and on it nearly every step of 256 others finds its state. Nobody has told the network that
# there are states, let alone nineteen. It had to invent them, because without them it couldn't have said what comes
# next. (Where a step is read off wrong, suspect the map before the network: the ten strings come to state 12 only once. Put
# 30 in the place of 10.)
#
# (But look at the line before training. The $h$ of a network that knows nothing is an *echo* of the last symbols, and
# from an echo most states can be told. Where memory is asked for, it is no better than a coin. Whoever reads meaning
# out of hidden states has to ask what an untrained network would give.)
#
# Choose a string and drag through its steps. The last one is no string of the grammar: before you get there, where will
# the network be after the first wrong symbol?

# %% tags=["story", "long"] id="walk"
def true_states(symbols):
    return reber.states(reber.encode(symbols))


def read_states(symbols):
    return state_of(hidden(trained, reber.encode(symbols)[None]), hidden(trained, known_ids)[known], places)[0]


figures.walk(reber.ARROWS, ["BTBTSSXXTVVET", "BPBPVPXTVVEP", "BTBPTVVET", "BTBTXXVVXS"], true_states, read_states)

# %% [markdown]
# After a wrong symbol there is no right state, and still the network is somewhere: it goes on to the state that looks
# most like what it has read.
#
# **Try it.** Put strings of your own into the list; a string that begins with B and T but ends like one of P, for
# instance.

# %% [markdown]
# ## A hundred steps
#
# Ten steps of memory are not yet a long time. Three more tasks of the paper ask for a hundred.
#
# **Temporal order.** A hundred symbols or up to ten more, E first and B last. Two of them are X or Y, one near the
# beginning and one near the middle; all the others are a, b, c or d and say nothing. At the B, and only there, the network
# is asked: which two were they, and in which order? There are four classes.

# %% tags=["story"] id="order_task"
from grader.data import temporal_order

some_ids, classes, _ = temporal_order.batch(3, np.random.default_rng(3))
for row, wanted in zip(some_ids, classes):
    print(f"{''.join(temporal_order.decode(row)).rstrip('E')} {temporal_order.CLASSES[wanted[0]]}")


def orders(N, rng):
    """A batch of N sequences: xs (N, T, 8), targets (N, T), mask (N, T)."""
    ids, targets, mask = temporal_order.batch(N, rng)
    return np.eye(8)[ids], targets, mask


test_orders = orders(256, np.random.default_rng(99))


def orders_wrong(params, say=logits_of):
    """The share of 256 fresh sequences whose class is not the likeliest at the end."""
    xs, targets, mask = test_orders
    return np.sum((say(params, xs).argmax(axis=2) != targets) * mask) / len(xs)


# %% [markdown]
# Sixteen cells, three seeds, and a forget bias of 3, which leaves a tenth of $c$ after 50 steps. (Half a minute, or
# a whole one on a slow computer.)

# %% tags=["story", "long"] id="order_open"
slow, by_bias = {"steps": 1500, "lr": 0.005}, {"forget bias 3": []}
for seed in range(3):
    network = new_network(8, 16, 4, 3.0, np.random.default_rng(seed))
    one = learn(f"order bias 3 seed {seed}", network, orders, softmax_loss, orders_wrong, seed=seed, **slow)
    by_bias["forget bias 3"].append(one)
    print(f"seed {seed}: {orders_wrong(one.state[0]):.0%} wrong after {32 * one.steps:,} sequences")

# %% [markdown]
# Thirty to fifty steps between the two that matter, forty and more to the question, and not one of 256 is wrong. (If one of
# your three isn't there after 48,000 sequences: your draws are others than ours, and there is luck in it.) Now the same
# code and the same draws with forget biases of 5 and of 1; and the plain RNN. (As long again.)

# %% tags=["story", "long"] id="order_shut"
def plain_orders_wrong(params):
    """orders_wrong for a plain RNN."""
    return orders_wrong(params, plain_logits)


for bias in (5.0, 1.0):
    network = new_network(8, 16, 4, bias, np.random.default_rng(0))
    one = learn(f"order bias {bias:g}", network, orders, softmax_loss, orders_wrong, seed=0, **slow)
    by_bias[f"forget bias {bias:g}"] = [one]
network = plain_network(8, 16, 4, np.random.default_rng(0))
one = learn("order RNN", network, orders, softmax_loss, plain_orders_wrong, seed=0, take=plain_step, **slow)
by_bias["plain RNN"] = [one]
figures.progress({name: curves(runs) for name, runs in by_bias.items()}, {"guessing": 0.75}, "share of sequences wrong",
                 "Seeds 0, 1 and 2 with a forget bias of 3; the others with seed 0.")

# %% [markdown]
# **The forget bias decides.** With 3 the task is solved on all three seeds. With 1 it isn't: ours gets hold of one of the two
# symbols for a while, and loses it again. The plain RNN doesn't even begin. Nothing is wrong with the gradient: your check
# would pass it. It is right, and hardly any of it arrives. (More is not always better. With 5 a half of $c$ is left after
# 100 steps, and a half of what the ninety other symbols left there too. On seed 0 that is as good, on seed 2 it takes
# several times as long. Training has luck in it, and the line of a single seed doesn't show how much.)
#
# It *could* open its gates: $b_f$ is a weight like any other. But to learn that they should be open it would have to
# hear from a hundred steps away, and that is what shut gates prevent. What a network can learn is decided, here, by one
# number before the first step. (The LSTM of 1997 had no forget gate: its carousel was open by construction.)
#
# **Try it.** Which bias is the smallest that does it? Try 1.5 and 2, with names of their own for the runs. And what does
# 10 do?
#
# ## Numbers
#
# **Adding.** A hundred numbers between -1 and 1, each with a marker. Two are marked, and at the end their sum is
# wanted, brought to lie between 0 and 1: 0.5 plus a quarter of it, to 0.04. What has to be kept is not one of two symbols
# but a number. **Two sequences with noise.** Three numbers at the beginning say which of two classes it is, a hundred of
# noise follow, and what one is told at the end is noisy too.

# %% tags=["story"] id="number_tasks"
from grader.data import adding, two_sequence

def far_off(batch, near, mean=np.inf):
    """wrong(params): the share of a batch's answers that is not so near, and 1 more where their mean error is too large."""
    xs, answers, last = batch

    def wrong(params, say=logits_of):
        off = (np.abs(say(params, xs) - answers)[..., 0] * last).sum(axis=1)   # (N,): at the last step
        return np.mean(off > near) + (np.mean(off) >= mean)
    return wrong


sums_wrong = far_off(adding.batch(256, np.random.default_rng(99)), adding.NEAR)
fresh_pairs = two_sequence.batch(256, np.random.default_rng(99), noisy=False)  # judged by the answers without noise
pairs_wrong = far_off(fresh_pairs, two_sequence.NEAR, mean=0.015)
blind = sums_wrong(None, lambda _, xs: np.full((*xs.shape[:2], 1), 0.5))
print(f"adding, always answering 0.5: a mean squared error of {adding.BLIND:.4f}, {blind:.0%} of the answers wrong")

# %% [markdown]
# About half a minute for each, and less for the plain RNN on both.

# %% tags=["story", "long"] id="adding_run"
sums = learn("adding", new_network(2, 16, 1, 5.0, np.random.default_rng(0)), adding.batch, squared_loss, sums_wrong,
             steps=5000, seed=0)

# %% tags=["story", "long"] id="pairs_run"
pairs = learn("two sequences", new_network(1, 8, 1, 5.0, np.random.default_rng(0)), two_sequence.batch, squared_loss,
              pairs_wrong, steps=5000, seed=0)

# %% tags=["story", "long"] id="plain_numbers"
for name, draw, wrong, D_in, units in (("adding", adding.batch, sums_wrong, 2, 16),
                                       ("two sequences", two_sequence.batch, pairs_wrong, 1, 8)):
    def plain_share(params, wrong=wrong):
        return wrong(params, plain_logits)

    network = plain_network(D_in, units, 1, np.random.default_rng(0))
    one = learn(f"{name} RNN", network, draw, squared_loss, plain_share, steps=1000, seed=0, take=plain_step)
    print(f"plain RNN, {name}: {min(1, one.watched[-1][1]):.0%} wrong after {32 * one.steps:,} sequences")

# %% [markdown]
# Both are done. The first has found out that two of a hundred numbers have to be added and all others left alone, from
# nothing but the sum at the end; of 256 fresh sequences none is off by more than 0.04. The second never once heard the
# right answer, only 0.2 or 0.8 plus noise that is more than half as wide as they are apart. It has found the mean, to
# 0.015. The plain RNN is where it began: it hardly does better than somebody who always answers 0.5.
#
# ## A word too far away, once more
#
# Unit 03 ended at a wall: plain RNNs found which verb agrees with its subject over 10 words, the best of their starts over
# 30 or 40, and with 60 words in between none did. The same sentences, as many cells as it had units, and a forget bias of 3.
# (Half a minute.)

# %% tags=["story", "long"] id="agreement_solved"
from grader.data import agreement
from grader.figures import training, vanishing

DISTANCES, SEEDS = (5, 10, 20, 30, 40, 60), (0, 1, 2)
words = len(agreement.WORDS)


def verbs(distance):
    """What draws N sentences at a distance."""
    def draw(N, rng):
        ids, targets, mask = agreement.batch(N, distance, rng)
        return np.eye(words)[ids], targets, mask
    return draw


def verbs_right(distance, seed, steps=300):
    """The share of right verbs on 1,000 sentences that were not trained with, after so many steps of 32."""
    draw, network = verbs(distance), new_network(words, 16, 2, 3.0, np.random.default_rng(seed))
    adam, rng, nothing = start_adam(network), np.random.default_rng([seed, 1]), np.zeros((32, 16))
    for _ in training.steps(steps, f"{distance} words, seed {seed}", leave=False):
        network, adam, _, _ = one_step(network, adam, draw(32, rng), (nothing, nothing), softmax_loss, 0.01, 1.0)
    xs, targets, _ = draw(1000, np.random.default_rng(100 + seed))
    return np.mean(logits_of(network, xs)[:, -1].argmax(axis=1) == targets[:, -1])


# %% tags=["story", "long"] id="agreement_over_distance"
found = np.array([[verbs_right(distance, seed) for distance in DISTANCES] for seed in SEEDS])
asked = [agreement.batch(1000, distance, np.random.default_rng(100)) for distance in DISTANCES]
answers = {"the more frequent verb": [np.mean(targets[:, -1] == 0) for _, targets, _ in asked]}
vanishing.accuracy(DISTANCES, {"your LSTM": found}, answers)

# %% [markdown]
# The wall is gone. At every distance, up to 60 words, all three networks find the rule, and make hardly a mistake in 1,000
# sentences that they were not trained with. They had 300 steps where the RNNs had 1,000. That is what unit 03 asked for
# at its end: a memory along which the factor is near 1 *because of how the cell is built*. (And the forget bias has its
# say here too: with 5, one of our three did not find the rule at 60 words.)
#
# Or was it Adam, which the RNNs of unit 03 didn't have? We gave it to them, with an orthogonal start and 1,000 steps: at 20
# words two of three found the rule, at 30 one, and at 60 none.

# %% [markdown]
# ## A stream has no end
#
# So far each sequence came alone, and every one began with $h = c = 0$. Whoever reads a text or listens to a sensor
# gets one sequence that never stops, and nobody says where something new begins. The Reber strings, one after the
# other:

# %% tags=["story"] id="one_stream"
print("".join(reber.decode(reber.stream(100, np.random.default_rng(0)))))

# %% [markdown]
# No way back through all of it fits into memory, so it has to be cut. Cut it into pieces of ten steps that each begin
# with zeros, and most strings are cut in two: at the T or P that has to be repeated, the one to repeat was in another
# piece.
#
# Cut it, then, but *carry* $h$ and $c$ from piece to piece, and let only the gradient end at the cut. This is
# **truncated backpropagation through time**. To fill a batch, the stream is cut into $N$ rows first, which are read
# side by side:

# %% tags=["story"] id="picture_stream"
figures.cut_stream()

# %% [markdown]
# $$
# \text{inputs}_{bnt} = \text{ids}_{nP + bT + t}, \qquad \text{targets}_{bnt} = \text{ids}_{nP + bT + t + 1},
# \qquad P = \lfloor (L - 1) / N \rfloor
# \tag{eq:streams}
# $$
#
# for $b = 0, \ldots, \lfloor P / T \rfloor - 1$.
#
# ### Exercise: stream_batches
#
# {{exercise stream_batches}}
#
# Equation (eq:streams): $L$ ids in a row, of which the last can only be a target. What doesn't fill a batch is left
# out.

# %% exercise="stream_batches"
def stream_batches(ids, N, T):
    """One long sequence as batches that go on where the last one ended: equation (eq:streams).

    Arguments: ids (L,), whole numbers; N, how many streams the sequence is cut into; T, how many steps a batch has.
    Returns (inputs, targets): both (B, N, T), whole numbers, with as many batches B as can be filled. Row n of
    inputs[b + 1] goes on where row n of inputs[b] ended. targets are what comes one step later.
    """
    ### BEGIN SOLUTION
    P = (len(ids) - 1) // N                         # the steps of a stream
    B = P // T
    whole = (ids[: N * P].reshape(N, P), ids[1 : N * P + 1].reshape(N, P))
    inputs, targets = (streams[:, : B * T].reshape(N, B, T).swapaxes(0, 1) for streams in whole)
    return inputs, targets
    ### END SOLUTION



# %% tags=["story"] id="how_to_follow"
cut = mine("stream_batches")


def stream_step(inputs, targets, carry):
    """A step of learning on the next piece of a stream, with h and c carried over from the last one, or zeros."""

    def step(state, _):
        params, adam, start, k = state
        if not carry:
            start = tuple(0 * one for one in start)
        batch = np.eye(D)[inputs[k]], targets[k], np.ones(targets[k].shape)
        params, adam, loss, end = one_step(params, adam, batch, start, softmax_loss, 0.01, 1.0)
        return (params, adam, end, k + 1), loss
    return step


# %% tags=["story"] id="listen"
rows = np.stack([reber.stream(1001, np.random.default_rng(500 + n)) for n in range(32)])   # streams for the test
row_states = reber.states(rows)


def right_on_streams(params):
    """For each step of the test streams whether what may come is held likeliest, (32, 1000), and c, (32, 1000, H)."""
    nothing = np.zeros((32, len(params["V"])))
    hs, _, cache = lstm_forward(np.eye(D)[rows[:, :-1]], nothing, nothing, params["W"], params["b"])
    logits = readout(hs, params["V"], params["b_y"])
    fine = reber.legal_first(logits, reber.legal(row_states[:, :-1]))
    return fine, np.stack([kept[7] for kept in cache], axis=1)


recall = np.isin(row_states[:, :-1], reber.RECALL)                             # where only memory says what comes

# %% [markdown]
# Three ways, with three seeds each: begin each piece with zeros; carry; and carry too, but with the cell of 1997,
# *without a forget gate*. For that you need no new code. With a forget bias of 1000 your gate is $\sigma(1000 + \dots)
# = 1$ to the last digit, its slope $f(1 - f)$ is 0, and so it stays. (Half a minute.)

# %% tags=["story", "long"] id="carried"
WAYS = {"zeros at each cut": (1.0, False), "carried": (1.0, True), "carried, cell of 1997": (1000.0, True)}
largest = {}
for name, (bias, carry) in WAYS.items():
    remembered = []
    for seed in range(3):
        inputs, wanted = cut(reber.stream(32 * 10 * 2000 + 1, np.random.default_rng(seed)), 32, 10)
        network, zeros = new_network(D, H, K, bias, np.random.default_rng(seed)), np.zeros((32, H))
        start, step = (network, start_adam(network), (zeros, zeros), 0), stream_step(inputs, wanted, carry)
        followed = run(f"stream {name.replace(',', '')} {seed}", step, start, steps=2000, seed=seed)
        fine, cs = right_on_streams(followed.state[0])
        remembered.append(f"{fine[recall].mean():.0%}")
        largest[name] = np.abs(cs).max(axis=2).mean(axis=0)                    # (1000,): the mean of 32 streams
    print(f"{name}: right where memory is asked for, by seed: {' '.join(remembered)}")

# %% tags=["story", "long"] id="picture_drowning"
del largest["zeros at each cut"]
figures.size_of_c(largest, "Seed 2, the mean of 32 streams of 1,000 steps that no training has seen.")

# %% [markdown]
# Who carries remembers, in all three cases nearly always. (The test reads a thousand steps in one go, with no cut at
# all, though no gradient has ever gone back further than ten.) Who begins each piece with zeros learns only from those
# strings that happen to lie within one, and gets as far as luck has it.
#
# The cell of 1997 carries as well, and is far behind. Nothing tells it that a string is over, and if it knew, it would
# have no means to let go: whatever it holds, it holds. So its $c$ goes up and up, to some hundreds in a thousand steps.
# Where $c$ is large tanh is flat, and what is new makes no difference to what is shown. With a forget gate $c$ stays
# where it can be read.
#
# Gers, Schmidhuber and Cummins found this in 2000, on this very task, and added the gate: *learning to forget*. So the
# last piece of the cell that you built in unit 04 is three years younger than the others, and came because of a failure
# like this one. (To be fair to 1997: there the cell failed for good. Yours has Adam, and with three times the steps it
# may get there after all, on some seeds, with a $c$ that goes on growing.)
#
# **Try it.** In a cell of your own, give the cell of 1997 another 4,000 steps of a stream. Does it get there? And how
# large is its $c$ then?

# %% [markdown]
# ## Only thirty strings
#
# All these tasks are drawn as long as one likes. In earnest there is a pile of data, and no more of it. Let there be 30
# strings, read again and again by an LSTM of 32 cells.

# %% tags=["story"] id="thirty"
pile = strings(30, np.random.default_rng(0))


def on_thirty(take, seed, steps=300):
    """Train on the 30 strings: the loss on them, and on fresh ones, after every 20 steps, (K, 2)."""
    params, rng = new_network(D, 32, K, 1.0, np.random.default_rng(seed)), np.random.default_rng([seed, 1])
    adam, nothing, seen = start_adam(params), np.zeros((30, 32)), []
    for k in training.steps(steps, f"seed {seed}", leave=False):
        params, adam = take(params, adam, nothing, rng)
        if (k + 1) % 20 == 0:
            seen.append([gradients(params, batch)[0] for batch in (pile, fresh)])
    return np.array(seen)


def as_it_is(params, adam, nothing, rng):
    """A step on all 30."""
    return one_step(params, adam, pile, (nothing, nothing), softmax_loss, 0.01, 1.0)[:2]


# %% tags=["story", "long"] id="learned_by_heart"
by_heart = np.array([on_thirty(as_it_is, seed) for seed in range(3)])          # (seeds, K, 2)
for seed, (own, new) in enumerate(by_heart[:, -1]):
    print(f"seed {seed}: loss {own:.2f} on its own strings, {new:.2f} on fresh ones")
figures.on_new_data({"as it is": by_heart}, reber.best_loss(), every=20)

# %% [markdown]
# A loss of 0.27 on its own strings, where 0.44 is the best that anybody can do who has to *predict* them. It has
# learned them by heart, coin tosses and all, and on fresh ones it gets worse the longer it learns: **overfitting**.
#
# One remedy is to make learning by heart harder. In every step of training drop a part of the hidden units at random,
# each with probability $p$, before the readout gets them. No unit can rely on a certain other one to be there. What is
# left is scaled up, so that the readout gets as much on average as when nothing is dropped:
#
# $$
# y = x \odot m, \qquad m = \begin{cases} 0 & \text{with probability } p \\ 1 / (1 - p) & \text{else} \end{cases}
# \quad \text{for each number of } x \text{ by itself}
# \tag{eq:dropout}
# $$
#
# and $m = 1$ everywhere when the network is used and not trained. This is **dropout** (Srivastava et al., 2014).
#
# ### Exercise: dropout
#
# {{exercise dropout}}
#
# Equation (eq:dropout). The way back will need the mask, so it is returned too.

# %% exercise="dropout"
def dropout(x, p, rng, train):
    """Numbers that are dropped at random while training: equation (eq:dropout).

    Arguments: x, an array of any shape; p, a number from 0 to below 1, how likely a number is dropped; rng, one of
    numpy's random generators; train, True while training and False when the network is used.
    Returns (y, mask), both in the shape of x: y, and mask, what x was multiplied with.
    """
    ### BEGIN SOLUTION
    if not train:
        return x, np.ones(x.shape)
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask
    ### END SOLUTION



# %% [markdown]
# The way back: what was multiplied gets the other factor.
#
# $$
# dx = dy \odot m
# \tag{eq:dropout_backward}
# $$
#
# ### Exercise: dropout_backward
#
# {{exercise dropout_backward}}
#
# Equation (eq:dropout_backward).

# %% exercise="dropout_backward"
def dropout_backward(dy, mask):
    """The way back through dropout: equation (eq:dropout_backward).

    Arguments: dy, an array of any shape, the gradient with respect to y; mask, what x was multiplied with, of the same
    shape.
    Returns dx, an array of that shape.
    """
    ### BEGIN SOLUTION
    return dy * mask
    ### END SOLUTION



# %% [markdown]
# Your `train_step` has no place for it between the LSTM and the readout. So here is a step that does, with your two
# functions in it.

# %% tags=["story"] id="with_dropout"
drop, drop_back = mine("dropout"), mine("dropout_backward")


def dropping(p):
    """A step on all 30 strings that drops each hidden number with probability p."""
    def take(params, adam, nothing, rng):
        hs, _, cache = lstm_forward(pile[0], nothing, nothing, params["W"], params["b"])
        kept, dropped = drop(hs, p, rng, True)
        _, slopes = softmax_loss(readout(kept, params["V"], params["b_y"]), *pile[1:])
        above, dV, db_y = readout_backward(slopes, kept, params["V"])
        _, _, _, dW, db = lstm_backward(drop_back(above, dropped), nothing, cache)
        return moved(params, adam, {"W": dW, "b": db, "V": dV, "b_y": db_y}, 0.01, 1.0)
    return take


# %% tags=["story", "long"] id="dropped"
half = np.array([on_thirty(dropping(0.5), seed) for seed in range(3)])
for seed, ((own, new), best) in enumerate(zip(half[:, -1], half[:, :, 1].min(axis=1))):
    print(f"seed {seed}: loss {own:.2f} on its own strings, {new:.2f} on fresh ones; {best:.2f} at its best")
figures.on_new_data({"as it is": by_heart, "half dropped": half}, reber.best_loss(), every=20)

# %% [markdown]
# On fresh strings it ends at 0.8 to 0.9 where it was 1.2 and more. That is a good deal less bad, and it isn't good:
# even at its best moment no network of either kind is near 0.44. Dropout makes learning by heart harder, and thirty
# strings don't become three hundred by it. (Nor is it the only remedy. Whoever stops where the curve on fresh strings is
# lowest, **early stopping**, comes nearly as far with nothing dropped.)
#
# **Try it.** Take 0.2 and 0.8 in place of 0.5; then 300 strings in `pile` in place of 30. Which of the two helps more,
# dropout or data?

# %% [markdown]
# ## Your table of 1997
#
# Four tasks, the numbers that were published, and your own.

# %% tags=["story", "long"] id="table_of_1997"
published = {  # the paper's, and what we found with the course's code, seeds 0 to 2
    "embedded Reber": ("8,440 to 39,740", "5,600 to 14,400", solved[0], 16),
    "two sequences, noise": ("269,650", "12,800 to 25,600", pairs, 32),
    "adding": ("74,000", "51,200 to 60,800", sums, 32),
    "temporal order": ("31,390", "12,800 to 25,600", by_bias["forget bias 3"][0], 32),
}
figures.results(
    [{"task": task, "paper": paper, "the course's code": ours, "yours": f"{N * one.steps:,}" if one.reached else "not yet"}
     for task, (paper, ours, one, N) in published.items()],
    "Training sequences until the task was solved, by the LSTM.",
)

# %% [markdown]
# (The paper's are means of 10 to 30 networks: Hochreiter and Schmidhuber, 1997, tables 1, 6, 7 and 9.)
#
# Don't read it as a race. Theirs had no forget gates, made a step after each sequence, with a truncated gradient and without
# Adam; yours makes a step for 16 or 32. And each counts *solved* in another way: they, for temporal order and adding, when the
# last 2,000 sequences of the training were right, which is harder; we, when 256 fresh ones are. What can be read is this. What
# was then a result to publish takes your code less than a minute on one core, and you know every number in it.
#
# What did not come out as published: the plain RNN on the Reber strings, which it should not have solved. And what is
# not in the table: a forget bias of 1, with which temporal order wouldn't be.
#
# ## What it costs

# %% tags=["story"] id="against_torch"
from grader.figures.timing import microseconds

N, T, width = 32, 100, 32
rng = np.random.default_rng(0)
W, b = first_weights(width, width, 1.0, rng)
xs, dhs, zeros = rng.normal(size=(N, T, width)), rng.normal(size=(N, T, width)), np.zeros((N, width))


def yours():
    return lstm_backward(dhs, zeros, lstm_forward(xs, zeros, zeros, W, b)[2])


try:
    import torch
except ImportError:
    print("PyTorch is not installed here, so nothing is compared. `grader doctor` says how to add it.")
else:
    torch.set_num_threads(1)
    theirs, torch_xs = torch.nn.LSTM(width, width, batch_first=True), torch.tensor(xs, dtype=torch.float32)

    def torchs():
        theirs(torch_xs)[0].backward(torch.ones(N, T, width))

    mine_us, torch_us = microseconds(yours, torchs, rounds=10, calls=1)
    print(f"forward and back, N = {N}, T = {T}, H = {width}, one thread: yours {mine_us / 1000:.0f} ms, "
          f"torch.nn.LSTM {torch_us / 1000:.0f} ms, {mine_us / torch_us:.1f} times")

# %% [markdown]
# A few times, for code in which every line can be read, without a compiler. PyTorch computes in float32 here, and yours
# in float64. (`docs/given-speed.md` has it measured with care.)
#
# And now think of unit 20. For each of a hundred steps numpy is called dozens of times, and each call has its price,
# however little it computes. On a GPU it is the same with every kernel that is launched. Making few and large ones of
# many small ones is what that unit is about.
#
# ## What you have built
#
# This is the end of the course's first part. Look back: a sigmoid, a plain RNN and its loss, its gradients and the
# judge for them; why it forgets; a cell, gate by gate; the LSTM; its way back; and now its learning. **All of it was
# written by hand**, by you or, where you skipped something, by code that you can read. No library has differentiated
# anything, and every piece was checked by something that would have caught a mistake.
#
# What remains is to use it.
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
# | what | how | remark |
# |---|---|---|
# | first weights | $W^x$: standard deviation $1/\sqrt{D}$; blocks of $W^h$ orthogonal; $b_f$ = forget bias | different, and neither 0 nor large |
# | Adam | $\theta \leftarrow \theta - \text{lr}\; \hat m / (\sqrt{\hat v} + \epsilon)$ | a step of about lr, whatever the slope's size |
# | one step | forward, loss, readout back, LSTM back, clip, Adam | the only function that has to be right |
# | accuracy by step | right answers at $t$, of those that count at $t$ | a mean loss hides one step of ten |
# | where is it | the state of the nearest known $h$ | compare with an untrained network |
# | a stream | $N$ rows, pieces of $T$ steps; $h$ and $c$ are carried, gradients are not | truncated BPTT |
# | dropout | $y = x \odot m$, $m$ is 0 or $1 / (1 - p)$ | in training only |
#
# - **The forget bias decides**: what is kept over 100 steps behind $f = \sigma(b_f)$ is $f^{100}$. For 1 it is nothing, for 3
#   a hundredth, for 5 a half.
# - A right gradient is not enough. It has to arrive, and the step has to be of the right size.
# - Look where the errors are, not only at how large the loss is.
# - A cell that cannot forget drowns in a stream. That is what the forget gate is for.
# - A number that was published is true of the networks it was measured with. Measure again.
#
# ### References
#
# - S. Hochreiter and J. Schmidhuber. Long short-term memory. *Neural Computation* 9(8), 1735-1780, 1997. The tasks are its
#   experiments 1, 3c, 4 and 6a.
# - F. A. Gers, J. Schmidhuber and F. Cummins. Learning to forget: continual prediction with LSTM. *Neural Computation* 12(10),
#   2451-2471, 2000. The forget gate, and the continual Reber task.
# - D. P. Kingma and J. Ba. Adam: a method for stochastic optimization. *ICLR*, 2015.
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov. Dropout: a simple way to prevent neural
#   networks from overfitting. *Journal of Machine Learning Research* 15, 1929-1958, 2014.
# - W. Zaremba, I. Sutskever and O. Vinyals. Recurrent neural network regularization. arXiv:1409.2329, 2014. Where in an LSTM
#   to drop, and where not.
# - R. Jozefowicz, W. Zaremba and I. Sutskever. An empirical exploration of recurrent network architectures. *ICML*, 2015. On
#   the forget gate's bias.
# - R. J. Williams and J. Peng. An efficient gradient-based algorithm for on-line training of recurrent network trajectories.
#   *Neural Computation* 2(4), 490-501, 1990. Truncated backpropagation through time.
# - A. Cleeremans, D. Servan-Schreiber and J. L. McClelland. Finite state automata and simple recurrent networks. *Neural
#   Computation* 1(3), 372-381, 1989. Reber's grammar, and the automaton found in the hidden states.
