"""Which texts the course has given a learner, so that an update tells the course's words from theirs.

For each notebook ``.grader/released/NAME.json`` holds the digests of all cells that any version of the course brought
into this folder. It only grows, and is written before the notebook is: a run that is killed in between leaves too many
digests, never too few, and none that a learner's own text could have.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..files import write_atomically
from ..workspace import MARKER

__all__ = ["digest", "given", "note_given"]


def digest(cell: Mapping[str, Any]) -> str:
    """A cell's type and text in a word; blanks at a line's end, which some editors take away, don't count."""
    lines = [line.rstrip() for line in cell["source"].rstrip().splitlines()]
    return hashlib.sha256(json.dumps([cell["cell_type"], *lines]).encode()).hexdigest()[:32]


def _path(folder: Path, name: str) -> Path:
    return folder / MARKER / "released" / f"{name}.json"


def given(folder: Path, name: str) -> set[str]:
    """The digests of a notebook's cells as the course gave them; empty where they were not noted, or can't be read."""
    try:
        found = json.loads(_path(folder, name).read_text(encoding="utf-8"))["cells"]
        return {one for one in found if isinstance(one, str)}
    except (OSError, ValueError, LookupError, TypeError):
        return set()


def note_given(folder: Path, name: str, cells: Iterable[Mapping[str, Any]]) -> None:
    """Note that the course gives these cells. To be called by whoever is alone in the folder."""
    known = given(folder, name)
    digests = known | {digest(cell) for cell in cells}
    if digests != known:
        write_atomically(_path(folder, name), (json.dumps({"cells": sorted(digests)}, indent=1) + "\n").encode())
