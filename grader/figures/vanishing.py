"""The figures of unit 03: what is left of a gradient on its way back, the cliff, and how far a word can be carried.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from ._controls import Dial, display_live, playable, side_by_side
from ._powers import DECADES, TINY, decades, log_axis, logs, size
from ._sheet import levels, listed, plain, sheet, write
from ._svg import Plot, number
from .palette import COLORS, style
from .show import show

__all__ = [
    "accuracy",
    "cliff",
    "eigenvalues",
    "jacobians",
    "one_unit",
    "over_time",
    "radius_slider",
    "reached",
    "slopes",
]

_LOOKS = ("bad", "h", "good", "x", "f", "alpha")  # of lines that belong to no quantity

# --- what reaches a word -------------------------------------------------------------------------


@plain
def reached(words: Sequence[str], norms: Mapping[str, Any]) -> None:
    """Show how long the gradient is that reaches each word, on a logarithmic axis, a row of dots for each network.

    Args:
        words: T of them. norms: by what it is of, (T,) each.
    """
    fig, ax = sheet(9.5, 3.4)
    log_axis(ax, [value for values in norms.values() for value in values])
    said = []
    for (name, values), key in zip(norms.items(), _LOOKS, strict=False):
        ax.plot(range(len(words)), np.maximum(values, TINY), **style(key, markersize=5), label=name)
        first, last = values[1] if len(words) > 1 else values[0], values[-1]
        said.append(f"{name}: {size(first)} at {words[min(1, len(words) - 1)]} and {size(last)} at {words[-1]}")
    ax.set_xticks(range(len(words)), words, rotation=90, fontsize=8)
    ax.set(ylabel="norm of the gradient", xlim=(-0.6, len(words) - 0.4))
    ax.grid(axis="y", color="#E4E6E8")
    ax.legend(frameon=False, fontsize=9)
    show(
        fig,
        alt=f"The norm of the loss's gradient with respect to each word's vector, on a logarithmic axis over "
        f"{len(words)} words. {listed(said)}.",
        caption="The loss looks at the last word only. On this axis equal steps are equal factors.",
    )


@plain
def slopes(z: Any, sigmoid: Any, tanh: Any) -> None:
    """Show how steep the sigmoid and tanh are.

    Args:
        z, sigmoid, tanh: (K,) each, z ascending; the two slopes.
    """
    fig, ax = sheet(7.5, 3.2)
    said = []
    for key, name, values in (("h", "tanh", tanh), ("good", "sigmoid", sigmoid)):
        top = int(np.argmax(values))
        ax.plot(z, values, **style(key, marker="", linewidth=2.2), label=f"slope of {name}")
        ax.plot(z[top], values[top], **style(key, linestyle="none"))
        ax.annotate(number(values[top]), (z[top], values[top]), (z[top] + 0.3, values[top]))
        ends = listed(size(values[k]) for k in (0, -1))
        said.append(f"that of {name} is largest at z = {number(z[top])} with {number(values[top])}, and {ends} there")
    ax.set(xlabel="z", xlim=(z[0], z[-1]), ylim=(-0.04, 1.12))
    levels(ax, 0)
    ax.legend(frameon=False, loc="upper right", handlelength=3)
    show(
        fig,
        alt=f"Two slopes over z from {number(z[0])} to {number(z[-1])}, its ends: {'; '.join(said)}.",
        caption="How steep the two curves are. A gradient is multiplied by such a number at every step.",
    )


# --- one unit ------------------------------------------------------------------------------------

_UNITS = ((0.9, 0.0), (1.0, 0.0), (1.5, 0.0), (1.5, 0.5))  # (weight, input)


class _OneUnit:
    """The live half: dials for a weight and an input, and the gradient that reaches each step, on a logarithmic axis.

    ``hs`` and ``gradient`` are what is drawn, (T,) each; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, run: Callable[[float, float], tuple[Any, Any]]) -> None:
        self._run = run
        self.weight = Dial(widgets, "weight w", -2.5, 2.5, 0.9, step=0.05)
        self.input = Dial(widgets, "input x", 0.0, 2.0, 0.0, step=0.05)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.weight, self.input):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.weight.row, self.input.row, self.numbers], self.plot)

    def update(self) -> None:
        """Run the unit with the dials' numbers, and redraw."""
        w, x = float(self.weight.value), float(self.input.value)
        self.hs, self.gradient = (np.asarray(values, dtype=float) for values in self._run(w, x))
        h = float(self.hs[-1])
        slope = 1 - h * h
        factor = f"w (1 \N{MINUS SIGN} h²) = {number(w)} × {size(slope)} = <b>{size(w * slope)}</b>"
        left = f"<b>{size(abs(self.gradient[0]))}</b> of the gradient reaches the first step"
        self.numbers.value = f"<div>At the last step h = {number(h)}, and<br>{factor}.<br>{left}.</div>"
        plot = Plot((0, len(self.hs) - 1), (-DECADES, 10), height=280, right=20)
        decades(plot, -DECADES, 10)
        plot.line("h", list(enumerate(min(v, 10.0) for v in logs(self.gradient))))
        self.plot.value = plot.svg(
            f"With a weight of {number(w)} and an input of {number(x)} the gradient goes from 1 at the last step to "
            f"{size(abs(self.gradient[0]))} at the first; the axis shows powers of ten."
        )


@playable
@plain
def one_unit(run: Callable[[float, float], tuple[Any, Any]]) -> None:
    """Display dials for a unit's weight and input with the gradient at every step, and a picture of four settings.

    Args:
        run: from (weight, input) to the states h and the gradient of the last one by each of them, (T,) each.
    """
    display_live(lambda widgets: _OneUnit(widgets, run).widget, "the picture shows four settings instead.")
    fig, ax = sheet(8.5, 3.4)
    runs = {(w, x): np.abs(np.asarray(run(w, x)[1], dtype=float)) for w, x in _UNITS}
    log_axis(ax, list(runs.values()))
    said = []
    for ((w, x), gradient), key in zip(runs.items(), _LOOKS, strict=False):
        look = style(key, marker="", linewidth=2)
        ax.plot(np.maximum(gradient, TINY), **look, label=f"w = {number(w)}, x = {number(x)}")
        said.append(f"{size(gradient[0])} with w = {number(w)} and x = {number(x)}")
    ax.set(xlabel="time step t", ylabel="size of the gradient")
    ax.grid(axis="y", color="#E4E6E8")
    ax.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5), handlelength=3)
    show(
        fig,
        alt=f"What reaches each of {len(gradient)} steps of a gradient of 1 at the last one, on a logarithmic axis. "
        f"The first step gets {listed(said)}.",
        caption="Four settings of the dials, for readers where they don't run. No randomness.",
    )


# --- matrices ------------------------------------------------------------------------------------


@plain
def jacobians(formula: Any, measured: Any) -> None:
    """Show a Jacobian that was computed beside one that was measured, as tables.

    Args:
        formula, measured: (H, H) each, the rows for the new state.
    """
    pair = (("the equation", np.asarray(formula)), ("two values nearby", np.asarray(measured)))
    reach = max(np.abs(values).max() for _, values in pair) or 1.0
    fig, axes = sheet(8, 3.5, 1, 2, sharey=True)
    colors = LinearSegmentedColormap.from_list("two sides", [COLORS["g"], "#FFFFFF", COLORS["h"]])
    for ax, (name, values) in zip(axes, pair, strict=True):
        ax.imshow(values, cmap=colors, vmin=-1.6 * reach, vmax=1.6 * reach)
        for j, k in np.ndindex(values.shape):
            write(ax, k, j, number(float(values[j, k]), 3), fontsize=10)
        ax.set_title(name)
        ax.set_xticks(range(values.shape[1]), [f"old {k}" for k in range(values.shape[1])])
        ax.set_yticks(range(values.shape[0]), [f"new {j}" for j in range(values.shape[0])])
        ax.tick_params(length=0)
    j, k = np.unravel_index(np.abs(pair[0][1]).argmax(), pair[0][1].shape)
    apart = np.abs(pair[0][1] - pair[1][1]).max()
    show(
        fig,
        alt=f"Two tables of {formula.shape[0]} rows for the new state and {formula.shape[1]} columns for the old "
        f"one, from the equation and from two values nearby. They differ by {size(apart)} at most. The largest number "
        f"stands in row {j} and column {k}: {number(float(pair[0][1][j, k]))}.",
        caption="One sequence's Jacobian. A row says what the new number listens to, a column where the old one goes.",
    )


@plain
def eigenvalues(values: Mapping[str, Any]) -> None:
    """Show matrices' eigenvalues in the plane of complex numbers, with the circle of size 1.

    Args:
        values: by the matrix's name, (H,) complex each.
    """
    fig, axes = sheet(2.9 * len(values), 3.1, 1, len(values), sharey=True, squeeze=False)
    reach = 1.15 * max(1.0, *(np.abs(found).max() for found in values.values()))
    turn = np.linspace(0, 2 * np.pi, 200)
    said = []
    for ax, (name, found), key in zip(axes[0], values.items(), _LOOKS, strict=False):
        ax.plot(np.cos(turn), np.sin(turn), color=COLORS["neutral"], linewidth=1)
        ax.plot(np.real(found), np.imag(found), **style(key, linestyle="none", markersize=4))
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), title=name, aspect="equal", xlabel="real part")
        outside = int(np.sum(np.abs(found) > 1 + 1e-9))
        said.append(f"{name}: {outside} of {len(found)} outside, the farthest at {number(np.abs(found).max(), 2)}")
    axes[0, 0].set_ylabel("imaginary part")
    show(
        fig,
        alt=f"Eigenvalues as dots around 0 in the plane of complex numbers, beside the circle of size 1. "
        f"{'; '.join(said)}.",
        caption="The same matrix, scaled. The spectral radius is the distance of the farthest dot from the middle.",
    )


@plain
def over_time(runs: Mapping[str, Any], what: str = "norm of the gradient") -> None:
    """Show how something changes over the time steps, over seeds, on a logarithmic axis.

    Args:
        runs: by what was run, (seeds, T) each. what: the axis' name.
    """
    fig, ax = sheet(8.5, 3.6)
    every = [np.maximum(np.asarray(values, dtype=float), TINY) for values in runs.values()]
    log_axis(ax, np.concatenate([one.ravel() for one in every]))
    said = []
    for name, values, key in zip(runs, every, _LOOKS, strict=False):
        middle = np.median(values, axis=0)
        steps = np.arange(len(middle))
        ax.fill_between(steps, values.min(axis=0), values.max(axis=0), color=COLORS[key], alpha=0.15, linewidth=0)
        ax.plot(steps, middle, **style(key, markevery=max(1, len(steps) // 10), markersize=5), label=name)
        spread = f" (from {size(values[:, 0].min())} to {size(values[:, 0].max())})" if len(values) > 1 else ""
        said.append(f"{name}: {size(middle[0])} at the first step{spread}, {size(middle[-1])} at the last")
    levels(ax, 1)
    ax.set(xlabel="time step t", ylabel=what, xlim=(0, len(steps) - 1))
    ax.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5), handlelength=3)
    seeds = len(every[0])
    many = f", the median of {seeds} seeds" if seeds > 1 else ""
    show(
        fig,
        alt=f"The {what} at each of {len(steps)} steps, on a logarithmic axis{many}. {'; '.join(said)}.",
        caption=(f"Median (lines) and range (shaded) of {seeds} seeds. " if many else "")
        + "A gradient travels from right to left.",
    )


_RADII = ((0.9, 0.0), (1.0, 0.0), (1.0, 0.5), (1.5, 0.5))  # (spectral radius, loudness)


class _RadiusSlider:
    """The live half: dials for the spectral radius and the loudness of the inputs, and the norms they make.

    ``norms`` is what is drawn, (T,); ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, run: Callable[[float, float], Any]) -> None:
        self._run = run
        self.radius = Dial(widgets, "spectral radius", 0.0, 2.5, 0.9, step=0.05)
        self.loudness = Dial(widgets, "loudness of x", 0.0, 2.0, 0.0, step=0.05)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.radius, self.loudness):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.radius.row, self.loudness.row, self.numbers], self.plot)

    def update(self) -> None:
        """Compute the norms with the dials' numbers, and redraw."""
        radius, loudness = float(self.radius.value), float(self.loudness.value)
        self.norms = np.asarray(self._run(radius, loudness), dtype=float)
        steps = len(self.norms) - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = (self.norms[0] / self.norms[-1]) ** (1 / max(steps, 1))
        self.numbers.value = (
            f"<div>At the first step <b>{size(self.norms[0])}</b>,<br>a factor of <b>{number(float(factor))}</b> a "
            "step, on average.</div>"
        )
        plot = Plot((0, steps), (-DECADES, DECADES), height=280, right=20)
        decades(plot, -DECADES, DECADES)
        plot.line("h", list(enumerate(logs(self.norms))))
        self.plot.value = plot.svg(
            f"With a spectral radius of {number(radius)} and a loudness of {number(loudness)} the norm goes from "
            f"{size(self.norms[-1])} at the last step to {size(self.norms[0])} at the first; the axis shows powers "
            "of ten."
        )


@playable
@plain
def radius_slider(run: Callable[[float, float], Any]) -> None:
    """Display dials for the spectral radius and the inputs with a gradient's norms, and a picture of four settings.

    Args:
        run: from (spectral radius, loudness) to the norm at every step, (T,).
    """
    display_live(lambda widgets: _RadiusSlider(widgets, run).widget, "the picture shows four settings instead.")
    fig, ax = sheet(8.5, 3.4)
    runs = {setting: np.asarray(run(*setting), dtype=float) for setting in _RADII}
    log_axis(ax, list(runs.values()))
    said = []
    for ((radius, loudness), norms), key in zip(runs.items(), _LOOKS, strict=False):
        label = f"radius {number(radius)}, loudness {number(loudness)}"
        ax.plot(np.maximum(norms, TINY), **style(key, marker="", linewidth=2), label=label)
        said.append(f"{size(norms[0])} with a {label}")
    ax.set(xlabel="time step t", ylabel="norm of the gradient")
    ax.grid(axis="y", color="#E4E6E8")
    ax.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5), handlelength=3)
    show(
        fig,
        alt=f"The norm of a gradient at each of {len(norms)} steps on its way back from the last, on a logarithmic "
        f"axis. The first step gets {'; '.join(said)}.",
        caption="Four settings of the dials, for readers where they don't run. One network, one draw.",
    )


# --- the cliff -----------------------------------------------------------------------------------


@plain
def cliff(ws: Any, bs: Any, losses: Any, ways: Mapping[str, Any]) -> None:
    """Show a loss over a weight and a bias from above, the ways of gradient descent on it, and a cut through it.

    Args:
        ws: (K,), the weights. bs: (M,), the biases. losses: (M, K). ways: by what was done, (steps, 2) each, the weight
        and the bias after each step; all begin at the same place.
    """
    ws, bs, losses = (np.asarray(values, dtype=float) for values in (ws, bs, losses))
    fig, (top, cut) = sheet(10, 4.2, 1, 2, width_ratios=(1.25, 1))
    colors = LinearSegmentedColormap.from_list("depth", ["#FFFFFF", COLORS["neutral"]])
    drawn = top.pcolormesh(ws, bs, losses, cmap=colors, shading="nearest", rasterized=True)
    fig.colorbar(drawn, ax=top, label="loss")
    said = []
    for (name, way), key in zip(ways.items(), ("bad", "good"), strict=False):
        way = np.asarray(way, dtype=float)
        top.plot(way[:, 0], way[:, 1], **style(key, markersize=4, linewidth=1.4), label=name)
        farthest = np.sqrt((np.diff(way, axis=0) ** 2).sum(axis=1)).max()
        end = f"w = {number(way[-1, 0], 2)} and b = {number(way[-1, 1], 2)}"
        said.append(f"{name} it ends at {end}, and its longest step is {number(farthest, 2)}")
    start = next(iter(ways.values()))[0]
    top.plot(*start, **style("x", linestyle="none", markersize=9))
    top.annotate("start", start, (8, -12), textcoords="offset points", fontsize=10)
    top.set(xlabel="w", ylabel="b", xlim=(ws[0], ws[-1]), ylim=(bs[0], bs[-1]))
    top.legend(loc="upper left", fontsize=9, handlelength=3)
    row = int(np.argmin(np.abs(bs - start[1])))
    cut.plot(ws, losses[row], **style("c", marker=""))
    cut.set(xlabel="w", ylabel="loss", title=f"the cut at b = {number(bs[row], 2)}", xlim=(ws[0], ws[-1]))
    steepest = int(np.argmax(np.abs(np.diff(losses[row]))))
    fall = f"from {number(losses[row, steepest], 2)} to {number(losses[row, steepest + 1], 2)}"
    show(
        fig,
        alt=f"On the left a loss over w and b from above, {number(losses.min(), 2)} to {number(losses.max(), 2)}; "
        f"dark is large. On the right a cut through it at b = {number(bs[row], 2)}: around w = "
        f"{number(ws[steepest], 2)} the loss goes {fall} within {number(ws[1] - ws[0], 3)}. Gradient "
        f"descent: {'; '.join(said)}.",
        caption="A unit with one weight and one bias, over 50 steps. No randomness.",
    )


# --- how far away a word can be -----------------------------------------------------------------


@plain
def accuracy(distances: Sequence[int], runs: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """Show the share of right answers over the distance, of networks over seeds and of simple ways to answer.

    Args:
        distances: K of them. runs: by the network, (seeds, K) each, NaN where nothing was tried any more. answers: by
        the way, (K,) each.
    """
    fig, ax = sheet(8.5, 3.8)
    said = []
    for (name, values), key in zip(runs.items(), ("h", "good", "g", "alpha", "f"), strict=False):
        values = np.asarray(values, dtype=float)
        middle = np.median(values, axis=0)
        ax.fill_between(distances, values.min(axis=0), values.max(axis=0), color=COLORS[key], alpha=0.13, linewidth=0)
        ax.plot(distances, middle, **style(key, markersize=6), label=name)
        said.append(f"{name} {listed(number(v, 2) for v in middle)}")
    for (name, shares), key in zip(answers.items(), ("neutral", "x"), strict=False):
        ax.plot(distances, shares, **style(key, linewidth=1.3, markersize=4), label=name)
        said.append(f"{name} {listed(number(v, 2) for v in shares)}")
    ax.set(xlabel="words between subject and verb", ylabel="share of verbs right", ylim=(0.4, 1.04))
    ax.set_xticks(list(distances))
    ax.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5), handlelength=3)
    seeds = len(next(iter(runs.values())))
    show(
        fig,
        alt=f"The share of right verbs with {listed(str(d) for d in distances)} words between subject and verb, the "
        f"median of {seeds} seeds: {'; '.join(said)}.",
        caption=f"Median (lines) and range (shaded) of {seeds} seeds, each on 1,000 sentences it was not trained with.",
    )
