"""Values as plain data: JSON for what is small, raw bytes for arrays, never pickle.

Containers keep their kind (tuples, int keys), arrays their dtype and layout, and two arguments
that are one array stay one array. What is none of these does not cross: the worker keeps it and
sends a handle. Everything that arrives is checked before it is used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["Decoder", "Encoder", "ProtocolError"]

MAX_DEPTH = 20
MAX_ITEMS = 100_000  # an array and a handle count as 10
MAX_ARRAY_BYTES = 400_000_000
MAX_TEXT = 1_000_000
MAX_INT_DIGITS = 4000
MAX_INT_BITS = 13_000
MAX_SPREAD = 64  # times its bytes that a strided array may take, and:
MAX_SPREAD_BYTES = 64_000_000
_KINDS = "biufcSUmM"  # all but objects and records
_DTYPE = re.compile(r"[<>|=]([biufcSU][0-9]{1,9}|[mM]8(\[[0-9]{0,9}[a-zA-Z]{1,2}\])?)")


class ProtocolError(Exception):
    """What arrived over the channel is not what the protocol allows."""


class _TooMuch(Exception):
    """A value that is too large to be sent."""


class Encoder:
    """Turns one message's values into JSON-able data and a list of byte blobs.

    ``keep(value)`` is asked for anything that is not plain data and returns what stands for it
    (a handle or a callback record); it may raise TypeError. ``earlier(array)`` tells which array
    of an earlier message has the same memory, as ``[message, blob]``, or None.
    """

    def __init__(self, keep: Callable[[Any], dict], earlier: Callable[[np.ndarray], Any] | None = None):
        self.keep, self.earlier = keep, earlier
        self.blobs: list[bytes] = []
        self._seen: dict[int, int] = {}  # id of an array -> its blob: aliases stay aliases
        self._items = self._bytes = 0
        self._alive: list[Any] = []  # ids are only good while the objects live

    def encode(self, value: Any, depth: int = 0) -> Any:
        """``value`` as JSON-able data. What holds too much to be sent is kept as a whole."""
        if depth > 1:
            return self._encode(value, depth)
        items, size, number = self._items, self._bytes, len(self.blobs)
        try:
            return self._encode(value, depth)
        except _TooMuch:
            self._items, self._bytes = items, size
            for array in self._alive[number:]:
                del self._seen[id(array)]
            del self.blobs[number:], self._alive[number:]
            return self.keep(value)

    def _spend(self, items: int, size: int = 0) -> None:
        self._items += items
        self._bytes += size
        if self._items > MAX_ITEMS or self._bytes > MAX_ARRAY_BYTES:
            raise _TooMuch

    def _encode(self, value: Any, depth: int) -> Any:
        self._spend(1)
        kind = type(value)
        if depth > MAX_DEPTH:
            return self._kept(value)
        if value is None or kind is bool:
            return value
        if kind is str and len(value) <= MAX_TEXT:
            self._spend(len(value) // 100)
            return {"s": value}
        if kind is int:
            return {"i": str(value)} if value.bit_length() <= MAX_INT_BITS else self.keep(value)
        if kind is float:
            return {"f": value.hex() if math.isfinite(value) else repr(value)}
        if kind is complex:
            return {"c": [self.encode(value.real), self.encode(value.imag)]}
        if kind is list:
            return {"l": [self.encode(item, depth + 1) for item in value]}
        if issubclass(kind, tuple):  # a named tuple is a tuple too
            return {"t": [self.encode(item, depth + 1) for item in tuple.__iter__(value)]}
        if issubclass(kind, dict) and all(map(_plain_key, dict.keys(value))):
            items = dict.items(value)
            return {"d": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in items]}
        if kind is np.ndarray and _crosses(value.dtype):
            return self._array(value)
        if isinstance(value, np.generic) and kind.__module__ == "numpy" and _crosses(value.dtype):
            return {"n": self._array(np.asarray(value))}
        return self._kept(value)

    def _kept(self, value: Any) -> dict:
        self._spend(10)
        return self.keep(value)

    def _array(self, value: np.ndarray) -> dict:
        known = self._seen.get(id(value))
        if known is None:
            self._spend(10, value.nbytes)
            known = self._seen[id(value)] = len(self.blobs)
            self._alive.append(value)
            self.blobs.append(np.ascontiguousarray(value).tobytes())
        # 0-d and empty arrays have no layout to speak of
        strides = list(value.strides) if value.size and not value.flags.c_contiguous else None
        record = {"a": known, "dtype": value.dtype.str, "shape": list(value.shape), "strides": strides}
        if not value.flags.writeable:
            record["fixed"] = True
        if self.earlier:
            record["of"] = self.earlier(value)
        return record

    @property
    def arrays(self) -> list[np.ndarray]:
        """The arrays sent so far, by blob."""
        return list(self._alive)


def _crosses(dtype: np.dtype) -> bool:
    return dtype.kind in _KINDS and dtype.itemsize > 0


def _plain_key(key: Any) -> bool:
    kind = type(key)
    if kind is tuple:
        return all(map(_plain_key, key))
    return key is None or kind in (bool, int, float, complex, str) or _is_number(kind)


def _is_number(kind: type) -> bool:
    return kind.__module__ == "numpy" and issubclass(kind, (np.number, np.bool_))


class Decoder:
    """Turns received data back into values; ``resolve(record)`` answers for handles and callbacks.

    Raises :class:`ProtocolError` for anything malformed, whatever it is. ``earlier`` are arrays of an
    earlier message by (message, blob): what is said to have the memory of one is written into it.
    """

    def __init__(
        self, blobs: list[bytes], resolve: Callable[[dict], Any],
        earlier: Mapping[tuple[int, int], np.ndarray] | None = None,
    ):
        self.blobs, self.resolve, self.earlier = blobs, resolve, earlier or {}
        self.arrays: dict[int, np.ndarray] = {}  # by blob
        self._items = 0

    def decode(self, data: Any, depth: int = 0) -> Any:
        self._items += 1
        if depth > 2 * MAX_DEPTH or self._items > 2 * MAX_ITEMS:
            raise ProtocolError("a value is nested too deeply or holds too much")
        if data is None or type(data) is bool:
            return data
        if type(data) is not dict:
            raise ProtocolError(f"a bare {type(data).__name__} is no value")
        try:
            return self._decode(data, depth)
        except ProtocolError:
            raise
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, MemoryError, AttributeError) as error:
            raise ProtocolError(f"a malformed value ({type(error).__name__}: {str(error)[:100]})") from None

    def _decode(self, data: dict, depth: int) -> Any:
        if "s" in data:
            return _text(data["s"])
        if "i" in data:
            return int(_text(data["i"], MAX_INT_DIGITS + 2))
        if "f" in data:
            text = _text(data["f"], 40)
            return float(text) if text in ("nan", "inf", "-inf") else float.fromhex(text)
        if "c" in data:
            real, imag = (self.decode(part, depth + 1) for part in data["c"])
            return complex(real, imag)
        if "l" in data:
            return [self.decode(item, depth + 1) for item in _list(data["l"])]
        if "t" in data:
            return tuple(self.decode(item, depth + 1) for item in _list(data["t"]))
        if "d" in data:
            return {self.decode(k, depth + 1): self.decode(v, depth + 1) for k, v in _list(data["d"])}
        if "n" in data:
            array = self._array(data["n"])
            if array.ndim:
                raise ProtocolError("a number with axes")
            return array[()]
        if "a" in data:
            return self._array(data)
        return self.resolve(data)

    def _array(self, data: dict) -> np.ndarray:
        number = data["a"]
        if type(number) is not int or not 0 <= number < len(self.blobs):
            raise ProtocolError("an array without bytes")
        if number in self.arrays:
            return self.arrays[number]
        if not _DTYPE.fullmatch(_text(data["dtype"], 24)):
            raise ProtocolError("an array of what does not cross")
        dtype = np.dtype(data["dtype"])
        if not _crosses(dtype):
            raise ProtocolError(f"an array of {dtype}")
        shape = tuple(_natural(n) for n in _list(data["shape"]))
        if len(shape) > 32 or math.prod(shape) * dtype.itemsize != len(self.blobs[number]):
            raise ProtocolError("an array whose bytes do not fit its shape")
        array = _laid_out(np.frombuffer(self.blobs[number], dtype=dtype).reshape(shape), data["strides"])
        array = self._in_memory_of(data.get("of"), array)
        if data.get("fixed") is True:
            array.flags.writeable = False
        self.arrays[number] = array
        return array

    def _in_memory_of(self, place: Any, array: np.ndarray) -> np.ndarray:
        """``array``, in the memory of an earlier one where that is what it has over there."""
        if place is None:
            return array
        message, blob = place
        before = self.earlier.get((message, blob))
        if before is None or before.dtype != array.dtype or before.shape != array.shape or not before.flags.writeable:
            return array
        before[...] = array
        return before


def _laid_out(array: np.ndarray, strides: Any) -> np.ndarray:
    """A writable copy with these strides (in bytes), where they are plausible; else contiguous."""
    if strides is None:
        return array.copy()
    strides = [s for s in _list(strides) if type(s) is int]
    strides = [s if n > 1 else array.itemsize for n, s in zip(array.shape, strides, strict=True)]
    order = sorted(range(array.ndim), key=lambda k: -abs(strides[k]))
    extent = sum((n - 1) * abs(s) for n, s in zip(array.shape, strides, strict=True)) + array.itemsize
    spread = extent > MAX_SPREAD * array.nbytes or extent > array.nbytes + MAX_SPREAD_BYTES
    if not array.size or spread or any(s % array.itemsize for s in strides):
        return np.ascontiguousarray(array).copy()
    buffer = np.zeros(extent // array.itemsize, dtype=array.dtype)
    start = sum((n - 1) * -s for n, s in zip(array.shape, strides, strict=True) if s < 0)
    view = np.ndarray(array.shape, array.dtype, buffer, offset=start, strides=strides)
    # an axis must not step into the one inside it, or elements would share memory
    inner = array.itemsize
    for k in reversed(order):
        if array.shape[k] > 1 and abs(strides[k]) < inner:
            return np.ascontiguousarray(array).copy()
        inner += abs(strides[k]) * (array.shape[k] - 1)
    view[...] = array
    return view


def _text(value: Any, longest: int = MAX_TEXT) -> str:
    if type(value) is not str or len(value) > longest:
        raise ProtocolError("a text that is none, or too long")
    return value


def _list(value: Any) -> list:
    if type(value) is not list:
        raise ProtocolError("a list that is none")
    return value


def _natural(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ProtocolError("a size that is none")
    return value
