"""What unit 01 says of windows, of the future, of padding and of what a trained network holds is so.

Its cells run here with the course's functions; what they hand to the figures is kept.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from unit_cells import Shown, prose, ran, sources

from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.data import tiny
from grader.exercises import exercise, quiz_of
from grader.given import given

UNIT = "01_rnn"
# Trained on: seed 0 in every run, the others with `make test-long`.
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))]


def run(last: str, skip: tuple[str, ...] = ()) -> tuple[dict, dict]:
    """(the notebook's names, what was shown) after its story up to the cell ``last``, without the cells in ``skip``."""
    shown = Shown()
    scope = {"given": given, "figures": shown, "__name__": "unit"}
    for name, source in sources(UNIT, "setup", "story", "long").items():
        if name not in skip:
            with np.errstate(all="ignore"):
                ran(scope, name, source)
        if name == last:
            return scope, shown.kept
    raise AssertionError(f"no cell is called {last}")


UNTRAINED = ("peeking_is_checked", "training", "loss_curve", "sizes", "listen", "verbs", "where_is_the_number")


@pytest.fixture(scope="module")
def untrained():
    return run("slopes", UNTRAINED)


@pytest.fixture(scope="module")
def story():
    """The cells of training with what they define, but nothing trained yet."""
    scope, shown = run("slopes", UNTRAINED)
    for name in ("training", "loss_curve", "listen", "verbs", "where_is_the_number"):
        source = sources(UNIT, "story", "long")[name]
        ran(scope, name, "\n\n".join(re.findall(r"^def .*?(?=^\S|\Z)", source, flags=re.MULTILINE | re.DOTALL)))
    return scope


# --- the window ------------------------------------------------------------------------------------


def test_a_window_below_five_words_gives_each_verb_a_quarter(untrained):
    guess, dogs = untrained[0]["guess"], untrained[0]["the_dogs"]
    verbs = {verb for pair in tiny.VERBS.values() for verb in pair}
    for k in range(1, 5):
        assert guess(dogs, k) == pytest.approx(dict.fromkeys(verbs, 0.25))
    assert guess(dogs, 5) == guess(dogs, 6) == pytest.approx({"sit": 0.5, "sleep": 0.5})


def test_only_the_window_of_five_reaches_the_smallest_loss(story):
    costs = {k: story["cost_of_a_window"](k) for k in range(1, 6)}
    assert {k: round(float(v), 4) for k, v in costs.items()} == {1: 0.6027, 2: 0.6027, 3: 0.6027, 4: 0.5726, 5: 0.5425}
    assert costs[5] == pytest.approx(tiny.best_loss(), rel=1e-12)
    assert f"{len(tiny.WORDS) ** 5:,}" in prose(UNIT)


# --- the state -------------------------------------------------------------------------------------


def test_added_up_the_two_sentences_are_one_and_read_they_are_two(untrained):
    scope, shown = untrained
    one, other = (scope["look_up"](tiny.encode(s.split())[None], scope["E"])[0] for s in scope["who_saw_whom"])
    assert np.allclose(one.sum(axis=0), other.sum(axis=0)) and not np.allclose(one, other)
    _, hs, _ = shown["states"]
    assert np.linalg.norm(hs[0, -1] - hs[1, -1]) > 0.5


def test_the_past_stands_still_and_peeking_moves_it(untrained):
    words, exchanged, moves = untrained[1]["moved"]
    assert words[exchanged] == "I" and (moves["rnn"][:exchanged] == 0).all() and (moves["rnn"][exchanged:] > 0.01).all()
    assert (moves["peeking"] > 0.01).all()


def test_the_check_knows_the_network_that_peeks(untrained):
    verdict = check_subject(LocalSubject("rnn", untrained[0]["peeking"]), exercise("rnn"))
    assert verdict.mistake == "centred" and verdict.points == 0


# --- the loss --------------------------------------------------------------------------------------


def test_the_naive_softmax_is_lost_at_a_thousand_and_so_is_the_log(untrained):
    naive, squash = untrained[0]["naive_softmax"], untrained[0]["squash"]
    with np.errstate(all="ignore"):
        assert np.isnan(naive(np.array([1001.0, 1002.0, 1003.0]))).all()
        assert np.isnan(naive(np.array([-1001.0, -1002.0, -1003.0]))).all()
        assert np.isinf(np.log(squash(np.array([[[1000.0, 0.0]]]))[0, 0, 1]))
    loss = given("cross_entropy")(np.array([[[1000.0, 0.0]]]), np.array([[1]]), np.ones((1, 1)))
    assert loss == pytest.approx(1000)


def test_padding_moves_the_plain_mean_and_not_the_loss(untrained):
    columns, losses = untrained[1]["padded"]
    assert columns[0] == 0 and columns[-1] == 50
    assert losses["the plain mean"][0] - losses["the plain mean"][-1] > 0.5
    assert np.ptp(losses["the mean over the words"]) < 1e-12


# --- training --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_learns_what_no_short_window_can(story, seed):
    params, losses = story["train"](16, seed)
    story["params"] = params
    assert sum(one.size for one in params.values()) == 750 and len(losses) == 2000
    assert 2.4 < losses[0] < 3.2
    end = story["cost"](params)
    assert tiny.best_loss() < end < 0.555 < story["cost_of_a_window"](4)
    assert min(story["share_right"](story["network"])) > 0.97
    short = story["share_right"](lambda words: story["guess"](words, 3))
    assert short == pytest.approx([1, 0.5, 0.5])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_number_is_in_the_state_at_every_word_and_is_handed_on(story, seed):
    apart = np.abs(story["gaps"](story["train"](16, seed)[0]))
    assert not apart[:2].any(), "before the subject nothing can tell"
    assert (apart[2:].max(axis=1) > 1.2).all(), "at every word after it some unit does"
    assert len(set(apart[2:].argmax(axis=1))) > 1


@pytest.mark.long
def test_on_seven_of_eight_seeds_no_unit_holds_the_number(story):
    held = [np.abs(story["gaps"](story["train"](16, seed)[0]))[2:].min(axis=0).max() for seed in range(8)]
    assert [gap > 0.9 for gap in held] == [seed == 5 for seed in range(8)], held
    assert sorted(held)[-2] < 0.5


@pytest.mark.long
def test_four_units_stay_where_the_short_windows_are(story):
    ends = [story["cost"](story["train"](4, seed)[0]) for seed in range(4)]
    assert all(0.59 < end < 0.65 for end in ends), ends


# --- the quiz --------------------------------------------------------------------------------------


def right_option(word: str):
    (question,) = [question for question in quiz_of(UNIT) if word in question.text]
    return question.options["abcd".index(question.answer)]


def test_the_quizs_numbers():
    K, D, H = 10_000, 50, 100
    assert right_option("10,000 words").text == f"{K * D + (H + D) * H + H + H * K + K:,}"
    h, zeros = np.tanh(1.0), 0
    while h >= 0.1:
        h, zeros = np.tanh(0.5 * h), zeros + 1
    assert right_option("tanh(0.5 * h_prev").text == str(zeros)
    p = given("softmax")(np.array([[[np.log(3), 0.0]]]))[0, 0]
    assert np.allclose(p, [3 / 4, 1 / 4]) and right_option("ln 3").text == "3/4 and 1/4"
    assert right_option("costs 5.0").text == f"{(3 * 1.0 + 5.0) / 4:.1f}"
    assert right_option("ln 4").text == f"{np.log(4) / 3:.2f}"
    words = sum(p * len(sentence) for sentence, p in tiny.sentences())
    assert words == 5.75 and max(len(sentence) for sentence, _ in tiny.sentences()) == 8
    assert f"{tiny.best_loss() * words / 8:.2f}" == "0.39" and "padding" in right_option("0.39").text


def test_the_quizs_input_moves_what_the_right_answer_says():
    rng = np.random.default_rng(0)
    xs, h0 = rng.normal(size=(2, 5, 3)), np.zeros((2, 4))
    W, b = rng.normal(size=(7, 4)), rng.normal(size=4)
    other = xs.copy()
    other[1, 2] += 1
    moved = (given("rnn")(xs, h0, W, b) != given("rnn")(other, h0, W, b)).any(axis=2)
    assert moved.tolist() == [[False] * 5, [False, False, True, True, True]]
    assert right_option("xs[1, 2]").text == "`hs[1, 2:]`"
