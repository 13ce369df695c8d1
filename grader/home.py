"""Where the course that is taught lies: in the package, or in a folder that ``GRADER_COURSE`` names.

Such a folder is laid out like this repository: ``grader/exercises``, ``grader/given`` and ``grader/vectors`` (and
``solutions`` and ``course`` for the build). Its units then take the place of the package's own, here and in every
process started from here. A learner's worker is none of them: what it needs of a course, it is sent.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

__all__ = ["COURSE_VARIABLE", "course", "course_module", "course_part", "secret_folders"]

COURSE_VARIABLE = "GRADER_COURSE"
_PACKAGE = Path(__file__).resolve().parent


def course() -> Path | None:
    """The folder of the course that takes the place of the package's own, or None."""
    named = os.environ.get(COURSE_VARIABLE)
    return Path(named) if named else None


def course_part(name: str) -> Path:
    """Where the course that is taught has its ``exercises``, ``given`` or ``vectors``."""
    elsewhere = course()
    return (elsewhere / "grader" if elsewhere else _PACKAGE) / name


def secret_folders() -> list[Path]:
    """What learners' code must not see of another course. (Of the package a worker sees only what it needs.)"""
    elsewhere = course()
    if elsewhere is None:
        return []
    return [elsewhere / "solutions", *(course_part(name) for name in ("exercises", "given", "vectors"))]


def course_module(part: str, name: str) -> ModuleType:
    """The module ``grader.<part>.<name>`` of the course that is taught: of ``exercises`` or ``given``.

    A process may change from one course to another, if no two of their units have the same name.
    """
    package = importlib.import_module(f"grader.{part}")
    package.__path__[:] = dict.fromkeys([str(course_part(part)), *package.__path__])
    return importlib.import_module(f"{package.__name__}.{name}")
