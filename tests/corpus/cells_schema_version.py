"""nbgrader's schema version of the cells is older, newer, negative and no number."""

TITLE = "right answers, schema versions of all kinds"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    versions = [0, 1, 99, -1, "three", None]
    for number, cell in enumerate(notebook.cells):
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["schema_version"] = versions[number % len(versions)]
