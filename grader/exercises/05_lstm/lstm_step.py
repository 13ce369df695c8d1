"""One time step of the LSTM, all four gates from one product."""

from itertools import combinations

import numpy as np

from ..base import Array, Cache, Case, Exercise, Mistake, Part
from ._numpy import apart, make_step, packed, sigmoid, wrong_orders

# A bias that puts a sigmoid at 1, and turned round at 0, to the last digit, while its exponential still
# fits into a float64.
SATURATED = 500.0


def _arguments(rng, N, D, H, **options):
    W, b = packed(rng, D, H, **options)
    x, h_prev, c_prev = rng.normal(size=(N, D)), np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H))
    return {"x": x, "h_prev": h_prev, "c_prev": c_prev, "W": W, "b": b}


def _isolating(rng, gate, *, N=3, D=2, H=4):
    """Draw a step in which only one gate's weights and biases are at work.

    The other gates' W is zero, and their biases and c_prev are set so that c or h shows this gate
    alone: a wrong squashing function in another gate does not show.
    """
    args = _arguments(rng, N, D, H)
    column = {name: slice(k * H, (k + 1) * H) for k, name in enumerate("ifgo")}
    W, b = np.zeros_like(args["W"]), np.zeros_like(args["b"])
    W[:, column[gate]], b[column[gate]] = args["W"][:, column[gate]], args["b"][column[gate]]
    # i: c = i.  f: c = f * c_prev (g is 0).  g: c = g.  o: c = c_prev, h = o * tanh(c_prev).
    for other in {"i": "go", "f": "o", "g": "io", "o": "f"}[gate]:
        b[column[other]] = SATURATED
    if gate in "ig":
        args["c_prev"] = np.zeros_like(args["c_prev"])
    return args | {"W": W, "b": b}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, D=4, H=3))
    yield Case("more cells than inputs", _arguments(rng, N=4, D=2, H=6, gain=3.0))
    for gate, title in (
        ("i", "the input gate"),
        ("f", "the forget gate"),
        ("g", "the candidate"),
        ("o", "the output gate"),
    ):
        yield Case(f"only {title}", _isolating(rng, gate), frozenset({f"isolates:{title}"}))
    yield Case("forget biases up to 5", _arguments(rng, N=3, D=2, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one sequence", _arguments(rng, N=1, D=3, H=2))
    yield Case("one input", _arguments(rng, N=3, D=1, H=2))
    yield Case("one cell", _arguments(rng, N=2, D=3, H=1))
    yield Case("one of each", _arguments(rng, N=1, D=1, H=1))
    yield Case("zero h_prev", _arguments(rng, N=2, D=4, H=3) | {"h_prev": np.zeros((2, 3))})
    yield Case("zero c_prev", _arguments(rng, N=2, D=4, H=3) | {"c_prev": np.zeros((2, 3))})
    yield Case("zero x", _arguments(rng, N=2, D=4, H=3) | {"x": np.zeros((2, 4))})
    yield Case("zero biases", _arguments(rng, N=2, D=4, H=3) | {"b": np.zeros(12)})
    yield Case("strided", _arguments(rng, N=4, D=3, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, D=4, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})

    large = _arguments(rng, N=3, D=2, H=4)
    large["x"] = rng.choice([-1.0, 1.0], size=(3, 2)) * rng.uniform(2000, 9000, size=(3, 2))
    yield Case("large inputs", large, frozenset({"large"}))
    # A shut gate is shut: what a clipped sigmoid lets through shows on a large cell state.
    shut = _arguments(rng, N=2, D=3, H=4)
    shut["b"][4:8] = rng.uniform(-2000, -800, size=4)
    shut["c_prev"] = rng.choice([-1.0, 1.0], size=(2, 4)) * rng.uniform(500, 900, size=(2, 4))
    yield Case("a large cell state behind a shut forget gate", shut, frozenset({"large"}))


# Orders that have an owner, or swap just two gates, get a sentence of their own.
ORDERS = {
    "figo": (
        "an LSTM whose input and forget gates are swapped",
        "The gate that should decide what to keep of c_prev now decides what to write, and the other way round.",
    ),
    "ifog": (
        "an LSTM whose candidate and output gate are swapped",
        "Your blocks of z are taken as i, f, o, g, the order of Stanford's CS231n: the tanh goes to the "
        "output gate and the sigmoid to the candidate.",
    ),
    "iogf": (
        "an LSTM whose forget and output gates are swapped",
        "The gate that should keep the cell state now decides what is shown, and the other way round.",
    ),
    "ofgi": (
        "an LSTM whose input and output gates are swapped",
        "The gate that should let the candidate in now decides what is shown, and the other way round.",
    ),
    "igfo": (
        "an LSTM whose forget gate and candidate are swapped",
        "Your blocks of z are taken as i, g, f, o, the order of TensorFlow 1's BasicLSTMCell: the tanh goes "
        "to the forget gate and the sigmoid to the candidate.",
    ),
    "gfio": (
        "an LSTM whose input gate and candidate are swapped",
        "The first block gets the tanh and the third the sigmoid, so a gate can be negative and the candidate cannot.",
    ),
    "iofg": (
        "an LSTM that takes the blocks of z as i, o, f, g",
        "That is the order of ONNX. Three of the four blocks go to the wrong place.",
    ),
}


def _order(order):
    what, meaning = ORDERS.get(
        order,
        (
            f"an LSTM that takes the blocks of z as {apart(order)}",
            "The four blocks are cut at the right places, but they go to the wrong gates.",
        ),
    )
    return Mistake(
        name=f"order_{order}",
        what=what,
        meaning=meaning,
        look="Equation (5.4) says which columns of z belong to which gate.",
        function=make_step(order=order),
    )


# One gate alone gone wrong, for each of the three.
NAMES = {"i": "input", "f": "forget", "o": "output"}


def _one_gate(letter, name, what, meaning, function):
    return Mistake(
        name=f"{NAMES[letter]}_{name}",
        what=f"an LSTM {what.format(gate=NAMES[letter] + ' gate')}",
        meaning=meaning,
        look="Equation (5.5) has the same function for all three gates.",
        function=make_step(squash={letter: function}),
    )


ONE_GATE = (
    *(
        _one_gate(
            letter,
            "tanh",
            "with tanh on its {gate}",
            "That gate can then be negative, and turns the sign of what it should only let through.",
            np.tanh,
        )
        for letter in NAMES
    ),
    *(
        _one_gate(
            letter,
            "linear",
            "whose {gate} is not squashed",
            "A gate is a share between 0 and 1. Without the sigmoid it can be anything.",
            lambda z: z,
        )
        for letter in NAMES
    ),
    *(
        _one_gate(
            letter,
            "inverted",
            "whose {gate} is turned round: open where it should be shut",
            "The sigmoid is taken of -z, or subtracted from 1.",
            lambda z: sigmoid(-z),
        )
        for letter in "io"  # the forget gate's is below, with a text of its own
    ),
)

GATES = (
    *ONE_GATE,
    Mistake(
        name="candidate_sigmoid",
        what="an LSTM with a sigmoid on the candidate",
        meaning="The candidate then lies between 0 and 1, so the cell can be told to count up but never down.",
        look="Look at the candidate's own equation, (5.6).",
        function=make_step(squash={"g": sigmoid}),
    ),
    Mistake(
        name="candidate_linear",
        what="an LSTM whose candidate is not squashed",
        meaning="Without its tanh the candidate has no bounds, and one large input can swamp the cell.",
        look="Look at the candidate's own equation, (5.6).",
        function=make_step(squash={"g": lambda z: z}),
    ),
    Mistake(
        name="candidate_relu",
        what="an LSTM with a ReLU on the candidate",
        meaning="The candidate is then never negative and has no upper bound: the cell can only count up, and fast.",
        look="Look at the candidate's own equation, (5.6).",
        function=make_step(squash={"g": lambda z: np.maximum(z, 0)}),
    ),
    Mistake(
        name="candidate_twice",
        what="an LSTM whose candidate went through the sigmoid and then through tanh",
        meaning="That happens when the sigmoid is applied to the whole of z first. The candidate then lies "
        "between 0 and 0.76.",
        look="Look at what the tanh in equation (5.6) is taken of.",
        function=make_step(squash={"g": lambda z: np.tanh(sigmoid(z))}),
    ),
    Mistake(
        name="candidate_tanh_twice",
        what="an LSTM whose candidate went through tanh twice",
        meaning="The second tanh squeezes what is already between -1 and 1: no candidate gets beyond 0.76.",
        look="Look at the candidate's own equation, (5.6).",
        function=make_step(squash={"g": lambda z: np.tanh(np.tanh(z))}),
    ),
    Mistake(
        name="gates_tanh",
        what="an LSTM with tanh on all four blocks",
        meaning="A gate is a share between 0 and 1. With tanh it can be negative, and it turns the sign "
        "of what it should only let through.",
        look="Compare equations (5.5) and (5.6).",
        function=make_step(squash={"ifo": np.tanh}),
    ),
    Mistake(
        name="activations_swapped",
        what="an LSTM with tanh on the gates and a sigmoid on the candidate",
        meaning="The two squashing functions have changed places: the gates can be negative and the candidate cannot.",
        look="Compare equations (5.5) and (5.6).",
        function=make_step(squash={"ifo": np.tanh, "g": sigmoid}),
    ),
    Mistake(
        name="gates_inverted",
        what="an LSTM whose three gates are turned round: open where they should be shut",
        meaning="The sigmoids are taken of -z, or subtracted from 1.",
        look="Look at the sign inside the sigmoids of equation (5.5).",
        function=make_step(squash={"ifo": lambda z: sigmoid(-z)}),
    ),
    Mistake(
        name="gates_clipped",
        what="an LSTM with a sigmoid of z clipped to a narrow range",
        meaning="Clipping avoids the overflow, but then no gate can be quite shut: a large cell state leaks through.",
        look="The sigmoid of unit 00 needs no clipping; the setup cell has made it ready for you.",
        function=make_step(squash={"ifo": lambda z: sigmoid(np.clip(z, -20, 20))}),
    ),
    Mistake(
        name="gates_hard",
        what="an LSTM with a hard sigmoid, 0.2 z + 0.5 cut off at 0 and 1",
        meaning="Early versions of Keras used that straight line in place of the curve, for speed.",
        look="The sigmoid of unit 00 is the one in equation (5.5); the setup cell has made it ready for you.",
        function=make_step(squash={"ifo": lambda z: np.clip(0.2 * z + 0.5, 0, 1)}),
    ),
    Mistake(
        name="gates_linear",
        what="an LSTM whose gates are not squashed",
        meaning="A gate is a share between 0 and 1. Without the sigmoid it can be anything.",
        look="Look at what equation (5.5) does to the three blocks.",
        function=make_step(squash={"ifo": lambda z: z}),
    ),
)

PRODUCT = (
    Mistake(
        name="x_first",
        what="an LSTM that reads [x, h_prev] in place of [h_prev, x]",
        meaning="The shapes fit either way, but W's rows for h then meet the input, and its rows for x "
        "the hidden state.",
        look="Equation (5.3) gives the order, and the picture of W shows whose rows are on top.",
        function=make_step(reads=lambda x, h, c: np.concatenate([x, h], axis=1)),
    ),
    Mistake(
        name="no_bias",
        what="an LSTM without its biases",
        meaning="All four gates then start half open, or at zero, whatever b says.",
        look="Look for b in equation (5.3).",
        function=make_step(bias=0.0),
    ),
    Mistake(
        name="bias_twice",
        what="an LSTM that adds b twice",
        meaning="PyTorch does add two biases, but they are two different ones. Here there is one.",
        look="Count b in equation (5.3).",
        function=make_step(bias=2.0),
    ),
    Mistake(
        name="no_h",
        what="an LSTM whose gates do not see h_prev",
        meaning="The gates then decide by the present input alone, as if h_prev were zero.",
        look="Equation (5.3) has two things side by side in front of W.",
        function=make_step(reads=lambda x, h, c: np.concatenate([0 * h, x], axis=1)),
    ),
    Mistake(
        name="reads_c",
        what="an LSTM whose gates read c_prev where h_prev belongs",
        meaning="The gates are given what the cell holds; they should be given what it showed. "
        "(Cells whose gates look at c as well exist, and are said to have peepholes; ours has none.)",
        look="Equation (5.3) says which of the two states goes into the product.",
        function=make_step(reads=lambda x, h, c: np.concatenate([c, x], axis=1)),
    ),
    Mistake(
        name="states_swapped",
        what="an LSTM that takes h_prev for c_prev and c_prev for h_prev",
        meaning="The gates read the cell state, and the forget gate keeps a share of the hidden state.",
        look="Compare the order of the arguments with your first lines.",
        function=lambda x, h_prev, c_prev, W, b: make_step()(x, c_prev, h_prev, W, b),
    ),
    Mistake(
        name="interleaved",
        what="an LSTM that takes every fourth column of z for a gate",
        meaning="The columns of one gate stand together in z: the first H are the input gate's.",
        look="Equation (5.4) says which columns of z belong to which gate.",
        function=make_step(split=lambda z: [z[:, k::4] for k in range(4)]),
    ),
    Mistake(
        name="reshaped",
        what="an LSTM that takes z apart with z.reshape(4, N, H)",
        meaning="reshape keeps the order in which the numbers lie in memory, row after row. Four blocks of "
        "columns are no such pieces, so with more than one row the gates get each other's numbers.",
        look="Equation (5.4) cuts z along its columns.",
        function=make_step(split=lambda z: z.reshape(4, len(z), -1)),
    ),
    Mistake(
        name="forget_plus_one",
        what="an LSTM that adds 1 inside its forget gate",
        meaning="TensorFlow 1 did so to keep the gate open at the start of training. Here a large forget "
        "bias is simply a large number in b.",
        look="Equation (5.5) treats the forget gate like the other two.",
        function=make_step(cell=lambda s: sigmoid(s.z_f + 1) * s.c_prev + s.i * s.g),
    ),
)

CELL = (
    Mistake(
        name="no_input_gate",
        what="an LSTM without its input gate: c = f * c_prev + g",
        meaning="Every candidate is written in full, wanted or not.",
        look="Look at what multiplies the candidate in equation (5.7).",
        function=make_step(cell=lambda s: s.f * s.c_prev + s.g),
    ),
    Mistake(
        name="no_forget_gate",
        what="an LSTM without its forget gate: c = c_prev + i * g",
        meaning="That is the cell of 1997. It can only add, and unit 04 showed how it fills up.",
        look="Look at what multiplies c_prev in equation (5.7).",
        function=make_step(cell=lambda s: s.c_prev + s.i * s.g),
    ),
    Mistake(
        name="coupled_by_f",
        what="an LSTM with 1 - f in place of the input gate",
        meaning="Such a cell writes exactly as much as it forgets, as the leaky unit of unit 04 did. Ours "
        "decides the two apart.",
        look="Look at what multiplies the candidate in equation (5.7).",
        function=make_step(cell=lambda s: s.f * s.c_prev + (1 - s.f) * s.g),
    ),
    Mistake(
        name="coupled_by_i",
        what="an LSTM with 1 - i in place of the forget gate",
        meaning="Such a cell forgets exactly as much as it writes. Ours decides the two apart.",
        look="Look at what multiplies c_prev in equation (5.7).",
        function=make_step(cell=lambda s: (1 - s.i) * s.c_prev + s.i * s.g),
    ),
    Mistake(
        name="forget_inverted",
        what="an LSTM whose forget gate forgets when it is open: c = (1 - f) * c_prev + i * g",
        meaning="The name misleads: f is the share that is kept, so f = 1 forgets nothing.",
        look="Look at what multiplies c_prev in equation (5.7).",
        function=make_step(cell=lambda s: (1 - s.f) * s.c_prev + s.i * s.g),
    ),
    Mistake(
        name="forget_all",
        what="an LSTM whose forget gate scales the new content too: c = f * (c_prev + i * g)",
        meaning="A shut forget gate would then also throw away what has just been written.",
        look="Look at what the forget gate multiplies in equation (5.7).",
        function=make_step(cell=lambda s: s.f * (s.c_prev + s.i * s.g)),
    ),
    Mistake(
        name="input_scales_old",
        what="an LSTM whose two gates both act on the old state: c = f * i * c_prev + g",
        meaning="The input gate belongs to the candidate: it decides how much of it gets in.",
        look="Look at what each gate multiplies in equation (5.7).",
        function=make_step(cell=lambda s: s.f * s.i * s.c_prev + s.g),
    ),
    Mistake(
        name="cell_from_h",
        what="an LSTM that updates h_prev in place of c_prev",
        meaning="The forget gate then keeps a share of what was shown, and what was held back is lost.",
        look="Look at what multiplies f in equation (5.7).",
        function=make_step(cell=lambda s: s.f * s.h_prev + s.i * s.g),
    ),
    Mistake(
        name="no_old_cell",
        what="an LSTM without memory: c = i * g",
        meaning="Nothing of c_prev is carried over, so the cell knows only the present.",
        look="Equation (5.7) is a sum of two terms.",
        function=make_step(cell=lambda s: s.i * s.g),
    ),
    Mistake(
        name="c_squashed",
        what="an LSTM that keeps tanh of the cell state as its cell state",
        meaning="h is right. But c is squashed at every step, so it can no longer count or keep a large value.",
        look="Compare equations (5.7) and (5.8): in which of them is the tanh?",
        function=make_step(cell=lambda s: np.tanh(s.f * s.c_prev + s.i * s.g), hidden=lambda s: s.o * s.c),
    ),
    Mistake(
        name="c_squashed_twice",
        what="an LSTM whose c goes through tanh before it is kept, and again before it is shown",
        meaning="c is squashed at every step, so it can no longer count or keep a large value.",
        look="Compare equations (5.7) and (5.8): in which of them is the tanh?",
        function=make_step(cell=lambda s: np.tanh(s.f * s.c_prev + s.i * s.g)),
    ),
    Mistake(
        name="minus",
        what="an LSTM that subtracts what should be written: c = f * c_prev - i * g",
        meaning="Every candidate is written with the wrong sign.",
        look="Which sign joins the two terms of equation (5.7)?",
        function=make_step(cell=lambda s: s.f * s.c_prev - s.i * s.g),
    ),
    Mistake(
        name="c_gated",
        what="an LSTM whose output gate acts on c itself: c = o * (f * c_prev + i * g)",
        meaning="Whatever the output gate holds back is then lost for good. It should stay in c, unseen.",
        look="Look for o in equations (5.7) and (5.8).",
        function=make_step(cell=lambda s: s.o * (s.f * s.c_prev + s.i * s.g), hidden=lambda s: np.tanh(s.c)),
    ),
)

HIDDEN = (
    Mistake(
        name="no_tanh",
        what="an LSTM whose h is o * c: the cell state goes out without its tanh",
        meaning="c is right. But c has no bounds (it can count), and h should lie between -1 and 1.",
        look="Compare your last line with equation (5.8).",
        function=make_step(hidden=lambda s: s.o * s.c),
    ),
    Mistake(
        name="no_output_gate",
        what="an LSTM without its output gate: h = tanh(c)",
        meaning="c is right. But everything the cell holds is shown at once.",
        look="Look at what multiplies the tanh in equation (5.8).",
        function=make_step(hidden=lambda s: np.tanh(s.c)),
    ),
    Mistake(
        name="sigmoid_of_c",
        what="an LSTM whose h is o * sigmoid(c)",
        meaning="c is right. But h can then never be negative, and an empty cell would show half.",
        look="Look at the squashing function in equation (5.8).",
        function=make_step(hidden=lambda s: s.o * sigmoid(s.c)),
    ),
    Mistake(
        name="gate_inside",
        what="an LSTM whose output gate stands inside the tanh: h = tanh(o * c)",
        meaning="c is right. In h the gate should scale what the tanh gives.",
        look="Look at the order of the two in equation (5.8).",
        function=make_step(hidden=lambda s: np.tanh(s.o * s.c)),
    ),
    Mistake(
        name="old_c_out",
        what="an LSTM that shows the old cell state: h = o * tanh(c_prev)",
        meaning="c is right. But what has just been written shows only a step later.",
        look="Look at the time index of c in equation (5.8).",
        function=make_step(hidden=lambda s: s.o * np.tanh(s.c_prev)),
    ),
    Mistake(
        name="candidate_out",
        what="an LSTM that shows its candidate: h = o * g",
        meaning="c is right. But h does not look at it, so the memory is never read.",
        look="Look at what is inside the tanh of equation (5.8).",
        function=make_step(hidden=lambda s: s.o * s.g),
    ),
    Mistake(
        name="cell_out",
        what="an LSTM that shows its cell state as it is: h = c",
        meaning="c is right. But all of it is shown, at every step and without bounds.",
        look="Equation (5.8) does two things to c.",
        function=make_step(hidden=lambda s: +s.c),
    ),
    Mistake(
        name="returned_swapped",
        what="the right LSTM with h and c in the wrong order",
        meaning="Both are right; c came back in the place of h, and h in the place of c.",
        look="The docstring's last line gives the order.",
        function=make_step(returns=lambda s: (s.c, s.h)),
    ),
)

# One letter or one slice copied and not changed: a block of z is used twice, and another one not at all.
TITLES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}


def _misread(gate, block):
    def split(z):
        blocks = dict(zip("ifgo", np.split(z, 4, axis=1), strict=True))
        return list((blocks | {gate: blocks[block]}).values())

    return Mistake(
        name=f"{gate}_from_{block}",
        what=f"an LSTM whose {TITLES[gate]} is computed from the {TITLES[block]}'s block of z",
        meaning=f"The {TITLES[block]}'s block is used twice, and the {TITLES[gate]}'s own block not at all. The "
        "gates' letters may be mixed up, or the slices.",
        look="Compare your four slices with equation (5.4), and the letters with (5.7) and (5.8).",
        function=make_step(split=split),
    )


MISREAD = tuple(_misread(gate, block) for gate in "ifgo" for block in "ifgo" if gate != block)

# Mistakes that often come together: what such an LSTM does, the equation, and the piece that does it.
PIECES = {
    "x_first": (
        "reads [x, h_prev] in place of [h_prev, x]",
        "(5.3)",
        {"reads": lambda x, h, c: np.concatenate([x, h], axis=1)},
    ),
    "no_bias": ("has no biases", "(5.3)", {"bias": 0.0}),
    "order_figo": ("swaps its input and forget gates", "(5.4)", {"order": "figo"}),
    "candidate_sigmoid": ("has a sigmoid on its candidate", "(5.6)", {"squash": {"g": sigmoid}}),
    "candidate_linear": ("does not squash its candidate", "(5.6)", {"squash": {"g": lambda z: z}}),
    "no_tanh": ("shows o * c, without the tanh", "(5.8)", {"hidden": lambda s: s.o * s.c}),
}


def _pair(first, second):
    (one, place, piece), (other, elsewhere, further) = PIECES[first], PIECES[second]
    places = f"Equation {place}, twice." if place == elsewhere else f"Equations {place} and {elsewhere}."
    return Mistake(
        name=f"{first}_and_{second}",
        what=f"an LSTM that {one}, and {other}",
        meaning="Two things at once. Mend one of them, and the check will tell you of the other.",
        look=places,
        function=make_step(**piece, **further),
    )


PAIRS = tuple(
    _pair(first, second)
    for first, second in combinations(PIECES, 2)
    if PIECES[first][2].keys() != PIECES[second][2].keys()
)

EXERCISE = Exercise(
    name="lstm_step",
    title="One step of the LSTM",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "c_prev": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("h", "(N, H)"), Array("c", "(N, H)"), Cache("cache")),
    parts=(
        Part("the cell state c", points=2, outputs=("c",)),
        Part("the hidden state h", points=2, outputs=("h",)),
        Part("large inputs", points=1, tags=frozenset({"large"})),
    ),
    difficulty=3,
    minutes=25,
    cases=cases,
    mistakes=(*GATES, *PRODUCT, *CELL, *HIDDEN, *(_order(order) for order in wrong_orders()), *MISREAD, *PAIRS),
    hints=(
        "Equations (5.3) to (5.8) are one line of code each, in that order. Write the shape beside every "
        "line: z has four times as many columns as h.",
        "Put h_prev and x side by side, h_prev first; multiply by W and add b. Cut z into four blocks of H "
        "columns: i, f, g, o. Sigmoid on i, f and o (the one the setup cell fetched, which never overflows), "
        "tanh on g. Then c keeps a share f of c_prev and takes a share i of g, and h shows a share o of "
        "tanh(c).",
        "With H = h_prev.shape[1] and z = np.concatenate([h_prev, x], axis=1) @ W + b, the input gate is "
        "sigmoid(z[:, :H]) and the forget gate sigmoid(z[:, H:2 * H]); the candidate is the tanh of the "
        "third block. The last two lines are c = f * c_prev + i * g and h = o * np.tanh(c). The cache can "
        "be any tuple: unit 06 will want h_prev and x, the four gates, c_prev and c.",
    ),
    explanation=(
        "One product decides everything: what to keep, what to write, what to show, and what there is to "
        "write. c changes only by scaling and adding, with no weights and no squashing on its way from "
        "step to step; that is why it can hold a number for long, and h, which is squashed and gated, "
        "need not."
    ),
)
