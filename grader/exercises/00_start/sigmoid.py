"""The logistic sigmoid, computed so that no input overflows."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part


def cases(rng):
    yield Case("small", {"z": rng.normal(size=(2, 3))})
    yield Case("one number", {"z": rng.normal(size=(1, 1))})
    yield Case("one sequence", {"z": rng.normal(size=(1, 6))})
    yield Case("one unit", {"z": rng.normal(size=(7, 1))})
    wide = rng.uniform(-30, 30, size=(4, 5))
    wide[0, :2] = -30.0, 30.0  # where a clip at 20 still shows
    yield Case("wide", {"z": wide})
    yield Case("zero", {"z": np.zeros((2, 4))})
    yield Case("strided", {"z": rng.normal(size=(5, 3))}, frozenset({"strided"}))
    yield Case("float32", {"z": rng.normal(size=(3, 4)).astype(np.float32)})
    large = rng.choice([-1.0, 1.0], size=(3, 4)) * rng.uniform(800, 5000, size=(3, 4))
    large[0, :2] = -2000.0, 2000.0  # both signs, whatever the draw
    yield Case("large", {"z": large}, frozenset({"large"}))


def _right(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def _quotient(z):
    return np.exp(z) / (1 + np.exp(z))


def _softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def _softmax_shifted(z):
    return _softmax(z - z.max(axis=-1, keepdims=True))


def _clipped(limit):
    return Mistake(
        name=f"clipped_{limit}",
        what=f"a sigmoid of z cut off at -{limit} and {limit}",
        meaning="Cutting z off keeps the overflow away, and it changes the answer for every z out there: "
        "a gate that should be shut stays open a crack.",
        look="Equation (0.3) avoids the overflow and leaves the answer alone.",
        function=lambda z: _right(np.clip(z, -limit, limit)),
    )


MISTAKES = (
    Mistake(
        name="tanh",
        what="tanh(z)",
        meaning="tanh runs from -1 to 1; a gate has to stay between 0 and 1.",
        look="Compare your formula with equation (0.1).",
        function=np.tanh,
    ),
    Mistake(
        name="tanh_of_half",
        what="tanh(z / 2)",
        meaning="The shape is right, the range is not: the curve runs from -1 to 1 instead of 0 to 1.",
        look="What does equation (0.1) give at z = 0, and what does yours?",
        function=lambda z: np.tanh(z / 2),
    ),
    Mistake(
        name="doubled",
        what="the sigmoid of 2 z",
        meaning="The curve is twice as steep as it should be. (1 + tanh(z)) / 2 does that: it is not the sigmoid of z.",
        look="Look at what stands in the exponent of equation (0.1).",
        function=lambda z: _right(2 * z),
    ),
    Mistake(
        name="sign",
        what="the sigmoid of -z",
        meaning="The curve falls where it should rise, so a gate would open where it should close.",
        look="Equation (0.1): what sign has the exponent, and what should come out for a large positive z?",
        function=lambda z: _right(-z),
    ),
    Mistake(
        name="absolute",
        what="the sigmoid of |z|",
        meaning="Every answer is at least 1/2: the sign of z has been lost, so no gate could close.",
        look="Equation (0.3) has two forms. Which of them has yours used for a negative z?",
        function=lambda z: _right(np.abs(z)),
    ),
    Mistake(
        name="minus_absolute",
        what="the sigmoid of -|z|",
        meaning="Every answer is at most 1/2: the sign of z has been lost, so no gate could open.",
        look="Equation (0.3) has two forms. Which of them has yours used for a positive z?",
        function=lambda z: _right(-np.abs(z)),
    ),
    Mistake(
        name="derivative",
        what="the sigmoid's slope, s * (1 - s)",
        meaning="That is how steep the curve is, which backpropagation will need; asked is its height.",
        look="Equation (0.1) has one fraction and no product.",
        function=lambda z: _right(z) * (1 - _right(z)),
    ),
    Mistake(
        name="no_brackets",
        what="1 + exp(-z)",
        meaning="Python divides before it adds: 1 / 1 + exp(-z) is (1 / 1) + exp(-z).",
        look="Which part of equation (0.1) stands below the fraction bar?",
        function=lambda z: 1 + np.exp(-z),
    ),
    Mistake(
        name="no_brackets_stable",
        what="equation (0.3)'s numerators plus exp(-|z|)",
        meaning="Python divides before it adds: a / 1 + e is (a / 1) + e. So nothing was divided at all.",
        look="What stands below the fraction bar, and is it in brackets?",
        function=lambda z: np.where(z >= 0, 1, np.exp(-np.abs(z))) + np.exp(-np.abs(z)),
    ),
    Mistake(
        name="unchanged",
        what="z itself, as it came in",
        meaning="Whatever was computed, it was not what came back.",
        look="Which name stands after your return?",
        function=lambda z: +z,
    ),
    Mistake(
        name="no_one",
        what="1 / exp(-z), which is exp(z)",
        meaning="Without the 1 below the fraction bar nothing holds the answer under 1.",
        look="Compare what stands below the fraction bar with equation (0.1).",
        function=np.exp,
    ),
    Mistake(
        name="minus",
        what="1 / (1 - exp(-z))",
        meaning="With a minus the denominator is 0 at z = 0, in the middle of the curve.",
        look="Look at the sign between the two terms below the fraction bar in equation (0.1).",
        function=lambda z: 1 / (1 - np.exp(-z)),
    ),
    Mistake(
        name="softmax",
        what="a softmax: exp(z) divided by its row's sum",
        meaning="A softmax makes the numbers of a row compete for a total of 1. Each gate decides alone, so "
        "no number here may depend on its neighbours.",
        look="Equation (0.1) is for one number z; an array is treated number by number.",
        function=_softmax_shifted,
    ),
    Mistake(
        name="softmax_overflow",
        what="a softmax, exp(z) divided by its row's sum, which overflows on top of it",
        meaning="A softmax makes the numbers of a row compete for a total of 1. Each gate decides alone, so "
        "no number here may depend on its neighbours.",
        look="Equation (0.1) is for one number z; an array is treated number by number.",
        function=_softmax,
    ),
    Mistake(
        name="hard",
        what="the hard sigmoid, z / 6 + 1/2 cut off at 0 and 1",
        meaning="It is a cheap stand-in made of three straight lines; it is close to the sigmoid, not equal.",
        look="Equation (0.1) has an exponential.",
        function=lambda z: np.clip(z / 6 + 0.5, 0.0, 1.0),
    ),
    Mistake(
        name="quotient",
        what="exp(z) / (1 + exp(z)) for every z",
        meaning="The formula is the right one, and it is safe for negative z. Where z is above 709, exp(z) "
        "is infinite in float64, and infinity divided by infinity is NaN.",
        look="Of the two forms in equation (0.3), which one is safe for a large positive z?",
        function=_quotient,
    ),
    *(_clipped(limit) for limit in (5, 6, 8, 10, 12, 15, 20)),
)

EXERCISE = Exercise(
    name="sigmoid",
    title="The logistic sigmoid",
    arguments={"z": "(N, H)"},
    returns=(Array("s", "(N, H)"),),
    parts=(
        Part("right on ordinary inputs", points=1),
        Part("right and without a warning on large inputs", points=1, tags=frozenset({"large"}), quiet=True),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Of exp(z) and exp(-z), which one can overflow, and for which sign of z? Equation (0.3) writes the "
        "same number with either.",
        "Use the form with exp(-z) where z is 0 or more, and the form with exp(z) where z is negative: "
        "then no exponent is positive. In both cases that exponent is minus the size of z. "
        "np.where(condition, a, b) picks a or b, number by number; but mind that it computes both first.",
        "With e = np.exp(-np.abs(z)), which never exceeds 1, the answer is 1 / (1 + e) where z >= 0, and "
        "e / (1 + e) elsewhere.",
    ),
    explanation=(
        "A sigmoid squeezes any number into the range from 0 to 1, which is what a gate needs: 0 is shut, "
        "1 is open. Where each form of (0.3) is used on the side on which its exponent is not positive, exp "
        "stays at or below 1 and cannot overflow. Nothing is approximated for that: both forms are the "
        "same number."
    ),
)
