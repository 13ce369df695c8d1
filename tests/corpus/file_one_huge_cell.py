"""One cell of thirty megabytes: a text in quotes, which is then repeated in every error about it."""

TITLE = "a cell of 30 MB"
KIND = "file"
MUST = "nothing gained"
CELLS = {"sigmoid": "text = '''" + "x" * 30_000_000 + "'''\ndef sigmoid(z):\n    return text"}
