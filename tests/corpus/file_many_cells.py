"""Twenty thousand empty cells around wrong answers."""

TITLE = "20,000 cells"
KIND = "file"
MUST = "nothing gained"


def change(notebook):
    notebook.cells += [
        {"cell_type": "markdown" if k % 10 else "code", "id": f"c{k}", "metadata": {}, "source": ""}
        | ({} if k % 10 else {"outputs": [], "execution_count": None})
        for k in range(20_000)
    ]
