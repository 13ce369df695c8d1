"""The course's own text of an exercise: what a learner starts from, and the solution."""

from __future__ import annotations

import json

from ..errors import GraderError
from ..exercises import unit_of
from ..given import text as given_text
from ..start import course_folder

__all__ = ["solution_text", "stub_text"]


def solution_text(name: str) -> str:
    """The course's own version of a function, without its docstring. Raises :class:`UnknownExercise`."""
    unit_of(name)
    return given_text(name)


def stub_text(name: str) -> str:
    """The cell that a learner starts from, as it stands in the course's notebook: def line, docstring, and no body.

    Raises :class:`UnknownExercise`, and :class:`GraderError` where the course's notebooks are not there or have no
    such cell.
    """
    unit_name = unit_of(name)
    path = course_folder() / unit_name / f"{unit_name}.ipynb"
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            record = cell["metadata"].get("nbgrader", {})
            if record.get("solution") and record.get("grade_id") == name:
                return "".join(cell["source"]).rstrip() + "\n"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GraderError(f"{path} can't be read ({type(error).__name__}). Install the course again.") from error
    raise GraderError(f"{path} has no cell for {name}. Install the course again, or run `grader build` in a clone.")
