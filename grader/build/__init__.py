"""From ``solutions/NN/NN.py`` to ``course/NN/NN.ipynb``, and everything else that is derived."""

from .course import build, derived, stale
from .source import read_source

__all__ = ["build", "derived", "read_source", "stale"]
