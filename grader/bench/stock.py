"""What the course would be without this grader: ordinary nbgrader, its hidden tests in the learner's kernel.

:func:`stock_edition` turns a unit into the notebook that such a course would release from: the same text,
story cells, exercises and points, and in every grade cell plain asserts between nbgrader's own markers.
:class:`StockClass` is a class graded with it: nbgrader's defaults, none of our preprocessors.

nbgrader's documentation describes what is used: its configuration, ``generate_assignment`` and ``autograde``, the
markers for hidden tests, the gradebook's API. What a hostile submission may do to such a class is measured here too:
everything that a run had no business to change is looked for afterwards (:attr:`StockRun.altered`).
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import determine_grade, is_grade
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from ..build.source import read_source
from ..cells import cell_kind, grade_id, nbgrader_record
from ..errors import BuildError, GraderError
from ..exercises import exercise, quiz_of, unit
from ..exercises.base import Arrays, Exercise
from ..notebooks import fill
from ..vectors import HIDDEN_VARIABLE, make
from .containment import MEMORY, PROCESSES, contained
from .measure import Measured, run_measured

__all__ = ["StockClass", "StockRun", "stock_edition"]

LARGEST = 100_000_000  # bytes of a graded notebook that is still read
SEED = "stock"  # of the cases that the tests with torch draw anew each time
_ROOT = Path(__file__).resolve().parent.parent.parent

_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Application.log_format = "%(created).3f [%(name)s | %(levelname)s] %(message)s"
"""


# --- the notebook -------------------------------------------------------------------------------


def stock_edition(root: Path, unit_name: str, torch: bool = True):
    """A unit's source notebook as an ordinary nbgrader course would have it.

    Every grade cell keeps its name and its points and holds plain asserts on the learner's functions
    between ``### BEGIN HIDDEN TESTS`` and ``### END HIDDEN TESTS``. With ``torch`` the asserts draw their
    cases from a fixed seed and compare with the reference, computed with torch in the learner's kernel;
    without, they compare with stored arrays (the class's hidden vectors), and torch is never imported.
    The cases are those of the course, the tolerances numpy's ``allclose`` as most courses use it.
    Raises :class:`BuildError` for a grade cell that belongs to no exercise, and for a unit on tensors: what its tests
    ask (gradients, precisions) has no counterpart in a plain comparison of numbers.

    Returns nbformat's notebook. ``root`` is the clone of the course, ``unit_name`` a unit of it.
    """
    if unit(unit_name).torch:
        raise BuildError(
            f"There is no edition of {unit_name} for stock nbgrader: it asks for gradients and precisions, which plain "
            "asserts don't compare. Name another unit."
        )
    notebook = read_source(root, unit_name)
    for cell in notebook.cells:
        if cell_kind(cell) == "grade":
            cell.source = _tests(unit_name, grade_id(cell).removeprefix("check_"), torch)
    return notebook


def _tests(unit_name: str, name: str, torch: bool) -> str:
    """The text of a grade cell's hidden tests.

    ``name`` is the exercise's, or ``quiz``. Raises :class:`BuildError` for any other.
    """
    if name == "quiz":
        asserts = "\n".join(f'assert q{k} == "{q.answer}"' for k, q in enumerate(quiz_of(unit_name), start=1))
        return f"### BEGIN HIDDEN TESTS\n{asserts}\n### END HIDDEN TESTS"
    if name not in unit(unit_name).exercises:
        raise BuildError(f"{unit_name}: the grade cell check_{name} belongs to no exercise and to no quiz.")
    asked = exercise(name)
    if torch:
        source, cases = "from grader.vectors.make import make_exercise", f"make_exercise({name!r}, seed={SEED!r})"
    else:
        source, cases = "from grader.vectors import load", f"load({name!r}, hidden=True)"
    canonical = f"got, want = exercise({name!r}).canonical(got), exercise({name!r}).canonical(want)"
    lines = [
        f"assert callable({name})",
        "### BEGIN HIDDEN TESTS",
        "import numpy as np",
        "",
        *(["import torch"] if torch else []),
        *(["from grader.exercises import exercise"] if asked.canonical else []),
        source,
        "",
        f"for vector in {cases}:",
        f"    {_call(asked)}",
        "    want = vector.expected",
        *([f"    {canonical}"] if asked.canonical else []),
        "    for key in want:",
        '        assert np.shape(got[key]) == np.shape(want[key]), f"{vector.case.name}: the shape of {key}"',
        '        assert np.allclose(got[key], want[key], rtol=1e-5, atol=1e-6), f"{vector.case.name}: {key}"',
        "### END HIDDEN TESTS",
    ]
    return "\n".join(lines)


def _call(asked: Exercise) -> str:
    """The line that calls the learner's function, and names what comes back.

    Outputs that no test reads are given the name ``_``. The line that follows makes a dict of the others, by name.
    """
    call = f"{asked.name}(*vector.case.args.values())"
    if len(asked.returns) == 1:
        only = asked.returns[0]
        return f"got = dict({call})" if isinstance(only, Arrays) else f"got = {{{only.name!r}: {call}}}"
    names = ", ".join(output.name if output.read else "_" for output in asked.returns)
    pairs = ", ".join(f"{output.name!r}: {output.name}" for output in asked.returns if output.read)
    return f"{names} = {call}\n    got = {{{pairs}}}"


# --- the class ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class StockRun:
    """What one ``nbgrader autograde`` did.

    ``scores`` and ``max_scores`` as :meth:`StockClass.scores`, read after the run. ``exit_code`` is None where the
    time limit ended it. ``not_graded`` names the submissions without a mark from this run; ``batch_died`` says
    that nbgrader stopped before it had come to all of them. ``altered`` holds a sentence for everything in the
    gradebook that the graded notebooks do not say, and for every file of the class that the run changed and
    nbgrader does not write. ``spent`` holds the seconds of every submission that nbgrader came to. ``limits`` is
    what held the run (empty where it was not contained), ``measured`` what it took.
    """

    scores: dict[str, dict[str, float]]
    max_scores: dict[str, float]
    exit_code: int | None
    seconds: float
    spent: dict[str, float]
    not_graded: tuple[str, ...]
    batch_died: bool
    altered: tuple[str, ...]
    log: str = field(repr=False)
    measured: Measured
    limits: tuple[str, ...] = ()

    @property
    def timed_out(self) -> bool:
        """Whether the time limit ended it: some submissions may have marks all the same."""
        return self.exit_code is None

    def total(self, student: str) -> float:
        """A student's points; 0 where there is no mark."""
        return float(sum(self.scores.get(student, {}).values()))


class StockClass:
    """A course root for one unit, graded by nbgrader as it comes.

    ``folder`` is made; it gets nbgrader's usual layout (source, release, submitted, autograded, gradebook.db).
    ``torch`` is :func:`stock_edition`'s; without it the class has hidden vectors of its own. ``root`` is the clone of
    the course. ``cell_seconds`` replaces nbgrader's own limit of 30 seconds a cell. ``more`` are an instructor's cells
    after the unit's own.
    """

    def __init__(
        self,
        folder: Path,
        unit_name: str,
        torch: bool = True,
        *,
        root: Path = _ROOT,
        cell_seconds: int | None = None,
        more: Sequence[nbformat.NotebookNode] = (),
    ):
        self.folder, self.unit, self.torch = folder.resolve(), unit_name, torch
        self.folder.mkdir(parents=True, exist_ok=True)
        limit = f"c.Execute.timeout = {int(cell_seconds)}\n" if cell_seconds else ""
        (self.folder / "nbgrader_config.py").write_text(_CONFIG + limit, encoding="utf-8")
        self._edition = stock_edition(root, unit_name, torch)
        self._edition.cells += more
        source = self.folder / "source" / unit_name / f"{unit_name}.ipynb"
        source.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(self._edition, source)
        if not torch:
            hidden = self.folder / "hidden"
            hidden.mkdir(exist_ok=True)
            arrays = make.make_unit(unit_name, unit(unit_name).exercises, make.new_secret())
            np.savez_compressed(hidden / f"{unit_name}.npz", allow_pickle=False, **arrays)

    # What is put in.

    def generate_assignment(self):
        """``nbgrader generate_assignment``; returns the released notebook. Raises :class:`GraderError`."""
        done = self._nbgrader("generate_assignment", self.unit, "--force")
        if done.returncode != 0:
            raise GraderError(f"nbgrader could not release {self.unit}:\n{done.stdout[-2000:]}")
        return self.released()

    def released(self):
        """The notebook that learners get, once it was released."""
        return nbformat.read(self.folder / "release" / self.unit / f"{self.unit}.ipynb", as_version=4)

    def solutions(self) -> dict[str, str]:
        """The course's answers, by the solution cell's grade_id."""
        return {grade_id(cell): cell.source for cell in self._edition.cells if cell_kind(cell) == "solution"}

    def filled(self, answers: Mapping[str, str]):
        """The released notebook with these answers in it, ready to be submitted.

        ``answers`` are {grade_id: text}; a cell that is not among them stays as it was released.
        """
        return fill(self.released(), answers)

    def submission(self, student: str) -> Path:
        """The folder of a student's submission, for files beside the notebook; made where it is missing."""
        path = self.folder / "submitted" / student / self.unit
        path.mkdir(parents=True, exist_ok=True)
        return path

    def submit(self, student: str, notebook) -> Path:
        """Put a notebook (or the bytes of a file that calls itself one) where nbgrader's collect puts it.

        Returns the file. A notebook is written as it is, valid or not.
        """
        path = self.submission(student) / f"{self.unit}.ipynb"
        if isinstance(notebook, bytes):
            path.write_bytes(notebook)
        else:
            with warnings.catch_warnings():  # hostile notebooks are written as they are
                warnings.simplefilter("ignore")
                nbformat.write(notebook, path)
        return path

    def students(self) -> list[str]:
        """Everyone who submitted."""
        return sorted(path.parent.name for path in self.folder.glob(f"submitted/*/{self.unit}"))

    # Grading.

    def autograde(self, student: str | None = None, timeout: float | None = None) -> StockRun:
        """``nbgrader autograde`` on everyone (or one student), as a process of this machine.

        For submissions that mean no harm: the time limit (seconds), where given, ends nbgrader and its kernels.

        Marks and notebooks that are there are replaced (``--force``). Returns what the run did; nbgrader's failures are
        in it.
        """
        before, begun = self._state(), time.time()
        done = run_measured(self._autograde(student), cwd=self.folder, environment=self._environment(), timeout=timeout)
        return self._run(student, before, begun, done)

    def autograde_contained(
        self, timeout: float, student: str | None = None, *, memory: int = MEMORY, processes: int = PROCESSES
    ) -> StockRun:
        """The same inside a box (:func:`.containment.contained`), for hostile submissions.

        nbgrader and its kernels may do to this class's folder what they may do in a course without us, and
        nothing to the machine. Always returns; raises only :class:`ConfinementError`, where there is no box.
        """
        before, begun = self._state(), time.time()
        box, limits = contained(self.folder, timeout, memory=memory, processes=processes)
        done = run_measured(
            [*box, *self._autograde(student)], cwd=self.folder, environment=self._environment(), timeout=timeout
        )
        return self._run(student, before, begun, done, limits)

    # What came out.

    def scores(self) -> dict[str, dict[str, float]]:
        """Points in the gradebook, by student and grade cell; nothing for a cell or student without a mark."""
        return {student: marks for student, (marks, _) in self._marks().items()}

    def max_scores(self) -> dict[str, float]:
        """The points of every cell that has any, graded by tests or by hand, from the source."""
        records = {grade_id(cell): nbgrader_record(cell) for cell in self._edition.cells}
        worth = {name: record for name, record in records.items() if record.get("grade") or record.get("task")}
        return {name: float(record["points"]) for name, record in worth.items()}

    def graded_notebook(self, student: str):
        """The graded notebook, or None where there is none that can be read.

        Of more than ``LARGEST`` bytes none is read: a submission may have made it.
        """
        path = self._graded_path(student)
        try:
            if path.stat().st_size > LARGEST:
                return None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return nbformat.read(path, as_version=4)
        except Exception:  # nbformat, json and jsonschema each raise their own
            return None

    # How.

    def _graded_path(self, student: str) -> Path:
        return self.folder / "autograded" / student / self.unit / f"{self.unit}.ipynb"

    def _autograde(self, student: str | None) -> list[str]:
        only = [f"--student={student}"] if student else []
        return [sys.executable, "-m", "nbgrader", "autograde", self.unit, "--force", *only]

    def _environment(self) -> dict[str, str]:
        """The machine's, with every folder that Jupyter writes in (and a learner's workspace) in the class's."""
        run = self.folder / ".run"
        places = {
            "HOME": run,
            "TMPDIR": run / "tmp",
            "IPYTHONDIR": run / "ipython",
            "MPLCONFIGDIR": run / "matplotlib",
            "JUPYTER_RUNTIME_DIR": run / "runtime",
            "JUPYTER_CONFIG_DIR": run / "config",
            "JUPYTER_DATA_DIR": run / "data",
            "GRADER_WORKSPACE": run / "workspace",
        }
        for path in places.values():
            path.mkdir(parents=True, exist_ok=True)
        beside = str(Path(sys.executable).parent)  # nbgrader starts alembic from there
        return {
            **os.environ,
            **{name: str(path) for name, path in places.items()},
            "PATH": os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]),
            HIDDEN_VARIABLE: str(self.folder / "hidden"),
        }

    def _nbgrader(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.folder,
            env=self._environment(),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @contextmanager
    def _gradebook(self) -> Iterator[Gradebook]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's database layer talks about itself
            with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
                yield gradebook

    def _marks(self) -> dict[str, tuple[dict[str, float], dict[str, tuple]]]:
        """({cell: automatic points}, {cell: (manual, extra credit, most)}) of every submission in the gradebook."""
        found: dict[str, tuple[dict[str, float], dict[str, tuple]]] = {s: ({}, {}) for s in self.students()}
        with self._gradebook() as gradebook:
            try:
                submissions = gradebook.find_assignment(self.unit).submissions
            except MissingEntry:
                return found
            for submission in submissions:
                marks, rest = {}, {}
                for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
                    if grade.auto_score is not None:
                        marks[grade.name] = grade.auto_score
                    rest[grade.name] = (grade.manual_score, grade.extra_credit, grade.max_score)
                found[submission.student.id] = marks, rest
        return found

    def _state(self) -> SimpleNamespace:
        """What a run has no business to change: the gradebook's rows, and the files that nbgrader only reads."""
        return SimpleNamespace(marks=self._marks(), files=self._files())

    def _files(self) -> dict[str, str]:
        """What each file of the class's inputs holds, by its path in ``folder``: its SHA-256, or where a link leads."""
        paths = [self.folder / "nbgrader_config.py"]
        for name in ("source", "release", "submitted", "hidden"):
            paths += sorted((self.folder / name).rglob("*"))
        files = {}
        for path in paths:
            if path.is_symlink():  # never followed: a submission may point anywhere
                files[str(path.relative_to(self.folder))] = f"link to {os.readlink(path)}"
            elif path.is_file():
                files[str(path.relative_to(self.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return files

    def _run(
        self, student: str | None, before: SimpleNamespace, begun: float, done: Measured, limits: tuple[str, ...] = ()
    ) -> StockRun:
        """What a run did, from the state ``before`` it and from what is there now.

        ``begun`` is seconds since 1970: a graded notebook that is older is not of this run. A submission counts as
        graded where such a notebook is there, and points of it are in the gradebook.
        """
        asked = [student] if student else self.students()
        exit_code, seconds, log = done.exit_code, done.seconds, done.log
        altered = self._changed_files(before.files)
        try:
            marks = self._marks()
        except (SQLAlchemyError, OSError, SystemExit) as error:
            marks = {}
            altered.append(f"The gradebook can't be read any more ({type(error).__name__}).")
        not_graded = []
        for name in asked:
            fresh = self._graded_path(name).is_file() and self._graded_path(name).stat().st_mtime >= begun - 1
            if not (fresh and marks.get(name, ({}, {}))[0]):
                not_graded.append(name)
        for name, (points, rest) in marks.items():
            if name in asked and name not in not_graded:
                altered += self._unlike_notebook(name, points)
            elif name not in asked and (points, rest) != before.marks.get(name):
                altered.append(f"{name} was not graded in this run, and has other marks in the gradebook.")
            altered += self._unlike_source(name, rest)
        starts = self._starts(asked, log)
        died = exit_code is None or exit_code < 0 or exit_code > 128 or len(starts) < len(asked)
        ends = [*list(starts.values())[1:], begun + seconds]
        return StockRun(
            scores={name: points for name, (points, _) in marks.items() if name not in not_graded}
            | {name: {} for name in not_graded},
            max_scores=self.max_scores(),
            exit_code=exit_code,
            seconds=seconds,
            spent={name: end - start for (name, start), end in zip(starts.items(), ends, strict=True)},
            not_graded=tuple(not_graded),
            batch_died=died,
            altered=tuple(altered),
            log=log,
            measured=done,
            limits=limits,
        )

    def _starts(self, asked: Iterable[str], log: str) -> dict[str, float]:
        """When nbgrader came to each submission, in that order, by its log.

        {student: seconds since 1970}; nbgrader says "Sanitizing" with the file's path as it begins with one.
        """
        line = re.compile(rf"^([\d.]+) \[.*Sanitizing {re.escape(str(self.folder / 'submitted'))}/([^/\n]+)/", re.M)
        starts: dict[str, float] = {}
        for when, name in line.findall(log):
            if name in asked:
                starts.setdefault(name, float(when))
        return starts

    def _changed_files(self, before: Mapping[str, str]) -> list[str]:
        """A sentence for each file of the class's inputs that was removed, made or changed since ``before``."""
        after = self._files()
        return [
            f"{name} was {'removed' if name not in after else 'made' if name not in before else 'changed'}."
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        ]

    def _unlike_notebook(self, student: str, points: Mapping[str, float]) -> list[str]:
        """Where the gradebook does not hold what nbgrader's own rule gives for the graded notebook."""
        notebook = self.graded_notebook(student)
        if notebook is None:
            return [f"{student}'s graded notebook can't be read."]
        due = {}
        for cell in notebook.cells:
            if is_grade(cell):
                due[cell.metadata["nbgrader"]["grade_id"]] = determine_grade(cell)[0]
        return [
            f"{student}, {name}: {points.get(name)} in the gradebook, {score} by the graded notebook."
            for name, score in due.items()
            if points.get(name) != score
        ]

    def _unlike_source(self, student: str, rest: Mapping[str, tuple]) -> list[str]:
        """Where the gradebook has what nobody gave, as sentences.

        That is points by hand, extra credit, or another maximum than the source's.
        """
        most = self.max_scores()
        said = []
        for name, (manual, extra, highest) in rest.items():
            if manual is not None or extra:
                said.append(f"{student}, {name}: {manual} points by hand, {extra} extra, which nobody gave.")
            if highest != most.get(name):
                said.append(f"{student}, {name}: worth {highest} points instead of {most.get(name)}.")
        return said
