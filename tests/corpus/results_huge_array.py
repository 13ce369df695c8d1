"""Arrays that claim to be terabytes: broadcast from one number, with strides of zero."""

TITLE = "arrays of terabytes that take no memory"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": "def sigmoid(z):\n    return np.broadcast_to(np.float64(1), (1 << 20, 1 << 20))"}
