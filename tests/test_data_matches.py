"""The reports of unit 11: is what sums them up in them, and what can't be read off them in an easier way?"""

import numpy as np
import pytest

from grader.data import matches

KNOWN = {*matches.WORDS}


def rng(seed):
    return np.random.default_rng(seed)


def told_by(words):
    """The summary by a reader who knows that a goal may be taken back by a later sentence: read, not generated."""
    sentences = [sentence.split() for sentence in " ".join(words).split(" .") if sentence]
    first, goals = sentences[0], []
    home, away = [word for word in first if word in matches.TEAMS][:: -1 if "came" in first else 1]
    for one in sentences[1:]:
        if "scored" in one or "net" in one or "ball" in one:
            assert ("hosts" in one) != ("visitors" in one) and not {*one} & {*matches.TEAMS}
            team = home if "hosts" in one else away
            (player,) = {word for word in one if word in matches.PLAYERS or word not in KNOWN}
            goals.append(matches.Goal(team, player))
        elif "flag" in one or "not" in one or "taken" in one:
            goals[-1] = matches.Goal(goals[-1].team, goals[-1].player, counts=False)
    (ground,) = {word for word in first if word in matches.GROUNDS or word not in KNOWN}
    return matches.summary(matches.Match(home, away, ground, tuple(goals), {}))


@pytest.mark.parametrize("test", [False, True])
def test_a_report_holds_what_sums_it_up(test):
    drawn = matches.examples(2000, rng(3), test=test)
    assert all(told_by(one.words) == one.summary for one in drawn)
    assert 30 < np.mean([len(one.words) for one in drawn]) < 40 and max(len(one.words) for one in drawn) < 100
    endings = [" ".join(one.summary[:4]) for one in drawn]
    assert 0.3 < np.mean(["drew" in one for one in endings]) < 0.45
    assert len({matches.fields(one.summary)[1] for one in drawn}) == 6, "0 : 0, 1 : 0, 1 : 1, 2 : 0, 2 : 1, 3 : 0"


def test_the_same_generator_gives_the_same_reports():
    one, two, other = (matches.examples(50, rng(seed)) for seed in (0, 0, 1))
    assert [example.words for example in one] == [example.words for example in two]
    assert [example.words for example in one] != [example.words for example in other]


def test_no_newcomer_is_in_the_vocabulary_and_none_of_the_test_is_in_training():
    told, aside = matches.examples(4000, rng(0)), matches.examples(2000, rng(1), test=True)
    seen, unseen = ({word for one in drawn for word in one.strange} for drawn in (told, aside))
    assert len(seen) > 1000 and len(unseen) > 500 and not seen & unseen and not (seen | unseen) & KNOWN
    assert not {word[:2] for word in seen} & {word[:2] for word in unseen}, "their first syllables differ as well"
    assert not {tuple(one.words) for one in told} & {tuple(one.words) for one in aside if one.strange}
    for drawn in (told, aside):
        new = [matches.fields(one.summary)[2] in one.strange for one in drawn]
        assert 0.45 < np.mean(new) < 0.55, "every second ground"


def test_the_same_words_in_another_order_end_in_another_way():
    first = "ajax met porto at wembley ."
    a, b, taken = "rusk scored for the hosts .", "weiss scored for the visitors .", "it did not count ."
    one, two = (" ".join(text).split() for text in ([first, a, taken, b], [first, a, b, taken]))
    assert sorted(one) == sorted(two) and told_by(one) != told_by(two)
    assert " ".join(told_by(one)) == "porto beat ajax 1 : 0 at wembley , last goal by weiss ."
    assert " ".join(told_by(two)) == "ajax beat porto 1 : 0 at wembley , last goal by rusk ."


def test_who_takes_each_sentence_by_itself_is_right_where_nothing_is_taken_back():
    drawn = matches.examples(3000, rng(2), test=True)
    right = np.array([matches.every_goal_counts(one.words) == one.summary for one in drawn])
    taken = np.array([bool({"flag", "not", "taken"} & {*one.words}) for one in drawn])
    assert right[~taken].all() and not right[taken].any() and 0.46 < right.mean() < 0.57


def test_words_have_ids_and_come_back():
    one = next(one for one in matches.examples(50, rng(4)) if len(one.strange) > 1)
    assert matches.decode(one.ids, one.strange) == one.words and one.ids.dtype == np.int64
    assert matches.decode(one.target, one.strange) == one.summary and matches.WORDS[one.target[-1]] == matches.END
    assert sorted({*one.ids} - {*range(len(KNOWN))}) == [len(KNOWN) + k for k in range(len(one.strange))]
    ids, strange = matches.encode(["rusk", "foo", "bar", "foo"])
    assert strange == ["foo", "bar"] and list(ids[1:] - len(matches.WORDS)) == [0, 1, 0]


@pytest.mark.parametrize(
    "line, fields",
    [
        ("ajax beat porto 2 : 1 at wembley , last goal by rusk .", ("ajax beat porto", "2 : 1", "wembley", "rusk")),
        ("ajax and porto drew 0 : 0 at bavimo , no goal .", ("ajax and porto drew", "0 : 0", "bavimo", "nobody")),
        ("ajax met porto at wembley .", ("", "", "wembley", "")),
        ("", ("", "", "", "")),
        ("at : by", ("", "at : by", ":", "")),
    ],
)
def test_the_facts_of_a_line(line, fields):
    found = matches.fields(line.split())
    assert found == fields and len(found) == len(matches.FIELDS)
