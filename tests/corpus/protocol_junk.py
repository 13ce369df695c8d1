"""Bytes that are no message are written into every descriptor that is open."""

TITLE = "junk on every descriptor"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import os

def sigmoid(z):
    for number in range(3, 256):
        try:
            os.write(number, b"LC1\\n" + os.urandom(5000))
        except OSError:
            pass
    return z
'''}
