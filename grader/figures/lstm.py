"""The pictures of unit 05: the whole cell, W and its blocks, two ways to keep a count, a cell that reads a sentence.

Each function shows one picture, with its alt text and caption, and returns nothing. What an experiment has computed is
handed in, and its numbers are what the picture and its alt text say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._controls import playable
from ._order import show_orders
from ._parts import canvas
from ._plots import Picture, block, picture, plot, tag
from ._reading import show_reading
from ._sheet import listed
from .diagram import cell_diagram, unrolled_diagram
from .palette import COLORS, style

__all__ = [
    "block_order",
    "distances",
    "over_a_sentence",
    "packed_product",
    "reading",
    "torch_layout",
    "two_counts",
    "whole_cell",
]

GATES = "ifgo"


@picture
def whole_cell() -> Picture:
    """The LSTM cell with all of its equations."""
    alt = (
        "The LSTM cell. The cell state c runs along the top: it is multiplied by the forget gate f, then the input "
        "gate i times the candidate g is added. Below, the pair of h and x feeds the forget gate, the input gate, the "
        "candidate and the output gate. On the right a branch of c goes through tanh, is multiplied by the output gate "
        "o and leaves as h. Under it stand the equations of i, f, g, o, c and h."
    )
    caption = "The cell you finished in unit 04. Four boxes along the bottom, and all four read the same pair [h, x]."
    return cell_diagram("lstm", new=False), alt, caption


def _packed(ax: Any, left: float, top: float, H: int, D: int, label: str = "") -> None:
    """W: a block of columns for each gate, the rows for h (dark) above those for x (pale)."""
    for k, gate in enumerate(GATES):
        block(ax, (left + k * H, top), (H, H), gate, label.format(gate), dark=0.6)
        block(ax, (left + k * H, top - H), (D, H), gate, label.format(gate), dark=0.3)
    for name, middle in (("h", top - H / 2), ("x", top - H - D / 2)):
        ax.text(left - 0.4, middle, name, ha="right", va="center", color=COLORS[name], size=12, weight="bold")


@picture
def packed_product(N: int = 2, D: int = 2, H: int = 3) -> Picture:
    """[h, x] (N, H + D) times W (H + D, 4H): the columns of W and of the result in four blocks, one for each gate."""
    fig, ax = canvas(36, 8.6, 9)
    block(ax, (0.5, 5.5), (N, H), "h", "$h$")
    block(ax, (0.5 + H, 5.5), (N, D), "x", "$x$", dark=0.4)
    middle = 0.5 + (H + D) / 2
    ax.text(middle, 6.1, "[h, x]", ha="center", fontsize=12)
    ax.text(middle, 2.4, "(N, H + D)", ha="center", fontsize=11)
    ax.text(7.2, 4.5, "@", ha="center", va="center", fontsize=16)
    _packed(ax, 9.5, 7, H, D)
    for k, gate in enumerate(GATES):
        tag(ax, 9.5 + (k + 0.5) * H, 7 - (H + D) / 2, f"$W_{gate}$")
    ax.text(15.5, 7.5, "W", ha="center", fontsize=12)
    ax.text(15.5, 0.8, "(H + D, 4H)", ha="center", fontsize=11)
    ax.text(22.7, 4.5, "=", ha="center", va="center", fontsize=16)
    for k, gate in enumerate(GATES):
        block(ax, (23.8 + k * H, 5.5), (N, H), gate, f"$z_{gate}$")
    ax.text(29.8, 6.1, "z, before b is added", ha="center", fontsize=12)
    ax.text(29.8, 2.4, "(N, 4H)", ha="center", fontsize=11)
    alt = (
        f"The product of [h, x], {N} rows by {H + D} columns, with W, {H + D} rows by {4 * H} columns. W has four "
        f"blocks of {H} columns, for i, f, g and o; in each, the upper {H} rows belong to h and the lower {D} to x. "
        f"The result z has {N} rows and the same four blocks of columns."
    )
    return fig, alt, f"Drawn for N = {N}, H = {H}, D = {D}. Columns belong to gates, rows to what the gates read."


@playable
def block_order() -> None:
    """The order of the blocks here and elsewhere, with a gate to choose: which columns it has there."""
    show_orders()


@picture
def two_counts(count: Sequence[float], tanh: Sequence[float], sigmoid: Sequence[float]) -> Picture:
    """A count at every step, and two cell states that should keep it.

    Args:
        count: (T,), from t = 0. tanh, sigmoid: (T,), the cell state whose candidates are made by tanh, by the sigmoid.
    """
    fig, ax = plot(7, 3, x="time step t", y="cell state c")
    steps = range(len(count))
    ax.step(steps, count, where="mid", color=COLORS["neutral"], linewidth=1, label="the count")
    ax.plot(steps, tanh, **style("c"), label="c, candidate with tanh")
    ax.plot(steps, sigmoid, **style("bad"), label="c, candidate with a sigmoid")
    ax.legend(frameon=False)
    ends = [f"{values[-1]:.2f}" for values in (tanh, sigmoid)]
    never = ", and never falls" if np.all(np.diff(sigmoid) >= 0) else ""
    alt = (
        f"Three lines over {len(count)} steps. The count goes up to {max(count):g} and ends at {count[-1]:g}. The cell "
        f"with a tanh candidate has {max(tanh):.2f} at most and ends at {ends[0]}. The cell with a sigmoid candidate "
        f"ends at {ends[1]}{never}."
    )
    return fig, alt, "f = i = 1, so c adds up its candidates. No randomness in it."


@picture
def over_a_sentence(words: Sequence[str] = ("The", "cat", "sat")) -> Picture:
    """The cell at every one of one to four ``words``."""
    alt = (
        f"The same LSTM cell {len(words)} times from left to right, reading {listed(words)}. Two lines lead from each "
        "cell to the next: the cell state c along the top and the hidden state h along the bottom. Both come in from "
        "the left, before the first word, and go out to the right, after the last."
    )
    return unrolled_diagram(words), alt, "One cell, used again at every step. Only h and c pass from step to step."


@picture
def distances(runs: Mapping[str, np.ndarray]) -> Picture:
    """How far apart two sequences stay, for what is handed on from step to step.

    ``runs`` has (seeds, T) for each of ``"h"``, ``"c"`` and ``"both"``. Drawn are the median and the range over the
    seeds, as far as no seed has a distance of 0: the axis is logarithmic.
    """
    fig, ax = plot(7, 3.4, x="time step t", y="distance of the two h")
    said = []
    for name, values in runs.items():
        key = "good" if name == "both" else name
        alive = (values > 0).all(axis=0)
        steps, shown = np.flatnonzero(alive), values[:, alive]
        if len(steps) == 0:
            said.append(f"with {name} handed on there is no distance from the first step on")
            continue
        label = "hands on both" if name == "both" else f"hands on {name} alone"
        ax.fill_between(steps, shown.min(axis=0), shown.max(axis=0), color=COLORS[key], alpha=0.15)
        ax.plot(steps, np.median(shown, axis=0), **style(key, markevery=5), label=label)
        first, last = np.median(shown[:, 0]), np.median(shown[:, -1])
        said.append(f"with {name} handed on from {first:.1g} at t = {steps[0]} to {last:.1g} at t = {steps[-1]}")
    ax.set_yscale("log")
    ax.legend(frameon=False)
    alt = (
        "Distance between the hidden states of two sequences that differ in their first input, on a logarithmic "
        f"scale. The medians go: {'; '.join(said)}."
    )
    seeds, T = next(iter(runs.values())).shape
    caption = (
        f"Median (lines) and range (shaded) of {seeds} seeds over {T} steps. A line ends where one of them has no "
        "difference left."
    )
    return fig, alt, caption


@playable
def reading(inside: Mapping[str, np.ndarray], sentences: Sequence[Sequence[str]]) -> None:
    """What happens inside an LSTM that reads sentences: step by step to drag through, and the first as heat maps.

    ``inside`` has (N, T, H) for each of ``i, f, g, o, c, h``; ``sentences`` are N lists of T words.
    """
    show_reading(inside, sentences)


@picture
def torch_layout(H: int = 3, D: int = 2) -> Picture:
    """W, for H cells and D inputs, cut into its rows for h and for x, each transposed, as torch.nn.LSTM keeps them."""
    fig, ax = canvas(36, 14.5, 9)
    for k, gate in enumerate(GATES):
        block(ax, (1.5, 13 - k * H), (H, H), gate, f"${gate}$", dark=0.6)
        block(ax, (32, 13 - k * H), (H, D), gate, f"${gate}$", dark=0.3)
    _packed(ax, 12, 9.5, H, D, "${}$")
    ax.plot([11, 25], [9.5 - H] * 2, color=COLORS["x"], linestyle="--", linewidth=2)
    ax.text(25.2, 9.5 - H, "cut", va="center", fontsize=11)
    for name, tip, tail in (("h", (5, 8), (10.6, 8)), ("x", (31.5, 5.5), (24.5, 5.5))):
        ax.annotate("", tip, tail, arrowprops={"arrowstyle": "->", "color": COLORS[name], "linewidth": 2})
    ax.text(7.8, 8.4, "transposed", ha="center", fontsize=11)
    ax.text(28, 4.6, "transposed", ha="center", fontsize=11)
    ax.text(18, 10, "W (H + D, 4H)", ha="center", fontsize=12)
    ax.text(3, 13.5, "weight_hh_l0 (4H, H)", ha="center", fontsize=11)
    ax.text(33, 13.5, "weight_ih_l0 (4H, D)", ha="center", fontsize=11)
    alt = (
        f"In the middle W with four blocks of columns for i, f, g and o, cut between its upper {H} rows, which belong "
        f"to h, and its lower {D}, which belong to x. The upper part, transposed, is weight_hh_l0 on the left, {4 * H} "
        f"rows by {H} columns; the lower part, transposed, is weight_ih_l0 on the right, {4 * H} rows by {D} columns. "
        "In both the gates now stand below each other, still in the order i, f, g, o."
    )
    return fig, alt, f"Drawn for H = {H}, D = {D}. PyTorch's gates are rows where ours are columns."
