"""Ending in order when asked to: Ctrl-C, a closed terminal, a shutdown."""

from __future__ import annotations

import signal
import socket
import threading
from typing import Any

__all__ = ["Stop", "listen"]

_missed: list[int] = []  # signals that came before there was a Stop


def listen() -> None:
    """Remember a Ctrl-C from now on: while modules are loaded, some code swallows the KeyboardInterrupt it raises.

    Does nothing in a thread, or where somebody else handles SIGINT already.
    """
    if threading.current_thread() is threading.main_thread():
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _remember)


def _remember(number: int, frame: object) -> None:
    """Raises KeyboardInterrupt as ever, and remembers the signal for the next :class:`Stop`, in case that is lost."""
    _missed.append(number)
    raise KeyboardInterrupt(number)


class Stop:
    """Hears SIGINT, SIGTERM and SIGHUP while it is entered.

    Any raises KeyboardInterrupt with its number, but for the first one after :meth:`be_patient`, which is only noted
    (``number``, and the object becomes readable).
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._patient = False
        self._hear, self._told = socket.socketpair()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        if _missed:
            raise KeyboardInterrupt(_missed.pop())
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                    self._before[number] = signal.signal(number, self._heard)
        return self

    def be_patient(self) -> None:
        """Only note the first signal from now on.

        Raises KeyboardInterrupt if there was one, and nobody let it through.
        """
        if self.number is not None:
            raise KeyboardInterrupt(self.number)
        self._patient = True

    def _heard(self, number: int, frame: object) -> None:
        """Note a signal; raise KeyboardInterrupt unless it is the first one that may be waited out."""
        again, self.number = self.number is not None, number
        if not self._patient or again:
            raise KeyboardInterrupt(number)
        self._told.send(b"!")

    def fileno(self) -> int:
        """Readable once a signal came."""
        return self._hear.fileno()

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._hear.close()
        self._told.close()
