"""Gradients that are too long together, shortened together."""

import numpy as np

from ..base import Arrays, Case, Exercise, Number, Part, slips
from ._draws import LARGE, single, spread

NAMES = ("E", "W", "b", "V", "b_y")
SHORT = frozenset({"short"})


def _grads(rng, **shapes):
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def _of_length(grads, norm):
    """The gradients, made as long as that."""
    has = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
    return {name: norm * grad / has for name, grad in grads.items()}


def cases(rng):
    yield Case("small", {"grads": _of_length(_grads(rng, W=(3, 2), b=(2,)), 3.0), "max_norm": 1.5})
    yield Case("short enough", {"grads": _of_length(_grads(rng, W=(3, 2), b=(2,)), 3.0), "max_norm": 4.5}, SHORT)
    whole = {"E": (4, 2), "W": (5, 3), "b": (3,), "V": (3, 4), "b_y": (4,)}
    yield Case("five arrays", {"grads": _of_length(_grads(rng, **whole), 8.0), "max_norm": 5.0})
    yield Case("five arrays, short enough", {"grads": _of_length(_grads(rng, **whole), 8.0), "max_norm": 9.0}, SHORT)
    yield Case("one array", {"grads": _of_length(_grads(rng, E=(5, 2)), 6.0), "max_norm": 0.5})
    yield Case("one number", {"grads": _of_length(_grads(rng, b=(1,)), 6.0), "max_norm": 2.5})
    yield Case("a little too long", {"grads": _of_length(_grads(rng, V=(2, 3), b_y=(3,)), 1.001), "max_norm": 1.0})
    a, b, c = rng.choice([-1.0, 1.0], size=3)
    exactly = {"W": np.array([[3.0 * a, 0.0], [0.0, 4.0 * b]]), "b": np.array([0.0, 12.0 * c])}
    yield Case("exactly as long as allowed", {"grads": exactly, "max_norm": 13.0}, SHORT)
    nothing = {"W": np.zeros((2, 3)), "b": np.zeros(3)}
    yield Case("all zeros", {"grads": nothing, "max_norm": 0.5}, SHORT)
    yield Case("a zero among them", {"grads": {"W": 3 * rng.normal(size=(2, 3)), "b": np.zeros(3)}, "max_norm": 0.5})
    yield Case("no limit to speak of", {"grads": _grads(rng, W=(2, 4), b=(4,)), "max_norm": 1e12}, SHORT)
    yield Case(
        "strided", {"grads": _of_length(_grads(rng, W=(3, 2), b=(2,)), 3.0), "max_norm": 0.5}, frozenset({"strided"})
    )
    yield Case("float32", single({"grads": _of_length(_grads(rng, V=(3, 4), b_y=(4,)), 4.0), "max_norm": 1.5}))
    faint = _of_length(_grads(rng, W=(2, 4), b=(4,)), 3e-12)
    yield Case("faint, and still too long", {"grads": faint, "max_norm": 5e-13})
    huge = {"W": spread(rng, 1e3, 1e6, (4, 3)), "b": spread(rng, 1e3, 1e6, (3,))}
    yield Case("exploded", {"grads": huge, "max_norm": 5.0}, LARGE)
    wild = {"W": spread(rng, 1e5, 1e6, (2, 3)), "b": spread(rng, 1e5, 1e6, (3,))}
    yield Case("a limit of thousands", {"grads": wild, "max_norm": rng.uniform(5e4, 6e4)}, LARGE)
    far = {"W": 1e80 * rng.normal(size=(3, 2)), "b": 1e80 * rng.normal(size=2)}
    yield Case("exploded beyond all bounds", {"grads": far, "max_norm": 5.0}, LARGE)


NORM, SCALE = (
    "np.sqrt(sum(np.sum(grad * grad) for grad in grads.values()))",
    "max_norm / norm if norm > max_norm else 1.0",
)
MISTAKES = slips(
    r"""
nothing_clipped: the right norm, and the gradients as they came
    {"scale * grad": "1.0 * grad"}
    The norm was computed, and nothing was done about it.
    Look: Which equation says what comes back as clipped?
each_by_its_own: arrays that were each shortened by their own norm
    {"{name: scale * grad for name, grad in grads.items()}":
        "{name: grad * min(1.0, max_norm / max(np.linalg.norm(grad), 1e-300)) for name, grad in grads.items()}"}
    Shortened by different factors, the arrays together point in another direction than before: the steepest way
    down is another one. All of them are one vector, with one length.
    Look: Over what does equation (eq:norm) add up?
by_element: gradients whose single numbers were cut off at max_norm
    {"scale * grad": "np.clip(grad, -max_norm, max_norm)"}
    Then the large numbers are cut and the small ones stay: the direction is another one. One factor for all keeps it.
    Look: Which factor does equation (eq:clip) multiply by, and is it the same for all?
no_root: a norm without its root, shortened by that
    {"$norm": "sum(np.sum(grad * grad) for grad in grads.values())"}
    A sum of squares is the square of a length.
    Look: What stands around the sums in equation (eq:norm)?
root_of_the_root: a norm of which the root was taken twice
    {"$norm": "np.sqrt($norm)"}
    np.linalg.norm has its root in it already; and a sum of squares needs one.
    Look: How many roots are there in equation (eq:norm)?
root_of_the_norms: the root of the sum of the arrays' norms
    {"np.sum(grad * grad)": "np.sqrt(np.sum(grad * grad))"}
    Under the root of a length stand squares. A norm is none: it has to be squared first.
    Look: What stands under the root in equation (eq:norm)?
squares_squared: a norm from each array's sum of squares, squared once more
    {"np.sum(grad * grad)": "np.sum(grad * grad) ** 2"}
    What is a sum of squares is not to be squared again. A norm would be.
    Look: How often is a number squared in equation (eq:norm)?
sum_of_norms: a norm that is the sum of the arrays' norms
    {"$norm": "sum(np.sqrt(np.sum(grad * grad)) for grad in grads.values())"}
    Lengths at right angles to each other do not add up; their squares do.
    Look: Is the root of equation (eq:norm) inside the sums or around them?
sizes_added: a norm that is the sum of all the sizes
    {"$norm": "sum(np.sum(np.abs(grad)) for grad in grads.values())"}
    That is another length than the one that is asked for.
    Look: What happens to each number in equation (eq:norm)?
largest: a norm that is the largest size of all
    {"$norm": "max(np.max(np.abs(grad)) for grad in grads.values())"}
    Many numbers of middling size make a long vector too.
    Look: Over what does equation (eq:norm) add up?
mean_of_squares: a norm with means of squares in the place of sums
    {"np.sum(grad * grad)": "np.mean(grad * grad)"}
    The length of a vector grows with the number of its entries.
    Look: Over what does equation (eq:norm) add up, and is anything divided?
mean_of_all: a norm with one mean of all the squares in the place of their sum
    {"$norm": "np.sqrt(np.mean(np.concatenate([np.ravel(grad) for grad in grads.values()]) ** 2))"}
    The length of a vector grows with the number of its entries.
    Look: Over what does equation (eq:norm) add up, and is anything divided?
sums_squared: a norm with each array's sum, squared, in the place of its sum of squares
    {"np.sum(grad * grad)": "np.sum(grad) ** 2"}
    Numbers of both signs would cancel, however long the vector is. Squared first, none can.
    Look: What is done first in equation (eq:norm), squaring or adding up?
spectral: a norm in which a matrix counts by how much it can stretch a vector
    {"np.sum(grad * grad)": "np.linalg.norm(grad, 2) ** 2"}
    Of a vector, np.linalg.norm(a, 2) is the root of the sum of squares. Of a matrix it is another norm, its largest
    singular value.
    Look: Over what does equation (eq:norm) add up, and what has np.linalg.norm(a) without the 2?
norm_so_far: gradients that were each shortened by the norm of those up to there
    {"{name: scale * grad for name, grad in grads.items()}":
        "{name: grad * min(1.0, max_norm / max(np.sqrt(sum(np.sum(one * one) for one in list(grads.values())[:k])),"
        " 1e-300)) for k, (name, grad) in enumerate(grads.items(), 1)}"}
    The norm is known when the last array was added, and not before: the first ones got another factor than the last.
    Look: Can the norm be known in the loop in which it is added up?
last_array: a norm of the last array alone
    {"$norm": "[np.sqrt(np.sum(grad * grad)) for grad in grads.values()][-1]"}
    All arrays belong to the one vector.
    Look: Over what does equation (eq:norm) add up? Does your loop add, or does it write over what was there?
first_array: a norm of the first array alone
    {"$norm": "[np.sqrt(np.sum(grad * grad)) for grad in grads.values()][0]"}
    All arrays belong to the one vector.
    Look: Over what does equation (eq:norm) add up? A return or a break inside a loop ends it.
always: gradients that are brought to max_norm, short ones too
    {"$scale": "max_norm / norm if norm else 1.0"}
    Where the slope is gentle the gradient is short, and that is how it should stay: short ones would be blown up.
    Look: What is the largest that the factor in equation (eq:clip) can be?
divided_by_nothing: gradients that are brought to max_norm, which divides by 0 where all are 0
    {"$scale": "np.divide(max_norm, norm)"}
    Short gradients would be blown up, and of zeros it makes numbers that are none.
    Look: What is the largest that the factor in equation (eq:clip) can be?
to_length_one: gradients that are brought to the length 1 where they are too long
    {"max_norm / norm": "1.0 / norm"}
    They may be as long as max_norm.
    Look: What stands above the line in equation (eq:clip)?
factor_squared: a factor that was taken twice
    {"max_norm / norm if": "(max_norm / norm) ** 2 if"}
    Shortened twice they are shorter than they have to be.
    Look: Compare with equation (eq:clip).
matrices_alone: gradients of which the vectors, such as b, were left as they came
    {"scale * grad": "(scale * grad if grad.ndim > 1 else 1.0 * grad)"}
    One factor for all keeps the direction.
    Look: Which arrays does equation (eq:clip) speak of?
upside_down: a factor of norm / max_norm
    {"max_norm / norm": "norm / max_norm"}
    What is twice too long becomes twice as long.
    Look: What stands above the line in equation (eq:clip), and what below?
the_other_way: short gradients brought to max_norm, and long ones left as they are
    {"norm > max_norm": "0 < norm < max_norm"}
    It is the long ones that do harm.
    Look: When is the fraction in equation (eq:clip) smaller than 1?
cut_to_zero: gradients that are dropped where they are too long
    {"max_norm / norm": "0.0"}
    Then there is no step at all. Shortened, they still point downhill.
    Look: Which factor does equation (eq:clip) multiply by?
norm_after: the norm that the gradients have after they were shortened
    {"grads.items()}, norm": "grads.items()}, scale * norm"}
    How long they were is what one wants to watch: afterwards it is max_norm, again and again.
    Look: Which norm does the docstring ask for?
little_added: a factor with a small number added below its line
    {"max_norm / norm": "max_norm / (norm + 1e-6)"}
    Many libraries do that, so as not to divide by 0. Here a norm that is too long can't be 0.
    Look: Compare with equation (eq:clip).
into_grads: gradients that were shortened in the arrays that came in
    {"{name: scale * grad for name, grad in grads.items()}":
        "{name: np.multiply(grad, scale, out=grad) for name, grad in grads.items()}"}
    The numbers are right. But `*=` writes into the caller's arrays, and `grads[name] = ...` into the caller's dict.
    They were perhaps to be looked at, or used again.
    Look: Which line makes the dict that comes back, and which the arrays in it?
""",
    norm=NORM,
    scale=SCALE,
)

RIGHT = (
    """def clip_by_norm(grads, max_norm):
    flat = np.concatenate([np.ravel(g) for g in grads.values()])
    norm = float(np.linalg.norm(flat))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return {k: g * factor for k, g in grads.items()}, norm
""",
    """def clip_by_norm(grads, max_norm):
    total = 0.0
    for key in grads:
        total += (grads[key] ** 2).sum()
    norm = total**0.5
    if norm <= max_norm:
        return grads, norm
    clipped = {}
    for key in grads:
        clipped[key] = grads[key] / norm * max_norm
    return clipped, norm
""",
    """def clip_by_norm(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    return {name: g / max(1.0, norm / max_norm) for name, g in grads.items()}, norm
""",
    """def clip_by_norm(grads, max_norm):
    from copy import deepcopy

    clipped = deepcopy(grads)
    norm = np.sqrt(sum(np.vdot(g, g) for g in grads.values()))
    if norm > max_norm:
        for g in clipped.values():
            g *= max_norm / norm
    return clipped, norm
""",
)

EXERCISE = Exercise(
    name="clip_by_norm",
    title="Not too far at once",
    arguments={"grads": "a dict of arrays", "max_norm": "a number"},
    returns=(Arrays("clipped", keys=dict.fromkeys(NAMES, ""), like="grads"), Number("norm")),
    parts=(
        Part("the norm of all gradients together", points=1, outputs=("norm",)),
        Part("gradients that are too long, shortened", points=1, outputs=NAMES),
        Part("short ones left as they are", points=1, tags=SHORT),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    floor=1e-20,  # gradients are small where a loss is nearly met, and right all the same
    mistakes=MISTAKES,
    right=RIGHT,
    labels={name: f"clipped[{name!r}]" for name in NAMES},
    hints=(
        "Think of all the numbers in all the arrays as one long vector. How long is it? And what does one factor "
        "for all of them do to its length, and what to its direction?",
        "Add up the squares of all the numbers of all the arrays, and take the root at the very end. If that is more "
        "than max_norm, multiply every array by max_norm / norm; if not, by 1.",
        "norm is the root of the sum of np.sum(grad * grad) over grads.values(). The factor is max_norm / norm where "
        "norm > max_norm, and else 1. Return a new dict with the factor times each gradient, and the norm from before.",
    ),
    explanation=(
        "The direction stayed, only the step became shorter. It is a leash for the rare step at which the gradient "
        "explodes; where nothing explodes it does nothing at all. Against gradients that vanish it is no help: "
        "what has become 0 has no direction left."
    ),
)
