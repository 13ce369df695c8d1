"""For the tests of grading: a run in processes of its own that is ended at a given moment, and what it leaves."""

import contextlib
import hashlib
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from class_of_submissions import BIN, UNIT, environment

_started: set[int] = set()  # the runs' process numbers, which their control groups are named by

# In which of a run's processes a signal goes.
WHOM = ("everything", "lane", "nursery", "worker", "judge")


class Run:
    """`grader autograde` as a terminal starts it: in a process group of its own."""

    def __init__(self, folder: Path, *options: str):
        self.folder, self.temporary = folder, _temporary(folder)
        self.temporary.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [str(BIN / "grader"), "autograde", UNIT, *options],
            cwd=folder,
            env=environment(TMPDIR=str(self.temporary)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        _started.add(self.process.pid)

    def records(self) -> int:
        return len(list(self.folder.glob(f"autograded/*/{UNIT}/{UNIT}.record.json")))

    def wait_for(self, records: int, seconds: float = 120.0) -> None:
        """Until so many submissions are graded, or the run has ended."""
        end = time.monotonic() + seconds
        while self.records() < records and self.process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)

    def end(self, seconds: float = 240.0) -> tuple[int, str]:
        """(exit status, what it printed)."""
        try:
            said = self.process.communicate(timeout=seconds)[0]
        finally:
            self.process.kill()
        return self.process.returncode, said

    def kill(self, whom: str) -> int:
        """SIGKILL to one of the run's processes, or to all; returns to how many."""
        with contextlib.suppress(psutil.NoSuchProcess):
            main = psutil.Process(self.process.pid)
            lanes = [child for child in main.children() if "grader.grading.lane" in " ".join(_words(child))]
            below = [child for lane in lanes for child in lane.children()]
            nurseries = [child for child in below if "--warm" in _words(child)]
            found = {
                "everything": lambda: [main, *main.children(recursive=True)],
                "lane": lambda: lanes[:1],
                "judge": lambda: [child for child in below if child not in nurseries][:1],
                "nursery": lambda: nurseries[:1],
                "worker": lambda: [one for one in _deepest(nurseries) if one not in nurseries][-1:],
            }[whom]()
            for one in found:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.send_signal(signal.SIGKILL)
            return len(found)
        return 0


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def _deepest(processes: list[psutil.Process]) -> list[psutil.Process]:
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found += process.children(recursive=True)
    return [one for one in found if not _children(one)]


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.NoSuchProcess:
        return []


def _temporary(folder: Path) -> Path:
    """A short name: a socket's path may have about 100 characters."""
    return Path(tempfile.gettempdir()) / f"t{hashlib.sha256(bytes(folder)).hexdigest()[:8]}"


def left_behind(folder: Path) -> list[str]:
    """What is left of runs that have ended: processes, temporary files, control groups."""
    temporary = _temporary(folder)
    end = time.monotonic() + 10.0
    while (found := _processes(temporary)) and time.monotonic() < end:  # a killed one takes a moment to go
        time.sleep(0.05)
    found += [str(path) for path in temporary.iterdir()]
    shutil.rmtree(temporary)
    for group in Path("/sys/fs/cgroup").rglob("grader-*-*"):
        if group.name.split("-")[1] in map(str, _started):
            with contextlib.suppress(OSError):  # an empty one of a killed run is removed by one of the next runs
                found += [f"{group}: {number}" for number in (group / "cgroup.procs").read_text().split()]
    found += [
        str(path)
        for path in (folder / "autograded").rglob("*")
        if path.name.startswith(".") or path.name.endswith(".due.json")
    ]
    return found


def _processes(temporary: Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if str(temporary) in Path(f"/proc/{process.pid}/environ").read_bytes().decode(errors="replace"):
                found.append(f"{process.pid} {' '.join(process.cmdline())[:200]}")
    return found


def killed_somewhere(folder: Path, whom: str, seed: int, most: int) -> tuple[int, str]:
    """Run, kill ``whom`` at a random moment, end the run; returns (exit status of that run, what the next one said).

    Where the killed run goes on by itself, there is no next one: then it is what that run said.
    """
    draw = random.Random(seed)
    run = Run(folder)
    if draw.random() < 0.2:
        time.sleep(draw.uniform(0.0, 4.0))  # while it starts
    else:
        run.wait_for(draw.randrange(most))
        time.sleep(draw.uniform(0.0, 0.15))
    end = time.monotonic() + 5.0
    while not run.kill(whom) and run.process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    return run.end()
