"""The time limit: obeyed whatever the function does, and gone when the call is over."""

import signal
import sys
import threading
import time

import pytest

from grader.checking import timelimit
from grader.checking.calling import LocalSubject
from grader.checking.timelimit import TimeLimitExceeded, run_limited

LIMIT = 0.2
TEST_SECONDS = 600  # pytest-timeout's own alarm, which has to be ticking again afterwards


def loops():
    while True:
        pass


def swallows_everything():
    while True:
        try:
            sum(range(100))
        except:  # noqa: E722  (what it is about)
            pass


def swallows_in_a_helper():
    def helper():
        try:
            loops()
        except BaseException:
            pass

    while True:
        helper()


def clings_on():
    try:
        loops()
    finally:
        swallows_everything()


def sleeps():
    time.sleep(60)


def computes_in_a_loop():
    import numpy as np

    a = np.ones((200, 200))
    while True:
        a = np.tanh(a @ a)


ENDLESS = [loops, swallows_everything, swallows_in_a_helper, clings_on, computes_in_a_loop]


@pytest.mark.parametrize("function", [*ENDLESS, sleeps])
def test_signal_stops(function):
    outcome = LocalSubject("f", function, LIMIT).call([])
    assert outcome.failure == "time"
    assert LIMIT <= outcome.seconds < LIMIT + 3
    assert signal.getitimer(signal.ITIMER_REAL)[0] in (0, pytest.approx(TEST_SECONDS, abs=60))
    assert sys.gettrace() is None


@pytest.mark.parametrize("function", ENDLESS)
def test_watchdog_stops_in_another_thread(function):
    """The way it works on Windows, and wherever the check does not run in the main thread."""
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(LocalSubject("f", function, LIMIT).call([])))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert outcomes[0].failure == "time"


@pytest.mark.parametrize("by_signal", [True, False])
def test_nothing_comes_after_the_call(by_signal, monkeypatch):
    """A call that ends just as its time runs out is never hit later."""
    monkeypatch.setattr(timelimit, "can_interrupt_by_signal", lambda: by_signal)
    for k in range(300):
        try:
            run_limited(time.sleep, [0.0018 + 0.000002 * k], 0.002)
        except TimeLimitExceeded:
            pass
        sum(range(1000))
    time.sleep(0.05)
    sum(range(100_000))


def test_someone_elses_alarm_survives():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *a: rang.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        run_limited(sum, [[1]], 5)
        time.sleep(0.6)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert rang


def test_the_next_call_is_unharmed():
    LocalSubject("f", loops, LIMIT).call([])
    assert LocalSubject("g", lambda: 3, LIMIT).call([]).value == 3
