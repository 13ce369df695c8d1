"""The quiz of unit 08."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A model is judged on two batches. In the first are 10 tokens, which cost 1 bit each on average, in "
        "the second 30, which cost 3 bits each. What is its perplexity on all of them?",
        options=(
            Option(
                "4",
                "That is 2 to the mean of the two means, which are 1 and 3. It lets each of the ten tokens count "
                "three times as much as one of the thirty.",
            ),
            Option("5", "That is the mean of the two perplexities, 2 and 8. What may be averaged are bits, not these."),
            Option(
                "5.7",
                "10 + 90 bits over 40 tokens are 2.5 bits a token, and 2 to the power of 2.5 is 5.66: as uncertain "
                "as between five or six equally likely words.",
            ),
            Option("6.5", "That is the mean perplexity over the tokens, 10 times 2 and 30 times 8, over 40."),
        ),
        answer="c",
    ),
    Question(
        text="Somebody counts symbols, and mixes three counts: a half of the weight goes to the share among those "
        "that came after the same two symbols, a quarter to the share after the same one, a quarter to the share in "
        "the whole text. Now a symbol comes that never came after these two, nor after this one. One in 32 symbols "
        "of the text is the same. How many bits does it cost?",
        options=(
            Option(
                "5", "That is what its share in the whole text would cost by itself. It has a quarter of the weight."
            ),
            Option(
                "7",
                "The mixture gives it 1/4 · 1/32 = 1/128, and log2 of 128 is 7. Without the last part it would be "
                "infinitely many, and one such symbol would spoil the mean for good.",
            ),
            Option("10", "log2 of 32 times 32. The weight is a quarter, which costs 2 bits and not another 5."),
            Option(
                "infinitely many, because it was never seen there",
                "Two of the three parts give it 0. The third doesn't, and a sum is as large as its parts.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="A text of 28 symbols is cut into 4 rows of 7 that don't overlap, and `shift` makes inputs and targets "
        "of them. Of 28 symbols, 27 have one before them that they can be predicted from. How many of these are "
        "never asked for?",
        options=(
            Option("none", "Each row of 7 gives 6 targets. Four of these are 24."),
            Option("1", "The text's first symbol isn't among the 27. But each row has a first one too."),
            Option(
                "3",
                "Each row asks for all but its first: 24. The first symbols of the rows 1, 2 and 3 are lost; so in "
                "a stream each piece begins with the last symbol of the one before.",
            ),
            Option(
                "4",
                "Each row loses its first one, that is right. But the first row's is the one that nobody can ask for.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="Two words have the probabilities 0.8 and 0.2. What does a temperature of 0.5 make of the first?",
        options=(
            Option(
                "0.94",
                "Dividing logits by 0.5 doubles their difference, so the probabilities' ratio is squared: 4 becomes "
                "16, and 16/17 is 0.94.",
            ),
            Option("0.67", "That is what a temperature of 2 does: the ratio's root, 2 to 1."),
            Option(
                "0.89", "Here the ratio was doubled, to 8 to 1. But it is the *logarithm* of the ratio that doubles."
            ),
            Option("1", "So it is as the temperature goes to 0. At 0.5 the other word still comes, one time in 17."),
        ),
        answer="a",
    ),
    Question(
        text="Four words have the probabilities 0.4, 0.3, 0.2 and 0.1. They go through `top_p` with p = 0.75, and "
        "then `sample` gets u = 0.75. How many words are left to choose from, and which of them is it?",
        options=(
            Option(
                "two; the second",
                "0.4 + 0.3 is 0.7, and that is not yet 0.75. What is kept has to make up p at least, so the third "
                "stays as well.",
            ),
            Option(
                "three; the third",
                "Three, yes. But they are divided by their sum, 0.9, before anything is drawn: the cumulative sums "
                "are 0.44, 0.78 and 1. With 0.4, 0.7 and 0.9 it would be the third.",
            ),
            Option(
                "four; the third", "With p = 1 all four stay. With 0.75 the last is gone: those before it make 0.9."
            ),
            Option(
                "three; the second",
                "Those more likely than the third add up to 0.7, less than p, so it stays; the fourth goes. Divided "
                "by 0.9 the sums are 0.44, 0.78 and 1, and the first above 0.75 is the second.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="A beam search has three finished sentences. A has 2 words and a sum of log probabilities of -1.0, B "
        "has 4 words and -1.6, C has 5 words and -2.5. Which one does `beam_search` return, and which is the "
        "likeliest?",
        options=(
            Option(
                "A; A", "A is the likeliest: its sum is the largest. But its mean is -0.5, and there is a better one."
            ),
            Option(
                "B; A",
                "The means are -0.5, -0.4 and -0.5. Each further word makes any sentence less likely, so who "
                "compares sums prefers the short ones.",
            ),
            Option("B; B", "B has the best mean. e to the -1.0 is 0.37, e to the -1.6 is 0.20: A is the likelier one."),
            Option("C; A", "C has the most words, but a mean of -0.5: no better than A's."),
        ),
        answer="b",
    ),
    Question(
        text="A slot is to be said: its d is 1. While five words are written the reading gate holds 0.9 for it, at "
        "the sixth word 0.1, because it is said there, and at the seventh 1. What is its d then?",
        options=(
            Option("1, because the gate is open again", "An open gate keeps what is left. It brings nothing back."),
            Option("0.1", "Five words with 0.9 have left 0.59 of it before the sixth came."),
            Option(
                "0.06",
                "0.9 to the fifth is 0.59, times 0.1 is 0.06, times 1 the same. d can only fall: what was used up, "
                "or has leaked away, can't be asked for again.",
            ),
            Option(
                "5.6",
                "That is the sum of the gates 0.9, 0.9, ..., with 0.1 and 1. The gate is *multiplied* with what is "
                "left.",
            ),
        ),
        answer="c",
    ),
)
