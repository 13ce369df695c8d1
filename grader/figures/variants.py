"""The figures of unit 09: the relatives' cells, what they count and keep, layers, trees, and how all of them fare.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._layers import both_ways, masks, on_top, reach
from ._relatives import relative
from ._sheet import levels, listed, plain, sheet
from ._svg import Plot, number
from ._trees import tree, tree_player
from .learning import results
from .palette import COLORS, style
from .show import show

__all__ = [
    "ablation",
    "both_ways",
    "by_depth",
    "cell",
    "count_dial",
    "fared",
    "gru_dial",
    "masks",
    "on_top",
    "over_steps",
    "reach",
    "results",
    "tree",
    "tree_player",
]

# the cell: what the picture shows, and what stands under it
_CELLS = {
    "1997": (
        "The LSTM's cell without its forget gate: the line of the cell state along the top meets a plus sign and "
        "nothing else. The input gate, the candidate and the output gate are where they were.",
        "The cell of 1997. Nothing is ever multiplied with what it holds.",
    ),
    "peephole": (
        "The LSTM's cell with three dashed lines more. Two lead from the old cell state down into the forget and the "
        "input gate, the third from the new cell state into the output gate.",
        "Dashed: the peepholes. The output gate's begins behind the plus sign, so it sees what has just been written.",
    ),
    "coupled": (
        "The LSTM's cell without an input gate. From the forget gate's output a branch goes through a box, 1 minus f, "
        "and multiplies the candidate.",
        "What is taken off on the way along the top is what may come in from below.",
    ),
    "gru": (
        "The GRU's cell. The old hidden state comes in below, and a branch of it rises to the line along the top, and "
        "is multiplied by the update gate z. The candidate n, multiplied by 1 minus z, is added, and the sum goes "
        "out as the new hidden state. A second branch of the old state goes through the weights of the candidate, is "
        "multiplied by the reset gate r, and reaches the candidate, which also reads x.",
        "One state, on both lines. Red keeps, as f did; green writes, as i did. Violet is new: it decides how much "
        "of the past the candidate hears.",
    ),
    "gru_cho": (
        "The same cell, but for one thing: the old hidden state is multiplied by the reset gate r first, and goes "
        "through the candidate's weights after that.",
        "The order of two small boxes in the middle is another one. It is another network.",
    ),
    "tree": (
        "A node that has two children. Each child's cell state runs along a line of its own, is multiplied by a forget "
        "gate of its own, and both meet at one plus sign with the gated candidate. A child's forget gate reads that "
        "child's hidden state and x. The two hidden states are added, and the sum goes with x into the input gate, the "
        "candidate and the output gate.",
        "From the plus sign on it is the LSTM. To the left of it stands a forget gate for every child, however many.",
    ),
}


@plain
def cell(name: str) -> None:
    """Show the cell of a relative by its ``name``: "1997", "peephole", "coupled", "gru", "gru_cho" or "tree"."""
    alt, caption = _CELLS[name] if name in _CELLS else ("", "")
    show(relative(name), alt=alt, caption=caption)


# --- over time ---------------------------------------------------------------------------------------

_LOOKS = ("c", "h", "f", "g", "o", "i", "alpha", "x", "good")  # of lines that belong to no quantity


@plain
def over_steps(runs: Mapping[str, Any], y: str, what: str) -> None:
    """Show how something goes on over time, a line for each network.

    Args:
        runs: by the network's name, (T,) each. y: what is measured. what: a sentence for the caption.
    """
    fig, ax = sheet(8.2, 3.3)
    said = []
    for (name, values), key in zip(runs.items(), _LOOKS, strict=False):
        values = np.asarray(values, dtype=float)
        ax.plot(values, **style(key, marker="", linewidth=2.2), label=name)
        said.append(
            f"{name} goes from {number(values[0], 2)} to {number(values[-1], 2)}, at most {number(values.max(), 2)}"
        )
    ax.set(xlabel="time step t", ylabel=y, xlim=(0, len(values) - 1))
    levels(ax, 0)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(fig, alt=f"The {y} over {len(values)} time steps: {'; '.join(said)}.", caption=what)


# --- dials -------------------------------------------------------------------------------------------

Counted = Callable[[float, float], tuple[Any, Any]]  # from a peephole and a bias to c and o at every step, (T,) each
_COUNTS = ((0.0, -5.0), (2.0, -5.0), (4.0, -10.0))


def _opens(o: Any) -> str:
    """When the output gate opens, in words."""
    open_ = np.flatnonzero(np.asarray(o) > 0.5)
    return f"opens at step {open_[0]}" if open_.size else "never opens"


class _CountDial:
    """The live half: dials for the output gate's peephole and its bias. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any, counted: Counted) -> None:
        self._counted = counted
        self.peephole = Dial(widgets, "peephole p_o", 0.0, 10.0, 0.0, step=0.5)
        self.bias = Dial(widgets, "bias b_o", -20.0, 5.0, -5.0, step=0.5)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.peephole, self.bias):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.peephole.row, self.bias.row, self.numbers], self.plot)

    def update(self) -> None:
        """Let the cell count with the dials' numbers, and redraw."""
        p, b = float(self.peephole.value), float(self.bias.value)
        self.c, self.o = (np.asarray(one, dtype=float) for one in self._counted(p, b))
        self.numbers.value = f"<div>The output gate <b>{_opens(self.o)}</b>.</div>"
        T, reach = len(self.c), max(1.2, 1.1 * float(self.c.max()))
        plot = Plot((0, T - 1), (0.0, reach), height=260, right=50)
        plot.ticks(range(0, T, 20), range(int(reach) + 1), "time step t")
        plot.line("c", list(enumerate(self.c)))
        plot.line("o", list(enumerate(self.o)))
        plot.names([("c", float(self.c[-1]), "c"), ("o", float(self.o[-1]), "o")])
        self.plot.value = plot.svg(
            f"With a peephole of {number(p)} and a bias of {number(b)} the cell state goes to {number(self.c[-1], 2)}, "
            f"and the output gate {_opens(self.o)}."
        )


@playable
@plain
def count_dial(counted: Counted) -> None:
    """Display dials for an output gate's peephole and bias with a cell that counts, and a picture of three settings.

    Args:
        counted: from the peephole and the bias to the cell state and the output gate at every step, (T,) each.
    """
    display_live(lambda widgets: _CountDial(widgets, counted).widget, "the picture shows three settings instead.")
    fig, axes = sheet(9.2, 2.7, 1, len(_COUNTS), sharey=True)
    said = []
    for ax, (p, b) in zip(axes, _COUNTS, strict=True):
        c, o = (np.asarray(one, dtype=float) for one in counted(p, b))
        ax.plot(c, **style("c", marker="", linewidth=2), label="c")
        ax.plot(o, **style("o", marker="", linewidth=2), label="o")
        ax.set(title=f"p_o = {number(p)}, b_o = {number(b)}", xlabel="time step t", xlim=(0, len(c) - 1))
        ax.spines[["top", "right"]].set_visible(False)
        said.append(f"with a peephole of {number(p)} and a bias of {number(b)} it {_opens(o)}")
    axes[0].legend(frameon=False, handlelength=3)
    show(
        fig,
        alt=f"A cell state that counts up to {number(c[-1], 2)} over {len(c)} steps, and its output gate: "
        f"{'; '.join(said)}.",
        caption="Three settings of the dials, for readers where they don't run.",
    )


Kept = Callable[[float, float], tuple[Any, Any]]  # from two biases to the inputs and h at every step, (T,) each
_GATES = ((4.0, 4.0), (0.0, 4.0), (-4.0, 4.0), (0.0, -6.0))


class _GruDial:
    """The live half: dials for the biases of a GRU's two gates. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any, run: Kept) -> None:
        self._run = run
        self.update_bias = Dial(widgets, "bias of z", -6.0, 6.0, 0.0, step=0.25)
        self.reset_bias = Dial(widgets, "bias of r", -6.0, 6.0, 4.0, step=0.25)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.update_bias, self.reset_bias):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.update_bias.row, self.reset_bias.row, self.numbers], self.plot)

    def update(self) -> None:
        """Let the unit read its inputs with the dials' biases, and redraw."""
        b_z, b_r = float(self.update_bias.value), float(self.reset_bias.value)
        xs, self.h = (np.asarray(one, dtype=float) for one in self._run(b_z, b_r))
        z, r = (0.5 + 0.5 * np.tanh(0.5 * bias) for bias in (b_z, b_r))
        self.numbers.value = (
            f"<div>z = {number(z, 2)}: so much of h is kept.<br>r = {number(r, 2)}: so much of it is read."
            f"<br>At the end <b>h = {number(self.h[-1], 2)}</b>.</div>"
        )
        T = len(self.h)
        plot = Plot((-0.5, T - 0.5), (-1.15, 1.15), height=260, right=50)
        plot.ticks(range(0, T, 5), (-1, 0, 1), "time step t")
        for t in np.flatnonzero(xs):
            plot.bar("neutral", float(t), float(xs[t]), 0.5)
        plot.line("h", list(enumerate(self.h)))
        plot.names([("h", float(self.h[-1]), "h"), ("neutral", 0.0, "x")])
        self.plot.value = plot.svg(f"With z = {number(z, 2)} and r = {number(r, 2)} {_heard(xs, self.h)}.")


def _heard(xs: Any, h: Any) -> str:
    """What a unit makes of its inputs, in words."""
    after = [f"{number(h[t], 2)} at the input {number(xs[t], 1)} of step {t}" for t in np.flatnonzero(xs)]
    return f"h is {listed([*after, f'{number(h[-1], 2)} at the end'])}"


@playable
@plain
def gru_dial(run: Kept) -> None:
    """Display dials for the biases of a GRU's two gates with what one unit makes of its inputs, and four settings.

    Args:
        run: from the update gate's and the reset gate's bias to the inputs and h at every step, (T,) each.
    """
    display_live(lambda widgets: _GruDial(widgets, run).widget, "the picture shows four settings instead.")
    fig, axes = sheet(9.2, 4.6, 2, 2, sharex=True, sharey=True)
    fig.subplots_adjust(hspace=0.4)
    said = []
    for ax, (b_z, b_r) in zip(axes.flat, _GATES, strict=True):
        xs, h = (np.asarray(one, dtype=float) for one in run(b_z, b_r))
        ax.bar(range(len(xs)), xs, width=0.5, color=COLORS["neutral"], label="x")
        ax.plot(h, **style("h", marker="", linewidth=2), label="h")
        ax.set(title=f"bias of z {number(b_z)}, of r {number(b_r)}", ylim=(-1.15, 1.15))
        levels(ax, 0)
        ax.spines[["top", "right"]].set_visible(False)
        said.append(f"with biases of {number(b_z)} and {number(b_r)} {_heard(xs, h)}")
    for ax in axes[-1]:
        ax.set_xlabel("time step t")
    axes[0, 0].legend(frameon=False, handlelength=3, loc="lower right", fontsize=9)
    show(
        fig,
        alt=f"The hidden state of one GRU unit over {len(xs)} steps, with its inputs as bars: {'; '.join(said)}.",
        caption="Four settings of the dials, for readers where they don't run.",
    )


# --- how they fare -----------------------------------------------------------------------------------

_KINDS = {"LSTM": "c", "GRU": "h", "coupled": "f", "1997": "neutral", "no output gate": "o", "no input gate": "i"}


@plain
def ablation(found: Mapping[str, Mapping[str, Any]], x: str, what: str, *, log: bool = False) -> None:
    """Show how each relative fares at each task, a dot a seed.

    Args:
        found: by the task, by the relative's name, (seeds,) each: what was measured, NaN where a seed has none. x: what
        is measured. what: a sentence for the caption, with the seeds. log: a logarithmic axis.
    """
    kinds = list(dict.fromkeys(kind for fared in found.values() for kind in fared))
    fig, axes = sheet(2.0 + 2.9 * len(found), 1.0 + 0.42 * len(kinds), 1, len(found), sharey=True, squeeze=False)
    fig.subplots_adjust(wspace=0.14)
    said = []
    for ax, (task, fared) in zip(axes[0], found.items(), strict=True):
        told = []
        for row, kind in enumerate(kinds):
            values = np.asarray(fared.get(kind, ()), dtype=float)
            values = values[np.isfinite(values)]
            if not values.size:
                continue
            key = _KINDS.get(kind, "alpha")
            ax.plot(values, np.full(len(values), row), **style(key, linestyle="", markersize=6, alpha=0.85))
            ax.plot([np.median(values)] * 2, [row - 0.3, row + 0.3], color=COLORS[key], linewidth=2.2)
            told.append(
                f"{kind} {number(np.median(values), 3)} ({number(values.min(), 3)} to {number(values.max(), 3)})"
            )
        if log:
            ax.set_xscale("log")
        ax.set(title=task, xlabel=x)
        ax.grid(axis="y", color="#E4E6E8", linewidth=0.8)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        said.append(f"{task}: {listed(told)}")
    axes[0, 0].set_yticks(range(len(kinds)), kinds)
    axes[0, 0].set_ylim(len(kinds) - 0.5, -0.5)
    show(
        fig,
        alt=f"{x[0].upper() + x[1:]} of {len(kinds)} networks, the median and the range over seeds. {'. '.join(said)}.",
        caption=f"A dot a seed, an upright line at the median. {what}",
    )


@plain
def fared(
    found: Mapping[str, Any], every: float | Mapping[str, float], y: str, what: str, *, x: str = "steps of training"
) -> None:
    """Show how each relative fares while it is trained, the median of its seeds.

    Args:
        found: by the relative's name, (seeds, K): what was measured at K moments. every: how far two of them are apart
        on the axis to the right; one number, or one for each relative. y: what is measured. what: a sentence for the
        caption, with the seeds. x: what the axis to the right is.
    """
    fig, ax = sheet(7.8, 3.5)
    said = []
    for name, values in found.items():
        values = np.asarray(values, dtype=float)
        apart = every[name] if isinstance(every, Mapping) else every
        at, middle = apart * np.arange(1, values.shape[1] + 1), np.median(values, axis=0)
        ax.plot(at, middle, **style(_KINDS.get(name, "alpha"), linewidth=1.8, markersize=5), label=name)
        said.append(f"{name} from {number(middle[0], 3)} to {number(middle[-1], 3)} at {number(at[-1], 1)}")
    ax.set(xlabel=x, ylabel=y, xlim=(0, None), ylim=(-0.02, None))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(
        fig,
        alt=f"The {y} over {x}, the median of {len(values)} seeds for each of {len(found)} networks. "
        f"{'; '.join(said)}.",
        caption=f"The median of the seeds. {what}",
    )


@plain
def by_depth(
    depths: Sequence[int], runs: Mapping[str, Any], across: Mapping[str, Any], trained: Sequence[int], what: str
) -> None:
    """Show the share of right answers by how deep an expression is, a line a seed.

    Args:
        depths: K of them. runs: by the network's name, (seeds, K). across: (K,) each, what others get, by their name.
        trained: the depths that were trained with. what: a sentence for the caption, with the seeds.
    """
    fig, ax = sheet(7.6, 3.7)
    said = []
    for (name, seeds), key in zip(runs.items(), ("h", "c", "g"), strict=False):
        seeds = np.atleast_2d(np.asarray(seeds, dtype=float))
        for k, values in enumerate(seeds):
            ax.plot(depths, values, **style(key, linewidth=1.8, markersize=5), label="" if k else name)
        worst, best = seeds.min(axis=0), seeds.max(axis=0)
        parts = (
            f"{number(low, 2)} to {number(high, 2)} at depth {depth}"
            for depth, low, high in zip(depths, worst, best, strict=True)
        )
        said.append(f"{name}: {listed(parts)}")
    for name, values in across.items():
        values = np.asarray(values, dtype=float)
        ax.plot(depths, values, **style("neutral", marker="", linewidth=1.6), label=name)
        said.append(f"{name}: {listed(number(value, 2) for value in values)}")
    ax.axvspan(min(trained) - 0.25, max(trained) + 0.25, color=COLORS["neutral"], alpha=0.14, linewidth=0)
    ax.set_xticks(list(depths))
    ax.set(xlabel="depth of the expression", ylabel="share of right answers", ylim=(0.4, 1.03))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(
        fig,
        alt=f"The share of right answers over the depth of nested expressions, a line a seed. {'; '.join(said)}. "
        f"Depths {min(trained)} to {max(trained)} were trained with.",
        caption=f"Grey: the depths that were trained with. {what}",
    )
