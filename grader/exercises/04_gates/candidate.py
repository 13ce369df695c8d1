"""The candidate: what one step proposes to write."""

from ..base import Array, Exercise, Part, slips
from ._draws import LARGE, layer_cases


def cases(rng):
    yield from layer_cases(rng, gate=False)


MISTAKES = slips(r"""
swapped: a candidate that reads [x, h_prev] instead of [h_prev, x]
    {"[h_prev, x]": "[x, h_prev]"}
    The first H rows of W were made for one of the two arrays and the last D rows for the other. In your order each
    weight meets a number it was not made for. Nothing crashes, because both orders are equally wide.
    Look: What stands first inside the brackets of equation (eq:candidate)?
sigmoid: a candidate squashed by the sigmoid instead of tanh
    {"np.tanh(": "sigmoid("}
    A sigmoid is never negative. Such a candidate can propose to add to the cell, but never to take away: no step could
    speak for the plural.
    Look: Which curve stands in equation (eq:candidate), and between which two values does it run?
linear: a candidate that is not squashed
    {"np.tanh(": "("}
    Without bounds one loud input can propose a change larger than everything the cell has gathered.
    Look: Equation (eq:candidate) does one more thing after the matrix product and the bias.
no_bias: a candidate without its bias
    {" + b": ""}
    The bias is what the unit proposes when there is nothing to see. Without it that is always 0.
    Look: Which of the docstring's arguments does your function not use? It stands in equation (eq:candidate).
bias_twice: a candidate whose bias is added twice
    {"+ b": "+ 2 * b"}
    PyTorch keeps two bias vectors and adds both; here one b holds all of it, so yours counts double.
    Look: How often does b stand in equation (eq:candidate)?
late_bias: a candidate whose bias is added after the tanh
    {" + b)": ") + b"}
    The sum can then leave the range from -1 to 1, and nothing bounds what a step proposes.
    Look: Where does the bracket of the tanh close in equation (eq:candidate)?
ignores_h: a candidate that does not look at h_prev
    {"[h_prev": "[0 * h_prev"}
    Then the same word always makes the same proposal, whatever came before it.
    Look: Equation (eq:candidate) reads two arrays side by side.
ignores_x: a candidate that does not look at x
    {"x]": "0 * x]"}
    Then nothing new can ever reach the cell: it only hears itself.
    Look: Equation (eq:candidate) reads two arrays side by side.
twice: a candidate that went through tanh twice
    {"np.tanh(hx @ W + b)": "np.tanh(np.tanh(hx @ W + b))"}
    The second tanh squeezes what is already between -1 and 1: no proposal gets beyond 0.76.
    Look: Count the tanh in equation (eq:candidate).
negated: minus the candidate
    {"np.tanh(": "-np.tanh("}
    Every proposal has the wrong sign: what should be added is taken away.
    Look: Compare the sign of what goes into your tanh with equation (eq:candidate).
relu: a candidate cut off below 0 (a ReLU) instead of squashed by tanh
    {"np.tanh(": "np.maximum(0, "}
    A ReLU is never negative and has no upper bound: the cell could only fill, and without limit.
    Look: Which curve stands in equation (eq:candidate), and between which two values does it run?
rescaled_sigmoid: a candidate squashed by 2 sigmoid(z) - 1
    {"np.tanh(": "-1 + 2 * sigmoid("}
    That has the right range, but it is tanh(z / 2): half as steep as the candidate we want.
    Look: numpy has the curve of equation (eq:candidate) ready-made, under its own name.
bias_subtracted: a candidate whose bias is subtracted
    {"+ b": "- b"}
    The bias pushes the proposal in the wrong direction.
    Look: Which sign stands in front of b in equation (eq:candidate)?
of_tanh: a candidate that went through tanh and then through the sigmoid
    {"np.tanh(hx @ W + b)": "sigmoid(np.tanh(hx @ W + b))"}
    The sigmoid belongs to the gates. After it every proposal lies between 0.27 and 0.73: none takes away, and none is
    nearly 0.
    Look: Which curve stands in equation (eq:candidate), and how many?
quotient: a candidate whose tanh is written as a quotient of exp(z) and exp(-z)
    {"return np.tanh(hx @ W + b)": "p, q = np.exp(hx @ W + b), np.exp(-(hx @ W + b))\n    return (p - q) / (p + q)"}
    The formula is the right one. Where z is above 710 or below -710, one of the two is infinite in float64, and
    infinity divided by infinity is NaN.
    Look: numpy has the curve of equation (eq:candidate) ready-made, under its own name.
quotient_of_squares: a candidate whose tanh is written as a quotient of exp(2 z)
    {"return np.tanh(hx @ W + b)": "e = np.exp(2 * (hx @ W + b))\n    return (e - 1) / (e + 1)"}
    The formula is the right one, and it is safe for negative z. Where z is above 355, exp(2 z) is infinite in float64,
    and infinity divided by infinity is NaN.
    Look: numpy has the curve of equation (eq:candidate) ready-made, under its own name.
""")

RIGHT = (
    {"hx @ W + b": "h_prev @ W[: len(b)] + x @ W[len(b) :] + b"},
    {"np.concatenate([h_prev, x], axis=1)": "np.hstack((h_prev, x))", "hx @ W + b": "np.add(b, np.dot(hx, W))"},
    {"np.tanh(hx @ W + b)": "2 * sigmoid(2 * (np.einsum('nk,kh->nh', hx, W) + b)) - 1"},
    {"np.tanh(hx @ W + b)": "np.stack([np.tanh(hx @ W[:, k] + b[k]) for k in range(len(b))], axis=1)"},
    {"hx @ W + b": "(W.T @ hx.T + b[:, None]).T"},
    """
def candidate(x, h_prev, W, b):
    (N, H), D = h_prev.shape, x.shape[1]
    g = np.zeros((N, H))
    for n in range(N):
        for k in range(H):
            z = float(b[k])
            for j in range(H):
                z += float(h_prev[n, j]) * float(W[j, k])
            for d in range(D):
                z += float(x[n, d]) * float(W[H + d, k])
            g[n, k] = np.tanh(z)
    return g
""",
)

EXERCISE = Exercise(
    name="candidate",
    title="The candidate",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "W": "(H + D, H)", "b": "(H,)"},
    returns=(Array("g", "(N, H)"),),
    parts=(Part("the candidate", points=1), Part("right on large inputs", points=1, tags=LARGE)),
    difficulty=2,
    minutes=8,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:candidate) has three steps: put h_prev and x side by side, one matrix product plus the bias, "
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
