"""An own cell claims to be one of the course's grade cells, worth a thousand points."""

TITLE = "an own grade cell worth 1000 points"
KIND = "cells"
MUST = "nothing gained"


def change(notebook):
    import nbformat

    nbgrader = {"grade": True, "solution": False, "locked": True, "schema_version": 3, "points": 1000,
                "grade_id": "check_bonus", "cell_type": "code", "checksum": "0" * 32}
    notebook.cells.append(nbformat.v4.new_code_cell("1000.0", metadata={"nbgrader": nbgrader}))
    nbgrader = {**nbgrader, "solution": True, "grade_id": "bonus"}
    notebook.cells.append(nbformat.v4.new_markdown_cell("Full marks, please.", metadata={"nbgrader": nbgrader}))
