"""Questions on shapes, broadcasting, saturation and overflow."""

from ..base import Option, Question

QUIZ: tuple[Question, ...] = (
    Question(
        text="A batch holds 10 sequences of 10 time steps with 3 features: `xs` has the shape (10, 10, 3). "
        "A cell wants one time step, `x` of shape (N, D). By mistake it is given `xs[2]` instead of `xs[:, "
        "2]`. What happens?",
        options=(
            Option(
                "Python raises an error: the shapes do not fit.",
                "Both have the shape (10, 3), because N and T happen to be equal. Nothing can complain.",
            ),
            Option(
                "Nothing different: `xs[2]` and `xs[:, 2]` are the same numbers.",
                "xs[2] is the sequence n = 2 with all its time steps, xs[:, 2] is the step t = 2 of "
                "all the sequences. They share the three numbers of xs[2, 2] and no others.",
            ),
            Option(
                "No error: the ten steps of one sequence are taken for one step of ten sequences.",
                "The shapes fit by accident, and the program computes nonsense quietly. That is why the "
                "checks of this course use batches in which N, T, D and H all differ.",
            ),
            Option(
                "`x` becomes the third feature of every sequence at every step.",
                "That would be xs[:, :, 2], of shape (10, 10). The index 2 stands at the first axis "
                "here, and the first axis is the batch.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="One sequence, five hidden units, three features: `h` is (1, 5), `x` is (1, 3), `W` is (8, "
        "5). The bias was made as a column by mistake: `b` is (5, 1) instead of (5,). What is the shape of "
        "`np.concatenate([h, x], axis=1) @ W + b`?",
        options=(
            Option(
                "(1, 5), as it should be: numpy turns the column into a row.",
                "numpy never turns an array round. It compares shapes from the right: 5 against 1, then 1 against 5.",
            ),
            Option(
                "(5, 5), without an error.",
                "The product is (1, 5) and b is (5, 1). Each axis of length 1 is stretched to 5, so a "
                "batch of one sequence turns into five rows, each with another unit's bias. With N = 4 "
                "there would be an error: 4 against 5. Sizes of 1 hide mistakes, and so they are among the "
                "checks.",
            ),
            Option(
                "An error: (1, 5) and (5, 1) do not fit.",
                "They do fit: wherever one of the two axes has length 1, it is stretched to the other's length.",
            ),
            Option(
                "An error already in the product: `[h, x]` and `W` do not fit.",
                "[h, x] is (1, 5 + 3) = (1, 8), and W has 8 rows. The product is fine, (1, 5).",
            ),
        ),
        answer="b",
    ),
    Question(
        text="A gate stands at z = 10, so it is open: σ(10) = 0.99995. Learning moves z from 10 to 9. By "
        "about how much does the gate close?",
        options=(
            Option(
                "By 0.1, a tenth: z has lost a tenth of its size.",
                "The sigmoid is not proportional to z. By equation (eq:slope) its slope is s * (1 - s), at most 1/4.",
            ),
            Option(
                "By 1/4: that is the sigmoid's slope.",
                "1/4 is the slope at z = 0, where it is steepest. Put s = 0.99995 into s * (1 - s).",
            ),
            Option(
                "Not at all: float64 stores σ(10) as exactly 1.",
                "float64 keeps 16 digits, and 1 - σ(10) is 0.00005, easily kept. Only from about z = 37 on "
                "is it rounded to exactly 1.",
            ),
            Option(
                "By 0.00008.",
                "Between 10 and 9 the slope s * (1 - s) lies between 0.00005 and 0.00012. The gate is "
                "saturated: it takes a large change of z to move it at all, and the gradient that asks for "
                "one is as small as the slope.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="Someone writes the other form everywhere: `np.exp(z) / (1 + np.exp(z))`. What does it give for "
        "`z = np.array([-1000.0, 0.0, 1000.0])`?",
        options=(
            Option(
                "[0, 0.5, nan], and numpy warns.",
                "exp(1000) is infinite in float64, and infinity divided by infinity is NaN. At z = -1000 "
                "exp is too small for float64 and becomes 0, which does no harm: 0 / (1 + 0) = 0.",
            ),
            Option(
                "[0, 0.5, 1], and numpy warns of an overflow.",
                "That is what 1 / (1 + np.exp(-z)) gives: there the infinity stands below the bar only, "
                "and 1 / infinity is 0. Here it stands above the bar as well.",
            ),
            Option(
                "[nan, 0.5, 1], and numpy warns.",
                "Look which sign goes with which exponential: exp(-1000) is 0, and 0 / (1 + 0) is fine. "
                "The trouble is at +1000.",
            ),
            Option(
                "[0, 0.5, 1], without a warning: exp(z) is above and below the bar, so it cancels.",
                "On paper it cancels. In float64 exp(1000) is infinite before anything is divided, and an "
                "infinity does not cancel.",
            ),
        ),
        answer="a",
    ),
)
