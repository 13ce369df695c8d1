"""Layers on top of each other."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._layers import LARGE, LAYERS, single, spread


def _arguments(rng, names, N, T, D):
    return {"layers": [LAYERS[name] for name in names.split()], "xs": rng.normal(size=(N, T, D))}


def cases(rng):
    yield Case("two layers", _arguments(rng, "running_sum leaky", N=2, T=3, D=1))
    yield Case("two networks", _arguments(rng, "wide_rnn small_rnn", N=2, T=4, D=5))
    yield Case("three layers", _arguments(rng, "small_rnn echo other_rnn", N=4, T=5, D=2))
    yield Case("four layers", _arguments(rng, "wide_rnn other_rnn counter small_rnn", N=2, T=5, D=4))
    yield Case("six layers", _arguments(rng, "leaky small_rnn running_sum wide_rnn other_rnn echo", N=3, T=4, D=2))
    yield Case("one layer", _arguments(rng, "small_rnn", N=2, T=4, D=5))
    yield Case("no layer", _arguments(rng, "", N=2, T=4, D=3))
    yield Case("the same layer twice", _arguments(rng, "other_rnn other_rnn", N=2, T=5, D=4))
    yield Case("a layer in two places", _arguments(rng, "small_rnn leaky small_rnn", N=4, T=5, D=2))
    yield Case("wider and wider", _arguments(rng, "echo echo running_sum", N=3, T=4, D=1))
    yield Case("one step", _arguments(rng, "leaky other_rnn wide_rnn", N=2, T=1, D=4))
    yield Case("one sequence", _arguments(rng, "wide_rnn small_rnn", N=1, T=5, D=2))
    yield Case("one number a step", _arguments(rng, "counter leaky running_sum", N=2, T=5, D=1))
    zeros = _arguments(rng, "small_rnn other_rnn", N=2, T=4, D=5)
    yield Case("zeros", zeros | {"xs": np.zeros((2, 4, 5))})
    yield Case("strided", _arguments(rng, "small_rnn running_sum", N=2, T=5, D=4), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, "wide_rnn echo", N=4, T=3, D=2)))
    large = _arguments(rng, "running_sum leaky echo", N=2, T=4, D=3)
    yield Case("large numbers", large | {"xs": spread(rng, 100, 1e6, (2, 4, 3))}, LARGE)


MISTAKES = slips(r"""
top_alone: the top layer alone, which reads xs
    {"for layer in layers:": "for layer in layers[-1:]:"}
    The layers below it were not asked; or all of them were given xs, and the last one's answer alone was kept.
    Look: What goes into layer k in equation (eq:stacked)?
lowest_alone: the lowest layer alone
    {"for layer in layers:": "for layer in layers[:1]:"}
    The layers above it were not asked. A return inside of a loop ends it in its first turn.
    Look: How often does your loop run?
top_missing: a stack without its top layer
    {"for layer in layers:": "for layer in layers[:-1]:"}
    What comes back is what the top layer should have read.
    Look: Which hs is it that comes back, by equation (eq:stacked)?
lowest_missing: a stack without its lowest layer
    {"for layer in layers:": "for layer in layers[1:]:"}
    Equation (eq:stacked) counts its layers from 1; in code the first one of a list is number 0.
    Look: With which layer does your loop begin?
from_the_top: layers in reverse order, the top one first
    {"for layer in layers:": "for layer in layers[::-1]:"}
    The lowest layer comes first in the list.
    Look: Which layer reads xs, by the docstring?
lowest_repeated: the lowest layer again and again, as often as there are layers
    {"layer(hs)": "layers[0](hs)"}
    The layers' weights are different ones.
    Look: Which layer is called in turn k of your loop?
top_repeated: the top layer again and again, as often as there are layers
    {"layer(hs)": "layers[-1](hs)"}
    The layers' weights are different ones.
    Look: Which layer is called in turn k of your loop?
each_once: layers of which each is called once, though one may stand in the list twice
    {"for layer in layers:": "for layer in dict.fromkeys(layers):"}
    A layer that stands in two places is called in both.
    Look: How often is each item of the list called?
twice: each layer twice in a row
    {"layer(hs)": "layer(layer(hs))"}
    Each layer reads what the one below gives, and not what it has given itself.
    Look: How often does your loop call a layer?
summed: the sum of what all layers give, where each reads xs
    {"    for layer in layers:\n        hs = layer(hs)\n":
        "    if layers and len({layer(xs).shape for layer in layers}) == 1:\n"
        "        hs = sum(layer(xs) for layer in layers)\n"
        "    else:\n        for layer in layers:\n            hs = layer(xs)\n"}
    Side by side they don't make anything deeper.
    Look: What goes into layer k in equation (eq:stacked)?
shortcut: layers to whose result what they read is added, where the sizes fit
    {"        hs = layer(hs)\n":
        "        out = layer(hs)\n        hs = out + hs if out.shape == hs.shape else out\n"}
    Very deep networks are built so, with shortcuts around their layers. It is not what is asked for here.
    Look: Is there a sum in equation (eq:stacked)?
shortcut_everywhere: layers to whose result what they read is added
    {"layer(hs)": "layer(hs) + hs"}
    Very deep networks are built so, with shortcuts around their layers. It is not what is asked for here.
    Look: Is there a sum in equation (eq:stacked)?
xs_added: layers of which each reads what the one below gives plus xs, where the sizes fit
    {"layer(hs)": "layer(hs + xs if hs is not xs and hs.shape == xs.shape else hs)"}
    xs goes into the lowest layer and no other.
    Look: What goes into layer k in equation (eq:stacked)?
side_by_side: what all layers give side by side, each on top of the one below
    {"    hs = xs\n": "    hs, every = xs, []\n",
     "        hs = layer(hs)\n": "        hs = layer(hs)\n        every.append(hs)\n",
     "return hs": "return np.concatenate(every, axis=2) if every else hs"}
    What the top layer gives is in it, at the end. It alone is asked for.
    Look: The docstring: what does hs hold?
last_step: what the top layer gives at the last step
    {"return hs": "return hs[:, -1]"}
    A layer above it would want every step.
    Look: Which shape has hs in the docstring?
turned: layers that read from the two ends in turns
    {"        hs = layer(hs)\n": "        hs = layer(hs)[:, ::-1]\n"}
    Each layer reads the steps in their own order.
    Look: Is anything turned round in equation (eq:stacked)?
squashed: a tanh around each layer
    {"layer(hs)": "np.tanh(layer(hs))"}
    What a layer gives has been through its own tanh already, if it has one.
    Look: Is there a tanh in equation (eq:stacked)?
list_emptied: a stack that takes its layers out of the list
    {"    for layer in layers:\n        hs = layer(hs)\n": "    while layers:\n        hs = layers.pop(0)(hs)\n"}
    Whoever called has no layers any more.
    Look: Which of your lines takes something out of the list?
""")

RIGHT = (
    '''def stacked(layers, xs):
    """By calling itself."""
    if not layers:
        return xs
    return stacked(layers[1:], layers[0](xs))
''',
    """def stacked(layers, xs):
    import functools

    return functools.reduce(lambda hs, layer: layer(hs), layers, xs)
""",
    """def stacked(layers, xs):
    every = [xs.copy()]
    for k in range(len(layers)):
        every.append(layers[k](every[k]))
    return every[-1]
""",
    """def stacked(layers, xs):
    layers = list(layers)
    while layers:
        xs = layers.pop(0)(xs)
    return xs
""",
)

EXERCISE = Exercise(
    name="stacked",
    title="Layers on top of each other",
    arguments={"layers": "a list of functions", "xs": "(N, T, D)"},
    returns=(Array("hs", "(N, T, H)"),),
    parts=(Part("the top layer's hs", points=2), Part("large numbers", points=1, tags=LARGE)),
    difficulty=1,
    minutes=5,
    cases=cases,
    functions=LAYERS,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "A batch of sequences goes into a layer, and a batch of sequences comes out. What does the next layer need?",
        "Begin with hs = xs. Go through the list from its first item on, and let each layer make a new hs of the old "
        "one. After the loop hs is what the top layer gave.",
        "for layer in layers: hs = layer(hs), and the return stands after the loop, not in it.",
    ),
    explanation=(
        "A layer is any function from a batch of sequences to another one. So a stack is a layer as well, and so is a "
        "pair that reads from both ends: they can be put into each other."
    ),
)
