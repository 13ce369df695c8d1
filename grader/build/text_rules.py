"""What a unit's text can break: cells, headings, figures, names, and what the release must not hold.

Each function yields sentences that say what is broken and how to mend it; :func:`.checks.check_course` puts the unit's
name in front. ``notebook`` is always what :func:`.source.read_source` returned: the unit with its solutions.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from ..cells import cell_kind, grade_id
from ..exercises import exercise, quiz_of, units
from ..exercises.base import PARTS, QUIZ_MINUTES, Unit
from ..figures.show import SHORTEST_ALT
from ..home import course_part
from .story_rules import story_rules

__all__ = ["leaks", "no_python", "unit_rules"]

_SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def unit_rules(unit: Unit, notebook) -> Iterator[str]:
    """What a unit's text breaks: exercises that are not registered, headings, alt texts, missing cells, story cells.

    Its cells have to be Python (:func:`no_python`): raises :class:`SyntaxError` where a story cell is not.
    """
    folder = course_part("exercises") / unit.name
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_") and path.stem not in (*unit.exercises, "quiz"):
            yield f"{path.name} is not registered: add it to UNIT in {folder.name}/__init__.py."
    kinds: dict[str, list] = {}
    for cell in notebook.cells:
        kinds.setdefault(cell_kind(cell), []).append(cell)
    yield from _map(unit)
    yield from _imports(kinds.get("setup", []))
    yield from _headings(kinds.get("text", []))
    yield from _cells_of_exercises(unit, kinds)
    yield from story_rules(unit, notebook)


def _map(unit: Unit) -> Iterator[str]:
    """What the map of the course says of a unit, and ``progress``."""
    for name in ("gives", "needs"):
        said = getattr(unit, name)
        if not said.strip() or "|" in said or "\n" in said:
            yield f'UNIT says nothing of what it {name}: give {name}="...", a phrase in one line, for the map.'
        for number in re.findall(r"\bunits? (\d\d)\b", said):
            if number not in {one.name[:2] for one in units()}:
                yield f"what UNIT {name} speaks of unit {number}, which isn't there: leave it out."
    own = sum(exercise(name).minutes for name in unit.exercises) + QUIZ_MINUTES * len(quiz_of(unit.name))
    if unit.minutes < own:
        yield f"UNIT says minutes={unit.minutes}; its exercises and its quiz alone take {own}, and reading some more."
    if unit.part not in PARTS:
        yield f"UNIT belongs to the part {unit.part!r}, which is none of {', '.join(PARTS)}."


_USED = ("check", "hint", "progress", "quiz", "reset", "solution")  # by the build's cells, or named in what is told


def _imports(setups) -> Iterator[str]:
    nodes = [node for cell in setups for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.ImportFrom)]
    had = {alias.name for node in nodes if node.module == "grader" for alias in node.names}
    if lacking := [name for name in _USED if name not in had]:
        yield (
            f"the setup cell does not import {', '.join(lacking)}, which the build's cells or its messages call: "
            "from grader import check, hint, mine, progress, quiz, reset, solution."
        )


def no_python(notebook) -> Iterator[str]:
    """Cells that Python can't read: nothing else can be said of their unit."""
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                name = grade_id(cell) or f"{position} ({cell.source[:40]!r})"
                yield f"cell {name} is not Python: {error.msg}, line {error.lineno} ({error.text}). Mend it there."


def _headings(cells) -> Iterator[str]:
    """Exactly one heading of the first level, none that skips a level on the way down, and words for every picture.

    ``cells`` are the text cells in order. Lines in fenced blocks are no headings. An alt text is long enough from
    ``SHORTEST_ALT`` characters on.
    """
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
    """Whether each exercise, and the quiz, has a cell with a solution region; ``kinds`` holds cells by their kind."""
    solutions = {grade_id(cell): cell for cell in kinds.get("solution", [])}
    for name in [*unit.exercises, "quiz"]:
        if name not in solutions:
            yield f'there is no cell for {name}: add one that begins with `# %% exercise="{name}"`.'
        elif not _SOLUTION.search(solutions[name].source + "\n"):
            yield f"the cell of {name} has no ### BEGIN SOLUTION region: put the answer into one."


# --- leaks --------------------------------------------------------------------------------------


def _code_of(line: str) -> str:
    """A line without its comment and its spaces."""
    return re.sub(r"\s+", "", line.partition("#")[0])


def leaks(notebook, files: dict[str, bytes], unit_name: str) -> Iterator[str]:
    """What learners would get that they must not: solutions, hidden tests, outputs, other files.

    ``files`` is what :func:`.course.derived` returned, from which the unit's release is read. A line of a solution
    counts as leaked where it stands in a code cell of the release, spaces and comments apart, and is at least 20
    characters long: shorter ones, such as ``return h, c``, are bound to occur.
    """
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
