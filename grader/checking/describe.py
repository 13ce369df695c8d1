"""Values in words and numbers, short enough to read in a message."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["call_text", "describe", "numbers"]

_SHOWN = 24  # arrays with more elements are described by their shape


def numbers(value: Any) -> str:
    """An array's (or number's) digits on as few lines as they need, or its shape where it is large."""
    if isinstance(value, np.ndarray):
        if value.size > _SHOWN:
            return describe(value)
        return np.array2string(value, precision=5, suppress_small=False, separator=", ", max_line_width=90)
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + " ..."


def describe(value: Any) -> str:
    """What a value is: its type, shape and dtype, in words a learner knows."""
    kind = type(value)
    if value is None:
        return "None (is a `return` missing?)"
    if kind is np.ndarray:
        return f"an array of shape {value.shape}, {value.dtype}"
    if kind.__module__.partition(".")[0] == "torch" and hasattr(kind, "numpy"):
        return "a torch tensor (turn it into numpy with .numpy())"
    if isinstance(value, np.ndarray):
        return f"a {kind.__name__} (a special kind of array; return a plain one)"
    if kind in (tuple, list):
        items = "item" if len(value) == 1 else "items"
        return f"a {kind.__name__} of {len(value)} {items}"
    if kind is dict:
        return f"a dict with the keys {', '.join(map(repr, list(value)[:8]))}" if value else "an empty dict"
    if kind in (int, float, complex, bool, str) or isinstance(value, np.generic):
        return f"{kind.__name__} {numbers(value)}"
    return f"an object of type {kind.__name__}"


def call_text(name: str, arguments: dict[str, Any]) -> str:
    """The call, with the values of its arguments where they are few and their shapes where not."""
    lines = [f"{name}({', '.join(arguments)})   with"]
    for argument, value in arguments.items():
        if isinstance(value, dict):
            lines += [f"  {argument}[{key!r}]: {describe(item)}" for key, item in value.items()]
            continue
        text = numbers(value)
        if isinstance(value, np.ndarray) and value.size <= _SHOWN:
            text = f"{value.shape}\n" + "\n".join("      " + row for row in text.splitlines())
        lines.append(f"  {argument} = {text}")
    return "\n".join(lines)
