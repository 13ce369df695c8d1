"""A submission put back together from the instructor's source: only the learner's words are theirs.

Of a submission two things are taken: the text of its solution cells, and the learner's own extra cells.
Everything else (tests, tags, types, order, points) is the source's, so that an edited, duplicated,
deleted, renamed, retyped or tagged cell changes nothing. numpy and nbgrader are not needed here.

Whose text a cell holds is part of its type from here on. :class:`Ours` may run in the grader's own process; it
is made from the instructor's notebook and a place in it, never from a text, so that nothing which was handed in
can become one. :class:`TheirCell` holds what was handed in, and runs in the worker.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..cells import cell_kind, grade_id
from ..text import clean_text
from .magics import parse
from .sanitise import Allowance, as_written, clean_id, clean_markdown

__all__ = ["MISSING", "OurCell", "OurImports", "Ours", "TheirCell", "names_of", "notebook_of", "rebuild"]

MISSING = "# This cell was missing from the submission."
MAX_REPORT = 50  # lines on what was put right


class Ours:
    """A text of the instructor's. What runs here takes nothing else."""

    __slots__ = ("__text",)

    def __init__(self, text: str):
        if type(self) is Ours:
            raise TypeError("Ours comes from a place in the instructor's notebook: OurCell, OurImports.")
        self.__text = text

    @property
    def text(self) -> str:
        """The text, which nothing changes."""
        return self.__text


class OurCell(Ours):
    """A cell of the instructor's, with the text that it has in the source.

    ``kind`` is that of :func:`grader.cells.cell_kind`, ``node`` the cell as it will be shown, to be filled with
    outputs, ``seconds`` how long it ran, ``doubt`` why its failing says nothing of the answer (empty where it does).
    Raises ValueError for a solution cell, whose text is the learner's.
    """

    __slots__ = ("doubt", "kind", "node", "seconds")

    def __init__(self, source: Mapping[str, Any], position: int):
        template = source["cells"][position]
        self.kind = cell_kind(template)
        if self.kind == "solution":
            raise ValueError(f"the cell {grade_id(template)} is for the learner's text")
        super().__init__(template["source"])
        self.node: dict[str, Any] = copy.deepcopy(template)
        self.seconds, self.doubt = 0.0, ""


class OurImports(Ours):
    """What the instructor's solution cells import at their top level: tests may use it too."""

    __slots__ = ()

    def __init__(self, source: Mapping[str, Any]):
        lines: list[str] = []
        for cell in source["cells"]:
            if cell_kind(cell) == "solution" and cell["cell_type"] == "code":
                nodes = parse(cell["source"]).body
                lines += [ast.unparse(node) for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
        super().__init__("\n".join(dict.fromkeys(lines)))


class TheirCell:
    """A cell with a text of the learner's: an answer, or a cell of their own.

    ``text`` is what was handed in, ``node`` the cell as it will be shown, whose text is safe for the pages that
    show it; ``seconds`` how long it ran.
    """

    __slots__ = ("node", "seconds", "text")
    kind = "learner"

    def __init__(self, text: str, node: dict[str, Any], attachments: Any = None, allowance: Allowance | None = None):
        self.text, self.seconds = text, 0.0
        self.node = node | {"source": text}
        if node["cell_type"] == "markdown":
            self.node["source"] = clean_markdown(text, attachments, allowance)
        elif node["cell_type"] != "code":  # pages show a raw cell as the HTML that it may be, and no field for points
            self.node |= {"cell_type": "markdown", "source": as_written(text)}
        self.node.pop("attachments", None)


def names_of(source: dict, submitted: list[dict]) -> list[str]:
    """Which cell of the source each submitted cell is, by grade_id; empty for a cell of no such name.

    Some tools take the metadata away. A cell is then known by its id, which the build makes the same as the
    grade_id: where no other cell claims the name, the type is right and the id is there for the first time.
    """
    names = [grade_id(cell) for cell in submitted]
    taken = set(names)
    types = {grade_id(cell): cell["cell_type"] for cell in source["cells"] if grade_id(cell)}
    for position, cell in enumerate(submitted):
        own = cell.get("id")
        if not names[position] and isinstance(own, str) and own not in taken:
            if own in types and cell.get("cell_type") == types[own]:
                names[position] = own
                taken.add(own)
    return names


def rebuild(
    source: dict, submitted: list[dict], stubs: Mapping[str, str], allowance: Allowance | None = None
) -> tuple[list[OurCell | TheirCell], list[str]]:
    """(the source's cells with the learner's answers and extra cells between them, what was put right).

    ``stubs`` are the texts of the solution cells as they were released, by grade_id. Every cell of
    ``submitted`` has a text as its source. ``allowance`` is what cleaning their Markdown may cost.
    """
    allowance = allowance or Allowance()
    known_ids = {cell.get("id") for cell in source["cells"]}
    templates = {grade_id(cell): cell for cell in source["cells"] if grade_id(cell)}
    answers: dict[str, list[dict]] = {}
    extras: dict[str, list[TheirCell]] = {}  # by the grade_id of the last known cell before them, empty for none
    seen: dict[str, int] = {}
    report: list[str] = []
    after = ""
    for cell, name in zip(submitted, names_of(source, submitted), strict=True):
        template = templates.get(name)
        if template is not None:
            seen[name] = seen.get(name, 0) + 1
            after = name
            if cell.get("cell_type") != template["cell_type"]:
                report.append(f"cell {name}: its type was changed to {clean_text(str(cell.get('cell_type'))[:20])}")
            if cell_kind(template) == "solution":
                answers.setdefault(name, []).append(cell)
            continue
        if not name and isinstance(cell.get("id"), str) and cell["id"] in known_ids:
            continue  # the course's own text
        if name:
            report.append(f"cell {clean_text(name[:60])}: unknown to the course, kept as the learner's own cell")
        if cell.get("cell_type") in ("code", "markdown"):
            extras.setdefault(after, []).append(_own_cell(cell, allowance))
    cells: list[OurCell | TheirCell] = list(extras.get("", []))
    for position, template in enumerate(source["cells"]):
        name = grade_id(template)
        if cell_kind(template) == "solution":
            answer = _answer(answers.get(name, []), stubs[name])
            node = copy.deepcopy(template)
            cells.append(TheirCell(answer["source"], node, answer.get("attachments"), allowance))
        else:
            cells.append(OurCell(source, position))
        if name:
            if not seen.get(name):
                report.append(f"cell {name}: missing, put back")
            elif seen[name] > 1:
                report.append(f"cell {name}: there {seen[name]} times, used once")
            cells += extras.get(name, [])
    _make_ids_unique(cells)
    if len(report) > MAX_REPORT:
        report[MAX_REPORT:] = [f"and {len(report) - MAX_REPORT} more"]
    return cells, report


def notebook_of(source: Mapping[str, Any], cells: Iterable[OurCell | TheirCell]) -> dict[str, Any]:
    """The notebook that rebuilt cells make."""
    return copy.deepcopy({k: v for k, v in source.items() if k != "cells"}) | {"cells": [cell.node for cell in cells]}


def _own_cell(cell: dict, allowance: Allowance) -> TheirCell:
    """A learner's own cell: its text, without metadata that could steer the run or a page."""
    node = {"cell_type": cell["cell_type"], "id": clean_id(cell.get("id")), "metadata": {}}
    if node["cell_type"] == "code":
        node |= {"execution_count": None, "outputs": []}
    return TheirCell(cell["source"], node, cell.get("attachments"), allowance)


def _make_ids_unique(cells: Sequence[OurCell | TheirCell]) -> None:
    taken: set[str] = set()
    for position, cell in enumerate(cells):
        if not cell.node.get("id") or cell.node["id"] in taken:
            cell.node["id"] = f"own-{position}"
        taken.add(cell.node["id"])


def _answer(handed_in: list[dict], stub: str) -> dict:
    """The cell with the learner's answer: of several copies the last that was worked on; of none, a remark."""
    worked_on = [cell for cell in handed_in if cell["source"].strip() != stub.strip()]
    if worked_on:
        return worked_on[-1]
    return {"source": stub if handed_in else MISSING}
