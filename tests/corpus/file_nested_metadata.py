"""A right notebook whose metadata is an object in an object, nine hundred times: deeper than most code goes."""

TITLE = "right answers, metadata nested 900 deep"
KIND = "file"
MUST = "nothing gained"
BASE = "right"
EARNS = 8


def write(notebook, folder):
    import json

    text = json.dumps(notebook)
    deep = '{"a": ' * 900 + "1" + "}" * 900
    (folder / "00_toy.ipynb").write_text(text.replace('"metadata": {', '"metadata": {"deep": ' + deep + ", ", 1))
