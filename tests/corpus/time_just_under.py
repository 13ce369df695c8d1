"""Each call sleeps for a little less than its limit."""

TITLE = "each call a little under its limit"
KIND = "time"
MUST = "nothing gained"
BASE = "right"
EARNS = 8
LONG = True
CELLS = {"sigmoid": '''
import time

def sigmoid(z):
    time.sleep(0.9)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
'''}
