"""Build an LSTM function by function, and be told what is wrong with it.

In a notebook: ``check("lstm_step")``, ``hint("lstm_step")``, ``solution("lstm_step")``, ``reset("lstm_step")``,
``quiz("05_lstm", [q1, q2])``, ``mine("sigmoid")`` and ``progress()``. Importing this pulls in numpy and the checks, and
nothing else.
"""

from .checking.verdict import Verdict
from .hints import hint, reset, solution
from .learner import check
from .progress.page import progress  # from here on this package's `progress` is the function, not the room
from .quizzes import quiz
from .version import __version__ as __version__
from .workspace import mine

__all__ = ["Verdict", "check", "hint", "mine", "progress", "quiz", "reset", "solution"]
