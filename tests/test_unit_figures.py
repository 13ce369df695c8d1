"""The figures of the units: each draws what it is given, says what it shows, and keeps to the palette.

A module of figures a unit (grader/figures/NAME.py), and here a call of each of its functions with a learner's numbers.
"""

import importlib
import inspect
import itertools
import re
import sys
import warnings
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer

import grader.figures
from grader.data import expressions, reber
from grader.figures import (
    COLORS,
    _automaton,
    _choices,
    _credit,
    _difference,
    _followed,
    _guesses,
    _heat,
    _powers,
    _relatives,
    _steps,
    _trees,
    _unrolled,
    entities,
    gates,
    language,
    learning,
    rnn,
    sentiment,
    start,
    summarisation,
    translation,
    vanishing,
    variants,
)
from grader.figures._svg import number

SHARED = {"console", "diagram", "memory", "palette", "show", "timing"}  # modules of figures that are no unit's own
UNITS = sorted(
    path.stem
    for path in Path(grader.figures.__file__).parent.glob("*.py")
    if not path.stem.startswith("_") and path.stem not in SHARED
)
# modules that draw for those of the units
OF_SEVERAL = (
    "_automaton",
    "_choices",
    "_coloured_text",
    "_credit",
    "_difference",
    "_followed",
    "_forgetting",
    "_guesses",
    "_layers",
    "_plots",
    "_steps",
    "_suspects",
    "_told",
    "_trees",
)
NOT_DRAWN = {"answers", "results", "side_by_side", "steps"}  # what a module gives to experiments beside figures

z = np.linspace(-8, 8, 33)
s = 1 / (1 + np.exp(-z))
xs = np.random.default_rng(3).normal(size=(3, 4, 2))
ids = np.array([0, 1, 2])
words = ["My", "dogs", "whom", "I", "adopted", "in", "2009", "chase", "a", "squirrel", "."]
up, down = np.linspace(-0.9, 0.7, 11), np.linspace(0.8, -0.6, 11)
share = np.linspace(0, 1, 11)
pair = np.stack([up, down], axis=1)
apart = {"h": np.exp(-np.arange(20)) * [[1.0], [2.0]], "c": np.exp(-np.arange(20) / 9) * [[1.0], [2.0]]}
apart["both"] = np.ones((2, 20)) * [[0.5], [0.7]]
counted = {"float32": [1.003, 1.006, 1.009], "bfloat16": [1.0, 1.0, 1.0]}
errors = {"float32": [[1e-7, 2e-7], [3e-7, 2e-7]], "mixed": [[1e-3, 2e-3], [1e-3, 3e-3]]}
told = np.tril([[0.5, 0, 0], [0.1, 0.4, 0], [0.0, 0.2, 0.3]])
times = {"packed gates": 123.4, "CUDA graph": None, "torch.nn.LSTM": 40.2, "floor: multiplications": 9.3}


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def leaky(words, alpha):
    return alpha * np.linspace(-1, 1, len(words))


def unit(weight, given):
    """The states of a unit, and a gradient at each, (T,) each."""
    hs = np.full(20, np.tanh(given))
    return hs, (weight * (1 - hs**2)) ** np.arange(20)[::-1]


def hand(weight, bias):
    i = np.array([sigmoid(bias + weight * (word == "dogs")) for word in words])
    return i, np.cumsum(i * (np.array(words) == "I") - i * (np.array(words) == "dogs"))


def window(k):
    return {"chase": 0.5, "chases": 0.5} if k < 3 else {"chase": 1.0}


def squash(logits):
    e = np.exp(logits)
    return e / e.sum(axis=2, keepdims=True)


def reads(words):
    return squash(np.arange(3.0) * np.arange(len(words))[None, :, None])[0]  # as if there were three words


def curve(step):
    return 0.75 * step + step**2 + step**3


def two_optimisers(slopes, lr):
    return {"SGD": lr * np.cumsum([0.0, *slopes]), "Adam": lr * np.arange(len(slopes) + 1.0)}


def states_of(symbols):
    return reber.states(reber.encode(symbols))


def likely(T):
    return np.linspace([0.5, 0.25, 0.25], [0.25, 0.75, 0.0], T)


seen_inside = {"before": {key: xs[0] / 9 for key in "ifoc"}, "after": {key: xs[1] for key in "ifoc"}}


def ways(bias):
    """The norms of a gradient by two ways, (T,) each."""
    return 1.5 * sigmoid(bias) ** np.arange(20)[::-1], sigmoid(bias) ** np.arange(20)[::-1]


def told_to(i, f, g, o, c_prev, dc):
    return np.array([i * g, f * c_prev, i, o, f + dc])


def suspected(name, steps, from_h, from_c):
    """The errors of a backward pass by its letter; where the loss looks at nothing there are none."""
    return {"dxs": 0.4 * (name == "B") * (from_h or from_c), "dc0": 1e-4 * steps * (name > "C") * from_c, "db_o": 1e-12}


def counts_up(peephole, bias):
    """A cell that counts, and its output gate: (T,) each."""
    c = 0.05 * np.arange(1.0, 101.0)
    return c, sigmoid(peephole * c + bias)


def one_gru(b_z, b_r):
    """The inputs and the states of a unit that keeps and reads as its two biases say: (T,) each."""
    given = np.zeros(12)
    given[[2, 7]] = 1.0, -1.0
    return given, np.tanh(sigmoid(b_r) * np.cumsum(given) + (1 - sigmoid(b_z)) * given)


some_tree = ("any", [("0", []), ("all", [("1", []), ("1", []), ("0", [])])])
other_tree = ("odd", [("1", []), ("1", [])])


def holds(whole):
    """A network that is right at each node but for the second, and what each is: (M,) each."""
    values = np.array([expressions.value(one) for one in expressions.nodes(whole)])
    return np.where(np.arange(len(values)) == 1, 1 - values, values) * 0.8 + 0.1, values


fared = {"LSTM": [share, up**2], "GRU": [up**2, share]}


def choose(temperature, k, p):
    """Probabilities of three symbols; a sharper choice keeps fewer of them."""
    left = np.array([0.5, 0.3, 0.2]) ** (1 / temperature) * (np.arange(3) < k) * (np.cumsum([0, 0.5, 0.3]) < p)
    return left / left.sum()


def goodness(words):
    """How good each word is said to be, (T,): one side of a half, then the other, and so on."""
    return 0.5 + 0.4 * np.cos(np.arange(len(words)))


def read_words(words):
    """A text's answer, and the shares of its words in two ways."""
    some = np.arange(1.0, len(words) + 1)
    return 0.1 * len(words), {"by the gradient": some / some.sum(), "left out": some[::-1] / some.sum()}


halves = 1 * (share < 0.45)


def in_common(first, second):
    """How alike two texts are: a share of words, more where the first are the same."""
    return 0.9 * len({*first} & {*second}) / len({*first} | {*second}) + 0.1 * (first[0] == second[0])


def above_zero(scores, labels):
    return float(np.mean(np.asarray(scores)[labels == 1] > 0))


tree = {(): {"the": 0.6, "a": 0.4}, ("the",): {"dog": 0.5, "cat": 0.5}, ("a",): {"cat": 1.0}}


def search(width):
    return (["the", "dog"], -0.6) if width == 1 else (["a", "cat"], -0.46)


def mixed(p_gen):
    return np.array([0.8 * p_gen, 0.2 * p_gen + 0.4 * (1 - p_gen), 0.6 * (1 - p_gen)])


looked = np.array([[0.1, 0.2, 0.7], [0.9, 0.0, 0.1]])
two_keys = np.array([[1.0, 0.0], [-0.5, 0.8]])


def looked_from(angle, length):
    """The weights of two keys, and their mean, for a query."""
    e = np.exp(length * two_keys @ [np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    return e / e.sum(), e / e.sum() @ two_keys


# the function's name: its arguments, and the numbers of theirs that stand in the picture as they are
CALLS = {
    "start": {
        "reading_words": ((), {}, ()),
        "mirror_image": ((z, s, 1 - s), {}, (s, 1 - s)),
        "sigmoid_curve": ((z, s, s * (1 - s)), {}, (s, s * (1 - s))),
        "sigmoid_slider": ((sigmoid,), {}, (sigmoid(start._CURVE),)),
        "batch_explorer": ((xs,), {}, ()),
        "one_product": ((2, 3, 4), {}, ()),
        "fits": ((["a", "b", "c"], ids, ids % 2, ids / 3, ids / 2), {}, (ids % 2, ids / 3, ids / 2)),
        "one_hot_tables": ((np.eye(4)[[[0, 2], [2, 3]]], [["a", "c"], ["c", "d"]], list("abcd")), {}, ()),
    },
    "gates": {
        "cell": (("leaky",), {}, ()),
        "plain_rnn": ((words, {0.5: up, 2.0: down}), {}, (up, down)),
        "running_sum": ((words, 9 * up), {}, (9 * up, np.tanh(9 * up))),
        "every_alpha": ((share, up, {"dogs": down, "I": share}), {}, (up, down, share)),
        "alpha_slider": ((words, leaky), {}, (leaky(words, 0.3), leaky(words, 0.98))),
        "gated": ((words,), {"g": up, "i": share, "f": 1 - share, "c": down}, (up, share, 1 - share, down)),
        "gate_by_hand": ((words, hand), {}, hand(8.0, -4.0)),
        "two_units": ((words, pair, 3 * pair, up, down), {}, (3 * up, 3 * down, up, down)),
        "ways": (({"h = c": 3, "h = o * tanh(c)": 9}, 10), {}, ((3, 9),)),
        "gate_console": ((), {}, ()),
        "latch": (
            (up, share == 0.5, share == 1),
            {"i": share, "f": 1 - share, "o": share**2, "c": down, "h": up / 2},
            (up, share, 1 - share, share**2, down, up / 2),
        ),
        "distances": (([1, 10, 100], [1, 0.9, 0.8], [0.7, 0.6, 0.5]), {}, ([1, 0.9, 0.8], [0.7, 0.6, 0.5])),
    },
    "bptt": {
        "backward": (("loop",), {}, ()),
        "credit_paths": ((list("abc"), list("xyz"), told, 2), {}, ()),
        "difference_dial": ((curve, 0.75), {}, ()),
        "error_over_h": (
            ([0.1, 0.01, 1e-3], {"one": [0.1, 0.01, 0.02], "two": [0.2, 0.3, 0.0]}),
            {},
            ([0.1, 0.01, 0.02],),
        ),
        "outcomes": (
            ({"right": [0.55, 0.56], "wrong": [0.7, 3.0]}, {"right": 1e-12, "wrong": 0.4}, 0.5, 0.6),
            {},
            ((1e-12, 0.4),),
        ),
        "paths": ((3,), {}, ()),
        "pulls": ((["a", "b", "c"], [0.2, 0.5, 0.3], [0.2, -0.5, 0.3], "b"), {}, ([0.2, 0.5, 0.3], [0.2, -0.5, 0.3])),
        "two_clips": (([8.0, 2.0], [3.88, 0.97], [4.0, 2.0]), {}, ()),
        "verbs_learned": (
            ({"one": {"": 1.0, "that I saw": 0.5}, "two": {"": 0.75, "that I saw": 0.25}},),
            {},
            ((1.0, 0.5), (0.75, 0.25)),
        ),
    },
    "lstm": {
        "whole_cell": ((), {}, ()),
        "packed_product": ((), {}, ()),
        "block_order": ((), {}, ()),
        "two_counts": (
            ([1, 2, 1], [0.9, 1.9, 1.0], [0.9, 1.8, 1.9]),
            {},
            ([1, 2, 1], [0.9, 1.9, 1.0], [0.9, 1.8, 1.9]),
        ),
        "over_a_sentence": ((), {}, ()),
        "distances": ((apart,), {}, (np.median(apart["h"], axis=0), np.median(apart["both"], axis=0))),
        "reading": (({key: xs for key in "ifgoch"}, [list("abcd"), list("efgh"), list("ijkl")]), {}, ()),
        "torch_layout": ((), {}, ()),
    },
    "vanishing": {
        "reached": ((words, {"before": share**2 + 1e-9, "after": share + 1e-3}), {}, (share**2 + 1e-9, share + 1e-3)),
        "slopes": ((z, s * (1 - s), 1 - np.tanh(z) ** 2), {}, (s * (1 - s), 1 - np.tanh(z) ** 2)),
        "one_unit": ((unit,), {}, (unit(0.9, 0.0)[1], unit(1.5, 0.5)[1])),
        "jacobians": ((np.outer(up, down), np.outer(up, down) + 1e-9), {}, ()),
        "eigenvalues": (({"radius 0.5": up / 2, "radius 1.5": 1.5j * down},), {}, (0 * up, 1.5 * down)),
        "over_time": (({"radius 0.5": apart["h"], "radius 1": apart["both"]},), {}, (np.median(apart["h"], axis=0),)),
        "radius_slider": ((lambda radius, loudness: unit(radius, loudness)[1],), {}, (unit(1.5, 0.5)[1],)),
        "cliff": (
            (share, up, np.add.outer(up, share) ** 2, {"as it is": pair, "clipped": pair / 2}),
            {},
            (down, down / 2, (up[-1] + share) ** 2),
        ),
        "accuracy": (
            ([1, 5, 9], {"plain": [[1, 0.8, 0.6], [0.9, 0.8, 0.7]]}, {"more frequent": [0.6, 0.6, 0.6]}),
            {},
            ([0.95, 0.8, 0.65], [0.6, 0.6, 0.6]),
        ),
    },
    "sentiment": {
        "decided": (
            ([words, words[:3]], [share, [0.5, 0.2, 0.3]], ["read as good", "as bad"], "Any shares, with no seed."),
            {},
            (),
        ),
        "own_words": (
            (read_words, "My dogs chase a squirrel", words, "Any shares, with no seed."),
            {},
            tuple(read_words(words[:5])[1].values()),
        ),
        "word_by_word": ((goodness, [words, words[:4]], "Any answers, with no seed."), {}, (goodness(words),)),
    },
    "gpu": {
        "price_of_a_step": (([4, 8], [30.0, 50.0], [0.25, 4.0]), {}, ([30.0, 50.0], [0.25, 4.0])),
        "prices": ((), {}, ()),
        "cut": ((), {}, ()),
        "slices": (([50, 100], [1.5, 6.0], [0.5, 1.0]), {}, ([1.5, 6.0], [0.5, 1.0])),
        "rounding": ((), {}, ()),
        "counting": (({0.003: counted, 0.006: counted},), {}, tuple(counted.values())),
        "digits": ((errors,), {}, tuple(np.median(off, axis=0) for off in errors.values())),
        "launches": ((), {}, ()),
        "memory_and_chip": ((), {}, ()),
        "tile": ((), {}, ()),
        "ladder": ((times, "N = 16, T = 50, on this machine's cpu."), {}, ((123.4, 0, 40.2, 9.3),)),
    },
    "rnn": {
        "cell": ((), {}, ()),
        "unrolled": ((), {}, ()),
        "embedding": ((["a", "c"], [0, 2], xs[0][:3], list("abc")), {}, ()),
        "states": ((["abcd", "efgh", "ijkl"], np.tanh(xs), "Any states, drawn with seed 3."), {}, ()),
        "moved": ((words, 3, {"one": share, "two": 1 - share}), {}, (share, 1 - share)),
        "cost_of_a_guess": ((share[1:], 1 / share[1:], {"half": 0.5}), {}, (1 / share[1:],)),
        "padded": (([0, 5, 9], {"the mean": [3.0, 2.0, 1.0], "ours": [3.0, 3.0, 3.0]}), {}, ([3, 2, 1], [3, 3, 3])),
        "right_verbs": ((["near", "far"], {"window": [1.0, 0.5], "ours": [1.0, 0.9]}), {}, ([1, 0.5], [1, 0.9])),
        "number_held": ((words, np.outer(up, [1.0, -1.5]), 2, "Any gaps, with no seed."), {}, ()),
        "window_slider": ((words[:6], window), {}, ()),
        "softmax_dials": ((["a", "b", "c"], squash), {}, ([1 / 3] * 3,)),
        "guesses": ((reads, [words[:4], words[:2]], ["a", "b", "c"], "Any guesses, with no seed."), {}, ()),
        "loss_curves": (({"one": 1 + share[::-1]},), {}, (1 + share[::-1],)),
    },
    "identification": {
        "by_place": (
            (["1", "2"], {"LSTM": [[0.5, 0.75], [0.25, 0.5]], "3-gram": [0.5, 0.875]}, "Of no seed at all, drawn."),
            {"x": "letters", "y": "share"},
            ([0.375, 0.625], [0.5, 0.875]),
        ),
        "compared": (
            ({"one": [0.1, 0.2], "two": [0.4, 0.6]}, "Seeds 0 and 1 of each."),
            {"y": "share", "levels": {"letters": 0.5}},
            ([0.15, 0.5], [0.1, 0.2], [0.5, 0.5]),
        ),
        "confused": (([[5, 2, 0], [1, 7, 0], [0, 0, 4]], ["da", "sv", "pl"], "Of no seed at all, drawn."), {}, ()),
        "keep_dial": (
            (lambda keep: ["da"] * 3 + ["pl" if keep < 0.9 else "da"] * 3, "en to ", ["da"] * 3 + ["pl"] * 3),
            {},
            (),
        ),
        "letters_dial": (({"letters": lambda text: likely(len(text))}, "ord", ["Danish", "Swedish", "Polish"]), {}, ()),
        "quoted": (("en to ", ["da"] * 3 + ["pl"] * 3, {"LSTM": ["da"] * 6}, "Of no seed at all, drawn."), {}, ()),
    },
    "entities": {
        "by_place": (
            (["near", "far"], {"one": [[1, 0.5], [0.8, 0.3]], "two": [0.1, 0.2]}, "Of no seed at all, drawn."),
            {"x": "where", "y": "found"},
            ([0.9, 0.4], [0.1, 0.2]),
        ),
        "compared": (
            ({"one": [0.1, 0.2], "two": [0.4, 0.6]}, "Seeds 0 and 1 of each."),
            {"y": "F1 of the spans", "levels": {"by the nearest": 0.7}},
            ([0.15, 0.5], [0.1, 0.2], [0.7, 0.7]),
        ),
        "found": (
            (
                words,
                {"true": [[1, 2, 0]], "ours": [[1, 3, 0], [9, 10, 1]]},
                ["PER", "LOC"],
                "A text of no seed at all.",
            ),
            {},
            (),
        ),
        "report_dial": (
            ([(words, {"true": [[1, 2, 0]], "ours": []})] * 2, ["PER", "LOC"], "The first of two texts."),
            {},
            (),
        ),
        "writer": ((lambda text: [[0, 2, 1]], "Some town, and more.", ["PER", "LOC"]), {}, ()),
    },
    "language": {
        "beam_dial": ((tree, search), {}, ()),
        "bits_over_time": (
            (
                {"one": [(share, up), (share, down)], "two": [(share, share)]},
                {"3-gram": 0.25},
                "Of no seed at all, drawn.",
            ),
            {"x": "seconds"},
            (up, down, share, [0.25, 0.25]),
        ),
        "by_place": (
            (["a", "b", "c"], {"one": [[1, 2, 3], [3, 2, 1]], "two": [0.1, 0.2, 0.3]}, "Of no seed at all, drawn."),
            {"x": "letter", "y": "bits"},
            ([1, 2, 3], [2, 2, 2], [0.1, 0.2, 0.3]),
        ),
        "cell_reader": (
            ("a (b) c", np.outer(up[:7], [1, -1]), [0, 0, 1, 1, 1, 0, 0], [0.5, -0.75], "a bracket", 1),
            {},
            (),
        ),
        "choice_dial": ((choose, list("abc"), "Any probabilities."), {}, (choose(1.0, 3, 1.0), choose(0.5, 3, 1.0))),
        "compared": (
            ({"one": [0.1, 0.2], "two": [0.4, 0.6]}, "Seeds 0 and 1 of each."),
            {"y": "errors", "levels": {"nearest": 0.7}},
            ([0.15, 0.5], [0.1, 0.2], [0.7, 0.7]),
        ),
        "draws": ((["a", "b"], [0.25, 0.75], [20, 80]), {}, ([0.2, 0.8], [0.25, 0.75])),
        "follows": (({"after": up, "before": down / 2}, "an open bracket"), {}, (np.sort(np.abs(up))[::-1],)),
        "shifted": (("abcd",), {}, ()),
        "spoken": ((lambda temperature: f"it is {temperature} degrees", "What is written by nobody."), {}, ()),
        "used_up": ((["a", "pub"], [[1, 0.9], [0.9, 0.2]], ["near", "kind"]), {}, ()),
        "verse": ((["a cat", "a hat", "a dog"], [(0, 1, True), (1, 2, False)], "A verse of no seed."), {}, ()),
    },
    "learning": {
        "by_step": (({"one": share, "two": np.append(up[1:], np.nan)}, "Of no seed at all, drawn."), {}, (share,)),
        "cells_alike": (({"zeros": 0 * pair, "ours": pair},), {}, (up, down)),
        "cut_stream": ((), {}, ()),
        "forget_dial": ((sigmoid,), {}, (sigmoid(5.0) ** np.arange(111.0),)),
        "gates": ((seen_inside, list("abcd")), {}, ()),
        "grammar": ((reber.ARROWS,), {}, ()),
        "on_new_data": (({"one": [np.stack([share, up], axis=1)]}, 0.4), {}, (share, up)),
        "progress": (
            (
                {"one": [(share, up), (share, down)], "two": [(share, share)]},
                {"guessing": 0.25},
                "share",
                "Of no seed at all, drawn.",
            ),
            {},
            (up, down, share),
        ),
        "read_off": (([[3, 1], [0, 2]], ["0", "1"]), {}, ()),
        "size_of_c": (({"1997": 9 * share, "2000": up}, "Of no seed at all, drawn."), {}, (9 * share, up)),
        "slopes_by_array": (({"before": {"V": 0.3, "b": 0.001}},), {}, ([0.3, 0.001],)),
        "step_dial": ((two_optimisers,), {}, ([5.0] * 4,)),
        "walk": (
            (reber.ARROWS, ["BTBPVVETE", "BPBTXSEPE"], states_of, lambda symbols: states_of(symbols)[::-1]),
            {},
            (states_of("BTBPVVETE"), states_of("BTBPVVETE")[::-1]),
        ),
    },
    "carousel": {
        "backward": (("cell",), {}, ()),
        "chain": ((3,), {}, ()),
        "entries": (([[0.5, -1e-3]], [[0.5 + 1e-9, -1e-3 - 1e-8]]), {}, ([2e-9, 1e-5], [2e-9, 2e-8])),
        "forget_dial": ((ways,), {}, (ways(-2.0)[0], ways(5.0)[1])),
        "learned": (
            ({"right": [300.0, 500.0], "A": [400.0, np.nan]}, {"right": 1e-12, "A": 0.4}, 900),
            {},
            ((1e-12, 0.4), [-0.085, 0.085]),
        ),
        "over_time": (({"RNN": apart["h"], "bias 5": apart["both"]},), {}, (np.median(apart["h"], axis=0),)),
        "step_dials": ((told_to,), {}, (told_to(0.5, 0.5, 0.5, 0.5, 1.0, 0.0),)),
        "suspect_dials": ((suspected, str), {}, ()),
        "two_chains": ((["The", "cat"],), {}, ()),
    },
    "summarisation": {
        "by_fact": (
            (["who", "where"], {"copies": [[1, 0.5], [0.8, 0.7]], "a rule": [0.9, 0.1]}, "Of no seed at all, drawn."),
            {},
            ([1, 0.5], [0.8, 0.7], [0.9, 0.1]),
        ),
        "copy_dial": ((mixed, ["rusk", "ajax", "tomelu"]), {}, (mixed(0.0), mixed(0.5), mixed(1.0))),
        "read_along": ((words[:3], ["My", "."], looked, [0.3, 0.9]), {}, ()),
    },
    "variants": {
        "ablation": (({"sums": {"LSTM": [0.1, 0.2], "GRU": [0.3, np.nan]}}, "share wrong", "Seeds 0 and 1."), {}, ()),
        "both_ways": ((["The", "cat", "(pad)"], 2), {}, ()),
        "by_depth": (
            (
                [1, 2, 3],
                {"tree": [[1, 0.9, 0.8], [0.9, 0.8, 0.7]]},
                {"guessing": [0.5, 0.6, 0.5]},
                (1, 2),
                "Seeds 0, 1.",
            ),
            {},
            ([1, 0.9, 0.8], [0.9, 0.8, 0.7], [0.5, 0.6, 0.5]),
        ),
        "cell": (("gru",), {}, ()),
        "count_dial": ((counts_up,), {}, (*counts_up(2.0, -5.0),)),
        "fared": ((fared, 100, "share wrong", "Seeds 0 and 1."), {}, (np.median([share, up**2], axis=0),)),
        "gru_dial": ((one_gru,), {}, (*one_gru(0.0, -6.0),)),
        "masks": (({"anew": [[0, 1.25], [1.25, 1.25]], "once": [[0, 1.25]] * 2},), {}, ()),
        "on_top": ((["The", "cat"], 2), {}, ()),
        "over_steps": (
            ({"LSTM": 9 * share, "GRU": up}, "cell state", "Of no seed at all, drawn."),
            {},
            (9 * share, up),
        ),
        "reach": (({"forward": np.tril(np.ones((3, 3)))}, list("abc")), {}, ()),
        "tree": ((some_tree, *holds(some_tree), "Of no seed at all, drawn."), {}, ()),
        "tree_player": (([some_tree, other_tree], holds), {}, ()),
    },
    "paraphrase": {
        "areas": (
            ({"bag": [0.5, 0.6], "LSTM": [[0.9, 0.7], [1.0, 0.9]]}, ["roles", "event"], "Of no seed at all, drawn."),
            {},
            ([0.5, 0.6], [0.95, 0.8]),
        ),
        "line_dial": (
            (up, halves, "Any scores, of no seed at all."),
            {},
            ([0, 0, 0, 0, 0, 0, 0, 0.2, 0.4, 0.6, 0.8, 1],),
        ),
        "meanings": (({"one": pair, "two": -pair}, "Of no seed at all, drawn."), {}, (down, -down)),
        "pair_reader": ((in_common, ["a b", "b a", "c a"], list("abc"), "Of no seed at all, drawn."), {}, ()),
        "roc": (({"one": (up, halves), "two": (down, halves)}, above_zero, "Of no seed at all, drawn."), {}, ()),
        "scores_by_kind": (({"same": up, "roles": down[:5]}, "Of no seed at all, drawn."), {}, ()),
    },
    "translation": {
        "alignment": (([[0.9, 0.1], [0.2, 0.8]], ["le", "chat"], ["the", "cat"], [0, 1]), {}, ()),
        "alignment_player": (([(["le", "chat"], ["the", "cat"], [[0.9, 0.1], [0.2, 0.8]])],), {}, ()),
        "attention_dial": ((looked_from, two_keys, ["cat", "dog"]), {}, ()),
        "by_place": (
            (["3-4", "5-6"], {"one": [[1, 0.5], [0.9, 0.6]]}, "Of no seed at all."),
            {"x": "words", "y": "right"},
            ([1, 0.5],),
        ),
        "two_networks": ((["the", "cat"], ["le", "chat", "(end)"]), {}, ()),
    },
    "training": {
        "loss_curves": (
            ({"one": 1 + share[::-1], "two": 2 + share}, {"another": 1.2}, 0.9, "Seed 0."),
            {},
            (1 + share[::-1], 2 + share, [1.2, 1.2], [0.9, 0.9]),
        )
    },
}
EACH = [(module, name) for module, calls in CALLS.items() for name in calls]
PLAYABLE = [
    one for one in EACH if hasattr(getattr(importlib.import_module(f"grader.figures.{one[0]}"), one[1]), "playable")
]
each = pytest.mark.parametrize("module, name", EACH)


@pytest.fixture
def drawn(monkeypatch):
    """What the units' figures hand to show: (figure, alt text, caption), a list."""
    out = []
    names = (*UNITS, "console", *OF_SEVERAL)
    modules = [importlib.import_module(f"grader.figures.{name}") for name in names]
    for module in (one for one in modules if hasattr(one, "show")):
        monkeypatch.setattr(module, "show", lambda fig, *, alt, caption: out.append((fig, alt, caption)))
    monkeypatch.setattr("IPython.display.display", lambda widget: None)
    return out


def call(module, name, *changed):
    arguments, named, _ = CALLS[module][name]
    getattr(importlib.import_module(f"grader.figures.{module}"), name)(*(changed or arguments), **named)


def numbers_in(fig):
    """Every line's heights and every group of bars' lengths, the axes one after the other."""
    found = []
    for ax in fig.axes:
        found += [np.asarray(line.get_ydata(), dtype=float) for line in ax.lines]
        for bars in (c for c in ax.containers if isinstance(c, BarContainer)):
            sideways = bars.orientation == "horizontal"
            found.append(np.array([bar.get_width() if sideways else bar.get_height() for bar in bars]))
    return found


def test_every_figure_of_every_unit_is_here():
    assert sorted(CALLS) == UNITS
    for module in UNITS:
        public = importlib.import_module(f"grader.figures.{module}").__all__
        assert public == sorted(public)
        assert {*CALLS[module]} == {*public} - NOT_DRAWN, module


@each
def test_it_draws_without_a_warning_and_says_what_it_shows(module, name, drawn):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call(module, name)
        ((fig, alt, caption),) = drawn
        fig.canvas.draw()
    assert len(alt.split()) >= 12 and "figure" not in alt.lower(), alt
    assert len(caption.split()) >= 5 and caption.endswith((".", "?")), caption
    assert "nan" not in alt.split() and "  " not in alt


@each
def test_it_shows_the_numbers_that_it_is_given(module, name, drawn):
    call(module, name)
    found = numbers_in(drawn[0][0])
    for wanted in CALLS[module][name][2]:
        same = [got for got in found if got.shape == np.shape(wanted) and np.allclose(got, wanted)]
        assert same, (name, wanted)


@each
@pytest.mark.some(48)
def test_its_colours_are_the_palettes(module, name, drawn):
    call(module, name)
    palette = {*COLORS.values(), "#FFFFFF", "#000000"}
    for ax in drawn[0][0].axes:
        used = [line.get_color() for line in ax.lines]
        used += [bar.get_facecolor() for bars in ax.containers if isinstance(bars, BarContainer) for bar in bars]
        assert {to_hex(color).upper() for color in used} <= palette | {"#E4E6E8"}, name


@each
@pytest.mark.some(48)
def test_it_ignores_the_learners_settings(module, name, drawn):
    call(module, name)
    loud = {"axes.facecolor": "black", "lines.linewidth": 9, "font.size": 30, "axes.prop_cycle": "cycler('color', 'r')"}
    with matplotlib.rc_context(loud):
        call(module, name)
    (plain, *_), (other, *_) = drawn
    for one, two in zip(plain.axes, other.axes, strict=True):
        assert one.get_facecolor() == two.get_facecolor()
        for a, b in zip([*one.lines, *one.texts], [*two.lines, *two.texts], strict=True):
            assert a.get_color() == b.get_color() and a.__class__ is b.__class__
            size = "get_linewidth" if hasattr(a, "get_linewidth") else "get_fontsize"
            assert getattr(a, size)() == getattr(b, size)()


@pytest.mark.parametrize(
    "module, name, changed",
    [
        ("start", "mirror_image", (z, s, s)),
        ("start", "sigmoid_curve", (z, s / 2, s * (1 - s) / 2)),
        ("start", "fits", (["a", "b", "c"], ids, ids % 2, ids, ids)),
        ("start", "one_hot_tables", (np.eye(4)[[[1, 2], [2, 3]]], [["a", "c"], ["c", "d"]], list("abcd"))),
        ("gates", "plain_rnn", (words, {0.5: down, 2.0: up})),
        ("gates", "running_sum", (words, 9 * down)),
        ("gates", "every_alpha", (share, -up, {"dogs": down, "I": share})),
        ("gates", "alpha_slider", (words, lambda words, alpha: -leaky(words, alpha))),
        ("gates", "two_units", (words, -pair, -3 * pair, up, down)),
        ("gates", "ways", ({"h = c": 4, "h = o * tanh(c)": 9}, 10)),
        ("gates", "distances", ([1, 10, 100], [1, 0.9, 0.7], [0.7, 0.6, 0.5])),
        ("rnn", "states", (["abcd", "efgh", "ijkl"], -np.tanh(xs), "Any states, drawn with seed 3.")),
        ("rnn", "moved", (words, 3, {"one": share, "two": share / 2})),
        ("rnn", "cost_of_a_guess", (share[1:], 2 / share[1:], {"half": 0.5})),
        ("rnn", "padded", ([0, 5, 9], {"the mean": [3.0, 2.0, 1.5], "ours": [3.0, 3.0, 3.0]})),
        ("rnn", "right_verbs", (["near", "far"], {"window": [1.0, 0.5], "ours": [1.0, 0.4]})),
        ("rnn", "number_held", (words, np.outer(down, [1.0, -1.5]), 2, "Any gaps, with no seed.")),
        ("rnn", "window_slider", (words[:6], lambda k: {"chases": 1.0})),
        ("rnn", "softmax_dials", (["a", "b", "c"], lambda logits: squash(2 * logits))),
        ("rnn", "guesses", (lambda w: reads(w)[:, ::-1], [words[:4]], ["a", "b", "c"], "Any guesses, with no seed.")),
        ("training", "loss_curves", ({"one": 2 + share, "two": 2 + share}, {"another": 1.2}, 0.9, "Seed 0.")),
        ("bptt", "backward", ("step",)),
        ("bptt", "credit_paths", (list("abc"), list("xyz"), 2 * told, 2)),
        ("bptt", "credit_paths", (list("abc"), list("xyz"), told, 1)),
        ("bptt", "difference_dial", (curve, 0.5)),
        ("bptt", "error_over_h", ([0.1, 0.01, 1e-3], {"one": [0.1, 0.01, 0.02], "two": [0.2, 0.3, 0.1]})),
        ("bptt", "outcomes", ({"right": [0.55], "wrong": [0.7]}, {"right": 0.0, "wrong": 0.5}, 0.5, 0.6)),
        ("bptt", "paths", (4,)),
        ("bptt", "pulls", (["a", "b", "c"], [0.2, 0.5, 0.3], [-0.8, 0.5, 0.3], "a")),
        ("bptt", "two_clips", ([8.0, 2.0], [4.0, 1.0], [4.0, 2.0])),
        ("bptt", "verbs_learned", ({"one": {"": 1.0, "that I saw": 0.75}},)),
        ("lstm", "two_counts", ([1, 2, 1], [0.9, 1.9, 1.0], [0.9, 1.8, 1.7])),
        ("lstm", "distances", ({**apart, "h": apart["c"]},)),
        ("lstm", "reading", ({key: -xs for key in "ifgoch"}, [list("abcd"), list("efgh"), list("ijkl")])),
        ("vanishing", "reached", (words, {"before": share + 0.1})),
        ("vanishing", "slopes", (z, s / 2, s)),
        ("vanishing", "one_unit", (lambda w, x: (unit(w, x)[0], unit(w, x)[1] / 2),)),
        ("vanishing", "jacobians", (np.outer(up, up), np.outer(up, up))),
        ("vanishing", "eigenvalues", ({"radius 0.5": up / 2, "radius 1.5": 1.7 * down},)),
        ("vanishing", "over_time", ({"radius 0.5": apart["h"][:1]},)),
        ("vanishing", "cliff", (share, up, np.add.outer(up, share), {"as it is": pair, "clipped": pair / 2})),
        ("vanishing", "accuracy", ([1, 5, 9], {"plain": [[1, 0.8, np.nan]]}, {"more frequent": [0.6, 0.6, 0.5]})),
        ("language", "beam_dial", (tree, lambda width: search(2))),
        ("language", "bits_over_time", ({"one": [(share, down)]}, {"3-gram": 0.25}, "Of no seed at all, drawn.")),
        ("language", "by_place", (["a", "b", "c"], {"one": [3, 2, 1]}, "Of no seed at all, drawn.")),
        (
            "language",
            "cell_reader",
            ("a (b) c", np.outer(up[:7], [1, -1]), [0, 0, 1, 1, 1, 0, 0], [0.5, 0.1], "a bracket", 0),
        ),
        ("language", "choice_dial", (lambda *at: choose(*at)[::-1], list("abc"), "Any probabilities.")),
        ("language", "compared", ({"one": [0.1, 0.3]}, "Seeds 0 and 1 of each.")),
        ("entities", "by_place", (["a", "b"], {"one": [0.5, 0.4]}, "Of no seed at all, drawn.")),
        ("entities", "compared", ({"one": [0.1, 0.3]}, "Seeds 0 and 1 of each.")),
        (
            "entities",
            "found",
            (words, {"true": [[1, 2, 0]], "ours": [[1, 2, 0]]}, ["PER", "LOC"], "A text of no seed at all."),
        ),
        (
            "entities",
            "report_dial",
            ([(words, {"true": [[1, 2, 1]], "ours": []})], ["PER", "LOC"], "One of two texts."),
        ),
        ("entities", "writer", (lambda text: [[0, 1, 0]], "Some town, and more.", ["PER", "LOC"])),
        ("identification", "compared", ({"one": [0.3, 0.2]}, "Seeds 0 and 1 of each.")),
        ("identification", "confused", ([[5, 0], [4, 7]], ["da", "sv"], "Of no seed at all, drawn.")),
        ("identification", "keep_dial", (lambda keep: ["pl"] * 6, "en to ", ["da"] * 3 + ["pl"] * 3)),
        ("identification", "letters_dial", ({"letters": lambda text: likely(9)[:3]}, "ord", ["da", "sv", "pl"])),
        ("identification", "quoted", ("en to ", ["da"] * 6, {"LSTM": ["da"] * 6}, "Of no seed at all, drawn.")),
        ("language", "draws", (["a", "b"], [0.25, 0.75], [40, 60])),
        ("language", "follows", ({"after": up / 3}, "an open bracket")),
        ("language", "shifted", ("dcba",)),
        ("language", "spoken", (lambda temperature: "it is cold", "What is written by nobody.")),
        ("language", "used_up", (["a", "pub"], [[1, 0.9], [0.9, 0.8]], ["near", "kind"])),
        ("language", "verse", (["a cat", "a hat", "a dog"], [(0, 1, False)], "A verse of no seed.")),
        ("learning", "by_step", ({"one": share[::-1]}, "Of no seed at all, drawn.")),
        ("learning", "cells_alike", ({"zeros": 0 * pair, "ours": 2 * pair},)),
        ("learning", "cut_stream", (2, 5)),
        ("learning", "forget_dial", (lambda z: sigmoid(2 * z),)),
        ("learning", "gates", ({**seen_inside, "after": seen_inside["before"]}, list("abcd"))),
        ("learning", "on_new_data", ({"one": [np.stack([up, down], axis=1)]}, 0.4)),
        ("learning", "progress", ({"one": [(share, down)]}, {"guessing": 0.25}, "share", "Of no seed at all, drawn.")),
        ("learning", "read_off", ([[3, 1], [4, 2]], ["0", "1"])),
        ("learning", "size_of_c", ({"1997": up}, "Of no seed at all, drawn.")),
        ("learning", "slopes_by_array", ({"before": {"V": 0.3, "b": 0.01}},)),
        ("learning", "step_dial", (lambda slopes, lr: two_optimisers(slopes, 2 * lr),)),
        ("learning", "walk", (reber.ARROWS, ["BTBPVVETE"], states_of, states_of)),
        ("paraphrase", "areas", ({"bag": [0.5, 0.6], "LSTM": [0.9, 0.7]}, ["roles", "event"], "Of no seed at all.")),
        ("paraphrase", "line_dial", (down, halves, "Any scores, of no seed at all.")),
        ("paraphrase", "meanings", ({"one": pair, "two": -2 * pair}, "Of no seed at all, drawn.")),
        ("paraphrase", "pair_reader", (in_common, ["a b", "c", "c a"], list("abc"), "Of no seed at all, drawn.")),
        ("paraphrase", "roc", ({"one": (down, halves), "two": (up, halves)}, above_zero, "Of no seed at all, drawn.")),
        ("paraphrase", "scores_by_kind", ({"same": down, "roles": up[:5]}, "Of no seed at all, drawn.")),
        ("summarisation", "by_fact", (["who", "where"], {"copies": [[1, 0.4]]}, "Of no seed at all, drawn.")),
        ("summarisation", "copy_dial", (lambda p_gen: mixed(p_gen)[::-1], ["rusk", "ajax", "tomelu"])),
        ("summarisation", "read_along", (words[:3], ["My", "."], 1 - looked, [0.3, 0.9])),
        ("translation", "alignment", ([[0.1, 0.9], [0.2, 0.8]], ["le", "chat"], ["the", "cat"])),
        ("translation", "alignment_player", ([(["un", "chien"], ["a", "dog"], [[0.5, 0.5], [0.2, 0.8]])],)),
        ("translation", "attention_dial", (lambda *at: (looked_from(*at)[0][::-1], [0, 0]), two_keys, ["a", "b"])),
        ("translation", "by_place", (["3-4", "5-6"], {"one": [0.5, 0.25]}, "Of no seed at all.")),
        ("translation", "two_networks", (["a", "dog"], ["un", "chien"])),
        ("variants", "ablation", ({"sums": {"LSTM": [0.3], "GRU": [0.2]}}, "share wrong", "Seeds 0 and 1.")),
        ("variants", "both_ways", (["The", "cat", "sat"], 3)),
        ("variants", "by_depth", ([1, 2], {"tree": [[1, 0.7]]}, {"guessing": [0.5, 0.5]}, (1, 2), "Seeds 0, 1.")),
        ("variants", "cell", ("tree",)),
        ("variants", "count_dial", (lambda p, b: counts_up(2 * p, b),)),
        ("variants", "fared", ({"LSTM": [up**2]}, 100, "share wrong", "Seeds 0 and 1.")),
        ("variants", "gru_dial", (lambda b_z, b_r: one_gru(b_r, b_z),)),
        ("variants", "masks", ({"anew": [[0, 1.25], [1.25, 0]]},)),
        ("variants", "on_top", (["The", "cat"], 3)),
        ("variants", "over_steps", ({"LSTM": 4 * share}, "cell state", "Of no seed at all, drawn.")),
        ("variants", "reach", ({"both": np.ones((3, 3))}, list("abc"))),
        ("variants", "tree", (some_tree, 1 - holds(some_tree)[0], holds(some_tree)[1], "Of no seed at all, drawn.")),
        ("variants", "tree_player", ([other_tree], holds)),
        ("sentiment", "decided", ([words[:3]], [[0.2, 0.5, 0.3]], ["read as bad"], "Any shares, with no seed.")),
        ("sentiment", "own_words", (read_words, "My dogs chase", words, "Any shares, with no seed.")),
        ("sentiment", "word_by_word", (lambda w: 1 - goodness(w), [words], "Any answers, with no seed.")),
        ("gpu", "price_of_a_step", ([4, 8], [30.0, 60.0], [0.25, 4.0])),
        ("gpu", "slices", ([50, 100], [1.5, 6.0], [0.5, 3.0])),
        ("gpu", "counting", ({0.003: counted, 0.006: {**counted, "bfloat16": [1.0, 1.0, 1.1]}},)),
        ("gpu", "digits", ({**errors, "mixed": errors["float32"]},)),
        ("gpu", "ladder", ({**times, "CUDA graph": 5.0}, "N = 16, T = 50, on this machine's cpu.")),
    ],
)
def test_what_is_said_follows_the_numbers(module, name, changed, drawn):
    call(module, name)
    call(module, name, *changed)
    assert drawn[0][1] != drawn[1][1]


@pytest.mark.parametrize("stage", grader.figures.STAGES)
def test_every_stage_of_the_cell_has_words(stage, drawn):
    gates.cell(stage)
    ((_, alt, caption),) = drawn
    assert alt and caption and len({text for text, _ in gates._STAGES.values()}) == len(grader.figures.STAGES)


@pytest.mark.parametrize("name", _relatives.RELATIVES)
def test_every_relative_has_words_and_a_cell(name, drawn):
    variants.cell(name)
    ((fig, alt, caption),) = drawn
    assert alt and caption and len({text for text, _ in variants._CELLS.values()}) == len(_relatives.RELATIVES)
    fig.canvas.draw()


def test_there_is_no_cell_of_a_stranger():
    with pytest.raises(ValueError, match="no relative is called 'cousin'; choose one of 1997, "):
        _relatives.relative("cousin")


def test_answers_and_what_is_said_of_them():
    assert gates.answers(words, up) == [(6, "chases", False)]
    assert gates.answers(words, down) == [(6, "chase", True)]
    assert gates.answers(words, 0 * up) == [(6, "?", False)], "who holds nothing has no answer"
    assert gates.answers(words[:6], up[:6]) == [] and gates.answers(["2009"], [1.0]) == []


# --- what one plays with -------------------------------------------------------------------------


def test_there_are_things_to_play_with_in_every_unit():
    own = set(CALLS) - {"training"}  # which is no unit's own
    assert {module for module, _ in PLAYABLE} == own
    assert all(sum(module == one for module, _ in PLAYABLE) >= 2 for one in own)


@pytest.mark.parametrize("module, name", PLAYABLE)
def test_without_ipywidgets_a_sentence_says_so_and_the_picture_stands(module, name, drawn, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    call(module, name)
    assert re.search(
        r"need ipywidgets, which isn't installed here; the picture shows .* instead\.", capsys.readouterr().out
    )
    assert len(drawn) == 1


@pytest.mark.parametrize("module, name", PLAYABLE)
def test_with_ipywidgets_it_is_displayed_and_nothing_is_printed(module, name, drawn, monkeypatch, capsys):
    import ipywidgets

    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    call(module, name)
    assert len(shown) == 1 and isinstance(shown[0], ipywidgets.Box)
    assert capsys.readouterr().out == "" and len(drawn) == 1


@pytest.fixture
def widgets():
    import ipywidgets

    return ipywidgets


def test_the_sigmoid_at_the_dial(widgets):
    live = start._SigmoidSlider(widgets, sigmoid)
    for where in (-10.0, -2.5, 0.0, 0.333, 7.0, 10.0):
        live.dial.field.value = where
        assert live.s == pytest.approx(sigmoid(where)) and live.slope == pytest.approx(live.s * (1 - live.s))
        assert f"z = {number(where)}: s = {number(live.s, 6)}" in live.numbers.value
        assert f"moved by {number(sigmoid(where + 1) - sigmoid(where), 6)}" in live.numbers.value
        curve, tangent = re.findall(r'<polyline points="([^"]+)"', live.plot.value)
        (x0, y0), *_, (x1, y1) = (tuple(map(float, p.split(","))) for p in tangent.split())
        if 0 < abs(x1 - x0):  # the tangent's steepness, in pixels for each unit
            pixels = (560 - 46 - 20) / 20, (260 - 14 - 40) / 1.2
            assert -(y1 - y0) / (x1 - x0) * pixels[0] / pixels[1] == pytest.approx(live.slope, abs=2e-3)
        assert 'role="img"' in live.plot.value and "aria-label=" in live.plot.value


def test_a_slice_of_the_batch(widgets):
    live = start._BatchExplorer(widgets, xs)
    for words_, take in {
        "xs[n, t]": lambda n, t: xs[n, t],
        "xs[n]": lambda n, t: xs[n],
        "xs[:, t]": lambda n, t: xs[:, t],
    }.items():
        live.slices.value = words_
        for n, t in ((0, 0), (2, 3), (1, 2)):
            live.n.slider.value, live.t.field.value = n, t
            wanted = take(n, t)
            assert np.array_equal(live.taken, wanted)
            assert f"<b>{wanted.shape}</b>" in live.result.value
            assert live.sheets.value.count("font-weight:bold") == wanted.size, "what is taken is marked"
    assert live.sheets.value.count("<caption") == 3 and live.sheets.value.count("scope='col'") == 12


def test_a_review_at_the_dial_and_in_the_field(widgets):
    live = sentiment._WordByWord(widgets, goodness, [words, words[:4]])
    live.dial.value = 1
    assert np.allclose(live.p, goodness(words[:4])) and live.plot.value.count("<rect") == 4
    assert "adopted" in sentiment._WordByWord(widgets, goodness, [words]).shown.value not in live.shown.value
    own = sentiment._OwnWords(widgets, read_words, "My dogs", words)
    assert (
        own.p == 0.2
        and "read as bad, with a probability of 0.8" in own.shown.value
        and own.shown.value.count("left out") == 1
    )
    for text, said in (("My <cat>", "never read: &lt;cat&gt;"), ("My", "Two words are the least"), ("", "Two words")):
        own.field.value = text
        assert own.p is None and said in own.shown.value
    own.field.value = "My dogs chase a squirrel."
    assert own.p == pytest.approx(0.6), "a full stop is a word of its own"


def test_the_leaky_unit_at_the_dial(widgets):
    live = gates._AlphaSlider(widgets, words, leaky)
    for alpha in (0.0, 0.33, 1.0):
        live.dial.field.value = alpha
        np.testing.assert_allclose(live.cs, leaky(words, alpha))
        assert f"<b>{number(live.cs[6])}</b>" in live.numbers.value
        assert all(f">{word}<" in live.plot.value for word in words)


def test_a_gate_set_by_hand(widgets):
    live = gates._GateByHand(widgets, words, hand)
    assert "✗ wrong" in live.numbers.value, "at the start the two words cancel out"
    live.weight.slider.value, live.bias.field.value = 8.0, -4.0
    i, c = hand(8.0, -4.0)
    np.testing.assert_allclose(live.i, i)
    np.testing.assert_allclose(live.c, c)
    assert "✓ right" in live.numbers.value and "weight of 8 and a bias of −4" in live.plot.value
    assert live.plot.value.count(f'fill="{COLORS["i"]}"') == len(words), "a bar a word"


def test_one_unit_at_the_dials(widgets):
    live = vanishing._OneUnit(widgets, unit)
    for w, x in ((0.9, 0.0), (-1.5, 0.5), (0.0, 0.0), (2.5, 2.0)):
        live.weight.field.value, live.input.field.value = w, x
        np.testing.assert_allclose(live.gradient, unit(w, x)[1])
        assert f"w (1 {number(-1)[0]} h²) = {number(w)} × " in live.numbers.value
        assert f"<b>{_powers.size(abs(live.gradient[0]))}</b> of the gradient" in live.numbers.value
        assert f"weight of {number(w)} and an input of {number(x)}" in live.plot.value and "nan" not in live.plot.value


def test_the_spectral_radius_at_the_dials(widgets):
    live = vanishing._RadiusSlider(widgets, lambda radius, loudness: unit(radius, loudness)[1])
    for radius, loudness in ((0.9, 0.0), (1.5, 0.5), (0.0, 0.0)):
        live.radius.slider.value, live.loudness.field.value = radius, loudness
        np.testing.assert_allclose(live.norms, unit(radius, loudness)[1])
        assert f"<b>{_powers.size(live.norms[0])}</b>" in live.numbers.value
        factor = radius * (1 - np.tanh(loudness) ** 2)
        assert f"a factor of <b>{number(factor)}</b> a step" in live.numbers.value
        assert f"radius of {number(radius)} and a loudness of {number(loudness)}" in live.plot.value


def test_numbers_of_any_size_are_read_well():
    assert [_powers.size(v) for v in (0, 0.25, 7, 0.0154, 40.31, -2.5)] == ["0", "0.25", "7", "0.0154", "40.31", "−2.5"]
    assert [_powers.size(v) for v in (3e-14, 2.7e17, 5e-5, 123456.0)] == ["3e−14", "3e17", "5e−5", "1e5"]


def test_the_window_at_the_dial(widgets):
    live = _guesses._Window(widgets, words[:6], window)
    for k in (1, 2, 5):
        live.dial.field.value = k
        assert live.guess == window(k)
        assert live.sentence.value.count("font-weight:bold") == k, "what is seen is marked"
        assert live.sentence.value.count(">?<") == 6 - k


def test_a_cell_that_counts_at_the_dials(widgets):
    live = variants._CountDial(widgets, counts_up)
    assert "<b>never opens</b>" in live.numbers.value
    for p, b, step in ((2.0, -5.0, 50), (4.0, -10.0, 50), (1.0, -2.5, 50), (5.0, -5.0, 20)):
        live.peephole.field.value, live.bias.field.value = p, b
        np.testing.assert_allclose(live.o, counts_up(p, b)[1])
        assert f"<b>opens at step {step}</b>" in live.numbers.value
        assert f"peephole of {number(p)} and a bias of {number(b)}" in live.plot.value


def test_a_gru_at_the_dials(widgets):
    live = variants._GruDial(widgets, one_gru)
    for b_z, b_r in ((-6.0, 2.0), (0.25, -3.0), (6.0, 6.0)):
        live.update_bias.slider.value, live.reset_bias.field.value = b_z, b_r
        np.testing.assert_allclose(live.h, one_gru(b_z, b_r)[1])
        assert (
            f"z = {number(sigmoid(b_z), 2)}" in live.numbers.value
            and f"r = {number(sigmoid(b_r), 2)}" in live.plot.value
        )
        assert live.plot.value.count(f'fill="{COLORS["neutral"]}"') == 2, "a bar an input"


def test_leaves_that_are_turned(widgets):
    live = _trees._TreePlayer(widgets, [some_tree, other_tree], holds)
    assert [button.description for button in live.leaves.children[1:]] == ["0", "1", "1", "0"]
    assert live.values[0] == 0 and "It is wrong at 0." in live.words.value
    live.leaves.children[4].click()
    assert live.now == ("any", [("0", []), ("all", [("1", []), ("1", []), ("1", [])])]) and live.values[0] == 1
    assert live.leaves.children[4].description == "1" and some_tree[1][1][1][2] == ("0", []), (
        "the one given is as it was"
    )
    assert live.picture.value.count("✗") == 1 and live.picture.value.count("<rect") == 6
    live.leaves.children[4].click()
    assert live.now == some_tree
    live.choice.value = 1
    assert live.now == other_tree and len(live.leaves.children) == 3


def test_three_logits_at_the_dials(widgets):
    live = _guesses._Softmax(widgets, ["a", "b", "c"], squash)
    for logits in ((0, 0, 0), (3, -1.5, 2)):
        for dial, value in zip(live.dials, logits, strict=True):
            dial.field.value = value
        np.testing.assert_allclose(live.p, squash(np.array([[logits]]))[0, 0])
        assert "add up to 1." in live.numbers.value and f"a: {number(-np.log(live.p[0]), 2)}," in live.numbers.value


def test_a_network_is_stopped_anywhere(widgets):
    live = _guesses._Guesses(widgets, reads, [words[:4], words[:2]], ["a", "b", "c"])
    for n, read, at in ((0, 4, 3), (0, 1, 0), (1, 2, 1), (1, 4, 1)):
        live.sentence.value, live.step.field.value = n, read
        np.testing.assert_allclose(live.p, reads(words[: at + 1])[at])
        assert f"<b>{' '.join(words[: at + 1])}</b>" in live.words.value


def test_the_progress_bar_writes_to_stdout_only(capsys):
    for _ in (bar := rnn.steps(5, "training")):
        bar.set_postfix(loss="0.5", refresh=False)
    said = capsys.readouterr()
    assert "training: 100%" in said.out and "5/5" in said.out and "loss=0.5" in said.out and said.err == ""


def test_a_difference_at_the_dial(widgets):
    live = _difference._DifferenceDial(widgets, curve, 0.75)
    for power in (-0.5, -2.0, -5.0, -13.25):
        live.dial.field.value = power
        h = 10.0**power
        assert live.slope == (curve(h) - curve(-h)) / (2 * h)
        assert live.error == abs(live.slope - 0.75) / 0.75
        assert f"<b>{_difference._power(live.error)}</b>" in live.numbers.value
        assert "aria-label" in live.plot.value
    live.dial.field.value = -2.0
    assert live.error == pytest.approx(1e-4 / 0.75, rel=1e-6), "h squared, by the cube's coefficient"


def test_digits_that_two_numbers_share():
    assert _difference._shared(2.51, 2.52) == 1 and _difference._shared(2.5, 3.5) == 0
    assert _difference._shared(2.5, 2.5) == 16 and _difference._shared(9.99, 10.01) == 0
    assert "<code>2.5<b" in _difference._marked(2.51, 1)


def test_credit_along_a_path(widgets):
    live = _credit._CreditPaths(widgets, list("abc"), list("xyz"), told, 2)
    for s_, t in ((2, 1), (2, 2), (1, 0), (0, 2)):
        live.s.field.value, live.t.field.value = s_, t
        assert live.arrives == told[s_, t]
        assert live.plot.value.count(">W</text>") == (1 if t <= s_ else 0), "the use is marked on a path only"
        assert ("comes after it" in live.numbers.value) == (t > s_)
        # an arrow for each step back, one from the loss and one to W; each is a line and its head
        arrows = live.plot.value.count(f'stroke="{COLORS["alpha"]}" stroke-width="3"')
        assert arrows == 2 * ((s_ - t + 2) if t <= s_ else 1)
    live.s.field.value, live.t.field.value = 2, 1
    assert "has the length 0.2, 40 % of" in live.numbers.value and "1 step back" in live.numbers.value


def test_the_way_back_grows_piece_by_piece():
    names = []
    for piece in _unrolled.PIECES:
        fig = _unrolled.backward_diagram(piece)
        names.append({artist.get_gid() for artist in fig.axes[0].get_children() if artist.get_gid()})
    assert all(before < after for before, after in itertools.pairwise(names))
    assert "2.dh" in names[2] and "1.dh" not in names[2] and "1.dh" in names[3]
    with pytest.raises(ValueError, match="no piece is called"):
        _unrolled.backward_diagram("tanh")
    with pytest.raises(ValueError, match="T is 2 to 6"):
        _unrolled.paths_diagram(7)


def test_each_path_to_a_weight_is_one_factor_longer():
    fig = _unrolled.paths_diagram(4)
    formulas = [text.get_text() for text in fig.axes[0].texts if r"\partial W" in text.get_text()]
    assert [one.count(r"\frac") for one in formulas] == [2, 3, 4, 5]
    arrows = [artist for artist in fig.axes[0].get_children() if artist.get_gid() == "path.head"]
    assert len(arrows) == 4 + 4 + (0 + 1 + 2 + 3)


def test_a_unit_without_room_for_its_words():
    many = words * 5
    assert len(many) > 33
    seen = []
    original, gates.show = gates.show, lambda fig, **said: seen.append((fig, said["alt"]))
    try:
        gates.running_sum(many, np.linspace(0, 9, len(many)))
    finally:
        gates.show = original
    labels = [label.get_text() for label in seen[0][0].axes[-1].get_xticklabels()]
    assert labels == ["dogs"] * 5 and "0 of 5 verbs are right" in seen[0][1]


def test_helpers_take_what_their_docstrings_name():
    for module, name in EACH:
        function = getattr(importlib.import_module(f"grader.figures.{module}"), name)
        said = inspect.getdoc(function)
        assert said and all(re.search(rf"\b{p}\b", said) for p in inspect.signature(function).parameters), name


def test_a_forget_gate_at_the_dial(widgets):
    live = _steps._ForgetDial(widgets, sigmoid)
    for bias, steps in ((-2.0, 1), (1.0, 30), (4.97, 100), (8.0, 110)):
        live.bias.field.value, live.steps.field.value = bias, steps
        assert live.left[steps] == pytest.approx(sigmoid(bias) ** steps) and live.left[0] == 1
        assert number(float(sigmoid(bias)), 4) in live.numbers.value
    live.bias.field.value, live.steps.field.value = 4.97, 100
    assert "<b>0.5</b>" in live.numbers.value and "after 100.2 steps" in live.numbers.value


def test_how_far_a_step_goes_at_the_dial(widgets):
    live = _steps._StepDial(widgets, two_optimisers)
    for power, waver in ((-6.0, 0.0), (0.0, 10.0), (6.0, 3.0)):
        live.power.field.value, live.waver.field.value = power, waver
        assert live.ways["SGD"][-1] == pytest.approx(5.0 * 10**power), "the noise is taken off its own mean"
        assert live.ways["Adam"][-1] == pytest.approx(5.0)
        assert 'role="img"' in live.plot.value and "comes <b>5</b> far" in live.numbers.value


def test_a_walk_along_the_automaton(widgets):
    strings = ["BTBPVVETE", "BPBTXSEPE", "BTT"]
    true, read = [states_of(one) for one in strings], [states_of(one)[::-1] for one in strings]
    live = _automaton._Walk(widgets, reber.ARROWS, strings, true, read)
    for n, symbols in enumerate(strings):
        live.string.value = n
        for t in range(len(symbols)):
            live.step.field.value = t
            assert live.states == (true[n][t], read[n][t])
            assert f"After {' '.join(symbols[: t + 1])}" in live.words.value
            filled = live.plot.value.count(f'fill="{COLORS["h"]}"')
            rings = live.plot.value.count(f'stroke="{COLORS["good"]}"')
            assert (filled, rings) == (read[n][t] >= 0, true[n][t] >= 0)
    live.string.value, live.step.field.value = 2, 2
    assert "no string of the grammar begins like this" in live.words.value


def test_a_table_of_results_can_be_read_aloud_and_as_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    learning.results([{"task": "adding", "paper": "74,000"}, {"task": "<order>", "paper": "31,390"}], "Until solved.")
    (data,) = shown
    assert data["text/html"].count('scope="col"') == 2 and data["text/html"].count('scope="row"') == 2
    assert "&lt;order&gt;" in data["text/html"] and "<caption>Until solved.</caption>" in data["text/html"]
    assert data["text/plain"].splitlines() == ["Until solved.", "task     paper", "adding   74,000", "<order>  31,390"]


def test_what_is_left_to_choose_from_at_the_dials(widgets):
    live = _choices._Choice(widgets, choose, ["a", " ", "c"])
    for temperature, k, p in ((1.0, 3, 1.0), (0.5, 2, 1.0), (3.0, 3, 0.4)):
        live.temperature.field.value, live.k.field.value, live.top_p.field.value = temperature, k, p
        np.testing.assert_allclose(live.p, choose(temperature, k, p))
        assert f"<b>{np.sum(live.p > 0)}</b> of 3 symbols can come" in live.numbers.value
        entropy = -sum(q * np.log(q) for q in live.p if q)
        assert f"<b>{number(np.exp(entropy), 1)}</b> that are equally likely" in live.numbers.value
        assert f"At temperature {number(temperature)}, k = {k} and p = {number(p)}: " in live.plot.value
    assert ">\N{OPEN BOX}<" in live.plot.value, "a space can be seen"


def test_a_text_at_the_temperature_of_a_dial(widgets):
    live = _choices._Spoken(widgets, lambda temperature: f"<{temperature}>")
    live.temperature.field.value = 1.25
    assert live.text == "<1.25>" and "&lt;1.25&gt;" in live.shown.value


def test_a_search_of_a_width(widgets):
    live = _choices._Beam(widgets, tree, search, 4)
    assert live.found == ["the", "dog"] and "Its probability is <b>0.3</b>" in live.numbers.value
    live.width.field.value = 2
    assert live.found == ["a", "cat"] and "Its probability is <b>0.4</b>" in live.numbers.value
    assert live.plot.value.count(f'stroke="{COLORS["h"]}"') == 2, "the way that was found is marked"
    assert live.plot.value.count('font-weight="bold"') == 2


def test_a_text_in_the_colours_of_a_cell(widgets):
    cs = np.outer(up[:7], [1.0, -1.0])
    live = _followed._Reader(widgets, "a (b)\n<", cs, np.array([0.5, -0.75]), "a bracket", 1)
    assert live.cell.value == 1, "it begins with the cell that was chosen"
    live.cell.field.value = 0
    np.testing.assert_array_equal(live.values, cs[:, 0])
    assert "<b>0.5</b>" in live.numbers.value and live.shown.value.count("<span") == 7
    assert "&lt;" in live.shown.value and f"background:{COLORS['c']}" in live.shown.value


def test_texts_beside_one_another(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    language.side_by_side({"written": "a <b>", "read": "c"}, "Two texts.")
    assert "a &lt;b&gt;" in shown[0]["text/html"] and shown[0]["text/html"].count('scope="col"') == 2
    assert shown[0]["text/plain"] == "Two texts.\n\nwritten:\na <b>\n\nread:\nc"


def test_the_reports_at_the_dial_and_a_report_that_one_writes(widgets):
    reports = [(["my", "Ann"], {"true": [[1, 2, 0]], "ours": found}) for found in ([[1, 2, 0]], [[1, 2, 1]], [])]
    live = entities._Reports(widgets, reports, ["PER", "LOC"])
    for k, mark in ((0, "PER ✓"), (1, "LOC ✗"), (2, None)):
        live.report.value = k
        assert "PER<" in live.shown.value and (mark is None or mark in live.shown.value)
        assert ("✓" in live.shown.value, "✗" in live.shown.value) == (k == 0, k == 1)
    seen = []
    live = entities._Writer(widgets, lambda text: seen.append(text) or [[0, 1, 1]], "<b>", ["PER", "LOC"])
    assert seen == [["<b>"]] and "&lt;b&gt;" in live.shown.value and "LOC" in live.shown.value
    live.text.value = "Lincoln, again."
    assert seen[-1] == ["lincoln", ",", "again", "."] and live.spans == [[0, 1, 1]]
    live.text.value = "  "
    assert live.shown.value == "" and len(live.spans) == 0


def test_writing_or_copying_at_the_dial(widgets):
    live = summarisation._Copying(widgets, mixed, ["rusk", "<ajax>", "tomelu"])
    for p_gen in (0.0, 0.35, 1.0):
        live.p_gen.value = p_gen
        assert live.p == pytest.approx(mixed(p_gen)) and "&lt;ajax&gt;" in live.plot.value
        assert f"At p_gen = {number(p_gen)}: rusk {number(mixed(p_gen)[0], 2)}" in live.plot.value


def test_a_report_read_along_with_its_summary(widgets):
    live = summarisation._Reading(widgets, words[:3], ["My", "."], looked, np.array([0.3, 0.9]))
    assert "[My]" in live.text and "written 30%, copied 70%" in live.text and "+0.70" in live.text
    live.step.value = 1
    assert "My [.]" in live.text and "written 90%, copied 10%" in live.text and "+0.90" in live.text


def test_a_query_at_the_dials(widgets):
    live = translation._Attention(widgets, looked_from, two_keys, ["cat", "dog"])
    for angle, length in ((0, 10.0), (122, 10.0), (200, 0.0)):
        live.angle.field.value, live.length.field.value = angle, length
        assert live.weights == pytest.approx(looked_from(angle, length)[0])
        said = f"cat gets {number(live.weights[0], 2)} and dog gets {number(live.weights[1], 2)}."
        assert said in live.numbers.value and said in live.plot.value


def test_where_was_looked_for_the_sentence_that_is_chosen(widgets):
    some = [(["le", "chat"], ["the", "cat"], [[0.9, 0.1], [0.2, 0.8]]), (["un"], ["a", "<dog>"], [[0.4, 0.6]])]
    live = translation._Alignments(widgets, some)
    assert live.chosen == 0 and live.table.value.count("<td style") == 4 and ">0.9<" in live.table.value
    live.sentence.value = 1
    assert live.chosen == 1 and live.table.value.count("<td style") == 2 and "&lt;dog&gt;" in live.table.value


def test_a_matrix_with_names_shows_each_number_that_is_not_0_in_a_colour_it_can_be_read_on():
    values = np.array([[0.0, 0.04, 1.0], [0.5, 0.25, 0.0]])
    fig = _heat.heat(values, ["a", "b"], list("xyz"), down="rows", across="columns", boxes=values == 1)
    (ax,) = fig.axes
    assert [text.get_text() for text in ax.texts] == ["1", "0.5", "0.2"]
    assert ax.texts[0].get_color() == "#FFFFFF" and ax.texts[2].get_color() == "#000000"
    assert [(box.get_x(), box.get_y()) for box in ax.patches] == [(2 - 0.46, -0.46)]
    assert _heat.largest(values, ["a", "b"], list("xyz")) == "a most at z (1) and b most at x (0.5)"
    assert _heat.largest([[0.0, 0.0]], ["a"], ["x", "y"]) == "a has nothing"
    many = _heat.heat(np.ones((21, 20)), ["a"] * 21, ["x"] * 20, down="rows", across="columns")
    assert not many.axes[0].texts, "there is no room for 420 numbers"
