"""The quiz of unit 06."""

from ..base import Option, Question

QUIZ = (
    Question(
        "A placeholder: which gate stands between dc and dc_prev?",
        (Option("the forget gate", "Yes."), Option("the output gate", "No.")),
        "a",
    ),
)
