"""What goes wrong in a node of the Tree-LSTM."""

import importlib

from ..base import slips

__all__ = ["MISTAKES", "TITLES"]

_draws = importlib.import_module("..05_lstm._draws", __package__)
TITLES = importlib.import_module("..05_lstm._step_mistakes", __package__).TITLES

KIND = "a Tree-LSTM node"
SLICES = {"i": ":H", "f": "H : 2 * H", "g": "2 * H : 3 * H", "o": "3 * H :"}
F = "sigmoid(from_x[:, None] + from_h)"
CELLS = "(f * child_cs).sum(axis=1)"
SUM = "child_hs.sum(axis=1)"
Z = "np.concatenate([child_hs.sum(axis=1), x], axis=1) @ W + b"


def _reads(blocks):
    """Edits that let gates read other gates' blocks of W and b: ``{"i": "f"}``."""
    edits = {}
    for gate, block in blocks.items():
        own, other = SLICES[gate], SLICES[block]
        if gate != block and gate == "f":
            edits[f"W[H:, {own}] + b[{own}]"] = f"W[H:, {other}] + b[{other}]"
            edits[f"W[:H, {own}]"] = f"W[:H, {other}]"
        elif gate != block:
            edits[f"z[:, {own}]"] = f"z[:, {other}]"
    return edits


ORDER = r"""
order_$order: $kind that takes the blocks of W and b as $apart
    $edits
    The blocks are cut at the right places, but they go to the wrong gates.
    Look: The docstring says in which order the blocks are packed; equations (eq:tree_z) and (eq:tree_forget) use it.
"""
ORDERS = tuple(
    one
    for order in _draws.OTHER_ORDERS
    for one in slips(
        ORDER,
        kind=KIND,
        order=order,
        apart=_draws.apart(order),
        edits=_reads(dict(zip(order, _draws.ORDER, strict=True))),
    )
)

MISREAD = r"""
${gate}_from_$block: $kind whose $title is computed from the $other's block of W and b
    $edits
    The $other's block is used twice, and the $title's own block not at all.
    Look: The docstring says in which order the blocks are packed. Compare your slices with it.
"""
MISREADS = tuple(
    one
    for gate in SLICES
    for block in SLICES
    if gate != block
    for one in slips(
        MISREAD, kind=KIND, gate=gate, block=block, title=TITLES[gate], other=TITLES[block], edits=_reads({gate: block})
    )
)

CHILDREN = slips(
    r"""
mean_of_children: $kind whose gates see the mean of the children's hidden states
    {"$sum": "child_hs.sum(axis=1) / max(child_hs.shape[1], 1)"}
    Then a node can't tell one child from three that say the same.
    Look: Equation (eq:tree_sum): is anything divided by the number of children?
mean_of_no_children: $kind whose gates see the mean of the children's hidden states, which is none where there are none
    {"$sum": "child_hs.mean(axis=1)"}
    Then a node can't tell one child from three that say the same; and the mean of no numbers is NaN.
    Look: Equation (eq:tree_sum): is anything divided by the number of children?
first_child: $kind whose gates see the first child's hidden state alone
    {"$sum": "child_hs[:, :1].sum(axis=1)"}
    What the other children say is heard by no gate but their own forget gates.
    Look: Equation (eq:tree_sum): how many children are in it?
last_child: $kind whose gates see the last child's hidden state alone
    {"$sum": "child_hs[:, -1:].sum(axis=1)"}
    What the other children say is heard by no gate but their own forget gates.
    Look: Equation (eq:tree_sum): how many children are in it?
two_children: $kind whose gates see the first two children's hidden states alone
    {"$sum": "child_hs[:, :2].sum(axis=1)"}
    A node may have any number of children.
    Look: Equation (eq:tree_sum): how many children are in it?
largest: $kind whose gates see the largest of the children's hidden states, number by number
    {"$sum": "child_hs.max(axis=1) if child_hs.shape[1] else child_hs.sum(axis=1)"}
    All children should be heard, not the loudest.
    Look: What is done with the children's states in equation (eq:tree_sum)?
no_children: $kind whose gates i, g and o do not see the children's hidden states
    {"$sum": "0 * child_hs.sum(axis=1)"}
    They then decide by the node's own input alone.
    Look: Equation (eq:tree_z) has two things side by side in front of W.
gates_read_c: $kind whose gates i, g and o read the children's cell states in the place of their hidden states
    {"$sum": "child_cs.sum(axis=1)"}
    They are given what the children hold; they should be given what they show.
    Look: Which of the two states is summed in equation (eq:tree_sum)?
states_swapped: $kind that takes the children's hidden states for their cell states, and the other way round
    {"$sum": "child_cs.sum(axis=1)", "child_hs @ W": "child_cs @ W", "$cells": "(f * child_hs).sum(axis=1)"}
    The gates read what the children hold, and what they show is kept.
    Look: Compare the order of the arguments with your first lines.
bias_per_child: $kind that adds b once for each child
    {"$z": "(child_hs @ W[:H] + b).sum(axis=1) + x @ W[H:]"}
    A node with three children then has three times the bias, and a leaf has none.
    Look: In equation (eq:tree_z), is b inside of the sum over the children?
x_per_child: $kind that adds the product with x once for each child
    {"$z": "(child_hs @ W[:H] + (x @ W[H:])[:, None]).sum(axis=1) + b"}
    A node with three children then reads its own input three times, and a leaf does not read it at all.
    Look: In equation (eq:tree_z), is x inside of the sum over the children?
z_per_child: $kind that adds z up over the children, with x and b once for each child
    {"$z": "(child_hs @ W[:H] + (x @ W[H:] + b)[:, None]).sum(axis=1)"}
    The more children, the more often x and b are counted; a leaf counts them not at all.
    Look: What is summed first, in equation (eq:tree_sum), and what is done with the sum in (eq:tree_z)?
leaf_is_empty: $kind that gives zeros where it has no children
    {"return h, c": "return (h, c) if child_hs.shape[1] else (0 * h, 0 * c)"}
    A leaf has an input of its own, and that is where all that a tree knows comes from.
    Look: What do equations (eq:tree_sum) to (eq:tree_hidden) come to where the sums have no terms?
""",
    kind=KIND,
    sum=SUM,
    z=Z,
    cells=CELLS,
)

FORGET = slips(
    r"""
one_forget_gate: $kind with one forget gate for all its children, which sees the sum of their hidden states
    {"$f": "sigmoid(z[:, None, H : 2 * H]) * np.ones(from_h.shape)"}
    Then a node keeps the same share of every child, and can't choose the one that matters.
    Look: In equation (eq:tree_forget) there is an index k on both sides.
mean_forget_gate: $kind with one forget gate for all its children, which sees the mean of their hidden states
    {"from_h = child_hs @ W[:H, H : 2 * H]":
        "from_h = np.repeat(child_hs.sum(axis=1, keepdims=True) / max(child_hs.shape[1], 1), child_hs.shape[1], axis=1)"
        " @ W[:H, H : 2 * H]"}
    Then a node keeps the same share of every child, and can't choose the one that matters.
    Look: In equation (eq:tree_forget) there is an index k on both sides.
gates_averaged: $kind that keeps the mean of the forget gates of all the children's cell states
    {"$cells": "f.sum(axis=1) / max(f.shape[1], 1) * child_cs.sum(axis=1)"}
    Each child has a gate of its own, which multiplies its own cell state.
    Look: Equation (eq:tree_cell): what is multiplied first, and what is summed then?
sums_multiplied: $kind that multiplies the sum of the forget gates with the sum of the cell states
    {"$cells": "f.sum(axis=1) * child_cs.sum(axis=1)"}
    Each child has a gate of its own, which multiplies its own cell state and no other.
    Look: Equation (eq:tree_cell): what is multiplied first, and what is summed then?
first_forget_gate: $kind with the first child's forget gate for all the children
    {"$f": "np.repeat(sigmoid(from_x[:, None] + from_h)[:, :1], from_h.shape[1], axis=1)"}
    Each child has a forget gate of its own.
    Look: In equation (eq:tree_forget) there is an index k on both sides.
last_forget_gate: $kind with the last child's forget gate for all the children
    {"$f": "np.repeat(sigmoid(from_x[:, None] + from_h)[:, -1:], from_h.shape[1], axis=1)"}
    Each child has a forget gate of its own.
    Look: In equation (eq:tree_forget) there is an index k on both sides.
next_childs_gate: $kind whose children's cell states meet the forget gate of the child before them
    {"$f": "np.roll(sigmoid(from_x[:, None] + from_h), 1, axis=1)"}
    Each child's gate belongs to its own cell state.
    Look: In equation (eq:tree_cell) both factors have the index k.
gates_turned_round: $kind whose children's forget gates come in the reverse order
    {"$f": "sigmoid(from_x[:, None] + from_h)[:, ::-1]"}
    Each child's gate belongs to its own cell state.
    Look: In equation (eq:tree_cell) both factors have the index k.
siblings_gate: $kind whose forget gates see the child's siblings, and not the child itself
    {"child_hs @ W[:H, H : 2 * H]": "(child_hs.sum(axis=1, keepdims=True) - child_hs) @ W[:H, H : 2 * H]"}
    A child's gate looks at that child.
    Look: Which hidden state is in equation (eq:tree_forget)?
own_and_sum: $kind whose forget gates see the child and the sum of all children
    {"child_hs @ W[:H, H : 2 * H]": "(child_hs.sum(axis=1, keepdims=True) + child_hs) @ W[:H, H : 2 * H]"}
    A child's gate looks at that child alone; the sum is for the three other gates.
    Look: Which hidden state is in equation (eq:tree_forget)?
forget_reads_c: $kind whose forget gates read the child's cell state in the place of its hidden state
    {"child_hs @ W[:H, H : 2 * H]": "child_cs @ W[:H, H : 2 * H]"}
    They are given what the child holds; they should be given what it shows.
    Look: Which of the two states is in equation (eq:tree_forget)?
forget_without_h: $kind whose forget gates do not see the child
    {"from_x[:, None] + from_h": "from_x[:, None] + 0 * from_h"}
    They then decide by the node's own input alone, and all children are treated alike.
    Look: Equation (eq:tree_forget) has three terms inside of its sigmoid.
forget_without_x: $kind whose forget gates do not see the node's own input
    {"x @ W[H:, H : 2 * H] + b[H : 2 * H]": "0 * x @ W[H:, H : 2 * H] + b[H : 2 * H]"}
    What a node keeps of its children should depend on what it is itself.
    Look: Equation (eq:tree_forget) has three terms inside of its sigmoid.
forget_without_b: $kind whose forget gates have no bias
    {"x @ W[H:, H : 2 * H] + b[H : 2 * H]": "x @ W[H:, H : 2 * H]"}
    The bias says what a gate does where nothing else speaks for or against it.
    Look: Equation (eq:tree_forget) has three terms inside of its sigmoid.
forget_from_h_alone: $kind whose forget gates see the child's hidden state and nothing else
    {"from_x[:, None] + from_h": "from_h"}
    The node's own input and the bias belong there too.
    Look: Equation (eq:tree_forget) has three terms inside of its sigmoid.
forget_shared_out: $kind whose forget gates are divided by their sum over the children
    {"$f": "sigmoid(from_x[:, None] + from_h)\n    f = f / np.maximum(f.sum(axis=1, keepdims=True), 1e-300)"}
    Each gate decides for its own child: all of them may be open, or none.
    Look: Does equation (eq:tree_forget) look at other children than k?
forget_softmax: $kind whose forget gates are a softmax over the children
    {"$f": "from_x[:, None] + from_h\n"
        "    f = np.exp(f - (f.max(axis=1, keepdims=True) if f.shape[1] else 0))\n"
        "    f = f / f.sum(axis=1, keepdims=True)"}
    That is attention, which has to share out what it gives. Here each gate decides for its own child: all of them may
    be open, or none.
    Look: Which squashing function is in equation (eq:tree_forget)?
forget_inverted: $kind whose forget gates forget where they are open
    {"$f": "1 - sigmoid(from_x[:, None] + from_h)"}
    The name misleads: f is the share that is kept.
    Look: Is anything subtracted from 1 in equations (eq:tree_forget) and (eq:tree_cell)?
forget_tanh: $kind with tanh on its forget gates
    {"$f": "np.tanh(from_x[:, None] + from_h)"}
    They can then be negative, and turn the sign of what they should only let through.
    Look: Which squashing function is in equation (eq:tree_forget)?
forget_linear: $kind whose forget gates are not squashed
    {"$f": "from_x[:, None] + from_h"}
    A gate is a share between 0 and 1. Without the sigmoid it can be anything.
    Look: Which squashing function is in equation (eq:tree_forget)?
sigmoids_added: $kind whose forget gates are the sum of two sigmoids, one of x and one of the child
    {"$f": "sigmoid(from_x)[:, None] + sigmoid(from_h)"}
    A gate is a share between 0 and 1: first the sum, then the sigmoid.
    Look: What is inside of the sigmoid in equation (eq:tree_forget)?
""",
    kind=KIND,
    f=F,
    cells=CELLS,
)

CELL = slips(
    r"""
no_forget_gate: $kind without forget gates: the children's cell states are added as they are
    {"$cells": "child_cs.sum(axis=1)"}
    A node then can't leave out what it does not need of a child.
    Look: What multiplies each child's cell state in equation (eq:tree_cell)?
no_old_cell: $kind that keeps nothing of its children's cell states
    {"i * g + $cells": "i * g"}
    Then nothing travels up the tree but what passes the gates as a hidden state.
    Look: Equation (eq:tree_cell) has a second term.
cell_from_h: $kind that keeps a share of its children's hidden states, in the place of their cell states
    {"$cells": "(f * child_hs).sum(axis=1)"}
    What a child holds back is then lost.
    Look: Which of a child's two states is in equation (eq:tree_cell)?
mean_of_cells: $kind that keeps the mean of what its forget gates let through
    {"$cells": "(f * child_cs).sum(axis=1) / max(child_cs.shape[1], 1)"}
    A sum can count: what three children hold is more than what one holds.
    Look: Is anything divided by the number of children in equation (eq:tree_cell)?
first_cell: $kind that keeps a share of the first child's cell state alone
    {"$cells": "(f * child_cs)[:, :1].sum(axis=1)"}
    Each child has something to hand up.
    Look: Over what does the sum in equation (eq:tree_cell) go?
last_cell: $kind that keeps a share of the last child's cell state alone
    {"$cells": "(f * child_cs)[:, -1:].sum(axis=1)"}
    A loop that writes into one variable keeps what its last turn has written.
    Look: Over what does the sum in equation (eq:tree_cell) go?
last_cell_missing: $kind that leaves out the last child's cell state
    {"$cells": "(f * child_cs)[:, :-1].sum(axis=1)"}
    Each child has something to hand up. A loop over range(K) has K turns, the last one with K - 1.
    Look: Over what does the sum in equation (eq:tree_cell) go?
first_cell_missing: $kind that leaves out the first child's cell state
    {"$cells": "(f * child_cs)[:, 1:].sum(axis=1)"}
    Each child has something to hand up. In code the first one is number 0.
    Look: Over what does the sum in equation (eq:tree_cell) go?
two_cells: $kind that keeps shares of the first two children's cell states alone
    {"$cells": "(f * child_cs)[:, :2].sum(axis=1)"}
    A node may have any number of children.
    Look: Over what does the sum in equation (eq:tree_cell) go?
written_per_child: $kind that writes its candidate once for each child
    {"i * g + $cells": "((i * g)[:, None] + f * child_cs).sum(axis=1)"}
    A node with three children then writes three times, and a leaf never.
    Look: Is i * g inside of the sum in equation (eq:tree_cell)?
forget_all: $kind whose forget gates scale the new content too
    {"i * g + $cells": "(f * (child_cs + (i * g)[:, None])).sum(axis=1)"}
    What a node writes is decided by its input gate alone.
    Look: Is i * g inside of the sum in equation (eq:tree_cell)?
no_input_gate: $kind without its input gate
    {"i * g + ": "g + "}
    Every candidate is written in full, wanted or not.
    Look: What multiplies the candidate in equation (eq:tree_cell)?
coupled: $kind with 1 minus the sum of its forget gates in the place of its input gate
    {"i * g + ": "(1 - f.sum(axis=1)) * g + "}
    What is written and what is kept are decided apart.
    Look: What multiplies the candidate in equation (eq:tree_cell)?
minus: $kind that subtracts what should be written
    {"i * g + ": "-i * g + "}
    Every candidate is written with the wrong sign.
    Look: Which sign joins the terms of equation (eq:tree_cell)?
c_squashed: $kind that keeps tanh of the cell state as its cell state
    {"i * g + $cells": "np.tanh(i * g + $cells)", "o * np.tanh(c)": "o * c"}
    The node's h is right. But c is squashed on every level, so it can no longer count.
    Look: In which of the equations (eq:tree_cell) and (eq:tree_hidden) is the tanh?
c_squashed_twice: $kind whose c goes through tanh before it is kept, and again before it is shown
    {"i * g + $cells": "np.tanh(i * g + $cells)"}
    c is squashed on every level, so it can no longer count.
    Look: In which of the equations (eq:tree_cell) and (eq:tree_hidden) is the tanh?
into_child_cs: $kind that scales its children's cell states in place
    {"$cells": "np.multiply(child_cs, f, out=child_cs, casting='unsafe').sum(axis=1)"}
    The children's states belong to the children. Whoever called still needs them.
    Look: Which of your lines writes into child_cs?
no_tanh: $kind whose h is o * c: the cell state goes out without its tanh
    {"o * np.tanh(c)": "o * c"}
    The node's c is right. But c has no bounds (it can count), and h should lie between -1 and 1.
    Look: Compare your last line with equation (eq:tree_hidden).
no_output_gate: $kind without its output gate: h = tanh(c)
    {"o * np.tanh(c)": "np.tanh(c)"}
    The node's c is right. But everything the cell holds is shown at once.
    Look: What multiplies the tanh in equation (eq:tree_hidden)?
sigmoid_of_c: $kind whose h is o * sigmoid(c)
    {"o * np.tanh(c)": "o * sigmoid(c)"}
    The node's c is right. But h can then never be negative, and an empty cell would show half.
    Look: Which function squashes c in equation (eq:tree_hidden)?
gate_inside: $kind whose output gate stands inside of the tanh
    {"o * np.tanh(c)": "np.tanh(o * c)"}
    The node's c is right. In h the gate should scale what the tanh gives.
    Look: Which of the two comes first in equation (eq:tree_hidden)?
candidate_out: $kind that shows its candidate: h = o * g
    {"o * np.tanh(c)": "o * g"}
    The node's c is right. But h does not look at it, so nothing that the children hold is ever read.
    Look: What is inside of the tanh in equation (eq:tree_hidden)?
cell_out: $kind that shows its cell state as it is: h = c
    {"o * np.tanh(c)": "+c"}
    The node's c is right. But all of it is shown, and without bounds.
    Look: Equation (eq:tree_hidden) does two things to c.
returned_swapped: the right node with h and c in the wrong order
    {"return h, c": "return c, h"}
    Both are right; each stands in the other's place.
    Look: The docstring's last line gives the order.
""",
    kind=KIND,
    cells=CELLS,
)

GATE = r"""
${name}_tanh: $kind with tanh on its $gate
    {"$letter = sigmoid($z)": "$letter = np.tanh($z)"}
    That gate can then be negative, and turns the sign of what it should only let through.
    Look: Which squashing function has it in equation (eq:tree_gates)?
${name}_linear: $kind whose $gate is not squashed
    {"$letter = sigmoid($z)": "$letter = $z"}
    A gate is a share between 0 and 1. Without the sigmoid it can be anything.
    Look: Which squashing function has it in equation (eq:tree_gates)?
${name}_inverted: $kind whose $gate is turned round: open where it should be shut
    {"$letter = sigmoid($z)": "$letter = sigmoid(-$z)"}
    The sigmoid is taken of the negative, or subtracted from 1.
    Look: Is there a minus in equation (eq:tree_gates)?
"""

GATES = (
    *(
        one
        for letter in "io"
        for one in slips(
            GATE,
            kind=KIND,
            letter=letter,
            gate=TITLES[letter],
            name=TITLES[letter].split()[0],
            z=f"z[:, {SLICES[letter]}]",
        )
    ),
    *slips(
        r"""
    candidate_sigmoid: $kind with a sigmoid on the candidate
        {"np.tanh(z[:, 2 * H : 3 * H])": "sigmoid(z[:, 2 * H : 3 * H])"}
        The candidate then lies between 0 and 1, so that a node can add and never take away.
        Look: Which squashing function has g in equation (eq:tree_gates)?
    candidate_linear: $kind whose candidate is not squashed
        {"np.tanh(z[:, 2 * H : 3 * H])": "z[:, 2 * H : 3 * H]"}
        Without its tanh the candidate has no bounds, and one large input can swamp the cell.
        Look: Which squashing function has g in equation (eq:tree_gates)?
    activations_swapped: $kind with tanh on the gates i, f and o, and a sigmoid on the candidate
        {"i = sigmoid(z": "i = np.tanh(z", "o = sigmoid(z": "o = np.tanh(z",
         "$f": "np.tanh(from_x[:, None] + from_h)",
         "np.tanh(z[:, 2 * H : 3 * H])": "sigmoid(z[:, 2 * H : 3 * H])"}
        The two squashing functions have changed places: the gates can be negative, and the candidate can't.
        Look: Compare equations (eq:tree_gates) and (eq:tree_forget) with your lines.
    gates_tanh: $kind with tanh on all four
        {"i = sigmoid(z": "i = np.tanh(z", "o = sigmoid(z": "o = np.tanh(z",
         "$f": "np.tanh(from_x[:, None] + from_h)"}
        A gate is a share between 0 and 1. With tanh it can be negative.
        Look: Compare equations (eq:tree_gates) and (eq:tree_forget) with your lines.
    gates_clipped: $kind with a sigmoid of z clipped to a narrow range
        {"i = sigmoid(z[:, :H])": "i = sigmoid(np.clip(z[:, :H], -20, 20))",
         "$f": "sigmoid(np.clip(from_x[:, None] + from_h, -20, 20))",
         "o = sigmoid(z[:, 3 * H :])": "o = sigmoid(np.clip(z[:, 3 * H :], -20, 20))"}
        Clipping avoids the overflow, but then no gate can be quite shut: a large cell state leaks through.
        Look: The sigmoid of unit 00 needs no clipping; the setup cell has made it ready for you.
    x_first: $kind that reads [x, h] in the place of [h, x]
        {"[$sum, x]": "[x, $sum]",
         "x @ W[H:, H : 2 * H]": "x @ W[: x.shape[1], H : 2 * H]",
         "child_hs @ W[:H, H : 2 * H]": "child_hs @ W[x.shape[1] :, H : 2 * H]"}
        The shapes fit either way, but W's rows for h then meet the input, and its rows for x the children.
        Look: The docstring says whose rows are on top in W.
    x_first_in_z: $kind whose gates i, g and o read [x, h] in the place of [h, x]
        {"[$sum, x]": "[x, $sum]"}
        The shapes fit either way, but W's rows for h then meet the input, and its rows for x the children.
        Look: The docstring says whose rows are on top in W.
    x_first_in_forget: $kind whose forget gates read [x, h] in the place of [h, x]
        {"x @ W[H:, H : 2 * H]": "x @ W[: x.shape[1], H : 2 * H]",
         "child_hs @ W[:H, H : 2 * H]": "child_hs @ W[x.shape[1] :, H : 2 * H]"}
        The shapes fit either way, but W's rows for h then meet the input, and its rows for x the child.
        Look: The docstring says whose rows are on top in W.
    no_bias: $kind without its biases
        {"axis=1) @ W + b": "axis=1) @ W", "x @ W[H:, H : 2 * H] + b[H : 2 * H]": "x @ W[H:, H : 2 * H]"}
        All four gates then start half open, or at zero, whatever b says.
        Look: Look for b in equations (eq:tree_z) and (eq:tree_forget).
    no_bias_in_z: $kind whose gates i, g and o have no bias
        {"axis=1) @ W + b": "axis=1) @ W"}
        The bias says what a gate does where nothing else speaks for or against it.
        Look: Look for b in equation (eq:tree_z).
    no_x: $kind whose gates i, g and o do not see the node's own input
        {"[$sum, x]": "[$sum, 0 * x]"}
        A leaf then knows nothing at all.
        Look: Equation (eq:tree_z) has two things side by side in front of W.
    """,
        kind=KIND,
        sum=SUM,
        f=F,
    ),
)

MISTAKES = (*CHILDREN, *FORGET, *CELL, *GATES, *ORDERS, *MISREADS)
