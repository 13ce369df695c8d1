"""A class of five, played from release to gradebook and feedback: ``grader demo``.

It shows on one machine, with made-up learners, what an instructor does with a real class: release with nbgrader,
hidden vectors, submissions, grading in the sandbox, feedback and marks. The folder that it makes can be opened in
JupyterLab's formgrader afterwards. The five hand in the course's solutions, four of them with something changed.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import CsvExportPlugin
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SAWarning

from .build.course import write_sources
from .build.source import read_source
from .cells import cell_kind, grade_id
from .checking.verdict import MIME
from .errors import ConfinementError, GraderError
from .exercises import exercise, unit, units
from .grading.autograde import ClassFolder, autograde
from .grading.work import Work
from .nbgrader.config import class_config
from .notebooks import fill
from .screen import progress_bar
from .vectors import HIDDEN_VARIABLE, make

__all__ = ["LEARNERS", "ClassRoot", "Learner", "play", "solutions"]


@dataclass(frozen=True)
class Learner:
    """A member of the class: ``answers`` turns the solutions into what this learner hands in.

    ``answers`` is given the unit's name and {grade_id: text} of its solution cells, and returns such a dict, in which
    cells may be missing. ``story`` says in the demo's table what they did.
    """

    name: str
    story: str
    answers: Callable[[str, dict[str, str]], dict[str, str]]


_ENDLESS = """\
def lstm(xs, h0, c0, W, b):
    N, T, D = xs.shape
    h, c, hs, t = h0, c0, [], 0
    while t < T:
        h, c, _ = lstm_step(xs[:, t], h, c, W, b)
        hs.append(h)
    return np.stack(hs, axis=1), c, None
"""


# So that nbgrader's own commands and pages work in the class's folder.
_CONFIG = """\
from pathlib import Path

from grader.nbgrader.config import class_config

root = Path(__file__).resolve().parent
c = get_config()
c.merge(class_config(root, root / ".build" / "source", root / "release"))
"""


def _right(unit_name: str, solutions: dict[str, str]) -> dict[str, str]:
    """The course's solutions as they are."""
    return solutions


def _swapped(unit_name: str, solutions: dict[str, str]) -> dict[str, str]:
    """The gates of ``lstm_step`` in the order f, i, g, o, which is a known mistake; every other answer right."""
    if "lstm_step" not in solutions:
        return solutions
    swapped = next(one for one in exercise("lstm_step").mistakes if one.name == "order_figo")
    return solutions | {"lstm_step": swapped.text}


def _half(unit_name: str, solutions: dict[str, str]) -> dict[str, str]:
    """The first half of a unit's answers; the others stay as they were released."""
    return dict(list(solutions.items())[: len(solutions) // 2])


def _endless(unit_name: str, solutions: dict[str, str]) -> dict[str, str]:
    """Right answers but for ``lstm``, whose loop over the time steps never advances."""
    return solutions | ({"lstm": _ENDLESS} if "lstm" in solutions else {})


def _warning(unit_name: str, solutions: dict[str, str]) -> dict[str, str]:
    """Right answers, each of which says something on stderr as its cell and its function run."""
    noisy = {}
    for name, text in solutions.items():
        marker = f"    __import__('warnings').warn('{name} is experimental', stacklevel=1)\n"
        lines = text.split("\n")
        ends = [k for k, line in enumerate(lines) if line.endswith('"""') and k > 0]
        if name != "quiz" and ends:
            last = ends[-1]
            text = "\n".join([*lines[: last + 1], marker.rstrip("\n"), *lines[last + 1 :]])
        noisy[name] = text + "\nimport sys\nprint('a progress bar', file=sys.stderr)"
    return noisy


LEARNERS = (
    Learner("ada", "everything right", _right),
    Learner("bela", "two gates swapped", _swapped),
    Learner("chen", "half finished", _half),
    Learner("dora", "a loop that never ends", _endless),
    Learner("emil", "right, and full of warnings", _warning),
)


def solutions(root: Path, unit_name: str) -> dict[str, str]:
    """The course's own answers to a unit's solution cells, by grade_id in the notebook's order.

    ``root`` is the clone of the course. Raises :class:`BuildError`.
    """
    notebook = read_source(root, unit_name)
    return {grade_id(cell): cell.source for cell in notebook.cells if cell_kind(cell) == "solution"}


class ClassRoot:
    """A course root for one class: releases, takes submissions in, grades and exports with nbgrader.

    ``folder`` is made, with nbgrader's usual layout in it and a configuration with which nbgrader's own commands work
    there. Its ``hidden`` folder becomes this process's ``GRADER_HIDDEN``. Each method raises :class:`GraderError`, with
    the end of nbgrader's log, where nbgrader fails.
    """

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")
        self.source, self.release = self.folder / ".build" / "source", self.folder / "release"
        os.environ[HIDDEN_VARIABLE] = str(self.folder / "hidden")
        self.config = class_config(self.folder, self.source, self.release)
        self.config.NbGrader.logfile = str(self.folder / "nbgrader.log")
        self.api = NbGraderAPI(config=self.config)
        self.api.log.setLevel(logging.ERROR)
        self.coursedir = self.api.coursedir

    def _must(self, what: str, result: dict) -> None:
        """Raise :class:`GraderError` where a result of nbgrader's says that it could not."""
        if not result["success"]:
            raise GraderError(f"nbgrader could not {what}. Its log says:\n{result['log'][-2000:]}")

    def generate(self, unit_name: str) -> Path:
        """Release a unit; returns the released notebook.

        Its source has to be in the folder already (:func:`grader.build.course.write_sources`). A release that is there
        is replaced.
        """
        self._must(f"release {unit_name}", self.api.generate_assignment(unit_name, force=True))
        return self.release / unit_name / f"{unit_name}.ipynb"

    def submit(self, student: str, unit_name: str, notebook) -> Path:
        """Put a notebook where nbgrader's collect puts it; returns the file.

        ``notebook`` is nbformat's, filled in. What this student had submitted is overwritten.
        """
        path = self.folder / "submitted" / student / unit_name / f"{unit_name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    def autograde(self, student: str, unit_name: str) -> None:
        """Grade one submission and write its feedback, as formgrader's buttons do."""
        self._must(f"grade {student}'s {unit_name}", self.api.autograde(unit_name, student, force=True, create=True))
        self.feedback(unit_name, student)

    def feedback(self, unit_name: str, student: str | None = None) -> None:
        """Write the feedback of one submission, or of all of a unit."""
        whose = f"{student}'s {unit_name}" if student else unit_name
        self._must(f"write feedback on {whose}", self.api.generate_feedback(unit_name, student, force=True))

    def export(self) -> Path:
        """nbgrader's CSV of all marks; returns the file."""
        path = self.folder / "grades.csv"
        with Gradebook(self.coursedir.db_url) as gradebook:
            exporter = CsvExportPlugin(config=self.config)
            exporter.to = str(path)
            exporter.log.setLevel(logging.ERROR)
            exporter.export(gradebook)
        return path

    def score(self, student: str, unit_name: str) -> tuple[float, float, bool]:
        """(points, most points, whether a human should look) of a submission in the gradebook.

        Raises nbgrader's ``MissingEntry`` where the gradebook has no such submission.
        """
        with Gradebook(self.coursedir.db_url) as gradebook:
            submission = gradebook.find_submission(unit_name, student)
            return submission.score, submission.max_score, submission.needs_manual_grade

    def verdicts(self, student: str, unit_name: str) -> dict[str, dict]:
        """The verdicts in a graded notebook, as records by the grade cell's name.

        Records are those of :meth:`grader.checking.verdict.Verdict.record`. Grade cells without one, such as those of
        instructors' own tests, are left out.
        """
        path = self.folder / "autograded" / student / unit_name / f"{unit_name}.ipynb"
        found = {}
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                record = output.get("data", {}).get(MIME)
                if cell_kind(cell) == "grade" and record:
                    found[grade_id(cell)] = record
        return found


def play(root: Path, folder: Path, console: Console) -> ClassRoot:
    """Release, submit, grade, report: the whole way of a class, in a course root of its own.

    ``root`` is the clone of the course, ``folder`` the class's, ``console`` what the tables are printed on. Without a
    sandbox it says so and goes on: the learners are the demo's own. Raises :class:`GraderError`.

    Learners' loops are ended after 5 seconds for a cell. Returns the class, to be asked for scores and verdicts.
    """
    course = ClassRoot(folder)
    course.config.Graded.cell_seconds = 5.0  # one of the class draws figures with an endless loop
    with warnings.catch_warnings(), progress_bar() as progress:
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's database layer talks about itself
        names = [one.name for one in units()]
        task = progress.add_task("releasing", total=len(names) * (2 + len(LEARNERS)))
        write_sources(root, course.source)
        make.write(course.folder / "hidden", make.new_secret())
        for name in names:
            progress.update(task, description=f"releasing {name}")
            released = nbformat.read(course.generate(name), as_version=4)
            right = solutions(root, name)
            for learner in LEARNERS:
                course.submit(learner.name, name, fill(released, learner.answers(name, right)))
            progress.advance(task)
        class_folder = ClassFolder(course.folder, config=course.config)
        progress.update(task, description="trying the sandbox")
        reason = _no_sandbox(class_folder, names[0])
        for name in names:
            progress.update(task, description=f"grading {name}")
            autograde(
                class_folder, name, unconfined=reason is not None, progress=lambda done, total: progress.advance(task)
            )
            progress.update(task, description=f"writing feedback on {name}")
            course.feedback(name)
            progress.advance(task)
    csv = course.export()
    if reason:
        console.print(Text(f"Graded without a sandbox, as the five learners are the demo's own. {reason}\n"))
    console.print(_marks(course, names))
    console.print(_troubles(course, names))
    _where(console, folder, csv)
    return course


def _no_sandbox(folder: ClassFolder, name: str) -> str | None:
    """Why learners' code can't be confined here; None where it can.

    ``name`` is any unit's: setting up its grading proves the sandbox first.
    """
    try:
        folder.exam(Work.named(name))
    except ConfinementError as error:
        return str(error)
    return None


def _marks(course: ClassRoot, names: list[str]) -> Table:
    """A table of who has how many points in which unit."""
    table = Table(title="Who has what", title_justify="left")
    table.add_column("learner")
    table.add_column("handed in")
    for name in names:
        table.add_column(name, justify="right")
    for learner in LEARNERS:
        row = []
        for name in names:
            points, most, human = course.score(learner.name, name)
            row.append(f"{points:g} of {most:g}" + (" (look)" if human else ""))
        table.add_row(learner.name, learner.story, *row)
    return table


def _troubles(course: ClassRoot, names: list[str]) -> Table:
    """A table of what is wrong, in the hidden tests' words; what is not written is one line a unit."""
    table = Table(title="What is wrong", title_justify="left")
    for column in ("learner", "exercise", "points", "what the hidden tests say"):
        table.add_column(column, overflow="fold")
    for learner in LEARNERS:
        unwritten: dict[str, list[str]] = {}
        for name in names:
            for record in course.verdicts(learner.name, name).values():
                if record["passed"]:
                    continue
                text = " ".join(line.strip() for line in record["text"].split("\n")[1:3])
                if "isn't written yet" in text or "has no answer yet" in text:
                    unwritten.setdefault(name, []).append(record["name"])
                    continue
                points = "-" if record["points"] is None else f"{record['points']:g} of {record['max_points']:g}"
                table.add_row(learner.name, record["name"], points, Text(text))
        for name, missing in unwritten.items():
            table.add_row(learner.name, name, "0", Text(f"not written: {', '.join(missing)}"))
    return table


def _where(console: Console, folder: Path, csv: Path) -> None:
    """Print where everything lies.

    Paths are printed as they can be typed, below ``folder``.
    """
    example = f"{LEARNERS[1].name}/{unit(units()[-1].name).name}"
    console.print(f"\nGradebook   {folder}/gradebook.db")
    console.print(f"Marks       {folder}/{csv.name}")
    console.print(f"Feedback    {folder}/feedback/{example}/")
    console.print("            (what a learner gets back)")
    console.print(f"Graded      {folder}/autograded/{example}/")
    console.print(f"Formgrader  jupyter lab {folder}   then Nbgrader, Formgrader in its menu")
    console.print("\nLearn: grader start.   Teach: the README's section for instructors.")
