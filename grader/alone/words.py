"""What the command line says of exercises: their hints, and whether one was tried at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..exercises import exercise

__all__ = ["at_a_terminal", "hint_text", "told"]

_CALL = re.compile(r'\b(hint|solution|reset)\("(\w+)"\)')


def hint_text(name: str, number: int, more: str) -> str:
    """A hint as lines of text; then ``more``, how to get the next one, or after the last the way to the solution."""
    hints = exercise(name).hints
    after = more if number < len(hints) else f"That was the last. The course's own version: grader solution {name}"
    return f"Hint {number} of {len(hints)} for {name}.\n  {hints[number - 1]}\n  {after}"


def at_a_terminal(text: str) -> str:
    """A verdict's text with the commands that do what its calls would do in a notebook: ``grader hint one_hot``."""
    return _CALL.sub(r"`grader \1 \2`", text)


def told(record: Mapping[str, Any]) -> bool:
    """Whether a verdict's record is about something that a learner wrote."""
    return record.get("state") != "to do"
