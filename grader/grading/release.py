"""What is released: nbgrader's clearing of solutions, with one difference."""

from __future__ import annotations

from nbgrader.preprocessors import ClearSolutions as _ClearSolutions

__all__ = ["ClearSolutions"]


class ClearSolutions(_ClearSolutions):
    """nbgrader's, except that a region outside any function leaves a comment and raises nothing.

    A quiz's answers are assigned at the top level of a cell: an untouched notebook has to run through.
    """

    code_stub: dict[str, str]

    def preprocess_cell(self, cell, resources, cell_index):
        stubs = self.code_stub
        if cell.cell_type == "code" and any(
            self.begin_solution_delimeter in line and line[:1] == "#" for line in cell.source.split("\n")
        ):
            self.code_stub = {**stubs, "python": "# YOUR ANSWERS HERE"}
        try:
            return super().preprocess_cell(cell, resources, cell_index)
        finally:
            self.code_stub = stubs
