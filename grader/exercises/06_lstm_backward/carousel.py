"""What comes back along the cell states alone."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LONG


def _gates(rng, N, T, H, low=0.1, high=0.95):
    return {"fs": rng.uniform(low, high, size=(N, T, H))}


def cases(rng):
    yield Case("small", _gates(rng, N=2, T=4, H=3))
    yield Case("more steps", _gates(rng, N=3, T=7, H=2))
    yield Case("as many steps as sequences", _gates(rng, N=4, T=4, H=3))
    yield Case("as many steps as cells", _gates(rng, N=2, T=5, H=5))
    yield Case("one step", _gates(rng, N=3, T=1, H=2))
    yield Case("two steps", _gates(rng, N=4, T=2, H=3))
    yield Case("one sequence", _gates(rng, N=1, T=5, H=3))
    yield Case("one cell", _gates(rng, N=3, T=4, H=1))
    yield Case("one of each", _gates(rng, N=1, T=1, H=1))
    shut = _gates(rng, N=3, T=6, H=4)
    shut["fs"][0, 3], shut["fs"][1, 0], shut["fs"][2, 5, :2] = 0.0, 0.0, 0.0
    yield Case("gates that are shut", shut)
    ends = _gates(rng, N=2, T=5, H=3)
    ends["fs"][0], ends["fs"][1, 2] = 1.0, 1.0
    yield Case("gates that are open", ends)
    yield Case("gates that are nearly shut", {"fs": rng.uniform(1e-6, 1e-4, size=(2, 6, 3))})
    yield Case("strided", _gates(rng, N=3, T=5, H=4), frozenset({"strided"}))
    yield Case("float32", {"fs": rng.uniform(0.2, 0.95, size=(3, 4, 2)).astype(np.float32)})
    yield Case("200 steps, open gates", _gates(rng, N=2, T=200, H=3, low=0.97, high=0.999), LONG)
    yield Case("400 steps that end in nothing", _gates(rng, N=2, T=400, H=3, low=0.01, high=0.2), LONG)


MISTAKES = slips(r"""
own_gate_too: products that begin with the step's own gate
    {"slopes = np.ones(fs.shape)": "slopes = fs * 1.0",
        "slopes[:, t + 1] * fs[:, t + 1]": "slopes[:, t + 1] * fs[:, t]"}
    f_t stands between c of the step before and c_t. On the way from the last cell state back to c_t it is not passed
    any more.
    Look: With which s does the product of equation (eq:carousel) begin? What does it give at the last step?
own_gate_for_next: products with each gate one step early: the step's own is in, the last step's is not
    {"* fs[:, t + 1]": "* fs[:, t]"}
    f_t stands between c of the step before and c_t. On the way from the last cell state back to c_t the gates of the
    steps after it are passed.
    Look: From which s to which does the product of equation (eq:carousel) go?
from_the_start: products of the gates from the first step up to this one
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "pass", "return slopes": "return np.cumprod(fs, axis=1)"}
    That is what is left at step t of the c that was there at the very start. Asked for is what is left, at the end, of
    the c of step t.
    Look: From which s to which does the product of equation (eq:carousel) go?
from_the_second: products of the gates from the second step up to this one
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "pass",
        "return slopes": "slopes[:, 1:] = np.cumprod(fs[:, 1:], axis=1)\n    return slopes"}
    That is what is left at step t of the first step's c. Asked for is what is left, at the end, of the c of step t.
    Look: From which s to which does the product of equation (eq:carousel) go?
before_it: products of the gates before the step, in place of those after it
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "pass",
        "return slopes": "slopes[:, 1:] = np.cumprod(fs[:, :-1], axis=1)\n    return slopes"}
    At step t only what is still to come stands between c and the end.
    Look: From which s to which does the product of equation (eq:carousel) go?
upside_down: the right products, the last step's first
    {"return slopes": "return slopes[:, ::-1].copy()"}
    A list that is filled from the end has the last step in front.
    Look: At which step should the 1 stand?
next_gate_alone: the next step's gate alone
    {"slopes[:, t + 1] * fs[:, t + 1]": "fs[:, t + 1]"}
    From the last cell state to c_t all the gates between the two are passed. (In a loop: the product of the step after
    has to be there when it is asked for.)
    Look: What does equation (eq:carousel) do over s, and from which end is it best begun?
added: sums of the later gates, in the place of products
    {"slopes[:, t + 1] * fs[:, t + 1]": "slopes[:, t + 1] + fs[:, t + 1]"}
    Steps one after the other multiply: half of a half is a quarter.
    Look: Which sign stands before f_s in equation (eq:carousel)?
same_everywhere: the product of all gates but the first, at every step
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "slopes[:] = np.prod(fs[:, 1:], axis=1, keepdims=True)"}
    The nearer to the end, the fewer gates there are on the way.
    Look: Does your product know at which step it begins?
all_of_them: the product of all gates, at every step
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "pass", "return slopes":
        "return slopes * np.prod(fs, axis=1, keepdims=True)"}
    The nearer to the end, the fewer gates there are on the way.
    Look: From which s to which does the product of equation (eq:carousel) go?
over_the_batch: products over the sequences of the batch, in the place of those over time
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "pass", "return slopes":
        "slopes[:-1] = np.cumprod(fs[:0:-1], axis=0)[::-1]\n    return slopes"}
    The sequences of a batch know nothing of each other.
    Look: Which axis of fs is time?
over_the_cells: products over the cells, in the place of those over time
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "pass", "return slopes":
        "slopes[..., :-1] = np.cumprod(fs[..., :0:-1], axis=2)[..., ::-1]\n    return slopes"}
    Every cell has its own carousel: the forget gate of one does nothing to another.
    Look: Which axis of fs is time?
mean_gate: the mean of each step's gates for every cell
    {"* fs[:, t + 1]": "* fs[:, t + 1].mean(axis=1, keepdims=True)"}
    Every cell has its own carousel: the forget gate of one does nothing to another.
    Look: Which shape has f in equation (eq:carousel)?
one_minus: products of 1 - f
    {"* fs[:, t + 1]": "* (1 - fs[:, t + 1])"}
    The name misleads: f is the share that is kept.
    Look: What multiplies c of the step before, on the way forward?
first_gate_everywhere: powers of the first step's gate
    {"* fs[:, t + 1]": "* fs[:, 0]"}
    Every step has gates of its own.
    Look: Which index has f in equation (eq:carousel)?
last_gate_everywhere: powers of the last step's gate
    {"* fs[:, t + 1]": "* fs[:, -1]"}
    Every step has gates of its own.
    Look: Which index has f in equation (eq:carousel)?
divided: the product of all gates, divided by those of the steps up to this one
    body:
        upto = np.cumprod(fs, axis=1)
        return upto[:, -1:] / upto
    As long as no gate is shut that is the same. Where one is 0 it is 0 / 0, and after enough steps the product is too
    small for a float64.
    Look: Is there a division in equation (eq:carousel)? Try it with a gate of 0.
zero_at_the_end: the right products, with 0 at the last step
    {"return slopes": "slopes[:, -1] = 0\n    return slopes"}
    The last cell state changes with itself: one to one.
    Look: What does equation (eq:carousel) say of the last step?
gate_at_the_end: the right products, with the last gate at the last step
    {"return slopes": "slopes[:, -1] = fs[:, -1]\n    return slopes"}
    The last step's gate comes before the last cell state, and there is nothing after it.
    Look: What does equation (eq:carousel) say of the last step?
first_missing: the right products, with a 1 at the first step
    {"reversed(range(fs.shape[1] - 1))": "range(fs.shape[1] - 2, 0, -1)"}
    The loop ends one step early. (A range ends before its second number.)
    Look: With which t does your loop end?
rolled: products that end with the first step's gate, which came round from the start
    {"slopes[:, t] = slopes[:, t + 1] * fs[:, t + 1]": "pass",
        "return slopes": "return np.cumprod(np.roll(fs, -1, axis=1)[:, ::-1], axis=1)[:, ::-1]"}
    np.roll puts what falls out at one end in at the other. After the last step there is no gate any more.
    Look: What does equation (eq:carousel) say of the last step?
logarithms: the logarithms of the products
    body:
        with np.errstate(divide="ignore"):
            logs = np.log(np.concatenate([fs[:, 1:], np.ones_like(fs[:, :1])], axis=1))
        return np.cumsum(logs[:, ::-1], axis=1)[:, ::-1]
    Sums of logarithms are a way to the products, and not the products yet.
    Look: What should stand at the last step?
mean_sequence: the mean of each step's gates over the batch
    {"* fs[:, t + 1]": "* fs[:, t + 1].mean(axis=0)"}
    The sequences of a batch know nothing of each other.
    Look: Which shape has f in equation (eq:carousel)?
squared: the squares of the products
    {"* fs[:, t + 1]": "* fs[:, t + 1] ** 2"}
    Every gate is passed once on the way.
    Look: How often does each f stand in equation (eq:carousel)?
into_fs: products that are written into the fs that came in
    {"slopes = np.ones(fs.shape)": "slopes = fs"}
    Whoever called still needs the gates; and what is written over one of them is missing in the next product.
    Look: Which line makes the array that comes back?
""")

RIGHT = (
    """def carousel(fs):
    later = np.concatenate([fs[:, 1:], np.ones_like(fs[:, :1])], axis=1)
    return np.cumprod(later[:, ::-1], axis=1)[:, ::-1]
""",
    """def carousel(fs):
    N, T, H = fs.shape
    return np.stack([np.prod(fs[:, t + 1 :], axis=1) for t in range(T)], axis=1)
""",
    """def carousel(fs):
    slopes = [np.ones_like(fs[:, 0])]
    for f in np.moveaxis(fs, 1, 0)[:0:-1]:
        slopes.insert(0, f * slopes[0])
    return np.moveaxis(np.array(slopes), 0, 1)
""",
    """def carousel(fs):
    with np.errstate(divide="ignore"):
        logs = np.log(fs)
    out = np.ones(fs.shape)
    for t in range(fs.shape[1] - 1):
        out[:, t] = np.exp(logs[:, t + 1 :].sum(axis=1))
    return out
""",
)

EXERCISE = Exercise(
    name="carousel",
    title="The error carousel",
    arguments={"fs": "(N, T, H)"},
    returns=(Array("slopes", "(N, T, H)", from_the_end=True),),
    parts=(Part("a few steps", points=2), Part("hundreds of steps", points=1, tags=LONG)),
    difficulty=2,
    minutes=12,
    cases=cases,
    floor=1e-200,  # the products of shut gates vanish on purpose
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:carousel) at the last step: what is a product of no factors? And one step before it: which gate "
        "lies between?",
        "Begin at the end with a slope of 1. Each step's slope is that of the step after it, times that step's forget "
        "gate. So one loop backwards is enough.",
        "slopes = np.ones(fs.shape); in a loop over t from T - 2 down to 0, slopes[:, t] is slopes[:, t + 1] times "
        "fs[:, t + 1].",
    ),
    explanation=(
        "No weights, no tanh: what comes back along the cell states is only ever scaled by a gate, and the network "
        "itself decides how far it is open. With gates at 1 nothing at all is lost, over any number of steps. That is "
        "what was called the constant error carousel."
    ),
)
