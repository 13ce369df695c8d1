"""A learner's folder of notebooks: which one it is, what is in it, and how a notebook there is changed without loss.

Beside the notebooks lies ``.grader``: what passed its check (:mod:`grader.workspace`), what the course has given
(``released/``, see :mod:`.released`), and the lock that whoever changes a notebook there holds.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from ..errors import GraderError
from ..exercises import units
from ..files import locked, write_atomically
from ..start import INDEX
from ..workspace import MARKER

__all__ = ["alone_in", "back_up", "learners_folder", "notebook_path", "notebooks_in", "shown", "usual_folder"]

USUAL = Path("work")


def usual_folder() -> Path:
    """The learner's folder that this one is, or lies in; else ``work``, which need not be there yet."""
    here = Path.cwd()
    found = next((place for place in (here, *here.parents) if (place / MARKER).is_dir()), None)
    return USUAL if found is None else Path() if found == here else found


def learners_folder(named: Path | None) -> Path:
    """The folder that is meant, ``named`` or the usual one. Raises :class:`GraderError` where it has no notebooks."""
    folder = usual_folder() if named is None else named
    if not any(True for _ in notebooks_in(folder)):
        where = f"in {folder}" if folder != Path() else "here"
        raise GraderError(
            f"There are no notebooks of this course {where}. `grader start` brings them (or name the folder they "
            "are in, after the command)."
        )
    return folder


def shown(name: str) -> str:
    """How a unit's notebook, or the index, is called in a learner's folder: its path there."""
    return f"{name}.ipynb" if name == INDEX else f"{name}/{name}.ipynb"


def notebook_path(folder: Path, name: str) -> Path:
    """Where a unit's notebook lies in a learner's folder, or the index."""
    return folder / shown(name)


def notebooks_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """(unit, path) of the units' notebooks that are there, in teaching order."""
    for one in units():
        path = notebook_path(folder, one.name)
        if path.exists():
            yield one.name, path


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """No other command of ours changes a notebook in that folder during the block."""
    with locked(folder / MARKER / "notebooks.lock"):
        yield


def back_up(path: Path, data: bytes) -> Path:
    """Keep ``data``, what a notebook at ``path`` held, beside it under a name with the time; returns where.

    To be called by whoever is :func:`alone_in` the folder.
    """
    stamp = time.strftime("%Y-%m-%d-%H%M%S")
    number, kept = 1, path.with_name(f"{path.stem}.backup-{stamp}{path.suffix}")
    while kept.exists():  # a second one within the second
        number += 1
        kept = path.with_name(f"{path.stem}.backup-{stamp}-{number}{path.suffix}")
    write_atomically(kept, data)
    return kept
