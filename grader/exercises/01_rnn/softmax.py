"""From logits to probabilities, without an overflow."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, levels, signs


def _logits(rng, N, T, K, scale=1.5):
    return {"logits": scale * rng.normal(size=(N, T, K))}


def cases(rng):
    yield Case("small", _logits(rng, N=2, T=3, K=4))
    yield Case("more words", _logits(rng, N=3, T=2, K=9))
    yield Case("one sequence", _logits(rng, N=1, T=5, K=3))
    yield Case("one time step", _logits(rng, N=4, T=1, K=3))
    yield Case("two words", _logits(rng, N=3, T=4, K=2))
    yield Case("one word", _logits(rng, N=2, T=3, K=1))
    yield Case("as many time steps as words", _logits(rng, N=2, T=4, K=4))
    yield Case("as many sequences as words", _logits(rng, N=3, T=2, K=3))
    yield Case("all alike", {"logits": np.zeros((2, 3, 5)) + rng.normal(size=(2, 3, 1))})
    yield Case("zeros", {"logits": np.zeros((3, 2, 4))})
    wide = _logits(rng, N=3, T=4, K=5, scale=6.0)
    wide["logits"][0, 0, :4] = 33.0, 34.0, 24.0, 15.0  # where a clip at 30, at 20 and at 10 show, each in its way
    yield Case("wide", wide)
    low = _logits(rng, N=2, T=3, K=6)
    low["logits"] -= rng.uniform(25, 40, size=(2, 3, 1))  # where what is added to the sum for safety shows
    yield Case("all far below 0", low)
    yield Case("strided", _logits(rng, N=3, T=4, K=5), frozenset({"strided"}))
    single = _logits(rng, N=2, T=4, K=3)
    yield Case("float32", {"logits": single["logits"].astype(np.float32)})
    yield Case("60 steps", _logits(rng, N=2, T=60, K=3))
    yield Case("hundreds of words", _logits(rng, N=1, T=2, K=900, scale=0.05))
    far = signs(rng, 3, 4, 5) * rng.uniform(800, 3000, size=(3, 4, 5))
    yield Case("large logits of both signs", {"logits": far}, LARGE)
    yield Case("all near 1000", {"logits": 1000 + rng.normal(size=(2, 3, 4))}, LARGE)
    yield Case("all near -1000", {"logits": -1000 + rng.normal(size=(2, 4, 3))}, LARGE)
    yield Case("rows at levels far apart", {"logits": levels(rng, 3, 2, 4)}, LARGE)
    yield Case("sequences of one step at levels far apart", {"logits": levels(rng, 4, 1, 3)}, LARGE)


MISTAKES = slips(r"""
over_time: a softmax over the time steps in the place of the words
    {"max(axis=2": "max(axis=1", "e.sum(axis=2": "e.sum(axis=1"}
    Every word's numbers add up to 1 over time. But it is the words that compete, at each step anew.
    Look: Over which index does the sum in equation (eq:softmax) run, and which axis is that?
over_the_batch: a softmax over the batch in the place of the words
    {"max(axis=2": "max(axis=0", "e.sum(axis=2": "e.sum(axis=0"}
    The sequences of a batch have nothing to do with each other. It is the words that compete.
    Look: Over which index does the sum in equation (eq:softmax) run, and which axis is that?
over_everything: a softmax over the whole array
    {"logits.max(axis=2, keepdims=True)": "logits.max()", "e.sum(axis=2, keepdims=True)": "e.sum()"}
    All the numbers of the batch together add up to 1. Each step of each sequence should have its own 1 to give away.
    Look: Over which index does the sum in equation (eq:softmax) run?
over_a_sequence: a softmax over all the steps and words of a sequence together
    {"max(axis=2": "max(axis=(1, 2)", "e.sum(axis=2": "e.sum(axis=(1, 2)"}
    Each step should have its own 1 to give away.
    Look: Over which index does the sum in equation (eq:softmax) run?
not_divided: exponentials that were not divided by their sum
    {"e / e.sum(axis=2, keepdims=True)": "e"}
    All of them are positive, but they do not add up to 1: the likeliest word always has 1.
    Look: What stands below the fraction bar of equation (eq:softmax)?
not_exponentiated: logits divided by their sum
    {"np.exp(logits - logits.max(axis=2, keepdims=True))": "logits"}
    They add up to 1, but a negative logit gives a negative share, and a sum of 0 gives none.
    Look: What happens to each logit in equation (eq:softmax) before the sum?
absolute: absolute values divided by their sum
    {"np.exp(logits - logits.max(axis=2, keepdims=True))": "np.abs(logits)"}
    A word that is very unlikely, with a large negative logit, then gets as much as a very likely one.
    Look: What happens to each logit in equation (eq:softmax) before the sum?
squares: squares divided by their sum
    {"np.exp(logits - logits.max(axis=2, keepdims=True))": "logits**2"}
    A word that is very unlikely, with a large negative logit, then gets as much as a very likely one.
    Look: What happens to each logit in equation (eq:softmax) before the sum?
negated: the softmax of minus the logits
    {"np.exp(logits - logits.max(axis=2, keepdims=True))": "np.exp(logits.min(axis=2, keepdims=True) - logits)"}
    The likeliest word comes out as the least likely one.
    Look: Compare the sign in the exponent with equation (eq:softmax).
sigmoid: a sigmoid of each logit
    {"e / e.sum(axis=2, keepdims=True)": "0.5 + 0.5 * np.tanh(logits / 2)"}
    A sigmoid asks of each word by itself whether it comes next. Their sum can be anything; that of probabilities is 1.
    Look: Equation (eq:softmax) has a sum over all the words below its fraction bar.
hard: a 1 for the largest logit and 0 for the others
    {"e / e.sum(axis=2, keepdims=True)":
        "(np.arange(logits.shape[2]) == logits.argmax(axis=2)[..., None]).astype(logits.dtype)"}
    That is the likeliest word, and says nothing of how likely it is. No small change of a logit changes it, so nothing
    could be learned from it.
    Look: Equation (eq:softmax) has an exponential and no choice.
log: the logarithm of the right probabilities
    {"return e / e.sum(axis=2, keepdims=True)":
        "return logits - logits.max(axis=2, keepdims=True) - np.log(e.sum(axis=2, keepdims=True))"}
    The loss will need it; asked are the probabilities themselves, between 0 and 1.
    Look: Is there a logarithm in equation (eq:softmax)?
base_two: a softmax with powers of 2 in the place of those of e
    {"np.exp(": "np.exp2("}
    The order of the words is right, but their shares are too close to each other.
    Look: Which number is raised to a power in equation (eq:softmax)?
of_twice: the softmax of twice the logits
    {"np.exp(logits - logits.max(axis=2, keepdims=True))": "np.exp(2 * (logits - logits.max(axis=2, keepdims=True)))"}
    The likeliest word gets more than its share.
    Look: What stands in the exponent of equation (eq:softmax)?
of_half: the softmax of half the logits
    {"np.exp(logits - logits.max(axis=2, keepdims=True))": "np.exp((logits - logits.max(axis=2, keepdims=True)) / 2)"}
    The likeliest word gets less than its share.
    Look: What stands in the exponent of equation (eq:softmax)?
twice: the softmax of a softmax
    {"return e / e.sum(axis=2, keepdims=True)": "p = e / e.sum(axis=2, keepdims=True)\n"
        "    return np.exp(p) / np.exp(p).sum(axis=2, keepdims=True)"}
    After the second one no word can be more than e = 2.7 times as likely as another.
    Look: How many exponentials are there in equation (eq:softmax)?
averaged: exponentials divided by their mean
    {"e.sum(axis=2": "e.mean(axis=2"}
    They add up to K in place of 1.
    Look: What stands below the fraction bar of equation (eq:softmax)?
eps: a softmax with 1e-8 added to the sum
    {"e.sum(axis=2, keepdims=True)": "(e.sum(axis=2, keepdims=True) + 1e-8)"}
    The sum of exponentials is never 0 once the largest logit has been taken off, as exp(0) is in it. What is added
    makes every answer wrong a little.
    Look: Equation (eq:softmax) has no such number.
others_only: exponentials divided by the sum of the others
    {"e.sum(axis=2, keepdims=True)": "(e.sum(axis=2, keepdims=True) - e + (logits.shape[2] == 1))"}
    That is how much likelier a word is than all the others together: odds, which add up to more than 1.
    Look: Does the sum in equation (eq:softmax) leave a word out?
overflow: exponentials of the logits as they are
    {"logits - logits.max(axis=2, keepdims=True)": "logits"}
    The formula is the right one. Where a logit is above 709, its exponential is infinite in float64, and infinity
    divided by infinity is NaN. Where all are below -745, every exponential is 0, and so is their sum.
    Look: The text under equation (eq:softmax) says what may be taken off every logit of a step without a change.
overflow_of_an_offset: exponentials of the logits less the first one of each step
    {"logits - logits.max(axis=2, keepdims=True)": "logits - logits[:, :, :1]"}
    Any number may be taken off all the logits of a step. But only with the largest no exponent is positive.
    Look: Which number has to be taken off, so that every exponent is 0 or less?
global_max: exponentials of the logits less the largest one of the whole array
    {"logits.max(axis=2, keepdims=True)": "logits.max()"}
    Nothing overflows. But a step whose logits lie far below another step's loses all of them: its exponentials are all
    0, and so is their sum.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
max_of_the_sequence: exponentials of the logits less the largest one of each sequence
    {"logits.max(axis=2": "logits.max(axis=(1, 2)"}
    Nothing overflows. But a step whose logits lie far below another step's loses all of them: its exponentials are all
    0, and so is their sum.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
largest_size: exponentials of the logits less the largest absolute value of each step
    {"logits.max(axis=2": "np.abs(logits).max(axis=2"}
    Nothing overflows. But where all the logits of a step lie far below 0, they are moved further down: all their
    exponentials are 0, and so is their sum.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
above_only: exponentials with the largest logit taken off above the fraction bar and not below it
    {"e / e.sum(axis=2, keepdims=True)": "e / np.exp(logits).sum(axis=2, keepdims=True)"}
    Then it doesn't cancel, and the numbers of a step need not add up to 1 any more.
    Look: Where does m stand in equation (eq:softmax), and how often?
below_only: exponentials with the largest logit taken off below the fraction bar and not above it
    {"e / e.sum(axis=2, keepdims=True)": "np.exp(logits) / e.sum(axis=2, keepdims=True)"}
    Then it doesn't cancel, and the numbers of a step need not add up to 1 any more.
    Look: Where does m stand in equation (eq:softmax), and how often?
min_off: exponentials of the logits less the smallest of each step
    {"logits.max(": "logits.min("}
    That makes every exponent positive, where none should be.
    Look: Which number has to be taken off, so that every exponent is 0 or less?
mean_off: exponentials of the logits less the mean of each step
    {"logits.max(": "logits.mean("}
    Any number may be taken off all the logits of a step. But only with the largest no exponent is positive.
    Look: Which number has to be taken off, so that every exponent is 0 or less?
clipped: exponentials of the logits, cut off far out
    {"logits - logits.max(axis=2, keepdims=True)": "np.clip(logits, -700, 700)"}
    Cutting off keeps the overflow away, and changes the answer: all logits beyond that limit become alike.
    Look: What may be taken off every logit of a step, by the text under equation (eq:softmax)?
global_max_guarded: exponentials of the logits less the largest one of the whole array, and no division by zero
    {"logits.max(axis=2, keepdims=True)": "logits.max()",
     "e.sum(axis=2, keepdims=True)": "np.maximum(e.sum(axis=2, keepdims=True), 1e-300)"}
    A step whose logits lie far below another step's loses all of them: its probabilities are all 0, and should add up
    to 1.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
max_over_words_sum_over_time: exponentials divided by their sum over the time steps
    {"e.sum(axis=2": "e.sum(axis=1"}
    The largest was taken over the words, and the sum over time. It is the words whose probabilities add up to 1.
    Look: Over which index does the sum in equation (eq:softmax) run, and which axis is that?
max_over_time_sum_over_words: a softmax with another number taken off each word's logit, its largest over time
    {"logits.max(axis=2": "logits.max(axis=1"}
    What is taken off has to be the same for all the words of a step, or it doesn't cancel.
    Look: Of which numbers is the largest taken off in equation (eq:softmax), and what is it that cancels?
sum_of_everything: exponentials divided by the sum of all of them
    {"e.sum(axis=2, keepdims=True)": "e.sum()"}
    All the numbers of the batch together add up to 1. Each step of each sequence should have its own 1 to give away.
    Look: Over which index does the sum in equation (eq:softmax) run?
by_the_length: exponentials divided by the root of the sum of their squares
    {"e.sum(axis=2, keepdims=True)": "np.sqrt((e * e).sum(axis=2, keepdims=True))"}
    As vectors they then have the length 1. As probabilities they have to add up to 1.
    Look: What stands below the fraction bar of equation (eq:softmax)?
sigmoids_shared: sigmoids divided by their sum
    {"e = np.exp(logits - logits.max(axis=2, keepdims=True))": "e = 0.5 + 0.5 * np.tanh(logits / 2)"}
    They add up to 1. But a sigmoid flattens what is large, and so a word that is very likely gets too little.
    Look: What happens to each logit in equation (eq:softmax) before the sum?
of_unit_length: the softmax of logits that were brought to the length 1 first
    {"logits - logits.max(axis=2, keepdims=True)":
        "logits / np.maximum(np.linalg.norm(logits, axis=2, keepdims=True), 1e-12)"}
    How far the logits lie apart says how sure the network is. That is lost.
    Look: What stands in the exponent of equation (eq:softmax)?
""")

CLIPPED = r"""
clipped_$limit: exponentials of the logits, cut off at -$limit and $limit
    {"logits - logits.max(axis=2, keepdims=True)": "np.clip(logits, -$limit, $limit)"}
    Cutting off keeps the overflow away, and changes the answer: all logits beyond $limit become alike.
    Look: What may be taken off every logit of a step, by the text under equation (eq:softmax)?
"""

RIGHT = (
    {"e / e.sum(axis=2, keepdims=True)": "np.divide(e, e.sum(axis=-1)[:, :, None])"},
    {
        "e = np.exp(logits - logits.max(axis=2, keepdims=True))": "z = logits - logits.max(axis=2, keepdims=True)",
        "e / e.sum(axis=2, keepdims=True)": "np.exp(z - np.log(np.exp(z).sum(axis=2, keepdims=True)))",
    },
    {
        "e = np.exp(logits - logits.max(axis=2, keepdims=True))": "z = np.logaddexp.reduce(logits, 2)[..., None]",
        "e / e.sum(axis=2, keepdims=True)": "np.exp(logits - z)",
    },
    {"logits - logits.max(axis=2, keepdims=True)": "logits - np.max(logits, -1, keepdims=True) - 1"},
    """
def softmax(logits):
    p = np.zeros(logits.shape)
    for n in range(len(logits)):
        for t in range(logits.shape[1]):
            row = logits[n, t]
            e = np.exp(row - max(row))
            p[n, t] = e / sum(e)
    return p
""",
    """
def softmax(logits):
    flat = logits.reshape(-1, logits.shape[-1]).copy()
    flat -= flat.max(axis=1)[:, None]
    np.exp(flat, out=flat)
    flat /= flat.sum(axis=1)[:, None]
    return flat.reshape(logits.shape)
""",
    """
def softmax(logits):
    return np.stack(
        [1 / np.exp(np.minimum(logits - logits[..., k : k + 1], 700)).sum(axis=2) for k in range(logits.shape[2])],
        axis=2,
    )
""",  # off by 1e-304
)

EXERCISE = Exercise(
    name="softmax",
    title="From logits to probabilities",
    arguments={"logits": "(N, T, K)"},
    returns=(Array("p", "(N, T, K)"),),
    parts=(
        Part("the probabilities", points=1),
        Part("right and without a warning on large logits", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=2,
    minutes=8,
    cases=cases,
    mistakes=(*MISTAKES, *(one for limit in (10, 20, 30) for one in slips(CLIPPED, limit=limit))),
    right=RIGHT,
    hints=(
        "Equation (eq:softmax) divides by a sum over the words. Which axis are the words, and which number taken off "
        "every logit of a step leaves no positive exponent?",
        "Take off the largest logit of each step, then exponentiate, then divide by the sum over the last axis. With "
        "keepdims=True that maximum and that sum keep an axis of length 1, and broadcasting does the rest.",
        "e = np.exp(logits - logits.max(axis=2, keepdims=True)), then e over its own sum along the same axis.",
    ),
    explanation=(
        "Whatever the logits were, every step now has K positive numbers that add up to 1, and the order of the words "
        "is the same as before. Only differences between logits count, which is why the largest may be taken off: it "
        "costs nothing and no input can break it any more."
    ),
)
