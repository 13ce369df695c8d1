"""All signals are blocked, and then the function sleeps."""

TITLE = "signals blocked, then a long sleep"
KIND = "time"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import signal, time

def sigmoid(z):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(300)
'''}
