"""A hand-marked answer in code ends the process that runs it, between two right answers."""

TITLE = "a hand-marked answer in code that ends its process"
KIND = "marked"
MUST = "marked by hand"
BASE = "right"
CELLS = {"measure": "import os\nos._exit(0)"}


def change(notebook):
    """It comes first, so that all else is still to be graded."""
    position = next(k for k, cell in enumerate(notebook.cells) if cell.get("id") == "measure")
    notebook.cells.insert(0, notebook.cells.pop(position))
