"""A class's settings, as its nbgrader_config.py has them under ``c.Graded``, and what they make of a unit."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from traitlets import Bool, Float, Unicode
from traitlets.config import Configurable

from ..home import secret_folders
from ..sandbox.confinement import proven
from ..sandbox.layers import describe
from .exam import Exam, needs_torch, prepare
from .judge import Limits
from .trial import doubtful
from .work import Work

__all__ = ["Graded"]


class Graded(Configurable):
    """What a class is graded with, by whatever command: ``Graded(config=...)`` reads the configuration.

    nbgrader's step of the same name (:mod:`grader.nbgrader.preprocessors`) has these settings too.
    """

    source_directory = Unicode(help="Folder of the built source notebooks").tag(config=True)
    cell_seconds = Float(20.0, help="Seconds for one of the learner's cells").tag(config=True)
    call_seconds = Float(5.0, help="Seconds for one call of a learner's function").tag(config=True)
    submission_seconds = Float(600.0, help="Seconds for a whole submission").tag(config=True)
    unconfined = Bool(False, help="Run learners' code without a sandbox; every record says so").tag(config=True)
    hidden_directory = Unicode("", help="Folder of the class's hidden vectors").tag(config=True)

    def exam(self, work: Work, hide: tuple[Path, ...] = ()) -> Exam:
        """What a notebook is graded with by these settings.

        Learners' code is confined unless the settings say otherwise, and that this works is tried first; it then sees
        none of the files and folders in ``hide``, nor the hidden vectors. Tests that the instructor's own solution
        doesn't pass are marked as doubtful. Raises :class:`GraderError` where the notebook was not built or isn't
        sound, :class:`~grader.errors.ConfinementError` where learners' code can't be confined.
        """
        limits = Limits(cell=self.cell_seconds, call=self.call_seconds, submission=self.submission_seconds)
        hidden = Path(self.hidden_directory) if self.hidden_directory else None
        folder, said = Path(self.source_directory), None
        command: tuple[str, ...] = ()
        if not self.unconfined:
            hide = tuple(dict.fromkeys([*hide, *([hidden] if hidden else []), *secret_folders()]))
            confined = proven(hide=hide, torch=needs_torch(work.notebook))
            command, said = confined.command, describe(confined)
        exam = prepare(folder, work, hidden, limits, said, command)
        return dataclasses.replace(exam, doubtful=doubtful(exam, folder.parent / "story"))
