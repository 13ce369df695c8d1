"""A line of thirty megabytes: stock nbgrader limits lines, not bytes."""

TITLE = "a line of 30 MB"
KIND = "output"
MUST = "full marks"
BASE = "right"
FIRST = "print('x' * 30_000_000)"
LAST = "import sys\nprint('y' * 30_000_000, file=sys.stderr)\n'z' * 30_000_000"
