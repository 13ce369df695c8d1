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
# # Unit 09: The family
#
# **What you will be able to do.** Build the LSTM's relatives: the cell of 1997, the one with peepholes, the GRU, layers
# that read from both ends, and a cell that reads trees. Say of each gate what goes wrong without it, from networks that
# you have trained. And compare two networks so that the answer means something.
#
# **What you need.** The LSTM of unit 05, its way back of unit 06, and how one trains of unit 07.
#
# **How long it takes.** About four and a half hours. Some minutes of these are the computer's.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid = mine("sigmoid")


# %% [markdown]
# ## What is needed?
#
# An LSTM has three gates and a candidate, four blocks of weights. Each block costs the same. Is each of them worth it?

# %% tags=["story"] id="what_a_block_costs"
from grader.figures import variants as figures

count = mine("num_parameters")
for D, H in ((10, 30), (100, 300)):
    print(f"D = {D}, H = {H}: {count(D, H):,} numbers to learn, {count(D, H) // 4:,} for each block")

# %% [markdown]
# The way to find out is to take one away. The first LSTM did with one gate less. Its authors didn't leave it out: it had
# not been thought of.

# %% tags=["story"] id="picture_1997"
figures.cell("1997")

# %% [markdown]
# Three blocks in place of four, in the order i, g, o:
#
# $$
# \begin{align}
# [\,z_i \mid z_g \mid z_o\,] &= [h_{t-1}, x_t]\,W + b && (N, 3H) \tag{eq:z_1997} \\
# i = \sigma(z_i), \quad g &= \tanh(z_g), \quad o = \sigma(z_o) && \text{each } (N, H) \tag{eq:gates_1997} \\
# c_t &= c_{t-1} + i \odot g && (N, H) \tag{eq:cell_1997} \\
# h_t &= o \odot \tanh(c_t) && (N, H) \tag{eq:hidden_1997}
# \end{align}
# $$
#
# (The paper squashed $g$ and $c$ with other functions than tanh. It makes no difference to what follows.)
#
# ### Exercise: lstm_1997_step
#
# {{exercise lstm_1997_step}}
#
# Equations (eq:z_1997) to (eq:hidden_1997), in the order in which they stand.

# %% exercise="lstm_1997_step"
def lstm_1997_step(x, h_prev, c_prev, W, b):
    """One time step of the LSTM of 1997, without a forget gate: equations (eq:z_1997) to (eq:hidden_1997).

    Arguments: x (N, D); h_prev, c_prev (N, H); W (H + D, 3H) and b (3H,), packed in the order i, g, o.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b  # (N, 3H)
    i = sigmoid(z[:, :H])                            # (N, H)
    g = np.tanh(z[:, H : 2 * H])                     # (N, H)
    o = sigmoid(z[:, 2 * H :])                       # (N, H)
    c = c_prev + i * g                               # (N, H)
    return o * np.tanh(c), c
    ### END SOLUTION



# %% [markdown]
# Stuck? `hint("lstm_1997_step")`, or with any other exercise's name, in a cell of your own. Each call says a little more.
#
# Your LSTM of unit 05 can play this cell: with a forget bias of 1000 its gate is 1 to the last digit. So the two have to
# agree, and they had better.

# %% tags=["story"] id="forget_nothing"
lstm_of, of_1997 = mine("lstm_step"), mine("lstm_1997_step")

rng = np.random.default_rng(0)
N, D, H = 2, 3, 4
W, b = rng.normal(size=(H + D, 4 * H)), rng.normal(size=4 * H)
b[H : 2 * H] = 1000                                       # the forget gates
others = np.r_[0:H, 2 * H : 4 * H]                         # the columns of i, g and o
h, c, h_97, c_97 = np.zeros((4, N, H))
largest = {"LSTM, forget bias 1000": [], "cell of 1997": []}
for x in rng.normal(size=(200, N, D)):
    h, c, *_ = lstm_of(x, h, c, W, b)
    h_97, c_97 = of_1997(x, h_97, c_97, W[:, others], b[others])
    for name, cs in zip(largest, (c, c_97)):
        largest[name].append(np.abs(cs).max())
print(f"the largest difference in 200 steps: {np.abs(h - h_97).max():.0e}")
figures.over_steps(largest, "largest cell state", "The largest c of two sequences of random inputs. Seed 0.")

# %% [markdown]
# The two lines are one. And $c$ goes up and up: what a sequence says last is a drop in what it has said before. You have
# seen that twice, in unit 04 by hand, and in unit 07 in a stream of Reber strings, in which this cell drowned.
#
# **Try it.** Put 1.0 in the place of 1000. How large does the LSTM's $c$ get now?

# %% [markdown]
# ## Gates that are blind
#
# Now look at the gates from inside. What do they know? They read $x_t$ and $h_{t-1}$. Of $c$ they know what the output
# gate has let out. Let it be shut:

# %% tags=["story"] id="blind"
x, h_shut = np.zeros((1, D)), np.zeros((1, H))            # nothing was shown: h is 0
for held in (0.0, 5.0):
    h, c, *_ = lstm_of(x, h_shut, np.full((1, H), held), W, b)
    o = h / np.tanh(c)
    print(f"c was {held:.0f} in every cell, and the output gates are {o[0].round(6)}")

# %% [markdown]
# Empty cells or full ones, the gates are the same. A cell that should speak *when it has counted to fifty* can't: as long
# as it is silent, nobody knows how far it has come. So let the gates look in, each through a hole of its own. A gate's
# **peephole** is one weight a cell: it sees its own $c$ and no other.

# %% tags=["story"] id="picture_peephole"
figures.cell("peephole")

# %% [markdown]
# $$
# \begin{align}
# [\,z_i \mid z_f \mid z_g \mid z_o\,] &= [h_{t-1}, x_t]\,W + b && (N, 4H) \tag{eq:z_peep} \\
# i = \sigma(z_i + p_i \odot c_{t-1}), \quad f &= \sigma(z_f + p_f \odot c_{t-1}), \quad g = \tanh(z_g)
#     && \text{each } (N, H) \tag{eq:gates_peep} \\
# c_t &= f \odot c_{t-1} + i \odot g && (N, H) \tag{eq:cell_peep} \\
# o &= \sigma(z_o + p_o \odot c_t) && (N, H) \tag{eq:output_peep} \\
# h_t &= o \odot \tanh(c_t) && (N, H) \tag{eq:hidden_peep}
# \end{align}
# $$
#
# Watch the indices. Two gates decide what becomes of the cell, and see it as it was. The third decides what is shown of
# it, and sees it as it is.
#
# ### Exercise: peephole_step
#
# {{exercise peephole_step}}
#
# Equations (eq:z_peep) to (eq:hidden_peep), in the order in which they stand.

# %% exercise="peephole_step"
def peephole_step(x, h_prev, c_prev, W, b, p_i, p_f, p_o):
    """One time step of an LSTM with peepholes: equations (eq:z_peep) to (eq:hidden_peep).

    Arguments: x (N, D); h_prev, c_prev (N, H); W (H + D, 4H) and b (4H,), packed in the order i, f, g, o;
    p_i, p_f, p_o (H,), the peepholes of the three gates.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b    # (N, 4H)
    i = sigmoid(z[:, :H] + p_i * c_prev)               # (N, H)
    f = sigmoid(z[:, H : 2 * H] + p_f * c_prev)        # (N, H)
    g = np.tanh(z[:, 2 * H : 3 * H])                   # (N, H)
    c = f * c_prev + i * g                             # (N, H)
    o = sigmoid(z[:, 3 * H :] + p_o * c)               # (N, H), sees the new cell state
    return o * np.tanh(c), c
    ### END SOLUTION



# %% [markdown]
# A cell that counts: it writes 0.05 at each step and forgets nothing, and its output gate gets its bias and its peephole
# from you. Before you drag: with a bias of -5, which peephole makes it speak at step 50?

# %% tags=["story"] id="turn_peephole"
peep = mine("peephole_step")


def counted(p_o, b_o, T=100):
    """The cell state and the output gate of one cell that adds 0.05 a step: (T,) each."""
    b = np.array([0.0, 1000.0, np.arctanh(0.1), b_o])     # i is a half, f is 1, g is 0.1
    h, c, cs, os = np.zeros((1, 1)), np.zeros((1, 1)), [], []
    for _ in range(T):
        h, c = peep(np.zeros((1, 1)), h, c, np.zeros((2, 4)), b, np.zeros(1), np.zeros(1), np.array([p_o]))
        cs.append(c[0, 0])
        os.append(h[0, 0] / np.tanh(c[0, 0]))
    return np.array(cs), np.array(os)


figures.count_dial(counted)

# %% [markdown]
# <details>
# <summary>Show the answer</summary>
#
# After 50 steps $c$ is 2.5, and the gate opens where $p_o\,c + b_o = 0$: that is a peephole of 2. With $p_o = 0$ there is no
# way to make it speak at a time of its own; its bias opens it always, or never.
#
# </details>
#
# So a cell with peepholes *can* measure time without a word from outside. Gers and Schmidhuber (2000) added them for that:
# spikes to be told apart by how far they are from each other. Whether an LSTM can't do the same is another question. We
# shall ask it below.

# %% [markdown]
# ## Two gates that are one
#
# Count once more, with an LSTM: both gates open, $f = i = 1$, and a 1 to be written at each step.

# %% tags=["story"] id="counting"
def opened(i, f, T=50):
    """The cell state of an LSTM whose gates stay where they are and whose candidate is nearly 1: (T,)."""
    b = np.array([np.log(i / (1 - i)), np.log(f / (1 - f)), 4.0, 4.0])
    h, c, cs = np.zeros((1, 1)), np.zeros((1, 1)), []
    for _ in range(T):
        h, c, *_ = lstm_of(np.zeros((1, 1)), h, c, np.zeros((2, 4)), b)
        cs.append(c[0, 0])
    return np.array(cs)


runs = {f"i = {i}, f = {f}": opened(i, f) for i, f in ((0.999, 0.999), (0.5, 0.999), (0.1, 0.9))}
print(f"tanh(c) in the end: {[float(np.tanh(cs[-1]).round(6)) for cs in runs.values()]}")
figures.over_steps(runs, "cell state", "An LSTM of one cell whose gates stay where they are. No randomness.")

# %% [markdown]
# Where the two gates add up to more than 1, $c$ goes beyond 1, and comes to rest at $i / (1 - f)$ only. With both of them
# open that is far out, where tanh is flat. Where they add up to 1 it can't. So why have two? What is taken off is what may
# be written:
#
# $$
# \begin{align}
# [\,z_f \mid z_g \mid z_o\,] &= [h_{t-1}, x_t]\,W + b && (N, 3H) \tag{eq:z_coupled} \\
# f = \sigma(z_f), \quad g &= \tanh(z_g), \quad o = \sigma(z_o) && \text{each } (N, H) \tag{eq:gates_coupled} \\
# c_t &= f \odot c_{t-1} + (1 - f) \odot g && (N, H) \tag{eq:cell_coupled} \\
# h_t &= o \odot \tanh(c_t) && (N, H) \tag{eq:hidden_coupled}
# \end{align}
# $$

# %% tags=["story"] id="picture_coupled"
figures.cell("coupled")

# %% [markdown]
# It is unit 04's leaky unit again, with a gate in the place of $\alpha$. And it is a quarter cheaper than the LSTM.
#
# ### Exercise: coupled_step
#
# {{exercise coupled_step}}
#
# Equations (eq:z_coupled) to (eq:hidden_coupled), in the order in which they stand.

# %% exercise="coupled_step"
def coupled_step(x, h_prev, c_prev, W, b):
    """One time step of an LSTM that writes as much as it forgets: equations (eq:z_coupled) to (eq:hidden_coupled).

    Arguments: x (N, D); h_prev, c_prev (N, H); W (H + D, 3H) and b (3H,), packed in the order f, g, o.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b  # (N, 3H)
    f = sigmoid(z[:, :H])                            # (N, H)
    g = np.tanh(z[:, H : 2 * H])                     # (N, H)
    o = sigmoid(z[:, 2 * H :])                       # (N, H)
    c = f * c_prev + (1 - f) * g                     # (N, H)
    return o * np.tanh(c), c
    ### END SOLUTION



# %% tags=["story"] id="a_mean"
couple = mine("coupled_step")

rng = np.random.default_rng(1)
W, b = 2 * rng.normal(size=(H + D, 3 * H)), rng.normal(size=3 * H)
h, c, furthest = np.zeros((N, H)), np.zeros((N, H)), 0.0
for x in 3 * rng.normal(size=(1000, N, D)):
    h, c = couple(x, h, c, W, b)
    furthest = max(furthest, np.abs(c).max())
print(f"in 1,000 steps of large inputs |c| was never above {furthest:.3f}")

# %% [markdown]
# Its $c$ is a mean of what it was and of something between -1 and 1, and so it stays between -1 and 1. That is what is
# gained. What is lost: it can't count. And it can't keep *and* write.

# %% [markdown]
# ## One state, two gates
#
# Go on with that thought. If $c$ can't leave the range from -1 to 1, why squash it once more before it is shown? And why
# hide it? Without tanh and without the output gate $h$ is $c$, and of two states one is left. It is the **gated
# recurrent unit**, GRU (Cho et al., 2014).
#
# Its gates have names of their own. The **update gate** $z$ is what $f$ was: so much is kept. The candidate is called
# $n$. And there is one new idea. The output gate had decided what the *others* get to hear of a cell. Here a **reset
# gate** $r$ decides what the *candidate* gets to hear of the past:

# %% tags=["story"] id="picture_gru"
figures.cell("gru")

# %% [markdown]
# $$
# W = \begin{bmatrix} W_{hr} & W_{hz} & W_{hn} \\ W_{xr} & W_{xz} & W_{xn} \end{bmatrix} \quad (H + D,\ 3H), \qquad
# b = [\,b_r \mid b_z \mid b_x\,] \quad (3H,), \qquad b_n \quad (H,)
# \tag{eq:W_gru}
# $$
#
# $$
# \begin{align}
# r &= \sigma(x_t W_{xr} + h_{t-1} W_{hr} + b_r) && (N, H) \tag{eq:reset} \\
# z &= \sigma(x_t W_{xz} + h_{t-1} W_{hz} + b_z) && (N, H) \tag{eq:update} \\
# q &= h_{t-1} W_{hn} + b_n && (N, H) \tag{eq:q} \\
# n &= \tanh(x_t W_{xn} + b_x + r \odot q) && (N, H) \tag{eq:n} \\
# h_t &= (1 - z) \odot n + z \odot h_{t-1} && (N, H) \tag{eq:gru}
# \end{align}
# $$
#
# For the two gates $[h, x]\,W + b$ would do, as ever. For the candidate it won't: $r$ stands between $h$ and $x$, so the
# two products have to be made apart. (What goes into a sigmoid was called $z$ so far. In this section the letter is
# taken.)
#
# ### Exercise: gru_step
#
# {{exercise gru_step}}
#
# Equations (eq:reset) to (eq:gru), in the order in which they stand.

# %% exercise="gru_step"
def gru_step(x, h_prev, W, b, b_n):
    """One time step of a GRU: equations (eq:reset) to (eq:gru).

    Arguments: x (N, D); h_prev (N, H); W (H + D, 3H) and b (3H,), packed in the order r, z, n, the rows for h above
    those for x; b_n (H,), the bias that the reset gate reaches.
    Returns h (N, H).
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    from_x = x @ W[H:] + b                                    # (N, 3H)
    from_h = h_prev @ W[:H]                                   # (N, 3H)
    r = sigmoid(from_x[:, :H] + from_h[:, :H])                # (N, H)
    z = sigmoid(from_x[:, H : 2 * H] + from_h[:, H : 2 * H])  # (N, H)
    q = from_h[:, 2 * H :] + b_n                              # (N, H), what the reset gate is applied to
    n = np.tanh(from_x[:, 2 * H :] + r * q)                   # (N, H)
    return (1 - z) * n + z * h_prev
    ### END SOLUTION



# %% [markdown]
# One unit. Its candidate hears $x$ with a weight of 2 and its own past with a weight of 2 as well, and you set the biases
# of its two gates. There are three inputs: 1, then -1, then a half. Before you drag: where does $h$ end up with the sign of
# the first input, where with that of the second, and where does it end up near 0?

# %% tags=["story"] id="turn_gru"
gated = mine("gru_step")


def one_unit(b_z, b_r, T=30):
    """The inputs and the hidden state of a GRU of one unit: (T,) each."""
    xs, h, hs = np.zeros(T), np.zeros((1, 1)), []
    xs[[3, 12, 20]] = 1.0, -1.0, 0.5
    W, b = np.array([[0.0, 0.0, 2.0], [0.0, 0.0, 2.0]]), np.array([b_r, b_z, 0.0])
    for x in xs:
        h = gated(np.full((1, 1), x), h, W, b, np.zeros(1))
        hs.append(h[0, 0])
    return xs, np.array(hs)


figures.gru_dial(one_unit)

# %% [markdown]
# <details>
# <summary>Show the answer</summary>
#
# With $r$ open $h$ holds itself up, by its weight of 2 on its own past. Then a $z$ in the middle ends with the first
# input: of the -1 only a part gets in, and $h$ recovers. A low $z$ lets each strong input through at once, and ends with the
# second. A high $z$ keeps what there is, and that is 0: hardly anything gets in at all. *Kept and written are one
# decision.* And with $r$ shut nothing is held up, whatever $z$ is: $h$ is an echo that dies away. In use both gates look at
# $x$ and $h$, and decide anew at each step.
#
# </details>
#
# ### Two papers, two networks
#
# Cho and his colleagues had the reset gate in another place: they multiplied $h$ first and made the product after that. It
# is one line, and the difference is easily overlooked.

# %% tags=["story"] id="picture_cho"
figures.cell("gru_cho")

# %% tags=["story"] id="two_resets"
def cho_step(x, h_prev, W, b):
    """The GRU as it was published: the reset gate before the product."""
    H = h_prev.shape[1]
    from_x, W_h = x @ W[H:] + b, W[:H]
    r = sigmoid(from_x[:, :H] + h_prev @ W_h[:, :H])
    z = sigmoid(from_x[:, H : 2 * H] + h_prev @ W_h[:, H : 2 * H])
    n = np.tanh(from_x[:, 2 * H :] + (r * h_prev) @ W_h[:, 2 * H :])
    return z * h_prev + (1 - z) * n


rng = np.random.default_rng(2)
for H in (1, 2, 30):
    x, h = rng.normal(size=(1, 5)), rng.normal(size=(1, H))
    W, b = rng.normal(size=(H + 5, 3 * H)), rng.normal(size=3 * H)
    apart = np.abs(gated(x, h, W, b, np.zeros(H)) - cho_step(x, h, W, b)).max()
    print(f"H = {H:2d}: the two differ by up to {apart:.0e}")

# %% [markdown]
# With one unit they are the same, but for the last digits: a number may be multiplied before or after. With more they
# are two networks. Weights that were trained in one of them are worth nothing in the other. PyTorch and cuDNN have it
# after the product: so *one* product makes $h W$ for all three blocks. Which way round $z$ is differs too: in some texts it
# says how much is *new*. Whoever carries weights from one library to another has to ask both questions.
#
# ### Over a sequence

# %% [markdown]
# $$
# h_t = \text{gru\_step}(x_t,\ h_{t-1};\ W, b, b_n), \qquad \text{hs} = [h_0, \dots, h_{T-1}] \quad (N, T, H)
# \tag{eq:gru_sequence}
# $$
#
# ### Exercise: gru
#
# {{exercise gru}}
#
# Equation (eq:gru_sequence), with your `gru_step`.

# %% exercise="gru"
def gru(xs, h0, W, b, b_n):
    """A GRU over a sequence: equation (eq:gru_sequence).

    Arguments: xs (N, T, D); h0 (N, H); W (H + D, 3H), b (3H,) and b_n (H,), as in gru_step.
    Returns hs (N, T, H), where hs[:, t] is h after input xs[:, t] was read.
    """
    ### BEGIN SOLUTION
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, W, b, b_n)
        hs.append(h)
    return np.stack(hs, axis=1)  # T times (N, H) -> (N, T, H)
    ### END SOLUTION



# %% [markdown]
# What does PyTorch say? Its weights are yours, turned on their side, and it has two biases for each block, of which only
# the last block needs the second.

# %% tags=["story"] id="torch_gru"
gru_of = mine("gru")

rng = np.random.default_rng(3)
N, T, D, H = 4, 20, 5, 6
xs, h0 = rng.normal(size=(N, T, D)), rng.normal(size=(N, H))
W, b, b_n = rng.normal(size=(H + D, 3 * H)), rng.normal(size=3 * H), rng.normal(size=H)
try:
    import torch
except ImportError:
    print("PyTorch is not installed here, so nothing is compared. `grader doctor` says how to add it.")
else:
    theirs = torch.nn.GRU(D, H, batch_first=True, dtype=torch.float64)
    turned = W[H:].T, W[:H].T, b, np.concatenate([np.zeros(2 * H), b_n])       # weights for x, for h, and two biases
    for parameter, array in zip(theirs.parameters(), turned):
        parameter.data = torch.tensor(array)
    out, _ = theirs(torch.tensor(xs), torch.tensor(h0[None]))
    print(f"yours and torch.nn.GRU differ by {np.abs(out.detach().numpy() - gru_of(xs, h0, W, b, b_n)).max():.0e}")

# %% [markdown]
# ## The way back through a GRU
#
# To be trained it needs a way back. You know how that goes: from the last equation to the first, and wherever something
# was used twice, two gradients are added. First, your step has to keep what the way back needs:

# %% tags=["story"] id="with_its_cache"
from grader.data import relatives


def gru_step_forward(x, h_prev, W, b, b_n):
    """One time step of a GRU: x (N, D), h_prev (N, H) -> h (N, H), and the cache (x, h_prev, r, z, n, q, W)."""
    return gated(x, h_prev, W, b, b_n), relatives.gru_cache(x, h_prev, W, b, b_n)


# %% [markdown]
# With $a_r$, $a_z$ and $a_n$ for what goes into the two sigmoids and the tanh:
#
# $$
# \begin{align}
# da_n &= dh \odot (1 - z) \odot (1 - n \odot n) && (N, H) \tag{eq:da_n} \\
# da_z &= dh \odot (h_{t-1} - n) \odot z \odot (1 - z) && (N, H) \tag{eq:da_z} \\
# da_r &= da_n \odot q \odot r \odot (1 - r) && (N, H) \tag{eq:da_r} \\
# dq &= da_n \odot r && (N, H) \tag{eq:dq}
# \end{align}
# $$
#
# What came from $x$ goes straight into the three; what came from $h$ goes into $q$ in the place of $a_n$. So there are two
# lists:
#
# $$
# \begin{align}
# da_x &= [\,da_r \mid da_z \mid da_n\,], \qquad da_h = [\,da_r \mid da_z \mid dq\,] && (N, 3H) \tag{eq:sides} \\
# dW &= \begin{bmatrix} h_{t-1}^\top da_h \\ x_t^\top da_x \end{bmatrix} && (H + D, 3H) \tag{eq:gru_dW} \\
# db &= \textstyle\sum_{\text{batch}} da_x \quad (3H,), \qquad db_n = \textstyle\sum_{\text{batch}} dq && (H,) \tag{eq:gru_db} \\
# dx_t &= da_x\,W_x^\top && (N, D) \tag{eq:gru_dx} \\
# dh_{t-1} &= da_h\,W_h^\top + dh \odot z && (N, H) \tag{eq:gru_dh}
# \end{align}
# $$
#
# with $W_h$ for the first $H$ rows of $W$ and $W_x$ for the last $D$. Look at the last line. $dh \odot z$ is the GRU's
# carousel: where $z$ is 1 the gradient comes through as it is.
#
# ### Exercise: gru_step_backward
#
# {{exercise gru_step_backward}}
#
# Equations (eq:da_n) to (eq:gru_dh), in the order in which they stand. It has to work with the cache of any forward
# pass that keeps these seven.

# %% exercise="gru_step_backward"
def gru_step_backward(dh, cache):
    """The way back through one time step of a GRU: equations (eq:da_n) to (eq:gru_dh).

    Arguments: dh (N, H), the gradient with respect to the step's h; cache, the tuple (x, h_prev, r, z, n, q, W) that
    gru_step_forward has kept: x (N, D), W (H + D, 3H), all the others (N, H).
    Returns (dx, dh_prev, dW, db, db_n): dx (N, D), dh_prev (N, H), dW (H + D, 3H), db (3H,), db_n (H,).
    """
    ### BEGIN SOLUTION
    x, h_prev, r, z, n, q, W = cache
    H = h_prev.shape[1]
    da_n = dh * (1 - z) * (1 - n * n)                   # (N, H)
    da_z = dh * (h_prev - n) * z * (1 - z)
    da_r = da_n * q * r * (1 - r)
    dq = da_n * r
    da_x = np.concatenate([da_r, da_z, da_n], axis=1)   # (N, 3H), beside x
    da_h = np.concatenate([da_r, da_z, dq], axis=1)     # (N, 3H), beside h_prev
    dW = np.concatenate([h_prev.T @ da_h, x.T @ da_x])  # (H + D, 3H)
    dx = da_x @ W[H:].T                                 # (N, 3H) @ (3H, D) -> (N, D)
    dh_prev = da_h @ W[:H].T + dh * z                   # (N, 3H) @ (3H, H) -> (N, H)
    return dx, dh_prev, dW, da_x.sum(axis=0), dq.sum(axis=0)
    ### END SOLUTION



# %% tags=["story"] id="gru_checked"
gru_back, slope_of = mine("gru_step_backward"), mine("numerical_gradient")
weights, gru_cell = rng.normal(size=(N, T, H)), {"W": W, "b": b, "b_n": b_n}


def loss_with(name, xs=xs, h0=h0):
    """The loss of the sequences above as a function of one of the cell's arrays."""
    def loss(array):
        return np.sum(weights * gru_of(xs, h0, *(gru_cell | {name: array}).values()))
    return loss


_, caches = relatives.gru_forward(gru_step_forward, xs, h0, gru_cell)
_, _, grads = relatives.gru_backward(gru_back, weights, caches)
for name, array in gru_cell.items():
    measured = slope_of(loss_with(name), array, 1e-5)
    off = np.abs(measured - grads[name]).max() / np.abs(measured).max()
    print(f"d{name}: measured and yours differ by {off:.0e} of the largest")

# %% [markdown]
# Yours, called for 20 steps one after the other from the last to the first, is what can be measured. (The loop itself,
# `relatives.gru_backward`, is unit 02's.) Now it can be trained.

# %% [markdown]
# ## Which one is better?
#
# The LSTM and four relatives. Chung and others (2014) found the GRU *comparable* to the LSTM. Greff and others (2017) took
# the LSTM apart, one piece at a time, and found no variant that is much better, and two pieces that it can't do without: the
# forget gate, and the tanh before the output. They trained 5,400 networks. Here are a few dozen of yours.
#
# To begin with, what is unit 07's: losses, Adam, one step of learning. One relative more is made here, for it is four
# lines: an LSTM without an output gate.

# %% tags=["story"] id="ready_made"
readout, readout_backward, cut = mine("readout"), mine("readout_backward"), mine("stream_batches")
cross_entropy, cross_entropy_backward = mine("cross_entropy"), mine("cross_entropy_backward")
clip_by_norm, adam_of = mine("clip_by_norm"), mine("adam_step")


def softmax_loss(outputs, targets, mask):
    """Classes: the loss and its gradient, as in unit 07."""
    return cross_entropy(outputs, targets, mask), cross_entropy_backward(outputs, targets, mask)


def squared_loss(outputs, targets, mask):
    """Numbers: the mean square and its gradient, as in unit 07."""
    error, among = (outputs - targets) * mask[..., None], max(mask.sum(), 1.0)
    return np.sum(error * error) / among, 2 * error / among


def start_adam(params):
    """What adam_step remembers of each parameter, before the first step."""
    return {name: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for name, p in params.items()}


# %% tags=["story"] id="moved"
def moved(params, adam, grads, lr, max_norm):
    """What clipping and Adam make of gradients: the new parameters, and what Adam keeps."""
    short, _ = clip_by_norm(grads, max_norm)
    both = {name: adam_of(params[name], short[name], adam[name], lr, 0.9, 0.999, 1e-8) for name in params}
    return {name: new for name, (new, _) in both.items()}, {name: kept for name, (_, kept) in both.items()}


# %% tags=["story"] id="kinds"
def without_output_gate(x, h_prev, c_prev, W, b):
    """h = tanh(c). Everything as in the LSTM, but W (H + D, 3H) has the blocks i, f and g alone."""
    i, f, g = np.split(np.concatenate([h_prev, x], axis=1) @ W + b, 3, axis=1)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return np.tanh(c), c


STEPS = {
    "LSTM": mine("lstm_step"),
    "peephole": mine("peephole_step"),
    "coupled": mine("coupled_step"),
    "1997": mine("lstm_1997_step"),
    "no output gate": without_output_gate,
}
KINDS = ("LSTM", "GRU", *list(STEPS)[1:])


# %% [markdown]
# You have a way back for the LSTM and for the GRU. Those of the others come ready-made, in `relatives.backward`: nothing
# is new in them, and each is checked against autograd.

# %% tags=["story"] id="there_and_back"
def through(kind, xs, start, cell):
    """A cell of any kind over xs (N, T, D): hs (N, T, H), the states it ends with, and what the way back needs."""
    if kind == "GRU":
        hs, caches = relatives.gru_forward(gru_step_forward, xs, start[0], cell)
        return hs, (hs[:, -1], start[1]), caches
    hs, cs = relatives.forward(STEPS[kind], xs, *start, cell)
    return hs, (hs[:, -1], cs[:, -1]), cs


def back(kind, above, xs, start, cell, hs, kept):
    """The gradients of the cell's arrays, from those of hs."""
    if kind == "GRU":
        return relatives.gru_backward(gru_back, above, kept)[-1]
    return relatives.backward(kind, above, 0 * start[1], xs, hs, kept, *start, cell)[-1]


# %% tags=["story"] id="any_step"
def cell_of(params):
    """The cell's arrays alone, without the readout's."""
    return {name: array for name, array in params.items() if name not in ("V", "b_y")}


def new_relative(kind, D, H, K, bias, rng):
    """A cell of this kind with a readout of K numbers, before it has learned anything."""
    readouts = {"V": rng.normal(size=(H, K)) / np.sqrt(H), "b_y": np.zeros(K)}
    return relatives.start(kind, D, H, bias, rng) | readouts


def any_step(kind, params, adam, batch, start, loss_fn, lr):
    """train_step for a cell of any kind: forward, loss, backward, clipped to a norm of 1, and a step of Adam."""
    cell, (xs, targets, mask) = cell_of(params), batch
    hs, end, kept = through(kind, xs, start, cell)
    loss, slopes = loss_fn(readout(hs, params["V"], params["b_y"]), targets, mask)
    above, dV, db_y = readout_backward(slopes, hs, params["V"])
    grads = back(kind, above, xs, start, cell, hs, kept) | {"V": dV, "b_y": db_y}
    return *moved(params, adam, grads, lr, 1.0), loss, end


# %% [markdown]
# ### What is fair?
#
# At the same hidden size the LSTM has a third more weights than the GRU. So take as many *numbers to learn*, and let the
# sizes differ:

# %% tags=["story"] id="equal_numbers"
for kind in KINDS:
    H = relatives.width(kind, 7, 7, relatives.count("LSTM", 7, 12, 7))
    print(f"{kind:>15s}: H = {H}, {relatives.count(kind, 7, H, 7):,} numbers, those of the readout among them")

# %% tags=["story"] id="begun"
SEEDS = (0, 1, 2)


def begun(kind, seed, D, K, H, bias):
    """A network with as many numbers as an LSTM of H cells, Adam's state, and the states that it starts from."""
    own = relatives.width(kind, D, K, relatives.count("LSTM", D, H, K))
    params = new_relative(kind, D, own, K, bias, np.random.default_rng(seed))
    return params, start_adam(params), (np.zeros((32, own)), np.zeros((32, own)))


def said_by(kind, params, xs):
    """What a network of this kind says at every step, begun with zeros: (N, T, K)."""
    nothing = np.zeros((len(xs), len(params["V"])))
    return readout(through(kind, xs, (nothing, nothing), cell_of(params))[0], params["V"], params["b_y"])


# %% tags=["story"] id="side_by_side"
def side_by_side(name, draw, wrong, loss_fn, *, D, K, H, bias, lr, steps, carry=False, checks=6):
    """Train a network of each kind and seed on the same batches: the shares of wrong answers, {kind: (seeds, checks)}."""
    from grader.runs import run

    def step(state, rng):
        networks, shares, k = state
        batches, after = [draw(k, seed, rng) for seed in SEEDS], {kind: [] for kind in networks}
        for kind, own in networks.items():
            for (params, adam, start), batch in zip(own, batches):
                params, adam, loss, end = any_step(kind, params, adam, batch, start, loss_fn, lr)
                after[kind].append((params, adam, end if carry else start))
        if (k + 1) % (steps // checks) == 0:
            now = {kind: [wrong(lambda xs: said_by(kind, one[0], xs)) for one in own] for kind, own in after.items()}
            shares = {kind: [*shares[kind], now[kind]] for kind in now}
        return (after, shares, k + 1), loss

    networks = {kind: [begun(kind, seed, D, K, H, bias) for seed in SEEDS] for kind in KINDS}
    shares = run(name, step, (networks, {kind: [] for kind in KINDS}, 0), steps=steps, seed=0).state[1]
    return {kind: np.array(found).T for kind, found in shares.items()}


# %% [markdown]
# Six kinds, three seeds, three tasks. **A stream** of Reber strings, where the share of errors is counted at the symbols that
# only memory can tell. **Adding**: two of 30 numbers, and at the end their sum. **Words**: unit 03's sentences, with 20 words
# between the subject and its verb. The six networks of a seed see the same batches.

# %% tags=["story"] id="three_tasks"
from grader.data import adding, agreement, reber

streams = [cut(reber.stream(32 * 10 * 1000 + 1, np.random.default_rng(seed)), 32, 10) for seed in SEEDS]
rows = np.stack([reber.stream(301, np.random.default_rng(500 + n)) for n in range(32)])    # for the test
legal, recall = reber.legal(reber.states(rows[:, :-1])), np.isin(reber.states(rows[:, :-1]), reber.RECALL)


def next_piece(k, seed, rng):
    """The piece of ten steps that comes next in this seed's 32 streams."""
    inputs, targets = (one[k] for one in streams[seed])
    return np.eye(7)[inputs], targets, np.ones(targets.shape)


def forgotten(says):
    """The share of wrong symbols where only memory says what comes."""
    return 1 - np.mean(reber.legal_first(says(np.eye(7)[rows[:, :-1]]), legal)[recall])


# %% tags=["story"] id="two_more_tasks"
sums, verbs = adding.batch(256, np.random.default_rng(99), 30), agreement.batch(256, 20, np.random.default_rng(99))
vocabulary = len(agreement.WORDS)


def some_sums(k, seed, rng):
    return adding.batch(32, rng, 30)


def sums_off(says):
    """The share of sums that are wrong, of 256."""
    return np.mean((np.abs(says(sums[0]) - sums[1])[..., 0] * sums[2]).sum(axis=1) > adding.NEAR)


def some_verbs(k, seed, rng):
    ids, targets, mask = agreement.batch(32, 20, rng)
    return np.eye(vocabulary)[ids], targets, mask


def verbs_wrong(says):
    """The share of wrong verbs, of 256."""
    ids, targets, mask = verbs
    return np.sum((says(np.eye(vocabulary)[ids]).argmax(axis=2) != targets) * mask) / len(ids)


# %% [markdown]
# (Three tasks of 18 networks each: about a minute and a half.)

# %% tags=["story", "long"] id="three_tasks_learned"
compared = {
    "a stream": side_by_side("a stream", next_piece, forgotten, softmax_loss, D=7, K=7, H=12, bias=1.0, lr=0.01,
                             steps=1000, carry=True),
    "adding": side_by_side("adding side by side", some_sums, sums_off, squared_loss, D=2, K=1, H=12, bias=3.0, lr=0.01,
                           steps=600),
    "words": side_by_side("words", some_verbs, verbs_wrong, softmax_loss, D=vocabulary, K=2, H=12, bias=3.0, lr=0.01, steps=300),
}


# %% tags=["story", "long"] id="picture_ablation"
ends = {task: {kind: shares[:, -1] for kind, shares in found.items()} for task, found in compared.items()}
figures.ablation(ends, "share wrong", "Seeds 0, 1 and 2; as many numbers to learn in each network of a task.")

# %% tags=["story", "long"] id="picture_fared"
figures.fared(compared["adding"], 100, "share of sums wrong", "Adding, seeds 0, 1 and 2.")

# %% [markdown]
# **Words** miss nothing. All six are right, on every seed, after 100 of the 300 steps: one thing has to be kept over 20
# words, and any cell that keeps does.
#
# **A stream** misses one gate. On every seed the cell of 1997 ends where a coin would be. The LSTM, the GRU, the coupled cell
# and the one without an output gate are wrong in 1 to 3 of 100. That is the forget gate, and nothing else. (On our
# seeds the GRU is there soonest, after 170 to 330 of the 1,000 steps, the LSTM after 330 to 830.) Peepholes are no help
# here: when we ran it they ended with 5 to 18 of 100, and on one seed that was after they had known better. (In another run,
# on other batches, they got there like the rest. Three seeds are enough to see a gate missing, and too few for a difference
# like this one.)
#
# **Adding** turns it round. The cell of 1997 does as well as the LSTM: thirty steps are no stream, and what is to be added up
# must not be forgotten. Here it is the output gate that is missed: without it 30 to 55 of 100 are wrong. And the GRU and the
# coupled cell are far ahead of all others, on every seed. After 200 steps they are wrong in 2 to 13 of 100 where the LSTM is
# wrong in half; in the end in one of 100 or none, where the LSTM still is in 8 to 17.
#
# *Comparable*, as Chung and others have it? In two of three tasks, by where they end. And no variant much better than the
# LSTM, as Greff and others found? Not in the third. **What a gate is good for is seen only in a task that needs it**, and
# whoever says that one cell is better has to say: at what?

# %% tags=["story", "long"] id="price_of_a_step"
from grader.figures.timing import microseconds


def one_step_of(kind):
    """What takes one step of training on adding, for microseconds."""
    params, adam, start = begun(kind, 0, 2, 1, 12, 3.0)
    batch = some_sums(0, 0, np.random.default_rng(0))
    return lambda: any_step(kind, params, adam, batch, start, squared_loss, 0.01)


took = dict(zip(KINDS, microseconds(*map(one_step_of, KINDS), rounds=25, calls=1)))
print(", ".join(f"{kind} {us / 1000:.1f} ms" for kind, us in took.items()))
figures.fared(compared["adding"], {kind: 100 * us / 1e6 for kind, us in took.items()}, "share of sums wrong",
              "The same networks, over the time that their steps take here.", x="seconds of training")

# %% [markdown]
# Nearly the same picture. Here a step takes about as long for each of them, whether it has three blocks or four: numpy's
# calls cost more than the sums in them. With some hundreds of cells it would be the blocks that count.

# %% [markdown]
# ### The cell, or its start?
#
# Why are the GRU and the coupled cell so much quicker at adding? Look at how they begin. Their gate that keeps has a bias of
# 3, and keeps 0.95. What they write is *the rest*: 0.05 of what they read. The LSTM keeps 0.95 as well, but its input gate
# has a bias of 0 and writes a half of everything, all the thirty numbers that don't count. Is that a matter of the cell? It
# is a bias. Let the LSTM's input gates begin at -3:

# %% tags=["story", "long"] id="start_or_cell"
from grader.runs import run


def adding_lstm(name, input_bias, seed, steps=600):
    """Train an LSTM whose input gates begin with this bias on adding: the share of wrong sums."""
    params, adam, start = begun("LSTM", seed, 2, 1, 12, 3.0)
    params["b"][:12] = input_bias                                              # i, the first of the four blocks

    def step(state, rng):
        params, adam, loss, _ = any_step("LSTM", *state, some_sums(0, seed, rng), start, squared_loss, 0.01)
        return (params, adam), loss

    trained = run(f"adding {name} {seed}", step, (params, adam), steps=steps, seed=seed).state[0]
    return sums_off(lambda xs: said_by("LSTM", trained, xs))


# %% tags=["story", "long"] id="two_starts"
starts = {"half open": 0.0, "nearly shut": -3.0}
by_start = {name: [adding_lstm(name, bias, seed) for seed in SEEDS] for name, bias in starts.items()}
for name, off in by_start.items():
    print(f"input gates that begin {name}: {' '.join(f'{share:.1%}' for share in off)} wrong")

# %% [markdown]
# It was the start, nearly all of it. With one number changed before the first step the LSTM is wrong in 0 to 3 of 100 where
# it was in 9 to 37, better on every seed, and hardly behind the GRU and the coupled cell. (So it isn't the number of cells,
# which the cell of 1997 has as well; nor that the GRU does without an output gate, for the coupled cell has one.) What looked
# like a better cell was a better first bias. Unit 07's forget bias, once more: *a cell is compared together with its start.*
#
# **Try it.** How far does it go? Call `adding_lstm` with -2 and with -5, under names of their own. And a GRU whose update gate
# begins with a bias of 0 in place of 3: in a copy of `adding_lstm`, without the line of the input gates, put "GRU" in the
# place of "LSTM" and 0.0 in that of 3.0. Is it still so quick?
#
# ### Timing
#
# And the task that peepholes were made for? Two spikes, and nothing in between. Were there 20 steps from the one to the other,
# or 19? Nothing that is read says how long it has been: it has to be counted. Four cells, with peepholes and without.

# %% tags=["story"] id="spikes_task"
from grader.data import spikes


def spikes_wrong(distance):
    """wrong(kind, params): the share of 500 pairs of spikes that are told wrong."""
    xs, targets, mask = spikes.batch(500, np.random.default_rng(99), distance)

    def wrong(kind, params):
        return np.sum((said_by(kind, params, xs).argmax(axis=2) != targets) * mask) / len(xs)
    return wrong


# %% tags=["story", "long"] id="spikes_run"
def told_apart(kind, distance, seed, steps=2500, H=4):
    """Train H cells to tell two spikes from two that are a step nearer: the run, ended where 500 are all right."""
    wrong, nothing = spikes_wrong(distance), np.zeros((32, H))

    def step(state, rng):
        batch = spikes.batch(32, rng, distance)
        params, adam, loss, _ = any_step(kind, *state, batch, (nothing, nothing), softmax_loss, 0.01)
        return (params, adam), loss

    def share_wrong(state):
        return wrong(kind, state[0])

    params = new_relative(kind, 1, H, 2, 5.0, np.random.default_rng(seed))
    return run(f"{distance} steps {kind} {seed}", step, (params, start_adam(params)), steps=steps, seed=seed,
               watch=share_wrong, until=0.0)


# %% tags=["story", "long"] id="spikes_told"
for kind in ("LSTM", "peephole"):
    for seed in SEEDS:
        one = told_apart(kind, 20, seed)
        print(f"{kind}, seed {seed}: {one.watched[-1][1]:.0%} wrong after {one.steps:,} steps")

# %% [markdown]
# Both have found it, and here neither is the quicker one on every seed. That gates see nothing of a shut cell is true. But nobody
# forces the network to shut it. It can leave the output gate ajar, and what leaks into $h$ tells all the gates how far $c$
# has come. (We have also tried 50 steps and 49, the paper's distance, once: within 2,500 steps two of three got there with
# peepholes, one of three without, and no GRU. On another computer it may be others.) So peepholes are not *needed* for timing.
# Whether they help three seeds can't say.

# %% [markdown]
# ## What comes later
#
# All of these read from left to right. What does $h$ know at the first word of a sentence? Move each input a little and
# see which hidden states move.

# %% tags=["story"] id="reach_forward"
phrase = ["Time", "flies", "like", "an", "arrow"]
draws = np.random.default_rng(4)


def new_layer(D, H):
    """A GRU of H units as a layer: a function from (N, T, D) to (N, T, H)."""
    W, b = draws.normal(size=(H + D, 3 * H)), draws.normal(size=3 * H)
    return lambda xs: gru_of(xs, np.zeros((len(xs), H)), W, b, np.zeros(H))


def moves(layer, xs):
    """How much each hidden state of one sequence moves when an input does: (T, T), a row a state."""
    by_input = []
    for s in range(xs.shape[1]):
        other = xs.copy()
        other[0, s] += 0.1
        by_input.append(np.abs(layer(other) - layer(xs)).sum(axis=2)[0])
    return np.stack(by_input, axis=1)


spoken = draws.normal(size=(1, len(phrase), 3))
left_to_right, right_to_left = new_layer(3, 4), new_layer(3, 4)
figures.reach({"left to right": moves(left_to_right, spoken)}, phrase)

# %% [markdown]
# Nothing reaches back. For a language model that is as it should be: it has to *predict*. But is *flies* a noun or a
# verb? Who may read the sentence to its end should not have to answer at the second word. So let a second layer read from
# the other end. Turning round is easy in numpy, `xs[:, ::-1]`, and wrong:

# %% tags=["story"] id="naive_flip"
padded = np.concatenate([spoken, np.zeros((1, 3, 3))], axis=1)             # in a batch with longer ones
for name, given_xs in (("alone", spoken), ("with padding", padded)):
    at_arrow = right_to_left(given_xs[:, ::-1])[0, -len(phrase)]                # what it knows when it has read arrow
    print(f"{name:>12s}: h at arrow, where it begins, is {at_arrow.round(3)}")

# %% [markdown]
# The same sentence, and another answer, because it was put beside longer ones. Turned round, the padding comes *first*,
# and the layer has read three steps of nothing before it comes to the last word. Turn round what is real, and leave the
# padding where it is:
#
# $$
# \text{reversed}[n, t] =
# \begin{cases}
# \text{xs}[n,\ \ell_n - 1 - t] & \text{if } t < \ell_n \\
# \text{xs}[n,\ t] & \text{if not}
# \end{cases}
# \qquad (N, T, D)
# \tag{eq:reversed}
# $$
#
# with $\ell_n$ for the length of sequence $n$.
#
# ### Exercise: reverse_sequences
#
# {{exercise reverse_sequences}}
#
# Equation (eq:reversed). A length goes from 0 to $T$.

# %% exercise="reverse_sequences"
def reverse_sequences(xs, lengths):
    """Each sequence of a batch turned round, its padding left where it is: equation (eq:reversed).

    Arguments: xs (N, T, D), N sequences padded to T steps; lengths (N,), whole numbers from 0 to T, how many steps of
    each are real. They come first, the padding after them.
    Returns reversed (N, T, D).
    """
    ### BEGIN SOLUTION
    turned = xs.copy()                                 # (N, T, D), the padding is in its place
    for n, length in enumerate(lengths):
        turned[n, :length] = xs[n, :length][::-1]      # (length, D)
    return turned
    ### END SOLUTION



# %% [markdown]
# Now both ways. The first layer reads as ever. The second reads the reversed sequence, and what it says is turned round
# once more, so that both speak of the same word; then the two are put side by side:
#
# $$
# \begin{align}
# \text{there} &= \text{forward}(\text{xs}) && (N, T, H) \tag{eq:there} \\
# \text{back} &= \text{reversed}(\text{backward}(\text{reversed}(\text{xs}))) && (N, T, H) \tag{eq:back} \\
# \text{hs}[n, t] &= [\,\text{there}[n, t] \mid \text{back}[n, t]\,] \quad \text{if } t < \ell_n, \text{ else } 0
#     && (N, T, 2H) \tag{eq:both}
# \end{align}
# $$

# %% tags=["story"] id="picture_both_ways"
figures.both_ways(["Time", "flies", "like", "(pad)", "(pad)"], 3)

# %% [markdown]
# ### Exercise: bidirectional
#
# {{exercise bidirectional}}
#
# Equations (eq:there) to (eq:both), with your `reverse_sequences`. A layer is a function that takes `xs` alone.

# %% exercise="bidirectional"
def bidirectional(forward, backward, xs, lengths):
    """Two layers, of which one reads each sequence from its own end: equations (eq:there) to (eq:both).

    Arguments: forward and backward, two layers: functions of a batch of sequences that return (N, T, H), as
    lambda xs: lstm(xs, h0, c0, W, b)[0] does; xs (N, T, D); lengths (N,), whole numbers from 0 to T.
    Returns hs (N, T, 2H): at each step what forward has seen up to it, then what backward has seen from the end down to
    it; 0 beyond each sequence's end, whatever the padding holds.
    """
    ### BEGIN SOLUTION
    there = forward(xs)                                             # (N, T, H)
    back = backward(reverse_sequences(xs, lengths))                 # (N, T, H), the last real step first
    back = reverse_sequences(back, lengths)                         # each step back in its place
    hs = np.concatenate([there, back], axis=2)                      # (N, T, 2H)
    real = np.arange(xs.shape[1]) < lengths[:, None]                # (T,) < (N, 1) -> (N, T)
    return np.where(real[:, :, None], hs, 0.0)
    ### END SOLUTION



# %% tags=["story"] id="reach_both"
both_ways = mine("bidirectional")


def both(xs):
    """The two layers over the sentence, padding or not: (1, T, 2H)."""
    return both_ways(left_to_right, right_to_left, xs, np.array([len(phrase)]))


for padding in (0.0, 1e6):
    padded[:, len(phrase) :] = padding
    difference = both(padded)[:, : len(phrase)] - both(spoken)
    print(f"padding of {padding:g} moves the answer by {np.abs(difference).max():.0e}")
figures.reach({"left to right": moves(left_to_right, spoken), "both ways": moves(both, spoken)}, phrase)

# %% [markdown]
# Every input reaches every state, and what stands in the padding makes no difference, to the last digit. What it costs is
# a second layer, and that one can't begin before the sequence is over: for a stream, or for who has to answer while
# somebody still speaks, it is no use.
#
# **Try it.** In `both`, put `np.array([3])` in the place of `np.array([len(phrase)])`. Which rows of the picture
# are empty now, and why?

# %% [markdown]
# ## One on top of the other
#
# A layer is a function from a sequence to a sequence. So what comes out of one can go into the next.

# %% tags=["story"] id="picture_on_top"
figures.on_top(["Time", "flies", "like", "an"], 3)

# %% [markdown]
# $$
# \text{hs}^{(0)} = \text{xs}, \qquad \text{hs}^{(k)} = \text{layer}_k(\text{hs}^{(k - 1)})
# \tag{eq:stacked}
# $$
#
# ### Exercise: stacked
#
# {{exercise stacked}}
#
# Equation (eq:stacked). `layers` is a list, the lowest first.

# %% exercise="stacked"
def stacked(layers, xs):
    """Layers on top of each other, each of which reads what the one below gives: equation (eq:stacked).

    Arguments: layers, a list of functions, the lowest first, each of which takes a batch of sequences and returns
    another one with as many steps; xs (N, T, D).
    Returns hs (N, T, H), what the top layer gives: xs itself where there is no layer.
    """
    ### BEGIN SOLUTION
    hs = xs
    for layer in layers:
        hs = layer(hs)
    return hs
    ### END SOLUTION



# %% tags=["story"] id="deep"
pile = mine("stacked")
upper = new_layer(8, 4), new_layer(8, 4)                                       # they read the 4 + 4 of the two below
deep = pile([both, lambda xs: both_ways(*upper, xs, np.array([len(phrase)]))], spoken)
print(f"two layers, each of which reads both ways: {deep.shape}")

# %% [markdown]
# What a library calls `bidirectional=True, num_layers=2` is four of your layers, and two lines. (Is a second one needed?
# Each task of the course so far was solved with one.)
#
# ### Dropout between steps
#
# Deep networks have many weights, and learn by heart. Unit 07's dropout drops other units in each step. Between two
# layers that is fine. But put it on what goes *from step to step*, and think of a unit that should carry something for a
# hundred of them:

# %% tags=["story"] id="dropped_each_step"
drop = mine("dropout")
_, mask = drop(np.ones((1000, 100, 1)), 0.1, np.random.default_rng(0), True)
for steps in (1, 10, 50, 100):
    spared = np.all(mask[:, :steps, 0] > 0, axis=1).mean()
    print(f"of 1,000 units, {spared:.1%} were never dropped in {steps} steps")

# %% [markdown]
# With a tenth dropped at each step hardly any unit is left alone for fifty: what is drawn anew at each step hits every
# memory in the end. So draw *once for each sequence*. The same units are missing from its first step to its last, and those
# that are there can be relied on. Gal and Ghahramani (2016) have shown why that is the right thing to do, and
# `variational` is their word:
#
# $$
# m[n, t, d] = m[n, 0, d] =
# \begin{cases}
# 0 & \text{with probability } p \\
# 1 / (1 - p) & \text{if not}
# \end{cases}
# \qquad (N, T, D)
# \tag{eq:variational}
# $$
#
# ### Exercise: variational_dropout_mask
#
# {{exercise variational_dropout_mask}}
#
# Equation (eq:variational): a draw for each sequence and each number, and none for the steps.

# %% exercise="variational_dropout_mask"
def variational_dropout_mask(N, T, D, p, rng):
    """A mask of dropout that is the same at all steps of a sequence: equation (eq:variational).

    Arguments: N, T and D, how many sequences, steps and numbers a step; p, how likely a number is dropped, from 0 to
    below 1; rng, one of numpy's random generators, from which everything is drawn.
    Returns mask (N, T, D), of the numbers 0 and 1 / (1 - p).
    """
    ### BEGIN SOLUTION
    keep = rng.random((N, 1, D)) >= p                  # one draw for all the steps
    return np.repeat(keep / (1 - p), T, axis=1)        # (N, 1, D) -> (N, T, D)
    ### END SOLUTION



# %% tags=["story"] id="two_masks"
once = mine("variational_dropout_mask")(1, 40, 8, 0.3, np.random.default_rng(3))
_, anew = drop(np.ones((1, 40, 8)), 0.3, np.random.default_rng(3), True)
figures.masks({"a new one at each step": anew[0], "one for the sequence": once[0]})

# %% [markdown]
# The way back needs nothing new: unit 07's `dropout_backward` multiplies with the mask, whatever it is.

# %% [markdown]
# ## What is no sequence
#
# Here is a language that isn't made for reading from left to right. `all` is 1 where all that is in its brackets is 1,
# `any` where something is, `odd` where an odd number is, `most` where more than half is.

# %% tags=["story"] id="expressions"
from grader.data import expressions

rng = np.random.default_rng(8)
for depth in (1, 2, 3):
    whole = expressions.draw(depth, rng)
    print(f"{' '.join(expressions.text(whole))} = {expressions.value(whole)}")

# %% [markdown]
# Let an LSTM read them symbol by symbol, brackets and all, and say the value at the end. It is trained on expressions of
# depth 1 to 3, and then asked for deeper ones too.

# %% tags=["story"] id="text_training"
def text_step(params, adam, chosen, lr):
    """train_step for an LSTM that reads expressions symbol by symbol, and is asked at the last one."""
    ids, values, last = expressions.batch(chosen)
    nothing = np.zeros((len(ids), len(params["V"])))
    return any_step("LSTM", params, adam, (np.eye(8)[ids], values, last), (nothing, nothing), softmax_loss, lr)[:3]


def text_right(params, chosen):
    """The share of expressions that are answered right at their last symbol."""
    ids, values, last = expressions.batch(chosen)
    return np.sum((said_by("LSTM", params, np.eye(8)[ids]).argmax(axis=2) == values) * last) / len(ids)


DEPTHS = range(1, 7)
tests = {depth: expressions.trees(500, (depth,), np.random.default_rng(100 + depth)) for depth in DEPTHS}

# %% tags=["story", "long"] id="trees_grown"
from grader.runs import run


def grown(name, take, seed, steps=500):
    """Train on 48 new expressions of depth 1 to 3 a step: the parameters."""
    def step(state, rng):
        params, adam, loss = take(*state, expressions.trees(48, (1, 2, 3), rng), 0.005)
        return (params, adam), loss

    params = new_relative("LSTM", 8, 32, 2, 1.0, np.random.default_rng(seed))
    return run(f"{name} {seed}", step, (params, start_adam(params)), steps=steps, seed=seed).state[0]


# %% [markdown]
# (Three seeds, half a minute.)

# %% tags=["story", "long"] id="text_grown"
read_as_text = [grown("expressions as text", text_step, seed) for seed in SEEDS]
by_text = np.array([[text_right(params, tests[depth]) for depth in DEPTHS] for params in read_as_text])
ones = np.array([np.mean([expressions.value(one) for one in tests[depth]]) for depth in DEPTHS])
guess = {"the more frequent answer": np.maximum(ones, 1 - ones)}
figures.by_depth(DEPTHS, {"LSTM on the text": by_text}, guess, (1, 3), "500 expressions of each depth. Seeds 0, 1 and 2.")

# %% [markdown]
# One operator it has understood. With each level more it gets worse, and not only where it was never trained: at depth 3 a
# fifth to a quarter of the answers is wrong. (Who knows nothing and always says the more frequent one is wrong in not quite a
# half.)
#
# The brackets say what belongs together. But between `all (` and its `)` there may be twenty symbols that belong to others,
# and the LSTM has to keep all that is still open in one $c$, in the right order. What it reads is a tree, handed over as
# a line.
#
# ## A cell with children
#
# So don't hand it over as a line. An LSTM's step has one predecessor, and goes from $h_{t-1}$, $c_{t-1}$ to $h_t$, $c_t$.
# Let a **node** have *any number* of them, its children, and let it stand above them: leaves first, the root last (Tai,
# Socher and Manning, 2015). For the gates i and o and the candidate the children's $h$ are added up. But the forget gate
# is the one that decides what becomes of a memory, and there are as many memories as children. So each child gets a
# forget gate of its own, which sees that child alone:

# %% tags=["story"] id="picture_node"
figures.cell("tree")

# %% [markdown]
# $$
# \begin{align}
# \tilde h &= \textstyle\sum_k h_k && (N, H) \tag{eq:tree_sum} \\
# [\,z_i \mid \cdot \mid z_g \mid z_o\,] &= [\tilde h, x]\,W + b && (N, 4H) \tag{eq:tree_z} \\
# i = \sigma(z_i), \quad g &= \tanh(z_g), \quad o = \sigma(z_o) && \text{each } (N, H) \tag{eq:tree_gates} \\
# f_k &= \sigma(x W_{xf} + h_k W_{hf} + b_f) && \text{each } (N, H) \tag{eq:tree_forget} \\
# c &= i \odot g + \textstyle\sum_k f_k \odot c_k && (N, H) \tag{eq:tree_cell} \\
# h &= o \odot \tanh(c) && (N, H) \tag{eq:tree_hidden}
# \end{align}
# $$
#
# A leaf has no children: both sums are 0. And with one child it is the LSTM, to the letter, with the same $W$ and $b$.
#
# ### Exercise: tree_lstm_node
#
# {{exercise tree_lstm_node}}
#
# Equations (eq:tree_sum) to (eq:tree_hidden). $W_{xf}$, $W_{hf}$ and $b_f$ are the forget gate's block of $W$ and $b$:
# its last $D$ rows and its first $H$. $N$ nodes with $K$ children each at once, as ever a row each.

# %% exercise="tree_lstm_node"
def tree_lstm_node(x, child_hs, child_cs, W, b):
    """N nodes of a Tree-LSTM, each with K children: equations (eq:tree_sum) to (eq:tree_hidden).

    Arguments: x (N, D), a node's own input; child_hs and child_cs (N, K, H), its children's hidden and cell states,
    where K may be 0; W (H + D, 4H) and b (4H,), packed in the order i, f, g, o, the rows for h above those for x.
    Returns (h, c), each (N, H).
    """
    ### BEGIN SOLUTION
    H = len(b) // 4
    z = np.concatenate([child_hs.sum(axis=1), x], axis=1) @ W + b    # (N, 4H); a sum of no children is 0
    i = sigmoid(z[:, :H])                                            # (N, H)
    g = np.tanh(z[:, 2 * H : 3 * H])                                 # (N, H)
    o = sigmoid(z[:, 3 * H :])                                       # (N, H)
    from_x = x @ W[H:, H : 2 * H] + b[H : 2 * H]                     # (N, H), the same for each child
    from_h = child_hs @ W[:H, H : 2 * H]                             # (N, K, H), each child's own
    f = sigmoid(from_x[:, None] + from_h)                            # (N, 1, H) + (N, K, H) -> (N, K, H)
    c = i * g + (f * child_cs).sum(axis=1)                           # (N, H)
    h = o * np.tanh(c)                                               # (N, H)
    return h, c
    ### END SOLUTION



# %% tags=["story"] id="any_order"
branch = mine("tree_lstm_node")

rng = np.random.default_rng(5)
N, D, H = 2, 3, 4
W, b = rng.normal(size=(H + D, 4 * H)), rng.normal(size=4 * H)
x, below_h, below_c = rng.normal(size=(N, D)), rng.normal(size=(N, 3, H)), rng.normal(size=(N, 3, H))
h, c = branch(x, below_h, below_c, W, b)
h_turned, c_turned = branch(x, below_h[:, ::-1], below_c[:, ::-1], W, b)
print(f"children in the opposite order: c differs by {np.abs(c - c_turned).max():.0e}")
h, c = branch(x, below_h[:, :1], below_c[:, :1], W, b)
h_line, c_line, *_ = lstm_of(x, below_h[:, 0], below_c[:, 0], W, b)
print(f"with one child, and the LSTM's step: c differs by {np.abs(c - c_line).max():.0e}")

# %% [markdown]
# The order of the children makes no difference. For `all` and `any` that is just right; for a subtraction it wouldn't be.
# (The paper has a second cell for that, with weights for each place.)
#
# Now the whole tree. A row a node, and a list that says for each which rows are its children:
#
# $$
# (h_n, c_n) = \text{tree\_lstm\_node}(x_n,\ [h_k]_{k \in \text{children}[n]},\ [c_k]_{k \in \text{children}[n]};\ W, b)
# \tag{eq:tree}
# $$
#
# ### Exercise: tree_lstm
#
# {{exercise tree_lstm}}
#
# Equation (eq:tree), with your `tree_lstm_node`, for one node after the other. A node's children have to be done before
# it. The rows stand in any order: a function that calls itself for the children needs no other.

# %% exercise="tree_lstm"
def tree_lstm(xs, children, W, b):
    """A Tree-LSTM over all nodes of a tree, or of several trees: equation (eq:tree).

    Arguments: xs (N, D), a row for each of the N nodes; children, a list of N lists, in which children[n] has the rows
    of node n's children, none for a leaf; W (H + D, 4H) and b (4H,), as in tree_lstm_node.
    Returns (hs, cs), each (N, H): the states of every node, in the order of the rows.
    """
    ### BEGIN SOLUTION
    N, H = len(xs), len(b) // 4
    hs, cs = np.zeros((N, H)), np.zeros((N, H))

    def visit(n):
        below = children[n]
        for child in below:
            visit(child)                                             # the children first
        h, c = tree_lstm_node(xs[n : n + 1], hs[None, below], cs[None, below], W, b)    # (1, D), (1, K, H), (1, K, H)
        hs[n], cs[n] = h[0], c[0]

    for root in set(range(N)) - {child for below in children for child in below}:
        visit(root)
    return hs, cs
    ### END SOLUTION



# %% tags=["story"] id="small_tree"
up_the_tree = mine("tree_lstm")

whole = ("any", [("0", []), ("all", [("1", []), ("1", [])])])
ids, children, values, roots = expressions.forest([whole])
for n, below in enumerate(children):
    print(f"row {n}: {expressions.SYMBOLS[ids[n]]:>3s}, children {below}, value {values[n]}")
W, b = rng.normal(size=(H + 8, 4 * H)), rng.normal(size=4 * H)
hs, cs = up_the_tree(np.eye(8)[ids], children, W, b)
print(f"h of the root: {hs[roots[0]].round(2)}")

# %% [markdown]
# It is the *program* that has changed and hardly the cell: where it goes next is said by the data. For a training one
# node after the other would be slow, so `forests.forward` calls your node for all those at once that stand at the same
# height.

# %% tags=["story"] id="tree_training"
from grader.data import forests


def tree_step(params, adam, chosen, lr):
    """train_step for the Tree-LSTM: expressions as trees, and a loss that looks at their roots alone."""
    ids, children, values, roots = expressions.forest(chosen)
    xs, levels = np.eye(8)[ids], forests.levels(children)
    hs, cs = forests.forward(branch, xs, levels, params["W"], params["b"])     # (M, H): every node of all the trees
    said, counts = readout(hs[None, roots], params["V"], params["b_y"]), np.ones((1, len(roots)))
    loss, slopes = softmax_loss(said, values[None, roots], counts)
    above, dV, db_y = readout_backward(slopes, hs[None, roots], params["V"])
    dhs = np.zeros_like(hs)
    dhs[roots] = above[0]
    _, dW, db = forests.backward(dhs, xs, hs, cs, levels, params["W"], params["b"])
    return *moved(params, adam, {"W": dW, "b": db, "V": dV, "b_y": db_y}, lr, 1.0), loss


# %% tags=["story"] id="tree_judged"
def tree_right(params, chosen):
    """The share of expressions whose root says the right value, and of all nodes that would."""
    ids, children, values, roots = expressions.forest(chosen)
    hs, _ = forests.forward(branch, np.eye(8)[ids], forests.levels(children), params["W"], params["b"])
    right = readout(hs[None], params["V"], params["b_y"])[0].argmax(axis=1) == values
    return right[roots].mean(), right.mean()


# %% [markdown]
# As many numbers to learn as before, to the last: a node's $W$ is that of an LSTM. (Three seeds, a quarter of a minute.)

# %% tags=["story", "long"] id="trees_compared"
read_as_trees = [grown("expressions as trees", tree_step, seed) for seed in SEEDS]
shares = np.array([[tree_right(params, tests[depth]) for depth in DEPTHS] for params in read_as_trees])  # (seeds, depths, 2)
print(f"at depth 6, right at the root: {shares[:, -1, 0]}, at all nodes: {shares[:, -1, 1].round(3)}")
figures.by_depth(DEPTHS, {"Tree-LSTM": shares[..., 0], "LSTM on the text": by_text}, guess, (1, 3),
                 "500 expressions of each depth. Seeds 0, 1 and 2.")

# %% [markdown]
# At depth 3 it is right in 93 to 97 of 100, and at depth 6, with twice as many operators inside each other as it was
# ever trained with, in 86 to 91. The LSTM on the text is as large, has seen as many expressions, and is far behind from
# depth 2 on.
#
# (To be fair: the Tree-LSTM was *told* what belongs together. The LSTM had to find it out from brackets. Whoever has a tree
# should hand it over as one; whoever has nothing but a text has to get a tree from somewhere first.)

# %% tags=["story", "long"] id="tree_seen"
grown_tree = read_as_trees[0]


def says_of(whole):
    """How likely the Tree-LSTM of seed 0 holds a 1 at each node of an expression, and what each is: (M,) each."""
    ids, children, values, _ = expressions.forest([whole])
    hs, _ = up_the_tree(np.eye(8)[ids], children, grown_tree["W"], grown_tree["b"])
    logits = readout(hs[None], grown_tree["V"], grown_tree["b_y"])[0]          # (M, 2)
    return 1 / (1 + np.exp(logits[:, 0] - logits[:, 1])), values


def mistakes(one):
    """How many nodes are said wrong."""
    held, true = says_of(one)
    return np.sum((held >= 0.5) != true)


worst = max(tests[5][:100], key=mistakes)
figures.tree(worst, *says_of(worst), "Of 100 expressions of depth 5, the one with most wrong nodes. Seed 0.")

# %% [markdown]
# Each node is coloured by what your network would say if it were asked there: orange is 1, blue is 0. It was never asked
# at any node but the root. A cross is a wrong answer, and you see from where it goes up, and where it is stopped.
#
# Turn leaves round, and watch how far up it is noticed.

# %% tags=["story", "long"] id="turn_leaves"
figures.tree_player([tests[3][0], tests[3][1], tests[4][2], whole], says_of)

# %% [markdown]
# Then go deeper than anything that it was trained with: in a cell of your own, call
# `figures.tree_player([tests[6][0]], says_of)`. Can you find a leaf that ought to change the root, and doesn't?

# %% [markdown]
# ## The family
#
# | relative | what is another way than in the LSTM | numbers to learn | what was found here |
# |---|---|---|---|
# | 1997 | no forget gate | 3 blocks | at chance in a stream; no worse than the LSTM elsewhere |
# | peepholes | gates see their own $c$ | 4 blocks, and $3H$ | no better in a stream; for timing not needed, perhaps a help |
# | coupled | $i = 1 - f$ | 3 blocks | as good as the LSTM; far quicker at adding, by its start |
# | no output gate | $h = \tanh(c)$ | 3 blocks | missed at adding, and by nothing else |
# | GRU | $i = 1 - f$, $h$ is $c$, and a gate on what the candidate hears | 3 blocks, and $H$ | like the coupled cell |
# | both ways | a second one reads from the end | twice as many | no use for streams |
# | stacked | layers on top of each other | each layer's own | depth is a loop |
# | Tree-LSTM | any number of children, a forget gate for each | 4 blocks | right where an LSTM on the text is lost |
#
# Each of them is some lines of your own, and each was compared on the same batches. The next time that somebody says *use a GRU*,
# or *use an LSTM*, you can ask at which task, of which size, and over how many seeds.
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
# | peephole | $i = \sigma(z_i + p_i \odot c_{t-1})$, and so f; $o = \sigma(z_o + p_o \odot c_t)$ | a gate sees its own cell |
# | coupled | $c_t = f \odot c_{t-1} + (1 - f) \odot g$ | a mean: $c$ stays between -1 and 1 |
# | GRU | $h_t = (1 - z) \odot n + z \odot h_{t-1}$, $n = \tanh(x W_{xn} + b_x + r \odot (h W_{hn} + b_n))$ | one state; $r$ after the product |
# | its carousel | $dh_{t-1} = dh \odot z + \dots$ | along it nothing is squashed |
# | both ways | $[\,\text{there} \mid \text{reversed}(\text{backward}(\text{reversed}(x)))\,]$ | turn round what is real, not the padding |
# | variational dropout | one mask for all steps of a sequence | a unit is there or it isn't |
# | Tree-LSTM | $c = i \odot g + \sum_k f_k \odot c_k$ | any number of children, in any order |
#
# - A fair comparison has as many numbers to learn on both sides, several seeds, and a start that favours none.
# - What is missing in a cell is seen only in a task that needs it.
# - Where a thing goes next need not be the next one in line. The data may say it.
#
# ### References
#
# - S. Hochreiter and J. Schmidhuber. Long short-term memory. *Neural Computation* 9(8), 1735-1780, 1997.
# - F. A. Gers and J. Schmidhuber. Recurrent nets that time and count. *IJCNN*, 2000. Peepholes.
# - F. A. Gers, N. N. Schraudolph and J. Schmidhuber. Learning precise timing with LSTM recurrent networks. *Journal of Machine
#   Learning Research* 3, 115-143, 2002.
# - K. Cho, B. van Merriënboer, C. Gulcehre, D. Bahdanau, F. Bougares, H. Schwenk and Y. Bengio. Learning phrase representations
#   using RNN encoder-decoder for statistical machine translation. *EMNLP*, 2014. The GRU.
# - J. Chung, C. Gulcehre, K. Cho and Y. Bengio. Empirical evaluation of gated recurrent neural networks on sequence modeling.
#   arXiv:1412.3555, 2014. GRU and LSTM compared.
# - K. Greff, R. K. Srivastava, J. Koutník, B. R. Steunebrink and J. Schmidhuber. LSTM: a search space odyssey. *IEEE Transactions
#   on Neural Networks and Learning Systems* 28(10), 2222-2232, 2017.
# - M. Schuster and K. K. Paliwal. Bidirectional recurrent neural networks. *IEEE Transactions on Signal Processing* 45(11),
#   2673-2681, 1997.
# - Y. Gal and Z. Ghahramani. A theoretically grounded application of dropout in recurrent neural networks. *NIPS*, 2016.
# - K. S. Tai, R. Socher and C. D. Manning. Improved semantic representations from tree-structured long short-term memory
#   networks. *ACL*, 2015.
