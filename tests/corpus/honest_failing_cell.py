"""An own cell that fails, one with a syntax error, one that ends the kernel and one that was never finished."""

TITLE = "own cells that fail"
KIND = "honest"
MUST = "full marks"
BASE = "right"
FIRST = "1 / 0"
LAST = "quit()"


def change(notebook):
    import nbformat

    for text in ("def unfinished(:", "    indented = 1", "undefined_name", "raise SystemExit", "assert False", "exit",
                 "...", "import antigravity_not_there", "Notes to myself: ask about this!"):
        notebook.cells.insert(3, nbformat.v4.new_code_cell(text))
        notebook.cells.append(nbformat.v4.new_code_cell(text))
