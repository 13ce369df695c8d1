"""What unit 02 says of gradients, of differences and of what is learned with wrong ones is so.

Its cells run here with the course's functions; what they hand to the figures is kept.
"""

from __future__ import annotations

import numpy as np
import pytest
from unit_cells import names, story
from unit_cells import prose as prose_of

from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.data import tiny
from grader.exercises import exercise, quiz_of
from grader.given import given

UNIT = "02_bptt"
LONG = pytest.mark.long
SEEDS = [0, *(pytest.param(seed, marks=LONG) for seed in (1, 2))]


@pytest.fixture(scope="module")
def unit():
    """The notebook's names after all of its cells but those that train for long; what was shown is in ``figures``."""
    return names(story(UNIT))


@pytest.fixture(scope="module")
def prose():
    return prose_of(UNIT)


# --- gradients by differences ----------------------------------------------------------------------


def test_the_network_has_as_many_weights_as_the_text_says(unit, prose):
    assert unit.weights == 750 and "750 numbers can be changed" in prose
    assert "1,500 forward passes" in prose
    assert tiny.best_loss() < unit.loss_of(unit.params, *unit.batch) < 4


def test_slopes_are_probabilities_and_one_less_where_the_word_came(unit):
    words, p, slopes, right = unit.figures.kept["pulls"]
    came = np.array(words) == right
    np.testing.assert_allclose(slopes, p - came, atol=1e-9)


def test_the_v_falls_and_rises_as_the_text_says(unit):
    sizes, errors = unit.figures.kept["error_over_h"]
    assert sizes[0] == 0.1 and sizes[-1] == 1e-13
    central, one_sided = (np.array(errors[name]) for name in ("central", "to one side"))
    assert np.all(np.abs(central[:2] / central[1:3] - 100) < 30), "a hundred times better"
    assert np.all(np.abs(one_sided[:4] / one_sided[1:5] - 10) < 3), "and only ten times"
    assert central.argmin() == sizes.index(1e-5) and central.min() < 1e-9
    assert central[-1] > 1e-4 and one_sided[-1] > 1e-4, "rounding"


def test_the_v_moves_on_its_left_side_where_the_loss_is_large(unit):
    def raised(z):
        return 1e6 + unit.loss_at(z)

    off = [unit.relative_error(unit.slopes_of(raised, unit.logits, h), unit.exact) for h in (0.1, 1e-5)]
    plain = [unit.relative_error(unit.slopes_of(unit.loss_at, unit.logits, h), unit.exact) for h in (0.1, 1e-5)]
    assert off[0] == pytest.approx(plain[0], rel=1e-2) and off[1] > 1e4 * plain[1]


def test_the_whole_gradient_agrees_to_eight_digits(unit):
    assert {*unit.measured} == {*unit.grads} == {*unit.params}
    for name, grad in unit.grads.items():
        assert unit.relative_error(grad, unit.measured[name]) < 1e-8, name


# --- credit ----------------------------------------------------------------------------------------


def test_the_cache_shares_its_arrays(unit):
    _, cache = unit.rnn_forward(np.ones((2, 4, 3)), np.zeros((2, 5)), np.ones((8, 5)), np.zeros(5))
    assert cache[3][1] is cache[2][2] and cache[3][3] is cache[2][3]
    assert 200 * 201 // 2 == 20100, "steps without a cache"


def test_credit_goes_back_and_gets_smaller(unit, prose):
    read, words, credit = unit.figures.kept["credit_paths"]
    asked = words.index("sleep")
    row = np.round(1000 * credit[asked])
    assert (row[asked], row[read.index("dogs")]) == (200, 9) and np.all(np.triu(credit, 1) == 0)
    assert "200 thousandths at its own step, 9 when it reaches *dogs*" in prose


def test_repeats_are_lost_as_the_text_says(unit):
    assert unit.dE[1].tolist() == [1, 1] and np.sum(unit.some_ids == 1) == 3


@pytest.mark.parametrize("seed", [1, pytest.param(range(5), marks=LONG)])
def test_who_hands_nothing_on_forgets_and_who_does_remembers(unit, seed):
    seeds = [seed] if isinstance(seed, int) else seed
    alone, agree_alone = unit.over_seeds(unit.each_for_itself, seeds)
    through, agree_through = unit.over_seeds(unit.back_in_time, seeds)
    assert agree_alone[""] == 1 and set(agree_through.values()) == {1.0}
    assert max(agree_alone["that I saw"], agree_alone["that I saw today"]) <= 0.75
    assert all(after < before for after, before in zip(through, alone, strict=True))
    if len(seeds) == 5:
        assert sum(loss < 0.58 for loss in alone) == 2, "two of the five remember the subject"


# --- training --------------------------------------------------------------------------------------


def test_windows_reach_what_the_text_says(unit):
    found = [unit.best_window(k) for k in range(6)]
    assert found[1] == found[2] == found[3] > found[4] > found[5] == pytest.approx(tiny.best_loss(), abs=1e-12)
    assert max(len(clause.split()) for clause in tiny.CLAUSES) == 4


@pytest.mark.parametrize("seed", SEEDS)
def test_their_own_gradients_beat_the_window_and_the_untrained(unit, seed):
    params, _ = unit.train(seed, unit.back_in_time, limit=unit.at_most(1.0))
    loss = unit.loss_of(params, *unit.FRESH)
    assert loss < unit.best_window(3) - 0.03 < unit.loss_of(unit.start_weights(seed), *unit.FRESH) - 1
    assert loss < tiny.best_loss() + 0.03 and set(unit.agreement(params).values()) == {1.0}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_large_rate_throws_it_about_and_clipping_holds_it(unit, seed):
    _, far = unit.train(seed, unit.back_in_time, count=300, lr=8.0)
    unit.norms.clear()
    _, held = unit.train(seed, unit.back_in_time, count=300, lr=8.0, limit=unit.at_most(0.25))
    assert np.mean(np.array(far) > np.log(unit.K)) > 0.1 and np.mean(far[-50:]) > 1.5
    assert np.mean(held[-50:]) < 1.2 and np.mean(np.array(unit.norms) > 0.25) > 0.5
    _, calm = unit.train(seed, unit.back_in_time, count=300)
    assert np.mean(calm[-50:]) < np.mean(held[-50:]), "with a rate of 1 it learns better"


LEARN = ("h of after the step in dW", "W's rows for x taken first", "W's rows for h not transposed")
FAILS = "1 - tanh(h)**2 for tanh's slope"


def ends(unit, name, seeds):
    back = unit.mistaken(unit.mistakes[name])
    trained = [unit.train(seed, back, limit=unit.at_most(1.0))[0] for seed in seeds]
    return [unit.loss_of(params, *unit.FRESH) for params in trained]


def test_how_wrong_the_wrong_gradients_are(unit):
    found = dict(unit.how_wrong)
    assert list(found)[:3] == ["right", *LEARN[:2]] and found.pop("right") < 1e-12
    assert min(found[name] for name in LEARN[:2]) > 0.9
    assert min(found, key=found.get) == FAILS == list(found)[-1] and found[FAILS] > 0.1
    assert len(found) == 6
    assert 1 - np.tanh(1) ** 2 == pytest.approx(0.42, abs=5e-3)


def test_at_the_start_the_wrong_gradients_point_downhill(unit):
    for change in unit.mistakes.values():
        _, wrong = unit.gradients(unit.params, unit.batch, unit.mistaken(change))
        assert unit.degrees(wrong, unit.grads) < 45
    assert unit.degrees(unit.grads, unit.grads) < 1e-3


def test_without_tanhs_slope_the_units_saturate(unit):
    def saturated(name):
        params, _ = unit.train(0, unit.mistaken(unit.mistakes[name]), limit=unit.at_most(1.0))
        xs = unit.embed(unit.FRESH[0], params["E"])
        hs, _ = unit.rnn_forward(xs, np.zeros((len(xs), unit.H)), params["W"], params["b"])
        return np.mean(np.abs(hs) > 0.99)

    assert saturated(FAILS) > 0.9 > 0.5 > saturated("right")


@pytest.mark.parametrize("seeds", [(0,), pytest.param(range(3), marks=LONG)])
def test_wrong_gradients_learn_and_a_less_wrong_one_does_not(unit, seeds):
    right = ends(unit, "right", seeds)
    for name in LEARN[:2]:
        assert np.allclose(ends(unit, name, seeds), right, atol=0.012), "as good as with the right one"
    assert min(ends(unit, FAILS, seeds)) > 1.5


@pytest.mark.parametrize("name", LEARN)
def test_the_check_refuses_the_gradients_that_learn(unit, name):
    e = exercise("rnn_step_backward")
    step = given("rnn_step_backward")

    def rnn_step_backward(dh, cache):
        x, h_prev, h, W = cache
        H = h.shape[1]
        doctored = {
            LEARN[0]: (x, h, h, W),
            LEARN[1]: (x, h_prev, h, np.roll(W, len(W) - H, axis=0)),
            LEARN[2]: (x, h_prev, h, np.concatenate([W[:H].T, W[H:]])),
        }
        return step(dh, doctored[name])

    assert check_subject(LocalSubject(e.name, rnn_step_backward), e).passed is False


# --- the quiz --------------------------------------------------------------------------------------


def right_option(words: str) -> str:
    (question,) = [question for question in quiz_of(UNIT) if words in question.text]
    return question.options["abcd".index(question.answer)].text


def test_the_quizs_cache_holds_as_many_numbers(unit):
    N, T, D, H = 2, 10, 3, 4
    rng = np.random.default_rng(0)
    _, cache = unit.rnn_forward(
        rng.normal(size=(N, T, D)), rng.normal(size=(N, H)), rng.normal(size=(H + D, H)), rng.normal(size=H)
    )
    kept = {id(array): array.size for step in cache for array in step[1:]}
    kept |= {("x", t): step[0].size for t, step in enumerate(cache)}
    assert right_option("N = 2, T = 10").startswith(f"{sum(kept.values())}: ")


def test_the_quizs_two_steps(unit):
    def loss(w):
        h = 1.0
        for x in (1.0, 0.0):
            h = float(w[0]) * h + x
        return h

    (slope,) = given("numerical_gradient")(loss, np.array([2.0]), 1e-5)
    assert right_option("h_(-1) = 1") == f"{slope:.0f}"


def test_the_quizs_gradient_of_equal_logits():
    mask = np.ones((1, 4))
    dlogits = given("cross_entropy_backward")(np.zeros((1, 4, 3)), np.zeros((1, 4), dtype=int), mask)[0, 0]
    assert right_option("All logits of one step") == "(-1/6, 1/12, 1/12)"
    np.testing.assert_allclose(dlogits, [-1 / 6, 1 / 12, 1 / 12])


def test_the_quizs_clipped_arrays():
    clipped, norm = given("clip_by_norm")({"a": np.array([3.0, 4.0]), "b": np.array([12.0])}, 6.5)
    assert norm == 13 and right_option("max_norm = 6.5") == "(1.5, 2) and (6)"
    assert clipped["a"].tolist() == [1.5, 2] and clipped["b"].tolist() == [6]


def test_the_quizs_steps_of_float32():
    spacing = float(np.spacing(np.float32(2.6)))
    assert f"{spacing:.1e}" == "2.4e-07" and right_option("float32") == f"{spacing / 2e-5:.3f}"


def test_the_quizs_repeated_ids():
    ids, dout = np.array([[2, 0, 2, 2]]), np.array([[[1.0], [2.0], [3.0], [4.0]]])
    lost = np.zeros((3, 1))
    lost[ids] += dout
    said = [", ".join(f"{v:g}" for v in rows[:, 0]) for rows in (given("embed_backward")(dout, ids, 3), lost)]
    assert right_option("ids is [[2, 0, 2, 2]]") == f"{said[0]}, and the other {said[1]}"


def test_the_quizs_double_gradient_is_not_seen_in_training():
    clip, grads = given("clip_by_norm"), {"W": np.array([1.5, -2.0])}
    once, twice = clip(grads, 1.0)[0], clip({"W": 2 * grads["W"]}, 1.0)[0]
    np.testing.assert_allclose(once["W"], twice["W"])
    assert right_option("exactly twice").startswith("Nothing unusual, to the last step; the relative error is 1")
