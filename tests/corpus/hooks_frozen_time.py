"""time.time, monotonic and perf_counter stand still: a limit that asks them never ends."""

TITLE = "clocks that stand still"
KIND = "hooks"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import time

def sigmoid(z):
    time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
    time.time_ns = time.monotonic_ns = lambda: 0
    time.sleep = lambda seconds: None
    return z
'''}
