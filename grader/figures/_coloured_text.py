"""Text that is coloured by a number or by a label for each of its words or letters, and what is said of it.

Never by colour alone: a number stands under its word with its sign, a label under what it is for, with a line of its
own style between. A picture (:func:`picture`) is white, so that it can be read on a dark page; what goes into a widget
(:func:`page`) brings its own paper and ink.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from matplotlib.patches import Rectangle

from ._parts import canvas
from ._sheet import listed, write
from .palette import COLORS, contrast, ink, mix, style

__all__ = ["Line", "page", "picture", "told"]

WIDE = 84  # letters in a line; longer ones go on below
LETTER = 0.093  # inches from one letter to the next
_LOOKS = ("g", "h", "o", "i", "alpha", "f", "c", "good", "neutral", "bad", "x")  # of labels, in their order
_MONO = {"family": "DejaVu Sans Mono"}


class Line(NamedTuple):
    """A text, and what is known of each piece of it.

    ``pieces`` are T words (or words that belong together, as one piece) or T letters; ``marks`` are T numbers, or T
    labels, "" where there is none. A label may end in more words: "PERSON ✗" has the colour of PERSON. ``title`` stands
    above the text where it isn't empty.
    """

    pieces: Sequence[str]
    marks: Sequence[float | str]
    title: str = ""


class _Piece(NamedTuple):
    """A run of text that has one mark: what is shown, what stands under it, its paper, and its line's look or None."""

    text: str
    mark: str
    paper: str
    look: dict[str, Any] | None

    @property
    def ink(self) -> str:
        """Black or white, whichever reads better on the paper."""
        return "#FFFFFF" if contrast(self.paper) > 4.58 else "#000000"


def _shown(text: str) -> str:
    """Text in which a line's end can be seen."""
    return text.replace("\n", "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}")


def _signed(value: float) -> str:
    """A number with two digits and its sign; zero has none."""
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}") if abs(value) >= 0.005 else "0"


def _numbered(line: Line, reach: float, joined: bool) -> Iterator[_Piece]:
    """A piece for each number: orange below 0, blue above, white at 0. A letter has room for a sign alone."""
    for text, value in zip(line.pieces, line.marks, strict=True):
        size = min(1.0, abs(float(value)) / reach)
        mark = _signed(float(value))
        if joined:
            mark = mark[0] if size >= 0.1 and mark != "0" else ""
        yield _Piece(_shown(text), mark, mix("#FFFFFF", COLORS["h" if float(value) < 0 else "c"], 0.85 * size), None)


def _labelled(line: Line, order: Sequence[str], joined: bool) -> Iterator[_Piece]:
    """A piece for each label; equal labels of letters that follow each other make one piece."""
    pairs: Iterator[tuple[str, str]] = zip(line.pieces, map(str, line.marks), strict=True)
    if joined:
        runs = itertools.groupby(pairs, lambda pair: pair[1])
        pairs = iter([("".join(text for text, _ in run), label) for label, run in runs])
    for text, label in pairs:
        if not label:
            yield _Piece(_shown(text), "", "#FFFFFF", None)
            continue
        key = _LOOKS[order.index(label.split()[0]) % len(_LOOKS)]
        yield _Piece(_shown(text), label, mix("#FFFFFF", COLORS[key], 0.18), style(key, marker="", linewidth=2))


def _has_labels(line: Line) -> bool:
    return any(isinstance(mark, str) for mark in line.marks)


def _made(lines: Sequence[Line], reach: float | None, joined: bool) -> list[list[_Piece]]:
    """The pieces of every line. Numbers are coloured by their share of ``reach``, of the largest where it is None."""
    for line in lines:
        if len(line.pieces) != len(line.marks):
            raise ValueError(f"a line has {len(line.pieces)} pieces and {len(line.marks)} marks; each piece needs one")
    labels = [str(mark).split()[0] for line in lines if _has_labels(line) for mark in line.marks if mark]
    order = list(dict.fromkeys(labels))
    sizes = [abs(float(mark)) for line in lines if not _has_labels(line) for mark in line.marks]
    full = reach or max(sizes, default=0.0) or 1.0
    return [
        list(_labelled(line, order, joined) if _has_labels(line) else _numbered(line, full, joined)) for line in lines
    ]


def _placed(pieces: Sequence[_Piece], joined: bool) -> Iterator[tuple[_Piece, int, float, float, int]]:
    """Where pieces stand: (piece, row, left end, width, how much lower its mark goes), in letters.

    A run of letters that is longer than the rest of its row goes on in the next one, without its mark.
    """
    row, x = 0, 0.0
    free = [0.0] * 3  # where the marks under a row of letters end, one below the other
    for piece in pieces:
        if not joined:
            width = max(len(piece.text), 0.85 * len(piece.mark)) + 0.8
            if x and x + width > WIDE:
                row, x = row + 1, 0.0
            yield piece, row, x, width, 0
            x += width + 0.5
            continue
        text, mark = piece.text, piece.mark
        while text:
            if x >= WIDE:
                row, x, free = row + 1, 0.0, [0.0] * 3
            some, text = text[: WIDE - int(x)], text[WIDE - int(x) :]
            lower = next((k for k, end in enumerate(free) if end <= x), 0)
            yield piece._replace(text=some, mark=mark), row, x, float(len(some)), lower
            if mark:
                free[lower] = x + max(1.0, 0.9 * len(mark) + 0.4 * (len(mark) > 1))
            x, mark = x + len(some), ""


def picture(lines: Sequence[Line], *, joined: bool = False, reach: float | None = None) -> Any:
    """Draw texts, one under the other, with their colours and marks; to be handed to ``show``.

    Args:
        lines: one or more.
        joined: whether the pieces are letters, with no space between them; else they are words.
        reach: the size of a number that has all of its colour; the largest of all lines where None.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: a line has not as many marks as pieces.
    """
    made = [list(_placed(pieces, joined)) for pieces in _made(lines, reach, joined)]
    pitch, head = 4.6 + 1.25 * max((lower for places in made for *_, lower in places), default=0), 2.4
    heights = [
        (max((row for _, row, *_ in places), default=0) + 1) * pitch + (head if line.title else 0.0)
        for line, places in zip(lines, made, strict=True)
    ]
    ends = [x + max(width, len(piece.mark)) for places in made for piece, _, x, width, _ in places]
    wide = max([*ends, *(1.02 * len(line.title) for line in lines), 24.0]) + 1.5
    fig, ax = canvas(wide, sum(heights) + 0.6, LETTER * wide)
    top = sum(heights) + 0.3
    for line, places, height in zip(lines, made, heights, strict=True):
        start = top - (head if line.title else 0.0)
        if line.title:
            write(ax, 0.8, top - 1.3, line.title, ha="left", fontsize=9.5, fontweight="bold")
        for piece, row, x, width, lower in places:
            _draw(ax, piece, 0.7 + x, start - pitch * row - 2.3, width, lower, joined)
        top -= height
    return fig


def _draw(ax: Any, piece: _Piece, x: float, y: float, width: float, lower: int, joined: bool) -> None:
    """One piece with its lower left corner at (x, y), its line and its mark."""
    ax.add_patch(Rectangle((x, y), width, 2.1, facecolor=piece.paper, edgecolor="none"))
    for k, letter in enumerate(piece.text) if joined else ():
        write(ax, x + k + 0.5, y + 0.98, letter.replace("$", r"\$"), fontsize=10, color=piece.ink, **_MONO)
    if not joined:
        write(ax, x + width / 2, y + 0.98, piece.text.replace("$", r"\$"), fontsize=10, color=piece.ink, **_MONO)
    shade = "#222222"
    if piece.look:
        ax.plot([x + 0.15, x + width - 0.15], [y - 0.3, y - 0.3], **piece.look)
        shade = ink(piece.look["color"])
    if piece.mark:
        place = {"ha": "left"} if joined and piece.look else {"ha": "center"}
        at = x if joined and piece.look else x + width / 2
        write(ax, at, y - 1.3 - 1.25 * lower, piece.mark, fontsize=8, color=shade, **place)


def page(lines: Sequence[Line], *, joined: bool = False, reach: float | None = None) -> str:
    """The same as HTML, for a widget: arguments and errors as those of :func:`picture`."""
    parts = []
    for line, pieces in zip(lines, _made(lines, reach, joined), strict=True):
        spans = []
        for piece in pieces:
            under = f"<br><small>{html.escape(piece.mark) or '&nbsp;'}</small>"
            border = f"border-bottom:2px solid {piece.look['color']};" if piece.look else ""
            space = "0" if joined else "1px 4px"
            spans.append(
                "<span style='display:inline-block;text-align:center;vertical-align:top;white-space:pre;"
                f"margin:{'0' if joined else '2px'}'><span style='background:{piece.paper};color:{piece.ink};"
                f"padding:{space};{border}'>{html.escape(piece.text)}</span>{under}</span>"
            )
        head = f"<div><b>{html.escape(line.title)}</b></div>" if line.title else ""
        parts.append(f"{head}<div>{''.join(spans)}</div>")
    look = "background:#FFFFFF;color:#222222;padding:6px;border-radius:4px;font-family:monospace;max-width:46em"
    return f"<div style='{look}'>{''.join(parts)}</div>"


def told(line: Line, *, joined: bool = False, most: int = 3) -> str:
    """A line in words, for alt text: its largest numbers, ``most`` of them, or what each label stands under.

    ``joined`` as in :func:`picture`.
    """
    if not _has_labels(line):
        pairs = sorted(zip(line.pieces, map(float, line.marks), strict=True), key=lambda pair: -abs(pair[1]))
        return listed(f"{_shown(text)} {_signed(value)}" for text, value in pairs[:most]) or "nothing"
    (pieces,) = _made([line], None, joined)
    return listed(f"{piece.text.strip()} {piece.mark}" for piece in pieces if piece.mark) or "no label"
