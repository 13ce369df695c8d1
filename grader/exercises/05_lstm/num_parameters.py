"""How many numbers an LSTM learns."""

from ..base import Case, Exercise, Part, Whole, slips


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


MISTAKES = slips(r"""
two_biases: PyTorch's count, with two biases a gate
    {"+ 1)": "+ 2)"}
    PyTorch keeps two biases and adds them up. Our cell has one, b, with 4H numbers.
    Look: Add up the sizes in equation (eq:pack).
no_biases: W alone, without b
    {" + 1)": ")"}
    The biases are learned too; the forget gate's matters most of all.
    Look: Equation (eq:pack) has two arrays.
one_gate: a plain RNN, or of one gate of the four
    {"4 * H": "H"}
    The LSTM has four blocks of that size: three gates and the candidate.
    Look: Count the columns of W in equation (eq:pack).
three_gates: three blocks
    {"4 * H": "3 * H"}
    There are three gates, but the candidate has weights too.
    Look: Count the blocks of W in equation (eq:pack).
no_recurrent: an LSTM whose W has no rows for h
    {"(H + D": "(D"}
    W multiplies [h, x]: H numbers of h and D of x.
    Look: Count the rows of W in equation (eq:pack).
no_input: an LSTM whose W has no rows for x
    {"(H + D": "(H"}
    W multiplies [h, x]: H numbers of h and D of x.
    Look: Count the rows of W in equation (eq:pack).
sizes_swapped: an LSTM with H inputs and D cells
    {"4 * H": "4 * D"}
    D and H have changed places.
    Look: Which of the two says how wide a gate is? Equation (eq:pack) gives W's shape.
one_bias_for_all: an LSTM whose four gates share H biases
    {"+ 1)": ") + H"}
    Every gate has H biases of its own.
    Look: Equation (eq:pack) gives the shape of b.
scalar_biases: an LSTM with four biases in all, one number a gate
    {"+ 1)": ") + 4"}
    A gate has a bias for each of its H cells.
    Look: Equation (eq:pack) gives the shape of b.
states_counted: W, b and also h and c
    {"+ 1)": "+ 1) + 2 * H"}
    h and c are computed at every step; they are not learned and not stored in the model.
    Look: Add up the sizes in equation (eq:pack), and nothing else.
one_column_a_gate: four columns, one for each gate
    {"4 * H": "4"}
    A gate has a column for each of its H cells, so W has 4H columns.
    Look: Equation (eq:pack) gives W's shape.
no_brackets: 4 * H * H + D + 1
    {"(H + D + 1)": "H + D + 1"}
    Python multiplies before it adds, so D and the 1 are counted once and not 4H times.
    Look: How many rows has W, and how many columns? Check your brackets.
rows_multiplied: an LSTM whose W has H * D rows
    {"(H + D": "(H * D"}
    The rows stand below each other: H for h, then D for x.
    Look: Equation (eq:pack) gives W's shape.
one_bias_in_all: an LSTM with a single bias, one number in all
    {"+ 1)": ") + 1"}
    A gate has a bias for each of its H cells, and there are four blocks of them.
    Look: Equation (eq:pack) gives the shape of b.
peepholes: an LSTM with peepholes
    {"+ 1)": "+ 1) + 3 * H"}
    There the gates see c as well, through 3H more weights. Ours see h and x.
    Look: Add up the sizes in equation (eq:pack), and nothing else.
""")

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
