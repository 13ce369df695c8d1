"""Names in short reports: what is claimed of the data of unit 15."""

from collections import Counter

import numpy as np
import pytest

from grader.data import names
from grader.data.names import _AFTER, _BEFORE, _CLAUSES, _NEAR
from grader.given import given


@pytest.fixture(scope="module")
def told():
    return names.reports(5000, np.random.default_rng(0))


@pytest.fixture(scope="module")
def tested():
    return names.reports(500, np.random.default_rng(1), test=True)


def name_of(report, mention):
    return tuple(report.words[mention.start : mention.end])


def test_tags_are_those_of_the_names(told, tested):
    assert names.TAGS[0] == "O" and len(names.TAGS) == 2 * len(names.TYPES) + 1
    for one in (*told[:300], *tested):
        said = [names.TAGS[tag] for tag in one.tags]
        assert len(said) == len(one.words) and all(m.start < m.end <= m.start + 2 for m in one.mentions)
        for m in one.mentions:
            kind = names.TYPES[m.type]
            assert said[m.start : m.end] == [f"B-{kind}", f"I-{kind}"][: m.end - m.start]
        inside = {t for m in one.mentions for t in range(m.start, m.end)}
        every = {*names.KNOWN, *names.UNSEEN}
        assert all((word in every) == (t in inside) == (said[t] != "O") for t, word in enumerate(one.words))


def test_nothing_of_the_test_was_there_to_learn_from(told, tested):
    seen = {word for one in told for word in one.words}
    assert seen <= {*names.WORDS} and seen.isdisjoint(names.UNSEEN) and len(names.UNSEEN) > 5
    assert not {tuple(one.words) for one in told} & {tuple(one.words) for one in tested}
    of_told, of_test = (" ".join(word for one in part for word in one.words) for part in (told, tested))
    assert not any(clause in of_told for clause in _CLAUSES[True])
    assert not any(clause in of_test for clause in _CLAUSES[False])
    unseen = [m.unseen for one in tested for m in one.mentions]
    assert 0.2 < np.mean(unseen) < 0.45
    assert {word for text in _CLAUSES[True] for word in text.split()} <= seen, "its parts are known"


def test_a_name_says_little_of_its_type(told):
    types = Counter((name_of(one, m)[0], m.type) for one in told for m in one.mentions)
    for name in names.KNOWN:
        shares = np.array([types[name, k] for k in range(3)]) / sum(types[name, k] for k in range(3))
        assert 0.35 < shares.max() < 0.65 and shares.min() > 0.15
    of_all = np.bincount([m.type for one in told for m in one.mentions])
    assert of_all.min() > 0.95 * of_all.mean(), "no type is the better guess"


def test_what_tells_is_where_the_kind_says(told, tested):
    far = names.reports(200, np.random.default_rng(2), test=True, clauses=3)
    for one in (*told[:1000], *tested, *far):
        for m in one.mentions:
            before = " " + " ".join(one.words[: m.start]) + " "
            after = " " + " ".join(one.words[m.end :]) + " "
            first = name_of(one, m) in [name_of(one, other) for other in one.mentions if other.start < m.start]
            assert first == (m.kind == "again")
            near = {w for w in one.words[max(m.start - 4, 0) : m.start]} | {*one.words[m.end : m.end + 4]}
            if m.kind == "after":
                rest = one.words[m.end : one.words.index(".", m.end)]
                (cue,) = [text for text in _AFTER[m.type] if " ".join(rest).endswith(f" {text}")]
                assert len(rest) - len(cue.split()) > 4, "no window of four words sees it"
            if m.kind == "before":
                assert one.words[m.start - 1] == "called" and not near & {text.split()[-1] for text in _BEFORE[m.type]}
            if m.kind == "near":
                told_by = [text for text in (*_NEAR[m.type], *_BEFORE[m.type]) if text in " ".join(before.split()[-6:])]
                assert told_by or any(after.startswith(f" {text} ") for text in _AFTER[m.type])


def test_a_name_that_comes_again_has_the_type_it_had(told):
    types = []
    for one in told:
        for m in one.mentions:
            if m.kind == "again":
                (old,) = [other for other in one.mentions[:2] if name_of(one, other) == name_of(one, m)]
                assert old.type == m.type
                types.append(one.mentions[1].type == m.type)
    assert len(types) > 2000 and 0.62 < np.mean(types) < 0.71, "the last type that was told is right in two of three"


def test_clauses_make_the_way_longer():
    lengths = [
        np.mean([len(one.words) for one in names.reports(300, np.random.default_rng(3), clauses=k)]) for k in (1, 2, 3)
    ]
    assert lengths[0] + 4 < lengths[1] < lengths[2] - 4


def test_a_batch_is_padded_and_unknown_words_are_one(tested):
    ids, tags, lengths = names.batch(tested)
    assert ids.shape == tags.shape == (500, lengths.max())
    for row, said, length, one in zip(ids, tags, lengths, tested, strict=True):
        shown = [word if word in names.WORDS else names.UNKNOWN for word in one.words]
        assert names.decode(row[:length]) == shown and not row[length:].any() and not said[length:].any()
        assert np.array_equal(said[:length], one.tags)
    again = names.batch(names.reports(500, np.random.default_rng(1), test=True))
    assert all(np.array_equal(one, other) for one, other in zip((ids, tags, lengths), again, strict=True))


def test_the_spans_of_the_tags_are_the_names(tested):
    for one in tested:
        spans = given("bio_spans")(one.tags).tolist()
        assert spans == [[m.start, m.end, m.type] for m in one.mentions]
