"""A fork inside the function: two processes return from one call, and both answer."""

TITLE = "a call that returns twice"
KIND = "processes"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": "import os\n\ndef sigmoid(z):\n    return z if os.fork() else 1 / (1 + np.exp(-z))"}
