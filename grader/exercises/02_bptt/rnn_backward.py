"""The way back through a sequence: backpropagation through time."""

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LONG, SEQUENCE, of_sequence, orthogonal, other_sequence, single


def cases(rng):
    yield Case("small", of_sequence(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", of_sequence(rng, N=3, T=7, D=2, H=4))
    yield Case("one step", of_sequence(rng, N=3, T=1, D=4, H=2))
    yield Case("strided", of_sequence(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(of_sequence(rng, N=3, T=4, D=5, H=2)))
    W, b = orthogonal(rng, 3, 4)
    yield Case("200 steps", of_sequence(rng, N=2, T=200, D=3, H=4, h0=0.1 * rng.normal(size=(2, 4)), W=W, b=b), LONG)


MISTAKES = slips(r"""
not_carried: single steps, with nothing that comes back from the one after
    {"dhs[:, t] + dh": "dhs[:, t]"}
    A state also acts through all the later ones.
    Look: Look at equation (eq:carry).
""")

EXERCISE = Exercise(
    name="rnn_backward",
    title="All steps back",
    arguments={"dhs": "(N, T, H)", "cache": SEQUENCE},
    returns=(Array("dxs", "(N, T, D)"), Array("dh0", "(N, H)"), Array("dW", "(H + D, H)"), Array("db", "(H,)")),
    parts=(
        Part("dxs and dh0", points=2, outputs=("dxs", "dh0")),
        Part("dW and db", points=2, outputs=("dW", "db")),
        Part("200 steps", points=1, tags=LONG),
    ),
    difficulty=4,
    minutes=30,
    cases=cases,
    other=other_sequence,
    builds_on=("rnn_step_backward",),
    mistakes=MISTAKES,
    hints=("a", "b", "c"),
    explanation="x",
)
