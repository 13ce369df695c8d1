"""The command ``grader``.

A command's docstring is what its ``--help`` says, and its module is imported when it is called, so that ``grader
--help`` loads neither torch nor nbgrader. Results go to stdout, progress bars to stderr. A :class:`GraderError` is
printed as one line and gives exit status 2, as a wrong call does; what else a status means stands with the command.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from . import __version__
from .doctor import need
from .errors import GraderError
from .screen import console

__all__ = ["main"]


_GROUPS = {
    "To learn": ("start", "progress", "check", "watch", "hint", "solution", "reset", "update", "doctor"),
    "To teach a class": ("demo", "autograde", "replay", "report", "export"),
    "To write the course, in a clone of it": ("build", "vectors", "bench"),
}


class _Commands(click.Group):
    """Commands in the order they are written, and our own errors as one line instead of a traceback."""

    def list_commands(self, context):
        """The commands' names, in the order in which they stand in this file."""
        return list(self.commands)

    def format_commands(self, context, formatter):
        """Write the commands into the help in the groups of :data:`_GROUPS`, each with the whole of its line."""
        for title, names in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(limit=200)) for name in names])

    def invoke(self, context):
        """Run a command, an error of ours or of the system's becoming one line.

        Errors of click's own are left to it; any other is a bug, and keeps its traceback.
        """
        try:
            return super().invoke(context)
        except GraderError as error:
            raise _Failure(str(error)) from error
        except OSError as error:
            place = f": {error.filename}" if error.filename else ""
            raise _Failure(f"{error.strerror or error}{place}.") from error


class _Failure(click.ClickException):
    """What is printed as one line; exit status 2."""

    exit_code = 2


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Build an LSTM in Jupyter, function by function, and be told what is wrong with it."""


class _Later(click.Command):
    """A command whose module, with all it needs, is imported when it is called or asked for help.

    ``module`` is relative to the package; the command in it has this one's name. ``packages`` have to be installed.
    """

    def __init__(self, name: str, module: str, short_help: str, *packages: str):
        super().__init__(name, short_help=short_help, add_help_option=False)
        self.module, self.packages = module, packages

    def make_context(self, info_name, args, parent=None, **extra):
        """Import the command's module, and leave the arguments to the command in it.

        Raises :class:`GraderError` where a package is missing, and click's error where the module is not in the
        installed package or the system can't grade a class.
        """
        import importlib
        import importlib.util

        folder = f"{__package__}{self.module}".rpartition(".")[0]
        if importlib.util.find_spec(folder) is None:  # not in the wheel
            raise _Failure(
                f"`grader {self.name}` is not part of the installed package: it measures the grader itself, and comes "
                f"with a clone of the course, in {folder.replace('.', '/')}/. Get the clone, change into it, and "
                'install it there: pip install -c constraints.txt -e ".[instructor]"'
            )
        need(*self.packages)
        if sys.platform == "win32" and self.name in ("autograde", "replay", "bench"):
            raise _Failure("Grading a class needs Linux or macOS: on Windows, use the Windows Subsystem for Linux.")
        if self.name == "autograde":
            from .grading.interrupt import listen

            listen()
        command = getattr(importlib.import_module(self.module, __package__), str(self.name))
        return command.make_context(info_name, args, parent, **extra)

    def invoke(self, context):
        """Run the command that :meth:`make_context` found, not this one."""
        return context.command.invoke(context)


for _name, _module, _short in (
    ("start", ".alone.commands", "Copy the notebooks that are missing in FOLDER, and open JupyterLab there."),
    ("progress", ".alone.commands", "Say what is done, what is left, and where to go on."),
    ("check", ".alone.check", "Check every exercise of one NOTEBOOK file."),
    ("watch", ".alone.commands", "Check the notebooks in FOLDER on every save, and show what is new."),
    ("hint", ".alone.commands", "Show a hint for an EXERCISE."),
    ("solution", ".alone.commands", "Show the course's own version of an EXERCISE, after you tried it."),
    ("reset", ".alone.commands", "Put an EXERCISE's cell back as it was, or a UNIT's notebook."),
    ("update", ".alone.commands", "Bring FOLDER up to this version of the course; what you wrote stays."),
):
    main.add_command(_Later(_name, _module, _short))


@main.command()
def doctor() -> None:
    """Say what is installed, which device there is, what is missing and how to get it."""
    from .doctor import examine

    items = examine()
    table = Table(title=f"lstm-course {__version__}", title_justify="left")
    for column in ("", "what", "found"):
        table.add_column(column, overflow="fold")
    marks = {"ok": "✓", "missing": "✗", "optional": "-"}
    for item in items:
        table.add_row(marks[item.state], item.name, Text(item.found))
    console.print(table)
    for state, title in (("missing", "How to get what is missing"), ("optional", "Not needed to learn")):
        lines = [f"  {item.name}: {item.remedy}" for item in items if item.state == state]
        if lines:  # commands are there to be copied: no line breaks in them
            console.print("\n".join([f"{title}:", *lines, ""]), soft_wrap=True)
    missing = [item.name for item in items if item.state == "missing"]
    if missing:
        console.print(f"Missing: {', '.join(missing)}.")
        sys.exit(1)
    console.print("All that a learner needs is here.")


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail if anything is out of order.")
@click.option("--force", is_flag=True, help="Overwrite notebooks in course/ that were changed by hand.")
@click.argument("only", metavar="[UNIT]", required=False)
def build(only_check: bool, force: bool, only: str | None) -> None:
    """Make course/ and the plain-numpy functions from solutions/, or check that all (or all of UNIT) is in order."""
    if only and not only_check:
        raise click.UsageError("A UNIT is named with --check only: the build makes all of them.")
    need("torch", "nbgrader", "jupytext")
    from .build import build as make
    from .build.checks import check_course
    from .start import clone

    root = clone()
    with console.status("building") as status:
        if only_check:
            problems = check_course(root, progress=status.update, only=only)
        else:
            changed = make(root, force, progress=status.update)
    if not only_check:
        for name in changed:
            console.print(f"wrote {name}")
        console.print("course/ is up to date." if not changed else f"{len(changed)} files written.")
        return
    for problem in problems:
        console.print(Text(f"✗ {problem}"))
    if problems:
        console.print(f"\n{len(problems)} problems.")
        sys.exit(1)
    console.print(f"{only or 'The course'} is in order.")


@main.command()
@click.option("--hidden", is_flag=True, help="Make a class's hidden vectors from a new secret seed.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder of the hidden vectors.")
@click.option("--force", is_flag=True, help="Replace hidden vectors that are there.")
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where the reference computes. auto: hidden vectors on a GPU if there is one. The marks don't depend on it.",
)
def vectors(hidden: bool, out: Path | None, force: bool, device: str) -> None:
    """Make the test vectors: the public ones of the package, or with --hidden those of a class."""
    need("torch")
    from .vectors import make, public

    # The public ones are committed: the same bytes wherever they are made.
    device = make.choose_device(device if hidden or device != "auto" else "cpu")
    with console.status("making vectors") as status:
        if not hidden:
            make.write(progress=status.update, device=device)
            console.print(f"Public vectors written to {public()}.")
            return
        folder = out or Path("hidden")
        make.refuse_course_folder(folder)
        if any(folder.glob("*.npz")) and not force:
            raise _Failure(
                f"{folder} already holds hidden vectors. Marks given with them could not be repeated with others; "
                "--force replaces them."
            )
        make.write(folder, make.new_secret(), progress=status.update, device=device)
    console.print(f"Hidden vectors written to {folder}. Keep that folder out of what learners get.")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="demo")
def demo(folder: Path) -> None:
    """Release the course to a small class, grade it with nbgrader, and show who has what and why."""
    need("torch", "nbgrader", "jupytext")
    from .demo import play
    from .start import clone

    play(clone(), folder, console)


_CLASS = ("nbgrader",)
for _name, _module, _short in (
    ("autograde", ".grading.grading_commands", "Grade a class's submissions of UNIT, several at a time."),
    ("replay", ".grading.grading_commands", "Grade a submission again, and say whether the mark is the same."),
    ("report", ".grading.marks_commands", "Report on a class's UNIT: a page, a table and JSON."),
    ("export", ".grading.marks_commands", "Write a class's marks for nbgrader, Canvas, Moodle, JUnit and others."),
):
    main.add_command(_Later(_name, _module, _short, *_CLASS))
main.add_command(
    _Later("bench", ".bench.commands", "Measure the grader (in a clone).", "nbgrader", "torch", "jupytext", "psutil")
)
