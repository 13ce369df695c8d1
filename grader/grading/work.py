"""What is graded, and whose: an assignment's notebook, a learner's submission of it, the files kept of that."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

__all__ = ["FileKind", "Submission", "Work"]

FileKind = Literal["ipynb", "record.json", "due.json"]


class Work(NamedTuple):
    """A notebook of an assignment, each by the name that nbgrader knows it by.

    A unit of this course is an assignment with one notebook of the same name, ``05_lstm``; an instructor's own may
    have several, ``ps1/problem1``. Its text (``str``) is that one word, which records keep and messages say.
    """

    assignment: str
    notebook: str

    @classmethod
    def named(cls, word: str) -> Work:
        """What is meant by one word, without a look at whether it is there: ``05_lstm`` or ``ps1/problem1``."""
        assignment, _, notebook = word.partition("/")
        return cls(assignment, notebook or assignment)

    def __str__(self) -> str:
        return self.assignment if self.assignment == self.notebook else f"{self.assignment}/{self.notebook}"

    def by(self, student: str) -> Submission:
        """The submission of a student, by the name of their folder."""
        return Submission(student, self)


class Submission(NamedTuple):
    """One learner's submission of one notebook. ``student`` is nbgrader's name for them, that of their folder."""

    student: str
    work: Work

    def file(self, autograded: Path, kind: FileKind) -> Path:
        """A file of the submission in ``autograded``, the class's folder of graded notebooks, there or not.

        ``ipynb`` is the graded notebook, ``record.json`` what is kept of the grading, ``due.json`` is there while the
        marks of the record are not in the gradebook yet.
        """
        return autograded / self.student / self.work.assignment / f"{self.work.notebook}.{kind}"
