"""What a learner calls in a notebook: ``check``, which keeps what passed, ``hint``, ``mine`` and ``quiz``."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .checking.check import UNDEFINED, check_function, fault
from .checking.describe import describe
from .checking.verdict import Finding, PartResult, Verdict
from .errors import GraderError, UsageError
from .exercises import exercise as find_exercise
from .exercises import quiz_of
from .reminders import reminders
from .workspace import mine, remember

__all__ = ["Hint", "Verdict", "check", "hint", "mine", "quiz"]


def check(what: str | Callable, fn: Callable | None = None, *, hidden: bool = False) -> Verdict:
    """Check a function of yours against the reference.

    ``check("lstm_step")`` looks the name up where you call it, ``check(lstm_step)`` takes the
    function itself, and ``check("lstm_step", f)`` judges ``f`` as an answer to that exercise.
    ``hidden=True`` uses the class's hidden test vectors and shows no values. What stands under its own name and
    passes is kept in your workspace, for the units that use it (see ``mine``).

    Never raises: where no verdict is possible, ``passed`` of what comes back is None, and its text says why.

    ``what`` is an exercise's name, or a function that is called like one. The answer shows itself as the last
    expression of a cell; its attributes (``passed``, ``points``, ``score``, ``mistake``, ``text``) are
    :class:`Verdict`'s. What passed under another name, or with hidden vectors, is not kept.
    """
    scope = sys._getframe(1).f_globals
    try:
        name, function, named = _resolve(what, fn, scope)
        exercise = find_exercise(name)
        verdict = check_function(exercise, function, hidden)
    except UsageError as error:
        return Verdict(_name_of(what), passed=None, finding=Finding(seen=str(error)))
    except GraderError as error:
        return fault(_name_of(what), str(error))
    except Exception as error:  # ours, whatever it is: never the learner's
        return fault(_name_of(what), _unexpected(error))
    if verdict.passed and not hidden and named:
        note = remember(exercise.name, function)
        verdict.notes += [note] if note else []
    verdict.notes += reminders(exercise.name, function, verdict) if named else []
    return verdict


def _name_of(what: Any) -> str:
    """What a check was asked for, in a word: it may be any object, and answer anything when it is asked."""
    try:
        name = what if type(what) is str else what.__name__
    except Exception:
        name = None
    return name[:80] if type(name) is str else "check"


def _unexpected(error: Exception) -> str:
    """What is said of an error of ours: its class, its text, and where it was raised."""
    place = ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        place = f" (in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})"
    return f"The grader stumbled over {type(error).__name__}: {error}{place}."


def _resolve(what: Any, fn: Any, scope: dict) -> tuple[str, Any, bool]:
    """(exercise's name, function, whether it stands under its own name), from what ``check`` was given.

    ``scope`` are the names where ``check`` was called; what stands there under no name is ``UNDEFINED``. Raises
    :class:`UsageError` for what doesn't tell which exercise it answers.
    """
    if type(what) is str:
        if fn is not None:
            return what, fn, False
        return what, scope.get(what, UNDEFINED), True
    try:
        name = what.__name__
    except Exception:
        name = None
    if type(name) is not str or name == "<lambda>":
        raise UsageError(
            f"check was given {'a lambda' if name == '<lambda>' else describe(what)}, which doesn't tell which "
            "exercise it answers. "
            'Say so with the exercise\'s name first: check("lstm_step", your_function).'
        )
    return name, what, scope.get(name) is what


_shown: dict[str, int] = {}


class Hint:
    """One hint, shown as text or HTML: a title, empty where there is no such hint, and a text.

    It is shown where a cell ends with it; ``title`` and ``text`` can be read.
    """

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
    """A hint for an exercise: each call gives a stronger one; ``hint(name, 3)`` picks one.

    There are three: where to look, what to compute in words, nearly the line. Never raises: what it can't give a hint
    for, it says.

    ``name`` is an exercise's, ``number`` 1 to 3. What was shown is counted for as long as the kernel runs.
    """
    try:
        hints = find_exercise(name).hints
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
    """Mark a unit's quiz. ``answers`` are letters in the questions' order, None where open.

    The verdict has a part and a note for each question, with the reason why that answer is right or not; one point
    each. Never raises.

    ``unit_name`` is that of the unit, such as ``"05_lstm"``. Letters count in either case, spaces around them don't. A
    list of the wrong length earns nothing, and is told so.
    """
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
