"""Input and forget gate in one: what is written is what was forgotten."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._cell_mistakes import cell_mistakes
from ._draws import LARGE, arguments, isolated, packed, spread, step_cases

ORDER = "fgo"


def _shut(rng, N, D):
    """Draw a step of three cells whose h is next to nothing.

    The first forgets what it held and writes next to nothing, the second keeps next to nothing and writes nothing, the
    third shows nothing.
    """
    W, b = packed(rng, D, 3, order=ORDER)
    W[:, 3] *= 1e-6
    b[3] *= 1e-6
    b[[0, 8]] = rng.uniform(-2000, -800, size=2)
    b[1] = rng.uniform(800, 2000)
    b[[2, 4, 6, 7]] = rng.uniform(40, 60, size=4)
    c_prev = np.stack([spread(rng, 4, 9, (N,)), 1e-6 * rng.normal(size=N), spread(rng, 20, 50, (N,))], axis=1)
    x, h_prev = rng.normal(size=(N, D)), np.tanh(rng.normal(size=(N, 3)))
    return {"x": x, "h_prev": h_prev, "c_prev": c_prev, "W": W, "b": b}


def cases(rng):
    yield from step_cases(rng, ORDER)

    def alone(gate, **biases):
        return isolated(arguments(rng, N=3, D=2, H=4, order=ORDER), ORDER, gate, 4, **biases)

    yield Case("only the forget gate", alone("f", g=1, o=1), frozenset({"isolates:the forget gate"}))
    yield Case("only the candidate", alone("g", f=-1, o=1), frozenset({"isolates:the candidate"}))
    yield Case("only the output gate", alone("o", f=1), frozenset({"isolates:the output gate"}))
    yield Case("what shut gates let through", _shut(rng, N=4, D=2), LARGE)
    held = arguments(rng, N=2, D=3, H=4, order=ORDER)
    held["b"][:4], held["b"][8:] = rng.uniform(2, 5, size=4), rng.uniform(200, 600, size=4)
    yield Case("a large cell state behind open gates", held | {"c_prev": spread(rng, 50, 3000, (2, 4))}, LARGE)
    written = arguments(rng, N=2, D=3, H=4, order=ORDER)
    written["b"][:4] = rng.uniform(-9, -7, size=4)  # what is kept of a large c is of the size of what is written
    yield Case("a large cell state that is let go", written | {"c_prev": spread(rng, 50, 3000, (2, 4))}, LARGE)


UPDATE = "f * c_prev + (1 - f) * g"

MISTAKES = (
    *cell_mistakes(
        ORDER,
        kind="a coupled step",
        short="step",
        label="coupled",
        update=UPDATE,
        states={"[h_prev, x]": "[c_prev, x]", "f * c_prev": "f * h_prev"},
        averages=True,
        turned="o",  # a forget gate turned round exchanges the two shares: below
    ),
    *slips(r"""
    shares_exchanged: a coupled step that keeps 1 - f of the old and writes f of the new
        {"f * c_prev + (1 - f) * g": "(1 - f) * c_prev + f * g"}
        f is the share that is kept, so f = 1 forgets nothing and writes nothing. Yours is another cell's: in the paper
        where the two gates were coupled first, the input gate stayed and f was 1 - i.
        Look: What multiplies c_prev in equation (eq:cell_coupled)?
    not_coupled: a step that writes the whole candidate: c = f * c_prev + g
        {"(1 - f) * g": "g"}
        Every candidate is written in full, however much is kept.
        Look: What multiplies the candidate in equation (eq:cell_coupled)?
    forget_for_both: a step that writes with f as well: c = f * c_prev + f * g
        {"(1 - f) * g": "f * g"}
        What is kept and what is written have to add up to a whole: where f is 0 this cell would be empty.
        Look: What multiplies the candidate in equation (eq:cell_coupled)?
    never_forgets: a step that keeps all of the old cell state: c = c_prev + (1 - f) * g
        {"f * c_prev": "c_prev"}
        That is the cell of 1997 with another name for its gate.
        Look: What multiplies c_prev in equation (eq:cell_coupled)?
    complement_for_both: a step that keeps and writes with 1 - f: c = (1 - f) * (c_prev + g)
        {"f * c_prev + (1 - f) * g": "(1 - f) * (c_prev + g)"}
        What is kept and what is written have to add up to a whole.
        Look: What multiplies c_prev in equation (eq:cell_coupled)?
    output_writes: a step that writes with the output gate: c = f * c_prev + o * g
        {"(1 - f) * g": "o * g"}
        The output gate acts on what is shown alone. How much is written follows from how much is kept.
        Look: What multiplies the candidate in equation (eq:cell_coupled)?
    output_for_keeping: a step that keeps with the output gate: c = o * c_prev + (1 - f) * g
        {"f * c_prev": "o * c_prev"}
        The output gate acts on what is shown alone.
        Look: What multiplies c_prev in equation (eq:cell_coupled)?
    one_minus_inside: a step that writes with the sigmoid of 1 - z: c = f * c_prev + sigmoid(1 - z) * g
        {"(1 - f) * g": "sigmoid(1 - z[:, :H]) * g"}
        1 minus a sigmoid is the sigmoid of -z. What is subtracted from 1 is the gate, after it was squashed.
        Look: In which of the equations (eq:gates_coupled) and (eq:cell_coupled) does the 1 stand?
    bracket_missing: a step with a bracket missing: c = f * c_prev + 1 - f * g
        {"(1 - f) * g": "1 - f * g"}
        Python multiplies before it subtracts.
        Look: What exactly is multiplied with g in equation (eq:cell_coupled)?
    sign_of_share: a step that writes with f - 1: c = f * c_prev + (f - 1) * g
        {"(1 - f) * g": "(f - 1) * g"}
        Every candidate is written with the wrong sign.
        Look: What is subtracted from what in equation (eq:cell_coupled)?
    plus_for_minus: a step that writes with 1 + f: c = f * c_prev + (1 + f) * g
        {"(1 - f) * g": "(1 + f) * g"}
        What is kept and what is written have to add up to a whole.
        Look: What is subtracted from what in equation (eq:cell_coupled)?
    share_added: a step that adds the share to the candidate: c = f * c_prev + (1 - f) + g
        {"(1 - f) * g": "(1 - f) + g"}
        A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
        Look: What stands between 1 - f and g in equation (eq:cell_coupled)?
    forget_all: a step whose forget gate scales the new content too: c = f * (c_prev + (1 - f) * g)
        {"f * c_prev + (1 - f) * g": "f * (c_prev + (1 - f) * g)"}
        A shut forget gate would then also throw away what has just been written.
        Look: Look at what the forget gate multiplies in equation (eq:cell_coupled).
    no_old_cell: a step without memory: c = (1 - f) * g
        {"f * c_prev + (1 - f) * g": "(1 - f) * g"}
        Nothing of c_prev is carried over, so the cell knows only the present.
        Look: Equation (eq:cell_coupled) is a sum of two terms.
    only_kept: a step that keeps and never writes: c = f * c_prev
        {"f * c_prev + (1 - f) * g": "f * c_prev"}
        Without its second term the cell can only fade.
        Look: Equation (eq:cell_coupled) is a sum of two terms.
    share_out: a step that shows with the share that it writes: h = (1 - f) * tanh(c)
        {"o * np.tanh(c)": "(1 - f) * np.tanh(c)"}
        The step's c is right. How much of it is shown is decided by the output gate, on its own.
        Look: What multiplies the tanh in equation (eq:hidden_coupled)?
    half_and_half: a step that takes the mean of the old cell state and the candidate
        {"f * c_prev + (1 - f) * g": "(c_prev + g) / 2"}
        A forget gate whose z is 0 does that. Yours doesn't look at what f says.
        Look: What multiplies the two in equation (eq:cell_coupled)?
    cell_from_h: a step that updates h_prev in place of c_prev
        {"f * c_prev": "f * h_prev"}
        The forget gate then keeps a share of what was shown, and what was held back is lost.
        Look: Which of the two states stands in equation (eq:cell_coupled)?
    old_squashed: a step that puts the old cell state through tanh before it is kept
        {"f * c_prev": "f * np.tanh(c_prev)"}
        On its way from step to step the cell state is not squashed: over many steps that shrinks it away.
        Look: In which of the equations (eq:cell_coupled) and (eq:hidden_coupled) is the tanh?
    c_squashed: a step that keeps tanh of the cell state as its cell state
        {"f * c_prev + (1 - f) * g": "np.tanh(f * c_prev + (1 - f) * g)", "o * np.tanh(c)": "o * c"}
        The step's h is right. But c is squashed at every step, so it can no longer keep what it holds, even
        where f is 1.
        Look: In which of the equations (eq:cell_coupled) and (eq:hidden_coupled) is the tanh?
    c_clipped: a step whose cell state is cut off at -1 and 1
        {"f * c_prev + (1 - f) * g": "np.clip(f * c_prev + (1 - f) * g, -1, 1)"}
        A mean of the old cell state and the candidate stays between the two by itself; and what it is given may be
        larger than 1.
        Look: Is there anything but a sum in equation (eq:cell_coupled)?
    into_c_prev: a step that computes the new cell state in the c_prev that came in
        {"    c = f * c_prev + (1 - f) * g": "    c = c_prev\n    c *= f\n    c += (1 - f) * g"}
        The numbers are right. But c is then a second name for the caller's array, and what the caller had in it is
        gone.
        Look: Which line makes the array that holds the new cell state?
    """),
)

RIGHT = (
    {UPDATE: "g + f * (c_prev - g)"},
    {UPDATE: "f * c_prev + sigmoid(-z[:, :H]) * g"},
    {UPDATE: "c_prev - (1 - f) * (c_prev - g)"},
    """def coupled_step(x, h_prev, c_prev, W, b):
    f, g, o = np.split(np.hstack([h_prev, x]).dot(W) + b, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    i = 1.0 - f
    c = np.multiply(f, c_prev) + np.multiply(i, g)
    return [o * np.tanh(c), c]
""",
    '''def coupled_step(x, h_prev, c_prev, W, b):
    """Each block with a product of its own, W taken apart into its rows for h and for x."""
    H = h_prev.shape[1]

    def block(k):
        at = slice(k * H, (k + 1) * H)
        return h_prev @ W[:H, at] + x @ W[H:, at] + b[at]

    f = 0.5 * (1 + np.tanh(block(0) / 2))
    c = c_prev.copy()
    c *= f
    c += (1 - f) * np.tanh(block(1))
    return 0.5 * (1 + np.tanh(block(2) / 2)) * np.tanh(c), c
''',
    '''def coupled_step(x, h_prev, c_prev, W, b):
    """Nothing but Python loops and scalars."""
    N, H = h_prev.shape
    h, c = np.empty((N, H)), np.empty((N, H))
    for n in range(N):
        row = [*h_prev[n], *x[n]]
        for j in range(H):
            z = [b[k * H + j] + sum(a * w for a, w in zip(row, W[:, k * H + j])) for k in range(3)]
            f = sigmoid(np.float64(z[0]))
            c[n, j] = f * c_prev[n, j] + (1 - f) * np.tanh(z[1])
            h[n, j] = sigmoid(np.float64(z[2])) * np.tanh(c[n, j])
    return h, c
''',
)

EXERCISE = Exercise(
    name="coupled_step",
    title="Two gates that are one",
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
        "Equations (eq:z_coupled) to (eq:hidden_coupled) are the LSTM's with one gate less. Which one, and what stands "
        "in its place?",
        "One product of [h_prev, x] with W, and b on it. z has three blocks of H columns: f, g, o. Sigmoid on the "
        "first and the last, tanh on the middle one. The new cell state is a mean of the old one and g, in which f "
        "says how much the old one counts, and what is left to 1 how much g does; h shows a share o of tanh(c).",
        "With z = np.concatenate([h_prev, x], axis=1) @ W + b and H = h_prev.shape[1]: f is sigmoid(z[:, :H]), g is "
        "np.tanh(z[:, H : 2 * H]), o is sigmoid(z[:, 2 * H :]). Then c = f * c_prev + (1 - f) * g, and h = o * "
        "np.tanh(c).",
    ),
    explanation=(
        "A mean of the old and the new, with weights that the cell chooses for itself: unit 04's leaky unit, whose "
        "alpha has become a gate. The cell state can never leave the range between what it was and -1 or 1, so it "
        "can't fill up. It can't count beyond 1 either."
    ),
)
