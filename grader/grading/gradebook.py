"""From records to rows of nbgrader's gradebook: in bulk, through its own models, as its own steps would write them.

Any database will do that nbgrader can use. What differs between them (how long a lock is waited for, how a conflict of
two programs is reported) is handled here.
"""

from __future__ import annotations

import functools
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import selectinload
from traitlets.config import Config

from ..errors import GraderError
from .record import Record
from .work import Work

__all__ = ["Marks", "UnknownUnit"]

NO_RESPONSE = "No response."
AT_ONCE = 100  # submissions in one transaction
MAX_TRIES = 5  # of a transaction that another program's came in between
WAIT_SECONDS = 30.0  # for another program that holds the gradebook


class UnknownUnit(GraderError):
    """The gradebook holds no notebook of that name; the text says how to get it in."""


class Marks:
    """One notebook's rows in a gradebook, which is open while this is entered.

    Between two calls nothing of the database is held, so that others can use it while a class is graded.
    """

    def __init__(self, url: str, course: str, work: Work, config: Config | None = None):
        """Open the gradebook, and look up the notebook's cells.

        Args:
            url: the gradebook's, as SQLAlchemy writes them.
            course: the course's id in it.
            work: whose rows they are.
            config: the class's, with its plugin for late submissions.

        Raises:
            UnknownUnit: the notebook is not in the gradebook.
            GraderError: the gradebook can't be used.
        """
        self.work = work
        self._late = AssignLatePenalties(config=config)
        self._late.init_plugin()
        try:
            self._where = make_url(url).render_as_string(hide_password=True)
            _be_patient()
            self._book = _opened(url, course)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:  # none of which shows a password
            raise GraderError(
                f"The gradebook's URL can't be used: {error}. It looks like sqlite:////folder/gradebook.db, or, with "
                "`pip install 'psycopg[binary]'`, postgresql+psycopg://user:password@host/name."
            ) from error
        except DBAPIError as error:
            raise self._trouble(error) from error
        try:
            notebook = self._book.find_notebook(work.notebook, work.assignment)
            self._notebook_id = notebook.id
            self._assignment_id = notebook.assignment.id
            self._graded = {cell.name: cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]}
            self._most = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
            self._commented = {cell.name: cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]}
            self._book.db.commit()  # nothing is held while a class is graded
        except MissingEntry:
            self._book.close()
            raise UnknownUnit(
                f"The gradebook doesn't know {work}: release it first, with "
                f"`nbgrader generate_assignment {work.assignment}`."
            ) from None
        except DBAPIError as error:
            self._book.close()
            raise self._trouble(error) from error

    def __enter__(self) -> Marks:
        return self

    def __exit__(self, *exception: object) -> None:
        self._book.close()

    def refusal(self, student: str) -> str:
        """Why the gradebook can't hold a student of that name; empty where it can."""
        most = Student.__table__.c.id.type.length
        if len(student) <= most or self._book.engine.dialect.name == "sqlite":  # which doesn't count
            return ""
        return f"Not graded: the name has {len(student)} characters, the gradebook's have at most {most}. Rename it."

    def must_fit(self, graded: Iterable[tuple[str, float]]) -> None:
        """Raise :class:`GraderError` where these (grade_id, most points) are not the gradebook's.

        A cell of the gradebook's that is not among them is no trouble: it keeps what it has.
        """
        for name, most in graded:
            if name not in self._graded:
                raise self._changed(f"the cell {name} is not in it")
            if self._most[name] != most:
                raise self._changed(f"{name} has {self._most[name]:g} points there and {most:g} in the source")

    def _changed(self, what: str) -> GraderError:
        """The error for a unit that was changed after its release; ``what`` says where that shows."""
        unit = self.work.assignment
        return GraderError(
            f"The gradebook's {unit} is not the one that is graded: {what}. The unit was changed since it was "
            f"released: release it again, with `nbgrader generate_assignment {unit} --force`. Where nbgrader "
            f"refuses that because there are marks, take those out first: `nbgrader db assignment remove {unit} "
            "--force` (marks and comments given by hand go with them)."
        )

    def _trouble(self, error: DBAPIError) -> GraderError:
        """The error for a database that fails, with what it said, and what to do; it shows no password."""
        said = " ".join(str(error.orig).split())[:300]
        if "locked" in said:
            return GraderError(
                f"The gradebook {self._where} is held by another program: it was waited for {WAIT_SECONDS:g} seconds. "
                "Nothing is lost: run the command again when that program has let go of it."
            )
        return GraderError(
            f"The gradebook {self._where} can't be read or written ({said}). No graded notebook is lost: run the "
            "command again when that is put right."
        )

    def apply(self, records: Sequence[Record], unchanged: bool = False) -> int:
        """Write the marks of these records; returns how many submissions' rows were written.

        The same records written twice leave the same rows. A human's marks are kept, and asked for again when a
        submission was graded anew. Written are points, nbgrader's own comments, the time of handing in and the penalty
        for lateness, of :data:`AT_ONCE` submissions in one transaction: where one fails, those before it are there.

        Args:
            records: of this notebook.
            unchanged: they are of submissions that were not graded now; write only what the gradebook misses.

        Raises:
            GraderError: the gradebook can't be written, doesn't know a cell, or the class's late penalty plugin failed.
        """
        written = 0
        for start in range(0, len(records), AT_ONCE):
            part = records[start : start + AT_ONCE]
            written += self._surely(functools.partial(self._apply, part, unchanged))
        return written

    def enrol(self, students: Iterable[str]) -> None:
        """Add the students who are not there: in this order, in which nbgrader then lists and exports them.

        Those who are there are left as they are. Raises :class:`GraderError` where it can't be written.
        """
        students = list(students)
        for start in range(0, len(students), AT_ONCE):
            part = students[start : start + AT_ONCE]
            self._surely(functools.partial(self._enrol, part))

    def _enrol(self, students: Sequence[str]) -> int:
        """Add those who are not there, in one transaction; returns how many they were."""
        db = self._book.db
        known = {name for (name,) in db.query(Student.id).filter(Student.id.in_(students))}
        for name in students:
            if name not in known:
                db.add(Student(id=name))
                db.flush()  # one by one: the database numbers them in this order
        db.commit()
        return len(students) - len(known)

    def differences(self, record: Record) -> dict[str, tuple[float | None, float | None]]:
        """Where the gradebook's own marks are not this record's: (points there, points here) by grade_id.

        None stands for no points, there also for no row. Marks given by hand and penalties don't count. Writes nothing.
        """
        notebook = self._notebooks([record["student"]]).get(record["student"])
        there = {} if notebook is None else {grade.cell_id: grade.auto_score for grade in notebook.grades}
        self._book.db.rollback()
        here = {cell["cell"]: cell["points"] for cell in record["cells"]}
        return {
            name: (there.get(self._graded.get(name)), points)
            for name, points in here.items()
            if there.get(self._graded.get(name)) != points
        }

    def _surely(self, transaction: Callable[[], int]) -> int:
        """Run a transaction, once more where another program wrote the same rows first, or each waited for the other.

        It is run :data:`MAX_TRIES` times at most. Whatever it raises, the database is rolled back; an error of the
        database's comes as :class:`GraderError`.
        """
        for attempt in range(1, MAX_TRIES + 1):
            try:
                return transaction()
            except DBAPIError as error:
                self._book.db.rollback()
                self._book.db.expunge_all()
                between = isinstance(error, IntegrityError) or "deadlock" in str(error.orig)
                if not (between or isinstance(error, OperationalError) and error.connection_invalidated):
                    raise self._trouble(error) from error
                if attempt == MAX_TRIES:
                    raise self._trouble(error) from error
                time.sleep(0.05 * attempt)
            except BaseException:
                self._book.db.rollback()
                raise
        raise AssertionError("the last attempt returns or raises")

    def _apply(self, records: Sequence[Record], unchanged: bool) -> int:
        """One transaction of :meth:`apply`, from reading the rows that are there to the commit."""
        db = self._book.db
        students = sorted({record["student"] for record in records})
        self._enrol(students)
        notebooks = self._notebooks(students)
        written = []
        for record in records:
            notebook = notebooks.get(record["student"])
            if notebook is None:
                notebook = notebooks[record["student"]] = self._add(record["student"])
            elif unchanged and self._holds(notebook, record):
                continue
            self._fill(notebook, record)
            written.append(notebook)
        db.flush()
        for notebook in notebooks.values():  # of the unchanged ones too: a due date may have been set since
            self._penalise(notebook)
        db.commit()
        db.expunge_all()
        return len(written)

    def _notebooks(self, students: Iterable[str]) -> dict[str, SubmittedNotebook]:
        """What is there of these students' submissions, by student, with all that a mark consists of: a few queries."""
        found = (
            self._book.db.query(SubmittedNotebook)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .filter(SubmittedNotebook.notebook_id == self._notebook_id, SubmittedAssignment.student_id.in_(students))
            .options(
                selectinload(SubmittedNotebook.grades),
                selectinload(SubmittedNotebook.comments),
                selectinload(SubmittedNotebook.assignment),
            )
        )
        return {notebook.assignment.student_id: notebook for notebook in found}

    def _add(self, student: str) -> SubmittedNotebook:
        """A submission, as ``Gradebook.add_submission`` makes one, without its commit and its rows for cells."""
        db = self._book.db
        submission = (
            db.query(SubmittedAssignment).filter_by(assignment_id=self._assignment_id, student_id=student).one_or_none()
        )
        if submission is None:
            submission = SubmittedAssignment(
                assignment=db.get(Assignment, self._assignment_id), student=db.get(Student, student)
            )
            db.add(submission)
        notebook = SubmittedNotebook(notebook=db.get(Notebook, self._notebook_id), assignment=submission)
        db.add(notebook)
        return notebook

    def _points(self, record: Record) -> dict[str, float | None]:
        """Points by the cell's id. Raises :class:`GraderError` for a cell that the gradebook doesn't know."""
        self.must_fit((cell["cell"], cell["max_points"]) for cell in record["cells"])
        return {self._graded[cell["cell"]]: cell["points"] for cell in record["cells"]}

    def _comments(self, record: Record) -> dict[str, str | None]:
        """nbgrader's own comments, by the cell's id: "No response." where an answer was left as it was released."""
        silent = {self._commented.get(name) for name, state in record["answers"].items() if state == "no answer"}
        return {cell: NO_RESPONSE if cell in silent else None for cell in self._commented.values()}

    def _holds(self, notebook: SubmittedNotebook, record: Record) -> bool:
        """Whether the record's points, comments and time of handing in are in these rows already."""
        when = record["submitted"]["timestamp"]
        return (
            {grade.cell_id: grade.auto_score for grade in notebook.grades} == self._points(record)
            and {comment.cell_id: comment.auto_comment for comment in notebook.comments} == self._comments(record)
            and (not when or notebook.assignment.timestamp == parse_utc(when))
        )

    def _fill(self, notebook: SubmittedNotebook, record: Record) -> None:
        """Write a record's points and comments into a submission's rows, making those that are missing.

        A human is asked for where there are no points, or there is a mark by hand, which may no longer fit.
        """
        points, comments = self._points(record), self._comments(record)
        rows = {grade.cell_id: grade for grade in notebook.grades}
        for cell, earned in points.items():
            grade = rows.get(cell) or self._new(Grade, cell, notebook)
            grade.auto_score = earned
            grade.needs_manual_grade = grade.manual_score is not None or earned is None
        rows = {comment.cell_id: comment for comment in notebook.comments}
        for cell, text in comments.items():
            comment = rows.get(cell) or self._new(Comment, cell, notebook)
            comment.auto_comment = text
        if record["submitted"]["timestamp"]:
            notebook.assignment.timestamp = parse_utc(record["submitted"]["timestamp"])

    def _new(self, kind: type, cell: str, notebook: SubmittedNotebook) -> Any:
        """A row of a new submission, or of a cell that the unit didn't have when this one was first graded."""
        row = kind(cell_id=cell)
        self._book.db.add(row)
        row.notebook = notebook
        return row

    def _penalise(self, notebook: SubmittedNotebook) -> None:
        """Set a submission's penalty for lateness, in points, as the class's plugin has it; None where it is not late.

        Raises :class:`GraderError` for whatever the plugin raises.
        """
        late = notebook.assignment.total_seconds_late
        if late <= 0:
            if notebook.late_submission_penalty is not None:
                notebook.late_submission_penalty = None
            return
        self._book.db.refresh(notebook)  # its score is summed by the database
        student = notebook.assignment.student_id
        try:
            penalty = self._late.plugin_inst.late_submission_penalty(student, notebook.score, late)
            penalty = None if penalty is None else self._late._check_late_penalty(notebook, penalty)
        except Exception as error:  # somebody's own plugin
            raise GraderError(
                f"The class's late submission plugin failed on {student}'s {self.work} "
                f"({type(error).__name__}: {error}). Mend it and run the command again: no graded notebook is lost."
            ) from error
        if notebook.late_submission_penalty != penalty:
            notebook.late_submission_penalty = penalty


def _opened(url: str, course: str) -> Gradebook:
    """A gradebook; another program may be making its tables at this moment.

    Raises SQLAlchemy's own errors, after :data:`MAX_TRIES` tries where that may have been why.
    """
    for attempt in range(1, MAX_TRIES + 1):
        try:
            return Gradebook(url, course)
        except DBAPIError as error:
            if attempt == MAX_TRIES or "exist" not in str(error.orig) and not isinstance(error, IntegrityError):
                raise
            time.sleep(0.2 * attempt)
    raise AssertionError("the last attempt returns or raises")


def _be_patient() -> None:
    """SQLite answers "database is locked" after five seconds; a page of formgrader's may take longer."""
    if not event.contains(Engine, "connect", _wait_longer):
        event.listen(Engine, "connect", _wait_longer)


def _wait_longer(connection: Any, record: Any) -> None:
    """For every new connection of SQLAlchemy's: to SQLite, wait :data:`WAIT_SECONDS` for a lock."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA busy_timeout = {round(WAIT_SECONDS * 1000)}")
