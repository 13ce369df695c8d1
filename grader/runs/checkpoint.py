"""What is kept of a run: an .npz file without pickle, with the arrays, and how they were held, as JSON.

A state is made of arrays, numbers, texts, True, False and None, in tuples, lists and dicts.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..files import write_atomically

__all__ = ["Checkpoint", "copied", "load", "save"]

_FORM = 1  # of the file; another form is not read
_PLAIN = (bool, int, float, str, type(None))


@dataclass
class Checkpoint:
    """What a run has come to, after so many steps."""

    state: Any
    random: Mapping[str, Any]  # where the generator of random numbers is
    steps: int = 0
    seconds: float = 0.0  # that these steps took
    ended: bool = False  # it was to go on to here and no further
    made_of: dict[str, str] = field(default_factory=dict)  # digests by name
    losses: list[float] = field(default_factory=list)  # of all steps; what goes beyond them is not kept
    watched: list[tuple[int, float]] = field(default_factory=list)  # (after how many steps, the value); the same


def copied(state: Any) -> Any:
    """A state like this one with arrays of its own, each in C order, so that all runs compute with the same layout.

    Raises TypeError for what can't be kept, and says where it is.
    """
    arrays: list[np.ndarray] = []
    return _unfolded(_folded(state, arrays, "the state"), arrays)


def save(path: Path, point: Checkpoint) -> None:
    """Write a checkpoint, there whole or not at all. Raises OSError where there is no place for it."""
    arrays: list[np.ndarray] = []
    about = {
        "form": _FORM,
        "state": _folded(point.state, arrays, "the state"),
        "random": point.random,
        "steps": point.steps,
        "seconds": point.seconds,
        "ended": point.ended,
        "made_of": point.made_of,
    }
    named: dict[str, Any] = {f"array_{k}": array for k, array in enumerate(arrays)}
    named["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    named["losses"] = np.array(point.losses[: point.steps], dtype=np.float64)
    watched = [one for one in point.watched if one[0] <= point.steps]
    named["watched"] = np.array(watched, dtype=np.float64).reshape(-1, 2)
    packed = io.BytesIO()
    try:
        np.savez(packed, **named)
    except ValueError as error:  # zipfile's own complaint, where an interrupt left a part of it open
        if isinstance(error.__context__, KeyboardInterrupt):
            raise error.__context__ from None
        raise
    write_atomically(path, packed.getvalue())


def load(path: Path) -> Checkpoint | None:
    """The checkpoint in this file, None where there is no file. Raises ValueError for one that can't be read."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            if about.pop("form") != _FORM:
                raise ValueError("a checkpoint of another form")
            arrays = [stored[f"array_{k}"] for k in range(sum(name.startswith("array_") for name in stored.files))]
            about["state"] = _unfolded(about["state"], arrays)
            watched = [(int(step), value) for step, value in stored["watched"].tolist()]
            return Checkpoint(**about, losses=stored["losses"].tolist(), watched=watched)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} can't be read as a checkpoint ({type(error).__name__})") from None


def _folded(value: Any, arrays: list[np.ndarray], where: str) -> Any:
    """A value as JSON, with its arrays put into ``arrays`` and numbers in their places."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        arrays.append(np.array(value, order="C"))
        return {"array": len(arrays) - 1}
    if isinstance(value, np.generic) and value.dtype.kind in "biufc":
        arrays.append(np.array(value))
        return {"number": len(arrays) - 1}
    if type(value) in _PLAIN:
        return {"plain": value}
    if type(value) in (tuple, list):
        return {type(value).__name__: [_folded(one, arrays, f"{where}[{k}]") for k, one in enumerate(value)]}
    if type(value) is dict and all(type(key) in (str, int) for key in value):
        return {"dict": [[key, _folded(one, arrays, f"{where}[{key!r}]")] for key, one in value.items()]}
    kind = type(value).__name__
    what = f"an {kind} of {value.dtype}" if isinstance(value, np.ndarray) else f"a {kind}"
    raise TypeError(
        f"{where} is {what}, which can't be kept. A run keeps arrays of numbers, numbers, texts, True, "
        "False and None, in tuples, lists and dicts whose keys are texts or whole numbers."
    )


def _unfolded(folded: Any, arrays: list[np.ndarray]) -> Any:
    """The value that was folded."""
    ((kind, inside),) = folded.items()
    if kind == "array":
        return np.array(arrays[inside], order="C")
    if kind == "number":
        return arrays[inside][()]
    if kind == "plain":
        return inside
    if kind == "dict":
        return {key: _unfolded(one, arrays) for key, one in inside}
    return {"tuple": tuple, "list": list}[kind](_unfolded(one, arrays) for one in inside)
