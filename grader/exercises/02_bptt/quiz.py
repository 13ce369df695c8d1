"""The quiz of unit 02."""

QUIZ = ()
