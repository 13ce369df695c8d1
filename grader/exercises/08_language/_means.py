"""What ``bits_per_token`` and ``perplexity`` share: batches of unequal size, and the wrong means of them.

Words: ``$result``, the solution's last line without its return, and ``$eq``, its equation's label.
"""

import numpy as np

from ..base import Case
from ._draws import LARGE, batches, single, spread

__all__ = ["LARGE", "MEANS", "NOTHING", "cases_of_batches", "other"]

NOTHING = frozenset({"nothing"})


def cases_of_batches(rng):
    """The calls: batches of unequal sizes, and what may be odd about them."""
    yield Case("small", batches(rng, [(2, 3), (1, 2)]))
    yield Case("three batches", batches(rng, [(3, 5), (2, 7), (4, 2)]))
    yield Case("one batch", batches(rng, [(3, 4)]))
    yield Case("one batch of one piece", batches(rng, [(1, 6)]))
    yield Case("no padding, and batches of unequal size", batches(rng, [(4, 6), (1, 3)], padded=False))
    yield Case("no padding, and batches of one size", batches(rng, [(2, 5), (2, 5), (2, 5)], padded=False))
    yield Case("a last batch of one piece", batches(rng, [(5, 4), (5, 4), (1, 4)]))
    yield Case("batches of one token", batches(rng, [(1, 1), (1, 1), (1, 1)]))
    yield Case("a single token", batches(rng, [(1, 1)], padded=False))
    yield Case("many batches", batches(rng, [(2, int(T)) for T in rng.integers(1, 9, size=12)]))
    padded = batches(rng, [(3, 4), (2, 6)])
    for key, low in (("nlls", 0.0), ("masks", 0.0)):
        padded[key][1] = np.concatenate([padded[key][1], np.full((2, 30), low)], axis=1)
    yield Case("a lot of padding in one batch", padded)
    holes = batches(rng, [(2, 6), (3, 5)], padded=False)
    for k, (N, T) in enumerate(((2, 6), (3, 5))):
        holes["masks"][k] = (rng.permuted(np.tile(np.arange(T) < T // 2, (N, 1)), axis=1)).astype(float)
        holes["nlls"][k] = holes["nlls"][k] * holes["masks"][k]
    yield Case("masks with holes", holes)
    free = batches(rng, [(3, 4), (2, 5)])
    for nll in free["nlls"]:
        nll[:, 1:2] = 0.0
    yield Case("tokens that cost nothing", free)
    silent = batches(rng, [(2, 4), (3, 2), (1, 5)])
    silent["nlls"][1], silent["masks"][1] = np.zeros((3, 2)), np.zeros((3, 2))
    yield Case("a batch that is all padding", silent, NOTHING)
    nothing = {"nlls": [np.zeros((2, 3)), np.zeros((1, 4))], "masks": [np.zeros((2, 3)), np.zeros((1, 4))]}
    yield Case("nothing counts", nothing, NOTHING)
    yield Case("strided", batches(rng, [(3, 4), (2, 5)]), frozenset({"strided"}))
    yield Case("float32", single(batches(rng, [(3, 4), (2, 5)])))
    long = batches(rng, [(5, 12), (3, 9)], padded=False)  # again and again: the file is small
    yield Case("a long text", {key: [np.tile(one, (1, 24)) for one in pair] for key, pair in long.items()}, LARGE)
    yield Case("hundreds of batches", batches(rng, [(1, 1 + k % 3) for k in range(300)], padded=False), LARGE)
    dear = batches(rng, [(2, 4), (3, 3)], padded=False)
    for k, nll in enumerate(dear["nlls"]):
        dear["nlls"][k] = np.abs(spread(rng, 30, 900, nll.shape))
    yield Case("tokens that cost hundreds", dear, LARGE)


def other(case):
    """The case with what its tokens cost changed a little."""
    share = [0.9 + 0.08 * np.cos(np.arange(nll.size)).reshape(nll.shape) for nll in case.args["nlls"]]
    moved = [(nll * by).astype(nll.dtype) for nll, by in zip(case.args["nlls"], share, strict=True)]
    return Case(case.name, case.args | {"nlls": moved}, case.tags)


MEANS = r"""
mean_of_means: the mean of the batches' means
    {"total / max(count, 1)":
        "sum(nll.sum() / max(mask.sum(), 1) for nll, mask in zip(nlls, masks)) / len(masks)"}
    A token in a small batch then counts more than one in a large batch. And what comes out depends on how the text was
    cut into batches.
    Look: How many divisions by a count are there in equation ($eq)?
mean_of_means_that_count: the mean of the means of those batches that hold a token
    {"total / max(count, 1)":
        "sum(nll.sum() / max(mask.sum(), 1) for nll, mask in zip(nlls, masks)) / "
        "max(sum(mask.any() for mask in masks), 1)"}
    A token in a small batch then counts more than one in a large batch. And what comes out depends on how the text was
    cut into batches.
    Look: How many divisions by a count are there in equation ($eq)?
mean_of_pieces: the mean of each piece's mean
    {"total / max(count, 1)":
        "sum((nll.sum(axis=1) / np.maximum(mask.sum(axis=1), 1)).sum() for nll, mask in zip(nlls, masks)) / "
        "sum(len(mask) for mask in masks)"}
    A token in a short piece then counts more than one in a long piece.
    Look: How many divisions by a count are there in equation ($eq)?
over_all_steps: the sum of the costs divided by the number of all steps, padding and all
    {"sum(mask.sum() for mask in masks)": "sum(mask.size for mask in masks)"}
    The more padding there is, the better the model would look.
    Look: What does equation ($eq) divide by?
mean_of_plain_means: the mean of each batch's mean over all its steps, padding and all
    {"total / max(count, 1)": "sum(nll.mean() for nll in nlls) / len(nlls)"}
    The more padding there is, the better the model would look; and a token in a small batch counts more than one in a
    large batch.
    Look: What does equation ($eq) divide by, and how often?
plain_means_by_tokens: each batch's mean over all its steps, padding and all, counted by its number of tokens
    {"sum(nll.sum() for nll in nlls)": "sum(nll.mean() * mask.sum() for nll, mask in zip(nlls, masks))"}
    nll.mean() divides by all steps, padding too: what comes out is too small by the share of the padding.
    Look: By how many is each batch's sum divided in your code, and what is it multiplied with?
median: the median of all costs
    {"total / max(count, 1)":
        "(np.median(np.concatenate([nll[mask > 0] for nll, mask in zip(nlls, masks)])) if count else total)"}
    A median doesn't care how far off the worst guesses are.
    Look: What does equation ($eq) divide by what?
last_steps: what comes of the last step of each batch alone
    {"nll.sum() for nll": "nll[:, -1].sum() for nll", "mask.sum() for mask": "mask[:, -1].sum() for mask"}
    All steps count.
    Look: Over which indices do the sums in equation ($eq) run?
last_tokens: what comes of the last token of each piece alone
    {"nll.sum() for nll in nlls":
        "np.take_along_axis(nll, np.maximum(mask.sum(axis=1, keepdims=True).astype(int) - 1, 0), 1).sum() "
        "for nll, mask in zip(nlls, masks)",
        "mask.sum() for mask": "mask.any(axis=1).sum() for mask"}
    All tokens count.
    Look: Over which indices do the sums in equation ($eq) run?
first_not_counted: the sum of all costs divided by the number of tokens of all batches but the first
    {"sum(mask.sum() for mask in masks)": "sum(mask.sum() for mask in masks[1:])"}
    Costs and tokens have to come from the same batches.
    Look: Over which b does each of the two sums in equation ($eq) run?
first_costs_missing: the sum of the costs of all batches but the first, divided by the number of all tokens
    {"sum(nll.sum() for nll in nlls)": "sum(nll.sum() for nll in nlls[1:])"}
    Costs and tokens have to come from the same batches.
    Look: Over which b does each of the two sums in equation ($eq) run?
by_the_batches: the sum of the costs divided by the number of batches
    {"sum(mask.sum() for mask in masks)": "len(masks)"}
    That is what a batch costs. Asked is what a token costs.
    Look: What does equation ($eq) divide by?
by_the_pieces: the sum of the costs divided by the number of pieces
    {"sum(mask.sum() for mask in masks)": "sum(len(mask) for mask in masks)"}
    That is what a piece costs: long ones cost more. Asked is what a token costs.
    Look: What does equation ($eq) divide by?
by_the_steps: the sum of the costs divided by the number of steps of the batches
    {"sum(mask.sum() for mask in masks)": "sum(mask.shape[1] for mask in masks)"}
    In a batch of N pieces a step has up to N tokens.
    Look: What does equation ($eq) divide by?
first_batch: what comes of the first batch alone
    {"sum(nll.sum() for nll in nlls)": "nlls[0].sum()", "sum(mask.sum() for mask in masks)": "masks[0].sum()"}
    The text has more than one batch.
    Look: Over which b does equation ($eq) add up?
last_batch: what comes of the last batch alone
    {"sum(nll.sum() for nll in nlls)": "nlls[-1].sum()", "sum(mask.sum() for mask in masks)": "masks[-1].sum()"}
    A variable that is set anew in every turn of a loop holds the last batch's at the end.
    Look: Over which b does equation ($eq) add up?
last_batch_left_out: what comes of all batches but the last
    {"for nll in nlls": "for nll in nlls[: max(len(nlls) - 1, 1)]",
        "for mask in masks": "for mask in masks[: max(len(masks) - 1, 1)]"}
    The last batch, often a smaller one, belongs to the text.
    Look: Over which b does equation ($eq) add up?
counted_last: the sum of all costs divided by the number of tokens of the last batch
    {"sum(mask.sum() for mask in masks)": "masks[-1].sum()"}
    Costs and tokens have to come from the same batches.
    Look: Over which b does each of the two sums in equation ($eq) run?
counted_first: the sum of all costs divided by the number of tokens of the first batch
    {"sum(mask.sum() for mask in masks)": "masks[0].sum()"}
    Costs and tokens have to come from the same batches.
    Look: Over which b does each of the two sums in equation ($eq) run?
costly_tokens: the mean over the tokens that cost something
    {"sum(mask.sum() for mask in masks)": "sum((nll > 0).sum() for nll in nlls)"}
    A token that was predicted for sure costs 0, and is a token all the same.
    Look: What says which steps count in equation ($eq)?
one_too_many: the sum of the costs divided by one more than there are tokens
    {"max(count, 1)": "(count + 1)"}
    The 1 keeps the division by zero away, and makes every answer a little too small.
    Look: What does equation ($eq) divide by, and in which one case is there something to keep away?
one_a_batch: the sum of the costs divided by one more for each batch than there are tokens
    {"sum(mask.sum() for mask in masks)": "sum(mask.sum() + 1 for mask in masks)"}
    The 1 keeps a division by zero away where there is none, and makes every answer a little too small.
    Look: What does equation ($eq) divide by, and in which one case is there something to keep away?
eps_below: the sum of the costs divided by the number of tokens and 1e-8
    {"max(count, 1)": "(count + 1e-8)"}
    What is added for safety makes every answer a little too small. The number of tokens is 0, or it is 1 and more.
    Look: What does equation ($eq) divide by, and in which one case is there something to keep away?
nothing_is_nan: the right answer, which is NaN where nothing counts
    {"max(count, 1)": "np.float64(count)"}
    Where no token counts there is nothing to take a mean of, and 0 / 0 is NaN.
    Look: The last line of the docstring says what comes back where no token counts.
"""
