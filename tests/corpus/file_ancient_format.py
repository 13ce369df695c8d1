"""nbformat 2, which no tool of today reads or writes."""

TITLE = "nbformat 2 without cells"
KIND = "file"
MUST = "nothing gained"


def write(notebook, folder):
    (folder / "00_toy.ipynb").write_text('{"nbformat": 2, "nbformat_minor": 0, "metadata": {}, "worksheets": []}')
