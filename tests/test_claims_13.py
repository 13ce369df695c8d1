"""What unit 13 says of counting, of its networks and of quotations, with its own cells and the course's functions.

The names are those of the Babel that is installed, and another has a few others: what is asked is asked beside n-grams
of the same names, with room. One training of some steps in every run, three seeds of each by ``test-long``.
"""

from __future__ import annotations

import numpy as np
import pytest
from unit_cells import names, ran, sources, story, taken_away

from grader.data import languages
from grader.runs import run

UNIT = "13_language_id"
SEEDS = [pytest.param(seed, marks=pytest.mark.long) for seed in range(3)]


@pytest.fixture(scope="module")
def scope():
    """The notebook's names after its setup and its story cells, with ``printed`` and what figures got."""
    return story(UNIT, run=run)


@pytest.fixture
def unit(scope):
    return names(scope)


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    """No run finds what another has kept."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))


def trained(unit, batch_of, loss, steps, bias, seed):
    """The parameters after so many of the unit's steps, and the losses on the way."""
    step, state, draw, losses = unit.step_of(batch_of, loss, steps), (*unit.new_model(bias, seed), 0), rng(seed), []
    for _ in range(steps):
        state, cost = step(state, draw)
        losses.append(cost)
    return state[0], losses


def rng(seed):
    return np.random.default_rng(seed)


def by_counts(unit, n, some, truth):
    """The share of texts that n-grams name the right language of."""
    return np.mean([unit.evidence(f"{one} ", n).sum(axis=0).argmax() == k for one, k in zip(some, truth, strict=True)])


def test_no_cell_takes_away_what_an_earlier_ones_function_needs():
    assert not set(taken_away(UNIT)) - {"counts", "name", "counted", "right", "shares"}


def test_few_names_have_a_letter_of_their_own_and_of_these_nearly_all_are_right(unit):
    had = [(ks, k) for ks, k in zip(unit.told, unit.truth, strict=True) if ks]
    assert 0.03 < len(had) / len(unit.told) < 0.15 and np.mean([k in ks for ks, k in had]) > 0.9


def test_pairs_say_much_more_than_letters_threes_more_and_fours_no_more(unit):
    right = unit.right_by_n
    assert 0.42 < right[1] < 0.6 < 0.62 < right[2] < 0.78 and right[1] + 0.1 < right[2] < right[3] - 0.02
    assert 0.7 < right[3] < 0.83 and right[4] < right[3] + 0.01


def test_a_running_posterior_ends_where_naive_bayes_is(unit):
    assert np.abs(unit.at_once - unit.on_the_way).max() < 1e-12
    assert unit.reader(5)("österreich").shape == (10, unit.K) and unit.reader(1)("A?b").shape == (3, unit.K)


def test_four_names_of_five_are_right_by_five_grams(unit):
    right = {n: by_counts(unit, n, unit.names[:500], unit.truth[:500]) for n in (1, 5)}
    assert 0.75 < right[5] < 0.88 and right[1] + 0.2 < right[5]


def test_the_gradient_of_added_logits_is_that_of_all_sums_they_are_in(unit):
    logits, targets, mask = rng(0).normal(size=(2, 4, 3)), rng(1).integers(0, 3, size=(2, 4)), np.ones((2, 4))
    mask[1, 2:] = 0
    found, h = unit.adding_loss(logits, targets, mask)[1], 1e-6
    for at in np.ndindex(logits.shape):
        moved = np.zeros(logits.shape)
        moved[at] = h
        up, down = (unit.adding_loss(logits + sign * moved, targets, mask)[0] for sign in (1, -1))
        assert np.isclose(found[at], (up - down) / (2 * h), atol=1e-8)


def test_a_network_learns_from_its_first_steps_on(unit):
    _, losses = trained(unit, unit.one_name, unit.adding_loss, 60, 1.0, 0)
    assert np.log(unit.K) - 0.1 < losses[0] < np.log(unit.K) + 1
    assert np.mean(losses[-10:]) < losses[0] - 0.15


def where(unit, hit):
    """The share of letters that are right before the first quotation, inside, at the », after it, and everywhere."""
    return [hit[some].mean() for some in unit.WHERE.values()]


def test_what_forgets_nothing_misses_quotations_and_what_leaks_what_comes_after(unit):
    kept = {keep: where(unit, unit.hits[f"5-grams, {keep:g} is kept"]) for keep in (1, 0.93, 0.85)}
    inside, after = ([kept[keep][k] for keep in kept] for k in (1, 3))
    assert inside == sorted(inside) and inside[0] < 0.2 < 0.3 < inside[-1] < 0.5
    assert after == sorted(after, reverse=True) and after[0] > 0.7 > 0.65 > after[-1]
    for name in ("5-grams, a window of 12", "a bag of letters"):
        assert where(unit, unit.hits[name])[4] < max(shares[4] for shares in kept.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lstm_is_above_the_bag_of_letters_and_below_n_grams(unit, seed):
    params, _ = trained(unit, unit.one_name, unit.adding_loss, 900, 1.0, seed)
    ids = languages.padded([f"{name} " for name in unit.names])
    ends = (ids >= 0).sum(axis=1) - 1
    found = unit.so_far(unit.says(params, ids))[np.arange(len(ids)), ends].argmax(axis=1)
    right = np.mean(found == unit.truth)
    assert unit.right_by_n[1] + 0.15 < right and unit.right_by_n[2] < right < unit.right_by_n[3] + 0.03
    assert right < by_counts(unit, 5, unit.names, unit.truth)
    ran(unit.__dict__, "by_length", sources(UNIT, "long")["by_length"])
    lines = unit.right_after(unit.so_far(unit.says(params, languages.padded(unit.cut))))
    at = dict(zip(unit.PLACES, zip(lines, *(unit.by_length[f"{n}-gram"] for n in (1, 3, 5)), strict=True), strict=True))
    assert at[6][0] < at[6][2] - 0.02 and all(abs(at[k][0] - at[k][2]) < 0.04 for k in (12, 16, 24))
    assert all(at[k][1] + 0.1 < at[k][0] < at[k][3] + 0.01 for k in (8, 12, 16, 24))
    table = np.zeros((unit.K, unit.K), dtype=int)
    np.add.at(table, (unit.truth, found), 1)
    both, code = table + table.T, languages.CODES.index
    np.fill_diagonal(both, 0)
    sisters = [both[code(a), code(b)] for a, b in (("da", "sv"), ("es", "pt"), ("de", "nl"))]
    assert min(sisters) > 2 * np.mean(both[~np.eye(unit.K, dtype=bool)])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lstm_that_reads_quotations_knows_what_came_before_them(unit, seed):
    ran(unit.__dict__, "quotations_learned", sources(UNIT, "long")["quotations_learned"].split("trackers =")[0])
    params, _ = trained(unit, unit.texts_that_quote, unit.letter_loss, 800, 3.0, seed)
    hit = unit.says(params, unit.some_ids).argmax(axis=2) == unit.some_labels
    before, inside, closing, after, everywhere = where(unit, hit)
    counted = {keep: where(unit, unit.hits[f"5-grams, {keep:g} is kept"]) for keep in (1, 0.93, 0.85)}
    assert before < counted[1][0], "within one language counting is ahead"
    assert inside > counted[1][1] + 0.15, "where the sum that keeps all hears hardly anything"
    assert inside < counted[0.85][1] + 0.02, "where the sum that leaks most is a little better"
    assert closing > max(some[2] for some in counted.values()), "before a letter of the first language comes again"
    assert after > counted[0.85][3] + 0.15, "where the sum that leaks most has forgotten"
    assert after > max(some[3] for some in counted.values())
    assert everywhere > max(some[4] for some in counted.values()) + 0.04
