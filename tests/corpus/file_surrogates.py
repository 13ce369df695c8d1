"""Right answers, and half of an emoji (a lone surrogate) in a comment, a Markdown cell and a metadata key."""

TITLE = "right answers with half an emoji in them"
KIND = "file"
MUST = "full marks"
BASE = "right"
FIRST = "half = '?'"


def write(notebook, folder):
    import json

    notebook.cells[0].source = "half = 'HALF'  # HALF"
    notebook.cells[1].source += " HALF"
    notebook.metadata["HALF"] = "HALF"
    (folder / "00_toy.ipynb").write_text(json.dumps(notebook).replace("HALF", r"\ud83d"))
