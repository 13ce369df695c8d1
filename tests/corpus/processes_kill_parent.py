"""SIGKILL to the parent: in stock nbgrader that is nbgrader."""

TITLE = "SIGKILL to the parent"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": "import os\n\ndef sigmoid(z):\n    os.kill(os.getppid(), 9)\n    return z"}
