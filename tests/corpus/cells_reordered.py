"""Right answers in a notebook whose cells were shuffled: here, from last to first."""

TITLE = "right answers, cells in reverse order"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    notebook.cells = notebook.cells[::-1]
