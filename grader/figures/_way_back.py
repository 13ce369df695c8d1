"""The LSTM cell of unit 05 with the way back drawn into it, piece by piece, and the two chains over a sequence.

Forward wires keep their places and colours, and are pale. What flows backwards is drawn in one colour, as in unit 02,
beside the wire that it goes back on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from ._cell import BOTTOM, DRAW, GATE, INNER, OUTER, TOP, WIDE, R, draw_body, draw_inputs, draw_names
from ._parts import Pen, Point, canvas, equations
from ._unrolled import BACK
from .diagram import HEIGHT, LINE, WIDTH, Pieces, unrolled_diagram

__all__ = ["PIECES", "cell_backward_diagram", "chain_diagram", "two_chains_diagram"]

PIECES = ("hidden", "cell", "gates", "product")

_ASIDE = 0.32  # how far a backward arrow stands beside its forward wire
_NEAR = 0.06  # how far it ends before a box or a circle
_TIMES = (r"\,\odot\,", "")
_IS = (r"\,=\,", "")
_TOTAL = r"dc^{\mathrm{total}}"  # all that the loss has to say to c
_TITLES = {
    "hidden": "Back through the output: dh becomes do, and joins dc",
    "cell": "Back through the sum: dc goes to f, i, g, and on to the left",
    "gates": "Back through the four curves",
    "product": "Back through the one product",
}


def _product(left: str, *factors: tuple[str, str]) -> Pieces:
    """An equation ``left`` = a product of factors, in pieces of text with their colours."""
    pieces: list[tuple[str, str]] = [(left, BACK), _IS, factors[0]]
    for factor in factors[1:]:
        pieces += [_TIMES, factor]
    return tuple(pieces)


_GAP: Pieces = ((r"\qquad", ""),)


def _slope(letter: str) -> Pieces:
    """The equation of a gate's dz."""
    return _product(f"dz_{letter}", (f"d{letter}", BACK), (letter, letter), (rf"(1-{letter})", letter))


_LINES: dict[str, tuple[Pieces, ...]] = {
    "hidden": (
        _product("do", ("dh", BACK), (r"\mathrm{tanh}(c_t)", "c")),
        (
            (_TOTAL, BACK),
            _IS,
            ("dc", BACK),
            (r"\,+\,", ""),
            ("dh", BACK),
            _TIMES,
            ("o", "o"),
            _TIMES,
            (r"(1-\mathrm{tanh}^2(c_t))", "c"),
        ),
    ),
    "cell": (
        (*_product("di", (_TOTAL, BACK), ("g", "g")), *_GAP, *_product("dg", (_TOTAL, BACK), ("i", "i"))),
        (*_product("df", (_TOTAL, BACK), ("c_{t-1}", "c")), *_GAP, *_product("dc_{t-1}", (_TOTAL, BACK), ("f", "f"))),
    ),
    "gates": (
        (*_slope("i"), *_GAP, *_slope("f")),
        (*_product("dz_g", ("dg", BACK), (r"(1-g^2)", "g")), *_GAP, *_slope("o")),
    ),
    "product": (
        (
            (r"[\,dh_{t-1}\,|\,dx_t\,]", BACK),
            _IS,
            ("dz", BACK),
            (r"\,W^\top", "neutral"),
            *_GAP,
            ("dW", BACK),
            _IS,
            (r"[", ""),
            (r"h_{t-1}", "h"),
            (r",\,", ""),
            ("x_t", "x"),
            (r"]^\top", ""),
            ("dz", BACK),
        ),
    ),
}


class _WayPen(Pen):
    """Draws the cell with the output gate's letter a little higher: the way back runs where it stands."""

    def label(self, name: str, key: str, point: Point, text: str, **look: Any) -> None:
        super().label(name, key, (point[0], point[1] + 0.4) if name == "o_label" else point, text, **look)


def _hidden(pen: Pen) -> None:
    """From dh up to where o met tanh(c): left to the output gate, and up through tanh to the cell state."""
    p, side = WIDE, WIDE.h + _ASIDE
    pen.wire("dh", BACK, [(15.05, BOTTOM + _ASIDE), (side, BOTTOM + _ASIDE), (side, OUTER - R - _NEAR)])
    pen.label("dh.label", BACK, (15.4, BOTTOM + 0.72), "dh", like="dh", size=12)
    turn = OUTER + _ASIDE
    pen.wire("do", BACK, [(p.h - R - _NEAR, turn), (p.o - _ASIDE, turn), (p.o - _ASIDE, GATE + p.edge + _NEAR)])
    pen.label("do.label", BACK, (p.o - 0.55, GATE + p.edge + 0.4), "do", like="do", size=12, align="right")
    pen.wire("dtanh", BACK, [(side, OUTER + R + _NEAR), (side, TOP + 0.12)])


def _cell(pen: Pen) -> None:
    """From the right along the top: at the plus to the candidate and the input gate, at the product to f and c."""
    p, top = WIDE, TOP + _ASIDE
    pen.wire("dc", BACK, [(15.05, top), (p.g + R + _NEAR, top)])
    pen.label("dc.label", BACK, (15.4, TOP + 0.75), "dc", like="dc", size=12)
    pen.wire("dc_on", BACK, [(p.g - R - _NEAR, top), (p.f + R + _NEAR, top)])
    pen.wire("dc_prev", BACK, [(p.f - R - _NEAR, top), (1.05, top)])
    pen.label("dc_prev.label", BACK, (0.75, TOP + 0.78), "dc_prev", like="dc_prev", size=12)
    pen.wire("dplus", BACK, [(p.g - _ASIDE, TOP - R), (p.g - _ASIDE, INNER + R)])
    pen.wire("dg", BACK, [(p.g - _ASIDE, INNER - R), (p.g - _ASIDE, GATE + p.edge + _NEAR)])
    pen.label("dg.label", BACK, (p.g - 0.55, GATE + p.edge + 0.4), "dg", like="dg", size=12, align="right")
    high = INNER + _ASIDE
    pen.wire("di", BACK, [(p.g - R - 0.12, high), (p.i - _ASIDE, high), (p.i - _ASIDE, GATE + p.edge + _NEAR)])
    pen.label("di.label", BACK, (p.i - 0.55, GATE + p.edge + 0.4), "di", like="di", size=12, align="right")
    pen.wire("df", BACK, [(p.f - _ASIDE, TOP - R), (p.f - _ASIDE, GATE + p.edge + _NEAR)])
    pen.label("df.label", BACK, (p.f - 0.55, GATE + p.edge + 0.4), "df", like="df", size=12, align="right")


def _gates(pen: Pen) -> None:
    """Down through each box."""
    p = WIDE
    for letter, column in (("f", p.f), ("i", p.i), ("g", p.g), ("o", p.o)):
        name = f"dz_{letter}"
        pen.wire(name, BACK, [(column - _ASIDE, GATE - p.edge - _NEAR), (column - _ASIDE, BOTTOM + 0.12)])
        place = (column - 0.5, BOTTOM + 0.6)
        pen.label(f"{name}.label", BACK, place, f"$dz_{letter}$", like=name, size=13, align="right")


def _product_back(pen: Pen) -> None:
    """All four together, through W: to the left and down."""
    p, low = WIDE, BOTTOM - _ASIDE
    pen.wire("dz", BACK, [(p.o - _ASIDE, low), (p.join + 0.68, low)])
    pen.label("dz.label", BACK, (p.o - 0.9, BOTTOM - 0.62), "dz", like="dz", size=12)
    pen.label("dW", BACK, (p.i, BOTTOM - 0.62), "dW, db", size=12)
    pen.wire("dh_prev", BACK, [(p.join - 0.68, low), (1.05, low)])
    pen.label("dh_prev.label", BACK, (0.75, BOTTOM - 0.75), "dh_prev", like="dh_prev", size=12)
    pen.wire("dx", BACK, [(p.join + _ASIDE, BOTTOM - 0.42), (p.join + _ASIDE, BOTTOM - 1.2)])
    pen.label("dx.label", BACK, (p.join + 0.62, BOTTOM - 1.2), "dx", like="dx", size=12, align="left")


_DRAW = {"hidden": _hidden, "cell": _cell, "gates": _gates, "product": _product_back}
_NEW = {
    "hidden": {"dh", "do", "dtanh"},
    "cell": {"dc", "dc_on", "dc_prev", "dplus", "dg", "di", "df"},
    "gates": {"dz_f", "dz_i", "dz_g", "dz_o"},
    "product": {"dz", "dW", "dh_prev", "dx"},
}


def cell_backward_diagram(piece: str) -> Figure:
    """The cell, and how far the gradients have come in it: the newest piece bold, later ones left out.

    Args:
        piece: ``"hidden"`` (from dh to the output gate and to c), ``"cell"`` (from dc to f, i, g and the old c),
            ``"gates"`` (through the four curves) or ``"product"`` (through W).

    Returns:
        A figure of the layout of ``cell_diagram("lstm")`` for every piece, for ``show(fig, alt=...)``.

    Raises:
        ValueError: there is no such piece.
    """
    if piece not in PIECES:
        raise ValueError(f"no piece is called {piece!r}; choose one of {', '.join(PIECES)}")
    lines = _LINES[piece]
    lift = LINE * (len(lines) - 2)
    fig, ax = canvas(WIDTH, HEIGHT + lift, 7.4)
    pen = _WayPen(ax, frozenset(_NEW[piece]), dy=lift)
    draw_body(pen, WIDE)
    draw_inputs(pen, WIDE)
    draw_names(pen, WIDE)
    for part in ("g", "carry", "i", "f", "o"):
        DRAW[part](pen, WIDE)
    for known in PIECES[: PIECES.index(piece) + 1]:
        _DRAW[known](pen)
    title = Pen(ax, frozenset({"title"}), dy=lift)
    title.label("title", BACK, (WIDE.left, HEIGHT - 0.45), _TITLES[piece], align="left", size=13)
    equations(ax, lines, (WIDTH / 2, 0.85 + lift / 2))
    return fig


def two_chains_diagram(words: Sequence[str]) -> Figure:
    """The unrolled LSTM of unit 05 over 1 to 4 ``words`` with the two gradients that travel from cell to cell."""
    fig = unrolled_diagram(words)
    (ax,) = fig.axes
    lift = 0.55
    bodies = {body.get_gid(): body for body in ax.patches if isinstance(body, FancyBboxPatch)}
    edges = [(bodies[f"{k}.body"].get_x(), bodies[f"{k}.body"].get_width()) for k in range(len(words))]
    pen = Pen(ax, frozenset({"back"}), dy=lift)
    for k, (left, wide) in enumerate(edges):
        right = left + wide
        beyond = edges[k + 1][0] if k + 1 < len(edges) else right + 1.35
        middle = (right + beyond) / 2 if k + 1 < len(edges) else right + 0.75
        for key, y in (("c", TOP), ("h", BOTTOM)):
            if k + 1 < len(edges) or key == "c":
                pen.wire("back", BACK, [(beyond - _NEAR, y - 0.4), (right + _NEAR, y - 0.4)])
            if k + 1 < len(edges):
                pen.label(f"{k}.d{key}", BACK, (middle, y - 0.85), f"$d{key}_{k}$", like="back", size=13)
        pen.wire("back", BACK, [(middle, BOTTOM + 2.6), (middle, BOTTOM + 1.25)])
        pen.label(f"{k}.dhs", BACK, (middle, BOTTOM + 2.95), f"$dhs_{k}$", like="back", size=13)
    left = edges[0][0]
    for key, y in (("c", TOP), ("h", BOTTOM)):
        pen.wire("back", BACK, [(left - _NEAR, y - 0.4), (left - 1.0, y - 0.4)])
        pen.label(f"start.d{key}", BACK, (left - 1.2, y - 0.9), f"d{key}0", like="back", size=12)
    right = edges[-1][0] + edges[-1][1]
    pen.label("end.dc", BACK, (right + 0.95, TOP - 0.85), "dc_T", like="back", size=12)
    return fig


def chain_diagram(T: int) -> Figure:
    """The conveyor alone: T cell states in a row, a forget gate between each two, and the way back along them.

    Args:
        T: steps, 2 to 6.

    Raises:
        ValueError: T is below 2 or above 6.
    """
    if not 2 <= T <= 6:
        raise ValueError(f"T is 2 to 6, got {T}")
    apart, first, y = 3.6, 1.6, 2.4
    fig, ax = canvas(first + (T - 1) * apart + 1.6, 4.6, min(9.4, 1.7 * T))
    pen = Pen(ax, frozenset({"back"}))
    for t in range(T):
        x = first + t * apart
        pen.box(f"{t}.c", "c", (x, y), (1.3, 0.95), f"$c_{t}$", fontsize=13)
        if t:
            pen.wire(f"{t}.in", "c", [(x - apart + 0.65, y), (x - apart / 2 - R, y)], head=False)
            pen.wire(f"{t}.out", "c", [(x - apart / 2 + R, y), (x - 0.65, y)])
            pen.circle(f"{t}.mul", "f", (x - apart / 2, y), "x", R)
            pen.wire(f"{t}.f", "f", [(x - apart / 2, y - 1.3), (x - apart / 2, y - R)])
            pen.label(f"{t}.f.label", "f", (x - apart / 2, y - 1.65), f"$f_{t}$", size=14)
            pen.wire("back", BACK, [(x - 0.3, y + 0.75), (x - apart + 0.3, y + 0.75)])
            pen.label(f"{t}.times", BACK, (x - apart / 2, y + 1.2), rf"$\odot\,f_{t}$", like="back", size=13)
    return fig
