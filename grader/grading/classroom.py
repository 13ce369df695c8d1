"""A class's folder: its nbgrader configuration, what its units are graded with, its gradebook."""

from __future__ import annotations

import contextlib
import difflib
import logging
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ..errors import GraderError
from .exam import Exam
from .gradebook import Marks
from .settings import Graded
from .work import Work

__all__ = ["ClassFolder", "nearest"]


class ClassFolder:
    """A class's course root with its nbgrader configuration.

    ``course`` is nbgrader's view of it, ``autograded`` the folder of graded notebooks, one folder a student.
    """

    def __init__(self, root: Path, database: str | None = None, config: Config | None = None):
        """Read the configuration of the class in ``root``.

        Args:
            root: the class's folder.
            database: the gradebook's URL, where it is not the configuration's.
            config: the configuration, where it isn't to be read from ``nbgrader_config.py``.

        Raises:
            GraderError: there is no ``nbgrader_config.py``, or it can't be run.
        """
        self.root = root.resolve()
        self.config = _config(self.root) if config is None else Config(config)
        if "root" not in self.config.CourseDirectory:
            self.config.CourseDirectory.root = str(self.root)
        if database:
            self.config.CourseDirectory.db_url = database
        self.course = CourseDirectory(config=self.config)
        self.autograded = Path(self.course.format_path(self.course.autograded_directory, "x", "y")).parent.parent

    @property
    def source(self) -> Path:
        """The folder of the built source notebooks. Raises :class:`GraderError` where none is named."""
        directory = Graded(config=self.config).source_directory
        if not directory:
            raise GraderError(
                f"{self.root / 'nbgrader_config.py'} doesn't set up this course: it has to merge what "
                "grader.nbgrader.config.class_config returns, as the one in the course's clone does."
            )
        return self.root / directory

    def notebooks(self, unit: str) -> list[Work]:
        """What is graded under this name: a unit, a notebook as in ``ps1/problem1``, or each one of an assignment.

        Raises :class:`GraderError` where there is no such source; it names what is there.
        """
        work = Work.named(unit)
        if (self.source / work.assignment / f"{work.notebook}.ipynb").is_file():
            return [work]
        there = sorted(path.stem for path in (self.source / work.assignment).glob("*.ipynb"))
        if there and unit == work.assignment:
            return [Work(unit, name) for name in there]
        if there:
            raise GraderError(
                f"There is no notebook {work.notebook} in {work.assignment}.{nearest(work.notebook, there)}"
            )
        if built := {path.parent.name for path in self.source.glob("*/*.ipynb")}:
            raise GraderError(f"There is no unit {unit} here.{nearest(unit, built)}")
        raise GraderError(f"There is no source notebook in {self.source}: make them with `grader build`.")

    def exam(self, work: Work, unconfined: bool | None = None) -> Exam:
        """What a notebook is graded with here; ``unconfined`` takes the place of the configuration's, unless None.

        Raises :class:`GraderError` where there is no such source or it is not sound, and its
        :class:`~grader.errors.ConfinementError` where learners' code can't be confined on this machine.
        """
        if (there := self.notebooks(str(work))) != [work]:
            raise GraderError(f"{work} holds several notebooks: name one of them, as in {there[0]}.")
        settings = Graded(config=self.config)
        if unconfined is not None:
            settings.unconfined = unconfined
        settings.hidden_directory = settings.hidden_directory or str(self.root / "hidden")
        return settings.exam(work, _secrets(self.root))

    def marks(self, work: Work) -> Marks:
        """A notebook's rows in the gradebook, to be closed by the caller (a context manager).

        Raises :class:`grader.grading.gradebook.UnknownUnit` where it is not in there, :class:`GraderError` where the
        gradebook can't be used.
        """
        return Marks(self.course.db_url, self.course.course_id, work, self.config)

    def enter(self, assignment: str) -> None:
        """Put an assignment that was never released into the gradebook; what learners get is not touched.

        Raises :class:`GraderError` with the end of nbgrader's log where nbgrader refuses.
        """
        from nbgrader.apps import NbGraderAPI

        with tempfile.TemporaryDirectory(prefix="grader-release-") as elsewhere:
            config = Config(self.config)
            config.CourseDirectory.release_directory = os.path.relpath(elsewhere, self.course.root)
            api = NbGraderAPI(config=config)
            api.log.setLevel(logging.ERROR)
            result = api.generate_assignment(assignment, force=True)
        if not result["success"]:
            raise GraderError(
                f"The gradebook doesn't know {assignment}, and nbgrader could not put it there: release it with "
                f"`nbgrader generate_assignment {assignment}`. Its log says:\n{result['log'][-2000:]}"
            )


def _secrets(root: Path) -> tuple[Path, ...]:
    """What of a class's folder learners' code must not see: all, but what holds Python or this package (a clone)."""
    needed = [Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve(), Path(__file__).resolve().parent.parent]
    if not any(place.is_relative_to(root) for place in needed):
        return (root,)
    held = [one for one in sorted(root.iterdir()) if not any(place.is_relative_to(one.resolve()) for place in needed)]
    return tuple(one for one in held if one.is_file() and one.stat().st_size or one.is_dir() and any(one.iterdir()))


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence, after a space, with the nearest of the known names, or with the first of them."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=3)
    if near:
        return f" Did you mean {' or '.join(near)}?"
    return f" There are: {', '.join(known[:10])}{', ...' if len(known) > 10 else ''}."


def _config(root: Path) -> Config:
    """What ``nbgrader_config.py`` sets, run in its own folder. Raises :class:`GraderError` where that fails."""
    if not (root / "nbgrader_config.py").is_file():
        raise GraderError(
            f"There is no nbgrader_config.py in {root}: change into the class's folder, or name it with --root."
        )
    app = NbGrader()
    app.log.setLevel(logging.CRITICAL)
    app.raise_config_file_errors = True
    with contextlib.chdir(root):
        try:
            app.load_config_file()
        except Exception as error:  # whatever the file does
            raise GraderError(
                f"{root / 'nbgrader_config.py'} can't be used ({type(error).__name__}: {error})."
            ) from error
    return app.config
