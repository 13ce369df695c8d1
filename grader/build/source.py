"""Read a unit's text notebook, and make of it the notebook that nbgrader releases from.

The text notebook, ``solutions/UNIT/UNIT.py``, is jupytext's percent format. Its code cells are of four kinds, by what
stands behind ``# %%``: an exercise (``exercise="NAME"``), setup, story cells, and story cells that take long. In its
text ``{{ exercise NAME }}``, ``{{ contents }}`` and ``{{ quiz }}`` are filled in from the registry.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from .. import __version__
from ..cells import grade_id
from ..errors import BuildError, GraderError
from ..exercises import exercise, quiz_of, unit, units
from ..exercises.base import QUIZ_MINUTES, Question
from ..given import numbered

__all__ = ["KERNEL", "contents", "equations", "figure_names", "is_hidden", "read_source", "source_path", "with_way_in"]

_MARKER = re.compile(r"\{\{\s*(exercise|contents)\s*(\w*)\s*\}\}")
_TAGS = (["setup"], ["story"], ["story", "long"])
_SETUP = """\
# Run this cell first, and once more whenever the kernel was restarted. As long as it
# was not run, Python says "NameError: name 'check' is not defined" of the cells below."""
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def source_path(root: Path, unit_name: str) -> Path:
    """The text notebook of a unit."""
    return root / "solutions" / unit_name / f"{unit_name}.py"


def equations(root: Path) -> dict[str, dict[str, str]]:
    """The number of every labelled equation, by unit: ``{"05_lstm": {"z": "5.3", ...}, ...}``, in order of the text.

    An equation is labelled in its text by ``\\tag{eq:z}``, and spoken of as ``(eq:z)``, in another unit ``(eq:05.z)``.

    A number is the unit's and the equation's place in it. A unit whose text is missing has none. Raises
    :class:`BuildError` where two equations of a unit have one label, or a text can't be read.
    """
    found = {}
    for one in units():
        path = source_path(root, one.name)
        labels = re.findall(r"\\tag\{eq:(\w+)\}", _text(path)) if path.exists() else []  # whoever reads it will say so
        if twice := [label for label in labels if labels.count(label) > 1]:
            raise BuildError(f"{path}: two equations are labelled eq:{twice[0]}. Rename one.")
        found[one.name] = {label: f"{int(one.name[:2])}.{k}" for k, label in enumerate(labels, start=1)}
    return found


def _text(path: Path) -> str:
    """A unit's text. Raises :class:`BuildError`, with the system's reason, where it can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BuildError(f"{path}: {error.strerror}. Every unit in grader/exercises has its text there.") from error


def read_source(root: Path, unit_name: str):
    """A unit's source notebook with solutions and hidden tests: markers filled in, equations numbered.

    nbgrader's metadata and the grade cells are made here, from the registry. Raises :class:`BuildError` where the text
    can't be read, a cell is of no kind, or a marker or a label names nothing.

    Returns an ``nbformat`` notebook of version 4.5. Cell ids are the cell's name, or its position for text, so that two
    builds give the same bytes. The metadata of code cells is nbgrader's schema version 3 (grade, grade_id, locked,
    points, schema_version, solution), as its documentation describes it; tags are kept for setup and story cells.
    """
    path = source_path(root, unit_name)
    notebook = jupytext.reads(_text(path), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            "lstm_course": {"unit": unit_name, "version": __version__},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    numbers = equations(root)
    notebook.cells = [made for cell in notebook.cells for made in _made(cell, unit_name, path)]
    notebook.cells += [nbformat.v4.new_markdown_cell(_LAST), _called("progress", f'progress("{unit_name}")')]
    _collapse_presentation(notebook.cells)
    used: set[str] = set()
    after, texts = "begin", 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _MARKER.sub(lambda match: _fill(match, unit_name, path), cell.source)
            cell.source = re.sub(r"\\tag\{eq:(\w+)\}", lambda m: f"\\tag{{{numbers[unit_name][m[1]]}}}", cell.source)
        try:
            cell.source = numbered(cell.source, unit_name, numbers)
        except KeyError as error:
            raise BuildError(f"{path}: there is no equation {error.args[0]}. Label it: \\\\tag{{eq:...}}.") from None
        # Ids must not change between two builds, and stay when cells are inserted elsewhere: `grader update` knows a
        # cell by its id.
        after, texts = (grade_id(cell), 0) if grade_id(cell) else (after, texts + 1)
        name = grade_id(cell) or f"{after}-text-{texts}"
        if name in used:
            raise BuildError(f"{path}: two cells are called {name!r}. Rename one.")
        used.add(name)
        cell["id"] = name
    return notebook


def _made(cell, unit_name: str, path: Path) -> Iterator:
    """The cell with nbgrader's metadata, and after an exercise its grade cell.

    What the author wrote comes out as a solution cell. The grade cell after it is called ``check_NAME``, is locked, and
    asks for the check twice, the second time with hidden vectors between nbgrader's markers for hidden tests. Raises
    :class:`BuildError` for a code cell of no kind, or of an exercise that the unit doesn't list.
    """
    if cell.cell_type != "code":
        cell.metadata.clear()
        yield from _with_questions(cell, unit_name)
        return
    tags, name = cell.metadata.get("tags", []), cell.metadata.get("exercise")
    known = {"tags", "id", "exercise", "lines_to_next_cell"}
    if name and not tags and not cell.metadata.keys() - known:
        cell.metadata = _metadata(name, solution=True)
        wanted = [*unit(unit_name).exercises, "quiz"]
        if name not in wanted:
            raise BuildError(f"{path}: {name!r} is no exercise of {unit_name}: register it, or name one of {wanted}.")
        if name == "quiz":
            cell.source, test, points = _quiz_cells(unit_name, cell.source, path)
        else:
            hidden = f'### BEGIN HIDDEN TESTS\ncheck("{name}", hidden=True)\n### END HIDDEN TESTS'
            test, points = f'check("{name}")\n{hidden}', exercise(name).points
        yield cell
        yield nbformat.v4.new_code_cell(test, metadata=_metadata(f"check_{name}", points=points))
        return
    label = cell.metadata.get("id") or ("setup" if tags == ["setup"] else None)
    if name or not label or tags not in _TAGS or cell.metadata.keys() - known:
        raise BuildError(
            f'{path}: the code cell {cell.source[:40]!r} is of no kind. Begin it with `# %% exercise="NAME"`, '
            '`# %% tags=["setup"]` or `# %% tags=["story"] id="NAME"` (["story", "long"] for what takes long).'
        )
    if tags == ["setup"]:
        cell.source = f"{_SETUP}\n{with_way_in(cell.source)}"
    # Nobody can delete it, and what is changed in a story cell may be run: grading takes the instructor's text.
    kept = {"deletable": False} | ({"editable": False} if tags == ["setup"] else {})
    cell.metadata = nbformat.from_dict({**_metadata(label), "tags": tags, **kept})
    yield cell


def figure_names(cells) -> dict[str, str]:
    """The names that a notebook's cells import from ``grader.figures``, and where each comes from."""
    names: dict[str, str] = {}
    for cell in cells:
        for node in ast.walk(_tree(cell)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("grader.figures"):
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def is_hidden(cell) -> bool:
    """Whether a notebook opens with the cell's source folded away."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def _collapse_presentation(cells) -> None:
    """Fold away the source of each story cell that only calls for figures: there is nothing to read in it."""
    names = figure_names(cells)
    for cell in cells:
        statements = _tree(cell).body
        if "story" in cell.metadata.get("tags", []) and statements and all(_presents(s, names) for s in statements):
            cell.metadata["jupyter"] = {"source_hidden": True}


def _tree(cell) -> ast.Module:
    """A code cell's syntax tree, empty where there is none: the build's rules say of what is no Python."""
    try:
        return ast.parse(cell.source if cell.cell_type == "code" else "")
    except SyntaxError:
        return ast.Module([], [])


def _presents(statement: ast.stmt, names: Mapping[str, str]) -> bool:
    """Whether a statement is a call for a figure, or imports what figures need."""
    if isinstance(statement, ast.ImportFrom | ast.Import):
        modules = [statement.module] if isinstance(statement, ast.ImportFrom) else [a.name for a in statement.names]
        return all(str(module).startswith(("grader.figures", "matplotlib")) for module in modules)
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[0] in names


def with_way_in(source: str) -> str:
    """A setup cell that says how to get the package where it isn't there, before it imports anything else."""
    lines = source.split("\n")
    ours = [line for line in lines if line.startswith("from grader import ")]
    if not ours:
        return source
    rest = re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line not in ours)).strip()
    tried = "\n".join(f"    {line}" for line in ours)
    return f"try:\n{tried}\n{_NOT_THERE}\n\n{rest}".rstrip()


# A wheel's name is in it, for that is what learners have: the course is in no package index.
_WHEEL = f"lstm_course-{__version__}-py3-none-any.whl"
_NOT_THERE = f"""\
except ImportError:
    raise ImportError(
        "The course's package is not installed in this notebook's Python. In a terminal: "
        "pip install {_WHEEL} "
        "(the file that the course comes in), then restart the kernel. "
        "On Colab: put that file under Files, at the left, and run in a cell: "
        "%pip install {_WHEEL}"
    ) from None"""


def _with_questions(cell, unit_name: str) -> Iterator:
    """A cell of text; one with ``{{quiz}}`` as a cell of text for each question, its buttons below it."""
    before, *rest = re.split(r"\{\{\s*quiz\s*\}\}", cell.source, maxsplit=1)
    if not rest:
        yield cell
        return
    for number, question in enumerate(quiz_of(unit_name), start=1):
        above = f"{before.strip()}\n\n{_QUIZ}\n\n".lstrip() if number == 1 else ""
        yield nbformat.v4.new_markdown_cell(above + _question(number, question))
        yield _called(f"question_{number}", f'quiz("{unit_name}", {number})')
    if rest[0].strip():
        yield nbformat.v4.new_markdown_cell(rest[0].strip())


_QUIZ = """Run the cell below a question for its buttons: each choice says at once why it is right, or why not. They
fill in nothing. What counts are the letters in the cell after the last question."""
_LAST = """## Where you are

Run the next cell whenever you want to know: it shows what has passed in this unit, what is left, and where to go on."""


def _called(name: str, source: str):
    """A cell of the course's own that shows something: run on the learner's side, like a story."""
    return nbformat.v4.new_code_cell(source, metadata={**_metadata(name), "tags": ["story"], "deletable": False})


def _metadata(name: str, points: int | None = None, solution: bool = False) -> Mapping[str, Any]:
    """nbgrader's metadata (schema version 3) of a cell called ``name``.

    It is a grade cell where ``points`` are given, and locked unless it is a solution.
    """
    record = {"grade": points is not None, "grade_id": name, "locked": not solution}
    record |= {"schema_version": 3, "solution": solution} | ({} if points is None else {"points": points})
    return nbformat.from_dict({"nbgrader": record})


def _quiz_cells(unit_name: str, source: str, path: Path) -> tuple[str, str, int]:
    """The cell for a quiz's answers, the one that marks them, and the points.

    (text, text, points): the first assigns None to ``q1, q2, ...``, and in its solution region the right letters; each
    question is worth a point. Raises :class:`BuildError` where the author wrote something into the quiz's cell.
    """
    if source.strip():
        raise BuildError(f"{path}: the quiz's cell is made from quiz.py: leave it empty.")
    answers = [question.answer for question in quiz_of(unit_name)]
    names = [f"q{k}" for k in range(1, len(answers) + 1)]
    letters = ", ".join(f'"{letter}"' for letter in answers)
    blanks = "\n".join(f"{name} = None" for name in names)
    listed = ", ".join(names)
    solved = f"### BEGIN SOLUTION\n{listed} = {letters}\n### END SOLUTION"
    return f"{blanks}\n{solved}", f'quiz("{unit_name}", [{listed}])', len(answers)


def _fill(match: re.Match, unit_name: str, path: Path) -> str:
    """The text that stands where a marker stood.

    Raises :class:`BuildError` with the marker and the registry's reason, where it names no exercise.
    """
    kind, name = match.groups()
    try:
        if kind == "contents":
            return contents(unit_name)
        return _exercise_line(name)
    except GraderError as error:
        raise BuildError(f"{path}: {match.group()}: {error}") from error


def _exercise_line(name: str) -> str:
    """The line above an exercise, in Markdown: title, difficulty, minutes, points, the call and what it returns."""
    e = exercise(name)
    dots = "●" * e.difficulty + "○" * (5 - e.difficulty)
    points = f"{e.points} point{'s' if e.points != 1 else ''}"
    return (
        f"**{e.title}** · difficulty {e.difficulty} of 5 {dots} · about {e.minutes} minutes · {points} · "
        f"`{e.signature}` returns `{e.result}`"
    )


def contents(unit_name: str) -> str:
    """A unit's table of contents, in Markdown: a row for each exercise in teaching order, and the quiz last.

    A question of the quiz counts as two minutes and is worth one point.
    """
    rows = ["| exercise | what you write | difficulty | minutes | points |", "|---|---|---|---|---|"]
    for name in unit(unit_name).exercises:
        e = exercise(name)
        rows.append(f"| `{e.name}` | {e.title} | {e.difficulty} of 5 | {e.minutes} | {e.points} |")
    questions = len(quiz_of(unit_name))
    rows.append(f"| quiz | {questions} questions | | {QUIZ_MINUTES * questions} | {questions} |")
    return "\n".join(rows)


def _question(number: int, question: Question) -> str:
    """A question in Markdown, with its options lettered from a; which is right is not in it."""
    options = "\n".join(
        f"- **({letter})** {option.text}" for letter, option in zip("abcdefgh", question.options, strict=False)
    )
    return f"**Question {number}.** {question.text}\n\n{options}"
