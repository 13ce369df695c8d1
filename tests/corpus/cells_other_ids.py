"""Right answers saved by a tool that gives every cell a new id and metadata of its own (as Colab does)."""

TITLE = "right answers, saved by another notebook program"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    import hashlib

    notebook.nbformat_minor = 0
    for number, cell in enumerate(notebook.cells):
        cell.pop("id", None)
        name = hashlib.md5(str(number).encode()).hexdigest()[:12]
        cell.metadata |= {"id": name, "colab": {"base_uri": "https://localhost:8080/"}, "outputId": name}
    notebook.metadata = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
