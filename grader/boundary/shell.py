"""On the learner's side: the shell that runs the cells of their notebook, and what a cell showed.

The shell is IPython's, in this process, as a kernel has it: magics, ``display`` and history numbers work as in a
notebook, and there is no kernel, whose threads and sockets would not survive a fork.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from ..checking.calling import learner_frames
from ..checking.letters import SpareBareLetters
from ..checking.timelimit import TimeLimitExceeded, run_limited

__all__ = ["namespace", "run_cell", "start"]

MAX_OUTPUT = 500_000  # bytes of one cell's outputs

_shell: Any = None


def start() -> None:
    """Make the shell. Once, before any cell; it starts no thread, so that the process can still be forked.

    The same shell is shared by all that are forked later, each with its own copy. Figures are drawn without a display.
    """
    global _shell
    os.environ.setdefault("MPLBACKEND", "agg")
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False  # no file, and no thread that a fork would lose
    config.InteractiveShell.colors = "nocolor"
    _shell = InteractiveShell.instance(config=config)
    _shell.ast_transformers.append(SpareBareLetters())
    # An error is shown once, by us, with the learner's frames.
    _shell.showtraceback = _shell.showsyntaxerror = _shell.showindentationerror = lambda *a, **k: None


def namespace() -> dict[str, Any]:
    """The names of the learner's notebook, as its cells see and bind them.

    It is the dict itself, not a copy: what is put into it is a global name of their next cell.
    """
    return _shell.user_ns


def run_cell(source: str, store_history: bool, seconds: float) -> list[dict]:
    """Run a cell, for so many seconds at most; returns what it displayed as nbformat outputs.

    ``store_history`` counts it as IPython does. An error, also the one that stops a cell at its limit, is the last of
    the outputs, with the learner's own frames. Never raises for what the cell does.

    ``source`` is the cell's text, which may hold magics. Outputs are ``stream``, ``display_data`` and ``error`` dicts,
    of at most ``MAX_OUTPUT`` characters in all, streams shortened in the middle.
    """
    from IPython.utils.capture import capture_output

    error: BaseException | None = None
    with capture_output() as captured:
        try:
            with contextlib.suppress(Exception):
                _shell.events.reset()
            result = run_limited(_shell.run_cell, [source, store_history], seconds)
            error = result.error_before_exec or result.error_in_exec
        except TimeLimitExceeded as stopped:
            error = stopped
        except KeyboardInterrupt:
            error = KeyboardInterrupt("the cell was interrupted")
    if isinstance(error, TimeLimitExceeded):
        error = TimeoutError(f"this cell was stopped after {seconds:g} seconds")
    return _outputs(captured, error)


def _outputs(captured, error) -> list[dict]:
    """What a cell displayed, as nbformat outputs, up to a size: streams, then displays, then the error."""
    outputs: list[dict[str, Any]] = []
    for name in ("stdout", "stderr"):
        text = getattr(captured, name)
        if text:
            outputs.append({"output_type": "stream", "name": name, "text": _cut(text)})
    for rich in captured.outputs:
        data = {k: v for k, v in (rich.data or {}).items() if isinstance(k, str) and isinstance(v, (str, dict))}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    if error is not None:
        trace = learner_frames(error)
        outputs.append(
            {
                "output_type": "error",
                "ename": type(error).__name__,
                "evalue": str(error)[:2000],
                "traceback": trace.split("\n"),
            }
        )
    return _capped(outputs)


def _cut(text: str, most: int = 20_000) -> str:
    """The beginning and the end of a text that is too long."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}\n... {len(text) - most} characters left out ...\n{text[-most // 2 :]}"


def _capped(outputs: list[dict]) -> list[dict]:
    """As many of the outputs as fit into ``MAX_OUTPUT``; the rest is said to be left out."""
    kept, size = [], 0
    for output in outputs:
        size += len(repr(output))
        if size > MAX_OUTPUT:
            kept.append({"output_type": "stream", "name": "stderr", "text": "(more output was left out)\n"})
            break
        kept.append(output)
    return kept
