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
# # Unit 20: From loop to kernel
#
# **What you will be able to do.** Write the LSTM with tensors, so that PyTorch takes the way back. Say why a
# step takes the time it takes, and take out of the loop what need not be there. Write a backward pass that
# PyTorch calls. Run sequences of different lengths in one batch. Compute with 16 bits where it does no harm.
# And read a program for a GPU, line by line, that runs a whole sequence in one piece.
#
# **What you need.** The LSTM of unit 05, the chain rule, and PyTorch. A GPU is *not* needed: everything you
# write runs and is checked on any processor. Where a GPU would show more, a cell measures it if there is one.
#
# **How long it takes.** Three hours, two of them for the exercises.
#
# {{contents}}
#
# Stuck? Type `hint("lstm_torch")`, or any other exercise's name, into a cell of your own.

# %% tags=["setup"]
from grader import check, hint, mine, progress, quiz, reset, solution

try:
    import torch
except ImportError:
    torch = None
    print(
        "PyTorch is not installed here, and this unit's exercises are about its tensors. You can read on; "
        "to write and run them, install it: `grader doctor` says how."
    )

# %% tags=["story"] id="tools"
from grader.figures import gpu as figures
from grader.figures.timing import microseconds


def run(experiment):
    """Run an experiment, or say why not."""
    if torch is None:
        print("Without PyTorch there is nothing to measure here.")
    else:
        torch.set_num_threads(1)  # what is measured is the loop, not how work is shared out
        experiment()


def sample(N, T, D, H, dtype=None, grad=True):
    """Random xs, h0, c0, W, b of the usual shapes; grad: whether gradients are to flow back to them."""
    shapes = [(N, T, D), (N, H), (N, H), (H + D, 4 * H), (4 * H,)]
    values = [torch.randn(shape, dtype=dtype) for shape in shapes]
    values[3] /= (H + D) ** 0.5
    return [value.requires_grad_(grad) for value in values]


# %% [markdown]
# ## The loop, with tensors
#
# PyTorch's tensors behave like numpy's arrays. So does the `lstm` of unit 05 run on them?

# %% tags=["story"] id="numpy_refuses"
def numpy_refuses():
    lstm = mine("lstm")
    try:
        lstm(*sample(N=2, T=3, D=1, H=4))
        print("\nIt runs.")
    except Exception as error:
        print(f"\n{type(error).__name__}: {error}")


run(numpy_refuses)

# %% [markdown]
# A tensor that `requires_grad` is watched by **autograd**: every operation on it leaves a **node**, which knows
# the way back through it. The nodes hang together as a graph, and autograd walks through it from the loss to
# whatever you ask for. That is the backward pass, for any function you write, without writing it. What goes
# through numpy, or `.detach()`, `.data`, `torch.tensor(...)`, arrives without its past. So do *not* do what the
# message says; use PyTorch's own names.
#
# **Try it.** Add `grad=False` to the call of `sample`. How far does numpy get when nobody watches?
#
# | numpy | PyTorch | |
# |---|---|---|
# | `np.concatenate([a, b], axis=1)` | `torch.cat([a, b], dim=1)` | side by side |
# | `np.stack(list_of_h, axis=1)` | `torch.stack(list_of_h, dim=1)` | an axis more |
# | `np.split(z, 4, axis=1)` | `z.chunk(4, dim=1)` | four blocks |
# | `xs[:, 0], xs[:, 1], ...` | `xs.unbind(1)` | all slices along axis 1 |
# | `1 / (1 + np.exp(-z))` | `torch.sigmoid(z)` | never overflows |
#
# The step is that of unit 05, for $t = 0, \dots, T - 1$; $h_{-1}$ and $c_{-1}$ are `h0` and `c0` in code.
#
# $$
# \begin{aligned}
# z_t &= [h_{t-1}, x_t]\,W + b && (N, 4H) \\
# [\,z_i \mid z_f \mid z_g \mid z_o\,] &= z_t && \text{each } (N, H) \\
# i = \sigma(z_i), \quad f &= \sigma(z_f), \quad g = \tanh(z_g), \quad o = \sigma(z_o) && \text{each } (N, H) \\
# c_t &= f \odot c_{t-1} + i \odot g && (N, H) \\
# h_t &= o \odot \tanh(c_t) && (N, H)
# \end{aligned}
# \tag{eq:step}
# $$

# %% [markdown]
# ### Exercise: lstm_torch
#
# {{exercise lstm_torch}}
#
# Equation (eq:step) over a sequence, for any float type and on any device: make no tensors of your own out of
# numbers. The check compares the values *and* what flows back to all five arguments.

# %% exercise="lstm_torch"
def lstm_torch(xs, h0, c0, W, b):
    """An LSTM over a sequence of tensors: equation (eq:step).

    Arguments: xs (N, T, D); h0, c0 (N, H); W (H + D, 4H) and b (4H,), packed in the order i, f, g, o.
    Returns (hs, c_T): hs (N, T, H), the hidden state after every step; c_T (N, H), the cell state after the
    last one.
    """
    ### BEGIN SOLUTION
    h, c, hs = h0, c0, []
    for x in xs.unbind(1):                        # T times (N, D)
        z = torch.cat([h, x], dim=1) @ W + b      # (N, 4H)
        z_i, z_f, z_g, z_o = z.chunk(4, dim=1)    # each (N, H)
        c = torch.sigmoid(z_f) * c + torch.sigmoid(z_i) * torch.tanh(z_g)
        h = torch.sigmoid(z_o) * torch.tanh(c)
        hs.append(h)
    return torch.stack(hs, dim=1), c              # T times (N, H) -> (N, T, H)
    ### END SOLUTION


# %% [markdown]
# Is it PyTorch's LSTM? In unit 05 you compared values. Now gradients too: the next cell takes a
# `torch.nn.LSTM`, packs its weights as yours, and asks both what flows back to the inputs through 100 steps.

# %% tags=["story"] id="same_gradients"
def same_gradients():
    lstm = mine("lstm_torch")
    torch.manual_seed(1)
    N, T, D, H = 4, 100, 3, 8
    theirs = torch.nn.LSTM(D, H, batch_first=True).double()
    W = torch.cat([theirs.weight_hh_l0.T, theirs.weight_ih_l0.T]).detach()  # (H, 4H) over (D, 4H)
    b = (theirs.bias_ih_l0 + theirs.bias_hh_l0).detach()
    xs = torch.randn(N, T, D, dtype=torch.float64, requires_grad=True)
    h0, c0 = torch.randn(2, N, H, dtype=torch.float64)

    hs, c_T = lstm(xs, h0, c0, W, b)
    (ours,) = torch.autograd.grad(hs.square().sum() + c_T.sum(), xs)
    hs_theirs, (_, c_theirs) = theirs(xs, (h0[None], c0[None]))
    (other,) = torch.autograd.grad(hs_theirs.square().sum() + c_theirs.sum(), xs)
    print("\nYour loop and torch.nn.LSTM, 100 steps, float64 (seed 1). Largest difference:")
    print(f"  hs {(hs - hs_theirs).abs().max():.1e}   gradient of xs {(ours - other).abs().max():.1e}")


run(same_gradients)

# %% [markdown]
# ## A step has a price
#
# How long does one step take? There is a simple guess: as long as its multiplications. A step of one sequence
# multiplies $(H + D) \cdot 4H$ pairs of numbers, so with $H = 8$ and $D = 16$ it should take three thousandths of
# what it takes with $H = 256$.
#
# The next cell puts the guess to the test, with your loop. The multiplications alone are priced by one large
# product, in which this machine is as fast as it can be.

# %% tags=["story"] id="price_of_a_step"
def price_of_a_step():
    lstm = mine("lstm_torch")
    torch.manual_seed(0)
    large = torch.randn(512, 512)
    price = microseconds(lambda: large @ large, rounds=10)[0] / 512**3  # of one multiplication, in µs
    N, T, D, sizes = 1, 20, 16, [4, 8, 16, 32, 64, 128, 256, 512]
    measured, guessed = [], []
    for H in sizes:
        values = sample(N, T, D, H, grad=False)
        measured.append(microseconds(lambda: lstm(*values), rounds=10)[0] / T)
        guessed.append(N * (H + D) * 4 * H * price)
        time, guess = measured[-1], guessed[-1]
        print(f"H = {H:3d}: {time:7.1f} µs a step, of these multiplications {guess:7.3f} ({guess / time:5.1%})")
    figures.price_of_a_step(sizes, measured, guessed)


run(price_of_a_step)

# %% [markdown]
# On the left it costs four cells nearly as much as thirty-two. What is paid there is the *asking*. A step is about
# a dozen calls of PyTorch, and each has to look at its arguments, choose a routine, and find memory for its
# result, before a single number is multiplied. That takes about a microsecond or two a call, whatever the size.
# (On the right something else comes in. With a single sequence every weight is used once, so that to fetch it
# takes longer than to multiply by it.)
#
# **Try it.** Set `N` to 64, and run the cell again: more multiplications a step, in as many calls. Which share of
# the time are they now, at $H = 4$ and at $H = 512$?
#
# On a GPU the picture is the same, and sharper. Each call starts a **kernel**, a program that runs on the GPU. To
# start one, to **launch** it, takes Python and the driver a few microseconds, and the GPU multiplies so fast that
# it is done long before the next one comes. What would decide there? Choose sizes and see which of three floors is
# the highest: the launches, the way from the GPU's **memory**, or the multiplications. (Two of the three ways to
# choose from, fused and one kernel for all, are what this unit comes to.)

# %% tags=["story"] id="prices"
figures.prices()

# %% [markdown]
# So the way to a fast LSTM is not: fewer multiplications. It is: **fewer pieces**. This unit takes the loop apart
# accordingly, and every step of the way keeps the numbers the same.

# %% [markdown]
# ## All inputs at once
#
# How full is the loop? Let us count the nodes that it leaves for the way back.

# %% tags=["story"] id="count_nodes"
def nodes(*results):
    """How many nodes autograd has made on the way to these tensors; those of the arguments don't count."""
    seen, waiting = set(), [result.grad_fn for result in results]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [earlier for earlier, _ in node.next_functions]
    return sum("AccumulateGrad" not in node.name() for node in seen)


def nodes_a_step(function):
    """How many nodes more one step more makes."""
    few, many = (nodes(*function(*sample(2, T, 3, 4))) for T in (10, 20))
    return (many - few) / 10


run(lambda: print(f"\nlstm_torch leaves {nodes_a_step(mine('lstm_torch')):.0f} nodes a step."))

# %% [markdown]
# Each of these is a call on the way there and at least one more on the way back. Which of them could be spared?
#
# Look at $[h_{t-1}, x_t]\,W$ once more. A product of rows that stand side by side with columns that stand on
# top of each other is a sum of two: $h_{t-1}$ meets the first $H$ rows of $W$, $x_t$ the last $D$.

# %% tags=["story"] id="picture_of_the_cut"
figures.cut()

# %% [markdown]
# The lower product needs no $h$, so it need not wait for one. All inputs of all steps can meet $W_x$ in a
# single product, before the loop begins:
#
# $$
# \begin{aligned}
# \text{zs} &= \text{xs}\,W_x + b && (N, T, D)\,(D, 4H) \to (N, T, 4H) \\
# z_t &= \text{zs}_t + h_{t-1}\,W_h && (N, 4H) + (N, H)\,(H, 4H)
# \end{aligned}
# \tag{eq:hoisted}
# $$
#
# What does one large product bring, against $T$ small ones?

# %% tags=["story"] id="one_large_product"
def one_large_product():
    N, T, D, H = 8, 100, 64, 64
    xs, _, _, W, _ = sample(N, T, D, H, grad=False)
    slices, W_x = xs.unbind(1), W[H:]
    small, large = microseconds(lambda: [x @ W_x for x in slices], lambda: xs @ W_x)
    print(f"{N * T * D * 4 * H:,} multiplications: {T} products of {N} rows take {small:.0f} µs,")
    print(f"one product of {N * T} rows {large:.0f} µs: a factor of {small / large:.1f}.")


run(one_large_product)

# %% [markdown]
# The same multiplications, to the last one. The larger the matrices, the smaller the factor: then the small
# products are busy with multiplying too. (On a GPU, where small products leave nearly all of the chip idle, it is
# far larger.)
#
# **Try it.** Set `N` to 1, then to 128. How does the factor change?

# %% [markdown]
# ### Exercise: input_product
#
# {{exercise input_product}}
#
# The first line of equation (eq:hoisted). $H$ is not handed in; it can be read off from the shape of $W$.

# %% exercise="input_product"
def input_product(xs, W, b):
    """What the inputs and the bias add to z, for all steps at once: the first line of equation (eq:hoisted).

    Arguments: xs (N, T, D); W (H + D, 4H) and b (4H,), packed in the order i, f, g, o.
    Returns zs (N, T, 4H).
    """
    ### BEGIN SOLUTION
    H = W.shape[1] // 4
    return xs @ W[H:] + b  # (N, T, D) @ (D, 4H) + (4H,) -> (N, T, 4H)
    ### END SOLUTION


# %% [markdown]
# ### Exercise: lstm_hoisted
#
# {{exercise lstm_hoisted}}
#
# To take something out of a loop is called **hoisting** it. Write the loop that is left: `input_product` in
# front of it, and inside only the second line of equation (eq:hoisted) and the gates.

# %% exercise="lstm_hoisted"
def lstm_hoisted(xs, h0, c0, W, b):
    """An LSTM over a sequence of tensors, the input products taken out of the loop: equation (eq:hoisted).

    Arguments: xs (N, T, D); h0, c0 (N, H); W (H + D, 4H) and b (4H,), packed in the order i, f, g, o.
    Returns (hs, c_T): hs (N, T, H), c_T (N, H).
    """
    ### BEGIN SOLUTION
    zs = input_product(xs, W, b)                  # (N, T, 4H)
    W_h = W[: h0.shape[1]]                        # (H, 4H)
    h, c, hs = h0, c0, []
    for z_x in zs.unbind(1):                      # T times (N, 4H)
        z = z_x + h @ W_h                         # (N, 4H)
        z_i, z_f, z_g, z_o = z.chunk(4, dim=1)
        c = torch.sigmoid(z_f) * c + torch.sigmoid(z_i) * torch.tanh(z_g)
        h = torch.sigmoid(z_o) * torch.tanh(c)
        hs.append(h)
    return torch.stack(hs, dim=1), c
    ### END SOLUTION


# %% [markdown]
# ### A trap in the way back
#
# There are two ways to get at a step's slice: `zs[:, t]` with a counter, or `zs.unbind(1)`, which hands out all
# of them. Forward, both cost the same. Backward, they do not. Here is the time of a backward pass for longer
# and longer sequences, all else equal.

# %% tags=["story"] id="slices"
def slices():
    N, H, lengths = 4, 64, [40, 80, 160, 320]
    by_counter, by_unbind = [], []
    for T in lengths:
        zs = torch.randn(N, T, 4 * H, requires_grad=True)
        counted = sum(zs[:, t].sum() for t in range(T))
        unbound = sum(z.sum() for z in zs.unbind(1))
        slow, fast = microseconds(
            lambda: torch.autograd.grad(counted, zs, retain_graph=True),
            lambda: torch.autograd.grad(unbound, zs, retain_graph=True),
            rounds=5,
            calls=1,
        )
        by_counter.append(slow / 1000)  # in ms
        by_unbind.append(fast / 1000)
        print(f"T = {T:3d}: {slow / 1000:6.2f} ms back through zs[:, t], {fast / 1000:6.2f} ms through unbind")
    figures.slices(lengths, by_counter, by_unbind)


run(slices)

# %% [markdown]
# Each `zs[:, t]` leaves a node of its own, and going back each of them makes a tensor of zeros as large as the
# *whole* of `zs`, puts one slice into it, and adds it to the others. $T$ slices, each with the work of $T$:
# quadratic, about 16 times the time for 4 times the length (less while the zeros are few and the calls are what
# costs, more once they don't fit the processor's cache). `unbind` leaves one node for all slices, which going
# back puts them together once. The values are equal, no check can tell, and at $T = 1000$ the training takes
# minutes in place of seconds. If a PyTorch loop of yours gets slower and slower with longer sequences, look for
# an index.

# %% [markdown]
# ## One node in place of many
#
# What is left in the loop? One product, which has to wait for $h$, and then a dozen small operations on
# $(N, H)$ numbers: the gates, the cell, the tanh. Each of these leaves its node and keeps its results for the
# way back. But the whole dozen is one simple function of $z$ and $c_{t-1}$, number by number, and its
# derivative fits on six lines. Let $dh$ and $dc$ be what flows back into $h_t$ and $c_t$, from the loss and
# from later steps. Then:
#
# $$
# \begin{aligned}
# dc_t &= dc + dh \odot o \odot (1 - \tanh^2(c_t)) && \text{both ways out of } c_t \\
# dz_i &= dc_t \odot g \odot i \odot (1 - i) \\
# dz_f &= dc_t \odot c_{t-1} \odot f \odot (1 - f) \\
# dz_g &= dc_t \odot i \odot (1 - g^2) \\
# dz_o &= dh \odot \tanh(c_t) \odot o \odot (1 - o) \\
# dc_{t-1} &= dc_t \odot f
# \end{aligned}
# \tag{eq:backward}
# $$
#
# All of shape $(N, H)$. Each line of the middle is: what flows back, times what the gate was multiplied with on
# the way there, times the slope of the gate's own curve, which for a sigmoid is $i(1 - i)$ and for a tanh
# $1 - g^2$.

# %% [markdown]
# ### Exercise: fused_step_backward
#
# {{exercise fused_step_backward}}
#
# Equation (eq:backward). The gates are not handed in: compute them from `z` once more, as on the way there. `dz` has
# the order of `z`.

# %% exercise="fused_step_backward"
def fused_step_backward(dh, dc, z, c_prev):
    """The way back through all of a step that comes after its product: equation (eq:backward).

    Arguments: dh, dc (N, H), what flows back into h_t and c_t; z (N, 4H), packed in the order
    i, f, g, o, and c_prev (N, H), both as they were on the way there.
    Returns (dz, dc_prev): dz (N, 4H), dc_prev (N, H).
    """
    ### BEGIN SOLUTION
    z_i, z_f, z_g, z_o = z.chunk(4, dim=1)
    i, f, g, o = torch.sigmoid(z_i), torch.sigmoid(z_f), torch.tanh(z_g), torch.sigmoid(z_o)
    s = torch.tanh(f * c_prev + i * g)            # (N, H), tanh(c_t)
    dc = dc + dh * o * (1 - s * s)                # (N, H), both ways out of c_t
    dz = torch.cat(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g * g), dh * s * o * (1 - o)], dim=1
    )                                             # (N, 4H)
    return dz, dc * f
    ### END SOLUTION


# %% [markdown]
# How does autograd get to know of it? A class with two functions: `forward` computes, without nodes, and says
# what to keep; `backward` is what autograd calls on its way back.

# %% tags=["story"] id="fused"
def lstm_fused():
    """An LSTM whose steps are fused: the hoisted loop, with one node for all that follows the product."""
    product, backward_of_a_step = mine("input_product"), mine("fused_step_backward")

    class FusedStep(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z, c_prev):
            ctx.save_for_backward(z, c_prev)  # 5H numbers for a step and a sequence
            i, f, g, o = z.chunk(4, dim=1)    # before their curves
            c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
            return o.sigmoid() * c.tanh(), c

        @staticmethod
        def backward(ctx, dh, dc):
            return backward_of_a_step(dh, dc, *ctx.saved_tensors)

    def lstm(xs, h0, c0, W, b):
        W_h, h, c, hs = W[: h0.shape[1]], h0, c0, []
        for z_x in product(xs, W, b).unbind(1):
            h, c = FusedStep.apply(torch.addmm(z_x, h, W_h), c)  # addmm: a product and a sum in one call
            hs.append(h)
        return torch.stack(hs, 1), c

    return lstm


# %% [markdown]
# **Try it.** After the next cell has run, write `0 * dc` for `dc` in the call of `backward_of_a_step`, as if nothing
# flowed back along the cell state, and run both again. Which of the two slopes changes?
#
# Does autograd with your `backward` say the truth? A slope is also what two values nearby tell: go a tiny way
# along a random direction and back, and see by how much the loss differs. Then the nodes are counted again.

# %% tags=["story"] id="slope"
def slope():
    fused = lstm_fused()
    torch.manual_seed(2)
    values = sample(2, 30, 2, 3, dtype=torch.float64)
    way = [torch.randn_like(value) for value in values]

    def loss(distance):
        hs, c_T = fused(*(value + distance * one for value, one in zip(values, way)))
        return hs.square().sum() + c_T.sum()

    gradients = torch.autograd.grad(loss(0), values)
    by_autograd = sum((gradient * one).sum() for gradient, one in zip(gradients, way))
    by_values = (loss(1e-5) - loss(-1e-5)) / 2e-5
    print("\nThe slope along a random direction of all five arguments (seed 2), 30 steps:")
    print(f"  by autograd {by_autograd:.8f}   by two values nearby {by_values:.8f}")
    for name, function in (("lstm_torch", mine("lstm_torch")), ("fused", fused)):
        print(f"{name}: {nodes_a_step(function):.0f} nodes a step")


run(slope)

# %% [markdown]
# (`torch.autograd.gradcheck` does the same for every single number of the arguments.)
#
# **Try it.** Go less near: `1e-1` in place of both `1e-5`, and `2e-1` in place of `2e-5`. Then `1e-13`
# and `2e-13`. How many digits agree, and why fewer both times?
#
# From a dozen nodes to two: the product with $h$, and the rest. This is **fusing**. With tensors in Python it
# saves nodes and memory, but no time: `backward` is some thirty calls of PyTorch, made from Python, and
# computes the gates again. On a GPU the dozen becomes a single kernel, which reads $z$ and $c_{t-1}$ once,
# computes everything in **registers** (the few numbers that a processor has at hand), and writes $h_t$ and $c_t$
# once. cuDNN, NVIDIA's library behind `torch.nn.LSTM`, does that, and hoists, and more (Appleyard, Kočiský and
# Blunsom, 2016).

# %% [markdown]
# ## Sequences that end
#
# Sequences of one batch seldom have the same length. One fills them up to a common $T$ with zeros, the
# **padding**. And the loop? It knows nothing of it. Here is one sequence of three steps, padded to four
# lengths.

# %% tags=["story"] id="padding_is_read"
def padding_is_read():
    lstm = mine("lstm_torch")
    torch.manual_seed(3)
    xs, h0, c0, W, b = sample(1, 3, 1, 2, grad=False)
    print("\nThe cell state at the end of one and the same sequence of three steps (seed 3):")
    for T in (3, 5, 10, 50):
        padded = torch.cat([xs, torch.zeros(1, T - 3, 1)], dim=1)
        _, c_T = lstm(padded, h0, c0, W, b)
        print(f"  padded to T = {T:2d}: {[round(value, 4) for value in c_T[0].tolist()]}")


run(padding_is_read)

# %% [markdown]
# **Try it.** Pad with `torch.ones` in place of `torch.zeros`. Is a zero a smaller disturbance?
#
# What the cell remembers of a sequence depends on how long its *neighbours* in the batch happen to be. A zero
# is an input like any other: the gates open and close, the bias is added, the state moves on.
#
# PyTorch's own answer is to *pack*: sort the sequences by length and drop each from the batch when it ends. It
# works, and it costs a sort and two copies, there and back.
#
# There is a simpler way. Let every row take every step, and where the step is beyond the row's end, keep the
# old state. With $\ell_n$ for the length of sequence $n$, and $m_t$ for the column of all $m_{n,t}$:
#
# $$
# \begin{aligned}
# m_{n,t} &= (t < \ell_n) && (N, T), \text{ true or false} \\
# h_t &= \text{the step's } h \text{ where } m_t, \text{ else } h_{t-1} && (N, H) \\
# c_t &= \text{the step's } c \text{ where } m_t, \text{ else } c_{t-1} && (N, H) \\
# \text{hs}_t &= h_t \text{ where } m_t, \text{ else } 0 && (N, H)
# \end{aligned}
# \tag{eq:masked}
# $$

# %% [markdown]
# ### Exercise: lstm_masked
#
# {{exercise lstm_masked}}
#
# Equation (eq:masked). A sequence may be of length 0: it keeps the state it came with. In the padding may stand any
# finite number, and neither a value nor a gradient may depend on it.

# %% exercise="lstm_masked"
def lstm_masked(xs, lengths, h0, c0, W, b):
    """An LSTM over sequences of different lengths, padded to T steps: equation (eq:masked).

    Arguments: xs (N, T, D); lengths (N,), whole numbers from 0 to T; h0, c0 (N, H); W (H + D, 4H) and b (4H,),
    packed in the order i, f, g, o.
    Returns (hs, c_T): hs (N, T, H), 0 beyond each sequence's end; c_T (N, H), the cell state at its end.
    """
    ### BEGIN SOLUTION
    h, c, hs = h0, c0, []
    for t, x in enumerate(xs.unbind(1)):
        real = (t < lengths)[:, None]                 # (N, 1)
        z = torch.cat([h, x], dim=1) @ W + b          # (N, 4H)
        z_i, z_f, z_g, z_o = z.chunk(4, dim=1)
        c_new = torch.sigmoid(z_f) * c + torch.sigmoid(z_i) * torch.tanh(z_g)
        h_new = torch.sigmoid(z_o) * torch.tanh(c_new)
        h, c = torch.where(real, h_new, h), torch.where(real, c_new, c)
        hs.append(torch.where(real, h, 0.0))
    return torch.stack(hs, dim=1), c
    ### END SOLUTION


# %% [markdown]
# The next cell packs the same sequences for `torch.nn.LSTM` and compares. It also counts what masking wastes.

# %% tags=["story"] id="against_packing"
def against_packing():
    masked = mine("lstm_masked")
    torch.manual_seed(4)
    N, T, D, H = 16, 60, 4, 8
    theirs = torch.nn.LSTM(D, H, batch_first=True).double()
    W = torch.cat([theirs.weight_hh_l0.T, theirs.weight_ih_l0.T]).detach()
    b = (theirs.bias_ih_l0 + theirs.bias_hh_l0).detach()
    xs, zero = torch.randn(N, T, D, dtype=torch.float64), torch.zeros(N, H, dtype=torch.float64)
    lengths = torch.randint(1, T + 1, (N,))
    packed = torch.nn.utils.rnn.pack_padded_sequence(xs, lengths, batch_first=True, enforce_sorted=False)
    with torch.no_grad():
        hs, c_T = masked(xs, lengths, zero, zero, W, b)
        their_hs, (_, their_c) = theirs(packed)
    their_hs, _ = torch.nn.utils.rnn.pad_packed_sequence(their_hs, batch_first=True, total_length=T)
    print(f"\n{N} sequences of {lengths.min()} to {lengths.max()} steps, float64 (seed 4). Largest difference:")
    print(f"  hs {(hs - their_hs).abs().max():.1e}   c_T {(c_T - their_c[0]).abs().max():.1e}")
    print(f"Of the batch's {N * T} steps {lengths.sum()} are real.")


run(against_packing)

# %% [markdown]
# Much of the arithmetic is wasted, and as long as the arithmetic isn't what takes the time, that is no loss. (On a
# processor with large batches it is one, and packing wins there. It depends; one measures.)
#
# **Try it.** Make one sequence long and all others short: `lengths = torch.tensor([T] + [3] * (N - 1))`. Do the two
# still agree? How many of the steps are real?

# %% [markdown]
# ## Sixteen bits
#
# A number in float32 takes 32 bits. GPUs, and newer processors too, have parts that multiply numbers of 16 bits
# many times as fast (NVIDIA calls them **tensor cores**), and half the bits are half the way to and from memory.
# There are two such types:
#
# | type | significant bits | next to 1, the next number is | largest |
# |---|---|---|---|
# | float32 | 24 | $1 + 1.2 \cdot 10^{-7}$ | $3 \cdot 10^{38}$ |
# | float16 | 11 | $1 + 0.00098$ | 65504 |
# | bfloat16 | 8 | $1 + 0.0078$ | $3 \cdot 10^{38}$ |
#
# bfloat16 is float32 with its last 16 bits cut off: the same range, two to three decimal digits. Type a number $c$,
# and what is to be added to it, and see what each type keeps of the two.

# %% tags=["story"] id="rounding"
figures.rounding()

# %% [markdown]
# Would that do for an LSTM? Take a cell that counts: it starts at 1, and every step adds a little.

# %% tags=["story"] id="counting"
def counting():
    lstm, T, H, D = mine("lstm_torch"), 200, 1, 1
    runs = {0.003: {}, 0.006: {}}
    for little in runs:
        for name in ("float32", "bfloat16"):
            dtype = getattr(torch, name)
            W = torch.zeros(H + D, 4 * H, dtype=dtype)
            # f, i and o are 1 to the last digit of either type, and the candidate is what is added.
            b = torch.tensor([20.0, 20.0, torch.atanh(torch.tensor(little)), 20.0]).to(dtype)
            x, h, c = torch.zeros(1, 1, D, dtype=dtype), torch.zeros(1, H, dtype=dtype), torch.ones(1, H, dtype=dtype)
            cs = []
            for _ in range(T):
                c = lstm(x, h, c, W, b)[1]
                cs.append(float(c))
            runs[little][name] = cs
            print(f"{little} a step, {name:8s}: c after {T} steps is {cs[-1]:.3f}")
    figures.counting(runs)


run(counting)

# %% [markdown]
# **Try it.** Which is the least amount a step that is not lost at 1? Find it with the table above, then put it, and a
# little less, in place of `0.003` and `0.006`. And write `"float16"` for `"bfloat16"`: is anything lost then?
#
# On the left nothing is ever added: $1 + 0.003$ lies closer to 1 than to the next number of bfloat16, and is
# rounded back, two hundred times. On the right each step is rounded *up*, until at 2 the numbers lie twice as
# far apart, and the cell stands still. A memory that is a sum of many small things cannot be kept in 8 bits.
#
# But a product can be computed from them. There, every factor is rounded once, the sum inside is added up in
# float32 by the hardware and rounded once at its end, and nothing of that is handed on as a sum from step to
# step. So one mixes:
#
# $$
# \begin{aligned}
# z_t &= \text{float32}\big(\,\text{bf16}([h_{t-1}, x_t])\ \text{bf16}(W)\,\big) + b && \text{product in bfloat16, sum in float32} \\
# c_t,\ h_t &= \text{as in (eq:step)} && \text{in float32}
# \end{aligned}
# \tag{eq:mixed}
# $$

# %% [markdown]
# ### Exercise: lstm_mixed
#
# {{exercise lstm_mixed}}
#
# Equation (eq:mixed): arguments and results are float32, the product is bfloat16's. How close the result has to be
# is measured by bfloat16's digits, and two of the cases are made so that it shows if a product is *not*
# rounded.

# %% exercise="lstm_mixed"
def lstm_mixed(xs, h0, c0, W, b):
    """An LSTM in mixed precision, products in bfloat16 and all else in float32: equation (eq:mixed).

    Arguments, all float32: xs (N, T, D); h0, c0 (N, H); W (H + D, 4H) and b (4H,), packed in the order
    i, f, g, o.
    Returns (hs, c_T), both float32: hs (N, T, H), c_T (N, H).
    """
    ### BEGIN SOLUTION
    W_low = W.to(torch.bfloat16)                      # once, not at every step
    h, c, hs = h0, c0, []
    for x in xs.unbind(1):
        hx = torch.cat([h, x], dim=1).to(torch.bfloat16)
        z = (hx @ W_low).to(torch.float32) + b        # (N, 4H)
        z_i, z_f, z_g, z_o = z.chunk(4, dim=1)
        c = torch.sigmoid(z_f) * c + torch.sigmoid(z_i) * torch.tanh(z_g)
        h = torch.sigmoid(z_o) * torch.tanh(c)
        hs.append(h)
    return torch.stack(hs, dim=1), c
    ### END SOLUTION


# %% [markdown]
# What does it cost in digits? The same random LSTMs in three ways, each compared with float64, at every one of
# 300 steps.

# %% tags=["story"] id="digits"
def digits():
    plain, mixed, T = mine("lstm_torch"), mine("lstm_mixed"), 300
    ways = {
        "float32": lambda values: plain(*values),
        "mixed": lambda values: mixed(*values),
        "bfloat16 throughout": lambda values: plain(*(value.to(torch.bfloat16) for value in values)),
    }
    errors = {name: [] for name in ways}
    for seed in range(5):
        torch.manual_seed(seed)
        values = sample(8, T, 4, 32, grad=False)
        values[4][32:64] += 3.0  # forget gates that are mostly open, so that c remembers
        exact, _ = plain(*(value.double() for value in values))
        for name, compute in ways.items():
            off = (compute(values)[0].double() - exact).norm(dim=(0, 2)) / exact.norm(dim=(0, 2))  # (T,)
            errors[name].append(off.tolist())
    figures.digits(errors)


run(digits)

# %% [markdown]
# Mixed precision keeps about three digits. With bfloat16 throughout the error is several times as large.
#
# **Try it.** Write `torch.float16` for `torch.bfloat16` in the third way: three significant bits more. Where does its
# line lie now, above the mixed one or below?
#
# Training in mixed precision works the same way: products in 16 bits, and the weights and their small updates
# kept in float32 (Micikevicius et al., 2018). `torch.autocast` does the rounding for you.
#
# What *your* lines gain in time on this machine depends on whether its processor multiplies bfloat16 by itself;
# many don't, and are slower with it. On a GPU with tensor cores the product is several times as fast. The
# digits are the same everywhere.

# %% [markdown]
# ## A loop without Python
#
# Back to the price of asking. On a GPU, every operation is a kernel, and Python launches one after the other.
# The launches are what the time goes into, and the GPU is idle in between.

# %% tags=["story"] id="launches"
figures.launches()

# %% [markdown]
# A **CUDA graph** records a sequence of launches once, with all their arguments, and replays it by one call.
# The arithmetic is the same and the results are the same, to the bit. What is recorded are *addresses*: a
# replay reads its inputs from where they lay during the recording, so new inputs are copied there first. And it
# is one fixed sequence: other sizes, other lengths, an `if` that goes the other way need a recording of their
# own.
#
# In PyTorch it takes one line, `torch.cuda.make_graphed_callables(function, sample_arguments)`, and it needs a
# GPU:

# %% tags=["story"] id="graph"
def graph():
    if not torch.cuda.is_available():
        print("There is no CUDA device here, so no graph is recorded, and nothing is measured.")
        return
    hoisted = mine("lstm_hoisted")
    torch.manual_seed(5)
    values = [value.cuda() for value in sample(16, 100, 32, 64, grad=False)]
    recorded = torch.cuda.make_graphed_callables(hoisted, tuple(values))

    with torch.no_grad():
        launched, replayed = microseconds(lambda: hoisted(*values), lambda: recorded(*values))
        print(f"\non {torch.cuda.get_device_name()}, N = 16, T = 100, H = 64, forward:")
        print(f"  launched from Python {launched:8.0f} µs   replayed as a graph {replayed:8.0f} µs")
        same = torch.equal(hoisted(*values)[0], recorded(*values)[0])
        print(f"  the same bits: {same}")


run(graph)

# %% [markdown]
# ## A loop inside a kernel
#
# A GPU is made of many **multiprocessors** (an H100 has 132), each with fast memory of its own: registers, and
# **shared memory**, of which a program gets up to 227 KiB. The graph goes from kernel to kernel without Python.
# But kernels they still are: each reads all its inputs from outside its multiprocessor, from the GPU's memory or a
# cache before it, and writes its results there. At every step, $W_h$ comes in anew from outside, the same numbers
# as the step before.
#
# What is multiplied is read from the shared memory. If $W_h$ fits in there, a kernel can fetch it *once*, and keep
# it while the whole sequence goes by. Then $h$ and $c$ never leave the chip between steps either. Such a kernel is
# called **persistent** (Diamos et al., 2016).

# %% tags=["story"] id="on_chip"
figures.memory_and_chip()

# %% [markdown]
# $W_h$ is $4H^2$ numbers. For $H = 128$ in bfloat16 that is 128 KiB, which fits. For $H = 256$ it is 512 KiB,
# which it cannot: there, the weights have to be spread over many multiprocessors, which must then wait for one
# another at every step. We stay at $H \le 128$. Every multiprocessor takes some of the *sequences*, all steps
# of them, and no two ever have to talk.
#
# ### Numbers in a row
#
# A kernel does not see matrices. It sees memory: numbers in a row, each with a position. $W$ lies there row
# after row. From one row to the next it is $4H$ numbers, and within a row gate number $q$ (0 to 3 for i, f, g,
# o) begins at column $qH$:
#
# $$
# \text{position of } W[r,\ qH + k] \;=\; r \cdot 4H + qH + k, \qquad 0 \le r < H, \quad 0 \le k < H
# \tag{eq:place}
# $$
#
# What a kernel computes with are **tiles**, rectangles whose sides are powers of two (16 or more, where tensor
# cores multiply them). $H$ seldom is one. So the tile is taken larger than $H$, and a **mask** says which of
# its places are inside. Those that are not become 0, and are never read: beyond the last row of a gate's block
# lie other weights, and beyond the end of memory somebody else's.

# %% tags=["story"] id="picture_of_a_tile"
figures.tile()

# %% [markdown]
# ### Exercise: gate_tile
#
# {{exercise gate_tile}}
#
# Equation (eq:place), with tensors in the place of a kernel's pointers. Two ranges, one standing (`r[:, None]`) and
# one lying (`k[None, :]`), make a whole square of positions at once; that is how it is written in a kernel too.
# `memory.reshape(-1, 4 * H)` would be easier; do without, as a kernel has to.

# %% exercise="gate_tile"
def gate_tile(memory, H, size, gate):
    """One gate's recurrent weights out of flat memory, as a tile: equation (eq:place).

    Arguments: memory ((H + D) * 4H,), the rows of W one after the other; H, a whole number; size >= H, the
    tile's side; gate, 0 to 3 for i, f, g, o.
    Returns the tile (size, size): the gate's rows for h, and 0 where r >= H or k >= H.
    """
    ### BEGIN SOLUTION
    places = torch.arange(size, device=memory.device)
    r, k = places[:, None], places[None, :]                   # (size, 1), (1, size)
    inside = (r < H) & (k < H)                                # (size, size)
    offsets = r * (4 * H) + gate * H + k                      # (size, size)
    return torch.where(inside, memory[torch.where(inside, offsets, 0)], 0.0)
    ### END SOLUTION


# %% [markdown]
# ### The kernel
#
# **Triton** is a language for such kernels that looks like Python: a function under `@triton.jit` is compiled
# for the GPU, and many copies of it, the **programs**, run at once, each with a number of its own. Triton comes
# with PyTorch where PyTorch is built for GPUs. And it has an *interpreter*, which runs the same kernel on any
# Linux machine, slowly, with numpy. That is what the next cell uses where there is no GPU.
#
# Here is the whole persistent LSTM, forward: first what it is made of, then the kernel. The numbers in the comments
# are those of the text below.

# %% tags=["story"] id="kernel_pieces"
import os

try:
    if torch is None or not torch.cuda.is_available():
        os.environ["TRITON_INTERPRET"] = "1"  # has to be said before Triton is imported
    import triton
    import triton.language as tl
except ImportError:
    triton = None
    print("Triton is not installed here (Linux: pip install triton). The kernel can be read, and is not run.")

if triton:

    @triton.jit
    def tanh(a):
        return 2 * tl.sigmoid(2 * a) - 1

    @triton.jit
    def gate(z, here, h, W):
        return tl.load(z, mask=here, other=0.0) + tl.dot(h, W, input_precision="ieee")      # (5)

# %% tags=["story"] id="kernel"
if triton:

    @triton.jit
    def lstm_kernel(zs, W, h0, c0, hs, c_T, N, T, H: tl.constexpr, SIZE: tl.constexpr):
        n, k = tl.program_id(0) * 16 + tl.arange(0, 16)[:, None], tl.arange(0, SIZE)[None, :]  # (1)
        r, here = tl.arange(0, SIZE)[:, None], (n < N) & (k < H)
        tile, square = W + 4 * H * r + k, (r < H) & (k < H)                                 # (2)
        W_i, W_f = tl.load(tile, mask=square, other=0.0), tl.load(tile + H, mask=square, other=0.0)
        W_g, W_o = tl.load(tile + 2 * H, mask=square, other=0.0), tl.load(tile + 3 * H, mask=square, other=0.0)
        h = tl.load(h0 + n * H + k, mask=here, other=0.0)                                   # (3)
        c = tl.load(c0 + n * H + k, mask=here, other=0.0)
        for t in range(T):                                                                  # (4)
            z, low = zs + (n * T + t) * 4 * H + k, h.to(W_i.dtype)
            i, f = tl.sigmoid(gate(z, here, low, W_i)), tl.sigmoid(gate(z + H, here, low, W_f))
            g, o = tanh(gate(z + 2 * H, here, low, W_g)), tl.sigmoid(gate(z + 3 * H, here, low, W_o))
            c = f * c + i * g                                                               # (6)
            h = o * tanh(c)
            tl.store(hs + (n * T + t) * H + k, h, mask=here)                                # (7)
        tl.store(c_T + n * H + k, c, mask=here)

# %% tags=["story"] id="launch"
def lstm_persistent(xs, h0, c0, W, b, low=None):
    """The LSTM over a sequence in one launch, forward only; low: the recurrent weights' type."""
    (N, T, _), H = xs.shape, h0.shape[1]
    zs = mine("input_product")(xs, W, b).contiguous()
    hs, c_T = xs.new_empty(N, T, H), torch.empty_like(c0)
    size = max(16, triton.next_power_of_2(H))
    W_low = W.to(low or W.dtype)
    lstm_kernel[(triton.cdiv(N, 16),)](zs, W_low, h0, c0, hs, c_T, N, T, H, size)           # (8)
    return hs, c_T


# %% [markdown]
# 1. `program_id(0)` is this program's number. Program 0 takes the sequences 0 to 15, program 1 the next
#    sixteen. `n` stands, `k` lies, and together they make a rectangle of places, (16, SIZE). `here` is the
#    mask: it leaves out sequences and cells that do not exist.
# 2. Your `gate_tile`, four times. `W` is a *pointer*, the position where $W$ begins; to it the offsets of
#    equation (eq:place) are added. These four tiles are what persists: they are loaded in front of the loop, and
#    nothing in the loop loads them again.
# 3. The states at the beginning. From here on `h` and `c` live in registers.
# 4. **The loop over time is inside the kernel.** There is one launch, not $T$ times a dozen.
# 5. A step's slice of `zs`, which your `input_product` has computed for all steps; and $h W_h$, gate by gate,
#    by `tl.dot`, which is what tensor cores do. In the loop, $h$ is rounded to the type of the weights for it: in
#    float32 this changes nothing, and with weights in bfloat16 it is equation (eq:mixed) for the recurrent product,
#    while the inputs' product stays in float32. `"ieee"` asks for float32's full precision.
# 6. The cell and the hidden state, as the gates before them, are those of equation (eq:step), on numbers that are in
#    registers already. Nothing is written, nothing launched. There is no tanh in `tl`, so it is made of a sigmoid:
#    $\tanh(a) = 2\,\sigma(2a) - 1$.
# 7. The one thing that goes out at every step: $h_t$, because the rest of the network, and the way back, will
#    read it.
# 8. The launch: as many programs as there are sixteens of sequences. `H` and `SIZE` are `constexpr`, known when
#    the kernel is compiled, so that the compiler can lay out the tiles; another $H$ is another kernel. In
#    float32 four tiles of 64 by 64 are 64 KiB, and of 128 by 128 they would be 256 KiB, more than the 227 of a
#    program: $H = 128$ wants bfloat16.
#
# Does it compute an LSTM? Sizes that are no power of two, and a batch that does not fill its last program:

# %% tags=["story"] id="kernel_is_right"
def kernel_is_right():
    if triton is None:
        print("Without Triton the kernel is not run.")
        return
    sizes = {"lstm_torch": (19, 12, 5, 21, torch.float32)}
    where, device = "Triton's interpreter", "cpu"
    if torch.cuda.is_available():
        where, device = torch.cuda.get_device_name(), "cuda"
        sizes["lstm_mixed"] = (40, 100, 5, 128, torch.bfloat16)
    for name, (N, T, D, H, low) in sizes.items():
        torch.manual_seed(6)
        values = [value.to(device) for value in sample(N, T, D, H, grad=False)]
        (hs, c_T), (want_hs, want_c) = lstm_persistent(*values, low=low), mine(name)(*values)
        print(f"\nN = {N}, T = {T}, H = {H}, on {where} (seed 6). Largest difference to {name}:")
        print(f"  hs {(hs - want_hs).abs().max():.1e}   c_T {(c_T - want_c).abs().max():.1e}")


run(kernel_is_right)

# %% [markdown]
# In float32 equal but for the last digits, and in bfloat16, where there is a GPU, to a few thousandths. The
# course's own reference holds this kernel with a backward pass, with lengths as in your `lstm_masked` (one
# comparison a step), and for every type; it is in `grader/reference/fast/kernels.py`, and you can read it now.

# %% [markdown]
# ## The ladder
#
# Here is the way you came, in one picture: the time of a step, there and back, for each rung.

# %% tags=["story"] id="first_rung"
def four_products(xs, h0, c0, W, b):
    """Where it began: a product for each gate."""
    h, c, hs = h0, c0, []
    W_i, W_f, W_g, W_o = W.chunk(4, dim=1)
    b_i, b_f, b_g, b_o = b.chunk(4)
    for x in xs.unbind(1):
        hx = torch.cat([h, x], dim=1)
        i, f, o = ((hx @ W_q + b_q).sigmoid() for W_q, b_q in ((W_i, b_i), (W_f, b_f), (W_o, b_o)))
        c = f * c + i * (hx @ W_g + b_g).tanh()
        h = o * c.tanh()
        hs.append(h)
    return torch.stack(hs, 1), c


# %% tags=["story"] id="last_rungs"
def on_a_gpu(path):
    """The course's own, with its way back, by one of its paths; None where it can't be taken here."""
    try:
        from grader.reference import fast
    except ImportError:
        return None
    if fast.paths()[path] or not torch.cuda.is_available():
        return None
    return lambda *values: fast.lstm(*values, path=path)


# %% [markdown]
# All the rungs, and what is measured on each:

# %% tags=["story"] id="ladder"
def ladder():
    N, T, D, H, device = 16, 50, 64, 64, "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(7)
    values = [value.detach().to(device).requires_grad_() for value in sample(N, T, D, H)]
    library = torch.nn.LSTM(D, H, batch_first=True).to(device)
    rungs = {"a product a gate": four_products, "packed gates": mine("lstm_torch"), "hoisted": mine("lstm_hoisted")}
    rungs |= {"fused": lstm_fused(), "CUDA graph": on_a_gpu("graph"), "persistent kernel": on_a_gpu("triton")}
    rungs["torch.nn.LSTM"] = lambda xs, h0, c0, *_: library(xs, (h0[None], c0[None]))

    leaves, large = [*values, *library.parameters()], torch.randn(512, 512, device=device)

    def there_and_back(function):  # of the loss: the sum of all h
        return lambda: torch.autograd.grad(function(*values)[0].sum(), leaves, allow_unused=True)

    here = {name: there_and_back(function) for name, function in rungs.items() if function}
    measured = microseconds(*here.values(), rounds=6, calls=1)  # in turns
    times = dict.fromkeys(rungs) | {name: time / T for name, time in zip(here, measured)}
    # Once on the way there, twice on the way back: for dW, and for dh and dx.
    (price,) = microseconds(lambda: large @ large, rounds=10)  # of 512**3 multiplications
    times["floor: multiplications"] = 3 * N * (H + D) * 4 * H * price / 512**3
    figures.ladder(times, f"N = {N}, T = {T}, D = H = {H}, float32, one thread, on this machine's {device}.")


run(ladder)

# %% [markdown]
# **Try it.** Set `H` to 16, then to 256, and see which rungs come nearer to `torch.nn.LSTM`, and how near it comes
# to the floor.
#
# Every rung computes the same numbers. What differs is how many pieces they come in, and how often a number is
# fetched. On a processor the Python rungs lie close together, so close that their order can change from one run to
# the next, and fusing by hand saves no time to speak of. `torch.nn.LSTM` takes a fraction of their time: its loop
# runs in C++, so that a call is no call of Python's, and its way back is written by hand.
#
# The two rungs in the middle are kernels of a GPU. `grader bench reference` measures the course's own; its page
# is `docs/reference-speed.md`. **No GPU has been measured yet**, and until one has, there is nothing here to
# quote.
#
# The floor is what the multiplications alone would take. Between it and `torch.nn.LSTM` lies what is still to
# be had.

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
# | rung | what changes | what it saves |
# |---|---|---|
# | tensors | every operation leaves a node | the backward pass is not written |
# | packed gates | one product for four | five calls a step, and their nodes |
# | hoisted | $\text{zs} = \text{xs}\,W_x + b$ in front of the loop | $T$ small products become one large |
# | `unbind` | all slices by one operation | a way back that is quadratic in $T$ |
# | fused | one node, $(z, c_{t-1}) \to (h_t, c_t)$ | ten nodes a step; on a GPU, a dozen kernels |
# | masked | $h, c$ held where $t \ge \ell_n$ | sorting and packing |
# | mixed | products in bfloat16, sums in float32 | bits, at the cost of digits |
# | CUDA graph | launches recorded and replayed | Python |
# | persistent kernel | the loop inside, $W_h$ on the chip | launches, and the way from memory |
#
# - A small step costs what its *calls* cost, whatever its size.
# - What makes a network recurrent cannot be hoisted: $h_{t-1} W_h$ has to wait. All else can be done for all
#   steps at once.
# - Round what is multiplied, not what is added up.
# - Right first, then fast: every rung was compared with the one before.
#
# ### References
#
# - J. Appleyard, T. Kočiský and P. Blunsom. Optimizing performance of recurrent neural networks on GPUs.
#   arXiv:1604.01946, 2016. Hoisting, fusing, and what cuDNN does with several layers.
# - G. Diamos, S. Sengupta, B. Catanzaro, M. Chrzanowski, A. Coates, E. Elsen, J. Engel, A. Hannun and S.
#   Satheesh. Persistent RNNs: stashing recurrent weights on-chip. *ICML*, 2016.
# - P. Micikevicius et al. Mixed precision training. *ICLR*, 2018.
# - P. Tillet, H. T. Kung and D. Cox. Triton: an intermediate language and compiler for tiled neural network
#   computations. *MAPL*, 2019.
# - S. Williams, A. Waterman and D. Patterson. Roofline: an insightful visual performance model for multicore
#   architectures. *Communications of the ACM* 52(4), 65-76, 2009. Floors of memory and of arithmetic.
# - PyTorch documentation: `torch.autograd.Function`, `torch.cuda.make_graphed_callables`, `torch.nn.utils.rnn`.
