"""A notebook, or one cell of it, as the course gave it; what was there is kept beside it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

import nbformat

from ..cells import cell_kind, grade_id
from ..errors import GraderError, UnknownExercise
from ..exercises import unit_of, units
from ..start import released_notebooks
from .change import change, replace
from .folder import alone_in, notebook_path, shown
from .released import note_given

__all__ = ["reset"]


def reset(folder: Path, what: str) -> tuple[str, Path | None, list[str]]:
    """Put back a unit's notebook, or the stub of an exercise: (its notebook's name, where the old is kept, remarks).

    Nothing is kept where nothing changed. Raises :class:`UnknownExercise`, and :class:`NotebookUnreadable` where the
    cell's notebook is broken: the whole one can be put back even then.
    """
    names = [one.name for one in units()]
    unit_name = what if what in names else _unit_of(what, names)
    source = released_notebooks().get(unit_name)
    if source is None:
        raise GraderError(f"The course has no notebook of unit {unit_name}. Install it again, or build it in a clone.")
    path = notebook_path(folder, unit_name)
    released = nbformat.read(source, as_version=4)
    remarks: list[str] = []
    with alone_in(folder):
        note_given(folder, unit_name, released.cells)
        if what == unit_name:
            return shown(unit_name), replace(path, source.read_bytes()), remarks
        if not path.exists():
            raise GraderError(f"There is no {path}. `grader start` brings it.")
        try:
            kept = change(path, lambda theirs: _with_stub(theirs, released.cells, what, remarks))
        except GraderError as error:
            raise type(error)(
                f"{error} Or have the whole notebook anew: `grader reset {unit_name}` keeps this file beside it."
            ) from error
    return shown(unit_name), kept, remarks


def _unit_of(what: str, names: list[str]) -> str:
    try:
        return unit_of(what)
    except UnknownExercise as error:
        raise GraderError(f"{error} The units are: {', '.join(f'`{name}`' for name in names)}.") from None


def _with_stub(
    theirs: nbformat.NotebookNode, released: Sequence[nbformat.NotebookNode], name: str, remarks: list[str]
) -> nbformat.NotebookNode | None:
    """The notebook with an exercise's cell as it was released; None where it is so already."""
    remarks.clear()
    stub = next((cell for cell in released if grade_id(cell) == name and cell_kind(cell) == "solution"), None)
    if stub is None:
        raise GraderError(f"The course's notebook has no cell for {name}. Install it again, or build it in a clone.")
    found = [k for k, cell in enumerate(theirs.cells) if name in (grade_id(cell), cell.get("id"))]
    result = copy.deepcopy(theirs)
    fresh = copy.deepcopy(stub)
    if theirs.get("nbformat_minor", 0) < 5:
        fresh.pop("id", None)
    if not found:
        result.cells.insert(_place(theirs, released, name), fresh)
        remarks.append(f"There was no cell for {name}: it is back in its place.")
        return result
    if len(found) > 1:
        remarks.append(
            f"There are {len(found)} cells for {name}: the first has the stub again, the others are as before."
        )
    if theirs.cells[found[0]].source == stub.source and theirs.cells[found[0]].cell_type == "code":
        return None
    fresh.metadata = {**theirs.cells[found[0]].metadata, **stub.metadata}
    result.cells[found[0]] = fresh
    return result


def _place(theirs: nbformat.NotebookNode, released: Sequence[nbformat.NotebookNode], name: str) -> int:
    """Where a cell belongs that is gone: after the nearest of those before it that are still there."""
    names = [cell.id for cell in released]
    before = names[: names.index(name)]
    for one in reversed(before):
        for position, cell in enumerate(theirs.cells):
            if one in (grade_id(cell), cell.get("id")):
                return position + 1
    return 0
