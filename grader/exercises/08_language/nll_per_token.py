"""What each token costs: minus the log of the probability that it was given, and nothing on the padding."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, mask_of, spread, tokens

PADDING = frozenset({"padding"})


def _arguments(rng, N, T, K, mask=None, scale=1.5):
    """Draw logits and targets; ``mask`` (N, T), or ones."""
    return {
        "logits": scale * rng.normal(size=(N, T, K)),
        "targets": tokens(rng, N, T, K),
        "mask": np.ones((N, T)) if mask is None else mask,
    }


def _levels(rng, N, T):
    """Draw what lifts each step's logits: far up and far down by turns, (N, T, 1)."""
    sign = 1 - 2.0 * ((np.arange(N)[:, None] + np.arange(T) + rng.integers(2)) % 2)
    return (sign * rng.uniform(900, 999, size=(N, T)))[..., None]


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, K=4, mask=mask_of(rng, 2, 3)))
    yield Case("no padding", _arguments(rng, N=3, T=2, K=5))
    yield Case("pieces of different lengths", _arguments(rng, N=4, T=6, K=3, mask=mask_of(rng, 4, 6)), PADDING)
    spoilt = _arguments(rng, N=3, T=5, K=4, mask=mask_of(rng, 3, 5))
    spoilt["logits"] += (1 - spoilt["mask"])[..., None] * spread(rng, 50, 200, (3, 5, 4))
    yield Case("padding with large logits", spoilt, PADDING)
    holes = rng.permuted(np.tile([1.0, 0.0, 1.0, 0.0, 1.0], (3, 1)), axis=1)
    holes[0], holes[1, :2] = (0, 1, 0, 1, 1), (0, 0)
    yield Case("a mask with holes", _arguments(rng, N=3, T=5, K=4, mask=holes), PADDING)
    left = mask_of(rng, 2, 6)[:, ::-1].copy()
    yield Case("padding on the left", _arguments(rng, N=2, T=6, K=3, mask=left), PADDING)
    empty = _arguments(rng, N=3, T=4, K=5, mask=mask_of(rng, 3, 4))
    empty["mask"][rng.integers(3)] = 0.0
    yield Case("a piece that is all padding", empty, PADDING)
    yield Case("nothing but padding", _arguments(rng, N=2, T=3, K=4, mask=np.zeros((2, 3))), PADDING)
    yield Case("one piece", _arguments(rng, N=1, T=5, K=3))
    yield Case("one step", _arguments(rng, N=4, T=1, K=3, mask=np.array([[1.0], [0.0], [1.0], [1.0]])))
    yield Case("one class", _arguments(rng, N=2, T=3, K=1))
    yield Case("one of each, but two classes", _arguments(rng, N=1, T=1, K=2))
    yield Case("as many pieces as steps and classes", _arguments(rng, N=3, T=3, K=3, mask=mask_of(rng, 3, 3)))
    yield Case("all tokens alike", _arguments(rng, N=2, T=3, K=5, scale=0.0))
    sure = _arguments(rng, N=3, T=2, K=4)
    of_target = np.arange(4) == sure["targets"][..., None]
    sure["logits"] = np.where(of_target, 0.5 * sure["logits"], rng.uniform(-30, -14, size=(3, 2, 4)))
    yield Case("sure, and right", sure)
    wrong = _arguments(rng, N=2, T=3, K=4)
    wrong["logits"] -= 40 * (np.arange(4) == wrong["targets"][..., None])
    yield Case("sure, and wrong", wrong)
    yield Case("int32", (one := _arguments(rng, N=3, T=4, K=5)) | {"targets": one["targets"].astype(np.int32)})
    strided = _arguments(rng, N=3, T=4, K=5, mask=mask_of(rng, 3, 4))
    yield Case("strided", strided, frozenset({"strided"}))
    single = _arguments(rng, N=2, T=4, K=3, mask=mask_of(rng, 2, 4))
    yield Case("float32", single | {name: single[name].astype(np.float32) for name in ("logits", "mask")})
    long = _arguments(rng, N=2, T=200, K=3)
    long["mask"][rng.integers(2), rng.integers(110, 190) :] = 0.0
    yield Case("200 steps", long)
    many = _arguments(rng, N=1, T=3, K=290)
    yield Case("hundreds of classes", many | {"targets": rng.integers(256, 290, size=(1, 3))})

    far = _arguments(rng, N=3, T=4, K=5, mask=mask_of(rng, 3, 4))
    yield Case("large logits", far | {"logits": spread(rng, 600, 999, (3, 4, 5))}, LARGE)
    near = _arguments(rng, N=2, T=3, K=4)
    yield Case("all far up", near | {"logits": 950 + near["logits"]}, LARGE)
    near = _arguments(rng, N=2, T=4, K=3)
    yield Case("all far down", near | {"logits": -950 + near["logits"]}, LARGE)
    apart = _arguments(rng, N=3, T=2, K=4)
    yield Case("steps at levels far apart", apart | {"logits": apart["logits"] + _levels(rng, 3, 2)}, LARGE)
    apart = _arguments(rng, N=4, T=1, K=3)
    yield Case("pieces of one step far apart", apart | {"logits": apart["logits"] + _levels(rng, 4, 1)}, LARGE)
    hidden = _arguments(rng, N=2, T=3, K=4, mask=mask_of(rng, 2, 3))
    hidden["logits"] += (1 - hidden["mask"])[..., None] * spread(rng, 600, 999, (2, 3, 4))
    yield Case("large logits on the padding", hidden, LARGE)


LOG_P = "shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))"
PICKED = "np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]"
COSTS = slips(
    r"""
no_mask: costs that are there on the padding, too
    {"-of_target * mask": "-of_target"}
    Padding is no token. Whoever adds these up counts what nobody wrote.
    Look: Which of the docstring's arguments does your function not use? It stands in equation (eq:nll).
mask_inverted: costs on the padding, and 0 where there is a token
    {"* mask": "* (1 - mask)"}
    The mask is 1 where there is a token. Yours reads it the other way round.
    Look: The docstring says what a 1 in the mask means.
mask_on_the_logits: costs of logits that were set to 0 on the padding
    {"shifted = logits -": "logits = logits * mask[..., None]\n    shifted = logits -",
        "-of_target * mask": "-of_target"}
    Logits of 0 are no silence: they say that all tokens are equally likely, which costs log K.
    Look: What does the mask multiply in equation (eq:nll)?
mask_on_the_probability: a log of probabilities that were multiplied by the mask, and 1 where it is 0
    {"-of_target * mask": "-np.log(np.maximum(np.exp(of_target) * mask, 1e-12))"}
    A probability of 0 does not cost 0, it costs more than any other.
    Look: What does the mask multiply in equation (eq:nll), the probability or its log?
lengths: costs of each piece's first steps, as many as its mask has ones
    {"* mask": "* (np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True))"}
    What counts need not stand at the beginning: a mask may have holes.
    Look: Where is the mask in equation (eq:nll), and what is made of it in your code?
class_0: costs of 0 where the target is class 0, whatever the mask says
    {"* mask": "* (targets != 0)"}
    Class 0 is a token like the others. Which steps count is said by the mask alone.
    Look: Which of the docstring's arguments does your function not use?
class_0_too: costs of 0 where the mask is 0, and where the target is class 0
    {"* mask": "* mask * (targets != 0)"}
    Class 0 is a token like the others. Which steps count is said by the mask alone.
    Look: What decides in equation (eq:nll) whether a step counts?
sign: minus the right costs
    {"-of_target": "of_target"}
    The log of a probability is negative, so a cost has a minus in front.
    Look: Which sign stands in front of the log in equation (eq:nll)?
bits: the right costs in bits
    {"-of_target * mask": "-of_target * mask / np.log(2)"}
    Both are in use. Asked is the natural logarithm, in nats; the bits come after the mean.
    Look: Which logarithm is np.log, and which np.log2?
averaged: costs that were divided by the number of tokens
    {"-of_target * mask": "-of_target * mask / max(mask.sum(), 1)"}
    Added up, these give the mean of this batch. Asked is what each token costs, so that batches can be put together.
    Look: Is there a division by a count in equation (eq:nll)?
averaged_over_all: costs that were divided by the number of steps, padding and all
    {"-of_target * mask": "-of_target * mask / mask.size"}
    Asked is what each token costs, and not its part of a mean.
    Look: Is there a division by a count in equation (eq:nll)?
the_mean_everywhere: the mean cost, at every step that counts
    {"-of_target * mask": "mask * (-of_target * mask).sum() / max(mask.sum(), 1)"}
    Each token has a cost of its own.
    Look: Is there a sum over n and t in equation (eq:nll)?
added_up: costs of each token and all before it in its row
    {"-of_target * mask": "np.cumsum(-of_target * mask, axis=1) * mask"}
    That is what the piece costs up to there. Asked is what each token costs.
    Look: Is there a sum over t in equation (eq:nll)?
probability: the probability of each target
    {"-of_target * mask": "np.exp(of_target) * mask"}
    Asked is what it costs, minus the log of it.
    Look: What is done to the probability in equation (eq:nll)?
one_minus_p: one minus the probability of each target
    {"-of_target * mask": "(1 - np.exp(of_target)) * mask"}
    Without the log, a guess that gave the right token next to no chance costs hardly more than one that gave it little.
    Look: What is done to the probability in equation (eq:nll)?
perplexity: the exponential of the right costs
    {"-of_target * mask": "np.exp(np.minimum(-of_target, 700)) * mask"}
    That is one over the probability. Asked is the cost itself.
    Look: Equation (eq:nll) has a log and no exponential around it.
logits_for_log_p: minus the targets' logits
    {"log_p = $log_p": "log_p = logits"}
    A logit is no probability: it says something only beside the others of its step.
    Look: What makes a probability of logits in equation (eq:nll)?
shifted_for_log_p: how far each target's logit lies below the largest
    {"log_p = $log_p": "log_p = shifted"}
    The largest logit was taken off, and the log of the sum is missing: the other tokens have no say.
    Look: What does the log make of the fraction in equation (eq:nll)? It has two parts.
log2_below: costs with a natural logarithm above the bar and one to base 2 below it
    {"np.log(np.exp(shifted)": "np.log2(np.exp(shifted)"}
    The log of the exponential above the bar is the natural one, or it wouldn't cancel.
    Look: Which logarithm is np.log, and which np.log2?
mean_for_sum: costs with the mean of the exponentials in the place of their sum
    {"np.exp(shifted).sum(": "np.exp(shifted).mean("}
    That makes every cost smaller by log K: by so much as a blind guess costs.
    Look: What stands below the bar in equation (eq:nll)?
clipped_logits: costs of logits that were cut off at 50
    {"shifted = logits -": "logits = np.clip(logits, -50, 50)\n    shifted = logits -"}
    It avoids the overflow, and it changes the answer: all logits beyond are alike then.
    Look: What did softmax take off every logit of a step, and why may the same be done here?
mean_off: costs of the logits less their mean at each step, and not less their largest
    {"logits.max(axis=2": "logits.mean(axis=2"}
    Any number may be taken off, and the answer stays the same. But only with the largest nothing can overflow.
    Look: The largest of which numbers has to be taken off, so that no exponential is above 1?
p_log_p: costs that were multiplied by the probability of the target
    {"-of_target * mask": "-of_target * np.exp(of_target) * mask"}
    That is a part of an entropy. The token came: its cost counts in full.
    Look: What stands in front of the log in equation (eq:nll)?
by_its_row: costs that were divided by the number of tokens of their piece
    {"-of_target * mask": "-of_target * mask / np.maximum(mask.sum(axis=1, keepdims=True), 1)"}
    Added up along a row these give its mean. Asked is what each token costs.
    Look: Is there a division by a count in equation (eq:nll)?
padding_is_nan: the right costs, and NaN on the padding
    {"-of_target * mask": "np.where(mask > 0, -of_target, np.nan)"}
    Then no sum can be made any more: NaN and anything is NaN.
    Look: The last line of the docstring says what there is on the padding.
without_the_log_of_the_sum: costs with the sum of the exponentials, and not its log
    {"np.log(np.exp(shifted).sum(axis=2, keepdims=True))": "np.exp(shifted).sum(axis=2, keepdims=True)"}
    The log of a fraction is the log of what is above the bar minus the log of what is below it.
    Look: What does the log make of the fraction in equation (eq:nll)?
sum_added: costs with the log of the sum on the wrong side
    {"shifted - np.log(": "shifted + np.log("}
    The log of a fraction is the log of what is above the bar minus the log of what is below it.
    Look: What does the log make of the fraction in equation (eq:nll)?
sum_of_everything: costs whose log is of the sum of all the exponentials of the batch
    {"np.exp(shifted).sum(axis=2, keepdims=True)": "np.exp(shifted).sum()"}
    All steps share one sum then. Each step has its own.
    Look: Over which index does the sum in equation (eq:nll) run?
shift_in_the_sum_only: costs with the largest logit taken off inside the sum of exponentials and not outside it
    {"log_p = shifted -": "log_p = logits -"}
    Then it doesn't cancel: the costs of a step are too small by its largest logit.
    Look: What was taken off above the bar, and what below it?
shift_outside_only: costs with the largest logit taken off outside the sum of exponentials and not inside it
    {"np.log(np.exp(shifted)": "np.log(np.exp(logits)"}
    Then it doesn't cancel: the costs of a step are too large by its largest logit. And where a logit is above 709, its
    exponential is infinite in float64.
    Look: What was taken off above the bar, and what below it?
over_time: costs of probabilities that add up to 1 over time in the place of the classes
    {"logits.max(axis=2": "logits.max(axis=1", "sum(axis=2": "sum(axis=1"}
    It is the tokens that compete, at each step anew.
    Look: Which axis are the classes?
softmax_twice: costs of a softmax that was taken twice
    {"shifted = logits -": "e = np.exp(logits - logits.max(axis=2, keepdims=True))\n"
        "    logits = e / e.sum(axis=2, keepdims=True)\n    shifted = logits -"}
    Equation (eq:nll) makes probabilities of logits. After a second softmax no token can be more than e = 2.7 times as
    likely as another.
    Look: What does your log get, and where did it become a probability?
best_guess: the cost of the likeliest token in the place of the one that came
    {"$picked": "log_p.max(axis=2)"}
    That says how sure the model is, and not whether it is right.
    Look: Which of the docstring's arguments does your function not use?
entropy: how unsure the model is at each step, whatever came
    {"$picked": "(np.exp(log_p) * log_p).sum(axis=2)"}
    That is the entropy of its guess. Asked is what the token costs that came.
    Look: Which of the docstring's arguments does your function not use?
every_token: the costs of all tokens of the vocabulary, added up
    {"$picked": "log_p.sum(axis=2)"}
    Every token was counted, with no regard to which of them came.
    Look: Which of the docstring's arguments does your function not use?
over_the_vocabulary: the right costs divided by the number of classes
    {"-of_target * mask": "-of_target * mask / logits.shape[2]"}
    np.mean over the product with one-hot targets does that: it counts the zeros, too.
    Look: Is there a division by K in equation (eq:nll)?
errors: 1 where another token was held likelier than the one that came
    {"-of_target * mask": "(log_p.argmax(axis=2) != targets) * mask"}
    A count of errors doesn't know how sure the model was.
    Look: Equation (eq:nll) has a log and no count.
binary: the cost of a yes or no for every class, added up
    {"$picked": "np.where(targets[..., None] == np.arange(logits.shape[2]), log_p,"
        " np.log1p(-np.minimum(np.exp(log_p), 1 - 1e-12))).sum(axis=2)"}
    It is known as the binary cross-entropy. Here exactly one token comes next, and what the others were given is in
    that one's probability already.
    Look: How many probabilities of a step stand in equation (eq:nll)?
targets_early: the cost of the target of the next step, at the last step that of the first
    {"targets[..., None]": "np.roll(targets, -1, axis=1)[..., None]"}
    The targets are the next tokens already. Moved once more, every guess is held against the token after the next.
    Look: Equation (eq:nll) has the same t at the guess and at the target.
targets_late: the cost of the target of the step before, at the first step that of the last
    {"targets[..., None]": "np.roll(targets, 1, axis=1)[..., None]"}
    Every guess is held against the token that was read, not the one to come.
    Look: Equation (eq:nll) has the same t at the guess and at the target.
targets_from_one: the cost of class targets - 1, which for 0 is the last class
    {"targets[..., None]": "(targets[..., None] - 1) % logits.shape[2]"}
    The classes count from 0, and so do the targets.
    Look: Which position belongs to the target 0?
columns: an array that has the steps first, (T, N)
    {"-of_target * mask": "(-of_target * mask).T"}
    A row is a piece of text, as in logits, targets and mask.
    Look: Which shape does the docstring ask for?
row_sums: one cost a piece
    {"-of_target * mask": "(-of_target * mask).sum(axis=1)"}
    That is what a piece costs. Asked is what each token costs.
    Look: Which shape does the docstring ask for?
log_of_softmax: the log of a softmax, which is minus infinity where a probability is 0
    {"log_p = $log_p": "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True))"}
    The formula is the right one. But a probability below 1e-323 is 0 in float64, and its log is infinite. The cost is
    some hundreds, a number like any other.
    Look: Which two terms does the log of a softmax have? Neither of them needs the probability.
overflow: costs of the logits as they are, without the largest taken off
    {"shifted = logits - logits.max(axis=2, keepdims=True)": "shifted = 0.0 + logits"}
    The formula is the right one. Where a logit is above 709, its exponential is infinite in float64; where all are
    below -745, the sum of them is 0, and its log infinite.
    Look: What did softmax take off every logit of a step, and why may the same be done here?
global_max: costs of the logits less the largest one of the whole array
    {"logits.max(axis=2, keepdims=True)": "logits.max()"}
    Nothing overflows. But a step whose logits lie far below another step's loses all of them: the sum of its
    exponentials is 0, and its log infinite.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
""",
    log_p=LOG_P,
    picked=PICKED,
)

SMALL = r"""
eps_$digits: costs with 1e-$digits added inside the logarithm
    {"log_p = $log_p": "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True) + 1e-$digits)"}
    It keeps the log of 0 away, and it changes the answer: no token, however unlikely, can cost more than that number's
    log.
    Look: Which two terms does the log of a softmax have? Neither of them is ever infinite.
clipped_$digits: costs of probabilities that were cut off at 1e-$digits
    {"log_p = $log_p":
        "log_p = np.log(np.maximum(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True), 1e-$digits))"}
    It keeps the log of 0 away, and it changes the answer: no token, however unlikely, can cost more than that number's
    log.
    Look: Which two terms does the log of a softmax have? Neither of them is ever infinite.
"""

BOUNDS = tuple(one for digits in (7, 8, 9, 10, 12, 15, 16, 20) for one in slips(SMALL, digits=digits, log_p=LOG_P))

# fmt: off
RIGHT = (
    {PICKED: "(log_p * np.eye(log_p.shape[2])[targets]).sum(axis=2)"},
    {LOG_P: "logits - np.logaddexp.reduce(logits, axis=2)[..., None]"},
    {"-of_target * mask": "np.where(mask == 1, -of_target, 0.0)"},
    """def nll_per_token(logits, targets, mask):
    N, T, K = logits.shape
    nll = np.zeros((N, T))
    for n in range(N):
        for t in range(T):
            if mask[n, t]:
                row = logits[n, t] - max(logits[n, t])
                nll[n, t] = np.log(np.exp(row).sum()) - row[targets[n, t]]
    return nll
""",
    """def nll_per_token(logits, targets, mask):
    n, t = np.indices(targets.shape)
    top = np.max(logits, axis=-1)
    log_sum = top + np.log(np.sum(np.exp(logits - top[:, :, None]), axis=-1))
    return mask * (log_sum - logits[n, t, targets])
""",
    """def nll_per_token(logits, targets, mask):
    one = np.ones((1, 1))
    return np.array([
        [m * cross_entropy(l[None, None], np.array([[y]]), one) for l, y, m in zip(*row)]
        for row in zip(logits, targets, mask)
    ])
""",
)
# fmt: on

EXERCISE = Exercise(
    name="nll_per_token",
    title="What each token costs",
    arguments={"logits": "(N, T, K)", "targets": "(N, T)", "mask": "(N, T)"},
    returns=(Array("nll", "(N, T)"),),
    parts=(
        Part("the costs", points=2),
        Part("the padding", points=1, tags=PADDING),
        Part("large logits", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=COSTS + BOUNDS,
    right=RIGHT,
    hints=(
        "It is the cross-entropy of unit 01 before the mean was taken: one number for each step.",
        "Take the largest logit of each step off (the answer stays the same). Then the log-probabilities are what is "
        "left, minus the log of the sum of its exponentials over the last axis. np.take_along_axis picks the target's. "
        "The mask comes last.",
        "log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True)), with shifted the logits less their "
        "largest at each step; then minus np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0], times the "
        "mask.",
    ),
    explanation=(
        "A loss for learning may be a mean over a batch. For a measurement one keeps what each token costs: then "
        "batches of any size can be put together, and one can look where a text is hard to predict."
    ),
)
