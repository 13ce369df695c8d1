"""The figures of unit 13: what is known of a text after each letter, who is taken for whom, and a text that quotes."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._coloured_text import Line, page, picture
from ._controls import Dial, display_live, playable
from ._heat import heat, heat_table
from ._sheet import listed, plain
from ._svg import number
from .language import by_place, compared
from .show import show

__all__ = ["by_place", "compared", "confused", "keep_dial", "letters_dial", "quoted"]

Read = Callable[[str], Any]  # from a text of T letters to how likely each of K languages is after each: (T, K)
Labels = Callable[[float], Sequence[str]]  # from what is kept at every step to a label for each letter

_ROWS = 5  # languages that a table has room for
_SPACE = "\N{OPEN BOX}"


# --- after each letter ------------------------------------------------------------------------------


def _shown(text: str) -> list[str]:
    """The letters of a text, each of them to be seen."""
    return [_SPACE if letter == " " else letter for letter in text]


def _first(posterior: Any, names: Sequence[str]) -> list[int]:
    """The languages that are worth a row: those with the most after some letter, in the order of the names."""
    order = np.argsort(-np.asarray(posterior, dtype=float).max(axis=0, initial=0.0), kind="stable")
    return sorted(order[: min(_ROWS, len(names))].tolist())


def _ahead(posterior: Any, text: str, names: Sequence[str]) -> str:
    """Who is ahead, and from which letter on, in words."""
    ahead = np.asarray(posterior, dtype=float).argmax(axis=1)
    changes = [t for t in range(len(ahead)) if t == 0 or ahead[t] != ahead[t - 1]]
    said = [f"{names[ahead[t]]} from letter {t + 1} on ({text[t]!r})" for t in changes[:6]]
    last = np.asarray(posterior, dtype=float)[-1]
    return f"ahead is {listed(said)}, and {names[last.argmax()]} has {number(last.max(), 2)} in the end"


class _Letters:
    """The live half: a text that one types, who reads it, and a table. ``posterior`` is the last one, (T, K)."""

    def __init__(self, widgets: Any, readers: Mapping[str, Read], text: str, names: Sequence[str]) -> None:
        self._readers, self._names = readers, list(names)
        look = {"style": {"description_width": "60px"}}
        self.text = widgets.Text(value=text, description="text", **look)
        self.who = widgets.Dropdown(options=list(readers), description="reader", **look)
        self.shown = widgets.HTML()
        for control in (self.text, self.who):
            control.observe(lambda _: self.update(), names="value")
        self.update()
        self.widget = widgets.VBox([widgets.HBox([self.text, self.who]), self.shown])

    def update(self) -> None:
        """Read the text that is typed, and show what is known after each letter."""
        text = self.text.value.lower()[:40]
        if not text:
            self.shown.value = "<div>Type a name.</div>"
            return
        self.posterior = np.asarray(self._readers[self.who.value](text), dtype=float)
        rows = _first(self.posterior, self._names)
        caption = f"{self.who.value}: {_ahead(self.posterior, text, self._names)}."
        self.shown.value = heat_table(
            self.posterior[:, rows].T, [self._names[k] for k in rows], _shown(text), caption=caption
        )


@playable
@plain
def letters_dial(readers: Mapping[str, Read], text: str, names: Sequence[str]) -> None:
    """Display a field for a text with what each reader knows after every letter; a picture of the last one under it.

    Args:
        readers: by the reader's name, from a text of T letters to (T, K), how likely each language is after each.
        text: what stands in the field at first. names: of the K languages.
    """
    display_live(lambda widgets: _Letters(widgets, readers, text, names).widget, "the picture shows one text instead.")
    who, read = list(readers.items())[-1]
    posterior = np.asarray(read(text), dtype=float)
    rows = _first(posterior, names)
    some = [names[k] for k in rows]
    show(
        heat(posterior[:, rows].T, some, _shown(text), down="", across=who, top=1.0),
        alt=f"How likely {listed(some)} are after each letter of {text!r}, by {who}: {_ahead(posterior, text, names)}.",
        caption=f"{who}. Each column adds up to 1 with the languages that have no row; below 0.05 nothing is written.",
    )


# --- who is taken for whom --------------------------------------------------------------------------


@plain
def confused(matrix: Any, names: Sequence[str], what: str) -> None:
    """Show how many texts of each language were taken for which; those that were taken for another have a frame.

    Args:
        matrix: (K, K), row by row the texts of a language, column by column what they were taken for. names: K of them.
        what: a sentence for the caption.
    """
    matrix = np.asarray(matrix)
    wrong = np.where(np.eye(len(names), dtype=bool), 0, matrix)
    pairs = sorted(((int(n), i, j) for (i, j), n in np.ndenumerate(wrong) if n), key=lambda one: -one[0])[:4]
    boxes = np.zeros(matrix.shape, dtype=bool)
    for _, i, j in pairs:
        boxes[i, j] = True
    often = listed(f"{names[i]} for {names[j]} ({n})" for n, i, j in pairs)
    show(
        heat(matrix, names, names, down="is", across="is taken for", digits=0, boxes=boxes),
        alt=f"A table of {len(names)} languages and what they are taken for. {int(np.trace(matrix))} of "
        f"{int(matrix.sum())} texts are right. {f'Most often wrong: {often}.' if pairs else 'None is wrong.'}",
        caption=f"{what} In frames: the errors that are made most often.",
    )


# --- a text that quotes -----------------------------------------------------------------------------


def _lines(text: str, truth: Sequence[str], guesses: Mapping[str, Sequence[str]]) -> list[Line]:
    """The text in its languages, and as each reader says after every letter."""
    rows = {"what it is": truth, **guesses}
    return [Line(list(text), list(labels), title=name) for name, labels in rows.items()]


def _shares(truth: Sequence[str], guesses: Mapping[str, Sequence[str]]) -> str:
    """How many letters each reader has right, in words."""
    found = {name: np.mean([a == b for a, b in zip(truth, some, strict=True)]) for name, some in guesses.items()}
    return listed(f"{name} has {number(float(share), 2)} of the letters right" for name, share in found.items())


@plain
def quoted(text: str, truth: Sequence[str], guesses: Mapping[str, Sequence[str]], what: str) -> None:
    """Show a text coloured by its languages, and under it by what each reader took each letter for.

    Args:
        text: of T letters. truth: T labels. guesses: by the reader's name, T labels. what: a sentence for the caption.
    """
    show(
        picture(_lines(text, truth, guesses), joined=True),
        alt=f"{text!r}, in {listed(dict.fromkeys(truth))}, with the language of every letter: "
        f"{_shares(truth, guesses)}.",
        caption=what,
    )


_KEPT = (1.0, 0.95, 0.8)


class _Keep:
    """The live half: a dial for what is kept, and the text in colours. ``labels`` are the last ones, T of them."""

    def __init__(self, widgets: Any, read: Labels, text: str, truth: Sequence[str]) -> None:
        self._read, self._text, self._truth = read, text, list(truth)
        self.keep = Dial(widgets, "kept at a step", 0.5, 1.0, 1.0, step=0.05)
        self.shown = widgets.HTML()
        self.keep.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.keep.row, self.shown])

    def update(self) -> None:
        """Read with what the dial says is kept, and show the languages."""
        kept = float(self.keep.value)
        self.labels = list(self._read(kept))
        guesses = {f"keeping {number(kept)}": self.labels}
        said = html.escape(_shares(self._truth, guesses))
        self.shown.value = page(_lines(self._text, self._truth, guesses), joined=True) + f"<div>{said}.</div>"


@playable
@plain
def keep_dial(read: Labels, text: str, truth: Sequence[str]) -> None:
    """Display a dial for what a sum keeps at every step, with a text in the languages it says; a picture of three.

    Args:
        read: from what is kept, 0 to 1, to a label for each letter. text: of T letters. truth: T labels.
    """
    display_live(lambda widgets: _Keep(widgets, read, text, truth).widget, "the picture shows three settings instead.")
    guesses = {f"keeping {number(kept)}": list(read(kept)) for kept in _KEPT}
    show(
        picture(_lines(text, truth, guesses), joined=True),
        alt=f"{text!r}, in {listed(dict.fromkeys(truth))}, with the language that is ahead after every letter for "
        f"{len(_KEPT)} settings: {_shares(truth, guesses)}.",
        caption="Three settings of the dial, for readers where it doesn't run.",
    )
