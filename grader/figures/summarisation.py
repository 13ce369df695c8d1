"""The figures of unit 11: writing or copying, facts that are right, and where a network looks while it sums up.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._coloured_text import Line, page
from ._controls import Dial, display_live, playable, side_by_side
from ._heat import heat, largest
from ._sheet import listed, plain, sheet
from ._svg import Plot, number
from .language import by_place
from .palette import COLORS
from .show import show

__all__ = ["by_fact", "copy_dial", "read_along"]

Mix = Callable[[float], Any]  # from p_gen to the probabilities of the words, (K,)


class _Copying:
    """The live half: a dial for p_gen, and the probabilities of the words. ``p`` are the last ones, (K,)."""

    def __init__(self, widgets: Any, mix: Mix, names: Sequence[str]) -> None:
        self._mix, self._names = mix, list(names)
        self.p_gen = Dial(widgets, "p_gen", 0.0, 1.0, 0.5, step=0.05)
        self.plot = widgets.HTML()
        self.p_gen.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.p_gen.row], self.plot)

    def update(self) -> None:
        """Mix with the dial's number, and redraw."""
        p_gen = float(self.p_gen.value)
        self.p = np.asarray(self._mix(p_gen), dtype=float)
        plot = Plot((-0.6, len(self._names) - 0.4), (0, 1.05), width=430, height=240, right=14)
        plot.ticks((), (0, 0.25, 0.5, 0.75, 1), "the word that comes")
        for k, (name, p) in enumerate(zip(self._names, self.p.tolist(), strict=True)):
            plot.bar("h", k, p, wide=0.7)
            plot.text(plot.x(k), plot.height - 24, html.escape(name))
            plot.text(plot.x(k), plot.y(p) - 5, number(p, 2))
        self.plot.value = plot.svg(html.escape(f"At p_gen = {number(p_gen, 3)}: {_shares(self._names, self.p)}.", True))


def _shares(names: Sequence[str], p: Any) -> str:
    return listed(f"{name} {number(share, 2)}" for name, share in zip(names, np.asarray(p).tolist(), strict=True))


@playable
@plain
def copy_dial(mix: Mix, names: Sequence[str]) -> None:
    """Display a dial for p_gen with the probabilities of the next word, and a picture of three settings under it.

    Args:
        mix: from p_gen to the probabilities (K,). names: the K words.
    """
    display_live(lambda widgets: _Copying(widgets, mix, names).widget, "the picture shows three settings instead.")
    settings = (0.0, 0.5, 1.0)
    fig, axes = sheet(2.2 + 0.72 * len(settings) * len(names), 2.6, 1, len(settings), sharey=True)
    said = []
    for ax, p_gen in zip(axes, settings, strict=True):
        p = np.asarray(mix(p_gen), dtype=float)
        ax.bar(range(len(names)), p, width=0.7, color=COLORS["h"])
        ax.set_xticks(range(len(names)), list(names), fontsize=9)
        ax.set_title(f"p_gen = {number(p_gen, 2)}", fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
        said.append(f"at p_gen = {number(p_gen, 2)} {_shares(names, p)}")
    axes[0].set_ylabel("probability")
    show(
        fig,
        alt=f"The probabilities of {len(names)} words for three values of p_gen: {'; '.join(said)}.",
        caption="Three places of the dial: copied alone, half and half, out of the vocabulary alone.",
    )


def by_fact(facts: Sequence[str], shares: Mapping[str, Any], what: str) -> None:
    """Show the share of summaries in which each fact is right, a line for each way to sum up.

    Args:
        facts: F of them. shares: by who summed up, (F,), or (seeds, F). what: a sentence for the caption.
    """
    by_place(facts, shares, what, x="what is asked", y="share that is right")


class _Reading:
    """The live half: a dial for the step, and the report in the colours of its attention. ``text`` is the last page."""

    def __init__(self, widgets: Any, report: Sequence[str], words: Sequence[str], attention: Any, p_gen: Any) -> None:
        self._report, self._words, self._attention, self._p_gen = list(report), list(words), attention, p_gen
        self.step = Dial(widgets, "word of the line", 0, max(len(words) - 1, 1), 0, step=1)
        self.shown = widgets.HTML()
        self.step.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.step.row, self.shown])

    def update(self) -> None:
        """Colour the report by the attention at the dial's word."""
        t = min(int(self.step.value), len(self._words) - 1)
        title = f"{' '.join(self._words[:t])} [{self._words[t]}]   {_written(self._p_gen[t])}"
        self.text = page([Line(self._report, [float(a) for a in self._attention[t]], title)], reach=1.0)
        self.shown.value = self.text


def _written(p_gen: float) -> str:
    return f"written {float(p_gen):.0%}, copied {1 - float(p_gen):.0%}"


@playable
@plain
def read_along(report: Sequence[str], words: Sequence[str], attention: Any, p_gen: Any) -> None:
    """Display a dial for the word of a summary and the report coloured by its attention, and all of it as a picture.

    Args:
        report: its S words. words: the T words of the summary. attention: (T, S), what each of them looked at. p_gen:
        (T,), how much of each was written.
    """
    attention, p_gen = np.asarray(attention, dtype=float), np.asarray(p_gen, dtype=float)
    display_live(
        lambda widgets: _Reading(widgets, report, words, attention, p_gen).widget,
        "the picture shows all words at once instead.",
    )
    rows = [f"{word}  {1 - share:.0%}" for word, share in zip(words, p_gen.tolist(), strict=True)]
    fig = heat(attention, rows, report, down="the line, and how much of each word is copied", across="the report")
    copied = p_gen < 0.5
    where = largest(attention[copied], [word for word, one in zip(words, copied, strict=True) if one], report)
    show(
        fig,
        alt=f"Where each of {len(words)} words of a summary looks in a report of {len(report)} words. "
        f"{int(np.sum(~copied))} of them are written rather than copied. Those that are copied: {where or 'none'}. "
        f"The report: {' '.join(report)}",
        caption="A row for each word of the line, with how much of it is copied; a column for each word of the report.",
    )
