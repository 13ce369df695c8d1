"""How far a claimed gradient is from the gradient: the judge of every backward pass."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips

SIZES, ZEROS = frozenset({"sizes"}), frozenset({"zeros"})


def _places(a):
    return np.arange(1, np.size(a) + 1).reshape(np.shape(a))


def waves(a):
    """the sum of k * sin(3 * a_k), with k = 1, 2, 3, ... the places in a"""
    return float(np.sum(np.sin(3 * np.asarray(a)) * _places(a)))


def cubes(a):
    """the sum of a_k cubed over k, with k = 1, 2, 3, ... the places in a; its value is one of numpy's numbers"""
    return np.sum(np.asarray(a) ** 3 / _places(a))


def flat(a):
    """1, whatever a is"""
    return 1.0


def faint(a):
    """1e-12 times the sum of k * sin(3 * a_k), with k = 1, 2, 3, ... the places in a"""
    return 1e-12 * waves(a)


def waves_slope(a):
    """the gradient of waves: 3 * k * cos(3 * a_k)"""
    return 3 * np.cos(3 * np.asarray(a)) * _places(a)


def waves_doubled(a):
    """twice the gradient of waves"""
    return 2 * waves_slope(a)


def waves_thousandfold(a):
    """a thousand times the gradient of waves"""
    return 1000 * waves_slope(a)


def waves_halved(a):
    """half of the gradient of waves"""
    return waves_slope(a) / 2


def waves_turned(a):
    """the gradient of waves with the wrong sign"""
    return -waves_slope(a)


def waves_one_wrong(a):
    """the gradient of waves, less half of the largest size in it at the first place alone"""
    slope = np.array(waves_slope(a))
    slope.flat[0] -= np.abs(slope).max() / 2
    return slope


def waves_small_wrong(a):
    """the gradient of waves, with a ten-thousandth of the largest size in it added at the last place"""
    slope = np.array(waves_slope(a))
    slope.flat[-1] += 1e-4 * np.abs(slope).max()
    return slope


def waves_nearby(a):
    """3 * k * (1 - 4.5 * a_k squared), which is the gradient of waves near 0 alone"""
    return 3 * (1 - 4.5 * np.asarray(a) ** 2) * _places(a)


def cubes_slope(a):
    """the gradient of cubes: 3 * a_k squared over k"""
    return 3 * np.asarray(a) ** 2 / _places(a)


def cubes_forgotten(a):
    """zeros, in place of the gradient of cubes"""
    return np.zeros(np.shape(a))


def cubes_of_the_mean(a):
    """the gradient of cubes, divided by how many numbers there are in a"""
    return cubes_slope(a) / np.size(a)


def cubes_one_wrong(a):
    """the gradient of cubes, plus half of the largest size in it at the first place alone"""
    slope = np.array(cubes_slope(a))
    slope.flat[0] += np.abs(slope).max() / 2
    return slope


def cubes_of_squares(a):
    """2 * a_k over k, which is the gradient of other sums, in place of that of cubes"""
    return 2 * np.asarray(a) / _places(a)


def nothing(a):
    """zeros"""
    return np.zeros(np.shape(a))


def ones(a):
    """ones"""
    return np.ones(np.shape(a))


def faint_doubled(a):
    """twice the gradient of faint"""
    return 2e-12 * waves_slope(a)


FUNCTIONS = {
    one.__name__: one
    for one in (
        waves,
        waves_doubled,
        waves_slope,
        waves_halved,
        waves_thousandfold,
        waves_turned,
        waves_one_wrong,
        waves_small_wrong,
        waves_nearby,
        cubes,
        cubes_slope,
        cubes_forgotten,
        cubes_of_the_mean,
        cubes_one_wrong,
        cubes_of_squares,
        flat,
        nothing,
        ones,
        faint,
        faint_doubled,
    )
}


def _case(rng, name, f, backward, *shape, tags=frozenset(), scale=1.0):
    x = scale * rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.3, 1.2, size=shape)
    return Case(name, {"f": f, "backward": backward, "x": x}, tags)


def cases(rng):
    yield _case(rng, "small", waves, waves_halved, 3)
    yield _case(rng, "too large", waves, waves_doubled, 4)
    yield _case(rng, "right", waves, waves_slope, 5)
    yield _case(rng, "the wrong sign", waves, waves_turned, 2, 3)
    yield _case(rng, "one place is too low", waves, waves_one_wrong, 3, 4)
    yield _case(rng, "one place is too high", cubes, cubes_one_wrong, 2, 3)
    yield _case(rng, "one place is hardly wrong", waves, waves_small_wrong, 3, 2)
    yield _case(rng, "right, three axes", cubes, cubes_slope, 2, 3, 2)
    yield _case(rng, "right near 0 alone", waves, waves_nearby, 2, 2)
    yield _case(rng, "another one's gradient", cubes, cubes_of_squares, 5)
    yield _case(rng, "a mean", cubes, cubes_of_the_mean, 4)
    yield _case(rng, "one number", cubes, cubes_one_wrong, 1, 1)
    yield _case(rng, "zeros are claimed", cubes, cubes_forgotten, 3)
    yield _case(rng, "zeros would be right", flat, ones, 2, 2, tags=ZEROS)
    yield _case(rng, "zeros are right", flat, nothing, 3, tags=ZEROS)
    yield Case("at zero", {"f": waves, "backward": waves_doubled, "x": np.zeros((2, 2))})
    yield _case(rng, "faint gradients", faint, faint_doubled, 3, tags=SIZES)
    yield _case(rng, "large gradients, right", cubes, cubes_slope, 2, 3, tags=SIZES, scale=200.0)
    yield _case(rng, "large gradients", cubes, cubes_of_squares, 2, 3, tags=SIZES, scale=1500.0)
    yield _case(rng, "a large gradient is claimed", waves, waves_thousandfold, 3, tags=SIZES)
    single = _case(
        rng, "float32", waves, waves_halved, 2, 3, scale=1e-3
    )  # so small that a step of 1e-5 is not rounded off
    yield Case(single.name, single.args | {"x": single.args["x"].astype(np.float32)})
    yield _case(rng, "strided", waves, waves_one_wrong, 3, 2, tags=frozenset({"strided"}))


MISTAKES = slips(r"""
not_absolute: the largest difference with its sign, so that a gradient which is too small everywhere has none
    {"np.abs(claimed - measured).max()": "(claimed - measured).max()"}
    A difference of -2 is as bad as one of 2.
    Look: What stands around the difference in equation (eq:check)?
not_absolute_measured: the largest difference with its sign, what is claimed taken from what was measured
    {"np.abs(claimed - measured).max()": "(measured - claimed).max()"}
    A difference of -2 is as bad as one of 2.
    Look: What stands around the difference in equation (eq:check)?
size_of_the_largest: the size of the largest difference, where the largest size of a difference is wanted
    {"np.abs(claimed - measured).max()": "abs((claimed - measured).max())"}
    Of -2 and 1 the largest is 1. The sign has to go before the largest is taken.
    Look: In which order does equation (eq:check) take sizes and the largest?
difference_of_the_largest: the difference of the two largest sizes
    {"np.abs(claimed - measured).max()": "abs(np.abs(claimed).max() - np.abs(measured).max())"}
    A gradient with the wrong sign, or with its numbers in other places, has the same largest size.
    Look: In which order does equation (eq:check) take differences and the largest?
mean_difference: the mean of the differences' sizes, in place of the largest
    {"np.abs(claimed - measured).max()": "np.abs(claimed - measured).mean()"}
    One wrong number among a thousand right ones would hardly show in a mean.
    Look: What does equation (eq:check) do over k above the line?
summed_difference: the sum of the differences' sizes, in place of the largest
    {"np.abs(claimed - measured).max()": "np.abs(claimed - measured).sum()"}
    A sum grows with the number of weights, also where each of them is nearly right.
    Look: What does equation (eq:check) do over k above the line?
squared_difference: the largest squared difference
    {"np.abs(claimed - measured).max()": "((claimed - measured) ** 2).max()"}
    A squared difference over a size that isn't squared changes with the units of f.
    Look: Compare with equation (eq:check), above the line.
squares: the largest squared difference over the largest square
    {"np.abs(claimed - measured).max() / scale": "((claimed - measured) ** 2).max() / scale**2"}
    An error of a thousandth would be called a millionth, and taken for rounding.
    Look: Compare with equation (eq:check): are there squares?
not_divided: the largest difference, not divided by anything
    {"np.abs(claimed - measured).max() / scale": "np.abs(claimed - measured).max()"}
    Whether 0.001 is much depends on how large the gradient is.
    Look: What stands below the line of equation (eq:check)?
each_by_its_own: the largest of the differences, each divided by the larger of its own two numbers
    {"np.abs(claimed - measured).max() / scale":
        "(np.abs(claimed - measured) / np.maximum(np.maximum(np.abs(claimed), np.abs(measured)), 1e-300)).max()"}
    Where the right slope happens to be next to 0 the rounding alone is large beside it, and right code looks bad.
    Look: Does equation (eq:check) take the largest first, or divide first?
each_by_the_sum: the largest of the differences, each divided by the sum of its own two sizes
    {"np.abs(claimed - measured).max() / scale":
        "(np.abs(claimed - measured) / np.maximum(np.abs(claimed) + np.abs(measured), 1e-300)).max()"}
    Many courses do so. Where the right slope happens to be next to 0 the rounding alone is large beside it, and right
    code looks bad.
    Look: Does equation (eq:check) take the largest first, or divide first?
by_the_measured: the largest difference over the largest size that was measured
    {"max(np.abs(claimed).max(), np.abs(measured).max())": "np.abs(measured).max()"}
    Where the right gradient is 0 that is a division by 0.
    Look: Of which two is the larger taken below the line of equation (eq:check)?
by_the_claimed: the largest difference over the largest size that is claimed
    {"max(np.abs(claimed).max(), np.abs(measured).max())": "np.abs(claimed).max()"}
    Whoever claims something large looks nearly right then, and zeros divide by 0.
    Look: Of which two is the larger taken below the line of equation (eq:check)?
by_the_smaller: the largest difference over the smaller of the two largest sizes
    {"scale = max(": "scale = min("}
    The smaller of the two may be 0.
    Look: Which of the two is taken below the line of equation (eq:check)?
by_the_sum: the largest difference over the sum of the two largest sizes
    {"max(np.abs(claimed).max(), np.abs(measured).max())": "np.abs(claimed).max() + np.abs(measured).max()"}
    That is about half of what is asked for.
    Look: What stands below the line of equation (eq:check)?
by_the_largest_number: the largest difference over the largest number, whose sign was not taken off
    {"max(np.abs(claimed).max(), np.abs(measured).max())": "max(claimed.max(), measured.max())"}
    The largest of -5 and 1 is 1, though -5 has the larger size.
    Look: What stands around a and n below the line of equation (eq:check)?
norms: the length of the difference over the larger of the two lengths
    {"np.abs(claimed - measured).max() / scale":
        "np.linalg.norm(claimed - measured) / max(np.linalg.norm(claimed), np.linalg.norm(measured))"}
    That is a good measure too. Asked for is that of the largest number, in which one wrong weight shows in full.
    Look: What does equation (eq:check) take of the differences?
norms_summed: the length of the difference over the sum of the two lengths
    {"np.abs(claimed - measured).max() / scale":
        "np.linalg.norm(claimed - measured) / (np.linalg.norm(claimed) + np.linalg.norm(measured))"}
    That is a good measure too. Asked for is that of the largest number, in which one wrong weight shows in full.
    Look: What does equation (eq:check) take of the differences, and what stands below the line?
with_a_floor: a scale to which 1e-8 was added, against a division by 0
    {"    if scale == 0:\n        return 0.0\n": "    scale = scale + 1e-8\n"}
    A gradient may be as small as that, and then its error is divided by something that has nothing to do with it.
    Look: What does the docstring say of the one case in which the scale is 0?
not_zero_safe: a division by 0 where both gradients are 0
    {"    if scale == 0:\n        return 0.0\n": ""}
    Then they agree, and there is nothing to divide by.
    Look: What does the docstring say of that case?
one_where_zero: 1 where both gradients are 0
    {"return 0.0": "return 1.0"}
    Then they agree, and an error of 0 is what is asked for.
    Look: What does the docstring say of that case?
zero_where_one_is: 0 where only one of the two gradients is 0
    {"if scale == 0": "if np.abs(claimed).max() == 0 or np.abs(measured).max() == 0"}
    A gradient of zeros is right only where the slopes are 0.
    Look: What does the docstring say of that case: one of the two, or both?
large_step: a check with a step of 0.01
    {"1e-5": "1e-2"}
    With such steps the differences themselves are off in the third digit or so, and a right gradient looks wrong.
    Look: Which step does the docstring ask for?
thousandth_for_a_step: a check with a step of 0.001
    {"1e-5": "1e-3"}
    With such steps the differences themselves are off in the sixth digit or so, and a right gradient looks doubtful.
    Look: Which step does the docstring ask for?
tenth_for_a_step: a check with a step of 0.1
    {"1e-5": "1e-1"}
    With such steps the differences themselves are off in the first digits, and a right gradient looks wrong.
    Look: Which step does the docstring ask for?
small_step: a check with a step of 1e-12
    {"1e-5": "1e-12"}
    With such steps rounding is all that is left in the differences, and a right gradient looks wrong.
    Look: Which step does the docstring ask for?
claimed_twice: what is claimed, compared with itself
    {"numerical_gradient(f, x, 1e-5)": "backward(x)"}
    That says 0 of everything.
    Look: Which two gradients does equation (eq:check) compare?
added: the largest size of the sum of the two gradients, in place of their difference
    {"np.abs(claimed - measured).max()": "np.abs(claimed + measured).max()"}
    A right gradient would then be the worst of all.
    Look: Look at the sign above the line of equation (eq:check).
first_alone: the difference at the first place alone
    {"np.abs(claimed - measured).max()": "abs(claimed.flat[0] - measured.flat[0])"}
    A gradient may be wrong in any of its numbers.
    Look: What does equation (eq:check) do over k above the line?
median_difference: the median of the differences' sizes, in place of the largest
    {"np.abs(claimed - measured).max()": "np.median(np.abs(claimed - measured))"}
    A median doesn't see what is wrong in less than half of the numbers.
    Look: What does equation (eq:check) do over k above the line?
mean_of_both: the mean of the differences' sizes over the larger of the two means
    {"np.abs(claimed - measured).max() / scale":
        "np.abs(claimed - measured).mean() / max(np.abs(claimed).mean(), np.abs(measured).mean())"}
    One wrong number among a thousand right ones would hardly show in a mean.
    Look: What does equation (eq:check) do over k?
by_the_mean_of_the_largest: the largest difference over the mean of the two largest sizes
    {"max(np.abs(claimed).max(), np.abs(measured).max())": "(np.abs(claimed).max() + np.abs(measured).max()) / 2"}
    That is near to what is asked for where the two agree, and another number where they don't.
    Look: What stands below the line of equation (eq:check)?
by_the_product: the largest difference over the root of the product of the two largest sizes
    {"max(np.abs(claimed).max(), np.abs(measured).max())": "np.sqrt(np.abs(claimed).max() * np.abs(measured).max())"}
    Where one of the two is 0 so is the product.
    Look: What stands below the line of equation (eq:check)?
directions: 1 minus the cosine of the angle between the two
    {"np.abs(claimed - measured).max() / scale":
        "1 - np.sum(claimed * measured) / np.sqrt(np.sum(claimed**2) * np.sum(measured**2))"}
    A gradient that is twice too long points in the right direction.
    Look: What does equation (eq:check) compare?
at_least_one: a scale of 1 where both gradients are smaller
    {"    if scale == 0:\n        return 0.0\n": "    scale = max(scale, 1.0)\n"}
    A gradient may be much smaller than that, and wrong in every digit.
    Look: What does the docstring say of the one case in which the scale is 0?
at_least_a_bit: a scale of 1e-8 where both gradients are smaller
    {"    if scale == 0:\n        return 0.0\n": "    scale = max(scale, 1e-8)\n"}
    A gradient may be as small as that, and then its error is divided by something that has nothing to do with it.
    Look: What does the docstring say of the one case in which the scale is 0?
to_one_side: a check by differences to one side
    body:
        claimed, measured = backward(x), np.zeros(x.shape)
        for k in np.ndindex(x.shape):
            plus = x.copy()
            plus[k] += 1e-5
            measured[k] = (f(plus) - f(x)) / 1e-5
        scale = max(np.abs(claimed).max(), np.abs(measured).max())
        return np.abs(claimed - measured).max() / scale if scale else 0.0
    Differences to one side are off in the fifth digit or so, and a right gradient looks doubtful.
    Look: What does numerical_gradient of unit 02 do, and what does your loop?
percent: the error in hundredths
    {"/ scale": "/ scale * 100"}
    An error of a half is 0.5 here.
    Look: Compare with equation (eq:check).
""")

RIGHT = (
    """def gradient_check(f, backward, x):
    a = np.asarray(backward(x.copy()), dtype=float).ravel()
    n = numerical_gradient(f, x, h=1e-5).ravel()
    largest = np.abs(np.concatenate([a, n])).max()
    return float(np.linalg.norm(a - n, ord=np.inf) / largest) if largest > 0 else 0.0
""",
    # without unit 02's function
    """def gradient_check(f, backward, x):
    claimed = backward(x)
    top, largest = 0.0, 0.0
    for k in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[k] += 1e-5
        down[k] -= 1e-5
        slope = (f(up) - f(down)) / 2e-5
        top = max(top, abs(slope - claimed[k]))
        largest = max(largest, abs(slope), abs(claimed[k]))
    return top / largest if largest else 0
""",
    {
        "max(np.abs(claimed).max(), np.abs(measured).max())": "np.max(np.abs([claimed, measured]))",
        "if scale == 0": "if not (claimed.any() or measured.any())",
    },
    {"np.abs(claimed - measured).max() / scale": "np.max(np.abs(measured / scale - claimed / scale))"},
)

EXERCISE = Exercise(
    name="gradient_check",
    title="The judge",
    arguments={"f": "a function", "backward": "a function", "x": "an array"},
    returns=(Number("error"),),
    parts=(
        Part("wrong gradients and right ones", points=2),
        Part("gradients of zeros", points=1, tags=ZEROS),
        Part("faint gradients and large ones", points=1, tags=SIZES),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    functions=FUNCTIONS,
    # The differences themselves are rounded, in the tenth digit or so.
    tolerance=1e-5,
    floor=1e-2,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Two gradients and two questions. How far apart are they, where they are furthest apart? And how large are "
        "they, where they are largest?",
        "numerical_gradient(f, x, 1e-5) is the one, backward(x) the other. Take the difference, then its size with "
        "np.abs, then the largest. Divide by the larger of the two gradients' own largest sizes; where that is 0 there "
        "is nothing to divide by.",
        "scale = max(np.abs(claimed).max(), np.abs(measured).max()); where it is 0 the error is 0.0, elsewhere it is "
        "np.abs(claimed - measured).max() over scale.",
    ),
    explanation=(
        "One number for a whole gradient, and it knows no formula. Below 1e-7 it says: right, as far as differences "
        "can tell. Above 1e-4 it says: wrong. In between, suspect the step first, and then yourself."
    ),
)
