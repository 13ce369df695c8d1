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
# # Unit 04: Transforming the RNN into the LSTM, gate by gate
#
# **What you will be able to do.** Build the LSTM's cell from a plain RNN, one piece at a time, and say of
# every piece what goes wrong without it. Write the candidate, the three gates and the two updates in numpy.
# Set a cell's gates by hand so that it carries one number past any amount of noise. And look at a cell's
# numbers and tell which gate did it.
#
# **What you need.** `sigmoid` from unit 00, and the step of a plain RNN, which is recalled below. From numpy:
# `np.concatenate`, `np.tanh`, `@`, and `*` between arrays of the same shape.
#
# **How long it takes.** About an hour and a half: half an hour for the exercises, the rest for reading,
# looking and the quiz.
#
# {{contents}}
#
# Stuck? Type `hint("candidate")`, or any other exercise's name, into a cell of your own. Each call says a
# little more.

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz

sigmoid = mine("sigmoid")

# %% [markdown]
# ## A word that has to be carried
#
# *My **dog** [chase/chases] squirrels.* Which verb is right? You look one word back and know.
#
# *My **dog**, whom I adopted in 2009, [chase/chases] squirrels.* Now the word that decides is six words away,
# and on the way there was another one, *I*, that has nothing to say about this verb. Whoever reads this
# sentence word by word has to take something in at *dog*, carry it past five words, let none of them change
# it, and use it at the verb. All of this unit is about how a cell can do that.
#
# We hand the words to the network as numbers, four for each word ($D = 4$), chosen by hand so that nothing
# has to be learned yet:
#
# | word | number (1: one, -1: several) | is the subject | the verb is next | full stop |
# |---|---|---|---|---|
# | *dog*, *dogs* | 1, -1 | 1 | 0 | 0 |
# | *I*, *squirrel* | 1 | 0 | 0 | 0 |
# | *2009* | 0 | 0 | 1 | 0 |
# | *.* | 0 | 0 | 0 | 1 |
# | every other word | 0 | 0 | 0 | 0 |
#
# The next cell makes such sentences, and a few helpers for the plots. It is not part of any exercise.

# %% tags=["story"] id="figures"
import matplotlib.pyplot as plt

from grader.figures import COLORS, cell_diagram, gate_console, show, style

NUMBER, SUBJECT, VERB_NEXT, STOP = range(4)  # the four inputs
FEATURES = {
    "dog": (1, 1, 0, 0), "dogs": (-1, 1, 0, 0), "I": (1, 0, 0, 0), "squirrel": (1, 0, 0, 0),
    "2009": (0, 0, 1, 0), ".": (0, 0, 0, 1),
}


def sentence(subject):
    """The words of: My dog whom I adopted in 2009 chases a squirrel. (The commas are left out.)"""
    verb = "chases" if subject == "dog" else "chase"
    return ["My", subject, "whom", "I", "adopted", "in", "2009", verb, "a", "squirrel", "."]


def text(subjects):
    """The words of several sentences, one after the other."""
    return [word for subject in subjects for word in sentence(subject)]


def read(words):
    """The words as an array of inputs: (T, D), one row a word."""
    return np.array([FEATURES.get(word, (0, 0, 0, 0)) for word in words], dtype=float)


def answers(words, memory):
    """(t, answer, is it right?) where the verb is next; a positive memory means one, a negative several."""
    asked = [t for t, word in enumerate(words) if word == "2009"]
    given = ["chases" if memory[t] > 0 else "chase" for t in asked]
    return [(t, answer, answer == words[t + 1]) for t, answer in zip(asked, given)]


def words_below(ax, words):
    """Put the words under the time axis, a line between sentences, and a grey band where the verb is next."""
    if len(words) <= 33:
        ax.set_xticks(range(len(words)), words, rotation=90, fontsize=8)
    else:  # too many: the subject of each sentence
        ax.set_xticks([t for t, word in enumerate(words) if word.startswith("dog")],
                      [word for word in words if word.startswith("dog")], fontsize=9)
    ax.set_xlim(-0.7, len(words) - 0.3)
    ax.axhline(0, color=COLORS["neutral"], linewidth=0.8)
    for t, word in enumerate(words[:-1]):
        if word == ".":
            ax.axvline(t + 0.5, color=COLORS["neutral"], linewidth=0.8, linestyle=":")
        if word == "2009":
            ax.axvspan(t - 0.45, t + 0.45, color=COLORS["neutral"], alpha=0.2, linewidth=0)


def letter_beside(ax, name):
    """Name a plot's axis by the letter of what it shows, in that letter's colour."""
    look = {"color": COLORS[name], "fontsize": 12, "fontweight": "bold"}
    ax.set_ylabel(name, rotation=0, ha="right", va="center", **look)


def mark_answers(ax, words, memory, y):
    """Write each answer at height y, with a tick or a cross."""
    for t, answer, right in answers(words, memory):
        label = f"{answer} {'✓' if right else '✗'}" if len(words) <= 33 else "✓" if right else "✗"
        ax.text(t, y, label, ha="center", va="center", fontsize=10, color=COLORS["good" if right else "bad"],
                fontweight="bold")


print(" ".join(sentence("dogs")))
print(read(sentence("dogs")).T)  # a row for each of the four inputs, time to the right

# %% [markdown]
# ### What the plain RNN makes of it
#
# A plain RNN has one memory, its hidden state, and computes it anew at every step:
#
# $$
# h_t = \tanh([h_{t-1}, x_t]\,W + b)
# $$

# %% tags=["story"] id="picture_rnn"
show(
    cell_diagram("rnn"),
    alt="The plain RNN's cell: the old hidden state and the input are put side by side, go through one tanh, "
    "and what comes out is the new hidden state. There is no other path.",
    caption="A plain RNN's step. Everything it remembers goes through the one tanh, at every step.",
)

# %% [markdown]
# Let us take the smallest one: a single unit that hears the number of each word with weight 1, and its own
# last value with weight $w$. A positive $h$ shall mean *one*, a negative $h$ *several*. It reads three
# sentences, about my *dogs*, my *dog*, my *dogs*, and we ask it for the verb each time.

# %% tags=["story"] id="rnn_fails"
def plain_rnn(words, w):
    """The hidden state of a one-unit RNN at every word: (T,)."""
    h, hs = 0.0, []
    for x in read(words):
        h = np.tanh(w * h + x[NUMBER])
        hs.append(h)
    return np.array(hs)


words = text(["dogs", "dog", "dogs"])
fig, axes = plt.subplots(2, 1, figsize=(9.5, 4.6), sharex=True)
for ax, w in zip(axes, (0.5, 2.0)):
    hs = plain_rnn(words, w)
    words_below(ax, words)
    ax.plot(hs, **style("h", markersize=4))
    mark_answers(ax, words, hs, y=1.35)
    ax.set(ylim=(-1.15, 1.65), yticks=(-1, 0, 1), ylabel=f"h, with w = {w}")
show(
    fig,
    alt="Hidden state of a one-unit RNN over three sentences. With w = 0.5 it jumps at dog or dogs, I and "
    "squirrel, fades within a few words and is slightly positive at all three verbs, so it answers chases each time; two of "
    "the three are wrong. With w = 2 it goes to -1 at the first dogs and stays near -1 to the end, so it "
    "answers chase each time; the middle one is wrong.",
    caption="Above, the memory fades, and the last word that has a number wins. Below, the first one wins, for "
    "good. The grey bands are where the verb is asked for. No randomness.",
)

tried = np.linspace(0, 5, 501)
good = sum(all(right for *_, right in answers(words, plain_rnn(words, w))) for w in tried)
print(f"of {len(tried)} values of w from 0 to 5, {good} get all three verbs right")

# %% [markdown]
# A small $w$ forgets *dogs* and listens to *I*. A large $w$ holds on to the first subject and hears no other.
# Nothing in between works either. The one number $w$ has to serve two masters: to remember it should be
# large, to listen it should be small. And whatever $h$ holds goes through $W$ and tanh at *every* step, which
# is also how gradients come to vanish.
#
# (An RNN of more units can do better than this one. But its memory, too, goes through $W$ and tanh at every
# step.)
#
# ## First, a proposal
#
# So we take the RNN apart. Its result was two things at once: *what this step has to say*, and *what is
# remembered from now on*. Let it be only the first. We call it the **candidate** $g_t$:
#
# $$
# g_t = \tanh([h_{t-1}, x_t]\,W_g + b_g) \qquad (N, H) \tag{eq:candidate}
# $$
#
# | $h_{t-1}$ | $x_t$ | $[h_{t-1}, x_t]$, side by side | $W_g$ | $b_g$ |
# |---|---|---|---|---|
# | $(N, H)$ | $(N, D)$ | $(N, H + D)$ | $(H + D, H)$ | $(H,)$ |
#
# $N$ sequences are read at once, one in each row. The first $H$ rows of $W_g$ meet $h_{t-1}$, the last $D$
# rows meet $x_t$; so the product is $h_{t-1} W_h + x_t W_x$, with $W_h$ and $W_x$ stacked in one matrix.
# (Some texts write the candidate as a C with a tilde, $\tilde{C}_t$, and its weights as $W_C$.)

# %% tags=["story"] id="picture_candidate"
show(
    cell_diagram("candidate"),
    alt="The same cell with its tanh box now called candidate. Its output g ends in the open: where it will "
    "go is only hinted at by faint outlines.",
    caption="The RNN's tanh is still there, and its weights too. But its result is no longer the memory.",
)

# %% [markdown]
# ### Exercise: candidate
#
# {{exercise candidate}}
#
# Equation (eq:candidate) for a batch of $N$ sequences, one time step.

# %% exercise="candidate"
def candidate(x, h_prev, W, b):
    """What one step proposes to write into the cell: equation (eq:candidate), tanh([h_prev, x] W + b).

    Arguments: x (N, D); h_prev (N, H); W (H + D, H), the rows for h_prev first; b (H,).
    Returns g (N, H), each element between -1 and 1.
    """
    ### BEGIN SOLUTION
    hx = np.concatenate([h_prev, x], axis=1)  # (N, H + D)
    return np.tanh(hx @ W + b)                # (N, H)
    ### END SOLUTION


# %% [markdown]
# What does each word propose? We set $W_g$ by hand for a cell of one unit ($H = 1$): a weight of 1.5 for the
# number, 0 for everything else. (`mine` brings your own function if it passed its check, and the course's
# otherwise.)

# %% tags=["story"] id="proposals"
propose = mine("candidate")

H, D = 1, 4
W_g, b_g = np.zeros((H + D, H)), np.zeros(H)
W_g[H + NUMBER] = 1.5  # the rows for x stand below the rows for h


def proposals(words):
    """The candidate of every word, h being 0: (T, H)."""
    xs = read(words)                              # (T, D): the words as a batch, because h plays no part yet
    return propose(xs, np.zeros((len(xs), H)), W_g, b_g)


words = sentence("dogs")
for word, g in zip(words, proposals(words)[:, 0]):
    print(f"{word:>9s}  g = {g:+.3f}")

# %% [markdown]
# *dogs* says -0.9, *I* and *squirrel* say +0.9, the others have nothing to say. These are proposals: nothing
# is remembered yet. They need a place to go.
#
# ## A cell that adds everything up
#
# Give them one: a second state beside $h$, the **cell state** $c_t$. Nothing shall happen to it on its way
# from step to step, no matrix and no tanh. New things are simply added:
#
# $$
# c_t = c_{t-1} + g_t \qquad (N, H) \tag{eq:sum}
# $$
#
# For the time being the cell shows all it holds, $h_t = c_t$. We will have to come back to that.

# %% tags=["story"] id="picture_sum"
show(
    cell_diagram("sum"),
    alt="New: a line for the cell state runs along the top from the old c to the new c. The candidate g is "
    "added to it at a plus sign. The hidden state is a copy of c.",
    caption="The cell state goes straight through. That line along the top will stay in every picture from "
    "here on.",
)

# %% [markdown]
# In one respect this is already all we wanted. How much does $c_t$ change when $c_{t-1}$ changes a little?
# Along that line, exactly as much: the derivative is 1, and a hundred steps multiply a hundred ones. Nothing
# vanishes, nothing explodes. Hochreiter and Schmidhuber called it the *constant error carousel* and built the
# LSTM around it.
#
# Now let the cell read. Ten sentences, with *dog* or *dogs* drawn at random.

# %% tags=["story"] id="sum_fills_up"
ten_subjects = np.random.default_rng(14).choice(["dog", "dogs"], size=10)
ten = text(ten_subjects)
cs = np.cumsum(proposals(ten)[:, 0])  # equation (eq:sum), from c = 0

fig, axes = plt.subplots(2, 1, figsize=(9.5, 4.4), sharex=True)
for ax, values, name, label in ((axes[0], cs, "c", "cell state c"), (axes[1], np.tanh(cs), "h", "tanh(c)")):
    words_below(ax, ten)
    ax.plot(values, **style(name, markersize=3))
    ax.set_ylabel(label)
axes[1].set(ylim=(-1.2, 1.9), yticks=(-1, 0, 1))
mark_answers(axes[1], ten, cs, y=1.5)
show(
    fig,
    alt="Above, the cell state over ten sentences: it climbs with every sentence, to 18. Below, its tanh: "
    "after the first sentence it lies flat at 1. The verb is wrong in all five sentences whose subject is "
    "dogs.",
    caption="The subjects are drawn with seed 14. A tick or a cross says whether the verb would be right.",
)
right = [right for *_, right in answers(ten, cs)]
print(f"c ends at {cs[-1]:.1f}; tanh(c) is {np.tanh(cs[-1]):.7f}; {sum(right)} of 10 verbs right")

# %% [markdown]
# The cell **fills up**. Every sentence brings *I* and *squirrel*, and all of it stays. No single *dogs* can
# turn the sum negative any more: the cell answers *chases* for ever. It **saturates**: anything that looks at
# it through a squashing function sees a 1 that does not move. It can never let go.
#
# ## A cell that leaks
#
# The obvious repair: let the old fade. Keep a share $\alpha$ of the cell state at every step and fill the
# rest up with the new:
#
# $$
# c_t = \alpha\, c_{t-1} + (1 - \alpha)\, g_t \qquad (N, H), \quad 0 \le \alpha \le 1 \tag{eq:leaky}
# $$
#
# It is known as a *leaky unit*, and as the exponential moving average in other trades. Now $c_t$ is a
# weighted mean of the candidates so far (and of the 0 it started from), so it can never leave their range:
# filling up is over.

# %% tags=["story"] id="picture_leaky"
show(
    cell_diagram("leaky"),
    alt="New: the cell state is multiplied by alpha before the plus sign, and the candidate by 1 minus "
    "alpha. Both factors are fixed numbers: no input leads to them.",
    caption="Two factors that add up to 1. Nothing in the picture leads to them: they are the same at every "
    "step.",
)

# %% [markdown]
# ### Exercise: leaky_update
#
# {{exercise leaky_update}}
#
# Equation (eq:leaky), one time step.

# %% exercise="leaky_update"
def leaky_update(c_prev, g, alpha):
    """The cell state of a leaky unit: equation (eq:leaky), alpha c_prev + (1 - alpha) g.

    Arguments: c_prev, g (N, H); alpha, one number from 0 to 1, the share of the old that is kept.
    Returns c (N, H).
    """
    ### BEGIN SOLUTION
    return alpha * c_prev + (1 - alpha) * g  # (N, H)
    ### END SOLUTION


# %% [markdown]
# It remembers. Does it remember the right thing? One sentence about *dogs*, and the three kinds of $\alpha$
# there are: small, middling, large. On the right, *every* $\alpha$: what the cell holds when the verb is
# asked for.

# %% tags=["story"] id="no_alpha_will_do"
leak = mine("leaky_update")


def run_leaky(words, alpha):
    """The cell state of a leaky unit at every word: (T,)."""
    c, cs = np.zeros((1, H)), []
    for g in proposals(words):        # g (H,)
        c = leak(c, g[None, :], alpha)  # (1, H)
        cs.append(c[0, 0])
    return np.array(cs)


words = sentence("dogs")
ask = words.index("2009")
alphas = np.linspace(0, 1, 101)
held = np.array([run_leaky(words, alpha)[ask] for alpha in alphas])  # c when the verb is next
share = {noun: (1 - alphas) * alphas ** (ask - words.index(noun)) for noun in ("dogs", "I")}
loud = np.tanh(1.5)  # the size of both candidates

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.7), width_ratios=(5, 4))
fig.subplots_adjust(wspace=0.28)
words_below(left, words)
for alpha, line, marker in ((0.3, "-", "o"), (0.85, "--", "s"), (0.98, ":", "^")):
    left.plot(run_leaky(words, alpha), color=COLORS["alpha"], linestyle=line, marker=marker, markersize=4,
              label=f"α = {alpha}")
left.text(ask + 0.6, -0.55, "the verb\nis asked for", fontsize=9, va="center")
left.set(ylabel="cell state c", ylim=(-0.75, 0.75))
left.legend(frameon=False, loc="upper left", fontsize=9)
right.axhline(0, color=COLORS["neutral"], linewidth=0.8)
right.plot(alphas, held, **style("c", marker=""), label="c when the verb is asked for")
right.plot(alphas, share["I"] * loud, **style("neutral", marker="", linestyle="--"), label="of it from I")
right.plot(alphas, -share["dogs"] * loud, **style("bad", marker=""), label="of it from dogs")
right.set(xlabel="α", ylim=(-0.16, 0.21))
right.legend(frameon=False, loc="upper left", fontsize=9)
show(
    fig,
    alt="Left: the leaky unit's cell state over the sentence about dogs, for alpha 0.3, 0.85 and 0.98. Each "
    "goes down at dogs and up at I, and none is below zero when the verb is asked for. Right: c at that "
    "moment for every alpha from 0 to 1 is never negative. What is left of I is always at least as large as "
    "what is left of dogs.",
    caption="No randomness. A negative c would be right here: the subject is plural.",
)
best = share["dogs"].argmax()
print(f"of {len(alphas)} values of α from 0 to 1, {np.sum(held < 0)} give a negative c, as would be right")
print(f"the most any α leaves of dogs' candidate is {share['dogs'][best]:.3f}, at α = {alphas[best]:.2f}")

# %% [markdown]
# No $\alpha$ will do. What came in $k$ steps ago counts $(1 - \alpha)\,\alpha^k$, whatever it was. *dogs* is
# five steps back, *I* is three; so for every $\alpha$ the noise weighs more than the word that matters. A
# small $\alpha$ takes *dogs* in and loses it. A large one would keep it, but hardly takes it in. The best
# compromise leaves a fifteenth of it.
#
# What would we want? At *dogs* an $\alpha$ near 0: write, and write in full. Everywhere else an $\alpha$ near
# 1: leave it alone. **The same $\alpha$ for every step is the mistake.** It has to depend on what is being
# read.
#
# ## The input gate
#
# So let the network compute it, at every step, from what it reads. Separately for each unit, between 0 (keep
# the candidate out) and 1 (let it in). Which function gives numbers between 0 and 1? You wrote it in unit 00:
#
# $$
# i_t = \sigma([h_{t-1}, x_t]\,W_i + b_i) \qquad (N, H) \tag{eq:input_gate}
# $$
#
# $W_i$ is $(H + D, H)$ and $b_i$ is $(H,)$: the shapes of the candidate's weights, and other numbers. The
# gate multiplies the candidate, element by element ($\odot$, in numpy `*`), on its way into the adding cell
# of (eq:sum):
#
# $$
# c_t = c_{t-1} + i_t \odot g_t \qquad (N, H) \tag{eq:gated_sum}
# $$
#
# In the LSTM's words, the **input gate** protects the cell from irrelevant inputs.

# %% tags=["story"] id="picture_input_gate"
show(
    cell_diagram("gates_in"),
    alt="New: the input gate, a sigmoid box that reads the same pair of h and x as the candidate. Its output "
    "i multiplies the candidate g before it is added to the cell state, which has no factor of its own any "
    "more.",
    caption="The fixed factors are gone. In place of one of them stands a small network that reads h and x.",
)

# %% [markdown]
# ### Exercise: input_gate
#
# {{exercise input_gate}}
#
# Equation (eq:input_gate), one time step. Only the gate: (eq:gated_sum) comes later, with one more piece. `sigmoid` was fetched
# in the setup cell.

# %% exercise="input_gate"
def input_gate(x, h_prev, W, b):
    """How much of the candidate gets into the cell: equation (eq:input_gate), sigmoid([h_prev, x] W + b).

    Arguments: x (N, D); h_prev (N, H); W (H + D, H), the rows for h_prev first; b (H,).
    Returns i (N, H), each element between 0 (keep out) and 1 (let in).
    """
    ### BEGIN SOLUTION
    hx = np.concatenate([h_prev, x], axis=1)  # (N, H + D)
    return sigmoid(hx @ W + b)                # (N, H)
    ### END SOLUTION


# %% [markdown]
# The sentence that defeated every $\alpha$, once more. The gate's weights are set by hand: a bias of -4 keeps
# it shut, and a weight of 8 on *subject* opens it there.

# %% tags=["story"] id="gate_opens"
let_in = mine("input_gate")

W_i, b_i = np.zeros((H + D, H)), np.full(H, -4.0)
W_i[H + SUBJECT] = 8.0  # z = -4 as a rule, and -4 + 8 = +4 at the subject


def run_without_forgetting(words):
    """Equations (eq:candidate), (eq:input_gate) and (eq:gated_sum) over the words; gives g, i and c at every word, each (T,)."""
    c, rows = np.zeros((1, H)), []
    for x in read(words):
        x, h = x[None, :], np.zeros((1, H))  # (1, D), (1, H): the rows of W for h are still 0
        g = propose(x, h, W_g, b_g)
        i = let_in(x, h, W_i, b_i)
        c = c + i * g                        # (1, H)
        rows.append((g[0, 0], i[0, 0], c[0, 0]))
    return np.array(rows).T


def draw_gated(words, lines, alt, caption):
    """A row of bars for each of the candidate and the gates in lines, and the cell state below; all (T,)."""
    bars = [name for name in lines if name != "c"]
    heights = [1] * len(bars) + [2]
    size = (9.5, 1.0 + 0.9 * sum(heights))
    fig, axes = plt.subplots(len(heights), 1, figsize=size, sharex=True, height_ratios=heights)
    for ax, name in zip(axes, [*bars, "c"]):
        words_below(ax, words)
        letter_beside(ax, name)
    for ax, name in zip(axes, bars):
        ax.bar(range(len(words)), lines[name], width=0.6, color=COLORS[name])
        bounds = (-1, 0, 1) if name == "g" else (0, 1)
        ax.set(ylim=(1.2 * bounds[0] - 0.05, 1.2), yticks=bounds)
    low, high = min(0.0, lines["c"].min()), max(0.0, lines["c"].max())
    axes[-1].plot(lines["c"], **style("c", markersize=4))
    axes[-1].set_ylim(low - 0.2, high + 0.85)
    mark_answers(axes[-1], words, lines["c"], y=high + 0.45)
    show(fig, alt=alt, caption=caption)


words = sentence("dogs")
g, i, c = run_without_forgetting(words)
draw_gated(
    words, {"g": g, "i": i, "c": c},
    alt="Bars: the candidate is -0.9 at dogs and +0.9 at I and squirrel; the input gate is near 1 at dogs "
    "and near 0 at every other word. Below, the cell state drops to -0.9 at dogs and stays there; the answer "
    "chase is right.",
    caption="The gate is open at one word. What I and squirrel propose hardly gets in. No randomness.",
)
print(f"i is {i[1]:.3f} at dogs and {i[3]:.3f} at I")
print(f"c is {c[1]:+.3f} after dogs and {c[ask]:+.3f} when the verb is asked for")

# %% [markdown]
# There it is: written once, in full, then left alone, past the noise. (Not quite left alone: 0.018 of *I* got
# in. A gate is a sigmoid, and a sigmoid is never exactly 0.)
#
# With an output gate, which comes further down, this is the cell of 1997. What could be wrong with it? Let it
# read on.

# %% tags=["story"] id="stale_content"
three = text(["dogs", "dogs", "dog"])
g, i, c = run_without_forgetting(three)
draw_gated(
    three, {"g": g, "i": i, "c": c},
    alt="Three sentences, about dogs, dogs and dog. The input gate opens at each subject. The cell state "
    "goes to -0.9, then to -1.7, and back to -0.8 in the third sentence: it is still negative there, and the "
    "answer chase is wrong.",
    caption="In the third sentence the cell holds the sum of three subjects. No randomness.",
)
right = [right for *_, right in answers(ten, run_without_forgetting(ten)[2])]
print(f"the ten sentences of before (seed 14): {sum(right)} of 10 verbs right")

# %% [markdown]
# The new subject is *added* to the old ones. In the third sentence the cell still answers for the first two:
# its content is **stale**. The input gate decides what comes in; nothing decides what goes out. A text, a
# sound, a film has no end at which somebody would empty the cell for us.
#
# ## The forget gate
#
# The leaky unit could let go, only not at the right moment. We know by now what to do with a fixed factor:
# compute it from what is being read.
#
# $$
# f_t = \sigma([h_{t-1}, x_t]\,W_f + b_f) \qquad (N, H) \tag{eq:forget_gate}
# $$
#
# $$
# c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad (N, H) \tag{eq:cell}
# $$
#
# Mind the name: the **forget gate** says how much is *kept*. $f = 1$ keeps everything, $f = 0$ erases. It
# came three years after the LSTM (Gers, Schmidhuber and Cummins, 2000), for the very reason you just saw: on
# a stream without ends, the cells of 1997 can grow without bounds.

# %% tags=["story"] id="picture_forget_gate"
show(
    cell_diagram("gates_in_forget"),
    alt="New: the forget gate, a second sigmoid box that reads h and x. Its output f multiplies the old cell "
    "state before the gated candidate is added.",
    caption="Where alpha stood, there is now a gate: how much of c stays is decided anew at every step.",
)

# %% [markdown]
# ### Exercise: forget_gate
#
# {{exercise forget_gate}}
#
# Equation (eq:forget_gate), one time step.

# %% exercise="forget_gate"
def forget_gate(x, h_prev, W, b):
    """How much of the old cell state is kept: equation (eq:forget_gate), sigmoid([h_prev, x] W + b).

    Arguments: x (N, D); h_prev (N, H); W (H + D, H), the rows for h_prev first; b (H,).
    Returns f (N, H), each element between 0 (erase) and 1 (keep).
    """
    ### BEGIN SOLUTION
    hx = np.concatenate([h_prev, x], axis=1)  # (N, H + D)
    return sigmoid(hx @ W + b)                # (N, H)
    ### END SOLUTION


# %% [markdown]
# ### Exercise: cell_update
#
# {{exercise cell_update}}
#
# Equation (eq:cell), one time step. The gates and the candidate come in ready-made.

# %% exercise="cell_update"
def cell_update(f, c_prev, i, g):
    """The new cell state: equation (eq:cell), keep some of the old and write some of the new.

    Arguments, all (N, H): f, the forget gate; c_prev, the old cell state; i, the input gate; g, the
    candidate.
    Returns c (N, H), which has no bounds.
    """
    ### BEGIN SOLUTION
    return f * c_prev + i * g  # (N, H), element by element
    ### END SOLUTION


# %% [markdown]
# The three sentences again. The forget gate's weights by hand: a bias of +4 keeps it open, a weight of -8 on
# *full stop* shuts it there.

# %% tags=["story"] id="forgets"
keep, update = mine("forget_gate"), mine("cell_update")

W_f, b_f = np.zeros((H + D, H)), np.full(H, 4.0)
W_f[H + STOP] = -8.0


def run_with_forgetting(words):
    """Equations (eq:candidate), (eq:input_gate), (eq:forget_gate), (eq:cell) over the words; gives g, i, f and c at every word, each (T,)."""
    c, rows = np.zeros((1, H)), []
    for x in read(words):
        x, h = x[None, :], np.zeros((1, H))  # (1, D), (1, H)
        g, i, f = propose(x, h, W_g, b_g), let_in(x, h, W_i, b_i), keep(x, h, W_f, b_f)
        c = update(f, c, i, g)               # (1, H)
        rows.append((g[0, 0], i[0, 0], f[0, 0], c[0, 0]))
    return np.array(rows).T


g, i, f, c = run_with_forgetting(three)
draw_gated(
    three, {"g": g, "i": i, "f": f, "c": c},
    alt="The same three sentences. The forget gate is near 1 except at each full stop, where it is near 0. "
    "The cell state goes to -0.9 at dogs, back to 0 at the full stop, to -0.9 again, to 0, and to +0.9 at "
    "dog. All three answers are right.",
    caption="The forget gate shuts at each full stop, and every sentence starts with an empty cell. No "
    "randomness.",
)
right = [right for *_, right in answers(ten, run_with_forgetting(ten)[3])]
print(f"the ten sentences of before (seed 14): {sum(right)} of 10 verbs right")

# %% [markdown]
# Write at the subject, keep in between, erase at the full stop: three decisions, made by two gates from what
# is being read. Look at the slope of $c$ between subject and full stop: $f = 0.982$, so a little is lost at
# every step. A longer memory needs a gate that stands wider open; a bias of 5 instead of 4 gives $f = 0.993$.
#
# ## The output gate
#
# One promise is still open. We let the cell show everything it holds, $h_t = c_t$, and we got away with it,
# because all the rows of $W$ that read $h$ were zero. In a real network they are not: each unit's gates and
# candidate read the $h$ of *every* unit.
#
# Take a cell of two units ($H = 2$). Unit 0 is the one we built. Unit 1 has another task: it counts words, by
# proposing 0.9 at every word with both its gates open. They would not disturb each other, but for a single
# number: the input gate of unit 0 hears unit 1 with a weight of 1.

# %% tags=["story"] id="shouted_down"
H2 = 2


def two_units():
    """Weights and biases of unit 0 (the subject's number) and unit 1 (counts words), as dicts by gate."""
    W, b = {gate: np.zeros((H2 + D, H2)) for gate in "gifo"}, {gate: np.zeros(H2) for gate in "gifo"}
    W["g"][H2 + NUMBER, 0], b["g"][1] = 1.5, 1.5              # unit 1 proposes tanh(1.5) = 0.9 at every word,
    W["i"][H2 + SUBJECT, 0], b["i"][:] = 8.0, (-4.0, 4.0)     # always lets it in,
    W["f"][H2 + STOP, 0], b["f"][:] = -8.0, (4.0, 4.0)        # and does not forget at a full stop
    W["o"][H2 + VERB_NEXT, 0], b["o"][:] = 8.0, (-4.0, -4.0)  # for later
    return W, b


def run_two(words, W, b, new_h):
    """Both units over the words; new_h(x, h, c, W, b) says what is shown. Gives hs and cs, each (T, 2)."""
    h, c, hs, cs = np.zeros((1, H2)), np.zeros((1, H2)), [], []
    for x in read(words):
        x = x[None, :]                     # (1, D)
        g = propose(x, h, W["g"], b["g"])  # (1, H), and so on
        i = let_in(x, h, W["i"], b["i"])
        f = keep(x, h, W["f"], b["f"])
        c = update(f, c, i, g)
        h = new_h(x, h, c, W, b)
        hs.append(h[0])
        cs.append(c[0])
    return np.array(hs), np.array(cs)


def everything(x, h, c, W, b):
    return c  # h = c, as in every picture so far


def draw_two(words, W, b, hs, cs, alt, caption):
    """The two cell states, and the two parts of the sum that goes into the input gate of unit 0."""
    from_h = np.vstack([np.zeros((1, H2)), hs[:-1]]) @ W["i"][:H2, 0]  # (T,)
    from_words = read(words) @ W["i"][H2:, 0] + b["i"][0]              # (T,)
    fig, axes = plt.subplots(3, 1, figsize=(9.5, 6.0), sharex=True)
    for ax in axes:
        words_below(ax, words)
    axes[0].plot(cs[:, 1], **style("c", markersize=3))
    axes[0].set(ylabel="c of unit 1\n(counter)", ylim=(-2, 38))
    axes[1].plot(cs[:, 0], **style("c", markersize=3))
    axes[1].set(ylabel="c of unit 0\n(subject)", ylim=(-1.8, 3.8))
    mark_answers(axes[1], words, hs[:, 0], y=3.2)
    axes[2].plot(from_words, **style("x", markersize=3), label="from the words and the bias")
    axes[2].plot(from_h, **style("h", markersize=3), label="from h")
    axes[2].set(ylabel="into the input\ngate of unit 0", ylim=(-8, 42))
    axes[2].legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    show(fig, alt=alt, caption=caption)


five = text(ten_subjects[:5])
W, b = two_units()
W["i"][1, 0] = 1.0  # row: the h of unit 1; column: the input gate of unit 0
hs, cs = run_two(five, W, b, everything)
draw_two(
    five, W, b, hs, cs,
    alt="Five sentences. Unit 1's cell state climbs to 31. Unit 0's follows the first subject, dog; from "
    "then on every word with a number moves it, and both answers about dogs are wrong. Below, the words and the bias give "
    "-4, and +4 at the subjects; what comes from h climbs from 0 to 31 and holds the gate open at every "
    "word.",
    caption="A cell state has no bounds, and h = c hands it on. The subjects are the first five of the ten "
    "(seed 14).",
)
print(f"at the end the words and the bias say -4 to unit 0's input gate, and unit 1 says {hs[-2, 1]:+.1f}")

# %% [markdown]
# Two things are wrong here, and they are different things.
#
# - **A cell state has no bounds.** The counter grows until it shouts down the words: +31 against their -4.
#   What is *shown* has to be bounded.
# - **Nobody asked the counter.** Whatever a cell holds is heard at every step, by every gate, needed or not.
#   *When* it is shown has to be decided, and you know by now how we decide.
#
# The third gate, the **output gate**, has weights of its own, $W_o$ $(H + D, H)$ and $b_o$ $(H,)$:
#
# $$
# o_t = \sigma([h_{t-1}, x_t]\,W_o + b_o) \qquad (N, H) \tag{eq:output_gate}
# $$
#
# $$
# h_t = o_t \odot \tanh(c_t) \qquad (N, H) \tag{eq:hidden}
# $$
#
# The tanh stands on the way *out*. The cell state itself goes on to the next step as it is.

# %% tags=["story"] id="picture_lstm"
show(
    cell_diagram("lstm"),
    alt="New: the output gate, a third sigmoid box that reads h and x. A branch of the cell state goes "
    "through tanh, is multiplied by the output gate o and becomes the hidden state. The line of the cell "
    "state along the top goes on untouched.",
    caption="The whole LSTM: two memories, c that carries and h that speaks.",
)

# %% [markdown]
# ### Exercise: output_gate
#
# {{exercise output_gate}}
#
# Equation (eq:output_gate), one time step.

# %% exercise="output_gate"
def output_gate(x, h_prev, W, b):
    """How much of the cell is shown: equation (eq:output_gate), sigmoid([h_prev, x] W + b).

    Arguments: x (N, D); h_prev (N, H); W (H + D, H), the rows for h_prev first; b (H,).
    Returns o (N, H), each element between 0 (hide) and 1 (show).
    """
    ### BEGIN SOLUTION
    hx = np.concatenate([h_prev, x], axis=1)  # (N, H + D)
    return sigmoid(hx @ W + b)                # (N, H)
    ### END SOLUTION


# %% [markdown]
# ### Exercise: hidden_update
#
# {{exercise hidden_update}}
#
# Equation (eq:hidden), one time step. The gate and the new cell state come in ready-made.

# %% exercise="hidden_update"
def hidden_update(o, c):
    """The new hidden state: equation (eq:hidden), the part of the cell that is shown.

    Arguments, both (N, H): o, the output gate; c, the new cell state, which has no bounds.
    Returns h (N, H), each element between -1 and 1.
    """
    ### BEGIN SOLUTION
    return o * np.tanh(c)  # (N, H), element by element
    ### END SOLUTION


# %% [markdown]
# The two units once more, with the same disturbing weight. The output gate of unit 0 opens where the verb is
# next, the one of unit 1 stays shut: nobody asks how many words there were.

# %% tags=["story"] id="speaks_when_asked"
let_out, say = mine("output_gate"), mine("hidden_update")


def lstm_shows(x, h, c, W, b):
    return say(let_out(x, h, W["o"], b["o"]), c)  # h = o * tanh(c)


hs, cs = run_two(five, W, b, lstm_shows)
draw_two(
    five, W, b, hs, cs,
    alt="The same five sentences. Unit 1's cell state climbs to 31 as before. Unit 0's goes to +0.9 at dog "
    "and to -0.9 at dogs, stays there, and returns to 0 at each full stop; all five answers are right. "
    "Below, what comes from h lies at zero.",
    caption="The counter still counts, and nobody hears it. The same words and weights as above.",
)

# %% [markdown]
# Were both pieces needed, or would one have done? And was that one weight an unlucky choice? Let *all* the
# rows for $h$ be random, as they are before a network is trained: normal, with a standard deviation of 2, so
# that they are heard. We make a hundred such draws, and try each with the four cells one gets with and
# without the tanh, with and without the gate.

# %% tags=["story"] id="both_are_needed"
ways = {
    "h = c": everything,
    "h = tanh(c)": lambda x, h, c, W, b: np.tanh(c),
    "h = o * c": lambda x, h, c, W, b: let_out(x, h, W["o"], b["o"]) * c,
    "h = o * tanh(c)": lstm_shows,
}
counts = dict.fromkeys(ways, 0)
rng = np.random.default_rng(5)
for _ in range(100):
    W, b = two_units()
    for gate in "gifo":
        W[gate][:H2] = 2 * rng.normal(size=(H2, H2))  # all rows for h
    for name, new_h in ways.items():
        hs, _ = run_two(five, W, b, new_h)
        counts[name] += all(right for *_, right in answers(five, hs[:, 0]))

fig, ax = plt.subplots(figsize=(7, 2.4))
colors = [COLORS["neutral"]] * 3 + [COLORS["good"]]
bars = ax.barh(list(counts), list(counts.values()), color=colors, height=0.6)
ax.bar_label(bars, padding=4)
ax.invert_yaxis()
ax.set(xlim=(0, 108), xlabel="draws of 100 in which all five verbs are right")
ax.spines[["top", "right"]].set_visible(False)
show(
    fig,
    alt="All five verbs are right in 17 of 100 draws with h = c, in 47 with h = tanh(c), in 81 with h = o * "
    "c, and in all 100 with h = o * tanh(c).",
    caption="100 draws of the rows for h, standard deviation 2, seed 5. The same draws for all four.",
)

# %% [markdown]
# The tanh alone bounds the disturbance, but lets it in at every step. The gate alone keeps it out most of the
# time, but when it opens, what comes out has no bounds. Together they do it.
#
# ## The whole cell
#
# That is the LSTM, all of it, in six of your seven functions:
#
# $$
# \begin{aligned}
# i_t &= \sigma([h_{t-1}, x_t]\,W_i + b_i) && \text{write?} \\
# f_t &= \sigma([h_{t-1}, x_t]\,W_f + b_f) && \text{keep?} \\
# g_t &= \tanh([h_{t-1}, x_t]\,W_g + b_g) && \text{what?} \\
# o_t &= \sigma([h_{t-1}, x_t]\,W_o + b_o) && \text{show?} \\
# c_t &= f_t \odot c_{t-1} + i_t \odot g_t && \text{carry} \\
# h_t &= o_t \odot \tanh(c_t) && \text{speak}
# \end{aligned}
# $$
#
# The seventh, the leaky unit, is in there as well: $f = \alpha$, $i = 1 - \alpha$. So is the plain RNN: keep
# nothing ($f = 0$), write everything and show everything ($i = o = 1$), and $h_t = \tanh(g_t)$, the RNN's
# step with one more tanh around it.
#
# ### Turn the knobs
#
# Below are a cell's gates as sliders; they stay where you put them for 20 steps. Before you move anything,
# try to *predict*:
#
# 1. With $f = 1$ and $i = 0$, which of the other sliders can still change $h$?
# 2. How can $c$ grow while $h$ does not move? There are two ways.
# 3. Which setting is a leaky unit with $\alpha = 0.9$? At which value does it level off, and why there?

# %% tags=["story"] id="console"
gate_console()

# %% [markdown]
# <details>
# <summary>Show the answers</summary>
#
# 1. $o$, and the $c$ it starts from. $g$ is locked out.
# 2. Close $o$; or let $c$ grow so large that tanh has nothing left to give.
# 3. $f = 0.9$ and $i = 0.1$. It levels off at $g$, because the two shares add up to 1.
#
# </details>
#
# ## A last test: hold on to one number
#
# No dogs this time, and a longer way. Each step brings a random number between -1 and 1 and two flags, $x_t$
# = (value, store, recall). When *store* is 1, the value has to be kept, in place of any earlier one. When
# *recall* is 1, the cell has to say it, and at all other times nothing. All other values are noise, as loud
# as the one that counts.
#
# One unit, weights set by hand again, this time with $\pm 8$ in the gates, because the way is long. First one
# sequence.

# %% tags=["story"] id="latch"
VALUE, STORE, RECALL = range(3)


def latch_task(N, distance, seed):
    """xs (N, T, 3) and the answers (N,): store at step 2, in half of them at 7 again, recall at the end."""
    rng = np.random.default_rng(seed)
    T = 8 + distance
    xs = np.zeros((N, T, 3))
    xs[:, :, VALUE] = rng.uniform(-1, 1, size=(N, T))
    again = rng.random(N) < 0.5
    xs[:, 2, STORE], xs[again, 7, STORE], xs[:, -1, RECALL] = 1, 1, 1
    return xs, np.where(again, xs[:, 7, VALUE], xs[:, 2, VALUE])


def latch_weights():
    W, b = {gate: np.zeros((1 + 3, 1)) for gate in "gifo"}, {gate: np.zeros(1) for gate in "gifo"}
    W["g"][1 + VALUE] = 1.0                          # propose the value
    W["i"][1 + STORE], b["i"][:] = 16.0, -8.0        # write when told to store
    W["f"][1 + STORE], b["f"][:] = -16.0, 8.0        # and erase what was there, then only
    W["o"][1 + RECALL], b["o"][:] = 16.0, -8.0       # speak when asked
    return W, b


def run_latch(xs, W, b):
    """The whole cell over xs (N, T, D). Gives i, f, o, c and h at every step, stacked: (5, N, T)."""
    N, T, _ = xs.shape
    h, c, steps = np.zeros((N, 1)), np.zeros((N, 1)), []
    for t in range(T):
        x = xs[:, t]                                     # (N, D)
        g = propose(x, h, W["g"], b["g"])                # (eq:candidate)
        i = let_in(x, h, W["i"], b["i"])                 # (eq:input_gate)
        f = keep(x, h, W["f"], b["f"])                   # (eq:forget_gate)
        o = let_out(x, h, W["o"], b["o"])                # (eq:output_gate), from the old h as well
        c = update(f, c, i, g)                           # (eq:cell)
        h = say(o, c)                                    # (eq:hidden)
        steps.append([i[:, 0], f[:, 0], o[:, 0], c[:, 0], h[:, 0]])
    return np.array(steps).transpose(1, 2, 0)


xs, wanted = latch_task(N=4, distance=30, seed=3)
k = int(np.argmax(xs[:, 7, STORE]))  # the first sequence with a second value to store
i, f, o, c, h = run_latch(xs, *latch_weights())[:, k]
steps = np.arange(xs.shape[1])

fig, axes = plt.subplots(5, 1, figsize=(9.5, 6.4), sharex=True, height_ratios=(2, 1, 1, 1, 2))
axes[0].bar(steps, xs[k, :, VALUE], width=0.6, color=COLORS["x"], alpha=0.45)
axes[0].set(ylabel="value", ylim=(-1.6, 1.6), yticks=(-1, 0, 1))
for t, label in ((2, "store"), (7, "store"), (steps[-1], "recall")):
    axes[0].text(t, 1.3, label, ha="center", va="center", fontsize=9, fontweight="bold")
for ax, name, gate in zip(axes[1:4], "ifo", (i, f, o)):
    ax.bar(steps, gate, width=0.6, color=COLORS[name])
    ax.set(ylim=(0, 1.2), yticks=(0, 1))
    letter_beside(ax, name)
axes[4].plot(steps, c, **style("c", markersize=4), label="c")
axes[4].plot(steps, h, **style("h", markersize=4), label="h")
axes[4].axhline(0, color=COLORS["neutral"], linewidth=0.8)
axes[4].set(ylim=(-1.2, 1.2), yticks=(-1, 0, 1), xlabel="time step t")
axes[4].legend(frameon=False, fontsize=9, ncols=2, loc="upper center")
show(
    fig,
    alt="One sequence of 38 steps. The values are random at every step; store is set at steps 2 and 7, "
    "recall at the last. The input gate is 1 at the two stores only, the forget gate 0 there only, the "
    "output gate 1 at the recall only. The cell state jumps at each store and is flat in between; h is 0 "
    "until the recall, where it jumps to the value that was kept.",
    caption="One sequence of the task, 30 steps from the second store to the recall (seed 3).",
)
print(f"to be kept: {wanted[k]:+.3f}; c then: {c[7]:+.3f}; c {steps[-1] - 7} steps later: {c[-1]:+.3f}")
print(f"h before the recall: at most {np.abs(h[:-1]).max():.4f}; at the recall: {h[-1]:+.3f}")

# %% [markdown]
# ($h$ is smaller than the value stored, because it went through two tanh, one on the way in and one on the
# way out. What it means to the rest of a network is for the readout's weights to decide.)
#
# Now a thousand sequences at each distance, and the leaky unit beside it. It gets the same candidates and no
# gates, and we are generous: for every distance it may use the best of 50 values of $\alpha$, chosen
# afterwards. Counted is the sign of what was recalled; guessing gets half of them right.

# %% tags=["story"] id="latch_distance"
distances = (1, 2, 5, 10, 20, 50, 100, 200)
lstm_right, leaky_right, missed = [], [], []
for distance in distances:
    xs, wanted = latch_task(N=1000, distance=distance, seed=distance)
    W, b = latch_weights()
    *_, h = run_latch(xs, W, b)
    hit = np.sign(h[:, -1]) == np.sign(wanted)
    lstm_right.append(hit.mean())
    missed += list(np.abs(wanted[~hit]))
    nobody = np.zeros((1000, 1))
    gs = [propose(xs[:, t], nobody, W["g"], b["g"]) for t in range(xs.shape[1])]  # T times (N, 1)
    best = 0.0
    for alpha in np.linspace(0, 0.98, 50):
        c = nobody
        for g in gs:
            c = leak(c, g, alpha)
        best = max(best, np.mean(np.sign(c[:, 0]) == np.sign(wanted)))
    leaky_right.append(best)

fig, ax = plt.subplots(figsize=(7.5, 3.4))
ax.plot(distances, lstm_right, **style("c"), label="your LSTM cell")
ax.plot(distances, leaky_right, **style("alpha"), label="leaky unit, best α for each distance")
ax.axhline(0.5, color=COLORS["neutral"], linestyle=":", label="guessing")
ax.set_xscale("log")
ax.set_xticks(distances, distances)
ax.minorticks_off()
ax.set(xlabel="steps from the second store to the recall", ylabel="share with the right sign")
ax.set_ylim(0.4, 1.05)
ax.legend(frameon=False, fontsize=9, loc="center right")
show(
    fig,
    alt="The LSTM cell has the right sign in all or nearly all sequences at every distance from 1 to 200 "
    "steps. The leaky unit starts a little above 0.6 and falls to 0.5, which is guessing.",
    caption="1000 sequences at each distance; the seed is the distance. Where only one value was to be "
    "stored, it lies five steps further back.",
)
for name, shares in (("LSTM ", lstm_right), ("leaky", leaky_right)):
    print(name, "  ".join(f"{d}: {share:.3f}" for d, share in zip(distances, shares)))
print(f"the LSTM misses {len(missed)} of {1000 * len(distances)}, the largest {max(missed, default=0):.4f}")

# %% [markdown]
# Two hundred steps of noise, and the number is still there. The few misses are stored values so close to zero
# that a trace of noise outweighs them: a gate of 0.0003 is not quite a gate of 0.
#
# Nothing in this cell is new by now: a sum along which nothing vanishes, and three small networks that decide
# when to write, when to erase, when to speak.
#
# The weights were ours, though. That a network can *find* such weights is another matter: for that the
# gradient has to come back over the same two hundred steps. It comes back along the line of the cell state,
# where one step multiplies it by $f_t$ and by nothing else. Unit 06 works that out, and unit 07 trains the
# cell.
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
# | piece | equation, each $(N, H)$ | it came because |
# |---|---|---|
# | candidate | $g_t = \tanh([h_{t-1}, x_t]\,W_g + b_g)$ | the RNN's result was proposal and memory in one |
# | a sum | $c_t = c_{t-1} + g_t$ | the RNN rewrites its memory at every step |
# | a leak | $c_t = \alpha\,c_{t-1} + (1 - \alpha)\,g_t$ | the sum fills up and never lets go |
# | input gate | $i_t = \sigma([h_{t-1}, x_t]\,W_i + b_i)$ | the leak treats every step alike |
# | forget gate | $f_t = \sigma([h_{t-1}, x_t]\,W_f + b_f)$ | old content stayed and went stale |
# | cell state | $c_t = f_t \odot c_{t-1} + i_t \odot g_t$ | (the two of them at work) |
# | output gate | $o_t = \sigma([h_{t-1}, x_t]\,W_o + b_o)$ | everything was heard, all the time |
# | hidden state | $h_t = o_t \odot \tanh(c_t)$ | what was heard had no bounds |
#
# - A gate is a share, between 0 and 1, computed by a layer of its own from $h_{t-1}$ and $x_t$. The candidate
#   is content, and content needs a sign: sigmoid for the one, tanh for the other.
# - $f = 1$ keeps. To carry something unchanged: $f$ open, $i$ closed; to keep it to itself, $o$ closed.
# - $c$ has no bounds and $|h| < 1$. Carrying and speaking are two jobs, and the cell has a state for each.
#
# Next, unit 05: four matrix products become one, one step becomes a sequence, and your cell runs against
# PyTorch's.
#
# ### References
#
# - S. Hochreiter and J. Schmidhuber. Long short-term memory. *Neural Computation* 9(8), 1735-1780, 1997. The
#   sum, the input gate and the output gate; no forget gate.
# - F. A. Gers, J. Schmidhuber and F. Cummins. Learning to forget: continual prediction with LSTM. *Neural
#   Computation* 12(10), 2451-2471, 2000. The forget gate, and why streams need one.
# - K. Greff, R. K. Srivastava, J. Koutník, B. R. Steunebrink and J. Schmidhuber. LSTM: a search space
#   odyssey. *IEEE Transactions on Neural Networks and Learning Systems* 28(10), 2222-2232, 2017. Each piece
#   left out in turn, on three tasks: the forget gate and the tanh on the way out are missed most.
# - H. Jaeger, M. Lukoševičius, D. Popovici and U. Siewert. Optimization and applications of echo state
#   networks with leaky-integrator neurons. *Neural Networks* 20(3), 335-352, 2007. Leaky units, and what they
#   are good for.
# - I. Goodfellow, Y. Bengio and A. Courville. *Deep Learning*. MIT Press, 2016. Section 10.9 on leaky units,
#   section 10.10 on gates.
# - C. Olah. [Understanding LSTM networks](https://colah.github.io/posts/2015-08-Understanding-LSTMs/), 2015.
#   The best-known pictures of the cell.
# - The two sentences about the dog and the order of the steps (candidate, cell state, gates, tanh) are those
#   of a lecture deck, *Deep Learning: Long Short-Term Memory Networks (LSTM)*, slides 5 and 7 to 14, which
#   credits C. Finegan-Dollak.
