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
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from ..files import LARGEST, write_atomically
from .record import write_record

__all__ = [
    "SECRET",
    "clear_strays",
    "exchange_secret",
    "finish",
    "kept_files",
    "obstacle",
    "read_submission",
    "stamped",
    "submissions",
]

SECRET = "submission_secret.txt"  # of nbgrader's exchange, which asks for it when feedback is released


def submissions(course: CourseDirectory, unit: str) -> Iterator[tuple[str, Path]]:
    """(student, folder) of every submission of a unit, by student."""
    step = course.submitted_directory
    pattern = re.compile(course.format_path(step, "(?P<student_id>.*)", re.escape(unit), escape=True), re.DOTALL)
    below = course.directory_structure.format(
        nbgrader_step=glob.escape(step), student_id="*", assignment_id=glob.escape(unit)
    )
    for path in sorted(glob.glob(os.path.join(glob.escape(course.root), below))):
        match = pattern.fullmatch(path)
        if match and not match["student_id"].startswith("."):
            yield match["student_id"], Path(path)


def read_submission(folder: Path, unit: str) -> tuple[bytes, str | None]:
    """(the notebook file's bytes, when it was handed in).

    What is not there, or is a link or something else than a file, comes as no bytes: the engine then asks for
    a human, and :func:`obstacle` says why. Of a file that is too large only enough is read to see that.
    """
    try:
        raw = _read(folder / f"{unit}.ipynb", LARGEST + 1)
    except OSError:
        raw = b""
    return raw, _timestamp(folder)[0]


def obstacle(folder: Path, unit: str) -> tuple[str, str]:
    """(why the notebook, why the time of handing in can't be read); empty where it can, or there is no time."""
    try:
        _read(folder / f"{unit}.ipynb", 1)
    except FileNotFoundError:
        others = sorted(path.name for path in folder.glob("*.ipynb"))[:3]
        there = f"; the folder has {', '.join(others)}" if others else ""
        return f"there is no file {unit}.ipynb{there}.", _timestamp(folder)[1]
    except OSError as error:
        return f"{unit}.ipynb {error.strerror}.", _timestamp(folder)[1]
    return "", _timestamp(folder)[1]


def exchange_secret(folder: Path) -> bytes:
    """The secret by which a learner fetches the feedback from nbgrader's exchange; empty where there is none."""
    try:
        secret = _read(folder / SECRET, 1000).strip()
    except OSError:
        return b""
    return secret if re.fullmatch(rb"[0-9a-f]{32,256}", secret) else b""


def _timestamp(folder: Path) -> tuple[str | None, str]:
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


def stamped(record: dict[str, Any], timestamp: str | None, why: tuple[str, str] = ("", "")) -> dict[str, Any]:
    """A record that says when its submission was handed in, and what of it could not be read (:func:`obstacle`)."""
    record = {**record, "submitted": {**record["submitted"], "timestamp": timestamp}, "human": list(record["human"])}
    notebook, time = why
    if notebook and record["status"] == "unreadable":
        record |= {"reason": notebook, "human": [f"The file can't be graded: {notebook}"]}
    if time:
        record["human"].append(time)
    return record


def finish(folder: Path, notebook: str, record: dict[str, Any], handed_in: Path, source: Path) -> None:
    """Make a graded notebook's folder what it is to be, and write the record: with that, the submission is graded.

    Args:
        folder: where the graded notebook is.
        notebook: its name.
        record: what became of it.
        handed_in: the folder of the submission.
        source: the folder of the assignment's source notebooks.
    """
    secret = exchange_secret(handed_in)
    if secret:
        write_atomically(folder / SECRET, secret)
    # What nbgrader copied from a submission, and what a killed run left.
    clear_strays(folder, [*kept_files(source), "timestamp.txt", *([SECRET] if secret else [])])
    write_record(folder / f"{notebook}.record.json", record)


def kept_files(source: Path) -> list[str]:
    """The names of what belongs in a graded submission's folder, of an assignment with this source folder."""
    names = [path.stem for path in source.glob("*.ipynb")]
    return [f"{name}.{kind}" for name in names for kind in ("ipynb", "record.json", "due.json")]


def clear_strays(folder: Path, keep: Sequence[str]) -> None:
    """Take out of a graded submission's folder what nbgrader copied there of the submitted one.

    A page in it would be served to the instructor's browser by formgrader, and what one of its links leads to
    would go to the learner with the feedback.
    """
    for stray in folder.iterdir():
        if stray.name not in keep:
            shutil.rmtree(stray) if stray.is_dir() and not stray.is_symlink() else stray.unlink()
