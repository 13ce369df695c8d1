"""Questions on the LSTM that need a little work with pencil and paper."""

from ..base import Option, Question

QUIZ: tuple[Question, ...] = (
    Question(
        text="A backward pass will need the gradients of the loss with respect to W and b, from an LSTM that ran "
        "over T steps. W, b and the states before the first step are at hand. What is it enough to keep from the "
        "forward pass, if none of its matrix products may be computed a second time?",
        options=(
            Option(
                "Only the last h and c: 2 N H numbers, whatever T is.",
                "The gradient at step t needs step t's own gates and inputs, and the last state does not "
                "tell them: where a forget gate was shut, what came before cannot be had back.",
            ),
            Option(
                "Every x_t and every h_t: N T (D + H) numbers.",
                "The gates could be computed from these, but only by the matrix product, a second time. "
                "(That trade, time for memory, is sometimes made on purpose.)",
            ),
            Option(
                "Every x_t, every c_t, and i, f, g and o at every step: N T (D + 5 H) numbers.",
                "Everything else follows element by element: h_t is o * tanh(c_t). The number grows with "
                "T, and that is what limits how far back one can train.",
            ),
            Option(
                "What answer c says, and a copy of W for every step.",
                "The same W serves every step, so one is enough: it does not change until the gradient is known.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="D = 10, H = 20. How many parameters does our LSTM have, and how many does PyTorch count for "
        "`torch.nn.LSTM(10, 20)`?",
        options=(
            Option(
                "2480 and 2480.",
                "They compute the same functions, but PyTorch keeps a second bias for every gate and cell, "
                "and counts it.",
            ),
            Option(
                "2480 and 2560.",
                "4 * 20 * 31 and 4 * 20 * 32. The 80 more are the second bias, and a sum of two biases "
                "can be nothing that one bias could not be.",
            ),
            Option("2400 and 2480.", "2400 is W alone, 30 rows by 80 columns. b adds 80 to it."),
            Option(
                "620 and 2480.",
                "620 is one block, 20 * 31: a plain RNN's count. The packed W and b hold four such blocks.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="A colleague sends you W and b of a trained LSTM with D = H = 8. Her code multiplies [x, h] "
        "by W; yours multiplies [h, x]. You load them and run your lstm. What happens?",
        options=(
            Option(
                "numpy raises an error, because the shapes do not fit.",
                "W has H + D rows either way, and both orders have H + D columns. With D = H even each half fits.",
            ),
            Option(
                "The same numbers come out: a product is a sum over the rows, and a sum may be taken in any order.",
                "It may, if the rows of W change places together with what they multiply. Here only one "
                "of the two has changed places.",
            ),
            Option(
                "c comes out right and h wrong, because h stands first.",
                "All four gates come from the same product, so f, i and g are wrong, and with them c.",
            ),
            Option(
                "Numbers come out that look sensible and are wrong: rows meant for x weigh h, and rows "
                "meant for h weigh x.",
                "The gates stay between 0 and 1 and h between -1 and 1, so nothing looks odd. Moving the "
                "last 8 rows of W above the first 8 puts it right.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="All of W and b are zero, except for the forget biases, which are 5. A cell starts with c = 1 "
        "and reads 100 inputs. What is its c after the last of them, about?",
        options=(
            Option(
                "0.51",
                "f is sigmoid(5) = 0.9933 at every step and g is tanh(0) = 0, so c becomes 0.9933^100 = "
                "0.51. Even a gate that is 99.3 % open halves its content in a hundred steps.",
            ),
            Option(
                "1: the forget gate is open, so nothing is lost.",
                "sigmoid(5) is 0.9933, not 1. Once, the loss is small; it is taken a hundred times.",
            ),
            Option("8e-31, that is 0.5^100", "That would be a forget bias of 0. Here f is sigmoid(5), not sigmoid(0)."),
            Option(
                "50: the input gate is half open, and adds 0.5 at every step.",
                "The input gate is half open, at sigmoid(0) = 0.5. But what it lets in is g = tanh(0) = 0.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="A cell has counted up to c = 35. At this step its forget gate is 1, its input gate 0, and "
        "its output gate 0.001. What does the readout see of this cell, and what does the cell hold at "
        "the next step?",
        options=(
            Option(
                "It sees 35; the next step starts from 35.",
                "The readout is given h, not c: the cell state goes out through a tanh and the output gate.",
            ),
            Option(
                "It sees about 0.001; the next step starts from 35.",
                "h = 0.001 * tanh(35), and tanh(35) is 1 to the last digit. c does not go through the "
                "output gate on its way to the next step.",
            ),
            Option(
                "It sees about 0.001; the next step starts from 0.035.",
                "What is seen is right. But the output gate acts on the way to h only; c is handed on as it is.",
            ),
            Option(
                "It sees 0.035; the next step starts from 35.",
                "What is held is right. But there is a tanh before the output gate: h = o * tanh(c).",
            ),
        ),
        answer="b",
    ),
    Question(
        text="Someone's `to_torch` puts b into both biases. In b the forget biases are 1, and otherwise "
        "everything is as it should be. At an input for which the products are zero, what is PyTorch's "
        "forget gate?",
        options=(
            Option(
                "sigmoid(1) = 0.73: PyTorch takes the mean of its two biases.",
                "It takes their sum. That is why the two may be split in any way, but not doubled.",
            ),
            Option(
                "There is none: load_state_dict refuses the weights.",
                "It looks at names and shapes, and both are right. Nothing is refused, and nothing is said.",
            ),
            Option(
                "sigmoid(2) = 0.88: it forgets less than half as much as it should.",
                "The biases add up to 2. Instead of 27 % a step, 12 % are lost: the model seems to work, "
                "with a longer memory than it was given.",
            ),
            Option(
                "2 sigmoid(1) = 1.46: more than is possible, so it would be noticed.",
                "The biases are added before the sigmoid, so the gate stays between 0 and 1, and nobody notices.",
            ),
        ),
        answer="c",
    ),
)
