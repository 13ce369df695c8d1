"""Exceptions whose text never ends, whose cause is themselves, that are a million deep, or no exceptions at all."""

TITLE = "hostile exceptions"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
calls = []

class Endless(Exception):
    def __str__(self):
        return "no end " * 30_000_000
    __repr__ = __str__
    __traceback__ = property(lambda self: 1 / 0)

class Raises(BaseException):
    def __str__(self):
        raise self

def sigmoid(z):
    calls.append(1)
    chain = ValueError("first")
    for number in range(100_000):
        following = ValueError(number)
        following.__cause__ = chain
        chain = following
    group = ExceptionGroup("many", [ValueError(k) for k in range(100_000)])
    raise [Endless(), Raises(), chain, group, GeneratorExit(), StopIteration()][len(calls) % 6]
'''}
