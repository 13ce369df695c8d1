"""What the units' figures have in common: an empty sheet for plots, tables of squares, and words on them.

Every helper draws with matplotlib's own settings, whatever a learner has set, and without pyplot, which would keep
the figure and show it a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib import style as mpl_style
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ._parts import FONT
from .palette import COLORS

__all__ = ["levels", "listed", "plain", "sheet", "squares", "write"]

plain = mpl_style.context("default")  # a decorator: matplotlib's own settings, for as long as the function draws


def sheet(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A white figure of ``width`` x ``height`` inches and its axes, one or an array of them: (figure, axes).

    ``options`` are those of ``Figure.subplots``.
    """
    fig = Figure(figsize=(width, height), facecolor="white")
    return fig, fig.subplots(rows, columns, **options)


def squares(
    ax: Any, left: float, top: float, rows: int, columns: int, key: str, share: float = 0.35, dark: Any = None
) -> None:
    """A table of squares, one unit wide and high each, its upper left corner at (left, top).

    ``key`` names the colour and ``share`` how full it is; ``dark(r, k)`` says which squares are darker.
    """
    for r in range(rows):
        for k in range(columns):
            corner = left + k, top - r - 1
            alpha = 0.75 if dark is not None and dark(r, k) else share
            ax.add_patch(Rectangle(corner, 1, 1, facecolor="white", edgecolor="none"))
            ax.add_patch(Rectangle(corner, 1, 1, facecolor=COLORS[key], alpha=alpha, edgecolor="white"))


def write(ax: Any, x: float, y: float, text: str, **look: Any) -> None:
    """Words in a drawing, around (x, y) unless ``look`` says otherwise."""
    ax.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": 11, "color": "#222222", **FONT, **look})


def levels(ax: Any, *heights: float) -> None:
    """Thin lines across a plot."""
    for height in heights:
        ax.axhline(height, color=COLORS["neutral"], linewidth=0.8)


def listed(texts: Iterable[str]) -> str:
    """Texts as English lists them: "a", "a and b", "a, b and c"."""
    parts = list(texts)
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
