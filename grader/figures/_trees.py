"""Trees of nested expressions, and what a network says of every node: a picture, and one whose leaves can be turned.

A tree is a pair (symbol, its parts), as in ``grader.data.expressions``. What is said of its nodes stands in the order
of ``nodes``: each before its parts, the parts from left to right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ._controls import display_live, playable
from ._drawing import Drawing
from ._parts import canvas
from ._sheet import listed, plain, write
from ._svg import number
from .palette import COLORS, contrast, ink, mix
from .show import show

__all__ = ["tree", "tree_player"]

Tree = tuple[str, list]
Place = tuple[float, float]
_APART, _DOWN, _BOX = 2.0, 1.75, (1.7, 0.84)  # from leaf to leaf, from level to level, a node's size
_LEAF = 1.0  # a leaf's width
_WIDEST = 10.5  # of a picture, inches


def _places(whole: Tree) -> tuple[list[Place], list[int], list[Tree]]:
    """Where each node stands (x to the right, y how deep), the row of the one above it (-1), and the nodes."""
    places: list[Place] = []
    above: list[int] = []
    nodes: list[Tree] = []
    leaves = 0

    def put(one: Tree, depth: int, parent: int) -> float:
        nonlocal leaves
        row = len(places)
        places.append((0.0, float(depth)))
        above.append(parent)
        nodes.append(one)
        if one[1]:
            below = [put(part, depth + 1, row) for part in one[1]]
            x = (below[0] + below[-1]) / 2
        else:
            x, leaves = float(leaves), leaves + 1
        places[row] = x, float(depth)
        return x

    put(whole, 0, -1)
    return places, above, nodes


def _text(one: Tree) -> str:
    """An expression in one line: any(0 all(1 1))."""
    symbol, parts = one
    return f"{symbol}({' '.join(map(_text, parts))})" if parts else symbol


def _fill(p: float) -> str:
    """A node's colour: h's where 1 is sure, c's where 0 is, white in between."""
    return mix("#FFFFFF", COLORS["h"], 2 * p - 1) if p >= 0.5 else mix("#FFFFFF", COLORS["c"], 1 - 2 * p)


def _ink(color: str) -> str:
    """Black or white, whichever reads better."""
    return "#FFFFFF" if contrast(color) ** 2 > 21 else "#000000"


def _wrong(said: Sequence[float], values: Sequence[int]) -> list[int]:
    """The rows of the nodes that are not what the network says."""
    return [row for row, (p, value) in enumerate(zip(said, values, strict=True)) if (p >= 0.5) != bool(value)]


def _told(whole: Tree, said: Sequence[float], values: Sequence[int]) -> str:
    """What a network says of an expression, in words."""
    nodes, wrong = _places(whole)[2], _wrong(said, values)
    inside = (
        f"It is wrong at {listed(_text(nodes[row]) for row in wrong[:4])}"
        f"{f' and {len(wrong) - 4} more' if len(wrong) > 4 else ''}"
        if wrong
        else f"It is right at all {len(nodes)} nodes"
    )
    return f"{_text(whole)} is {values[0]}, and the network says 1 with {number(float(said[0]), 2)}. {inside}."


@plain
def tree(whole: Tree, said: Any, values: Any, caption: str) -> None:
    """Show an expression as a tree, with what a network says of each node: in numbers too where there is room.

    Args:
        whole: (symbol, its parts). said: for each of M nodes how likely the network holds a 1, (M,). values: what each
        is, 0 or 1, (M,). caption: stands under it, with the seed.
    """
    said, values = np.asarray(said, dtype=float), np.asarray(values, dtype=int)
    places, above, nodes = _places(whole)
    wide = _APART * (max(x for x, _ in places) + 1.6)
    across = max(wide, 9.0)
    small = min(1.0, _WIDEST / (0.5 * across))  # how much smaller than usual; then numbers stand where they tell most
    down = _DOWN / small
    high = down * max(y for _, y in places) + 2.4
    fig, ax = canvas(across, high, min(across * 0.5, _WIDEST))
    shift = max(0.0, (9.0 - wide) / 2)
    spots = [(_APART * (x + 0.8) + shift, high - 1.1 - down * y) for x, y in places]
    wrong = set(_wrong(said, values))
    for row, (x, y) in enumerate(spots):
        if above[row] >= 0:
            x0, y0 = spots[above[row]]
            ax.plot([x0, x], [y0 - _BOX[1] / 2, y + _BOX[1] / 2], color=COLORS["neutral"], linewidth=1.2, zorder=1)
    for row, ((x, y), (symbol, parts)) in enumerate(zip(spots, nodes, strict=True)):
        fill = _fill(float(said[row]))
        edge = COLORS["bad"] if row in wrong else COLORS["neutral"]
        style = "round,pad=0.35" if parts else "circle,pad=0.3"
        box = {
            "facecolor": fill,
            "edgecolor": edge,
            "linewidth": (2.4 if row in wrong else 1.0) * small,
            "boxstyle": style,
        }
        write(ax, x, y, symbol, fontsize=10.5 * small**0.6, color=_ink(fill), bbox=box, zorder=3)
        if small < 1 and row and row not in wrong:
            continue
        beside = f"{number(float(said[row]), 2)}{' ✗' if row in wrong else ''}"
        look = {"fontsize": 8.5 * small**0.5, "color": ink(COLORS["bad"]) if row in wrong else "#333333", "ha": "left"}
        write(ax, x + (0.24 + 0.13 * len(symbol) if parts else 0.4), y + 0.02, beside, **look, zorder=4)
    show(fig, alt=_told(whole, said, values), caption=caption)


# --- turned by hand ----------------------------------------------------------------------------------

_SAY = Callable[[Tree], tuple[Any, Any]]


def _turned(whole: Tree, leaf: int) -> Tree:
    """The tree with one leaf, counted from the left, turned round: 0 becomes 1, and 1 becomes 0."""
    seen = -1

    def copy(one: Tree) -> Tree:
        nonlocal seen
        symbol, parts = one
        if parts:
            return symbol, [copy(part) for part in parts]
        seen += 1
        return ("1" if symbol == "0" else "0") if seen == leaf else symbol, []

    return copy(whole)


class _TreePlayer:
    """The live half: an expression to choose, a button a leaf, and the tree. ``now`` is the tree as it stands."""

    def __init__(self, widgets: Any, trees: Sequence[Tree], say: _SAY) -> None:
        self._widgets, self._trees, self._say = widgets, list(trees), say
        self.choice = widgets.Dropdown(
            options=[(_text(one), k) for k, one in enumerate(self._trees)], value=0, description="expression",
            layout={"width": "420px"},
        )  # fmt: skip
        self.leaves = widgets.HBox([], layout={"flex_flow": "row wrap"})
        self.picture, self.words = widgets.HTML(), widgets.HTML()
        self.choice.observe(lambda _: self._begin(), names="value")
        self._begin()
        self.widget = widgets.VBox([self.choice, self.leaves, self.picture, self.words])

    def _begin(self) -> None:
        """Take up the chosen expression, with a button for each of its leaves."""
        self.now = self._trees[self.choice.value]
        leaves = [symbol for symbol, parts in _places(self.now)[2] if not parts]
        buttons = []
        for k, symbol in enumerate(leaves):
            button = self._widgets.Button(
                description=symbol, tooltip=f"turn leaf {k + 1} of {len(leaves)} round", layout={"width": "42px"}
            )
            button.on_click(lambda _, k=k: self.turn(k))
            buttons.append(button)
        self.leaves.children = [self._widgets.Label("turn a leaf:"), *buttons]
        self.update()

    def turn(self, leaf: int) -> None:
        """Turn a leaf round, and ask the network anew."""
        self.now = _turned(self.now, leaf)
        button = self.leaves.children[leaf + 1]
        button.description = "1" if button.description == "0" else "0"
        self.update()

    def update(self) -> None:
        """Ask what the network says of every node, and redraw."""
        said, values = self._say(self.now)
        self.said, self.values = np.asarray(said, dtype=float), np.asarray(values, dtype=int)
        told = _told(self.now, self.said.tolist(), self.values.tolist())
        self.words.value = f"<div>{told}</div>"
        self.picture.value = _svg(self.now, self.said, self.values, told)


def _svg(whole: Tree, said: Any, values: Any, label: str) -> str:
    """The tree with what is said of its nodes, as SVG."""
    unit = 34.0
    places, above, nodes = _places(whole)
    width = _APART * (max(x for x, _ in places) + 1.6) * unit
    drawing = Drawing(width, (_DOWN * max(y for _, y in places) + 1.9) * unit, label)
    spots = [(_APART * (x + 0.7) * unit, (0.9 + _DOWN * y) * unit) for x, y in places]
    wrong = set(_wrong(said, values))
    for row, (x, y) in enumerate(spots):
        if above[row] >= 0:
            x0, y0 = spots[above[row]]
            drawing.line([(x0, y0), (x, y)], COLORS["neutral"], 1.2)
    for row, ((x, y), (symbol, parts)) in enumerate(zip(spots, nodes, strict=True)):
        fill = _fill(float(said[row]))
        w, h = (_BOX[0] if parts else _LEAF) * unit, _BOX[1] * unit
        edge, thick = (COLORS["bad"], 3.0) if row in wrong else (COLORS["neutral"], 1.0)
        drawing.rect(x - w / 2, y - h / 2, w, h, fill, edge, rx=9 if parts else 14, stroke_width=thick)
        drawing.text(x, y + 4.5, symbol, color=_ink(fill), bold=True)
        beside = f"{number(float(said[row]), 2)}{' ✗' if row in wrong else ''}"
        color = ink(COLORS["bad"]) if row in wrong else "#333333"
        drawing.text(x + w / 2 + 4, y + 4, beside, anchor="start", size=11, color=color)
    return str(drawing)


@playable
@plain
def tree_player(trees: Sequence[Tree], say: _SAY) -> None:
    """Display an expression whose leaves can be turned, with what a network says of every node; a picture of the first.

    Args:
        trees: expressions to choose from. say: from an expression to how likely the network holds a 1 at each of its M
        nodes, (M,), and what each is, (M,).
    """
    display_live(lambda widgets: _TreePlayer(widgets, trees, say).widget, "the picture shows the first one instead.")
    what = "The first of the expressions. Beside each node how likely the network holds a 1 there."
    tree(trees[0], *say(trees[0]), what)
