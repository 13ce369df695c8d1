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
# # Unit 05: The LSTM
#
# **What you will be able to do.** Compute a whole LSTM step with one matrix product, and run it over a
# sequence of any length. Read off from its gates what it keeps, writes and shows. Count its parameters. And
# move your weights into `torch.nn.LSTM` and back, and show that the two agree to the last digits.
#
# **What you need.** The gates of unit 04, and from numpy `np.concatenate`, `np.stack` and slices of columns.
# PyTorch is used only near the end, to compare; without it those cells say so and everything else works.
#
# **How long it takes.** About two hours: an hour and a half for the exercises, the rest for reading and the
# quiz.
#
# {{contents}}
#
# Stuck? Type `hint("pack")`, or any other exercise's name, into a cell of your own. Each call says a little
# more.

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid = mine("sigmoid")

# %% tags=["story"] id="figures"
from grader.figures import lstm as figures

figures.whole_cell()

# %% [markdown]
# ## One cell, four products
#
# Of the six functions that make up this cell, four read the hidden state $h$ and the input $x$:
#
# $$
# \begin{aligned}
# i_t &= \sigma([h_{t-1}, x_t]\,W_i + b_i) && (N, H) \\
# f_t &= \sigma([h_{t-1}, x_t]\,W_f + b_f) && (N, H) \\
# g_t &= \tanh([h_{t-1}, x_t]\,W_g + b_g) && (N, H) \\
# o_t &= \sigma([h_{t-1}, x_t]\,W_o + b_o) && (N, H)
# \end{aligned}
# \tag{eq:four_gates}
# $$
#
# A batch has $N$ rows, there are $D$ inputs and $H$ cells: each $W$ is $(H + D, H)$, each $b$ is $(H,)$, and the
# left side of the four products is four times the same. What does it cost to multiply it four times?

# %% tags=["story"] id="four_products"
from grader.figures.timing import microseconds

N, D = 8, 20
rng = np.random.default_rng(0)
print(f"batch of {N}, {D} inputs, seed 0; the best of many short runs, on this machine")
for H in (8, 16, 32, 64):
    h, x = rng.normal(size=(N, H)), rng.normal(size=(N, D))
    four = [rng.normal(size=(H + D, H)) for _ in range(4)]
    wide = np.concatenate(four, axis=1)                               # the four side by side

    def four_products():
        return [np.concatenate([h, x], axis=1) @ W for W in four]     # (N, H), four times

    def one_product():
        return np.concatenate([h, x], axis=1) @ wide                  # (N, 4H), once

    slow, fast = microseconds(four_products, one_product)
    print(f"H = {H:2d}: four products {slow:5.1f} µs, one {fast:5.1f} µs, ratio {slow / fast:.1f}")

# %% [markdown]
# The multiplications are the same on both sides. What the four products pay more for is the *asking*: every
# call into numpy has a price, however small its matrices are.
#
# **Try it.** Set `N` to 1 and run the cell again: with less to multiply, does the last line's ratio rise or fall?
#
# ## All four in one matrix
#
# Column $k$ of a product $aW$ depends on column $k$ of $W$ and on no other. So if the four matrices stand
# side by side, in the order i, f, g, o, one product gives the four results side by side:
#
# $$
# W = [\,W_i \mid W_f \mid W_g \mid W_o\,] \quad (H + D,\ 4H), \qquad
# b = [\,b_i \mid b_f \mid b_g \mid b_o\,] \quad (4H,)
# \tag{eq:pack}
# $$

# %% tags=["story"] id="picture_of_w"
figures.packed_product()

# %% [markdown]
# ### Exercise: pack
#
# {{exercise pack}}
#
# Put the weights and biases of the four gates together as in equation (eq:pack).

# %% exercise="pack"
def pack(W_i, W_f, W_g, W_o, b_i, b_f, b_g, b_o):
    """The four gates' weights and biases side by side, in the order i, f, g, o: equation (eq:pack).

    Arguments: W_i, W_f, W_g, W_o, each (H + D, H); b_i, b_f, b_g, b_o, each (H,).
    Returns (W, b): W (H + D, 4H), b (4H,).
    """
    ### BEGIN SOLUTION
    W = np.concatenate([W_i, W_f, W_g, W_o], axis=1)  # (H + D, 4H)
    b = np.concatenate([b_i, b_f, b_g, b_o])          # (4H,)
    return W, b
    ### END SOLUTION


# %% [markdown]
# With large matrices the multiplications are nearly the whole bill, and then one product or four makes little
# difference to the time. But time is not all: four products would mean four gradients, four updates, four of
# everything that is still to come.
#
# ### In which order?
#
# The order of the blocks is ours to choose. We chose **i, f, g, o**, as PyTorch and Keras do. Others chose
# otherwise. Choose a gate: which gate would *your* slice cut out of *their* weights?

# %% tags=["story"] id="orders"
figures.block_order()

# %% [markdown]
# Wrong weights in the right shape raise no error, and nothing in the numbers tells which order it was. That
# is why the check looks for every wrong order by name.

# %% [markdown]
# ## One step
#
# With one product, why not one squashing function as well? `sigmoid(z)`, all $4H$ columns at once, would be
# one call in place of four.
#
# Let us try it on the simplest task: keep a count. The input says +1 or -1, the gates are wide open
# ($f = i = 1$), so that $c$ just adds up the candidates. The candidate is computed once with tanh and once
# with the sigmoid that would be so convenient.

# %% tags=["story"] id="one_squashing"
signs = np.array([1, 1, 1, 1, -1, -1, -1, -1, 1, -1, 1, -1])  # four up, four down, then to and fro
z_g = 3.0 * signs                                             # the candidate's part of z, one cell
count_tanh, count_sigmoid = np.cumsum(np.tanh(z_g)), np.cumsum(sigmoid(z_g))

print(f"The count ends at {signs.sum()}.")
print(f"c ends at {count_tanh[-1]:.2f} with tanh, at {count_sigmoid[-1]:.2f} with the sigmoid.")
figures.two_counts(np.cumsum(signs), count_tanh, count_sigmoid)

# %% [markdown]
# **Try it.** Change `3.0` to `0.3`. What is left of the shape of each line? And which sequence of `signs`
# would the sigmoid's cell get right?
#
# A sigmoid is never negative, so a candidate made by a sigmoid can only add. The three gates are *shares*,
# and a share lies between 0 and 1; the candidate is *content*, and content needs a sign. So one product,
# then two different squashing functions. Here is the whole step, with the shape beside each line:
#
# $$
# \begin{align}
# z &= [h_{t-1}, x_t]\,W + b && (N, 4H) \tag{eq:z} \\
# [\,z_i \mid z_f \mid z_g \mid z_o\,] &= z, \text{ cut into four blocks of } H \text{ columns}
#     && \text{each } (N, H) \tag{eq:blocks} \\
# i = \sigma(z_i), \quad f &= \sigma(z_f), \quad o = \sigma(z_o) && \text{each } (N, H) \tag{eq:gates} \\
# g &= \tanh(z_g) && (N, H) \tag{eq:candidate} \\
# c_t &= f \odot c_{t-1} + i \odot g && (N, H) \tag{eq:cell} \\
# h_t &= o \odot \tanh(c_t) && (N, H) \tag{eq:hidden}
# \end{align}
# $$
#
# $\odot$ multiplies element by element: cell $k$ has its own $f_k$, $i_k$, $o_k$, and no cell reads another
# one's $c$. Cells talk to each other only through $h$, one step later, in (eq:z).
#
# (Some texts write the candidate as a C with a tilde, $\tilde{C}_t$. It is our $g$.)

# %% [markdown]
# ### Exercise: lstm_step
#
# {{exercise lstm_step}}
#
# Equations (eq:z) to (eq:hidden), once, for a batch of $N$ sequences. `sigmoid` is ready: the setup cell fetched
# it from unit 00. The third thing to return, the **cache**, is your affair: what you want to keep of this step
# for the way back through it, which a later unit takes. It will need $h_{t-1}$, $x_t$, the gates, $c_{t-1}$ and
# $c_t$, so a tuple of those is a good choice.

# %% exercise="lstm_step"
def lstm_step(x, h_prev, c_prev, W, b):
    """One time step of an LSTM: equations (eq:z) to (eq:hidden).

    Arguments: x (N, D); h_prev, c_prev (N, H); W (H + D, 4H) and b (4H,), packed in the order i, f, g, o.
    Returns (h, c, cache): h (N, H), c (N, H); the cache is whatever you want to keep for the backward pass.
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    hx = np.concatenate([h_prev, x], axis=1)  # (N, H + D)
    z = hx @ W + b                            # (N, 4H)
    i = sigmoid(z[:, :H])                     # (N, H)
    f = sigmoid(z[:, H : 2 * H])              # (N, H)
    g = np.tanh(z[:, 2 * H : 3 * H])          # (N, H)
    o = sigmoid(z[:, 3 * H :])                # (N, H)
    c = f * c_prev + i * g                    # (N, H)
    h = o * np.tanh(c)                        # (N, H)
    return h, c, (hx, i, f, g, o, c_prev, c, W)
    ### END SOLUTION


# %% [markdown]
# Is it still the cell of unit 04? The next cell computes one and the same step in both ways, with the same
# random weights: with the six small functions, and with the packed one.

# %% tags=["story"] id="same_cell"
names = {"i": "input_gate", "f": "forget_gate", "g": "candidate", "o": "output_gate"}
gate_of = {letter: mine(name) for letter, name in names.items()}
cell_of_04, hidden_of_04 = mine("cell_update"), mine("hidden_update")
packed, step = mine("pack"), mine("lstm_step")

rng = np.random.default_rng(1)
N, D, H = 4, 3, 5
x, h_prev, c_prev = rng.normal(size=(N, D)), rng.normal(size=(N, H)), rng.normal(size=(N, H))
weights = {gate: rng.normal(size=(H + D, H)) for gate in "ifgo"}
biases = {gate: rng.normal(size=H) for gate in "ifgo"}

out = {gate: gate_of[gate](x, h_prev, weights[gate], biases[gate]) for gate in "ifgo"}  # four products
c_04 = cell_of_04(out["f"], c_prev, out["i"], out["g"])
h_04 = hidden_of_04(out["o"], c_04)

W, b = packed(*weights.values(), *biases.values())
h_05, c_05, _ = step(x, h_prev, c_prev, W, b)  # one product

print("\nlargest difference between the two ways (seed 1):")
print(f"c: {np.abs(c_05 - c_04).max():.1e}    h: {np.abs(h_05 - h_04).max():.1e}")

# %% [markdown]
# Zero, or a little in the last digit: numpy may add up a wider product in another order. It is the same cell.
#
# **Try it.** Write `"iofg"`, ONNX's order, in the line that makes the weights, so that `pack` gets them in that
# order. Does anything raise an error? What do the two differences say?

# %% [markdown]
# ## One step forgets everything
#
# Now let it read. Two sentences, three words each, one word a step. Only the middle word differs: *cat* or
# *cats*. The weights are random; we only ask whether the cell can tell the two sentences apart when it
# arrives at *sat*.

# %% tags=["story"] id="single_steps"
step = mine("lstm_step")
vocabulary = ["The", "cat", "cats", "sat"]
sentences = [["The", "cat", "sat"], ["The", "cats", "sat"]]
ids = [[vocabulary.index(word) for word in sentence] for sentence in sentences]
xs = np.eye(4)[ids]  # one-hot, (N, T, D) = (2, 3, 4)

rng = np.random.default_rng(2)
D, H = 4, 3
W, b = rng.normal(size=(H + D, 4 * H)), rng.normal(size=4 * H)
nothing = np.zeros((1, H))
print("\nh at the word sat, each word read by a single step (seed 2):")
for sentence, words in zip(sentences, xs):
    for x in words:  # (D,), one word
        h, c, _ = step(x[None], nothing, nothing, W, b)
    print(f"  {' '.join(sentence):13s} {h[0].round(4)}")

# %% [markdown]
# To the digit the same. Of course: every step was handed nothing, so at *sat* there was no trace of a cat,
# nor of several. A memory cell whose state is thrown away after every step remembers nothing.
#
# **Try it.** Begin each sentence with `h = c = nothing`, above the inner loop, and hand `h, c` to `step` in
# place of `nothing, nothing`. Can the cell tell the two sentences apart now?
#
# Whatever the cell knows of the past, it has to be told at the next step, and there are two things to tell:
# what it showed ($h$) and what it holds ($c$). So, for $t = 0, 1, \dots, T - 1$:
#
# $$
# (h_t,\ c_t) = \text{lstm\_step}(x_t,\ h_{t-1},\ c_{t-1};\ W, b), \qquad
# \text{hs} = [h_0, \dots, h_{T-1}] \quad (N, T, H)
# \tag{eq:sequence}
# $$
#
# The same $W$ and $b$ serve at every step. Time counts as it does in code, from 0: `xs[:, t]` is $x_t$, and
# `hs[:, t]` is $h_t$, after $x_t$ was read. What the first step begins with, $h_{-1}$ and $c_{-1}$, is handed
# in; in code the two are called `h0` and `c0`. The cell state after the last step, $c_{T-1}$, is handed out; in
# code it is called `c_T`, after $T$ steps.

# %% tags=["story"] id="unrolled"
figures.over_a_sentence()

# %% [markdown]
# Why return every $h_t$ but only the last $c$? Because $h$ is what the rest of a network reads, at every
# step (a readout, say), while $c$ is the cell's own affair: it is needed once more only if the sequence
# goes on, as the `c0` of the next piece.

# %% [markdown]
# ### Exercise: lstm
#
# {{exercise lstm}}
#
# Run your `lstm_step` over a batch of sequences, as in equation (eq:sequence). `h0` and `c0` need not be zero.

# %% exercise="lstm"
def lstm(xs, h0, c0, W, b):
    """An LSTM over a sequence: equation (eq:sequence).

    Arguments: xs (N, T, D); h0, c0 (N, H); W (H + D, 4H) and b (4H,), packed in the order i, f, g, o.
    Returns (hs, c_T, cache): hs (N, T, H), where hs[:, t] is h after input xs[:, t] was read; c_T (N, H), the
    cell state after the last step; the cache is whatever you want to keep for the backward pass.
    """
    ### BEGIN SOLUTION
    h, c = h0, c0
    hs, cache = [], []
    for t in range(xs.shape[1]):
        h, c, step_cache = lstm_step(xs[:, t], h, c, W, b)
        hs.append(h)
        cache.append(step_cache)
    return np.stack(hs, axis=1), c, cache  # T times (N, H) -> (N, T, H)
    ### END SOLUTION


# %% [markdown]
# ### Does it take both?
#
# Two states are handed on. Would one do? We read two sequences of 60 random inputs that differ in the first
# input only, and ask at every step how far apart the two $h$ still are. Three cells with the same weights:
# one hands on only $h$ (and starts every step with an empty $c$), one hands on only $c$, one hands on both.
# The forget gates start with a bias of 3, so that they are mostly open.

# %% tags=["story"] id="handing_on"
step = mine("lstm_step")
D, H, T = 4, 16, 60


def distance_over_time(seed, keep_h, keep_c, forget_bias=3.0):
    """Largest difference between the h of two sequences with different beginnings, at every step: (T,)."""
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(H + D, 4 * H)) / np.sqrt(H + D), np.zeros(4 * H)
    b[H : 2 * H] = forget_bias
    xs = rng.normal(size=(2, T, D))
    xs[1, 1:] = xs[0, 1:]  # only the first input differs
    h = c = np.zeros((2, H))
    distance = []
    for t in range(T):
        h, c, _ = step(xs[:, t], h, c, W, b)
        distance.append(np.abs(h[0] - h[1]).max())
        h, c = h * keep_h, c * keep_c
    return np.array(distance)


# %% [markdown]
# Ten seeds for each of the three:

# %% tags=["story"] id="distances"
runs = {
    "h": np.array([distance_over_time(seed, keep_h=1, keep_c=0) for seed in range(10)]),  # (10, T)
    "c": np.array([distance_over_time(seed, keep_h=0, keep_c=1) for seed in range(10)]),
    "both": np.array([distance_over_time(seed, keep_h=1, keep_c=1) for seed in range(10)]),
}
for name, distance in runs.items():
    print(f"{name:4s} after {T} steps, 10 seeds: {distance[:, -1].min():.0e} to {distance[:, -1].max():.0e}")
figures.distances(runs)

# %% [markdown]
# **Try it.** Hand `forget_bias=0.0` to the three calls: the forget gates are half open then. Which of the lines
# change, and by how much?
#
# $h$ alone is the plain RNN's trouble again: the beginning fades by about the same factor at every step, a
# straight line on this scale, and after some twenty steps the first of the ten cells has no digit left in
# which the two sequences differ. $c$ alone fades too, but slowly: a forget gate around
# $\sigma(3) = 0.95$ keeps most of it at every step. With both, what $c$ holds is shown in $h$, what $h$
# shows steers the gates, and the difference lives on for as long as we looked.
#
# (These are weights *before* any training, and a distance says only that something is kept, not that it is
# of use.)

# %% [markdown]
# ## What h and c hold
#
# Time to look inside. We set the weights of three cells by hand, so that each has a job that can be read
# off:
#
# | cell | its job | how |
# |---|---|---|
# | 0 | keep the number of the subject: +1 for *cat*, -1 for *cats*; show it at the verb | input gate opens at a noun, output gate only at *sat*, forget gate clears at *The* |
# | 1 | count words, half a point each | all gates open, the candidate always 0.5 |
# | 2 | say what cell 1 *showed* a step ago | reads $h$ of cell 1, keeps nothing |
#
# A gate is opened with $z = 6$ and shut with $z = -6$; the sigmoid makes 0.998 and 0.002 of that.

# %% tags=["story"] id="hand_set"
sentences = [["The", "cat", "sat"], ["The", "cats", "sat"]]
xs = np.eye(4)[[[0, 1, 3], [0, 2, 3]]]  # one-hot in the vocabulary The, cat, cats, sat: (N, T, D) = (2, 3, 4)
H, D = 3, 4
The, cat, cats, sat = range(H, H + D)  # the rows of W for the words, below the H rows for h
OPEN = 6.0

W_i, W_f, W_g, W_o = np.zeros((4, H + D, H))
b_i, b_f, b_g, b_o = np.full((4, H), OPEN)  # every gate open, unless it is said otherwise
b_g[:] = 0.0

b_i[0], W_i[[cat, cats], 0] = -OPEN, 2 * OPEN  # cell 0: writes at a noun only,
W_g[cat, 0], W_g[cats, 0] = 3.0, -3.0          # +1 for one cat, -1 for several,
W_f[The, 0] = -2 * OPEN                        # clears at The,
b_o[0], W_o[sat, 0] = -OPEN, 2 * OPEN          # and shows itself at the verb only
b_g[1] = np.arctanh(0.5)                       # cell 1: half a point for any word
b_f[2], W_g[1, 2] = -OPEN, 1.0                 # cell 2: keeps nothing, reads what cell 1 showed

# %% [markdown]
# **Try it.** Once you have seen below what these weights do, set `OPEN` to 1.0 and run this cell and the next
# two again. An open gate is only 0.73 then: what is left at *sat* of what cell 0 wrote at *cat*?
#
# Your `lstm` runs over the sentences. It returns every $h$, and from those the gates can be had back:
# equations (eq:z) to (eq:candidate) need only $h_{t-1}$ and $x_t$. And the $c_t$ in the middle is the `c_T` of a
# run that stops there.

# %% tags=["story"] id="inside"
run, packed = mine("lstm"), mine("pack")
W, b = packed(W_i, W_f, W_g, W_o, b_i, b_f, b_g, b_o)
start = np.zeros((2, H))
hs, c_T, _ = run(xs, start, start, W, b)
cs = np.stack([run(xs[:, : t + 1], start, start, W, b)[1] for t in range(3)], axis=1)  # (N, T, H)

h_before = np.concatenate([start[:, None], hs[:, :-1]], axis=1)                        # (N, T, H)
z = np.concatenate([h_before, xs], axis=2) @ W + b                                     # (N, T, 4H)
z_i, z_f, z_g, z_o = np.split(z, 4, axis=2)
inside = {"i": sigmoid(z_i), "f": sigmoid(z_f), "g": np.tanh(z_g), "o": sigmoid(z_o), "c": cs, "h": hs}

# %% [markdown]
# Drag through the time steps. The bars of a cell are its three gates, its candidate, what it holds and what it
# shows; the empty frame around $c$ is what it held a step before.

# %% tags=["story"] id="heat_maps"
figures.reading(inside, sentences)

# %% [markdown]
# Read it row by row.
#
# - **Cell 0** writes at *cat* and then holds. From *cat* on, $c$ is almost 1, while $h$ stays at 0.00: the
#   output gate is shut. At *sat* it opens, and only there does anyone outside learn that there was one cat.
#   Holding and showing are two decisions.
# - **Cell 1** counts. Its $c$ goes past 1, which $h$ never can: the tanh in (eq:hidden) keeps what is *shown*
#   within bounds, and leaves what is *held* alone.
# - **Cell 2** could not read cell 1's $c$, only its $h$, and that a step late: look along its row in $g$.
#
# Now both sentences, and the word *sat*:

# %% tags=["story"] id="both_sentences"
print("cell 0, word by word:")
for n, sentence in enumerate(sentences):
    for t, word in enumerate(sentence):
        print(f"  {word:5s} c = {cs[n, t, 0]:5.2f}   h = {hs[n, t, 0]:5.2f}".replace("-0.00", " 0.00"))
    print()

# %% [markdown]
# At the last word the input is the same, *sat*, and so is what cell 0 had shown until then: nothing. What
# differs is what it held. A readout that sees $h$ now knows whether to go on with *its* or with *their*.
#
# Nobody sets weights by hand in earnest: they are learned. The code above can look into learned ones just as
# well; it needs nothing but $W$, $b$ and your `lstm`.

# %% [markdown]
# ## How large is it?
#
# You want twice the memory, so you double $H$. Does the model then take twice the room?

# %% tags=["story"] id="doubling"
packed = mine("pack")
D, before = 10, None
for H in (20, 40, 80, 160, 320):
    W, b = packed(*[np.zeros((H + D, H))] * 4, *[np.zeros(H)] * 4)
    size = W.nbytes + b.nbytes
    growth = f"{size / before:.2f} times the one before" if before else ""
    print(f"D = {D}, H = {H:3d}: {size / 1024:8.1f} KiB  {growth}")
    before = size

# %% [markdown]
# **Try it.** Set `D` to 1000, many more inputs than cells. Does doubling $H$ double the room now?
#
# With ten inputs it does not; and the larger $H$ is, the nearer to four times. Each of the $H$ cells reads all
# $H$ of them, so the rows for $h$ grow with $H \cdot H$. Equation (eq:pack) has all it takes to say the number exactly.
#
# $$
# P = \text{the numbers in } W \;(H + D,\ 4H) \;+\; \text{the numbers in } b \;(4H,)
# \tag{eq:count}
# $$

# %% [markdown]
# ### Exercise: num_parameters
#
# {{exercise num_parameters}}
#
# Work out equation (eq:count). `D` and `H` are plain Python integers, and so is what comes back.

# %% exercise="num_parameters"
def num_parameters(D, H):
    """How many numbers an LSTM with D inputs and H cells learns: equation (eq:count), one bias a gate and cell.

    Arguments: D, H, whole numbers.
    Returns the count, a whole number.
    """
    ### BEGIN SOLUTION
    return 4 * H * (H + D + 1)
    ### END SOLUTION


# %% [markdown]
# So how much more does an LSTM cost than a plain RNN, which has one block where the LSTM has four,
# $W\ (H + D, H)$ and $b\ (H,)$? The last column turns the question round: how many units could a plain RNN have
# for the same number of parameters?

# %% tags=["story"] id="compare_sizes"
count = mine("num_parameters")
print("\n   D    H        LSTM   plain RNN   times   an RNN of the same size has")
for D, H in ((10, 20), (28, 64), (100, 256), (300, 512)):
    lstm_size, rnn_size = count(D, H), H * (H + D) + H
    # H' (H' + D + 1) = P, solved for H' and rounded down
    same = int((-(D + 1) + np.sqrt((D + 1) ** 2 + 4 * lstm_size)) / 2)
    print(f"{D:4d} {H:4d} {lstm_size:11,d} {rnn_size:11,d} {lstm_size / rnn_size:7.1f} {same:9d} units")

# %% [markdown]
# Four times the parameters for the same $H$; or, for the same parameters, about half the units. When
# somebody compares an LSTM with an RNN "of the same size", ask which of the two is the same.

# %% [markdown]
# ## To PyTorch and back
#
# PyTorch's `torch.nn.LSTM` computes equations (eq:z) to (eq:hidden) too, in the same order i, f, g, o. So your
# weights should run there, and PyTorch's in your code. But it keeps them in another way, as four arrays:
#
# | name | shape | what it multiplies |
# |---|---|---|
# | `weight_ih_l0` | (4H, D) | the **i**nput, on its way to the **h**idden state |
# | `weight_hh_l0` | (4H, H) | the **h**idden state, on its way to the next **h**idden state |
# | `bias_ih_l0` | (4H,) | added |
# | `bias_hh_l0` | (4H,) | added as well |
#
# (`l0` is layer 0; an LSTM can be stacked.) The shapes nearly tell what to do: cut $W$ in two, transpose,
# and put $b$ into the places where a bias is wanted. The next cell asks PyTorch what it computes with such
# arrays.

# %% tags=["story"] id="pytorch"
try:
    import torch
except ImportError:
    torch = None
    print("PyTorch is not installed here, so nothing below is compared with it. The exercises do not need it;")
    print("`grader doctor` says how to add it.")


def pytorch_says(state, xs, h0, c0):
    """Load a state dict of arrays into torch.nn.LSTM, run it in float64, and return hs and c_T as arrays."""
    D, H = state["weight_ih_l0"].shape[1], state["weight_hh_l0"].shape[1]
    model = torch.nn.LSTM(D, H, batch_first=True).double()
    model.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    with torch.no_grad():  # PyTorch's h0 and c0 have an axis more, for the layers: (1, N, H)
        hs, (_, c_T) = model(torch.tensor(xs), (torch.tensor(h0)[None], torch.tensor(c0)[None]))
    return hs.numpy(), c_T[0].numpy()


# %% [markdown]
# And the first way that comes to mind:

# %% tags=["story"] id="first_try"
run = mine("lstm")
rng = np.random.default_rng(3)
N, T, D, H = 4, 50, 3, 6
W, b = rng.normal(size=(H + D, 4 * H)) / np.sqrt(H + D), rng.normal(size=4 * H)
xs, h0, c0 = rng.normal(size=(N, T, D)), rng.normal(size=(N, H)), rng.normal(size=(N, H))
hs, c_T, _ = run(xs, h0, c0, W, b)

first_try = {"weight_ih_l0": W[:D].T, "weight_hh_l0": W[D:].T, "bias_ih_l0": b, "bias_hh_l0": b}
if torch:
    torch_hs, _ = pytorch_says(first_try, xs, h0, c0)
    print("\nPyTorch loaded the weights without complaint (seed 3, 50 steps).")
    print(f"largest difference between its h and yours: {np.abs(torch_hs - hs).max():.2f}")

# %% [markdown]
# No error, no warning, and numbers that have nothing to do with yours: $h$ lies between -1 and 1, and it is
# off by more than 1. Two things went wrong at once:
#
# 1. **The cut.** Our product reads $[h, x]$, so the *first* rows of $W$ belong to $h$. (A cut after $D$ rows
#    leaves $H$ below it, so the shapes fit all the same: (4H, D) and (4H, H), with the wrong numbers in them.)
# 2. **The two biases.** PyTorch adds `bias_ih_l0` *and* `bias_hh_l0`. (One would do. There are two because
#    NVIDIA's cuDNN, which it runs on where there is such a card, has two.) With $b$ in both, every gate
#    gets its bias twice, and no shape will ever tell.
#
# So, with $W_h$ for the first $H$ rows of $W$ and $W_x$ for the last $D$:
#
# $$
# \begin{aligned}
# \text{weight\_ih\_l0} &= W_x^{\mathsf T} && (4H, D) \\
# \text{weight\_hh\_l0} &= W_h^{\mathsf T} && (4H, H) \\
# \text{bias\_ih\_l0} + \text{bias\_hh\_l0} &= b && (4H,)
# \end{aligned}
# \tag{eq:to_torch}
# $$
#
# The third line has many solutions, and all of them are right.

# %% tags=["story"] id="picture_of_torch"
figures.torch_layout()

# %% [markdown]
# ### Exercise: to_torch
#
# {{exercise to_torch}}
#
# Give the four arrays of equation (eq:to_torch) as a dict, under PyTorch's names. They are numpy arrays; PyTorch
# is not needed. Any split of $b$ between the two biases is right.

# %% exercise="to_torch"
def to_torch(W, b, D):
    """Packed weights as the state dict of a torch.nn.LSTM with D inputs: equation (eq:to_torch).

    Arguments: W (H + D, 4H) and b (4H,), packed in the order i, f, g, o; D, a whole number.
    Returns a dict of arrays: "weight_ih_l0" (4H, D), "weight_hh_l0" (4H, H), "bias_ih_l0" (4H,),
    "bias_hh_l0" (4H,).
    """
    ### BEGIN SOLUTION
    H = len(W) - D
    return {
        "weight_ih_l0": W[H:].T,         # (D, 4H) -> (4H, D)
        "weight_hh_l0": W[:H].T,         # (H, 4H) -> (4H, H)
        "bias_ih_l0": b,                 # (4H,)
        "bias_hh_l0": np.zeros_like(b),  # PyTorch adds the two
    }
    ### END SOLUTION


# %% [markdown]
# The way back is the same equation read from right to left. A freshly made `torch.nn.LSTM` has random
# numbers in *both* biases, so neither may be left out:
#
# $$
# \begin{aligned}
# W &= \begin{bmatrix} \text{weight\_hh\_l0}^{\mathsf T} \\ \text{weight\_ih\_l0}^{\mathsf T} \end{bmatrix}
#     && (H + D,\ 4H) \\
# b &= \text{bias\_ih\_l0} + \text{bias\_hh\_l0} && (4H,)
# \end{aligned}
# \tag{eq:from_torch}
# $$

# %% [markdown]
# ### Exercise: from_torch
#
# {{exercise from_torch}}
#
# Pack PyTorch's four arrays into our $W$ and $b$, as in equation (eq:from_torch).

# %% exercise="from_torch"
def from_torch(state):
    """The state dict of a torch.nn.LSTM as packed weights: equation (eq:from_torch).

    Arguments: state, a dict of arrays: "weight_ih_l0" (4H, D), "weight_hh_l0" (4H, H), "bias_ih_l0" (4H,),
    "bias_hh_l0" (4H,).
    Returns (W, b): W (H + D, 4H) and b (4H,), packed in the order i, f, g, o.
    """
    ### BEGIN SOLUTION
    W = np.concatenate([state["weight_hh_l0"].T, state["weight_ih_l0"].T])  # (H, 4H) over (D, 4H)
    b = state["bias_ih_l0"] + state["bias_hh_l0"]                           # (4H,)
    return W, b
    ### END SOLUTION


# %% [markdown]
# Now the proof. The weights and sequences of the failed try once more, this time by `to_torch`; then a
# fresh `torch.nn.LSTM` with its own random weights, brought over by `from_torch` and run by your `lstm`.

# %% tags=["story"] id="agreement"
run, export, bring_back = mine("lstm"), mine("to_torch"), mine("from_torch")
hs, c_T, _ = run(xs, h0, c0, W, b)

if torch:
    torch_hs, torch_c = pytorch_says(export(W, b, D), xs, h0, c0)
    print("\nYour weights in torch.nn.LSTM, 50 steps (seed 3). Largest difference:")
    print(f"  hs {np.abs(torch_hs - hs).max():.1e}   c_T {np.abs(torch_c - c_T).max():.1e}")

    torch.manual_seed(4)
    theirs = torch.nn.LSTM(D, H, batch_first=True).double()
    state = {name: value.detach().numpy() for name, value in theirs.state_dict().items()}
    hs, c_T, _ = run(xs, h0, c0, *bring_back(state))
    torch_hs, torch_c = pytorch_says(state, xs, h0, c0)
    print("PyTorch's weights in your lstm (seed 4). Largest difference:")
    print(f"  hs {np.abs(torch_hs - hs).max():.1e}   c_T {np.abs(torch_c - c_T).max():.1e}")

# %% [markdown]
# In float64 what is left is rounding in the last digits. You have written PyTorch's LSTM. From here on,
# what was trained there can be taken apart here.
#
# One more thing, because everyone meets it: PyTorch's usual type is float32. `pytorch_says` asks for
# float64 with `.double()`. What if it did not?

# %% tags=["story"] id="single_precision"
if torch:
    single = torch.nn.LSTM(D, H, batch_first=True)  # as PyTorch makes it: float32
    single.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    first = [torch.tensor(value, dtype=torch.float32)[None] for value in (h0, c0)]
    with torch.no_grad():
        single_hs = single(torch.tensor(xs, dtype=torch.float32), tuple(first))[0].numpy()
    print("PyTorch's weights, PyTorch in float32, your lstm in float64. Largest difference:")
    print(f"  hs {np.abs(single_hs - hs).max():.1e}")

# %% [markdown]
# About seven digits agree, which is all that float32 keeps. That is enough to train with, and too little to
# tell a small mistake from rounding. So two LSTMs that agree to seven digits most likely differ in their
# type, not in their formula; and to be sure, compute in float64, as the checks of this course do.

# %% [markdown]
# ## Quiz
#
# {{quiz}}
#
# Put the letter of your answer in place of each `None`, for instance `q1 = "a"`, and run both cells.

# %% exercise="quiz"

# %% [markdown]
# ## Summary
#
# | what | equation | shape |
# |---|---|---|
# | packed weights, order i, f, g, o | $W = [W_i \mid W_f \mid W_g \mid W_o]$, $b = [b_i \mid b_f \mid b_g \mid b_o]$ | $(H + D, 4H)$, $(4H,)$ |
# | one product for all four | $z = [h_{t-1}, x_t]\,W + b$ | $(N, 4H)$ |
# | gates and candidate | $i, f, o = \sigma(z_i), \sigma(z_f), \sigma(z_o)$; $g = \tanh(z_g)$ | $(N, H)$ |
# | what the cell holds | $c_t = f \odot c_{t-1} + i \odot g$ | $(N, H)$ |
# | what the cell shows | $h_t = o \odot \tanh(c_t)$ | $(N, H)$ |
# | over a sequence | $h$ and $c$ go from step to step, $W$ and $b$ stay | hs $(N, T, H)$, $c_T$ $(N, H)$ |
# | parameters | $P = 4H(H + D + 1)$ | a number |
# | in PyTorch | the rows for $x$ and for $h$, each transposed; two biases that are added | $(4H, D)$, $(4H, H)$ |
#
# - Three gates are shares, between 0 and 1; the candidate is content, and has a sign.
# - Holding and showing are two decisions: $c$ may count past any bound while $h$ stays between -1 and 1, or
#   at 0.
# - The order of the blocks, the order in $[h, x]$ and the number of biases are conventions. A mistake in
#   any of them fits every shape; only comparing numbers finds it.
#
# What is still open is the way back: why does a gradient survive a hundred steps in this cell, and what must
# its backward pass compute? A later unit takes it.
#
# ### References
#
# - S. Hochreiter and J. Schmidhuber. Long short-term memory. *Neural Computation* 9(8), 1735-1780, 1997.
#   The cell, without a forget gate.
# - F. A. Gers, J. Schmidhuber and F. Cummins. Learning to forget: continual prediction with LSTM. *Neural
#   Computation* 12(10), 2451-2471, 2000. The forget gate.
# - K. Greff, R. K. Srivastava, J. Koutník, B. R. Steunebrink and J. Schmidhuber. LSTM: a search space
#   odyssey. *IEEE Transactions on Neural Networks and Learning Systems* 28(10), 2222-2232, 2017. What
#   happens when a piece is left out.
# - PyTorch documentation, `torch.nn.LSTM`: the four arrays and their order.
# - The cell read over *The cat sat* follows C. Finegan-Dollak's lecture slides on LSTMs.
