"""A sequence that calls the step before it."""

import numpy as np

from ..base import Array, Cache, Case, Exercise, Part, slips


def _arguments(rng, N, T, D, H):
    return {
        "xs": rng.normal(size=(N, T, D)),
        "h0": np.tanh(rng.normal(size=(N, H))),
        "c0": rng.normal(size=(N, H)),
        "W": rng.normal(size=(H + D, 4 * H)),
        "b": rng.normal(size=4 * H),
    }


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("one step", _arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("strided", _arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))


EXERCISE = Exercise(
    name="lstm",
    title="The step over a sequence",
    arguments={"xs": "(N, T, D)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("hs", "(N, T, H)"), Array("c_T", "(N, H)"), Cache("cache")),
    parts=(
        Part("the hidden states hs", points=2, outputs=("hs",)),
        Part("the last cell state c_T", points=1, outputs=("c_T",)),
    ),
    difficulty=1,
    minutes=1,
    cases=cases,
    mistakes=slips(r"""
        no_h0: an LSTM that starts from a hidden state of zeros
            {"h, c, hs, cache = h0,": "h, c, hs, cache = 0 * h0,"}
            The first step does not see h0.
            Look: What has to be there before the loop?
        no_c0: an LSTM that starts from a cell state of zeros
            {"= h0, c0,": "= h0, 0 * c0,"}
            The first step does not see c0.
            Look: What has to be there before the loop?
        """),
    right=(
        {"h, c, hs, cache = h0, c0, [], []": "(h, c), hs, cache = (h0, c0), [], []"},
        {"for t in range(xs.shape[1]):": "for t in np.arange(xs.shape[1]):"},
        {"np.stack(hs, axis=1)": "np.array(hs).transpose(1, 0, 2)"},
    ),
    hints=("A loop over t.", "It takes h and c along.", "np.stack(hs, axis=1)"),
    explanation="The same W and b serve every step.",
    builds_on=("lstm_step",),
)
