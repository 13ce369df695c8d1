"""The way back through a step's pointwise part, by hand: what an autograd.Function's backward has to hold."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, low_precision, signs, single, spread


def _arguments(rng, N, H, scale=1.5, **fixed):
    drawn = {
        "dh": rng.normal(size=(N, H)),
        "dc": rng.normal(size=(N, H)),
        "z": scale * rng.normal(size=(N, 4 * H)),
        "c_prev": rng.normal(size=(N, H)),
    }
    return drawn | fixed


def _large(rng, N, H):
    """Draw cases in which each argument in turn is far out, and still seen in the result."""

    def drawn(low, high):
        return signs(rng, N, H) * rng.uniform(low, high, size=(N, H))

    z = signs(rng, N, 4 * H) * rng.uniform(750, 3000, size=(N, 4 * H))
    z[1] = -np.sign(z[0]) * np.abs(z[1])  # each gate of each cell with both signs
    yield Case("gates far out", _arguments(rng, N, H, z=z), LARGE)
    yield Case("full cells", _arguments(rng, N, H, c_prev=spread(rng, 50, 3000, (N, H))), LARGE)
    yield Case("large gradients", _arguments(rng, N, H, dh=drawn(1e4, 1e5), dc=drawn(1e4, 1e5)), LARGE)


def cases(rng):
    yield Case("small", _arguments(rng, N=2, H=3))
    yield Case("larger", _arguments(rng, N=5, H=6))
    yield Case("no dc", _arguments(rng, N=3, H=4, dc=np.zeros((3, 4))), frozenset({"isolates:the way through h"}))
    yield Case("no dh", _arguments(rng, N=3, H=4, dh=np.zeros((3, 4))), frozenset({"isolates:the way through c"}))
    yield Case("empty cell before", _arguments(rng, N=2, H=5, c_prev=np.zeros((2, 5))))
    yield Case("full cell before", _arguments(rng, N=3, H=2, c_prev=3 + rng.normal(size=(3, 2))))
    yield Case("one sequence", _arguments(rng, N=1, H=4))
    yield Case("one cell", _arguments(rng, N=3, H=1))
    yield Case("strided", _arguments(rng, N=4, H=3), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, H=5)))
    yield low_precision(_arguments(rng, N=4, H=3), "bfloat16")
    yield Case("saturated", _arguments(rng, N=3, H=4, scale=60.0))
    yield from _large(rng, N=3, H=5)  # not 4, or four blocks would be the same as blocks of four


MISTAKES = slips(r"""
h_left_out_of_dc: a backward step in which nothing flows from dh into the cell state
    {"dc + dh * o * (1 - s * s)": "dc"}
    c acts on the loss in two ways: through the next step, which is dc, and through this step's h.
    Look: Look at the first line of equation (eq:backward).
dc_left_out: a backward step that ignores the dc it is given
    {"dc + dh * o": "dh * o"}
    What comes back from the next step along the cell state is lost, and with it everything the LSTM could have
    remembered.
    Look: The first line of equation (eq:backward) has two terms.
no_tanh_slope: a backward step that goes back through h = o tanh(c) without the slope of the tanh
    {" * (1 - s * s)": ""}
    Where the cell is full the tanh is flat, and nearly nothing comes through.
    Look: The first line of equation (eq:backward): what is the derivative of tanh?
no_output_gate: a backward step that goes back through h = o tanh(c) without the output gate
    {"dh * o * (1 - s": "dh * (1 - s"}
    A cell whose output gate is shut shows nothing, so nothing flows back through what it shows.
    Look: Look at the first line of equation (eq:backward).
tanh_of_c_prev: a backward step that takes the tanh of the old cell state
    {"torch.tanh(f * c_prev + i * g)": "torch.tanh(c_prev)"}
    h was made of the new one. Going back one uses the values that the way forward had.
    Look: Equation (eq:backward) has tanh(c_t) twice.
tanh_slope_of_a_tanh: a backward step that takes the tanh of tanh(c) for the slope
    {"(1 - s * s)": "(1 - torch.tanh(s) ** 2)"}
    The slope of the tanh at c is 1 minus the square of tanh(c), which has been through its tanh already.
    Look: The first line of equation (eq:backward): how often is c squashed?
no_input_slope: a backward step without the slope of the input gate's sigmoid
    {" * i * (1 - i)": ""}
    What is wanted is the gradient with respect to z_i, in front of the sigmoid.
    Look: Look at the line for dz_i in equation (eq:backward).
no_forget_slope: a backward step without the slope of the forget gate's sigmoid
    {" * f * (1 - f)": ""}
    What is wanted is the gradient with respect to z_f, in front of the sigmoid.
    Look: Look at the line for dz_f in equation (eq:backward).
no_candidate_slope: a backward step without the slope of the candidate's tanh
    {" * (1 - g * g)": ""}
    What is wanted is the gradient with respect to z_g, in front of the tanh.
    Look: Look at the line for dz_g in equation (eq:backward).
no_output_slope: a backward step without the slope of the output gate's sigmoid
    {" * o * (1 - o)": ""}
    What is wanted is the gradient with respect to z_o, in front of the sigmoid.
    Look: Look at the line for dz_o in equation (eq:backward).
no_slopes: a backward step without the slopes of the four squashing functions
    {" * i * (1 - i)": "", " * f * (1 - f)": "", " * (1 - g * g)": "", " * o * (1 - o)": ""}
    These are the gradients with respect to i, f, g and o; what is wanted are those with respect to z.
    Look: Look at the factors at the end of the lines for dz in equation (eq:backward).
slopes_of_the_gates: a backward step that squashes i, f, g and o once more to get their slopes
    {" * i * (1 - i)": " * torch.sigmoid(i) * (1 - torch.sigmoid(i))",
     " * f * (1 - f)": " * torch.sigmoid(f) * (1 - torch.sigmoid(f))",
     " * (1 - g * g)": " * (1 - torch.tanh(g) ** 2)",
     " * o * (1 - o)": " * torch.sigmoid(o) * (1 - torch.sigmoid(o))"}
    The slope of a sigmoid at z_i is i * (1 - i), and i is a sigmoid already; with the tanh it is the same.
    Look: The factors at the end of the lines for dz in equation (eq:backward): are there functions in them?
candidate_as_a_gate: a backward step that takes the candidate's slope for a sigmoid's
    {"(1 - g * g)": "g * (1 - g)"}
    The candidate is a tanh, whose slope is 1 - g * g.
    Look: Look at the line for dz_g in equation (eq:backward).
forget_reads_c: a backward step whose dz_f uses the new cell state
    {"dc * c_prev * f": "dc * (f * c_prev + i * g) * f"}
    The forget gate was multiplied with the old one, so that is what it gets back.
    Look: Look at the line for dz_f in equation (eq:backward).
input_reads_z_g: a backward step whose dz_i uses z_g in front of its tanh
    {"dc * g * i": "dc * z_g * i"}
    The input gate was multiplied with g, after the tanh.
    Look: Look at the line for dz_i in equation (eq:backward).
output_reads_dc: a backward step whose dz_o comes from the gradient of c
    {"dh * s * o": "dc * s * o"}
    The output gate acts on h alone, so what flows back to it comes from dh.
    Look: Look at the line for dz_o in equation (eq:backward).
dc_prev_without_f: a backward step whose dc_prev lacks the forget gate
    {"dz, dc * f": "dz, dc"}
    What was forgotten on the way forward has no say on the way back.
    Look: Look at the last line of equation (eq:backward).
dc_prev_of_dc: a backward step that hands on f * dc, without what came through h
    {"dc = dc + dh": "dc_given, dc = dc, dc + dh", "dz, dc * f": "dz, dc_given * f"}
    The old cell state acts through this step's h as well.
    Look: The last line of equation (eq:backward): is that the dc you were given, or the sum of the two?
gates_swapped: a backward step with the gradients of the input and the forget gate in each other's place
    {"[dc * g * i * (1 - i), dc * c_prev * f * (1 - f)": "[dc * c_prev * f * (1 - f), dc * g * i * (1 - i)"}
    dz has z's order: i, f, g, o.
    Look: Look at the order in which torch.cat gets the four.
candidate_last: a backward step with the four gradients in the order i, f, o, g
    {"dc * i * (1 - g * g), dh * s * o * (1 - o)": "dh * s * o * (1 - o), dc * i * (1 - g * g)"}
    dz has z's order: i, f, g, o.
    Look: Look at the order in which torch.cat gets the four.
stacked: a backward step with the four gradients below each other
    {"], dim=1": "], dim=0"}
    dz is then (4N, H); z has the gates' columns side by side.
    Look: torch.cat joins along dim=0 unless it is told otherwise.
""")

RIGHT = (
    {  # each block where it belongs, one after the other
        "dz = torch.cat(\n        [": "dz, H = torch.empty_like(z), dh.shape[1]\n    blocks = (",
        "], dim=1\n    )": ")\n    for k, block in enumerate(blocks):\n        dz[:, k * H : (k + 1) * H] = block",
    },
    """
def fused_step_backward(dh, dc, z, c_prev):
    z, c_prev = z.detach().clone().requires_grad_(), c_prev.detach().clone().requires_grad_()
    with torch.enable_grad():
        i, f, g, o = z.chunk(4, 1)
        c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
        loss = (dh * (o.sigmoid() * c.tanh())).sum() + (dc * c).sum()
    return torch.autograd.grad(loss, (z, c_prev))
""",
    """
def fused_step_backward(dh, dc, z, c_prev):
    blocks = z.reshape(len(z), 4, -1)
    s = torch.sigmoid(blocks)
    g = torch.tanh(blocks[:, 2])
    tanh_c = torch.tanh(s[:, 1] * c_prev + s[:, 0] * g)
    upstream = torch.addcmul(dc, dh * s[:, 3], 1 - tanh_c**2)
    back = torch.stack([upstream * g, upstream * c_prev, upstream * s[:, 0], dh * tanh_c], dim=1)
    slopes = s - s**2
    slopes[:, 2] = 1 - g**2
    return (back * slopes).flatten(1), upstream * s[:, 1]
""",
    """
def fused_step_backward(dh, dc, z, c_prev):
    z_i, z_f, z_g, z_o = torch.tensor_split(z, 4, dim=1)
    i, f, o = (torch.sigmoid(one) for one in (z_i, z_f, z_o))
    not_i, not_f, not_o = (torch.sigmoid(-one) for one in (z_i, z_f, z_o))  # 1 - i without a difference
    g = torch.tanh(z_g)
    tanh_c = torch.tanh(torch.addcmul(i * g, f, c_prev))
    through_h = torch.ops.aten.tanh_backward(dh * o, tanh_c)
    total = through_h + dc
    dz_g = torch.ops.aten.tanh_backward(total * i, g)
    dz = torch.hstack((total * g * i * not_i, total * c_prev * f * not_f, dz_g, dh * tanh_c * o * not_o))
    return dz, f * dc + f * through_h
""",
)

EXERCISE = Exercise(
    name="fused_step_backward",
    title="A step's way back, by hand",
    arguments={"dh": "(N, H)", "dc": "(N, H)", "z": "(N, 4H)", "c_prev": "(N, H)"},
    returns=(Array("dz", "(N, 4H)"), Array("dc_prev", "(N, H)")),
    parts=(
        Part("dz", points=3, outputs=("dz",)),
        Part("dc_prev", points=1, outputs=("dc_prev",)),
        Part("large inputs", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=25,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:backward), line by line. The gates are not handed in: compute i, f, g, o and c from z and c_prev "
        "again, as on the way forward.",
        "First i, f, g, o from the blocks of z, then c and its tanh. Then the whole gradient with respect to c: the dc "
        "that came in, and what reaches c through h. From that the four dz, side by side in z's order, and dc_prev.",
        "With s = torch.tanh(f * c_prev + i * g): dc = dc + dh * o * (1 - s * s). The blocks of dz are "
        "dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g * g) and dh * s * o * (1 - o); dc_prev is "
        "dc * f.",
    ),
    explanation=(
        "What autograd goes back through node by node is one function of two tensors. It keeps 5 H numbers a step and "
        "sequence, z and c_prev, and computes the gates a second time: reading a stored number can cost more than "
        "computing it again."
    ),
    torch=True,
)
