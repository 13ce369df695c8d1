"""Files that are there whole or not at all, one process at a time, and how large a notebook may be."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["LARGEST", "locked", "replacing", "write_atomically"]

LARGEST = 50_000_000  # bytes of a notebook file that is read; ours are about 50 kB


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A draft beside ``path``, to be written in the block, which then takes its place in one step.

    Whenever the process is killed or the disk is full, what was at ``path`` is still there, whole. No pattern that
    ends like ``path`` finds the draft; missing folders are made. Raises OSError where there is no place for it.

    The draft is in the same folder, as a file can be moved in one step only within a file system. Where the block
    raises, the draft is removed and what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        os.chmod(draft, 0o644)  # mkstemp's are for their maker alone
        os.replace(draft, path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the process is killed. Raises OSError.

    ``data`` is the whole content, in bytes; missing folders are made.
    """
    with replacing(path) as draft:
        draft.write_bytes(data)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` in the block: whoever asks for the same waits, until its holder is done or killed.

    Threads wait for each other as processes do. On Windows whoever has waited for ten seconds gets an OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # the system frees it with the file
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
