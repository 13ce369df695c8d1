"""The figures of unit 10: two networks in a row, what attention does with a query, and where a translator looks.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._heat import heat, heat_table, largest
from ._layers import HIGH, WIDE, arrow, cell_box
from ._parts import canvas
from ._sheet import levels, listed, plain, sheet, write
from ._svg import Plot, number
from .language import by_place
from .palette import COLORS, ink, style
from .show import show

__all__ = ["alignment", "alignment_player", "attention_dial", "by_place", "two_networks"]


@plain
def two_networks(english: Sequence[str], french: Sequence[str]) -> None:
    """Show an encoder over the words it reads and a decoder over those it writes, each of which goes in again.

    Args:
        english: S words. french: T words.
    """
    S, T, step, y = len(english), len(french), 2.2, 2.0
    fig, ax = canvas(step * (S + T) + 1.2, y + 2.1, min(11.0, 1.05 * (S + T) + 1))
    xs = [step * k + 1.6 for k in range(S + T)]
    for x, word in zip(xs, [*english, "(begin)", *french[:-1]], strict=True):
        read = x < xs[S]
        cell_box(ax, x, y, "", "h" if read else "i")
        write(ax, x, y - 1.5, word, color="#222222" if read else "#555555")
        arrow(ax, (x, y - 1.2), (x, y - HIGH / 2), "x")
        if x < xs[-1]:
            arrow(ax, (x + WIDE / 2, y), (x + step - WIDE / 2, y), "h" if read else "i")
    for x, word in zip(xs[S:], french, strict=True):
        arrow(ax, (x, y + HIGH / 2), (x, y + 1.2), "i")
        write(ax, x, y + 1.5, word, fontweight="bold")
    write(ax, xs[0] - WIDE / 2, y + 0.75, "encoder", ha="left", color=ink(COLORS["h"]))
    write(ax, xs[S] + 0.25, y + 0.75, "decoder", ha="left", color=ink(COLORS["i"]))
    show(
        fig,
        alt=f"A row of cells, the encoder, reads {' '.join(english)}. Its last state goes into a second row, the "
        f"decoder, which writes {' '.join(french)}, and reads at each step the word that it has just written.",
        caption="Whatever the decoder knows of the sentence has to come through the one arrow between the two.",
    )


# --- what a query gets ------------------------------------------------------------------------------

_SETTINGS = ((60.0, 0.5), (60.0, 2.0), (60.0, 8.0), (200.0, 8.0))  # angle in degrees, and length
Look = Callable[[float, float], tuple[Any, Any]]  # from an angle and a length to the weights (S,) and the context (2,)


class _Attention:
    """The live half: dials for a query's angle and length. ``weights`` (S,) are the last ones."""

    def __init__(self, widgets: Any, look: Look, keys: Any, words: Sequence[str]) -> None:
        self._look, self._keys, self._words = look, np.asarray(keys, dtype=float), list(words)
        self.angle = Dial(widgets, "angle in degrees", 0, 360, 60, step=1)
        self.length = Dial(widgets, "length", 0.0, 10.0, 2.0, step=0.5)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.angle, self.length):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.angle.row, self.length.row, self.numbers], self.plot)

    def update(self) -> None:
        """Ask with the dials' query, and redraw."""
        angle, length = float(self.angle.value), float(self.length.value)
        self.weights, context = (np.asarray(one, dtype=float) for one in self._look(angle, length))
        said = _shares(self._words, self.weights)
        self.numbers.value = f"<div>{html.escape(said)}</div>"
        plot = Plot((-2.2, 2.2), (-1.7, 1.7), width=420, height=330, right=14)
        plot.ticks((-1, 0, 1), (-1, 0, 1), "first of the two numbers")
        way = np.radians(angle)
        plot.line("x", [(0, 0), (1.5 * np.cos(way), 1.5 * np.sin(way))])
        for key, word, weight in zip(self._keys.tolist(), self._words, self.weights.tolist(), strict=True):
            plot.mark("c", (key[0], key[1]), 3 + 12 * weight)
            plot.text(plot.x(key[0]), plot.y(key[1]) - 6 - 12 * weight, html.escape(f"{word} {number(weight, 2)}"))
        plot.mark("h", (float(context[0]), float(context[1])), 6)
        plot.text(plot.x(float(context[0])), plot.y(float(context[1])) + 18, "context", bold=True)
        self.plot.value = plot.svg(
            html.escape(f"A query of length {number(length)} at {number(angle)} degrees. {said}")
        )


def _shares(words: Sequence[str], weights: Any) -> str:
    """How much each word gets, in words."""
    return f"{listed(f'{word} gets {number(weight, 2)}' for word, weight in zip(words, weights, strict=True))}."


@playable
@plain
def attention_dial(look: Look, keys: Any, words: Sequence[str]) -> None:
    """Display dials for a query of two numbers, with what attention gives it; a picture of four queries under them.

    Args:
        look: from the query's angle in degrees and its length to the weights (S,) and the context (2,). keys: (S, 2),
        which are the values as well. words: S of them.
    """
    display_live(
        lambda widgets: _Attention(widgets, look, keys, words).widget, "the picture shows four queries instead."
    )
    keys = np.asarray(keys, dtype=float)
    fig, axes = sheet(11, 3.0, 1, len(_SETTINGS), sharey=True)
    said = []
    for ax, (angle, length) in zip(axes, _SETTINGS, strict=True):
        weights, context = (np.asarray(one, dtype=float) for one in look(angle, length))
        way = np.radians(angle)
        levels(ax, 0)
        ax.plot([0, 1.5 * np.cos(way)], [0, 1.5 * np.sin(way)], **style("x", marker=""))
        for key, word, weight in zip(keys, words, weights, strict=True):
            ax.plot(*key, **style("c", markersize=4 + 16 * weight))
            write(ax, key[0], key[1] + 0.32, f"{word} {number(weight, 2)}", fontsize=8)
        ax.plot(*context, **style("h", markersize=8))
        ax.set(title=f"{number(angle)}°, length {number(length)}", xlim=(-2.2, 2.2), ylim=(-1.7, 1.9))
        ax.spines[["top", "right"]].set_visible(False)
        said.append(f"At {number(angle)} degrees with length {number(length)} {_shares(words, weights)}")
    show(
        fig,
        alt=f"{len(words)} keys as points in a plane, a query as a line from the middle, and the context as a square. "
        f"{' '.join(said)}",
        caption="The larger a dot, the more weight that key has; the number is beside its name. Square: the context. "
        "Dotted: where the query points to, its length is in the title.",
    )


# --- where a translator looks -----------------------------------------------------------------------

_LOOKED: dict[str, Any] = {"down": "French, written", "across": "English, read"}


@plain
def alignment(weights: Any, french: Sequence[str], english: Sequence[str], comes_from: Sequence[int] = ()) -> None:
    """Show where a translator looked while it wrote.

    Args:
        weights: (T, S). french: T words. english: S words. comes_from: which English word each of the first French ones
        comes from, by its place; these fields get a frame.
    """
    weights = np.asarray(weights, dtype=float)
    boxes = np.zeros(weights.shape, dtype=bool)
    boxes[np.arange(len(comes_from)), list(comes_from)] = True
    framed = " Frames mark the word that each one comes from by the grammar." if len(comes_from) else ""
    show(
        heat(weights, french, english, **_LOOKED, top=1.0, boxes=boxes),
        alt=f"A table, a row for each French word, a column for each English one. Looked at: "
        f"{largest(weights, french, english)}.",
        caption=f"The attention of each step. A row adds up to 1; below 0.05 no number is written.{framed}",
    )


Looked = tuple[Sequence[str], Sequence[str], Any]  # French words, English words, the weights (T, S)


class _Alignments:
    """The live half: a sentence to choose, and where it was looked. ``chosen`` is its number."""

    def __init__(self, widgets: Any, some: Sequence[Looked]) -> None:
        self._some = some
        titles = [(" ".join(english), k) for k, (_, english, _) in enumerate(some)]
        self.sentence = widgets.Dropdown(options=titles, value=0, description="sentence", layout={"width": "480px"})
        self.table = widgets.HTML()
        self.sentence.observe(lambda _: self.update(), names="value")
        self.update()
        self.widget = widgets.VBox([self.sentence, self.table])

    def update(self) -> None:
        """Show the chosen sentence's weights."""
        self.chosen = int(self.sentence.value)
        french, english, weights = self._some[self.chosen]
        self.table.value = heat_table(weights, french, english, caption=f"{' '.join(french)}: where it looked")


@playable
@plain
def alignment_player(some: Sequence[Looked]) -> None:
    """Display sentences to choose from, with where a translator looked; a picture of the first one under them.

    Args:
        some: for each sentence its French words (T), its English words (S) and the weights (T, S).
    """
    display_live(
        lambda widgets: side_by_side(widgets, [_Alignments(widgets, some).widget], widgets.HTML()),
        "the picture shows the first sentence instead.",
    )
    french, english, weights = some[0]
    show(
        heat(weights, french, english, **_LOOKED, top=1.0),
        alt=f"A table, a row for each French word, a column for each English one, for the first of {len(some)} "
        f"sentences. Looked at: {largest(weights, french, english)}.",
        caption="The first of the sentences to choose from. Each row adds up to 1; below 0.05 no number is written.",
    )
