"""One message after the other over a socket: a JSON header and the blobs it speaks of.

    magic "LC1\\n" | header length (4) | number of blobs (4) | length of each blob (8) | header | blobs

Lengths are in bytes, little-endian and unsigned. Both ends check every length before they read. A channel that was
broken once stays broken: what comes after a malformed message can't be trusted to be what it says.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

from .plain import ProtocolError

__all__ = ["Channel", "ChannelClosed", "ChannelTimeout"]

MAGIC = b"LC1\n"
MAX_HEADER = 16_000_000
MAX_MARKS = 2_000_000  # brackets and commas in a header: each may cost as much memory as an empty list
MAX_BLOBS = 20_000
MAX_BYTES = 160_000_000
_CHUNK = 1 << 16  # of one read; most messages are shorter
_as_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_JOINED = 1 << 20  # messages up to this size are sent in one piece


class ChannelClosed(Exception):
    """The other end is gone: its process ended, or it closed the socket."""


class ChannelTimeout(Exception):
    """The other end did not answer in time, or did not take what was sent to it."""


class Channel:
    """Messages over a stream socket, which is this object's from now on.

    Raises :class:`ProtocolError` for anything malformed or larger than the limits at the top of this module. ``broken``
    is the first error that it met, or None; from then on every :meth:`receive` raises that one again.
    """

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.broken: Exception | None = None
        self._ahead = bytearray()  # what was read and not yet used; a reader that is interrupted goes on from here

    def send(self, header: dict[str, Any], blobs: Sequence[bytes] = (), seconds: float | None = None) -> None:
        """Send a message: a header that JSON can hold, and blobs that it names by their position.

        ``seconds`` bounds the whole message (None: wait for ever). Raises :class:`ChannelTimeout` if the other end does
        not take it in time, :class:`ChannelClosed` if it is gone, and :class:`ProtocolError`, with nothing sent, for a
        message above the limits.
        """
        text = _as_json(header).encode()
        size = sum(map(len, blobs))
        if _too_large(text) or len(blobs) > MAX_BLOBS or size > MAX_BYTES:
            raise ProtocolError("a message too large to send")
        head = MAGIC + struct.pack(f"<II{len(blobs)}Q", len(text), len(blobs), *map(len, blobs)) + text
        pieces = [b"".join((head, *blobs))] if size <= _JOINED else [head, *blobs]
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            for piece in pieces:
                self.sock.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
                self.sock.sendall(piece)
        except TimeoutError:
            raise self._break(ChannelTimeout()) from None
        except OSError as error:
            raise self._break(ChannelClosed(str(error))) from None

    def receive(self, seconds: float | None = None) -> tuple[dict[str, Any], list[bytes]]:
        """The next message, as (header, blobs).

        ``seconds`` bounds the whole message (None: wait for ever). Raises :class:`ChannelTimeout` if it is not complete
        in time, :class:`ChannelClosed` if the other end is gone, and :class:`ProtocolError` for what is no message;
        each breaks the channel. What an interrupted reader had read already is kept for the next one.
        """
        if self.broken:
            raise self.broken
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            return self._receive(deadline)
        except (ProtocolError, ChannelClosed, ChannelTimeout) as error:
            raise self._break(error) from None

    def _receive(self, deadline: float | None) -> tuple[dict[str, Any], list[bytes]]:
        """Read a message piece by piece, each length checked before the bytes it announces are waited for."""
        ahead = self._ahead
        self._fill(4, deadline)
        if ahead[:4] != MAGIC:
            raise ProtocolError("a message that does not begin like one")
        self._fill(12, deadline)
        header_length, count = struct.unpack_from("<II", ahead, 4)
        if header_length > MAX_HEADER or count > MAX_BLOBS:
            raise ProtocolError("a message too large")
        start = 12 + 8 * count
        self._fill(start, deadline)
        lengths = struct.unpack_from(f"<{count}Q", ahead, 12)
        if sum(lengths) > MAX_BYTES:
            raise ProtocolError("a message too large")
        self._fill(start + header_length, deadline)
        header = _parse(bytes(ahead[start : start + header_length]))
        self._fill(start + header_length + sum(lengths), deadline)
        blobs, place = [], start + header_length
        with memoryview(ahead) as view:
            for length in lengths:
                blobs.append(bytes(view[place : place + length]))
                place += length
        del ahead[:place]
        return header, blobs

    def _break(self, error: Exception) -> Exception:
        """Keep an error as the one that broke the channel, and return it to be raised."""
        self.broken = error
        self._ahead = bytearray()
        return error

    def _fill(self, length: int, deadline: float | None) -> None:
        """Read until ``length`` bytes are there. Memory grows with what has come, not with what was announced."""
        ahead = self._ahead
        while len(ahead) < length:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise ChannelTimeout
            self.sock.settimeout(left)
            try:
                piece = self.sock.recv(max(_CHUNK, min(length - len(ahead), 16 * _CHUNK)))
            except TimeoutError:
                raise ChannelTimeout from None
            except OSError as error:
                raise ChannelClosed(str(error)) from None
            if not piece:
                raise ChannelClosed("the other end closed the channel")
            ahead += piece


def _too_large(text: bytes) -> bool:
    """Whether a header is longer than allowed, or holds so many brackets and commas that parsing it would be costly."""
    if len(text) > MAX_HEADER:
        return True
    return len(text) > MAX_MARKS and sum(map(text.count, (b",", b"[", b"{"))) > MAX_MARKS


def _parse(text: bytes) -> dict[str, Any]:
    """The header of a message. Raises :class:`ProtocolError` where it is no JSON object, or too large."""
    if _too_large(text):
        raise ProtocolError("a header that holds too much")
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError("a header that is no JSON") from None
    if type(header) is not dict:
        raise ProtocolError("a header that is no object")
    return header
