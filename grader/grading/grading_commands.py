"""The commands ``grader autograde`` and ``grader replay``."""

from __future__ import annotations

import signal
import sys
import time

import click
from rich.text import Text

from ..screen import class_root, console, progress_bar

__all__ = ["autograde", "replay"]

_root = class_root()
_unconfined = click.option(
    "--unconfined", is_flag=True, default=None, help="Run learners' code without a sandbox. Every record says so."
)


@click.command()
@click.argument("unit")
@_root
@click.option("--jobs", "-j", type=click.IntRange(1), help="How many at a time (default: one for each core).")
@click.option("--student", "students", multiple=True, help="Only this one; may be given again.")
@click.option("--force", is_flag=True, help="Grade unchanged submissions too.")
@click.option("--db", "database", help="The gradebook's URL, e.g. postgresql://... (default: the configuration's).")
@_unconfined
def autograde(unit, root, jobs, students, force, database, unconfined) -> None:
    """Grade a class's submissions of UNIT, several at a time, into nbgrader's gradebook.

    A run that was stopped, in whatever way, is taken up by the next one. Exit status: 0 all graded, 1 somebody
    needs a human, 2 nothing could be graded or the rest could not, 130 interrupted.
    """
    began = time.monotonic()
    try:
        with progress_bar(rate=True) as progress:
            task = progress.add_task(f"grading {unit}", total=None, rate="")
            from .autograde import ClassFolder
            from .autograde import autograde as run

            def show(done: int, total: int) -> None:
                rate = f"{done / (time.monotonic() - began):.1f}/s"
                progress.update(task, completed=done, total=total, rate=rate)

            summary = run(
                ClassFolder(root, database),
                unit,
                students=students,
                jobs=jobs,
                force=force,
                unconfined=unconfined,
                progress=show,
            )
    except KeyboardInterrupt as stop:
        console.print("Interrupted: run the command again to go on.")
        sys.exit(128 + (stop.args[0] if stop.args else signal.SIGINT))
    seconds = time.monotonic() - began
    console.print(f"{unit}: {summary.graded} graded, {summary.unchanged} unchanged, in {seconds:.1f} s.")
    for note in summary.notes:
        console.print(Text(note), soft_wrap=True)
    if summary.human:
        console.print(f"\nA human should look at {len(summary.human)}:")
        for student, why in summary.human:
            console.print(Text(f"  {student}: {why}"), soft_wrap=True)
    if summary.signal is not None:
        console.print(f"\nInterrupted. {summary.left} are left: run the command again to go on.")
        sys.exit(128 + summary.signal)
    sys.exit(1 if summary.human else 0)


@click.command()
@click.argument("student")
@click.argument("unit")
@_root
@_unconfined
def replay(student, unit, root, unconfined) -> None:
    """Grade STUDENT's UNIT again from its record, and say whether the mark is the same. Writes nothing.

    Exit status: 0 the same, 1 something differs, 2 it can't be graded again.
    """
    from .autograde import ClassFolder, regrade
    from .work import Work

    old, new, differences = regrade(ClassFolder(root), Work.named(unit).by(student), unconfined)
    marks = f"{old['points']:g} of {old['max_points']:g}"
    if not differences:
        console.print(f"{student}, {unit}: {marks}, again.")
        return
    console.print(f"{student}, {unit}: was {marks}, is {new['points']:g} of {new['max_points']:g}.")
    for line in differences:
        console.print(Text(f"  {line}"), soft_wrap=True)
    sys.exit(1)
