"""Every cell is tagged skip-execution: nbclient leaves a tagged cell out, and stock nbgrader pays for silence."""

TITLE = "skip-execution tag on the grade cells"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell", "setup"]
