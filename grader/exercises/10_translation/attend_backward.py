"""The way back through attention."""

import numpy as np

from ..base import Array, Case, Exercise, Part, Record, slips
from ._draws import LARGE, NOTHING, attention, attention_cache, moved, single, spread, weights_of


def _arguments(rng, N, T, S, H, D, dcontext=None, dweights=None, **given):
    cache = attention_cache(**attention(rng, N, T, S, H, D, **given))
    return {
        "dcontext": rng.normal(size=(N, T, D)) if dcontext is None else dcontext,
        "dweights": rng.normal(size=(N, T, S)) if dweights is None else dweights,
        "cache": cache,
    }


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, S=4, H=5, D=6))
    yield Case("larger", _arguments(rng, N=4, T=2, S=7, H=3, D=5))
    none = np.zeros((3, 4, 5))
    tag = frozenset({"isolates:the way through the context"})
    yield Case("no dweights", _arguments(rng, N=3, T=4, S=5, H=2, D=6, dweights=none), tag)
    none = np.zeros((3, 4, 6))
    tag = frozenset({"isolates:the way from the weights"})
    yield Case("no dcontext", _arguments(rng, N=3, T=4, S=5, H=2, D=6, dcontext=none), tag)
    one = rng.normal(size=(3, 5, 4))
    yield Case("keys that are the values", _arguments(rng, N=3, T=2, S=5, H=4, D=4, keys=one, values=one))
    yield Case("keys and values of one size", _arguments(rng, N=2, T=3, S=5, H=4, D=4))
    yield Case("as many queries as places", _arguments(rng, N=2, T=4, S=4, H=3, D=5))
    yield Case("all of one size", _arguments(rng, N=3, T=3, S=3, H=3, D=3))
    yield Case("no padding", _arguments(rng, N=3, T=2, S=6, H=4, D=5, mask=np.ones((3, 6))))
    yield Case("one sequence", _arguments(rng, N=1, T=3, S=6, H=4, D=2))
    yield Case("one query", _arguments(rng, N=3, T=1, S=5, H=4, D=2))
    yield Case("one place", _arguments(rng, N=4, T=3, S=1, H=2, D=5))
    yield Case("one number in a key", _arguments(rng, N=3, T=4, S=5, H=1, D=2))
    yield Case("one number in a value", _arguments(rng, N=3, T=4, S=5, H=2, D=1))
    silent = attention(rng, N=3, T=2, S=5, H=4, D=6)
    silent["query"][:2], silent["mask"][:2] = 0, [[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]
    yield Case("queries of zeros", _arguments(rng, N=3, T=2, S=5, H=4, D=6, **silent))
    yield Case("strided", _arguments(rng, N=3, T=2, S=6, H=4, D=5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=4, S=5, H=6, D=2)))
    mask = np.ones((4, 5))
    mask[rng.integers(4)] = 0.0
    yield Case("a sequence that is all padding", _arguments(rng, N=4, T=2, S=5, H=3, D=6, mask=mask), NOTHING)
    sizes = {"N": 3, "T": 4, "S": 5, "H": 2, "D": 6}
    steep = {"dcontext": spread(rng, 1e3, 1e6, (3, 4, 6)), "dweights": spread(rng, 1e3, 1e6, (3, 4, 5))}
    yield Case("large gradients", _arguments(rng, **sizes, **steep), LARGE)
    yield Case("large values", _arguments(rng, **sizes, values=spread(rng, 1e2, 1e4, (3, 5, 6))), LARGE)
    far = attention(rng, **sizes)["query"]
    far[:, :, 0] = spread(rng, 1e3, 1e5, (3, 4))
    keys = rng.normal(size=(3, 5, 2))
    keys[:, :, 0] *= 1e-5
    yield Case("large queries", _arguments(rng, **sizes, query=far, keys=keys), LARGE)
    keys = rng.normal(size=(3, 5, 2))
    keys[:, :, 0] = spread(rng, 1e3, 1e5, (3, 5))
    query = attention(rng, **sizes)["query"]
    query[:, :, 0] *= 1e-5
    yield Case("large keys", _arguments(rng, **sizes, query=query, keys=keys), LARGE)


def other(case):
    """The case with other numbers, whose weights are those of its queries and keys again."""
    query, keys, values, weights = case.args["cache"]
    mask = (weights != 0).any(axis=1).astype(weights.dtype)
    query, keys, values = moved(query), moved(keys), moved(values)
    made = {"dcontext": moved(case.args["dcontext"]), "dweights": moved(case.args["dweights"])}
    return Case(case.name, made | {"cache": (query, keys, values, weights_of(query, keys, mask))}, case.tags)


DW = "dcontext @ values.transpose(0, 2, 1) + dweights"
DSCORES = "weights * (dw - (weights * dw).sum(axis=2, keepdims=True))"
MISTAKES = slips(
    r"""
dweights_left_out: a way back that ignores the dweights it is given
    {"$dw": "dcontext @ values.transpose(0, 2, 1)"}
    The weights came back from attend as well. Who uses them sends a gradient.
    Look: Which of the arguments is not used?
context_left_out: a way back in which nothing flows from the context to the weights
    {"$dw": "dweights.copy()"}
    The weights act on the loss through the context, and that is all there is where dweights is 0.
    Look: How many terms has equation (eq:dweights)?
dweights_after_the_softmax: dweights added behind the softmax's way back
    {"$dw": "dcontext @ values.transpose(0, 2, 1)", "$dscores": "$dscores + dweights"}
    dweights is about the weights: it has to go back through the softmax, like what comes from the context.
    Look: In which of the equations does dweights stand?
dweights_in_the_product_alone: a sum under the softmax's way back without dweights
    {"(weights * dw).sum": "(weights * (dw - dweights)).sum"}
    All that flows to the weights is in that sum.
    Look: What is summed in equation (eq:dscores)?
dweights_taken_off: dweights with its sign turned
    {" + dweights": " - dweights"}
    Gradients that meet are added.
    Look: Which sign has dweights in equation (eq:dweights)?
dweights_twice: dweights counted twice
    {" + dweights": " + 2 * dweights"}
    It comes in once.
    Look: How often does dweights stand in equation (eq:dweights)?
no_softmax: a way back that leaves the softmax out
    {"$dscores": "dw"}
    A score acts on all the weights of its query, for they add up to 1.
    Look: What does equation (eq:dscores) make of dw?
product_alone: a way back through the softmax without the sum
    {"$dscores": "weights * dw"}
    A score that grows takes something from all the other weights: that is what the sum is for.
    Look: How many terms stand in the bracket of equation (eq:dscores)?
like_a_sigmoid: a way back through the softmax as if it were a sigmoid
    {"$dscores": "weights * (1 - weights) * dw"}
    That is what a score does to its own weight. It acts on all the others too.
    Look: What stands in the bracket of equation (eq:dscores)?
sum_without_weights: a sum of dw without the weights
    {"(weights * dw).sum": "dw.sum"}
    What is taken off is a mean of dw, each counted by its weight.
    Look: What is summed in equation (eq:dscores)?
plain_mean: the plain mean of dw in the place of the weighted one
    {"(weights * dw).sum": "dw.mean"}
    What is taken off is a mean of dw, each counted by its weight.
    Look: What is summed in equation (eq:dscores)?
mean_of_products: a mean in the place of the sum
    {"(weights * dw).sum": "(weights * dw).mean"}
    The weights add up to 1 already.
    Look: What is summed in equation (eq:dscores), and is it divided?
sum_over_queries: a sum over the queries in the place of the places
    {"dw).sum(axis=2": "dw).sum(axis=1"}
    The weights of a query add up to 1, over the places.
    Look: Over which index does the sum in equation (eq:dscores) run?
sum_over_the_batch: a sum over the sequences in the place of the places
    {"dw).sum(axis=2": "dw).sum(axis=0"}
    The sequences of a batch have nothing to do with each other.
    Look: Over which index does the sum in equation (eq:dscores) run?
sum_over_everything: a sum over queries and places
    {"dw).sum(axis=2": "dw).sum(axis=(1, 2)"}
    Each query has a softmax of its own.
    Look: Over which index does the sum in equation (eq:dscores) run?
sum_added: a way back through the softmax with a plus in it
    {"(dw - (": "(dw + ("}
    What is the same for all places changes no weight, and has to cancel.
    Look: Which sign stands in the bracket of equation (eq:dscores)?
weights_twice: a way back through the softmax with the weights in it once more
    {"$dscores": "weights * $dscores"}
    The slope of a weight by its own score has the weight in it once.
    Look: How often does the weight stand before the bracket of equation (eq:dscores)?
weights_missing: a way back through the softmax without the weights before the bracket
    {"weights * (dw - (": "(dw - ("}
    A place with a weight near 0 can't be moved by its score. Padding can't at all.
    Look: What stands before the bracket of equation (eq:dscores)?
keys_without_weights: dkeys made without the weights before the bracket
    {"dscores.transpose(0, 2, 1) @ query":
        "(dw - (weights * dw).sum(axis=2, keepdims=True)).transpose(0, 2, 1) @ query"}
    What goes to the keys is the same dscores that goes to the query.
    Look: What is a query multiplied with in equation (eq:dkeys)?
bracket_missing: a way back through the softmax with the weights before the first term alone
    {"$dscores": "weights * dw - (weights * dw).sum(axis=2, keepdims=True)"}
    The weight stands before a bracket, and multiplies all that is in it. So nothing flows to a place without a weight.
    Look: Where does the bracket of equation (eq:dscores) begin, and where does it end?
weights_anew: a way back with weights that were computed anew, without the mask
    {"= cache": "= cache\n    scores = query @ keys.transpose(0, 2, 1)\n    "
        "e = np.exp(scores - scores.max(axis=2, keepdims=True))\n    weights = e / e.sum(axis=2, keepdims=True)"}
    The cache has the weights that attend gave, with 0 for padding.
    Look: What are the four arrays in the cache?
minus: gradients with their signs turned
    {"dw - (weights * dw).sum(axis=2, keepdims=True)": "(weights * dw).sum(axis=2, keepdims=True) - dw"}
    dvalues is right, dquery and dkeys point the other way.
    Look: In which order do the two terms stand in the bracket of equation (eq:dscores)?
query_by_weights: a dquery made with the weights in the place of dscores
    {"return dscores @ keys": "return weights @ keys"}
    That is the mean of the keys, and holds nothing of the loss.
    Look: What is a key multiplied with in equation (eq:dquery)?
keys_by_weights: dkeys made with the weights in the place of dscores
    {"dscores.transpose(0, 2, 1) @ query": "weights.transpose(0, 2, 1) @ query"}
    That holds nothing of the loss.
    Look: What is a query multiplied with in equation (eq:dkeys)?
query_by_dw: a dquery that leaves the softmax out
    {"return dscores @ keys": "return dw @ keys"}
    From the weights to the scores the way leads through the softmax.
    Look: What is a key multiplied with in equation (eq:dquery)?
keys_by_dw: dkeys that leave the softmax out
    {"dscores.transpose(0, 2, 1) @ query": "dw.transpose(0, 2, 1) @ query"}
    From the weights to the scores the way leads through the softmax.
    Look: What is a query multiplied with in equation (eq:dkeys)?
values_by_dscores: dvalues made with dscores in the place of the weights
    {"weights.transpose(0, 2, 1) @ dcontext": "dscores.transpose(0, 2, 1) @ dcontext",
        "    dvalues = ": "    dvalues = 0\n    make_values = lambda dscores: ", ", dvalues": ", make_values(dscores)"}
    A value was multiplied with its weight, and so is its gradient.
    Look: What is dcontext multiplied with in equation (eq:dvalues)?
values_alike: dvalues that are the same for all places
    {"weights.transpose(0, 2, 1) @ dcontext": "0 * values + dcontext.mean(axis=1, keepdims=True)"}
    A place that was hardly looked at gets hardly any gradient.
    Look: What is dcontext multiplied with in equation (eq:dvalues)?
values_by_squares: dvalues made with the squares of the weights
    {"weights.transpose(0, 2, 1) @ dcontext": "(weights**2).transpose(0, 2, 1) @ dcontext"}
    A weight counts once.
    Look: What is dcontext multiplied with in equation (eq:dvalues)?
values_of_the_last: dvalues from the last query alone
    {"weights.transpose(0, 2, 1) @ dcontext": "weights[:, -1:].transpose(0, 2, 1) @ dcontext[:, -1:]"}
    All T queries have looked at a value: what they send back is added up.
    Look: Over which index does the sum in equation (eq:dvalues) run?
keys_of_the_last: dkeys from the last query alone
    {"dscores.transpose(0, 2, 1) @ query": "dscores[:, -1:].transpose(0, 2, 1) @ query[:, -1:]"}
    All T queries were held against a key: what they send back is added up.
    Look: Over which index does the sum in equation (eq:dkeys) run?
values_averaged: dvalues that are a mean over the queries
    {"weights.transpose(0, 2, 1) @ dcontext": "weights.transpose(0, 2, 1) @ dcontext / query.shape[1]"}
    What several queries send back to one value is added up.
    Look: Is there a division in equation (eq:dvalues)?
keys_averaged: dkeys that are a mean over the queries
    {"dscores.transpose(0, 2, 1) @ query": "dscores.transpose(0, 2, 1) @ query / query.shape[1]"}
    What several queries send back to one key is added up.
    Look: Is there a division in equation (eq:dkeys)?
query_averaged: a dquery that is a mean over the places
    {"return dscores @ keys": "return dscores @ keys / keys.shape[1]"}
    What all the keys send back is added up.
    Look: Is there a division in equation (eq:dquery)?
by_the_root: dquery and dkeys divided by the root of H
    {"keepdims=True))": "keepdims=True)) / np.sqrt(query.shape[2])"}
    That is the way back through scores that were divided by it. Here they were not.
    Look: Is there a division in equation (eq:scores)?
by_N: gradients divided by the number of sequences
    {"keepdims=True))": "keepdims=True)) / len(query)", "@ dcontext": "@ dcontext / len(query)"}
    Where a loss is a mean over the batch, that is in dcontext already.
    Look: Is there a division in equations (eq:dvalues) to (eq:dkeys)?
values_of_another: values held for those of another sequence
    {"dcontext @ values.transpose(0, 2, 1)": "dcontext @ values[::-1].transpose(0, 2, 1)"}
    Each sequence has a source of its own.
    Look: Which n has the value in equation (eq:dweights)?
values_backwards: values from the last place to the first
    {"dcontext @ values.transpose(0, 2, 1)": "dcontext @ values[:, ::-1].transpose(0, 2, 1)"}
    Weight and value of a place belong together.
    Look: Which s have dw and the value in equation (eq:dweights)?
reshaped: dw from values whose numbers were put into another shape
    {"dcontext @ values.transpose(0, 2, 1)": "dcontext @ values.reshape(len(values), values.shape[2], -1)"}
    reshape keeps the order in which the numbers lie in memory. So a column of it isn't a value.
    Look: Which of the two exchanges axes, reshape or transpose?
keys_unturned: dkeys from dscores whose numbers were put into another shape
    {"dscores.transpose(0, 2, 1) @ query": "dscores.reshape(len(query), keys.shape[1], -1) @ query"}
    reshape keeps the order in which the numbers lie in memory.
    Look: Which of the two exchanges axes, reshape or transpose?
values_unturned: dvalues from weights whose numbers were put into another shape
    {"weights.transpose(0, 2, 1) @ dcontext": "weights.reshape(len(query), keys.shape[1], -1) @ dcontext"}
    reshape keeps the order in which the numbers lie in memory.
    Look: Which of the two exchanges axes, reshape or transpose?
keys_shared: dkeys that hold what reaches the values as well
    {"dscores.transpose(0, 2, 1) @ query": "dscores.transpose(0, 2, 1) @ query + dvalues.sum(axis=2, keepdims=True)"}
    Where keys and values are one array, its gradients are added outside. Here each has its own.
    Look: How many terms has equation (eq:dkeys)?
clipped: gradients that were cut off at -5 and 5
    {"$dw": "np.clip($dw, -5, 5)"}
    What is too long is shortened elsewhere, all of it together, if at all.
    Look: Compare with equation (eq:dweights).
keys_and_query_exchanged: dkeys and dquery in each other's place
    {"return dscores @ keys, dscores.transpose(0, 2, 1) @ query":
        "return dscores.transpose(0, 2, 1) @ query, dscores @ keys"}
    The query's gradient comes first, as the query does in the call of attend.
    Look: In which order does the docstring name them?
keys_and_values_exchanged: dkeys and dvalues in each other's place
    {"dscores.transpose(0, 2, 1) @ query, dvalues": "dvalues, dscores.transpose(0, 2, 1) @ query"}
    They come back in the order in which they went into attend.
    Look: In which order does the docstring name them?
into_dweights: the right gradients, with the context's part written into dweights
    {"dw = $dw": "dweights += dcontext @ values.transpose(0, 2, 1)\n    dw = dweights"}
    `+=` writes into the caller's array, which may be needed elsewhere.
    Look: Which line changes an array that came in?
into_weights: the right gradients, with dscores written into the weights
    {"dscores = $dscores": "dscores = $dscores\n    weights[...] = dscores"}
    The cache belongs to whoever made it: its weights may be needed once more.
    Look: Which line changes an array that came in?
""",
    dw=DW,
    dscores=DSCORES,
)

RIGHT = (
    """
def attend_backward(dcontext, dweights, cache):
    query, keys, values, weights = cache
    d = dweights + np.einsum("ntd,nsd->nts", dcontext, values)
    d = d * weights
    d = d - weights * d.sum(axis=-1)[..., None]
    return (
        np.einsum("nts,nsh->nth", d, keys),
        np.einsum("nts,nth->nsh", d, query),
        np.einsum("nts,ntd->nsd", weights, dcontext),
    )
""",
    # by the softmax's whole Jacobian, a query at a time
    """
def attend_backward(dcontext, dweights, cache):
    query, keys, values, weights = cache
    dquery, dkeys, dvalues = np.zeros_like(query), np.zeros_like(keys), np.zeros_like(values)
    for n in range(len(query)):
        for t in range(query.shape[1]):
            a = weights[n, t]
            dvalues[n] += np.outer(a, dcontext[n, t])
            jacobian = np.diag(a) - np.outer(a, a)
            dscores = jacobian @ (values[n] @ dcontext[n, t] + dweights[n, t])
            dquery[n, t] = dscores @ keys[n]
            dkeys[n] += np.outer(dscores, query[n, t])
    return dquery, dkeys, dvalues
""",
    # the context itself says what the sum is, but for what comes from dweights
    """
def attend_backward(dcontext, dweights, cache):
    query, keys, values, weights = cache
    inner = np.sum(dcontext * (weights @ values), axis=2) + np.sum(weights * dweights, axis=2)
    dw = np.matmul(dcontext, np.swapaxes(values, 1, 2)) + dweights
    ds = weights * (dw - inner[:, :, np.newaxis])
    turned = np.swapaxes(ds, 1, 2)
    return ds @ keys, turned @ query, np.swapaxes(weights, 1, 2) @ dcontext
""",
)

EXERCISE = Exercise(
    name="attend_backward",
    title="Back through attention",
    arguments={
        "dcontext": "(N, T, D)",
        "dweights": "(N, T, S)",
        "cache": Record({"query": "(N, T, H)", "keys": "(N, S, H)", "values": "(N, S, D)", "weights": "(N, T, S)"}),
    },
    returns=(Array("dquery", "(N, T, H)"), Array("dkeys", "(N, S, H)"), Array("dvalues", "(N, S, D)")),
    parts=(
        Part("the queries", points=1, outputs=("dquery",)),
        Part("the keys", points=1, outputs=("dkeys",)),
        Part("the values", points=1, outputs=("dvalues",)),
        Part("a sequence that is all padding", points=1, tags=NOTHING),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=4,
    minutes=25,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Two products and a softmax between them. The two rules of unit 02 do the products, one after the other from "
        "the end. Which two ways lead to the weights?",
        "From the end: dvalues is weights, turned, times dcontext. dw is dcontext times values, turned, and dweights "
        "on top of it. Through the softmax: take off dw its mean over the places, each counted by its weight, and "
        "multiply with the weights. dscores then goes to the query by the keys, and, turned, to the keys by the query.",
        "dscores = weights * (dw - (weights * dw).sum(axis=2, keepdims=True)). Then dscores @ keys is dquery, and "
        "dscores.transpose(0, 2, 1) @ query is dkeys.",
    ),
    explanation=(
        "Padding needs no care on the way back: its weights are 0, and 0 times anything flows nowhere. And each word "
        "of the source now gets its gradient straight from the step that looked at it, however far away that is."
    ),
)
