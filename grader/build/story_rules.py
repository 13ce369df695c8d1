"""What a unit's story can break: pictures, what is open to read, what there is to try, and units that aren't there."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..cells import cell_kind, grade_id
from ..exercises import exercise, quiz_of, units
from ..exercises.base import Unit
from ..figures.show import SHORTEST_ALT
from .source import contents, figure_names, is_hidden

__all__ = ["MOST_LINES", "MOST_WORDS", "story_rules"]

MOST_LINES = 20  # of code in a story cell that is open: what a learner reads is their own code, not ours
MOST_WORDS = 400  # before the first line that a learner writes
LEAST_TRIES = 2  # "Try it" lines in a unit, and things to play with
_TRY = "**Try it.**"


def story_rules(unit: Unit, notebook) -> Iterator[str]:
    """The rules that the unit's story breaks, as sentences."""
    names = figure_names(notebook.cells)
    stories = [cell for cell in notebook.cells if cell_kind(cell) in ("story", "long")]
    for cell in stories:
        yield from _own_function(unit, cell)
        yield from _pictures(cell)
        yield from _length(cell)
    yield from _first_line(unit, notebook.cells)
    yield from _tries(notebook.cells)
    yield from _playthings(stories, names)
    yield from _units_that_are_not_there(unit, notebook.cells)


def _calls(tree: ast.AST, *names: str) -> list[ast.Call]:
    """The calls in a syntax tree of what is written exactly as one of ``names``, such as ``plt.show``."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) in names]


def _own_function(unit: Unit, cell) -> Iterator[str]:
    """A story cell runs for every reader: a learner's function comes by ``mine("NAME")``, or else the course's."""
    used = {n.id for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Name)}
    for name in used & set(unit.exercises):
        yield (
            f"the story cell {grade_id(cell)} uses {name} itself, which may not be written yet: "
            f'say some_name = mine("{name}").'
        )


def _pictures(cell) -> Iterator[str]:
    """A figure that a cell draws itself has words. An alt text that is computed is taken to be long enough."""
    name, tree = grade_id(cell), ast.parse(cell.source)
    shown = _calls(tree, "show")
    draws = _calls(tree, "plt.subplots", "plt.figure", "cell_diagram")
    if _calls(tree, "plt.show") or (draws and not shown):
        yield f"the story cell {name} shows a figure by itself: show it with show(fig, alt=...)."
    for call in shown:
        alt = next((keyword.value for keyword in call.keywords if keyword.arg == "alt"), ast.Constant(""))
        if isinstance(alt, ast.Constant) and len(str(alt.value or "").strip()) < SHORTEST_ALT:
            yield (
                f"the story cell {name} shows a figure without alt text: give show(fig, alt=...) "
                f"{SHORTEST_ALT} characters or more that say what it shows."
            )


def _length(cell) -> Iterator[str]:
    """An open cell is short. Blank lines are not counted."""
    lines = sum(bool(line.strip()) for line in cell.source.splitlines())
    if lines > MOST_LINES and not is_hidden(cell):
        yield (
            f"the story cell {grade_id(cell)} has {lines} lines for a learner to read, and {MOST_LINES} are the most: "
            "move what draws to the unit's module in grader/figures, and call it in one line."
        )


def _words(text: str) -> int:
    """How many words there are to read: displayed equations are looked at, and tags of HTML are not seen."""
    text = re.sub(r"\$\$.*?\$\$|<[^>]*>", " ", text, flags=re.DOTALL)
    return len(re.findall(r"[^\W_][^\s|]*", text))


def _first_line(unit: Unit, cells) -> Iterator[str]:
    """The first solution cell comes soon. The table of the exercises is not read word by word, and not counted."""
    table, read = contents(unit.name), 0
    for cell in cells:
        if cell.cell_type == "markdown":
            read += _words(cell.source.replace(table, ""))
        elif cell_kind(cell) == "solution":
            if read > MOST_WORDS:
                yield (
                    f"a learner reads {read} words before the first line of their own ({grade_id(cell)}), and "
                    f"{MOST_WORDS} are the most: bring the exercise forward, or move text to where it is needed."
                )
            return


def _tries(cells) -> Iterator[str]:
    """There are experiments to change, and what is said of that stands right under them."""
    found = 0
    for before, cell in zip([None, *cells], cells, strict=False):
        if cell.cell_type != "markdown" or _TRY not in cell.source:
            continue
        found += 1
        if before is None or cell_kind(before) not in ("story", "long") or is_hidden(before):
            yield (
                f"the text {cell.source[:40]!r} says {_TRY} and stands under no open story cell: "
                "put it into the text right under the cell that is to be changed."
            )
    if found < LEAST_TRIES:
        yield (
            f"it says {_TRY} under {found} of its experiments, and {LEAST_TRIES} are the least: say in the text under "
            "an open story cell what to change there, and what to look for."
        )


def _playthings(stories, names: Mapping[str, str]) -> Iterator[str]:
    """There are things to drag; ``names`` are those that the unit's cells import from ``grader.figures``."""
    found = set()
    for cell in stories:
        for call in _calls_of_figures(ast.parse(cell.source), names):
            try:
                function: Any = _attribute(names, call)
            except (ImportError, AttributeError):
                yield f"the story cell {grade_id(cell)} calls {call}, which grader.figures does not have."
                continue
            if getattr(function, "playable", False):
                found.add(call)
    if len(found) < LEAST_TRIES:
        yield (
            f"it has {len(found)} things to drag or play with ({', '.join(sorted(found)) or 'none'}), and "
            f"{LEAST_TRIES} are the least: call functions of grader/figures that are marked @playable."
        )


def _calls_of_figures(tree: ast.AST, names: Mapping[str, str]) -> list[str]:
    """What a cell calls of ``grader.figures``, as it is written: ``figures.x``."""
    called = [ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return [name for name in called if name.split(".")[0] in names]


def _attribute(names: Mapping[str, str], call: str) -> Any:
    """What a call such as ``figures.x`` calls; ``names`` are where its first part comes from."""
    first, *rest = call.split(".")
    module, _, attribute = names[first].rpartition(".")
    try:
        found: Any = importlib.import_module(names[first])
    except ImportError:
        found = getattr(importlib.import_module(module), attribute)
    for part in rest:
        found = getattr(found, part)
    return found


def _units_that_are_not_there(unit: Unit, cells) -> Iterator[str]:
    """Units spoken of by their number, in the text, the exercises and the quiz, that the registry lacks."""
    there = {one.name[:2] for one in units()}
    texts = {"its text": "\n".join(cell.source for cell in cells)}
    for name in unit.exercises:
        e = exercise(name)
        said = [*e.hints, e.explanation, *(text for m in e.mistakes for text in (m.what, m.meaning, m.look))]
        texts[f"what {name} says"] = "\n".join(said)
    reasons = [option.reason for question in quiz_of(unit.name) for option in question.options]
    texts["its quiz"] = "\n".join(reasons)
    for where, text in texts.items():
        for number in sorted(set(_numbers_of_units(text)) - there):
            yield f'{where} speaks of unit {number}, which is not there: say "a later unit", or what it is about.'


def _numbers_of_units(text: str) -> Iterator[str]:
    """The numbers after "unit" and "units": two digits, so that a network's unit 1 is none of them."""
    for match in re.finditer(r"\b[Uu]nits?\s+((?:\d\d\b(?:,?\s+(?:and|or|to)\s+|,\s+)?)+)", text):
        yield from re.findall(r"\d\d", match[1])
