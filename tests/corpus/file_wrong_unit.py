"""Another unit's notebook, handed in under this one's name."""

TITLE = "another notebook under this one's name"
KIND = "file"
MUST = "needs a human"


def change(notebook):
    import nbformat

    cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader")]
    for cell in cells:
        cell["id"] = f"other-{cell['id']}"
    notebook.cells = [*cells, nbformat.v4.new_code_cell("def lstm_step(x, h_prev, c_prev, W, b):\n    return x")]
