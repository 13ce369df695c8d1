"""The quiz of unit 14."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="u = [3, 4] and v = [4, 3]. What is their similarity, and what is it when v is made twice as long?",
        options=(
            Option("24 and 48", "Those are dot products. What stands below the bar of equation (eq:cosine)?"),
            Option(
                "0.96 and 0.96",
                "3 · 4 + 4 · 3 = 24, and both have the length 5. Twice as long doubles the 24 and one of the two "
                "lengths, so it drops out.",
            ),
            Option(
                "0.96 and 1.92",
                "A cosine is never above 1. The length of v has doubled too, and it stands below the bar.",
            ),
            Option("1 and 1", "1 belongs to two that point exactly the same way. These two lie 16 degrees apart."),
        ),
        answer="b",
    ),
    Question(
        text="Four pairs, with a margin of 0.2. Two say the same, and have s = 0.5 and s = 1. Two don't, and have "
        "s = 0.5 and s = -0.3. What is the loss of equation (eq:contrastive)?",
        options=(
            Option(
                "0.085",
                "The costs are 0.5² = 0.25, then 0, then (0.5 - 0.2)² = 0.09, and 0 for the last, which is below the "
                "margin. Together 0.34, of which a pair has a fourth.",
            ),
            Option("0.34", "That is the sum of the four. The loss is their mean."),
            Option("0.125", "So it would be without a margin: 0.25 for the first and 0.25 for the third."),
            Option(
                "0.1475",
                "Here the last pair has cost (-0.3 - 0.2)² = 0.25. But it is less alike than it has to be, and that "
                "costs nothing.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="Three pairs that say the same have the scores 0.9, 0.4 and 0.4, two that don't have 0.4 and 0.1. What "
        "is the AUC?",
        options=(
            Option("2/3", "That is with the two ties lost: 4 of 6. A tie is half won."),
            Option("1", "That is with the two ties won."),
            Option("3/5", "Five scores, but six comparisons: each of the three with each of the two."),
            Option(
                "5/6",
                "0.9 wins both. Each 0.4 wins against 0.1 and ties with 0.4, which makes one and a half. 2 + 1.5 + "
                "1.5 = 5, of 6.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="A network's scores have an AUC of 0.8. Somebody takes the exponential of each score, and somebody "
        "else minus each score. Which AUC do they get?",
        options=(
            Option("0.8 and 0.8", "Minus turns the order round: whoever won now loses."),
            Option(
                "0.8 and 0.2",
                "The exponential leaves everything in its order, and the order is all that is asked for. Minus turns "
                "it round: what was won is lost, and a half of a tie stays a half.",
            ),
            Option(
                "more than 0.8, and 0.2",
                "Scores that lie further apart look more decided. But no two have changed places.",
            ),
            Option(
                "0.8 and -0.8",
                "An area is never below 0. A score that is always wrong has 0, and is as useful as one with 1.",
            ),
        ),
        answer="b",
    ),
)
