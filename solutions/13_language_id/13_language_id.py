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
# # Unit 13: Which language is it?
#
# **What you will be able to do.** Say of a few letters which of twelve languages they are, by counting and by your LSTM.
# Say after which letter each of them knows. And tell when counting is the better tool, and when a memory is.
#
# **What you need.** The step of learning of unit 07, the LSTM's way back of unit 06, the loss of units 01 and 02. What you
# didn't write there comes ready-made.
#
# **How long it takes.** About an hour. Two or three minutes of it are the computer's.
#
# {{contents}}

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid, readout, cross_entropy = mine("sigmoid"), mine("readout"), mine("cross_entropy")
cross_entropy_backward, first_weights, learn = mine("cross_entropy_backward"), mine("init_lstm"), mine("train_step")


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
# ## What twelve languages call the world
#
# Your computer knows what countries, languages, scripts and currencies are called, in hundreds of languages: Jupyter
# brings a package for it. Here are twelve that write with Latin letters.

# %% tags=["story"] id="names"
from grader.data import languages
from grader.figures import identification as figures

known, unseen = languages.names()                    # for each language a tuple of names
K, V = len(languages.CODES), len(languages.CHARACTERS)
print(f"{sum(map(len, known)):,} names to learn from, {sum(map(len, unseen)):,} for the test, {V} characters")
for code, some in zip(languages.CODES, known):
    print(f"{code}: {', '.join(some[::150])}")

# %% [markdown]
# **The split is by what is named.** `finlandia` is Spanish, Italian and Polish, and almost Portuguese. Had the country been in one language's
# training and in another's test, half of the test would be known by heart. So a country is held out in all languages
# or in none, and names that are spelled alike in two languages are gone.
#
# How would you tell? By a letter that no other language has, perhaps.

# %% tags=["story"] id="own_letters"
names, truth = languages.texts(unseen, np.random.default_rng(0), 1000)      # one name each, and its language (N,)
letters = [set("".join(some)) for some in known]
own = [some - set().union(*(other for other in letters if other is not some)) for some in letters]
print({code: "".join(sorted(some)) for code, some in zip(languages.CODES, own) if some})
told = [[k for k in range(K) if own[k] & set(name)] for name in names]
print(f"{np.mean([len(ks) > 0 for ks in told]):.0%} of the names have such a letter")

# %% [markdown]
# Of the few that have one nearly all are right. The others say nothing at all. But a `k` is rare in Italian and frequent in
# Finnish: *every* letter speaks a little, for one language and against another. So count how often each letter $v$
# comes in each language $k$, and add up what the letters say:
#
# $$
# \begin{align}
# p(v \mid k) &= \frac{\text{counts}_{kv} + 1}{\sum_{u} \text{counts}_{ku} + V} && (K, V) \tag{eq:share} \\
# s_{nk} &= \sum_{t \,:\, \text{ids}_{nt} \ge 0} \log p(\text{ids}_{nt} \mid k) && (N, K) \tag{eq:score} \\
# P(k \mid \text{text } n) &= \frac{e^{\,s_{nk}}}{\sum_j e^{\,s_{nj}}} && (N, K) \tag{eq:posterior}
# \end{align}
# $$
#
# The 1 is for what was never counted: rare isn't impossible.
#
# ### Exercise: naive_bayes
#
# {{exercise naive_bayes}}
#
# Equations (eq:share) to (eq:posterior). Texts have different lengths: where there is nothing, the id is -1.

# %% exercise="naive_bayes"
def naive_bayes(counts, ids):
    """How likely each language is for each text: equations (eq:share), (eq:score) and (eq:posterior).

    Arguments: counts (K, V), how often each of V items was counted in each of K languages; ids (N, T), whole numbers:
    the items of N texts, and -1 where there is none (the text has ended, or it is an item that nobody has counted).
    Neither is changed.
    Returns posterior (N, K), each row adding up to 1; without any item every language is as likely.
    """
    ### BEGIN SOLUTION
    p = (counts + 1) / (counts.sum(axis=1, keepdims=True) + counts.shape[1])      # (K, V)
    there = ids >= 0                                                              # (N, T)
    evidence = np.log(p).T[ids] * there[..., None]                                # (N, T, K), 0 where there is nothing
    scores = evidence.sum(axis=1)                                                 # (N, K)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION



# %% tags=["story"] id="counted_items"
guess = mine("naive_bayes")
learned_from = [name for some in known for name in some]
of_which = np.repeat(np.arange(K), [len(some) for some in known])


def items(texts, n):
    """Each n characters in a row as one number: (N, T), -1 after a text's end. A space stands before and after it."""
    ids = languages.padded([f" {text} " for text in texts])
    T = ids.shape[1] - n + 1
    numbers = sum(ids[:, j : j + T] * V ** (n - 1 - j) for j in range(n))
    return np.where(ids[:, n - 1 :] >= 0, numbers, -1)


right_by_n = {}
for n in (1, 2, 3, 4):
    seen = np.unique(items(learned_from, n))                                # -1, and the items that were counted
    place = {item: k - 1 for k, item in enumerate(seen)}
    in_training, in_test = (np.vectorize(lambda v: place.get(v, -1))(items(some, n)) for some in (learned_from, names))
    rows = [in_training[of_which == k] for k in range(K)]
    counts = np.stack([np.bincount(row[row >= 0], minlength=len(seen) - 1) for row in rows])
    right_by_n[n] = np.mean(guess(counts, in_test).argmax(axis=1) == truth)
    print(f"{n} in a row: {counts.shape[1]:6,} different ones, {right_by_n[n]:.1%} of the names right (chance: {1/K:.0%})")

# %% [markdown]
# A bag of letters gets about half, of twelve languages. What stands side by side says much more: with three in a row three quarters are right.
# With four it gets no better. There are too many different ones for so few names, and the 1 that each of them gets outweighs what
# was counted. Unit 08's n-grams know better: where four letters were hardly ever seen they ask three. (If you
# haven't met them: they give the probability of each letter after the $n - 1$ before it, counted as in unit 01's window.)

# %% tags=["story"] id="counting_letters"
from grader.data.ngrams import NGrams

counters = {n: [NGrams([languages.encode(f" {one} ") for one in some], n, V) for some in known] for n in (1, 2, 3, 5)}


def evidence(text, n):
    """What each letter says: the logarithm of its probability after the n - 1 before it in each language, (T, K)."""
    ids = languages.encode(f" {text}")
    return np.stack([-counter.nll(ids) for counter in counters[n]], axis=1)


# %% tags=["story", "long"] id="counted_right"
for n in counters:
    right = np.mean([evidence(f"{one} ", n).sum(axis=0).argmax() == k for one, k in zip(names, truth)])
    print(f"{n}-gram: {right:.1%} of the names right")

# %% [markdown]
# More than three out of four: a name has a dozen letters, and this took a second to count. Remember these numbers.
#
# ## After every letter
#
# When does it know? To ask `naive_bayes` for one letter, for two, for three, and so on would read the beginning again and
# again. What the letters say, `evidence`, is there for each of them; only the sum has to be kept on the way. Call what
# letter $t$ says for language $k$ a logit $l_{ntk}$, wherever it comes from:
#
# $$
# P(k \mid x_{n0}, \dots, x_{nt}) = \frac{\exp \sum_{s=0}^{t} l_{nsk}}{\sum_j \exp \sum_{s=0}^{t} l_{nsj}}
# \qquad (N, T, K)
# \tag{eq:running}
# $$
#
# ### Exercise: running_posterior
#
# {{exercise running_posterior}}
#
# Equation (eq:running). Sums of a long text lie hundreds below 0: take off each step's largest *sum*.

# %% exercise="running_posterior"
def running_posterior(logits):
    """How likely each class is after every step, when what the steps say adds up: equation (eq:running).

    Arguments: logits (N, T, K): what step t says for class k. It isn't changed.
    Returns posterior (N, T, K): at each step what is known of a text up to and with this step; at each step the K
    numbers add up to 1.
    """
    ### BEGIN SOLUTION
    s = np.cumsum(logits, axis=1)                          # (N, T, K), all that was said so far
    e = np.exp(s - s.max(axis=2, keepdims=True))
    return e / e.sum(axis=2, keepdims=True)
    ### END SOLUTION



# %% tags=["story"] id="two_ways"
so_far = mine("running_posterior")
counts = np.stack([np.bincount(languages.encode("".join(some)), minlength=V) for some in known])
name = "österreich"
each = np.log((counts + 1) / (counts.sum(axis=1, keepdims=True) + V)).T[languages.encode(name)]   # (T, K)
at_once, on_the_way = guess(counts, languages.padded([name])), so_far(each[None])[:, -1]
print(f"after the last letter {on_the_way.max():.6f}, and by naive_bayes {at_once.max():.6f}")


def reader(n):
    """Who reads a text with n-grams: from the text to (T, K). Characters that are none of ours are read as a space."""
    return lambda text: so_far(evidence("".join(c if c in languages.CHARACTERS else " " for c in text), n)[None])[0]


# %% tags=["story"] id="dial_letters"
figures.letters_dial({"letters": reader(1), "5-grams": reader(5)}, "österreich", list(languages.LANGUAGES.values()))

# %% [markdown]
# Each letter moves the odds, and some letters move them back. The 5-grams make up their mind early, and are seldom in doubt
# afterwards.
#
# Type your own name, and the name of your town. Then a word that two of the languages share at its beginning, like
# `universidad` and `universidade`: at which letter do they part?

# %% tags=["story", "long"] id="by_length"
PLACES = (1, 2, 4, 6, 8, 12, 16, 24)                 # letters read
lines, line_truth = languages.texts(unseen, np.random.default_rng(1), 1500, most=3)
long_enough = [n for n, line in enumerate(lines) if len(line) >= max(PLACES)]
lines, line_truth = [lines[n] for n in long_enough], line_truth[long_enough]


def right_after(posteriors):
    """Of posteriors (N, T, K) of the lines, the share that is right after so many letters, one number a place."""
    return [np.mean(posteriors[:, at - 1].argmax(axis=1) == line_truth) for at in PLACES]


cut = [line[: max(PLACES)] for line in lines]
by_length = {f"{n}-gram": right_after(so_far(np.stack([evidence(one, n) for one in cut]))) for n in counters}
for name, shares in by_length.items():
    print(name, *[f"{share:.0%}" for share in shares])

# %% [markdown]
# A letter is next to nothing, a word is a lot. After 24 letters even the bag has more than half, and the 5-grams have nearly nine of ten.
#
# **Try it.** The lines break off in the middle of a word, and their names follow one another. Read `most=1` in place of 3 and `range(1, 13)` in
# place of the places: is a name by itself easier?
#
# ## Your LSTM, letter by letter
#
# An n-gram's evidence comes from the last letters, a bag's from one. Your LSTM's may come from all that it has read: at each
# letter the readout gives twelve logits, and they are added up as before. What is trained is the loss of the *sums*. Unit 07's
# `train_step` does the rest, if it is told the loss and its gradient. A logit at step $s$ is in the sums of step $s$ and of all
# steps after it, so its gradient is theirs, added up from the end.

# %% tags=["story"] id="adding_loss"
def adding_loss(logits, targets, mask):
    """The loss of the sums up to each step, and its gradient for the logits (N, T, K)."""
    sums = np.cumsum(logits, axis=1)
    above = cross_entropy_backward(sums, targets, mask)
    return cross_entropy(sums, targets, mask), np.cumsum(above[:, ::-1], axis=1)[:, ::-1]


def new_model(bias, seed, H=64):
    """The parameters before training, and what Adam remembers of them."""
    rng = np.random.default_rng(seed)
    W, b = first_weights(V, H, bias, rng)
    params = {"W": W, "b": b, "V": rng.normal(size=(H, K)) / np.sqrt(H), "b_y": np.zeros(K)}
    return params, {name: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for name, p in params.items()}


def coded(ids):
    """What the network reads, (N, T, V): 3 at the letter and 0 elsewhere. With a 1 it learns as well, and more slowly."""
    return 3.0 * np.eye(V)[ids]


def says(params, ids):
    """What the network says at each step, logits (N, T, K), for ids (N, T)."""
    nothing = np.zeros((len(ids), len(params["V"])))
    hs, _, _ = lstm_forward(coded(ids), nothing, nothing, params["W"], params["b"])
    return readout(hs, params["V"], params["b_y"])


# %% tags=["story"] id="one_step"


def one_name(rng, N=48, T=24):
    """A batch of one or two names and a space: ids (N, T), cut off after T, their languages (N, T), and the mask."""
    texts, labels = languages.texts(known, rng, N, most=2)
    ids = languages.padded([f"{text} "[:T] for text in texts])
    return ids, np.repeat(labels[:, None], ids.shape[1], axis=1), (ids >= 0).astype(float)


def step_of(batch_of, loss, steps):
    """A step of learning, at a rate of 0.01 that goes down to 0 over the last 40 % of the steps."""
    def step(state, rng):
        params, adam, k = state
        ids, labels, mask = batch_of(rng)
        nothing = np.zeros((len(ids), len(params["V"])))
        lr = 0.01 * min(1, (steps - k) / (0.4 * steps))
        params, adam, cost, _ = learn(params, adam, (coded(ids), labels, mask), (nothing, nothing), loss, lr, 1.0)
        return (params, adam, k + 1), cost
    return step


# %% [markdown]
# New texts are drawn for each step, so the network never sees a line twice. (Some fifteen seconds of computing for each of
# three seeds.)

# %% tags=["story", "long"] id="names_learned"
from grader.runs import run

STEPS = 900
own_readers = [run(f"names {seed}", step_of(one_name, adding_loss, STEPS), (*new_model(1.0, seed), 0), steps=STEPS,
                   seed=seed).state[0] for seed in range(3)]
of_names = languages.padded([f"{name} " for name in names])
ends = (of_names >= 0).sum(axis=1) - 1               # where the space after each name is: the n-grams were told as well
for seed, params in enumerate(own_readers):
    found = so_far(says(params, of_names))[np.arange(len(names)), ends]
    print(f"seed {seed}: {np.mean(found.argmax(axis=1) == truth):.1%} of the names right")

# %% tags=["story", "long"] id="lengths_compared"
of_lines = languages.padded(cut)
by_length["your LSTM"] = [right_after(so_far(says(params, of_lines))) for params in own_readers]
figures.by_place(PLACES, by_length, f"{len(lines)} lines of unseen names. Your LSTM: seeds 0, 1 and 2, and their mean.",
                 x="letters read", y="share right")

# %% [markdown]
# Far above the bag of letters: it has found out by itself what stands side by side. Whole names it tells better than counted pairs
# do, and about as well as counted triples. On the lines it is behind the 3-grams at first, and level with them after a dozen
# letters. And the 5-grams, which were counted in a second, *beat* it. Nothing went wrong. What tells languages apart
# in a short text are three to five letters in a row, which a table holds exactly, and six thousand names are few to learn such
# a table from. For short strings of real language n-grams are the right tool, and what you install for the purpose is one to this day.
#
# ### Who is taken for whom?

# %% tags=["story", "long"] id="confusion"
answers = so_far(says(own_readers[0], of_names))[np.arange(len(names)), ends]      # (N, K)
table = np.zeros((K, K), dtype=int)
np.add.at(table, (truth, answers.argmax(axis=1)), 1)
figures.confused(table, languages.CODES, "Your LSTM, seed 0, on 1,000 unseen names.")

# %% [markdown]
# Languages are taken for their sisters: Danish and Swedish for each other, Dutch for German, Spanish for Italian or Portuguese. A table of
# who is mistaken for whom is nearly a family tree, and nobody has told it one.
#
# These are the errors that it was surest of:

# %% tags=["story", "long"] id="worst_errors"
wrong = np.flatnonzero(answers.argmax(axis=1) != truth)
surest = sorted({names[n]: n for n in wrong}.values(), key=lambda n: answers[n].max(), reverse=True)
for n in surest[:12]:
    says_it, counted = answers[n].argmax(), evidence(f"{names[n]} ", 5).sum(axis=0).argmax()
    print(f"{names[n]:26s} is {languages.CODES[truth[n]]}; your LSTM: {languages.CODES[says_it]} "
          f"({answers[n].max():.2f}); 5-grams: {languages.CODES[counted]}")

# %% [markdown]
# Many of them are names that a language has taken over as they are. Would you have known?
#
# **Try it.** Read `wrong = np.flatnonzero(answers.argmax(axis=1) == truth)`, and `reverse=False`: the names that it got right and was
# least sure of. Do the 5-grams get all of them right?
#
# ## A language inside another
#
# So what is a memory good for here? Texts quote. In the middle of one language stand a few words of another, and then the first one
# goes on.

# %% tags=["story"] id="quotations"
some_ids, some_labels = languages.quoting(unseen, np.random.default_rng(2), 200, 96)      # (N, T) each
quoting = languages.decode(some_ids[0])
in_codes = [languages.CODES[k] for k in some_labels[0]]
print(quoting)
said = np.stack([evidence(languages.decode(row), 5) for row in some_ids])                # (N, T, K)


def kept(keep, said=said):
    """A sum of which only a part is kept at every step: (N, T, K). With a keep of 1 it is running_posterior's."""
    total, totals = np.zeros(said[:, 0].shape), []
    for t in range(said.shape[1]):
        total = keep * total + said[:, t]
        totals.append(total)
    return np.stack(totals, axis=1)


# %% tags=["story"] id="dial_keep"
figures.keep_dial(lambda keep: [languages.CODES[k] for k in kept(keep, said[:1])[0].argmax(axis=1)], quoting, in_codes)

# %% [markdown]
# The 5-grams' sum that forgets nothing hardly notices a quotation: what was added up for the first language outweighs it. A sum that
# leaks, like unit 04's first unit, hears the other language, and has forgotten the first one when the quotation ends. Whatever you
# set, one of the two goes wrong.

# %% tags=["story"] id="where_it_fails"
inside = some_labels != some_labels[:, :1]
been = np.maximum.accumulate(inside, axis=1)
WHERE = {"before any": ~been, "inside": inside, "at its »": some_ids == languages.CHARACTERS.index("»"),
         "after one": been & ~inside, "everywhere": inside | True}
sums = np.concatenate([np.zeros((len(said), 1, K)), np.cumsum(said, axis=1)], axis=1)
start = np.maximum(np.arange(1, said.shape[1] + 1) - 12, 0)
hits = {f"5-grams, {keep:g} is kept": kept(keep).argmax(axis=2) == some_labels for keep in (1, 0.93, 0.85)}
hits["5-grams, a window of 12"] = (sums[:, 1:] - sums[:, start]).argmax(axis=2) == some_labels
bag = np.stack([evidence(languages.decode(row), 1) for row in some_ids])
hits["a bag of letters"] = kept(1, bag).argmax(axis=2) == some_labels
for name, hit in hits.items():
    print(f"{name:26s}", *[f"{where} {hit[some].mean():.0%}  " for where, some in WHERE.items()])

# %% [markdown]
# Unit 04 has the answer to that: a gate that *decides* what is kept, and a cell that holds one thing while another goes by. So train
# your LSTM on texts that quote, with the language of every letter as its target. Now the logits of a step are the answer, and
# nothing is added up: adding up, keeping and bringing back is the cell's own affair. Its forget gates begin with a bias of 3, for it has
# to hold something over dozens of letters. (Some twenty seconds of computing for each seed.)

# %% tags=["story", "long"] id="quotations_learned"
def texts_that_quote(rng, N=32, T=64):
    """A batch: ids (N, T), the language of every letter (N, T), and a mask of ones."""
    ids, labels = languages.quoting(known, rng, N, T)
    return ids, labels, np.ones(ids.shape)


def letter_loss(logits, targets, mask):
    """The loss of each step's logits, and its gradient for them (N, T, K)."""
    return cross_entropy(logits, targets, mask), cross_entropy_backward(logits, targets, mask)


trackers = [run(f"quotations {seed}", step_of(texts_that_quote, letter_loss, 800), (*new_model(3.0, seed), 0), steps=800,
                seed=seed).state[0] for seed in range(3)]
for seed, params in enumerate(trackers):
    hit = says(params, some_ids).argmax(axis=2) == some_labels
    hits[f"your LSTM, seed {seed}"] = hit
    print(f"seed {seed}:", *[f"{where} {hit[some].mean():.0%}  " for where, some in WHERE.items()])

# %% tags=["story", "long"] id="picture_where"
by_model = {"your LSTM": [[hits[f"your LSTM, seed {seed}"][some].mean() for some in WHERE.values()] for seed in range(3)]}
by_model |= {name: [hit[some].mean() for some in WHERE.values()] for name, hit in hits.items() if "LSTM" not in name}
figures.by_place(list(WHERE), by_model, "200 unseen texts of 96 letters. Your LSTM: seeds 0, 1 and 2, and their mean.",
                 x="where in the text", y="share of letters right")

# %% tags=["story", "long"] id="picture_quoted"
n = np.argsort(hits["your LSTM, seed 0"].mean(axis=1))[100]      # the one in the middle: half of them it reads better
found = {"your LSTM": says(trackers[0], some_ids[n : n + 1]), "5-grams, all is kept": kept(1, said[n : n + 1]),
         "5-grams, 0.85 is kept": kept(0.85, said[n : n + 1])}
in_words = {name: [languages.CODES[k] for k in logits[0].argmax(axis=1)] for name, logits in found.items()}
figures.quoted(languages.decode(some_ids[n]), [languages.CODES[k] for k in some_labels[n]], in_words,
               "Your LSTM of seed 0, and an unseen text that it reads neither well nor badly.")

# %% [markdown]
# Before the first quotation the n-grams are ahead, as they were. But each of their sums is good at one thing: the one that keeps all
# knows what comes after a quotation and misses what is in it, the one that leaks hears the quotation and loses the rest. Inside, the
# one that leaks most is even a little better than your LSTM. But your LSTM does both at once, and is ahead everywhere taken together.
# At the closing mark it knows the first language better than any of the sums, *before it has read a letter of it again*.
# That can't be counted, because the words it goes by may be any number of letters away.
#
# (You could *program* it: two sums, and a rule what « and » do to them, on top of 5-grams. That would beat both. Nobody has told your
# network that there are quotations.)
#
# **Try it.** In a cell of your own, take the marks away before the network reads: `says(trackers[0], np.where(some_ids < 3, 0, some_ids))`:
# the ids 0, 1 and 2 are the space, `«` and `»`. What becomes of *inside* and *after one*?
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
# | naive Bayes | $\log p(v \mid k)$ of every item, added up, then a softmax | a 1 is added to each count; too sure, mostly right |
# | what is known on the way | softmax of the sum of the logits so far | of counts or of a network: the same function |
# | a sum's gradient | the gradients of all sums that it is in, added up from the end | |
# | short texts | n-grams win, and are counted in a second | split by what is named |
# | texts that change | a sum that forgets nothing is slow, one that leaks forgets; gates decide | |
#
# - **Try the counts first.** Where what matters stands side by side, a table of it is hard to beat.
# - **Memory pays where what matters stands far away**, and the task has to be one in which that happens.
#
# ### Where the field went
#
# Gonzalez-Dominguez and others (2014) gave LSTMs spoken languages, 20 milliseconds of sound at a time, where no table of letters can be
# made, and there they won. For written text the tools in use are still n-grams of letters with a linear classifier on
# top (Lui and Baldwin 2012; Joulin and others 2017). Text that changes its language within a sentence, and web pages in a thousand languages
# where a classifier that is 99 % right still picks mostly rubbish for the rare ones, are what is worked on now (Caswell and others 2020).
#
# ### References
#
# - J. Gonzalez-Dominguez, I. Lopez-Moreno, H. Sak, J. Gonzalez-Rodriguez and P. J. Moreno. Automatic language identification
#   using long short-term memory recurrent neural networks. *Interspeech*, 2014.
# - M. Lui and T. Baldwin. langid.py: an off-the-shelf language identification tool. *ACL, system demonstrations*, 2012.
# - A. Joulin, E. Grave, P. Bojanowski and T. Mikolov. Bag of tricks for efficient text classification. *EACL*, 2017.
# - I. Caswell, T. Breiner, D. van Esch and A. Bapna. Language ID in the wild: unexpected challenges on the path to a
#   thousand-language web text corpus. *COLING*, 2020.
# - C. D. Manning, P. Raghavan and H. Schütze. *Introduction to Information Retrieval*. Cambridge University Press, 2008.
#   Chapter 13: naive Bayes.
