"""The data that units learn from: what is claimed of each language and task."""

from collections import Counter

import numpy as np
import pytest

from grader.data import agreement, tiny


def test_the_tiny_language_has_a_verb_that_agrees_and_probabilities_that_add_up():
    every = list(tiny.sentences())
    assert np.isclose(sum(p for _, p in every), 1) and len({tuple(words) for words, _ in every}) == len(every)
    for words, _ in every:
        assert words[-1] == tiny.STOP and words[-2] in tiny.VERBS[tiny.SUBJECTS[words[1]]]
        assert tiny.decode(tiny.encode(words)) == words


def test_a_batch_of_the_tiny_language_predicts_the_next_word_and_masks_the_padding():
    ids, targets, mask = tiny.batch(400, np.random.default_rng(1))
    assert ids.shape == targets.shape == mask.shape == (400, ids.shape[1])
    known = {tuple(words) for words, _ in tiny.sentences()}
    for row, wanted, real in zip(ids, targets, mask.astype(bool), strict=True):
        length = real.sum()
        assert real[:length].all(), "padding is on the right"
        assert tuple(tiny.decode(wanted[real])) in known
        assert tiny.decode(row[:length]) == [tiny.STOP, *tiny.decode(wanted[: length - 1])]
        assert not row[~real].any() and not wanted[~real].any()


def test_the_whole_tiny_language_has_each_sentence_as_often_as_its_probability_says():
    _, targets, mask = tiny.whole()
    rows = Counter(tuple(tiny.decode(row[real.astype(bool)])) for row, real in zip(targets, mask, strict=True))
    assert {words: count / len(targets) for words, count in rows.items()} == {
        tuple(words): p for words, p in tiny.sentences()
    }


def test_the_best_loss_is_that_of_the_true_probabilities():
    """Computed word by word, from how often each prefix goes on with each word."""
    counts, total, words_a_sentence = Counter(), 0.0, 0.0
    for words, p in tiny.sentences():
        counts.update({tuple(words[:k]): p for k in range(len(words) + 1)})
        words_a_sentence += p * len(words)
    for words, p in tiny.sentences():
        for k in range(len(words)):
            total -= p * np.log(counts[tuple(words[: k + 1])] / counts[tuple(words[:k])])
    assert np.isclose(tiny.best_loss(), total / words_a_sentence)


def test_sentences_of_agreement_have_their_distance_and_a_subject_that_decides():
    rng = np.random.default_rng(2)
    for distance in range(25):
        for _ in range(20):
            words = agreement.sentence(distance, rng)
            assert len(words) == distance + 2 and words[0] == "My" and set(words) <= set(agreement.WORDS)
            assert words[1] in agreement.SUBJECTS or words[1] in [agreement.NOUNS[one] for one in agreement.SUBJECTS]
            rest = " ".join(words[2:])
            for noun in (*agreement.NOUNS, *agreement.NOUNS.values()):
                rest = " ".join("NOUN" if word == noun else word for word in rest.split())
            while rest:  # it is made of phrases, from left to right
                fits = [one for one in agreement.PHRASES if (rest + " ").startswith(one + " ")]
                assert fits, rest
                rest = rest[len(fits[-1]) :].strip()
    with pytest.raises(ValueError, match="-1"):
        agreement.sentence(-1, rng)


def test_a_batch_of_agreement_asks_for_the_verb_at_the_end():
    ids, targets, mask = agreement.batch(500, 9, np.random.default_rng(3))
    assert ids.shape == targets.shape == mask.shape == (500, 11)
    assert (mask[:, -1] == 1).all() and not mask[:, :-1].any()
    several = [agreement.decode(row)[1] in agreement.NOUNS.values() for row in ids]
    assert np.array_equal(targets, np.repeat(np.array(several)[:, None], 11, axis=1))
    again = agreement.batch(500, 9, np.random.default_rng(3))
    assert all(np.array_equal(one, other) for one, other in zip((ids, targets, mask), again, strict=True))


def test_the_last_noun_says_nothing_of_the_subject_once_it_is_another():
    ids, targets, _ = agreement.batch(4000, 0, np.random.default_rng(4))
    assert np.array_equal(agreement.last_noun(ids), targets[:, -1]), "the subject is the last noun"
    ids, targets, _ = agreement.batch(20_000, 30, np.random.default_rng(5))
    nouns = {*agreement.NOUNS, *agreement.NOUNS.values()}
    other = np.array([any(word in nouns for word in agreement.decode(row)[2:]) for row in ids])
    assert other.mean() > 0.99
    share = agreement.ONE**2 + (1 - agreement.ONE) ** 2
    right = (agreement.last_noun(ids) == targets[:, -1])[other]
    assert abs(right.mean() - share) < 0.015
    assert abs((targets[:, -1] == 0).mean() - agreement.ONE) < 0.015
