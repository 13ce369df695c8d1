"""The way back through a step's pointwise part, by hand: what an autograd.Function's backward has to hold."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part
from ._cases import late, low_precision, single


def _arguments(rng, N, H, scale=1.5, **fixed):
    drawn = {
        "dh": rng.normal(size=(N, H)),
        "dc": rng.normal(size=(N, H)),
        "z": scale * rng.normal(size=(N, 4 * H)),
        "c_prev": rng.normal(size=(N, H)),
    }
    return drawn | fixed


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
    yield Case("large gradients", _arguments(rng, N=2, H=3, dh=1e4 * rng.normal(size=(2, 3))))


MISTAKES = (
    Mistake(
        name="h_left_out_of_dc",
        what="a backward step in which nothing flows from dh into the cell state",
        meaning="c acts on the loss in two ways: through the next step, which is dc, and through this step's h.",
        look="The first line of equation (11.3).",
        function=late("backward", through_h="nothing"),
    ),
    Mistake(
        name="dc_left_out",
        what="a backward step that ignores the dc it is given",
        meaning="What comes back from the next step along the cell state is lost, and with it everything the LSTM could "
        "have remembered.",
        look="The first line of equation (11.3): two terms.",
        function=late("backward", dc_in=0),
    ),
    Mistake(
        name="no_tanh_slope",
        what="a backward step that goes back through h = o tanh(c) without the slope of the tanh",
        meaning="Where the cell is full the tanh is flat, and nearly nothing comes through.",
        look="The first line of equation (11.3): what is the derivative of tanh?",
        function=late("backward", through_h="dh o"),
    ),
    Mistake(
        name="no_output_gate",
        what="a backward step that goes back through h = o tanh(c) without the output gate",
        meaning="A cell whose output gate is shut shows nothing, so nothing flows back through what it shows.",
        look="The first line of equation (11.3).",
        function=late("backward", through_h="dh (1 - tanh(c)^2)"),
    ),
    Mistake(
        name="tanh_of_c_prev",
        what="a backward step that takes the tanh of the old cell state",
        meaning="h was made of the new one. Going back one uses the values that the way forward had.",
        look="Equation (11.3) has tanh(c_t) twice.",
        function=late("backward", tanh_of="c_prev"),
    ),
    Mistake(
        name="no_input_slope",
        what="a backward step without the slope of the input gate's sigmoid",
        meaning="What is wanted is the gradient with respect to z_i, in front of the sigmoid.",
        look="The line for dz_i in equation (11.3).",
        function=late("backward", slope=(0, 1, 1, 1)),
    ),
    Mistake(
        name="no_forget_slope",
        what="a backward step without the slope of the forget gate's sigmoid",
        meaning="What is wanted is the gradient with respect to z_f, in front of the sigmoid.",
        look="The line for dz_f in equation (11.3).",
        function=late("backward", slope=(1, 0, 1, 1)),
    ),
    Mistake(
        name="no_candidate_slope",
        what="a backward step without the slope of the candidate's tanh",
        meaning="What is wanted is the gradient with respect to z_g, in front of the tanh.",
        look="The line for dz_g in equation (11.3).",
        function=late("backward", slope=(1, 1, 0, 1)),
    ),
    Mistake(
        name="no_output_slope",
        what="a backward step without the slope of the output gate's sigmoid",
        meaning="What is wanted is the gradient with respect to z_o, in front of the sigmoid.",
        look="The line for dz_o in equation (11.3).",
        function=late("backward", slope=(1, 1, 1, 0)),
    ),
    Mistake(
        name="no_slopes",
        what="a backward step without the slopes of the four squashing functions",
        meaning="These are the gradients with respect to i, f, g and o; what is wanted are those with respect to z.",
        look="The lines for dz in equation (11.3): the factors at the end.",
        function=late("backward", slope=(0, 0, 0, 0)),
    ),
    Mistake(
        name="candidate_as_a_gate",
        what="a backward step that takes the candidate's slope for a sigmoid's",
        meaning="The candidate is a tanh, whose slope is 1 - g * g.",
        look="The line for dz_g in equation (11.3).",
        function=late("backward", g_slope="sigmoid"),
    ),
    Mistake(
        name="forget_reads_c",
        what="a backward step whose dz_f uses the new cell state",
        meaning="The forget gate was multiplied with the old one, so that is what it gets back.",
        look="The line for dz_f in equation (11.3).",
        function=late("backward", reads="c"),
    ),
    Mistake(
        name="input_reads_z_g",
        what="a backward step whose dz_i uses z_g in front of its tanh",
        meaning="The input gate was multiplied with g, after the tanh.",
        look="The line for dz_i in equation (11.3).",
        function=late("backward", written="z_g"),
    ),
    Mistake(
        name="dc_prev_without_f",
        what="a backward step whose dc_prev lacks the forget gate",
        meaning="What was forgotten on the way forward has no say on the way back.",
        look="The last line of equation (11.3).",
        function=late("backward", hands_on="dc_t"),
    ),
    Mistake(
        name="dc_prev_of_dc",
        what="a backward step that hands on f * dc, without what came through h",
        meaning="The old cell state acts through this step's h as well.",
        look="The last line of equation (11.3): is that the dc you were given, or the sum of the two?",
        function=late("backward", hands_on="dc f"),
    ),
    Mistake(
        name="gates_swapped",
        what="a backward step with the gradients of the input and the forget gate in each other's place",
        meaning="dz has z's order: i, f, g, o.",
        look="The order in which torch.cat gets the four.",
        function=late("backward", order="figo"),
    ),
    Mistake(
        name="candidate_last",
        what="a backward step with the four gradients in the order i, f, o, g",
        meaning="dz has z's order: i, f, g, o.",
        look="The order in which torch.cat gets the four.",
        function=late("backward", order="ifog"),
    ),
    Mistake(
        name="stacked",
        what="a backward step with the four gradients below each other",
        meaning="dz is then (4N, H); z has the gates' columns side by side.",
        look="torch.cat joins along dim=0 unless it is told otherwise.",
        function=late("backward", layout="rows"),
    ),
)

EXERCISE = Exercise(
    name="fused_step_backward",
    title="A step's way back, by hand",
    arguments={"dh": "(N, H)", "dc": "(N, H)", "z": "(N, 4H)", "c_prev": "(N, H)"},
    returns=(Array("dz", "(N, 4H)"), Array("dc_prev", "(N, H)")),
    parts=(Part("dz", points=3, outputs=("dz",)), Part("dc_prev", points=1, outputs=("dc_prev",))),
    difficulty=3,
    minutes=25,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (11.3), line by line. The gates are not handed in: compute i, f, g, o and c from z and c_prev again, as "
        "on the way forward.",
        "First i, f, g, o from the blocks of z, then c and its tanh. Then the whole gradient with respect to c: the dc that "
        "came in, and what reaches c through h. From that the four dz, side by side in z's order, and dc_prev.",
        "With s = torch.tanh(f * c_prev + i * g): dc = dc + dh * o * (1 - s * s). The blocks of dz are dc * g * i * (1 - i), "
        "dc * c_prev * f * (1 - f), dc * i * (1 - g * g) and dh * s * o * (1 - o); dc_prev is dc * f.",
    ),
    explanation=(
        "What autograd goes back through note by note is one function of two tensors. It keeps 5 H numbers a step and "
        "sequence, z and c_prev, and computes the gates a second time: reading a stored number can cost more than "
        "computing it again."
    ),
    torch=True,
)
