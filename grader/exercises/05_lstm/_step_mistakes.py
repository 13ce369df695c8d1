"""What goes wrong in one step of the LSTM."""

from ..base import slips
from ._draws import ORDER, OTHER_ORDERS, apart

__all__ = ["BLOCKS", "COLUMNS", "GATES", "MISTAKES", "PRODUCTS", "TITLES"]

# What a gate is called, and its columns of z and of b in the solution.
TITLES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}
COLUMNS = {"i": ":H", "f": "H : 2 * H", "g": "2 * H : 3 * H", "o": "3 * H :"}


def _reads(blocks):
    """Edits that let gates read other gates' blocks of z: ``{"i": "f"}``."""
    return {f"z[:, {COLUMNS[gate]}]": f"z[:, {COLUMNS[block]}]" for gate, block in blocks.items() if gate != block}


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


ORDER_OF_BLOCKS = r"""
order_$order: $what
    $edits
    $meaning
    Look: Equation (eq:blocks) says which columns of z belong to which gate.
"""


def _order(order):
    what, meaning = ORDERS.get(
        order,
        (
            f"an LSTM step that takes the blocks of z as {apart(order)}",
            "The four blocks are cut at the right places, but they go to the wrong gates.",
        ),
    )
    edits = _reads(dict(zip(order, ORDER, strict=True)))
    return slips(ORDER_OF_BLOCKS, order=order, what=what, edits=edits, meaning=meaning)


TANH = r"""
${name}_tanh: an LSTM step with tanh on its $gate
    {"$letter = sigmoid($z)": "$letter = np.tanh($z)"}
    That gate can then be negative, and turns the sign of what it should only let through.
    Look: Equation (eq:gates) has the same function for all three gates.
"""
BARE = r"""
${name}_linear: an LSTM step whose $gate is not squashed
    {"$letter = sigmoid($z)": "$letter = $z"}
    A gate is a share between 0 and 1. Without the sigmoid it can be anything.
    Look: Equation (eq:gates) has the same function for all three gates.
"""
TURNED = r"""
${name}_inverted: an LSTM step whose $gate is turned round: open where it should be shut
    {"$letter = sigmoid($z)": "$letter = sigmoid(-$z)"}
    The sigmoid is taken of -z, or subtracted from 1.
    Look: Equation (eq:gates) has the same function for all three gates.
"""
FIRST_TANH = r"""
${name}_of_tanh: an LSTM step whose $gate went through tanh and then through the sigmoid
    {"$letter = sigmoid($z)": "$letter = sigmoid(np.tanh($z))"}
    The tanh belongs to the candidate. After it only 0.27 to 0.73 is left for the sigmoid to give, and the gate can
    neither close nor open.
    Look: Equation (eq:gates) has the same function for all three gates.
"""


def _of_gates(bank, letters):
    """A bank's mistakes of each of these gates."""
    for letter in letters:
        gate = TITLES[letter]
        yield from slips(bank, letter=letter, gate=gate, name=gate.split()[0], z=f"z[:, {COLUMNS[letter]}]")


GATES = (
    *_of_gates(TANH, "ifo"),
    *_of_gates(BARE, "ifo"),
    *_of_gates(TURNED, "io"),  # the forget gate's is below
    *_of_gates(FIRST_TANH, "ifo"),
    *slips(r"""
    candidate_sigmoid: an LSTM step with a sigmoid on the candidate
        {"g = np.tanh(z[:, 2 * H : 3 * H])": "g = sigmoid(z[:, 2 * H : 3 * H])"}
        The candidate then lies between 0 and 1, so the cell can be told to count up but never down.
        Look: Look at the candidate's own equation, (eq:candidate).
    candidate_linear: an LSTM step whose candidate is not squashed
        {"g = np.tanh(z[:, 2 * H : 3 * H])": "g = z[:, 2 * H : 3 * H]"}
        Without its tanh the candidate has no bounds, and one large input can swamp the cell.
        Look: Look at the candidate's own equation, (eq:candidate).
    candidate_relu: an LSTM step with a ReLU on the candidate
        {"g = np.tanh(z[:, 2 * H : 3 * H])": "g = np.maximum(z[:, 2 * H : 3 * H], 0)"}
        The candidate is then never negative and has no upper bound: the cell can only count up, and fast.
        Look: Look at the candidate's own equation, (eq:candidate).
    candidate_twice: an LSTM step whose candidate went through the sigmoid and then through tanh
        {"g = np.tanh(z[:, 2 * H : 3 * H])": "g = np.tanh(sigmoid(z[:, 2 * H : 3 * H]))"}
        That happens when the sigmoid is applied to the whole of z first. The candidate then lies between 0 and 0.76.
        Look: Look at what the tanh in equation (eq:candidate) is taken of.
    candidate_tanh_twice: an LSTM step whose candidate went through tanh twice
        {"g = np.tanh(z[:, 2 * H : 3 * H])": "g = np.tanh(np.tanh(z[:, 2 * H : 3 * H]))"}
        The second tanh squeezes what is already between -1 and 1: no candidate gets beyond 0.76.
        Look: Look at the candidate's own equation, (eq:candidate).
    gates_tanh: an LSTM step with tanh on all four blocks
        {"i = sigmoid(z[:, :H])": "i = np.tanh(z[:, :H])",
         "f = sigmoid(z[:, H : 2 * H])": "f = np.tanh(z[:, H : 2 * H])",
         "o = sigmoid(z[:, 3 * H :])": "o = np.tanh(z[:, 3 * H :])"}
        A gate is a share between 0 and 1. With tanh it can be negative, and it turns the sign of what it should only
        let through.
        Look: Compare equations (eq:gates) and (eq:candidate).
    activations_swapped: an LSTM step with tanh on the gates and a sigmoid on the candidate
        {"i = sigmoid(z[:, :H])": "i = np.tanh(z[:, :H])",
         "f = sigmoid(z[:, H : 2 * H])": "f = np.tanh(z[:, H : 2 * H])",
         "o = sigmoid(z[:, 3 * H :])": "o = np.tanh(z[:, 3 * H :])",
         "g = np.tanh(z[:, 2 * H : 3 * H])": "g = sigmoid(z[:, 2 * H : 3 * H])"}
        The two squashing functions have changed places: the gates can be negative and the candidate cannot.
        Look: Compare equations (eq:gates) and (eq:candidate).
    gates_inverted: an LSTM step whose three gates are turned round: open where they should be shut
        {"i = sigmoid(z[:, :H])": "i = sigmoid(-z[:, :H])",
         "f = sigmoid(z[:, H : 2 * H])": "f = sigmoid(-z[:, H : 2 * H])",
         "o = sigmoid(z[:, 3 * H :])": "o = sigmoid(-z[:, 3 * H :])"}
        The sigmoids are taken of -z, or subtracted from 1.
        Look: Look at the sign inside the sigmoids of equation (eq:gates).
    gates_clipped: an LSTM step with a sigmoid of z clipped to a narrow range
        {"i = sigmoid(z[:, :H])": "i = sigmoid(np.clip(z[:, :H], -20, 20))",
         "f = sigmoid(z[:, H : 2 * H])": "f = sigmoid(np.clip(z[:, H : 2 * H], -20, 20))",
         "o = sigmoid(z[:, 3 * H :])": "o = sigmoid(np.clip(z[:, 3 * H :], -20, 20))"}
        Clipping avoids the overflow, but then no gate can be quite shut: a large cell state leaks through.
        Look: The sigmoid of unit 00 needs no clipping; the setup cell has made it ready for you.
    gates_hard: an LSTM step with a hard sigmoid, 0.2 z + 0.5 cut off at 0 and 1
        {"i = sigmoid(z[:, :H])": "i = np.clip(0.2 * z[:, :H] + 0.5, 0, 1)",
         "f = sigmoid(z[:, H : 2 * H])": "f = np.clip(0.2 * z[:, H : 2 * H] + 0.5, 0, 1)",
         "o = sigmoid(z[:, 3 * H :])": "o = np.clip(0.2 * z[:, 3 * H :] + 0.5, 0, 1)"}
        Early versions of Keras used that straight line in place of the curve, for speed.
        Look: The sigmoid of unit 00 is the one in equation (eq:gates); the setup cell has made it ready for you.
    gates_linear: an LSTM step whose gates are not squashed
        {"i = sigmoid(z[:, :H])": "i = z[:, :H]",
         "f = sigmoid(z[:, H : 2 * H])": "f = z[:, H : 2 * H]",
         "o = sigmoid(z[:, 3 * H :])": "o = z[:, 3 * H :]"}
        A gate is a share between 0 and 1. Without the sigmoid it can be anything.
        Look: Look at what equation (eq:gates) does to the three blocks.
    """),
)

ONE_BIAS = r"""
bias_of_$gate: an LSTM step that adds the $title's bias in all four blocks
    {"hx @ W + b": "hx @ W + np.tile(b[$columns], 4)"}
    The $title's block of b is used four times, and the other three blocks not at all.
    Look: In equation (eq:z) b is as wide as z.
"""

PRODUCTS = (
    *slips(r"""
    x_first: an LSTM step that reads [x, h_prev] in place of [h_prev, x]
        {"[h_prev, x]": "[x, h_prev]"}
        The shapes fit either way, but W's rows for h then meet the input, and its rows for x the hidden state.
        Look: Equation (eq:z) gives the order, and the picture of W shows whose rows are on top.
    no_bias: an LSTM step without its biases
        {"hx @ W + b": "hx @ W"}
        All four gates then start half open, or at zero, whatever b says.
        Look: Look for b in equation (eq:z).
    bias_twice: an LSTM step that adds b twice
        {"hx @ W + b": "hx @ W + 2 * b"}
        PyTorch does add two biases, but they are two different ones. Here there is one.
        Look: Count b in equation (eq:z).
    """),
    *(one for k in ORDER for one in slips(ONE_BIAS, gate=k, title=TITLES[k], columns=COLUMNS[k])),
    *slips(r"""
    no_h: an LSTM step whose gates do not see h_prev
        {"[h_prev, x]": "[0 * h_prev, x]"}
        The gates then decide by the present input alone, as if h_prev were zero.
        Look: Equation (eq:z) has two things side by side in front of W.
    reads_c: an LSTM step whose gates read c_prev where h_prev belongs
        {"[h_prev, x]": "[c_prev, x]"}
        The gates are given what the cell holds; they should be given what it showed. (Cells whose gates look at c as
        well exist, and are said to have peepholes; ours has none.)
        Look: Equation (eq:z) says which of the two states goes into the product.
    states_swapped: an LSTM step that takes h_prev for c_prev and c_prev for h_prev
        {"[h_prev, x]": "[c_prev, x]", "f * c_prev": "f * h_prev"}
        The gates read the cell state, and the forget gate keeps a share of the hidden state.
        Look: Compare the order of the arguments with your first lines.
    interleaved: an LSTM step that takes every fourth column of z for a gate
        {"z[:, :H]": "z[:, 0::4]",
         "z[:, H : 2 * H]": "z[:, 1::4]",
         "z[:, 2 * H : 3 * H]": "z[:, 2::4]",
         "z[:, 3 * H :]": "z[:, 3::4]"}
        The columns of one gate stand together in z: the first H are the input gate's.
        Look: Equation (eq:blocks) says which columns of z belong to which gate.
    reshaped: an LSTM step that takes z apart with z.reshape(4, N, H)
        {"z[:, :H]": "z.reshape(4, len(z), H)[0]",
         "z[:, H : 2 * H]": "z.reshape(4, len(z), H)[1]",
         "z[:, 2 * H : 3 * H]": "z.reshape(4, len(z), H)[2]",
         "z[:, 3 * H :]": "z.reshape(4, len(z), H)[3]"}
        reshape keeps the order in which the numbers lie in memory, row after row. Four blocks of columns are no such
        pieces, so with more than one row the gates get each other's numbers.
        Look: Equation (eq:blocks) cuts z along its columns.
    forget_plus_one: an LSTM step that adds 1 inside its forget gate
        {"sigmoid(z[:, H : 2 * H])": "sigmoid(z[:, H : 2 * H] + 1)"}
        TensorFlow 1 did so to keep the gate open at the start of training. Here a large forget bias is simply a large
        number in b.
        Look: Equation (eq:gates) treats the forget gate like the other two.
    """),
)

CELL = slips(r"""
no_input_gate: an LSTM step without its input gate: c = f * c_prev + g
    {"i * g": "g"}
    Every candidate is written in full, wanted or not.
    Look: Look at what multiplies the candidate in equation (eq:cell).
input_added: an LSTM step that adds its input gate: c = f * c_prev + i + g
    {"i * g": "i + g"}
    A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
    Look: What stands between i and g in equation (eq:cell)?
no_forget_gate: an LSTM step without its forget gate: c = c_prev + i * g
    {"f * c_prev": "c_prev"}
    That is the cell of 1997. It can only add, and unit 04 showed how it fills up.
    Look: Look at what multiplies c_prev in equation (eq:cell).
coupled_by_f: an LSTM step with 1 - f in place of the input gate
    {"i * g": "(1 - f) * g"}
    Such a cell writes exactly as much as it forgets, as the leaky unit of unit 04 did. Ours decides the two apart.
    Look: Look at what multiplies the candidate in equation (eq:cell).
coupled_by_i: an LSTM step with 1 - i in place of the forget gate
    {"f * c_prev": "(1 - i) * c_prev"}
    Such a cell forgets exactly as much as it writes. Ours decides the two apart.
    Look: Look at what multiplies c_prev in equation (eq:cell).
forget_inverted: an LSTM step whose forget gate forgets when it is open: c = (1 - f) * c_prev + i * g
    {"f * c_prev": "(1 - f) * c_prev"}
    The name misleads: f is the share that is kept, so f = 1 forgets nothing.
    Look: Look at what multiplies c_prev in equation (eq:cell).
forget_all: an LSTM step whose forget gate scales the new content too: c = f * (c_prev + i * g)
    {"f * c_prev + i * g": "f * (c_prev + i * g)"}
    A shut forget gate would then also throw away what has just been written.
    Look: Look at what the forget gate multiplies in equation (eq:cell).
input_scales_old: an LSTM step whose two gates both act on the old state: c = f * i * c_prev + g
    {"f * c_prev + i * g": "f * i * c_prev + g"}
    The input gate belongs to the candidate: it decides how much of it gets in.
    Look: Look at what each gate multiplies in equation (eq:cell).
cell_from_h: an LSTM step that updates h_prev in place of c_prev
    {"f * c_prev": "f * h_prev"}
    The forget gate then keeps a share of what was shown, and what was held back is lost.
    Look: Look at what multiplies f in equation (eq:cell).
no_old_cell: an LSTM step without memory: c = i * g
    {"f * c_prev + i * g": "i * g"}
    Nothing of c_prev is carried over, so the cell knows only the present.
    Look: Equation (eq:cell) is a sum of two terms.
c_squashed: an LSTM step that keeps tanh of the cell state as its cell state
    {"f * c_prev + i * g": "np.tanh(f * c_prev + i * g)", "o * np.tanh(c)": "o * c"}
    The step's h is right. But c is squashed at every step, so it can no longer count or keep a large value.
    Look: Compare equations (eq:cell) and (eq:hidden): in which of them is the tanh?
c_squashed_twice: an LSTM step whose c goes through tanh before it is kept, and again before it is shown
    {"f * c_prev + i * g": "np.tanh(f * c_prev + i * g)"}
    c is squashed at every step, so it can no longer count or keep a large value.
    Look: Compare equations (eq:cell) and (eq:hidden): in which of them is the tanh?
minus: an LSTM step that subtracts what should be written: c = f * c_prev - i * g
    {"f * c_prev + i * g": "f * c_prev - i * g"}
    Every candidate is written with the wrong sign.
    Look: Which sign joins the two terms of equation (eq:cell)?
c_gated: an LSTM step whose output gate acts on c itself: c = o * (f * c_prev + i * g)
    {"f * c_prev + i * g": "o * (f * c_prev + i * g)", "o * np.tanh(c)": "np.tanh(c)"}
    Whatever the output gate holds back is then lost for good. It should stay in c, unseen.
    Look: Look for o in equations (eq:cell) and (eq:hidden).
""")

HIDDEN = slips(r"""
no_tanh: an LSTM step whose h is o * c: the cell state goes out without its tanh
    {"o * np.tanh(c)": "o * c"}
    The step's c is right. But c has no bounds (it can count), and h should lie between -1 and 1.
    Look: Compare your last line with equation (eq:hidden).
no_output_gate: an LSTM step without its output gate: h = tanh(c)
    {"o * np.tanh(c)": "np.tanh(c)"}
    The step's c is right. But everything the cell holds is shown at once.
    Look: Look at what multiplies the tanh in equation (eq:hidden).
sigmoid_of_c: an LSTM step whose h is o * sigmoid(c)
    {"o * np.tanh(c)": "o * sigmoid(c)"}
    The step's c is right. But h can then never be negative, and an empty cell would show half.
    Look: Look at the squashing function in equation (eq:hidden).
gate_inside: an LSTM step whose output gate stands inside the tanh: h = tanh(o * c)
    {"o * np.tanh(c)": "np.tanh(o * c)"}
    The step's c is right. In h the gate should scale what the tanh gives.
    Look: Look at the order of the two in equation (eq:hidden).
old_c_out: an LSTM step that shows the old cell state: h = o * tanh(c_prev)
    {"o * np.tanh(c)": "o * np.tanh(c_prev)"}
    The step's c is right. But what has just been written shows only a step later.
    Look: Look at the time index of c in equation (eq:hidden).
candidate_out: an LSTM step that shows its candidate: h = o * g
    {"o * np.tanh(c)": "o * g"}
    The step's c is right. But h does not look at it, so the memory is never read.
    Look: Look at what is inside the tanh of equation (eq:hidden).
cell_out: an LSTM step that shows its cell state as it is: h = c
    {"o * np.tanh(c)": "+c"}
    The step's c is right. But all of it is shown, at every step and without bounds.
    Look: Equation (eq:hidden) does two things to c.
returned_swapped: the right LSTM step with h and c in the wrong order
    {"return h, c,": "return c, h,"}
    Both are right; c came back in the place of h, and h in the place of c.
    Look: The docstring's last line gives the order.
""")


# One letter or one slice copied and not changed: a block of z is used twice, and another one not at all.
MISREAD = r"""
${gate}_from_$block: an LSTM step whose $title is computed from the $other's block of z
    $edits
    The $other's block is used twice, and the $title's own block not at all. The gates' letters may be mixed up, or the
    slices.
    Look: Compare your four slices with equation (eq:blocks), and the letters with (eq:cell) and (eq:hidden).
"""


def _misread(gate, block):
    titles = {"title": TITLES[gate], "other": TITLES[block]}
    return slips(MISREAD, gate=gate, block=block, edits=_reads({gate: block}), **titles)


ONE_BLOCK = r"""
all_from_$block: an LSTM step that computes all four gates from the $title's block of z
    $edits
    Three blocks of z are not used, so that all the gates open and shut together.
    Look: Compare your four slices with equation (eq:blocks).
"""


def _one_block(block):
    return slips(ONE_BLOCK, block=block, title=TITLES[block], edits=_reads(dict.fromkeys(ORDER, block)))


# A block of z that goes to a gate which is not its own.
BLOCKS = (
    *(one for order in OTHER_ORDERS for one in _order(order)),
    *(one for gate in ORDER for block in ORDER if gate != block for one in _misread(gate, block)),
    *(one for block in ORDER for one in _one_block(block)),
)

MISTAKES = (*GATES, *PRODUCTS, *CELL, *HIDDEN, *BLOCKS)
