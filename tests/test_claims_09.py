"""What unit 09 says of the LSTM's relatives is so: trained with its own cells and the course's functions, over seeds.

What is asked are ranges, never the digits of a loss: one seed shortly, all of them by ``test-long``.
"""

from __future__ import annotations

import numpy as np
import pytest
from unit_cells import names, story

from grader.data import expressions, relatives

UNIT = "09_variants"
LONG = pytest.mark.long
SEEDS = [0, *(pytest.param(seed, marks=LONG) for seed in (1, 2))]
LONG_SEEDS = [pytest.param(seed, marks=LONG) for seed in range(3)]


@pytest.fixture(scope="module")
def scope():
    return story(UNIT, also=["trees_grown", "spikes_run", "start_or_cell"])


@pytest.fixture
def unit(scope, tmp_path, monkeypatch):
    """The notebook's names after its cells that don't train; runs are kept in a folder of the test's own."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))
    return names(scope)


def learned(unit, kind, task, seed, steps, bias):
    """The shares of wrong answers of one network, six times on its way: what ``side_by_side`` makes of it."""
    draw, wrong, loss_fn, D, K, carry = {
        "a stream": (unit.next_piece, unit.forgotten, unit.softmax_loss, 7, 7, True),
        "adding": (unit.some_sums, unit.sums_off, unit.squared_loss, 2, 1, False),
        "words": (unit.some_verbs, unit.verbs_wrong, unit.softmax_loss, unit.vocabulary, 2, False),
    }[task]
    params, adam, start = unit.begun(kind, seed, D, K, 12, bias)
    rng, shares = np.random.default_rng(0), []
    for k in range(steps):
        batch = [draw(k, one, rng) for one in unit.SEEDS][seed]  # all of them drawn, as in the notebook
        params, adam, _, end = unit.any_step(kind, params, adam, batch, start, loss_fn, 0.01)
        start = end if carry else start
        if (k + 1) % (steps // 6) == 0:
            shares.append(wrong(lambda xs, params=params: unit.said_by(kind, params, xs)))
    return np.array(shares)


# --- what is compared ------------------------------------------------------------------------------


@pytest.mark.parametrize(("D", "K"), [(7, 7), (2, 1), (27, 2)])
def test_networks_that_are_compared_have_as_many_numbers_to_learn(unit, D, K):
    asked = relatives.count("LSTM", D, 12, K)
    for kind in unit.KINDS:
        own = relatives.width(kind, D, K, asked)
        assert abs(relatives.count(kind, D, own, K) - asked) < 0.06 * asked
        params, _, (h0, c0) = unit.begun(kind, 0, D, K, 12, 1.0)
        assert sum(array.size for array in params.values()) == relatives.count(kind, D, own, K)
        assert h0.shape == c0.shape == (32, own)


def test_side_by_side_is_each_network_by_itself(unit, monkeypatch):
    """So that what is asked of one network here is what the notebook shows of it."""
    few = unit.side_by_side.__globals__
    monkeypatch.setitem(few, "KINDS", ("GRU", "coupled"))
    found = unit.side_by_side(
        "few",
        unit.next_piece,
        unit.forgotten,
        unit.softmax_loss,
        D=7,
        K=7,
        H=12,
        bias=1.0,
        lr=0.01,
        steps=12,
        carry=True,
    )
    assert found.keys() == {"GRU", "coupled"}
    for kind, shares in found.items():
        assert np.allclose(shares[1], learned(unit, kind, "a stream", 1, 12, 1.0))


# --- the forget gate is needed where nothing ends --------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_stream_the_cell_without_a_forget_gate_stays_at_chance(unit, seed):
    assert min(learned(unit, "1997", "a stream", seed, 1000, 1.0)) > 0.35


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "kind", ["LSTM", *(pytest.param(one, marks=LONG) for one in ("GRU", "coupled", "no output gate"))]
)
def test_in_a_stream_who_can_forget_remembers(unit, kind, seed):
    assert learned(unit, kind, "a stream", seed, 1000, 1.0)[-1] < 0.06


# --- a number to be kept ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_on_adding_who_writes_little_at_the_start_is_ahead(unit, seed):
    """After 200 of 600 steps. GRU and coupled gates begin by writing a twentieth of what is new, the LSTM a half."""
    at_200 = {kind: learned(unit, kind, "adding", seed, 600, 3.0) for kind in ("LSTM", "GRU", "coupled", "1997")}
    assert max(at_200["GRU"][1], at_200["coupled"][1]) < 0.25 < 0.3 < min(at_200["LSTM"][1], at_200["1997"][1])
    assert max(at_200["GRU"][-1], at_200["coupled"][-1]) < 0.03 < min(at_200["LSTM"][-1], at_200["1997"][-1])


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_on_adding_the_output_gate_is_missed(unit, seed):
    without, with_it = (learned(unit, kind, "adding", seed, 600, 3.0)[-1] for kind in ("no output gate", "LSTM"))
    assert without > with_it + 0.1


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_an_input_gate_that_begins_nearly_shut_is_what_the_lstm_lacked(unit, seed):
    nearly_shut, half_open = (unit.adding_lstm(name, bias, seed) for name, bias in (("shut", -3.0), ("open", 0.0)))
    assert nearly_shut < 0.06 and nearly_shut < half_open - 0.03


@pytest.mark.parametrize("kind", [pytest.param(one, marks=LONG) for one in relatives.BLOCKS if one != "no input gate"])
def test_words_are_learned_by_all(unit, kind):
    for seed in range(3):
        assert learned(unit, kind, "words", seed, 300, 3.0)[2:].max() < 0.02


# --- timing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", LONG_SEEDS)
@pytest.mark.parametrize("kind", ["LSTM", "peephole"])
def test_spikes_20_steps_apart_are_told_from_19_with_peepholes_and_without(unit, kind, seed):
    assert unit.told_apart(kind, 20, seed).reached


# --- trees -----------------------------------------------------------------------------------------


@pytest.fixture
def by_trees(unit):
    """What the Tree-LSTM of a seed has right: (depths, 2), at the roots and at all nodes."""

    def judged(seed):
        params = unit.grown(f"trees {seed}", unit.tree_step, seed)
        return np.array([unit.tree_right(params, unit.tests[depth]) for depth in unit.DEPTHS])

    return judged


@pytest.mark.parametrize("seed", SEEDS)
def test_the_tree_lstm_is_right_at_depths_it_was_never_trained_with(by_trees, seed):
    roots, nodes = by_trees(seed).T
    assert roots[0] > 0.99 and roots[2] > 0.9 and roots[5] > 0.8
    assert nodes.min() > 0.95, "and at nodes that it was never asked at"


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_the_lstm_that_reads_the_text_is_far_behind(unit, by_trees, seed):
    params = unit.grown(f"text {seed}", unit.text_step, seed)
    by_text = np.array([unit.text_right(params, unit.tests[depth]) for depth in unit.DEPTHS])
    assert by_text[0] > 0.95 and by_text[2:].max() < 0.85
    assert (by_trees(seed)[2:, 0] - by_text[2:]).min() > 0.08


def test_neither_answer_is_frequent_enough_to_explain_it(unit):
    for depth, chosen in unit.tests.items():
        ones = np.mean([expressions.value(one) for one in chosen])
        assert 0.4 < ones < 0.6, depth
