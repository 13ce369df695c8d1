"""The same LSTM as fast as this machine can: several ways to compute it, and a choice among them that explains itself.

:func:`lstm` means what :func:`grader.reference.lstm` means, which stays the oracle: the same tests run through every
path. What the choice rests on is in docs/reference-speed.md.
"""

from .choose import Choice, OutOfMemory, explain, lstm, paths

__all__ = ["Choice", "OutOfMemory", "explain", "lstm", "paths"]
