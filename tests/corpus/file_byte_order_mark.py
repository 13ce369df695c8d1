"""A right notebook that an editor on Windows saved with a byte order mark before the first brace."""

TITLE = "right answers, a byte order mark before them"
KIND = "file"
MUST = "full marks"
BASE = "right"


def write(notebook, folder):
    import json

    (folder / "00_toy.ipynb").write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook).encode())
