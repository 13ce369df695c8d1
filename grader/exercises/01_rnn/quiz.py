"""The quiz of unit 01: windows, states, the future, softmax and what a mean is taken over."""

from ..base import Option, Question

QUIZ: tuple[Question, ...] = (
    Question(
        text="A vocabulary has 10,000 words. A network with D = 50 and H = 100 reads them and guesses the next one. "
        "How many numbers does it learn, in `E`, `W`, `b`, `V` and `b_y` together?",
        options=(
            Option(
                "15,100",
                "W is (150, 100) and b is (100,): that is the step alone. The words come in through E and go out "
                "through V.",
            ),
            Option(
                "1,525,100",
                "E is 10,000 times 50, W and b are 15,100, V is 100 times 10,000 and b_y has 10,000. It doesn't depend "
                "on how far the network remembers. A table for windows of three words has room for a million million "
                "rows.",
            ),
            Option(
                "1,525,100 for each time step",
                "The same weights serve every step: a longer sequence needs no more of them.",
            ),
            Option(
                "515,100",
                "That is E, W and b. The way out costs twice as much as the way in here: V has 100 numbers for each "
                "word.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="One unit, one input, no bias: `h = tanh(0.5 * h_prev + x)`, from h = 0. The first input is 1, all the "
        "later ones "
        "are 0. After how many of these zeros is h below 0.1 for the first time?",
        options=(
            Option(
                "1: what was read is gone after one step",
                "0.5 * h_prev carries half of it on: after one zero h is tanh(0.38) = 0.36.",
            ),
            Option(
                "3",
                "tanh(1) = 0.76, then tanh(0.38) = 0.36, tanh(0.18) = 0.18, tanh(0.09) = 0.09. A weight of 0.5 forgets "
                "half of what is left at every step.",
            ),
            Option(
                "10: a tenth of it is lost at each step",
                "By the weight of 0.5 it is one half that is lost at each step, and the tanh takes a little more.",
            ),
            Option(
                "Never: nothing new comes in",
                "The state is computed anew at every step. With nothing coming in, it is tanh(0.5 h_prev), which is "
                "smaller than h_prev.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="`xs` has the shape (2, 5, 3). You change `xs[1, 2]` and nothing else, and run `rnn` again. Which numbers "
        "of `hs` can have moved?",
        options=(
            Option(
                "`hs[:, 2:]`",
                "Row 0 is another sequence. The sequences of a batch are read side by side and know nothing of each "
                "other.",
            ),
            Option(
                "`hs[1, 2]`",
                "That is the state which reads it. But the next step reads that state, and so on: whatever came in can "
                "be in all the later ones.",
            ),
            Option(
                "`hs[1]`, all five steps",
                "At the steps 0 and 1 it had not been read yet. If those moved, the network would know the future.",
            ),
            Option(
                "`hs[1, 2:]`",
                "The state that reads it and all the later ones of that sequence. What came before can't know of it, "
                "and the other sequence never does.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="There are two words. The logit of the first is larger than that of the second by ln 3 = 1.0986. What are "
        "their probabilities?",
        options=(
            Option(
                "3/4 and 1/4",
                "The exponentials are as 3 to 1, whatever the logits themselves are, and they have to add up to 1.",
            ),
            Option(
                "That depends on how large the two logits are",
                "It would, if each were squashed by itself. In a softmax any number may be added to both, and nothing "
                "changes.",
            ),
            Option("1 and 0: the larger one wins", "That is the argmax. A softmax leaves the others something."),
            Option(
                "0.77 and 0.23",
                "Those are in the ratio 3.3: check exp(ln 3). (0.75 is also what a sigmoid makes of ln 3: for two "
                "words the two functions are the same.)",
            ),
        ),
        answer="a",
    ),
    Question(
        text="A batch holds two sentences, padded to three steps. In the first one three words count, and each costs "
        "1.0. In the "
        "second one a single word counts, and it costs 5.0. What is the loss?",
        options=(
            Option(
                "3.0",
                "That is the mean of the two sentences' means, 1 and 5. The one word would count as much as three.",
            ),
            Option("1.33", "The costs add up to 8, and 8 / 6 divides by all the steps. Two of them are padding."),
            Option(
                "2.0", "The four words cost 3 times 1.0 and once 5.0, together 8. In the mean every word counts alike."
            ),
            Option("4.0", "8 / 2 is what a sentence costs. The loss is what a word costs."),
        ),
        answer="c",
    ),
    Question(
        text="In some language every sentence is `the`, then one of four subjects, all equally frequent, then the "
        "stop. What is "
        "the smallest mean loss a word that a network can reach? (ln 4 = 1.39)",
        options=(
            Option("0", "Only where there is nothing to guess. Which of the four subjects comes, nobody can know."),
            Option(
                "1.39",
                "That is what the subject costs. The word before it and the stop after it are certain, and cost "
                "nothing.",
            ),
            Option("0.35", "1.39 / 4 divides by the four subjects. The mean is over the words of a sentence."),
            Option(
                "0.46",
                "Three words cost 0, 1.39 and 0. The mean is 1.39 / 3. Training can't get below it: a loss that does "
                "has been computed wrongly.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="The tiny language of this unit has a smallest loss of 0.54. Its sentences have 5.75 words on the mean, "
        "and a batch "
        "of many is padded to 8 steps. Somebody reports a loss of 0.39. What is the likely reason?",
        options=(
            Option(
                "The network is larger than the one in this unit",
                "No network can be better than the true probabilities, however large it is.",
            ),
            Option(
                "The batches were easy ones, by luck",
                "A small batch can be, a little. The mean over many can't be that far off.",
            ),
            Option(
                "The mean was taken over all the steps, padding and all, and the padding costs nothing",
                "0.54 * 5.75 / 8 = 0.39: the words' costs, divided by the number of steps. A loss below the floor is a "
                "reason to look for a mistake.",
            ),
            Option("The padding was guessed badly", "Then the loss would be larger, not smaller."),
        ),
        answer="c",
    ),
)
