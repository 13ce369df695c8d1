"""A sparse file of a gigabyte that takes no room on the disk, and all of the memory of who reads it."""

TITLE = "a sparse file of 1 GB"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    with open(folder / "00_toy.ipynb", "wb") as file:
        file.truncate(1_000_000_000)
