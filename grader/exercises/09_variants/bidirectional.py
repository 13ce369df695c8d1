"""A sequence read from both ends: two layers side by side."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._layers import LARGE, LAYERS, padded, single, spread

PADDED = frozenset({"padded"})


def _arguments(rng, forward, backward, lengths, T, D, **options):
    return {"forward": LAYERS[forward], "backward": LAYERS[backward], **padded(rng, lengths, T, D, **options)}


def cases(rng):
    yield Case("small", _arguments(rng, "running_sum", "leaky", [3, 3], T=3, D=1))
    yield Case("two networks", _arguments(rng, "small_rnn", "other_rnn", [5, 5], T=5, D=4))
    yield Case("lengths of their own", _arguments(rng, "leaky", "running_sum", [3, 2], T=4, D=1), PADDED)
    yield Case("two networks on padded sequences", _arguments(rng, "other_rnn", "small_rnn", [2, 7], T=7, D=4), PADDED)
    yield Case("the same layer twice", _arguments(rng, "wide_rnn", "wide_rnn", [4, 4, 4], T=4, D=2))
    yield Case("shorter than the batch", _arguments(rng, "small_rnn", "other_rnn", [3, 2], T=6, D=4), PADDED)
    yield Case("an empty sequence", _arguments(rng, "running_sum", "leaky", [2, 0, 4], T=5, D=2), PADDED)
    yield Case(
        "padded with zeros", _arguments(rng, "leaky", "running_sum", [1, 5, 3, 4], T=5, D=2, padding=0.0), PADDED
    )
    yield Case(
        "padded with numbers that stand out",
        _arguments(rng, "small_rnn", "other_rnn", [4, 2], T=5, D=4, padding=90.0),
        PADDED,
    )
    yield Case("one step", _arguments(rng, "leaky", "small_rnn", [1, 1], T=1, D=3))
    yield Case("one sequence", _arguments(rng, "other_rnn", "small_rnn", [4], T=4, D=2))
    yield Case("layers that give one number", _arguments(rng, "counter", "leaky", [4, 4], T=4, D=1))
    yield Case("twice as wide", _arguments(rng, "echo", "echo", [5, 4, 2], T=5, D=2), PADDED)
    yield Case("wider than the input", _arguments(rng, "wide_rnn", "echo", [3, 5], T=5, D=3), PADDED)
    yield Case(
        "zeros", _arguments(rng, "small_rnn", "other_rnn", [4, 3], T=5, D=2) | {"xs": np.zeros((2, 5, 2))}, PADDED
    )
    yield Case("strided", _arguments(rng, "running_sum", "leaky", [4, 1, 2], T=4, D=5), PADDED | {"strided"})
    yield Case("float32", single(_arguments(rng, "small_rnn", "running_sum", [2, 4], T=4, D=3)), PADDED)
    large = _arguments(rng, "running_sum", "leaky", [3, 5], T=5, D=3)
    yield Case("large numbers", large | {"xs": spread(rng, 100, 1e6, (2, 5, 3))}, LARGE)
    yield Case("hundreds of steps", _arguments(rng, "leaky", "running_sum", [300, 180], T=300, D=1), LARGE)


MISTAKES = slips(r"""
not_turned_back: a backward layer whose steps were not put back in their places
    {"reverse_sequences(back, lengths)": "back + 0"}
    At each step the two halves then speak of two different places of the sequence. They should meet at the same one.
    Look: Equation (eq:back): how often is something turned round?
not_turned: a backward layer that reads the sequences in their own order, and is turned round afterwards
    {"backward(reverse_sequences(xs, lengths))": "backward(xs)"}
    It should read from the end, so that it knows what is still to come.
    Look: What does the backward layer get in equation (eq:back)?
never_turned: two layers that both read from the beginning
    {"backward(reverse_sequences(xs, lengths))": "backward(xs)",
     "reverse_sequences(back, lengths)": "back + 0"}
    No step then knows anything of what comes after it.
    Look: What does the backward layer get in equation (eq:back)?
whole_rows: a backward layer that reads whole rows from the end, padding first
    {"backward(reverse_sequences(xs, lengths))": "backward(xs[:, ::-1])",
     "reverse_sequences(back, lengths)": "back[:, ::-1]"}
    In each shorter sequence it has read the padding before the first real step, and what it gives depends on it.
    Look: Which of your lines knows the lengths?
whole_rows_in: a backward layer that gets whole rows turned round, padding first
    {"backward(reverse_sequences(xs, lengths))": "backward(xs[:, ::-1])"}
    In each shorter sequence it has read the padding before the first real step.
    Look: What does the backward layer get in equation (eq:back)?
whole_rows_back: a backward layer whose results were turned round in whole rows
    {"reverse_sequences(back, lengths)": "back[:, ::-1]"}
    In a shorter sequence what belongs to its first step then stands at the end of the row.
    Look: Equation (eq:back): by what are the results turned round?
backward_first: what backward gives, in front of what forward gives
    {"[there, back]": "[back, there]"}
    Both are right; each stands in the other's place.
    Look: In which order are the two joined in equation (eq:both)?
layers_exchanged: the two layers in each other's place: backward reads from the beginning, forward from the end
    {"there = forward(xs)": "there = backward(xs)", "back = backward(": "back = forward("}
    Each layer has its own direction, for which it was trained.
    Look: Which of the two layers gets the turned sequences?
forward_twice: the forward layer for both directions
    {"back = backward(": "back = forward("}
    Each direction has a layer of its own.
    Look: Which of the arguments is not used?
backward_twice: the backward layer for both directions
    {"there = forward(xs)": "there = backward(xs)"}
    Each direction has a layer of its own.
    Look: Which of the arguments is not used?
both_turned: a forward layer that gets the turned sequences as well
    {"there = forward(xs)": "there = forward(reverse_sequences(xs, lengths))"}
    Then nothing reads from the beginning.
    Look: What does the forward layer get in equation (eq:there)?
in_series: a backward layer that reads what the forward layer gives
    {"backward(reverse_sequences(xs, lengths))": "backward(reverse_sequences(there, lengths))"}
    The two stand side by side, and both read xs. One on top of the other is another network.
    Look: What is turned round inside of equation (eq:back)?
added: the sum of what the two layers give
    {"np.concatenate([there, back], axis=2)": "there + back"}
    Some libraries can do that. Here what lies before and what comes after should stay apart.
    Look: How wide is hs in equation (eq:both)?
mean: the mean of what the two layers give
    {"np.concatenate([there, back], axis=2)": "(there + back) / 2"}
    Some libraries can do that. Here what lies before and what comes after should stay apart.
    Look: How wide is hs in equation (eq:both)?
multiplied: the product of what the two layers give
    {"np.concatenate([there, back], axis=2)": "there * back"}
    Some libraries can do that. Here what lies before and what comes after should stay apart.
    Look: How wide is hs in equation (eq:both)?
forward_alone: what the forward layer gives, alone
    {"np.concatenate([there, back], axis=2)": "there"}
    The other half is missing.
    Look: How wide is hs in equation (eq:both)?
backward_alone: what the backward layer gives, alone
    {"np.concatenate([there, back], axis=2)": "back"}
    The other half is missing.
    Look: How wide is hs in equation (eq:both)?
interleaved: numbers of the two layers that take turns
    {"np.concatenate([there, back], axis=2)": "np.stack([there, back], axis=3).reshape(*there.shape[:2], -1)"}
    All of them are there. But the forward layer's come first, and then the backward layer's.
    Look: In which order are the two joined in equation (eq:both)?
padding_left: whatever the two layers gave on the padding
    {"np.where(real[:, :, None], hs, 0.0)": "hs"}
    What is real is right. But a mean over the steps, or a loss that forgets its mask, would see what was read there.
    Look: What is at steps beyond the length in equation (eq:both)?
forward_left: a forward layer whose half was left as it is on the padding
    {"np.where(real[:, :, None], hs, 0.0)":
        "np.concatenate([there, np.where(real[:, :, None], back, 0.0)], axis=2)"}
    What is real is right. Beyond each end both halves should be 0.
    Look: What is at steps beyond the length in equation (eq:both)?
backward_left: a backward layer whose half was left as it is on the padding
    {"np.where(real[:, :, None], hs, 0.0)":
        "np.concatenate([np.where(real[:, :, None], there, 0.0), back], axis=2)"}
    What is real is right. Beyond each end both halves should be 0.
    Look: What is at steps beyond the length in equation (eq:both)?
last_kept: sequences that repeat what stood at their last real step beyond it
    {"np.where(real[:, :, None], hs, 0.0)":
        "np.where(real[:, :, None], hs, hs[np.arange(len(xs)), lengths - 1][:, None])"}
    What is real is right. Beyond each end both halves should be 0.
    Look: What is at steps beyond the length in equation (eq:both)?
one_too_many: one step beyond each end that is not 0
    {"< lengths[:, None]": "<= lengths[:, None]"}
    In code the steps of a sequence of length 3 are 0, 1 and 2.
    Look: Is it < or <= in equation (eq:both)?
one_too_few: sequences whose last real step was set to 0 as well
    {"< lengths[:, None]": "< lengths[:, None] - 1"}
    In code the steps of a sequence of length 3 are 0, 1 and 2.
    Look: For which t does the condition in equation (eq:both) hold?
mask_inverted: zeros where the steps are real
    {"< lengths[:, None]": ">= lengths[:, None]"}
    np.where takes its second argument where the condition is true.
    Look: In which order does np.where want its arguments?
padding_in_front: zeros at the beginning of the shorter sequences, and not at their end
    {"np.arange(xs.shape[1]) < lengths[:, None]": "np.arange(xs.shape[1])[::-1] < lengths[:, None]"}
    The real steps come first.
    Look: For which t does the condition in equation (eq:both) hold?
zeroed_before: padding set to 0 before it was read, and not afterwards
    {"there = forward(xs)":
        "xs = np.where((np.arange(xs.shape[1]) < lengths[:, None])[:, :, None], xs, 0.0)\n    there = forward(xs)",
     "np.where(real[:, :, None], hs, 0.0)": "hs"}
    A layer that reads zeros goes on with its state, and gives something else than 0.
    Look: Is it xs or hs that is 0 beyond each end, in equation (eq:both)?
without_this_step: a backward half that has seen what comes after each step, and not the step itself
    {"back = reverse_sequences(back, lengths)":
        "back = np.append(reverse_sequences(back, lengths)[:, 1:], 0 * back[:, :1], axis=1)"}
    At each step both halves should have seen that step.
    Look: The docstring: down to which step has backward seen?
one_end: what backward gives at the end of its way, at every step
    {"back = reverse_sequences(back, lengths)":
        "back = np.repeat(reverse_sequences(back, lengths)[:, :1], xs.shape[1], axis=1)"}
    At each step it should be what was seen from the end down to that step, and no further.
    Look: The docstring: down to which step has backward seen?
into_xs: two layers, of which the second one gets an xs that was turned round in place
    {"    there = forward(xs)":
        "    there = forward(xs)\n    xs[:] = reverse_sequences(xs, lengths)",
     "backward(reverse_sequences(xs, lengths))": "backward(xs)"}
    Whoever called has lost the sequences in their own order.
    Look: Which of your lines writes into xs?
""")

RIGHT = (
    '''def bidirectional(forward, backward, xs, lengths):
    """Filled in, each sequence to its end."""
    ahead = forward(xs.copy())
    behind = backward(reverse_sequences(xs, lengths))
    N, T, H = ahead.shape
    hs = np.zeros((N, T, 2 * H))
    for n in range(N):
        for t in range(lengths[n]):
            hs[n, t, :H] = ahead[n, t]
            hs[n, t, H:] = behind[n, lengths[n] - 1 - t]
    return hs
''',
    '''def bidirectional(forward, backward, xs, lengths):
    """With a mask as a factor, and the padding cleared before anything is read."""
    real = (np.arange(xs.shape[1])[None, :, None] < lengths[:, None, None]).astype(xs.dtype)
    back = reverse_sequences(backward(reverse_sequences(xs * real, lengths)), lengths)
    return np.concatenate((forward(xs * real), back), axis=-1) * real
''',
    '''def bidirectional(forward, backward, xs, lengths):
    """Each sequence by itself."""
    rows = []
    for x, length in zip(xs, lengths):
        if length == 0:
            H = forward(x[None]).shape[2]
            rows.append(np.zeros((len(x), 2 * H)))
            continue
        there = forward(x[None, :length])[0]
        back = backward(x[None, :length][:, ::-1])[0][::-1]
        hs = np.hstack([there, back])
        rows.append(np.pad(hs, ((0, len(x) - length), (0, 0))))
    return np.array(rows)
''',
    {
        "np.concatenate([there, back], axis=2)": "np.dstack([there, back])",
        "np.where(real[:, :, None], hs, 0.0)": "hs * real[..., np.newaxis]",
    },
)

EXERCISE = Exercise(
    name="bidirectional",
    title="Read from both ends",
    arguments={"forward": "a function", "backward": "a function", "xs": "(N, T, D)", "lengths": "(N,)"},
    returns=(Array("hs", "(N, T, 2H)"),),
    parts=(
        Part("sequences of one length", points=2),
        Part("sequences with padding", points=2, tags=PADDED),
        Part("large numbers, and hundreds of steps", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    functions=LAYERS,
    builds_on=("reverse_sequences",),
    # What the backward layer reads and gives beyond a sequence's end is looked at by nothing.
    harmless=tuple(
        f"reverse_sequences.{name}"
        for name in ("padding_turned", "padding_zeroed", "first_repeated", "round_and_round")
    ),
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Follow one sequence of three real steps, a b c, on paper. What does backward get to read, and in which order "
        "do its three results come? To which steps do they belong?",
        "forward gets xs as it is. backward gets xs turned round by reverse_sequences, and what it gives is turned "
        "round by it once more. The two go side by side along the last axis. Then everything beyond a sequence's "
        "length becomes 0: compare np.arange(T) with the lengths.",
        "back = reverse_sequences(backward(reverse_sequences(xs, lengths)), lengths); np.concatenate([there, back], "
        "axis=2); real = np.arange(xs.shape[1]) < lengths[:, None] is (N, T), and np.where(real[:, :, None], hs, 0.0) "
        "keeps the real steps.",
    ),
    explanation=(
        "Each step now knows what came before it and what is still to come, and the padding reaches none of the real "
        "ones. The price: nothing can be said before the last step is there. A model that predicts the next word can't "
        "be built so."
    ),
)
