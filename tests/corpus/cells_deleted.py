"""The grade cells are deleted: stock nbgrader then keeps the marks of an earlier submission, or waits for a human."""

TITLE = "grade cells deleted"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
