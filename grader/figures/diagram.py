"""The cell as it grows from a plain RNN to an LSTM, and the full cell over a sequence.

A stage is data: which pieces are drawn, which of them are new, and the equations beneath. The
pieces themselves, always in the same place, are in ``_cell.py``.

The cell's equations are those of F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to Forget: Continual Prediction
with LSTM", Neural Computation 12 (2000), which added the forget gate to S. Hochreiter and J. Schmidhuber's cell of
1997.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from ._cell import BOTTOM, DRAW, NARROW, OUTER, SMALL, TOP, WIDE, Places, draw_body, draw_inputs, draw_names
from ._parts import Pen, Point, canvas, equations

__all__ = ["HEIGHT", "LINE", "STAGES", "WIDTH", "Pieces", "cell_diagram", "unrolled_diagram"]

WIDTH, HEIGHT = 16.0, 10.6  # of a stage's drawing, in units
LINE = 0.8  # from one equation to the next

Pieces = tuple[tuple[str, str], ...]
_HX: Pieces = (("[", ""), (r"h_{t-1}", "h"), (r",\,", ""), (r"x_t", "x"), (r"]\,", ""))


def _gate(letter: str, function: str = r"\sigma") -> Pieces:
    """The equation of one gate, or of the candidate (``function`` is then tanh): pieces of text with their colours."""
    left = ((rf"{letter}_t", letter), (rf"\;=\;{function}(", ""))
    return (*left, *_HX, (rf"W_{letter}\,+\,b_{letter}", letter), (")", ""))


def _cell(forget: Pieces = (), write: Pieces = ()) -> Pieces:
    """The equation of c, with what multiplies the old c and what multiplies g."""
    return (("c_t", "c"), (r"\;=\;", ""), *forget, ("c_{t-1}", "c"), (r"\;+\;", ""), *write, ("g_t", "g"))


_I: Pieces = (("i_t", "i"), (r"\,\odot\,", ""))
_F: Pieces = ((r"\,f_t", "f"), (r"\,\odot\,", ""))
_GAP: Pieces = ((r"\qquad", ""),)
_PASS: Pieces = (*_GAP, ("h_t", "h"), (r"\;=\;", ""), ("c_t", "c"))


@dataclass(frozen=True)
class _Stage:
    """What a stage draws (keys of ``DRAW``), what of it is new, and its equations."""

    title: str
    key: str  # the palette's name for the title's colour
    parts: tuple[str, ...]
    new: frozenset[str]
    lines: tuple[Pieces, ...]


_SUM = ("g", "carry", "pass")
_STAGES = {
    "rnn": _Stage(
        "The plain RNN",
        "h",
        ("plain",),
        frozenset(),
        (((("h_t", "h"), (r"\;=\;\mathrm{tanh}(", ""), *_HX, (r"W\,+\,b)", ""))),),
    ),
    "candidate": _Stage(
        "New: the result is only a candidate g",
        "g",
        ("g", "ghosts"),
        frozenset({"g_box", "g_wire", "g_label"}),
        (_gate("g", r"\mathrm{tanh}"),),
    ),
    "sum": _Stage(
        "New: a cell state c adds up every candidate",
        "c",
        _SUM,
        frozenset({"c_in", "c_out", "c_prev", "c_next", "plus", "c_dot", "c_down", "equals", "h_is_c"}),
        ((*_cell(), *_PASS),),
    ),
    "leaky": _Stage(
        "New: fixed weights, α for the old and 1 − α for the new",
        "alpha",
        (*_SUM, "leak"),
        frozenset({"alpha_box", "alpha_wire", "mul_c", "beta_box", "beta_wire", "mul_g"}),
        ((*_cell(((r"\alpha", "alpha"), (r"\,", "")), ((r"(1-\alpha)", "alpha"), (r"\,", ""))), *_PASS),),
    ),
    "gates_in": _Stage(
        "New: the input gate i decides how much of g gets in",
        "i",
        (*_SUM, "i"),
        frozenset({"i_box", "i_tap", "i_dot", "i_wire", "i_label", "mul_g"}),
        (_gate("i"), (*_cell((), _I), *_PASS)),
    ),
    "gates_in_forget": _Stage(
        "New: the forget gate f decides how much of c stays",
        "f",
        (*_SUM, "i", "f"),
        frozenset({"f_box", "f_tap", "f_dot", "f_wire", "f_label", "mul_c"}),
        (_gate("f"), (*_cell(_F, _I), *_PASS)),
    ),
    "lstm": _Stage(
        "New: the output gate o decides how much of c is shown",
        "o",
        ("g", "carry", "i", "f", "o"),
        frozenset({"o_box", "o_tap", "bus_o", "g_dot", "o_wire", "o_label", "mul_o", "tanh_c"}),
        (
            _gate("o"),
            (
                *_cell(_F, _I),
                *_GAP,
                ("h_t", "h"),
                (r"\;=\;", ""),
                ("o_t", "o"),
                (r"\,\odot\,\mathrm{tanh}(", ""),
                ("c_t", "c"),
                (")", ""),
            ),
        ),
    ),
}
STAGES = tuple(_STAGES)


def _all_equations(plan: _Stage) -> list[Pieces]:
    """The equations of all of a stage's gates and its candidate, two in a line, and of its c and h."""
    gates = [_gate(part, r"\mathrm{tanh}" if part == "g" else r"\sigma") for part in "ifgo" if part in plan.parts]
    lines = []
    for k in range(0, len(gates), 2):
        second = gates[k + 1 : k + 2]
        lines.append((*gates[k], *_GAP, *second[0]) if second else gates[k])
    return lines + [line for line in plan.lines[-1:] if line not in gates]


_WHOLE = {"rnn": _STAGES["rnn"].title, "lstm": "The LSTM"}  # titles where nothing is new


def cell_diagram(stage: str, *, new: bool = True) -> Figure:
    """The cell as it stands at one step of the course, the newest piece bold.

    Args:
        stage: ``"rnn"``, ``"candidate"`` (the RNN's result is only a proposal), ``"sum"``
            (c = c_prev + g), ``"leaky"`` (c = alpha c_prev + (1 - alpha) g), ``"gates_in"``
            (c = c_prev + i g), ``"gates_in_forget"`` (c = f c_prev + i g) or ``"lstm"``
            (h = o tanh(c) as well). From ``"sum"`` to ``"gates_in_forget"`` h equals c.
        new: False draws every piece alike, for a place where none of them is new, and gives the equations of all of
            its gates, not only of the newest.

    Returns:
        A figure of one size and layout for all stages, for ``show(fig, alt=...)``; higher where all gates' equations
        are given.

    Raises:
        ValueError: there is no such stage.
    """
    if stage not in _STAGES:
        raise ValueError(f"no stage is called {stage!r}; choose one of {', '.join(STAGES)}")
    plan = _STAGES[stage]
    lines = plan.lines if new else _all_equations(plan)
    lift = LINE * (len(lines) - len(plan.lines))  # room for what is given beside the newest equations
    fig, ax = canvas(WIDTH, HEIGHT + lift, 7.4)
    pen = Pen(ax, plan.new if new and plan.new else None, dy=lift)
    draw_body(pen, WIDE)
    draw_inputs(pen, WIDE)
    draw_names(pen, WIDE)
    if "carry" in plan.parts:
        signs = "+" if plan.parts == _SUM else "× and +"
        pen.label("legend", "neutral", (14.2, BOTTOM - 0.5), f"{signs}: element by element", align="right", size=8.5)
    for part in plan.parts:
        DRAW[part](pen, WIDE)
    title = Pen(ax, frozenset({"title"}), dy=lift)
    words, key = (plan.title, plan.key) if new else (_WHOLE.get(stage, "The cell so far"), "c")
    title.label("title", key, (WIDE.left, HEIGHT - 0.45), words, align="left", size=13)
    equations(ax, lines, (WIDTH / 2, 0.85 + lift / 2))
    return fig


GAP = 1.9  # between two cells of a sequence, in units
MOST_WORDS = 4


class _SmallPen(Pen):
    """Draws the cell at a size that leaves room for a gate's letter only."""

    _LETTERS = {"f_box": "$f$", "i_box": "$i$", "g_box": "$g$", "o_box": "$o$", "tanh_c": "tanh"}

    def box(self, name: str, key: str, center: Point, size: Point, top: str, below: str = "", **look: Any) -> None:
        if name == "tanh_c":
            size, look["fontsize"] = (1.9, 0.9), 9.5
        else:
            look["fontsize"] = 17
        super().box(name, key, center, size, self._LETTERS.get(name, ""), **look)

    def label(self, name: str, key: str, point: Point, text: str, **look: Any) -> None:
        if name.endswith(".does"):
            super().label(name, key, point, text, **look)


class _PlainPen(_SmallPen):
    """Draws the plain cell, whose one box says what it does."""

    _LETTERS = {"g_box": "tanh"}

    def box(self, name: str, key: str, center: Point, size: Point, top: str, below: str = "", **look: Any) -> None:
        Pen.box(self, name, key, center, size, self._LETTERS.get(name, ""), **(look | {"fontsize": 12.5}))


@dataclass(frozen=True)
class _Row:
    """How a cell is drawn that stands several times in a row."""

    pen: type[_SmallPen]
    places: Places
    parts: tuple[str, ...]
    states: tuple[tuple[str, float], ...]  # what goes from one to the next, and at which height
    top: float  # of the cell's outline
    height: float  # of the drawing
    inches: float  # a word


_ROWS = {
    "lstm": _Row(_SmallPen, SMALL, ("g", "carry", "i", "f", "o"), (("c", TOP), ("h", BOTTOM)), TOP + 0.75, 10.6, 2.5),
    "rnn": _Row(_PlainPen, NARROW, ("plain",), (("h", BOTTOM),), OUTER + 0.6, 7.8, 1.75),
}


def unrolled_diagram(words: Sequence[str], stage: str = "lstm") -> Figure:
    """The full LSTM cell, or the plain RNN's, at every word of a sequence, time to the right: one cell, used again.

    Time counts from 0, as the arrays do: the word t comes in as x_t and leaves h_t (and c_t); what there is before the
    first word is called h_-1 (and c_-1).

    Args:
        words: 1 to 4 words, one for each time step, e.g. ``["The", "cat", "sat"]``.
        stage: ``"lstm"`` or ``"rnn"``.

    Returns:
        A figure for ``show(fig, alt=...)``.

    Raises:
        ValueError: no words, more than four, or a single string instead of a list.
        KeyError: another stage.
    """
    if isinstance(words, str) or not 1 <= len(words) <= MOST_WORDS:
        raise ValueError(f"words is a list of 1 to {MOST_WORDS} words, e.g. ['The', 'cat', 'sat']; got {words!r}")
    row = _ROWS[stage]
    places = row.places
    period = places.right - places.left + GAP
    first = 2.3  # left edge of the first cell; h and c of the start stand before it
    fig, ax = canvas(first + period * len(words) + 0.9, row.height, 0.9 + row.inches * len(words))
    lift = 0.55
    for k, word in enumerate(words):
        last = k == len(words) - 1
        pen = row.pen(
            ax,
            dx=first - places.left + k * period,
            dy=lift,
            tag=f"{k}.",
            below=1.95,
            last=last,
            start=places.left - (0.85 if k == 0 else 0.0),
            end=places.right + (1.2 if last else GAP),
        )
        draw_body(pen, places, row.top)
        draw_inputs(pen, places)
        for part in row.parts:
            DRAW[part](pen, places)
        text = Pen(ax, dx=pen.dx, dy=lift, tag=f"{k}.")
        text.label("x_t", "x", (places.join + 0.35, BOTTOM - 1.4), f"$x_{k}$", align="left")
        text.label("word", "x", (places.join, BOTTOM - 2.55), str(word), size=15)
        for key, y in row.states:
            if k == 0:
                text.label(f"{key}_start", key, (0.1, y), f"${key}_{{-1}}$")
            place = (places.right + 1.75, y) if last else (places.right + 0.5 * GAP, y + 0.75)
            text.label(f"{key}_t", key, place, f"${key}_{k}$")
    return fig
