"""The way back from the contrastive loss to the two vectors of every pair."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, labels_of, pairs_of, single, spread, zeros_among

AT_EASE = frozenset({"at ease"})


def _arguments(rng, N, H, margin=None, labels=None, **options):
    """Draw pairs of both kinds, labels, and a margin; of each kind some are above it where there is room."""
    labels = labels_of(rng, N) if labels is None else labels
    margin = rng.uniform(0.0, 0.3) if margin is None else margin
    return {**pairs_of(rng, N, H, **options), "labels": labels, "margin": float(margin)}


def cases(rng):
    # None with H = 1: there both gradients are 0, and what is compared would be the last digits.
    near = rng.uniform([0.4, 0.8, -0.6, 0.6], [0.6, 0.9, -0.4, 0.7])
    yield Case("small", _arguments(rng, 4, 3, 0.1, np.array([1, 0, 0, 1]), alike=near))
    yield Case("more pairs than numbers", _arguments(rng, 9, 4))
    yield Case("more numbers than pairs", _arguments(rng, 3, 30, alike=rng.uniform(0.5, 0.8, size=3)))
    yield Case("as many pairs as numbers", _arguments(rng, 5, 5, alike=rng.uniform(0.5, 0.8, size=5)))
    yield Case("a margin below zero", _arguments(rng, 6, 3, -rng.uniform(0.3, 0.5)))
    yield Case("a large margin", _arguments(rng, 7, 4, 0.5, alike=rng.uniform(0.7, 0.9, size=7)))
    yield Case(
        "one pair that is alike", _arguments(rng, 1, 5, labels=np.array([1]), alike=rng.uniform(0.2, 0.5, size=1))
    )
    yield Case("one pair that is not", _arguments(rng, 1, 4, labels=np.array([0]), alike=rng.uniform(0.6, 0.8, size=1)))
    yield Case("all alike", _arguments(rng, 5, 3, labels=np.ones(5, dtype=np.int64)))
    none = np.zeros(4, dtype=np.int64)
    yield Case("none alike", _arguments(rng, 4, 3, labels=none, alike=rng.uniform(0.5, 0.9, size=4)))
    yield Case("the opposite way", _arguments(rng, 4, 3, -0.9, alike=-rng.uniform(0.4, 0.6, size=4)))
    unlike = _arguments(rng, 5, 3, alike=rng.uniform(0.5, 0.8, size=5))
    unlike["u"] *= spread(rng, 0.3, 3, (5, 1))
    yield Case("lengths that differ", unlike)
    short = _arguments(rng, 4, 3, alike=rng.uniform(0.4, 0.8, size=4))
    yield Case("short vectors", short | {name: 3e-5 * short[name] for name in "uv"})
    yield Case("zeros among the numbers", zeros_among(rng) | {"labels": np.array([1, 1, 1, 1]), "margin": 0.2})
    yield Case("strided", _arguments(rng, 6, 4), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, 5, 3)))
    far = _arguments(rng, 4, 2, 0.2, np.array([0, 1, 0, 0]))
    at = int(rng.integers(4))
    far["v"][[0, 2, 3]] = -0.7 * far["u"][[0, 2, 3]] + 0.1 * rng.normal(size=(3, 2))
    yield Case("those that are not are below the margin", {**far, **{k: np.roll(far[k], at, axis=0) for k in "uv"},
               "labels": np.roll(far["labels"], at)}, AT_EASE)  # fmt: skip
    near = _arguments(rng, 4, 3, labels=np.roll([1, 0, 0, 0], rng.integers(4)))
    near |= {name: np.abs(near[name]) for name in "uv"}  # above 0, all of them
    lengths = np.linalg.norm(near["u"], axis=1) * np.linalg.norm(near["v"], axis=1)
    near["margin"] = float((1 + ((near["u"] * near["v"]).sum(axis=1) / lengths).max()) / 2)
    yield Case("between zero and the margin", near, AT_EASE)
    wide = _arguments(rng, 4, 3, -0.8)
    yield Case("large numbers", wide | {name: spread(rng, 200, 900, (4, 3)) for name in "uv"}, LARGE)


def other(case):
    """The case with each pair's vectors turned a little towards the one of the pair before."""

    def turned(one):
        return (0.8 * one + 0.1 * np.roll(one, 1, axis=0)).astype(one.dtype)

    return Case(case.name, case.args | {name: turned(case.args[name]) for name in "uv"}, case.tags)


DU, DV = "ds / length_u * (b - s * a)", "ds / length_v * (a - s * b)"
FIRST, PULL, PUSH = "2 / len(s) * ", "labels * (1 - s)", "np.maximum(s - margin, 0)"
MISTAKES = slips(
    r"""
no_two: gradients without the factor 2
    {"$first": "1 / len(s) * "}
    The slope of a square has a 2 in it.
    Look: Which factors stand before the bracket of equation (eq:ds)?
no_mean: gradients of the sum over the pairs
    {"$first": "2 * "}
    The loss is the mean of N costs, and a pair has an N-th of the say.
    Look: Which factors stand before the bracket of equation (eq:ds)?
mean_over_numbers: gradients that are divided by H, too
    {"$first": "2 / u.size * "}
    A pair has one cost, not one for each of its numbers.
    Look: Over what is the mean in equation (eq:contrastive)?
by_H: gradients divided by H in the place of N
    {"$first": "2 / u.shape[1] * "}
    The mean is over the pairs.
    Look: Over what is the mean in equation (eq:contrastive)?
each_mean: gradients of a mean over each kind of pair by itself
    {"$first": "2 / np.where(labels == 1, max(labels.sum(), 1), max((1 - labels).sum(), 1)) * "}
    The mean is over all N pairs together.
    Look: Over what is the mean in equation (eq:contrastive)?
swapped: gradients with the two kinds exchanged
    {"(1 - labels) * np": "labels * np", "- labels * (1 - s)": "- (1 - labels) * (1 - s)"}
    So pairs that say the same are driven apart, and all others together.
    Look: Which line of equation (eq:ds) is for y = 1?
uphill: minus the right gradients
    {"$first": "-2 / len(s) * "}
    A gradient points to where the loss gets *larger*; the step of learning goes the other way.
    Look: Which signs have the two lines of equation (eq:ds)?
pull_sign: pairs that are alike driven apart
    {"- $pull": "+ $pull"}
    The cost of such a pair gets smaller as s gets larger, so its slope is negative.
    Look: What is the slope of (1 - s) squared? There is a minus inside.
push_sign: pairs that are not alike pulled together
    {"(1 - labels) * $push": "(labels - 1) * $push"}
    The cost of such a pair gets larger with s, so its slope is positive.
    Look: Which sign has the second line of equation (eq:ds)?
pull_alone: gradients of the pairs that are alike alone
    {"(1 - labels) * $push - $pull": "-$pull"}
    Nothing is driven apart. All sentences on one spot would be perfect.
    Look: How many lines has equation (eq:ds)?
push_alone: gradients of the pairs that are not alike alone
    {"(1 - labels) * $push - $pull": "(1 - labels) * $push"}
    Nothing is drawn together.
    Look: How many lines has equation (eq:ds)?
push_for_all: gradients in which all pairs are driven apart, those that are alike as well
    {"(1 - labels) * np": "np"}
    Each pair takes one of the two lines.
    Look: What decides which line of equation (eq:ds) a pair takes?
pull_for_all: gradients in which all pairs are pulled together, those that are not alike as well
    {"- labels * (1 - s)": "- (1 - s)"}
    Each pair takes one of the two lines.
    Look: What decides which line of equation (eq:ds) a pair takes?
pull_is_s: gradients that pull with s in the place of what is missing to 1
    {"$pull": "labels * s"}
    Who is nearly there would be pulled hardest.
    Look: What stands in the first line of equation (eq:ds)?
pull_is_one: gradients that pull equally hard at all that are alike
    {"$pull": "labels"}
    The nearer to 1, the weaker the pull: that is what a square does.
    Look: What stands in the first line of equation (eq:ds)?
push_is_one: gradients that push equally hard at all above the margin
    {"$push": "(s > margin)"}
    That is the slope of the maximum alone. Around it there is a square.
    Look: What stands in the second line of equation (eq:ds)?
no_maximum: gradients that also pull back what is below the margin
    {"$push": "(s - margin)"}
    What is less alike than the margin allows is fine, costs nothing, and has no slope.
    Look: What does the second line of equation (eq:ds) take of s - m?
no_margin: gradients without the margin
    {"$push": "np.maximum(s, 0)"}
    All pairs that aren't alike are pushed on until they are at right angles.
    Look: What is taken off in the second line of equation (eq:ds)?
margin_as_a_door: gradients that push with all of s, where it is above the margin
    {"$push": "np.where(s > margin, s, 0)"}
    The push should begin at 0 at the margin, and grow from there.
    Look: What is taken off in the second line of equation (eq:ds)?
margin_added: gradients with the margin added
    {"$push": "np.maximum(s + margin, 0)"}
    A larger margin should let more pairs alone.
    Look: Which sign has m in equation (eq:ds)?
below_the_margin: gradients that push at what is below the margin
    {"$push": "np.maximum(margin - s, 0)"}
    So it goes with a distance, which should be large there. s says how *alike* they are.
    Look: What is taken off from what in the second line of equation (eq:ds)?
max_for_maximum: gradients with the largest s of the batch in the place of each pair's own
    {"$push": "np.max(s - margin, 0)"}
    np.max takes the largest along an axis, and 0 is the axis there. np.maximum compares two, number by number.
    Look: What does your maximum return for N numbers, N or one?
of_the_dot: gradients of the dot product, as if nothing had been divided by the lengths
    {"$du": "ds * v", "$dv": "ds * u"}
    A cosine doesn't change when a vector gets longer. These gradients would make it longer.
    Look: What stands in the brackets of equations (eq:du) and (eq:dv), and before them?
difference: gradients along the difference of the two vectors
    {"$du": "ds * (v - u)", "$dv": "ds * (u - v)"}
    So it is with a distance. A cosine wants a vector turned, and a difference may make it longer, too.
    Look: What stands in the brackets of equations (eq:du) and (eq:dv), and before them?
all_of_dots: gradients of the loss of dot products
    body:
        s = (u * v).sum(axis=1)
        ds = 2 / len(s) * ((1 - labels) * np.maximum(s - margin, 0) - labels * (1 - s))
        return ds[:, None] * v, ds[:, None] * u
    s is a cosine, in the loss and on the way back.
    Look: Which s stands in equation (eq:ds)?
slope_is_cost: gradients with the costs in the place of their slopes
    {"$pull": "labels * (1 - s) ** 2", "$push": "np.maximum(s - margin, 0) ** 2"}
    The slope of a square is twice what was squared.
    Look: Is there a square in equation (eq:ds)?
other_unit: gradients towards the other's direction alone
    {"(b - s * a)": "b", "(a - s * b)": "a"}
    A part of that makes the vector longer or shorter, which does nothing for the cosine. It has to be taken off.
    Look: What is taken off in the brackets of equations (eq:du) and (eq:dv)?
own_unit_whole: gradients from which the vector's own direction was taken off whole
    {"(b - s * a)": "(b - a)", "(a - s * b)": "(a - b)"}
    Of the own direction there is only as much in the other's as the cosine says.
    Look: What stands before what is taken off in equations (eq:du) and (eq:dv)?
own_unit_added: gradients to which the vector's own direction was added
    {"(b - s * a)": "(b + s * a)", "(a - s * b)": "(a + s * b)"}
    It is the own direction's share that has to go: a change along it does nothing to a cosine.
    Look: Which sign stands in the brackets of equations (eq:du) and (eq:dv)?
roles_in_bracket: gradients with a and b exchanged in the brackets
    {"(b - s * a)": "(a - s * b)", "(a - s * b)": "(b - s * a)"}
    What pulls at u is where v points, and the other way round.
    Look: Which of the two directions has the s in equation (eq:du)?
exchanged: the gradients in the wrong order, dv first
    {"$du, $dv": "$dv, $du"}
    What pulls at u is where v points.
    Look: In which order does the docstring give them back?
no_length: gradients that aren't divided by the vectors' lengths
    {"ds / length_u": "ds", "ds / length_v": "ds"}
    The longer a vector is the less does it turn when a number is added to it.
    Look: What stands below ds in equations (eq:du) and (eq:dv)?
wrong_length: gradients that are divided by the other one's length
    {"ds / length_u": "ds / length_v", "ds / length_v": "ds / length_u"}
    The longer a vector is the less does *it* turn when a number is added to it.
    Look: What stands below ds in equation (eq:du)?
both_lengths: gradients that are divided by both lengths
    {"ds / length_u": "ds / (length_u * length_v)", "ds / length_v": "ds / (length_u * length_v)"}
    The other's length has gone into its direction already.
    Look: What stands below ds in equations (eq:du) and (eq:dv)?
squared_length: gradients that are divided by the squares of the lengths
    {"ds / length_u": "ds / length_u**2", "ds / length_v": "ds / length_v**2"}
    One length belongs to the direction, and one more stands below ds.
    Look: How often is u's length in equation (eq:du), and how often in your line?
times_length: gradients that are multiplied by the lengths
    {"ds / length_u": "ds * length_u", "ds / length_v": "ds * length_v"}
    The longer a vector is the *less* does it turn when a number is added to it.
    Look: What is done with the length in equation (eq:du)?
not_unit: gradients with vectors in the place of directions
    {"a, b = u / length_u, v / length_v": "a, b = u, v"}
    In the bracket stand two of length 1.
    Look: What stands below u and below v in the brackets of equations (eq:du) and (eq:dv)?
own_not_unit: gradients in whose brackets the own vector has its full length
    {"(b - s * a)": "(b - s * u)", "(a - s * b)": "(a - s * v)"}
    In the bracket stand two of length 1.
    Look: What stands below u and below v in the brackets of equations (eq:du) and (eq:dv)?
other_not_unit: gradients in whose brackets the other vector has its full length
    {"(b - s * a)": "(v - s * a)", "(a - s * b)": "(u - s * b)"}
    In the bracket stand two of length 1.
    Look: What stands below u and below v in the brackets of equations (eq:du) and (eq:dv)?
length_of_the_batch: gradients with one length for the whole batch
    {"np.sqrt((u * u).sum(axis=1, keepdims=True))": "np.full((len(u), 1), np.sqrt((u * u).sum()))",
        "np.sqrt((v * v).sum(axis=1, keepdims=True))": "np.full((len(v), 1), np.sqrt((v * v).sum()))"}
    Each vector has a length of its own.
    Look: Over which axis do your lengths add up? np.linalg.norm without an axis takes all.
length_of_columns: gradients with the lengths of the columns
    {"(u * u).sum(axis=1, keepdims=True)": "(u * u).sum(axis=0, keepdims=True)",
        "(v * v).sum(axis=1, keepdims=True)": "(v * v).sum(axis=0, keepdims=True)"}
    A vector is a row.
    Look: Over which axis do your lengths add up?
no_root: gradients with squares of lengths in the place of lengths
    {"np.sqrt((u * u).sum(axis=1, keepdims=True))": "(u * u).sum(axis=1, keepdims=True)",
        "np.sqrt((v * v).sum(axis=1, keepdims=True))": "(v * v).sum(axis=1, keepdims=True)"}
    A length is the root of the sum of the squares.
    Look: Which of your lines takes the root?
mean_lengths: gradients with lengths of means of squares
    {"(u * u).sum(axis=1, keepdims=True)": "(u * u).mean(axis=1, keepdims=True)",
        "(v * v).sum(axis=1, keepdims=True)": "(v * v).mean(axis=1, keepdims=True)"}
    The square of a length is the sum of the squares, and not their mean.
    Look: What do the double bars in equation (eq:du) mean?
dot_in_the_bracket: gradients with dot products in the brackets in the place of s
    {"(b - s * a)": "(b - (u * v).sum(axis=1, keepdims=True) * a)",
        "(a - s * b)": "(a - (u * v).sum(axis=1, keepdims=True) * b)"}
    s is a cosine, in the loss and on the way back.
    Look: Which s stands in the brackets of equations (eq:du) and (eq:dv)?
ds_of_dot: gradients whose ds comes from dot products
    {"$first((1 - labels) * $push - $pull)": "$first((1 - labels) * np.maximum((u * v).sum(axis=1) - margin, 0) "
        "- labels * (1 - (u * v).sum(axis=1)))"}
    s is a cosine, in the loss and on the way back.
    Look: Which s stands in equation (eq:ds)?
length_missing_before: gradients in which the other's direction isn't divided by the own length
    {"$du": "ds * (b - s * a / length_u)", "$dv": "ds * (a - s * b / length_v)"}
    Both parts of the bracket are divided by it.
    Look: What does the length before the bracket of equations (eq:du) and (eq:dv) divide?
other_square: gradients in which the own vector is divided by the square of the other's length
    {"$du": "ds * (b / length_u - s * u / length_v**2)", "$dv": "ds * (a / length_v - s * v / length_u**2)"}
    One u's length belongs to its direction, and one more stands below ds. v's isn't there.
    Look: Whose length stands below u in equation (eq:du)?
dv_by_length_u: the right du, and a dv that is divided by the length of u
    {"$dv": "ds / length_u * (a - s * b)"}
    The longer v is the less does it turn.
    Look: Whose length stands below ds in equation (eq:dv)?
du_by_length_v: the right dv, and a du that is divided by the length of v
    {"$du": "ds / length_v * (b - s * a)"}
    The longer u is the less does it turn.
    Look: Whose length stands below ds in equation (eq:du)?
dv_not_exchanged: the right du, and a dv with the bracket of du
    {"$dv": "ds / length_v * (b - s * a)"}
    v is pulled to where u points.
    Look: Equation (eq:dv): whose direction has the s there?
sum_of_both: the sum of the two gradients, twice
    {"return $du, $dv": "both = $du + $dv\n    return both, both"}
    The weights get both. Each of the two vectors has a gradient of its own.
    Look: How many parts have equations (eq:du) and (eq:dv), and which goes to which vector?
absolute: gradients that push at similarities without their sign
    {"$push": "np.maximum(np.abs(s) - margin, 0)"}
    Two that point the opposite way are as unlike as can be, and may stay so.
    Look: Is there a sign that equation (eq:ds) takes off?
gate_at_zero: gradients that push or pull from the margin at all that are above 0
    {"$push": "np.where(s > 0, s - margin, 0)"}
    What is made 0 is what lies below 0 once the margin is taken off, and not what s has below 0.
    Look: With what is s - m compared in equation (eq:ds)?
half_of_push: half of the push
    {"$push": "0.5 * $push"}
    The factor before the bracket is for both lines.
    Look: Which factors stand in equation (eq:ds)?
half_of_pull: half of the pull
    {"- $pull": "- 0.5 * $pull"}
    The factor before the bracket is for both lines.
    Look: Which factors stand in equation (eq:ds)?
push_not_mean: a push that isn't divided by N
    {"$push": "len(s) * $push"}
    The factor before the bracket is for both lines.
    Look: Which factors stand in equation (eq:ds)?
pull_not_mean: a pull that isn't divided by N
    {"- $pull": "- len(s) * $pull"}
    The factor before the bracket is for both lines.
    Look: Which factors stand in equation (eq:ds)?
times_the_loss: the right gradients, times the loss
    {"$first": "((labels * (1 - s) ** 2 + (1 - labels) * $push**2).mean()) * $first"}
    From the loss to itself the slope is 1, and nothing is multiplied.
    Look: Is there an L in equation (eq:ds)?
length_one: gradients that were brought to length 1
    {"return $du, $dv": "return tuple(d / max(np.linalg.norm(d), 1e-30) for d in ($du, $dv))"}
    A gradient's length says how much there is to gain. Steps are cut short elsewhere.
    Look: What does your last line do that equations (eq:du) and (eq:dv) don't?
dv_missing: gradients of which dv is zero
    {", $dv": ", 0 * v"}
    Both sentences were read by the same network, and it learns from both.
    Look: Which of the two does equation (eq:dv) go to?
dv_is_minus_du: the right du, and minus that as dv
    {", $dv": ", -($du)"}
    So it is with a difference of two. A cosine isn't one.
    Look: Equation (eq:dv): whose direction has the s there?
dv_is_du: the right du, twice
    {", $dv": ", $du"}
    Each of the two is pulled to where the other one points.
    Look: Equation (eq:dv): whose direction has the s there?
s_squared: gradients with the square of s in the brackets
    {"(b - s * a)": "(b - s**2 * a)", "(a - s * b)": "(a - s**2 * b)"}
    As much of the own direction is in the other's as the cosine says.
    Look: What stands before what is taken off in equations (eq:du) and (eq:dv)?
little_added: gradients with a small number added to the lengths
    {"(u * u).sum(axis=1, keepdims=True))": "(u * u).sum(axis=1, keepdims=True)) + 1e-8",
        "(v * v).sum(axis=1, keepdims=True))": "(v * v).sum(axis=1, keepdims=True)) + 1e-8"}
    No row is all zeros here. What is added for safety makes every number a little wrong.
    Look: Where is a small number added in your code?
in_place: vectors that were made shorter where they stand
    {"    a, b = u / length_u, v / length_v ": "    u /= length_u\n    a, b = u, v / length_v "}
    u belongs to whoever called. The next one who reads it finds other numbers there.
    Look: Which of your lines writes into u or v? `u / length` makes a new array, `u /= length` doesn't.
""",
    du=DU,
    dv=DV,
    first=FIRST,
    pull=PULL,
    push=PUSH,
)

RIGHT = (
    """def contrastive_backward(u, v, labels, margin):
    size_u = np.linalg.norm(u, axis=1, keepdims=True)
    size_v = np.linalg.norm(v, axis=1, keepdims=True)
    s = (u * v).sum(axis=1, keepdims=True) / (size_u * size_v)
    y = labels.reshape(-1, 1)
    ds = np.where(y == 1, s - 1, np.where(s > margin, s - margin, 0.0)) * 2 / len(u)
    du = ds * (v / (size_u * size_v) - s * u / size_u**2)
    dv = ds * (u / (size_u * size_v) - s * v / size_v**2)
    return du, dv
""",
    """def contrastive_backward(u, v, labels, margin):
    du, dv = np.zeros_like(u), np.zeros_like(v)
    for n in range(len(u)):
        lu, lv = np.linalg.norm(u[n]), np.linalg.norm(v[n])
        s = u[n] @ v[n] / lu / lv
        ds = -2 * (1 - s) if labels[n] == 1 else 2 * max(s - margin, 0)
        du[n] = ds / len(u) * (v[n] / lu / lv - s * u[n] / lu**2)
        dv[n] = ds / len(u) * (u[n] / lu / lv - s * v[n] / lv**2)
    return du, dv
""",
    """def contrastive_backward(u, v, labels, margin):
    def through(x, dunit):
        size = np.sqrt((x**2).sum(1))[:, None]
        unit = x / size
        return (dunit - unit * (unit * dunit).sum(1)[:, None]) / size

    a, b = u / np.linalg.norm(u, axis=1)[:, None], v / np.linalg.norm(v, axis=1)[:, None]
    s = np.einsum("nh,nh->n", a, b)
    ds = (2 * (1 - labels) * np.clip(s - margin, 0, None) - 2 * labels * (1 - s)) / s.size
    return through(u, ds[:, None] * b), through(v, ds[:, None] * a)
""",
)

EXERCISE = Exercise(
    name="contrastive_backward",
    title="Which way together",
    arguments={"u": "(N, H)", "v": "(N, H)", "labels": "(N,)", "margin": "a number"},
    returns=(Array("du", "(N, H)"), Array("dv", "(N, H)")),
    parts=(
        Part("the gradients", points=3),
        Part("where nothing pulls", points=1, tags=AT_EASE),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=4,
    minutes=20,
    row="pair",
    cases=cases,
    other=other,
    builds_on=("siamese_similarity",),
    # No row is all zeros here.
    harmless=("siamese_similarity.zeros_are_nan", "siamese_similarity.zeros_are_alike"),
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Two steps, one after the other: from the loss to each pair's s, then from s to the two vectors. What is the "
        "slope of a square?",
        "ds has one number a pair: 2 / N times s - 1 where the label is 1, and 2 / N times what s is above the "
        "margin where it is 0. For du take the direction of v, of length 1, less s times the direction of u; "
        "divide by the length of u, multiply by ds. For dv exchange the two. Keep an axis of 1 beside (N, H): "
        "keepdims=True, or ds[:, None].",
        "`du = ds / length_u * (b - s * a)`, with `a = u / length_u` and `b = v / length_v`, ds and s as (N, 1); "
        "dv likewise.",
    ),
    explanation=(
        "A gradient of a cosine stands at right angles to its vector: it turns it, and never makes it longer. So the "
        "network can't get a better number by shouting."
    ),
)
