"""Where the clone of the course is, and where the notebooks that learners get."""

from __future__ import annotations

from pathlib import Path

from .errors import BuildError, GraderError
from .home import course

__all__ = ["INDEX", "clone", "course_folder", "released_notebooks"]

INDEX = "index"  # the notebook that leads to all units, index.ipynb


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


def released_notebooks() -> dict[str, Path]:
    """The released notebooks by their names: the index, where there is one, and the units. Raises :class:`GraderError`.

    In a learner's folder they lie as in :func:`course_folder`.
    """
    place = course_folder()
    index = place / f"{INDEX}.ipynb"
    units = {path.stem: path for path in sorted(place.glob("*/*.ipynb")) if path.stem == path.parent.name}
    return ({INDEX: index} if index.is_file() else {}) | units
