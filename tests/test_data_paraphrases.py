"""Unit 14's pairs of sentences, and the network that sees windows of them: what is claimed of each."""

from collections import Counter

import numpy as np
import pytest

from grader.data import paraphrases, windows
from grader.data.paraphrases import CONSTRUCTIONS, EVENTS, PERSONS, Meaning, say, ways
from grader.given import given


def understood(words):
    """Who did what to whom, read by rules of its own: (event, verb, the verb's subject, its object)."""
    verbs = {verb.split()[0]: (k, n) for k, event in enumerate(EVENTS) for n, verb in enumerate(event)}
    (at,) = [k for k, word in enumerate(words) if word in verbs]
    event, verb = verbs[words[at]]
    persons = [(k, word) for k, word in enumerate(words) if word in PERSONS]
    passive = "by" in [word for k, word in enumerate(words) if words[k + 1 : k + 2] != ["the"]]
    if passive:
        by = max(k for k, word in enumerate(words) if word == "by" and words[k + 1] != "the")
        (agent,) = [name for k, name in persons if k == min(j for j, _ in persons if j > by)]
    elif "whom" in words:
        agent = next(name for k, name in persons if k > words.index("whom"))
    elif words[:3] == ["the", "one", "who"]:
        agent = persons[-1][1]
    else:
        agent = persons[0][1]
    (patient,) = [name for _, name in persons if name != agent]
    return event, verb, PERSONS.index(agent), PERSONS.index(patient)


def meant(words):
    """The meaning that a sentence has."""
    event, verb, agent, patient = understood(words)
    turned = verb == 1 and " " in EVENTS[event][1]
    return Meaning(event, patient, agent) if turned else Meaning(event, agent, patient)


@pytest.fixture(scope="module")
def trained():
    return paraphrases.pairs(3000, np.random.default_rng(0))


@pytest.fixture(scope="module")
def tested():
    return paraphrases.pairs(3000, np.random.default_rng(1), test=True)


def test_every_meaning_is_understood_in_every_way_of_saying_it():
    rng = np.random.default_rng(0)
    for event in range(len(EVENTS)):
        for way in ways(event):
            for verb in (0, 1):
                meaning = Meaning(event, *rng.permutation(len(PERSONS))[:2].tolist())
                for remarks in (0, 1, 9):
                    assert meant(say(meaning, verb, way, remarks, rng)) == meaning
    with pytest.raises(ValueError, match="is not told as"):
        say(Meaning(0, 1, 2), 0, ways(8)[-1], 0, rng)


def test_a_pair_says_the_same_exactly_where_it_is_labelled_so(trained, tested):
    for pair in trained + tested:
        first, second = meant(pair.first), meant(pair.second)
        assert pair.same == (first == second) == (pair.kind == "same")
        assert (pair.kind == "roles") == (second == Meaning(first.event, first.whom, first.who))
        assert pair.ways[0] != pair.ways[1]
        for words, way in zip((pair.first, pair.second), pair.ways, strict=True):
            assert way in ways(meant(words).event) and CONSTRUCTIONS[way].split()[0] in ("X", "Y", words[0])


def test_kinds_are_as_likely_as_said(trained):
    many = Counter(pair.kind for pair in trained)
    for kind, share in paraphrases.KINDS.items():
        assert abs(many[kind] / len(trained) - share) < 0.035


def test_nothing_leaks_from_training_to_test(trained, tested):
    shown = {meant(words) for pair in trained for words in (pair.first, pair.second)}
    assert not any(map(paraphrases.held_out, shown))
    assert all(paraphrases.held_out(meant(pair.first)) for pair in tested)
    for pair in tested:
        if pair.kind in ("same", "roles"):
            assert not {meant(pair.first), meant(pair.second)} & shown
    together = [pair for pair in tested if {*pair.ways} in paraphrases.TOGETHER]
    assert not any({*pair.ways} in paraphrases.TOGETHER for pair in trained) and 250 < len(together) < 600


def test_every_event_and_person_is_held_out_in_some_meanings_and_known_from_others():
    every = [Meaning(event, a, b) for event in range(9) for a in range(12) for b in range(12) if a != b]
    for place in range(3):
        shares = {}
        for one in every:
            shares.setdefault(one[place], []).append(paraphrases.held_out(one))
        assert all(0.05 < np.mean(held) < 0.3 for held in shares.values())
    assert all(
        paraphrases.held_out(one) == paraphrases.held_out(Meaning(one.event, one.whom, one.who)) for one in every
    )


def test_exchanged_roles_have_the_words_of_a_pair_that_is_the_same():
    """Said with the same verb, in the same construction, with the same remarks: no count of words can tell them."""
    for event in range(len(EVENTS)):
        for way in ways(event):
            for verb in (0, 1):
                one, other = (
                    say(Meaning(event, *ends), verb, way, 2, np.random.default_rng(5)) for ends in ((3, 7), (7, 3))
                )
                assert sorted(one) == sorted(other) and one != other


def test_counted_words_are_at_chance_against_exchanged_roles_alone(tested):
    known = {word: k for k, word in enumerate(paraphrases.WORDS)}
    counts = np.zeros((2, len(tested), len(known)))
    for n, pair in enumerate(tested):
        for k in (0, 1):
            np.add.at(counts[k, n], [known[word] for word in pair[k]], 1)
    alike = given("siamese_similarity")(*counts)
    area = {
        kind: given("auc")(
            *(
                np.array([one for one, p in zip(values, tested, strict=True) if p.kind in ("same", kind)])
                for values in (alike, [p.same for p in tested])
            )
        )  # fmt: skip
        for kind in ("roles", "event", "person")
    }
    assert abs(area["roles"] - 0.5) < 0.05 and area["event"] > 0.54 and area["person"] > 0.54


def test_remarks_are_more_where_more_are_asked_for():
    few, many = (
        paraphrases.pairs(300, np.random.default_rng(2), test=True, remarks=remarks) for remarks in ((0, 2), (3, 5))
    )
    lengths = [[len(pair.first) for pair in some] for some in (few, many)]
    assert np.mean(lengths[1]) > np.mean(lengths[0]) + 4 and max(lengths[1]) > max(lengths[0])


def test_sentences_are_encoded_with_padding_on_the_right():
    ids, lengths = paraphrases.encode([["anna", "praised", "ben"], ["ben"]])
    assert ids.shape == (2, 3) and lengths.tolist() == [3, 1] and ids[1].tolist() == [ids[0, 2], 0, 0]
    assert [paraphrases.WORDS[k] for k in ids[0]] == ["anna", "praised", "ben"] and paraphrases.WORDS[0] == "(pad)"
    assert paraphrases.encode([])[0].shape == (0, 0)
    with pytest.raises(KeyError):
        paraphrases.encode([["otto"]])


def test_the_same_generator_gives_the_same_pairs():
    one, other = (paraphrases.pairs(20, np.random.default_rng(7)) for _ in range(2))
    assert one == other


# --- windows ---------------------------------------------------------------------------------------


def _drawn(size, N=3, T=5, D=2, H=4):
    rng = np.random.default_rng(size)
    mask = (np.arange(T) < np.array([5, 2, 1])[:, None]) * 1.0
    return rng.normal(size=(N, T, D)), mask, rng.normal(size=(size * D, H)), rng.normal(size=H), rng.normal(size=(N, H))


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_a_window_sees_its_words_and_no_padding(size):
    xs, mask, W, b, _ = _drawn(size)
    u, _ = windows.forward(xs, mask, W, b)
    for n, length in enumerate((5, 2, 1)):
        around = np.zeros((length + size - 1, 2))
        around[size // 2 : size // 2 + length] = xs[n, :length]
        each = [np.tanh(around[t : t + size].reshape(-1) @ W + b) for t in range(length)]
        assert np.allclose(u[n], np.mean(each, axis=0), rtol=1e-13)
    turned = windows.forward(xs[:1, ::-1], mask[:1], W, b)[0]
    assert np.allclose(turned, u[0]) == (size == 1), "a bag doesn't know the order, a larger window does"


@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_way_back_through_windows_is_measured(size):
    xs, mask, W, b, du = _drawn(size)
    _, cache = windows.forward(xs, mask, W, b)
    for place, got in enumerate(windows.backward(du, cache)):
        arguments = [xs, W, b]

        def loss(one, arguments=arguments, place=place):
            now = [one if k == place else kept for k, kept in enumerate(arguments)]
            return float((windows.forward(now[0], mask, now[1], now[2])[0] * du).sum())

        assert np.abs(given("numerical_gradient")(loss, arguments[place], 1e-5) - got).max() < 1e-8


def test_a_window_of_an_even_size_is_refused():
    xs, mask, _, b, _ = _drawn(3)
    for rows in (4, 5):
        with pytest.raises(ValueError, match="an odd number of words"):
            windows.forward(xs, mask, np.zeros((rows, 4)), b)
