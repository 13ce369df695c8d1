"""The data that units learn from: what is claimed of each language and task."""

from collections import Counter

import numpy as np

from grader.data import tiny


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
