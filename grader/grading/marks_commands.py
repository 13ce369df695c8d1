"""The commands on a class's marks: ``grader report`` and ``grader export``.

Both change nothing of the class's: the gradebook is read where there is one, and a report needs none.
"""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from ..errors import GraderError
from ..files import write_atomically
from ..screen import class_root
from .classroom import ClassFolder
from .exports import EXPORTS, read_book
from .record import records
from .report import write_report
from .submissions import submissions
from .work import Work

__all__ = ["export", "report"]

_root = class_root()
_database = click.option("--db", "database", help="The gradebook's URL (default: the configuration's).")


@contextmanager
def _gradebook(course: CourseDirectory) -> Iterator[Gradebook | None]:
    """The class's gradebook, or None where there is none yet (opening one would make it).

    Raises :class:`GraderError` where it can't be opened; the message shows its URL without the password.
    """
    url = make_url(course.db_url)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's database layer talks about itself
        try:
            with Gradebook(course.db_url, course.course_id) as gradebook:
                yield gradebook
        except (SQLAlchemyError, ImportError) as error:
            raise GraderError(
                f"The gradebook at {url.render_as_string(hide_password=True)} can't be opened "
                f"({type(error).__name__}). Is the database running, its driver installed, and the address right? "
                "A gradebook of an older nbgrader needs `nbgrader db upgrade` first."
            ) from error


@click.command()
@click.argument("unit")
@_root
@_database
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write (default: reports in the class's folder).",
)
def report(unit: str, root: Path, database: str | None, out: Path | None) -> None:
    """Report on a class's UNIT: who is stuck on what, which mistakes, what is open.

    Writes UNIT.html, a page that needs no network, and the same numbers as UNIT.csv and UNIT.json.
    """
    class_folder = ClassFolder(root, database)
    roster: list[tuple[str, str]] = []
    work = Work.named(unit)
    handed_in = {student for student, _ in submissions(class_folder.course, work.assignment)}
    with _gradebook(class_folder.course) as gradebook:
        if gradebook is not None:
            for one in gradebook.students:
                roster.append((one.id, " ".join(name for name in (one.first_name, one.last_name) if name)))
            handed_in |= {one.student_id for one in gradebook.assignment_submissions(work.assignment)}
    made = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    folder = out or Path(class_folder.course.root) / "reports"
    summary, paths = write_report(str(work), records(class_folder.autograded, work), folder, made, roster, handed_in)
    for path in paths:
        click.echo(f"wrote {path}")
    marks = summary["marks"]
    if marks:
        click.echo(f"{summary['records']} submissions, mean {marks['mean']:.1f} of {marks['max_points']:g} points.")
    unconfined = sum(way["students"] for way in summary["ways"] if not way["provenance"].get("confined"))
    for number, what in (
        (len(summary["human"]), "Needing a human"),
        (len(summary["ungraded"]), "Without a grading record"),
        (unconfined, "Graded without confinement"),
        (sum(way["students"] for way in summary["ways"][1:]), "Graded in another way than the rest"),
    ):
        if number:
            click.echo(f"{what}: {number} (the page says who and why)")


def _canvas_ids(context, parameter, values: tuple[str, ...]) -> dict[str, str]:
    """``UNIT=NUMBER`` of the command line: numbers by unit. Raises click.BadParameter for anything else."""
    pairs = dict(value.partition("=")[::2] for value in values)
    wrong = [unit for unit, number in pairs.items() if not (number.isascii() and number.isdigit())]
    if wrong:
        raise click.BadParameter(f"write UNIT=NUMBER, for example {wrong[0]}=1234")
    return pairs


@click.command()
@click.argument("units", nargs=-1, metavar="[UNIT]...")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(EXPORTS)),
    default="nbgrader",
    show_default=True,
    help="Who is to read it.",
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write (default: in the class's folder, named after the format).",
)
@_root
@_database
@click.option(
    "--canvas-id",
    "canvas_ids",
    multiple=True,
    metavar="UNIT=NUMBER",
    callback=_canvas_ids,
    help="An assignment's number in Canvas; without it, Canvas goes by the unit's name.",
)
def export(
    units: tuple[str, ...], kind: str, to: Path | None, root: Path, database: str | None, canvas_ids: dict[str, str]
) -> None:
    """Write a class's marks in UNITs (all where none is named) for another program.

    Marks are the gradebook's, with manual marks and late penalties. nbgrader: its own CSV. canvas, moodle: for
    their gradebooks' import. csv: a row a student. junit: a test case a question. json: everything.
    """
    class_folder = ClassFolder(root, database)
    course = class_folder.course
    with _gradebook(course) as gradebook:
        if gradebook is None:
            raise GraderError(f"There is no gradebook in {course.root} yet: release a unit and grade it first.")
        book = read_book(gradebook, list(units), autograded=class_folder.autograded)
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S")
    made = EXPORTS[kind].make(book, when=now, canvas_ids=canvas_ids)
    target = to or Path(course.root) / EXPORTS[kind].file
    write_atomically(target, made if isinstance(made, bytes) else made.encode())
    click.echo(f"wrote {target}: {len(book.students)} students, {len(book.units)} units")
    if book.open:
        some = ", ".join(f"{student} ({unit})" for unit, student in book.open[:5])
        left_out = " (left out)" if kind in ("canvas", "moodle") else ""
        click.echo(f"{len(book.open)} marks still wait for a human{left_out}: {some}{' ...' if book.open[5:] else ''}")
    if kind == "moodle" and (nameless := [one["id"] for one in book.students if not one["email"]]):
        click.echo(f"{len(nameless)} students have no e-mail address in the gradebook: map the ID number in Moodle.")
