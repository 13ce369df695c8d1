"""The numbers behind the gate console: one cell whose gates and candidate are held still."""

from __future__ import annotations

from dataclasses import dataclass
from math import tanh

__all__ = ["SETTINGS", "STEPS", "Setting", "gate_history"]

STEPS = 20


@dataclass(frozen=True)
class Setting:
    """A telling position of the console's sliders, and what it shows.

    ``title`` is the button's, the numbers are the five sliders'.
    """

    title: str
    f: float
    i: float
    g: float
    o: float
    c_prev: float

    @property
    def values(self) -> dict[str, float]:
        """The sliders' values by name."""
        return {name: getattr(self, name) for name in ("f", "i", "g", "o", "c_prev")}


SETTINGS = (
    Setting("Remember", f=1.0, i=0.0, g=0.5, o=1.0, c_prev=1.0),
    Setting("Accumulate", f=1.0, i=0.5, g=0.2, o=1.0, c_prev=0.0),
    Setting("Leak", f=0.8, i=0.0, g=0.5, o=1.0, c_prev=2.0),
    Setting("Output closed", f=1.0, i=0.5, g=0.2, o=0.0, c_prev=0.0),
)


def gate_history(f: float, i: float, g: float, o: float, c_prev: float) -> tuple[list[float], list[float]]:
    """Run ``STEPS`` equal steps of c = f c_prev + i g, h = o tanh(c).

    Args:
        f, i, o: the gates, 0 to 1. g: the candidate, -1 to 1. c_prev: the cell state before step 1.

    Returns:
        ``(cs, hs)``: c and h after steps 1 to ``STEPS``.
    """
    cs: list[float] = []
    c = c_prev
    for _ in range(STEPS):
        c = f * c + i * g
        cs.append(c)
    return cs, [o * tanh(c) for c in cs]
