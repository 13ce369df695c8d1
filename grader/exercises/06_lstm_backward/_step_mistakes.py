"""The known mistakes of the way back through a step."""

import importlib

from ..base import slips

__all__ = ["MISTAKES"]

_lstm = importlib.import_module("..05_lstm._draws", __package__)
ORDER, OTHER_ORDERS, apart = _lstm.ORDER, _lstm.OTHER_ORDERS, _lstm.apart
TITLES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}
IN_ORDER = "dz_i, dz_f, dz_g, dz_o"

CELL = slips(r"""
dc_left_out: a way back that ignores the dc it is given
    {"dc + dh * o * (1": "dh * o * (1"}
    What comes back along the cell states from all the later steps is lost, and with it what an LSTM is made for. dc is
    set where it should be added to.
    Look: Equation (eq:dc) has two terms.
h_left_out: a way back in which nothing of dh gets into the cell
    {"dc + dh * o * (1 - s * s)": "dc"}
    c acts on the loss in two ways: through the next step, which is dc, and through this step's h.
    Look: Equation (eq:dc) has two terms.
no_tanh_slope: a way back that goes from h to c without the slope of the tanh
    {" * (1 - s * s)": ""}
    Where a cell is full, tanh(c) is flat: whatever c does, h hardly moves.
    Look: What is the last factor in equation (eq:dc)?
no_output_gate: a way back that goes from h to c without the output gate
    {"dh * o * (1 - s": "dh * (1 - s"}
    A cell whose output gate is shut shows nothing, so nothing comes back through what it shows.
    Look: Which factors has the second term of equation (eq:dc)?
h_as_it_is: a way back that adds dh to dc as it came
    {"dc + dh * o * (1 - s * s)": "dc + dh"}
    h is made of c by a tanh and a gate, and the way back goes through both.
    Look: Which factors has the second term of equation (eq:dc)?
tanh_once_more: a slope of tanh at tanh(c), which has been through tanh already
    {"(1 - s * s)": "(1 - np.tanh(s) ** 2)"}
    The slope of the tanh at c is 1 minus the square of tanh(c).
    Look: How often is c squashed in equation (eq:dc)?
not_squashed: a slope of 1 - c², of the c that was not squashed
    {"(1 - s * s)": "(1 - c * c)"}
    The slope of tanh is 1 minus the square of what comes out of it. c is what goes in.
    Look: What is squared in equation (eq:dc)?
not_squared: a slope of 1 - tanh(c)
    {"(1 - s * s)": "(1 - s)"}
    tanh is as steep at -c as at c; 1 - tanh(c) is not.
    Look: Compare with equation (eq:dc), factor by factor.
sigmoid_slope: a sigmoid's slope, s (1 - s), for the tanh of the cell
    {"(1 - s * s)": "s * (1 - s)"}
    A gate's slope looks like that. c goes through a tanh on its way to h.
    Look: Compare with equation (eq:dc), factor by factor.
slope_of_c_prev: the slope of the tanh at the old cell state
    {"(1 - s * s)": "(1 - np.tanh(c_prev) ** 2)"}
    h was made of the new one. c_prev went through the tanh of the step before.
    Look: Which of the two cell states does equation (eq:dc) have?
tanh_of_c_prev: the tanh of the old cell state, wherever that of the new one belongs
    {"np.tanh(c)": "np.tanh(c_prev)"}
    h was made of the new one, so that is what the slope is taken at, and what the output gate was multiplied with.
    Look: Which of the two cell states do equations (eq:dc) and (eq:dz_o) have?
tanh_slope_of_h: the slope of the tanh made of h, 1 - h²
    {"(1 - s * s)": "(1 - (o * s) ** 2)"}
    In the plain RNN h was what came out of the tanh. Here h is that times the output gate.
    Look: What is squared in equation (eq:dc)?
dc_through_tanh: a way back in which dc goes through the slope of the tanh as well
    {"dc + dh * o * (1 - s * s)": "(dc + dh * o) * (1 - s * s)"}
    dc comes straight from the next step's cell state: between that and c there is no tanh. This is what the carousel is
    about.
    Look: What does the slope multiply in equation (eq:dc)?
dc_through_o: a way back in which dc goes through the output gate as well
    {"dc + dh * o * (1 - s * s)": "o * (dc + dh * (1 - s * s))"}
    What goes from cell to cell doesn't pass the output gate, whether it is shut or open.
    Look: What does o multiply in equation (eq:dc)?
dc_through_f: a way back in which dc goes through the forget gate before anything is made of it
    {"dc + dh * o * (1 - s * s)": "dc * f + dh * o * (1 - s * s)"}
    dc is what has come to this step's c. This step's forget gate stands between c and c_prev, further on.
    Look: In which of equations (eq:dc) and (eq:dc_prev) is f, and what does it multiply there?
dc_through_all: a way back in which dc goes through output gate and tanh, as dh does
    {"dc + dh * o * (1 - s * s)": "(dc + dh) * o * (1 - s * s)"}
    dc comes straight from the next step's cell state: between that and c there is neither gate nor tanh.
    Look: Which of the two terms of equation (eq:dc) has factors?
minus_h: a way back that takes off what comes through h
    {"dc + dh": "dc - dh"}
    Both ways of c to the loss add up.
    Look: Look at the sign in equation (eq:dc).
dc_doubled: dc doubled, in the place of the sum with what comes through h
    {"dc + dh * o * (1 - s * s)": "dc + dc"}
    `dc += dc` doubles; what is to be added is what comes through h.
    Look: Which two are added in equation (eq:dc)?
o_slope_for_o: the output gate's slope in the place of the gate
    {"dh * o * (1 - s": "dh * o * (1 - o) * (1 - s"}
    On the way from h to c the gate is a factor like any other number. Its slope belongs to the way to z_o.
    Look: Which factors has the second term of equation (eq:dc)?
gates_of_dc: gradients of i, f and g from the dc that came in, without what came through h
    {"dz_i = dc_total": "dz_i = dc", "dz_f = dc_total": "dz_f = dc", "dz_g = dc_total": "dz_g = dc"}
    c acts through this step's h as well, and so does all that made c.
    Look: Which of the two is in equations (eq:dz_i) to (eq:dz_g), dc or the whole of it?
dc_prev_of_dc: a dc_prev of f times the dc that came in, without what came through h
    {"dc_total * f, dW": "dc * f, dW"}
    c_prev acts through this step's h as well.
    Look: Which of the two is in equation (eq:dc_prev), dc or the whole of it?
dc_prev_without_f: a dc_prev that is handed on whole, without the forget gate
    {"dc_total * f, dW": "dc_total, dW"}
    What was forgotten on the way forward has no say on the way back. (In the cell of 1997 nothing was, and it was so.)
    Look: What are the factors of equation (eq:dc_prev)?
dc_prev_with_i: a dc_prev through the input gate
    {"dc_total * f, dW": "dc_total * i, dW"}
    The input gate let the candidate in. The old cell state came by the forget gate.
    Look: Which gate stands in equation (eq:dc_prev)?
dc_prev_one_minus: a dc_prev through 1 - f
    {"dc_total * f, dW": "dc_total * (1 - f), dW"}
    The name misleads: f is the share that is kept.
    Look: Which factors has equation (eq:dc_prev)?
dc_prev_slope: a dc_prev through the forget gate's slope
    {"dc_total * f, dW": "dc_total * f * (1 - f), dW"}
    On the way from c to c_prev the gate is a factor like any other number. Its slope belongs to the way to z_f.
    Look: Which factors has equation (eq:dc_prev)?
dc_handed_on: a dc_prev that is dc, handed on as it came
    {"dc_total * f, dW": "dc, dW"}
    c_prev got into c by the forget gate, and c acts through h as well.
    Look: What stands on the right side of equation (eq:dc_prev)?
dc_added: a dc_prev to which the dc that came in was added once more
    {"dc_total * f, dW": "dc_total * f + dc, dW"}
    What goes through the forget gate is all that comes to c_prev.
    Look: What stands on the right side of equation (eq:dc_prev)?
""")

GATES = slips(r"""
no_slopes: dz without the slopes of the four squashing functions
    {" * i * (1 - i)": "", " * f * (1 - f)": "", " * (1 - g * g)": "", " * o * (1 - o)": ""}
    These are the gradients with respect to i, f, g and o. What is wanted are those with respect to z.
    Look: Look at the last factors of equations (eq:dz_i) to (eq:dz_o).
gates_without_slopes: dz without the slopes of the three sigmoids
    {" * i * (1 - i)": "", " * f * (1 - f)": "", " * o * (1 - o)": ""}
    These are the gradients with respect to i, f and o. What is wanted are those with respect to z.
    Look: Look at the last factors of equations (eq:dz_i) to (eq:dz_o).
squashed_again: slopes at i, f, g and o squashed once more
    {" * i * (1 - i)": " * sigmoid(i) * (1 - sigmoid(i))", " * f * (1 - f)": " * sigmoid(f) * (1 - sigmoid(f))",
     " * (1 - g * g)": " * (1 - np.tanh(g) ** 2)", " * o * (1 - o)": " * sigmoid(o) * (1 - sigmoid(o))"}
    The slope of a sigmoid at z_i is i (1 - i), and i is a sigmoid already; with the tanh it is the same.
    Look: Is there a function in the last factors of equations (eq:dz_i) to (eq:dz_o), but for the tanh of c?
candidate_squashed_again: the candidate's slope at g squashed once more
    {" * (1 - g * g)": " * (1 - np.tanh(g) ** 2)"}
    The slope at z_g is 1 minus tanh(z_g) squared, and tanh(z_g) is g.
    Look: Is there a function in equation (eq:dz_g)?
sigmoids_for_slopes: a sigmoid of each gate in the place of its slope
    {" * i * (1 - i)": " * sigmoid(i)", " * f * (1 - f)": " * sigmoid(f)", " * o * (1 - o)": " * sigmoid(o)"}
    Going back through a sigmoid takes its slope. To squash once more is the way forward.
    Look: Look at the last factors of equations (eq:dz_i) to (eq:dz_o).
gate_for_slope: the gate itself in the place of its slope
    {" * i * (1 - i)": " * i", " * f * (1 - f)": " * f", " * o * (1 - o)": " * o"}
    A gate that is wide open can hardly be moved: its slope is next to 0, and it is itself next to 1.
    Look: Look at the last factors of equations (eq:dz_i) to (eq:dz_o).
one_slope_for_all: a sigmoid's slope for all four blocks, the candidate too
    {"(1 - g * g)": "g * (1 - g)"}
    The candidate is a tanh, whose slope is 1 minus its square.
    Look: Compare the last factor of equation (eq:dz_g) with those of the three gates.
tanh_slope_for_all: the slope of the tanh for all four blocks, the gates too
    {" * i * (1 - i)": " * (1 - i * i)", " * f * (1 - f)": " * (1 - f * f)", " * o * (1 - o)": " * (1 - o * o)"}
    The gates are sigmoids, whose slope is the gate times 1 minus the gate.
    Look: Compare the last factors of equations (eq:dz_i) to (eq:dz_o).
g_not_squared: a candidate's slope of 1 - g
    {"(1 - g * g)": "(1 - g)"}
    tanh is as steep at -z as at z; 1 - g is not.
    Look: Compare with equation (eq:dz_g), factor by factor.
input_reads_c_prev: an input gate's gradient with c_prev in the place of g
    {"dc_total * g * i": "dc_total * c_prev * i"}
    Each gate gets back what it was multiplied with on the way forward. i was multiplied with the candidate.
    Look: What stands beside the input gate in c, and what in equation (eq:dz_i)?
forget_reads_c: a forget gate's gradient with c in the place of c_prev
    {"dc_total * c_prev": "dc_total * c"}
    Each gate gets back what it was multiplied with on the way forward. That was the old cell state: c is what came of
    it.
    Look: Which of the two cell states stands in equation (eq:dz_f)?
forget_reads_g: a forget gate's gradient with g in the place of c_prev
    {"dc_total * c_prev": "dc_total * g"}
    Each gate gets back what it was multiplied with on the way forward. f was multiplied with the old cell state.
    Look: What stands beside the forget gate in c, and what in equation (eq:dz_f)?
forget_reads_h: a forget gate's gradient with h_prev in the place of c_prev
    {"dc_total * c_prev": "dc_total * h_prev"}
    Each gate gets back what it was multiplied with on the way forward: what the cell held, and not what it showed.
    Look: Which of the two states stands in equation (eq:dz_f)?
forget_reads_tanh: a forget gate's gradient with tanh(c_prev) in the place of c_prev
    {"dc_total * c_prev": "dc_total * np.tanh(c_prev)"}
    On the way from cell to cell there is no tanh.
    Look: Which factors has equation (eq:dz_f)?
candidate_through_f: a candidate's gradient through the forget gate
    {"dc_total * i * (1 - g": "dc_total * f * (1 - g"}
    The candidate got into the cell by the input gate.
    Look: Which gate stands in equation (eq:dz_g)?
candidate_without_i: a candidate's gradient without the input gate
    {"dc_total * i * (1 - g": "dc_total * (1 - g"}
    A candidate that wasn't let in changed nothing.
    Look: Which factors has equation (eq:dz_g)?
input_and_candidate_exchanged: an input gate's gradient with i in the place of g, a candidate's with g in the place of i
    {"dc_total * g * i": "dc_total * i * i", "dc_total * i * (1 - g": "dc_total * g * (1 - g"}
    Each of the two gets back what it was multiplied with, and that is the other one.
    Look: What stands beside i in equation (eq:dz_i), and beside the slope in equation (eq:dz_g)?
output_of_dc: an output gate's gradient from the whole gradient of c
    {"dh * s * o": "dc_total * s * o"}
    The output gate acts on h alone, so what it hears comes from dh.
    Look: Which gradient stands in equation (eq:dz_o)?
output_of_given_dc: an output gate's gradient from dc
    {"dh * s * o": "dc * s * o"}
    The output gate acts on h alone, so what it hears comes from dh.
    Look: Which gradient stands in equation (eq:dz_o)?
output_reads_c: an output gate's gradient with c in the place of tanh(c)
    {"dh * s * o": "dh * c * o"}
    Each gate gets back what it was multiplied with on the way forward. o was multiplied with tanh(c).
    Look: What stands beside the output gate in h, and what in equation (eq:dz_o)?
output_reads_h: an output gate's gradient with h in the place of tanh(c)
    {"dh * s * o": "dh * o * s * o"}
    h has the output gate in it already. Each gate gets back the other factor alone.
    Look: What stands beside the output gate in h, and what in equation (eq:dz_o)?
output_through_slope: an output gate's gradient through the slope of the tanh
    {"dh * s * o": "dh * (1 - s * s) * o"}
    On the way from h to the output gate no tanh is passed: tanh(c) is what the gate was multiplied with.
    Look: Which factors has equation (eq:dz_o)?
""")

LEFT_OUT = r"""
no_${name}_slope: a way back that leaves out the slope of the $title's $squash
    {"$slope": ""}
    What is wanted is the gradient with respect to z_$gate, in front of the $squash.
    Look: Look at the last factors of equation (eq:dz_$gate).
${name}_left_out: a way back in which the $title hears nothing
    {"[$in_order]": "[$without]"}
    The $title's weights are then never changed by training, and nothing goes back through them.
    Look: What stands in the $title's block of your dz, and what in equation (eq:dz_$gate)?
db_of_${name}: a db that has the $title's gradient in all four blocks
    {"dz.sum(axis=0)": "np.tile(dz_$gate.sum(axis=0), 4)"}
    Each of the four has biases of its own, and each block of db belongs to one of them.
    Look: What is summed in equation (eq:db), and how wide is it?
through_${name}_alone: a dx and a dh_prev that came back through the $title alone
    {"dz @ W.T": "dz_$gate @ W[:, $at].T"}
    All four read x and h_prev, so all four have something to say to them.
    Look: How wide is the dz of equation (eq:dhx)?
not_through_$name: a dx and a dh_prev to which the $title has added nothing
    {"dz @ W.T": "dz @ W.T - dz_$gate @ W[:, $at].T"}
    All four read x and h_prev, so all four have something to say to them.
    Look: How wide is the dz of equation (eq:dhx)?
"""
_SLOPES = {"i": " * i * (1 - i)", "f": " * f * (1 - f)", "g": " * (1 - g * g)", "o": " * o * (1 - o)"}
_AT = {"i": ":H", "f": "H : 2 * H", "g": "2 * H : 3 * H", "o": "3 * H :"}


def _each(gate):
    return slips(
        LEFT_OUT,
        name=TITLES[gate].split()[0],
        title=TITLES[gate],
        squash="tanh" if gate == "g" else "sigmoid",
        gate=gate,
        slope=_SLOPES[gate],
        at=_AT[gate],
        in_order=IN_ORDER,
        without=IN_ORDER.replace(f"dz_{gate}", f"0 * dz_{gate}"),
    )


ORDERED = r"""
order_$order: a dz whose blocks stand in the order $said
    {"[$in_order]": "[$edit]"}
    Ours stand in the order i, f, g, o, as in z, in W and in b.
    Look: Compare the order in your np.concatenate with equation (eq:dz).
"""


def _ordered(order):
    blocks = ", ".join(f"dz_{gate}" for gate in order)
    return slips(ORDERED, order=order, said=apart(order), in_order=IN_ORDER, edit=blocks)


TOGETHER = slips(r"""
stacked: a dz whose four blocks stand below each other
    {"[dz_i, dz_f, dz_g, dz_o], axis=1": "[dz_i, dz_f, dz_g, dz_o], axis=0"}
    dz is then (4N, H). z had the four side by side.
    Look: np.concatenate joins along axis 0 unless it is told otherwise.
interleaved: a dz in which the four take turns, column by column
    {"np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=1)":
        "np.stack([dz_i, dz_f, dz_g, dz_o], axis=2).reshape(len(x), -1)"}
    The columns of one gate stand together in z: the first H are the input gate's.
    Look: Look at equation (eq:dz): what are the first H columns of dz?
minus: all five gradients with the wrong sign
    {"dc_total = dc + dh * o * (1 - s * s)": "dh, dc = -dh, -dc\n    dc_total = dc + dh * o * (1 - s * s)"}
    A gradient points to where the loss grows. The minus comes with the step that is taken against it.
    Look: Is there a minus before dc or dh in equation (eq:dc)?
clipped: a dz that is cut off at -1 and 1
    {"dW = hx.T": "dz = np.clip(dz, -1, 1)\n    dW = hx.T"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: What stands in equation (eq:dz), and what does your function do to it?
clipped_at_5: a dz that is cut off at -5 and 5
    {"dW = hx.T": "dz = np.clip(dz, -5, 5)\n    dW = hx.T"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: What stands in equation (eq:dz), and what does your function do to it?
dc_clipped: a gradient of c that is cut off at -1 and 1
    {"dc + dh * o * (1 - s * s)": "np.clip(dc + dh * o * (1 - s * s), -1, 1)"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: Is there anything but a sum in equation (eq:dc)?
dc_clipped_at_5: a gradient of c that is cut off at -5 and 5
    {"dc + dh * o * (1 - s * s)": "np.clip(dc + dh * o * (1 - s * s), -5, 5)"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: Is there anything but a sum in equation (eq:dc)?
""")

WEIGHTS = slips(r"""
h_for_h_prev: a dW made with h where h_prev belongs
    {"[h_prev, x]": "[o * s, x]"}
    W was multiplied by the state that came in. What came out, h, is made of it.
    Look: What stands in the bracket of equation (eq:dW)?
c_prev_for_h_prev: a dW made with c_prev where h_prev belongs
    {"[h_prev, x]": "[c_prev, x]"}
    The gates have read what the cell showed, not what it held.
    Look: What stands in the bracket of equation (eq:dW), and which item of the cache is it?
x_first: a dW with the rows for x above those for h_prev
    {"[h_prev, x]": "[x, h_prev]"}
    The forward pass reads [h_prev, x], so the first H rows of W, and of dW, belong to h_prev.
    Look: In which order does equation (eq:dW) have the two?
split_x_first: a dx and a dh_prev that were cut off the wrong ends
    {"dhx[:, H:], dhx[:, :H]": "dhx[:, :-H], dhx[:, -H:]"}
    The forward pass reads [h_prev, x], so the first H columns of dz W.T belong to h_prev.
    Look: In which order does equation (eq:dhx) have the two?
x_first_everywhere: a way back through [x, h_prev], with x first in all of it
    {"[h_prev, x]": "[x, h_prev]", "dhx[:, H:], dhx[:, :H]": "dhx[:, :-H], dhx[:, -H:]"}
    The forward pass reads [h_prev, x], h first, and W was made for that.
    Look: In which order do equations (eq:dW) and (eq:dhx) have the two?
dx_dh_swapped: the right gradients with dx and dh_prev in each other's place
    {"dhx[:, H:], dhx[:, :H]": "dhx[:, :H], dhx[:, H:]"}
    The first H columns of dz W.T belong to h_prev, and dh_prev is the second value that is asked for.
    Look: Compare your last line with the docstring: in which order do the five come back?
dh_dc_swapped: the right gradients with dh_prev and dc_prev in each other's place
    {"dhx[:, :H], dc_total * f": "dc_total * f, dhx[:, :H]"}
    h comes before c in every list of this course.
    Look: Compare your last line with the docstring: in which order do the five come back?
dW_mean: a dW that is the mean over the batch
    {"hx.T @ dz": "hx.T @ dz / len(dz)"}
    Every sequence adds to the gradient. The mean of the loss is in dh and dc already.
    Look: Is there a division in equation (eq:dW)?
db_mean: a db that is the mean over the batch
    {"dz.sum(axis=0)": "dz.mean(axis=0)"}
    Every sequence adds to the gradient. The mean of the loss is in dh and dc already.
    Look: What does equation (eq:db) do over n?
means: a dW and a db that are means over the batch
    {"hx.T @ dz": "hx.T @ dz / len(dz)", "dz.sum(axis=0)": "dz.mean(axis=0)"}
    Every sequence adds to the gradients. The mean of the loss is in dh and dc already.
    Look: What do equations (eq:dW) and (eq:db) do over n?
db_over_the_columns: a db that is added up over the columns of dz, in place of the rows
    {"dz.sum(axis=0)": "dz.sum(axis=1)"}
    It has a number for each sequence then, (N,). b has one for each column of z.
    Look: What does equation (eq:db) add up over, and which axis of dz is that?
db_a_sequence: a db with a row for each sequence
    {"dz.sum(axis=0)": "dz"}
    b was added to every sequence of the batch, and every use adds to its gradient.
    Look: Look at equation (eq:db), and at the shape beside it.
db_zero: a db of zeros
    {"dz.sum(axis=0)": "0 * dz.sum(axis=0)"}
    The biases act on z like the rest, and training should move them too.
    Look: What does equation (eq:db) say?
dW_turned: a dW with its rows and columns exchanged
    {"hx.T @ dz": "dz.T @ hx"}
    dW stands beside W, number by number, so it has W's shape.
    Look: Which of the two factors in equation (eq:dW) is transposed?
sums_first: a dW from the sum of all [h_prev, x] and the sum of all dz
    {"hx.T @ dz": "hx.sum(axis=0)[:, None] * dz.sum(axis=0)"}
    The sum of products is not the product of the sums: each sequence's gradient belongs to what that sequence read.
    Look: What does the matrix product in equation (eq:dW) add up?
last_sequence: a dW of the last sequence alone
    {"hx.T @ dz": "hx[-1:].T @ dz[-1:]"}
    Every sequence of the batch adds to the gradient. In a loop, `dW = ...` writes over what was there.
    Look: What does the matrix product in equation (eq:dW) add up?
first_sequence: a dW of the first sequence alone
    {"hx.T @ dz": "hx[:1].T @ dz[:1]"}
    Every sequence of the batch adds to the gradient.
    Look: What does the matrix product in equation (eq:dW) add up?
W_reshaped: a dx and a dh_prev through a W that was reshaped to (4H, H + D)
    {"dz @ W.T": "dz @ W.reshape(4 * H, -1)"}
    reshape keeps the order in which the numbers lie in memory: rows and columns do not change places, they are cut up.
    Look: Look at the sign above W in equation (eq:dhx).
recurrent_not_turned: a dh_prev through each gate's square of W as it is, not turned around
    {"dhx[:, :H]": "sum(dz[:, k * H : (k + 1) * H] @ W[:H, k * H : (k + 1) * H] for k in range(4))"}
    The shapes fit, for each gate's part of W that meets h is square. On the way back it is gone through from the other
    side.
    Look: Look at the sign above W in equation (eq:dhx).
no_dh_prev: a dh_prev of zeros
    {"dhx[:, :H]": "0 * dhx[:, :H]"}
    All four have read h_prev. (The algorithm of 1997 did cut the gradient off there, to have less to compute; it is not
    the gradient any more.)
    Look: What stands on the right side of equation (eq:dhx)?
dh_handed_on: a dh_prev that is dh, handed on as it came
    {"dhx[:, :H]": "dh"}
    h_prev gets to h by the four gates, and the way back goes through them.
    Look: What stands on the right side of equation (eq:dhx)?
dh_added: a dh_prev to which the dh that came in was added once more
    {"dhx[:, :H]": "dhx[:, :H] + dh"}
    What the loss itself asks of the state before is added when that step's turn comes, and it is not this dh.
    Look: What stands on the right side of equation (eq:dhx)?
dc_in_dh_prev: a dh_prev to which dc_prev was added
    {"dhx[:, :H]": "dhx[:, :H] + dc_total * f"}
    What goes back along the cell states is handed on by itself.
    Look: What stands on the right side of equation (eq:dhx)?
into_dc: a way back that adds up in the dc that came in
    {"dc_total = dc + dh * o * (1 - s * s)": "dc_total = dc\n    dc_total += dh * o * (1 - s * s)"}
    The numbers are right. But dc_total is then a second name for the caller's array, and what the caller had in it is
    gone.
    Look: Which line makes the array that holds the sum?
into_dh: a way back that multiplies in the dh that came in
    {"dh * s * o * (1 - o)": "np.multiply(dh, s * o * (1 - o), out=dh)"}
    The numbers are right. But what the caller had in dh is gone.
    Look: Which of your lines writes into an array that came in?
into_cache: a way back that writes into the cell state of the cache
    {"np.tanh(c)": "np.tanh(c, out=c)"}
    The numbers are right. But what the forward pass has kept is gone: who goes back a second time gets other ones.
    Look: Which of your lines writes into an array that came in?
""")

MISTAKES = (
    *CELL,
    *GATES,
    *(one for gate in ORDER for one in _each(gate)),
    *(one for order in OTHER_ORDERS for one in _ordered(order)),
    *TOGETHER,
    *WEIGHTS,
)
