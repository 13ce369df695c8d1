"""Well-formed messages with values that are none: wrong shapes, dtypes, strides, depths, keys and handles."""

TITLE = "malformed values in well-formed messages"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import gc, itertools

values = itertools.cycle([
    {"a": 0, "dtype": "<f8", "shape": [1 << 60, 1 << 60], "strides": None},
    {"a": 0, "dtype": "O", "shape": [], "strides": []}, {"a": -1, "dtype": "<f8", "shape": [0], "strides": None},
    {"a": 0, "dtype": "<U999999999", "shape": [1], "strides": None}, {"i": "9" * 10_000}, {"f": "x" * 100},
    {"a": 0, "dtype": "<f8", "shape": [0] * 40, "strides": [1] * 40}, {"d": [[{"l": []}, 1]]},
    {"h": 1 << 80, "type": 7, "says": 7}, {"own": "__import__"}, {"callback": 0}, {"n": {"a": 0}}, {"c": []}, {"t": 7},
    {"a": 0, "dtype": "<f8", "shape": [1], "strides": [1 << 62], "of": [1 << 70, -5], "fixed": "yes"}, [], 7, "x",
])

def change():
    for thing in gc.get_objects():
        if type(thing).__name__ == "Channel" and not hasattr(thing, "real"):
            thing.real = thing.send
            thing.send = lambda header, *a, channel=thing, **k: channel.real(
                {**header, "value": next(values)} if "value" in header else header, *a, **k)

def sigmoid(z):
    change()
    return z
'''}
