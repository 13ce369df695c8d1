"""What unit 10 claims of its translators, with the unit's own cells: ranges over seeds, on held-out sentences."""

from __future__ import annotations

import numpy as np
import pytest
from unit_cells import names, prose, story

from grader.data import translations
from grader.given import given
from grader.runs import run

UNIT = "10_translation"
LONG = pytest.mark.long
SEEDS = range(3)


@pytest.fixture(scope="module")
def scope():
    """The notebook's names after all of its cells but those that train."""
    return story(UNIT, run=run)


@pytest.fixture(scope="module")
def unit(scope):
    return names(scope)


@pytest.fixture(scope="module")
def networks(unit, tmp_path_factory):
    """The trained networks of each kind, by whether they look back and whether they read from the end; three seeds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_WORKSPACE", str(tmp_path_factory.mktemp("runs")))
        kept = {}

        def of(looks, turned):
            if (looks, turned) not in kept:
                kept[looks, turned] = [network(unit, looks, turned, seed) for seed in SEEDS]
            return kept[looks, turned]

        yield of


def network(unit, looks, turned, seed, steps=None, H=64):
    """One network of the unit's, trained for so many steps (all of the unit's if left out)."""
    params = unit.new_translator(32, H, 2 * H if looks else H, np.random.default_rng(seed))
    step = unit.learning(unit.looking_slopes if looks else unit.plain_slopes, turned)
    start = (params, unit.start_adam(params))
    return run(f"{looks} {turned} {seed} {H}", step, start, steps=steps or unit.STEPS, seed=seed).state[0]


def looking_next(params, hs_e, mask):
    """The next word of a network that looks back, as greedy_decode wants it."""

    def step(ids, state):
        hs, c, _ = given("lstm")(given("embed")(ids[:, None], params["E_t"]), *state, params["W_d"], params["b_d"])
        context, _ = given("attend")(hs, hs_e, hs_e, mask)
        return (np.concatenate([hs, context], axis=2) @ params["V"] + params["b_y"])[:, 0], (hs[:, 0], c)

    return step


def looked_at(unit, params, one):
    """Where a network looks while it writes the right French: the weights (T, S)."""
    source, mask = translations.padded([one.english])
    hs_e, c, _ = unit.encode(params, source)
    inputs = given("decoder_inputs")(translations.translated([one.french])[0], unit.BOS)
    hs_d, _, _ = given("lstm")(given("embed")(inputs, params["E_t"]), hs_e[:, -1], c, params["W_d"], params["b_d"])
    return given("attend")(hs_d, hs_e, hs_e, mask)[1][0]


def written(unit, params, looks, turned, some):
    """What a network makes of some sentences: lists of words."""
    asked = [unit.as_read(one, turned) for one in some]
    return unit.translate(params, asked, looking_next if looks else unit.plain_next)


def fine(unit, params, looks, turned, some):
    """Which of some sentences a network translates without an error."""
    said = written(unit, params, looks, turned, some)
    return np.array([a == list(one.french) for a, one in zip(said, some, strict=True)])


def test_who_does_not_read_translates_hardly_a_sentence(unit):
    shares = {
        name: np.mean([a == b for a, b in zip(said, unit.right, strict=True)]) for name, said in unit.said_by.items()
    }
    assert shares["a word"] < 0.05 and 0.05 < shares["two words around"] < 0.12 and shares["nearest bag"] < 0.02
    as_ids = [list(unit.ids_of(words)) for words in unit.right]
    bleu = {
        name: given("bleu")([list(unit.ids_of(words)) for words in said], as_ids) for name, said in unit.said_by.items()
    }
    assert 0.3 < bleu["two words around"] < 0.4, "a good third of all there is to get"
    edits = {
        name: np.mean([given("edit_distance")(a, b) for a, b in zip(said, unit.right, strict=True)])
        for name, said in unit.said_by.items()
    }
    assert all(3 < value < 4.5 for value in edits.values())
    assert (
        given("bleu")([ids[::-1] for ids in as_ids], as_ids)
        < 0.05
        < given("bleu")([ids[:-1] for ids in as_ids], as_ids)
    )


def test_nothing_that_is_asked_was_learned_from(unit):
    assert len(unit.unseen) == 300 and not {one.english for one in unit.unseen} & unit.known
    assert all(3 <= len(one.english) <= 12 for one in unit.unseen + unit.pairs)


def test_a_bag_of_words_leaves_open_who_does_it(unit):
    by_bag = {}
    for one in unit.pairs + unit.unseen:
        by_bag.setdefault(tuple(sorted(one.english)), set()).add(one.french)
    assert sum(len(french) > 1 for french in by_bag.values()) > 5


def test_nearly_half_of_a_softmax_goes_to_padding_and_none_of_ours(scope):
    assert "46% in the first" in scope["printed"]["weight_on_nothing"], scope["printed"]["weight_on_nothing"]
    assert "0% in the first sentence, 0% in the second" in scope["printed"]["nothing_wasted"]


def test_its_gradients_are_the_gradients(scope):
    for line in scope["printed"]["gradients_tried"].splitlines():
        assert float(line.split("at most ")[1].split()[0]) < 1e-6, line


def test_a_query_of_nothing_gets_the_mean_and_a_long_one_a_key(unit):
    weights, context = unit.asked_from(60.0, 0.0)
    assert np.allclose(weights, 0.25) and np.allclose(context, unit.keys.mean(axis=0))
    weights, context = unit.asked_from(145.0, 50.0)
    assert weights[2] > 0.999 and np.allclose(context, unit.keys[2], atol=1e-2)


def test_a_translator_learns_from_its_first_steps_on(unit, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))
    params = unit.new_translator(16, 24, 48, np.random.default_rng(0))
    start = (params, unit.start_adam(params))
    losses = run("short", unit.learning(unit.looking_slopes, False), start, steps=60, seed=0).losses
    assert losses[-10:].mean() < 0.7 * losses[:5].mean()


@LONG
def test_the_state_alone_is_enough_for_short_sentences_only(unit, networks):
    words = np.array([len(one.english) for one in unit.unseen])
    for params in networks(False, False):
        right = fine(unit, params, False, False, unit.unseen)
        assert 0.5 < right.mean() < 0.75
        assert right[words <= 4].mean() > 0.9 and right[words >= 11].mean() < 0.2


@LONG
def test_reading_from_the_end_helps_a_little(unit, networks):
    shares, edits = [], []
    for turned in (False, True):
        said = [written(unit, params, False, turned, unit.unseen) for params in networks(False, turned)]
        shares.append(np.mean([a == b for one in said for a, b in zip(one, unit.right, strict=True)]))
        edits.append(
            np.mean([given("edit_distance")(a, b) for one in said for a, b in zip(one, unit.right, strict=True)])
        )
    assert -0.01 < shares[1] - shares[0] < 0.12 and edits[0] - edits[1] > 0.05


@LONG
def test_who_looks_back_translates_nearly_all(unit, networks):
    words = np.array([len(one.english) for one in unit.unseen])
    shares, longer, longest = [], [], []
    for params in networks(True, False):
        right = fine(unit, params, True, False, unit.unseen)
        shares.append(right.mean())
        longer.append(right[(words >= 9) & (words <= 10)].mean())
        longest.append(right[words >= 11].mean())
        assert right[words <= 8].mean() > 0.94 and right[words >= 11].mean() > 0.5
    assert min(shares) > 0.88 and sorted(shares)[1] > 0.92
    assert np.mean(longer) > 0.9 and 0.65 < np.mean(longest) < 0.85, "above nine in ten, and some three in four"
    assert min(fine(unit, params, True, True, unit.unseen).mean() for params in networks(True, True)) > 0.92


@LONG
def test_twice_as_many_cells_do_not_make_up_for_it(unit, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))
    right = fine(unit, network(unit, False, False, 0, H=128), False, False, unit.unseen)
    assert 0.6 < right.mean() < 0.85


@LONG
def test_most_words_look_at_the_word_they_come_from_or_just_behind_it(unit, networks):
    for params in networks(True, False):
        away = []
        for one in (
            one for one, right in zip(unit.unseen, fine(unit, params, True, False, unit.unseen), strict=True) if right
        ):
            weights = looked_at(unit, params, one)[:-1]  # the end comes from no word
            away += list(weights.argmax(axis=1) - np.array(one.comes_from))
        on, behind = np.mean(np.array(away) == 0), np.mean((np.array(away) == 1) | (np.array(away) == 2))
        assert 0.55 < on < 0.8 and on + behind > 0.92


@LONG
def test_what_it_was_never_asked_for_it_does_worse(unit, networks):
    longer = translations.sentences(200, np.random.default_rng(3), words=(13, 18))
    unpaired = translations.sentences(200, np.random.default_rng(2), new=True)
    for looks, turned, long, new in (
        (False, False, (0, 0.05), (0.1, 0.4)),
        (True, False, (0.1, 0.45), (0.55, 0.8)),
        (True, True, (0.1, 0.45), (0.72, 0.97)),
    ):
        for params in networks(looks, turned):
            assert long[0] <= fine(unit, params, looks, turned, longer).mean() <= long[1]
            assert new[0] <= fine(unit, params, looks, turned, unpaired).mean() <= new[1]


def test_the_numbers_of_the_text_stand_in_the_text():
    """Those that are asked for above."""
    text = prose(UNIT)
    for words in ("one in eleven", "a good third of BLEU"):
        assert words in text, words
