"""NaN everywhere: a comparison that asks whether the error is too large never says yes."""

TITLE = "NaN and infinities in every place"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {
    "sigmoid": "def sigmoid(z):\n    return np.full(np.shape(z), np.nan)",
    "one_hot": "def one_hot(ids, num_classes):\n    return np.full((*np.shape(ids), num_classes), np.nan)",
    "quiz": "q1 = q2 = q3 = q4 = float('nan')",
}
