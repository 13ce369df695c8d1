"""The way back through the readout."""

from ..base import Array, Case, Exercise, Part, slips
from ._draws import single


def _arguments(rng, N, T, H, K, **given):
    drawn = {"dlogits": rng.normal(size=(N, T, K)), "hs": rng.normal(size=(N, T, H)), "V": rng.normal(size=(H, K))}
    return drawn | given


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, H=4, K=5))
    yield Case("larger", _arguments(rng, N=3, T=5, H=2, K=4))
    yield Case("one step", _arguments(rng, N=3, T=1, H=2, K=4))
    yield Case("strided", _arguments(rng, N=4, T=3, H=5, K=2), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=2, T=5, H=4, K=3)))


MISTAKES = slips(r"""
mean_for_sum: db_y as the mean over the steps
    {"dlogits.sum(axis=(0, 1))": "dlogits.mean(axis=(0, 1))"}
    b_y is added at every step.
    Look: Look at equation (eq:db_y).
""")

EXERCISE = Exercise(
    name="readout_backward",
    title="Back through the readout",
    arguments={"dlogits": "(N, T, K)", "hs": "(N, T, H)", "V": "(H, K)"},
    returns=(Array("dhs", "(N, T, H)"), Array("dV", "(H, K)"), Array("db_y", "(K,)")),
    parts=(
        Part("dhs", points=1, outputs=("dhs",)),
        Part("dV", points=1, outputs=("dV",)),
        Part("db_y", points=1, outputs=("db_y",)),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    mistakes=MISTAKES,
    hints=("a", "b", "c"),
    explanation="x",
)
