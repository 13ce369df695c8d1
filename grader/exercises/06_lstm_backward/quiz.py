"""The quiz of unit 06: what is wrong in each of the lab's eight backward passes, then pencil and paper."""

from ..base import Option, Question

LAB = (
    Question(
        text="Backward pass A of the lab: what is wrong in it?",
        options=(
            Option(
                "It hands no dh on to the step before",
                "With a single step there is nothing to hand on, and A is wrong there already.",
            ),
            Option(
                "The slope of the output gate is missing",
                "Then dW_o and db_o would be wrong with a single step. They are right.",
            ),
            Option(
                "What comes through h gets to c without the slope of tanh",
                "With a single step, and a loss that looks at the last c alone, all is right; with one that looks at "
                "h, all that is made of dc is wrong, and what is made of do is right. So the mistake stands where dh "
                "gets into dc, equation (eq:dc).",
            ),
            Option(
                "The candidate has a sigmoid's slope",
                "Then, with a single step, of the four blocks of dW only that of g would be wrong.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="And B?",
        options=(
            Option(
                "dz_f is made with the cell state after the step, in place of the one before it",
                "With a single step only the block of f is wrong in dW and db, and what was read through it. Its line "
                "has c, where equation (eq:dz_f) has the old c: the gate multiplied that one.",
            ),
            Option(
                "The forget gate has the input gate's slope",
                "That would also be wrong in the block of f alone. But look at the slope in the text: it is f (1 - f).",
            ),
            Option(
                "dz_f and dz_i have changed places",
                "Then, with a single step, the block of i would be wrong too. It is right.",
            ),
            Option(
                "The old cell state is told nothing: dc isn't multiplied by f",
                "Then dc0 would be wrong with a single step. It is right.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="And C?",
        options=(
            Option(
                "It sets dc where it has to be added to what came from the future",
                "That is wrong, too, with several steps and a loss that looks at h alone. With such a loss C is right.",
            ),
            Option(
                "It multiplies dc by f before it is used, in place of after it",
                "Then all of it would be wrong with several steps, whatever the loss looks at. Where the loss looks at "
                "h alone, C is right.",
            ),
            Option("It adds dc_T at every step", "Then a single step would be right. C is wrong there."),
            Option(
                "It does not use dc_T",
                "Let the loss look at the last c alone: all five results are zeros. Let it look at h alone: all is "
                "right. That is why it learned exactly as your own did: in that task no loss looks at the last c.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="And D?",
        options=(
            Option(
                "dc0 comes back in the place of dh0", "Then dh0 would be wrong as well with a single step. It is right."
            ),
            Option(
                "dc goes to the step before without being multiplied by the forget gate",
                "With a single step all is right but dc0: what is wrong is what the step hands on along the belt, and "
                "there equation (eq:dc_prev) has a factor f. It learned as fast as the right one.",
            ),
            Option(
                "dc is multiplied by the input gate, where the forget gate belongs",
                "That, too, would be wrong in dc0 alone with a single step. But in the text nothing at all is done to "
                "dc after it was used.",
            ),
            Option(
                "It does not hand dc on to the step before",
                "Then dc0 would be 0, or what came in. Look at what it is with a single step: it depends on the loss "
                "at h.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="And E?",
        options=(
            Option("dW has the rows for x above those for h", "The text puts h's part in front, as it should."),
            Option(
                "dW is made from the last step alone",
                "Then a single step would be right. E is wrong there, in all four blocks of dW.",
            ),
            Option(
                "dW is made with the h after the step, in place of the one that was read",
                "dW alone is wrong, in all four blocks and with a single step, while db, which is made of the same dz, "
                "is right. So it is the other factor of equation (eq:dW): o * s is h after the step.",
            ),
            Option(
                "dW is the mean over the batch",
                "Then the rows for x would be off by a factor of N. They are right; print them.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="And F?",
        options=(
            Option(
                "dz_f has the slope of another gate",
                "With a single step, of the four blocks only that of f is wrong. Its line has i (1 - i), and it was f "
                "that was squashed there.",
            ),
            Option(
                "dz_f is made with c in place of the old c",
                "That would be wrong in the same places. But its line has the old c.",
            ),
            Option(
                "All four gates have one and the same slope",
                "Then the block of o, or that of i, would be wrong with a single step as well.",
            ),
            Option(
                "The forget gate's block stands in the wrong place of dz",
                "Then a second block would be wrong with a single step: the one in whose place it stands.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="And G?",
        options=(
            Option(
                "It does not use dc_T, and has no other mistake",
                "With several steps and a loss that looks at h alone it would be right then. G is not.",
            ),
            Option(
                "It hands no dh on to the step before",
                "With two steps and a loss at the last c alone, all five results are zeros. What came along the belt "
                "is lost, and not what came through h.",
            ),
            Option("It is cut off after four steps", "It is wrong with two steps already."),
            Option(
                "It sets dc to what comes through h, where that has to be added to what came from the future",
                "With a single step and a loss that looks at h alone all is right. With two steps it is not: what the "
                "second had to say along the belt was written over. Everything that it learned came through h.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="And H, which learns least?",
        options=(
            Option(
                "dz_g has the sign turned around",
                "Then the error of dW_g would be 2 with a single step: equal sizes, opposite signs.",
            ),
            Option(
                "dz_g has the slope of a sigmoid, g (1 - g), where that of a tanh belongs",
                "With a single step, of the four blocks only that of g is wrong. And worse than a wrong size is a "
                "wrong sign: where g is negative, g (1 - g) is too, and it is pushed the wrong way. That is why it "
                "does not learn.",
            ),
            Option(
                "dz_g leaves the slope out", "Its line has a slope. With none, the signs would be right everywhere."
            ),
            Option("dz_g is made with g in place of the input gate", "Its line has the input gate."),
        ),
        answer="b",
    ),
)

PAPER = (
    Question(
        text="An LSTM with N = 2, T = 10, D = 3, H = 4 keeps (x, h_prev, c_prev, i, f, g, o, c, W) for each step. W is "
        "the same array each time, and the c_prev of a step is the same array as the c of the step before. How many "
        "numbers have to stay in memory for the way back?",
        options=(
            Option(
                "660: 10 steps with 6 + 6 · 8, c0 with 8, and W with 112",
                "At each step x has 2 · 3 numbers; h_prev, i, f, g, o and c have 2 · 4 each. The c_prev of step 0 is "
                "nobody's c. W has (4 + 3) · 16, once. What grows with T is 54 numbers a step; the plain RNN had 14.",
            ),
            Option(
                "732: 10 steps with 6 + 7 · 8, and W with 112",
                "That counts nearly every cell state twice: the c_prev of a step is the c of the step before.",
            ),
            Option(
                "652: 10 steps with 6 + 6 · 8, and W with 112",
                "One array is missing: the c_prev of step 0 is c0, which is no step's c.",
            ),
            Option(
                "1,740: 10 steps with 6 + 7 · 8 + 112",
                "That counts W ten times and the cell states twice. What is the same array takes its place once.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="One cell, four steps. Its forget gates are 0.9, 0.5, 0.8 and 0.5, at t = 0 to 3. What reaches c_0 of a "
        "dc of 1 at c_3, along the cell state alone?",
        options=(
            Option(
                "0.18",
                "That is the product of all four. The gate of step 0 stands before c_0: it is passed on the way to c0, "
                "with which everything begins.",
            ),
            Option("0.36", "That is 0.9 · 0.5 · 0.8, each gate one step too early. The last one is passed first."),
            Option("1.8", "That is a sum. What goes through one gate after the other is multiplied."),
            Option("0.2", "Between c_3 and c_0 stand the gates of steps 3, 2 and 1: 0.5 · 0.8 · 0.5."),
        ),
        answer="d",
    ),
    Question(
        text="Which forget bias leaves about a half along the cell state after 100 steps, if nothing else moves the "
        "gates? (Of a number p the sigmoid is the bias ln(p / (1 - p)).)",
        options=(
            Option("1", "A gate of 0.731. To the power of 100 that is 2.5e-14."),
            Option("3", "A gate of 0.953, and to the power of 100 a bit less than a hundredth."),
            Option(
                "5",
                "The hundredth root of a half is 0.9931, less than a hundredth away from 1; 0.9931 / 0.0069 is 144, "
                "and its logarithm 4.97.",
            ),
            Option("10", "A gate of 0.99995: after 100 steps 99.5 % are left. Half is left after some 15,000."),
        ),
        answer="c",
    ),
    Question(
        text="One cell with i = 0.5, f = 0.8, g = -0.5 and an old cell state of 3. To it comes dc = 2 from the future, "
        "and dh = 0. What is dz_f?",
        options=(
            Option("4.8", "That is 2 · 3 · 0.8. The gate's slope is f (1 - f), not f."),
            Option(
                "0.96",
                "All that reaches c is 2, for dh is 0. Of f · c_prev the gate gets c_prev = 3, and then its slope, "
                "0.8 · 0.2 = 0.16. 2 · 3 · 0.16 = 0.96.",
            ),
            Option(
                "0.688",
                "That is made with the new cell state, 0.8 · 3 - 0.5 · 0.5 = 2.15. The gate multiplied the old one.",
            ),
            Option("0.32", "That is 2 · 0.16: the other factor of the product, the old cell state, is missing."),
        ),
        answer="b",
    ),
    Question(
        text="A backward pass claims (2, -1, 0), and the differences say (1, -1, 0.5). What does gradient_check say?",
        options=(
            Option(
                "0.5",
                "The largest difference is 1, between the first two. The largest entry of the one is 2, of the other "
                "1, and the larger of these is 2.",
            ),
            Option("1", "That is the largest difference, or the same over the largest entry that was measured."),
            Option(
                "Infinite, for the last entry",
                "Entry by entry it would be so: 0.5 over 0. That is why the largest of each are taken first.",
            ),
            Option("0.25", "That is the last entry's difference over the largest entry. The first one's is larger."),
        ),
        answer="a",
    ),
    Question(
        text="The gradient of 1997 throws dh_prev away at each step. Which of its five results are wrong on a sequence "
        "of a single step, with a loss that uses h and the last c?",
        options=(
            Option(
                "All five",
                "What it throws away is what goes on to the step before. With a single step nobody but h0 would have "
                "got it.",
            ),
            Option(
                "None: there is nothing to hand on",
                "Nothing to another step. But there is a state that the sequence began with.",
            ),
            Option("dW and db", "What comes to the four gates does change their weights, also in 1997."),
            Option(
                "dh0 alone",
                "dxs, dW and db are made of this step's dz, which is right, and dc0 goes along the belt. Only what "
                "would go on through h_prev is 0. So a test with a single step that doesn't look at dh0 finds nothing.",
            ),
        ),
        answer="d",
    ),
)

QUIZ = LAB + PAPER
