"""What unit 03 says of numbers is so: what its cells print, and what its training comes to, over seeds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from unit_cells import prose
from unit_cells import story as story_of

from grader.given import given

UNIT = "03_vanishing"
PROSE = prose(UNIT)


@pytest.fixture(scope="module")
def story():
    """The names that the unit's cells make, and what each printed, by its id: (scope, printed). Long cells are left."""
    scope = story_of(UNIT)
    return scope, scope["printed"]


def floats(text):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]


@pytest.mark.parametrize("seed", range(1, 6))
def test_next_to_nothing_arrives_at_a_far_subject(story, seed):
    scope, _ = story
    ratios = []
    for factor in (0.5, 1, 2, 3):
        rng = np.random.default_rng(seed)
        params = scope["new_network"](rng, factor * rng.normal(size=(16, 16)) / 4)
        *_, dxs = scope["gradients"](params, *scope["agreement"].batch(100, 30, rng))
        norms = np.sqrt((dxs**2).sum(axis=(0, 2)))
        ratios.append(norms[1] / norms[-1])
    assert ratios[0] < 1e-12 < ratios[1] < 1e-3 and 1e-2 < ratios[2] < 1e2 and ratios[3] > 1e2


def test_on_its_way_to_the_subject_every_step_takes_about_the_same_share(story):
    logs = np.log10(story[0]["np"].asarray(story[0]["share"]))  # of dW, which is made of the same gradients
    line = np.polyval(np.polyfit(np.arange(len(logs)), logs, 1), np.arange(len(logs)))
    assert np.abs(logs - line).max() < 0.15 * np.ptp(logs)


def test_slopes(story):
    text = story[1]["two_slopes"]
    assert all(number in text for number in ("0.25", "8.7e-19", "6.4e-22", "5e-12"))
    sigmoid, tanh = (f(np.array([[6.0]]))[0, 0] for f in (given("sigmoid_slope"), lambda z: 1 - np.tanh(z) ** 2))
    assert tanh < sigmoid / 50, "far out tanh is the flatter one"


def test_one_unit_vanishes_holds_and_explodes(story):
    one_unit = story[0]["one_unit"]
    left = {w: abs(one_unit(w, 0.0)[1][0]) for w in (0.9, 1.0, 1.1)}
    assert left[1.0] == 1 and 0.005 < left[0.9] < 0.006 and 100 < left[1.1] < 110
    assert "0.9 leaves half a percent, 1.1 makes a hundred" in PROSE
    for x in (0.1, 0.5, 1.0):  # whatever the weight, once there is an input
        sizes = [abs(one_unit(w, x)[1][0]) for w in np.arange(1.0, 2.55, 0.05)]
        assert max(sizes) < 1e-6
        hs, _ = one_unit(1.5, x)
        assert abs(1.5 * (1 - hs[-1] ** 2)) < 1, "where it rests, a disturbance dies out"


def test_the_norms_are_those_of_the_backward_pass(story):
    for line in story[1]["norms_agree"].splitlines():
        _, ours, backward, product = floats(line)
        assert ours == pytest.approx(backward, rel=1e-6) and ours == pytest.approx(product, rel=1e-6)


def test_a_chain_runs_out(story):
    drawn, chain = story[1]["same_size"].splitlines()
    assert floats(drawn)[0] == floats(chain)[0], "of the same size"
    _, _, five, _, forty = floats(drawn)
    assert 0.5 < five < 1.5 and 0.05 < forty < 1
    _, _, five, _, forty = floats(chain)
    assert five > 1 and forty == 0


def test_the_spectral_radius_decides_in_silence(story):
    scope, _ = story
    ends = {r: [scope["silent"](scope["with_radius"](r, seed), T=100)[0] for seed in range(5)] for r in (0.5, 1.0, 1.5)}
    assert max(ends[0.5]) < 1e-29 and 1e-3 < min(ends[1.0]) and max(ends[1.0]) < 1 and min(ends[1.5]) > 1e14
    assert sum(end < 0.006 for end in ends[1.0]) == 1 and "half a percent is left" in PROSE
    assert 1e17 < np.median(ends[1.5]) < 1e18 and "10 to the power of 17" in PROSE
    assert 0.9**99 == pytest.approx(1 / 34_000, rel=0.03) and "a part in thirty thousand" in PROSE


def test_listening_costs_memory(story):
    scope, printed = story
    lines = dict(line.split(": ") for line in printed["radii_with_words"].splitlines())
    assert lines["radius 1, loudness 1"].startswith("3e-23") and "3e-23" in PROSE
    assert lines["radius 1, loudness 0.1"].startswith("3e-03") and "some thousandths" in PROSE
    assert lines["radius 1.5, loudness 0.1"].startswith("6e+01") and "60 times" in PROSE
    for seed in range(5):
        quiet, loud = (scope["reading"](1.0, loudness, seed=seed)[0] for loudness in (0.1, 1.0))
        assert 1e-4 < quiet < 0.1 and loud < 1e-15
    spread = [scope["reading"](1.5, 1.0, seed=seed)[0] for seed in range(5)]
    assert max(spread) / min(spread) > 1e3, "it depends on the draw"


def test_on_the_cliff_one_long_step_is_enough(story):
    scope, printed = story
    plain, clipped = printed["cliff"].splitlines()
    assert "7.3" in plain and "0.0894" in plain and "0.0000" in clipped
    places, losses, norms = scope["walk"](1.5, -0.5)
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    assert norms.max() == pytest.approx(7.3, abs=0.05) and steps.max() == pytest.approx(2.2, abs=0.03)
    assert np.ptp(losses[-20:]) < 1e-3 and losses[-1] == pytest.approx(0.0894, abs=5e-5)
    places, losses, _ = scope["walk"](1.5, -0.5, 0.5)
    assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() < 0.1501 and losses[-1] < 1e-3
    assert all(text in PROSE for text in ("7.3", "2.2", "0.0894", "0.15 at a time"))


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_of_a_hundred_starts_clipping_saves_some(story, seed):
    walk = story[0]["walk"]
    starts = np.random.default_rng(seed).uniform((1.0, -1.0), (2.5, -0.3), size=(100, 2))
    found = {}
    for max_norm in (1e9, 0.5):
        walks = [walk(w, b, max_norm) for w, b in starts]
        longest = max(np.abs(np.diff(places, axis=0)).max() for places, _, _ in walks)
        found[max_norm] = sum(losses[-1] < 0.01 for _, losses, _ in walks), longest
    (plain, longest), (clipped, short) = found.values()
    assert 85 <= plain < clipped and clipped >= 97, (plain, clipped)
    assert longest > 2 and short < 0.1501


def test_the_far_steps_are_drowned_out(story):
    last, first = re.findall(r"([\d.]+)%", story[1]["shares"])
    assert float(last) > 99 and float(first) < 0.01


# --- training ------------------------------------------------------------------------------------

SEEDS = [0, pytest.param(1, marks=pytest.mark.long), pytest.param(2, marks=pytest.mark.long)]


def right(story, start, distance, seed):
    scope, _ = story
    how = scope["STARTS"][start]
    params, losses = scope["train"](distance, seed, **how)
    return scope["share_right"](params, distance, seed, how.get("run", scope["forward"])), losses


@pytest.mark.parametrize("seed", SEEDS)
def test_it_learns_with_5_words_in_between_and_not_with_30(story, seed):
    share, losses = right(story, "plain", 5, seed)
    assert share > 0.99 and losses[-1] < 0.05
    share, losses = right(story, "plain", 30, seed)
    guess = -0.6 * np.log(0.6) - 0.4 * np.log(0.4)
    assert 0.5 < share < 0.66 and np.mean(losses[-100:]) == pytest.approx(guess, abs=0.03)


@pytest.mark.parametrize("seed", SEEDS)
def test_up_to_10_words_it_learns_and_from_20_on_it_does_not(story, seed):
    assert right(story, "plain", 10, seed)[0] > 0.85
    assert right(story, "plain", 20, seed)[0] < 0.7


@pytest.mark.long
def test_at_15_words_one_of_three_finds_the_rule(story):
    assert sum(right(story, "plain", 15, seed)[0] > 0.9 for seed in range(3)) == 1


@pytest.mark.long
def test_each_start_moves_the_wall_and_none_removes_it(story):
    found = {
        (start, distance): [right(story, start, distance, seed)[0] > 0.9 for seed in range(3)]
        for start, distances in {
            "twice as large": (10, 15, 20),
            "orthogonal, quiet": (20, 30),
            "ReLU, identity": (30, 40, 60),
        }.items()
        for distance in distances
    }
    solved = {one: sum(each) for one, each in found.items()}
    assert [solved["twice as large", distance] for distance in (10, 15, 20)] == [3, 2, 0]
    assert [solved["orthogonal, quiet", distance] for distance in (20, 30)] == [3, 0]
    assert [solved["ReLU, identity", distance] for distance in (30, 40, 60)] == [3, 2, 0]


@pytest.mark.long
def test_patience_helps_one_of_three(story):
    scope, _ = story
    found = [scope["share_right"](scope["train"](20, seed, steps=5000)[0], 20, seed) for seed in range(3)]
    assert sum(share > 0.9 for share in found) == 1


@pytest.mark.long
def test_a_relu_blows_up_where_tanh_learns(story):
    scope, _ = story
    how = scope["STARTS"]["ReLU, identity"] | {"lr": 0.3}
    with np.errstate(all="ignore"):
        params, _ = scope["train"](40, 0, **how)
        share = scope["share_right"](params, 40, 0, scope["forward_relu"])
    assert share < 0.7
