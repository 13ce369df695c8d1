"""The global random generators: a test that seeds them seeds the learner's function too.

Their states go to the worker with a call where they changed since the last one, and never come back.
"""

from __future__ import annotations

import ctypes
import random
import sys
from typing import Any

import numpy as np

__all__ = ["mark", "put", "states"]

_TABLE = 625 * 4  # bytes of the Mersenne Twister's state


def mark() -> tuple:
    """What tells whether a generator here has been used or seeded; asked for with every call, so it is quick.

    Two marks are equal where no number was drawn in between: (numpy's table, Python's state, torch's state or None).
    """
    bits = np.random.get_bit_generator()  # type: ignore[attr-defined]  # numpy's stub leaves it out
    numpys: Any = None
    if type(bits) is np.random.MT19937:
        numpys = ctypes.string_at(bits.ctypes.state_address, _TABLE)
    torch = sys.modules.get("torch")
    return numpys, random.getstate(), None if torch is None else torch.get_rng_state().numpy().tobytes()


def states() -> list[Any]:
    """The states of numpy's, Python's and (where it is imported) torch's generator, as plain data.

    [numpy's state as a dict, [version, words as uint32 array, gauss] of Python's, torch's as a uint8 array or None].
    """
    version, inner, gauss = random.getstate()
    numpys = np.random.get_state(legacy=False)
    found: list[Any] = [numpys, [version, np.array(inner, np.uint32), gauss], None]
    if "torch" in sys.modules:
        found[2] = sys.modules["torch"].get_rng_state().numpy()
    return found


def put(found: list[Any]) -> None:
    """Put the generators here into these states, which :func:`states` made on the other side.

    Those of a numpy whose global generator is another one than MT19937, and torch's where it is not imported, are left.
    """
    numpys, (version, pythons, gauss), torchs = found
    if numpys["bit_generator"] == "MT19937":
        np.random.set_state(numpys)
    random.setstate((version, tuple(pythons.tolist()), gauss))
    if torchs is not None and "torch" in sys.modules:
        torch = sys.modules["torch"]
        torch.set_rng_state(torch.from_numpy(torchs))
