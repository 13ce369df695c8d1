"""A softmax that leaves padding out."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, NOTHING, holes, levels, mask_of, single, spread


def _arguments(rng, N, T, S, scale=1.5, **given):
    return {"scores": scale * rng.normal(size=(N, T, S)), "mask": mask_of(rng, N, S)} | given


def cases(rng):
    yield Case("small", _arguments(rng, 2, 3, 4))
    yield Case("more places", _arguments(rng, 4, 2, 9))
    yield Case("no padding", _arguments(rng, 3, 2, 5, mask=np.ones((3, 5))))
    yield Case("masks with holes", _arguments(rng, 4, 3, 8, mask=holes(rng, 4, 8)))
    yield Case("one place left in each", _arguments(rng, 3, 2, 4, mask=np.eye(4)[[2, 0, 3]]))
    yield Case("one sequence", _arguments(rng, 1, 4, 6))
    yield Case("one query", _arguments(rng, 3, 1, 5))
    yield Case("one place", _arguments(rng, 3, 2, 1))
    yield Case("one of each", _arguments(rng, 1, 1, 1))
    yield Case("as many queries as places", _arguments(rng, 2, 4, 4))
    yield Case("as many sequences as queries", _arguments(rng, 3, 3, 5))
    yield Case("as many sequences as places", _arguments(rng, 4, 2, 4))
    yield Case("zeros", _arguments(rng, 3, 2, 6, scores=np.zeros((3, 2, 6))))
    padded = _arguments(rng, 3, 4, 7)
    padded["scores"] += 6.0 * (1 - padded["mask"][:, None])
    yield Case("padding with the largest scores", padded)
    wide = _arguments(rng, 3, 2, 5, scale=6.0, mask=np.ones((3, 5)))
    wide["scores"][0, 0] = 33.0, 34.0, 24.0, 15.0, 13.0  # where a clip at 30, at 20 and at 10 show, each in its way
    yield Case("wide", wide)
    low = _arguments(rng, 3, 4, 5)
    low["scores"] -= rng.uniform(25, 40, size=(3, 4, 1))
    yield Case("all far below 0", low)
    yield Case("strided", _arguments(rng, 3, 4, 5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, 3, 4, 6)))
    empty = _arguments(rng, 4, 2, 5)
    empty["mask"][rng.integers(4)] = 0.0
    yield Case("a sequence that is all padding", empty, NOTHING)
    yield Case("nothing but padding", _arguments(rng, 2, 3, 4, mask=np.zeros((2, 4))), NOTHING)
    far = _arguments(rng, 3, 4, 5, scores=spread(rng, 800, 3000, (3, 4, 5)))
    yield Case("large scores of both signs", far, LARGE)
    yield Case("rows at levels far apart", _arguments(rng, 3, 4, 5, scores=levels(rng, 3, 4, 5)), LARGE)
    yield Case(
        "queries of one sequence at levels far apart", _arguments(rng, 1, 4, 3, scores=levels(rng, 1, 4, 3)), LARGE
    )
    above = _arguments(rng, 4, 3, 6)
    above["scores"] += rng.uniform(1000, 3000, size=(4, 3, 6)) * (1 - above["mask"][:, None])
    yield Case("padding far above all else", above, LARGE)
    some = _arguments(rng, 3, 4, 5)
    some["scores"] -= rng.uniform(300, 600, size=(3, 4, 1)) * some["mask"][:, None]
    yield Case("padding near 0, and all else hundreds below", some, LARGE)
    below = _arguments(rng, 4, 3, 6)
    below["scores"] -= rng.uniform(2e4, 5e4, size=(4, 3, 1)) * below["mask"][:, None]
    yield Case("padding near 0, and all else far below", below, LARGE)


FILLED = "np.where(seen, scores, scores.min(axis=2, keepdims=True))"
TOP = "low.max(axis=2, keepdims=True)"
TOTAL = "np.maximum(e.sum(axis=2, keepdims=True), 1)"
MISTAKES = slips(
    r"""
unmasked: a softmax over all places, padding and all
    {"$filled": "scores", " * seen": ""}
    Padding gets a share of the weights, and the more of it there is, the less is left for the words.
    Look: Which of the arguments is not used?
after_the_softmax: the softmax over all places, with zeros put where the padding is
    {"$filled": "scores", "(low - $top) * seen": "(low - $top)", "return e / $total": "return e / $total * seen"}
    What padding got in the softmax is taken from it, and given to nobody: the weights add up to less than 1.
    Look: Over which places does the sum in equation (eq:masked_softmax) run?
padding_scores_0: a softmax in which padding has the score 0
    {"$filled": "scores * seen", "(low - $top) * seen": "(low - $top)"}
    A score of 0 isn't a weight of 0: exp(0) is 1.
    Look: By what is what multiplied in equation (eq:masked_softmax), a score or an exponential?
padding_scores_0_then_zeros: a softmax in which padding has the score 0, with zeros put where the padding is
    {"$filled": "scores * seen", "(low - $top) * seen": "(low - $top)", "return e / $total": "return e / $total * seen"}
    exp(0) is 1: padding got a share in the sum, and the weights add up to less than 1.
    Look: Over which places does the sum in equation (eq:masked_softmax) run?
zero_is_the_largest: exponentials of the scores less the largest, or less 0 where there is padding and that is larger
    {"$filled": "scores * seen", "$total": "np.maximum(e.sum(axis=2, keepdims=True), 1e-300)"}
    Where all scores lie far below 0, their exponentials are all 0 then, and so is their sum.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
inverted: a softmax over the padding
    {"mask[:, None] > 0": "mask[:, None] == 0"}
    The mask is 1 where there is a word.
    Look: What does the docstring say a 1 in the mask means?
largest_of_the_padding: exponentials of the scores less the largest of all, padding and all
    {"$top": "scores.max(axis=2, keepdims=True)", "$total": "np.maximum(e.sum(axis=2, keepdims=True), 1e-300)"}
    Where the padding's scores lie far above the others, the exponentials of the others are all 0, and so is their sum.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
largest_of_the_padding_divided: exponentials of the scores less the largest of all, over a sum that may be 0
    {"$top": "scores.max(axis=2, keepdims=True)", "$total": "e.sum(axis=2, keepdims=True)"}
    Where the padding's scores lie far above the others, the exponentials of the others are all 0, and so is their sum.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
overflow: exponentials of the scores as they are
    {"np.exp(low - $top)": "np.exp(scores)", "$total": "np.maximum(e.sum(axis=2, keepdims=True), 1e-300)"}
    The formula is the right one. But the exponential of a score above 709 is infinite in float64, and all those below
    -745 are 0.
    Look: What may be taken off every score of a query without a change?
largest_of_everything: exponentials of the scores less the largest of the whole array
    {"$top": "low.max()", "$total": "np.maximum(e.sum(axis=2, keepdims=True), 1e-300)"}
    A query whose scores lie far below another's loses all of them: its exponentials are all 0.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
largest_of_the_sequence: exponentials of the scores less the largest of each sequence
    {"$top": "low.max(axis=(1, 2), keepdims=True)", "$total": "np.maximum(e.sum(axis=2, keepdims=True), 1e-300)"}
    A query whose scores lie far below another's loses all of them: its exponentials are all 0.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
padding_gives_1: weights that are all alike where there is nothing but padding
    {"$filled": "np.where(seen, scores, -1e30)", "(low - $top) * seen": "(low - $top)"}
    A very low score makes a weight of 0 beside higher ones. Where all are equally low, all get the same share.
    Look: What does the docstring say of a sequence that is all padding?
padding_is_nan: weights that are NaN where there is nothing but padding
    {"$total": "e.sum(axis=2, keepdims=True)"}
    There the sum is 0, and 0 / 0 is NaN.
    Look: What does the docstring say of a sequence that is all padding?
far_down: scores of which 1e9 is taken off where the padding is
    {"$filled": "scores + (mask[:, None] - 1) * 1e9", "(low - $top) * seen": "(low - $top)"}
    Where there is nothing but padding, 1e9 is taken off every score. That changes no weight.
    Look: What does the docstring say of a sequence that is all padding?
mask_added: the softmax of scores and mask added up
    {"$filled": "scores + mask[:, None]", "(low - $top) * seen": "(low - $top)"}
    Words get more than padding. But padding should get nothing.
    Look: What stands beside the exponential in equation (eq:masked_softmax)?
one_off: the softmax of scores of which 1 was taken off where the padding is
    {"$filled": "scores - (1 - mask[:, None])",
        "(low - $top) * seen": "(low - $top) * (seen | (mask.sum(axis=1) > 0)[:, None, None])"}
    Padding gets less than before. It should get nothing.
    Look: What stands beside the exponential in equation (eq:masked_softmax)?
first_places: a softmax over as many places from the front as the mask has ones
    {"mask[:, None] > 0": "(np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True))[:, None]"}
    A mask may have zeros between ones. Which places count it says by itself.
    Look: Is the number of words enough to say where they stand?
up_to_the_first_0: a softmax over the places before the mask's first 0
    {"mask[:, None] > 0": "np.cumprod(mask, axis=1)[:, None] > 0"}
    A mask may have zeros between ones, and at the front.
    Look: Which places does equation (eq:masked_softmax) leave out?
mask_of_the_first: the mask of the first sequence, for all of them
    {"mask[:, None] > 0": "mask[:1, None] > 0"}
    Each sequence has words of its own, and a row of the mask.
    Look: Which n has the mask in equation (eq:masked_softmax)?
over_the_queries: a softmax over the queries in the place of the places
    {"low.max(axis=2": "low.max(axis=1", "e.sum(axis=2": "e.sum(axis=1"}
    Each place's weights add up to 1. It is each query's that should, for a query shares itself out.
    Look: Over which index does the sum in equation (eq:masked_softmax) run, and which axis is that?
over_the_batch: a softmax over the batch in the place of the places
    {"low.max(axis=2": "low.max(axis=0", "e.sum(axis=2": "e.sum(axis=0"}
    The sequences of a batch have nothing to do with each other.
    Look: Over which index does the sum in equation (eq:masked_softmax) run, and which axis is that?
over_a_sequence: a softmax over all queries and places of a sequence together
    {"low.max(axis=2": "low.max(axis=(1, 2)", "e.sum(axis=2": "e.sum(axis=(1, 2)"}
    Each query should have its own 1 to give away.
    Look: Over which index does the sum in equation (eq:masked_softmax) run?
over_everything: a softmax over the whole array
    {"$top": "low.max()", "e.sum(axis=2, keepdims=True)": "e.sum()"}
    All the weights of the batch together add up to 1. Each query should have its own 1 to give away.
    Look: Over which index does the sum in equation (eq:masked_softmax) run?
not_divided: exponentials that were not divided by their sum
    {"e / $total": "e"}
    The largest weight of a query is always 1 then, whatever the others are.
    Look: What stands below the fraction bar of equation (eq:masked_softmax)?
not_exponentiated: scores divided by their sum
    {"np.exp(low - $top)": "scores", "np.maximum(e.sum(axis=2, keepdims=True), 1)":
        "(e.sum(axis=2, keepdims=True) + (e.sum(axis=2, keepdims=True) == 0))"}
    A negative score gives a negative weight, and a sum near 0 gives huge ones.
    Look: What happens to each score in equation (eq:masked_softmax) before the sum?
by_the_count: exponentials divided by the number of words
    {"$total": "np.maximum(mask.sum(axis=1)[:, None, None], 1)"}
    Then the weights don't add up to 1.
    Look: What stands below the fraction bar of equation (eq:masked_softmax)?
by_the_mean: exponentials divided by the mean of them
    {"$total": "np.where(seen.any(axis=2, keepdims=True), e.mean(axis=2, keepdims=True), 1)"}
    What is below the fraction bar has to be such that the weights add up to 1.
    Look: What stands below the fraction bar of equation (eq:masked_softmax)?
all_alike: the same weight for each word
    {"np.exp(low - $top)": "np.ones(scores.shape, scores.dtype)"}
    That is a mean over the words, whatever the scores are.
    Look: Which of the arguments is not used?
hard: a 1 for the largest score and 0 for the others
    {"return e / $total": "return (np.arange(e.shape[2]) == e.argmax(axis=2)[..., None]) * seen * np.ones_like(e)"}
    No small change of a score changes that, so nothing could be learned from it.
    Look: Equation (eq:masked_softmax) has an exponential and no choice.
eps: a right softmax with 1e-8 added to the sum
    {"$total": "(e.sum(axis=2, keepdims=True) + 1e-8)"}
    What is added for safety makes every weight a little too small. The sum is 0 where all is padding, and else it is 1
    and more, if the largest score was taken off.
    Look: In which one case is there something to keep away?
one_more: a sum with 1 added
    {"$total": "(e.sum(axis=2, keepdims=True) + 1)"}
    It keeps a division by 0 away where there is none as well. The weights add up to less than 1.
    Look: In which one case is there something to keep away?
negated: the softmax of minus the scores
    {"$filled": "np.where(seen, -scores, (-scores).min(axis=2, keepdims=True))"}
    The place with the largest score gets the smallest weight.
    Look: Compare the sign in the exponent with equation (eq:masked_softmax).
base_two: a softmax with powers of 2 in the place of those of e
    {"np.exp(": "np.exp2("}
    The order is right, but the weights are too close to each other.
    Look: Which number is raised to a power in equation (eq:masked_softmax)?
of_twice: the softmax of twice the scores
    {"low - $top": "2 * (low - $top)"}
    The place with the largest score gets more than its share.
    Look: What stands in the exponent of equation (eq:masked_softmax)?
of_half: the softmax of half the scores
    {"low - $top": "(low - $top) / 2"}
    The place with the largest score gets less than its share.
    Look: What stands in the exponent of equation (eq:masked_softmax)?
by_the_root: the softmax of scores divided by the root of the number of places
    {"low - $top": "(low - $top) / np.sqrt(scores.shape[2])"}
    The weights are too close to each other, the more the longer the source is.
    Look: What stands in the exponent of equation (eq:masked_softmax)?
log_of_the_mask: the softmax of scores and log(mask + 1e-9) added up
    {"$filled": "scores + np.log(mask[:, None] + 1e-9)", "(low - $top) * seen": "(low - $top)"}
    1e-9 isn't nothing: padding gets a little, and much where its score is high.
    Look: What is the weight of padding in equation (eq:masked_softmax)?
below_by_the_longest: a softmax over as many places as the longest sequence has words
    {"mask[:, None] > 0": "(np.arange(mask.shape[1]) < mask.sum(axis=1).max())[None, None]"}
    Each sequence has words of its own.
    Look: Which n has the mask in equation (eq:masked_softmax)?
twice: the softmax of a softmax
    {"return e / $total": "e = np.exp(e / $total) * seen\n    "
        "return e / np.where(e.any(axis=2, keepdims=True), e.sum(axis=2, keepdims=True), 1)"}
    After the second one no place can have more than e = 2.7 times the weight of another.
    Look: How many exponentials are there in equation (eq:masked_softmax)?
sigmoids: a sigmoid of each score
    {"return e / $total": "return (0.5 + 0.5 * np.tanh(scores / 2)) * seen"}
    A sigmoid asks each place by itself. The weights of a query have to add up to 1.
    Look: Equation (eq:masked_softmax) has a sum below its fraction bar.
clipped_700: exponentials of the scores, cut off far out
    {"low - $top": "np.clip(low, -700, 700)", "$total": "np.maximum(e.sum(axis=2, keepdims=True), 1e-320)"}
    Cutting off keeps the overflow away, and changes the answer: all scores beyond that limit become alike.
    Look: What may be taken off every score of a query without a change?
into_scores: a right softmax that writes into the scores
    {"low = $filled": "np.copyto(scores, scores.min(axis=2, keepdims=True), where=~seen)\n    low = scores"}
    The numbers are right. But an assignment such as scores[...] = ... writes into the caller's array, which may be
    needed elsewhere.
    Look: Which line changes an array that came in?
""",
    filled=FILLED,
    top=TOP,
    total=TOTAL,
)

FILLER = r"""
filler_$name: a softmax in which padding has the score -$limit
    {"$filled": "np.where(seen, scores, -$limit.0)", "(low - $top) * seen": "(low - $top)"}
    That is low only as long as the words' scores are higher.
    Look: Below which number can no score lie?
filler_${name}_guarded: a softmax in which padding has the score -$limit, and a weight of 0 where there is nothing else
    {"$filled": "np.where(seen, scores, -$limit.0)",
        "(low - $top) * seen": "(low - $top) * seen.any(axis=2, keepdims=True)"}
    That is low only as long as the words' scores are higher.
    Look: Below which number can no score lie?
"""

CLIPPED = r"""
clipped_$limit: exponentials of the scores, cut off at -$limit and $limit
    {"low - $top": "np.clip(low, -$limit, $limit)", "$total": "np.maximum(e.sum(axis=2, keepdims=True), 1e-300)"}
    Cutting off keeps the overflow away, and changes the answer: all scores beyond $limit become alike.
    Look: What may be taken off every score of a query without a change?
"""

RIGHT = (
    # minus infinity, which is -inf - (-inf) where nothing is left
    """
def masked_softmax(scores, mask):
    kept = np.where(mask[:, None, :] == 1, scores, -np.inf)
    top = kept.max(axis=2, keepdims=True)
    e = np.exp(kept - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=2, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)
""",
    # a query at a time
    """
def masked_softmax(scores, mask):
    weights = np.zeros_like(scores)
    for n in range(scores.shape[0]):
        places = np.flatnonzero(mask[n])
        if len(places) == 0:
            continue
        for t in range(scores.shape[1]):
            e = np.exp(scores[n, t, places] - scores[n, t, places].max())
            weights[n, t, places] = e / e.sum()
    return weights
""",
    # the padding far down, and what is left of it taken away
    """
def masked_softmax(scores, mask):
    m = mask.reshape(len(mask), 1, -1)
    z = scores * m - 1e9 * (1 - m)
    e = np.exp(z - z.max(-1, keepdims=True)) * m
    return e / (e.sum(-1, keepdims=True) + (m.sum(-1, keepdims=True) == 0))
""",
    # by the logarithm of the sum
    """
def masked_softmax(scores, mask):
    m = (mask == 1)[:, None]
    z = np.logaddexp.reduce(np.where(m, scores, -1e30), axis=2)
    return np.where(m, np.exp(np.minimum(scores - z[..., None], 0)), 0.0 * scores)
""",
)

EXERCISE = Exercise(
    name="masked_softmax",
    title="Weights that add up to 1, and nothing for padding",
    arguments={"scores": "(N, T, S)", "mask": "(N, S)"},
    returns=(Array("weights", "(N, T, S)"),),
    parts=(
        Part("the weights", points=2),
        Part("a sequence that is all padding", points=1, tags=NOTHING),
        Part("right and without a warning on large scores", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=(
        *MISTAKES,
        *(
            one
            for limit, name in (("10", "ten"), ("100", "hundred"), ("1000", "thousand"), ("10000", "ten_thousand"))
            for one in slips(FILLER, limit=limit, name=name, filled=FILLED, top=TOP)
        ),
        *(one for limit in (10, 20, 30) for one in slips(CLIPPED, limit=limit, top=TOP, total=TOTAL)),
    ),
    right=RIGHT,
    hints=(
        "The softmax of unit 01 divides by a sum over all places. Which of them may be in that sum, and which number "
        "may be the largest that is taken off?",
        "mask[:, None] has the shape (N, 1, S), and goes with all T queries. Exponentiate first, with the words' "
        "largest score taken off; then multiply with the mask; then divide by the sum. Where the sum is 0, divide by "
        "something else.",
        "Put into the padding's places a score that is never larger than the words', with np.where; then "
        "e = np.exp(z - z.max(axis=2, keepdims=True)) * mask[:, None], and e over its own sum along the same axis. "
        "With the largest taken off, that sum is 0 or at least 1: np.maximum(total, 1) mends the one and spares the "
        "other.",
    ),
    explanation=(
        "Each query now has a 1 to give away, and none of it goes to padding: a short sentence is read as if it stood "
        "alone, however long its neighbours in the batch are."
    ),
)
