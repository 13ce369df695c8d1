"""The functions end the process with status 0: a grade cell that never finishes says nothing."""

TITLE = "exit with status 0 while under test"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {
    "sigmoid": "import os, sys\n\ndef sigmoid(z):\n    sys.stdout.flush()\n    os._exit(0)",
    "one_hot": "def one_hot(ids, num_classes):\n    sys.exit(0)",
}
