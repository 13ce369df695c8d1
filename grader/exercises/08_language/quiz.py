"""Quiz."""

from ..base import Option, Question

QUIZ = (Question(text="x?", options=(Option("a", "b"), Option("c", "d")), answer="a"),)
