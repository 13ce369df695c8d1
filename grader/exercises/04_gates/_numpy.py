"""What the unit's cases and known mistakes share: the draws, and one layer with loose parts.

The candidate and the three gates are the same layer with other weights, so their wrong versions
are the same too; what a wrong version does to the cell is said by each exercise in its own words.
Nothing here decides what is right (:mod:`grader.reference` does).
"""

import numpy as np

from ..base import Case, Mistake

__all__ = ["gate_mistakes", "layer", "layer_cases", "open_gate", "sigmoid", "signs", "two_at_once"]


def sigmoid(z):
    """The logistic sigmoid; its exponent is never positive, so nothing overflows."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def open_gate(rng, N, H):
    """Draw a gate's values (N, H), all strictly between 0 and 1."""
    return sigmoid(2 * rng.normal(size=(N, H)))


def signs(rng, *shape):
    """Draw -1.0 or 1.0 in an array of that shape."""
    return rng.choice([-1.0, 1.0], size=shape)


def _arguments(rng, N, D, H, *, gain=1.5, bias=None):
    """Draw the arguments of a gate; ``bias`` is a pair to draw b from (None: a normal draw)."""
    return {
        "x": rng.normal(size=(N, D)),
        "h_prev": np.tanh(rng.normal(size=(N, H))),
        "W": gain * rng.normal(size=(H + D, H)) / np.sqrt(H + D),
        "b": rng.normal(size=H) if bias is None else rng.uniform(*bias, size=H),
    }


def layer_cases(rng, *, bias=None):
    """The cases of ``squash([h_prev, x] W + b)``; ``bias`` adds one with b drawn from that pair."""
    nothing = {"x": np.zeros((4, 3)), "h_prev": np.zeros((4, 2)), "b": np.zeros(2)}

    def only(name):
        args = _arguments(rng, N=4, D=3, H=2)
        for key in ("x", "h_prev"):  # whatever the draw, z has both signs: a curve that is wrong on one side shows
            args[key][1] = -args[key][0]
        args["b"] = np.abs(args["b"]) * (1, -1)
        return args | {key: value for key, value in nothing.items() if key != name}

    yield Case("small", _arguments(rng, N=3, D=4, H=2))
    yield Case("more cells than inputs", _arguments(rng, N=4, D=2, H=6, gain=3.0))
    yield Case("only h_prev", only("h_prev"), frozenset({"isolates:h_prev"}))
    yield Case("only x", only("x"), frozenset({"isolates:x"}))
    yield Case("only the bias", only("b"), frozenset({"isolates:the bias"}))
    yield Case("zero h_prev", _arguments(rng, N=2, D=4, H=3) | {"h_prev": np.zeros((2, 3))})
    yield Case("zero x", _arguments(rng, N=2, D=4, H=3) | {"x": np.zeros((2, 4))})
    yield Case("zero b", _arguments(rng, N=2, D=4, H=3) | {"b": np.zeros(3)})
    if bias is not None:
        low, high = bias
        yield Case(f"biases from {low:g} to {high:g}", _arguments(rng, N=3, D=2, H=5, bias=bias))
    yield Case("one sequence", _arguments(rng, N=1, D=3, H=2))
    yield Case("one input", _arguments(rng, N=3, D=1, H=2))
    yield Case("one cell", _arguments(rng, N=2, D=3, H=1))
    yield Case("one of each", _arguments(rng, N=1, D=1, H=1))
    yield Case("strided", _arguments(rng, N=4, D=3, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, D=4, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    large = _arguments(rng, N=3, D=2, H=4)
    large["x"] = signs(rng, 3, 2) * rng.uniform(200, 900, size=(3, 2))
    yield Case("large inputs", large, frozenset({"large"}))


def layer(squash, *, swapped=False, h=1, x=1, bias=1):
    """Build ``squash([h_prev, x] W + b)``, or what is wrong with it: the order, or a piece scaled."""
    h_scale, x_scale = h, x

    def function(x, h_prev, W, b):
        parts = [h_scale * h_prev, x_scale * x]
        a = np.concatenate(parts[::-1] if swapped else parts, axis=1)
        return squash(a @ W + bias * b)

    return function


def _late_bias(x, h_prev, W, b):
    return layer(sigmoid, bias=0)(x, h_prev, W, b) + b


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _slope(z):
    s = sigmoid(z)
    return s * (1 - s)


def two_at_once(layer_name, equation, squash, title, wrong):
    """Rows for pairs of mistakes; ``wrong`` is (name, function, title) of the curve taken by mistake."""
    name, function, wrong_title = wrong
    meaning = "Two things at once. Mend one of them, and the check will tell you of the other."
    look = f"Go through equation {equation} from left to right, beside your lines."
    return (
        (
            "swapped_no_bias",
            f"{layer_name} that reads [x, h_prev] and has no bias",
            meaning,
            look,
            layer(squash, swapped=True, bias=0),
        ),
        (
            f"swapped_{name}",
            f"{layer_name} that reads [x, h_prev] and has {wrong_title} in place of {title}",
            meaning,
            look,
            layer(function, swapped=True),
        ),
        (
            f"no_bias_{name}",
            f"{layer_name} that has no bias, and {wrong_title} in place of {title}",
            meaning,
            look,
            layer(function, bias=0),
        ),
        (
            "product_alone",
            "the matrix product alone, without the bias and without " + title,
            meaning,
            look,
            layer(lambda z: z, bias=0),
        ),
    )


def gate_mistakes(gate, equation, meanings):
    """The known mistakes of a sigmoid gate.

    ``gate`` with its article ("an input gate"), ``equation`` its number ("(4.4)"). ``meanings`` says
    what each of the mistakes "complement", "tanh", "linear" and "softmax" does to the cell.
    """
    rows = (
        (
            "swapped",
            f"{gate} that reads [x, h_prev] instead of [h_prev, x]",
            "The upper rows of W were made for one of the two arrays and the lower rows for the other. In "
            "your order each weight meets a number it was not made for. Nothing crashes, because both orders "
            "are equally wide.",
            f"What stands first inside the brackets of equation {equation}?",
            layer(sigmoid, swapped=True),
        ),
        (
            "complement",
            f"{gate} turned round: 1 where it should be 0",
            meanings["complement"],
            f"Compare the sign of what goes into your sigmoid with equation {equation}.",
            layer(lambda z: sigmoid(-z)),
        ),
        (
            "tanh",
            f"{gate} with tanh in place of the sigmoid",
            meanings["tanh"],
            f"Which curve stands in equation {equation}, and between which two values does it run?",
            layer(np.tanh),
        ),
        (
            "linear",
            f"{gate} that is not squashed",
            meanings["linear"],
            f"Equation {equation} does one more thing after the matrix product and the bias.",
            layer(lambda z: z),
        ),
        (
            "no_bias",
            f"{gate} without its bias",
            "The bias says how far the gate stands open when nothing speaks for or against it. Without it "
            "every unit's gate starts half open.",
            f"Which of the docstring's arguments does your function not use? It stands in equation {equation}.",
            layer(sigmoid, bias=0),
        ),
        (
            "bias_twice",
            f"{gate} whose bias is added twice",
            "PyTorch keeps two bias vectors and adds both; here one b holds all of it. Yours counts double, "
            "so the gate stands further open, or further closed, than the weights say.",
            f"How often does b stand in equation {equation}?",
            layer(sigmoid, bias=2),
        ),
        (
            "late_bias",
            f"{gate} whose bias is added after the sigmoid",
            "The sum can then leave the range from 0 to 1, and a gate outside it is no gate.",
            f"Where does the bracket of the sigmoid close in equation {equation}?",
            _late_bias,
        ),
        (
            "ignores_h",
            f"{gate} that does not look at h_prev",
            "Such a gate sees the current input only: it cannot treat the same word differently after "
            "different beginnings.",
            f"Equation {equation} reads two arrays side by side.",
            layer(sigmoid, h=0),
        ),
        (
            "ignores_x",
            f"{gate} that does not look at x",
            "Such a gate knows what came before, but not what is in front of it now.",
            f"Equation {equation} reads two arrays side by side.",
            layer(sigmoid, x=0),
        ),
        (
            "softmax",
            f"{gate} with a softmax over the units",
            meanings["softmax"],
            f"In equation {equation} every element of z is squashed on its own.",
            layer(_softmax),
        ),
        (
            "twice",
            f"{gate} that went through the sigmoid twice",
            "The inner sigmoid gives numbers between 0 and 1; the outer one makes of them numbers between "
            "0.5 and 0.73. Such a gate can neither close nor open.",
            f"Count the sigmoids in equation {equation}.",
            layer(lambda z: sigmoid(sigmoid(z))),
        ),
        (
            "hard",
            f"{gate} made of straight lines, 0.2 z + 0.5 cut off at 0 and 1",
            "That is the hard sigmoid of some libraries, faster and close by. It is exactly shut below -2.5, "
            "and there its gradient is exactly zero, so a gate that is shut could never learn to open.",
            "The course's own sigmoid is at hand: the setup cell at the top of the notebook fetches it.",
            layer(lambda z: np.clip(0.2 * z + 0.5, 0, 1)),
        ),
        (
            "rescaled_tanh",
            f"{gate} with (1 + tanh(z)) / 2 in place of the sigmoid",
            "That has the right range, but it is the sigmoid of 2 z: twice as steep as the gate we want.",
            "The course's own sigmoid is at hand: the setup cell at the top of the notebook fetches it.",
            layer(lambda z: (1 + np.tanh(z)) / 2),
        ),
        (
            "slope",
            f"{gate} that holds the sigmoid's slope, s (1 - s)",
            "The slope belongs to the backward pass. As a gate it is never wider open than 0.25, and it "
            "closes on both sides.",
            f"Equation {equation} asks for the height of the curve.",
            layer(_slope),
        ),
        (
            "bias_subtracted",
            f"{gate} whose bias is subtracted",
            "The bias pushes the gate in the wrong direction: where it should stand open by itself, it is shut.",
            f"Which sign stands in front of b in equation {equation}?",
            layer(sigmoid, bias=-1),
        ),
        (
            "of_tanh",
            f"{gate} that went through tanh and then through the sigmoid",
            "The tanh belongs to the candidate. After it only 0.27 to 0.73 is left for the sigmoid to give, and "
            "the gate can neither close nor open.",
            f"Which curve stands in equation {equation}, and how many?",
            layer(lambda z: sigmoid(np.tanh(z))),
        ),
        *two_at_once(gate, equation, sigmoid, "the sigmoid", ("tanh", np.tanh, "tanh")),
    )
    return tuple(Mistake(name, what, meaning, look, function=fn) for name, what, meaning, look, fn in rows)
