"""The quiz of unit 03."""

from ..base import Option, Question

QUIZ = (Question(text="x", options=(Option("a", "a"), Option("b", "b")), answer="a"),)
