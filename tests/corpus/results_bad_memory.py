"""An array over memory that is not its own: as_strided and ctypes read far beyond its end, and crash."""

TITLE = "an array over memory that is not its own"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import ctypes

def sigmoid(z):
    ctypes.string_at(0)
    return np.lib.stride_tricks.as_strided(np.zeros(1), z.shape, (1 << 40,) * z.ndim)
'''}
