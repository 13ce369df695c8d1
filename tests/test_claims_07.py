"""The tasks of 1997 are learned with the course's functions and unit 07's settings: over seeds, on fresh sequences.

What is asked are ranges, never the digits of a loss: one seed of one task shortly, all of them by ``test-long``. What
the unit's text says of its own runs is tried in ``test_claims_07_text.py``.
"""

from __future__ import annotations

import numpy as np
import pytest
from unit_cells import names, story

from grader.data import adding, reber, temporal_order, two_sequence

UNIT = "07_training"
LONG = pytest.mark.long
SEEDS = [0, *(pytest.param(seed, marks=LONG) for seed in (1, 2))]
LONG_SEEDS = [pytest.param(seed, marks=LONG) for seed in range(3)]


@pytest.fixture(scope="module")
def unit():
    """The notebook's names after all of its cells but those that train for long."""
    return names(story(UNIT, also=["how_to_learn"]))


def rng(seed):
    return np.random.default_rng(seed)


def at_the_end(params, xs, mask, say):
    """What a network says at the step that counts: (N, K)."""
    return say(params, xs)[np.arange(len(xs)), mask.argmax(axis=1)]


# --- embedded Reber --------------------------------------------------------------------------------


QUICK = {"steps": 4000, "lr": 0.02, "N": 16, "every": 50}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lstm_solves_embedded_reber(unit, seed):
    network = unit.new_network(7, 12, 7, 1.0, rng(seed))
    made = unit.learn(f"Reber {seed}", network, unit.strings, unit.softmax_loss, unit.strings_wrong, seed=seed, **QUICK)
    assert made.reached and 3_000 < 16 * made.steps < 40_000
    ids, _, mask = reber.batch(1000, rng(5))
    fine = reber.legal_first(unit.logits_of(made.state[0], np.eye(7)[ids]), reber.legal(reber.states(ids)))
    assert np.mean((fine | (mask == 0)).all(axis=1)) > 0.97, "strings that nothing was judged by"
    assert np.mean(made.losses[-50:]) < reber.best_loss() + 0.08


# --- a hundred steps -------------------------------------------------------------------------------


def ordered(unit, seed, bias, count):
    return unit.learn(
        f"order {bias} {seed}",
        unit.new_network(8, 16, 4, bias, rng(seed)),
        unit.orders,
        unit.softmax_loss,
        unit.orders_wrong,
        steps=count,
        seed=seed,
        lr=0.005,
    )


@LONG
@pytest.mark.parametrize("bias", [3.0, 5.0])
def test_an_open_forget_gate_solves_temporal_order_on_most_seeds(unit, bias):
    """The curve is flat and then falls, and when it falls is luck: two of three seeds have to get there."""
    made = [ordered(unit, seed, bias, 3000) for seed in range(3)]
    solved = [one for one in made if one.reached]
    assert len(solved) >= 2
    ids, targets, mask = temporal_order.batch(2560, rng(6))
    for one in solved:
        said = at_the_end(one.state[0], np.eye(8)[ids], mask, unit.logits_of)
        assert np.mean(said.argmax(axis=1) != targets[:, 0]) < 0.02


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_the_plain_rnn_stays_at_chance_on_temporal_order(unit, seed):
    made = unit.learn(
        f"order RNN {seed}",
        unit.plain_network(8, 16, 4, rng(seed)),
        unit.orders,
        unit.softmax_loss,
        lambda params: unit.orders_wrong(params, unit.plain_logits),
        steps=2000,
        seed=seed,
        lr=0.005,
        take=unit.plain_step,
    )
    assert not made.reached and made.watched[-1][1] > 0.65


def test_what_a_forget_bias_leaves_after_a_hundred_steps(unit):
    kept = {bias: unit.sigmoid(np.array(bias)) ** 100 for bias in (1.0, 3.0, 5.0)}
    assert kept[1.0] < 1e-13 and 0.005 < kept[3.0] < 0.01 and 0.5 < kept[5.0] < 0.52


# --- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_adding_is_learned(unit, seed):
    made = unit.learn(
        f"adding {seed}",
        unit.new_network(2, 16, 1, 5.0, rng(seed)),
        adding.batch,
        unit.squared_loss,
        unit.sums_wrong,
        steps=6000,
        seed=seed,
    )
    assert made.reached
    xs, targets, mask = adding.batch(2560, rng(7))
    off = np.abs(at_the_end(made.state[0], xs, mask, unit.logits_of) - targets[:, 0])
    assert np.mean(off >= adding.NEAR) < 0.02 and np.mean(off**2) < adding.BLIND / 50


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_the_two_sequences_are_told_from_noisy_answers(unit, seed):
    made = unit.learn(
        f"two {seed}",
        unit.new_network(1, 8, 1, 5.0, rng(seed)),
        two_sequence.batch,
        unit.squared_loss,
        unit.pairs_wrong,
        steps=6000,
        seed=seed,
    )
    assert made.reached
    xs, targets, mask = two_sequence.batch(2560, rng(8), noisy=False)
    off = np.abs(at_the_end(made.state[0], xs, mask, unit.logits_of) - targets[:, 0])
    assert np.mean(off >= two_sequence.NEAR) < 0.01 and np.mean(off) < 0.03


# --- the cell of 1997 ------------------------------------------------------------------------------


def test_a_forget_bias_of_1000_is_the_cell_without_a_forget_gate(unit):
    """Its gate is 1 to the last digit, and stays so whatever is learned."""
    network = unit.new_network(7, 8, 7, 1000.0, rng(0))
    adam, zeros = unit.start_adam(network), np.zeros((32, 8))
    for _ in range(20):
        batch = unit.strings(32, rng(1))
        network, adam, *_ = unit.one_step(network, adam, batch, (zeros, zeros), unit.softmax_loss, 0.01, 1.0)
    _, _, cache = unit.lstm_forward(batch[0], zeros, zeros, network["W"], network["b"])
    assert all((kept[4] == 1).all() for kept in cache)
    assert (network["b"][8:16] == 1000).all()
    assert np.array_equal(network["W"][:, 8:16], unit.new_network(7, 8, 7, 1000.0, rng(0))["W"][:, 8:16])
