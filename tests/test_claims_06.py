"""What unit 06 says of gradients, of the ways they take, and of what is learned with wrong ones is so.

Its cells run here with the course's functions; what they hand to the figures is kept.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from conftest import ROOT
from unit_cells import names, prose, ran, sources, story

from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.data import broken, reber
from grader.exercises import exercise, quiz_of

UNIT = "06_lstm_backward"
LONG = pytest.mark.long
PROSE = prose(UNIT)


@pytest.fixture(scope="module")
def unit():
    """The notebook's names after all of its cells but those that train or take the time; ``printed`` too."""
    told = sources(UNIT, "story")
    scope = story(UNIT, skip=[name for name in told if name.startswith("price")])
    first = dict(scope)
    ran(first, "pushed", told["pushed"])  # later cells have other inputs under that name
    return names(scope | {"first_xs": first["xs"]})


def floats(text):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]


# --- what is left ----------------------------------------------------------------------------------


def left(unit, bias, seed):
    W, b = unit.random_weights(4, bias, seed)
    return unit.left(lambda c: unit.lstm_forward(unit.first_xs, unit.nothing, c, W, b)[1])


@pytest.mark.parametrize("seed", range(5))
def test_what_is_left_of_a_push_depends_on_the_forget_bias(unit, seed):
    W, b = unit.random_weights(1, seed=seed)
    assert unit.left(lambda h: unit.run_rnn(unit.first_xs, h, W, b)[:, -1]) < 1e-6
    found = [left(unit, bias, seed) for bias in (0.0, 1.0, 3.0, 5.0)]
    assert found[0] < 1e-6 < found[1] < 1e-2 < found[2] and found[3] > 2, "all of it is there, and more"


def share(unit, bias, seed, factor=1.0):
    W, b = unit.random_weights(4, bias, seed)
    W = np.concatenate([factor * W[: unit.H], W[unit.H :]])
    fs = np.stack([step[4] for step in unit.lstm_forward(unit.first_xs, unit.nothing, unit.nothing, W, b)[2]], axis=1)
    whole = unit.left(lambda c: unit.lstm_forward(unit.first_xs, unit.nothing, c, W, b)[1])
    return np.linalg.norm(fs[:, 0] * unit.belt(fs)[:, 0] * unit.push) / whole


def test_the_belt_brings_a_small_part(unit):
    shares = [share(unit, 5.0, seed) for seed in range(5)]
    assert f"{100 * shares[0]:.0f} hundredths" in PROSE and "a share of 0.07" in unit.printed["belt_alone"]
    assert (round(100 * min(shares)), round(100 * max(shares))) == (2, 16) and "2 to 16 with other draws" in PROSE
    assert 1 / (1 + np.exp(-5)) == pytest.approx(0.993, abs=5e-4)
    assert (1 / (1 + np.exp(-5))) ** 50 == pytest.approx(0.71, abs=5e-3)


@pytest.mark.parametrize("seed", range(5))
def test_with_h_kept_small_the_belt_brings_nearly_all(unit, seed):
    assert share(unit, 5.0, seed, factor=0.1) > 0.8


# --- the judge -------------------------------------------------------------------------------------


def test_entry_by_entry_a_right_gradient_looks_wrong(unit):
    by_itself, by_the_largest = (floats(line)[0] for line in unit.printed["entry_by_entry"].splitlines())
    assert by_itself > 0.05 and by_the_largest < 1e-8
    wanted, measured = unit.figures.kept["entries"]
    assert np.abs(wanted).min() == pytest.approx(1e-10, rel=0.5)
    assert 1e-12 < np.median(np.abs(measured - wanted)) < 1e-10, "rounded at about 1e-11"


def test_a_step_and_a_sequence_pass_the_judge(unit):
    for name in ("step_judged", "all_judged"):
        lines = unit.printed[name].splitlines()
        assert len(lines) == 5 and all(floats(line.split("error")[1])[0] < 1e-8 for line in lines)


@pytest.mark.parametrize("seed", range(3))
def test_both_have_to_be_handed_on(unit, seed):
    at, dhs, dc_T = unit.sequence(T=2, seed=seed)
    *_, W, b = at.values()
    _, _, (first, second) = unit.lstm_forward(**at)
    _, h, c, dW_second, _ = unit.step_back(dhs[:, 1], dc_T, second)
    errors = []
    for dh, dc in ((0 * h, 0 * c), (h, 0 * c), (0 * h, c), (h, c)):
        *_, dW_first, _ = unit.step_back(dhs[:, 0] + dh, dc, first)
        errors.append(
            unit.judge(lambda W: unit.loss_at(at, dhs, dc_T, W=W), lambda W: dW_first + dW_second, W)  # noqa: B023
        )
    assert min(errors[:3]) > 0.02 and errors[3] < 1e-8


def test_who_is_told_what(unit):
    assert unit.told(0.5, 0.5, 0.5, 0.0, 1.0, 0.0) == [0] * 5, "the output gate is shut: nobody"
    everyone = unit.told(0.5, 0.5, 0.5, 0.5, 1.0, 0.0)
    assert min(everyone) > 0
    for k, shut in enumerate(((0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 1.0))):
        i, f, g = shut
        assert unit.told(i, f, g, 0.5, 1.0, 0.0)[k] == 0, "what stands at its end has no slope"
    assert unit.told(0.5, 1.0, 0.5, 0.5, 1.0, 0.0)[1] == 0 and unit.told(0.5, 0.5, 0.5, 0.5, 0.0, 0.0)[1] == 0
    future = unit.told(0.5, 0.5, 0.5, 0.0, 1.0, 1.0)
    assert min(future[:3]) > 0 and future[3] == 0, "with dc = 1 all but the output gate"
    assert unit.told(0.5, 0.5, 0.5, 0.0, 3.0, 1.0)[1] == -unit.told(0.5, 0.5, 0.5, 0.0, -3.0, 1.0)[1] > 0
    slopes = [unit.told(0.5, f, 0.5, 0.0, 1.0, 1.0)[1] for f in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert np.argmax(slopes) == 2, "a gate learns most where it is half open"


# --- a hundred steps -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=LONG) for seed in range(2, 10))])
def test_where_the_forget_gates_start_decides(unit, seed):
    norms = {bias: unit.reached(bias, seed) for bias in (None, -2.0, 0.0, 1.0, 5.0)}
    first = {bias: one[0] / one[-1] for bias, one in norms.items()}
    assert first[-2.0] < 1e-38 and 1e-24 < first[0.0] < 1e-12, "half a gate forgets as fast as the plain RNN"
    assert 1e-24 < first[None] < 1e-15
    assert 1e-11 < first[1.0] < 1e-4 and 0.1 < first[5.0] < 100
    assert 0.5**100 == pytest.approx(1e-30, rel=0.3)


def test_some_billionths_arrive(unit):
    first = [one[0] / one[-1] for one in (unit.reached(1.0, seed) for seed in range(5))]
    assert 1e-9 < np.median(first) < 1e-7 and "some billionths arrive" in PROSE


def test_through_h_half_a_gate_keeps_a_little_more_than_a_half_to_the_hundred(unit):
    first = [unit.reached(0.0, seed)[0] for seed in range(5)]
    assert 1e-21 < np.median(first) < 1e-18 and "makes $10^{-20}$ of it, or so" in PROSE


def test_the_lines_are_in_the_order_that_the_text_says(unit):
    (runs,) = unit.figures.kept["over_time"]
    medians = {name: np.median(norms, axis=0)[0] for name, norms in runs.items()}
    assert sorted(medians, key=medians.get)[0] == "LSTM, forget bias -2"
    assert medians["LSTM, forget bias 5"] > 0.1 > medians["LSTM, forget bias 1"] > 1e6 * medians["plain RNN"]


def test_by_all_paths_comes_far_more_than_along_the_belt(unit):
    ends = np.array([[norms[0] for norms in unit.two_ways(5.0, seed)] for seed in range(5)])
    ratios = ends[:, 0] / ends[:, 1]
    assert 0.33 < np.median(ends[:, 1]) < 0.45 and "a good third" in PROSE
    assert 9.5 < ratios.min() < ratios.max() < 62 and "ten to sixty times" in " ".join(PROSE.split())
    for bias in (-2.0, 0.0, 1.0):
        for seed in range(5):
            whole, alone = unit.two_ways(bias, seed)
            assert alone[0] < whole[0] / 1e4 < 1e-7 / 1e1
    for bias in np.arange(-3, 8.5, 0.5):
        whole, alone = unit.two_ways(bias)
        assert whole[0] > 5 * alone[0] and whole[-1] == pytest.approx(alone[-1]), "at none do they lie on each other"
    whole, alone = unit.two_ways(1.0)
    assert whole[-1] == pytest.approx(alone[-1]) == pytest.approx(1.0, rel=0.2)


def test_what_larger_weights_explode(unit, monkeypatch):
    ends = {}
    draw = unit.random_weights
    scope = unit.two_ways.__globals__
    for factor in (0.1, 4.0):

        def scaled(blocks, bias=0.0, seed=0, factor=factor):
            W, b = draw(blocks, bias, seed)
            return np.concatenate([factor * W[: unit.H], W[unit.H :]]), b

        monkeypatch.setitem(scope, "random_weights", scaled)
        ends[factor] = np.array([[norms[0] for norms in unit.two_ways(5.0, seed)] for seed in range(5)])
    assert np.all(ends[0.1][:, 0] < 2 * ends[0.1][:, 1]), "the lines come near"
    assert np.median(ends[4.0][:, 0]) > 50 > 1 > ends[4.0][:, 1].max(), "the one through h explodes, the belt never"


# --- 1997, and the lab -----------------------------------------------------------------------------


def test_the_gradient_of_1997_is_none(unit):
    assert min(unit.errors_of(unit.truncated).values()) > 0.3
    single = unit.errors_of(unit.truncated, T=1)
    assert [name for name, error in single.items() if error > 1e-8] == ["h0"], "and so does the quiz say"
    assert single["h0"] == 1


def needed(unit, back, seeds):
    return [unit.train(back, seed)[0] for seed in seeds]


@pytest.mark.parametrize("seeds", [(1,), pytest.param(range(5), marks=LONG)])
def test_the_full_gradient_and_that_of_1997_learn(unit, seeds):
    full, of_1997 = needed(unit, unit.full_back, seeds), needed(unit, unit.truncated, seeds)
    assert np.nanmax(full) <= 12_000 and not np.isnan(full).any()
    assert np.nanmax(of_1997) <= 12_000 and not np.isnan(of_1997).any()
    assert np.mean(of_1997) < 2 * np.mean(full), "about as fast"
    if len(full) > 1:
        assert np.any(np.less(of_1997, full)) and np.any(np.greater(of_1997, full)), "some sooner, some later"
    assert all(strings % 400 == 0 for strings in (*full, *of_1997)) and "every 400 strings" in PROSE


LEARN = "ABCDEF"


@pytest.mark.parametrize("seeds", [(1,), pytest.param(range(3), marks=LONG)])
def test_six_of_eight_learn_to_the_end(unit, seeds):
    right = needed(unit, unit.full_back, seeds)
    means = {}
    for name in LEARN:
        found = needed(unit, broken.backward(name), seeds)
        assert not np.isnan(found).any(), name
        means[name] = np.mean(found)
    assert needed(unit, broken.backward("C"), seeds) == right, "to the very string"
    for name in "BDF":
        assert means[name] < 1.4 * np.mean(right), "about as fast"


@LONG
@pytest.mark.parametrize("name", "GH")
def test_two_of_eight_do_not_learn_it(unit, name):
    assert np.isnan(needed(unit, broken.backward(name), range(3))).all()


def test_h_is_hopeless_already_with_one_seed(unit):
    strings, params = unit.train(broken.backward("H"), 0, most=4000)
    assert np.isnan(strings) and unit.wrong_strings(params) > 100


@pytest.mark.parametrize("name", broken.NAMES)
def test_the_judge_finds_each_of_the_eight(unit, name):
    assert max(unit.errors_of(broken.backward(name)).values()) > 0.1


def test_the_lab_says_to_which_of_the_eight_your_test_says_wrong(unit):
    line = unit.printed["your_test"]
    assert "yours: right" in line and line.count("wrong") == 9


def test_the_strings_are_legal_and_the_last_letter_is_the_second(unit):
    for line in unit.printed["reber"].splitlines():
        symbols = line.split()
        assert symbols[0] == "B" and symbols[-1] == "E" and symbols[1] == symbols[-2]
        assert np.all(reber.states(reber.encode(symbols)) >= 0)


@pytest.mark.parametrize("name", broken.NAMES)
def test_a_broken_pass_is_no_lstm_backward(name):
    e = exercise("lstm_backward")
    assert check_subject(LocalSubject(e.name, broken.backward(name)), e).passed is False


# --- the quiz on the eight -------------------------------------------------------------------------

GATES = {gate: {f"dW_{gate}", f"db_{gate}"} for gate in "ifgo"}
EVERY_DW = {f"dW_{gate}" for gate in "ifgo"}
READ = {"dxs", "dh0"}


def wrong(unit, name, T, from_h=1.0, from_c=1.0):
    return {part for part, error in unit.suspect(name, T, from_h, from_c).items() if error > 1e-9}


def test_what_the_quiz_says_is_wrong_with_a_single_step(unit):
    of_c = READ | {"dc0"} | GATES["i"] | GATES["f"] | GATES["g"]
    assert wrong(unit, "A", 1) == wrong(unit, "A", 1, from_c=0.0) == of_c and not wrong(unit, "A", 1, from_h=0.0)
    assert wrong(unit, "B", 1) == wrong(unit, "F", 1) == READ | GATES["f"]
    assert wrong(unit, "C", 1) == of_c and wrong(unit, "D", 1) == {"dc0"}
    assert wrong(unit, "E", 1) == EVERY_DW and wrong(unit, "H", 1) == READ | GATES["g"]


def test_what_the_quiz_says_of_losses_at_h_or_at_c_alone(unit):
    for T in (1, 2, 4):
        assert not wrong(unit, "C", T, from_c=0.0)
    assert wrong(unit, "G", 2, from_c=0.0) and wrong(unit, "G", 4, from_c=0.0) and not wrong(unit, "G", 1, from_c=0.0)
    for name, T in (("C", 1), ("C", 3), ("G", 2)):
        at, dhs, dc_T = unit.sequence(T)
        got = broken.backward(name)(0 * dhs, dc_T, unit.lstm_forward(**at)[2])
        assert not any(array.any() for array in got), "all five results are zeros"


def test_what_the_quiz_says_of_h(unit):
    (options,) = [question.options for question in quiz_of(UNIT) if "And H" in question.text]
    assert "equal sizes, opposite signs" in options[0].reason
    turned = changed("dz_g = dc * i * (1 - g * g)", "dz_g = -dc * i * (1 - g * g)")
    at, dhs, dc_T = unit.sequence(1)
    *_, cache = unit.lstm_forward(**at)
    got, right = turned(dhs, dc_T, cache)[3], unit.full_back(dhs, dc_T, cache)[3]
    np.testing.assert_allclose(got[:, 8:12], -right[:, 8:12])


def test_the_rows_for_x_are_right_in_e(unit):
    at, dhs, dc_T = unit.sequence(1)
    *_, cache = unit.lstm_forward(**at)
    got, right = (back(dhs, dc_T, cache)[3] for back in (broken.backward("E"), unit.full_back))
    np.testing.assert_allclose(got[4:], right[4:])
    assert np.abs(got[:4] - right[:4]).max() > 0.1


def changed(wanted, found):
    """The right backward pass with one line changed."""
    assert broken._PASS.count(wanted) == 1
    scope = {"np": np}
    exec(broken._PASS.replace(wanted, found), scope)
    return scope["backward"]


# What an option of the quiz says, done to the right pass; (T, from_h, from_c); whether a result is wrong there then.
HYPOTHESES = [
    ("dh, dx = dhx[:, :H], dhx[:, H:]", "dh, dx = 0 * dhx[:, :H], dhx[:, H:]", (1, 1, 1), {"dh0"}),
    ("dz_o = dh * s * o * (1 - o)", "dz_o = dh * s", (1, 1, 1), READ | GATES["o"]),
    ("dz_g = dc * i * (1 - g * g)", "dz_g = dc * i * g * (1 - g)", (1, 1, 1), READ | GATES["g"]),
    ("dc * c_prev * f * (1 - f)", "dc * c_prev * i * (1 - i)", (1, 1, 1), READ | GATES["f"]),
    ("[dz_i, dz_f, dz_g", "[dz_f, dz_i, dz_g", (1, 1, 1), READ | GATES["f"] | GATES["i"]),
    ("dc = dc * f\n", "dc = dc\n", (1, 1, 1), {"dc0"}),
    ("dc = dc * f\n", "dc = dc * i\n", (1, 1, 1), {"dc0"}),
    ("dh, dc, dW, db\n", "dc, dc, dW, db\n", (1, 1, 1), {"dh0"}),
]


@pytest.mark.parametrize("old, new, where, parts", HYPOTHESES)
def test_what_else_it_could_have_been_would_show_elsewhere(unit, old, new, where, parts):
    back = changed(old, new)
    T, from_h, from_c = where
    at, dhs, dc_T = unit.sequence(T)
    *_, cache = unit.lstm_forward(**at)
    got, right = (one(from_h * dhs, from_c * dc_T, cache) for one in (back, unit.full_back))
    found = {
        name for name, a, b in zip(("dxs", "dh0", "dc0"), got[:3], right[:3], strict=True) if np.abs(a - b).max() > 1e-9
    }
    for k, gate in enumerate("ifgo"):
        for part, index in (("dW", 3), ("db", 4)):
            a, b = (one[index][..., 4 * k : 4 * k + 4] for one in (got, right))
            found |= {f"{part}_{gate}"} if np.abs(a - b).max() > 1e-9 else set()
    assert found == parts


# --- the quiz on paper -----------------------------------------------------------------------------


def right_option(words: str) -> str:
    (question,) = [question for question in quiz_of(UNIT) if words in question.text]
    return question.options["abcd".index(question.answer)].text


def test_the_quizs_cache_holds_as_many_numbers(unit):
    N, T, D, H = 2, 10, 3, 4
    rng = np.random.default_rng(0)
    h0, c0, W = rng.normal(size=(N, H)), rng.normal(size=(N, H)), rng.normal(size=(H + D, 4 * H))
    *_, cache = unit.lstm_forward(rng.normal(size=(N, T, D)), h0, c0, W, np.zeros(4 * H))
    kept = {id(array): array.size for step in cache for array in step[1:]}
    kept |= {("x", t): step[0].size for t, step in enumerate(cache)}
    assert right_option("N = 2, T = 10").startswith(f"{sum(kept.values())}: ")
    fits = 10 * (6 + 7 * 8) + 112, 10 * (6 + 6 * 8) + 112, 10 * (6 + 7 * 8 + 112)
    assert fits == (732, 652, 1740) and 6 + 6 * 8 == 54


def test_the_quizs_belt(unit):
    fs = np.array([0.9, 0.5, 0.8, 0.5]).reshape(1, 4, 1)
    assert right_option("One cell, four steps") == f"{unit.belt(fs)[0, 0, 0]:.1f}"
    assert np.prod(fs) == pytest.approx(0.18) and np.prod(fs[:, :3]) == pytest.approx(0.36)
    assert fs[0, 1:].sum() == pytest.approx(1.8)


def test_the_quizs_forget_bias(unit):
    left_of = {bias: (1 / (1 + np.exp(-bias))) ** 100 for bias in (1, 3, 5, 10)}
    assert min(left_of, key=lambda bias: abs(left_of[bias] - 0.5)) == int(right_option("Which forget bias")) == 5
    gate = 0.5**0.01
    assert gate == pytest.approx(0.9931, abs=5e-5) and np.log(gate / (1 - gate)) == pytest.approx(4.97, abs=5e-3)
    assert left_of[1] == pytest.approx(2.5e-14, rel=0.03) and 0.007 < left_of[3] < 0.01
    assert left_of[10] == pytest.approx(0.995, abs=5e-4)
    assert np.log(0.5) / np.log(1 / (1 + np.exp(-10))) == pytest.approx(15_000, rel=0.03)


def test_the_quizs_forget_gate(unit):
    row = lambda number: np.array([[number]])  # noqa: E731
    c = 0.8 * 3 - 0.5 * 0.5
    kept = [row(value) for value in (0.0, 0.0, 3.0, 0.5, 0.8, -0.5, 0.9, c)]
    *_, db = unit.step_back(row(0.0), row(2.0), (*kept, np.zeros((2, 4))))
    assert right_option("i = 0.5, f = 0.8") == f"{db[1]:.2f}"
    assert 2 * c * 0.16 == pytest.approx(0.688)


def test_the_quizs_error(unit):
    claimed, measured = np.array([2.0, -1.0, 0.0]), np.array([1.0, -1.0, 0.5])
    error = unit.judge(lambda a: float(measured @ a), lambda a: claimed, np.zeros(3))
    assert right_option("claims (2, -1, 0)") == f"{error:.1f}"


def test_the_text_names_the_right_sizes(unit):
    assert "a hundred is $10^{-30}$" in PROSE and "orthogonal ones, as in unit 03" in PROSE
    assert unit.start_weights(0)["W"].shape == (12 + 7, 48) and len(unit.FRESH[0]) == 256


def test_the_price_is_what_the_benchmarks_page_says():
    page = (ROOT / "docs" / "given-speed.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| 32")]
    ratio = {row[6]: float(row[8]) for row in rows if row[:5] == ["32", "100", "32", "32", "both"]}
    said = re.search(r"yours took ([\d.]+) times as long as PyTorch in float64, and ([\d.]+) times as long", PROSE)
    for kind, number in zip(("float64", "float32"), said.groups(), strict=True):
        assert float(number) == pytest.approx(ratio[kind], rel=0.3), "another machine, another number: say where"
