"""Pen and ink for the cell's diagrams: wires, boxes, circles, labels and coloured equations.

Every artist carries a name (``gid``), so that a test can find it, and every text names its font,
so that a learner's matplotlib settings change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnchoredOffsetbox, HPacker, TextArea, VPacker
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from .palette import COLORS, ink, mix

FONT = {"family": "DejaVu Sans", "math_fontfamily": "stix"}
GREY = "#8A8A8A"
Point = tuple[float, float]

# Two strokes each, in radii of the circle around them.
_SIGNS: dict[str, tuple[Point, ...]] = {
    "+": ((-0.5, 0), (0.5, 0), (0, -0.5), (0, 0.5)),
    "x": ((-0.36, -0.36), (0.36, 0.36), (-0.36, 0.36), (0.36, -0.36)),
    "=": ((-0.42, 0.17), (0.42, 0.17), (-0.42, -0.17), (0.42, -0.17)),
}


def canvas(width: float, height: float, inches: float) -> tuple[Figure, Any]:
    """A white figure of ``width`` x ``height`` units, ``inches`` wide, and its bare axes: (figure, axes).

    One unit is as long upwards as across.
    """
    fig = Figure(figsize=(inches, inches * height / width), facecolor="white")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    # Fills the figure, so that cropping to the content leaves every stage the same size.
    ax.add_patch(Rectangle((0, 0), width, height, facecolor="white", edgecolor="none", zorder=-5, gid="page"))
    return fig, ax


class Pen:
    """Draws in units of the cell, moved by ``dx`` and ``dy``.

    ``start`` and ``end`` are where c and h come in from the left and go out to the right (an arrow
    head closes their way out at the ``last`` cell only), ``below`` how far down x comes from. ``tag``
    goes before every name.

    ``new`` holds the names drawn bold and in full colour; the others are thinner and greyer but
    keep their hue. ``new=None`` draws everything in full colour at medium weight.
    """

    def __init__(
        self,
        ax: Any,
        new: frozenset[str] | None = None,
        *,
        dx: float = 0.0,
        dy: float = 0.0,
        tag: str = "",
        start: float = 1.1,
        end: float = 14.98,
        below: float = 1.15,
        last: bool = True,
    ) -> None:
        self.ax, self.new, self.dx, self.dy, self.tag = ax, new, dx, dy, tag
        self.start, self.end, self.below, self.last = start, end, below, last

    def is_new(self, name: str) -> bool:
        """Whether the element is the stage's newest, and so drawn bold."""
        return self.new is not None and name in self.new

    def _look(self, name: str, key: str) -> tuple[str, float]:
        """Colour and line width of an element: pale and thin where it is neither new nor all of it is."""
        color = COLORS[key]
        if self.new is None:
            return color, 1.8
        return (color, 3.4) if name in self.new else (mix(color, GREY, 0.42), 1.6)

    def at(self, point: Point) -> Point:
        """A point of the cell, in the axes' units."""
        return self.dx + point[0], self.dy + point[1]

    def wire(self, name: str, key: str, points: Sequence[Point], *, head: bool = True, dashed: bool = False) -> None:
        """A line through ``points`` with rounded corners and, where asked, a head at its end.

        Args:
            name: what the artist is called (``gid``).
            key: the quantity whose colour it has, a key of ``COLORS``.
            points: at least two, in units of the cell.
            head: whether there is an arrow's head at the last point.
            dashed: whether the line is dashed.
        """
        color, width = self._look(name, key)
        ends = [self.at(p) for p in points]
        size = 0.34 if self.is_new(name) else 0.27
        (x0, y0), (x1, y1) = ends[-2], ends[-1]
        length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        tip = ends[-1]
        if head:
            ends[-1] = (x1 - 0.8 * size * ux, y1 - 0.8 * size * uy)  # the line ends inside the head
        self.ax.add_patch(
            PathPatch(
                _rounded(ends, 0.32),
                fill=False,
                edgecolor=color,
                linewidth=width,
                capstyle="butt",
                joinstyle="round",
                linestyle=(0, (3, 2)) if dashed else "-",
                zorder=3 if self.is_new(name) else 2,
                gid=self.tag + name,
            )
        )
        if head:
            base = (tip[0] - size * ux, tip[1] - size * uy)
            side = (-0.46 * size * uy, 0.46 * size * ux)
            corners = [tip, (base[0] + side[0], base[1] + side[1]), (base[0] - side[0], base[1] - side[1])]
            self.ax.add_patch(
                Polygon(corners, closed=True, facecolor=color, edgecolor="none", zorder=4, gid=f"{self.tag}{name}.head")
            )

    def belt(self, name: str, key: str, start: Point, end: Point) -> None:
        """A broad pale band under a horizontal line: the conveyor the cell state travels on."""
        (x0, y), (x1, _), half = self.at(start), self.at(end), 0.27
        pale = mix("#FFFFFF", COLORS[key], 0.13)
        self.ax.add_patch(
            Rectangle(
                (x0, y - half), x1 - x0, 2 * half, facecolor=pale, edgecolor="none", zorder=-1, gid=self.tag + name
            )
        )

    def dot(self, name: str, key: str, point: Point) -> None:
        """A branch: the line goes two ways from here."""
        color, width = self._look(name, key)
        self.ax.add_patch(
            Circle(self.at(point), (0.13 if width > 3 else 0.1), color=color, zorder=4, gid=self.tag + name)
        )

    def box(
        self,
        name: str,
        key: str,
        center: Point,
        size: Point,
        top: str,
        below: str = "",
        *,
        round_: float = 0.14,
        fontsize: float = 14,
    ) -> None:
        """A labelled box: what it computes on top, and below that its name.

        Args:
            name: what the artist is called (``gid``).
            key: the quantity whose colour it has, a key of ``COLORS``.
            center: its middle, in units of the cell.
            size: width and height, in units of the cell.
            top: the text inside, in matplotlib's math where it is between dollars.
            below: a second, smaller line.
            round_: the radius of its corners, in units of the cell.
            fontsize: of the text inside, in points.
        """
        color, width = self._look(name, key)
        (x, y), (w, h) = self.at(center), size
        tint = mix("#FFFFFF", color, 0.2 if self.is_new(name) or self.new is None else 0.1)
        self.ax.add_patch(
            FancyBboxPatch(
                (x - w / 2, y - h / 2),
                w,
                h,
                boxstyle=f"round,pad=0,rounding_size={2 * round_}",
                facecolor=tint,
                edgecolor=color,
                linewidth=width * 0.85,
                zorder=6,
                gid=self.tag + name,
            )
        )
        lift = 0.17 * h if below else 0.0
        self.label(f"{name}.does", key, (center[0], center[1] + lift), top, like=name, size=fontsize)
        if below:
            under = center[0], center[1] - 0.26 * size[1]
            self.label(f"{name}.name", key, under, below, like=name, size=8.8)

    def circle(self, name: str, key: str, center: Point, sign: str, radius: float = 0.4) -> None:
        """An operation, element by element: ``sign`` is ``"x"``, ``"+"`` or ``"="``.

        ``name`` is the artist's (``gid``), ``key`` the colour's, ``radius`` in units of the cell.
        """
        color, width = self._look(name, key)
        (x, y), r = self.at(center), radius
        self.ax.add_patch(
            Circle((x, y), r, facecolor="white", edgecolor=color, linewidth=width * 0.85, zorder=6, gid=self.tag + name)
        )
        points = [(x + u * r, y + v * r) for u, v in _SIGNS[sign]]
        codes = [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO]
        # Drawn rather than set in type, so that the sign sits in the middle whatever the font.
        self.ax.add_patch(
            PathPatch(
                Path(points, codes),
                edgecolor=ink(color),
                linewidth=max(width * 0.85, 1.5),
                capstyle="round",
                zorder=7,
                gid=f"{self.tag}{name}.sign",
            )
        )

    def label(
        self, name: str, key: str, point: Point, text: str, *, like: str = "", size: float = 14.5, align: str = "center"
    ) -> None:
        """Text in the dark shade of a colour; bold where it is new.

        Args:
            name: what the artist is called (``gid``).
            key: the quantity whose colour it has, a key of ``COLORS``.
            point: where it is aligned to, in units of the cell.
            text: in matplotlib's math where it is between dollars.
            like: the element that it is new or pale with, where that has another name.
            size: in points.
            align: left, center or right.
        """
        color, _ = self._look(like or name, key)
        x, y = self.at(point)
        self.ax.text(
            x,
            y,
            bold(text) if self.is_new(like or name) else text,
            color=ink(color),
            ha=align,
            va="center",
            fontsize=size,
            zorder=8,
            gid=self.tag + name,
            fontweight="bold" if self.is_new(like or name) else "normal",
            **FONT,
        )


def bold(text: str) -> str:
    """Math text in bold; other text unchanged (its weight is set apart)."""
    return rf"$\boldsymbol{{{text[1:-1]}}}$" if text.startswith("$") else text


def _rounded(points: Sequence[Point], radius: float) -> Path:
    """A path through the points that turns each corner on a small curve, of ``radius`` units of the cell."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        for target, last in ((before, False), (after, True)):
            dx, dy = target[0] - corner[0], target[1] - corner[1]
            share = min(radius / max((dx * dx + dy * dy) ** 0.5, 1e-9), 0.5)
            near = (corner[0] + share * dx, corner[1] + share * dy)
            if last:
                vertices += [corner, near]
                codes += [Path.CURVE3, Path.CURVE3]
            else:
                vertices.append(near)
                codes.append(Path.LINETO)
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def equations(ax: Any, lines: Sequence[Sequence[tuple[str, str]]], center: Point, size: float = 15) -> None:
    """Set equations under a drawing, each symbol in its quantity's colour.

    ``lines`` holds, for each equation, pieces ``(math text, palette key or "")``.
    """
    rows: list[Artist] = []
    for line in lines:
        pieces: list[Artist] = [
            TextArea(f"${text}$", textprops={"color": ink(COLORS[key]) if key else "#222222", "fontsize": size, **FONT})
            for text, key in line
        ]
        rows.append(HPacker(children=pieces, pad=0, sep=0, align="baseline"))
    packed = VPacker(children=rows, pad=0, sep=7, align="center")
    ax.add_artist(
        AnchoredOffsetbox(
            loc="center",
            child=packed,
            pad=0,
            borderpad=0,
            frameon=False,
            bbox_to_anchor=center,
            bbox_transform=ax.transData,
        )
    )
