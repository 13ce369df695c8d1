"""Somebody answers all three as they were meant: measures, gives reasons with a formula, draws."""

TITLE = "three honest answers that a human marks"
KIND = "marked"
MUST = "marked by hand"
BASE = "right"
CELLS = {
    "measure": "import timeit\nprint(timeit.timeit(lambda: sigmoid(np.zeros(3)), number=10) < 60)",
    "why": "Because $e^{-z}$ is *larger* than any number of 64 bits for $z < -709$.",
}


def change(notebook):
    import nbformat

    notebook.cells.append(nbformat.v4.new_markdown_cell("My drawing:"))
    notebook.cells.append(nbformat.v4.new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"))
