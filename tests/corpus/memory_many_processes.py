"""Twenty processes that take a gigabyte each: a limit for each process alone does not hold them."""

TITLE = "memory bomb, many processes"
KIND = "memory"
MUST = "only its question lost"
BASE = "right"
LONG = True
CELLS = {"sigmoid": '''
import os, time

def sigmoid(z):
    for _ in range(20):
        if os.fork() == 0:
            try:
                kept = [bytearray(b"x" * (1 << 28)) for _ in range(4)]
            finally:
                time.sleep(60)
                os._exit(0)
    time.sleep(60)
'''}
