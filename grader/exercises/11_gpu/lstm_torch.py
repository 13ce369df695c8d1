"""The LSTM over a sequence, of tensors: autograd takes the way back."""

import numpy as np

from ..base import Case, Exercise, Mistake, Part
from ._cases import GRADIENTS, HS_AND_C, arguments, late, low_precision, single

ARGUMENTS = {"xs": "(N, T, D)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"}


def cases(rng):
    yield Case("small", arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", arguments(rng, N=3, T=7, D=2, H=4, gain=2.0))
    yield Case("forget biases up to 5", arguments(rng, N=2, T=6, D=3, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one step", arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one cell", arguments(rng, N=2, T=3, D=4, H=1))
    yield Case("zero h0", arguments(rng, N=2, T=3, D=5, H=4) | {"h0": np.zeros((2, 4))})
    yield Case("zero c0", arguments(rng, N=2, T=3, D=5, H=4) | {"c0": np.zeros((2, 4))})
    yield Case("strided", arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(arguments(rng, N=3, T=4, D=5, H=2)))
    yield low_precision(arguments(rng, N=2, T=5, D=3, H=4), "bfloat16")
    yield low_precision(arguments(rng, N=4, T=5, D=2, H=3), "float16")
    large = arguments(rng, N=2, T=4, D=3, H=5)
    large["xs"] = rng.choice([-1.0, 1.0], size=(2, 4, 3)) * rng.uniform(2000, 9000, size=(2, 4, 3))
    yield Case("large inputs", large)
    yield Case(
        "200 steps", arguments(rng, N=2, T=200, D=1, H=4, forget=(3.0, 5.0), orthogonal=True), frozenset({"long"})
    )


SHAPE = "The table in front of the exercise gives the names; equation (11.1) the order."

FORMULA = (
    Mistake(
        name="gates_swapped",
        what="an LSTM whose input and forget gates are swapped",
        meaning="W's blocks of columns are packed in the order i, f, g, o; here the first was taken for the forget gate.",
        look="The second line of equation (11.1): which block of z comes first?",
        function=late("lstm", order="figo"),
    ),
    Mistake(
        name="candidate_last",
        what="an LSTM that takes its blocks of columns in the order i, f, o, g",
        meaning="The order is i, f, g, o. The output gate was made of the candidate's weights, and the other way round.",
        look="The second line of equation (11.1): which block of z comes third?",
        function=late("lstm", order="ifog"),
    ),
    Mistake(
        name="x_first",
        what="an LSTM that reads [x, h] in place of [h, x]",
        meaning="W's first H rows belong to h, and here they met x.",
        look="The first line of equation (11.1), and the order in which torch.cat gets the two.",
        function=late("lstm", reads="[x, h]"),
    ),
    Mistake(
        name="no_bias",
        what="an LSTM without its bias",
        meaning="b moves every gate's working point: a forget gate without its bias is half shut.",
        look="The first line of equation (11.1).",
        function=late("lstm", bias=0),
    ),
    Mistake(
        name="bias_twice",
        what="an LSTM that adds its bias twice",
        meaning="PyTorch's own LSTM has two biases, this one has one.",
        look="The first line of equation (11.1): how often is b in it?",
        function=late("lstm", bias=2),
    ),
    Mistake(
        name="no_tanh",
        what="an LSTM with h = o * c",
        meaning="The cell state went out without its tanh.",
        look="The last line of equation (11.1).",
        function=late("lstm", hidden="o c"),
    ),
)

STATES = (
    Mistake(
        name="no_h0",
        what="an LSTM that ignores h0 and starts from zeros",
        meaning="Nothing flows back to h0 either: a sequence read in pieces could not be trained through.",
        look="What do h and c hold in front of the loop?",
        function=late("lstm", start="0, c0"),
    ),
    Mistake(
        name="no_c0",
        what="an LSTM that ignores c0 and starts from an empty cell",
        meaning="Nothing flows back to c0 either.",
        look="What do h and c hold in front of the loop?",
        function=late("lstm", start="h0, 0"),
    ),
    Mistake(
        name="no_states",
        what="an LSTM that ignores both h0 and c0 and starts from zeros",
        meaning="The first step should start from the two states it is given.",
        look="What do h and c hold in front of the loop?",
        function=late("lstm", start="0, 0"),
    ),
    Mistake(
        name="states_swapped",
        what="an LSTM that starts with h0 as its cell state and c0 as its hidden state",
        meaning="From the second step on all goes as it should, but the first one mixes the two up.",
        look="What do h and c hold in front of the loop?",
        function=late("lstm", start="c0, h0"),
    ),
)

RESULT = (
    Mistake(
        name="c_T_is_h_T",
        what="the right hs, with the last h in the place of c_T",
        meaning="What the cell holds at the end is not what it shows.",
        look="The docstring says what the second value is.",
        function=late("lstm", results="c_T is h_T"),
    ),
    Mistake(
        name="c_T_is_c0",
        what="the right hs, with c0 in the place of c_T",
        meaning="The cell state at the start came back.",
        look="Which of your variables holds the cell state after the last step?",
        function=late("lstm", results="c_T is c0"),
    ),
    Mistake(
        name="hs_are_cs",
        what="an LSTM that collects the cell states c in place of the hidden states h",
        meaning="hs is what the rest of the network gets to see; the cell states stay inside.",
        look="Which of the two states does the docstring ask for at every step?",
        function=late("lstm", results="hs are cs"),
    ),
    Mistake(
        name="time_first",
        what="the right LSTM with time as the first axis of hs",
        meaning="hs is (T, N, H), which is torch.nn.LSTM's habit too unless it is told batch_first=True; here the batch "
        "comes first.",
        look="torch.stack has an argument dim.",
        function=late("lstm", results="time first"),
    ),
    Mistake(
        name="reshaped",
        what="the right LSTM, with the steps' h put into the shape (N, T, H) by a reshape",
        meaning="reshape and view keep the order in which the numbers lie in memory, and there all sequences of step 0 "
        "come first. So hs[0] mixes sequences and steps.",
        look="torch.stack has an argument dim.",
        function=late("lstm", results="reshaped"),
    ),
    Mistake(
        name="last_only",
        what="an LSTM that returns only the last h",
        meaning="A word tagger or a language model needs the h of every step.",
        look="The docstring gives the shape of hs.",
        function=late("lstm", results="last only"),
    ),
    Mistake(
        name="returned_swapped",
        what="the right LSTM with hs and c_T in the wrong order",
        meaning="Both are right; each stands in the other's place.",
        look="The docstring's last lines give the order.",
        function=late("lstm", results="swapped"),
    ),
)

# Right numbers, wrong gradients: what autograd has noted was cut somewhere.
GRAPH = (
    Mistake(
        name="cut_between_steps",
        what="an LSTM whose h and c are detached after every step",
        meaning="The values are right, and the gradient sees one step only: nothing that is learned reaches back in time. "
        "Cutting there on purpose, every hundred steps, is truncated BPTT.",
        look="Which line makes a new tensor out of h and c that forgets where it came from? .detach(), .data and "
        "torch.tensor(...) do.",
        function=late("lstm", cut="h, c"),
    ),
    Mistake(
        name="cut_after_steps",
        what="an LSTM whose h and c are detached at the end of every step",
        meaning="The values are right, and the gradient sees one step only; c_T, detached like the others, has no past at all.",
        look="What happens to h and c before the next step begins? .detach(), .data and torch.tensor(...) cut them off.",
        function=late("lstm", cut="h, c", results="cut c_T"),
    ),
    Mistake(
        name="c_cut_after_steps",
        what="an LSTM whose c is detached at the end of every step",
        meaning="The way along the cell state is the one on which gradients survive, and it is cut; c_T has no past at all.",
        look="What happens to c before the next step begins? .detach(), .data and torch.tensor(...) cut it off.",
        function=late("lstm", cut="c", results="cut c_T"),
    ),
    Mistake(
        name="h_cut_between_steps",
        what="an LSTM whose h is detached after every step",
        meaning="The gradient comes back through the cell state alone. In the LSTM of 1997 that was done on purpose; here "
        "it is a piece missing.",
        look="What happens to h between two steps? .detach(), .data and torch.tensor(...) cut it off.",
        function=late("lstm", cut="h"),
    ),
    Mistake(
        name="c_cut_between_steps",
        what="an LSTM whose c is detached after every step",
        meaning="The way along the cell state is the one on which gradients survive, and it is cut.",
        look="What happens to c between two steps? .detach(), .data and torch.tensor(...) cut it off.",
        function=late("lstm", cut="c"),
    ),
    Mistake(
        name="weights_cut",
        what="an LSTM that nothing flows back from to W and b",
        meaning="It computes the right values for ever, and never learns.",
        look="How do W and b get into your products? W.data, W.detach() and torch.tensor(W) are copies without a past.",
        function=late("lstm", cut="W"),
    ),
    Mistake(
        name="inputs_cut",
        what="an LSTM that nothing flows back from to xs",
        meaning="A layer below it, or an embedding, would never learn.",
        look="How does xs get into your loop? xs.data, xs.detach() and torch.tensor(xs) are copies without a past.",
        function=late("lstm", cut="xs"),
    ),
    Mistake(
        name="start_cut",
        what="an LSTM that nothing flows back from to h0 and c0",
        meaning="An encoder that hands its last state on to a decoder would never learn.",
        look="What do h and c hold in front of the loop? .clone() is a copy with a past, .detach() one without.",
        function=late("lstm", start="cut"),
    ),
    Mistake(
        name="hs_cut",
        what="an LSTM whose hs has lost its past",
        meaning="The gradient comes back through c_T only.",
        look="How is hs put together? torch.stack keeps the past, torch.tensor(list) and numpy do not.",
        function=late("lstm", results="cut hs"),
    ),
    Mistake(
        name="c_T_cut",
        what="an LSTM whose c_T has lost its past",
        meaning="The gradient comes back through hs only.",
        look="The last line: is c handed back as it is?",
        function=late("lstm", results="cut c_T"),
    ),
    Mistake(
        name="all_cut",
        what="an LSTM that nothing flows back through",
        meaning="All values are right, and nothing can be learned with it.",
        look="torch.no_grad(), .detach(), .data, .numpy() and torch.tensor(...) of a tensor: which of them is in your "
        "function?",
        function=late("lstm", results="cut"),
    ),
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
        Part("200 steps", points=1, tags=frozenset({"long"})),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    mistakes=(*FORMULA, *STATES, *RESULT, *GRAPH),
    reference="lstm",
    hints=(
        "It is the lstm of unit 05 with its step written into the loop and without a cache: autograd keeps what the way "
        "back needs. " + SHAPE,
        "Start with h = h0 and c = c0. For each x of the sequence: put h and x together, multiply, add b, cut z into four "
        "with z.chunk, and compute c and then h. Collect h in a list; at the end torch.stack puts time between batch and "
        "cells.",
        "for x in xs.unbind(1): z = torch.cat([h, x], dim=1) @ W + b; z_i, z_f, z_g, z_o = z.chunk(4, dim=1); "
        "c = torch.sigmoid(z_f) * c + torch.sigmoid(z_i) * torch.tanh(z_g); h = torch.sigmoid(z_o) * torch.tanh(c). "
        "After the loop: return torch.stack(hs, dim=1), c.",
    ),
    explanation=(
        "The forward pass is unit 05's, line by line. The backward pass, five gradients through two hundred steps, is not "
        "written anywhere: each operation has left a note of how to go back through it. That holds as long as nothing "
        "leaves torch on the way."
    ),
    torch=True,
    gradients=ARGUMENTS,
)
