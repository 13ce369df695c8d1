"""Pictures without axes that change while a dial moves: SVG written as text into a widget, so that nothing flickers."""

from __future__ import annotations

import html
from collections.abc import Sequence

__all__ = ["Drawing"]


class Drawing:
    """An SVG picture of ``width`` x ``height`` units, y downwards; ``str(drawing)`` is its text.

    ``label`` says in words what it shows, for readers who can't see it.
    """

    def __init__(self, width: float, height: float, label: str) -> None:
        self.size, self.label = (width, height), label
        self._parts: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none", **more: float
    ) -> None:
        """A rectangle, its upper left corner at (x, y). ``more`` are numbers: opacity, rx, stroke_width."""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" '
            f'stroke="{stroke}"{_numbers(more)}/>'
        )

    def line(self, points: Sequence[tuple[float, float]], stroke: str, width: float = 1.0, dash: str = "") -> None:
        """A line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'
        )

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "middle", color: str = "#222222", size: float = 12.5,
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Words whose line stands at y; ``anchor`` is start, middle or end."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" font-size="{size:g}"{weight}>'
            f"{html.escape(words)}</text>"
        )

    def __str__(self) -> str:
        width, height = self.size
        return (
            f'<svg role="img" aria-label="{html.escape(self.label)}" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" style="max-width:100%;height:auto;background:#fff;border-radius:4px" '
            f'font-family="sans-serif" font-size="12.5">{"".join(self._parts)}</svg>'
        )


def _numbers(attributes: dict[str, float]) -> str:
    return "".join(f' {name.replace("_", "-")}="{value:g}"' for name, value in attributes.items())
