"""Where numbers lie and who waits for whom: the pictures of the unit on speed.

W as a table and as a row of numbers, a tile of it as a kernel reads it, the launches of a loop on a time line, and the
way that W takes from memory to where it is multiplied.

What is drawn is arithmetic on sizes, not a measurement. Splitting the products and batching those of the inputs:
Appleyard, Kocisky and Blunsom, "Optimizing Performance of Recurrent Neural Networks on GPUs" (2016); weights that stay
on the chip: Diamos et al., "Persistent RNNs: Stashing Recurrent Weights On-Chip" (ICML 2016).

Each function returns a figure that pyplot does not know, to be shown with :func:`.show.show` and words for those who
can't see it. Colours are the palette's: a gate, a state or an input has the one that it has in the cell's diagram.
"""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from ._parts import FONT, canvas
from .palette import COLORS, ink, mix

__all__ = ["chip_diagram", "launch_diagram", "split_diagram", "tile_diagram"]

GATES = "ifgo"
PALE = 0.62  # of white in an area that something is written on


def _text(ax: Any, x: float, y: float, text: str, *, size: float = 11, color: str = "#222222", **options: Any) -> None:
    """Write a text with its middle at (x, y), in the drawing's units.

    ``size`` is in points; ``options`` go to matplotlib's ``Axes.text``, and outweigh what is set here.
    """
    ax.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": size, "color": color, **FONT, **options})


def _block(ax: Any, x: float, y: float, width: float, height: float, key: str, pale: float = PALE) -> None:
    """An area in a quantity's colour, its lower left corner at (x, y).

    ``key`` is a name of the palette, ``pale`` the share of white in its colour, 0 to 1.
    """
    color = COLORS[key]
    ax.add_patch(
        Rectangle((x, y), width, height, facecolor=mix(color, "#FFFFFF", pale), edgecolor=color, linewidth=1.2)
    )


def _arrow(ax: Any, tail: tuple[float, float], tip: tuple[float, float], color: str, width: float = 1.6) -> None:
    """An arrow from ``tail`` to ``tip``, points in the drawing's units; ``width`` is the line's, in points."""
    ax.add_patch(
        FancyArrowPatch(
            tail, tip, arrowstyle="-|>", mutation_scale=13, color=color, linewidth=width, shrinkA=0, shrinkB=0
        )
    )


def split_diagram() -> Figure:
    """W cut between its rows for h and its rows for x, and what each part is multiplied with, and when.

    Returns a figure: on the left W (H + D, 4H) with its H rows for h above its D rows for x, on the right the steps
    that use them.

    The H rows are multiplied with h, once a step; the D rows with all of xs at once, before the first step.
    """
    fig, ax = canvas(24, 8.9, 9.2)
    left, wide, top, rows_h, rows_x = 9.0, 2.0, 6.9, 3.4, 2.4
    for k, gate in enumerate(GATES):
        x = left + k * wide
        _block(ax, x, top - rows_h, wide, rows_h, gate, 0.45)
        _block(ax, x, top - rows_h - 0.5 - rows_x, wide, rows_x, gate, 0.78)
        _text(ax, x + wide / 2, top + 0.45, f"${gate}$", size=13, color=ink(COLORS[gate]))
    _text(ax, left + 2 * wide, top + 1.3, "W, with H + D rows and 4H columns", size=11)
    middle_h, middle_x = top - rows_h / 2, top - rows_h - 0.5 - rows_x / 2
    for y, name in ((middle_h, "$W_h$: the first H rows"), (middle_x, "$W_x$: the last D rows")):
        ax.text(
            left + 2 * wide,
            y,
            name,
            ha="center",
            va="center",
            fontsize=12,
            **FONT,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "boxstyle": "round,pad=0.2"},
        )
    _block(ax, 4.6, middle_h - 0.8, 3.0, 1.6, "h")
    _text(ax, 6.1, middle_h, "$h_{t-1}$  (N, H)")
    _block(ax, 4.6, middle_x - 1.2, 3.0, 2.4, "x", 0.8)
    _text(ax, 6.1, middle_x, "xs  (N, T, D)")
    _arrow(ax, (7.7, middle_h), (8.8, middle_h), COLORS["h"])
    _arrow(ax, (7.7, middle_x), (8.8, middle_x), COLORS["x"])
    _text(ax, 2.2, middle_h, "waits for the\nstep before:\nT products", size=10.5)
    _text(ax, 2.2, middle_x, "known from the\nbeginning:\none product", size=10.5)
    _text(ax, 20.6, middle_h, "+", size=17)
    _text(ax, 20.6, middle_x, "zs, with b in it:\na slice for\nevery step", size=10.5)
    _arrow(ax, (17.2, middle_x), (18.4, middle_x), COLORS["x"])
    _arrow(ax, (17.2, middle_h), (19.9, middle_h), COLORS["h"])
    _arrow(ax, (20.6, middle_x + 1.0), (20.6, middle_h - 0.55), COLORS["x"])
    _arrow(ax, (21.2, middle_h), (22.3, middle_h), COLORS["neutral"])
    _text(ax, 23.0, middle_h, "$z_t$", size=14)
    return fig


def launch_diagram(steps: int = 3, kernels: int = 4) -> Figure:
    """Two time lines of the same loop: every kernel launched from Python, and a recorded graph replayed.

    ``steps`` and ``kernels`` (in each step) are drawn, with launches that are longer than what they launch. Returns a
    figure.

    Lengths are chosen to be seen, not measured; with many steps the drawing runs over its edge.
    """
    fig, ax = canvas(30, 9.4, 9.2)
    grey, busy = COLORS["neutral"], COLORS["c"]
    launch, run = 1.8, 0.5

    def lane(y: float, name: str) -> None:
        ax.plot([4.4, 29.2], [y, y], color=grey, alpha=0.5, linewidth=1)
        _text(ax, 4.1, y, name, size=10.5, ha="right")

    for y, name in ((7.2, "Python"), (5.8, "GPU"), (2.6, "Python"), (1.2, "GPU")):
        lane(y, name)
    _text(ax, 0.4, 8.7, "One launch a kernel: the GPU waits", size=12, ha="left")
    _text(
        ax, 0.4, 4.1, "A recorded graph: one launch, the GPU goes from kernel to kernel by itself", size=12, ha="left"
    )

    def kernel(x: float, y: float, t: int) -> None:
        ax.add_patch(
            Rectangle(
                (x, y - 0.45),
                run,
                0.9,
                facecolor=mix(busy, "#FFFFFF", 0.25 * (t % 2)),
                edgecolor="white",
                linewidth=0.8,
            )
        )

    x = 4.8
    for t in range(steps):
        for _ in range(kernels):
            ax.add_patch(Rectangle((x, 6.75), launch, 0.9, facecolor=mix(grey, "#FFFFFF", 0.55), edgecolor="white"))
            kernel(x + launch, 5.8, t)
            x += launch + 0.15
    ax.add_patch(Rectangle((4.8, 2.15), 1.6 * launch, 0.9, facecolor=mix(grey, "#FFFFFF", 0.55), edgecolor="white"))
    x = 4.8 + 1.6 * launch
    for t in range(steps):
        for _ in range(kernels):
            kernel(x, 1.2, t)
            x += run + 0.06
    _text(ax, 29.2, 0.3, "time", size=10, ha="right")
    _arrow(ax, (26.2, 0.3), (27.8, 0.3), grey, 1.2)
    return fig


def chip_diagram() -> Figure:
    """What crosses between a GPU's memory and one multiprocessor: step by step, and in a persistent kernel.

    Returns a figure.

    Arrows are what is read and written in one step. On the left W comes from memory each time, and h and c go there and
    back; on the right W and c stay on the chip.
    """
    fig, ax = canvas(30, 11.6, 9.2)
    for left, title, stays in ((0.6, "A kernel a step", False), (15.6, "One kernel for all steps", True)):
        _text(ax, left + 6.9, 10.9, title, size=12.5)
        for y, height, label, at in ((0.1, 2.6, "memory of the GPU", 0.5), (5.6, 4.4, "one multiprocessor", 9.5)):
            ax.add_patch(
                FancyBboxPatch(
                    (left, y),
                    13.8,
                    height,
                    boxstyle="round,pad=0,rounding_size=0.3",
                    facecolor="#F6F6F6",
                    edgecolor=COLORS["neutral"],
                    linewidth=1.3,
                )
            )
            _text(ax, left + 13.5, at, label, size=9.5, ha="right", color="#444444")
        for k, gate in enumerate(GATES):
            _block(ax, left + 0.6 + 0.75 * k, 0.9, 0.75, 1.3, gate, 0.5)
            _block(ax, left + 0.6 + 0.75 * k, 6.6, 0.75, 1.6, gate, 0.5)
        for x, y, name in ((2.1, 1.55, "$W_h$"), (2.1, 7.4, "$W_h$")):
            _text(ax, left + x, y, name, size=12)
        for x, key, below, above in ((5.0, "x", "zs", "$z_t$"), (8.0, "h", "hs", "$h_t$"), (11.0, "c", "cs", "$c_t$")):
            if not (stays and key == "c"):
                _block(ax, left + x, 0.9, 1.8, 1.3, key, 0.8 if key == "x" else PALE)
                _text(ax, left + x + 0.9, 1.55, below, size=11)
            _block(ax, left + x, 6.6, 1.8, 1.3, key, 0.8 if key == "x" else PALE)
            _text(ax, left + x + 0.9, 7.25, above, size=12)
        _arrow(ax, (left + 5.9, 2.3), (left + 5.9, 6.4), COLORS["x"])
        _arrow(ax, (left + (8.9 if stays else 8.5), 6.4), (left + (8.9 if stays else 8.5), 2.3), COLORS["h"])
        if not stays:
            _arrow(ax, (left + 9.3, 2.3), (left + 9.3, 6.4), COLORS["h"])
            for x, tail, tip in ((11.5, 6.4, 2.3), (12.3, 2.3, 6.4)):
                _arrow(ax, (left + x, tail), (left + x, tip), COLORS["c"])
        else:
            _text(ax, left + 11.9, 4.3, "stays", size=10.5)
        _arrow(ax, (left + 2.1, 2.3), (left + 2.1, 6.4), COLORS["i"] if stays else COLORS["bad"], 1.6 if stays else 4.5)
        _text(ax, left + 2.5, 4.3, "once" if stays else "every\nstep", size=10.5, ha="left")
    return fig


def tile_diagram(H: int = 3, D: int = 1, size: int = 4, gate: int = 2) -> Figure:
    """W with the position of each number in memory, and the tile of one gate: its numbers, and zeros beyond them.

    ``H`` and ``D`` are W's sizes (H + D, 4H), ``size`` the tile's side, ``gate`` which of i, f, g, o (0 to 3). Returns
    a figure.

    The tile's zeros are where a kernel's mask reads nothing: sides are powers of two, and H need not be one. A number's
    position is its row times 4H plus its column.
    """
    columns, rows = 4 * H, H + D
    fig, ax = canvas(columns + size + 6.4, rows + 2.6, 9.2)
    top = rows + 0.9
    for r in range(rows):
        for k in range(columns):
            name = GATES[k // H]
            inside = r < H and k // H == gate
            _block(ax, 1.4 + k, top - r - 1, 1, 1, name, 0.4 if inside else 0.85)
            _text(ax, 1.9 + k, top - r - 0.5, str(r * columns + k), size=10.5, weight="bold" if inside else "normal")
    for k, name in enumerate(GATES):
        _text(ax, 1.4 + (k + 0.5) * H, top + 0.5, f"${name}$", size=13, color=ink(COLORS[name]))
    for name, start, count in (("h", 0, H), ("x", H, D)):
        _text(ax, 0.7, top - start - count / 2, name, size=12, color=ink(COLORS[name]), weight="bold")
        ax.plot([1.15, 1.15], [top - start - 0.1, top - start - count + 0.1], color=COLORS[name], linewidth=2)
    _text(ax, 1.4 + columns / 2, top - rows - 0.6, f"W: each number's position in memory, H = {H}, D = {D}", size=10.5)
    left = columns + 4.2
    _arrow(ax, (columns + 1.9, top - size / 2), (left - 0.6, top - size / 2), COLORS["neutral"])
    for r in range(size):
        for k in range(size):
            inside = r < H and k < H
            if inside:
                _block(ax, left + k, top - r - 1, 1, 1, GATES[gate], 0.4)
            else:
                ax.add_patch(
                    Rectangle(
                        (left + k, top - r - 1),
                        1,
                        1,
                        facecolor="white",
                        edgecolor=COLORS["neutral"],
                        linewidth=1,
                        hatch="///",
                        alpha=0.45,
                    )
                )
            label = str(r * columns + gate * H + k) if inside else "0"
            _text(ax, left + k + 0.5, top - r - 0.5, label, size=10.5, weight="bold" if inside else "normal")
    _text(ax, left + size / 2, top + 0.5, f"the tile of ${GATES[gate]}$", size=11.5, color=ink(COLORS[GATES[gate]]))
    _text(ax, left + size / 2, top - size - 0.6, f"size = {size}", size=10.5)
    return fig
