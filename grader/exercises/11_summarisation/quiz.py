"""The quiz of unit 11."""

from ..base import Option, Question

QUIZ = (
    Question(
        text='A report reads "rusk met rusk". At some step the attention on its three places is 0.2, 0.5 and 0.3, p_gen '
        "is 0.4, and the vocabulary gives `rusk` 0.1. With which probability is `rusk` said?",
        options=(
            Option(
                "0.22",
                "0.4 · 0.1 + 0.6 · 0.3: the last place alone. `rusk` stands in two, and can be copied from either.",
            ),
            Option("0.34", "0.4 · 0.1 from the vocabulary, and 0.6 · (0.2 + 0.3) copied: 0.04 + 0.30."),
            Option("0.26", "0.6 · 0.1 + 0.4 · 0.5: p_gen is the share of what is written, and not of what is copied."),
            Option("0.6", "0.1 + 0.5, without shares. Added up over all words that would be 2."),
        ),
        answer="b",
    ),
    Question(
        text="The reference is `a b c d e f`, the summary `d e f a b c`. What is its ROUGE-L (the f)?",
        options=(
            Option("1", "All words are there, and ROUGE-1 is 1. But they don't stand in the same order."),
            Option(
                "0.5",
                "`d e f` is common in this order, or `a b c`, never more than three: P and R are 3/6, and so is f.",
            ),
            Option("0", "No word stands at its place. A subsequence doesn't ask for the same places."),
            Option("0.25", "That is P · R. The harmonic mean of two halves is a half."),
        ),
        answer="b",
    ),
    Question(
        text="A network without copying sums up a report about `wobalu`, a word that it doesn't know. What can it say at "
        "best in the place of that name?",
        options=(
            Option(
                "`wobalu`, if the attention lies on it",
                "The attention mixes *vectors*, and every unknown word has the "
                "same one. Which letters it had was lost when it was read.",
            ),
            Option(
                "`?`, its sign for an unknown word, or another name",
                "Its softmax has an entry for each word of the vocabulary and for no other.",
            ),
            Option(
                "`wobalu`, once it has been trained for long enough", "No training gives the softmax another entry."
            ),
        ),
        answer="b",
    ),
    Question(
        text='A summary says "ajax beat porto 2 : 1 at anfield , last goal by rusk ." and the right one is the same with '
        "0 : 0 in the place of 2 : 1. Of its 14 words 12 stand in order in both. Which number tells you that the summary is "
        "useless?",
        options=(
            Option("ROUGE-L", "12 of 14 agree in order: 0.86, and that looks fine."),
            Option("ROUGE-1", "It counts the same 12 words: 0.86."),
            Option(
                'the field "score", which is right or wrong',
                "Whoever reads a summary wants the facts. So ask for these, one by one.",
            ),
            Option("the loss", "Two words of 14 were unlikely. The mean over the words can be small all the same."),
        ),
        answer="c",
    ),
)
