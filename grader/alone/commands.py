"""The commands for learners."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.text import Text

from ..errors import GraderError
from ..screen import console, say
from ..workspace import MARKER
from .folder import learners_folder, usual_folder
from .words import hint_text

__all__: list[str] = []

_folder = click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)


@click.command()
@_folder
@click.option("--no-open", is_flag=True, help="Copy only: open nothing.")
@click.option("--no-browser", is_flag=True, help="Run JupyterLab without opening a browser: it says its address.")
@click.option("--port", type=click.IntRange(1, 65535), help="JupyterLab's port (default: 8888, or a free one near it).")
def start(folder: Path | None, no_open: bool, no_browser: bool, port: int | None) -> None:
    """Copy the notebooks that are missing in FOLDER, and open JupyterLab there, on the index.

    A notebook that is there is never touched. FOLDER is the learner's folder you are in, else work.
    """
    from .begin import copy_missing, must_be_free, open_lab

    folder = usual_folder() if folder is None else folder
    copied, kept = copy_missing(folder)
    for name in copied:
        console.print(f"copied  {name}", soft_wrap=True)
    if kept:
        console.print(f"kept    {len(kept)} that you already have")
    if no_open:
        console.print(f"\nOpen them with: grader start {folder}", soft_wrap=True)
        return
    if port is not None:
        must_be_free(port)
    where = "at the address below: open it in a browser" if no_browser else "in your browser"
    say(f"\nJupyterLab opens {where}. It runs as long as this command does: Ctrl-C ends it.")
    sys.exit(open_lab(folder, port, not no_browser))


@click.command()
@_folder
def progress(folder: Path | None) -> None:
    """Say what is done in FOLDER, what is left, and where to go on."""
    from ..progress import render_text, summary

    say(render_text(summary(learners_folder(folder))))


@click.command()
@click.argument("exercise", required=False)
@click.option("-n", "--number", type=int, default=None, help="Which hint: 1 (mild) to 3 (nearly the line).")
def hint(exercise: str | None, number: int | None) -> None:
    """Show a hint for an EXERCISE, by itself for the one that is next."""
    from ..exercises import exercise as find
    from ..progress import keep_hint

    exercise = exercise or _next_exercise()
    hints = find(exercise).hints
    wanted = 1 if number is None else number
    if wanted not in range(1, len(hints) + 1):
        raise GraderError(f"{exercise} has the hints 1 to {len(hints)}: grader hint {exercise} -n 1 shows the first.")
    _use_workspace()
    keep_hint(exercise, wanted)
    say(hint_text(exercise, wanted, f"A stronger one: grader hint {exercise} -n {wanted + 1}"))


@click.command()
@click.argument("exercise")
@click.option("--anyway", is_flag=True, help="Also where you have not tried it yet.")
def solution(exercise: str, anyway: bool) -> None:
    """Show the course's own version of an EXERCISE, after you tried it yourself."""
    from ..progress import solution_text, summary

    text = solution_text(exercise)  # where there is no such exercise, it says so
    _use_workspace()
    state = summary().exercise(exercise)
    if not anyway and state.state != "right" and not state.attempts:
        raise GraderError(
            f"You have not checked a version of {exercise} of your own yet, in its notebook or with `grader watch` "
            f"(`grader check` keeps nothing of it). Try it first: `grader hint {exercise}` says where to begin. Or see "
            f"the solution anyway: grader solution {exercise} --anyway"
        )
    console.print(Text(text.rstrip()), soft_wrap=True)


@click.command()
@click.argument("what", metavar="UNIT|EXERCISE")
@_folder
def reset(what: str, folder: Path | None) -> None:
    """Put an EXERCISE's cell back as it was, or a UNIT's whole notebook. The old notebook is kept beside it."""
    from .change import RELOAD
    from .reset import reset as put_back

    name, kept, remarks = put_back(learners_folder(folder), what)
    for remark in remarks:
        console.print(Text(remark))
    if kept is None:
        console.print(Text(f"{name}: {what} is as the course gave it already."), soft_wrap=True)
        return
    console.print(Text(f"{name}: {what} is as the course gave it. Yours is kept in {kept}"), soft_wrap=True)
    console.print(RELOAD)


@click.command()
@_folder
def watch(folder: Path | None) -> None:
    """Check the notebooks in FOLDER on every save, and show what is new since the last check.

    Keys: h for a hint, n for the next exercise, q to quit. What passes is kept, as it is in a notebook.
    """
    from .watch import watch as begin

    begin(learners_folder(folder), console)


@click.command()
@_folder
def update(folder: Path | None) -> None:
    """Bring FOLDER up to this version of the course.

    The cells that you never touched become the new ones. Your answers, the cells that you edited and your own stay, and
    the old notebooks are kept beside the new ones. Exit status: 1 where a notebook can't be read.
    """
    from .change import RELOAD
    from .update import update as bring

    copied, done = bring(learners_folder(folder))
    for name in copied:
        console.print(f"copied  {name}", soft_wrap=True)
    for changes in done:
        for line in _summed_up(changes):
            console.print(Text(line), soft_wrap=True)
    if any(changes.backup for changes in done):
        console.print(RELOAD)
    sys.exit(1 if any(changes.problem for changes in done) else 0)


def _summed_up(changes) -> list[str]:
    """Lines on what became of a notebook: of :class:`.update.Changes`."""
    name = changes.name
    if changes.problem:
        return [f"{name}: left as it is. {changes.problem} `grader reset {name}` starts it anew and keeps this file."]
    if changes.backup is None:
        return [f"{name}: up to date"]
    counts = [(len(changes.renewed), "renewed"), (len(changes.added), "new"), (len(changes.gone), "gone")]
    lines = [f"{name}: cells " + ", ".join(f"{count} {what}" for count, what in counts)]
    yours = [*changes.kept, *([f"{changes.own} of your own making"] if changes.own else [])]
    if yours:
        lines.append(f"  yours, kept: {', '.join(yours)}")
    if changes.newer:
        names = ", ".join(changes.newer)
        lines.append(f"  the course words these anew: {names}. `grader reset {changes.newer[0]}` brings its stub.")
    if changes.beside:
        lines.append(f"  the course has a new version above yours: {', '.join(changes.beside)}")
    return [*lines, f"  as it was: {changes.backup}"]


def _next_exercise() -> str:
    """The exercise to go on with. Raises :class:`GraderError` where what is next is no exercise."""
    from ..progress import summary
    from ..progress.show import named

    _use_workspace()
    found = summary()
    left = [one.name for unit in found.units for one in unit.exercises if one.state != "right"]
    if found.next and found.next[1] in left:
        return found.next[1]
    if found.next and left:
        ahead = f"Next is {named(found.next[1])} of unit {found.next[0]}, which has no hints."
        raise GraderError(f"{ahead} For an exercise, name it: grader hint {left[0]}")
    raise GraderError("Every exercise is right. A hint for one of them: grader hint EXERCISE")


def _use_workspace() -> None:
    """What is kept of a learner belongs into their folder, also for a command that is called from above it."""
    place = usual_folder() / MARKER
    if place.is_dir():
        os.environ.setdefault("GRADER_WORKSPACE", str(place.resolve()))
