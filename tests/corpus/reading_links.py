"""Symbolic links beside the notebook lead to the gradebook, the hidden vectors and the root folder."""

TITLE = "symbolic links beside the notebook"
KIND = "reading"
MUST = "nothing gained"
FIRST = '''
import os, pathlib

for name in ("book", "hidden", "top", "others"):
    path = pathlib.Path(name)
    try:
        print("FOUND", os.listdir(path) if path.is_dir() else path.read_bytes()[:200_000])
    except OSError as error:
        print(type(error).__name__)
'''


def write(notebook, folder):
    import json

    root = folder.parent.parent.parent
    for name, target in {"book": "gradebook.db", "hidden": "hidden", "top": ".", "others": "submitted"}.items():
        (folder / name).symlink_to(root / target)
    (folder / "00_toy.ipynb").write_text(json.dumps(notebook))
