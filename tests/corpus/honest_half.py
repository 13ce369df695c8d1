"""The half that is answered is right, and the rest is untouched: it gets its half."""

TITLE = "half of the answers"
KIND = "honest"
MUST = "only its question lost"
BASE = "right"
EARNS = 4
CELLS = {
    "sigmoid": "def sigmoid(z):\n    raise NotImplementedError()",
    "one_hot": "def one_hot(ids, num_classes):\n    # TODO: ask in the next lesson\n    pass",
}
