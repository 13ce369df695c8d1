"""The quiz of unit 12."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A batch has texts of 2 and 6 words, padded to 6 steps. One cell of the LSTM holds 0.5 at each word and "
        "-0.1 at each step of padding. What is the shorter text's mean of that cell without a mask, and what is it "
        "with `masked_mean`?",
        options=(
            Option("0.2 and 0.5", "That is 0.4 over 2. Four steps of -0.1 take 0.4 off from 1.0: 0.6 is left, over 6."),
            Option(
                "0.1 and 0.5",
                "Two words give 1.0, four steps of padding take off 0.4: 0.6 over 6 is 0.1. With the mask it is 1.0 "
                "over 2.",
            ),
            Option("0.17 and 0.5", "That is 1.0 over 6: the padding left out of the sum, but counted below the bar."),
            Option("0.1 and 0.3", "The first is right. For the second the padding adds nothing and isn't counted."),
        ),
        answer="b",
    ),
    Question(
        text="A bag of words gives each word a number, adds them up, and says good where the sum is above 0. It is to "
        'have these four right: "good" is good, "bad" is bad, "not good" is bad, "not bad" is good. With which '
        "numbers does it?",
        options=(
            Option("good 1, bad -1, not -2", '"not good" is then -1, bad, and right. But "not bad" is -3.'),
            Option(
                "good 2, bad -2, not 1", '"not bad" is -1, and should be above 0. A smaller one for bad breaks "bad".'
            ),
            Option("good 1, bad -1, not 0", 'Then "not" changes nothing, and two of the four are wrong.'),
            Option(
                "with none",
                '"not good" asks for good + not below 0, "not bad" for bad + not above 0: so bad is above good. The '
                "other two ask for the opposite.",
            ),
        ),
        answer="d",
    ),
    Question(
        text='"I doubt that nobody believes that the film was never dull." How many words turn the opinion round, '
        "and what is it in the end?",
        options=(
            Option(
                "three; the film is good", "Three it is: doubt, nobody, never. dull is bad, and turned once it is good."
            ),
            Option(
                "two; the film is bad",
                "Two turns would leave the bad opinion as it is. But there is one more: look at the verb.",
            ),
            Option("three; the film is bad", "An odd number of turns makes good of bad, and dull is bad."),
            Option(
                "one; the film is good",
                "The last one counts, and the two before it are about it: each turns round too.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="The gradients of three words are (3, 4), (0, -5) and (6, 8). What are their shares by `saliency`?",
        options=(
            Option("0.44, -0.31 and 0.88", "That is 7, -5 and 14 over 16: sums of numbers that take each other off."),
            Option(
                "0.25, 0.25 and 0.5",
                "Their lengths are 5, 5 and 10, and together 20. A sign makes no difference to a length.",
            ),
            Option("0.17, 0.17 and 0.67", "That is 25, 25 and 100 over 150: the roots are missing."),
            Option("0.27, 0.19 and 0.54", "That is 7, 5 and 14 over 26: absolute values, in the place of lengths."),
        ),
        answer="b",
    ),
)
