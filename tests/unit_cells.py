"""A unit's own cells, run in this process with the course's functions: is what its text says of its numbers so?"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import symtable
import types
from collections.abc import Iterator

from conftest import ROOT

from grader.build.source import read_source
from grader.cells import cell_kind, grade_id
from grader.figures.training import steps
from grader.given import given

__all__ = ["Shown", "names", "prose", "ran", "sources", "story", "taken_away"]


class Shown(types.SimpleNamespace):
    """What stands for a module of figures: ``kept`` has what each figure was last given by position, by its name."""

    def __init__(self):
        super().__init__(kept={}, steps=steps)

    def __getattr__(self, name):
        return lambda *arguments, **named: self.kept.update({name: arguments})


@functools.cache
def _cells(unit_name: str):
    return read_source(ROOT, unit_name).cells


def prose(unit_name: str) -> str:
    """All that the unit says between its cells, in one line."""
    return " ".join(" ".join(cell.source for cell in _cells(unit_name) if cell.cell_type == "markdown").split())


def sources(unit_name: str, *kinds: str) -> dict[str, str]:
    """The unit's code of these kinds (``setup``, ``story``, ``long``), by the cell's id, as it runs here.

    ``mine`` gives the course's functions, and no module of figures is imported: what stands for it is in the scope.
    """
    found = {}
    for cell in _cells(unit_name):
        if cell.cell_type == "code" and cell_kind(cell) in kinds:
            source = re.sub(r"\bmine\(", "given(", cell.source)
            found[grade_id(cell)] = re.sub(r"^from grader.figures import .*$", "", source, flags=re.MULTILINE)
    return found


def ran(scope: dict, name: str, source: str) -> str:
    """Run a cell, and say what it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(source, f"<{name}>", "exec"), scope)
    return out.getvalue()


def story(unit_name: str, *, skip=(), also=(), **modules) -> dict:
    """The notebook's names after its setup and story cells, and after those long ones that are named in ``also``.

    ``skip`` are ids of cells that are left out; ``modules`` are real ones, in the place of what stands for figures.
    What was shown is in ``scope["figures"].kept``, what was printed in ``scope["printed"]``, by the cell's id.
    """
    shown = Shown()
    scope = {"given": given, "figures": shown, "training": shown, "vanishing": shown, "__name__": "unit", "printed": {}}
    scope |= modules
    told = sources(unit_name, "setup", "story")
    for name, source in sources(unit_name, "setup", "story", "long").items():
        if name in also or name in told and name not in skip:
            scope["printed"][name] = ran(scope, name, source)
    return scope


def names(scope: dict) -> types.SimpleNamespace:
    """A scope's names as attributes."""
    return types.SimpleNamespace(**{name: value for name, value in scope.items() if name.isidentifier()})


_AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}  # what a cell computes while it runs


def _globals_of(scope: symtable.SymbolTable) -> Iterator[str]:
    """The names that the functions of a cell look up when they are called, and not before."""
    for inner in scope.get_children():
        if scope.get_type() == "module" and inner.get_name() in _AT_ONCE:
            continue
        yield from (one.get_name() for one in inner.get_symbols() if one.is_global())
        yield from _globals_of(inner)


def taken_away(unit_name: str) -> dict[str, list[str]]:
    """Names that a function of one cell needs and a later cell sets anew, with the ids of the cells that set them.

    A function that two cells define is one of them as well.
    """
    set_by: dict[str, list[str]] = {}
    needed_by: dict[str, list[str]] = {}
    functions = set()
    cells = sources(unit_name, "setup", "story", "long")
    for name, source in cells.items():
        scope = symtable.symtable(source, name, "exec")
        for one in scope.get_symbols():
            if one.is_assigned() or one.is_imported():
                set_by.setdefault(one.get_name(), []).append(name)
            if one.is_namespace():
                functions.add(one.get_name())
        for used in _globals_of(scope):
            needed_by.setdefault(used, []).append(name)
    at = list(cells).index
    late = {
        name
        for name, where in set_by.items()
        if any(at(where[0]) <= at(user) < at(where[-1]) for user in needed_by.get(name, ()))
    }
    return {name: where for name, where in set_by.items() if name in late or name in functions and len(where) > 1}
