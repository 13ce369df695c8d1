"""Help with one exercise, in a notebook: ``hint``, ``solution``, ``reset``; and which exercise a call is about."""

from __future__ import annotations

from typing import Any

from .checking.describe import describe
from .checking.look import box, pre, prose
from .errors import GraderError, UsageError
from .exercises import exercise, unit_of, units
from .progress import keep_hint, read, solution_text, stub_text, summary
from .workspace import grading, passed

__all__ = ["NOTHING", "Told", "hint", "named_exercise", "reset", "solution"]

NOTHING: Any = object()  # what was given where nothing was
_seen: dict[str, int] = {}  # hints shown in this process: all that there is where nothing can be kept


class Told:
    """Something told, shown as text or HTML: a title (may be empty), a text, and lines of code under it."""

    def __init__(self, title: str, text: str, code: str = ""):
        self.title, self.text, self.code = title, text, code

    def __repr__(self) -> str:
        title = self.title.replace("`", "")  # they only say what is code
        said = f"{title}\n  {self.text}" if title else self.text
        return f"{said}\n\n{self.code.rstrip()}\n" if self.code else said

    def _repr_html_(self) -> str:
        title = f"<strong>{prose(self.title)}</strong><br>" if self.title else ""
        code = pre(self.code.rstrip(), source=True) if self.code else ""
        return box("told", f'<div style="margin:0">{title}{prose(self.text)}</div>{code}', "told")


def named_exercise(what: Any, call: str) -> str:
    """The name of the exercise that ``call`` ("check", "hint", ...) was given: its name, or the function itself.

    Raises :class:`UsageError`, which says what was meant.
    """
    if what is NOTHING:
        raise UsageError(f'Which exercise? Write its name in quotes: {call}("{_next_exercise()}").')
    if type(what) is str:
        names = {one.name: one for one in units()}
        if what in names:
            listed = ", ".join(names[what].exercises)
            raise UsageError(f"{what} is a unit. Its exercises are {listed}: {call}({names[what].exercises[0]!r}).")
        unit_of(what)
        return what
    try:
        name = what.__name__
    except Exception:
        name = None
    if type(name) is str and name != "<lambda>":
        try:
            unit_of(name)
        except GraderError:
            raise UsageError(
                f"No exercise is called {name[:60]!r}. Write the exercise's name in quotes: "
                f'{call}("{_next_exercise()}").'
            ) from None
        return name
    raise UsageError(
        f"{call} was given {'a lambda' if name == '<lambda>' else describe(what)}, which doesn't tell which exercise "
        f'is meant. Write its name in quotes: {call}("{_next_exercise()}").'
    )


def _next_exercise() -> str:
    """The exercise to go on with, as an example that helps; else the course's first."""
    found = summary()
    names = [one.name for state in found.units for one in state.exercises]
    if found.next and found.next[1] in names:
        return found.next[1]
    return names[0] if names else "sigmoid"


def hint(what: Any = NOTHING, number: int | None = None) -> Told:
    """A hint for an exercise: each call gives a stronger one; ``hint("sigmoid", 3)`` picks one.

    ``what`` is the exercise's name, or the function. There are three: where to look, what to compute in words, nearly
    the line. After the third it says how to see the solution. Never raises: what it can't give a hint for, it says.
    """
    try:
        name = named_exercise(what, "hint")
        hints = exercise(name).hints
    except GraderError as error:
        return Told("", str(error))
    seen = max(_seen.get(name, 0), 0 if grading() else read().hints.get(name, 0))
    if number is None and seen >= len(hints):
        return Told(
            f"You have seen all {len(hints)} hints for `{name}`.",
            f'hint("{name}", 1) to hint("{name}", {len(hints)}) show them again. What is left is the course\'s own '
            f'version: solution("{name}")' + (" shows it." if _tried(name) else f", {_AFTER}."),
        )
    if number is None:
        number = seen + 1
    if type(number) is not int or number not in range(1, len(hints) + 1):
        return Told("", f"{name} has the hints 1 to {len(hints)}: hint({name!r}, 1) shows the first.")
    _seen[name] = max(number, _seen.get(name, 0))
    keep_hint(name, number)
    more = f'Call hint("{name}") again for a stronger one.'
    if number == len(hints):
        own = f'solution("{name}")'
        more = f"That was the last. {own} shows the course's own version" + ("." if _tried(name) else f", {_AFTER}.")
    return Told(f"Hint {number} of {len(hints)} for `{name}`.", f"{hints[number - 1]} {more}")


_AFTER = "once you have checked something that you wrote"


def _tried(name: str) -> bool:
    """Whether the learner has made an honest attempt: a check of something that was not the stub."""
    try:
        return name in passed() or name in read().checks
    except (OSError, RuntimeError):
        return False


def solution(what: Any = NOTHING, *, anyway: bool = False) -> Told:
    """The course's own version of an exercise, for somebody who has tried it.

    ``what`` is the exercise's name, or the function. It is shown after an honest attempt: a check of something that was
    not the stub. ``anyway=True`` shows it without one. Not while a class is graded. Never raises.
    """
    try:
        name = named_exercise(what, "solution")
        if grading():
            return Told("", "Solutions are not shown while a class is graded.")
        if not (anyway or _tried(name)):
            return Told(
                f"The solution of `{name}` comes {_AFTER}.",
                f'A wrong try counts: its check says what is wrong with it, and hint("{name}") where to begin. To see '
                f'the solution all the same: solution("{name}", anyway=True).',
            )
        text = "Read it line by line, close it, and write your own: that is when it stays."
        return Told(f"The course's own version of `{name}`.", text, solution_text(name))
    except GraderError as error:
        return Told("", str(error))


def reset(what: Any = NOTHING) -> Told:
    """The stub of an exercise as it came, as text to paste into its cell. It changes nothing by itself. Never raises.

    ``what`` is the exercise's name, or the function.
    """
    try:
        name = named_exercise(what, "reset")
        kept = " The version of yours that passed stays kept." if name in _kept() else ""
        text = (
            "Nothing was changed. To start again, select all in the exercise's cell, paste this over it, and run the "
            f"cell.{kept}"
        )
        return Told(f"`{name}` as it came.", text, stub_text(name))
    except GraderError as error:
        return Told("", str(error))


def _kept() -> dict[str, float]:
    try:
        return {} if grading() else passed()
    except (OSError, RuntimeError):
        return {}
