"""A list that holds itself, a dict of lists a hundred thousand deep, and two that hold each other."""

TITLE = "results that contain themselves"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
calls = []

def sigmoid(z):
    calls.append(1)
    ring = []
    ring.append(ring)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    pair = {"a": ring}
    pair["b"] = pair
    return [ring, deep, pair, (ring, deep)][len(calls) % 4]
'''}
