"""A folder under the notebook's name."""

TITLE = "a folder under the notebook's name"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    (folder / "00_toy.ipynb").mkdir()
    (folder / "00_toy.ipynb" / "inside.txt").write_text("nothing")
