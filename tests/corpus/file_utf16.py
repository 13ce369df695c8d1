"""A right notebook that was written as UTF-16."""

TITLE = "a notebook in UTF-16"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    import json

    (folder / "00_toy.ipynb").write_bytes(json.dumps(notebook).encode("utf-16"))
