"""Write what is derived: the course's notebooks, its own functions without their tests, the equations' numbers.

:func:`derived` works all of it out in memory, by path; :func:`stale` compares that with what lies there, and
:func:`build` writes what differs. The digests of the notebooks that a build wrote are kept beside them
(``course/manifest.json``): by them the next build knows a notebook that somebody changed by hand.
"""

from __future__ import annotations

import ast
import hashlib
import json
import logging
import re
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from ..cells import cell_kind, grade_id
from ..errors import BuildError
from ..exercises import unit, units
from ..files import write_atomically
from ..given import EQUATIONS
from ..nbgrader.config import class_config
from .index import INDEX, index_notebook
from .source import equations, read_source

__all__ = ["SOURCE", "build", "derived", "stale", "write_sources"]

SOURCE = Path(".build") / "source"
MANIFEST = "manifest.json"
_REGION = ("### BEGIN SOLUTION", "### END SOLUTION")


def write_sources(root: Path, destination: Path, only: Sequence[str] | None = None) -> None:
    """Write every unit's notebook (or of those named) with solutions and hidden tests: what nbgrader releases from.

    ``root`` is the clone. They go to ``destination/UNIT/UNIT.ipynb``, the layout of nbgrader's ``source`` folder; files
    that are there are overwritten. A name in ``only`` that is no unit is passed over. Raises :class:`BuildError` where
    a unit's text can't be read (:func:`.source.read_source`).
    """
    for one in units():
        if only is not None and one.name not in only:
            continue
        notebook = read_source(root, one.name)
        path = destination / one.name / f"{one.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)


def _release(source: Path, destination: Path) -> dict[str, bytes]:
    """What nbgrader's generate_assignment makes of the sources, by path inside ``course/``.

    ``source`` is a folder as :func:`write_sources` writes it, ``destination`` one for nbgrader to work in. No database
    is opened. Whatever nbgrader puts beside a notebook is in it too: that nothing is released but the notebook is a
    rule of :func:`.text_rules.leaks`. Raises :class:`BuildError` with nbgrader's own words where it refuses a notebook.
    """
    config = class_config(destination, source, destination / "release")
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    config.CourseDirectory.assignment_id = "*"
    released = {}
    log = logging.getLogger("grader.build")
    log.setLevel(logging.ERROR)
    for name in sorted(path.name for path in source.iterdir()):
        config.CourseDirectory.assignment_id = name
        directory = CourseDirectory(config=config, log=log)
        converter = GenerateAssignment(coursedir=directory, config=config, log=log)
        converter.force = True
        try:
            converter.start()
        except (Exception, SystemExit) as error:
            raise BuildError(f"nbgrader could not release {name}: {error}") from error
        folder = destination / "release" / name
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                released[f"{name}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return released


def _given(root: Path, unit_name: str, names: list[str]) -> str:
    """The unit's solutions as a module of plain functions, taken out of its text notebook.

    ``names`` are the functions of earlier units: those that are called here are imported by name. The functions of the
    setup cell, which solutions may call, come first, as they are. The solution markers are left out, everything else of
    an exercise's cell stays as it is written.
    """
    notebook = read_source(root, unit_name)
    exercises = unit(unit_name).exercises
    pieces = _helpers(notebook)
    for cell in notebook.cells:
        if cell_kind(cell) == "solution" and grade_id(cell) in exercises:
            lines = [line for line in cell.source.split("\n") if line.strip() not in _REGION]
            pieces.append("\n".join(lines).strip())
    body = "\n\n\n".join(pieces)
    library = "torch" if unit(unit_name).torch else "numpy"
    imports = "import torch\n" if library == "torch" else "import numpy as np\n"
    own = re.findall(r"^def (\w+)\(", body, re.MULTILINE)
    earlier = [name for name in dict.fromkeys(names) if name not in own and re.search(rf"\b{name}\(", body)]
    if earlier:
        imports += "\nfrom grader.given import given\n\n" + "\n".join(f"{n} = given({n!r})" for n in earlier)
        imports += "\n"
    header = textwrap.dedent(f'''\
        """The course's own functions of unit {unit_name}, in plain {library}.

        Generated by ``grader build`` from ``solutions/{unit_name}/{unit_name}.py``: edit that.
        """
        ''')
    return f"{header}\n{imports}\n\n{body}\n"


def _helpers(notebook) -> list[str]:
    """The texts of the functions that a unit's setup cells define."""
    return [
        cast(str, ast.get_source_segment(cell.source, node))
        for cell in notebook.cells
        if cell_kind(cell) == "setup"
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef)
    ]


def derived(root: Path, only: str | None = None) -> dict[str, bytes]:
    """Every derived text file (or a unit's own) by its path under ``root``.

    Notebooks, the index among them, and their manifest, the given functions, the equations' numbers.

    The paths are relative, with slashes. Of one unit alone the index and the manifest are left out, which name all
    units; the equations' numbers are always those of the whole course. Nothing is written outside a temporary folder.
    Raises :class:`BuildError` where a text can't be read or nbgrader refuses to release it.
    """
    with tempfile.TemporaryDirectory(prefix="grader-build-") as folder:
        source = Path(folder) / "source"
        write_sources(root, source, only and [only])
        released = _release(source, Path(folder))
    if only is None:
        released[INDEX] = index_notebook()
    files = {f"course/{name}": content for name, content in released.items()}
    earlier: list[str] = []
    for one in units():
        text = _given(root, one.name, earlier)
        if only in (None, one.name):
            files[f"grader/given/{one.name}.py"] = text.encode()
        earlier += re.findall(r"^def (\w+)\(", text, re.MULTILINE)
    files[f"grader/given/{EQUATIONS}"] = _equations(root)
    if only is None:
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(released.items())}
        files[f"course/{MANIFEST}"] = _json(digests)
    return files


def _equations(root: Path) -> bytes:
    return _json(equations(root))


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


def stale(root: Path, files: dict[str, bytes], only: str | None = None) -> list[str]:
    """The derived files that are not what the sources make, and (of the whole course) those that nobody makes.

    ``files`` is what :func:`derived` returned for the same ``only``; a file that isn't there is stale. What Python and
    Jupyter leave in those folders (``__pycache__``, ``.ipynb_checkpoints``) isn't counted.
    """
    wrong = [name for name, content in files.items() if _read(root / name) != content]
    if only is not None:
        return wrong
    extra = [
        path.relative_to(root).as_posix()
        for folder in ("course", "grader/given")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    ]
    return wrong + [name for name in extra if name not in files and name != "grader/given/__init__.py"]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _edited_by_hand(root: Path, files: dict[str, bytes]) -> list[str]:
    """Notebooks in ``course/`` that are neither what the last build wrote nor what this one would.

    A notebook is recognised by the SHA-256 that the manifest has of it: without a manifest, everything is taken for
    edited that this build would write otherwise.
    """
    try:
        digests = json.loads((root / "course" / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        digests = {}
    edited = []
    for path in sorted([*(root / "course").glob("*/*"), root / "course" / INDEX]):
        name = path.relative_to(root / "course").as_posix()
        content = _read(path)
        if path.is_dir() or content is None or content == files.get(f"course/{name}"):
            continue
        if hashlib.sha256(content).hexdigest() != digests.get(name):
            edited.append(f"course/{name}")
    return edited


def build(root: Path, force: bool = False, progress: Callable[[str], Any] = lambda text: None) -> list[str]:
    """Write every derived file that changed; returns their names.

    Raises :class:`BuildError` rather than overwrite a notebook in ``course/`` that was changed by
    hand (``force`` overwrites it).

    ``root`` is the clone; ``progress(text)`` is told each file that is written. With ``force`` files in ``course/`` and
    ``grader/given/`` that nothing makes any more are removed, and are among the names. The notebooks with solutions,
    from which nbgrader releases, are written to ``.build/source`` each time, and are not.

    It raises :class:`BuildError` too where a unit's text can't be read; the equations' numbers may then be written
    already.
    """
    progress("reading the units")
    # Before all else: what exercises say of equations is looked up there as soon as one is loaded.
    if _read(root / "grader" / "given" / EQUATIONS) != (numbers := _equations(root)):
        write_atomically(root / "grader" / "given" / EQUATIONS, numbers)
    files = derived(root)
    edited = _edited_by_hand(root, files)
    if edited and not force:
        raise BuildError(
            f"Changed by hand: {', '.join(edited)}. Notebooks in course/ are generated: move the change to "
            "solutions/, or give --force to lose it."
        )
    changed = stale(root, files)
    for name in changed:
        progress(name)
        path = root / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
        elif force:
            path.unlink()
    write_sources(root, root / SOURCE)
    return [name for name in changed if name in files or force]
