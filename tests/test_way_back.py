"""Unit 06: the LSTM's way back, by the reference and by the course, and a list of functions judged by a function.

What the gradients are is asked of autograd through the whole network, bias and all; what a list of functions and a list
of truth values look like in a message, of the messages.
"""

import importlib
import json
import re

import numpy as np
import pytest
import torch
from boundary_sides import copied_exercises, local, ran, worker  # noqa: F401  (fixtures)
from click.testing import CliRunner

from grader import reference
from grader.bench import given as bench_of_given
from grader.bench.commands import bench
from grader.boundary.proxy import RemoteSubject
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.ladder import run_case
from grader.exercises import exercise
from grader.exercises.banks import inherited, pairs
from grader.exercises.kinds import Lent, Truths
from grader.given import given
from grader.given import text as solution
from grader.vectors import load

backwards = importlib.import_module("grader.exercises.06_lstm_backward._backwards")
draws = importlib.import_module("grader.exercises.06_lstm_backward._draws")


def network(N=2, T=3, D=5, H=4, seed=0, forget=0.0):
    """xs, h0, c0, W and b of an LSTM, as arrays."""
    rng = np.random.default_rng(seed)
    W, b = draws.packed(rng, D, H, forget=forget, orthogonal=True)
    return [rng.normal(size=(N, T, D)), np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H)), W, b]


def upstream(N, T, H, seed=9):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(N, T, H)), rng.normal(size=(N, H))


def judge(name, source, hidden=False):
    scope = dict(given(name).__globals__)
    exec(compile(source, "<a learner's>", "exec"), scope)
    vectors = load(name)
    return check_subject(LocalSubject(name, scope[name]), exercise(name), hidden, vectors)


# --- what is right ------------------------------------------------------------------------------


@pytest.mark.parametrize("T", [1, 2, 7, 200])
def test_the_way_back_from_a_cache_is_autograds_with_the_bias(T):
    at = network(T=T, forget=(1.0, 5.0))
    dhs, dc_T = upstream(2, T, 4)
    leaves = [torch.from_numpy(one).requires_grad_() for one in at]
    outputs = reference.lstm(*leaves)
    right = torch.autograd.grad(outputs, leaves, [torch.from_numpy(dhs), torch.from_numpy(dc_T)])

    _, _, cache = given("lstm_forward")(*at)
    by_hand = given("lstm_backward")(dhs, dc_T, cache)
    tensors = [tuple(map(torch.from_numpy, step)) for step in cache]
    by_reference = reference.lstm_backward(torch.from_numpy(dhs), torch.from_numpy(dc_T), tensors)

    for wanted, one, other in zip(right, by_hand, by_reference, strict=True):
        assert np.abs(one - wanted.numpy()).max() < 1e-12 * wanted.abs().max()
        assert (other - wanted).abs().max() < 1e-12 * wanted.abs().max()


def test_one_step_back_is_autograds():
    xs, h0, c0, W, b = (torch.from_numpy(one).requires_grad_() for one in network(T=1))
    dhs, dc = (torch.from_numpy(one) for one in upstream(2, 1, 4))
    h, c = reference.lstm_step(xs[:, 0], h0, c0, W, b)
    right = torch.autograd.grad((h, c), (xs, h0, c0, W, b), (dhs[:, 0], dc))
    _, _, step = given("lstm_step_forward")(*(one.detach().numpy() for one in (xs[:, 0], h0, c0, W, b)))
    found = reference.lstm_step_backward(dhs[:, 0], dc, tuple(map(torch.from_numpy, step)))
    for one, wanted in zip(found, (right[0][:, 0], *right[1:]), strict=True):
        assert (one - wanted).abs().max() < 1e-14


def test_the_forward_pass_that_is_given_is_the_lstm_of_unit_05():
    at = network(T=6)
    hs, c_T, cache = given("lstm_forward")(*at)
    right, right_c, _ = given("lstm")(*at)
    assert np.array_equal(hs, right) and np.array_equal(c_T, right_c) and len(cache) == 6
    assert all(step[8] is at[3] for step in cache), "one W, and no copies of it"


def test_the_cases_are_those_of_a_forward_pass():
    for vector in load("lstm_backward"):
        cache = vector.case.args["cache"]
        for before, after in zip(cache, cache[1:], strict=False):
            _, _, _, _, _, _, o, c, W = before
            assert after[2] is c or np.array_equal(after[2], c)
            assert np.allclose(after[1], o * np.tanh(c), rtol=1e-6, atol=0) and after[8] is W


def test_a_way_back_that_is_cut_off_shows_in_two_hundred_steps():
    (vector,) = (one for one in load("lstm_backward") if one.case.name == "200 steps")
    named = {mistake.name: mistake for mistake in exercise("lstm_backward").mistakes}
    for name in ("cut_off_at_100", "h_cut_off_at_100", "c_cut_off_at_100", "cut_off_at_60"):
        result = run_case(LocalSubject("lstm_backward", named[name].fn), exercise("lstm_backward"), vector)
        assert result.errors["dxs"] > 1e-3, name


def test_the_carousel_is_autograds_where_nothing_but_the_cells_is_in_the_graph():
    fs, written = torch.rand(3, 6, 4, dtype=torch.float64), torch.rand(3, 6, 4, dtype=torch.float64)
    c, cells = torch.rand(3, 4, dtype=torch.float64).requires_grad_(), []
    for f, new in zip(fs.unbind(1), written.unbind(1), strict=True):
        c = f * c + new
        cells.append(c)
    right = torch.stack(torch.autograd.grad(c.sum(), cells), dim=1)
    assert (reference.carousel(fs) - right).abs().max() < 1e-15
    assert np.abs(given("carousel")(fs.numpy()) - right.numpy()).max() < 1e-15


@pytest.mark.parametrize("factor, error", [(1.0, 0.0), (2.0, 0.5), (0.5, 0.5), (-1.0, 2.0), (0.0, 1.0)])
def test_the_judge_says_how_far_off_a_gradient_is(factor, error):
    x = np.array([0.3, -1.2, 2.0])

    def cubes(a):
        return float(np.sum(a**3))

    for check in (given("gradient_check"), lambda f, g, x: float(reference.gradient_check(f, g, torch.from_numpy(x)))):
        assert check(cubes, lambda a: factor * 3 * a**2, x) == pytest.approx(error, abs=1e-9)
        assert check(lambda a: 7.0, lambda a: 0 * a, x) == 0.0


# --- functions that are judged by a function -----------------------------------------------------


def test_the_reference_knows_which_of_them_are_the_gradient():
    said = reference.separates(list(backwards.FUNCTIONS.values()))
    assert dict(zip(backwards.FUNCTIONS, said, strict=True)) == {
        name: name.startswith("right_") for name in backwards.FUNCTIONS
    }


def test_the_functions_bear_one_name_and_do_not_say_what_they_are():
    every = backwards.FUNCTIONS.values()
    assert {function.__name__ for function in every} == {"backward"}
    assert {function.__doc__ for function in every} == {None}
    assert all(re.search("backward at", repr(function)) for function in every)
    assert all(exercise("separates").about(function) for function in every)


def test_every_case_has_a_right_one_and_all_kinds_come():
    seen = set()
    for vector in load("separates"):
        verdicts = vector.expected["verdicts"]
        assert 1.0 in verdicts and len(verdicts) == len(vector.case.args["backwards"])
        seen |= {id(function) for function in vector.case.args["backwards"]}
    kinds = (*backwards.SINGLE, *backwards.LEAVING, *(("lstm_backward", name) for name in backwards.LONG_ONES))
    assert {id(backwards.FUNCTIONS[".".join(one)]) for one in kinds} <= seen


BY_NUMBERS = """
def separates(backwards):
    rng = np.random.default_rng(0)
    at = [rng.normal(size=size) for size in ((2, {T}, 3), (2, 4), (2, 4), (7, 16), (16,))]
    dhs, dc_T = rng.normal(size=(2, {T}, 4)), rng.normal(size=(2, 4))
    right = lstm_backward(dhs, dc_T, lstm_forward(*at)[2])
    found = []
    for backward in backwards:
        try:
            got = backward(dhs.copy(), dc_T.copy(), lstm_forward(*at)[2])
            found.append({says})
        except Exception:
            found.append(False)
    return found
"""
ALL_FIVE = "len(got) == 5 and all(a.shape == b.shape and np.allclose(a, b) for a, b in zip(got, right))"


def test_what_was_taken_for_right_is_told_by_what_it_is():
    verdict = judge("separates", BY_NUMBERS.format(T=4, says=ALL_FIVE))
    assert verdict.passed is False and verdict.points == 3
    assert "True came where False is right, of: a way back that starts anew every" in verdict.text
    assert "backwards[0] = the function backward: " in verdict.text and "0x" not in verdict.text
    assert "other answers than the reference" in verdict.text
    assert "your verdicts:" in verdict.text and "True≠" in verdict.text and "1." not in verdict.text


def test_a_hidden_verdict_names_none_of_them():
    text = judge("separates", BY_NUMBERS.format(T=4, says=ALL_FIVE), hidden=True).text
    assert "True came for some where False is right." in text and "anew" not in text and "backward:" not in text


def test_known_answers_are_called_answers():
    verdict = judge("separates", "def separates(backwards):\n    return [True for _ in backwards]")
    assert verdict.mistake == "all_true" and "Your answers are those of True" in verdict.text


@pytest.mark.parametrize(
    "value, seen",
    [
        (True, "should be a list of bools; it is bool True"),
        ("yes", "should be a list of bools; it is the text 'yes'"),
        ([True], "should have a bool for each of the 2 functions in backwards; yours has 1"),
        ([True, 1], "should hold True and False; at [1] it holds the single number 1 (int)"),
        ([True, None], "should hold True and False; at [1] it holds None"),
        (np.ones((2, 1), bool), "should be a list of bools; it is an array"),
        ([True, False], None),
        ((True, np.False_), None),
        (np.array([True, False]), None),
    ],
)
def test_what_is_no_list_of_bools_is_told(value, seen):
    from grader.checking.describe import describe

    taken, refusal = Truths("verdicts", of="backwards").take(
        value, Lent("What f returns", {"verdicts": np.array([1.0, 0.0])}, describe)
    )
    if seen is None:
        assert refusal is None and taken["verdicts"].tolist() == [1.0, 0.0]
    else:
        assert not taken and seen in refusal.seen


def test_two_mistakes_at_once_are_not_looked_for_where_each_takes_long():
    assert pairs(exercise("separates")) == () and inherited(exercise("separates")) == ()
    assert len(pairs(exercise("carousel"))) > 50


ACROSS = {
    "too short": BY_NUMBERS.format(T=3, says=ALL_FIVE),
    "no bools": BY_NUMBERS.format(T=3, says="got"),
    "spoilt": BY_NUMBERS.format(T=3, says=ALL_FIVE).replace("dhs.copy(), dc_T.copy()", "dhs, dc_T"),
    "nothing is caught": BY_NUMBERS.format(T=3, says=ALL_FIVE).replace("except Exception", "except KeyboardInterrupt"),
    "right": "def separates" + solution("separates").split("def separates")[1],
}


@pytest.mark.parametrize("kind", ACROSS)
def test_the_same_is_said_across_the_boundary(kind, worker):  # noqa: F811
    """What a function that crosses writes into its arguments is written over there too."""
    helpers = ("sigmoid", "lstm_step_forward", "lstm_forward", "lstm_step_backward", "lstm_backward")
    source = "\n\n".join(["import numpy as np", *map(solution, helpers), ACROSS[kind].strip()])
    with worker.session():
        assert ran(worker, source) == []
        there = check_subject(RemoteSubject(worker, "separates"), exercise("separates")).record()
    subject = LocalSubject("separates", local(source)["separates"])
    here = check_subject(subject, exercise("separates")).record()
    assert here["points"] == there["points"] and here["mistake"] == there["mistake"]
    if "nothing is caught" not in kind:  # an error's lines are another file's
        assert here == there
    assert here["passed"] is (kind == "right")


# --- what a piece writes into --------------------------------------------------------------------


def test_a_piece_that_writes_into_what_the_whole_was_given_is_named():
    (mistake,) = (one for one in inherited(exercise("lstm_backward")) if one.name == "lstm_step_backward.into_dc")
    verdict = check_subject(LocalSubject("lstm_backward", mistake.fn), exercise("lstm_backward"))
    assert verdict.passed is False and verdict.mistake == mistake.name
    assert "Your function does the same as" in verdict.text


def test_nobody_is_said_to_write_into_what_was_left_alone():
    """The right numbers in another dtype are not those of the mistake that gives them and writes."""

    def decoder_inputs(targets, bos):
        return np.concatenate([np.full((len(targets), 1), float(bos)), targets[:, :-1]], axis=1)

    verdict = check_subject(LocalSubject("decoder_inputs", decoder_inputs), exercise("decoder_inputs"))
    assert verdict.passed is False and verdict.mistake is None
    assert "should hold whole numbers (integers); yours holds float64" in verdict.text


# --- what a learner's own code costs -------------------------------------------------------------


def test_the_benchmark_of_what_is_given(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_of_given.bench_given, "__defaults__", (((2, 3, 4, 5),), 0.2))
    done = CliRunner().invoke(
        bench, ["given", "--seconds", "0.2", "--json", str(tmp_path / "g.json"), "--docs", str(tmp_path / "g.md")]
    )
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "g.json").read_text())
    assert [(row["direction"], row["precision"]) for row in rows] == [
        (direction, precision) for direction in ("forward", "both") for precision in ("float64", "float32")
    ]
    assert all(row["apart"] < (1e-12 if row["precision"] == "float64" else 1e-4) for row in rows)
    assert all(0 < row["least"] <= row["ratio"] <= row["most"] and row["numpy"] > 0 < row["torch"] for row in rows)
    text = (tmp_path / "g.md").read_text()
    assert text.count("\n| ") == 2 + len(rows) and "| 2 | 3 | 4 | 5 | both |" in text
