"""Experiments between the course's cells: scratch cells, redefinitions of names the course uses, deleted names."""

TITLE = "experiments that redefine the course's names"
KIND = "honest"
MUST = "full marks"
BASE = "right"
LAST = "del check, quiz, hint, mine\ndel plt\nnp = 7\nz = N = T = D = H = None"


def change(notebook):
    import nbformat

    experiments = [
        "check = 3", "list = [1, 2]; sum = 7; max = None", "quiz = lambda *a: 'my own'", "np.pi = 3", "_ = 1; __ = 2",
    ]
    for number, text in enumerate(experiments):
        notebook.cells.insert(4 + 3 * number, nbformat.v4.new_code_cell(text))
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    notebook.cells.insert(names.index("one_hot"), nbformat.v4.new_code_cell("del list, sum, max"))
