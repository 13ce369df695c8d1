"""What the three sigmoid gates share: their known mistakes and right answers.

They are the same layer with other weights, so what can go wrong in them is the same too; what a wrong
gate does to the cell is said by each exercise in its own words.
"""

from ..base import slips

__all__ = ["RIGHT", "gate_mistakes"]

BANK = r"""
swapped: $gate that reads [x, h_prev] instead of [h_prev, x]
    {"[h_prev, x]": "[x, h_prev]"}
    The upper rows of W were made for one of the two arrays and the lower rows for the other. In your order each weight
    meets a number it was not made for. Nothing crashes, because both orders are equally wide.
    Look: What stands first inside the brackets of equation $equation?
complement: $gate turned round: 1 where it should be 0
    {"sigmoid(": "1 - sigmoid("}
    $complement
    Look: Compare the sign of what goes into your sigmoid with equation $equation.
tanh: $gate with tanh in place of the sigmoid
    {"sigmoid(": "np.tanh("}
    $tanh
    Look: Which curve stands in equation $equation, and between which two values does it run?
linear: $gate that is not squashed
    {"sigmoid(": "("}
    $linear
    Look: Equation $equation does one more thing after the matrix product and the bias.
no_bias: $gate without its bias
    {" + b": ""}
    The bias says how far the gate stands open when nothing speaks for or against it. Without it every unit's gate
    starts half open.
    Look: Which of the docstring's arguments does your function not use? It stands in equation $equation.
bias_twice: $gate whose bias is added twice
    {"+ b": "+ 2 * b"}
    PyTorch keeps two bias vectors and adds both; here one b holds all of it. Yours counts double, so the gate stands
    further open, or further closed, than the weights say.
    Look: How often does b stand in equation $equation?
late_bias: $gate whose bias is added after the sigmoid
    {" + b)": ") + b"}
    The sum can then leave the range from 0 to 1, and a gate outside it is no gate.
    Look: Where does the bracket of the sigmoid close in equation $equation?
ignores_h: $gate that does not look at h_prev
    {"[h_prev": "[0 * h_prev"}
    Such a gate sees the current input only: it cannot treat the same word differently after different beginnings.
    Look: Equation $equation reads two arrays side by side.
ignores_x: $gate that does not look at x
    {"x]": "0 * x]"}
    Such a gate knows what came before, but not what is in front of it now.
    Look: Equation $equation reads two arrays side by side.
softmax: $gate with a softmax over the units
    {"return sigmoid(hx @ W + b)": "z = hx @ W + b\n"
        "    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return e / e.sum(axis=1, keepdims=True)"}
    $softmax
    Look: In equation $equation every element of z is squashed on its own.
twice: $gate that went through the sigmoid twice
    {"sigmoid(hx @ W + b)": "sigmoid(sigmoid(hx @ W + b))"}
    The inner sigmoid gives numbers between 0 and 1; the outer one makes of them numbers between 0.5 and 0.73. Such a
    gate can neither close nor open.
    Look: Count the sigmoids in equation $equation.
hard: $gate made of straight lines, 0.2 z + 0.5 cut off at 0 and 1
    {"sigmoid(hx @ W + b)": "np.clip(0.2 * (hx @ W + b) + 0.5, 0, 1)"}
    That is the hard sigmoid of some libraries, faster and close by. It is exactly shut below -2.5, and there its
    gradient is exactly zero, so a gate that is shut could never learn to open.
    Look: The course's own sigmoid is at hand: the setup cell at the top of the notebook fetches it.
rescaled_tanh: $gate with (1 + tanh(z)) / 2 in place of the sigmoid
    {"sigmoid(": "0.5 + 0.5 * np.tanh("}
    That has the right range, but it is the sigmoid of 2 z: twice as steep as the gate we want.
    Look: The course's own sigmoid is at hand: the setup cell at the top of the notebook fetches it.
bias_subtracted: $gate whose bias is subtracted
    {"+ b": "- b"}
    The bias pushes the gate in the wrong direction: where it should stand open by itself, it is shut.
    Look: Which sign stands in front of b in equation $equation?
of_tanh: $gate that went through tanh and then through the sigmoid
    {"sigmoid(hx @ W + b)": "sigmoid(np.tanh(hx @ W + b))"}
    The tanh belongs to the candidate. After it only 0.27 to 0.73 is left for the sigmoid to give, and the gate can
    neither close nor open.
    Look: Which curve stands in equation $equation, and how many?
"""


def gate_mistakes(gate, equation, meanings):
    """The known mistakes of a sigmoid gate.

    ``gate`` with its article ("an input gate"), ``equation`` its number ("(eq:input_gate)"). ``meanings`` says
    what each of the mistakes "complement", "tanh", "linear" and "softmax" does to the cell.
    """
    return slips(BANK, gate=gate, equation=equation, **meanings)


# Differently written right answers, as edits of a gate's text.
RIGHT = (
    {"hx @ W + b": "h_prev @ W[: len(b)] + x @ W[len(b) :] + b"},
    {"np.concatenate([h_prev, x], axis=1)": "np.hstack((h_prev, x))", "hx @ W + b": "np.add(b, np.dot(hx, W))"},
    {"sigmoid(hx @ W + b)": "0.5 * (1 + np.tanh((np.einsum('nk,kh->nh', hx, W) + b) / 2))"},
    {"sigmoid(hx @ W + b)": "1 / (1 + np.exp(-(hx @ W + b)))"},  # warns, and is right
    {"sigmoid(hx @ W + b)": "np.stack([sigmoid(hx @ W[:, k] + b[k]) for k in range(len(b))], axis=1)"},
    {
        "np.concatenate([h_prev, x], axis=1)": "np.c_[h_prev, x, np.ones(len(x))]",
        "hx @ W + b": "hx @ np.vstack([W, b])",
    },
    {
        "return sigmoid(hx @ W + b)": "out = np.empty(h_prev.shape)\n"
        "    for n in range(len(x)):\n"
        "        for k in range(len(b)):\n"
        "            z = b[k]\n"
        "            for value, weight in zip(hx[n], W[:, k]):\n"
        "                z = z + value * weight\n"
        "            out[n, k] = sigmoid(np.float64(z))\n"
        "    return out"
    },
)
