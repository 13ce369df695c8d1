"""Values as plain data: JSON for what is small, raw bytes for arrays and tensors, never pickle.

Containers keep their kind (tuples, named tuples, sets, int keys), arrays their dtype and layout, and two
places that hold one array or one list still hold one. Random generators cross with their state, torch tensors
as :mod:`.tensors` says, types and ufuncs of Python and numpy by name. What is none of these does not cross:
the worker keeps it and sends a handle. Everything that arrives is checked before it is used.
"""

from __future__ import annotations

import collections
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.random  # numpy loads it when it is first named, which would be in every forked child

from . import tensors
from .plain import (
    GENERATORS,
    MAX_ARRAY_BYTES,
    MAX_FIELDS,
    MAX_TEXT,
    ProtocolError,
    are_fields,
    bit_generator,
    can_collide,
    crosses,
    dtype_of,
    is_key,
    list_of,
    natural,
    number_of,
    random_generator,
    sound,
    text_of,
)

__all__ = ["Decoder", "Encoder", "ProtocolError"]

MAX_DEPTH = 20
MAX_ITEMS = 100_000  # an array and a handle count as 10
MAX_INT_DIGITS = 4000
MAX_INT_BITS = 13_000
MAX_KEYS = 1000  # in a message, of those that can be made to collide in a dict; texts and small ints can't
MAX_SPREAD = 64  # times its bytes that a strided array may take, and:
MAX_SPREAD_BYTES = 64_000_000  # more than their own bytes that all the arrays of a message may take
_TYPES = {
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
_DICTS = {"OrderedDict": collections.OrderedDict, "Counter": collections.Counter}


class _TooMuch(Exception):
    """A value that is too large to be sent."""


class Encoder:
    """Turns one message's values into JSON-able data and a list of byte blobs.

    ``keep(value)`` is asked for anything that is not plain data and returns what stands for it
    (a handle or a callback record); it may raise TypeError. ``earlier(array)`` tells which array
    of an earlier message has the same memory, as ``[message, blob]``, or None. ``graph(tensor)`` tells
    what its gradient is asked for by, or None. ``known`` are arrays that the other side has as they
    are, by id: its number for each; ``view(array)`` tells where in one of them an array's memory lies,
    as a record, or None.
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
        """``value`` as JSON-able data. What holds too much to be sent is kept as a whole."""
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
        if kind.__module__ == "numpy" and isinstance(value, np.generic) and crosses(value.dtype, ()):
            return {"n": self._array(np.asarray(value))}
        if kind in (np.random.Generator, np.random.RandomState) and type(bit_generator(value)).__name__ in GENERATORS:
            return self._box(value, kind, depth)
        if tensors.crosses(value):
            return self._tensor(value, depth)
        if kind is type and _TYPES.get(f"{value.__module__}.{value.__name__}") is value:
            return {"class": f"{value.__module__}.{value.__name__}"}
        if kind is np.ufunc and getattr(np, value.__name__, None) is value:
            return {"ufunc": value.__name__}
        if isinstance(value, np.dtype) and crosses(value, ()):
            return {"dtype": value.str}
        if (named := tensors.named(value)) is not None:
            return {"torch": named}
        return self._kept(value)

    def _kept(self, value: Any) -> dict:
        self._spend(10)
        return self.keep(value)

    def _may_be_keys(self, keys: Any) -> bool:
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
        if kind is list:
            data = {"l": [self.encode(item, depth + 1) for item in value]}
        elif issubclass(kind, dict):
            items = dict.items(value)
            data = {"d": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in items]}
            if _DICTS.get(kind.__name__) is kind:
                data["kind"] = kind.__name__
        else:
            state = value.get_state(legacy=False) if kind is np.random.RandomState else value.bit_generator.state
            data = {"rng": kind.__name__, "state": self._encode(state, depth + 1)}
        self._boxes[id(value)] = number, self._items - before + 1
        return data

    def _tuple(self, value: tuple, kind: type, depth: int) -> dict:
        data: dict[str, Any] = {"t": [self.encode(item, depth + 1) for item in tuple.__iter__(value)]}
        if kind is not tuple:
            fields = getattr(kind, "_fields", None)
            if are_fields(fields, len(data["t"])):
                data["fields"], data["kind"] = list(fields), kind.__name__
        return data

    def _blob(self, value: Any, size: int) -> int:
        number = self._seen.get(id(value))
        if number is None:
            self._spend(10, size)
            number = self._seen[id(value)] = len(self.blobs)
            self._alive.append(value)
            self.blobs.append(value if type(value) is bytes else value.tobytes())
        return number

    def _array(self, value: np.ndarray) -> dict:
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


class Decoder:
    """Turns received data back into values; ``resolve(record)`` answers for handles and callbacks.

    Raises :class:`ProtocolError` for anything malformed, whatever it is. ``earlier`` are arrays of an
    earlier message by (message, blob): what is said to have the memory of one is written into it. ``own``
    are the arrays of the message that this one answers. ``lead(tensor, graph)`` is told of each tensor that
    has a gradient over there.
    """

    def __init__(
        self,
        blobs: list[bytes],
        resolve: Callable[[dict], Any],
        earlier: Mapping[tuple[int, int], np.ndarray] | None = None,
        own: Sequence[Any] = (),
        lead: Callable[[Any, Any], Any] | None = None,
    ):
        self.blobs, self.resolve, self.earlier, self.own, self.lead = blobs, resolve, earlier or {}, own, lead
        self.arrays: dict[int, Any] = {}  # by blob
        self._boxes: list[tuple[Any, int]] = []  # each container, and what it holds; 0 while it is being made
        self._kinds: dict[tuple, type] = {}  # of named tuples
        self._items = self._keys = self._spread = 0

    def decode(self, data: Any, depth: int = 0) -> Any:
        self._count(1)
        if depth > 2 * MAX_DEPTH:
            raise ProtocolError("a value is nested too deeply")
        if data is None or type(data) is bool:
            return data
        if type(data) is not dict:
            raise ProtocolError(f"a bare {type(data).__name__} is no value")
        try:
            return self._decode(data, depth)
        except ProtocolError:
            raise
        except Exception as error:  # whatever Python or numpy says to what nobody should have sent
            raise ProtocolError(f"a malformed value ({type(error).__name__}: {str(error)[:100]})") from None

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > 2 * MAX_ITEMS:
            raise ProtocolError("a value holds too much")

    def _decode(self, data: dict, depth: int) -> Any:
        if "a" in data:
            return self._array(data)
        if "s" in data:
            return text_of(data["s"])
        if "i" in data:
            return int(text_of(data["i"], MAX_INT_DIGITS + 2))
        if "f" in data:
            text = text_of(data["f"], 40)
            return float(text) if text in ("nan", "inf", "-inf") else float.fromhex(text)
        if "c" in data:
            real, imag = (number_of(self.decode(part, depth + 1), float) for part in list_of(data["c"]))
            return complex(real, imag)
        if "t" in data:
            return self._tuple(data, [self.decode(item, depth + 1) for item in list_of(data["t"])])
        if "l" in data or "d" in data or "rng" in data:
            return self._box(data, depth)
        if "same" in data:
            made, weight = self._boxes[natural(data["same"])]
            if not weight:
                raise ProtocolError("a container inside itself")
            self._count(weight)
            return made
        return self._rarer(data, depth)

    def _rarer(self, data: dict, depth: int) -> Any:
        if "n" in data:
            array = self._array(data["n"])
            if array.ndim:
                raise ProtocolError("a number with axes")
            return array[()]
        if "arg" in data:
            return self.own[natural(data["arg"])]
        if "view" in data:
            return self._view(data)
        if "T" in data:
            return self._tensor(data, depth)
        if "set" in data or "frozenset" in data:
            kind = set if "set" in data else frozenset
            return kind(self._key(item, depth) for item in list_of(data[kind.__name__]))
        if "b" in data:
            return self.blobs[natural(data["b"])]
        if "r" in data:
            return range(*(number_of(self.decode(part, depth + 1), int) for part in list_of(data["r"])))
        if "class" in data:
            return _TYPES[text_of(data["class"], 60)]
        if "ufunc" in data:
            ufunc = getattr(np, text_of(data["ufunc"], 60))
            if type(ufunc) is not np.ufunc:
                raise ProtocolError("a function that is none of numpy's")
            return ufunc
        if "dtype" in data:
            return dtype_of(data["dtype"])
        if "torch" in data:
            return tensors.by_name(text_of(data["torch"], 60))
        return self.resolve(data)

    def _tuple(self, data: dict, items: list) -> tuple:
        fields = data.get("fields")
        if fields is None or not are_fields(fields, len(items)):
            return tuple(items)
        name = text_of(data["kind"], 200)
        names = (name, *fields)
        if names not in self._kinds:
            if len(self._kinds) >= MAX_FIELDS:
                return tuple(items)
            body = {field: property(itemgetter(number)) for number, field in enumerate(fields)}
            self._kinds[names] = type(name, (tuple,), {"__slots__": (), "_fields": tuple(fields), **body})
        return self._kinds[names](items)

    def _box(self, data: dict, depth: int) -> Any:
        number, before = len(self._boxes), self._items
        self._boxes.append((None, 0))
        if "l" in data:
            made: Any = [self.decode(item, depth + 1) for item in list_of(data["l"])]
        elif "d" in data:
            made = {self._key(k, depth): self.decode(v, depth + 1) for k, v in map(list_of, list_of(data["d"]))}
            if "kind" in data:
                made = _DICTS[text_of(data["kind"], 20)](made)
        else:
            made = random_generator(text_of(data["rng"], 20), self.decode(data["state"], depth + 1))
        self._boxes[number] = made, self._items - before + 1
        return made

    def _key(self, data: Any, depth: int) -> Any:
        key = self.decode(data, depth + 1)
        if not is_key(key):
            raise ProtocolError("a key that is none")
        self._keys += can_collide(key)
        if self._keys > 2 * MAX_KEYS:
            raise ProtocolError("too many keys")
        return key

    def _bytes_of(self, data: dict, dtype: np.dtype, key: str) -> np.ndarray:
        """The blob that a record speaks of, as an array of this dtype in the record's shape and layout."""
        blob = self.blobs[data[key]]
        shape = tuple(natural(n) for n in list_of(data["shape"]))
        if not crosses(dtype, shape) or math.prod(shape) * dtype.itemsize != len(blob):
            raise ProtocolError("an array whose bytes do not fit its shape")
        array = np.frombuffer(blob, dtype=dtype).reshape(shape)
        strides = data["strides"]
        if strides is not None and (spread := self._laid_out(array, strides)) is not None:
            return spread
        return array.copy()

    def _new(self, number: Any) -> bool:
        if type(number) is not int or not 0 <= number < len(self.blobs):
            raise ProtocolError("an array without bytes")
        return number not in self.arrays

    def _array(self, data: dict) -> np.ndarray:
        number = data["a"]
        if not self._new(number):
            if type(self.arrays[number]) is not np.ndarray:
                raise ProtocolError("a tensor that is an array as well")
            return self.arrays[number]
        dtype = dtype_of(data["dtype"])
        array = sound(self._bytes_of(data, dtype, "a"))
        array = self._in_memory_of(data.get("of"), array)
        if data.get("fixed") is True:
            array.flags.writeable = False
        self.arrays[number] = array
        return array

    def _view(self, data: dict) -> np.ndarray:
        """A view of one of our own arrays. Numpy looks whether it lies within it."""
        own = self.own[natural(data["view"])]
        if type(own) is not np.ndarray or not own.flags.c_contiguous:
            raise ProtocolError("a view of what has no such view")
        shape = tuple(natural(n) for n in list_of(data["shape"]))
        if not crosses(own.dtype, shape):
            raise ProtocolError("a view that is too large")
        strides = tuple(number_of(s, int) for s in list_of(data["strides"]))
        view = np.ndarray(shape, own.dtype, own, natural(data["offset"]), strides)
        if data.get("fixed") is True:
            view.flags.writeable = False
        return view

    def _tensor(self, data: dict, depth: int) -> Any:
        number = data["T"]
        if not self._new(number):
            if type(self.arrays[number]) is np.ndarray:
                raise ProtocolError("a tensor that is an array as well")
            return self.arrays[number]
        raw = self._bytes_of(data, tensors.raw_dtype(text_of(data["torch_dtype"], 20)), "T")
        tensor = tensors.unpack(data, raw)
        if data.get("graph") is not None and self.lead:
            tensor = self.lead(tensor, data["graph"])
        elif "gradient" in data:
            tensors.set_gradient(tensor, self.decode(data["gradient"], depth + 1))
        self.arrays[number] = tensor
        return tensor

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

    def _laid_out(self, array: np.ndarray, strides: Any) -> np.ndarray | None:
        """A writable copy with these strides (in bytes), where they are plausible."""
        strides = [s for s in list_of(strides) if type(s) is int]
        strides = [s if n > 1 else array.itemsize for n, s in zip(array.shape, strides, strict=True)]
        order = sorted(range(array.ndim), key=lambda k: -abs(strides[k]))
        extent = sum((n - 1) * abs(s) for n, s in zip(array.shape, strides, strict=True)) + array.itemsize
        more = max(extent - array.nbytes, 0)
        spread = extent > MAX_SPREAD * array.nbytes or self._spread + more > MAX_SPREAD_BYTES
        if not array.size or spread or any(s % array.itemsize for s in strides):
            return None
        # an axis must not step into the one inside it, or elements would share memory
        inner = array.itemsize
        for k in reversed(order):
            if array.shape[k] > 1 and abs(strides[k]) < inner:
                return None
            inner += abs(strides[k]) * (array.shape[k] - 1)
        self._spread += more
        buffer = np.zeros(extent // array.itemsize, dtype=array.dtype)
        start = sum((n - 1) * -s for n, s in zip(array.shape, strides, strict=True) if s < 0)
        view = np.ndarray(array.shape, array.dtype, buffer, offset=start, strides=strides)
        view[...] = array
        return view
