"""An LSTM's weights before it has learned anything: judged by what has to be true of them, whatever was drawn."""

import numpy as np

from ..base import Array, Case, Exercise, Part, Property, slips
from ._draws import generator

SIGMAS = 6.5  # how far a mean or a deviation of what was drawn may be off by chance: once in ten billion draws
GATES = ("input gate", "forget gate", "candidate", "output gate")
EXACT = 1e-9


def cases(rng):
    def sizes(D, H, bias):
        return {"D": D, "H": H, "forget_bias": bias, "rng": generator(rng)}

    yield Case("small", sizes(3, 2, 1.5))
    yield Case("many inputs", sizes(60, 8, float(rng.uniform(1, 3))))
    yield Case("many cells", sizes(9, 43, 1.0))
    yield Case("few inputs, many cells", sizes(2, 34, 5.0))
    yield Case("large", sizes(40, 16, float(rng.uniform(3, 5))))
    yield Case("one input", sizes(1, 12, -2.0))
    yield Case("one cell", sizes(300, 1, 3.0))
    yield Case("one of each", sizes(1, 1, 0.5))
    yield Case("a forget bias of hundreds", sizes(4, 3, float(rng.uniform(800, 900))))
    yield Case("no forget bias", sizes(5, 4, 0.0))


def other(case):
    """The case with another generator."""
    state = case.args["rng"].bit_generator.state["state"]["state"]
    return Case(case.name, case.args | {"rng": np.random.default_rng(int(state))}, case.tags)


def _blocks(args, got):
    """Each gate's name with its columns of the recurrent and of the input rows, and with its biases."""
    H = args["H"]
    for k, gate in enumerate(GATES):
        columns = slice(k * H, (k + 1) * H)
        yield gate, got["W"][:H, columns], got["W"][H:, columns], got["b"][columns]


def forget_bias(args, got):
    found = []
    for gate, _, _, bias in _blocks(args, got):
        wanted, low, high = args["forget_bias"] if gate == "forget gate" else 0.0, bias.min(), bias.max()
        if max(wanted - low, high - wanted) > EXACT:
            are = f"go from {low:.3g} to {high:.3g}" if high - low > EXACT else f"are {low:.3g}"
            found.append(f"the {gate}'s biases {are}, and should be {wanted:.3g}")
    return "; ".join(found) or None


def orthogonal(args, got):
    for gate, block, _, _ in _blocks(args, got):
        off = np.abs(block.T @ block - np.eye(args["H"])).max()
        if off > EXACT:
            found = f"the {gate}'s block Q, (H, H): an entry of Q.T @ Q is off from the identity matrix by {off:.2g}"
            return found if off > 1e-5 else f"{found}, which is about what float32 leaves"
    return None


def drawn_blocks(args, got):
    if args["H"] < 4:  # of so few numbers many are alike by chance
        return None
    blocks = list(_blocks(args, got))
    for k, (gate, block, _, _) in enumerate(blocks):
        if np.mean(np.abs(block) < EXACT) > 0.5:
            return f"the {gate}'s block is mostly zeros"
        for other_gate, other_block, _, _ in blocks[:k]:
            if min(np.abs(block - sign * other_block).max() for sign in (1, -1)) < EXACT:
                return f"the {gate}'s block is the {other_gate}'s"
    return None


def _off_centre(block, wanted):
    return abs(block.mean()) > SIGMAS * wanted / np.sqrt(block.size)


def _looks_like(args, deviation, count):
    """Which other scale the deviation of so many numbers is about; "" where it is none's, or that of more than one."""
    D, H = args["D"], args["H"]
    scales = {
        "1, as without a scale": 1.0,
        "1 / D": 1 / D,
        "sqrt(D)": np.sqrt(D),
        "sqrt(2 / D)": np.sqrt(2 / D),
        "1 / sqrt(H)": 1 / np.sqrt(H),
        "1 / sqrt(H + D)": 1 / np.sqrt(H + D),
        "1 / sqrt(4 H)": 1 / np.sqrt(4 * H),
        "that of uniform numbers between -1 / sqrt(D) and 1 / sqrt(D)": 1 / np.sqrt(3 * D),
    }
    near = [name for name, scale in scales.items() if abs(deviation / scale - 1) < 4 / np.sqrt(2 * count)]
    return f", which is about {near[0]}" if len(near) == 1 else ""


def input_scale(args, got):
    D, H = args["D"], args["H"]
    wanted, count = 1 / np.sqrt(D), D * H
    if drawn_inputs(args, got):  # how widely numbers scatter says nothing where they are repeated
        return None
    for gate, _, block, _ in _blocks(args, got):
        # Of a normal distribution; a uniform one's is off by less.
        if count >= 60 and abs(block.std() / wanted - 1) > SIGMAS / np.sqrt(2 * count):
            found = f"the {gate}'s input weights have the standard deviation {block.std():.3g}"
            if _off_centre(block, wanted):
                found += f" and the mean {block.mean():.3g}"
            else:
                found += _looks_like(args, got["W"][H:].std(), 4 * count)
            return f"{found}; 1 / sqrt(D) is {wanted:.3g}"
        if count >= 60 and _off_centre(block, wanted):
            return f"the {gate}'s input weights have the mean {block.mean():.3g}; it should be near 0"
    rest = got["W"][H:]
    if abs(rest.std() / wanted - 1) > SIGMAS / np.sqrt(2 * rest.size) and rest.size >= 60:
        return f"all input weights together have the standard deviation {rest.std():.3g}; 1 / sqrt(D) is {wanted:.3g}"
    if np.abs(rest).max() > 8 * wanted:
        found = f"an input weight is {np.abs(rest).max():.3g} in size"
        return f"{found}; with 1 / sqrt(D) = {wanted:.3g} none should be near that"
    return None


def drawn_inputs(args, got):
    rest = got["W"][args["H"] :]
    if np.unique(rest).size < 0.99 * rest.size:  # of numbers that were drawn in float32 two may well be the same
        return f"of the {rest.size} input weights {rest.size - np.unique(rest).size} are equal to another one"
    return None


def redrawn(args, first, second):
    """Whether neither part of W came again; small blocks may by chance, if they are drawn from few."""
    H = args["H"]
    same = first["W"] == second["W"]
    return not (same[H:].all() or (H > 5 and same[:H].all()))


PROPERTIES = (
    Property(
        "forget_bias",
        "The biases are not zeros but for the forget gate's, which should be forget_bias.",
        "At the beginning the forget gate alone is to be pushed, and all of its cells alike: how open it stands says "
        "over how many steps a gradient gets through.",
        "Equation (eq:forget_bias), and the order of the gates: i, f, g, o. How many biases belong to one gate?",
        forget_bias,
    ),
    Property(
        "orthogonal",
        "Not all of the four recurrent blocks are orthogonal.",
        "An orthogonal matrix keeps the length of what it is multiplied with, over any number of steps. Each of the "
        "four blocks is (H, H), and meets the hidden state by itself.",
        "Equation (eq:orthogonal): which rows and which columns of W does a block take? np.linalg.qr gives an "
        "orthogonal matrix, the first of two.",
        orthogonal,
    ),
    Property(
        "drawn_blocks",
        "The four recurrent blocks are not drawn one by one.",
        "Gates that begin with the same weights are told the same things; blocks of zeros and ones leave the cells "
        "without a word from each other.",
        "How often is an orthogonal matrix drawn? Each gate wants one of its own.",
        drawn_blocks,
    ),
    Property(
        "input_scale",
        "The input weights do not have the mean 0 and the standard deviation 1 / sqrt(D).",
        "A sum of D products should be neither so large that the gates stand open or shut from the start, nor so small "
        "that the input is not heard: for that each weight is about as large as 1 / sqrt(D).",
        "Equation (eq:input_scale). Which numbers of W are multiplied by x, and how many of them are added up?",
        input_scale,
    ),
    Property(
        "drawn_inputs",
        "The input weights are not drawn one by one.",
        "Cells that begin with the same numbers learn the same from then on: the drawing is there to make them differ.",
        "How many numbers are drawn for the D rows of 4H columns?",
        drawn_inputs,
    ),
)

QR = "np.linalg.qr(rng.normal(size=(H, H)))[0]"
BLOCK = "W[:H, k * H : (k + 1) * H] = "
MISTAKES = slips(
    r"""
bias_of_the_input_gate: a bias that opens the input gate in the place of the forget gate
    {"b[H : 2 * H]": "b[:H]"}
    The gates stand in the order i, f, g, o.
    Look: Which quarter of b is the forget gate's?
bias_of_the_candidate: a forget bias that went to the candidate
    {"b[H : 2 * H]": "b[2 * H : 3 * H]"}
    The gates stand in the order i, f, g, o.
    Look: Which quarter of b is the forget gate's?
bias_of_the_output_gate: a forget bias that went to the output gate
    {"b[H : 2 * H]": "b[3 * H :]"}
    The gates stand in the order i, f, g, o.
    Look: Which quarter of b is the forget gate's?
bias_everywhere: a forget bias for all four gates
    {"b[H : 2 * H]": "b[:]"}
    An input gate and an output gate that stand open let noise in and out; only what is kept should begin as open as
    that.
    Look: How much of b does your line write into?
no_bias: biases that are all zeros
    {"b[H : 2 * H] = forget_bias": "pass"}
    With 0 half of the cell state is lost at every step.
    Look: Which of the arguments is not used?
bias_of_1: a forget bias of 1, whatever forget_bias is
    {"= forget_bias": "= 1.0"}
    How much it is, is an argument, because it can decide whether a task is learned at all.
    Look: Which of the arguments is not used?
one_bias: a forget bias for the first cell alone
    {"b[H : 2 * H]": "b[H]"}
    Every cell has a forget gate with a bias of its own.
    Look: How many biases has the forget gate?
bias_subtracted: a forget bias with its sign turned
    {"= forget_bias": "= -forget_bias"}
    A positive bias opens the gate, which keeps what is there.
    Look: Compare with equation (eq:forget_bias).
bias_drawn: biases that are drawn, with forget_bias added to the forget gate's
    {"np.zeros(4 * H)": "rng.normal(size=4 * H) / np.sqrt(D)", "= forget_bias": "+= forget_bias"}
    The weights differ already, and that is enough for the cells not to be alike.
    Look: Equation (eq:forget_bias) says what each bias is.
unscaled: input weights that are not scaled
    {" / np.sqrt(D)": ""}
    With many inputs the sums are then so large that the gates stand wide open or shut, where their slope is 0.
    Look: What does equation (eq:input_scale) ask for?
by_D: input weights of the deviation 1 / D
    {"np.sqrt(D)": "D"}
    Sums of random numbers grow with the root of their count, not with the count.
    Look: Is there a root in equation (eq:input_scale)?
root_multiplied: input weights that were multiplied by the root of D
    {" / np.sqrt(D)": " * np.sqrt(D)"}
    The more inputs there are, the smaller each weight should be.
    Look: What does equation (eq:input_scale) ask for?
by_H: input weights scaled by the number of cells
    {"np.sqrt(D)": "np.sqrt(H)"}
    What is added up for a gate are the products of D inputs.
    Look: What does equation (eq:input_scale) divide by?
by_both: input weights scaled by H + D
    {"np.sqrt(D)": "np.sqrt(H + D)"}
    The hidden state has weights of its own kind here, which are orthogonal. The inputs' sum has D products.
    Look: What does equation (eq:input_scale) divide by?
by_columns: input weights scaled by the number of columns, 4H
    {"np.sqrt(D)": "np.sqrt(4 * H)"}
    What is added up for a gate are the products of D inputs.
    Look: What does equation (eq:input_scale) divide by?
xavier: input weights of the deviation that Glorot and Bengio gave for layers with D inputs and H outputs
    {"np.sqrt(D)": "np.sqrt((D + H) / 2)"}
    A good choice elsewhere, and not the one that is asked for.
    Look: What does equation (eq:input_scale) ask for?
twice_as_much: input weights of the deviation sqrt(2 / D)
    {"np.sqrt(D)": "np.sqrt(D / 2)"}
    The factor 2 is for layers that cut off one half of their sums, as ReLU does. Gates don't.
    Look: What does equation (eq:input_scale) ask for?
uniform_from_0: input weights between 0 and 1 / sqrt(D)
    {"rng.normal(size=(H + D, 4 * H))": "rng.random(size=(H + D, 4 * H))"}
    Weights that are all positive have the mean they should not have: all gates are pushed the same way.
    Look: What is the mean in equation (eq:input_scale)? From where to where does rng.random draw?
uniform: input weights that are uniform between -1 / sqrt(D) and 1 / sqrt(D)
    {"rng.normal(size=(H + D, 4 * H))": "rng.uniform(-1, 1, size=(H + D, 4 * H))"}
    The bound of a uniform distribution is not its standard deviation: that one is smaller, by a factor of sqrt(3).
    Look: What does equation (eq:input_scale) say of the standard deviation?
tiny: input weights of a hundredth
    {" / np.sqrt(D)": " * 0.01"}
    So small that the inputs are hardly heard at the beginning.
    Look: What does equation (eq:input_scale) ask for?
whole_variance: input weights whose standard deviation is that of a variance of 1 / sqrt(D)
    {"np.sqrt(D)": "D**0.25"}
    rng.normal wants the standard deviation as its scale, not the variance.
    Look: What is it that equation (eq:input_scale) gives?
not_orthogonal: recurrent blocks that are drawn like the input weights
    {"$block$qr": "pass"}
    A random matrix makes some directions longer and others shorter, more with each step.
    Look: What does equation (eq:orthogonal) ask for?
drawn_plainly: recurrent blocks of random numbers that were not made orthogonal
    {"$qr": "rng.normal(size=(H, H)) / np.sqrt(H)"}
    The deviation is such that lengths are kept on the average; an orthogonal matrix keeps each of them.
    Look: What does equation (eq:orthogonal) ask for?
no_qr: recurrent blocks of random numbers as they were drawn
    {"$qr": "rng.normal(size=(H, H))"}
    A random matrix makes some directions longer and others shorter, more with each step.
    Look: What does equation (eq:orthogonal) ask for?
second_of_qr: recurrent blocks that are the triangles of np.linalg.qr
    {"(H, H)))[0]": "(H, H)))[1]"}
    np.linalg.qr gives two matrices, of which one is orthogonal and the other triangular.
    Look: Which of the two is which?
whole_packed: one matrix with orthogonal rows for all four gates together
    {"    for k in range(4):\n        $block$qr": "    W[:H] = np.linalg.qr(rng.normal(size=(4 * H, H)))[0].T"}
    The rows of the whole (H, 4H) are orthogonal, and none of the four blocks is.
    Look: Of which matrices does equation (eq:orthogonal) speak, and how large are they?
one_block: one orthogonal block for all four gates
    {"    for k in range(4):\n        $block$qr": "    Q = $qr\n    for k in range(4):\n        $block" "Q"}
    The gates begin with the same weights for the hidden state.
    Look: How often is a matrix drawn?
first_block_alone: one orthogonal block, and three that are drawn like the input weights
    {"range(4)": "range(1)"}
    Every gate and the candidate have a block of their own.
    Look: How many blocks has W?
last_block_left: three orthogonal blocks, and a last one that is drawn like the input weights
    {"range(4)": "range(3)"}
    Every gate and the candidate have a block of their own.
    Look: How many blocks has W?
identity: recurrent blocks that are the identity matrix
    {"$qr": "np.eye(H)"}
    It is orthogonal, and the same for all four gates: no cell hears of any other.
    Look: What is to be drawn?
scaled_blocks: orthogonal blocks that were scaled like the input weights
    {"$qr": "$qr / np.sqrt(D)"}
    An orthogonal matrix keeps lengths as it is, and needs no scale.
    Look: What does equation (eq:orthogonal) say of the product of Q with itself?
halved_blocks: orthogonal blocks that were halved
    {"$qr": "0.5 * $qr"}
    An orthogonal matrix keeps lengths as it is; half of it halves them at every step.
    Look: What does equation (eq:orthogonal) say of the product of Q with itself?
rows_for_x_first: orthogonal blocks in the rows for x, and input weights in the rows for h
    body:
        W = rng.normal(size=(H + D, 4 * H)) / np.sqrt(D)
        for k in range(4):
            square = np.linalg.qr(rng.normal(size=(max(D, H), H)))[0]
            W[D:, k * H : (k + 1) * H] = square[:H]
        b = np.zeros(4 * H)
        b[H : 2 * H] = forget_bias
        return W, b
    The rows are those of [h, x]: the first H meet the hidden state.
    Look: Which rows of W are multiplied by h?
""",
    qr=QR,
    block=BLOCK,
)

RIGHT = (
    """def init_lstm(D, H, forget_bias, rng):
    W_x = rng.normal(0.0, D**-0.5, size=(D, 4 * H))
    W_h = np.concatenate([np.linalg.qr(rng.standard_normal((H, H)))[0] for _ in range(4)], axis=1)
    b = np.concatenate([np.zeros(H), np.full(H, float(forget_bias)), np.zeros(2 * H)])
    return np.concatenate([W_h, W_x]), b
""",
    # the singular vectors; a uniform distribution of the right deviation
    """def init_lstm(D, H, forget_bias, rng):
    W = np.empty((H + D, 4, H))
    for k in range(4):
        u, _, vt = np.linalg.svd(rng.random((H, H)) - 0.5)
        W[:H, k] = u @ vt
    bound = np.sqrt(3 / D)
    W[H:] = rng.uniform(-bound, bound, (D, 4, H))
    b = np.zeros((4, H))
    b[1] += forget_bias
    return W.reshape(H + D, 4 * H), b.ravel()
""",
    # orthogonal, and uniformly so among all of them
    """def init_lstm(D, H, forget_bias, rng):
    blocks = []
    for gate in "ifgo":
        q, r = np.linalg.qr(rng.normal(size=(H, H)))
        q = q * np.sign(np.diag(r))
        blocks.append(np.vstack([q, rng.normal(scale=1 / np.sqrt(D), size=(D, H))]))
    b = np.where(np.arange(4 * H) // H == 1, forget_bias, 0.0)
    return np.hstack(blocks), b
""",
    {"rng.normal(size=(H + D, 4 * H)) / np.sqrt(D)": "rng.normal(scale=np.sqrt(1 / D), size=(H + D, 4 * H))"},
)

EXERCISE = Exercise(
    name="init_lstm",
    title="Where to begin",
    arguments={"D": "D", "H": "H", "forget_bias": "a number", "rng": "a generator"},
    returns=(Array("W", "(H + D, 4H)"), Array("b", "(4H,)")),
    parts=(
        Part("the biases", points=1, outputs=("forget_bias",)),
        Part("the weights for x", points=1, outputs=("input_scale", "drawn_inputs")),
        Part("the weights for h", points=2, outputs=("orthogonal", "drawn_blocks")),
    ),
    difficulty=2,
    minutes=20,
    cases=cases,
    other=other,
    properties=PROPERTIES,
    redrawn=redrawn,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Three parts, a rule for each: D rows of W for x, H rows for h, and b. Make W as a whole first, and then write "
        "over what follows another rule.",
        "rng.normal(size=(rows, columns)) draws numbers of deviation 1; divide them by the root of D. For the first H "
        "rows, four times: draw an (H, H) of its own, and put the first of the two matrices that np.linalg.qr gives "
        "into the columns of that gate. b begins as zeros.",
        "Gate k has the columns from k * H up to (k + 1) * H; an orthogonal matrix is np.linalg.qr(rng.normal(size=(H, "
        "H)))[0]. The forget gate is the second of the four: its biases are b[H : 2 * H].",
    ),
    explanation=(
        "Nobody could have asked for the digits of these numbers, so the check has measured them: their deviation, "
        "whether Q times its transpose is the identity, and whether another generator gives others. That is how one "
        "tests whatever is drawn at random."
    ),
)
