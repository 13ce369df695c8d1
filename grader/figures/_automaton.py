"""The embedded Reber grammar as an automaton: a picture of it, and a walk along it beside the one a network takes.

The states have the numbers of ``grader.data.reber``, whose ``ARROWS`` are handed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Circle

from ._controls import Dial, display_live, playable
from ._drawing import Drawing
from ._parts import canvas
from ._sheet import listed, plain, sheet, write
from .palette import COLORS, ink, mix, style
from .show import show

__all__ = ["grammar", "walk"]

Arrows = Sequence[Mapping[str, int]]  # a state: the symbols that may come, and where each leads

# The middle from its first state to that after its last symbol, relative to where it begins: x to the right, y upwards.
_MIDDLE = ((0, 0), (1.5, 0), (3.0, 1.0), (3.0, -1.0), (5.0, 1.0), (5.0, -1.0), (6.5, 0), (8.0, 0))
_PLACES = (
    (0.6, 3.8),
    (2.2, 3.8),
    *((3.6 + x, 5.7 + y) for x, y in _MIDDLE),
    *((3.6 + x, 1.9 + y) for x, y in _MIDDLE),
    (13.0, 3.8),
)
_WIDTH, _HEIGHT, _RADIUS = 13.8, 7.6, 0.3
_ABOVE = {4: 1, 5: -1, 12: 1, 13: -1}  # states with a symbol that leads back to them: on which side


def _arrow(one: int, other: int) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Where the arrow between two states begins, ends, and has its symbol."""
    (x0, y0), (x1, y1) = _PLACES[one], _PLACES[other]
    length = math.hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    start = x0 + _RADIUS * ux, y0 + _RADIUS * uy
    end = x1 - _RADIUS * ux, y1 - _RADIUS * uy
    middle = (x0 + x1) / 2 - 0.2 * uy, (y0 + y1) / 2 + 0.2 * ux
    return start, end, middle


def _edges(arrows: Arrows) -> list[tuple[int, str, int]]:
    """(from, symbol, to) of every arrow but for that which leads from the end to the beginning."""
    return [(k, symbol, to) for k, ways in enumerate(arrows) for symbol, to in ways.items() if to]


@plain
def grammar(arrows: Arrows) -> None:
    """Show the automaton of the embedded Reber grammar.

    Args:
        arrows: for each of 19 states the symbols that may come there, and the state that each leads to.
    """
    fig, ax = canvas(_WIDTH, _HEIGHT, 10)
    for state, symbol, to in _edges(arrows):
        look = {"color": COLORS["neutral"], "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
        if state == to:
            (x, y), side = _PLACES[state], _ABOVE.get(state, 1)
            low, high = (x - 0.2, y + side * 0.24), (x + 0.2, y + side * 0.24)
            bow = {"connectionstyle": f"arc3,rad={-side * 1.7}", "arrowstyle": "-|>"}
            ax.annotate("", high, low, arrowprops={**look, **bow})
            write(ax, x + 0.45, y + side * 0.5, symbol, fontsize=11, fontweight="bold")
            continue
        start, end, middle = _arrow(state, to)
        ax.annotate("", end, start, arrowprops={**look, "arrowstyle": "-|>"})
        write(ax, *middle, symbol, fontsize=11, fontweight="bold")
    for state, (x, y) in enumerate(_PLACES):
        two = len(arrows[state]) > 1
        fill = mix("#FFFFFF", COLORS["h"], 0.25) if two else "white"
        ax.add_patch(Circle((x, y), _RADIUS, facecolor=fill, edgecolor=COLORS["neutral"], linewidth=1.4, zorder=3))
        write(ax, x, y, str(state), fontsize=10, zorder=4)
    write(ax, 13.0, 3.2, "then E,\nthe end", fontsize=10, va="top")
    many = sum(len(ways) > 1 for ways in arrows)
    ways = "; ".join(
        f"{k}: {' or '.join(f'{symbol} to {to}' for symbol, to in found.items())}" for k, found in enumerate(arrows)
    )
    show(
        fig,
        alt=f"An automaton of {len(arrows)} states, joined by arrows with a symbol each. B leads from state 0 to 1. "
        "From there T leads to an upper branch and P to a lower one, which are the same but for their last symbol: the "
        f"upper ends with T, the lower with P, and both meet in state {len(arrows) - 1}. {many} states have two ways "
        f"on. All arrows, by the state they leave: {ways}.",
        caption="A string is a walk from state 0 along the arrows. Where two lead on (coloured), each is taken half of "
        "the time.",
    )


class _Walk:
    """The live half: a string to choose, a step to drag, the automaton with both states. ``widget`` is displayed."""

    def __init__(
        self, widgets: Any, arrows: Arrows, strings: Sequence[str], true: Sequence[Any], read: Sequence[Any]
    ) -> None:
        self.arrows, self.strings, self.true, self.read = arrows, list(strings), list(true), list(read)
        self.string = widgets.Dropdown(
            options=[(" ".join(symbols), n) for n, symbols in enumerate(self.strings)], value=0, description="string"
        )
        self.step = Dial(widgets, "time step t", 0, max(map(len, self.strings)) - 1, 0, 1)
        self.plot, self.words = widgets.HTML(), widgets.HTML()
        self.string.observe(lambda _: self.update(), names="value")
        self.step.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([widgets.HBox([self.string, self.step.row]), self.plot, self.words])

    def update(self) -> None:
        """Draw the chosen step of the chosen string anew."""
        n = self.string.value
        symbols = self.strings[n]
        t = min(self.step.value, len(symbols) - 1)
        self.states = int(self.true[n][t]), int(self.read[n][t])
        true, read = self.states
        where = f"the grammar is in state {true}" if true >= 0 else "no string of the grammar begins like this"
        words = f"After {' '.join(symbols[: t + 1])}: {where}, and the network in state {read}."
        self.words.value = f"<div>{words}{' ✓' if true == read else ' ✗' if true >= 0 else ''}</div>"
        self.plot.value = self._svg(words)

    def _svg(self, label: str) -> str:
        unit, true, read = 56.0, *self.states
        drawing = Drawing(_WIDTH * unit, _HEIGHT * unit, label)

        def at(point: tuple[float, float]) -> tuple[float, float]:
            return point[0] * unit, (_HEIGHT - point[1]) * unit

        for state, symbol, to in _edges(self.arrows):
            if state == to:
                (x, y), side = _PLACES[state], _ABOVE.get(state, 1)
                bow = [(x - 0.17, y + side * 0.25), (x - 0.2, y + side * 0.62), (x + 0.2, y + side * 0.62)]
                _pointed(drawing, [at(p) for p in [*bow, (x + 0.17, y + side * 0.25)]])
                drawing.text(*at((x + 0.42, y + side * 0.5)), symbol, bold=True)
                continue
            start, end, middle = _arrow(state, to)
            _pointed(drawing, [at(start), at(end)])
            x, y = at(middle)
            drawing.text(x, y + 4, symbol, bold=True)
        size = _RADIUS * unit
        for state, place in enumerate(_PLACES):
            x, y = at(place)
            fill = COLORS["h"] if state == read else "#FFFFFF"
            thick, edge = (5.0, COLORS["good"]) if state == true else (1.4, COLORS["neutral"])
            drawing.rect(x - size, y - size, 2 * size, 2 * size, fill, edge, rx=size, stroke_width=thick)
            drawing.text(x, y + 4, str(state), bold=state in self.states)
        drawing.text(8, 18, "ring: the grammar", anchor="start", color=ink(COLORS["good"]), bold=True)
        drawing.text(8, 36, "filled: the network", anchor="start", color=ink(COLORS["h"]), bold=True)
        return str(drawing)


def _pointed(drawing: Drawing, points: Sequence[tuple[float, float]]) -> None:
    """A line with a head at its end."""
    drawing.line(points, COLORS["neutral"], 1.4)
    (x0, y0), (x1, y1) = points[-2:]
    angle = math.atan2(y1 - y0, x1 - x0)
    barbs = [(x1 - 8 * math.cos(angle + turn), y1 - 8 * math.sin(angle + turn)) for turn in (0.4, -0.4)]
    drawing.line([barbs[0], (x1, y1), barbs[1]], COLORS["neutral"], 1.4)


@playable
@plain
def walk(arrows: Arrows, strings: Sequence[str], true: Callable[[str], Any], read: Callable[[str], Any]) -> None:
    """Display a walk along the automaton, beside the states read off a network, and a picture of the first string.

    Args:
        arrows: for each state the symbols that may come there, and the state that each leads to. strings: of one
        symbol a letter. true: from a string of T letters to the states after each, (T,), -1 where there is none. read:
        the same, as read off the network.
    """
    found = [(np.asarray(true(symbols)), np.asarray(read(symbols))) for symbols in strings]
    trues, reads = [one for one, _ in found], [other for _, other in found]
    display_live(
        lambda widgets: _Walk(widgets, arrows, strings, trues, reads).widget,
        "the picture shows the first string instead.",
    )
    symbols, one, other = strings[0], trues[0], reads[0]
    fig, ax = sheet(9, 3.2)
    ax.plot(one, **style("good", markersize=9, linewidth=1.2, markerfacecolor="white"), label="the grammar")
    ax.plot(other, **style("h", markersize=4, linewidth=1.2), label="the network")
    ax.set_xticks(range(len(symbols)), list(symbols))
    ax.set(ylabel="state", ylim=(-1.5, len(arrows) - 0.5))
    ax.set_yticks(range(0, len(arrows), 3))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, handlelength=3)
    same = int(np.sum(one == other))
    show(
        fig,
        alt=f"The states after each symbol of {' '.join(symbols)}. The grammar: {listed(str(k) for k in one)}. Read "
        f"off the network: {listed(str(k) for k in other)}. {same} of {len(symbols)} are the same.",
        caption="After each symbol the state of the grammar, and the one read off the network's h.",
    )
