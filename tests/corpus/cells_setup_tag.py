"""A learner's cell claims to be the course's setup, which runs on the grader's side too."""

TITLE = "an own cell that claims to be the course's setup"
KIND = "cells"
MUST = "nothing gained"
_CODE = '''
def check(*arguments, **keywords):
    return 2.0

quiz = lambda *arguments: 4.0
import grader
grader.check = check
'''


def change(notebook):
    import nbformat

    setup = next(cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", []))
    own = nbformat.v4.new_code_cell(_CODE, metadata=dict(setup.metadata))
    own.metadata["nbgrader"] = {**setup.metadata["nbgrader"], "grade_id": "setup2"}
    notebook.cells.insert(1, own)
    setup.source += _CODE
