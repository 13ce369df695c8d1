"""From hidden states to a number for every word of the vocabulary."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, far, hidden_states, signs


def _arguments(rng, N, T, H, K):
    return {"hs": hidden_states(rng, N, T, H), "V": rng.normal(size=(H, K)), "b_y": rng.normal(size=K)}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, H=4, K=5))
    yield Case("more units than words", _arguments(rng, N=3, T=2, H=7, K=4))
    yield Case("only hs", _arguments(rng, N=2, T=5, H=3, K=4) | {"b_y": np.zeros(4)}, frozenset({"isolates:hs"}))
    nothing = _arguments(rng, N=2, T=3, H=4, K=5) | {"hs": np.zeros((2, 3, 4))}
    yield Case("only the bias", nothing, frozenset({"isolates:the bias"}))
    yield Case("one sequence", _arguments(rng, N=1, T=4, H=3, K=5))
    yield Case("one time step", _arguments(rng, N=3, T=1, H=2, K=4))
    yield Case("one unit", _arguments(rng, N=2, T=4, H=1, K=3))
    yield Case("one word", _arguments(rng, N=2, T=3, H=4, K=1))
    yield Case("one of each", _arguments(rng, N=1, T=1, H=1, K=1))
    yield Case("as many units as words", _arguments(rng, N=2, T=3, H=4, K=4))
    yield Case("as many time steps as words", _arguments(rng, N=2, T=5, H=3, K=5))
    yield Case("strided", _arguments(rng, N=3, T=4, H=2, K=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, T=2, H=5, K=4)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})
    faint = _arguments(rng, N=2, T=3, H=5, K=4)
    yield Case("numbers close to 0", faint | {"hs": 1e-7 * faint["hs"], "b_y": 1e-7 * faint["b_y"]})
    yield Case("60 steps", _arguments(rng, N=2, T=60, H=3, K=4))
    # Far out, and what comes out too: nothing may squash or cut it off.
    yield Case("large weights", _arguments(rng, N=2, T=3, H=4, K=5) | {"V": far(rng, 4, 5)}, LARGE)
    yield Case("large hs", _arguments(rng, N=3, T=2, H=4, K=5) | {"hs": far(rng, 3, 2, 4)}, LARGE)
    against = _arguments(rng, N=2, T=4, H=3, K=5)
    against["hs"][..., 0] = 1.0
    against["b_y"] = far(rng, 5)
    against["V"][0] = 0.3 * signs(rng, 5) - against["b_y"]  # the first unit takes the bias off again
    yield Case("large b_y, and hs against it", against, LARGE)


MISTAKES = slips(r"""
no_bias: a readout without its bias
    {" + b_y": ""}
    The bias says how often each word comes, whatever is remembered. Without it a state of zeros makes all words alike.
    Look: Which of the docstring's arguments does your function not use? It stands in equation (eq:readout).
bias_twice: a readout whose bias is added twice
    {"+ b_y": "+ 2 * b_y"}
    Counted double, it makes the words that are frequent anyway still likelier.
    Look: How often does b_y stand in equation (eq:readout)?
bias_subtracted: a readout whose bias is subtracted
    {"+ b_y": "- b_y"}
    The bias then speaks against the words it should speak for.
    Look: Which sign stands in front of b_y in equation (eq:readout)?
bias_at_the_first_step: a readout that adds its bias at the first step only
    {"hs @ V + b_y": "hs @ V + b_y * (np.arange(hs.shape[1]) == 0)[:, None]"}
    The bias is the same at every step, like V.
    Look: Does b_y in equation (eq:readout) depend on t?
bias_multiplied: a readout that multiplies by the bias
    {"+ b_y": "* b_y"}
    A bias is what comes out where the state is 0. Multiplied, it leaves 0 there.
    Look: What joins the two terms of equation (eq:readout)?
tanh: a readout that is squashed by tanh
    {"hs @ V + b_y": "np.tanh(hs @ V + b_y)"}
    The states are bounded already; these numbers should not be. Between -1 and 1 no word could be more than 7.4 times
    as likely as another.
    Look: Equation (eq:readout) is a product and a sum, nothing around it.
hs_squashed: a readout that puts hs through tanh once more
    {"hs @ V": "np.tanh(hs) @ V"}
    Every state went through tanh in its step.
    Look: Equation (eq:readout) is a product and a sum.
sigmoid: a readout that is squashed by a sigmoid
    {"hs @ V + b_y": "0.5 + 0.5 * np.tanh((hs @ V + b_y) / 2)"}
    That would ask of every word by itself whether it comes next. Logits are any numbers; what makes probabilities of
    them is the next function.
    Look: Equation (eq:readout) is a product and a sum, nothing around it.
relu: a readout that is cut off below 0
    {"hs @ V + b_y": "np.maximum(hs @ V + b_y, 0)"}
    A negative number says that a word is unlikely. Cut off, all the unlikely words become alike.
    Look: Equation (eq:readout) is a product and a sum, nothing around it.
softmax: probabilities, the softmax of the right logits
    {"return hs @ V + b_y": "z = hs @ V + b_y\n"
        "    e = np.exp(z - z.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True)"}
    That comes next, in a function of its own. The loss needs the logits themselves.
    Look: Equation (eq:readout) is a product and a sum, nothing around it.
log_softmax: logarithms of probabilities, the log of the softmax of the right logits
    {"return hs @ V + b_y": "z = hs @ V + b_y\n"
        "    z = z - z.max(axis=-1, keepdims=True)\n"
        "    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))"}
    That comes later, in the loss.
    Look: Equation (eq:readout) is a product and a sum, nothing around it.
largest_taken_off: the right logits, less the largest of each step
    {"return hs @ V + b_y": "z = hs @ V + b_y\n    return z - z.max(axis=-1, keepdims=True)"}
    The softmax will do that for itself. Here every logit is wanted as it is.
    Look: Equation (eq:readout) is a product and a sum, nothing more.
last_step_only: a readout of the last step alone
    {"hs @ V + b_y": "hs[:, -1] @ V + b_y"}
    A guess of the next word is wanted after every word, not only after the last one.
    Look: The docstring gives the shape of the logits: where did T go?
last_step_everywhere: a readout that repeats the last step's logits at every step
    {"hs @ V": "(0 * hs + hs[:, -1:]) @ V"}
    Each step should be read from its own state. What stands at the first step has then read the whole sequence.
    Look: Does your code use the time step's index t when it reads hs?
first_sequence_for_all: a readout of the first sequence, repeated for the whole batch
    {"hs @ V": "(0 * hs + hs[:1]) @ V"}
    Each sequence has states of its own.
    Look: Does your code use the batch's index n when it reads hs?
averaged_over_time: a readout of the mean of all the states of a sequence
    {"hs @ V + b_y": "hs.mean(axis=1) @ V + b_y"}
    A guess of the next word is wanted after every word, from the state there.
    Look: The docstring gives the shape of the logits: where did T go?
summed_over_time: a readout of the states so far, added up
    {"hs @ V": "np.cumsum(hs, axis=1) @ V"}
    The state of a step holds what it remembers of the earlier ones already.
    Look: Which states stand in equation (eq:readout)?
one_step_late: a readout of the state before each step, with zeros at the first one
    {"hs @ V": "np.concatenate([0 * hs[:, :1], hs[:, :-1]], axis=1) @ V"}
    The guess after a word should be read from the state that has read it.
    Look: Equation (eq:readout) has the same t on both sides.
first_step_only: a readout of the first step alone
    {"hs @ V + b_y": "hs[:, 0] @ V + b_y"}
    A guess of the next word is wanted after every word.
    Look: The docstring gives the shape of the logits: where did T go?
largest_over_time: a readout of each unit's largest value over time
    {"hs @ V + b_y": "hs.max(axis=1) @ V + b_y"}
    A guess of the next word is wanted after every word, from the state there.
    Look: The docstring gives the shape of the logits: where did T go?
exponentials: the exponentials of the right logits
    {"hs @ V + b_y": "np.exp(hs @ V + b_y)"}
    That is the softmax's first half, which comes next.
    Look: Equation (eq:readout) is a product and a sum, nothing around it.
mean_taken_off: the right logits, less the mean of each step
    {"return hs @ V + b_y": "z = hs @ V + b_y\n    return z - z.mean(axis=2, keepdims=True)"}
    The softmax doesn't mind. But every logit is wanted as it is.
    Look: Equation (eq:readout) is a product and a sum, nothing more.
averaged_over_units: a readout divided by the number of units
    {"hs @ V + b_y": "(hs @ V + b_y) / hs.shape[2]"}
    Every unit adds its part in full.
    Look: Does equation (eq:readout) divide by anything?
scaled: a readout whose product is divided by the square root of H
    {"hs @ V": "hs @ V / np.sqrt(hs.shape[2])"}
    Attention scales like that. A readout does not.
    Look: Does equation (eq:readout) divide by anything?
one_bias_for_all: a readout that adds the mean of the biases to every word
    {"+ b_y": "+ b_y.mean()"}
    Every word has a bias of its own: some words are more frequent than others.
    Look: The docstring gives the shape of b_y, and numpy spreads it over the rest.
likeliest_word: the number of the likeliest word at each step
    {"hs @ V + b_y": "(hs @ V + b_y).argmax(axis=2).astype(np.float64)"}
    That is the guess. Asked is a number for every word, from which the guess and its cost will be made.
    Look: The docstring gives the shape of the logits: where did K go?
time_reversed: the right logits with time running backwards
    {"hs @ V": "hs[:, ::-1] @ V"}
    Each time step keeps its place.
    Look: Equation (eq:readout) has the same t on both sides.
turned_round: a readout with V on its side
    {"hs @ V": "hs @ V.T"}
    V has a row for each unit and a column for each word. Turned round it fits only where there are as many of the one
    as of the other.
    Look: Write the shapes of hs and V beside the product: which two axes have to be equal?
time_first: the right logits with the axes in the order (T, N, K)
    {"hs @ V + b_y": "(hs @ V + b_y).transpose(1, 0, 2)"}
    Batch and time have changed places: this course is batch first.
    Look: The docstring gives the order of the axes.
words_before_time: the right logits with the axes in the order (N, K, T)
    {"hs @ V + b_y": "(hs @ V + b_y).transpose(0, 2, 1)"}
    Time and word have changed places. (PyTorch's loss wants them like that; ours does not.)
    Look: The docstring gives the order of the axes.
flat: the right logits as one long list, (N T, K)
    {"hs @ V + b_y": "hs.reshape(-1, hs.shape[2]) @ V + b_y"}
    Batch and time have been joined into one axis, and were not taken apart again.
    Look: Compare the number of axes with the docstring's.
""")

RIGHT = (
    {"hs @ V + b_y": "np.einsum('nth,hk->ntk', hs, V) + b_y"},
    {"hs @ V + b_y": "(hs.reshape(-1, len(V)) @ V + b_y).reshape(*hs.shape[:2], -1)"},
    {"hs @ V + b_y": "np.tensordot(hs, V, axes=1) + b_y[None, None, :]"},
    {"hs @ V + b_y": "np.stack([hs[:, t] @ V + b_y for t in range(hs.shape[1])], axis=1)"},
    {"hs @ V + b_y": "np.array([row @ V + b_y for row in hs])"},
    """
def readout(hs, V, b_y):
    N, T, H = hs.shape
    logits = np.zeros((N, T, len(b_y)))
    for n in range(N):
        for t in range(T):
            for k in range(len(b_y)):
                logits[n, t, k] = np.sum(hs[n, t] * V[:, k]) + b_y[k]
    return logits
""",
    """
def readout(hs, V, b_y):
    logits = np.zeros(hs.shape[:2] + b_y.shape)
    logits[:] = b_y
    logits += hs @ V
    return logits
""",
)

EXERCISE = Exercise(
    name="readout",
    title="A number for every word",
    arguments={"hs": "(N, T, H)", "V": "(H, K)", "b_y": "(K,)"},
    returns=(Array("logits", "(N, T, K)"),),
    parts=(Part("the logits", points=1), Part("right on large numbers", points=1, tags=LARGE)),
    difficulty=1,
    minutes=4,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:readout) is a matrix product and a sum. Write the shape of hs, V and b_y beside it.",
        "@ between an array of shape (N, T, H) and one of (H, K) multiplies at each n and t by itself: the "
        "result is (N, T, K). No loop is needed, and nothing goes around it.",
        "hs @ V, and b_y added: numpy spreads it over all n and t.",
    ),
    explanation=(
        "Logits are any numbers, one for every word of the vocabulary; nothing bounds them, and they need not add up "
        "to anything. Each is a weighted sum of what the network remembers, so a unit whose row in V is positive at "
        "sit and negative at sits speaks for the plural."
    ),
)
