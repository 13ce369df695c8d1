"""The corpus of hostile, broken and honest submissions in tests/corpus.

An entry is a Python file. Its docstring says what it tries and what must happen; in capitals:

    TITLE    a line for the table
    KIND     the heading in the table, one of KINDS
    MUST     one of MUSTS
    BASE     "wrong" (default: every answer wrong) or "right": the notebook that it changes
    EARNS    the points that its honest part is worth (default: what MUST and BASE say)
    CELLS    the text of solution cells, by name
    FIRST    an own cell at the beginning; LAST: one at the end
    BESIDE   files beside the notebook, by name
    LONG     True where it takes long

    change(notebook)         changes the notebook in place
    write(notebook, folder)  writes the submission itself, whatever it is

In its texts ``__CLASS__`` is the class's folder and ``__PORT__`` a port that somebody listens on.

Those of the kind "marked" are of MARKED, which is UNIT with :func:`marked_cells` after it.
"""

from __future__ import annotations

import copy
import json
import re
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbconvert.filters import markdown2html

from grader.cells import cell_kind, grade_id

__all__ = [
    "CORPUS",
    "KINDS",
    "MARKED",
    "MOST",
    "MUSTS",
    "UNIT",
    "WRONG",
    "Entry",
    "active",
    "entries",
    "load",
    "marked_cells",
    "own",
    "shown",
]

UNIT, MARKED = "00_toy", "00_marked"  # of the toy course
MOST = 8.0  # points that tests give, in either
CORPUS = Path(__file__).with_name("corpus")
KINDS = {
    "verdict": "Forging the verdict",
    "cells": "Cells and their metadata",
    "file": "The notebook file",
    "reading": "Reading what is not theirs",
    "writing": "Writing where it is not theirs",
    "shadowing": "Shadowing modules",
    "hooks": "Hooks",
    "results": "Results that are no results",
    "output": "Output",
    "memory": "Memory",
    "processes": "Processes and signals",
    "time": "Time",
    "network": "Network",
    "protocol": "The channel between the worker and the grader",
    "browser": "The instructor's browser",
    "marked": "Answers that a human marks",
    "honest": "Honest, and unusual",
}
MUSTS = {
    "nothing gained": "no more points than its honest part earns",
    "only its question lost": "exactly the points of its honest part",
    "needs a human": "no points gained, and the instructor is told",
    "full marks": "all points, and nobody has to look",
    "marked by hand": "exactly the points of its tested part, and a human marks the rest",
}
WRONG = {"sigmoid": "def sigmoid(z):\n    return z", "one_hot": "def one_hot(ids, num_classes):\n    return ids"}
_FIELDS = {"TITLE", "KIND", "MUST", "BASE", "EARNS", "CELLS", "FIRST", "LAST", "BESIDE", "LONG"}


@dataclass(frozen=True)
class Entry:
    """One submission of the corpus; the fields are those of its file."""

    name: str
    says: str
    title: str
    kind: str
    must: str
    base: str
    earns: float
    cells: dict[str, str]
    first: str
    last: str
    beside: dict[str, str]
    long: bool
    change: Callable | None
    write: Callable | None

    @property
    def unit(self) -> str:
        """What it is a submission of."""
        return MARKED if self.kind == "marked" else UNIT

    def hand_in(self, released, solutions: dict[str, str], folder: Path, words: dict[str, str]) -> None:
        """Write the submission into a folder of the unit's name; ``words`` take the place of the placeholders."""
        folder.mkdir(parents=True, exist_ok=True)
        notebook = self.notebook(released, solutions, words)
        for name, text in self.beside.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(text, words), encoding="utf-8")
        if self.write:
            self.write(notebook, folder)
        else:
            (folder / f"{folder.name}.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")

    def notebook(self, released, solutions: dict[str, str], words: dict[str, str]):
        """The submitted notebook as nbformat's nodes, not necessarily a valid one."""
        notebook = copy.deepcopy(released)
        texts = (solutions if self.base == "right" else WRONG) | self.cells
        for cell in notebook.cells:
            if cell_kind(cell) == "solution" and grade_id(cell) in texts:
                cell.source = _filled(texts[grade_id(cell)], words)
        if self.first:
            notebook.cells.insert(0, own(_filled(self.first, words)))
        if self.last:
            notebook.cells.append(own(_filled(self.last, words)))
        if self.change:
            self.change(notebook)
        return notebook

    def complaint(self, points: float | None, human: bool) -> str:
        """What is not as it must be; nothing where all is well."""
        points = points or 0.0
        wanted = {
            "nothing gained": points <= self.earns,
            "only its question lost": points == self.earns,
            "needs a human": points <= self.earns and human,
            "full marks": points == self.earns and not human,
            "marked by hand": points == self.earns and human,
        }[self.must]
        if wanted:
            return ""
        return f"{points:g} of {MOST:g} points{', a human is asked for' if human else ''}; {self.must}: {self.earns:g}"


def marked_cells() -> list:
    """Cells that a human marks: an answer in code, one in words, a task. (nbgrader's gradebook knows no raw cells.)"""
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    return [
        _marked(code("# Measure how fast it is."), "measure", solution=True, grade=True),
        _marked(text("Why does it overflow?"), "why", solution=True, grade=True),
        _marked(text("Draw it, in cells below."), "draw", task=True, locked=True),
    ]


def _marked(cell, name: str, **flags: bool):
    flags = {"grade": False, "solution": False, "locked": False, "task": False} | flags
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": name, "points": 2, **flags}
    cell["id"] = name
    return cell


def own(source: str, kind: str = "code"):
    """A learner's own cell."""
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[kind]
    return make(source)


def _filled(text: str, words: dict[str, str]) -> str:
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    return text


def load(path: Path) -> Entry:
    """An entry's file. Raises ValueError where it isn't one."""
    found = runpy.run_path(str(path))
    fields = {name: value for name, value in found.items() if name.isupper() and name[0] != "_"}
    if unknown := fields.keys() - _FIELDS:
        raise ValueError(f"{path.name}: unknown fields {sorted(unknown)}")
    if not (found["__doc__"] or "").strip():
        raise ValueError(f"{path.name}: no docstring")
    if fields["KIND"] not in KINDS or fields["MUST"] not in MUSTS:
        raise ValueError(f"{path.name}: KIND {fields['KIND']!r} or MUST {fields['MUST']!r} is unknown")
    base = fields.get("BASE", "wrong")
    honest = {"full marks": MOST, "only its question lost": MOST - 2.0}
    if base == "right":
        honest["marked by hand"] = MOST
    return Entry(
        name=path.stem,
        says=" ".join(found["__doc__"].split()),
        title=fields["TITLE"],
        kind=fields["KIND"],
        must=fields["MUST"],
        base=base,
        earns=float(fields.get("EARNS", honest.get(fields["MUST"], 0.0))),
        cells=fields.get("CELLS", {}),
        first=fields.get("FIRST", ""),
        last=fields.get("LAST", ""),
        beside=fields.get("BESIDE", {}),
        long=fields.get("LONG", False),
        change=found.get("change"),
        write=found.get("write"),
    )


def entries() -> list[Entry]:
    """All entries, by kind and name."""
    order = list(KINDS)
    return sorted(map(load, CORPUS.glob("*.py")), key=lambda entry: (order.index(entry.kind), entry.name))


def shown(notebook) -> str:
    """All that the cells of a graded notebook show which are not the instructor's grade cells."""
    return json.dumps([cell.get("outputs", []) for cell in notebook.cells if cell_kind(cell) != "grade"])


_ACTIVE = re.compile(
    r"<\s*(script|iframe|object|embed|form|meta|base|link)\b"
    r"|<[^<>]*\bon[a-z]+\s*=|<[^<>]*(href|src|action)\s*=\s*.?\s*javascript:",
    re.IGNORECASE,
)


def active(notebook) -> list[str]:
    """What in the outputs and own texts of a graded notebook would run in a browser that shows them."""
    found = []
    for cell in notebook.cells:
        theirs = cell_kind(cell) == "solution" or not grade_id(cell)
        pages = [markdown2html(cell.source)] if cell.cell_type == "markdown" and theirs else []
        pages += [cell.source] if cell.cell_type == "raw" and theirs else []  # shown as the HTML that it may be
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found += [kind for kind in data if "javascript" in kind or "widget" in kind]
            pages += [str(data[kind]) for kind in data if kind in ("text/html", "image/svg+xml", "text/latex")]
            pages += [markdown2html(str(data[kind])) for kind in data if kind == "text/markdown"]
        found += [match[0] for page in pages for match in _ACTIVE.finditer(page)]
    return found
