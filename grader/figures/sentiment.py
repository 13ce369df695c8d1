"""The figures of unit 12: an answer that turns while a text is read, and the words that decided it.

What is said of a picture is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._coloured_text import Line, page, picture, told
from ._controls import Dial, display_live, playable
from ._sheet import levels, plain, sheet
from ._svg import Plot, number
from .palette import COLORS, style
from .show import show

__all__ = ["decided", "own_words", "word_by_word"]

Words = Sequence[str]


def _answer(p: float) -> str:
    return f"{'good' if p > 0.5 else 'bad'}, with a probability of {number(p if p > 0.5 else 1 - p, 2)}"


# --- word by word -----------------------------------------------------------------------------------


def _turns(words: Words, p: np.ndarray) -> str:
    """At which words an answer changes its side, in words."""
    sides = p > 0.5
    at = [t for t in range(1, len(words)) if sides[t] != sides[t - 1]]
    ends = f"in the end it is {_answer(float(p[-1]))}"
    if not at:
        return f"it keeps to one side; {ends}"
    said = [f"{words[t]} (step {t}) to {number(float(p[t]), 2)}" for t in at[:6]]
    return f"it changes its side at {', '.join(said)}{' and further on' if len(at) > 6 else ''}; {ends}"


class _WordByWord:
    """The live half: a dial for the text, and the answer after each of its words. ``p`` is what is drawn, (T,)."""

    def __init__(self, widgets: Any, read: Callable[[Words], Any], texts: Sequence[Words]) -> None:
        self._read, self._texts = read, [list(words) for words in texts]
        self.dial = Dial(widgets, "text", 0, len(texts) - 1, 0, step=1)
        self.shown, self.plot = widgets.HTML(), widgets.HTML()
        self.dial.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.dial.row, self.shown, self.plot])

    def update(self) -> None:
        """Read the dial's text, and redraw."""
        words = self._texts[int(self.dial.value)]
        self.p = np.asarray(self._read(words), dtype=float)
        self.shown.value = page([Line(words, [2 * float(p) - 1 for p in self.p])], reach=1.0)
        plot = Plot((-0.5, len(words) - 0.5), (0, 1), width=640, height=200, right=20)
        plot.ticks(range(0, len(words), 5), (0, 0.5, 1), "time step")
        plot.line("h", list(enumerate(self.p.tolist())), marks=True)
        self.plot.value = plot.svg(html.escape(f"After each word, how good: {_turns(words, self.p)}."))


@playable
@plain
def word_by_word(read: Callable[[Words], Any], texts: Sequence[Words], caption: str) -> None:
    """Display a dial for the text, with what a network would answer after each word; a picture of the first text.

    Args:
        read: from T words to the probability of good after each, (T,). texts: to choose from, lists of words. caption:
        stands under the picture, with the seed.
    """
    display_live(lambda widgets: _WordByWord(widgets, read, texts).widget, "the picture shows the first text instead.")
    words = list(texts[0])
    p = np.asarray(read(words), dtype=float)
    fig, ax = sheet(max(6.0, 0.36 * len(words)), 3.0)
    ax.plot(range(len(words)), p, **style("h", markersize=5))
    levels(ax, 0.5)
    ax.set_xticks(range(len(words)), words, rotation=90, fontsize=9)
    ax.set(ylim=(-0.05, 1.05), ylabel="probability of good")
    ax.spines[["top", "right"]].set_visible(False)
    show(
        fig,
        alt=f"The probability of good after each word of: {' '.join(words)} It begins at {number(float(p[0]), 2)}; "
        f"{_turns(words, p)}.",
        caption=caption,
    )


# --- which words ------------------------------------------------------------------------------------


@plain
def decided(texts: Sequence[Words], shares: Sequence[Any], titles: Sequence[str], caption: str) -> None:
    """Show texts in which each word is the darker, the larger its share.

    Args:
        texts: M lists of words. shares: M arrays (T,), each of its own text. titles: M, above the texts. caption:
        stands under the picture, with the seed.
    """
    lines = [
        Line(list(words), [float(share) for share in some], title)
        for words, some, title in zip(texts, shares, titles, strict=True)
    ]
    said = " ".join(f"{line.title}: {' '.join(line.pieces)} The largest shares: {told(line)}." for line in lines)
    show(picture(lines), alt=f"{len(lines)} texts with a share under each word. {said}", caption=caption)


Read = Callable[[Words], tuple[float, Mapping[str, Any]]]


class _OwnWords:
    """The live half: a field for a text of one's own, and what it is read as. ``p`` is the last answer, or None."""

    def __init__(self, widgets: Any, read: Read, text: str, vocabulary: Sequence[str]) -> None:
        self._read, self._vocabulary = read, set(vocabulary)
        self.field = widgets.Text(value=text, description="text", continuous_update=False, layout={"width": "95%"})
        self.shown = widgets.HTML()
        self.field.observe(lambda _: self.update(), names="value")
        self.update()
        known = html.escape(" ".join(sorted(vocabulary)))
        words = widgets.HTML(f"<details><summary>the words that it knows</summary>{known}</details>")
        self.widget = widgets.VBox([self.field, self.shown, words])

    def update(self) -> None:
        """Read what stands in the field."""
        words = self.field.value.replace(",", " , ").replace(".", " . ").split()
        self.p, strange = None, [word for word in words if word not in self._vocabulary]
        if strange:
            self.shown.value = f"<div>It has never read: {html.escape(', '.join(dict.fromkeys(strange)))}.</div>"
        elif len(words) < 2:
            self.shown.value = "<div>Two words are the least.</div>"
        else:
            p, shares = self._read(words)
            self.p = float(p)
            lines = [Line(words, [float(s) for s in some], name) for name, some in shares.items()]
            self.shown.value = f"<div>It is read as {_answer(self.p)}.</div>{page(lines)}"


@playable
@plain
def own_words(read: Read, text: str, vocabulary: Sequence[str], caption: str) -> None:
    """Display a field for a text, with the answer and each word's share in it; a picture of the text to begin with.

    Args:
        read: from T words to the probability of good, and each word's shares, (T,), by how they were found. text: to
        begin with. vocabulary: the words that are known. caption: stands under the picture.
    """
    display_live(
        lambda widgets: _OwnWords(widgets, read, text, vocabulary).widget, "the picture shows one text instead."
    )
    words = text.split()
    p, shares = read(words)
    fig, axes = sheet(max(6.0, 0.36 * len(words)), 1.2 + 1.4 * len(shares), len(shares), 1, sharex=True, squeeze=False)
    said = []
    for ax, (name, some) in zip(axes[:, 0], shares.items(), strict=True):
        ax.bar(range(len(words)), np.asarray(some, dtype=float), width=0.7, color=COLORS["c"])
        ax.set_ylabel(name, fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        said.append(f"{name}: {told(Line(words, [float(share) for share in some]))}")
    axes[-1, 0].set_xticks(range(len(words)), words, rotation=90, fontsize=9)
    show(
        fig,
        alt=f"A bar for each word of a text that is read as {_answer(float(p))}: {' '.join(words)} The largest shares "
        f"{'; '.join(said)}.",
        caption=caption,
    )
