"""Right answers; NaN and infinities, which are no JSON, in the notebook's metadata."""

TITLE = "right answers, NaN in the metadata"
KIND = "file"
MUST = "full marks"
BASE = "right"


def change(notebook):
    notebook.metadata["odd"] = [float("nan"), float("inf"), -0.0]
    notebook.cells[3].metadata["odd"] = float("-inf")
