"""What is kept of one grading: a JSON file next to the graded notebook, ``NOTEBOOK.record.json``.

It holds a :class:`Record`. Whoever reads one may rely on its types once :func:`read_record` let it through, as nobody
but the grader writes them. Nothing in a record shows a hidden value. A field that gets another meaning gets another
number of :data:`SCHEMA` too, and submissions with records of another number are graded again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypedDict, cast

from ..checking.verdict import PartRecord
from ..errors import GraderError
from ..files import write_atomically
from ..sandbox.layers import ConfinementRecord
from .work import Work

__all__ = [
    "SCHEMA",
    "CellRecord",
    "Phase",
    "Provenance",
    "Record",
    "Submitted",
    "read_record",
    "records",
    "records_of",
    "write_record",
]

SCHEMA = 1
Phase = Literal["read", "worker", "cells", "story", "checks", "total"]


class CellRecord(TypedDict):
    """What became of a cell that earns points: a grade cell, or an answer that a human marks.

    ``cell`` is its grade_id. ``exercise`` is the name in its verdict; null where it gave none (an ordinary test, an
    error, a submission that was not graded). ``points`` is null where a human has to decide, and so is ``passed``,
    which is true for full points only, and null for an answer marked by hand too. ``mistake`` is the known mistake's
    name, null where none was recognised; ``parts`` are those of the verdict, empty without one. ``text`` is the
    verdict in plain text, or the error that the cell ended with, or empty. ``seconds`` is how long the cell ran.
    """

    cell: str
    exercise: str | None
    points: float | None
    max_points: float
    passed: bool | None
    mistake: str | None
    parts: list[PartRecord]
    text: str
    seconds: float


class Submitted(TypedDict):
    """The file that was handed in: its SHA-256 in hexadecimal digits, its bytes, and when it came.

    ``timestamp`` is what nbgrader wrote, ``2026-11-21 08:00:00 UTC``; null where it wrote nothing that can be read. Of
    a file too large to be graded (:data:`grader.files.LARGEST`), digits and number are those of what was read.
    """

    sha256: str
    bytes: int
    timestamp: str | None


class Provenance(ConfinementRecord):
    """What the mark depends on besides the submission, and what held the learner's code.

    ``tests`` is the SHA-256 of the source notebook, ``vectors`` that of the hidden vectors' file (null where the class
    has none for this notebook), ``versions`` are those of the packages by name, ``limits`` seconds by what they are
    for: ``cell``, ``call``, ``submission``.
    """

    tests: str
    vectors: str | None
    versions: dict[str, str]
    limits: dict[str, float]


class Record(TypedDict):
    """One grading of one submission.

    ``unit`` is the text of the :class:`.work.Work`. ``status`` is ``graded``; or ``unreadable``, where there is no
    notebook in the file; or ``fault``, where the grader failed: both ask for a human, and ``reason`` says why (it is
    empty otherwise). ``points`` is the sum over the cells that have some. ``human`` are sentences that say why a human
    should look, empty where nobody needs to; ``put_right`` those on cells that were changed, missing or doubled.
    ``cells`` are all that earn points, in the notebook's order. ``answers`` says of the solution cells, by grade_id,
    whether the learner wrote anything. ``story`` says whose story cells' outputs the graded notebook shows; empty
    where nothing ran. ``key`` stands for the provenance: with another one, the submission is graded again. ``seconds``
    is how long each phase took, empty where nothing ran: ``read`` for reading the file and putting it back together,
    ``cells`` for the learner's cells and the course's own, ``story`` for story cells, ``checks`` for grade cells,
    ``worker`` for what is left of ``total``.
    """

    schema: int
    student: str
    unit: str
    status: Literal["graded", "unreadable", "fault"]
    reason: str
    points: float
    max_points: float
    human: list[str]
    put_right: list[str]
    cells: list[CellRecord]
    answers: dict[str, Literal["no answer", "changed"]]
    story: Literal["", "of the class", "of the submission"]
    submitted: Submitted
    key: str
    provenance: Provenance
    seconds: dict[Phase, float]


def write_record(path: Path, record: Record) -> None:
    """Write a record: there is the whole of it or what was there before. The same record gives the same bytes.

    Missing folders are made. Raises ValueError for what JSON or UTF-8 can't hold (NaN, half a character), OSError where
    it can't be written.
    """
    write_atomically(
        path, json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    )


def read_record(path: Path) -> Record | None:
    """A record; None where there is none, no JSON, or one of another schema.

    What is in it is not looked at: of a file that somebody changed, reading a field may raise KeyError or TypeError.
    Raises OSError for a file that is there and can't be read.
    """
    try:
        record = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return cast(Record, record) if isinstance(record, dict) and record.get("schema") == SCHEMA else None


def records_of(autograded: Path, student: str, assignment: str) -> list[Record]:
    """The records of one student's submission, one for each notebook that was graded, by the notebooks' names."""
    paths = sorted((autograded / student / assignment).glob("*.record.json"))
    return [record for record in map(read_record, paths) if record is not None]


def records(autograded: Path, work: Work) -> Iterator[Record]:
    """The records of a whole class, by student, read one after the other.

    Raises :class:`GraderError` at the end where there was none; it names the assignment's notebooks that have some.
    """
    found = False
    for folder in sorted(autograded.iterdir()) if autograded.is_dir() else ():
        record = read_record(work.by(folder.name).file(autograded, "record.json"))
        if record is not None:
            found = True
            yield record
    if not found:
        several = sorted(
            {path.name.removesuffix(".record.json") for path in autograded.glob(f"*/{work}/*.record.json")}
        )
        if several:
            raise GraderError(f"{work} holds {', '.join(several)}: name one of them, as in {work}/{several[0]}.")
        raise GraderError(f"There is no grading record of {work} in {autograded}: run `grader autograde {work}` first.")
