"""A notebook in nbformat 3, with worksheets and inputs, as 2013 knew them."""

TITLE = "nbformat 3"
KIND = "file"
MUST = "nothing gained"
BASE = "right"
EARNS = 8  # its answers are right, if they are found


def write(notebook, folder):
    import json

    cells = []
    for cell in notebook.cells:
        kind = {"input": cell.source, "language": "python", "outputs": [], "collapsed": False}
        cells.append({"cell_type": cell.cell_type, "metadata": cell.metadata}
                     | (kind if cell.cell_type == "code" else {"source": cell.source}))
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "x"}, "worksheets": [{"cells": cells}]}
    (folder / "00_toy.ipynb").write_text(json.dumps(old))
