"""Whose doing it is that a grade cell failed: the answer's, the boundary's, or the test's own.

An assertion that doesn't hold and an exception that the learner's function raised cost points, as everywhere. But
what is refused at the boundary (see :mod:`grader.boundary.remote`) says nothing of the answer, nor does a test that
stumbles over its own code: there a human has to look. It is read off where the exception was raised, and never off
what it says, which may come from the learner's side.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator
from pathlib import Path

from ..boundary.proxy import RemoteError, WorkerDied

__all__ = ["CELL", "SETUP", "doubt"]

CELL, SETUP = "<grade cell>", "<setup>"  # the names under which the instructor's cells are compiled
_BOUNDARY = Path(__file__).resolve().parent.parent / "boundary"


def doubt(error: BaseException, names: Collection[str]) -> str:
    """Why an answer should be looked at where a grade cell ended with this exception; empty where it was wrong.

    Args:
        error: what the grade cell raised.
        names: the names that are for the learner to bind.
    """
    said = f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
    if any(_refused(one) for one in _chain(error)):
        return f"the test asks for something that can't be asked across the sandbox's boundary ({said})"
    if _own(error, names):
        return f"the test failed in its own code, which says nothing of the answer ({said})"
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and those it was raised from or while handling, back to what came from the learner's side."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen and not isinstance(error, (RemoteError, WorkerDied)):
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _refused(error: BaseException) -> bool:
    """Whether the boundary itself raised it; what the learner's side raised or died of is a RemoteError."""
    places = _places(error)
    return bool(places) and Path(places[-1]).parent == _BOUNDARY


def _own(error: BaseException, names: Collection[str]) -> bool:
    if isinstance(error, RemoteError):
        return False
    places = _places(error)
    if isinstance(error, SyntaxError):
        return CELL not in places  # the cell's own text is no Python
    if isinstance(error, NameError):
        return bool(places) and places[-1] in (CELL, SETUP) and getattr(error, "name", None) not in names
    return isinstance(error, (ImportError, OSError))


def _places(error: BaseException) -> list[str]:
    """The files of the frames it came through, the innermost last."""
    return [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
