"""The map of the course, ``course/index.ipynb``: made from the registry, and read well without being run."""

from __future__ import annotations

import nbformat

from .. import __version__
from ..exercises import exercise, quiz_of, units
from ..exercises.base import PARTS, Unit
from ..progress.show import duration, where
from .source import KERNEL, with_way_in

__all__ = ["INDEX", "index_notebook"]

INDEX = "index.ipynb"

_HEAD = """# Build an LSTM, function by function

Each unit is a notebook: click on its name to open it. In it you read, look at pictures, and write functions of a few
lines; a check says of each at once what is right, or what is probably wrong."""

_LIVE = """## Where you are

Run the next cell (click into it, and press Shift and Enter together), at any time: it shows what has passed, and where
to go on."""

_FOOT = """## When something is in the way

- Is everything installed? `grader doctor` in a terminal says what is missing, and how to get it.
- Names hold old values? Choose *Restart Kernel and Run All Cells* in the menu *Kernel*: every notebook of the course
  runs from top to bottom, even with nothing filled in.
- What has passed is kept beside these notebooks, in the folder `.grader`. Keep that folder with them."""


def index_notebook() -> bytes:
    """The notebook as its file's bytes, the same for the same registry. It is no assignment of nbgrader's."""
    cells = [_text("about", _HEAD)]
    cells += [_text("where", _LIVE), _code("progress", with_way_in("from grader import progress\n\nprogress()"))]
    keys = dict.fromkeys([*PARTS, *(one.part for one in units())])
    parts = [(key, [one for one in units() if one.part == key]) for key in keys]
    cells += [_text(f"part_{key}", _part(key, found)) for key, found in parts if found]
    cells.append(_text("help", _FOOT))
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}, "lstm_course": {"version": __version__}},
    )
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return (nbformat.writes(notebook) + "\n").encode()


def _text(name: str, source: str):
    return nbformat.v4.new_markdown_cell(source, id=name)


def _code(name: str, source: str):
    return nbformat.v4.new_code_cell(source, id=name)


def _part(key: str, found: list[Unit]) -> str:
    order = " In any order." if key == "III" else ""
    lines = [f"## Part {key}: {PARTS.get(key, '')}".rstrip(": "), ""]
    lines += [f"{order.strip()}\n"] if order else []
    lines += ["| unit | what it gives you | what it needs | time | points |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(_row(one) for one in found)])


def _row(one: Unit) -> str:
    most = sum(exercise(name).points for name in one.exercises) + len(quiz_of(one.name))
    link = f"[{one.name[:2]} {one.title}]({where(one.name)})"
    time = duration(one.minutes).replace(" ", "&nbsp;")  # or a narrow column breaks it in two
    return f"| {link} | {one.gives} | {one.needs} | {time} | {most} |"
