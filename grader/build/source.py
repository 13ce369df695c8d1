"""Read a unit's text notebook, and make of it the notebook that nbgrader releases from."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import nbformat

from .. import __version__
from ..cells import grade_id
from ..errors import BuildError, GraderError
from ..exercises import exercise, quiz_of, unit

__all__ = ["cell_kind", "read_source", "source_path"]

_MARKER = re.compile(r"\{\{\s*(exercise|contents|quiz)\s*(\w*)\s*\}\}")
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def source_path(root: Path, unit_name: str) -> Path:
    """The text notebook of a unit."""
    return root / "solutions" / unit_name / f"{unit_name}.py"


def cell_kind(cell) -> str | None:
    """``setup``, ``story``, ``solution`` or ``grade`` for a code cell, ``markdown`` for text; None if neither."""
    if cell.cell_type != "code":
        return "markdown"
    nbgrader = cell.metadata.get("nbgrader", {})
    if not nbgrader.get("grade_id"):
        return None
    if nbgrader.get("grade"):
        return "grade"
    if nbgrader.get("solution"):
        return "solution"
    tags = [tag for tag in cell.metadata.get("tags", []) if tag in ("setup", "story")]
    return tags[0] if len(tags) == 1 else None


def read_source(root: Path, unit_name: str):
    """A unit's source notebook with solutions and hidden tests, every marker filled in.

    Raises :class:`BuildError` where the text can't be read or a marker names nothing.
    """
    path = source_path(root, unit_name)
    try:
        notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    except OSError as error:
        raise BuildError(f"{path}: {error.strerror}. Every unit in grader/exercises has its text there.") from error
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": _KERNEL,
            "language_info": {"name": "python"},
            "lstm_course": {"unit": unit_name, "version": __version__},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    used = set()
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = _MARKER.sub(lambda match: _fill(match, unit_name, path), cell.source)
        cell.metadata.pop("lines_to_next_cell", None)
        # Ids must not change between two builds, and follow the cell when others are inserted.
        name = grade_id(cell) or f"text-{position:03d}"
        if name in used:
            raise BuildError(f"{path}: two cells have the grade_id {name!r}. Rename one.")
        used.add(name)
        cell["id"] = name
    return notebook


def _fill(match: re.Match, unit_name: str, path: Path) -> str:
    kind, name = match.groups()
    try:
        if kind == "contents":
            return _contents(unit_name)
        if kind == "quiz":
            return _quiz(unit_name)
        return _exercise_line(name)
    except GraderError as error:
        raise BuildError(f"{path}: {match.group()}: {error}") from error


def _exercise_line(name: str) -> str:
    e = exercise(name)
    dots = "●" * e.difficulty + "○" * (5 - e.difficulty)
    points = f"{e.points} point{'s' if e.points != 1 else ''}"
    return (
        f"**{e.title}** · difficulty {e.difficulty} of 5 {dots} · about {e.minutes} minutes · {points} · "
        f"`{e.signature}` returns `{e.result}`"
    )


def _contents(unit_name: str) -> str:
    rows = ["| exercise | what you write | difficulty | minutes | points |", "|---|---|---|---|---|"]
    for name in unit(unit_name).exercises:
        e = exercise(name)
        rows.append(f"| `{e.name}` | {e.title} | {e.difficulty} of 5 | {e.minutes} | {e.points} |")
    questions = len(quiz_of(unit_name))
    rows.append(f"| quiz | {questions} questions | | {2 * questions} | {questions} |")
    return "\n".join(rows)


def _quiz(unit_name: str) -> str:
    texts = []
    for number, question in enumerate(quiz_of(unit_name), start=1):
        options = "\n".join(
            f"- **({letter})** {option.text}" for letter, option in zip("abcdefgh", question.options, strict=False)
        )
        texts.append(f"**Question {number}.** {question.text}\n\n{options}")
    return "\n\n".join(texts)
