"""Ending in order when asked to: Ctrl-C, a closed terminal, a shutdown."""

from __future__ import annotations

import signal
import socket
import threading
from typing import Any

__all__ = ["Stop"]


class Stop:
    """Hears SIGINT, SIGTERM and SIGHUP while it is entered.

    Once ``patient`` is set, the first one is only noted (``number``, and the object becomes readable); any
    other raises KeyboardInterrupt with its number.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self.patient = False
        self._hear, self._told = socket.socketpair()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                    self._before[number] = signal.signal(number, self._heard)
        return self

    def _heard(self, number: int, frame: object) -> None:
        if not self.patient or self.number is not None:
            raise KeyboardInterrupt(number)
        self.number = number
        self._told.send(b"!")

    def fileno(self) -> int:
        """Readable once a signal came."""
        return self._hear.fileno()

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._hear.close()
        self._told.close()
