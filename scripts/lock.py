"""Write constraints.txt: the exact version of everything, from a clean environment.

Which build of torch pip takes is the machine's affair: local labels (+cpu) and the CUDA packages
that some builds bring along are left out.
"""

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CUDA = re.compile(r"^(nvidia-|cuda-)", re.IGNORECASE)
TORCH = "torch==2.13.0"
TRITON = "triton==3.7.1"  # the version that this torch asks for in its build with CUDA
HEADER = """\
# Exact versions of everything the course runs with. Made by `make lock`; do not edit.
# Used by pip (-c constraints.txt) and by environment.yml.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", TORCH, TRITON], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"{ROOT}[test]", "hatchling"], check=True)
        frozen = subprocess.run(
            [python, "-m", "pip", "freeze", "--exclude", "lstm-course"], check=True, capture_output=True, text=True
        ).stdout
    pins = [re.sub(r"\+\w+$", "", line) for line in frozen.splitlines() if "==" in line and not CUDA.match(line)]
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(sorted(pins, key=str.lower)) + "\n")
    print(f"{len(pins)} packages in constraints.txt")


if __name__ == "__main__":
    main()
