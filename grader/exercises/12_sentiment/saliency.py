"""How much each word had to say in an answer."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, NOTHING, of_lengths, single, spread


def _gradients(rng, lengths, T, D, scale=1.0):
    """Draw gradients (N, T, D), of another size at each word, and zeros on the padding."""
    dxs = of_lengths(rng, lengths, T, D, 0.0)["hs"]
    return {"dxs": scale * dxs * rng.uniform(0.2, 3.0, size=(len(lengths), T, 1))}


def cases(rng):
    yield Case("small", _gradients(rng, [3, 2], T=4, D=3))
    yield Case("more words", _gradients(rng, [2, 7, 5], T=7, D=4))
    yield Case("as long as the batch", _gradients(rng, [4, 4, 4], T=4, D=2))
    yield Case("one word in each", _gradients(rng, [1, 1, 1], T=4, D=2))
    yield Case("one step", _gradients(rng, [1, 1], T=1, D=3))
    yield Case("one text", _gradients(rng, [4], T=5, D=2))
    yield Case("one number a word", _gradients(rng, [4, 2, 3, 5, 1], T=6, D=1))
    yield Case("one of each", _gradients(rng, [1], T=1, D=1))
    yield Case("as many of each", _gradients(rng, [2, 4, 3, 4], T=4, D=4))
    yield Case("all of one sign", {"dxs": -np.abs(_gradients(rng, [3, 5, 4], T=5, D=3)["dxs"])})
    against = _gradients(rng, [4, 5], T=5, D=4)["dxs"]
    against[:, 1, :2], against[:, 1, 2:] = 0.75, -0.75
    yield Case("numbers that take each other off", {"dxs": against})
    yield Case("the same at every word", {"dxs": np.tile(rng.normal(size=(2, 1, 3)), (1, 6, 1))})
    wide = _gradients(rng, [3, 4, 2], T=5, D=6)["dxs"]
    yield Case("texts of very different gradients", {"dxs": wide * np.array([1e-4, 1.0, 30.0])[:, None, None]})
    yield Case("strided", _gradients(rng, [3, 4, 5], T=5, D=4), frozenset({"strided"}))
    yield Case("float32", single(_gradients(rng, [2, 4, 1], T=4, D=5)))
    silent = _gradients(rng, [3, 5, 4], T=5, D=2)["dxs"]
    silent[rng.integers(3)] = 0.0
    yield Case("a text whose gradient is 0", {"dxs": silent}, NOTHING)
    yield Case("no text has a gradient", {"dxs": np.zeros((2, 3, 4))}, NOTHING)
    yield Case("large gradients", {"dxs": spread(rng, 100, 1e6, (3, 6, 4))}, LARGE)
    faint = _gradients(rng, [6, 4], T=6, D=3, scale=1e-3)["dxs"]
    yield Case("gradients that all but vanished", {"dxs": faint * np.array([1e-9, 1e-25])[:, None, None]}, LARGE)
    yield Case("a text of hundreds of words", _gradients(rng, [300, 171], T=300, D=2), LARGE)


SIZE = "np.sqrt((dxs**2).sum(axis=2))"
TOTAL = "size.sum(axis=1, keepdims=True)"
MISTAKES = slips(
    r"""
sum_of_numbers: shares of the sums of each word's numbers, of which some take others off
    {"$size": "np.abs(dxs.sum(axis=2))"}
    A word that pulls one number up and another down has a lot to say, and its sum may be 0.
    Look: What is done to each number of a gradient before the sum over d in equation (eq:size)?
signed_sums: shares of the signed sums of each word's numbers
    {"$size": "dxs.sum(axis=2)", "np.where(total > 0, total, 1)": "np.where(total != 0, total, 1)"}
    A word that pulls one number up and another down has a lot to say, and its sum may be 0. And a share is not below 0.
    Look: What is done to each number of a gradient before the sum over d in equation (eq:size)?
absolute_values: shares of the sums of absolute values
    {"$size": "np.abs(dxs).sum(axis=2)"}
    The size of a gradient is its length, by Pythagoras: squares, sum, root.
    Look: What is done to each number of a gradient before the sum over d in equation (eq:size)?
no_root: shares of the squares of the gradients' sizes
    {"$size": "(dxs**2).sum(axis=2)"}
    Without the root the largest word takes much too large a share.
    Look: What is done to the sum over d in equation (eq:size)?
largest_number: shares of the largest number of each word's gradient
    {"$size": "np.abs(dxs).max(axis=2)"}
    That is in use too. Here the size of a gradient is its length, of all its numbers.
    Look: Over which index does the sum of equation (eq:size) run?
first_number: shares of the first number of each word's gradient
    {"$size": "np.abs(dxs[:, :, 0])"}
    All numbers of a word's vector count.
    Look: Over which index does the sum of equation (eq:size) run?
spread: shares of the standard deviations of each word's numbers
    {"$size": "dxs.std(axis=2)"}
    Their mean was taken off. A gradient whose numbers are all alike is no less a gradient.
    Look: Is anything subtracted in equation (eq:size)?
not_divided: the sizes themselves, which were not divided by their sum
    {"size / np.where(total > 0, total, 1)": "size + 0 * total"}
    Two texts can't be compared like that: where the answer is certain all gradients are small.
    Look: What stands below the bar of equation (eq:saliency)?
by_the_largest: sizes divided by the largest of their text
    {"$total": "size.max(axis=1, keepdims=True)"}
    The largest word then has 1, and the rest don't add up to anything.
    Look: What stands below the bar of equation (eq:saliency)?
by_the_mean: sizes divided by the mean of their text
    {"$total": "size.mean(axis=1, keepdims=True)"}
    Padding counts in such a mean, and the shares add up to T.
    Look: What stands below the bar of equation (eq:saliency)?
by_their_length: sizes divided by the root of the sum of their squares
    {"$total": "np.sqrt((size**2).sum(axis=1, keepdims=True))"}
    Then the squares add up to 1. The shares should.
    Look: What is added up below the bar of equation (eq:saliency)?
of_the_batch: shares of the whole batch
    {"$total": "size.sum()"}
    Each text has its own: what it is compared with are its other words.
    Look: Over which index does the sum below the bar of equation (eq:saliency) run?
over_the_texts: shares of all texts at the same step
    {"$total": "size.sum(axis=0, keepdims=True)"}
    Words of other texts have nothing to say in this one's answer.
    Look: Over which index does the sum below the bar of equation (eq:saliency) run?
first_total: sizes divided by the sum of the first text
    {"$total": "size[:1].sum(axis=1, keepdims=True)"}
    Each text has a sum of its own.
    Look: Which text's words are added up below the bar of equation (eq:saliency)?
softmax: a softmax of the sizes
    {"$size": "np.exp(np.sqrt((dxs**2).sum(axis=2)) - np.sqrt((dxs**2).sum(axis=2)).max(axis=1, keepdims=True))"}
    Sizes are not below 0 already, and a word that changes nothing should have a share of 0.
    Look: Is there an exponential in equation (eq:saliency)?
from_least_to_most: sizes moved so that the smallest is 0 and the largest 1
    {"size / np.where(total > 0, total, 1)":
        "(size - size.min(axis=1, keepdims=True)) / np.maximum(np.ptp(size, axis=1, keepdims=True), 1e-300)"}
    That is made for colours. Where all words are alike it leaves nothing.
    Look: Is anything subtracted in equation (eq:saliency)?
winner: a 1 for the largest word of each text, and 0 for the others
    {"size / np.where(total > 0, total, 1)":
        "(np.arange(size.shape[1]) == size.argmax(axis=1)[:, None]) * (total > 0)"}
    Which one has most, is for whoever looks at all of them.
    Look: For which t is equation (eq:saliency)?
running: shares of each word and all words before it together
    {"size / np.where(total > 0, total, 1)": "np.cumsum(size, axis=1) / np.where(total > 0, total, 1)"}
    Each word has a share of its own.
    Look: Over which t does the sum above the bar of equation (eq:saliency) run?
percent: shares in percent
    {"size / np": "100 * size / np"}
    The shares of a text should add up to 1.
    Look: Is there a hundred in equation (eq:saliency)?
turned: the right shares, from the last word to the first
    {"return size": "size = size[:, ::-1]\n    return size"}
    The way back goes from the end to the beginning, but dxs is in the order of the text.
    Look: Which word does your first number belong to?
one_late: the right shares, each one word too late
    {"return size": "size = np.roll(size, 1, axis=1)\n    return size"}
    The gradient dxs[n, t] is that of word t.
    Look: Which word does your first number belong to?
nothing_is_nan: the right shares, and NaN for a text whose gradient is 0
    {"np.where(total > 0, total, 1)": "total"}
    0 / 0: where no word changes anything there is nothing to share out.
    Look: The last line of the docstring says what comes back for such a text.
nothing_is_even: the right shares, and for a text whose gradient is 0 the same for each word
    {"return size / np.where(total > 0, total, 1)":
        "return np.where(total > 0, size / np.where(total > 0, total, 1), 1 / size.shape[1])"}
    Where no word changes anything none should be coloured.
    Look: The last line of the docstring says what comes back for such a text.
eps_below: shares with 1e-8 added below the bar
    {"np.where(total > 0, total, 1)": "(total + 1e-8)"}
    What is added for safety makes all shares a little too small, and those of small gradients much too small.
    Look: In which one case is there a 0 to keep away, below the bar of equation (eq:saliency)?
less_below: shares with 1e-12 added below the bar
    {"np.where(total > 0, total, 1)": "(total + 1e-12)"}
    Gradients may be smaller than that, and a text of such gradients then has hardly any shares.
    Look: In which one case is there a 0 to keep away, below the bar of equation (eq:saliency)?
at_least_one: sizes divided by their sum, and by 1 where their sum is smaller than 1
    {"np.where(total > 0, total, 1)": "np.maximum(total, 1)"}
    A count of words is 0 or at least 1. A sum of sizes may be anything between, and is divided by all the same.
    Look: In which one case is there a 0 to keep away, below the bar of equation (eq:saliency)?
at_least_tiny: sizes divided by their sum, and by 1e-12 where their sum is smaller than that
    {"np.where(total > 0, total, 1)": "np.maximum(total, 1e-12)"}
    Gradients may be smaller than that, and a text of such gradients then has hardly any shares.
    Look: In which one case is there a 0 to keep away, below the bar of equation (eq:saliency)?
eps_in_the_root: shares with 1e-12 added below the root
    {"$size": "np.sqrt((dxs**2).sum(axis=2) + 1e-12)"}
    A word whose gradient is 0 has a size then, and padding a share. Where all gradients are small, all words have the
    same.
    Look: Is anything added under the root of equation (eq:size)?
small_is_nothing: the right shares, and zeros where all gradients are small
    {"np.where(total > 0, total, 1)": "np.where(total > 1e-8, total, np.inf)"}
    Gradients may all but vanish, and still say which word counts most.
    Look: In which one case is there a 0 to keep away, below the bar of equation (eq:saliency)?
over_the_words: one share for each number of the words' vectors
    {"$size": "np.sqrt((dxs**2).sum(axis=1))"}
    The second axis counts the words, and the third the numbers of a word's vector.
    Look: Over which index does the sum of equation (eq:size) run?
each_number: a share for each number of each word's vector, (N, T, D)
    {"$size": "np.abs(dxs)"}
    A word has one share.
    Look: The docstring gives the shape.
into_dxs: shares from gradients that were squared inside of the array that came in
    {"$size": "np.sqrt(np.square(dxs, out=dxs).sum(axis=2))"}
    Whoever called has lost the gradients.
    Look: Which line writes into an array that came in?
""",
    size=SIZE,
    total=TOTAL,
)

RIGHT = (
    '''def saliency(dxs):
    """Word by word."""
    N, T, _ = dxs.shape
    shares = np.zeros((N, T))
    for n in range(N):
        for t in range(T):
            shares[n, t] = np.sqrt(np.sum(dxs[n, t] ** 2))
        if shares[n].any():
            shares[n] /= shares[n].sum()
    return shares
''',
    """def saliency(dxs):
    norms = np.linalg.norm(dxs, axis=-1)
    total = norms.sum(axis=-1, keepdims=True)
    return np.divide(norms, total, out=np.zeros_like(norms), where=total != 0)
""",
    '''def saliency(dxs):
    """By the root of the mean square: the number of numbers is the same above the bar and below it."""
    size = (dxs * dxs).mean(axis=2) ** 0.5
    total = size.sum(axis=1)[:, None]
    total[total == 0] = 1
    return size / total
''',
    """def saliency(dxs):
    size = np.sqrt(np.einsum("ntd,ntd->nt", dxs, dxs))
    rows = [row / row.sum() if row.sum() > 0 else np.zeros_like(row) for row in size]
    return np.stack(rows)
""",
)

EXERCISE = Exercise(
    name="saliency",
    title="Which words decided?",
    arguments={"dxs": "(N, T, D)"},
    returns=(Array("shares", "(N, T)"),),
    parts=(
        Part("the shares", points=2),
        Part("texts whose gradient is 0", points=1, tags=NOTHING),
        Part("large and small gradients", points=1, tags=LARGE),
    ),
    difficulty=1,
    minutes=8,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    row="text",
    hints=(
        "A word's gradient is a vector of D numbers. How long is the vector (3, -4)? And what share of a text has a "
        "word whose gradient has the length 5, when all of them together have 20?",
        "Square, add up over the last axis, take the root: that is a size for each word, (N, T). Divide each row by "
        "its own sum, where that isn't 0.",
        "size = np.sqrt((dxs**2).sum(axis=2)), divided by size.sum(axis=1, keepdims=True), with np.where(total > 0, "
        "total, 1) in the place of a sum that is 0.",
    ),
    explanation=(
        "The shares of a text add up to 1, and padding has none, for no gradient goes there. What they say is how much "
        "the answer would move if a word's vector were moved a little. What it would do if the word weren't there is "
        "another question."
    ),
)
