"""The names of the quiz's cell and of a function's cell are swapped: the definition then stands behind its test."""

TITLE = "right answers, names of cells swapped"
KIND = "cells"
MUST = "only its question lost"
BASE = "right"


def change(notebook):
    names = {"check_quiz": "check_sigmoid", "check_sigmoid": "check_quiz", "quiz": "sigmoid", "sigmoid": "quiz"}
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("grade_id") in names:
            nbgrader["grade_id"] = names[nbgrader["grade_id"]]
