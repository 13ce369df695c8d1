"""The share of right answers at each time step."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single

NOBODY = frozenset({"nobody"})


def _arguments(rng, N, T, K, counts=0.7, right=0.5):
    logits, targets = rng.normal(size=(N, T, K)), rng.integers(0, K, size=(N, T))
    targets = np.where(rng.random((N, T)) < right, logits.argmax(axis=2), targets)
    mask = (rng.random((N, T)) < counts).astype(float)
    mask[rng.integers(0, N, size=T), np.arange(T)] = 1.0  # somebody counts at every step
    return {"logits": logits, "targets": targets, "mask": mask}


def _crowd(rng, N):
    """Draw many sequences of one step; how many count and how many of them are right are odd numbers beyond 2048."""
    answers = rng.integers(0, 2, size=N)
    right, count = 2 * rng.integers(1030, 1100) + 1, 2 * rng.integers(1200, 1400) + 1
    place = rng.permutation(N)
    targets = np.where((place < right) | ((place >= count) & (rng.random(N) < 0.5)), answers, 1 - answers)
    return {
        "logits": np.eye(2)[answers][:, None],
        "targets": targets[:, None],
        "mask": (place < count).astype(float)[:, None],
    }


def cases(rng):
    yield Case("small", _arguments(rng, N=4, T=3, K=5))
    yield Case("many sequences", _arguments(rng, N=40, T=6, K=3))
    yield Case("many steps", _arguments(rng, N=7, T=30, K=4))
    yield Case("all count", _arguments(rng, N=9, T=5, K=6, counts=1.0))
    yield Case("one sequence", _arguments(rng, N=1, T=8, K=3))
    yield Case("one step", _arguments(rng, N=11, T=1, K=4))
    yield Case("two classes", _arguments(rng, N=12, T=7, K=2))
    yield Case("all are right", _arguments(rng, N=6, T=4, K=5, right=1.0))
    wrong = _arguments(rng, N=5, T=6, K=3)
    yield Case("none is right", wrong | {"targets": wrong["logits"].argmin(axis=2)})
    below = _arguments(rng, N=8, T=5, K=4)
    yield Case("logits below zero", below | {"logits": below["logits"] - 10.0})
    away = _arguments(rng, N=11, T=5, K=4)
    lengths = np.array([3, *rng.integers(1, 4, size=10)])
    ends = (np.arange(5) < lengths[:, None]).astype(float)
    yield Case(
        "steps at which nobody counts", away | {"mask": ends, "targets": away["targets"] * ends.astype(int)}, NOBODY
    )
    yield Case("strided", _arguments(rng, N=5, T=4, K=3), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=7, T=3, K=4)))
    many = _arguments(rng, N=10, T=3, K=600)
    answers = many["logits"].argmax(axis=2)
    # Halves, so that the file is small; the largest logit stays the only one of its size.
    many["logits"] = np.round(2 * many["logits"]) / 2 + (np.arange(600) == answers[..., None])
    yield Case("classes above 255", many, LARGE)
    yield Case("thousands of sequences", _crowd(rng, N=3000), LARGE)
    far = _arguments(rng, N=9, T=4, K=5)
    close = rng.uniform(0.5, 1.0) * far["logits"] / np.abs(far["logits"]).max()
    yield Case("large logits that are nearly alike", far | {"logits": 1e6 + 0.02 * close}, LARGE)
    yield Case("logits of thousands", far | {"logits": 1e4 * far["logits"]}, LARGE)


def other(case):
    """The case with the sequences' targets in other places."""
    args = case.args | {"targets": np.roll(case.args["targets"], 1, axis=0)}
    if len(case.args["targets"]) == 1:
        args["targets"] = np.roll(case.args["targets"], 1, axis=1)
    return Case(case.name, args, case.tags)


SHARE = "right.sum(axis=0) / np.maximum(mask.sum(axis=0), 1)"
HIT = "(logits.argmax(axis=2) == targets) * mask "
MISTAKES = slips(
    r"""
mask_ignored: the share of all sequences, whether they count or not
    {"== targets) * mask": "== targets) * 1.0", "np.maximum(mask.sum(axis=0), 1)": "len(mask)"}
    On padding there is nothing to be right about.
    Look: Which of the arguments is not used?
divided_by_all: right answers of those that count, divided by the number of all sequences
    {"np.maximum(mask.sum(axis=0), 1)": "len(mask)"}
    Where few sequences are so long, hardly anything could be right.
    Look: What is below the line in equation (eq:accuracy)?
all_counted: right answers of all sequences, divided by the number of those that count
    {"== targets) * mask": "== targets) * 1.0"}
    What is right on padding is counted above the line and not below it.
    Look: Where does the mask stand in equation (eq:accuracy), above the line and below it?
divided_by_the_whole: right answers at each step, divided by all steps of the batch that count
    {"np.maximum(mask.sum(axis=0), 1)": "np.maximum(mask.sum(), 1)"}
    Each step has a share of its own: those that count there.
    Look: Over what does the sum below the line of equation (eq:accuracy) go?
one_for_all: the share over all steps, at every step
    {"$share": "np.full(mask.shape[1], right.sum() / np.maximum(mask.sum(), 1))"}
    When it is right is what we want to see.
    Look: Over what do the sums in equation (eq:accuracy) go, and over what not?
up_to_here: the share over all steps up to this one
    {"$share": "np.cumsum(right.sum(axis=0)) / np.maximum(np.cumsum(mask.sum(axis=0)), 1)"}
    What was right before is not this step's.
    Look: Over what do the sums in equation (eq:accuracy) go, and over what not?
counted: how many are right, not which share
    {"$share": "right.sum(axis=0) * 1.0"}
    Where more sequences count, more are right.
    Look: What is below the line in equation (eq:accuracy)?
wrong_ones: the share of wrong answers
    {"argmax(axis=2) == targets": "argmax(axis=2) != targets"}
    That is the error rate, 1 less the accuracy.
    Look: When is the bracket in equation (eq:accuracy) 1?
smallest: answers with the smallest logit
    {"logits.argmax": "logits.argmin"}
    The largest logit belongs to the class that is most likely.
    Look: Equation (eq:accuracy): which k is chosen?
largest_in_size: answers with the logit that is largest without its sign
    {"logits.argmax": "np.abs(logits).argmax"}
    A logit far below 0 says that a class is unlikely.
    Look: Equation (eq:accuracy): which k is chosen?
in_percent: shares in percent
    {"$share": "100 * $share"}
    The docstring asks for numbers from 0 to 1.
    Look: From where to where should the numbers go?
nan_where_nobody: shares that are 0 / 0 where no sequence counts
    {"np.maximum(mask.sum(axis=0), 1)": "mask.sum(axis=0)"}
    A sum over what comes later would be spoilt by it. The docstring says what should stand there.
    Look: What is asked for at a step that counts in no sequence?
one_where_nobody: a share of 1 where no sequence counts
    {"$share": "np.where(mask.sum(axis=0) > 0, $share, 1.0)"}
    Nothing was right there.
    Look: What is asked for at a step that counts in no sequence?
one_more: shares that are divided by one sequence more than count
    {"np.maximum(mask.sum(axis=0), 1)": "(mask.sum(axis=0) + 1)"}
    That avoids dividing by 0, and makes all other shares too small.
    Look: What is below the line in equation (eq:accuracy)?
masked_logits: answers of logits that were multiplied with the mask
    {"(logits.argmax(axis=2) == targets) * mask ": "((logits * mask[..., None]).argmax(axis=2) == targets) * 1.0 "}
    Where all logits are 0 the answer is class 0, which may happen to be the target.
    Look: Where does the mask stand in equation (eq:accuracy)?
padding_is_right: what doesn't count counted as right
    {"$hit": "np.where(mask > 0, logits.argmax(axis=2) == targets, True) ",
        "np.maximum(mask.sum(axis=0), 1)": "len(mask)"}
    With much padding everything looks good.
    Look: Where does the mask stand in equation (eq:accuracy)?
padding_agrees: what doesn't count counted as right, and divided by how many count
    {"$hit": "((logits.argmax(axis=2) * mask) == (targets * mask)) * 1.0 "}
    Answers and targets that are both multiplied by the mask are both 0 on padding, and so they agree there. A share
    can then be larger than 1.
    Look: What in equation (eq:accuracy) is multiplied by m?
whole_rows: sequences that are right at every step
    {"$hit": "(((logits.argmax(axis=2) == targets) | (mask == 0)).all(axis=1, keepdims=True)) * mask "}
    Whether all of a sequence is right is a question of its own; here each step is asked for by itself.
    Look: Over what do the sums in equation (eq:accuracy) go, and over what not?
shifted_targets: answers that are compared with the targets of one step later
    {"argmax(axis=2) == targets": "argmax(axis=2) == np.roll(targets, -1, axis=1)"}
    The targets are already those of the same step.
    Look: Which indices have the logits and the targets in equation (eq:accuracy)?
float32_logits: answers of logits that were made float32
    {"logits.argmax": "logits.astype(np.float32).argmax"}
    Large numbers that are nearly alike are the same there, and the first of them wins.
    Look: What is the dtype of the logits that you compare?
rounded_down: shares that were cut down to whole numbers
    {"right.sum(axis=0) / np": "right.sum(axis=0) // np"}
    `//` divides and leaves out what comes after the point: only where all are right is anything left.
    Look: Which sign divides?
right_until_now: sequences that were right at every step up to this one
    {"right.sum(axis=0)": "np.cumprod(np.where(mask > 0, right, 1.0), axis=1).sum(axis=0)"}
    A network may be wrong for once, and right again.
    Look: Over what do the sums in equation (eq:accuracy) go, and over what not?
among_the_first_two: answers among the two largest logits
    {"(logits.argmax(axis=2) == targets)": "(np.argsort(logits, axis=2)[:, :, -2:] == targets[..., None]).any(axis=2)"}
    That is called the top-2 accuracy. Here the largest has to be the target's.
    Look: Equation (eq:accuracy): how many k are chosen?
above_zero: targets whose logit is above 0
    {"(logits.argmax(axis=2) == targets)": "(np.take_along_axis(logits, targets[..., None], axis=2)[..., 0] > 0)"}
    Logits are compared with each other; that one is above 0 says nothing.
    Look: Equation (eq:accuracy): which k is chosen?
half_of_the_probability: targets that get more than half of the probability
    body:
        e = np.exp(logits - logits.max(axis=2, keepdims=True))
        p = e / e.sum(axis=2, keepdims=True)
        right = (np.take_along_axis(p, targets[..., None], axis=2)[..., 0] > 0.5) * mask
        return right.sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    With more than two classes the most likely one may have less than half.
    Look: Equation (eq:accuracy): which k is chosen?
first_class_left_out: answers among all classes but the first
    {"logits.argmax(axis=2)": "(1 + logits[:, :, 1:].argmax(axis=2))"}
    Class 0 is one like the others.
    Look: Equation (eq:accuracy): over which k?
probability: the probability of the right class in the place of right and wrong
    body:
        e = np.exp(logits - logits.max(axis=2, keepdims=True))
        p = e / e.sum(axis=2, keepdims=True)
        of_target = np.take_along_axis(p, targets[..., None], axis=2)[..., 0]
        return (of_target * mask).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    Here an answer is right or wrong, however sure the network was.
    Look: Which values can the bracket in equation (eq:accuracy) have?
""",
    share=SHARE,
    hit=HIT,
)

RIGHT = (
    """def accuracy_by_step(logits, targets, mask):
    N, T, K = logits.shape
    accuracy = np.zeros(T)
    for t in range(T):
        counts = mask[:, t] > 0
        if counts.any():
            accuracy[t] = np.mean(logits[counts, t].argmax(axis=1) == targets[counts, t])
    return accuracy
""",
    """def accuracy_by_step(logits, targets, mask):
    answers = np.argmax(logits, axis=-1)
    right = np.where(mask == 1, answers == targets, False)
    count = mask.sum(axis=0)
    return np.divide(right.sum(axis=0), count, out=np.zeros(len(count)), where=count > 0)
""",
    """def accuracy_by_step(logits, targets, mask):
    of_target = np.take_along_axis(logits, targets[:, :, None], axis=2)[:, :, 0]
    right = (of_target >= logits.max(axis=2)).astype(float)
    weights = mask / np.clip(mask.sum(axis=0, keepdims=True), 1, None)
    return np.einsum("nt,nt->t", right, weights)
""",
    """def accuracy_by_step(logits, targets, mask):
    right = (logits.argmax(axis=2) == targets) * mask
    count = mask.sum(axis=0)
    with np.errstate(all="ignore"):
        return np.nan_to_num(right.sum(axis=0) / count)
""",
)

EXERCISE = Exercise(
    name="accuracy_by_step",
    title="When it is right",
    arguments={"logits": "(N, T, K)", "targets": "(N, T)", "mask": "(N, T)"},
    returns=(Array("accuracy", "(T,)"),),
    parts=(
        Part("the shares", points=2),
        Part("steps at which nobody counts", points=1, tags=NOBODY),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "For one step and one sequence: what is the network's answer, and is it the target? Then it is a matter of "
        "counting, down the columns.",
        "logits.argmax(axis=2) are the answers, (N, T). Compare them with the targets, and multiply by the mask: 1 "
        "where it counts and is right. Sum that over the sequences, and divide by how many count there; by 1 where "
        "none does.",
        "right.sum(axis=0) / np.maximum(mask.sum(axis=0), 1), with right = (logits.argmax(axis=2) == targets) * mask.",
    ),
    explanation=(
        "One number for a whole run hides when it fails. By steps you see whether a network knows from the start what "
        "can be known there, and whether it still knows at the end what came first."
    ),
)
