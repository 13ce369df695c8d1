"""Give a learner their notebooks: copy what is missing, touch nothing that is there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .errors import BuildError, GraderError
from .files import replacing
from .home import course
from .workspace import MARKER

__all__ = ["clone", "copy_missing", "course_folder"]


def clone(start: Path | None = None) -> Path:
    """The clone of the course that holds ``start`` (the working folder). Raises :class:`BuildError` where none does.

    It is the nearest folder above with ``solutions`` and ``grader`` in it, else the one that this package lies in.
    Where ``GRADER_COURSE`` is set, that folder is meant, whatever is in it.
    """
    if elsewhere := course():
        return elsewhere
    here = (start or Path.cwd()).resolve()
    for place in (here, *here.parents, Path(__file__).resolve().parent.parent):
        if (place / "solutions").is_dir() and (place / "grader").is_dir():
            return place
    raise BuildError(
        "This command needs a clone of the course (with solutions/ and grader/), and there is none here. "
        "Change into the clone and run it again."
    )


def course_folder() -> Path:
    """The released notebooks: in the clone, or inside the installed package; or another course's.

    Raises :class:`GraderError` where there are none.
    """
    package, elsewhere = Path(__file__).resolve().parent, course()
    for place in [elsewhere / "course"] if elsewhere else (package / "course", package.parent / "course"):
        if any(place.glob("*/*.ipynb")):
            return place
    raise GraderError("The course's notebooks are not here. In a clone, make them with: grader build")


def copy_missing(folder: Path) -> tuple[list[str], list[str]]:
    """(copied, kept) names of notebooks, the index among them; marks ``folder`` as the learner's workspace.

    Names are ``UNIT/UNIT.ipynb``, and ``index.ipynb``. What is there in any form is kept. Raises OSError where nothing
    can be written.

    Copied are all units' released notebooks. Raises :class:`GraderError` where there are none to copy.
    """
    copied, kept = [], []
    (folder / MARKER).mkdir(parents=True, exist_ok=True)
    course = course_folder()
    for source in sorted([*course.glob("*.ipynb"), *course.glob("*/*.ipynb")]):
        name = source.relative_to(course).as_posix()
        target = folder / name
        if os.path.lexists(target):  # a link counts, even one that leads nowhere
            kept.append(name)
            continue
        with replacing(target) as draft:  # a copy cut off by a full disk must not look like a notebook
            shutil.copyfile(source, draft)
        copied.append(name)
    return copied, kept
