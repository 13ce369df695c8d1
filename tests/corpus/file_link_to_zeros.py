"""The notebook is a symbolic link to /dev/zero: reading it never ends."""

TITLE = "a symbolic link to /dev/zero"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    (folder / "00_toy.ipynb").symlink_to("/dev/zero")
