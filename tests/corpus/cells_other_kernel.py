"""The notebook asks for another kernel: one that does not exist, in a language that is not Python."""

TITLE = "right answers, another kernel asked for"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    notebook.metadata["kernelspec"] = {"name": "../../evil", "display_name": "R", "language": "R"}
    notebook.metadata["language_info"] = {"name": "R", "file_extension": ".r", "codemirror_mode": {"x": [1]}}
