"""The LSTM as it was in 1997: no forget gate."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._cell_mistakes import cell_mistakes
from ._draws import LARGE, arguments, isolated, packed, spread, step_cases

ORDER = "igo"


def _shut(rng, N, D):
    """Draw a step of two cells whose h is next to nothing: the first lets nothing in, the second shows nothing."""
    W, b = packed(rng, D, 2, order=ORDER)
    b[[0, 5]] = rng.uniform(-2000, -800, size=2)
    b[[1, 2, 4]] = rng.uniform(40, 60, size=3)
    c_prev = np.stack([1e-6 * rng.normal(size=N), spread(rng, 20, 50, (N,))], axis=1)
    x, h_prev = rng.normal(size=(N, D)), np.tanh(rng.normal(size=(N, 2)))
    return {"x": x, "h_prev": h_prev, "c_prev": c_prev, "W": W, "b": b}


def cases(rng):
    yield from step_cases(rng, ORDER)

    def alone(gate, **biases):
        return isolated(arguments(rng, N=3, D=2, H=4, order=ORDER), ORDER, gate, 4, **biases)

    empty = {"c_prev": np.zeros((3, 4))}
    yield Case("only the input gate", alone("i", g=1, o=1) | empty, frozenset({"isolates:the input gate"}))
    yield Case("only the candidate", alone("g", i=1, o=1) | empty, frozenset({"isolates:the candidate"}))
    yield Case("only the output gate", alone("o", i=-1), frozenset({"isolates:the output gate"}))
    yield Case("what shut gates let through", _shut(rng, N=4, D=3), LARGE)
    held = arguments(rng, N=2, D=3, H=4, order=ORDER)
    held["b"][8:] = rng.uniform(200, 600, size=4)
    yield Case("a large cell state behind open gates", held | {"c_prev": spread(rng, 50, 3000, (2, 4))}, LARGE)
    filling = arguments(rng, N=2, D=3, H=4, order=ORDER)
    yield Case("cells that fill up", filling | {"c_prev": spread(rng, 1, 60, (2, 4))}, LARGE)


UPDATE = "c_prev + i * g"

MISTAKES = (
    *cell_mistakes(
        ORDER,
        kind="a step of 1997",
        short="step",
        label="1997",
        update=UPDATE,
        states={"[h_prev, x]": "[c_prev, x]", UPDATE: "h_prev + i * g"},
        turned="io",
    ),
    *slips(r"""
    coupled: a step that keeps 1 - i of the old cell state: c = (1 - i) * c_prev + i * g
        {"c_prev + i * g": "(1 - i) * c_prev + i * g"}
        Such a cell forgets as much as it writes. In 1997 nothing was forgotten.
        Look: What multiplies the old cell state in equation (eq:cell_1997)?
    input_keeps: a step whose input gate scales the old cell state too: c = i * (c_prev + g)
        {"c_prev + i * g": "i * (c_prev + g)"}
        A shut input gate would then empty the cell. In 1997 nothing was forgotten.
        Look: How far does the input gate reach in equation (eq:cell_1997)?
    output_keeps: a step that takes the output gate for a forget gate: c = o * c_prev + i * g
        {"    c = c_prev + i * g": "    c = o * c_prev + i * g"}
        In 1997 nothing was forgotten, and the output gate acts on what is shown alone.
        Look: What multiplies the old cell state in equation (eq:cell_1997)?
    output_forgets: a step that keeps 1 - o of the old cell state: c = (1 - o) * c_prev + i * g
        {"    c = c_prev + i * g": "    c = (1 - o) * c_prev + i * g"}
        In 1997 nothing was forgotten, and the output gate acts on what is shown alone.
        Look: What multiplies the old cell state in equation (eq:cell_1997)?
    candidate_keeps: a step that multiplies the old cell state with the candidate: c = g * c_prev + i * g
        {"    c = c_prev + i * g": "    c = g * c_prev + i * g"}
        In 1997 nothing was forgotten, and the candidate is content, not a gate.
        Look: What multiplies the old cell state in equation (eq:cell_1997)?
    half_forgotten: a step that keeps half of the old cell state
        {"    c = c_prev + i * g": "    c = 0.5 * c_prev + i * g"}
        A forget gate whose z is 0 does that. In 1997 nothing was forgotten.
        Look: What multiplies the old cell state in equation (eq:cell_1997)?
    mean: a step that takes the mean of the old cell state and what is written
        {"    c = c_prev + i * g": "    c = (c_prev + i * g) / 2"}
        In 1997 nothing was forgotten: what is written comes on top.
        Look: Is there a factor before anything in equation (eq:cell_1997)?
    no_input_gate: a step without its input gate: c = c_prev + g
        {"i * g": "g"}
        Every candidate is written in full, wanted or not.
        Look: What multiplies the candidate in equation (eq:cell_1997)?
    input_added: a step that adds its input gate: c = c_prev + i + g
        {"i * g": "i + g"}
        A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
        Look: What stands between i and g in equation (eq:cell_1997)?
    no_old_cell: a step without memory: c = i * g
        {"c_prev + i * g": "i * g"}
        Nothing of c_prev is carried over, so the cell knows only the present.
        Look: Equation (eq:cell_1997) is a sum of two terms.
    cell_from_h: a step that updates h_prev in place of c_prev
        {"c_prev + i * g": "h_prev + i * g"}
        What goes on is then what was shown, and what was held back is lost.
        Look: Which of the two states stands in equation (eq:cell_1997)?
    product: a step that multiplies the old cell state with what is written
        {"c_prev + i * g": "c_prev * (i * g)"}
        An empty cell would then stay empty for ever.
        Look: What joins the two terms of equation (eq:cell_1997)?
    minus: a step that subtracts what should be written: c = c_prev - i * g
        {"c_prev + i * g": "c_prev - i * g"}
        Every candidate is written with the wrong sign.
        Look: Which sign joins the two terms of equation (eq:cell_1997)?
    unchanged: a step whose c is the old cell state, as it came in
        {"c_prev + i * g": "+c_prev"}
        Nothing was written, so the cell knows nothing of its input.
        Look: Equation (eq:cell_1997) is a sum of two terms.
    old_squashed: a step that puts the old cell state through tanh before it adds to it
        {"c_prev + i * g": "np.tanh(c_prev) + i * g"}
        On its way from step to step the cell state is not squashed: over many steps that shrinks it away.
        Look: In which of the equations (eq:cell_1997) and (eq:hidden_1997) is the tanh?
    written_squashed: a step that puts what it writes through tanh once more
        {"i * g": "np.tanh(i * g)"}
        The candidate has its bounds already, and the gate only lets through.
        Look: Where is the tanh of what is written, in equation (eq:gates_1997) or in (eq:cell_1997)?
    c_squashed: a step that keeps tanh of the cell state as its cell state
        {"c_prev + i * g": "np.tanh(c_prev + i * g)", "o * np.tanh(c)": "o * c"}
        The step's h is right. But c is squashed at every step, so it can no longer count or keep a large value.
        Look: In which of the equations (eq:cell_1997) and (eq:hidden_1997) is the tanh?
    c_clipped: a step whose cell state is cut off at -1 and 1
        {"c_prev + i * g": "np.clip(c_prev + i * g, -1, 1)"}
        That a cell fills up is what was wrong with the cell of 1997, and it is to be seen here.
        Look: Is there anything but a sum in equation (eq:cell_1997)?
    g_of_1997: a step with the paper's own candidate, 4 sigmoid(z) - 2
        {"np.tanh(z[:, H : 2 * H])": "4 * sigmoid(z[:, H : 2 * H]) - 2"}
        That is how the paper of 1997 has it: twice as high as a tanh, and half as steep for it. All cells of this
        course have the tanh.
        Look: Which function stands in equation (eq:gates_1997)?
    h_of_1997: a step that shows its cell state as the paper did, by 2 sigmoid(c) - 1
        {"np.tanh(c)": "(2 * sigmoid(c) - 1)"}
        That is how the paper of 1997 has it, and it is the tanh of c / 2. All cells of this course have the tanh of c.
        Look: Which function stands in equation (eq:hidden_1997)?
    both_of_1997: a step with the paper's own two curves, 4 sigmoid(z) - 2 and 2 sigmoid(c) - 1
        {"np.tanh(z[:, H : 2 * H])": "4 * sigmoid(z[:, H : 2 * H]) - 2", "np.tanh(c)": "(2 * sigmoid(c) - 1)"}
        That is how the paper of 1997 has it. All cells of this course have the tanh in both places.
        Look: Which functions stand in equations (eq:gates_1997) and (eq:hidden_1997)?
    into_c_prev: a step that adds up in the c_prev that came in
        {"    c = c_prev + i * g": "    c = c_prev\n    c += i * g"}
        The numbers are right. But c is then a second name for the caller's array, and what the caller had in it is
        gone.
        Look: Which line makes the array that holds the new cell state?
    """),
)

RIGHT = (
    {"c_prev + i * g": "np.add(c_prev, np.multiply(g, i))", "o * np.tanh(c), c": "np.tanh(c) * o, c"},
    """def lstm_1997_step(x, h_prev, c_prev, W, b):
    i, g, o = np.split(np.hstack([h_prev, x]).dot(W) + b, 3, axis=1)
    c = c_prev.copy()
    c += sigmoid(i) * np.tanh(g)
    return [sigmoid(o) * np.tanh(c), c]
""",
    # sigmoid(z) = (1 + tanh(z / 2)) / 2, and each block with a product of its own
    '''def lstm_1997_step(x, h_prev, c_prev, W, b):
    """W taken apart into its rows for h and for x."""
    H = h_prev.shape[1]

    def block(k):
        at = slice(k * H, (k + 1) * H)
        return h_prev @ W[:H, at] + x @ W[H:, at] + b[at]

    c = c_prev + 0.5 * (1 + np.tanh(block(0) / 2)) * np.tanh(block(1))
    return 0.5 * (1 + np.tanh(block(2) / 2)) * np.tanh(c), c
''',
    '''def lstm_1997_step(x, h_prev, c_prev, W, b):
    """Nothing but Python loops and scalars."""
    N, H = h_prev.shape
    h, c = np.empty((N, H)), np.empty((N, H))
    for n in range(N):
        row = [*h_prev[n], *x[n]]
        for j in range(H):
            z = [b[k * H + j] + sum(a * w for a, w in zip(row, W[:, k * H + j])) for k in range(3)]
            c[n, j] = c_prev[n, j] + sigmoid(np.float64(z[0])) * np.tanh(z[1])
            h[n, j] = sigmoid(np.float64(z[2])) * np.tanh(c[n, j])
    return h, c
''',
    # the LSTM's formulas, with a forget gate of 1
    """def lstm_1997_step(x, h_prev, c_prev, W, b):
    N, H = h_prev.shape
    z = np.einsum("nk,kgh->gnh", np.hstack((h_prev, x)), W.reshape(-1, 3, H)) + b.reshape(3, 1, H)
    f = np.ones((N, H), dtype=z.dtype)
    c = f * c_prev + sigmoid(z[0]) * np.tanh(z[1])
    return sigmoid(z[2]) * np.tanh(c), c
""",
)

EXERCISE = Exercise(
    name="lstm_1997_step",
    title="The step of 1997",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "c_prev": "(N, H)", "W": "(H + D, 3H)", "b": "(3H,)"},
    returns=(Array("h", "(N, H)"), Array("c", "(N, H)")),
    parts=(
        Part("the cell state c", points=1, outputs=("c",)),
        Part("the hidden state h", points=1, outputs=("h",)),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=8,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Put your lstm_step of unit 05 beside equations (eq:z_1997) to (eq:hidden_1997), line by line. What is left "
        "out, and what does that change about the blocks of z?",
        "One product of [h_prev, x] with W, and b on it. z has three blocks of H columns now: i, g, o. Sigmoid on the "
        "first and the last, tanh on the middle one. The new cell state is the whole old one, and a share i of g on "
        "top; h shows a share o of tanh(c).",
        "With z = np.concatenate([h_prev, x], axis=1) @ W + b and H = h_prev.shape[1]: i is sigmoid(z[:, :H]), g is "
        "np.tanh(z[:, H : 2 * H]), o is sigmoid(z[:, 2 * H :]). Then c = c_prev + i * g, and h = o * np.tanh(c).",
    ),
    explanation=(
        "What stands before c_prev is a 1 that nothing can move. On the way back this 1 is the error carousel: a "
        "gradient comes through it as it is, however many steps there are. On the way forward it is why the cell fills "
        "up."
    ),
)
