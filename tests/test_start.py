"""`grader start`: a learner's folder gets what is missing, nothing there is touched, and JupyterLab opens on it."""

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from commands import files, really, run

from grader.alone import begin
from grader.alone.begin import copy_missing
from grader.alone.folder import usual_folder
from grader.alone.released import digest, given
from grader.start import INDEX, course_folder, released_notebooks

NOTEBOOKS = {name: f"{name}.ipynb" if name == INDEX else f"{name}/{name}.ipynb" for name in released_notebooks()}
UNITS = [path for name, path in NOTEBOOKS.items() if name != INDEX]


def brought(folder):
    """The notebooks, and whatever else a learner sees there: not what the course keeps for itself."""
    return [name for name in files(folder) if not name.startswith(".grader/")]


def test_it_copies_what_is_missing_and_touches_nothing_else(tmp_path):
    result = really("start", "--no-open", cwd=tmp_path)
    assert result.returncode == 0 and "grader start work" in result.stdout
    work = tmp_path / "work"
    assert brought(work) == sorted(NOTEBOOKS.values()) and (work / ".grader").is_dir()
    for name in NOTEBOOKS.values():
        assert (work / name).read_bytes() == (course_folder() / name).read_bytes()
    (work / UNITS[0]).write_text("my own work")
    (work / UNITS[1]).unlink()
    (work / "notes.txt").write_text("mine")
    before = (work / UNITS[0]).stat().st_mtime_ns
    result = really("start", "--no-open", cwd=tmp_path)
    assert result.returncode == 0
    assert f"copied  {UNITS[1]}\n" in result.stdout and result.stdout.count("copied") == 1
    assert f"kept    {len(NOTEBOOKS) - 1} that you already have" in result.stdout
    assert (work / UNITS[0]).read_text() == "my own work"
    assert (work / UNITS[0]).stat().st_mtime_ns == before
    assert brought(work) == sorted([*NOTEBOOKS.values(), "notes.txt"])


def test_what_the_course_gave_is_noted(tmp_path):
    copy_missing(tmp_path)
    for name, source in released_notebooks().items():
        assert given(tmp_path, name) == {digest(cell) for cell in nbformat.read(source, as_version=4).cells}


@pytest.mark.parametrize("name", ["my work", "größe", "[red]course[/red]", "deep/er/still", "--help me", "8888"])
def test_a_folder_of_any_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, output = run("start", "--no-open", "--", name)
    assert status == 0 and brought(tmp_path / name) == sorted(NOTEBOOKS.values())
    assert output.endswith(name)


def test_links_and_folders_are_left_alone(tmp_path):
    first, second = (tmp_path / name for name in UNITS[:2])
    first.parent.mkdir()
    first.symlink_to(tmp_path / "a disk that is not mounted.ipynb")
    second.mkdir(parents=True)
    copied, kept = copy_missing(tmp_path)
    assert kept == UNITS[:2] and set(copied) == set(NOTEBOOKS.values()) - set(kept)
    assert first.is_symlink() and not first.exists() and second.is_dir()


def test_a_full_disk(tmp_path, monkeypatch):
    copyfile, calls = shutil.copyfile, []

    def full(source, target):
        calls.append(target)
        if len(calls) == 2:
            Path(target).write_bytes(Path(source).read_bytes()[:1000])
            raise OSError(28, "No space left on device", str(target))
        return copyfile(source, target)

    monkeypatch.setattr(shutil, "copyfile", full)
    status, output = run("start", "--no-open", tmp_path / "work")
    assert status == 2 and "No space left on device" in output
    assert brought(tmp_path / "work") == [*NOTEBOOKS.values()][:1]  # it is whole, and of the second there is nothing
    monkeypatch.setattr(shutil, "copyfile", copyfile)
    assert run("start", "--no-open", tmp_path / "work")[0] == 0
    for name in NOTEBOOKS.values():
        assert (tmp_path / "work" / name).read_bytes() == (course_folder() / name).read_bytes()


def test_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    assert run("start", "--no-open", tmp_path / "file")[0] == 2
    status, output = run("start", "--no-open", tmp_path / "file" / "work")
    assert status == 2 and "Not a directory" in output


def test_the_usual_folder_is_the_one_that_one_is_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert usual_folder() == Path("work")
    (tmp_path / "mine" / ".grader").mkdir(parents=True)
    (tmp_path / "mine" / "04_gates").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    assert usual_folder() == Path()
    monkeypatch.chdir(tmp_path / "mine" / "04_gates")
    assert usual_folder() == tmp_path / "mine"


def test_two_at_once_bring_one_of_each(tmp_path):
    command = [Path(sys.executable).with_name("grader"), "start", "--no-open", tmp_path / "work"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [one.communicate(timeout=120) for one in runs]
    assert [one.returncode for one in runs] == [0, 0, 0], said
    copied = re.findall(r"copied  (.+)", "".join(out for out, _ in said))
    assert sorted(copied) == sorted(NOTEBOOKS.values())  # each by one of them
    assert brought(tmp_path / "work") == sorted(NOTEBOOKS.values())


# --- JupyterLab ---------------------------------------------------------------------------------


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ended(process):
    """End what a test began, whatever became of the test."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def test_jupyterlab_runs_on_the_folder(tmp_path):
    port = free_port()
    command = [Path(sys.executable).with_name("grader"), "start", "--no-browser", "--port", str(port)]
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "JUPYTER_TOKEN": "a-token"}
    (tmp_path / "empty").mkdir()
    with (tmp_path / "said").open("w") as said:
        lab = subprocess.Popen(command, cwd=tmp_path / "empty", stdout=said, stderr=said, env=environment)
    try:
        end, found = time.monotonic() + 120, None
        while found is None:
            assert lab.poll() is None and time.monotonic() < end, (tmp_path / "said").read_text()
            try:
                address = f"http://127.0.0.1:{port}/api/contents/{UNITS[0]}?content=0&token=a-token"
                found = json.load(urllib.request.urlopen(address, timeout=10))
            except OSError:
                time.sleep(0.3)
        assert found["type"] == "notebook" and found["path"] == UNITS[0]
        text = " ".join((tmp_path / "said").read_text().split())
        assert f"copied {UNITS[0]}" in text and "opens at the address below" in text and "Ctrl-C ends it" in text
        lab.send_signal(signal.SIGTERM)
        lab.wait(timeout=60)
    finally:
        ended(lab)
    with pytest.raises(OSError):  # and JupyterLab ended with it
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=5)


def test_without_jupyterlab(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "jupyterlab" else find(name))
    status, output = run("start", tmp_path / "work")
    assert status == 2 and "JupyterLab is not installed in this Python" in output and "pip install jupyterlab" in output
    assert brought(tmp_path / "work") == sorted(NOTEBOOKS.values())  # which are there all the same


def test_a_port_that_is_taken(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, output = run("start", "--port", port, tmp_path / "work")
    assert status == 2 and f"Port {port} is taken" in output and "leave --port out" in output
    assert "JupyterLab opens" not in output


def test_what_jupyterlab_is_asked(tmp_path, monkeypatch):
    """The index where there is one, else the folder; its exit status is ours."""
    asked = []

    class Lab:
        def __init__(self, command):
            asked.append(command)

        def wait(self):
            return 7

    monkeypatch.setattr(begin.subprocess, "Popen", Lab)
    monkeypatch.setattr(begin.signal, "signal", lambda *which: None)
    assert begin.open_lab(tmp_path) == 7
    (tmp_path / "index.ipynb").write_text("{}")
    begin.open_lab(tmp_path, port=free_port(), browser=False)
    first, second = asked
    assert first[:3] == [sys.executable, "-m", "jupyterlab"] and first[-2:] == ["--", str(tmp_path)]
    assert second[-2:] == ["--", str(tmp_path / "index.ipynb")] and "--no-browser" in second
    assert "--LabApp.default_url=/lab/tree/index.ipynb" in second and not any("default_url" in one for one in first)
    assert all("--LabApp.news_url=None" in one for one in asked)  # nothing goes over the network
