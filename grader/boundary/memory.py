"""On the learner's side: which memory the arguments and the results of the calls have in common."""

from __future__ import annotations

import collections
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import tensors

__all__ = ["Arguments", "Sent"]

SENT_ARRAYS, SENT_BYTES = 24, 1_000_000  # of earlier calls that are watched for changes


class Arguments:
    """The arrays and tensors of one call, by blob, as they were before it.

    ``arrays`` are those that the decoder made, ``blobs`` the bytes that they came as.
    """

    def __init__(self, arrays: Mapping[int, Any], blobs: list[bytes]):
        self.arrays, self.blobs = dict(arrays), blobs
        self._forms = {blob: _form(array) for blob, array in arrays.items()}
        self._known: list[tuple[int, np.ndarray]] = []

    def unchanged(self) -> dict[int, int]:
        """The blob of each that is as it came, by id: numbers, shape, strides, dtype and flags."""
        same = [
            (blob, array)
            for blob, array in self.arrays.items()
            if _form(array) == self._forms[blob] and _numbers(array) == self.blobs[blob]
        ]
        self._known = [(blob, array) for blob, array in same if type(array) is np.ndarray]
        return {id(array): blob for blob, array in same}

    def leaves(self) -> list[Any]:
        """Those whose gradient is wanted, in the order of their blobs, which is that on our side."""
        return [array for _, array in sorted(self.arrays.items()) if tensors.needs_gradient(array)]

    def view(self, array: np.ndarray) -> dict[str, Any] | None:
        """Where an array's memory lies in one of those that are as they came; None where it lies in none.

        A record with ``view`` (the blob), ``offset`` and ``strides`` in bytes, ``shape``, and ``fixed`` where it is not
        to be written. Call :meth:`unchanged` first.
        """
        start = _start(array)
        for blob, whole in self._known:
            if whole.dtype == array.dtype and whole.flags.c_contiguous and array.size:
                offset = start - _start(whole)
                if 0 <= offset < whole.nbytes:
                    record: dict[str, Any] = {"view": blob, "offset": offset}
                    record |= {"shape": list(array.shape), "strides": list(array.strides)}
                    return record if array.flags.writeable else {**record, "fixed": True}
        return None


class Sent:
    """The arrays that the last calls returned. They are kept alive: their memory is theirs as long.

    So a function that returns one buffer from every call is seen to: what a later call writes into it follows on our
    side, and what a test writes into an object's array there follows here. At most ``SENT_ARRAYS`` and ``SENT_BYTES``.
    """

    def __init__(self) -> None:
        self._arrays: collections.deque[tuple[int, int, np.ndarray, bytes]] = collections.deque()
        self._places: dict[tuple, tuple[int, int]] = {}

    def place(self, array: np.ndarray) -> tuple[int, int] | None:
        """The request and the blob of the one that has this memory and layout; None where none has."""
        return self._places.get(_place(array))

    def changed(self) -> list[list[Any]]:
        """[request, blob, copy] of each that has been written into since it was sent, or last told of."""
        found: list[list[Any]] = []
        for number, (request, blob, array, before) in enumerate(self._arrays):
            now = array.tobytes()
            if now != before:
                found.append([request, blob, array.copy()])
                self._arrays[number] = request, blob, array, now
        return found

    def write(self, request: int, blob: int, array: np.ndarray) -> None:
        """Write into one of them what was written into it over there; nothing where it is gone, or of another shape."""
        for number, (of, which, here, _) in enumerate(self._arrays):
            if (of, which) == (request, blob) and here.shape == array.shape and here.flags.writeable:
                here[...] = array
                self._arrays[number] = of, which, here, here.tobytes()

    def remember(self, request: int, arrays: list[Any], blobs: list[bytes]) -> None:
        """Watch what a call (``request``) returned, and no longer what was returned long ago.

        ``arrays`` by blob, as the encoder sent them, with their bytes in ``blobs``.
        """
        for blob, array in enumerate(arrays):
            if type(array) is np.ndarray and array.size:
                self._arrays.append((request, blob, array, blobs[blob]))
                self._places[_place(array)] = request, blob
        size = sum(len(data) for *_, data in self._arrays)
        while len(self._arrays) > SENT_ARRAYS or size > SENT_BYTES and len(self._arrays) > 1:
            request, blob, array, data = self._arrays.popleft()
            size -= len(data)
            if self._places.get(_place(array)) == (request, blob):
                del self._places[_place(array)]


def _numbers(array: Any) -> bytes:
    """An argument's bytes, in the order of its indices.

    It is an array or a tensor (:func:`.tensors.bytes_of`).
    """
    return tensors.bytes_of(array) if tensors.is_tensor(array) else array.tobytes()


def _form(array: Any) -> tuple:
    """All that can be changed of an argument besides its numbers."""
    if tensors.is_tensor(array):
        return array.shape, array.stride(), array.dtype, array.requires_grad, array.grad is None
    return array.shape, array.strides, array.dtype, array.flags.writeable


def _start(array: np.ndarray) -> int:
    """The address of an array's first element."""
    return array.__array_interface__["data"][0]


def _place(array: np.ndarray) -> tuple:
    """What two arrays have alike that hold the same elements in the same memory: address, shape, strides, dtype."""
    return _start(array), array.shape, array.strides, array.dtype
