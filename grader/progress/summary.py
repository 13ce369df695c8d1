"""What has been done of the course and what is left, by its registry: nothing here knows a unit by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..exercises import exercise, quiz_of, units
from ..exercises.base import PARTS, QUIZ_MINUTES, Unit
from ..workspace import grading
from ..workspace import passed as kept_functions
from .store import History, read

__all__ = ["QUIZ", "ExerciseState", "PartState", "QuizState", "Summary", "UnitState", "summary"]

QUIZ = "quiz"  # what stands for a unit's quiz where an exercise's name stands
STATES = ("to do", "wrong", "partly", "right")  # from the least to the best


@dataclass(frozen=True)
class ExerciseState:
    """An exercise: ``state`` is "right", "partly", "wrong" or "to do", ``points`` the most that were earned.

    ``attempts`` counts the checks of something that was not the stub, ``hints`` is the strongest one seen, 0 to 3.
    ``when`` is when it was right first (else checked last), in seconds since 1970, 0 where it never was; ``version``
    is the course's at that time, "" where an older one kept the function alone.
    """

    name: str
    title: str
    state: str
    points: float
    max_points: int
    minutes: int
    attempts: int = 0
    hints: int = 0
    when: float = 0.0
    version: str = ""


@dataclass(frozen=True)
class QuizState:
    """A unit's quiz: how many questions there are, how many were answered, how many of these rightly.

    ``state`` is as an exercise's; ``when`` is the last answer's time.
    """

    questions: int
    answered: int
    right: int
    when: float = 0.0

    @property
    def state(self) -> str:
        if not self.answered:
            return "to do"
        return "right" if self.right == self.questions else "partly" if self.right else "wrong"

    @property
    def minutes(self) -> int:
        """How long the whole quiz takes."""
        return QUIZ_MINUTES * self.questions


@dataclass(frozen=True)
class UnitState:
    """A unit with its exercises, in order, and its quiz. ``gives`` and ``needs`` are what its registry says."""

    name: str
    title: str
    part: str
    gives: str
    needs: str
    minutes: int
    exercises: tuple[ExerciseState, ...]
    quiz: QuizState

    @property
    def number(self) -> str:
        """Its two digits, "04"."""
        return self.name[:2]

    @property
    def points(self) -> float:
        return sum(one.points for one in self.exercises) + self.quiz.right

    @property
    def max_points(self) -> int:
        return sum(one.max_points for one in self.exercises) + self.quiz.questions

    @property
    def left(self) -> tuple[str, ...]:
        """What is not right yet, in order: names of exercises, and ``"quiz"``."""
        names = [one.name for one in self.exercises if one.state != "right"]
        return (*names, *([QUIZ] if self.quiz.state != "right" else []))

    @property
    def minutes_left(self) -> int:
        """How long what is left takes: its exercises, its questions, and its share of the unit's reading."""
        tasks = [(one.minutes, one.state == "right") for one in self.exercises]
        tasks += [(QUIZ_MINUTES, k < self.quiz.right) for k in range(self.quiz.questions)]
        whole, left = sum(long for long, _ in tasks), sum(long for long, done in tasks if not done)
        reading = max(self.minutes - whole, 0)
        return left + (round(reading * left / whole) if whole else 0)

    @property
    def done(self) -> bool:
        return not self.left

    @property
    def state(self) -> str:
        """ "right" where all of it is, "to do" where nothing was tried, else "partly"."""
        if self.done:
            return "right"
        states = [self.quiz.state, *(one.state for one in self.exercises)]
        return "partly" if any(state != "to do" for state in states) else "to do"

    @property
    def when(self) -> float:
        """When something of it was last right, or tried; 0 where nothing was."""
        return max([self.quiz.when, *(one.when for one in self.exercises)])


@dataclass(frozen=True)
class PartState:
    """A part of the course: its key ("I"), its title, its units in order."""

    key: str
    title: str
    units: tuple[UnitState, ...]


@dataclass(frozen=True)
class Summary:
    """The whole course. ``next`` is the (unit, exercise or "quiz") to go on with, None where nothing is left.

    ``note`` is a sentence where what was done could not be read, else "".
    """

    parts: tuple[PartState, ...]
    next: tuple[str, str] | None
    note: str = ""

    @property
    def units(self) -> tuple[UnitState, ...]:
        return tuple(unit for part in self.parts for unit in part.units)

    @property
    def done(self) -> bool:
        return self.next is None and bool(self.units)

    def unit(self, name: str) -> UnitState:
        """The unit of that name. Raises StopIteration where there is none."""
        return next(one for one in self.units if one.name == name)

    def exercise(self, name: str) -> ExerciseState:
        """The exercise of that name. Raises StopIteration where there is none."""
        return next(one for unit in self.units for one in unit.exercises if one.name == name)

    def after(self, name: str) -> UnitState | None:
        """The unit that comes after one, in teaching order; None after the last."""
        names = [one.name for one in self.units]
        later = names.index(name) + 1
        return self.units[later] if later < len(names) else None


def summary(folder: Path | None = None) -> Summary:
    """What has been done of the course that is taught here, and what is left.

    ``folder`` is a learner's folder of notebooks or the workspace in it (``.grader``); default: the workspace of the
    working folder. A function that is kept there counts as right, whatever else is known of it. While a class is
    graded nothing is read, and everything is to do. Never raises for what lies in the workspace.
    """
    place = _workspace(folder)
    history, kept = read(place), {}
    if not grading():
        try:
            kept = kept_functions(place)
        except (OSError, RuntimeError):  # no right to look there, or no home folder to look in
            pass
    states = [_unit(one, history, kept) for one in units()]
    order = {key: number for number, key in enumerate(PARTS)}
    states.sort(key=lambda one: order.get(one.part, len(order)))  # stable: by number within a part
    parts = tuple(
        PartState(key, PARTS.get(key, ""), tuple(one for one in states if one.part == key))
        for key in dict.fromkeys(one.part for one in states)
    )
    return Summary(parts, _next(states), history.note)


def _workspace(folder: Path | None) -> Path | None:
    """The workspace that a folder is, or holds."""
    from ..workspace import MARKER

    if folder is not None and (folder / MARKER).is_dir():
        return folder / MARKER
    return folder


def _unit(one: Unit, history: History, kept: dict[str, float]) -> UnitState:
    questions = len(quiz_of(one.name))
    answers = [history.answers[key] for k in range(1, questions + 1) if (key := (one.name, k)) in history.answers]
    return UnitState(
        name=one.name,
        title=one.title,
        part=one.part,
        gives=one.gives,
        needs=one.needs,
        minutes=one.minutes,
        exercises=tuple(_exercise(name, history, kept) for name in one.exercises),
        quiz=QuizState(
            questions,
            len(answers),
            sum(answer.right for answer in answers),
            max((answer.at for answer in answers), default=0.0),
        ),
    )


def _exercise(name: str, history: History, kept: dict[str, float]) -> ExerciseState:
    e, record = exercise(name), history.checks.get(name)
    state = (record.outcome if record else "") or "to do"
    points = min(record.points, e.points) if record else 0.0
    when = (record.first or record.last) if record else 0.0
    version = record.version if record else ""
    if name in kept and state != "right":  # by an older version, or while the file could not be written
        state, when, version = "right", kept[name], ""
    if state == "right":
        points = float(e.points)
    return ExerciseState(
        name=name,
        title=e.title,
        state=state,
        points=points,
        max_points=e.points,
        minutes=e.minutes,
        attempts=max(record.attempts if record else 0, int(name in kept)),
        hints=history.hints.get(name, 0),
        when=when,
        version=version,
    )


def _next(states: list[UnitState]) -> tuple[str, str] | None:
    """Where to go on: in the unit worked on last, else in the first one that has something left."""
    open_units = [one for one in states if not one.done]
    if not open_units:
        return None
    latest = max(states, key=lambda one: one.when)
    where = latest if latest.when and not latest.done else None
    if where is None and latest.when:  # that one is done: the next in order, before what was left out earlier
        where = next((one for one in states[states.index(latest) :] if not one.done), None)
    where = where or open_units[0]
    return where.name, where.left[0]
