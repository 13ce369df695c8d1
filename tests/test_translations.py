"""The English and French of unit 10: is it French by its own rules, and is the test nowhere in what is learned from?"""

import numpy as np
import pytest

from grader.data import translations
from grader.data._french import ALIVE, BEFORE, COLOURS, MOODS, THE, THINGS

NOUNS = {one[2]: (one[4], 0) for one in ALIVE + THINGS} | {one[3]: (one[4], 1) for one in ALIVE + THINGS}
NOUNS["souris"] = (1, None)  # one mouse or several


def drawn(count, seed, **asked):
    return translations.sentences(count, np.random.default_rng(seed), **asked)


@pytest.fixture(scope="module")
def known():
    return drawn(3000, 0)


BY_HAND = {
    "my black cats do not see a happy cow": "mes chats noirs ne voient pas une vache heureuse",
    "my big tired mice like her": "mes grandes souris fatiguées l' aiment",
    "my aunt never looks for my cow": "ma tante ne cherche jamais ma vache",
    "these black mice find them": "ces souris noires les trouvent",
    "a mouse that finds the school does not sing": "une souris qui trouve l' école ne chante pas",
    "the mice do not sing": "les souris ne chantent pas",
}


def test_its_french_is_that_of_who_translates_by_hand(known):
    spoken = {" ".join(one.english): one for one in known}
    for english, french in BY_HAND.items():
        assert spoken[english].french == tuple(french.split())
    words = "my aunt never looks for my cow".split()
    comes_from = spoken[" ".join(words)].comes_from
    assert [words[k] for k in comes_from] == "my aunt never looks never my cow".split()


def test_every_english_sentence_has_one_translation_and_the_same_seed_the_same_sentences(known):
    assert len({one.english for one in known}) == len(known) and known == drawn(3000, 0)
    french = {}
    for seed in (0, 3):
        for one in drawn(3000, seed):
            assert french.setdefault(one.english, one.french) == one.french


def test_articles_and_adjectives_agree_with_their_noun(known):
    forms = {form: place for one in THE for place, form in enumerate(one[2:]) if one[2:].count(form) == 1 and form}
    forms |= {
        form: place
        for one in BEFORE + MOODS + COLOURS
        for place, form in enumerate(one[1:])
        if one[1:].count(form) == 1
    }
    seen = set()
    for one in known:
        for k, word in enumerate(one.french):
            # the noun of an adjective in front is one or two words on; of one behind, one or two words back
            if word in forms and word not in ("la", "le", "les"):  # which are pronouns as well
                near = [w for w in (*one.french[k + 1 : k + 3], *one.french[max(0, k - 2) : k][::-1]) if w in NOUNS]
                behind = any(word in row for row in MOODS + COLOURS)
                gender, many = (
                    NOUNS[near[-1 if behind and len(near) > 1 and k else 0]]
                    if not behind
                    else next(NOUNS[w] for w in one.french[max(0, k - 2) : k][::-1] if w in NOUNS)
                )
                if word == "mon" and gender == 1:
                    assert one.french[k + 1][0] in "aeéiou"
                    continue
                assert forms[word] // 2 == gender and many in (forms[word] % 2, None), one
                seen.add(word)
    assert len(seen) > 25


def test_what_denies_stands_around_the_verb_and_a_pronoun_inside(known):
    denied = [one for one in known if {"ne", "n'"} & {*one.french}]
    assert len(denied) > 1000
    for one in denied:
        for k in (k for k, word in enumerate(one.french) if word in ("ne", "n'")):
            after = list(one.french[k + 1 : k + 4])
            inside = 2 if after[0] in ("le", "la", "les", "l'") else 1
            assert after[inside] in ("pas", "jamais"), one


def test_no_word_keeps_its_vowel_before_another_and_none_loses_it_elsewhere(known):
    for one in known:
        for word, then in zip(one.french, (*one.french[1:], "."), strict=True):
            assert (word in ("l'", "n'", "qu'")) <= (then[0] in "aeéiou"), one
            assert not (word in ("le", "la", "ne", "que", "ma", "ce") and then[0] in "aeéiou"), one


def test_each_french_word_comes_from_an_english_one_and_they_do_change_places(known):
    crossed = 0
    for one in known:
        assert len(one.comes_from) == len(one.french) and max(one.comes_from) < len(one.english)
        crossed += list(one.comes_from) != sorted(one.comes_from)
    assert 0.5 < crossed / len(known) < 0.98


def test_what_is_held_back_was_never_read(known):
    """Lengths, and adjectives beside nouns: none that is asked for in the one is in the other."""
    singular = {form: one[0] for one in ALIVE + THINGS for form in one[:2]}
    adjectives = {one[0] for one in BEFORE + MOODS + COLOURS}

    def pairs(some):
        found = set()
        for one in some:
            waiting = []
            for word in one.english:
                if word in singular:
                    found |= {(adjective, singular[word]) for adjective in waiting}
                waiting = [*waiting, word] if word in adjectives else []
        return found

    new, long = drawn(300, 2, new=True), drawn(300, 3, words=(13, 18))
    apart = {pair for pair in pairs(new) if translations.apart(*pair)}
    assert len(apart) > 8 and not apart & pairs(known) and not apart & pairs(long)
    assert all({pair for pair in pairs([one]) if translations.apart(*pair)} for one in new)
    assert all(13 <= len(one.english) <= 18 for one in long) and max(len(one.english) for one in known) == 12
    words = {word for one in known for word in one.english}
    assert words == {*translations.ENGLISH} - {translations.PAD}, "and no word is new in itself"
    assert {word for one in known for word in one.french} == {*translations.FRENCH} - {
        translations.EOS,
        translations.BOS,
    }


def test_english_is_padded_in_front_and_french_ends_and_stays_ended():
    ids, mask = translations.padded([["the", "cat", "sleeps"], ["my", "dog", "never", "sings"]])
    assert ids.shape == (2, 4) and ids[0, 0] == 0 and mask.tolist() == [[0, 1, 1, 1], [1, 1, 1, 1]]
    assert [translations.ENGLISH[k] for k in ids[1]] == ["my", "dog", "never", "sings"]
    ids, mask = translations.translated([["le", "chat", "dort"], ["un", "chien"]])
    assert ids.shape == (2, 4) and ids[:, -1].tolist() == [0, 0] and mask.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert translations.decode(ids[1]) == ["un", "chien"] and translations.decode(ids[0, :2]) == ["le", "chat"]
    with pytest.raises(KeyError):
        translations.padded([["elephant"]])
