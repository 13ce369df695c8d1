"""A time limit on a learner's function, repeated until it is obeyed.

On Linux and macOS, in the main thread, a real-time signal interrupts even a sleep. Elsewhere
(Windows, or a check called from another thread) a watchdog thread raises the exception in the
calling thread between two Python instructions; it cannot interrupt a single long call into C.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

__all__ = ["TimeLimitExceeded", "can_interrupt_by_signal", "run_limited"]

REPEAT = 0.005  # seconds between two alarms, once the limit has passed


class TimeLimitExceeded(BaseException):
    """Raised inside the learner's function; a BaseException, so that ``except Exception`` lets it by."""


class _Strike(TimeLimitExceeded):
    """Raised from another thread. It is made in the thread it strikes, which lets it start the trace there."""

    def __init__(self):
        _raise_from_now_on(sys._getframe(1))


def _raise_on_every_line(frame, event, arg):
    """Trace function: a bare ``except`` swallows one exception, not one on each line it then runs."""
    if frame.f_code.co_filename == __file__:
        return None
    if event == "line":
        raise TimeLimitExceeded
    return _raise_on_every_line


def _raise_from_now_on(frame) -> None:
    """Trace this thread, from ``frame`` up to the call that is limited.

    So an exception comes on the next line of each of the learner's frames, whatever the one before did with the last
    one.
    """
    sys.settrace(_raise_on_every_line)
    while frame is not None and frame.f_code.co_filename != __file__:
        frame.f_trace = _raise_on_every_line
        frame = frame.f_back


def _run_with_alarm(function: Callable, arguments: list, seconds: float) -> Any:
    """As :func:`run_limited`, by a real-time signal that comes again every ``REPEAT`` seconds once the time is over.

    An alarm and a handler of somebody else's are put back as they were.
    """
    calling = False

    def alarm(signum, frame):
        if not calling or frame is None or frame.f_code.co_filename == __file__:
            return  # the call is over, or not begun: the clean-up must not be interrupted
        _raise_from_now_on(frame)
        raise TimeLimitExceeded

    trace = sys.gettrace()
    handler = signal.signal(signal.SIGALRM, alarm)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT)
    try:
        calling = True
        return function(*arguments)
    finally:
        calling = False
        sys.settrace(trace)  # first: the functions below are Python too
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if timer[0]:  # someone else's alarm was pending
            signal.setitimer(signal.ITIMER_REAL, *timer)


_set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc


def _watch(seconds: float, target: ctypes.c_ulong, begun: list, ended: list, guard, over) -> None:
    """Strike the target thread, again and again, from when ``begun`` holds something until ``ended`` does.

    ``seconds`` is the limit. ``guard`` is held while an exception is set, ``over`` is set when nothing is left to
    watch.
    """
    while not over.wait(seconds):
        seconds = REPEAT
        with guard:
            if ended:
                return
            if begun:
                _set_exception(target, ctypes.py_object(_Strike))


def _run_watched(function: Callable, arguments: list, seconds: float) -> Any:
    """As :func:`run_limited`, by a thread that raises in this one between two of Python's instructions.

    It uses ``PyThreadState_SetAsyncExc`` of Python's C interface, which raises before the next instruction of the
    thread.
    """
    # Strikes are set between the two appends only: starting the thread is Python code with locks of its
    # own, which a strike would break. The appends and the guard (held while an exception is set or
    # withdrawn) work in C, and may be done twice: a strike that is set and not yet raised can end the
    # first clean-up before it is through.
    begun: list[bool] = []
    ended: list[bool] = []
    guard, over = threading.Lock(), threading.Event()
    target, withdraw, trace = ctypes.c_ulong(threading.get_ident()), _set_exception, sys.gettrace()
    watch = threading.Thread(target=_watch, args=(seconds, target, begun, ended, guard, over), daemon=True)
    watch.start()
    try:
        try:
            begun.append(True)
            return function(*arguments)
        finally:
            ended.append(True)
            with guard:
                withdraw(target, None)
    finally:
        ended.append(True)
        with guard:
            withdraw(target, None)
        sys.settrace(trace)
        over.set()


def can_interrupt_by_signal() -> bool:
    """Whether the limit can interrupt a call into C, such as a sleep: in the main thread, and not on Windows."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def run_limited(function: Callable, arguments: list, seconds: float) -> Any:
    """``function(*arguments)``; raises :class:`TimeLimitExceeded` in it after ``seconds``.

    Returns what the function returns, and lets through what it raises. One that swallows the exception gets it again,
    on every line that it runs, until it ends. A single call into C is interrupted only where a signal can
    (:func:`can_interrupt_by_signal`); elsewhere its end is waited for.
    """
    run = _run_with_alarm if can_interrupt_by_signal() else _run_watched
    return run(function, arguments, seconds)
