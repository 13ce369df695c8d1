"""Sequences of different lengths, each turned round in its own place."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._layers import LARGE, padded, single, spread


def cases(rng):
    yield Case("small", padded(rng, [3, 2], T=4, D=1))
    yield Case("more steps", padded(rng, [2, 7, 5], T=7, D=2))
    yield Case("as long as the batch", padded(rng, [4, 4, 4], T=4, D=2))
    yield Case("shorter than the batch", padded(rng, [3, 2], T=6, D=4))
    yield Case("an empty sequence", padded(rng, [2, 0, 4], T=5, D=2))
    yield Case("all are empty", padded(rng, [0, 0], T=3, D=4))
    yield Case("lengths of 1", padded(rng, [1, 3, 1, 1], T=3, D=2))
    yield Case("padded with zeros", padded(rng, [1, 5, 3, 4], T=6, D=3, padding=0.0))
    yield Case("padded with numbers that stand out", padded(rng, [4, 2], T=5, D=3, padding=90.0))
    yield Case("one step", padded(rng, [1, 0, 1], T=1, D=4))
    yield Case("one sequence", padded(rng, [3], T=5, D=2))
    yield Case("one number a step", padded(rng, [4, 1, 3, 2, 5], T=6, D=1))
    yield Case("one of each", padded(rng, [1], T=1, D=1))
    yield Case("zeros", padded(rng, [4, 3], T=5, D=3) | {"xs": np.zeros((2, 5, 3))})
    yield Case("strided", padded(rng, [4, 1, 2], T=4, D=5), frozenset({"strided"}))
    yield Case("float32", single(padded(rng, [2, 4, 1], T=4, D=5)))
    yield Case("large numbers", padded(rng, [3, 5], T=5, D=3) | {"xs": spread(rng, 100, 1e6, (2, 5, 3))}, LARGE)
    yield Case("hundreds of steps", padded(rng, [300, 170], T=300, D=1), LARGE)


def other(case):
    """The case with other numbers, and its lengths exchanged between the sequences."""
    xs = (0.9 * case.args["xs"]).astype(case.args["xs"].dtype)
    return Case(case.name, {"xs": xs, "lengths": np.roll(case.args["lengths"], 1)}, case.tags)


MISTAKES = slips(r"""
whole_rows: whole rows turned round, padding and all
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n] = xs[n][::-1]"}
    Each shorter sequence then begins with its padding, and a layer has read that before the first real step.
    Look: Equation (eq:reversed): which places does it turn round, and which stay?
padding_turned: the padding turned round as well, in its own place
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n] = np.concatenate([xs[n, :length][::-1], xs[n, length:][::-1]])"}
    What is real is right. What lies behind it should stay as it is.
    Look: What is the second line of equation (eq:reversed) about?
padding_zeroed: zeros in the place of the padding
    {"xs.copy()": "np.zeros_like(xs)"}
    What is real is right. But the padding should come back as it was, whatever it holds.
    Look: The second line of equation (eq:reversed): what is there where t is at the length or beyond?
padding_in_front: each sequence turned round, with its padding in front
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n] = np.concatenate([xs[n, length:], xs[n, :length][::-1]])"}
    A layer would read the padding before the first real step.
    Look: Equation (eq:reversed): at which t does the turned sequence begin?
one_short: all but the last real step turned round
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n, : max(length - 1, 0)] = xs[n, : max(length - 1, 0)][::-1]"}
    The last real step has stayed where it is. In a slice, :length ends before the place of that number.
    Look: Which step does the turned sequence begin with, in equation (eq:reversed)?
one_long: the real steps and one step of padding turned round
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n, : length + 1] = xs[n, : length + 1][::-1]"}
    The turned sequence begins with a step that is not real. In code the steps of a sequence of length 3 are 0, 1 and 2.
    Look: Which step does the turned sequence begin with, in equation (eq:reversed)?
first_stays: the real steps turned round but for the first, which has stayed in its place
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n, 1:length] = xs[n, 1:length][::-1]"}
    The first step should be the last one to come.
    Look: Equation (eq:reversed) at t = 0: which step is taken?
last_stays: the real steps turned round, but the first of them has come to no place, and the last one stays at its own
    {"        turned[n, :length] = xs[n, :length][::-1]":
        "        turned[n, : length - 1] = xs[n, length - 1 : 0 : -1]"}
    The turned sequence ends with the step that the sequence ended with. In a slice that counts down, the place where it
    stops is left out: `[5:0:-1]` ends with place 1.
    Look: Equation (eq:reversed) at the last real t: which step is taken?
mirrored: sequences whose second half mirrors the first: they were turned round in an array that was being written into
    {"        turned[n, :length] = xs[n, :length][::-1]":
        "        for t in range(length):\n            turned[n, t] = turned[n, length - 1 - t]"}
    From the middle on, what is read has been written over already.
    Look: Which array is read, and which one is written into?
ends_exchanged: sequences whose first and last real steps have changed places, and no others
    {"        turned[n, :length] = xs[n, :length][::-1]":
        "        if length:\n            turned[n, 0], turned[n, length - 1] = xs[n, length - 1], xs[n, 0]"}
    The steps between should be turned round as well.
    Look: What does equation (eq:reversed) say at t = 1?
numbers_turned: the numbers of each real step turned round, and not the steps
    {"xs[n, :length][::-1]": "xs[n, :length][:, ::-1]"}
    The axis of time is the one before the last.
    Look: Which axis does your ::-1 stand for?
both_turned: steps and the numbers in them turned round
    {"xs[n, :length][::-1]": "xs[n, :length][::-1, ::-1]"}
    Each step's numbers should stay in their order.
    Look: How many axes does your ::-1 turn round?
everything_turned: the whole batch turned round along time and along the numbers, padding and all
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n] = xs[n][::-1, ::-1]"}
    Only steps are to be turned round, and of those only the real ones.
    Look: Which axis of xs is time, and where does a sequence end?
batch_turned: the sequences of the batch in reverse order, each as it was
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n] = xs[len(xs) - 1 - n]"}
    The first axis counts the sequences. Time is the second one.
    Look: Which axis does your ::-1 stand for?
nothing: sequences as they came
    {"[::-1]": ""}
    No step has moved.
    Look: What does your function give back: the array that it wrote into?
first_length: all sequences turned round within the length of the first
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n, : lengths[0]] = xs[n, : lengths[0]][::-1]"}
    Each sequence has a length of its own.
    Look: Which length belongs to row n?
longest: all sequences turned round within the length of the longest
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n, : max(lengths)] = xs[n, : max(lengths)][::-1]"}
    Each sequence has a length of its own.
    Look: Which length belongs to row n?
shortest: all sequences turned round within the length of the shortest
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n, : min(lengths)] = xs[n, : min(lengths)][::-1]"}
    Each sequence has a length of its own.
    Look: Which length belongs to row n?
next_length: each sequence turned round within the length of another one
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n, : lengths[n - 1]] = xs[n, : lengths[n - 1]][::-1]"}
    Each sequence has a length of its own.
    Look: Which length belongs to row n?
last_steps: the last steps of each row turned round, as many as are real
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n, len(xs[n]) - length :] = xs[n, len(xs[n]) - length :][::-1]"}
    The real steps come first, and the padding after them.
    Look: The docstring says where the padding is.
shortened: each sequence's real steps taken from the end of the row
    {"xs[n, :length][::-1]": "xs[n, ::-1][:length]"}
    A row was turned round first and cut afterwards, so that it begins with its padding.
    Look: What comes first: to cut a sequence at its length, or to turn it round?
moved_not_turned: each sequence moved to the end of its row, and not turned round
    {"turned[n, :length] = xs[n, :length][::-1]": "turned[n] = np.roll(xs[n], len(xs[n]) - length, axis=0)"}
    The last step is where it should be, if the padding were in front. The order is the old one.
    Look: Equation (eq:reversed): in which order do the real steps come?
only_the_last_kept: each sequence with its last real step at every place
    {"xs[n, :length][::-1]": "xs[n, max(length - 1, 0)]"}
    One step was taken for all of them: the index does not move with t.
    Look: Equation (eq:reversed): what is subtracted from the length?
first_repeated: the real steps turned round, and their first one in the place of the padding
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n] = xs[n, np.maximum(length - 1 - np.arange(len(xs[n])), 0)]"}
    What is real is right. But the padding should come back as it was, whatever it holds.
    Look: The second line of equation (eq:reversed): what is there where t is at the length or beyond?
round_and_round: the real steps turned round again and again, up to the end of the row
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n] = xs[n, (length - 1 - np.arange(len(xs[n]))) % max(length, 1)]"}
    What is real is right. But the padding should come back as it was, whatever it holds.
    Look: The second line of equation (eq:reversed): what is there where t is at the length or beyond?
one_further: sequences that begin with the step behind their last real one, where there is one
    {"turned[n, :length] = xs[n, :length][::-1]":
        "turned[n, :length] = xs[n, np.minimum(length - np.arange(length), len(xs[n]) - 1)]"}
    In code the steps of a sequence of length 3 are 0, 1 and 2: there is no step 3 in it.
    Look: Equation (eq:reversed) at t = 0: which step is taken?
into_xs: sequences that were turned round inside of the array that came in
    {"xs.copy()": "xs", "xs[n, :length][::-1]": "xs[n, :length][::-1].copy()"}
    Whoever called has lost the sequences in their own order.
    Look: Which line makes the array that comes back?
time_first: the right sequences with time as the first axis
    {"return turned": "return turned.swapaxes(0, 1)"}
    The batch comes first, (N, T, D).
    Look: The docstring gives the shape.
""")

RIGHT = (
    '''def reverse_sequences(xs, lengths):
    """With one index for all."""
    t = np.arange(xs.shape[1])
    place = np.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)
    return xs[np.arange(len(xs))[:, None], place]
''',
    '''def reverse_sequences(xs, lengths):
    """Step by step."""
    N, T, D = xs.shape
    turned = np.zeros((N, T, D))
    for n in range(N):
        for t in range(T):
            turned[n, t] = xs[n, lengths[n] - 1 - t] if t < lengths[n] else xs[n, t]
    return turned
''',
    '''def reverse_sequences(xs, lengths):
    """Rows put together of two pieces each."""
    rows = [np.concatenate([x[:length][::-1], x[length:]], axis=0) for x, length in zip(xs, lengths)]
    return np.stack(rows)
''',
    '''def reverse_sequences(xs, lengths):
    """Turned round as a whole, and pushed to the left by the padding."""
    T = xs.shape[1]
    turned = np.where((np.arange(T) < lengths[:, None])[:, :, None], 0.0, xs)
    for n, length in enumerate(lengths.tolist()):
        turned[n] += np.where(np.arange(T)[:, None] < length, np.roll(xs[n, ::-1], length - T, axis=0), 0.0)
    return turned
''',
    """def reverse_sequences(xs, lengths):
    t = np.arange(xs.shape[1])[None]
    place = np.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)
    return np.take_along_axis(xs, place[:, :, None], axis=1)
""",
)

EXERCISE = Exercise(
    name="reverse_sequences",
    title="Turned round, each in its place",
    arguments={"xs": "(N, T, D)", "lengths": "(N,)"},
    returns=(Array("reversed", "(N, T, D)"),),
    parts=(Part("the sequences", points=2), Part("large numbers, and hundreds of steps", points=1, tags=LARGE)),
    difficulty=2,
    minutes=10,
    cases=cases,
    other=other,
    reference="reverse",
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Write down a row of four steps of which three are real: a, b, c and the padding. What should it become? What "
        "does xs[:, ::-1] make of it?",
        "Begin with a copy of xs: there the padding is right already. Then, for each row by itself, turn round its "
        "first lengths[n] steps and write them over the same places of the copy.",
        "In a loop over n: turned[n, :length] = xs[n, :length][::-1], with length = lengths[n]. A length of 0 gives an "
        "empty slice, and nothing happens.",
    ),
    explanation=(
        "The last real step has become the first. A layer that reads from the left now reads each sequence from its "
        "own end, and meets the padding last, as it should. Turned round a second time, all is in its place again."
    ),
)
