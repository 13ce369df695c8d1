"""Right answers in a notebook whose grade cells were deleted by accident."""

TITLE = "right answers, grade cells deleted"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
