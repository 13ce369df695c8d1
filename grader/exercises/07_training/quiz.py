"""The quiz of unit 07."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A gradient is g = 4 in the first step and g = 4 in the second. What are Adam's corrected moments in the "
        "second step, with beta1 = 0.9 and beta2 = 0.999?",
        options=(
            Option(
                "4 and 16", "The averages are 0.76 and 0.031984; divided by 1 - 0.81 and 1 - 0.998001 that is 4 and 16."
            ),
            Option("0.76 and 0.031984", "These are the moments themselves, before they are corrected."),
            Option(
                "7.6 and 31.984",
                "That is divided by 1 - beta, as in the first step; in the second it is 1 - beta squared.",
            ),
        ),
        answer="a",
    ),
)
