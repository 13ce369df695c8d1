"""A class of the toy course in which the submissions of the corpus are graded, and what is looked at around each.

Beside the one that is tried there are ``zoe``, whose answers are right and who is graded right after it,
and a witness, whose name is a secret: it stands in the gradebook, in the class's folder, in zoe's notebook
and in the environment, and wherever it is seen in a graded notebook, something was read.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import re
import secrets
import site
import socket
import sys
import tempfile
import time
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from conftest import ROOT, TOY
from corpus_runner import MARKED, UNIT, Entry, marked_cells, own, shown
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from grader.build.course import write_sources
from grader.demo import ClassRoot, solutions
from grader.grading.autograde import ClassFolder
from grader.grading.lane import Lane
from grader.grading.submissions import read_submission
from grader.grading.work import Work
from grader.notebooks import fill
from grader.vectors import HIDDEN_VARIABLE, make

__all__ = ["LIMITS", "Graded", "Ground", "adopt_orphans", "leaked", "processes", "traces"]

LIMITS = {"cell_seconds": 2.0, "call_seconds": 1.0, "submission_seconds": 20.0}
LEFT = "corpus-left"  # in the name of every file that an entry leaves somewhere


@dataclass(frozen=True)
class Graded:
    """What became of a submission."""

    points: float
    human: bool
    record: dict
    notebook: object
    seconds: float


def leaked(notebook, secret: str) -> bool:
    """Whether the outputs of the learner's cells hold the witness's name or a hidden test."""
    text = shown(notebook)
    return any(word in text for word in (secret, "BEGIN HIDDEN TESTS", "MEMORY READ", "CLOCK SET", "EATEN"))


def adopt_orphans(adopt: bool) -> None:
    """Whether processes whose parents are gone become this process's children, where they can be counted."""
    if sys.platform == "linux":
        become_subreaper = 36
        ctypes.CDLL(None).prctl(become_subreaper, int(adopt), 0, 0, 0)


class Ground:
    """The class, with one lane. Without ``plots``, the unit's story cells that draw are left out, for speed."""

    def __init__(self, folder: Path, plots: bool = True):
        self.folder, self.secret = folder.resolve(), f"witness{secrets.token_hex(8)}"
        self._environment = {name: os.environ.get(name) for name in ("CORPUS_SECRET", HIDDEN_VARIABLE)}
        os.environ["CORPUS_SECRET"] = self.secret
        self.course = ClassRoot(self.folder)
        write_sources(TOY, self.course.source)
        source = self.course.source / UNIT / f"{UNIT}.ipynb"
        if not plots:
            self._leave_out_plots(source)
        self._add_marked(source)
        make.write(self.folder / "hidden", make.new_secret())
        self.solutions = solutions(TOY, UNIT)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            self.released = {unit: nbformat.read(self.course.generate(unit), as_version=4) for unit in (UNIT, MARKED)}
            with Gradebook(self.course.coursedir.db_url) as gradebook:
                gradebook.add_student(self.secret, last_name=self.secret)
        self.right: dict[str, bytes] = {}
        self._warm: set[str] = set()
        for unit, released in self.released.items():
            right = fill(released, self.solutions)
            right.cells.append(own(f"Notes of {self.secret}", "markdown"))
            self.right[unit] = nbformat.writes(right).encode()
            self.course.submit("zoe", unit, right)
        (self.folder / "submitted" / self.secret).mkdir()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.words = {"__CLASS__": str(self.folder), "__PORT__": str(self.listener.getsockname()[1])}
        self.course.config.Graded.update(LIMITS)
        self.class_folder = ClassFolder(self.folder, config=self.course.config)
        self.exam = self.class_folder.exam(Work.named(UNIT))
        self.lanes = {UNIT: Lane(self.exam)}

    @staticmethod
    def _add_marked(path: Path) -> None:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells += marked_cells()
        target = path.parent.parent / MARKED / f"{MARKED}.ipynb"
        target.parent.mkdir()
        nbformat.write(notebook, target)

    @staticmethod
    def _leave_out_plots(path: Path) -> None:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [
            cell
            for cell in notebook.cells
            if not ("story" in cell.metadata.get("tags", []) and re.search(r"\b(show|subplots|blank)\(", cell.source))
        ]
        nbformat.write(notebook, path)

    def close(self) -> None:
        for lane in self.lanes.values():
            lane.close()
        self.listener.close()
        for name, value in self._environment.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

    def hand_in(self, entry: Entry, student: str) -> Path:
        """Put an entry where submissions are collected; returns its folder."""
        folder = self.folder / "submitted" / student / entry.unit
        entry.hand_in(self.released[entry.unit], self.solutions, folder, self.words)
        return folder

    def grade(self, entry: Entry) -> Graded:
        """Hand an entry in, and grade it."""
        raw = read_submission(self.hand_in(entry, "mallory"), entry.unit).raw
        return self._graded(raw, "mallory", entry.unit)

    def warm_up(self, unit: str = UNIT) -> None:
        """Whatever the unit's lane starts on demand is there from here on."""
        if unit in self._warm:
            return
        self.neighbour(unit)
        touching = nbformat.reads(self.right[unit].decode(), as_version=4)
        touching.cells.append(own("globals()"))  # for which story cells are run
        record = self._graded(nbformat.writes(touching).encode(), "zoe", unit).record
        assert record["story"] == "of the submission"
        self._warm.add(unit)

    def neighbour(self, unit: str = UNIT) -> Graded:
        """zoe, graded in the same lane."""
        return self._graded(self.right[unit], "zoe", unit)

    def _graded(self, raw: bytes, student: str, unit: str) -> Graded:
        if unit not in self.lanes:
            self.lanes[unit] = Lane(self.class_folder.exam(Work.named(unit)))
        begin = time.monotonic()
        record, text = self.lanes[unit].grade(raw, student)
        seconds = time.monotonic() - begin
        notebook = nbformat.reads(text, as_version=4) if text else nbformat.v4.new_notebook()
        return Graded(record["points"], bool(record["human"]), record, notebook, seconds)

    def marks(self, unit: str = UNIT) -> dict[str, float]:
        """The points of everybody in the gradebook."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            with Gradebook(self.course.coursedir.db_url) as gradebook:
                return {one.student.id: one.score for one in gradebook.find_assignment(unit).submissions}

    def neighbours(self) -> dict[str, str]:
        """Everything in the class's folder that is not the submission under trial's, by its content."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and "mallory" not in path.parts:
                found[str(path.relative_to(self.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def contacted(self) -> bool:
        """Whether anybody connected to the port that is listened on."""
        with contextlib.suppress(BlockingIOError):
            self.listener.accept()[0].close()
            return True
        return False


# --- what is left behind ------------------------------------------------------------------------


def processes() -> Counter:
    """The programs that this process has started, with all they started, by name; no dead ones."""
    found: Counter = Counter()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found[process.name()] += 1
    return found


def traces(folder: Path) -> set[str]:
    """Files with the corpus's mark in their names where code might leave some, and all that is in TMPDIR."""
    places = [
        *site.getsitepackages(),
        site.getusersitepackages(),
        Path.home(),
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        ROOT,
        ROOT / "grader",
        Path.home() / ".ipython/profile_default/startup",
    ]
    found = {str(path) for path in folder.rglob("*") if LEFT in path.name or path.name == "corpus-ran"}
    found |= {str(path) for path in Path(tempfile.gettempdir()).iterdir()}
    for place in map(Path, places):
        if place.is_dir():
            found |= {str(path) for path in place.iterdir() if LEFT in path.name}
            found |= {str(place / name) for name in ("sitecustomize.py", "usercustomize.py") if (place / name).exists()}
    return found
