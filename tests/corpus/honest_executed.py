"""A notebook with all outputs of a full run on the learner's own machine, pictures and widgets included."""

TITLE = "a notebook with all its outputs"
KIND = "honest"
MUST = "full marks"
BASE = "right"


def change(notebook):
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.execution_count = 40 - number
            cell.metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
            cell.metadata["scrolled"] = cell.metadata["collapsed"] = True
            cell.outputs = [
                {"output_type": "stream", "name": "stderr", "text": "a warning\n"},
                {"output_type": "error", "ename": "NameError", "evalue": "name 'np' is not defined", "traceback": []},
                {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo="}},
            ]
