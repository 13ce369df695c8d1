"""Questions on what the LSTM's relatives do, and what they can't."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A cell of 1997 starts with c = 0. At every one of 60 steps its input gate is 0.5 and its candidate 0.2, "
        "and its output gate is 1. What is h after the last step, and what does a further step change about it?",
        options=(
            Option(
                "tanh(6), which is 1 to the fourth digit; a further step changes next to nothing.",
                "c is 60 * 0.1 = 6. The tanh is flat there, so whatever is written now can hardly be seen.",
            ),
            Option("6; a further step makes it 6.1.", "That is c. What is shown goes through the tanh."),
            Option(
                "About 0.2: old content fades and new content comes in.",
                "Nothing fades in this cell: it has no forget gate, so all 60 portions are still there.",
            ),
            Option(
                "tanh(0.1), the portion of the last step.",
                "The portions before it are still in the cell: c is their sum.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="How many parameters has a GRU of input size 10 with 20 units in our form, W, b and b_n together? An LSTM "
        "of these sizes has 2480.",
        options=(
            Option("1860", "That is W and b alone, three quarters of 2480. The candidate's second bias is missing."),
            Option(
                "1880",
                "W has 30 rows and 60 columns, 1800; b has 60 numbers and b_n 20: one bias more than three blocks of "
                "an LSTM.",
            ),
            Option("1920", "That is PyTorch's count: it keeps two biases for the gates as well, where one would do."),
            Option("2480", "The GRU has three blocks in place of four."),
        ),
        answer="b",
    ),
)
