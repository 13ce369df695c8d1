"""What goes wrong in the step of any cell that has h and c: product, blocks, squashing, what it shows."""

import importlib
from itertools import permutations

from ..base import slips

__all__ = ["SLICES", "TITLES", "cell_mistakes"]

_step = importlib.import_module("..05_lstm._step_mistakes", __package__)
_draws = importlib.import_module("..05_lstm._draws", __package__)
TITLES, apart = _step.TITLES, _draws.apart

# The columns of z in the solutions, of cells with three blocks and with four.
SLICES = {
    3: ("z[:, :H]", "z[:, H : 2 * H]", "z[:, 2 * H :]"),
    4: ("z[:, :H]", "z[:, H : 2 * H]", "z[:, 2 * H : 3 * H]", "z[:, 3 * H :]"),
}

OF_A_GATE = r"""
${name}_tanh: $kind with tanh on its $gate
    {"$letter = sigmoid($z": "$letter = np.tanh($z"}
    That gate can then be negative, and turns the sign of what it should only let through.
    Look: Look at the $gate's line in the equations: which of the two squashing functions has it?
${name}_linear: $kind whose $gate is not squashed
    {"$letter = sigmoid($z": "$letter = ($z"}
    A gate is a share between 0 and 1. Without the sigmoid it can be anything.
    Look: Look at the $gate's line in the equations: what is done to its block of z?
${name}_of_tanh: $kind whose $gate went through tanh and then through the sigmoid
    {"$letter = sigmoid($whole)": "$letter = sigmoid(np.tanh($whole))"}
    The tanh belongs to the candidate. After it only 0.27 to 0.73 is left for the sigmoid to give, and the gate can
    neither close nor open.
    Look: Look at the $gate's line in the equations: what is the sigmoid taken of?
"""

TURNED = r"""
${name}_inverted: $kind whose $gate is turned round: open where it should be shut
    {"$letter = sigmoid($whole)": "$letter = sigmoid(-($whole))"}
    The sigmoid is taken of the negative, or subtracted from 1.
    Look: Look at the $gate's line in the equations: is there a minus in it?
"""

CANDIDATE = r"""
candidate_sigmoid: $kind with a sigmoid on the candidate
    {"np.tanh($z)": "sigmoid($z)"}
    The candidate then lies between 0 and 1, so $nothing_below_0.
    Look: Look at g in equation (eq:gates_$label).
candidate_linear: $kind whose candidate is not squashed
    {"np.tanh($z)": "$z"}
    Without its tanh the candidate has no bounds, and one large input can swamp the cell.
    Look: Look at g in equation (eq:gates_$label).
candidate_relu: $kind with a ReLU on the candidate
    {"np.tanh($z)": "np.maximum($z, 0)"}
    The candidate is then never negative and has no upper bound.
    Look: Look at g in equation (eq:gates_$label).
candidate_twice: $kind whose candidate went through the sigmoid and then through tanh
    {"np.tanh($z)": "np.tanh(sigmoid($z))"}
    That happens when the sigmoid is applied to the whole of z first. The candidate then lies between 0 and 0.76.
    Look: Look at what the tanh in equation (eq:gates_$label) is taken of.
candidate_tanh_twice: $kind whose candidate went through tanh twice
    {"np.tanh($z)": "np.tanh(np.tanh($z))"}
    The second tanh squeezes what is already between -1 and 1: no candidate gets beyond 0.76.
    Look: Look at g in equation (eq:gates_$label).
"""

GATES = r"""
gates_tanh: $kind with tanh on all its gates
    $tanh
    A gate is a share between 0 and 1. With tanh it can be negative, and it turns the sign of what it should only let
    through.
    Look: Which of the equations' lines have a sigmoid, and which a tanh?
activations_swapped: $kind with tanh on the gates and a sigmoid on the candidate
    $swapped
    The two squashing functions have changed places: the gates can be negative and the candidate cannot.
    Look: Which of the equations' lines have a sigmoid, and which a tanh?
gates_linear: $kind whose gates are not squashed
    $linear
    A gate is a share between 0 and 1. Without the sigmoid it can be anything.
    Look: What do the equations do to a gate's block of z?
gates_hard: $kind with a hard sigmoid, 0.2 z + 0.5 cut off at 0 and 1
    $hard
    Early versions of Keras used that straight line in place of the curve, for speed.
    Look: The sigmoid of unit 00 is the one in the equations; the setup cell has made it ready for you.
gates_clipped: $kind with a sigmoid of z clipped to a narrow range
    $clipped
    Clipping avoids the overflow, but then no gate can be quite open or quite shut.
    Look: The sigmoid of unit 00 needs no clipping; the setup cell has made it ready for you.
"""

PRODUCT = r"""
x_first: $kind that reads [x, h_prev] in place of [h_prev, x]
    {"[h_prev, x]": "[x, h_prev]"}
    The shapes fit either way, but W's rows for h then meet the input, and its rows for x the hidden state.
    Look: In which order does equation (eq:z_$label) have the two?
no_bias: $kind without its biases
    {"@ W + b": "@ W"}
    All the gates then start half open, whatever b says.
    Look: Look for b in equation (eq:z_$label).
bias_twice: $kind that adds b twice
    {"@ W + b": "@ W + 2 * b"}
    PyTorch does add two biases, but they are two different ones. Here there is one.
    Look: Count b in equation (eq:z_$label).
no_h: $kind in which nothing sees h_prev
    {"[h_prev, x]": "[0 * h_prev, x]"}
    The gates then decide by the present input alone, as if h_prev were zero.
    Look: Equation (eq:z_$label) has two things side by side in front of W.
reads_c: $kind whose product reads c_prev where h_prev belongs
    {"[h_prev, x]": "[c_prev, x]"}
    The product is given what the cell holds; it should be given what the cell showed.
    Look: Equation (eq:z_$label) says which of the two states goes into the product.
interleaved: $kind that takes every ${nth} column of z for a gate
    $interleaved
    The columns of one gate stand together in z.
    Look: Equation (eq:z_$label) says in which order the blocks stand side by side.
reshaped: $kind that takes z apart with z.reshape($count, N, H)
    $reshaped
    reshape keeps the order in which the numbers lie in memory, row after row. Blocks of columns are no such pieces, so
    with more than one row the gates get each other's numbers.
    Look: Equation (eq:z_$label) cuts z along its columns.
"""

ORDER = r"""
order_$order: $kind that takes the blocks of z in the order $said
    $edits
    The blocks are cut at the right places, but they go to the wrong gates. Ours stand in the order $own.
    Look: Equation (eq:z_$label) says in which order the blocks stand side by side.
"""

MISREAD = r"""
${gate}_from_$block: $kind whose $title is computed from the $other's block of z
    $edits
    The $other's block is used twice, and the $title's own block not at all. The letters may be mixed up, or the slices.
    Look: Compare your slices with equation (eq:z_$label).
"""

HIDDEN = r"""
no_tanh: $kind whose h is o * c: the cell state goes out without its tanh
    {"o * np.tanh(c)": "o * c"}
    The step's c is right. But $no_bounds, and h should lie between -1 and 1.
    Look: Compare your last line with equation (eq:hidden_$label).
no_output_gate: $kind without its output gate: h = tanh(c)
    {"o * np.tanh(c)": "np.tanh(c)"}
    The step's c is right. But everything the cell holds is shown at once.
    Look: Look at what multiplies the tanh in equation (eq:hidden_$label).
relu_of_c: $kind whose h is o times a ReLU of c
    {"o * np.tanh(c)": "o * np.maximum(c, 0)"}
    The step's c is right. But h can then never be negative, and it has no upper bound.
    Look: Look at the squashing function in equation (eq:hidden_$label).
sigmoid_of_c: $kind whose h is o * sigmoid(c)
    {"o * np.tanh(c)": "o * sigmoid(c)"}
    The step's c is right. But h can then never be negative, and an empty cell would show half.
    Look: Look at the squashing function in equation (eq:hidden_$label).
gate_inside: $kind whose output gate stands inside the tanh: h = tanh(o * c)
    {"o * np.tanh(c)": "np.tanh(o * c)"}
    The step's c is right. In h the gate should scale what the tanh gives.
    Look: Look at the order of the two in equation (eq:hidden_$label).
old_c_out: $kind that shows the old cell state: h = o * tanh(c_prev)
    {"o * np.tanh(c)": "o * np.tanh(c_prev)"}
    The step's c is right. But what has just been written shows only a step later.
    Look: Look at the time index of c in equation (eq:hidden_$label).
candidate_out: $kind that shows its candidate: h = o * g
    {"o * np.tanh(c)": "o * g"}
    The step's c is right. But h does not look at it, so the memory is never read.
    Look: Look at what is inside the tanh of equation (eq:hidden_$label).
cell_out: $kind that shows its cell state as it is: h = c
    {"o * np.tanh(c)": "+c"}
    The step's c is right. But all of it is shown, at every step and without bounds.
    Look: Equation (eq:hidden_$label) does two things to c.
c_squashed_twice: $kind whose c goes through tanh before it is kept, and again before it is shown
    {"c = $update": "c = np.tanh($update)"}
    c is squashed at every step, so it can no longer $lost_by_squashing.
    Look: In which of the equations (eq:cell_$label) and (eq:hidden_$label) is the tanh?
c_gated: $kind whose output gate acts on c itself
    {"o * np.tanh(c), c": "np.tanh(o * c), o * c"}
    What the output gate holds back is then lost for good. It should stay in c, unseen.
    Look: Look for o in equations (eq:cell_$label) and (eq:hidden_$label).
returned_swapped: the right $short with h and c in the wrong order
    {"o * np.tanh(c), c": "c, o * np.tanh(c)"}
    Both are right; c came back in the place of h, and h in the place of c.
    Look: The docstring's last line gives the order.
"""

CELL = r"""
states_swapped: $kind that takes h_prev for c_prev and c_prev for h_prev
    $states
    The product reads the cell state, and what is kept is the hidden state.
    Look: Compare the order of the arguments with your first lines.
"""


def _reads(order, blocks):
    """Edits that let gates read other gates' blocks of z: ``{"i": "f"}``."""
    at = dict(zip(order, SLICES[len(order)], strict=True))
    return {at[gate]: at[block] for gate, block in blocks.items() if gate != block}


# What the squashing functions are good for: in a cell that adds up, and in one whose c is a mean of old and new.
ADDS = {
    "nothing_below_0": "the cell can be told to count up but never down",
    "no_bounds": "c has no bounds",
    "lost_by_squashing": "count or keep a large value",
}
AVERAGES = {
    "nothing_below_0": "nothing below 0 can be written",
    "no_bounds": "c may lie beyond -1 or 1, where it has come in so",
    "lost_by_squashing": "keep what it holds, even where f is 1",
}


def cell_mistakes(order, *, kind, short, label, update, states, turned, peepholes=None, averages=False):
    """The mistakes of a cell whose blocks stand in ``order`` ("igo").

    ``kind`` is what messages call it with an article, ``short`` without, ``label`` what the labels of its equations
    end in. ``update`` is the right side of c in the solution, ``states`` the edits that exchange the two states,
    ``turned`` the gates whose inversion is a mistake of this bank, and ``peepholes`` what a gate adds to its block.
    ``averages`` says that c is a mean of its old value and of g.
    """
    count, peepholes = len(order), peepholes or {}
    at = dict(zip(order, SLICES[count], strict=True))
    words = {"kind": kind, "short": short, "label": label, **(AVERAGES if averages else ADDS)}
    gates = [letter for letter in order if letter != "g"]
    whole = {letter: at[letter] + peepholes.get(letter, "") for letter in gates}

    def each(edit):
        return {f"{letter} = sigmoid({whole[letter]})": f"{letter} = {edit(whole[letter])}" for letter in gates}

    def of_gate(bank, letter):
        gate = TITLES[letter]
        return slips(bank, letter=letter, gate=gate, name=gate.split()[0], z=at[letter], whole=whole[letter], **words)

    tanh = each(lambda z: f"np.tanh({z})")
    yield from (one for letter in gates for one in of_gate(OF_A_GATE, letter))
    yield from (one for letter in turned for one in of_gate(TURNED, letter))
    yield from slips(CANDIDATE, z=at["g"], **words)
    yield from slips(
        GATES,
        tanh=tanh,
        swapped=tanh | {f"np.tanh({at['g']})": f"sigmoid({at['g']})"},
        linear=each(lambda z: f"({z})"),
        hard=each(lambda z: f"np.clip(0.2 * ({z}) + 0.5, 0, 1)"),
        clipped=each(lambda z: f"sigmoid(np.clip({z}, -20, 20))"),
        **words,
    )
    yield from slips(
        PRODUCT,
        nth={3: "third", 4: "fourth"}[count],
        count=str(count),
        interleaved={at[letter]: f"z[:, {k}::{count}]" for k, letter in enumerate(order)},
        reshaped={at[letter]: f"z.reshape({count}, len(z), H)[{k}]" for k, letter in enumerate(order)},
        **words,
    )
    for other in permutations(order):
        if "".join(other) != order:
            edits = _reads(order, dict(zip(other, order, strict=True)))
            yield from slips(ORDER, order="".join(other), said=apart(other), own=apart(order), edits=edits, **words)
    for gate in order:
        for block in order:
            if gate != block:
                titles = {"title": TITLES[gate], "other": TITLES[block]}
                yield from slips(MISREAD, gate=gate, block=block, edits=_reads(order, {gate: block}), **titles, **words)
    yield from slips(CELL, states=states, **words)
    yield from slips(HIDDEN, update=update, **words)
