"""``hint`` and ``quiz``: help beside the exercises."""

from __future__ import annotations

import html
from collections.abc import Sequence

from .checking.check import fault
from .checking.verdict import Finding, PartResult, Verdict
from .errors import GraderError
from .exercises import exercise, quiz_of

__all__ = ["Hint", "hint", "quiz"]

_shown: dict[str, int] = {}


class Hint:
    """One hint, shown as text or HTML."""

    def __init__(self, title: str, text: str):
        self.title, self.text = title, text

    def __repr__(self) -> str:
        return f"{self.title}\n  {self.text}" if self.title else self.text

    def _repr_html_(self) -> str:
        return (
            '<div style="border-left:.35em solid var(--jp-info-color1, #3366aa);padding:.4em .8em;max-width:60em">'
            f"<strong>{html.escape(self.title)}</strong><br>{html.escape(self.text)}</div>"
        )


def hint(name: str, number: int | None = None) -> Hint:
    """A hint for an exercise: each call gives a stronger one; ``hint(name, 3)`` picks one."""
    try:
        hints = exercise(name).hints
    except GraderError as error:
        return Hint("", str(error))
    if number is None:
        number = min(_shown.get(name, 0) + 1, len(hints))
    if type(number) is not int or number not in range(1, len(hints) + 1):
        return Hint("", f"{name} has the hints 1 to {len(hints)}: hint({name!r}, 1) shows the first.")
    _shown[name] = number
    more = f' Call hint("{name}") again for a stronger one.' if number < len(hints) else ""
    return Hint(f"Hint {number} of {len(hints)} for {name}.", hints[number - 1] + more)


def quiz(unit_name: str, answers: Sequence[str | None]) -> Verdict:
    """Mark a unit's quiz. ``answers`` are letters in the questions' order, None where open."""
    if type(unit_name) is not str:
        unit_name = f"a {type(unit_name).__name__}"
    title = f"Quiz of {unit_name}"
    try:
        questions = quiz_of(unit_name)
    except GraderError as error:
        return fault(title, str(error))
    parts = [PartResult(f"Question {k}", 1, False) for k in range(1, len(questions) + 1)]
    if not isinstance(answers, (list, tuple)) or len(answers) != len(questions):
        return Verdict(
            title,
            False,
            parts,
            finding=Finding(
                seen=f"quiz expects a list of {len(questions)} answers, one letter each.",
                look="Run the cell with q1, q2, ... again, then this one.",
            ),
        )
    parts, notes = [], []
    for number, (question, answer) in enumerate(zip(questions, answers, strict=True), start=1):
        letters = "abcdefgh"[: len(question.options)]
        letter = answer.strip().lower() if isinstance(answer, str) else None
        right = letter is not None and letter == question.answer
        parts.append(PartResult(f"Question {number}", 1, right))
        if letter is None:
            notes.append(f"Question {number} has no answer yet.")
        elif letter not in letters or len(letter) != 1:
            notes.append(f"Question {number}: {answer!r} is none of {', '.join(letters)}.")
        else:
            option = question.options[letters.index(letter)]
            notes.append(f"Question {number}, ({letter}), {'right' if right else 'not right'}: {option.reason}")
    return Verdict(title, all(part.passed for part in parts), parts, notes=notes)
