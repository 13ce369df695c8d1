"""A matrix whose rows and columns have names, the darker the larger its numbers: as a picture, and as a table."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ._sheet import listed, sheet, write
from ._svg import number
from .palette import COLORS, contrast, ink_on, mix

__all__ = ["heat", "heat_table", "largest"]

MANY = 400  # fields: above that there is no room for numbers


def _written(values: Any, digits: int) -> list[list[str]]:
    """Each number as it stands in its field; those that would be rounded to 0 are left out."""
    return [["" if abs(v) < 0.5 * 10**-digits else number(v, digits) for v in row] for row in values.tolist()]


def heat(
    values: Any,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    down: str,
    across: str,
    key: str = "c",
    digits: int = 1,
    top: float | None = None,
    boxes: Any = None,
) -> Figure:
    """A matrix as a picture: white where it is 0, the palette's colour ``key`` where it is largest, numbers on it.

    Args:
        values: (R, C), numbers from 0 on. rows: R names, from top to bottom. columns: C names, from left to right.
        down, across: what the rows are, and the columns. key: a colour of the palette. digits: how many each number
        has after its point; one that would be 0 isn't written, nor is any where there are more than 400 fields.
        top: the number that has the full colour, the largest one if it is left out. boxes: (R, C), True for fields that
        get a frame.

    Returns:
        The figure, for ``show``. Whoever calls is decorated with ``plain``; ``largest`` has words for the alt text.
    """
    values = np.asarray(values, dtype=float)
    R, C = values.shape
    fig, ax = sheet(1.6 + max(0.42 * C, 1.5), 1.3 + max(0.32 * R, 1.0))
    colors = LinearSegmentedColormap.from_list("heat", ["#FFFFFF", COLORS[key]])
    most = float(values.max()) if top is None and values.size else float(top or 0.0)
    image = ax.imshow(values, cmap=colors, vmin=0, vmax=most or 1.0, aspect="auto")
    if values.size <= MANY:
        for r, texts in enumerate(_written(values, digits)):
            for k, text in enumerate(texts):
                if text:
                    write(ax, k, r, text, fontsize=8, color=ink_on(image, values[r, k]))
    for r, k in [] if boxes is None else np.argwhere(np.asarray(boxes, dtype=bool)):
        look: dict[str, Any] = {"facecolor": "none", "edgecolor": COLORS["h"], "linewidth": 2}
        ax.add_patch(Rectangle((k - 0.46, r - 0.46), 0.92, 0.92, **look))
    ax.set_xticks(range(C), list(columns), rotation=90, fontsize=9)
    ax.set_yticks(range(R), list(rows), fontsize=9)
    ax.set_xticks(np.arange(C + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(R + 1) - 0.5, minor=True)
    ax.grid(which="minor", color="#E4E6E8", linewidth=0.8)
    ax.tick_params(which="both", length=0)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel(across)
    ax.set_ylabel(down)
    ax.spines[:].set_visible(False)
    return fig


def largest(values: Any, rows: Sequence[str], columns: Sequence[str], digits: int = 2) -> str:
    """Which column each row has most of, in words: "chat most at cat (0.97), and noir most at black (0.9)".

    Args:
        values: (R, C). rows: R names. columns: C names. digits: of each number. A row of zeros "has nothing".
    """
    said = []
    for name, row in zip(rows, np.asarray(values, dtype=float), strict=True):
        most = int(row.argmax()) if row.size else 0
        full = row.size and row[most] > 0
        said.append(f"{name} most at {columns[most]} ({number(row[most], digits)})" if full else f"{name} has nothing")
    return listed(said)


def heat_table(
    values: Any, rows: Sequence[str], columns: Sequence[str], *, caption: str, key: str = "c", digits: int = 1
) -> str:
    """The same matrix as a table, HTML, for what changes while one plays; its largest number has the full colour.

    Args:
        values: (R, C), numbers from 0 on. rows: R names. columns: C names. caption: what stands above the table.
        key: a colour of the palette. digits: how many each number has after its point.
    """
    values = np.asarray(values, dtype=float)
    most = float(values.max(initial=0.0)) or 1.0
    look = "padding:3px 6px;text-align:center;min-width:26px"
    head = "".join(f"<th scope='col' style='{look}'>{html.escape(name)}</th>" for name in columns)
    lines = []
    for name, row, texts in zip(rows, values, _written(values, digits), strict=True):
        fields = []
        for value, text in zip(row.tolist(), texts, strict=True):
            back = mix("#FFFFFF", COLORS[key], min(max(value / most, 0.0), 1.0))
            color = "#FFFFFF" if contrast(back) ** 2 > 21 else "#000000"
            fields.append(f"<td style='{look};background:{back};color:{color}'>{text}</td>")
        lines.append(
            f"<tr><th scope='row' style='{look};text-align:right'>{html.escape(name)}</th>{''.join(fields)}</tr>"
        )
    page = "border-collapse:collapse;font-size:13px"
    head = f"<tr><td></td>{head}</tr>"
    return f"<table style='{page}'><caption>{html.escape(caption)}</caption>{head}{''.join(lines)}</table>"
