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
# # Unit 03: Why it forgets
#
# **What you will be able to do.** Measure how much of a gradient reaches a word far back. Tell from the weights whether
# gradients will vanish or explode. Know what helps against either, and how far.
#
# **What you need.** The plain RNN of unit 01, its backward pass of unit 02, and products of matrices.
#
# **How long it takes.** About an hour and forty minutes, 36 minutes of it for the exercises.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid = mine("sigmoid")

# %% [markdown]
# ## A word too far away
#
# *My **dog** chases squirrels. My **dog**, whom I adopted in 2009, chases squirrels.* The word that decides the verb
# can be any distance away. A small grammar writes as many beginnings of such sentences as we like. What stands in
# between often brings nouns of its own, and they say nothing of the subject. (A comma is counted as a word.)

# %% tags=["story"] id="sentences"
from grader.data import agreement
from grader.figures import training
from grader.figures import vanishing as figures

rng = np.random.default_rng(482)
for distance in (0, 5, 7, 30):
    words = agreement.sentence(distance, rng)
    print(f"{distance:2d} words in between: {' '.join(words)} [chases/chase]")

# %% [markdown]
# The network is the one that you have built, and it learns with your functions. It is asked for the verb only: there
# are two answers, and the loss looks at the last step.

# %% tags=["story"] id="tools"
step, back = mine("rnn_step"), mine("rnn_backward")
lookup, lookup_back = mine("embed"), mine("embed_backward")
read, read_back = mine("readout"), mine("readout_backward")
loss_of, loss_back = mine("cross_entropy"), mine("cross_entropy_backward")
clip, move = mine("clip_by_norm"), mine("sgd_step")


def forward(xs, h0, W, b):
    """The RNN over xs (N, T, D): hs (N, T, H), and the cache that rnn_backward takes."""
    h, hs, cache = h0, [], []
    for x in xs.transpose(1, 0, 2):  # T times (N, D)
        h_prev, h = h, step(x, h, W, b)
        hs.append(h)
        cache.append((x, h_prev, h, W))
    return np.stack(hs, axis=1), cache


# %% tags=["story"] id="gradients"
def gradients(params, ids, targets, mask, run=forward):
    """The loss, its gradient for every parameter, and that for the words' vectors, dxs (N, T, D)."""
    xs = lookup(ids, params["E"])                                 # (N, T, D)
    hs, cache = run(xs, np.zeros((len(ids), len(params["b"]))), params["W"], params["b"])
    logits = read(hs, params["V"], params["b_y"])                 # (N, T, 2)
    dhs, dV, db_y = read_back(loss_back(logits, targets, mask), hs, params["V"])
    dxs, _, dW, db = back(dhs, cache)
    dE = lookup_back(dxs, ids, len(params["E"]))
    return loss_of(logits, targets, mask), {"E": dE, "W": dW, "b": db, "V": dV, "b_y": db_y}, dxs


def new_network(rng, W_h, loudness=1.0, D=8):
    """Parameters to start from: W_h (H, H) is given, the rows for x are normal numbers times the loudness."""
    H, K = len(W_h), len(agreement.WORDS)
    W_x = loudness * rng.normal(size=(D, H)) / np.sqrt(D)
    return {
        "E": rng.normal(size=(K, D)), "W": np.vstack([W_h, W_x]), "b": np.zeros(H),
        "V": rng.normal(size=(H, 2)) / np.sqrt(H), "b_y": np.zeros(2),
    }


# %% tags=["story"] id="train"
def train(distance, seed, first_W=None, loudness=1.0, run=forward, lr=0.3, steps=1000, what=""):
    """Train a new network of 16 units on 4,000 sentences, 32 a step; gives it, and its losses (steps,)."""
    rng = np.random.default_rng(seed)
    W_h = rng.normal(size=(16, 16)) / 4 if first_W is None else first_W(rng)
    params, losses = new_network(rng, W_h, loudness), []
    sentences = agreement.batch(4000, distance, rng)              # ids, targets, mask
    for _ in training.steps(steps, what) if what else range(steps):
        some = rng.integers(4000, size=32)
        loss, grads, _ = gradients(params, *(array[some] for array in sentences), run)
        params = move(params, clip(grads, 1.0)[0], lr)
        losses.append(loss)
    return params, losses


def share_right(params, distance, seed, run=forward):
    """The share of right verbs on 1,000 sentences that it was not trained with."""
    ids, targets, _ = agreement.batch(1000, distance, np.random.default_rng(100 + seed))
    hs, _ = run(lookup(ids, params["E"]), np.zeros((1000, len(params["b"]))), params["W"], params["b"])
    return np.mean(read(hs, params["V"], params["b_y"])[:, -1].argmax(axis=1) == targets[:, -1])


# %% tags=["story", "long"] id="near_and_far"
curves = {}
for distance in (5, 30):
    name = f"{distance} words in between"
    trained, curves[name] = train(distance, seed=0, what=name)
    print(f"{share_right(trained, distance, seed=0):.1%} of 1,000 new verbs right")
guess = -0.6 * np.log(0.6) - 0.4 * np.log(0.4)                    # six subjects in ten stand for one
training.loss_curves(curves, {"knows how frequent each verb is": guess}, what="Seed 0.")

# %% [markdown]
# With 5 words in between it learns the rule and makes no mistake. With 30 it learns nothing: its loss stays where it is
# for somebody who knows how frequent the two verbs are and has not read the sentence. Same network, same rule, same
# number of steps.
#
# It learns from gradients. So let us see what of the gradient gets to the subject. The loss looks at the last word;
# `dxs` says how it changes with the vector of each word before.

# %% tags=["story"] id="what_arrives"
rng = np.random.default_rng(1)
untrained = new_network(rng, rng.normal(size=(16, 16)) / 4)
ids, targets, mask = agreement.batch(100, 30, rng)
_, _, dxs = gradients(untrained, ids, targets, mask)
norms = np.sqrt((dxs**2).sum(axis=(0, 2)))                        # (T,), over the batch
figures.reached(agreement.decode(ids[0]), {"100 sentences, an untrained network": norms})
print(f"the subject gets {norms[1] / norms[-1]:.0e} of what the last word gets")

# %% [markdown]
# That is a straight line downwards on an axis of powers of ten: every step back multiplies by about the same factor. It
# gets there, and it is next to nothing: the gradient has **vanished**. What is it multiplied by?
#
# **Try it.** Put `2 *` before `rng.normal` in the second line, then `3 *`, then `0.5 *`. With which of them does as
# much arrive at the subject as at the last word? Further down you will see what that is worth.
#
# ## One factor: the slope
#
# On its way back through a step the gradient passes the squashing curve, and is multiplied by its slope. The first
# recurrent networks squashed with the sigmoid:
#
# $$
# \sigma'(z) = s\,(1 - s), \qquad s = \sigma(z) \tag{eq:sigmoid_slope}
# $$
#
# ### Exercise: sigmoid_slope
#
# {{exercise sigmoid_slope}}
#
# `sigmoid` was fetched in the setup cell.

# %% exercise="sigmoid_slope"
def sigmoid_slope(z):
    """How steep the sigmoid is at z: equation (eq:sigmoid_slope).

    Arguments: z (N, H), any numbers, however far out.
    Returns slope (N, H), each number from 0 to 1/4.
    """
    ### BEGIN SOLUTION
    s = sigmoid(z)          # (N, H)
    return s * sigmoid(-z)  # (N, H); 1 - s, and nothing is taken from a number close to 1
    ### END SOLUTION


# %% [markdown]
# Ours squashes with tanh, whose slope is $1 - h^2$, written with what comes out of it. Which of the two would you
# rather go back through?

# %% tags=["story"] id="two_slopes"
slope_of = mine("sigmoid_slope")
z = np.linspace(-6, 6, 241)[None, :]                              # (1, 241): one row
figures.slopes(z[0], slope_of(z)[0], 1 - np.tanh(z[0]) ** 2)
for steps in (1, 5, 30):
    print(f"steps: {steps:2d}   at z = 1: sigmoid {slope_of(np.ones((1, 1)))[0, 0] ** steps:<8.2g}"
          f" tanh {(1 - np.tanh(1.0) ** 2) ** steps:<8.2g}   at z = 0: sigmoid {0.25**steps:<8.2g} tanh 1")

# %% [markdown]
# The sigmoid takes at least three quarters away, at every step, wherever it stands. That is one reason why plain RNNs
# squash with tanh. But tanh lets a gradient through in full at a single point, $h = 0$: a unit that says nothing.
#
# **Try it.** Where is the slope of tanh smaller than that of the sigmoid? Compare the two far out, at `z = 6`.
#
# ### One unit, two dials
#
# Between two slopes the gradient passes the weights. Take one unit, with the weight $w$ on its own last value and a
# steady input $x$: $h_t = \tanh(w\,h_{t-1} + x)$. Each step back multiplies by $w\,(1 - h_t^2)$.

# %% tags=["story"] id="one_unit"
def one_unit(w, x, T=50):
    """The states (T,) of a unit that begins at 0, and the derivative of the last one by each of them, (T,)."""
    h, hs = 0.0, []
    for _ in range(T):
        h = np.tanh(w * h + x)
        hs.append(h)
    factors = w * (1 - np.array(hs) ** 2)                         # (T,): from h_t to h_{t-1}
    return hs, np.append(np.cumprod(factors[:0:-1])[::-1], 1.0)


figures.one_unit(one_unit)

# %% [markdown]
# Before you drag: with $x = 0$ the unit stays at 0. For which $w$ does the gradient neither vanish nor explode then?
# And if you now turn the input up a little: what does it do, and can a larger $w$ make up for it?
#
# <details>
# <summary>Show the answers</summary>
#
# With $x = 0$ the slope is 1, and only $w = 1$ (or $-1$) holds: 0.9 leaves half a percent, 1.1 makes a hundred. The
# slightest input pushes the unit out to where tanh is flat, and the gradient vanishes. A larger $w$ pushes it out
# further: the slope falls faster than $w$ grows. Once the unit has come to rest at a value which it *holds*, the factor
# is below 1 in size, always. That is what holding means: a small disturbance dies out, and a gradient is one.
#
# </details>
#
# ## The other factor: a matrix
#
# With $H$ units each number of the new state moves with each number of the old one. These derivatives form a matrix for
# each sequence, the **Jacobian** of the step. With $z_t = [h_{t-1}, x_t]\,W + b$ and $h_t = \tanh(z_t)$ it is
#
# $$
# J_t[n, j, k] \;=\; \frac{\partial\, h_t[n, j]}{\partial\, h_{t-1}[n, k]}
# \;=\; \left(1 - h_t[n, j]^2\right)\, W[k, j] \qquad (N, H, H) \tag{eq:jacobian}
# $$
#
# Rows belong to the new state, columns to the old one. The slope is that of the new state's unit.
#
# ### Exercise: step_jacobian
#
# {{exercise step_jacobian}}
#
# Only the rows of $W$ that meet $h_{t-1}$ play a part: there are $H$ of them, and $D$ more below for the input.

# %% exercise="step_jacobian"
def step_jacobian(h, W, D):
    """How the new state moves with the old one, in one step of a plain RNN: equation (eq:jacobian).

    Arguments: h (N, H), the new state; W (H + D, H), the rows for h_prev first; D, how many inputs there are.
    Returns J (N, H, H): J[n, j, k] is the derivative of h[n, j] with respect to h_prev[n, k].
    """
    ### BEGIN SOLUTION
    W_h = W[: len(W) - D]              # (H, H), the rows that meet the old state
    slope = 1 - h * h                  # (N, H), of the tanh that made h
    return slope[:, :, None] * W_h.T   # (N, H, 1) * (H, H) -> (N, H, H)
    ### END SOLUTION


# %% [markdown]
# Is it so? Move the old state's numbers one by one, a little up and a little down, and see how the new state moves, as
# `numerical_gradient` did in unit 02.

# %% tags=["story"] id="jacobian_measured"
jacobian = mine("step_jacobian")
rng = np.random.default_rng(3)
N, D, H, little = 1, 2, 4, 1e-5
x, h_prev = rng.normal(size=(N, D)), np.tanh(rng.normal(size=(N, H)))
W, b = rng.normal(size=(H + D, H)) / 2, rng.normal(size=H)

J = jacobian(step(x, h_prev, W, b), W, D)                         # (N, H, H)
measured = np.zeros((H, H))
for k in range(H):
    moved = little * np.eye(H)[k]                                 # (H,): number k of the old state
    difference = step(x, h_prev + moved, W, b) - step(x, h_prev - moved, W, b)
    measured[:, k] = difference[0] / (2 * little)
figures.jacobians(J[0], measured)

# %% [markdown]
# Two steps multiply two such matrices, and thirty steps thirty. From the last state, $h_{T-1}$, back to $h_t$:
#
# $$
# \frac{\partial h_{T-1}}{\partial h_t} = J_{T-1}\, J_{T-2} \cdots J_{t+1}
# $$
#
# Nobody multiplies them out. A gradient $dh_t$ is a row for each sequence, and goes through one after the other, slope
# first, then weights ($W_h$ are the first $H$ rows of $W$):
#
# $$
# dh_{t-1} = dh_t\, J_t = \left(dh_t \odot (1 - h_t \odot h_t)\right) W_h^{\top} \qquad (N, H) \tag{eq:back}
# $$
#
# How much is left? We take its length over the whole batch, one number a step:
#
# $$
# \lVert dh_t \rVert = \sqrt{\textstyle\sum_{n,k} dh_t[n, k]^2} \tag{eq:norm}
# $$
#
# ### Exercise: gradient_norms
#
# {{exercise gradient_norms}}
#
# The loss looks at the last state and at no other, so nothing is added on the way. Start from `dh_T`, its gradient with
# respect to `hs[:, -1]`.

# %% exercise="gradient_norms"
def gradient_norms(dh_T, hs, W):
    """The norm of dL/dh_t at every step of a plain RNN, for a loss that looks at the last state only.

    Arguments: dh_T (N, H), the gradient with respect to the last state, hs[:, -1]; hs (N, T, H), the states;
    W (H + D, H), the rows for h_prev first.
    Returns norms (T,): norms[t] is the norm of dL/dh_t over the whole batch, equation (eq:norm), where h_t is hs[:, t].
    The last entry is the norm of dh_T.
    """
    ### BEGIN SOLUTION
    H = hs.shape[2]
    dh, norms = dh_T, [np.linalg.norm(dh_T)]
    for t in range(hs.shape[1] - 1, 0, -1):
        dh = (dh * (1 - hs[:, t] ** 2)) @ W[:H].T  # (N, H): from dL/dh_t to dL/dh_{t-1}
        norms.append(np.linalg.norm(dh))
    return np.array(norms[::-1])                   # (T,)
    ### END SOLUTION


# %% [markdown]
# Is that what really comes back? Unit 02's `rnn_backward` hands out the gradient of the state that it began with. Start
# it in the middle of a sequence, and it has to be the one of that step. And so it has to be if the Jacobians of the
# later steps are multiplied, one after the other.

# %% tags=["story"] id="norms_agree"
norms_of = mine("gradient_norms")
rng = np.random.default_rng(4)
N, T, D, H = 3, 30, 2, 8
W, b = rng.normal(size=(H + D, H)) / np.sqrt(H), np.zeros(H)
hs, cache = forward(rng.normal(size=(N, T, D)), np.zeros((N, H)), W, b)
dhs = np.zeros((N, T, H))
dhs[:, -1] = rng.normal(size=(N, H))                              # the loss looks at the last step only
norms = norms_of(dhs[:, -1], hs, W)
for t in (0, 10, 20):
    _, dh, _, _ = back(dhs[:, t + 1 :], cache[t + 1 :])
    product = dhs[:, -1:]                                         # (N, 1, H): a row for each sequence
    for k in range(T - 1, t, -1):
        product = product @ jacobian(hs[:, k], W, D)              # (N, 1, H) @ (N, H, H)
    three = norms[t], np.linalg.norm(dh), np.linalg.norm(product)
    print("t = {:2d}: gradient_norms {:.6e}   rnn_backward {:.6e}   Jacobians {:.6e}".format(t, *three))

# %% [markdown]
# ## What decides: the spectral radius
#
# The slopes depend on what is being read. $W_h$ is the same at every step, so whatever it does to a gradient, it does
# again and again. What must one look at? Its size, one would think. To see $W_h$ alone, we let the network read
# nothing: all states are 0, all slopes 1.

# %% tags=["story"] id="same_size"
def silent(W_h, T=50, seed=0):
    """The norms (T,) of a gradient of length 1 on its way back through T steps at which every state is 0."""
    dh_T = np.random.default_rng(seed).normal(size=(1, len(W_h)))
    return norms_of(dh_T / np.linalg.norm(dh_T), np.zeros((1, T, len(W_h))), W_h)


H = 16
drawn = np.random.default_rng(5).normal(size=(H, H)) / np.sqrt(H)
chain = np.triu(np.abs(drawn), k=1)                               # every unit hears only those before it
chain *= np.linalg.norm(drawn) / np.linalg.norm(chain)
for name, W_h in (("drawn", drawn), ("chain", chain)):
    left = silent(W_h)
    print(f"{name}: norm of W_h {np.linalg.norm(W_h):.2f}; after 5 steps {left[-6]:.1e}, after 40 {left[-41]:.1e}")

# %% [markdown]
# Two matrices of the same size. Of the one's gradient a quarter is left after 40 steps. The other makes it larger at
# first, and then there is nothing: in a chain of 16 units all that is said has run out at its end after 16 steps. What
# counts is what comes round *again*.
#
# For that a matrix has special directions, its eigenvectors. In such a direction it only stretches: $v\,W_h^{\top} =
# \lambda\,v$, so $k$ steps multiply by $\lambda^k$. The factor $\lambda$ is an **eigenvalue**. There are $H$ of them.
# Some are pairs of complex numbers: there the matrix turns as it stretches, and by how much it stretches is their
# absolute value. A gradient is a mixture of all directions, and after many steps the one that is stretched most has
# outgrown the others. How much it is stretched is the **spectral radius**:
#
# $$
# \rho(W_h) = \max_k\, \lvert \lambda_k \rvert \tag{eq:radius}
# $$
#
# ### Exercise: spectral_radius
#
# {{exercise spectral_radius}}
#
# `np.linalg.eigvals` finds the eigenvalues of a square matrix.

# %% exercise="spectral_radius"
def spectral_radius(W_h):
    """The largest absolute value among the eigenvalues: equation (eq:radius).

    Arguments: W_h (H, H), the rows of W that meet the old state.
    Returns radius, one number, 0 or more.
    """
    ### BEGIN SOLUTION
    eigenvalues = np.linalg.eigvals(W_h)  # (H,), complex numbers where the matrix turns
    return np.abs(eigenvalues).max()
    ### END SOLUTION


# %% [markdown]
# The chain has 0, the drawn matrix about 1. Divide a matrix by its radius, multiply it by another, and you have the one
# you want. Three of them, over five seeds:

# %% tags=["story"] id="three_radii"
radius_of = mine("spectral_radius")


def with_radius(radius, seed, H=16):
    """A matrix (H, H) of normal numbers, scaled to this spectral radius."""
    W_h = np.random.default_rng(seed).normal(size=(H, H))
    return W_h * radius / radius_of(W_h)


figures.eigenvalues({f"radius {r:g}": np.linalg.eigvals(with_radius(r, seed=0)) for r in (0.5, 1.0, 1.5)})
runs = {}
for radius in (0.5, 1.0, 1.5):
    runs[f"radius {radius:g}"] = [silent(with_radius(radius, seed), T=100) for seed in range(5)]
    left = [norms[0] for norms in runs[f"radius {radius:g}"]]
    print(f"radius {radius:g}: of a gradient of 1 the first of 100 steps gets {min(left):.1g} to {max(left):.1g}")
figures.over_time(runs)

# %% [markdown]
# Below 1 it **vanishes**, above 1 it **explodes**, and only a radius of 1 holds, more or less (for one of the five
# draws half a percent is left). A hundred steps make 10 to the power of 17 out of a factor of one and a half. Nor does
# what lies closer to 1 forgive: with 0.9 a step a part in thirty thousand is left.
#
# **Try it.** Write `(0.9, 1.0, 1.1)` in both lines. Then make the batch of seeds larger, `range(20)`: how far do
# networks of the same radius differ?
#
# ### And with words
#
# That was silence. Now the network reads: random numbers, as loud as you like. Two dials, and the question is whether
# you can find a setting at which the gradient arrives when it reads something. Start with a loudness of 0 and look for
# the radius; then turn the loudness up, to 0.5 and to 1, and repair it.

# %% tags=["story"] id="radius_dial"
def reading(radius, loudness, T=100, seed=0, N=8, D=4):
    """The norms (T,) of a gradient of length 1 in a network with this spectral radius, which reads random inputs."""
    rng = np.random.default_rng(seed)
    W_h = with_radius(radius, seed)
    H = len(W_h)
    W = np.vstack([W_h, loudness * rng.normal(size=(D, H)) / np.sqrt(D)])
    hs, _ = forward(rng.normal(size=(N, T, D)), np.zeros((N, H)), W, np.zeros(H))
    dh_T = rng.normal(size=(N, H))
    return norms_of(dh_T / np.linalg.norm(dh_T), hs, W)


figures.radius_slider(reading)

# %% tags=["story"] id="radii_with_words"
runs = {}
for radius, loudness in ((0.5, 0.1), (1.0, 0.1), (1.0, 1.0), (1.5, 0.1), (1.5, 1.0)):
    name = f"radius {radius:g}, loudness {loudness:g}"
    runs[name] = np.array([reading(radius, loudness, seed=seed) for seed in range(5)])
    print(f"{name}: {np.median(runs[name][:, 0]):.0e} of the gradient reaches the first step")
figures.over_time(runs)

# %% [markdown]
# Quiet words change little as long as the radius is small: with 0.5 the gradient vanishes as it did in silence, with 1
# some thousandths of it arrive. With 1.5 they change much. In silence it exploded, to 10 to the power of 17; now it
# gets 60 times as long. Above a radius of 1 the states grow by themselves, however quiet the word that moved them from
# 0, and stop only where tanh is flat. Loud words push them out there whatever the radius: with a radius of 1 and a
# loudness of 1 the first step gets 3e-23. Every slope is a factor. **Listening costs memory.**
#
# Larger weights can make up for it, on average. But look at the width of the shaded bands: which factor it comes to
# depends on the draw and on the words, and a hundred factors multiply. There is one radius at which the gradient
# neither vanishes nor explodes, for this network and these words. A little beside it, it does the one or the other.
#
# ## Exploding, and its cure
#
# What does an exploding gradient do to learning? Take the smallest network again, one unit with a weight $w$ and a bias
# $b$. It starts at 0.5, reads nothing for 50 steps, and should end at 0.7. Its loss is a landscape over $w$ and $b$,
# and we walk down from one place, by unit 02's `sgd_step`: once as it is, once through `clip_by_norm`.

# %% tags=["story"] id="walk"
def walk(w, b, max_norm=1e9, steps=60, lr=0.3):
    """Gradient descent from (w, b): the places (steps + 1, 2), the losses and the gradients' norms, (steps,) each."""
    params, places, losses, norms = {"W": np.array([[w], [0.0]]), "b": np.array([b])}, [(w, b)], [], []
    for _ in range(steps):
        hs, cache = forward(np.zeros((1, 50, 1)), np.array([[0.5]]), params["W"], params["b"])
        dhs = np.zeros((1, 50, 1))
        dhs[0, -1] = 2 * (hs[0, -1] - 0.7)                        # the derivative of (h - 0.7) squared
        _, _, dW, db = back(dhs, cache)
        clipped, norm = clip({"W": dW, "b": db}, max_norm)
        params = move(params, clipped, lr)
        places.append((params["W"][0, 0], params["b"][0]))
        losses.append((hs[0, -1, 0] - 0.7) ** 2)
        norms.append(norm)
    return np.array(places), np.array(losses), np.array(norms)


# %% tags=["story"] id="cliff"
ws, bs = np.linspace(0.5, 3.0, 251), np.linspace(-1.2, 2.2, 171)
h = np.full((len(bs), len(ws)), 0.5)                              # a unit for every w and b
for _ in range(50):
    h = np.tanh(ws * h + bs[:, None])

ways = {}
for name, max_norm in (("as it is", 1e9), ("clipped at 0.5", 0.5)):
    ways[name], losses, norms = walk(1.5, -0.5, max_norm)
    print(f"{name}: the longest gradient {norms.max():.1f}, the loss at the end {losses[-1]:.4f}")
figures.cliff(ws, bs, (h - 0.7) ** 2, ways)

# %% [markdown]
# Dark is a large loss: there the unit has fallen to the negative side. A wall runs between dark and light, and on it
# the gradient is long, because what nudges the unit to one side or the other is multiplied by more than 1, fifty times
# over. Both walks come to its foot on the same way. One of them meets a gradient of 7.3 there: with a learning rate of
# 0.3, a single step of 2.2. It lands where the unit is saturated, all slopes are next to 0, and it never moves again.
# Its loss ends at 0.0894. The other takes the same direction, only no further than 0.15 at a time, and finds the
# bottom.
#
# **Try it.** Start at `walk(2.5, -0.6, max_norm)`, or choose a place of your own near the wall. Does the way without
# clipping always end badly?
#
# One start proves nothing. A hundred of them, around the wall:

# %% tags=["story", "long"] id="hundred_starts"
starts = np.random.default_rng(0).uniform((1.0, -1.0), (2.5, -0.3), size=(100, 2))
for name, max_norm in (("as it is", 1e9), ("clipped at 0.5", 0.5)):
    walks = [walk(*starts[k], max_norm) for k in training.steps(100, name)]
    solved = sum(losses[-1] < 0.01 for _, losses, _ in walks)
    longest = max(np.abs(np.diff(places, axis=0)).max() for places, _, _ in walks)
    print(f"{name}: {solved} of 100 reach a loss below 0.01, the longest step is {longest:.2f}")

# %% [markdown]
# Most of the walks end well without clipping too. But a single step of such a length is enough to lose everything that
# was learned before. A clipped step keeps its direction, and only gets shorter. It costs a line, and has been in nearly
# all training of recurrent networks since Pascanu, Mikolov and Bengio (2013), who drew this wall.
#
# ## Vanishing, and no such cure
#
# If too long can be made shorter, why can't too short be made longer? Because the gradient of $W$ is a *sum* over the
# steps, $dW = \sum_t dW_t$, and clipping sees the sum. Here is what each step puts into it, for the untrained network
# of the beginning.

# %% tags=["story"] id="shares"
step_back = mine("rnn_step_backward")


def shares(params, ids, targets, mask):
    """The norm of what every step adds to the gradient of W, (T,)."""
    xs = lookup(ids, params["E"])
    hs, cache = forward(xs, np.zeros((len(ids), len(params["b"]))), params["W"], params["b"])
    dhs, _, _ = read_back(loss_back(read(hs, params["V"], params["b_y"]), targets, mask), hs, params["V"])
    dh, norms = dhs[:, -1], []
    for step_cache in cache[::-1]:
        _, dh, dW, _ = step_back(dh, step_cache)
        norms.append(np.linalg.norm(dW))
    return np.flip(norms)


share = shares(untrained, ids, targets, mask)
figures.over_time({"an untrained network": share[None]}, "norm of the step's part of dW")
last, first = share[-10:].sum() / share.sum(), share[:10].sum() / share.sum()
print(f"the last ten steps make {last:.2%} of their sum, the first ten {first:.4%}")

# %% [markdown]
# The subject stands in the first ten. Make this gradient a thousand times longer, and what the last words say becomes a
# thousand times longer too. The far words are not too quiet; they are drowned out.
#
# ### Start better
#
# What is left is to bring the factor near 1 before training starts. People have tried:
#
# - **Larger weights.** Twice the plain start makes up for the slopes. For this network and these sentences, about as
#   much then arrives at the subject as was sent off.
# - **Orthogonal and quiet.** An orthogonal $W_h$ has all its eigenvalues at a size of 1: it turns, and stretches
#   nothing (Saxe, McClelland and Ganguli, 2014). With small weights for the input the units stay near 0, where tanh is
#   steep.
# - **Another curve.** A **ReLU**, $\max(0, z)$, has a slope of exactly 1 wherever it is above 0. Le, Jaitly and Hinton
#   (2015) start it with $W_h = I$, so that each unit just keeps what it has and adds what it reads.
#
# The ReLU needs a way forward of its own, and can use your way back: that asks a step's $h$ for nothing but its slope
# $1 - h^2$. So where the slope is 1 we put a 0 into the cache, and a 1 where it is 0.

# %% tags=["story"] id="starts"
def orthogonal(rng, H=16):
    """A random orthogonal matrix (H, H)."""
    return np.linalg.qr(rng.normal(size=(H, H)))[0]


def forward_relu(xs, h0, W, b):
    """As forward, with max(0, z) in the place of tanh(z)."""
    h, hs, cache = h0, [], []
    for x in xs.transpose(1, 0, 2):
        h_prev, h = h, np.maximum(np.concatenate([h, x], axis=1) @ W + b, 0)
        hs.append(h)
        cache.append((x, h_prev, (h <= 0) * 1.0, W))              # slope 1 - 0 or 1 - 1
    return np.stack(hs, axis=1), cache


STARTS = {  # a ReLU has no bounds: with a learning rate of 0.3 it blows up
    "plain": {},
    "twice as large": {"first_W": lambda rng: rng.normal(size=(16, 16)) / 2},
    "orthogonal, quiet": {"first_W": orthogonal, "loudness": 0.3},
    "ReLU, identity": {"first_W": lambda rng: np.eye(16), "loudness": 0.3, "run": forward_relu, "lr": 0.03},
}

# %% [markdown]
# ## Agreement over distance
#
# Now the test, for the plain start first: at every distance three new networks (seeds 0, 1 and 2) of 16 units, 1,000
# steps each. We stop at the first distance at which none of the three finds the rule. Beside them two ways to answer
# without reading: always the more frequent verb, and the verb that suits the last noun.

# %% tags=["story", "long"] id="plain_over_distance"
DISTANCES = (0, 5, 10, 15, 20, 30, 40, 60)


def over_distance(name, seeds=(0, 1, 2)):
    """The share of right verbs, (seeds, K), at every distance up to the first at which none finds the rule."""
    found, how = np.full((len(seeds), len(DISTANCES)), np.nan), STARTS[name]
    for k, distance in enumerate(DISTANCES):
        for s in training.steps(len(seeds), f"{name}, {distance:2d} words", leave=False):
            params, _ = train(distance, seeds[s], **how)
            found[s, k] = share_right(params, distance, seeds[s], how.get("run", forward))
        if max(found[:, k]) < 0.9:
            break
    return found


answers = {"the more frequent verb": [], "the last noun's verb": []}
for distance in DISTANCES:
    ids, targets, _ = agreement.batch(1000, distance, np.random.default_rng(100))
    answers["the more frequent verb"].append(np.mean(targets[:, -1] == 0))
    answers["the last noun's verb"].append(np.mean(targets[:, -1] == agreement.last_noun(ids)))
results = {"plain": over_distance("plain")}
figures.accuracy(DISTANCES, results, answers)

# %% [markdown]
# There is a wall here as well. Up to 10 words in between, the network makes hardly a mistake. With 15, one of three
# finds the rule. With 20 none does: they have learned which verb is more frequent, and not one thing more. (The last
# noun is the subject itself where nothing stands between, and no better than a coin further away.)
#
# **Try it.** Does patience help? In a cell of your own, `train(20, seed=0, steps=5000, what="patience")` gives a
# network and its losses within some seconds; ask `share_right` what it has learned. Then try the seeds 1 and 2.
#
# Now the other starts, from the same seeds.

# %% tags=["story", "long"] id="larger_over_distance"
results["twice as large"] = over_distance("twice as large")
figures.accuracy(DISTANCES, results, answers)

# %% tags=["story", "long"] id="quiet_over_distance"
results["orthogonal, quiet"] = over_distance("orthogonal, quiet")
figures.accuracy(DISTANCES, results, answers)

# %% tags=["story", "long"] id="relu_over_distance"
results["ReLU, identity"] = over_distance("ReLU, identity")
figures.accuracy(DISTANCES, results, answers)

# %% [markdown]
# Each start moves the wall, and none removes it. (Nor does patience: of three plain networks with 5,000 steps, one
# finds the rule at 20 words.) Larger weights let the gradient arrive, and get only a few words further: that a gradient
# is long enough does not mean that it says the same in every sentence. Orthogonal and quiet, the network gets to 20
# words. The ReLU gets to 30, and with 40 words two of three find the rule, the farthest by far; with 60 none does. It
# has to learn ten times more slowly, too, because nothing holds it.
#
# Look at what the best one does. Its units start by *keeping what they have and adding to it*: a factor of exactly 1 on
# the way back, and no curve that takes a part of it. That is only how it starts. Its first step of training moves $W_h$
# away from $I$, and then every factor is a matter of luck again.
#
# So what do we want? A memory along which the factor is 1 *because of how the cell is built*, not because of how its
# weights were drawn. In a plain RNN there is one state for everything: to hear a word it has to move, and what it
# remembers moves with it, through the same $W_h$ and the same tanh, at every step. As long as that is so, one has to
# choose between listening and remembering. What if one had two?
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
# | what | equation | remark |
# |---|---|---|
# | the sigmoid's slope | $s\,(1 - s)$ | at most 1/4 |
# | tanh's slope | $1 - h^2$ | at most 1, and that at $h = 0$ only |
# | Jacobian of a step | $J_t[n, j, k] = (1 - h_t[n, j]^2)\, W[k, j]$ | $(N, H, H)$, rows: the new state |
# | a step back | $dh_{t-1} = (dh_t \odot (1 - h_t \odot h_t))\, W_h^{\top}$ | $(N, H)$ |
# | spectral radius | $\rho(W_h) = \max_k \lvert \lambda_k \rvert$ | below 1 it vanishes, above 1 it explodes |
#
# - A gradient that goes back through $k$ steps is a product of $k$ factors, slopes and weights. It shrinks or grows
#   exponentially; that it stays is an exception.
# - Exploding: the loss has walls, and one step can throw everything away. Clipping the norm keeps the direction and
#   shortens the step. It is a cure.
# - Vanishing: the far steps' part is there and is drowned out by the near ones'. No scaling brings it back. Better
#   starts (a radius near 1, quiet inputs, a ReLU with $W_h = I$) move the wall, from 10 words to 20 or 30, and do not
#   remove it.
# - A unit that holds a value against disturbances makes them die out, gradients too. Remembering in this way and
#   learning what to remember are at odds (Bengio, Simard and Frasconi, 1994).
#
# ### References
#
# - S. Hochreiter. *Untersuchungen zu dynamischen neuronalen Netzen*. Diploma thesis, Technische Universität München,
#   1991. Where the vanishing gradient was found.
# - Y. Bengio, P. Simard and P. Frasconi. Learning long-term dependencies with gradient descent is difficult. *IEEE
#   Transactions on Neural Networks* 5(2), 157-166, 1994. Why what is held robustly can't be learned from afar.
# - R. Pascanu, T. Mikolov and Y. Bengio. On the difficulty of training recurrent neural networks. *ICML*, 2013. The
#   spectral radius, the wall, and clipping the norm.
# - A. M. Saxe, J. L. McClelland and S. Ganguli. Exact solutions to the nonlinear dynamics of learning in deep linear
#   neural networks. *ICLR*, 2014. Orthogonal starts.
# - Q. V. Le, N. Jaitly and G. E. Hinton. A simple way to initialize recurrent networks of rectified linear units.
#   arXiv:1504.00941, 2015. The ReLU with $W_h = I$.
# - T. Linzen, E. Dupoux and Y. Goldberg. Assessing the ability of LSTMs to learn syntax-sensitive dependencies.
#   *Transactions of the ACL* 4, 521-535, 2016. Agreement, with nouns in between, on real sentences.
# - The two sentences about the dog are those of a lecture deck, *Deep Learning: Long Short-Term Memory Networks
#   (LSTM)*, slide 5, which credits C. Finegan-Dollak.
