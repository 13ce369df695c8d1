"""The network of unit 02 unrolled over time: where gradients flow, piece by piece, and the paths that lead to a weight.

Forward wires are thin and grey. What flows backwards is drawn in one colour in the whole unit, and runs from right to
left and from top to bottom.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from ._parts import Pen, canvas
from ._sheet import write
from .palette import COLORS, ink

__all__ = ["BACK", "PIECES", "backward_diagram", "paths_diagram"]

BACK = "alpha"  # the colour of what flows backwards
PIECES = ("loss", "readout", "step", "loop", "embedding")

_WORDS = ("the", "cats", "sit")
_LEFT, _APART = 3.1, 5.0  # the first column, and how far one is from the next
_EMBED, _STEP, _READ, _LOSS = 2.3, 4.9, 7.5, 10.1  # heights of the rows
_SIZE = (2.5, 1.0)
_ASIDE = 0.34  # how far a backward arrow stands beside its forward wire

_TITLES = {
    "loss": "First from the loss to the logits",
    "readout": "Then through the readout",
    "step": "Then through one step",
    "loop": "Then from step to step, back in time",
    "embedding": "And last into the embedding",
}


def _column(k: int) -> float:
    return _LEFT + k * _APART


def _up(pen: Pen, name: str, key: str, x: float, low: float, high: float) -> None:
    """A forward wire between two rows."""
    pen.wire(name, key, [(x, low + _SIZE[1] / 2), (x, high - _SIZE[1] / 2)], head=False)


def _down(pen: Pen, name: str, x: float, high: float, low: float, label: str) -> None:
    """A backward arrow between two rows, with what it carries."""
    x += _ASIDE
    pen.wire(name, BACK, [(x, high - _SIZE[1] / 2 - 0.06), (x, low + _SIZE[1] / 2 + 0.06)])
    middle = (high + low) / 2
    pen.label(f"{name}.label", BACK, (x + 0.18, middle), label, like=name, size=11.5, align="left")


def _weights(pen: Pen, name: str, k: int, height: float, text: str) -> None:
    """Beside a box: the gradients of the weights in it."""
    place = (_column(k) + _SIZE[0] / 2 + 0.15, height)
    pen.label(name, BACK, place, text, size=11.5, align="left")


def _names(piece: str, last: int) -> set[str]:
    """The artists of one piece of the way back."""
    every = range(last + 1)
    return {
        "loss": {f"{k}.dlogits" for k in every},
        "readout": {f"{k}.{name}" for k in every for name in ("dhs", "dV")},
        "step": {f"{last}.dW", f"{last}.dx", f"{last}.dh"},
        "loop": {f"{k}.{name}" for k in range(last) for name in ("dW", "dx", "dh")} | {"start.dh"},
        "embedding": {f"{k}.dE" for k in every},
    }[piece]


def backward_diagram(piece: str) -> Figure:
    """The network over three words, and how far the gradients have come: the newest piece bold, later ones left out.

    Args:
        piece: ``"loss"``, ``"readout"``, ``"step"`` (the last one alone), ``"loop"`` or ``"embedding"``.

    Returns:
        A figure of the same layout for every piece, for ``show(fig, alt=...)``.

    Raises:
        ValueError: there is no such piece.
    """
    if piece not in PIECES:
        raise ValueError(f"no piece is called {piece!r}; choose one of {', '.join(PIECES)}")
    last = len(_WORDS) - 1
    known = PIECES[: PIECES.index(piece) + 1]
    there = set().union(*(_names(one, last) for one in known))
    fig, ax = canvas(_column(last) + 4.6, 12.0, 7.6)
    pen = Pen(ax, frozenset(_names(piece, last)))
    for k, word in enumerate(_WORDS):
        x = _column(k)
        pen.label(f"{k}.word", "x", (x, 0.75), word, size=13)
        pen.wire(f"{k}.read", "x", [(x, 1.1), (x, _EMBED - _SIZE[1] / 2)], head=False)
        _up(pen, f"{k}.x", "x", x, _EMBED, _STEP)
        _up(pen, f"{k}.h", "h", x, _STEP, _READ)
        _up(pen, f"{k}.logits", "neutral", x, _READ, _LOSS)
        start = x - _APART + _SIZE[0] / 2 if k else x - 2.6
        pen.wire(f"{k}.carry", "h", [(start, _STEP + 0.2), (x - _SIZE[0] / 2, _STEP + 0.2)], head=False)
        for name, key, height, text in (
            ("embed", "x", _EMBED, "embed, $E$"),
            ("step", "h", _STEP, "step, $W$ $b$"),
            ("readout", "neutral", _READ, "readout, $V$ $b_y$"),
            ("loss", "neutral", _LOSS, "softmax, loss"),
        ):
            pen.box(f"{k}.{name}", key, (x, height), _SIZE, text, fontsize=10.5)
        _backward_column(pen, k, there, last)
    pen.label("start", "h", (_column(0) - 2.2, _STEP + 0.62), "$h_{-1}$", size=11)
    if "start.dh" in there:
        _left(pen, "start.dh", _column(0) - _SIZE[0] / 2 - 0.06, _column(0) - 2.6, "dh0")
    title = Pen(ax, frozenset({"title"}))
    title.label("title", BACK, (0.5, 11.4), _TITLES[piece], align="left", size=13)
    return fig


def _left(pen: Pen, name: str, start: float, end: float, label: str) -> None:
    """A backward arrow from a step to the one before it."""
    pen.wire(name, BACK, [(start, _STEP - 0.2), (end, _STEP - 0.2)])
    pen.label(f"{name}.label", BACK, ((start + end) / 2 - 0.1, _STEP - 0.55), label, like=name, size=11.5)


def _backward_column(pen: Pen, k: int, there: set[str], last: int) -> None:
    """What flows backwards through one step's column, as far as it is known."""
    x = _column(k)
    if f"{k}.dlogits" in there:
        _down(pen, f"{k}.dlogits", x, _LOSS, _READ, "dlogits")
    if f"{k}.dhs" in there:
        _down(pen, f"{k}.dhs", x, _READ, _STEP, "dhs")
        _weights(pen, f"{k}.dV", k, _READ, "dV, db_y")
    if f"{k}.dx" in there:
        _down(pen, f"{k}.dx", x, _STEP, _EMBED, "dx" if k == last and "start.dh" not in there else "dxs")
        _weights(pen, f"{k}.dW", k, _STEP + 0.62, "dW, db")
    if f"{k}.dh" in there and k:
        _left(pen, f"{k}.dh", x - _SIZE[0] / 2 - 0.06, x - _APART + _SIZE[0] / 2 + 0.06, "dh_prev")
    if f"{k}.dE" in there:
        _weights(pen, f"{k}.dE", k, _EMBED, "dE")


def paths_diagram(T: int = 4) -> Figure:
    """T times the same unrolled network, a row for each use of W: the path from the loss at the end back to that use.

    Args:
        T: steps, 2 to 6.

    Returns:
        A figure for ``show(fig, alt=...)``.

    Raises:
        ValueError: T is below 2 or above 6.
    """
    if not 2 <= T <= 6:
        raise ValueError(f"T is 2 to 6, got {T}")
    apart, tall, first = 3.0, 2.55, 2.2
    right = first + (T - 1) * apart
    fig, ax = canvas(right + 8.4, T * tall + 1.3, 9.4)
    for row in range(T):
        used = T - 1 - row  # the shortest path on top
        y = (T - 1 - row) * tall + 2.3
        pen = Pen(ax, frozenset({"path", "use", "L"}))
        for t in range(T):
            x = first + t * apart
            before = x - apart + 0.6 if t else x - 1.5
            pen.wire(f"{row}.{t}.h", "h", [(before, y), (x - 0.6, y)], head=False)
            pen.box(f"{row}.{t}.step", "h", (x, y), (1.2, 0.9), f"$h_{t}$", fontsize=11)
            pen.wire(f"{row}.{t}.W", "neutral", [(x, y - 1.0), (x, y - 0.45)], head=False)
            if t != used:
                pen.label(f"{row}.{t}.name", "neutral", (x, y - 1.2), "$W$", size=10)
        _path(pen, first, apart, used, T, y)
        factors = "".join(rf"\,\frac{{\partial h_{t}}}{{\partial h_{t - 1}}}" for t in range(T - 1, used, -1))
        text = rf"$\frac{{\partial L}}{{\partial h_{T - 1}}}{factors}\,\frac{{\partial h_{used}}}{{\partial W}}$"
        write(ax, right + 2.8, y, text, ha="left", fontsize=17, color=ink(COLORS[BACK]))
    write(ax, right + 2.8, 0.45, "added up: dW", ha="left", fontsize=12, fontweight="bold", color=ink(COLORS[BACK]))
    write(ax, first + (T - 1) * apart / 2, 0.45, "time step t", fontsize=11)
    return fig


def _path(pen: Pen, first: float, apart: float, used: int, T: int, y: float) -> None:
    """The way from the loss back to W as it was used at one step."""
    end = first + (T - 1) * apart
    pen.label("L", BACK, (end + 1.9, y), "$L$", size=13)
    pen.wire("path", BACK, [(end + 1.6, y), (end + 0.65, y)])
    for t in range(T - 1, used, -1):
        x = first + t * apart
        pen.wire("path", BACK, [(x - 0.6, y + 0.14), (x - apart + 0.65, y + 0.14)])
    x = first + used * apart
    pen.wire("path", BACK, [(x + 0.2, y - 0.45), (x + 0.2, y - 1.0)])
    pen.label("use", BACK, (x, y - 1.25), "$W$", size=11)
