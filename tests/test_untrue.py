"""What is said of a wrong function is true of every function that can bring it: each message on several of them."""

import dataclasses
import re

import numpy as np
import pytest
import torch
from boundary_sides import local

from grader.checking import structure
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.climb import climb
from grader.checking.explain import explain
from grader.checking.ladder import Run, run_case
from grader.checking.relations import relation_of
from grader.checking.structure import isolated_piece, where
from grader.exercises import exercise, exercises
from grader.exercises.banks import inherited
from grader.exercises.base import Mistake
from grader.given import given
from grader.vectors import Vector, load

S = given("sigmoid")


def judge(name, function, **options):
    return check_subject(LocalSubject(name, function), exercise(name), **options)


def said(name, function):
    verdict = judge(name, function)
    assert verdict.passed is False and verdict.mistake is None, verdict.text
    return verdict.text


def step(change):
    """lstm_step in which ``change`` may replace any of z, i, f, g, o, c, h by name."""

    def lstm_step(x, h_prev, c_prev, W, b):
        z = change("z", np.concatenate([h_prev, x], axis=1) @ W + b)
        i, f, g, o = np.split(z, 4, axis=1)
        i, f, g, o = change("i", S(i)), change("f", S(f)), change("g", np.tanh(g)), change("o", S(o))
        c = change("c", f * c_prev + i * g)
        return change("h", o * np.tanh(c)), c, None

    return lstm_step


def only(name, function):
    return lambda key, value: function(value) if key == name else value


def gate(change):
    return lambda x, h_prev, W, b: change(np.concatenate([h_prev, x], axis=1) @ W + b)


# --- is every argument used? --------------------------------------------------------------------

UNUSED = "stays the same when"

# All of these use every argument: what shows only far out is no sign that something is not used.
ALL_USED = {
    "c cut off at 3": ("lstm_step", step(only("c", lambda c: np.clip(c, -3, 3)))),
    "c cut off at 100": ("lstm_step", step(only("c", lambda c: np.clip(c, -100, 100)))),
    "z cut off at 5": ("sigmoid", lambda z: S(np.clip(z, -5.5, 5.5))),
    "z cut off at 6": ("candidate", gate(lambda z: np.tanh(np.clip(z, -6.5, 6.5)))),
    "z of a gate cut off": ("input_gate", gate(lambda z: S(np.clip(z, -7.5, 7.5)))),
    "alpha cut off": ("leaky_update", lambda c_prev, g, alpha: (a := min(alpha, 0.7)) * c_prev + (1 - a) * g),
    "a step for a curve": ("forget_gate", gate(lambda z: np.where(np.abs(z) > 3, (z > 0) * 1.0, S(z)))),
    "c cut off in h": ("hidden_update", lambda o, c: o * np.tanh(np.clip(c, -2.1, 2.1))),
}


@pytest.mark.parametrize("kind", ALL_USED)
def test_an_argument_that_is_used_is_not_said_to_be_unused(kind):
    verdict = judge(*ALL_USED[kind])
    assert verdict.passed is False and UNUSED not in verdict.text


ONE_UNUSED = {
    "alpha": ("leaky_update", lambda c_prev, g, alpha: 0.9 * c_prev + (1 - 0.9) * g, "alpha is"),
    "c_prev": ("cell_update", lambda f, c_prev, i, g: f * np.sin(1.3) + i * g, "c_prev is"),
    "b": ("candidate", lambda x, h_prev, W, b: np.tanh(np.concatenate([h_prev, x], 1) @ W + 0.3), "b is"),
    "x": ("lstm_step", lambda x, h, c, W, b: given("lstm_step")(0 * x + 0.4, h, c, W, b), "x is"),
    "W and b": ("input_gate", lambda x, h, W, b: S(0.1 * h + x.sum(1, keepdims=True)), "W or b is"),
}


@pytest.mark.parametrize("kind", ONE_UNUSED)
def test_an_argument_that_is_not_used_is(kind):
    name, function, phrase = ONE_UNUSED[kind]
    text = said(name, function)
    assert f"{UNUSED} {phrase} changed a little: is every argument used?" in text, text


def with_z(function):
    """lstm_step with z as the function makes it, and a candidate that no known mistake has."""

    def lstm_step(x, h_prev, c_prev, W, b):
        i, f, g, o = np.split(function(np.concatenate([h_prev, x], axis=1), W, b, h_prev.shape[1]), 4, axis=1)
        c = S(f) * c_prev + S(i) * np.tanh(g) ** 3
        return S(o) * np.tanh(c), c, None

    return lstm_step


def without(W, rows, columns):
    W = W.copy()
    W[rows, columns] = 0
    return W


PARTS = {
    "one bias for all": (
        lambda a, W, b, H: a @ W + np.tile(b[3 * H :], 4),
        ["the part of b that belongs to the input gate, the forget gate and the candidate"],
    ),
    "two biases": (
        lambda a, W, b, H: a @ W + np.tile(b[: 2 * H], 2),
        ["the part of b that belongs to the candidate and the output gate"],
    ),
    "one block for all": (
        lambda a, W, b, H: np.tile((a @ W)[:, :H], (1, 4)) + b,
        ["the columns of W that belong to the forget gate, the candidate and the output gate"],
    ),
    "one block of z for all": (
        lambda a, W, b, H: np.tile((a @ W + b)[:, :H], (1, 4)),
        ["the columns of W that belong to the forget gate", "the part of b that belongs to the forget gate"],
    ),
    "no rows for x": (lambda a, W, b, H: 1.1 * a @ without(W, np.s_[H:], np.s_[:]) + b, ["when x is changed a little"]),
    "no rows for x in a gate": (
        lambda a, W, b, H: a @ without(W, np.s_[H:], np.s_[H : 2 * H]) + b,
        ["the rows of W that belong to x, in the columns of the forget gate"],
    ),
    "no rows for h in two": (
        lambda a, W, b, H: a @ without(W, np.s_[:H], np.s_[2 * H :]) + b,
        [
            "the rows of W that belong to h, in the columns of the candidate; or the rows of W that belong to h, "
            "in the columns of the output gate"
        ],
    ),
    "the same rows for both": (
        lambda a, W, b, H: np.concatenate([a[:, :H], a[:, H:] @ np.ones((a.shape[1] - H, 1))], 1) @ W[: H + 1] + b,
        [],
    ),
}


@pytest.mark.parametrize("kind", PARTS)
def test_a_part_of_an_argument_that_is_not_used_is_named(kind):
    function, phrases = PARTS[kind]
    text = said("lstm_step", with_z(function))
    assert all(phrase in text for phrase in phrases), text
    assert UNUSED in text or not phrases


@pytest.mark.parametrize("kind", ["i", "f", "g", "o", "c", "h", "z"])
def test_no_part_is_said_to_be_unused_where_all_are_used(kind):
    assert UNUSED not in said("lstm_step", step(only(kind, lambda v: v**3 + 0.01)))


def test_a_part_of_a_dict_that_is_not_used():
    def from_torch(state):
        right = dict(state, bias_hh_l0=np.sin(1.0) + 0 * state["bias_hh_l0"])
        return given("from_torch")(right)

    assert "state['bias_hh_l0'] is changed a little" in said("from_torch", from_torch)


# --- how many digits ----------------------------------------------------------------------------

FLOAT32 = "float32 somewhere on the way"


def rounded(value):
    return value.astype(np.float32).astype(float)


def test_floats_for_whole_numbers_are_no_sign_that_something_was_written_into():
    """One of its known mistakes gives the right numbers, and writes into its arguments."""
    text = said("viterbi", lambda *args: tuple(np.asarray(one, float)[()] for one in given("viterbi")(*args)))
    assert "whole numbers" in text and "written into" not in text

    def writing(scores, transitions):
        path, score = given("viterbi")(scores, transitions)
        scores[0] += 1
        return path.astype(float), score

    assert "written into" not in said("viterbi", writing)  # the sums are not what was written


@pytest.mark.parametrize(
    "name, function",
    [
        ("lstm_step", step(only("z", rounded))),
        ("lstm_step", step(only("c", rounded))),
        ("lstm_step", lambda *a: given("lstm_step")(*map(rounded, a))),
        ("lstm", lambda *a: given("lstm")(*map(rounded, a))),
        ("sigmoid", lambda z: S(rounded(z))),
        ("sigmoid", lambda z: rounded(S(z))),
        ("candidate", gate(lambda z: np.tanh(rounded(z)))),
    ],
    ids=range(7),
)
def test_float32_on_the_way_is_told(name, function):
    text = said(name, function)
    assert FLOAT32 in text, text
    digits = int(re.search("to about (\\d+) digits", text)[1])
    worst = float(re.search("largest relative difference: (\\S+)", text)[1])
    assert digits <= -np.log10(worst) < digits + 1.2


@pytest.mark.parametrize("size", [1e-5, 5e-6, 2e-6, 1e-6])
@pytest.mark.parametrize(
    "name, function",
    [
        ("lstm_step", lambda s: step(only("c", lambda c: c + s * np.cos(9 * c)))),
        ("sigmoid", lambda s: lambda z: S(z) + s * np.cos(9 * z)),
        ("hidden_update", lambda s: lambda o, c: o * np.tanh(c) * (1 + s * np.cos(9 * c))),
    ],
    ids=["step", "sigmoid", "hidden"],
)
def test_what_is_off_by_more_than_float32_leaves_is_not_called_float32(name, function, size):
    text = said(name, function(size))
    assert FLOAT32 not in text and "seven digits" not in text, text
    if name == "hidden_update":  # in the others there are numbers so small that nothing agrees
        assert "They agree with the right ones to about" in text


def test_a_cut_off_that_leaves_less_than_float32_is_not_called_float32():
    for name, function in (
        ("sigmoid", lambda z: S(np.clip(z, -19.5, 19.5))),
        ("lstm_step", step(only("f", lambda f: np.maximum(f, 1e-11)))),
    ):
        assert FLOAT32 not in said(name, function)


def test_in_which_case_is_said_of_small_differences_too():
    def little(h):
        return h + 1e-7 * (len(h) == 1) * np.cos(9 * h)

    assert "It is wrong only when the batch holds a single sequence (N = 1)." in said(
        "lstm_step", step(only("h", little))
    )

    def zero(z):
        return S(z) * (1 if z.any() else 1 + 1e-7)

    text = said("sigmoid", zero)
    assert "It is wrong only when z is zero." in text or "only in the test case" in text, text

    def at_one(c_prev, g, alpha):
        return alpha * c_prev + (1 - alpha) * g + 1e-7 * (alpha == 1) * np.cos(c_prev)

    text = said("leaky_update", at_one)
    assert "They agree with the right ones" in text and 'only in the test case "alpha is 1"' in text, text


def test_a_factor_is_not_said_to_be_1():
    for amount in (1e-7, 3e-6, 1e-8):
        text = said("hidden_update", lambda o, c, amount=amount: o * np.tanh(c) * (1 + amount))
        factor = re.search(r"(\S+) times the right answer", text)[1]
        assert float(factor) == pytest.approx(1 + amount, rel=1e-2 * amount) and float(factor) != 1
    offset = said("hidden_update", lambda o, c: o * np.tanh(c) + 1e-5 * np.cos(c))
    assert "times the right answer" not in offset and "plus" not in offset


@pytest.mark.parametrize("amount", [1e-4, 1e-6, 1e-7, 3e-9])
@pytest.mark.parametrize("name", ["sigmoid", "hidden_update", "cell_update", "num_parameters", "lstm_step", "one_hot"])
def test_what_differs_is_shown_with_digits_that_differ(name, amount):
    def function(*arguments):
        right = given(name)(*arguments)
        if name == "num_parameters":
            return right + 1
        return (right[0] + amount * np.cos(right[0]), *right[1:]) if isinstance(right, tuple) else right + amount

    verdict = judge(name, function)
    text = verdict.text
    if found := re.search("(?:first difference at .*: )yours (\\S+), expected (\\S+)", text):
        mine, right = found.groups()
    else:
        mine, right = re.search(
            r"your.*?:\s*(.*?)\s*expected.*?:\s*(.*)", text[text.index("   with") :], re.DOTALL
        ).groups()
    assert mine.split() != right.split(), text


# --- which piece --------------------------------------------------------------------------------

PIECE = "where one piece works alone"


@pytest.mark.parametrize("letter, title", [("i", "the input gate"), ("f", "the forget gate"), ("g", "the candidate")])
def test_a_piece_that_is_wrong_is_named(letter, title):
    for change in (lambda v: v**3, lambda v: np.sin(np.pi / 2 * v), lambda v: v * (1 + v**2) / 2):
        text = said("lstm_step", step(only(letter, change)))
        assert f"only those of {title} fail" in text, text


# The pieces that are held still far out are wrong there; the one that works is right.
STILL = {
    "i never above 0.9": only("i", lambda i: np.minimum(i, 0.9)),
    "i never quite 1": only("i", lambda i: np.minimum(i, 1 - 1e-4)),
    "o never quite 1": only("o", lambda o: np.minimum(o, 0.999)),
    "f never quite 1": only("f", lambda f: np.minimum(f, 0.99)),
    "gates never quite open": lambda key, v: np.minimum(v, 0.97) if key in "ifo" else v,
    "z cut off at 9": only("z", lambda z: np.clip(z, -9, 9)),
    "a gate of 1 is 2": only("i", lambda i: np.where(i == 1, 2, i)),
    "an open gate is shut": only("o", lambda o: np.where(o == 1, 0.5, o)),
}


@pytest.mark.parametrize("kind", STILL)
def test_a_piece_is_not_named_for_what_others_do_far_out(kind):
    assert PIECE not in said("lstm_step", step(STILL[kind]))


def test_a_piece_is_not_named_where_the_ordinary_cases_are_right():
    """Wrong only where x is zero: it is not what h_prev does."""
    right = given("candidate")
    text = said("candidate", lambda x, h_prev, W, b: right(x, h_prev, W, b) + 0.1 * (not x.any()) * np.cos(h_prev))
    assert PIECE not in text and "the input x is zero" in text


def test_a_piece_is_not_named_where_only_some_of_its_cases_fail():
    vectors = load("candidate")
    results = [result_of("candidate", vectors[0], v := vectors[0].expected, {"g": v["g"] ** 3})]
    for tag, change in (("a", 0.5), ("b", 0.0)):
        case = dataclasses.replace(vectors[0].case, tags=frozenset({f"isolates:{tag}"}))
        for more in (change, change):
            right = vectors[0].expected["g"]
            results.append(result_of("candidate", Vector(case, {"g": right}), {"g": right}, {"g": right + more}))
    run = Run(exercise("candidate"), results)
    assert isolated_piece(run) == "a"
    run.results[2] = result_of("candidate", run.results[2].vector, v, v)
    assert isolated_piece(run) is None


# --- zeros --------------------------------------------------------------------------------------

CUT = {
    "hidden_update": lambda o, c: np.maximum(o * np.tanh(c), 0),
    "cell_update": lambda f, c_prev, i, g: np.clip(f * c_prev + i * g, 0, None),
    "candidate": lambda x, h_prev, W, b: np.maximum(np.tanh(np.concatenate([h_prev, x], 1) @ W + b), 0),
    "lstm_step": step(only("h", lambda h: h * (h > 0))),
    "leaky_update": lambda c_prev, g, alpha: np.minimum(alpha * c_prev + (1 - alpha) * g, 0),
}


@pytest.mark.parametrize("name", CUT)
def test_what_is_cut_off_at_0_is_not_said_to_be_unwritten(name):
    verdict = judge(name, CUT[name])
    if verdict.mistake is None:
        assert "is a 0. Was it never written?" not in verdict.text
        assert "Is something cut off at 0, or was it never written?" in verdict.text, verdict.text


def test_what_was_never_written_is():
    def cell_update(f, c_prev, i, g):
        c = np.zeros_like(c_prev)
        c[c_prev > 0] = (f * c_prev + i * g)[c_prev > 0]
        return c

    def hidden_update(o, c):
        h = np.zeros_like(c)
        h[:, ::2] = (o * np.tanh(c))[:, ::2]
        return h

    for function in (cell_update, hidden_update):
        assert "is a 0. Was it never written?" in said(function.__name__, function)


# --- counts and conditions ----------------------------------------------------------------------


def test_cases_that_are_no_numbers_are_not_counted_among_the_other_numbers():
    def counted(function):
        text = said("lstm_step", function)
        return int(re.search(r"(\d+) of \d+ test cases? gives? other numbers", text)[1]), text

    cubed, _ = counted(step(only("g", lambda g: g**3)))
    alone = sum(len(v.case.args["x"]) == 1 for v in load("lstm_step"))
    for what in (np.nan, np.inf):
        fewer, text = counted(step(lambda k, v, w=what: v**3 if k == "g" else v + w if k == "h" and len(v) == 1 else v))
        assert fewer == cubed - alone and "NaN or infinity comes out as well, when the batch holds a single" in text

    def raises(x, h_prev, c_prev, W, b):
        if len(x) == 1:
            raise ValueError("one")
        return step(only("g", lambda g: g**3))(x, h_prev, c_prev, W, b)

    fewer, text = counted(raises)
    assert fewer == cubed - alone and "An error comes up as well, when" in text


FEW = {
    "x is zero": (
        "candidate",
        lambda x, h_prev, W, b: given("candidate")(x, h_prev, W, b) + 0.2 * (not x.any()) * np.cos(7 * b) ** 2,
        "the input x is zero",
    ),
    "z is 0": ("sigmoid", lambda z: np.where(z == 0, 0.25, S(z)), None),
    "alpha is 1": (
        "leaky_update",
        lambda c, g, alpha: alpha * c + (1 - alpha) * g + (alpha == 1) * np.sin(c),
        '"alpha is 1"',
    ),
    "alpha is 0": (
        "leaky_update",
        lambda c, g, alpha: alpha * c + (1 - alpha) * g + (alpha == 0) * np.sin(c),
        '"alpha is 0"',
    ),
    "as many inputs as cells": ("num_parameters", lambda D, H: 4 * H * (H + D) + 4 * H + 7 * (D == H), "test case"),
    "zero biases": (
        "lstm_step",
        lambda x, h, c, W, b: given("lstm_step")(x, h, c + 0.1 * (not b.any()) * c**2, W, b),
        "the bias is zero",
    ),
}


@pytest.mark.parametrize("kind", FEW)
def test_where_few_fail_it_is_said_which(kind):
    name, function, phrase = FEW[kind]
    text = said(name, function)
    assert re.search("It is wrong only (when|in the test case)", text), text
    assert phrase is None or phrase in text, text


def runs_of(name, rng):
    """Runs in which cases of every kind fail: those that meet a condition, all but a few of them, and any at all."""
    e = exercise(name)
    run = climb(LocalSubject(name, given(name)), e, load(name))
    assert run.passed
    chosen = [[r for r in run.results if holds(r)] for _, holds in structure._conditions(run)]
    for these in list(chosen):
        chosen += [[r for r in these if rng.random() < share] for share in (0.95, 0.9, 0.8, 0.5)]
        others = [r for r in run.results if r not in these]
        chosen += [these + [others[k]] for k in rng.integers(len(others), size=2)] if others else []
    chosen += [[r for r in run.results if rng.random() < share] for share in (0.1, 0.3, 0.7, 0.95)]
    for these in chosen:
        for result in run.results:
            result.rung = "values" if any(result is one for one in these) else None
        yield run


@pytest.mark.parametrize("name", [e.name for e in exercises()])
@pytest.mark.some(8)
def test_what_is_said_of_the_cases_that_fail_is_true_of_all(name):
    """ "Only when ...": they and no others, or it is said how many of that kind fail."""
    rng = np.random.default_rng(len(name))
    for run in runs_of(name, rng):
        text, failing = where(run), [id(r) for r in run.results if r.rung]
        if text.startswith("when "):
            said, _, counts = text.removeprefix("when ").partition(", in ")
            (holds,) = [holds for words, holds in structure._conditions(run) if words == said]
            meeting = [id(r) for r in run.results if holds(r)]
            assert set(failing) <= set(meeting), text
            told = f"{len(failing)} of the {len(meeting)} test cases of that kind" if failing != meeting else ""
            assert counts == told, text
        elif text:
            assert [f'"{r.vector.case.name}"' in text for r in run.results if r.rung] == [True] * len(failing)
            assert len(failing) <= 2


def test_where_some_of_a_kind_are_right_the_counts_are_said():
    """c is cut off where b is not zero, which in one case of that kind does not show."""
    vectors = load("lstm_step")
    spared = next(v for v in vectors[4:] if v.case.args["b"].any() and len(v.case.args["x"]) > 1)

    def lstm_step(x, h, c, W, b):
        right = given("lstm_step")(x, h, c, W, b)
        same = x.shape == spared.case.args["x"].shape and np.array_equal(x, spared.case.args["x"])
        return right if same or len(x) == 1 else (right[0] + 0.1 * np.cos(9 * c), *right[1:])

    text = said("lstm_step", lstm_step)
    found = re.search(
        r"It is wrong only when the batch holds more than one sequence \(N > 1\), in (\d+) of the (\d+)", text
    )
    assert found and int(found[1]) == int(found[2]) - 1, text
    assert f"{found[1]} of " in text.split(" test case")[0], text


# --- measured as the verdict is ---------------------------------------------------------------------


def result_of(name, vector, expected, got):
    """A case with these right numbers, answered by these."""
    subject = LocalSubject(
        name, lambda *arguments: tuple(got.values()) + (None,) if len(got) > 1 else [*got.values()][0]
    )
    return run_case(subject, exercise(name), Vector(vector.case, expected))


def test_a_relation_holds_in_every_time_step_or_is_not_said():
    """A step of small numbers that are off, which is lost beside the largest of all."""
    vector = next(v for v in load("lstm") if v.case.args["xs"].shape[1] > 2)
    hs, c = vector.expected["hs"].copy(), vector.expected["c_T"]
    hs[:, 1] *= 1e-3 / np.abs(hs[:, 1]).max()
    twice = 2 * hs
    assert "hs is 2 times" in relation_of([result_of("lstm", vector, {"hs": hs, "c_T": c}, {"hs": twice, "c": c})])
    twice[:, 1] *= 1 + 1e-7 * np.cos(np.arange(twice[:, 1].size)).reshape(twice[:, 1].shape)
    assert np.abs(twice - 2 * hs).max() < 1e-9 * np.abs(hs).max()
    assert relation_of([result_of("lstm", vector, {"hs": hs, "c_T": c}, {"hs": twice, "c": c})]) is None


def test_what_is_below_the_floor_is_in_proportion_too():
    """A piece that is held far out leaves a factor of numbers so small that rounding is a large part of them."""
    vectors = load("hidden_update")
    results = [result_of("hidden_update", vectors[0], vectors[0].expected, {"h": 1 + vectors[0].expected["h"]})]
    for tag, factor in (("a", 3.0), ("b", 1.0)):
        args = {key: np.full_like(value, 1e3) for key, value in vectors[0].case.args.items()}
        case = dataclasses.replace(vectors[0].case, args=args, tags=frozenset({f"isolates:{tag}"}))
        right = 1e-8 * np.sin(1.0 + np.arange(vectors[0].expected["h"].size)).reshape(vectors[0].expected["h"].shape)
        noise = 1e-16 * np.cos(7.0 * np.arange(right.size)).reshape(right.shape)
        results.append(
            result_of("hidden_update", Vector(case, {"h": right}), {"h": right}, {"h": factor * right + noise})
        )
    assert [r.rung for r in results] == ["values", "values", None]
    assert isolated_piece(Run(exercise("hidden_update"), results)) is None


@pytest.mark.parametrize("name", [e.name for e in exercises() if not e.torch])
@pytest.mark.some(8)
def test_a_single_case_that_fails_is_named(name, some, whole):
    """Whichever it is: by what sets it apart, or by its name."""
    vectors, about = load(name)[2:], exercise(name).about
    for vector in vectors if whole else some(vectors, 6, name):
        wanted = _bytes(vector.case.args, about)

        def function(*arguments, wanted=wanted):
            if _bytes(arguments, about) == wanted:
                raise ValueError("this one")
            return given(name)(*arguments)

        text = judge(name, function).text
        assert f'in the test case "{vector.case.name}"' in text or "It happens only when" in text, text


def _bytes(value, about):
    if isinstance(value, dict):
        return [_bytes(item, about) for item in value.values()]
    if isinstance(value, tuple | list):
        return [_bytes(item, about) for item in value]
    if isinstance(value, np.random.Generator):
        return str(value.bit_generator.state)
    if callable(value):
        return about(value)
    return value.tobytes() if isinstance(value, np.ndarray) else value


# --- a mistake that stops in every case -----------------------------------------------------------

HOISTED = """
import torch
def lstm_hoisted(xs, h0, c0, W, b):
    H, h, c, hs = h0.shape[1], h0, c0, []
    zs = PRODUCT
    for z in zs.unbind(1):
        i, f, g, o = (z + h @ W[:H]).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        hs.append(h)
    return torch.stack(hs, 1), c
"""
FLAT = "(xs @ W[H:] + b).flatten(0, 1)"


def hoisted(product):
    return local(HOISTED.replace("PRODUCT", product))["lstm_hoisted"]


@pytest.mark.parametrize("product", [FLAT, "xs.reshape(-1, xs.shape[2]) @ W[H:] + b"])
def test_a_mistake_that_stops_in_every_case_is_named_as_that(product):
    verdict = judge("lstm_hoisted", hoisted(product))
    assert verdict.mistake == "input_product.flat", verdict.text
    assert "raised an error in every test case, and always the very error of lstm_hoisted with one" in verdict.text
    assert "numbers are those of" not in verdict.text


STOPS = {
    "another error": f"{FLAT}; raise ValueError",
    "another kind": f"""{FLAT}
    try:
        zs.unbind(1)[0] + h @ W[:H]
    except RuntimeError as error:
        raise ValueError(*error.args)""",
    "of the same kind": "torch.cat([xs, h0])",
    "other shapes": "(xs @ W[H:] + b)[..., 1:]",
    "one text": "xs @ W[H:] + b; raise RuntimeError('no')",
    "but for one case": "xs @ W[H:] + b\n    if zs.shape[1] > 1: zs = zs.flatten(0, 1)",
}


@pytest.mark.parametrize("kind", STOPS)
def test_what_stops_in_another_way_is_not_given_its_name(kind):
    verdict = judge("lstm_hoisted", hoisted(STOPS[kind]))
    assert verdict.passed is False and verdict.mistake is None, verdict.text


def test_an_error_that_several_mistakes_raise_is_no_evidence():
    e = exercise("lstm_hoisted")
    flat = next(one for one in inherited(e) if one.name == "input_product.flat")
    e = dataclasses.replace(e, mistakes=(*e.mistakes, dataclasses.replace(flat, name="twin")))
    assert check_subject(LocalSubject("lstm_hoisted", hoisted(FLAT)), e).mistake is None


def test_where_a_mistake_stops_too_it_stops_with_an_error_of_that_kind():
    """The same numbers beside errors of another kind are no more than the numbers."""
    e = exercise("sigmoid")

    def stops(error):
        def sigmoid(z):
            if z.size == 1 or not z.any():
                raise error("here")
            return z

        return sigmoid

    body = 'if z.size == 1 or not z.any():\n    raise IndexError("here")\nreturn z'
    e = dataclasses.replace(e, mistakes=(Mistake("bare", "no squashing", "m", "l", body=body, exercise="sigmoid"),))
    same, other = (check_subject(LocalSubject("sigmoid", stops(kind)), e) for kind in (IndexError, ValueError))
    assert same.mistake == other.mistake == "bare"
    assert "Your numbers are those of no squashing" in same.text
    assert "Where your function runs, its numbers are those of no squashing" in other.text


# --- torch in an exercise on arrays, None in a tuple, Python's errors ------------------------------

TORCH = {
    "of an array": lambda z: torch.sigmoid(z),
    "needs a gradient": lambda z: np.tanh(torch.from_numpy(z).requires_grad_()),
    "two dtypes": lambda z: torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.float64),
    "stacked": lambda z: torch.stack([torch.ones(2), torch.ones(3)]),
    "joined with an array": lambda z: torch.cat([torch.ones(2), z]),
    "no past": lambda z: torch.ones(2).sum().backward(),
    "if": lambda z: 1 if torch.from_numpy(z) > 0 else 0,
    "beyond": lambda z: torch.from_numpy(z)[50],
    "misspelled": lambda z: torch.sigmid(z),
}


@pytest.mark.parametrize("kind", TORCH)
def test_no_advice_on_tensors_in_an_exercise_on_arrays(kind):
    text = judge("sigmoid", TORCH[kind]).text
    advice = text[text.index("Next: ") :].splitlines()[0]
    assert "Everything in this exercise is an array of numpy's" in advice, text
    assert not re.search(r"torch\.|new_zeros|\.to\(|detach", advice)


def test_the_same_error_in_an_exercise_on_tensors_gets_it():
    for error in ("TypeError: sigmoid(): argument 'input' (position 1) must be Tensor, not numpy.ndarray",):
        assert "new_zeros" in explain(error, tensors=True)[1] and "numpy's" in explain(error, tensors=False)[1]
        assert explain(error, tensors=True)[0] == explain(error, tensors=False)[0]


@pytest.mark.parametrize(
    "name, function",
    [
        ("lstm_step", lambda x, h, c, W, b: (None, c, None)),
        ("lstm_step", lambda x, h, c, W, b: (h, None, None)),
        ("lstm_step", lambda x, h, c, W, b: [h, None, None]),
        ("pack", lambda *a: (None, None)),
        ("to_torch", lambda W, b, D: dict.fromkeys(given("to_torch")(W, b, D))),
    ],
    ids=range(5),
)
def test_one_value_that_is_none_is_no_missing_return(name, function):
    text = judge(name, function).text
    assert "it is None." in text and "return` missing" not in text, text


@pytest.mark.parametrize("name", [e.name for e in exercises()])
@pytest.mark.some(6)
def test_nothing_returned_is(name):
    assert "None (is a `return` missing?)" in judge(name, lambda *a: None).text


def beside(text):
    return local(f"import numpy as np\n{text}")["one_hot"]


ERRORS = {
    "one index too many axes": (
        "out = np.zeros((*ids.shape, num_classes)); out[np.arange(ids.shape[0]), ids] = 1",
        "gone through together",
    ),
    "an index for each": (
        "out = np.zeros((len(ids), num_classes)); out[np.arange(len(ids)), 0, ids[:, 0]] = 1",
        "fewer axes (2) than it was given indices (3)",
    ),
    "a class": ("return C(ids)", "What was called takes no arguments"),
    "a method": ("return {}.items(ids)", "What was called takes no arguments"),
    "another": ("return 'a'.isdigit(ids)", "What was called takes no arguments"),
    "^ of floats": ("return (1.0 + np.exp(-ids))^-1", "The power is **"),
    "^ of numbers": ("return 2.0 ^ 2", "The power is **"),
    "a length": ("return np.zeros((N, T, num_classes))", "a length"),
    "np.exp of a number": ("np_ = 3; return np_.exp(ids)", "Does np still stand for numpy"),
    "exp of an array": ("return ids.exp()", "np.exp(...)"),
    "a key": ("return {ids: 1}", "can't be one"),
    "a product": ("return ids @ np.ones((99, 2))", "A circle there (⊙) is *"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_that_was_not_explained(kind):
    body, phrase = ERRORS[kind]
    text = judge("one_hot", beside(f"class C: pass\ndef one_hot(ids, num_classes):\n    {body}\n")).text
    assert phrase in text and "{" not in text.split("Next:")[0], text


def test_a_cache_that_takes_arrays_for_keys():
    text = judge(
        "sigmoid", local("import functools\n@functools.lru_cache\ndef sigmoid(z):\n    return z\n")["sigmoid"]
    ).text
    assert "(functools.lru_cache). It takes the arguments for a dict's keys" in text and "the lines before" not in text
    means, look = explain("TypeError: unhashable type: 'numpy.ndarray'")  # one of another making
    assert "can't be one" in means and "lru_cache takes the arguments for keys" in look


# --- right numbers, and a warning on the way ----------------------------------------------------


def test_a_warning_is_explained_by_its_own_kind():
    def divides(logits, targets, mask):
        top = logits.max(axis=2, keepdims=True)
        log_p = logits - top - np.log(np.exp(logits - top).sum(axis=2, keepdims=True))
        costs = -np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]
        return np.nan_to_num((costs * mask).sum() / mask.sum())

    def overflows(logits):
        return 1 / np.exp(logits[:, :, None, :] - logits[..., None]).sum(axis=-1)

    text = said("cross_entropy", divides)
    assert "numpy warned" in text and "division by zero" in text
    assert "too large" not in text and "Which exponential" not in text
    text = said("softmax", overflows)
    assert "numpy warned" in text and "too large for float64" in text and "Which exponential" in text
