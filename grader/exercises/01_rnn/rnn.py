"""The step of the plain recurrent network, run over a sequence."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ..loops import LOOP
from ._draws import LARGE, far, hidden_states, signs, weights

LONG, PAST = frozenset({"long"}), frozenset({"past"})


def _arguments(rng, N, T, D, H, **options):
    W, b = weights(rng, D, H, **options)
    return {"xs": rng.normal(size=(N, T, D)), "h0": hidden_states(rng, N, H), "W": W, "b": b}


def _one_input_late(rng, N, T, D, H):
    """Draw a sequence in which nothing comes in before step T - 2: up to there every state is exactly 0."""
    args = _arguments(rng, N, T, D, H)
    args["xs"][:, : T - 2] = 0.0
    return args | {"h0": np.zeros((N, H)), "b": np.zeros(H)}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", _arguments(rng, N=3, T=7, D=2, H=4, gain=2.0))
    yield Case("what is held", _arguments(rng, N=2, T=6, D=3, H=5, orthogonal=True))
    yield Case("one step", _arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", _arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", _arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one unit", _arguments(rng, N=2, T=3, D=4, H=1))
    yield Case("one of each", _arguments(rng, N=1, T=1, D=1, H=1))
    yield Case("zero h0", _arguments(rng, N=2, T=3, D=5, H=4) | {"h0": np.zeros((2, 4))})
    yield Case("zero inputs", _arguments(rng, N=2, T=4, D=3, H=5) | {"xs": np.zeros((2, 4, 3))})
    yield Case("zero b", _arguments(rng, N=4, T=5, D=2, H=3) | {"b": np.zeros(3)})
    yield Case("strided", _arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, T=4, D=5, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    faint = _arguments(rng, N=2, T=3, D=5, H=4)
    yield Case("faint", {name: value if name == "W" else 1e-5 * value for name, value in faint.items()})
    yield Case("nothing comes in before the end", _one_input_late(rng, N=3, T=6, D=4, H=5), PAST)
    yield Case("nothing comes in before the last two steps", _one_input_late(rng, N=2, T=4, D=3, H=5), PAST)
    yield Case("200 steps", _arguments(rng, N=2, T=200, D=1, H=4, orthogonal=True), LONG)
    # Each argument far out, where the sum is not: what is cut off on the way shows.
    loud = _arguments(rng, N=2, T=4, D=5, H=3)
    loud["xs"] = far(rng, 2, 4, 5)
    loud["W"][3:] /= 3000
    yield Case("large xs, small weights", loud, LARGE)
    beyond = _arguments(rng, N=3, T=2, D=4, H=5)  # here the sum is, too: beyond 710, where exp overflows, on both sides
    beyond["xs"] = far(rng, 3, 2, 4)
    yield Case("large xs, and large sums", beyond, LARGE)
    heavy = _arguments(rng, N=2, T=1, D=4, H=3)
    yield Case(
        "large weights, small xs and h0",
        heavy | {"xs": heavy["xs"] / 3000, "h0": heavy["h0"] / 3000, "W": far(rng, 7, 3)},
        LARGE,
    )
    # h0 need not have been through tanh: whatever is squashed or cut off on the way in shows.
    begun = _arguments(rng, N=3, T=2, D=2, H=4)
    begun["h0"] = far(rng, 3, 4)
    begun["W"][:4] /= 3000
    yield Case("large h0, small weights", begun, LARGE)
    against = _arguments(rng, N=2, T=3, D=4, H=5)
    against["xs"][..., 0] = 1.0
    against["b"] = far(rng, 5)
    against["W"][5] = 0.3 * signs(rng, 5) - against["b"]  # the first input takes the bias off again
    yield Case("large b, and xs against it", against, LARGE)


STATES = slips(r"""
no_h0: a network that ignores h0 and starts from zeros
    {"h, hs = h0, []": "h, hs = 0 * h0, []"}
    The first step should read h0, which is not always zero: a text can be read in pieces, each starting where the last
    one ended.
    Look: Equation (eq:loop) says what the first step is given.
h0_squashed: a network that puts h0 through tanh first
    {"h, hs = h0, []": "h, hs = np.tanh(h0), []"}
    What is given is the state itself. Where it came from another network, it has been through tanh already.
    Look: Equation (eq:loop) says what the first step is given.
not_handed_on: single steps that all start from h0
    {"h, W, b)": "h0, W, b)"}
    No step knows of the one before, so nothing is remembered for longer than a step.
    Look: Equation (eq:loop): which state does a step read?
reset: single steps that all start from zeros
    {"h, W, b)": "0 * h, W, b)"}
    The state is made new inside the loop, so every step forgets everything.
    Look: What happens before the loop, and what inside it? Equation (eq:loop) tells.
two_back: a network whose steps read the state of two steps before
    {"h, W, b)": "hs[-2] if len(hs) > 1 else h0, W, b)"}
    Every second step then belongs to a chain of its own, and the two never meet.
    Look: Equation (eq:loop): which state does a step read? Once the new state is in a list, its last one is another.
sum_of_states: a network whose steps read the sum of all states so far
    {"h, W, b)": "h0 + sum(hs), W, b)"}
    What a step reads is the state of the step before it, and no other.
    Look: Equation (eq:loop): which state does a step read?
batch_chained: a network that starts each sequence of the batch where the one before it ended
    body:
        rows, h = [], h0[:1]
        for n in range(len(xs)):
            hs = []
            for t in range(xs.shape[1]):
                h = rnn_step(xs[n : n + 1, t], h, W, b)
                hs.append(h)
            rows.append(np.stack(hs, axis=1))
        return np.concatenate(rows)
    The sequences of a batch know nothing of each other: row n starts from row n of h0.
    Look: Equation (eq:loop) goes over t only. What does one call of rnn_step do with the N rows?
first_h0_for_all: a network that starts every sequence from the first row of h0
    {"h, hs = h0, []": "h, hs = 0 * h0 + h0[:1], []"}
    Each sequence has a row of its own in h0.
    Look: Does your code take one row of h0 somewhere?
""")

FUTURE = slips(r"""
backwards: a network that reads the sequence from its end
    {"xs[:, t]": "xs[:, -1 - t]"}
    The last input was read first, and its h stands in hs[:, 0]. So the first state knows of the future and nothing
    else.
    Look: Equation (eq:loop) says in which order the steps are taken.
backwards_in_place: a network that reads the sequence from its end, each h stored at its input's place
    {"xs[:, t]": "xs[:, -1 - t]", "np.stack(hs, axis=1)": "np.stack(hs[::-1], axis=1)"}
    Each h then knows the inputs after it and none before it. Whoever asks it for the next word has told it before.
    Look: Equation (eq:loop) says in which order the steps are taken.
both_ways: the sum of two networks, one from either end
    {"np.stack(hs, axis=1)": "np.stack(hs, axis=1) + np.stack("
        "[*_reach(xs[:, ::-1], h0, W, b)][::-1], axis=1)",
     "h, hs = h0, []": "def _reach(xs, h, W, b):\n"
        "        for k in range(xs.shape[1]):\n"
        "            h = rnn_step(xs[:, k], h, W, b)\n"
        "            yield h\n\n"
        "    h, hs = h0, []"}
    Such a network is of use where the whole text is there. One that guesses the next word must not have read it.
    Look: In equation (eq:loop), which inputs have gone into the state of step t?
centred: a network that takes off each feature's mean over time before it reads
    {"xs[:, t]": "xs[:, t] - xs.mean(axis=1)"}
    In that mean there are all the later words. Even the first state has then heard of the last one.
    Look: In equation (eq:loop), which inputs have gone into the state of step t?
standardised: a network that brings each feature to a mean of 0 and a deviation of 1 over the whole batch
    {"xs[:, t]": "(xs[:, t] - xs.mean(axis=(0, 1))) / (xs.std(axis=(0, 1)) + 1e-8)"}
    In that mean there are all the later words, and the other sequences. Even the first state has then heard of them.
    Look: In equation (eq:loop), which inputs have gone into the state of step t?
read_twice: a network that reads the sequence a second time, with what it knew at the end of the first
    {"h, hs = h0, []": "h, hs = h0, []\n"
        "    for k in range(xs.shape[1]):\n"
        "        h = rnn_step(xs[:, k], h, W, b)"}
    The first state of the second reading has heard the whole sequence: it knows the future.
    Look: Equation (eq:loop) says what the first step is given. How often does your code go over t?
input_early: a network that reads each input one step early, and the last one twice
    {"xs[:, t]": "xs[:, min(t + 1, xs.shape[1] - 1)]"}
    The state of step t has heard of the input of step t + 1. The first input was never read.
    Look: Which slice of xs is read at step t? In code, t counts from 0.
input_early_wrapped: a network that reads each input one step early, and the first one last
    {"xs[:, t]": "xs[:, (t + 1) % xs.shape[1]]"}
    The state of step t has heard of the input of step t + 1.
    Look: Which slice of xs is read at step t? In code, t counts from 0.
last_everywhere: a network whose hs repeats the last h at every step
    {"np.stack(hs, axis=1)": "np.stack([h for _ in hs], axis=1)"}
    Often one and the same array was stored T times, and changed in place afterwards. What stands at the first step has
    then read the whole sequence.
    Look: Is a new array stored at every step?
stored_backwards: the right states with hs stored from the end
    {"np.stack(hs, axis=1)": "np.stack(hs[::-1], axis=1)"}
    The steps are right, but hs[:, 0] holds the last h and hs[:, -1] the first. A list that grows at its front does
    that.
    Look: The docstring says which h is where in hs.
""")

RESULT = slips(r"""
h0_for_the_first: a network whose hs begins with h0, and that reads from the second input on
    body:
        hs = [h0]
        for t in range(1, xs.shape[1]):
            hs.append(rnn_step(xs[:, t], hs[-1], W, b))
        return np.stack(hs, axis=1)
    What came in from outside stands where the first step's state should be, and the first input is never read.
    Look: Which two things does the first step read in equation (eq:loop), and where does its result go?
first_input_twice: a network that takes the first step twice
    {"h, hs = h0, []": "h, hs = rnn_step(xs[:, 0], h0, W, b), []"}
    The first input was read before the loop, and again inside it.
    Look: Equation (eq:loop) says what the first step is given. What has happened in your code before it?
with_h0: a network whose hs has h0 in front of the T states
    {"np.stack(hs, axis=1)": "np.stack([h0, *hs], axis=1)"}
    The states are right, and there is one too many: h0 came in from outside, and hs holds what the T steps made.
    Look: Compare the shape of your hs with the docstring's.
last_only: a network that returns only the last h
    {"np.stack(hs, axis=1)": "h"}
    A guess of the next word is wanted at every step, and so is the h of every step.
    Look: The docstring gives the shape of hs.
time_last: the right states with time as the last axis of hs
    {"np.stack(hs, axis=1)": "np.stack(hs, axis=2)"}
    hs is (N, H, T); in this course time stands in the middle, (N, T, H).
    Look: np.stack has an axis argument; hint 2 says more.
reshaped: the right states, put into the shape (N, T, H) by a reshape
    {"np.stack(hs, axis=1)": "np.stack(hs).reshape(len(xs), len(hs), -1)"}
    reshape keeps the order in which the numbers lie in memory, and there all sequences of step 0 come first. So hs[0]
    mixes sequences and steps.
    Look: np.stack has an axis argument; hint 2 says more.
laid_end_to_end: the right states, end to end in one row
    {"np.stack(hs, axis=1)": "np.concatenate(hs, axis=1)"}
    hs is (N, T * H), two axes; it needs an axis for time between the two.
    Look: np.stack makes a new axis, np.concatenate does not; hint 2 says more.
shown_through_tanh: the right states, put through tanh once more where they are stored
    {"np.stack(hs, axis=1)": "np.tanh(np.stack(hs, axis=1))"}
    rnn_step has squashed them. What is stored should be what is handed on.
    Look: What is hs[:, t] in the docstring?
only_the_last: the right last state, with zeros for all the others
    {"np.stack(hs, axis=1)": "np.stack([*(0 * h for _ in hs[1:]), h], axis=1)"}
    The states before it were made, and not kept.
    Look: Does the line that stores a state stand inside the loop?
centred_states: the right states less their mean over time
    {"np.stack(hs, axis=1)": "np.stack(hs, axis=1) - np.mean(hs, axis=0)[:, None]"}
    In that mean there are the states of later steps: what stands at the first one has heard of the last.
    Look: What is hs[:, t] in the docstring?
summed: the right states, added up as they come
    {"np.stack(hs, axis=1)": "np.cumsum(np.stack(hs, axis=1), axis=1)"}
    hs[:, t] should be the state of step t alone. What is remembered of the earlier steps is in it already.
    Look: The docstring says which h is where in hs.
""")

LOOPED = slips(LOOP, network="a network", right="the right states", handed="h is")

RIGHT = (
    '''def rnn(xs, h0, W, b):
    """Filled in."""
    N, T, _ = xs.shape
    hs = np.zeros((N, T, h0.shape[1]))
    h = h0
    for t, x in enumerate(np.swapaxes(xs, 0, 1)):
        h = rnn_step(x, h, W, b)
        hs[:, t, :] = h
    return hs
''',
    '''def rnn(xs, h0, W, b):
    """Works time-major inside and returns a transposed view."""
    hs = np.empty((xs.shape[1], len(xs), h0.shape[1]))
    h = h0
    for t in range(len(hs)):
        h = rnn_step(xs[:, t], h, W, b)
        hs[t] = h
    return hs.transpose(1, 0, 2)
''',
    '''def rnn(xs, h0, W, b):
    """All the inputs' products in one, before the loop."""
    H = h0.shape[1]
    zx = xs @ W[H:] + b
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = np.tanh(zx[:, t] + h @ W[:H])
        hs.append(h[:, None, :])
    return np.concatenate(hs, axis=1)
''',
    '''def rnn(xs, h0, W, b):
    """One sequence of the batch after the other."""

    def one(n):
        h, hs = h0[n : n + 1], []
        for x in xs[n]:
            h = rnn_step(x[None], h, W, b)
            hs.append(h[0])
        return hs

    return np.array([one(n) for n in range(len(xs))])
''',
    '''def rnn(xs, h0, W, b):
    """The first step, and the rest by itself."""
    h = rnn_step(xs[:, 0], h0, W, b)
    if xs.shape[1] == 1:
        return h[:, None]
    return np.concatenate([h[:, None], rnn(xs[:, 1:], h, W, b)], axis=1)
''',
    '''def rnn(xs, h0, W, b):
    """Begins with h0 in the list and leaves it out at the end."""
    hs = [h0]
    for t in range(xs.shape[1]):
        hs.append(rnn_step(xs[:, t], hs[-1], W, b))
    return np.stack(hs[1:], axis=1)
''',
    '''def rnn(xs, h0, W, b):
    """With itertools."""
    from itertools import accumulate

    steps = accumulate(xs.transpose(1, 0, 2), lambda h, x: rnn_step(x, h, W, b), initial=h0)
    return np.stack(list(steps)[1:], axis=1)
''',
)

EXERCISE = Exercise(
    name="rnn",
    title="The loop over a sequence",
    arguments={"xs": "(N, T, D)", "h0": "(N, H)", "W": "(H + D, H)", "b": "(H,)"},
    returns=(Array("hs", "(N, T, H)"),),
    parts=(
        Part("the hidden states hs", points=1),
        Part("no step knows of a later input", points=1, tags=PAST),
        Part("200 steps", points=1, tags=LONG),
        Part("large inputs", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=12,
    cases=cases,
    mistakes=(*STATES, *FUTURE, *RESULT, *LOOPED),
    right=RIGHT,
    hints=(
        "Equation (eq:loop) is a loop over t. What has to be there before the loop, and what does each turn take from "
        "the one before?",
        "Start with h = h0. For every t call rnn_step on xs[:, t], take the new state back under the same name h, and "
        "append it to a list. At the end np.stack with axis=1 puts time between batch and units.",
        "Inside the loop: h = rnn_step(xs[:, t], h, W, b), then hs.append(h). After it: return np.stack(hs, axis=1).",
    ),
    explanation=(
        "The same W and b serve every step, so a sequence of any length fits through the same network, and what it "
        "learns at one place it knows at every other. What it has read of the past is in h, H numbers, and nowhere "
        "else."
    ),
    builds_on=("rnn_step",),
)
