"""The hand-marked answer says of itself that it is the course's: a test, a setup cell, locked, worth a thousand."""

TITLE = "a hand-marked answer that claims to be the course's own cell"
KIND = "marked"
MUST = "marked by hand"
BASE = "right"
CELLS = {"measure": "import os\nprint(os.environ.get('CORPUS_SECRET'), os.listdir('__CLASS__'))\n1000.0"}


def change(notebook):
    for cell in notebook.cells:
        if cell.get("id") in ("measure", "why", "draw"):
            cell.metadata["nbgrader"] |= {"grade": True, "solution": False, "locked": True, "points": 1000}
            cell.metadata |= {"tags": ["setup", "story"], "grader_kind": "setup"}
