"""The figures of unit 14: scores by kind, the ROC curve and a line to drag on it, meanings as points, similarities.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._heat import heat
from ._sheet import listed, plain, sheet, write
from ._svg import Plot, number
from .palette import COLORS, ink, style
from .show import show

__all__ = ["areas", "line_dial", "meanings", "pair_reader", "roc", "scores_by_kind"]

_LOOKS = ("h", "bad", "good", "alpha", "o", "x")  # of what belongs to no quantity


def _stairs(scores: Any, labels: Any) -> tuple[Any, Any]:
    """The ROC curve, from the highest line down: the shares of zeros and of ones that lie at or above each."""
    scores, labels = np.asarray(scores, dtype=float), np.asarray(labels)
    lines = [np.inf, *np.unique(scores)[::-1]]
    zeros, ones = (np.array([np.mean(scores[labels == k] >= line) for line in lines]) for k in (0, 1))
    return zeros, ones


@plain
def scores_by_kind(scores: Mapping[str, Any], what: str) -> None:
    """Show what scores the pairs of each kind got: a row a kind, a dot a pair, a bar at their median.

    Args:
        scores: by the kind, in the order of the rows, (N,) from -1 to 1. what: a sentence for the caption.
    """
    fig, ax = sheet(8.5, 0.9 + 0.62 * len(scores))
    said, draw = [], np.random.default_rng(0)  # dots on one spot are moved up and down a little
    for k, ((name, mine), key) in enumerate(zip(scores.items(), _LOOKS, strict=False)):
        mine = np.asarray(mine, dtype=float)
        look = {"color": COLORS[key], "linestyle": "", "marker": ".", "markersize": 5, "alpha": 0.45}
        ax.plot(mine, k + draw.uniform(-0.26, 0.26, size=len(mine)), **look)
        ax.plot([np.median(mine)] * 2, [k - 0.38, k + 0.38], linewidth=3, color=COLORS["neutral"])
        low, high = np.quantile(mine, (0.1, 0.9))
        said.append(f"{name}, eight in ten from {number(low, 2)} to {number(high, 2)}")
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set(xlabel="score", ylim=(len(scores) - 0.4, -0.6))
    ax.spines[["top", "right"]].set_visible(False)
    show(fig, alt=f"The scores of pairs, a dot each, a row a kind: {'; '.join(said)}.", caption=what)


@plain
def roc(found: Mapping[str, tuple[Any, Any]], area: Callable[[Any, Any], float], what: str) -> None:
    """Show ROC curves: which share of the zeros is let through, and which share of the ones, for every line.

    Args:
        found: by what gave them, scores (N,) and labels (N,) of 0 and 1. area: from the two to the area under the
        curve. what: a sentence for the caption.
    """
    fig, ax = sheet(6.4, 4.4)
    said = []
    for (name, (scores, labels)), key in zip(found.items(), _LOOKS, strict=False):
        zeros, ones = _stairs(scores, labels)
        under = number(float(area(scores, labels)), 3)
        ax.plot(zeros, ones, **style(key, marker=""), label=f"{name}, AUC {under}")
        half = float(np.interp(0.1, zeros, ones))
        said.append(f"{name} has {under} under it, and lets {half:.0%} of the ones through with a tenth of the zeros")
    ax.plot([0, 1], [0, 1], color=COLORS["neutral"], linewidth=1)
    ax.set(xlabel="share of the zeros let through", ylabel="share of the ones let through")
    ax.set_aspect("equal")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(fig, alt=f"ROC curves, from corner to corner: {'; '.join(said)}.", caption=what)


class _Line:
    """The live half: a dial for the line, what lies above it, and the point on the curve. ``at`` is the point."""

    def __init__(self, widgets: Any, scores: Any, labels: Any) -> None:
        self._scores, self._labels = np.asarray(scores, dtype=float), np.asarray(labels)
        low, high = (round(float(end), 2) for end in (self._scores.min() - 0.05, self._scores.max() + 0.05))
        self.dial = Dial(widgets, "line", low, high, round((low + high) / 2, 2))
        self.words, self.plot = widgets.HTML(), widgets.HTML()
        self.dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.dial.row, self.words], self.plot)

    def update(self) -> None:
        """Count what lies above the line, and redraw."""
        self.at = _above(self._scores, self._labels, float(self.dial.value))
        self.words.value = f"<div>{html.escape(_told(float(self.dial.value), *self.at))}</div>"
        plot = Plot((0, 1), (0, 1), width=400, height=320, right=20)
        plot.ticks((0, 0.5, 1), (0, 0.5, 1), "share of the zeros above the line")
        plot.line("neutral", [(0, 0), (1, 1)])
        plot.line("h", list(zip(*_stairs(self._scores, self._labels), strict=True)))
        plot.mark("bad", self.at, 6)
        self.plot.value = plot.svg(html.escape(_told(float(self.dial.value), *self.at)))


def _above(scores: Any, labels: Any, line: float) -> tuple[float, float]:
    """The shares of zeros and of ones that lie at or above a line."""
    return float(np.mean(scores[labels == 0] >= line)), float(np.mean(scores[labels == 1] >= line))


def _told(line: float, zeros: float, ones: float) -> str:
    return f"A line at {number(line, 2)} lets {ones:.0%} of the ones through, and {zeros:.0%} of the zeros."


@playable
@plain
def line_dial(scores: Any, labels: Any, what: str) -> None:
    """Display a line to drag through the scores, and where that is on the ROC curve; three of its places under it.

    Args:
        scores: (N,). labels: (N,), of 0 and 1. what: a sentence for the caption.
    """
    display_live(lambda widgets: _Line(widgets, scores, labels).widget, "the picture shows three lines instead.")
    scores, labels = np.asarray(scores, dtype=float), np.asarray(labels)
    fig, ax = sheet(5.2, 4.2)
    ax.plot(*_stairs(scores, labels), **style("h", marker=""))
    ax.plot([0, 1], [0, 1], color=COLORS["neutral"], linewidth=1)
    said = []
    for line in np.quantile(scores, (0.85, 0.5, 0.15)):
        zeros, ones = _above(scores, labels, float(line))
        ax.plot(zeros, ones, **style("bad", linestyle="", markersize=8))
        write(ax, zeros + 0.03, ones - 0.05, number(float(line), 2), ha="left", fontsize=9, color=ink(COLORS["bad"]))
        said.append(_told(float(line), zeros, ones))
    ax.set(xlabel="share of the zeros above the line", ylabel="share of the ones above the line")
    ax.set_aspect("equal")
    ax.spines[["top", "right"]].set_visible(False)
    show(fig, alt=f"A ROC curve with three of its points. {' '.join(said)}", caption=what)


@plain
def areas(found: Mapping[str, Any], kinds: Sequence[str], what: str) -> None:
    """Show how well each of several models tells pairs apart, by kind of pair, with a mark for each seed.

    Args:
        found: by the model's name, areas (seeds, K), or (K,). kinds: K words. what: a sentence for the caption.
    """
    fig, ax = sheet(8.8, 3.4)
    said = []
    for k, ((name, values), key) in enumerate(zip(found.items(), _LOOKS, strict=False)):
        each = np.atleast_2d(np.asarray(values, dtype=float))  # (seeds, K)
        at = np.arange(len(kinds)) + 0.8 * (k + 0.5) / len(found) - 0.4
        ax.bar(at, each.mean(axis=0), width=0.72 / len(found), color=COLORS[key], label=name)
        for one in each if len(each) > 1 else ():
            ax.plot(at, one, **style("c", linestyle="", markersize=4))
        means = zip(each.mean(axis=0), kinds, strict=True)
        said.append(f"{name} has " + listed(f"{number(value, 2)} for {kind}" for value, kind in means))
    ax.axhline(0.5, color=COLORS["neutral"], linewidth=1.2, linestyle=":")
    write(ax, len(kinds) - 0.45, 0.51, "chance", ha="left", va="bottom", fontsize=9, color=ink(COLORS["neutral"]))
    ax.set_xticks(range(len(kinds)), list(kinds))
    ax.set(ylabel="AUC", ylim=(0, 1.05), xlim=(-0.55, len(kinds) - 0.1))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(fig, alt=f"Areas under the curve, means over the seeds: {'; '.join(said)}. Chance is 0.5.", caption=what)


@plain
def meanings(groups: Mapping[str, Any], what: str) -> None:
    """Show sentences as points, a mark and a colour for each meaning.

    Args:
        groups: by the meaning in words, (K, 2), the places of K sentences that say it. what: a sentence for the
        caption.
    """
    fig, ax = sheet(8.2, 4.2)
    marks, middles, widths = "osD^vP", {}, {}
    for (name, points), key, mark in zip(groups.items(), _LOOKS, marks, strict=False):
        points = np.asarray(points, dtype=float)
        look = {"linestyle": "", "marker": mark, "markersize": 6, "alpha": 0.75, "color": COLORS[key]}
        ax.plot(points[:, 0], points[:, 1], **look, label=name)
        middles[name] = points.mean(axis=0)
        widths[name] = float(np.sqrt(((points - middles[name]) ** 2).sum(axis=1)).mean())
    ax.set(xlabel="first direction", ylabel="second direction")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5))
    said = listed(f"{name} lies {number(widths[name], 2)} around {_place(middles[name])}" for name in groups)
    show(fig, alt=f"Sentences as points, by what they say. On the mean {said}.", caption=what)


def _place(point: Any) -> str:
    return f"({number(point[0], 2)}, {number(point[1], 2)})"


Alike = Callable[[Sequence[str], Sequence[str]], float]


class _Reader:
    """The live half: two sentences to choose, or to write, and how alike they are. ``s`` is the last number."""

    def __init__(self, widgets: Any, alike: Alike, sentences: Sequence[str], known: Sequence[str]) -> None:
        self._alike, self._known = alike, set(known)
        look = {"layout": {"width": "560px"}, "options": tuple(sentences), "ensure_option": False}
        self.fields = [
            widgets.Combobox(value=sentences[k], description=name, continuous_update=False, **look)
            for k, name in enumerate(("first", "second"))
        ]
        self.words = widgets.HTML()
        for field in self.fields:
            field.observe(lambda _: self.update(), names="value")
        self.update()
        self.widget = widgets.VBox([*self.fields, self.words])

    def update(self) -> None:
        """Read both sentences, and say how alike they are, or which words aren't known."""
        first, second = (field.value.lower().split() for field in self.fields)
        strange = [word for word in (*first, *second) if word not in self._known]
        if strange or not first or not second:
            said = f"not among the words it knows: {', '.join(strange)}" if strange else "write something into both"
        else:
            self.s = float(self._alike(first, second))
            said = f"similarity {number(self.s, 3)}"
        self.words.value = f"<div><b>{html.escape(said)}</b></div>"


@playable
@plain
def pair_reader(alike: Alike, sentences: Sequence[str], known: Sequence[str], what: str) -> None:
    """Display two sentences to choose or to write and how alike they are; all with all as a table under it.

    Args:
        alike: from two lists of words to a number from -1 to 1. sentences: K of them, to begin with. known: the words
        that may be written. what: a sentence for the caption.
    """
    display_live(
        lambda widgets: _Reader(widgets, alike, sentences, known).widget, "the picture shows all with all instead."
    )
    said = [one.split() for one in sentences]
    table = np.array([[float(alike(one, other)) for other in said] for one in said])
    letters = [chr(ord("a") + k) for k in range(len(said))]
    rows = [f"{letter}: {one}" for letter, one in zip(letters, sentences, strict=True)]
    fig = heat(np.maximum(table, 0), rows, letters, down="", across="", digits=2, top=1.0)
    apart = np.where(np.eye(len(said)) > 0, -np.inf, table)
    one, other = np.unravel_index(int(apart.argmax()), apart.shape)
    lowest, unlike = np.unravel_index(int(table.argmin()), table.shape)
    show(
        fig,
        alt=f"{len(said)} sentences, each with each: {'; '.join(rows)}. Most alike are {letters[one]} and "
        f"{letters[other]} with {number(table[one, other], 2)}, least {letters[lowest]} and {letters[unlike]} with "
        f"{number(table[lowest, unlike], 2)}. What is below 0 is white.",
        caption=what,
    )
