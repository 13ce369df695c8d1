"""The answer uses a helper function of its own, one from an own cell above, a constant and a class."""

TITLE = "helper functions, a class, a constant"
KIND = "honest"
MUST = "full marks"
BASE = "right"
FIRST = '''
from dataclasses import dataclass

@dataclass
class Form:
    sign: int
    def __call__(self, z):
        return 1 / (1 + exponential(-self.sign * z)) if self.sign > 0 else exponential(z) / (1 + exponential(z))
'''
CELLS = {"sigmoid": '''
LARGEST = 700.0

def exponential(z):
    return np.exp(np.minimum(z, LARGEST))

def sigmoid(z):
    return np.where(z >= 0, Form(1)(np.maximum(z, 0.0)), Form(-1)(np.minimum(z, 0.0)))
'''}
