"""A lane: a process that grades one submission after the other, each in a child forked for it.

It holds what grading needs (numpy, the exercises, the hidden vectors, a nursery of workers) and no
gradebook, and nothing of one submission is left when the next one comes.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    raise ImportError("Grading a class needs Linux or macOS: on Windows, use the Windows Subsystem for Linux.")

import contextlib
import fcntl
import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path

import nbformat

from ..boundary import tensors
from ..boundary.nursery import ColdStart, Nursery, NurseryFailed, open_nursery
from ..boundary.proxy import WorkerDied, WorkerProcess
from ..errors import GraderError
from ..vectors import HIDDEN_VARIABLE
from .engine import Unfurnished, fault_record, grade
from .exam import Exam, needs_torch
from .rebuild import rebuild
from .record import Record
from .sanitise import clean_markdown
from .story import to_run

__all__ = ["Lane", "LaneDied", "temporary_folder"]

START_SECONDS = 120.0
EXTRA_SECONDS = 60.0  # past a submission's own limit, before it is given up
AGAIN_SECONDS = 60.0  # a submission whose worker died within them is graded a second time
_UNLOCKED, _LOCKED = "grader-new-", "grader-run-"
_LIVED, _DIED, _UNFURNISHED = b"lived", b"died", b"unfurnished"  # how a submission's grading ended


class LaneDied(Exception):
    """The lane's process is gone; the text says what it said last."""


class Lane:
    """Our end of a lane, to be closed when it is done with (a context manager).

    ``ready`` says whether it has started, ``missing`` then which of the unit's vectors it could not load, a sentence
    each. ``end`` is when the answer that is due has to be there, on the clock of :func:`time.monotonic`. ``folder`` is
    for its temporary files and its workers', and gone once it is closed. It can be waited for with
    :func:`multiprocessing.connection.wait`.
    """

    def __init__(self, exam: Exam, wait: bool = True):
        """Start a process that grades submissions of this exam.

        Without ``wait`` it returns before the process is ready, and :meth:`greet` has to be called. Raises
        :class:`GraderError` where it waits, and none starts.
        """
        self.exam, self.ready = exam, False
        self.missing: list[str] = []
        self.end = time.monotonic() + START_SECONDS  # of waiting for the answer that is due
        _remove_folders_left()
        self.folder, self._lock = _locked_folder()
        ours, theirs = socket.socketpair()
        self._connection = Connection(ours.detach())
        self._said = tempfile.TemporaryFile()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-m", "grader.grading.lane", str(theirs.fileno()), self.folder],
                pass_fds=[theirs.fileno(), self._lock],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                env=_environment(exam),
                start_new_session=True,
            )
        with contextlib.suppress(OSError):  # what it died of is told by greet
            self._connection.send_bytes(exam.to_json())
        if wait:
            self.greet()

    def greet(self) -> None:
        """Wait until it has started.

        Raises :class:`GraderError`, with what it said last, where it has not within :data:`START_SECONDS`; it is then
        closed.
        """
        try:
            self.missing = json.loads(self._receive(START_SECONDS))
            self.ready = True
        except LaneDied as death:
            self.close()
            raise GraderError(f"The process that grades does not start: {death}.") from None

    def grade(self, raw: bytes, student: str) -> tuple[Record, str]:
        """(record, graded notebook as JSON text) of one submission; the text is empty where grading failed.

        ``raw`` is the file that was handed in. Raises :class:`LaneDied` where the lane, not the submission, gave up:
        it is of no more use then.
        """
        self.send(raw, student)
        return self.receive()

    def send(self, raw: bytes, student: str) -> None:
        """Ask for a submission to be graded; one at a time. Raises :class:`LaneDied`."""
        # Twice, where its worker died; see _graded_surely.
        self.end = time.monotonic() + self.exam.limits["submission"] + AGAIN_SECONDS + 2 * EXTRA_SECONDS
        try:
            self._connection.send_bytes(json.dumps(student).encode())
            self._connection.send_bytes(raw)
        except OSError as error:
            raise LaneDied(self._last_words() or str(error)) from None

    def receive(self) -> tuple[Record, str]:
        """The answer to :meth:`send`, as :meth:`grade` gives it.

        Raises :class:`LaneDied`, also where there is none by ``end``.
        """
        record: Record = json.loads(self._receive(self.end - time.monotonic()))
        return record, self._receive(EXTRA_SECONDS).decode()

    def _receive(self, seconds: float) -> bytes:
        """One message, waited for that long. Raises :class:`LaneDied`."""
        try:
            if not self._connection.poll(max(seconds, 0.0)):
                raise LaneDied("it did not answer in time")
            return self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise LaneDied(self._last_words() or f"it ended ({type(error).__name__})") from None

    def _last_words(self) -> str:
        """End the process; the last line that it wrote to its standard error, or its exit status."""
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self._said.seek(max(self._said.seek(0, os.SEEK_END) - 5000, 0))
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:500] if lines else f"exit status {self.process.returncode}"

    @property
    def alive(self) -> bool:
        """Whether it can be asked for something."""
        return self.process.poll() is None

    def fileno(self) -> int:
        """So that many lanes can be waited for at once."""
        return self._connection.fileno()

    def stop(self) -> None:
        """Tell it to end, whatever it is doing; :meth:`close` waits for that."""
        with contextlib.suppress(OSError):
            self._connection.close()

    def close(self) -> None:
        """End it, its workers with it."""
        self.stop()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if not self._said.closed:
            self._said.close()
            os.close(self._lock)
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Lane:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _environment(exam: Exam) -> dict[str, str]:
    """The environment of a lane: ours, and where the hidden vectors are. Each uses one core: there are many of them."""
    hidden = {HIDDEN_VARIABLE: exam.hidden} if exam.hidden else {}
    return {
        **os.environ,
        **hidden,
        "NBGRADER_EXECUTION": "autograde",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _locked_folder() -> tuple[str, int]:
    """(a folder for temporary files, the open file that locks it) for as long as one of our processes lives.

    Who holds the file shares the lock, so a process that inherits it keeps the folder from being removed. It gets its
    name once it is locked: :func:`_remove_folders_left` never sees one that is not.
    """
    made = tempfile.mkdtemp(prefix=_UNLOCKED)
    lock = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    folder = made.replace(_UNLOCKED, _LOCKED)
    os.rename(made, folder)
    return folder, lock


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """While it is entered, this process's temporary files go into a folder of their own.

    Where the process is killed, the next one to enter removes what is left of it.
    """
    _remove_folders_left()
    before = tempfile.tempdir
    folder, lock = _locked_folder()
    tempfile.tempdir = folder
    try:
        yield Path(folder)
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_folders_left() -> None:
    """Remove the folders of processes that were killed: those of this user that nobody has locked."""
    for folder in Path(tempfile.gettempdir()).glob(_LOCKED + "*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(descriptor).st_uid == os.getuid():
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


# --- in the lane's process ----------------------------------------------------------------------


def _serve(connection: Connection) -> None:
    """A lane's whole life: the exam comes as its first message, then a student and a file for each submission.

    It answers with what is missing (a JSON list), then with a record and a notebook for each, and ends when who asks is
    gone.
    """
    exam = Exam.from_json(connection.recv_bytes())
    missing = _warm_up(exam)
    with _Nurseries(exam) as nurseries:
        connection.send_bytes(json.dumps(missing).encode())
        with contextlib.suppress(EOFError, OSError):  # who asks is gone
            while True:
                student, raw = json.loads(connection.recv_bytes()), connection.recv_bytes()
                record, _, notebook = _graded_surely(raw, exam, nurseries, student, connection).partition(b"\0")
                connection.send_bytes(record)
                connection.send_bytes(notebook)


class _Nurseries:
    """The lane's nursery, another one when it dies; and one with the story cells' modules once that is needed.

    Few submissions need those, and they are large: every fork of a process that has them takes twice as long.
    """

    def __init__(self, exam: Exam):
        self._exam = exam
        self._open: dict[bool, Nursery | ColdStart] = {False: self._new(False)}

    def _new(self, furnished: bool) -> Nursery | ColdStart:
        modules = [*self._exam.preload, *(self._exam.story_preload if furnished else ())]
        return open_nursery(self._exam.given, self._exam.command, modules)

    @contextlib.contextmanager
    def living(self, furnished: bool) -> Iterator[Nursery | ColdStart]:
        """A nursery; workers that are left in it are ended."""
        if furnished in self._open and not self._open[furnished].alive:
            self._open.pop(furnished).close()
        if furnished not in self._open:
            self._open[furnished] = self._new(furnished)
        nursery = self._open[furnished]
        last = nursery.number
        try:
            yield nursery
        finally:
            nursery.clear(last)

    def __enter__(self) -> _Nurseries:
        return self

    def __exit__(self, *exception: object) -> None:
        for nursery in self._open.values():
            nursery.close()


def _warm_up(exam: Exam) -> list[str]:
    """Load what every submission needs, so that each child has it without a file being read.

    Returns a sentence for each of the unit's vectors that can't be loaded. An instructor's own notebook needs none.
    """
    from ..exercises import quiz_of, unit, units
    from ..given import given
    from ..vectors import load

    clean_markdown("*warm*")  # loads the renderer of the pages
    if needs_torch(exam.work.notebook):
        tensors.load_to_fork()
    to_run(rebuild(exam.source, [], exam.stubs)[0])  # what it found in a cell is kept
    missing: dict[str, None] = {}
    notebook = exam.work.notebook
    if notebook in [one.name for one in units()]:  # not an instructor's own
        quiz_of(notebook)
        for name in unit(notebook).exercises:
            with contextlib.suppress(GraderError):  # the check that needs it will say so
                given(name)
            for hidden in (False, True):
                try:
                    load(name, hidden)
                except GraderError as error:
                    missing[str(error)] = None
    return list(missing)


def _graded_surely(raw: bytes, exam: Exam, nurseries: _Nurseries, student: str, connection: Connection) -> bytes:
    """A submission's record and notebook, as JSON with a zero byte between them; no notebook where grading failed.

    A worker that died may have been ended from outside (by the kernel when memory is short, with the nursery):
    then the learner's code did nothing wrong, and a second time goes well.
    """
    began, furnished, left = time.monotonic(), False, 2
    while True:
        left -= 1
        try:
            with nurseries.living(furnished) as nursery:
                data, how = _in_child(raw, exam, nursery, student, connection, furnished)
                if how == _UNFURNISHED:
                    furnished, left = True, 2
                elif not left or nursery.alive and how != _DIED or time.monotonic() - began > AGAIN_SECONDS:
                    return data
        except NurseryFailed as error:
            if not left:
                return _failed(raw, exam, student, f"no worker: {error}")


def _in_child(
    raw: bytes, exam: Exam, nursery: Nursery | ColdStart, student: str, connection: Connection, furnished: bool
) -> tuple[bytes, bytes]:
    """Grade in a forked child: (record and notebook, how it ended). Died: a worker did, or the child.

    Raises :class:`EOFError` when nobody waits for the answer any more.
    """
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(receiving)
            gc.freeze()  # a collection would touch, and so copy, all that it has in common with the lane
            with open(sending, "wb") as file:
                file.write(_graded(raw, exam, nursery, student, furnished))
        finally:
            os._exit(0)
    os.close(sending)
    end = time.monotonic() + exam.limits["submission"] + EXTRA_SECONDS
    pieces: list[bytes] = []
    reason = "its process ended without an answer"
    try:
        with open(receiving, "rb", buffering=0) as file:
            while True:
                ready = wait([receiving, connection], max(end - time.monotonic(), 0))
                if connection in ready:  # nothing is sent to a lane that is at work: this is the end
                    raise EOFError
                if not ready:
                    reason = "it took longer than all its limits together"
                    pieces.clear()
                    break
                piece = file.read(1 << 20)
                if not piece:
                    break
                pieces.append(piece)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    how, _, data = b"".join(pieces).partition(b"\n")
    if how == _UNFURNISHED or b"\0" in data:
        return data, how
    return _failed(raw, exam, student, reason), _LIVED if pieces else _DIED


class _Watched(WorkerProcess):
    """A worker of which it is known whether a process of it died by itself."""

    died = False

    def request(self, *arguments, **keywords):
        try:
            return super().request(*arguments, **keywords)
        except WorkerDied as death:
            type(self).died = type(self).died or str(death) == "the process that ran it died"
            raise


def _graded(raw: bytes, exam: Exam, nursery: Nursery | ColdStart, student: str, furnished: bool) -> bytes:
    """In the child: how grading ended, and on the next line record and notebook, as :func:`_graded_surely` has them.

    Whatever goes wrong on our side becomes the record of a fault.
    """
    try:
        record, notebook = grade(raw, exam, lambda: _Watched(nursery=nursery), student, furnished)
        text = nbformat.v4.writes(nbformat.from_dict(notebook))
        data = json.dumps(record).encode() + b"\0" + text.encode("utf-8", "replace") + b"\n"
    except Unfurnished:
        return _UNFURNISHED + b"\n"
    except NurseryFailed as error:
        _Watched.died = True
        data = _failed(raw, exam, student, f"no worker: {error}")
    except Exception as error:
        traceback.print_exc()
        data = _failed(raw, exam, student, f"{type(error).__name__}: {str(error)[:500]}")
    return (_DIED if _Watched.died else _LIVED) + b"\n" + data


def _failed(raw: bytes, exam: Exam, student: str, reason: str) -> bytes:
    """The record of a fault, and no notebook, as :func:`_graded_surely` has them."""
    return json.dumps(fault_record(raw, exam, student, reason)).encode() + b"\0"


if __name__ == "__main__":
    tempfile.tempdir = sys.argv[2]
    try:
        _serve(Connection(int(sys.argv[1])))
    finally:
        shutil.rmtree(sys.argv[2], ignore_errors=True)
