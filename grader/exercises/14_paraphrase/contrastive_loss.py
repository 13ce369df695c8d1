"""What it costs that two are unlike that should be alike, and the other way round."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._draws import labels_of, single

AT_EASE = frozenset({"at ease"})


def _arguments(rng, N, margin=None, **given):
    """Draw similarities from -0.9 to 0.95, of both kinds above and below the margin where there is room."""
    labels = given.pop("labels", None)
    labels = labels_of(rng, N) if labels is None else labels
    s = rng.permutation(np.linspace(-0.9, 0.95, N)) + rng.uniform(-0.04, 0.04, size=N)
    margin = rng.uniform(0.1, 0.4) if margin is None else margin
    return {"s": s, "labels": labels, "margin": float(margin)} | given


def cases(rng):
    high = rng.uniform([0.3, 0.7, -0.6, 0.2], [0.5, 0.9, -0.2, 0.3])  # a far one and a near one that are alike,
    yield Case("small", _arguments(rng, 4, 0.0, s=high[[0, 1, 3, 2]], labels=np.array([1, 0, 1, 0])))  # one of each not
    yield Case("more pairs", _arguments(rng, 9))
    yield Case("many pairs", _arguments(rng, 150))
    yield Case("few that are alike", _arguments(rng, 12, labels=(np.arange(12) == rng.integers(12)).astype(np.int64)))
    yield Case("few that are not", _arguments(rng, 11, labels=(np.arange(11) != rng.integers(11)).astype(np.int64)))
    yield Case("a margin below zero", _arguments(rng, 8, -rng.uniform(0.3, 0.6)))
    yield Case("a large margin", _arguments(rng, 7, rng.uniform(0.6, 0.8)))
    yield Case("a margin of zero", _arguments(rng, 6, 0.0))
    yield Case("one pair that is alike", _arguments(rng, 1, s=rng.uniform(-0.95, -0.85, size=1), labels=np.array([1])))
    alone = rng.uniform(0.6, 0.9, size=1)
    yield Case("one pair that is not", _arguments(rng, 1, s=alone, labels=np.array([0])))
    yield Case("all alike", _arguments(rng, 5, labels=np.ones(5, dtype=np.int64)))
    yield Case("none alike", _arguments(rng, 6, labels=np.zeros(6, dtype=np.int64)))
    yield Case("strided", _arguments(rng, 8), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, 7)))
    ends = _arguments(rng, 6, labels=np.array([1, 0, 1, 0, 1, 0]))
    yield Case("the same and the opposite way", ends | {"s": np.array([1.0, -1.0, -1.0, 1.0, 0.0, 0.0])})
    below = _arguments(rng, 6, rng.uniform(0.4, 0.7), labels=np.array([0, 1, 0, 0, 1, 0]))
    below["s"] = np.where(below["labels"], below["s"], below["margin"] - rng.uniform(0.1, 0.9, size=6))
    yield Case("those that are not are below the margin", below, AT_EASE)
    learned = _arguments(rng, 5, 0.5, labels=np.array([0, 1, 0, 1, 1]))
    yield Case(
        "nothing left to learn",
        learned | {"s": np.where(learned["labels"], 1.0, rng.uniform(-0.4, 0.4, size=5))},
        AT_EASE,
    )
    yield Case("at the margin", _arguments(rng, 3, 0.25, s=np.full(3, 0.25), labels=np.array([0, 1, 0])), AT_EASE)


def other(case):
    """The case with each similarity nearer to zero, and the labels in the opposite order."""
    s, labels = case.args["s"], case.args["labels"]
    return Case(case.name, case.args | {"s": (0.9 * s).astype(s.dtype), "labels": labels[::-1].copy()}, case.tags)


PULL, PUSH, MEAN = "labels * (1 - s) ** 2 ", "np.maximum(s - margin, 0) ** 2", "(pull + push).mean()"
MISTAKES = slips(
    r"""
swapped: the two kinds exchanged
    {"labels * (1 - s) ** 2 ": "(1 - labels) * (1 - s) ** 2 ", "(1 - labels) * np": "labels * np"}
    So pairs that say the same are driven apart, and all others together.
    Look: Which line of equation (eq:contrastive) is for y = 1?
sum: the sum over the pairs
    {".mean()": ".sum()"}
    With a larger batch the loss would be larger, and so would every step of learning.
    Look: What stands before the sum in equation (eq:contrastive)?
each_mean: the mean over the pairs that are alike and that over the others, added up
    {"$mean": "pull.sum() / max(labels.sum(), 1) + push.sum() / max((1 - labels).sum(), 1)"}
    Where one kind is rare each of its pairs would weigh more. Here all N weigh the same.
    Look: Over which pairs does the mean in equation (eq:contrastive) go?
each_mean_halved: the mean of two means, of the pairs that are alike and of the others
    {"$mean": "(pull.sum() / max(labels.sum(), 1) + push.sum() / max((1 - labels).sum(), 1)) / 2"}
    Where one kind is rare each of its pairs would weigh more. Here all N weigh the same.
    Look: Over which pairs does the mean in equation (eq:contrastive) go?
pull_not_mean: the sum over those that are alike, and the mean over all for the others
    {"$mean": "pull.sum() + push.mean()"}
    Both lines stand inside of one sum, and one N is below it.
    Look: What stands before the sum in equation (eq:contrastive)?
push_not_mean: the mean over all for those that are alike, and the sum over the others
    {"$mean": "pull.mean() + push.sum()"}
    Both lines stand inside of one sum, and one N is below it.
    Look: What stands before the sum in equation (eq:contrastive)?
by_those_alike: the sum, divided by how many are alike
    {"$mean": "(pull + push).sum() / max(labels.sum(), 1)"}
    All N pairs are in the sum, those that are not alike too.
    Look: What stands before the sum in equation (eq:contrastive)?
by_those_not: the sum, divided by how many are not alike
    {"$mean": "(pull + push).sum() / max((1 - labels).sum(), 1)"}
    All N pairs are in the sum, those that are alike too.
    Look: What stands before the sum in equation (eq:contrastive)?
by_N_minus_1: the sum, divided by one less than there are pairs
    {"$mean": "(pull + push).sum() / max(len(s) - 1, 1)"}
    So it is done for a variance. A mean divides by how many there are.
    Look: What stands before the sum in equation (eq:contrastive)?
halved: half of the right loss
    {"$mean": "(pull + push).mean() / 2"}
    Some papers write a half there. This equation doesn't, and the next one counts on that.
    Look: Which factors stand in equation (eq:contrastive)?
quarter: a quarter of the cost of the pairs that are alike
    {"$pull": "labels * (1 - s) ** 2 / 4 "}
    Some papers write a quarter there, since 1 - s goes up to 2. This equation doesn't.
    Look: Which factors stand in equation (eq:contrastive)?
not_squared: a loss without the squares
    {"$pull": "labels * (1 - s) ", "$push": "np.maximum(s - margin, 0)"}
    PyTorch's cosine embedding loss is like that. Here what is far off costs more than in proportion.
    Look: What is done to the brackets in equation (eq:contrastive)?
pull_not_squared: a loss without the square for those that are alike
    {"$pull": "labels * (1 - s) "}
    What is far off should cost more than in proportion.
    Look: What is done to the bracket in the first line of equation (eq:contrastive)?
push_not_squared: a loss without the square for those that are not alike
    {"$push": "np.maximum(s - margin, 0)"}
    What is far off should cost more than in proportion.
    Look: What is done to the maximum in the second line of equation (eq:contrastive)?
one_minus_square: one less the squares of the similarities, for those that are alike
    {"$pull": "labels * (1 - s**2) "}
    Then two that point the opposite way cost nothing.
    Look: What is squared in the first line of equation (eq:contrastive)?
one_plus: those that are alike cost the square of 1 + s
    {"$pull": "labels * (1 + s) ** 2 "}
    So the cheapest would be to point the opposite way.
    Look: Which sign has s in the first line of equation (eq:contrastive)?
larger_of_both: those that are not alike cost the square of the larger one of s and the margin
    {"$push": "np.maximum(s, margin) ** 2"}
    Then a pair below the margin costs something, and nothing that it does makes it less.
    Look: What is taken off in the second line of equation (eq:contrastive), and with what is it compared?
stretched: a cost above the margin that is stretched to go up to 1
    {"$push": "(np.maximum(s - margin, 0) / (1 - margin)) ** 2"}
    With a large margin these pairs would be pushed harder than the others are pulled.
    Look: What is below the maximum in the second line of equation (eq:contrastive)?
mean_before_maximum: the maximum of 0 and a mean over the batch
    {"$push": "np.maximum((s - margin).mean(), 0) ** 2"}
    Each pair has a cost of its own.
    Look: Over what does n run in equation (eq:contrastive), and what has an index n?
no_maximum: a loss that also pulls back what is below the margin
    {"$push": "(s - margin) ** 2"}
    What is less alike than the margin allows is fine. Its square is positive all the same, if nothing keeps it at 0.
    Look: What does the second line of equation (eq:contrastive) take of s - m?
maximum_of_square: the maximum of 0 and a square
    {"$push": "np.maximum(s**2 - margin, 0)"}
    The order counts: first the margin is taken off, then what is below 0 is made 0, then comes the square.
    Look: What is squared in the second line of equation (eq:contrastive)?
no_margin: a loss without the margin
    {"$push": "np.maximum(s, 0) ** 2"}
    All pairs that aren't alike are pushed on until they are at right angles, whatever the margin says.
    Look: What is taken off in the second line of equation (eq:contrastive)?
margin_as_a_door: all of s squared, where it is above the margin
    {"$push": "np.where(s > margin, s, 0) ** 2"}
    Some papers have it so. The cost then jumps at the margin. Here it begins at 0 there.
    Look: What is taken off in the second line of equation (eq:contrastive)?
below_the_margin: those that are not alike cost what they are *below* the margin
    {"$push": "np.maximum(margin - s, 0) ** 2"}
    So it costs to be unlike, and nothing to be alike. With a distance, which should be large there, it would be right.
    Look: What is taken off from what in the second line of equation (eq:contrastive), and which of the two is kept?
of_a_distance: the loss of a distance, with s in its place
    {"$pull": "labels * s**2 ", "$push": "np.maximum(margin - s, 0) ** 2"}
    The paper of 2006 has it with a distance, which is 0 for two that are the same. s is 1 there.
    Look: What should a pair cost that says the same and has s = 1?
margin_as_a_distance: a margin in 1 - s
    {"$push": "np.maximum(margin - (1 - s), 0) ** 2"}
    The margin is one of s: up to it two that aren't alike cost nothing.
    Look: What is taken off in the second line of equation (eq:contrastive)?
margin_added: the margin added
    {"$push": "np.maximum(s + margin, 0) ** 2"}
    Then a larger margin makes more pairs cost something.
    Look: Which sign has m in equation (eq:contrastive)?
margin_for_those_alike: a margin for those that are alike, too
    {"$pull": "labels * np.maximum(1 - margin - s, 0) ** 2 "}
    They are pulled together all the way.
    Look: Is there an m in the first line of equation (eq:contrastive)?
margin_in_both: those that are alike pulled up to the margin alone
    {"$pull": "labels * np.maximum(margin - s, 0) ** 2 "}
    They are pulled together all the way.
    Look: What stands in the first line of equation (eq:contrastive) in place of m?
alike_alone: the cost of the pairs that are alike, and nothing of the others
    {"pull + push": "pull"}
    All sentences on one spot would be perfect.
    Look: How many lines has equation (eq:contrastive)?
unlike_alone: the cost of the pairs that are not alike, and nothing of the others
    {"pull + push": "push"}
    Nothing draws those together that say the same.
    Look: How many lines has equation (eq:contrastive)?
both_for_all: both costs for every pair
    {"labels * (1 - s) ** 2 ": "(1 - s) ** 2 ", "(1 - labels) * np": "np"}
    Each pair is pulled together and driven apart at once.
    Look: What decides which line of equation (eq:contrastive) a pair takes?
push_for_all: all pairs driven apart, those that are alike as well
    {"(1 - labels) * np": "np"}
    Each pair takes one of the two lines.
    Look: What decides which line of equation (eq:contrastive) a pair takes?
labels_minus_1: the cost of those that are not alike taken off
    {"(1 - labels)": "(labels - 1)"}
    So it pays to be alike where one shouldn't be.
    Look: What is your factor of the second line, for a label of 0?
max_for_maximum: the largest s of the batch in the place of each pair's own
    {"$push": "np.max(s - margin, 0) ** 2"}
    np.max takes the largest along an axis, and 0 is the axis there. np.maximum compares two, number by number.
    Look: What does your maximum return for N numbers, N or one?
root: the root of the right loss
    {"$mean": "np.sqrt((pull + push).mean())"}
    Its gradient is another one, and has no end where the loss gets to 0.
    Look: Is there a root in equation (eq:contrastive)?
square_of_the_mean: the squares of means
    {"labels * (1 - s) ** 2 ": "(labels * (1 - s)).mean() ** 2 ",
        "(1 - labels) * np.maximum(s - margin, 0) ** 2": "((1 - labels) * np.maximum(s - margin, 0)).mean() ** 2"}
    First each pair's square, then the mean.
    Look: What stands inside the sum of equation (eq:contrastive)?
cross_entropy: a cross-entropy
    {"$pull": "-labels * np.log(np.clip((1 + s) / 2, 1e-12, 1)) ", "(1 - labels) * $push":
        "-(1 - labels) * np.log(np.clip((1 - s) / 2, 1e-12, 1))"}
    That has no margin: it goes on driving apart what is far apart already.
    Look: Is there a log in equation (eq:contrastive)?
squared_error: the squared distance of s from its label
    {"(1 - labels) * $push": "(1 - labels) * s**2"}
    So pairs that aren't alike are held at 0, from both sides. They may be as unlike as they like.
    Look: What does the second line of equation (eq:contrastive) take of s - m?
half_of_push: half of the cost of the pairs that are not alike
    {"$push": "0.5 * $push"}
    Some papers write a half before both lines. This equation has none.
    Look: Which factors stand in equation (eq:contrastive)?
half_of_pull: half of the cost of the pairs that are alike
    {"$pull": "0.5 * labels * (1 - s) ** 2 "}
    Some papers write a half before both lines. This equation has none.
    Look: Which factors stand in equation (eq:contrastive)?
squares_apart: the difference of two squares above the margin
    {"$push": "np.where(s > margin, s**2 - margin**2, 0)"}
    The square of a difference isn't the difference of the squares: first the margin is taken off.
    Look: What is squared in the second line of equation (eq:contrastive)?
cubes: cubes in the place of squares
    {"$pull": "labels * (1 - s) ** 3 ", "$push": "np.maximum(s - margin, 0) ** 3"}
    The exponent is another one.
    Look: What is done to the brackets in equation (eq:contrastive)?
squared_twice: the mean of the squares of all costs
    {"$mean": "((pull + push) ** 2).mean()"}
    Each cost is a square already.
    Look: How many squares lie between 1 - s and your mean?
over_those_that_cost: the mean over those pairs alone that cost something
    {"$mean": "(pull + push).sum() / max((pull + push > 0).sum(), 1)"}
    A pair that costs nothing is one of the N, too.
    Look: What stands before the sum in equation (eq:contrastive)?
absolute: similarities without their sign for those that are not alike
    {"$push": "np.maximum(np.abs(s) - margin, 0) ** 2"}
    Two that point the opposite way are as unlike as can be. That may cost nothing.
    Look: Is there a sign that equation (eq:contrastive) takes off?
opposite: those that are not alike cost what they point the *opposite* way
    {"$push": "np.maximum(-s - margin, 0) ** 2"}
    So it costs to be unlike, and nothing to be alike.
    Look: Which sign has s in the second line of equation (eq:contrastive)?
gate_at_zero: what is above 0 measured from the margin, on both sides of it
    {"$push": "np.where(s > 0, s - margin, 0) ** 2"}
    What is made 0 is what lies below 0 once the margin is taken off, and not what s has below 0.
    Look: With what is s - m compared in equation (eq:contrastive)?
margin_of_the_notebook: a loss with a margin of 0.2, whatever it is called with
    {"s - margin": "s - 0.2"}
    The margin is an argument.
    Look: Where does margin stand in your code?
margin_of_a_half: a loss with a margin of a half, whatever it is called with
    {"s - margin": "s - 0.5"}
    The margin is an argument.
    Look: Where does margin stand in your code?
absolute_differences: absolute differences in the place of squares, and no maximum
    {"$pull": "labels * np.abs(1 - s) ", "$push": "np.abs(s - margin)"}
    What is below the margin should cost nothing, and what is far off more than in proportion.
    Look: What is done to s - m in equation (eq:contrastive)?
length: the root of the sum of the costs
    {"$mean": "np.sqrt((pull + push).sum())"}
    That is the length of a vector. Asked is a mean, and no root.
    Look: What stands before the sum in equation (eq:contrastive)?
kept_above_zero: similarities below zero taken for 0
    {"$pull": "labels * (1 - np.maximum(s, 0)) ** 2 ", "$push": "np.maximum(np.maximum(s, 0) - margin, 0) ** 2"}
    s goes down to -1, and two that should be alike and point the opposite way cost most of all.
    Look: Where does the 0 of the maximum stand in equation (eq:contrastive)?
weighed_by_margin: the cost of those that are not alike, times the margin
    {"$push": "margin * $push"}
    The margin is where that cost begins, and no factor.
    Look: What is done with m in equation (eq:contrastive)?
rounded: the right loss, rounded
    {"return $mean": "return round(float($mean), 3)"}
    Rounding is for whoever prints it.
    Look: What is done in your code that equation (eq:contrastive) doesn't do?
negative: minus the right loss
    {"return (": "return -("}
    A loss is what should get small.
    Look: Which sign stands before the sum in equation (eq:contrastive)?
""",
    pull=PULL,
    push=PUSH,
    mean=MEAN,
)

RIGHT = (
    """def contrastive_loss(s, labels, margin):
    cost = np.where(labels == 1, (1 - s) ** 2, np.clip(s - margin, 0, None) ** 2)
    return np.mean(cost)
""",
    """def contrastive_loss(s, labels, margin):
    total = 0.0
    for one, label in zip(s, labels):
        if label == 1:
            total += (1 - one) ** 2
        elif one > margin:
            total += (one - margin) ** 2
    return total / len(s)
""",
    """def contrastive_loss(s, labels, margin):
    alike, others = s[labels == 1], s[labels == 0]
    over = others[others > margin] - margin
    return (np.square(1 - alike).sum() + np.square(over).sum()) / s.size
""",
    {"np.maximum(s - margin, 0) ** 2": "(np.maximum(s, margin) - margin) ** 2"},
)

EXERCISE = Exercise(
    name="contrastive_loss",
    title="Together, and apart",
    arguments={"s": "(N,)", "labels": "(N,)", "margin": "a number"},
    returns=(Number("loss"),),
    parts=(Part("the mean cost", points=2), Part("what costs nothing", points=1, tags=AT_EASE)),
    difficulty=2,
    minutes=8,
    row="pair",
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Work out one pair with s = 0.5 and a margin of 0.2 by hand, once with the label 1 and once with 0.",
        "Make both costs for all N pairs, and let the label choose: one is multiplied by the label, the other by "
        "one less the label. What is below 0 is made 0 before the square, number by number, with np.maximum. Then "
        "the mean.",
        "(labels * (1 - s) ** 2 + (1 - labels) * np.maximum(s - margin, 0) ** 2).mean().",
    ),
    explanation=(
        "The margin is what keeps it from working for nothing: once two sentences are unlike enough nobody drives them "
        "any further, and the gradient belongs to those pairs that are still taken for each other."
    ),
)
