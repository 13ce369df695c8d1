"""What a cell of an instructor's notebook is, by nbgrader's metadata: one answer for all that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["cell_kind", "grade_id", "nbgrader_record"]

_TAGS = ("setup", "long", "story")


def nbgrader_record(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """nbgrader's part of a cell's metadata; empty where there is none, whatever stands in its place."""
    metadata = cell.get("metadata")
    record = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    return record if isinstance(record, Mapping) else {}


def grade_id(cell: Mapping[str, Any]) -> str:
    """A cell's grade_id, whatever stands in its metadata; empty where there is none."""
    name = nbgrader_record(cell).get("grade_id")
    return name if isinstance(name, str) else ""


def cell_kind(cell: Mapping[str, Any]) -> str:
    """What a cell of an instructor's notebook is.

    ``solution``: of any type; what is handed in holds the learner's text there, be it graded by tests or by
    hand. Every other cell keeps the instructor's text: ``text`` (Markdown, raw), ``grade``; ``setup``,
    ``story``, ``long`` (a story that is not run while grading) by the instructor's tag; ``plain``, a code cell
    without one.
    """
    record = nbgrader_record(cell)
    if record.get("solution"):  # before all else: a cell that is marked by hand says `grade` as well
        return "solution"
    if cell.get("cell_type") != "code":
        return "text"
    if record.get("grade"):
        return "grade"
    tags = cell["metadata"].get("tags") if record.get("locked") else ()
    return next((kind for kind in _TAGS if isinstance(tags, (list, tuple)) and kind in tags), "plain")
