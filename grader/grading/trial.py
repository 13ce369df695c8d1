"""The instructor's own solution, graded as a learner's would be: a test that it doesn't pass can't be trusted.

Ordinary tests may ask for what doesn't cross to the process that runs the answers (see docs/tests.md): a swapped
sys.stdout, a mocked function, an operator of a class. That can't be read off a test's text, but it can be tried.
"""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

from ..cells import cell_kind, grade_id
from ..files import write_atomically
from .exam import Exam
from .lane import Lane, LaneDied
from .record import CellRecord

__all__ = ["doubtful"]


def doubtful(exam: Exam, folder: Path) -> dict[str, str]:
    """Why each grade cell that the instructor's own solution doesn't pass can't be trusted, by grade_id.

    What was found is kept in ``folder`` for as long as nothing changes that it depends on. The course's own tests,
    which only call ``check`` and ``quiz``, are not tried: the build has done that. Nothing is doubtful where the
    solution could not be graded at all: grading the class will say so. Raises :class:`GraderError` where no process
    that grades starts.
    """
    tested = [cell for cell in exam.source["cells"] if cell_kind(cell) == "grade"]
    if all(_only_checks(cell["source"]) for cell in tested):
        return {}
    key = hashlib.sha256(json.dumps([exam.key, exam.given, str(exam.work)]).encode()).hexdigest()[:16]
    kept = folder / f"trial-{key}.json"
    try:
        return json.loads(kept.read_bytes())
    except (OSError, ValueError):
        pass
    try:
        with Lane(exam) as lane:
            record, _ = lane.grade(json.dumps(exam.source).encode(), "")
    except LaneDied:
        return {}  # grading the class will say so
    if record["status"] != "graded":
        return {}
    names = {grade_id(cell) for cell in tested}
    found = {cell["cell"]: _said(cell) for cell in record["cells"] if cell["cell"] in names and _failed(cell)}
    write_atomically(kept, json.dumps(found).encode())
    return found


def _only_checks(source: str) -> bool:
    """Whether a grade cell does nothing but call the course's own checks."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return all(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in ("check", "quiz")
        for node in body
    )


def _failed(cell: CellRecord) -> bool:
    """Whether the instructor's solution doesn't get all the points of this cell."""
    return cell["points"] is None or cell["points"] < cell["max_points"]


def _said(cell: CellRecord) -> str:
    """Why a test can't be trusted, with what it said of the instructor's own solution."""
    points = "none" if cell["points"] is None else f"{cell['points']:g}"
    said = " ".join((cell["text"] or f"{points} of {cell['max_points']:g} points").split())[:300]
    return f"the test doesn't give the instructor's own solution its points either ({said})"
