"""From values to a message: see :mod:`.codec` for the records."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.random  # numpy loads it when it is first named, which would be in every forked child

from . import tensors
from .plain import (
    DICTS,
    GENERATORS,
    MAX_ARRAY_BYTES,
    MAX_DEPTH,
    MAX_INT_BITS,
    MAX_ITEMS,
    MAX_KEYS,
    MAX_TEXT,
    TYPES,
    are_fields,
    bit_generator,
    can_collide,
    crosses,
    is_key,
)

__all__ = ["Encoder"]


class _TooMuch(Exception):
    """A value that is too large to be sent."""


class Encoder:
    """Turns one message's values into JSON-able data and a list of byte blobs.

    ``keep(value)`` is asked for anything that is not plain data and returns what stands for it (a handle or a callback
    record); it may raise TypeError. ``earlier(array)`` tells which array of an earlier message has the same memory, as
    ``[message, blob]``, or None. ``graph(tensor)`` tells what its gradient is asked for by, or None. ``known`` are
    arrays that the other side has as they are, by id: its number for each; ``view(array)`` tells where in one of them
    an array's memory lies, as a record, or None.

    ``blobs`` are the bytes that go with the data, by the numbers in it. One encoder serves one message: values encoded
    one after the other share their aliases, and their sizes add up.
    """

    def __init__(
        self,
        keep: Callable[[Any], dict],
        earlier: Callable[[np.ndarray], Any] | None = None,
        graph: Callable[[Any], Any] | None = None,
        known: Mapping[int, int] | None = None,
        view: Callable[[np.ndarray], dict | None] | None = None,
    ):
        self.keep, self.earlier, self.graph, self.known, self.view = keep, earlier, graph, known or {}, view
        self.blobs: list[bytes] = []
        self._seen: dict[int, int] = {}  # id of an array -> its blob: aliases stay aliases
        self._boxes: dict[int, tuple[int, int]] = {}  # id of a container -> its number, and what it holds
        self._numbers = itertools.count()
        self._items = self._bytes = self._keys = 0
        self._alive: list[Any] = []  # ids are only good while the objects live
        self._held: list[Any] = []

    def encode(self, value: Any, depth: int = 0) -> Any:
        """``value`` as JSON-able data. What holds too much to be sent is kept as a whole.

        ``depth`` is how deep ``value`` lies in what is being sent; leave it out. A value that is kept on the way
        because of its size leaves no blobs behind. Raises what ``keep`` raises.

        Ints of more than ``MAX_INT_BITS``, texts above ``MAX_TEXT`` characters, arrays of objects, and what lies deeper
        than ``MAX_DEPTH`` are kept as well. The limit on a whole message counts for all values that are encoded into
        it.
        """
        if depth > 1:
            return self._encode(value, depth)
        items, size, keys, number, held = self._items, self._bytes, self._keys, len(self.blobs), len(self._held)
        boxes = next(self._numbers)
        self._numbers = itertools.count(boxes)
        try:
            return self._encode(value, depth)
        except _TooMuch:
            self._items, self._bytes, self._keys = items, size, keys
            for array in self._alive[number:]:
                del self._seen[id(array)]
            for box in self._held[held:]:
                self._boxes.pop(id(box), None)
            del self.blobs[number:], self._alive[number:], self._held[held:]
            self._numbers = itertools.count(boxes)
            return self.keep(value)

    def _spend(self, items: int, size: int = 0) -> None:
        """Count items and bytes of this message; raises :class:`_TooMuch` above the limits."""
        self._items += items
        self._bytes += size
        if self._items > MAX_ITEMS or self._bytes > MAX_ARRAY_BYTES:
            raise _TooMuch

    def _encode(self, value: Any, depth: int) -> Any:
        """The record of a value, by its exact class.

        The usual ones are looked at here, the others in :meth:`_rarer`. Raises :class:`_TooMuch` above a limit of the
        message.
        """
        self._spend(1)
        kind = type(value)
        if depth > MAX_DEPTH:
            return self._kept(value)
        if value is None or kind is bool:
            return value
        if kind is np.ndarray:
            return self._array(value) if crosses(value.dtype, value.shape) else self._kept(value)
        if kind is str and len(value) <= MAX_TEXT:
            self._spend(len(value) // 100)
            return {"s": value}
        if kind is int:
            return {"i": str(value)} if value.bit_length() <= MAX_INT_BITS else self.keep(value)
        if kind is float:
            return {"f": value.hex() if math.isfinite(value) else repr(value)}
        if kind is complex:
            return {"c": [self.encode(value.real), self.encode(value.imag)]}
        if kind is list or issubclass(kind, dict) and self._may_be_keys(dict.keys(value)):
            return self._box(value, kind, depth)
        if issubclass(kind, tuple):
            return self._tuple(value, kind, depth)
        if kind in (set, frozenset) and self._may_be_keys(value):
            return {kind.__name__: [self.encode(item, depth + 2) for item in value]}
        if kind is bytes:
            return {"b": self._blob(value, len(value))}
        if kind is range:
            return {"r": [self.encode(part, depth + 2) for part in (value.start, value.stop, value.step)]}
        return self._rarer(value, kind, depth)

    def _rarer(self, value: Any, kind: type, depth: int) -> Any:
        """Numpy's numbers and generators, tensors, and what crosses by its name; anything else is kept."""
        if kind.__module__ == "numpy" and isinstance(value, np.generic) and crosses(value.dtype, ()):
            return {"n": self._array(np.asarray(value))}
        if kind in (np.random.Generator, np.random.RandomState) and type(bit_generator(value)).__name__ in GENERATORS:
            return self._box(value, kind, depth)
        if tensors.crosses(value):
            return self._tensor(value, depth)
        if kind is type and TYPES.get(name := f"{value.__module__}.{value.__name__}") is value:
            return {"class": name}
        if kind is np.ufunc and getattr(np, name := value.__name__, None) is value:
            return {"ufunc": name}
        if isinstance(value, np.dtype) and crosses(value, ()):
            return {"dtype": value.str}
        if (named := tensors.named(value)) is not None:
            return {"torch": named}
        return self._kept(value)

    def _kept(self, value: Any) -> dict:
        """The record of what does not cross, which counts as ten items."""
        self._spend(10)
        return self.keep(value)

    def _may_be_keys(self, keys: Any) -> bool:
        """Whether these can be keys of a dict over there; raises :class:`_TooMuch` where too many could collide."""
        if not all(map(is_key, keys)):
            return False
        self._keys += sum(map(can_collide, keys))
        if self._keys > MAX_KEYS:
            raise _TooMuch
        return True

    def _box(self, value: Any, kind: type, depth: int) -> dict:
        """A list, a dict or a random generator: seen again, it is said to be the same."""
        if id(value) in self._boxes:
            number, weight = self._boxes[id(value)]
            self._spend(weight)
            return {"same": number}
        before, number = self._items, next(self._numbers)
        self._held.append(value)
        data: dict[str, Any]
        if kind is list:
            data = {"l": [self.encode(item, depth + 1) for item in value]}
        elif issubclass(kind, dict):
            items = dict.items(value)
            data = {"d": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in items]}
            if DICTS.get(kind.__name__) is kind:
                data["kind"] = kind.__name__
        else:
            state = value.get_state(legacy=False) if kind is np.random.RandomState else value.bit_generator.state
            data = {"rng": kind.__name__, "state": self._encode(state, depth + 1)}
        self._boxes[id(value)] = number, self._items - before + 1
        return data

    def _tuple(self, value: tuple, kind: type, depth: int) -> dict:
        """A tuple's items, and of a named one its fields and the name of its class."""
        data: dict[str, Any] = {"t": [self.encode(item, depth + 1) for item in tuple.__iter__(value)]}
        if kind is not tuple:
            fields: Any = getattr(kind, "_fields", None)
            if are_fields(fields, len(data["t"])):
                data["fields"], data["kind"] = list(fields), kind.__name__
        return data

    def _blob(self, value: Any, size: int) -> int:
        """The number of the blob that holds an object's bytes: the same one for the same object."""
        number = self._seen.get(id(value))
        if number is None:
            self._spend(10, size)
            number = self._seen[id(value)] = len(self.blobs)
            self._alive.append(value)
            self.blobs.append(value if type(value) is bytes else value.tobytes())
        return number

    def _array(self, value: np.ndarray) -> dict:
        """The record of an array: one that the other side has, memory within one of those, or its bytes by number.

        Arrays that are seen again, the same object, have the same number, and so are one array over there too.
        """
        if id(value) in self.known:
            return {"arg": self.known[id(value)]}
        if self.view and value.base is not None and (record := self.view(value)):
            return record
        # 0-d and empty arrays have no layout to speak of
        strides = list(value.strides) if value.size and not value.flags.c_contiguous else None
        record = {
            "a": self._blob(value, value.nbytes),
            "dtype": value.dtype.str,
            "shape": list(value.shape),
            "strides": strides,
        }
        if not value.flags.writeable:
            record["fixed"] = True
        if self.earlier:
            record["of"] = self.earlier(value)
        return record

    def _tensor(self, value: Any, depth: int) -> dict:
        """The record of a tensor, as :meth:`_array` has it for arrays.

        It says what the tensor's gradient is asked for by; one that can't be packed is kept.
        """
        if id(value) in self.known:
            return {"arg": self.known[id(value)]}
        packed = tensors.pack(value)
        if packed is None or depth >= MAX_DEPTH or not crosses(packed[1].dtype, packed[1].shape):
            return self._kept(value)
        record, raw = packed
        number = self._seen.get(id(value))
        if number is None:
            self._spend(10, raw.nbytes)
            number = self._seen[id(value)] = len(self.blobs)
            self._alive.append(value)
            self.blobs.append(raw.tobytes())
        strides = list(raw.strides) if raw.size and not raw.flags.c_contiguous else None
        record |= {"T": number, "shape": list(raw.shape), "strides": strides}
        if record.get("grad") and self.graph:
            record["graph"] = self.graph(value)
        gradient = tensors.gradient_of(value)
        if gradient is not None:
            record["gradient"] = self.encode(gradient, depth + 2)
        return record

    @property
    def arrays(self) -> list[Any]:
        """The arrays and tensors (and bytes) sent so far, by blob."""
        return list(self._alive)
