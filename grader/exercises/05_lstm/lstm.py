"""The step of the LSTM, run over a sequence."""

import numpy as np

from ..base import Array, Cache, Case, Exercise, Part, slips
from ..loops import LAID_OUT, LOOP
from ._draws import cancelling, overflowing, packed, shut, spread

LARGE, LONG = frozenset({"large"}), frozenset({"long"})


def _states(rng, N, H):
    return {"h0": np.tanh(rng.normal(size=(N, H))), "c0": rng.normal(size=(N, H))}


def _arguments(rng, N, T, D, H, **options):
    W, b = packed(rng, D, H, **options)
    return {"xs": rng.normal(size=(N, T, D)), **_states(rng, N, H), "W": W, "b": b}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", _arguments(rng, N=3, T=7, D=2, H=4, gain=2.0))
    yield Case("forget biases up to 5", _arguments(rng, N=2, T=6, D=3, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one step", _arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", _arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", _arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one cell", _arguments(rng, N=2, T=3, D=4, H=1))
    yield Case("zero h0", _arguments(rng, N=2, T=3, D=5, H=4) | {"h0": np.zeros((2, 4))})
    yield Case("zero c0", _arguments(rng, N=2, T=3, D=5, H=4) | {"c0": np.zeros((2, 4))})
    yield Case("zero inputs", _arguments(rng, N=2, T=4, D=3, H=5) | {"xs": np.zeros((2, 4, 3))})
    yield Case("strided", _arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, T=4, D=5, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    faint = _arguments(rng, N=2, T=3, D=5, H=4)
    yield Case("faint", {name: value if name == "W" else 1e-5 * value for name, value in faint.items()})
    xs, W, b = overflowing(rng, (2, 4), H=5)
    yield Case("large inputs", {"xs": xs, **_states(rng, 2, 5), "W": W, "b": b}, LARGE)
    xs, W, b = cancelling(rng, (2, 3), H=4)
    yield Case("large numbers that cancel", {"xs": xs, **_states(rng, 2, 4), "W": W, "b": b}, LARGE)
    W, b, c0 = shut(rng, N=4, D=2)
    nothing = {"xs": rng.normal(size=(4, 3, 2)), "h0": np.tanh(rng.normal(size=(4, 3))), "c0": c0}
    yield Case("what shut gates let through", {**nothing, "W": W, "b": b}, LARGE)
    held = _arguments(rng, N=2, T=3, D=5, H=4)
    held["b"][4:8], held["b"][12:] = rng.uniform(200, 600, size=(2, 4))
    yield Case("a large cell state that is held", held | {"c0": spread(rng, 50, 3000, (2, 4))}, LARGE)
    yield Case("200 steps", _arguments(rng, N=2, T=200, D=1, H=4, forget=(3.0, 5.0), orthogonal=True), LONG)


STATES = slips(r"""
no_h0: an LSTM that ignores h0 and starts from zeros
    {"h, c = h0, c0": "h, c = 0 * h0, c0"}
    The first step should read h0, which is not always zero: a text can be read in pieces, each starting where the last
    one ended.
    Look: Equation (eq:sequence) says what the first step is given.
no_c0: an LSTM that ignores c0 and starts from an empty cell
    {"h, c = h0, c0": "h, c = h0, 0 * c0"}
    The first step should start from c0, which is not always zero: a text can be read in pieces, each starting where the
    last one ended.
    Look: Equation (eq:sequence) says what the first step is given.
no_states: an LSTM that ignores both h0 and c0 and starts from zeros
    {"h, c = h0, c0": "h, c = 0 * h0, 0 * c0"}
    The first step should start from the two states it is given.
    Look: Equation (eq:sequence) says what the first step is given.
states_swapped: an LSTM that starts with h0 as its cell state and c0 as its hidden state
    {"h, c = h0, c0": "h, c = c0, h0"}
    From the second step on all goes as it should, but the first one mixes the two up.
    Look: Compare the order of lstm_step's arguments with your call.
h_not_handed_on: an LSTM that hands on c but not h
    {"h, c, W, b)": "h0, c, W, b)"}
    Every step reads h0 again, so the gates do not know what was shown a step before.
    Look: Equation (eq:sequence): which two things go from one step to the next?
c_not_handed_on: an LSTM that hands on h but not c
    {"h, c, W, b)": "h, c0, W, b)"}
    Every step starts from c0 again: the memory is written, and then left behind.
    Look: Equation (eq:sequence): which two things go from one step to the next?
nothing_handed_on: single steps that all start from h0 and c0
    {"h, c, W, b)": "h0, c0, W, b)"}
    No step knows of the one before, so the order of the inputs does not matter at all.
    Look: Equation (eq:sequence): which two things go from one step to the next?
reset: single steps that all start from zeros
    {"h, c, W, b)": "0 * h0, 0 * c0, W, b)"}
    The two states are made new inside the loop, so every step forgets everything.
    Look: What happens before the loop, and what inside it? Equation (eq:sequence) tells.
handed_on_swapped: an LSTM that takes h and c back from lstm_step in the wrong order
    {"h, c, step_cache": "c, h, step_cache"}
    After every step the hidden state goes on as the cell state, and the other way round.
    Look: Compare the order in which lstm_step returns h and c with the names you give them.
call_swapped: an LSTM that calls lstm_step with c and h in the wrong order
    {"h, c, W, b)": "c, h, W, b)"}
    At every step the gates read the cell state, and the forget gate keeps a share of the hidden state.
    Look: Compare the order of lstm_step's arguments with your call.
batch_chained: an LSTM that starts each sequence of the batch where the one before it ended
    body:
        rows, cells, h, c = [], [], h0[:1], c0[:1]
        for n in range(len(xs)):
            hs = []
            for t in range(xs.shape[1]):
                h, c, step_cache = lstm_step(xs[n : n + 1, t], h, c, W, b)
                hs.append(h)
            rows.append(np.stack(hs, axis=1))
            cells.append(c)
        return np.concatenate(rows), np.concatenate(cells), None
    The sequences of a batch know nothing of each other: row n starts from row n of h0 and c0.
    Look: Equation (eq:sequence) goes over t only. What does one call of lstm_step do with the N rows?
""")

TIME = slips(r"""
backwards: an LSTM that reads the sequence from its end
    {"xs[:, t]": "xs[:, -1 - t]"}
    The last input was read first, and its h stands in hs[:, 0].
    Look: Equation (eq:sequence) says in which order the steps are taken.
backwards_in_place: an LSTM that reads the sequence from its end, each h stored at its input's place
    {"xs[:, t]": "xs[:, -1 - t]", "np.stack(hs, axis=1)": "np.stack(hs[::-1], axis=1)"}
    Each h then knows the inputs after it and none before it.
    Look: Equation (eq:sequence) says in which order the steps are taken.
stored_backwards: the right LSTM with hs stored from the end
    {"np.stack(hs, axis=1)": "np.stack(hs[::-1], axis=1)"}
    The steps are right, but hs[:, 0] holds the last h and hs[:, -1] the first.
    Look: The docstring says which h is where in hs.
""")

RESULT = slips(r"""
c_T_is_h_T: the right hs, with the last h in the place of c_T
    {", c, cache ": ", h, cache "}
    What the cell holds at the end is not what it shows.
    Look: The docstring says what the second value is.
c_T_is_c0: the right hs, with c0 in the place of c_T
    {", c, cache ": ", c0, cache "}
    The cell state at the start came back. Whoever reads on from there has lost the memory.
    Look: Which of your variables holds the cell state after the last step?
hs_are_cs: an LSTM that collects the cell states c in place of the hidden states h
    {"hs.append(h)": "hs.append(c)"}
    hs is what the rest of the network gets to see; the cell states stay inside.
    Look: Which of the two states does the docstring ask for at every step?
last_everywhere: an LSTM whose hs repeats the last h at every step
    {"np.stack(hs, axis=1)": "np.stack([h for _ in hs], axis=1)"}
    Often one and the same array was stored T times, and changed in place afterwards.
    Look: Is a new array stored at every step?
last_only: an LSTM that returns only the last h
    {"np.stack(hs, axis=1)": "h"}
    A word tagger or a language model needs the h of every step.
    Look: The docstring gives the shape of hs.
returned_swapped: the right LSTM with hs and c_T in the wrong order
    {"np.stack(hs, axis=1), c,": "c, np.stack(hs, axis=1),"}
    Both are right; each stands in the other's place.
    Look: The docstring's last lines give the order.
""")

LOOPED = slips(LOOP + LAID_OUT, network="an LSTM", right="the right LSTM", handed="h and c are")

RIGHT = (
    '''def lstm(xs, h0, c0, W, b):
    """Filled in, from copies."""
    N, T, _ = xs.shape
    hs = np.zeros((N, T, h0.shape[1]))
    h, c = h0.copy(), c0.copy()
    for t, x in enumerate(np.swapaxes(xs, 0, 1)):
        h, c, _ = lstm_step(x, h, c, W, b)
        hs[:, t, :] = h
    return hs, c, None
''',
    '''def lstm(xs, h0, c0, W, b):
    """Works time-major inside and returns a transposed view."""
    hs = np.empty((xs.shape[1], len(xs), h0.shape[1]))
    h, c = h0, c0
    for t in range(len(hs)):
        h, c, _ = lstm_step(xs[:, t], h, c, W, b)
        hs[t] = h
    return hs.transpose(1, 0, 2), c, ()
''',
    '''def lstm(xs, h0, c0, W, b):
    """All the inputs' products in one, before the loop."""
    H = h0.shape[1]
    zx = xs @ W[H:] + b
    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        i, f, g, o = np.split(zx[:, t] + h @ W[:H], 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs.append(h[:, None, :])
    return np.concatenate(hs, axis=1), c, zx
''',
    '''def lstm(xs, h0, c0, W, b):
    """One sequence of the batch after the other."""

    def one(n):
        h, c, hs = h0[n : n + 1], c0[n : n + 1], []
        for x in xs[n]:
            h, c, _ = lstm_step(x[None], h, c, W, b)
            hs.append(h[0])
        return hs, c[0]

    rows = [one(n) for n in range(len(xs))]
    return np.array([hs for hs, _ in rows]), np.array([c for _, c in rows]), None
''',
    '''def lstm(xs, h0, c0, W, b):
    """The first step, and the rest by itself."""
    h, c, _ = lstm_step(xs[:, 0], h0, c0, W, b)
    if xs.shape[1] == 1:
        return h[:, None], c, None
    hs, c, _ = lstm(xs[:, 1:], h, c, W, b)
    return np.concatenate([h[:, None], hs], axis=1), c, None
''',
    """def lstm(xs, h0, c0, W, b):
    import torch

    H, D = h0.shape[1], xs.shape[2]
    as_torch = lambda a: torch.from_numpy(np.ascontiguousarray(a))
    W = as_torch(W)
    module = torch.nn.LSTM(D, H, batch_first=True, dtype=W.dtype)
    with torch.no_grad():
        module.weight_hh_l0.copy_(W[:H].T)
        module.weight_ih_l0.copy_(W[H:].T)
        module.bias_ih_l0.copy_(as_torch(b))
        module.bias_hh_l0.zero_()
        hs, (_, c) = module(as_torch(xs), (as_torch(h0)[None], as_torch(c0)[None]))
    return hs.numpy(), c[0].numpy(), module
""",
)

EXERCISE = Exercise(
    name="lstm",
    title="The LSTM over a sequence",
    arguments={"xs": "(N, T, D)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("hs", "(N, T, H)"), Array("c_T", "(N, H)"), Cache("cache")),
    parts=(
        Part("the hidden states hs", points=1, outputs=("hs",)),
        Part("the last cell state c_T", points=1, outputs=("c_T",)),
        Part("200 steps", points=1, tags=LONG),
        Part("large inputs", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    mistakes=(*STATES, *TIME, *RESULT, *LOOPED),
    right=RIGHT,
    hints=(
        "Equation (eq:sequence) is a loop over t. What has to be there before the loop, and which two things does "
        "each turn take from the one before?",
        "Start with h = h0 and c = c0. For every t call lstm_step on xs[:, t], take h and c back under "
        "the same names, and append h and the step's cache to two lists. At the end np.stack with axis=1 "
        "puts time between batch and cells.",
        "Inside the loop: h, c, step_cache = lstm_step(xs[:, t], h, c, W, b), then hs.append(h) and "
        "cache.append(step_cache). After it: return np.stack(hs, axis=1), c, cache.",
    ),
    explanation=(
        "The same W and b serve every step, so a sequence of any length fits through the same cell. Only "
        "h and c pass from step to step: all that the LSTM knows of the past has to fit into those 2H "
        "numbers."
    ),
    builds_on=("lstm_step",),
)
