"""The LSTM over a sequence, of tensors: autograd takes the way back."""

import numpy as np

from ..base import Case, Exercise, Part, slips
from ._draws import (
    ARGUMENTS,
    GRADIENTS,
    HS_AND_C,
    LARGE,
    arguments,
    large_cases,
    long_case,
    low_precision,
    ordinary_cases,
    single,
)


def cases(rng):
    yield from ordinary_cases(rng)
    yield Case("zero c0", arguments(rng, N=2, T=3, D=5, H=4) | {"c0": np.zeros((2, 4))})
    yield Case("float32", single(arguments(rng, N=3, T=4, D=5, H=2)))
    yield low_precision(arguments(rng, N=2, T=5, D=3, H=4), "bfloat16")
    yield low_precision(arguments(rng, N=4, T=5, D=2, H=3), "float16")
    yield from large_cases(rng)
    yield long_case(rng)


FORMULA = slips(r"""
gates_swapped: an LSTM whose input and forget gates are swapped
    {"z_i, z_f, z_g, z_o =": "z_f, z_i, z_g, z_o ="}
    W's blocks of columns are packed in the order i, f, g, o; here the first was taken for the forget gate.
    Look: The second line of equation (eq:step): which block of z comes first?
candidate_last: an LSTM that takes its blocks of columns in the order i, f, o, g
    {"z_i, z_f, z_g, z_o =": "z_i, z_f, z_o, z_g ="}
    The order is i, f, g, o. The output gate was made of the candidate's weights, and the other way round.
    Look: The second line of equation (eq:step): which block of z comes third?
x_first: an LSTM that reads [x, h] in place of [h, x]
    {"[h, x]": "[x, h]"}
    W's first H rows belong to h, and here they met x.
    Look: Look at the first line of equation (eq:step), and at the order in which torch.cat gets the two.
no_bias: an LSTM without its bias
    {"@ W + b": "@ W"}
    b moves every gate's working point: a forget gate without its bias is half shut.
    Look: Look at the first line of equation (eq:step).
bias_twice: an LSTM that adds its bias twice
    {"@ W + b": "@ W + 2 * b"}
    PyTorch's own LSTM has two biases, this one has one.
    Look: The first line of equation (eq:step): how often is b in it?
gates_added: an LSTM that adds the input gate and the candidate
    {"torch.sigmoid(z_i) * torch": "torch.sigmoid(z_i) + torch"}
    A gate says how much of the candidate is let in: it is a factor.
    Look: Look at the line for c in equation (eq:step).
candidate_as_a_gate: an LSTM whose candidate is a sigmoid, like the gates
    {"torch.tanh(z_g)": "torch.sigmoid(z_g)"}
    What is written may have either sign: with a sigmoid the cell could be filled, and never emptied again.
    Look: The third line of equation (eq:step): which function belongs to g?
no_tanh: an LSTM with h = o * c
    {"torch.tanh(c)": "c"}
    The cell state went out without its tanh.
    Look: Look at the last line of equation (eq:step).
""")

STATES = slips(r"""
no_h0: an LSTM that ignores h0 and starts from zeros
    {"h, c, hs = h0": "h, c, hs = torch.zeros_like(h0)"}
    Nothing flows back to h0 either: a sequence read in pieces could not be trained through.
    Look: What do h and c hold in front of the loop?
no_c0: an LSTM that ignores c0 and starts from an empty cell
    {"c0, []": "torch.zeros_like(c0), []"}
    Nothing flows back to c0 either.
    Look: What do h and c hold in front of the loop?
no_states: an LSTM that ignores both h0 and c0 and starts from zeros
    {"h0, c0, []": "torch.zeros_like(h0), torch.zeros_like(c0), []"}
    The first step should start from the two states it is given.
    Look: What do h and c hold in front of the loop?
states_swapped: an LSTM that starts with h0 as its cell state and c0 as its hidden state
    {"h0, c0, []": "c0, h0, []"}
    From the second step on all goes as it should, but the first one mixes the two up.
    Look: What do h and c hold in front of the loop?
h0_at_every_step: an LSTM whose gates read h0 at every step
    {"[h, x]": "[h0, x]"}
    c is handed on, but no step gets to see the h of the step before it.
    Look: Which h does equation (eq:step) read at step t, and which one does your loop?
c0_at_every_step: an LSTM whose forget gate is multiplied with c0 at every step
    {"torch.sigmoid(z_f) * c ": "torch.sigmoid(z_f) * c0 "}
    h is handed on, but what a step writes into the cell is gone at the next one.
    Look: Which c does equation (eq:step) keep a part of at step t, and which one does your loop?
""")

RESULT = slips(r"""
c_T_is_h_T: the right hs, with the last h in the place of c_T
    {"hs, dim=1), c": "hs, dim=1), h"}
    What the cell holds at the end is not what it shows.
    Look: The docstring says what the second value is.
c_T_is_c0: the right hs, with c0 in the place of c_T
    {"hs, dim=1), c": "hs, dim=1), c0"}
    The cell state at the start came back.
    Look: Which of your variables holds the cell state after the last step?
hs_are_cs: an LSTM that collects the cell states c in place of the hidden states h
    {"hs.append(h)": "hs.append(c)"}
    hs is what the rest of the network gets to see; the cell states stay inside.
    Look: Which of the two states does the docstring ask for at every step?
last_step_first: the right LSTM with its steps in the reverse order
    {"hs.append(h)": "hs.insert(0, h)"}
    hs[:, 0] is then the last step's h. Each new h was put in front of the others.
    Look: Where does your list grow?
time_first: the right LSTM with time as the first axis of hs
    {"torch.stack(hs, dim=1)": "torch.stack(hs)"}
    hs is (T, N, H), which is torch.nn.LSTM's habit too unless it is told batch_first=True; here the batch comes first.
    Look: torch.stack has an argument dim.
reshaped: the right LSTM, with the steps' h put into the shape (N, T, H) by a reshape
    {"torch.stack(hs, dim=1)": "torch.stack(hs).reshape(len(h), -1, h.shape[1])"}
    reshape and view keep the order in which the numbers lie in memory, and there all sequences of step 0 come first. So
    hs[0] mixes sequences and steps.
    Look: torch.stack has an argument dim.
last_only: an LSTM that returns only the last h
    {"torch.stack(hs, dim=1)": "h"}
    A word tagger or a language model needs the h of every step.
    Look: The docstring gives the shape of hs.
returned_swapped: the right LSTM with hs and c_T in the wrong order
    {"torch.stack(hs, dim=1), c": "c, torch.stack(hs, dim=1)"}
    Both are right; each stands in the other's place.
    Look: The docstring's last lines give the order.
""")

# Right numbers, wrong gradients: what autograd has noted was cut somewhere.
GRAPH = slips(r"""
cut_between_steps: an LSTM whose h and c are detached after every step
    {"[h, x]": "[h.detach() if hs else h, x]", "(z_f) * c ": "(z_f) * (c.detach() if hs else c) "}
    The values are right, and the gradient sees one step only: nothing that is learned reaches back in time. Cutting
    there on purpose, every hundred steps, is truncated BPTT.
    Look: Which line makes a new tensor out of h and c that forgets where it came from? .detach(), .data and
    torch.tensor(...) do.
cut_after_steps: an LSTM whose h and c are detached at the end of every step
    {"hs.append(h)": "hs.append(h)\n        h, c = h.detach(), c.detach()"}
    The values are right, and the gradient sees one step only; c_T, detached like the others, has no past at all.
    Look: What happens to h and c before the next step begins? .detach(), .data and torch.tensor(...) cut them off.
c_cut_after_steps: an LSTM whose c is detached at the end of every step
    {"hs.append(h)": "hs.append(h)\n        c = c.detach()"}
    The way along the cell state is the one on which gradients survive, and it is cut; c_T has no past at all.
    Look: What happens to c before the next step begins? .detach(), .data and torch.tensor(...) cut it off.
h_cut_between_steps: an LSTM whose h is detached after every step
    {"[h, x]": "[h.detach() if hs else h, x]"}
    The gradient comes back through the cell state alone. In the LSTM of 1997 that was done on purpose; here it is a
    piece missing.
    Look: What happens to h between two steps? .detach(), .data and torch.tensor(...) cut it off.
c_cut_between_steps: an LSTM whose c is detached after every step
    {"(z_f) * c ": "(z_f) * (c.detach() if hs else c) "}
    The way along the cell state is the one on which gradients survive, and it is cut.
    Look: What happens to c between two steps? .detach(), .data and torch.tensor(...) cut it off.
weights_cut: an LSTM that nothing flows back from to W and b
    {"@ W + b": "@ W.detach() + b.detach()"}
    It computes the right values for ever, and never learns.
    Look: How do W and b get into your products? W.data, W.detach() and torch.tensor(W) are copies without a past.
inputs_cut: an LSTM that nothing flows back from to xs
    {"[h, x]": "[h, x.detach()]"}
    A layer below it, or an embedding, would never learn.
    Look: How does xs get into your loop? xs.data, xs.detach() and torch.tensor(xs) are copies without a past.
start_cut: an LSTM that nothing flows back from to h0 and c0
    {"h0, c0, []": "h0.detach(), c0.detach(), []"}
    An encoder that hands its last state on to a decoder would never learn.
    Look: What do h and c hold in front of the loop? .clone() is a copy with a past, .detach() one without.
hs_cut: an LSTM whose hs has lost its past
    {"torch.stack(hs, dim=1)": "torch.stack(hs, dim=1).detach()"}
    The gradient comes back through c_T only.
    Look: How is hs put together? torch.stack keeps the past, torch.tensor(list) and numpy do not.
c_T_cut: an LSTM whose c_T has lost its past
    {"hs, dim=1), c": "hs, dim=1), c.detach()"}
    The gradient comes back through hs only.
    Look: The last line: is c handed back as it is?
all_cut: an LSTM that nothing flows back through
    {"torch.stack(hs, dim=1), c": "torch.stack(hs, dim=1).detach(), c.detach()"}
    All values are right, and nothing can be learned with it.
    Look: torch.no_grad(), .detach(), .data, .numpy() and torch.tensor(...) of a tensor: which of them is in your
    function?
""")

RIGHT = (
    {  # filled in where it belongs, step by step
        "h, c, hs = h0, c0, []": "h, c, hs = h0, c0, xs.new_empty(*xs.shape[:2], h0.shape[1])",
        "for x in xs.unbind(1):": "for t, x in enumerate(xs.transpose(0, 1)):",
        "hs.append(h)": "hs[:, t] = h",
        "torch.stack(hs, dim=1), c": "hs, c",
    },
    """
def lstm_torch(xs, h0, c0, W, b):
    H = h0.shape[1]
    W_h, W_x = W[:H], W[H:]

    def block(k, h, x):  # a product for each gate, and h's part apart from x's
        columns = slice(k * H, (k + 1) * H)
        return h @ W_h[:, columns] + x @ W_x[:, columns] + b[columns]

    def sigma(z):
        return (1 + (z / 2).tanh()) / 2

    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        i, f, g, o = (block(k, h, xs[:, t]) for k in range(4))
        c = sigma(f) * c + sigma(i) * g.tanh()
        h = sigma(o) * c.tanh()
        hs.append(h[:, None])
    return torch.cat(hs, dim=1), c
""",
    """
def lstm_torch(xs, h0, c0, W, b):
    blocks = W.reshape(len(W), 4, -1)
    z = torch.einsum("nk,kgh->gnh", torch.hstack((h0, xs[:, 0])), blocks) + b.reshape(4, 1, -1)
    i, f, o = z[[0, 1, 3]].sigmoid()
    c = torch.addcmul(i * z[2].tanh(), f, c0)
    h = o.mul(c.tanh())
    if xs.shape[1] == 1:
        return h.unsqueeze(1), c
    rest, c = lstm_torch(xs[:, 1:], h, c, W, b)
    return torch.cat([h.unsqueeze(1), rest], dim=1), c
""",
    """
def lstm_torch(xs, h0, c0, W, b):
    rows = []  # one sequence of the batch after the other, columns in place of rows
    for sequence, h, c in zip(xs, h0, c0):
        hs = []
        for x in sequence:
            z = torch.addmv(b, W.T, torch.cat([h, x])).view(4, -1)
            i, f, o = torch.special.expit(z[0]), torch.special.expit(z[1]), torch.special.expit(z[3])
            c = i * torch.tanh(z[2]) + c * f
            h = torch.tanh(c) * o
            hs.append(h)
        rows.append((torch.stack(hs), c))
    return torch.stack([hs for hs, _ in rows]), torch.stack([c for _, c in rows])
""",
    """
def lstm_torch(xs, h0, c0, W, b):
    H, D = h0.shape[1], xs.shape[2]
    weights = {"weight_hh_l0": W[:H].T, "weight_ih_l0": W[H:].T, "bias_hh_l0": b, "bias_ih_l0": torch.zeros_like(b)}
    module = torch.nn.LSTM(D, H, batch_first=True, dtype=xs.dtype)
    hs, (_, c) = torch.func.functional_call(module, weights, (xs, (h0[None], c0[None])))
    return hs, c[0]
""",
)

EXERCISE = Exercise(
    name="lstm_torch",
    title="The LSTM of tensors",
    arguments=ARGUMENTS,
    returns=(*HS_AND_C, *GRADIENTS),
    parts=(
        Part("the hidden states hs", points=1, outputs=("hs",)),
        Part("the last cell state c_T", points=1, outputs=("c_T",)),
        Part("what flows back to W and b", points=1, outputs=("dW", "db")),
        Part("what flows back to xs, h0 and c0", points=1, outputs=("dxs", "dh0", "dc0")),
        Part("large inputs", points=1, tags=LARGE),
        Part("200 steps", points=1, tags=frozenset({"long"})),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    mistakes=(*FORMULA, *STATES, *RESULT, *GRAPH),
    right=RIGHT,
    reference="lstm",
    hints=(
        "It is the lstm of unit 05 with its step written into the loop and without a cache: autograd keeps what the "
        "way back needs. The table in front of the exercise gives the names; equation (eq:step) the order.",
        "Start with h = h0 and c = c0. For each x of the sequence: put h and x together, multiply, add b, cut z into "
        "four with z.chunk, and compute c and then h. Collect h in a list; at the end torch.stack puts time between "
        "batch and cells.",
        "for x in xs.unbind(1): z = torch.cat([h, x], dim=1) @ W + b; z_i, z_f, z_g, z_o = z.chunk(4, dim=1); "
        "c = torch.sigmoid(z_f) * c + torch.sigmoid(z_i) * torch.tanh(z_g); h = torch.sigmoid(z_o) * torch.tanh(c). "
        "After the loop: return torch.stack(hs, dim=1), c.",
    ),
    explanation=(
        "The numbers are those of unit 05's forward pass. The backward pass, five gradients through two hundred steps, "
        "autograd has made: each operation has left a node, which knows the way back. That holds as long as nothing "
        "leaves torch on the way."
    ),
    torch=True,
    gradients=tuple(ARGUMENTS),
)
