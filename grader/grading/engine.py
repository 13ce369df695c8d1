"""The one engine: a submission's bytes become a record and a graded notebook.

Whoever drives it (``nbgrader autograde``, formgrader's button, ``grader autograde``), the same bytes and
the same exam give the same marks. It touches no file, no gradebook and no other submission.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import nbformat

from ..boundary.proxy import WorkerProcess
from ..cells import grade_id, nbgrader_record
from ..checking.verdict import MIME, VerdictRecord
from ..files import LARGEST
from ..text import clean_text
from .exam import Exam, earns_points
from .judge import judge
from .rebuild import MISSING, OurCell, OurImports, TheirCell, names_of, notebook_of, rebuild
from .record import SCHEMA, CellRecord, Phase, Record
from .sanitise import Allowance, clean_outputs
from .story import to_run

__all__ = ["REPORT", "Unfurnished", "Unreadable", "fault_record", "grade", "points_of", "read_cells"]

MAX_CELLS = 5_000
MAX_SOURCE = 1_000_000  # characters of one cell
REPORT = "lstm_course_report"


class Unfurnished(Exception):
    """A submission needs a worker that has imported the story cells' modules: they take long to import."""


class Unreadable(Exception):
    """There is no notebook in these bytes; the text says why."""


def grade(
    raw: bytes, exam: Exam, start: Callable[[], WorkerProcess], student: str = "", furnished: bool = True
) -> tuple[Record, dict]:
    """(record, graded notebook) of one submission; the notebook is a dict of nbformat 4.

    What can't be read as a notebook gets a record that asks for a human, and the notebook as it was released. The
    environment has to name the hidden vectors (``GRADER_HIDDEN``) and to say that a class is graded
    (``NBGRADER_EXECUTION``), as in a lane.

    Args:
        raw: the file that was handed in.
        exam: what it is graded with.
        start: makes a worker; called again where one dies.
        student: whose it is, for the record.
        furnished: whether workers have imported the story cells' modules.

    Raises:
        Unfurnished: they have not, and this submission may need them.
        NurseryFailed: no worker starts, or the course's own setup cell does not run.

    Nothing that a submission holds or does raises anything else: that would be a fault of the grader's.
    """
    began = time.monotonic()
    record = _blank(raw, exam, student)
    try:
        cells = read_cells(raw)
        if not set(names_of(exam.source, cells)) & {grade_id(cell) for cell in exam.source["cells"]} - {""}:
            raise Unreadable(f"none of the cells of {exam.work.notebook} is in it: is it another notebook?")
    except Unreadable as error:
        record |= {"status": "unreadable", "reason": str(error), "human": [f"The file can't be graded: {error}"]}
        record["cells"] = [_cell_record(name, most) for name, most in exam.graded()]
        rebuilt, _ = rebuild(exam.source, [_as_released(cell, exam) for cell in exam.source["cells"]], exam.stubs)
        return record, notebook_of(exam.source, rebuilt)
    allowance = Allowance()  # what cleaning the submission may cost
    rebuilt, record["put_right"] = rebuild(exam.source, cells, exam.stubs, allowance)
    for cell in rebuilt:
        if isinstance(cell, TheirCell) and (name := grade_id(cell.node)):
            untouched = cell.text.strip() in (exam.stubs[name].strip(), MISSING)
            record["answers"][name] = "no answer" if untouched else "changed"
    read = time.monotonic()
    run = to_run(rebuilt)
    if not furnished and (run or _mentions(rebuilt, exam.story_preload)):
        raise Unfurnished
    record["story"] = "of the submission" if run else "of the class"
    shared = {name: outputs for name, outputs in exam.story.items() if name not in run}
    judge(
        rebuilt,
        exam.work.notebook,
        exam.names,
        exam.limits,
        start,
        shared,
        OurImports(exam.source),
        functools.partial(clean_outputs, allowance=allowance),
    )
    executed = notebook_of(exam.source, rebuilt)
    spent = {"learner": 0.0, "grade": 0.0, "story": 0.0}
    for cell in rebuilt:
        if earns_points(cell.node):
            _mark(cell, record, exam.doubtful)
        spent[{"grade": "grade", "story": "story"}.get(cell.kind, "learner")] += cell.seconds
    if record["put_right"]:
        executed["metadata"][REPORT] = record["put_right"]
    points = [cell["points"] for cell in record["cells"] if cell["points"] is not None]
    record["points"] = math.fsum(points)
    total = time.monotonic() - began
    seconds: dict[Phase, float] = {
        "read": read - began,
        "cells": spent["learner"],
        "story": spent["story"],
        "checks": spent["grade"],
        "worker": max(total - (read - began) - sum(spent.values()), 0.0),
        "total": total,
    }
    record["seconds"] = {phase: round(value, 4) for phase, value in seconds.items()}
    return record, executed


def _mentions(cells: Iterable[OurCell | TheirCell], modules: Iterable[str]) -> bool:
    """Whether a code cell of the learner's has the name of one of these modules anywhere in its text.

    grader and numpy don't count: every worker has them.
    """
    roots = {name.partition(".")[0] for name in modules} - {"grader", "numpy"}
    return any(
        root in cell.text
        for cell in cells
        if isinstance(cell, TheirCell) and cell.node["cell_type"] == "code"
        for root in roots
    )


def fault_record(raw: bytes, exam: Exam, student: str, reason: str) -> Record:
    """The record of a submission that we failed to grade, and why: no marks, and a human is asked for."""
    record = _blank(raw, exam, student)
    record |= {"status": "fault", "reason": reason}
    record["human"] = [f"The grader failed, which is not counted against the learner: {reason}"]
    record["cells"] = [_cell_record(name, most) for name, most in exam.graded()]
    return record


def _blank(raw: bytes, exam: Exam, student: str) -> Record:
    """A record of which nothing is known but what was handed in, by whom, and what it will be graded with."""
    return {
        "schema": SCHEMA,
        "student": student,
        "unit": str(exam.work),
        "status": "graded",
        "reason": "",
        "points": 0.0,
        "max_points": exam.max_points,
        "human": [],
        "put_right": [],
        "cells": [],
        "answers": {},
        "story": "",
        "submitted": {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw), "timestamp": None},
        "key": exam.key,
        "provenance": exam.provenance,
        "seconds": {},
    }


def _cell_record(name: str, most: float, seconds: float = 0.0) -> CellRecord:
    """The entry of a cell that nobody has judged: no points, and so a human has to."""
    return {
        "cell": name,
        "exercise": None,
        "points": None,
        "max_points": most,
        "passed": None,
        "mistake": None,
        "parts": [],
        "text": "",
        "seconds": round(seconds, 4),
    }


def _mark(cell: OurCell | TheirCell, record: Record, doubtful: Mapping[str, str]) -> None:
    """Add the entry of a cell that earns points to the record, and why a human has to look at it, where one has.

    ``doubtful`` says by grade_id which tests are not to be trusted, and why: if one fails, the points stay open.
    """
    name, most = grade_id(cell.node), float(nbgrader_record(cell.node).get("points", 0))
    entry = _cell_record(name, most, cell.seconds)
    if isinstance(cell, TheirCell) or cell.kind != "grade":  # a learner's words or code, or a task: for a human to mark
        answered = record["answers"].get(name, "changed") == "changed"
        entry["points"] = None if answered else 0.0
        if answered:
            record["human"].append(f"{name}: an answer to mark by hand")
    else:
        points = points_of(cell.node, most)
        why = (cell.doubt or doubtful.get(name, "")) if points is not None and points < most else ""
        entry["points"] = points = None if why else points
        verdict = _verdict(cell.node)
        if verdict:
            entry |= {"exercise": verdict["name"], "mistake": verdict["mistake"], "parts": verdict["parts"]}
        entry["text"] = verdict["text"] if verdict else _error_text(cell.node)
        entry["passed"] = None if points is None else points == most
        if points is None:
            record["human"].append(f"{name}: {why or entry['text'][:500]}")
    record["cells"].append(entry)


def _verdict(cell: Mapping[str, Any]) -> VerdictRecord | None:
    """What the check in an executed grade cell said; None where its result is no verdict."""
    for output in cell.get("outputs", []):
        said = output["data"].get(MIME) if output["output_type"] == "execute_result" else None
        if isinstance(said, dict) and said.keys() >= VerdictRecord.__required_keys__:
            return cast(VerdictRecord, said)
    return None


def _error_text(cell: Mapping[str, Any]) -> str:
    """The error that an executed cell ended with, as its kind and what it says; empty where there was none."""
    return next((f"{o['ename']}: {o['evalue']}" for o in cell.get("outputs", []) if o["output_type"] == "error"), "")


def points_of(cell: Mapping[str, Any], max_points: float) -> float | None:
    """Points of an executed grade cell; None asks for a human.

    Only one displayed number between 0 and ``max_points`` earns anything: not silence, a cell
    that was skipped, NaN, a text, or two results. Warnings and prints cost nothing.

    Args:
        cell: the cell as nbformat 4 has it, with its outputs.
        max_points: the most it can earn.
    """
    if cell.get("execution_count") is None:
        return 0.0
    outputs = cell.get("outputs", [])
    if any(output["output_type"] == "error" for output in outputs):
        return 0.0
    results = [output["data"] for output in outputs if output["output_type"] == "execute_result"]
    if len(results) != 1:
        return 0.0
    record = results[0].get(MIME)
    if isinstance(record, dict) and record.get("passed", False) is None:
        return None  # a fault of the grader's
    text = results[0].get("text/plain", "")
    try:
        points = float("".join(text) if isinstance(text, list) else text)
    except (TypeError, ValueError):
        return 0.0
    return points if math.isfinite(points) and 0 <= points <= max_points else 0.0


# --- reading ------------------------------------------------------------------------------------


def read_cells(raw: bytes) -> list[dict]:
    """The cells of a notebook file, each a dict whose ``source`` is a text; nothing else of a cell is sure.

    Notebooks of nbformat 1 to 3 are converted; what is no cell is left out. A source is cleaned
    (:func:`grader.text.clean_text`) and cut at :data:`MAX_SOURCE` characters. Raises :class:`Unreadable`, whose words
    a human reads, for a file that is too large (:data:`grader.files.LARGEST`), empty, no text, no whole notebook, or
    has more than :data:`MAX_CELLS` cells.
    """
    if len(raw) > LARGEST:
        raise Unreadable(f"the file has {len(raw) / 1e6:.0f} MB; a notebook of this course is far smaller.")
    if not raw.strip():
        raise Unreadable("the file is empty.")
    try:
        book = json.loads(raw.decode("utf-8-sig"))
        if isinstance(book, dict) and book.get("nbformat") in (1, 2, 3):
            book = nbformat.convert(nbformat.from_dict(book), 4)
    except UnicodeDecodeError:
        raise Unreadable("the file is no text: is it really a notebook (.ipynb)?") from None
    except Exception:  # json and nbformat raise what they like on what they don't understand
        raise Unreadable("the file is no complete notebook: it may have been cut off or damaged.") from None
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("the file is no notebook: it has no cells.")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells.")
    return [dict(cell, source=clean_text(cell.get("source"))[:MAX_SOURCE]) for cell in cells if isinstance(cell, dict)]


def _as_released(cell: dict, exam: Exam) -> dict:
    """A cell of the source as a learner got it: without the solution."""
    return {**copy.deepcopy(cell), "source": exam.stubs.get(grade_id(cell), cell["source"])}
