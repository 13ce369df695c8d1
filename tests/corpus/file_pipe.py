"""The notebook is a named pipe: opening it waits for a writer that never comes."""

TITLE = "a named pipe"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    import os

    os.mkfifo(folder / "00_toy.ipynb")
