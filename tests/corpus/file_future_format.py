"""nbformat 5, which is not there yet."""

TITLE = "nbformat 5"
KIND = "file"
MUST = "needs a human"


def change(notebook):
    notebook.nbformat = 5
    notebook["sheets"] = notebook.pop("cells")
