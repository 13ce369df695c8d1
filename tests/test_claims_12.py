"""What unit 12's text says is so: what its cells print, and over three seeds what its readers learn.

Ranges: what was seen lies well inside of them. What trains is asked by ``test-long``, but for a short bag of words.
"""

import re

import numpy as np
import pytest
from unit_cells import Shown, names, prose
from unit_cells import story as story_of

from grader.data import reviews
from grader.exercises import quiz_of
from grader.given import given
from grader.runs import run

UNIT = "12_sentiment"
PROSE = prose(UNIT)


def long(test):
    """What trains, for as long as it takes where much else is going on."""
    return pytest.mark.timeout(3600)(pytest.mark.long(test))


TRAINED = ["bag", "learn_to_read", "how_far_back", "word_by_word", "picture_decided", "exchanged", "left_out"]
TRAINED += ["both_shares", "how_many_openings", "worst"]


@pytest.fixture(scope="module")
def story():
    """The names after all cells that don't train, and what was ``printed``."""
    return names(story_of(UNIT))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The same after the cells that train, three seeds of each; what was plotted is in ``language.kept``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_WORKSPACE", str(tmp_path_factory.mktemp("runs")))
        return names(story_of(UNIT, run=run, language=Shown(), also=TRAINED))


def shares(text):
    return [float(number) / 100 for number in re.findall(r"([\d.]+)%", text)]


def test_a_lexicon_reads_short_texts_and_no_others(story):
    counted, careful, unseen_counted, unseen_careful = shares(story.printed["count_them"])
    assert careful == 1 and counted < 0.75
    assert 0.42 < unseen_counted < 0.58 and 0.42 < unseen_careful < 0.58


def test_a_mean_depends_on_company_until_it_has_a_mask_and_never_on_order(story):
    alone, beside = (line.split("with")[1] for line in story.printed["with_company"].splitlines())
    assert alone != beside
    one, shuffled, other = (line.split("]")[0] for line in story.printed["any_order"].splitlines())
    assert one == shuffled != other and one.strip(" [").split() == alone.strip(" []").split()


def test_the_state_after_the_last_word_is_the_same_in_any_company(story):
    alone, at_the_end, after = (line.split("[")[1] for line in story.printed["after_the_padding"].splitlines())
    assert alone == after != at_the_end
    assert float(re.findall(r"\de[-+]\d+", story.printed["no_matter_where"])[0]) < 1e-12


def test_the_gradients_of_both_kinds_of_readers_are_right(story):
    batch = story.batch_of([one for one in story.training[:9]])
    for loss_of, H in ((story.bag_loss, 24), (story.reader_loss, 5)):
        params = story.new_model(H, np.random.default_rng(0))
        loss, grads, _ = loss_of(params, *batch)
        for name, grad in grads.items():
            away = np.random.default_rng(1).normal(size=grad.shape)
            up, down = (loss_of(params | {name: params[name] + h * away}, *batch)[0] for h in (1e-6, -1e-6))
            assert (up - down) / 2e-6 == pytest.approx(np.sum(grad * away), rel=1e-5, abs=1e-8), name


def test_the_shares_add_up_and_an_untrained_reader_hears_the_end(story):
    first, last = story.printed["whose_words"].splitlines()
    of_words = [float(share) for share in re.findall(r"\d\.\d+", first)]
    assert max(of_words) == of_words[-1] and sum(of_words[-3:]) > 0.5
    assert "padding: 0.0" in last and last.count("1.") == 2


def test_a_bag_of_words_is_a_coin(story):
    rng = np.random.default_rng(0)
    bag = {name: p for name, p in story.new_model(24, rng).items() if name in ("E", "V", "b_y")}
    state, step = story.start(bag), story.learning(story.bag_loss, story.training[:4000], 0.01)
    for _ in range(150):
        state, _ = step(state, rng)
    assert 0.44 < story.right(story.bag_loss, state[0], story.unseen) < 0.56


def test_what_counts_lies_further_back_than_eight_words(story):
    assert np.mean([len(one.words) - one.begins <= 8 for one in story.unseen]) < 0.04
    assert "in all but a few texts of a hundred, some of what counts lies further back" in PROSE
    assert max(len(one.words) for one in story.unseen) > 28


def test_the_texts_whose_words_are_coloured_end_as_it_is_said(story):
    later = [one for one in story.unseen if one.key < len(one.words) - 6][:2]
    assert all("even if" in " ".join(one.words[one.key :]) for one in later) and "the clause behind `even if`" in PROSE


def test_the_quiz_counts_right():
    hs = np.full((2, 6, 1), 0.5)
    hs[0, 2:] = -0.1
    assert hs[0].mean() == pytest.approx(0.1)
    assert given("masked_mean")(hs, (np.arange(6) < [[2], [6]]).astype(float))[0, 0] == pytest.approx(0.5)
    said = given("saliency")(np.array([[[3.0, 4], [0, -5], [6, 8]]]))
    assert said[0].tolist() == [0.25, 0.25, 0.5] and len(quiz_of(UNIT)) == 4


@long
def test_the_lstm_reads_what_a_bag_a_lexicon_and_a_window_can_not(trained):
    found = {name.replace("\n", " "): values for name, values in trained.found.items()}
    assert all(0.44 < value < 0.56 for value in found["lexicon, three words back"] + found["bag of words"])
    assert all(0.42 < value < 0.62 for value in found["LSTM, last 8 words"])
    assert min(found["LSTM"]) > 0.95 and sorted(found["LSTM"])[1] > 0.99
    for _, bits in trained.curves["LSTM"]:
        assert bits[:6].min() > 0.9 and bits[-1] < 0.2, "flat for some hundred steps, then it falls"
    by_end = shares(trained.printed["how_far_back"])[::2]
    assert by_end[0] < 0.6 < 0.95 < by_end[-1]
    assert all(later > earlier - 0.02 for earlier, later in zip(by_end, by_end[1:], strict=False))
    assert "For some hundred steps nothing happens at all: a loss of 1 bit is a coin's." in PROSE


@long
def test_a_word_after_the_adjective_that_counts_the_answer_is_there(trained):
    for params in trained.readers:
        there = []
        for one in trained.unseen[:300]:
            p = trained.after_each(one.words, params)
            there.append((p[one.key + 1] > 0.5) == one.good)
        assert np.mean(there) > 0.95


@long
def test_the_right_adjective_decides_and_gradients_do_not_show_it(trained):
    changed = shares(trained.printed["exchanged"])
    assert min(changed[::2]) > 0.97 and max(changed[1::2]) < 0.03
    rows = [
        [float(x) for x in line.split()[-2:]] for line in trained.printed["both_shares"].splitlines() if line[0] == " "
    ]
    assert len(rows) == 15
    for key, turns, another, stop, _ in (rows[k : k + 5] for k in range(0, 15, 5)):
        assert turns[1] > key[1] > 3 * another[1], "left out"
        assert turns[0] < 2 * another[0] and stop[0] > key[0] > 1.5 * turns[0], "by the gradient"


@long
def test_more_openings_than_it_was_trained_on(trained):
    by_openings = np.array(trained.by_openings["LSTM"])
    assert by_openings[:, :3].min() > 0.95
    assert by_openings[:, 4].mean() < by_openings[:, 3].mean() < by_openings[:, 2].mean()
    assert by_openings[:, 3].mean() > 0.8 and 0.6 < by_openings[:, 4].mean() < 0.95
    wrong = trained.cost[trained.cost > 1]
    assert np.mean(wrong > 5) > 0.5 and "five bits and more" in PROSE
    assert max(len(one.words) for one in reviews.draw(50, np.random.default_rng(0), openings=(4,))) > 20
