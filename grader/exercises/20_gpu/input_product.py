"""What the inputs and the bias add to z, taken out of the loop."""

from ..base import Array, Case, Exercise, Part, slips
from ._draws import ARGUMENTS as ALL
from ._draws import GRADIENTS, LARGE, arguments, far_out, gates_far_out, low_precision, many_cells, single

ARGUMENTS = {name: ALL[name] for name in ("xs", "W", "b")}


def _only(drawn):
    return {name: drawn[name] for name in ARGUMENTS}


def _arguments(rng, N, T, D, H):
    return _only(arguments(rng, N, T, D, H))


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
    W, b = many_cells(rng, D=2, H=130)
    yield Case("many cells", {"xs": rng.normal(size=(2, 3, 2)), "W": W, "b": b})
    yield Case("gates far out", _only(gates_far_out(rng, N=2, T=3, D=4, H=5)), LARGE)
    yield Case("arguments far out", _only(far_out(rng, N=2, T=4, H=5)), LARGE)


MISTAKES = slips(r"""
h_rows: the product with W's first rows, which belong to h
    {"W[H:]": "W[: xs.shape[2]]"}
    The first H rows of W weigh h, the last D rows weigh x. A cut after D rows fits every shape and takes the wrong
    ones.
    Look: Equation (eq:hoisted) and the picture above it: which rows are W_x?
no_bias: the product without the bias
    {"W[H:] + b": "W[H:]"}
    b is the same at every step, so it belongs into what is computed once.
    Look: Look at equation (eq:hoisted).
bias_twice: the product with the bias added twice
    {"W[H:] + b": "W[H:] + 2 * b"}
    Every gate's working point moves; no shape tells.
    Look: Equation (eq:hoisted): how often is b in it?
time_first: the product with time as the first axis
    {"xs @ W[H:] + b": "(xs @ W[H:] + b).transpose(0, 1)"}
    zs is (T, N, 4H), which is fast to walk through; but the docstring asks for (N, T, 4H).
    Look: Look at the shape in the docstring.
flat: the product with batch and time still in one axis
    {"xs @ W[H:] + b": "(xs @ W[H:] + b).reshape(-1, 4 * H)"}
    As one product of N T rows it is computed; what comes back needs its two axes again.
    Look: Look at the shape in the docstring, and at .reshape(N, T, 4 * H).
mixed_up: the product, put into the shape (N, T, 4H) by a reshape that mixes sequences and steps
    {"xs @ W[H:] + b": "(xs.transpose(0, 1) @ W[H:] + b).reshape(*xs.shape[:2], 4 * H)"}
    reshape keeps the order in which the numbers lie in memory. Time was first there, and the new shape says that the
    batch is.
    Look: Is there a transpose in your function that needs another one?
weights_cut: the product, from which nothing flows back to W
    {"W[H:]": "W[H:].detach()"}
    The values are right. W's lower part would never learn.
    Look: W.data, W.detach() and torch.tensor(W) are copies without a past; the slice W[...] has one.
bias_cut: the product, from which nothing flows back to b
    {"W[H:] + b": "W[H:] + b.detach()"}
    The values are right. b would never learn.
    Look: b.data, b.detach() and torch.tensor(b) are copies without a past.
inputs_cut: the product, from which nothing flows back to xs
    {"xs @": "xs.detach() @"}
    The values are right. A layer below would never learn.
    Look: xs.data, xs.detach() and torch.tensor(xs) are copies without a past.
all_cut: the product, from which nothing flows back at all
    {"xs @ W[H:] + b": "(xs @ W[H:] + b).detach()"}
    The values are right, and nothing can be learned with it.
    Look: torch.no_grad(), .detach(), .data and numpy cut what autograd has noted.
""")

RIGHT = (
    {"xs @ W[H:] + b": "torch.stack([torch.addmm(b, x, W[H:]) for x in xs.unbind(1)], dim=1)"},
    {"xs @ W[H:] + b": "torch.nn.functional.linear(xs, W[H:].T, b)"},
    """
def input_product(xs, W, b):
    N, T, D = xs.shape
    flat = xs.reshape(N * T, D) @ W[len(W) - D :]
    return (flat + b).view(N, T, -1)
""",
    """
def input_product(xs, W, b):
    _, W_x = W.split([W.shape[1] // 4, xs.shape[2]])
    return torch.cat(
        [torch.einsum("ntd,dh->nth", xs, part) + bias for part, bias in zip(W_x.chunk(4, 1), b.chunk(4))], dim=-1
    )
""",
    """
def input_product(xs, W, b):
    zs = b.expand(*xs.shape[:2], len(b))
    for d in range(xs.shape[2]):
        zs = zs + xs[:, :, d, None] * W[len(b) // 4 + d]
    return zs
""",
)

EXERCISE = Exercise(
    name="input_product",
    title="All inputs at once",
    arguments=ARGUMENTS,
    returns=(Array("zs", "(N, T, 4H)"), *(one for one in GRADIENTS if one.name in ("dxs", "dW", "db"))),
    parts=(
        Part("the product", points=1, outputs=("zs",)),
        Part("what flows back", points=1, outputs=("dxs", "dW", "db")),
    ),
    difficulty=1,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:hoisted), and the picture above it: which rows of W meet x, and how many rows belong to h?",
        "H is a quarter of W's columns. The rows from H on are W_x. `@` multiplies the last axis of xs, however many "
        "axes stand in front of it.",
        "With H = W.shape[1] // 4, return xs @ W[H:] + b.",
    ),
    explanation=(
        "No step was left out and nothing was approximated: the product with x_t never needed h, so it need not wait "
        "for it. N T rows in one product keep a processor busy; N rows, T times, do not."
    ),
    torch=True,
    gradients=tuple(ARGUMENTS),
)
