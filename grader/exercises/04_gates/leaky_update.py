"""The leaky unit: a memory with one fixed share for the old and the rest for the new."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, faint, full


def _arguments(rng, N, H, alpha=None):
    alpha = rng.uniform(0.6, 0.95) if alpha is None else alpha
    return {"c_prev": 2 * rng.normal(size=(N, H)), "g": np.tanh(rng.normal(size=(N, H))), "alpha": alpha}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, H=3))
    yield Case("a small alpha", _arguments(rng, N=4, H=6, alpha=rng.uniform(0.1, 0.4)))
    zeros = np.zeros((3, 5))
    yield Case("zero g", _arguments(rng, N=3, H=5) | {"g": zeros}, frozenset({"isolates:the old state"}))
    empty = _arguments(rng, N=3, H=5) | {"c_prev": zeros}
    yield Case("zero c_prev", empty, frozenset({"isolates:the candidate"}))
    yield Case("alpha is 1", _arguments(rng, N=2, H=4, alpha=1.0))
    yield Case("alpha is 0", _arguments(rng, N=2, H=4, alpha=0.0))
    yield Case("one sequence", _arguments(rng, N=1, H=2))
    yield Case("one cell", _arguments(rng, N=3, H=1))
    yield Case("one of each", _arguments(rng, N=1, H=1))
    yield Case("strided", _arguments(rng, N=4, H=3), frozenset({"strided"}))
    single = _arguments(rng, N=3, H=2)
    yield Case("float32", single | {name: single[name].astype(np.float32) for name in ("c_prev", "g")})
    close = {"c_prev": faint(rng, 2, 3), "g": faint(rng, 2, 3)}
    yield Case("numbers close to 0", _arguments(rng, N=2, H=3) | close)
    yield Case("a large cell state", _arguments(rng, N=2, H=5) | {"c_prev": full(rng, 2, 5)}, LARGE)


MISTAKES = slips(r"""
swapped: a leaky unit with alpha and 1 - alpha exchanged
    {"alpha * c_prev": "(1 - alpha) * c_prev", "(1 - alpha) * g": "alpha * g"}
    With alpha = 0.9 yours keeps a tenth of the old state at each step, where it should keep nine tenths.
    Look: Which of the two does alpha stand in front of in equation (eq:leaky)?
no_complement: a leaky unit that takes in the whole candidate
    {"(1 - alpha) * g": "g"}
    The two shares no longer add up to 1: c can grow up to 1 / (1 - alpha) times the largest candidate instead of
    staying within the candidates' range.
    Look: The two factors in equation (eq:leaky) belong together.
no_leak: a unit that adds a share of the candidate and never leaks
    {"alpha * c_prev": "c_prev"}
    Nothing is ever let go, so the cell fills up as the plain sum did.
    Look: Equation (eq:leaky) has a factor in front of both terms.
sum: the plain sum c_prev + g of equation (eq:sum)
    {"alpha * c_prev + (1 - alpha) * g": "c_prev + g"}
    Both parts count in full and alpha does nothing, so the cell fills up.
    Look: Where does alpha stand in equation (eq:leaky)?
alpha_on_both: a unit that multiplies both parts by alpha
    {"(1 - alpha) * g": "alpha * g"}
    The two shares have to add up to 1, so that one grows when the other shrinks. Yours grow and shrink together.
    Look: The two factors in equation (eq:leaky) differ.
complement_on_both: a unit that multiplies both parts by 1 - alpha
    {"alpha * c_prev": "(1 - alpha) * c_prev"}
    The two shares have to add up to 1, so that one grows when the other shrinks. Yours grow and shrink together.
    Look: The two factors in equation (eq:leaky) differ.
only_old: a unit that leaks and takes nothing in
    {" + (1 - alpha) * g": ""}
    Without the candidate the cell can only fade.
    Look: Which of the docstring's arguments does your function not use?
only_new: a unit that holds its share of the candidate and nothing else
    {"alpha * c_prev + ": ""}
    What the cell held before is gone after one step.
    Look: Which of the docstring's arguments does your function not use?
minus: a leaky unit that subtracts the candidate
    {"+ (1": "- (1"}
    Every proposal is written with the wrong sign.
    Look: Which sign joins the two terms of equation (eq:leaky)?
squashed: a leaky unit whose result goes through tanh
    {"alpha * c_prev + (1 - alpha) * g": "np.tanh(alpha * c_prev + (1 - alpha) * g)"}
    The tanh shrinks what is stored at every step, on top of the leak. A mean of bounded candidates needs no further
    bound.
    Look: Equation (eq:leaky) is two products and a sum.
candidate_squashed_again: a leaky unit that puts the candidate through tanh once more
    {"alpha) * g": "alpha) * np.tanh(g)"}
    g arrives squashed already: candidate does that.
    Look: Equation (eq:leaky) is two products and a sum.
no_brackets: alpha * c_prev + 1 - alpha * g
    {"(1 - alpha) * g": "1 - alpha * g"}
    Python multiplies before it subtracts, so the 1 is added by itself and the candidate is subtracted.
    Look: What does g multiply in equation (eq:leaky)? Check your brackets.
outer_alpha: a unit whose alpha multiplies the new part too: alpha * (c_prev + (1 - alpha) * g)
    {"c_prev + (1 - alpha) * g": "(c_prev + (1 - alpha) * g)"}
    The two shares no longer add up to 1: the candidate gets less than what is left.
    Look: How far does alpha reach in equation (eq:leaky)? Check your brackets.
no_leak_alpha: a unit that adds alpha times the candidate and never leaks
    {"alpha * c_prev + (1 - alpha) * g": "c_prev + alpha * g"}
    Nothing is ever let go, so the cell fills up as the plain sum did.
    Look: What stands in front of c_prev in equation (eq:leaky), and what in front of g?
product: the two parts multiplied
    {"+ (1": "* (1"}
    An empty cell would then stay empty for ever, because zero times anything is zero.
    Look: What joins the two terms of equation (eq:leaky)?
""")

RIGHT = (
    {"alpha * c_prev + (1 - alpha) * g": "g + alpha * (c_prev - g)"},
    {"alpha * c_prev + (1 - alpha) * g": "c_prev - (1 - alpha) * (c_prev - g)"},
    {"alpha * c_prev + (1 - alpha) * g": "np.add(np.multiply(g, 1 - alpha), np.multiply(c_prev, alpha))"},
    {"alpha * c_prev + (1 - alpha) * g": "np.tensordot([alpha, 1 - alpha], np.stack([c_prev, g]), axes=1)"},
    """
def leaky_update(c_prev, g, alpha):
    c = np.empty(c_prev.shape)
    for n in range(c.shape[0]):
        for k in range(c.shape[1]):
            c[n, k] = alpha * c_prev[n, k] + (1 - alpha) * g[n, k]
    return c
""",
    """
def leaky_update(c_prev, g, alpha):
    c = c_prev.copy()
    c *= alpha
    c += (1 - alpha) * g
    return c
""",
)

EXERCISE = Exercise(
    name="leaky_update",
    title="A cell that leaks",
    arguments={"c_prev": "(N, H)", "g": "(N, H)", "alpha": "a number"},
    returns=(Array("c", "(N, H)"),),
    parts=(Part("the leaky update", points=1), Part("right on large cell states", points=1, tags=LARGE)),
    difficulty=1,
    minutes=4,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:leaky) is a weighted mean of two arrays of the same shape. What do its two weights add up to?",
        "Multiply the old cell state by alpha, the candidate by what is left of 1, and add. alpha is one "
        "plain number; numpy applies it to every element.",
        "The first term is alpha * c_prev. The second has the factor (1 - alpha).",
    ),
    explanation=(
        "Because the two weights add up to 1, c is a weighted mean of all that went in and can never "
        "leave their range: the cell no longer fills up. The price is that a candidate k steps back counts "
        "(1 - alpha) alpha^k, whatever it was."
    ),
)
