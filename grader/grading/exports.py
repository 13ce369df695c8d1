"""A class's marks for other programs: nbgrader's CSV, Canvas, Moodle, a spreadsheet, JUnit, JSON.

Marks are those of nbgrader's gradebook, so that manual marks and late penalties count; the grading
records add what is behind them. A student without a submission has 0 points where nbgrader says 0,
and no mark where a program keeps "no mark" apart from 0. Learning platforms get no mark that waits for a human.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from nbgrader.api import Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import ExportPlugin
from sqlalchemy import func

from ..errors import GraderError
from ..exercises import exercise
from ..files import write_atomically
from ..text import one_line, plain
from .formats import Case, Suite, csv_text, junit, name_of, suite_of
from .record import Record, records_of

__all__ = ["EXPORTS", "Book", "Mark", "SafeCsvExporter", "StudentRow", "UnitRow", "read_book"]

_NBGRADER = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


class Mark(NamedTuple):
    """A submission's mark in points: ``score`` is what counts, ``raw`` less the ``penalty`` for lateness.

    ``timestamp`` is when it was handed in, UTC and without a zone, None where that is not known. ``open`` says that a
    human still has to decide on a part of it.
    """

    raw: float
    penalty: float
    timestamp: datetime.datetime | None
    open: bool

    @property
    def score(self) -> float:
        """The points that count: never below 0."""
        return max(0.0, self.raw - self.penalty)


class UnitRow(TypedDict):
    """An assignment in the gradebook; ``duedate`` is UTC and without a zone, None where it has none."""

    name: str
    duedate: datetime.datetime | None
    max_score: float


class StudentRow(TypedDict):
    """A student in the gradebook; only the id is sure. ``lms_user_id`` is their number in a learning platform."""

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None
    lms_user_id: str | None


@dataclass(frozen=True)
class Book:
    """A gradebook's content: units in nbgrader's order, students by name, marks by (unit, student).

    Who handed nothing in for a unit has no mark of it. ``autograded`` is the class's folder of graded notebooks, None
    where the records are not asked for.
    """

    units: list[UnitRow]
    students: list[StudentRow]
    marks: dict[tuple[str, str], Mark]
    autograded: Path | None = None

    def records(self, unit: str, student: str) -> list[Record]:
        """The grading records behind a mark, one for each notebook; none where it was not graded by the grader."""
        return records_of(self.autograded, student, unit) if self.autograded else []

    @property
    def open(self) -> list[tuple[str, str]]:
        """(unit, student) of the marks that still wait for a human."""
        return [key for key, mark in self.marks.items() if mark.open]


def read_book(
    gradebook: Gradebook,
    units: list[str] | None = None,
    students: list[str] | None = None,
    autograded: Path | None = None,
) -> Book:
    """What a gradebook holds on these units and students, with four queries a unit.

    Args:
        gradebook: nbgrader's own, open.
        units: the assignments' names; all where there is none.
        students: the students' ids; all where there is none. Marks are read of everybody.
        autograded: where the grading records are; None for none.

    Raises:
        GraderError: it does not know one of the units or students; what it knows is named.
    """
    assignments = gradebook.assignments
    known = [one.name for one in assignments]
    _must_know("unit", units, known, "Release it with `nbgrader generate_assignment` first")
    # Databases differ in how they sort names, and where they put who has none.
    people = sorted(gradebook.students, key=lambda one: (one.last_name or "", one.first_name or "", one.id))
    _must_know("student", students, [one.id for one in people], "Grading a submission adds its student")
    chosen = [one for one in assignments if not units or one.name in units]
    marks: dict[tuple[str, str], Mark] = {}
    for one in chosen:
        marks |= {(one.name, student): mark for student, mark in _marks(gradebook, one.id)}
    return Book(
        [{"name": one.name, "duedate": one.duedate, "max_score": one.max_score or 0.0} for one in chosen],
        [
            StudentRow(
                id=one.id,
                first_name=one.first_name,
                last_name=one.last_name,
                email=one.email,
                lms_user_id=one.lms_user_id,
            )
            for one in people
            if not students or one.id in students
        ],
        marks,
        autograded,
    )


def _marks(gradebook: Gradebook, assignment_id: str) -> Iterator[tuple[str, Mark]]:
    """(student, mark) of every submission: nbgrader's own sums, which it would ask for one by one."""
    mine = SubmittedAssignment.assignment_id == assignment_id
    notebooks = (
        gradebook.db.query(SubmittedAssignment.id)
        .filter(mine)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .group_by(SubmittedAssignment.id)
    )
    penalties = dict(notebooks.add_columns(func.sum(SubmittedNotebook.late_submission_penalty)).all())
    grades = notebooks.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    scores = dict(grades.add_columns(func.sum(Grade.score)).all())
    waiting = {one for (one,) in grades.filter(Grade.needs_manual_grade)}
    for one in gradebook.db.query(SubmittedAssignment).filter(mine):
        yield (
            one.student_id,
            Mark(scores.get(one.id) or 0.0, penalties.get(one.id) or 0.0, one.timestamp, one.id in waiting),
        )


def _must_know(what: str, asked: list[str] | None, known: list[str], remedy: str) -> None:
    """Raise :class:`GraderError` where something is asked for that is not known.

    ``what`` is ``unit`` or ``student``, ``remedy`` a sentence on how one gets in.
    """
    missing = [one for one in asked or () if one not in known]
    if missing:
        raise GraderError(
            f"The gradebook has no {what} called {', '.join(missing)}. {remedy}. "
            f"It has: {', '.join(known[:20]) or 'none'}{' ...' if len(known) > 20 else ''}."
        )


# --- the formats ---------------------------------------------------------------------------------


def _nbgrader_csv(book: Book, **_: Any) -> str:
    """nbgrader's own columns, a row for every unit and student.

    As there, who handed nothing in has 0 points, and a mark that waits for a human is the sum of what is there.
    """
    rows: list[tuple] = [_NBGRADER]
    for unit in book.units:
        for student in book.students:
            mark = book.marks.get((unit["name"], student["id"]), Mark(0.0, 0.0, None, False))
            rows.append(
                (
                    unit["name"],
                    unit["duedate"],
                    mark.timestamp,
                    student["id"],
                    student["last_name"],
                    student["first_name"],
                    student["email"],
                    mark.raw,
                    mark.penalty,
                    mark.score,
                    unit["max_score"],
                )
            )
    return csv_text(rows)


def _canvas_csv(book: Book, canvas_ids: Mapping[str, str] | None = None, **_: Any) -> str:
    """Canvas's gradebook import: a row a student, a column a unit, no mark where one waits for a human.

    A column is called like its unit. A number in parentheses behind it would be read as the assignment's id in Canvas,
    never as its points: those are in the row below. A student goes by ``lms_user_id`` where that is a number, and by
    nbgrader's id as SIS login in any case.
    """
    ids = canvas_ids or {}
    names = [f"{unit['name']} ({ids[unit['name']]})" if unit["name"] in ids else unit["name"] for unit in book.units]
    rows: list[list] = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]]
    rows.append(["Points Possible", "", "", "", "", *(unit["max_score"] for unit in book.units)])
    for student in book.students:
        own = plain(student["lms_user_id"] or "")
        rows.append(
            [
                _last_first(student),
                own if own.isascii() and own.isdigit() else "",
                "",
                one_line(student["id"]),
                "",
                *(_score(book, unit, student, "") for unit in book.units),
            ]
        )
    return csv_text(rows)


def _moodle_csv(book: Book, **_: Any) -> str:
    """Moodle's grade import: a row a student, a grade and a feedback column a unit, to be mapped together.

    The feedback is that of :func:`_feedback`. A dash stands for no grade, where one waits for a human too.
    """
    header = ["First name", "Last name", "ID number", "Email address"]
    for unit in book.units:
        header += [f"Assignment: {unit['name']} (Real)", f"Assignment: {unit['name']} (Feedback)"]
    rows: list[list[float | str]] = [[*header]]
    for student in book.students:
        own = student["first_name"], student["last_name"], student["id"], student["email"]
        row: list[float | str] = [one_line(text) for text in own]
        for unit in book.units:
            # A dash is Moodle's "no grade". Without one, no feedback either.
            row += [_score(book, unit, student, "-"), _feedback(book, unit["name"], student["id"])]
        rows.append(row)
    return csv_text(rows)


def _sheet_csv(book: Book, **_: Any) -> str:
    """A row a student, a column a unit, and the sum: for a spreadsheet.

    The last column names the units in which a mark waits for a human; the mark is there. None is an empty field.
    """
    names = [unit["name"] for unit in book.units]
    most = [unit["max_score"] for unit in book.units]
    rows: list[list[str | float | None]] = [
        [
            "student_id",
            "last_name",
            "first_name",
            "email",
            *(f"{name} (of {points:g})" for name, points in zip([*names, "total"], [*most, sum(most)], strict=True)),
            "waiting_for_a_human",
        ]
    ]
    for student in book.students:
        marks = [book.marks.get((name, student["id"])) for name in names]
        rows.append(
            [
                student["id"],
                student["last_name"],
                student["first_name"],
                student["email"],
                *(mark.score if mark else "" for mark in marks),
                sum(mark.score for mark in marks if mark),
                " ".join(name for name, mark in zip(names, marks, strict=True) if mark and mark.open),
            ]
        )
    return "\ufeff" + csv_text(rows)  # Excel takes a file without this mark for Latin-1


def _junit_xml(book: Book, when: str, **_: Any) -> bytes:
    """A suite a submission, a case a graded cell; who handed in nothing is not in it."""

    def suites() -> Iterator[Suite]:
        for unit in book.units:
            for student in book.students:
                mark = book.marks.get((unit["name"], student["id"]))
                records = book.records(unit["name"], student["id"])
                for record in records:
                    yield suite_of(record, when, **({"score": mark.score, "penalty": mark.penalty} if mark else {}))
                if not records and mark is not None:
                    reason = "It was graded without a grading record; grade it with `grader autograde`."
                    yield Suite(
                        name=f"{unit['name']}: {student['id']}",
                        package=unit["name"],
                        cases=[Case("grading", None, None, None, reason, reason)],
                        timestamp=when,
                        seconds=0.0,
                        properties={
                            "student": student["id"],
                            "status": "no record",
                            "points": mark.score,
                            "max_points": unit["max_score"],
                        },
                    )

    return junit(suites())


def _json_text(book: Book, when: str, **_: Any) -> str:
    """Everything: the marks in points, and the grading records behind each, one for each notebook.

    An object with ``made``, ``students`` and ``units``; each unit has a list ``students``, of the class, submitted or
    not. Times are texts, UTC and without a zone.
    """
    units = []
    for unit in book.units:
        students = []  # as text at once: the records of a large class would fill the memory
        for student in book.students:
            mark = book.marks.get((unit["name"], student["id"]))
            students.append(
                _dump(
                    {
                        "student": student["id"],
                        "submitted": mark is not None,
                        "score": mark.score if mark else 0.0,
                        "raw_score": mark.raw if mark else 0.0,
                        "late_submission_penalty": mark.penalty if mark else 0.0,
                        "timestamp": str(mark.timestamp) if mark and mark.timestamp else None,
                        "waiting_for_a_human": bool(mark and mark.open),
                        "records": book.records(unit["name"], student["id"]) if mark else [],
                    }
                )
            )
        due = unit["duedate"]
        head = _dump({**unit, "duedate": str(due) if due else None})
        units.append(f'{head[:-1]}, "students": [\n' + ",\n".join(students) + "\n]}")
    head = _dump({"made": when, "students": book.students})
    return f'{head[:-1]}, "units": [\n' + ",\n".join(units) + "\n]}\n"


def _dump(value: Mapping[str, object]) -> str:
    """One line of JSON; ends in a brace, before which more can be put."""
    return json.dumps(value, allow_nan=False)


def _last_first(student: StudentRow) -> str:
    """``Last, First``, as far as both are known; the id where neither is."""
    names = [one_line(student["last_name"]), one_line(student["first_name"])]
    return ", ".join(name for name in names if name) or one_line(student["id"])


def _score(book: Book, unit: UnitRow, student: StudentRow, missing: str) -> float | str:
    """A mark for a learning platform; none where a human still has to decide on a part of it."""
    mark = book.marks.get((unit["name"], student["id"]))
    return mark.score if mark and not mark.open else missing


def _feedback(book: Book, unit: str, student: str) -> str:
    """A line for every exercise that did not get full marks, in the course's own words only.

    It goes to the learner, so nothing that a record quotes of a cell is in it: only points, and what a known mistake
    is. Empty where there is no record.
    """
    records = book.records(unit, student) if (unit, student) in book.marks else []
    if not records:
        return ""
    if any(record["status"] != "graded" for record in records):
        return "This submission could not be graded; your instructor will look at it."
    lines = []
    for cell in (cell for record in records for cell in record["cells"]):
        name = name_of(cell)
        if cell["points"] is None:
            lines.append(f"{name}: still to be marked")
        elif cell["points"] < cell["max_points"]:
            what = _mistake(name, cell["mistake"])
            lines.append(f"{name}: {cell['points']:g} of {cell['max_points']:g}{f' (this is {what})' if what else ''}")
    return "; ".join(lines) or "Everything is right."


def _mistake(exercise_name: str, mistake: str | None) -> str:
    """A known mistake in words, to be read after "this is"; empty where there is none."""
    if not mistake:
        return ""
    try:
        known = {one.name: one.what for one in exercise(exercise_name).mistakes}
    except GraderError:  # a cell that is no exercise of the course
        return ""
    return known.get(mistake, "")


class _Export(NamedTuple):
    """A format: what makes it of a :class:`Book`, and the file that it goes to where nobody says another.

    Each ``make`` is called with the book, ``when`` (the time of the export, as XML Schema writes it, without a zone)
    and ``canvas_ids`` (Canvas's number of an assignment, by unit), and takes of these what it needs. Text is UTF-8.
    """

    make: Callable[..., str | bytes]
    file: str


EXPORTS = {
    "nbgrader": _Export(_nbgrader_csv, "grades.csv"),
    "canvas": _Export(_canvas_csv, "grades-canvas.csv"),
    "moodle": _Export(_moodle_csv, "grades-moodle.csv"),
    "csv": _Export(_sheet_csv, "grades-table.csv"),
    "junit": _Export(_junit_xml, "grades-junit.xml"),
    "json": _Export(_json_text, "grades.json"),
}


class SafeCsvExporter(ExportPlugin):
    """nbgrader's CSV, quoted, and without formulas: ``--exporter=grader.grading.exports.SafeCsvExporter``.

    It is what ``nbgrader export`` uses in a class that :func:`grader.nbgrader.config.class_config` sets up.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the marks to ``to`` (default ``grades.csv``), of the assignments and students that were asked for.

        A unit or student that the gradebook does not know is logged, and ends the program with exit status 1.
        """
        target = Path(self.to or EXPORTS["nbgrader"].file)
        try:
            book = read_book(gradebook, [str(one) for one in self.assignment], [str(one) for one in self.student])
        except GraderError as error:  # nbgrader's own programs show no message of ours
            self.log.error("%s", error)
            sys.exit(1)
        self.log.info("Exporting grades to %s", target)
        write_atomically(target, _nbgrader_csv(book).encode())
