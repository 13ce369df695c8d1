"""A thread reads from the channel, so that the worker never sees what it is asked."""

TITLE = "a thread that reads the grader's questions"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
LONG = True
EARNS = 0  # a worker whose questions are gone answers none: what is lost is its own
CELLS = {"sigmoid": '''
import os, threading

def eat(number):
    while True:
        try:
            print("EATEN", os.read(number, 100_000)[:2000])
        except OSError:
            return

for number in range(3, 64):
    try:
        if os.fstat(number).st_mode & 0o170000 == 0o140000:
            threading.Thread(target=eat, args=(number,), daemon=True).start()
    except OSError:
        pass

def sigmoid(z):
    return z
'''}
