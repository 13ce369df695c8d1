"""SIGKILL to its own process, and an abort, from inside the function."""

TITLE = "SIGKILL to itself"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": "import os\n\ndef sigmoid(z):\n    os.kill(os.getpid(), 9)\n    os.abort()"}
