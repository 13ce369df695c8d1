"""What holds a worker, and what a record says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

__all__ = ["NO_RIGHTS_LESS", "Confinement", "ConfinementRecord", "describe"]

NO_RIGHTS_LESS = "Learners' code runs with all your rights, in a process of its own."


@dataclass(frozen=True)
class Confinement:
    """How a worker is started, and what that is good for.

    ``command`` goes before the worker's own; ``layers`` are in force; ``missing`` says in sentences
    what is not, and how to get it. The limits, None where there is none: ``memory`` of each process,
    ``together`` of all of a worker's, ``processes`` their number, ``file_bytes`` of a file, ``folder`` of all
    files in the private folder. ``hidden`` are the files and folders that the self-test tries to read as well.

    A ``command`` that is empty says that nothing confines a worker. Memory and files are in bytes.
    """

    command: tuple[str, ...]
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    memory: int | None = None
    processes: int | None = None
    together: int | None = None
    file_bytes: int | None = None
    folder: int | None = None
    hidden: tuple[Path, ...] = field(default=(), repr=False)


class ConfinementRecord(TypedDict):
    """What a grade's record says of the confinement.

    ``confined``, whether there is one; ``layers``, what holds it; ``missing``, in sentences, what does not, and how to
    get it.
    """

    confined: bool
    layers: list[str]
    missing: list[str]


def describe(confined: Confinement | None) -> ConfinementRecord:
    """What a grade's record says of this confinement; None for none."""
    if confined is None or not confined.command:
        missing = confined.missing if confined else (NO_RIGHTS_LESS,)
        return {"confined": False, "layers": [], "missing": list(missing)}
    return {"confined": True, "layers": list(confined.layers), "missing": list(confined.missing)}
