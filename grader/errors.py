"""The exceptions of the package, one tree.

    GraderError                  no verdict is possible; never counted against a learner
    ├── UsageError               the call does not say what it is about
    │   └── UnknownExercise      no exercise, or no unit, of that name
    ├── VectorsMissing           the test vectors are not where they should be
    ├── VectorsUnreadable        they are there and can't be read
    ├── BuildError               a unit's source breaks a rule of the course
    ├── NotebookUnreadable       a notebook file that can't be read
    ├── KernelNotStarted         no kernel came up to run a notebook's cells in
    └── ConfinementError         the learners' code can't be shown to be locked in

Each says what to do next.
"""

from __future__ import annotations

import difflib
from pathlib import Path

__all__ = [
    "BuildError",
    "ConfinementError",
    "GraderError",
    "KernelNotStarted",
    "NotebookUnreadable",
    "UnknownExercise",
    "UsageError",
    "VectorsMissing",
    "VectorsUnreadable",
]


class GraderError(Exception):
    """No verdict is possible; never counted against a learner."""


class UsageError(GraderError):
    """The call does not say what it is about: the learner's own, and told to them as an answer, not as a fault."""


class UnknownExercise(UsageError):
    """No exercise (or no ``kind``) of that name; suggests the nearest one of ``known``, or names them all."""

    def __init__(self, name: str, known: list[str], kind: str = "exercise"):
        name = name[:80] if isinstance(name, str) else type(name).__name__
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else f" The {kind}s are: {', '.join(f'`{one}`' for one in known)}."
        super().__init__(f"There is no {kind} called {name!r}.{hint}")


class VectorsMissing(GraderError):
    """The test vectors are not where they should be: at ``path``, or nowhere, as nothing says where (None).

    ``hidden`` tells a class's vectors from the package's, which have other remedies.
    """

    def __init__(self, path: Path | None, hidden: bool):
        where = f"There are no test vectors at {path}" if path else "GRADER_HIDDEN is not set"
        remedy = (
            "Hidden test vectors are made once per class, by the instructor, with `grader vectors --hidden`; "
            "nbgrader_config.py then points GRADER_HIDDEN at them."
            if hidden
            else "They come with the package: reinstall it, or make them in a clone with `grader vectors`."
        )
        super().__init__(f"{where}. {remedy}")


class VectorsUnreadable(GraderError):
    """The test vectors at ``path`` are there and can't be read; ``error`` is what reading them raised."""

    def __init__(self, path: Path, error: Exception):
        super().__init__(
            f"The test vectors in {path} can't be used ({type(error).__name__}). Make them again with "
            "`grader vectors` (or `grader vectors --hidden` for a class), or reinstall the package."
        )


class BuildError(GraderError):
    """A unit's source breaks a rule of the course."""


class NotebookUnreadable(GraderError):
    """A notebook file that can't be read, or is none of this course's; the text names the file and the way out."""


class KernelNotStarted(GraderError):
    """No kernel came up in which a notebook's cells could run; the text says why, and what to try."""


class ConfinementError(GraderError):
    """The learners' code can't be shown to be locked in, and so none of it is run; the text has the remedy."""
