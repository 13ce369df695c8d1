"""What goes wrong in one step of the LSTM."""

from ..base import slip
from ._draws import ORDER, OTHER_ORDERS, apart

__all__ = ["COLUMNS", "MISTAKES", "TITLES"]

# What a gate is called, and its columns of z and of b in the solution.
TITLES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}
COLUMNS = {"i": ":H", "f": "H : 2 * H", "g": "2 * H : 3 * H", "o": "3 * H :"}


def _reads(blocks):
    """Edits that let gates read other gates' blocks of z: ``{"i": "f"}``."""
    return {f"z[:, {COLUMNS[gate]}]": f"z[:, {COLUMNS[block]}]" for gate, block in blocks.items() if gate != block}


def _each(letters, wrong):
    """Edits that put a wrong function of z in the place of these gates' own; Z in it is the gate's block of z."""
    right = {gate: f"{'np.tanh' if gate == 'g' else 'sigmoid'}(z[:, {columns}])" for gate, columns in COLUMNS.items()}
    return {f"{gate} = {right[gate]}": f"{gate} = {wrong.replace('Z', f'z[:, {COLUMNS[gate]}]')}" for gate in letters}


# Orders that have an owner, or swap just two gates, get a sentence of their own.
ORDERS = {
    "figo": (
        "an LSTM step whose input and forget gates are swapped",
        "The gate that should decide what to keep of c_prev now decides what to write, and the other way round.",
    ),
    "ifog": (
        "an LSTM step whose candidate and output gate are swapped",
        "Your blocks of z are taken as i, f, o, g, the order of Stanford's CS231n: the tanh goes to the output gate "
        "and the sigmoid to the candidate.",
    ),
    "iogf": (
        "an LSTM step whose forget and output gates are swapped",
        "The gate that should keep the cell state now decides what is shown, and the other way round.",
    ),
    "ofgi": (
        "an LSTM step whose input and output gates are swapped",
        "The gate that should let the candidate in now decides what is shown, and the other way round.",
    ),
    "igfo": (
        "an LSTM step whose forget gate and candidate are swapped",
        "Your blocks of z are taken as i, g, f, o, the order of TensorFlow 1's BasicLSTMCell: the tanh goes to the "
        "forget gate and the sigmoid to the candidate.",
    ),
    "gfio": (
        "an LSTM step whose input gate and candidate are swapped",
        "The first block gets the tanh and the third the sigmoid, so a gate can be negative and the candidate cannot.",
    ),
    "iofg": (
        "an LSTM step that takes the blocks of z as i, o, f, g",
        "That is the order of ONNX. Three of the four blocks go to the wrong place.",
    ),
}


def _order(order):
    what, meaning = ORDERS.get(
        order,
        (
            f"an LSTM step that takes the blocks of z as {apart(order)}",
            "The four blocks are cut at the right places, but they go to the wrong gates.",
        ),
    )
    look = "Equation (eq:blocks) says which columns of z belong to which gate."
    return slip(f"order_{order}", _reads(dict(zip(order, ORDER, strict=True))), what, meaning, look)


def _one_gate(gate, name, wrong, what, meaning):
    return slip(
        f"{TITLES[gate].split()[0]}_{name}",
        _each(gate, wrong),
        f"an LSTM step {what.format(gate=TITLES[gate])}",
        meaning,
        "Equation (eq:gates) has the same function for all three gates.",
    )


TURNED = (
    "whose {gate} is turned round: open where it should be shut",
    "The sigmoid is taken of -z, or subtracted from 1.",
)
BARE = "whose {gate} is not squashed", "A gate is a share between 0 and 1. Without the sigmoid it can be anything."
TANH = (
    "with tanh on its {gate}",
    "That gate can then be negative, and turns the sign of what it should only let through.",
)
FIRST_TANH = (
    "whose {gate} went through tanh and then through the sigmoid",
    "The tanh belongs to the candidate. After it only 0.27 to 0.73 is left for the sigmoid to give, and the gate can "
    "neither close nor open.",
)

GATES = (
    *(_one_gate(gate, "tanh", "np.tanh(Z)", *TANH) for gate in "ifo"),
    *(_one_gate(gate, "linear", "Z", *BARE) for gate in "ifo"),
    *(_one_gate(gate, "inverted", "sigmoid(-Z)", *TURNED) for gate in "io"),  # the forget gate's is below
    *(_one_gate(gate, "of_tanh", "sigmoid(np.tanh(Z))", *FIRST_TANH) for gate in "ifo"),
    slip(
        "candidate_sigmoid",
        _each("g", "sigmoid(Z)"),
        "an LSTM step with a sigmoid on the candidate",
        "The candidate then lies between 0 and 1, so the cell can be told to count up but never down.",
        "Look at the candidate's own equation, (eq:candidate).",
    ),
    slip(
        "candidate_linear",
        _each("g", "Z"),
        "an LSTM step whose candidate is not squashed",
        "Without its tanh the candidate has no bounds, and one large input can swamp the cell.",
        "Look at the candidate's own equation, (eq:candidate).",
    ),
    slip(
        "candidate_relu",
        _each("g", "np.maximum(Z, 0)"),
        "an LSTM step with a ReLU on the candidate",
        "The candidate is then never negative and has no upper bound: the cell can only count up, and fast.",
        "Look at the candidate's own equation, (eq:candidate).",
    ),
    slip(
        "candidate_twice",
        _each("g", "np.tanh(sigmoid(Z))"),
        "an LSTM step whose candidate went through the sigmoid and then through tanh",
        "That happens when the sigmoid is applied to the whole of z first. The candidate then lies between 0 and 0.76.",
        "Look at what the tanh in equation (eq:candidate) is taken of.",
    ),
    slip(
        "candidate_tanh_twice",
        _each("g", "np.tanh(np.tanh(Z))"),
        "an LSTM step whose candidate went through tanh twice",
        "The second tanh squeezes what is already between -1 and 1: no candidate gets beyond 0.76.",
        "Look at the candidate's own equation, (eq:candidate).",
    ),
    slip(
        "gates_tanh",
        _each("ifo", "np.tanh(Z)"),
        "an LSTM step with tanh on all four blocks",
        "A gate is a share between 0 and 1. With tanh it can be negative, and it turns the sign of what it should "
        "only let through.",
        "Compare equations (eq:gates) and (eq:candidate).",
    ),
    slip(
        "activations_swapped",
        _each("ifo", "np.tanh(Z)") | _each("g", "sigmoid(Z)"),
        "an LSTM step with tanh on the gates and a sigmoid on the candidate",
        "The two squashing functions have changed places: the gates can be negative and the candidate cannot.",
        "Compare equations (eq:gates) and (eq:candidate).",
    ),
    slip(
        "gates_inverted",
        _each("ifo", "sigmoid(-Z)"),
        "an LSTM step whose three gates are turned round: open where they should be shut",
        "The sigmoids are taken of -z, or subtracted from 1.",
        "Look at the sign inside the sigmoids of equation (eq:gates).",
    ),
    slip(
        "gates_clipped",
        _each("ifo", "sigmoid(np.clip(Z, -20, 20))"),
        "an LSTM step with a sigmoid of z clipped to a narrow range",
        "Clipping avoids the overflow, but then no gate can be quite shut: a large cell state leaks through.",
        "The sigmoid of unit 00 needs no clipping; the setup cell has made it ready for you.",
    ),
    slip(
        "gates_hard",
        _each("ifo", "np.clip(0.2 * Z + 0.5, 0, 1)"),
        "an LSTM step with a hard sigmoid, 0.2 z + 0.5 cut off at 0 and 1",
        "Early versions of Keras used that straight line in place of the curve, for speed.",
        "The sigmoid of unit 00 is the one in equation (eq:gates); the setup cell has made it ready for you.",
    ),
    slip(
        "gates_linear",
        _each("ifo", "Z"),
        "an LSTM step whose gates are not squashed",
        "A gate is a share between 0 and 1. Without the sigmoid it can be anything.",
        "Look at what equation (eq:gates) does to the three blocks.",
    ),
)

READ, PRODUCT, FORGET = "[h_prev, x]", "hx @ W + b", "sigmoid(z[:, H : 2 * H])"


def _one_bias(gate):
    return slip(
        f"bias_of_{gate}",
        {PRODUCT: f"hx @ W + np.tile(b[{COLUMNS[gate]}], 4)"},
        f"an LSTM step that adds the {TITLES[gate]}'s bias in all four blocks",
        f"The {TITLES[gate]}'s block of b is used four times, and the other three blocks not at all.",
        "In equation (eq:z) b is as wide as z.",
    )


PRODUCTS = (
    slip(
        "x_first",
        {READ: "[x, h_prev]"},
        "an LSTM step that reads [x, h_prev] in place of [h_prev, x]",
        "The shapes fit either way, but W's rows for h then meet the input, and its rows for x the hidden state.",
        "Equation (eq:z) gives the order, and the picture of W shows whose rows are on top.",
    ),
    slip(
        "no_bias",
        {PRODUCT: "hx @ W"},
        "an LSTM step without its biases",
        "All four gates then start half open, or at zero, whatever b says.",
        "Look for b in equation (eq:z).",
    ),
    slip(
        "bias_twice",
        {PRODUCT: "hx @ W + 2 * b"},
        "an LSTM step that adds b twice",
        "PyTorch does add two biases, but they are two different ones. Here there is one.",
        "Count b in equation (eq:z).",
    ),
    *(_one_bias(gate) for gate in ORDER),
    slip(
        "no_h",
        {READ: "[0 * h_prev, x]"},
        "an LSTM step whose gates do not see h_prev",
        "The gates then decide by the present input alone, as if h_prev were zero.",
        "Equation (eq:z) has two things side by side in front of W.",
    ),
    slip(
        "reads_c",
        {READ: "[c_prev, x]"},
        "an LSTM step whose gates read c_prev where h_prev belongs",
        "The gates are given what the cell holds; they should be given what it showed. (Cells whose gates look at c as "
        "well exist, and are said to have peepholes; ours has none.)",
        "Equation (eq:z) says which of the two states goes into the product.",
    ),
    slip(
        "states_swapped",
        {READ: "[c_prev, x]", "f * c_prev": "f * h_prev"},
        "an LSTM step that takes h_prev for c_prev and c_prev for h_prev",
        "The gates read the cell state, and the forget gate keeps a share of the hidden state.",
        "Compare the order of the arguments with your first lines.",
    ),
    slip(
        "interleaved",
        {f"z[:, {columns}]": f"z[:, {k}::4]" for k, columns in enumerate(COLUMNS.values())},
        "an LSTM step that takes every fourth column of z for a gate",
        "The columns of one gate stand together in z: the first H are the input gate's.",
        "Equation (eq:blocks) says which columns of z belong to which gate.",
    ),
    slip(
        "reshaped",
        {f"z[:, {columns}]": f"z.reshape(4, len(z), H)[{k}]" for k, columns in enumerate(COLUMNS.values())},
        "an LSTM step that takes z apart with z.reshape(4, N, H)",
        "reshape keeps the order in which the numbers lie in memory, row after row. Four blocks of columns are no such "
        "pieces, so with more than one row the gates get each other's numbers.",
        "Equation (eq:blocks) cuts z along its columns.",
    ),
    slip(
        "forget_plus_one",
        {FORGET: "sigmoid(z[:, H : 2 * H] + 1)"},
        "an LSTM step that adds 1 inside its forget gate",
        "TensorFlow 1 did so to keep the gate open at the start of training. Here a large forget bias is simply a "
        "large number in b.",
        "Equation (eq:gates) treats the forget gate like the other two.",
    ),
)

OLD, NEW, KEPT = "f * c_prev + i * g", "i * g", "f * c_prev"

CELL = (
    slip(
        "no_input_gate",
        {NEW: "g"},
        "an LSTM step without its input gate: c = f * c_prev + g",
        "Every candidate is written in full, wanted or not.",
        "Look at what multiplies the candidate in equation (eq:cell).",
    ),
    slip(
        "input_added",
        {NEW: "i + g"},
        "an LSTM step that adds its input gate: c = f * c_prev + i + g",
        "A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.",
        "What stands between i and g in equation (eq:cell)?",
    ),
    slip(
        "no_forget_gate",
        {KEPT: "c_prev"},
        "an LSTM step without its forget gate: c = c_prev + i * g",
        "That is the cell of 1997. It can only add, and unit 04 showed how it fills up.",
        "Look at what multiplies c_prev in equation (eq:cell).",
    ),
    slip(
        "coupled_by_f",
        {NEW: "(1 - f) * g"},
        "an LSTM step with 1 - f in place of the input gate",
        "Such a cell writes exactly as much as it forgets, as the leaky unit of unit 04 did. Ours decides the two "
        "apart.",
        "Look at what multiplies the candidate in equation (eq:cell).",
    ),
    slip(
        "coupled_by_i",
        {KEPT: "(1 - i) * c_prev"},
        "an LSTM step with 1 - i in place of the forget gate",
        "Such a cell forgets exactly as much as it writes. Ours decides the two apart.",
        "Look at what multiplies c_prev in equation (eq:cell).",
    ),
    slip(
        "forget_inverted",
        {KEPT: "(1 - f) * c_prev"},
        "an LSTM step whose forget gate forgets when it is open: c = (1 - f) * c_prev + i * g",
        "The name misleads: f is the share that is kept, so f = 1 forgets nothing.",
        "Look at what multiplies c_prev in equation (eq:cell).",
    ),
    slip(
        "forget_all",
        {OLD: "f * (c_prev + i * g)"},
        "an LSTM step whose forget gate scales the new content too: c = f * (c_prev + i * g)",
        "A shut forget gate would then also throw away what has just been written.",
        "Look at what the forget gate multiplies in equation (eq:cell).",
    ),
    slip(
        "input_scales_old",
        {OLD: "f * i * c_prev + g"},
        "an LSTM step whose two gates both act on the old state: c = f * i * c_prev + g",
        "The input gate belongs to the candidate: it decides how much of it gets in.",
        "Look at what each gate multiplies in equation (eq:cell).",
    ),
    slip(
        "cell_from_h",
        {KEPT: "f * h_prev"},
        "an LSTM step that updates h_prev in place of c_prev",
        "The forget gate then keeps a share of what was shown, and what was held back is lost.",
        "Look at what multiplies f in equation (eq:cell).",
    ),
    slip(
        "no_old_cell",
        {OLD: "i * g"},
        "an LSTM step without memory: c = i * g",
        "Nothing of c_prev is carried over, so the cell knows only the present.",
        "Equation (eq:cell) is a sum of two terms.",
    ),
    slip(
        "c_squashed",
        {OLD: "np.tanh(f * c_prev + i * g)", "o * np.tanh(c)": "o * c"},
        "an LSTM step that keeps tanh of the cell state as its cell state",
        "The step's h is right. But c is squashed at every step, so it can no longer count or keep a large value.",
        "Compare equations (eq:cell) and (eq:hidden): in which of them is the tanh?",
    ),
    slip(
        "c_squashed_twice",
        {OLD: "np.tanh(f * c_prev + i * g)"},
        "an LSTM step whose c goes through tanh before it is kept, and again before it is shown",
        "c is squashed at every step, so it can no longer count or keep a large value.",
        "Compare equations (eq:cell) and (eq:hidden): in which of them is the tanh?",
    ),
    slip(
        "minus",
        {OLD: "f * c_prev - i * g"},
        "an LSTM step that subtracts what should be written: c = f * c_prev - i * g",
        "Every candidate is written with the wrong sign.",
        "Which sign joins the two terms of equation (eq:cell)?",
    ),
    slip(
        "c_gated",
        {OLD: "o * (f * c_prev + i * g)", "o * np.tanh(c)": "np.tanh(c)"},
        "an LSTM step whose output gate acts on c itself: c = o * (f * c_prev + i * g)",
        "Whatever the output gate holds back is then lost for good. It should stay in c, unseen.",
        "Look for o in equations (eq:cell) and (eq:hidden).",
    ),
)

SHOWN = "o * np.tanh(c)"

HIDDEN = (
    slip(
        "no_tanh",
        {SHOWN: "o * c"},
        "an LSTM step whose h is o * c: the cell state goes out without its tanh",
        "The step's c is right. But c has no bounds (it can count), and h should lie between -1 and 1.",
        "Compare your last line with equation (eq:hidden).",
    ),
    slip(
        "no_output_gate",
        {SHOWN: "np.tanh(c)"},
        "an LSTM step without its output gate: h = tanh(c)",
        "The step's c is right. But everything the cell holds is shown at once.",
        "Look at what multiplies the tanh in equation (eq:hidden).",
    ),
    slip(
        "sigmoid_of_c",
        {SHOWN: "o * sigmoid(c)"},
        "an LSTM step whose h is o * sigmoid(c)",
        "The step's c is right. But h can then never be negative, and an empty cell would show half.",
        "Look at the squashing function in equation (eq:hidden).",
    ),
    slip(
        "gate_inside",
        {SHOWN: "np.tanh(o * c)"},
        "an LSTM step whose output gate stands inside the tanh: h = tanh(o * c)",
        "The step's c is right. In h the gate should scale what the tanh gives.",
        "Look at the order of the two in equation (eq:hidden).",
    ),
    slip(
        "old_c_out",
        {SHOWN: "o * np.tanh(c_prev)"},
        "an LSTM step that shows the old cell state: h = o * tanh(c_prev)",
        "The step's c is right. But what has just been written shows only a step later.",
        "Look at the time index of c in equation (eq:hidden).",
    ),
    slip(
        "candidate_out",
        {SHOWN: "o * g"},
        "an LSTM step that shows its candidate: h = o * g",
        "The step's c is right. But h does not look at it, so the memory is never read.",
        "Look at what is inside the tanh of equation (eq:hidden).",
    ),
    slip(
        "cell_out",
        {SHOWN: "+c"},
        "an LSTM step that shows its cell state as it is: h = c",
        "The step's c is right. But all of it is shown, at every step and without bounds.",
        "Equation (eq:hidden) does two things to c.",
    ),
    slip(
        "returned_swapped",
        {"return h, c,": "return c, h,"},
        "the right LSTM step with h and c in the wrong order",
        "Both are right; c came back in the place of h, and h in the place of c.",
        "The docstring's last line gives the order.",
    ),
)


# One letter or one slice copied and not changed: a block of z is used twice, and another one not at all.
def _misread(gate, block):
    return slip(
        f"{gate}_from_{block}",
        _reads({gate: block}),
        f"an LSTM step whose {TITLES[gate]} is computed from the {TITLES[block]}'s block of z",
        f"The {TITLES[block]}'s block is used twice, and the {TITLES[gate]}'s own block not at all. The gates' letters "
        "may be mixed up, or the slices.",
        "Compare your four slices with equation (eq:blocks), and the letters with (eq:cell) and (eq:hidden).",
    )


def _one_block(block):
    return slip(
        f"all_from_{block}",
        _reads(dict.fromkeys(ORDER, block)),
        f"an LSTM step that computes all four gates from the {TITLES[block]}'s block of z",
        "Three blocks of z are not used, so that all the gates open and shut together.",
        "Compare your four slices with equation (eq:blocks).",
    )


MISTAKES = (
    *GATES,
    *PRODUCTS,
    *CELL,
    *HIDDEN,
    *(_order(order) for order in OTHER_ORDERS),
    *(_misread(gate, block) for gate in ORDER for block in ORDER if gate != block),
    *(_one_block(block) for block in ORDER),
)
