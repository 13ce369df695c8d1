"""A submission put back together from the instructor's source: only the learner's words are theirs.

Of a submission two things are taken: the text of its solution cells, and the learner's own extra cells.
Everything else (tests, tags, types, order, points) is the source's, so that an edited, duplicated,
deleted, renamed, retyped or tagged cell changes nothing. numpy and nbgrader are not needed here.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .sanitise import Allowance, clean_id, clean_markdown, clean_text

__all__ = ["MISSING", "grade_id", "names_of", "rebuild"]

MISSING = "# This cell was missing from the submission."
MAX_REPORT = 50  # lines on what was put right


def grade_id(cell: Mapping[str, Any]) -> str | None:
    """A cell's grade_id, whatever stands in its metadata."""
    metadata = cell.get("metadata")
    record = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = record.get("grade_id") if isinstance(record, dict) else None
    return name if isinstance(name, str) else None


def names_of(source: dict, submitted: list[dict]) -> list[str | None]:
    """Which cell of the source each submitted cell is, by grade_id; None for a cell of no such name.

    Some tools take the metadata away. A cell is then known by its id, which the build makes the same as the
    grade_id: where no other cell claims the name, the type is right and the id is there for the first time.
    """
    names = [grade_id(cell) for cell in submitted]
    taken = set(names)
    types = {grade_id(cell): cell["cell_type"] for cell in source["cells"] if grade_id(cell)}
    for position, cell in enumerate(submitted):
        own = cell.get("id")
        if names[position] is None and isinstance(own, str) and own not in taken:
            if own in types and cell.get("cell_type") == types[own]:
                names[position] = own
                taken.add(own)
    return names


def rebuild(
    source: dict, submitted: list[dict], stubs: Mapping[str, str], allowance: Allowance | None = None
) -> tuple[dict, list[str]]:
    """(the source notebook with the learner's answers and extra cells in it, what was put right).

    ``stubs`` are the texts of the solution cells as they were released, by grade_id. Every cell of
    ``submitted`` has a text as its source. ``allowance`` is what cleaning their Markdown may cost.
    """
    allowance = allowance or Allowance()
    known_ids = {cell.get("id") for cell in source["cells"]}
    templates = {grade_id(cell): cell for cell in source["cells"] if grade_id(cell)}
    answers: dict[str, list[str]] = {}
    extras: dict[str | None, list[dict]] = {}  # by the grade_id of the last known cell before them
    seen: dict[str, int] = {}
    report: list[str] = []
    after: str | None = None
    for cell, name in zip(submitted, names_of(source, submitted), strict=True):
        template = templates.get(name)
        if template is not None:
            seen[name] = seen.get(name, 0) + 1
            after = name
            if cell.get("cell_type") != template["cell_type"]:
                report.append(f"cell {name}: its type was changed to {clean_text(str(cell.get('cell_type'))[:20])}")
            if name in stubs:
                answers.setdefault(name, []).append(cell["source"])
            continue
        if name is None and isinstance(cell.get("id"), str) and cell["id"] in known_ids:
            continue  # the course's own text
        if name is not None:
            report.append(f"cell {clean_text(name[:60])}: unknown to the course, kept as the learner's own cell")
        if cell.get("cell_type") in ("code", "markdown"):
            extras.setdefault(after, []).append(_own_cell(cell, allowance))
    cells = list(extras.get(None, []))
    for template in source["cells"]:
        cell = copy.deepcopy(template)
        name = grade_id(cell)
        if name in stubs:
            cell["source"] = _answer(answers.get(name, []), stubs[name])
        cells.append(cell)
        if name is not None:
            if not seen.get(name):
                report.append(f"cell {name}: missing, put back")
            elif seen[name] > 1:
                report.append(f"cell {name}: there {seen[name]} times, used once")
            cells += extras.get(name, [])
    _make_ids_unique(cells)
    if len(report) > MAX_REPORT:
        report[MAX_REPORT:] = [f"and {len(report) - MAX_REPORT} more"]
    return {**copy.deepcopy({k: v for k, v in source.items() if k != "cells"}), "cells": cells}, report


def _own_cell(cell: dict, allowance: Allowance) -> dict:
    """A learner's own cell: its text, without metadata that could steer the run or a page."""
    own = {"cell_type": cell["cell_type"], "id": clean_id(cell.get("id")), "metadata": {}, "source": cell["source"]}
    if own["cell_type"] == "code":
        return own | {"execution_count": None, "outputs": []}
    return own | {"source": clean_markdown(own["source"], cell.get("attachments"), allowance)}


def _make_ids_unique(cells: list[dict]) -> None:
    taken: set[str] = set()
    for position, cell in enumerate(cells):
        if not cell.get("id") or cell["id"] in taken:
            cell["id"] = f"own-{position}"
        taken.add(cell["id"])


def _answer(texts: list[str], stub: str) -> str:
    """The learner's text: of several copies the last that was worked on; nothing where it is missing."""
    worked_on = [text for text in texts if text.strip() != stub.strip()]
    if worked_on:
        return worked_on[-1]
    return stub if texts else MISSING
