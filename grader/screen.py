"""What all commands have in common: where they print, the bar that they show, the option that names a class.

Results go to stdout by ``console``, progress bars to stderr, so that a command's output can be put into a file.
Texts of learners are printed as they are: rich's markup is off.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

__all__ = ["class_root", "console", "progress_bar", "say", "stderr"]

_MARKS = set("✓◐✗○!→")  # what stands before a thing that has a state

console = Console(highlight=False, markup=False)  # no text of a learner's is taken for markup


def say(text: str, on: Console | None = None) -> None:
    """Print a text of many lines; one that is too long goes on as far to the right as it begins, or as its mark's text.

    ``on`` is where it is printed (default: ``console``). No word is broken: names and paths are there to be copied.
    """
    on = on or console
    for line in text.split("\n"):
        begins = len(line) - len(line.lstrip())
        if line[begins : begins + 1] in _MARKS and line[begins + 1 : begins + 2] == " ":
            begins += 2
        rows = textwrap.wrap(
            line,
            on.width,
            subsequent_indent=" " * begins,
            replace_whitespace=False,
            break_long_words=False,
            break_on_hyphens=False,
        )
        on.print(Text("\n".join(rows)), soft_wrap=True)


def stderr() -> Console:
    """The console for what is no result: progress, and nothing else.

    A new one each time, as the stream may have been exchanged in between.
    """
    return Console(stderr=True)


def progress_bar(rate: bool = False) -> Progress:
    """A bar that is gone at the end, on stderr; none where that is no terminal.

    With ``rate`` it shows the task's field ``rate`` and the time that is left, in place of the time that is spent.

    Use it in a ``with`` block. Tasks with ``rate`` need that field from the beginning: ``add_task(..., rate="")``.
    """
    screen = stderr()
    last = (TextColumn("{task.fields[rate]}"), TimeRemainingColumn()) if rate else (TimeElapsedColumn(),)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        *last,
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )


def class_root(
    text: str = "The class's folder, with its nbgrader_config.py (default: here).", default: str | None = "."
) -> Callable[[Any], Any]:
    """The option ``--root``, a folder that is there; ``text`` is its help, ``default`` what it is if left out.

    Returns a decorator for a click command, which then gets ``root``, a path or None; click refuses one that isn't
    there.
    """
    kind = click.Path(file_okay=False, exists=True, path_type=Path)
    return click.option("--root", type=kind, default=default, help=text)
