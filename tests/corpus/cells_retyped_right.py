"""Right answers whose cells were turned into Markdown and raw cells by a slip on the keyboard (Y, M, R)."""

TITLE = "right answers, cells retyped by a slip"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in ("sigmoid", "check_one_hot", "check_quiz"):
            cell.cell_type = "markdown"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
