"""Numbers that are dropped at random while training: judged by what has to be true of them, whatever was drawn."""

import numpy as np

from ..base import Array, Case, Exercise, Part, Property, slips
from ._draws import LARGE, generator, single, spread

SIGMAS = 6.5  # how far a share of what was drawn may be off by chance: once in ten billion draws
EXACT = 1e-9
USED = frozenset({"used"})  # not training


def _arguments(rng, shape, p, train=True):
    return {"x": rng.normal(size=shape), "p": p, "rng": generator(rng), "train": train}


def cases(rng):
    yield Case("small", _arguments(rng, (3, 4), 0.25))
    yield Case("many numbers", _arguments(rng, (30, 40), 0.3))
    yield Case("used, not trained", _arguments(rng, (3, 4), 0.4, train=False), USED)
    yield Case("three axes", _arguments(rng, (10, 12, 9), 0.2))
    yield Case("most are dropped", _arguments(rng, (50, 20), 0.8))
    yield Case("a probability of many digits", _arguments(rng, (40, 25), float(rng.uniform(0.1, 0.2))))
    yield Case("nothing is dropped", _arguments(rng, (4, 5), 0.0))
    yield Case("one axis", _arguments(rng, (600,), 0.6))
    yield Case("one number", _arguments(rng, (1, 1), 0.5))
    yield Case("zeros", _arguments(rng, (20, 30), 0.35) | {"x": np.zeros((20, 30))})
    yield Case("strided", _arguments(rng, (20, 30), 0.45), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, (25, 20), 0.25)))
    yield Case("used, with three axes", _arguments(rng, (2, 5, 3), 0.7, train=False), USED)
    yield Case("used, in float32", single(_arguments(rng, (3, 2), 0.15, train=False)), USED)
    rare = _arguments(rng, (200, 300), float(1 - rng.uniform(5e-4, 1e-3)))
    yield Case("hardly anything is kept", rare | {"x": np.full((200, 300), rng.uniform(1.0, 2.0))}, LARGE)
    yield Case("large numbers", _arguments(rng, (15, 20), 0.55) | {"x": spread(rng, 1e3, 1e6, (15, 20))}, LARGE)


def other(case):
    """The case with another generator, and other numbers."""
    state = case.args["rng"].bit_generator.state["state"]["state"]
    x = (0.5 * case.args["x"]).astype(case.args["x"].dtype)
    return Case(case.name, case.args | {"x": x, "rng": np.random.default_rng(int(state))}, case.tags)


def _near(args, value, wanted):
    return np.abs(value - wanted) <= EXACT + (1e-5 * abs(wanted) if args["x"].dtype == np.float32 else 0)


def used(args, got):
    if args["train"]:
        return None
    if not _near(args, got["mask"], 1.0).all():
        return (
            f"train is False, and the mask goes from {got['mask'].min():.3g} to {got['mask'].max():.3g}; it should be 1"
        )
    if np.abs(got["y"] - args["x"]).max() > EXACT * max(1.0, np.abs(args["x"]).max()):
        return "train is False, and y is not x"
    return None


def two_values(args, got):
    if not args["train"]:
        return None
    scale = 1 / (1 - args["p"])
    strange = ~_near(args, got["mask"], 0.0) & ~_near(args, got["mask"], scale)
    if strange.any():
        value = got["mask"][strange][0]
        return f"the mask has a {value:.4g} in it; 1 / (1 - p) is {scale:.4g}"
    return None


def is_product(args, got):
    # Where y is measured against the mask that came back: whether the mask itself is right is another question.
    off = np.abs(got["y"] - args["x"] * got["mask"])
    tolerance = 1e-5 if args["x"].dtype == np.float32 else EXACT
    if off.max() > tolerance * max(1.0, np.abs(got["y"]).max()):
        return f"an entry of y is off from that of x * mask by {off.max():.3g}"
    return None


def share(args, got):
    p, count = args["p"], got["mask"].size
    if not args["train"]:
        return None
    dropped = float(np.mean(np.abs(got["mask"]) <= EXACT))
    if abs(dropped - p) > SIGMAS * np.sqrt(p * (1 - p) / count) + (2.0 / count if 0 < p else 0.0):
        return f"the mask drops {dropped:.1%} of the numbers; p is {p:.3g}"
    return None


def one_by_one(args, got):
    if not args["train"]:
        return None
    zero = np.abs(got["mask"]) <= EXACT
    wanted = 2 * zero.mean() * (1 - zero.mean())  # how often neighbours that were drawn by themselves differ
    if not wanted:
        return None
    for axis in range(zero.ndim):
        differ = np.diff(zero, axis=axis)
        if differ.size < 100:
            continue
        # Neighbouring pairs share a number: their count varies more than that of as many draws by themselves would.
        if abs(differ.mean() - wanted) > SIGMAS * np.sqrt(2 * wanted / differ.size):
            found = f"along axis {axis} of the mask {differ.mean():.1%} of the neighbours differ"
            return f"{found}; it should be near {wanted:.1%}"
    return None


def redrawn(args, first, second):
    """Whether another mask came; where few numbers are drawn, or nearly none or all are dropped, the same one may."""
    p, count = args["p"], first["mask"].size
    tells = args["train"] and count * np.log(p**2 + (1 - p) ** 2) < np.log(1e-12)
    return not (tells and np.array_equal(first["mask"], second["mask"]))


PROPERTIES = (
    Property(
        "used",
        "Where train is False, y is not x, or the mask is not 1 everywhere.",
        "Dropping is for training alone. A network that is used should answer with all it has, and the same each time: "
        "what was made larger in training needs no correction then.",
        "What are y and mask where train is False? The sentence after equation (eq:dropout) says it.",
        used,
    ),
    Property(
        "two_values",
        "The mask holds other numbers than 0 and 1 / (1 - p).",
        "What is kept is made larger, so that a sum over all of them stays as large as it was, on the average. How "
        "much larger depends on how many are kept.",
        "Equation (eq:dropout): which two values has m?",
        two_values,
    ),
    Property(
        "is_product",
        "y is not x times the mask.",
        "The way back multiplies by the same mask: it has to be the one that x was multiplied with.",
        "Equation (eq:dropout), its first part. Is y made with the mask that you return?",
        is_product,
    ),
    Property(
        "share",
        "The share of numbers that are dropped is not p.",
        "p says how likely a number is dropped, not how likely it is kept, and half of them only where it is 0.5.",
        "For which of the numbers between 0 and 1 that rng.random draws should the mask be 0?",
        share,
    ),
    Property(
        "one_by_one",
        "The numbers are not dropped one by one.",
        "Neighbours in the mask are alike more often than chance would have it, or less often. That is so where rows, "
        "columns or steps share a draw; each number of x should have one of its own.",
        "How many numbers are drawn, and how many has x?",
        one_by_one,
    ),
)

KEEP = "(rng.random(x.shape) >= p)"
USE = "        return x, np.ones(x.shape)"
MISTAKES = slips(
    r"""
p_is_kept: numbers that are kept with the probability p, and not dropped
    {"$keep / (1 - p)": "(rng.random(x.shape) < p) / (1 - p)"}
    p is how likely a number is dropped. Of few dropped and many kept it makes the reverse.
    Look: Which numbers between 0 and 1 are smaller than p: a share of p, or of 1 - p?
p_is_kept_and_scaled: numbers that are kept with the probability p, and divided by p
    {"$keep / (1 - p)": "(rng.random(x.shape) < p) / (p or 1)"}
    There p means how likely a number is kept. Some libraries have it so; here p is how likely it is dropped.
    Look: What does equation (eq:dropout) say of p?
not_rescaled: numbers that are kept as they are
    {"$keep / (1 - p)": "$keep * 1.0"}
    With some of them gone the sum is smaller in training than in use. What is kept has to make up for it.
    Look: What does equation (eq:dropout) multiply a number by that is kept?
rescaled_by_p: numbers that are kept and divided by p
    {"/ (1 - p)": "/ (p or 1)"}
    Where few are dropped, little has to be made up for.
    Look: Which share of the numbers is kept?
doubled: numbers that are kept and doubled, whatever p is
    {"/ (1 - p)": "* 2.0"}
    That is right where half of them are dropped.
    Look: What does the factor in equation (eq:dropout) depend on?
made_smaller: numbers that are kept and made smaller by 1 - p
    {"/ (1 - p)": "* (1 - p)"}
    They have to make up for those that are gone, and should get larger.
    Look: What is below the line in equation (eq:dropout)?
root: numbers that are kept and divided by the root of 1 - p
    {"/ (1 - p)": "/ np.sqrt(1 - p)"}
    It is the sum that should stay as large as it was, not the sum of squares.
    Look: Is there a root in equation (eq:dropout)?
scaled_outside: a mask of zeros and ones, beside a y in which what is kept was made larger
    {"$keep / (1 - p)": "$keep * 1.0", "x * mask": "x * mask / (1 - p)"}
    y is right. But the way back multiplies by what was returned as the mask, and would be too small by that factor.
    Look: With what was x multiplied, all in all?
what_was_dropped: a mask that tells what was dropped
    {"return x * mask, mask": "return x * mask, 1 - mask * (1 - p)"}
    The way back has to multiply by what x was multiplied with.
    Look: What does the docstring say of the mask?
also_in_use: numbers that are dropped in use as well
    {"    if not train:\n$use\n": ""}
    A network that is used should answer with all it has, and the same each time.
    Look: Which of the arguments is not used?
train_turned: numbers that are dropped in use, and not in training
    {"if not train": "if train"}
    It is training that dropping is for.
    Look: In which case is nothing done?
smaller_in_use: numbers that are multiplied by 1 - p in use
    {"return x, np.ones(x.shape)": "return x * (1 - p), np.full(x.shape, 1 - p)"}
    That is the other way to make up for what is gone; with numbers that were made larger in training it is done twice.
    Look: What are y and mask where train is False?
smaller_in_use_alone: numbers that are not made larger in training, and multiplied by 1 - p in use
    {"return x, np.ones(x.shape)": "return x * (1 - p), np.full(x.shape, 1 - p)", "$keep / (1 - p)": "$keep * 1.0"}
    As the paper of 2014 had it. It is better done in training: then nothing at all has to be done in use.
    Look: Which two values has m in equation (eq:dropout)?
larger_in_use: a mask of 1 / (1 - p) in use
    {"return x, np.ones(x.shape)": "return x / (1 - p), np.ones(x.shape) / (1 - p)"}
    What is kept is made larger because others are gone. In use none are.
    Look: What are y and mask where train is False?
mask_larger_in_use: a mask of 1 / (1 - p) in use, beside a y that is x
    {"np.ones(x.shape)": "np.ones(x.shape) / (1 - p)"}
    The mask is what x was multiplied with, and that was 1.
    Look: What are y and mask where train is False?
mask_of_zeros_in_use: a mask of zeros in use
    {"np.ones(x.shape)": "np.zeros(x.shape)"}
    Nothing is dropped then, and the mask is what x was multiplied with: 1. With zeros no gradient would come through.
    Look: With what is x multiplied where train is False?
rows: whole rows that are dropped
    {"rng.random(x.shape)": "np.broadcast_to(rng.random(x.shape[:-1] + (1,)), x.shape)"}
    All numbers of a row share one draw.
    Look: How many numbers are drawn, and how many has x?
same_in_each_row: the same places dropped in every row
    {"rng.random(x.shape)": "np.broadcast_to(rng.random(x.shape[-1:]), x.shape)"}
    All rows share one mask.
    Look: How many numbers are drawn, and how many has x?
same_at_each_step: one mask for all places of the second axis
    {"rng.random(x.shape)": "np.broadcast_to(rng.random(x.shape[:1] + (1,) * (x.ndim > 1) + x.shape[2:]), x.shape)"}
    One mask for all time steps is a kind of dropout that suits recurrent networks, and not the one that is asked for:
    here each number has a draw of its own.
    Look: How many numbers are drawn, and how many has x?
all_or_nothing: one draw for all numbers
    {"rng.random(x.shape)": "np.full(x.shape, rng.random())"}
    Then all of x is dropped, or nothing.
    Look: How many numbers are drawn, and how many has x?
normal: numbers that were dropped where a normal draw is below p
    {"rng.random(x.shape)": "rng.normal(size=x.shape)"}
    A normal distribution goes beyond 0 and 1: how many of its numbers are below p is another share.
    Look: From where to where should the numbers be drawn, if a share of p is to lie below p?
half: half of the numbers dropped, whatever p is
    {">= p)": ">= 0.5)"}
    How many are dropped says p.
    Look: What are the drawn numbers compared with?
first_p: the first numbers dropped, a share of p
    {"$keep": "(np.arange(x.size).reshape(x.shape) >= p * x.size) * (rng.random(x.shape) >= 0)"}
    Which ones are dropped is left to chance, each time anew.
    Look: What is drawn from rng?
into_x: a mask that is written into x
    {"return x * mask, mask": "x *= mask.astype(x.dtype)\n    return x, mask"}
    The numbers are right. But `*=` writes into the caller's array: what was dropped is gone for whoever called.
    Look: Which line makes the array that comes back?
mask_applied_twice: numbers that were multiplied with the mask twice
    {"return x * mask, mask": "return x * mask * mask, mask"}
    What is kept is then made larger twice.
    Look: How often does m stand in equation (eq:dropout)?
added: a mask that was added
    {"return x * mask, mask": "return x + mask, mask"}
    What is to vanish has to be multiplied by 0.
    Look: What stands between x and m in equation (eq:dropout)?
exchanged: y and mask in each other's place
    {"return x * mask, mask": "return mask, x * mask", "return x, np.ones(x.shape)": "return np.ones(x.shape), x"}
    What goes on to the next layer would then be the mask.
    Look: Which of the two comes first in the docstring?
nothing_done: a mask that was returned and not applied
    {"return x * mask, mask": "return x, mask"}
    The way back would drop what was not dropped on the way forward.
    Look: What is y, in equation (eq:dropout)?
""",
    keep=KEEP,
    use=USE,
)

RIGHT = (
    """def dropout(x, p, rng, train):
    if train:
        keep = rng.binomial(1, 1 - p, size=x.shape)
        mask = keep / (1 - p)
    else:
        mask = np.ones_like(x)
    return mask * x, mask
""",
    """def dropout(x, p, rng, train):
    mask = np.full(x.shape, 1 / (1 - p)) if train else np.ones(x.shape)
    if train:
        mask[rng.uniform(0, 1, size=x.shape) < p] = 0
    return x * mask, mask
""",
    """def dropout(x, p, rng, train):
    if not train:
        return x.copy(), np.ones_like(x)
    mask = rng.choice([0.0, 1 / (1 - p)], p=[p, 1 - p], size=x.shape)
    return np.where(mask > 0, x * mask, 0.0), mask
""",
    # drawn whether it is needed or not
    """def dropout(x, p, rng, train):
    draw = rng.random(x.size).reshape(x.shape)
    p = p if train else 0.0
    mask = (draw > p).astype(x.dtype) / (1 - p)
    return x * mask, mask
""",
)

EXERCISE = Exercise(
    name="dropout",
    title="Dropout",
    arguments={"x": "an array", "p": "a number", "rng": "a generator", "train": "True or False"},
    returns=(Array("y"), Array("mask")),
    parts=(
        Part("the mask", points=2, outputs=("two_values", "share", "one_by_one")),
        Part("y", points=1, outputs=("is_product",)),
        Part("a network that is used", points=1, tags=USED),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    other=other,
    properties=PROPERTIES,
    redrawn=redrawn,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Two cases: training or not. In the second nothing happens to x, and the mask says so. In the first a number "
        "is drawn for every number of x.",
        "rng.random(shape) draws numbers between 0 and 1. A share of p of them is below p: there the mask is 0. "
        "Elsewhere it is 1 / (1 - p). A comparison gives True and False, which count as 1 and 0 when they are divided.",
        "mask = (rng.random(x.shape) >= p) / (1 - p), and y is x * mask. Otherwise: x, and np.ones(x.shape).",
    ),
    explanation=(
        "No cell can rely on a certain other one: it may be gone. On the average every number is as large as before, "
        "so in use nothing has to be done. The mask goes along, because the way back needs the same one."
    ),
)
