"""Which language a text is in, when only how often each item comes is known."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single

GAPS = frozenset({"gaps"})


def _arguments(rng, N, T, K, V, total=60):
    """Draw counts of languages of which each has another size and other likely items, and texts without a gap."""
    sizes = rng.permutation(np.linspace(0.4, 2.0, K)) * total
    shares = rng.dirichlet(np.full(V, 0.7), size=K)
    counts = rng.poisson(shares * sizes[:, None]).astype(np.float64)
    return {"counts": counts, "ids": rng.integers(0, V, size=(N, T))}


def _ended(rng, ids, least=1):
    """The texts with their ends at other places, one of them at the last step: -1 after them."""
    N, T = ids.shape
    lengths = rng.integers(least, T, size=N)
    lengths[rng.integers(N)] = T
    return np.where(np.arange(T) < lengths[:, None], ids, -1)


def _long(rng, N, T, K, V=50):
    """Draw counts in which one item outweighs all others, and texts of the others: each costs 19 nats.

    A few dozen of them bring the scores so far below 0 that an exponential is 0, and few additions round little.
    """
    counts = np.round(rng.uniform(3, 7, size=(K, V)))
    counts[:, 0] = np.round(rng.uniform(0.98, 1.02, size=K) * 1e9)
    return {"counts": counts, "ids": rng.integers(1, V, size=(N, T))}


def cases(rng):
    small = _arguments(rng, N=2, T=3, K=4, V=5)
    yield Case("small", small)
    ended = _arguments(rng, N=5, T=6, K=3, V=4)
    yield Case("texts that end", ended | {"ids": _ended(rng, ended["ids"])}, GAPS)
    holes = _arguments(rng, N=4, T=7, K=3, V=5)
    unknown = rng.permuted(np.tile([True, False, True, False, False, True, False], (4, 1)), axis=1)
    yield Case("unknown items in between", holes | {"ids": np.where(unknown, -1, holes["ids"])}, GAPS)
    begun = _arguments(rng, N=3, T=5, K=4, V=6)
    begun["ids"][:, 0] = -1
    yield Case("texts that begin with an unknown item", begun, GAPS)
    empty = _arguments(rng, N=3, T=4, K=5, V=6)
    empty["ids"][rng.integers(3)] = -1
    yield Case("a text without any item", empty, GAPS)
    yield Case("no items at all", _arguments(rng, N=2, T=0, K=3, V=4), GAPS)
    yield Case("one text", _arguments(rng, N=1, T=6, K=3, V=7))
    yield Case("one item", _arguments(rng, N=6, T=1, K=4, V=3))
    yield Case("one language", _arguments(rng, N=3, T=4, K=1, V=5))
    yield Case("one item to choose from", _arguments(rng, N=2, T=3, K=4, V=1))
    yield Case("as many languages as items and texts", _arguments(rng, N=3, T=3, K=3, V=3))
    again = _arguments(rng, N=4, T=5, K=3, V=6)
    yield Case("the same item again and again", again | {"ids": np.repeat(again["ids"][:, :1], 5, axis=1)})
    unseen = _arguments(rng, N=3, T=4, K=3, V=5)
    unseen["counts"][rng.integers(3)] = 0.0
    yield Case("a language in which nothing was counted", unseen)
    yield Case("nothing counted", _arguments(rng, N=2, T=4, K=5, V=3) | {"counts": np.zeros((5, 3))})
    whole = _arguments(rng, N=4, T=5, K=3, V=6)
    yield Case("counts that are integers", whole | {"counts": whole["counts"].astype(np.int64)})
    yield Case("strided", _arguments(rng, N=5, T=4, K=3, V=7), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=4, K=5, V=6)))
    many = _arguments(rng, N=2, T=5, K=3, V=290)
    yield Case("items above 255", many | {"ids": rng.integers(256, 290, size=(2, 5))})

    far = _arguments(rng, N=3, T=4, K=6, V=9)
    yield Case("counts of many digits", far | {"counts": rng.integers(1e9, 9e9, size=(6, 9)).astype(float)}, LARGE)
    far = _arguments(rng, N=5, T=3, K=4, V=6)
    yield Case("counts that are integers of many digits", far | {"counts": rng.integers(1e9, 9e9, size=(4, 6))}, LARGE)
    yield Case("long texts in languages that are much alike", _long(rng, N=3, T=42, K=4), LARGE)
    mixed = _long(rng, N=4, T=45, K=3)
    mixed["ids"] = np.where(np.arange(45) < rng.permutation([45, 42, 2, 1])[:, None], mixed["ids"], -1)
    yield Case("long texts and short ones", mixed, LARGE)


def other(case):
    """The case with the counts given to other languages and items, and the texts from the last to the first."""
    counts = np.roll(case.args["counts"], 1, axis=(0, 1))
    return Case(case.name, {"counts": counts, "ids": case.args["ids"][::-1].copy()}, case.tags)


SHARE = "(counts + 1) / (counts.sum(axis=1, keepdims=True) + counts.shape[1])"
RESULT = "e / e.sum(axis=1, keepdims=True)"
MISTAKES = slips(
    r"""
no_one_added: shares of the counts as they are, with no one added
    {"$share": "counts / counts.sum(axis=1, keepdims=True)"}
    An item that was never counted in a language then has the probability 0 there, and one such item rules the language
    out, whatever else was read. Of two languages that are both ruled out nothing is left to compare.
    Look: What is above the line in equation (eq:share) where a count is 0?
one_added_above: a 1 added to each count, and the sum of the counts as it was
    {" + counts.shape[1])": ")"}
    The shares of a language then add up to more than 1, and by the more the less was counted in it.
    Look: What do the shares of equation (eq:share) add up to, over all v?
one_added_below: a 1 added to each count, and a single 1 to their sum
    {" + counts.shape[1])": " + 1)"}
    A 1 was added to each of V counts. So their sum has grown by more than 1.
    Look: What is below the line in equation (eq:share)?
languages_for_items: a 1 added to each count, and K to their sum
    {" + counts.shape[1])": " + counts.shape[0])"}
    A 1 was added to each count of a language. How many counts has one?
    Look: Which letter stands below the line in equation (eq:share), and which axis of counts is that?
a_little_added: shares of the counts with a very small number added to each
    {"$share": "(counts + 1e-9) / (counts + 1e-9).sum(axis=1, keepdims=True)"}
    A single item that was never counted costs about twenty nats then, more than all others together say.
    Look: How much is added to a count in equation (eq:share)?
half_added: shares of the counts with a half added to each
    {"$share": "(counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)"}
    That is in use too, by the name of Jeffreys. Here it is one.
    Look: How much is added to a count in equation (eq:share)?
two_added: shares of the counts with two added to each
    {"$share": "(counts + 2) / (counts.sum(axis=1, keepdims=True) + 2 * counts.shape[1])"}
    The more is added the more alike all languages look. Here it is one.
    Look: How much is added to a count in equation (eq:share)?
tiny_for_zero: shares of the counts as they are, with one in ten thousand millions where a count is 0
    {"$share": "np.maximum(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), 1e-10)"}
    A single item that was never counted costs 23 nats then, more than all others together say.
    Look: What is above the line in equation (eq:share) where a count is 0?
shared_among_items: shares of the counts with one V-th added to each
    {"$share": "(counts + 1 / counts.shape[1]) / (counts.sum(axis=1, keepdims=True) + 1)"}
    It adds up to 1 as well, and gives what was never counted less.
    Look: How much is added to a count in equation (eq:share)?
one_for_zero: shares in which a count of 0 is taken for 1, and all others stay
    {"$share": "np.maximum(counts, 1) / np.maximum(counts, 1).sum(axis=1, keepdims=True)"}
    What came once and what never came are alike then.
    Look: Which counts get one more in equation (eq:share)?
not_divided: counts, with a 1 added, that were not divided by the sum of their language
    {"$share": "counts + 1.0"}
    What they are divided by has to be the language's own: a number that all languages share cancels in the end. Without
    it a language in which more was counted is the likelier one at every item.
    Look: What is below the line in equation (eq:share), and over which index does its sum go?
last_for_nothing: scores in which a -1 counts as the last item
    {" * there[..., None]": ""}
    An index of -1 is the last one in numpy, and raises no error. In these texts it says that nothing is there.
    Look: Over which t does the sum in equation (eq:score) go, and which does your function leave out?
first_for_nothing: scores in which a -1 counts as item 0
    {".T[ids] * there[..., None]": ".T[np.maximum(ids, 0)]"}
    Item 0 is one like the others; where there is none nothing should be added.
    Look: Over which t does the sum in equation (eq:score) go, and which does your function leave out?
item_0_left_out: scores that leave out item 0 as well
    {"ids >= 0": "ids > 0"}
    Item 0 is one like the others.
    Look: Which ids stand for an item, and is 0 one of them?
zero_probability: scores in which nothing counts as an item of probability one in a thousand thousand millions
    {"np.log(p).T[ids] * there[..., None]": "np.where(there[..., None], np.log(p).T[ids], np.log(1e-15) * "
        "(np.arange(len(p)) + 1))"}
    What isn't there says nothing for any language and nothing against it.
    Look: Over which t does the sum in equation (eq:score) go?
up_to_the_first_gap: scores that stop at the first -1
    {"ids >= 0": "np.cumprod(ids >= 0, axis=1)"}
    After an item that isn't known there may be more of those that are.
    Look: The docstring names two reasons for a -1. After which of them does the text go on?
as_many_from_the_front: scores of each text's first steps, as many as it has items
    {"there = ids >= 0": "there = np.arange(ids.shape[1]) < (ids >= 0).sum(axis=1, keepdims=True)"}
    What isn't known may stand in between, and then the last items are left out and a -1 is looked up.
    Look: Which steps does equation (eq:score) leave out?
mean: the mean over the items, where their sum belongs
    {"evidence.sum(axis=1)": "evidence.sum(axis=1) / np.maximum(there.sum(axis=1, keepdims=True), 1)"}
    Then a long text makes nobody surer than a short one.
    Look: What is done over t in equation (eq:score)?
mean_over_all: the mean over all T steps, where their sum belongs
    {"evidence.sum(axis=1)": "evidence.sum(axis=1) / max(evidence.shape[1], 1)"}
    Then a long text makes nobody surer than a short one.
    Look: What is done over t in equation (eq:score)?
no_log: sums of the shares, where the sum of their logarithms belongs
    {"np.log(p).T": "p.T"}
    It is the product that counts: how likely all of these are together.
    Look: What stands in the sum of equation (eq:score)?
bits: logarithms to base 2, with a softmax to base e
    {"np.log(p)": "np.log2(p)"}
    The exponential afterwards takes the natural logarithm back, and no other.
    Look: Which logarithm does np.exp undo?
decimal: logarithms to base 10, with a softmax to base e
    {"np.log(p)": "np.log10(p)"}
    The exponential afterwards takes the natural logarithm back, and no other.
    Look: Which logarithm does np.exp undo?
added_for_safety: logarithms of the shares with a little added to each
    {"np.log(p)": "np.log(p + 1e-6)"}
    No share is 0: the one that was added to the counts sees to that.
    Look: Of what is the logarithm in equation (eq:score)?
tiny_for_safety: logarithms of the shares with a million-millionth added to each
    {"np.log(p)": "np.log(p + 1e-12)"}
    No share is 0: the one that was added to the counts sees to that. And where much was counted even such a number
    weighs something beside the share of a rare item.
    Look: Of what is the logarithm in equation (eq:score)?
largest_item: the logarithm of the likeliest item, where the sum over the items belongs
    {"evidence.sum(axis=1)": "evidence.max(axis=1, initial=-1e3)"}
    One item doesn't speak for all.
    Look: What is done over t in equation (eq:score)?
absent_ones_too: scores to which the items that don't come in a text count as well
    body:
        p = (counts + 1) / (counts.sum(axis=1, keepdims=True) + counts.shape[1] + 1)
        comes = (ids[:, :, None] == np.arange(counts.shape[1])).any(axis=1)
        scores = comes @ np.log(p).T + ~comes @ np.log(1 - p).T
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    That is another model, the Bernoulli one, in which a text is a list of what comes in it and what doesn't.
    Look: Over what does the sum in equation (eq:score) go?
underflow: exponentials of scores from which the largest was not taken off
    {"scores - scores.max(axis=1, keepdims=True)": "scores"}
    That is the product of the shares, which is right for a short text. For a long one it is smaller than any number
    that a float can hold: 0 for every language, and 0 / 0 after the division.
    Look: What did softmax take off in unit 01, and why?
global_max: exponentials of scores from which the largest of all texts was taken off
    {"scores.max(axis=1, keepdims=True)": "scores.max()"}
    A long text's scores lie hundreds below a short one's: its exponentials are all 0.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
by_text: a softmax over the texts, for each language
    {"scores.max(axis=1": "scores.max(axis=0", "$result": "e / e.sum(axis=0, keepdims=True)"}
    Then it is a language's numbers that add up to 1 over all texts. A text's numbers should.
    Look: Over which index does the sum in equation (eq:posterior) go?
scores_alone: the scores, and not yet probabilities
    {"$result": "scores"}
    They put the languages in order. How sure that is shows only when they are made to add up to 1.
    Look: What has to be true of the numbers of a text, by the docstring?
logarithms: the logarithms of the probabilities
    {"$result": "scores - scores.max(axis=1, keepdims=True) - np.log(e.sum(axis=1, keepdims=True))"}
    They are good to add up; asked for are the probabilities themselves.
    Look: What has to be true of the numbers of a text, by the docstring?
unnormalised: exponentials that were not divided by their sum
    {"$result": "e"}
    The likeliest language has a 1 then, whatever the others have.
    Look: What stands below the line in equation (eq:posterior)?
likeliest_alone: all for the likeliest language
    {"$result": "(scores == scores.max(axis=1, keepdims=True)).astype(float)"}
    That is an answer, and doesn't say how sure it is.
    Look: Equation (eq:posterior): is any exponential 0?
sizes_as_prior: languages that were as likely before as much was counted in them
    {"scores = evidence.sum(axis=1)": "scores = evidence.sum(axis=1) + "
        "np.log((counts.sum(axis=1) + 1) / (counts.sum() + len(counts)))"}
    That is Bayes' rule with another beginning, and a good one where the texts to come are as many in each language as
    those counted. Here no language is likelier than another before anything was read.
    Look: Is anything added to the sum in equation (eq:score)?
each_once: scores in which an item counts once, however often it comes in the text
    {"there = ids >= 0": "there = (ids >= 0) & (np.tril(ids[:, :, None] == ids[:, None, :], -1).sum(axis=2) == 0)"}
    That is a model of its own, in which a text is a set. Here each t counts.
    Look: Over what does the sum in equation (eq:score) go?
first_text: the first text's probabilities, for all of them
    {"$result": "np.repeat(e[:1] / e[:1].sum(axis=1, keepdims=True), len(e), axis=0)"}
    Each text is in a language of its own.
    Look: How many rows of ids does your function read?
last_item_missing: scores without each text's last step
    {"ids >= 0": "(ids >= 0) & (np.arange(ids.shape[1]) < ids.shape[1] - 1)"}
    The last item says as much as any other.
    Look: With which t does the sum in equation (eq:score) end?
first_item_missing: scores without each text's first step
    {"ids >= 0": "(ids >= 0) & (np.arange(ids.shape[1]) > 0)"}
    The first item says as much as any other.
    Look: With which t does the sum in equation (eq:score) begin?
float32_counts: counts that were rounded to float32
    {"$share": "(counts.astype(np.float32) + 1) / (counts.astype(np.float32).sum(axis=1, keepdims=True) + "
        "counts.shape[1])"}
    float32 keeps 7 digits, and a text adds up many numbers.
    Look: What is the dtype of p?
written_into_counts: the right probabilities, with the 1 added in the array that came in
    body:
        counts += 1
        p = counts / counts.sum(axis=1, keepdims=True)
        there = ids >= 0
        scores = (np.log(p).T[ids] * there[..., None]).sum(axis=1)
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    Whoever calls the function again with the same counts finds one more in each.
    Look: Which of your lines writes into counts? An operator with = at its end does.
written_into_ids: the right probabilities, with a 0 written over each -1 in the array that came in
    body:
        there = ids >= 0
        ids[ids < 0] = 0
        p = (counts + 1) / (counts.sum(axis=1, keepdims=True) + counts.shape[1])
        scores = (np.log(p).T[ids] * there[..., None]).sum(axis=1)
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    Whoever called the function finds other texts afterwards.
    Look: Which of your lines writes into ids? np.where makes a new array.
""",
    share=SHARE,
    result=RESULT,
)

RIGHT = (
    """def naive_bayes(counts, ids):
    K, V = counts.shape
    posterior = np.zeros((len(ids), K))
    for n, row in enumerate(ids):
        scores = np.zeros(K)
        for v in row:
            if v >= 0:
                scores += np.log((counts[:, v] + 1) / (counts.sum(axis=1) + V))
        e = np.exp(scores - scores.max())
        posterior[n] = e / e.sum()
    return posterior
""",
    # how often each item comes in each text, and one product
    """def naive_bayes(counts, ids):
    more = counts + 1.0
    log_p = np.log(more) - np.log(more.sum(axis=1, keepdims=True))
    often = np.stack([np.bincount(row[row >= 0], minlength=counts.shape[1]) for row in ids])
    scores = often @ log_p.T
    return np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
""",
    # a column of zeros for what isn't there: -1 is the last one
    """def naive_bayes(counts, ids):
    p = (counts + 1) / (counts + 1).sum(axis=1, keepdims=True)
    log_p = np.concatenate([np.log(p), np.zeros((len(counts), 1))], axis=1)
    scores = log_p[:, ids].sum(axis=2).T
    # each language beside all others
    away = scores[:, None, :] - scores[:, :, None]
    return 1 / np.exp(np.minimum(away, 700)).sum(axis=2)
""",
    {"np.log(p).T[ids] * there[..., None]": "np.where(there[..., None], np.log(p).T[ids], 0.0)"},
)

EXERCISE = Exercise(
    name="naive_bayes",
    title="Who counts most like this?",
    arguments={"counts": "(K, V)", "ids": "(N, T)"},
    returns=(Array("posterior", "(N, K)"),),
    parts=(
        Part("texts of known items", points=2),
        Part("where there is nothing", points=1, tags=GAPS),
        Part("long texts and large counts", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    row="text",
    hints=(
        "Take a text of two letters and two languages, and do it on paper: four shares, two sums of logarithms, and "
        "from these two numbers that add up to 1. Then ask what a -1 does as an index.",
        "The table of shares is (K, V), each row divided by its own sum, which has grown by V. The log of its "
        "transpose, indexed with ids, is (N, T, K); multiply with (ids >= 0)[..., None], so that what isn't there "
        "adds 0, and sum over axis 1. What is left is a softmax over the last axis; take each row's largest off first.",
        "p = (counts + 1) / (counts.sum(axis=1, keepdims=True) + counts.shape[1]), then scores = (np.log(p).T[ids] * "
        "(ids >= 0)[..., None]).sum(axis=1), then the softmax of each row of scores.",
    ),
    explanation=(
        "It is called naive because it takes each item as if the others weren't there: after a q a u is no news, and "
        "it counts in full all the same. So it is often surer than it should be. Which language comes first it mostly "
        "gets right, and it learns by counting, once."
    ),
)
