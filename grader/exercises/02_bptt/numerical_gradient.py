"""The gradient of any function by central differences: what every hand-written gradient is checked with."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, moved, spread

ANY_SHAPE = frozenset({"shapes"})


def _numbers(a):
    a = np.asarray(a)
    if a.dtype.kind not in "fiu":
        raise TypeError("f is a function of an array of numbers, and was given something else")
    return a


def waves(a):
    """the sum of k * sin(a_k), with k = 1, 2, 3, ... the places in a, and a tenth of the cube of a's sum"""
    a = _numbers(a)
    places = np.arange(1, np.size(a) + 1).reshape(np.shape(a))
    return float(np.sum(np.sin(a) * places) + np.sum(a) ** 3 / 10)


def rows(a):
    """the sum of tanh(a @ a.T), all entries of it, times 1, 2, 3, ...; its value is one of numpy's numbers"""
    a = _numbers(a)
    product = np.tanh(a @ a.T)
    return np.sum(product * np.arange(1, np.size(product) + 1).reshape(np.shape(product)))


def _x(rng, *shape):
    """Numbers of so many bits that x + h and x - h are exact, and a step that is taken back leaves no trace."""
    return np.round(rng.normal(size=shape) * 2**30) / 2**30


def other(case):
    """The case with other numbers, of as few bits."""
    x = case.args["x"]
    x = (np.round(moved(x) * 2**30) / 2**30).astype(x.dtype) if x.dtype.kind == "f" else np.roll(x, 1)
    return Case(case.name, {"f": case.args["f"], "x": x, "h": case.args["h"] / 2}, case.tags)


def cases(rng):
    yield Case("small", {"f": waves, "x": _x(rng, 3), "h": 0.25})
    yield Case("two axes", {"f": rows, "x": _x(rng, 2, 3), "h": 0.125}, ANY_SHAPE)
    yield Case("three axes", {"f": waves, "x": _x(rng, 2, 3, 2), "h": 0.5}, ANY_SHAPE)
    yield Case("many entries", {"f": waves, "x": 0.5 * _x(rng, 4, 3, 5), "h": 0.25}, ANY_SHAPE)
    yield Case("one entry", {"f": waves, "x": _x(rng, 1, 1), "h": 0.25}, ANY_SHAPE)
    yield Case(
        "a small step", {"f": rows, "x": _x(rng, 3, 4), "h": float(rng.integers(200_000, 300_000)) / 2**30}, ANY_SHAPE
    )
    yield Case("zeros", {"f": waves, "x": np.zeros((2, 2)), "h": 0.5}, ANY_SHAPE)
    yield Case("whole numbers", {"f": waves, "x": rng.permutation(np.arange(-3, 4))[:5], "h": 0.25})
    yield Case("strided", {"f": rows, "x": _x(rng, 3, 2), "h": 0.25}, frozenset({"strided"}) | ANY_SHAPE)
    single = np.round(rng.normal(size=4) * 2**12) / 2**12 + 2.0**-16 * rng.integers(1, 16, size=4)
    yield Case("float32", {"f": waves, "x": single.astype(np.float32), "h": 0.5})
    yield Case(
        "large numbers", {"f": waves, "x": np.round(spread(rng, 50, 3000, (2, 3)) * 2**20) / 2**20, "h": 2.5}, LARGE
    )


COPIES = "plus, minus = x.astype(np.float64), x.astype(np.float64)"
MISTAKES = slips(
    r"""
to_one_side: differences to one side, (f(x + h) - f(x)) / h
    {"f(minus)) / (2 * h)": "f(x)) / h"}
    Where f is curved, a step up and a step down change it by different amounts, and their mean is nearer to the slope.
    A difference to one side is off by as much as h, a central one by h squared.
    Look: At which two points does equation (eq:central) ask for f?
to_the_other_side: differences to one side, (f(x) - f(x - h)) / h
    {"(f(plus) - f(minus)) / (2 * h)": "(f(x) - f(minus)) / h"}
    Where f is curved, a step up and a step down change it by different amounts, and their mean is nearer to the slope.
    A difference to one side is off by as much as h, a central one by h squared.
    Look: At which two points does equation (eq:central) ask for f?
no_half: central differences divided by h
    {"/ (2 * h)": "/ h"}
    From x - h to x + h the way is twice as long.
    Look: How far apart are the two points of equation (eq:central)?
times_h: central differences that are halved and multiplied by h
    {"/ (2 * h)": "/ 2 * h"}
    Python works from left to right: `a / 2 * h` divides by 2, and then multiplies.
    Look: Which part of the fraction in equation (eq:central) is below the line?
minus: central differences with the two points exchanged
    {"f(plus) - f(minus)": "f(minus) - f(plus)"}
    The slope is positive where f grows with x.
    Look: Which of the two values comes first in equation (eq:central)?
shared_copy: one array for both points
    {"$copies": "plus = minus = x.astype(np.float64)"}
    The step up and the step down are then made in the same array, and f is asked twice about one point: the difference
    is 0, whatever f is. A name that is given to an array makes no other array.
    Look: How many arrays are there in a round of your loop, and which of them is x itself?
never_put_back: steps up and down in an array that stays changed when the next entry's turn comes
    body:
        grad = np.zeros(x.shape)
        at = x.astype(np.float64)
        for k in np.ndindex(x.shape):
            at[k] += h
            there = f(at)
            at[k] -= 2 * h
            grad[k] = (there - f(at)) / (2 * h)
        return grad
    The slope of an entry is wanted where all the others stand as they do in x. Here those before it stand lower by h.
    Look: What does the array look like when the second entry's turn comes?
never_put_back_in_x: steps up and down in x itself, which stay in it
    body:
        grad = np.zeros(x.shape)
        for k in np.ndindex(x.shape):
            x[k] += h
            there = f(x)
            x[k] -= 2 * h
            grad[k] = (there - f(x)) / (2 * h)
        return grad
    When the next entry's turn comes, those before it stand lower by h; and when the function is done, the x of whoever
    called it is another one.
    Look: What does x look like when the second entry's turn comes, and what when all is done?
copied_once: steps that begin once, before the loop, and take in one entry more with every round
    {"    for k in np.ndindex(x.shape):": "    $copies\n    for k in np.ndindex(x.shape):", "    $copies": "    pass"}
    The slope of an entry is wanted where all the others stand as they do in x. Here the steps of the entries before it
    are still there.
    Look: Which array is made before the loop, and would have to be made inside it?
all_at_once: one difference for all, with every entry moved at the same time
    {"plus[k] += h": "plus += h", "minus[k] -= h": "minus -= h"}
    That tells how f changes when everything moves together: the sum of the slopes, not each of them.
    Look: What is e_k in equation (eq:central)?
by_rows: differences for whole rows, all entries of a row moved at once
    {"np.ndindex(x.shape)": "range(len(x))"}
    x[k] with one index is a whole row where x has several axes.
    Look: How many indices does an entry of x have? hint 2 has a loop for any number of axes.
relative_step: steps in proportion to each entry
    {"plus[k] += h": "plus[k] += h * abs(x[k])", "minus[k] -= h": "minus[k] -= h * abs(x[k])",
        "/ (2 * h)": "/ (2 * h * abs(x[k]))"}
    The step is h for every entry, as long for a large one as for a small one; where an entry is 0 there would be none.
    Look: How far does equation (eq:central) go from x?
own_step: a step of its own, 1e-5, in the place of h
    {"plus[k] += h": "plus[k] += 1e-5", "minus[k] -= h": "minus[k] -= 1e-5", "/ (2 * h)": "/ (2 * 1e-5)"}
    How far to step is an argument, so that it can be tried out: the result depends on it.
    Look: Which argument says how far to step?
half_step: differences over half the way, from x - h / 2 to x + h / 2
    {"plus[k] += h": "plus[k] += h / 2", "minus[k] -= h": "minus[k] -= h / 2", "/ (2 * h)": "/ h"}
    That is a central difference as well, with another step than the one that is asked for.
    Look: How far does equation (eq:central) go from x, to each side?
whole_copies: steps taken in an array that holds whole numbers where x does
    {"$copies": "plus, minus = x.copy(), x.copy()"}
    An array of whole numbers stays one, whatever is added to an entry: what comes after the point is cut off, and the
    step with it.
    Look: What is the dtype of the array in which you step, when x holds whole numbers?
whole_step: zeros where x holds whole numbers, as the step was cut down to a whole number itself
    {"$copies": "e = np.zeros_like(x)\n        e[k] = h\n        plus, minus = x + e, x - e",
        "plus[k] += h": "plus[k] += 0", "minus[k] -= h": "minus[k] -= 0"}
    np.zeros_like takes the dtype from x as well. In an array of whole numbers a small step becomes 0, and f is asked
    twice about x itself.
    Look: What is the dtype of the array that holds your h?
whole_result: a gradient that is cut down to whole numbers where x holds such
    {"np.zeros(x.shape)": "np.zeros_like(x)"}
    np.zeros_like takes the dtype from x as well. Where x holds whole numbers, so does its result, and a slope of 0.7
    becomes 0.
    Look: Where does your result get its dtype from?
in_one_row: the right slopes in one row, whatever shape x has
    {"return grad": "return grad.ravel()"}
    Each slope belongs to an entry, and is to be found at the same index.
    Look: The docstring says which shape comes back.
flattened_for_f: slopes of f at x flattened to one row
    {"f(plus) - f(minus)": "f(plus.ravel()) - f(minus.ravel())"}
    f is a function of an array like x, and may do with its rows and columns what it likes.
    Look: Which shape has the array that f gets?
moved_to_h: differences between h and -h in the place of x + h and x - h
    {"plus[k] += h": "plus[k] = h", "minus[k] -= h": "minus[k] = -h"}
    The slope is wanted at x. An entry that is set to h has left x behind.
    Look: Around which point does equation (eq:central) look?
in_proportion: slopes times the entries of x, from steps in proportion to each of them
    {"plus[k] += h": "plus[k] *= 1 + h", "minus[k] -= h": "minus[k] *= 1 - h"}
    x * (1 + h) is a step of x * h. What is divided by is then not the way that was gone.
    Look: How far does equation (eq:central) go from x?
float32_copies: differences that were computed in float32
    {"$copies": "plus, minus = x.astype(np.float32), x.astype(np.float32)"}
    float32 keeps 7 digits. The difference of two numbers that agree in most of them keeps next to none.
    Look: What is the dtype of your copies?
last_entry_alone: the last entry's slope alone, with zeros for all the others
    {"    $copies": "    grad = np.zeros(x.shape)\n        $copies"}
    What was written before it is gone: a grad that is made anew in every round begins with zeros again.
    Look: Does np.zeros stand before the loop or inside it?
second_slope: second differences, (f(x + h) - 2 f(x) + f(x - h)) / h², which measure how f curves
    {"(f(plus) - f(minus)) / (2 * h)": "(f(plus) - 2 * f(x) + f(minus)) / h**2"}
    That is the slope of the slope.
    Look: Look at equation (eq:central).
""",
    copies=COPIES,
)

RIGHT = (
    # in place, and each entry put back
    """def numerical_gradient(f, x, h):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        up = f(x)
        x[ix] = old - h
        down = f(x)
        x[ix] = old
        grad[ix] = (up - down) / (2 * h)
        it.iternext()
    return grad
""",
    """def numerical_gradient(f, x, h):
    steps = h * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([(f(x + e) - f(x - e)) / 2 / h for e in steps]).reshape(x.shape)
""",
    """def numerical_gradient(f, x, h):
    flat = np.asarray(x, dtype=float).ravel()
    slopes = []
    for k in range(flat.size):
        values = []
        for sign in (1, -1):
            moved = flat.copy()
            moved[k] += sign * h
            values.append(f(moved.reshape(x.shape)))
        slopes.append((values[0] - values[1]) / (2.0 * h))
    return np.reshape(slopes, x.shape)
""",
    # x itself, which is left as it was found
    """def numerical_gradient(f, x, h):
    if x.dtype.kind != "f":
        x = x.astype(float)
    grad = np.zeros(x.shape)
    for k in np.ndindex(*x.shape):
        x[k] += h
        grad[k] = f(x)
        x[k] -= 2 * h
        grad[k] -= f(x)
        x[k] += h
    return grad / (2 * h)
""",
)

EXERCISE = Exercise(
    name="numerical_gradient",
    title="A gradient by trying",
    arguments={"f": "a function", "x": "an array", "h": "a number"},
    returns=(Array("grad"),),
    parts=(
        Part("the gradient of one row of numbers", points=1),
        Part("x of any shape", points=1, tags=ANY_SHAPE),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=20,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    functions={"waves": waves, "rows": rows},
    hints=(
        "Equation (eq:central) is for one entry, x_k. Everything but that entry stands still; then it is the next "
        "one's turn.",
        "Go over the indices of all entries: np.ndindex(x.shape) gives them, as tuples, for any number of axes. "
        "In each round make two copies of x that hold floats, move one entry of each, and ask f twice.",
        "plus = x.astype(np.float64) is a copy; plus[k] += h moves one entry of it. minus is another copy, with "
        "minus[k] -= h. What goes into grad[k] is the difference of f(plus) and f(minus), divided by 2 * h.",
    ),
    explanation=(
        "No calculus went into that, and it works for every function. That is what makes it a judge: a gradient that "
        "was worked out by hand and coded by hand has to agree with it. Its price is two calls of f for every single "
        "number in x, which is why nobody trains with it."
    ),
)
