"""How well each cell follows a feature of the text."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single, spread

STILL = frozenset({"still"})


def _inside(rng, N, T, share=0.4):
    """Draw a feature that is 1 inside of something and 0 outside, (N, T): both occur where there is room for them."""
    feature = (rng.random((N, T)) < share).astype(np.float64)
    if feature.size > 1:
        one, other = rng.choice(feature.size, size=2, replace=False)
        feature.flat[one], feature.flat[other] = 1.0, 0.0
    return feature


def _arguments(rng, N, T, H, feature=None, noise=1.0):
    """Draw cell states of which each follows the feature more or less, up or down."""
    feature = _inside(rng, N, T) if feature is None else feature
    follows = rng.permutation(np.linspace(-1.5, 2.0, H)) if H > 1 else rng.choice([-1.0, 1.0], size=1)
    own = noise * rng.normal(size=(N, T, H)) + rng.normal(size=H)
    return {"cs": feature[..., None] * follows + own, "feature": feature}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=4, H=3))
    yield Case("many steps", _arguments(rng, N=3, T=40, H=5))
    yield Case("more cells than steps", _arguments(rng, N=2, T=3, H=7))
    yield Case("one text", _arguments(rng, N=1, T=9, H=4))
    yield Case("one step of many texts", _arguments(rng, N=8, T=1, H=3))
    yield Case("one cell", _arguments(rng, N=3, T=5, H=1))
    yield Case("as many of each", _arguments(rng, N=4, T=4, H=4))
    yield Case("as many texts as cells", _arguments(rng, N=3, T=6, H=3))
    counted = rng.integers(0, 5, size=(3, 7)).astype(np.float64)
    yield Case("a feature that counts", _arguments(rng, N=3, T=7, H=4, feature=counted))
    yield Case("a feature of both signs", _arguments(rng, N=2, T=6, H=5, feature=rng.normal(size=(2, 6)) - 3.0))
    rare = np.zeros((3, 11))
    rare[rng.integers(3), rng.integers(11)] = 1.0
    yield Case("a feature that is there once", _arguments(rng, N=3, T=11, H=4, feature=rare))
    lifted = _arguments(rng, N=4, T=6, H=3)
    lifted["cs"] += rng.normal(size=(4, 1, 1)) * 4
    yield Case("texts at levels of their own", lifted)
    half = _inside(rng, 2, 8)
    half[rng.integers(2)] = 0.0
    half[:, 0] = 1.0
    yield Case("a feature that is rare in one text", _arguments(rng, N=2, T=8, H=3, feature=half))
    yield Case("strided", _arguments(rng, N=3, T=5, H=4), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=6, H=4)))
    # Numbers whose sum and mean are exact: what is the same everywhere is so in any way of computing.
    dead = _arguments(rng, N=2, T=6, H=5)
    dead["cs"][:, :, rng.permutation(5)[:2]] = (0.0, rng.integers(1, 9) / 8)
    yield Case("cells that never change", dead, STILL)
    one = _arguments(rng, N=3, T=4, H=1)
    yield Case("one cell that never changes", one | {"cs": np.full((3, 4, 1), -rng.integers(1, 9) / 8)}, STILL)
    yield Case("a feature that is nowhere", _arguments(rng, N=2, T=5, H=3, feature=np.zeros((2, 5))), STILL)
    yield Case("a feature that is everywhere", _arguments(rng, N=2, T=4, H=3, feature=np.ones((2, 4))), STILL)
    yield Case("one step of one text", _arguments(rng, N=1, T=1, H=2, feature=np.ones((1, 1))), STILL)
    wide = _arguments(rng, N=3, T=6, H=4)
    wide["cs"] = spread(rng, 0.5, 900, (3, 6, 4)) + 150 * wide["cs"]
    yield Case("large cell states", wide, LARGE)
    high = _arguments(rng, N=3, T=6, H=4, noise=8.0)
    yield Case("cell states far from zero", high | {"cs": high["cs"] + spread(rng, 150, 990, (4,))}, LARGE)
    far = np.round(rng.uniform(900, 999, size=(3, 7)))  # its mean is large, and so is how far two are from it
    far.flat[rng.choice(21, size=2, replace=False)] *= -1
    loud = _arguments(rng, N=3, T=7, H=4, feature=far, noise=400.0)
    yield Case("a feature of large numbers", loud, LARGE)
    faint = _arguments(rng, N=2, T=6, H=3)
    yield Case("cells that move very little", faint | {"cs": faint["cs"] * np.array([1e-6, 1e-5, 1e-3])}, LARGE)


def other(case):
    """The case with its cells moved otherwise: those that stand still go on doing so."""
    cs = case.args["cs"]
    return Case(case.name, case.args | {"cs": (0.5 * cs[:, ::-1] + 0.25 * cs[::-1]).astype(cs.dtype)}, case.tags)


SIZE = "np.sqrt((away**2).sum(axis=0)) * np.sqrt((wanted**2).sum())"
MISTAKES = slips(
    r"""
covariance: covariances, not divided by how much the cell and the feature vary
    {"np.where(moves, size, 1)": "len(cells)"}
    A cell with large numbers then seems to know more than one with small ones.
    Look: What stands below the bar in equation (eq:correlation)?
sum_of_products: the sum above the bar alone
    {" / np.where(moves, size, 1)": ""}
    It grows with the length of the text, and with the size of a cell's numbers.
    Look: What stands below the bar in equation (eq:correlation)?
by_the_cell_alone: a slope, divided by the cell's variance alone
    {"$size": "(away**2).sum(axis=0)"}
    That says how much the feature grows when the cell grows by 1.
    Look: Which two things are squared below the bar of equation (eq:correlation)?
by_the_feature_alone: a slope, divided by the feature's variance alone
    {"$size": "(wanted**2).sum() * np.ones(cells.shape[1])"}
    That says how much the cell grows when the feature grows by 1 (how much higher it is inside than outside, where that
    is the feature): a cell with large numbers wins.
    Look: Which two things are squared below the bar of equation (eq:correlation)?
one_size_for_all: correlations with one size below the bar for all cells together
    {"$size": "np.sqrt((away**2).sum() * (wanted**2).sum()) * np.ones(cells.shape[1])"}
    Each cell varies as much as it does: with one size for all those with large numbers win.
    Look: Which index has the first root in equation (eq:correlation), and over which does its sum run?
absolute_sizes: correlations with sums of absolute values below the bar
    {"$size": "np.abs(away).sum(axis=0) * np.abs(wanted).sum()"}
    A correlation of a cell with itself would not be 1.
    Look: What is done to the brackets below the bar of equation (eq:correlation)?
no_roots: correlations without the roots below the bar
    {"$size": "(away**2).sum(axis=0) * (wanted**2).sum()"}
    Without its roots a correlation of a cell with itself would not be 1.
    Look: What is done to each of the two sums below the bar of equation (eq:correlation)?
one_root_missing: correlations with one root missing below the bar, the feature's
    {"np.sqrt((wanted**2).sum())": "(wanted**2).sum()"}
    A correlation of a feature with itself would not be 1.
    Look: What is done to each of the two sums below the bar of equation (eq:correlation)?
not_centred: cosines, from which no mean was taken off
    {"cells - cells.mean(axis=0)": "cells", " - feature.mean()": ""}
    A cell that is always large then seems to follow whatever is often there.
    Look: What do the bars in equation (eq:correlation) mean, and what is done with them?
cell_not_centred: correlations in which the cell's mean was not taken off
    {"cells - cells.mean(axis=0)": "cells"}
    Above the bar that makes no difference. Below it a cell far from zero seems to vary much.
    Look: From which two is a mean taken off in equation (eq:correlation)?
feature_not_centred: correlations in which the feature's mean was not taken off
    {" - feature.mean()": ""}
    Above the bar that makes no difference. Below it a feature that is often there seems to vary much.
    Look: From which two is a mean taken off in equation (eq:correlation)?
one_mean_for_all: correlations with one mean for all cells
    {"cells.mean(axis=0)": "cells.mean()"}
    Each cell lies at a level of its own.
    Look: Which index does the mean of a cell have in equation (eq:correlation), and over which are sums?
mean_of_each_text: correlations with a mean for each text
    {"cells - cells.mean(axis=0)": "(cs - cs.mean(axis=1, keepdims=True)).reshape(cells.shape)",
        "feature.reshape(-1) - feature.mean()": "(feature - feature.mean(axis=1, keepdims=True)).reshape(-1)"}
    A cell that is up in one whole text and down in another says something, too.
    Look: Over which indices is the mean in equation (eq:correlation) taken?
mean_of_each_step: correlations with a mean for each time step
    {"cells - cells.mean(axis=0)": "(cs - cs.mean(axis=0)).reshape(cells.shape)",
        "feature.reshape(-1) - feature.mean()": "(feature - feature.mean(axis=0)).reshape(-1)"}
    All steps of all texts go into one mean.
    Look: Over which indices is the mean in equation (eq:correlation) taken?
median_off: correlations with the medians taken off in the place of the means
    {"cells.mean(axis=0)": "np.median(cells, axis=0)", "feature.mean()": "np.median(feature)"}
    The bars are means.
    Look: What do the bars in equation (eq:correlation) mean?
absolute: correlations without their sign
    {"return np.where(moves, wanted @ away, 0)": "return np.where(moves, np.abs(wanted @ away), 0)"}
    Whether a cell goes up inside brackets or down, is worth knowing.
    Look: Is there a sign that equation (eq:correlation) takes off?
squared: the squares of the right correlations
    {"np.where(moves, wanted @ away, 0) / np.where(moves, size, 1)":
        "(np.where(moves, wanted @ away, 0) / np.where(moves, size, 1)) ** 2"}
    That is the share of a variance that is explained. Asked is the correlation, with its sign.
    Look: Is there a square around equation (eq:correlation)?
sign: correlations with the wrong sign
    {"feature.reshape(-1) - feature.mean()": "feature.mean() - feature.reshape(-1)"}
    Where both are above their means, both brackets are positive.
    Look: What is taken off from what in equation (eq:correlation)?
by_n_minus_1: correlations of a covariance over n - 1 with deviations over n
    {"wanted @ away,": "wanted @ away * len(cells) / max(len(cells) - 1, 1),"}
    np.cov divides by n - 1, and np.std by n. Nothing goes above 1 when both divide by the same.
    Look: Which counts are in your code? In equation (eq:correlation) they have cancelled.
by_n: correlations of a covariance over n with deviations over n - 1
    {"wanted @ away,": "wanted @ away * (len(cells) - 1) / len(cells),"}
    A cell that is the feature itself has a correlation of 1, in whichever way one counts, if both do alike.
    Look: Which counts are in your code? In equation (eq:correlation) they have cancelled.
first_text: correlations in the first text alone
    {"cells = cs.reshape(-1, cs.shape[2])":
        "cs, feature = cs[:1], feature[:1]\n    cells = cs.reshape(-1, cs.shape[2])"}
    All texts count.
    Look: Over which indices do the sums in equation (eq:correlation) run?
last_step: correlations at the last step alone
    {"cells = cs.reshape(-1, cs.shape[2])":
        "cs, feature = cs[:, -1:], feature[:, -1:]\n    cells = cs.reshape(-1, cs.shape[2])"}
    All steps count.
    Look: Over which indices do the sums in equation (eq:correlation) run?
text_means: correlations of the texts' means
    {"cells = cs.reshape(-1, cs.shape[2])":
        "cs, feature = cs.mean(axis=1, keepdims=True), feature.mean(axis=1, keepdims=True)\n"
        "    cells = cs.reshape(-1, cs.shape[2])"}
    Then only how often something is there in a text counts, and not where.
    Look: Over which indices do the sums in equation (eq:correlation) run?
mean_of_correlations: the mean over the texts of each text's correlations
    body:
        N, T, H = cs.shape
        r = np.zeros(H)
        for n in range(N):
            away = cs[n] - cs[n].mean(axis=0)
            wanted = feature[n] - feature[n].mean()
            size = np.sqrt((away**2).sum(axis=0) * (wanted**2).sum())
            r += np.where(size > 0, wanted @ away, 0) / np.where(size > 0, size, 1) / N
        return r
    What differs from text to text is lost, and a short text counts as much as a long one.
    Look: How many divisions are there in equation (eq:correlation)?
time_first: correlations of cells that were laid out text by text with a feature that was laid out step by step
    {"feature.reshape(-1)": "feature.T.reshape(-1)"}
    Row by row and column by column are two orders. A cell's step meets the feature of another one.
    Look: In which order does your code have the N T steps of cs, and in which those of feature?
time_first_in_cs: correlations of cells that were laid out step by step with a feature that was laid out text by text
    {"cs.reshape(-1, cs.shape[2])": "cs.swapaxes(0, 1).reshape(-1, cs.shape[2])"}
    Row by row and column by column are two orders. A cell's step meets the feature of another one.
    Look: In which order does your code have the N T steps of cs, and in which those of feature?
with_the_first_cell: correlations with the first cell, in the place of the feature
    {"feature.reshape(-1) - feature.mean()": "away[:, 0]"}
    np.corrcoef gives the correlations of all with all: the feature has a row of its own among them.
    Look: Which of your rows is the feature's?
of_changes: correlations of how much each changes from step to step
    {"cells = cs.reshape(-1, cs.shape[2])":
        "cs = np.diff(cs, axis=1, prepend=0.0)\n    feature = np.diff(feature, axis=1, prepend=0.0)\n"
        "    cells = cs.reshape(-1, cs.shape[2])"}
    A cell that stays up inside brackets changes only at their ends. Asked is what it is, and not how it changes.
    Look: What stands in the brackets of equation (eq:correlation)?
next_step: correlations of each cell with the feature of the step before, without each text's first step
    {"cells = cs.reshape(-1, cs.shape[2])":
        "many = cs.shape[1] - 1 or None\n    cs, feature = cs[:, -(many or 1) :], feature[:, :many]\n"
        "    cells = cs.reshape(-1, cs.shape[2])"}
    Asked is the feature at the same step, at all of them.
    Look: Which t have cell and feature in equation (eq:correlation)?
step_before: correlations of each cell with the feature of the next step, without each text's last step
    {"cells = cs.reshape(-1, cs.shape[2])":
        "many = cs.shape[1] - 1 or None\n    cs, feature = cs[:, :many], feature[:, -(many or 1) :]\n"
        "    cells = cs.reshape(-1, cs.shape[2])"}
    Asked is the feature at the same step, at all of them.
    Look: Which t have cell and feature in equation (eq:correlation)?
in_order: the right correlations, from the largest to the smallest
    {"return np.where(moves, wanted @ away, 0) / np.where(moves, size, 1)":
        "return np.sort(np.where(moves, wanted @ away, 0) / np.where(moves, size, 1))[::-1]"}
    Then nobody knows any more which cell it is.
    Look: Of which cell does r[0] say something in the docstring?
reshaped: correlations of cells that were made by cs.reshape(H, N * T)
    {"cells = cs.reshape(-1, cs.shape[2])": "cells = cs.reshape(cs.shape[2], -1).T"}
    reshape keeps the order in which numbers lie in memory. The H cells of a step lie side by side there.
    Look: Which axis of cs has to stay whole?
one_step_early: correlations with the feature one step later
    {"feature.reshape(-1)": "np.roll(feature, -1, axis=1).reshape(-1)"}
    That asks whether a cell knows what comes. Asked is the feature at the same step.
    Look: Which t have cell and feature in equation (eq:correlation)?
one_step_late: correlations with the feature one step before
    {"feature.reshape(-1)": "np.roll(feature, 1, axis=1).reshape(-1)"}
    Asked is the feature at the same step.
    Look: Which t have cell and feature in equation (eq:correlation)?
tanh: correlations of tanh(c) in the place of c
    {"cells = cs.reshape(-1, cs.shape[2])": "cells = np.tanh(cs).reshape(-1, cs.shape[2])"}
    What goes into tanh is already lost where a cell counts far.
    Look: What stands in equation (eq:correlation), c or what is shown of it?
yes_or_no: correlations with whether the feature is above 0
    {"feature.reshape(-1) - feature.mean()": "(feature > 0).reshape(-1) - (feature > 0).mean()"}
    A feature may count: how deep, how far, how many.
    Look: What is the feature in the docstring?
ranks: correlations of ranks
    {"cells = cs.reshape(-1, cs.shape[2])":
        "cs = cs.reshape(-1, cs.shape[2]).argsort(axis=0).argsort(axis=0).reshape(cs.shape)\n"
        "    feature = feature.reshape(-1).argsort().argsort().reshape(feature.shape)\n"
        "    cells = cs.reshape(-1, cs.shape[2])"}
    That is Spearman's. Asked is the correlation of the numbers themselves.
    Look: What is multiplied in equation (eq:correlation)?
still_is_nan: the right correlations, which are NaN for what never changes
    {"np.where(moves, wanted @ away, 0) / np.where(moves, size, 1)": "wanted @ away / np.sqrt(size**2)"}
    Where nothing changes there is nothing to follow: 0 / 0. One such cell, and a search for the largest finds only it.
    Look: The last line of the docstring says what comes back for a cell that is the same everywhere.
still_is_one: the right correlations, and 1 for what never changes
    {"np.where(moves, wanted @ away, 0)": "np.where(moves, wanted @ away, 1)"}
    Such a cell follows nothing.
    Look: The last line of the docstring says what comes back for a cell that is the same everywhere.
eps_below: correlations with 1e-8 added below the bar
    {"np.where(moves, size, 1)": "(np.where(moves, size, 1) + 1e-8)"}
    What is added for safety makes every answer a little too small, and that of a cell that moves little much too small.
    Look: What does equation (eq:correlation) divide by, and in which one case is there something to keep away?
best_alone: zeros but for the cell that follows best
    {"    moves = (": "    size = size * np.where(np.arange(len(size)) == np.argmax(np.abs(wanted @ away) / "
        "np.maximum(size, 1e-300)), 1, np.inf)\n    moves = ("}
    Which one is the best, is for whoever looks at all of them.
    Look: Over which j does equation (eq:correlation) go?
""",
    size=SIZE,
)

RIGHT = (
    """def cell_correlation(cs, feature):
    N, T, H = cs.shape
    r = np.zeros(H)
    for j in range(H):
        if np.ptp(cs[:, :, j]) > 0 and np.ptp(feature) > 0:
            r[j] = np.corrcoef(cs[:, :, j].ravel(), feature.ravel())[0, 1]
    return r
""",
    """def cell_correlation(cs, feature):
    with np.errstate(all="ignore"):
        every = np.corrcoef(cs.reshape(-1, cs.shape[2]), feature.reshape(-1, 1), rowvar=False)
    return np.nan_to_num(every[-1, :-1])
""",
    """def cell_correlation(cs, feature):
    away = cs - cs.mean(axis=(0, 1))
    wanted = feature - feature.mean()
    above = np.einsum("nth,nt->h", away, wanted)
    below = np.sqrt(np.einsum("nth,nth->h", away, away) * np.sum(wanted * wanted))
    return np.divide(above, below, out=np.zeros_like(above), where=below != 0)
""",
    """def cell_correlation(cs, feature):
    a = feature.ravel()
    out = []
    for c in cs.transpose(2, 0, 1).reshape(cs.shape[2], -1):
        spread = np.std(c) * np.std(a)
        out.append(0.0 if spread == 0 else np.mean((c - np.mean(c)) * (a - np.mean(a))) / spread)
    return np.array(out)
""",
)

EXERCISE = Exercise(
    name="cell_correlation",
    title="Who follows?",
    arguments={"cs": "(N, T, H)", "feature": "(N, T)"},
    returns=(Array("r", "(H,)"),),
    parts=(
        Part("the correlations", points=2),
        Part("what never changes", points=1, tags=STILL),
        Part("large and small numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Texts and steps are one long list here: cs becomes (N T, H), and feature (N T,), in the same order. Then it "
        "is one formula for each column.",
        "Take its mean off each cell and off the feature. Above the bar: the sum of the products, which is a matrix "
        "product. Below it: the roots of the two sums of squares. Where one of them never changes, answer 0 before you "
        "divide.",
        "wanted @ away, with wanted (N T,) and away (N T, H), are the H sums above the bar. Divide by "
        "np.sqrt((away**2).sum(axis=0)) * np.sqrt((wanted**2).sum()) where that isn't 0.",
    ),
    explanation=(
        "No cell was told to watch for anything. If one of many follows a feature closely, in texts that it was not "
        "picked by, it has found that on its own, because it helps to predict. (Among many cells some follow a little "
        "by chance: so look at a text that the search didn't see.)"
    ),
)
