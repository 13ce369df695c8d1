"""A file that is JSON, and a list."""

TITLE = "JSON that is a list"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    (folder / "00_toy.ipynb").write_text("[1, 2, 3]")
