"""The task's cell is turned into code and into a script, and own cells after it do the drawing."""

TITLE = "a task's cell turned into code, with scripts in the cells after it"
KIND = "marked"
MUST = "marked by hand"
BASE = "right"


def change(notebook):
    import nbformat

    for cell in notebook.cells:
        if cell.get("id") == "draw":
            cell["cell_type"] = "code"
            cell["source"] = "import os\nprint(os.environ.get('CORPUS_SECRET'))\nos._exit(0)"
            cell["outputs"], cell["execution_count"] = [], None
            cell.metadata["nbgrader"] |= {"grade": True, "locked": True, "points": 99}
    html = "from IPython.display import HTML\nHTML('<script>pwned = 1</script><img src=x onerror=pwned=1>')"
    notebook.cells.append(nbformat.v4.new_code_cell(html))
    notebook.cells.append(nbformat.v4.new_markdown_cell("<svg onload=pwned=1>"))
