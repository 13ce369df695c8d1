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
# # Unit 12: Good or bad?
#
# **What you will be able to do.** Let your LSTM read reviews and say whether they are good or bad, where no count of
# words can. Show which words decided, and test whether they really did.
#
# **What you need.** The training of unit 07 (Adam, clipping, the first weights), the LSTM's way back of unit 06, the
# loss, the readout and the embedding of units 01 and 02. What you didn't write there comes ready-made.
#
# **How long it takes.** About 65 minutes. Two or three of these are the computer's.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, embed, readout, cross_entropy = mine("sigmoid"), mine("embed"), mine("readout"), mine("cross_entropy")
cross_entropy_backward, readout_backward = mine("cross_entropy_backward"), mine("readout_backward")
embed_backward, lstm_backward = mine("embed_backward"), mine("lstm_backward")
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
# ## Count the good words
#
# Here are reviews, made by a small grammar (`grader/data/reviews.py`). *One* opinion counts in each: that of the main
# clause. What somebody else has called the thing doesn't, nor what is said of another thing before `but` or after
# `although`.

# %% tags=["story"] id="some_reviews"
from grader.data import reviews

training = reviews.draw(20000, np.random.default_rng(0))
unseen = reviews.draw(1000, np.random.default_rng(1), test=True)
for one in unseen[:6]:
    print("good:" if one.good else "bad: ", *one.words)

# %% [markdown]
# Each text of `unseen` has an opening and a verb in its main clause ("I doubt that", "was not") that no text of `training` has
# together there. Whoever has learned whole phrases by heart won't find them here.
#
# The oldest way: make a list of good words and one of bad words, and count. A more careful one turns a word round where
# "not" or the like is among the three words before it.

# %% tags=["story"] id="count_them"
TURN = {"not", "never", "hardly", "false", "far", "anything", "doubt", "nobody", "denies"}


def score(words, careful):
    """Good words less bad words; where ``careful``, those after a word that turns are counted the other way round."""
    total = 0
    for t, word in enumerate(words):
        value = (word in reviews.GOOD) - (word in reviews.BAD)
        total += -value if careful and TURN & {*words[max(0, t - 3) : t]} else value
    return total


def share_right(scores, texts):
    """The share of texts whose score is on the right side of 0; a score of 0 counts a half."""
    return np.mean([0.5 if s == 0 else (s > 0) == one.good for s, one in zip(scores, texts)])


plain_ones = [one for one in training if len(one.words) <= 7]         # "the film was not dull ."
for name, some in (("of up to seven words", plain_ones), ("unseen", unseen)):
    for careful in (False, True):
        right = share_right([score(one.words, careful) for one in some], some)
        print(f"{name}, {'three words back' if careful else 'counted'}: {right:.0%} right")

# %% [markdown]
# In "the plot was not dull" three words are enough. In a text of twenty, somebody doubts something at its beginning, and its
# adjective comes much later.
#
# ## Learn the numbers
#
# Perhaps the lists were too simple. So let each word have a vector of its own, and learn it: add up a text's vectors, divide
# by how many there are, and let a readout decide. It is a **bag of words**: what was said is in there, its order is not.
#
# Texts have different lengths, so a batch has padding.

# %% tags=["story"] id="with_company"
rng = np.random.default_rng(0)
vectors = rng.normal(size=(len(reviews.WORDS), 24))                   # a row for each word, and one for the padding
short, long = sorted(training[:50], key=lambda one: len(one.words))[:: 49]
for company in ([short], [short, long]):
    ids, lengths = reviews.padded([one.words for one in company])     # (N, T), (N,)
    print(f"{lengths[0]} words in {ids.shape[1]} steps: the mean begins with {embed(ids, vectors)[0].mean(axis=0)[:3].round(3)}")

# %% [markdown]
# The same text, and another mean, because it has a long neighbour. Its padding was counted. With the mask $m_{nt}$, 1 where
# there is a word and 0 where there is none:
#
# $$
# \text{mean}_n = \frac{\sum_t m_{nt}\, h_{nt}}{\max(1, \sum_t m_{nt})} \qquad (N, H)
# \tag{eq:mean}
# $$
#
# A text without a word has zeros.
#
# ### Exercise: masked_mean
#
# {{exercise masked_mean}}
#
# Equation (eq:mean). It may be of words' vectors or of an LSTM's states: any `hs` will do.

# %% exercise="masked_mean"
def masked_mean(hs, mask):
    """The mean of each text's real steps: equation (eq:mean).

    Arguments: hs (N, T, H); mask (N, T), 1.0 where a step is real and 0.0 where it is not: on the padding, or anywhere.
    Returns mean (N, H); zeros for a text without a word.
    """
    ### BEGIN SOLUTION
    total = (hs * mask[:, :, None]).sum(axis=1)            # (N, H)
    count = mask.sum(axis=1, keepdims=True)                # (N, 1)
    return total / np.maximum(count, 1)
    ### END SOLUTION



# %% [markdown]
# Stuck? `hint("masked_mean")`, in a cell of your own. Each call says a little more.

# %% tags=["story"] id="any_order"
mean_of = mine("masked_mean")
shuffled = [short.words, tuple(rng.permutation(short.words)), long.words]
ids, lengths = reviews.padded(shuffled)
mask = (np.arange(ids.shape[1]) < lengths[:, None]).astype(float)
for row, words in zip(mean_of(embed(ids, vectors), mask), shuffled):
    print(row[:3].round(3), *words[:8], "..." if len(words) > 8 else "")

# %% [markdown]
# Its neighbour makes no difference any more. And neither does its order, which is the trouble with bags.
#
# Now train it. The same cells will train the LSTM below, so they take a function that gives the loss and its gradients.

# %% tags=["story"] id="how_to_learn"
def batch_of(texts):
    """Texts as arrays: ids (N, T), lengths (N,), and whether each is good, (N,), 1 or 0."""
    return *reviews.padded([one.words for one in texts]), np.array([int(one.good) for one in texts])


def decide(vector, good, params):
    """The readout of one vector a text (N, H): the loss, the gradients of vector, V and b_y, and the logits (N, 2)."""
    ones, vector = np.ones((len(good), 1)), vector[:, None]           # a sequence of one step
    logits = readout(vector, params["V"], params["b_y"])
    dlogits = cross_entropy_backward(logits, good[:, None], ones)
    dvector, dV, db_y = readout_backward(dlogits, vector, params["V"])
    return cross_entropy(logits, good[:, None], ones), (dvector[:, 0], dV, db_y), logits[:, 0]


def bag_loss(params, ids, lengths, good):
    """The loss of a bag of words, its gradients by name, and the logits (N, 2)."""
    mask = (np.arange(ids.shape[1]) < lengths[:, None]).astype(float)
    loss, (dmean, dV, db_y), logits = decide(mean_of(embed(ids, params["E"]), mask), good, params)
    share = mask / np.maximum(lengths, 1)[:, None]                    # how much of each word is in the mean
    dE = embed_backward(dmean[:, None] * share[:, :, None], ids, len(params["E"]))
    return loss, {"E": dE, "V": dV, "b_y": db_y}, logits


# %% tags=["story"] id="learn"
def new_model(H, rng):
    """A reader that has learned nothing, with H cells; a bag has no use for W and b."""
    W, b = init_lstm(24, H, 1.0, rng)
    E, V = rng.normal(size=(len(reviews.WORDS), 24)), rng.normal(size=(H, 2)) / np.sqrt(H)
    return {"E": E, "W": W, "b": b, "V": V, "b_y": np.zeros(2)}


def learning(loss_of, texts, lr):
    """A step of learning on 64 texts of about one length: clipped, and by Adam."""
    by_length = sorted(texts, key=lambda one: len(one.words))         # so that a batch has little padding

    def step(state, rng):
        params, adam = state
        first = rng.integers(len(by_length) - 63)
        loss, grads, _ = loss_of(params, *batch_of(by_length[first : first + 64]))
        grads, _ = clip_by_norm(grads, 1.0)
        both = {name: adam_step(p, grads[name], adam[name], lr, 0.9, 0.999, 1e-8) for name, p in params.items()}
        return ({name: new for name, (new, _) in both.items()}, {name: kept for name, (_, kept) in both.items()}), loss
    return step


# %% tags=["story"] id="judge"
def start(params):
    """Parameters, and what adam_step remembers of each before the first step."""
    return params, {name: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for name, p in params.items()}


def right(loss_of, params, texts):
    """The share of texts that are read rightly."""
    ids, lengths, good = batch_of(texts)
    return np.mean(loss_of(params, ids, lengths, good)[2].argmax(axis=1) == good)


# %% tags=["story", "long"] id="bag"
from grader.runs import run

found = {"lexicon,\nthree words back": [share_right([score(one.words, True) for one in unseen], unseen)]}
found["bag of words"] = []
for seed in range(3):
    bag = {name: p for name, p in new_model(24, np.random.default_rng(seed)).items() if name in ("E", "V", "b_y")}
    bag, _ = run(f"bag {seed}", learning(bag_loss, training, 0.01), start(bag), steps=1000, seed=seed).state
    found["bag of words"].append(right(bag_loss, bag, unseen))
    print(f"seed {seed}: {right(bag_loss, bag, training[:1000]):.0%} right of those it learned from, "
          f"{found['bag of words'][-1]:.0%} of the unseen")

# %% [markdown]
# A coin does as well. It isn't the training: there is nothing to learn for a sum. "dull" is in as many good texts as bad
# ones, and so is "not", and every other word. What counts is which word stands *after which*.
#
# ## Read
#
# So let an LSTM read, and ask it when it has read all. Its state after the last step, `hs[:, -1]`?

# %% tags=["story"] id="after_the_padding"
H = 48
model, nothing = new_model(H, np.random.default_rng(0)), np.zeros((2, H))
ids, lengths = reviews.padded([short.words, long.words])
hs, _, _ = lstm_forward(embed(ids, model["E"]), nothing, nothing, model["W"], model["b"])
alone, _, _ = lstm_forward(embed(ids[:, : lengths[0]], model["E"]), nothing, nothing, model["W"], model["b"])
print("the short text by itself:        ", alone[0, -1, :4].round(3))
print("beside a long one, at the end:   ", hs[0, -1, :4].round(3))
print("beside a long one, after", lengths[0], "words:", hs[0, lengths[0] - 1, :4].round(3))

# %% [markdown]
# At the last step of the batch the short text's state has read nothing but padding for a while. What is wanted stands where
# the *text* ends. With $L_n$ for its length:
#
# $$
# \text{last}_n = \begin{cases} h_{n, L_n - 1} & \text{if } L_n > 0 \\ 0 & \text{if } L_n = 0 \end{cases} \qquad (N, H)
# \tag{eq:last}
# $$
#
# ### Exercise: last_valid
#
# {{exercise last_valid}}
#
# Equation (eq:last), for all texts of a batch.

# %% exercise="last_valid"
def last_valid(hs, lengths):
    """The state after each text's last word: equation (eq:last).

    Arguments: hs (N, T, H); lengths (N,), whole numbers from 0 to T: text n is hs[n, : lengths[n]], and behind it is
    padding.
    Returns last (N, H); zeros for a text without a word.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(hs))
    last = hs[rows, lengths - 1]                           # (N, H); where the length is 0, some state or other
    return np.where(lengths[:, None] > 0, last, 0)
    ### END SOLUTION



# %% tags=["story"] id="no_matter_where"
end_of = mine("last_valid")
apart = np.abs(end_of(hs, lengths)[0] - end_of(alone, lengths[:2].clip(max=lengths[0]))[0]).max()
print(f"the short text by itself and beside a long one: {apart:.0e} apart")

# %% [markdown]
# On the way back the gradient goes to that step, and to no other. Everything else you have: this is the whole reader.

# %% tags=["story"] id="reader"
def reader_loss(params, ids, lengths, good):
    """The loss of an LSTM that is asked at each text's end, its gradients by name, and the logits (N, 2)."""
    nothing = np.zeros((len(ids), len(params["V"])))
    hs, _, cache = lstm_forward(embed(ids, params["E"]), nothing, nothing, params["W"], params["b"])
    loss, (dlast, dV, db_y), logits = decide(end_of(hs, lengths), good, params)
    dhs = np.zeros(hs.shape)
    dhs[np.arange(len(ids)), lengths - 1] = dlast
    dxs, _, _, dW, db = lstm_backward(dhs, nothing, cache)
    return loss, {"E": embed_backward(dxs, ids, len(params["E"])), "W": dW, "b": db, "V": dV, "b_y": db_y}, logits


def windowed(texts, k):
    """The last k words of each text, as texts."""
    return [one._replace(words=one.words[-k:]) for one in texts]


# %% [markdown]
# Who says that it needs all of the text? Give a second LSTM the last eight words only, and train both alike. (Half a minute
# or so for each seed.)

# %% tags=["story", "long"] id="learn_to_read"
from grader.figures import language

readers, curves = [], {"LSTM": [], "LSTM, last 8 words": []}
found |= {name: [] for name in ("LSTM, last 8 words", "LSTM")}
for seed in range(3):
    for name, cut in (("LSTM", 99), ("LSTM, last 8 words", 8)):
        step = learning(reader_loss, windowed(training, cut), 0.005)
        done = run(f"{name[:4]} {cut} {seed}", step, start(new_model(H, np.random.default_rng(seed))), steps=1500, seed=seed)
        found[name].append(right(reader_loss, done.state[0], windowed(unseen, cut)))
        means = np.array(done.losses).reshape(-1, 50).mean(axis=1) / np.log(2)
        curves[name].append((np.arange(50, 1501, 50), means))
        if name == "LSTM":
            readers.append(done.state[0])
    print(f"seed {seed}: {found['LSTM'][-1]:.1%} right, with the last 8 words {found['LSTM, last 8 words'][-1]:.1%}")

# %% tags=["story", "long"] id="picture_learned"
language.bits_over_time(curves, {"a coin": 1.0}, "Means of 50 batches, seeds 0 to 2.", x="steps", y="bits a text")
language.compared(found, "1,000 unseen texts. A mark a seed.", y="share right", levels={"a coin": 0.5})

# %% [markdown]
# For some hundred steps nothing happens at all: a loss of 1 bit is a coin's. Then it falls within a few hundred more. Whoever
# had judged at step 400 would have said that it can't be learned. In the end your LSTM reads nearly every unseen text rightly,
# and with eight words it does no better than a coin: in all but a few texts of a hundred, some of what counts lies further back.
#
# How far back does it have to remember? Cut the texts for the reader of seed 0.

# %% tags=["story", "long"] id="how_far_back"
for k in (4, 8, 12, 16, 20, 24, 28, 32):
    known = np.mean([len(one.words) <= k for one in unseen])
    print(f"the last {k:2d} words: {right(reader_loss, readers[0], windowed(unseen, k)):.0%} right; {known:.0%} of the texts are whole")

# %% [markdown]
# The further back it may look, the better it reads, up to the first word of the longest text.
#
# **Try it.** Cut the other end off: `one._replace(words=one.words[:-k])`, for `k` of 1, 2 and 7. What is at the end of a review?
#
# ## What would it say now?
#
# It was only ever asked at the end. But the readout can look at any step: what would it answer if the text ended here? Before
# you look: at which words should the answer change its side?

# %% tags=["story", "long"] id="word_by_word"
from grader.figures import sentiment as figures


def after_each(words, params=None):
    """The probability of good after each word of a text, (T,)."""
    params = params or readers[0]
    ids, nothing = reviews.encode(words)[None], np.zeros((1, H))
    hs, _, _ = lstm_forward(embed(ids, params["E"]), nothing, nothing, params["W"], params["b"])
    l_bad, l_good = readout(hs, params["V"], params["b_y"])[0].T
    return sigmoid(l_good - l_bad)                                    # a softmax of two


several = sorted(unseen, key=lambda one: -one.turns)[:40]             # those with most turns first
figures.word_by_word(after_each, [one.words for one in several], "What seed 0 would say after each word.")

# %% [markdown]
# Drag through the texts. Before the adjective there is nothing to say, and whatever it says there is no opinion: nobody asked for
# one. At the adjective that counts, or a word later, the answer is there, turned as often as it has to be. So the turns *before* it
# were kept.
#
# ## Which words decided?
#
# For a single text one can ask the way back. Each word came in as a vector $x_{nt}$. How would the answer, good's logit less
# bad's, move if that vector were moved a little? That is a gradient, and `lstm_backward` hands it out as `dxs`. Its length says how
# much the word has to say, and its share among all words is called the word's **saliency**:
#
# $$
# \begin{align}
# g_{nt} &= \sqrt{\textstyle\sum_d dx_{ntd}^2} && (N, T) \tag{eq:size} \\
# s_{nt} &= \frac{g_{nt}}{\sum_{t'} g_{nt'}} && (N, T) \tag{eq:saliency}
# \end{align}
# $$
#
# and 0 for all words of a text whose gradient is 0 everywhere.
#
# ### Exercise: saliency
#
# {{exercise saliency}}
#
# Equations (eq:size) and (eq:saliency). A gradient may be very small and say something all the same.

# %% exercise="saliency"
def saliency(dxs):
    """Each word's share in an answer: equations (eq:size) and (eq:saliency).

    Arguments: dxs (N, T, D), the gradient of each text's answer for each of its words' vectors; zeros on the padding.
    Returns shares (N, T), which add up to 1 in each row; zeros for a text whose gradient is 0 everywhere.
    """
    ### BEGIN SOLUTION
    size = np.sqrt((dxs**2).sum(axis=2))                   # (N, T)
    total = size.sum(axis=1, keepdims=True)                # (N, 1)
    return size / np.where(total > 0, total, 1)
    ### END SOLUTION



# %% tags=["story"] id="whose_words"
shares_of = mine("saliency")


def asked(params, ids, lengths):
    """Good's logit less bad's for each text, (N,): above 0 is good; and its gradient for each word, (N, T, D)."""
    nothing = np.zeros((len(ids), H))
    hs, _, cache = lstm_forward(embed(ids, params["E"]), nothing, nothing, params["W"], params["b"])
    l_bad, l_good = (end_of(hs, lengths) @ params["V"] + params["b_y"]).T
    dhs = np.zeros(hs.shape)
    dhs[np.arange(len(ids)), lengths - 1] = params["V"] @ np.array([-1.0, 1.0])       # of l_good - l_bad
    return l_good - l_bad, lstm_backward(dhs, nothing, cache)[0]


_, dxs = asked(model, *reviews.padded([short.words, long.words]))
print("shares of the short text:", shares_of(dxs)[0, : len(short.words)].round(2))
print("on its padding:", shares_of(dxs)[0, len(short.words) :].sum(), " together:", shares_of(dxs).sum(axis=1).round(12))

# %% [markdown]
# That reader had learned nothing, and heard its last words best, as they do. Now yours:

# %% tags=["story", "long"] id="picture_decided"
some = several[:2] + [one for one in unseen if one.key < len(one.words) - 6][:2]
answers, dxs = asked(readers[0], *reviews.padded([one.words for one in some]))
shares = [row[: len(one.words)] for row, one in zip(shares_of(dxs), some)]
titles = [f"read as {'good' if a > 0 else 'bad'}; it is {'good' if one.good else 'bad'}" for a, one in zip(answers, some)]
figures.decided([one.words for one in some], shares, titles, "Shares by the gradient, seed 0. The darker, the larger.")

# %% [markdown]
# All four are read rightly, and the picture is odd. The full stop is dark. In the last two texts so is much of the
# clause behind `even if`, which doesn't count. Most of the words that turned the opinion round are pale. Is that how it decided?
#
# ## Try, and don't believe
#
# A gradient says what a *small* change of a vector would do. So make a large one: put an adjective of the other kind in the place
# of the one that counts, and see whether the answer changes. Then do the same with an adjective that doesn't count.

# %% tags=["story", "long"] id="exchanged"
def exchanged(words, t):
    """The text with another adjective at place t: a bad one for a good one, a good one for a bad one."""
    kinds = (reviews.GOOD, reviews.BAD) if words[t] in reviews.GOOD else (reviews.BAD, reviews.GOOD)
    return (*words[:t], kinds[1][kinds[0].index(words[t])], *words[t + 1 :])


pairs = {"the one that counts": [], "another": []}                    # (text, place) of adjectives
for one in unseen:
    for t, word in enumerate(one.words):
        if word in reviews.GOOD + reviews.BAD:
            pairs["the one that counts" if t == one.key else "another"].append((one.words, t))
for seed, params in enumerate(readers):
    for what, places in pairs.items():
        before, _ = asked(params, *reviews.padded([words for words, _ in places]))
        after, _ = asked(params, *reviews.padded([exchanged(*place) for place in places]))
        print(f"seed {seed}, {what}: {np.mean((before > 0) != (after > 0)):.1%} of {len(places)} change the answer")

# %% [markdown]
# So it did read the right adjective, whatever the picture says. There is a plain way to ask for every word: leave it out, read
# again, and see how far the answer moves.

# %% tags=["story", "long"] id="left_out"
def left_out(params, words):
    """How far the answer moves without each word, as shares of all words together, (T,)."""
    answers, _ = asked(params, *reviews.padded([words, *(words[:t] + words[t + 1 :] for t in range(len(words)))]))
    moved = np.abs(answers[1:] - answers[0])
    return moved / moved.sum()


def kind(one, t):
    """What a word is in its text."""
    adjective, word = one.words[t] in reviews.GOOD + reviews.BAD, one.words[t]
    if word in TURN and one.begins <= t < one.key:
        return "turns the opinion"
    return "adjective that counts" if t == one.key else "another adjective" if adjective else "." if word == "." else "others"


# %% tags=["story", "long"] id="both_shares"
for seed, params in enumerate(readers):
    kept = {}                                                         # by kind: (by the gradient, left out)
    for one in unseen[:150]:
        _, dxs = asked(params, *reviews.padded([one.words]))
        for t, both in enumerate(zip(shares_of(dxs)[0], left_out(params, one.words))):
            kept.setdefault(kind(one, t), []).append(both)
    print(f"seed {seed}, mean share of a word, by the gradient and left out:")
    for what in ("adjective that counts", "turns the opinion", "another adjective", ".", "others"):
        print(f"    {what:22s} {np.mean(kept[what], axis=0)[0]:.3f} {np.mean(kept[what], axis=0)[1]:.3f}")

# %% [markdown]
# Left out, the words that turn have the largest shares, and the adjective that counts comes next; another adjective has next to none.
# By the gradient a turning word has about as little as an adjective that doesn't count, and the full stop has most. A gradient looks at a slope, and
# where gates are nearly open or shut there is hardly any: who stands on a plain doesn't see the cliff. (On real reviews, too, others
# found gradients the poorer guide: Arras and others, 2019.) **A map of gradients is a hint where to look, and no proof.**

# %% tags=["story", "long"] id="your_own"
def read_one(words):
    """What seed 0 reads: the probability of good, and each word's shares in two ways, (T,) each."""
    answer, dxs = asked(readers[0], *reviews.padded([tuple(words)]))
    return sigmoid(answer)[0], {"by the gradient": shares_of(dxs)[0], "left out": left_out(readers[0], tuple(words))}


text = "I doubt that the film , which the paper called superb , was anything but dull , although the music was clever ."
figures.own_words(read_one, text, reviews.WORDS[1:], "Each word's share in one text in two ways, by seed 0.")

# %% [markdown]
# **Try it.** Write a review into the field. Take off the full stop, say "not not", leave out a comma, put `but` last. It answers
# everything with confidence, and has never read anything like it.
#
# ## What it gets wrong
#
# In the training there were never more than two openings. So ask it for more, and look at those that it is most wrong about.

# %% tags=["story", "long"] id="how_many_openings"
places = range(5)
asked_for = {k: reviews.draw(500, np.random.default_rng(10 + k), openings=(k,)) for k in places}
by_openings = {"LSTM": [[right(reader_loss, params, asked_for[k]) for k in places] for params in readers]}
by_openings["lexicon, three words back"] = [
    share_right([score(one.words, True) for one in asked_for[k]], asked_for[k]) for k in places]
language.by_place(list(places), by_openings, "500 texts each; seeds 0 to 2 and their mean.", x="openings", y="share right")

# %% tags=["story", "long"] id="worst"
longer = asked_for[3] + asked_for[4]
ids, lengths, good = batch_of(longer)
answers, _ = asked(readers[0], ids, lengths)
cost = np.log1p(np.exp(np.where(good == 1, -answers, answers))) / np.log(2)           # bits a text
for n in np.argsort(-cost)[:8]:
    print(f"{cost[n]:4.1f} bits; it is {'good' if good[n] else 'bad'}, turned {longer[n].turns} times:", *longer[n].words)
for turns in range(6):
    of_these = np.array([one.turns == turns for one in longer])
    print(f"turned {turns} times: {np.mean(cost[of_these] < 1):.0%} of {of_these.sum()} right, by seed 0")

# %% [markdown]
# Up to two openings there is hardly an error, with three it is some, with four more, and how many depends on the seed. Nobody has
# shown it four, and what it has learned carries as far as it carries. Most of its errors cost five bits and more: it is wrong with
# all of its confidence, as networks are where they were never trained.
#
# **Try it.** Look through the eight texts: what have they in common? Then train once more with
# `reviews.draw(20000, np.random.default_rng(0), openings=(0, 1, 2, 3))`, and ask again for four. How much is gained?
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
# | a bag of words | mean of the words' vectors, then a readout | at chance where every word is in good and bad texts alike |
# | padding | a mask above the bar and below it; the state at $L_n - 1$ | no text may depend on its neighbours |
# | which words decided? | length of $dx_t$, as a share | what a small change would do: a hint |
# | did they? | exchange a word, or leave it out, and read again | the test of it |
#
# - **Where order and distance count, counting words is a coin**, and a window sees what is in the window.
# - A loss that doesn't move for hundreds of steps says little about the next hundred.
# - Whoever shows what a network gets right should show what it gets most wrong.
#
# ### Where the field went
#
# Socher and others (2013) had each phrase of thousands of real reviews rated and read them as trees. Radford and others (2017)
# let an LSTM predict the next letter of millions of reviews, and found one cell in it that had learned their sentiment on its own;
# Howard and Ruder (2018) made that the rule: first a language model, then the task. BERT (Devlin and others, 2019) did it with
# attention in the place of the LSTM, and so it is done since.
#
# ### References
#
# - B. Pang, L. Lee and S. Vaithyanathan. Thumbs up? Sentiment classification using machine learning techniques. *EMNLP*, 2002. Bags of
#   words, on real reviews, where they are hard to beat.
# - C. J. Hutto and E. Gilbert. VADER: a parsimonious rule-based model for sentiment analysis of social media text. *ICWSM*, 2014. The
#   lexicon that looks three words back.
# - K. Simonyan, A. Vedaldi and A. Zisserman. Deep inside convolutional networks: visualising image classification models and
#   saliency maps. *ICLR workshop*, 2014.
# - L. Arras, A. Osman, K.-R. Müller and W. Samek. Evaluating recurrent neural network explanations. *BlackboxNLP*, 2019. Gradients,
#   and words left out, measured side by side.
# - J. Li, X. Chen, E. Hovy and D. Jurafsky. Visualizing and understanding neural models in NLP. *NAACL*, 2016. Saliency of words.
# - R. Socher and others. Recursive deep models for semantic compositionality over a sentiment treebank. *EMNLP*, 2013.
# - A. Radford, R. Jozefowicz and I. Sutskever. Learning to generate reviews and discovering sentiment. arXiv:1704.01444, 2017.
# - J. Howard and S. Ruder. Universal language model fine-tuning for text classification. *ACL*, 2018.
# - J. Devlin, M.-W. Chang, K. Lee and K. Toutanova. BERT: pre-training of deep bidirectional transformers for language
#   understanding. *NAACL*, 2019.
