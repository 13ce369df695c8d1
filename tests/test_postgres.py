"""The gradebook on a PostgreSQL server: the same rows as in SQLite's file, and two graders at once."""

import contextlib
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from class_of_submissions import (
    BIN,
    UNIT,
    WORDS,
    answered,
    by_grader,
    command,
    copy_class,
    environment,
    grade,
    graded_files,
    released,
    rows,
    submit,
    url,
)
from conftest import need_program

pytestmark = pytest.mark.filterwarnings("default")


def _other_user() -> list[str]:
    """What starts a program as somebody else than root, who may not run the server."""
    if os.getuid() != 0:
        return []
    return [need_program("setpriv"), f"--reuid={_owner().pw_uid}", f"--regid={_owner().pw_gid}", "--clear-groups"]


def _owner() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return pwd.getpwuid(os.getuid())


@pytest.fixture(scope="module")
def server():
    """A server of the test's own on a Unix socket; the socket's folder."""
    beside = [path for path in sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)]
    programs = Path(need_program(*beside, "initdb")).resolve().parent
    place = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have about 100 characters
    try:
        if os.getuid() == 0:
            os.chown(place, _owner().pw_uid, _owner().pw_gid)
        start = {"cwd": place, "env": environment(LC_ALL="C"), "stdin": subprocess.DEVNULL}
        subprocess.run(
            [
                *_other_user(),
                programs / "initdb",
                "-D",
                place / "data",
                "-U",
                "grader",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "-N",
            ],
            check=True,
            capture_output=True,
            timeout=120,
            **start,
        )
        with (place / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *_other_user(),
                    programs / "postgres",
                    "-D",
                    place / "data",
                    "-k",
                    place,
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "fsync=off",
                ],
                stdout=log,
                stderr=log,
                **start,
            )
        try:
            _wait_until_it_answers(place, process)
            yield place
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _connect(place: Path) -> psycopg.Connection:
    return psycopg.connect(host=str(place), user="grader", dbname="postgres", autocommit=True)


def _wait_until_it_answers(place: Path, process: subprocess.Popen) -> None:
    for _ in range(300):
        with contextlib.suppress(psycopg.OperationalError), _connect(place):
            return
        assert process.poll() is None, (place / "log").read_text()
        time.sleep(0.1)
    raise AssertionError((place / "log").read_text())


@pytest.fixture
def database(server, request):
    """The URL of an empty database."""
    name = f"test_{abs(hash(request.node.name))}"
    with _connect(server) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://grader@/{name}?host={server}"


@pytest.fixture(scope="module")
def handed_in(template, tmp_path_factory) -> Path:
    folder = copy_class(template, tmp_path_factory.mktemp("handed in") / "class")
    for number, kind in enumerate(("right", "wrong", "part", "half", "untouched", "right")):
        submit(folder, f"ünal {number}", answered(folder, kind), timestamp=f"2026-01-0{number + 1} 10:00:00 UTC")
        submit(folder, f"ünal {number}", released(folder, WORDS), WORDS)
    submit(folder, "damaged", b"PK")
    return folder


@pytest.fixture(scope="module")
def in_sqlite(handed_in, tmp_path_factory):
    folder = copy_class(handed_in, tmp_path_factory.mktemp("sqlite") / "class")
    for unit in (UNIT, WORDS):
        grade(folder, unit, unconfined=True)
    return {unit: rows(url(folder), unit) for unit in (UNIT, WORDS)}


def test_the_rows_are_those_of_sqlite(handed_in, in_sqlite, database, tmp_path):
    folder = copy_class(handed_in, tmp_path / "class")
    first = by_grader(folder, "autograde", UNIT, "--unconfined", "--db", database)
    assert first.returncode == 1 and "was not in the gradebook" in first.stdout, first.stdout + first.stderr
    assert rows(database) == in_sqlite[UNIT]
    again = by_grader(folder, "autograde", UNIT, "--unconfined", "--db", database)
    assert "0 graded, 7 unchanged" in again.stdout and rows(database) == in_sqlite[UNIT]
    submit(folder, "x" * 130, answered(folder, "half"))  # nbgrader's column has 128 characters
    refused = by_grader(folder, "autograde", UNIT, "--unconfined", "--db", database)
    assert refused.returncode == 1 and "128" in refused.stdout and "Traceback" not in refused.stderr, refused.stderr
    assert rows(database) == in_sqlite[UNIT]


def test_nbgraders_own_command_writes_the_same_rows(handed_in, in_sqlite, database, tmp_path):
    folder = copy_class(handed_in, tmp_path / "class")
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(f"c.CourseDirectory.db_url = {database!r}\nc.Graded.unconfined = True\n")
    for words in (["generate_assignment", UNIT, "--force"], ["autograde", UNIT]):
        done = command(folder, "nbgrader", *words)
        assert done.returncode == 0, done.stderr
    assert rows(database) == in_sqlite[UNIT]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_graders_at_once_do_not_disturb_each_other(handed_in, in_sqlite, database, tmp_path, kind):
    folder = copy_class(handed_in, tmp_path / "class")
    where = database if kind == "postgresql" else f"sqlite:///{tmp_path}/other.db"
    runs = {
        unit: subprocess.Popen(
            [BIN / "grader", "autograde", unit, "--unconfined", "--db", where, "--jobs", "1"],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for unit in (UNIT, WORDS)
    }
    for unit, run in runs.items():
        said = run.communicate(timeout=200)[0]
        assert "Traceback" not in said and "graded, 0 unchanged" in said, said
        assert rows(where, unit) == in_sqlite[unit]
        assert graded_files(folder, unit).keys() == in_sqlite[unit].keys()


def test_a_server_that_is_not_there_is_said_without_the_password(handed_in, tmp_path):
    folder = copy_class(handed_in, tmp_path / "class")
    for database in (f"postgresql+psycopg://grader:geheim@/none?host={tmp_path}", "nonsense://x", "nonsense"):
        done = by_grader(folder, "autograde", UNIT, "--unconfined", "--db", database)
        assert done.returncode == 2 and "gradebook" in done.stderr, done.stderr
        assert "Traceback" not in done.stderr and "geheim" not in done.stderr
        assert not graded_files(folder)
