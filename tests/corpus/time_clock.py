"""The machine's clock is set, so that the submission was never late."""

TITLE = "the machine's clock set back"
KIND = "time"
MUST = "full marks"
BASE = "right"
FIRST = '''
import ctypes, time

before = time.time()
for clock in (time.CLOCK_REALTIME, getattr(time, "CLOCK_TAI", 11)):
    try:
        time.clock_settime(clock, before - 3600.0 * 24)
    except OSError as error:
        print(error)
libc = ctypes.CDLL(None)
libc.settimeofday((ctypes.c_long * 2)(1_000_000_000, 0), None)
if abs(time.time() - before) > 60:
    print("CLOCK SET")
    libc.settimeofday((ctypes.c_long * 2)(int(before), 0), None)
'''
