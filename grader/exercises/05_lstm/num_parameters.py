"""How many numbers an LSTM learns."""

from ..base import Case, Exercise, Mistake, Part, Whole


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


def _mistake(name, what, meaning, look, fn):
    return Mistake(name=name, what=what, meaning=meaning, look=look, function=fn)


MISTAKES = (
    _mistake(
        "two_biases",
        "PyTorch's count, with two biases a gate",
        "PyTorch keeps two biases and adds them up. Our cell has one, b, with 4H numbers.",
        "Add up the sizes in equation (5.2).",
        lambda D, H: 4 * H * (H + D + 2),
    ),
    _mistake(
        "no_biases",
        "W alone, without b",
        "The biases are learned too; the forget gate's matters most of all.",
        "Equation (5.2) has two arrays.",
        lambda D, H: 4 * H * (H + D),
    ),
    _mistake(
        "one_gate",
        "a plain RNN, or of one gate of the four",
        "The LSTM has four blocks of that size: three gates and the candidate.",
        "Count the columns of W in equation (5.2).",
        lambda D, H: H * (H + D + 1),
    ),
    _mistake(
        "three_gates",
        "three blocks",
        "There are three gates, but the candidate has weights too.",
        "Count the blocks of W in equation (5.2).",
        lambda D, H: 3 * H * (H + D + 1),
    ),
    _mistake(
        "no_recurrent",
        "an LSTM whose W has no rows for h",
        "W multiplies [h, x]: H numbers of h and D of x.",
        "Count the rows of W in equation (5.2).",
        lambda D, H: 4 * H * (D + 1),
    ),
    _mistake(
        "no_input",
        "an LSTM whose W has no rows for x",
        "W multiplies [h, x]: H numbers of h and D of x.",
        "Count the rows of W in equation (5.2).",
        lambda D, H: 4 * H * (H + 1),
    ),
    _mistake(
        "sizes_swapped",
        "an LSTM with H inputs and D cells",
        "D and H have changed places.",
        "Which of the two says how wide a gate is? Equation (5.2) gives W's shape.",
        lambda D, H: 4 * D * (H + D + 1),
    ),
    _mistake(
        "one_bias_for_all",
        "an LSTM whose four gates share H biases",
        "Every gate has H biases of its own.",
        "Equation (5.2) gives the shape of b.",
        lambda D, H: 4 * H * (H + D) + H,
    ),
    _mistake(
        "scalar_biases",
        "an LSTM with four biases in all, one number a gate",
        "A gate has a bias for each of its H cells.",
        "Equation (5.2) gives the shape of b.",
        lambda D, H: 4 * H * (H + D) + 4,
    ),
    _mistake(
        "states_counted",
        "W, b and also h and c",
        "h and c are computed at every step; they are not learned and not stored in the model.",
        "Add up the sizes in equation (5.2), and nothing else.",
        lambda D, H: 4 * H * (H + D + 1) + 2 * H,
    ),
    _mistake(
        "one_column_a_gate",
        "four columns, one for each gate",
        "A gate has a column for each of its H cells, so W has 4H columns.",
        "Equation (5.2) gives W's shape.",
        lambda D, H: 4 * (H + D + 1),
    ),
    _mistake(
        "no_brackets",
        "4 * H * H + D + 1",
        "Python multiplies before it adds, so D and the 1 are counted once and not 4H times.",
        "How many rows has W, and how many columns? Check your brackets.",
        lambda D, H: 4 * H * H + D + 1,
    ),
    _mistake(
        "rows_multiplied",
        "an LSTM whose W has H * D rows",
        "The rows stand below each other: H for h, then D for x.",
        "Equation (5.2) gives W's shape.",
        lambda D, H: 4 * H * (H * D) + 4 * H,
    ),
    _mistake(
        "one_bias_in_all",
        "an LSTM with a single bias, one number in all",
        "A gate has a bias for each of its H cells, and there are four blocks of them.",
        "Equation (5.2) gives the shape of b.",
        lambda D, H: 4 * H * (H + D) + 1,
    ),
    _mistake(
        "peepholes",
        "an LSTM with peepholes",
        "There the gates see c as well, through 3H more weights. Ours see h and x.",
        "Add up the sizes in equation (5.2), and nothing else.",
        lambda D, H: 4 * H * (H + D + 1) + 3 * H,
    ),
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
    hints=(
        "Equation (5.2) gives the shapes of W and b. How many numbers does an array of a given shape hold?",
        "W has H + D rows and 4H columns; b has 4H numbers. Add the two up.",
        "(H + D) * 4 * H for W and 4 * H for b, or both at once: 4 * H * (H + D + 1).",
    ),
    explanation=(
        "The count grows with the square of H and only linearly with D, and it does not depend on T at all: "
        "reading a longer sequence costs time and memory, but no new parameters."
    ),
)
