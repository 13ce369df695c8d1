"""Each key twice: two lists of cells, grade cells with two sets of flags.

One reader takes the first, another the last.
"""

TITLE = "duplicate keys"
KIND = "file"
MUST = "nothing gained"


def write(notebook, folder):
    import json

    text = json.dumps(notebook)
    text = text.replace('"grade": true', '"grade": false, "solution": true, "grade": true, "points": 1000')
    (folder / "00_toy.ipynb").write_text('{"cells": [], ' + text.removeprefix("{"))
