"""What a class knows, added up from the grading records of a unit.

The records are taken one after the other; of each only what the report names is kept, so that a class of thousands is
no burden.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypedDict

import numpy as np

from ..errors import GraderError
from ..exercises import Exercise, exercise, unit
from .formats import diagnosis, name_of
from .record import CellRecord, Phase, Provenance, Record

__all__ = [
    "LONGEST",
    "ExerciseSummary",
    "Failing",
    "ForHuman",
    "Marks",
    "MistakeCount",
    "PartCount",
    "Result",
    "Spread",
    "StudentSummary",
    "Summary",
    "Tally",
    "Timings",
    "Way",
    "result_of",
    "short",
]

Result = Literal["right", "partly", "wrong", "empty", "open"]
LONGEST = 200  # characters of a text that is shown
_BARS = 11  # of the histogram, at most, and one for full marks
_SLOWEST = 10
_OTHERS = 5  # failures that are no known mistake, shown an exercise


class Spread(TypedDict):
    """How seconds are spread: the median, the 95th percentile, the most."""

    median: float
    p95: float
    max: float


class PartCount(TypedDict):
    """A part of an exercise, the points it is worth, and how many ``passed`` it ``of`` those whose verdict has it."""

    title: str
    points: float
    passed: int
    of: int


class MistakeCount(TypedDict):
    """A known mistake, how many made it and who, and the exercise's words on it (empty where it knows it no more)."""

    name: str
    students: int
    who: list[str]
    what: str
    meaning: str
    look: str


class ExerciseSummary(TypedDict):
    """What the class did with one exercise.

    ``title``, ``difficulty`` and ``minutes`` are the course's, "" and None for a quiz and an instructor's own cell.
    ``students`` have a graded submission; ``right`` to ``open`` say how many of them came to which :data:`Result`.
    ``tried`` are those judged who answered. ``pass_rate`` is the share of the judged who are right, 0 to 1,
    ``pass_rate_tried`` that of those who tried; None where there is nobody. ``seconds`` are those the cell took, None
    where it never ran. ``mistakes`` are the known ones, the most frequent first. ``others`` are the first lines
    (``text``) of the most frequent other failures, and how many ``students`` had them; ``other_failures`` counts all.
    """

    name: str
    title: str
    difficulty: int | None
    minutes: int | None
    max_points: float
    students: int
    right: int
    partly: int
    wrong: int
    empty: int
    open: int
    tried: int
    pass_rate: float | None
    pass_rate_tried: float | None
    mean_points: float | None
    seconds: Spread | None
    parts: list[PartCount]
    mistakes: list[MistakeCount]
    others: list[dict[str, str | int]]
    other_failures: int


class Failing(TypedDict):
    """An exercise that somebody has not right, and the known mistake in it, if it is one."""

    exercise: str
    result: Result
    mistake: str | None


class StudentSummary(TypedDict):
    """What became of one submission.

    ``right`` and ``empty`` count cells, of all ``cells`` that earn points (0 where it was not graded). ``stopped`` is
    the first exercise that is not right, "" where there is none. ``seconds`` is None where nothing ran, ``timestamp``
    where the time of handing in is not known.
    """

    student: str
    status: str
    points: float
    max_points: float
    right: int
    empty: int
    cells: int
    stopped: str
    failing: list[Failing]
    seconds: float | None
    timestamp: str | None


class ForHuman(TypedDict):
    """A submission that a human should look at, and why, in sentences."""

    student: str
    status: str
    reasons: list[str]


class Marks(TypedDict):
    """How the graded submissions' points are spread.

    ``quartiles`` are the 25th and the 75th percentile, ``full`` and ``none`` how many have all and no points. ``bars``
    are those of a histogram: points ``from``, ``to`` (that one not included; in the last bar both are the full marks)
    and how many ``students``.
    """

    max_points: float
    mean: float
    median: float
    quartiles: list[float]
    full: int
    none: int
    bars: list[dict[str, float]]


class Timings(TypedDict):
    """Seconds of grading: of a submission, of all together, by phase, the longest first; the slowest submissions."""

    submissions: Spread | None
    total: float
    phases: dict[Phase, float]
    slowest: list[dict[str, str | float]]


class Way(TypedDict):
    """How some submissions were graded, how many and whose; ``differs`` has a line for each difference to most."""

    students: int
    who: list[str]
    provenance: Provenance
    differs: list[str]


class Summary(TypedDict):
    """What a class knows of a unit: plain data, of which the page is made and which the JSON file holds.

    ``title`` is "" for a notebook of the instructor's own. ``records`` counts the submissions with a record, ``graded``
    those that could be graded. ``ungraded`` handed in and have no record; ``absent`` are in the class and handed in
    nothing; ``not_started`` left every answer empty. ``marks`` is None where nothing was graded. ``reasons`` are those
    of ``human`` with the ``students`` of each, the most frequent first. ``unsolved`` are exercises that nobody has
    right though some were judged, ``unsolved_parts`` parts that nobody passed of exercises where somebody passed
    something. ``stuck`` says by the first ``exercise`` that is not right which ``students`` have come no further.
    ``put_right`` says whose cells had to be. ``ways`` are in order of how many were graded so. ``names`` are the
    class's, by id.
    """

    schema: int
    unit: str
    title: str
    records: int
    graded: int
    ungraded: list[str]
    absent: list[str]
    not_started: list[str]
    marks: Marks | None
    human: list[ForHuman]
    reasons: list[dict[str, str | list[str]]]
    exercises: list[ExerciseSummary]
    unsolved: list[str]
    unsolved_parts: list[dict[str, str]]
    stuck: list[dict[str, str | list[str]]]
    students: list[StudentSummary]
    put_right: list[dict[str, str | list[str]]]
    timings: Timings
    ways: list[Way]
    names: dict[str, str]


def result_of(cell: CellRecord, answers: Mapping[str, str]) -> Result:
    """``right``, ``partly``, ``wrong``, ``empty`` (no answer) or ``open`` (a human has to decide).

    ``answers`` are those of the cell's record. Full points are no ``right`` where the verdict says otherwise.
    """
    if cell["points"] is None:
        return "open"
    if cell["points"] >= cell["max_points"] and cell["passed"] is not False:
        return "right"
    if "no answer" in (answers.get(name_of(cell)), answers.get(cell["cell"])):
        return "empty"
    return "partly" if cell["points"] > 0 else "wrong"


class _Exercise:
    """Counts what the class did with one exercise.

    ``max_points`` is the most that any of the records has, as a unit may have been released anew. ``mistakes`` has
    the students by known mistake, ``others`` the first lines of other failures.
    """

    def __init__(self, cell: CellRecord):
        self.name, self.max_points = name_of(cell), cell["max_points"]
        self.results: Counter[Result] = Counter()
        self.points: list[float] = []
        self.seconds: list[float] = []
        self.mistakes: dict[str, list[str]] = {}
        self.others: Counter[str] = Counter()
        self.parts: dict[str, PartCount] = {}

    def add(self, student: str, cell: CellRecord, result: Result) -> None:
        """Take in a student's cell."""
        self.results[result] += 1
        self.max_points = max(self.max_points, cell["max_points"])
        if cell["points"] is not None:
            self.points.append(cell["points"])
        self.seconds.append(cell["seconds"])
        if cell["mistake"]:
            self.mistakes.setdefault(cell["mistake"], []).append(student)
        elif result in ("partly", "wrong"):
            self.others[diagnosis(cell["text"])[:LONGEST]] += 1
        for part in cell["parts"]:
            title = part["title"]
            count = self.parts.setdefault(title, {"title": title, "points": part["points"], "passed": 0, "of": 0})
            count["passed"] += part["passed"]
            count["of"] += 1

    def summary(self) -> ExerciseSummary:
        """What was counted, in the order in which the page tells it."""
        known = _known(self.name)
        mistakes = {one.name: one for one in known.mistakes} if known else {}
        counts = self.results
        judged = counts.total() - counts["open"]
        tried = judged - counts["empty"]
        return {
            "name": self.name,
            "title": known.title if known else "",
            "difficulty": known.difficulty if known else None,
            "minutes": known.minutes if known else None,
            "max_points": self.max_points,
            "students": counts.total(),
            "right": counts["right"],
            "partly": counts["partly"],
            "wrong": counts["wrong"],
            "empty": counts["empty"],
            "open": counts["open"],
            "tried": tried,
            "pass_rate": _share(counts["right"], judged),
            "pass_rate_tried": _share(counts["right"], tried),
            "mean_points": float(np.mean(self.points)) if self.points else None,
            "seconds": _spread(self.seconds),
            "parts": list(self.parts.values()),
            "mistakes": [
                {
                    "name": name,
                    "students": len(who),
                    "who": who,
                    "what": mistakes[name].what if name in mistakes else "",
                    "meaning": mistakes[name].meaning if name in mistakes else "",
                    "look": mistakes[name].look if name in mistakes else "",
                }
                for name, who in _most_first(self.mistakes)
            ],
            "others": [{"text": text, "students": count} for text, count in self.others.most_common(_OTHERS)],
            "other_failures": sum(self.others.values()),
        }


def _known(name: str) -> Exercise | None:
    """The course's exercise of this name, if there is one."""
    try:
        return exercise(name)
    except GraderError:  # the quiz, or a cell of the instructor's own
        return None


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _most_first(groups: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """(name, who), the largest group first; those of one size by name."""
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def _spread(values: Sequence[float]) -> Spread | None:
    if not values:
        return None
    middle, high = np.percentile(values, [50, 95])
    return {"median": float(middle), "p95": float(high), "max": float(max(values))}


class Tally:
    """Adds up a unit's records, one at a time (:meth:`add`); :meth:`summary` is plain data for JSON and the page.

    Exercises stand in the order in which they are first met, students in that of their records.
    """

    def __init__(self, unit_name: str, roster: Iterable[tuple[str, str]] = (), handed_in: Iterable[str] = ()):
        """Begin with nothing.

        Args:
            unit_name: what was graded, as records name it.
            roster: (id, name) of who is in the class.
            handed_in: ids of who has submitted, graded or not.
        """
        self.unit = unit_name
        self.handed_in = set(handed_in)
        self.names = {student: name for student, name in roster}
        self.exercises: dict[str, _Exercise] = {}
        self.students: list[StudentSummary] = []
        self.human: list[ForHuman] = []
        self.put_right: list[dict[str, str | list[str]]] = []
        self.phases: dict[Phase, float] = {}
        self.ways: dict[str, list[str]] = {}  # how it was graded, as JSON, and whose submissions

    def add(self, record: Record) -> None:
        """Take a record in. Of one that was not graded, only that, and what it says to a human, is told."""
        student, stopped = record["student"], ""
        failing: list[Failing] = []
        results: Counter[Result] = Counter()
        for cell in record["cells"] if record["status"] == "graded" else ():
            result = result_of(cell, record["answers"])
            results[result] += 1
            self.exercises.setdefault(cell["cell"], _Exercise(cell)).add(student, cell, result)
            name = name_of(cell)
            if result not in ("right", "open"):
                stopped = stopped or name
                failing.append({"exercise": name, "result": result, "mistake": cell["mistake"]})
        seconds = record["seconds"]
        self.students.append(
            {
                "student": student,
                "status": record["status"],
                "points": record["points"],
                "max_points": record["max_points"],
                "right": results["right"],
                "empty": results["empty"],
                "cells": results.total(),
                "stopped": stopped,
                "failing": failing,
                "seconds": seconds.get("total"),
                "timestamp": record["submitted"]["timestamp"],
            }
        )
        for phase, spent in seconds.items():
            if phase != "total" and spent:
                self.phases[phase] = self.phases.get(phase, 0.0) + spent
        if record["human"] or record["status"] != "graded":
            reasons = record["human"] or [record["reason"] or "no reason is recorded"]
            self.human.append({"student": student, "status": record["status"], "reasons": reasons})
        if record["put_right"]:
            self.put_right.append({"student": student, "cells": record["put_right"]})
        way = json.dumps(record["provenance"], sort_keys=True)
        self.ways.setdefault(way, []).append(student)

    def summary(self) -> Summary:
        """All that was taken in, added up."""
        graded = [one for one in self.students if one["status"] == "graded"]
        recorded = {one["student"] for one in self.students}
        exercises = [one.summary() for one in self.exercises.values()]
        return {
            "schema": 1,
            "unit": self.unit,
            "title": _title(self.unit),
            "records": len(self.students),
            "graded": len(graded),
            "ungraded": sorted(self.handed_in - recorded),
            "absent": [student for student in self.names if student not in recorded | self.handed_in],
            "not_started": [one["student"] for one in graded if one["cells"] and one["empty"] == one["cells"]],
            "marks": _marks(graded),
            "human": self.human,
            "reasons": self._reasons(),
            "exercises": exercises,
            "unsolved": [one["name"] for one in exercises if not one["right"] and one["students"] > one["open"]],
            "unsolved_parts": [
                {"exercise": one["name"], "title": part["title"]}
                for one in exercises
                if one["right"] or any(p["passed"] for p in one["parts"])
                for part in one["parts"]
                if part["of"] and not part["passed"]
            ],
            "stuck": self._stuck(graded),
            "students": self.students,
            "put_right": self.put_right,
            "timings": self._timings(),
            "ways": self._ways(),
            "names": self.names,
        }

    def _reasons(self) -> list[dict[str, str | list[str]]]:
        """Why a human is needed, the most frequent reason first."""
        who: dict[str, list[str]] = {}
        for one in self.human:
            for reason in one["reasons"]:
                who.setdefault(reason[:LONGEST], []).append(one["student"])
        return [{"reason": reason, "students": students} for reason, students in _most_first(who)]

    def _stuck(self, graded: Sequence[StudentSummary]) -> list[dict[str, str | list[str]]]:
        """By the first exercise that is not right: who has come no further."""
        order = [one.name for one in self.exercises.values()]
        who = {name: [one["student"] for one in graded if one["stopped"] == name] for name in order}
        return [{"exercise": name, "students": students} for name, students in who.items() if students]

    def _timings(self) -> Timings:
        timed = [(one["student"], one["seconds"]) for one in self.students if one["seconds"] is not None]
        slowest = sorted(timed, key=lambda one: -one[1])[:_SLOWEST]
        return {
            "submissions": _spread([seconds for _, seconds in timed]),
            "total": sum(seconds for _, seconds in timed),
            "phases": dict(sorted(self.phases.items(), key=lambda item: -item[1])),
            "slowest": [{"student": student, "seconds": seconds} for student, seconds in slowest],
        }

    def _ways(self) -> list[Way]:
        """How it was graded: the way of most first, of the others what differs from it."""
        ways = [(json.loads(way), who) for way, who in _most_first(self.ways)]
        return [
            {"students": len(who), "who": who, "provenance": way, "differs": _differences(ways[0][0], way)}
            for way, who in ways
        ]


def _title(unit_name: str) -> str:
    try:
        return unit(unit_name).title
    except GraderError:  # a unit of the instructor's own
        return ""


def _marks(graded: Sequence[StudentSummary]) -> Marks | None:
    """How the points of these are spread; None where there is nobody."""
    if not graded:
        return None
    points = np.array([one["points"] for one in graded], dtype=float)
    most = max(one["max_points"] for one in graded)
    low, middle, high = np.percentile(points, [25, 50, 75])
    step = max(1, math.ceil(most / _BARS))
    bars: list[dict[str, float]] = []
    for start in range(0, math.ceil(most), step) if most > 0 else ():
        end = min(start + step, most)
        bars.append({"from": start, "to": end, "students": int(np.sum((points >= start) & (points < end)))})
    bars.append({"from": most, "to": most, "students": int(np.sum(points >= most))})
    return {
        "max_points": most,
        "mean": float(points.mean()),
        "median": float(middle),
        "quartiles": [float(low), float(high)],
        "full": int(np.sum(points >= most)),
        "none": int(np.sum(points <= 0)),
        "bars": bars,
    }


def _differences(usual: object, other: object, at: str = "") -> list[str]:
    """What differs between two provenances, or what both have at a place in them (``limits.cell``), a line each."""
    if usual == other:
        return []
    if isinstance(usual, dict) and isinstance(other, dict):
        lines = []
        for name in sorted({*usual, *other}):
            lines += _differences(usual.get(name), other.get(name), f"{at}.{name}" if at else name)
        return lines
    return [f"{at}: {short(other)} instead of {short(usual)}"]


def short(value: object) -> str:
    """A value of a provenance in a few words: of a digest the first twelve digits, of a list its entries."""
    if value is None or value == []:
        return "none"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    # A digest is there to be told from another, which its first digits do.
    return text[:12] if len(text) == 64 and " " not in text else text[:LONGEST]
