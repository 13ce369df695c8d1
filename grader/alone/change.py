"""Change a notebook of a learner's on the disk: their bytes are kept beside it first, and no save of theirs is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat

from .. import notebooks
from ..errors import GraderError
from ..files import write_atomically
from .folder import back_up

__all__ = ["RELOAD", "change", "replace"]

RELOAD = "Is it open in JupyterLab? Then choose File, Reload Notebook from Disk, before you go on."
_TRIES = 5


def change(path: Path, changed: Callable[[nbformat.NotebookNode], nbformat.NotebookNode | None]) -> Path | None:
    """Put what ``changed`` makes of a notebook in its place; returns where the old one is kept.

    ``changed`` returns None where there is nothing to change: then nothing is written, and None comes back. Where the
    notebook was saved meanwhile, it is asked again, about that one. To be called by whoever is alone in the folder.
    Raises :class:`NotebookUnreadable`, and what ``changed`` raises.
    """
    target = path.resolve()  # a link stays one
    for _ in range(_TRIES):
        before = target.read_bytes() if target.is_file() else b""
        after = changed(notebooks.read(path))  # which says what is wrong with it
        if after is None:
            return None
        if kept := _swapped(target, before, (nbformat.writes(after, version=nbformat.NO_CONVERT) + "\n").encode()):
            return kept
    raise GraderError(f"{path} is saved again and again while it is to be changed. Close it in JupyterLab first.")


def replace(path: Path, data: bytes) -> Path | None:
    """Put other bytes in a notebook's place, whatever is there; returns where the old ones are kept.

    Where there was nothing, or it is the same already, None comes back. As :func:`change` otherwise.
    """
    target = path.resolve()
    for _ in range(_TRIES):
        before = target.read_bytes() if target.exists() else None
        if before is None:
            write_atomically(target, data)
            return None
        if before == data:
            return None
        if kept := _swapped(target, before, data):
            return kept
    raise GraderError(f"{path} is saved again and again while it is to be changed. Close it in JupyterLab first.")


def _swapped(target: Path, before: bytes, after: bytes) -> Path | None:
    """Keep ``before`` and write ``after``; None where the file holds other bytes by now, and is left as it is."""
    kept = back_up(target, before)
    if target.read_bytes() != before:
        kept.unlink()
        return None
    write_atomically(target, after)
    return kept
