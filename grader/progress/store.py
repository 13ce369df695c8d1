"""What a learner has done, in one small file: ``progress.db`` beside the functions that passed.

An SQLite database, written a transaction at a time: what is killed in the middle leaves the file as it was, and two
kernels that write at once wait for each other. It is a convenience and nothing depends on it: where it can't be read or
written, that is a sentence (a *note*), never an error. A file that is damaged is set aside under another name, and a
new one begun.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import workspace
from ..version import __version__

__all__ = ["OUTCOMES", "Answer", "History", "Record", "keep_answers", "keep_check", "keep_hint", "read"]

FILE = "progress.db"
VERSION = 1  # of the tables; a file that says a higher one was written by a later version of the course
OUTCOMES = ("wrong", "partly", "right")  # from the least to the best
WAIT = 5.0  # seconds for another process that is writing

_TABLES = (
    "CREATE TABLE IF NOT EXISTS checks (exercise TEXT NOT NULL, outcome TEXT NOT NULL, points REAL NOT NULL, "
    "max_points REAL NOT NULL, at REAL NOT NULL, version TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS hints (exercise TEXT PRIMARY KEY, seen INTEGER NOT NULL, at REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS answers (unit TEXT NOT NULL, question INTEGER NOT NULL, letter TEXT NOT NULL, "
    "correct INTEGER NOT NULL, at REAL NOT NULL, version TEXT NOT NULL, PRIMARY KEY (unit, question))",
)


@dataclass
class Record:
    """What the checks of one exercise said: the best outcome, how often, and of what.

    ``outcome`` is one of :data:`OUTCOMES`, ``points`` the most that were earned at once. ``attempts`` counts the checks
    of something that the learner wrote: one of an untouched stub is none. ``first`` is when the first right one was,
    ``last`` when the last check was, in seconds since 1970 (0 where there was none); ``version`` the course's at the
    first right check, else at the last one.
    """

    outcome: str = ""
    points: float = 0.0
    attempts: int = 0
    first: float = 0.0
    last: float = 0.0
    version: str = ""


@dataclass(frozen=True)
class Answer:
    """The last answer to a question of a quiz: its letter, and whether that is right; when, by which version."""

    letter: str
    right: bool
    at: float
    version: str


@dataclass
class History:
    """All that is kept: checks and hints by exercise, answers by (unit, question), and a note where reading failed.

    ``hints`` are numbers: the strongest hint that was seen.
    """

    checks: dict[str, Record] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    answers: dict[tuple[str, int], Answer] = field(default_factory=dict)
    note: str = ""


def keep_check(name: str, outcome: str, points: float, max_points: float) -> str:
    """Keep what a check of a learner's function said. Returns a note where that was not possible, else "".

    ``outcome`` is one of :data:`OUTCOMES`. Nothing is kept while a class is graded.
    """
    row = (name, outcome, float(points), float(max_points), time.time(), __version__)
    return _write("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?)", [row])


def keep_hint(name: str, number: int) -> str:
    """Keep that a hint was seen. Returns as :func:`keep_check` does."""
    statement = (
        "INSERT INTO hints VALUES (?, ?, ?) ON CONFLICT (exercise) DO UPDATE SET seen = max(seen, excluded.seen), "
        "at = excluded.at"
    )
    return _write(statement, [(name, int(number), time.time())])


def keep_answers(unit_name: str, answers: dict[int, tuple[str, bool]]) -> str:
    """Keep answers to a unit's quiz, ``{1: ("b", True), ...}`` by question. Returns as :func:`keep_check` does.

    Questions that are left out keep the answer they had.
    """
    now = time.time()
    rows = [(unit_name, number, letter, int(right), now, __version__) for number, (letter, right) in answers.items()]
    return _write("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", rows) if rows else ""


def read(folder: Path | None = None) -> History:
    """All that is kept in a workspace (default: the learner's, :func:`grader.workspace.folder`). Never raises.

    Nothing is read while a class is graded.
    """
    if workspace.grading():
        return History()
    try:
        path = (folder or workspace.folder()) / FILE
        if not path.exists():
            return History()
    except (OSError, RuntimeError, ValueError):  # no home folder, or a name that is none
        return History()
    found = History()
    note = _tried(path, lambda connection: _read_all(connection, found), to_write=False)
    return History(note=note) if note else found


def _read_all(connection: Any, found: History) -> None:
    for name, outcome, points, at, version in connection.execute(
        "SELECT exercise, outcome, points, at, version FROM checks ORDER BY rowid"
    ):
        if outcome not in OUTCOMES:
            continue
        record = found.checks.setdefault(str(name), Record())
        record.attempts += 1
        record.last = max(record.last, float(at))
        record.points = max(record.points, float(points))
        if outcome == "right" and record.outcome != "right":
            record.first = float(at)
        if record.outcome != "right":
            record.version = str(version)
            record.outcome = max(record.outcome, outcome, key=lambda one: OUTCOMES.index(one) if one else -1)
    found.hints = {str(name): int(seen) for name, seen in connection.execute("SELECT exercise, seen FROM hints")}
    for unit, question, letter, right, at, version in connection.execute("SELECT * FROM answers"):
        found.answers[str(unit), int(question)] = Answer(str(letter), bool(right), float(at), str(version))


def _write(statement: str, rows: list[tuple]) -> str:
    """Run a statement once for each row, all of them or none. Returns a note where that was not possible."""
    if workspace.grading():
        return ""
    try:
        folder = workspace.folder()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        return _unkept(getattr(error, "strerror", None) or str(error))
    return _tried(folder / FILE, lambda connection: connection.executemany(statement, rows))


def _tried(path: Path, work: Callable[[Any], Any], to_write: bool = True) -> str:
    """Do something with the database in one transaction; a damaged file is set aside.

    Then it is done with a new one, if it is ``to_write``. Returns a note for the learner, or "".
    """
    try:
        import sqlite3
    except ImportError:
        return _unkept("this Python was built without sqlite3")
    aside: Path | None = None
    for _ in range(3):
        stamp = _identity(path)
        try:
            if to_write or stamp:
                with _opened(path, to_write) as connection:
                    work(connection)
        except _Later:
            return (
                f"Your progress was kept by a later version of the course, in {path}, which this one neither reads "
                "nor changes. Update the course to go on with it."
            )
        except sqlite3.OperationalError as error:  # locked, full, not allowed: the file itself is sound
            return _unkept(f"{error}: {path}")
        except (sqlite3.DatabaseError, ValueError, TypeError):  # no database, or other things in it than were put there
            aside = _set_aside(path, stamp) or aside
            if aside is None and _identity(path) == stamp:
                return _unkept(f"{path} is damaged, and can't be moved out of the way")
            continue
        except OSError as error:
            return _unkept(f"{error.strerror or error}: {path}")
        return (
            f"The file with your progress was damaged. It was set aside as {aside.name}, and a new one begun. "
            "Functions that passed are kept apart from it, and count as before."
            if aside
            else ""
        )
    return _unkept(f"{path} is damaged")


class _Later(Exception):
    """The file was written by a later version of the course."""


@contextlib.contextmanager
def _opened(path: Path, to_write: bool) -> Iterator[Any]:
    """A connection inside a transaction, which is committed at the end of the block, or undone by an error.

    One that is not ``to_write`` needs no right to; of a file without tables it sees empty ones, which it keeps nowhere.
    """
    import sqlite3

    with contextlib.closing(sqlite3.connect(path, timeout=WAIT, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE" if to_write else "BEGIN")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise _Later
        if version < VERSION:
            for table in _TABLES:
                connection.execute(table if to_write else table.replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
        if version < VERSION and to_write:
            connection.execute(f"PRAGMA user_version = {VERSION}")
        yield connection
        connection.execute("COMMIT")  # closing without it undoes all of it


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies there, so that one that another kernel has just begun isn't taken for the damaged one."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_aside(path: Path, stamp: tuple[int, int] | None) -> Path | None:
    """Give a damaged file another name, if it is still the one with that stamp. Returns where it lies now."""
    if stamp is None or _identity(path) != stamp:
        return None
    moment = time.strftime("%Y%m%d-%H%M%S")
    names = (f"{path.stem}-damaged-{moment}{'' if k == 0 else f'-{k}'}{path.suffix}" for k in range(100))
    aside = next((one for one in map(path.with_name, names) if not os.path.lexists(one)), None)
    try:
        if aside is None:
            return None
        os.rename(path, aside)
        with contextlib.suppress(OSError):  # what belongs to the damaged file must not be taken for the new one's
            os.rename(f"{path}-journal", f"{aside}-journal")
    except OSError:
        return None
    return aside


def _unkept(why: str) -> str:
    return f"Your progress could not be kept ({why}). Your points do not depend on it."
