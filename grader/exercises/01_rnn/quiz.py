"""The quiz of unit 01."""

from ..base import Option, Question

QUIZ: tuple[Question, ...] = (
    Question(
        text="A network has H = 3 hidden units and reads words as vectors of D = 2 numbers. How many numbers of its state "
        "does a sequence of 50 words leave behind?",
        options=(
            Option(
                "150", "That is all of hs, which the loop collects. The network itself goes on with the last state."
            ),
            Option("3", "One state of H numbers, whatever T is."),
        ),
        answer="b",
    ),
)
