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
# # Unit 00: Start here
#
# **What you will be able to do.** Work with this course: fill in a function, check it, read what the check
# says, ask for a hint. Say what every axis of a batch of sequences means. Write a sigmoid that no input can
# break. And turn words into vectors that a network can read.
#
# **What you need.** Python functions and a little numpy: arrays, slices, `np.exp`. You do not need to know
# what a recurrent network is; that is unit 01.
#
# **How long it takes.** About an hour: twenty minutes for the two exercises, the rest for reading and the
# quiz.
#
# {{contents}}
#
# Run the two cells below first. (Click into a cell and press Shift and Enter together.)

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz

# %% tags=["story"] id="figures"
import matplotlib.pyplot as plt

from grader.figures import COLORS, show, style, unrolled_diagram

show(
    unrolled_diagram(["The", "cat", "sat"]),
    alt="Three equal cells in a row, one for each of the words The, cat and sat. Each takes its word from "
    "below and passes two lines on to the next cell on its right: a cell state c along the top and a "
    "hidden state h along the bottom. Inside each cell are four boxes with the letters f, i, g and o.",
    caption="Where this course leads: an LSTM reading three words. You will write every piece of it "
    "yourself, and understand why it is there.",
)

# %% [markdown]
# ## How this course works
#
# You build the network in the picture out of functions, and you write each of them: two in this unit, seven
# gates and updates in unit 04, the whole cell in unit 05, its gradients in unit 06. Each function is a few
# lines long.
#
# An exercise is always made of the same three cells:
#
# 1. a text that says what the function computes, with its equation and the shapes of its arrays;
# 2. a function with a docstring and no body. You put your code in place of the line that raises
#    `NotImplementedError`;
# 3. a **check**. It calls your function on several inputs, compares what comes back with a reference written
#    in PyTorch, and tells you what is right, or what is probably wrong.
#
# You can check as often as you like: only your last version counts, and a wrong one costs nothing. All the
# other cells only have to be run. They are there to show you something, and most of them draw a picture.
#
# **Hints.** `hint("sigmoid")` in a cell of your own gives a hint, and each further call a stronger one: first
# where to look, then what to compute, in words, and at last nearly the line. (Press Esc and then B to make a
# cell below the one you are in.)
#
# **The quiz** at the end of a unit asks what can't be looked up, only worked out. Every answer, right or
# wrong, comes with its reason.
#
# **Your work is kept.** A function that passes its check is stored beside your notebooks, in the folder
# `.grader`. When a later unit needs it, it says `mine("sigmoid")` and gets *your* function, the last version
# that passed. Where there is none, it gets the course's own, so you can never be stuck because of an exercise
# you left out. It always prints which of the two you have.
#
# **Starting again.** If names seem to hold old values, choose *Restart Kernel and Run All Cells* in the menu
# *Kernel*: a notebook of this course always runs from top to bottom, even with nothing filled in. If you want
# an untouched notebook, rename yours and run `make lab` (or `grader start`) again: it copies the notebooks
# that are missing and never touches those that are there. Whatever passed stays kept.
#
# Three kinds of people use these notebooks:
#
# | you | what you do | who sees your answers |
# |---|---|---|
# | learn in a class | fill in, check, hand in the notebook | your instructor. When it is graded, your functions are called with further numbers, of the same kind as those you see |
# | learn on your own | the same, at your own pace; nothing goes over the network | nobody |
# | teach a class | release, collect and grade with nbgrader; the README says how | you see who is stuck on what |
#
# ## Is everything here?
#
# The next cell looks at what is installed. It changes nothing.

# %% tags=["story"] id="environment"
import sys
from importlib.metadata import PackageNotFoundError, version


def version_of(package):
    """The installed version of a package as text, or None where it isn't installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


python = ".".join(map(str, sys.version_info[:3]))
print(f"Python      {python}")
if sys.version_info < (3, 11):
    print("            (the course is made for 3.11 or later)")
for package in ("numpy", "matplotlib", "ipywidgets"):
    print(f"{package:<11} {version_of(package) or 'not found: type  grader doctor  in a terminal'}")
if version_of("torch"):
    print(f"torch       {version_of('torch')}   (used in few places, to compare your LSTM with PyTorch's)")
else:
    print("torch       not installed, and that is fine: the checks do not need it. In the few places")
    print("            where your LSTM is compared with PyTorch's, the notebook says so and goes on.")

# %% [markdown]
# If something is missing, `grader doctor` in a terminal says how to get it.
#
# ## A wrong answer, before you write one
#
# The first function you will write is the logistic sigmoid, which turns any number $z$ into one between 0 and
# 1:
#
# $$
# s = \sigma(z) = \frac{1}{1 + e^{-z}}
# \tag{eq:sigmoid}
# $$
#
# It is applied to each number of an array by itself, so $s$ has the shape of $z$. An LSTM has three of them
# at every step, its gates: 0 means shut, 1 means open.
#
# Here is somebody's attempt, under another name. Can you find what is wrong with it before the check does?
# Run the cell, and read what it says from top to bottom.

# %% tags=["story"] id="wrong_answer"
def wrong_sigmoid(z):
    return 1 / (1 + np.exp(z))


check("sigmoid", wrong_sigmoid)

# %% [markdown]
# `check("sigmoid", wrong_sigmoid)` judges any function as an answer to the exercise `sigmoid`, and keeps
# nothing. What it says has always the same parts:
#
# | part | what it tells you |
# |---|---|
# | the first line | *right*, *partly right* with the points earned, or *not right yet*. *Not judged* means that something went wrong on our side; it never counts against you |
# | "Your numbers are those of ..." | what was **seen**: on every input, the attempt gave what the sigmoid of $-z$ gives |
# | the sentence after it | what that **means** |
# | **Next** | **where to look** now: an equation, or a line of the docstring. It doesn't give the line away |
# | the box | one call with few numbers: the arguments, what came back, what was expected. Check one of them by hand |
#
# The picture shows the same finding. What the check said in words is a mirror image.

# %% tags=["story"] id="mirror_image"
z = np.linspace(-6, 6, 121)
fig, ax = plt.subplots(figsize=(7, 3.2))
ax.plot(z, 1 / (1 + np.exp(-z)), **style("good", marker="", linewidth=2), label="equation (eq:sigmoid)")
ax.plot(z, wrong_sigmoid(z), **style("bad", marker="", linewidth=2), label="wrong_sigmoid")
for height, text in ((0, "shut"), (1, "open")):
    ax.axhline(height, color=COLORS["neutral"], linewidth=0.8)
    ax.text(6.15, height, text, va="center")
ax.set_xlabel("z")
ax.set_ylabel("s")
ax.set_xlim(-6, 6)
ax.legend(loc="center right", frameon=False)
show(
    fig,
    alt="Two S-shaped curves over z from -6 to 6. Equation (eq:sigmoid) rises from 0 to 1; wrong_sigmoid falls "
    "from 1 to 0. They cross at z = 0, at a height of 0.5, and each is the other's mirror image.",
    caption="A gate with the wrong curve opens exactly when it should shut.",
)

# %% [markdown]
# The check knows a list of mistakes for every exercise; for this one, some twenty. It claims one only if it
# gives your numbers on *every* input it tries. If none does, it says what it knows and stops; it does not
# guess. This attempt is a little too flat, for no good reason:

# %% tags=["story"] id="unknown_mistake"
def flat_sigmoid(z):
    return 0.003 + 0.99 / (1 + np.exp(-z))


check("sigmoid", flat_sigmoid)

# %% [markdown]
# This time the mistake has no name. What helps then is the box: one call, small enough to follow through your
# own lines with a pencil.
#
# It also found a warning of numpy's, an *overflow*. That one is not this attempt's fault alone, and we will
# come back to it.
#
# ## Four letters: N, T, D, H
#
# A network does not read one sequence at a time. It reads a **batch**, several sequences side by side,
# because one large matrix product is faster than many small ones. So the arrays of this course have up to
# three axes, and four letters say how long they are:
#
# | letter | how many | in a batch of sentences |
# |---|---|---|
# | $N$ | sequences in the batch | sentences |
# | $T$ | time steps | words in each |
# | $D$ | features at each step | numbers that stand for one word |
# | $H$ | hidden units | numbers the network remembers |
#
# The batch comes first, always. A batch of sequences is `xs` with the shape $(N, T, D)$. A cell reads one
# time step of all the sequences at once, `x` with the shape $(N, D)$, and keeps a hidden state `h` with the
# shape $(N, H)$: one row a sequence.

# %% tags=["story"] id="four_letters"
# A drawing: there is nothing to learn from its code.
from matplotlib.patches import Rectangle


def grid(ax, left, top, rows, columns, key, share=0.35, column=None):
    """Draw a table of squares, one column of it darker where wanted."""
    for r in range(rows):
        for k in range(columns):
            corner = left + k, top - r - 1
            ax.add_patch(Rectangle(corner, 1, 1, facecolor="white", edgecolor="none"))
            alpha = 0.75 if k == column else share
            ax.add_patch(Rectangle(corner, 1, 1, facecolor=COLORS[key], alpha=alpha, edgecolor="white"))


def blank(width, height, inches):
    """An empty drawing with units of equal length in both directions."""
    fig, ax = plt.subplots(figsize=(inches, inches * height / width))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return fig, ax


N, T, D, H = 3, 4, 2, 5
fig, ax = blank(27, 11, 10)
for n in range(N):  # three sheets, each a little further up and to the right
    left, top = 2 + 0.8 * n, 4 + 2.3 * n
    grid(ax, left, top, D, T, "x", share=0.25, column=2)
    ax.text(left + T + 0.25, top - 1, f"n = {n}", va="center", fontsize=10)
for d in range(D):
    ax.text(1.7, 3.5 - d, f"d = {d}", ha="right", va="center", fontsize=10)
for t in range(T):
    ax.text(2.5 + t, 1.6, str(t), ha="center", va="center", fontweight="bold" if t == 2 else "normal")
ax.text(4, 0.7, "time step t", ha="center", va="center")
ax.text(5, 10, "xs: (N, T, D) = (3, 4, 2)", ha="center", fontsize=12)
ax.annotate("", (13.2, 5.3), (9.8, 5.3), arrowprops={"arrowstyle": "->", "lw": 1.5})
ax.text(11.5, 5.8, "xs[:, 2]", ha="center", family="monospace")
for left, columns, key, share in ((15.5, D, "x", 0.75), (20.8, H, "h", 0.55)):
    grid(ax, left, 6.8, N, columns, key, share)
    for n in range(N):
        ax.text(left - 0.3, 6.3 - n, f"n = {n}", ha="right", va="center", fontsize=10)
    for k in range(columns):
        ax.text(left + k + 0.5, 3.3, str(k), ha="center", va="center", fontsize=10)
ax.text(16.5, 2.4, "feature d", ha="center", va="center")
ax.text(23.3, 2.4, "hidden unit", ha="center", va="center")
ax.text(16.5, 10, "x: (N, D) = (3, 2)", ha="center", fontsize=12)
ax.text(23.3, 10, "h: (N, H) = (3, 5)", ha="center", fontsize=12)
ax.text(16.5, 8.1, "one step of\nevery sequence", ha="center", va="center", fontsize=10)
ax.text(23.3, 8.1, "what is remembered\nof every sequence", ha="center", va="center", fontsize=10)
show(
    fig,
    alt="On the left three sheets, each further up than the one before, for the sequences n = 0, 1 and 2. "
    "Each sheet has four columns, the time steps 0 to 3, and two rows, the features. The column of time "
    "step 2 is dark in all three sheets. An arrow labelled xs[:, 2] leads from them to a dark table x with "
    "three rows, one a sequence, and two columns. Beside it stands a table h with three rows, one a "
    "sequence, and five columns.",
    caption="A batch of N = 3 sequences with T = 4 steps and D = 2 features, and a hidden state with H = 5 "
    "units.",
)

# %% [markdown]
# Time runs to the right in every picture of this course. In the array, it is the axis in the middle:

# %% tags=["story"] id="slices"
rng = np.random.default_rng(0)
xs = rng.normal(size=(N, T, D))
print("xs       ", xs.shape, "   N sequences of T steps with D features")
print("xs[0]    ", xs[0].shape, "      one sequence, all its steps:    (T, D)")
print("xs[:, 2] ", xs[:, 2].shape, "      one step, all the sequences:    (N, D)")
print("xs[0, 2] ", xs[0, 2].shape, "        one step of one sequence:       (D,)")

# %% [markdown]
# ### One product for old and new
#
# Nearly every function of this course begins with the same line. What the network remembers, $h$, and what it
# sees now, $x$, are put side by side and multiplied by one matrix:
#
# $$
# z = [h, x]\,W + b, \qquad
# \underbrace{[h, x]}_{(N,\; H + D)} \; \underbrace{W}_{(H + D,\; H)} \; + \; \underbrace{b}_{(H,)}
# \;\rightarrow\; \underbrace{z}_{(N,\; H)}
# \tag{eq:product}
# $$
#
# Read the shapes from left to right: the inner ones have to agree, and the outer ones remain. The first $H$
# rows of $W$ meet $h$ and the last $D$ rows meet $x$.

# %% tags=["story"] id="one_product"
fig, ax = blank(28, 8.6, 10)
grid(ax, 0.5, 6, N, H, "h", share=0.55)
grid(ax, 0.5 + H, 6, N, D, "x", share=0.55)
ax.text(3, 6.35, "h", ha="center", fontsize=13)
ax.text(6.5, 6.35, "x", ha="center", fontsize=13)
ax.text(4, 2.3, "[h, x]\n(N, H + D)", ha="center", va="center")
ax.text(8.3, 4.5, "@", ha="center", va="center", fontsize=15)
grid(ax, 9.1, 8, H, H, "h", share=0.3)
grid(ax, 9.1, 8 - H, D, H, "x", share=0.3)
ax.text(11.6, 5.5, "rows for h", ha="center", va="center")
ax.text(11.6, 2, "rows for x", ha="center", va="center")
ax.text(11.6, 0.4, "W  (H + D, H)", ha="center", va="center")
ax.text(15, 4.5, "+", ha="center", va="center", fontsize=15)
grid(ax, 15.9, 6, N, H, "neutral", share=0.15)
grid(ax, 15.9, 6, 1, H, "neutral", share=0.7)
ax.text(18.4, 2.3, "b  (H,)\nthe same in every row", ha="center", va="center")
ax.text(21.8, 4.5, "=", ha="center", va="center", fontsize=15)
grid(ax, 22.7, 6, N, H, "neutral", share=0.45)
ax.text(25.2, 2.3, "z  (N, H)", ha="center", va="center")
show(
    fig,
    alt="Equation (eq:product) as tables. On the left three rows of h, five squares wide, joined on their right "
    "by three rows of x, two squares wide. Times W, a table of seven rows and five columns, whose upper "
    "five rows belong to h and lower two to x. Plus b, one row of five, repeated in pale for the other two "
    "rows. Equals z, three rows of five.",
    caption="N = 3, D = 2, H = 5. Nothing says that W has two parts; the order in [h, x] does.",
)

# %% [markdown]
# The `+ b` adds an array of shape $(H,)$ to one of shape $(N, H)$. That is **broadcasting**: numpy lines the
# shapes up at their right ends, and stretches an axis that is missing or that has the length 1. So `b` is
# added to each row.
#
# What if the shapes do not fit? The next cell adds a column where a row is meant.

# %% tags=["story"] id="broadcasting"
h, x = rng.normal(size=(N, H)), rng.normal(size=(N, D))
W, b = rng.normal(size=(H + D, H)), rng.normal(size=H)

hx = np.concatenate([h, x], axis=1)     # (N, H) and (N, D) -> (N, H + D)
product = hx @ W                        # (N, H + D) @ (H + D, H) -> (N, H)
print("with b", b.shape, " ", (product + b).shape)

column = b[:, None]                     # (H,) -> (H, 1)
try:
    print("with b", column.shape, (product + column).shape)
except ValueError as error:
    print("with b", column.shape, "ValueError:", error)

# %% [markdown]
# An error is the lucky case. When two lengths happen to be equal, or one of them is 1, a wrong shape goes
# through without a word (the quiz returns to that). So make it a habit to write the shape beside every line,
# as above.
#
# ## A sigmoid that doesn't overflow
#
# Equation (eq:sigmoid) is one line of numpy, and it seems that nothing can go wrong. Let us ask it for some large
# numbers: a network whose weights have grown does the same.

# %% tags=["story"] id="overflow"
def naive_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def naive_slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2     # the derivative of (eq:sigmoid), written down as it comes


z = np.array([-1000.0, -10.0, 0.0, 10.0, 1000.0])
for number, height, steepness in zip(z, naive_sigmoid(z), naive_slope(z)):
    print(f"z = {number:5g}    s = {height:<12.6g}  slope = {steepness:.6g}")

# %% [markdown]
# The red lines are numpy's. They say that $e^{1000}$ is too large: float64 ends near $1.8 \cdot 10^{308}$,
# which is $e^{709.8}$, and what lies above becomes `inf`, infinity.
#
# The sigmoid survived, because $1 / (1 + \infty)$ is 0. Its slope did not. $\infty / \infty$ can't be known,
# so float64 answers `nan`, *not a number*. One `nan` in a gradient makes a weight `nan` at the next update, and
# with it every answer that uses the weight. So we do not want the infinity to arise at all, even where it
# does no harm yet.
#
# ### Exercise: sigmoid
#
# {{exercise sigmoid}}
#
# Multiply both parts of the fraction in (eq:sigmoid) by $e^{z}$, and the same number has two forms:
#
# $$
# \sigma(z) \;=\; \frac{1}{1 + e^{-z}} \;=\; \frac{e^{z}}{1 + e^{z}}
# \tag{eq:two_forms}
# $$
#
# On paper they are equal. In float64 one of them overflows for large negative $z$ and the other for large
# positive $z$. Write a sigmoid that uses, for each number of $z$, the one that does not. The shape of $z$ can
# be anything, and $s$ has the same: here $(N, H)$.
#
# One thing to know about `np.where(condition, a, b)`: it picks, number by number, between two arrays that are
# *both* computed before. An overflow in the one you throw away still warns.

# %% exercise="sigmoid"
def sigmoid(z):
    """The logistic sigmoid of each number, s = 1 / (1 + exp(-z)), without an overflow for any z.

    Arguments:
        z: (N, H), or any other shape; float64.

    Returns:
        s: the shape of z; from 0 to 1.
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(z))                        # (N, H); never above 1, so it can't overflow
    return np.where(z >= 0, 1, e) / (1 + e)       # (N, H); 1 / (1 + e) on the right, e / (1 + e) on the left
    ### END SOLUTION


# %% [markdown]
# ### Look at it
#
# Now draw it, together with its slope. The slope can be had from the sigmoid itself, and then nothing can
# overflow:
#
# $$
# \sigma'(z) = \sigma(z)\,(1 - \sigma(z))
# \tag{eq:slope}
# $$

# %% tags=["story"] id="the_curve"
squash = mine("sigmoid")
z = np.linspace(-10, 10, 401)
s = squash(z)
slope = s * (1 - s)
fig, ax = plt.subplots(figsize=(8, 3.6))
for start in (-10, 5):
    ax.axvspan(start, start + 5, color=COLORS["neutral"], alpha=0.15, linewidth=0)
    ax.text(start + 2.5, 0.5, "saturated", ha="center", va="center")
ax.plot(z, s, **style("good", marker="", linestyle="-", linewidth=2.5), label="σ(z)")
ax.plot(z, slope, **style("neutral", marker="", linestyle="--", linewidth=2), label="its slope")
ax.plot([0], [0.5], **style("good", linestyle="none", marker="o"))
ax.plot([0], [0.25], **style("neutral", linestyle="none", marker="d"))
ax.annotate("1/2", (0, 0.5), (0.4, 0.43))
ax.annotate("steepest: 1/4", (0, 0.25), (0.4, 0.27))
ax.set(xlabel="z", xlim=(-10, 10), ylim=(-0.04, 1.04))
ax.legend(loc="upper left", frameon=False, bbox_to_anchor=(0.26, 1.0))
show(
    fig,
    alt="The sigmoid over z from -10 to 10: near 0 on the left, 1/2 at z = 0, near 1 on the right. Its "
    "slope is a low bump, 1/4 high at z = 0 and nearly 0 beyond -5 and 5, where the picture is shaded and "
    "says saturated.",
    caption="The sigmoid and its slope. Beyond 5 on either side the slope is below 0.007.",
)
print(f"slope at 0: {squash(np.array(0.0)) * (1 - squash(np.array(0.0))):.4f}")
for far in (5.0, 10.0):
    print(f"slope at {far:g}: {squash(np.array(far)) * (1 - squash(np.array(far))):.6f}")
print("and far out, without a warning:", squash(np.array([-1000.0, 0.0, 1000.0])))

# %% [markdown]
# Where the curve is flat, it is **saturated**: the gate is open or shut, and a small change of $z$ moves it
# hardly at all. That is good for keeping something, and bad for learning, since what backpropagation sends
# back is multiplied by this slope. It is never more than 1/4. Keep that in mind: unit 03 multiplies a hundred
# slopes with each other.
#
# ## Words as vectors
#
# A network computes with numbers, and *The cat sat* are words. The obvious way is to number the words and
# feed it the numbers, the **ids**. Let us try it on a tiny task: is the word an animal? One weight and one
# offset, fitted as well as a straight line can be:

# %% tags=["story"] id="ids_as_numbers"
words = ["the", "cat", "sat"]
ids = np.array([0, 1, 2])
wanted = np.array([0.0, 1.0, 0.0])

weight, offset = np.polyfit(ids, wanted, deg=1)         # the best straight line there is
line = weight * ids + offset                            # (3,)
weights = np.linalg.lstsq(np.eye(3), wanted)[0]         # (3,): a weight for each word
own = np.eye(3) @ weights                               # (3,)

for k, word in enumerate(words):
    print(f"{word}: wanted {wanted[k]:.0f}, one weight for the id {line[k]:.2f}, its own {own[k]:.2f}")

fig, axes = plt.subplots(1, 2, figsize=(8, 2.9), sharey=True)
for ax, got, title in zip(axes, (line, own), ("one weight for the id", "one weight for each word")):
    ring = style("x", linestyle="none", marker="o", markersize=11, fillstyle="none")
    ax.plot(ids, wanted, **ring, label="wanted")
    ax.set_title(title)
    ax.set_xticks(ids, [f"{word}\nid {k}" for k, word in enumerate(words)])
    ax.set(xlim=(-0.4, 2.4), ylim=(-0.2, 1.6))
axes[0].plot(ids, line, **style("bad", marker="X"), label="best line")
axes[1].plot(ids, own, **style("good", linestyle="none", marker="X"), label="its own weight")
for ax in axes:
    ax.legend(loc="upper left", ncols=2, frameon=False, fontsize=9)
show(
    fig,
    alt="Two panels over the words the, cat and sat with the ids 0, 1 and 2; wanted are 0, 1 and 0. Left: "
    "the best straight line through the ids is flat at one third and meets none of the three. Right: with "
    "a weight for each word all three are met.",
    caption="A line can only rise or fall with the id. It can't pick out the word in the middle.",
)

# %% [markdown]
# The best line is flat, at one third for every word: it tells no word from another. An id is a *name* that
# happens to be written with digits. Used as a number it claims that *sat* is twice *cat*, and that *cat* lies between *the*
# and *sat*.
#
# On the right each word has a weight of its own. For that, each word needs an input of its own: a vector with
# as many places as there are words, 1 at the word's place and 0 everywhere else. It is called **one-hot**.
#
# ### Exercise: one_hot
#
# {{exercise one_hot}}
#
# For a batch of ids, $(N, T)$, and $K$ classes (`num_classes` in the code; a class here is a word of the
# vocabulary),
#
# $$
# y_{n,t,k} = \begin{cases} 1 & \text{if } k = \mathrm{ids}_{n,t} \\ 0 & \text{otherwise} \end{cases}
# \qquad k = 0, 1, \dots, K - 1, \qquad y: (N, T, K)
# \tag{eq:one_hot}
# $$
#
# The ids are whole numbers that start at 0. A word may occur several times, and a class may not occur at all:
# it has its place all the same, or two batches would not fit the same network.

# %% exercise="one_hot"
def one_hot(ids, num_classes):
    """Whole numbers as one-hot vectors: y[n, t, k] is 1 where k == ids[n, t], and 0 elsewhere.

    Arguments:
        ids: (N, T), whole numbers from 0 to num_classes - 1.
        num_classes: a whole number, how many classes there are.

    Returns:
        y: (N, T, num_classes), float64.
    """
    ### BEGIN SOLUTION
    classes = np.arange(num_classes)                          # (num_classes,)
    return (ids[..., None] == classes).astype(np.float64)     # (N, T, 1) == (num_classes,)
    ### END SOLUTION


# %% [markdown]
# ### The cat sat
#
# Two little sequences, in a vocabulary of five words. It is sorted, so the ids tell nothing about the
# meaning.

# %% tags=["story"] id="the_cat_sat"
encode = mine("one_hot")
vocabulary = ["cat", "dog", "mat", "sat", "the"]
sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]]
ids = np.array([[vocabulary.index(word) for word in sentence] for sentence in sentences])   # (N, T)
y = encode(ids, len(vocabulary))   # (N, T, num_classes)
print("ids has the shape", ids.shape, "and is", ids.tolist())
print("y   has the shape", y.shape, "and y[0] is")
print(y[0])

fig, axes = plt.subplots(1, 2, figsize=(8, 3.8), sharey=True)
for n, ax in enumerate(axes):
    ax.imshow(1 - 0.75 * y[n].T, cmap="gray", vmin=0, vmax=1)     # turned: time to the right
    for t in range(3):
        for k in range(len(vocabulary)):
            hot = y[n, t, k] == 1
            look = {"color": "white", "fontweight": "bold"} if hot else {"color": COLORS["neutral"]}
            ax.text(t, k, f"{y[n, t, k]:.0f}", ha="center", va="center", fontsize=12, **look)
    ax.set_xticks(range(3), [f"{word}\nt = {t}\nid {ids[n, t]}" for t, word in enumerate(sentences[n])])
    ax.set_yticks(range(5), [f"{word}   k = {k}" for k, word in enumerate(vocabulary)])
    ax.set_title(f"n = {n}")
    ax.set_xticks(np.arange(-0.5, 3), minor=True)
    ax.set_yticks(np.arange(-0.5, 5), minor=True)
    ax.grid(which="minor", color=COLORS["neutral"], linewidth=0.6)
    ax.tick_params(which="both", length=0)
show(
    fig,
    alt="Two tables of zeros and ones, for The cat sat and The dog sat. Time runs to the right, and the "
    "five words of the vocabulary, cat, dog, mat, sat and the, stand from top to bottom. Each column holds "
    "a single 1: in the row of the, then of cat or dog, then of sat. The row of mat holds zeros only.",
    caption="The pictures show y[n] turned on its side, so that time runs to the right: in the array, y[n] "
    "has a row for each time step. The word mat does not occur and keeps its row.",
)

# %% [markdown]
# The two sequences differ in one column. Each word is the same wherever it stands; what comes before it, a
# one-hot vector does not know. Remembering that is the work of a recurrent network, and of unit 01.
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
# | what | equation | shape |
# |---|---|---|
# | a batch of sequences; one time step | `xs`, `x = xs[:, t]` | $(N, T, D)$, $(N, D)$ |
# | hidden state | $h$ | $(N, H)$ |
# | old and new in one product | $z = [h, x]\,W + b$ | $(N, H)$ |
# | sigmoid | $\sigma(z) = 1 / (1 + e^{-z}) = e^z / (1 + e^z)$ | that of $z$ |
# | its slope, at most 1/4 | $\sigma' = \sigma\,(1 - \sigma)$ | that of $z$ |
# | one-hot | $y_{n,t,k} = 1$ where $k = \mathrm{ids}_{n,t}$, else 0 | $(N, T, K)$ |
#
# - Two forms that are equal on paper can differ in float64. Choose the one whose exponent is never positive.
# - A saturated sigmoid hardly moves, and lets hardly any gradient through.
# - Ids are names. As one-hot vectors, no word is larger than another.
# - Equal lengths and lengths of 1 hide a wrong shape. Write the shapes beside your lines.
#
# Next, unit 01: a network that remembers what it read.
#
# ### References
#
# - D. Goldberg. What every computer scientist should know about floating-point arithmetic. *ACM Computing
#   Surveys* 23(1), 5-48, 1991. Infinity, NaN, and why float64 has them.
# - C. R. Harris and others. Array programming with NumPy. *Nature* 585, 357-362, 2020. Shapes and
#   broadcasting.
# - Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller. Efficient BackProp. In *Neural Networks: Tricks of the
#   Trade*, Springer, 1998. What saturated units do to learning.
# - S. Hochreiter and J. Schmidhuber. Long short-term memory. *Neural Computation* 9(8), 1735-1780, 1997.
#   Where the course leads.
# - *The cat sat*, read by an LSTM, follows C. Finegan-Dollak's lecture slides on LSTMs.
