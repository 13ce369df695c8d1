"""The quiz of unit 13."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="Two languages write with two letters, a and b. In texts of the first somebody has counted 3 times a and "
        "once b, in those of the second once a and 3 times b. Then `aab` comes. What does `naive_bayes` say, how "
        "likely is the first language?",
        options=(
            Option("1/2", "Two letters speak for the first language and one, as loudly, for the second."),
            Option(
                "2/3",
                "With a one added, a has 4 of 6 in the first language and 2 of 6 in the second. The products are "
                "4/6 · 4/6 · 2/6 = 16/216 and 2/6 · 2/6 · 4/6 = 8/216, and 16 is two thirds of 24.",
            ),
            Option("3/4", "So it would be without the ones: 9/64 and 3/64."),
            Option("8/9", "That is 8 to 1, for `aaa`. The b speaks for the second language."),
        ),
        answer="b",
    ),
    Question(
        text="Of four languages none is likelier before. The first letter is three times as likely in Dutch as in each "
        "of the other three. So is the second letter. The third can't occur in what was counted of Dutch: it has a "
        "share of 1/300 there, thanks to the one that was added, and of 1/30 in the others. How likely is Dutch after "
        "all three?",
        options=(
            Option("0", "Without the added one it would be. What was never counted is rare, and not impossible."),
            Option(
                "0.23",
                "3 · 3 / 10 = 0.9 for Dutch beside 1 for each of the others, and 0.9 / 3.9 is 0.23: a little less than "
                "the quarter that it began with.",
            ),
            Option("0.47", "That is 0.9 / 1.9: Dutch beside one other language. There are three."),
            Option("0.75", "That is 9 / 12, after two letters. The third one counts as well."),
        ),
        answer="b",
    ),
    Question(
        text="A reader says 0.8 for Swedish and 0.2 for Danish. Now each letter of the text is written twice, and the "
        "reader, which takes letter by letter for itself, counts each of them. What does it say for Swedish?",
        options=(
            Option("0.8", "To us nothing new was said. To the reader every letter came a second time, as news."),
            Option("0.89", "Here the ratio was doubled, to 8 to 1. It is its *logarithm* that doubles."),
            Option(
                "0.94",
                "The sums of logarithms double, so the ratio 4 to 1 is squared: 16 to 1, and 16/17 is 0.94. Items that "
                "hang together make a naive reader too sure, and three letters that overlap do so as well.",
            ),
            Option("1.6, which is cut off at 1", "Logarithms are added, and not probabilities."),
        ),
        answer="c",
    ),
    Question(
        text="Thirty letters of Spanish each add half a nat for Spanish over Finnish. Then the text goes on in "
        "Finnish, each letter of which adds one nat the other way. After how many Finnish letters does a sum that "
        "forgets nothing prefer Finnish? And one of which 0.8 is kept at every step, which stands at 2.5 by then?",
        options=(
            Option("after 16, and after 16 too", "What is kept shrinks at every step: 2.5 isn't 15."),
            Option(
                "after 16, and after 2",
                "Of 15 nats 15 letters leave 0, and the next one decides. The other goes 2.5, 0.8 · 2.5 - 1 = 1, "
                "0.8 · 1 - 1 = -0.2. Whoever forgets changes sooner, and never gets as sure.",
            ),
            Option("after 31, and after 3", "Each Finnish letter weighs as much as two Spanish ones."),
            Option(
                "never, and after 2",
                "A sum that forgets nothing can be turned round. It takes as much as was added before.",
            ),
        ),
        answer="b",
    ),
)
