"""Build an LSTM function by function, and be told what is wrong with it.

In a notebook: ``check("lstm_step")``, ``hint("lstm_step")``, ``quiz("05_lstm", [q1, q2])`` and
``mine("sigmoid")``. Importing this pulls in numpy and the checks, and nothing else.
"""

from .checking.check import check
from .checking.verdict import Verdict
from .guidance import hint, quiz
from .workspace import mine

__all__ = ["Verdict", "check", "hint", "mine", "quiz"]
__version__ = "0.1.0"
