"""The unit's quiz."""

QUIZ = ()
