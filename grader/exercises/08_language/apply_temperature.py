"""Logits to probabilities, at a temperature."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._sampling import LARGE, single


def _arguments(rng, N, K, temperature, size=2.0):
    return {"logits": size * rng.normal(size=(N, K)), "temperature": temperature}


def _levels(rng, N, K, levels):
    """Draw logits whose rows lie about these levels, in some order."""
    return rng.permutation(np.resize(levels, N))[:, None] + 2 * rng.normal(size=(N, K))


def cases(rng):
    yield Case("small", _arguments(rng, N=2, K=3, temperature=0.7))
    yield Case("hot", _arguments(rng, N=3, K=5, temperature=2.5))
    yield Case("cold", _arguments(rng, N=4, K=6, temperature=0.2))
    yield Case("temperature 1", _arguments(rng, N=3, K=4, temperature=1.0))
    yield Case("a temperature of many digits", _arguments(rng, N=5, K=7, temperature=float(rng.uniform(1.3, 1.9))))
    yield Case("a whole number for a temperature", _arguments(rng, N=2, K=5, temperature=300, size=250.0))
    yield Case("a temperature of hundreds", _arguments(rng, N=3, K=4, temperature=800.0, size=700.0))
    yield Case("many rows", _arguments(rng, N=30, K=4, temperature=0.6))
    yield Case("many words", _arguments(rng, N=2, K=900, temperature=90.0))
    yield Case("one row", _arguments(rng, N=1, K=6, temperature=0.5))
    yield Case("one word", _arguments(rng, N=5, K=1, temperature=0.9))
    yield Case("zeros", _arguments(rng, N=3, K=4, temperature=0.8) | {"logits": np.zeros((3, 4))})
    yield Case("strided", _arguments(rng, N=5, K=3, temperature=1.7), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=4, K=3, temperature=0.75)))
    large = _arguments(rng, N=4, K=3, temperature=0.9)
    yield Case("large logits", large | {"logits": _levels(rng, 4, 3, [3000.0, -3000.0, 900.0])}, LARGE)
    yield Case("rows at other levels", large | {"logits": _levels(rng, 6, 5, [-2000.0, 0.0, 2000.0])}, LARGE)
    far = _arguments(rng, N=5, K=4, temperature=0.7)
    yield Case("logits far below 0", far | {"logits": _levels(rng, 5, 4, [-900.0, -5000.0])}, LARGE)
    cold = _arguments(rng, N=4, K=6, temperature=float(rng.uniform(5e-4, 9e-4)))
    cold["logits"] = _levels(rng, 4, 6, [-3.0, 3.0]).round() + 1e-3 * rng.normal(size=(4, 6))
    yield Case("a temperature of less than a thousandth", cold, LARGE)
    hot = _arguments(rng, N=3, K=5, temperature=float(rng.uniform(2e3, 3e3)), size=4e3)
    yield Case("a temperature of thousands, and logits as large", hot, LARGE)


EXPONENTIALS = "e = np.exp(z - z.max(axis=1, keepdims=True))"
RETURN = "e / e.sum(axis=1, keepdims=True)"
MISTAKES = slips(
    r"""
not_used: the softmax, whatever the temperature is
    {"logits / temperature": "logits * 1.0"}
    It is the temperature that says how much the likely words are preferred. (What is added to all logits of a row, or
    taken off, changes nothing.)
    Look: What does equation (eq:temperature) do with a logit and the temperature?
times: logits that are multiplied by the temperature
    {"logits / temperature": "logits * temperature"}
    A low temperature should make the likely words likelier still, and a high one make all words more alike. Here it is
    the reverse.
    Look: Where does the temperature stand in equation (eq:temperature)?
after_the_softmax: the softmax, divided by the temperature
    {"logits / temperature": "logits * 1.0", "$result": "$result / temperature"}
    Then a row doesn't add up to 1, and all words lose or gain alike.
    Look: What is divided in equation (eq:temperature), the exponent or the exponential?
softmax_twice: the softmax of probabilities that were divided by the temperature
    {"logits / temperature": "np.exp(logits - logits.max(axis=1, keepdims=True))",
        "    $exponentials": "    z = z / z.sum(axis=1, keepdims=True) / temperature\n    $exponentials"}
    Probabilities lie between 0 and 1, and hardly differ as exponents: nearly all words get alike.
    Look: What stands in the exponent of equation (eq:temperature)?
power_alone: the softmax to the power of 1 over the temperature, not brought back to the sum 1
    {"logits / temperature": "logits * 1.0", "$result": "($result) ** (1 / temperature)"}
    The power is right. But the rows don't add up to 1 any more.
    Look: What has to be true of the numbers in a row?
minus: less likely words in place of the likely ones
    {"logits / temperature": "-logits / temperature"}
    In physics there is a minus before an energy: a low energy is likely. A logit is large where a word is likely.
    Look: Which sign has the exponent in equation (eq:temperature)?
one_more: logits divided by 1 and the temperature
    {"logits / temperature": "logits / (1 + temperature)"}
    At temperature 1 it should be the softmax, and near 0 the likeliest word should have all.
    Look: What stands below the line in the exponent of equation (eq:temperature)?
base_two: powers of 2, in place of exponentials
    {"np.exp(z - z.max(axis=1, keepdims=True))": "2.0 ** (z - z.max(axis=1, keepdims=True))"}
    That is the same as another temperature.
    Look: To which base are the powers in equation (eq:temperature)?
sigmoids: sigmoids, each by itself
    {"$result": "0.5 + 0.5 * np.tanh(z / 2)"}
    They don't add up to 1, and one word's number knows nothing of the others.
    Look: What stands below the line in equation (eq:temperature)?
squared: logits divided by the temperature twice
    {"logits / temperature": "logits / temperature / temperature"}
    Once is enough.
    Look: How often does the temperature stand in the exponent of equation (eq:temperature)?
root: logits divided by the root of the temperature
    {"logits / temperature": "logits / np.sqrt(temperature)"}
    It is the temperature itself that divides.
    Look: What stands in the exponent of equation (eq:temperature)?
whole_steps: logits divided by the temperature, and cut down to whole numbers
    {"logits / temperature": "logits // temperature"}
    Python's // is a division without a rest.
    Look: Which sign divides in Python, with all that comes after the point?
whole_temperature: logits divided by the temperature, cut down to a whole number
    {"logits / temperature": "logits / max(int(temperature), 1)"}
    Most temperatures that are used lie between 0.5 and 1.5.
    Look: Is the temperature that you divide by the one that came in?
added_for_safety: logits divided by the temperature and a little more
    {"logits / temperature": "logits / (temperature + 1e-8)"}
    That keeps from a division by 0, which the docstring rules out; and where the temperature is low or the logits are
    large, it shows.
    Look: What does the docstring say of the temperature?
one_at_least: a temperature of less than 1 taken for 1
    {"logits / temperature": "logits / max(temperature, 1.0)"}
    Temperatures below 1 are allowed, and are those that are used most.
    Look: Is the temperature that you divide by the one that came in?
one_at_most: a temperature of more than 1 taken for 1
    {"logits / temperature": "logits / min(temperature, 1.0)"}
    Temperatures above 1 are allowed: they make the words more alike.
    Look: Is the temperature that you divide by the one that came in?
no_softmax: logits divided by the temperature, and not yet probabilities
    {"$result": "z"}
    What is drawn from are probabilities: numbers of which none is below 0 and that add up to 1 in each row.
    Look: What does the docstring say of the rows that come back?
logarithms: the logarithms of the probabilities
    {"$result": "z - z.max(axis=1, keepdims=True) - np.log(e.sum(axis=1, keepdims=True))"}
    They are good to add up; asked for are the probabilities themselves.
    Look: What does the docstring say of the rows that come back?
not_divided: exponentials that were not divided by their sum
    {"$result": "e"}
    They don't add up to 1.
    Look: What stands below the line in equation (eq:temperature)?
likeliest_alone: all for the likeliest word
    {"$result": "(z == z.max(axis=1, keepdims=True)).astype(float)"}
    That is what a temperature near 0 comes to. Any other leaves the other words a chance.
    Look: Equation (eq:temperature): is any exponential 0?
by_column: sums over the rows, for each word
    {"e.sum(axis=1": "e.sum(axis=0"}
    Then a word's numbers in all rows add up to 1. The words of a row should.
    Look: Over which index does the sum in equation (eq:temperature) go?
both_by_column: a softmax over the rows, for each word
    {"z.max(axis=1": "z.max(axis=0", "e.sum(axis=1": "e.sum(axis=0"}
    Then a word's numbers in all rows add up to 1. The words of a row should.
    Look: Over which index does the sum in equation (eq:temperature) go, and which axis is that?
all_together: exponentials divided by the sum of all of them
    {"e.sum(axis=1, keepdims=True)": "e.sum()"}
    All rows together then add up to 1. Each should by itself.
    Look: Over which index does the sum in equation (eq:temperature) go?
max_by_column: a softmax with another number taken off each word's logit, its largest over the rows
    {"z.max(axis=1": "z.max(axis=0"}
    What is taken off has to be the same for all words of a row, or it doesn't cancel.
    Look: The largest of which numbers is to be taken off?
max_not_taken_off: exponentials of numbers from which the largest was not taken off
    {"z - z.max(axis=1, keepdims=True)": "z"}
    From 710 on an exponential is more than a float can hold, and a low temperature makes large numbers of small ones.
    Look: What does the text above the exercise take off?
global_max: exponentials from which the largest of all rows was taken off
    {"z.max(axis=1, keepdims=True)": "z.max()"}
    Nothing overflows. But a row that lies far below another loses all its words: its exponentials are all 0.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
min_off: exponentials from which the smallest of each row was taken off
    {"z.max(axis=1": "z.min(axis=1"}
    Then every exponent is above 0, and where the logits lie far apart they overflow.
    Look: Which number has to be taken off, so that no exponent is above 0?
mean_off: exponentials from which the mean of each row was taken off
    {"z.max(axis=1": "z.mean(axis=1"}
    Then some exponents are above 0, and where the logits lie far apart they overflow.
    Look: Which number has to be taken off, so that no exponent is above 0?
max_before_division: numbers from which the largest logit was taken off after the division
    {"z.max(axis=1": "logits.max(axis=1"}
    What is taken off cancels, and any number would do. But only with the largest of the numbers in the exponent none of
    these is above 0, and one of them is 0.
    Look: The largest of which numbers do you take off: before the division by the temperature, or after it?
largest_size: exponentials from which the largest size of each row was taken off
    {"z.max(axis=1": "np.abs(z).max(axis=1"}
    Where all of a row lies far below 0, that moves it further down: all its exponentials are 0.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
clipped: exponents cut off at -700 and 700
    {"z - z.max(axis=1, keepdims=True)": "np.clip(z, -700, 700)"}
    That keeps the overflow away, and makes all words beyond that limit alike.
    Look: What may be taken off all numbers of a row, and changes nothing?
never_zero: probabilities with a little added to each
    {"$result": "(e + 1e-8) / (e + 1e-8).sum(axis=1, keepdims=True)"}
    Words that are next to impossible would all come up now and then.
    Look: What stands above the line in equation (eq:temperature)?
first_row: the probabilities of the first row, for all of them
    {"$result": "np.repeat(e[:1] / e[:1].sum(axis=1, keepdims=True), len(e), axis=0)"}
    Each row is a text of its own, with logits of its own.
    Look: How many rows of logits does your function read?
sorted_words: probabilities from the smallest to the largest
    {"$result": "np.sort(e / e.sum(axis=1, keepdims=True), axis=1)"}
    A probability's place says which word it belongs to.
    Look: Which k does each number in equation (eq:temperature) belong to?
written_into_logits: the right probabilities, with the logits divided in the array that came in
    body:
        logits /= temperature
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    Whoever called the function finds other logits afterwards: the next temperature would be applied to those.
    Look: Which of your lines writes into logits? An operator with = at its end does.
written_into_logits_too: the right probabilities, with the largest taken off in the array that came in
    body:
        logits -= logits.max(axis=1, keepdims=True)
        e = np.exp(logits / temperature)
        return e / e.sum(axis=1, keepdims=True)
    Whoever called the function finds other logits afterwards.
    Look: Which of your lines writes into logits? An operator with = at its end does.
""",
    exponentials=EXPONENTIALS,
    result=RETURN,
)

RIGHT = (
    {
        "logits / temperature": "(logits - logits.max(axis=1, keepdims=True)) / temperature",
        EXPONENTIALS: "e = np.exp(z)",
    },
    {EXPONENTIALS: "total = np.logaddexp.reduce(z, axis=1)", RETURN: "np.exp(z - total[:, None])"},
    """def apply_temperature(logits, temperature):
    probs = np.zeros(logits.shape)
    for n in range(len(logits)):
        row = np.exp((logits[n] - max(logits[n])) / temperature)
        probs[n] = row / sum(row)
    return probs
""",
    # each word beside all others: off by 1e-304
    """def apply_temperature(logits, temperature):
    away = (logits[:, None, :] - logits[:, :, None]) / temperature
    return 1 / np.exp(np.minimum(away, 700)).sum(axis=2)
""",
    """def apply_temperature(logits, temperature):
    beta = 1.0 / temperature
    z = (logits * beta).T
    z = np.exp(z - z.max(axis=0))
    return (z / z.sum(axis=0)).T
""",
)

EXERCISE = Exercise(
    name="apply_temperature",
    title="Hot and cold",
    arguments={"logits": "(N, K)", "temperature": "a number"},
    returns=(Array("probs", "(N, K)"),),
    parts=(
        Part("the probabilities", points=1),
        Part("right and without a warning on large logits, and at any temperature", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=1,
    minutes=6,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:temperature) is a softmax. What goes into it? And the largest of which numbers do you take off?",
        "Divide the logits by the temperature. Take the largest of each row off what that gives, exponentiate, and "
        "divide by the sum over the last axis. keepdims=True leaves an axis of length 1, and broadcasting does the "
        "rest.",
        "z = logits / temperature, then e = np.exp(z - z.max(axis=1, keepdims=True)), then e over its own sum along "
        "the same axis.",
    ),
    explanation=(
        "The order of the words is the same at any temperature. What changes is how much more often a likely word is "
        "drawn than an unlikely one: their ratio is raised to the power of 1 over the temperature."
    ),
)
