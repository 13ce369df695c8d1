"""From ``solutions/NN/NN.py`` to ``course/NN/NN.ipynb``, and everything else that is derived.

``grader build`` calls :func:`build`; ``grader build --check`` calls :func:`.checks.check_course`, which also runs every
exercise's solution, right answers and known mistakes. Built with jupytext (a text notebook in the percent format is the
one source) and with nbgrader's own ``generate_assignment``, so that a release is what nbgrader makes of the source.
"""

from .course import build, derived, stale
from .source import read_source

__all__ = ["build", "derived", "read_source", "stale"]
