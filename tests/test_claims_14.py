"""What unit 14 says of its numbers, with its own cells and the course's functions; what it learns, over three seeds."""

from __future__ import annotations

import numpy as np
import pytest
from unit_cells import names, sources, story

from grader.data import paraphrases
from grader.runs import run

UNIT = "14_paraphrase"
SEEDS = [pytest.param(seed, marks=pytest.mark.long) for seed in range(3)]


@pytest.fixture(scope="module")
def unit():
    """The notebook's names after all of its cells but those that train."""
    return names(story(UNIT, run=run, also=["trained", "windows_trained"]))


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    """No run finds what another has kept."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))


def test_counted_words_are_at_chance_against_exchanged_roles(unit):
    roles, event, person = unit.areas(unit.counted)
    assert abs(roles - 0.5) < 0.04 and 0.55 < event < 0.65 and 0.55 < person < 0.65
    assert np.allclose(unit.areas(unit.counted**3), unit.areas(unit.counted)) and np.all(
        unit.areas(0 * unit.counted) == 0.5
    )
    medians = {kind: np.median(unit.counted[unit.kinds == kind]) for kind in paraphrases.KINDS}
    assert (
        abs(medians["same"] - medians["roles"]) < 0.03 < min(medians["same"] - medians[k] for k in ("event", "person"))
    )


def test_a_list_of_words_helps_with_persons_and_events_alone(unit):
    few = [bags[:, 1:25] for bags in (unit.bags(unit.firsts), unit.bags(unit.seconds))]
    assert paraphrases.WORDS[1:13] == paraphrases.PERSONS and paraphrases.WORDS[24] == "rescued"
    roles, event, person = unit.areas(unit.similarity(*few))
    assert abs(roles - 0.5) < 0.04 and person > 0.75 and event > unit.areas(unit.counted)[1]


def test_the_losses_are_those_that_are_printed(unit):
    assert abs(unit.cost(np.ones(2000), unit.labels, 0.2) - 0.32) < 0.01
    assert abs(unit.cost(np.zeros(2000), unit.labels, 0.2) - 0.5) < 0.02
    assert unit.cost(unit.labels * 1.0, unit.labels, 0.2) == 0
    assert np.all(np.abs(unit.areas(unit.by_raw) - 0.5) < 0.2), "an LSTM that has learned nothing knows little"


@pytest.mark.parametrize("margin, apart", [(0.2, 78), (1.0, None), (-1.0, 180)])
def test_four_vectors_in_the_plane(unit, margin, apart):
    """As many steps as it takes: the two meanings come to rest at least as far apart as the margin says."""
    scope = dict(vars(unit))
    cell = sources(UNIT, "story")["in_the_plane"].replace("MARGIN = 0.2", f"MARGIN = {margin}")
    exec(cell.replace("range(81)", "range(3001)").replace("print(", "str("), scope)
    turned = np.degrees(np.arctan2(scope["points"][:, 1], scope["points"][:, 0]))
    assert abs(turned[0] - turned[1]) < 4 and abs(turned[2] - turned[3]) < 4
    if apart is None:
        assert np.allclose(turned, [50, 50, 90, 90], atol=1), "each pair meets in its own middle"
    else:
        assert apart - 6 < abs(np.mean(turned[:2]) - np.mean(turned[2:])) < 181


def losses(unit, look, look_back, start, seed, steps, whole):
    """Train for some of ``whole`` steps as the notebook does: the parameters, and the loss of every step."""
    draw, params, each = np.random.default_rng(seed), start(np.random.default_rng(seed)), []
    adam = {name: {"m": np.zeros(p.shape), "v": np.zeros(p.shape), "t": 0} for name, p in params.items()}
    for k in range(steps):
        lr = 0.01 if k < 0.75 * whole else 0.002
        params, adam, loss = unit.pair_step(params, adam, paraphrases.pairs(48, draw), look, look_back, lr)
        each.append(loss)
    return params, each


def test_an_lstm_knows_events_after_some_steps_and_no_roles_yet(unit):
    params, each = losses(unit, unit.read, unit.read_backward, unit.new_reader, 0, 150, 2400)
    roles, event, _ = unit.areas(unit.judged(unit.read, params))
    assert np.mean(each[-20:]) < 0.2 < each[0] and event > 0.7 and abs(roles - 0.5) < 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lstm_tells_roles_apart(unit, seed):
    params, each = losses(unit, unit.read, unit.read_backward, unit.new_reader, seed, 2400, 2400)
    roles, event, person = unit.areas(unit.judged(unit.read, params))
    assert roles > 0.97 and event > 0.85 and person > 0.9
    assert np.mean(each[400:500]) > 0.12 and np.mean(each[-100:]) < 0.07, "flat, then down"
    longer = paraphrases.pairs(2000, np.random.default_rng(4), test=True, remarks=(3, 5))
    never = [pair for pair in unit.tests if {*pair.ways} in paraphrases.TOGETHER]
    for chosen in (unit.tests, longer, never):
        said = unit.judged(unit.read, params, [p.first for p in chosen], [p.second for p in chosen])
        assert unit.area(said, np.array([p.same for p in chosen])) > 0.9


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_sees_windows_alone_tells_events_and_persons_and_hardly_a_role(unit, seed, size):
    params, _ = losses(unit, unit.windowed, unit.windowed_backward, unit.new_window(size), seed, 2400, 2400)
    roles, event, person = unit.areas(unit.judged(unit.windowed, params))
    assert event > 0.92 and person > 0.9
    assert abs(roles - 0.5) < 0.05 if size == 1 else roles < 0.75


@pytest.mark.parametrize("seed", SEEDS)
def test_both_together_are_better_than_either(unit, seed):
    lstm, _ = losses(unit, unit.read, unit.read_backward, unit.new_reader, seed, 2400, 2400)
    bag, _ = losses(unit, unit.windowed, unit.windowed_backward, unit.new_window(1), seed, 2400, 2400)
    each = unit.judged(unit.read, lstm), unit.judged(unit.windowed, bag)
    alone = [unit.area(said, unit.labels) for said in each]
    assert alone[1] < 0.8 < max(alone) < unit.area(sum(each), unit.labels)
