"""The notebook is a symbolic link to a classmate's submission, which is right."""

TITLE = "a symbolic link to a classmate's notebook"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    others = [path for path in folder.parent.parent.glob("*/00_start/00_start.ipynb") if path.parent != folder]
    (folder / "00_start.ipynb").symlink_to(sorted(others)[0])
