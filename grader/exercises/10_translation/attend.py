"""Attention: each query gets a mean of the values, weighted by how well the keys answer it."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, NOTHING, attention, holes, mask_of, single, spread


def cases(rng):
    yield Case("small", attention(rng, N=2, T=3, S=4, H=5, D=6))
    yield Case("larger", attention(rng, N=4, T=2, S=7, H=3, D=5))
    yield Case("no padding", attention(rng, N=3, T=4, S=5, H=2, D=6, mask=np.ones((3, 5))))
    one = rng.normal(size=(3, 5, 4))
    yield Case("masks with holes", attention(rng, N=4, T=3, S=8, H=2, D=5, mask=holes(rng, 4, 8)))
    yield Case("keys that are the values", attention(rng, N=3, T=2, S=5, H=4, D=4, keys=one, values=one))
    yield Case("keys and values of one size", attention(rng, N=2, T=3, S=5, H=4, D=4))
    yield Case("as many queries as places", attention(rng, N=2, T=4, S=4, H=3, D=5))
    yield Case("as many sequences as queries", attention(rng, N=3, T=3, S=5, H=2, D=4))
    yield Case("all of one size", attention(rng, N=3, T=3, S=3, H=3, D=3))
    yield Case("one sequence", attention(rng, N=1, T=3, S=6, H=4, D=2))
    yield Case("one query", attention(rng, N=3, T=1, S=5, H=4, D=2))
    yield Case("one place", attention(rng, N=4, T=3, S=1, H=2, D=5))
    yield Case("one number in a key", attention(rng, N=3, T=4, S=5, H=1, D=2))
    yield Case("one number in a value", attention(rng, N=3, T=4, S=5, H=2, D=1))
    yield Case("one of each", attention(rng, N=1, T=1, S=1, H=1, D=1))
    yield Case("queries of zeros", attention(rng, N=3, T=2, S=6, H=4, D=5, query=np.zeros((3, 2, 4))))
    yield Case("strided", attention(rng, N=3, T=2, S=6, H=4, D=5), frozenset({"strided"}))
    yield Case("float32", single(attention(rng, N=3, T=4, S=5, H=6, D=2)))
    empty = attention(rng, N=4, T=2, S=5, H=3, D=6)
    empty["mask"][rng.integers(4)] = 0.0
    yield Case("a sequence that is all padding", empty, NOTHING)
    far = spread(rng, 300, 3000, (3, 4, 2))
    yield Case("scores far out", attention(rng, N=3, T=4, S=5, H=2, D=6, query=far), LARGE)
    for far, near, shape in (("query", "keys", (3, 4)), ("keys", "query", (3, 5))):
        drawn = attention(rng, N=3, T=4, S=5, H=2, D=6)
        drawn[far][:, :, 0] = spread(rng, 1e3, 1e5, shape)
        drawn[near][:, :, 0] *= 1e-5
        yield Case(f"large numbers in {far}", drawn, LARGE)
    near = attention(rng, N=3, T=4, S=5, H=2, D=6)
    near["keys"][:, :, 0] = 1.0  # the same for all places: it changes every score of a query, and no weight
    near["query"][:, :, 0] = spread(rng, 2e3, 4e4, (3, 4))
    yield Case("scores that are all large, and near each other", near, LARGE)
    values = spread(rng, 1e3, 1e6, (3, 5, 6))
    yield Case("large values", attention(rng, N=3, T=4, S=5, H=2, D=6, values=values), LARGE)
    padding = attention(rng, N=4, T=3, S=6, H=2, D=5, mask=mask_of(rng, 4, 6))
    for name in ("keys", "values"):
        padding[name] *= np.where(padding["mask"], 1.0, 1e4)[..., None]
    yield Case("padding far out", padding, LARGE)


SCORES = "query @ keys.transpose(0, 2, 1)"
WEIGHTS = "masked_softmax(scores, mask)"
MISTAKES = slips(
    r"""
by_the_root: attention with scores divided by the root of H
    {"$scores": "$scores / np.sqrt(keys.shape[2])"}
    That is how a Transformer does it, for there H is large. Here the score is the product as it is.
    Look: Is there a division in equation (eq:scores)?
by_the_root_of_D: attention with scores divided by the root of D
    {"$scores": "$scores / np.sqrt(values.shape[2])"}
    The score is the product as it is. And how long a value is has nothing to do with it.
    Look: Is there a division in equation (eq:scores)?
by_H: attention with scores divided by H
    {"$scores": "$scores / keys.shape[2]"}
    That is a mean of products. The score is their sum.
    Look: Is there a division in equation (eq:scores)?
by_the_places: attention with scores divided by the root of the number of places
    {"$scores": "$scores / np.sqrt(keys.shape[1])"}
    The longer the source, the more alike the weights get.
    Look: Is there a division in equation (eq:scores)?
unmasked: attention to padding as well
    {"$weights": "masked_softmax(scores, np.ones_like(mask))"}
    Keys at places that hold no word get a weight too.
    Look: Which of the arguments is not used?
masked_after: attention with zeros put where the padding is after the softmax
    {"$weights": "masked_softmax(scores, np.ones_like(mask)) * mask[:, None]"}
    What padding got is taken from it and given to nobody: the weights add up to less than 1.
    Look: What goes into the softmax in equation (eq:weights)?
inverted: attention to the padding alone
    {"$weights": "masked_softmax(scores, 1 - mask)"}
    The mask is 1 where there is a word.
    Look: What does the docstring say a 1 in the mask means?
cosine: attention by the cosine between query and key
    {"$scores": "(query / np.maximum(np.linalg.norm(query, axis=2, keepdims=True), 1e-300)) "
        "@ (keys / np.linalg.norm(keys, axis=2, keepdims=True)).transpose(0, 2, 1)"}
    A cosine lies between -1 and 1: no weight can then be more than 7.4 times another, and no query is sure.
    Look: Is anything divided by a length in equation (eq:scores)?
short_keys: attention by keys that were brought to the length 1
    {"$scores": "query @ (keys / np.linalg.norm(keys, axis=2, keepdims=True)).transpose(0, 2, 1)"}
    How long a key is may say how much its place matters. The score is the product as it is.
    Look: Is anything divided by a length in equation (eq:scores)?
short_queries: attention by queries that were brought to the length 1
    {"$scores": "(query / np.maximum(np.linalg.norm(query, axis=2, keepdims=True), 1e-300)) "
        "@ keys.transpose(0, 2, 1)"}
    How long a query is says how sure it is. The score is the product as it is.
    Look: Is anything divided by a length in equation (eq:scores)?
distance: attention by minus the squared distance of query and key
    {"$scores": "-((query[:, :, None] - keys[:, None]) ** 2).sum(axis=3)"}
    That takes the key's own length off. The score is a product.
    Look: What does equation (eq:scores) do with a query and a key?
half_the_distance: attention by minus half the squared distance of query and key
    {"$scores": "-0.5 * ((query[:, :, None] - keys[:, None]) ** 2).sum(axis=3)"}
    That takes the key's own length off. The score is a product.
    Look: What does equation (eq:scores) do with a query and a key?
minus: attention by minus the product
    {"$scores": "-$scores"}
    The key that answers best gets the smallest weight.
    Look: Which sign has the product in equation (eq:scores)?
tanh: attention by the tanh of the product
    {"$scores": "np.tanh($scores)"}
    There is a tanh in the attention of 2015, between two matrices. Here the score is the product as it is.
    Look: Is there a tanh in equation (eq:scores)?
summed_apart: scores that are the sum of the query's numbers times the sum of the key's
    {"$scores": "query.sum(axis=2)[:, :, None] * keys.sum(axis=2)[:, None]"}
    Which of the query's numbers meets which of the key's is lost.
    Look: Over which index does the sum in equation (eq:scores) run, and what stands under it?
first_number: scores from the first number of query and key alone
    {"$scores": "query[:, :, :1] * keys[:, None, :, 0]"}
    All H of them count.
    Look: Over which index does the sum in equation (eq:scores) run?
reshaped: scores from keys whose numbers were put into another shape
    {"keys.transpose(0, 2, 1)": "keys.reshape(len(keys), keys.shape[2], -1)"}
    reshape keeps the order in which the numbers lie in memory. So a column of it isn't a key.
    Look: Which of the two exchanges axes, reshape or transpose?
keys_of_the_first: attention to the first sequence's keys in every sequence
    {"keys.transpose(0, 2, 1)": "keys[:1].transpose(0, 2, 1)"}
    Each sequence has a source of its own.
    Look: Which n has the key in equation (eq:scores)?
values_of_the_first: the first sequence's values in every sequence
    {"@ values": "@ values[:1]"}
    Each sequence has a source of its own.
    Look: Which n has the value in equation (eq:context)?
first_query: what the first query finds, for all of them
    {"$scores": "(query[:, :1] + 0 * query) @ keys.transpose(0, 2, 1)"}
    Each step of the decoder asks anew.
    Look: Which t has the query in equation (eq:scores)?
last_query: what the last query finds, for all of them
    {"$scores": "(query[:, -1:] + 0 * query) @ keys.transpose(0, 2, 1)"}
    Each step of the decoder asks anew.
    Look: Which t has the query in equation (eq:scores)?
query_before: what the query one step before finds
    {"$scores": "np.roll(query, 1, axis=1) @ keys.transpose(0, 2, 1)"}
    Row t of the context is what query t found.
    Look: Which t has the query in equation (eq:scores)?
queries_added_up: what a query and all those before it find together
    {"$scores": "np.cumsum(query, axis=1) @ keys.transpose(0, 2, 1)"}
    Each step of the decoder asks anew.
    Look: Which t has the query in equation (eq:scores)?
keys_backwards: keys from the last to the first
    {"keys.transpose(0, 2, 1)": "keys[:, ::-1].transpose(0, 2, 1)"}
    Key and value of a place belong together.
    Look: Which s have key and value in equations (eq:scores) and (eq:context)?
values_backwards: values from the last to the first
    {"@ values": "@ values[:, ::-1]"}
    Key and value of a place belong together.
    Look: Which s have weight and value in equation (eq:context)?
all_alike: the mean of the values, whatever the query is
    {"$weights": "masked_softmax(0 * scores, mask)"}
    That is one and the same context for all queries.
    Look: Which of the arguments is not used?
hard: the value with the largest score
    {"$weights": "masked_softmax((scores == np.where(mask[:, None] > 0, scores, -np.inf)"
        ".max(axis=2, keepdims=True)) * 1e4, mask)"}
    No small change of a query changes that, so nothing could be learned from it.
    Look: What is done with the scores in equation (eq:weights)?
twice: attention with the softmax of a softmax
    {"$weights": "masked_softmax(masked_softmax(scores, mask), mask)"}
    After the second one no weight can be more than e = 2.7 times another.
    Look: How often do the scores go through equation (eq:weights)?
over_the_queries: attention in which each place shares itself out among the queries
    {"$weights": "masked_softmax(scores.transpose(0, 2, 1), np.ones(scores.shape[:2])).transpose(0, 2, 1) "
        "* mask[:, None]"}
    A query's weights have to add up to 1, for it gets a mean of the values.
    Look: Over which index does the sum below the fraction bar run?
scores_returned: the right context, and the scores in the place of the weights
    {"@ values, weights": "@ values, scores"}
    The weights are what comes out of the softmax.
    Look: What does the docstring ask for in the second place?
weighted_by_scores: a context made with the scores in the place of the weights
    {"weights @ values": "scores @ values"}
    The scores don't add up to 1, and some are negative.
    Look: What is a value multiplied with in equation (eq:context)?
context_unmasked: the right weights, and a context in which padding has a share
    {"weights @ values": "masked_softmax(scores, np.ones_like(mask)) @ values"}
    The context is made with the weights that come back.
    Look: Which weights stand in equation (eq:context)?
weights_unmasked: the right context, and weights in which padding has a share
    {"@ values, weights": "@ values, masked_softmax(scores, np.ones_like(mask))"}
    The context is made with the weights that come back.
    Look: Which weights stand in equation (eq:context)?
divided_again: a context divided by the number of words
    {"weights @ values": "weights @ values / np.maximum(mask.sum(axis=1), 1)[:, None, None]"}
    The weights add up to 1: the mean is taken already.
    Look: Is there a division in equation (eq:context)?
divided_by_places: a context divided by the number of places
    {"weights @ values": "weights @ values / keys.shape[1]"}
    The weights add up to 1: the mean is taken already.
    Look: Is there a division in equation (eq:context)?
largest_products: the largest product of weight and value, in the place of their sum
    {"weights @ values": "(weights[..., None] * values[:, None]).max(axis=2)"}
    The context is a mean of the values.
    Look: What stands before the product in equation (eq:context)?
positive_scores: attention with scores of which the negative ones were set to 0
    {"$weights": "masked_softmax(np.maximum(scores, 0), mask)"}
    How badly a key answers counts as well.
    Look: Is there anything between equations (eq:scores) and (eq:weights)?
by_the_words: attention with scores divided by the number of words
    {"$scores": "$scores / np.maximum(mask.sum(axis=1), 1)[:, None, None]"}
    The longer a sentence, the more alike its weights get then.
    Look: Is there a division in equation (eq:scores)?
sum_of_values: the sum of the values of all words
    {"weights @ values": "(mask[:, None] + 0 * weights) @ values"}
    Each value is to be counted by its weight.
    Look: What is a value multiplied with in equation (eq:context)?
squared: values counted by the squares of the weights
    {"weights @ values": "weights**2 @ values"}
    A weight counts once.
    Look: What is a value multiplied with in equation (eq:context)?
last_place_left_out: a context without the value of the last place
    {"weights @ values": "weights[:, :, :-1] @ values[:, :-1]"}
    All S places are there to be looked at.
    Look: Over which s does the sum in equation (eq:context) run?
keys_returned: a mean of the keys in the place of the values
    {"weights @ values": "weights @ keys"}
    A key says where to look, a value what is found there. In a translator they may be one and the same array.
    Look: Which of the arguments is not used?
exchanged: weights and context in each other's place
    {"weights @ values, weights": "weights, weights @ values"}
    The context comes first.
    Look: In which order does the docstring name them?
into_query: the right answer, with each query written over
    {"weights = ": "query *= 0\n    weights = "}
    `*=` writes into the caller's array.
    Look: Which line changes an array that came in?
""",
    scores=SCORES,
    weights=WEIGHTS,
)

RIGHT = (
    """
def attend(query, keys, values, mask):
    weights = masked_softmax(np.einsum("nth,nsh->nts", query, keys), mask)
    return np.einsum("nts,nsd->ntd", weights, values), weights
""",
    # without masked_softmax, a query at a time
    """
def attend(query, keys, values, mask):
    N, T, _ = query.shape
    S, D = values.shape[1:]
    context, weights = np.zeros((N, T, D), dtype=values.dtype), np.zeros((N, T, S), dtype=values.dtype)
    for n in range(N):
        for t in range(T):
            words = [s for s in range(S) if mask[n, s]]
            if words:
                scores = np.array([query[n, t].dot(keys[n, s]) for s in words])
                e = np.exp(scores - max(scores))
                for s, w in zip(words, e / sum(e)):
                    weights[n, t, s] = w
                    context[n, t] += w * values[n, s]
    return context, weights
""",
    # what is no word is looked at as if it were 0
    """
def attend(query, keys, values, mask):
    m = mask[..., None]
    weights = masked_softmax(np.matmul(query, np.swapaxes(keys * m, 1, 2)), mask)
    context = np.sum(weights[..., None] * (values * m)[:, None], axis=2)
    return context, weights
""",
    """
def attend(query, keys, values, mask):
    answers = [masked_softmax(q[None] @ k.T, m[None]) for q, k, m in zip(query, keys, mask)]
    weights = np.concatenate(answers)
    return np.stack([w @ v for w, v in zip(weights, values)]), weights
""",
)

EXERCISE = Exercise(
    name="attend",
    title="Ask, compare, take",
    arguments={"query": "(N, T, H)", "keys": "(N, S, H)", "values": "(N, S, D)", "mask": "(N, S)"},
    returns=(Array("context", "(N, T, D)"), Array("weights", "(N, T, S)")),
    parts=(
        Part("the context", points=1, outputs=("context",)),
        Part("the weights", points=1, outputs=("weights",)),
        Part("a sequence that is all padding", points=1, tags=NOTHING),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=12,
    cases=cases,
    builds_on=("masked_softmax",),
    harmless=("masked_softmax.into_scores",),  # the scores are attend's own
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Three lines: (eq:scores), (eq:weights), (eq:context). Write the shape beside each before you write the line: "
        "which axis is summed over, and is gone?",
        "The product of query (N, T, H) and keys (N, S, H) has to sum over H and leave (N, T, S): `@` does that for "
        "each n, once the last two axes of keys have changed places. masked_softmax makes weights of it. (N, T, S) "
        "times (N, S, D) then sums over the places.",
        "keys.transpose(0, 2, 1) is (N, H, S). So query @ that are the scores, masked_softmax(scores, mask) the "
        "weights, and weights @ values the context.",
    ),
    explanation=(
        "The decoder had one vector for the whole sentence. Now it has as many as there are words, and looks up at "
        "each step what it needs. Nothing here is told where to look: the products are, and they are learned."
    ),
)
