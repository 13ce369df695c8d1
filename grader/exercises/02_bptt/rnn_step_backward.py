"""The way back through one time step."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, STEP, of_step, other_step, signs, single, spread


def _far_out(rng, N, D, H):
    """Cases in which each thing in turn is far out, and still seen in the result."""
    steep = signs(rng, N, H) * rng.uniform(1e4, 1e6, size=(N, H))
    yield Case("large gradients", of_step(rng, N, D, H, dh=steep), LARGE)
    x, W = rng.normal(size=(N, D)), 0.5 * rng.normal(size=(H + D, H))
    x[:, 0], W[H] = signs(rng, N) * rng.uniform(1000, 3000, size=N), 4e-4 * rng.normal(size=H)
    yield Case("large x", of_step(rng, N, D, H, x=x, W=W), LARGE)
    x, W = rng.normal(size=(N, D)), 0.5 * rng.normal(size=(H + D, H))
    x[:, 0], W[H] = 4e-4 * rng.normal(size=N), spread(rng, 500, 3000, (H,))
    yield Case("large W", of_step(rng, N, D, H, x=x, W=W), LARGE)
    h_prev, W = spread(rng, 50, 900, (N, H)), 0.5 * rng.normal(size=(H + D, H))
    W[:H] *= 1e-3
    yield Case("large h_prev", of_step(rng, N, D, H, h_prev=h_prev, W=W), LARGE)
    shut = rng.normal(size=(N, D))
    shut[0] *= 1e5  # at this sequence every h is -1 or 1, and the slope is 0
    yield Case("flat and steep", of_step(rng, N, D, H, x=shut), LARGE)


def cases(rng):
    yield Case("small", of_step(rng, N=2, D=4, H=3))
    yield Case("larger", of_step(rng, N=5, D=3, H=4))
    yield Case("as many inputs as units", of_step(rng, N=2, D=3, H=3))  # what trades places fits
    yield Case("one sequence", of_step(rng, N=1, D=3, H=4))
    yield Case("one input", of_step(rng, N=3, D=1, H=4))
    yield Case("one unit", of_step(rng, N=3, D=4, H=1))
    yield Case("zero h_prev", of_step(rng, N=2, D=4, H=3, h_prev=np.zeros((2, 3))))
    yield Case("zero x", of_step(rng, N=2, D=4, H=3, x=np.zeros((2, 4))))
    yield Case("zero dh", of_step(rng, N=2, D=4, H=3, dh=np.zeros((2, 3))))
    yield Case("strided", of_step(rng, N=4, D=2, H=3), frozenset({"strided"}))
    yield Case("float32", single(of_step(rng, N=3, D=5, H=2)))
    yield Case("faint gradients", of_step(rng, N=2, D=4, H=3, dh=1e-12 * rng.normal(size=(2, 3))))
    yield from _far_out(rng, N=3, D=4, H=2)


SLOPE = slips(r"""
no_slope: a way back that leaves out the tanh
    {"dh * (1 - h * h)": "dh"}
    Where tanh is flat, next to nothing of what z does reaches the loss.
    Look: What does equation (eq:dz) multiply dh by?
tanh_once_more: a slope of tanh at h, which has been through tanh already
    {"1 - h * h": "1 - np.tanh(h) ** 2"}
    The slope at z is 1 minus tanh(z) squared, and tanh(z) is h: it is in the cache as it is needed.
    Look: Is there a function in equation (eq:dz)?
sigmoid_slope: a sigmoid's slope, h (1 - h), in the place of tanh's
    {"1 - h * h": "h * (1 - h)"}
    A sigmoid's slope looks like that. The step squashes with tanh.
    Look: Compare with equation (eq:dz), factor by factor.
divided: a division by 1 - h² in the place of the product
    {"dh * (1 - h * h)": "dh / (1 - h * h)"}
    That would be the slope of the way from h back to z. Where tanh is flat it has no bounds, and should be next to 0.
    Look: Compare with equation (eq:dz).
plus_h_squared: a slope of 1 + h²
    {"1 - h * h": "1 + h * h"}
    tanh is nowhere steeper than 1.
    Look: Compare with equation (eq:dz), sign by sign.
h_not_squared: a slope of 1 - h
    {"1 - h * h": "1 - h"}
    tanh is as steep at -z as at z; 1 - h is not.
    Look: Compare with equation (eq:dz), factor by factor.
square_of_the_difference: a slope of (1 - h)²
    {"1 - h * h": "(1 - h) ** 2"}
    Only h is squared, and that is taken from 1.
    Look: Compare with equation (eq:dz): what is inside the bracket?
doubled_for_squared: a slope of 1 - 2 h
    {"1 - h * h": "1 - 2 * h"}
    That is another number than h squared.
    Look: Compare with equation (eq:dz), factor by factor.
tanh_of_the_square: a slope of 1 - tanh(h²)
    {"1 - h * h": "1 - np.tanh(h * h)"}
    h has been through its tanh already, and all that is left to do is to square it.
    Look: Is there a function in equation (eq:dz)?
without_the_bias: a slope at a z that was computed again, without the bias
    {"1 - h * h": "1 - np.tanh(np.concatenate([h_prev, x], axis=1) @ W) ** 2"}
    The cache has no b, so z can't be had again. What is needed of it is: h.
    Look: Which of the four things in the cache does equation (eq:dz) need?
h_squared_alone: a slope of h², without the 1 minus
    {"(1 - h * h)": "(h * h)"}
    tanh is steep where h is near 0, and flat where h is near 1 or -1; with h² it is the other way round.
    Look: Compare with equation (eq:dz).
slope_of_h_prev: tanh's slope at the state before, 1 - h_prev²
    {"1 - h * h": "1 - h_prev * h_prev"}
    h_prev went through the tanh of the step before, whose slope is that step's affair.
    Look: Which of the two states does equation (eq:dz) have?
no_bracket: dh less h²
    {"dh * (1 - h * h)": "dh * 1 - h * h"}
    dh is to be multiplied by the whole of the slope. Python takes a product before a difference, so a slope of two
    terms needs brackets around it.
    Look: Compare with equation (eq:dz): what does dh multiply there?
twice_the_slope: tanh's slope taken twice
    {"1 - h * h": "(1 - h * h) ** 2"}
    z goes through one tanh on its way to h.
    Look: How often does dz come into being in your function, and is it multiplied again after that?
""")

WEIGHTS = slips(r"""
h_for_h_prev: a dW made with h where h_prev belongs
    {"[h_prev, x]": "[h, x]"}
    W was multiplied by the state that came in. What came out, h, is made of it.
    Look: What stands in the bracket of equation (eq:dW), and what is its name in the cache?
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
returned_swapped: the right gradients with dx and dh_prev in each other's place
    {"dhx[:, H:], dhx[:, :H]": "dhx[:, :H], dhx[:, H:]"}
    The first H columns of dz W.T belong to h_prev, and dh_prev is the second value that is asked for.
    Look: Compare your last line with the docstring: in which order do the four come back?
dW_of_dh: a dW made with dh, which has not been through tanh's slope
    {"hx.T @ dz": "hx.T @ dh"}
    W acts on z, and z reaches the loss through tanh.
    Look: Which gradient stands in equation (eq:dW)?
db_of_dh: a db made of dh, which has not been through tanh's slope
    {"dz.sum(axis=0)": "dh.sum(axis=0)"}
    b acts on z, and z reaches the loss through tanh.
    Look: Which gradient stands in equation (eq:db)?
inputs_of_dh: a dx and a dh_prev made with dh, which has not been through tanh's slope
    {"dz @ W.T": "dh @ W.T"}
    x and h_prev act on z, and z reaches the loss through tanh.
    Look: Which gradient stands in equation (eq:dhx)?
dW_mean: a dW that is the mean over the batch
    {"hx.T @ dz": "hx.T @ dz / len(dz)"}
    Every sequence adds to the gradient. The mean of the loss is in dh already.
    Look: Is there a division in equation (eq:dW)?
db_mean: a db that is the mean over the batch
    {"dz.sum(axis=0)": "dz.mean(axis=0)"}
    Every sequence adds to the gradient. The mean of the loss is in dh already.
    Look: What does equation (eq:db) do over n?
means: a dW and a db that are means over the batch
    {"hx.T @ dz": "hx.T @ dz / len(dz)", "dz.sum(axis=0)": "dz.mean(axis=0)"}
    Every sequence adds to the gradients. The mean of the loss is in dh already.
    Look: What do equations (eq:dW) and (eq:db) do over n?
db_a_sequence: a db with a row for each sequence
    {"dz.sum(axis=0)": "dz"}
    b was added to every sequence of the batch, and every use adds to its gradient.
    Look: Look at equation (eq:db), and at the shape beside it.
dW_turned: a dW with its rows and columns exchanged
    {"hx.T @ dz": "dz.T @ hx"}
    dW stands beside W, number by number, so it has W's shape.
    Look: Which of the two factors in equation (eq:dW) is transposed?
sums_first: a dW from the sum of all [h_prev, x] and the sum of all dz
    {"hx.T @ dz": "hx.sum(axis=0)[:, None] * dz.sum(axis=0)"}
    The sum of products is not the product of the sums: each sequence's gradient belongs to what that sequence read.
    Look: What does the matrix product in equation (eq:dW) add up?
W_reshaped: a dx and a dh_prev through a W that was reshaped to (H, H + D)
    {"dz @ W.T": "dz @ W.reshape(H, -1)"}
    reshape keeps the order in which the numbers lie in memory: rows and columns do not change places, they are cut up.
    Look: Look at the sign above W in equation (eq:dhx).
dh_handed_on: a dh_prev that is dh, handed on as it came
    {"dhx[:, :H]": "dh"}
    h was made from h_prev by a matrix and a tanh, and the way back goes through both.
    Look: What stands on the right side of equation (eq:dhx)?
dz_handed_on: a dh_prev that has gone through tanh, and not through W
    {"dhx[:, :H]": "dz"}
    h_prev is multiplied by the first H rows of W before it gets to z.
    Look: What stands on the right side of equation (eq:dhx)?
dh_added: a dh_prev to which the dh that came in was added once more
    {"dhx[:, :H]": "dhx[:, :H] + dh"}
    What the loss itself asks of the state before is added when that step's turn comes, and it is not this dh.
    Look: What stands on the right side of equation (eq:dhx)?
slope_before: a dh_prev that has been through the tanh of the step before already
    {"dhx[:, :H]": "dhx[:, :H] * (1 - h_prev * h_prev)"}
    That tanh is the affair of the step before, which begins with it: it would be gone through twice.
    Look: What stands on the right side of equation (eq:dhx)?
W_h_as_it_is: a dh_prev through the rows of W for h_prev as they are, not turned around
    {"dhx[:, :H]": "dz @ W[:H]"}
    The shapes fit, for that part of W is square. On the way back it is gone through from the other side.
    Look: Look at the sign above W in equation (eq:dhx).
last_sequence: a dW of the last sequence alone
    {"hx.T @ dz": "hx[-1:].T @ dz[-1:]"}
    Every sequence of the batch adds to the gradient. In a loop, `dW = ...` writes over what was there.
    Look: What does the matrix product in equation (eq:dW) add up?
first_sequence: a dW of the first sequence alone
    {"hx.T @ dz": "hx[:1].T @ dz[:1]"}
    Every sequence of the batch adds to the gradient.
    Look: What does the matrix product in equation (eq:dW) add up?
minus: all four gradients with the wrong sign
    {"dh * (1 - h * h)": "-dh * (1 - h * h)"}
    A gradient points to where the loss grows. The minus comes with the step that is taken against it.
    Look: Is there a minus before dh in equation (eq:dz)?
clipped: a dz that is cut off at -1 and 1
    {"dh * (1 - h * h)": "np.clip(dh * (1 - h * h), -1, 1)"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: What stands in equation (eq:dz), and what does your function do to it?
clipped_at_5: a dz that is cut off at -5 and 5
    {"dh * (1 - h * h)": "np.clip(dh * (1 - h * h), -5, 5)"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: What stands in equation (eq:dz), and what does your function do to it?
dh_clipped: a dh that is cut off at -1 and 1
    {"dh * (1 - h * h)": "np.clip(dh, -1, 1) * (1 - h * h)"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: What stands in equation (eq:dz), and what does your function do to it?
dh_clipped_at_5: a dh that is cut off at -5 and 5
    {"dh * (1 - h * h)": "np.clip(dh, -5, 5) * (1 - h * h)"}
    Then it is another gradient. What is too long is shortened later, all of it together.
    Look: What stands in equation (eq:dz), and what does your function do to it?
into_dh: a way back that writes dz into the dh that came in
    {"dz = dh * (1 - h * h)": "dz = dh\n    dz *= 1 - h * h"}
    The numbers are right. But dz is then a second name for the caller's array, and what the caller had in it is gone.
    Look: Which line makes the array that dz stands for?
""")

RIGHT = (
    {
        "dh * (1 - h * h)": "np.multiply(dh, 1.0 - np.square(h))",
        "hx.T @ dz": 'np.einsum("nr,nh->rh", hx, dz)',
        "dz.sum(axis=0)": "np.ones(len(dz)) @ dz",
    },
    """def rnn_step_backward(dh, cache):
    x, h_prev, h, W = cache
    H = h_prev.shape[1]
    W_h, W_x = W[:H], W[H:]
    dz = (1 + h) * (1 - h) * dh
    dW = np.vstack((h_prev.T.dot(dz), x.T.dot(dz)))
    return dz.dot(W_x.T), dz.dot(W_h.T), dW, np.sum(dz, 0)
""",
    """def rnn_step_backward(dh, cache):
    x, h_prev, h, W = cache
    N, D = x.shape
    dz = dh - dh * h**2
    dx, dh_prev, dW, db = np.zeros_like(x), np.zeros_like(h_prev), np.zeros_like(W), np.zeros(W.shape[1])
    for n in range(N):
        row = np.concatenate([h_prev[n], x[n]])
        dW += np.outer(row, dz[n])
        db += dz[n]
        back = W @ dz[n]
        dh_prev[n], dx[n] = back[:-D], back[-D:]
    return dx, dh_prev, dW, db
""",
    """def rnn_step_backward(dh, cache):
    (x, h_prev, h, W) = cache
    dz = np.where(np.abs(h) < 1, dh * (1 - h) * (1 + h), 0.0)
    dh_prev, dx = np.split(np.matmul(dz, W.transpose()), [h.shape[1]], axis=1)
    dW = np.tensordot(np.hstack((h_prev, x)), dz, axes=(0, 0))
    return [dx, dh_prev, dW, dz.sum(0)]
""",
)

EXERCISE = Exercise(
    name="rnn_step_backward",
    title="One step back",
    arguments={"dh": "(N, H)", "cache": STEP},
    returns=(Array("dx", "(N, D)"), Array("dh_prev", "(N, H)"), Array("dW", "(H + D, H)"), Array("db", "(H,)")),
    parts=(
        Part("dx and dh_prev, the ways on", points=2, outputs=("dx", "dh_prev")),
        Part("dW and db, its own weights", points=2, outputs=("dW", "db")),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=4,
    minutes=30,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    other=other_step,
    mistakes=SLOPE + WEIGHTS,
    right=RIGHT,
    hints=(
        "Go from the end: first back through tanh, equation (eq:dz), which gives dz. All the four that are asked for "
        "are made of dz and of something in the cache.",
        "tanh's slope is 1 minus h squared, number by number. hx is [h_prev, x] as on the way forward. dW is hx "
        "transposed times dz; db is dz added up over the batch; dz times W transposed has both ways on in it, "
        "side by side, first the H columns of dh_prev, then the D columns of dx.",
        "dz is dh * (1 - h * h). dW is hx.T @ dz, db is dz.sum with axis=0, dhx is dz @ W.T; dh_prev is the part "
        "[:, :H] of it, dx the part [:, H:]. Return them in the docstring's order.",
    ),
    explanation=(
        "One line took the tanh back, three lines the product and the sum; and what was needed for it had all been "
        "known on the way forward. dh_prev is the news for the step before. That is the whole of backpropagation; "
        "through time means: again and again."
    ),
)
