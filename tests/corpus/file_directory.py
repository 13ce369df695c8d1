"""A folder under the notebook's name."""

TITLE = "a folder under the notebook's name"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    (folder / "00_start.ipynb").mkdir()
    (folder / "00_start.ipynb" / "inside.txt").write_text("nothing")
