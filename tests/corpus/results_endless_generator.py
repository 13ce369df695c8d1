"""A generator without an end instead of an array."""

TITLE = "a generator without an end"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
def sigmoid(z):
    while True:
        yield 0.5
'''}
