"""Build an LSTM function by function, and be told what is wrong with it.

In a notebook: ``check("lstm_step")``, ``hint("lstm_step")``, ``quiz("05_lstm", [q1, q2])`` and
``mine("sigmoid")``. Importing this pulls in numpy and the checks, and nothing else.
"""

from .learner import Verdict, check, hint, mine, quiz
from .version import __version__ as __version__

__all__ = ["Verdict", "check", "hint", "mine", "quiz"]
