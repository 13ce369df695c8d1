"""One file graded as a class is: with the hidden tests, across the boundary, without a gradebook."""

from __future__ import annotations

from pathlib import Path

from ..checking.look import MARKS
from ..checking.verdict import VerdictRecord
from ..errors import GraderError, NotebookUnreadable
from ..files import LARGEST
from ..notebooks import read, unit_of_notebook
from .classroom import ClassFolder
from .formats import name_of
from .lane import Lane, LaneDied
from .record import CellRecord
from .work import Work

__all__ = ["grade_file"]


def grade_file(
    path: Path, root: Path, unit_name: str | None = None, unconfined: bool | None = None
) -> tuple[str, list[VerdictRecord], list[str]]:
    """(unit, a verdict's record for every graded cell, notes), as :func:`grader.notebooks.check_notebook` gives them.

    Notes are sentences: why a human should look, and what was put right. Nothing is written.

    Args:
        path: the notebook file.
        root: the folder of the class whose tests and hidden vectors are used.
        unit_name: what it is graded as. The notebook says that itself where this is None: it shouldn't where marks
            depend on it.
        unconfined: without a sandbox; as the class's settings say where it is None.

    Raises:
        NotebookUnreadable: there is no such file, or it doesn't say which unit it is of.
        GraderError: nothing can be graded here, or the process that grades died.
    """
    if unit_name is None:
        unit_name = unit_of_notebook(read(path), path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise NotebookUnreadable(f"{path} can't be read: {error.strerror}.") from error
    try:
        with Lane(ClassFolder(root).exam(Work.named(unit_name), unconfined)) as lane:
            record, _ = lane.grade(raw, path.stem)
    except LaneDied as death:
        raise GraderError(f"The process that grades died: {death}. Nothing is counted; try again.") from None
    verdicts = [_verdict(cell) for cell in record["cells"]]
    return unit_name, verdicts, list(dict.fromkeys([*record["human"], *record["put_right"]]))


def _verdict(cell: CellRecord) -> VerdictRecord:
    """A record's cell as a verdict's record. A cell worth nothing has a score of 1."""
    name, points, most = name_of(cell), cell["points"], cell["max_points"]
    score = None if points is None else points / most if most else 1.0
    return {
        "name": name,
        "passed": None if points is None else bool(cell["passed"]),
        "state": _state(cell),
        "score": score,
        "points": points,
        "max_points": most,
        "parts": cell["parts"],
        "mistake": cell["mistake"],
        "hidden": True,
        "text": cell["text"] or f"! {name}: not judged",
    }


def _state(cell: CellRecord) -> str:
    """The state of a record's cell, as a :class:`~grader.checking.verdict.Verdict` has it."""
    if cell["points"] is None:
        return "not judged"
    if cell["passed"]:
        return "right"
    if cell["points"]:
        return "partly"
    return "to do" if cell["text"].startswith(MARKS["to do"]) else "wrong"
