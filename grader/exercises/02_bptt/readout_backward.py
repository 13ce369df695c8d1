"""The way back through the readout."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, signs, single, spread


def _arguments(rng, N, T, H, K, **given):
    drawn = {
        "dlogits": rng.normal(size=(N, T, K)),
        "hs": np.tanh(rng.normal(size=(N, T, H))),
        "V": rng.normal(size=(H, K)),
    }
    return drawn | given


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, H=4, K=1))
    yield Case("more classes", _arguments(rng, N=3, T=2, H=4, K=5))
    yield Case("more steps", _arguments(rng, N=3, T=6, H=2, K=4))
    yield Case("as many classes as units", _arguments(rng, N=2, T=5, H=3, K=3))
    yield Case("one sequence", _arguments(rng, N=1, T=4, H=3, K=2))
    yield Case("one step", _arguments(rng, N=3, T=1, H=2, K=4))
    yield Case("one unit", _arguments(rng, N=2, T=3, H=1, K=4))
    last = np.zeros((2, 4, 3))
    last[:, -1] = rng.normal(size=(2, 3))
    yield Case("a loss at the last step alone", _arguments(rng, N=2, T=4, H=5, K=3, dlogits=last))
    yield Case("zero hs", _arguments(rng, N=2, T=3, H=4, K=5, hs=np.zeros((2, 3, 4))))
    yield Case("strided", _arguments(rng, N=4, T=3, H=5, K=2), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=2, T=5, H=4, K=3)))
    faint = 1e-12 * rng.normal(size=(2, 4, 3))
    yield Case("faint gradients", _arguments(rng, N=2, T=4, H=5, K=3, dlogits=faint))
    steep = signs(rng, 2, 3, 5) * rng.uniform(1e4, 1e6, size=(2, 3, 5))
    yield Case("large gradients", _arguments(rng, N=2, T=3, H=4, K=5, dlogits=steep), LARGE)
    yield Case("large hs", _arguments(rng, N=2, T=3, H=4, K=5, hs=spread(rng, 50, 3000, (2, 3, 4))), LARGE)
    yield Case("large V", _arguments(rng, N=2, T=3, H=4, K=5, V=spread(rng, 50, 3000, (4, 5))), LARGE)


MISTAKES = slips(r"""
V_as_it_is: a dhs through V as it is, where its rows and columns should change places
    {"V.T": "V"}
    V goes from H units to K words. On the way back it is gone through from the other side.
    Look: Look at equation (eq:dhs), and write the shapes under its two factors.
V_reshaped: a dhs through a V that was reshaped to (K, H)
    {"V.T": "V.reshape(V.shape[::-1])"}
    reshape keeps the order in which the numbers lie in memory: rows and columns do not change places, they are cut up.
    Look: Look at the sign above V in equation (eq:dhs).
dV_turned: a dV with its rows and columns exchanged
    {"nth,ntk->hk": "nth,ntk->kh"}
    dV stands beside V, number by number, so it has V's shape.
    Look: Which of the two factors in equation (eq:dV) is transposed?
hs_reshaped: a dV with hs reshaped, where its last axis should come first
    {'np.einsum("nth,ntk->hk", hs, dlogits)':
        "hs.reshape(hs.shape[2], -1) @ dlogits.reshape(-1, dlogits.shape[2])"}
    The shapes fit, but reshape keeps the order in which the numbers lie in memory: the units are mixed up with the
    steps.
    Look: What does the sign above hs in equation (eq:dV) do to rows and columns?
sums_first: a dV from the sum of all hs and the sum of all dlogits
    {'np.einsum("nth,ntk->hk", hs, dlogits)': "hs.sum(axis=(0, 1))[:, None] * dlogits.sum(axis=(0, 1))"}
    The sum of products is not the product of the sums: each step's gradient belongs to what was shown at that step.
    Look: What stands under the sum in equation (eq:dV)?
steps_crossed: a dV in which each step's hs meets the gradients of all steps of its sequence
    {"nth,ntk->hk": "nth,nsk->hk"}
    Each step's gradient belongs to what was shown at that step.
    Look: Which t has hs, and which has dlogits, under the sum of equation (eq:dV)?
sequences_crossed: a dV in which each sequence's hs meets the gradients of all sequences
    {"nth,ntk->hk": "nth,mtk->hk"}
    Each sequence's gradient belongs to what was shown in that sequence.
    Look: Which n has hs, and which has dlogits, under the sum of equation (eq:dV)?
dV_mean: a dV that is the mean over all sequences and steps
    {'np.einsum("nth,ntk->hk", hs, dlogits)':
        'np.einsum("nth,ntk->hk", hs, dlogits) / (len(hs) * hs.shape[1])'}
    V was used at every step, and every use adds to its gradient. The mean of the loss is in dlogits already.
    Look: What does equation (eq:dV) do over n and t?
dV_batch_mean: a dV that is the mean over the sequences
    {'np.einsum("nth,ntk->hk", hs, dlogits)': 'np.einsum("nth,ntk->hk", hs, dlogits) / len(hs)'}
    Every use of V adds to its gradient. The mean of the loss is in dlogits already.
    Look: What does equation (eq:dV) do over n?
db_mean: a db_y that is the mean over all sequences and steps
    {"dlogits.sum(axis=(0, 1))": "dlogits.mean(axis=(0, 1))"}
    b_y was added at every step, and every use adds to its gradient. The mean of the loss is in dlogits already.
    Look: What does equation (eq:db_y) do over n and t?
db_batch_mean: a db_y that is the mean over the sequences
    {"dlogits.sum(axis=(0, 1))": "dlogits.mean(axis=0).sum(axis=0)"}
    Every use of b_y adds to its gradient. The mean of the loss is in dlogits already.
    Look: What does equation (eq:db_y) do over n?
both_mean: a dV and a db_y that are means over all sequences and steps
    {'np.einsum("nth,ntk->hk", hs, dlogits)':
        'np.einsum("nth,ntk->hk", hs, dlogits) / (len(hs) * hs.shape[1])',
     "dlogits.sum(axis=(0, 1))": "dlogits.mean(axis=(0, 1))"}
    V and b_y were used at every step, and every use adds to their gradients. The mean of the loss is in dlogits
    already.
    Look: What do equations (eq:dV) and (eq:db_y) do over n and t?
both_batch_mean: a dV and a db_y that are means over the sequences
    {'np.einsum("nth,ntk->hk", hs, dlogits)': 'np.einsum("nth,ntk->hk", hs, dlogits) / len(hs)',
     "dlogits.sum(axis=(0, 1))": "dlogits.mean(axis=0).sum(axis=0)"}
    Every use of V and b_y adds to their gradients. The mean of the loss is in dlogits already.
    Look: What do equations (eq:dV) and (eq:db_y) do over n?
db_over_sequences: a db_y that is added up over the sequences alone, (T, K)
    {"axis=(0, 1)": "axis=0"}
    One b_y served at all steps of all sequences.
    Look: Over which axes does equation (eq:db_y) add up?
db_over_steps: a db_y that is added up over the steps alone, (N, K)
    {"axis=(0, 1)": "axis=1"}
    One b_y served at all steps of all sequences.
    Look: Over which axes does equation (eq:db_y) add up?
dV_a_sequence: a dV for each sequence, (N, H, K)
    {"nth,ntk->hk": "nth,ntk->nhk"}
    hs.swapaxes(1, 2) @ dlogits multiplies sequence by sequence. There is one V for all of them.
    Look: Over what does equation (eq:dV) add up?
last_step: a dV from the last step alone
    {'np.einsum("nth,ntk->hk", hs, dlogits)': "hs[:, -1].T @ dlogits[:, -1]"}
    V was used at every step.
    Look: Over which t does equation (eq:dV) add up? Is a dV made anew in each round of a loop?
last_step_both: a dV and a db_y from the last step alone
    {'np.einsum("nth,ntk->hk", hs, dlogits)': "hs[:, -1].T @ dlogits[:, -1]",
     "dlogits.sum(axis=(0, 1))": "dlogits[:, -1].sum(axis=0)"}
    V and b_y were used at every step.
    Look: Over which t do equations (eq:dV) and (eq:db_y) add up? Is something made anew in each round of a loop?
last_step_missing: a dV and a db_y without the last step
    {'np.einsum("nth,ntk->hk", hs, dlogits)': 'np.einsum("nth,ntk->hk", hs[:, :-1], dlogits[:, :-1])',
     "dlogits.sum(axis=(0, 1))": "dlogits[:, :-1].sum(axis=(0, 1))"}
    V and b_y were used at every step, the last one too.
    Look: How often does your loop run?
rows_crossed: a dV in which the steps of one array met the sequences of the other
    {'np.einsum("nth,ntk->hk", hs, dlogits)':
        "hs.swapaxes(0, 1).reshape(-1, hs.shape[2]).T @ dlogits.reshape(-1, dlogits.shape[2])"}
    The rows of the two flattened arrays stand in different orders: by step in one, by sequence in the other.
    Look: Is the order of the axes the same in both arrays before you flatten them?
last_sequence: a dV from the last sequence alone
    {'np.einsum("nth,ntk->hk", hs, dlogits)': "hs[-1].T @ dlogits[-1]"}
    V was used in every sequence.
    Look: Over which n does equation (eq:dV) add up? Is a dV made anew in each round of a loop?
step_late: a dV in which each gradient meets the h of the step before
    {'np.einsum("nth,ntk->hk", hs, dlogits)': 'np.einsum("nth,ntk->hk", hs[:, :-1], dlogits[:, 1:])'}
    The logits of a step were made from the h of that very step.
    Look: Which t has hs, and which has dlogits, in equation (eq:dV)?
tanh_slope: a dhs that has gone through the slope of tanh already
    {"dlogits @ V.T": "(dlogits @ V.T) * (1 - hs**2)"}
    The readout has no tanh: the slope of the network's tanh is taken later, on the way back through the step.
    Look: Which functions are there between hs and the logits?
""")

RIGHT = (
    {
        "dlogits @ V.T": 'np.einsum("ntk,hk->nth", dlogits, V)',
        'np.einsum("nth,ntk->hk", hs, dlogits)': "np.tensordot(hs, dlogits, axes=([0, 1], [0, 1]))",
    },
    """def readout_backward(dlogits, hs, V):
    H, K = V.shape
    flat = dlogits.reshape(-1, K)
    return (flat @ V.T).reshape(hs.shape), hs.reshape(-1, H).T @ flat, np.ones(len(flat)) @ flat
""",
    """def readout_backward(dlogits, hs, V):
    N, T, H = hs.shape
    dhs, dV, db_y = np.empty((N, T, H)), np.zeros(V.shape), np.zeros(V.shape[1])
    for t in range(T):
        dhs[:, t] = np.dot(dlogits[:, t], V.transpose())
        dV += np.dot(hs[:, t].T, dlogits[:, t])
        db_y += dlogits[:, t].sum(0)
    return dhs, dV, db_y
""",
    """def readout_backward(dlogits, hs, V):
    dV = sum(np.outer(h, d) for hn, dn in zip(hs, dlogits) for h, d in zip(hn, dn))
    return np.matmul(dlogits, V.swapaxes(0, 1)), dV, dlogits.sum(0).sum(0)
""",
)

EXERCISE = Exercise(
    name="readout_backward",
    title="Back through the readout",
    arguments={"dlogits": "(N, T, K)", "hs": "(N, T, H)", "V": "(H, K)"},
    returns=(Array("dhs", "(N, T, H)"), Array("dV", "(H, K)"), Array("db_y", "(K,)")),
    parts=(
        Part("dhs, the way to the network", points=1, outputs=("dhs",)),
        Part("dV and db_y, its own weights", points=2, outputs=("dV", "db_y")),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=20,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Write the shapes down: which product of (N, T, K) and (H, K) gives (N, T, H)? And which sums of products "
        "give (H, K)?",
        "Each step's dlogits times V transposed is that step's dhs: @ does it for all n and t at once. For dV every "
        "sequence and every step adds hs transposed times dlogits: flatten N and T into one axis first, or loop over "
        "t, or use np.einsum. For db_y add dlogits up over the first two axes.",
        "dhs is dlogits @ V.T; db_y is dlogits.sum with axis=(0, 1). For dV, hs.reshape(-1, H) has a row for "
        "each n and "
        "t, and so has dlogits.reshape(-1, K): the first one's transpose times the second.",
    ),
    explanation=(
        "Every product goes back like that: the gradient times the other factor, turned around. And what was used in "
        "many places, as V was at every step of every sequence, gathers one gradient from each of them."
    ),
)
