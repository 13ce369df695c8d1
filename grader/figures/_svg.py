"""A plot written as SVG text, for what is redrawn while somebody drags.

It is there in a moment, as text in an HTML widget, and so nothing flickers while a slider moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from .palette import COLORS, ink

__all__ = ["Plot", "number", "round_unit"]

GRID, ZERO, TEXT = "#E4E6E8", "#8A8A8A", "#333333"
_DASHES = {"h": "7 4", "neutral": "3 4", "bad": "5 3", "x": "2 3", "alpha": "8 2 2 2"}  # as in palette.style()
_SQUARES = ("h",)


def number(value: float, digits: int = 3) -> str:
    """A number as it is meant: at most ``digits`` after the point, none that are zeros, and a minus sign of its own."""
    text = f"{round(value, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return text.replace("-", "\N{MINUS SIGN}")


def round_unit(reach: float, most: int = 4) -> float:
    """1, 2 or 5 times a power of ten, of which at most ``most`` fit into ``reach``: a distance of ticks."""
    power = 10.0 ** math.floor(math.log10(reach / 2))
    return next(power * k for k in (1, 2, 5, 10, 20) if reach / (power * k) <= most)


class Plot:
    """Axes from ``x[0]`` to ``x[1]`` and ``y[0]`` to ``y[1]``, and what is drawn in them.

    ``width`` and ``height`` are in pixels, ``right`` is how much of the width is left for words behind the lines.
    """

    def __init__(
        self, x: tuple[float, float], y: tuple[float, float], *, width: int = 560, height: int = 300, right: int = 84
    ) -> None:
        self.width, self.height = width, height
        self.left, self.right, self.top, self.bottom = 46, right, 14, 40
        self._x, self._y = x, y
        self._parts: list[str] = []

    def x(self, value: float) -> float:
        """Where a value lies, in pixels from the left."""
        low, high = self._x
        return self.left + (self.width - self.left - self.right) * (value - low) / (high - low)

    def y(self, value: float) -> float:
        """Where a value lies, in pixels from the top."""
        low, high = self._y
        return self.top + (self.height - self.top - self.bottom) * (high - value) / (high - low)

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "middle", color: str = TEXT, bold: bool = False
    ) -> None:
        """Words at a place in pixels; ``anchor`` is start, middle or end."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"{weight}>{words}</text>'
        )

    def ticks(self, xs: Iterable[float], ys: Iterable[float], label: str) -> None:
        """Lines across at ``ys``, numbers beside them and under ``xs``, and what the axis to the right is."""
        for value in ys:
            line = ZERO if value == 0 else GRID
            self._parts.append(
                f'<path d="M{self.left} {self.y(value):.1f}H{self.width - self.right}" stroke="{line}"/>'
            )
            self.text(self.left - 7, self.y(value) + 4, number(value), anchor="end")
        for value in xs:
            self.text(self.x(value), self.height - self.bottom + 18, number(value))
        self.text((self.left + self.width - self.right) / 2, self.height - 5, label)

    def line(self, key: str, points: Sequence[tuple[float, float]], *, marks: bool = False) -> None:
        """A line through points in the axes' units, in a quantity's colour and dashes, with its marks where asked."""
        placed = [(self.x(x), self.y(y)) for x, y in points]
        dash = f' stroke-dasharray="{_DASHES[key]}"' if key in _DASHES else ""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        self._parts.append(f'<polyline points="{path}" fill="none" stroke="{COLORS[key]}" stroke-width="2.2"{dash}/>')
        for point in points if marks else ():
            self.mark(key, point)

    def mark(self, key: str, point: tuple[float, float], size: float = 3.2) -> None:
        """A disc (a square for h) at a point in the axes' units."""
        x, y = self.x(point[0]), self.y(point[1])
        shape = (
            f'rect x="{x - 0.9 * size:.1f}" y="{y - 0.9 * size:.1f}" width="{1.8 * size:.1f}" height="{1.8 * size:.1f}"'
            if key in _SQUARES
            else f'circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}"'
        )
        self._parts.append(f'<{shape} fill="{COLORS[key]}"/>')

    def bar(self, key: str, x: float, value: float, wide: float = 0.6) -> None:
        """A bar from 0 to ``value`` over ``x``, ``wide`` in the axes' units."""
        top, low = sorted((self.y(0), self.y(value)))
        left, right = self.x(x - wide / 2), self.x(x + wide / 2)
        self._parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{low - top:.1f}" '
            f'fill="{COLORS[key]}"/>'
        )

    def names(self, ends: Sequence[tuple[str, float, str]]) -> None:
        """Names behind the lines' ends, kept apart: (the quantity, the height of its end, what it is called)."""
        placed = sorted((self.y(value) + 4, key, words) for key, value, words in ends)
        low = -math.inf
        heights = [low := max(y, low + 17) for y, _, _ in placed]
        # What was pushed down is moved back up by half of it, so that two names share the shift.
        shift = max((moved - y for moved, (y, _, _) in zip(heights, placed, strict=True)), default=0.0) / 2
        for height, (_, key, words) in zip(heights, placed, strict=True):
            self.text(
                self.width - self.right + 10, height - shift, words, anchor="start", color=ink(COLORS[key]), bold=True
            )

    def svg(self, label: str) -> str:
        """The picture, which says of itself what ``label`` says."""
        return (
            f'<svg role="img" aria-label="{label}" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            'style="max-width:100%;height:auto;background:#fff;border-radius:4px" '
            f'font-family="sans-serif" font-size="12.5">{"".join(self._parts)}</svg>'
        )
