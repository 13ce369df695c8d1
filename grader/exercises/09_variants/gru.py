"""The step of the GRU, run over a sequence."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ..loops import LAID_OUT, LOOP
from ._draws import GRU, LARGE, LONG, cancelling, gru_arguments, overflowing, packed, single, spread


def _arguments(rng, N, T, D, H, **options):
    drawn = gru_arguments(rng, N, D, H, **options)
    return {
        "xs": rng.normal(size=(N, T, D)),
        "h0": drawn["h_prev"],
        **{name: drawn[name] for name in ("W", "b", "b_n")},
    }


def _long(rng, N, T, D, H):
    """Draw a long sequence whose update gates are nearly open: the beginning is seen at the end."""
    args = _arguments(rng, N, T, D, H, gain=1.0)
    args["W"][:, H : 2 * H] *= 0.3
    args["b"][H : 2 * H] = rng.uniform(4.0, 6.0, size=H)
    return args


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", _arguments(rng, N=3, T=7, D=2, H=4, gain=2.0))
    yield Case("as many steps as sequences", _arguments(rng, N=3, T=3, D=2, H=5))
    yield Case("one step", _arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", _arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", _arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one unit", _arguments(rng, N=2, T=3, D=4, H=1))
    yield Case("one of each", _arguments(rng, N=1, T=1, D=1, H=1))
    yield Case("zero h0", _arguments(rng, N=2, T=3, D=5, H=4) | {"h0": np.zeros((2, 4))})
    yield Case("zero inputs", _arguments(rng, N=2, T=4, D=3, H=5) | {"xs": np.zeros((2, 4, 3))})
    yield Case("strided", _arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=4, D=5, H=2)))
    faint = _arguments(rng, N=2, T=3, D=5, H=4)
    yield Case("faint", {name: value if name == "W" else 1e-5 * value for name, value in faint.items()})
    xs, W, b = overflowing(rng, (2, 4), H=5, order=GRU)
    yield Case("large inputs", _arguments(rng, N=2, T=4, D=3, H=5) | {"xs": xs, "W": W, "b": b}, LARGE)
    xs, W, b = cancelling(rng, (2, 3), H=4, order=GRU)
    yield Case("large numbers that cancel", _arguments(rng, N=2, T=3, D=3, H=4) | {"xs": xs, "W": W, "b": b}, LARGE)
    W = packed(rng, 5, 4, order=GRU)[0]
    W[:4] *= 4e-4  # a large h0 is kept by some units and reaches no product as a large number
    far = _arguments(rng, N=2, T=3, D=5, H=4)
    far["b"][4:8] = rng.uniform(1.0, 3.0, size=4)
    yield Case("large h0", far | {"W": W, "h0": spread(rng, 800, 3000, (2, 4))}, LARGE)
    barely = _arguments(rng, N=2, T=3, D=5, H=4)
    barely["W"][:, :4] *= 0.2
    barely["b"][:4] = rng.uniform(-8, -6, size=4)
    yield Case("a large b_n behind nearly shut reset gates", barely | {"b_n": spread(rng, 500, 2000, (4,))}, LARGE)
    yield Case("200 steps", _long(rng, N=2, T=200, D=1, H=4), LONG)


STATES = slips(r"""
no_h0: a GRU that ignores h0 and starts from zeros
    {"h, hs = h0, []": "h, hs = 0 * h0, []"}
    The first step should read h0, which is not always zero: a text can be read in pieces, each starting where the last
    one ended.
    Look: Equation (eq:gru_sequence) says what the first step is given.
nothing_handed_on: single steps that all start from h0
    {"h, W, b, b_n)": "h0, W, b, b_n)"}
    No step knows of the one before, so the order of the inputs does not matter at all.
    Look: Equation (eq:gru_sequence): what goes from one step to the next?
reset: single steps that all start from zeros
    {"h, W, b, b_n)": "0 * h0, W, b, b_n)"}
    The state is made new inside the loop, so every step forgets everything.
    Look: What happens before the loop, and what inside it? Equation (eq:gru_sequence) tells.
begins_late: a GRU whose second step starts from h0 as well
    {"h, W, b, b_n)": "h if t > 1 else h0, W, b, b_n)"}
    From the third step on all goes as it should, but the first state is left behind.
    Look: Equation (eq:gru_sequence): what goes from one step to the next?
two_back: a GRU whose steps are given the state of two steps before
    {"h, W, b, b_n)": "hs[-2] if t > 1 else h0, W, b, b_n)"}
    Then two sequences are read side by side, one of the even steps and one of the odd ones.
    Look: Equation (eq:gru_sequence): what goes from one step to the next?
batch_chained: a GRU that starts each sequence of the batch where the one before it ended
    body:
        rows, h = [], h0[:1]
        for n in range(len(xs)):
            hs = []
            for t in range(xs.shape[1]):
                h = gru_step(xs[n : n + 1, t], h, W, b, b_n)
                hs.append(h)
            rows.append(np.stack(hs, axis=1))
        return np.concatenate(rows)
    The sequences of a batch know nothing of each other: row n starts from row n of h0.
    Look: Equation (eq:gru_sequence) goes over t only. What does one call of gru_step do with the N rows?
first_h0_for_all: a GRU that starts every sequence of the batch from the first one's h0
    {"h, hs = h0, []": "h, hs = np.repeat(h0[:1], len(h0), axis=0), []"}
    Each sequence has a row of its own in h0.
    Look: Equation (eq:gru_sequence) says what the first step is given.
""")

TIME = slips(r"""
backwards: a GRU that reads the sequence from its end
    {"xs[:, t]": "xs[:, -1 - t]"}
    The last input was read first, and its h stands in hs[:, 0].
    Look: Equation (eq:gru_sequence) says in which order the steps are taken.
backwards_in_place: a GRU that reads the sequence from its end, each h stored at its input's place
    {"xs[:, t]": "xs[:, -1 - t]", "np.stack(hs, axis=1)": "np.stack(hs[::-1], axis=1)"}
    Each h then knows the inputs after it and none before it.
    Look: Equation (eq:gru_sequence) says in which order the steps are taken.
stored_backwards: the right GRU with hs stored from the end
    {"np.stack(hs, axis=1)": "np.stack(hs[::-1], axis=1)"}
    The steps are right, but hs[:, 0] holds the last h and hs[:, -1] the first. That comes of putting each new state in
    front of the list.
    Look: The docstring says which h is where in hs.
h0_first: a GRU whose hs begins with h0, and is one step too long
    {"np.stack(hs, axis=1)": "np.stack([h0, *hs], axis=1)"}
    hs has an entry for each input; what there was before belongs to none.
    Look: The docstring gives the shape of hs, and says which h is where in it.
""")

RESULT = slips(r"""
last_everywhere: a GRU whose hs repeats the last h at every step
    {"np.stack(hs, axis=1)": "np.stack([h for _ in hs], axis=1)"}
    Often one and the same array was stored T times, and changed in place afterwards.
    Look: Is a new array stored at every step?
last_only: a GRU that returns only the last h
    {"np.stack(hs, axis=1)": "h"}
    What reads the states, a readout or a layer on top, needs the h of every step.
    Look: The docstring gives the shape of hs.
into_h0: the right GRU, which writes its states into the h0 that came in
    {"        hs.append(h)": "        hs.append(h)\n        h0[:] = h"}
    The numbers are right. But what the caller had in h0 is gone.
    Look: Which of your lines writes into an array that came in?
""")

LOOPED = slips(LOOP + LAID_OUT, network="a GRU", right="the right GRU", handed="h is")

RIGHT = (
    '''def gru(xs, h0, W, b, b_n):
    """Filled in, from a copy."""
    N, T, _ = xs.shape
    hs = np.zeros((N, T, h0.shape[1]))
    h = h0.copy()
    for t, x in enumerate(np.swapaxes(xs, 0, 1)):
        h = gru_step(x, h, W, b, b_n)
        hs[:, t, :] = h
    return hs
''',
    '''def gru(xs, h0, W, b, b_n):
    """All the inputs' products in one, before the loop; a transposed view comes back."""
    H = h0.shape[1]
    x_r, x_z, x_n = np.split(xs @ W[H:] + b, 3, axis=2)
    h, hs = h0, np.empty((xs.shape[1], len(xs), H))
    for t in range(len(hs)):
        h_r, h_z, h_n = np.split(h @ W[:H], 3, axis=1)
        n = np.tanh(x_n[:, t] + sigmoid(x_r[:, t] + h_r) * (h_n + b_n))
        z = sigmoid(x_z[:, t] + h_z)
        h = hs[t] = n + z * (h - n)
    return hs.transpose(1, 0, 2)
''',
    '''def gru(xs, h0, W, b, b_n):
    """The first step, and the rest by itself."""
    h = gru_step(xs[:, 0], h0, W, b, b_n)[:, None]
    return h if xs.shape[1] == 1 else np.concatenate([h, gru(xs[:, 1:], h[:, 0], W, b, b_n)], axis=1)
''',
    """def gru(xs, h0, W, b, b_n):
    import torch

    H, D = h0.shape[1], xs.shape[2]
    as_torch = lambda a: torch.from_numpy(np.ascontiguousarray(a))
    W = as_torch(W)
    module = torch.nn.GRU(D, H, batch_first=True, dtype=W.dtype)
    with torch.no_grad():
        module.weight_hh_l0.copy_(W[:H].T)
        module.weight_ih_l0.copy_(W[H:].T)
        module.bias_ih_l0.copy_(as_torch(b))
        module.bias_hh_l0.zero_()
        module.bias_hh_l0[2 * H :] = as_torch(b_n)
        return module(as_torch(xs), as_torch(h0)[None])[0].numpy()
""",
)

EXERCISE = Exercise(
    name="gru",
    title="The GRU over a sequence",
    arguments={"xs": "(N, T, D)", "h0": "(N, H)", "W": "(H + D, 3H)", "b": "(3H,)", "b_n": "(H,)"},
    returns=(Array("hs", "(N, T, H)"),),
    parts=(
        Part("the states hs", points=2),
        Part("200 steps", points=1, tags=LONG),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=8,
    cases=cases,
    mistakes=(*STATES, *TIME, *RESULT, *LOOPED),
    right=RIGHT,
    hints=(
        "Equation (eq:gru_sequence) is a loop over t. What has to be there before the loop, and what does each turn "
        "take from the one before?",
        "Start with h = h0. For every t call gru_step on xs[:, t] and h, take h back under the same name, and append "
        "it to a list. At the end np.stack with axis=1 puts time between batch and units.",
        "Inside the loop: h = gru_step(xs[:, t], h, W, b, b_n), then hs.append(h). After it: return np.stack(hs, "
        "axis=1).",
    ),
    explanation=(
        "One state is handed on, not two. All that the GRU holds of the past it also shows: hs is the whole of it, and "
        "to go on with the sequence its last column is all that is needed."
    ),
    builds_on=("gru_step",),
)
