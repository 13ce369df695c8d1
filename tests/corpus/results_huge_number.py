"""A whole number of four million digits, which takes minutes to write in decimals."""

TITLE = "a number of four million digits"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": "def sigmoid(z):\n    return [1 << 13_000_000, -(1 << 13_000_000), 10.0 ** 308 * 10]"}
