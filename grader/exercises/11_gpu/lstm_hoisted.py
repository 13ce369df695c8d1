"""The loop with the input products taken out of it."""

import numpy as np

from ..base import Case, Exercise, Mistake, Part
from ._cases import GRADIENTS, HS_AND_C, arguments, late, low_precision, single

ARGUMENTS = {"xs": "(N, T, D)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"}


def cases(rng):
    yield Case("small", arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", arguments(rng, N=3, T=7, D=2, H=4, gain=2.0))
    yield Case("as many inputs as cells", arguments(rng, N=2, T=5, D=3, H=3))
    yield Case("forget biases up to 5", arguments(rng, N=2, T=6, D=3, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one step", arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one cell", arguments(rng, N=2, T=3, D=4, H=1))
    yield Case("zero h0", arguments(rng, N=2, T=3, D=5, H=4) | {"h0": np.zeros((2, 4))})
    yield Case("strided", arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(arguments(rng, N=3, T=4, D=5, H=2)))
    yield low_precision(arguments(rng, N=2, T=5, D=3, H=4), "bfloat16")
    yield Case(
        "200 steps", arguments(rng, N=2, T=200, D=1, H=4, forget=(3.0, 5.0), orthogonal=True), frozenset({"long"})
    )


MISTAKES = (
    Mistake(
        name="bias_twice",
        what="a hoisted LSTM that adds b in input_product and once more in the loop",
        meaning="b went out of the loop together with the product.",
        look="Equation (11.2): where is b now?",
        function=late("hoisted", bias_in_step=1),
    ),
    Mistake(
        name="no_bias",
        what="a hoisted LSTM without its bias",
        meaning="b is in neither of the two products.",
        look="Equation (11.2): where is b now?",
        function=late("hoisted", bias_in_step=-1),
    ),
    Mistake(
        name="x_rows_for_h",
        what="a hoisted LSTM in whose loop h meets W's last H rows",
        meaning="The rows for h come first in W.",
        look="Equation (11.2), and the picture above it: which rows are W_h?",
        function=late("hoisted", rows="last H"),
    ),
    Mistake(
        name="hoisted_too_much",
        what="an LSTM whose gates read h0 at every step",
        meaning="The product with h was taken out of the loop as well. That would be fast, but h_t has to be known before "
        "the step after it can be.",
        look="Equation (11.2): which of the two products has to wait?",
        function=late("hoisted", reads="h0"),
    ),
    Mistake(
        name="same_input",
        what="a hoisted LSTM that adds the first input's product at every step",
        meaning="h and c are handed on, but zs[:, 0] comes in again and again.",
        look="Which slice of zs belongs to step t?",
        function=late("hoisted", step=0),
    ),
    Mistake(
        name="last_input",
        what="a hoisted LSTM that adds the last input's product at every step",
        meaning="h and c are handed on, but zs[:, -1] comes in again and again.",
        look="Which slice of zs belongs to step t?",
        function=late("hoisted", step=-1),
    ),
    Mistake(
        name="gates_swapped",
        what="a hoisted LSTM whose input and forget gates are swapped",
        meaning="The blocks of z are packed in the order i, f, g, o.",
        look="The second line of equation (11.1). Your lstm_torch knows already.",
        function=late("hoisted", order="figo"),
    ),
    Mistake(
        name="candidate_last",
        what="a hoisted LSTM that takes its blocks of columns in the order i, f, o, g",
        meaning="The blocks of z are packed in the order i, f, g, o.",
        look="The second line of equation (11.1). Your lstm_torch knows already.",
        function=late("hoisted", order="ifog"),
    ),
    Mistake(
        name="no_tanh",
        what="a hoisted LSTM with h = o * c",
        meaning="The cell state went out without its tanh.",
        look="The last line of equation (11.1).",
        function=late("hoisted", hidden="o c"),
    ),
    Mistake(
        name="c_T_is_h_T",
        what="the right hs, with the last h in the place of c_T",
        meaning="What the cell holds at the end is not what it shows.",
        look="The docstring says what the second value is.",
        function=late("hoisted", results="c_T is h_T"),
    ),
    Mistake(
        name="time_first",
        what="the right LSTM with time as the first axis of hs",
        meaning="hs is (T, N, H); the batch comes first here.",
        look="torch.stack has an argument dim.",
        function=late("hoisted", results="time first"),
    ),
    Mistake(
        name="reshaped",
        what="the right LSTM, with the steps' h put into the shape (N, T, H) by a reshape",
        meaning="reshape and view keep the order in which the numbers lie in memory, and there all sequences of step 0 "
        "come first.",
        look="torch.stack has an argument dim.",
        function=late("hoisted", results="reshaped"),
    ),
    Mistake(
        name="cut_between_steps",
        what="a hoisted LSTM whose h and c are detached after every step",
        meaning="The values are right, and the gradient sees one step only.",
        look="What happens to h and c between two steps? .detach(), .data and torch.tensor(...) cut them off.",
        function=late("hoisted", cut="h, c"),
    ),
    Mistake(
        name="cut_after_steps",
        what="a hoisted LSTM whose h and c are detached at the end of every step",
        meaning="The values are right, and the gradient sees one step only; c_T, detached like the others, has no past at all.",
        look="What happens to h and c before the next step begins? .detach(), .data and torch.tensor(...) cut them off.",
        function=late("hoisted", cut="h, c", results="cut c_T"),
    ),
    Mistake(
        name="input_product_cut",
        what="a hoisted LSTM from which nothing flows back through the input products",
        meaning="The values are right. xs and b get no gradient, and of W only the rows for h do.",
        look="How does what input_product gives get into the loop? Filling a new tensor from .data loses its past.",
        function=late("hoisted", cut="z"),
    ),
    Mistake(
        name="recurrent_weights_cut",
        what="a hoisted LSTM from which nothing flows back to W's rows for h",
        meaning="The values are right. It would learn what to read, and never what to remember.",
        look="W[...] has a past; W.data[...] and W.detach() have none.",
        function=late("hoisted", cut="W"),
    ),
    Mistake(
        name="all_cut",
        what="a hoisted LSTM that nothing flows back through",
        meaning="All values are right, and nothing can be learned with it.",
        look="torch.no_grad(), .detach(), .data, .numpy() and torch.tensor(...) of a tensor: which of them is in your "
        "function?",
        function=late("hoisted", results="cut"),
    ),
)

EXERCISE = Exercise(
    name="lstm_hoisted",
    title="The loop, with less in it",
    arguments=ARGUMENTS,
    returns=(*HS_AND_C, *GRADIENTS),
    parts=(
        Part("hs and c_T", points=2, outputs=("hs", "c_T")),
        Part("what flows back", points=1, outputs=("dxs", "dh0", "dc0", "dW", "db")),
        Part("200 steps", points=1, tags=frozenset({"long"})),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    reference="lstm",
    hints=(
        "Equation (11.2): which of its two terms is ready before the loop begins?",
        "Call input_product once, in front of the loop, and take W's rows for h there too. In the loop z is the step's "
        "slice of zs, plus h times those rows. The rest is lstm_torch's.",
        "zs = input_product(xs, W, b) and W_h = W[: h0.shape[1]] in front of the loop; for z_x in zs.unbind(1): "
        "z = z_x + h @ W_h, and then the gates as before.",
    ),
    explanation=(
        "The loop still has its T turns, because h has to be known before the next one can begin; with the inputs' products "
        "in front of it, each turn does only what needs h. What cannot be taken out of the loop is what makes the network recurrent."
    ),
    builds_on=("input_product",),
    torch=True,
    gradients=ARGUMENTS,
)
