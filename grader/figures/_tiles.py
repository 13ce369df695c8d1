"""Where one gate's weights lie in memory, and the tile that a kernel makes of them: live, and as a picture."""

from __future__ import annotations

from typing import Any

from ._controls import Dial, display_live
from ._drawing import Drawing
from ._plots import Picture, picture
from .memory import tile_diagram
from .palette import COLORS, ink, mix

__all__ = ["Tiles", "show_tiles", "tile_picture"]

GATES = "ifgo"


def _positions(H: int, gate: int) -> list[list[int]]:
    """The positions in memory of the gate's rows for h, a list a row."""
    return [[r * 4 * H + gate * H + k for k in range(H)] for r in range(H)]


def _sentence(H: int, D: int, size: int, gate: int) -> str:
    outside = size * size - H * H
    return (
        f"W has {H + D} rows of {4 * H} numbers. Row r of {GATES[gate]} begins at position r · {4 * H} + {gate * H}. "
        f"The tile has {size} × {size} places, {outside} of them outside: they are 0, and nothing is read for them."
    )


def _svg(H: int, D: int, size: int, gate: int) -> str:
    side, left, top = 25.0, 34.0, 30.0
    right = left + 4 * H * side + 56
    height = top + max(H + D, size) * side + 12
    drawing = Drawing(right + size * side + 12, height, _sentence(H, D, size, gate))
    for k, name in enumerate(GATES):
        drawing.text(left + (k + 0.5) * H * side, 18, name, bold=True, size=14, color=ink(COLORS[name]))
    for r in range(H + D):
        drawing.text(left - 12, top + (r + 0.7) * side, "h" if r < H else "x", bold=True)
        for k in range(4 * H):
            name, inside = GATES[k // H], r < H and k // H == gate
            x, y = left + k * side, top + r * side
            drawing.rect(x, y, side, side, mix(COLORS[name], "#FFFFFF", 0.5 if inside else 0.88), "#FFFFFF")
            drawing.text(x + side / 2, y + 17, str(r * 4 * H + k), size=10.5, bold=inside)
    drawing.text(right - 30, top + size * side / 2, "→", size=20)
    drawing.text(right + size * side / 2, 18, f"the tile of {GATES[gate]}", bold=True, color=ink(COLORS[GATES[gate]]))
    places = _positions(H, gate)
    for r in range(size):
        for k in range(size):
            inside, x, y = r < H and k < H, right + k * side, top + r * side
            color = mix(COLORS[GATES[gate]], "#FFFFFF", 0.5) if inside else "#F3F3F3"
            drawing.rect(x, y, side, side, color, "#BBBBBB")
            drawing.text(x + side / 2, y + 17, str(places[r][k]) if inside else "0", size=10.5, bold=inside)
    return str(drawing)


class Tiles:
    """The live half: sizes to drag, a gate to choose. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any) -> None:
        self.gate = widgets.Dropdown(
            options=[(f"{q}: {name}", q) for q, name in enumerate(GATES)],
            value=2,
            description="gate number",
            style={"description_width": "125px"},  # as the dials'
        )
        self.H = Dial(widgets, "cells H", 1, 6, 3, 1)
        self.D = Dial(widgets, "inputs D", 1, 4, 1, 1)
        self.plot, self.words = widgets.HTML(), widgets.HTML()
        self.gate.observe(lambda _: self.update(), names="value")
        for dial in (self.H, self.D):
            dial.on_change(self.update)
        self.update()
        rows = [widgets.HBox([self.gate]), widgets.Box([self.H.row, self.D.row], layout={"flex_flow": "row wrap"})]
        self.widget = widgets.VBox([*rows, self.plot, self.words])

    @property
    def size(self) -> int:
        """The tile's side: the smallest power of two, from 2, that H fits into."""
        return max(2, 1 << (self.H.value - 1).bit_length())

    def update(self) -> None:
        """Draw W and the tile anew."""
        sizes = self.H.value, self.D.value, self.size, self.gate.value
        self.plot.value, self.words.value = _svg(*sizes), f"<div>{_sentence(*sizes)}</div>"


@picture
def tile_picture(H: int = 3, D: int = 1, size: int = 4, gate: int = 2) -> Picture:
    """W with every number's position in memory, and the tile of one gate."""
    places = "; ".join(", ".join(str(place) for place in row) for row in _positions(H, gate))
    alt = (
        f"On the left W with {H + D} rows and {4 * H} columns, {H} for each of i, f, g and o. The squares are numbered "
        f"row by row from 0 to {(H + D) * 4 * H - 1}. The block of {GATES[gate]} in the rows of h is marked: {places}. "
        f"On the right the tile of {GATES[gate]}, {size} by {size}: those numbers in its upper left corner, and zeros "
        "everywhere else."
    )
    caption = f"Each square shows its position in memory. H = {H}, D = {D}, a tile of size {size}, gate number {gate}."
    return tile_diagram(H, D, size, gate), alt, caption


def show_tiles() -> None:
    """Display the live tile, and one that stands still."""
    display_live(lambda widgets: Tiles(widgets).widget, "the picture shows one tile instead.")
    tile_picture()
