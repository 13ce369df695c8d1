"""Magics and shell commands that a tutorial uses."""

TITLE = "magics and shell commands"
KIND = "honest"
MUST = "full marks"
BASE = "right"
FIRST = '''
%matplotlib inline
%config InlineBackend.figure_format = 'retina'
!ls
!pip list
files = !echo one
import numpy as np
'''
LAST = "%timeit -n 2 -r 2 sigmoid(np.ones(3))"


def change(notebook):
    import nbformat

    for text in ("%%time\nsum(range(1000))", "%%bash\necho from bash", "%whos", "%%capture said\nprint(1)",
                 "%load_ext autoreload\n%autoreload 2", "%%html\n<b>bold</b>", "%history -n 1-2", "%pwd", "?sigmoid",
                 "%nosuchmagic"):
        notebook.cells.append(nbformat.v4.new_code_cell(text))
