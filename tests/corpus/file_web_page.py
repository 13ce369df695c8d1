"""A learning platform's sign-in page, saved under the notebook's name."""

TITLE = "a web page under the notebook's name"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    (folder / "00_toy.ipynb").write_text("<!DOCTYPE html><title>Sign in</title><p>Your session has ended.")
