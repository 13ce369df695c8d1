"""An ndarray subclass with the right shape and dtype whose comparisons and ufuncs say that all is well."""

TITLE = "an ndarray subclass that compares equal"
KIND = "verdict"
MUST = "nothing gained"
_ARRAY = '''
import numpy as np

class Content(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return np.True_ if ufunc.nout == 1 and ufunc.types[0].endswith("?") else np.zeros(self.shape)
    def __array_function__(self, function, types, arguments, keywords):
        return True
    def __eq__(self, other):
        return np.ones(self.shape, bool)
    def all(self, *a, **k):
        return np.True_
    def max(self, *a, **k):
        return 0.0

'''
CELLS = {
    "sigmoid": _ARRAY + "def sigmoid(z):\n    return np.zeros(np.shape(z)).view(Content)",
    "one_hot": "def one_hot(ids, num_classes):\n    return np.zeros((*np.shape(ids), num_classes)).view(Content)",
}
