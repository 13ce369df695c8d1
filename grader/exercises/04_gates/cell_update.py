"""The cell's update: keep some, write some."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, faint, full, open_gate

KEPT = frozenset({"isolates:what is kept"})


def _arguments(rng, N, H):
    return {
        "f": open_gate(rng, N, H),
        "c_prev": 2 * rng.normal(size=(N, H)),
        "i": open_gate(rng, N, H),
        "g": np.tanh(rng.normal(size=(N, H))),
    }


def cases(rng):
    zeros, ones = np.zeros((3, 5)), np.ones((3, 5))
    yield Case("small", _arguments(rng, N=2, H=3))
    yield Case("a wide cell", _arguments(rng, N=4, H=6))
    yield Case("input gate closed", _arguments(rng, N=3, H=5) | {"i": zeros}, KEPT | {"kept"})
    yield Case("forget gate closed", _arguments(rng, N=3, H=5) | {"f": zeros}, frozenset({"isolates:what is written"}))
    yield Case("both gates open", _arguments(rng, N=3, H=5) | {"f": ones, "i": ones})
    yield Case("both gates closed", _arguments(rng, N=3, H=5) | {"f": zeros, "i": zeros})
    yield Case("zero c_prev", _arguments(rng, N=3, H=5) | {"c_prev": zeros})
    yield Case("zero g", _arguments(rng, N=3, H=5) | {"g": zeros})
    yield Case("one sequence", _arguments(rng, N=1, H=2))
    yield Case("one cell", _arguments(rng, N=3, H=1))
    yield Case("one of each", _arguments(rng, N=1, H=1))
    yield Case("strided", _arguments(rng, N=4, H=3), frozenset({"strided"}))
    single = _arguments(rng, N=3, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    close = {"c_prev": faint(rng, 2, 3), "g": faint(rng, 2, 3)}
    yield Case("numbers close to 0", _arguments(rng, N=2, H=3) | close)
    # An open forget gate: what is large in c_prev is large in c.
    wide = {"f": rng.uniform(0.6, 1, size=(4, 5)), "c_prev": full(rng, 4, 5)}
    yield Case("a large cell state", _arguments(rng, N=4, H=5) | wide, LARGE)
    yield Case(
        "a large cell state and a closed input gate",
        _arguments(rng, N=4, H=5) | wide | {"i": np.zeros((4, 5))},
        LARGE | KEPT,
    )
    yield Case(
        "a large cell state and open gates",
        _arguments(rng, N=2, H=5) | {"f": np.ones((2, 5)), "c_prev": full(rng, 2, 5), "i": np.ones((2, 5))},
        LARGE,
    )


CLIPPED = r"""
clipped_$limit: a cell whose new state is cut off at -$limit and $limit
    {"f * c_prev + i * g": "np.clip(f * c_prev + i * g, -$limit, $limit)"}
    A cell state has no bounds: it may count as far as it likes.
    Look: Equation (eq:cell) is two products and a sum.
"""

MISTAKES = (
    *slips(r"""
    gates_swapped: a cell whose two gates are exchanged
        {"f * c_prev": "i * c_prev", "i * g": "f * g"}
        The gate that should decide what to keep decides what to write, and the other way round. The shapes are equal,
        so nothing crashes.
        Look: Which gate stands beside c_prev in equation (eq:cell)?
    no_input_gate: a cell whose input gate is missing
        {"i * g": "g"}
        Every proposal is written in full, noise included.
        Look: Each term of equation (eq:cell) is a gate times a content.
    no_forget_gate: the cell of equation (eq:gated_sum), which has no forget gate
        {"f * c_prev": "c_prev"}
        Nothing is ever let go: the second sentence is added to the first.
        Look: Each term of equation (eq:cell) is a gate times a content.
    sum: the plain sum c_prev + g of equation (eq:sum)
        {"f * c_prev + i * g": "c_prev + g"}
        Neither gate does anything: everything is kept and everything is written.
        Look: Each term of equation (eq:cell) is a gate times a content.
    coupled_forget: a cell that writes with 1 - f where i belongs
        {"i * g": "(1 - f) * g"}
        Then the cell can write only where it erases, as the leaky unit did. With two gates it can also do both, or
        neither.
        Look: Which of the docstring's arguments does your function not use?
    coupled_input: a cell that keeps with 1 - i where f belongs
        {"f * c_prev": "(1 - i) * c_prev"}
        Then the cell must erase wherever it writes, as the leaky unit did (and as a GRU does). With two gates it can
        also add to what it holds.
        Look: Which of the docstring's arguments does your function not use?
    forget_complement: a cell that keeps 1 - f of the old content
        {"f * c_prev": "(1 - f) * c_prev"}
        In spite of the name, f says how much is kept: 1 keeps everything. Yours erases when f is 1.
        Look: What is c_prev multiplied by in equation (eq:cell)?
    only_kept: a cell that keeps and never writes
        {" + i * g": ""}
        Without its second term the cell can only fade.
        Look: Which of the docstring's arguments does your function not use?
    only_written: a cell that writes and keeps nothing
        {"f * c_prev + ": ""}
        What the cell held before is gone after one step.
        Look: Which of the docstring's arguments does your function not use?
    squashed: a cell whose new state goes through tanh
        {"f * c_prev + i * g": "np.tanh(f * c_prev + i * g)"}
        The state on its way to the next step must not be squashed: over many steps that shrinks it away, and its
        gradient with it. The tanh comes later, and on what is shown only.
        Look: Equation (eq:cell) is two products and a sum.
    candidate_squashed_again: a cell that puts the candidate through tanh once more
        {"* g": "* np.tanh(g)"}
        g arrives squashed already: candidate does that.
        Look: Equation (eq:cell) is two products and a sum.
    gates_squashed_again: a cell that puts both gates through the sigmoid once more
        {"f *": "sigmoid(f) *", "i *": "sigmoid(i) *"}
        f and i arrive as gates. A second sigmoid leaves them between 0.5 and 0.73, unable to open or close.
        Look: Equation (eq:cell) is two products and a sum.
    forget_on_both: a cell whose forget gate also multiplies what is new
        {"c_prev + i * g": "(c_prev + i * g)"}
        Then a step that erases cannot write in the same breath, and a new subject is lost together with the old one.
        Look: How far does f reach in equation (eq:cell)? Check your brackets.
    plus_for_times: a cell that adds each gate to its content and multiplies the two sums
        {"f * c_prev + i * g": "(f + c_prev) * (i + g)"}
        A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
        Look: Where do the products stand in equation (eq:cell), and where the sum?
    all_added: a cell that adds up all four arrays
        {"f * c_prev + i * g": "f + c_prev + i + g"}
        A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
        Look: Where do the products stand in equation (eq:cell), and where the sum?
    product: a cell that multiplies what is kept by what is written
        {"+ i": "* i"}
        An empty cell would then stay empty for ever, because zero times anything is zero. That the new is added to the
        old is what lets a cell carry something far.
        Look: What joins the two terms of equation (eq:cell)?
    minus: a cell that subtracts what should be written
        {"+ i": "- i"}
        Every proposal is written with the wrong sign.
        Look: Which sign joins the two terms of equation (eq:cell)?
    forget_for_both: a cell that uses the forget gate twice: f * c_prev + f * g
        {"i * g": "f * g"}
        What should be written is let in by the gate that says what to keep.
        Look: Which of the docstring's arguments does your function not use?
    input_for_both: a cell that uses the input gate twice: i * c_prev + i * g
        {"f * c_prev": "i * c_prev"}
        What is kept is decided by the gate that says what to write.
        Look: Which of the docstring's arguments does your function not use?
    old_squashed: a cell that puts the old state through tanh before it is kept
        {"* c_prev": "* np.tanh(c_prev)"}
        The state on its way from step to step must not be squashed: over many steps that shrinks it away, and its
        gradient with it.
        Look: Equation (eq:cell) is two products and a sum.
    """),
    *(one for limit in (1, 3, 5, 10, 20, 50, 100, 1000) for one in slips(CLIPPED, limit=limit)),
    *slips(r"""
    input_added: a cell that adds the input gate to the candidate: f * c_prev + i + g
        {"i * g": "i + g"}
        A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.
        Look: What stands between i and g in equation (eq:cell)?
    unchanged: the old cell state, as it came in
        {"f * c_prev + i * g": "+c_prev"}
        Nothing was forgotten and nothing was written; or it was, and another name came back.
        Look: Which name stands after your return?
    """),
)

RIGHT = (
    {"f * c_prev + i * g": "np.add(np.multiply(i, g), np.multiply(c_prev, f))"},
    {"f * c_prev + i * g": "np.einsum('snh,snh->nh', np.stack([f, i]), np.stack([c_prev, g]))"},
    {"f * c_prev + i * g": "sum(gate * content for gate, content in ((f, c_prev), (i, g)))"},
    {"f * c_prev + i * g": "c_prev - (1 - f) * c_prev + i * g"},
    """
def cell_update(f, c_prev, i, g):
    c = np.zeros_like(c_prev)
    for n in range(len(c)):
        for k in range(c.shape[1]):
            c[n, k] = f[n, k] * c_prev[n, k] + i[n, k] * g[n, k]
    return c
""",
    """
def cell_update(f, c_prev, i, g):
    c = c_prev.copy()
    c *= f
    c += i * g
    return c
""",
)

EXERCISE = Exercise(
    name="cell_update",
    title="The cell state's update",
    arguments={"f": "(N, H)", "c_prev": "(N, H)", "i": "(N, H)", "g": "(N, H)"},
    returns=(Array("c", "(N, H)"),),
    parts=(
        Part("keeping alone, the input gate closed", points=1, tags=frozenset({"kept"})),
        Part("keeping and writing together", points=1),
        Part("right on large cell states", points=1, tags=LARGE),
    ),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:cell) has two terms, each a gate times a content. Which gate belongs to which content?",
        "All four arrays have the shape (N, H), and the circle-dot is numpy's *, element by element. No "
        "matrix product, and no tanh.",
        "One term is f * c_prev. The other pairs the remaining two arguments, and a + stands between them.",
    ),
    explanation=(
        "Put 1 and 0 for the gates and you get the whole family back: f = 1, i = 1 is the sum (eq:sum), f = "
        "alpha, i = 1 - alpha the leaky unit (eq:leaky), f = 1 alone the cell of 1997 (eq:gated_sum). And the "
        "derivative of c with respect to c_prev is f, nothing else: while f is near 1, a gradient passes almost "
        "unharmed."
    ),
)
