"""A function that takes all the memory it can get, at once and piece by piece."""

TITLE = "memory bomb, one process"
KIND = "memory"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
def sigmoid(z):
    kept = []
    while True:
        kept.append(np.ones(1 << 27))
'''}
