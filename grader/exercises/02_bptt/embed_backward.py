"""The way back through a table of vectors."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import single


def _arguments(rng, N, T, D, K, **given):
    drawn = {"dout": rng.normal(size=(N, T, D)), "ids": rng.integers(K, size=(N, T)), "num_embeddings": K}
    return drawn | given


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=4, K=5, ids=np.array([[1, 2, 1], [0, 1, 2]])))
    yield Case("more", _arguments(rng, N=3, T=5, D=2, K=7))
    yield Case("strided", _arguments(rng, N=4, T=3, D=2, K=5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=2, T=5, D=3, K=4)))
    yield Case("many words", _arguments(rng, N=2, T=3, D=4, K=700, ids=rng.integers(300, 600, size=(2, 3))))


MISTAKES = slips(r"""
repeats_lost: an update that keeps one of several gradients of the same word
    {"np.add.at(dE, ids, dout)": "dE[ids] += dout"}
    A word that comes twice acts on the loss twice.
    Look: Look at equation (eq:dE).
""")

EXERCISE = Exercise(
    name="embed_backward",
    title="Back to the words",
    arguments={"dout": "(N, T, D)", "ids": "(N, T)", "num_embeddings": "num_embeddings"},
    returns=(Array("dE", "(num_embeddings, D)"),),
    parts=(Part("dE", points=2),),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    hints=("a", "b", "c"),
    explanation="x",
)
