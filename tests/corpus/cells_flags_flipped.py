"""Grade cells claim to be solution cells and the other way round."""

TITLE = "grade and solution flags flipped"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader:
            nbgrader["grade"], nbgrader["solution"] = nbgrader["solution"], nbgrader["grade"]
            nbgrader["locked"] = not nbgrader["locked"]
            nbgrader["task"] = True
