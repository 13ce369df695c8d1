"""What unit 07 says of first weights, of steps, of the tasks of 1997 and of what was learned is so.

Its cells run here with the course's functions. What trains for long is asked of one seed shortly, and of all by
``test-long``.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from unit_cells import names, prose, ran, sources, taken_away
from unit_cells import story as story_of

from grader.exercises import quiz_of
from grader.figures import training, vanishing
from grader.given import given

UNIT = "07_training"
LONG = pytest.mark.long
SEEDS = [0, *(pytest.param(seed, marks=LONG) for seed in (1, 2, 3))]
PROSE = prose(UNIT)


@pytest.fixture(scope="module")
def scope():
    return story_of(UNIT, training=training, vanishing=vanishing)


@pytest.fixture(scope="module")
def story(scope):
    """The names after all cells that don't train for long, what was shown in ``figures``, what was ``printed``."""
    return names(scope)


@pytest.fixture
def long(scope, tmp_path, monkeypatch):
    """Runs cells that train, by their ids, in a workspace of their own: the names there are afterwards."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))
    own = dict(scope)

    def run(*ids):
        return names(own | {"printed": {name: ran(own, name, sources(UNIT, "long")[name]) for name in ids}})

    return run


# --- a notebook is run up and down ------------------------------------------------------------------


def test_no_cell_takes_away_what_a_function_of_another_cell_needs():
    """A learner goes back and runs a cell again, or calls an earlier function at the end."""
    assert taken_away(UNIT) == {}


# --- the first step --------------------------------------------------------------------------------


def test_guessing_and_the_best_that_is_possible(story):
    assert f"{math.log(7):.2f}" == "1.95" and "Guessing has a loss of 1.95, and 0.44 can be reached" in PROSE
    assert f"{story.reber.best_loss():.2f}" == "0.44"


def test_three_ways_to_begin(story):
    zeros, alike, large = story.printed["three_starts"].splitlines()
    assert "7 of 575 weights have moved" in zeros, "b_y alone, which has seven"
    losses = [float(re.search(r"loss (\S+);", line)[1]) for line in (zeros, alike, large)]
    assert losses[0] > losses[1] > losses[2] > 1.0 > float(re.search(r"loss (\S+)", story.printed["your_start"])[1])
    ((inside,),) = [story.figures.kept["cells_alike"]]
    different = [len(np.unique(cs.round(9), axis=1).T) for cs in inside.values()]
    assert different == [1, 1, 8] and not inside["zeros"].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_your_start_learns_from_every_seed(story, seed):
    params, draw = story.new_network(7, 8, 7, 1.0, np.random.default_rng(seed)), np.random.default_rng(seed)
    for _ in range(200):
        loss, grads = story.gradients(params, story.strings(32, draw))
        params = story.downhill(params, story.clip_by_norm(grads, 1.0)[0], 1.0)
    assert loss < 0.85


def test_what_a_bias_keeps():
    kept = {bias: 1 / (1 + math.exp(-bias)) for bias in (0.0, 1.0, 5.0)}
    assert 900 < 1 / kept[0.0] ** 10 < 1100, "ten steps ago: a thousandth"
    assert kept[1.0] ** 2 > 0.5 > kept[1.0] ** 3, "a bias of 1 lasts for two steps"
    assert 0.45 < kept[5.0] ** 100 < 0.55
    assert 0.07 < (1 / (1 + math.exp(-3.0))) ** 50 < 0.11, "a tenth after 50 steps"
    assert 1 / (1 + math.exp(-1000.0)) == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_slopes_differ_by_a_factor_of_about_a_hundred(story, seed):
    params = story.new_network(7, 8, 7, 1.0, np.random.default_rng(seed))
    _, grads = story.gradients(params, story.strings(256, np.random.default_rng(seed)))
    gates = [np.sqrt(np.mean(grads["W"][:8, k * 8 : (k + 1) * 8] ** 2)) for k in (0, 1, 3)]
    assert np.sqrt(np.mean(grads["b_y"] ** 2)) > 60 * min(gates)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_how_far_adam_comes_depends_on_no_size(story, size):
    rng = np.random.default_rng(0)
    assert story.two_ways(size * np.ones(50), 0.1)["Adam"][-1] == pytest.approx(5.0, rel=1e-4)
    wavering = story.two_ways(size * rng.normal(size=50), 0.1)["Adam"]
    assert abs(wavering[-1]) < 2.5


# --- the first task --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_after_300_steps_only_the_memory_is_missing(story, seed):
    params, nothing = story.new_network(7, 8, 7, 1.0, np.random.default_rng(seed)), np.zeros((32, 8))
    adam, draw = story.start_adam(params), np.random.default_rng(seed + 1)
    for _ in range(300):
        batch = story.strings(32, draw)
        params, adam, _, _ = story.one_step(params, adam, batch, (nothing, nothing), story.softmax_loss, 0.01, 1.0)
    shares = story.last_eight(story.logits_of(params, np.eye(7)[story.ids]))
    assert story.sure[-3:].tolist() == [1.0, 1.0, 1.0] and min(shares[-1], shares[-3]) > 0.99
    assert 0.35 < shares[-2] < 0.85, "more or less a coin"
    assert 0.48 < story.gradients(params, story.fresh)[0] < 0.56


def test_what_the_text_says_of_300_steps(story):
    assert "loss 0.52" in story.printed["first_steps"] and "From 1.95 to 0.52, and 0.44 is all that can be had" in PROSE
    assert 0.4 < story.last_eight(story.logits_of(story.young, np.eye(7)[story.ids]))[-2] < 0.6


def test_strings_have_eight_steps_or_more(story):
    assert story.mask.sum(axis=1).min() >= 8
    lengths = [len(story.reber.string(np.random.default_rng(k))) - 1 for k in range(500)]
    assert min(lengths) == 8 and 9 < np.mean(lengths) < 12, "one step of ten"


@LONG
def test_reber_strings_are_learned_by_both(long):
    names = long("how_to_learn", "reber_lstm", "reber_plain", "reber_compared")
    lstm, plain = ([16 * one.steps for one in runs] for runs in (names.solved, names.plain))
    assert all(one.reached for one in (*names.solved, *names.plain))
    assert 4_000 < min(lstm) and max(lstm) < 25_000, lstm
    assert 4_000 < min(plain) and max(plain) < 64_000, plain
    names = long("gates_before_and_after", "read_off")
    before, after = (
        [int(one) for one in re.findall(r"(\d+)%", line)] for line in names.printed["read_off"].splitlines()
    )
    assert after[0] >= 95 and after[1] == 100 and before[0] > 60 and before[1] < 70
    settled = {}
    for when, params in (("before", names.before), ("after", names.trained)):
        forget = names.inside(params, names.xs)["f"]
        settled[when] = np.mean((forget < 0.1) | (forget > 0.9))
    assert settled["after"] > 0.35 > 0.1 > settled["before"], "they open and shut"
    read = names.inside(names.trained, names.xs)
    other = names.inside(names.trained, np.eye(7)[names.reber.encode("BP" + names.text[2:])][None])
    dark = read["f"][3:].min(axis=0) > 0.8
    assert np.abs(other["c"] - read["c"])[-1][dark].max() > 1.0, "some of those that keep hold what has to be kept"


def test_a_short_run_learns_the_reber_strings(long):
    names = long("how_to_learn")
    network = names.new_network(7, 12, 7, 1.0, np.random.default_rng(2))
    quick = {"lr": 0.02, "N": 16, "every": 50}
    one = names.learn(
        "short", network, names.strings, names.softmax_loss, names.strings_wrong, steps=700, seed=2, **quick
    )
    assert one.watched[-1][1] < 0.1


# --- a hundred steps -------------------------------------------------------------------------------


@LONG
def test_the_forget_bias_decides(long):
    names = long("how_to_learn", "order_open", "order_shut")
    opened = names.by_bias["forget bias 3"]
    assert len(opened) == 3 and all(one.reached for one in opened)
    assert max(32 * one.steps for one in opened) < 40_000
    for name, least in (("forget bias 1", 0.2), ("plain RNN", 0.6)):
        (one,) = names.by_bias[name]
        assert not one.reached and min(value for _, value in one.watched) > least, name
    network = names.new_network(8, 16, 4, 5.0, np.random.default_rng(2))
    other = names.learn("five", network, names.orders, names.softmax_loss, names.orders_wrong, seed=2, **names.slow)
    assert other.steps > 2 * opened[2].steps, "on some seeds it takes several times as long"


@LONG
def test_numbers_are_added_and_averaged(long):
    names = long("how_to_learn", "adding_run", "pairs_run")
    assert names.sums.reached and names.pairs.reached
    assert 32 * names.sums.steps < 74_000 and 32 * names.pairs.steps < 269_650


def test_who_always_answers_a_half(story):
    assert (
        "0.0417" in story.printed["number_tasks"]
        and float(re.findall(r"(\d+)%", story.printed["number_tasks"])[0]) > 80
    )


@LONG
def test_agreement_at_any_distance(long):
    names = long("agreement_solved", "agreement_over_distance")
    assert names.found.min() > 0.99 and max(names.DISTANCES) == 60


@LONG
def test_adam_alone_takes_no_plain_rnn_to_60_words(long):
    names = long("agreement_solved")
    params, draw = names.plain_network(names.words, 16, 2, np.random.default_rng(0)), names.verbs(60)
    adam, rng, nothing = names.start_adam(params), np.random.default_rng([0, 1]), np.zeros((32, 16))
    for _ in range(1000):
        batch = draw(32, rng)
        params, adam, *_ = names.plain_step(params, adam, batch, (nothing, nothing), names.softmax_loss, 0.01, 1.0)
    xs, targets, _ = draw(1000, np.random.default_rng(100))
    assert np.mean(names.plain_logits(params, xs)[:, -1].argmax(axis=1) == targets[:, -1]) < 0.7


# --- streams ---------------------------------------------------------------------------------------


@LONG
def test_who_carries_remembers_and_who_cannot_forget_drowns(long):
    names = long("how_to_learn", "carried")
    share = {
        line.split(":")[0]: [int(one) for one in re.findall(r"(\d+)%", line)]
        for line in names.printed["carried"].splitlines()
        if "memory is asked for" in line
    }
    assert min(share["carried"]) >= 93 and all(len(found) == 3 for found in share.values())
    assert max(share["zeros at each cut"]) < 90 and max(share["carried, cell of 1997"]) < 90
    assert names.largest["carried, cell of 1997"][-1] > 100 > 30 > names.largest["carried"].max()


# --- thirty strings --------------------------------------------------------------------------------


@LONG
def test_thirty_strings_are_learned_by_heart_and_less_with_dropout(long):
    names = long("learned_by_heart", "dropped")
    assert (abs(names.by_heart[:, -1, 0] - 0.28) < 0.02).all() and names.by_heart[:, -1, 1].min() > 1.15
    assert (names.half[:, -1, 1] < 0.95).all() and names.half[:, :, 1].min() > 0.55
    assert (names.by_heart[:, :, 1].min(axis=1) < names.half[:, :, 1].min(axis=1) + 0.15).all(), "early stopping"


# --- the quiz --------------------------------------------------------------------------------------


def right_option(words):
    (question,) = (one for one in quiz_of(UNIT) if words in one.text)
    return question.options["abcd".index(question.answer)].text


def test_the_quiz_of_adams_first_step():
    grad, state = np.array([0.001, -20.0, 0.0]), {"m": np.zeros(3), "v": np.zeros(3), "t": 0}
    new, _ = given("adam_step")(np.zeros(3), grad, state, 0.01, 0.9, 0.999, 1e-12)
    assert np.allclose(new, [-0.01, 0.01, 0.0]) and right_option("first step") == "by -0.01, +0.01 and 0"


def test_the_quiz_of_the_forget_bias():
    f = 0.5**0.01
    assert right_option("forget gate is moved") == f"{math.log(f / (1 - f)):.0f}"


def test_the_quiz_of_dropout():
    assert right_option("dropout at p = 0.2") == f"{5 * 0.8 * 2:.0f} and {5 * 2}"


def test_the_quiz_of_the_stream():
    inputs, _ = given("stream_batches")(np.arange(25), 2, 3)
    said = f"{len(inputs)} batches, and {', '.join(map(str, inputs[1, 1]))}"
    assert right_option("up to 24") == said


def test_the_quiz_of_the_cut():
    inside = sum(place + 8 < 20 for place in range(20))
    assert right_option("pieces of T = 20") == f"{100 * inside // 20} %"


def test_the_quiz_of_the_cell_that_holds():
    far = [abs(0.5 * np.random.default_rng(k).choice([-1, 1], size=10_000).sum()) for k in range(200)]
    assert 40 < np.sqrt(np.mean(np.square(far))) < 60 and right_option("cell of 1997").startswith("About 50; next to")
    assert 1 - math.tanh(50.0) ** 2 == 0.0


def test_the_quiz_of_the_loss_that_hides_a_coin():
    assert right_option("remember one of two") == f"{math.log(2) / 10:.2f}"


def test_what_was_published_stands_in_the_table():
    """Hochreiter and Schmidhuber, 1997, tables 1 (best and slowest LSTM), 6, 7 and 9."""
    table = sources(UNIT, "long")["table_of_1997"]
    assert all(f'"{paper}"' in table for paper in ("8,440 to 39,740", "269,650", "74,000", "31,390"))
