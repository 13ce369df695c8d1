"""Texts that come from a learner's side, made such that what they go into can carry them.

One function a purpose. None of them escapes anything: whoever writes HTML, XML or CSV does that.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

__all__ = ["clean_text", "cut", "one_line", "plain", "printable"]

LONGEST_SAID = 2500  # characters of any one thing that a verdict says
LONGEST_TEXT = 100_000  # characters of one output
MOST_ESCAPES = 5_000  # nbconvert's converter takes quadratic time
_ESCAPE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?)?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """A text for a verdict: what can't be printed is a space, lone surrogates are question marks, lines stay.

    At most :data:`LONGEST_SAID` characters, and " ..." where there were more.
    """
    text = text.encode("utf-8", "replace").decode()
    text = "".join(mark if mark.isprintable() or mark in "\n\t" else " " for mark in text[: LONGEST_SAID + 1])
    return text if len(text) <= LONGEST_SAID else text[:LONGEST_SAID] + " ..."


def clean_text(value: Any, colours: bool = False) -> str:
    """A text for a notebook: of any length, with line feeds only, without lone surrogates and control characters.

    Args:
        value: a text, or a list of its pieces as nbformat writes it; what is neither is empty.
        colours: keep ANSI sequences that set colours, if they are complete (others stop nbconvert) and no more than
            :data:`MOST_ESCAPES`. Without it, and all other sequences, are left out.
    """
    if isinstance(value, (list, tuple)):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if "\x1b" in value:
        keep = colours and value.count("\x1b") <= MOST_ESCAPES
        value = _ESCAPE.sub(lambda match: match[0] if keep and _is_colour(match) else "", value)
    return _CONTROL.sub("", value)


def _is_colour(match: re.Match) -> bool:
    if match[2] != "m" or not re.fullmatch(r"\x1b\[[0-9;]{0,60}m", match[0]):
        return False
    numbers = [int(number or 0) for number in match[1].split(";")]
    while numbers:
        number = numbers.pop(0)
        if number in (38, 48):  # an extended colour: its number, or red, green and blue
            size = {5: 1, 2: 3}.get(numbers[0] if numbers else 0, 9)
            colour = numbers[1 : 1 + size]
            if len(colour) != size or max(colour) > 255:
                return False
            del numbers[: 1 + size]
    return True


def cut(text: str) -> str:
    """An output's text, its middle left out where it has more than :data:`LONGEST_TEXT` characters; it says so."""
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"


def plain(text: str) -> str:
    """A text for files that other programs read: encodable, with line feeds only, without control characters.

    Lone surrogates are question marks. Characters that turn the direction of the text around them are dropped too: a
    name is no place for them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return "".join(
        mark
        for mark in text
        if mark in "\n\t" or (unicodedata.category(mark) != "Cc" and mark not in "\ufffe\uffff" and not _turns(mark))
    )


def _turns(mark: str) -> bool:
    return "\u202a" <= mark <= "\u202e" or "\u2066" <= mark <= "\u2069"


def one_line(text: str | None) -> str:
    """:func:`plain` in one line, each run of white space a space; of None, nothing."""
    return " ".join(plain(text or "").split())
