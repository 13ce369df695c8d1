"""The notebook was renamed by a browser that had one already: 00_toy (1).ipynb."""

TITLE = "right answers under another file name"
KIND = "file"
MUST = "needs a human"
BASE = "right"
EARNS = 8


def write(notebook, folder):
    import json

    (folder / "00_toy (1).ipynb").write_text(json.dumps(notebook))
