"""The page a learner gets back: of a grade cell its verdict, and nothing of a hidden test."""

from __future__ import annotations

from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor

from ..checking.verdict import MIME

__all__ = ["HideTests", "Style"]

# nbgrader's page knows no tables in a text, and leaves their columns without a gap.
_TABLES = ".rendered_html table {margin: 0 0 1em} .rendered_html :is(th, td) {padding: 0.2em 1.2em 0.2em 0}"
_DOES_NOT_HOLD = "A hidden test does not hold."


class HideTests(ClearHiddenTests):
    """nbgrader's clearing of hidden tests, for feedback.

    It looks at the instructor's cells alone: a learner who writes one of the markers would otherwise end it.
    Where a region was cleared, an assertion's words and what was printed go too, as ``assert_allclose`` prints
    the values that it expected. A verdict stays: it was made not to show any. Cells of other kinds, a learner's own
    among them, stay as they are.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
            return cell, resources
        if self._remove_hidden_test_region(cell):
            outputs = cell.get("outputs", [])
            if not any(MIME in output.get("data", {}) for output in outputs):
                cell.outputs = [_discreet(output) for output in outputs if output.output_type != "stream"]
        return cell, resources


def _discreet(output):
    """A failed assertion's output without its words, which may hold expected values; any other as it is."""
    if output.output_type == "error" and output.ename == "AssertionError":
        output.evalue = _DOES_NOT_HOLD
        output.traceback = [f"{output.ename}: {_DOES_NOT_HOLD}"]
    return output


class Style(NbGraderPreprocessor):
    """Adds to the page's styles what nbgrader's leaves out; comes after nbconvert's own step for them."""

    def preprocess(self, nb, resources):
        resources["inlining"]["css"].append(_TABLES)
        return nb, resources
