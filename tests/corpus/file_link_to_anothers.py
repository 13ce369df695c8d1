"""The notebook is a symbolic link to a classmate's submission, which is right."""

TITLE = "a symbolic link to a classmate's notebook"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    others = [path for path in folder.parent.parent.glob("*/00_toy/00_toy.ipynb") if path.parent != folder]
    (folder / "00_toy.ipynb").symlink_to(sorted(others)[0])
