"""What a unit's submissions are graded with: the instructor's side of it, read once for a whole class."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from .. import __version__
from ..boundary.nursery import open_nursery
from ..boundary.proxy import WorkerProcess
from ..cells import cell_kind, grade_id, nbgrader_record
from ..errors import GraderError
from ..exercises import units
from ..files import write_atomically
from ..sandbox.layers import ConfinementRecord
from ..vectors import HIDDEN_VARIABLE
from .judge import Limits, given_texts, learner_names
from .magics import parse
from .record import Provenance
from .sanitise import clean_outputs
from .work import Work

__all__ = ["Exam", "earns_points", "needs_torch", "prepare"]

STORY_SECONDS = 120.0  # for one of the instructor's own cells, run once for the class


@dataclass(frozen=True)
class Exam:
    """A notebook of the class as it is graded. Plain data: it goes to the processes that grade, as JSON.

    ``source`` is the built notebook,
    ``stubs`` the released texts of its solution cells, ``names`` what those cells bind, ``given`` the earlier units'
    functions as text, ``preload`` the modules the instructor's cells import but for story cells, ``story_preload``
    those that story cells import, ``story`` the outputs of the instructor's story cells from one run with the course's
    solutions, ``hidden`` the folder of the hidden vectors, ``limits`` seconds by kind, ``command`` what workers are
    started under, ``provenance`` what a grade record says of all this, ``doubtful`` why a grade cell's failing says
    nothing of an answer, by grade_id (:mod:`.trial`).
    """

    work: Work
    source: dict
    stubs: dict[str, str]
    names: list[str]
    given: dict[str, str]
    preload: list[str]
    story_preload: list[str]
    story: dict[str, list]
    hidden: str | None
    limits: dict[str, float]
    command: list[str]
    provenance: Provenance
    doubtful: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """As bytes, for another process."""
        return json.dumps(dataclasses.asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Exam:
        """What :meth:`to_json` made."""
        told = json.loads(data)
        return cls(**{**told, "work": Work(*told["work"])})

    @property
    def max_points(self) -> float:
        """The most points that a submission can earn, those that a human gives included."""
        return sum(points for _, points in self.graded())

    def graded(self) -> list[tuple[str, float]]:
        """(grade_id, points) of every cell that earns some, in the notebook's order."""
        return [
            (grade_id(cell), float(nbgrader_record(cell).get("points", 0)))
            for cell in self.source["cells"]
            if earns_points(cell)
        ]

    @property
    def key(self) -> str:
        """Stands for all that a mark depends on besides the submission: a SHA-256, in hexadecimal digits.

        A record with another key is out of date. What of the sandbox is ``missing`` is no part of it.
        """
        way = self.provenance
        what = [way["tests"], way["vectors"], way["versions"], way["confined"], way["layers"], way["limits"]]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def prepare(
    source_directory: Path,
    work: Work,
    hidden: Path | None = None,
    limits: Mapping[str, float] = Limits(),
    confinement: ConfinementRecord | None = None,
    command: tuple[str, ...] = (),
) -> Exam:
    """Read a built source notebook and what belongs to it.

    Args:
        source_directory: the folder of the built source notebooks, a folder for each assignment.
        work: which of them.
        hidden: the folder of the hidden vectors (default: what the environment names, or none).
        limits: seconds for a ``cell``, a ``call`` and the whole ``submission``.
        confinement: what a record says of the sandbox; None for none.
        command: what a worker's own command comes behind; empty for no sandbox.

    Raises:
        GraderError: there is no such notebook, or it isn't plain which cell is which, or what one is worth.

    The outputs of the story cells, which take a run of the whole notebook, are kept beside ``source_directory``, in
    ``story/``, for as long as the notebook and the packages stay the same.
    """
    path = Path(source_directory) / work.assignment / f"{work.notebook}.ipynb"
    try:
        data = path.read_bytes()
    except OSError:
        raise GraderError(f"There is no source notebook at {path}: make it with `grader build`.") from None
    notebook = nbformat.reads(data.decode(), as_version=4)
    _must_be_sound(notebook, path)
    stubs = _released(notebook)
    _mark_checksums(notebook, stubs)
    if hidden is None and os.environ.get(HIDDEN_VARIABLE):
        hidden = Path(os.environ[HIDDEN_VARIABLE])
    confinement = confinement or {"confined": False, "layers": [], "missing": ["Learners' code was not confined."]}
    provenance: Provenance = {
        "tests": hashlib.sha256(data).hexdigest(),
        "vectors": _digest(hidden and hidden / f"{work.notebook}.npz"),
        "versions": _versions(),
        **confinement,
        "limits": dict(limits),
    }
    given = given_texts(work.notebook)
    torch = needs_torch(work.notebook)
    return Exam(
        work=work,
        source=json.loads(json.dumps(notebook)),
        stubs=stubs,
        names=learner_names(notebook),
        given=given,
        preload=_imports(notebook, ("setup", "plain"), torch) + ["torch"] * torch,
        story_preload=_imports(notebook, ("story",), torch),
        story=_story(Path(source_directory).parent, notebook, given, provenance),
        hidden=str(hidden) if hidden else None,
        limits=dict(limits),
        command=list(command),
        provenance=provenance,
    )


def earns_points(cell: Mapping[str, Any]) -> bool:
    """Whether a cell has points, given by tests or by a human."""
    record = nbgrader_record(cell)
    return bool(record.get("grade") or record.get("task"))


def _must_be_sound(notebook, path: Path) -> None:
    """Raise :class:`GraderError` where it isn't plain which cell is which, or what one is worth.

    Each cell that nbgrader knows needs a ``grade_id`` of its own, each that earns points a number of 0 or more.
    """
    names: set[str] = set()
    for position, cell in enumerate(notebook.cells, start=1):
        record, name = nbgrader_record(cell), grade_id(cell)
        if not name and (record.get("locked") or cell_kind(cell) == "solution" or earns_points(cell)):
            raise GraderError(
                f"{path}: cell {position} ({cell.source[:40]!r}) has nbgrader's metadata and no grade_id. Give it one."
            )
        if name in names:
            raise GraderError(f"{path}: two cells have the grade_id {name!r}. Rename one, and release the unit again.")
        points = record.get("points", None if record.get("grade") else 0)
        if earns_points(cell) and not (type(points) in (int, float) and 0 <= points < float("inf")):
            raise GraderError(
                f"{path}: the cell {name} earns points, and its metadata say {points!r} instead of how many. "
                "Write a number of 0 or more."
            )
        names |= {name} - {""}


def _digest(path: Path | None) -> str | None:
    """A file's SHA-256 in hexadecimal digits; None where there is none, or it can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else None
    except OSError:
        return None


def _versions() -> dict[str, str]:
    """The versions, by name, of the grader, of Python, and of the packages on which a mark or a page may depend."""
    packages = {name: importlib.metadata.version(name) for name in ("numpy", "ipython", "matplotlib", "nbgrader")}
    return {"grader": __version__, "python": platform.python_version(), **packages}


def _released(notebook) -> dict[str, str]:
    """The texts of the solution cells as learners got them, by grade_id."""
    from .release import ClearSolutions  # nbgrader's preprocessors, which take a while to load

    clear = ClearSolutions()
    stubs: dict[str, str] = {}
    for cell in notebook.cells:
        if cell_kind(cell) == "solution":
            copy = nbformat.from_dict(json.loads(json.dumps(cell)))
            stubs[grade_id(cell)] = clear.preprocess_cell(copy, {"language": "python"}, 0)[0].source
    return stubs


def _mark_checksums(notebook, stubs: Mapping[str, str]) -> None:
    """As nbgrader's own steps leave them: formgrader and later passes look at the cells' checksums."""
    from nbgrader.utils import compute_checksum

    for cell in notebook.cells:
        name = grade_id(cell)
        if name:
            released = nbformat.from_dict({**cell, "source": stubs.get(name, cell.source)})
            cell.metadata.nbgrader["checksum"] = compute_checksum(released)


def needs_torch(unit_name: str) -> bool:
    """Whether a unit asks for PyTorch on the learner's side; notebooks that are no units don't."""
    return any(unit.name == unit_name and unit.torch for unit in units())


def _imports(notebook, kinds: Collection[str], torch: bool) -> list[str]:
    """The modules that the instructor's cells of these kinds import at their top level, in order.

    Kinds are those of :func:`grader.cells.cell_kind`. torch and what is in it are left out unless ``torch``.
    """
    modules: dict[str, None] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell_kind(cell) not in kinds:
            continue
        for node in parse(cell.source).body:
            if isinstance(node, ast.Import):
                modules.update((alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules[node.module] = None
    return [name for name in modules if torch or name.split(".")[0] != "torch"]


def _story(folder: Path, notebook, given: Mapping[str, str], provenance: Provenance) -> dict[str, list]:
    """The outputs of the instructor's story cells with the course's solutions, by grade_id: run once, then kept.

    ``folder`` is the class's build folder; they lie in ``story/``, under a name that changes with the notebook, the
    packages and the functions of earlier units. The instructor's own text runs here, so that no sandbox is needed.
    """
    key = hashlib.sha256(json.dumps([provenance["tests"], provenance["versions"], given]).encode()).hexdigest()[:16]
    kept = folder / "story" / f"{key}.json"
    try:
        return json.loads(kept.read_bytes())
    except (OSError, ValueError):
        pass
    outputs: dict[str, list] = {}
    with (
        open_nursery(given, (), _imports(notebook, ("setup", "story", "plain"), False)) as nursery,
        WorkerProcess(nursery=nursery) as worker,
    ):
        for cell in notebook.cells:
            kind = cell_kind(cell)
            if cell.cell_type == "code" and kind in ("setup", "story", "plain", "solution"):
                said = worker.run_cell(cell.source, STORY_SECONDS)
                if kind == "story":
                    outputs[grade_id(cell)] = clean_outputs(said)
    write_atomically(kept, json.dumps(outputs).encode())
    return outputs
