"""Questions on where the time goes, and the digits, that need a little work with pencil and paper."""

from ..base import Option, Question

QUIZ: tuple[Question, ...] = (
    Question(
        text="A loop over T = 1000 steps launches 10 small kernels a step on a GPU. To launch one costs Python 5 µs; "
        "its arithmetic takes the GPU 1 µs, while Python is at the next launch already. You get a GPU whose arithmetic "
        "is twice as fast, in the same computer. How long does the sequence take, before and after?",
        options=(
            Option(
                "60 ms before, 55 ms after.",
                "That would be so if Python waited for every kernel to end. It does not: it goes on to the next "
                "launch, and the GPU is done long before that arrives.",
            ),
            Option(
                "50 ms before, 50 ms after.",
                "10,000 launches of 5 µs each, and in each of these the GPU has 4 µs to wait. A faster one waits "
                "longer. What helps is fewer launches, or launches without Python.",
            ),
            Option(
                "10 ms before, 5 ms after.",
                "That is the arithmetic alone. It would be the bill if the launches cost nothing, which is what a CUDA "
                "graph or a single kernel comes near to.",
            ),
            Option(
                "50 ms before, 25 ms after.",
                "The launches are made by Python, on the processor, and that is the same as before.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="In a loop, zs[:, t] is taken at every step. Going back, each of these T slices is answered by a tensor "
        "of zeros as large as the whole of zs, with one slice filled in. With T = 100 that part of the backward pass "
        "takes 20 ms. How long does it take with T = 400, if the time goes by how many numbers are written?",
        options=(
            Option(
                "20 ms: it is one slice more or less.",
                "Each of the T slices brings a whole tensor of its own, and each of these has T slices.",
            ),
            Option(
                "80 ms: four times the steps.",
                "Four times as many tensors of zeros, yes; but each of them is four times as large too.",
            ),
            Option(
                "320 ms: four times as many tensors, and each four times as large.",
                "T tensors with T slices each: quadratic. zs.unbind(1) hands out all slices in one operation, which "
                "going back puts them together once.",
            ),
            Option(
                "1.28 s: it grows with the cube of T.",
                "That would be one factor of T too many: T tensors, of a size that grows with T.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="A batch holds four sequences, of the lengths 1000, 10, 10 and 10. Padded, it takes 4 * 1000 rows of "
        "steps, of which 1030 are real. A step costs 20 µs, whether it has one row or four. What is gained by packing, "
        "so that after ten steps the batch has one row?",
        options=(
            Option(
                "Nothing: there are still 1000 steps of 20 µs.",
                "The longest sequence decides. Three quarters of the arithmetic are wasted, and the arithmetic is not "
                "what takes the time. Where rows cost something, with large batches, packing or sorting by length "
                "begins to pay.",
            ),
            Option(
                "A factor of 3.9: only 1030 of the 4000 rows are left.",
                "That counts rows, and the time does not: a step with one row costs as much as one with four.",
            ),
            Option(
                "A factor of 100: 10 steps in place of 1000.",
                "One of the four sequences has 1000 steps, and it has to be read to its end.",
            ),
            Option(
                "It is slower by a factor of 4: the sequences are read one after the other.",
                "A packed batch still takes its sequences side by side, as many as there are at each step.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="Between 1 and 2, the numbers of bfloat16 are 2^-7 = 0.0078125 apart. A cell state in bfloat16 starts at "
        "1, and each step adds 0.005; every sum is rounded to the nearest number there is. What is c after 100 steps?",
        options=(
            Option(
                "1: what is added is smaller than the distance to the next number, so it is lost.",
                "It is lost only if it is less than half of that distance. 0.005 is more than 0.0039, so it is rounded "
                "up.",
            ),
            Option(
                "1.5: the roundings go up and down and cancel.",
                "They would if they were random. Here c is on a number of bfloat16 before every step, so all hundred "
                "are the same sum and are rounded the same way.",
            ),
            Option(
                "1.39: each step adds 0.0039, half of that distance.",
                "0.0039 is a number of bfloat16, but 1.0039 is none. It is the sum that is rounded, and it lands on 1 "
                "or on 1.0078.",
            ),
            Option(
                "1.78: each step is rounded up to 0.0078.",
                "1 + 100 / 128 = 1.78, where 1.5 would be right. With steps of 0.003 it would have stayed at 1. A sum "
                "of many small numbers wants a wide type, whatever its factors have.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="A multiprocessor of an H100 offers a program 227 KiB of shared memory, on top of its registers. Which "
        "recurrent weights W_h, H rows by 4 H columns, fit into that shared memory whole?",
        options=(
            Option("H = 128 in float32.", "4 * 128 * 128 numbers of 4 bytes are 256 KiB: just too many."),
            Option(
                "H = 160 in bfloat16.",
                "4 * 160 * 160 numbers of 2 bytes are 200 KiB. (Nearly nothing is left for anything else, and a tile's "
                "sides are powers of two, so 160 becomes 256: in practice H = 128 is the end.)",
            ),
            Option("H = 192 in bfloat16.", "4 * 192 * 192 numbers of 2 bytes are 288 KiB."),
            Option(
                "Any H: what does not fit is fetched from memory when it is needed.",
                "It can be, and then it is fetched at every step, which is what the kernel was written to avoid.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="You record the loop as a CUDA graph, with the tensor xs as its input. Then you write xs = next_batch, "
        "which is of the same shape, and replay the graph. What comes out?",
        options=(
            Option(
                "The results for the next batch.",
                "xs is a name in Python, and the graph has never heard of names. It knows the place in memory that it "
                "read when it was recorded.",
            ),
            Option(
                "An error: a graph can be replayed with the tensors of its recording only.",
                "Nothing is checked at a replay, and so nothing can be wrong. That is why it costs so little.",
            ),
            Option(
                "The results for the old batch, once more.",
                "The kernels read the same addresses as before. xs.copy_(next_batch) puts the new numbers there; "
                "torch.cuda.make_graphed_callables does that for you.",
            ),
            Option(
                "The results for the next batch, after a new recording.",
                "Recording is something that you ask for. With another shape it would be needed; with the same shape, "
                "copying into the old place is enough.",
            ),
        ),
        answer="c",
    ),
)
