"""What goes wrong in one step of the GRU."""

from itertools import permutations

from ..base import slips

__all__ = ["MISTAKES"]

TITLES = {"r": "reset gate", "z": "update gate", "n": "candidate"}
ORDER = "rzn"
# The three blocks of the products in the solution, for x and for h.
_COLUMNS = {"r": ":H", "z": "H : 2 * H", "n": "2 * H :"}
_X = {letter: f"from_x[:, {at}]" for letter, at in _COLUMNS.items()}
_H = {letter: f"from_h[:, {at}]" for letter, at in _COLUMNS.items()}
_GATE = {letter: f"sigmoid({_X[letter]} + {_H[letter]})" for letter in "rz"}


def _reads(blocks, sides=(_X, _H)):
    """Edits that let r, z, n read other blocks of the products: ``{"r": "z"}``."""
    return {side[one]: side[block] for one, block in blocks.items() if one != block for side in sides}


RESET = slips(r"""
reset_before: Cho's GRU, whose reset gate acts on h_prev before the product: q = (r * h_prev) W_hn + b_n
    {"q = from_h[:, 2 * H :] + b_n": "q = (r * h_prev) @ W[:H, 2 * H :] + b_n", "r * q": "q"}
    That is a GRU as well, the first one: Cho et al. (2014) wrote it so. Ours is the one that PyTorch and cuDNN compute,
    with the reset gate after the product.
    Look: What is the reset gate multiplied with in equation (eq:n)?
reset_before_no_bias: Cho's GRU, whose reset gate acts on h_prev before the product, and has no inner bias
    {"q = from_h[:, 2 * H :] + b_n": "q = (r * h_prev) @ W[:H, 2 * H :]", "r * q": "q"}
    Cho et al. (2014) wrote it so. Ours is the one that PyTorch and cuDNN compute, with the reset gate after the
    product; and b_n is not used here.
    Look: What is the reset gate multiplied with in equation (eq:n)?
reset_twice: a GRU step whose reset gate acts before the product and after it
    {"q = from_h[:, 2 * H :] + b_n": "q = (r * h_prev) @ W[:H, 2 * H :] + b_n"}
    One of the two would be Cho's GRU, the other one is PyTorch's. Together they are neither.
    Look: In which of the equations (eq:q) and (eq:n) does r stand?
reset_not_used: a GRU step whose reset gate is not used
    {"r * q": "q"}
    The candidate then always sees all of the past.
    Look: What multiplies q in equation (eq:n)?
reset_before_all: Cho's GRU, whose reset gate acts before the product, and b_n with it: q = (r * h_prev) W_hn + r * b_n
    {"q = from_h[:, 2 * H :] + b_n": "q = (r * h_prev) @ W[:H, 2 * H :] + r * b_n", "r * q": "q"}
    Cho et al. (2014) let the reset gate act on h_prev, before the product. Ours is the one that PyTorch and cuDNN
    compute, with the reset gate after the product.
    Look: What is the reset gate multiplied with in equation (eq:n)?
reset_on_b_n: a GRU step whose reset gate reaches b_n alone
    {"r * q": "from_h[:, 2 * H :] + r * b_n"}
    Then the candidate always sees all of the past. What the reset gate acts on is the product and its bias, together.
    Look: What is q, in equation (eq:q)?
bias_outside: a GRU step whose b_n stands outside of the reset gate
    {"+ b_n ": " ", "r * q": "r * q + b_n"}
    With a shut reset gate the candidate should know x and b alone: what stands beside h_prev is shut out, and b_n
    stands there.
    Look: What is the reset gate multiplied with in equation (eq:n), and what belongs to that by equation (eq:q)?
no_b_n: a GRU step without b_n
    {"+ b_n ": " "}
    The candidate has two biases, one beside x and one beside h_prev. Only the second one goes through the reset gate,
    so one can't stand for both.
    Look: Which of your arguments is not used? Equation (eq:q) has it.
no_b_x: a GRU step without the candidate's bias beside x, the third block of b
    {"np.tanh(from_x[:, 2 * H :]": "np.tanh(from_x[:, 2 * H :] - b[2 * H :]"}
    The candidate has two biases, one beside x and one beside h_prev. Only the second one goes through the reset gate,
    so one can't stand for both.
    Look: Which two biases stand in equations (eq:q) and (eq:n)?
b_x_inside: a GRU step in which the third block of b goes through the reset gate too
    {"q = from_h[:, 2 * H :] + b_n": "q = from_h[:, 2 * H :] + b_n + b[2 * H :]",
     "np.tanh(from_x[:, 2 * H :]": "np.tanh(from_x[:, 2 * H :] - b[2 * H :]"}
    b belongs to the product of x, which the reset gate doesn't reach. That comes of adding all of b to the product of
    h.
    Look: What does the reset gate reach in equation (eq:n)?
biases_exchanged: a GRU step that exchanges b_n and the third block of b
    {"q = from_h[:, 2 * H :] + b_n": "q = from_h[:, 2 * H :] + b[2 * H :]",
     "np.tanh(from_x[:, 2 * H :]": "np.tanh(from_x[:, 2 * H :] - b[2 * H :] + b_n"}
    b belongs to the product of x, b_n to the product of h.
    Look: Which bias stands in equation (eq:q), and which in (eq:n)?
b_n_twice: a GRU step that adds b_n inside of the reset gate and outside of it
    {"r * q": "r * q + b_n"}
    The bias outside is the third block of b, and it is there already.
    Look: Count b_n in equations (eq:q) and (eq:n).
b_n_from_the_gates: a GRU step that adds b_n to all three blocks of the product of h
    {"h_prev @ W[:H]": "h_prev @ W[:H] + np.tile(b_n, 3)", "+ b_n ": " "}
    Only the candidate has a second bias.
    Look: Which of the equations have b_n?
reset_on_x: a GRU step whose reset gate reaches x as well
    {"from_x[:, 2 * H :] + r * q": "r * (from_x[:, 2 * H :] + q)"}
    The reset gate is there to forget the past for a moment. What comes in now is let through.
    Look: How far does r reach in equation (eq:n)? Check your brackets.
reset_on_x_alone: a GRU step whose reset gate acts on x in place of the past
    {"from_x[:, 2 * H :] + r * q": "r * from_x[:, 2 * H :] + q"}
    The reset gate is there to forget the past for a moment. What comes in now is let through.
    Look: What is r multiplied with in equation (eq:n)?
reset_on_n: a GRU step whose reset gate acts on the whole candidate, after its tanh
    {"np.tanh(from_x[:, 2 * H :] + r * q)": "r * np.tanh(from_x[:, 2 * H :] + q)"}
    The reset gate is there to forget the past for a moment. What comes in now is let through.
    Look: Does r stand inside of the tanh of equation (eq:n), or in front of it?
reset_added: a GRU step that adds its reset gate to q
    {"r * q": "r + q"}
    A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
    Look: What stands between r and q in equation (eq:n)?
reset_inverted: a GRU step whose reset gate is turned round: it lets the past through where it should shut it out
    {"r * q": "(1 - r) * q"}
    In spite of its name, a reset gate of 1 lets all of the past through.
    Look: What multiplies q in equation (eq:n)?
update_for_reset: a GRU step whose candidate is made with the update gate in place of the reset gate
    {"r * q": "z * q"}
    Then one and the same gate decides two things, what the candidate sees and what is kept. The letters may be mixed
    up, or the slices.
    Look: Which gate multiplies q in equation (eq:n), and which columns is it computed from?
h_for_q: a GRU step whose candidate sees h_prev itself in place of its product
    {"r * q": "r * h_prev"}
    Then each cell sees itself alone, and W's third block of rows for h is not used.
    Look: What is q, in equation (eq:q)?
h_below_the_bar: a GRU step whose candidate does not see h_prev
    {" + r * q": ""}
    The candidate is then made of x alone.
    Look: Equation (eq:n) has two terms beside the bias.
""")

UPDATE = slips(r"""
update_inverted: a GRU step that keeps 1 - z of the old state: h = z * n + (1 - z) * h_prev
    {"(1 - z) * n + z * h_prev": "z * n + (1 - z) * h_prev"}
    Chung et al. (2014) wrote it so, and many texts do. Here z says how much is kept, as in PyTorch and in Cho et al.
    Look: What multiplies the old state in equation (eq:gru)?
reset_for_update: a GRU step that mixes with the reset gate in place of the update gate
    {"(1 - z) * n + z * h_prev": "(1 - r) * n + r * h_prev"}
    Then one and the same gate decides two things, what the candidate sees and what is kept. The letters may be mixed
    up, or the slices.
    Look: Which gate stands in equation (eq:gru), and which columns is it computed from?
update_for_both: a GRU step that takes z of both: h = z * n + z * h_prev
    {"(1 - z) * n": "z * n"}
    What is kept and what is new have to add up to a whole: where z is 0 this state would be 0.
    Look: What multiplies n in equation (eq:gru)?
complement_for_both: a GRU step that takes 1 - z of both
    {"z * h_prev": "(1 - z) * h_prev"}
    What is kept and what is new have to add up to a whole: where z is 1 this state would be 0.
    Look: What multiplies the old state in equation (eq:gru)?
not_coupled: a GRU step that adds the whole candidate: h = n + z * h_prev
    {"(1 - z) * n": "n"}
    Then h can grow beyond 1. A mean of the candidate and the old state lies between the two.
    Look: What multiplies n in equation (eq:gru)?
all_kept: a GRU step that keeps the whole old state: h = (1 - z) * n + h_prev
    {"z * h_prev": "h_prev"}
    Then h can grow beyond 1. A mean of the candidate and the old state lies between the two.
    Look: What multiplies the old state in equation (eq:gru)?
nothing_kept: a GRU step without the old state: h = (1 - z) * n
    {"(1 - z) * n + z * h_prev": "(1 - z) * n"}
    Nothing of h_prev is carried over by itself: what the candidate makes of it is all that is left.
    Look: Equation (eq:gru) is a sum of two terms.
only_kept: a GRU step that keeps and never writes: h = z * h_prev
    {"(1 - z) * n + z * h_prev": "z * h_prev"}
    Without the candidate the state can only fade.
    Look: Equation (eq:gru) is a sum of two terms.
no_update_gate: a GRU step whose h is its candidate
    {"(1 - z) * n + z * h_prev": "+n"}
    Without the update gate nothing is carried over unchanged: that is a plain RNN with a reset gate.
    Look: Equation (eq:gru) is a sum of two terms.
half_and_half: a GRU step that takes the mean of the candidate and the old state
    {"(1 - z) * n + z * h_prev": "(n + h_prev) / 2"}
    An update gate whose argument is 0 does that. Yours doesn't look at what z says.
    Look: What multiplies the two in equation (eq:gru)?
reset_on_the_old: a GRU step that keeps z of r * h_prev
    {"z * h_prev": "z * r * h_prev"}
    The reset gate decides what the candidate sees. What is kept is the update gate's affair alone.
    Look: Which gates stand in equation (eq:gru)?
q_kept: a GRU step that keeps z of q in place of h_prev
    {"z * h_prev": "z * q"}
    What is kept is kept as it is, with no weights on its way.
    Look: What does z multiply in equation (eq:gru)?
tanh_around: a GRU step with a tanh around the new state
    {"(1 - z) * n + z * h_prev": "np.tanh((1 - z) * n + z * h_prev)"}
    The old state would be squashed at every step, and fade. n has been through its tanh already.
    Look: What stands around the sum of equation (eq:gru)?
old_squashed: a GRU step that keeps z of tanh(h_prev)
    {"z * h_prev": "z * np.tanh(h_prev)"}
    The old state would be squashed at every step, and fade.
    Look: What does z multiply in equation (eq:gru)?
clipped: a GRU step whose state is cut off at -1 and 1
    {"(1 - z) * n + z * h_prev": "np.clip((1 - z) * n + z * h_prev, -1, 1)"}
    A mean of the candidate and the old state stays between the two by itself; and what it is given may be larger.
    Look: Is there anything but a sum in equation (eq:gru)?
minus: a GRU step that subtracts the candidate's share
    {"(1 - z) * n + z * h_prev": "z * h_prev - (1 - z) * n"}
    Every candidate is written with the wrong sign. In a mean both shares are positive.
    Look: Which sign joins the two terms of equation (eq:gru), and what is subtracted from what?
plus_for_minus: a GRU step that takes 1 + z of the candidate
    {"(1 - z) * n": "(1 + z) * n"}
    What is kept and what is new have to add up to a whole.
    Look: What multiplies n in equation (eq:gru)?
bracket_missing: a GRU step with a bracket missing: h = 1 - z * n + z * h_prev
    {"(1 - z) * n": "1 - z * n"}
    Python multiplies before it subtracts.
    Look: What exactly is multiplied with n in equation (eq:gru)?
one_minus_inside: a GRU step that takes the sigmoid of 1 - its argument for 1 - z
    {"(1 - z) * n": "sigmoid(1 - from_x[:, H : 2 * H] - from_h[:, H : 2 * H]) * n"}
    1 minus a sigmoid is the sigmoid of the negative. What is subtracted from 1 is the gate, after it was squashed.
    Look: In which of the equations (eq:update) and (eq:gru) does the 1 stand?
into_h_prev: a GRU step that computes the new state in the h_prev that came in
    {"return (1 - z) * n + z * h_prev": "h_prev *= z\n    h_prev += (1 - z) * n\n    return h_prev"}
    The numbers are right. But the state that came in is gone, and whoever stored it has the new one in its place.
    Look: Which line makes the array that holds the new state?
""")

OF_A_GATE = r"""
${name}_tanh: a GRU step with tanh on its $gate
    {"$whole": "np.tanh($inside)"}
    That gate can then be negative, and turns the sign of what it should only let through.
    Look: Which of the two squashing functions stands in equation (eq:$name)?
${name}_linear: a GRU step whose $gate is not squashed
    {"$whole": "($inside)"}
    A gate is a share between 0 and 1. Without the sigmoid it can be anything.
    Look: What does equation (eq:$name) do to its sum?
${name}_of_tanh: a GRU step whose $gate went through tanh and then through the sigmoid
    {"$whole": "sigmoid(np.tanh($inside))"}
    The tanh belongs to the candidate. After it only 0.27 to 0.73 is left for the sigmoid to give, and the gate can
    neither close nor open.
    Look: What is the sigmoid of equation (eq:$name) taken of?
${name}_of_x: a GRU step whose $gate does not see h_prev
    {"$whole": "sigmoid($x)"}
    The gate then decides by the present input alone.
    Look: What does equation (eq:$name) add up?
${name}_of_h: a GRU step whose $gate does not see x
    {"$whole": "sigmoid($h)"}
    The gate then decides by what was there before alone; and b, which goes with x, is lost for it too.
    Look: What does equation (eq:$name) add up?
${name}_of_sigmoids: a GRU step whose $gate is the sum of two sigmoids
    {"$whole": "(sigmoid($x) + sigmoid($h))"}
    Each of the two is between 0 and 1, and their sum is no share.
    Look: How far does the sigmoid of equation (eq:$name) reach?
${name}_of_product: a GRU step whose $gate is the product of two sigmoids
    {"$whole": "sigmoid($x) * sigmoid($h)"}
    x and h_prev should be weighed against each other before anything is squashed.
    Look: How far does the sigmoid of equation (eq:$name) reach?
${name}_no_bias: a GRU step whose $gate has no bias
    {"$whole": "sigmoid($inside - b[$at])"}
    Its block of b is not used. (The candidate's bias is another one.)
    Look: What does equation (eq:$name) add up?
${name}_bias_twice: a GRU step that adds the $gate's bias twice
    {"$whole": "sigmoid($inside + b[$at])"}
    PyTorch does add two biases, but they are two different ones. Here a gate has one.
    Look: Count the biases in equation (eq:$name).
"""

GATES = slips(
    r"""
gates_tanh: a GRU step with tanh on both gates
    $tanh
    A gate is a share between 0 and 1. With tanh it can be negative, and it turns the sign of what it should only let
    through.
    Look: Which of the two squashing functions stands in equations (eq:reset) and (eq:update)?
gates_linear: a GRU step whose gates are not squashed
    $linear
    A gate is a share between 0 and 1. Without the sigmoid it can be anything.
    Look: What do equations (eq:reset) and (eq:update) do to their sums?
gates_hard: a GRU step with a hard sigmoid, 0.2 a + 0.5 cut off at 0 and 1
    $hard
    Early versions of Keras used that straight line in place of the curve, for speed.
    Look: The sigmoid of unit 00 is the one in the equations; the setup cell has made it ready for you.
gates_clipped: a GRU step with a sigmoid whose argument is clipped to a narrow range
    $clipped
    Clipping avoids the overflow, but then no gate can be quite open or quite shut.
    Look: The sigmoid of unit 00 needs no clipping; the setup cell has made it ready for you.
gates_of_x: a GRU step whose gates do not see h_prev
    $of_x
    The gates then decide by the present input alone.
    Look: What do equations (eq:reset) and (eq:update) add up?
candidate_sigmoid: a GRU step with a sigmoid on the candidate
    {"np.tanh(": "sigmoid("}
    The candidate then lies between 0 and 1, and the state can never become negative.
    Look: Which of the two squashing functions stands in equation (eq:n)?
candidate_linear: a GRU step whose candidate is not squashed
    {"np.tanh(": "("}
    Without its tanh the candidate has no bounds, and the state has none either.
    Look: What does equation (eq:n) do to its sum?
candidate_relu: a GRU step with a ReLU on the candidate
    {"np.tanh(": "np.maximum(0, "}
    The candidate is then never negative and has no upper bound.
    Look: What does equation (eq:n) do to its sum?
candidate_tanh_twice: a GRU step whose candidate went through tanh twice
    {"np.tanh(from_x[:, 2 * H :] + r * q)": "np.tanh(np.tanh(from_x[:, 2 * H :] + r * q))"}
    The second tanh squeezes what is already between -1 and 1: no candidate gets beyond 0.76.
    Look: How often is the sum in equation (eq:n) squashed?
""",
    tanh={whole: whole.replace("sigmoid", "np.tanh") for whole in _GATE.values()},
    linear={whole: whole.replace("sigmoid", "") for whole in _GATE.values()},
    hard={whole: f"np.clip(0.2 * {whole.replace('sigmoid', '')} + 0.5, 0, 1)" for whole in _GATE.values()},
    clipped={whole: f"sigmoid(np.clip({whole.replace('sigmoid', '')}, -20, 20))" for whole in _GATE.values()},
    of_x={_GATE[letter]: f"sigmoid({_X[letter]})" for letter in "rz"},
)

PRODUCTS = slips(
    r"""
x_first: a GRU step that takes W's first rows for x
    {"x @ W[H:]": "x @ W[: x.shape[1]]", "h_prev @ W[:H]": "h_prev @ W[x.shape[1] :]"}
    W's first H rows belong to h, and the last D to x. The cut is at the wrong place, and each part goes to the other.
    Look: Equation (eq:W_gru) shows whose rows are on top.
x_with_first_rows: a GRU step that multiplies x with the first rows of W
    {"x @ W[H:]": "x @ W[: x.shape[1]]"}
    W's first H rows belong to h, and the last D to x.
    Look: Equation (eq:W_gru) shows whose rows are on top.
h_with_last_rows: a GRU step that multiplies h_prev with the last rows of W
    {"h_prev @ W[:H]": "h_prev @ W[-H:]"}
    W's first H rows belong to h, and the last D to x.
    Look: Equation (eq:W_gru) shows whose rows are on top.
no_bias: a GRU step that doesn't use b
    {"x @ W[H:] + b": "x @ W[H:]"}
    Both gates, and the candidate's product of x, have a bias there.
    Look: Which of the equations have a block of b?
bias_twice: a GRU step that adds all of b to the product of x and to that of h
    {"h_prev @ W[:H]": "h_prev @ W[:H] + b"}
    PyTorch does add two biases, but they are two different ones. Here b goes with x, and b_n is all that h has.
    Look: Count the biases in each of the equations.
no_h: a GRU step in which nothing but the last line sees h_prev
    {"h_prev @ W[:H]": "0 * h_prev @ W[:H]"}
    The gates and the candidate are then made of x alone.
    Look: Which of the equations have h_{t-1}?
recurrent_turned: a GRU step with each block of W's rows for h turned around
    {"h_prev @ W[:H]": "np.concatenate([h_prev @ W[:H, k * H : (k + 1) * H].T for k in range(3)], axis=1)"}
    The shapes fit, for each of these blocks is square. PyTorch keeps its weights turned; here h stands in front of W.
    Look: Look at equation (eq:W_gru), and at the products in the others: is anything transposed?
interleaved: a GRU step that takes every third column of the products for a gate
    $interleaved
    The columns of one gate stand together in W: the first H are the reset gate's.
    Look: Equation (eq:W_gru) says in which order the blocks stand side by side.
as_plain_rnn: a plain RNN's step with the candidate's weights
    {"return (1 - z) * n + z * h_prev": "return n", "r * q": "q"}
    Neither gate is used.
    Look: Where do r and z stand in equations (eq:n) and (eq:gru)?
""",
    interleaved={
        f"from_{side}[:, {at}]": f"from_{side}[:, {k}::3]" for side in "xh" for k, at in enumerate(_COLUMNS.values())
    },
)

ORDERS = r"""
order_$order: $what
    $edits
    $meaning
    Look: Equation (eq:W_gru) says in which order the blocks stand side by side.
"""
_SAID = {
    "zrn": (
        "a GRU step that takes the first block for the update gate and the second for the reset gate",
        "That is the order of Keras and of ONNX, z, r, n. Ours is PyTorch's: r, z, n.",
    )
}


def _order(order):
    said = ", ".join(order)
    what, meaning = _SAID.get(
        order,
        (
            f"a GRU step that takes the blocks in the order {said}",
            "The blocks are cut at the right places, but they go to the wrong gates. Ours stand in the order r, z, n.",
        ),
    )
    edits = _reads(dict(zip(order, ORDER, strict=True)))
    return slips(ORDERS, order=order, what=what, meaning=meaning, edits=edits)


BOTH_MISREAD = r"""
${one}_from_$block: a GRU step whose $title is computed from the $other's blocks of both products
    $edits
    The $other's blocks are used twice, and the $title's own not at all.
    Look: Compare your slices with equation (eq:W_gru).
"""

MISREAD = r"""
h_${one}_from_$block: a GRU step whose $title uses the $other's block of the product of h
    $edits_h
    One slice of the product of h is used twice, and another one not at all.
    Look: Compare your slices of the product of h with equation (eq:W_gru).
x_${one}_from_$block: a GRU step whose $title uses the $other's block of the product of x
    $edits_x
    One slice of the product of x is used twice, and another one not at all.
    Look: Compare your slices of the product of x with equation (eq:W_gru).
"""


def _misread(one, block):
    bank = MISREAD if {one, block} == {"r", "z"} else BOTH_MISREAD + MISREAD  # r from z's blocks is z in r's place
    return slips(
        bank,
        one=one,
        block=block,
        title=TITLES[one],
        other=TITLES[block],
        edits=_reads({one: block}),
        edits_h=_reads({one: block}, (_H,)),
        edits_x=_reads({one: block}, (_X,)),
    )


FOR_ALL = r"""
bias_of_$one: a GRU step that adds the $title's block of b in all three places
    {"x @ W[H:] + b": "x @ W[H:] + np.tile(b[$at], 3)"}
    The $title's block of b is used three times, and the other two not at all.
    Look: Each of the equations (eq:reset), (eq:update) and (eq:n) has a bias of its own.
h_weights_of_$one: a GRU step whose products of h all use the $title's weights
    {"h_prev @ W[:H]": "np.tile(h_prev @ W[:H, $at], 3)"}
    One matrix for all three: then they all see the same of the past.
    Look: Equation (eq:W_gru) has three blocks in the row for h.
"""


def _gate(letter):
    title = TITLES[letter]
    return slips(
        OF_A_GATE,
        name=title.split()[0],
        gate=title,
        whole=_GATE[letter],
        inside=f"{_X[letter]} + {_H[letter]}",
        x=_X[letter],
        h=_H[letter],
        at=_COLUMNS[letter],
    )


MISTAKES = (
    *RESET,
    *UPDATE,
    *(one for letter in "rz" for one in _gate(letter)),
    *GATES,
    *PRODUCTS,
    *(one for order in map("".join, permutations(ORDER)) if order != ORDER for one in _order(order)),
    *(one for letter in ORDER for block in ORDER if letter != block for one in _misread(letter, block)),
    *(one for letter in ORDER for one in slips(FOR_ALL, one=letter, title=TITLES[letter], at=_COLUMNS[letter])),
)
