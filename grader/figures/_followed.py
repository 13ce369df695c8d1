"""What one plays with in unit 08: a text that is coloured by what one cell holds while the network reads it."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from ._controls import Dial, display_live, playable
from ._parts import canvas
from ._sheet import plain, write
from ._svg import number
from .palette import COLORS, contrast, mix
from .show import show

__all__ = ["cell_reader"]

_WIDE = 64  # symbols in a line


def _color(value: float) -> str:
    """Orange where the cell is negative, blue where it is positive, white at 0; ``value`` from -1 to 1."""
    return mix("#FFFFFF", COLORS["h" if value < 0 else "c"], min(1.0, abs(value)))


def _ink(color: str) -> str:
    return "#FFFFFF" if contrast(color) > 4.58 else "#000000"


def _scaled(values: np.ndarray) -> np.ndarray:
    """A cell's values from -1 to 1: around their middle, by how far they reach."""
    away = values - (values.max() + values.min()) / 2
    return away / max(float(np.abs(away).max()), 1e-12)


def _shown(symbol: str) -> str:
    return {"\n": "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"}.get(symbol, symbol)


class _Reader:
    """The live half: a dial for the cell, and the text in its colours. ``values`` are the last cell's, (T,)."""

    def __init__(
        self, widgets: Any, text: str, cs: np.ndarray, correlations: np.ndarray, feature: str, cell: int
    ) -> None:
        self._text, self._cs, self._correlations, self._feature = text, cs, correlations, feature
        self.cell = Dial(widgets, "cell", 0, cs.shape[1] - 1, cell, step=1)
        self.numbers, self.shown = widgets.HTML(), widgets.HTML()
        self.cell.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.cell.row, self.numbers, self.shown])

    def update(self) -> None:
        """Colour the text by the dial's cell."""
        k = int(self.cell.value)
        self.values = self._cs[:, k]
        self.numbers.value = (
            f"<div>Correlation with {html.escape(self._feature)}: <b>{number(self._correlations[k], 2)}</b>. The cell "
            f"goes from {number(self.values.min(), 2)} to {number(self.values.max(), 2)}.</div>"
        )
        spans = []
        for symbol, value in zip(self._text, _scaled(self.values), strict=True):
            color = _color(float(value))
            spans.append(
                f"<span style='background:{color};color:{_ink(color)}'>{html.escape(_shown(symbol))}"
                f"</span>{chr(10) if symbol == chr(10) else ''}"
            )
        look = "white-space:pre-wrap;font-family:monospace;max-width:46em;line-height:1.5"
        self.shown.value = f"<div style='{look}'>{''.join(spans)}</div>"


@playable
@plain
def cell_reader(text: str, cs: Any, feature: Any, correlations: Any, what: str, cell: int) -> None:
    """Display a dial for the cell with the text in its colours; a picture of the one to begin with.

    Args:
        text: T symbols. cs: (T, H), what each cell holds after each. feature: (T,), not 0 where it is there.
        correlations: (H,), how closely each cell follows it. what: the feature's name, in words. cell: which of
        the H to begin with, a whole number.
    """
    cs, feature = np.asarray(cs, dtype=float), np.asarray(feature, dtype=float)
    found = np.asarray(correlations, dtype=float)
    cell = int(cell)  # NumPy's are none to a widget
    display_live(
        lambda widgets: _Reader(widgets, text, cs, found, what, cell).widget, "the picture shows one cell instead."
    )
    scaled = _scaled(cs[:, cell])
    rows = -(-len(text) // _WIDE)
    fig, ax = canvas(_WIDE + 1, 2.0 * rows + 0.4, 9.5)
    for t, symbol in enumerate(text):
        x, y = 0.5 + t % _WIDE, 2.0 * (rows - t // _WIDE) - 1.4
        color = _color(float(scaled[t]))
        ax.add_patch(Rectangle((x, y), 1, 1.5, facecolor=color, edgecolor="none"))
        write(ax, x + 0.5, y + 0.72, _shown(symbol).replace("$", r"\$"), fontsize=9, color=_ink(color),
              family="DejaVu Sans Mono")  # fmt: skip
    inside = feature != 0
    for start in np.flatnonzero(inside):
        x, y = 0.5 + start % _WIDE, 2.0 * (rows - start // _WIDE) - 1.55
        ax.add_patch(Rectangle((x, y), 1, 0.14, facecolor=COLORS["bad"], edgecolor="none"))
    means = [number(cs[where, cell].mean(), 2) if where.any() else "nothing" for where in (inside, ~inside)]
    show(
        fig,
        alt=f"A text of {len(text)} symbols, coloured by what cell {cell} holds after each. Its correlation with "
        f"{what} is {number(found[cell], 2)}: where that is so it holds {means[0]} on average, elsewhere {means[1]}.",
        caption=f"Cell {cell}. Blue: it holds much; orange: little; white: in the middle. Underlined: {what}.",
    )
