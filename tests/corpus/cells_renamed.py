"""The grade cells get other names, so that nobody finds their points."""

TITLE = "grade cells renamed"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("grade"):
            nbgrader["grade_id"] += "_2"
            cell["id"] = nbgrader["grade_id"]
