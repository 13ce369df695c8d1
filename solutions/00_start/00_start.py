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
# **What you will be able to do.** Fill in a function, check it, read what the check says, ask for a hint.
# Write a sigmoid that no input can break. Say what every axis of a batch of sequences means, and turn words
# into vectors that a network can read.
#
# **What you need.** Python functions and a little numpy: arrays, slices, `np.exp`.
#
# **How long it takes.** About an hour, twenty minutes of it for the two exercises.
#
# {{contents}}
#
# Run the two cells below first: click into the first and press Shift and Enter together, twice. (The second shows
# only its first line.) After every restart, too: names such as `np` and `check` come from the first.

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

# %% tags=["story"] id="figures"
from grader.figures import start as figures

figures.reading_words()

# %% [markdown]
# ## A sigmoid that doesn't overflow
#
# Each of the three grey boxes in the picture is a **cell** of the network, and in it are *gates*: numbers between 0, shut, and 1, open. They come from a function that
# squeezes any number $z$ into that range, the **sigmoid**:
#
# $$
# s = \sigma(z) = \frac{1}{1 + e^{-z}}
# \tag{eq:sigmoid}
# $$
#
# It is one line of numpy, and it seems that nothing can go wrong. Ask it for some large numbers. (The **slope**
# says how fast $s$ rises with $z$.)

# %% tags=["story"] id="overflow"
def naive_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def naive_slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2     # the derivative of the sigmoid, written down as it comes


for z in np.array([-1000.0, -10.0, 0.0, 10.0, 1000.0]):
    print(f"z = {z:5g}    s = {naive_sigmoid(z):<12.6g}  slope = {naive_slope(z):.6g}")

# %% [markdown]
# The red lines are numpy's: $e^{1000}$ is too large for a float64, which ends near $e^{709}$. It becomes `inf`,
# infinity. The sigmoid survived, because $1 / (1 + \infty)$ is 0. The slope did not: $\infty / \infty$ can't be
# known, and so it is `nan`, *not a number*. A network learns by slopes, and one `nan` spoils every number it is
# added to. So no infinity shall arise at all, even where it does no harm yet.
#
# **Try it.** Change -1000 to -700 and run the cell again, then to -350. What has become of the `nan`, and what of
# the red lines?
#
# ### Exercise: sigmoid
#
# {{exercise sigmoid}}
#
# The same number has two forms (multiply both parts of the fraction by $e^{z}$):
#
# $$
# \sigma(z) \;=\; \frac{1}{1 + e^{-z}} \;=\; \frac{e^{z}}{1 + e^{z}}
# \tag{eq:two_forms}
# $$
#
# One overflows for large negative $z$, the other for large positive $z$. Use, for each number of $z$, the one that
# does not.
#
# `np.where(condition, a, b)` picks, number by number, between two arrays that are *both* computed before: an
# overflow in the one you throw away still warns.
#
# Put your code in place of the line that raises `NotImplementedError`, run the cell, and run the **check** under
# it.

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
# Check as often as you like: only your last version counts, and a wrong one costs nothing.
#
# **Stuck?** `hint("sigmoid")` in a cell of your own gives a hint, and each further call a stronger one: first where
# to look, then what to compute, in words, and at last nearly the line. (Press Esc and then B to make a cell below
# the one you are in.) After a check of your own try, `solution("sigmoid")` shows the course's version, and
# `reset("sigmoid")` the empty function again.
#
# ### Look at it
#
# Draw it, together with its slope. The slope can be had from the sigmoid itself, and then nothing can overflow:
#
# $$
# \sigma'(z) = \sigma(z)\,(1 - \sigma(z))
# \tag{eq:slope}
# $$
#
# `mine("sigmoid")` brings *your* function if it passed its check, and the course's own otherwise. It says which.

# %% tags=["story"] id="the_curve"
squash = mine("sigmoid")
z = np.linspace(-10, 10, 401)
s = squash(z)
slope = s * (1 - s)
figures.sigmoid_curve(z, s, slope)
print("far out, without a warning:", squash(np.array([-1000.0, 0.0, 1000.0])))

# %% [markdown]
# Where the curve is flat, it is **saturated**: the gate is open or shut, and a small change of $z$ hardly moves it.
# That is good for keeping something. It is bad for learning: a network finds out what to change by moving its
# numbers a little and following the slopes, and here there is next to none. The slope is never more than 1/4.
#
# **Try it.** Change `s = squash(z)` to `s = squash(3 * z)`. Where is the curve steep now? (The picture then shows
# $s\,(1 - s)$, which is the slope for each step of $3z$.)
#
# ### Drag it
#
# Move $z$, or type a number. The dashed line touches the curve, and its steepness is the slope. Before you drag:
# by how much does $s$ move from $z = 0$ to $1$, and by how much from $z = 5$ to $6$?

# %% tags=["story"] id="drag_it"
figures.sigmoid_slider(squash)

# %% [markdown]
# ## What a check says
#
# Here is somebody's attempt, under another name. Can you find what is wrong before the check does? Run the cell, and
# read what it says from top to bottom.

# %% tags=["story"] id="wrong_answer"
def wrong_sigmoid(z):
    return 1 / (1 + np.exp(z))


check("sigmoid", wrong_sigmoid)

# %% [markdown]
# `check("sigmoid", wrong_sigmoid)` judges any function as an answer to the exercise `sigmoid`, and keeps nothing. What
# it says has always the same parts:
#
# | part | what it tells you |
# |---|---|
# | the first line | how far it is right, and the points earned. *Not judged* means that something went wrong on our side; it never counts against you |
# | "Your numbers are those of ..." | what was **seen**: on every input, the attempt gave what the sigmoid of $-z$ gives |
# | the sentence after it | what that **means** |
# | **Next** | **where to look** now: an equation, or a line of the docstring. It doesn't give the line away |
# | the box | one call with few numbers: the arguments, what came back, what was expected. Check one of them by hand |
#
# The picture shows the same finding. What the check said in words is a mirror image.

# %% tags=["story"] id="mirror_image"
z = np.linspace(-6, 6, 121)
figures.mirror_image(z, squash(z), wrong_sigmoid(z))

# %% [markdown]
# **Try it.** Break `wrong_sigmoid` in another way (leave out the `1 +`, or write `np.tanh(z)`), and run both cells
# again. What does the check see now?
#
# The check knows a list of mistakes for every exercise; for this one, some twenty. It names one only if it gives your
# numbers on *every* input it tries. If none does, it says what it knows and stops; it does not guess. This attempt is
# a little too flat, for no good reason:

# %% tags=["story"] id="unknown_mistake"
def flat_sigmoid(z):
    return 0.003 + 0.99 / (1 + np.exp(-z))


check("sigmoid", flat_sigmoid)

# %% [markdown]
# This time the mistake has no name. What helps then is the box: one call, small enough to follow through your own lines
# with a pencil. It also found numpy's warning, the *overflow* of above.
#
# ## How this course works
#
# You build the network of the first picture out of functions, and you write each of them: two in this unit, seven gates
# and updates in unit 04, the whole cell in unit 05. Each is a few lines long. All the other cells only have to be run.
# You may change them and run them again: nothing that you do there counts. Where a cell only draws a picture, its code is
# folded away; a click on the bar at its left opens it.
#
# **The quiz** at the end of a unit asks what can't be looked up, only worked out. Every answer, right or wrong, comes
# with its reason.
#
# **Your work is kept.** A function that passes its check is stored beside your notebooks, in the folder `.grader`. That
# is where `mine("sigmoid")` finds it in every later unit. You can never be stuck because of an exercise you left out:
# there, the course's own takes its place.
#
# **Starting again.** If names seem to hold old values, choose *Restart Kernel and Run All Cells* in the menu *Kernel*: a
# notebook of this course always runs from top to bottom, even with nothing filled in. If you want an untouched
# notebook, rename yours and run `grader start` (or `make lab`) again: it copies the notebooks that are missing and never
# touches those that are there. Whatever passed stays kept.
#
# | you | what you do | who sees your answers |
# |---|---|---|
# | learn in a class | fill in, check, hand in the notebook | your instructor. When it is graded, your functions are called with further numbers, of the same kind as those you see |
# | learn on your own | the same, at your own pace; nothing goes over the network | nobody |
# | teach a class | release, collect and grade with nbgrader; the README says how | you see who is stuck on what |
#
# The next cell looks at what is installed, and changes nothing.

# %% tags=["story"] id="environment"
import sys
from importlib.util import find_spec

print("Python", ".".join(map(str, sys.version_info[:3])))
for package in ("numpy", "matplotlib", "ipywidgets"):
    print(f"{package:<11}", "there" if find_spec(package) else "not found: type  grader doctor  in a terminal")
if find_spec("torch"):
    print("torch       there (unit 20 is about it; before that, your LSTM is compared with PyTorch's)")
else:
    print("torch       not installed, and that is fine: only unit 20 needs it. Where your LSTM is compared")
    print("            with PyTorch's before that, the notebook says so and goes on.")

# %% [markdown]
# ## Four letters: N, T, D, H
#
# A network does not read one sequence at a time. It reads a **batch**, several sequences side by side, because one large
# matrix product is faster than many small ones. So the arrays of this course have up to three axes, and four letters say
# how long they are:
#
# | letter | how many | in a batch of sentences |
# |---|---|---|
# | $N$ | sequences in the batch | sentences |
# | $T$ | time steps | words in each |
# | $D$ | features at each step | numbers that stand for one word |
# | $H$ | hidden units | numbers the network remembers |
#
# The batch comes first, always. A batch of sequences is `xs` with the shape $(N, T, D)$. Steps are counted from 0, as
# numpy counts: $t = 0, 1, \dots, T - 1$.

# %% tags=["story"] id="slices"
N, T, D, H = 3, 4, 2, 5
rng = np.random.default_rng(0)
xs = rng.normal(size=(N, T, D))
print("xs       ", xs.shape, "   N sequences of T steps with D features")
print("xs[0]    ", xs[0].shape, "      one sequence, all its steps:    (T, D)")
print("xs[:, 2] ", xs[:, 2].shape, "      one step, all the sequences:    (N, D)")
print("xs[0, 2] ", xs[0, 2].shape, "        one step of one sequence:       (D,)")

# %% [markdown]
# A cell of the network reads one time step of all the sequences at once, `x = xs[:, t]` with the shape $(N, D)$, and
# keeps a **hidden state** `h` with the shape $(N, H)$: what it remembers, one row a sequence.
#
# Below are the numbers of `xs`. Time runs to the right, as in every picture of this course; in the array, it is the axis
# in the middle. Choose a slice, and move $n$ and $t$. Which numbers do `xs[2]` and `xs[:, 2]` share?

# %% tags=["story"] id="four_letters"
figures.batch_explorer(xs)

# %% [markdown]
# ### One product for old and new
#
# Nearly every function of this course begins with the same line. What the network remembers, $h$, and what it sees now,
# $x$, are put side by side and multiplied by one matrix:
#
# $$
# z = [h, x]\,W + b, \qquad
# \underbrace{[h, x]}_{(N,\; H + D)} \; \underbrace{W}_{(H + D,\; H)} \; + \; \underbrace{b}_{(H,)}
# \;\rightarrow\; \underbrace{z}_{(N,\; H)}
# \tag{eq:product}
# $$
#
# The numbers of $W$ are called **weights**, those of $b$ **biases**: they are what a network learns. Read the shapes from
# left to right: the inner ones have to agree, and the outer ones remain. The first $H$ rows of $W$ meet $h$ and the last
# $D$ rows meet $x$.

# %% tags=["story"] id="one_product"
figures.one_product(N, D, H)

# %% [markdown]
# The `+ b` adds an array of shape $(H,)$ to one of shape $(N, H)$. That is **broadcasting**: numpy lines the shapes up at
# their right ends, and stretches an axis that is missing or that has the length 1. So `b` is added to each row.
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
# An error is the lucky case.
#
# **Try it.** Change the first line so that `h` and `x` have one row, `(1, H)` and `(1, D)`, and run the cell again. Then
# with $H$ rows. What has become of the error?
#
# When two lengths happen to be equal, or one of them is 1, a wrong shape goes through without a word. So make it a habit
# to write the shape beside every line, as above.
#
# ## Words as vectors
#
# A network computes with numbers, and *The cat sat* are words. The obvious way is to number the words and feed it the
# numbers, the **ids**. Try it on a tiny task: is the word an animal? One weight and one offset, fitted as well as a
# straight line can be:

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
figures.fits(words, ids, wanted, line, own)

# %% [markdown]
# The best line is flat, at one third for every word: it tells no word from another. An id is a *name* that happens to be
# written with digits. Used as a number it claims that *sat* is twice *cat*, and that *cat* lies between *the* and *sat*.
#
# **Try it.** Give *cat* the id 2 and *sat* the id 1. Does the line do better? And which numbering would you need for two
# animals among five words?
#
# On the right each word has a weight of its own. For that, each word needs an input of its own: a vector with as many
# places as there are words, 1 at the word's place and 0 everywhere else. It is called **one-hot**.
#
# ### Exercise: one_hot
#
# {{exercise one_hot}}
#
# For a batch of ids, $(N, T)$, and $K$ classes (`num_classes` in the code; a class here is a word of the vocabulary),
#
# $$
# y_{n,t,k} = \begin{cases} 1 & \text{if } k = \mathrm{ids}_{n,t} \\ 0 & \text{otherwise} \end{cases}
# \qquad k = 0, 1, \dots, K - 1, \qquad y: (N, T, K)
# \tag{eq:one_hot}
# $$
#
# The ids are whole numbers that start at 0. A word may occur several times, and a class may not occur at all: it has its
# place all the same, or two batches would not fit the same network.

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
# Two little sequences, in a vocabulary of five words. It is sorted, so the ids tell nothing about the meaning.

# %% tags=["story"] id="the_cat_sat"
encode = mine("one_hot")
vocabulary = ["cat", "dog", "mat", "sat", "the"]
sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]]
ids = np.array([[vocabulary.index(word) for word in sentence] for sentence in sentences])   # (N, T)
y = encode(ids, len(vocabulary))   # (N, T, num_classes)
print("ids has the shape", ids.shape, "and is", ids.tolist())
print("y   has the shape", y.shape, "and y[0] is")
print(y[0])
figures.one_hot_tables(y, sentences, vocabulary)

# %% [markdown]
# The two sequences differ in one column. Each word is the same wherever it stands; what comes before it, a one-hot
# vector does not know. Remembering that is the work of a recurrent network.
#
# **Try it.** Let them sit on the mat: make both sentences longer (*on* needs a place in the vocabulary). What happens if
# one is longer than the other?
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
# | sigmoid | $\sigma(z) = 1 / (1 + e^{-z}) = e^z / (1 + e^z)$ | that of $z$ |
# | its slope, at most 1/4 | $\sigma' = \sigma\,(1 - \sigma)$ | that of $z$ |
# | a batch of sequences; one time step | `xs`, `x = xs[:, t]` | $(N, T, D)$, $(N, D)$ |
# | hidden state | $h$ | $(N, H)$ |
# | old and new in one product | $z = [h, x]\,W + b$ | $(N, H)$ |
# | one-hot | $y_{n,t,k} = 1$ where $k = \mathrm{ids}_{n,t}$, else 0 | $(N, T, K)$ |
#
# - Two forms that are equal on paper can differ in float64. Choose the one whose exponent is never positive.
# - A saturated sigmoid hardly moves, and its slope says next to nothing about what to change.
# - Ids are names. As one-hot vectors, no word is larger than another.
# - Equal lengths and lengths of 1 hide a wrong shape. Write the shapes beside your lines.
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
