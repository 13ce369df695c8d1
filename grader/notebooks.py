"""Notebook files: read one safely, fill one in, and check one without nbgrader.

A file may be anything at all: no code in it is run by :func:`read`. :func:`check_notebook` runs it, in a kernel of its
own with this user's rights: that is for one's own notebooks. A class's go through :mod:`grader.grading`.
"""

from __future__ import annotations

import atexit
import contextlib
import copy
import os
import re
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from . import __version__
from .checking.verdict import MIME, Finding, PartResult, Verdict, VerdictRecord
from .errors import KernelNotStarted, NotebookUnreadable
from .exercises import exercise, quiz_of, unit, units
from .files import LARGEST

__all__ = ["check_notebook", "fill", "read", "unit_of_notebook"]

CELL_SECONDS = 300


def read(path: Path):
    """A notebook file, as nbformat's notebook of version 4.

    Raises :class:`NotebookUnreadable`, which says what is wrong with it: too large (``LARGEST``), empty, no text, cut
    off, no notebook.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise NotebookUnreadable(
                f"{path} is {size / 1e6:.0f} MB large; a notebook of this course is far smaller. Clear its outputs "
                "(Edit, Clear Outputs of All Cells) and save it again."
            )
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotebookUnreadable(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise NotebookUnreadable(f"{path} is not a text file: is it really a notebook (.ipynb)?") from error
    if not text.strip():
        raise NotebookUnreadable(f"{path} is empty: saving it may have failed. Is the disk full?")
    try:
        with warnings.catch_warnings():  # of cells without ids and the like, which are put right on reading
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(text, as_version=4)
        _must_have_cells(notebook)
        return notebook
    except Exception as error:  # nbformat, json and jsonschema each raise their own
        raise NotebookUnreadable(
            f"{path} is not a complete notebook: it may have been cut off while it was saved or copied. "
            "Open it in JupyterLab, or have it as the course gave it: `grader reset UNIT` keeps this file beside it."
        ) from error


def _must_have_cells(notebook) -> None:
    """Raise where what was read is JSON and no notebook: nbformat only logs that.

    Raises TypeError, and AttributeError where there is no list of cells: :func:`read` takes any for an unreadable file.
    """
    for cell in notebook.cells:
        texts = isinstance(cell.cell_type, str) and isinstance(cell.source, str)
        if not (texts and isinstance(cell.metadata, dict)):
            raise TypeError("a cell without its parts")
    if not isinstance(notebook.metadata, dict):
        raise TypeError("no metadata")


def _course_metadata(notebook) -> dict:
    """What the build wrote into a notebook about itself; empty where that is gone."""
    found = notebook.metadata.get("lstm_course")
    return found if isinstance(found, dict) else {}


def unit_of_notebook(notebook, path: Path) -> str:
    """The unit a notebook belongs to: by its metadata, else by the names of its file and its folder.

    Raises :class:`NotebookUnreadable`.
    """
    names = [one.name for one in units()]
    named = _course_metadata(notebook).get("unit")
    for candidate in (named, path.stem, path.parent.name):
        if candidate in names:
            return candidate
    raise NotebookUnreadable(
        f"{path} is not a notebook of this course: neither its metadata nor its name says which of "
        f"{', '.join(names)} it is. Name the file like its unit, for example {names[-1]}.ipynb."
    )


def fill(notebook, answers: Mapping[str, str]):
    """A copy of a released notebook with the text of these solution cells, by grade_id.

    A grade_id that the notebook has no cell for is passed over.

    ``notebook`` is left as it is; returns nbformat's notebook.
    """
    filled = copy.deepcopy(notebook)
    for cell in filled.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
    return filled


def _own_checks(notebook, unit_name: str):
    """The notebook with every check the unit has, each in its place, whatever became of its cells.

    Returns a new notebook of code cells alone: the learner's, and for each exercise and the quiz one cell that checks.
    What stood in a cell of that name is not run, so that an altered check counts for nothing.
    """
    checks = {f"check_{name}": f"from grader import check\ncheck({name!r})" for name in unit(unit_name).exercises}
    answers = ", ".join(f"globals().get('q{k}')" for k in range(1, len(quiz_of(unit_name)) + 1))
    checks["check_quiz"] = f"from grader import quiz\nquiz({unit_name!r}, [{answers}])"
    prepared = nbformat.v4.new_notebook(metadata=notebook.metadata)
    left = dict(checks)
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        name = metadata.get("grade_id") if isinstance(metadata, dict) else None
        if name in checks:
            if name in left:
                prepared.cells.append(_check_cell(name, left.pop(name)))
        elif cell.cell_type == "code":
            prepared.cells.append(nbformat.v4.new_code_cell(cell.source))
    prepared.cells += [_check_cell(name, source) for name, source in left.items()]
    return prepared


def _check_cell(name: str, source: str):
    """A cell that checks, marked with the name of what it checks."""
    return nbformat.v4.new_code_cell(source, metadata={"check": name})


def check_notebook(
    path: Path,
    progress: Callable[[int, int], Any] = lambda done, total: None,
    workspace: Path | None = None,
    prepare: Callable[[Any], Any] = lambda notebook: notebook,
    seconds: float | None = None,
) -> tuple[str, list[VerdictRecord], list[str]]:
    """Run a notebook in a fresh kernel and check every exercise of its unit.

    Returns (unit, a verdict's record for every exercise and the quiz, notes): records as ``Verdict.record()`` makes
    them, in the unit's order, whatever became of the notebook's own checks. ``progress(done, total)`` is told of each
    cell. What passes is kept in ``workspace``; where None, the learner's own is neither used nor changed. ``prepare``
    makes of the notebook the one that is run; ``seconds`` is how long a cell may run (``CELL_SECONDS``). Raises
    :class:`NotebookUnreadable`, :class:`KernelNotStarted` where none starts at the second attempt either.

    A cell that raises doesn't stop the others; a notebook that is stopped, or a kernel that dies, is said in a note,
    and what was not checked then has a record that says so and no points.
    """
    notebook = read(path)
    unit_name = unit_of_notebook(notebook, path)
    notes = []
    version = _course_metadata(notebook).get("version", __version__)
    if version != __version__:
        notes.append(
            f"The notebook was made by version {str(version)[:20]} of the course; this is {__version__}. "
            "`grader update` brings it up to date, and keeps what you wrote."
        )
    prepared = _own_checks(prepare(notebook), unit_name)
    place = path.resolve().parent
    try:
        notes += _run(prepared, place, progress, workspace, seconds or CELL_SECONDS)
    except KernelNotStarted:  # two that start at once may have chosen the same ports; no cell has run yet
        notes += _run(prepared, place, progress, workspace, seconds or CELL_SECONDS)
    records = {}
    for cell in prepared.cells:
        name = cell.metadata.get("check")
        if not name:
            continue
        records[name] = _record(name, unit_name, cell)
    notes += _unread_cells(prepared, records)
    order = [f"check_{name}" for name in unit(unit_name).exercises] + ["check_quiz"]
    return unit_name, [records[name] for name in order], notes


def _run(
    prepared, folder: Path, progress: Callable[[int, int], Any], workspace: Path | None, seconds: float
) -> Sequence[str]:
    """Run a notebook's cells in a kernel of their own; returns what has to be said of it.

    Raises :class:`KernelNotStarted`.
    """
    total = len(prepared.cells)
    started: list[bool] = []
    client = NotebookClient(
        prepared,
        timeout=seconds,
        allow_errors=True,
        kernel_name="python3",
        skip_cells_with_tag="",
        resources={"metadata": {"path": str(folder)}},
        on_notebook_start=lambda notebook: started.append(True),
        on_cell_complete=lambda cell, cell_index: progress(cell_index + 1, total),
    )
    # Without a workspace it is no part of anyone's own work: nothing that was kept is used, and nothing is kept.
    apart = tempfile.TemporaryDirectory(prefix="grader-check-") if workspace is None else None
    try:
        with apart or contextlib.nullcontext(str(workspace)) as place:
            environment = {**os.environ, "MPLBACKEND": "agg", "GRADER_WORKSPACE": place}
            client.execute(env=environment, stderr=subprocess.DEVNULL)
    except CellTimeoutError:
        return [f"A cell ran for more than {seconds:g} seconds and the notebook was stopped there."]
    except DeadKernelError:
        return ["The kernel died while the notebook ran; what comes after that cell was not checked."]
    except RuntimeError as error:  # what jupyter_client raises where no kernel answers
        if started:
            raise
        atexit.unregister(client._cleanup_kernel)  # done, and it fails where it is done twice
        raise KernelNotStarted(
            f"No kernel for Python came up, so none of the notebook's cells was run: {error}. Is the machine very "
            "busy, or its memory full? Otherwise `grader doctor` says what is installed, and what is missing."
        ) from error
    return []


_NO_PYTHON = ("SyntaxError", "IndentationError", "TabError")


def _unread_cells(prepared, records: dict[str, VerdictRecord]) -> list[str]:
    """Say what is wrong in the cells that Python could not read, of which not a line was run.

    Where such a cell holds the def of an exercise that is not defined, its record says so; of the others come notes.
    """
    notes = []
    for cell in prepared.cells:
        error = next((one for one in cell.get("outputs", []) if one.output_type == "error"), None)
        if cell.metadata.get("check") or error is None or error.ename not in _NO_PYTHON:
            continue
        problem, line = (
            re.sub(r"\s*\([^()]*, line \d+\)$", "", error.evalue),
            re.search(r", line (\d+)\)$", error.evalue),
        )
        rows = cell.source.splitlines()
        shown = f"line {line[1]}: {rows[int(line[1]) - 1].strip()}" if line and int(line[1]) <= len(rows) else ""
        named = [
            name
            for name, record in records.items()
            if re.search(rf"^\s*def\s+{record['name']}\b", cell.source, re.MULTILINE)
            and f"{record['name']} is not defined here." in record["text"]
        ]
        for name in named:
            finding = Finding(
                f"The cell that defines {records[name]['name']} is no Python that can be read, so none of it was run.",
                f"{error.ename}: {problem}.",
                "Look at that line and at the one before it: is a bracket, a quote or a colon missing?",
                shown,
            )
            parts = [PartResult(one["title"], int(one["points"]), False) for one in records[name]["parts"]]
            records[name] = Verdict(records[name]["name"], False, parts, finding=finding).record()
        if not named:
            notes.append(f"A cell could not be read, and none of it was run: {error.ename}: {problem} ({shown[:80]}).")
    return notes


def _record(name: str, unit_name: str, cell) -> VerdictRecord:
    """What a cell's check said, or a record that it said nothing, which is no pass.

    ``name`` is the check's (``check_sigmoid``). Of the outputs the first that is a verdict counts. One without any is
    ``passed`` False and earns no points.
    """
    for output in cell.get("outputs", []):
        record = output.get("data", {}).get(MIME) if output.output_type == "execute_result" else None
        if isinstance(record, dict):
            return cast(VerdictRecord, record)
    bare = name.removeprefix("check_")
    points = len(quiz_of(unit_name)) if bare == "quiz" else exercise(bare).points
    error = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
    why = f"{error.ename}: {error.evalue}" if error else "the notebook stopped before this check"
    return {
        "name": bare,
        "passed": False,
        "state": "wrong",
        "score": 0.0,
        "points": 0.0,
        "max_points": float(points),
        "parts": [],
        "mistake": None,
        "hidden": False,
        "text": f"✗ {bare}: not checked ({why})",
    }
