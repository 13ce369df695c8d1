"""Peepholes: the gates see the cell state."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._cell_mistakes import SLICES, TITLES, cell_mistakes
from ._draws import LARGE, arguments, isolated, packed, spread, step_cases

ORDER = "ifgo"
PEEPHOLES = ("p_i", "p_f", "p_o")


def _peepholes(rng, H):
    """Draw the three gates' peepholes, none of them near 0."""
    return {name: spread(rng, 0.5, 2.5, (H,)) for name in PEEPHOLES}


def _arguments(rng, N, D, H, **options):
    return arguments(rng, N, D, H, ORDER, **options) | _peepholes(rng, H)


def _shut(rng, N, D):
    """Draw a step of three cells whose h is next to nothing, whatever it reads.

    The first forgets a large c and writes next to nothing, the second lets nothing in, the third shows nothing.
    """
    W, b = packed(rng, D, 3)
    W[:, 6] *= 1e-6
    b[6] *= 1e-6
    b[[3, 1, 11]] = rng.uniform(-2000, -800, size=3)
    b[[5, 7, 10]] = rng.uniform(40, 60, size=3)
    c_prev = rng.normal(size=(N, 3)) * (0, 1e-6, 0)
    c_prev[:, 0], c_prev[:, 2] = spread(rng, 500, 900, (N,)), spread(rng, 20, 50, (N,))
    faint = {name: 1e-3 * spread(rng, 0.5, 2.5, (3,)) for name in PEEPHOLES}
    x, h_prev = rng.normal(size=(N, D)), np.tanh(rng.normal(size=(N, 3)))
    return {"x": x, "h_prev": h_prev, "c_prev": c_prev, "W": W, "b": b, **faint}


def _cancelling(rng, N, D, H):
    """Draw a step in which each peephole adds more than 1200 to its gate, and the bias takes about that off again.

    All cells of a batch hold nearly the same. Two steps: one in which i and f are neither open nor shut, and one in
    which c is c_prev and o is neither.
    """
    held = spread(rng, 1, 4, (H,))  # what the cells hold
    far = {name: spread(rng, 1200, 3000, (H,)) / held for name in PEEPHOLES}
    for gates in ("if", "o"):
        args = arguments(rng, N, D, H, ORDER) | _peepholes(rng, H)
        args["c_prev"] = held * (1 + 1e-3 * rng.normal(size=(N, H)))
        for gate in gates:
            at = slice(ORDER.index(gate) * H, (ORDER.index(gate) + 1) * H)
            args[f"p_{gate}"] = far[f"p_{gate}"]
            args["b"][at] -= far[f"p_{gate}"] * held
        if gates == "o":
            args["b"][:H], args["b"][H : 2 * H] = rng.uniform(-900, -800, size=H), rng.uniform(800, 900, size=H)
        yield args


def cases(rng):
    yield from step_cases(rng, ORDER, also=_peepholes)

    def alone(gate, **biases):
        """One gate at work, with its peephole; the candidate has none."""
        args = isolated(arguments(rng, N=3, D=2, H=4, order=ORDER), ORDER, gate, 4, **biases)
        peepholes = {name: np.zeros(4) for name in PEEPHOLES}
        return args | peepholes | ({f"p_{gate}": spread(rng, 0.5, 2.5, (4,))} if gate != "g" else {})

    yield Case("only the input gate", alone("i", f=1, g=1, o=1), frozenset({"isolates:the input gate"}))
    yield Case("only the forget gate", alone("f", o=1), frozenset({"isolates:the forget gate"}))
    empty = {"c_prev": np.zeros((3, 4))}
    yield Case("only the candidate", alone("g", i=1, o=1) | empty, frozenset({"isolates:the candidate"}))
    yield Case("only the output gate", alone("o", i=-1, f=1), frozenset({"isolates:the output gate"}))
    without = {name: np.zeros(3) for name in PEEPHOLES}
    yield Case("peepholes of 0", _arguments(rng, N=2, D=4, H=3) | without)
    yield Case("what shut gates let through", _shut(rng, N=4, D=2), LARGE)
    held = _arguments(rng, N=2, D=3, H=4)
    held |= {name: 1e-3 * held[name] for name in PEEPHOLES}
    held["b"][4:8], held["b"][12:] = rng.uniform(200, 600, size=(2, 4))
    yield Case("a large cell state behind open gates", held | {"c_prev": spread(rng, 50, 3000, (2, 4))}, LARGE)
    wide = {name: spread(rng, 50, 3000, (4,)) for name in PEEPHOLES}
    little = _arguments(rng, N=2, D=3, H=4) | wide | {"c_prev": 1e-3 * rng.normal(size=(2, 4))}
    little["b"][:4] = -8  # hardly anything is written, so that the new c is as small as the old one
    yield Case("large peepholes of cells that hold little", little, LARGE)
    for what, args in zip(("i and f", "o"), _cancelling(rng, N=3, D=2, H=4), strict=True):
        yield Case(f"large peepholes that cancel with the biases of {what}", args, LARGE)


UPDATE = "f * c_prev + i * g"
SEEN = {"i": " + p_i * c_prev", "f": " + p_f * c_prev", "o": " + p_o * c"}
_AT = dict(zip(ORDER, SLICES[4], strict=True))
# What each gate's sigmoid is taken of in the solution.
INSIDE = {letter: f"sigmoid({_AT[letter]}{SEEN[letter]})" for letter in "ifo"}


def _with(edit, letters="ifo"):
    """Edits of these gates: ``edit`` is given a gate's block of z, its peephole and the cell state it sees."""
    return {INSIDE[letter]: edit(_AT[letter], f"p_{letter}", "c" if letter == "o" else "c_prev") for letter in letters}


ONE = r"""
no_peephole_$name: a peephole step whose $gate has no peephole
    $without
    The other two see the cell state, this one doesn't.
    Look: What stands inside of the $gate's sigmoid in the equations?
after_sigmoid_$name: a peephole step that adds the $gate's peephole after the sigmoid
    $after
    Then the gate is no share any more: what the peephole says comes on top of a number that had its bounds already.
    Look: How far does the bracket of the $gate's sigmoid reach in the equations?
reads_h_$name: a peephole step whose $gate looks at h_prev by its peephole
    $hidden
    h_prev is in the product already. A peephole is there to see what the output gate may be hiding: the cell state.
    Look: Which of the two states stands beside the $gate's peephole in the equations?
minus_$name: a peephole step that subtracts what the $gate's peephole sees
    $minus
    p may have both signs, and which one is needed is learned: what it says is added.
    Look: Which sign stands before the $gate's peephole in the equations?
squashed_$name: a peephole step whose $gate sees tanh of the cell state
    $squashed
    The peephole looks at the cell state as it is. Squashed, a count of 3 and one of 9 look alike.
    Look: What stands beside the $gate's peephole in the equations?
"""


def _one(letter):
    return slips(
        ONE,
        name=TITLES[letter].split()[0],
        gate=TITLES[letter],
        without=_with(lambda z, p, c: f"sigmoid({z})", letter),
        after=_with(lambda z, p, c: f"(sigmoid({z}) + {p} * {c})", letter),
        hidden=_with(lambda z, p, c: f"sigmoid({z} + {p} * h_prev)", letter),
        minus=_with(lambda z, p, c: f"sigmoid({z} - {p} * {c})", letter),
        squashed=_with(lambda z, p, c: f"sigmoid({z} + {p} * np.tanh({c}))", letter),
    )


def _exchanged(one, other):
    return {f"p_{one} *": f"p_{other} *", f"p_{other} *": f"p_{one} *"}


ALL = slips(
    r"""
no_peepholes: the LSTM step of unit 05, without peepholes
    $without
    Nothing looks at the cell state, and p_i, p_f and p_o are not used.
    Look: What stands inside of the sigmoids in equations (eq:gates_peep) and (eq:output_peep)?
output_sees_old: a peephole step whose output gate sees the old cell state
    {"p_o * c)": "p_o * c_prev)"}
    When the output gate's turn comes the new cell state is there, and that is what it has to show or to hide.
    Look: Which of the two cell states stands in equation (eq:output_peep)?
after_sigmoids: a peephole step that adds all its peepholes after the sigmoids
    $after
    Then no gate is a share any more: what the peephole says comes on top of a number that had its bounds already.
    Look: How far do the brackets of the sigmoids reach in equations (eq:gates_peep) and (eq:output_peep)?
without_the_cell: a peephole step that adds p to z, without the cell state
    $bare
    That is one more bias. A peephole is a weight, for something that is seen.
    Look: What stands beside p in equations (eq:gates_peep) and (eq:output_peep)?
weights_of_one: a peephole step whose gates see the cell state with weights of 1
    $ones
    How much a gate makes of what it sees is learned, a number for each cell: p_i, p_f and p_o are not used here.
    Look: What stands beside the cell states in equations (eq:gates_peep) and (eq:output_peep)?
as_factors: a peephole step that multiplies z by p and the cell state
    $factors
    An empty cell would then have all its gates half open, whatever it reads.
    Look: What joins the two inside of the sigmoids in equation (eq:gates_peep)?
on_the_gates: a peephole step whose gates are multiplied by p and the cell state, after the sigmoid
    $outside
    Then an empty cell could never be written to. What the peephole says is added to z, before the sigmoid.
    Look: What joins the two inside of the sigmoids in equation (eq:gates_peep)?
subtracted: a peephole step that subtracts what the peepholes see
    $minus
    p may have both signs, and which one is needed is learned: what it says is added.
    Look: Which sign stands before p in equations (eq:gates_peep) and (eq:output_peep)?
summed_over_cells: a peephole step in which every gate sees the sum over all cells
    $summed
    A peephole sees its own cell and no other one: p holds one number for each cell, and works element by element.
    Look: Which product stands between p and c in equation (eq:gates_peep)?
reads_h: a peephole step whose peepholes all look at h_prev
    $hidden
    h_prev is in the product already. A peephole is there to see what the output gate may be hiding: the cell state.
    Look: Which of the two states stands beside p in equations (eq:gates_peep) and (eq:output_peep)?
reads_h_both: a peephole step whose input gate and forget gate look at h_prev by their peepholes
    $hidden_both
    h_prev is in the product already. A peephole is there to see what the output gate may be hiding: the cell state.
    Look: Which of the two states stands beside p in equation (eq:gates_peep)?
squashed: a peephole step whose gates see tanh of the cell state
    $squashed
    A peephole looks at the cell state as it is. Squashed, a count of 3 and one of 9 look alike.
    Look: What stands beside p in equations (eq:gates_peep) and (eq:output_peep)?
p_i_and_p_f_exchanged: a peephole step that exchanges p_i and p_f
    $input_forget
    What one gate has learned to look for is used by the other one.
    Look: Compare the letters on both sides of the sigmoid in equation (eq:gates_peep).
p_i_and_p_o_exchanged: a peephole step that exchanges p_i and p_o
    $input_output
    What one gate has learned to look for is used by the other one.
    Look: Compare the order of the arguments with the letters in equations (eq:gates_peep) and (eq:output_peep).
p_f_and_p_o_exchanged: a peephole step that exchanges p_f and p_o
    $forget_output
    What one gate has learned to look for is used by the other one.
    Look: Compare the order of the arguments with the letters in equations (eq:gates_peep) and (eq:output_peep).
rotated: a peephole step that gives p_f to the input gate, p_o to the forget gate and p_i to the output gate
    {"p_i *": "p_f *", "p_f *": "p_o *", "p_o *": "p_i *"}
    What one gate has learned to look for is used by another one.
    Look: Compare the letters on both sides of the sigmoids in equations (eq:gates_peep) and (eq:output_peep).
p_i_for_all: a peephole step that uses p_i for all three gates
    {"p_f *": "p_i *", "p_o *": "p_i *"}
    Each gate has peepholes of its own.
    Look: Compare the letters on both sides of the sigmoids in equations (eq:gates_peep) and (eq:output_peep).
p_i_for_both: a peephole step that uses p_i for the input gate and for the forget gate
    {"p_f *": "p_i *"}
    Each gate has peepholes of its own.
    Look: Compare the letters on both sides of the sigmoids in equation (eq:gates_peep).
p_f_for_both: a peephole step that uses p_f for the input gate and for the forget gate
    {"p_i *": "p_f *"}
    Each gate has peepholes of its own.
    Look: Compare the letters on both sides of the sigmoids in equation (eq:gates_peep).
candidate_with_p_i: a peephole step whose candidate sees the cell state too, by p_i
    {"np.tanh(z[:, 2 * H : 3 * H])": "np.tanh(z[:, 2 * H : 3 * H] + p_i * c_prev)"}
    Only gates have peepholes. The candidate is content, and reads what comes in and what was shown.
    Look: What stands inside of the tanh in equation (eq:gates_peep)?
""",
    without=_with(lambda z, p, c: f"sigmoid({z})"),
    after=_with(lambda z, p, c: f"(sigmoid({z}) + {p} * {c})"),
    bare=_with(lambda z, p, c: f"sigmoid({z} + {p})"),
    ones=_with(lambda z, p, c: f"sigmoid({z} + {c})"),
    factors=_with(lambda z, p, c: f"sigmoid({z} * ({p} * {c}))"),
    outside=_with(lambda z, p, c: f"(sigmoid({z}) * {p} * {c})"),
    minus=_with(lambda z, p, c: f"sigmoid({z} - {p} * {c})"),
    summed=_with(lambda z, p, c: f"sigmoid({z} + ({p} * {c}).sum(axis=1, keepdims=True))"),
    hidden=_with(lambda z, p, c: f"sigmoid({z} + {p} * h_prev)"),
    hidden_both=_with(lambda z, p, c: f"sigmoid({z} + {p} * h_prev)", "if"),
    squashed=_with(lambda z, p, c: f"sigmoid({z} + {p} * np.tanh({c}))"),
    input_forget=_exchanged("i", "f"),
    input_output=_exchanged("i", "o"),
    forget_output=_exchanged("f", "o"),
)

CELL = slips(r"""
no_input_gate: a peephole step without its input gate: c = f * c_prev + g
    {"i * g": "g"}
    Every candidate is written in full, wanted or not.
    Look: Look at what multiplies the candidate in equation (eq:cell_peep).
no_forget_gate: a peephole step without its forget gate: c = c_prev + i * g
    {"= f * c_prev": "= c_prev"}
    That is the cell of 1997. It can only add, and it fills up.
    Look: Look at what multiplies c_prev in equation (eq:cell_peep).
coupled_by_f: a peephole step with 1 - f in place of the input gate
    {"i * g": "(1 - f) * g"}
    Such a cell writes exactly as much as it forgets. This one decides the two apart.
    Look: Look at what multiplies the candidate in equation (eq:cell_peep).
coupled_by_i: a peephole step with 1 - i in place of the forget gate
    {"= f * c_prev": "= (1 - i) * c_prev"}
    Such a cell forgets exactly as much as it writes. This one decides the two apart.
    Look: Look at what multiplies c_prev in equation (eq:cell_peep).
input_added: a peephole step that adds its input gate: c = f * c_prev + i + g
    {"i * g": "i + g"}
    A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
    Look: What stands between i and g in equation (eq:cell_peep)?
forget_all: a peephole step whose forget gate scales the new content too: c = f * (c_prev + i * g)
    {"f * c_prev + i * g": "f * (c_prev + i * g)"}
    A shut forget gate would then also throw away what has just been written.
    Look: Look at what the forget gate multiplies in equation (eq:cell_peep).
no_old_cell: a peephole step without memory: c = i * g
    {"f * c_prev + i * g": "i * g"}
    Nothing of c_prev is carried over, so the cell knows only the present.
    Look: Equation (eq:cell_peep) is a sum of two terms.
cell_from_h: a peephole step that updates h_prev in place of c_prev
    {"= f * c_prev": "= f * h_prev"}
    The forget gate then keeps a share of what was shown, and what was held back is lost.
    Look: Look at what multiplies f in equation (eq:cell_peep).
minus: a peephole step that subtracts what should be written: c = f * c_prev - i * g
    {"f * c_prev + i * g": "f * c_prev - i * g"}
    Every candidate is written with the wrong sign.
    Look: Which sign joins the two terms of equation (eq:cell_peep)?
c_squashed: a peephole step that keeps tanh of the cell state as its cell state, and shows that
    {"f * c_prev + i * g": "np.tanh(f * c_prev + i * g)", "o * np.tanh(c)": "o * c"}
    c is squashed at every step, so it can no longer count or keep a large value, and the output gate sees no count
    either.
    Look: In which of the equations (eq:cell_peep) and (eq:hidden_peep) is the tanh?
into_c_prev: a peephole step that computes the new cell state in the c_prev that came in
    {"    c = f * c_prev + i * g": "    c = c_prev\n    c *= f\n    c += i * g"}
    The numbers are right. But c is then a second name for the caller's array, and what the caller had in it is gone.
    Look: Which line makes the array that holds the new cell state?
""")

MISTAKES = (
    *ALL,
    *(one for letter in "ifo" for one in _one(letter)),
    *cell_mistakes(
        ORDER,
        kind="a peephole step",
        short="step",
        label="peep",
        update=UPDATE,
        states={
            "[h_prev, x]": "[c_prev, x]",
            "p_i * c_prev": "p_i * h_prev",
            "p_f * c_prev": "p_f * h_prev",
            "    c = f * c_prev": "    c = f * h_prev",
        },
        turned="ifo",
        peepholes=SEEN,
    ),
    *CELL,
)

RIGHT = (
    """def peephole_step(x, h_prev, c_prev, W, b, p_i, p_f, p_o):
    i, f, g, o = np.split(np.hstack([h_prev, x]).dot(W) + b, 4, axis=1)
    i, f = sigmoid(i + c_prev * p_i), sigmoid(f + c_prev * p_f)
    c = f * c_prev + i * np.tanh(g)
    return [sigmoid(o + c * p_o) * np.tanh(c), c]
""",
    # peepholes as diagonal matrices
    {
        "p_i * c_prev": "c_prev @ np.diag(p_i)",
        "p_f * c_prev": "c_prev @ np.diag(p_f)",
        "p_o * c)": "np.einsum('nh,h->nh', c, p_o))",
    },
    '''def peephole_step(x, h_prev, c_prev, W, b, p_i, p_f, p_o):
    """The peepholes of i and f beside each other, and a new array filled in."""
    H = h_prev.shape[1]
    z = h_prev @ W[:H] + x @ W[H:] + b
    z[:, : 2 * H] += np.concatenate([p_i, p_f]) * np.tile(c_prev, 2)
    gates = 0.5 * (1 + np.tanh(z[:, : 2 * H] / 2))
    c = c_prev.copy()
    c *= gates[:, H:]
    c += gates[:, :H] * np.tanh(z[:, 2 * H : 3 * H])
    return 0.5 * (1 + np.tanh((z[:, -H:] + p_o * c) / 2)) * np.tanh(c), c
''',
    '''def peephole_step(x, h_prev, c_prev, W, b, p_i, p_f, p_o):
    """Nothing but Python loops and scalars."""
    N, H = h_prev.shape
    h, c = np.empty((N, H)), np.empty((N, H))
    for n in range(N):
        row = [*h_prev[n], *x[n]]
        for j in range(H):
            z = [b[k * H + j] + sum(a * w for a, w in zip(row, W[:, k * H + j])) for k in range(4)]
            i = sigmoid(np.float64(z[0] + p_i[j] * c_prev[n, j]))
            f = sigmoid(np.float64(z[1] + p_f[j] * c_prev[n, j]))
            c[n, j] = f * c_prev[n, j] + i * np.tanh(z[2])
            h[n, j] = sigmoid(np.float64(z[3] + p_o[j] * c[n, j])) * np.tanh(c[n, j])
    return h, c
''',
)

EXERCISE = Exercise(
    name="peephole_step",
    title="Gates that see the cell",
    arguments={
        "x": "(N, D)",
        "h_prev": "(N, H)",
        "c_prev": "(N, H)",
        "W": "(H + D, 4H)",
        "b": "(4H,)",
        **dict.fromkeys(PEEPHOLES, "(H,)"),
    },
    returns=(Array("h", "(N, H)"), Array("c", "(N, H)")),
    parts=(
        Part("the cell state c", points=1, outputs=("c",)),
        Part("the hidden state h", points=1, outputs=("h",)),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=12,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Put your lstm_step of unit 05 beside equations (eq:z_peep) to (eq:hidden_peep). Three lines have become "
        "longer, and one has moved. Which, and why could it not stay where it was?",
        "A peephole adds to a gate's block of z, before the sigmoid, its p times the cell state, element by element: "
        "the old one for the input and the forget gate. The output gate comes last. So compute c first, and let it see "
        "that. The candidate sees nothing of the cell.",
        "With z = np.concatenate([h_prev, x], axis=1) @ W + b: i is sigmoid(z[:, :H] + p_i * c_prev), and f goes like "
        "it with its own block and p_f. Then g and c as ever, and only then o, sigmoid(z[:, 3 * H :] + p_o * c); "
        "h = o * np.tanh(c).",
    ),
    explanation=(
        "Without peepholes the gates know only what was shown: a cell whose output gate is shut can't be seen, not "
        "even by its own gates. With them a gate can act when a count has reached a number, though nobody was shown "
        "the count. It costs 3H parameters."
    ),
)
