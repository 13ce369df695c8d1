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
# # Unit 06: The error carousel
#
# **What you will be able to do.** Go back through an LSTM by hand, gate by gate and step by step, and prove with
# numbers that what comes out is the gradient. Say what keeps a gradient alive in it over a hundred steps. And tell a
# right gradient from one that only learns.
#
# **What you need.** The LSTM of unit 05, and the way back through a plain RNN of unit 02 (what you didn't write there
# comes ready-made).
#
# **How long it takes.** About four hours, more than half of it for the exercises. Pencil and paper help.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, numerical_gradient = mine("sigmoid"), mine("numerical_gradient")


def lstm_step_forward(x, h_prev, c_prev, W, b):
    """One time step: x (N, D), h_prev, c_prev (N, H) -> h, c (N, H), and what the way back needs."""
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b        # (N, 4H)
    i, f, o = sigmoid(z[:, :H]), sigmoid(z[:, H : 2 * H]), sigmoid(z[:, 3 * H :])
    g = np.tanh(z[:, 2 * H : 3 * H])
    c = f * c_prev + i * g                                 # (N, H)
    h = o * np.tanh(c)                                     # (N, H)
    return h, c, (x, h_prev, c_prev, i, f, g, o, c, W)


def lstm_forward(xs, h0, c0, W, b):
    """A sequence: xs (N, T, D), h0, c0 (N, H) -> hs (N, T, H), c_T (N, H), and the list of its steps' caches."""
    h, c, hs, cache = h0, c0, [], []
    for t in range(xs.shape[1]):
        h, c, step_cache = lstm_step_forward(xs[:, t], h, c, W, b)
        hs.append(h)
        cache.append(step_cache)
    return np.stack(hs, axis=1), c, cache


# %% [markdown]
# ## What is left of the beginning?
#
# Unit 03 ended at a wall: through fifty steps of a plain RNN next to nothing of a gradient comes back. The LSTM has a
# line along its top that only gates touch. Is it any better there? To ask, no formula is needed. Push the state that
# everything begins with a little, up and down, and see how much of the push is left at the end.

# %% tags=["story"] id="pushed"
from grader.figures import carousel as figures

N, D, H, T = 8, 4, 16, 50
rng = np.random.default_rng(1)
xs, push = rng.normal(size=(N, T, D)), rng.normal(size=(N, H))
push, nothing = push / np.linalg.norm(push), np.zeros((N, H))           # a push of length 1


def random_weights(blocks, forget_bias=0.0, seed=0):
    """W (H + D, blocks * H) and b: 1 block is a plain RNN's, 4 are an LSTM's."""
    rng, b = np.random.default_rng(seed), np.zeros(blocks * H)
    W_h, W_x = rng.normal(size=(H, blocks * H)) / np.sqrt(H), rng.normal(size=(D, blocks * H)) / np.sqrt(D)
    b[H : 2 * H] = forget_bias                                          # where there is such a block
    return np.vstack([W_h, W_x]), b


def left(last_state, little=1e-4):
    """How much of the push is left: the length of the change in the last state, for a push of length 1."""
    return np.linalg.norm(last_state(little * push) - last_state(-little * push)) / (2 * little)


# %% tags=["story"] id="what_is_left"
run_rnn = mine("rnn")
print(f"plain RNN: {left(lambda h: run_rnn(xs, h, *random_weights(1))[:, -1]):.1e}")
for bias in (0.0, 1.0, 3.0, 5.0):
    W, b = random_weights(4, bias)
    print(f"LSTM, forget bias {bias:g}: {left(lambda c: lstm_forward(xs, nothing, c, W, b)[1]):.1e}")

# %% [markdown]
# With a forget bias of 0 the LSTM is as forgetful as the RNN. With 5, after 50 steps, all of the push is there, and
# more: it has grown. What makes the difference stands in equation (eq:05.cell), $c_t = f_t \odot c_{t-1} + i_t \odot
# g_t$. Along the line of the cell state, let us call it **the belt**, the old $c$ is multiplied by a gate, and by
# nothing else: no weights, no slope.

# %% tags=["story"] id="picture_chain"
figures.chain(4)

# %% [markdown]
# So from the last cell state back to $c_t$ there stands a product of gates, element by element:
#
# $$
# \frac{\partial c_{T-1}}{\partial c_t} = \prod_{s = t + 1}^{T - 1} f_s, \qquad \text{and } 1 \text{ where } t = T - 1
# \qquad (N, T, H)
# \tag{eq:carousel}
# $$
#
# In 1997 there was no forget gate yet, and each factor was 1. What arrived was what was sent off, after any number of
# steps. Hochreiter and Schmidhuber called it the **constant error carousel**: an error goes round and round in it and
# doesn't change.
#
# ### Exercise: carousel
#
# {{exercise carousel}}
#
# Equation (eq:carousel) for every $t$, from the gates of all steps.

# %% exercise="carousel"
def carousel(fs):
    """What reaches every cell state from the last one, along the cell states alone: equation (eq:carousel).

    Arguments: fs (N, T, H), the forget gates of every step, numbers from 0 to 1 (0 and 1 themselves may come).
    Returns slopes (N, T, H): at step t the product of the gates of all the steps after it; 1 at the last step.
    """
    ### BEGIN SOLUTION
    slopes = np.ones(fs.shape)
    for t in reversed(range(fs.shape[1] - 1)):
        slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]
    return slopes
    ### END SOLUTION


# %% [markdown]
# Does that explain what was left of the push? A forget bias of 5 is a gate of 0.993, if nothing else moves it, and
# fifty of them multiply to 0.71. We multiply the actual gates.

# %% tags=["story"] id="belt_alone"
belt = mine("carousel")
for bias in (1.0, 3.0, 5.0):
    W, b = random_weights(4, bias)
    fs = np.stack([step[4] for step in lstm_forward(xs, nothing, nothing, W, b)[2]], axis=1)  # (N, T, H)
    alone = np.linalg.norm(fs[:, 0] * belt(fs)[:, 0] * push)            # f_0 stands between c0 and c_0
    measured = left(lambda c: lstm_forward(xs, nothing, c, W, b)[1])
    print(f"bias {bias:g}: measured {measured:.1e}, along c alone {alone:.1e}, a share of {alone / measured:.2f}")

# %% [markdown]
# It doesn't. With a bias of 5 the belt brings 7 hundredths of what arrives (2 to 16 with other draws of the weights).
# The rest went another way: $c$ makes $h$, and $h$ moves all four gates at the next step, which make the next $c$.
# Between two steps there are many ways, and the carousel is one of them. **The gradient of an LSTM is the sum over
# all of them.** To go back on each is the task of this unit.
#
# **Try it.** Let `random_weights` stack `W_h / 10` on `W_x`. What has $h$ to say then, and what becomes of the share?
#
# ## A judge for what follows
#
# Ten equations lie ahead, and hardly any mistake that one can make in them raises an error. You have a judge that knows
# no formula: unit 02's `numerical_gradient`. But it hands out arrays, and what we want of it is a word. By how much
# do two gradients differ? The first idea is to divide each difference by the number it belongs to, and to take the
# worst. Try it on a gradient that is right, the softmax's of unit 02.

# %% tags=["story"] id="entry_by_entry"
loss_of, right_gradient = mine("cross_entropy"), mine("cross_entropy_backward")
rng = np.random.default_rng(1)
logits, came, counts = 5 * rng.normal(size=(2, 6, 10)), rng.integers(10, size=(2, 6)), np.ones((2, 6))
wanted = right_gradient(logits, came, counts)
measured = numerical_gradient(lambda z: loss_of(z, came, counts), logits, 1e-5)
off = np.abs(measured - wanted)
print(f"the worst, each divided by itself:          {np.max(off / np.abs(wanted)):.0e}")
print(f"the worst, all divided by the largest one:  {off.max() / np.abs(wanted).max():.0e}")
figures.entries(wanted, measured)

# %% [markdown]
# Both lines speak of the same two arrays. Entry by entry the right formula seems to be wrong: a slope of $10^{-10}$
# is compared with a difference that is rounded at about $10^{-11}$. What such an entry is off by matters to nobody.
# So take the largest difference, and compare it with the largest entry. With $a$ for the gradient that is claimed,
# and $n$ for the one by differences:
#
# $$
# \text{error} = \frac{\max_k |a_k - n_k|}{\max(\max_k |a_k|,\ \max_k |n_k|)},
# \qquad \text{and } 0 \text{ where both are } 0
# \tag{eq:check}
# $$
#
# The larger of the two stands below. So the error is 2 at most, and the same whichever of them is wrong.
#
# ### Exercise: gradient_check
#
# {{exercise gradient_check}}
#
# Equation (eq:check). Both functions come as arguments, and you call them; `numerical_gradient` was fetched in the
# setup cell.

# %% exercise="gradient_check"
def gradient_check(f, backward, x):
    """How far a claimed gradient is from the one by differences: equation (eq:check).

    Arguments: f, a function of an array like x that returns a number; backward, a function of an array like x that
    returns the gradient of f there, or claims to: an array in the shape of x; x, an array of floats of any shape.
    The gradient by differences is that of numerical_gradient with a step of 1e-5.
    Returns error, a number: the largest difference between the two, whatever its sign, divided by the larger of the
    two gradients' largest sizes; 0 where all of both is 0.
    """
    ### BEGIN SOLUTION
    claimed, measured = backward(x), numerical_gradient(f, x, 1e-5)
    scale = max(np.abs(claimed).max(), np.abs(measured).max())
    if scale == 0:
        return 0.0
    return np.abs(claimed - measured).max() / scale
    ### END SOLUTION


# %% [markdown]
# ## One step back
#
# Now the derivation. Here is the step once more, as in unit 05, and the setup cell has it as `lstm_step_forward`:
#
# $$
# \begin{aligned}
# [\,z_i \mid z_f \mid z_g \mid z_o\,] &= [h_{t-1}, x_t]\,W + b \\
# i = \sigma(z_i), \quad f &= \sigma(z_f), \quad g = \tanh(z_g), \quad o = \sigma(z_o) \\
# c_t &= f \odot c_{t-1} + i \odot g \\
# h_t &= o \odot \tanh(c_t)
# \end{aligned}
# \tag{eq:step}
# $$
#
# Its **cache** is the tuple `(x, h_prev, c_prev, i, f, g, o, c, W)`. Before you read on: which of these nine could be
# left out, if memory were short? And why is $b$ not among them, and $h$ neither?
#
# <details>
# <summary>Show the answer</summary>
#
# $c$ could be had again from $f$, $c_{t-1}$, $i$ and $g$, and the gates from $x$, $h_{t-1}$, $W$ and $b$, for the
# price of going forward once more. $b$ is only added, and what is added has a slope of 1. And $h$ is needed nowhere:
# what stood before the last product was $o$ and $c$, and these are there.
#
# </details>
#
# Two things come back to a step: $dh$, from whoever read its $h$, and $dc$, from the step after it, along the belt. We
# follow them against the arrows.

# %% tags=["story"] id="picture_hidden"
figures.backward("hidden")

# %% [markdown]
# **What was multiplied gets the other factor**: of $h = o \odot \tanh(c)$ the gate gets $\tanh(c)$, and the other
# side $o$, then the slope of tanh. So $c$ is told something from two sides. **What was used twice gets the sum**:
#
# $$
# dc^{\text{total}} = dc + dh \odot o \odot (1 - \tanh^2(c)) \qquad (N, H)
# \tag{eq:dc}
# $$
#
# This is all that the loss has to say to $c_t$, and from here on only this is used.

# %% tags=["story"] id="picture_cell"
figures.backward("cell")

# %% [markdown]
# Of $c_t = f \odot c_{t-1} + i \odot g$ each of the four gets its other factor. Three of the four go on down into
# their boxes and are multiplied by the slope there: $s\,(1 - s)$ for a sigmoid that came out as $s$, and $1 - g^2$
# for the tanh.

# %% tags=["story"] id="picture_gates"
figures.backward("gates")

# %% [markdown]
# $$
# \begin{align}
# dz_i &= dc^{\text{total}} \odot g \odot i \odot (1 - i) && (N, H) \tag{eq:dz_i} \\
# dz_f &= dc^{\text{total}} \odot c_{t-1} \odot f \odot (1 - f) && (N, H) \tag{eq:dz_f} \\
# dz_g &= dc^{\text{total}} \odot i \odot (1 - g \odot g) && (N, H) \tag{eq:dz_g} \\
# dz_o &= dh \odot \tanh(c) \odot o \odot (1 - o) && (N, H) \tag{eq:dz_o}
# \end{align}
# $$
#
# The output gate alone has nothing to do with $dc$: it came after $c$.

# %% tags=["story"] id="picture_product"
figures.backward("product")

# %% [markdown]
# The rest is the way back through one product, as in unit 02, with four blocks of columns in place of one. And the
# fourth of those that shared in $c_t$, the old cell state, goes on to the left:
#
# $$
# \begin{align}
# dz &= [\,dz_i \mid dz_f \mid dz_g \mid dz_o\,] && (N, 4H) \tag{eq:dz} \\
# dW &= [h_{t-1}, x_t]^\top dz && (H + D, 4H) \tag{eq:dW} \\
# db &= \textstyle\sum_n dz_n && (4H,) \tag{eq:db} \\
# [\,dh_{t-1} \mid dx_t\,] &= dz\,W^\top && (N, H + D) \tag{eq:dhx} \\
# dc_{t-1} &= dc^{\text{total}} \odot f && (N, H) \tag{eq:dc_prev}
# \end{align}
# $$
#
# ### Exercise: lstm_step_backward
#
# {{exercise lstm_step_backward}}
#
# Equations (eq:dc) to (eq:dc_prev), in the order in which they stand. It has to work with the cache of any forward
# pass that keeps these nine.

# %% exercise="lstm_step_backward"
def lstm_step_backward(dh, dc, cache):
    """The way back through one time step of the LSTM: equations (eq:dc) to (eq:dc_prev).

    Arguments: dh (N, H), the gradient with respect to the step's h; dc (N, H), what comes back to the step's c from
    the step after it, without what reaches c through h; cache, the tuple (x, h_prev, c_prev, i, f, g, o, c, W) that
    lstm_step_forward has kept: x (N, D), W (H + D, 4H), all the others (N, H).
    Returns (dx, dh_prev, dc_prev, dW, db): dx (N, D), dh_prev and dc_prev (N, H), dW (H + D, 4H), db (4H,).
    """
    ### BEGIN SOLUTION
    x, h_prev, c_prev, i, f, g, o, c, W = cache
    H = c.shape[1]
    s = np.tanh(c)
    dc_total = dc + dh * o * (1 - s * s)           # (N, H), all that reaches c
    dz_i = dc_total * g * i * (1 - i)
    dz_f = dc_total * c_prev * f * (1 - f)
    dz_g = dc_total * i * (1 - g * g)
    dz_o = dh * s * o * (1 - o)
    dz = np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=1)  # (N, 4H)
    hx = np.concatenate([h_prev, x], axis=1)       # (N, H + D), as on the way forward
    dW = hx.T @ dz                                 # (H + D, N) @ (N, 4H) -> (H + D, 4H)
    db = dz.sum(axis=0)                            # (4H,)
    dhx = dz @ W.T                                 # (N, 4H) @ (4H, H + D) -> (N, H + D)
    return dhx[:, H:], dhx[:, :H], dc_total * f, dW, db
    ### END SOLUTION


# %% [markdown]
# Let the judge see it. It needs a single number that depends on everything that the step hands out, so we take $L =
# \sum dh \odot h + \sum dc \odot c$, with random numbers for $dh$ and $dc$. Its gradient with respect to $h$ is this
# $dh$, and with respect to $c$ this $dc$.

# %% tags=["story"] id="step_judged"
step_back, judge = mine("lstm_step_backward"), mine("gradient_check")
rng = np.random.default_rng(2)
n, d, k = 3, 2, 4                                                       # N, D and H, small
at = {"x": (n, d), "h_prev": (n, k), "c_prev": (n, k), "W": (k + d, 4 * k), "b": (4 * k,)}
at = {name: rng.normal(size=shape) for name, shape in at.items()}
dh, dc = rng.normal(size=(n, k)), rng.normal(size=(n, k))


def loss(**changed):
    h, c, _ = lstm_step_forward(**{**at, **changed})
    return np.sum(dh * h) + np.sum(dc * c)


def claimed(**changed):
    _, _, cache = lstm_step_forward(**{**at, **changed})
    return dict(zip(at, step_back(dh, dc, cache)))                      # in the order of its results


for name in at:
    error = judge(lambda a: loss(**{name: a}), lambda a: claimed(**{name: a})[name], at[name])
    print(f"d{name:6s} error {error:.0e}")

# %% [markdown]
# ### Who is told what
#
# One cell, with a loss that wants more of its $h$: $dh = 1$. Set what its gates had been, and see what each of them
# is told. Before you turn: which gate has to be shut so that *nobody* is told anything? And can the forget gate be
# told something while it is wide open, at 1?

# %% tags=["story"] id="told"
def told(i, f, g, o, c_prev, dc):
    """What the four z and the old c of one cell are told, with dh = 1: five numbers."""
    kept = [np.array([[value]]) for value in (0.0, 0.0, c_prev, i, f, g, o, f * c_prev + i * g)]
    _, _, dc_prev, _, db = step_back(np.array([[1.0]]), np.array([[dc]]), (*kept, np.zeros((2, 4))))
    return [*db, dc_prev[0, 0]]                                         # of a single sequence, db is dz


figures.step_dials(told)

# %% [markdown]
# A shut output gate lets nothing in from $h$, and a gate that stands at 0 or at 1 has no slope: it has made up its
# mind, and can't be told. A gate learns most where it is half open. And look at what $dz_f$ is multiplied by: where
# $c_{t-1}$ is 0 there is nothing to forget, and the forget gate is told nothing.
#
# **Try it.** Shut the output gate and give the future something to say: $dc = 1$. Who is told now? Then set $c_{t-1}$
# to 3, and to -3.
#
# ## Back in time
#
# Over a sequence, unit 02 needed a loop that added what came from above to what came from the future. Of an LSTM's
# step two things come back. Do we need both? Take a sequence of two steps, and go back through it by hand.

# %% tags=["story"] id="a_sequence"
def sequence(T, forget_bias=1.0, seed=0, N=3, D=2, H=4):
    """A small LSTM with what it reads and begins with, a dict of arrays; and random dhs and dc_T."""
    rng = np.random.default_rng(seed)
    shapes = {"xs": (N, T, D), "h0": (N, H), "c0": (N, H), "W": (H + D, 4 * H), "b": (4 * H,)}
    at = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    at["b"][H : 2 * H] += forget_bias
    return at, rng.normal(size=(N, T, H)), rng.normal(size=(N, H))


def loss_at(at, dhs, dc_T, **changed):
    """A loss that uses every h and the last c, with one of the arrays changed."""
    hs, c_T, _ = lstm_forward(**{**at, **changed})
    return np.sum(dhs * hs) + np.sum(dc_T * c_T)


# %% tags=["story"] id="two_steps"
at, dhs, dc_T = sequence(T=2)
_, _, (first, second) = lstm_forward(**at)
_, from_h, from_c, dW_second, _ = step_back(dhs[:, 1], dc_T, second)
nobody = np.zeros((3, 4))
for name, dh, dc in (
    ("nothing", nobody, nobody), ("dh alone", from_h, nobody), ("dc alone", nobody, from_c), ("both", from_h, from_c)
):
    *_, dW_first, _ = step_back(dhs[:, 0] + dh, dc, first)
    error = judge(lambda W: loss_at(at, dhs, dc_T, W=W), lambda W: dW_first + dW_second, at["W"])
    print(f"handed on: {name:8s}   error of dW {error:.0e}")

# %% [markdown]
# Both, and then the gradient is right. That is the whole of it:

# %% tags=["story"] id="picture_chains"
figures.two_chains()

# %% [markdown]
# $$
# \begin{align}
# dh_t &= \underbrace{\text{dhs}_t}_{\text{from the loss above}} + \;
#     \underbrace{\text{dh\_prev of step } t + 1}_{\text{from the future}} && (N, H) \tag{eq:carry_h} \\
# dc_t &= \underbrace{\text{dc\_prev of step } t + 1}_{\text{from the future}}, \qquad dc_{T-1} = \text{dc\_T}
#     && (N, H) \tag{eq:carry_c}
# \end{align}
# $$
#
# (Mind two names: `dc0` and `dh0` belong to the `c0` and `h0` that everything begins with, $c_{-1}$ and $h_{-1}$ in the
# picture. $dc_0$ and $dh_0$ are what step 0 is told of what it has made.)
#
# To $h$ comes something at every step, for every $h_t$ was read. Nobody outside reads a $c$, but for the last: where
# a sequence goes on elsewhere, that piece hands back what it has to say to the $c$ it began with. It comes in as
# `dc_T`, and it may not get lost. Weights that were used at every step get the sum:
#
# $$
# dW = \sum_t dW_t, \qquad db = \sum_t db_t
# \tag{eq:shared}
# $$
#
# ### Exercise: lstm_backward
#
# {{exercise lstm_backward}}
#
# Equations (eq:carry_h) to (eq:shared), with a call of your `lstm_step_backward` for each step.

# %% exercise="lstm_backward"
def lstm_backward(dhs, dc_T, cache):
    """The way back through a sequence: equations (eq:carry_h) to (eq:shared).

    Arguments: dhs (N, T, H), the loss's own gradient with respect to the h of every step; dc_T (N, H), that with
    respect to the last cell state; cache, the list that lstm_forward has kept: for each of T steps a tuple
    (x, h_prev, c_prev, i, f, g, o, c, W), with x (N, D), W (H + D, 4H), all the others (N, H).
    Returns (dxs, dh0, dc0, dW, db): dxs (N, T, D), dh0 and dc0 (N, H), dW (H + D, 4H), db (4H,).
    """
    ### BEGIN SOLUTION
    dh, dc = np.zeros(dc_T.shape), dc_T            # nothing comes to h from beyond the end
    dxs, dW, db = [], 0.0, 0.0
    for t in reversed(range(len(cache))):
        dx, dh, dc, dW_t, db_t = lstm_step_backward(dhs[:, t] + dh, dc, cache[t])
        dxs.append(dx)
        dW = dW + dW_t
        db = db + db_t
    return np.stack(dxs[::-1], axis=1), dh, dc, dW, db  # the last step's dx came first
    ### END SOLUTION


# %% [markdown]
# That was the gradient of an LSTM, by hand. Most of those who use it have never seen it. Is it right? The next cell
# asks the judge for all five results at once, on a loss that uses every $h_t$ and the last $c$.

# %% tags=["story"] id="errors_of"
full_back = mine("lstm_backward")


def errors_of(back, T=4, from_h=1.0, from_c=1.0):
    """What the judge says of each result of a backward pass, a dict. The loss may look at h, at c or at both."""
    at, dhs, dc_T = sequence(T)
    dhs, dc_T = from_h * dhs, from_c * dc_T

    def claimed(name, a):
        results = back(dhs, dc_T, lstm_forward(**{**at, name: a})[2])
        return dict(zip(at, results))[name]                             # in the order of the results

    return {
        name: judge(lambda a: loss_at(at, dhs, dc_T, **{name: a}), lambda a: claimed(name, a), at[name]) for name in at
    }


# %% tags=["story"] id="all_judged"
for name, error in errors_of(full_back).items():
    print(f"d{name:3s} error {error:.0e}")

# %% [markdown]
# ## A hundred steps
#
# Back to the question of unit 03. The loss looks at the last step, and reads $h$ there. How much of it comes back to
# each input? Beside four LSTMs stands a plain RNN whose weights stretch nothing: orthogonal ones, as in unit 03.

# %% tags=["story"] id="hundred_steps"
rnn_step, rnn_back = mine("rnn_step"), mine("rnn_backward")
T = 100


def reached(forget_bias, seed):
    """The norm of the loss's gradient at each of the inputs, (T,); of the plain RNN where the forget bias is None."""
    rng = np.random.default_rng([seed, 1])
    xs, zero, dhs = rng.normal(size=(N, T, D)), np.zeros((N, H)), np.zeros((N, T, H))
    dhs[:, -1] = rng.normal(size=(N, H)) / np.sqrt(N * H)               # the loss looks at the last step only
    W, b = random_weights(1 if forget_bias is None else 4, forget_bias or 0.0, seed)
    if forget_bias is None:
        W[:H], h, cache = np.linalg.qr(W[:H])[0], zero, []
        for x in xs.transpose(1, 0, 2):
            h_prev, h = h, rnn_step(x, h, W, b)
            cache.append((x, h_prev, h, W))
        dxs, *_ = rnn_back(dhs, cache)
    else:
        dxs, *_ = full_back(dhs, zero, lstm_forward(xs, zero, zero, W, b)[2])
    return np.sqrt((dxs**2).sum(axis=(0, 2)))


# %% tags=["story"] id="on_one_axis"
runs = {"plain RNN": [reached(None, seed) for seed in range(5)]}
for bias in (-2.0, 0.0, 1.0, 5.0):
    runs[f"LSTM, forget bias {bias:g}"] = [reached(bias, seed) for seed in range(5)]
for name, norms in runs.items():
    first = [one[0] for one in norms]
    print(f"{name:21s} the first of 100 steps gets {min(first):.0e} to {max(first):.0e}, the last {norms[0][-1]:.1f}")
figures.over_time(runs)

# %% [markdown]
# The architecture alone does not do it. An LSTM whose forget gates stand at a half forgets as fast as the plain RNN:
# a half to the power of a hundred is $10^{-30}$, and what comes through $h$ besides makes $10^{-20}$ of it, or so. With
# a bias of 1 some billionths arrive, which is far more, and still nothing. With a bias of 5 the first step is told about as much as the last. **How far back an LSTM is told
# anything is decided by where its forget gates start**, and a zero for all biases is a bad place.
#
# (Other texts print other numbers for this experiment, because it depends on how large the weights are and what is
# read. The order of the lines does not.)
#
# ### Two ways, one dial
#
# How much of this came along the cell state, and how much through $h$? Now the loss looks at the last $c$, so that both
# begin, at the right, with the same. Dark is the carousel alone, the product of your `carousel`; the other line is all
# of the gradient. (The numbers beside the axis are powers of ten.) Before you turn the forget bias: at which one will
# the two lines lie on each other?

# %% tags=["story"] id="two_ways"
def two_ways(forget_bias, seed=0):
    """The norm of dc at every step, by all paths and along the cell state alone: (T,) each."""
    rng = np.random.default_rng([seed, 2])
    W, b = random_weights(4, forget_bias, seed)
    _, _, cache = lstm_forward(rng.normal(size=(N, T, D)), nothing, nothing, W, b)
    fs, dc_T = np.stack([step[4] for step in cache], axis=1), rng.normal(size=(N, H)) / np.sqrt(N * H)
    alone = np.sqrt(((belt(fs) * dc_T[:, None]) ** 2).sum(axis=(0, 2)))
    dh, dc, whole = nothing, dc_T, []
    for t in reversed(range(T)):
        whole.append(np.linalg.norm(dc + dh * cache[t][6] * (1 - np.tanh(cache[t][7]) ** 2)))  # all that reaches c_t
        _, dh, dc, _, _ = step_back(dh, dc, cache[t])
    return whole[::-1], alone


figures.forget_dial(two_ways)

# %% tags=["story"] id="ways_in_numbers"
for bias in (-2.0, 0.0, 1.0, 5.0):
    ends = [(whole[0], alone[0]) for whole, alone in (two_ways(bias, seed) for seed in range(5))]
    whole, alone = np.median(ends, axis=0)
    print(f"forget bias {bias:4.1f}: by all paths {whole:.0e}, along c alone {alone:.0e}")

# %% [markdown]
# At none of them, but for the last few steps. At a forget bias of 5 the belt brings a good third of what it was given, and by all paths comes ten
# to sixty times as much. At lower biases the belt brings next to nothing, and $h$ next to nothing too, though many
# times more. These are random weights, and the lines say *how much* comes, not whether it is of use. The belt hands
# on what it was given, to each cell its own. What came through $h$ has been through a random matrix at every step.
#
# **Try it.** Stack `W_h / 10` again, and run from there: how near do the two lines come? Then `4 * W_h`, with a
# forget bias of 5. Which of the two explodes?
#
# ## What was left out in 1997
#
# Hochreiter and Schmidhuber did not use the gradient that you have just written. They **truncated** it: what came to
# the gates and to the candidate changed *their* weights, and was then thrown away. Nothing went on to $h_{t-1}$. Only
# along the cell state did an error travel back in time. With your step that is a word less:

# %% tags=["story"] id="truncated"
def truncated(dhs, dc_T, cache):
    """The gradient of 1997: what would go on through h_prev is thrown away."""
    dxs, dc, dh0, dW, db = [], dc_T, np.zeros(dc_T.shape), 0.0, 0.0
    for t in range(len(cache) - 1, -1, -1):
        dx, _, dc, dW_t, db_t = step_back(dhs[:, t], dc, cache[t])
        dxs.append(dx)
        dW, db = dW + dW_t, db + db_t
    return np.stack(dxs[::-1], axis=1), dh0, dc, dW, db


for name, error in errors_of(truncated).items():
    print(f"d{name:3s} error {error:.2f}")

# %% [markdown]
# By the judge it is no gradient. What was it good for? It needs no way back at all. If errors travel along $c$ alone,
# then how $c_t$ depends on a weight follows from how $c_{t-1}$ did, a multiplication and an addition for each weight
# and step, on the way *forward*. No cache, no memory that grows with the length of the sequence: they could learn
# over a thousand steps on a machine of 1997. And what is thrown away is the part that may explode. The full gradient
# came into use in 2005, with A. Graves and J. Schmidhuber.
#
# ## A task from that paper
#
# Is something that is no gradient good enough to learn with? Here is the first task of the 1997 paper, the embedded
# Reber grammar. A string begins with B and then T or P; then comes a string of a small grammar; and then the T or P
# of the beginning once more, and E. The network reads symbol by symbol and has to say what may come next. Everything
# in the middle can be guessed from the last few symbols. The last T or P can't.

# %% tags=["story"] id="reber"
from grader.data import broken, reber

rng = np.random.default_rng(4)
for _ in range(5):
    print(" ".join(reber.string(rng)))

# %% tags=["story"] id="lab_network"
encode, read, read_back = mine("one_hot"), mine("readout"), mine("readout_backward")
loss_back, clip, downhill = mine("cross_entropy_backward"), mine("clip_by_norm"), mine("sgd_step")
K, H_LAB = len(reber.SYMBOLS), 12
FRESH = reber.batch(256, np.random.default_rng(99))                     # strings that no training sees


def start_weights(seed):
    """The arrays of an LSTM of 12 cells and its readout, the forget gates rather open."""
    rng, b = np.random.default_rng(seed), np.zeros(4 * H_LAB)
    b[H_LAB : 2 * H_LAB] = 2.0
    W = rng.normal(size=(H_LAB + K, 4 * H_LAB)) / np.sqrt(H_LAB + K)
    return {"W": W, "b": b, "V": rng.normal(size=(H_LAB, K)) / np.sqrt(H_LAB), "b_y": np.zeros(K)}


def logits_of(params, ids):
    """What the network expects after each symbol (N, T, K), its hidden states, and its cache."""
    zero = np.zeros((len(ids), H_LAB))
    hs, _, cache = lstm_forward(encode(ids, K), zero, zero, params["W"], params["b"])
    return read(hs, params["V"], params["b_y"]), hs, cache


# %% tags=["story"] id="lab_training"
def wrong_strings(params):
    """In how many of 256 fresh strings something that may not come is held likelier than something that may."""
    ids, _, mask = FRESH
    right = reber.legal_first(logits_of(params, ids)[0], reber.legal(reber.states(ids)))
    return np.sum(np.any(~right & (mask > 0), axis=1))


def train(back, seed, most=12_000, lr=4.0, N=16):
    """Train until no fresh string is wrong: how many strings that took, NaN where it was not reached; the weights."""
    rng, params = np.random.default_rng([seed, 1]), start_weights(seed)
    for k in range(most // N):
        if k % 25 == 0 and wrong_strings(params) == 0:
            return N * k, params
        ids, targets, mask = reber.batch(N, rng)
        logits, hs, cache = logits_of(params, ids)
        dhs, dV, db_y = read_back(loss_back(logits, targets, mask), hs, params["V"])
        *_, dW, db = back(dhs, np.zeros((N, H_LAB)), cache)
        grads, _ = clip({"W": dW, "b": db, "V": dV, "b_y": db_y}, 1.0)
        params = downhill(params, grads, lr)
    return np.nan, params


# %% tags=["story", "long"] id="full_and_truncated"
for name, back in (("the full gradient", full_back), ("that of 1997", truncated)):
    needed = [train(back, seed)[0] for seed in figures.steps(3, name, leave=False)]
    print(f"{name:17s} learned after", ", ".join(f"{strings:,.0f}" for strings in needed), "strings")

# %% [markdown]
# All is learned, in seconds, with your own functions and plain gradient descent: not one of 256 new strings is wrong.
# (We look every 400 strings. In the paper it took 8,440 with the best settings, by another network and another measure;
# such numbers depend on the seed, too.) And the truncated gradient learns about as fast as the full one: with some
# seeds later, with others sooner.
#
# Unit 02 ended on such a note: a falling loss proves nothing. There the wrong gradients were six, of a plain RNN, and
# you were told what was wrong with them. This time you are not.
#
# ## Lab: it learns, but the gradient is wrong
#
# `broken` has eight backward passes, A to H. Each has one mistake, of the kinds that people have really made. This is
# A:

# %% tags=["story"] id="read_a"
print(broken.text("A"))

# %% [markdown]
# Before you look for anything: make a guess. How many of the eight learn the grammar to the end? (Training all of them
# three times takes half a minute to a minute, longer where other programs run.)

# %% tags=["story", "long"] id="eight_learn"
passes = {"yours": full_back} | {name: broken.backward(name) for name in broken.NAMES}
needed, how_wrong = {}, {}
for name, back in passes.items():
    needed[name] = [train(back, seed)[0] for seed in figures.steps(3, name, leave=False)]
    how_wrong[name] = max(errors_of(back).values())
figures.learned(needed, how_wrong, 12_000)

# %% [markdown]
# Six of eight learn all of it, with each of the three seeds. C does it to the very string as the right gradient does, and B, D and
# F are about as fast. Their errors are large, and say nothing about who learns. **Whoever tests a gradient by
# training with it finds two mistakes of eight.**
#
# The judge finds all eight. But it only says *that*, not *what*. You find a mistake as a physician does, by asking
# for one thing at a time. With a single step no step hands on anything to another, and what is wrong there is wrong
# within the step, or in what goes in and comes out at its ends. With a loss that looks at $h$ alone, or at $c$ alone, one of two ways is silent. And $W$ has four blocks, one
# a gate.

# %% tags=["story"] id="suspects"
def suspect(name, T, from_h, from_c):
    """The judge's errors for one of the eight: the five results, with those of dW and db for each gate on its own."""
    at, dhs, dc_T = sequence(T)
    dhs, dc_T = from_h * dhs, from_c * dc_T
    *_, cache = lstm_forward(**at)
    got, wanted = (back(dhs, dc_T, cache) for back in (broken.backward(name), full_back))
    pairs = dict(zip(("dxs", "dh0", "dc0"), zip(got, wanted)))
    for k, gate in enumerate("ifgo"):
        pairs |= {f"d{part}_{gate}": [a[..., 4 * k : 4 * k + 4] for a in (g, w)]
                  for part, g, w in (("W", got[3], wanted[3]), ("b", got[4], wanted[4]))}
    sizes = {part: max(np.abs(g).max(), np.abs(w).max()) for part, (g, w) in pairs.items()}
    return {part: np.abs(g - w).max() / (sizes[part] or 1.0) for part, (g, w) in pairs.items()}


figures.suspect_dials(suspect, broken.text)

# %% [markdown]
# (This compares with *your* `lstm_backward`, which the judge has passed: it is faster than differences, and a
# gradient that was checked once may serve as a judge itself.)
#
# Find all eight. The text of a pass stands under its errors. Write down for each: which equation is it? The quiz asks.
#
# **Try it.** Mend one of them: copy its text into a cell of your own, change the line, and let `errors_of(backward)`
# judge.
#
# ### One test for all of them
#
# Finding a mistake once is good. A test finds it each time, also in code that nobody has read. What does a test need,
# so that none of them gets through? You have seen some that hide: pass C can't be found by a loss that doesn't look
# at $c_T$. Others hide in batches of one, where a mean is a sum; in short sequences, where what is cut off far back
# is not there; in shapes in which $N = T$ or $D = H$, so that what is turned around still fits. And some give the
# right numbers, and spoil what they were given.
#
# ### Exercise: separates
#
# {{exercise separates}}
#
# Judge a list of backward passes that you have not seen. Whether they are compared with differences or with your own
# `lstm_backward` is up to you; both are at hand, and so is `lstm_forward`.

# %% exercise="separates"
def separates(backwards):
    """Which of several backward passes of the LSTM are the gradient.

    Arguments: backwards, a list of functions with the arguments (dhs, dc_T, cache) and the results of lstm_backward.
    Some are right, however they are written. The others are wrong: some in one of their five results alone, some only
    in batches, or in sequences of more than 50 steps; some change their arguments, and some raise an error.
    Returns verdicts, a list of bools in the same order: True where it is the gradient. There are 5 seconds for all of
    them together: what is the same for all is computed once.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    N, T, D, H = 2, 60, 3, 4                      # all of them different, and none of them 1
    xs, h0, c0 = rng.normal(size=(N, T, D)), rng.normal(size=(N, H)), rng.normal(size=(N, H))
    W, b = rng.normal(size=(H + D, 4 * H)), rng.normal(size=4 * H)
    b[H : 2 * H] += 4                              # forget gates that are open: what is far away still counts
    dhs, dc_T = rng.normal(size=(N, T, H)), rng.normal(size=(N, H))
    _, _, cache = lstm_forward(xs, h0, c0, W, b)
    wanted = lstm_backward(dhs, dc_T, cache)

    def is_gradient(backward):
        own = [tuple(array.copy() for array in step) for step in cache]  # copies, which it may spoil
        own_dhs, own_dc_T = dhs.copy(), dc_T.copy()
        try:
            got = backward(own_dhs, own_dc_T, own)
            near = all(g.shape == w.shape and np.abs(g - w).max() < 1e-6 * np.abs(w).max() for g, w in zip(got, wanted))
        except Exception:                          # whatever it was: that is no gradient
            return False
        kept = len(own) == T and all(np.array_equal(a, w) for step in zip(own, cache) for a, w in zip(*step))
        kept = kept and np.array_equal(own_dhs, dhs) and np.array_equal(own_dc_T, dc_T)
        return len(got) == 5 and bool(near) and kept

    return [is_gradient(backward) for backward in backwards]
    ### END SOLUTION


# %% [markdown]
# Now your test reads the eight, and the truncated one, and yours:

# %% tags=["story"] id="your_test"
test = mine("separates")
names = ["yours", "1997", *broken.NAMES]
verdicts = test([full_back, truncated, *(broken.backward(name) for name in broken.NAMES)])
print("\n" + "  ".join(f"{name}: {'right' if verdict else 'wrong'}" for name, verdict in zip(names, verdicts)))

# %% [markdown]
# ## What it costs
#
# A last number. How long does your own code take for a gradient, and how long does PyTorch take for the same? A batch
# of 32 sequences of 100 steps, 32 cells, one thread. PyTorch is asked twice: in float64, as you compute, and in
# float32, which is what it is mostly used in.

# %% tags=["story"] id="price"
from grader.figures.timing import microseconds

try:
    import torch
except ImportError:
    torch = None
    print("PyTorch is not installed here, so there is nothing to compare with; `grader doctor` says how to add it.")

rng = np.random.default_rng(6)
xs, zero, dhs = rng.normal(size=(32, 100, 32)), np.zeros((32, 32)), rng.normal(size=(32, 100, 32))
W, b = rng.normal(size=(64, 128)) / 8, np.zeros(128)


def forward_alone():
    return lstm_forward(xs, zero, zero, W, b)


def by_hand():
    return full_back(dhs, zero, forward_alone()[2])


whole, forward = microseconds(by_hand, forward_alone, rounds=3)
print(f"\nthere and back: {whole / 1000:.0f} ms, {forward / 1000:.0f} of them for the way forward")

# %% tags=["story"] id="price_in_torch"
def by_torch(kind):
    """The same with torch.nn.LSTM: a function without arguments."""
    inputs = torch.tensor(xs, requires_grad=True)
    model, upstream = torch.nn.LSTM(32, 32, batch_first=True).to(kind), torch.tensor(dhs)

    def there_and_back():
        model.zero_grad()
        model(inputs.to(kind))[0].backward(upstream.to(kind))
    return there_and_back


if torch:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    ours, double, single = microseconds(by_hand, by_torch(torch.float64), by_torch(torch.float32), rounds=3)
    torch.set_num_threads(threads)
    for name, theirs in (("float64", double), ("float32", single)):
        print(f"torch.nn.LSTM in {name}: {theirs / 1000:4.0f} ms; yours takes {ours / theirs:.1f} times as long")

# %% [markdown]
# The way back takes as long as the way forward, or up to twice as long. And a page of numpy is within reach of a library that hundreds
# of people have worked on: where this was written yours took 0.6 times as long as PyTorch in float64, and 3.5 times
# as long in float32, for which it has been tuned. (That is one core. Think of unit 20, where there are thousands.)
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
# | what is shown | $do = dh \odot \tanh(c)$, $dc^{\text{total}} = dc + dh \odot o \odot (1 - \tanh^2(c))$ | $(N, H)$ |
# | what is held | $df = dc^{\text{total}} \odot c_{t-1}$, $di = dc^{\text{total}} \odot g$, $dg = dc^{\text{total}} \odot i$ | $(N, H)$ |
# | the curves | times $s\,(1 - s)$ for i, f, o; times $1 - g^2$ for g | $(N, 4H)$ |
# | the product | $dW_t = [h_{t-1}, x_t]^\top dz$, $[dh_{t-1} \mid dx_t] = dz\,W^\top$ | $(H + D, 4H)$, $(N, H + D)$ |
# | time | $dh$ from above and from the future, $dc$ from the future alone, times $f$ | $(N, H)$ |
# | the belt alone | $\partial c_{T-1} / \partial c_t = f_{t+1} \odot \dots \odot f_{T-1}$ | $(N, T, H)$ |
#
# - Along the cell state a gradient is multiplied by forget gates and by nothing else. With gates at 1 it is constant:
#   the error carousel.
# - It is not the only way. Through $h$ comes more than along $c$, with random weights; the gradient is the sum of all
#   ways.
# - Where the forget gates start decides how far back anything is told. A bias of 0 is a half at every step.
# - In 1997 the ways through $h$ were cut off. That is no gradient, and it learns.
# - Learning proves nothing: six of eight wrong gradients learned to the end. A gradient check takes a moment, and
#   finds all eight.
# - A test needs: all sizes different, a batch, many steps, open gates, states that are not zero, a loss that uses
#   every $h$ and the last $c$.
#
# ### References
#
# - S. Hochreiter and J. Schmidhuber. Long short-term memory. *Neural Computation* 9(8), 1735-1780, 1997. The constant
#   error carousel, the truncated gradient, and the task.
# - F. A. Gers, J. Schmidhuber and F. Cummins. Learning to forget: continual prediction with LSTM. *Neural
#   Computation* 12(10), 2451-2471, 2000. The forget gate, and what it does to the carousel.
# - A. Graves and J. Schmidhuber. Framewise phoneme classification with bidirectional LSTM and other neural network
#   architectures. *Neural Networks* 18(5-6), 602-610, 2005. The full gradient of the LSTM.
# - R. Jozefowicz, W. Zaremba and I. Sutskever. An empirical exploration of recurrent network architectures. In
#   *ICML*, 2015. How much a forget bias does.
# - P. J. Werbos. Backpropagation through time: what it does and how to do it. *Proceedings of the IEEE* 78(10),
#   1550-1560, 1990.
