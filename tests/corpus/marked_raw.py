"""The hand-marked cells come as raw ones, which pages show as the HTML that they may be, with a script and a form."""

TITLE = "hand-marked cells turned into raw cells with scripts"
KIND = "marked"
MUST = "marked by hand"
BASE = "right"
_PAGE = "<script>window.pwned = 1</script><form action='/formgrader/api/grades'><input name=x></form>\n~~~\n<b onclick=a>"
CELLS = {"why": _PAGE, "measure": _PAGE}


def change(notebook):
    import nbformat

    for cell in notebook.cells:
        if cell.get("id") in ("why", "measure", "draw"):
            cell["cell_type"] = "raw"
            cell.metadata["raw_mimetype"] = "text/html"
    notebook.cells.append(nbformat.v4.new_raw_cell(_PAGE, metadata={"raw_mimetype": "text/html"}))
