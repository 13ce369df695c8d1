"""The process replaces itself by another program, which keeps its descriptors."""

TITLE = "exec of another program"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
LONG = True
CELLS = {"sigmoid": '''
import os, sys

def sigmoid(z):
    for number in range(3, 64):
        try:
            os.set_inheritable(number, True)
        except OSError:
            pass
    os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(100)"])
'''}
