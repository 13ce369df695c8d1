"""One long sequence as batches that go on where the last one ended."""

import numpy as np

from ..base import Case, Exercise, Part, Wholes, slips
from ._draws import LARGE


def _arguments(rng, L, N, T, K=9):
    return {"ids": rng.integers(0, K, size=L), "N": N, "T": T}


def cases(rng):
    yield Case("small", _arguments(rng, L=13, N=2, T=3))
    yield Case("three streams", _arguments(rng, L=38, N=3, T=4))
    yield Case("nothing is left over", _arguments(rng, L=25, N=2, T=4))
    yield Case("as long as all streams, without a next one", _arguments(rng, L=24, N=2, T=4))
    yield Case("much is left over", _arguments(rng, L=77, N=6, T=5))
    yield Case("one stream", _arguments(rng, L=20, N=1, T=6))
    yield Case("one step at a time", _arguments(rng, L=17, N=3, T=1))
    yield Case("one batch", _arguments(rng, L=21, N=4, T=5))
    yield Case("steps that just fill the streams", _arguments(rng, L=50, N=7, T=7))
    yield Case("strided", _arguments(rng, L=41, N=3, T=5), frozenset({"strided"}))
    yield Case("a long sequence", _arguments(rng, L=603, N=5, T=11))
    yield Case("hundreds of streams", _arguments(rng, L=1560, N=310, T=2))
    yield Case("batches of hundreds of steps", _arguments(rng, L=1390, N=2, T=330))
    long = {"ids": (rng.random(70_002) < 0.02).astype(int), "N": 2, "T": 1}  # mostly zeros: the file is small
    yield Case("tens of thousands of batches", long, LARGE)
    yield Case("ids above 255", _arguments(rng, L=60, N=4, T=3, K=100_000), LARGE)


def other(case):
    """The case with its ids in other places."""
    return Case(case.name, case.args | {"ids": np.roll(case.args["ids"][::-1], 3)}, case.tags)


WHOLE = "(ids[: N * P].reshape(N, P), ids[1 : N * P + 1].reshape(N, P))"
CUT = "streams[:, : B * T].reshape(N, B, T).swapaxes(0, 1)"
MISTAKES = slips(
    r"""
batch_after_batch: rows that go on in the next row, and not in the next batch
    {"$cut": "streams.ravel()[: B * N * T].reshape(B, N, T)"}
    What a row has carried over from the batch before then belongs to another place of the sequence.
    Look: Where in ids does row 0 of the second batch begin, and where did row 0 of the first one end?
cut_like_one: streams that were put side by side, and then cut into batches as if they were one
    {"reshape(N, B, T).swapaxes(0, 1)": "reshape(B, N, T)"}
    The rows of a batch then come from one stream, one after the other.
    Look: Where in ids does row 1 of the first batch begin in equation (eq:streams)?
streams_turned: the streams of each batch from the last to the first
    {"return inputs, targets": "return inputs[:, ::-1], targets[:, ::-1]"}
    Row 0 is the stream with which ids begin.
    Look: Where in ids does row 0 begin in equation (eq:streams)?
by_turns: streams that take their ids by turns
    {"ids[: N * P].reshape(N, P)": "ids[: N * P].reshape(P, N).T",
        "ids[1 : N * P + 1].reshape(N, P)": "ids[1 : N * P + 1].reshape(P, N).T"}
    Each stream then holds every N-th id, and neighbours are no longer neighbours.
    Look: Where in ids does the second stream of equation (eq:streams) begin?
targets_are_inputs: targets that are the inputs
    {"ids[1 : N * P + 1]": "ids[: N * P]"}
    What is to be predicted would be there already.
    Look: What is added to the index of the targets in equation (eq:streams)?
targets_before: targets that come one step before their inputs
    {"ids[1 : N * P + 1].reshape(N, P)": "np.roll(ids, 1)[: N * P].reshape(N, P)"}
    The next id is to be predicted, not the last one.
    Look: What is added to the index of the targets in equation (eq:streams)?
targets_two_later: targets that come two steps after their inputs
    {"ids[1 : N * P + 1].reshape(N, P)": "np.roll(ids, -2)[: N * P].reshape(N, P)"}
    The next id is to be predicted.
    Look: What is added to the index of the targets in equation (eq:streams)?
exchanged: inputs and targets in each other's place
    {"return inputs, targets": "return targets, inputs"}
    The network would be asked for what came before.
    Look: Which of the two comes first in the docstring?
rolled_in_batches: targets that were turned round inside of each batch
    {"    return inputs": "    targets = np.roll(inputs, -1, axis=2)\n    return inputs"}
    The last target of a row is then the row's first input. What comes after it is the first of the next batch.
    Look: What is the target of the last step of a row?
rolled_in_streams: targets that were turned round inside of each stream
    {"ids[1 : N * P + 1].reshape(N, P)": "np.roll(ids[: N * P].reshape(N, P), -1, axis=1)"}
    The last target of a stream is then the stream's first id. What comes after it is the first of the next stream.
    Look: What is the target of the last step of a stream?
last_target_repeated: targets of which the last in each row is its last input
    {"    return inputs":
        "    targets = np.concatenate([inputs[:, :, 1:], inputs[:, :, -1:]], axis=2)\n    return inputs"}
    What comes after a row's last input is the first of the next batch.
    Look: What is the target of the last step of a row?
one_between: batches that leave out an id between each and the next
    {"P = (len(ids) - 1) // N": "P = len(ids) // N", "B = P // T": "B = P // (T + 1)",
        "whole = $whole": "rows = ids[: N * P].reshape(N, P)[:, : B * (T + 1)].reshape(N, B, T + 1).swapaxes(0, 1)",
        "inputs, targets = ($cut for streams in whole)":
        "inputs, targets = rows[:, :, :-1].copy(), rows[:, :, 1:].copy()"}
    A row's last target is never an input then: the next batch begins one later.
    Look: Which is the first input of the second batch?
by_windows: batches that move on by one step
    {"$cut": "np.stack([streams[:, b : b + T] for b in range(B)])"}
    Each batch then has all but one step of the last one again.
    Look: How far is it from a batch to the next in equation (eq:streams)?
by_all_windows: batches that move on by one step, as many as there are
    {"B = P // T": "B = P - T + 1", "$cut": "np.stack([streams[:, b : b + T] for b in range(B)])"}
    Each batch then has all but one step of the last one again, and what was carried over does not belong before it.
    Look: How far is it from a batch to the next in equation (eq:streams)?
targets_in_their_stream: streams whose last id is a target alone
    {"P = (len(ids) - 1) // N": "P = len(ids) // N", "B = P // T": "B = (P - 1) // T",
        "ids[1 : N * P + 1].reshape(N, P)": "np.roll(ids[: N * P].reshape(N, P), -1, axis=1)"}
    Only the very last of the ids has nothing after it. What comes after the last id of a stream is the first one of
    the next stream, and so there can be a batch that is missing here.
    Look: How many inputs of ids have a target, and how many of them does a stream get in equation (eq:streams)?
with_the_end: streams over the whole sequence, in which the first id comes after the last
    {"(len(ids) - 1) // N": "len(ids) // N",
        "ids[1 : N * P + 1].reshape(N, P)": "np.roll(ids, -1)[: N * P].reshape(N, P)"}
    After the last id comes none that is known: it can be an answer, and no question.
    Look: How many inputs of ids have a target?
from_the_end: what is left over taken off at the beginning
    {"ids[: N * P].reshape(N, P)": "ids[len(ids) - 1 - N * P : -1].reshape(N, P)",
        "ids[1 : N * P + 1].reshape(N, P)": "ids[len(ids) - N * P :].reshape(N, P)"}
    The first stream begins with the first id.
    Look: Which id is the first input of equation (eq:streams)?
end_of_each_stream: what is left over taken off at the beginning of each stream
    {"streams[:, : B * T]": "streams[:, P - B * T :]"}
    Each stream begins where the last one ended, and what is left over is at its end.
    Look: Which id is the first input of equation (eq:streams)?
streams_of_whole_batches: streams that are as long as their batches, with all that is left over at the end
    {"B = P // T": "B = P // T\n    P = B * T"}
    The first stream is right. The others begin earlier, as what is left over in each is not stepped over.
    Look: How long is a stream in equation (eq:streams)?
last_batch_missing: batches without the last one
    {"B = P // T": "B = P // T - 1"}
    There are as many as can be filled.
    Look: How many steps has a stream, and how many of T are in that?
last_batch_first: batches from the last to the first
    {"return inputs, targets": "return inputs[::-1], targets[::-1]"}
    What was carried over then comes from what is read later.
    Look: In which order do the batches of equation (eq:streams) come?
stream_first: arrays with the streams first, (N, B, T)
    {"reshape(N, B, T).swapaxes(0, 1)": "reshape(N, B, T)"}
    inputs[b] should be a batch.
    Look: Which shape does the docstring ask for?
steps_before_streams: arrays with the steps before the streams, (B, T, N)
    {"reshape(N, B, T).swapaxes(0, 1)": "reshape(N, B, T).transpose(1, 2, 0)"}
    A batch has a row for each stream, as everywhere in this course.
    Look: Which shape does the docstring ask for?
shifted_rows: rows of which each begins one later than the one above
    {"$cut": "np.stack([ids[b : b + N * T].reshape(N, T) for b in range(B)]) + 0 * streams[0, 0]"}
    The batches are windows over the sequence that move on by one step, and both arrays hold the same.
    Look: Where do the N rows of the first batch of equation (eq:streams) begin?
""",
    whole=WHOLE,
    cut=CUT,
)

RIGHT = (
    """def stream_batches(ids, N, T):
    steps = (len(ids) - 1) // N
    inputs, targets = [], []
    for begin in range(0, steps - T + 1, T):
        inputs.append([ids[n * steps + begin : n * steps + begin + T] for n in range(N)])
        targets.append([ids[n * steps + begin + 1 : n * steps + begin + T + 1] for n in range(N)])
    return np.array(inputs), np.array(targets)
""",
    """def stream_batches(ids, N, T):
    P = (ids.size - 1) // N
    places = np.arange(N)[None, :, None] * P + np.arange(P // T)[:, None, None] * T + np.arange(T)
    return ids[places], ids[places + 1]
""",
    """def stream_batches(ids, N, T):
    P = (len(ids) - 1) // N
    B = P // T
    streams = np.stack([ids[n * P : n * P + P + 1] for n in range(N)])
    inputs, targets = np.zeros((B, N, T), dtype=int), np.zeros((B, N, T), dtype=int)
    for b in range(B):
        inputs[b] = streams[:, b * T : (b + 1) * T]
        targets[b] = streams[:, b * T + 1 : (b + 1) * T + 1]
    return inputs, targets
""",
    """def stream_batches(ids, N, T):
    P = (len(ids) - 1) // N
    pieces = np.split(ids[: N * P], N), np.split(ids[1 : N * P + 1], N)
    cut = [np.stack([np.reshape(one[: P // T * T], (P // T, T)) for one in each], axis=1) for each in pieces]
    return cut[0], cut[1]
""",
)

EXERCISE = Exercise(
    name="stream_batches",
    title="Batches that go on",
    arguments={"ids": "(L,)", "N": "N", "T": "T"},
    returns=(Wholes("inputs"), Wholes("targets")),
    parts=(
        Part("the inputs", points=2, outputs=("inputs",)),
        Part("the targets", points=1, outputs=("targets",)),
        Part("large ids", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Write the numbers from 0 to 12 on paper, and cut them into two streams with batches of three steps. Row 0 of "
        "the second batch begins with 3: where does row 1 begin, and which number is the last target?",
        "Of L ids the last has no target, so the streams share L - 1 steps: each has (L - 1) // N, one after the "
        "other in ids. Cut each stream into pieces of T, and let what is left at its end go. The targets are cut in "
        "the same way, from ids without its first one.",
        "With P = (len(ids) - 1) // N, ids[: N * P].reshape(N, P) has the streams as its rows, and ids[1 : N * P + 1] "
        "in the same shape their targets. Keep the first P // T * T columns, reshape to (N, P // T, T), and swap the "
        "first two axes.",
    ),
    explanation=(
        "Row n of each batch goes on where row n of the last one ended. So the state after a batch is the right one to "
        "begin the next with: the network reads without a break, and only the gradient stops at the batch's edge."
    ),
)
