"""The quiz of unit 07."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="Adam makes its first step, with lr = 0.01, beta1 = 0.9, beta2 = 0.999 and an eps that is next to "
        "nothing. The three gradients are 0.001, -20 and 0. How far does it move the three numbers?",
        options=(
            Option("by -0.00001, +0.2 and 0", "That is lr times the gradient: SGD. Adam divides each by its own size."),
            Option(
                "by -0.01, +0.01 and 0",
                "The corrected m is the gradient itself, and the corrected v its square: what is left is the sign. And "
                "where there is no gradient it is 0 / eps, which is 0.",
            ),
            Option(
                "by -0.032, +0.032 and 0",
                "That is what comes without the correction: 0.1 g / sqrt(0.001 g²) = 3.2. Both means begin at 0, but "
                "that of the squares has further to go.",
            ),
            Option("by -0.01, +0.01 and -0.01", "Two of three. A slope of exactly 0 has no sign, and its m stays 0."),
        ),
        answer="b",
    ),
    Question(
        text="A forget gate is moved by nothing but its bias. For 100 steps nothing is written, and then half of c "
        "should still be there. About which bias does that take? (For f near 1: ln f ≈ f - 1. And ln 2 is 0.69.)",
        options=(
            Option("0.69", "f is 0.67 then. After one step a third is gone, after 100 all of it."),
            Option(
                "2.5",
                "f is 0.924 then, and to the power of 100 that is four parts in ten thousand. It is 1 - f that has to "
                "be 0.0069.",
            ),
            Option(
                "5",
                "100 · ln f = -0.69, so f is 1 - 0.0069. The sigmoid's inverse is ln(f / (1 - f)), here the logarithm "
                "of about 144, which is 4.97.",
            ),
            Option(
                "100, one for each step",
                "With a bias of 100 nothing would ever be lost. But the steps multiply what is left, and a bias of 5 "
                "takes less than a hundredth at each.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="A readout adds up five hidden units, each of them 2, with dropout at p = 0.2 between the two. Somebody's "
        "dropout makes its zeros and does not scale what is left; at test time it changes nothing. What does the "
        "readout get, on average in training, and at test time?",
        options=(
            Option(
                "10 and 10",
                "So it would be if what is left were multiplied by 1 / 0.8 in training: four units of 2.5 on average.",
            ),
            Option(
                "8 and 10",
                "Four of five units are there on average. At test time all are, and a readout that has learned with 8 "
                "gets a quarter more.",
            ),
            Option(
                "8 and 8",
                "At test time it changes nothing, and five times 2 is 10. (To scale by 0.8 at test time would give 8, "
                "and is the other way to do it.)",
            ),
            Option("10 and 8", "The wrong way round: it is in training that something is missing."),
        ),
        answer="b",
    ),
    Question(
        text="`ids` holds the numbers 0, 1, 2 and so on up to 24. What does `stream_batches(ids, 2, 3)` make of them: "
        "how many batches, and what are the inputs of the second batch in its second row?",
        options=(
            Option(
                "4 batches, and 9, 10, 11",
                "That is what comes where the batches are filled row by row. The second batch's second row has to go "
                "on where the first batch's second row ended.",
            ),
            Option(
                "4 batches, and 15, 16, 17",
                "24 numbers have a next one. Each of 2 rows gets 12, in 4 pieces of 3. The second row begins at 12, "
                "and its second piece at 15.",
            ),
            Option("5 batches, and 15, 16, 17", "Five pieces of three would be 15 a row, 30 numbers in all."),
            Option(
                "4 batches, and 7, 9, 11",
                "That is a stream dealt out like cards, every second number to the second row. A row would then read "
                "symbols that do not follow one another.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="A stream is read in pieces of T = 20 steps. h and c are carried over, gradients are not. In every string "
        "a symbol is read that decides what has to be answered 8 steps later, and strings fall anywhere. In which "
        "share of them can the loss at the answer tell the step at the symbol what to keep?",
        options=(
            Option(
                "All, because h and c are carried over",
                "They carry what was kept. What *should have been* kept is said by the gradient, and that ends where "
                "the piece begins.",
            ),
            Option(
                "None, because 8 steps always cross an edge",
                "They cross one only where the symbol is read in one of the last 8 steps of a piece.",
            ),
            Option(
                "40 %", "That is the share of those that are cut in two: the symbol at one of the last 8 of 20 places."
            ),
            Option(
                "60 %",
                "The symbol has to be at one of the first 12 of 20 places, so that the answer is in the same "
                "piece. With a distance of 20 or more there would be none, however many strings there are.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="A cell of 1997 has no forget gate: what it holds, it holds. It reads a stream that never ends, and at "
        "each step i · g is +0.5 or -0.5, a coin decides. About how large is c after 10,000 steps, and what does that "
        "do to a gradient that goes back through h = o · tanh(c)?",
        options=(
            Option(
                "About 0, because both signs are as likely; nothing",
                "That is its mean over many streams. In each one it wanders off, to one side or the other.",
            ),
            Option(
                "About 50; next to nothing comes through",
                "A walk of n steps of 0.5 comes about 0.5 · sqrt(n) far. At c = 50 tanh is 1 to the last digit and its "
                "slope is 0: nothing that the cell reads changes what it shows, and nothing is learned about it.",
            ),
            Option(
                "About 50; it comes through in full, that is what the carousel is for",
                "From c to the c before, yes. But to get to c at all it has to go back through tanh, which is flat "
                "there.",
            ),
            Option(
                "About 5,000; next to nothing comes through", "5,000 is what comes when all of them have the same sign."
            ),
        ),
        answer="b",
    ),
    Question(
        text="A network predicts strings symbol by symbol. It knows the grammar as well as one can, but for one place "
        "in each string: there it has to remember one of two symbols, and it gives each of them a half. A string has "
        "10 steps that count. How far is its mean loss above the best there is?",
        options=(
            Option(
                "0.07",
                "ln 2 = 0.69 at one step of ten, and nothing at the others. So small a difference is all that the loss "
                "says of a network that remembers nothing.",
            ),
            Option("0.69", "That is ln 2 at the one step. The loss is the mean over all ten."),
            Option(
                "0.05",
                "That is half of the answers wrong, at one step of ten: a share of errors. The loss of a half is ln 2.",
            ),
            Option(
                "0, because the two are equally likely",
                "In the grammar they are. But whoever has read the beginning of the string knows which one comes.",
            ),
        ),
        answer="a",
    ),
)
