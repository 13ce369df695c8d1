"""How well a score tells two kinds of things apart, wherever one draws the line."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._draws import LARGE, labels_of, single, spread

TIES = frozenset({"ties"})


def _arguments(rng, N, share=0.5, shift=0.8, **given):
    """Draw scores that are higher on the mean where the label is 1, and labels of which both are there."""
    labels = given.pop("labels", None)
    labels = labels_of(rng, N, share) if labels is None else labels
    return {"scores": 0.5 * rng.normal(size=N) + shift * labels - 0.3, "labels": labels} | given


def _mixed(rng, N):
    """Scores of both kinds of which neither is the better one, and labels, in no order."""
    return rng.permutation(np.linspace(-1.0, 1.5, N)) + rng.uniform(-0.05, 0.05, size=N), labels_of(rng, N)


def cases(rng):
    five = rng.permutation(5)
    small = np.array([0.9, 0.3, 0.6, 0.5, -0.2]) + rng.uniform(-0.04, 0.04, size=5)
    yield Case("small", {"scores": small[five], "labels": np.array([1, 1, 0, 1, 0])[five]})
    yield Case("more", _arguments(rng, 13))
    yield Case("many", _arguments(rng, 300, shift=0.5))
    yield Case("few that are 1", _arguments(rng, 25, labels=np.isin(np.arange(25), rng.choice(25, 3)).astype(np.int64)))
    few = 1 - np.isin(np.arange(22), rng.choice(22, 4)).astype(np.int64)
    yield Case("few that are 0", _arguments(rng, 22, labels=few))
    yield Case("no better than chance", _arguments(rng, 40, shift=0.0))
    yield Case("worse than chance", _arguments(rng, 15, shift=-0.6))
    scores, labels = _mixed(rng, 11)
    yield Case(
        "one that is 1", {"scores": scores, "labels": (scores == np.sort(scores)[rng.integers(6, 9)]).astype(np.int64)}
    )
    yield Case(
        "one that is 0", {"scores": scores, "labels": (scores != np.sort(scores)[rng.integers(2, 5)]).astype(np.int64)}
    )
    yield Case("two", {"scores": np.array([0.2, 0.7]) + rng.uniform(-0.1, 0.1, size=2), "labels": np.array([0, 1])})
    yield Case("two, the wrong way round", {"scores": rng.uniform([0.5, 0], [0.9, 0.3]), "labels": np.array([0, 1])})
    apart = labels_of(rng, 9)
    yield Case("all right", {"scores": apart + rng.uniform(-0.4, 0.4, size=9), "labels": apart})
    negative = _arguments(rng, 14)
    yield Case("scores below zero", negative | {"scores": negative["scores"] - 5.0})
    yield Case("strided", _arguments(rng, 12), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, 17)))
    near = _arguments(rng, 16)
    yield Case("scores near each other", near | {"scores": rng.uniform(200, 300) + 1e-9 * near["scores"]})
    wide = spread(rng, 200, 3000, (24,))
    among = labels_of(rng, 24)
    for end in (wide > 700, wide < -700):  # far out they are told apart as well
        among[end] = wide[end] > np.median(wide[end])
    yield Case("large scores", {"scores": wide, "labels": among}, LARGE)
    tied = _arguments(rng, 15)
    yield Case("scores of a few values", tied | {"scores": np.round(2 * tied["scores"]) * rng.uniform(0.4, 0.6)}, TIES)
    yield Case("yes or no", {"scores": rng.permutation(np.arange(14) % 2 * 1.0), "labels": labels_of(rng, 14)}, TIES)
    yield Case("all the same", {"scores": np.full(7, rng.uniform(0.2, 0.8)), "labels": labels_of(rng, 7)}, TIES)
    places = rng.permutation(np.array([0, 1, 1, 1, 2, 3]))
    three = np.where(places == 1, np.cumsum(places == 1) > 1, places > 1) * 1  # of those tied the first is 0
    yield Case("one tie", {"scores": np.sort(rng.normal(size=4))[places], "labels": three}, TIES)


def other(case):
    """The case with its scores moved on by one place: what was tied is tied."""
    return Case(case.name, case.args | {"scores": np.roll(case.args["scores"], 1)}, case.tags)


ANSWER = "(won + 0.5 * tied).mean()"
MISTAKES = slips(
    r"""
ties_lose: an area in which a tie counts nothing
    {" + 0.5 * tied": ""}
    A score that is always the same would then be worse than tossing a coin. It is just as good.
    Look: What do two equal scores count in equation (eq:auc)?
ties_win: an area in which a tie counts as won
    {"0.5 * tied": "tied"}
    A score that is always the same would then be perfect.
    Look: What do two equal scores count in equation (eq:auc)?
ties_left_out: an area without the pairs that are tied
    {"$answer": "won.sum() / max(won.size - tied.sum(), 1)"}
    They are pairs like all others, and below the bar all are counted.
    Look: What is multiplied below the bar of equation (eq:auc)?
quarter_ties: an area in which a tie counts a quarter
    {"0.5 * tied": "0.25 * tied"}
    A tie is half won.
    Look: What do two equal scores count in equation (eq:auc)?
reversed: one less the right area
    {"above[:, None] > below": "above[:, None] < below"}
    It is the 1 that should have the higher score.
    Look: Whose score is the larger one in equation (eq:auc)?
gini: twice the right area, less one
    {"return $answer": "return 2 * $answer - 1"}
    That goes from -1 to 1, and is called the Gini coefficient. The area goes from 0 to 1.
    Look: What does a pair count in equation (eq:auc) that is in the wrong order?
better_half: an area that is never below a half
    {"return $answer": "return max($answer, 1 - $answer)"}
    Who says the opposite of what is right should see that.
    Look: What does a pair count in equation (eq:auc) that is in the wrong order?
sum: how many pairs are in the right order
    {".mean()": ".sum()"}
    With more sentences there are more pairs, however good the score is.
    Look: What stands before the sums in equation (eq:auc)?
by_all_pairs: pairs in the right order, among all pairs of the N
    {"$answer": "(won + 0.5 * tied).sum() / (len(scores) * (len(scores) - 1) / 2)"}
    Two with the same label have no right order, and shouldn't be counted.
    Look: What is multiplied below the bar of equation (eq:auc)?
by_N_squared: pairs in the right order, divided by the square of N
    {"$answer": "(won + 0.5 * tied).sum() / len(scores) ** 2"}
    There are P M pairs of a 1 and a 0.
    Look: What is multiplied below the bar of equation (eq:auc)?
by_P_squared: pairs in the right order, divided by the square of how many are 1
    {"$answer": "(won + 0.5 * tied).sum() / len(above) ** 2"}
    There are P M pairs of a 1 and a 0.
    Look: What is multiplied below the bar of equation (eq:auc)?
accuracy: how many are right with the line at a half
    {"$answer": "((scores > 0.5) == (labels == 1)).mean()"}
    That is an accuracy, for one line. The area asks for no line: only the order of the scores counts.
    Look: Is there a fixed number that scores are compared with in equation (eq:auc)?
accuracy_at_zero: how many are right with the line at zero
    {"$answer": "((scores > 0) == (labels == 1)).mean()"}
    That is an accuracy, for one line. The area asks for no line: only the order of the scores counts.
    Look: Is there a fixed number that scores are compared with in equation (eq:auc)?
best_accuracy: how many are right with the best line
    {"$answer": "max(((scores >= line) == (labels == 1)).mean() for line in scores)"}
    That is an accuracy, and where nearly all have one label it is high with any score.
    Look: What do the two sums in equation (eq:auc) run over?
youden: how much more of the ones than of the others lie above the best line
    {"$answer": "max((above >= line).mean() - (below >= line).mean() for line in scores)"}
    That is the curve's largest distance from the diagonal. Asked is the area under it.
    Look: What do the two sums in equation (eq:auc) run over?
above_the_mean: how many of the ones are above the mean of the others
    {"$answer": "(above > below.mean()).mean()"}
    Each 1 is compared with each 0, and not with their mean.
    Look: What do the two sums in equation (eq:auc) run over?
above_the_median: how many of the ones are above the median of all
    {"$answer": "(above > np.median(scores)).mean()"}
    Each 1 is compared with each 0. No fixed line is needed.
    Look: What do the two sums in equation (eq:auc) run over?
accuracy_at_the_mean: how many are right with the line at the mean of all scores
    {"$answer": "((scores > scores.mean()) == (labels == 1)).mean()"}
    That is an accuracy, for one line. The area asks for no line: only the order of the scores counts.
    Look: Is there a fixed number that scores are compared with in equation (eq:auc)?
soft: comparisons through a sigmoid
    {"$answer": "(1 / (1 + np.exp(np.clip(below - above[:, None], -700, 700)))).mean()"}
    A loss may do that, to have slopes. Here a comparison is won or lost, by however little.
    Look: What does equation (eq:auc) do with two scores, beside comparing them?
above_the_best: how many of the ones are above all others
    {"$answer": "(above > below.max()).mean()"}
    Each 1 is compared with each 0, and not with the highest alone.
    Look: What do the two sums in equation (eq:auc) run over?
difference: how far apart the means of the two are
    {"$answer": "above.mean() - below.mean()"}
    Scores that are twice as large don't tell the two better apart.
    Look: What does equation (eq:auc) do with two scores, beside comparing them?
side_by_side: neighbours compared, the first 1 with the first 0 and so on
    {"$answer": "np.mean([(a > b) + 0.5 * (a == b) for a, b in zip(above, below)])"}
    Each 1 meets each 0.
    Look: How many sums has equation (eq:auc), and how many comparisons do you make?
area_by_rank: the ranks of an argsort, in which ties stand in the order in which they came
    body:
        ranks = np.empty(len(scores))
        ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
        P, M = (labels == 1).sum(), (labels == 0).sum()
        return float((ranks[labels == 1].sum() - P * (P + 1) / 2) / (P * M))
    Of two equal scores one then wins by chance. Equal scores need the same rank, the mean of their places.
    Look: What does your code do with two scores that are equal? np.argsort puts them into some order.
score_by_score: an area under a curve that goes from score to score, though some are tied
    body:
        order = np.argsort(-scores, kind="stable")
        hit = np.cumsum(labels[order] == 1) / (labels == 1).sum()
        false = np.cumsum(labels[order] == 0) / (labels == 0).sum()
        return float(np.sum(np.diff(false, prepend=0.0) * hit))
    Which of two equal scores comes first is chance. A line lets both of them through, or none.
    Look: What does your code do with two scores that are equal? np.argsort puts them into some order.
ranks_from_zero: an area by ranks, from which a sum was taken off that belongs to other ranks
    body:
        order = np.sort(scores)
        ranks = (np.searchsorted(order, scores, "left") + np.searchsorted(order, scores, "right") - 1) / 2
        P, M = (labels == 1).sum(), (labels == 0).sum()
        return float((ranks[labels == 1].sum() - P * (P + 1) / 2) / (P * M))
    With ranks from 0 the smallest sum of P of them is P (P - 1) / 2, with ranks from 1 it is P (P + 1) / 2.
    Look: Which is your lowest rank, 0 or 1, and what is taken off?
rank_sum: an area by ranks, from which nothing was taken off
    body:
        order = np.sort(scores)
        ranks = (np.searchsorted(order, scores, "left") + np.searchsorted(order, scores, "right") + 1) / 2
        P, M = (labels == 1).sum(), (labels == 0).sum()
        return float(ranks[labels == 1].sum() / (P * M))
    A rank also counts how many *ones* are below. They have to be taken off.
    Look: What is the sum of the ranks where P scores are the lowest of all?
no_corner: an area that begins at the first line, and not in the corner
    body:
        lines = np.unique(scores)[::-1]
        hit = np.array([(scores[labels == 1] >= line).mean() for line in lines])
        false = np.array([(scores[labels == 0] >= line).mean() for line in lines])
        return float(np.sum(np.diff(false) * (hit[1:] + hit[:-1]) / 2))
    With a line above all scores there are no hits and no false alarms: that point belongs to the curve.
    Look: At which point does your curve begin?
no_last_corner: an area that ends at the lowest score, which no line lets through
    body:
        lines = [np.inf, *np.unique(scores)[::-1]]
        hit = np.array([(scores[labels == 1] > line).mean() for line in lines])
        false = np.array([(scores[labels == 0] > line).mean() for line in lines])
        return float(np.sum(np.diff(false) * (hit[1:] + hit[:-1]) / 2))
    With a line below all scores everything is let through: that point belongs to the curve.
    Look: At which point does your curve end?
backwards: an area that is negative, as the curve is walked from its right end
    body:
        lines = [-np.inf, *np.unique(scores), np.inf]
        hit = np.array([(scores[labels == 1] >= line).mean() for line in lines])
        false = np.array([(scores[labels == 0] >= line).mean() for line in lines])
        return float(np.sum(np.diff(false) * (hit[1:] + hit[:-1]) / 2))
    An area is positive: from line to line the false alarms should get more.
    Look: In which order do your lines come, from high to low or from low to high?
lines_from_0_to_1: an area with lines at ten places from 0 to 1
    body:
        lines = np.linspace(1, 0, 11)
        hit = np.array([0.0, *[(scores[labels == 1] >= line).mean() for line in lines], 1.0])
        false = np.array([0.0, *[(scores[labels == 0] >= line).mean() for line in lines], 1.0])
        return float(np.sum(np.diff(false) * (hit[1:] + hit[:-1]) / 2))
    Scores may be any numbers, and two may lie between two lines. Only their order counts.
    Look: At which places does a curve's line have to be, so that none of the scores is passed over?
precision: the mean of the precision at each 1, from the top
    {"$answer": "np.mean([(above >= one).sum() / (scores >= one).sum() for one in above])"}
    That is called the average precision: the area under another curve.
    Look: What is divided by what in equation (eq:auc)?
correlation: a correlation of scores and labels
    {"$answer": "np.nan_to_num(np.corrcoef(scores, labels)[0, 1])"}
    Only the order of the scores counts, and not how far they lie apart.
    Look: What does equation (eq:auc) do with two scores, beside comparing them?
nearly_tied: an area in which scores are tied that are nearly the same
    {"scores[labels == 1], scores": "scores[labels == 1].astype(np.float32), scores.astype(np.float32)"}
    Two scores are equal or they aren't, however near they lie. float32 keeps seven digits of them, and np.isclose takes
    for equal what is near.
    Look: How does your code find out that two scores are equal, and what is their dtype?
rounded_scores: an area of scores that were rounded
    {"scores[labels == 1], scores": "scores[labels == 1].round(2), scores.round(2)"}
    Scores that are nearly the same are tied then.
    Look: What is done to the scores before they are compared?
labels_as_places: comparisons of the scores in the places 0 and 1
    {"scores[labels == 1], scores[labels == 0]": "scores[labels], scores[1 - labels]"}
    Whole numbers in brackets are places, and not yes or no: `scores[labels]` takes the first and the second score again
    and again.
    Look: What is in the brackets behind scores, a mask of True and False or numbers?
labels_turned: comparisons of scores that were taken by ~labels
    {"scores[labels == 1], scores[labels == 0]": "scores[labels], scores[~labels]"}
    Whole numbers in brackets are places, and not yes or no; and ~ makes -1 of 0 and -2 of 1.
    Look: What is in the brackets behind scores, a mask of True and False or numbers?
by_M_squared: pairs in the right order, divided by the square of how many are 0
    {"$answer": "(won + 0.5 * tied).sum() / len(below) ** 2"}
    There are P M pairs of a 1 and a 0.
    Look: What is multiplied below the bar of equation (eq:auc)?
by_N: pairs in the right order, divided by N
    {"$answer": "(won + 0.5 * tied).sum() / len(scores)"}
    There are P M pairs of a 1 and a 0, and not N.
    Look: What is multiplied below the bar of equation (eq:auc)?
by_P: pairs in the right order, divided by how many are 1
    {"$answer": "(won + 0.5 * tied).sum() / len(above)"}
    Each of them was compared with M others.
    Look: What is multiplied below the bar of equation (eq:auc)?
by_M: pairs in the right order, divided by how many are 0
    {"$answer": "(won + 0.5 * tied).sum() / len(below)"}
    Each of them was compared with P others.
    Look: What is multiplied below the bar of equation (eq:auc)?
scores_sorted_alone: an area of scores that were sorted without their labels
    {"    above": "    scores = np.sort(scores)\n    above"}
    Which label belongs to which score is lost then.
    Look: What happens to the labels where your code sorts the scores?
labels_sorted_alone: an area with labels that were sorted without their scores
    {"    above": "    labels = np.sort(labels)\n    above"}
    Which score belongs to which label is lost then.
    Look: What happens to the scores where your code sorts the labels?
tie_and_a_half: an area in which a tie counts one and a half
    {"won + 0.5 * tied": "won + 1.5 * tied"}
    With >= a tie is won already, and a half more is too much.
    Look: Which comparison do you make, > or >=? What do two equal scores get in all?
balanced_accuracy: the mean of how many ones and how many others are right with the line at a half
    {"$answer": "((above > 0.5).mean() + (below <= 0.5).mean()) / 2"}
    That is called the balanced accuracy, for one line. The area asks for no line: only the order of the scores counts.
    Look: Is there a fixed number that scores are compared with in equation (eq:auc)?
balanced_at_the_median: the mean of how many ones and how many others are right with the line at the median
    {"$answer": "((above > np.median(scores)).mean() + (below <= np.median(scores)).mean()) / 2"}
    That is called the balanced accuracy, for one line. The area asks for no line: only the order of the scores counts.
    Look: Is there a line that scores are compared with in equation (eq:auc)?
against_all: each 1 compared with all scores, its own kind as well
    {"below = scores[labels == 1], scores[labels == 0]": "below = scores[labels == 1], scores"}
    Two ones have no right order.
    Look: Which labels have i and j in equation (eq:auc)?
below_the_worst: how many of the others are below all the ones
    {"$answer": "(above.min() > below).mean()"}
    Each 1 is compared with each 0, and not the lowest alone.
    Look: What do the two sums in equation (eq:auc) run over?
above_some: how many of the others are below the best 1
    {"$answer": "(above.max() > below).mean()"}
    Each 1 is compared with each 0, and not the highest alone.
    Look: What do the two sums in equation (eq:auc) run over?
means_compared: the comparison of two means
    {"$answer": "float(above.mean() > below.mean())"}
    Each 1 is compared with each 0, and the mean comes afterwards.
    Look: What do the two sums in equation (eq:auc) run over?
median_of_comparisons: the median of the comparisons
    {"$answer": "np.median(won + 0.5 * tied)"}
    What happens more often than not is all that a median says.
    Look: What stands before the sums in equation (eq:auc)?
absolute: an area of scores without their signs
    {"scores[labels == 1], scores[labels == 0]": "np.abs(scores[labels == 1]), np.abs(scores[labels == 0])"}
    Of two scores below zero the one nearer to zero is the higher.
    Look: Is there a sign that equation (eq:auc) takes off?
rank_too_high: an area by ranks, from which a sum was taken off that belongs to ranks from 0
    body:
        order = np.sort(scores)
        ranks = (np.searchsorted(order, scores, "left") + np.searchsorted(order, scores, "right") + 1) / 2
        P, M = (labels == 1).sum(), (labels == 0).sum()
        return float((ranks[labels == 1].sum() - P * (P - 1) / 2) / (P * M))
    With ranks from 0 the smallest sum of P of them is P (P - 1) / 2, with ranks from 1 it is P (P + 1) / 2.
    Look: Which is your lowest rank, 0 or 1, and what is taken off?
hits_by_all: an area under a curve of hits that were divided by N
    body:
        lines = [np.inf, *np.unique(scores)[::-1]]
        hit = np.array([(scores[labels == 1] >= line).sum() for line in lines])
        false = np.array([(scores[labels == 0] >= line).sum() for line in lines])
        hit, false = hit / len(scores), false / (labels == 0).sum()
        return float(np.sum(np.diff(false) * (hit[1:] + hit[:-1]) / 2))
    Of all that *are* 1 it is the share that a line lets through, so the curve ends at 1.
    Look: By what are the hits divided in your curve?
precision_curve: an area under precision, over how many of the ones were found
    body:
        lines = [np.inf, *np.unique(scores)[::-1]]
        hit = np.array([(scores[labels == 1] >= line).sum() for line in lines])
        false = np.array([(scores[labels == 0] >= line).sum() for line in lines])
        right = np.where(hit + false > 0, hit / np.maximum(hit + false, 1), 1.0)
        return float(np.sum(np.diff(hit / (labels == 1).sum()) * (right[1:] + right[:-1]) / 2))
    That is the area under another curve, the one of precision and recall.
    Look: What is divided by what in equation (eq:auc)?
lines_from_end_to_end: an area with ten lines from the highest score to the lowest
    body:
        lines = [np.inf, *np.linspace(scores.max(), scores.min(), 11)]
        hit = np.array([(scores[labels == 1] >= line).mean() for line in lines])
        false = np.array([(scores[labels == 0] >= line).mean() for line in lines])
        return float(np.sum(np.diff(false) * (hit[1:] + hit[:-1]) / 2))
    Two scores may lie between two lines, and then their order isn't seen.
    Look: At which places does a curve's line have to be, so that none of the scores is passed over?
rounded: the right area, rounded to two digits
    {"return $answer": "return round(float($answer), 2)"}
    Rounding is for whoever prints it.
    Look: What is done in your code that equation (eq:auc) doesn't do?
""",
    answer=ANSWER,
)

RIGHT = (
    """def auc(scores, labels):
    P, M = int(np.sum(labels == 1)), int(np.sum(labels == 0))
    order = np.sort(scores)
    ranks = (np.searchsorted(order, scores, "left") + np.searchsorted(order, scores, "right") + 1) / 2
    return (ranks[labels == 1].sum() - P * (P + 1) / 2) / (P * M)
""",
    """def auc(scores, labels):
    points = [(0.0, 0.0)]
    for line in np.unique(scores)[::-1]:
        chosen = scores >= line
        points.append((np.mean(chosen[labels == 0]), np.mean(chosen[labels == 1])))
    area = 0.0
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        area += (x1 - x0) * (y0 + y1) / 2
    return area
""",
    """def auc(scores, labels):
    total, many = 0.0, 0
    for i in range(len(scores)):
        for j in range(len(scores)):
            if labels[i] == 1 and labels[j] == 0:
                many += 1
                if scores[i] > scores[j]:
                    total += 1
                elif scores[i] == scores[j]:
                    total += 0.5
    return total / many
""",
    {"(won + 0.5 * tied).mean()": "won.mean() + tied.mean() / 2"},
    """def auc(scores, labels):
    above = scores[np.flatnonzero(labels)]
    below = np.sort(scores[np.flatnonzero(1 - labels)])
    less, not_more = np.searchsorted(below, above, side="left"), np.searchsorted(below, above, side="right")
    return (less + not_more).mean() / 2 / len(below)
""",
)

EXERCISE = Exercise(
    name="auc",
    title="A score, judged without a line",
    arguments={"scores": "(N,)", "labels": "(N,)"},
    returns=(Number("area"),),
    parts=(
        Part("each 1 against each 0", points=2),
        Part("ties", points=1, tags=TIES),
        Part("large scores", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=12,
    row="score",
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Three scores with the label 1 and two with the label 0 make six comparisons. How many of them are won, "
        "and how many are tied?",
        "Take the scores of each kind with a mask, `labels == 1` and `labels == 0`. Put one of the two upright, "
        "`[:, None]`, and a comparison with the other is a table of each with each. Won counts 1, equal counts a "
        "half; then the mean.",
        "(won + 0.5 * tied).mean(), with `won = above[:, None] > below` and `tied = above[:, None] == below`.",
    ),
    explanation=(
        "The area needs no line between yes and no, and it doesn't change when all scores are squeezed or "
        "stretched. So it compares a cosine with a probability, or a network with a count of words."
    ),
)
