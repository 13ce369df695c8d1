"""All cells have one and the same id, and some have ids that no tool would write."""

TITLE = "right answers, clashing cell ids"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    for number, cell in enumerate(notebook.cells):
        cell["id"] = "sigmoid" if number % 3 else "../../" + "x" * 300
