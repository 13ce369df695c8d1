"""The figures of unit 02: where gradients flow in the unrolled network, how well they are checked, and what they teach.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import StrMethodFormatter

from ._credit import credit_paths
from ._difference import difference_dial, error_over_h
from ._parts import canvas
from ._sheet import levels, listed, plain, sheet, write
from ._svg import number, round_unit
from ._unrolled import BACK, backward_diagram, paths_diagram
from .palette import COLORS, ink, style
from .show import show

__all__ = [
    "backward",
    "credit_paths",
    "difference_dial",
    "error_over_h",
    "outcomes",
    "paths",
    "pulls",
    "two_clips",
    "verbs_learned",
]

_NEAR = 1e-3  # a loss nearer to the best is drawn here: a sample of sentences may be a little below it
# piece: what the picture shows, and what stands under it
_PIECES = {
    "loss": (
        "The network unrolled over the words the, cats, sit. At each step a word goes up through embed, step, readout "
        "and softmax with the loss, and the steps are joined from left to right. New: an arrow labelled dlogits down "
        "from each loss to its readout.",
        "The whole network on three words. Thin lines run forwards; what runs backwards is added piece by piece.",
    ),
    "readout": (
        "The same network. New: from each readout an arrow labelled dhs runs down to its step, and beside each readout "
        "stands dV, db_y.",
        "Each readout gets a dlogits, and gives two things: what it owes to its h, and what its weights owe.",
    ),
    "step": (
        "The same network. New, at the last step only: an arrow dx down to its word, an arrow dh_prev to the step on "
        "its left, and dW, db beside it.",
        "One step, the last. It was given x and h_prev, and it owes to both.",
    ),
    "loop": (
        "The same network. New: the other steps have the same arrows as the last one, so that a chain of arrows runs "
        "from right to left through all steps and ends in dh0. Into each step but the last lead two arrows, one from "
        "its readout above and one from the step on its right.",
        "Two arrows lead into a step: one from its own loss above, one from the future.",
    ),
    "embedding": (
        "The same network with all arrows. New: dE beside each embed box, where the arrows dxs end.",
        "The way back is complete: every array of weights has its gradient.",
    ),
}


@plain
def backward(piece: str) -> None:
    """Show the unrolled network with the way back up to a ``piece``: loss, readout, step, loop or embedding."""
    alt, caption = _PIECES[piece] if piece in _PIECES else ("", "")
    show(backward_diagram(piece), alt=alt, caption=caption)


@plain
def paths(T: int = 4) -> None:
    """Show the T paths on which the loss of the last step reaches W, a row each."""
    show(
        paths_diagram(T),
        alt=f"{T} rows, each with the same chain of {T} hidden states from left to right, each fed by the same W, and "
        f"the loss L behind the last. In every row one path is marked: from L back along the chain to one state and "
        f"down to its W. The first row stops at the last state, the last row goes back to the first. Beside each row "
        "stands the product of its slopes: one factor more in each row.",
        caption="One array W, used at every step: as many paths lead to it as there are steps. What arrives on each is "
        "a product, and the products are added.",
    )


@plain
def pulls(words: Sequence[str], p: Any, slopes: Any, right: str) -> None:
    """Show what a softmax gives to each word, and the slope of the loss by each word's logit.

    Args:
        words: K of them. p, slopes: (K,) each. right: the word that came.
    """
    p, slopes = np.asarray(p, dtype=float), np.asarray(slopes, dtype=float)
    fig, axes = sheet(8, 4.2, 2, 1, sharex=True)
    places = range(len(words))
    axes[0].bar(places, p, width=0.6, color=COLORS["neutral"])
    axes[0].set(ylabel="probability p", ylim=(0, 1.05))
    axes[1].bar(places, slopes, width=0.6, color=COLORS[BACK])
    levels(axes[1], 0)
    axes[1].set_ylabel("slope of the loss\nby the logit")
    axes[1].set_xticks(places, [f"{word} (came)" if word == right else word for word in words], rotation=45, ha="right")
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    k = list(words).index(right)
    others = np.delete(slopes, k)
    show(
        fig,
        alt=f"Bars for {len(words)} words. Above, their probabilities, from {number(p.min())} to {number(p.max())}; "
        f"the word that came, {right}, has {number(p[k])}. Below, the slopes: {number(slopes[k])} for {right}, and "
        f"{number(others.min())} to {number(others.max())} for the others.",
        caption="Above what the network expects, below which way each logit moves the loss.",
    )


@plain
def outcomes(losses: Mapping[str, Sequence[float]], errors: Mapping[str, float], floor: float, window: float) -> None:
    """Show what networks reach after training in several ways, beside how wrong each way's gradient is.

    Args:
        losses: for each way the losses at the end, one a seed. errors: for each way the relative error of its gradient,
            from 0 (right). floor: the smallest loss there can be. window: the best of a model that sees three words.
    """
    names = list(losses)
    fig, axes = sheet(9.5, 1.1 + 0.42 * len(names), 1, 2, sharey=True, width_ratios=(2, 3))
    places = np.arange(len(names))
    off = np.array([errors[name] for name in names], dtype=float)
    axes[0].barh(places, off, color=[COLORS[BACK]] * len(names), height=0.55)
    for k, value in enumerate(off):
        axes[0].text(value, k, "  0" if value < 1e-6 else f"  {number(value, 2)}", va="center", fontsize=9)
    axes[0].set(xlabel="relative error of the gradient", xlim=(0, 1.3 * max(off.max(), 0.1)))
    axes[0].set_yticks(places, names)
    axes[0].set_ylim(len(names) - 0.5, -0.95)
    said = []
    for k, name in enumerate(names):
        values = np.asarray(losses[name], dtype=float)
        above = np.maximum(values - floor, _NEAR)
        axes[1].plot(above, np.full(len(above), k), **style("h", linestyle="none", markersize=5, alpha=0.75))
        wrong = "none" if off[k] < 1e-6 else number(off[k], 2)
        said.append(f"{name}: error {wrong}, losses {number(values.min())} to {number(values.max())}")
    axes[1].axvline(window - floor, color=COLORS["neutral"], linestyle="--", linewidth=1.3)
    axes[1].text(window - floor, -0.55, " a window of three", va="bottom", fontsize=9)
    axes[1].set(xscale="log", xlabel="loss above the best possible, a mark a seed")
    axes[1].set_xlim(left=min(axes[1].get_xlim()[0], 0.005))
    axes[1].xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    show(
        fig,
        alt=f"For each way of going backwards the error of its gradient, and what networks reach with it. "
        f"{'. '.join(said)}. The smallest possible loss is {number(floor)}, a window of three "
        f"words reaches {number(window)}.",
        caption="Left, how wrong the gradient is. Right, what was learned with it: further to the left is "
        "better, on a scale of powers of ten.",
    )


@plain
def verbs_learned(counts: Mapping[str, Mapping[str, float]]) -> None:
    """Show the share of verbs that agree with their subject, by what stands between the two.

    Args:
        counts: for each way of learning, the share from 0 to 1 by the words in between.
    """
    fig, ax = sheet(7.5, 3.2)
    clauses = list(next(iter(counts.values())))
    wide = 0.8 / len(counts)
    said = []
    for k, ((name, shares), key) in enumerate(zip(counts.items(), ("neutral", "h", "x", "bad"), strict=False)):
        values = [shares[clause] for clause in clauses]
        places = np.arange(len(clauses)) + (k - (len(counts) - 1) / 2) * wide
        ax.bar_label(ax.bar(places, values, width=0.9 * wide, color=COLORS[key], label=name), fmt="%.2f", fontsize=9)
        said.append(f"{name}: {listed(number(value, 2) for value in values)}")
    ax.axhline(0.5, color=COLORS["neutral"], linestyle=":", linewidth=1.2)
    ax.set_xticks(range(len(clauses)), [clause or "(nothing)" for clause in clauses])
    ax.set(xlabel="between subject and verb", ylabel="share of verbs that agree", ylim=(0, 1.15))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)
    between = listed(f"“{clause}”" if clause else "nothing" for clause in clauses)
    show(
        fig,
        alt=f"Shares of verbs that agree with their subject, where {between} stands between the two. "
        f"{'. '.join(said)}.",
        caption="At the dotted line a coin does as well.",
    )


@plain
def two_clips(grad: Any, by_norm: Any, by_element: Any) -> None:
    """Show a gradient of two numbers and what two ways of clipping make of it.

    Args:
        grad: (2,), as it came. by_norm: (2,), shortened as a whole. by_element: (2,), each number cut off by itself.
    """
    arrows = {"as it came": grad, "by norm": by_norm, "by element": by_element}
    whole = {name: np.asarray(values, dtype=float) for name, values in arrows.items()}
    reach = max(float(np.abs(values).max()) for values in whole.values()) * 1.12
    high = min(6.0, 10 / reach * max(float(values[1]) for values in whole.values()) + 1.2)
    fig, ax = canvas(12, high + 1.2, 6.8)
    unit, (x0, y0) = 10 / reach, (0.9, 0.9)
    turned = {
        name: float(np.degrees(np.arctan2(*values[::-1]) - np.arctan2(*whole["as it came"][::-1])))
        for name, values in whole.items()
    }
    ax.annotate("", (x0 + 10.4, y0), (x0, y0), arrowprops={"arrowstyle": "->", "color": COLORS["neutral"]})
    ax.annotate("", (x0, y0 + high), (x0, y0), arrowprops={"arrowstyle": "->", "color": COLORS["neutral"]})
    write(ax, x0 + 9.8, y0 - 0.45, "first number", fontsize=10)
    write(ax, x0 + 0.2, y0 + high - 0.05, "second number", fontsize=10, ha="left")
    apart = round_unit(reach / 2)
    for mark in np.arange(apart, reach, apart):
        write(ax, x0 + unit * mark, y0 - 0.25, number(mark), fontsize=9)
        if unit * mark < high - 0.5:
            write(ax, x0 - 0.25, y0 + unit * mark, number(mark), fontsize=9)
    said = []
    for (name, values), key, width in zip(whole.items(), ("neutral", BACK, "bad"), (2.0, 3.6, 2.6), strict=True):
        tip = (x0 + unit * values[0], y0 + unit * values[1])
        look = {"arrowstyle": "-|>", "color": COLORS[key], "lw": width, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", tip, (x0, y0), arrowprops={**look, "linestyle": "--" if key == "bad" else "-"})
        words = f"{name}: ({number(values[0], 2)}, {number(values[1], 2)})"
        write(
            ax,
            tip[0] + 0.2,
            tip[1] + (-0.35 if key == BACK else 0.3),
            words,
            ha="left",
            fontsize=10,
            color=ink(COLORS[key]),
        )
        said.append(
            f"{words}, length {number(float(np.hypot(*values)), 2)}, turned by {number(turned[name], 0)} degrees"
        )
    show(
        fig,
        alt=f"Three arrows from one point. {'; '.join(said)}.",
        caption="Clipping by norm makes the arrow shorter and keeps its direction. Clipping by element bends it.",
    )
