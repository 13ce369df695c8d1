"""Subclasses of int, tuple, dict and ndarray whose type, shape, dtype and items say something else each time."""

TITLE = "subclasses that lie about type, shape and items"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
class Pair(tuple):
    __iter__ = lambda self: iter([0.5] * 9)
    __len__ = lambda self: 2
    __getitem__ = lambda self, k: 0.5

class Dict(dict):
    items = keys = lambda self: [(k, k) for k in range(10)]

class Array(np.ndarray):
    shape = property(lambda self: (3, 4))
    dtype = property(lambda self: np.dtype(object))
    nbytes = property(lambda self: 0)
    tobytes = lambda self, *a: b"x"
    __class__ = property(lambda self: np.ndarray)
    __array_interface__ = {"shape": (1 << 40,), "typestr": "<f8", "data": (8, False), "version": 3}

class Number(int):
    bit_length = lambda self: 1
    __str__ = __repr__ = lambda self: "9" * 10_000_000

calls = []

def sigmoid(z):
    calls.append(1)
    return [Pair([1]), Dict(a=1), np.zeros(3).view(Array), Number(7)][len(calls) % 4]
'''}
