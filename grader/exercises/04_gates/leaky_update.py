"""The leaky unit: a memory with one fixed share for the old and the rest for the new."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part
from ._numpy import signs


def _arguments(rng, N, H, alpha=None):
    alpha = round(rng.uniform(0.6, 0.95), 2) if alpha is None else alpha
    return {"c_prev": 2 * rng.normal(size=(N, H)), "g": np.tanh(rng.normal(size=(N, H))), "alpha": alpha}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, H=3))
    yield Case("a small alpha", _arguments(rng, N=4, H=6, alpha=round(rng.uniform(0.1, 0.4), 2)))
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
    full = signs(rng, 2, 5) * rng.uniform(300, 900, size=(2, 5))
    yield Case("a large cell state", _arguments(rng, N=2, H=5) | {"c_prev": full}, frozenset({"large"}))


MISTAKES = (
    Mistake(
        name="swapped",
        what="a leaky unit with alpha and 1 - alpha exchanged",
        meaning="With alpha = 0.9 yours keeps a tenth of the old state at each step, where it should keep nine tenths.",
        look="Which of the two does alpha stand in front of in equation (4.3)?",
        function=lambda c_prev, g, alpha: (1 - alpha) * c_prev + alpha * g,
    ),
    Mistake(
        name="no_complement",
        what="a leaky unit that takes in the whole candidate",
        meaning="The two shares no longer add up to 1: c can grow up to 1 / (1 - alpha) times the largest "
        "candidate instead of staying within the candidates' range.",
        look="The two factors in equation (4.3) belong together.",
        function=lambda c_prev, g, alpha: alpha * c_prev + g,
    ),
    Mistake(
        name="no_leak",
        what="a unit that adds a share of the candidate and never leaks",
        meaning="Nothing is ever let go, so the cell fills up as the plain sum did.",
        look="Equation (4.3) has a factor in front of both terms.",
        function=lambda c_prev, g, alpha: c_prev + (1 - alpha) * g,
    ),
    Mistake(
        name="sum",
        what="the plain sum c_prev + g of equation (4.2)",
        meaning="Both parts count in full and alpha does nothing, so the cell fills up.",
        look="Where does alpha stand in equation (4.3)?",
        function=lambda c_prev, g, alpha: c_prev + g,
    ),
    Mistake(
        name="alpha_on_both",
        what="a unit that multiplies both parts by alpha",
        meaning="The two shares have to add up to 1, so that one grows when the other shrinks. Yours grow "
        "and shrink together.",
        look="The two factors in equation (4.3) differ.",
        function=lambda c_prev, g, alpha: alpha * c_prev + alpha * g,
    ),
    Mistake(
        name="complement_on_both",
        what="a unit that multiplies both parts by 1 - alpha",
        meaning="The two shares have to add up to 1, so that one grows when the other shrinks. Yours grow "
        "and shrink together.",
        look="The two factors in equation (4.3) differ.",
        function=lambda c_prev, g, alpha: (1 - alpha) * (c_prev + g),
    ),
    Mistake(
        name="only_old",
        what="a unit that leaks and takes nothing in",
        meaning="Without the candidate the cell can only fade.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda c_prev, g, alpha: alpha * c_prev,
    ),
    Mistake(
        name="only_new",
        what="a unit that holds its share of the candidate and nothing else",
        meaning="What the cell held before is gone after one step.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda c_prev, g, alpha: (1 - alpha) * g,
    ),
    Mistake(
        name="minus",
        what="a leaky unit that subtracts the candidate",
        meaning="Every proposal is written with the wrong sign.",
        look="Which sign joins the two terms of equation (4.3)?",
        function=lambda c_prev, g, alpha: alpha * c_prev - (1 - alpha) * g,
    ),
    Mistake(
        name="squashed",
        what="a leaky unit whose result goes through tanh",
        meaning="The tanh shrinks what is stored at every step, on top of the leak. A mean of bounded "
        "candidates needs no further bound.",
        look="Equation (4.3) is two products and a sum.",
        function=lambda c_prev, g, alpha: np.tanh(alpha * c_prev + (1 - alpha) * g),
    ),
    Mistake(
        name="candidate_squashed_again",
        what="a leaky unit that puts the candidate through tanh once more",
        meaning="g arrives squashed already: candidate does that.",
        look="Equation (4.3) is two products and a sum.",
        function=lambda c_prev, g, alpha: alpha * c_prev + (1 - alpha) * np.tanh(g),
    ),
    Mistake(
        name="no_brackets",
        what="alpha * c_prev + 1 - alpha * g",
        meaning="Python multiplies before it subtracts, so the 1 is added by itself and the candidate is subtracted.",
        look="What does g multiply in equation (4.3)? Check your brackets.",
        function=lambda c_prev, g, alpha: alpha * c_prev + 1 - alpha * g,
    ),
    Mistake(
        name="outer_alpha",
        what="a unit whose alpha multiplies the new part too: alpha * (c_prev + (1 - alpha) * g)",
        meaning="The two shares no longer add up to 1: the candidate gets less than what is left.",
        look="How far does alpha reach in equation (4.3)? Check your brackets.",
        function=lambda c_prev, g, alpha: alpha * (c_prev + (1 - alpha) * g),
    ),
    Mistake(
        name="no_leak_alpha",
        what="a unit that adds alpha times the candidate and never leaks",
        meaning="Nothing is ever let go, so the cell fills up as the plain sum did.",
        look="What stands in front of c_prev in equation (4.3), and what in front of g?",
        function=lambda c_prev, g, alpha: c_prev + alpha * g,
    ),
    Mistake(
        name="product",
        what="the two parts multiplied",
        meaning="An empty cell would then stay empty for ever, because zero times anything is zero.",
        look="What joins the two terms of equation (4.3)?",
        function=lambda c_prev, g, alpha: (alpha * c_prev) * ((1 - alpha) * g),
    ),
)

EXERCISE = Exercise(
    name="leaky_update",
    title="A cell that leaks",
    arguments={"c_prev": "(N, H)", "g": "(N, H)", "alpha": "a number"},
    returns=(Array("c", "(N, H)"),),
    parts=(Part("the leaky update", points=1),),
    difficulty=1,
    minutes=4,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (4.3) is a weighted mean of two arrays of the same shape. What do its two weights add up to?",
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
