"""A function of one array, in two parts: right, and quiet on large inputs."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips


def cases(rng):
    yield Case("small", {"z": rng.normal(size=(2, 3))})
    yield Case("one number", {"z": rng.normal(size=(1, 1))})
    yield Case("strided", {"z": rng.normal(size=(5, 3))}, frozenset({"strided"}))
    yield Case("float32", {"z": rng.normal(size=(3, 4)).astype(np.float32)})
    large = rng.uniform(800, 5000, size=(3, 4)) * np.array([-1.0, 1.0, -1.0, 1.0])
    yield Case("large", {"z": large}, frozenset({"large"}))


EXERCISE = Exercise(
    name="sigmoid",
    title="A curve",
    arguments={"z": "(N, H)"},
    returns=(Array("s", "(N, H)"),),
    parts=(
        Part("right on ordinary inputs", points=1),
        Part("right and without a warning on large inputs", points=1, tags=frozenset({"large"}), quiet=True),
    ),
    difficulty=1,
    minutes=1,
    cases=cases,
    mistakes=slips(r"""
        tanh: tanh(z)
            body:
                return np.tanh(z)
            tanh runs from -1 to 1; a gate has to stay between 0 and 1.
            Look: Compare your formula with equation (0.1).
        absolute: the sigmoid of |z|
            {"np.where(z >= 0, 1, e)": "1"}
            Every answer is at least 1/2: the sign of z has been lost.
            Look: Equation (0.1), for a negative z.
        quotient: exp(z) / (1 + exp(z)) for every z
            body:
                return np.exp(z) / (1 + np.exp(z))
            exp(z) overflows where z is large.
            Look: For which z is your exponent positive?
        """),
    right=(
        {"np.where(z >= 0, 1, e) / (1 + e)": "0.5 * (1 + np.tanh(0.5 * z))"},
        {"np.exp(-np.abs(z))": "np.exp(np.minimum(z, -z))"},
        {"/ (1 + e)": "* (1 + e) ** -1"},
    ),
    hints=("Which exponent can overflow?", "The one that is positive.", "Take exp of -|z|."),
    explanation="No exponent is positive, so nothing overflows.",
)
