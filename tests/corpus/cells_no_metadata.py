"""Right answers, but a tool removed all metadata of the cells: their ids are still the course's."""

TITLE = "right answers, the cells' metadata removed"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    for cell in notebook.cells:
        cell.metadata.clear()
