"""Output without an end, until the cell is stopped."""

TITLE = "output without an end"
KIND = "output"
MUST = "full marks"
BASE = "right"
LAST = "while True:\n    print('x' * 1000)"
