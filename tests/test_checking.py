"""The verdict says what is true: known mistakes by name, structure where no mistake fits, the guilty function."""

import json
import time

import numpy as np
import pytest
import torch

import grader
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.verdict import MIME
from grader.exercises import exercise, exercises
from grader.given import given
from grader.vectors.metric import relative_error

ALL = [e.name for e in exercises()]


def judge(name, function, **options):
    return check_subject(LocalSubject(name, function), exercise(name), **options)


def step(change):
    """lstm_step in which ``change`` may replace any of z, i, f, g, o, c, h by name."""

    def lstm_step(x, h_prev, c_prev, W, b):
        s = given("sigmoid")
        z = change("z", np.concatenate([h_prev, x], axis=1) @ W + b)
        i, f, g, o = np.split(z, 4, axis=1)
        i, f, g, o = change("i", s(i)), change("f", s(f)), change("g", np.tanh(g)), change("o", s(o))
        c = change("c", f * c_prev + i * g)
        return change("h", o * np.tanh(c)), c, None

    return lstm_step


def only(name, function):
    return lambda key, value: function(value) if key == name else value


# --- every exercise -----------------------------------------------------------------------------


# What is asked of every exercise by its name stands in test_exercises.py.


def test_there_are_enough_known_mistakes():
    least = {"lstm_step": 8, "lstm": 8, "input_gate": 4, "forget_gate": 4, "output_gate": 4}
    for name, number in least.items():
        assert len(exercise(name).mistakes) >= number


# --- structure ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, words",
    [
        (only("h", lambda h: 3 * h), ["c is right; h is not", "h is 3 times the right answer"]),
        (only("h", lambda h: -h), ["minus the right answer"]),
        (only("h", lambda h: h + 0.25), ["plus 0.25"]),
        (only("i", lambda i: i**3), ["only those of the input gate fail"]),
        (only("f", lambda f: f**3), ["only those of the forget gate fail"]),
        (only("g", lambda g: g**3), ["only those of the candidate fail"]),
        (only("o", lambda o: o**3), ["c is right; h is not"]),
        (only("z", lambda z: z.astype(np.float32).astype(float)), ["float32 somewhere"]),
        (only("h", lambda h: h + 1e-3 * (len(h) > 1) * np.sin(h)), ["the batch holds more than one sequence (N > 1)"]),
        (only("c", lambda c: np.zeros_like(c)), ["all zeros"]),
    ],
    ids=range(10),
)
def test_structure_of_a_wrong_step(change, words):
    verdict = judge("lstm_step", step(change))
    assert verdict.passed is False and verdict.mistake is None
    for word in words:
        assert word in verdict.text, verdict.text


def sequence(spoil):
    def lstm(xs, h0, c0, W, b):
        hs, c, cache = given("lstm")(xs, h0, c0, W, b)
        return (*spoil(hs, c, h0, c0), cache)

    return lstm


def _from_second_step(hs, c, h0, c0):
    hs = hs.copy()
    hs[:, 2:] *= 1.5
    return hs, c


@pytest.mark.parametrize(
    "spoil, words",
    [
        (_from_second_step, ["c_T is right; hs is not", "first wrong time step of hs is t = 2", "T > 1"]),
        (lambda hs, c, h0, c0: (hs, c + 1e-3 * np.any(c0)), ["cell state that comes in is not zero", "c_T is not"]),
        (lambda hs, c, h0, c0: (np.tanh(hs[:, ::-1]), c), ["hs is not"]),
        (lambda hs, c, h0, c0: (hs.astype(np.float32).astype(float), c), ["float32 somewhere"]),
    ],
    ids=range(4),
)
def test_structure_of_a_wrong_sequence(spoil, words):
    verdict = judge("lstm", sequence(spoil))
    assert verdict.passed is False and verdict.mistake is None
    for word in words:
        assert word in verdict.text, verdict.text


def test_an_unknown_error_gets_the_plain_numbers():
    verdict = judge("lstm_step", step(only("c", lambda c: c + 0.1 * np.sin(7 * c))))
    assert verdict.mistake is None
    assert "fit none of the mistakes" in verdict.text
    assert "your h:" in verdict.text and "expected h:" in verdict.text and "lstm_step(x, h_prev" in verdict.text


# --- who is at fault ----------------------------------------------------------------------------

CELL = """
import numpy as np
from grader.given import given

sigmoid = given("sigmoid")
def lstm_step(x, h_prev, c_prev, W, b):
    z = np.concatenate([h_prev, x], axis=1) @ W + b
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c, None
def lstm(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        h, c, _ = lstm_step(xs[:, t], h, c, W, b)
        hs.append(h)
    return np.stack(hs, axis=1), c, None
"""


def notebook(text):
    scope = {"__name__": "notebook"}
    exec(text, scope)
    return scope


def check_lstm(text):
    scope = notebook(text)
    return judge("lstm", scope["lstm"]), scope


def test_a_wrong_step_costs_the_sequence_nothing():
    verdict, scope = check_lstm(CELL.replace("np.tanh(c), c, None", "c, c, None"))
    assert verdict.passed and verdict.points == verdict.max_points
    assert "judged with the course's lstm_step" in verdict.text
    assert judge("lstm_step", scope["lstm_step"]).passed is False


@pytest.mark.parametrize("body", ["raise NotImplementedError()", "while True: pass", "return None", "del scope"])
def test_an_unusable_step_costs_the_sequence_nothing(body, monkeypatch):
    monkeypatch.setattr("grader.checking.calling.CALL_SECONDS", 0.3)
    verdict, _ = check_lstm(CELL + f"\ndef lstm_step(x, h_prev, c_prev, W, b):\n    {body}\n")
    assert verdict.passed, verdict.text


def test_a_missing_step_costs_the_sequence_nothing():
    verdict, scope = check_lstm(CELL + "\ndel lstm_step\n")
    assert verdict.passed and "is not defined here" in verdict.text
    assert "lstm_step" not in scope, "the stand-in is taken away again"


def test_two_wrong_functions_are_told_apart():
    text = CELL.replace("np.tanh(c), c, None", "c, c, None").replace("h, c, hs = h0", "h, c, hs = 0 * h0")
    verdict, scope = check_lstm(text)
    assert verdict.passed is False
    assert verdict.mistake == "no_h0", "found with the course's lstm_step in the other's place"
    assert "Your lstm_step does not pass its own check either" in verdict.text
    assert scope["lstm_step"].__globals__ is scope


def test_a_right_step_leaves_the_blame_with_the_sequence():
    verdict, _ = check_lstm(CELL.replace("h, c, hs = h0", "h, c, hs = 0 * h0"))
    assert verdict.mistake == "no_h0" and "lstm_step" not in verdict.text.split("lstm(xs")[0]


def test_an_endless_sequence_with_a_right_step_is_waited_for_once(monkeypatch):
    monkeypatch.setattr("grader.checking.calling.CALL_SECONDS", 0.3)
    scope = notebook(CELL + "\ncalls = []\ndef lstm(xs, h0, c0, W, b):\n    calls.append(1)\n    while True: pass\n")
    verdict = judge("lstm", scope["lstm"])
    assert verdict.points == 0 and "no answer after 0.3 seconds" in verdict.text
    assert len(scope["calls"]) == 1


def test_a_step_that_keeps_something_between_calls_is_said_to():
    text = CELL + (
        "\nright, calls = lstm_step, []\n"
        "def lstm_step(x, h_prev, c_prev, W, b):\n"
        "    import sys\n"
        "    inside = sys._getframe(1).f_code.co_name == 'lstm'\n"
        "    h, c, _ = right(x, h_prev, c_prev, W, b)\n"
        "    return (h + inside, c, None)\n"
    )
    verdict, _ = check_lstm(text)
    assert verdict.passed is False and verdict.points == 0
    assert "right with the course's lstm_step, and wrong with yours" in verdict.text


# --- the call and the verdict's forms -----------------------------------------------------------


def test_check_finds_the_name_where_it_is_called():
    scope = notebook("from grader import check\n" + CELL + "\nby_name, by_function = check('lstm'), check(lstm)\n")
    assert scope["by_name"].passed and scope["by_function"].passed
    assert grader.check("lstm_step", scope["lstm_step"]).passed
    assert grader.check("lstm").passed is False, "there is no lstm in this module"


def test_an_unknown_name_is_a_message():
    verdict = grader.check("lstm_stpe")
    assert verdict.passed is None and verdict.score is None and "Did you mean 'lstm_step'" in verdict.text


def test_printing_and_warning_do_no_harm(capsys):
    scope = notebook(
        CELL.replace("    h, c, hs =", "    print('hello'); __import__('warnings').warn('old')\n    h, c, hs =")
    )
    verdict = judge("lstm", scope["lstm"])
    assert verdict.passed
    assert "hello" in verdict.text and "old" in verdict.text
    assert capsys.readouterr() == ("", "")


def test_the_learners_frames_only():
    scope = notebook(
        CELL.replace("    h, c, hs = h0, c0, []", "    return helper(xs)") + "def helper(a):\n    return a.shap\n"
    )
    text = judge("lstm", scope["lstm"]).text
    assert "in lstm" in text and "in helper" in text and "has no attribute 'shap'" in text
    assert "calling.py" not in text and "grader/" not in text and "Traceback" not in text


def test_text_form_is_the_points_only_while_nbgrader_grades(monkeypatch):
    verdict = judge("lstm_step", step(only("h", lambda h: 3 * h)))
    assert repr(verdict) == verdict.text
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert float(repr(verdict)) == verdict.points == 2
    assert verdict._repr_mimebundle_()["text/plain"] == repr(verdict)
    assert repr(grader.check("no such")) == grader.check("no such").text


def test_the_html_escapes_what_learners_write():
    def lstm_step(x, h_prev, c_prev, W, b):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x onerror=alert(2)>")

    bundle = judge("lstm_step", lstm_step)._repr_mimebundle_()
    assert "<script" not in bundle["text/html"] and "<img" not in bundle["text/html"]
    assert "&lt;img" in bundle["text/html"]
    json.dumps(bundle[MIME], allow_nan=False)


def test_nothing_by_colour_alone():
    right, wrong = judge("lstm_step", given("lstm_step")), judge("lstm_step", step(only("h", lambda h: -h)))
    assert "✓" in right._html() and "right" in right._html()
    assert "✗" in wrong._html() and "partly right" in wrong._html()


# --- the metric ---------------------------------------------------------------------------------


def test_the_metric_sees_a_small_block_beside_large_ones():
    ref = np.ones((2, 5, 3))
    ref[:, 3] *= 1e-3
    got = ref.copy()
    got[:, 3] += 1e-9
    assert relative_error(got, ref) < 2e-9
    assert relative_error(got, ref, "(N, T, H)") == pytest.approx(1e-6, rel=1e-3)
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error(np.full(3, 1e-3), np.zeros(3)) == pytest.approx(1e-3)
    assert relative_error(np.array([np.nan]), np.array([1.0])) == np.inf
    assert relative_error(np.ones((2, 3)), np.ones((3, 2))) == np.inf


def test_a_check_of_lstm_step_is_fast():
    """The bound is 50 ms; the fastest of some runs, so that a busy machine does not decide."""
    judge("lstm_step", given("lstm_step"))
    best = min(_timed(lambda: judge("lstm_step", given("lstm_step"))) for _ in range(5))
    assert best < 0.05


def _timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


# --- where it runs ----------------------------------------------------------------------------------


def tile(inside, offsets, guarded):
    """gate_tile by its two pieces; unguarded, it reads places outside before it masks them."""

    def gate_tile(memory, H, size, gate):
        places = torch.arange(size)
        r, k = places[:, None], places[None, :]
        mask, at = inside(r, k, H), offsets(r, k, H, size, gate)
        return torch.where(mask, memory[torch.where(mask, at, 0) if guarded else at], 0.0)

    return gate_tile


RIGHT_MASK, RIGHT_OFFSETS = lambda r, k, H: (r < H) & (k < H), lambda r, k, H, size, gate: r * 4 * H + gate * H + k


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize(
    "mistake, inside, offsets",
    [
        ("mask_one_too_many", lambda r, k, H: (r <= H) & (k <= H), RIGHT_OFFSETS),
        ("stride_size", RIGHT_MASK, lambda r, k, H, size, gate: r * 4 * size + gate * H + k),
        ("gate_offset_size", RIGHT_MASK, lambda r, k, H, size, gate: r * 4 * H + gate * size + k),
        ("gates_in_rows", RIGHT_MASK, lambda r, k, H, size, gate: r * 4 * H + gate * 4 * H + k),
    ],
)
def test_a_mistake_is_named_whether_or_not_it_also_stops_the_function(mistake, inside, offsets, guarded):
    verdict = judge("gate_tile", tile(inside, offsets, guarded))
    assert verdict.mistake == mistake, verdict.text


def test_a_right_function_that_stops_in_some_cases_is_not_taken_for_a_mistake():
    verdict = judge("gate_tile", tile(RIGHT_MASK, RIGHT_OFFSETS, guarded=False))
    assert verdict.mistake is None and "torch.where chooses afterwards" in verdict.text

    def stops(x, h_prev, c_prev, W, b):
        if x.shape[0] > 2:
            raise ValueError("too many")
        return given("lstm_step")(x, h_prev, c_prev, W, b)

    assert judge("lstm_step", stops).mistake is None
