"""The figures of unit 04: the cell as it grows, and what it remembers of sentences about a dog.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._sentences import ASKED, answers, bars, letter_beside, mark_answers, told, verbs, way, words_below
from ._sheet import levels, listed, plain, sheet
from ._svg import Plot, number, round_unit
from .console import gate_console
from .diagram import cell_diagram
from .palette import COLORS, style
from .show import show

__all__ = [
    "alpha_slider",
    "answers",
    "cell",
    "distances",
    "every_alpha",
    "gate_by_hand",
    "gate_console",
    "gated",
    "latch",
    "plain_rnn",
    "running_sum",
    "two_units",
    "ways",
]

# stage: what the picture shows, and what stands under it
_STAGES = {
    "rnn": (
        "The plain RNN's cell: the old hidden state and the input are put side by side, go through one tanh, and what "
        "comes out is the new hidden state. There is no other path.",
        "A plain RNN's step. Everything it remembers goes through the one tanh, at every step.",
    ),
    "candidate": (
        "The same cell with its tanh box now called candidate. Its output g ends in the open: where it will go is only "
        "hinted at by faint outlines.",
        "The RNN's tanh is still there, and its weights too. But its result is no longer the memory.",
    ),
    "sum": (
        "New: a line for the cell state runs along the top from the old c to the new c. The candidate g is added to it "
        "at a plus sign. The hidden state is a copy of c.",
        "The cell state goes straight through. That line along the top will stay in every picture from here on.",
    ),
    "leaky": (
        "New: the cell state is multiplied by alpha before the plus sign, and the candidate by 1 minus alpha. Both "
        "factors are fixed numbers: no input leads to them.",
        "Two factors that add up to 1. Nothing in the picture leads to them: they are the same at every step.",
    ),
    "gates_in": (
        "New: the input gate, a sigmoid box that reads the same pair of h and x as the candidate. Its output i "
        "multiplies the candidate g before it is added to the cell state, which has no factor of its own any more.",
        "The fixed factors are gone. In place of one of them stands a small network that reads h and x.",
    ),
    "gates_in_forget": (
        "New: the forget gate, a second sigmoid box that reads h and x. Its output f multiplies the old cell state "
        "before the gated candidate is added.",
        "Where alpha stood, there is now a gate: how much of c stays is decided anew at every step.",
    ),
    "lstm": (
        "New: the output gate, a third sigmoid box that reads h and x. A branch of the cell state goes through tanh, "
        "is multiplied by the output gate o and becomes the hidden state. The line of the cell state along the top "
        "goes on untouched.",
        "The whole LSTM: two memories, c that carries and h that speaks.",
    ),
}


@plain
def cell(stage: str) -> None:
    """Show the cell as it stands at a ``stage``, one of ``grader.figures.STAGES``, the newest piece bold."""
    alt, caption = _STAGES[stage] if stage in _STAGES else ("", "")
    show(cell_diagram(stage), alt=alt, caption=caption)


# --- sentences -----------------------------------------------------------------------------------


@plain
def plain_rnn(words: Sequence[str], runs: Mapping[float, Any]) -> None:
    """Show a one-unit RNN's hidden state over the words, a plot for each weight.

    Args:
        words: T of them. runs: h at every word, (T,), by the weight w.
    """
    fig, axes = sheet(9.5, 2.3 * len(runs), len(runs), 1, sharex=True, squeeze=False)
    said = []
    for ax, (w, hs) in zip(axes[:, 0], runs.items(), strict=True):
        words_below(ax, words)
        ax.plot(hs, **style("h", markersize=4))
        mark_answers(ax, words, hs, y=1.35)
        ax.set(ylim=(-1.15, 1.65), yticks=(-1, 0, 1), ylabel=f"h, with w = {number(w)}")
        said.append(f"With w = {number(w)} it {way(words, hs)}; {told(words, hs)}")
    show(
        fig,
        alt=f"The hidden state of a one-unit RNN over the words. {'. '.join(said)}.",
        caption="The grey bands are where the verb is asked for. No randomness.",
    )


@plain
def running_sum(words: Sequence[str], cs: Any) -> None:
    """Show a cell state that adds everything up, and its tanh.

    Args:
        words: T of them. cs: (T,).
    """
    fig, axes = sheet(9.5, 4.4, 2, 1, sharex=True)
    for ax, values, name, label in ((axes[0], cs, "c", "cell state c"), (axes[1], np.tanh(cs), "h", "tanh(c)")):
        words_below(ax, words)
        ax.plot(values, **style(name, markersize=3))
        ax.set_ylabel(label)
    axes[1].set(ylim=(-1.2, 1.9), yticks=(-1, 0, 1))
    mark_answers(axes[1], words, cs, y=1.5)
    show(
        fig,
        alt=f"Above, the cell state over the sentences: it {way(words, cs)}. Below, its tanh, which ends at "
        f"{number(np.tanh(cs[-1]))}. {told(words, cs)}.",
        caption="A tick or a cross says whether the verb would be right. Under the axis: each sentence's subject.",
    )


# --- the leaky unit ------------------------------------------------------------------------------

_ALPHAS = ((0.3, "-", "o"), (0.85, "--", "s"), (0.98, ":", "^"))


@plain
def every_alpha(alphas: Any, held: Any, parts: Mapping[str, Any]) -> None:
    """Show what a leaky unit holds when the verb is asked for, for every alpha.

    Args:
        alphas: (K,). held: (K,), the cell state then. parts: (K,) by word, what of it came from that word; the first
        word is the one that matters.
    """
    fig, ax = sheet(7.5, 3.4)
    levels(ax, 0)
    ax.plot(alphas, held, **style("c", marker="", linewidth=2.2), label="c when the verb is asked for")
    said = []
    for (word, values), key in zip(parts.items(), ("good", "bad", "neutral", "x"), strict=False):
        ax.plot(alphas, values, **style(key, marker="", linewidth=1.8), label=f"of it from {word}")
        far = int(np.argmax(np.abs(values)))
        said.append(f"What came from {word} is at most {number(values[far])}, at alpha = {number(alphas[far], 2)}")
    ax.set(xlabel="α", xlim=(min(alphas), max(alphas)))
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, handlelength=3)
    show(
        fig,
        alt=f"The cell state when the verb is asked for, over alpha from {number(min(alphas))} to "
        f"{number(max(alphas))}: it lies between {number(min(held))} and {number(max(held))}. {'. '.join(said)}.",
        caption="No randomness. Below zero the cell would say several, above zero one.",
    )


class _AlphaSlider:
    """The live half: a dial for alpha, and the cell state over the words; ``cs`` is what is drawn."""

    def __init__(self, widgets: Any, words: Sequence[str], run: Callable[[Sequence[str], float], Any]) -> None:
        self._words, self._run = list(words), run
        self.dial = Dial(widgets, "α", 0.0, 1.0, 0.85)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        self.dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.dial.row, self.numbers], self.plot)

    def update(self) -> None:
        """Run the leaky unit with the dial's alpha, and redraw."""
        self.cs = [float(c) for c in self._run(self._words, float(self.dial.value))]
        self.numbers.value = f"<div>{verbs(self._words, self.cs)}</div>"
        plot = _over_words(self._words, self.cs)
        plot.line("c", list(enumerate(self.cs)), marks=True)
        self.plot.value = plot.svg(
            f"With alpha = {number(self.dial.value)} the cell state {way(self._words, self.cs)}."
        )


def _over_words(words: Sequence[str], values: Sequence[float], height: int = 290) -> Plot:
    """Axes with the words under them, wide enough for a line of these values from 0."""
    reach = max(1.0, *(abs(v) for v in values)) * 1.06
    plot = Plot((-0.5, len(words) - 0.5), (-reach, reach), height=height, right=14)
    plot.bottom = 62
    unit = round_unit(reach)
    most = int(reach / unit)
    plot.ticks((), [k * unit for k in range(-most, most + 1)], "")
    for t, word in enumerate(words):
        plot.text(plot.x(t), plot.height - (48 if t % 2 else 32), word)
        if word == ASKED:
            plot.line("neutral", [(t, -reach), (t, reach)])
    return plot


@playable
@plain
def alpha_slider(words: Sequence[str], run: Callable[[Sequence[str], float], Any]) -> None:
    """Display a dial for alpha with a leaky unit's cell state over a sentence, and a picture of three alphas under it.

    Args:
        words: T of them. run: from (words, alpha) to the cell state at every word, (T,).
    """
    display_live(lambda widgets: _AlphaSlider(widgets, words, run).widget, "the picture shows three alphas instead.")
    fig, ax = sheet(7.5, 3.2)
    words_below(ax, words)
    said = []
    for alpha, line, marker in _ALPHAS:
        cs = run(words, alpha)
        look = style("alpha", linestyle=line, marker=marker, markersize=4)
        ax.plot(cs, **look, label=f"α = {number(alpha)}")
        said.append(f"With alpha = {number(alpha)} it {way(words, cs)}; {told(words, cs)}")
    ax.set_ylabel("cell state c")
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, handlelength=3)
    show(
        fig,
        alt=f"The leaky unit's cell state over the sentence. {'. '.join(said)}.",
        caption="Three places of the dial, for readers where it doesn't run. In the grey band the verb is asked for.",
    )


# --- gates ---------------------------------------------------------------------------------------


@plain
def gated(words: Sequence[str], **lines: Any) -> None:
    """Show a row of bars for the candidate and each gate, and the cell state with its answers below.

    Args:
        words: T of them. lines: ``c`` and any of ``g``, ``i``, ``f``, ``o``, (T,) each.
    """
    gates, c = [name for name in lines if name != "c"], np.asarray(lines["c"])
    heights = [1] * len(gates) + [2]
    fig, axes = sheet(9.5, 1.0 + 0.9 * sum(heights), len(heights), 1, sharex=True, height_ratios=heights)
    for ax, name in zip(axes, [*gates, "c"], strict=True):
        words_below(ax, words)
        letter_beside(ax, name)
    said = []
    for ax, name in zip(axes, gates, strict=False):
        ax.bar(range(len(words)), lines[name], width=0.6, color=COLORS[name])
        bounds = (-1, 0, 1) if name == "g" else (0, 1)
        ax.set(ylim=(1.2 * bounds[0] - 0.05, 1.2), yticks=bounds)
        said.append(f"{name} {bars(words, lines[name])}")
    low, high = min(0.0, c.min()), max(0.0, c.max())
    axes[-1].plot(c, **style("c", markersize=4))
    axes[-1].set_ylim(low - 0.2, high + 0.85)
    mark_answers(axes[-1], words, c, y=high + 0.45)
    show(
        fig,
        alt=f"Bars over the words: {'; '.join(said)}. Below, the cell state {way(words, c)}; {told(words, c)}.",
        caption="A bar for each word, the cell state below. The grey bands are where the verb is asked for. "
        "No randomness.",
    )


# (the weight, the bias) of an input gate: open at the subject, never, half open whatever it reads
_HANDS = ((8.0, -4.0), (8.0, -10.0), (0.0, 0.0))


class _GateByHand:
    """The live half: dials for a weight and a bias, and the gate and the cell state that they make.

    ``i`` and ``c`` are what is drawn, (T,) each; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, words: Sequence[str], run: Callable[[float, float], tuple[Any, Any]]) -> None:
        self._words, self._run = list(words), run
        self.weight = Dial(widgets, "weight of subject", -12.0, 12.0, 0.0, step=0.5)
        self.bias = Dial(widgets, "bias", -12.0, 12.0, 0.0, step=0.5)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.weight, self.bias):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.weight.row, self.bias.row, self.numbers], self.plot)

    def update(self) -> None:
        """Run the cell with the dials' gate, and redraw."""
        i, c = self._run(float(self.weight.value), float(self.bias.value))
        self.i, self.c = [float(v) for v in i], [float(v) for v in c]
        key = "Bars: the gate i. Line: the cell state c."
        self.numbers.value = f"<div>{verbs(self._words, self.c)}<br>{key}</div>"
        plot = _over_words(self._words, self.c)
        for t, value in enumerate(self.i):
            plot.bar("i", t, value)
        plot.line("c", list(enumerate(self.c)), marks=True)
        self.plot.value = plot.svg(
            f"With a weight of {number(self.weight.value)} and a bias of {number(self.bias.value)} the input gate "
            f"{bars(self._words, self.i)}, and the cell state {way(self._words, self.c)}."
        )


@playable
@plain
def gate_by_hand(words: Sequence[str], run: Callable[[float, float], tuple[Any, Any]]) -> None:
    """Display dials for an input gate's weight and bias with what they make, and a picture of three settings.

    Args:
        words: T of them. run: from (weight, bias) to the gate and the cell state at every word, (T,) each.
    """
    display_live(lambda widgets: _GateByHand(widgets, words, run).widget, "the picture shows three settings instead.")
    fig, axes = sheet(9.5, 5.4, len(_HANDS), 1, sharex=True)
    said = []
    for ax, (weight, bias) in zip(axes, _HANDS, strict=True):
        i, c = (np.asarray(values) for values in run(weight, bias))
        words_below(ax, words)
        ax.bar(range(len(words)), i, width=0.6, color=COLORS["i"], label="i")
        ax.plot(c, **style("c", markersize=4), label="c")
        mark_answers(ax, words, c, y=max(1.0, c.max()) + 0.4)
        ax.set_ylim(min(-1.1, c.min() - 0.1), max(1.0, c.max()) + 0.8)
        ax.set_title(f"weight {number(weight)}, bias {number(bias)}", loc="left", fontsize=10)
        ax.legend(loc="upper right", ncols=2, frameon=False, fontsize=9)
        said.append(f"With weight {number(weight)} and bias {number(bias)} the gate {bars(words, i)}; {told(words, c)}")
    fig.subplots_adjust(hspace=0.35)
    show(
        fig,
        alt=f"Three settings of an input gate over the sentence, and the cell state with it. {'. '.join(said)}.",
        caption="Three settings of the dials, for readers where they don't run. Bars: the gate. Line: the cell.",
    )


@plain
def two_units(words: Sequence[str], hs: Any, cs: Any, from_words: Any, from_h: Any) -> None:
    """Show two cell states, and the two parts of what goes into the input gate of unit 0.

    Args:
        words: T of them. hs, cs: (T, 2), shown and kept. from_words: (T,), what words and bias bring to the gate.
        from_h: (T,), what the hidden states bring.
    """
    fig, axes = sheet(9.5, 6.0, 3, 1, sharex=True)
    for ax in axes:
        words_below(ax, words)
    axes[0].plot(cs[:, 1], **style("c", markersize=3))
    axes[0].set_ylabel("c of unit 1\n(counter)")
    axes[1].plot(cs[:, 0], **style("c", markersize=3))
    low, high = min(-1.0, cs[:, 0].min()), max(1.0, cs[:, 0].max())
    axes[1].set(ylabel="c of unit 0\n(subject)", ylim=(low - 0.3, high + 0.5 * (high - low)))
    mark_answers(axes[1], words, hs[:, 0], y=high + 0.3 * (high - low))
    axes[2].plot(from_words, **style("x", markersize=3), label="from the words and the bias")
    axes[2].plot(from_h, **style("h", markersize=3), label="from h")
    top = max(10.0, np.max(from_h), np.max(from_words))
    axes[2].set(ylabel="into the input\ngate of unit 0", ylim=(min(-8.0, np.min(from_words)), 1.35 * top))
    axes[2].legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    show(
        fig,
        alt=f"Above, the cell state of unit 1, which counts: it {way(words, cs[:, 1])}. In the middle that of unit 0: "
        f"it {way(words, cs[:, 0])}; {told(words, hs[:, 0])}. Below, what goes into the input gate of unit 0: words "
        f"and bias bring {number(np.min(from_words))} to {number(np.max(from_words))}, h brings "
        f"{number(np.min(from_h), 2)} to {number(np.max(from_h), 2)}.",
        caption="Two units of one cell, and what the input gate of unit 0 hears. Under the axis: the subjects.",
    )


@plain
def ways(counts: Mapping[str, int], draws: int) -> None:
    """Show how often each way of making h gets all verbs right.

    Args:
        counts: how many of the draws, by the equation of h; the last one is the LSTM's. draws: how many there were.
    """
    fig, ax = sheet(7, 0.5 + 0.48 * len(counts))
    colors = [COLORS["neutral"]] * (len(counts) - 1) + [COLORS["good"]]
    drawn = ax.barh(list(counts), list(counts.values()), color=colors, height=0.6)
    ax.bar_label(drawn, padding=4)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.08 * draws), xlabel=f"draws of {draws} in which all verbs are right")
    ax.spines[["top", "right"]].set_visible(False)
    show(
        fig,
        alt=f"Of {draws} draws all verbs are right in {listed(f'{k} with {name}' for name, k in counts.items())}.",
        caption=f"{draws} draws of the rows for h, the same for each bar.",
    )


# --- hold on to one number -----------------------------------------------------------------------


@plain
def latch(values: Any, store: Any, recall: Any, **lines: Any) -> None:
    """Show one sequence of the storing task: its inputs, the three gates, and what is kept and shown.

    Args:
        values, store, recall: (T,) each, the inputs. lines: ``i``, ``f``, ``o``, ``c`` and ``h``, (T,) each.
    """
    steps = np.arange(len(values))
    fig, axes = sheet(9.5, 6.4, 5, 1, sharex=True, height_ratios=(2, 1, 1, 1, 2))
    axes[0].bar(steps, values, width=0.6, color=COLORS["x"], alpha=0.45)
    axes[0].set(ylabel="value", ylim=(-1.6, 1.6), yticks=(-1, 0, 1))
    flags = [(int(t), "store") for t in np.flatnonzero(store)] + [(int(t), "recall") for t in np.flatnonzero(recall)]
    for t, label in flags:
        axes[0].text(t, 1.3, label, ha="center", va="center", fontsize=9, fontweight="bold")
    said = []
    for ax, name in zip(axes[1:4], "ifo", strict=True):
        ax.bar(steps, lines[name], width=0.6, color=COLORS[name])
        ax.set(ylim=(0, 1.2), yticks=(0, 1))
        letter_beside(ax, name)
        open_at = [str(t) for t in np.flatnonzero(np.asarray(lines[name]) > 0.5)]
        shut_at = [str(t) for t in np.flatnonzero(np.asarray(lines[name]) <= 0.5)]
        said.append(
            f"{name} is open at steps {listed(open_at) or '(none)'}"
            if len(open_at) <= len(shut_at)
            else f"{name} is open at every step but {listed(shut_at) or 'none'}"
        )
    axes[4].plot(steps, lines["c"], **style("c", markersize=4), label="c")
    axes[4].plot(steps, lines["h"], **style("h", markersize=4), label="h")
    levels(axes[4], 0)
    axes[4].set(ylim=(-1.2, 1.2), yticks=(-1, 0, 1), xlabel="time step t")
    axes[4].legend(frameon=False, fontsize=9, ncols=2, loc="upper center", handlelength=3)
    show(
        fig,
        alt=f"One sequence of {len(steps)} steps with random values; {listed(f'{w} at step {t}' for t, w in flags)}. "
        f"{'; '.join(said)}. At the last step c is {number(lines['c'][-1])} and h {number(lines['h'][-1])}; before it "
        f"h is at most {number(np.max(np.abs(lines['h'][:-1])), 4)} in size.",
        caption=f"One sequence of the task, {len(steps)} steps.",
    )


@plain
def distances(steps: Sequence[int], lstm: Sequence[float], leaky: Sequence[float]) -> None:
    """Show the share of numbers recalled with the right sign, over how long they had to be kept.

    Args:
        steps, lstm, leaky: K each; the shares from 0 to 1.
    """
    fig, ax = sheet(7.5, 3.4)
    ax.plot(steps, lstm, **style("c"), label="the LSTM cell")
    ax.plot(steps, leaky, **style("alpha"), label="leaky unit, best α for each distance")
    ax.axhline(0.5, color=COLORS["neutral"], linestyle=":", label="guessing")
    ax.set_xscale("log")
    ax.set_xticks(steps, [str(k) for k in steps])
    ax.minorticks_off()
    ax.set(xlabel="steps from the second store to the recall", ylabel="share with the right sign")
    ax.set_ylim(min(0.4, *lstm, *leaky), 1.05)
    ax.legend(frameon=False, fontsize=9, loc="center right", handlelength=3)
    show(
        fig,
        alt=f"Over {steps[0]} to {steps[-1]} steps the LSTM cell has the right sign in a share of {number(min(lstm))} "
        f"to {number(max(lstm))} of the sequences, the leaky unit in {number(leaky[0])} at the shortest distance and "
        f"{number(leaky[-1])} at the longest. Guessing has a half.",
        caption="Where only one value was to be stored, it lies five steps further back.",
    )
