"""The sigmoid that the ways back of this room compute gates with."""

import numpy as np

__all__ = ["sigmoid"]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """The same as 1 / (1 + exp(-z)), and no number is too large for it."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)
