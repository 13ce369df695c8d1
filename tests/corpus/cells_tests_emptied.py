"""The text of the grade cells is replaced by one that is content."""

TITLE = "grade cells rewritten to show full points"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("grade"):
            cell.source = f"{float(nbgrader['points'])}"
