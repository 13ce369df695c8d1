"""A right notebook, packed: 20 kB that are 20 MB when unpacked."""

TITLE = "a packed notebook (gzip)"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    import gzip

    (folder / "00_toy.ipynb").write_bytes(gzip.compress(b'{"cells": [], "x": "' + b" " * 20_000_000 + b'"}'))
