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

__all__ = ["TimeLimitExceeded", "time_limit"]

REPEAT = 0.005  # seconds between two alarms, once the limit has passed


class TimeLimitExceeded(BaseException):
    """Raised inside the learner's function; a BaseException, so that ``except Exception`` lets it by."""


def _raise_on_every_line(frame, event, arg):
    """Trace function: a bare ``except`` swallows one alarm, not one on each line it then runs."""
    if frame.f_code.co_filename == __file__:
        return None
    if event == "line":
        raise TimeLimitExceeded
    return _raise_on_every_line


class _SignalLimit:
    """Alarm signals that raise only while the code below the ``with`` block's own frame runs."""

    def __init__(self, seconds: float):
        self.seconds = seconds

    def __enter__(self):
        self.home = sys._getframe(1)
        self.trace = sys.gettrace()
        self.handler = signal.signal(signal.SIGALRM, self._alarm)
        self.timer = signal.setitimer(signal.ITIMER_REAL, self.seconds, REPEAT)

    def _alarm(self, signum, frame):
        if frame is None or frame is self.home or frame.f_code.co_filename == __file__:
            return  # the call is over, or not begun: the clean-up must not be interrupted
        sys.settrace(_raise_on_every_line)
        while frame is not None and frame is not self.home:
            frame.f_trace = _raise_on_every_line
            frame = frame.f_back
        raise TimeLimitExceeded

    def __exit__(self, *exception):
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.handler)
        sys.settrace(self.trace)
        if self.timer[0]:  # someone else's alarm was pending
            signal.setitimer(signal.ITIMER_REAL, *self.timer)


class _WatchdogLimit:
    """A thread that raises the exception in the calling thread, again and again, until the call is over."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.done = threading.Event()
        self.lock = threading.Lock()

    def __enter__(self):
        self.home = sys._getframe(1)
        self.target = threading.get_ident()
        threading.Thread(target=self._watch, name="grader-time-limit", daemon=True).start()

    def _set_exception(self, exception) -> None:
        argument = None if exception is None else ctypes.py_object(exception)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.target), argument)

    def _running(self) -> bool:
        """Whether the thread is still inside the call, below the ``with`` block's own frame."""
        frame = sys._current_frames().get(self.target)
        if frame is self.home or frame is None or frame.f_code.co_filename == __file__:
            return False
        while frame is not None and frame is not self.home:
            frame = frame.f_back
        return frame is self.home

    def _watch(self) -> None:
        wait = self.seconds
        while not self.done.wait(wait):
            wait = REPEAT
            with self.lock:
                if not self.done.is_set() and self._running():
                    self._set_exception(TimeLimitExceeded)

    def __exit__(self, *exception):
        while True:
            try:
                self.done.set()
                with self.lock:
                    self._set_exception(None)  # withdraw one that has not been raised yet
                return
            except TimeLimitExceeded:
                continue


def can_interrupt_by_signal() -> bool:
    """Whether the limit can interrupt a call into C, such as a sleep."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def time_limit(seconds: float):
    """Context manager: raise :class:`TimeLimitExceeded` in what the block calls, after ``seconds``."""
    return _SignalLimit(seconds) if can_interrupt_by_signal() else _WatchdogLimit(seconds)
