"""Where nbgrader keeps an object in a cell's metadata stand a list, a number, a text and null."""

TITLE = "nbgrader's metadata of the wrong type"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    kinds = [[1, 2], 7, "grade", None, {"grade_id": ["check_sigmoid"]}, {"grade_id": {"a": 1}}, {"grade": "yes"}]
    for number, cell in enumerate(notebook.cells):
        cell.metadata["nbgrader"] = kinds[number % len(kinds)]
        cell.metadata["tags"] = kinds[(number + 1) % len(kinds)]
