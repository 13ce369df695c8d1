"""What a guess costs: the mean over the words that count of minus the log of the right one's probability."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._draws import LARGE, ids_of, levels, padded_right, signs

PADDING, NOTHING = frozenset({"padding"}), frozenset({"nothing"})


def _arguments(rng, N, T, K, mask=None, scale=1.5):
    """Draw logits and targets; ``mask`` (N, T), or ones."""
    return {
        "logits": scale * rng.normal(size=(N, T, K)),
        "targets": ids_of(rng, N, T, K),
        "mask": np.ones((N, T)) if mask is None else mask,
    }


def _more_padding(rng, args, steps):
    """The same call with so many steps of padding behind it: large numbers, and any ids."""
    (N, _, K), more = args["logits"].shape, {}
    more["logits"] = signs(rng, N, steps, K) * rng.uniform(5, 60, size=(N, steps, K))
    more["targets"] = ids_of(rng, N, steps, K)
    more["mask"] = np.zeros((N, steps))
    return {name: np.concatenate([value, more[name]], axis=1) for name, value in args.items()}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, K=4, mask=padded_right(rng, 2, 3)))
    yield Case("no padding", _arguments(rng, N=3, T=2, K=5))
    # Lengths that differ much: a mean of means is another number then.
    ragged = _arguments(rng, N=4, T=6, K=3, mask=padded_right(rng, 4, 6))
    yield Case("sequences of different lengths", ragged)
    yield Case("the same with more padding", _more_padding(rng, ragged, 5), PADDING)
    short = _arguments(rng, N=5, T=7, K=4, mask=padded_right(rng, 5, 7))
    yield Case("a lot of padding", _more_padding(rng, short, 20), PADDING)
    spoilt = _arguments(rng, N=3, T=5, K=4, mask=padded_right(rng, 3, 5))
    spoilt["logits"] += (1 - spoilt["mask"])[..., None] * signs(rng, 3, 5, 4) * rng.uniform(50, 200, size=(3, 5, 4))
    yield Case("padding with large logits", spoilt, PADDING)
    holes = rng.permuted(np.tile([1.0, 0.0, 1.0, 0.0, 1.0], (3, 1)), axis=1)
    holes[0], holes[1, :2] = (0, 1, 0, 1, 1), (0, 0)
    yield Case("a mask with holes", _arguments(rng, N=3, T=5, K=4, mask=holes), PADDING)
    left = _arguments(rng, N=2, T=6, K=3, mask=padded_right(rng, 2, 6)[:, ::-1].copy())
    yield Case("padding on the left", left, PADDING)
    empty_row = _arguments(rng, N=3, T=4, K=5, mask=padded_right(rng, 3, 4))
    empty_row["mask"][rng.integers(3)] = 0.0
    yield Case("a sequence that is all padding", empty_row, PADDING)
    yield Case("nothing counts", _arguments(rng, N=2, T=3, K=4, mask=np.zeros((2, 3))), NOTHING)
    yield Case("nothing counts in one sequence", _arguments(rng, N=1, T=4, K=3, mask=np.zeros((1, 4))), NOTHING)

    yield Case("one word that counts", _arguments(rng, N=2, T=4, K=3, mask=np.eye(2, 4)[::-1] * [[1], [0]]))
    single_row = _arguments(rng, N=1, T=5, K=3)
    single_row["mask"][0, rng.integers(3, 5) :] = 0.0
    yield Case("one sequence", single_row)
    yield Case("one time step", _arguments(rng, N=4, T=1, K=3))
    yield Case("one class", _arguments(rng, N=2, T=3, K=1))
    yield Case("one of each, but two classes", _arguments(rng, N=1, T=1, K=2))
    square = _arguments(rng, N=3, T=3, K=3, mask=padded_right(rng, 3, 3))
    yield Case("as many sequences as time steps and classes", square)
    alike = _arguments(rng, N=2, T=3, K=5)
    yield Case("all words alike", alike | {"logits": np.zeros((2, 3, 5))})
    sure = _arguments(rng, N=3, T=2, K=4)
    sure["logits"] = np.where(
        np.arange(4) == sure["targets"][..., None], 0.5 * sure["logits"], rng.uniform(-30, -14, size=(3, 2, 4))
    )
    yield Case("sure, and right", sure)
    wrong = _arguments(rng, N=2, T=3, K=4, mask=padded_right(rng, 2, 3))
    wrong["logits"] -= 40 * (np.arange(4) == wrong["targets"][..., None])
    yield Case("sure, and wrong", wrong)
    yield Case("int32", (one := _arguments(rng, N=3, T=4, K=5)) | {"targets": one["targets"].astype(np.int32)})
    strided = _arguments(rng, N=3, T=4, K=5, mask=padded_right(rng, 3, 4))
    yield Case("strided", strided, frozenset({"strided"}))
    single = _arguments(rng, N=2, T=4, K=3, mask=padded_right(rng, 2, 4))
    yield Case("float32", single | {name: single[name].astype(np.float32) for name in ("logits", "mask")})
    long = _arguments(rng, N=2, T=200, K=3)
    long["mask"][rng.integers(2), rng.integers(110, 190) :] = 0.0
    yield Case("200 steps", long)
    many = _arguments(rng, N=2, T=3, K=700, mask=padded_right(rng, 2, 3))
    many["targets"] = rng.integers(300, 700, size=(2, 3))
    yield Case("hundreds of words", many)
    yield Case("hundreds of words, about alike", _arguments(rng, N=1, T=2, K=900, scale=0.05))
    yield Case("a large batch", _arguments(rng, N=28, T=30, K=3))

    far = _arguments(rng, N=3, T=4, K=5, mask=padded_right(rng, 3, 4))
    yield Case("large logits", far | {"logits": signs(rng, 3, 4, 5) * rng.uniform(800, 3000, size=(3, 4, 5))}, LARGE)
    near = _arguments(rng, N=2, T=3, K=4)
    yield Case("all near 1000", near | {"logits": 1000 + near["logits"]}, LARGE)
    near = _arguments(rng, N=2, T=4, K=3)
    yield Case("all near -1000", near | {"logits": -1000 + near["logits"]}, LARGE)
    apart = _arguments(rng, N=3, T=2, K=4)
    yield Case("rows at levels far apart", apart | {"logits": levels(rng, 3, 2, 4)}, LARGE)
    apart = _arguments(rng, N=4, T=1, K=3)
    yield Case("sequences of one step at levels far apart", apart | {"logits": levels(rng, 4, 1, 3)}, LARGE)
    hidden = _arguments(rng, N=2, T=3, K=4, mask=padded_right(rng, 2, 3))
    hidden["logits"] += 3000 * (1 - hidden["mask"])[..., None] * signs(rng, 2, 3, 4)
    yield Case("large logits on the padding", hidden, LARGE)


MASK = slips(r"""
no_mask: the mean over all the steps, padding and all
    {"(costs * mask).sum() / max(mask.sum(), 1)": "costs.mean()"}
    Padding is no word. With it the loss depends on how long the longest sequence of the batch happens to be.
    Look: Which of the docstring's arguments does your function not use? It stands in equation (eq:loss).
masked_mean: the costs with zeros on the padding, averaged over all the steps
    {"max(mask.sum(), 1)": "mask.size"}
    The padding's costs are gone, but it was counted all the same: with more padding the same words would cost less.
    Look: What does equation (eq:loss) divide by?
sum: the sum of the costs
    {" / max(mask.sum(), 1)": ""}
    A batch with more words in it then costs more, however good the guesses are.
    Look: What does equation (eq:loss) divide by?
sum_of_all: the sum of the costs, padding and all
    {"(costs * mask).sum() / max(mask.sum(), 1)": "costs.sum()"}
    Padding is no word, and a batch with more words in it costs more, however good the guesses are.
    Look: What is summed in equation (eq:loss), and what does it divide by?
by_the_batch: the sum of the costs divided by the number of sequences
    {"max(mask.sum(), 1)": "len(mask)"}
    That is what a sequence costs; long ones cost more. Asked is what a word costs.
    Look: What does equation (eq:loss) divide by?
by_the_steps: the sum of the costs divided by the number of time steps
    {"max(mask.sum(), 1)": "mask.shape[1]"}
    The number of steps says neither how many words there are nor how many sequences.
    Look: What does equation (eq:loss) divide by?
mean_of_means: each sequence's mean, averaged over the sequences
    {"(costs * mask).sum() / max(mask.sum(), 1)":
        "((costs * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)).mean()"}
    A word in a short sequence then counts more than one in a long sequence. In equation (eq:loss) all words count
    alike.
    Look: How many divisions are there in equation (eq:loss)?
mean_over_T_by_words: each sequence's mean over all T, added up and divided by the number of words
    {"(costs * mask).sum()": "(costs * mask).mean(axis=1).sum()"}
    The costs were divided twice, by T and by the number of words.
    Look: How many divisions are there in equation (eq:loss)?
mean_of_steps: each time step's mean over the batch, averaged over the steps
    {"(costs * mask).sum() / max(mask.sum(), 1)":
        "((costs * mask).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)).mean()"}
    A word at a step that few sequences reach then counts more than the others. In equation (eq:loss) all words count
    alike.
    Look: How many divisions are there in equation (eq:loss)?
mask_inverted: the mean over the padding
    {"(costs * mask).sum() / max(mask.sum(), 1)": "(costs * (1 - mask)).sum() / max((1 - mask).sum(), 1)"}
    The mask is 1 where a word counts, and 0 on the padding. Yours reads it the other way round.
    Look: The docstring says what a 1 in the mask means.
mask_on_the_logits: the mean over all the steps of logits that were set to 0 on the padding
    {"shifted = logits -": "logits = logits * mask[..., None]\n    shifted = logits -",
     "(costs * mask).sum() / max(mask.sum(), 1)": "costs.mean()"}
    Logits of 0 are no silence: they say that all words are equally likely, which costs log K.
    Look: What does the mask multiply in equation (eq:loss)?
mask_on_the_logits_by_words: the costs of logits that were set to 0 on the padding, all of them, by the number of words
    {"shifted = logits -": "logits = logits * mask[..., None]\n    shifted = logits -",
     "(costs * mask).sum()": "costs.sum()"}
    Logits of 0 are no silence: they say that all words are equally likely, which costs log K.
    Look: What does the mask multiply in equation (eq:loss)?
lengths: the mean over each sequence's first steps, as many as its mask has ones
    {"(costs * mask)": "(costs * (np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True)))"}
    The words that count need not stand at the beginning: a mask may have holes.
    Look: Where is the mask in equation (eq:loss), and what is made of it in your code?
class_0: the mean over the words that are not class 0, whatever the mask says
    {"(costs * mask).sum() / max(mask.sum(), 1)": "(costs * (targets != 0)).sum() / max((targets != 0).sum(), 1)"}
    Class 0 is a word like the others, and padding may hold any id. Which steps count is said by the mask alone.
    Look: Which of the docstring's arguments does your function not use?
class_0_too: the mean over the words that the mask counts and that are not class 0
    {"(costs * mask).sum() / max(mask.sum(), 1)":
        "(costs * mask * (targets != 0)).sum() / max((mask * (targets != 0)).sum(), 1)"}
    Class 0 is a word like the others. Which steps count is said by the mask alone.
    Look: What decides in equation (eq:loss) whether a step counts?
last_step: the cost of each sequence's last step alone, averaged
    {"(costs * mask).sum() / max(mask.sum(), 1)": "(costs * mask)[:, -1].sum() / max(mask[:, -1].sum(), 1)"}
    A guess is made after every word, and every one counts.
    Look: Over which indices does the sum in equation (eq:loss) run?
mean_of_real_means: each sequence's mean, averaged over the sequences that have any words
    {"(costs * mask).sum() / max(mask.sum(), 1)":
        "((costs * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)).sum() / max((mask.sum(axis=1) > 0).sum(), 1)"}
    A word in a short sequence then counts more than one in a long sequence. In equation (eq:loss) all words count
    alike.
    Look: How many divisions are there in equation (eq:loss)?
by_the_longest: the sum of the costs divided by the batch times the longest sequence's length
    {"max(mask.sum(), 1)": "max(len(mask) * mask.sum(axis=1).max(), 1)"}
    That counts every sequence as if it were as long as the longest one.
    Look: What does equation (eq:loss) divide by?
by_other_words: the sum of the costs divided by the number of targets that are not class 0
    {"max(mask.sum(), 1)": "max((targets != 0).sum(), 1)"}
    Class 0 is a word like the others, and padding may hold any id. Which steps count is said by the mask alone.
    Look: What does equation (eq:loss) divide by?
first_costs: the mean of the first costs of the batch, read row by row, as many as the mask has ones
    {"(costs * mask).sum()": "costs.reshape(-1)[: int(mask.sum())].sum()"}
    The mask was counted and not looked at: it says which steps count, not only how many.
    Look: What does the mask multiply in equation (eq:loss)?
first_sequence: the mean over the first sequence alone
    {"(costs * mask).sum() / max(mask.sum(), 1)": "(costs * mask)[0].sum() / max(mask[0].sum(), 1)"}
    Every sequence of the batch counts.
    Look: Over which indices does the sum in equation (eq:loss) run?
last_step_left_out: the mean over all the steps but the last
    {"(costs * mask).sum() / max(mask.sum(), 1)": "(costs * mask)[:, :-1].sum() / max(mask[:, :-1].sum(), 1)"}
    The targets are the next words already, so that there is one at the last step, too.
    Look: Over which indices does the sum in equation (eq:loss) run?
first_step_left_out: the mean over all the steps but the first
    {"(costs * mask).sum() / max(mask.sum(), 1)": "(costs * mask)[:, 1:].sum() / max(mask[:, 1:].sum(), 1)"}
    A guess is made after the first word, too, and it counts.
    Look: Over which indices does the sum in equation (eq:loss) run?
last_real_step: the cost of each sequence's last step that counts, averaged
    {"(costs * mask).sum() / max(mask.sum(), 1)":
        "(costs * mask * (np.cumsum(mask[:, ::-1], axis=1)[:, ::-1] == 1)).sum() / max(mask.max(axis=1).sum(), 1)"}
    A guess is made after every word, and every one counts.
    Look: Over which indices does the sum in equation (eq:loss) run?
median: the median of the costs
    {"(costs * mask).sum() / max(mask.sum(), 1)": "np.median(costs[mask > 0]) if mask.any() else 0.0"}
    Asked is the mean. A median doesn't care how far off the worst guesses are.
    Look: What is summed in equation (eq:loss), and what does it divide by?
dearest: the largest of the costs
    {"(costs * mask).sum() / max(mask.sum(), 1)": "(costs * mask).max()"}
    Asked is the mean over all the words that count.
    Look: What is summed in equation (eq:loss), and what does it divide by?
halved: half the right loss
    {"max(mask.sum(), 1)": "(2 * max(mask.sum(), 1))"}
    The half belongs to the squared error, where it makes the slope simpler.
    Look: What does equation (eq:loss) divide by?
one_too_many: the sum of the costs divided by one more than there are words
    {"max(mask.sum(), 1)": "(mask.sum() + 1)"}
    The 1 keeps the division by zero away, and makes every loss a little too small.
    Look: What does equation (eq:loss) divide by, and in which one case is there something to keep away?
eps_below: the sum of the costs divided by the number of words and 1e-8
    {"max(mask.sum(), 1)": "(mask.sum() + 1e-8)"}
    What is added for safety makes every loss a little too small. The number of words is 0, or it is 1 and more.
    Look: What does equation (eq:loss) divide by, and in which one case is there something to keep away?
nothing_is_nan: the right mean, which is NaN where nothing counts
    {"max(mask.sum(), 1)": "mask.sum()"}
    Where the mask is all zero there is nothing to take a mean of, and 0 / 0 is NaN: a single such batch would spoil
    every weight. What is not asked costs nothing.
    Look: The last line of the docstring says what comes back where nothing counts.
""")

COSTS = slips(r"""
sign: minus the right loss
    {"-np.take_along_axis": "np.take_along_axis"}
    The log of a probability is negative, so a cost has to have a minus in front. Learning would make the guesses as bad
    as it can.
    Look: Which sign stands in front of the sum in equation (eq:loss)?
probability: minus the mean probability of the right words, without the log
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))":
        "log_p = np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True)"}
    Without the log, a guess that gave the right word next to no chance costs hardly more than one that gave it little.
    Look: What is done to the probability in equation (eq:loss)?
one_minus_p: one minus the mean probability of the right words
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))":
        "log_p = np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True) - 1"}
    Without the log, a guess that gave the right word next to no chance costs hardly more than one that gave it little.
    Look: What is done to the probability in equation (eq:loss)?
logits_for_log_p: minus the mean logit of the right words
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))": "log_p = logits"}
    A logit is no probability: it says something only beside the others of its step.
    Look: What makes a probability of logits in equation (eq:loss)?
shifted_for_log_p: how far the right word's logit lies below the largest, on the mean
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))": "log_p = shifted"}
    The largest logit was taken off, and the log of the sum is missing: the other words have no say.
    Look: What does the log make of the fraction in equation (eq:softmax)? It has two parts.
sum_added: a loss that adds the log of the sum to the log-probability
    {"shifted - np.log(": "shifted + np.log("}
    The log of a fraction is the log of what is above the bar minus the log of what is below it.
    Look: What does the log make of the fraction in equation (eq:softmax)?
sum_of_everything: a loss whose log is of the sum of all the exponentials of the batch
    {"np.exp(shifted).sum(axis=2, keepdims=True)": "np.exp(shifted).sum()"}
    All the steps of all the sequences share one sum then. Each step should have its own.
    Look: Over which index does the sum in equation (eq:log_p) run?
shift_in_the_sum_only: a loss with the largest logit taken off inside the sum of exponentials and not outside it
    {"log_p = shifted -": "log_p = logits -"}
    Then it doesn't cancel: the costs of a step are too small by its largest logit.
    Look: How often does m stand in equation (eq:log_p)?
shift_outside_only: a loss with the largest logit taken off outside the sum of exponentials and not inside it
    {"shifted - np.log(np.exp(shifted)": "shifted - np.log(np.exp(logits)"}
    Then it doesn't cancel: the costs of a step are too large by its largest logit. And where a logit is above 709,
    its exponential is infinite in float64.
    Look: How often does m stand in equation (eq:log_p)?
perplexity: the exponential of the right loss
    {"(costs * mask).sum() / max(mask.sum(), 1)": "np.exp((costs * mask).sum() / max(mask.sum(), 1))"}
    That is the perplexity, which papers report. Asked is the loss itself.
    Look: Equation (eq:loss) has a log and no exponential around it.
bits: the right loss in bits, by the logarithm to base 2
    {"(costs * mask).sum() /": "(costs * mask).sum() / np.log(2) /"}
    Both are in use. Here the natural logarithm is meant, whose slope is the simplest.
    Look: Which logarithm is np.log, and which np.log2?
every_word: the mean over all the words of the vocabulary, not over the right ones
    {"np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]": "log_p.sum(axis=2)"}
    Every word was added up, with no regard to which of them came.
    Look: Which of the docstring's arguments does your function not use?
over_the_vocabulary: the right loss divided by the number of classes
    {"max(mask.sum(), 1)": "(max(mask.sum(), 1) * logits.shape[2])"}
    np.mean over the product with one-hot targets does that: it counts the zeros, too.
    Look: What does equation (eq:loss) divide by?
over_every_logit: the sum of the costs divided by the number of all the logits
    {"max(mask.sum(), 1)": "logits.size"}
    np.mean over the product with one-hot targets and the mask does that: it counts all the zeros, too.
    Look: What does equation (eq:loss) divide by?
entropy: the mean entropy of the guesses, whatever the targets are
    {"np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]": "(np.exp(log_p) * log_p).sum(axis=2)"}
    That says how unsure the network is, and not whether it is right.
    Look: Which of the docstring's arguments does your function not use?
best_guess: the cost of the likeliest word in the place of the right one
    {"np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]": "log_p.max(axis=2)"}
    That says how sure the network is, and not whether it is right.
    Look: Which of the docstring's arguments does your function not use?
errors: the share of words whose guess was wrong
    {"-np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]": "(log_p.argmax(axis=2) != targets) * 1.0"}
    A count of errors does not change when a weight is moved a little, so nothing could be learned from it.
    Look: Equation (eq:loss) has a log and no count.
targets_early: the cost of the target of the next step, the last one of the first
    {"targets[..., None]": "np.roll(targets, -1, axis=1)[..., None]"}
    The targets are the next words already. Moved once more, every guess is held against the word after the next.
    Look: Equation (eq:loss) has the same t at the guess and at the target.
targets_dropped: the cost of the target of the next step, without the last step
    {"log_p, targets[..., None]": "log_p[:, :-1], targets[:, 1:, None]",
     "(costs * mask).sum() / max(mask.sum(), 1)": "(costs * mask[:, 1:]).sum() / max(mask[:, 1:].sum(), 1)"}
    The targets are the next words already. Moved once more, every guess is held against the word after the next.
    Look: Equation (eq:loss) has the same t at the guess and at the target.
targets_late: the cost of the target of the step before, the first one of the last
    {"targets[..., None]": "np.roll(targets, 1, axis=1)[..., None]"}
    Every guess is held against the word that was read, not the one to come.
    Look: Equation (eq:loss) has the same t at the guess and at the target.
targets_from_one: the cost of class targets - 1, which for 0 is the last class
    {"targets[..., None]": "(targets[..., None] - 1) % logits.shape[2]"}
    The classes count from 0, and so do the targets.
    Look: Which position belongs to the target 0?
softmax_twice: the loss of a softmax that was taken twice
    {"shifted = logits -": "e = np.exp(logits - logits.max(axis=2, keepdims=True))\n"
        "    logits = e / e.sum(axis=2, keepdims=True)\n"
        "    shifted = logits -"}
    The loss makes probabilities of the logits itself. After a second softmax no word can be more than e = 2.7 times as
    likely as another.
    Look: What does equation (eq:loss) take, logits or probabilities?
over_time: a loss whose probabilities add up to 1 over time in the place of the words
    {"logits.max(axis=2": "logits.max(axis=1", "sum(axis=2": "sum(axis=1"}
    It is the words that compete, at each step anew.
    Look: Which axis are the words?
focal: the costs weighted with (1 - p) squared
    {"-np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]":
        "-((1 - np.exp(log_p)) ** 2 * log_p * (targets[..., None] == np.arange(logits.shape[2]))).sum(axis=2)"}
    That is the focal loss, which gives less weight to guesses that are nearly right. Here every word counts alike.
    Look: What stands in front of the log in equation (eq:loss)?
squared: the mean squared difference between probabilities and one-hot targets
    {"-np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]":
        "((np.exp(log_p) - (targets[..., None] == np.arange(logits.shape[2]))) ** 2).sum(axis=2)"}
    That is another loss, the Brier score. It can't tell unlikely from impossible, and learns slowly from large
    mistakes.
    Look: Equation (eq:loss) has a log and no square.
binary: the cost of a yes or no for every class, added up
    {"-np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]":
        "-np.where(targets[..., None] == np.arange(logits.shape[2]), log_p,"
        " np.log1p(-np.minimum(np.exp(log_p), 1 - 1e-12))).sum(axis=2)"}
    It is known as the binary cross-entropy. Here exactly one word comes next, and what the others were given is in that
    one's probability already.
    Look: How many probabilities of a step stand in equation (eq:loss)?
""")

SMALL = r"""
eps_$digits: a loss with 1e-$digits added inside the logarithm
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))":
        "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True) + 1e-$digits)"}
    It keeps the log of 0 away, and it changes the answer: no guess, however wrong, can cost more than that number's
    log.
    Look: Which two terms does the log of a softmax have? Neither of them is ever infinite.
clipped_$digits: a loss whose probabilities are cut off at 1e-$digits
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))":
        "log_p = np.log(np.maximum(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True), 1e-$digits))"}
    It keeps the log of 0 away, and it changes the answer: no guess, however wrong, can cost more than that number's
    log.
    Look: Which two terms does the log of a softmax have? Neither of them is ever infinite.
"""

BOTH_SIDES = r"""
clipped_both_$digits: a loss whose probabilities are cut off at 1e-$digits, and at 1 less that much
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))":
        "p = np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True)\n"
        "    log_p = np.log(np.clip(p, 1e-$digits, 1 - 1e-$digits))"}
    It keeps the log of 0 away, and it changes the answer at both ends: a guess that is right and sure costs something,
    and none that is wrong costs what it should.
    Look: Which two terms does the log of a softmax have? Neither of them is ever infinite.
"""

BOUNDS = (
    *(one for digits in (6, 7, 8, 9, 10, 12, 15, 16, 20) for one in slips(SMALL, digits=digits)),
    *(one for digits in (6, 7, 8) for one in slips(BOTH_SIDES, digits=digits)),
)

STABLE = slips(r"""
log_of_softmax: the log of a softmax, which is minus infinity where a probability is 0
    {"log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))":
        "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True))"}
    The formula is the right one. But a probability below 1e-323 is 0 in float64, and its log is infinite. The cost is a
    thousand or so, a number like any other.
    Look: Which two terms does the log of a softmax have? Neither of them needs the probability.
overflow: a loss of the logits as they are, without the largest taken off
    {"shifted = logits - logits.max(axis=2, keepdims=True)": "shifted = 0.0 + logits"}
    The formula is the right one. Where a logit is above 709, its exponential is infinite in float64; where all are
    below -745, the sum of them is 0, and its log infinite.
    Look: What did softmax take off every logit of a step, and why may the loss do the same?
global_max: a loss of the logits less the largest one of the whole array
    {"logits.max(axis=2, keepdims=True)": "logits.max()"}
    Nothing overflows. But a step whose logits lie far below another step's loses all of them: the sum of its
    exponentials is 0, and its log infinite.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
""")

# fmt: off
RIGHT = (
    {
        "np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]":
            "(log_p * np.eye(log_p.shape[2])[targets]).sum(axis=2)"
    },
    {"(costs * mask).sum() / max(mask.sum(), 1)": "costs[mask > 0].mean() if mask.any() else 0.0"},
    {"(costs * mask).sum() / max(mask.sum(), 1)": "np.average(costs, weights=mask) if mask.sum() else 0.0"},
    {
        "shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))":
            "logits - np.logaddexp.reduce(logits, axis=2)[..., None]"
    },
    {"np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]": "log_p[(*np.indices(targets.shape), targets)]"},
    """
def cross_entropy(logits, targets, mask):
    total = count = 0
    for n in range(len(targets)):
        for t in range(targets.shape[1]):
            if mask[n, t]:
                row = logits[n, t] - np.max(logits[n, t])
                total += np.log(np.sum(np.exp(row))) - row[targets[n, t]]
                count += 1
    return float(total) / count if count else 0.0
""",
    """
def cross_entropy(logits, targets, mask):
    real = mask.astype(bool)
    if not real.any():
        return 0.0
    z, y = logits[real], targets[real]
    right = z[np.arange(len(y)), y]
    top = z.max(axis=1)
    return np.mean(np.log(np.exp(z - top[:, None]).sum(axis=1)) + (top - right))
""",
    """
def cross_entropy(logits, targets, mask):
    # how much larger than the right word's logit each of them is
    over = logits - np.take_along_axis(logits, targets[:, :, None], axis=2)
    costs = np.logaddexp.reduce(over, axis=2)
    return np.sum(costs * mask) / np.maximum(np.sum(mask), 1)
""",
)
# fmt: on

EXERCISE = Exercise(
    name="cross_entropy",
    title="What a guess costs",
    arguments={"logits": "(N, T, K)", "targets": "(N, T)", "mask": "(N, T)"},
    returns=(Number("loss"),),
    parts=(
        Part("the mean cost of a word", points=1),
        Part("padding moves nothing", points=1, tags=PADDING),
        Part("0 where nothing counts, without a warning", points=1, tags=NOTHING, quiet=True),
        Part("right and without a warning on large logits", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    mistakes=(*MASK, *COSTS, *BOUNDS, *STABLE),
    right=RIGHT,
    hints=(
        "Equation (eq:loss) has three parts: a cost for every step, a sum over the steps that count, and their number. "
        "Write the first so that no probability is needed: the log of a fraction is a difference.",
        "Take the largest logit of each step off, as in softmax. The log-probability of a word is then its logit "
        "minus the log of the sum of all the exponentials. np.take_along_axis picks the target's out of each step. "
        "Then multiply by the mask, sum, and divide by the mask's sum, unless that is 0.",
        "With shifted = logits - logits.max(axis=2, keepdims=True), the costs are the log of "
        "np.exp(shifted).sum(axis=2) "
        "minus what np.take_along_axis(shifted, targets[..., None], axis=2)[..., 0] picks. Their sum over the mask, "
        "divided by max(mask.sum(), 1), is the loss.",
    ),
    explanation=(
        "A loss of L means that the right words got the probability exp(-L), in the geometric mean: with K words that "
        "are all alike, log K. Only the words that the mask counts are in it, so that a batch padded longer costs the "
        "same. And it never looked at a probability: no guess is so wrong that its cost is infinite."
    ),
)
