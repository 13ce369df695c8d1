"""One step of an LSTM that is told what to say, and uses it up."""

import dataclasses
import importlib
import re

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single, spread

# The four gates are unit 05's to the letter, and so is what goes wrong in them.
_five = importlib.import_module("..05_lstm._step_mistakes", __package__)
_draws = importlib.import_module("..05_lstm._draws", __package__)
COLUMNS, TITLES, ORDER = _five.COLUMNS, _five.TITLES, _draws.ORDER

SATURATED = 500.0  # a bias that puts a sigmoid at 1, or turned round at 0, to the last digit


def _arguments(rng, N, D, H, S, gain=1.5, **options):
    W, b = _draws.packed(rng, D, H, gain=gain, **options)
    return {
        "x": rng.normal(size=(N, D)),
        "h_prev": np.tanh(rng.normal(size=(N, H))),
        "c_prev": rng.normal(size=(N, H)),
        "d_prev": rng.uniform(0.2, 1.0, size=(N, S)),
        "W": W,
        "b": b,
        "W_r": gain * rng.normal(size=(H + D, S)) / np.sqrt(H + D),
        "b_r": rng.normal(size=S),
        "W_d": rng.normal(size=(S, H)),
    }


def _isolating(rng, gate, *, N=3, D=2, H=4, S=5):
    """Draw a step in which only one gate's weights and biases are at work, and nothing is left to say."""
    args = _arguments(rng, N, D, H, S)
    column = {name: slice(k * H, (k + 1) * H) for k, name in enumerate(ORDER)}
    W, b = np.zeros_like(args["W"]), np.zeros_like(args["b"])
    W[:, column[gate]], b[column[gate]] = args["W"][:, column[gate]], args["b"][column[gate]]
    for another in {"i": "go", "f": "o", "g": "io", "o": "f"}[gate]:
        b[column[another]] = SATURATED
    if gate in "ig":
        args["c_prev"] = np.zeros_like(args["c_prev"])
    return args | {"W": W, "b": b, "d_prev": np.zeros((N, S))}


def _of_five(rng, x, W, b, S, c_prev=None):
    """A step with inputs and weights of unit 05's, and a vector of S slots."""
    N, H = len(x), len(b) // 4
    args = _arguments(rng, N, x.shape[1], H, S)
    return args | {"x": x, "W": W, "b": b} | ({} if c_prev is None else {"c_prev": c_prev})


def cases(rng):
    yield Case("small", _arguments(rng, N=2, D=4, H=3, S=5))
    yield Case("more cells than slots", _arguments(rng, N=4, D=2, H=6, S=3, gain=3.0))
    for gate, title in TITLES.items():
        yield Case(f"only the {title}", _isolating(rng, gate), frozenset({f"isolates:the {title}"}))
    shut = _arguments(rng, N=3, D=2, H=4, S=5)
    shut["W"][:, :8], shut["b"][:8] = 0.0, -SATURATED  # neither kept nor written: c is what the slots say
    shut["W"][:, 12:], shut["b"][12:] = 0.0, SATURATED
    yield Case("only what is left to say", shut, frozenset({"isolates:what is left to say"}))
    yield Case("one sequence", _arguments(rng, N=1, D=3, H=2, S=4))
    yield Case("one input", _arguments(rng, N=3, D=1, H=2, S=4))
    yield Case("one cell", _arguments(rng, N=2, D=3, H=1, S=4))
    yield Case("one slot", _arguments(rng, N=3, D=2, H=4, S=1))
    yield Case("one of each", _arguments(rng, N=1, D=1, H=1, S=1))
    yield Case("as many slots as cells", _arguments(rng, N=2, D=3, H=4, S=4))
    yield Case("as many of each", _arguments(rng, N=3, D=3, H=3, S=3))
    nothing = _arguments(rng, N=2, D=4, H=3, S=5)
    yield Case("nothing left to say", nothing | {"d_prev": np.zeros((2, 5))})
    yes = _arguments(rng, N=3, D=2, H=5, S=6)
    yield Case("slots of 0 and 1", yes | {"d_prev": (rng.random((3, 6)) < 0.5).astype(float)})
    yield Case(
        "slots of both signs",
        (one := _arguments(rng, 3, 2, 4, 5)) | {"d_prev": 0 * one["d_prev"] + rng.normal(size=(3, 5))},
    )
    yield Case("zero h_prev", _arguments(rng, N=2, D=4, H=3, S=5) | {"h_prev": np.zeros((2, 3))})
    yield Case("zero c_prev", _arguments(rng, N=2, D=4, H=3, S=5) | {"c_prev": np.zeros((2, 3))})
    yield Case("zero x", _arguments(rng, N=2, D=4, H=3, S=5) | {"x": np.zeros((2, 4))})
    yield Case("zero biases", _arguments(rng, N=2, D=4, H=3, S=5) | {"b": np.zeros(12), "b_r": np.zeros(5)})
    yield Case("strided", _arguments(rng, N=4, D=3, H=5, S=2), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, D=4, H=2, S=5)))
    faint = _arguments(rng, N=2, D=4, H=3, S=5)
    small = ("x", "h_prev", "c_prev", "d_prev", "b", "b_r")
    yield Case("faint", faint | {name: 1e-5 * faint[name] for name in small})

    x, W, b = _draws.overflowing(rng, (3,), H=4)
    far = _of_five(rng, x, W, b, S=5)
    far["W_r"][4] = spread(rng, 0.8, 2.0, (5,))
    yield Case("large inputs", far, LARGE)
    x, W, b = _draws.cancelling(rng, (3,), H=4)
    yield Case("large numbers that cancel", _of_five(rng, x, W, b, S=2), LARGE)
    lost = _arguments(rng, N=2, D=3, H=4, S=5)
    lost["b"][4:8] = rng.uniform(-950, -800, size=4)
    yield Case("a large cell state behind a shut forget gate", lost | {"c_prev": spread(rng, 500, 900, (2, 4))}, LARGE)
    W, b, c_prev = _draws.shut(rng, N=4, D=2)
    still = _of_five(rng, rng.normal(size=(4, 2)), W, b, S=5, c_prev=c_prev)
    yield Case("what shut gates let through", still | {"d_prev": np.zeros((4, 5))}, LARGE)
    held = _arguments(rng, N=2, D=3, H=4, S=5)
    held["b"][4:8], held["b"][12:] = rng.uniform(200, 600, size=(2, 4))
    yield Case("a large cell state behind open gates", held | {"c_prev": spread(rng, 50, 900, (2, 4))}, LARGE)
    much = _arguments(rng, N=2, D=3, H=4, S=5)
    much["W_d"] /= 500
    much["b_r"] = rng.uniform(20, 40, size=5)  # nearly nothing is used up
    yield Case("much to say", much | {"d_prev": spread(rng, 50, 999, (2, 5))}, LARGE)
    loud = _arguments(rng, N=2, D=3, H=4, S=5)
    loud["b"][12:] = rng.uniform(200, 600, size=4)
    loud["b"][4:8], loud["W"][:, 4:8] = -SATURATED, 0.0
    hardly = 1e-3 * rng.uniform(0.2, 1.0, size=(2, 5))
    yield Case("slots that speak loudly", loud | {"d_prev": hardly, "W_d": spread(rng, 100, 999, (5, 4))}, LARGE)
    used = _arguments(rng, N=3, D=2, H=4, S=5)
    used["b_r"] = -rng.uniform(800, 950, size=5)
    yield Case("a shut reading gate", used | {"d_prev": spread(rng, 100, 900, (3, 5))}, LARGE)
    near = _arguments(rng, N=2, D=2, H=3, S=4)  # large numbers in W_r and b_r that cancel
    far = spread(rng, 600, 900, (4,))
    near["x"][:, 0] = 900.0
    near["W_r"][3] = (near["b_r"] - far) / 900
    near["x"][:, 1] *= 1e-3
    near["W_r"][4] = spread(rng, 720, 999, (4,))
    yield Case("a reading gate of large numbers that cancel", near | {"b_r": far}, LARGE)


READING = slips(r"""
r_tanh: a step with tanh on its reading gate
    {"sigmoid(hx @ W_r + b_r)": "np.tanh(hx @ W_r + b_r)"}
    The gate can then be negative, and what is left to say changes its sign.
    Look: Look at the function around equation (eq:reading).
r_linear: a step whose reading gate is not squashed
    {"sigmoid(hx @ W_r + b_r)": "hx @ W_r + b_r"}
    A gate is a share between 0 and 1. Without the sigmoid more may be left to say than there was.
    Look: Look at the function around equation (eq:reading).
r_inverted: a step whose reading gate says what was said, not what is left
    {"r * d_prev": "(1 - r) * d_prev"}
    Where r is 1, all of it is left.
    Look: What does r multiply in equation (eq:left_to_say)?
r_softmax: a step with a softmax over the slots in the place of the sigmoid
    {"sigmoid(hx @ W_r + b_r)":
        "np.exp(hx @ W_r + b_r - (hx @ W_r + b_r).max(axis=1, keepdims=True))\n"
        "    r = r / r.sum(axis=1, keepdims=True)"}
    The slots would share what is kept: keeping one would use up the others. Each has a gate of its own.
    Look: Look at the function around equation (eq:reading).
r_of_tanh: a step whose reading gate went through tanh and then through the sigmoid
    {"sigmoid(hx @ W_r + b_r)": "sigmoid(np.tanh(hx @ W_r + b_r))"}
    After a tanh only 0.27 to 0.73 is left for the sigmoid to give: nothing can be kept, and nothing used up.
    Look: Look at the function around equation (eq:reading).
r_clipped: a step with a sigmoid of a clipped number in its reading gate
    {"sigmoid(hx @ W_r + b_r)": "sigmoid(np.clip(hx @ W_r + b_r, -20, 20))"}
    Clipping avoids an overflow, but then nothing can be quite used up.
    Look: The sigmoid of unit 00 needs no clipping; the setup cell has made it ready for you.
no_b_r: a step whose reading gate has no bias
    {"hx @ W_r + b_r": "hx @ W_r"}
    The bias is what keeps the gate open at the beginning, when there is all to be said.
    Look: Look for b_r in equation (eq:reading).
b_r_twice: a step that adds b_r twice
    {"hx @ W_r + b_r": "hx @ W_r + 2 * b_r"}
    There is one bias.
    Look: Count b_r in equation (eq:reading).
r_no_h: a step whose reading gate does not see h_prev
    {"hx @ W_r + b_r": "x @ W_r[H:] + b_r"}
    What has been said so far is what h_prev knows.
    Look: Which two stand side by side in front of W_r in equation (eq:reading)?
r_no_x: a step whose reading gate does not see x
    {"hx @ W_r + b_r": "h_prev @ W_r[:H] + b_r"}
    x is the token that was said last: a slot that it names is used up.
    Look: Which two stand side by side in front of W_r in equation (eq:reading)?
r_x_first: a step whose reading gate reads [x, h_prev]
    {"hx @ W_r + b_r": "np.concatenate([x, h_prev], axis=1) @ W_r + b_r"}
    The shapes fit either way, but the rows of W_r for h then meet the input.
    Look: In which order do the two stand in equation (eq:reading)?
r_reads_c: a step whose reading gate reads c_prev where h_prev belongs
    {"hx @ W_r + b_r": "np.concatenate([c_prev, x], axis=1) @ W_r + b_r"}
    The gate is given what the cell holds; it should be given what it showed.
    Look: Which state goes into equation (eq:reading)?
r_on_the_product: a step whose reading gate acts on tanh(d W_d), after which d stays as it was
    body:
        H = h_prev.shape[1]
        hx = np.concatenate([h_prev, x], axis=1)
        z = hx @ W + b
        i, f, o = sigmoid(z[:, :H]), sigmoid(z[:, H : 2 * H]), sigmoid(z[:, 3 * H :])
        g = np.tanh(z[:, 2 * H : 3 * H])
        r = sigmoid(hx @ W_r + b_r)
        c = f * c_prev + i * g + np.tanh((r * d_prev) @ W_d)
        return o * np.tanh(c), c, d_prev.copy()
    The cell hears what it should. But nothing is ever used up.
    Look: What comes back as d, and what does equation (eq:left_to_say) say of it?
d_is_r: a step that returns its gate in the place of what is left
    {"d = r * d_prev": "d = r"}
    A slot that was never to be said would come up all the same.
    Look: What is multiplied in equation (eq:left_to_say)?
d_added: a step that adds its gate to what is left to say
    {"d = r * d_prev": "d = r + d_prev"}
    A gate works as a factor: 0 uses up, 1 keeps.
    Look: What stands between the two in equation (eq:left_to_say)?
d_kept: a step without its reading gate: what is left to say stays as it is
    {"d = r * d_prev": "d = d_prev + 0 * r"}
    What has been said would be said again and again.
    Look: What multiplies d in equation (eq:left_to_say)?
d_used_twice: a step whose reading gate acts twice
    {"d = r * d_prev": "d = r * r * d_prev"}
    Each step keeps a share r of what there was.
    Look: Count r in equation (eq:left_to_say).
d_set_back: a step in which what the gate uses up comes back as 1
    {"d = r * d_prev": "d = r * d_prev + (1 - r)"}
    That is a leaky unit which goes to 1: every slot asks for itself again and again.
    Look: How many terms does equation (eq:left_to_say) have?
d_squashed: a step that returns tanh of what is left to say
    {"d = r * d_prev": "d = np.tanh(r * d_prev)"}
    The tanh belongs to what the cell hears. Here it would use up a little of everything, at every step.
    Look: Compare equations (eq:left_to_say) and (eq:sc_cell): in which of them is a tanh?
d_shared_out: a step in which what is left to say is divided by its sum
    {"d = r * d_prev": "d = r * d_prev\n    d = d / np.maximum(np.abs(d.sum(axis=1, keepdims=True)), 1e-12)"}
    Slots are no probabilities: when nearly all has been said, little is left, and that is what the cell should hear.
    Look: Is there a sum in equation (eq:left_to_say)?
d_all_or_nothing: a step whose reading gate is cut to 0 or 1
    {"d = r * d_prev": "d = (r > 0.5) * d_prev"}
    A gate that jumps has no slope: nothing could be learned through it.
    Look: What is done to r in equation (eq:left_to_say)?
d_one_gate: a step whose slots share one gate, the mean of theirs
    {"d = r * d_prev": "d = r.mean(axis=1, keepdims=True) * d_prev"}
    All slots would be used up at once, as soon as one of them was said.
    Look: How wide is r in equation (eq:reading)?
d_between_0_and_1: a step that cuts off what is left to say at 0 and 1
    {"d = r * d_prev": "d = np.clip(r * d_prev, 0, 1)"}
    What comes in as 0 or 1 stays between these anyhow. Where other numbers come in, they are to be kept.
    Look: Is anything cut off in equation (eq:left_to_say)?
r_of_the_new_h: a step whose reading gate sees what the cell would show without hearing anything
    {"hx @ W_r + b_r": "np.concatenate([o * np.tanh(f * c_prev + i * g), x], axis=1) @ W_r + b_r"}
    The gates of a step all see the state from the step before.
    Look: Look at the time index of h in equation (eq:reading).
d_minus_r: a step that takes its gate off what is left to say
    {"d = r * d_prev": "d = d_prev - r"}
    A gate works as a factor: 0 uses up, 1 keeps.
    Look: What stands between the two in equation (eq:left_to_say)?
old_d_said: a step in which the cell hears what was left before it
    {"d @ W_d": "d_prev @ W_d"}
    What comes back as d is right. But the cell hears also what has just been used up.
    Look: Look at the time index of d in equation (eq:sc_cell).
r_said: a step in which the cell hears the reading gate in the place of what is left to say
    {"d @ W_d": "r @ W_d"}
    Then it hears of slots that were never to be said.
    Look: What is multiplied with W_d in equation (eq:sc_cell)?
""")

CELL = slips(r"""
unheard: a step whose cell does not hear what is left to say
    {" + np.tanh(d @ W_d)": " + 0 * np.tanh(d @ W_d)"}
    Then it is a plain LSTM: it talks of anything.
    Look: How many terms does equation (eq:sc_cell) have?
d_linear: a step with d W_d in the cell, without its tanh
    {"np.tanh(d @ W_d)": "d @ W_d"}
    Without a bound many slots at once swamp the cell.
    Look: What is done to the product in equation (eq:sc_cell)?
d_sigmoid: a step with a sigmoid of d W_d in the cell
    {"np.tanh(d @ W_d)": "sigmoid(d @ W_d)"}
    Where nothing is left to say that adds a half to every cell, at every step.
    Look: What is done to the product in equation (eq:sc_cell)?
d_of_tanh: a step that takes the tanh before W_d
    {"np.tanh(d @ W_d)": "np.tanh(d) @ W_d"}
    The tanh bounds what a cell hears, and not what a slot says.
    Look: Where does the tanh stand in equation (eq:sc_cell), around the product or inside?
d_of_tanh_of_W: a step with d tanh(W_d) in the cell
    {"np.tanh(d @ W_d)": "d @ np.tanh(W_d)"}
    The tanh bounds what a cell hears, and not the weights.
    Look: Where does the tanh stand in equation (eq:sc_cell), around the product or inside?
d_twice: a step whose cell hears what is left to say twice, in the candidate and beside it
    {"i * g + np.tanh(d @ W_d)": "i * (g + np.tanh(d @ W_d)) + np.tanh(d @ W_d)"}
    Once is enough, and with no gate: its own one has been at work already.
    Look: Count d in equation (eq:sc_cell).
d_by_o: a step in which the output gate acts on what is left to say
    {" + np.tanh(d @ W_d)": " + o * np.tanh(d @ W_d)"}
    What is to be said gets into the cell with no gate: its own one has been at work already.
    Look: What multiplies the last term of equation (eq:sc_cell)?
d_beside_h: a step that shows the cell as it was, and adds what is left to say to h
    {"h = o * np.tanh(c)": "h = o * np.tanh(f * c_prev + i * g) + np.tanh(d @ W_d)"}
    c is right. h is a gate times tanh of c, and nothing else.
    Look: Is there a d in equation (eq:sc_hidden)?
d_minus: a step that takes what is left to say off the cell
    {" + np.tanh(d @ W_d)": " - np.tanh(d @ W_d)"}
    It is one of three terms that are added.
    Look: Which sign stands in front of the last term of equation (eq:sc_cell)?
d_gated: a step in which the input gate acts on what is left to say, too
    {"i * g + np.tanh(d @ W_d)": "i * (g + np.tanh(d @ W_d))"}
    What is to be said gets into the cell with no gate: its own one has been at work already.
    Look: Which terms does i multiply in equation (eq:sc_cell)?
d_forgotten: a step in which the forget gate acts on what is left to say, too
    {"f * c_prev + i * g + np.tanh(d @ W_d)": "f * (c_prev + np.tanh(d @ W_d)) + i * g"}
    f keeps a share of the old cell state. What is to be said gets in with no gate.
    Look: Which terms does f multiply in equation (eq:sc_cell)?
d_in_the_candidate: a step in which what is left to say is part of the candidate
    {"g = np.tanh(z[:, 2 * H : 3 * H])": "g = 0", "r = sigmoid(hx @ W_r + b_r)":
        "r = sigmoid(hx @ W_r + b_r)\n    g = np.tanh(z[:, 2 * H : 3 * H] + (r * d_prev) @ W_d)",
        " + np.tanh(d @ W_d)": ""}
    The candidate has to pass the input gate, and what is to be said does not.
    Look: How many terms does equation (eq:sc_cell) have?
d_shown_only: a step that adds what is left to say to h, and not to the cell
    {" + np.tanh(d @ W_d)": "", "h = o * np.tanh(c)": "h = o * np.tanh(c + np.tanh(d @ W_d))"}
    h is right. But the cell doesn't keep it.
    Look: In which of the two equations does d stand, (eq:sc_cell) or (eq:sc_hidden)?
d_kept_only: a step that shows the cell as it was before it heard what is left to say
    {"h = o * np.tanh(c)": "h = o * np.tanh(f * c_prev + i * g)"}
    c is right. But h should show all of it.
    Look: Which c stands in equation (eq:sc_hidden)?
no_input_gate: a step without its input gate
    {"i * g": "g + 0 * i"}
    Every candidate is written in full, wanted or not.
    Look: Look at what multiplies the candidate in equation (eq:sc_cell).
input_added: a step that adds its input gate
    {"i * g": "i + g"}
    A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
    Look: What stands between i and g in equation (eq:sc_cell)?
no_forget_gate: a step without its forget gate
    {"f * c_prev": "c_prev"}
    That is the cell of 1997. It can only add.
    Look: Look at what multiplies c_prev in equation (eq:sc_cell).
coupled_by_f: a step with 1 - f in place of the input gate
    {"i * g": "(1 - f) * g"}
    Such a cell writes exactly as much as it forgets. Ours decides the two apart.
    Look: Look at what multiplies the candidate in equation (eq:sc_cell).
coupled_by_i: a step with 1 - i in place of the forget gate
    {"f * c_prev": "(1 - i) * c_prev"}
    Such a cell forgets exactly as much as it writes. Ours decides the two apart.
    Look: Look at what multiplies c_prev in equation (eq:sc_cell).
forget_inverted: a step whose forget gate forgets when it is open
    {"f * c_prev": "(1 - f) * c_prev"}
    The name misleads: f is the share that is kept, so f = 1 forgets nothing.
    Look: Look at what multiplies c_prev in equation (eq:sc_cell).
forget_all: a step whose forget gate scales all that is new, too
    {"f * c_prev + i * g + np.tanh(d @ W_d)": "f * (c_prev + i * g + np.tanh(d @ W_d))"}
    A shut forget gate would then also throw away what has just been written.
    Look: Look at what the forget gate multiplies in equation (eq:sc_cell).
cell_from_h: a step that updates h_prev in place of c_prev
    {"f * c_prev": "f * h_prev"}
    The forget gate then keeps a share of what was shown, and what was held back is lost.
    Look: Look at what multiplies f in equation (eq:sc_cell).
no_old_cell: a step without memory
    {"f * c_prev + ": "0 * f * c_prev + "}
    Nothing of c_prev is carried over, so the cell knows only the present.
    Look: How many terms does equation (eq:sc_cell) have?
no_candidate: a step that writes nothing but what is left to say
    {" + i * g": " + 0 * i * g"}
    What is read goes into the cell by the candidate.
    Look: How many terms does equation (eq:sc_cell) have?
all_squashed: a step that puts the candidate and what is left to say into one tanh
    {"i * g + np.tanh(d @ W_d)": "np.tanh(i * g + d @ W_d)"}
    Each of the two has a tanh of its own, and the input gate comes after the candidate's.
    Look: What is inside of the last tanh in equation (eq:sc_cell)?
c_squashed: a step whose c goes through tanh before it is kept, and again before it is shown
    {"c = f * c_prev + i * g + np.tanh(d @ W_d)": "c = np.tanh(f * c_prev + i * g + np.tanh(d @ W_d))"}
    c is squashed at every step, so it can no longer count or keep a large value.
    Look: Compare equations (eq:sc_cell) and (eq:sc_hidden).
minus: a step that subtracts what should be written
    {" + i * g": " - i * g"}
    Every candidate is written with the wrong sign.
    Look: Which sign joins the first two terms of equation (eq:sc_cell)?
no_tanh: a step whose h is o * c: the cell state goes out without its tanh
    {"o * np.tanh(c)": "o * c"}
    c is right. But c has no bounds (it can count), and h should lie between -1 and 1.
    Look: Compare your line with equation (eq:sc_hidden).
no_output_gate: a step without its output gate
    {"o * np.tanh(c)": "np.tanh(c)"}
    c is right. But everything the cell holds is shown at once.
    Look: Look at what multiplies the tanh in equation (eq:sc_hidden).
sigmoid_of_c: a step whose h is o * sigmoid(c)
    {"o * np.tanh(c)": "o * sigmoid(c)"}
    c is right. But h can then never be negative, and an empty cell would show half.
    Look: Look at the squashing function in equation (eq:sc_hidden).
gate_inside: a step whose output gate stands inside the tanh
    {"o * np.tanh(c)": "np.tanh(o * c)"}
    c is right. In h the gate should scale what the tanh gives.
    Look: Look at the order of the two in equation (eq:sc_hidden).
old_c_out: a step that shows the old cell state
    {"o * np.tanh(c)": "o * np.tanh(c_prev)"}
    c is right. But what has just been written shows only a step later.
    Look: Look at the time index of c in equation (eq:sc_hidden).
returned_swapped: the right step with h and c in the wrong order
    {"return h, c, d": "return c, h, d"}
    Both are right; c came back in the place of h, and h in the place of c.
    Look: The docstring's last line gives the order.
""")


def _gates_of_five():
    """Unit 05's mistakes in the four gates, and in the product before them; its equations are called by its number."""
    for one in (*_five.GATES, *_five.PRODUCTS, *_five.BLOCKS):
        what = one.what.replace("an LSTM step", "a step")
        said = {field: re.sub(r"\(eq:", "(eq:05.", getattr(one, field)) for field in ("meaning", "look")}
        yield dataclasses.replace(one, what=what, **said)


USES = {
    **{
        f"{name}_gate": {f"sigmoid(z[:, {at}])": f"{name}_gate(x, h_prev, W[:, {at}], b[{at}])"}
        for name, at in (("input", COLUMNS["i"]), ("forget", COLUMNS["f"]), ("output", COLUMNS["o"]))
    },
    "candidate": {f"np.tanh(z[:, {COLUMNS['g']}])": f"candidate(x, h_prev, W[:, {COLUMNS['g']}], b[{COLUMNS['g']}])"},
    "hidden_update": {"o * np.tanh(c)": "hidden_update(o, c)"},
}

RIGHT = (
    """def sc_lstm_step(x, h_prev, c_prev, d_prev, W, b, W_r, b_r, W_d):
    hx = np.hstack([h_prev, x])
    i, f, g, o = np.split(hx.dot(W) + b, 4, axis=1)
    d = sigmoid(hx.dot(W_r) + b_r) * d_prev
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g) + np.tanh(d.dot(W_d))
    return sigmoid(o) * np.tanh(c), c, d
""",
    '''def sc_lstm_step(x, h_prev, c_prev, d_prev, W, b, W_r, b_r, W_d):
    """Each gate with a product of its own."""
    H = h_prev.shape[1]

    def gate(U, u):
        return h_prev @ U[:H] + x @ U[H:] + u

    blocks = [(W[:, k * H : (k + 1) * H], b[k * H : (k + 1) * H]) for k in range(4)]
    i, f, g, o = (gate(*block) for block in blocks)
    d = d_prev / (1 + np.exp(-np.clip(gate(W_r, b_r), -700, 700)))
    c = np.tanh(d @ W_d)
    c = c + sigmoid(f) * c_prev
    c = c + sigmoid(i) * np.tanh(g)
    return (sigmoid(o) * np.tanh(c), c, d)
''',
    """def sc_lstm_step(x, h_prev, c_prev, d_prev, W, b, W_r, b_r, W_d):
    H = h_prev.shape[1]
    every = np.concatenate([h_prev, x], axis=1) @ np.hstack([W, W_r]) + np.hstack([b, b_r])
    s = sigmoid(every)
    d = s[:, 4 * H :] * d_prev
    c = s[:, H : 2 * H] * c_prev + s[:, :H] * np.tanh(every[:, 2 * H : 3 * H]) + np.tanh(d @ W_d)
    return [s[:, 3 * H : 4 * H] * np.tanh(c), c, d]
""",
    {f"sigmoid(z[:, {COLUMNS[gate]}])": f"0.5 * (1 + np.tanh(z[:, {COLUMNS[gate]}] / 2))" for gate in "ifo"},
)

EXERCISE = Exercise(
    name="sc_lstm_step",
    title="A cell that is told what to say",
    arguments={
        "x": "(N, D)",
        "h_prev": "(N, H)",
        "c_prev": "(N, H)",
        "d_prev": "(N, S)",
        "W": "(H + D, 4H)",
        "b": "(4H,)",
        "W_r": "(H + D, S)",
        "b_r": "(S,)",
        "W_d": "(S, H)",
    },
    returns=(Array("h", "(N, H)"), Array("c", "(N, H)"), Array("d", "(N, S)")),
    parts=(
        Part("what is left to say", points=1, outputs=("d",)),
        Part("the cell state c", points=2, outputs=("c",)),
        Part("the hidden state h", points=1, outputs=("h",)),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=(*READING, *CELL, *_gates_of_five()),
    right=RIGHT,
    uses=USES,
    two_at_once=False,
    hints=(
        "It is the LSTM's step of unit 05 with three lines more: a gate r, what it leaves of d, and one more term in "
        "c.",
        "[h_prev, x] goes into two products. With W and b it gives the four gates, as ever. With W_r and b_r, and a "
        "sigmoid, it gives r, a number for each slot. Multiply d_prev by it: that is d, which is returned, and whose "
        "product with W_d goes through a tanh into c, with no gate.",
        "r = sigmoid(hx @ W_r + b_r), d = r * d_prev, and then c = f * c_prev + i * g + np.tanh(d @ W_d). h as ever.",
    ),
    explanation=(
        "The vector d is a list of what is still to be said, and the gate r ticks off. Nothing else may write to it: "
        "what isn't on the list at the beginning can't get there, and what was said is gone."
    ),
)
