"""Checksums of the cells are changed, removed, and turned into lists."""

TITLE = "right answers, broken checksums"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    broken = ["0" * 32, None, ["x"], 7, ""]
    for number, cell in enumerate(notebook.cells):
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["checksum"] = broken[number % len(broken)]
