"""The quiz of unit 08."""

from ..base import Question

QUIZ: tuple[Question, ...] = ()
