"""From a message to values, each of them looked at before it is used: see :mod:`.codec` for the records.

Nothing of what arrives is believed: kinds, sizes, depth and how often something is said to be the same are bounded by
the limits in :mod:`.plain`, so that a short message can't become a large value, or one that takes long to make.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from . import tensors
from .plain import (
    DICTS,
    MAX_DEPTH,
    MAX_FIELDS,
    MAX_INT_DIGITS,
    MAX_ITEMS,
    MAX_KEYS,
    MAX_SPREAD,
    MAX_SPREAD_BYTES,
    TYPES,
    ProtocolError,
    are_fields,
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

__all__ = ["Decoder"]


class Decoder:
    """Turns received data back into values; ``resolve(record)`` answers for handles and callbacks.

    Raises :class:`ProtocolError` for anything malformed, whatever it is. ``earlier`` are arrays of an earlier message
    by (message, blob): what is said to have the memory of one is written into it. ``own`` are the arrays of the message
    that this one answers. ``lead(tensor, graph)`` is told of each tensor that has a gradient over there.

    ``arrays`` are those made so far, by the number of their blob. One decoder serves one message.

    ``blobs`` are the message's bytes, to which the data speak by number. ``resolve`` gets a record of no other kind and
    returns what it stands for, or raises :class:`ProtocolError`. ``lead`` returns the tensor to be used.
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
        """The value that a record stands for; ``depth`` is how deep it lies, leave it out.

        Containers, arrays and numbers are new objects; a list, dict or generator that is said to be the same as an
        earlier one is that object. Raises :class:`ProtocolError`.
        """
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
        """Count items of this message; raises :class:`ProtocolError` above the limit."""
        self._items += items
        if self._items > 2 * MAX_ITEMS:
            raise ProtocolError("a value holds too much")

    def _decode(self, data: dict, depth: int) -> Any:
        """The value of a record by its key.

        The usual kinds are looked at here, the others in :meth:`_rarer`. May raise anything at all, of which
        :meth:`decode` makes a :class:`ProtocolError`.
        """
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
            return TYPES[text_of(data["class"], 60)]
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
        """A tuple of these items, or one of a class made here where the record names its fields.

        Such a class has the fields as properties and no methods of the learner's. Classes of one name and the same
        fields are one class within a message; with too many of them, or with fields that can be none, it is a plain
        tuple.
        """
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
        """A list, a dict or a random generator.

        They are numbered in the order in which they begin, so that ``same`` can name one later.
        """
        number, before = len(self._boxes), self._items
        self._boxes.append((None, 0))
        if "l" in data:
            made: Any = [self.decode(item, depth + 1) for item in list_of(data["l"])]
        elif "d" in data:
            made = {self._key(k, depth): self.decode(v, depth + 1) for k, v in map(list_of, list_of(data["d"]))}
            if "kind" in data:
                made = DICTS[text_of(data["kind"], 20)](made)
        else:
            made = random_generator(text_of(data["rng"], 20), self.decode(data["state"], depth + 1))
        self._boxes[number] = made, self._items - before + 1
        return made

    def _key(self, data: Any, depth: int) -> Any:
        """A record's value as a dict's key or a set's item. Raises :class:`ProtocolError` for what can be none."""
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
        """Whether a blob's array is still to be made. Raises :class:`ProtocolError` where there is no such blob."""
        if type(number) is not int or not 0 <= number < len(self.blobs):
            raise ProtocolError("an array without bytes")
        return number not in self.arrays

    def _array(self, data: dict) -> np.ndarray:
        """The array of a blob: made once, and the same object wherever the message names that blob again."""
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
        """A view of one of our own arrays. Numpy looks whether it lies within it.

        ``offset`` and ``strides`` in the record are bytes within it. Raises ValueError where it would reach beyond it.
        """
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
        """The tensor of a blob, as :meth:`_array` has it for arrays.

        It comes with its gradient, or linked by ``lead`` to its graph over there.
        """
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
        """``array``, in the memory of an earlier one where that is what it has over there.

        ``place`` is (message, blob), or None. An earlier array of another shape or dtype, or one that is not to be
        written into, is left alone.
        """
        if place is None:
            return array
        message, blob = place
        before = self.earlier.get((message, blob))
        if before is None or before.dtype != array.dtype or before.shape != array.shape or not before.flags.writeable:
            return array
        before[...] = array
        return before

    def _laid_out(self, array: np.ndarray, strides: Any) -> np.ndarray | None:
        """A writable copy with these strides (in bytes), where they are plausible.

        None where they are not: where the array would be spread over far more memory than it has, or elements would
        share some; a plain copy does then.

        ``strides`` are as they were sent: one for each axis, of any sign. The layout matters because numpy's results
        may differ in the last digits between layouts, and a learner's function may ask for it.
        """
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
