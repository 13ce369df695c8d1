"""A unit's own cells, run in this process with the course's functions: is what its text says of its numbers so?"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import types

from conftest import ROOT

from grader.build.source import read_source
from grader.cells import cell_kind, grade_id
from grader.figures.training import steps
from grader.given import given

__all__ = ["Shown", "names", "prose", "ran", "sources", "story"]


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
