"""How fast a class is graded: stock nbgrader and ours, on the same submissions, the same machine, in one run.

Both sides are run as the real commands in processes of their own, each in a class's folder made for it: ours with
nbgrader's release, hidden vectors and a configuration, stock's by :mod:`.stock`. Everything is thrown away afterwards
but the figures; :mod:`.pages` shows them.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, linear_regression
from typing import Any

import nbformat
import psutil

from .. import __version__
from ..build.course import write_sources
from ..errors import GraderError
from ..grading.record import Record, records
from ..grading.work import Work
from ..machine import cores, processor
from ..vectors import HIDDEN_VARIABLE, make
from .measure import Measured, run_measured
from .population import Submission, mix, population, sample
from .stock import StockClass, StockRun

__all__ = ["bench_grading"]

PATIENCE = 3  # a run may take so many times what all its submissions' limits allow

_CONFIG = """\
from pathlib import Path

from grader.nbgrader.config import class_config

root = Path(__file__).resolve().parent
c = get_config()
c.merge(class_config(root, root / ".build" / "source", root / "release"))
c.Graded.cell_seconds = c.Graded.call_seconds = {limit}
"""


def bench_grading(
    root: Path,
    unit_name: str,
    students: int,
    *,
    jobs: int,
    stock: int,
    growth: Sequence[int],
    slow: float,
    limit: int,
    progress: Callable[[str], Any] = lambda text: None,
) -> dict[str, Any]:
    """Grade a class of ``students`` with ``grader autograde``, and ``stock`` of them with stock nbgrader.

    ``root`` is the clone of the course. Stock runs twice: with torch in its hidden tests, and with stored arrays.
    ``growth`` are further sizes, graded by ours without slow submissions. ``slow`` is the share of submissions that
    never end or dawdle. ``limit``: seconds for a cell (and in ours for a call), the same for all. ``jobs``: how many at
    a time, ours only. ``progress(text)`` is told what is being done.

    Returns what was measured, as plain data: the class (``unit``, ``students``, ``mix``), the machine and the versions,
    ``ours`` and ``ours_same`` (the same submissions as stock's), ``stock`` by edition, ``ratios``, ``growth`` and the
    ``line`` through it. Times are in seconds, memory in bytes.

    Raises :class:`GraderError` where a run fails.
    """
    if not hasattr(os, "wait4"):
        raise GraderError("The benchmark measures processes as Linux and macOS count them: run it there.")
    progress("making the submissions")
    everyone = population(root, unit_name, students, slow)
    few = sample(everyone, stock)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as place:
        folder = Path(place)
        ours = _OurClass(folder / "ours", root, unit_name, limit)
        progress(f"ours, {students} submissions")
        result: dict[str, Any] = {
            "unit": unit_name,
            "students": students,
            "slow": slow,
            "limit_seconds": limit,
            "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "machine": _machine(),
            "versions": _versions(),
            "mix": mix(everyone),
            "own_cells": sum(bool(one.own) for one in everyone),
            "ours": ours.grade(everyone, jobs),
        }
        if few:
            result["ours_same"] = ours.grade(few, jobs)
        result["stock"] = {}
        for name in ("torch", "numpy") if few else ():
            progress(f"stock with {name}, {len(few)} submissions")
            stocked = StockClass(folder / name, unit_name, name == "torch", root=root, cell_seconds=limit)
            result["stock"][name] = _stock(stocked, few, everyone, limit)
        result["growth"] = []
        for size in growth:
            progress(f"ours, {size} submissions")
            result["growth"].append(ours.grade(population(root, unit_name, size, 0.0), jobs))
    result["machine"]["load_after"] = os.getloadavg()[0]
    result["ratios"] = {name: _ratio(result, one) for name, one in result["stock"].items()}
    if len(growth) > 1:
        result["line"] = _line(result["growth"])
    return result


# --- ours ---------------------------------------------------------------------------------------


class _OurClass:
    """A released class, copied for every size that is graded.

    ``folder`` gets the release, and a copy for each run. ``released`` is what learners get, as nbformat's notebook.
    Raises :class:`GraderError` where nbgrader can't release the unit.
    """

    def __init__(self, folder: Path, root: Path, unit_name: str, limit: int):
        self.folder, self.unit = folder, unit_name
        self.empty = folder / "released"
        self.empty.mkdir(parents=True)
        (self.empty / "nbgrader_config.py").write_text(_CONFIG.format(limit=float(limit)), encoding="utf-8")
        write_sources(root, self.empty / ".build" / "source")
        make.write(self.empty / "hidden", make.new_secret())
        done = run_measured(
            [sys.executable, "-m", "nbgrader", "generate_assignment", unit_name, "--force"],
            cwd=self.empty,
            environment=_environment(self.empty),
        )
        if done.exit_code != 0:
            raise GraderError(f"nbgrader could not release {unit_name}:\n{done.log[-2000:]}")
        self.released = nbformat.read(self.empty / "release" / unit_name / f"{unit_name}.ipynb", as_version=4)

    def grade(self, submissions: Sequence[Submission], jobs: int) -> dict[str, Any]:
        """Grade these submissions in a class of their own, with the real command; returns what was measured.

        The dict is :func:`_measured`'s and :func:`_records`'s together. Raises :class:`GraderError`, with the end of
        its log, where the command fails; that somebody needs a human is no failure.
        """
        place = self.folder / f"class-of-{len(submissions)}"
        shutil.copytree(self.empty, place)
        try:
            for one in submissions:
                path = place / "submitted" / one.student / self.unit / f"{self.unit}.ipynb"
                path.parent.mkdir(parents=True)
                nbformat.write(one.notebook(self.released), path)
            command = Path(sysconfig.get_path("scripts")) / "grader"
            done = run_measured(
                [str(command), "autograde", self.unit, "--root", str(place), "--jobs", str(jobs)],
                cwd=place,
                environment=_environment(place),
            )
            if done.exit_code not in (0, 1) or "Traceback" in done.log:  # 1: somebody needs a human
                raise GraderError(f"`grader autograde` ended with status {done.exit_code}:\n{done.log[-2000:]}")
            kept = {record["student"]: record for record in records(place / "autograded", Work.named(self.unit))}
        finally:
            shutil.rmtree(place, ignore_errors=True)
        return _measured(done, len(submissions), jobs) | _records(submissions, kept, done.seconds * jobs)


def _records(submissions: Sequence[Submission], kept: dict[str, Record], lanes: float) -> dict[str, Any]:
    """What the records say: marks and seconds.

    ``lanes`` is how many seconds all lanes together had. ``phases`` are seconds a submission, ``outside`` those that no
    record counts. Raises nothing for a submission without a record: it has no mark.

    ``kept`` maps students to records (:mod:`grader.grading.record`). The dict has ``marks`` (:func:`_marks`),
    ``seconds_by_kind``, the mean for each kind, ``phases``, ``human``, the reasons why a human is asked, how many
    submissions the ``story_of_the_class`` did for, and whether they were ``confined``, by which ``layers``.
    """
    marks: dict[str, tuple[float, float] | None] = {}
    seconds = defaultdict(list)
    phases: defaultdict[str, float] = defaultdict(float)
    for one in submissions:
        record = kept.get(one.student)
        marks[one.student] = None
        if record is not None and record["status"] == "graded":
            marks[one.student] = record["points"], record["max_points"]
            seconds[one.kind].append(record["seconds"]["total"])
            for name, value in record["seconds"].items():
                phases[name] += value
    total = phases.pop("total", 0.0)
    phases["outside"] = max(lanes - total, 0.0)
    provenance = next((record["provenance"] for record in kept.values()), None)
    return {
        "marks": _marks(submissions, marks),
        "seconds_by_kind": {kind: fmean(values) for kind, values in seconds.items()},
        "phases": {name: value / len(submissions) for name, value in phases.items()},
        "human": sorted({reason for record in kept.values() for reason in record["human"]}),
        "story_of_the_class": sum(record["story"] == "of the class" for record in kept.values()),
        "confined": provenance is not None and provenance["confined"],
        "layers": provenance["layers"] if provenance else [],
    }


def _environment(folder: Path) -> dict[str, str]:
    """The machine's, with the class's hidden vectors, and alembic within nbgrader's reach.

    ``folder`` is the class's. nbgrader upgrades its database with alembic, which it looks for in the PATH.
    """
    beside = str(Path(sys.executable).parent)
    return {
        **os.environ,
        HIDDEN_VARIABLE: str(folder / "hidden"),
        "PATH": os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]),
    }


# --- stock --------------------------------------------------------------------------------------


def _stock(course: StockClass, few: Sequence[Submission], everyone: Sequence[Submission], limit: int) -> dict[str, Any]:
    """Grade ``few`` with stock nbgrader, and work out what it would take for ``everyone``.

    ``limit`` is in seconds for a cell. The dict is :func:`_measured`'s, with the ``mix``, the ``marks``, the mean
    seconds by kind, those to start, how many were not graded, and ``whole_class_seconds``, which is an estimate. Raises
    :class:`GraderError` where nobody was graded.
    """
    released = course.generate_assignment()
    for one in few:
        course.submit(one.student, one.notebook(released))
    cells = sum(cell.cell_type == "code" for cell in released.cells)
    run = course.autograde(timeout=PATIENCE * limit * cells * len(few))
    seconds = defaultdict(list)
    for one in few:
        if one.student in run.spent:
            seconds[one.kind].append(run.spent[one.student])
    if not seconds:
        raise GraderError(f"Stock nbgrader graded nobody:\n{run.log[-2000:]}")
    by_kind = {kind: fmean(values) for kind, values in seconds.items()}
    start = max(run.seconds - sum(run.spent.values()), 0.0)
    marks = {one.student: _stock_marks(run, one.student) for one in few}
    return _measured(run.measured, len(few), 1) | {
        "mix": mix(few),
        "marks": _marks(few, marks),
        "seconds_by_kind": by_kind,
        "start_seconds": start,
        "not_graded": len(run.not_graded),
        "whole_class_seconds": _whole(start, by_kind, few, everyone),
    }


def _stock_marks(run: StockRun, student: str) -> tuple[float, float] | None:
    """(points, most points), or None for a submission without a mark."""
    return None if student in run.not_graded else (run.total(student), sum(run.max_scores.values()))


def _whole(start: float, by_kind: dict[str, float], few: Sequence[Submission], everyone: Sequence[Submission]) -> float:
    """What the whole class takes one after the other, each submission as long as those of its kind did.

    A kind that was not tried counts as the average of those that were.

    ``start`` and the values of ``by_kind`` are seconds; so is what comes back.
    """
    counted = mix(few)
    average = sum(by_kind[kind] * counted[kind] for kind in by_kind) / sum(counted[kind] for kind in by_kind)
    return start + sum(by_kind.get(kind, average) * count for kind, count in mix(everyone).items())


# --- both ---------------------------------------------------------------------------------------


def _measured(done: Measured, number: int, jobs: int) -> dict[str, Any]:
    """What a run of ``number`` submissions took, in all and for each.

    Seconds are of wall-clock time, ``cpu_seconds_each`` of processor time (None where it was not to be had),
    ``peak_bytes`` the most memory held at a look, and ``per_second`` how many submissions were done in one.
    """
    return {
        "submissions": number,
        "jobs": jobs,
        "exit_code": done.exit_code,
        "seconds": done.seconds,
        "seconds_each": done.seconds / number,
        "per_second": number / done.seconds,
        "cpu_seconds_each": None if done.cpu_seconds is None else done.cpu_seconds / number,
        "peak_bytes": done.peak,
    }


def _marks(
    submissions: Sequence[Submission], marks: dict[str, tuple[float, float] | None]
) -> dict[str, dict[str, int]]:
    """How many of each kind got full marks, fewer, or none that could be given.

    {kind: {"full", "less" or "no mark": number}}; a mark is (points, most points), or None.
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in submissions:
        mark = marks[one.student]
        found[one.kind]["no mark" if mark is None else "full" if mark[0] == mark[1] else "less"] += 1
    return {kind: dict(counted) for kind, counted in found.items()}


def _ratio(result: dict[str, Any], stock: dict[str, Any]) -> dict[str, float | None]:
    """How many times as fast ours is: for the whole class, by core, on the same submissions, by processor time.

    More than 1 is faster than stock. ``whole_class`` sets a measured time of ours against stock's estimated one.
    """
    ours, same = result["ours"], result["ours_same"]
    each = stock["whole_class_seconds"] / result["students"]
    cpu = stock["cpu_seconds_each"], ours["cpu_seconds_each"]
    return {
        "whole_class": each / ours["seconds_each"],
        "per_core": each / (ours["seconds_each"] * ours["jobs"]),
        "same_submissions": stock["seconds"] / same["seconds"],
        "cpu": cpu[0] / cpu[1] if all(cpu) else None,
    }


def _line(runs: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The straight line through the sizes: seconds to start, and for each further submission.

    ``start_seconds`` and ``seconds_each``, by least squares over two sizes or more.
    """
    slope, start = linear_regression([run["submissions"] for run in runs], [run["seconds"] for run in runs])
    return {"start_seconds": start, "seconds_each": slope}


def _machine() -> dict[str, Any]:
    """Processor, cores, memory in bytes, system, and how busy it was before."""
    return {
        "processor": processor(),
        "cores": cores(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
        "load_before": os.getloadavg()[0],
    }


def _versions() -> dict[str, str]:
    """The versions of what has a part in the figures."""
    packages = ("nbgrader", "nbclient", "ipykernel", "numpy", "torch")
    return {"lstm-course": __version__, "python": platform.python_version()} | {
        name: importlib.metadata.version(name) for name in packages
    }
