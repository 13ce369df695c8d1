"""Where each element of the cell stands, and how it is drawn.

One place for every element, in every stage: the cell state along the top, the hidden state along
the bottom, the gates between them, the input from below, time to the right.

Positions are in the drawing's units, x to the right and y upwards, of one cell; the :class:`._parts.Pen` moves them
to where the cell stands. Every piece has a name, by which it is found again.
"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.patches import FancyBboxPatch

from ._parts import Pen

__all__ = [
    "BOTTOM",
    "DRAW",
    "NARROW",
    "OUTER",
    "SMALL",
    "TOP",
    "WIDE",
    "Places",
    "draw_body",
    "draw_inputs",
    "draw_names",
]

TOP, BOTTOM = 8.65, 3.2  # where c and h run
GATE, INNER, OUTER = 4.95, 6.9, 6.1  # gate boxes; where i meets g; where o meets tanh(c)
R = 0.4  # radius of an operation


@dataclass(frozen=True)
class Places:
    """Columns of the cell, and the size of its boxes.

    All are x coordinates in the drawing's units, but for ``box``, which is (width, height). ``WIDE`` is for one cell
    with words in its boxes, ``SMALL`` for several in a row, ``NARROW`` for several plain ones, which have no gates.
    """

    left: float  # the cell's outline
    join: float  # where h and x meet
    f: float
    i: float
    g: float
    o: float
    h: float  # the way down from c to h
    right: float  # the cell's outline
    box: tuple[float, float]

    @property
    def edge(self) -> float:
        """Half a box's height."""
        return self.box[1] / 2


WIDE = Places(1.55, 2.5, 4.4, 6.75, 9.1, 11.45, 13.5, 14.45, (2.16, 1.4))
SMALL = Places(1.55, 2.45, 3.85, 5.4, 6.95, 8.5, 10.1, 11.25, (1.3, 1.3))
NARROW = Places(1.55, 2.45, 4.6, 4.6, 4.6, 4.6, 6.2, 7.2, (1.7, 1.3))


def draw_body(pen: Pen, p: Places, top: float = TOP + 0.75) -> None:
    """The cell's outline, one time step wide and up to ``top``."""
    x, y = pen.at((p.left, BOTTOM - 0.8))
    pen.ax.add_patch(
        FancyBboxPatch(
            (x, y),
            p.right - p.left,
            top - BOTTOM + 0.8,
            boxstyle="round,pad=0,rounding_size=0.5",
            facecolor="#F6F7F8",
            edgecolor="#C9CED2",
            linewidth=1.1,
            zorder=-3,
            gid=pen.tag + "body",
        )
    )


def draw_inputs(pen: Pen, p: Places) -> None:
    """h from the left and x from below meet; the pair runs along the bottom to the gates."""
    pen.wire("h_in", "h", [(pen.start, BOTTOM), (p.join - 0.62, BOTTOM)])
    pen.wire("x_in", "x", [(p.join, BOTTOM - pen.below), (p.join, BOTTOM - 0.36)])
    pen.wire("bus", "neutral", [(p.join + 0.6, BOTTOM), (p.g, BOTTOM), (p.g, GATE - p.edge)])
    pen.box("join", "neutral", (p.join, BOTTOM), (1.24, 0.72), "[h, x]", fontsize=9.5)


def draw_names(pen: Pen, p: Places) -> None:
    """The labels of what comes in."""
    pen.label("h_prev", "h", (0.6, BOTTOM), r"$h_{t-1}$")
    pen.label("x_t", "x", (p.join, BOTTOM - 1.42), r"$x_t$")


def _tap(pen: Pen, p: Places, key: str, column: float) -> None:
    """A branch of the bus, up into a gate."""
    pen.dot(f"{key}_dot", "neutral", (column, BOTTOM))
    pen.wire(f"{key}_tap", "neutral", [(column, BOTTOM), (column, GATE - p.edge)])


def _draw_plain(pen: Pen, p: Places) -> None:
    """A plain recurrent cell: one tanh, whose result is the hidden state."""
    pen.box("g_box", "h", (p.g, GATE), p.box, "tanh", "new state")
    corners = [(p.g, OUTER), (p.h, OUTER), (p.h, BOTTOM)]
    pen.wire("h_out", "h", [(p.g, GATE + p.edge), *corners, (pen.end, BOTTOM)], head=pen.last)
    if not pen.tag:
        pen.label("h_next", "h", (15.42, BOTTOM), "$h_t$")


def _draw_g(pen: Pen, p: Places) -> None:
    """The candidate, on its way up to the cell state."""
    pen.box("g_box", "g", (p.g, GATE), p.box, "tanh", "candidate")
    pen.wire("g_wire", "g", [(p.g, GATE + p.edge), (p.g, TOP - R)])
    pen.label("g_label", "g", (p.g + 0.42, GATE + p.edge + 0.42), "$g_t$")


def _draw_ghosts(pen: Pen, p: Places) -> None:
    """What is missing in a plain cell: dashed lines where a state could be kept."""
    pen.wire("ghost_c", "neutral", [(pen.start, TOP), (pen.end, TOP)], dashed=True)
    pen.label("ghost_c_text", "neutral", (p.g, TOP + 0.42), "somewhere to keep it?", size=9.5)
    pen.wire("ghost_h", "neutral", [(p.h, BOTTOM), (pen.end, BOTTOM)], dashed=True)
    pen.label("ghost_h_text", "neutral", (15.42, BOTTOM), "?")


def _draw_carry(pen: Pen, p: Places) -> None:
    """The conveyor: c in from the left, plus what is new, c out to the right."""
    pen.belt("belt", "c", (pen.start, TOP), (pen.end, TOP))
    pen.wire("c_in", "c", [(pen.start, TOP), (p.g - R, TOP)])
    pen.wire("c_out", "c", [(p.g + R, TOP), (pen.end, TOP)], head=pen.last)
    pen.circle("plus", "c", (p.g, TOP), "+", R)
    pen.dot("c_dot", "c", (p.h, TOP))
    if not pen.tag:
        pen.label("c_prev", "c", (0.6, TOP), "$c_{t-1}$")
        pen.label("c_next", "c", (15.42, TOP), "$c_t$")


def _draw_pass(pen: Pen, p: Places) -> None:
    """Until there is an output gate, h is c."""
    pen.wire("c_down", "c", [(p.h, TOP), (p.h, OUTER + R)])
    pen.wire("h_out", "h", [(p.h, OUTER - R), (p.h, BOTTOM), (pen.end, BOTTOM)])
    pen.label("h_next", "h", (15.42, BOTTOM), "$h_t$")
    pen.circle("equals", "h", (p.h, OUTER), "=", R)
    pen.label("h_is_c", "h", (p.h - 0.62, OUTER), "h is c", align="right", size=9.5)


def _draw_leak(pen: Pen, p: Places) -> None:
    """Two fixed factors instead of gates, alpha for the old cell state and 1 - alpha for the candidate."""
    for name, column, text in (("alpha", p.f, r"$\alpha$"), ("beta", p.i, r"$1-\alpha$")):
        pen.box(f"{name}_box", "alpha", (column, GATE), p.box, text, "fixed", round_=0.34)
    pen.wire("alpha_wire", "alpha", [(p.f, GATE + p.edge), (p.f, TOP - R)])
    pen.wire("beta_wire", "alpha", [(p.i, GATE + p.edge), (p.i, INNER), (p.g - R, INNER)])
    pen.circle("mul_c", "alpha", (p.f, TOP), "x", R)
    pen.circle("mul_g", "alpha", (p.g, INNER), "x", R)


def _draw_i(pen: Pen, p: Places) -> None:
    """The input gate, and its product with the candidate."""
    _tap(pen, p, "i", p.i)
    pen.box("i_box", "i", (p.i, GATE), p.box, r"$\sigma$", "input gate")
    pen.wire("i_wire", "i", [(p.i, GATE + p.edge), (p.i, INNER), (p.g - R, INNER)])
    pen.label("i_label", "i", (p.i + 0.38, GATE + p.edge + 0.42), "$i_t$")
    pen.circle("mul_g", "i", (p.g, INNER), "x", R)


def _draw_f(pen: Pen, p: Places) -> None:
    """The forget gate, and its product with the old cell state."""
    _tap(pen, p, "f", p.f)
    pen.box("f_box", "f", (p.f, GATE), p.box, r"$\sigma$", "forget gate")
    pen.wire("f_wire", "f", [(p.f, GATE + p.edge), (p.f, TOP - R)])
    pen.label("f_label", "f", (p.f + 0.42, GATE + p.edge + 0.42), "$f_t$")
    pen.circle("mul_c", "f", (p.f, TOP), "x", R)


def _draw_o(pen: Pen, p: Places) -> None:
    """The output gate, and its product with tanh of the cell state: the hidden state, on its way out."""
    pen.dot("g_dot", "neutral", (p.g, BOTTOM))
    pen.wire("bus_o", "neutral", [(p.g, BOTTOM), (p.o, BOTTOM), (p.o, GATE - p.edge)])
    pen.box("o_box", "o", (p.o, GATE), p.box, r"$\sigma$", "output gate")
    pen.wire("o_wire", "o", [(p.o, GATE + p.edge), (p.o, OUTER), (p.h - R, OUTER)])
    pen.label("o_label", "o", (p.o + 0.45, OUTER + 0.36), "$o_t$")
    pen.wire("c_down", "c", [(p.h, TOP), (p.h, OUTER + R)])
    pen.box("tanh_c", "o", (p.h, 7.42), (1.3, 0.76), "tanh", fontsize=10.5, round_=0.19)
    pen.circle("mul_o", "o", (p.h, OUTER), "x", R)
    pen.wire("h_out", "h", [(p.h, OUTER - R), (p.h, BOTTOM), (pen.end, BOTTOM)], head=pen.last)
    if not pen.tag:
        pen.label("h_next", "h", (15.42, BOTTOM), "$h_t$")


DRAW = {
    "plain": _draw_plain,
    "g": _draw_g,
    "ghosts": _draw_ghosts,
    "carry": _draw_carry,
    "pass": _draw_pass,
    "leak": _draw_leak,
    "i": _draw_i,
    "f": _draw_f,
    "o": _draw_o,
}
