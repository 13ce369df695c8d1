"""The rooms of the house stand in the order that ARCHITECTURE.md says, and no import runs against it."""

import ast
import graphlib
import re
from pathlib import Path

import pytest
from conftest import ROOT

LISTED = re.findall(r"^\| `grader/([\w.]+)/?` \|", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.M)


def modules(package: Path) -> dict[str, Path]:
    """Every module of a package by its dotted name, whether Python could import a folder of that name or not."""
    found = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: dict[str, Path]):
    """(module, line) for each import in a module's text of another one that is known, wherever it stands in it.

    One inside a function is one, and one for type checkers only: who reads the module has to know the other. So is
    ``import_module`` with a name written out.
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{one.name}" if f"{base}.{one.name}" in known else base for one in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "import_module":
            names = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
        else:
            continue
        yield from ((one, node.lineno) for one in names if one in known and one != name)


def arrows(package: Path) -> dict[tuple[str, str], int]:
    """The line on which one module imports another, for each such pair."""
    known = modules(package)
    found: dict[tuple[str, str], int] = {}
    for name, path in known.items():
        for other, line in imported(name, path, known):
            found.setdefault((name, other), line)
    return found


def room(name: str) -> str:
    """A module's room, as the list writes it without its slash."""
    parts = name.split(".")
    if len(parts) == 1:
        return "__init__.py"
    return parts[1] if (ROOT / "grader" / parts[1]).is_dir() else f"{parts[1]}.py"


ARROWS = arrows(ROOT / "grader")


def test_every_room_is_listed_once():
    folders = {path.parent.name for path in (ROOT / "grader").glob("*/*.py")}
    files = {path.name for path in (ROOT / "grader").glob("*.py")}
    assert sorted(LISTED) == sorted(folders | files)


@pytest.mark.parametrize("name", LISTED)
def test_no_import_runs_against_the_order(name):
    below = LISTED[LISTED.index(name) + 1 :]
    wrong = [
        f"{one}, line {line}, imports {other}: {room(other)} stands below {name} in ARCHITECTURE.md"
        for (one, other), line in sorted(ARROWS.items())
        if room(one) == name and room(other) in below
    ]
    assert not wrong, "\n".join(wrong)


def test_no_modules_import_each_other_in_a_circle():
    order = graphlib.TopologicalSorter()
    for one, other in ARROWS:
        order.add(one, other)
    try:
        order.prepare()
    except graphlib.CycleError as error:
        circle = error.args[1][::-1]
        steps = zip(circle, circle[1:], strict=False)
        pytest.fail("\n".join(f"{one}, line {ARROWS[one, other]}, imports {other}" for one, other in steps))


def test_every_kind_of_import_is_seen(tmp_path):
    """Or these tests could not fail."""
    package = tmp_path / "house"
    for name, text in {
        "__init__.py": "",
        "ground.py": "def f():\n    import house.attic.box\n",
        "attic/__init__.py": "from ..ground import f\n",
        "attic/box.py": "\n\nif TYPE_CHECKING:\n    from . import lid\nimportlib.import_module('house.wall')\n",
        "attic/lid.py": "from .. import ground\nfrom .box import thing\nfrom os import path\n",
        "wall.py": "from house import attic\nimport house.wall\n",
    }.items():
        (package / name).parent.mkdir(exist_ok=True, parents=True)
        (package / name).write_text(text)
    assert arrows(package) == {
        ("house.ground", "house.attic.box"): 2,
        ("house.attic", "house.ground"): 1,
        ("house.attic.box", "house.attic.lid"): 4,
        ("house.attic.box", "house.wall"): 5,
        ("house.attic.lid", "house.ground"): 1,
        ("house.attic.lid", "house.attic.box"): 2,
        ("house.wall", "house.attic"): 1,
    }
