"""The logistic sigmoid, computed so that no input overflows."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips


def cases(rng):
    yield Case("small", {"z": rng.normal(size=(2, 3))})
    yield Case("one number", {"z": rng.normal(size=(1, 1))})
    yield Case("one sequence", {"z": rng.normal(size=(1, 6))})
    yield Case("one unit", {"z": rng.normal(size=(7, 1))})
    wide = rng.uniform(-30, 30, size=(4, 5))
    wide[0, :2] = -30.0, 30.0  # where a clip at 20 still shows
    yield Case("wide", {"z": wide})
    faint = rng.uniform(-40, -12, size=(3, 2))
    faint[0, 0] = -40.0  # of a number far below 0, e is the whole answer
    yield Case("answers close to 0", {"z": faint})
    yield Case("zero", {"z": np.zeros((2, 4))})
    yield Case("strided", {"z": rng.normal(size=(5, 3))}, frozenset({"strided"}))
    yield Case("float32", {"z": rng.normal(size=(3, 4)).astype(np.float32)})
    large = rng.choice([-1.0, 1.0], size=(3, 4)) * rng.uniform(800, 5000, size=(3, 4))
    large[0, :2] = -2000.0, 2000.0  # both signs, whatever the draw
    yield Case("large", {"z": large}, frozenset({"large"}))


CLIPPED = r"""
clipped_$limit: a sigmoid of z cut off at -$limit and $limit
    {"np.abs(z)": "np.minimum(np.abs(z), $limit)"}
    Cutting z off keeps the overflow away, and it changes the answer for every z out there: a gate that should be shut
    stays open a crack.
    Look: Equation (eq:two_forms) avoids the overflow and leaves the answer alone.
"""

MISTAKES = (
    *slips(r"""
    tanh: tanh(z)
        {"np.where(z >= 0, 1, e) / (1 + e)": "np.tanh(z)"}
        tanh runs from -1 to 1; a gate has to stay between 0 and 1.
        Look: Compare your formula with equation (eq:sigmoid).
    tanh_of_half: tanh(z / 2)
        {"np.where(z >= 0, 1, e) / (1 + e)": "np.tanh(z / 2)"}
        The shape is right, the range is not: the curve runs from -1 to 1 instead of 0 to 1.
        Look: What does equation (eq:sigmoid) give at z = 0, and what does yours?
    doubled: the sigmoid of 2 z
        {"np.abs(z)": "np.abs(2 * z)"}
        The curve is twice as steep as it should be. (1 + tanh(z)) / 2 does that: it is not the sigmoid of z.
        Look: Look at what stands in the exponent of equation (eq:sigmoid).
    sign: the sigmoid of -z
        {"z >= 0": "z < 0"}
        The curve falls where it should rise, so a gate would open where it should close.
        Look: Equation (eq:sigmoid): what sign has the exponent, and what should come out for a large positive z?
    absolute: the sigmoid of |z|
        {"np.where(z >= 0, 1, e)": "1"}
        Every answer is at least 1/2: the sign of z has been lost, so no gate could close.
        Look: Equation (eq:two_forms) has two forms. Which of them has yours used for a negative z?
    minus_absolute: the sigmoid of -|z|
        {"np.where(z >= 0, 1, e)": "e"}
        Every answer is at most 1/2: the sign of z has been lost, so no gate could open.
        Look: Equation (eq:two_forms) has two forms. Which of them has yours used for a positive z?
    derivative: the sigmoid's slope, s * (1 - s)
        {"np.where(z >= 0, 1, e)": "e / (1 + e)"}
        That is how steep the curve is, which backpropagation will need; asked is its height.
        Look: Equation (eq:sigmoid) has one fraction and no product.
    no_brackets: 1 + exp(-z)
        {"np.where(z >= 0, 1, e) / (1 + e)": "1 + np.exp(-z)"}
        Python divides before it adds: 1 / 1 + exp(-z) is (1 / 1) + exp(-z).
        Look: Which part of equation (eq:sigmoid) stands below the fraction bar?
    no_brackets_stable: equation (eq:two_forms)'s numerators plus exp(-|z|)
        {"e) / (1 + e)": "e) + e"}
        Python divides before it adds: a / 1 + e is (a / 1) + e. So nothing was divided at all.
        Look: What stands below the fraction bar, and is it in brackets?
    unchanged: z itself, as it came in
        {"np.where(z >= 0, 1, e) / (1 + e)": "+z"}
        Whatever was computed, it was not what came back.
        Look: Which name stands after your return?
    no_one: 1 / exp(-z), which is exp(z)
        {"np.where(z >= 0, 1, e) / (1 + e)": "np.exp(z)"}
        Without the 1 below the fraction bar nothing holds the answer under 1.
        Look: Compare what stands below the fraction bar with equation (eq:sigmoid).
    minus: 1 / (1 - exp(-z))
        {"np.where(z >= 0, 1, e) / (1 + e)": "1 / (1 - np.exp(-z))"}
        With a minus the denominator is 0 at z = 0, in the middle of the curve.
        Look: Look at the sign between the two terms below the fraction bar in equation (eq:sigmoid).
    softmax: a softmax: exp(z) divided by its row's sum
        {"-np.abs(z)": "z - z.max(axis=-1, keepdims=True)",
         "np.where(z >= 0, 1, e) / (1 + e)": "e / e.sum(axis=-1, keepdims=True)"}
        A softmax makes the numbers of a row compete for a total of 1. Each gate decides alone, so no number here may
        depend on its neighbours.
        Look: Equation (eq:sigmoid) is for one number z; an array is treated number by number.
    softmax_overflow: a softmax, exp(z) divided by its row's sum, which overflows on top of it
        {"-np.abs(z)": "z", "np.where(z >= 0, 1, e) / (1 + e)": "e / e.sum(axis=-1, keepdims=True)"}
        A softmax makes the numbers of a row compete for a total of 1. Each gate decides alone, so no number here may
        depend on its neighbours.
        Look: Equation (eq:sigmoid) is for one number z; an array is treated number by number.
    hard: the hard sigmoid, z / 6 + 1/2 cut off at 0 and 1
        {"np.where(z >= 0, 1, e) / (1 + e)": "np.clip(z / 6 + 0.5, 0.0, 1.0)"}
        It is a cheap stand-in made of three straight lines; it is close to the sigmoid, not equal.
        Look: Equation (eq:sigmoid) has an exponential.
    quotient: exp(z) / (1 + exp(z)) for every z
        {"np.where(z >= 0, 1, e) / (1 + e)": "np.exp(z) / (1 + np.exp(z))"}
        The formula is the right one, and it is safe for negative z. Where z is above 709, exp(z) is infinite in
        float64, and infinity divided by infinity is NaN.
        Look: Of the two forms in equation (eq:two_forms), which one is safe for a large positive z?
    """),
    *(one for limit in (5, 6, 8, 10, 12, 15, 20, 25, 30) for one in slips(CLIPPED, limit=limit)),
)

RIGHT = (
    {"np.where(z >= 0, 1, e) / (1 + e)": "(1 + np.tanh(z / 2)) / 2"},
    {"np.where(z >= 0, 1, e) / (1 + e)": "np.exp(-np.logaddexp(0, -z))"},
    {"np.exp(-np.abs(z))": "np.exp(np.minimum(z, -z))", "np.where(z >= 0, 1, e)": "np.exp(np.minimum(z, 0))"},
    {"np.where(z >= 0, 1, e) / (1 + e)": "1 / (1 + np.exp(-np.clip(z, -700, 700)))"},  # off by 1e-304
    """
def sigmoid(z):
    s = np.zeros(z.shape)
    right = z >= 0
    s[right] = 1 / (1 + np.exp(-z[right]))
    e = np.exp(z[~right])
    s[~right] = e / (1 + e)
    return s
""",
    """
def sigmoid(z):
    def one(v):
        if v < 0:
            return 1 - one(-v)
        return 1 / (1 + float(np.exp(-v)))

    return np.array([[one(float(v)) for v in row] for row in z])
""",
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
    right=RIGHT,
    hints=(
        "Of exp(z) and exp(-z), which one can overflow, and for which sign of z? Equation (eq:two_forms) writes the "
        "same number with either.",
        "Use the form with exp(-z) where z is 0 or more, and the form with exp(z) where z is negative: "
        "then no exponent is positive. In both cases that exponent is minus the size of z. "
        "np.where(condition, a, b) picks a or b, number by number; but mind that it computes both first.",
        "With e = np.exp(-np.abs(z)), which never exceeds 1, the answer is 1 / (1 + e) where z >= 0, and "
        "e / (1 + e) elsewhere.",
    ),
    explanation=(
        "A sigmoid squeezes any number into the range from 0 to 1, which is what a gate needs: 0 is shut, "
        "1 is open. There are several ways to keep the overflow away. The two forms in (eq:two_forms) approximate "
        "nothing: they are the same number, and where each of them is used on the side on which its exponent is not "
        "positive, exp stays at or below 1."
    ),
)
