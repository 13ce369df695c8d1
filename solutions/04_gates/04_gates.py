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
# **What you will be able to do.** Build the LSTM's cell from a plain RNN, one piece at a time, and say of every
# piece what goes wrong without it. Set a cell's gates by hand. Look at a cell's numbers and tell which gate did it.
#
# **What you need.** `sigmoid` from unit 00; `np.concatenate`, `np.tanh`, `@`, and `*` between arrays.
#
# **How long it takes.** About an hour and a half, half an hour of it for the exercises.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid = mine("sigmoid")

# %% [markdown]
# ## A word that has to be carried
#
# *My **dog**, whom I adopted in 2009, [chase/chases] squirrels.* Which verb is right? The word that decides is six
# words away, and on the way there was another one, *I*, that has nothing to say about it. Whoever reads word by word
# has to take something in at *dog*, carry it past five words, let none of them change it, and use it at the verb.
# How can a cell do that?
#
# We hand it the words as numbers, four for each word ($D = 4$).

# %% tags=["story"] id="words"
from grader.figures import gates as figures

NUMBER, SUBJECT, VERB_NEXT, STOP = range(4)  # the four inputs; the number is 1 for one, -1 for several
FEATURES = {
    "dog": (1, 1, 0, 0), "dogs": (-1, 1, 0, 0), "I": (1, 0, 0, 0), "squirrel": (1, 0, 0, 0),
    "2009": (0, 0, 1, 0), ".": (0, 0, 0, 1),
}


def sentence(subject):
    """The words of: My dog whom I adopted in 2009 chases a squirrel. (The commas are left out.)"""
    verb = "chases" if subject == "dog" else "chase"
    return ["My", subject, "whom", "I", "adopted", "in", "2009", verb, "a", "squirrel", "."]


def read(words):
    """The words as an array of inputs: (T, D), one row a word; every other word is all zeros."""
    return np.array([FEATURES.get(word, (0, 0, 0, 0)) for word in words], dtype=float)


print(" ".join(sentence("dogs")))
print(read(sentence("dogs")).T)  # a row for each of the four inputs, time to the right

# %% [markdown]
# ### What a plain RNN makes of it
#
# A recurrent network (RNN) has one memory, its hidden state $h$, and computes it anew at every step $t$ from the old
# one and the word it reads:
#
# $$
# h_t = \tanh([h_{t-1}, x_t]\,W + b)
# $$

# %% tags=["story"] id="picture_rnn"
figures.cell("rnn")

# %% [markdown]
# Take the smallest one: a single unit that hears the number of each word with weight 1, and its own last value with
# weight $w$. A positive $h$ shall mean *one*, a negative $h$ *several*. We ask it for three verbs.

# %% tags=["story"] id="rnn_fails"
def plain_rnn(words, w):
    """The hidden state of a one-unit RNN at every word: (T,)."""
    h, hs = 0.0, []
    for x in read(words):
        h = np.tanh(w * h + x[NUMBER])
        hs.append(h)
    return np.array(hs)


words = sentence("dogs") + sentence("dog") + sentence("dogs")
figures.plain_rnn(words, {w: plain_rnn(words, w) for w in (0.5, 2.0)})

# %% [markdown]
# A small $w$ forgets *dogs* and listens to *I*. A large $w$ holds on to the first subject and hears no other.
#
# **Try it.** Put other values in place of 0.5 and 2.0. Is there a $w$ that gets all three right?
#
# ## First, a proposal
#
# Whatever $h$ holds is rewritten at every step. So we take the RNN apart. Its result was two things at once: *what this
# step has to say*, and *what is remembered*. Let it be only the first, and call it the **candidate** $g_t$:
#
# $$
# g_t = \tanh([h_{t-1}, x_t]\,W_g + b_g) \qquad (N, H) \tag{eq:candidate}
# $$
#
# ### Exercise: candidate
#
# {{exercise candidate}}
#
# One time step for $N$ sequences at once, a row each. Put $h_{t-1}$ and $x_t$ side by side, $h$ first: the first $H$ rows
# of $W_g$ meet $h_{t-1}$, the last $D$ rows meet $x_t$.

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
# Stuck? `hint("candidate")`, or with any other exercise's name, in a cell of your own. Each call says a little more.
#
# And no, no $w$ will do: to remember it should be large, to listen it should be small. (An RNN of more units can do
# better than this one. But its memory, too, goes through $W$ and tanh at every step.)

# %% tags=["story"] id="picture_candidate"
figures.cell("candidate")

# %% [markdown]
# Some texts write the candidate as a C with a tilde, $\tilde{C}_t$, and its weights as $W_C$.
#
# What does each word propose? We set $W_g$ by hand for a cell of one unit ($H = 1$): a weight of 1.5 for the number, 0
# for everything else. (`mine` brings your own function if it passed its check, and the course's otherwise.)

# %% tags=["story"] id="proposals"
propose = mine("candidate")

H, D = 1, 4
W_g, b_g = np.zeros((H + D, H)), np.zeros(H)
W_g[H + NUMBER] = 1.5  # the rows for x stand below the rows for h


def proposals(words):
    """The candidate of every word, h being 0: (T, H)."""
    xs = read(words)                              # (T, D): the words as a batch, because h plays no part yet
    return propose(xs, np.zeros((len(xs), H)), W_g, b_g)


for word, g in zip(sentence("dogs"), proposals(sentence("dogs"))[:, 0]):
    print(f"{word:>9s}  g = {g:+.3f}")

# %% [markdown]
# *dogs* says -0.9, *I* and *squirrel* say +0.9, the others have nothing to say. These are proposals: nothing is
# remembered yet. They need a place to go.
#
# ## A cell that adds everything up
#
# Give them one: a second state beside $h$, the **cell state** $c_t$. Nothing shall happen to it on its way from step to
# step, no matrix and no tanh. New things are simply added:
#
# $$
# c_t = c_{t-1} + g_t \qquad (N, H) \tag{eq:sum}
# $$
#
# For the time being the cell shows all it holds, $h_t = c_t$. We will have to come back to that.

# %% tags=["story"] id="picture_sum"
figures.cell("sum")

# %% [markdown]
# In one respect this is already all we wanted. How much does $c_t$ change when $c_{t-1}$ changes a little? Along that
# line, exactly as much: the slope is 1, and a hundred steps multiply a hundred ones. Nothing vanishes, nothing explodes.
# Hochreiter and Schmidhuber called it the *constant error carousel* and built the LSTM around it.
#
# Now let the cell read. Ten sentences, with *dog* or *dogs* drawn at random.

# %% tags=["story"] id="sum_fills_up"
def text(subjects):
    """The words of several sentences, one after the other."""
    return [word for subject in subjects for word in sentence(subject)]


ten_subjects = np.random.default_rng(14).choice(["dog", "dogs"], size=10)
ten = text(ten_subjects)
cs = np.cumsum(proposals(ten)[:, 0])  # equation (eq:sum), from c = 0
figures.running_sum(ten, cs)
right = [right for *_, right in figures.answers(ten, cs)]
print(f"c ends at {cs[-1]:.1f}; tanh(c) is {np.tanh(cs[-1]):.7f}; {sum(right)} of {len(right)} verbs right")

# %% [markdown]
# The cell **fills up**. Every sentence brings *I* and *squirrel*, and all of it stays. No single *dogs* can turn the sum
# negative any more: the cell answers *chases* for ever. It **saturates**: anything that looks at it through a squashing
# function sees a 1 that does not move. It can never let go.
#
# **Try it.** Let all ten be about *dogs*: `ten_subjects = ["dogs"] * 10`. Does the cell still fill up? What does one
# sentence add to it, all in all?
#
# ## A cell that leaks
#
# The obvious repair: let the old fade. Keep a share $\alpha$ of the cell state at every step and fill the rest up with
# the new:
#
# $$
# c_t = \alpha\, c_{t-1} + (1 - \alpha)\, g_t \qquad (N, H), \quad 0 \le \alpha \le 1 \tag{eq:leaky}
# $$
#
# It is known as a *leaky unit*, and as the exponential moving average in other trades. Now $c_t$ is a weighted mean of
# the candidates so far (and of the 0 it started from), so it can never leave their range: filling up is over.

# %% tags=["story"] id="picture_leaky"
figures.cell("leaky")

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
# It remembers. Does it remember the right thing? One sentence about *dogs*, and a dial for $\alpha$. At which place is the
# cell below zero when the verb is asked for?

# %% tags=["story"] id="run_leaky"
leak = mine("leaky_update")


def run_leaky(words, alpha):
    """The cell state of a leaky unit at every word: (T,)."""
    c, cs = np.zeros((1, H)), []
    for g in proposals(words):          # g (H,)
        c = leak(c, g[None, :], alpha)  # (1, H)
        cs.append(c[0, 0])
    return np.array(cs)


figures.alpha_slider(sentence("dogs"), run_leaky)

# %% [markdown]
# You found none? Then try all of them. What came in $k$ steps ago counts $(1 - \alpha)\,\alpha^k$, whatever it was.

# %% tags=["story"] id="no_alpha_will_do"
words = sentence("dogs")
ask = words.index("2009")
alphas = np.linspace(0, 1, 101)
held = np.array([run_leaky(words, alpha)[ask] for alpha in alphas])  # c when the verb is next
came_from = {}
for word in ("dogs", "I"):
    k = ask - words.index(word)         # how many steps ago
    came_from[word] = (1 - alphas) * alphas**k * proposals([word])[0, 0]

figures.every_alpha(alphas, held, came_from)
print(f"of {len(alphas)} values of α from 0 to 1, {np.sum(held < 0)} give a negative c, as would be right")

# %% [markdown]
# No $\alpha$ will do. *dogs* is five steps back, *I* is three; so for every $\alpha$ the noise weighs more than the word
# that matters. A small $\alpha$ takes *dogs* in and loses it. A large one would keep it, but hardly takes it in. The best
# compromise leaves a fifteenth of it.
#
# What would we want? At *dogs* an $\alpha$ near 0: write, and write in full. Everywhere else an $\alpha$ near 1: leave it
# alone. **The same $\alpha$ for every step is the mistake.** It has to depend on what is being read.
#
# ## The input gate
#
# So let the network compute it, at every step, from what it reads. Separately for each unit, between 0 (keep the
# candidate out) and 1 (let it in):
#
# $$
# i_t = \sigma([h_{t-1}, x_t]\,W_i + b_i) \qquad (N, H) \tag{eq:input_gate}
# $$
#
# The gate multiplies the candidate, element by element ($\odot$, in numpy `*`), on its way into the adding cell of
# (eq:sum):
#
# $$
# c_t = c_{t-1} + i_t \odot g_t \qquad (N, H) \tag{eq:gated_sum}
# $$
#
# In the LSTM's words, the **input gate** protects the cell from irrelevant inputs.

# %% tags=["story"] id="picture_input_gate"
figures.cell("gates_in")

# %% [markdown]
# ### Exercise: input_gate
#
# {{exercise input_gate}}
#
# **From a proposal to a permission.** The layer is the candidate's: the same $[h_{t-1}, x_t]$, weights of the same shape
# $(H + D, H)$, and other numbers in them. What turns a proposal, which has a sign, into a share, which has none, is the
# function around it. Equation (eq:input_gate) only; the multiplication comes later. `sigmoid` was fetched in the setup
# cell.

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
# The sentence that defeated every $\alpha$, once more. The gate's weights are set by hand: a bias of -4 keeps it shut, and
# a weight of 8 on *subject* opens it there.

# %% tags=["story"] id="gate_opens"
let_in = mine("input_gate")


def run_without_forgetting(words, weight=8.0, bias=-4.0):
    """Candidate, input gate and gated sum, equation (eq:gated_sum), over the words; gives g, i and c, each (T,)."""
    W_i, b_i = np.zeros((H + D, H)), np.full(H, bias)
    W_i[H + SUBJECT] = weight                # z = bias as a rule, and bias + weight at the subject
    c, rows = np.zeros((1, H)), []
    for x in read(words):
        x, h = x[None, :], np.zeros((1, H))  # (1, D), (1, H): the rows of W for h are still 0
        g, i = propose(x, h, W_g, b_g), let_in(x, h, W_i, b_i)
        c = c + i * g                        # (1, H)
        rows.append((g[0, 0], i[0, 0], c[0, 0]))
    return np.array(rows).T


words = sentence("dogs")
g, i, c = run_without_forgetting(words)
figures.gated(words, g=g, i=i, c=c)
print(f"i is {i[1]:.3f} at dogs and {i[3]:.3f} at I; c is {c[1]:+.3f} after dogs and {c[ask]:+.3f} at the verb")

# %% [markdown]
# There it is: written once, in full, then left alone, past the noise. (Not quite left alone: 0.018 of *I* got in. A gate
# is a sigmoid, and a sigmoid is never exactly 0.)
#
# **Try it.** Write `run_without_forgetting(words, weight=8.0, bias=-10.0)` in the last lines. What does the gate do at
# *dogs* now, and why?
#
# ### Set a gate by hand
#
# Find a weight and a bias yourself. They start at 0: the gate is half open, whatever it reads, and *dogs* and *I* cancel
# out. Which of the two dials decides about *dogs* alone, and which about every word? Bring $c$ below -0.88 at the verb.

# %% tags=["story"] id="set_a_gate"
figures.gate_by_hand(words, lambda weight, bias: run_without_forgetting(words, weight, bias)[1:])

# %% [markdown]
# With an output gate, which comes further down, this is the cell of 1997. What could be wrong with it? Let it read on.

# %% tags=["story"] id="stale_content"
three = text(["dogs", "dogs", "dog"])
g, i, c = run_without_forgetting(three)
figures.gated(three, g=g, i=i, c=c)
right = [right for *_, right in figures.answers(ten, run_without_forgetting(ten)[2])]
print(f"the ten sentences of before: {sum(right)} of {len(right)} verbs right")

# %% [markdown]
# The new subject is *added* to the old ones. In the third sentence the cell still answers for the first two: its content
# is **stale**. The input gate decides what comes in; nothing decides what goes out. A text, a sound, a film has no end at
# which somebody would empty the cell for us.
#
# ## The forget gate
#
# The leaky unit could let go, only not at the right moment. We know by now what to do with a fixed factor: compute it
# from what is being read.
#
# $$
# f_t = \sigma([h_{t-1}, x_t]\,W_f + b_f) \qquad (N, H) \tag{eq:forget_gate}
# $$
#
# $$
# c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad (N, H) \tag{eq:cell}
# $$
#
# Mind the name: the **forget gate** says how much is *kept*. $f = 1$ keeps everything, $f = 0$ erases. It came three
# years after the LSTM (Gers, Schmidhuber and Cummins, 2000), for the very reason you just saw: on a stream without ends,
# the cells of 1997 can grow without bounds.

# %% tags=["story"] id="picture_forget_gate"
figures.cell("gates_in_forget")

# %% [markdown]
# ### Exercise: forget_gate
#
# {{exercise forget_gate}}
#
# **From a share to a half-life.** You have written this layer; what is new is what its answer does. It multiplies the cell
# at *every* step, and small differences add up: $f = 0.9$ leaves half after seven steps, $f = 0.993$ after a hundred.
# Before you write it: with all weights 0, which bias gives $f = 0.5$, and has the one for 0.993 to be positive or
# negative? Equation (eq:forget_gate), one time step.

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
# The three sentences again. The forget gate's weights by hand: a bias of +4 keeps it open, a weight of -8 on *full stop*
# shuts it there.

# %% tags=["story"] id="forgets"
keep, update = mine("forget_gate"), mine("cell_update")

W_i, b_i = np.zeros((H + D, H)), np.full(H, -4.0)
W_i[H + SUBJECT] = 8.0
W_f, b_f = np.zeros((H + D, H)), np.full(H, 4.0)
W_f[H + STOP] = -8.0


def run_with_forgetting(words):
    """Candidate, input gate, forget gate and cell state over the words; gives g, i, f and c, each (T,)."""
    c, rows = np.zeros((1, H)), []
    for x in read(words):
        x, h = x[None, :], np.zeros((1, H))  # (1, D), (1, H)
        g, i, f = propose(x, h, W_g, b_g), let_in(x, h, W_i, b_i), keep(x, h, W_f, b_f)
        c = update(f, c, i, g)               # (1, H)
        rows.append((g[0, 0], i[0, 0], f[0, 0], c[0, 0]))
    return np.array(rows).T


# %% tags=["story"] id="forgets_in_time"
g, i, f, c = run_with_forgetting(three)
figures.gated(three, g=g, i=i, f=f, c=c)
right = [right for *_, right in figures.answers(ten, run_with_forgetting(ten)[3])]
print(f"the ten sentences of before: {sum(right)} of {len(right)} verbs right")

# %% [markdown]
# Write at the subject, keep in between, erase at the full stop: three decisions, made by two gates from what is being
# read. Look at the slope of $c$ between subject and full stop: $f = 0.982$, so a little is lost at every step. A longer
# memory needs a gate that stands wider open; a bias of 5 instead of 4 gives $f = 0.993$.
#
# **Try it.** Put the line `b_f[:] = 0.0` before the first one. How much of *dogs* is left at the verb? And how low can the
# bias be before a verb is wrong?
#
# ## The output gate
#
# One promise is still open. We let the cell show everything it holds, $h_t = c_t$, and we got away with it, because all
# the rows of $W$ that read $h$ were zero. In a real network they are not: each unit's gates and candidate read the $h$ of
# *every* unit.
#
# Take a cell of two units ($H = 2$). Unit 0 is the one we built. Unit 1 has another task: it counts words, by proposing
# 0.9 at every word with both its gates open.

# %% tags=["story"] id="two_units"
H2 = 2


def two_units():
    """Weights and biases of unit 0 (the subject's number) and unit 1 (counts words), as dicts by gate."""
    W, b = {gate: np.zeros((H2 + D, H2)) for gate in "gifo"}, {gate: np.zeros(H2) for gate in "gifo"}
    W["g"][H2 + NUMBER, 0], b["g"][1] = 1.5, 1.5              # unit 1 proposes tanh(1.5) = 0.9 at every word,
    W["i"][H2 + SUBJECT, 0], b["i"][:] = 8.0, (-4.0, 4.0)     # always lets it in,
    W["f"][H2 + STOP, 0], b["f"][:] = -8.0, (4.0, 4.0)        # and does not forget at a full stop
    W["o"][H2 + VERB_NEXT, 0], b["o"][:] = 8.0, (-4.0, -4.0)  # for later
    return W, b


# %% tags=["story"] id="run_two"
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


def into_the_gate(words, hs, W, b):
    """What goes into the input gate of unit 0: from the words and the bias, and from h, each (T,)."""
    old = np.vstack([np.zeros((1, H2)), hs[:-1]])  # (T, H): the h of one step before
    return read(words) @ W["i"][H2:, 0] + b["i"][0], old @ W["i"][:H2, 0]


# %% [markdown]
# The two would not disturb each other, but for a single number: the input gate of unit 0 hears unit 1 with a weight of 1.

# %% tags=["story"] id="shouted_down"
def everything(x, h, c, W, b):
    return c  # h = c, as in every picture so far


five = text(ten_subjects[:5])
W, b = two_units()
W["i"][1, 0] = 1.0  # row: the h of unit 1; column: the input gate of unit 0
hs, cs = run_two(five, W, b, everything)
figures.two_units(five, hs, cs, *into_the_gate(five, hs, W, b))
print(f"at the end the words and the bias say -4 to unit 0's input gate, and unit 1 says {hs[-2, 1]:+.1f}")

# %% [markdown]
# Two things are wrong here, and they are different things.
#
# - **A cell state has no bounds.** The counter grows until it shouts down the words: +31 against their -4. What is *shown*
#   has to be bounded.
# - **Nobody asked the counter.** Whatever a cell holds is heard at every step, by every gate, needed or not. *When* it is
#   shown has to be decided, and you know by now how we decide.
#
# **Try it.** Make that weight of 1 smaller: 0.5, 0.3. How small has it to be until all five verbs are right? Is that small
# enough for fifty sentences, `five = text(list(ten_subjects) * 5)`?
#
# The third gate, the **output gate**, has weights of its own:
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
figures.cell("lstm")

# %% [markdown]
# ### Exercise: output_gate
#
# {{exercise output_gate}}
#
# **When to speak.** Look at what this gate reads: the word $x_t$ and what was *shown* one step before, $h_{t-1}$. It does
# not see $c_t$, what the cell holds now. It decides whether the cell is asked, and not what it has to say. Equation
# (eq:output_gate), one time step: once more your layer, with $W_o$ and $b_o$.

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
# The two units once more, with the same disturbing weight. The output gate of unit 0 opens where the verb is next, the
# one of unit 1 stays shut: nobody asks how many words there were.

# %% tags=["story"] id="speaks_when_asked"
let_out, say = mine("output_gate"), mine("hidden_update")


def lstm_shows(x, h, c, W, b):
    return say(let_out(x, h, W["o"], b["o"]), c)  # h = o * tanh(c)


hs, cs = run_two(five, W, b, lstm_shows)
figures.two_units(five, hs, cs, *into_the_gate(five, hs, W, b))

# %% [markdown]
# The counter still counts, and nobody hears it.
#
# Were both pieces needed, or would one have done? And was that one weight an unlucky choice? Let *all* the rows for $h$
# be random, as they are before a network is trained: normal, with a standard deviation of 2, so that they are heard. We
# make a hundred such draws (seed 5), and try each with the four cells one gets with and without the tanh, with and
# without the gate.

# %% tags=["story"] id="both_are_needed"
ways = {
    "h = c": everything,
    "h = tanh(c)": lambda x, h, c, W, b: np.tanh(c),
    "h = o * c": lambda x, h, c, W, b: let_out(x, h, W["o"], b["o"]) * c,
    "h = o * tanh(c)": lstm_shows,
}
draws, counts, rng = 100, dict.fromkeys(ways, 0), np.random.default_rng(5)
for _ in range(draws):
    W, b = two_units()
    for gate in "gifo":
        W[gate][:H2] = 2 * rng.normal(size=(H2, H2))  # all rows for h
    for name, new_h in ways.items():
        hs, _ = run_two(five, W, b, new_h)
        counts[name] += all(right for *_, right in figures.answers(five, hs[:, 0]))

figures.ways(counts, draws)

# %% [markdown]
# The tanh alone bounds the disturbance, but lets it in at every step. The gate alone keeps it out most of the time, but
# when it opens, what comes out has no bounds. Together they do it.
#
# **Try it.** Make the standard deviation 5 in place of 2, or take another seed. Does the order of the four change?
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
# The seventh, the leaky unit, is in there as well: $f = \alpha$, $i = 1 - \alpha$. So is the plain RNN: keep nothing
# ($f = 0$), write everything and show everything ($i = o = 1$), and $h_t = \tanh(g_t)$, the RNN's step with one more
# tanh around it.
#
# ### Turn the knobs
#
# Below are a cell's gates as sliders; they stay where you put them for 20 steps. Before you move anything, try to
# *predict*:
#
# 1. With $f = 1$ and $i = 0$, which of the other sliders can still change $h$?
# 2. How can $c$ grow while $h$ does not move? There are two ways.
# 3. Which setting is a leaky unit with $\alpha = 0.9$? At which value does it level off, and why there?

# %% tags=["story"] id="console"
figures.gate_console()

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
# No dogs this time, and a longer way. Each step brings a random number between -1 and 1 and two flags, $x_t$ = (value,
# store, recall). When *store* is 1, the value has to be kept, in place of any earlier one. When *recall* is 1, the cell has
# to say it, and at all other times nothing. All other values are noise, as loud as the one that counts.
#
# One unit, weights set by hand again, this time with $\pm 8$ in the gates, because the way is long.

# %% tags=["story"] id="latch_task"
VALUE, STORE, RECALL = range(3)


def latch_task(N, distance, seed):
    """xs (N, T, 3) and the answers (N,): store at step 2, in half of them at 7 again, recall at the end."""
    rng = np.random.default_rng(seed)
    xs = np.zeros((N, 8 + distance, 3))
    xs[:, :, VALUE] = rng.uniform(-1, 1, size=xs.shape[:2])
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


# %% [markdown]
# And here is your cell, the six functions in a row.

# %% tags=["story"] id="run_latch"
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


# %% tags=["story"] id="latch"
xs, wanted = latch_task(N=4, distance=30, seed=3)
k = int(np.argmax(xs[:, 7, STORE]))  # the first sequence with a second value to store
i, f, o, c, h = run_latch(xs, *latch_weights())[:, k]
figures.latch(*xs[k].T, i=i, f=f, o=o, c=c, h=h)
print(f"to be kept: {wanted[k]:+.3f}; c then: {c[7]:+.3f}; c at the end: {c[-1]:+.3f}")
print(f"h before the recall: at most {np.abs(h[:-1]).max():.4f}; at the recall: {h[-1]:+.3f}")

# %% [markdown]
# ($h$ is smaller than the value stored, because it went through two tanh, one on the way in and one on the way out. What
# it means to the rest of a network is for the weights to decide that make an answer of $h$.)
#
# **Try it.** Halve the numbers of one gate in `latch_weights` and run the three cells again; then those of another. With
# which of them does $c$ drift most on the way to the recall, and which one shows in $h$?
#
# Now a thousand sequences at each distance (the seed is the distance), and the leaky unit beside it. It gets the same
# candidates and no gates, and we are generous: for every distance it may use the best of 50 values of $\alpha$, chosen
# afterwards. Counted is the sign of what was recalled; guessing gets half of them right.

# %% tags=["story"] id="latch_distance"
def best_leaky(xs, wanted, W, b):
    """The largest share with the right sign that any of 50 values of alpha has."""
    nobody, best = np.zeros((len(xs), 1)), 0.0
    gs = [propose(xs[:, t], nobody, W["g"], b["g"]) for t in range(xs.shape[1])]  # T times (N, 1)
    for alpha in np.linspace(0, 0.98, 50):
        c = nobody
        for g in gs:
            c = leak(c, g, alpha)
        best = max(best, np.mean(np.sign(c[:, 0]) == np.sign(wanted)))
    return best


steps, lstm, leaky, (W, b) = (1, 2, 5, 10, 20, 50, 100, 200), [], [], latch_weights()
for distance in steps:
    xs, wanted = latch_task(N=1000, distance=distance, seed=distance)
    *_, h = run_latch(xs, W, b)
    lstm.append(np.mean(np.sign(h[:, -1]) == np.sign(wanted)))
    leaky.append(best_leaky(xs, wanted, W, b))
figures.distances(steps, lstm, leaky)

# %% [markdown]
# Two hundred steps of noise, and the number is still there. The few misses are stored values so close to zero that a trace
# of noise outweighs them: a gate of 0.0003 is not quite a gate of 0.
#
# Nothing in this cell is new by now: a sum along which nothing vanishes, and three small networks that decide when to
# write, when to erase, when to speak.
#
# The weights were ours, though. That a network can *find* such weights is another matter: for that it has to find out, at
# the last of two hundred steps, what it should have done at the first. What it learns from comes back along the line of
# the cell state, where one step multiplies it by $f_t$ and by nothing else. A later unit works that out.
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
# - A gate is a share, between 0 and 1, computed by a layer of its own from $h_{t-1}$ and $x_t$. The candidate is content,
#   and content needs a sign: sigmoid for the one, tanh for the other.
# - $f = 1$ keeps. To carry something unchanged: $f$ open, $i$ closed; to keep it to itself, $o$ closed.
# - $c$ has no bounds and $|h| < 1$. Carrying and speaking are two jobs, and the cell has a state for each.
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
