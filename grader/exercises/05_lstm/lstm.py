"""The step of the LSTM, run over a sequence."""

import numpy as np

from ..base import Array, Cache, Case, Exercise, Mistake, Part
from ._numpy import make_step, packed, run

STEP = make_step()


def _arguments(rng, N, T, D, H, **options):
    W, b = packed(rng, D, H, **options)
    xs, h0, c0 = rng.normal(size=(N, T, D)), np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H))
    return {"xs": xs, "h0": h0, "c0": c0, "W": W, "b": b}


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
    large = _arguments(rng, N=2, T=4, D=3, H=5)
    large["xs"] = rng.choice([-1.0, 1.0], size=(2, 4, 3)) * rng.uniform(2000, 9000, size=(2, 4, 3))
    yield Case("large inputs", large)
    yield Case(
        "200 steps", _arguments(rng, N=2, T=200, D=1, H=4, forget=(3.0, 5.0), orthogonal=True), frozenset({"long"})
    )


def _step(**pieces):
    step = make_step(**pieces)
    return lambda xs, h0, c0, W, b: run(step, xs, h0, c0, W, b)


def _from(start):
    """Start every step anew, from what ``start(h, c, h0, c0)`` picks of the last and the first states."""

    def sequence(xs, h0, c0, W, b):
        hs, h, c = [], h0, c0
        for t in range(xs.shape[1]):
            h, c, _ = STEP(xs[:, t], *start(h, c, h0, c0), W, b)
            hs.append(h)
        return np.stack(hs, axis=1), c, None

    return sequence


def _after(change):
    """Run the right LSTM, then hand back what ``change(hs, c_T, h0, c0)`` makes of it."""

    def sequence(xs, h0, c0, W, b):
        hs, c_T, _ = run(STEP, xs, h0, c0, W, b)
        return (*change(hs, c_T, h0, c0), None)

    return sequence


def _reading(order):
    """Let the LSTM read ``order(xs)`` in place of xs."""
    return lambda xs, h0, c0, W, b: run(STEP, order(xs), h0, c0, W, b)


def _cells(xs, h0, c0, W, b):
    cs = [run(STEP, xs[:, : t + 1], h0, c0, W, b)[1] for t in range(xs.shape[1])]
    return np.stack(cs, axis=1), cs[-1], None


def _backwards_in_place(xs, h0, c0, W, b):
    hs, c_T, _ = run(STEP, xs[:, ::-1], h0, c0, W, b)
    return hs[:, ::-1], c_T, None


def _misses_last(xs, h0, c0, W, b):
    hs = np.zeros((len(xs), xs.shape[1], h0.shape[1]))
    if xs.shape[1] == 1:
        return hs, c0, None
    hs[:, :-1], c, _ = run(STEP, xs[:, :-1], h0, c0, W, b)
    return hs, c, None


def _misses_first(xs, h0, c0, W, b):
    hs = np.zeros((len(xs), xs.shape[1], h0.shape[1]))
    if xs.shape[1] == 1:
        return hs, c0, None
    hs[:, 1:], c, _ = run(STEP, xs[:, 1:], h0, c0, W, b)
    return hs, c, None


def _one_after_the_other(xs, h0, c0, W, b):
    """Keep h and c running from one sequence of the batch into the next."""
    hs, cs, h, c = [], [], h0[:1], c0[:1]
    for n in range(len(xs)):
        rows, c, _ = run(STEP, xs[n : n + 1], h, c, W, b)
        h = rows[:, -1]
        hs.append(rows)
        cs.append(c)
    return np.concatenate(hs), np.concatenate(cs), None


def _swapped_on_return(xs, h0, c0, W, b):
    hs, h, c = [], h0, c0
    for t in range(xs.shape[1]):
        c, h, _ = STEP(xs[:, t], h, c, W, b)
        hs.append(h)
    return np.stack(hs, axis=1), c, None


STATES = (
    Mistake(
        name="no_h0",
        what="an LSTM that ignores h0 and starts from zeros",
        meaning="The first step should read h0, which is not always zero: a text can be read in pieces, each "
        "starting where the last one ended.",
        look="Equation (5.9) says what the first step is given.",
        function=lambda xs, h0, c0, W, b: run(STEP, xs, 0 * h0, c0, W, b),
    ),
    Mistake(
        name="no_c0",
        what="an LSTM that ignores c0 and starts from an empty cell",
        meaning="The first step should start from c0, which is not always zero: a text can be read in "
        "pieces, each starting where the last one ended.",
        look="Equation (5.9) says what the first step is given.",
        function=lambda xs, h0, c0, W, b: run(STEP, xs, h0, 0 * c0, W, b),
    ),
    Mistake(
        name="no_states",
        what="an LSTM that ignores both h0 and c0 and starts from zeros",
        meaning="The first step should start from the two states it is given.",
        look="Equation (5.9) says what the first step is given.",
        function=lambda xs, h0, c0, W, b: run(STEP, xs, 0 * h0, 0 * c0, W, b),
    ),
    Mistake(
        name="states_swapped",
        what="an LSTM that starts with h0 as its cell state and c0 as its hidden state",
        meaning="From the second step on all goes as it should, but the first one mixes the two up.",
        look="Compare the order of lstm_step's arguments with your call.",
        function=lambda xs, h0, c0, W, b: run(STEP, xs, c0, h0, W, b),
    ),
    Mistake(
        name="h_not_handed_on",
        what="an LSTM that hands on c but not h",
        meaning="Every step reads h0 again, so the gates do not know what was shown a step before.",
        look="Equation (5.9): which two things go from one step to the next?",
        function=_from(lambda h, c, h0, c0: (h0, c)),
    ),
    Mistake(
        name="c_not_handed_on",
        what="an LSTM that hands on h but not c",
        meaning="Every step starts from c0 again: the memory is written, and then left behind.",
        look="Equation (5.9): which two things go from one step to the next?",
        function=_from(lambda h, c, h0, c0: (h, c0)),
    ),
    Mistake(
        name="nothing_handed_on",
        what="single steps that all start from h0 and c0",
        meaning="No step knows of the one before, so the order of the inputs does not matter at all.",
        look="Equation (5.9): which two things go from one step to the next?",
        function=_from(lambda h, c, h0, c0: (h0, c0)),
    ),
    Mistake(
        name="reset",
        what="single steps that all start from zeros",
        meaning="The two states are made new inside the loop, so every step forgets everything.",
        look="What happens before the loop, and what inside it? Equation (5.9) tells.",
        function=_from(lambda h, c, h0, c0: (0 * h0, 0 * c0)),
    ),
    Mistake(
        name="handed_on_swapped",
        what="an LSTM that takes h and c back from lstm_step in the wrong order",
        meaning="After every step the hidden state goes on as the cell state, and the other way round.",
        look="Compare the order in which lstm_step returns h and c with the names you give them.",
        function=_swapped_on_return,
    ),
    Mistake(
        name="call_swapped",
        what="an LSTM that calls lstm_step with c and h in the wrong order",
        meaning="At every step the gates read the cell state, and the forget gate keeps a share of the hidden state.",
        look="Compare the order of lstm_step's arguments with your call.",
        function=_from(lambda h, c, h0, c0: (c, h)),
    ),
    Mistake(
        name="batch_chained",
        what="an LSTM that starts each sequence of the batch where the one before it ended",
        meaning="The sequences of a batch know nothing of each other: row n starts from row n of h0 and c0.",
        look="Equation (5.9) goes over t only. What does one call of lstm_step do with the N rows?",
        function=_one_after_the_other,
    ),
)

TIME = (
    Mistake(
        name="backwards",
        what="an LSTM that reads the sequence from its end",
        meaning="The last input was read first, and its h stands in hs[:, 0].",
        look="Equation (5.9) says in which order the steps are taken.",
        function=_reading(lambda xs: xs[:, ::-1]),
    ),
    Mistake(
        name="backwards_in_place",
        what="an LSTM that reads the sequence from its end, each h stored at its input's place",
        meaning="Each h then knows the inputs after it and none before it.",
        look="Equation (5.9) says in which order the steps are taken.",
        function=_backwards_in_place,
    ),
    Mistake(
        name="stored_backwards",
        what="the right LSTM with hs stored from the end",
        meaning="The steps are right, but hs[:, 0] holds the last h and hs[:, -1] the first.",
        look="The docstring says which h is where in hs.",
        function=_after(lambda hs, c_T, h0, c0: (hs[:, ::-1], c_T)),
    ),
    Mistake(
        name="shifted",
        what="an LSTM whose hs is one step late: h0 first, and the last h missing",
        meaning="hs[:, t] holds the state before input t was read.",
        look="Do you store h before the step or after it? The docstring says which h is where in hs.",
        function=_after(lambda hs, c_T, h0, c0: (np.concatenate([h0[:, None], hs[:, :-1]], axis=1), c_T)),
    ),
    Mistake(
        name="last_missing",
        what="an LSTM that stops one step early",
        meaning="The last input is never read, and the last row of hs is still zero.",
        look="How many times does your loop run?",
        function=_misses_last,
    ),
    Mistake(
        name="first_missing",
        what="an LSTM that begins with the second input",
        meaning="The first input is never read, and the first row of hs is still zero.",
        look="With which t does your loop begin?",
        function=_misses_first,
    ),
    Mistake(
        name="input_late",
        what="an LSTM that reads the last input first, and then each input one step late",
        meaning="An index of -1 is the last one in numpy, so xs[:, t - 1] raises no error at t = 0.",
        look="Which slice of xs is read at step t? In code, t counts from 0.",
        function=_reading(lambda xs: np.roll(xs, 1, axis=1)),
    ),
    Mistake(
        name="same_input",
        what="an LSTM that reads the first input at every step",
        meaning="h and c are handed on, but xs[:, 0] comes in again and again.",
        look="Which slice of xs is x_t?",
        function=_reading(lambda xs: np.repeat(xs[:, :1], xs.shape[1], axis=1)),
    ),
)

RESULT = (
    Mistake(
        name="c_T_is_h_T",
        what="the right hs, with the last h in the place of c_T",
        meaning="What the cell holds at the end is not what it shows.",
        look="The docstring says what the second value is.",
        function=_after(lambda hs, c_T, h0, c0: (hs, hs[:, -1])),
    ),
    Mistake(
        name="c_T_is_c0",
        what="the right hs, with c0 in the place of c_T",
        meaning="The cell state at the start came back. Whoever reads on from there has lost the memory.",
        look="Which of your variables holds the cell state after the last step?",
        function=_after(lambda hs, c_T, h0, c0: (hs, c0)),
    ),
    Mistake(
        name="hs_are_cs",
        what="an LSTM that collects the cell states c in place of the hidden states h",
        meaning="hs is what the rest of the network gets to see; the cell states stay inside.",
        look="Which of the two states does the docstring ask for at every step?",
        function=_cells,
    ),
    Mistake(
        name="last_everywhere",
        what="an LSTM whose hs repeats the last h at every step",
        meaning="Often one and the same array was stored T times, and changed in place afterwards.",
        look="Is a new array stored at every step?",
        function=_after(lambda hs, c_T, h0, c0: (np.repeat(hs[:, -1:], hs.shape[1], axis=1), c_T)),
    ),
    Mistake(
        name="last_only",
        what="an LSTM that returns only the last h",
        meaning="A word tagger or a language model needs the h of every step.",
        look="The docstring gives the shape of hs.",
        function=_after(lambda hs, c_T, h0, c0: (hs[:, -1], c_T)),
    ),
    Mistake(
        name="time_first",
        what="the right LSTM with time as the first axis of hs",
        meaning="hs is (T, N, H); in this course the batch comes first, (N, T, H).",
        look="np.stack has an axis argument; hint 2 says more.",
        function=_after(lambda hs, c_T, h0, c0: (hs.swapaxes(0, 1), c_T)),
    ),
    Mistake(
        name="reshaped",
        what="the right LSTM, with the steps' h put into the shape (N, T, H) by a reshape",
        meaning="reshape keeps the order in which the numbers lie in memory, and there all sequences of step 0 come "
        "first. So hs[0] mixes sequences and steps.",
        look="np.stack has an axis argument; hint 2 says more.",
        function=_after(lambda hs, c_T, h0, c0: (np.ascontiguousarray(hs.swapaxes(0, 1)).reshape(hs.shape), c_T)),
    ),
    Mistake(
        name="laid_end_to_end",
        what="the right LSTM with the h of all steps end to end in one row",
        meaning="hs is (N, T * H), two axes; it needs an axis for time between the two.",
        look="np.stack makes a new axis, np.concatenate does not; hint 2 says more.",
        function=_after(lambda hs, c_T, h0, c0: (hs.reshape(len(hs), -1), c_T)),
    ),
    Mistake(
        name="returned_swapped",
        what="the right LSTM with hs and c_T in the wrong order",
        meaning="Both are right; each stands in the other's place.",
        look="The docstring's last lines give the order.",
        function=_after(lambda hs, c_T, h0, c0: (c_T, hs)),
    ),
)

# Whoever writes the step again inside the loop can make its mistakes here.
INSIDE = (
    Mistake(
        name="step_gates_swapped",
        what="a sequence of LSTM steps whose input and forget gates are swapped",
        meaning="The loop is right; the step in it is not.",
        look="Equation (5.4) says which columns of z belong to which gate. Your lstm_step knows already.",
        function=_step(order="figo"),
    ),
    Mistake(
        name="step_x_first",
        what="a sequence of LSTM steps that read [x, h] in place of [h, x]",
        meaning="The loop is right; the step in it is not.",
        look="Equation (5.3) gives the order. Your lstm_step knows already.",
        function=_step(reads=lambda x, h, c: np.concatenate([x, h], axis=1)),
    ),
    Mistake(
        name="step_no_tanh",
        what="a sequence of LSTM steps with h = o * c",
        meaning="The loop is right; in the step the cell state goes out without its tanh.",
        look="Equation (5.8). Your lstm_step knows already.",
        function=_step(hidden=lambda s: s.o * s.c),
    ),
)

EXERCISE = Exercise(
    name="lstm",
    title="The LSTM over a sequence",
    arguments={"xs": "(N, T, D)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("hs", "(N, T, H)"), Array("c_T", "(N, H)"), Cache("cache")),
    parts=(
        Part("the hidden states hs", points=2, outputs=("hs",)),
        Part("the last cell state c_T", points=1, outputs=("c_T",)),
        Part("200 steps", points=1, tags=frozenset({"long"})),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    mistakes=(*STATES, *TIME, *RESULT, *INSIDE),
    hints=(
        "Equation (5.9) is a loop over t. What has to be there before the loop, and which two things does "
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
