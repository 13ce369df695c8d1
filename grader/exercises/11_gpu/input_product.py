"""What the inputs and the bias add to z, taken out of the loop."""

from ..base import Array, Case, Exercise, Gradient, Mistake, Part
from ._cases import arguments, late, low_precision, single

ARGUMENTS = {"xs": "(N, T, D)", "W": "(H + D, 4H)", "b": "(4H,)"}


def _arguments(rng, N, T, D, H, **options):
    drawn = arguments(rng, N, T, D, H, **options)
    return {name: drawn[name] for name in ARGUMENTS}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("more cells than inputs", _arguments(rng, N=3, T=4, D=2, H=5))
    yield Case("as many inputs as cells", _arguments(rng, N=2, T=5, D=3, H=3))
    yield Case("as many steps as sequences", _arguments(rng, N=4, T=4, D=3, H=2))
    yield Case("one step", _arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", _arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", _arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one cell", _arguments(rng, N=2, T=3, D=4, H=1))
    yield Case("strided", _arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=4, D=5, H=2)))
    yield low_precision(_arguments(rng, N=2, T=5, D=3, H=4), "bfloat16")
    yield low_precision(_arguments(rng, N=4, T=5, D=2, H=3), "float16")


MISTAKES = (
    Mistake(
        name="h_rows",
        what="the product with W's first rows, which belong to h",
        meaning="The first H rows of W weigh h, the last D rows weigh x. A cut after D rows fits every shape and takes the "
        "wrong ones.",
        look="Equation (11.2) and the picture above it: which rows are W_x?",
        function=late("inputs", rows="first D"),
    ),
    Mistake(
        name="no_bias",
        what="the product without the bias",
        meaning="b is the same at every step, so it belongs into what is computed once.",
        look="Equation (11.2).",
        function=late("inputs", bias=0),
    ),
    Mistake(
        name="bias_twice",
        what="the product with the bias added twice",
        meaning="Every gate's working point moves; no shape tells.",
        look="Equation (11.2): how often is b in it?",
        function=late("inputs", bias=2),
    ),
    Mistake(
        name="time_first",
        what="the right product with time as the first axis",
        meaning="zs is (T, N, 4H), which is fast to walk through; but the docstring asks for (N, T, 4H).",
        look="The shape in the docstring.",
        function=late("inputs", layout="T, N"),
    ),
    Mistake(
        name="flat",
        what="the right product with batch and time still in one axis",
        meaning="As one product of N T rows it is computed; what comes back needs its two axes again.",
        look="The shape in the docstring, and .reshape(N, T, 4 * H).",
        function=late("inputs", layout="flat"),
    ),
    Mistake(
        name="mixed_up",
        what="the right product, put into the shape (N, T, 4H) by a reshape that mixes sequences and steps",
        meaning="reshape keeps the order in which the numbers lie in memory. Time was first there, and the new shape says "
        "that the batch is.",
        look="Is there a transpose in your function that needs another one?",
        function=late("inputs", layout="mixed up"),
    ),
    Mistake(
        name="weights_cut",
        what="the right product, from which nothing flows back to W",
        meaning="The values are right. W's lower part would never learn.",
        look="W.data, W.detach() and torch.tensor(W) are copies without a past; the slice W[...] has one.",
        function=late("inputs", cut="W"),
    ),
    Mistake(
        name="bias_cut",
        what="the right product, from which nothing flows back to b",
        meaning="The values are right. b would never learn.",
        look="b.data, b.detach() and torch.tensor(b) are copies without a past.",
        function=late("inputs", cut="b"),
    ),
    Mistake(
        name="inputs_cut",
        what="the right product, from which nothing flows back to xs",
        meaning="The values are right. A layer below would never learn.",
        look="xs.data, xs.detach() and torch.tensor(xs) are copies without a past.",
        function=late("inputs", cut="x"),
    ),
    Mistake(
        name="all_cut",
        what="the right product, from which nothing flows back at all",
        meaning="The values are right, and nothing can be learned with it.",
        look="torch.no_grad(), .detach(), .data and numpy cut what autograd has noted.",
        function=late("inputs", cut="xWb"),
    ),
)

EXERCISE = Exercise(
    name="input_product",
    title="All inputs at once",
    arguments=ARGUMENTS,
    returns=(
        Array("zs", "(N, T, 4H)"),
        Gradient("dxs", "(N, T, D)"),
        Gradient("dW", "(H + D, 4H)"),
        Gradient("db", "(4H,)"),
    ),
    parts=(
        Part("the product", points=1, outputs=("zs",)),
        Part("what flows back", points=1, outputs=("dxs", "dW", "db")),
    ),
    difficulty=1,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (11.2), and the picture above it: which rows of W meet x, and how many rows belong to h?",
        "H is a quarter of W's columns. The rows from H on are W_x. `@` multiplies the last axis of xs, however many axes "
        "stand in front of it.",
        "With H = W.shape[1] // 4, return xs @ W[H:] + b.",
    ),
    explanation=(
        "No step was left out and nothing was approximated: the product with x_t never needed h, so it need not wait for "
        "it. N T rows in one product keep a processor busy; N rows, T times, do not."
    ),
    torch=True,
    gradients=ARGUMENTS,
)
