"""The function prints ten megabytes at each of its calls, in Python and straight into the descriptors."""

TITLE = "output at each call of the function"
KIND = "output"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": '''
import os

def sigmoid(z):
    print("x" * 10_000_000)
    os.write(1, b"straight into the descriptor " * 1000)
    os.write(2, b"2.0\\n")
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
'''}
