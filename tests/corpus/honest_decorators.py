"""Decorated answers: functools.wraps, a timer, a counter, a cache of its own that is keyed on bytes."""

TITLE = "decorated functions"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": '''
import functools, time

def timed(function):
    @functools.wraps(function)
    def wrapped(*arguments, **keywords):
        begin = time.perf_counter()
        try:
            return function(*arguments, **keywords)
        finally:
            wrapped.spent.append(time.perf_counter() - begin)
    wrapped.spent = []
    return wrapped

@timed
@timed
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
'''}
