"""The figures of unit 01: a window, the network unrolled, what its state holds, and what a guess costs.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._guesses import guesses, softmax_dials, window_slider
from ._sheet import levels, listed, plain, sheet, write
from ._svg import number
from .diagram import cell_diagram, unrolled_diagram
from .palette import COLORS, ink_on, style
from .show import show
from .training import loss_curves, steps

__all__ = [
    "cell",
    "cost_of_a_guess",
    "embedding",
    "guesses",
    "loss_curves",
    "moved",
    "number_held",
    "padded",
    "right_verbs",
    "softmax_dials",
    "states",
    "steps",
    "unrolled",
    "window_slider",
]


@plain
def cell() -> None:
    """Show the plain network's step."""
    show(
        cell_diagram("rnn", new=False),
        alt="One step of the network: the old hidden state comes in from the left and the input from below. Both are "
        "put "
        "side by side, go through one box called tanh, and what comes out on the right is the new hidden state.",
        caption="One step. The line that goes out on the right is the line that comes in on the left, a word later.",
    )


@plain
def unrolled(words: Sequence[str] = ("The", "cat", "sat")) -> None:
    """Show the step at every one of one to four ``words``."""
    show(
        unrolled_diagram(words, "rnn"),
        alt=f"The same cell {len(words)} times from left to right, reading {listed(words)}. Each takes its word from "
        f"below "
        "and one line from the cell on its left, the hidden state; the first takes the start state h of step -1. There "
        "is no line from right to left.",
        caption="The loop, unrolled: one cell with the same weights at every step. Every line between two of them goes "
        "to "
        "the right.",
    )


@plain
def embedding(words: Sequence[str], ids: Any, E: Any, vocabulary: Sequence[str]) -> None:
    """Show a table of vectors, and the rows that a sequence takes from it.

    Args:
        words: T of them. ids: (T,). E: (K, D). vocabulary: K words.
    """
    ids, E = np.asarray(ids), np.asarray(E, dtype=float)
    (K, D), T = E.shape, len(words)
    fig, axes = sheet(9, 0.34 * K + 1.2, 1, 2, width_ratios=[D, T])
    reach = float(np.abs(E).max())
    for ax, values, columns, rows in (
        (axes[0], E, [f"d = {d}" for d in range(D)], [f"{word}  {k}" for k, word in enumerate(vocabulary)]),
        (
            axes[1],
            E[ids].T,
            [f"{word}\n{k}" for word, k in zip(words, ids, strict=True)],
            [f"d = {d}" for d in range(D)],
        ),
    ):
        _heat(ax, values, reach, columns, rows)
    axes[0].set_title("E: (K, D)")
    axes[1].set_title("xs[0], turned: time to the right")
    same = [f"row {k} for {word}" for word, k in zip(words, ids, strict=True)]
    show(
        fig,
        alt=f"On the left the table E with {K} rows, one for each word of the vocabulary, and {D} columns. On the "
        f"right the "
        f"sequence of {T} words, a column each: {listed(same)}.",
        caption="Each word brings its row of the table. The numbers are drawn at random (seed 0); later they are "
        "learned.",
    )


def _heat(ax: Any, values: Any, reach: float, columns: Sequence[str], rows: Sequence[str]) -> None:
    """A table of numbers, violet below zero and orange above, each written in its square."""
    values = np.asarray(values, dtype=float)
    image = ax.imshow(values, cmap="PuOr_r", vmin=-reach, vmax=reach, aspect="auto")
    for (r, c), value in np.ndenumerate(values):
        write(ax, c, r, number(value, 1), fontsize=8, color=ink_on(image, value))
    ax.set_xticks(range(len(columns)), columns, fontsize=9)
    ax.set_yticks(range(len(rows)), rows, fontsize=9)
    ax.tick_params(length=0)
    ax.set_yticks(np.arange(1, len(rows)) - 0.5, minor=True)
    ax.grid(which="minor", axis="y", color="white", linewidth=1)
    ax.tick_params(which="minor", length=0)


@plain
def states(sentences: Sequence[Sequence[str]], hs: Any, caption: str) -> None:
    """Show the hidden states over sentences, a table each, time to the right and a row for each unit.

    Args:
        sentences: N of T words. hs: (N, T, H). caption: stands under it, with the seed.
    """
    hs = np.asarray(hs, dtype=float)
    N, T, H = hs.shape
    fig, axes = sheet(min(1.1 + 0.9 * N * T, 11), 0.34 * H + 0.9, 1, N, sharey=True, squeeze=False)
    for n, ax in enumerate(axes[0]):
        _heat(
            ax,
            hs[n].T,
            1.0,
            [f"{word}\nt = {t}" for t, word in enumerate(sentences[n])],
            [f"unit {k}" for k in range(H)],
        )
    ends = "; ".join(
        f"after {' '.join(words)} it is {listed(number(v, 2) for v in state)}"
        for words, state in zip(sentences, hs[:, -1], strict=True)
    )
    apart = f" The last states lie {number(float(np.linalg.norm(hs[0, -1] - hs[1, -1])), 2)} apart." if N == 2 else ""
    show(
        fig,
        alt=f"{N} tables with a column for each of {T} words and a row for each of {H} hidden units. The last state: "
        f"{ends}."
        f"{apart}",
        caption=caption,
    )


@plain
def moved(words: Sequence[str], changed: int, distances: Mapping[str, Any]) -> None:
    """Show how far each step's state moved because one word was exchanged, a panel for each network.

    Args:
        words: T of them. changed: the step whose word was exchanged. distances: (T,) by the network's name.
    """
    fig, axes = sheet(8.5, 1.2 + 1.5 * len(distances), len(distances), 1, sharex=True, squeeze=False)
    said = []
    for ax, (name, values) in zip(axes[:, 0], distances.items(), strict=True):
        values = np.asarray(values, dtype=float)
        ax.bar(range(len(words)), values, width=0.6, color=COLORS["h"])
        for t, value in enumerate(values):
            write(ax, t, value, number(value, 3), va="bottom", fontsize=9)
        ax.axvspan(changed - 0.42, changed + 0.42, color=COLORS["neutral"], alpha=0.2, linewidth=0)
        ax.set(ylabel="moved by", ylim=(0, 1.25 * max(values.max(), 1e-9)))
        ax.set_title(name, loc="left", fontsize=10)
        before = values[:changed]
        told = "nothing moved" if not before.any() else f"the states moved by up to {number(before.max(), 3)}"
        said.append(
            f"{name}: before the exchanged word {told}, from it on by up to {number(values[changed:].max(), 3)}"
        )
    axes[-1, 0].set_xticks(range(len(words)), [f"{word}\nt = {t}" for t, word in enumerate(words)])
    show(
        fig,
        alt=f"Bars over the {len(words)} words: how far the hidden state moved when the word at step {changed} was "
        f"exchanged. {'. '.join(said)}.",
        caption="The grey band is the word that was exchanged. What stands to the left of it is its past.",
    )


@plain
def cost_of_a_guess(p: Any, cost: Any, marked: Mapping[str, float]) -> None:
    """Show what a guess costs, by the probability that it gave the right word.

    Args:
        p, cost: (K,), ascending probabilities and their costs. marked: probabilities by what is said of them.
    """
    fig, ax = sheet(7, 3.2)
    ax.plot(p, cost, **style("x", marker="", linestyle="-", linewidth=2.2))
    said = []
    for name, share in marked.items():
        height = float(np.interp(share, p, cost))
        ax.plot([share], [height], **style("h", linestyle="none", markersize=7))
        ax.annotate(f"{name}: {number(height, 2)}", (share, height), (8, 6), textcoords="offset points")
        said.append(f"{name}, with a probability of {number(share, 3)}, costs {number(height, 2)}")
    levels(ax, 0)
    ax.set(xlabel="probability that was given to the word that came", ylabel="cost, nats", xlim=(0, 1))
    ax.spines[["top", "right"]].set_visible(False)
    show(
        fig,
        alt=f"The cost over the probability falls from {number(cost[0], 2)} at {number(p[0], 3)} to "
        f"{number(cost[-1], 2)} at "
        f"{number(p[-1], 3)}, steeply at first. {'. '.join(said)}.",
        caption="Minus the natural logarithm. A sure and right guess costs nothing; there is no upper end.",
    )


@plain
def padded(columns: Any, losses: Mapping[str, Any]) -> None:
    """Show a loss over the columns of padding that were added to the same batch.

    Args:
        columns: (K,), how many. losses: (K,) by how the mean was taken.
    """
    fig, ax = sheet(7, 3)
    said = []
    for key, (name, values) in zip(("bad", "good", "g"), losses.items(), strict=False):
        ax.plot(columns, values, **style(key, linewidth=2), label=name)
        said.append(f"{name} goes from {number(values[0], 3)} to {number(values[-1], 3)}")
    ax.set(xlabel="columns of padding added to the same sentences", ylabel="loss, nats a word")
    ax.legend(frameon=False, handlelength=3)
    ax.spines[["top", "right"]].set_visible(False)
    show(
        fig,
        alt=f"The loss of the same sentences over {number(columns[0])} to {number(columns[-1])} columns of padding: "
        f"{'; '.join(said)}.",
        caption="The sentences and the guesses are the same all along. Padding is nothing that anybody said.",
    )


@plain
def right_verbs(names: Sequence[str], shares: Mapping[str, Any]) -> None:
    """Show how much of what is given to the four verbs goes to the two that agree, by what stands in between.

    Args:
        names: K groups of sentences. shares: (K,) by the model's name, from 0 to 1.
    """
    fig, ax = sheet(8, 3.2)
    wide, said = 0.8 / len(shares), []
    for k, (key, (name, values)) in enumerate(zip(("neutral", "h", "g"), shares.items(), strict=False)):
        places = np.arange(len(names)) + (k - (len(shares) - 1) / 2) * wide
        ax.bar(places, values, width=0.92 * wide, color=COLORS[key], label=name, hatch="//" if k == 0 else None)
        for x, value in zip(places, values, strict=True):
            write(ax, x, value, number(value, 2), va="bottom", fontsize=9)
        said.append(f"{name} has {listed(f'{number(v, 2)} ({n})' for v, n in zip(values, names, strict=True))}")
    levels(ax, 0.5)
    ax.set_xticks(range(len(names)), names)
    ax.set(ylabel="share of the right number", ylim=(0, 1.15), yticks=(0, 0.5, 1))
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(
        fig,
        alt=f"Bars: of the probability given to the four verbs, the share of the two that agree with the subject. "
        f"{'; '.join(said)}. Half is what tossing a coin would get.",
        caption="The worst subject of each group. The line is at one half.",
    )


@plain
def number_held(words: Sequence[str], apart: Any, subject: int, caption: str) -> None:
    """Show how far singular and plural subjects keep each unit apart at every word, the widest gap of each framed.

    Args:
        words: T of them, with the subject's two forms as one. apart: (T, H), 0 where the unit does not tell.
        subject: the subject's step. caption: stands under it, with the seed.
    """
    apart = np.asarray(apart, dtype=float)
    T, H = apart.shape
    fig, ax = sheet(1.5 + 0.95 * T, 0.32 * H + 0.9)
    _heat(ax, apart.T, 2.0, [f"{word}\nt = {t}" for t, word in enumerate(words)], [f"unit {k}" for k in range(H)])
    said = []
    for t in range(subject, T):
        best = int(np.argmax(np.abs(apart[t])))
        ax.plot(
            t + 0.46 * np.array([-1, 1, 1, -1, -1]),
            best + 0.46 * np.array([-1, -1, 1, 1, -1]),
            color="#000000",
            linewidth=2,
        )
        said.append(f"unit {best} with {number(apart[t, best], 2)} at {words[t]} (t = {t})")
    show(
        fig,
        alt=f"A table with a column for each of {T} words and a row for each of {H} units: the gap between its values "
        f"after "
        f"a singular and after a plural subject. Before the subject all are 0. The widest are: {listed(said)}.",
        caption=caption,
    )
