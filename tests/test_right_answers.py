"""No right answer is rejected, however it is written; no perturbed one gets through."""

import ast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import given as course
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise, exercises
from grader.vectors import make

SIGMOID, STEP = course.given("sigmoid"), course.given("lstm_step")


def compiled(name, text):
    """A right answer's function; it finds what the course's own function finds."""
    scope = dict(course.given(name).__globals__)
    exec(compile(text, f"<{name}>", "exec"), scope)
    return scope[name]


@pytest.mark.parametrize("name", [e.name for e in exercises()])
def test_every_exercise_has_three_right_answers_that_are_written_differently(name):
    """That they pass is asked in test_exercises.py, of all of them."""
    texts = [*exercise(name).variants(), course.text(name)]
    assert len(texts) > 3
    trees = {ast.dump(ast.parse(text)) for text in texts}
    assert len(trees) == len(texts)


def perturbed_step(place: str, amount: float, mode: str):
    """A right step in which one intermediate value is off by a factor, an offset or a swap of signs."""

    def spoil(name, value):
        if name != place:
            return value
        return {"factor": value * (1 + amount), "offset": value + amount, "sign": -value}[mode]

    def step(x, h_prev, c_prev, W, b):
        x, h_prev, c_prev = spoil("x", x), spoil("h_prev", h_prev), spoil("c_prev", c_prev)
        W, b = spoil("W", W), spoil("b", b)
        z = spoil("z", np.concatenate([h_prev, x], axis=1) @ W + b)
        i, f, g, o = np.split(z, 4, axis=1)
        i, f = spoil("i", SIGMOID(i)), spoil("f", SIGMOID(f))
        g, o = spoil("g", np.tanh(g)), spoil("o", SIGMOID(o))
        c = spoil("c", f * c_prev + i * g)
        return spoil("h", o * np.tanh(c)), c, None

    return step


PLACES = ["x", "h_prev", "c_prev", "W", "b", "z", "i", "f", "g", "o", "c", "h"]
AMOUNTS = st.floats(1e-6, 0.5) | st.floats(-0.5, -1e-6)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.some(4)
@settings(max_examples=10, deadline=None, derandomize=True)
@given(AMOUNTS, st.sampled_from(["factor", "offset", "sign"]))
def test_a_perturbed_step_never_passes(place, amount, mode):
    verdict = check_subject(LocalSubject("lstm_step", perturbed_step(place, amount, mode)), exercise("lstm_step"))
    assert verdict.passed is False, (place, amount, mode)
    assert verdict.points < verdict.max_points


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(PLACES), AMOUNTS, st.sampled_from(["factor", "offset", "sign"]), st.integers(0, 6))
def test_a_sequence_perturbed_from_some_step_on_never_passes(place, amount, mode, start):
    spoiled = perturbed_step(place, amount, mode)

    def lstm(xs, h0, c0, W, b):
        h, c, hs = h0, c0, []
        for t in range(xs.shape[1]):
            h, c, _ = (spoiled if t >= start else STEP)(xs[:, t], h, c, W, b)
            hs.append(h)
        return np.stack(hs, axis=1), c, None

    verdict = check_subject(LocalSubject("lstm", lstm), exercise("lstm"))
    assert verdict.passed is False, (place, amount, mode, start)


# All but the second, the one in loops, which takes long.
STEPS = [compiled("lstm_step", text) for k, text in enumerate(exercise("lstm_step").variants()) if k != 1]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.sampled_from(STEPS))
def test_a_right_step_passes_on_any_draw(seed, function):
    vectors = make.make_exercise("lstm_step", str(seed))
    verdict = check_subject(LocalSubject("lstm_step", function), exercise("lstm_step"), vectors=vectors)
    assert verdict.passed, verdict.text
