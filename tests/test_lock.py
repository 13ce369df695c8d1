"""constraints.txt: it installs on every Python that is promised, on every system, and leaves nothing unpinned."""

import os
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from conftest import need_program
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# The first release of each: what installs there installs on the later ones. 3.11.2 is Debian 12's.
SERIES = [re.sub(r".* :: ", "", one) for one in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", one)]
PYTHONS = ["3.11.2", *(f"{one}.0" for one in SERIES)]
SYSTEMS = {
    "x86_64-manylinux_2_28": {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix"},
    "aarch64-manylinux_2_28": {"sys_platform": "linux", "platform_machine": "aarch64", "os_name": "posix"},
    "aarch64-apple-darwin": {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix"},
    "x86_64-pc-windows-msvc": {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt"},
}
CUDA = re.compile(r"(?:nvidia|cuda)-")


def pins(python: str, system: str = "x86_64-manylinux_2_28") -> dict[str, str]:
    """What constraints.txt asks for there: a name, a version."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = {}
    for one in map(Requirement, (line for line in lines if not line.startswith("#"))):
        there = {"python_version": python.rpartition(".")[0], "python_full_version": python, **SYSTEMS[system]}
        if one.marker is None or one.marker.evaluate(there):
            name, version = canonicalize_name(one.name), str(one.specifier)
            assert version.startswith("==") and name not in found, f"{name} has two versions on {python}, {system}"
            found[name] = version.removeprefix("==")
    return found


def test_the_pythons_that_are_promised_are_named_alike():
    asked = SpecifierSet(PROJECT["requires-python"])
    assert SERIES == [f"3.{number}" for number in range(11, 11 + len(SERIES))]
    assert all(asked.contains(one) for one in PYTHONS) and not asked.contains("3.10.99")
    assert f'OLDEST = "{SERIES[0]}.0"' in (ROOT / "scripts" / "lock.py").read_text(encoding="utf-8")
    for name in ("README.md", "Makefile"):
        assert f"Python {SERIES[0]} to {SERIES[-1]}" in (ROOT / name).read_text(encoding="utf-8")
    ends = f"(3, 11) <= sys.version_info < (3, {11 + len(SERIES)})"
    assert ends in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_pinned_says_that_it_runs_there(python):
    """By what the packages installed here say of themselves, with no index asked."""
    looked_at, refused = 0, []
    for name, version in pins(python).items():
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:  # not one of Linux's
            continue
        if about["Version"].partition("+")[0] != version:  # of another Python: `make test` brings this one up to date
            continue
        looked_at += 1
        if not SpecifierSet(about["Requires-Python"] or "").contains(python):
            refused.append(f"{name}=={version} needs Python {about['Requires-Python']}")
    assert looked_at > 100
    assert refused == []


# --- asked of an index --------------------------------------------------------------------------


def resolve(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What uv would install, by packages' own words; it needs none of these Pythons, nor the system."""
    command = [need_program("uv"), "pip", "compile", "--quiet", "--no-header", "--no-annotate", *map(str, arguments)]
    # torch's wheels for macOS begin at 14, uv's idea of a Mac earlier.
    environment = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> None:
    """Skip where there is no package index (offline); fail in CI, where there has to be one."""
    asked = tmp_path_factory.mktemp("index") / "one.in"
    asked.write_text(f"click=={pins('3.12.0')['click']}", encoding="utf-8")
    answer = resolve("--no-cache", asked)
    if answer.returncode:
        message = f"uv finds no package index here: {answer.stderr.strip()[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.mark.long
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_it_resolves_on_every_python_and_every_system(index, python, system):
    """Every extra, from wheels alone (no compiler needed), and to nothing that isn't pinned but CUDA's packages."""
    answer = resolve(
        *("--all-extras", "--only-binary", ":all:", "--python-version", python, "--python-platform", system),
        *("--constraint", ROOT / "constraints.txt", ROOT / "pyproject.toml"),
    )
    assert answer.returncode == 0, answer.stderr
    found = dict(line.split("==") for line in answer.stdout.splitlines())
    pinned = pins(python, system)
    assert {name: version for name, version in found.items() if not CUDA.match(name)} == {
        name: version for name, version in pinned.items() if name in found
    }
    assert {"torch", "nbgrader", "pytest", "ruff", "mypy", "numpy"} <= set(found)
