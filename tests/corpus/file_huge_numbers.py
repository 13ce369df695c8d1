"""Numbers of a hundred thousand digits, NaN and infinities where a notebook has counts and versions."""

TITLE = "numbers of 100,000 digits"
KIND = "file"
MUST = "nothing gained"


def write(notebook, folder):
    import json

    text = json.dumps(notebook)
    huge = "9" * 100_000
    text = text.replace('"execution_count": null', f'"execution_count": {huge}', 3)
    text = text.replace('"points": 2', '"points": 1e999', 1)
    (folder / "00_toy.ipynb").write_text(text)
