"""Four questions with nothing to think about."""

from ..base import Option, Question


def _question(text, right):
    options = (Option(f"It is {letter}.", "So it is." if letter == right else "It is not.") for letter in "abcd")
    return Question(text, tuple(options), right)


QUIZ = (
    _question("The third letter?", "c"),
    _question("The second letter?", "b"),
    _question("The fourth letter?", "d"),
    _question("The first letter?", "a"),
)
