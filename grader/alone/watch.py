"""Check a learner's notebooks whenever one is saved, and say what is new since the last check."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import watchfiles
from rich.console import Console
from rich.status import Status
from rich.text import Text

from .. import notebooks
from ..errors import GraderError
from ..exercises import exercise
from ..progress import Summary, summary
from ..screen import say
from ..workspace import MARKER
from .folder import notebook_path, notebooks_in, shown
from .keys import pressed
from .released import digest
from .words import at_a_terminal, hint_text, told

__all__ = ["watch"]

KEYS = "h: a hint · n: the next exercise · q: quit"
_PAUSE = 0.2  # seconds between two looks at the keys and at the check that runs
_PATIENCE = 1.0  # a notebook that can't be read may be in the middle of being saved


def watch(folder: Path, console: Console) -> None:
    """Watch a learner's folder until ``q``, Ctrl-C or the end of the process. What passes is kept there, as always."""
    watching = _Watch(folder, console)
    with contextlib.suppress(KeyboardInterrupt), _ended_politely(), pressed() as key:
        try:
            watching.greet()
            for changes in watchfiles.watch(
                folder,
                watch_filter=watching.is_ours,
                rust_timeout=int(_PAUSE * 1000),
                yield_on_timeout=True,
                debounce=400,
            ):
                watching.saved({Path(path) for _, path in changes})
                watching.go_on()
                while pressed_now := key():
                    if pressed_now == "q":
                        return
                    watching.answer(pressed_now)
        finally:
            watching.stop()


@contextlib.contextmanager
def _ended_politely() -> Iterator[None]:
    """In the block, SIGTERM ends the process as Ctrl-C does: the check that runs is ended with it."""

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Watch:
    """What is watched, what was said last of each notebook, and the check that runs, if one does.

    ``current`` is the (unit, exercise) that keys are about, None where all is right. ``said`` are verdicts' records by
    unit and name; ``texts`` the digests of each notebook's cells when it was last checked.
    """

    def __init__(self, folder: Path, console: Console):
        self.folder, self.console = folder, console
        self.paths = {path.resolve(): name for name, path in notebooks_in(folder)}
        self.current: tuple[str, str] | None = None
        self.said: dict[str, dict[str, dict]] = {}
        self.texts: dict[str, list[str]] = {}
        self.hints: dict[str, int] = {}
        self.due: dict[str, float] = {}  # units to check, and since when
        self.running: _Check | None = None

    def is_ours(self, change: watchfiles.Change, path: str) -> bool:
        """Whether a changed file is a unit's notebook, and not a backup or what an editor keeps beside it."""
        self.paths |= {one.resolve(): name for name, one in notebooks_in(self.folder)}
        return Path(path).resolve() in self.paths

    def greet(self) -> None:
        """Say where the learner stands, and check the notebook that they are in."""
        state = self._summary()
        self.current = state.next
        self.console.print(f"Watching {self.folder.resolve()}: a notebook is checked whenever you save it.")
        self.console.print(KEYS)
        self._where()
        if state.next and notebook_path(self.folder, state.next[0]).exists():
            self._check_soon(state.next[0])

    def saved(self, paths: set[Path]) -> None:
        """Have the notebooks at these paths checked."""
        for path in sorted(paths):
            self._check_soon(self.paths[path.resolve()])

    def _check_soon(self, unit_name: str) -> None:
        self.due[unit_name] = time.monotonic()

    def go_on(self) -> None:
        """Begin a check that is due, or say what the one that runs has found."""
        ready = [name for name in self.due if self.running is None or self.running.unit == name]
        if ready and self._is_new(name := ready[0]):
            self.stop()  # the check of an older text
            del self.due[name]
            self.running = _Check(name, notebook_path(self.folder, name), self.folder / MARKER, self.console)
        elif self.running and (answer := self.running.answer()) is not None:
            name, self.running = self.running.unit, None
            self._say(name, answer)

    def _is_new(self, unit_name: str) -> bool:
        """Whether a notebook's code is another than at its last check; one that can't be read yet is waited for."""
        path = notebook_path(self.folder, unit_name)
        try:
            texts = [digest(cell) for cell in notebooks.read(path).cells if cell.cell_type == "code"]
        except GraderError as error:
            if time.monotonic() - self.due[unit_name] > _PATIENCE:
                del self.due[unit_name]
                self.texts.pop(unit_name, None)  # so that one that is whole again is checked
                gone = "" if path.exists() else " Is it renamed, or deleted? `grader start` brings a new one."
                self._stamp(f"{shown(unit_name)}: not checked. {error}{gone} I go on watching.")
            return False
        if texts == self.texts.get(unit_name):
            del self.due[unit_name]
            return False
        self.texts[unit_name] = texts
        return True

    def _say(self, unit_name: str, answer: dict) -> None:
        """Show what is another than at the last check of this notebook."""
        if "problem" in answer:
            self._stamp(f"{shown(unit_name)}: not checked. {answer['problem']} I go on watching.")
            self.texts.pop(unit_name, None)
            return
        records = {record["name"]: record for record in answer["verdicts"]}
        before = self.said.get(unit_name)
        new = [
            record
            for name, record in records.items()
            if (told(record) if before is None else record["text"] != before.get(name, {}).get("text"))
        ]
        self.said[unit_name] = records
        points = sum(record["points"] or 0 for record in records.values())
        most = sum(record["max_points"] for record in records.values())
        nothing = "" if new or before is None else ", nothing new"
        self._stamp(f"{unit_name}: {points:g} of {most:g} points{nothing}")
        for text in [*(record["text"] for record in new), *(f"Note: {note}" for note in answer["notes"])]:
            say(at_a_terminal(text), self.console)
        self._move_on(unit_name, records, [record["name"] for record in new])

    def _move_on(self, unit_name: str, records: dict[str, dict], new: list[str]) -> None:
        """Let the keys be about what was worked on and is not right, else about what is to do next in that notebook."""
        state = self._summary()
        left = [name for name, record in records.items() if record["passed"] is not True and name in _names(state)]
        worked_on = [name for name in left if name in new and told(records[name])]
        before = self.current
        if worked_on:
            self.current = unit_name, worked_on[0]
        elif self.current is None or self.current[0] != unit_name or self.current[1] not in left:
            self.current = (unit_name, left[0]) if left else state.next
        if self.current != before:
            self._where()

    def answer(self, key: str) -> None:
        """Do what a key asks for."""
        if key == "h" and self.current and self.current[1] in _names(self._summary()):
            name = self.current[1]
            self.hints[name] = min(self.hints.get(name, 0) + 1, len(exercise(name).hints))
            say(hint_text(name, self.hints[name], "h again for a stronger one."), self.console)
        elif key == "h":
            self.console.print("There are hints for exercises, and none is left here. n goes to the next one.")
        elif key == "n":
            self._next()
        else:
            self.console.print(KEYS)

    def _next(self) -> None:
        """Go to the next thing that is not right, past the one the keys are about; from the last to the first."""
        left = [(one.name, item) for one in self._summary().units for item in one.left]
        if left:
            order = [(one.name, item) for one in self._summary().units for item in (*_all(one), "quiz")]
            position = order.index(self.current) if self.current in order else -1
            self.current = next((one for one in left if order.index(one) > position), left[0])
        else:
            self.current = None
        self._where()

    def _where(self) -> None:
        """Say what is to do now."""
        if self.current is None:
            self.console.print("All that there is to write is right. That is the whole course as far as it goes.")
            return
        unit_name, name = self.current
        if name == "quiz":
            what = "the quiz"
        else:
            one = exercise(name)
            what = f"{name}, {one.title} (about {one.minutes} minutes)"
        say(f"Now: {what}, in {notebook_path(self.folder, unit_name)}", self.console)

    def _summary(self) -> Summary:
        return summary(self.folder)

    def _stamp(self, text: str) -> None:
        self.console.print(Text(f"\n{time.strftime('%H:%M:%S')} {text}"))

    def stop(self) -> None:
        """End the check that runs."""
        if self.running:
            self.running.stop()


def _all(unit: Any) -> list[str]:
    return [one.name for one in unit.exercises]


def _names(state: Summary) -> set[str]:
    return {name for unit in state.units for name in _all(unit)}


class _Check:
    """A check of one notebook, in a process of its own (:mod:`.once`)."""

    def __init__(self, unit_name: str, path: Path, workspace: Path, console: Console):
        self.unit = unit_name
        self.output = tempfile.TemporaryFile()
        self.errors = tempfile.TemporaryFile()
        command = [sys.executable, "-m", "grader.alone.once", str(path), str(workspace.resolve())]
        apart: dict[str, Any] = {"start_new_session": True}  # Ctrl-C is for the watch, which ends it
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.errors, **apart
        )
        self.status: Status | None = console.status(f"checking {unit_name}") if console.is_terminal else None
        if self.status:
            self.status.start()

    def answer(self) -> dict | None:
        """What was found, as :mod:`.once` prints it; None while it is looked for."""
        if self.process.poll() is None:
            return None
        self.stop()
        self.output.seek(0)
        try:
            return json.loads(self.output.read().splitlines()[-1])
        except (ValueError, LookupError):
            self.errors.seek(0)
            last = self.errors.read().decode(errors="replace").strip().splitlines()[-1:]
            return {"problem": " ".join(["The check itself failed.", *last])}

    def stop(self) -> None:
        """End it, if it has not ended, with its kernel."""
        if self.status:
            self.status.stop()
        if self.process.poll() is None:
            self.process.terminate()  # nbclient then ends the kernel; where it can't, the kernel ends with its parent
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
