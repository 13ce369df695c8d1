"""Write constraints.txt: one exact version of everything, for every Python and every system the course runs on.

uv's resolver reads what packages say of themselves, so it locks for Pythons and systems that this machine has not
got. What is pinned already stays where it still fits: `make lock UPGRADE=1` takes the newest that fits instead.

Which build of torch pip takes is the machine's affair: local labels (+cpu) and the CUDA packages that some builds
bring along are left out.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "constraints.txt"
OLDEST = "3.11.0"  # not 3.11: a package that needs 3.11.5 does not install on Debian 12's 3.11.2
TORCH = "torch==2.13.0"
LINE = re.compile(r"(?P<pin>(?P<name>[a-z0-9.-]+)==[^\s;+]+)(?:\+\S+)?(?P<marker> ; .+)?")
CUDA = ("nvidia-", "cuda-")
HEADER = """\
# Exact versions of everything the course runs with, on any Python it promises. Made by `make lock`; do not edit.
# Used by pip (-c constraints.txt) and by environment.yml.
"""


def resolved(folder: Path, *options: str) -> list[str]:
    """What uv answers, a line a package: `name==version`, with a marker where it is not wanted everywhere."""
    venv.create(folder / "environment", with_pip=True)
    programs = folder / "environment" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([programs / "python", "-m", "pip", "install", "-q", "-c", LOCK, "uv"], check=True)
    asked, fixed, answer = folder / "build.in", folder / "fixed.in", folder / "answer.txt"
    build_system = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    asked.write_text("\n".join(build_system["requires"]), encoding="utf-8")
    fixed.write_text(TORCH, encoding="utf-8")
    answer.write_bytes(LOCK.read_bytes())  # what uv finds in the file it is to write, it prefers
    command = [programs / "uv", "pip", "compile", "--quiet", "--universal", "--all-extras"]
    # The fewest versions of a package, in place of the newest for each Python: all learners have the same.
    command += ["--python-version", OLDEST, "--fork-strategy", "fewest", "--no-header", "--no-annotate"]
    command += [ROOT / "pyproject.toml", asked, "--constraint", fixed, "--output-file", answer, *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return answer.read_text(encoding="utf-8").splitlines()


def constraints(lines: list[str]) -> list[str]:
    """What of it is written: no CUDA package, no local label, a marker only where a package has two versions.

    A constraint binds what is installed anyway, so "only on Windows" need not be said of a package with one version.
    """
    found = [match for line in lines if (match := LINE.fullmatch(line)) and not match["name"].startswith(CUDA)]
    times = Counter(match["name"] for match in found)
    return sorted(match["pin"] + (match["marker"] or "") * (times[match["name"]] > 1) for match in found)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pins = constraints(resolved(Path(folder), *sys.argv[1:]))
    LOCK.write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8")
    print(f"{len(pins)} packages in constraints.txt")


if __name__ == "__main__":
    main()
