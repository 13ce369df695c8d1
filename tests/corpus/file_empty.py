"""A file of no bytes, as a full disk leaves it."""

TITLE = "an empty file"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    (folder / "00_toy.ipynb").write_bytes(b"")
