"""How steep the sigmoid is: what a sigmoid unit multiplies a gradient by."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips

LARGE = frozenset({"large"})


def cases(rng):
    yield Case("small", {"z": rng.normal(size=(2, 3))})
    yield Case("one number", {"z": rng.normal(size=(1, 1))})
    yield Case("one sequence", {"z": rng.normal(size=(1, 6))})
    yield Case("one unit", {"z": rng.normal(size=(7, 1))})
    yield Case("zero", {"z": np.zeros((2, 4))})
    yield Case("positive", {"z": rng.uniform(0.5, 4, size=(3, 5))})
    yield Case("negative", {"z": rng.uniform(-4, -0.5, size=(3, 5))})
    wide = rng.uniform(-30, 30, size=(4, 5))
    wide[:2] = (-30, 30, 13.5, -22.5, 27), (5.5, -7, 9, -11, 17.5)  # between any two limits there is one
    yield Case("wide", {"z": wide})
    flat = rng.choice([-1.0, 1.0], size=(3, 4)) * rng.uniform(12, 31, size=(3, 4))
    flat[0] = -31.0, 31.0, 17.5, -22.5  # where what is cut off at 30 still shows
    yield Case("where it is nearly flat", {"z": flat})
    yield Case("strided", {"z": rng.normal(size=(5, 3))}, frozenset({"strided"}))
    yield Case("float32", {"z": rng.normal(size=(3, 4)).astype(np.float32)})
    large = rng.choice([-1.0, 1.0], size=(3, 4)) * rng.uniform(800, 5000, size=(3, 4))
    large[0, :2] = -2000.0, 2000.0  # both signs, whatever the draw
    large[2] = rng.normal(size=4)  # and beside them numbers that are not far out
    yield Case("large", {"z": large}, LARGE)


CLIPPED = r"""
clipped_$limit: the sigmoid's slope with z cut off at -$limit and $limit
    {"sigmoid(z)": "sigmoid(np.clip(z, -$limit, $limit))", "s * sigmoid(-z)": "s * (1 - s)"}
    Out there the slope is nearly 0, and that is what this unit is about. Cut off, it stays where it was at the edge,
    and many steps multiply that.
    Look: Equation (eq:sigmoid_slope) needs no limits: the sigmoid of unit 00 takes any z.
"""

CUT = r"""
cut_off_$limit: the slope, but 0 where z is beyond $limit or -$limit
    {"s * sigmoid(-z)": "np.where(np.abs(z) > $limit, 0.0, s * (1 - s))"}
    The slope is small there, and not 0.
    Look: Equation (eq:sigmoid_slope) has no limits.
"""

MISTAKES = (
    *slips(r"""
    height: the sigmoid itself
        {"s * sigmoid(-z)": "s"}
        That is how high the curve is. Asked is how fast it rises.
        Look: Equation (eq:sigmoid_slope) is a product of two factors.
    complement: 1 - s, the other factor alone
        {"s * sigmoid(-z)": "1 - s"}
        That falls from 1 to 0 and is never small on the left. The slope is small on both sides.
        Look: Equation (eq:sigmoid_slope) is a product of two factors.
    tanh_of_sigmoid: 1 - s * s, the rule for tanh with the sigmoid in it
        {"s * sigmoid(-z)": "1 - s * s"}
        1 minus the square of the answer is the slope of tanh. The sigmoid has a rule of its own.
        Look: Compare your last line with equation (eq:sigmoid_slope), factor by factor.
    tanh: the slope of tanh, 1 - tanh(z) squared
        {"sigmoid(z)": "np.tanh(z)", "s * sigmoid(-z)": "1 - s * s"}
        tanh is the steeper curve: its slope goes up to 1, the sigmoid's only to 1/4.
        Look: Which of the two curves does equation (eq:sigmoid_slope) speak of?
    tanh_in_the_rule: the sigmoid's rule with tanh in it, tanh(z) * (1 - tanh(z))
        {"sigmoid(z)": "np.tanh(z)", "s * sigmoid(-z)": "s * (1 - s)"}
        The rule s (1 - s) holds for the sigmoid only. With tanh in it the answer is negative wherever z
        is negative.
        Look: Which curve is s in equation (eq:sigmoid_slope)?
    of_an_output: z * (1 - z), as if z had been through the sigmoid already
        {"sigmoid(z)": "+z", "s * sigmoid(-z)": "s * (1 - s)"}
        The rule needs what came out of the sigmoid; z is what goes in, and it can be any number.
        Look: Equation (eq:sigmoid_slope): what has to be computed of z first?
    twice: s * (1 - s) with an s that went through the sigmoid twice
        {"sigmoid(z)": "sigmoid(sigmoid(z))", "s * sigmoid(-z)": "s * (1 - s)"}
        The inner sigmoid gives numbers between 0 and 1, and of these the outer one makes 0.5 to 0.73: the slope there
        never gets below 0.19, however far out z is.
        Look: Count the sigmoids on the way to your s.
    plus: s * (1 + s)
        {"s * sigmoid(-z)": "s * (1 + s)"}
        Then the answer grows towards 2 on the right, where the curve is flat.
        Look: Which sign stands in the bracket of equation (eq:sigmoid_slope)?
    negated: minus the slope
        {"s * sigmoid(-z)": "s * (s - 1)"}
        The sigmoid rises everywhere, so its slope is nowhere negative.
        Look: Which way round is the difference in equation (eq:sigmoid_slope)?
    squared: s * s, without the other factor
        {"s * sigmoid(-z)": "s * s"}
        That is 1 on the right, where the curve is flat.
        Look: Compare the second factor with equation (eq:sigmoid_slope).
    complement_squared: (1 - s) squared
        {"s * sigmoid(-z)": "(1 - s) ** 2"}
        That is 1 on the left, where the curve is flat.
        Look: Equation (eq:sigmoid_slope) has two factors, and they are not the same.
    one_square_too_many: s times (1 - s) squared
        {"s * sigmoid(-z)": "s * (1 - s) ** 2"}
        At z = 0 that is 1/8, and the curve rises by 1/4 there.
        Look: Equation (eq:sigmoid_slope) has no square.
    left_square_too_many: s squared times (1 - s)
        {"s * sigmoid(-z)": "s * s * (1 - s)"}
        At z = 0 that is 1/8, and the curve rises by 1/4 there.
        Look: Equation (eq:sigmoid_slope) has no square.
    no_brackets: s * 1 - s, which is 0 everywhere
        {"s * sigmoid(-z)": "s * 1 - s"}
        Python multiplies before it subtracts: s * 1 - s is (s * 1) - s.
        Look: Which part of equation (eq:sigmoid_slope) stands in brackets?
    times_z: the slope times z
        {"s * sigmoid(-z)": "z * s * (1 - s)"}
        z has a place inside the sigmoid, and nowhere else.
        Look: How often does z itself stand in equation (eq:sigmoid_slope)?
    normalised: four times the slope, so that its top is 1
        {"s * sigmoid(-z)": "4 * s * (1 - s)"}
        The shape is right. But how large the slope is at its top is what counts here, because many of them are
        multiplied.
        Look: Equation (eq:sigmoid_slope) has no factor in front.
    steeper: the slope of the sigmoid of 2 z
        {"sigmoid(z)": "sigmoid(2 * z)", "s * sigmoid(-z)": "2 * s * (1 - s)"}
        (1 + tanh(z)) / 2 has that slope: it is the sigmoid of 2 z.
        Look: Which number goes into the sigmoid in equation (eq:sigmoid_slope)?
    wrong_inside: s * (1 - s) for the sigmoid of 2 z
        {"sigmoid(z)": "sigmoid(2 * z)", "s * sigmoid(-z)": "s * (1 - s)"}
        The curve whose slope this should be is the sigmoid of z.
        Look: Which number goes into the sigmoid in equation (eq:sigmoid_slope)?
    flatter: the slope of the sigmoid of z / 2
        {"sigmoid(z)": "sigmoid(z / 2)", "s * sigmoid(-z)": "s * (1 - s) / 2"}
        (1 + tanh(z / 4)) / 2 has that slope: it is the sigmoid of z / 2.
        Look: Which number goes into the sigmoid in equation (eq:sigmoid_slope)?
    inside_halved: s * (1 - s) for the sigmoid of z / 2
        {"sigmoid(z)": "sigmoid(z / 2)", "s * sigmoid(-z)": "s * (1 - s)"}
        The curve whose slope this should be is the sigmoid of z.
        Look: Which number goes into the sigmoid in equation (eq:sigmoid_slope)?
    hard: the slope of the hard sigmoid, 1/6 between -3 and 3, and 0 outside
        {"s * sigmoid(-z)": "np.where(np.abs(z) < 3, 1 / 6, 0.0 * s)"}
        The hard sigmoid is made of three straight lines. The sigmoid has a slope everywhere, if a small one.
        Look: Equation (eq:sigmoid_slope) has no bounds for z.
    hard_fifth: the slope of the hard sigmoid, 1/5 between -2.5 and 2.5, and 0 outside
        {"s * sigmoid(-z)": "np.where(np.abs(z) < 2.5, 0.2, 0.0 * s)"}
        The hard sigmoid is made of three straight lines. The sigmoid has a slope everywhere, if a small one.
        Look: Equation (eq:sigmoid_slope) has no bounds for z.
    quarter: 1/4 wherever z is
        {"s * sigmoid(-z)": "0 * s + 0.25"}
        1/4 is the most it can be, and it is that at z = 0 alone.
        Look: Does equation (eq:sigmoid_slope) depend on z?
    floored: the slope, but nowhere below 1e-5
        {"s * sigmoid(-z)": "np.maximum(s * (1 - s), 1e-5)"}
        A slope that is kept from getting small hides what this unit is about: far out it is next to nothing.
        Look: Equation (eq:sigmoid_slope) has no lower bound but 0.
    tiny_added: the slope with a small number added for safety
        {"s * sigmoid(-z)": "s * (1 - s) + 1e-8"}
        There is no division here that would need it, and far out that number is all there is.
        Look: Equation (eq:sigmoid_slope) has two factors and nothing added to them.
    numerical: a difference quotient, the sigmoid a little further on minus a little before
        {"s = sigmoid(z)": "d = 1e-5", "s * sigmoid(-z)": "(sigmoid(z + d) - sigmoid(z - d)) / (2 * d)"}
        That is how unit 02 checks a slope: good to ten digits where the curve is steep, and to none where it is flat.
        Look: Equation (eq:sigmoid_slope) gives the slope exactly.
    one_sided: a one-sided difference quotient, the sigmoid a little further on minus here
        {"s = sigmoid(z)": "d = 1e-5", "s * sigmoid(-z)": "(sigmoid(z + d) - sigmoid(z)) / d"}
        That is good to five digits where the curve is steep, and to none where it is flat.
        Look: Equation (eq:sigmoid_slope) gives the slope exactly.
    smaller: the smaller one of s and 1 - s
        {"s * sigmoid(-z)": "np.minimum(s, 1 - s)"}
        It is small on both sides, as it should be, but twice as large in the middle and without a round top.
        Look: Equation (eq:sigmoid_slope) uses both factors, everywhere.
    root: the root of the slope
        {"s * sigmoid(-z)": "np.sqrt(s * (1 - s))"}
        At z = 0 that is 1/2, and the curve rises by 1/4 there.
        Look: Equation (eq:sigmoid_slope) has no root.
    root_of_one: s times the root of 1 - s
        {"s * sigmoid(-z)": "s * np.sqrt(1 - s)"}
        At z = 0 that is more than 1/3, and the curve rises by 1/4 there.
        Look: Equation (eq:sigmoid_slope) has no root.
    slope_squared: the square of the slope
        {"s * sigmoid(-z)": "(s * (1 - s)) ** 2"}
        At z = 0 that is 1/16: what two steps multiply by.
        Look: Equation (eq:sigmoid_slope) has no square.
    from_the_middle: how far s is from 1/2
        {"s * sigmoid(-z)": "np.abs(s - 0.5)"}
        That is 0 in the middle, where the curve is steepest.
        Look: Equation (eq:sigmoid_slope) is a product of two factors.
    signed: the slope with the sign of z
        {"s * sigmoid(-z)": "np.sign(z) * s * (1 - s)"}
        The sigmoid rises on the left as well, so its slope is nowhere negative.
        Look: Is there a sign in equation (eq:sigmoid_slope)?
    z_in_front: z * (1 - s)
        {"s * sigmoid(-z)": "z * (1 - s)"}
        z goes into the sigmoid. The first factor is what comes out of it.
        Look: How often does z itself stand in equation (eq:sigmoid_slope)?
    z_in_the_bracket: s * (1 - z)
        {"s * sigmoid(-z)": "s * (1 - z)"}
        z goes into the sigmoid. The bracket has what comes out of it.
        Look: How often does z itself stand in equation (eq:sigmoid_slope)?
    tanh_in_the_bracket: s * (1 - tanh(z))
        {"s * sigmoid(-z)": "s * (1 - np.tanh(z))"}
        Two curves have been mixed: each has a rule of its own.
        Look: Which curve stands in both factors of equation (eq:sigmoid_slope)?
    ratio: s divided by (1 - s), or exp(z)
        {"s * sigmoid(-z)": "np.exp(z)"}
        That grows without bounds, and a slope of the sigmoid is at most 1/4.
        Look: What stands between the two factors of equation (eq:sigmoid_slope)?
    square_inside: exp(-z) / (1 + exp(-z) squared), the square on one term in place of the bracket
        {"s = sigmoid(z)": "e = np.exp(-np.abs(z))", "s * sigmoid(-z)": "e / (1 + e**2)"}
        Python takes the power before it adds: the square belongs around the whole bracket.
        Look: What is squared below the fraction bar, when 1 / (1 + exp(-z)) is differentiated?
    neighbours: np.gradient along a row, the difference between a number and its neighbours
        {"s * sigmoid(-z)": "np.gradient(s, axis=-1) if s.shape[-1] > 1 else 0 * s"}
        Each z is a number by itself, and its slope does not depend on what stands beside it.
        Look: Equation (eq:sigmoid_slope) is for one number z; an array is treated number by number.
    rounded: the slope of a sigmoid that was rounded to eight digits
        {"sigmoid(z)": "np.round(sigmoid(z), 8)", "s * sigmoid(-z)": "s * (1 - s)"}
        Far out the slope is in the digits that were cut off.
        Look: Equation (eq:sigmoid_slope) has no rounding.
    overflow: exp(-z) / (1 + exp(-z)) squared, as it comes from the quotient rule
        {"s = sigmoid(z)": "e = np.exp(-z)", "s * sigmoid(-z)": "e / (1 + e) ** 2"}
        The formula is the right one. But exp(-z) is infinite in float64 where z is below about -709, its square
        already below -355, and infinity divided by infinity is NaN.
        Look: Equation (eq:sigmoid_slope) needs no exp of its own: the sigmoid of unit 00 can take any z.
    overflow_right: exp(z) / (1 + exp(z)) squared
        {"s = sigmoid(z)": "e = np.exp(z)", "s * sigmoid(-z)": "e / (1 + e) ** 2"}
        The formula is the right one. But exp(z) is infinite in float64 where z is above about 709, its square already
        above 355, and infinity divided by infinity is NaN.
        Look: Equation (eq:sigmoid_slope) needs no exp of its own: the sigmoid of unit 00 can take any z.
    """),
    *(one for limit in (3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30) for one in slips(CLIPPED, limit=limit)),
    *(one for limit in (5, 6, 8, 10, 15, 20, 30) for one in slips(CUT, limit=limit)),
)

RIGHT = (
    {"s * sigmoid(-z)": "s - s**2"},
    {"s = sigmoid(z)": "s = sigmoid(-z)", "s * sigmoid(-z)": "s * (1 - s)"},
    {"s = sigmoid(z)": "s = sigmoid(np.abs(z))", "s * sigmoid(-z)": "s * (1 - s)"},
    {"s * sigmoid(-z)": "s * (1 - s)"},
    {"s = sigmoid(z)": "e = np.exp(-np.abs(z))", "s * sigmoid(-z)": "e / (1 + e) ** 2"},
    {"s = sigmoid(z)": "t = np.tanh(z / 2)", "s * sigmoid(-z)": "(1 - t * t) / 4"},
    {"s = sigmoid(z)": "c = np.clip(z, -300, 300)", "s * sigmoid(-z)": "0.25 / np.cosh(c / 2) ** 2"},
    """
def sigmoid_slope(z):
    slope = np.zeros(z.shape)
    for place, value in np.ndenumerate(z):
        e = np.exp(-abs(float(value)))
        slope[place] = e / (1 + e) / (1 + e)
    return slope
""",
    """
def sigmoid_slope(z):
    s = sigmoid(z)
    slope = 1 - s
    slope *= s
    return slope
""",
)

EXERCISE = Exercise(
    name="sigmoid_slope",
    title="The slope of the sigmoid",
    arguments={"z": "(N, H)"},
    returns=(Array("slope", "(N, H)"),),
    parts=(
        Part("right on ordinary inputs", points=1),
        Part("right and without a warning on large inputs", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=1,
    minutes=4,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:sigmoid_slope) has no z by itself: all it needs is what the sigmoid gives.",
        "Compute s, the sigmoid of z, once. The slope is s times what is missing from s to 1.",
        "s = sigmoid(z), and then s times (1 - s).",
    ),
    explanation=(
        "The slope is largest where z is 0, and even there it is only 1/4. Every step back through a sigmoid unit "
        "multiplies the gradient by such a number, and the weights have to make up for it."
    ),
)
