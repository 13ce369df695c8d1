"""What unit 13 learns from: names in twelve languages, and texts that quote; and its reference."""

from __future__ import annotations

import builtins
import importlib
from collections import Counter

import numpy as np
import pytest
import torch

from grader.data import languages
from grader.reference import naive_bayes, running_posterior

K = len(languages.CODES)


def test_there_are_names_enough_in_every_language_for_both_parts():
    known, unseen = languages.names()
    assert len(known) == len(unseen) == K == len(languages.LANGUAGES) and K >= 10
    assert min(map(len, known)) > 250 and min(map(len, unseen)) > 60
    assert 0.15 < sum(map(len, unseen)) / sum(map(len, known + unseen)) < 0.3


def test_no_name_stands_in_two_languages_or_in_both_parts_or_twice():
    both = [name for part in languages.names() for some in part for name in some]
    assert not [name for name, often in Counter(both).items() if often > 1]


def test_what_is_named_in_the_test_is_named_in_no_language_of_the_training():
    """Looked up in Babel anew, thing by thing: the split is of things, and of what belongs to them."""
    babel = pytest.importorskip("babel")
    known, unseen = map(lambda part: [set(some) for some in part], languages.names())
    of_thing: dict[str, set[str]] = {}
    for k, code in enumerate(languages.CODES):
        own = known[k] | unseen[k]
        for kind in ("territories", "scripts"):
            for key, raw in getattr(babel.Locale.parse(code), kind).items():
                if raw.lower() in own:
                    part = "known" if raw.lower() in known[k] else "unseen"
                    of_thing.setdefault(f"{kind} {key}", set()).add(part)
    assert len(of_thing) > 300 and not [thing for thing, parts in of_thing.items() if len(parts) == 2]


def test_encoding_comes_back_and_padding_ends_a_row():
    known, _ = languages.names()
    some = [names[0] for names in known]
    ids = languages.padded(some)
    assert [languages.decode(row) for row in ids] == some and ids.shape == (K, max(map(len, some)))
    for row, name in zip(ids, some, strict=True):
        assert (row[len(name) :] == languages.NOTHING).all() and (row[: len(name)] >= 0).all()
    assert languages.padded([]).shape == (0, 0)
    with pytest.raises(KeyError):
        languages.encode("?")


def test_texts_are_of_one_language_each_and_every_language_is_as_likely():
    _, unseen = languages.names()
    texts, labels = languages.texts(unseen, np.random.default_rng(3), 3000, most=3)
    assert len(texts) == len(labels) == 3000 and np.bincount(labels, minlength=K).min() > 180
    assert (texts, labels.tolist()) == (
        (again := languages.texts(unseen, np.random.default_rng(3), 3000, most=3))[0],
        again[1].tolist(),
    )
    one, of_one = languages.texts(unseen, np.random.default_rng(4), 200)
    assert all(text in unseen[k] for text, k in zip(one, of_one, strict=True))


def test_a_text_that_quotes_has_one_language_outside_of_the_marks_and_others_inside():
    known, _ = languages.names()
    ids, labels = languages.quoting(known, np.random.default_rng(5), 60, 96)
    assert ids.shape == labels.shape == (60, 96) and np.bincount(labels[:, 0], minlength=K).max() < 20
    quoted = set()
    for row, of in zip(ids, labels, strict=True):
        text, inside, start = languages.decode(row), False, 0
        for t, letter in enumerate(text):
            if letter == "»":
                inside = False
                assert len(set(of[start:t])) == 1
                assert text[start:t] in known[of[t - 1]]
                quoted.add(int(of[t - 1]))
            assert inside == (of[t] != of[0])
            if letter == "«":
                inside, start = True, t + 1
    assert len(quoted) == K


def test_without_babel_it_says_where_the_names_come_from(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "babel":
            raise ImportError(name)
        return real(name, *rest)

    fresh = importlib.reload(languages)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install babel"):
        fresh.names()
    monkeypatch.undo()
    assert fresh.names()


# --- the reference ---------------------------------------------------------------------------------


def test_naive_bayes_is_bayes_rule_on_the_products_of_shares():
    rng = np.random.default_rng(0)
    counts, ids = rng.integers(0, 9, size=(3, 4)), np.array([[0, 3, 3], [1, -1, 2], [-1, -1, -1]])
    shares = (counts + 1) / (counts + 1).sum(axis=1, keepdims=True)
    products = np.array([[np.prod([shares[k, v] for v in row if v >= 0]) for k in range(3)] for row in ids])
    found = naive_bayes(torch.tensor(counts), torch.tensor(ids)).numpy()
    assert np.allclose(found, products / products.sum(axis=1, keepdims=True), rtol=1e-12)
    assert np.allclose(found[2], 1 / 3)
    with pytest.raises(ValueError, match="from -1 to 3"):
        naive_bayes(torch.tensor(counts), torch.tensor([[4]]))
    with pytest.raises(ValueError, match="counts"):
        naive_bayes(torch.tensor(counts[0]), torch.tensor(ids))


def test_a_running_posterior_is_the_posterior_of_every_beginning():
    rng = np.random.default_rng(1)
    counts, ids = rng.integers(0, 9, size=(3, 4)), rng.integers(0, 4, size=(2, 5))
    shares = torch.tensor((counts + 1) / (counts + 1).sum(axis=1, keepdims=True))
    running = running_posterior(torch.log(shares).T[torch.tensor(ids)])
    for t in range(5):
        begun = naive_bayes(torch.tensor(counts), torch.tensor(ids[:, : t + 1]))
        assert torch.allclose(running[:, t], begun, rtol=1e-12)
    with pytest.raises(ValueError, match="logits"):
        running_posterior(torch.zeros(2, 3))
