"""The quiz of unit 09."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="Three cells are told the same thing at each of 50 steps, g = 1, and begin with c = 0. The cell of "
        "1997 has i = 0.1 all the time, the LSTM i = 0.1 and f = 1, the coupled cell f = 0.9. About where is c in "
        "the end?",
        options=(
            Option(
                "5, 5 and 5",
                "All three write a tenth at each step. But the coupled cell also loses a tenth of what it has: that "
                "is what coupled means.",
            ),
            Option(
                "5, 5 and 1",
                "50 tenths in the first two. In the third c = 0.9 c + 0.1, a mean of old and new, and a mean of "
                "ones doesn't get beyond 1: after 50 steps it is 1 - 0.9 to the power of 50, which is 0.995.",
            ),
            Option("5, 0.1 and 1", "With f = 1 nothing is lost: the LSTM does here what the cell of 1997 does."),
            Option(
                "1, 1 and 1",
                "Neither of the first two has a factor on c, so nothing stops them at 1: c is no tanh of anything.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="An LSTM with D = 10 inputs and H = 30 cells learns 4 · 30 · (30 + 10 + 1) = 4,920 numbers. Somebody "
        "wants to compare it fairly with a GRU: as many numbers, b_n among them. Which hidden size comes nearest?",
        options=(
            Option(
                "30",
                "At the same size the GRU has a quarter less, 3 · 30 · 41 + 30 = 3,720. If it lost, nobody would "
                "know whether to blame the cell or the size.",
            ),
            Option("35", "3 · 35 · (35 + 10 + 1) + 35 = 4,865. With 36 it would be 5,112, which is further away."),
            Option(
                "40",
                "That is 30 · 4/3, as if the numbers grew with H. The rows for h grow with its square: 3 · 40 · 51 "
                "+ 40 = 6,160.",
            ),
            Option("34", "3 · 34 · 45 + 34 = 4,624. There is room for one more."),
        ),
        answer="b",
    ),
    Question(
        text="A GRU of two units, one sequence. h_prev = [1, -1], the reset gate is r = [1, 0], and W_hn = [[0, 1], "
        "[1, 0]], which swaps the two places. All biases and all that comes from x are 0. What goes into "
        "the candidate's tanh, with the reset gate after the product (PyTorch) and before it (Cho)?",
        options=(
            Option(
                "[0, 1] and [-1, 0]",
                "The wrong way round: after the product it is the result that r is multiplied with.",
            ),
            Option(
                "[-1, 0] for both",
                "So it would be if W_hn were diagonal. As soon as it mixes the units the two are different "
                "networks, and the weights of one make no sense in the other.",
            ),
            Option(
                "[-1, 0] and [0, 1]",
                "After: h W_hn = [-1, 1], and r leaves its first place. Before: r leaves [1, 0] of h, and W_hn "
                "brings it to the second place. In the one r says which *candidates* may hear the past, in the "
                "other which *units* may be heard.",
            ),
            Option("[1, 0] and [0, 1]", "The first is r * h_prev with no product at all."),
        ),
        answer="c",
    ),
    Question(
        text="A GRU begins with so low a bias of its reset gate that r = 0.0 in every unit at every step, to the "
        "last digit. It is trained. Which of its weights don't get any gradient?",
        options=(
            Option(
                "None: the loss is behind all of them",
                "Behind them, yes. But the way back to some of them leads through r, and through r (1 - r), which "
                "are 0.",
            ),
            Option(
                "Those of the reset gate alone",
                "da_r = da_n * q * r * (1 - r) is 0, so far so good. But what else is multiplied by r on its way?",
            ),
            Option(
                "Those of the reset gate, and W_hn and b_n",
                "da_r is 0 because of r (1 - r), and dq = da_n * r is 0 as well: from q there is no way to the "
                "loss. The candidate sees x alone, and learns from that alone; z learns as ever.",
            ),
            Option(
                "All but those of the update gate",
                "W_xn and b_x do get theirs: da_n = dh * (1 - z) * (1 - n²) asks nobody about r.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="A layer counts: its h at each step is the number of steps that it has read so far. Two of them are "
        "put into `bidirectional`, and get a row of T = 5 steps of which 3 are real. What comes out for this row, "
        "at step 0 and at step 2?",
        options=(
            Option(
                "[1, 5] and [3, 3]",
                "That is what comes where the row is turned round as it stands, `xs[:, ::-1]`: backward reads the "
                "two steps of padding first, and counts them.",
            ),
            Option(
                "[1, 1] and [3, 3]",
                "That is backward's output left in backward's order: its first step is the last one, and has to be "
                "turned round again.",
            ),
            Option("[1, 3] and [3, 3]", "At step 2 backward has read only what is to the right of it: one step."),
            Option(
                "[1, 3] and [3, 1]",
                "Forward has read 1 step at step 0, and 3 at step 2. Backward begins at the row's own end, step 2, "
                "so there it has read 1, and 3 when it is at step 0.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="A node of a child-sum Tree-LSTM, one unit. Its three children have c = 2, 4 and -2, its forget gates "
        "for them are 1, 0 and 0.5, and i · g = 0.3. Then somebody hands over the children in the opposite order. "
        "What is the node's c, before and after?",
        options=(
            Option(
                "1.3 and 1.3",
                "1 · 2 + 0 · 4 - 0.5 · 2 + 0.3. Each gate is computed from its own child and goes with it wherever "
                "that stands.",
            ),
            Option(
                "1.3 and -0.7",
                "That is with the gates left where they were, and the children moved: 1 · (-2) + 0 · 4 + 0.5 · 2 + "
                "0.3. But a gate has no place of its own, it belongs to a child.",
            ),
            Option(
                "6.3 and 6.3",
                "That is one gate for all of them, 1.5 times their sum. There would be no way to keep one child and "
                "drop another.",
            ),
            Option("2.3 and 2.3", "1 · 2 + 0.3: the third child is half kept, and -1 is missing."),
        ),
        answer="a",
    ),
    Question(
        text="Which two of these expressions can no child-sum Tree-LSTM tell apart, whatever its weights are?",
        options=(
            Option(
                "any(0 all(1 1)) and all(0 any(1 1))",
                "The symbols at the two inner nodes are others, and a node's symbol is its x.",
            ),
            Option(
                "minus(5 3) and minus(3 5)",
                "A sum of h, and a sum of gated c: the same two children, so the same node. Whoever wants to "
                "subtract has to tell a child where it stands, as an input for instance, or take the other "
                "Tree-LSTM of the paper, which has weights for each place.",
            ),
            Option(
                "any(0 0) and any(0 0 0)",
                "Sums of two and of three equal things are different, so it can. It is a mean that couldn't.",
            ),
            Option(
                "odd(1 odd(1 0)) and odd(1 1 0)",
                "One has a node more. Its value happens to be the same: that is for the network to find out, and "
                "nothing in its build forces it.",
            ),
        ),
        answer="b",
    ),
)
