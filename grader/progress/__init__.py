"""What a learner has done and what is left: kept in one small file, added up, shown.

``summary()`` is all of it as data, ``render_text`` the same for a terminal; ``solution_text`` and ``stub_text`` are the
course's own texts of an exercise.
"""

from .show import render_text
from .store import History, keep_answers, keep_check, keep_hint, read
from .summary import ExerciseState, PartState, QuizState, Summary, UnitState, summary
from .texts import solution_text, stub_text

__all__ = [
    "ExerciseState",
    "History",
    "PartState",
    "QuizState",
    "Summary",
    "UnitState",
    "keep_answers",
    "keep_check",
    "keep_hint",
    "read",
    "render_text",
    "solution_text",
    "stub_text",
    "summary",
]
