"""The quiz of unit 10."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A query's scores for three places are 0, ln 2 and ln 5, and the third place is padding. The values are "
        "the numbers 3, 6 and 100. What is the context?",
        options=(
            Option(
                "1.9",
                "Here the padding's weight was set to 0 after the softmax: 1/8 · 3 + 2/8 · 6. What is left then adds "
                "up to 3/8 only, and the mean of 3 and 6 comes out below both.",
            ),
            Option(
                "4.5", "That is the plain mean of 3 and 6. The second place has the larger score, and so more weight."
            ),
            Option(
                "5",
                "Without the padding there are e to the 0 = 1 and e to the ln 2 = 2, so the weights are 1/3 and 2/3: "
                "1 + 4.",
            ),
            Option("64.4", "That is 1/8 · 3 + 2/8 · 6 + 5/8 · 100: the padding has most of the weight."),
        ),
        answer="c",
    ),
    Question(
        text="A translation consists of the first 5 words of its reference, which has 10, and then stops. What does "
        "`bleu` give to it, alone in its corpus?",
        options=(
            Option("0", "It is 0 where no run of some length is right. Here all are, up to the one of four words."),
            Option(
                "0.37",
                "All its runs stand in the reference, so the four precisions are 1. What is left is the penalty for "
                "being short, e to the 1 - 10/5, and e to the -1 is 0.37.",
            ),
            Option("0.5", "Half of the words are there, but the penalty falls faster than that: e to the 1 - 10/5."),
            Option(
                "1",
                "So it would be without the penalty: whoever says the one word that is surely right, and stops, would "
                "be perfect.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="Given the right words before, a decoder says the right next word in 98 of 100 cases, wherever it is in "
        "the sentence. How many of its own translations of 10 words, and their end, are right from beginning to end?",
        options=(
            Option("98 %", "That is one word. All eleven have to be right."),
            Option("78 %", "That is 1 - 11 · 0.02, where two errors in one sentence count as two wrong sentences."),
            Option(
                "80 %",
                "As long as all was right it has read the right words, as in training. So it is 0.98 to the power of "
                "11, which is 0.80. What it says after its first error makes no difference to that.",
            ),
            Option(
                "fewer than can be told from this",
                "After its first error the odds are unknown, that is right. But then the sentence is wrong already.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="A sentence of 30 words goes through an encoder of 64 cells. How many numbers that depend on the "
        "sentence can the decoder use, without attention and with it? Count each number once.",
        options=(
            Option("64 and 1,920", "The cell state is handed over as well: 128 without attention."),
            Option("128 and 192", "Each step gets one context of 64, but it may be another one at each step."),
            Option("3,840 and 3,840", "So many the encoder has made, h and c of each word. Most are not handed over."),
            Option(
                "128 and 1,984",
                "The last h and c are 2 · 64. With attention there are the states of the 29 other words as well, "
                "29 · 64 = 1,856; the last word's h has been counted.",
            ),
        ),
        answer="d",
    ),
)
