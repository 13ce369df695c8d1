"""What the pictures of units 05 and 20 have in common: how one is shown, axes with their words, blocks of a matrix."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

from matplotlib.figure import Figure

from ._sheet import plain, sheet, squares
from .show import show

__all__ = ["Picture", "block", "picture", "plot", "tag"]

Picture = tuple[Figure, str, str]  # the figure, its alt text, its caption
Arguments = ParamSpec("Arguments")


def picture(draw: Callable[Arguments, Picture]) -> Callable[Arguments, None]:
    """A function that shows what ``draw`` returns, drawn with matplotlib's own settings.

    The function that draws stays at hand as ``__wrapped__``.
    """

    @functools.wraps(draw)
    @plain
    def shown(*args: Arguments.args, **options: Arguments.kwargs) -> None:
        fig, alt, caption = draw(*args, **options)
        show(fig, alt=alt, caption=caption)

    return shown


def plot(width: float, height: float, *, x: str, y: str, columns: int = 1) -> tuple[Figure, Any]:
    """A figure of so many inches and its axes (an array where there are several columns), with the words beside them.

    ``x`` and ``y`` are the labels; y's stands at the first column only.
    """
    fig, axes = sheet(width, height, 1, columns, sharey=True)
    for k, ax in enumerate([axes] if columns == 1 else axes):
        ax.set(xlabel=x, ylabel="" if k else y)
        ax.spines[["top", "right"]].set_visible(False)
    return fig, axes


def block(
    ax: Any, corner: tuple[float, float], shape: tuple[int, int], key: str, label: str = "", dark: float = 0.5
) -> None:
    """A block of a matrix in a quantity's colour, a square a number, its upper left corner at ``corner``.

    ``shape`` is (rows, columns), ``dark`` how full the colour is (0 to 1), ``label`` stands in the middle.
    """
    (left, top), (rows, columns) = corner, shape
    squares(ax, left, top, rows, columns, key, dark)
    if label:
        tag(ax, left + columns / 2, top - rows / 2, label)


def tag(ax: Any, x: float, y: float, label: str) -> None:
    """A label on white, so that it can be read on any colour."""
    box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "boxstyle": "round,pad=0.15"}
    ax.text(x, y, label, ha="center", va="center", fontsize=12, bbox=box)
