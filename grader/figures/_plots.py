"""What the units' pictures have in common: how one is shown, bare axes, and blocks of a matrix."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from matplotlib import style as mpl_style
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .palette import COLORS
from .show import show

__all__ = ["Picture", "block", "listed", "picture", "plot", "tag"]

Picture = tuple[Figure, str, str]  # the figure, its alt text, its caption
Arguments = ParamSpec("Arguments")


def picture(draw: Callable[Arguments, Picture]) -> Callable[Arguments, None]:
    """A function that shows what ``draw`` returns, whatever the learner's own settings of matplotlib are.

    The function that draws stays at hand as ``__wrapped__``.
    """

    @functools.wraps(draw)
    def shown(*args: Arguments.args, **options: Arguments.kwargs) -> None:
        with mpl_style.context("default"):
            fig, alt, caption = draw(*args, **options)
            show(fig, alt=alt, caption=caption)

    return shown


def plot(width: float, height: float, *, x: str, y: str, columns: int = 1) -> tuple[Figure, Any]:
    """A figure of so many inches that pyplot does not know, and its axes (an array where there are several columns).

    ``x`` and ``y`` are the labels; y's stands at the first column only.
    """
    fig = Figure(figsize=(width, height), facecolor="white", layout="constrained")
    axes = fig.subplots(1, columns, sharey=True)
    for k, ax in enumerate([axes] if columns == 1 else axes):
        ax.set(xlabel=x, ylabel="" if k else y)
        ax.spines[["top", "right"]].set_visible(False)
    return fig, axes


def block(
    ax: Any, corner: tuple[float, float], shape: tuple[int, int], key: str, label: str = "", dark: float = 0.5
) -> None:
    """A block of a matrix, its upper left corner at ``corner``, in a quantity's colour.

    ``shape`` is (rows, columns), each number a square of one unit; ``dark`` is from 0 to 1; ``label`` stands in its
    middle.
    """
    (left, top), (rows, columns) = corner, shape
    ax.add_patch(Rectangle((left, top - rows), columns, rows, facecolor=COLORS[key], alpha=dark, edgecolor="none"))
    for k in range(columns + 1):
        ax.plot([left + k] * 2, [top, top - rows], color="white", linewidth=1)
    for r in range(rows + 1):
        ax.plot([left, left + columns], [top - r] * 2, color="white", linewidth=1)
    if label:
        tag(ax, left + columns / 2, top - rows / 2, label)


def tag(ax: Any, x: float, y: float, label: str) -> None:
    """A label on white, so that it can be read on any colour."""
    box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "boxstyle": "round,pad=0.15"}
    ax.text(x, y, label, ha="center", va="center", fontsize=12, bbox=box)


def listed(values: Sequence[Any], form: str = "") -> str:
    """Numbers or words in a sentence: ``1, 2 and 3``, each in the format ``form``."""
    words = [format(value, form) for value in values]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
