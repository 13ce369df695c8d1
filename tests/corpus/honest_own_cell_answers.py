"""The answer was written in an own cell under the stub, which is untouched."""

TITLE = "the answer in an own cell under the stub"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": "def sigmoid(z):\n    raise NotImplementedError()"}


def change(notebook):
    import nbformat

    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    text = "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)"
    notebook.cells.insert(names.index("sigmoid") + 1, nbformat.v4.new_code_cell(text))
