"""The reviews of unit 12: what they mean by their words alone, what is held out, and who can't tell them."""

import numpy as np
import pytest

from grader.data import reviews
from grader.data.reviews import GOOD, OPENINGS, VERBS

TRAINING = reviews.draw(6000, np.random.default_rng(3))
TEST = reviews.draw(3000, np.random.default_rng(4), test=True)


def without_asides(words):
    """The main clause: without what stands before "but" or in a clause with "although", or was called by somebody."""
    text = " ".join(words)
    if ", but" in text:
        text = text.split(" , but ")[1]
    if text.startswith("although"):
        text = text.split(" , ", 1)[1]
    text = text.split(" , although")[0].split(" , even if")[0]
    if " , which " in text:
        before, rest = text.split(" , which ")
        text = f"{before} {rest.split(' , ', 1)[1]}"
    return text


def meant(words):
    """Which pairs of openings and of verbs a main clause has, how often it turns, and what its adjective is."""
    text, openings, turns = without_asides(words), [], 0
    found = True
    while found:
        found = False
        for k, pair in enumerate(OPENINGS):
            for turned, way in enumerate(pair):
                if text.startswith(" ".join(way) + " "):
                    text, turns, found = text[len(" ".join(way)) + 1 :], turns + turned, True
                    openings.append(k)
    the, _, *rest = text.removesuffix(" .").split()
    assert the == "the"
    ((verb, turned),) = [
        (k, t) for k, pair in enumerate(VERBS) for t, way in enumerate(pair) if way == tuple(rest[:-1])
    ]
    return openings, verb, turns + turned, rest[-1]


def test_what_a_review_says_can_be_read_off_its_words():
    for one in [*TRAINING, *TEST]:
        openings, verb, turns, adjective = meant(one.words)
        assert one.words[one.key] == adjective and one.turns == turns
        assert one.good == ((adjective in GOOD) == (turns % 2 == 0))
        assert one.words[one.begins] in {"the", *(way[0] for pair in OPENINGS for way in pair)}
        assert one.words[-1] == "." and len(openings) <= 2


def test_some_verbs_are_held_out_behind_some_openings():
    for texts, wanted in ((TRAINING, False), (TEST, True)):
        for one in texts:
            openings, verb, *_ = meant(one.words)
            assert any(reviews.held_out(opening, verb) for opening in openings) == wanted
    for opening in range(len(OPENINGS)):
        assert sum(reviews.held_out(opening, verb) for verb in range(len(VERBS))) == 1
    assert not {one.words for one in TRAINING} & {one.words for one in TEST}


@pytest.mark.parametrize("texts", [TRAINING, TEST], ids=["training", "test"])
def test_no_word_says_whether_a_review_is_good(texts):
    good = np.array([one.good for one in texts])
    assert abs(good.mean() - 0.5) < 4 * 0.5 / np.sqrt(len(texts))
    for word in reviews.WORDS[1:]:
        there = np.array([word in one.words for one in texts])
        assert there.sum() > 50, word
        assert abs(good[there].mean() - 0.5) < 4.5 * 0.5 / np.sqrt(there.sum()), word


def test_a_sum_of_words_is_a_coin_and_so_is_the_end_of_a_text():
    ids = {word: k for k, word in enumerate(reviews.WORDS)}

    def judged(seen):
        """Naive Bayes on what ``seen`` makes of a text, a list: the share of the test that it has right."""
        counts = {}
        for one in TRAINING:
            for item in seen(one.words):
                counts.setdefault(item, [1, 1])[one.good] += 1
        scores = [sum(np.log(b / a) for a, b in (counts.get(item, (1, 1)) for item in seen(one.words))) for one in TEST]
        return np.mean([(score > 0) == one.good for score, one in zip(scores, TEST, strict=True)])

    assert len(ids) == len(reviews.WORDS)
    assert 0.44 < judged(lambda words: words) < 0.56
    assert 0.44 < judged(lambda words: set(words)) < 0.56
    assert 0.44 < judged(lambda words: [words[-6:]]) < 0.56
    assert judged(lambda words: list(zip(words, words[1:], strict=False))) < 0.62, "two words in a row say little"


def test_drawing_is_seeded_and_says_what_it_can_not():
    again = reviews.draw(6000, np.random.default_rng(3))
    assert again == TRAINING
    four = reviews.draw(200, np.random.default_rng(0), openings=(4,))
    assert {len(meant(one.words)[0]) for one in four} == {4}
    assert max(len(one.words) for one in four) > max(len(one.words) for one in TRAINING)
    for openings, test in (((7,), False), ((0,), True), ((), False), ((-1,), False)):
        with pytest.raises(ValueError, match="a review has 0 to 6 openings"):
            reviews.draw(1, np.random.default_rng(0), openings=openings, test=test)


def test_a_batch_of_reviews():
    ids, lengths = reviews.padded([["the", "film"], [], ["the", "film", "was", "dull"]])
    assert ids.shape == (3, 4) and lengths.tolist() == [2, 0, 4] and not ids[0, 2:].any() and ids[0, :2].all()
    assert [reviews.WORDS[k] for k in ids[2]] == ["the", "film", "was", "dull"]
    assert reviews.padded([["the"]], T=3)[0].shape == (1, 3)
    with pytest.raises(ValueError, match="the longest text has 2 words"):
        reviews.padded([["the", "film"]], T=1)
    with pytest.raises(KeyError):
        reviews.encode(["cat"])
