"""The quiz of unit 15."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A text of 100 words has 10 names of one word each. A network calls every word O. Which share of the "
        "words has the right tag, and what is F1?",
        options=(
            Option("0.9 and 0.9", "Words are right where nothing is to be found. F1 counts spans, and none was found."),
            Option(
                "0.9 and 0", "90 words are O and are called O. Of 10 spans none is found: recall is 0, and so is F1."
            ),
            Option(
                "0.9 and 1", "No span was said that isn't there. But none was found either: recall is 0, and so is F1."
            ),
            Option("0 and 0", "The 90 words that are no names have the tag O, and that is right."),
        ),
        answer="b",
    ),
)
