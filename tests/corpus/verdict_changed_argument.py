"""The functions change their arguments in place, so that whoever computes the expected values from them errs too."""

TITLE = "arguments zeroed so that the expected values change"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {
    "sigmoid": "def sigmoid(z):\n    z[...] = 0.0\n    return np.full(z.shape, 0.5)",
    "one_hot": "def one_hot(ids, num_classes):\n    ids[...] = 0\n    y = np.zeros((*ids.shape, num_classes))\n"
    "    y[..., 0] = 1\n    return y",
}
