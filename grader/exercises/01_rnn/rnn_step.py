"""One step of the plain recurrent network."""

import dataclasses

from ..base import Array, Exercise, Part, slips
from ._draws import LARGE, layer_cases


def cases(rng):
    for case in layer_cases(rng, gate=False):
        yield dataclasses.replace(case, name=case.name.replace("cell", "unit"))  # there are no cells yet


MISTAKES = slips(r"""
swapped: a step that reads [x, h_prev] instead of [h_prev, x]
    {"[h_prev, x]": "[x, h_prev]"}
    The first H rows of W were made for one of the two arrays and the last D rows for the other. In your order each
    weight meets a number it was not made for. Nothing crashes, because both orders are equally wide.
    Look: What stands first inside the brackets of equation (eq:step)?
ignores_h: a step that does not look at h_prev
    {"[h_prev": "[0 * h_prev"}
    Then nothing is remembered: h depends on the present word alone.
    Look: Equation (eq:step) reads two arrays side by side.
ignores_x: a step that does not look at x
    {"x]": "0 * x]"}
    Then no word ever gets in: the state goes on by itself, whatever is read.
    Look: Equation (eq:step) reads two arrays side by side.
linear: a step that is not squashed
    {"np.tanh(": "("}
    Without bounds the state can grow at every step. And a chain of such steps is one single matrix product: it could
    not treat a word differently after another beginning.
    Look: Equation (eq:step) does one more thing after the matrix product and the bias.
sigmoid: a step squashed by the sigmoid instead of tanh
    {"np.tanh(hx @ W + b)": "0.5 + 0.5 * np.tanh((hx @ W + b) / 2)"}
    A sigmoid is never negative: such a state can say yes and no idea, but never no.
    Look: Which curve stands in equation (eq:step), and between which two values does it run?
of_tanh: a step that went through tanh and then through the sigmoid
    {"np.tanh(hx @ W + b)": "0.5 + 0.5 * np.tanh(np.tanh(hx @ W + b) / 2)"}
    Two curves, one in the other. After them every state lies between 0.27 and 0.73.
    Look: Which curve stands in equation (eq:step), and how many?
half: a step squashed by (1 - exp(-z)) / (1 + exp(-z))
    {"hx @ W + b": "(hx @ W + b) / 2"}
    That has the right range, but it is tanh(z / 2): half as steep as the step we want.
    Look: numpy has the curve of equation (eq:step) ready-made, under its own name.
relu: a step cut off below 0 (a ReLU) instead of squashed by tanh
    {"np.tanh(": "np.maximum(0, "}
    A ReLU has no upper bound, so that a state that feeds itself can grow at every step; and it is never negative.
    Look: Which curve stands in equation (eq:step), and between which two values does it run?
twice: a step that went through tanh twice
    {"np.tanh(hx @ W + b)": "np.tanh(np.tanh(hx @ W + b))"}
    The second tanh squeezes what is already between -1 and 1: no state gets beyond 0.76.
    Look: Count the tanh in equation (eq:step).
negated: minus the right state
    {"np.tanh(": "-np.tanh("}
    Every number has the wrong sign.
    Look: Compare the sign of what goes into your tanh with equation (eq:step).
softmax: a step with a softmax over the units
    {"return np.tanh(hx @ W + b)": "z = hx @ W + b\n"
        "    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return e / e.sum(axis=1, keepdims=True)"}
    A softmax makes the units of a state compete for a total of 1. Each of them remembers for itself.
    Look: In equation (eq:step) every element is squashed on its own.
no_bias: a step without its bias
    {" + b": ""}
    The bias is where the state goes when there is nothing to read and nothing to remember. Without it that is always 0.
    Look: Which of the docstring's arguments does your function not use? It stands in equation (eq:step).
bias_twice: a step whose bias is added twice
    {"+ b": "+ 2 * b"}
    PyTorch keeps two bias vectors and adds both; here one b holds all of it, so yours counts double.
    Look: How often does b stand in equation (eq:step)?
late_bias: a step whose bias is added after the tanh
    {" + b)": ") + b"}
    The sum can then leave the range from -1 to 1, and nothing bounds the state any more.
    Look: Where does the bracket of the tanh close in equation (eq:step)?
bias_subtracted: a step whose bias is subtracted
    {"+ b": "- b"}
    The bias pushes the state in the wrong direction.
    Look: Which sign stands in front of b in equation (eq:step)?
adds_h: a step that adds its result to h_prev
    {"np.tanh(hx @ W + b)": "h_prev + np.tanh(hx @ W + b)"}
    That is a memory that nothing erases, and it has no bounds. The plain network computes its state anew at every step:
    what it keeps of the old one has to come through W.
    Look: Where does h_prev stand in equation (eq:step), and where does it not?
kept_half: the mean of h_prev and the right state
    {"np.tanh(hx @ W + b)": "0.5 * h_prev + 0.5 * np.tanh(hx @ W + b)"}
    That is a leaky unit, which keeps a share of its old state. The plain network computes its state anew at every step:
    what it keeps of the old one has to come through W.
    Look: Where does h_prev stand in equation (eq:step), and where does it not?
squashed_inside: a step that puts h_prev and x through tanh before the product, and nothing after it
    {"hx @ W + b": "np.tanh(hx) @ W + b", "np.tanh(": "("}
    The curve belongs around the sum, so that the new state is bounded.
    Look: What stands inside the tanh of equation (eq:step)?
h_squashed_again: a step that puts h_prev through tanh once more
    {"[h_prev": "[np.tanh(h_prev)"}
    h_prev went through tanh when it was made, one step before.
    Look: How many tanh are there in equation (eq:step), and around what?
first_row_for_all: a step in which every sequence reads the first one's h_prev
    {"[h_prev": "[0 * h_prev + h_prev[:1]"}
    Each sequence of the batch has a memory of its own: row n of h comes from row n of h_prev.
    Look: Where does your function take one row of h_prev?
hard: a step cut off at -1 and 1 in place of tanh
    {"np.tanh(hx @ W + b)": "np.clip(hx @ W + b, -1, 1)"}
    That is the hard tanh, made of straight lines. It is close to the curve, not equal, and beyond -1 and 1 nothing
    could
    be learned from it.
    Look: numpy has the curve of equation (eq:step) ready-made, under its own name.
softsign: a step squashed by z / (1 + |z|)
    {"np.tanh(hx @ W + b)": "(hx @ W + b) / (1 + np.abs(hx @ W + b))"}
    That has the right range, but it is another curve, which comes close to its ends much later.
    Look: numpy has the curve of equation (eq:step) ready-made, under its own name.
arctan: a step squashed by the arctangent
    {"np.tanh(": "np.arctan("}
    It looks alike, but it is another function, and it runs from -1.57 to 1.57.
    Look: The name in equation (eq:step) is tanh, the hyperbolic tangent.
sine: a step with the sine in place of tanh
    {"np.tanh(": "np.sin("}
    A sine comes back down: a unit that is told the same twice would say less than one that is told once.
    Look: The name in equation (eq:step) is tanh, the hyperbolic tangent.
leaky_relu: a step squashed by tanh above 0 and multiplied by 0.01 below
    {"np.tanh(hx @ W + b)": "np.where(hx @ W + b > 0, np.tanh(hx @ W + b), 0.01 * (hx @ W + b))"}
    Below 0 the curve goes on as it does above, with the other sign.
    Look: Which curve stands in equation (eq:step)?
two_curves: two tanh, one of x's part and one of h_prev's and the bias, added
    {"hx @ W + b": "h_prev @ W[: len(b)] + b) + np.tanh(x @ W[len(b) :]"}
    The word and the memory have to meet inside the curve: there the one can change what the other does. Added after it,
    they can't, and the sum leaves the range from -1 to 1.
    Look: How many tanh are there in equation (eq:step), and around what?
h_subtracted: a step that subtracts h_prev's part
    {"[h_prev": "[-h_prev"}
    What spoke for something at the last step then speaks against it at this one.
    Look: Which signs stand in equation (eq:step)?
h_multiplied: a step of x alone, multiplied with h_prev
    {"np.tanh(hx @ W + b)": "np.tanh(x @ W[len(b) :] + b) * h_prev"}
    From a state of 0 it could never get away. h_prev goes through W, as x does.
    Look: Where does h_prev stand in equation (eq:step)?
one_bias_for_all: a step that adds the mean of the biases to every unit
    {"+ b": "+ b.mean()"}
    Every unit has a bias of its own.
    Look: The docstring gives the shape of b, and numpy spreads it over the rows.
batch_centred: a step that takes off the mean over the batch before the tanh
    {"np.tanh(hx @ W + b)": "np.tanh(hx @ W + b - (hx @ W + b).mean(axis=0))"}
    The sequences of a batch have nothing to do with each other: what one remembers may not depend on the rest.
    Look: Is there a mean in equation (eq:step)?
rows_reversed: a step in which the batch's rows of h_prev stand upside down
    {"[h_prev": "[h_prev[::-1]"}
    Row n of h comes from row n of h_prev and row n of x.
    Look: Does your function turn h_prev round?
quotient: a step whose tanh is written as a quotient of exp(z) and exp(-z)
    {"return np.tanh(hx @ W + b)": "p, q = np.exp(hx @ W + b), np.exp(-(hx @ W + b))\n    return (p - q) / (p + q)"}
    The formula is the right one. Where z is above 710 or below -710, one of the two is infinite in float64, and
    infinity divided by infinity is NaN.
    Look: numpy has the curve of equation (eq:step) ready-made, under its own name.
quotient_of_squares: a step whose tanh is written as a quotient of exp(2 z)
    {"return np.tanh(hx @ W + b)": "e = np.exp(2 * (hx @ W + b))\n    return (e - 1) / (e + 1)"}
    The formula is the right one, and it is safe for negative z. Where z is above 355, exp(2 z) is infinite in float64,
    and infinity divided by infinity is NaN.
    Look: numpy has the curve of equation (eq:step) ready-made, under its own name.
""")

RIGHT = (
    {"hx @ W + b": "h_prev @ W[: len(b)] + x @ W[len(b) :] + b"},
    {"np.concatenate([h_prev, x], axis=1)": "np.hstack((h_prev, x))", "hx @ W + b": "np.add(b, np.dot(hx, W))"},
    {"np.tanh(hx @ W + b)": "np.tanh(np.einsum('nk,kh->nh', hx, W) + b[None])"},
    {"np.tanh(hx @ W + b)": "np.stack([np.tanh(hx @ W[:, k] + b[k]) for k in range(len(b))], axis=1)"},
    {"hx @ W + b": "(W.T @ hx.T + b[:, None]).T"},
    {
        "np.concatenate([h_prev, x], axis=1)": "np.c_[h_prev, x, np.ones(len(x))]",
        "hx @ W + b": "hx @ np.vstack([W, b])",
    },
    """
def rnn_step(x, h_prev, W, b):
    (N, H), D = h_prev.shape, x.shape[1]
    h = np.zeros((N, H))
    for n in range(N):
        for k in range(H):
            z = float(b[k])
            for j in range(H):
                z += float(h_prev[n, j]) * float(W[j, k])
            for d in range(D):
                z += float(x[n, d]) * float(W[H + d, k])
            h[n, k] = np.tanh(z)
    return h
""",
)

EXERCISE = Exercise(
    name="rnn_step",
    title="One step of the network",
    arguments={"x": "(N, D)", "h_prev": "(N, H)", "W": "(H + D, H)", "b": "(H,)"},
    returns=(Array("h", "(N, H)"),),
    parts=(Part("the new hidden state", points=1), Part("right on large inputs", points=1, tags=LARGE)),
    difficulty=2,
    minutes=8,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:step) has three steps: put h_prev and x side by side, one matrix product plus the bias, "
        "one curve. Write down the shape after each of them.",
        "np.concatenate joins arrays; axis=1 puts them side by side, so that the result is (N, H + D). "
        "Multiply it by W with @, add b (numpy spreads it over the N rows), and take tanh of every element.",
        "hx = np.concatenate([h_prev, x], axis=1), then the tanh of hx @ W + b.",
    ),
    explanation=(
        "h comes out in the shape in which h_prev went in, so that the step can be fed its own result. That is all "
        "there is to a recurrent network. H numbers are all it can carry from one word to the next, and every step "
        "writes them anew."
    ),
)
