"""The cell's update: keep some, write some."""

import numpy as np

from ..base import Array, Case, Exercise, Mistake, Part
from ._numpy import open_gate, sigmoid, signs

KEPT = frozenset({"kept", "isolates:what is kept"})


def _arguments(rng, N, H):
    return {
        "f": open_gate(rng, N, H),
        "c_prev": 2 * rng.normal(size=(N, H)),
        "i": open_gate(rng, N, H),
        "g": np.tanh(rng.normal(size=(N, H))),
    }


def _full(rng, N, H):
    """Draw a cell state that has been counting for a long time."""
    return signs(rng, N, H) * rng.uniform(300, 900, size=(N, H))


def cases(rng):
    zeros, ones = np.zeros((3, 5)), np.ones((3, 5))
    yield Case("small", _arguments(rng, N=2, H=3))
    yield Case("a wide cell", _arguments(rng, N=4, H=6))
    yield Case("input gate closed", _arguments(rng, N=3, H=5) | {"i": zeros}, KEPT)
    yield Case(
        "input gate closed, large cell state",
        _arguments(rng, N=3, H=5) | {"i": zeros, "c_prev": _full(rng, 3, 5)},
        KEPT | {"large"},
    )
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
    large = _arguments(rng, N=2, H=5) | {"c_prev": _full(rng, 2, 5)}
    yield Case("a large cell state", large, frozenset({"large"}))


MISTAKES = (
    Mistake(
        name="gates_swapped",
        what="a cell whose two gates are exchanged",
        meaning="The gate that should decide what to keep decides what to write, and the other way round. "
        "The shapes are equal, so nothing crashes.",
        look="Which gate stands beside c_prev in equation (4.7)?",
        function=lambda f, c_prev, i, g: i * c_prev + f * g,
    ),
    Mistake(
        name="no_input_gate",
        what="a cell whose input gate is missing",
        meaning="Every proposal is written in full, noise included.",
        look="Each term of equation (4.7) is a gate times a content.",
        function=lambda f, c_prev, i, g: f * c_prev + g,
    ),
    Mistake(
        name="no_forget_gate",
        what="the cell of equation (4.5), which has no forget gate",
        meaning="Nothing is ever let go: the second sentence is added to the first.",
        look="Each term of equation (4.7) is a gate times a content.",
        function=lambda f, c_prev, i, g: c_prev + i * g,
    ),
    Mistake(
        name="sum",
        what="the plain sum c_prev + g of equation (4.2)",
        meaning="Neither gate does anything: everything is kept and everything is written.",
        look="Each term of equation (4.7) is a gate times a content.",
        function=lambda f, c_prev, i, g: c_prev + g,
    ),
    Mistake(
        name="coupled_forget",
        what="a cell that writes with 1 - f where i belongs",
        meaning="Then the cell can write only where it erases, as the leaky unit did. With two gates it can "
        "also do both, or neither.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda f, c_prev, i, g: f * c_prev + (1 - f) * g,
    ),
    Mistake(
        name="coupled_input",
        what="a cell that keeps with 1 - i where f belongs",
        meaning="Then the cell must erase wherever it writes, as the leaky unit did (and as a GRU does). "
        "With two gates it can also add to what it holds.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda f, c_prev, i, g: (1 - i) * c_prev + i * g,
    ),
    Mistake(
        name="forget_complement",
        what="a cell that keeps 1 - f of the old content",
        meaning="In spite of the name, f says how much is kept: 1 keeps everything. Yours erases when f is 1.",
        look="What is c_prev multiplied by in equation (4.7)?",
        function=lambda f, c_prev, i, g: (1 - f) * c_prev + i * g,
    ),
    Mistake(
        name="only_kept",
        what="a cell that keeps and never writes",
        meaning="Without its second term the cell can only fade.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda f, c_prev, i, g: f * c_prev,
    ),
    Mistake(
        name="only_written",
        what="a cell that writes and keeps nothing",
        meaning="What the cell held before is gone after one step.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda f, c_prev, i, g: i * g,
    ),
    Mistake(
        name="squashed",
        what="a cell whose new state goes through tanh",
        meaning="The state on its way to the next step must not be squashed: over many steps that shrinks it "
        "away, and its gradient with it. The tanh comes later, and on what is shown only.",
        look="Equation (4.7) is two products and a sum.",
        function=lambda f, c_prev, i, g: np.tanh(f * c_prev + i * g),
    ),
    Mistake(
        name="candidate_squashed_again",
        what="a cell that puts the candidate through tanh once more",
        meaning="g arrives squashed already: candidate does that.",
        look="Equation (4.7) is two products and a sum.",
        function=lambda f, c_prev, i, g: f * c_prev + i * np.tanh(g),
    ),
    Mistake(
        name="gates_squashed_again",
        what="a cell that puts both gates through the sigmoid once more",
        meaning="f and i arrive as gates. A second sigmoid leaves them between 0.5 and 0.73, unable to open or close.",
        look="Equation (4.7) is two products and a sum.",
        function=lambda f, c_prev, i, g: sigmoid(f) * c_prev + sigmoid(i) * g,
    ),
    Mistake(
        name="forget_on_both",
        what="a cell whose forget gate also multiplies what is new",
        meaning="Then a step that erases cannot write in the same breath, and a new subject is lost together "
        "with the old one.",
        look="How far does f reach in equation (4.7)? Check your brackets.",
        function=lambda f, c_prev, i, g: f * (c_prev + i * g),
    ),
    Mistake(
        name="plus_for_times",
        what="a cell that adds each gate to its content and multiplies the two sums",
        meaning="A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.",
        look="Where do the products stand in equation (4.7), and where the sum?",
        function=lambda f, c_prev, i, g: (f + c_prev) * (i + g),
    ),
    Mistake(
        name="all_added",
        what="a cell that adds up all four arrays",
        meaning="A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.",
        look="Where do the products stand in equation (4.7), and where the sum?",
        function=lambda f, c_prev, i, g: f + c_prev + i + g,
    ),
    Mistake(
        name="product",
        what="a cell that multiplies what is kept by what is written",
        meaning="An empty cell would then stay empty for ever, because zero times anything is zero. That the "
        "new is added to the old is what lets a cell carry something far.",
        look="What joins the two terms of equation (4.7)?",
        function=lambda f, c_prev, i, g: (f * c_prev) * (i * g),
    ),
    Mistake(
        name="minus",
        what="a cell that subtracts what should be written",
        meaning="Every proposal is written with the wrong sign.",
        look="Which sign joins the two terms of equation (4.7)?",
        function=lambda f, c_prev, i, g: f * c_prev - i * g,
    ),
    Mistake(
        name="forget_for_both",
        what="a cell that uses the forget gate twice: f * c_prev + f * g",
        meaning="What should be written is let in by the gate that says what to keep.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda f, c_prev, i, g: f * c_prev + f * g,
    ),
    Mistake(
        name="input_for_both",
        what="a cell that uses the input gate twice: i * c_prev + i * g",
        meaning="What is kept is decided by the gate that says what to write.",
        look="Which of the docstring's arguments does your function not use?",
        function=lambda f, c_prev, i, g: i * c_prev + i * g,
    ),
    Mistake(
        name="old_squashed",
        what="a cell that puts the old state through tanh before it is kept",
        meaning="The state on its way from step to step must not be squashed: over many steps that shrinks it "
        "away, and its gradient with it.",
        look="Equation (4.7) is two products and a sum.",
        function=lambda f, c_prev, i, g: f * np.tanh(c_prev) + i * g,
    ),
    Mistake(
        name="clipped",
        what="a cell whose new state is cut off at -1 and 1",
        meaning="A cell state has no bounds: it may count as far as it likes.",
        look="Equation (4.7) is two products and a sum.",
        function=lambda f, c_prev, i, g: np.clip(f * c_prev + i * g, -1, 1),
    ),
    Mistake(
        name="input_added",
        what="a cell that adds the input gate to the candidate: f * c_prev + i + g",
        meaning="A gate works as a factor: 0 shuts, 1 lets through. Added, a gate of 0 shuts nothing.",
        look="What stands between i and g in equation (4.7)?",
        function=lambda f, c_prev, i, g: f * c_prev + i + g,
    ),
    Mistake(
        name="unchanged",
        what="the old cell state, as it came in",
        meaning="Nothing was forgotten and nothing was written; or it was, and another name came back.",
        look="Which name stands after your return?",
        function=lambda f, c_prev, i, g: +c_prev,
    ),
)

EXERCISE = Exercise(
    name="cell_update",
    title="The cell state's update",
    arguments={"f": "(N, H)", "c_prev": "(N, H)", "i": "(N, H)", "g": "(N, H)"},
    returns=(Array("c", "(N, H)"),),
    parts=(
        Part("keeping alone, the input gate closed", points=1, tags=frozenset({"kept"})),
        Part("keeping and writing together", points=1),
    ),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (4.7) has two terms, each a gate times a content. Which gate belongs to which content?",
        "All four arrays have the shape (N, H), and the circle-dot is numpy's *, element by element. No "
        "matrix product, and no tanh.",
        "One term is f * c_prev. The other pairs the remaining two arguments, and a + stands between them.",
    ),
    explanation=(
        "Put 1 and 0 for the gates and you get the whole family back: f = 1, i = 1 is the sum (4.2), f = "
        "alpha, i = 1 - alpha the leaky unit (4.3), f = 1 alone the cell of 1997 (4.5). And the derivative "
        "of c with respect to c_prev is f, nothing else: while f is near 1, a gradient passes almost "
        "unharmed."
    ),
)
