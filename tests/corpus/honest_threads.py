"""A pool of threads and an executor inside the function."""

TITLE = "threads inside the function"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": '''
from concurrent.futures import ThreadPoolExecutor

def stable(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)

def sigmoid(z):
    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(stable, z))).reshape(z.shape) if z.ndim else stable(z)
'''}
