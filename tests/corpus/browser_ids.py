"""Cell ids and names that would end an HTML attribute."""

TITLE = "markup in cell ids"
KIND = "browser"
MUST = "full marks"
BASE = "right"
LAST = "mine = 1"


def change(notebook):
    notebook.cells[-1]["id"] = '"><script>window.pwned = 1</script>'
    notebook.cells[-1].metadata["nbgrader"] = {"grade_id": "'><img src=x onerror=pwned=1>", "grade": True, "points": 9}
