"""Handlers for every signal there is, none of which does anything, and timers that fire all the time."""

TITLE = "all signals caught or ignored"
KIND = "hooks"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, lambda *a: None)
    except OSError:
        pass

def sigmoid(z):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    return z
'''}
