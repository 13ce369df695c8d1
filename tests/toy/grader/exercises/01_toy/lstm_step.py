"""A step that returns two arrays and a cache."""

import numpy as np

from ..base import Case, Exercise, Mistake, Part


def _arguments(rng, N, D, H):
    return {
        "x": rng.normal(size=(N, D)),
        "h_prev": np.tanh(rng.normal(size=(N, H))),
        "c_prev": rng.normal(size=(N, H)),
        "W": rng.normal(size=(H + D, 4 * H)),
        "b": rng.normal(size=4 * H),
    }


def cases(rng):
    yield Case("small", _arguments(rng, N=2, D=4, H=3))
    yield Case("one of each", _arguments(rng, N=1, D=1, H=1))
    yield Case("strided", _arguments(rng, N=4, D=3, H=5), frozenset({"strided"}))
    large = _arguments(rng, N=3, D=2, H=4)
    yield Case("large inputs", large | {"x": 5000 * large["x"]}, frozenset({"large"}))


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def _step(order="ifgo", shown=np.tanh):
    def lstm_step(x, h_prev, c_prev, W, b):
        gate = dict(zip(order, np.split(np.concatenate([h_prev, x], axis=1) @ W + b, 4, axis=1), strict=True))
        c = _sigmoid(gate["f"]) * c_prev + _sigmoid(gate["i"]) * np.tanh(gate["g"])
        return _sigmoid(gate["o"]) * shown(c), c, None

    return lstm_step


EXERCISE = Exercise(
    name="lstm_step",
    title="One step",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "c_prev": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("h", "(N, H)"), Array("c", "(N, H)"), Cache("cache")),
    parts=(
        Part("the cell state c", points=2, outputs=("c",)),
        Part("the hidden state h", points=2, outputs=("h",)),
        Part("large inputs", points=1, tags=frozenset({"large"})),
    ),
    difficulty=1,
    minutes=1,
    cases=cases,
    mistakes=(
        Mistake(
            name="order_figo",
            what="an LSTM whose input and forget gates are swapped",
            meaning="The gate that should decide what to keep decides what to write.",
            look="Which columns of z belong to which gate?",
            function=_step(order="figo"),
        ),
        Mistake(
            name="no_tanh",
            what="an LSTM with h = o * c",
            meaning="c is right. But it goes out without its tanh.",
            look="What does the equation of h do to c?",
            function=_step(shown=lambda c: c),
        ),
    ),
    hints=("Four blocks.", "Sigmoid on three of them.", "c = f * c_prev + i * g, and h = o * np.tanh(c)."),
    explanation="One product decides everything.",
)
