"""The course's self-check: every rule a unit can break, each message saying what to do next.

``grader build --check`` prints what it finds and fails if it finds anything.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat

from .. import reference, vectors
from ..cells import grade_id
from ..checking.calling import LocalSubject
from ..checking.check import check_subject
from ..errors import GraderError
from ..exercises import exercise, quiz_of, units
from ..exercises.base import Exercise, Unit
from ..figures.show import SHORTEST_ALT
from ..vectors import make
from .course import derived, stale
from .source import cell_kind, read_source

__all__ = ["check_course"]

SWEEP_SEEDS = tuple(f"sweep {k}" for k in range(3))
_SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
_HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)


def check_course(
    root: Path, seeds: tuple[str, ...] = SWEEP_SEEDS, progress: Callable[[str], Any] = lambda text: None
) -> list[str]:
    """Every rule that is broken, as sentences; empty when the course is in order.

    ``seeds`` are further draws of every exercise's cases, on which the solutions have to pass and
    the known mistakes have to be named as well: hidden vectors are such draws.
    """
    problems: list[str] = []
    progress("derived files")
    files = derived(root)
    problems += [f"{name} is stale: run `grader build`." for name in stale(root, files)]
    problems += _stale_vectors()
    for unit in units():
        progress(unit.name)
        notebook = read_source(root, unit.name)
        if broken := list(_no_python(notebook)):
            problems += [f"{unit.name}: {text}" for text in broken]
            continue
        problems += [f"{unit.name}: {text}" for text in _unit_rules(unit, notebook)]
        problems += [f"{unit.name}: {text}" for text in _leaks(notebook, files, unit.name)]
        for name in unit.exercises:
            progress(f"{unit.name}: {name}")
            broken = list(_exercise_rules(exercise(name)))
            broken = broken or list(_behaviour(notebook, files, unit, exercise(name), seeds))
            problems += [f"{name}: {text}" for text in broken]
    return problems


# --- vectors ------------------------------------------------------------------------------------


def _stale_vectors() -> Iterator[str]:
    for unit in units():
        for name in unit.exercises:
            try:
                shipped = {v.case.name: v for v in vectors.load(name)}
            except GraderError:
                yield f"{name} has no public vectors: run `grader vectors`."
                continue
            made = vectors.unpack(vectors.pack(name, make.make_exercise(name)), name)
            same = [v.case.name for v in made] == list(shipped) and make.same_but_for_rounding(
                vectors.pack(name, made), vectors.pack(name, list(shipped.values()))
            )
            if not same:
                yield f"{name}: its public vectors are not what the reference makes: run `grader vectors`."


# --- the registry -------------------------------------------------------------------------------


def _exercise_rules(e: Exercise) -> Iterator[str]:
    if len(e.hints) != 3 or not all(hint.strip() for hint in e.hints):
        yield "it needs three hints that are not empty."
    if not 1 <= e.difficulty <= 5:
        yield f"its difficulty is {e.difficulty}: give 1 to 5."
    if e.minutes <= 0:
        yield "it says nothing of how long it takes: give minutes."
    if not e.explanation.strip():
        yield "it has no explanation to show after a pass: say what just happened."
    if e.points <= 0 or any(part.points <= 0 for part in e.parts):
        yield "every part needs at least one point."
    names = [mistake.name for mistake in e.mistakes]
    if len(set(names)) != len(names):
        yield "two known mistakes have the same name: rename one."
    for mistake in e.mistakes:
        for field in ("what", "meaning", "look"):
            if not getattr(mistake, field).strip():
                yield f"its mistake {mistake.name} has an empty `{field}`."
    known = set(e.flat)
    for part in e.parts:
        if set(part.outputs) - known:
            yield f"its part {part.title!r} looks at {set(part.outputs) - known}, which it does not return."
    function = getattr(reference, e.reference or e.name, None)
    if function is None:
        yield f"grader.reference has no {e.reference or e.name}: write it."
    elif list(inspect.signature(function).parameters)[: len(e.arguments)] != list(e.arguments):
        yield f"the reference takes {inspect.signature(function)}, the exercise {e.signature}: make them one."


# --- the text notebook --------------------------------------------------------------------------


def _unit_rules(unit: Unit, notebook) -> Iterator[str]:
    folder = Path(inspect.getfile(exercise(unit.exercises[0]).cases)).parent
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_") and path.stem not in (*unit.exercises, "quiz"):
            yield f"{path.name} is not registered: add it to UNIT in {folder.name}/__init__.py."
    kinds: dict[str, list] = {}
    for position, cell in enumerate(notebook.cells):
        kind = cell_kind(cell)
        if kind is None:
            yield (
                f"code cell {position} ({cell.source[:40]!r}) is of no kind: give it nbgrader metadata with a "
                "grade_id, and the tag setup or story where it is neither a solution nor a grade cell."
            )
            continue
        kinds.setdefault(kind, []).append(cell)
        if kind in ("setup", "story", "grade") and not cell.metadata["nbgrader"].get("locked"):
            yield f"cell {grade_id(cell)} is the course's and not locked: set locked to true."
    yield from _headings(kinds.get("markdown", []))
    yield from _cells_of_exercises(unit, kinds)
    yield from _stories(unit, kinds)
    yield from _names_of_grade_cells(notebook)


def _no_python(notebook) -> Iterator[str]:
    """Cells that Python can't read: nothing else can be said of their unit."""
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                name = grade_id(cell) or f"{position} ({cell.source[:40]!r})"
                yield f"cell {name} is not Python: {error.msg}, line {error.lineno} ({error.text}). Mend it there."


def _headings(cells) -> Iterator[str]:
    levels = []
    for cell in cells:
        fenced = False
        for line in cell.source.splitlines():
            fenced ^= line.startswith("```")
            match = re.match(r"(#+)\s+(.+)", line)
            if match and not fenced:
                levels.append((len(match.group(1)), match.group(2)))
        for alt in re.findall(r"!\[(.*?)\]\(", cell.source):
            if len(alt.strip()) < SHORTEST_ALT:
                yield f"the picture ![{alt}] needs an alt text that says what it shows."
        if re.search(r"<img(?![^>]*\balt=)", cell.source):
            yield f"the <img> in the text {cell.source[:40]!r} needs an alt attribute that says what it shows."
    first = [title for level, title in levels if level == 1]
    if len(first) != 1:
        yield f"it needs exactly one heading of the first level (#), and has {first}."
    for (before, _), (level, title) in zip(levels, levels[1:], strict=False):
        if level > before + 1:
            yield f"the heading {title!r} skips a level: give it {'#' * (before + 1)}."


def _cells_of_exercises(unit: Unit, kinds) -> Iterator[str]:
    solutions = {grade_id(cell): cell for cell in kinds.get("solution", [])}
    grades = {grade_id(cell): cell for cell in kinds.get("grade", [])}
    wanted = {name: exercise(name).points for name in unit.exercises} | {"quiz": len(quiz_of(unit.name))}
    for name, points in wanted.items():
        if name not in solutions:
            yield f"there is no solution cell with the grade_id {name!r}: add one, with a solution region."
        elif not _SOLUTION.search(solutions[name].source + "\n"):
            yield f"the solution cell {name} has no ### BEGIN SOLUTION region: put the answer into one."
        cell = grades.get(f"check_{name}")
        if cell is None:
            yield f"there is no grade cell with the grade_id 'check_{name}': add one under the solution cell."
            continue
        if cell.metadata["nbgrader"].get("points") != points:
            yield f"the grade cell check_{name} must give {points} points, as the registry says."
        if name != "quiz" and f'check("{name}", hidden=True)' not in "".join(_HIDDEN.findall(cell.source + "\n")):
            yield f'the grade cell check_{name} needs a hidden region with check("{name}", hidden=True).'
    for name in solutions.keys() - wanted.keys():
        yield f"the solution cell {name} belongs to no exercise: register it or rename it."
    for name in grades.keys() - {f"check_{w}" for w in wanted}:
        yield f"the grade cell {name} belongs to no exercise: register it or rename it."


def _calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == name]


def _stories(unit: Unit, kinds) -> Iterator[str]:
    for cell in kinds.get("story", []):
        name, tree = grade_id(cell), ast.parse(cell.source)
        used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        for exercise_name in used & set(unit.exercises):
            yield (
                f"the story cell {name} uses {exercise_name} itself, which may not be written yet: "
                f'say some_name = mine("{exercise_name}").'
            )
        shown = _calls(tree, "show")
        draws = bool(_calls(tree, "plt.subplots") or _calls(tree, "plt.figure") or _calls(tree, "cell_diagram"))
        if _calls(tree, "plt.show") or (draws and not shown):
            yield f"the story cell {name} shows a figure by itself: show it with show(fig, alt=...)."
        for call in shown:
            alt = next((keyword.value for keyword in call.keywords if keyword.arg == "alt"), ast.Constant(""))
            if isinstance(alt, ast.Constant) and len(str(alt.value or "").strip()) < SHORTEST_ALT:
                yield (
                    f"the story cell {name} shows a figure without alt text: give show(fig, alt=...) "
                    f"{SHORTEST_ALT} characters or more that say what it shows."
                )


def _names_of_grade_cells(notebook) -> Iterator[str]:
    made: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        names = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Name)]
        for node in names:
            if isinstance(node.ctx, ast.Load) and node.id in made and cell_kind(cell) != "grade":
                yield f"cell {grade_id(cell)} uses {node.id}, which the grade cell {made[node.id]} makes: move it."
        if cell_kind(cell) == "grade":
            made |= {n.id: grade_id(cell) for n in names if isinstance(n.ctx, ast.Store)}


# --- leaks --------------------------------------------------------------------------------------


def _code_of(line: str) -> str:
    """A line without its comment and its spaces."""
    return re.sub(r"\s+", "", line.partition("#")[0])


def _leaks(notebook, files: dict[str, bytes], unit_name: str) -> Iterator[str]:
    expected = f"course/{unit_name}/{unit_name}.ipynb"
    for name in files:
        if name.startswith(f"course/{unit_name}/") and name != expected:
            yield f"{name} would be released beside the notebook, and only the notebook may be: move it away."
    released = json.loads(files[expected])
    text = files[expected].decode()
    for forbidden in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "hidden=True", "jupytext"):
        if forbidden in text:
            yield f"the release contains {forbidden!r}: no cell that learners get may hold that text."
    if any(cell.get("outputs") for cell in released["cells"]):
        yield "the release contains outputs: the build has to clear them."
    code = {
        _code_of(line)
        for cell in released["cells"]
        if cell["cell_type"] == "code"
        for line in "".join(cell["source"]).splitlines()
    }
    for cell in notebook.cells:
        for region in _SOLUTION.findall(cell.source + "\n") if cell_kind(cell) == "solution" else []:
            for line in region.splitlines():
                if len(_code_of(line)) >= 20 and _code_of(line) in code:
                    yield (
                        f"a line of the solution of {grade_id(cell)} stands in the release: {line.strip()!r}. "
                        "Take it out of the other cell."
                    )


# --- behaviour ----------------------------------------------------------------------------------


def _behaviour(notebook, files, unit: Unit, e: Exercise, seeds) -> Iterator[str]:
    released = nbformat.reads(files[f"course/{unit.name}/{unit.name}.ipynb"].decode(), as_version=4)
    try:
        solution = _run_cells(notebook.cells, unit, e.name)
        stub = _run_cells(released.cells, unit, e.name)
    except Exception as error:  # the author's cell may raise anything
        yield f"a cell before it, or its own, raises {type(error).__name__}: {error}. Run the notebook and mend it."
        return
    if not callable(solution):
        yield f"its solution cell defines no function {e.name}."
        return
    if not callable(stub):
        yield f"its released stub defines no function {e.name}: keep the def line outside the solution region."
    elif check_subject(LocalSubject(e.name, stub), e).points:
        yield "its untouched stub earns points: a stub has to fail."
    draws = [(None, None)] + [(seed, make.make_exercise(e.name, seed)) for seed in seeds]
    for seed, drawn in draws:
        where = f" (on the draw {seed!r})" if seed else ""
        verdict = check_subject(LocalSubject(e.name, solution), e, vectors=drawn)
        if not verdict.passed or verdict.points != e.points:
            yield f"its solution does not pass{where}: {verdict.text}"
        for mistake in e.mistakes:
            verdict = check_subject(LocalSubject(e.name, mistake.fn), e, vectors=drawn)
            if verdict.passed:
                yield f"its known mistake {mistake.name} passes{where}: add a case that tells it apart."
            elif verdict.mistake != mistake.name:
                yield (
                    f"its known mistake {mistake.name} is taken for {verdict.mistake}{where}: "
                    f"add a case that tells them apart. {verdict.text if verdict.mistake is None else ''}"
                )


def _run_cells(cells, unit: Unit, name: str):
    """The function an exercise's cell defines, after the notebook's setup and its earlier solutions."""
    from ..given import given

    scope: dict[str, Any] = {"__name__": "unit"}
    for cell in cells:
        kind = cell_kind(cell)
        if kind == "setup":
            # The course's own earlier functions, whatever the author's own workspace holds.
            scope["given"] = given
            exec(compile(re.sub(r"\bmine\(", "given(", cell.source), f"<{unit.name}>", "exec"), scope)
        elif kind == "solution" and grade_id(cell) in unit.exercises:
            exec(compile(cell.source, f"<{unit.name}: {grade_id(cell)}>", "exec"), scope)
            if grade_id(cell) == name:
                return scope.get(name)
    return None
