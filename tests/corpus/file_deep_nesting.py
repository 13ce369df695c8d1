"""A hundred thousand opening brackets: a parser that calls itself for each of them runs out of stack."""

TITLE = "a hundred thousand nested brackets"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    (folder / "00_toy.ipynb").write_text('{"cells": ' + "[" * 100_000)
