"""What unit 08's models learn, over seeds, with the unit's cells and the course's functions: ranges, on held-out text.

English is what this Python says of itself, and another Python says it differently: what is asked there is asked beside
n-grams of the same text. One seed of each shortly, all by ``test-long``. The unit's prose and its other cells:
``test_claims_08_text.py``.
"""

from __future__ import annotations

import numpy as np
import pytest
from unit_cells import names, story

from grader.data import clauses, english, restaurants, verses
from grader.data.ngrams import NGrams
from grader.given import given
from grader.runs import run

UNIT = "08_language"
LONG = pytest.mark.long
SEEDS = [0, *(pytest.param(seed, marks=LONG) for seed in (1, 2))]
LONG_SEEDS = [pytest.param(seed, marks=LONG) for seed in range(3)]


@pytest.fixture(scope="module")
def unit():
    """The notebook's names after all of its cells but those that train."""
    return names(story(UNIT, run=run, also=["meaning_beside", "verses", "verses_learned"]))


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    """No run finds what another has kept."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))


def rng(seed):
    return np.random.default_rng(seed)


def trained(unit, step, model, steps, seed, *rest):
    """The model after so many steps of one of the unit's kinds of step; ``rest`` is what else its state has."""
    state, draw = (model, unit.start_adam(model), *rest), rng(seed)
    for _ in range(steps):
        state, _ = step(state, draw)
    return state[0]


def reads(unit, ids, K, sizes, lr, steps, seed, plain=False):
    """A language model of ``sizes`` (rows, steps a piece, numbers a token, cells) that has read ids (L,)."""
    N, T, D, H = sizes
    model, zeros = unit.new_model(K, D, H, 1.0, rng(seed)), np.zeros((N, H))
    if plain:
        model |= {"W": model["W"][:, :H], "b": np.zeros(H)}
    slopes = unit.plain_loss_and_slopes if plain else unit.loss_and_slopes
    step = unit.reading(unit.in_rows(ids, N, T), lr, slopes)
    return trained(unit, step, model, steps, seed, zeros, zeros, 0)


def bits(unit, model, ids, say):
    """Bits a token of one text (L,), read from its beginning to its end."""
    logits = say(model, ids[None, :-1])
    return unit.costs(logits, ids[None, 1:], np.ones(logits.shape[:2])).mean() / np.log(2)


# --- words -----------------------------------------------------------------------------------------

K = len(clauses.WORDS)


@pytest.fixture(scope="module")
def told():
    """The sentences that are learned from, and those held back."""
    return clauses.sentences(10_000, rng(0)), clauses.sentences(1000, rng(1))


def counted_bits(told, n):
    """An n-gram's bits a word, sentence by sentence: its context never holds words of the sentence before."""
    counted = NGrams([clauses.stream([one]) for one in told[0]], n, K)
    return np.concatenate([counted.nll(clauses.stream([one])) for one in told[1]]).mean() / np.log(2)


def verbs(model, say, drawn):
    """Of each verb: whether the form that agrees is the likelier one, whether it is a main verb, its attractors."""
    found, at = [], 0
    logits = say(model, clauses.stream(drawn)[None, :-1])[0]
    for one in drawn:
        for verb in one.verbs:
            agrees, other = clauses.encode([one.words[verb.at], verb.wrong])
            found.append((logits[at + verb.at, agrees] > logits[at + verb.at, other], verb.main, verb.attractors))
        at += len(one.words)
    return np.array(found)


def test_no_n_gram_comes_near_the_rules(told):
    best = clauses.best_loss(told[1]) / np.log(2)
    by_n = [counted_bits(told, n) for n in range(1, 6)]
    assert min(by_n) == by_n[3] and 0.5 < by_n[3] - best < 0.65 and 1.9 < best < 2.1
    assert by_n[0] > by_n[1] > by_n[2] > by_n[4], "five words in a row are hardly ever seen again"


def test_counts_are_at_chance_where_nouns_of_the_other_number_stand_between(told):
    for n, least, most in ((3, 0.4, 0.6), (5, 0.45, 0.7)):
        counted, fine = NGrams([clauses.stream([one]) for one in told[0]], n, K), []
        for one in told[1]:
            verb, ids = one.verbs[-1], clauses.stream([one])
            if verb.attractors:
                agrees, other = clauses.encode([one.words[verb.at], verb.wrong])
                probs = counted.probs(ids[: verb.at + 1])
                fine.append(probs[agrees] > probs[other])
        assert len(fine) > 200 and least < np.mean(fine) < most


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lstm_leaves_every_n_gram_behind_in_seconds(unit, told, seed):
    model = reads(unit, clauses.stream(told[0]), K, (32, 32, 24, 48), 0.01, 500, seed)
    reached, best = bits(unit, model, clauses.stream(told[1]), unit.lstm_logits), clauses.best_loss(told[1]) / np.log(2)
    assert best < reached < best + 0.12 and reached < counted_bits(told, 4) - 0.4
    fine, main, attractors = verbs(model, unit.lstm_logits, told[1]).T
    assert fine.mean() > 0.95 and fine[(main == 1) & (attractors > 0)].mean() > 0.9


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_the_lstm_comes_near_the_rules_and_the_plain_rnn_stays_between(unit, told, seed):
    words, best = clauses.stream(told[0]), clauses.best_loss(told[1]) / np.log(2)
    lstm = reads(unit, words, K, (32, 32, 24, 48), 0.01, 1000, seed)
    plain = reads(unit, words, K, (32, 32, 24, 48), 0.005, 1000, seed, plain=True)
    says = {"lstm": (lstm, unit.lstm_logits), "plain": (plain, unit.plain_logits)}
    reached = {name: bits(unit, *model[:1], clauses.stream(told[1]), model[1]) for name, model in says.items()}
    assert reached["lstm"] < best + 0.07 and counted_bits(told, 4) - reached["lstm"] > 0.5
    assert reached["lstm"] + 0.06 < reached["plain"] < counted_bits(told, 4) - 0.3
    deep = clauses.sentences(300, rng(2), 4, nested=True)
    right = {name: verbs(*model, told[1]) for name, model in says.items()}
    deeper = {name: verbs(*model, deep) for name, model in says.items()}
    assert right["lstm"][:, 0].mean() > 0.985 and right["plain"][:, 0].mean() > 0.95
    between = {name: one[(one[:, 1] == 1) & (one[:, 2] > 0), 0].mean() for name, one in right.items()}
    assert between["lstm"] > 0.97 and 0.85 < between["plain"] < 1
    main = {name: one[one[:, 1] == 1, 0].mean() for name, one in deeper.items()}
    assert 0.7 < main["lstm"] < 1 and main["plain"] < main["lstm"], "better than a coin, and no rule"


# --- English ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def levels():
    """Bits a character of n-grams of this Python's English."""
    train, test = map(english.encode, english.split())
    return {n: NGrams([train], n, len(english.CHARACTERS)).nll(test).mean() / np.log(2) for n in range(1, 8)}


def test_n_grams_of_english_get_better_up_to_five_or_six_and_then_worse(levels):
    assert levels[1] > levels[2] > levels[3] + 0.4 > levels[4] + 0.8 and levels[4] > levels[5] and levels[7] > levels[6]
    train = english.encode(english.split()[0])
    known = [NGrams([train], n, len(english.CHARACTERS)).nll(train).mean() for n in range(1, 8)]
    assert known == sorted(known, reverse=True), "on what was counted longer is better, without end"


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_the_lstm_beats_the_trigram_of_english_in_seconds(unit, levels, seed):
    train, test = map(english.encode, english.split())
    model = reads(unit, train, len(english.CHARACTERS), (32, 64, 24, 96), 0.004, 200, seed)
    assert bits(unit, model, test, unit.lstm_logits) < levels[3] - 0.1


def follower(unit, model, what):
    """How closely the cell that is closest to a feature on the text learned from follows it on the text set aside."""
    size = 2800
    feature = next(feature for name, feature in unit.FEATURES.items() if what in name)
    by_part = []
    for text in english.split():
        lines = [text[n * size : (n + 1) * size] for n in range(8)]
        ids = np.array([english.encode(line) for line in lines])
        zeros = np.zeros((8, 96))
        cache = unit.lstm_forward(given("embed")(ids, model["E"]), zeros, zeros, model["W"], model["b"])[2]
        cells = np.tanh(np.stack([kept[7] for kept in cache], axis=1))
        by_part.append(np.abs(given("cell_correlation")(cells, np.array([feature(line) for line in lines]))))
    known, aside = by_part
    return aside[known.argmax()]


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_the_lstm_passes_the_four_gram_of_english_and_not_the_five_gram(unit, levels, seed):
    train, test = map(english.encode, english.split())
    model = reads(unit, train, len(english.CHARACTERS), (32, 64, 24, 96), 0.004, 1500, seed)
    reached = bits(unit, model, test, unit.lstm_logits)
    assert levels[5] < reached < levels[4] - 0.1
    assert bits(unit, model, train[:20_000], unit.lstm_logits) < reached - 0.1, "it knows its own text better"
    begun = unit.new_model(len(english.CHARACTERS), 24, 96, 1.0, rng(seed))
    quoted = {name: follower(unit, one, "open quotation") for name, one in (("after", model), ("before", begun))}
    assert quoted["after"] > 0.3 and quoted["after"] > quoted["before"] + 0.15
    assert follower(unit, model, "word") > 0.5
    assert follower(unit, model, "open bracket") < 0.3, "most brackets are shut at once: nothing had to be kept"


# --- restaurants -----------------------------------------------------------------------------------

WORDS, VALUES = len(restaurants.WORDS), len(restaurants.VALUES)


def new_teller(unit, seed):
    """An LSTM that uses its meaning up, and has learned nothing."""
    draw = rng(seed)
    model = unit.new_model(WORDS, 24, 64, 1.0, draw)
    model |= {"W_r": 0.1 * draw.normal(size=(64 + 24, VALUES)), "b_r": np.full(VALUES, 3.0)}
    return model | {"W_d": draw.normal(size=(VALUES, 64)) / 2}


def told_texts(unit, model):
    """What it says for the 200 new meanings, word by word the likeliest; and what is left of each meaning, (200, S)."""
    d, ids, said = unit.wanted, np.full(200, restaurants.encode([])[0]), []
    h = c = np.zeros((200, 64))
    for _ in range(60):
        h, c, d = unit.told_step(model["E"][ids], h, c, d, *(model[name] for name in ("W", "b", "W_r", "b_r", "W_d")))
        ids = (h @ model["V"] + model["b_y"]).argmax(axis=1)
        said.append(ids)
    return [restaurants.decode(row) for row in np.array(said).T], d


def beside_texts(model, meanings):
    """The same of an LSTM that has the meaning beside every word."""
    h = c = np.zeros((200, len(model["V"])))
    ids, said = np.full(200, restaurants.encode([])[0]), []
    for _ in range(60):
        x = np.concatenate([model["E"][ids], meanings], axis=1)
        h, c, _ = given("lstm_step")(x, h, c, model["W"], model["b"])
        ids = (h @ model["V"] + model["b_y"]).argmax(axis=1)
        said.append(ids)
    return [restaurants.decode(row) for row in np.array(said).T]


def test_the_nearest_meanings_text_says_a_third_of_the_slots_wrong(unit):
    assert 0.2 < unit.slot_error_rate(unit.copied) < 0.45
    assert unit.slot_error_rate([restaurants.text(one, rng(0)) for one in unit.new_meanings]) == 0
    known = {tuple(one.items()) for one in unit.known_meanings}
    assert not [one for one in unit.new_meanings if tuple(one.items()) in known]


def test_a_teller_learns_from_its_first_steps_on(unit):
    model, draw, losses = new_teller(unit, 0), rng(0), []
    adam = unit.start_adam(model)
    for _ in range(60):
        loss, grads = unit.told_loss(model, *unit.some_texts(draw))
        model, adam = unit.moved(model, adam, grads, 0.005)
        losses.append(loss)
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:5])


@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_who_uses_the_meaning_up_says_it_sooner_than_who_has_it_beside(unit, seed):
    """At equal steps. With more of them the other one gets there as well, so nothing is said of the end."""
    told = unit.learn_to_say(f"told {seed}", unit.told_loss, new_teller(unit, seed), 600, seed)
    W, b = unit.first_weights(24 + VALUES, 64, 1.0, rng(seed))
    model = unit.new_model(WORDS, 24, 64, 1.0, rng(seed)) | {"W": W, "b": b}
    beside = unit.learn_to_say(f"beside {seed}", unit.beside_loss, model, 600, seed)
    texts, left = told_texts(unit, told)
    errors = unit.slot_error_rate(texts), unit.slot_error_rate(beside_texts(beside, unit.wanted))
    assert errors[0] < 0.06 and errors[0] < errors[1] / 2
    assert errors[1] < unit.slot_error_rate(unit.copied), "and both say more of what is meant than who copies"
    assert left.sum(axis=1).mean() < 0.5, "nearly all of six slots was used up"


@pytest.mark.parametrize(
    ("H", "steps", "least", "most"),
    [pytest.param(64, 800, 0.03, 0.15, marks=LONG), pytest.param(96, 1600, 0.005, 0.08, marks=LONG)],
)
def test_who_has_the_meaning_beside_comes_near_with_more_cells_and_more_steps(unit, H, steps, least, most):
    """A slot in ten or twenty; then two to five in a hundred."""
    W, b = unit.first_weights(24 + VALUES, H, 1.0, rng(0))
    model = unit.new_model(WORDS, 24, H, 1.0, rng(0)) | {"W": W, "b": b}
    beside = unit.learn_to_say(f"beside {H}", unit.beside_loss, model, steps, 0)
    assert least < unit.slot_error_rate(beside_texts(beside, unit.wanted)) < most


# --- verses ----------------------------------------------------------------------------------------


def writer(model):
    """What a network says comes next, as the unit's ``generate`` wants it."""

    def step(ids, state):
        h, c, _ = given("lstm_step")(model["E"][ids], *state, model["W"], model["b"])
        return given("softmax")((h @ model["V"] + model["b_y"])[:, None])[:, 0], (h, c)

    return step


def rhymes(unit, model, split):
    nothing = (np.zeros((200, 64)), np.zeros((200, 64)))
    return unit.rhymes_kept(writer(model), split, nothing)[0]


@pytest.mark.parametrize("n", [3, 5])
def test_n_grams_rhyme_no_more_often_than_chance(unit, n):
    counted, draw, kept = NGrams(list(unit.piles[True]), n, len(verses.words(True))), rng(n), []
    for _ in range(60):
        ids = [0]
        while len(ids) < 33 and (len(ids) == 1 or ids[-1]):
            ids.append(int(given("sample")(counted.probs(np.array(ids))[None], draw.random(1))[0]))
        kept.append(verses.kept(verses.decode(ids, True)))
    assert np.sum(kept, axis=0)[0] / np.sum(kept, axis=0)[1] < 2 * verses.chance()


def test_an_untrained_writer_keeps_hardly_a_rhyme(unit):
    model = unit.new_model(len(verses.words(True)), 24, 64, 3.0, rng(0))
    assert rhymes(unit, model, True) < 0.05


@LONG
def test_onset_and_rime_are_learned_to_rhyme_well_before_whole_words(unit):
    """A plateau at chance, then a rise: when it comes is luck, so two of three seeds have to get there."""
    shares = [rhymes(unit, unit.poet(True, 3000, seed), True) for seed in range(3)]
    assert sorted(shares)[1] > 0.5 and min(shares) > verses.chance(), shares
    assert verses.chance() < rhymes(unit, unit.poet(False, 3000, 0), False) < np.mean(shares) - 0.1
