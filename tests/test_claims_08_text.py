"""What unit 08's text says of costs, counts, draws and searches is so: what its cells print.

What its models learn is asked over seeds in ``test_claims_08.py``.
"""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest
from unit_cells import names, prose, sources, taken_away
from unit_cells import story as story_of

from grader.data import clauses, english, restaurants
from grader.data.ngrams import NGrams
from grader.exercises import quiz_of
from grader.given import given

UNIT = "08_language"
PROSE = prose(UNIT)


@pytest.fixture(scope="module")
def story():
    """The names after all cells that don't train, what was shown in ``figures``, what was ``printed``."""
    return names(story_of(UNIT))


def floats(text):
    return [float(number) for number in re.findall(r"[-+]?\d+\.\d+(?:e[-+]?\d+)?", text)]


def test_an_echo_is_perfect_until_its_targets_are_moved(story):
    assert "100%" in story.printed["an_echo"]
    (share,) = re.findall(r"(\d+)%", story.printed["picture_shift"])
    assert int(share) < 15


def test_a_mean_of_means_depends_on_the_batches_and_the_mean_does_not(story):
    of_means = [floats(line)[0] for line in story.printed["which_is_it"].splitlines()]
    assert len(of_means) == 3 and len(set(of_means)) == 3 and np.ptp(of_means) > 0.005
    whichever = [floats(line)[0] for line in story.printed["whichever_batches"].splitlines() if "batches" in line]
    assert len(whichever) == 3 and len(set(whichever)) == 1
    assert 2 ** whichever[0] == pytest.approx(floats(story.printed["whichever_batches"].splitlines()[-1])[0], rel=0.01)


def test_the_gradient_of_a_language_model_passes_its_check(story):
    errors = [float(error) for error in re.findall(r"at most (\S+) of the largest", story.printed["tried"])]
    assert len(errors) == 5 and max(errors) < 1e-6


def test_what_is_remembered_of_counting_english():
    assert "about 2.6 bits for the **trigram**" in PROSE and "1.6 to 1.8 for the 5-gram" in PROSE
    train, test = map(english.encode, english.split())
    bits = {n: NGrams([train], n, len(english.CHARACTERS)).nll(test).mean() / np.log(2) for n in (3, 5)}
    assert 2.4 < bits[3] < 2.75 and 1.55 < bits[5] < 1.85, "3.6 to 3.13 were looked at, and another may differ"


def test_from_the_best_n_gram_to_the_rules_it_is_half_a_bit(story):
    said = {line.split()[0]: floats(line) for line in story.printed["counted_words"].splitlines()}
    best = min(bits for name, (bits, _) in said.items() if "gram" in name)
    assert 0.5 < best - said["the"][0] < 0.65
    for bits, perplexity in said.values():
        assert perplexity == pytest.approx(2**bits, rel=0.02)
    assert said["5-gram"][0] > said["4-gram"][0], "a longer window doesn't help"
    assert len(clauses.WORDS) == 61


def test_what_the_nearest_meaning_says(story):
    (share,) = re.findall(r"(\d+)%", story.printed["slot_errors"])
    assert 20 < int(share) < 45


def test_temperatures_go_from_the_likeliest_alone_to_all_alike(story):
    lines = story.printed["three_temperatures"].splitlines()
    first = [floats(line)[1:] for line in lines]  # the temperature comes first
    assert first[0][0] > 0.99 and first[0][0] > first[1][0] > first[2][0] > first[3][0] > first[4][0]
    assert first[4][0] < 2 / len(english.CHARACTERS)


def test_a_search_of_width_one_finds_the_least_likely_of_the_three(story):
    found = [story.found_in_tree(width) for width in (1, 2, 3)]
    likely = [len(words) * score for words, score in found]
    assert likely[0] < likely[1] < likely[2] and len({tuple(words) for words, _ in found}) == 3


def test_what_is_set_aside_is_less_than_a_tenth(story):
    learned, asked = (int(one.replace(",", "")) for one in re.findall(r"(\d+,\d+) ", story.printed["a_text"])[:2])
    assert learned > 150_000 and asked < 0.12 * learned and len(english.split()[0].split()) < 40_000


def test_no_cell_takes_away_what_a_function_of_another_cell_needs():
    """A learner goes back and runs a cell again, or calls an earlier function at the end."""
    assert taken_away(UNIT) == {}


def test_where_an_echo_is_right_a_symbol_comes_twice_in_a_row(story):
    (ids,) = story.english.encode(story.unseen[1:61])[None]
    (share,) = re.findall(r"(\d+)%", story.printed["picture_shift"])
    assert int(share) == round(100 * np.mean(ids[1:] == ids[:-1]))


def test_how_much_text_there_is():
    train, test = english.split()
    assert "230,000 characters are *little*: less than forty thousand words" in PROSE
    assert 0.95 * 230_000 < len(train) < 1.06 * 230_000 and 20_000 < len(train.split()) < 40_000
    assert "divide it by 0.69" in PROSE and f"{np.log(2):.2f}" == "0.69"


def test_what_the_text_counts():
    solution = sources(UNIT, "solution")["lm_loss_and_grads"]
    called = set(re.findall(r"\b(shift|embed|lstm_forward|readout|cross_entropy|\w+_backward)\(", solution))
    assert len(called) == 9 and "Five arrays, nine functions" in PROSE
    assert "the four characters that the 5-gram sees" in PROSE
    assert len(restaurants.VALUES) == 32 and "the word's vector and 32 numbers" in PROSE
    assert "61 words and twelve steps" in PROSE and len(clauses.WORDS) == 61
    sand = 3 * 6e23 * 2.65 * np.pi / 6 * 0.1**3 / 60  # atoms of a quartz ball, 1 mm across
    assert 61**12 > 10 * sand > 61**11


def test_sentences_have_two_clauses_inside_each_other_at_most_and_the_deep_ones_four():
    assert inspect.signature(clauses.sentences).parameters["depth"].default == 2
    deep = clauses.sentences(300, np.random.default_rng(2), depth=4, nested=True)
    assert {one.words.count("that") for one in deep} == {4}


def test_with_little_text_the_best_n_is_smaller():
    train, test = english.split()
    few, test = english.encode(train[:20_000]), english.encode(test)
    bits = [NGrams([few], n, len(english.CHARACTERS)).nll(test).mean() for n in range(1, 8)]
    assert np.argmin(bits) + 1 in (4, 5)


def test_the_likeliest_each_time_runs_in_a_circle(story):
    written = english.decode(story.written)
    assert any(written.endswith(3 * written[-size:]) for size in range(3, 41))


# --- the quiz --------------------------------------------------------------------------------------


def right_option(words):
    (question,) = (one for one in quiz_of(UNIT) if words in one.text)
    return question.options["abcd".index(question.answer)].text


def test_the_quiz_of_the_two_batches():
    nlls, masks = [np.full((1, 10), np.log(2)), np.full((1, 30), 3 * np.log(2))], [np.ones((1, 10)), np.ones((1, 30))]
    assert right_option("judged on two batches") == f"{given('perplexity')(nlls, masks):.1f}"


def test_the_quiz_of_the_three_counts():
    assert right_option("mixes three counts") == f"{-np.log2(0.25 / 32):.0f}"


def test_the_quiz_of_the_rows_that_do_not_overlap():
    _, targets = given("shift")(np.arange(28).reshape(4, 7))
    assert right_option("cut into 4 rows of 7") == f"{27 - targets.size}"


def test_the_quiz_of_the_temperature():
    q = given("apply_temperature")(np.log([[0.8, 0.2]]), 0.5)
    assert right_option("temperature of 0.5") == f"{q[0, 0]:.2f}"


def test_the_quiz_of_what_is_cut_off_and_drawn():
    kept = given("top_p")(np.array([[0.4, 0.3, 0.2, 0.1]]), 0.75)
    names = ("first", "second", "third", "fourth")
    drawn = names[given("sample")(kept, np.array([0.75]))[0]]
    assert right_option("They go through `top_p`") == f"{('one', 'two', 'three')[np.sum(kept > 0) - 1]}; the {drawn}"


def test_the_quiz_of_the_three_finished_sentences():
    found = {"A": (2, -1.0), "B": (4, -1.6), "C": (5, -2.5)}
    returned = max(found, key=lambda name: found[name][1] / found[name][0])
    assert right_option("three finished sentences") == f"{returned}; {max(found, key=lambda name: found[name][1])}"


def test_the_quiz_of_the_slot_that_is_said():
    assert right_option("A slot is to be said") == f"{0.9**5 * 0.1 * 1:.2f}"
