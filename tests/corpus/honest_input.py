"""A cell that asks a question and waits for what nobody types, and a debugger left in."""

TITLE = "input() and a debugger left in a cell"
KIND = "honest"
MUST = "full marks"
BASE = "right"
FIRST = "name = input('Who are you? ')\nprint(name)"
LAST = "import pdb, getpass\npdb.set_trace()\ngetpass.getpass()"
