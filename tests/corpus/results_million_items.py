"""A list of ten million numbers, a dict of a million keys and a text of a hundred megabytes."""

TITLE = "lists, dicts and texts of millions"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
LONG = True
CELLS = {"sigmoid": '''
calls = []

def sigmoid(z):
    calls.append(1)
    return [[0.5] * 10_000_000, dict.fromkeys(range(1_000_000)), "x" * 100_000_000, bytes(100_000_000)][len(calls) % 4]
'''}
