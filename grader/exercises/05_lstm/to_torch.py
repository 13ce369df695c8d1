"""Our weights under PyTorch's names, in PyTorch's layout."""

import numpy as np

from ..base import Arrays, Case, Exercise, Mistake, Part
from ._numpy import apart, packed, reorder

KEYS = {"weight_ih_l0": "(4H, D)", "weight_hh_l0": "(4H, H)", "bias_ih_l0": "(4H,)", "bias_hh_l0": "(4H,)"}


def _arguments(rng, D, H, **options):
    W, b = packed(rng, D, H, **options)
    return {"W": W, "b": b, "D": D}


def cases(rng):
    yield Case("small", _arguments(rng, D=3, H=2))
    yield Case("more cells than inputs", _arguments(rng, D=2, H=5))
    yield Case("as many inputs as cells", _arguments(rng, D=4, H=4))  # W could be cut anywhere, and fit
    yield Case("forget biases up to 5", _arguments(rng, D=4, H=3, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one input", _arguments(rng, D=1, H=3))
    yield Case("one cell", _arguments(rng, D=3, H=1))
    yield Case("one of each", _arguments(rng, D=1, H=1))
    yield Case("strided", _arguments(rng, D=2, H=4), frozenset({"strided"}))
    single = _arguments(rng, D=5, H=2)
    yield Case("float32", single | {name: single[name].astype(np.float32) for name in ("W", "b")})


def canonical(outputs):
    """Put the sum of the two biases in the place of each: any split of b between them is right."""
    ih, hh = outputs["bias_ih_l0"], outputs["bias_hh_l0"]
    if ih.shape != hh.shape:  # wrong already, and a sum would hide it
        return outputs
    return outputs | {"bias_ih_l0": ih + hh, "bias_hh_l0": ih + hh}


def _state(ih, hh, bias_ih, bias_hh):
    return dict(zip(KEYS, (ih, hh, bias_ih, bias_hh), strict=True))


def _right(W, b, D):
    H = len(W) - D
    return _state(W[H:].T, W[:H].T, b, 0 * b)


def _reordered(order):
    return lambda W, b, D: _right(reorder(W, order), reorder(b, order), D)


def _order(order, title):
    return Mistake(
        name=f"order_{order}",
        what=f"an export in the order {apart(order)}",
        meaning=f"The blocks were moved, but PyTorch packs i, f, g, o, as we do; {title}.",
        look="Equation (5.11) transposes and cuts, and moves no block.",
        function=_reordered(order),
    )


def _rows_for_each_other(W, b, D):
    return _state(W[:D].T, W[D:].T, b, 0 * b)


def _keys_swapped(W, b, D):
    H = len(W) - D
    return _state(W[:H].T, W[H:].T, b, 0 * b)


def _reshaped(W, b, D):
    H = len(W) - D
    return _state(W[H:].reshape(4 * H, D), W[:H].reshape(4 * H, H), b, 0 * b)


def _not_transposed(W, b, D):
    H = len(W) - D
    return _state(W[H:], W[:H], b, 0 * b)


def _scaled_bias(ih, hh):
    def export(W, b, D):
        state = _right(W, b, D)
        return state | {"bias_ih_l0": ih * b, "bias_hh_l0": hh * b}

    return export


MISTAKES = (
    Mistake(
        name="bias_twice",
        what="an export whose two biases add up to twice b",
        meaning="PyTorch adds bias_ih_l0 and bias_hh_l0 up. With b in both it would count twice; nothing raises "
        "an error, the numbers are just wrong.",
        look="The last line of equation (5.11).",
        function=_scaled_bias(1, 1),
    ),
    Mistake(
        name="no_bias",
        what="an export whose two biases add up to zero",
        meaning="The weights go over, but b is lost on the way.",
        look="The last line of equation (5.11).",
        function=_scaled_bias(0, 0),
    ),
    Mistake(
        name="bias_halved",
        what="an export whose two biases add up to half of b",
        meaning="PyTorch adds the two up, so what they hold together has to be b.",
        look="The last line of equation (5.11).",
        function=_scaled_bias(0.5, 0),
    ),
    Mistake(
        name="x_rows_first",
        what="an export that takes W's first D rows for the input's",
        meaning="Our product reads [h, x], so W's first rows belong to h. The cut is at the wrong place, "
        "and each part goes to the other's name.",
        look="The picture of W: whose rows are on top?",
        function=_rows_for_each_other,
    ),
    Mistake(
        name="keys_swapped",
        what="an export with weight_ih_l0 and weight_hh_l0 in each other's place",
        meaning="ih goes from the input to the hidden state, hh from the hidden state to the hidden state.",
        look="The first two lines of equation (5.11).",
        function=_keys_swapped,
    ),
    Mistake(
        name="reshaped",
        what="an export that reshapes W's parts where it should transpose them",
        meaning="The shapes fit, but reshape keeps the order in which the numbers lie in memory: rows and "
        "columns do not change places, they are cut up.",
        look="The T in equation (5.11).",
        function=_reshaped,
    ),
    Mistake(
        name="not_transposed",
        what="an export without the transposition",
        meaning="We write [h, x] @ W; PyTorch writes W @ x, so its gates are rows where ours are columns.",
        look="The T in equation (5.11), and the shapes beside it.",
        function=_not_transposed,
    ),
    _order("figo", "now its input gate gets our forget gate's weights"),
    _order("ifog", "now its candidate gets our output gate's weights"),
    _order("iofg", "that order is ONNX's"),
    _order("igfo", "that order is TensorFlow 1's"),
)

EXERCISE = Exercise(
    name="to_torch",
    title="Your weights to PyTorch",
    arguments={"W": "(H + D, 4H)", "b": "(4H,)", "D": "D"},
    returns=(Arrays("state", keys=KEYS),),
    parts=(
        Part("the two weights", points=1, outputs=("weight_ih_l0", "weight_hh_l0")),
        Part("the two biases, added up", points=1, outputs=("bias_ih_l0", "bias_hh_l0")),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (5.11) has one line for each key. Where do the rows for h end and the rows for x begin?",
        "W has H + D rows: the first H belong to h, the last D to x. Cut W there, transpose both parts, "
        "and give each to its key. Of the two biases, let one be b and the other zeros.",
        "With H = len(W) - D: weight_ih_l0 is W[H:].T and weight_hh_l0 is W[:H].T; bias_ih_l0 is b and "
        "bias_hh_l0 is np.zeros_like(b).",
    ),
    explanation=(
        "Nothing was computed: the same numbers lie in another order under other names. The two biases "
        "are the trap, because any split of b between them is right and every double one is wrong without "
        "a word."
    ),
    canonical=canonical,
    labels=dict.fromkeys(("bias_ih_l0", "bias_hh_l0"), "bias_ih_l0 + bias_hh_l0"),
)
