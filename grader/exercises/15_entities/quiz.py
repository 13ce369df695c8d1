"""The quiz of unit 15."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A network gives six words the tags O, I-PER, I-PER, B-LOC, I-PER, O. How many spans are that, counted "
        "as in this unit?",
        options=(
            Option("One, the B-LOC", "So it would be if an I without its B were dropped. Here it begins a span."),
            Option("Two", "The last I-PER doesn't go on from B-LOC: it is of another type."),
            Option(
                "Three",
                "The first I-PER begins a span, since O stands before it, and the second goes on from it. B-LOC is one "
                "by itself. The last I-PER stands after another type, and begins the third.",
            ),
            Option("Four", "The second I-PER stands after an I of its own type: it goes on, and begins nothing."),
        ),
        answer="c",
    ),
    Question(
        text="There are ten names in a text. A network finds eight spans: six are right, one has the right words and "
        "the wrong type, one has the right type and a word too many. What is its F1?",
        options=(
            Option("0.75", "6 / 8 is the precision. Of the ten names four are missing, and that has to count too."),
            Option("0.675", "The mean of 0.75 and 0.6. F1 is the harmonic mean, nearer to the smaller one."),
            Option(
                "0.667",
                "Precision 6 / 8, recall 6 / 10; and 2 · 6 / (8 + 10) = 0.667, which is the same as equation (eq:f1). "
                "Half right is wrong here.",
            ),
            Option("0.778", "2 · 7 / (8 + 10) would count one of the two that are half right."),
        ),
        answer="c",
    ),
    Question(
        text="Two words, three tags. The scores of O, B, I are 2, 1.9, 0 for the first word and 0, 0, 1 for the "
        "second. The table forbids the step from O to I, and an I for the first word; all else in it is 0. Which path "
        "does Viterbi choose?",
        options=(
            Option(
                "O, I", "It would have the most, 3, if the step were allowed: that is what each word says by itself."
            ),
            Option(
                "B, I",
                "1.9 + 1 = 2.9. For the second word's I the first one gives up its own favourite, and loses 0.1 by it.",
            ),
            Option("O, O", "2 + 0 = 2: the first word keeps its favourite, and the second pays 1 for that."),
            Option("B, B", "1.9 + 0: neither of them has its favourite."),
        ),
        answer="b",
    ),
    Question(
        text="A CRF reads four words. Somebody adds 5 to all the scores of its second word, and 1 to every number in "
        "the table. By how much does log p of a path change?",
        options=(
            Option("By 8", "The path's own score does: 5 for the word, and three steps of 1. But what does log Z do?"),
            Option("By 6", "5 and 1 are added, and the table is used more than once. But first: what does log Z do?"),
            Option(
                "Not at all",
                "Every path's score grows by 5 + 3 = 8, so log Z does too, and the difference stays. Only what tells "
                "one path from another counts.",
            ),
            Option(
                "That depends on the path",
                "Each path has one tag at the second word and three steps, whichever they are.",
            ),
        ),
        answer="c",
    ),
)
