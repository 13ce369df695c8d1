"""The figures of unit 15: names in a text, each with its type under it, as they are and as somebody found them.

What is said of a picture is made from the spans it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._coloured_text import Line, page, picture, told
from ._controls import Dial, display_live, playable
from ._sheet import listed, plain
from .language import by_place, compared
from .show import show

__all__ = ["by_place", "compared", "found", "report_dial", "writer"]

TRUE = "true"  # the row that all others are compared with


def _rows(spans: Any) -> list[tuple[int, int, int]]:
    return [(int(start), int(end), int(kind)) for start, end, kind in np.asarray(spans).reshape(-1, 3)]


def _line(words: Sequence[str], spans: Any, types: Sequence[str], title: str, true: Any = None) -> Line:
    """A text whose spans are a piece each, with the type under it; with a tick or a cross where ``true`` is known."""
    right = None if true is None else set(_rows(true))
    pieces, marks, at = [], [], 0
    for start, end, kind in _rows(spans):
        pieces += [*words[at:start], " ".join(words[start:end])]
        tick = "" if right is None else " ✓" if (start, end, kind) in right else " ✗"
        marks += [*[""] * (start - at), types[kind] + tick]
        at = end
    return Line([*pieces, *words[at:]], [*marks, *[""] * (len(words) - at)], title)


def _lines(words: Sequence[str], by: Mapping[str, Any], types: Sequence[str]) -> list[Line]:
    true = by.get(TRUE)
    return [_line(words, spans, types, name, None if name == TRUE else true) for name, spans in by.items()]


def _in_words(lines: Sequence[Line]) -> str:
    return "; ".join(f"{line.title}: {told(line)}" if line.title else told(line) for line in lines)


@plain
def found(words: Sequence[str], by: Mapping[str, Any], types: Sequence[str], what: str) -> None:
    """Show a text once for each who looked for names in it, with what they found.

    Args:
        words: T of them. by: by who it was, spans (S, 3), a row (start, end, type) each, from left to right; with those
        of "true" among them, all others have a tick or a cross. types: what the types are called. what: a sentence for
        the caption.
    """
    lines = _lines(words, by, types)
    show(picture(lines), alt=f"The text: {' '.join(words)} Names in it: {_in_words(lines)}.", caption=what)


class _Reports:
    """The live half: a dial for the report, and its text once for each who looked for names in it."""

    def __init__(self, widgets: Any, reports: Sequence[Any], types: Sequence[str]) -> None:
        self._reports, self._types = reports, types
        self.report = Dial(widgets, "report", 0, len(reports) - 1, 0, step=1)
        self.shown = widgets.HTML()
        self.report.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.report.row, self.shown])

    def update(self) -> None:
        """Show the dial's report."""
        words, by = self._reports[int(self.report.value)]
        self.shown.value = page(_lines(words, by, self._types))


@playable
@plain
def report_dial(reports: Sequence[tuple[Sequence[str], Mapping[str, Any]]], types: Sequence[str], what: str) -> None:
    """Display a dial for the report; a picture of the first.

    Args:
        reports: for each of them its words, and by who looked for names in it the spans, as in :func:`found`. types:
        what the types are called. what: a sentence for the caption.
    """
    display_live(
        lambda widgets: _Reports(widgets, reports, types).widget, "the picture shows the first report instead."
    )
    words, by = reports[0]
    found(words, by, types, what)


class _Writer:
    """The live half: a field for a text, and the names that are found in it. ``spans`` are the last ones."""

    def __init__(self, widgets: Any, read: Callable[[list[str]], Any], text: str, types: Sequence[str]) -> None:
        self._read, self._types = read, types
        look = {"width": "46em"}
        self.text = widgets.Textarea(text, description="report", layout=look, style={"description_width": "60px"})
        self.shown = widgets.HTML()
        self.text.observe(lambda _: self.update(), names="value")
        self.update()
        self.widget = widgets.VBox([self.text, self.shown])

    def update(self) -> None:
        """Look for names in what stands in the field."""
        words = _split(self.text.value)
        self.spans = self._read(words) if words else np.zeros((0, 3), dtype=int)
        self.shown.value = page([_line(words, self.spans, self._types, "")]) if words else ""


def _split(text: str) -> list[str]:
    """A text's words in small letters, with points and commas as words of their own."""
    return text.lower().replace(",", " , ").replace(".", " . ").split()


@playable
@plain
def writer(read: Callable[[list[str]], Any], text: str, types: Sequence[str]) -> None:
    """Display a field to write a report in, with the names that are found while one writes; a picture of the first.

    Args:
        read: takes words, and returns the spans that are found, (S, 3). text: what stands in the field at first. types:
        what the types are called.
    """
    display_live(lambda widgets: _Writer(widgets, read, text, types).widget, "the picture shows one report instead.")
    words = _split(text)
    spans = read(words)
    kinds = listed(dict.fromkeys(types[kind] for _, _, kind in _rows(spans))) or "no name"
    found(words, {"": spans}, types, f"What was found in this report: {kinds}.")
