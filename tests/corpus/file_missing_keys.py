"""JSON that is no notebook: no cells, no version, cells that are numbers, sources that are objects."""

TITLE = "cells that are no cells"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    import json

    broken = {"nbformat": 4, "nbformat_minor": 5, "metadata": [], "cells": [7, None, "x", {"source": {"a": 1}}, {}]}
    (folder / "00_toy.ipynb").write_text(json.dumps(broken))
