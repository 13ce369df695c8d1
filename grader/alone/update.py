"""A new version of the course brought into a learner's notebooks, without a word of theirs lost.

A cell that holds a text the course once gave (:mod:`.released`) is the course's: it becomes what the new version has in
its place, or goes. Any other is the learner's: an answer, a story cell that they edited, a cell of their own. It stays
where it was, between the same neighbours.
"""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from ..cells import cell_kind, grade_id
from ..errors import GraderError
from ..start import released_notebooks
from .begin import copy_missing
from .change import change
from .folder import alone_in, notebook_path, shown
from .released import digest, given, note_given

__all__ = ["Changes", "merged", "update"]

_OURS = (
    "deletable",
    "editable",
    "lstm_course",
    "nbgrader",
    "tags",
)  # of a course's cell's metadata; the rest is theirs


@dataclass
class Changes:
    """What became of a notebook. Cells are named by their grade_id, texts by how they begin.

    ``kept`` are answers and edited cells of the course's, ``own`` the number of cells of the learner's making;
    ``newer`` are answers whose stub is another now, ``beside`` edited cells that now stand under the course's new
    ones, ``gone`` cells that the course has no more. ``backup`` is where the old notebook lies, None where nothing
    changed; ``problem`` why it could not be brought up to date.
    """

    name: str
    renewed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    own: int = 0
    backup: Path | None = None
    problem: str = ""


def update(folder: Path) -> tuple[list[str], list[Changes]]:
    """Bring a learner's folder up to this version: (notebooks that were not there, what became of each that was).

    Each notebook is changed whole or not at all, and two that run at once take turns. One that can't be read is left as
    it is, which its ``problem`` says. Raises OSError where nothing can be written.
    """
    copied, kept = copy_missing(folder)
    there = {name: source for name, source in released_notebooks().items() if shown(name) in kept}
    return copied, [_update(folder, name, source) for name, source in there.items()]


def _update(folder: Path, name: str, source: Path) -> Changes:
    new, changes = nbformat.read(source, as_version=4), Changes(name)
    with alone_in(folder):
        before = given(folder, name)
        note_given(folder, name, new.cells)

        def renewed(theirs: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
            nonlocal changes
            changes = Changes(name)
            return merged(theirs, new, before, changes)

        try:
            changes.backup = change(notebook_path(folder, name), renewed)
        except GraderError as error:
            changes.problem = str(error)
    return changes


def merged(
    theirs: nbformat.NotebookNode, new: nbformat.NotebookNode, before: set[str], changes: Changes
) -> nbformat.NotebookNode | None:
    """The new notebook with all that is the learner's; None where theirs is just that already.

    ``before`` are the digests of what the course gave up to now; what happens is written into ``changes``.
    """
    ours = before | {digest(cell) for cell in new.cells}
    names = _names(theirs, new, ours)
    extras = _extras(theirs, names, ours, changes)
    found = {name: cell for name, cell in zip(names, theirs.cells, strict=True) if name}
    own = list(extras.get("", []))
    cells = list(own)
    for cell in new.cells:
        here, beside = _renewed(cell, found.get(cell.id), ours, before, changes)
        own += [*beside, *extras.get(cell.id, [])]
        cells += [here, *beside, *extras.get(cell.id, [])]
    _give_ids(own, {cell.id for cell in new.cells})
    metadata = {**new.metadata, **theirs.metadata, "lstm_course": new.metadata.get("lstm_course", {})}
    same = [_essence(cell) for cell in cells] == [_essence(cell) for cell in theirs.cells]
    if same and metadata == theirs.metadata:
        return None
    result = nbformat.v4.new_notebook(metadata=metadata)
    result.cells = cells
    return result


def _names(theirs: nbformat.NotebookNode, new: nbformat.NotebookNode, ours: set[str]) -> list[str]:
    """Which of the new cells each of the learner's is, by its id; "" for one that is none of them.

    Its grade_id says so, else its id; where an editor gave it another one, its text. Of several with one name it is the
    last that was worked on, as when a class is graded.
    """
    types = {cell.id: cell.cell_type for cell in new.cells}
    texts = {digest(cell): cell.id for cell in new.cells}
    claims: dict[str, list[int]] = {}
    for position, cell in enumerate(theirs.cells):
        name = next((one for one in (grade_id(cell), cell.get("id"), texts.get(digest(cell))) if one in types), "")
        if name and types[name] == cell.cell_type:
            claims.setdefault(name, []).append(position)
    names = [""] * len(theirs.cells)
    for name, positions in claims.items():
        worked_on = [one for one in positions if digest(theirs.cells[one]) not in ours]
        names[worked_on[-1] if worked_on else positions[0]] = name
    return names


def _extras(
    theirs: nbformat.NotebookNode, names: list[str], ours: set[str], changes: Changes
) -> dict[str, list[nbformat.NotebookNode]]:
    """The learner's cells that are none of the new ones, by the name of the one that they follow ("" at the top)."""
    extras: dict[str, list[nbformat.NotebookNode]] = {}
    after, known = "", {*names} - {""}
    for cell, name in zip(theirs.cells, names, strict=True):
        if name:
            after = name
            continue
        was = grade_id(cell)
        if was not in known:  # it is no copy of a cell that is there
            if digest(cell) in ours:
                changes.gone.append(was or _beginning(cell))
                continue
            if was:
                changes.kept.append(was)
                changes.gone.append(was)
        changes.own += was in known or not was
        extras.setdefault(after, []).append(_theirs_alone(cell))
    return extras


def _renewed(
    cell: nbformat.NotebookNode,
    theirs: nbformat.NotebookNode | None,
    ours: set[str],
    before: set[str],
    changes: Changes,
) -> tuple[nbformat.NotebookNode, list[nbformat.NotebookNode]]:
    """(a cell of the new version, the learner's cells to follow it).

    It has the learner's text where they wrote one. Where it is no answer and the course has a new text for it too, both
    stand there, one under the other.
    """
    name = grade_id(cell) or _beginning(cell)
    if theirs is None:
        changes.added.append(name)
        return copy.deepcopy(cell), []
    touched, new = digest(theirs) not in ours, bool(before) and digest(cell) not in before
    if touched:
        changes.kept.append(name)
        if new and cell_kind(cell) != "solution":
            changes.beside.append(name)
            return copy.deepcopy(cell), [_theirs_alone(theirs)]
        changes.newer += [name] if new else []
    elif digest(theirs) != digest(cell):
        changes.renewed.append(name)
        return copy.deepcopy(cell), []
    result = copy.deepcopy(theirs)
    result.id = cell.id
    for key in _OURS:
        result.metadata.pop(key, None)
    result.metadata.update(
        {key: value for key, value in cell.metadata.items() if key in _OURS or key not in theirs.metadata}
    )
    return result, []


def _theirs_alone(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A cell as one of the learner's own: two of the course's with one name would stop nbgrader."""
    result = copy.deepcopy(cell)
    for key in _OURS if grade_id(cell) else ():
        result.metadata.pop(key, None)
    return result


def _beginning(cell: Any) -> str:
    """A text's first words, as its name in a summary."""
    words = " ".join(cell["source"].replace("#", " ").split())
    return f"“{words[:30].rstrip()}…”" if len(words) > 30 else f"“{words}”"


def _essence(cell: Any) -> list[Any]:
    """What of a cell is worth a new file: not its outputs, nor what is folded."""
    return [cell.get("id"), cell["cell_type"], digest(cell), {key: cell["metadata"].get(key) for key in _OURS}]


def _give_ids(own: list[nbformat.NotebookNode], taken: set[str]) -> None:
    """An id to every cell of the learner's that has none, or one of the course's, or another's."""
    free = (f"own-{k}" for k in itertools.count(1))
    wanted = {cell.get("id") for cell in own}
    for cell in own:
        if cell.get("id") is None or cell.id in taken:
            cell.id = next(one for one in free if one not in taken | wanted)
        taken = taken | {cell.id}
