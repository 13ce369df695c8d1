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
# # Unit 11: Summing up
#
# **What you will be able to do.** Train a network of your own that sums up a report in a line, and copies names that it has never
# seen. And say why a good score may mean nothing.
#
# **What you need.** The training of unit 07 and the attention of unit 10, where this unit goes on. The rest comes
# ready-made.
#
# **How long it takes.** About 75 minutes. Two or three of these are the computer's. *A score for summaries* may be left out.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, embed, readout, softmax = mine("sigmoid"), mine("embed"), mine("readout"), mine("softmax")
cross_entropy, cross_entropy_backward = mine("cross_entropy"), mine("cross_entropy_backward")
readout_backward, embed_backward = mine("readout_backward"), mine("embed_backward")
lstm_backward, attend, attend_backward = mine("lstm_backward"), mine("attend"), mine("attend_backward")
init_lstm, adam_step, clip_by_norm = mine("init_lstm"), mine("adam_step"), mine("clip_by_norm")


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

# %% [markdown]
# ## A line for a whole report
#
# Reports of matches by a small grammar (`grader/data/matches.py`), and under each the line that sums it up:

# %% tags=["story"] id="reports"
from grader.data import matches

told = matches.examples(4000, np.random.default_rng(0))
aside = matches.examples(300, np.random.default_rng(1), test=True)
for one in aside[:3]:
    print(*one.words)
    print("   ->", *one.summary)

# %% [markdown]
# Some goals are taken back a sentence or two later, and who the hosts are is said in the first: no single one says how a match
# ended. And who is `monivi`? A newcomer. Every second player and ground is one, made of syllables, other ones in the test
# (`aside`) than in training. No vocabulary has them.
#
# Such a word is read as `?`. Which one it was we note all the same, by a number of the report's own behind the vocabulary's:

# %% tags=["story"] id="as_numbers"
K, UNKNOWN, END = len(matches.WORDS), matches.WORDS.index(matches.UNKNOWN), matches.WORDS.index(matches.END)


def known(ids):
    """What a network reads: ids as they are, and UNKNOWN for each word that its vocabulary of K words doesn't have."""
    return np.where(ids < K, ids, UNKNOWN)


one = aside[2]
for word, k, read_as in zip(one.words[:12], one.ids, known(one.ids)):
    print(f"{word:10s} {k:3d}   read as {matches.WORDS[read_as]}")
print(f"{np.mean([np.mean(one.ids >= K) for one in aside]):.0%} of the words of a test report aren't among the {K}")

# %% [markdown]
# ## Unit 10's network
#
# One LSTM reads the report from the left, one from the right; their states at a place are its *key*. A third begins with the last
# states of both, and writes each word from its $h$ and what attention has looked at. (`p_gen` is for later.)

# %% tags=["story"] id="read_and_think"
def read(params, ids):
    """A report (N, S) read from both ends: keys (N, S, H), h and c (N, H) to begin to write with, and both caches."""
    xs, nothing = embed(known(ids), params["E"]), np.zeros((len(ids), len(params["b_right"]) // 4))
    hs, c, cache = lstm_forward(xs, nothing, nothing, params["W_right"], params["b_right"])
    back_hs, back_c, back_cache = lstm_forward(xs[:, ::-1], nothing, nothing, params["W_left"], params["b_left"])
    keys = np.concatenate([hs, back_hs[:, ::-1]], axis=2)
    ends = np.concatenate([hs[:, -1], back_hs[:, -1]], axis=1), np.concatenate([c, back_c], axis=1)
    return keys, *ends, (cache, back_cache)


def think(params, hs, keys):
    """What the writer's states hs (N, T, H) make of a report: p_vocab (N, T, K), attention (N, T, S), p_gen (N, T)."""
    context, attention = attend(hs, keys, keys, np.ones(keys.shape[:2]))
    both = np.concatenate([hs, context], axis=2)                         # (N, T, 2H)
    p_vocab = softmax(readout(both, params["V"], params["b_y"]))
    p_gen = sigmoid(readout(both, params["V_g"], params["b_g"]))[..., 0]
    return p_vocab, attention, p_gen, both


# %% tags=["story"] id="way_back"
def way_back(params, ids, inputs, kept, dlogits, dattention, dz_g):
    """Every array's gradient from those of the logits (N, T, K), the attention (N, T, S) and p_gen's z (N, T)."""
    keys, hs, attention, both, (cache, back_cache), write_cache = kept
    H = hs.shape[2]
    dboth, dV, db_y = readout_backward(dlogits, both, params["V"])
    more, dV_g, db_g = readout_backward(dz_g[..., None], both, params["V_g"])
    dhs, dcontext = np.split(dboth + more, 2, axis=2)
    dquery, dkeys, dvalues = attend_backward(dcontext, dattention, (hs, keys, keys, attention))
    dx_w, dh, dc, dW, db = lstm_backward(dhs + dquery, np.zeros(dhs[:, 0].shape), write_cache)
    right, left = np.split(dkeys + dvalues, 2, axis=2)                   # keys are values too
    left = left[:, ::-1].copy()
    right[:, -1] += dh[:, : H // 2]                                      # the ends are where writing began
    left[:, -1] += dh[:, H // 2 :]
    dx, _, _, dW_right, db_right = lstm_backward(right, dc[:, : H // 2], cache)
    dx_back, _, _, dW_left, db_left = lstm_backward(left, dc[:, H // 2 :], back_cache)
    dE = embed_backward(dx_w, known(inputs), K) + embed_backward(dx + dx_back[:, ::-1], known(ids), K)
    return {"E": dE, "W_right": dW_right, "b_right": db_right, "W_left": dW_left, "b_left": db_left, "W": dW, "b": db,
            "V": dV, "b_y": db_y, "V_g": dV_g, "b_g": db_g}


# %% [markdown]
# First it may say the words of its vocabulary alone, with `?` among them.

# %% tags=["story"] id="vocabulary_alone"
def thought(params, ids, targets):
    """What it thinks at each step of summaries (N, T) that it is told word by word, and all that the way back needs."""
    keys, h, c, caches = read(params, ids)
    inputs = np.concatenate([np.full((len(ids), 1), END), targets[:, :-1]], axis=1)
    hs, _, cache = lstm_forward(embed(known(inputs), params["E"]), h, c, params["W"], params["b"])
    p_vocab, attention, p_gen, both = think(params, hs, keys)
    return p_vocab, attention, p_gen, inputs, (keys, hs, attention, both, caches, cache)


def without_copying(params, ids, targets, mask):
    """The loss of a network that only writes words of its vocabulary, and its gradients."""
    _, attention, p_gen, inputs, kept = thought(params, ids, targets)
    logits = readout(kept[3], params["V"], params["b_y"])
    dlogits = cross_entropy_backward(logits, known(targets), mask)
    grads = way_back(params, ids, inputs, kept, dlogits, 0 * attention, 0 * p_gen)
    return cross_entropy(logits, known(targets), mask), grads


# %% tags=["story"] id="how_to_learn"
alike = {}                                           # reports by their length: a batch has no padding
for one in told:
    alike.setdefault(len(one.words), []).append(one)


def together(some):
    """Reports of one length as a batch: ids (N, S), targets (N, T), mask (N, T)."""
    T = max(len(one.target) for one in some)
    targets = np.array([[*one.target, *[END] * (T - len(one.target))] for one in some])
    return np.stack([one.ids for one in some]), targets, np.array([np.arange(T) < len(one.target) for one in some]) * 1.0


def new_network(rng, D=24, H=48):
    """A network that has learned nothing."""
    params = {"E": rng.normal(size=(K, D))}
    for name, cells in (("_right", H // 2), ("_left", H // 2), ("", H)):
        params["W" + name], params["b" + name] = init_lstm(D, cells, 1.0, rng)
    V, V_g = rng.normal(size=(2 * H, K)) / np.sqrt(2 * H), rng.normal(size=(2 * H, 1)) / np.sqrt(2 * H)
    return params | {"V": V, "b_y": np.zeros(K), "V_g": V_g, "b_g": np.zeros(1)}


# %% tags=["story"] id="one_step"
STEPS = 1000


def learner(loss_of):
    """A step of learning with 32 reports of one length, which are drawn."""
    def step(state, rng):
        params, adam = state
        some = alike[len(told[rng.integers(len(told))].words)]
        loss, grads = loss_of(params, *together([some[k] for k in rng.integers(len(some), size=32)]))
        short, _ = clip_by_norm(grads, 1.0)
        moved = {name: adam_step(params[name], short[name], adam[name], 0.01, 0.9, 0.999, 1e-8) for name in params}
        return ({name: new for name, (new, _) in moved.items()}, {name: kept for name, (_, kept) in moved.items()}), loss
    return step


def begun(seed):
    """A new network, and what Adam remembers of nothing."""
    params = new_network(np.random.default_rng(seed))
    return params, {name: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for name, p in params.items()}


# %% [markdown]
# A quarter of a minute or more of learning:

# %% tags=["story", "long"] id="first_network"
from grader.runs import run

first = run("summaries without copying 0", learner(without_copying), begun(0), steps=STEPS, seed=0).state[0]


# %% tags=["story"] id="write"
def write(params, ids, next_of, T=16):
    """The likeliest word each time, for reports (N, S): ids (N, T). next_of makes one distribution of what it thinks."""
    keys, h, c, _ = read(params, ids)
    words, said = np.full(len(ids), END), []
    for _ in range(T):
        hs, c, _ = lstm_forward(embed(known(words)[:, None], params["E"]), h, c, params["W"], params["b"])
        h = hs[:, 0]
        p_vocab, attention, p_gen, _ = think(params, hs, keys)
        words = next_of(p_vocab, attention, ids, p_gen)[:, 0].argmax(axis=1)
        said.append(words)
    return np.stack(said, axis=1)


def vocabulary(p_vocab, attention, ids, p_gen):
    return p_vocab


# %% tags=["story", "long"] id="it_says"
for one in aside[:3]:
    print("should:", *one.summary)
    print("says:  ", *matches.decode(write(first, one.ids[None], vocabulary)[0], one.strange))

# %% [markdown]
# Where a newcomer belongs it says `?`: its softmax has no entry for the name.
#
# ## Copying
#
# So let it *copy* what it looks at (See, Liu and Manning, 2017). At each step it writes a word of its vocabulary with a
# probability $g$, `p_gen`, which it computes itself; with the rest, $1 - g$, it copies one, from each place of the report with the
# probability of the attention $a$ there:
#
# $$
# p_{ntk} = g_{nt} \, q_{ntk} + (1 - g_{nt}) \sum_{s \,:\, w_{ns} = k} a_{nts}
# \tag{eq:copy}
# $$
#
# with $q$ for `p_vocab` and $w_{ns}$ for the word at place $s$. A word that stands in several places is copied from any of them.
#
# ### Exercise: copy_distribution
#
# {{exercise copy_distribution}}
#
# Equation (eq:copy). K counts all words here, the report's own too: for these `p_vocab` is 0.

# %% exercise="copy_distribution"
def copy_distribution(p_vocab, attention, ids, p_gen):
    """Which word comes next, where a word may be written or copied: equation (eq:copy).

    Arguments: p_vocab (N, T, K), $q$ in the equation: at each of T steps the probability of each word, 0 for words that
    the network can't write; attention (N, T, S), how much it looks at each place of the report, 0 on the padding; ids
    (N, S), whole numbers from 0 to K - 1: which word stands at each place; p_gen (N, T), $g$ in the equation, the
    probability that the word is written.
    Returns p (N, T, K).
    """
    ### BEGIN SOLUTION
    stands = np.eye(p_vocab.shape[2])[ids]                 # (N, S, K): 1 where a place has the word
    copied = attention @ stands                            # (N, T, S) @ (N, S, K) -> (N, T, K)
    g = p_gen[:, :, None]                                  # (N, T, 1)
    return g * p_vocab + (1 - g) * copied
    ### END SOLUTION



# %% [markdown]
# One step by hand: a report of six words, the attention on each, and what the vocabulary would say. Before you drag `p_gen`: can
# `rusk` ever get more than `tomelu`?

# %% tags=["story"] id="turn_p_gen"
from grader.figures import summarisation as figures

mix = mine("copy_distribution")
names = ["rusk", "scored", "tomelu", "ajax", "?"]
report = np.array([[0, 1, 2, 1, 2, 3]])                                  # rusk scored tomelu scored tomelu ajax
attention = np.array([[[0.10, 0.02, 0.25, 0.03, 0.55, 0.05]]])
p_vocab = np.array([[[0.45, 0.02, 0.0, 0.08, 0.45]]])                    # tomelu isn't in the vocabulary
figures.copy_dial(lambda g: mix(p_vocab, attention, report, np.array([[g]]))[0, 0], names)

# %% [markdown]
# **Try it.** Put `2` in the place of `0` in `report`: whose chances go up? Then work out on paper at which `p_gen`
# `rusk` and `tomelu` are equally likely, and see whether the dial agrees.
#
# And the way back. The loss is $-\log p$ of the word that should come, $y$. With $q_y$ for what the vocabulary gives it and
# $\alpha$ for all the attention that lies on it, $p = g\,q_y + (1 - g)\,\alpha$: three numbers, and a slope for each. (You know how
# these are made; here they stand.)

# %% tags=["story"] id="with_copying"
def with_room(p_vocab, ids):
    """p_vocab with zeros for the words that only the reports have."""
    more = max(ids.max() + 1 - K, 0)
    return np.concatenate([p_vocab, np.zeros((*p_vocab.shape[:2], more))], axis=2)


def copied(p_vocab, attention, ids, p_gen):
    return mix(with_room(p_vocab, ids), attention, ids, p_gen)


def with_copying(params, ids, targets, mask):
    """The loss of a network that writes or copies, and its gradients."""
    p_vocab, attention, g, inputs, kept = thought(params, ids, targets)
    p = np.take_along_axis(copied(p_vocab, attention, ids, g), targets[..., None], axis=2)[..., 0]       # (N, T)
    is_it = (np.arange(K) == targets[..., None]) * 1.0                   # (N, T, K), nowhere 1 for a newcomer
    lies = (ids[:, None] == targets[..., None]) * 1.0                    # (N, T, S): places where it stands
    q, alpha = (p_vocab * is_it).sum(axis=2), (attention * lies).sum(axis=2)
    dp = -mask / p / mask.sum()
    dlogits = (dp * g * q)[..., None] * (is_it - p_vocab)
    grads = way_back(params, ids, inputs, kept, dlogits, (dp * (1 - g))[..., None] * lies, dp * (q - alpha) * g * (1 - g))
    return -(mask * np.log(p)).sum() / mask.sum(), grads


# %% [markdown]
# Is it the gradient? Unit 06's judge, for the arrays that copying is new to:

# %% tags=["story"] id="tried"
differ, small = mine("gradient_check"), new_network(np.random.default_rng(0), 3, 4)
batch = together(alike[len(aside[0].words)][:3])
for key in ("V_g", "b_g", "b", "b_left", "b_right"):
    error = differ(lambda array: with_copying({**small, key: array}, *batch)[0],
                   lambda array: with_copying({**small, key: array}, *batch)[1][key], small[key])
    print(f"{key:8s} at most {error:.0e} of the largest apart")

# %% [markdown]
# Three seeds of each. (About two minutes; it can be interrupted.)

# %% tags=["story", "long"] id="all_networks"
networks = {"copies": [], "doesn't copy": []}
for seed in range(3):
    for name, loss_of, file in (("copies", with_copying, "with"), ("doesn't copy", without_copying, "without")):
        done = run(f"summaries {file} copying {seed}", learner(loss_of), begun(seed), steps=STEPS, seed=seed)
        networks[name].append(done.state[0])

# %% [markdown]
# ## Is it right?
#
# Whoever reads a summary wants four facts. Count them one by one, and beside the networks judge two who have learned nothing: one
# takes the first sentence for a summary; the other takes every sentence *by itself* and believes every goal.

# %% tags=["story"] id="judges"
def facts(lines, examples=aside):
    """Of each fact, the share of lines that have it right; then of newcomers' goals, and of lines that are right whole."""
    said, wanted = [matches.fields(line) for line in lines], [matches.fields(one.summary) for one in examples]
    right = np.array([[a == b for a, b in zip(*pair)] for pair in zip(said, wanted)])             # (examples, 4)
    new = np.array([want[3] in one.strange for want, one in zip(wanted, examples)])
    whole = [line == one.summary for line, one in zip(lines, examples)]
    return np.array([*right.mean(axis=0), right[new, 3].mean(), np.mean(whole)])


def lines_of(params, next_of, examples=aside):
    """What a network says of each report."""
    return [matches.decode(write(params, one.ids[None], next_of)[0], one.strange) for one in examples]


RULES = {"first sentence": [one.words[: one.words.index(".")] for one in aside],
         "every goal counts": [matches.every_goal_counts(one.words) for one in aside]}
for name, lines in RULES.items():
    print(f"{name:18s}", *(f"{what} {share:.0%}," for what, share in zip(matches.FIELDS, facts(lines))))

# %% [markdown]
# And somebody who sees *which* words a report has, and not their order? Let a linear readout be fitted to the counts of words, as well
# as it can be, to say the score:

# %% tags=["story"] id="bag_of_words"
def bag(examples):
    """How often each word of the vocabulary comes in a report, and a 1: (examples, K + 1)."""
    return np.array([[*np.bincount(known(one.ids), minlength=K), 1] for one in examples])


scores = sorted({matches.fields(one.summary)[1] for one in told})
which = np.array([scores.index(matches.fields(one.summary)[1]) for one in told])
weights = np.linalg.lstsq(bag(told), np.eye(len(scores))[which], rcond=None)[0]
guesses = (bag(aside) @ weights).argmax(axis=1)
by_bag = np.mean([scores[k] == matches.fields(one.summary)[1] for k, one in zip(guesses, aside)])
print(f"score right by a bag of words: {by_bag:.0%}")

# %% tags=["story", "long"] id="facts_compared"
said = {name: [lines_of(params, copied if name == "copies" else vocabulary) for params in several]
        for name, several in networks.items()}
shares = {name: np.array([facts(lines) for lines in several]) for name, several in said.items()}
shares |= {name: facts(lines) for name, lines in RULES.items()}
figures.by_fact([*matches.FIELDS, "newcomer's goal", "all of it"], shares,
                "300 test reports. Faint: seeds 0, 1 and 2; bold: their mean.")

# %% [markdown]
# Without copying a newcomer's goal is never right, a ground half the time, and a quarter of the lines whole. With it names are right
# as good as always, though no newcomer of the test was ever seen in training, and nine lines in ten whole, more or less by seed. A
# *name* is easy, once it can be copied. What is left is counting: whoever believes every goal, or sees a bag of words, gets half of
# the scores.
#
# **Try it.** In a cell of your own, `short = run("shorter", learner(with_copying), begun(0), steps=500, seed=0).state[0]`, and
# then `facts(lines_of(short, copied))`. What has it learned after 500 steps, and what not yet?
#
# ## A score for summaries
#
# In the real world nobody has written down the four facts. There is a summary by a person, and one asks how much the machine's has in
# common with it: words that both have (**ROUGE-1**), or words that both have *in the same order* (**ROUGE-L**). The order is that of
# a **subsequence**: words may be left out in between, none may change places. The longest one that both have is found in a table.
# $\ell_{ij}$ is its length for the first $i$ words of the one and the first $j$ of the other, with $\ell_{i0} = \ell_{0j} = 0$:
#
# $$
# \ell_{ij} = \begin{cases} \ell_{i-1,j-1} + 1 & \text{if the last of the } i \text{ words is the last of the } j \text{ words} \\
# \max(\ell_{i-1,j},\ \ell_{i,j-1}) & \text{otherwise} \end{cases}
# \tag{eq:lcs}
# $$
#
# How much of what was said is right ($P$, precision, over the candidate's $L$ words), how much of what was to be said is there ($R$,
# recall, over the reference's $M$), and both in one:
#
# $$
# \begin{align}
# P &= \ell_{LM} \,/\, L \tag{eq:precision} \\
# R &= \ell_{LM} \,/\, M \tag{eq:recall} \\
# F &= \frac{2 P R}{P + R} \tag{eq:f}
# \end{align}
# $$
#
# ### Exercise: rouge_l
#
# {{exercise rouge_l}}
#
# Equations (eq:lcs) to (eq:f). A division by 0 gives 0 here.

# %% exercise="rouge_l"
def rouge_l(candidate, reference):
    """How much of a summary agrees with another in words and their order: equations (eq:lcs) to (eq:f).

    Arguments: candidate (L,) and reference (M,), whole numbers, the ids of their words. Either may be empty.
    Returns (precision, recall, f), three numbers from 0 to 1; all are 0 where nothing agrees, and where a text is empty.
    """
    ### BEGIN SOLUTION
    L, M = len(candidate), len(reference)
    longest = np.zeros((L + 1, M + 1))                     # of the first i words of the one, j of the other
    for i in range(L):
        for j in range(M):
            if candidate[i] == reference[j]:
                longest[i + 1, j + 1] = longest[i, j] + 1
            else:
                longest[i + 1, j + 1] = max(longest[i, j + 1], longest[i + 1, j])
    common = longest[L, M]
    precision = common / max(L, 1)
    recall = common / max(M, 1)
    f = 2 * common / max(L + M, 1)                         # what 2 P R / (P + R) comes to
    return precision, recall, f
    ### END SOLUTION



# %% tags=["story", "long"] id="rouge_compared"
in_order = mine("rouge_l")


def rouge_1(line, reference):
    """f of the words that both have, whatever their order."""
    both = sum(min(line.count(word), reference.count(word)) for word in {*line})
    return 2 * both / max(len(line) + len(reference), 1)


def f_of(line, reference):
    """ROUGE-L's f, for words."""
    number = {word: k for k, word in enumerate({*line, *reference})}
    return in_order(*(np.array([number[word] for word in text]) for text in (line, reference)))[2]


every = {"copies": said["copies"][0], "doesn't copy": said["doesn't copy"][0], **RULES}
for name, lines in every.items():
    marks = [np.mean([measure(line, one.summary) for line, one in zip(lines, aside)]) for measure in (rouge_1, f_of)]
    print(f"{name:18s} ROUGE-1 {marks[0]:.2f}   ROUGE-L {marks[1]:.2f}   right {facts(lines)[-1]:.0%}")

# %% [markdown]
# The network that doesn't copy has a fine ROUGE-L, nearly 0.9, and three of four lines wrong; who believes every goal has 0.9,
# and half of them wrong. Most of a line's 14 words are easy, and to ROUGE a wrong name is one word like any other. **Ask for the facts
# wherever you can.**
#
# **Try it.** In a cell of your own, `f_of("ajax beat porto".split(), "porto beat ajax".split())`. Then find a line that says nothing
# right and has a higher ROUGE-1 than ROUGE-L.
#
# ## Where does it look?

# %% tags=["story", "long"] id="looked_at"
k, copier = 2, networks["copies"][0]                 # which of the test reports
one = aside[k]
line = write(copier, one.ids[None], copied)                              # (1, T)
_, looked, share_written, *_ = thought(copier, one.ids[None], line)
in_words = matches.decode(line[0], one.strange)                          # T words, and an end
figures.read_along(one.words, in_words, looked[0, : len(in_words)], share_written[0, : len(in_words)])

# %% [markdown]
# At each word the colours show where in the report it looks, and the line above how much of it was written, and how much copied.
# Names are copied from the sentence that decides. The score is written: it stands nowhere. The keys were read from both ends, and so a
# goal knows of the sentence after it that it doesn't count.
#
# **Try it.** Set `k` to 1, 3 or 6: there a goal is taken back. Does it look at that sentence at all?
#
# ## The worst errors

# %% tags=["story", "long"] id="worst_errors"
def surprise(params, one):
    """How unlikely the right summary is to a network: minus its log probability."""
    targets = one.target[None]
    p_vocab, attention, p_gen, *_ = thought(params, one.ids[None], targets)
    p = copied(p_vocab, attention, one.ids[None], p_gen)
    return -np.log(np.take_along_axis(p, targets[..., None], axis=2)).sum()


wrong = [j for j, line in enumerate(said["copies"][0]) if line != aside[j].summary]
for j in sorted(wrong, key=lambda j: -surprise(copier, aside[j]))[:5]:
    print(*aside[j].words)
    print("   should:", *aside[j].summary)
    print("   says:  ", *said["copies"][0][j])
for score in scores:
    those = [j for j, one in enumerate(aside) if matches.fields(one.summary)[1] == score]
    print(f"{score}: wrong in {len({*wrong} & {*those})} of {len(those)}")

# %% [markdown]
# See what they have in common. At 0 : 0 nothing is wrong; the more goals, the more errors. It isn't the goals that were taken back: of the
# wrong lines no more have one than of all. It is *counting for two*: 3 : 0, the rarest score, comes out as 2 : 1 again and again (on
# two of our three seeds nearly always), and now and then a team plays itself. How many goals there were it knows; to keep apart whose
# they were takes two counters, and that is learned last.
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
# | a word that nobody knows | reads as `?`, and has a number of the report's own | |
# | writing or copying | $p = g\, q + (1 - g) \sum_{s : w_s = k} a_s$ | $g$ is learned, no one says when to copy |
# | ROUGE-L | longest common subsequence by the lengths, harmonic mean | words in order, not facts |
# | judging | who won, score, where, last scorer | a bag, single sentences and no copying beside it |
#
# - **Attention says where; copying makes a word of it.** Names never seen are right as often as known ones.
# - What is not said in any one place has to be kept and counted in a state. That is the hard half.
#
# **Where the field went.** Networks like this one wrote the first good summaries of news in words of their own, and their copying
# came from pointer networks (Vinyals and others, 2015). From 2019 on Transformers that had read great amounts of text before took
# their place, and copy by attention without a gate of their own (Lewis and others, 2020). Whether what a summary says is *true* of its source is still an open
# question, and ROUGE can't answer it (Maynez and others, 2020).
#
# ### References
#
# - A. See, P. J. Liu and C. D. Manning. Get to the point: summarization with pointer-generator networks. *ACL*, 2017. Equation 9 is
#   (eq:copy).
# - O. Vinyals, M. Fortunato and N. Jaitly. Pointer networks. *NeurIPS*, 2015.
# - C.-Y. Lin. ROUGE: a package for automatic evaluation of summaries. *ACL workshop on text summarization*, 2004.
# - M. Lewis and others. BART: denoising sequence-to-sequence pre-training for natural language generation, translation, and
#   comprehension. *ACL*, 2020.
# - J. Maynez, S. Narayan, B. Bohnet and R. McDonald. On faithfulness and factuality in abstractive summarization. *ACL*, 2020.
