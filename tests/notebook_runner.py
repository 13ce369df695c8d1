"""Run notebooks from top to bottom as a kernel would, each in a fork of one warm process.

A kernel takes seconds to start and to import what a notebook needs; a fork has it all. What only a kernel has
(its channels, widgets that answer) is tried in test_notebooks.py and test_browser.py.

Run as a program, it reads requests from stdin, a JSON line each, and answers a line each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SECONDS = 3000.0  # of a whole notebook: some train for minutes a task


class Runner:
    """The warm process."""

    def __init__(self):
        environment = {name: value for name, value in os.environ.items() if name != "GRADER_WORKSPACE"}
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "MPLBACKEND": "agg"},
            text=True,
        )

    def run(self, notebook, folder: Path) -> list[dict]:
        """Run a notebook's code cells in ``folder``, with a workspace there; a dict a cell, by their order.

        ``error`` is (its class's name, its text) or None; ``data`` what was displayed, dicts by MIME type; ``printed``
        what was printed; ``open`` says that a figure was left open, which a kernel would have shown.
        """
        (folder / ".grader").mkdir(parents=True, exist_ok=True)
        sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        request = {"sources": sources, "folder": str(folder)}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["status"] == 0, f"the process that ran the notebook ended with {answer['status']}"
        return json.loads((folder / ".grader" / "ran.json").read_text(encoding="utf-8"))

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=10)


def _run(sources: list[str], folder: Path) -> None:
    import matplotlib.pyplot as plt
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    os.chdir(folder)
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.showtraceback = shell.showsyntaxerror = lambda *a, **k: None
    ran = []
    for source in sources:
        with capture_output() as captured:
            result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        data = [rich.data for rich in captured.outputs]
        if result.result is not None:
            data.append(shell.display_formatter.format(result.result)[0])
        ran.append(
            {
                "error": error and (type(error).__name__, str(error)),
                "data": [{k: v for k, v in one.items() if isinstance(v, str | dict)} for one in data],
                "printed": captured.stdout,
                "open": bool(plt.get_fignums()),
            }
        )
        plt.close("all")
    (folder / ".grader" / "ran.json").write_text(json.dumps(ran), encoding="utf-8")


def _in_a_fork(request: dict) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(2, 1)  # what a cell's own programs print is no answer of ours
            import signal

            signal.alarm(int(SECONDS))
            _run(request["sources"], Path(request["folder"]))
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    import ipywidgets  # noqa: F401  here and below: to be there for every fork
    import matplotlib.pyplot  # noqa: F401
    import numpy  # noqa: F401
    from IPython.core.interactiveshell import InteractiveShell  # noqa: F401
    from IPython.utils.capture import capture_output  # noqa: F401

    import grader
    import grader.checking.check
    import grader.figures
    import grader.workspace  # noqa: F401

    sys.modules["grader.figures.show"].DPI = 30  # most of the time would go into pixels that nobody looks at

    for line in sys.stdin:
        print(json.dumps({"status": _in_a_fork(json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
