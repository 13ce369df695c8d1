"""A hundred thousand code cells that each do a little."""

TITLE = "100,000 cells that run"
KIND = "file"
MUST = "nothing gained"
LONG = True


def change(notebook):
    notebook.cells += [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "source": str(k), "outputs": [], "execution_count": None}
        for k in range(100_000)
    ]
