"""A byte that is no UTF-8 in the middle of the text."""

TITLE = "bytes that are no text"
KIND = "file"
MUST = "needs a human"
BASE = "right"
EARNS = 0


def write(notebook, folder):
    import json

    text = json.dumps(notebook).encode()
    (folder / "00_toy.ipynb").write_bytes(text.replace(b"sigmoid", b"sigm\xff\xfeoid"))
