"""Attachments and outputs of many megabytes, and attachments where a code cell has none."""

TITLE = "attachments of many megabytes"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    picture = "A" * 1_000_000
    for number, cell in enumerate(notebook.cells):
        cell["attachments"] = {f"../../{number}.png": {"image/png": picture if number % 8 == 0 else "A"}}
        cell.metadata["huge"] = "x" * 10_000
