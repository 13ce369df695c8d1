"""SIGKILL to the process group, and to the session's other groups."""

TITLE = "SIGKILL to the process group"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": "import os\n\ndef sigmoid(z):\n    os.killpg(0, 9)\n    return z"}
