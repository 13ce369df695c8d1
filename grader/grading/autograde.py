"""Grade a class: every submission of a unit, several at a time, so that nothing is lost whenever it stops.

A submission's record is written when its graded notebook is there; the gradebook follows the records. A run
that was killed is taken up by the next one: what has a record is not graded again, and what the gradebook
misses of it is written. Until its marks are in the gradebook, a record has a file UNIT.due.json beside it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from ..errors import GraderError
from ..files import write_atomically
from ..machine import cores
from .classroom import ClassFolder, nearest
from .engine import fault_record
from .exam import Exam
from .gradebook import UnknownUnit
from .interrupt import Stop
from .lane import Lane, LaneDied, temporary_folder
from .record import Record, read_record
from .submissions import HandedIn, finish, read_submission, stamped, submissions
from .work import Submission, Work

__all__ = ["ClassFolder", "Summary", "autograde", "regrade"]

FLUSH = 25  # submissions, after which their marks are written
MAX_TRIES = 2  # of a submission with which a lane dies, and of starting one


@dataclass
class Summary:
    """What a run did.

    ``graded``, ``unchanged`` and ``left`` count submissions: graded now, not graded as nothing had changed, and those
    that a signal left to the next run. ``human`` has (student, why) for every submission that a human has to look at,
    by student; ``notes`` are remarks for the instructor. ``signal`` is the number of the signal that ended it early, or
    None.
    """

    graded: int = 0
    unchanged: int = 0
    left: int = 0
    human: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    signal: int | None = None

    @property
    def interrupted(self) -> bool:
        """Whether it was ended before its time."""
        return self.signal is not None

    def take_in(self, other: Summary, label: str = "") -> None:
        """Add what another run did; what it says to a human begins with ``label`` (its notebook's name), if given."""
        self.graded += other.graded
        self.unchanged += other.unchanged
        self.left += other.left
        self.human += [(student, f"{label}: {why}" if label else why) for student, why in other.human]
        self.human.sort()
        self.notes += other.notes
        self.signal = other.signal

    def add(self, record: Record) -> None:
        """Note it where a human has to look: the first reason, and how many more there are."""
        if record["human"]:
            more = f" (and {len(record['human']) - 1} more)" if len(record["human"]) > 1 else ""
            self.human.append((record["student"], " ".join(record["human"][0].split())[:300] + more))


@dataclass
class _Task:
    """A submission that has to be graded, and what lanes that died of it said."""

    student: str
    handed_in: HandedIn
    deaths: list[str] = field(default_factory=list)


def autograde(
    folder: ClassFolder,
    unit: str,
    *,
    students: Iterable[str] = (),
    jobs: int | None = None,
    force: bool = False,
    unconfined: bool | None = None,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> Summary:
    """Grade a unit's submissions that are new or changed, and write the marks into the gradebook.

    An assignment of several notebooks is graded one notebook after the other. A signal to end (SIGINT, SIGTERM, SIGHUP)
    is obeyed in order: what was graded is kept, and the summary says what is left.

    Args:
        folder: the class.
        unit: what to grade: ``05_lstm``, ``ps1``, ``ps1/problem1``.
        students: whose submissions; everybody's where nobody is named.
        jobs: how many at a time; one for each core where it is None.
        force: grade what has not changed too.
        unconfined: without a sandbox; as the class's settings say where it is None.
        progress: called with (submissions done, submissions in all) of a notebook after each.

    Raises:
        GraderError: nothing can be graded, or the rest can't: the text says why.
        KeyboardInterrupt: a signal came before anything was graded, or a second one after it.
    """
    whole = Summary()
    for work in folder.notebooks(unit):
        done = _autograde(folder, work, students, jobs, force, unconfined, progress)
        whole.take_in(done, "" if work == Work.named(unit) else str(work))
        if whole.interrupted:
            break
    return whole


def _autograde(
    folder: ClassFolder,
    work: Work,
    students: Iterable[str],
    jobs: int | None,
    force: bool,
    unconfined: bool | None,
    progress: Callable[[int, int], object],
) -> Summary:
    """Grade one notebook of the class. The marks of :data:`FLUSH` submissions are written at once.

    In order: who is asked for, that nobody else grades this, that there is room, that the exam and the gradebook fit;
    only then is a signal waited out, and a submission graded.
    """
    summary = Summary()
    with Stop() as stop, temporary_folder(), contextlib.ExitStack() as stack:
        todo = _todo(folder, work, set(students), summary)
        stack.enter_context(_alone(folder, work))
        _must_be_writable(folder.autograded)
        exam = folder.exam(work, unconfined)
        try:
            marks = stack.enter_context(folder.marks(work))
        except UnknownUnit:
            folder.enter(work.assignment)
            marks = stack.enter_context(folder.marks(work))
            summary.notes.append(f"{work} was not in the gradebook; its cells and their points are now.")
        marks.must_fit(exam.graded())
        refused = {name: why for name, _ in todo if (why := marks.refusal(name))}
        summary.human += refused.items()
        todo = [(name, place) for name, place in todo if name not in refused]
        marks.enrol(name for name, _ in todo)
        done = 0
        fresh: list[Record] = []  # records whose marks are not written yet
        kept: list[Record] = []

        def due(record: Record) -> Path:
            return work.by(record["student"]).file(folder.autograded, "due.json")

        def flush(least: int = 1) -> None:
            if len(fresh) >= least:
                marks.apply(fresh)
                for record in fresh:
                    due(record).unlink(missing_ok=True)
                fresh.clear()
            if len(kept) >= 4 * least - 3:
                marks.apply(kept, unchanged=True)
                kept.clear()

        def step(record: Record, changed: bool) -> None:
            nonlocal done
            done += 1
            (fresh if changed or due(record).exists() else kept).append(record)
            summary.add(record)
            summary.graded += changed
            summary.unchanged += not changed
            flush(FLUSH)
            progress(done, len(todo))

        stop.be_patient()
        new = _changed(folder, exam, todo, force, stop, lambda record: step(record, False))
        with contextlib.closing(_graded(folder, exam, new, _jobs(jobs, len(todo)), stop)) as records:
            for record in records:
                step(record, True)
        flush()
        summary.left = len(todo) - done
        summary.signal = stop.number if summary.left else None
    summary.human.sort()
    return summary


def _todo(folder: ClassFolder, work: Work, wanted: set[str], summary: Summary) -> list[tuple[str, Path]]:
    """(student, folder of the submission) of what is asked for; everyone's where nobody is ``wanted``.

    Who can't be graded for their folder's name is noted in ``summary``. Raises :class:`GraderError` where there is no
    submission of the assignment, or none of somebody who is asked for.
    """
    found = dict(submissions(folder.course, work.assignment))
    if not found:
        where = f"{folder.course.submitted_directory}/NAME/{work.assignment}/"
        raise GraderError(
            f"There is no submission of {work.assignment} in {where}: collect them with nbgrader, or put them there."
        )
    if unknown := sorted(wanted - found.keys()):
        raise GraderError(f"There is no submission of {work} by {unknown[0]}.{nearest(unknown[0], found)}")
    todo = []
    for name, place in found.items():
        if wanted and name not in wanted:
            continue
        try:
            name.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(name).decode(errors="replace")
            summary.human.append((shown, "Not graded: the name of its folder is no text (UTF-8). Rename it."))
            continue
        todo.append((name, place))
    return todo


@contextlib.contextmanager
def _alone(folder: ClassFolder, work: Work) -> Iterator[None]:
    """Only one run may grade an assignment of a class. Raises :class:`GraderError` during another one."""
    descriptor = os.open(folder.source / work.assignment, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GraderError(
                f"Another `grader autograde {work}` is at work in this class: wait until it has ended."
            ) from None
        except OSError:
            pass  # a file system that has no locks
        yield
    finally:
        os.close(descriptor)


def _must_be_writable(autograded: Path) -> None:
    """Make the folder of graded notebooks. Raises :class:`GraderError` where it takes no 100 kB (a full disk)."""
    try:
        autograded.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=autograded) as file:
            file.write(bytes(100_000))
    except OSError as error:
        raise GraderError(
            f"Graded notebooks can't be written to {autograded} ({error.strerror}): nothing was graded."
        ) from error


def _jobs(jobs: int | None, most: int) -> int:
    """How many lanes to use: as asked for, else one for each core, and no more than there are submissions."""
    return max(1, min(jobs or cores(), most))


def _changed(
    folder: ClassFolder,
    exam: Exam,
    todo: Iterable[tuple[str, Path]],
    force: bool,
    stop: Stop,
    keep: Callable[[Record], None],
) -> Iterator[_Task]:
    """What has to be graded, read one after the other; ``keep`` is called with the records of the rest.

    A submission whose record would come out the same, and whose graded notebook is there, is not graded again.
    """
    for student, place in todo:
        if stop.number is not None:
            return
        handed_in = read_submission(place, exam.work.notebook)
        submission = exam.work.by(student)
        record = None if force else read_record(submission.file(folder.autograded, "record.json"))
        notebook = submission.file(folder.autograded, "ipynb")
        if record is not None and _same(record, student, exam, handed_in) and notebook.is_file():
            keep(record)
        else:
            yield _Task(student, handed_in)


def _same(record: Record, student: str, exam: Exam, handed_in: HandedIn) -> bool:
    """Whether grading would give this record again. Faults of the grader's are always tried again."""
    try:
        return (
            record["status"] != "fault"
            and record["key"] == exam.key
            and (record["student"], record["unit"]) == (student, str(exam.work))
            and record["submitted"]["sha256"] == hashlib.sha256(handed_in.raw).hexdigest()
            and record["submitted"]["timestamp"] == handed_in.timestamp
            and stamped(record, handed_in)["reason"] == record["reason"]
            and (not handed_in.no_time or handed_in.no_time in record["human"])
            and isinstance(record["answers"], dict)
            and [(cell["cell"], cell["max_points"]) for cell in record["cells"]] == exam.graded()
        )
    except (KeyError, TypeError):  # not as we wrote it
        return False


def _graded(
    folder: ClassFolder, exam: Exam, new: Iterator[_Task], jobs: int, stop: Stop
) -> Generator[Record, None, None]:
    """Grade in ``jobs`` lanes, each as soon as it is free; yields records as they are kept, in any order.

    A submission with which a lane dies gets another one, :data:`MAX_TRIES` in all, then the record of a fault. Once
    ``stop`` has heard a signal nothing more is begun; the lanes are closed when the caller closes the generator.
    Raises :class:`GraderError` where no lane starts, or one can't load the hidden vectors.
    """
    failed = 0  # lanes that did not start
    again: list[_Task] = []
    idle: list[Lane] = []
    busy: dict[Lane, _Task] = {}  # those at work, and those that start with a task waiting for them

    def employ(lane: Lane, task: _Task) -> None:
        busy[lane] = task
        if lane.ready:
            with contextlib.suppress(LaneDied):  # which receiving says as well
                lane.send(task.handed_in.raw, task.student)

    def fill() -> None:
        while stop.number is None and len(busy) < jobs:
            task = again.pop() if again else next(new, None)
            if task is None:
                return
            employ(idle.pop() if idle else Lane(exam, wait=False), task)

    try:
        while True:
            fill()
            if not busy or stop.number is not None:
                return
            patience = max(min(lane.end for lane in busy) - time.monotonic(), 0.0)
            heard: list[Any] = wait([stop, *busy], patience)  # type: ignore[list-item]  # typeshed forgets `fileno`
            late = [] if heard else [lane for lane in busy if lane.end <= time.monotonic()]
            for lane in [one for one in heard if one is not stop] + late:
                task = busy.pop(lane)
                try:
                    if not lane.ready:
                        try:
                            lane.greet()
                        except GraderError:
                            failed += 1
                            if failed == MAX_TRIES:
                                raise
                            again.append(task)
                            continue
                        _must_have_vectors(exam, lane)
                        employ(lane, task)
                        continue
                    record, text = lane.receive()
                    idle.append(lane)
                except LaneDied as death:
                    lane.close()
                    task.deaths.append(str(death))
                    if len(task.deaths) < MAX_TRIES:
                        again.append(task)
                        continue
                    reason = f"the process that grades died, {MAX_TRIES} times: {'; '.join(task.deaths)}"
                    record, text = fault_record(task.handed_in.raw, exam, task.student, reason), ""
                fill()  # before this one is written down: a lane need not wait for that
                record = stamped(record, task.handed_in)
                _keep(folder, exam.work.by(task.student), record, text)
                yield record
    finally:
        for lane in [*busy, *idle]:
            lane.stop()
        for lane in [*busy, *idle]:
            lane.close()


def _must_have_vectors(exam: Exam, lane: Lane) -> None:
    """Raise :class:`GraderError`, and close the lane, where it could not load some of the unit's vectors."""
    if lane.missing:
        lane.close()
        raise GraderError(f"{exam.work} can't be graded: {lane.missing[0]}")


def _keep(folder: ClassFolder, submission: Submission, record: Record, text: str) -> None:
    """Write the graded notebook, then the record: with that, the submission is graded.

    ``text`` is the notebook as JSON, empty where grading failed: then there is none.
    """
    path, notebook = submission.file(folder.autograded, "record.json"), submission.file(folder.autograded, "ipynb")
    if path.parent.is_symlink():
        path.parent.unlink()
    path.unlink(missing_ok=True)
    stamp = path.with_name("timestamp.txt")
    write_atomically(submission.file(folder.autograded, "due.json"), b"{}\n")
    if text:
        write_atomically(notebook, text.encode())
    else:
        notebook.unlink(missing_ok=True)  # of an earlier submission
    if record["submitted"]["timestamp"]:
        write_atomically(stamp, record["submitted"]["timestamp"].encode())
    else:
        stamp.unlink(missing_ok=True)
    finish(submission, record, path.parent, folder.course, folder.source / submission.work.assignment)


def regrade(
    folder: ClassFolder, submission: Submission, unconfined: bool | None = None
) -> tuple[Record, Record, list[str]]:
    """Grade a submission again, writing nothing: (the record kept, the new one, what differs, in the gradebook too).

    What differs is said a line each. ``unconfined`` is the old record's where it is None. Raises
    :class:`GraderError` where there is no record to compare with, or nothing can be graded.
    """
    student, work = submission
    path = submission.file(folder.autograded, "record.json")
    old = read_record(path)
    if old is None:
        raise GraderError(
            f"There is no record of {student}'s {work} at {path}: grade it with `grader autograde {work}`."
        )
    found = dict(submissions(folder.course, work.assignment))
    handed_in = read_submission(found[student], work.notebook) if student in found else HandedIn()
    try:
        exam = folder.exam(work, not old["provenance"]["confined"] if unconfined is None else unconfined)
        with Lane(exam) as lane:
            record, _ = lane.grade(handed_in.raw, student)
        new = stamped(record, handed_in)
        differences = _differences(old, new)
        with contextlib.suppress(UnknownUnit), folder.marks(work) as marks:
            differences += [
                f"the gradebook has {_shown(there)} points for {name}, the record {_shown(points)}"
                for name, (there, points) in marks.differences(old).items()
            ]
    except LaneDied as death:
        raise GraderError(f"The process that grades died: {death}.") from None
    except (KeyError, TypeError):
        raise GraderError(
            f"The record {path} is damaged: grade it again with `grader autograde {work} --student {student}`."
        ) from None
    return old, new, differences


def _differences(old: Record, new: Record) -> list[str]:
    """What a submission's second record says otherwise than the first, a line each."""
    lines = []
    if old["submitted"]["sha256"] != new["submitted"]["sha256"]:
        lines.append("the submitted file is not the one that was graded")
    before, after = (record["submitted"]["timestamp"] for record in (old, new))
    if before != after:
        lines.append(f"handed in: was {before}, is {after}")
    ways = old["provenance"], new["provenance"]
    lines += _otherwise(*ways, sorted({*ways[0], *ways[1]}), "{}: was {}, is {}")
    fields = ("status", "reason", "points", "max_points", "human", "put_right", "answers")
    lines += _otherwise(old, new, fields, "{}: was {!r}, is {!r}")
    cells = {cell["cell"]: cell for cell in old["cells"]}
    for cell in new["cells"]:
        if known := cells.pop(cell["cell"], None):
            said = _otherwise(known, cell, ("points", "max_points", "mistake", "text"), "{} was {!r}, is {!r}")
            lines += [f"{cell['cell']}: {line}" for line in said]
        else:
            lines.append(f"{cell['cell']}: was not graded")
    return lines + [f"{name}: is not graded any more" for name in cells]


def _otherwise(old: Mapping[str, object], new: Mapping[str, object], names: Iterable[str], form: str) -> list[str]:
    """A line for each field of these that differs: ``form`` with its name, what it was and what it is."""
    return [form.format(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _shown(points: float | None) -> str:
    return "no" if points is None else f"{points:g}"
