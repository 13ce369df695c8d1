"""The known mistakes of the way back through a GRU's step."""

from itertools import permutations

from ..base import slips

__all__ = ["MISTAKES"]

SIDE_X, SIDE_H = "[da_r, da_z, da_n]", "[da_r, da_z, dq]"

CANDIDATE = slips(r"""
kept_share: a way back in which n gets the share z
    {"dh * (1 - z) * (1": "dh * z * (1"}
    z is the share of the old state. What n was multiplied with is the rest.
    Look: Which share has n in equation (eq:gru), and what stands in equation (eq:da_n)?
no_share: a way back in which n gets all of dh
    {"dh * (1 - z) * (1": "dh * (1"}
    Where the update gate is open the candidate did not get into h, and nothing comes back to it.
    Look: Which factors has equation (eq:da_n)?
no_tanh_slope: a way back through the candidate that leaves out the slope of its tanh
    {" * (1 - n * n)": ""}
    Where the tanh is flat, whatever stands before it hardly moves n.
    Look: What is the last factor in equation (eq:da_n)?
not_squared: a slope of 1 - n for the candidate's tanh
    {"(1 - n * n)": "(1 - n)"}
    The tanh is as steep on its left side as on its right one; 1 - n is not.
    Look: Compare with equation (eq:da_n), factor by factor.
difference_squared: a slope of (1 - n)^2 for the candidate's tanh
    {"(1 - n * n)": "(1 - n) ** 2"}
    What is squared is n alone, and then taken from 1. The tanh is as steep on its left side as on its right one.
    Look: Compare with equation (eq:da_n), factor by factor.
tanh_once_more: a slope of the tanh at n, which has been through the tanh already
    {"(1 - n * n)": "(1 - np.tanh(n) ** 2)"}
    The slope is 1 minus the square of what came out of the tanh, and that is n.
    Look: How often is n squashed in equation (eq:da_n)?
sigmoid_slope: a sigmoid's slope, n (1 - n), for the candidate
    {"(1 - n * n)": "n * (1 - n)"}
    A gate's slope looks like that. The candidate has been through a tanh.
    Look: Compare with equation (eq:da_n), factor by factor.
divided_by_slope: a way back that divides by the slope of the candidate's tanh
    {" * (1 - n * n)": " / (1 - n * n)"}
    On the way back one multiplies by the slope.
    Look: Compare with equation (eq:da_n), factor by factor.
reset_in_da_n: a da_n that is multiplied by the reset gate
    {"(1 - n * n)": "(1 - n * n) * r"}
    r stands before q alone. The product of x hears da_n as it is.
    Look: In which of the equations (eq:da_n) and (eq:dq) does r stand?
""")

UPDATE = slips(r"""
z_hears_old: an update gate's gradient without the candidate
    {"(h_prev - n)": "h_prev"}
    z stands in h twice: before the old state, and with a minus before n.
    Look: What does z multiply in equation (eq:gru)? It is there twice.
z_hears_new: an update gate's gradient without the old state
    {"(h_prev - n)": "-n"}
    z stands in h twice: before the old state, and with a minus before n.
    Look: What does z multiply in equation (eq:gru)? It is there twice.
z_turned: an update gate's gradient with the wrong sign
    {"(h_prev - n)": "(n - h_prev)"}
    A z that grows keeps more of the old state. That is so in this GRU, and the other way round in that of Chung et al.
    Look: Which of the two is subtracted from which in equation (eq:da_z)?
z_plus: an update gate's gradient with a plus between the old state and n
    {"(h_prev - n)": "(h_prev + n)"}
    What z gives to the old state it takes from n.
    Look: With which sign does z stand before n in equation (eq:gru)?
z_no_slope: an update gate's gradient without the slope of its sigmoid
    {"(h_prev - n) * z * (1 - z)": "(h_prev - n)"}
    What is wanted is the gradient with respect to what went into the sigmoid.
    Look: What are the last factors of equation (eq:da_z)?
z_tanh_slope: an update gate's gradient with the slope of a tanh
    {"(h_prev - n) * z * (1 - z)": "(h_prev - n) * (1 - z * z)"}
    The update gate has been through a sigmoid.
    Look: What are the last factors of equation (eq:da_z)?
z_sigmoid: an update gate's gradient with the gate itself in place of its slope
    {"(h_prev - n) * z * (1 - z)": "(h_prev - n) * z"}
    The slope of a sigmoid has two factors.
    Look: What are the last factors of equation (eq:da_z)?
z_slope_of_r: an update gate's gradient with the slope of the reset gate
    {"(h_prev - n) * z * (1 - z)": "(h_prev - n) * r * (1 - r)"}
    Each gate's slope is at its own value.
    Look: Which letter stands in the last factors of equation (eq:da_z)?
z_hears_q: an update gate's gradient with q in place of h_prev
    {"(h_prev - n)": "(q - n)"}
    What z kept is the old state itself.
    Look: What does z multiply in equation (eq:gru)?
z_left_out: a way back in which the update gate hears nothing
    {"dh * (h_prev - n) * z * (1 - z)": "0 * dh"}
    The update gate's weights are then never changed by training.
    Look: What stands in equation (eq:da_z)?
""")

RESET = slips(r"""
r_hears_h: a reset gate's gradient with h_prev in place of q
    {"da_n * q * r": "da_n * h_prev * r"}
    What r was multiplied with is q, the product and its bias. (In Cho's GRU it was h_prev.)
    Look: What stands beside r in equation (eq:n), and what in equation (eq:da_r)?
r_hears_nothing_of_b: a reset gate's gradient with the product alone in place of q
    {"da_n * q * r": "da_n * (h_prev @ W[:H, 2 * H :]) * r"}
    The bias b_n stands behind the reset gate too.
    Look: What is q, in equation (eq:q)?
r_no_slope: a reset gate's gradient without the slope of its sigmoid
    {" * q * r * (1 - r)": " * q"}
    What is wanted is the gradient with respect to what went into the sigmoid.
    Look: What are the last factors of equation (eq:da_r)?
r_tanh_slope: a reset gate's gradient with the slope of a tanh
    {"q * r * (1 - r)": "q * (1 - r * r)"}
    The reset gate has been through a sigmoid.
    Look: What are the last factors of equation (eq:da_r)?
r_sigmoid: a reset gate's gradient with the gate itself in place of its slope
    {"q * r * (1 - r)": "q * r"}
    The slope of a sigmoid has two factors.
    Look: What are the last factors of equation (eq:da_r)?
r_slope_of_z: a reset gate's gradient with the slope of the update gate
    {"q * r * (1 - r)": "q * z * (1 - z)"}
    Each gate's slope is at its own value.
    Look: Which letter stands in the last factors of equation (eq:da_r)?
r_of_dh: a reset gate's gradient from dh, past the candidate's tanh
    {"da_n * q * r": "dh * (1 - z) * q * r"}
    r stands inside of the tanh, so its slope is on the way.
    Look: What is the first factor of equation (eq:da_r)?
r_through_dq: a reset gate's gradient from dq in place of da_n
    {"da_n * q * r": "da_n * r * q * r"}
    r and q are the two factors of one product. Each gets what came back to the product, times the other one.
    Look: What is the first factor of equation (eq:da_r)?
r_without_q: a reset gate's gradient without q
    {"da_n * q * r": "da_n * r"}
    A gate gets back what it was multiplied with on the way forward.
    Look: Which factors has equation (eq:da_r)?
r_left_out: a way back in which the reset gate hears nothing
    {"da_n * q * r * (1 - r)": "0 * da_n"}
    The reset gate's weights are then never changed by training.
    Look: What stands in equation (eq:da_r)?
gates_no_slope: both gates' gradients without the slopes of their sigmoids
    {"(h_prev - n) * z * (1 - z)": "(h_prev - n)", " * q * r * (1 - r)": " * q"}
    What is wanted are the gradients with respect to what went into the sigmoids.
    Look: What are the last factors of equations (eq:da_z) and (eq:da_r)?
""")

SIDES = slips(r"""
no_reset_on_h: a product of h that hears da_n in place of dq
    {"dq = da_n * r": "dq = da_n"}
    Between q and n stands the reset gate, and the way back goes through it.
    Look: Which factors has equation (eq:dq)?
reset_inverted: a dq with 1 - r in place of r
    {"dq = da_n * r": "dq = da_n * (1 - r)"}
    What q was multiplied with on the way forward is r.
    Look: Which factors has equation (eq:dq)?
dq_through_z: a dq with the update gate in place of the reset gate
    {"dq = da_n * r": "dq = da_n * z"}
    What q was multiplied with on the way forward is r.
    Look: Which factors has equation (eq:dq)?
q_in_dq: a dq with q in place of r
    {"dq = da_n * r": "dq = da_n * q"}
    A factor gets back the other one. q is what dq belongs to.
    Look: Which factors has equation (eq:dq)?
reset_on_both: a product of x that hears dq in place of da_n
    {"[da_r, da_z, da_n]": "[da_r, da_z, dq]"}
    x gets to n past the reset gate.
    Look: Which of the two sides of equation (eq:sides) has dq?
sides_exchanged: a way back in which x hears dq and h hears da_n
    {"[da_r, da_z, da_n]": "[da_r, da_z, dq]", "[da_r, da_z, dq]": "[da_r, da_z, da_n]"}
    The reset gate stands on h's way to n, and not on x's.
    Look: Which of the two sides of equation (eq:sides) has dq?
minus: all five gradients with the wrong sign
    {"da_n = dh": "dh = -dh\n    da_n = dh"}
    A gradient points to where the loss grows. The minus comes with the step that is taken against it.
    Look: Is there a minus before dh in equation (eq:da_n)?
clipped: a way back that cuts off da_n, da_z and da_r at -1 and 1
    {"    dq = da_n * r": "    da_n, da_z, da_r = (np.clip(da, -1, 1) for da in (da_n, da_z, da_r))\n    dq = da_n * r"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: Is there anything but products in equations (eq:da_n) to (eq:da_r)?
clipped_at_5: a way back that cuts off da_n, da_z and da_r at -5 and 5
    {"    dq = da_n * r": "    da_n, da_z, da_r = (np.clip(da, -5, 5) for da in (da_n, da_z, da_r))\n    dq = da_n * r"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: Is there anything but products in equations (eq:da_n) to (eq:da_r)?
""")

WEIGHTS = slips(r"""
x_first: a dW with the rows for x above those for h_prev
    {"[h_prev.T @ da_h, x.T @ da_x]": "[x.T @ da_x, h_prev.T @ da_h]"}
    The first H rows of W, and of dW, belong to h_prev.
    Look: In which order does equation (eq:gru_dW) have the two?
joined_first: a dW from [h_prev, x] and the gradients of x's side
    {"h_prev.T @ da_h": "h_prev.T @ da_x"}
    For h's rows the candidate's block is another one: the reset gate is between.
    Look: Which of the two sides stands beside h_prev in equation (eq:gru_dW)?
one_side: a way back in which dW and dh_prev come of the gradients of x's side alone
    {"h_prev.T @ da_h": "h_prev.T @ da_x", "da_h @ W[:H].T": "da_x @ W[:H].T"}
    h_prev reaches the candidate through the reset gate, so that its side has another third block.
    Look: Where do da_x and da_h of equation (eq:sides) differ, and which of the equations below use da_h?
joined_with_h: a dW from [h_prev, x] and the gradients of h's side
    {"x.T @ da_x])": "x.T @ da_h])"}
    For x's rows the candidate's block is another one: x gets to n past the reset gate.
    Look: Which of the two sides stands beside x in equation (eq:gru_dW)?
reset_in_dW_too: a dW whose candidate's block for h is made with r * h_prev and dq
    {"h_prev.T @ da_h": "np.concatenate([h_prev.T @ da_h[:, : 2 * H], (r * h_prev).T @ dq], axis=1)"}
    dq has the reset gate in it already.
    Look: How often does r come in, in equations (eq:dq) and (eq:gru_dW)?
as_cho: a way back through Cho's GRU, whose reset gate acts on h_prev before the product
    body:
        x, h_prev, r, z, n, q, W = cache
        H = h_prev.shape[1]
        da_n = dh * (1 - z) * (1 - n * n)
        da_z = dh * (h_prev - n) * z * (1 - z)
        dgated = da_n @ W[:H, 2 * H :].T
        da_r = dgated * h_prev * r * (1 - r)
        da = np.concatenate([da_r, da_z, da_n], axis=1)
        upper = np.concatenate([h_prev.T @ da[:, : 2 * H], (r * h_prev).T @ da_n], axis=1)
        dh_prev = da[:, : 2 * H] @ W[:H, : 2 * H].T + dgated * r + dh * z
        return da @ W[H:].T, dh_prev, np.concatenate([upper, x.T @ da]), da.sum(axis=0), da_n.sum(axis=0)
    That is the gradient of another GRU. In ours the reset gate comes after the product, and acts on q.
    Look: What is the reset gate multiplied with in equation (eq:n)?
as_chung: a way back through a GRU in which 1 - z is the share of the old state
    {"dh * (1 - z) * (1": "dh * z * (1", "(h_prev - n)": "(n - h_prev)", " + dh * z": " + dh * (1 - z)"}
    Chung et al. (2014) have their update gate the other way round. Here z is the share of the old state, on the way
    forward and on the way back.
    Look: Which share has the old state in equation (eq:gru), and which has n?
dW_mean: a dW that is the mean over the batch
    {"[h_prev.T @ da_h, x.T @ da_x])": "[h_prev.T @ da_h, x.T @ da_x]) / len(x)"}
    Every sequence adds to the gradient. The mean of the loss is in dh already.
    Look: Is there a division in equation (eq:gru_dW)?
db_mean: a db and a db_n that are means over the batch
    {"da_x.sum(axis=0)": "da_x.mean(axis=0)", "dq.sum(axis=0)": "dq.mean(axis=0)"}
    Every sequence adds to the gradients. The mean of the loss is in dh already.
    Look: What does equation (eq:gru_db) do over the batch?
means: a dW, a db and a db_n that are means over the batch
    {"[h_prev.T @ da_h, x.T @ da_x])": "[h_prev.T @ da_h, x.T @ da_x]) / len(x)",
     "da_x.sum(axis=0)": "da_x.mean(axis=0)", "dq.sum(axis=0)": "dq.mean(axis=0)"}
    Every sequence adds to the gradients. The mean of the loss is in dh already.
    Look: What do equations (eq:gru_dW) and (eq:gru_db) do over the batch?
db_of_h: a db from the gradients of h's side
    {"da_x.sum(axis=0)": "da_h.sum(axis=0)"}
    b was added to the product of x, which the reset gate doesn't reach.
    Look: Which of the two sides does equation (eq:gru_db) add up for db?
db_n_of_x: a db_n from da_n
    {"dq.sum(axis=0)": "da_n.sum(axis=0)"}
    b_n stands behind the reset gate, so r is on the way back to it.
    Look: What does equation (eq:gru_db) add up for db_n?
db_n_zero: a db_n of zeros
    {"dq.sum(axis=0)": "0 * dq.sum(axis=0)"}
    The second bias acts on n like the rest, and training should move it too.
    Look: What does equation (eq:gru_db) add up for db_n?
db_zero: a db of zeros
    {"da_x.sum(axis=0)": "0 * da_x.sum(axis=0)"}
    The biases act on the gates like the rest, and training should move them too.
    Look: What does equation (eq:gru_db) add up for db?
db_over_the_columns: a db and a db_n that are added up over the columns, in place of the rows
    {"da_x.sum(axis=0)": "da_x.sum(axis=1)", "dq.sum(axis=0)": "dq.sum(axis=1)"}
    They have a number for each sequence then, (N,). A bias has one for each column.
    Look: What does equation (eq:gru_db) add up over, and which axis is that?
db_a_sequence: a db and a db_n with a row for each sequence
    {"da_x.sum(axis=0)": "da_x", "dq.sum(axis=0)": "dq"}
    The biases were added to every sequence of the batch, and every use adds to the gradient.
    Look: Look at equation (eq:gru_db), and at the shapes beside it.
sums_first: a dW from sums over the batch, of the inputs and of the gradients
    {"h_prev.T @ da_h": "np.outer(h_prev.sum(axis=0), da_h.sum(axis=0))",
     "x.T @ da_x]": "np.outer(x.sum(axis=0), da_x.sum(axis=0))]"}
    The sum of products is not the product of the sums: each sequence's gradient belongs to what that sequence read.
    Look: What does the matrix product in equation (eq:gru_dW) add up?
last_sequence: a dW of the last sequence alone
    {"h_prev.T @ da_h": "h_prev[-1:].T @ da_h[-1:]", "x.T @ da_x]": "x[-1:].T @ da_x[-1:]]"}
    Every sequence of the batch adds to the gradient. In a loop, `dW = ...` writes over what was there.
    Look: What does the matrix product in equation (eq:gru_dW) add up?
h_for_h_prev: a dW made with h where h_prev belongs
    {"h_prev.T @ da_h": "((1 - z) * n + z * h_prev).T @ da_h"}
    W was multiplied by the state that came in. What came out, h, is made of it.
    Look: What stands on the left in the upper row of equation (eq:gru_dW)?
db_and_db_n_swapped: the right gradients, with db_n's numbers also in the last block of db
    {"return dx, dh_prev, dW, da_x.sum(axis=0), dq": "return dx, dh_prev, dW, da_h.sum(axis=0), da_n"}
    db goes with the product of x and db_n with that of h; here the two have changed sides.
    Look: What does equation (eq:gru_db) add up for each of the two?
""")

ON = slips(r"""
not_kept: a dh_prev without what came by the old state's own share
    {" + dh * z": ""}
    The shortest way of all is missing: h_prev, times z, is a part of h.
    Look: How many terms has equation (eq:gru_dh)?
kept_in_full: a dh_prev to which all of dh was added
    {" + dh * z": " + dh"}
    Only the share z of h_prev got into h.
    Look: What is the last term of equation (eq:gru_dh)?
kept_complement: a dh_prev to which dh * (1 - z) was added
    {" + dh * z": " + dh * (1 - z)"}
    That is the candidate's share. The old state has z.
    Look: What is the last term of equation (eq:gru_dh)?
kept_alone: a dh_prev that came by the old state's own share alone
    {"da_h @ W[:H].T + dh * z": "dh * z"}
    Both gates and the candidate have read h_prev as well.
    Look: How many terms has equation (eq:gru_dh)?
kept_with_reset: a dh_prev to which r * z * dh was added
    {" + dh * z": " + dh * z * r"}
    The reset gate is on the way to the candidate alone.
    Look: What is the last term of equation (eq:gru_dh)?
dh_prev_through_x_side: a dh_prev through the gradients of x's side
    {"da_h @ W[:H].T": "da_x @ W[:H].T"}
    h_prev reaches the candidate through the reset gate.
    Look: Which of the two sides stands in equation (eq:gru_dh)?
dx_through_h_side: a dx through the gradients of h's side
    {"da_x @ W[H:].T": "da_h @ W[H:].T"}
    x gets to n past the reset gate.
    Look: Which of the two sides stands in equation (eq:gru_dx)?
dx_dh_swapped: the right gradients with dx and dh_prev in each other's place
    {"return dx, dh_prev,": "return dh_prev, dx,"}
    dx is the first value that is asked for.
    Look: Compare your last line with the docstring: in which order do the five come back?
cut_at_the_wrong_end: a dx and a dh_prev through the wrong rows of W
    {"da_x @ W[H:].T": "da_x @ W[: x.shape[1]].T", "da_h @ W[:H].T": "da_h @ W[x.shape[1] :].T"}
    W's first H rows belong to h_prev, and the last D to x.
    Look: Equation (eq:W_gru) shows whose rows are on top.
recurrent_not_turned: a dh_prev through each block of W's rows for h as it is, not turned around
    {"da_h @ W[:H].T": "sum(da_h[:, k * H : (k + 1) * H] @ W[:H, k * H : (k + 1) * H] for k in range(3))"}
    The shapes fit, for each of these blocks is square. On the way back it is gone through from the other side.
    Look: Look at the sign above W in equation (eq:gru_dh).
dh_handed_on: a dh_prev that is dh, handed on as it came
    {"da_h @ W[:H].T + dh * z": "+dh"}
    h_prev gets to h by four ways, each with factors of its own.
    Look: How many terms has equation (eq:gru_dh)?
no_dh_prev: a dh_prev of zeros
    {"da_h @ W[:H].T + dh * z": "0 * dh"}
    h_prev gets to h by four ways.
    Look: How many terms has equation (eq:gru_dh)?
n_not_through_h: a dh_prev to which the candidate has added nothing
    {"da_h @ W[:H].T": "da_h[:, : 2 * H] @ W[:H, : 2 * H].T"}
    The candidate has read h_prev as well, through q.
    Look: How wide is the gradient in equation (eq:gru_dh), and what is its last block?
gates_not_through_h: a dh_prev to which the two gates have added nothing
    {"da_h @ W[:H].T": "dq @ W[:H, 2 * H :].T"}
    The gates have read h_prev as well.
    Look: How wide is the gradient in equation (eq:gru_dh)?
gates_not_through_x: a dx to which the two gates have added nothing
    {"da_x @ W[H:].T": "da_n @ W[H:, 2 * H :].T"}
    The gates have read x as well.
    Look: How wide is the gradient in equation (eq:gru_dx)?
into_dh: a way back that multiplies in the dh that came in
    {"da_n = dh * (1 - z)": "kept = dh * z\n    old = dh.copy()\n    da_n = np.multiply(dh, 1 - z, out=dh)",
     "da_z = dh *": "da_z = old *", " + dh * z": " + kept"}
    The numbers are right. But what the caller had in dh is gone.
    Look: Which of your lines writes into an array that came in?
into_cache: a way back that writes into the old state of the cache
    {"dh_prev = da_h @ W[:H].T + dh * z": "h_prev[:] = da_h @ W[:H].T + dh * z\n    dh_prev = h_prev"}
    The numbers are right. But what the forward pass has kept is gone: who goes back a second time gets other ones.
    Look: Which of your lines writes into an array that came in?
""")

ORDERED = r"""
order_$order: gradients whose blocks stand in the order $said
    {"[da_r, da_z, da_n]": "[$x]", "[da_r, da_z, dq]": "[$h]"}
    Ours stand in the order r, z, n, as in W and in b.
    Look: Compare the order in your np.concatenate with equation (eq:sides).
"""


def _ordered(order):
    names = [f"da_{letter}" for letter in order]
    h = ", ".join("dq" if name == "da_n" else name for name in names)
    return slips(ORDERED, order=order, said=", ".join(order), x=", ".join(names), h=h)


MISTAKES = (
    *CANDIDATE,
    *UPDATE,
    *RESET,
    *SIDES,
    *WEIGHTS,
    *ON,
    *(one for order in map("".join, permutations("rzn")) if order != "rzn" for one in _ordered(order)),
)
