"""The automaton's state that a hidden state stands for."""

import numpy as np

from ..base import Case, Exercise, Part, Wholes, slips
from ._draws import LARGE, single, spread


def _arguments(rng, N, T, M, H, S):
    known_states = np.resize(rng.permutation(S), M)  # every state is known, if there is room for it
    return {
        "hs": np.tanh(rng.normal(size=(N, T, H))),
        "known_hs": np.tanh(rng.normal(size=(M, H))),
        "known_states": rng.permutation(known_states),
    }


def _between(rng, N, T, H):
    """Draw hidden states that two known ones are nearly as far from: one is nearer by millionths of a thousandth."""
    a, b = np.tanh(rng.normal(size=(2, H)))
    way = (b - a) / np.linalg.norm(b - a)
    hs = np.tanh(rng.normal(size=(N, T, H)))
    middle = hs - ((hs - (a + b) / 2) @ way)[..., None] * way
    return {
        "hs": middle + spread(rng, 2e-9, 5e-9, (N, T, 1)) * way,
        "known_hs": np.stack([a, b]),
        "known_states": rng.permutation([3, 5]),
    }


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, M=4, H=5, S=3))
    yield Case("many known ones", _arguments(rng, N=6, T=5, M=400, H=2, S=7))
    yield Case("many sequences", _arguments(rng, N=20, T=6, M=15, H=4, S=5))
    yield Case("many steps", _arguments(rng, N=2, T=50, M=9, H=3, S=6))
    yield Case("many cells", _arguments(rng, N=3, T=5, M=20, H=16, S=8))
    yield Case("one sequence", _arguments(rng, N=1, T=7, M=5, H=3, S=4))
    yield Case("one step", _arguments(rng, N=9, T=1, M=6, H=4, S=3))
    yield Case("one cell", _arguments(rng, N=4, T=5, M=7, H=1, S=6))
    yield Case("one known one", _arguments(rng, N=2, T=4, M=1, H=3, S=5))
    met = _arguments(rng, N=3, T=4, M=12, H=5, S=6)
    yield Case("the known ones themselves", met | {"hs": met["known_hs"].reshape(3, 4, 5).copy()})
    twice = _arguments(rng, N=4, T=3, M=5, H=2, S=5)
    twice = {"hs": twice["hs"], "known_hs": np.tile(twice["known_hs"], (2, 1)), "known_states": np.arange(10) % 7}
    yield Case("each known one twice, with other states", twice)
    yield Case("zeros", _arguments(rng, N=2, T=3, M=8, H=4, S=5) | {"hs": np.zeros((2, 3, 4))})
    yield Case("strided", _arguments(rng, N=4, T=3, M=8, H=5, S=4), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=5, T=3, M=6, H=4, S=4)))
    named = _arguments(rng, N=3, T=4, M=10, H=2, S=6)
    yield Case("states above 255", named | {"known_states": rng.integers(300, 90_000, size=10)}, LARGE)
    near = _arguments(rng, N=10, T=30, M=40, H=3, S=9)
    place = np.tanh(rng.normal(size=3))
    near |= {name: place + 3e-6 * near[name] for name in ("hs", "known_hs")}
    yield Case("hidden states that are nearly alike", near, LARGE)
    yield Case("two known ones that are nearly as far", _between(rng, N=6, T=7, H=4), LARGE)
    far = _arguments(rng, N=4, T=5, M=11, H=3, S=7)
    scales = 10.0 ** rng.permutation(np.linspace(1, 4, 3))
    yield Case("large numbers", far | {"hs": far["hs"] * scales, "known_hs": far["known_hs"] * scales}, LARGE)


def other(case):
    """The case with the known states given to other hidden states."""
    hs = case.args["hs"][::-1, ::-1].copy()
    known = np.roll(case.args["known_states"], 1)
    return Case(case.name, case.args | {"hs": hs, "known_states": known}, case.tags)


NEAREST = "np.sum(away * away, axis=3).argmin(axis=2)"
MISTAKES = slips(
    r"""
places: which of the known hidden states is nearest, not its automaton's state
    {"known_states[nearest]": "nearest"}
    That it is the fifth of those that are known says nothing: its state is wanted.
    Look: Which of the arguments is not used? What is s in equation (eq:nearest)?
farthest: the state of the known one that is farthest away
    {"argmin": "argmax"}
    The smallest distance is that of the nearest.
    Look: Equation (eq:nearest): which j is chosen?
by_product: the state of the known one with the largest product
    {"$nearest": "(hs @ known_hs.T).argmax(axis=2)"}
    A product grows with the length of a vector as well: long ones win where they are not near.
    Look: What does equation (eq:nearest) measure?
by_angle: the state of the known one in the nearest direction
    {"$nearest": "(hs @ (known_hs / np.linalg.norm(known_hs, axis=1, keepdims=True)).T).argmax(axis=2)"}
    Two hidden states can point the same way, and be far apart.
    Look: What does equation (eq:nearest) measure?
by_sum: the state of the known one with the smallest sum of differences
    {"np.sum(away * away, axis=3)": "np.sum(away, axis=3)"}
    Differences of both signs cancel, and a sum far below 0 is not near.
    Look: What stands between the bars in equation (eq:nearest), and what do they do?
by_size_of_sum: the state of the known one whose differences add up to nearly 0
    {"np.sum(away * away, axis=3)": "np.abs(np.sum(away, axis=3))"}
    Differences of both signs cancel: what adds up to 0 need not be near.
    Look: What do the bars in equation (eq:nearest) do with each difference?
by_sizes: the state of the known one that is nearest by the sum of the differences' sizes
    {"np.sum(away * away, axis=3)": "np.sum(np.abs(away), axis=3)"}
    That is a distance too, along the axes. The bars stand for the straight one, in which differences are squared.
    Look: Which distance is the one with double bars?
by_largest: the state of the known one whose largest difference is smallest
    {"np.sum(away * away, axis=3)": "np.max(np.abs(away), axis=3)"}
    That is a distance too, and not the straight one: all differences count, squared.
    Look: Which distance is the one with double bars?
first_cell: the state of the known one that is nearest in the first cell
    {"np.sum(away * away, axis=3)": "(away[..., 0] ** 2)"}
    All cells tell where the network is.
    Look: Over which axis does the distance add up?
last_cell: the state of the known one that is nearest in the last cell
    {"np.sum(away * away, axis=3)": "(away[..., -1] ** 2)"}
    All cells tell where the network is.
    Look: Over which axis does the distance add up?
from_the_mean: the state whose known hidden states have the nearest mean
    body:
        names = np.unique(known_states)
        means = np.stack([known_hs[known_states == name].mean(axis=0) for name in names])
        away = hs[:, :, None] - means
        return names[np.sum(away * away, axis=3).argmin(axis=2)]
    A network may stand for one state of the automaton in several places, and their mean may be none of them.
    Look: To what is the distance measured in equation (eq:nearest)?
first_known: the state of the first of the known ones, wherever the network is
    {"known_states[nearest]": "known_states[np.zeros(hs.shape[:2], dtype=int)]"}
    Where there is one number for all of the known ones together, argmin has nothing to choose from, and gives 0.
    Look: How many distances belong to one hidden state? Over which axis does each of them add up?
sum_for_difference: the state of the known one with the smallest sum of both
    {"hs[:, :, None] - known_hs": "hs[:, :, None] + known_hs"}
    That is the distance from its mirror image.
    Look: What stands between the bars in equation (eq:nearest)?
last_step: the state of the last step, at every step
    {"known_states[nearest]": "np.repeat(known_states[nearest][:, -1:], hs.shape[1], axis=1)"}
    The automaton moves at every step.
    Look: What does t stand for in equation (eq:nearest)?
first_sequence: the states of the first sequence, for all of them
    {"known_states[nearest]": "np.repeat(known_states[nearest][:1], len(hs), axis=0)"}
    Each sequence takes a way of its own.
    Look: What does n stand for in equation (eq:nearest)?
state_before: the state of one step before
    {"known_states[nearest]": "np.concatenate([known_states[nearest][:, :1], known_states[nearest][:, :-1]], axis=1)"}
    A hidden state stands for where the network is after its step.
    Look: Which t have the two sides of equation (eq:nearest)?
last_of_equals: the last of those that are equally near
    {"$nearest": "len(known_hs) - 1 - np.sum(away * away, axis=3)[:, :, ::-1].argmin(axis=2)"}
    argmin gives the first, and <= in a loop the last.
    Look: What does the docstring say of those that are equally near?
sorted_states: states that were sorted before they were looked up
    {"known_states[nearest]": "np.sort(known_states)[nearest]"}
    Which state belongs to which hidden state is said by their order.
    Look: In which order do the known states come?
float32_hs: states that were found in float32
    {"hs[:, :, None] - known_hs": "hs[:, :, None].astype(np.float32) - known_hs.astype(np.float32)"}
    float32 keeps 7 digits: of hidden states that are nearly alike the nearest may be another one.
    Look: What is the dtype of the differences?
reversed_lookup: states looked up from the last to the first
    {"known_states[nearest]": "known_states[::-1][nearest]"}
    Which state belongs to which hidden state is said by their order.
    Look: In which order do the known states come?
next_nearest: the state of the second nearest of the known ones
    {"$nearest": "np.argsort(np.sum(away * away, axis=3), axis=2)[:, :, min(1, len(known_hs) - 1)]"}
    np.argsort has the nearest at its beginning, at place 0.
    Look: Equation (eq:nearest): which j is chosen?
of_three: the state that most of the three nearest known ones have
    {"known_states[nearest]": "np.apply_along_axis(lambda near: np.bincount(near).argmax(), 2, "
        "known_states[np.argsort(np.sum(away * away, axis=3), axis=2)[:, :, :3]])"}
    That is a good idea where single known ones may be wrong; here the nearest alone is asked.
    Look: Of how many known ones does equation (eq:nearest) speak?
""",
    nearest=NEAREST,
)

RIGHT = (
    """def nearest_state(hs, known_hs, known_states):
    N, T, H = hs.shape
    states = np.zeros((N, T), dtype=int)
    for n in range(N):
        for t in range(T):
            states[n, t] = known_states[np.argmin(np.linalg.norm(known_hs - hs[n, t], axis=1))]
    return states
""",
    # one known state after the other: no array of (N, T, M, H)
    """def nearest_state(hs, known_hs, known_states):
    best = np.full(hs.shape[:2], np.inf)
    states = np.zeros(hs.shape[:2], dtype=known_states.dtype)
    for h, state in zip(known_hs, known_states):
        distance = ((hs - h) ** 2).sum(axis=-1)
        nearer = distance < best
        best = np.where(nearer, distance, best)
        states[nearer] = state
    return states
""",
    """def nearest_state(hs, known_hs, known_states):
    flat = hs.reshape(-1, hs.shape[2])
    distance = np.sqrt(np.einsum("kmh,kmh->km", flat[:, None] - known_hs, flat[:, None] - known_hs))
    return np.take(known_states, np.argmin(distance, axis=1)).reshape(hs.shape[:2])
""",
    {"np.sum(away * away, axis=3)": "np.linalg.norm(away, axis=-1)"},
)

EXERCISE = Exercise(
    name="nearest_state",
    title="Which state is it in?",
    arguments={"hs": "(N, T, H)", "known_hs": "(M, H)", "known_states": "(M,)"},
    returns=(Wholes("states", "(N, T)"),),
    parts=(
        Part("the states", points=2),
        Part("large numbers, and numbers that are nearly alike", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "For a single hidden state: how far is it from each of the known ones, and which of these distances is the "
        "smallest? Then do it for all of them.",
        "hs[:, :, None] has the shape (N, T, 1, H), and known_hs can be subtracted from it: all differences at once, "
        "(N, T, M, H). Square them and sum over the last axis. .argmin(axis=2) then gives the place of the nearest.",
        "The place of the nearest is an index into known_states, for all (N, T) at once: known_states[nearest].",
    ),
    explanation=(
        "No one told the network that there is an automaton. If its hidden states fall into as many heaps as the "
        "automaton has states, and a look at the nearest known one says which it is, then it has found them for "
        "itself."
    ),
)
