"""Own Markdown cells with mathematics, tables, code, umlauts, emoji and Chinese; raw cells; empty cells."""

TITLE = "notes in all alphabets"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"one_hot": '''
def one_hot(ids, num_classes):
    """Ein-aus-n-Kodierung: 独热编码 🙂"""
    größe = num_classes
    return np.eye(größe)[ids]
'''}


def change(notebook):
    import nbformat

    table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx < 3\n```\n"
    for text in ("# Notizen\n$\\sigma < 1$ & $a > b$\n\n" + table, "独热 🙂", ""):
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(text))
    notebook.cells += [nbformat.v4.new_raw_cell("raw"), nbformat.v4.new_code_cell("")]
