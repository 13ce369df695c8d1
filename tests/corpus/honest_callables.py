"""Answers that are callable and no plain functions: a lambda, numpy's vectorize, a partial, a method, an instance."""

TITLE = "lambda, partial, vectorize, a method"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {
    "sigmoid": '''
import functools, math

def one(z, base):
    return 1 / (1 + base ** -z) if z >= 0 else 1 - 1 / (1 + base ** z)

sigmoid = lambda z: np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
''',
    "one_hot": '''
class Encoder:
    def encode(self, ids, num_classes):
        return (ids[..., None] == np.arange(num_classes)).astype(float)

one_hot = functools.partial(Encoder().encode)
''',
}
