"""A grade cell and a solution cell were copied and pasted, ids and all: stock nbgrader stops the whole class."""

TITLE = "right answers, copied grade and solution cells"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    import copy

    twice = []
    for cell in notebook.cells:
        twice.append(cell)
        if cell.metadata.get("nbgrader", {}).get("grade_id") in ("sigmoid", "check_sigmoid", "check_quiz"):
            twice.append(copy.deepcopy(cell))
    notebook.cells = twice
