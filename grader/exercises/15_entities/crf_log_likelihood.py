"""The log-probability of a sequence's tags among all paths: the forward algorithm."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, PADDING, ends, single, spread


def _arguments(rng, lengths, T, K, size=1.5, steps=1.0):
    """Draw a batch; on the padding there are scores and tags as well."""
    N = len(lengths)
    return {
        "scores": size * rng.normal(size=(N, T, K)),
        "transitions": steps * rng.normal(size=(K, K)),
        "tags": rng.integers(K, size=(N, T)),
        "mask": ends(lengths, T),
    }


def _levels(rng, lengths, T, K):
    """Draw scores that lie at levels far apart, beyond +750 and beyond -750 in turn from sequence to sequence."""
    args = _arguments(rng, lengths, T, K)
    N = len(lengths)
    sign = 1 - 2.0 * ((np.arange(N) + rng.integers(2)) % 2)
    return args | {"scores": args["scores"] + (sign * rng.uniform(760, 1200, size=N))[:, None, None]}


def _thousands(rng, shape):
    """Draw numbers of up to some thousands, of which the two largest have different signs, whatever the draw."""
    numbers = spread(rng, 50, 3e3, shape)
    first, second = np.argsort(np.abs(numbers), axis=None)[:-3:-1]
    numbers.flat[first], numbers.flat[second] = np.abs(numbers.flat[first]), -np.abs(numbers.flat[second])
    return numbers


def _up_and_down(rng, lengths, T, K):
    """Draw scores of words that lie beyond +750 and beyond -750 in turn; over two words that is nothing."""
    args = _arguments(rng, lengths, T, K)
    away = rng.uniform(760, 1200, size=len(lengths)) * rng.choice([-1, 1], size=len(lengths))
    return args | {"scores": args["scores"] + away[:, None, None] * (-1.0) ** np.arange(T)[:, None]}


def _hundreds(rng, K):
    """Draw so many tags, of which those beyond 255 count; steps of one digit, so that the file is small."""
    args = _arguments(rng, [3, 2], 3, K)
    args["transitions"] = np.round(2 * args["transitions"])
    return args | {"tags": rng.integers(256, K, size=(2, 3))}


def cases(rng):
    yield Case("small", _arguments(rng, [3, 2], 3, 2))
    yield Case("three tags", _arguments(rng, [4, 2, 5, 3], 5, 3))
    yield Case("many words", _arguments(rng, [20, 13, 25], 25, 7))
    yield Case("as long as the batch", _arguments(rng, [4, 4, 4, 4, 4], 4, 3))
    yield Case("one sequence", _arguments(rng, [6], 6, 4))
    yield Case("steps that count much", _arguments(rng, [5, 6, 4], 6, 4, steps=4.0))
    yield Case("steps that count nothing", _arguments(rng, [5, 3, 6], 6, 4) | {"transitions": np.zeros((4, 4))})
    yield Case("words that say nothing", _arguments(rng, [4, 5, 3], 5, 4) | {"scores": np.zeros((3, 5, 4))})
    alone = {"scores": 0.25 * rng.integers(-3, 4, size=(2, 4, 1)), "transitions": np.full((1, 1), 0.5)}
    yield Case("one tag", _arguments(rng, [3, 4], 4, 1) | alone)  # of numbers that add up without rounding: it is 0
    yield Case("one word", _arguments(rng, [1, 1, 1], 1, 5))
    yield Case("two tags, two words", _arguments(rng, [2, 2, 2], 2, 2))
    yield Case("strided", _arguments(rng, [5, 3, 4], 5, 6), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, [4, 5, 2], 5, 3)))
    yield Case("padding", _arguments(rng, [2, 7, 1, 4], 9, 5), PADDING)
    spoilt = _arguments(rng, [3, 1, 5], 8, 4)
    spoilt["scores"] += (1 - spoilt["mask"])[..., None] * spread(rng, 50, 300, (3, 8, 4))
    yield Case("padding with large scores", spoilt, PADDING)
    yield Case("sequences of one word", _arguments(rng, [1, 3, 1], 4, 3), PADDING)
    yield Case("a sequence without a word", _arguments(rng, [3, 0, 4, 2], 5, 3), PADDING)
    yield Case("scores far from 0", _levels(rng, [5, 3, 4], 5, 3), LARGE)
    yield Case("scores that go up and down", _up_and_down(rng, [4, 2, 6], 6, 3), LARGE)
    yield Case("scores of thousands", _arguments(rng, [4, 3, 5], 5, 4) | {"scores": _thousands(rng, (3, 5, 4))}, LARGE)
    far = _arguments(rng, [6, 5], 6, 3)
    yield Case("steps of thousands", far | {"transitions": _thousands(rng, (3, 3))}, LARGE)
    yield Case("steps that are forbidden", _forbidden(rng), LARGE)
    yield Case("hundreds of words", _arguments(rng, [600, 410], 600, 2, size=3.0), LARGE)
    yield Case("hundreds of sequences", _arguments(rng, rng.integers(1, 4, size=300), 3, 2), LARGE)
    yield Case("hundreds of tags", _hundreds(rng, 270), LARGE)


def _forbidden(rng):
    """Draw a table in which some steps are as good as forbidden, and none of those that the tags take."""
    args = _arguments(rng, [7, 4, 6], 7, 4)
    closed = -1e4 * (rng.random((4, 4)) < 0.7)
    tags = args["tags"] % 3
    closed[tags[:, :-1], tags[:, 1:]] = 0.0
    return args | {"transitions": args["transitions"] + closed, "tags": tags}


PATH = "scores[rows, 0, tags[:, 0]], scores[:, 0]"
HERE = "step = transitions[tags[:, t - 1], tags[:, t]] + scores[rows, t, tags[:, t]]"
ADD = "path = path + mask[:, t] * step"
AHEAD = "ahead = np.logaddexp.reduce(alpha[:, :, None] + transitions, axis=1)"
KEEP = "alpha = np.where(mask[:, t, None] > 0, ahead + scores[:, t], alpha)"
LOG_Z = "np.logaddexp.reduce(alpha, axis=1)"
RETURN = "return mask[:, 0] * (path - np.logaddexp.reduce(alpha, axis=1))"
MISTAKES = slips(
    r"""
score_alone: the score of each path, without log Z
    {"$return": "return mask[:, 0] * path"}
    A score says something only beside those of the other paths.
    Look: What is taken off in equation (eq:crf)?
log_z_alone: log Z, without the score of the path
    {"$return": "return mask[:, 0] * $log_z"}
    That is the sum over all paths. Which of them the tags are has no say in it.
    Look: What are the two terms of equation (eq:crf)?
minus: minus the log-probabilities
    {"(path - $log_z)": "($log_z - path)"}
    That is a loss, and below it less is better. Asked is the logarithm of a probability, which is never above 0.
    Look: Which sign has s in equation (eq:crf)?
probability: the probabilities themselves
    {"$return": "return mask[:, 0] * np.exp(path - $log_z)"}
    Of a long sequence they are so small that no float can hold them.
    Look: Of what does the docstring ask for the logarithm?
in_bits: logarithms to the base 2
    {"$return": "return mask[:, 0] * (path - $log_z) / np.log(2)"}
    Asked is the natural logarithm.
    Look: Which logarithm stands in equation (eq:crf)?
by_length: log-probabilities divided by the number of words
    {"$return": "return mask[:, 0] * (path - $log_z) / np.maximum(mask.sum(axis=1), 1)"}
    A loss may be a mean. Asked is the log-probability of the whole sequence.
    Look: Is anything divided in equation (eq:crf)?
by_batch: log-probabilities divided by the number of sequences
    {"$return": "return mask[:, 0] * (path - $log_z) / len(scores)"}
    A loss may be a mean. Asked is the log-probability of each sequence.
    Look: Is anything divided in equation (eq:crf)?
best_for_all: the path's score less that of the best path
    {"$ahead": "ahead = (alpha[:, :, None] + transitions).max(axis=1)", "path - $log_z": "path - alpha.max(axis=1)"}
    That is how far the path is behind the best one. A probability is measured by all of them.
    Look: What stands in equation (eq:alpha) where Viterbi's has a maximum?
best_in_the_end: log Z with a maximum at the last word
    {"path - $log_z": "path - alpha.max(axis=1)"}
    The last word's tags are added up like all others.
    Look: What does equation (eq:Z) do with the last alpha?
best_in_between: log Z with a maximum at each step
    {"$ahead": "ahead = (alpha[:, :, None] + transitions).max(axis=1)"}
    All ways to a tag count, and not the best one alone.
    Look: What stands in equation (eq:alpha) where Viterbi's has a maximum?
all_rows_in_the_end: log Z whose last sum is over all sequences
    {"path - $log_z": "path - np.logaddexp.reduce(alpha, axis=None)"}
    Each sequence has paths of its own.
    Look: Over which axis does your last sum go?
sum_in_the_end: log Z with a plain sum at the last word
    {"path - $log_z": "path - alpha.sum(axis=1)"}
    The alphas are logarithms. To add up what they stand for takes an exponential and a logarithm.
    Look: What does equation (eq:Z) do with the last alpha?
sum_in_between: log Z with a plain sum at each step
    {"$ahead": "ahead = (alpha[:, :, None] + transitions).sum(axis=1)"}
    The alphas are logarithms. To add up what they stand for takes an exponential and a logarithm.
    Look: What does equation (eq:alpha) do with the alphas before it adds them up?
mean_in_the_end: log Z with a mean over the last word's tags in the place of a sum
    {"path - $log_z": "path - $log_z + np.log(scores.shape[2])"}
    Z is a sum over paths.
    Look: What does equation (eq:Z) do with the last alpha?
mean_in_between: log Z with a mean over the tags at each step in the place of a sum
    {"$ahead": "ahead = np.logaddexp.reduce(alpha[:, :, None] + transitions, axis=1) - np.log(scores.shape[2])"}
    Z is a sum over paths.
    Look: What does equation (eq:alpha) do with the exponentials?
transposed_in_z: log Z with the table read from column to row
    {"$ahead": "ahead = np.logaddexp.reduce(alpha[:, :, None] + transitions.T, axis=1)"}
    The path reads it from row to column.
    Look: Which letter is the row of A in equation (eq:alpha)?
along_the_other_axis: log Z with sums over where each step goes, in the place of where it comes from
    {"$ahead": "ahead = np.logaddexp.reduce(alpha[:, :, None] + transitions, axis=2)"}
    What is kept for a tag are all paths that end in it.
    Look: Over which letter does the sum in equation (eq:alpha) go, and which axis is it?
alpha_at_the_end_of_a_step: log Z with each alpha added to the column of its tag
    {"alpha[:, :, None]": "alpha[:, None, :]"}
    The alpha is that of the tag the step comes from, and stands in its row.
    Look: Which letter has alpha on the right of equation (eq:alpha), i or j?
transposed_in_path: a path whose steps are read from column to row
    {"transitions[tags[:, t - 1], tags[:, t]]": "transitions[tags[:, t], tags[:, t - 1]]"}
    In row i and column j stands the step from i to j.
    Look: Which of two neighbours is the first index of A in equation (eq:path)?
transposed: everything with the table read from column to row
    {"transitions[tags[:, t - 1], tags[:, t]]": "transitions[tags[:, t], tags[:, t - 1]]",
        "$ahead": "ahead = np.logaddexp.reduce(alpha[:, :, None] + transitions.T, axis=1)"}
    To go from O to I is not what it is to go from I to O.
    Look: What does the docstring say of rows and columns?
steps_ignored: log-probabilities in which each word stands by itself
    {"$here": "step = scores[rows, t, tags[:, t]]",
        "alpha[:, :, None] + transitions": "alpha[:, :, None] + 0 * transitions"}
    That is the cross-entropy of unit 01 once more. The table of steps has no part in it.
    Look: Which of the arguments is not used?
steps_not_in_path: a path without its steps
    {"$here": "step = scores[rows, t, tags[:, t]]"}
    log Z has the steps in it. What is above the bar has to have them too.
    Look: How many sums has equation (eq:path)?
steps_not_in_z: log Z without the steps
    {"alpha[:, :, None] + transitions": "alpha[:, :, None] + 0 * transitions"}
    The path has the steps in it. What is below the bar has to have them too.
    Look: What is added to alpha in equation (eq:alpha)?
words_not_in_path: a path without its words after the first
    {"$here": "step = transitions[tags[:, t - 1], tags[:, t]]"}
    log Z has the words' scores in it. What is above the bar has to have them too.
    Look: How many sums has equation (eq:path)?
words_not_in_z: log Z without the words after the first
    {"ahead + scores[:, t]": "ahead"}
    The path has the words' scores in it. What is below the bar has to have them too.
    Look: What stands before the logarithm in equation (eq:alpha)?
first_word_not_in_path: a path without its first word
    {"$path": "0 * scores[rows, 0, tags[:, 0]], scores[:, 0]"}
    log Z has the first word's scores in it. What is above the bar has to have them too.
    Look: With which t does the first sum begin in equation (eq:path)?
first_word_not_in_z: log Z without the first word
    {"$path": "scores[rows, 0, tags[:, 0]], 0 * scores[:, 0]"}
    The path has the first word's score in it. What is below the bar has to have it too.
    Look: What is the first alpha in equation (eq:alpha)?
first_word_missing: everything without the first word's scores
    {"$path": "0 * scores[rows, 0, tags[:, 0]], 0 * scores[:, 0]"}
    The first word has its scores like every other.
    Look: What is the first alpha in equation (eq:alpha)?
from_tag_0: everything with a step from tag 0 before the first word
    {"$path": "scores[rows, 0, tags[:, 0]] + transitions[0, tags[:, 0]], scores[:, 0] + transitions[0]"}
    That is done where a text begins behind an O. Here the first word has no step before it.
    Look: With which t does the second sum begin in equation (eq:path)?
to_tag_0: everything with a step to tag 0 behind the last word
    {"$return": "last = tags[rows, np.maximum(mask.sum(axis=1).astype(int) - 1, 0)]\n    "
        "every = np.logaddexp.reduce(alpha + transitions[:, 0], axis=1)\n    "
        "return mask[:, 0] * (path + transitions[last, 0] - every)"}
    That is done where a text ends before an O. Here there is no step behind the last word.
    Look: How many steps has a path of three words in equation (eq:path)?
path_from_tag_0: a path with a step from tag 0 before the first word
    {"$path": "scores[rows, 0, tags[:, 0]] + transitions[0, tags[:, 0]], scores[:, 0]"}
    Here the first word has no step before it, and log Z has none.
    Look: With which t does the second sum begin in equation (eq:path)?
step_of_the_last: a path whose first step is from its last tag
    {"$path": "scores[rows, 0, tags[:, 0]] + transitions[tags[:, -1], tags[:, 0]], scores[:, 0]"}
    An index of -1 is the last one in numpy, so tags[:, t - 1] raises no error at t = 0.
    Look: With which t does the second sum begin in equation (eq:path)?
padding_in_path: a path that goes on over the padding
    {"$add": "path = path + step"}
    Behind the last word there is no text, whatever tags stand there.
    Look: What does the docstring say of the mask, and where does your path's score look at it?
padding_in_z: log Z with the paths that go on over the padding
    {"$keep": "alpha = ahead + scores[:, t]"}
    Behind the last word there is no text. log Z grows with every further word.
    Look: What has to become of alpha at a step that is padding?
padding: everything with the padding
    {"$add": "path = path + step", "$keep": "alpha = ahead + scores[:, t]"}
    Behind the last word there is no text, whatever stands there.
    Look: Which of the arguments has no part in your sums?
alpha_times_mask: log Z with an alpha of 0 on the padding
    {"$keep": "alpha = (ahead + scores[:, t]) * mask[:, t, None]"}
    A 0 forgets all paths to the last word. Where a sequence is over its alpha stays what it is.
    Look: What has to become of alpha at a step that is padding?
scores_times_mask: log Z with steps that go on over the padding, between scores of 0
    {"$keep": "alpha = ahead + mask[:, t, None] * scores[:, t]"}
    The number of paths grows with every step, whatever the words say.
    Look: What has to become of alpha at a step that is padding?
mask_turned: log Z in which alpha stands still at the words and goes on over the padding
    {"ahead + scores[:, t], alpha)": "alpha, ahead + scores[:, t])"}
    np.where takes its second argument where the first is true, and its third where it isn't.
    Look: Which alpha is kept where the mask is 1?
all_times_mask: log Z with steps that go on over the padding, between scores of 0 and at no cost
    {"alpha[:, :, None] + transitions": "alpha[:, :, None] + mask[:, t, None, None] * transitions",
        "$keep": "alpha = ahead + mask[:, t, None] * scores[:, t]"}
    The number of paths grows with every step, whatever it counts.
    Look: What has to become of alpha at a step that is padding?
steps_late: a path with a step from the last word to the padding
    {"$add": "path = path + mask[:, t - 1] * transitions[tags[:, t - 1], tags[:, t]] + "
        "mask[:, t] * scores[rows, t, tags[:, t]]"}
    A step counts where the word that it goes to is one.
    Look: Which t has the mask of your path's steps?
mask_early: a path and a log Z that stop one word early
    {"mask[:, t] * step": "np.append(mask[:, 1:], 0 * mask[:, :1], axis=1)[:, t] * step",
        "mask[:, t, None] > 0": "np.append(mask[:, 1:], 0 * mask[:, :1], axis=1)[:, t, None] > 0"}
    A word counts where its own mask is 1.
    Look: Which t has the mask at word t?
mask_late: a path and a log Z that go on one step into the padding
    {"mask[:, t] * step": "mask[:, t - 1] * step", "mask[:, t, None] > 0": "mask[:, t - 1, None] > 0"}
    A step counts where the word that it goes to is one.
    Look: Which t has the mask at word t?
mask_late_in_path: a path that goes on one step into the padding
    {"mask[:, t] * step": "mask[:, t - 1] * step"}
    A step counts where the word that it goes to is one.
    Look: Which t has the mask in the path at word t?
words_masked_alone: a path whose steps go on over the padding
    {"$add": "path = path + transitions[tags[:, t - 1], tags[:, t]] + mask[:, t] * scores[rows, t, tags[:, t]]"}
    Where there is no word no step leads to it.
    Look: Which of the two sums of equation (eq:path) has a mask in your code?
steps_masked_alone: a path whose words go on over the padding
    {"$add": "path = path + mask[:, t] * transitions[tags[:, t - 1], tags[:, t]] + scores[rows, t, tags[:, t]]"}
    The scores behind the last word belong to no word.
    Look: Which of the two sums of equation (eq:path) has a mask in your code?
empty_as_one: the first step of the padding, for a sequence without a word
    {"$return": "return path - $log_z"}
    A sequence without a word has one path, of no tags. Its probability is 1, and the logarithm of that is 0.
    Look: What does the docstring say of a sequence without a word?
softmax_first: log-probabilities of which each word's scores went through a softmax before
    {"rows = np.arange(len(scores))": "rows = np.arange(len(scores))\n    "
        "scores = np.exp(scores - scores.max(axis=2, keepdims=True))\n    "
        "scores = scores / scores.sum(axis=2, keepdims=True)"}
    All scores lie between 0 and 1 then, and no word can say much. A path is divided by all paths once, at the end.
    Look: What is done to the scores in equation (eq:path) before they are added?
step_by_step: log-probabilities that were divided at each step by the steps from the tag before
    body:
        N, T, K = scores.shape
        rows, log_p = np.arange(N), np.zeros(N)
        for t in range(T):
            here = scores[:, t] + (transitions[tags[:, t - 1]] if t else 0)
            step = here[rows, tags[:, t]] - np.logaddexp.reduce(here, axis=1)
            log_p += mask[:, t] * step
        return log_p
    Each step has a softmax of its own then, and what a later word says can't change it. A CRF divides whole paths.
    Look: What is Z a sum over, in equation (eq:crf)?
word_at_the_tag_before: log Z in which a word's scores are those of the tag before it
    {"alpha[:, :, None] + transitions": "alpha[:, :, None] + transitions + scores[:, t][:, :, None]",
        "ahead + scores[:, t]": "ahead"}
    A word's scores belong to the tag that the step goes to.
    Look: Which letter has s in equation (eq:alpha), i or j?
each_among_its_neighbours: log-probabilities of each tag with the tags beside it given, added up
    body:
        log_p = np.zeros(len(scores))
        for n, length in enumerate(mask.sum(axis=1).astype(int)):
            for t in range(length):
                here = scores[n, t] + (transitions[tags[n, t - 1]] if t else 0)
                here = here + (transitions[:, tags[n, t + 1]] if t + 1 < length else 0)
                log_p[n] += here[tags[n, t]] - np.logaddexp.reduce(here)
        return log_p
    It is known as the pseudo-likelihood, and is not the probability of a path: there the tags beside it are not given.
    Look: What is Z a sum over, in equation (eq:crf)?
word_before: a path with each word's scores one word late
    {"scores[rows, t, tags[:, t]]": "scores[rows, t - 1, tags[:, t]]"}
    At the second word the first one is read once more, and the last one never.
    Look: Which t has s in equation (eq:path)?
word_before_in_z: log Z with each word's scores one word late
    {"ahead + scores[:, t]": "ahead + scores[:, t - 1]"}
    At the second word the first one is read once more, and the last one never.
    Look: Which t has s in equation (eq:alpha)?
tag_before: a path with each word's score for the tag of the word before
    {"scores[rows, t, tags[:, t]]": "scores[rows, t, tags[:, t - 1]]"}
    A word's score is that of its own tag.
    Look: Which t has y beside s in equation (eq:path)?
last_step_missing: everything without the last word of the batch's longest sequence
    {"range(1, scores.shape[1])": "range(1, scores.shape[1] - 1)"}
    The longest sequence ends with the last step of the batch, and it counts.
    Look: How often does your loop go round?
scores_once_more: log Z in which a word's scores are added before the sum and after it
    {"alpha[:, :, None] + transitions": "alpha[:, :, None] + transitions + scores[:, t, None, :]"}
    That is the same as to add them twice.
    Look: How often does s stand in equation (eq:alpha)?
overflow_at_the_end: log-probabilities whose last sum is one of exponentials of which nothing was taken off
    {"path - $log_z": "path - np.log(np.exp(alpha).sum(axis=1))"}
    The formula is the right one. Where a number is above 709, its exponential is infinite in float64; where all are
    below -745, the sum of them is 0, and its log infinite.
    Look: How does your last line add up what the alphas stand for, and how does the loop?
overflow: log-probabilities of exponentials, of which nothing was taken off
    {"$ahead": "ahead = np.log(np.exp(alpha[:, :, None] + transitions).sum(axis=1))",
        "path - $log_z": "path - np.log(np.exp(alpha).sum(axis=1))"}
    The formula is the right one. Where a number is above 709, its exponential is infinite in float64; where all are
    below -745, the sum of them is 0, and its log infinite.
    Look: What did softmax take off, and where has it to be put back here? Or which function of numpy's adds logarithms?
products: log-probabilities of products of exponentials
    body:
        rows, e, A = np.arange(len(scores)), np.exp(scores), np.exp(transitions)
        path, alpha = e[rows, 0, tags[:, 0]], e[:, 0]
        for t in range(1, scores.shape[1]):
            step = A[tags[:, t - 1], tags[:, t]] * e[rows, t, tags[:, t]]
            path = np.where(mask[:, t] > 0, path * step, path)
            alpha = np.where(mask[:, t, None] > 0, (alpha @ A) * e[:, t], alpha)
        return np.where(mask[:, 0] > 0, np.log(path / alpha.sum(axis=1)), 0.0)
    The formula is the right one. But exponentials of large numbers are infinite in float64, and products of many soon
    are that, or 0.
    Look: What do equations (eq:path) and (eq:alpha) keep of a path, its exponential or its logarithm?
largest_of_the_batch: log-probabilities of exponentials with the largest alpha of the whole batch taken off
    {"$ahead": "ways = alpha[:, :, None] + transitions\n        top = ways.max()\n        "
        "ahead = top + np.log(np.exp(ways - top).sum(axis=1))"}
    Nothing overflows. But a sequence whose scores lie far below another one's loses all of them: the sum of its
    exponentials is 0, and its log infinite.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
exponentials_of_the_table: log-probabilities by a product with the table's exponentials
    {"$ahead": "top = alpha.max(axis=1, keepdims=True)\n        "
        "ahead = top + np.log(np.exp(alpha - top) @ np.exp(transitions))"}
    The formula is the right one, and it is quick. But where a number in the table is above 709, its exponential is
    infinite in float64; where a column is below -745, it is 0, and its log infinite.
    Look: What is the largest number that your np.exp may get, and what was taken off before?
little_added: log-probabilities with a little added to each sum of exponentials
    {"$ahead": "ways = alpha[:, :, None] + transitions\n        top = ways.max(axis=1, keepdims=True)\n        "
        "ahead = top[:, 0] + np.log(np.exp(ways - top).sum(axis=1) + 1e-6)"}
    It keeps the log of 0 away, and it changes the answer. With the largest taken off no sum is below 1.
    Look: What stands under the logarithm in equation (eq:alpha)?
top_not_put_back: log-probabilities in which what was taken off at each step was not put back
    {"$ahead": "ways = alpha[:, :, None] + transitions\n        top = ways.max(axis=1, keepdims=True)\n        "
        "ahead = np.log(np.exp(ways - top).sum(axis=1))"}
    In a softmax it cancels, above the bar and below. Here it has to come back after the logarithm.
    Look: What is the logarithm of a sum of exponentials from each of which the same was taken off?
clipped: log-probabilities of scores that were cut off at 50
    {"rows = np.arange(len(scores))": "rows = np.arange(len(scores))\n    scores = np.clip(scores, -50, 50)"}
    It avoids the overflow, and it changes the answer: all scores beyond are alike then.
    Look: Which function adds up exponentials and lets none of them overflow?
written_into_scores: log-probabilities whose alphas were written into the array that came in
    {"$keep": "alpha[:] = np.where(mask[:, t, None] > 0, ahead + scores[:, t], alpha)"}
    scores[:, 0] is a view: what is written into it is written into scores, and whoever called finds other scores there.
    Look: Which of your lines writes into scores?
""",
    path=PATH,
    here=HERE,
    add=ADD,
    ahead=AHEAD,
    keep=KEEP,
    log_z=LOG_Z,
    **{"return": RETURN},
)

RIGHT = (
    {
        AHEAD: "ways = alpha[:, :, None] + transitions\n        top = ways.max(axis=1)\n        "
        "ahead = top + np.log(np.exp(ways - top[:, None]).sum(axis=1))"
    },
    # sequence by sequence
    """def crf_log_likelihood(scores, transitions, tags, mask):
    def log_sum(values):
        top = values.max()
        return top + np.log(np.exp(values - top).sum())
    log_p = np.zeros(len(scores))
    for n, length in enumerate(mask.sum(axis=1).astype(int)):
        if length == 0:
            continue
        s, y = scores[n, :length], tags[n, :length]
        path = sum(s[t, y[t]] for t in range(length)) + sum(transitions[y[t - 1], y[t]] for t in range(1, length))
        alpha = s[0]
        for t in range(1, length):
            alpha = np.array([s[t, j] + log_sum(alpha + transitions[:, j]) for j in range(len(alpha))])
        log_p[n] = path - log_sum(alpha)
    return log_p
""",
    # the end is looked up
    """def crf_log_likelihood(scores, transitions, tags, mask):
    N, T, K = scores.shape
    words = np.take_along_axis(scores, tags[..., None], axis=2)[..., 0] * mask
    steps = transitions[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]
    alphas = [scores[:, 0]]
    for t in range(1, T):
        ways = alphas[-1][:, :, None] + transitions[None] + scores[:, t][:, None, :]
        alphas.append(np.logaddexp.reduce(ways, axis=1))
    last = mask.sum(axis=1).astype(int) - 1
    end = np.stack(alphas, axis=1)[np.arange(N), last]
    log_Z = np.logaddexp.reduce(end, axis=1)
    return np.where(last >= 0, words.sum(axis=1) + steps.sum(axis=1) - log_Z, 0.0)
""",
    # from the end to the beginning
    """def crf_log_likelihood(scores, transitions, tags, mask):
    N, T, K = scores.shape
    n = np.arange(N)
    beta, path = np.zeros((N, K)), np.zeros(N)
    for t in range(T - 1, 0, -1):
        real = mask[:, t] == 1
        ways = transitions + (beta + scores[:, t])[:, None, :]
        top = ways.max(axis=2, keepdims=True)
        beta = np.where(real[:, None], (top + np.log(np.exp(ways - top).sum(axis=2, keepdims=True)))[:, :, 0], beta)
        path += np.where(real, scores[n, t, tags[:, t]] + transitions[tags[:, t - 1], tags[:, t]], 0)
    all_paths = beta + scores[:, 0]
    top = all_paths.max(axis=1)
    log_Z = top + np.log(np.exp(all_paths - top[:, None]).sum(axis=1))
    return np.where(mask[:, 0] == 1, path + scores[n, 0, tags[:, 0]] - log_Z, 0.0)
""",
)

EXERCISE = Exercise(
    name="crf_log_likelihood",
    title="All paths at once",
    arguments={"scores": "(N, T, K)", "transitions": "(K, K)", "tags": "(N, T)", "mask": "(N, T)"},
    returns=(Array("log_p", "(N,)"),),
    parts=(
        Part("the log-probabilities", points=2),
        Part("the padding", points=1, tags=PADDING),
        Part("large scores, many words and many tags", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=4,
    minutes=30,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "There are two sums, and each goes from word to word: the score of the tags that are given, and alpha, which "
        "keeps the logarithm of a sum for each tag. What should happen to the two at a step that is padding?",
        "Begin with what the first word gives, (N,) for the path and (N, K) for alpha. At each further word the path "
        "gets its step and its score, where the mask is 1. alpha[:, :, None] + transitions is (N, K, K), from tag i to "
        "tag j; add up its exponentials over i and take the logarithm, without overflow, add the word's scores, and "
        "keep the old alpha where the mask is 0. At the end log Z is the same sum over the last alpha.",
        "np.logaddexp.reduce(alpha[:, :, None] + transitions, axis=1) + scores[:, t] is the next alpha, and "
        "np.where(mask[:, t, None] > 0, ..., alpha) keeps the old one. The path's part at word t is "
        "transitions[tags[:, t - 1], tags[:, t]] + scores[np.arange(N), t, tags[:, t]], times mask[:, t].",
    ),
    explanation=(
        "Where Viterbi takes the best of all ways to a tag, this adds them up: the same loop with another sum. A path "
        "is measured by all other paths, so that a network learns which tags go together, and not each for itself."
    ),
)
