"""The figures of unit 06: the way back through the LSTM cell, what is left of a gradient, what learns with a wrong one.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._forgetting import forget_dial
from ._sheet import listed, plain, sheet
from ._suspects import suspect_dials
from ._svg import number
from ._told import step_dials
from ._unrolled import BACK
from ._way_back import cell_backward_diagram, chain_diagram, two_chains_diagram
from .palette import COLORS, style
from .show import show
from .training import steps
from .vanishing import over_time

__all__ = [
    "backward",
    "chain",
    "entries",
    "forget_dial",
    "learned",
    "over_time",
    "step_dials",
    "steps",
    "suspect_dials",
    "two_chains",
]

# piece: what the picture shows, and what stands under it
_PIECES = {
    "hidden": (
        "The LSTM cell of unit 05, its forward wires pale. New: an arrow dh comes in at the lower right and goes up to "
        "where the output gate met tanh of c. From there an arrow do leads left to the output gate, and one up through "
        "tanh to the line of the cell state. Below stand the equations of do and of what is added to dc.",
        "What comes back through h splits in two: to the gate that let it out, and into the cell state.",
    ),
    "cell": (
        "The same cell. New: an arrow dc runs from right to left along the whole line of the cell state, and leaves "
        "the cell as dc_prev. At the plus an arrow branches off it down to the candidate (dg) and to the input gate "
        "(di), at the product with f one down to the forget gate (df). Below stand the four equations.",
        "One dc goes four ways, each time multiplied by what stood on the other side. The one to the left is the belt.",
    ),
    "gates": (
        "The same cell. New: under each of the four boxes an arrow goes on downwards, dz_f, dz_i, dz_g and dz_o. Below "
        "stand their equations, with a slope of s (1 - s) for the three gates and of 1 - g squared for the candidate.",
        "Each curve has its own slope. The candidate is squashed by tanh, the three gates by the sigmoid.",
    ),
    "product": (
        "The same cell. New: the four meet in one arrow dz to the left, with dW and db beside it. It ends where h and "
        "x were put side by side: an arrow dh_prev leaves the cell to the left, an arrow dx downwards.",
        "As in unit 02 from here on: four blocks of columns, and one product.",
    ),
}


@plain
def backward(piece: str) -> None:
    """Show the cell with the way back up to a ``piece``: hidden, cell, gates or product."""
    alt, caption = _PIECES[piece] if piece in _PIECES else ("", "")
    show(cell_backward_diagram(piece), alt=alt, caption=caption)


@plain
def chain(T: int = 4) -> None:
    """Show T cell states in a row, with the forget gate that stands between each two."""
    show(
        chain_diagram(T),
        alt=f"{T} cell states from left to right, joined by a line. Between each two the line passes a product with "
        f"the later one's forget gate. Above them an arrow leads back from each to the one before it, with that gate.",
        caption="The line of the cell state without everything else. The input gate only adds to it.",
    )


@plain
def two_chains(words: Sequence[str] = ("The", "cat", "sat")) -> None:
    """Show the LSTM over one to four ``words`` with both gradients on their way from cell to cell."""
    show(
        two_chains_diagram(words),
        alt=f"The LSTM cell {len(words)} times, reading {listed(words)}. Backward arrows run along both lines, from "
        "the last cell to the first: dc along the top, beginning with dc_T, and dh along the bottom; they end in dc0 "
        "and dh0. Beside each cell an arrow dhs comes down into the line of h.",
        caption="Two gradients travel. Into h comes something at every step, into c only at the end, from outside.",
    )


@plain
def entries(wanted: Any, got: Any) -> None:
    """Show how far off each entry of a right gradient seems, measured by itself and by the largest of them.

    Args:
        wanted, got: arrays of one shape: the gradient by a formula, and by differences.
    """
    wanted, got = (np.asarray(values, dtype=float).ravel() for values in (wanted, got))
    sizes, off = np.abs(wanted), np.abs(got - wanted)
    shown = (sizes > 0) & (off > 0)
    fig, ax = sheet(7.5, 3.6)
    ax.plot(sizes[shown], off[shown] / sizes[shown], **style("bad", linestyle="none"), label="by the entry itself")
    ax.plot(sizes[shown], off[shown] / sizes.max(), **style("good", linestyle="none"), label="by the largest entry")
    ax.set(xscale="log", yscale="log", xlabel="size of the entry", ylabel="difference, relative")
    ax.grid(axis="y", color="#E4E6E8")
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)
    ax.spines[["top", "right"]].set_visible(False)
    worst = (off[shown] / sizes[shown]).max() if shown.any() else 0.0
    show(
        fig,
        alt=f"{int(shown.sum())} entries from {sizes[shown].min():.0e} to {sizes.max():.0e}, on logarithmic axes. "
        f"Divided by the entry itself the differences go up to {worst:.0e}, and the smaller the entry the larger they "
        f"are. Divided by the largest entry they go up to {off.max() / sizes.max():.0e}.",
        caption="One right gradient, and one measured by differences. No formula is wrong here.",
    )


@plain
def learned(strings: Mapping[str, Sequence[float]], errors: Mapping[str, float], most: int) -> None:
    """Show after how many strings networks have learned a task with several ways of going back, and how wrong each is.

    Args:
        strings: for each way how many strings were needed, one number a seed, NaN where it was not learned. errors: for
            each way the relative error of its gradient, from 0 (right). most: after how many strings one gives up.
    """
    names = list(strings)
    fig, axes = sheet(9.5, 1.2 + 0.42 * len(names), 1, 2, sharey=True, width_ratios=(2, 3))
    off = np.array([errors[name] for name in names], dtype=float)
    axes[0].barh(np.arange(len(names)), off, color=[COLORS[BACK]] * len(names), height=0.55)
    said = []
    for k, name in enumerate(names):
        wrong = "0" if off[k] < 1e-6 else number(off[k], 2)
        axes[0].text(off[k], k, f"  {wrong}", va="center", fontsize=9)
        needed = np.asarray(strings[name], dtype=float)
        there = needed[np.isfinite(needed)]
        gone = len(needed) - len(there)
        beside = k + 0.17 * (np.flatnonzero(np.isfinite(needed)) - (len(needed) - 1) / 2)  # equal numbers stay apart
        axes[1].plot(there, beside, **style("good", linestyle="none", markersize=6))
        if gone:
            axes[1].text(1.03 * most, k, f"✗ {gone} of {len(needed)} not", va="center", fontsize=9, color=COLORS["bad"])
        when = f"learned after {listed(f'{v:,.0f}' for v in np.sort(there))} strings" if len(there) else "not learned"
        rest = f", by {gone} of {len(needed)} not" if gone and len(there) else ""
        said.append(f"{name}: error {wrong}, {when}{rest}")
    axes[0].set(xlabel="relative error of the gradient", xlim=(0, 1.3 * max(off.max(), 0.1)))
    axes[0].set_yticks(range(len(names)), names)
    axes[0].set_ylim(len(names) - 0.5, -0.5)
    axes[1].axvline(most, color=COLORS["neutral"], linestyle="--", linewidth=1.3)
    axes[1].set(xlabel="strings until none of 256 new ones is wrong, a mark a seed", xlim=(0, 1.3 * most))
    axes[1].set_xticks([k * most / 4 for k in range(5)], [f"{k * most / 4:,.0f}" for k in range(5)])
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    show(
        fig,
        alt=f"For each way of going backwards the error of its gradient, and when networks had learned with it. "
        f"{'. '.join(said)}. At the dashed line, {most:,} strings, one gave up.",
        caption="Left, how wrong the gradient is. Right, how soon all was learned; further to the left is sooner.",
    )
