"""The quiz of unit 02."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A network with N = 2, T = 10, D = 3, H = 4 reads a batch, and keeps (x, h_prev, h, W) for each step. W "
        "is the same array each time, and the h_prev of a step is the same array as the h of the step before. How "
        "many numbers have to stay in memory for the way back?",
        options=(
            Option(
                "500: 10 steps with 6 + 8 + 8 + 28 numbers",
                "That counts W ten times and most hidden states twice. What is the same array takes its place once.",
            ),
            Option(
                "168: 10 steps with 6 + 8 numbers, and W with 28",
                "One array is missing: the h_prev of step 0 is h0, which is no step's h. It has 8 numbers.",
            ),
            Option(
                "176: 10 steps with 6 + 8 numbers, h0 with 8 and W with 28",
                "x has 2 · 3 and h 2 · 4 numbers at each step, h0 has 2 · 4, and W has (4 + 3) · 4 once for all steps. "
                "What grows with T is 14 numbers a step.",
            ),
            Option(
                "42: 6 + 8 and W with 28, because each step's can be thrown away after it",
                "After it on the way back, yes. But the way back begins at the last step, and by then all the others "
                "have to be there.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="One unit without a tanh and without a bias, so that it can be done by hand: h_t = w · h_(t-1) + x_t, "
        "with h_(-1) = 1, x_0 = 1, x_1 = 0 and w = 2. The loss is L = h_1. What is dL/dw?",
        options=(
            Option(
                "3",
                "That is h_0 = 2 · 1 + 1 = 3, what w met when it was used last. It was also used at step 0, and h_0 "
                "would have been another.",
            ),
            Option(
                "5",
                "Two paths. At step 1 w met h_0 = 3. At step 0 it met h_(-1) = 1, and that goes on into h_1 times "
                "w = 2. 3 + 2 · 1 = 5. Or write it out: h_1 = w (w + 1) = w² + w has the slope 2 w + 1.",
            ),
            Option(
                "4",
                "That is h_0 + h_(-1) = 3 + 1: both uses, but what came back from step 1 to step 0 was not multiplied "
                "by w on its way.",
            ),
            Option(
                "6",
                "That is h_1 itself, or the product of 3 and 2. Along a path slopes are multiplied; the two paths are "
                "added: 3 and 2.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="All logits of one step are equal, there are 3 words, and the first one comes. The batch has 4 steps that "
        "count, this one among them. What is dlogits at this step?",
        options=(
            Option(
                "(-2/3, 1/3, 1/3)",
                "That is p - y. The loss is the mean over the steps that count, and so every step has a share of 1/4.",
            ),
            Option(
                "(1/12, 1/12, 1/12)",
                "That is p / 4. The word that came has to get less slope than the others, or nothing would tell the "
                "network which one it was.",
            ),
            Option(
                "(1/6, -1/12, -1/12)",
                "The sign is turned around: it says that the loss grows when the right word's logit grows.",
            ),
            Option(
                "(-1/6, 1/12, 1/12)",
                "p is 1/3 for each word, p - y is (-2/3, 1/3, 1/3), and a quarter of it counts. The three add up to 0, "
                "as always: raising all logits alike changes nothing.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="Two arrays have the gradients (3, 4) and (12). They are clipped together by their norm with max_norm = "
        "6.5. What comes out?",
        options=(
            Option(
                "(1.5, 2) and (6)",
                "The norm of all three numbers is the root of 9 + 16 + 144, which is 13. All are halved, and their "
                "proportions stay what they were.",
            ),
            Option(
                "(3, 4) and (6.5)",
                "That is what happens where every number is cut off by itself, or every array by its own norm (5 and "
                "12). The step then points somewhere else: the second array had four times the first number, and now "
                "it has about twice.",
            ),
            Option(
                "(1.03, 1.37) and (4.11)",
                "That is a factor of 6.5 / 19, with 3 + 4 + 12 = 19 for the length. A norm adds squares and takes the "
                "root.",
            ),
            Option("(0.12, 0.15) and (0.46)", "That is a factor of 6.5 / 169: the root is missing from the norm."),
        ),
        answer="a",
    ),
    Question(
        text="Someone computes the loss in float32. Near 2.6 two neighbouring numbers of that kind are 2.4e-7 apart. "
        "Central differences are taken with h = 1e-5. Into steps of which size does that put the slopes?",
        options=(
            Option(
                "2.4e-7: no slope can be finer than the loss",
                "The difference of two losses comes in steps of 2.4e-7. But it is divided by 2h before it is a slope.",
            ),
            Option(
                "0.012",
                "The difference is a multiple of 2.4e-7, and it is divided by 2h = 2e-5. A slope of 0.1 comes out with "
                "one digit, and one of 0.005 as 0 or as 0.012. With float32 h has to be far larger, or better: check "
                "in float64.",
            ),
            Option(
                "1e-10, the square of h",
                "That is about how large the truncation error is, what the formula leaves out. Here rounding is larger "
                "by far.",
            ),
            Option(
                "None: the error of each loss is the same, and cancels",
                "What cancels are the digits that the two have in common. Each is rounded for itself, and that is what "
                "is left.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="ids is [[2, 0, 2, 2]], and the four steps' gradients, with D = 1, are 1, 2, 3 and 4. E has 3 rows. "
        "What is dE, "
        "from row 0 to row 2, and what would `dE[ids] += dout` have made of it?",
        options=(
            Option(
                "2, 0, 8, and the other 2, 0, 4",
                "Word 2 comes at steps 0, 2 and 3: 1 + 3 + 4. The one line writes to row 2 three times, and the last "
                "writing, 0 + 4, stays.",
            ),
            Option(
                "2, 0, 8, and the other 2, 0, 1",
                "Right for dE. But of three writings to one place the last one stays, and that is step 3 with its 4.",
            ),
            Option(
                "2, 0, 8/3, and the other 2, 0, 4",
                "A row that was used three times gets the sum. The mean over steps is in the gradients already.",
            ),
            Option(
                "2, 0, 8 for both: += adds",
                "It adds to what was fetched, and row 2 was fetched three times as 0 before anything was written.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="A backward pass gives every gradient exactly twice as large as it should be, in all arrays. With lr = "
        "0.1 the network is trained with gradients clipped by their norm at 1; the true norm is above 2 at every "
        "step. What is seen while it trains, and what does a gradient check say?",
        options=(
            Option(
                "Training diverges, and the relative error is 2",
                "Clipping brings every gradient to the length 1, however long it was. And twice as much as 1 is off "
                "by 1.",
            ),
            Option(
                "It learns twice as fast; the relative error is 1",
                "Without clipping each step would be twice as long. With it the length is 1 in both cases.",
            ),
            Option(
                "Nothing unusual, to the last step; the relative error is 1",
                "Both gradients point the same way and both are cut to the length 1, so every step is the same. The "
                "check compares 2 g with g: off by all of g.",
            ),
            Option(
                "Nothing unusual; the check finds nothing either, since the direction is right",
                "The first half is right. But a check compares numbers, not directions.",
            ),
        ),
        answer="c",
    ),
)
