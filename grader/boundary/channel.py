"""One message after the other over a socket: a JSON header and the blobs it speaks of.

    magic "LC1\\n" | header length (4) | number of blobs (4) | length of each blob (8) | header | blobs

Both ends check every length before they read. A channel that was broken once stays broken: what
comes after a malformed message can't be trusted to be what it says.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

from .codec import ProtocolError

__all__ = ["Channel", "ChannelClosed", "ChannelTimeout"]

MAGIC = b"LC1\n"
MAX_HEADER = 16_000_000
MAX_BLOBS = 20_000
MAX_BYTES = 512_000_000


class ChannelClosed(Exception):
    """The other end is gone."""


class ChannelTimeout(Exception):
    """The other end did not answer in time."""


class Channel:
    """Messages over a stream socket. Raises :class:`ProtocolError` for anything malformed."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.broken: Exception | None = None

    def send(self, header: dict[str, Any], blobs: list[bytes] = (), seconds: float | None = None) -> None:
        """Send a message; raises :class:`ChannelTimeout` if the other end does not take it in time."""
        text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
        if len(text) > MAX_HEADER or len(blobs) > MAX_BLOBS or sum(map(len, blobs)) > MAX_BYTES:
            raise ProtocolError("a message too large to send")
        lengths = struct.pack(f"<II{len(blobs)}Q", len(text), len(blobs), *map(len, blobs))
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            for piece in (MAGIC, lengths, text, *blobs):
                self.sock.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
                self.sock.sendall(piece)
        except TimeoutError:
            raise self._break(ChannelTimeout()) from None
        except OSError as error:
            raise self._break(ChannelClosed(str(error))) from None

    def receive(self, seconds: float | None = None) -> tuple[dict[str, Any], list[bytes]]:
        """The next message; raises :class:`ChannelTimeout` if it is not complete in time."""
        if self.broken:
            raise self.broken
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            if self._read(4, deadline) != MAGIC:
                raise ProtocolError("a message that does not begin like one")
            header_length, count = struct.unpack("<II", self._read(8, deadline))
            if header_length > MAX_HEADER or count > MAX_BLOBS:
                raise ProtocolError("a message too large")
            lengths = struct.unpack(f"<{count}Q", self._read(8 * count, deadline))
            if sum(lengths) > MAX_BYTES:
                raise ProtocolError("a message too large")
            header = _parse(self._read(header_length, deadline))
            return header, [self._read(length, deadline) for length in lengths]
        except (ProtocolError, ChannelClosed, ChannelTimeout) as error:
            raise self._break(error) from None

    def _break(self, error: Exception) -> Exception:
        self.broken = error
        return error

    def _read(self, length: int, deadline: float | None) -> bytes:
        pieces, missing = [], length
        while missing:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise ChannelTimeout
            self.sock.settimeout(left)
            try:
                piece = self.sock.recv(min(missing, 1 << 20))
            except TimeoutError:
                raise ChannelTimeout from None
            except OSError as error:
                raise ChannelClosed(str(error)) from None
            if not piece:
                raise ChannelClosed("the other end closed the channel")
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)


def _parse(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError("a header that is no JSON") from None
    if type(header) is not dict:
        raise ProtocolError("a header that is no object")
    return header
