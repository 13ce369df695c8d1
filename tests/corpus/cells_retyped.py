"""Grade cells become raw cells, solution cells Markdown."""

TITLE = "grade cells turned into raw cells"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("grade") or nbgrader.get("solution"):
            cell.cell_type = "raw" if nbgrader.get("grade") else "markdown"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
