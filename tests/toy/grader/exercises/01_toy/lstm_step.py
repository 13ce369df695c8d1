"""A step that returns two arrays and a cache."""

import numpy as np

from ..base import Array, Cache, Case, Exercise, Part, slips


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
    mistakes=slips(r"""
        order_figo: an LSTM whose input and forget gates are swapped
            {"i, f, g, o = np.split": "f, i, g, o = np.split"}
            The gate that should decide what to keep of c_prev decides what to write, and so on.
            Look: Which columns of z belong to which gate?
        no_tanh: an LSTM with h = o * c
            {"* np.tanh(c), c,": "* c, c,"}
            c is right. But it goes out without its tanh.
            Look: What does the equation of h do to c?
        """),
    right=(
        {"np.concatenate([h_prev, x], axis=1)": "np.hstack([h_prev, x])"},
        {"sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)": "sigmoid(i) * np.tanh(g) + c_prev * sigmoid(f)"},
        {"np.split(z, 4, axis=1)": "(z[:, k * len(b) // 4 : (k + 1) * len(b) // 4] for k in range(4))"},
    ),
    hints=("Four blocks.", "Sigmoid on three of them.", "c = f * c_prev + i * g, and h = o * np.tanh(c)."),
    explanation="One product decides everything.",
)
