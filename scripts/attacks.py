"""Run the corpus of hostile and broken submissions through stock nbgrader and through ours; write docs/attacks.md.

    python scripts/attacks.py [--only NAME ...] [--jobs N] [--out FILE] [--fresh]

Stock nbgrader runs in a box (see grader/bench/containment.py), ours as it always does. Nothing in the page is
from anywhere else. The stock half takes about twenty minutes on two cores; what it found is kept in .build, and
an entry is run again when its file or a version has changed (``--fresh``: all of them).
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import datetime
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
import textwrap
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
TOY = ROOT / "tests" / "toy"
os.environ["GRADER_COURSE"] = str(TOY)  # the submissions are of its first unit

from corpus_ground import LIMITS, Ground, leaked
from corpus_runner import CORPUS, KINDS, MARKED, MOST, MUSTS, UNIT, Entry, active, entries, marked_cells, own
from nbgrader.api import Gradebook, MissingEntry
from rich.progress import track
from sqlalchemy.exc import SQLAlchemyError

from grader.bench.stock import StockClass

CELL_SECONDS = 5  # stock nbgrader's limit on a cell, which is 30 seconds unless set
RUN_SECONDS = 120
SECRET = "witness-of-the-stock-class"
LARGE = 5_000_000  # bytes of a graded notebook
PACKAGES = ("nbgrader", "nbclient", "ipykernel", "ipython", "numpy")


@dataclass
class Result:
    """What became of an entry: its points (None: no mark), and what else happened, in words."""

    points: float | None
    happened: list[str] = field(default_factory=list)
    disturbed: bool = False  # a classmate has no mark or another one, or something of the class was changed
    read: bool = False  # something that is not the learner's was read
    alive: bool = False  # scripts are left in the graded notebook


def gained(entry: Entry, points: float | None) -> bool:
    """Whether there are points that nobody earned."""
    return (points or 0.0) > entry.earns


def lost(entry: Entry, outcome: Result) -> bool:
    """Whether points were earned and not given."""
    earned = ("full marks", "only its question lost", "marked by hand")
    return entry.must in earned and (outcome.points or 0.0) < entry.earns


# --- stock --------------------------------------------------------------------------------------


def stock_template(folder: Path, unit: str) -> StockClass:
    """A stock class with one right submission, which is copied for every entry of UNIT or MARKED."""
    more = marked_cells() if unit == MARKED else []
    course = StockClass(folder, UNIT, torch=False, root=TOY, cell_seconds=CELL_SECONDS, more=more)
    course.generate_assignment()
    right = course.filled(course.solutions())
    right.cells.append(own(f"Notes of {SECRET}", "markdown"))
    course.submit("zoe", right)
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        gradebook.add_student(SECRET, last_name=SECRET)
    os.environ["CORPUS_SECRET"] = SECRET
    return course


def run_stock(entry: Entry, template: StockClass, released, solutions: dict[str, str]) -> Result:
    """One entry and zoe behind it, in a class of their own."""
    with tempfile.TemporaryDirectory(prefix="attack-") as temporary:
        folder = Path(temporary).resolve() / "class"
        shutil.copytree(template.folder, folder)
        course = object.__new__(StockClass)
        vars(course).update(vars(template) | {"folder": folder})
        words = {"__CLASS__": str(folder), "__PORT__": "9"}
        entry.hand_in(released, solutions, folder / "submitted" / "mallory" / UNIT, words)
        run = course.autograde_contained(RUN_SECONDS)
        outcome = Result(None if "mallory" in run.not_graded else points_in_gradebook(course, "mallory"))
        if "mallory" in run.not_graded:
            outcome.happened.append("not graded")
        if run.timed_out:
            outcome.happened.append(f"nbgrader hung: ended after {RUN_SECONDS} s")
        elif run.batch_died:
            outcome.happened.append(f"nbgrader stopped (exit status {run.exit_code})")
        if "zoe" in run.not_graded:
            outcome.happened.append("the next one was not graded")
            outcome.disturbed = True
        elif run.total("zoe") != MOST:
            outcome.happened.append(f"the next one got {run.total('zoe'):g} of {MOST:g}")
            outcome.disturbed = True
        others = [line for line in run.altered if "submitted/mallory" not in line and not line.startswith("mallory")]
        wrong = [line for line in run.altered if line.startswith("mallory, ")]
        left = [path.name for path in folder.rglob("*") if "corpus-left" in path.name]
        if others or left:
            outcome.happened.append("files or marks of others were changed")
            outcome.disturbed = True
        if any("by hand" in line for line in wrong):
            outcome.happened.append("marks written into the gradebook")
        if any(path.name == "corpus-ran" for path in folder.rglob("corpus-ran")):
            outcome.happened.append("its program ran as the kernel")
        notebook = course.graded_notebook("mallory")
        if notebook is not None:
            outcome.read = leaked(notebook, SECRET)
            outcome.alive = entry.kind in ("browser", "marked") and bool(active(notebook))
            size = (folder / "autograded" / "mallory" / UNIT / f"{UNIT}.ipynb").stat().st_size
            if size > LARGE:
                outcome.happened.append(f"a graded notebook of {size / 1e6:.0f} MB")
        return _with_common(outcome)


def points_in_gradebook(course: StockClass, student: str) -> float | None:
    """What an instructor sees and exports: points given by hand count before the automatic ones."""
    try:
        with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
            return float(gradebook.find_submission(UNIT, student).score)
    except (MissingEntry, SQLAlchemyError):  # a gradebook that the attack has spoiled
        return None


# --- ours ---------------------------------------------------------------------------------------


def run_ours(entry: Entry, ground: Ground) -> Result:
    """One entry, and zoe behind it in the same lane."""
    ground.warm_up(entry.unit)
    before = ground.neighbours()
    graded = ground.grade(entry)
    shutil.rmtree(ground.folder / "submitted" / "mallory")
    outcome = Result(graded.points)
    if graded.human:
        outcome.happened.append("a human is asked")
    after = ground.neighbour(entry.unit)
    if after.points != MOST or after.human != (entry.unit == MARKED):
        outcome.happened.append(f"the next one got {after.points:g} of {MOST:g}")
        outcome.disturbed = True
    if ground.neighbours() != before or ground.contacted():
        outcome.happened.append("files or marks of others were changed")
        outcome.disturbed = True
    outcome.read = leaked(graded.notebook, ground.secret)
    outcome.alive = bool(active(graded.notebook))
    return _with_common(outcome)


def _with_common(outcome: Result) -> Result:
    if outcome.read:
        outcome.happened.append("read what is not theirs")
    if outcome.alive:
        outcome.happened.append("scripts in the graded notebook")
    return outcome


# --- the page -----------------------------------------------------------------------------------


def page(results: list[tuple[Entry, Result, Result]], layers: Iterable[str], stock_dates: str) -> str:
    """docs/attacks.md."""
    attacks = [result for result in results if result[0].kind != "honest"]
    honest = [result for result in results if result[0].kind == "honest"]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    run = (
        f"Stock nbgrader was run on {stock_dates}, ours on {now()}: {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {versions}, lstm-course {importlib.metadata.version('lstm-course')}. "
        f"Unit `{UNIT}`, {MOST:g} points. Stock: nbgrader's own settings and kernel, the same exercises tested by "
        "plain asserts (numpy) in hidden tests; its limit on a "
        f"cell set to {CELL_SECONDS} s to keep the run short; all of it in a box without a network, with limits on "
        "memory and processes, as several of these would end the machine. Ours: as a class is always graded, with "
        f"limits of {LIMITS['call_seconds']:g} s a call, {LIMITS['cell_seconds']:g} s a cell and "
        f"{LIMITS['submission_seconds']:g} s a submission; layers in force: {', '.join(layers)}."
    )
    lines = [
        "# Attacks",
        "",
        "What hostile, broken and merely unusual submissions do to stock nbgrader and to this grader. Every row is a",
        "file in [tests/corpus](../tests/corpus), which says what it tries. This page is written by `make attacks`",
        "from real runs of all of them; nothing in it is written by hand.",
        "",
        *textwrap.wrap(run, 116),
        "",
        "Right after each, a classmate with right answers is graded: *the next one*. *Must* says what has to happen:",
        "",
        *[f"- *{name}*: {says}." for name, says in MUSTS.items()],
        "",
        "| | stock nbgrader | ours |",
        "|---|---:|---:|",
        _count("attacks and accidents that got points nobody earned", attacks, lambda e, o: gained(e, o.points)),
        _count(
            "... that cost a classmate the mark, or changed something of the class", results, lambda e, o: o.disturbed
        ),
        _count("... that read what is not theirs", results, lambda e, o: o.read),
        _count("... that left a script for the instructor's browser", results, lambda e, o: o.alive),
        _count("... that lost points which were earned", attacks, lost),
        _count("honest submissions that lost points", honest, lost),
        "",
        f"Of {len(results)} submissions: {len(attacks)} attacks and accidents, {len(honest)} honest ones.",
    ]
    for kind, heading in KINDS.items():
        rows = [result for result in results if result[0].kind == kind]
        if rows:
            lines += ["", f"## {heading}", "", "| what it tries | must | stock nbgrader | ours |", "|---|---|---|---|"]
            lines += [_row(*row) for row in rows]
    return "\n".join(lines) + "\n"


def _count(what: str, results: list, holds) -> str:
    stock = sum(bool(holds(entry, theirs)) for entry, theirs, _ in results)
    ours = sum(bool(holds(entry, mine)) for entry, _, mine in results)
    return f"| {what} (of {len(results)}) | {stock} | {ours} |"


def _row(entry: Entry, stock: Result, ours: Result) -> str:
    must = entry.must if entry.earns in (0.0, MOST) else f"{entry.must} ({entry.earns:g})"
    title = entry.title.replace("|", "\\|")
    return f"| [{title}](../tests/corpus/{entry.name}.py) | {must} | {_said(entry, stock)} | {_said(entry, ours)} |"


def _said(entry: Entry, outcome: Result) -> str:
    happened = list(outcome.happened)
    if outcome.points is None:
        return "; ".join(happened or ["no mark"])
    points = f"{outcome.points:g} of {MOST:g}"
    if gained(entry, outcome.points):
        points = f"**{points}**, {outcome.points - entry.earns:g} not earned"
    elif lost(entry, outcome):
        points = f"**{points}**, {entry.earns - outcome.points:g} lost"
    return "; ".join([points, *happened])


class Kept:
    """What stock nbgrader did, by entry: kept in a file, for as long as the entry and the versions are the same."""

    def __init__(self, path: Path, fresh: bool):
        self.path, self.outcomes = path, {}
        self.keys = {entry.name: self.key(entry) for entry in entries()}
        if path.is_file() and not fresh:
            self.outcomes = json.loads(path.read_text(encoding="utf-8"))

    @staticmethod
    def key(entry: Entry) -> str:
        """Stands for all that an outcome depends on."""
        versions = [importlib.metadata.version(name) for name in PACKAGES]
        text = (CORPUS / f"{entry.name}.py").read_text(encoding="utf-8").replace("LONG = True\n", "")
        return hashlib.sha256(repr([text, versions, CELL_SECONDS, RUN_SECONDS]).encode()).hexdigest()

    def get(self, entry: Entry) -> Result | None:
        found = self.outcomes.get(entry.name)
        return Result(**found["outcome"]) if found and found["key"] == self.keys[entry.name] else None

    def put(self, entry: Entry, outcome: Result) -> None:
        found = {"key": self.keys[entry.name], "date": now(), "outcome": dataclasses.asdict(outcome)}
        self.outcomes[entry.name] = found
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.outcomes, indent=1), encoding="utf-8")

    def dates(self, chosen: Iterable[Entry]) -> str:
        """When these were run."""
        dates = sorted(self.outcomes[entry.name]["date"] for entry in chosen)
        return dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"


def now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="*", help="names of entries (default: all)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="stock classes at a time")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "attacks.md")
    parser.add_argument("--fresh", action="store_true", help="run stock nbgrader again where nothing has changed too")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # nbgrader, its database layer and its converters warn about their own future
    chosen = [entry for entry in entries() if not arguments.only or entry.name in arguments.only]
    kept = Kept(ROOT / ".build" / "attacks-stock.json", arguments.fresh)
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        if missing := [entry for entry in chosen if kept.get(entry) is None]:
            templates = {unit: stock_template(Path(folder) / unit, unit) for unit in {one.unit for one in missing}}
            parts = {unit: (one, one.released(), one.solutions()) for unit, one in templates.items()}
            with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
                runs = {pool.submit(run_stock, entry, *parts[entry.unit]): entry for entry in missing}
                for run in track(concurrent.futures.as_completed(runs), "stock nbgrader", total=len(runs)):
                    kept.put(runs[run], run.result())
        ground = Ground(Path(folder) / "ours")
        try:
            results = [(entry, kept.get(entry), run_ours(entry, ground)) for entry in track(chosen, "ours")]
        finally:
            ground.close()
    arguments.out.parent.mkdir(exist_ok=True)
    arguments.out.write_text(page(results, ground.exam.provenance["layers"], kept.dates(chosen)), encoding="utf-8")
    print(f"{len(results)} submissions: {arguments.out}")


if __name__ == "__main__":
    main()
