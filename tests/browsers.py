"""A real JupyterLab of a test's own, a real browser's page, and what is done in them."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import need_program

START_SECONDS = 60
SETUP = "# Run this cell first"  # how a notebook's first code cell begins
CELL_SECONDS = 60  # for one cell, on a busy machine


def settings(folder: Path) -> None:
    """JupyterLab without its questions about news, and with every cell in the page, seen or not."""
    for name, values in {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"windowingMode": "none"},
    }.items():
        file = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))


class Lab:
    """A JupyterLab server of the test's own: its folder, its settings, a port that was free, a token."""

    def __init__(self, folder: Path):
        self.work, self.workspace, self.pages = folder / "work", folder / "kept", 0
        start = [need_program("grader"), "start", "--no-open", self.work]
        subprocess.run(start, cwd=folder, check=True, capture_output=True)
        settings(folder / "settings")
        environment = {
            **os.environ,
            **{f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
            "GRADER_WORKSPACE": str(self.workspace),
            "JUPYTER_TOKEN": "only-for-this-test",
        }
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "jupyterlab",
                    str(self.work),
                    "--no-browser",
                    "--ServerApp.ip=127.0.0.1",
                    "--ServerApp.port=0",
                    "--ServerApp.allow_root=True",
                ],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.address = self._address(folder / "runtime")
        except BaseException:
            self.stop()
            raise

    def _address(self, runtime: Path) -> str:
        """Where the server answers, once it does."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()
            for file in runtime.glob("jpserver-*.json"):
                try:
                    server = json.loads(file.read_text())
                    status = f"{server['url']}api/status?token={server['token']}"
                    with urllib.request.urlopen(status, timeout=5):
                        return server["url"]
                except (OSError, ValueError):
                    pass  # half written, or not listening yet
            time.sleep(0.1)
        raise AssertionError(f"no answer in {START_SECONDS} seconds:\n{self.log.read_text()}")

    def notebook(self, unit: str) -> str:
        """A page with this notebook alone: each has a workspace of its own. ``index`` is the map of the course."""
        path = "index.ipynb" if unit == "index" else f"{unit}/{unit}.ipynb"
        self.pages += 1  # or the page would come with what was open in the last one
        return f"{self.address}lab/workspaces/{unit}-{self.pages}/tree/{path}?token=only-for-this-test"

    def stop(self) -> None:
        """End the server and the kernels it started."""
        group = self.process.pid
        try:
            self.process.terminate()
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            pass
        end = time.monotonic() + 20
        try:
            while time.monotonic() < end:
                os.killpg(group, signal.SIGKILL)  # what is left of it, if anything is
                self.process.poll()
                time.sleep(0.05)
        except ProcessLookupError:
            pass


def open_notebook(page, lab, unit):
    """Open a unit's notebook and wait for its kernel."""
    page.goto(lab.notebook(unit))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator(".jp-NotebookPanel-toolbar").get_by_text("Python 3").wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()


def cell_with(page, text):
    """The first code cell whose text begins like this."""
    return (
        page.locator(".jp-Notebook .jp-CodeCell")
        .filter(has=page.locator(".cm-content", has_text=re.compile("^" + re.escape(text))))
        .first
    )


def write(page, cell, text):
    """Put other text in a cell, as somebody who types it."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def run(page, cell):
    """Run a cell and wait for its end; its output area."""
    from playwright.sync_api import expect

    prompt = cell.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").click()
    expect(cell).to_have_class(re.compile("jp-mod-active"))
    page.get_by_role("button", name=re.compile("^Run this cell")).click()
    finished = re.compile(rf"^(?!{re.escape(before)})\[\d+\]:$")
    expect(prompt).to_have_text(finished, timeout=1000 * CELL_SECONDS)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    return cell.locator(".jp-OutputArea").first


@contextlib.contextmanager
def open_page(**look):
    """A page of a browser of its own; ``look`` is what playwright calls its context."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=need_program("chromium", "chromium-browser"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-dev-shm-usage",
                "--disable-component-update",
                "--no-first-run",
            ],
        )
        try:
            page = browser.new_page(**{"viewport": {"width": 1280, "height": 1000}, **look})
            page.set_default_timeout(1000 * CELL_SECONDS)
            yield page
        finally:
            browser.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A server for the tests of a file, which come after each other in what is kept."""
    need_program("chromium", "chromium-browser")
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()
    with pytest.raises(ProcessLookupError):  # neither the server nor a kernel of its is left
        os.killpg(server.process.pid, 0)


@pytest.fixture
def page():
    with open_page() as page:
        yield page
