"""The engine inside nbgrader: our steps of ``nbgrader autograde``, set by dotted name.

nbgrader converts a submission twice. The first pass (:class:`Graded`) grades the submitted file, the second
(:class:`SaveGrades`) writes the marks and the record. Formgrader's button takes the same way.
"""

from __future__ import annotations

import atexit
import threading
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor

from ..errors import GraderError
from ..grading import settings
from ..grading.exam import Exam
from ..grading.gradebook import Marks
from ..grading.lane import Lane, LaneDied
from ..grading.record import Record
from ..grading.submissions import finish, read_submission, stamped
from ..grading.work import Submission, Work

__all__ = ["Graded", "SaveGrades", "SubmissionExporter"]

_RECORD = "lstm_course_record"  # in the notebook's metadata, between the two passes
_IDLE_SECONDS = 30.0


class _KeptLane:
    """The lane of the last exam, kept for the next submission, and closed when none comes for 30 seconds.

    Starting one takes a while, and nbgrader asks for one submission after the other. Its lock is for the timer, which
    closes the lane from a thread of its own.
    """

    def __init__(self):
        self._lane: Lane | None = None
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def grade(self, exam: Exam, raw: bytes, student: str) -> tuple[Record, str]:
        """(record, graded notebook as text), of :meth:`Lane.grade`. Raises :class:`GraderError` where the lane dies."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            if self._lane and (self._lane.exam.key != exam.key or not self._lane.alive):
                self._close()
            self._lane = self._lane or Lane(exam)
            try:
                return self._lane.grade(raw, student)
            except LaneDied as death:
                self._close()
                raise GraderError(f"The process that grades died: {death}.") from None
            finally:
                self._timer = threading.Timer(_IDLE_SECONDS, self.close)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._lane:
            self._lane.close()
        self._lane = None


_kept = _KeptLane()


class SubmissionExporter(NotebookExporter):
    """nbgrader's, except that a file which is no notebook doesn't end the run: :class:`Graded` reads it itself.

    It gets an empty notebook in the file's place. In the second pass, whatever is raised is raised.
    """

    def from_filename(self, filename, resources=None, **kw):
        try:
            return super().from_filename(filename, resources, **kw)
        except Exception as error:
            # Only what stands between us and the file: what our own steps raise has to be heard.
            if any(isinstance(step, Graded) for step in self._preprocessors) and _unreadable(filename):
                self.log.warning("%s is no notebook (%s)", filename, type(error).__name__)
                folder = {"metadata": {"path": str(Path(filename).parent), "name": Path(filename).stem}}
                return self.from_notebook_node(nbformat.v4.new_notebook(), {**(resources or {}), **folder}, **kw)
            raise


def _unreadable(filename: str) -> bool:
    """Whether nbformat can't read a file, for whatever reason."""
    try:
        nbformat.read(filename, as_version=4)
    except Exception:
        return True
    return False


class Graded(settings.Graded, NbGraderPreprocessor):
    """Grades the submitted file: its cells run in a worker, the grade cells in a process of ours.

    Takes the place of nbgrader's steps that clean, restore and run a submission. The notebook that comes out is the
    graded one, with the record in its metadata for :class:`SaveGrades`. What a human has to look at is logged. Raises
    :class:`GraderError` where grading failed: the second pass, which writes marks, is then never begun.
    """

    def preprocess(self, nb, resources):
        student, work = _submission(resources)
        handed_in = read_submission(Path(resources["metadata"]["path"]), work.notebook)
        record, text = _kept.grade(self.exam(work), handed_in.raw, student)
        record = stamped(record, handed_in)
        for line in record["put_right"]:
            self.log.warning("%s: %s", student, line)
        for line in record["human"]:
            self.log.warning("%s needs a human: %s", student, line)
        if record["status"] == "fault":
            raise GraderError(record["reason"])
        graded = nbformat.reads(text, as_version=4)
        graded.metadata[_RECORD] = record
        return graded, resources


class SaveGrades(NbGraderPreprocessor):
    """Writes the marks into the gradebook, and the record next to the graded notebook.

    It takes the record out of the notebook's metadata again, and what nbgrader copied of the submission out of the
    folder (:func:`grader.grading.submissions.finish`). Raises :class:`GraderError` where the gradebook can't be used.
    """

    def preprocess(self, nb, resources):
        submission = _submission(resources)
        record: Record = nb.metadata.pop(_RECORD)
        course = self.parent.parent.coursedir
        with Marks(resources["nbgrader"]["db_url"], course.course_id, submission.work, self.config) as marks:
            marks.apply([record])
        source = Path(course.format_path(course.source_directory, ".", submission.work.assignment))
        finish(submission, record, Path(resources["metadata"]["path"]), course, source)
        return nb, resources


def _submission(resources) -> Submission:
    """Which submission nbgrader converts."""
    info = resources["nbgrader"]
    return Submission(info["student"], Work(info["assignment"], info["notebook"]))
