"""Long training runs: with a bar that says how long it will take, stopped and taken up again.

``run(name, step, start, ...)`` calls ``step`` so often; what it has made lies in the workspace, so that a run which was
stopped goes on where it was, also in another kernel, and ends in the same weights as one that never was.

``resumable`` says how, ``checkpoint`` what is kept, ``fingerprint`` how it is known that what is kept is of this run.
"""

from .resumable import Run, Stopped, run

__all__ = ["Run", "Stopped", "run"]
