"""Files of its own beside the notebook: data, a picture, a second notebook, checkpoints, a module it imports itself."""

TITLE = "own files and a second notebook beside"
KIND = "honest"
MUST = "full marks"
BASE = "right"
BESIDE = {
    "data.csv": "1,2,3\n", "notes.md": "# notes\n", ".ipynb_checkpoints/00_toy-checkpoint.ipynb": "{}",
    "Untitled.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', ".DS_Store": "x",
    "__pycache__/helper.cpython-311.pyc": "x", "00_toy.py": "print('an export')\n", "Thumbs.db": "x",
}
