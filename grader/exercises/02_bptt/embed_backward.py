"""The way back through a table of vectors."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, signs, single

REPEATS = frozenset({"repeats"})


def _arguments(rng, N, T, D, K, ids):
    return {"dout": rng.normal(size=(N, T, D)), "ids": np.asarray(ids), "num_embeddings": K}


def _apart(rng, N, T, K):
    """Ids of which none comes twice, and none is the largest: that row is there all the same."""
    return rng.permutation(K - 1)[: N * T].reshape(N, T)


def cases(rng):
    a, b, c = rng.permutation(4)[:3]
    yield Case("small", _arguments(rng, 2, 3, 2, 5, [[a, b, a], [b, c, b]]), REPEATS)
    yield Case("no word twice", _arguments(rng, 3, 2, 4, 9, _apart(rng, 3, 2, 9)))
    yield Case("longer", _arguments(rng, 3, 6, 2, 4, rng.integers(3, size=(3, 6))), REPEATS)
    yield Case("twice in one sequence", _arguments(rng, 2, 3, 4, 6, [[a, b, b], [4, c, 4]]), REPEATS)
    yield Case("twice at one step", _arguments(rng, 3, 2, 4, 6, [[a, b], [a, c], [a, 4]]), REPEATS)
    yield Case("one word", _arguments(rng, 2, 4, 3, 1, np.zeros((2, 4), dtype=np.int64)), REPEATS)
    yield Case("one sequence", _arguments(rng, 1, 5, 3, 7, _apart(rng, 1, 5, 7)))
    yield Case("one step", _arguments(rng, 4, 1, 3, 6, _apart(rng, 4, 1, 6)))
    yield Case("one number a word", _arguments(rng, 2, 3, 1, 8, _apart(rng, 2, 3, 8)))
    yield Case("the last word of the table", _arguments(rng, 2, 2, 3, 5, [[4, a], [b, 4]]), REPEATS)
    yield Case("int32", _arguments(rng, 2, 3, 4, 7, _apart(rng, 2, 3, 7).astype(np.int32)))
    yield Case("strided", _arguments(rng, 4, 3, 2, 5, rng.integers(4, size=(4, 3))), frozenset({"strided"}) | REPEATS)
    yield Case("float32", single(_arguments(rng, 2, 5, 3, 4, rng.integers(3, size=(2, 5)))), REPEATS)
    faint = _arguments(rng, 2, 3, 4, 9, _apart(rng, 2, 3, 9))
    yield Case("faint gradients", faint | {"dout": 1e-12 * faint["dout"]})
    many = np.concatenate([rng.integers(280, 600, size=(2, 2)), [[0], [255]]], axis=1)
    yield Case("a large table", _arguments(rng, 2, 3, 4, 700, many), LARGE)
    steep = _arguments(rng, 2, 3, 4, 5, rng.integers(4, size=(2, 3)))
    steep["dout"] = signs(rng, 2, 3, 4) * rng.uniform(1e4, 1e6, size=(2, 3, 4))
    yield Case("large gradients", steep, LARGE)


ADD = "np.add.at(dE, ids, dout)"
MISTAKES = slips(
    r"""
repeats_lost: a table in which a word that comes several times got the last of its gradients alone
    {"$add": "dE[ids] += dout"}
    Its places write over each other: of several writes to one row the last one stays. `dE[ids] += ...` does that too,
    as numpy reads all the rows first, then adds, then writes.
    Look: What does equation (eq:dE) do with all the places at which a word stands?
first_kept: a table in which a word that comes several times got the first of its gradients alone
    {"$add": "dE[ids[::-1, ::-1]] = dout[::-1, ::-1]"}
    A word that stands at three places acts on the loss in three places.
    Look: What does equation (eq:dE) do with all the places at which a word stands?
repeats_lost_in_a_sequence: a table that loses the repeats within a sequence
    {"$add": "for n in range(len(ids)):\n        dE[ids[n]] += dout[n]"}
    A loop over the sequences adds them up, but `dE[ids[n]] += ...` adds once for each word, however often it comes in
    that sequence.
    Look: How often does one and the same row stand in ids[n]?
repeats_lost_at_a_step: a table that loses the repeats at one time step
    {"$add": "for t in range(ids.shape[1]):\n        dE[ids[:, t]] += dout[:, t]"}
    A loop over the steps adds them up, but `dE[ids[:, t]] += ...` adds once for each word, however many sequences have
    it at that step.
    Look: How often can one and the same row stand in ids[:, t]?
means: a table in which each word got the mean of its gradients
    {"$add": "$add\n    dE /= np.maximum(np.bincount(ids.ravel(), minlength=num_embeddings), 1)[:, None]"}
    Every place at which a word stands adds to its gradient. The mean of the loss is in dout already.
    Look: What does equation (eq:dE) do with all the places at which a word stands?
batch_mean: a table that was divided by the number of sequences
    {"$add": "$add\n    dE /= len(ids)"}
    Every use of a row adds to its gradient. The mean of the loss is in dout already.
    Look: Is there a division in equation (eq:dE)?
mean_over_all: a table that was divided by the number of words in the batch
    {"$add": "$add\n    dE /= ids.size"}
    Every use of a row adds to its gradient. The mean of the loss is in dout already.
    Look: Is there a division in equation (eq:dE)?
last_sequence: the last sequence's table
    {"$add": "np.add.at(dE, ids[-1], dout[-1])"}
    The words of the other sequences got nothing.
    Look: Where is the table of zeros made: before the loop, or anew in every round?
first_sequence: the first sequence's table
    {"$add": "np.add.at(dE, ids[0], dout[0])"}
    The words of the other sequences got nothing.
    Look: Does your loop reach all n? A return inside a loop ends it after one round.
last_step: the last time step's table
    {"$add": "np.add.at(dE, ids[:, -1], dout[:, -1])"}
    The words of the other steps got nothing.
    Look: Over which places does equation (eq:dE) add up?
one_too_far: a table with all rows one too low down
    {"$add": "np.add.at(dE, (ids + 1) % num_embeddings, dout)"}
    The ids count from 0, and so do the rows.
    Look: Which row belongs to the word with the id 0?
one_too_near: a table with all rows one too high up
    {"$add": "np.add.at(dE, ids - 1, dout)"}
    The ids count from 0, and so do the rows. An index of -1 is the last row in numpy, so no error was raised.
    Look: Which row belongs to the word with the id 0?
words_that_occur: a table of those words alone that occur
    {"return dE": "return dE[np.unique(ids)]"}
    The table stands beside E, row by row. A word that does not occur has the gradient 0.
    Look: How many rows does the docstring ask for?
up_to_the_largest: a table that ends with the largest id in the batch
    {"np.zeros((num_embeddings, ": "np.zeros((ids.max() + 1, "}
    The table stands beside E, row by row. The last words do not have to occur.
    Look: How many rows does the docstring ask for?
turned: a table with its rows and columns exchanged
    {"return dE": "return dE.T"}
    dE stands beside E, number by number, so it has E's shape.
    Look: The docstring says which shape comes back.
counts: how often each word occurs, in every column
    {"$add": "np.add.at(dE, ids, np.ones(dout.shape))"}
    What is added up are the gradients that came back to each place, not ones.
    Look: What stands under the sum in equation (eq:dE)?
steps_summed: a table in which each word got its whole sequence's gradient
    {"$add": "np.add.at(dE, ids, np.broadcast_to(dout.sum(axis=1, keepdims=True), dout.shape))"}
    Each place has a gradient of its own.
    Look: Which dout belongs to the word at place (n, t)?
columns_summed: a table with the sum of each word's gradient in all its columns
    {"$add": "np.add.at(dE, ids, np.broadcast_to(dout.sum(axis=2, keepdims=True), dout.shape))"}
    A word has D numbers, and each has a gradient of its own.
    Look: Over which axes does equation (eq:dE) add up?
not_class_0: a table that leaves out the word with the id 0
    {"return dE": "return dE * (np.arange(num_embeddings) > 0)[:, None]"}
    That is a word like any other. What is padding was told by the mask, long before.
    Look: Which rows does equation (eq:dE) speak of?
""",
    add=ADD,
)

RIGHT = (
    """def embed_backward(dout, ids, num_embeddings):
    N, T, D = dout.shape
    dE = np.zeros((num_embeddings, D))
    for n in range(N):
        for t in range(T):
            dE[ids[n, t]] += dout[n, t]
    return dE
""",
    """def embed_backward(dout, ids, num_embeddings):
    y = one_hot(ids, num_embeddings)
    return np.einsum("ntk,ntd->kd", y, dout)
""",
    """def embed_backward(dout, ids, num_embeddings):
    return np.array([dout[ids == k].sum(axis=0) for k in range(num_embeddings)])
""",
    """def embed_backward(dout, ids, num_embeddings):
    flat = dout.reshape(-1, dout.shape[-1])
    columns = [np.bincount(ids.ravel(), weights=column, minlength=num_embeddings) for column in flat.T]
    return np.stack(columns, axis=1)
""",
)

EXERCISE = Exercise(
    name="embed_backward",
    title="Back to the words",
    arguments={"dout": "(N, T, D)", "ids": "(N, T)", "num_embeddings": "num_embeddings"},
    returns=(Array("dE", "(num_embeddings, D)"),),
    parts=(
        Part("words that come once", points=1),
        Part("words that come again", points=1, tags=REPEATS),
        Part("large tables and gradients", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Forward, a row of E was copied to every place at which its word stands. So what comes back from all these "
        "places belongs to that row. What if the places are three?",
        "Start from zeros, a row for every word, and add to row ids[n, t] what dout has at (n, t), for all n and t. "
        "Two loops do that. np.add.at does it in one call, and counts a row that comes again as often as it comes.",
        "dE is np.zeros((num_embeddings, dout.shape[2])) at first; then np.add.at is called with dE, with the ids as "
        "its indices, and with dout as what is added.",
    ),
    explanation=(
        "A word learns from every place at which it stands, and only from these: in this batch all other rows of "
        "E stay as they are. That `dE[ids] += dout` loses the repeats is one of the quietest bugs there is: the "
        "network learns all the same, only worse."
    ),
)
