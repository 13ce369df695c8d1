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
# # Unit 15: Names in a text
#
# **What you will be able to do.** Find the names in a text, and say of each whether it is a person, a place or a firm,
# where the name alone doesn't tell. Judge it as the field does. And decide on all tags of a sentence at once, in place of
# word by word.
#
# **What you need.** The training of unit 07, `reverse_sequences` of unit 09 (what you didn't write comes ready-made).
#
# **How long it takes.** Not quite two hours with all four exercises, three or four minutes of it the computer's. An hour and
# a quarter, if you leave out writing the last one, `crf_log_likelihood`: it comes ready-made then, and every cell runs.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, embed, readout = mine("sigmoid"), mine("embed"), mine("readout")
embed_backward, readout_backward, lstm_backward = mine("embed_backward"), mine("readout_backward"), mine("lstm_backward")


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


def crf_backward(scores, transitions, tags, mask):
    """Gradients of the sum of what crf_log_likelihood returns: dscores (N, T, K) and dtransitions (K, K).

    A tag's share is how often it is there, 1 or 0, less how probable it is: forwards (alphas) and backwards (betas).
    """
    T, rows = scores.shape[1], np.arange(len(scores))
    alphas, betas = [scores[:, 0]], [0 * scores[:, 0]]         # of each t, (N, K)
    for t in range(1, T):
        ahead = scores[:, t] + np.logaddexp.reduce(alphas[-1][:, :, None] + transitions, axis=1)
        alphas.append(np.where(mask[:, t, None] > 0, ahead, alphas[-1]))
    for t in range(T - 1, 0, -1):
        behind = np.logaddexp.reduce(transitions + (scores[:, t] + betas[0])[:, None, :], axis=2)
        betas.insert(0, np.where(mask[:, t, None] > 0, behind, betas[0]))
    log_Z = np.logaddexp.reduce(alphas[-1], axis=1)[:, None]   # (N, 1)
    dscores, dtransitions = np.zeros_like(scores), np.zeros_like(transitions)
    for t in range(T):
        dscores[:, t] = -mask[:, t, None] * np.exp(alphas[t] + betas[t] - log_Z)
        dscores[rows, t, tags[:, t]] += mask[:, t]
        if t:
            before, here = tags[:, t - 1], tags[:, t]
            pairs = alphas[t - 1][:, :, None] + transitions + (scores[:, t] + betas[t] - log_Z)[:, None, :]
            dtransitions -= np.exp(pairs[mask[:, t] > 0]).sum(axis=0)                 # of (N, K, K), what is real
            np.add.at(dtransitions, (before, here), mask[:, t])
    return dscores, dtransitions

# %% [markdown]
# ## Who is Lincoln?
#
# A president, a town in England, a bank, a make of car. Here are reports in which every name is used for persons, for
# places and for firms.

# %% tags=["story"] id="reports"
from grader.data import names
from grader.figures import entities as figures

told, test = names.reports(5000, np.random.default_rng(0)), names.reports(500, np.random.default_rng(1), test=True)
for one in told[:4]:
    print(" ".join(one.words))
for word, tag in list(zip(told[0].words, told[0].tags))[:4]:
    print(f"{word:>12s} has the tag {tag}, {names.TAGS[tag]}")

# %% [markdown]
# Each word has a **tag**. A name may have two words, so there are two tags for each type: **B** for its first word, **I**
# for each further one; and **O** for a word outside of any name. In numbers, for a name of type $k$, which counts from 0:
#
# $$
# \text{O} = 0, \qquad \text{B of type } k = 2k + 1, \qquad \text{I of type } k = 2k + 2
# \tag{eq:tag}
# $$
#
# What is asked for is not tags, it is names: **spans**, from a word to a word. And what if an I has nothing to go on from,
# because what stands before it is O, or of another type, or nothing at all? Nobody tags a text like that by hand, but a
# network may say it. The field's own script, and most libraries after it, let such an I begin a span. So do we:
#
# $$
# \text{word } t \text{ begins a span if it is B, or if it is I and word } t - 1 \text{ is not of its type}
# \tag{eq:begins}
# $$
#
# ### Exercise: bio_spans
#
# {{exercise bio_spans}}
#
# Equations (eq:tag) and (eq:begins), from left to right.

# %% exercise="bio_spans"
def bio_spans(tags):
    """The spans that a sequence's tags stand for: equations (eq:tag) and (eq:begins).

    Arguments: tags (T,), whole numbers: 0 is O, 2k + 1 is B and 2k + 2 is I of type k, which counts from 0.
    Returns spans (S, 3), whole numbers: a row (start, end, type) for each span, from left to right; its words are
    tags[start:end]. An I that doesn't go on from a word of its type begins a span. Where there is none, the shape
    is (0, 3).
    """
    ### BEGIN SOLUTION
    spans, before = [], -1                          # the type of the word before; -1 for O
    for t, tag in enumerate(tags):
        kind = (tag - 1) // 2                       # -1 for O
        if kind >= 0 and (tag % 2 == 1 or kind != before):
            spans.append([t, t + 1, kind])
        elif kind >= 0:
            spans[-1][1] = t + 1
        before = kind
    return np.array(spans, dtype=int).reshape(-1, 3)
    ### END SOLUTION



# %% [markdown]
# Stuck? `hint("bio_spans")`, or with any other exercise's name, in a cell of your own. Each call says a little more.

# %% tags=["story"] id="spans_of_a_report"
spans_of = mine("bio_spans")
one = told[3]
for start, end, kind in spans_of(one.tags):
    print(f"words {start} to {end - 1}: {' '.join(one.words[start:end])}, {names.TYPES[kind]}")
figures.found(one.words, {"": spans_of(one.tags)}, names.TYPES, "A report, and the type of each name in it.")

# %% [markdown]
# ## Nine words in ten
#
# The simplest tagger is a dictionary: each word gets the tag that it had most often. Of the
# words that names are made of, one in four comes in the test alone; all of these are the word `?` to it, and to every
# network below. Half of each name's uses are of one type, its favourite one.

# %% tags=["story"] id="dictionary"
ids, tags, lengths = names.batch(told)                                         # (N, T), (N, T) and (N,)
test_ids, test_tags, test_lengths = names.batch(test)


def mask_of(lengths):
    """1.0 for each word, 0.0 for the padding: (N, T)."""
    return (np.arange(lengths.max()) < lengths[:, None]).astype(np.float32)


test_mask, counted = mask_of(test_lengths), np.zeros((len(names.WORDS), len(names.TAGS)))
np.add.at(counted, (ids, tags), mask_of(lengths))
by_dictionary = counted.argmax(axis=1)[test_ids]
right = (by_dictionary == test_tags) * test_mask
print(f"the dictionary: {right.sum() / test_mask.sum():.0%} of the words right")
print(f"who says O to everything: {((test_tags == 0) * test_mask).sum() / test_mask.sum():.0%}")

# %% [markdown]
# That sounds like a good mark, and the second one has found no name at all. Most words are no names, so count the names. A
# span is right if its start, its end *and* its type are. Two questions: of those predicted, how many are right? Of those
# that are there, how many were found? And one number for both, their harmonic mean:
#
# $$
# \begin{align}
# \text{precision} &= \frac{\text{right}}{\text{predicted}}, \qquad \text{recall} = \frac{\text{right}}{\text{true}}
#     \tag{eq:precision} \\
# F_1 &= \frac{2 \cdot \text{precision} \cdot \text{recall}}{\text{precision} + \text{recall}} \tag{eq:f1}
# \end{align}
# $$
#
# The spans are counted over all sequences together, and only then divided. Where a division would be by 0, it is 0.
#
# ### Exercise: span_f1
#
# {{exercise span_f1}}
#
# Equations (eq:precision) and (eq:f1), with your `bio_spans`.

# %% exercise="span_f1"
def span_f1(predicted, targets, mask):
    """How many spans were found: equations (eq:precision) and (eq:f1), over all N sequences together.

    Arguments: predicted and targets (N, T), tags as in bio_spans; mask (N, T), 1 for a word and 0 for the padding
    behind the last one.
    Returns (precision, recall, f1), three numbers from 0 to 1; 0 where a division would be by 0.
    """
    ### BEGIN SOLUTION
    right = found = true = 0
    for n, length in enumerate(mask.sum(axis=1).astype(int)):
        said = {tuple(span) for span in bio_spans(predicted[n, :length]).tolist()}
        real = {tuple(span) for span in bio_spans(targets[n, :length]).tolist()}
        right += len(said & real)
        found += len(said)
        true += len(real)
    precision, recall = right / max(found, 1), right / max(true, 1)
    return precision, recall, 2 * right / max(found + true, 1)
    ### END SOLUTION



# %% tags=["story"] id="judged_by_names"
f1_of = mine("span_f1")
for name, said in (("the dictionary", by_dictionary), ("O everywhere", 0 * test_tags), ("the truth", test_tags)):
    precision, recall, f1 = f1_of(said, test_tags, test_mask)
    print(f"{name:>14s}: precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}")
f1s = {"dictionary": [f1_of(by_dictionary, test_tags, test_mask)[2]]}

# %% [markdown]
# ## What stands around it
#
# So look around. A baseline that sees a lot: the four words before a word, the word itself, the four after it, each with
# its place; and all words of the report besides, in no order. A hidden layer of 32 units on top of that. It has no
# memory, and needs none: what it doesn't see it can't know.

# %% tags=["story"] id="learner"
first_weights, adam_of, clipped = mine("init_lstm"), mine("adam_step"), mine("clip_by_norm")
loss_of_words, slope_of_words = mine("cross_entropy"), mine("cross_entropy_backward")


def word_loss(params, scores, tags, mask):
    """Each word's tag by itself: the loss, its gradient for the scores, and for other parameters."""
    return loss_of_words(scores, tags, mask), slope_of_words(scores, tags, mask), {}


def moved(params, adam, grads, lr):
    """What clipping and Adam make of gradients, in float32, which takes half the time."""
    short, _ = clipped(grads, 1.0)
    both = {name: adam_of(params[name], short[name], adam[name], lr, 0.9, 0.999, 1e-8) for name in params}
    return {name: new.astype(np.float32) for name, (new, _) in both.items()}, {name: kept for name, (_, kept) in both.items()}


def singles(params):
    """The parameters in float32."""
    return {name: p.astype(np.float32) for name, p in params.items()}


# %% tags=["story"] id="training_step"
def tagger(name, read, read_backward, params, seed, steps, loss_of=word_loss, N=16, lr=0.015):
    """Train on the reports: the parameters. In each batch a tenth of the words becomes the unknown one."""
    from grader.runs import run

    def step(state, rng):
        params, adam = state
        some = rng.integers(len(ids), size=N)
        long, T = lengths[some], lengths[some].max()
        seen = np.where(rng.random((N, T)) < 0.1, 0, ids[some, :T])            # the word ? has the id 0
        hs, cache = read(params, seen, long)
        scores = readout(hs, params["V"], params["b_y"])
        loss, dscores, more = loss_of(params, scores, tags[some, :T], mask_of(long))
        dhs, dV, db_y = readout_backward(dscores.astype(np.float32), hs, params["V"])
        grads = read_backward(dhs, cache, seen, long, params) | {"V": dV, "b_y": db_y} | more
        return moved(params, adam, grads, lr), loss

    adam = {key: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for key, p in params.items()}
    return run(f"{name} {seed}", step, (params, adam), steps=steps, seed=seed).state[0]


# %% [markdown]
# A tenth of the words is made unknown in training, so that the network learns to read on when it meets a name that it
# hasn't seen.

# %% tags=["story"] id="window"
REACH = range(-4, 5)
K, VOCABULARY = len(names.TAGS), len(names.WORDS)


def neighbours(ids, place):
    """The words so many places further right, the id of a point beyond either end: (N, T)."""
    beyond = np.pad(ids, ((0, 0), (4, 4)), constant_values=1)
    return beyond[:, 4 + place : 4 + place + ids.shape[1]]


def window_read(params, ids, lengths):
    """A hidden layer that sees nine words in their places, and the mean of all: (N, T, H), and nothing to keep but that."""
    votes = sum(embed(neighbours(ids, place), params[f"E{place}"]) for place in REACH)      # (N, T, H)
    every = embed(ids, params["all"]) * mask_of(lengths)[:, :, None]
    hs = np.tanh(votes + every.sum(axis=1, keepdims=True) / lengths[:, None, None].astype(np.float32))
    return hs, hs


# %% tags=["story"] id="window_back"
def window_backward(dhs, hs, ids, lengths, params):
    """The way back through window_read."""
    da = dhs * (1 - hs**2)                                                                   # (N, T, H)
    grads = {f"E{place}": embed_backward(da, neighbours(ids, place), VOCABULARY) for place in REACH}
    share = da.sum(axis=1, keepdims=True) * (mask_of(lengths) / lengths[:, None])[:, :, None]
    return grads | {"all": embed_backward(share, ids, VOCABULARY)}


def new_window(seed, H=32):
    """A window that has learned nothing."""
    rng = np.random.default_rng(seed)
    tables = {name: 0.3 * rng.normal(size=(VOCABULARY, H)) for name in [*(f"E{place}" for place in REACH), "all"]}
    return singles(tables | {"V": rng.normal(size=(H, K)) / np.sqrt(H), "b_y": np.zeros(K)})


# %% [markdown]
# (Three networks: half a minute, and more on a slow computer.)

# %% tags=["story", "long"] id="window_learned"
SEEDS, STEPS = (0, 1, 2), 800


def says(read, params, ids, lengths):
    """The scores of each tag at each word: (N, T, K), from a way to read."""
    return readout(read(params, ids, lengths)[0], params["V"], params["b_y"])


def said_by(read, params):
    """The likeliest tag of each word of the test's reports: (N, T)."""
    return says(read, params, test_ids, test_lengths).argmax(axis=2)


windows = [tagger("window", window_read, window_backward, new_window(seed), seed, STEPS) for seed in SEEDS]
by_window = [said_by(window_read, params) for params in windows]
f1s["window and bag"] = [f1_of(said, test_tags, test_mask)[2] for said in by_window]
print("F1 of the window:", np.round(f1s["window and bag"], 2))

# %% [markdown]
# Much better than the dictionary: from 0.22 to about 0.77. Which names does it miss? A report says of what type a name is in
# one of four places: **near** it; **after** it, on the other side of a clause ("*jordan, as half the town said this morning, hired
# forty engineers*"); **before** it, on the other side of a clause; or **again**: it was said when the name came for the
# first time.

# %% tags=["story", "long"] id="which_are_missed"
def found_by_kind(said, reports=test):
    """Of the names of each kind, and of those never seen in training, the share that was found: (5,)."""
    kinds = [*names.KINDS, "unseen"]
    hits = {kind: [] for kind in kinds}
    for row, one in zip(said, reports):
        spans = {tuple(span) for span in spans_of(row[: len(one.words)]).tolist()}
        for mention in one.mentions:
            hit = (mention.start, mention.end, mention.type) in spans
            for kind in [mention.kind] + ["unseen"] * mention.unseen:
                hits[kind].append(hit)
    return np.array([np.mean(hits[kind]) for kind in kinds])


PLACES = [*names.KINDS, "unseen"]
recall = {"dictionary": found_by_kind(by_dictionary), "window and bag": [found_by_kind(said) for said in by_window]}
figures.by_place(PLACES, recall, "500 reports of the test. Faint: seeds 0, 1 and 2; bold: their mean.",
                 x="where the type is told; names never seen", y="share of names found")

# %% [markdown]
# What stands near it finds, all of it. Beyond its edge it has nothing but the bag, in which the words of all sentences are
# stirred together, and there it finds between a half and three quarters.
#
# ## To read, and to read back
#
# An LSTM has no edge. First one that reads from left to right, as ever; then a second one beside it that reads from the
# end (unit 09), so that each word's $h$ has both sides:

# %% tags=["story"] id="both_ways"
turned = mine("reverse_sequences")


def read(params, ids, lengths):
    """An LSTM over the words, and where there are weights for it, one from the end: hs (N, T, H or 2H), and the caches."""
    xs, nothing = embed(ids, params["E"]), np.zeros((len(ids), len(params["b"]) // 4), dtype=np.float32)
    hs, _, cache = lstm_forward(xs, nothing, nothing, params["W"], params["b"])
    if "W_end" not in params:
        return hs, [cache]
    back, _, cache_end = lstm_forward(turned(xs, lengths), nothing, nothing, params["W_end"], params["b_end"])
    return np.concatenate([hs, turned(back, lengths)], axis=2), [cache, cache_end]


def read_backward(dhs, caches, ids, lengths, params):
    """The way back through read: a dict of gradients."""
    halves = np.split(dhs, len(caches), axis=2)                                # (N, T, H) each
    nothing = 0 * halves[0][:, 0]
    dxs, _, _, dW, db = lstm_backward(halves[0], nothing, caches[0])
    grads = {"W": dW, "b": db}
    for half, cache in zip(halves[1:], caches[1:]):
        dxs_end, _, _, dW, db = lstm_backward(turned(half, lengths), nothing, cache)
        dxs, grads = dxs + turned(dxs_end, lengths), grads | {"W_end": dW, "b_end": db}
    return grads | {"E": embed_backward(dxs, ids, VOCABULARY)}


# %% tags=["story"] id="new_network"
def new_network(seed, ways, D=24, H=32):
    """LSTMs that have learned nothing, one or two, and a readout."""
    rng = np.random.default_rng(seed)
    params = {"E": rng.normal(size=(VOCABULARY, D)), "V": rng.normal(size=(ways * H, K)) / np.sqrt(ways * H)}
    for end in ("", "_end")[:ways]:
        params["W" + end], params["b" + end] = first_weights(D, H, 1.0, rng)
    return singles(params | {"b_y": np.zeros(K)})


# %% [markdown]
# (Three seeds each: about a minute.)

# %% tags=["story", "long"] id="networks_learned"
one_way = [tagger("one way", read, read_backward, new_network(seed, 1), seed, STEPS) for seed in SEEDS]
two_ways = [tagger("both ways", read, read_backward, new_network(seed, 2), seed, STEPS) for seed in SEEDS]
for name, several in (("LSTM, one way", one_way), ("LSTM, both ways", two_ways)):
    said = [said_by(read, params) for params in several]
    f1s[name] = [f1_of(one, test_tags, test_mask)[2] for one in said]
    recall[name] = [found_by_kind(one) for one in said]
    print(f"{name}: F1 {np.round(f1s[name], 2)}")
figures.by_place(PLACES, recall, "500 reports of the test. Faint: seeds 0, 1 and 2; bold: their mean.",
                 x="where the type is told; names never seen", y="share of names found")

# %% [markdown]
# One way is worse than the window, and no wonder: at *jordan* nobody has *hired* anybody yet, and it has to answer.
# What was said before the name it finds in nine of ten, over the whole clause; what is said after it in about three of ten, as
# often as one who chooses among three types. Read both ways it has an F1 of 0.91 or 0.92, on each seed; near, after
# and before it finds nearly all, across clauses that it has never seen, and names that it has never seen in about nine of ten.
#
# What is left is *again*. We come back to it.
#
# ## Tags that contradict each other
#
# Look at what it says where it isn't sure.

# %% tags=["story", "long"] id="contradictions"
def contradictions(said):
    """Where an I doesn't go on from a B or I of its type: (report, word) of each, two arrays."""
    before = np.pad(said, ((0, 0), (1, 0)))[:, :-1]                            # (N, T), the tag before; O at first
    return np.nonzero((said > 0) & (said % 2 == 0) & (before != said) & (before != said - 1))


for seed, params in enumerate(two_ways):
    rows, _ = contradictions(said_by(read, params))
    print(f"seed {seed}: {len(rows)} names torn apart")
said = said_by(read, two_ways[1])
for n, t in list(zip(*contradictions(said)))[:4]:
    pieces = [f"{test[n].words[s]} {names.TAGS[said[n, s]]}" for s in range(max(t - 1, 0), t + 1)]
    print(f"report {n}: ... {', '.join(pieces)} ...")

# %% [markdown]
# The first word of a name is of one type and its second word of another. Each word took the tag that is likeliest *for it*,
# and didn't ask its neighbour. But that can't be, and we know it beforehand. So choose all tags together.
#
# A **path** is a tag for each word, $y_0 \dots y_{T-1}$. Its score is what the network gives its tags, and what a table $A$
# gives each step from one tag to the next:
#
# $$
# s(y) = \sum_{t=0}^{T-1} s_t[y_t] + \sum_{t=1}^{T-1} A[y_{t-1}, y_t]
# \tag{eq:path}
# $$
#
# There are $K^T$ paths, and for 30 words and 7 tags that is a number with 26 digits. But the best one that ends in tag $j$
# at word $t$ goes on from the best one to *some* tag $i$ before it (Viterbi, 1967):
#
# $$
# \begin{align}
# v_0[j] &= s_0[j], & v_t[j] &= s_t[j] + \max_i \left( v_{t-1}[i] + A[i, j] \right) \tag{eq:best} \\
# b_t[j] &= \arg\max_i \left( v_{t-1}[i] + A[i, j] \right), & y_{T-1} &= \arg\max_j v_{T-1}[j], \quad y_{t-1} = b_t[y_t]
#     \tag{eq:back}
# \end{align}
# $$
#
# Forwards it is only noted where each best path came from. The path itself is read from the end.
#
# ### Exercise: viterbi
#
# {{exercise viterbi}}
#
# Equations (eq:path) to (eq:back), for one sequence.

# %% exercise="viterbi"
def viterbi(scores, transitions):
    """The path with the largest score, and that score: equations (eq:path) to (eq:back).

    Arguments: scores (T, K), what each tag has at each word; transitions (K, K), in row i and column j what it counts
    to go from tag i to tag j.
    Returns (path, score): path (T,), whole numbers, the tags of the best path from the first word to the last; score,
    one number, what equation (eq:path) gives it.
    """
    ### BEGIN SOLUTION
    best, back = scores[0], []                      # (K,), the best score of a path that ends in each tag
    for t in range(1, len(scores)):
        ways = best[:, None] + transitions          # (K, K), from each tag to each tag
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + scores[t]
    path = [best.argmax()]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return np.array(path[::-1]), best.max()
    ### END SOLUTION



# %% [markdown]
# The shortest proof is to try every path.

# %% tags=["story"] id="every_path"
import itertools

best_path = mine("viterbi")
rng = np.random.default_rng(4)
scores, steps = rng.normal(size=(6, 4)), rng.normal(size=(4, 4))
paths = np.array(list(itertools.product(range(4), repeat=6)))                  # (4**6, 6)
of_paths = scores[np.arange(6), paths].sum(axis=1) + steps[paths[:, :-1], paths[:, 1:]].sum(axis=1)
path, score = best_path(scores, steps)
print(f"of {len(paths):,} paths the best is {paths[of_paths.argmax()]}, with {of_paths.max():.3f}")
print(f"viterbi says it is {path}, with {score:.3f}")
print(f"each word by itself would say {scores.argmax(axis=1)}")

# %% [markdown]
# Now a table that says nothing but what we know: 0 for a step that may be, and -10,000 for one that may not. For the first
# word it is as if an O stood before it.

# %% tags=["story"] id="rules"
RULES = np.zeros((K, K))
for k in range(2, K, 2):                                                       # every I
    RULES[[j for j in range(K) if j not in (k - 1, k)], k] = -1e4


def together(scores, lengths, table):
    """The best path of each report, by a table of steps: (N, T), 0 on the padding."""
    chosen = np.zeros(scores.shape[:2], dtype=int)
    for n, length in enumerate(lengths):
        own = scores[n, :length].astype(float)
        own[0] += RULES[0]                                                     # what may begin
        chosen[n, :length] = best_path(own, table)[0]
    return chosen


# %% tags=["story", "long"] id="rules_help"
by_rules = [together(says(read, params, test_ids, test_lengths), test_lengths, RULES) for params in two_ways]
f1s["both ways, rules"] = [f1_of(said, test_tags, test_mask)[2] for said in by_rules]
for seed, said in enumerate(by_rules):
    print(f"seed {seed}: F1 {f1s['LSTM, both ways'][seed]:.3f} word by word, {f1s['both ways, rules'][seed]:.3f} by "
          f"the rules; {len(contradictions(said)[0])} names torn apart")

# %% [markdown]
# One point or one and a half, for a table that had to be learned by nobody. Nothing in the network has changed: what it
# knows is only read with more sense.
#
# ## All paths at once
#
# In training the network was asked for each word's tag by itself. Why not ask it for the *path*? Let its probability be
# $e^{s(y)}$, divided by the sum of that over all $K^T$ of them. It is a **conditional random field**, CRF, and the table $A$
# is learned with everything else:
#
# $$
# \log p(y) = s(y) - \log Z, \qquad Z = \sum_{y'} e^{s(y')}
# \tag{eq:crf}
# $$
#
# That sum over all paths goes the way of the maximum, step by step. Add up in the place of choosing, and all of it in logarithms,
# for $e^{s}$ is soon too large for any number:
#
# $$
# \begin{align}
# \alpha_0[j] &= s_0[j], \qquad \alpha_t[j] = s_t[j] + \log \sum_i e^{\alpha_{t-1}[i] + A[i, j]} \tag{eq:alpha} \\
# \log Z &= \log \sum_j e^{\alpha_{T-1}[j]} \tag{eq:Z}
# \end{align}
# $$
#
# ### Exercise: crf_log_likelihood
#
# {{exercise crf_log_likelihood}}
#
# Equations (eq:path) and (eq:crf) to (eq:Z), for a batch with padding. `np.logaddexp.reduce(..., axis=...)` is the logarithm of a sum
# of exponentials, and stays finite.

# %% exercise="crf_log_likelihood"
def crf_log_likelihood(scores, transitions, tags, mask):
    """The log-probability of each sequence's tags: equations (eq:path) and (eq:crf) to (eq:Z).

    Arguments: scores (N, T, K); transitions (K, K), in row i and column j what it counts to go from tag i to tag j;
    tags (N, T), whole numbers from 0 to K - 1; mask (N, T), 1 for a word and 0 for the padding behind the last one.
    Returns log_p (N,), none of them above 0; 0 for a sequence without a word. What is on the padding has no part in it.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(scores))
    path, alpha = scores[rows, 0, tags[:, 0]], scores[:, 0]                             # (N,), (N, K)
    for t in range(1, scores.shape[1]):
        step = transitions[tags[:, t - 1], tags[:, t]] + scores[rows, t, tags[:, t]]    # (N,)
        path = path + mask[:, t] * step
        ahead = np.logaddexp.reduce(alpha[:, :, None] + transitions, axis=1)            # (N, K)
        alpha = np.where(mask[:, t, None] > 0, ahead + scores[:, t], alpha)
    return mask[:, 0] * (path - np.logaddexp.reduce(alpha, axis=1))
    ### END SOLUTION



# %% tags=["story"] id="adds_up_to_one"
log_p_of = mine("crf_log_likelihood")
many = np.repeat(scores[None], len(paths), axis=0)                             # (4**6, 6, 4)
log_p = log_p_of(many, steps, paths, np.ones(paths.shape))
print(f"the probabilities of all {len(paths):,} paths add up to {np.exp(log_p).sum():.6f}")
print(f"the likeliest has {np.exp(log_p.max()):.3f}, and it is {paths[log_p.argmax()]}")
alone = log_p_of(scores[None], 0 * steps, path[None], np.ones((1, 6)))[0]
print(f"without a table: {alone:.6f}, and minus the cross-entropy of its words: "
      f"{-6 * loss_of_words(scores[None], path[None], np.ones((1, 6))):.6f}")

# %% [markdown]
# All paths together have probability 1, the likeliest is Viterbi's, and with a table of zeros it is unit 01's loss. The way back
# comes ready-made (`crf_backward`, in the setup cell): a tag's gradient is 1 if it is the right one, less how probable it
# is among all paths. The same network and the same batches once more, with the path's probability as its loss.
# (A minute, and more on a slow computer.)

# %% tags=["story", "long"] id="crf_learned"
def path_loss(params, scores, tags, mask):
    """The whole path's tags together: the loss for each word, its gradient for the scores, and for the table."""
    log_p = log_p_of(scores, params["A"], tags, mask)
    dscores, dA = crf_backward(scores, params["A"], tags, mask)
    return -log_p.sum() / mask.sum(), -dscores / mask.sum(), {"A": -dA / mask.sum()}


def new_crf(seed):
    return new_network(seed, 2) | {"A": np.zeros((K, K), dtype=np.float32)}


def crf_says(params, ids, lengths):
    """The best path of each report by the table that was learned."""
    return together(says(read, params, ids, lengths), lengths, params["A"].astype(float))


crfs = [tagger("crf", read, read_backward, new_crf(seed), seed, STEPS, path_loss) for seed in SEEDS]
by_crf = [crf_says(params, test_ids, test_lengths) for params in crfs]
f1s["both ways, CRF"] = [f1_of(said, test_tags, test_mask)[2] for said in by_crf]
print("F1 with a CRF:", np.round(f1s["both ways, CRF"], 3))

# %% tags=["story", "long"] id="picture_f1"
figures.compared(f1s, "500 reports with names and clauses that are not in training. A mark a seed.", y="F1 of spans")

# %% [markdown]
# Everybody who reads both ways is far above the window, and the window far above one way. The CRF is better than word by word
# on every seed, by one to two and a half points. Better than the rules? By one point on two of our seeds, not at all on the third: three
# seeds are too few to say so. What it costs is a third more time in training; what it saves is writing down the
# rules, for they are in the table now:

# %% tags=["story", "long"] id="learned_table"
A = crfs[0]["A"]
for k in (1, 3, 5):
    others = [j for j in (1, 3, 5) if j != k]
    print(f"{names.TAGS[k]}, then {names.TAGS[k + 1]}: {A[k, k + 1]:+.1f}; then I of another type: "
          f"{', '.join(f'{A[k, j + 1]:+.1f}' for j in others)}")
print(f"O, then an I: {', '.join(f'{a:+.1f}' for a in A[0, 2::2])}; O, then a B: {', '.join(f'{a:+.1f}' for a in A[0, 1::2])}")

# %% [markdown]
# From B to the I of its own type is above 0; to an I from O, or from the B of another type, is below. Nobody has told it.
#
# Write a report of your own. Give a name that isn't in the list, put a second clause between a name and its verb, leave
# the verb out. Unknown words are all the same to it. And the one that stands there names one firm twice: are both found?

# %% tags=["story", "long"] id="write_your_own"
def look_for(words):
    """The spans that the CRF of seed 0 finds in words: (S, 3)."""
    return spans_of(crf_says(crfs[0], names.encode(words)[None], np.array([len(words)]))[0])


figures.writer(look_for, "Lincoln, as the radio said this morning, hired forty engineers. "
               "By the way, Lincoln is in the news again.", names.TYPES)

# %% [markdown]
# **Try it.** How far does it carry? In a cell of your own, make reports with three clauses in a row,
# `far = names.reports(300, np.random.default_rng(2), test=True, clauses=3)`, and print
# `found_by_kind(crf_says(crfs[0], *names.batch(far)[::2]), far)`. Nothing that it has read in training was as long. Which
# of the five numbers fall?
#
# ## What it gets wrong
#
# The reports whose true tags it holds least likely, by your own `crf_log_likelihood`:

# %% tags=["story", "long"] id="worst"
scores_of_test = says(read, crfs[0], test_ids, test_lengths)
log_p = log_p_of(scores_of_test, crfs[0]["A"], test_tags, test_mask)           # (500,)
worst = np.argsort(log_p)[:20]
for n in worst[:8]:
    taken = {(start, end): names.TYPES[kind] for start, end, kind in spans_of(by_crf[0][n]).tolist()}
    for m in test[n].mentions:
        said, true = taken.get((m.start, m.end), "other words"), names.TYPES[m.type]
        if said != true:
            print(f"{log_p[n]:6.1f}  {' '.join(test[n].words[m.start : m.end])} ({m.kind}): {true}, taken for {said}")


def three_ways(n):
    """A report's words, and who found which spans in it."""
    said = {"true": test_tags, "window and bag": by_window[0], "both ways, CRF": by_crf[0]}
    return test[n].words, {name: spans_of(rows[n, : test_lengths[n]]) for name, rows in said.items()}


figures.report_dial([three_ways(n) for n in worst], names.TYPES, "The report whose true tags are least likely to it. Seed 0.")

# %% [markdown]
# Nearly all of them are names that come *again*, and the words are right: it is the type that is wrong. At a third of such
# names the window has the right one. What does the network do at such a name? Perhaps it takes a type that was told in this report, no matter of
# whom. Then it should hardly be wrong where both names that were told are of one type:

# %% tags=["story", "long"] id="memory_of_names"
def again_by_types(said):
    """Of the names that come again, the share found where both names told are of one type, and where they aren't."""
    hits = {True: [], False: []}
    for row, one in zip(said, test):
        if len(one.mentions) == 3:
            first, second, third = one.mentions
            spans = spans_of(row[: len(one.words)]).tolist()
            hits[first.type == second.type].append([third.start, third.end, third.type] in spans)
    return np.mean(hits[True]), np.mean(hits[False])


for seed, said in enumerate(by_crf):
    print("seed %d: of one type %.2f found, of two types %.2f" % (seed, *again_by_types(said)))

# %% [markdown]
# So it is. Of one type: nine in ten. Of two types: a half, as by a coin. It keeps *which types* were told across all the words
# between, and not *whose* they were. To know that, it would have to hold each name beside its type, and to compare a name that
# comes with those that it holds. Nothing in a gate does that by itself.
#
# **Try it.** Does it help to be warned? In a cell of your own copy `tagger` under a new name, with 0.0 in the place of 0.1, so that no
# word is unknown in training, and train a network of seed 0 with it, as in `networks_learned`, under another name than
# `"both ways"`. What becomes of the names never seen? (Of ours, on seed 0,
# hardly any was found, and on seed 1 nearly as many as ever. The vector of the unknown word stays what it was drawn as, and it is
# luck what it looks like.)
#
# ## Where the field went
#
# LSTMs came to this task in 2003, with Hammerton's, which was far behind the best of that year. With both directions, with
# vectors made of a word's letters for those that are unknown, and with a CRF on top they became the way to do it (Huang, Xu and
# Yu, 2015; Lample and others, 2016). Since BERT (Devlin and others, 2019) what lies under the tags is most often a network that was
# trained on very much text before, and that looks back at every word directly, in place of carrying all in one state.
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
# | tags | O, B and I of each type | spans are what counts |
# | $F_1$ | harmonic mean of precision and recall, over all spans together | right words are cheap: most are O |
# | both ways | $[\,\text{there} \mid \text{back}\,]$ at each word | what tells may come later |
# | Viterbi | $v_t[j] = s_t[j] + \max_i (v_{t-1}[i] + A[i, j])$, then back along the pointers | $T K^2$ steps in place of $K^T$ |
# | CRF | $\log p(y) = s(y) - \log Z$, with log-sum-exp in the place of max | the table is learned |
#
# ### References
#
# - J. Hammerton. Named entity recognition with long short-term memory. *CoNLL*, 2003.
# - E. F. Tjong Kim Sang and F. De Meulder. Introduction to the CoNLL-2003 shared task: language-independent named entity recognition.
#   *CoNLL*, 2003.
# - A. J. Viterbi. Error bounds for convolutional codes and an asymptotically optimum decoding algorithm. *IEEE Transactions on
#   Information Theory* 13(2), 260-269, 1967.
# - J. Lafferty, A. McCallum and F. Pereira. Conditional random fields: probabilistic models for segmenting and labeling sequence data.
#   *ICML*, 2001.
# - Z. Huang, W. Xu and K. Yu. Bidirectional LSTM-CRF models for sequence tagging. arXiv:1508.01991, 2015.
# - G. Lample, M. Ballesteros, S. Subramanian, K. Kawakami and C. Dyer. Neural architectures for named entity recognition. *NAACL*, 2016.
# - J. Devlin, M.-W. Chang, K. Lee and K. Toutanova. BERT: pre-training of deep bidirectional transformers for language understanding.
#   *NAACL*, 2019.
