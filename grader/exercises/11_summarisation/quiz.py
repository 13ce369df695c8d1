"""The quiz of unit 11."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A report reads `rusk met rusk`. At some step the attention on its three places is 0.2, 0.5 and 0.3, "
        "p_gen is 0.4, and the vocabulary gives `rusk` 0.1. With which probability is `rusk` said?",
        options=(
            Option(
                "0.22",
                "0.4 · 0.1 + 0.6 · 0.3 is the last place alone. `rusk` stands in two, and can be copied from either.",
            ),
            Option("0.34", "0.4 · 0.1 out of the vocabulary and 0.6 · (0.2 + 0.3) copied make 0.04 + 0.30."),
            Option("0.26", "0.6 · 0.1 + 0.4 · 0.5: p_gen is the share of what is written, not of what is copied."),
            Option("0.6", "0.1 + 0.5, without their shares. Added up over all words, that would be 2."),
        ),
        answer="b",
    ),
    Question(
        text="The reference is `a b c d e f`, the summary `d e f a b c`. What are its ROUGE-1 and its ROUGE-L (the f "
        "of each)?",
        options=(
            Option("1 and 1", "All words are there, so ROUGE-1 is 1. But they don't stand in the same order."),
            Option("0.5 and 0.5", "ROUGE-1 doesn't ask for the order: all six words are found."),
            Option("1 and 0", "No word stands at its own place, but a subsequence doesn't ask for the same places."),
            Option(
                "1 and 0.5",
                "All six words are found. In the same order are `d e f`, or `a b c`, and never more than three: P and "
                "R are 3/6, and so is f.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="A network that doesn't copy sums up a report about `wobalu`, a word that it doesn't know. What can it "
        "say in the place of that name?",
        options=(
            Option(
                "`wobalu`, if its attention lies on it",
                "Attention mixes *vectors*, and all unknown words have the same one. Which word it was is lost when it "
                "is read.",
            ),
            Option(
                "`?`, its sign for words it doesn't know, or some other word of its vocabulary",
                "Its softmax has an entry for each of these and for no other word.",
            ),
            Option("`wobalu`, once it was trained for longer", "No training gives the softmax one entry more."),
            Option(
                "`wobalu`, if it stands in the report twice",
                "However often it stands there, it is read as the same sign, and there is no entry to say it with.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="A summary says `ajax beat porto 2 : 1 at anfield , last goal by rusk .` The right one has 3 : 0 in the "
        "place of 2 : 1, and is the same otherwise. What is the summary's ROUGE-L (the f), and how many of its four "
        "facts are right?",
        options=(
            Option("0.79, 3", "Two of the 14 words differ, not three: the colon is the same."),
            Option(
                "0.86, 3", "12 of 14 words agree in their order, in both: P, R and f are 12/14. The score is wrong."
            ),
            Option("0.86, 4", "12 of 14 words agree. But who wants to know the score is told a wrong one."),
            Option("0.75, 3", "That is the share of the facts. ROUGE counts words, and of these most are easy."),
        ),
        answer="b",
    ),
)
