"""The mean of a text's real steps."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, NOTHING, of_lengths, single, spread


def _right_padded(rng, lengths, T, H, padding=None):
    """Draw hs (N, T, H), and the mask (N, T) of texts padded on the right."""
    drawn = of_lengths(rng, lengths, T, H, padding)
    return {"hs": drawn["hs"], "mask": (np.arange(T) < drawn["lengths"][:, None]).astype(np.float64)}


def _with_gaps(rng, N, T, H):
    """Draw hs (N, T, H), and a mask (N, T) with real steps anywhere: one to T - 1 of them in each text."""
    counts = rng.permutation(np.resize(np.arange(1, T), N))
    mask = rng.permuted((np.arange(T) < counts[:, None]).astype(np.float64), axis=1)
    return {"hs": rng.normal(size=(N, T, H)), "mask": mask}


def cases(rng):
    yield Case("small", _right_padded(rng, [3, 2], T=4, H=3))
    yield Case("more steps", _right_padded(rng, [2, 7, 5], T=7, H=4))
    yield Case("real steps anywhere", _with_gaps(rng, N=4, T=6, H=3))
    yield Case("every step is real", _right_padded(rng, [5, 5, 5], T=5, H=2))
    yield Case("shorter than the batch", _right_padded(rng, [3, 2], T=6, H=4))
    yield Case("one real step in each", _right_padded(rng, [1, 1, 1, 1], T=3, H=2))
    yield Case("padded with zeros", _right_padded(rng, [1, 5, 3, 4], T=6, H=3, padding=0.0))
    yield Case("padded with numbers that stand out", _right_padded(rng, [4, 2], T=5, H=3, padding=90.0))
    yield Case("one step", _right_padded(rng, [1, 1], T=1, H=3))
    yield Case("one text", _right_padded(rng, [3], T=5, H=2))
    yield Case("one number a step", _right_padded(rng, [4, 1, 3, 2, 5], T=6, H=1))
    yield Case("one of each", _right_padded(rng, [1], T=1, H=1))
    yield Case("as many of each", _right_padded(rng, [2, 4, 3, 1], T=4, H=4))
    sparse = _with_gaps(rng, N=3, T=7, H=4)
    sparse["hs"][rng.random(sparse["hs"].shape) < 0.5] = 0.0
    sparse["hs"][:, rng.integers(7)] = 0.0
    yield Case("zeros among the numbers", sparse)
    yield Case("zeros", _right_padded(rng, [4, 3], T=5, H=3) | {"hs": np.zeros((2, 5, 3))})
    yield Case("strided", _with_gaps(rng, N=3, T=5, H=4), frozenset({"strided"}))
    yield Case("float32", single(_with_gaps(rng, N=4, T=5, H=3)))
    yield Case("a text without a word", _right_padded(rng, [2, 0, 4], T=5, H=2), NOTHING)
    yield Case("no text has a word", _right_padded(rng, [0, 0], T=3, H=4), NOTHING)
    yield Case("large numbers", _with_gaps(rng, N=3, T=6, H=4) | {"hs": spread(rng, 100, 1e6, (3, 6, 4))}, LARGE)
    yield Case("hundreds of steps", _right_padded(rng, [300, 170], T=301, H=3), LARGE)


def other(case):
    """The case with other numbers, and its masks exchanged between the texts."""
    hs = (0.9 * case.args["hs"]).astype(case.args["hs"].dtype)
    return Case(case.name, {"hs": hs, "mask": np.roll(case.args["mask"], 1, axis=0)}, case.tags)


MASKED = "hs * mask[:, :, None]"
COUNT = "mask.sum(axis=1, keepdims=True)"
MISTAKES = slips(
    r"""
all_steps: the mean of all steps, padding and all
    {"$masked": "hs", "np.maximum(count, 1)": "hs.shape[1]"}
    What stands on the padding goes into the mean, and a text's mean then depends on the other texts of its batch.
    Look: What does the mask do above the bar of equation (eq:mean), and what below it?
divided_by_T: the right sums, divided by the number of all steps
    {"np.maximum(count, 1)": "hs.shape[1]"}
    The mean of a short text is then too small, and the smaller, the longer the others are.
    Look: What stands below the bar of equation (eq:mean)?
padding_in_the_sum: sums over all steps, divided by the number of real ones
    {"$masked": "hs"}
    What stands on the padding goes into the sum.
    Look: What is h multiplied with in equation (eq:mean)?
sum: the sums, without a division
    {"total / np.maximum(count, 1)": "total + 0 * count"}
    A long text then has larger numbers than a short one, whatever it says.
    Look: What stands below the bar of equation (eq:mean)?
all_counted: the right sums, divided by the number of real steps of all texts together
    {"$count": "mask.sum()"}
    Each text has a number of words of its own.
    Look: Over which index does the sum below the bar of equation (eq:mean) run?
mean_count: the right sums, divided by the mean number of real steps
    {"$count": "mask.sum() / len(mask)"}
    Each text has a number of words of its own.
    Look: Over which index does the sum below the bar of equation (eq:mean) run?
longest: the right sums, divided by the number of real steps of the text that has most
    {"$count": "mask.sum(axis=1).max()"}
    Each text has a number of words of its own.
    Look: Which text's mask stands below the bar of equation (eq:mean)?
first_count: the right sums, divided by the first text's number of real steps
    {"$count": "mask[0].sum()"}
    Each text has a number of words of its own.
    Look: Which text's mask stands below the bar of equation (eq:mean)?
next_count: the right sums, divided by another text's number of real steps
    {"$count": "np.roll(mask, -1, axis=0).sum(axis=1, keepdims=True)"}
    Each text has a number of words of its own.
    Look: Which text's mask stands below the bar of equation (eq:mean)?
one_more: the right sums, divided by one more than the number of real steps
    {"np.maximum(count, 1)": "(count + 1)"}
    That keeps a division by 0 away, and makes every mean too small.
    Look: In which one case is there a 0 to keep away, below the bar of equation (eq:mean)?
one_less: the right sums, divided by one less than the number of real steps
    {"np.maximum(count, 1)": "np.maximum(count - 1, 1)"}
    A mean of three steps is a third of their sum.
    Look: What stands below the bar of equation (eq:mean)?
eps_below: means with 1e-8 added below the bar
    {"np.maximum(count, 1)": "(count + 1e-8)"}
    What is added for safety makes every mean a little too small.
    Look: In which one case is there a 0 to keep away, below the bar of equation (eq:mean)?
nothing_is_nan: the right means, and NaN for a text without a word
    {"np.maximum(count, 1)": "count"}
    There is nothing to add up and nothing to divide by: 0 / 0. One such text, and the loss of its batch is NaN.
    Look: The last line of the docstring says what comes back for a text without a word.
nothing_is_all: the right means, and for a text without a word the mean of its padding
    {"return total / np.maximum(count, 1)":
        "return np.where(count > 0, total / np.maximum(count, 1), hs.mean(axis=1))"}
    What stands on the padding should leave no trace.
    Look: The last line of the docstring says what comes back for a text without a word.
root_of_count: the right sums, divided by the root of the number of real steps
    {"np.maximum(count, 1)": "np.sqrt(np.maximum(count, 1))"}
    Attention divides by a root, of another number and for another reason. A mean doesn't.
    Look: What stands below the bar of equation (eq:mean)?
divided_twice: the right means, divided by the number of all steps once more
    {"total / np": "total / hs.shape[1] / np"}
    There is one division in a mean.
    Look: How many bars does equation (eq:mean) have?
mask_turned: the means of the padding
    {"$masked": "hs * (1 - mask)[:, :, None]", "$count": "(1 - mask).sum(axis=1, keepdims=True)"}
    In this course a mask is 1.0 where something is real.
    Look: The docstring says what a 1.0 in the mask means.
as_if_on_the_right: the means of the first steps, as many as the mask has ones
    {"$masked": "hs * (np.arange(hs.shape[1]) < mask.sum(axis=1, keepdims=True))[:, :, None]"}
    That is the same where all padding is on the right. A mask may leave out any step.
    Look: Which steps does the mask leave out in equation (eq:mean)?
largest: the largest numbers of the real steps, in the place of their means
    {"return total / np.maximum(count, 1)":
        "real = np.where(mask[:, :, None] > 0, hs, -np.inf).max(axis=1)\n"
        "    return np.where(count > 0, real, 0 * total)"}
    That is max pooling. It is in use too, and keeps of each number the one step where it was largest.
    Look: What does equation (eq:mean) do with the steps?
last_left_out: means without the last of all steps
    {"$masked": "(hs * mask[:, :, None])[:, :-1]", "$count": "mask[:, :-1].sum(axis=1, keepdims=True)"}
    Where the last step is real it counts.
    Look: Over which t does the sum of equation (eq:mean) run?
first_left_out: means without the first step
    {"$masked": "(hs * mask[:, :, None])[:, 1:]", "$count": "mask[:, 1:].sum(axis=1, keepdims=True)"}
    Where the first step is real it counts.
    Look: Over which t does the sum of equation (eq:mean) run?
zeros_left_out: means of the numbers that are not 0
    {"$count": "(hs * mask[:, :, None] != 0).sum(axis=1)"}
    A real step may hold a 0, and it counts. What is real says the mask.
    Look: What is counted below the bar of equation (eq:mean)?
sizes: means of the numbers without their signs
    {"$masked": "np.abs(hs) * mask[:, :, None]"}
    A number and its opposite take each other off.
    Look: Is there anything that takes a sign off in equation (eq:mean)?
of_squares: roots of the mean squares
    {"$masked": "hs**2 * mask[:, :, None]", "total / np.maximum(count, 1)": "np.sqrt(total / np.maximum(count, 1))"}
    That says how large the numbers are. Asked is their mean.
    Look: Is there a square in equation (eq:mean)?
whole_division: the right means, rounded down
    {"total / np": "total // np"}
    Two strokes divide and round down.
    Look: Which sign divides in your code?
over_the_texts: means over the texts of the batch, at each step
    {"total = ($masked).sum(axis=1)": "total = ($masked).sum(axis=0)", "$count": "mask.sum(axis=0)[:, None]"}
    The first axis counts the texts. Time is the second one.
    Look: Over which index do the sums of equation (eq:mean) run?
over_the_cells: one mean a step, over its numbers
    {"total = ($masked).sum(axis=1)": "total = ($masked).mean(axis=2)",
        "np.maximum(count, 1)": "np.maximum(count, 1)**0"}
    Time is the second axis, and the numbers of a step are the third.
    Look: Over which index do the sums of equation (eq:mean) run?
one_number_a_text: one mean a text, over its steps and their numbers
    {"total = ($masked).sum(axis=1)": "total = ($masked).sum(axis=1).mean(axis=1, keepdims=True) + 0 * hs[:, 0]"}
    Each number of a step has a mean of its own.
    Look: Which indices are left in equation (eq:mean)?
axis_kept: the right means with an axis for time, (N, 1, H)
    {"return total / np.maximum(count, 1)": "return (total / np.maximum(count, 1))[:, None]"}
    keepdims keeps an axis of size 1.
    Look: The docstring gives the shape.
into_hs: the right means, with the padding set to zero inside of the array that came in
    {"total = ($masked).sum(axis=1)": "hs *= mask[:, :, None]\n    total = hs.sum(axis=1)"}
    Whoever called has lost the states on the padding.
    Look: Which line writes into an array that came in?
""",
    masked=MASKED,
    count=COUNT,
)

RIGHT = (
    '''def masked_mean(hs, mask):
    """Text by text."""
    means = np.zeros((len(hs), hs.shape[2]))
    for n in range(len(hs)):
        real = hs[n][mask[n] > 0]
        if len(real):
            means[n] = real.mean(axis=0)
    return means
''',
    """def masked_mean(hs, mask):
    count = mask.sum(axis=1)
    share = mask / np.where(count > 0, count, 1)[:, None]
    return np.einsum("nt,nth->nh", share, hs)
""",
    """def masked_mean(hs, mask):
    real = mask[:, None].astype(bool)
    total = (mask[:, None] @ hs)[:, 0]
    return np.divide(total, real.sum(axis=2), out=np.zeros_like(total), where=real.any(axis=2))
""",
    """def masked_mean(hs, mask):
    total, count = np.zeros(hs[:, 0].shape), np.zeros((len(hs), 1))
    for t in range(hs.shape[1]):
        total = total + np.where(mask[:, t, None] == 1, hs[:, t], 0)
        count = count + mask[:, t, None]
    count[count == 0] = 1
    return total / count
""",
)

EXERCISE = Exercise(
    name="masked_mean",
    title="The mean of what is there",
    arguments={"hs": "(N, T, H)", "mask": "(N, T)"},
    returns=(Array("mean", "(N, H)"),),
    parts=(
        Part("the means", points=2),
        Part("texts without a word", points=1, tags=NOTHING),
        Part("large numbers, and hundreds of steps", points=1, tags=LARGE),
    ),
    difficulty=1,
    minutes=8,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    row="text",
    hints=(
        "Take one text of four steps, of which three are real. What goes into the sum, and by what is it divided? And "
        "what if none is real?",
        "Multiply the states with the mask, which needs a third axis for that, and add up over time. Divide by how "
        "many ones the text's mask has, or by 1 where it has none.",
        "(hs * mask[:, :, None]).sum(axis=1), divided by np.maximum(mask.sum(axis=1, keepdims=True), 1).",
    ),
    explanation=(
        "The mask stands above the bar and below it: above so that the padding adds nothing, below so that it isn't "
        "counted. Of the words' vectors such a mean is a bag of words: it knows what was said, and not in which order."
    ),
)
