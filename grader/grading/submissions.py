"""The files of a class: what was handed in, read without following anybody's links."""

from __future__ import annotations

import errno
import glob
import os
import re
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from ..files import LARGEST, write_atomically
from .record import Record, Submitted, write_record
from .work import FileKind, Submission

__all__ = [
    "SECRET",
    "HandedIn",
    "clear_strays",
    "exchange_secret",
    "finish",
    "kept_files",
    "read_submission",
    "stamped",
    "submissions",
]

SECRET = "submission_secret.txt"  # of nbgrader's exchange, which asks for it when feedback is released


class HandedIn(NamedTuple):
    """What was found of a submission in its folder.

    ``raw`` are the notebook file's bytes, empty where it can't be read, at most one more than
    :data:`grader.files.LARGEST`. ``timestamp`` is when it was handed in, as nbgrader wrote it; None where that is not
    known. ``no_notebook`` and ``no_time`` say why the one or the other can't be read, to a human; both are empty where
    it can, ``no_time`` also where there is no time to be read.
    """

    raw: bytes = b""
    timestamp: str | None = None
    no_notebook: str = ""
    no_time: str = ""


def submissions(course: CourseDirectory, assignment: str) -> Iterator[tuple[str, Path]]:
    """(student, folder) of every submission of an assignment, by student; hidden folders are none.

    The folder is there, which says nothing of what is in it: it may be anything a learner can make.
    """
    step = course.submitted_directory
    pattern = re.compile(course.format_path(step, "(?P<student_id>.*)", re.escape(assignment), escape=True), re.DOTALL)
    below = course.directory_structure.format(
        nbgrader_step=glob.escape(step), student_id="*", assignment_id=glob.escape(assignment)
    )
    for path in sorted(glob.glob(os.path.join(glob.escape(course.root), below))):
        match = pattern.fullmatch(path)
        if match and not match["student_id"].startswith("."):
            yield match["student_id"], Path(path)


def read_submission(folder: Path, notebook: str) -> HandedIn:
    """Read a submission of this notebook from its folder.

    What is not there, or is a link or something else than a file, comes as no bytes: the engine then asks for a
    human, and :func:`stamped` says why. Of a file that is too large only enough is read to see that.
    """
    timestamp, no_time = _timestamp(folder)
    try:
        return HandedIn(_read(folder / f"{notebook}.ipynb", LARGEST + 1), timestamp, no_time=no_time)
    except FileNotFoundError:
        others = sorted(path.name for path in folder.glob("*.ipynb"))[:3]
        there = f"; the folder has {', '.join(others)}" if others else ""
        return HandedIn(b"", timestamp, f"there is no file {notebook}.ipynb{there}.", no_time)
    except OSError as error:
        return HandedIn(b"", timestamp, f"{notebook}.ipynb {error.strerror}.", no_time)


def exchange_secret(folder: Path) -> bytes:
    """The secret by which a learner fetches the feedback from nbgrader's exchange; empty where there is none.

    ``folder`` is that of the submission. A file of another form than nbgrader's secrets (32 to 256 hexadecimal digits)
    is a learner's, and no secret.
    """
    try:
        secret = _read(folder / SECRET, 1000).strip()
    except OSError:
        return b""
    return secret if re.fullmatch(rb"[0-9a-f]{32,256}", secret) else b""


def _timestamp(folder: Path) -> tuple[str | None, str]:
    """(when a submission was handed in, why that can't be read); (None, "") where nobody wrote it down."""
    try:
        text = _read(folder / "timestamp.txt", 200).decode(errors="replace").strip()
        parse_utc(text)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        return None, f"timestamp.txt {error.strerror}: whether it is late is not known."
    except (ValueError, OverflowError):
        return None, "timestamp.txt holds no time: whether it is late is not known."
    return text, ""


def _read(path: Path, most: int) -> bytes:
    """The beginning of a file. Raises :class:`OSError`, whose ``strerror`` completes a sentence."""
    # A link could lead to another learner's answers, or to the solutions; a pipe would never end.
    if path.parent.is_symlink() or path.parent.parent.is_symlink():
        raise OSError(errno.ELOOP, "lies behind a symbolic link, which is not followed")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "is a symbolic link, which is not followed") from None
        if error.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "is no ordinary file") from None
        raise OSError(error.errno, f"can't be read ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is no ordinary file")
    with open(descriptor, "rb") as file:
        return file.read(most)


def stamped(record: Record, handed_in: HandedIn) -> Record:
    """A copy of a record that says when its submission was handed in, and what of it could not be read.

    The engine, which sees bytes alone, knows neither. Where the file is the trouble, its words take the place of the
    engine's; a time that can't be read is one more reason for a human to look.
    """
    submitted: Submitted = {**record["submitted"], "timestamp": handed_in.timestamp}
    record = {**record, "submitted": submitted, "human": list(record["human"])}
    if handed_in.no_notebook and record["status"] == "unreadable":
        record["reason"] = handed_in.no_notebook
        record["human"] = [f"The file can't be graded: {handed_in.no_notebook}"]
    if handed_in.no_time:
        record["human"].append(handed_in.no_time)
    return record


def finish(submission: Submission, record: Record, folder: Path, course: CourseDirectory, source: Path) -> None:
    """Make a graded submission's folder what it is to be, and write the record: with that, the submission is graded.

    Args:
        submission: whose folder it is.
        record: what became of it.
        folder: where its graded notebook is.
        course: the class, which knows where the submission was handed in.
        source: the folder of the assignment's source notebooks.
    """
    assignment, notebook = submission.work
    secret = exchange_secret(Path(course.format_path(course.submitted_directory, submission.student, assignment)))
    if secret:
        write_atomically(folder / SECRET, secret)
    # What nbgrader copied from a submission, and what a killed run left.
    clear_strays(folder, [*kept_files(source), "timestamp.txt", *([SECRET] if secret else [])])
    write_record(folder / f"{notebook}.record.json", record)


def kept_files(source: Path) -> list[str]:
    """The names of what belongs in a graded submission's folder, of an assignment with this source folder.

    They are those of all its notebooks: each is graded by itself, into the same folder.
    """
    names = [path.stem for path in source.glob("*.ipynb")]
    return [f"{name}.{kind}" for name in names for kind in get_args(FileKind)]


def clear_strays(folder: Path, keep: Sequence[str]) -> None:
    """Take out of a graded submission's folder what nbgrader copied there of the submitted one.

    A page in it would be served to the instructor's browser by formgrader, and what one of its links leads to
    would go to the learner with the feedback.
    """
    for stray in folder.iterdir():
        if stray.name not in keep:
            shutil.rmtree(stray) if stray.is_dir() and not stray.is_symlink() else stray.unlink()
