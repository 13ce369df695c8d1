"""The cells of the LSTM's relatives, in the layout and the colours of ``diagram.py``: what is missing, what is new.

What a relative calls by another name has the colour of what does the same in the LSTM: the GRU's update gate z keeps,
as f does; its candidate n is a g; its reset gate r decides how much of the memory is read, as o does.

F. A. Gers and J. Schmidhuber, "Recurrent nets that time and count", IJCNN 2000 (peepholes); K. Cho et al., EMNLP 2014
(the GRU); K. S. Tai, R. Socher and C. D. Manning, ACL 2015 (the Tree-LSTM).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ._cell import BOTTOM, DRAW, GATE, INNER, OUTER, TOP, WIDE, R, draw_body, draw_inputs, draw_names
from ._parts import Pen, Point, canvas, equations
from .diagram import HEIGHT, LINE, WIDTH, Pieces

__all__ = ["RELATIVES", "relative"]

_INSIDE = "#F6F7F8"  # the body's own colour: a gap in a line that another one crosses
_EDGE = WIDE.edge
_HX: Pieces = (("[", ""), (r"h_{t-1}", "h"), (r",\,", ""), (r"x_t", "x"), (r"]\,", ""))
_GAP: Pieces = ((r"\qquad", ""),)
_OUT: Pieces = (("h_t", "h"), (r"\;=\;", ""), ("o_t", "o"), (r"\,\odot\,\mathrm{tanh}(", ""), ("c_t", "c"), (")", ""))


def _gate(letter: str, key: str, function: str = r"\sigma", peep: str = "") -> Pieces:
    """The equation of one gate; ``peep`` is the cell state that it sees besides, where it has a peephole."""
    seen: Pieces = ((rf"\,+\,p_{letter}\,\odot\,", "c"), (peep, "c")) if peep else ()
    return (
        (rf"{letter}_t", key),
        (rf"\;=\;{function}(", ""),
        *_HX,
        (rf"W_{letter}\,+\,b_{letter}", key),
        *seen,
        (")", ""),
    )


def _gap(pen: Pen, point: Point) -> None:
    """A gap in the line that was drawn through here, for the one that will be drawn next: the two don't touch."""
    x, y = pen.at(point)
    pen.ax.add_patch(
        Rectangle((x - 0.16, y - 0.16), 0.32, 0.32, facecolor=_INSIDE, edgecolor="none", zorder=2, gid="gap")
    )


# --- what is drawn beside the LSTM's own pieces ------------------------------------------------------


def _peepholes(pen: Pen) -> None:
    """Lines from the cell state into the gates: the old one into f and i, the new one into o."""
    p, high = WIDE, OUTER + 0.52
    pen.dot("peep_dot", "c", (3.05, TOP))
    pen.wire("peep_i", "c", [(3.05, TOP), (3.05, high), (p.i - 0.62, high), (p.i - 0.62, GATE + _EDGE)], dashed=True)
    pen.dot("peep_f_dot", "c", (p.f - 0.62, high))
    pen.wire("peep_f", "c", [(p.f - 0.62, high), (p.f - 0.62, GATE + _EDGE)], dashed=True)
    pen.dot("peep_o_dot", "c", (p.o - 0.62, TOP))
    pen.wire("peep_o", "c", [(p.o - 0.62, TOP), (p.o - 0.62, GATE + _EDGE)], dashed=True)


def _coupled(pen: Pen) -> None:
    """No input gate: what the forget gate takes off is what comes in."""
    p = WIDE
    pen.dot("couple_dot", "f", (p.f, INNER))
    pen.wire("couple_in", "f", [(p.f, INNER), (p.i - 0.75, INNER)], head=False)
    pen.box("couple", "i", (p.i, INNER), (1.5, 0.78), r"$1-f_t$", fontsize=11.5, round_=0.19)
    pen.wire("couple_out", "i", [(p.i + 0.75, INNER), (p.g - R, INNER)])
    pen.circle("mul_g", "i", (p.g, INNER), "x", R)


# Where the pieces of a GRU stand: the old state is taken up at the left, before it meets x.
_UP, _JOIN, _Z, _R, _MUL_R, _W, _N, _H = 2.1, 3.15, 4.85, 7.2, 9.15, 10.22, 12.05, 13.75
_KEPT, _READ = 7.3, 6.32  # where 1 - z runs to the candidate, and h to the reset gate


def _gru_state(pen: Pen) -> None:
    """One state: it comes in below, travels along the top, and goes out below."""
    pen.belt("belt", "h", (_UP, TOP), (_H, TOP))
    pen.dot("h_dot", "h", (_UP, BOTTOM))
    pen.wire("h_in", "h", [(pen.start, BOTTOM), (_JOIN - 0.62, BOTTOM)])
    pen.wire("h_up", "h", [(_UP, BOTTOM), (_UP, TOP), (_Z - R, TOP)])
    pen.wire("h_kept", "h", [(_Z + R, TOP), (_N - R, TOP)])
    pen.wire("h_out", "h", [(_N + R, TOP), (_H, TOP), (_H, BOTTOM), (pen.end, BOTTOM)])
    pen.circle("mul_z", "f", (_Z, TOP), "x", R)
    pen.circle("plus", "h", (_N, TOP), "+", R)
    pen.label("h_prev", "h", (0.6, BOTTOM), r"$h_{t-1}$")
    pen.label("h_next", "h", (15.42, BOTTOM), "$h_t$")


def _gru_gates(pen: Pen) -> None:
    """The update and the reset gate, which read h and x; the candidate, which reads x and what the reset lets by."""
    low = BOTTOM - 0.56
    pen.box("join", "neutral", (_JOIN, BOTTOM), (1.24, 0.72), "[h, x]", fontsize=9.5)
    pen.wire("x_in", "x", [(_JOIN, BOTTOM - pen.below), (_JOIN, BOTTOM - 0.36)])
    pen.label("x_t", "x", (_JOIN, BOTTOM - 1.42), "$x_t$")
    pen.dot("x_dot", "x", (_JOIN, low))
    pen.wire("x_n", "x", [(_JOIN, low), (_N, low), (_N, GATE - _EDGE)])
    pen.wire("bus", "neutral", [(_JOIN + 0.62, BOTTOM), (_R, BOTTOM), (_R, GATE - _EDGE)])
    pen.dot("z_tap_dot", "neutral", (_Z, BOTTOM))
    pen.wire("z_tap", "neutral", [(_Z, BOTTOM), (_Z, GATE - _EDGE)])
    pen.box("z_box", "f", (_Z, GATE), WIDE.box, r"$\sigma$", "update gate")
    pen.box("r_box", "o", (_R, GATE), WIDE.box, r"$\sigma$", "reset gate")
    pen.box("n_box", "g", (_N, GATE), WIDE.box, "tanh", "candidate")
    _gap(pen, (_Z, _READ))
    pen.wire("z_wire", "f", [(_Z, GATE + _EDGE), (_Z, TOP - R)])
    pen.label("z_label", "f", (_Z + 0.38, _READ + 0.5), "$z_t$")
    pen.wire("r_wire", "o", [(_R + WIDE.box[0] / 2, GATE), (_MUL_R - R, GATE)])
    pen.label("r_label", "o", (_MUL_R - 0.62, GATE + 0.42), "$r_t$")
    pen.circle("mul_r", "o", (_MUL_R, GATE), "x", R)
    pen.dot("keep_dot", "f", (_Z, _KEPT))
    pen.wire("keep_in", "f", [(_Z, _KEPT), (7.7, _KEPT)], head=False)
    pen.box("one_minus", "i", (8.45, _KEPT), (1.5, 0.78), r"$1-z_t$", fontsize=11.5, round_=0.19)
    pen.wire("keep_out", "i", [(9.2, _KEPT), (_N - R, _KEPT)])
    pen.circle("mul_n", "i", (_N, _KEPT), "x", R)
    pen.wire("n_wire", "g", [(_N, GATE + _EDGE), (_N, _KEPT - R)])
    pen.wire("n_up", "g", [(_N, _KEPT + R), (_N, TOP - R)])
    pen.label("n_label", "g", (_N + 0.45, GATE + _EDGE + 0.42), "$n_t$")


def _reset(pen: Pen, after: bool) -> None:
    """Where the reset gate multiplies: after the product with the candidate's weights (PyTorch), or before it (Cho)."""
    weights = (1.05, 0.62)
    pen.dot("read_dot", "h", (_UP, _READ))
    if after:
        pen.wire("read", "h", [(_UP, _READ), (_R - weights[0] / 2, _READ)], head=False)
        pen.box("W_n", "g", (_R, _READ), weights, "$W_{hn}$", fontsize=10, round_=0.12)
        pen.wire("read_on", "h", [(_R + weights[0] / 2, _READ), (_MUL_R, _READ), (_MUL_R, GATE + R)])
        pen.wire("reset", "h", [(_MUL_R + R, GATE), (_N - WIDE.box[0] / 2, GATE)])
        return
    pen.wire("read", "h", [(_UP, _READ), (_MUL_R, _READ), (_MUL_R, GATE + R)])
    pen.wire("reset_in", "h", [(_MUL_R + R, GATE), (_W - 0.34, GATE)], head=False)
    pen.box("W_n", "g", (_W, GATE), (0.86, 0.62), "$W_{hn}$", fontsize=10, round_=0.12)
    pen.wire("reset", "h", [(_W + 0.43, GATE), (_N - WIDE.box[0] / 2, GATE)])


# --- the relatives -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Relative:
    """A cell: the LSTM's pieces that it has (keys of ``DRAW``), what is drawn beside them, what is new, equations."""

    title: str
    key: str
    parts: tuple[str, ...]
    new: frozenset[str]
    lines: tuple[Pieces, ...]
    more: tuple[Callable[[Pen], None], ...] = ()


def _update(kept: Pieces, written: Pieces) -> Pieces:
    return (("c_t", "c"), (r"\;=\;", ""), *kept, ("c_{t-1}", "c"), (r"\;+\;", ""), *written, ("g_t", "g"), *_GAP, *_OUT)


_I: Pieces = (("i_t", "i"), (r"\,\odot\,", ""))
_F: Pieces = ((r"\,f_t", "f"), (r"\,\odot\,", ""))
_GRU_GATES: Pieces = (*_gate("z", "f"), *_GAP, *_gate("r", "o"))
_GRU_STATE: Pieces = (
    ("h_t", "h"),
    (r"\;=\;", ""),
    (r"(1-z_t)", "i"),
    (r"\,\odot\,", ""),
    ("n_t", "g"),
    (r"\;+\;", ""),
    ("z_t", "f"),
    (r"\,\odot\,", ""),
    ("h_{t-1}", "h"),
)


def _candidate_of(*reset: tuple[str, str]) -> Pieces:
    """The GRU's candidate; ``reset`` is what it hears of h."""
    return (
        ("n_t", "g"),
        (r"\;=\;\mathrm{tanh}(", ""),
        ("x_t", "x"),
        (r"W_{xn}\,+\,b_x", "g"),
        (r"\,+\,", ""),
        *reset,
        (")", ""),
    )


_GRU = _Relative(
    "The GRU: one state, two gates",
    "h",
    (),
    frozenset(),
    (
        _GRU_GATES,
        _candidate_of(("r_t", "o"), (r"\,\odot\,(", ""), ("h_{t-1}", "h"), (r"\,W_{hn}\,+\,b_n", "g"), (")", "")),
        _GRU_STATE,
    ),
    (_gru_state, lambda pen: _reset(pen, after=True), _gru_gates),
)
_RELATIVES = {
    "1997": _Relative(
        "The cell of 1997: no forget gate",
        "c",
        ("g", "carry", "i", "o"),
        frozenset({"c_in", "c_out", "c_prev", "c_next", "plus"}),
        ((*_gate("i", "i"), *_GAP, *_gate("g", "g", r"\mathrm{tanh}")), _gate("o", "o"), _update((), _I)),
    ),
    "peephole": _Relative(
        "New: peepholes, the gates see the cell",
        "c",
        ("g", "carry", "i", "f", "o"),
        frozenset({"peep_dot", "peep_f", "peep_f_dot", "peep_i", "peep_o", "peep_o_dot"}),
        (
            (*_gate("i", "i", peep="c_{t-1}"), *_GAP, *_gate("f", "f", peep="c_{t-1}")),
            (*_gate("g", "g", r"\mathrm{tanh}"), *_GAP, *_gate("o", "o", peep="c_t")),
            _update(_F, _I),
        ),
        (_peepholes,),
    ),
    "coupled": _Relative(
        "New: one gate decides both",
        "f",
        ("g", "carry", "f", "o"),
        frozenset({"couple_dot", "couple_in", "couple", "couple_out", "mul_g"}),
        (
            (*_gate("f", "f"), *_GAP, *_gate("g", "g", r"\mathrm{tanh}")),
            _gate("o", "o"),
            _update(_F, ((r"(1-f_t)", "i"), (r"\,\odot\,", ""))),
        ),
        (_coupled,),
    ),
    "gru": _GRU,
    "gru_cho": replace(
        _GRU,
        title="Cho's own: the reset gate before the product",
        key="o",
        new=frozenset({"mul_r", "reset_in", "W_n", "reset"}),
        lines=(
            _GRU_GATES,
            _candidate_of(
                ("(", ""), ("r_t", "o"), (r"\,\odot\,", ""), ("h_{t-1}", "h"), (r")\,", ""), (r"W_{hn}", "g")
            ),
            _GRU_STATE,
        ),
        more=(_gru_state, lambda pen: _reset(pen, after=False), _gru_gates),
    ),
}
RELATIVES = (*_RELATIVES, "tree")


def relative(name: str) -> Figure:
    """The cell of one of the LSTM's relatives, with its equations, the newest piece bold.

    Args:
        name: ``"1997"`` (no forget gate), ``"peephole"``, ``"coupled"`` (i = 1 - f), ``"gru"`` (the reset gate after
            the product, PyTorch's), ``"gru_cho"`` (before it) or ``"tree"`` (a node with two children).

    Returns:
        A figure of the size of ``cell_diagram``'s; a node of a tree is wider.

    Raises:
        ValueError: there is no such relative.
    """
    if name == "tree":
        return _tree_node()
    if name not in _RELATIVES:
        raise ValueError(f"no relative is called {name!r}; choose one of {', '.join(RELATIVES)}")
    plan = _RELATIVES[name]
    lift = LINE * (len(plan.lines) - 2)
    fig, ax = canvas(WIDTH, HEIGHT + lift, 7.4)
    pen = Pen(ax, plan.new or None, dy=lift)
    draw_body(pen, WIDE)
    if plan.parts:
        draw_inputs(pen, WIDE)
        draw_names(pen, WIDE)
    for part in plan.parts:
        DRAW[part](pen, WIDE)
    for draw in plan.more:
        draw(pen)
    under = BOTTOM - (0.5 if plan.parts else 1.15)  # a GRU's x runs where it stands else
    pen.label("legend", "neutral", (14.2, under), "× and +: element by element", align="right", size=8.5)
    title = Pen(ax, frozenset({"title"}), dy=lift)
    title.label("title", plan.key, (WIDE.left, HEIGHT - 0.45), plan.title, align="left", size=13)
    equations(ax, plan.lines, (WIDTH / 2, 0.85 + lift / 2))
    return fig


# --- a node of a tree --------------------------------------------------------------------------------

_TREE_WIDE, _TREE_HIGH = 20.0, 13.4
_F0, _F1, _SUM, _MEET, _TI, _TG, _TO, _TH = 4.6, 7.3, 9.1, 10.6, 12.2, 14.5, 16.8, 18.35
_UPPER = TOP + 1.35  # where the second child's cell state runs
_H0, _H1 = BOTTOM + 0.25, BOTTOM - 0.58  # and where the two hidden states do
_SEEN: Pieces = (("[", ""), (r"\tilde h", "h"), (r",\,", ""), ("x", "x"), (r"]\,", ""))


def _of_sum(letter: str, function: str = r"\sigma") -> Pieces:
    """The equation of what sees the sum of the children's hidden states."""
    return ((letter, letter), (rf"\;=\;{function}(", ""), *_SEEN, (rf"W_{letter}\,+\,b_{letter}", letter), (")", ""))


_NODE: tuple[Pieces, ...] = (
    (
        *((r"\tilde h", "h"), (r"\;=\;", ""), ("h_1", "h"), (r"\,+\,", ""), ("h_2", "h"), *_GAP),
        *((r"f_k", "f"), (r"\;=\;\sigma([", ""), (r"h_k", "h"), (r",\,", ""), ("x", "x"), (r"]\,", "")),
        *((r"W_f\,+\,b_f", "f"), (r")\;\; \mathrm{for\ each\ child\ } k", "")),
    ),
    (*_of_sum("i"), *_GAP, *_of_sum("g", r"\mathrm{tanh}"), *_GAP, *_of_sum("o")),
    (
        *(("c", "c"), (r"\;=\;", ""), ("f_1", "f"), (r"\,\odot\,", ""), ("c_1", "c"), (r"\;+\;", ""), ("f_2", "f")),
        *((r"\,\odot\,", ""), ("c_2", "c"), (r"\;+\;", ""), ("i", "i"), (r"\,\odot\,", ""), ("g", "g"), *_GAP),
        *(("h", "h"), (r"\;=\;", ""), ("o", "o"), (r"\,\odot\,\mathrm{tanh}(", ""), ("c", "c"), (")", "")),
    ),
)


def _children(pen: Pen) -> None:
    """What comes up from two children: each one's c behind a gate of its own, their h added up."""
    lanes = ((1, _F0, TOP, _H0), (2, _F1, _UPPER, _H1))
    for k, column, high, low in lanes:
        pen.belt(f"belt_{k}", "c", (pen.start, high), (_TG, high))
        pen.wire(f"c_{k}_in", "c", [(pen.start, high), (column - R, high)])
        turn = [(_TG, high), (_TG, TOP + R)] if k == 2 else [(_TG - R, high)]
        pen.wire(f"c_{k}_out", "c", [(column + R, high), *turn])
        on = [(_SUM, low), (_SUM, _H0 - R)] if k == 2 else [(_SUM - R, low)]
        pen.wire(f"h_{k}_in", "h", [(pen.start, low), *on])
        pen.label(f"c_{k}", "c", (0.6, high), f"$c_{k}$")
        pen.label(f"h_{k}", "h", (0.6, low), f"$h_{k}$")
    _gap(pen, (_F1, TOP))
    _gap(pen, (_F1, _H0))
    for k, column, high, low in lanes:
        pen.box(f"f_{k}_box", "f", (column, GATE), WIDE.box, r"$\sigma$", f"forget gate {k}")
        pen.dot(f"h_{k}_dot", "h", (column, low))
        pen.wire(f"h_{k}_tap", "h", [(column, low), (column, GATE - _EDGE)])
        pen.wire(f"x_{k}", "x", [(column + 0.6, GATE - _EDGE - 0.5), (column + 0.6, GATE - _EDGE)])
        pen.label(f"x_{k}_label", "x", (column + 0.9, GATE - _EDGE - 0.32), "$x$", size=12)
        pen.wire(f"f_{k}_wire", "f", [(column, GATE + _EDGE), (column, high - R)])
        pen.label(f"f_{k}_label", "f", (column + 0.42, GATE + _EDGE + 0.42), f"$f_{k}$")
        pen.circle(f"mul_c_{k}", "f", (column, high), "x", R)
    pen.circle("sum", "h", (_SUM, _H0), "+", R)


def _tree_node() -> Figure:
    """A node of a child-sum Tree-LSTM with two children."""
    lift = 0.9
    fig, ax = canvas(_TREE_WIDE, _TREE_HIGH, 8.6)
    own = replace(WIDE, join=_MEET, i=_TI, g=_TG, o=_TO, h=_TH, right=19.0)
    pen = Pen(ax, None, dy=lift, end=19.35)
    draw_body(pen, own, _UPPER + 0.75)
    _children(pen)
    pen.wire("sum_out", "h", [(_SUM + R, _H0), (_MEET - 0.62, _H0)])
    pen.wire("x_in", "x", [(_MEET, BOTTOM - 1.2), (_MEET, _H0 - 0.36)])
    pen.label("x", "x", (_MEET, BOTTOM - 1.45), "$x$")
    pen.box("join", "neutral", (_MEET, _H0), (1.24, 0.72), r"$[\tilde h,\,x]$", fontsize=10.5)
    pen.wire("bus", "neutral", [(_MEET + 0.62, _H0), (_TO, _H0), (_TO, GATE - _EDGE)])
    for key, column, does, word in (("i", _TI, r"$\sigma$", "input gate"), ("g", _TG, "tanh", "candidate")):
        pen.dot(f"{key}_dot", "neutral", (column, _H0))
        pen.wire(f"{key}_tap", "neutral", [(column, _H0), (column, GATE - _EDGE)])
        pen.box(f"{key}_box", key, (column, GATE), WIDE.box, does, word)
    pen.box("o_box", "o", (_TO, GATE), WIDE.box, r"$\sigma$", "output gate")
    pen.wire("i_wire", "i", [(_TI, GATE + _EDGE), (_TI, INNER), (_TG - R, INNER)])
    pen.wire("g_wire", "g", [(_TG, GATE + _EDGE), (_TG, TOP - R)])
    pen.circle("mul_g", "i", (_TG, INNER), "x", R)
    pen.circle("plus", "c", (_TG, TOP), "+", R)
    pen.wire("c_out", "c", [(_TG + R, TOP), (pen.end, TOP)])
    pen.dot("c_dot", "c", (_TH, TOP))
    pen.wire("o_wire", "o", [(_TO, GATE + _EDGE), (_TO, OUTER), (_TH - R, OUTER)])
    pen.wire("c_down", "c", [(_TH, TOP), (_TH, OUTER + R)])
    pen.box("tanh_c", "o", (_TH, 7.42), (1.1, 0.76), "tanh", fontsize=10, round_=0.19)
    pen.circle("mul_o", "o", (_TH, OUTER), "x", R)
    pen.wire("h_out", "h", [(_TH, OUTER - R), (_TH, _H0), (pen.end, _H0)])
    pen.label("c_next", "c", (19.7, TOP), "$c$")
    pen.label("h_next", "h", (19.7, _H0), "$h$")
    title = Pen(ax, frozenset({"title"}), dy=lift)
    where = (own.left, _UPPER + 1.35)
    title.label("title", "f", where, "A node with two children: a forget gate for each", align="left", size=13)
    equations(ax, _NODE, (_TREE_WIDE / 2, 1.2), size=13.5)
    return fig
