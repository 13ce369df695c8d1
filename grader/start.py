"""Give a learner their notebooks: copy what is missing, touch nothing that is there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .errors import GraderError
from .exercises import course
from .workspace import MARKER

__all__ = ["copy_missing", "course_folder"]


def course_folder() -> Path:
    """The released notebooks: in the clone, or inside the installed package; or another course's."""
    package, elsewhere = Path(__file__).resolve().parent, course()
    for place in [elsewhere / "course"] if elsewhere else (package / "course", package.parent / "course"):
        if any(place.glob("*/*.ipynb")):
            return place
    raise GraderError("The course's notebooks are not here. In a clone, make them with: grader build")


def copy_missing(folder: Path) -> tuple[list[str], list[str]]:
    """(copied, kept) names of notebooks; also marks ``folder`` as the learner's workspace."""
    copied, kept = [], []
    (folder / MARKER).mkdir(parents=True, exist_ok=True)
    for source in sorted(course_folder().glob("*/*.ipynb")):
        name = f"{source.parent.name}/{source.name}"
        target = folder / name
        if os.path.lexists(target):  # a link counts, even one that leads nowhere
            kept.append(name)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".ipynb.new")  # a copy cut off by a full disk must not look like a notebook
        try:
            shutil.copyfile(source, draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        copied.append(name)
    return copied, kept
