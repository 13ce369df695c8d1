"""The way back through one time step."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import STEP, of_step, other_step, single


def cases(rng):
    yield Case("small", of_step(rng, N=2, D=4, H=3))
    yield Case("larger", of_step(rng, N=5, D=3, H=4))
    yield Case("one sequence", of_step(rng, N=1, D=3, H=4))
    yield Case("one input", of_step(rng, N=3, D=1, H=4))
    yield Case("one unit", of_step(rng, N=3, D=4, H=1))
    yield Case("zero h_prev", of_step(rng, N=2, D=4, H=3, h_prev=np.zeros((2, 3))))
    yield Case("strided", of_step(rng, N=4, D=2, H=3), frozenset({"strided"}))
    yield Case("float32", single(of_step(rng, N=3, D=5, H=2)))


MISTAKES = slips(r"""
no_slope: a way back without tanh's slope
    {"dh * (1 - h * h)": "dh"}
    tanh is not straight.
    Look: Look at equation (eq:dz).
""")

EXERCISE = Exercise(
    name="rnn_step_backward",
    title="One step back",
    arguments={"dh": "(N, H)", "cache": STEP},
    returns=(Array("dx", "(N, D)"), Array("dh_prev", "(N, H)"), Array("dW", "(H + D, H)"), Array("db", "(H,)")),
    parts=(
        Part("dx and dh_prev", points=2, outputs=("dx", "dh_prev")),
        Part("dW and db", points=2, outputs=("dW", "db")),
    ),
    difficulty=4,
    minutes=30,
    cases=cases,
    other=other_step,
    mistakes=MISTAKES,
    hints=("a", "b", "c"),
    explanation="x",
)
