"""One question."""

from ..base import Option, Question

QUIZ = (
    Question(
        "Which gate keeps?", (Option("The forget gate.", "It does."), Option("The input gate.", "It writes.")), "a"
    ),
)
