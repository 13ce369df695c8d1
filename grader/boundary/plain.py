"""What may cross, and the looks that everything which arrives is given before it is used.

The names in capitals are limits: of depth, of items, digits and keys in a message, of bytes. What is above one is kept
by the encoder and refused by the decoder, whose limits are twice as high where both sides count a little differently.
"""

from __future__ import annotations

import collections
import keyword
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = [
    "DICTS",
    "TYPES",
    "ProtocolError",
    "are_fields",
    "bit_generator",
    "can_collide",
    "crosses",
    "dtype_of",
    "is_key",
    "is_short",
    "list_of",
    "natural",
    "number_of",
    "random_generator",
    "sound",
    "text_of",
]

MAX_DEPTH = 20
MAX_ITEMS = 100_000  # an array and a handle count as 10
MAX_INT_DIGITS = 4000
MAX_INT_BITS = 13_000
MAX_KEYS = 1000  # in a message, of those that can be made to collide in a dict; texts and small ints can't
MAX_SPREAD = 64  # times its bytes that a strided array may take, and:
MAX_SPREAD_BYTES = 64_000_000  # more than their own bytes that all the arrays of a message may take
TYPES = {
    f"{kind.__module__}.{kind.__name__}": kind
    for kind in (
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        list,
        tuple,
        dict,
        set,
        frozenset,
        object,
        type(None),
        np.ndarray,
        *np.sctypeDict.values(),
    )
}
DICTS = {"OrderedDict": collections.OrderedDict, "Counter": collections.Counter}
MAX_ARRAY_BYTES = 128_000_000  # of a message
MAX_TEXT = 1_000_000
SHORT = 1000  # characters, or bits, of a value that is told with its name
MAX_ITEMSIZE = 4 * MAX_TEXT  # of an array of texts
MAX_FIELDS = 100  # of a named tuple; and as many kinds of them in a message
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937")
_KINDS = "biufcSUmM"  # all but objects and records
# Numpy takes a time unit of 0 seconds, and then divides by it.
_DTYPE = re.compile(r"[<>|=]([biufcSU][0-9]{1,7}|[mM]8(\[([1-9][0-9]{0,3})?([YMWDhms]|[munpfa]s)\])?)")


class ProtocolError(Exception):
    """What arrived over the channel is not what the protocol allows."""


def is_short(value: Any) -> bool:
    """Whether a value is None, a bool, or a number or text of no great length (``SHORT`` characters or bits)."""
    kind = type(value)
    if kind is str:
        return len(value) <= SHORT
    return value.bit_length() <= SHORT if kind is int else kind in (bool, float, type(None))


def crosses(dtype: np.dtype, shape: Sequence[int]) -> bool:
    """Whether an array of these may cross: also where it is empty, it must not be huge but for that.

    Arrays of objects and of records do not, nor those with more than 32 axes or ``MAX_ARRAY_BYTES``.

    ``shape`` is one of an array that may not exist yet. Dates and times cross only with the units in ``_DTYPE``.
    """
    return (
        dtype.kind in _KINDS
        and 0 < dtype.itemsize <= MAX_ITEMSIZE
        and len(shape) <= 32
        and math.prod(max(n, 1) for n in shape) * dtype.itemsize <= MAX_ARRAY_BYTES
        and (dtype.kind not in "mM" or _DTYPE.fullmatch(dtype.str) is not None)
    )


def is_key(key: Any) -> bool:
    """Whether a dict's key is plain data: None, a text, a number, or a tuple of such."""
    kind = type(key)
    if kind is tuple:
        return all(map(is_key, key))
    return key is None or kind in (str, bool, int, float, complex) or _is_number(kind)


def can_collide(key: Any) -> bool:
    """Whether a key's hash could be chosen to collide with many others.

    Python draws the hashes of texts from a secret of the process; those of numbers are known to everybody. With many
    keys of one hash, a dict of n keys takes n squared steps.
    """
    return not (type(key) is str or key is None or type(key) in (int, bool) and abs(key) < 1 << 20)


def _is_number(kind: type) -> bool:
    return kind.__module__ == "numpy" and issubclass(kind, (np.number, np.bool_))


def are_fields(fields: Any, count: int) -> bool:
    """Whether these are the names of a named tuple's items, of which there are ``count``.

    They become attributes of a new class: no private names, no keywords, none twice.
    """
    return (
        type(fields) in (tuple, list)
        and len(fields) == count <= MAX_FIELDS
        and len(set(map(str, fields))) == count
        and all(
            type(f) is str and len(f) <= 60 and f.isidentifier() and f[0] != "_" and not keyword.iskeyword(f)
            for f in fields
        )
    )


def bit_generator(value: np.random.Generator | np.random.RandomState) -> Any:
    """What a random generator draws its bits from: numpy's BitGenerator, such as ``PCG64``."""
    return value.bit_generator if isinstance(value, np.random.Generator) else value._bit_generator


def dtype_of(text: Any) -> np.dtype:
    """The dtype of that name, if it is one that may cross. Raises :class:`ProtocolError`.

    ``text`` is numpy's ``dtype.str``, such as ``<f8``: byte order, kind and bytes.
    """
    if not _DTYPE.fullmatch(text_of(text, 24)):
        raise ProtocolError("an array of what does not cross")
    dtype = np.dtype(text)
    if not crosses(dtype, ()):
        raise ProtocolError(f"an array of {dtype}")
    return dtype


def sound(array: np.ndarray) -> np.ndarray:
    """The array without bytes that no value of its dtype has: a truth value of 2, a character beyond the last.

    A truth value is put right in place; for a text that is none it raises :class:`ProtocolError`.
    """
    if array.dtype.kind == "b":
        raw = array.view(np.uint8)
        np.minimum(raw, 1, out=raw)
    elif array.dtype.kind == "U" and array.size:
        code_points = np.dtype(np.uint32).newbyteorder(array.dtype.byteorder)
        if np.frombuffer(array.tobytes(), code_points).max() > 0x10FFFF:
            raise ProtocolError("a text that is none")
    return array


def random_generator(kind: str, state: Any) -> np.random.Generator | np.random.RandomState:
    """A random generator in this state, which is looked at first: numpy would read beyond its table.

    ``kind`` is ``"Generator"`` or ``"RandomState"``, ``state`` what numpy's own ``state`` holds. Raises
    :class:`ProtocolError`, or KeyError or TypeError for what has another form altogether.

    Returns a new one. Known kinds are those in ``GENERATORS``; a RandomState is one of the Mersenne Twister's
    (MT19937).
    """
    name = state["bit_generator"]
    inner = state["state"]
    if name == "MT19937":
        key, pos = inner["key"], inner["pos"]
        if type(key) is not np.ndarray or key.dtype != np.uint32 or key.shape != (624,) or not 0 <= pos <= 624:
            raise ProtocolError("a random generator in no possible state")
        plain = {"bit_generator": name, "state": {"key": key, "pos": number_of(pos, int)}}
    elif name in GENERATORS:
        plain = {
            "bit_generator": name,
            "has_uint32": int(bool(state["has_uint32"])),
            "uinteger": number_of(state["uinteger"], int) % (1 << 32),
            "state": {part: number_of(inner[part], int) % (1 << 128) for part in ("state", "inc")},
        }
    else:
        raise ProtocolError("a random generator of no known kind")
    bits = getattr(np.random, name)(0)
    bits.state = plain
    if kind == "Generator":
        return np.random.Generator(bits)
    if kind != "RandomState" or name != "MT19937":
        raise ProtocolError("a random generator of no known kind")
    made = np.random.RandomState(bits)
    gauss = {"has_gauss": int(bool(state["has_gauss"])), "gauss": number_of(state["gauss"], float)}
    made.set_state({**plain, **gauss})
    return made


def text_of(value: Any, longest: int = MAX_TEXT) -> str:
    """``value``, which has to be a text of at most so many characters. Raises :class:`ProtocolError`."""
    if type(value) is not str or len(value) > longest:
        raise ProtocolError("a text that is none, or too long")
    return value


def list_of(value: Any) -> list:
    """``value``, which has to be a list. Raises :class:`ProtocolError`."""
    if type(value) is not list:
        raise ProtocolError("a list that is none")
    return value


def natural(value: Any) -> int:
    """``value``, which has to be a whole number of at least 0. Raises :class:`ProtocolError`."""
    if type(value) is not int or value < 0:
        raise ProtocolError("a size that is none")
    return value


def number_of(value: Any, kind: type) -> Any:
    """``value``, which has to be of exactly this type: a bool is no int. Raises :class:`ProtocolError`."""
    if type(value) is not kind:
        raise ProtocolError("a number that is none")
    return value
