"""What is kept of one grading: a JSON file next to the graded notebook.

    {"schema": 1, "student": "ada", "unit": "05_lstm",
     "status": "graded",            # or "unreadable" (no notebook in the file), "fault" (ours: no marks)
     "reason": "",                  # why it was not graded
     "points": 17.0, "max_points": 22.0,
     "human": ["check_lstm: ..."],  # why a human should look; empty where nobody needs to
     "put_right": ["cell check_lstm: missing, put back"],
     "cells": [                     # every cell that earns points, in the notebook's order
       {"cell": "check_lstm_step", "exercise": "lstm_step", "points": 0.0, "max_points": 5.0,
        "passed": false,            # true, false, or null where no verdict was possible
        "mistake": "swapped_input_forget", "parts": [{"title": ..., "points": ..., "passed": ...}],
        "text": "✗ lstm_step ...",  # the verdict as text, or the error that the cell ended with
        "seconds": 0.031}, ...],
     "answers": {"lstm_step": "no answer" | "changed", ...},  # the solution cells, by grade_id
     "submitted": {"sha256": ..., "bytes": 51234, "timestamp": "2026-11-21 08:00:00 UTC" | null},
     "provenance": {"tests": sha256, "vectors": sha256 | null, "versions": {"grader": ..., "numpy": ...},
                    "confined": true, "layers": [...], "missing": [...], "limits": {...}},
     "seconds": {"read": ..., "worker": ..., "cells": ..., "checks": ..., "total": ...}}

``points`` of a cell is null where a human has to decide. Nothing in a record shows a hidden value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import GraderError
from ..files import write_atomically

__all__ = ["SCHEMA", "read_record", "record_path", "records", "split", "write_record"]

SCHEMA = 1


def split(unit: str) -> tuple[str, str]:
    """(assignment, notebook) of what is graded: ``05_lstm``, where both have one name, or ``ps1/problem1``."""
    assignment, _, notebook = unit.partition("/")
    return assignment, notebook or assignment


def record_path(autograded: Path, student: str, unit: str) -> Path:
    """Where a submission's record lies in a class's folder of graded notebooks."""
    assignment, notebook = split(unit)
    return autograded / student / assignment / f"{notebook}.record.json"


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write a record where it belongs."""
    write_atomically(
        path, json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    )


def read_record(path: Path) -> dict[str, Any] | None:
    """A record, or None where there is none (or none that this version can read)."""
    try:
        record = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("schema") == SCHEMA else None


def records(autograded: Path, unit: str) -> Iterator[dict[str, Any]]:
    """The records of a unit, by student. Raises :class:`GraderError` where there is none."""
    found = False
    for folder in sorted(autograded.iterdir()) if autograded.is_dir() else ():
        record = read_record(record_path(autograded, folder.name, unit))
        if record is not None:
            found = True
            yield record
    if not found:
        several = sorted(
            {path.name.removesuffix(".record.json") for path in autograded.glob(f"*/{unit}/*.record.json")}
        )
        if several:
            raise GraderError(f"{unit} holds {', '.join(several)}: name one of them, as in {unit}/{several[0]}.")
        raise GraderError(f"There is no grading record of {unit} in {autograded}: run `grader autograde {unit}` first.")
