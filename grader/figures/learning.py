"""The figures of unit 07: how training goes, what the gates have learned, what was reached beside what was published.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from ._automaton import grammar, walk
from ._parts import canvas
from ._sheet import levels, listed, plain, sheet, squares, write
from ._steps import forget_dial, step_dial
from ._svg import number
from .palette import COLORS, ink, style
from .show import show

__all__ = [
    "by_step",
    "cells_alike",
    "cut_stream",
    "forget_dial",
    "gates",
    "grammar",
    "on_new_data",
    "progress",
    "read_off",
    "results",
    "size_of_c",
    "slopes_by_array",
    "step_dial",
    "walk",
]

_LOOKS = ("good", "bad", "h", "g", "alpha", "x")  # of lines that belong to no quantity
_QUANTITIES = {"i": "input gate i", "f": "forget gate f", "o": "output gate o", "c": "cell state c"}


def _small(value: float) -> str:
    """A number of any size, as one reads it aloud: "0.25", "3e-5"."""
    value = float(value)
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return number(value, 3)
    text = f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    return text.replace("-", "\N{MINUS SIGN}")


# --- a first step ----------------------------------------------------------------------------------


@plain
def cells_alike(starts: Mapping[str, Any]) -> None:
    """Show the cell states of networks that have just been made, at every step of a sequence, a line a cell.

    Args:
        starts: by how the weights were drawn, (T, H) each, the c of one sequence.
    """
    fig, axes = sheet(3.2 * len(starts), 2.9, 1, len(starts), squeeze=False)
    fig.subplots_adjust(wspace=0.3)
    said = []
    for ax, (name, cs) in zip(axes[0], starts.items(), strict=True):
        cs = np.asarray(cs, dtype=float)
        ax.plot(cs, color=COLORS["c"], linewidth=1.3)
        ax.set(title=name, xlabel="time step t", xlim=(0, len(cs) - 1))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        reach = max(0.5, 1.1 * np.abs(cs).max())
        ax.set_ylim(-reach, reach)
        levels(ax, 0)
        different = len(np.unique(cs.round(12), axis=1).T)
        said.append(
            f"{name}: {different} different line{'s' * (different != 1)} of {cs.shape[1]}, between "
            f"{number(cs.min(), 2)} and {number(cs.max(), 2)}"
        )
    axes[0, 0].set_ylabel("cell state c")
    show(
        fig,
        alt=f"The cell states of networks that have learned nothing yet, a line a cell over {len(cs)} steps. "
        f"{'. '.join(said)}.",
        caption="One sequence. Each plot has a scale of its own.",
    )


@plain
def slopes_by_array(sizes: Mapping[str, Mapping[str, float]]) -> None:
    """Show how large the gradient is in each array, on a logarithmic axis.

    Args:
        sizes: by when it was measured, for each array's name the root of the mean square of its gradient.
    """
    arrays = list(next(iter(sizes.values())))
    fig, ax = sheet(8.5, 3.3)
    places, wide, said = np.arange(len(arrays)), 0.8 / len(sizes), []
    for k, ((when, found), key) in enumerate(zip(sizes.items(), ("h", "good", "g"), strict=False)):
        values = np.array([found[name] for name in arrays], dtype=float)
        at = places + (k - (len(sizes) - 1) / 2) * wide
        ax.bar(at, values, width=0.9 * wide, color=COLORS[key], label=when)
        largest, least = arrays[int(values.argmax())], arrays[int(values.argmin())]
        said.append(
            f"{when}: from {_small(values.min())} ({least}) to {_small(values.max())} ({largest}), "
            f"{number(values.max() / max(values.min(), 1e-300), 0)} times as much"
        )
    ax.set_yscale("log")
    ax.set_xticks(places, arrays, rotation=30, ha="right")
    ax.set_ylabel("typical slope of the loss")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)
    show(
        fig,
        alt=f"The root of the mean square of the gradient, for {len(arrays)} arrays, on a logarithmic axis. "
        f"{'. '.join(said)}.",
        caption="How steep the loss is along the numbers of each array. On this axis equal steps are equal factors.",
    )


@plain
def cut_stream(N: int = 3, T: int = 4, pieces: int = 3) -> None:
    """Show how a stream of symbols is cut: N rows that go on, in pieces of T steps that are read one after another."""
    wide = T * pieces + pieces - 1
    fig, ax = canvas(wide + 2.8, N + 1.8, 7.4)
    left = 2.2
    for k in range(pieces):
        at = left + k * (T + 1)
        squares(ax, at, N + 0.9, N, T, "x", 0.12)
        for n in range(N):
            for t in range(T):
                write(ax, at + t + 0.5, N + 0.4 - n, str(n * pieces * T + k * T + t), fontsize=10)
            if k:
                look = {"arrowstyle": "-|>", "color": COLORS["c"], "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
                ax.annotate("", (at - 0.05, N + 0.4 - n), (at - 0.95, N + 0.4 - n), arrowprops=look)
        write(ax, at + T / 2, N + 1.35, f"piece {k}", fontsize=10)
    for n in range(N):
        write(ax, left - 0.3, N + 0.4 - n, f"row {n}", ha="right", fontsize=10)
    write(ax, left + wide / 2, 0.35, "arrows: h and c go on", fontsize=10, color=ink(COLORS["c"]))
    length = N * pieces * T
    rows = listed(f"row {n} {n * pieces * T} to {(n + 1) * pieces * T - 1}" for n in range(N))
    show(
        fig,
        alt=f"A stream of {length} symbols, numbered from 0, in {N} rows: {rows}. Each row is cut into {pieces} pieces "
        f"of {T} symbols. From piece to piece an arrow goes on in every row.",
        caption=f"N = {N}, T = {T}. The number is the symbol's place in the stream. The next piece goes on where the "
        "last one ended, row by row.",
    )


# --- how training goes -----------------------------------------------------------------------------


@plain
def progress(
    runs: Mapping[str, Sequence[Any]], levels_at: Mapping[str, float], y: str, what: str, *, log: bool = False
) -> None:
    """Show how a measure changes while networks are trained, a line for each seed.

    Args:
        runs: by the network's name, for each seed a pair: how many sequences it has seen (K,), and the measure (K,).
        levels_at: lines across, by what they mark. y: what is measured. what: a sentence for the caption, with the
        seeds. log: a logarithmic axis upwards.
    """
    fig, ax = sheet(8.5, 3.7)
    said = []
    for (name, seeds), key in zip(runs.items(), _LOOKS, strict=False):
        for k, (seen, values) in enumerate(seeds):
            look = style(key, marker="", linewidth=1.8, alpha=0.9)
            ax.plot(np.asarray(seen, dtype=float), np.asarray(values, dtype=float), **look, label="" if k else name)
        ends = listed(_small(values[-1]) for _, values in seeds)
        most = listed(f"{int(np.asarray(seen)[-1]):,}" for seen, _ in seeds)
        said.append(f"{name} ends at {ends}, after {most} sequences")
    for name, height in levels_at.items():
        ax.axhline(height, color=COLORS["neutral"], linewidth=1.2, linestyle=":")
        ax.text(1.01, height, f"{name}, {_small(height)}", fontsize=9, va="center", transform=ax.get_yaxis_transform())
    if log:
        ax.set_yscale("log")
    ax.set(xlabel="training sequences seen", ylabel=y)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="lower left", bbox_to_anchor=(1.01, 0.0))
    marked = listed(f"{name} at {_small(height)}" for name, height in levels_at.items())
    show(
        fig,
        alt=f"{y[0].upper() + y[1:]} over the number of training sequences, a line a seed. {'; '.join(said)}."
        f"{f' Lines across mark {marked}.' if marked else ''}",
        caption=what,
    )


@plain
def by_step(shares: Mapping[str, Any], what: str, first: int = 0) -> None:
    """Show the share of right answers at each step of the sequences.

    Args:
        shares: by the network's name, (T,) each, NaN where no step counts. what: a sentence for the caption. first: the
        first step's number; negative where steps are counted from the end, -1 being the last.
    """
    fig, ax = sheet(8.5, 3.4)
    said = []
    for (name, values), key in zip(shares.items(), _LOOKS, strict=False):
        values = np.asarray(values, dtype=float)
        ax.plot(range(first, first + len(values)), values, **style(key, markersize=5), label=name)
        low, counted = int(np.nanargmin(values)), values[np.isfinite(values)]
        rest = f"{number(counted[0], 2)} at the first and {number(counted[-1], 2)} at the last"
        said.append(f"{name} has {rest}, and least at step {number(low + first)} with {number(values[low], 2)}")
    x = "step, counted from the end" if first < 0 else "time step t"
    ax.set(xlabel=x, ylabel="share of right answers", ylim=(-0.03, 1.06))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    levels(ax, 1)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(fig, alt=f"The share of right answers at each of {len(values)} steps: {'; '.join(said)}.", caption=what)


@plain
def on_new_data(runs: Mapping[str, Any], floor: float, every: int = 1) -> None:
    """Show the loss on the data that networks are trained with, and on data that they have never seen.

    Args:
        runs: by how they were trained, (seeds, K, 2): at K moments the loss on their own data, and on new data. floor:
        the smallest loss there can be on new data. every: how many steps of training lie between two moments.
    """
    fig, axes = sheet(4.4 * len(runs), 3.3, 1, len(runs), sharey=True, squeeze=False)
    said = []
    for ax, (name, found) in zip(axes[0], runs.items(), strict=True):
        found = np.asarray(found, dtype=float)
        for k, (what, key) in enumerate((("on its own data", "h"), ("on new data", "bad"))):
            for n, values in enumerate(found[:, :, k]):
                at = every * np.arange(1, len(values) + 1)
                ax.plot(at, values, **style(key, marker="", linewidth=1.6), label="" if n else what)
            said.append(f"{name}, {what}: {listed(number(v, 2) for v in found[:, -1, k])} at the end")
        ax.axhline(floor, color=COLORS["neutral"], linewidth=1.2, linestyle=":")
        ax.set(title=name, xlabel="steps of training", xlim=(0, None))
        ax.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set(ylabel="loss, nats a symbol", ylim=(0, None))
    axes[0, 0].legend(frameon=False, fontsize=9, handlelength=3)
    show(
        fig,
        alt=f"Losses over {every * found.shape[1]} steps of training, a line a seed. {'; '.join(said)}. A line across "
        f"marks {number(floor)}.",
        caption="A line a seed. The dotted line is the smallest loss that there can be on new data.",
    )


@plain
def size_of_c(runs: Mapping[str, Any], what: str, y: str = "largest cell state") -> None:
    """Show something that goes on along a stream, a line for each network.

    Args:
        runs: by the network's name, (steps,) each. what: a sentence for the caption. y: what is measured.
    """
    fig, ax = sheet(8.5, 3.3)
    said = []
    for (name, values), key in zip(runs.items(), _LOOKS, strict=False):
        values = np.asarray(values, dtype=float)
        ax.plot(values, **style(key, marker="", linewidth=1.8), label=name)
        said.append(f"with {name} from {_small(values[0])} to {_small(values[-1])}, at most {_small(values.max())}")
    ax.set(xlabel="step of the stream", ylabel=y)
    ax.set_xlim(0, len(values) - 1)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(fig, alt=f"The {y} over {len(values)} steps of a stream: {'; '.join(said)}.", caption=what)


# --- what was learned ------------------------------------------------------------------------------


@plain
def gates(inside: Mapping[str, Mapping[str, Any]], symbols: Sequence[str]) -> None:
    """Show what the gates and the cells do while a sequence is read, before training and after it.

    Args:
        inside: by when ("before", "after"), for each of i, f, o and c its values (T, H). symbols: T of them.
    """
    fig, axes = sheet(9.5, 1.75 * len(_QUANTITIES), len(_QUANTITIES), len(inside), squeeze=False, sharex=True)
    fig.subplots_adjust(hspace=0.45, wspace=0.2)
    said = []
    for column, (when, values) in enumerate(inside.items()):
        found = []
        for row, (key, title) in enumerate(_QUANTITIES.items()):
            ax, shown = axes[row, column], np.asarray(values[key], dtype=float)  # (T, H)
            low = -1.0 if key == "c" else 0.0
            reach = max(1.0, float(np.abs(shown).max())) if key == "c" else 1.0
            first = COLORS["h"] if key == "c" else "#FFFFFF"
            stops = [first, "#FFFFFF", COLORS["c"]] if key == "c" else ["#FFFFFF", COLORS[key]]
            colors = LinearSegmentedColormap.from_list(key, stops)
            drawn = ax.imshow(shown.T, cmap=colors, vmin=low * reach, vmax=reach, aspect="auto")
            ax.set_yticks(range(shown.shape[1]), [str(k) for k in range(shown.shape[1])], fontsize=7)
            ax.set_title(f"{title}, {when}", fontsize=10, color=ink(COLORS[key]), fontweight="bold")
            ax.tick_params(length=0)
            fig.colorbar(drawn, ax=ax, fraction=0.04, pad=0.02)
            found.append(f"{key} from {number(shown.min(), 2)} to {number(shown.max(), 2)}")
        axes[-1, column].set_xticks(range(len(symbols)), list(symbols), fontsize=10)
        said.append(f"{when}: {listed(found)}")
    axes[0, 0].set_ylabel("cell")
    show(
        fig,
        alt=f"What three gates and the cell state do at each symbol of {' '.join(symbols)}, a row a cell. "
        f"{'. '.join(said)}.",
        caption="White is a gate that is shut, or an empty cell. Full colour is open; of c, orange is negative.",
    )


@plain
def read_off(counts: Any, names: Sequence[str]) -> None:
    """Show in which state a network was said to be, beside where the grammar was.

    Args:
        counts: (K, K), how often: rows for the grammar's state, columns for the one read off. names: of the K states.
    """
    counts = np.asarray(counts, dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    fig, ax = sheet(6.2, 5.2)
    colors = LinearSegmentedColormap.from_list("share", ["#FFFFFF", COLORS["h"]])
    ax.imshow(shares, cmap=colors, vmin=0, vmax=1)
    for j, k in np.argwhere(counts > 0):
        write(ax, k, j, f"{counts[j, k]:.0f}", fontsize=8, color="#000000")
    ax.set_xticks(range(len(names)), list(names), rotation=90, fontsize=9)
    ax.set_yticks(range(len(names)), list(names), fontsize=9)
    ax.set(xlabel="state read off h", ylabel="state of the grammar")
    ax.tick_params(length=0)
    right, all_ = float(np.trace(counts)), float(counts.sum())
    lost = counts - np.diag(np.diag(counts))
    worst = ""
    if lost.any():
        j, k = np.unravel_index(lost.argmax(), lost.shape)
        worst = f" Most often {names[j]} was taken for {names[k]}, {lost[j, k]:.0f} times."
    show(
        fig,
        alt=f"A table of {len(names)} states: {right:.0f} of {all_:.0f} steps stand on the diagonal, where the state "
        f"read off is the grammar's.{worst}",
        caption="A row for each state the grammar was in, a column for the state read off the network.",
    )


def results(rows: Sequence[Mapping[str, str]], caption: str) -> None:
    """Show a table: the keys of the first row are its columns.

    Args:
        rows: for each row the text in every column, the first column being the row's name. caption: what it shows.
    """
    from IPython.display import display

    columns = list(rows[0])
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    wide = [max(len(line[k]) for line in lines) for k in range(len(columns))]
    text = "\n".join("  ".join(f"{cell:<{w}}" for cell, w in zip(line, wide, strict=True)).rstrip() for line in lines)
    cell = '<{tag} style="text-align:left"{scope}>{text}</{tag}>'
    body = ""
    for line in lines:
        row = "".join(
            cell.format(
                tag="th" if line is columns or not k else "td",
                scope=' scope="col"' if line is columns else "" if k else ' scope="row"',
                text=html.escape(words),
            )
            for k, words in enumerate(line)
        )
        body += f"<tr>{row}</tr>"
    page = f"<table><caption>{html.escape(caption)}</caption>{body}</table>"
    display({"text/html": page, "text/plain": f"{caption}\n{text}"}, raw=True)
