"""Layers of cells: a sequence that is read from both ends, layers on top of each other, and what reaches what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from ._parts import canvas
from ._sheet import listed, plain, sheet, write
from .palette import COLORS, ink, mix
from .show import show

__all__ = ["HIGH", "WIDE", "arrow", "both_ways", "cell_box", "masks", "on_top", "reach"]

WIDE, HIGH = 1.5, 0.9  # of a cell


def cell_box(ax: Any, x: float, y: float, text: str, key: str, pale: bool = False) -> None:
    """A cell at one time step; ``pale`` where it reads padding."""
    color = COLORS["neutral" if pale else key]
    box = FancyBboxPatch(
        (x - WIDE / 2, y - HIGH / 2),
        WIDE,
        HIGH,
        boxstyle="round,pad=0,rounding_size=0.16",
        facecolor=mix("#FFFFFF", color, 0.08 if pale else 0.18),
        edgecolor=mix(color, "#FFFFFF", 0.5) if pale else color,
        linewidth=1.4,
        linestyle=(0, (2, 2)) if pale else "-",
        zorder=3,
    )
    ax.add_patch(box)
    write(ax, x, y, text, fontsize=11, color="#666666" if pale else ink(color), zorder=4)


def arrow(ax: Any, start: tuple[float, float], end: tuple[float, float], key: str) -> None:
    """An arrow from one place to another."""
    look: dict[str, Any] = {
        "arrowstyle": "-|>",
        "mutation_scale": 12,
        "shrinkA": 0,
        "shrinkB": 0,
        "linewidth": 1.5,
        "zorder": 2,
    }
    ax.add_patch(FancyArrowPatch(start, end, color=COLORS[key], **look))


@plain
def both_ways(words: Sequence[str], real: int) -> None:
    """Show two layers over one sequence, one of which reads it from its own end; what is behind that end is padding.

    Args:
        words: T of them, the padding included. real: how many of them are the sequence.
    """
    T = len(words)
    fig, ax = canvas(2.3 * T + 2.9, 6.6, 8.2)
    rows = ((2.3, "h", "forward", r"\overrightarrow{h}"), (4.0, "g", "backward", r"\overleftarrow{h}"))
    for t, word in enumerate(words):
        x, pale = 2.3 * t + 3.6, t >= real
        write(ax, x, 0.75, word, fontsize=11, color="#666666" if pale else "#111111")
        for y, key, _, symbol in rows:
            cell_box(ax, x, y, "" if pale else rf"${symbol}_{t}$", key, pale)
        both = rf"$[\,{rows[0][3]}_{t},\,{rows[1][3]}_{t}\,]$"
        write(ax, x, 5.75, "0" if pale else both, fontsize=11, color="#666666" if pale else "#111111")
        if pale:
            continue
        arrow(ax, (x - 0.25, 1.1), (x - 0.25, 2.3 - HIGH / 2), "x")
        arrow(ax, (x + 0.95, 4.0 - HIGH / 2 - 0.35), (x + 0.5, 4.0 - HIGH / 2), "x")
        ax.plot([x + 0.25, x + 0.95, x + 0.95], [1.1, 1.3, 4.0 - HIGH / 2 - 0.35], color=COLORS["x"], lw=1.5, zorder=1)
        arrow(ax, (x, 4.0 + HIGH / 2), (x, 5.35), "g")
        ax.plot([x - 0.5, x - 0.95, x - 0.95], [2.3 + HIGH / 2, 3.0, 4.9], color=COLORS["h"], lw=1.5, zorder=1)
        arrow(ax, (x - 0.95, 4.9), (x - 0.3, 5.35), "h")
        if t:
            arrow(ax, (x - 2.3 + WIDE / 2, 2.3), (x - WIDE / 2, 2.3), "h")
        if t < real - 1:
            arrow(ax, (x + 2.3 - WIDE / 2, 4.0), (x + WIDE / 2, 4.0), "g")
    for y, key, name, _ in rows:
        write(ax, 2.5, y, name, fontsize=10.5, ha="right", color=ink(COLORS[key]))
    write(ax, 2.5, 0.75, "input", fontsize=10.5, ha="right")
    write(ax, 2.5, 5.75, "side by side", fontsize=10.5, ha="right")
    behind = "" if real == T else f" Padding has no arrows, and what comes out there is 0: {T - real} of {T} places."
    show(
        fig,
        alt=f"The words {listed(words[:real])} go into two rows of cells. In the lower row arrows lead from left to "
        f"right, in the upper row from right to left, beginning at {words[real - 1]}. At each word the two hidden "
        f"states are put side by side.{behind}",
        caption="Forward has read what is to the left of a word, backward what is to the right. Grey: padding.",
    )


@plain
def on_top(words: Sequence[str], layers: int = 3) -> None:
    """Show layers on top of each other: each reads the hidden states of the one below.

    Args:
        words: T of them. layers: how many.
    """
    T, step = len(words), 1.75
    fig, ax = canvas(2.3 * T + 2.7, step * layers + 2.0, 6.8)
    keys = ("h", "g", "i", "o")
    for t, word in enumerate(words):
        x = 2.3 * t + 3.4
        write(ax, x, 0.6, word, fontsize=11)
        for k in range(layers):
            y, key = step * (k + 1) + 0.3, keys[k % len(keys)]
            cell_box(ax, x, y, rf"$h_{t}^{{({k + 1})}}$", key)
            below = (x, 0.95) if k == 0 else (x, y - step + HIGH / 2)
            arrow(ax, below, (x, y - HIGH / 2), "x" if k == 0 else keys[(k - 1) % len(keys)])
            if t:
                arrow(ax, (x - 2.3 + WIDE / 2, y), (x - WIDE / 2, y), key)
        arrow(ax, (x, step * layers + 0.3 + HIGH / 2), (x, step * layers + 1.6), keys[(layers - 1) % len(keys)])
    for k in range(layers):
        write(
            ax, 2.3, step * (k + 1) + 0.3, f"layer {k + 1}", fontsize=10.5, ha="right", color=ink(COLORS[keys[k % 4]])
        )
    show(
        fig,
        alt=f"{layers} rows of cells over the words {listed(words)}. In each row arrows lead from left to right, and "
        "from each cell one leads up to the cell above it. Only the top row's hidden states go on.",
        caption=f"{layers} layers. What layer 2 reads as its inputs are layer 1's hidden states.",
    )


@plain
def reach(found: Mapping[str, Any], words: Sequence[str]) -> None:
    """Show which inputs reach which hidden states.

    Args:
        found: by the network, (T, T): how much h at step t (a row) moves when the input at step s (a column) does.
        words: T of them.
    """
    T = len(words)
    fig, axes = sheet(3.9 * len(found) + 0.4, 3.7, 1, len(found), squeeze=False)
    fig.subplots_adjust(wspace=0.35)
    colors, said = LinearSegmentedColormap.from_list("reach", ["#FFFFFF", COLORS["h"]]), []
    for ax, (name, moved) in zip(axes[0], found.items(), strict=True):
        moved = np.abs(np.asarray(moved, dtype=float))
        ax.imshow(moved / max(moved.max(), 1e-300), cmap=colors, vmin=0, vmax=1)
        for t, s in np.argwhere(moved == 0):
            write(ax, s, t, "•", fontsize=7, color="#666666")
        ax.set_xticks(range(T), list(words), rotation=60, ha="right", fontsize=9)
        ax.set_yticks(range(T), [f"h at {word}" for word in words], fontsize=9)
        ax.set_title(name, fontsize=11)
        ax.tick_params(length=0)
        later, earlier = np.triu(moved, 1) > 0, np.tril(moved, -1) > 0
        said.append(
            f"{name}: {int(earlier.sum())} of {T * (T - 1) // 2} pairs with an earlier input, {int(later.sum())} with "
            "a later one"
        )
    axes[0, 0].set_ylabel("hidden state")
    show(
        fig,
        alt=f"A table for each network, a row for each of {T} hidden states, a column for each input, coloured where "
        f"the state moves when the input does. {'. '.join(said)}.",
        caption="Full colour: moves most. A dot: doesn't move at all, to the last digit.",
    )


@plain
def masks(drawn: Mapping[str, Any]) -> None:
    """Show dropout masks of one sequence, a row a unit, time to the right.

    Args:
        drawn: by how they were drawn, (T, D): what each number is multiplied with at each step.
    """
    fig, axes = sheet(9, 1.1 + 1.5 * len(drawn), len(drawn), 1, sharex=True, squeeze=False)
    fig.subplots_adjust(hspace=0.45)
    colors, said = LinearSegmentedColormap.from_list("mask", ["#FFFFFF", COLORS["c"]]), []
    for ax, (name, mask) in zip(axes[:, 0], drawn.items(), strict=True):
        mask = np.asarray(mask, dtype=float)
        ax.imshow(mask.T, cmap=colors, vmin=0, vmax=max(mask.max(), 1e-300), aspect="auto")
        ax.set_title(name, fontsize=11)
        ax.set_ylabel("unit")
        ax.set_yticks(range(mask.shape[1]))
        ax.tick_params(length=0, labelsize=8)
        through = int(np.all(mask > 0, axis=0).sum())
        said.append(
            f"{name}: {through} of {mask.shape[1]} units are there at every step, and {np.mean(mask == 0):.0%} of all "
            "numbers are dropped"
        )
    axes[-1, 0].set_xlabel("time step t")
    show(
        fig,
        alt=f"Dropout masks over {len(mask)} steps, a row a unit, white where a number is dropped. {'. '.join(said)}.",
        caption="White: dropped. Dark: kept, and scaled up.",
    )
