"""How many numbers an LSTM learns."""

from ..base import Case, Exercise, Part, Whole, slip


def cases(rng):
    yield Case("small", {"D": 3, "H": 2})
    yield Case("the quiz's", {"D": 10, "H": 20})
    yield Case("one of each", {"D": 1, "H": 1})
    yield Case("one input", {"D": 1, "H": 7})
    yield Case("one cell", {"D": 6, "H": 1})
    yield Case("as many inputs as cells", {"D": 5, "H": 5})
    yield Case("a language model's", {"D": 300, "H": 512})
    D, H = (int(size) for size in rng.choice(range(8, 400), size=2, replace=False))
    yield Case("any other", {"D": D, "H": H})
    D, H = (int(size) for size in rng.choice(range(33_000, 60_000), size=2, replace=False))
    yield Case("more than 32 bits can count", {"D": D, "H": H}, frozenset({"large"}))


def _count(name, edits, what, meaning, look="Equation (eq:pack) gives the shape of b."):
    return slip(name, edits, what, meaning, look)


MISTAKES = (
    _count(
        "two_biases",
        {"+ 1)": "+ 2)"},
        "PyTorch's count, with two biases a gate",
        "PyTorch keeps two biases and adds them up. Our cell has one, b, with 4H numbers.",
        "Add up the sizes in equation (eq:pack).",
    ),
    _count(
        "no_biases",
        {" + 1)": ")"},
        "W alone, without b",
        "The biases are learned too; the forget gate's matters most of all.",
        "Equation (eq:pack) has two arrays.",
    ),
    _count(
        "one_gate",
        {"4 * H": "H"},
        "a plain RNN, or of one gate of the four",
        "The LSTM has four blocks of that size: three gates and the candidate.",
        "Count the columns of W in equation (eq:pack).",
    ),
    _count(
        "three_gates",
        {"4 * H": "3 * H"},
        "three blocks",
        "There are three gates, but the candidate has weights too.",
        "Count the blocks of W in equation (eq:pack).",
    ),
    _count(
        "no_recurrent",
        {"(H + D": "(D"},
        "an LSTM whose W has no rows for h",
        "W multiplies [h, x]: H numbers of h and D of x.",
        "Count the rows of W in equation (eq:pack).",
    ),
    _count(
        "no_input",
        {"(H + D": "(H"},
        "an LSTM whose W has no rows for x",
        "W multiplies [h, x]: H numbers of h and D of x.",
        "Count the rows of W in equation (eq:pack).",
    ),
    _count(
        "sizes_swapped",
        {"4 * H": "4 * D"},
        "an LSTM with H inputs and D cells",
        "D and H have changed places.",
        "Which of the two says how wide a gate is? Equation (eq:pack) gives W's shape.",
    ),
    _count(
        "one_bias_for_all",
        {"+ 1)": ") + H"},
        "an LSTM whose four gates share H biases",
        "Every gate has H biases of its own.",
    ),
    _count(
        "scalar_biases",
        {"+ 1)": ") + 4"},
        "an LSTM with four biases in all, one number a gate",
        "A gate has a bias for each of its H cells.",
    ),
    _count(
        "states_counted",
        {"+ 1)": "+ 1) + 2 * H"},
        "W, b and also h and c",
        "h and c are computed at every step; they are not learned and not stored in the model.",
        "Add up the sizes in equation (eq:pack), and nothing else.",
    ),
    _count(
        "one_column_a_gate",
        {"4 * H": "4"},
        "four columns, one for each gate",
        "A gate has a column for each of its H cells, so W has 4H columns.",
        "Equation (eq:pack) gives W's shape.",
    ),
    _count(
        "no_brackets",
        {"(H + D + 1)": "H + D + 1"},
        "4 * H * H + D + 1",
        "Python multiplies before it adds, so D and the 1 are counted once and not 4H times.",
        "How many rows has W, and how many columns? Check your brackets.",
    ),
    _count(
        "rows_multiplied",
        {"(H + D": "(H * D"},
        "an LSTM whose W has H * D rows",
        "The rows stand below each other: H for h, then D for x.",
        "Equation (eq:pack) gives W's shape.",
    ),
    _count(
        "one_bias_in_all",
        {"+ 1)": ") + 1"},
        "an LSTM with a single bias, one number in all",
        "A gate has a bias for each of its H cells, and there are four blocks of them.",
    ),
    _count(
        "peepholes",
        {"+ 1)": "+ 1) + 3 * H"},
        "an LSTM with peepholes",
        "There the gates see c as well, through 3H more weights. Ours see h and x.",
        "Add up the sizes in equation (eq:pack), and nothing else.",
    ),
)

RIGHT = (
    {"4 * H * (H + D + 1)": "(H + D) * (4 * H) + 4 * H"},
    {"4 * H * (H + D + 1)": "sum(H * H + D * H + H for gate in 'ifgo')"},
    {"return 4 * H * (H + D + 1)": "rows, columns = H + D, 4 * H\n    return np.multiply(rows, columns) + columns"},
    """def num_parameters(D, H):
    count = 0
    for size in [(H + D, 4 * H), (4 * H,)]:
        numbers = 1
        for axis in size:
            numbers *= axis
        count += numbers
    return count
""",
)

EXERCISE = Exercise(
    name="num_parameters",
    title="Count the parameters",
    arguments={"D": "D", "H": "H"},
    returns=(Whole("count"),),
    parts=(Part("the count", points=1),),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:pack) gives the shapes of W and b. How many numbers does an array of a given shape hold?",
        "W has H + D rows and 4H columns; b has 4H numbers. Add the two up.",
        "(H + D) * 4 * H for W and 4 * H for b, or both at once: 4 * H * (H + D + 1).",
    ),
    explanation=(
        "The count grows with the square of H and only linearly with D, and it does not depend on T at all: "
        "reading a longer sequence costs time and memory, but no new parameters."
    ),
)
