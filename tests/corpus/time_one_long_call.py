"""One call into C that takes for ever: a power of whole numbers, and a regular expression."""

TITLE = "a single long call into C"
KIND = "time"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": "import re\n\ndef sigmoid(z):\n    re.match(r'(a|a)*b', 'a' * 60)\n    return 7 ** (10 ** 9)"}
