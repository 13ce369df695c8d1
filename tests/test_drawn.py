"""Functions that draw at random, and functions that are called again with what they gave: how these are judged.

What is drawn has no digits to compare: its properties are looked at (:mod:`grader.exercises.properties`).
"""

import functools

import numpy as np
import pytest
from boundary_sides import copied_exercises, local, ran, worker

from grader.boundary.proxy import RemoteSubject
from grader.checking import ladder
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise
from grader.given import given, text
from grader.vectors import load, make

__all__ = ["copied_exercises", "worker"]  # fixtures

DRAWING = ("init_lstm", "dropout")
BLOCK = "np.linalg.qr(rng.normal(size=(H, H)))[0]"


def judged(name, function, **options):
    return check_subject(LocalSubject(name, function), exercise(name), **options)


def edited(name, old, new):
    """The course's own function with a piece of its text exchanged wherever it stands."""
    assert old in text(name)
    scope = dict(given(name).__globals__)
    exec(text(name).replace(old, new), scope)
    return scope[name]


# --- properties ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWING)
def test_no_right_answer_breaks_a_property_by_chance(name):
    """Whatever a generator gives: the solution and every right answer, on the cases of 20 classes."""
    e, rng = exercise(name), np.random.default_rng(3)
    answers = [given(name), *(functools.partial(_made, name, one) for one in e.variants())]
    for _ in range(20):
        for case in e.cases(rng):
            for function in answers:
                got = e.flattened(function(*ladder.fresh_arguments(make.Vector(case, {}))))
                broken = {one.name: one.measure(case.args, got) for one in e.properties}
                assert not any(broken.values()), (case.name, broken)


def _made(name, source, *arguments):
    scope = dict(given(name).__globals__)
    exec(source, scope)
    return scope[name](*arguments)


@pytest.mark.parametrize(
    "new, broken, points",
    [
        ("rng.normal(size=(H, H)) / (1.1 * np.sqrt(H))", "orthogonal", 2),
        ("np.eye(H)[rng.permutation(H)]", "drawn_blocks", 2),
        ("1.001 * " + BLOCK, "orthogonal", 2),
    ],
)
def test_a_broken_property_is_named_and_costs_its_part(new, broken, points):
    verdict = judged("init_lstm", edited("init_lstm", BLOCK, new))
    told = next(one for one in exercise("init_lstm").properties if one.name == broken)
    assert verdict.passed is False and verdict.points == points and verdict.mistake == broken
    assert told.what in verdict.text and told.meaning in verdict.text and told.look in verdict.text
    assert [part.passed for part in verdict.parts] == [True, True, False]


def test_what_was_measured_is_shown_and_hidden():
    wrong = edited("init_lstm", " / np.sqrt(D)", " * 1.02")
    shown = judged("init_lstm", wrong)
    assert shown.mistake == "input_scale" and "have the standard deviation 1" in shown.finding.detail
    hidden = judged("init_lstm", wrong, hidden=True, vectors=make.make_exercise("init_lstm", "a class"))
    assert hidden.mistake == "input_scale" and hidden.finding.detail == hidden.finding.more == ""
    assert "1.0" not in hidden.text


def test_of_several_broken_properties_each_is_said_and_the_first_explained():
    verdict = judged("init_lstm", lambda D, H, bias, rng: (rng.normal(size=(H + D, 4 * H)), rng.normal(size=4 * H)))
    properties = {one.name: one for one in exercise("init_lstm").properties}
    assert verdict.mistake == "forget_bias" and verdict.points == 0
    for name in ("forget_bias", "orthogonal", "input_scale"):
        assert properties[name].what in verdict.text
    assert properties["orthogonal"].meaning not in verdict.text


def test_a_known_mistake_is_told_before_a_property():
    verdict = judged("init_lstm", edited("init_lstm", "b[H : 2 * H]", "b[:H]"))
    assert verdict.mistake == "bias_of_the_input_gate"


ELSEWHERE = {
    "the global generator": ("rng.", "np.random."),
    "a seed of its own": ("    b = np", "    b = np", "    rng = np.random.default_rng(0)\n"),
    "the input weights alone": ("rng.normal(size=(H + D", "np.random.default_rng(1).normal(size=(H + D"),
    "the blocks alone": ("qr(rng.", "qr(other.", "    other = np.random.default_rng(2)\n"),
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_what_is_drawn_elsewhere_is_seen(where):
    old, new, *before = ELSEWHERE[where]
    source = text("init_lstm").replace(old, new)
    if before:
        head, body = source.split("\n", 1)
        source = f"{head}\n{before[0]}{body}"
    scope = dict(given("init_lstm").__globals__)
    exec(source, scope)
    verdict = judged("init_lstm", scope["init_lstm"])
    assert verdict.passed is False and verdict.points == 0
    assert "should come from rng" in verdict.text and "drew" not in verdict.text


def test_a_mask_that_comes_again_by_chance_is_no_fault():
    """One draw for all numbers gives the same mask for many generators: that is not what it is told."""
    verdict = judged("dropout", edited("dropout", "rng.random(x.shape)", "(rng.random() + 0 * x)"))
    assert "should come from rng" not in verdict.text and verdict.mistake in ("all_or_nothing", "share", "one_by_one")


def test_an_old_name_of_a_generators_method_is_explained():
    verdict = judged("dropout", edited("dropout", "rng.random(x.shape)", "rng.rand(*x.shape)"))
    assert "one of numpy's random generators" in verdict.text and "rand and randn" in verdict.text


@pytest.mark.parametrize("name", DRAWING)
def test_a_generator_crosses_the_boundary(name, worker):
    """The same numbers are drawn there: a known mistake, which has no other way to be seen, is named."""
    e = exercise(name)
    wrong = e.mistakes[0].text
    for source, mistake in ((text(name), None), (wrong, e.mistakes[0].name)):
        with worker.session():
            assert ran(worker, f"import numpy as np\n\n\n{source}") == []
            there = check_subject(RemoteSubject(worker, name), e).record()
        here = judged(name, local(f"import numpy as np\n\n\n{source}")[name]).record()
        assert there == here and there["mistake"] == mistake
    with worker.session():
        drawn = text(name).replace("rng.", "np.random.")
        assert ran(worker, f"import numpy as np\n\n\n{drawn}") == []
        verdict = check_subject(RemoteSubject(worker, name), e)
    assert verdict.passed is False and "should come from rng" in verdict.text


# --- calls that go on ---------------------------------------------------------------------------


def ten_steps():
    return [vector for vector in load("train_step") if vector.case.calls == 10]


def test_ten_calls_are_made_each_with_what_the_last_one_gave():
    seen = []

    def counted(*arguments):
        seen.append(arguments)
        return given("train_step")(*arguments)

    (vector, *_) = ten_steps()
    e = exercise("train_step")
    result = ladder.run_case(LocalSubject("train_step", counted), e, vector)
    assert result.rung is None and len(seen) == 10
    assert [arguments[1]["W"]["t"] for arguments in seen] == list(range(10))
    assert not np.array_equal(seen[0][0]["W"], seen[9][0]["W"])
    assert vector.expected["W.t"] == 10


def test_a_fault_of_a_later_step_is_seen():
    """Right for four steps, whatever the state; nothing but going on shows it."""
    step, taken = given("train_step"), []

    def tired(params, adam, batch, start, loss_fn, lr, max_norm):
        taken.append(adam["W"]["t"])
        return step(params, adam, batch, start, loss_fn, lr / 2 if adam["b"]["t"] in (7, 8) else lr, max_norm)

    verdict = judged("train_step", tired)
    failed = [part.title for part in verdict.parts if not part.passed]
    assert failed == ["ten steps"] and max(taken) == 9


def test_calls_stop_where_what_came_back_can_not_go_in_again():
    e, calls = exercise("train_step"), []

    def without_adam(*arguments):
        calls.append(1)
        new, _, loss, end = given("train_step")(*arguments)
        return new, None, loss, end

    def into_params(params, *arguments):
        calls.append(1)
        new, adam, loss, end = given("train_step")(params, *arguments)
        params["W"][...] = new["W"]
        return new, adam, loss, end

    for function, rung in ((without_adam, "type"), (into_params, "inputs")):
        calls.clear()
        result = ladder.run_case(LocalSubject("train_step", function), e, ten_steps()[0])
        assert result.rung == rung and len(calls) == 1


# --- dicts inside of dicts, whole numbers in arrays ---------------------------------------------


def train_step_with(change):
    """The course's own step with something else in what it returns."""

    def changed(*arguments):
        new, adam, loss, end = given("train_step")(*arguments)
        return change(new, adam, loss, end)

    return judged("train_step", changed)


def test_what_lies_in_a_dict_inside_a_dict_is_called_by_its_place():
    missing = train_step_with(lambda new, adam, loss, end: (new, {**adam, "V": {"m": adam["V"]["m"]}}, loss, end))
    assert "new_adam['V'] should have exactly the keys m, v, t. Missing: v, t." in missing.text
    halves = train_step_with(
        lambda new, adam, loss, end: (new, {k: {**one, "t": one["t"] / 1} for k, one in adam.items()}, loss, end)
    )
    assert "new_adam['W']['t'] should be a whole number" in halves.text
    one = train_step_with(
        lambda new, adam, loss, end: (new, {**adam, "b": {**adam["b"], "v": 3 * adam["b"]["v"]}}, loss, end)
    )
    assert "new_adam['b']['v'] is not" in one.text


def test_parts_of_one_value_are_spoken_of_together():
    verdict = train_step_with(
        lambda new, adam, loss, end: (
            {name: 3 * one + 1 for name, one in new.items()},
            {name: {**one, "v": one["v"] + 0.3} for name, one in adam.items()},
            loss,
            end,
        )
    )
    said = "new_adam[...]['m'], new_adam[...]['t'], loss and end are right; new_params and new_adam[...]['v'] are not."
    assert said in verdict.text


def test_a_number_in_a_dict_that_comes_in_is_looked_at():
    def counting(param, grad, state, *numbers):
        new, after = given("adam_step")(param, grad, dict(state), *numbers)
        state["t"] += 2
        return new, after

    verdict = judged("adam_step", counting)
    assert verdict.passed is False and "changed its argument state['t']" in verdict.text and "that dict" in verdict.text


@pytest.mark.parametrize("dtype, told", [(np.float32, "float32"), (bool, "bool"), (complex, "complex128")])
def test_whole_numbers_are_asked_for(dtype, told):
    verdict = judged("nearest_state", lambda *arguments: given("nearest_state")(*arguments).astype(dtype))
    assert verdict.passed is False and f"should hold whole numbers (integers); yours holds {told}" in verdict.text


@pytest.mark.parametrize("dtype", ["int32", "uint64", "int64"])
def test_whole_numbers_of_any_dtype_will_do(dtype):
    verdict = judged("nearest_state", lambda *arguments: given("nearest_state")(*arguments).astype(dtype))
    assert verdict.passed is True


def test_whole_numbers_are_compared_exactly():
    verdict = judged("stream_batches", lambda *arguments: tuple(one + 1 for one in given("stream_batches")(*arguments)))
    assert verdict.passed is False
    large = [vector for vector in load("stream_batches") if "large" in vector.case.tags]
    assert max(vector.expected["inputs"].max() for vector in large) > 10_000
