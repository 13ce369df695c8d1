"""Single keys, as they are pressed: from a terminal, or from whatever a program sends in its place."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["pressed"]


@contextlib.contextmanager
def pressed() -> Iterator[Callable[[], str]]:
    """In the block, a function that returns the next key that was pressed, in small letters, or "" where there is none.

    Nothing has to be confirmed by Enter in a terminal, which is as it was after the block. Where there is no input at
    all, no key is ever pressed.
    """
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    with _terminal() as read_one:
        # It ends with the program: nothing can wake it while it waits for a key.
        threading.Thread(target=_listen, args=(read_one, waiting), daemon=True).start()

        def next_key() -> str:
            with contextlib.suppress(queue.Empty):
                return waiting.get_nowait()
            return ""

        yield next_key


def _listen(read_one: Callable[[], str], waiting: queue.SimpleQueue[str]) -> None:
    with contextlib.suppress(OSError, ValueError):  # the input is closed
        while key := read_one():
            if key.strip():
                waiting.put(key.lower())


@contextlib.contextmanager
def _terminal() -> Iterator[Callable[[], str]]:
    """A function that waits for a key and returns it, "" at the end of the input; for a terminal set to single keys."""
    try:
        number = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # there is none, or it is no file
        yield lambda: ""
        return

    def read_one() -> str:
        return os.read(number, 1).decode("ascii", "replace")

    if not os.isatty(number):
        yield read_one
    elif sys.platform == "win32":
        import msvcrt

        yield msvcrt.getwch
    else:
        import termios
        import tty

        before: list[Any] = termios.tcgetattr(number)
        try:
            tty.setcbreak(number)  # what is printed, and Ctrl-C, stay as they are
            yield read_one
        finally:
            termios.tcsetattr(number, termios.TCSADRAIN, before)
