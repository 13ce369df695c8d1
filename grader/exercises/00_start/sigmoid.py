"""The logistic sigmoid, computed so that no input overflows."""

import numpy as np

from ..base import Case, Exercise, Mistake, Output, Part


def cases(rng):
    yield Case("small", {"z": rng.normal(size=(2, 3))})
    yield Case("one number", {"z": rng.normal(size=(1, 1))})
    yield Case("wide", {"z": rng.uniform(-30, 30, size=(4, 5))})
    yield Case("zero", {"z": np.zeros((2, 2))})
    yield Case("strided", {"z": rng.normal(size=(5, 3))}, frozenset({"strided"}))
    yield Case("float32", {"z": rng.normal(size=(3, 4)).astype(np.float32)})
    large = rng.choice([-1.0, 1.0], size=(3, 4)) * rng.uniform(800, 5000, size=(3, 4))
    large[0, :2] = -2000.0, 2000.0  # both signs, whatever the draw
    yield Case("large", {"z": large}, frozenset({"large"}))


def _stable(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


MISTAKES = (
    Mistake(
        name="tanh",
        what="tanh(z)",
        meaning="tanh runs from -1 to 1; a gate has to stay between 0 and 1.",
        look="Compare your formula with equation (0.1).",
        fn=np.tanh,
    ),
    Mistake(
        name="sign",
        what="the sigmoid of -z",
        meaning="The sign in the exponent is turned round, so the gate opens where it should close.",
        look="Look at the exponent in equation (0.1): what should happen for a large positive z?",
        fn=lambda z: _stable(-z),
    ),
    Mistake(
        name="derivative",
        what="the sigmoid's derivative, s * (1 - s)",
        meaning="That is the slope of the curve, which backpropagation needs later, not its height.",
        look="Equation (0.1) has one fraction and no product.",
        fn=lambda z: _stable(z) * (1 - _stable(z)),
    ),
    Mistake(
        name="clipped",
        what="a sigmoid of z clipped to a narrow range",
        meaning="Clipping hides the overflow, but it changes the answer for inputs out there.",
        look="Hint 2 shows how to avoid the overflow without touching the answer.",
        fn=lambda z: _stable(np.clip(z, -20, 20)),
    ),
)

EXERCISE = Exercise(
    name="sigmoid",
    title="The logistic sigmoid",
    arguments=("z",),
    returns=(Output("s", "(N, H)"),),
    parts=(
        Part("right on ordinary inputs", points=1),
        Part("no overflow on large inputs", points=1, tags=frozenset({"large"}), quiet=True),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Which of the two exponentials, exp(z) or exp(-z), can overflow, and for which sign of z?",
        "Write the sigmoid twice, once with exp(-z) and once with exp(z), and use each where its "
        "exponent is not positive. np.exp(-np.abs(z)) never overflows.",
        "With e = np.exp(-np.abs(z)), the answer is 1 / (1 + e) where z >= 0 and e / (1 + e) "
        "elsewhere; np.where picks between them.",
    ),
    explanation=(
        "A sigmoid squeezes any number into (0, 1), which is what a gate needs: 0 is closed, 1 is "
        "open. Because your exponent is never positive, exp stays at most 1 and cannot overflow."
    ),
)
