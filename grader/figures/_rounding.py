"""What is left of a number in 64, 32 and 16 bits, and of a little that is added to it: live, and as a picture."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from matplotlib.figure import Figure

from ._controls import display_live
from ._drawing import Drawing
from ._parts import FONT
from ._plots import Picture, picture
from .palette import COLORS, ink

__all__ = ["FORMATS", "Format", "Rounding", "rounding_picture", "show_rounding"]


@dataclass(frozen=True)
class Format:
    """A type of numbers: how many significant ``bits``, the least exponent of a full number, the ``largest`` number.

    IEEE 754-2019 for float64, float32 and float16; bfloat16 is float32 without its last 16 bits.
    """

    name: str
    bits: int
    least: int
    largest: float

    def spacing(self, value: Fraction) -> Fraction:
        """How far apart the numbers of this type are where ``value`` lies (on the side away from 0)."""
        exponent = self.least
        if value:
            size = abs(value)
            exponent = size.numerator.bit_length() - size.denominator.bit_length()
            exponent += 1 if size >= Fraction(2) ** (exponent + 1) else 0
            exponent -= 1 if size < Fraction(2) ** exponent else 0
        return Fraction(2) ** (max(exponent, self.least) - self.bits + 1)

    def nearest(self, value: Fraction) -> Fraction:
        """The nearest number of this type, the one with an even last bit where two are as near.

        Raises OverflowError where that is beyond the largest.
        """
        spacing = self.spacing(value)
        found = round(value / spacing) * spacing
        if abs(found) > Fraction(self.largest):
            raise OverflowError(f"{self.name} has no number that large")
        return found


FORMATS = (
    Format("float64", 53, -1022, 1.7976931348623157e308),
    Format("float32", 24, -126, (2 - 2.0**-23) * 2.0**127),
    Format("float16", 11, -14, 65504.0),
    Format("bfloat16", 8, -126, (2 - 2.0**-7) * 2.0**127),
)
BFLOAT16 = FORMATS[-1]


def shown(value: Fraction) -> str:
    """A number with the digits that tell it from its neighbours, at most 17."""
    return f"{float(value):.17g}" if value != Fraction(f"{float(value):.12g}") else f"{float(value):.12g}"


def rows(c: float, added: float) -> list[tuple[str, str, str, str, str]]:
    """For each type: its name, what is kept of c, the next number up, what is kept of c + added, what has arrived."""
    found = []
    for kind in FORMATS:
        try:
            kept = kind.nearest(Fraction(c))
            after = kind.nearest(kept + kind.nearest(Fraction(added)))
        except OverflowError:
            found.append((kind.name, "too large", "", "", ""))
            continue
        arrived = after - kept
        share = f"{float(arrived / Fraction(added)):.1%} of it" if added else ""
        what = "nothing" if added and not arrived else share
        found.append((kind.name, shown(kept), shown(kept + kind.spacing(kept)), shown(after), what))
    return found


def _table(c: float, added: float) -> str:
    heads = ("type", "c is kept as", "next number up", "c + what is added", "arrived")
    head = "".join(f'<th scope="col" style="text-align:left;padding:2px 14px 2px 0">{one}</th>' for one in heads)
    lines = ""
    for name, *values in rows(c, added):
        cells = "".join(f'<td style="padding:2px 14px 2px 0">{html.escape(value)}</td>' for value in values)
        lines += f'<tr><th scope="row" style="text-align:left;padding:2px 14px 2px 0">{name}</th>{cells}</tr>'
    return f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'


def _line(c: float, added: float) -> str:
    """The numbers of bfloat16 around c, and where c + added lies and goes, as SVG text."""
    kept = BFLOAT16.nearest(Fraction(c))
    exact = kept + BFLOAT16.nearest(Fraction(added))
    after, spacing = BFLOAT16.nearest(exact), BFLOAT16.spacing(kept)
    low = min(kept, exact) - spacing * 3 / 2
    high = max(kept, exact) + spacing * 5 / 2
    label = (
        f"The numbers of bfloat16 around {shown(kept)} are {shown(spacing)} apart. "
        f"{shown(exact)} is kept as {shown(after)}."
    )
    drawing = Drawing(700, 96, label)

    def x(value: Fraction) -> float:
        return 20 + 660 * float((value - low) / (high - low))

    drawing.line([(20, 50), (680, 50)], "#8A8A8A")
    first, last = math.ceil(low / spacing), math.floor(high / spacing)
    few = last - first <= 60  # beyond that they are a grey line
    for k in range(first, last + 1) if few else ():
        drawing.line([(x(k * spacing), 44), (x(k * spacing), 56)], "#444444")
    drawing.text(x(kept), 76, "c", bold=True, color=ink(COLORS["c"]), size=14)
    drawing.line([(x(kept), 38), (x(kept), 62)], COLORS["c"], 3)
    drawing.text(x(exact), 16, "c + added", color=ink(COLORS["g"]))
    drawing.line([(x(exact), 20), (x(exact), 50)], COLORS["g"], 2, "4 3")
    drawing.line([(x(after), 38), (x(after), 62)], COLORS["bad"], 3)
    drawing.text(x(after), 92, "kept", bold=True, color=ink(COLORS["bad"]))
    return str(drawing)


class Rounding:
    """The live half: two numbers to type. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any, c: float, added: float) -> None:
        look = {"style": {"description_width": "110px"}, "layout": {"width": "240px"}}
        self.c = widgets.FloatText(value=c, step=0.1, description="c", **look)
        self.added = widgets.FloatText(value=added, step=0.001, description="what is added", **look)
        self.table, self.plot = widgets.HTML(), widgets.HTML()
        for field in (self.c, self.added):
            field.observe(lambda _: self.update(), names="value")
        self.update()
        self.widget = widgets.VBox([widgets.HBox([self.c, self.added]), self.table, self.plot])

    def update(self) -> None:
        """Round the typed numbers anew."""
        c, added = self.c.value, self.added.value
        if not (math.isfinite(c) and math.isfinite(added) and max(abs(c), abs(added)) < 1e300):
            self.table.value, self.plot.value = "These numbers are beyond every type.", ""
            return
        self.table.value = _table(c, added)
        try:
            self.plot.value = _line(c, added)
        except OverflowError:
            self.plot.value = ""


@picture
def rounding_picture(c: float = 1.0, added: tuple[float, ...] = (0.003, 0.006)) -> Picture:
    """The numbers of bfloat16 next to c, and where c plus a little is kept."""
    fig = Figure(figsize=(8, 1.3 + 0.9 * len(added)), facecolor="white", layout="constrained")
    kept, said = BFLOAT16.nearest(Fraction(c)), []
    spacing = BFLOAT16.spacing(kept)
    axes = fig.subplots(len(added), 1, sharex=True, squeeze=False)[:, 0]
    for ax, little in zip(axes, added, strict=True):
        exact = kept + Fraction(little)
        after = BFLOAT16.nearest(exact)
        ax.axhline(0, color=COLORS["neutral"], linewidth=1)
        for k in range(-1, 4):
            ax.plot([float(kept + k * spacing)] * 2, [-0.3, 0.3], color=COLORS["x"], linewidth=1.5)
        ax.annotate(
            "", (float(after), 0.05), (float(exact), 0.8), arrowprops={"arrowstyle": "->", "color": COLORS["bad"]}
        )
        ax.plot(float(exact), 0.8, "o", color=COLORS["g"])
        ax.text(float(exact), 1.25, f"{c:g} + {little:g}", ha="center", color=ink(COLORS["g"]), **FONT)
        ax.set(ylim=(-0.6, 1.7), yticks=[])
        ax.tick_params(length=0)
        ax.spines[["left", "right", "top", "bottom"]].set_visible(False)
        said.append(f"{c:g} + {little:g} is kept as {shown(after)}")
    ticks = [kept + k * spacing for k in range(-1, 4)]
    axes[-1].set_xticks([float(tick) for tick in ticks], [shown(tick) for tick in ticks])
    alt = (
        f"The numbers of bfloat16 around {c:g} as strokes on a line, {shown(spacing)} apart above it. An arrow leads "
        f"from each sum to the number it is kept as: {'; '.join(said)}."
    )
    return (
        fig,
        alt,
        f"The numbers that bfloat16 has around {c:g}: what lies between two of them goes to the nearer one.",
    )


def show_rounding(c: float, added: float) -> None:
    """Display the live table, and a picture that stands still."""
    display_live(lambda widgets: Rounding(widgets, c, added).widget, "the picture shows two sums instead.")
    rounding_picture()
