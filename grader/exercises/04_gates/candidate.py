"""The candidate: what one step proposes to write."""

import numpy as np

from ..base import Array, Exercise, Mistake, Part
from ._numpy import layer, layer_cases, sigmoid, two_at_once


def cases(rng):
    yield from layer_cases(rng)


def _late_bias(x, h_prev, W, b):
    return layer(np.tanh, bias=0)(x, h_prev, W, b) + b


MISTAKES = (
    Mistake(
        name="swapped",
        what="a candidate that reads [x, h_prev] instead of [h_prev, x]",
        meaning="The first H rows of W were made for one of the two arrays and the last D rows for the "
        "other. In your order each weight meets a number it was not made for. Nothing crashes, because both "
        "orders are equally wide.",
        look="What stands first inside the brackets of equation (4.1)?",
        function=layer(np.tanh, swapped=True),
    ),
    Mistake(
        name="sigmoid",
        what="a candidate squashed by the sigmoid instead of tanh",
        meaning="A sigmoid is never negative. Such a candidate can propose to add to the cell, but never to "
        "take away: no step could speak for the plural.",
        look="Which curve stands in equation (4.1), and between which two values does it run?",
        function=layer(sigmoid),
    ),
    Mistake(
        name="linear",
        what="a candidate that is not squashed",
        meaning="Without bounds one loud input can propose a change larger than everything the cell has gathered.",
        look="Equation (4.1) does one more thing after the matrix product and the bias.",
        function=layer(lambda z: z),
    ),
    Mistake(
        name="no_bias",
        what="a candidate without its bias",
        meaning="The bias is what the unit proposes when there is nothing to see. Without it that is always 0.",
        look="Which of the docstring's arguments does your function not use? It stands in equation (4.1).",
        function=layer(np.tanh, bias=0),
    ),
    Mistake(
        name="bias_twice",
        what="a candidate whose bias is added twice",
        meaning="PyTorch keeps two bias vectors and adds both; here one b holds all of it, so yours counts double.",
        look="How often does b stand in equation (4.1)?",
        function=layer(np.tanh, bias=2),
    ),
    Mistake(
        name="late_bias",
        what="a candidate whose bias is added after the tanh",
        meaning="The sum can then leave the range from -1 to 1, and nothing bounds what a step proposes.",
        look="Where does the bracket of the tanh close in equation (4.1)?",
        function=_late_bias,
    ),
    Mistake(
        name="ignores_h",
        what="a candidate that does not look at h_prev",
        meaning="Then the same word always makes the same proposal, whatever came before it.",
        look="Equation (4.1) reads two arrays side by side.",
        function=layer(np.tanh, h=0),
    ),
    Mistake(
        name="ignores_x",
        what="a candidate that does not look at x",
        meaning="Then nothing new can ever reach the cell: it only hears itself.",
        look="Equation (4.1) reads two arrays side by side.",
        function=layer(np.tanh, x=0),
    ),
    Mistake(
        name="twice",
        what="a candidate that went through tanh twice",
        meaning="The second tanh squeezes what is already between -1 and 1: no proposal gets beyond 0.76.",
        look="Count the tanh in equation (4.1).",
        function=layer(lambda z: np.tanh(np.tanh(z))),
    ),
    Mistake(
        name="negated",
        what="minus the candidate",
        meaning="Every proposal has the wrong sign: what should be added is taken away.",
        look="Compare the sign of what goes into your tanh with equation (4.1).",
        function=layer(lambda z: -np.tanh(z)),
    ),
    Mistake(
        name="relu",
        what="a candidate cut off below 0 (a ReLU) instead of squashed by tanh",
        meaning="A ReLU is never negative and has no upper bound: the cell could only fill, and without limit.",
        look="Which curve stands in equation (4.1), and between which two values does it run?",
        function=layer(lambda z: np.maximum(z, 0)),
    ),
    Mistake(
        name="rescaled_sigmoid",
        what="a candidate squashed by 2 sigmoid(z) - 1",
        meaning="That has the right range, but it is tanh(z / 2): half as steep as the candidate we want.",
        look="numpy has the curve of equation (4.1) ready-made, under its own name.",
        function=layer(lambda z: 2 * sigmoid(z) - 1),
    ),
    Mistake(
        name="bias_subtracted",
        what="a candidate whose bias is subtracted",
        meaning="The bias pushes the proposal in the wrong direction.",
        look="Which sign stands in front of b in equation (4.1)?",
        function=layer(np.tanh, bias=-1),
    ),
    *(
        Mistake(*row[:4], function=row[4])
        for row in two_at_once("a candidate", "(4.1)", np.tanh, "tanh", ("sigmoid", sigmoid, "the sigmoid"))
    ),
)

EXERCISE = Exercise(
    name="candidate",
    title="The candidate",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "W": "(H + D, H)", "b": "(H,)"},
    returns=(Array("g", "(N, H)"),),
    parts=(Part("the candidate", points=2),),
    difficulty=2,
    minutes=8,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (4.1) has three steps: put h_prev and x side by side, one matrix product plus the bias, "
        "one curve. Write down the shape after each of them.",
        "np.concatenate joins arrays; axis=1 puts them side by side, so that the result is (N, H + D). "
        "Multiply it by W with @, add b (numpy spreads it over the N rows), and take tanh of every element.",
        "hx = np.concatenate([h_prev, x], axis=1), then the tanh of hx @ W + b.",
    ),
    explanation=(
        "This is the plain RNN's own formula, to the letter. What is new is its part in the play: the RNN "
        "made the result its memory, while for us g is a proposal, between -1 (take away) and 1 (add), that "
        "something else may accept or turn down."
    ),
)
