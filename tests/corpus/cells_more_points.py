"""The points of each grade cell are changed to a thousand, to NaN, and to a text."""

TITLE = "points changed to 1000, NaN and a text"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    points = iter([1000, float("nan"), "all of them"])
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata["nbgrader"]["points"] = next(points)
