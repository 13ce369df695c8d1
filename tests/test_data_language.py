"""The texts of unit 08, what counts them, and the way back that comes ready-made: what is claimed of each."""

import math
import re
import sys
from collections import Counter, defaultdict

import numpy as np
import pytest
import torch

from grader.data import agreement, clauses, english, restaurants, sc_lstm, verses
from grader.data.ngrams import NGrams
from grader.given import given

# --- English ---------------------------------------------------------------------------------------


def test_no_paragraph_of_english_stands_twice_and_no_topic_is_in_both_parts():
    every = [text for texts in english.paragraphs().values() for text in texts]
    assert len(every) == len(set(every)) > 500
    train, test = english.split()
    for part in (train, test):
        assert part[0] == part[-1] == "\n" and set(part) <= set(english.CHARACTERS)
    trained, tested = train[1:-1].split("\n"), test[1:-1].split("\n")
    assert sorted([*trained, *tested]) == sorted(every) and not {*trained} & {*tested}
    for texts in english.paragraphs().values():
        assert {*texts} <= {*trained} or {*texts} <= {*tested}
    assert 0.05 < len(test) / (len(train) + len(test)) <= english.HELD_OUT + 0.001 and len(train) > 150_000
    common = "etaoinsr"
    assert sum(train.count(letter) for letter in common) > 0.5 * len(train), "English"


def test_topics_held_out_as_they_are_would_be_known_in_part():
    """Why every paragraph is kept once: many stand in two topics."""
    from pydoc_data.topics import topics

    texts = {name: [" ".join(one.split()) for one in re.split(r"\n\s*\n", text)] for name, text in topics.items()}
    held = [*texts][::12]
    known = {one for name, many in texts.items() if name not in held for one in many}
    sizes = [(len(one), one in known) for name in held for one in texts[name]]
    assert sum(size for size, both in sizes if both) > 0.05 * sum(size for size, _ in sizes)


def test_english_is_encoded_and_decoded():
    _, test = english.split()
    ids = english.encode(test)
    assert ids.dtype == np.int64 and ids.max() < len(english.CHARACTERS) and english.decode(ids) == test
    with pytest.raises(KeyError):
        english.encode("A")


def test_a_python_without_its_documentation_is_told_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    english.paragraphs.cache_clear()
    with pytest.raises(ImportError, match=r"help\(\"assert\"\)"):
        english.paragraphs()


# --- n-grams ---------------------------------------------------------------------------------------


def witten_bell(sequences, n, K):
    """The same once more, with dicts: the probability of a symbol after a tuple of those before it."""
    after = defaultdict(Counter)
    for ids in sequences:
        for t in range(1, len(ids)):
            context = tuple(([None] * n + [*ids[:t]])[-(n - 1) :]) if n > 1 else ()
            for size in range(n):
                after[context[len(context) - size :]][ids[t]] += 1

    def probability(symbol, context):
        context = tuple(([None] * n + [*context])[-(n - 1) :]) if n > 1 else ()
        likely = 1 / K
        for size in range(n):
            counts = after[context[len(context) - size :]]
            if counts:
                likely = (counts[symbol] + len(counts) * likely) / (counts.total() + len(counts))
        return likely

    return probability


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_n_grams_are_those_of_witten_and_bell(n):
    rng = np.random.default_rng(n)
    sequences = [rng.integers(0, 4, size=size) ** 2 % 5 for size in (30, 1, 2, 17, 0)]
    counted, right = NGrams(sequences, n, 6), witten_bell([one.tolist() for one in sequences], n, 6)
    for ids in (rng.integers(0, 6, size=25), rng.integers(0, 6, size=2), sequences[0]):
        wanted = [right(ids[t], ids[:t].tolist()) for t in range(1, len(ids))]
        assert np.allclose(np.exp(-counted.nll(ids)), wanted, rtol=1e-12)
        for t in range(1, len(ids)):
            probs = counted.probs(ids[:t])
            assert probs.shape == (6,) and probs.sum() == pytest.approx(1) and probs.min() > 0
            assert probs[ids[t]] == pytest.approx(wanted[t - 1])


def test_n_grams_without_data_hold_everything_equally_likely():
    for sequences in ([], [np.array([3])]):
        counted = NGrams(sequences, 3, 7)
        assert counted.nll(np.arange(7)) == pytest.approx(np.full(6, math.log(7)))
        assert counted.nll(np.array([2])).shape == (0,)


def test_n_grams_say_what_they_cannot_count():
    with pytest.raises(ValueError, match="n is 0"):
        NGrams([], 0, 5)
    with pytest.raises(ValueError, match="smaller n"):
        NGrams([], 30, 1000)
    with pytest.raises(ValueError, match="0 to 4"):
        NGrams([np.array([1, 5])], 2, 5)
    with pytest.raises(ValueError, match="0 to 4"):
        NGrams([], 2, 5).nll(np.array([-1, 2]))


def test_n_grams_lose_where_a_clause_stands_between():
    train, test = (clauses.sentences(count, np.random.default_rng(seed)) for count, seed in ((2000, 0), (200, 1)))
    ids = [clauses.stream([one]) for one in train]
    bits = []
    for n in range(1, 6):
        counted = NGrams(ids, n, len(clauses.WORDS))
        bits.append(np.concatenate([counted.nll(clauses.stream([one])) for one in test]).mean() / math.log(2))
    assert min(bits) > clauses.best_loss(test) / math.log(2) + 0.5 and bits[0] > bits[1] > bits[2]


# --- clauses ---------------------------------------------------------------------------------------

FORMS = {form: (pair, k) for pair in (*clauses.VERBS, *clauses.OWN.values()) for k, form in enumerate(pair)}
SUBJECTS = {form: (name, k) for name in clauses.OWN for k, form in enumerate((name, clauses.PLURALS[name]))}


class Reader:
    """Reads a sentence from left to right by the grammar's rules, and fails where it isn't one."""

    def __init__(self, words):
        self.left, self.verbs, self.at = words[::-1], [], 0

    def next(self):
        self.at += 1
        return self.left.pop()

    def peek(self):
        return self.left[-1]

    def noun(self, wanted):
        assert self.next() in clauses.DETERMINERS
        noun = self.next()
        assert noun in wanted
        return noun

    def verb(self, subject, own):
        form = self.next()
        pair, number = FORMS[form]
        name, several = SUBJECTS[subject]
        assert number == several and (pair in clauses.VERBS or own and pair == clauses.OWN[name])
        self.verbs.append((self.at - 1, pair[1 - number], own))
        return pair

    def subject(self):
        who = self.noun(SUBJECTS)
        if self.peek() in clauses.NEARNESS:
            self.next()
            self.noun({*clauses.PLACES, *(clauses.PLURALS[one] for one in clauses.PLACES)})
        elif self.peek() == ",":
            assert [self.next() for _ in clauses.ADOPTED.split()] == clauses.ADOPTED.split()
        elif self.peek() == "that":
            self.next()
            if self.peek() in FORMS:
                self.verb(who, own=False)
                self.noun(SUBJECTS)
            else:
                inner = self.subject()
                self.often()
                self.verb(inner, own=False)
        return who

    def often(self):
        if self.peek() == "often":
            self.next()

    def sentence(self):
        who = self.subject()
        self.often()
        if self.verb(who, own=True) in clauses.VERBS:
            self.noun(SUBJECTS)
        assert self.next() == clauses.STOP and not self.left
        return self.verbs


@pytest.mark.parametrize("depth, nested", [(2, False), (0, False), (4, False), (4, True), (1, True)])
def test_sentences_with_clauses_are_of_their_grammar_and_every_verb_agrees(depth, nested):
    drawn = clauses.sentences(300, np.random.default_rng(3), depth, nested)
    again = clauses.sentences(300, np.random.default_rng(3), depth, nested)
    assert [one.words for one in drawn] == [one.words for one in again]
    for one in drawn:
        verbs = Reader(one.words).sentence()
        assert verbs == [(verb.at, verb.wrong, verb.main) for verb in one.verbs]
        assert one.verbs[-1].main and sum(verb.main for verb in one.verbs) == 1
        assert math.isnan(one.nats) if nested else one.nats > 0
        if nested:
            assert one.words[: 3 * depth + 2].count("that") == depth == one.words.count("that")
            assert [verb.at for verb in one.verbs] == [*range(3 * depth + 2, 4 * depth + 3)]
    with pytest.raises(ValueError, match="-1"):
        clauses.sentence(np.random.default_rng(0), -1)


def test_attractors_are_nouns_of_the_other_number_in_between():
    plurals = {*clauses.PLURALS.values()}
    nouns = plurals | {*clauses.PLURALS}
    drawn = clauses.sentences(500, np.random.default_rng(4))
    for one in drawn:
        between = one.words[2 : one.verbs[-1].at]
        other = [word for word in between if word in nouns and (word in plurals) != (one.words[1] in plurals)]
        assert one.verbs[-1].attractors == len(other)
    counts = Counter(one.verbs[-1].attractors for one in drawn)
    assert counts[0] > counts[1] > counts[2] > 0 and set(agreement.NOUNS) <= set(clauses.PLURALS)


def test_how_surprising_a_sentence_is_goes_with_how_often_it_comes():
    drawn = clauses.sentences(20_000, np.random.default_rng(5))
    counts, nats = Counter(" ".join(one.words) for one in drawn), {" ".join(one.words): one.nats for one in drawn}
    for text, count in counts.most_common(40):
        expected = len(drawn) * math.exp(-nats[text])
        assert abs(count - expected) < 5 * math.sqrt(expected), text
    short = [one for one in drawn if len(one.words) <= 4]
    total = sum(math.exp(-value) for text, value in nats.items() if len(text.split()) <= 4)
    assert abs(len(short) / len(drawn) - total) < 0.015, "all short ones come up, and their probabilities add up"
    assert clauses.best_loss(drawn[:2]) == (drawn[0].nats + drawn[1].nats) / sum(len(one.words) for one in drawn[:2])


def test_a_stream_of_clauses_begins_with_a_stop():
    drawn = clauses.sentences(5, np.random.default_rng(6))
    ids = clauses.stream(drawn)
    assert clauses.decode(ids) == [clauses.STOP, *(word for one in drawn for word in one.words)]
    assert clauses.stream([]).tolist() == [0] and ids.max() < len(clauses.WORDS)


# --- restaurants -----------------------------------------------------------------------------------


def test_a_text_of_a_restaurant_says_its_meaning_once():
    rng, texts, used = np.random.default_rng(7), set(), Counter()
    for _ in range(1500):
        meaning = restaurants.meaning(rng)
        assert len(meaning) >= 4 and {*restaurants.ALWAYS} <= {*meaning}
        words = restaurants.text(meaning, rng)
        assert sorted(restaurants.said(words)) == sorted(meaning.items())
        assert restaurants.slot_errors(words, meaning) == (0, 0)
        ids = restaurants.encode(words)
        assert restaurants.decode(ids) == restaurants.decode(ids[1:]) == words and ids.max() < len(restaurants.WORDS)
        values = restaurants.vector(meaning)
        assert {restaurants.VALUES[k] for k in np.flatnonzero(values)} == {*meaning.items()} and values.max() == 1
        used.update([len(meaning)])
        texts.add(" ".join(words))
    assert set(used) == {4, 5, 6, 7, 8} and len(texts) > 1450
    assert {word for text in texts for word in text.split()} == {*restaurants.WORDS} - {restaurants.END}


def test_no_phrase_of_a_restaurant_is_a_part_of_another():
    phrases = [" ".join(one) for ways in restaurants.PHRASES.values() for one in ways]
    assert len(phrases) == len(set(phrases))
    for one in phrases:
        assert not [other for other in phrases if other != one and f" {one} " in f" {other} "], one


def test_slot_errors_are_what_is_missing_and_what_is_too_many():
    meaning = {"name": "strada", "kind": "pub", "food": "french", "price": "low"}
    for text, errors in {
        "strada is a cheap french pub .": (0, 0),
        "strada is a french pub .": (1, 0),
        "strada is a cheap french pub . it costs little .": (0, 1),
        "strada is a cheap italian pub .": (1, 1),
        "strada is a cheap french pub by the river . it costs a lot .": (0, 2),
        "": (4, 0),
        "pub pub pub": (3, 2),
    }.items():
        assert restaurants.slot_errors(text.split(), meaning) == errors, text
    with pytest.raises(KeyError, match="thai"):
        restaurants.text(meaning | {"name": "thai"}, np.random.default_rng(0))


# --- verses ----------------------------------------------------------------------------------------


def test_verses_keep_their_rhymes_and_nothing_else_tells_them():
    rng = np.random.default_rng(8)
    drawn = [verses.verse(rng) for _ in range(3000)]
    assert all(verses.kept(one) == (2, 2) for one in drawn)
    rimes = [[next(r for r in verses.RHYMES if end.endswith(r)) for end in verses.last_words(one)] for one in drawn]
    assert all(a == c != b == d for a, b, c, d in rimes)
    assert len({tuple(one) for one in rimes}) == 8 * 7
    before = [(one[2][-2], rime[2]) for one, rime in zip(drawn, rimes, strict=True)]
    counts, words, ends = Counter(before), Counter(w for w, _ in before), Counter(r for _, r in before)
    for (word, rime), count in counts.items():
        expected = words[word] * ends[rime] / len(before)
        assert abs(count - expected) < 5 * math.sqrt(expected)


ENDS = [onset + rime for rime, onsets in verses.RHYMES.items() for onset in onsets]


def test_chance_is_the_share_of_rhymes_of_words_drawn_from_all():
    rng = np.random.default_rng(9)
    drawn = rng.choice(ENDS, size=(20_000, 4))
    kept = sum(verses.kept([[end] for end in row])[0] for row in drawn)
    assert abs(kept / 40_000 - verses.chance()) < 0.01
    assert len(ENDS) == len(set(ENDS)), "a word has one rime"


@pytest.mark.parametrize("split", [False, True])
def test_verses_are_encoded_in_words_or_in_onset_and_rime(split):
    rng = np.random.default_rng(10)
    for _ in range(100):
        lines = verses.verse(rng)
        ids = verses.encode(lines, split)
        assert verses.decode(ids, split) == verses.decode(ids[1:], split) == lines
        assert len(ids) == 4 * (len(verses.PARTS) + 2 + split) + 1 and ids.max() < len(verses.words(split))
        assert ids[0] == ids[-1] == verses.words(split).index(verses.STOP)
    assert len(set(verses.words(split))) == len(verses.words(split))


def test_what_is_no_verse_keeps_no_rhyme():
    one = ["the", "night"]
    assert verses.kept([one, one, one, one]) == (0, 2), "the same word doesn't rhyme with itself"
    assert verses.kept([["light"], ["day"], ["night"]]) == (1, 2)
    assert verses.kept([["light"], ["moon"], ["night"], ["moon"]]) == (1, 2), "no word that rhymes"
    assert verses.kept([[], [], [], []]) == verses.kept([]) == (0, 2)
    known = {word: k for k, word in enumerate(verses.words(True))}
    odd = [known[word] for word in ("-ight", "n-", "n-", "-ay", "/", "/", "moon", "~", "moon")]
    assert verses.decode(odd, True) == [["-ight", "n-", "nay"], [], ["moon"]]


# --- the way back through an LSTM that reads a meaning ---------------------------------------------


def test_the_way_back_through_the_sc_lstm_is_the_gradient():
    N, T, D, H, S = 3, 5, 4, 6, 7
    rng = np.random.default_rng(11)
    shapes = {"W": (H + D, 4 * H), "b": (4 * H,), "W_r": (H + D, S), "b_r": (S,), "W_d": (S, H)}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()} | {"E": np.zeros(1)}
    xs, d0, dhs, dd_T = (rng.normal(size=shape) for shape in ((N, T, D), (N, S), (N, T, H), (N, S)))
    states = sc_lstm.forward(given("sc_lstm_step"), xs, d0, params)
    assert [one.shape for one in states] == [(N, T, H), (N, T, H), (N, T, S)]
    dxs, grads = sc_lstm.backward(dhs, dd_T, xs, d0, states, params)
    assert set(grads) == set(shapes)
    leaves = {name: torch.tensor(params[name], requires_grad=True) for name in shapes}
    inputs, d = torch.tensor(xs, requires_grad=True), torch.tensor(d0)
    h = c = torch.zeros(N, H, dtype=torch.float64)
    loss = torch.zeros((), dtype=torch.float64)
    for t in range(T):
        hx = torch.cat([h, inputs[:, t]], dim=1)
        i, f, g, o = (hx @ leaves["W"] + leaves["b"]).split(H, dim=1)
        d = torch.sigmoid(hx @ leaves["W_r"] + leaves["b_r"]) * d
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g) + torch.tanh(d @ leaves["W_d"])
        h = torch.sigmoid(o) * torch.tanh(c)
        loss = loss + (h * torch.tensor(dhs[:, t])).sum()
        assert np.allclose(states[0][:, t], h.detach(), rtol=1e-12)
    (loss + (d * torch.tensor(dd_T)).sum()).backward()
    assert np.allclose(dxs, inputs.grad, rtol=1e-10, atol=1e-12)
    for name, leaf in leaves.items():
        assert np.allclose(grads[name], leaf.grad, rtol=1e-10, atol=1e-12), name
