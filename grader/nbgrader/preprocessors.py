"""Our preprocessors: what is released, what is run, and what earns points.

Points are given for an explicit pass only. nbgrader's own rule gives full marks to a grade cell
that says nothing, or anything that is not a number.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import ClearSolutions as _ClearSolutions
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.preprocessors import SaveAutoGrades as _SaveAutoGrades
from traitlets import Bool, Float, Unicode

from ..boundary.judge import Limits, judge_in_process, learner_names
from ..boundary.sandbox import proven
from ..checking.verdict import MIME

__all__ = ["ClearSolutions", "Execute", "RestoreCells", "SaveAutoGrades", "points_of", "rebuild"]

REPORT = "lstm_course_report"


class ClearSolutions(_ClearSolutions):
    """nbgrader's, except that a region outside any function leaves a comment and raises nothing.

    A quiz's answers are assigned at the top level of a cell: an untouched notebook has to run through.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        stubs = self.code_stub
        if cell.cell_type == "code" and any(
            self.begin_solution_delimeter in line and line[:1] == "#" for line in cell.source.split("\n")
        ):
            self.code_stub = {**stubs, "python": "# YOUR ANSWERS HERE"}
        try:
            return super().preprocess_cell(cell, resources, cell_index)
        finally:
            self.code_stub = stubs


def _grade_id(cell) -> str | None:
    metadata = cell.metadata.get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None


class RestoreCells(NbGraderPreprocessor):
    """Rebuild a submission from the instructor's source.

    Of a submission only two things are taken: the text of its solution cells, and the learner's own
    extra cells. Everything else (tests, tags, types, order, points) is the source's, so that an
    edited, duplicated, deleted, renamed, retyped or tagged cell changes nothing. What was put right
    is written into the notebook's metadata and the log.
    """

    source_directory = Unicode(help="Folder of the built source notebooks").tag(config=True)

    def preprocess(self, nb, resources):
        info = resources["nbgrader"]
        path = Path(self.source_directory) / info["assignment"] / f"{info['notebook']}.ipynb"
        if not path.is_file():
            self.log.warning("No source notebook at %s: the submission is graded as it is", path)
            return nb, resources
        source = nbformat.read(path, as_version=4)
        rebuilt, report = rebuild(source, nb)
        for line in report:
            self.log.warning("%s: %s", info.get("student", "submission"), line)
        return rebuilt, resources


def rebuild(source, submitted):
    """(the source notebook with the learner's answers and extra cells in it, what was put right)."""
    known_ids = {cell.get("id") for cell in source.cells}
    templates = {_grade_id(cell): cell for cell in source.cells if _grade_id(cell)}
    answers: dict[str, list[str]] = {}
    extras: dict[str | None, list] = {}  # by the grade_id of the last known cell before them
    seen: dict[str, int] = {}
    report: list[str] = []
    after: str | None = None
    for cell in submitted.cells:
        name = _grade_id(cell)
        template = templates.get(name)
        if template is not None:
            seen[name] = seen.get(name, 0) + 1
            after = name
            if cell.cell_type != template.cell_type:
                report.append(f"cell {name}: its type was changed to {cell.cell_type}")
            if utils.is_solution(template):
                answers.setdefault(name, []).append(cell.source)
            continue
        if name is None and cell.get("id") in known_ids:
            continue  # the course's own text
        if name is not None:
            report.append(f"cell {name}: unknown to the course, kept as the learner's own cell")
        if cell.cell_type in ("code", "markdown"):
            extras.setdefault(after, []).append(_own_cell(cell))
    cells = list(extras.get(None, []))
    for template in source.cells:
        cell = nbformat.from_dict(json.loads(json.dumps(template)))
        name = _grade_id(cell)
        if name is not None and utils.is_solution(cell):
            texts = answers.get(name, [])
            cell.source = _answer(texts, _released(template))
        cells.append(cell)
        if name is not None:
            if not seen.get(name):
                report.append(f"cell {name}: missing, put back")
            elif seen[name] > 1:
                report.append(f"cell {name}: there {seen[name]} times, used once")
            cells += extras.get(name, [])
    rebuilt = nbformat.v4.new_notebook(cells=cells, metadata=source.metadata)
    rebuilt.nbformat_minor = source.nbformat_minor
    if report:
        rebuilt.metadata[REPORT] = report
    names = set()
    for position, cell in enumerate(rebuilt.cells):  # cell ids have to be unique
        if cell.get("id") in names:
            cell["id"] = f"own-{position}"
        names.add(cell.get("id"))
    return rebuilt, report


def _own_cell(cell):
    """A learner's own cell: its text, without metadata that could steer the run."""
    make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    own = make(cell.source)
    own["id"] = cell.get("id") or own["id"]
    return own


def _answer(texts: list[str], stub: str) -> str:
    """The learner's text: of several copies the last that was worked on; nothing where it is missing."""
    worked_on = [text for text in texts if text.strip() != stub.strip()]
    if worked_on:
        return worked_on[-1]
    return stub if texts else "# This cell was missing from the submission."


def _released(template) -> str:
    """The text of a solution cell as learners got it."""
    cell = nbformat.from_dict(json.loads(json.dumps(template)))
    cleared, _ = ClearSolutions().preprocess_cell(cell, {"language": "python"}, 0)
    return cleared.source


class Execute(NbGraderPreprocessor):
    """Runs a submission across the boundary: its cells in a worker, the grade cells in a process of ours.

    Takes the place of nbgrader's, which runs both in one kernel.
    """

    source_directory = Unicode(help="Folder of the built source notebooks").tag(config=True)
    cell_seconds = Float(20.0, help="Seconds for one of the learner's cells").tag(config=True)
    call_seconds = Float(5.0, help="Seconds for one call of a learner's function").tag(config=True)
    submission_seconds = Float(600.0, help="Seconds for a whole submission").tag(config=True)
    confined = Bool(False, help="Run learners' code in a sandbox, and nothing where it is not proven").tag(config=True)

    def preprocess(self, nb, resources):
        info = resources["nbgrader"]
        path = Path(self.source_directory) / info["assignment"] / f"{info['notebook']}.ipynb"
        names = learner_names(nbformat.read(path, as_version=4))
        limits = Limits(cell=self.cell_seconds, call=self.call_seconds, submission=self.submission_seconds)
        command = proven().command if self.confined else ()
        return judge_in_process(nb, info["notebook"], names, limits, command), resources


def points_of(cell, max_points: float) -> float | None:
    """Points of an executed grade cell; None asks for a human.

    Only one displayed number between 0 and ``max_points`` earns anything: not silence, a cell
    that was skipped, NaN, a text, or two results. Warnings and prints cost nothing.
    """
    if cell.get("execution_count") is None:
        return 0.0
    outputs = cell.get("outputs", [])
    if any(output.output_type == "error" for output in outputs):
        return 0.0
    results = [output.data for output in outputs if output.output_type == "execute_result"]
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


class SaveAutoGrades(_SaveAutoGrades):
    """nbgrader's, with points for an explicit pass only (see :func:`points_of`)."""

    def _add_score(self, cell, resources):
        if cell.cell_type != "code" or utils.is_solution(cell):
            return super()._add_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score = points_of(cell, float(cell.metadata["nbgrader"]["points"]))
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        self.gradebook.db.commit()
