"""Bring a learner their notebooks, and open JupyterLab on them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import nbformat

from ..errors import GraderError
from ..files import replacing
from ..start import INDEX, released_notebooks
from ..workspace import MARKER
from .folder import alone_in, notebook_path, shown
from .released import note_given

__all__ = ["copy_missing", "must_be_free", "open_lab"]

# What the course promises: nothing goes over the network. JupyterLab would ask for news, and for its newest version.
_QUIET = ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")


def copy_missing(folder: Path) -> tuple[list[str], list[str]]:
    """(copied, kept) notebooks, by their paths in ``folder``; also marks it as a learner's.

    What is there in any form is kept. Raises OSError where nothing can be written.
    """
    copied, kept = [], []
    (folder / MARKER).mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        for name, source in released_notebooks().items():
            target = notebook_path(folder, name)
            if os.path.lexists(target):  # a link counts, even one that leads nowhere
                kept.append(shown(name))
                continue
            note_given(folder, name, nbformat.read(source, as_version=4).cells)
            with replacing(target) as draft:  # a copy cut off by a full disk must not look like a notebook
                shutil.copyfile(source, draft)
            copied.append(shown(name))
    return copied, kept


def must_be_free(port: int) -> None:
    """Raise :class:`GraderError` where another program listens at that port already."""
    with socket.socket() as asked:
        if sys.platform != "win32":  # where it would mean to share the port
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind(("127.0.0.1", port))
        except PermissionError:
            raise GraderError(f"You may not use port {port} here. Name one above 1024, or leave --port out.") from None
        except OSError:
            raise GraderError(
                f"Port {port} is taken, perhaps by a JupyterLab that already runs: look for it in your browser. "
                "Name another port, or leave --port out: then a free one is looked for."
            ) from None


def open_lab(folder: Path, port: int | None = None, browser: bool = True) -> int:
    """Run JupyterLab on a learner's folder, at its index notebook where there is one; returns its exit status.

    Raises :class:`GraderError` where JupyterLab is not installed, and where ``port`` is taken.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise GraderError(
            f"The notebooks are in {folder}, but JupyterLab is not installed in this Python ({sys.executable}). "
            "Install it with: pip install jupyterlab (or open the folder in an editor that runs notebooks, with this "
            "Python as their kernel)."
        )
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.log_level=WARN", "--LabApp.log_level=WARN", *_QUIET]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container, where there is nobody else
        command.append("--allow-root")
    if port is not None:
        must_be_free(port)
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        command.append("--no-browser")
    index = notebook_path(folder, INDEX)
    opened = index if index.exists() else folder
    if index.exists():  # the address that is printed leads there too, not to JupyterLab's launcher
        command.append(f"--LabApp.default_url=/lab/tree/{shown(INDEX)}")
    # Its settings follow "--", so that a folder's name is never taken for one.
    lab = subprocess.Popen([*command, "--", str(opened.resolve())])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for JupyterLab, which asks back
    signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
    return lab.wait()
