"""The first half of a right notebook, as an interrupted upload leaves it."""

TITLE = "the first half of a notebook"
KIND = "file"
MUST = "needs a human"
BASE = "right"
EARNS = 0


def write(notebook, folder):
    import json

    text = json.dumps(notebook)
    (folder / "00_toy.ipynb").write_text(text[: len(text) // 2])
