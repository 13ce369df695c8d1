"""The process in which ``grader watch`` checks a notebook: it can be ended at any moment, and takes its kernel along.

``python -m grader.alone.once NOTEBOOK WORKSPACE`` prints one line of JSON: ``{"unit": ..., "verdicts": [...], "notes":
[...]}`` as :func:`grader.notebooks.check_notebook` returns them, or ``{"problem": "..."}`` of a notebook that can't be
read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .. import notebooks
from ..cells import cell_kind, grade_id
from ..errors import GraderError
from ..grading.story import stories_to_run

__all__ = ["main", "without_story"]

CELL_SECONDS = 60.0  # no cell of a learner's functions and checks takes a tenth of that


def without_story(notebook: Any) -> Any:
    """The notebook without the story cells that no cell of the learner's has to do with: most of its time is theirs."""
    kinds = [cell_kind(cell) for cell in notebook.cells]
    story = [k for k, kind in enumerate(kinds) if kind in ("story", "long")]
    own = [cell.source for cell, kind in zip(notebook.cells, kinds, strict=True) if kind in ("solution", "plain")]
    wanted = stories_to_run([(grade_id(notebook.cells[k]), notebook.cells[k].source) for k in story], own)
    left_out = {k for k in story if grade_id(notebook.cells[k]) not in wanted}
    cells = [cell for k, cell in enumerate(notebook.cells) if k not in left_out]
    return SimpleNamespace(cells=cells, metadata=notebook.metadata)


def main() -> None:
    path, workspace = map(Path, sys.argv[1:])
    try:
        unit_name, records, notes = notebooks.check_notebook(
            path, workspace=workspace, prepare=without_story, seconds=CELL_SECONDS
        )
        answer = {"unit": unit_name, "verdicts": records, "notes": notes}
    except GraderError as error:
        answer = {"problem": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
