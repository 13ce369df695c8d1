"""The way back through a sequence: backpropagation through time."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, LONG, SEQUENCE, of_sequence, orthogonal, other_sequence, signs, single, spread


def _at_the_end(rng, N, T, H):
    dhs = np.zeros((N, T, H))
    dhs[:, -1] = rng.normal(size=(N, H))
    return dhs


def cases(rng):
    yield Case("small", of_sequence(rng, N=2, T=3, D=1, H=4))
    yield Case("more inputs", of_sequence(rng, N=2, T=4, D=5, H=3))
    yield Case("more steps", of_sequence(rng, N=3, T=7, D=2, H=4))
    yield Case("a loss at the last step alone", of_sequence(rng, N=2, T=4, D=3, H=5, dhs=_at_the_end(rng, 2, 4, 5)))
    start = np.zeros((3, 4, 2))
    start[:, 0] = rng.normal(size=(3, 2))
    yield Case("a loss at the first step alone", of_sequence(rng, N=3, T=4, D=5, H=2, dhs=start))
    yield Case("as many steps as sequences", of_sequence(rng, N=3, T=3, D=2, H=4))
    yield Case("one step", of_sequence(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", of_sequence(rng, N=1, T=5, D=3, H=4))
    yield Case("one unit", of_sequence(rng, N=2, T=4, D=3, H=1))
    yield Case("zero h0", of_sequence(rng, N=2, T=3, D=5, H=4, h0=np.zeros((2, 4))))
    yield Case("zero xs", of_sequence(rng, N=2, T=4, D=3, H=5, xs=np.zeros((2, 4, 3))))
    yield Case("strided", of_sequence(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(of_sequence(rng, N=3, T=4, D=5, H=2)))
    faint = 1e-12 * rng.normal(size=(2, 5, 3))
    yield Case("faint gradients", of_sequence(rng, N=2, T=5, D=4, H=3, dhs=faint))
    steep = signs(rng, 2, 4, 3) * rng.uniform(1e4, 1e6, size=(2, 4, 3))
    yield Case("large gradients", of_sequence(rng, N=2, T=4, D=5, H=3, dhs=steep), LARGE)
    W, b = orthogonal(rng, 2, 3, scale=0.2)
    W[:3] *= 3.0
    small = {"xs": 0.01 * rng.normal(size=(2, 6, 2)), "h0": 0.001 * rng.normal(size=(2, 3)), "W": W, "b": 0.001 * b}
    yield Case("gradients that grow on the way", of_sequence(rng, N=2, T=6, D=2, H=3, **small), LARGE)
    far = spread(rng, 500, 3000, (2, 4, 1))
    near = np.concatenate([far, rng.normal(size=(2, 4, 2))], axis=2)
    W = 0.6 * rng.normal(size=(7, 4))
    W[4] = 4e-4 * rng.normal(size=4)
    yield Case("large xs", of_sequence(rng, N=2, T=4, D=3, H=4, xs=near, W=W), LARGE)
    W, b = orthogonal(rng, 3, 4)
    quiet = {"xs": 0.5 * rng.normal(size=(2, 200, 3)), "h0": 0.1 * rng.normal(size=(2, 4)), "W": W, "b": 0.1 * b}
    yield Case("200 steps", of_sequence(rng, N=2, T=200, D=3, H=4, **quiet), LONG)


CARRY = "dhs[:, t] + dh"
COMING = slips(
    r"""
nothing_comes_back: single steps, with nothing that comes back from the step after
    {"$carry": "dhs[:, t]"}
    A state is read by the next step too, and through it by all the later ones. Without that the network learns nothing
    about anything but the present step.
    Look: Equation (eq:carry) has two terms.
last_loss_alone: a way back from the loss at the last step, with that of the other steps left out
    {"$carry": "(dhs[:, t] if t == len(cache) - 1 else dh)"}
    The loss looks at the state of every step, and each adds what it asks for.
    Look: Equation (eq:carry) has two terms.
nothing_of_the_loss: zeros, as what the loss asks for never comes into it
    {"$carry": "dh"}
    Nothing comes from beyond the end. All there is to hand on comes from dhs, step by step.
    Look: Equation (eq:carry) has two terms: what is each of them at the last step?
last_dhs_everywhere: a way back in which every step gets the gradient of the last one
    {"$carry": "dhs[:, -1] + dh"}
    The loss looks at the state of every step, and asks each for something else.
    Look: Which t has dhs in equation (eq:carry)?
carry_minus: a way back that takes off what comes back from the step after
    {"$carry": "dhs[:, t] - dh"}
    What the later steps ask for is added.
    Look: Look at the sign in equation (eq:carry).
halved: the mean of the two things that are to be added
    {"$carry": "($carry) / 2"}
    A state acts on the loss in both ways, each with its full weight.
    Look: Look at equation (eq:carry).
loss_mean: what the loss asks for, divided by the number of steps
    {"$carry": "dhs[:, t] / len(cache) + dh"}
    The mean of the loss is in dhs already.
    Look: Look at equation (eq:carry).
doubled: what the loss asks for, doubled, in the place of what comes back from the step after
    {"$carry": "dhs[:, t] + dhs[:, t]"}
    `d += d` doubles; what is to be added is the other one.
    Look: Which two are added in equation (eq:carry)?
carry_twice: what comes back from the step after, added twice
    {"$carry": "dhs[:, t] + 2 * dh"}
    Once is as much as the next step's use of the state comes to.
    Look: Look at equation (eq:carry).
no_way_through: sums of all that the later steps ask for, which went through no step on their way back
    {"$carry": "dhs[:, t:].sum(axis=1)"}
    What comes back from the step after has been through its W and its tanh. That is what rnn_step_backward gives as
    dh_prev.
    Look: Which of the things that a step gives back is added in equation (eq:carry)?
step_into_itself: a way back that hands on the dh which went into a step, and not the one that came out of it
    {"dx, dh, dW_t, db_t = rnn_step_backward($carry, cache[t])":
        "dh = $carry\n        dx, _, dW_t, db_t = rnn_step_backward(dh, cache[t])"}
    What came from above and from the future has still to go back through the step. That is what rnn_step_backward gives
    as dh_prev.
    Look: Which of the things that a step gives back is added in equation (eq:carry), and what becomes of it?
step_beside_itself: a way back in which the dh that went into a step is added to the one that came out of it
    {"dx, dh, dW_t, db_t = rnn_step_backward($carry, cache[t])":
        "dh = $carry\n        dx, back, dW_t, db_t = rnn_step_backward(dh, cache[t])\n        dh = dh + back"}
    What went into a step has been used up there. From the future comes what that step gives back, and nothing else.
    Look: What does your loop add to dh, and which two are added in equation (eq:carry)?
unpacked_swapped: a way back in which a step's dx is taken for its dh_prev, and its dh_prev for its dx
    {"dx, dh, dW_t, db_t = ": "dh, dx, dW_t, db_t = "}
    rnn_step_backward gives back four things, and dx is the first of them.
    Look: In which order does the docstring of rnn_step_backward have the four, and in which do you take them?
last_twice: a way back that begins with the last step's own dhs, and then adds it again
    {"np.zeros(dhs[:, 0].shape)": "dhs[:, -1]"}
    Nothing comes from beyond the end, and dhs[:, -1] is added in the loop.
    Look: What is dh before the first round of the loop? What stands beside equation (eq:carry)?
forwards: a way that goes through the steps from the first to the last
    {"reversed(range(len(cache)))": "range(len(cache))", "dxs[::-1]": "dxs"}
    What a step sends back goes to the one before it, so that one's turn has to come after.
    Look: In which order does equation (eq:carry) go over t?
dhs_backwards: a way back that takes dhs from the wrong end
    {"$carry": "dhs[:, -1 - t] + dh"}
    The last step's cache met the first step's gradient.
    Look: Which index do dhs and cache have in your loop, and do they go in the same direction?
cache_backwards: a way back that takes the caches from the wrong end
    {"cache[t]": "cache[-1 - t]"}
    The last step's gradient met the first step's cache.
    Look: Which index do dhs and cache have in your loop, and do they go in the same direction?
dhs_early: a way back in which every step gets the gradient of the step before it
    {"$carry": "dhs[:, t - 1] + dh"}
    dhs[:, t] is what the loss asks of the h that came out of step t. An index of -1 is the last one in numpy, so no
    error was raised at t = 0.
    Look: Which t has dhs in equation (eq:carry)?
dhs_late: a way back in which every step gets the gradient of the step after it
    {"$carry": "dhs[:, (t + 1) % len(cache)] + dh"}
    dhs[:, t] is what the loss asks of the h that came out of step t.
    Look: Which t has dhs in equation (eq:carry)?
cache_early: a way back in which every step gets the cache of the step before it
    {"cache[t]": "cache[t - 1]"}
    cache[t] is what step t has kept. An index of -1 is the last one in Python, so no error was raised at t = 0.
    Look: Which cache belongs to step t?
same_cache: a way back through the last step's cache again and again
    {"cache[t]": "cache[-1]"}
    Each step has kept what it read and what came out of it.
    Look: Which cache belongs to step t?
first_missing: a way back that ends one step early, before the first step
    {"[], 0.0, 0.0": "[], np.zeros(cache[0][3].shape), np.zeros(dhs.shape[2])",
        "range(len(cache))": "range(1, len(cache))", "np.stack(dxs[::-1], axis=1)":
        "np.stack([np.zeros(cache[0][0].shape), *dxs[::-1]], axis=1)"}
    The first step's weights are the same as all the others', and its inputs want a gradient too.
    Look: With which t does your loop end?
last_missing: a way back that begins one step early, before the last step
    {"[], 0.0, 0.0": "[], np.zeros(cache[0][3].shape), np.zeros(dhs.shape[2])",
        "range(len(cache))": "range(len(cache) - 1)", "np.stack(dxs[::-1], axis=1)":
        "np.stack([*dxs[::-1], np.zeros(cache[0][0].shape)], axis=1)"}
    The last step's own gradient is never used.
    Look: With which t does your loop begin?
clipped: a way back that is cut off at -1 and 1 on its way from step to step
    {"$carry": "np.clip($carry, -1, 1)"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything but a sum in equation (eq:carry)?
clipped_at_5: a way back that is cut off at -5 and 5 on its way from step to step
    {"$carry": "np.clip($carry, -5, 5)"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything but a sum in equation (eq:carry)?
carry_clipped: a way back in which what comes from the step after is cut off at -1 and 1
    {"$carry": "dhs[:, t] + np.clip(dh, -1, 1)"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything but a sum in equation (eq:carry)?
carry_clipped_at_5: a way back in which what comes from the step after is cut off at -5 and 5
    {"$carry": "dhs[:, t] + np.clip(dh, -5, 5)"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything but a sum in equation (eq:carry)?
into_dhs: a way back that adds up in the dhs that came in
    {"dx, dh, dW_t, db_t = rnn_step_backward($carry, cache[t])":
        "into = dhs[:, t]\n        into += dh\n        dx, dh, dW_t, db_t = rnn_step_backward(into, cache[t])"}
    The numbers are right. But dhs[:, t] is a piece of the caller's array, and += writes into it.
    Look: Which line makes the array to which you add?
""",
    carry=CARRY,
)

CUT_OFF = """
cut_off_at_$steps: a way back that starts anew every $steps steps, counted from the end
    {"$carry": "dhs[:, t] + (dh if (len(cache) - 1 - t) % $steps else 0 * dh)"}
    Truncated like that it is cheaper, and what happened more than $steps steps ago is never learned from. Here the
    whole sequence counts.
    Look: Does equation (eq:carry) have an exception for some t?
"""
TRUNCATED = tuple(one for steps in (10, 20, 50, 60, 100) for one in slips(CUT_OFF, steps=str(steps), carry=CARRY))

GATHERED = slips(r"""
dW_of_one_step: a dW of the first time step alone
    {"dW = dW + dW_t": "dW = dW_t"}
    One W served at every step, and every use adds to its gradient. The step that is gone through last is the first.
    Look: What does equation (eq:shared) do over t?
db_of_one_step: a db of the first time step alone
    {"db = db + db_t": "db = db_t"}
    One b served at every step, and every use adds to its gradient. The step that is gone through last is the first.
    Look: What does equation (eq:shared) do over t?
weights_of_one_step: a dW and a db of the first time step alone
    {"dW = dW + dW_t": "dW = dW_t", "db = db + db_t": "db = db_t"}
    One W and one b served at every step, and every use adds to their gradients. The step that is gone through last is
    the first.
    Look: What does equation (eq:shared) do over t?
weights_of_last_step: a dW and a db of the last time step alone
    {"dW = dW + dW_t": "dW = dW_t if t == len(cache) - 1 else dW",
     "db = db + db_t": "db = db_t if t == len(cache) - 1 else db"}
    One W and one b served at every step, and every use adds to their gradients.
    Look: What does equation (eq:shared) do over t?
means: a dW and a db that are means over the steps
    {"return np.stack(dxs[::-1], axis=1), dh, dW, db":
        "return np.stack(dxs[::-1], axis=1), dh, dW / len(cache), db / len(cache)"}
    Every use of W and b adds to their gradients. The mean of the loss is in dhs already.
    Look: What does equation (eq:shared) do over t?
dW_mean: a dW that is the mean over the steps
    {"return np.stack(dxs[::-1], axis=1), dh, dW, db":
        "return np.stack(dxs[::-1], axis=1), dh, dW / len(cache), db"}
    Every use of W adds to its gradient. The mean of the loss is in dhs already.
    Look: What does equation (eq:shared) do over t?
dW_batch_mean: a dW that is the mean over the batch
    {"return np.stack(dxs[::-1], axis=1), dh, dW, db":
        "return np.stack(dxs[::-1], axis=1), dh, dW / len(dhs), db"}
    Every sequence adds to the gradient. The mean of the loss is in dhs already.
    Look: Is there a division in equation (eq:shared)?
batch_means: a dW and a db that are means over the batch
    {"return np.stack(dxs[::-1], axis=1), dh, dW, db":
        "return np.stack(dxs[::-1], axis=1), dh, dW / len(dhs), db / len(dhs)"}
    Every sequence adds to the gradients. The mean of the loss is in dhs already.
    Look: Is there a division in equation (eq:shared)?
weights_clipped: a dW and a db that are cut off at -5 and 5
    {"return np.stack(dxs[::-1], axis=1), dh, dW, db":
        "return np.stack(dxs[::-1], axis=1), dh, np.clip(dW, -5, 5), np.clip(db, -5, 5)"}
    Then they are no gradients any more. What is too long is shortened later, all of it together.
    Look: What does equation (eq:shared) do, and what does your function do after it?
dxs_backwards: a dxs with time running backwards
    {"dxs[::-1]": "dxs"}
    The loop goes from the last step to the first, so the last step's dx was stored first.
    Look: Which step's dx is the first in your list?
time_first: a dxs with time as its first axis
    {"np.stack(dxs[::-1], axis=1)": "np.stack(dxs[::-1])"}
    dxs is (T, N, D) then; in this course the batch comes first, (N, T, D).
    Look: np.stack has an axis argument.
reshaped: a dxs that was put into the shape (N, T, D) by a reshape
    {"np.stack(dxs[::-1], axis=1)": "np.stack(dxs[::-1]).reshape(len(dhs), len(cache), -1)"}
    reshape keeps the order in which the numbers lie in memory, and there all sequences of step 0 come first. So dxs[0]
    mixes sequences and steps.
    Look: np.stack has an axis argument.
dh0_of_h_0: a dh0 with respect to the h that comes out of the first step, and not to the one that goes into it
    {"dx, dh, dW_t, db_t = rnn_step_backward(dhs[:, t] + dh, cache[t])":
        "into = dhs[:, t] + dh\n        dx, dh, dW_t, db_t = rnn_step_backward(into, cache[t])",
     "axis=1), dh, dW": "axis=1), into, dW"}
    h0 is what the first step begins with: it still lies one step further back.
    Look: Which of the things that the first step gives back is dh0?
dh0_zero: a dh0 of zeros
    {"axis=1), dh, dW": "axis=1), 0 * dh, dW"}
    The state at the start acts on the loss like any other, whatever it is.
    Look: Which of the things that the first step gives back is dh0?
dh0_with_dhs: a dh0 to which the first step's own dhs was added
    {"axis=1), dh, dW": "axis=1), dh + dhs[:, 0], dW"}
    dhs[:, 0] is for the h that comes out of the first step. Of the one that goes into it the loss sees nothing
    directly.
    Look: Which of the things that the first step gives back is dh0?
dh0_with_the_last: a dh0 to which the last step's dhs was added
    {"axis=1), dh, dW": "axis=1), dh + dhs[:, -1], dW"}
    At the first step there is no step before whose dhs could be added. An index of -1 is the last one in numpy, so no
    error was raised.
    Look: What is added to the dh that the first step gives back?
dh0_of_all_steps: a dh0 that is the sum of what all steps gave back
    {"[], 0.0, 0.0": "[], 0.0, 0.0\n    all_dh = 0.0",
        "        dxs.append(dx)": "        all_dh = all_dh + dh\n        dxs.append(dx)",
        "axis=1), dh, dW": "axis=1), all_dh, dW"}
    W and b serve at every step, and their gradients add up. h0 is read by the first step alone.
    Look: Which of the things that the first step gives back is dh0?
""")

RIGHT = (
    """def rnn_backward(dhs, cache):
    N, T, H = dhs.shape
    D = cache[0][0].shape[1]
    dxs, dW, db = np.zeros((N, T, D)), np.zeros((H + D, H)), np.zeros(H)
    dh_next = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dxs[:, t], dh_next, dW_t, db_t = rnn_step_backward(dhs[:, t] + dh_next, cache[t])
        dW += dW_t
        db += db_t
    return dxs, dh_next, dW, db
""",
    # without the step's function, and the weights' gradients all at once
    """def rnn_backward(dhs, cache):
    T = dhs.shape[1]
    W = cache[0][3]
    H = W.shape[1]
    dzs = [None] * T
    coming = 0
    for t in range(T)[::-1]:
        h = cache[t][2]
        dzs[t] = (dhs[:, t] + coming) * (1 - h**2)
        coming = dzs[t] @ W[:H].T
    dz = np.stack(dzs, axis=1)
    hx = np.stack([np.hstack([h_prev, x]) for x, h_prev, _, _ in cache], axis=1)
    dW = np.einsum("ntr,nth->rh", hx, dz)
    return dz @ W[H:].T, coming, dW, dz.sum(axis=(0, 1))
""",
    # by recursion over the list
    """def rnn_backward(dhs, cache):
    *before, last = cache
    dx, dh, dW, db = rnn_step_backward(dhs[:, -1], last)
    if not before:
        return dx[:, None], dh, dW, db
    head = dhs[:, :-1].copy()
    head[:, -1] = head[:, -1] + dh
    dxs, dh0, dW_before, db_before = rnn_backward(head, before)
    return np.concatenate([dxs, dx[:, None]], axis=1), dh0, dW + dW_before, db + db_before
""",
    {
        "dxs, dW, db = [], 0.0, 0.0": "dxs, dWs, dbs = [], [], []",
        "dxs.append(dx)": "dxs.insert(0, dx)",
        "dW = dW + dW_t": "dWs.append(dW_t)",
        "db = db + db_t": "dbs.append(db_t)",
        "dxs[::-1]": "dxs",
        "dh, dW, db  ": "dh, sum(dWs), np.sum(dbs, axis=0)  ",
    },
)

EXERCISE = Exercise(
    name="rnn_backward",
    title="All steps back",
    arguments={"dhs": "(N, T, H)", "cache": SEQUENCE},
    returns=(
        Array("dxs", "(N, T, D)", from_the_end=True),
        Array("dh0", "(N, H)"),
        Array("dW", "(H + D, H)"),
        Array("db", "(H,)"),
    ),
    parts=(
        Part("dxs and dh0, the ways on", points=2, outputs=("dxs", "dh0")),
        Part("dW and db, its own weights", points=2, outputs=("dW", "db")),
        Part("large numbers", points=1, tags=LARGE),
        Part("200 steps", points=1, tags=LONG),
    ),
    difficulty=4,
    minutes=30,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    other=other_sequence,
    builds_on=("rnn_step_backward",),
    harmless=("rnn_step_backward.into_dh",),  # a sum of its own is what a step gets here
    mistakes=COMING + TRUNCATED + GATHERED,
    right=RIGHT,
    hints=(
        "Begin at the last step. What does its h act on? Nothing but the loss at that step. And the h of the step "
        "before it? Equation (eq:carry) says it.",
        "A loop over t from T - 1 down to 0, and in each round one call of rnn_step_backward. Its dh is the sum of "
        "dhs[:, t] and of the dh_prev that the round before gave (zeros at first). Collect each dx; add up each dW and "
        "each db.",
        "In the loop: dx, dh, dW_t, db_t = rnn_step_backward(dhs[:, t] + dh, cache[t]), with dh zeros before it. After "
        "the loop dh is dh0; the list of the dx, turned around, goes through np.stack with axis=1.",
    ),
    explanation=(
        "The loss at the last step has just told the first step, through all the W and all the tanh between them, what "
        "it should have done. Each W added its share on the way, and it is one W: its gradient is the sum. A loop of "
        "four lines did that, with numbers the way forward had kept."
    ),
)
