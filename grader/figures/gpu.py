"""The pictures of unit 20: what a step costs, what leaves the loop, digits, launches, tiles, and the ladder.

Each function shows one picture, with its alt text and caption, and returns nothing. What an experiment has measured is
handed in, as plain numbers and arrays: no torch is needed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._controls import playable
from ._plots import Picture, picture, plot
from ._prices import show_prices
from ._rounding import show_rounding
from ._sheet import listed
from ._tiles import show_tiles
from .memory import chip_diagram, launch_diagram, split_diagram
from .palette import COLORS, style

__all__ = [
    "counting",
    "cut",
    "digits",
    "ladder",
    "launches",
    "memory_and_chip",
    "price_of_a_step",
    "prices",
    "rounding",
    "slices",
    "tile",
]


def _logarithmic(ax: Any, values: Sequence[int]) -> None:
    """Both axes logarithmic, with a tick at each value of x."""
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(values, [str(value) for value in values], minor=False)
    ax.minorticks_off()
    ax.legend(frameon=False)


@picture
def price_of_a_step(sizes: Sequence[int], measured: Sequence[float], guessed: Sequence[float]) -> Picture:
    """The time of a step in µs, ``measured`` and ``guessed`` from its multiplications alone, for hidden ``sizes``."""
    fig, ax = plot(7, 3.6, x="hidden size H", y="µs a step")
    ax.plot(sizes, measured, **style("h"), label="measured")
    ax.plot(sizes, guessed, **style("neutral"), label="the multiplications alone")
    _logarithmic(ax, sizes)
    alt = (
        f"Microseconds a step against the hidden size, both axes logarithmic. Measured: {measured[0]:.0f} at H = "
        f"{sizes[0]} and {measured[-1]:.0f} at H = {sizes[-1]}. The multiplications alone would take {guessed[0]:.2g} "
        f"and {guessed[-1]:.2g}."
    )
    return fig, alt, "One sequence, float32, one thread, measured on the machine this ran on."


@playable
def prices() -> None:
    """What a step on a GPU takes at least: launches, memory, multiplications, for sizes to choose."""
    show_prices()


@picture
def cut() -> Picture:
    """W cut between its rows for h and its rows for x, and who waits for whom."""
    alt = (
        "W as a table with four blocks of columns for i, f, g and o, cut across into an upper part, W_h, the first H "
        "rows, and a lower part, W_x, the last D rows. The hidden state of the step before goes into W_h: T products, "
        "each of which waits for the step before. All inputs of all steps go into W_x at once: one product, known from "
        "the beginning. Its result zs, with b in it, is added, a slice for every step."
    )
    caption = "The columns belong to the gates, the rows to what is read. The cut goes between the rows."
    return split_diagram(), alt, caption


@picture
def slices(lengths: Sequence[int], by_counter: Sequence[float], by_unbind: Sequence[float]) -> Picture:
    """The time of the way back in ms for sequences of ``lengths`` steps.

    ``by_counter`` with the slices zs[:, t], ``by_unbind`` with those of unbind.
    """
    fig, ax = plot(7, 3.4, x="time steps T", y="ms for the way back")
    ax.plot(lengths, by_counter, **style("bad"), label="zs[:, t]")
    ax.plot(lengths, by_unbind, **style("good"), label="zs.unbind(1)")
    _logarithmic(ax, lengths)
    ends = [f"{times[0]:.2g} to {times[-1]:.2g}" for times in (by_counter, by_unbind)]
    alt = (
        f"Milliseconds for the way back, both axes logarithmic, for {lengths[0]} to {lengths[-1]} time steps. With "
        f"slices by a counter they go from {ends[0]}, with unbind from {ends[1]}."
    )
    return fig, alt, "Nothing but the slices and a sum, float32, one thread, on the machine this ran on."


@playable
def rounding(c: float = 1.0, added: float = 0.003) -> None:
    """What float64, float32, float16 and bfloat16 keep of ``c`` and of a little that is ``added`` to it."""
    show_rounding(c, added)


@picture
def counting(runs: Mapping[float, Mapping[str, Sequence[float]]]) -> Picture:
    """A cell state to which a little is added at every step, in several types.

    ``runs`` has, for what is added, (T,) for ``"float32"`` and ``"bfloat16"``.
    """
    fig, axes = plot(8, 3.2, x="time step t", y="cell state c", columns=len(runs))
    said = []
    for ax, (little, types) in zip(np.atleast_1d(axes), runs.items(), strict=True):
        for name, cs in types.items():
            key = "good" if name == "float32" else "bad"
            ax.plot(range(len(cs)), cs, **style(key, markevery=max(1, len(cs) // 8)), label=name)
        ax.set_title(f"{little:g} a step", fontsize=11)
        ends = listed([f"{cs[-1]:.3f} in {name}" for name, cs in types.items()])
        said.append(f"Where a step adds {little:g}, it ends at {ends}.")
    np.atleast_1d(axes)[0].legend(frameon=False)
    alt = f"The cell state over time, a plot for each amount that is added at a step. {' '.join(said)}"
    return fig, alt, "One step after the other, in both types. No randomness in it."


@picture
def digits(errors: Mapping[str, Sequence[Sequence[float]]]) -> Picture:
    """The relative error of h at every step, the median and the range over seeds.

    ``errors`` has (seeds, T) for each way to compute.
    """
    fig, ax = plot(7, 3.6, x="time step t", y="relative error of h")
    said = []
    for key, (name, runs) in zip(("good", "g", "bad", "alpha"), errors.items(), strict=False):
        values = np.array(runs)
        seeds, T = values.shape
        median = np.median(values, axis=0)
        ax.fill_between(range(T), values.min(axis=0), values.max(axis=0), color=COLORS[key], alpha=0.2)
        ax.plot(range(T), median, **style(key, markevery=max(1, T // 8)), label=name)
        said.append(f"{name} {median[-1]:.1g}")
    ax.set_yscale("log")
    ax.legend(frameon=False)
    alt = (
        "Relative error of the hidden state against float64 over time, on a logarithmic scale, a line and a band for "
        f"each way. The medians at the last step: {', '.join(said)}."
    )
    return fig, alt, f"Median and range of {seeds} seeds over {T} steps."


@picture
def launches() -> Picture:
    """The same loop launched kernel by kernel from Python, and replayed as a recorded graph."""
    alt = (
        "Two pairs of time lines, Python above and GPU below. In the upper pair Python spends one long block on each "
        "of twelve launches, and after each the GPU is busy for a short moment and then waits. In the lower pair "
        "Python spends one block on a single launch, after which the GPU runs all twelve kernels back to back and is "
        "done in less than half of the time."
    )
    caption = "A sketch: three steps of four kernels each, the shade changing with the step. No length is measured."
    return launch_diagram(), alt, caption


@picture
def memory_and_chip() -> Picture:
    """What crosses between a GPU's memory and one multiprocessor, with a kernel a step and with one for all."""
    alt = (
        "Two pictures of the memory of a GPU below and one multiprocessor above. On the left, a kernel a step: a thick "
        "arrow brings W_h from memory to the multiprocessor at every step; z_t comes in, and h and c go out to memory "
        "and come back in. On the right, one kernel for all steps: a thin arrow brings W_h once, z_t comes in, h goes "
        "out to hs, and c stays."
    )
    return chip_diagram(), alt, "What crosses between memory and chip. For H = 128 in bfloat16, W_h is 128 KiB."


@playable
def tile() -> None:
    """The positions of W's numbers in memory and the tile of one gate, for sizes to drag."""
    show_tiles()


@picture
def ladder(times: Mapping[str, float | None], where: str) -> Picture:
    """The time of a step there and back: ``times`` in µs for each rung, None where that needs a GPU.

    ``where`` says of what sizes and on what machine.
    """
    fig, ax = plot(7.5, 0.4 * len(times) + 0.8, x="µs a step, there and back", y="")
    longest = max(time or 0 for time in times.values())
    keys = ["neutral" if n.startswith("floor") else "g" if n.startswith("torch.nn") else "c" for n in times]
    ax.barh(range(len(times)), [time or 0 for time in times.values()], color=[COLORS[key] for key in keys], height=0.7)
    for row, time in enumerate(times.values()):
        label = "not measured: needs a GPU" if time is None else f"{time:.1f}"
        ax.text((time or 0) + 0.015 * longest, row, label, va="center", fontsize=9)
    ax.set_yticks(range(len(times)), list(times))
    ax.invert_yaxis()
    ax.set_xlim(0, 1.2 * longest)
    summary = ", ".join(f"{name} {'not measured' if time is None else f'{time:.1f}'}" for name, time in times.items())
    return fig, f"A bar for each rung, in microseconds a step there and back: {summary}.", where
