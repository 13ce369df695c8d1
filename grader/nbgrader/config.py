"""The nbgrader configuration of a class: one function, used by ``nbgrader_config.py`` and the demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from traitlets.config import Config

from ..vectors import HIDDEN_VARIABLE

__all__ = ["class_config"]

_OURS = "grader.nbgrader.preprocessors."
_NBGRADER = "nbgrader.preprocessors."


def class_config(root: Path, source: Path, release: Path, hidden: Path | None = None) -> Config:
    """The configuration of a class: nbgrader's own commands grade with our steps, and export with our exporter.

    It also puts alembic's folder on this process's PATH and names the hidden vectors in its environment, unless that
    names some already: what nbgrader starts inherits both. No folder is made or looked into.

    Args:
        root: the class's folder, nbgrader's course root.
        source: the built notebooks with solutions (``.build/source``).
        release: what learners get.
        hidden: the class's hidden test vectors (default ``<root>/hidden``).
    """
    hidden = hidden or root / "hidden"
    # nbgrader starts `alembic`, which stands beside this Python and need not be on the PATH.
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = beside + os.pathsep + os.environ.get("PATH", "")
    # The kernels that nbgrader starts inherit this; nothing else tells them where the vectors are.
    os.environ.setdefault(HIDDEN_VARIABLE, str(hidden))
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "lstm-course"
    config.CourseDirectory.source_directory = os.path.relpath(source, root)
    config.CourseDirectory.release_directory = os.path.relpath(release, root)
    config.CourseDirectory.solution_directory = ".build/answers"  # nbgrader's default is too near "solutions"
    # No programs, and no pages: formgrader would show a learner's page with an instructor's rights.
    config.CourseDirectory.ignore = [
        ".ipynb_checkpoints",
        "*.pyc",
        "__pycache__",
        "*.py",
        "*.json",
        "*.htm*",
        "*.xht*",
        "*.xml",
        "*.svg",
        "*.js",
    ]
    config.GenerateAssignment.preprocessors = [
        _NBGRADER + "LockCells",
        "grader.grading.release.ClearSolutions",
        _NBGRADER + "ClearOutput",
        _NBGRADER + "CheckCellMetadata",
        _NBGRADER + "ComputeChecksums",
        _NBGRADER + "SaveCells",
        _NBGRADER + "ClearHiddenTests",
        _NBGRADER + "ComputeChecksums",
        _NBGRADER + "CheckCellMetadata",
    ]
    # Learners try things in the story's cells; the build says which cells they can't edit. Checks stay locked.
    config.LockCells.lock_readonly_cells = False
    config.Autograde.exporter_class = _OURS + "SubmissionExporter"
    config.Autograde.sanitize_preprocessors = [_OURS + "Graded"]
    config.Autograde.autograde_preprocessors = [_OURS + "SaveGrades"]
    config.GenerateFeedback.preprocessors = [
        _NBGRADER + "GetGrades",
        "grader.nbgrader.feedback.HideTests",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
        "grader.nbgrader.feedback.Style",
    ]
    config.Graded.source_directory = str(source)
    config.Graded.hidden_directory = str(hidden)
    config.ExportApp.plugin_class = "grader.grading.exports.SafeCsvExporter"
    return config
