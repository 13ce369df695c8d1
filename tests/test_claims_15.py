"""What unit 15's text says of its taggers, over seeds, with the unit's cells and the course's functions.

A few hundred steps of one seed in the ordinary run; all that the text says of three by ``test-long``.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from unit_cells import names, prose, ran, sources, story

from grader.data import names as reports
from grader.runs import run

UNIT = "15_entities"


@pytest.fixture(scope="module")
def unit():
    """The notebook's names after all of its cells but those that train, or need what was trained."""
    return names(story(UNIT, run=run))


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    """No run finds what another has kept."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))


def f1(unit, said):
    return unit.f1_of(said, unit.test_tags, unit.test_mask)[2]


def likeliest(unit, read, params):
    scores = unit.readout(read(params, unit.test_ids, unit.test_lengths)[0], params["V"], params["b_y"])
    return scores, scores.argmax(axis=2)


def test_a_dictionary_has_nine_words_in_ten_right_and_hardly_a_name(unit):
    lines = unit.printed["dictionary"].splitlines()
    words = [int(re.search(r"(\d+)%", line)[1]) for line in lines]
    assert 89 <= words[0] <= 93 and 86 <= words[1] <= 90
    assert 0.18 < f1(unit, unit.by_dictionary) < 0.26 and "from 0.22 to about 0.77" in prose(UNIT)
    assert f1(unit, 0 * unit.test_tags) == 0 and f1(unit, unit.test_tags) == 1
    pieces = [*reports.KNOWN, *reports.UNSEEN]
    assert len(reports.UNSEEN) / len(pieces) == 0.25, "one in four"


def test_thirty_words_have_a_number_of_paths_with_26_digits(unit):
    assert len(str(unit.K**30)) == 26 and "a number with 26 digits" in prose(UNIT)
    assert 27 < unit.test_lengths.mean() < 32


def test_viterbi_and_the_sum_over_all_paths_are_seen_to_be_right(unit):
    assert unit.path.tolist() == unit.paths[unit.of_paths.argmax()].tolist() != unit.scores.argmax(axis=1).tolist()
    assert np.isclose(np.exp(unit.log_p).sum(), 1) and unit.log_p.argmax() == unit.of_paths.argmax()
    said = re.findall(r"-\d+\.\d{6}", unit.printed["adds_up_to_one"])
    assert len(said) == 2 and said[0] == said[1]


def test_the_ways_back_are_the_gradients(unit):
    """Of what the unit trains: the window, and both directions with a loss of words and one of paths."""
    ids, tags, lengths = (one[:3] for one in (unit.ids, unit.tags, unit.lengths))
    ids, tags, mask = ids[:, : lengths.max()], tags[:, : lengths.max()], unit.mask_of(lengths).astype(float)
    table = {"A": np.random.default_rng(3).normal(size=(unit.K, unit.K))}

    def path_loss(params, scores, tags, mask):
        log_p = unit.log_p_of(scores, params["A"], tags, mask)
        dscores, dA = unit.crf_backward(scores, params["A"], tags, mask)
        return -log_p.sum() / mask.sum(), -dscores / mask.sum(), {"A": -dA / mask.sum()}

    for read, back, params, loss_of in (
        (unit.window_read, unit.window_backward, unit.new_window(0, H=5), unit.word_loss),
        (unit.read, unit.read_backward, unit.new_network(0, 1, D=4, H=5), unit.word_loss),
        (unit.read, unit.read_backward, unit.new_network(0, 2, D=4, H=5) | table, path_loss),
    ):
        params = {name: p.astype(float) for name, p in params.items()}

        def loss(changed, params=params, read=read, loss_of=loss_of):
            params = params | changed
            scores = unit.readout(read(params, ids, lengths)[0], params["V"], params["b_y"])
            return loss_of(params, scores, tags, mask)

        hs, cache = read(params, ids, lengths)
        _, dscores, more = loss({})
        dhs, dV, db_y = unit.readout_backward(dscores, hs, params["V"])
        grads = back(dhs, cache, ids, lengths, params) | {"V": dV, "b_y": db_y} | more
        assert grads.keys() == params.keys()
        draw = np.random.default_rng(4)
        for name, p in params.items():
            way = draw.normal(size=p.shape)
            up, down = (loss({name: p + e * way})[0] for e in (1e-5, -1e-5))
            assert np.isclose((up - down) / 2e-5, np.sum(grads[name] * way), rtol=1e-4, atol=1e-8), name


def test_both_ways_are_above_the_dictionary_within_seconds(unit):
    params = unit.tagger("few", unit.read, unit.read_backward, unit.new_network(0, 2), 0, 250)
    scores, said = likeliest(unit, unit.read, params)
    assert f1(unit, said) > 0.6 and len(unit.together(scores, unit.test_lengths, unit.RULES)) == 500


# --- three seeds -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The notebook's names after all of its cells, the long ones too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_WORKSPACE", str(tmp_path_factory.mktemp("workspace")))
        also = ["window_learned", "which_are_missed", "networks_learned", "contradictions", "rules_help", "crf_learned"]
        yield names(story(UNIT, run=run, also=[*also, "learned_table", "write_your_own", "worst", "memory_of_names"]))


@pytest.mark.long
def test_each_reader_is_where_the_text_says(trained):
    f1s = {name: np.array(values) for name, values in trained.f1s.items()}
    window, one, both = f1s["window and bag"], f1s["LSTM, one way"], f1s["LSTM, both ways"]
    assert (0.74 < window).all() and (window < 0.81).all()
    assert (0.6 < one).all() and (one < window).all(), "one way is worse than the window"
    assert np.sort(both)[1] > 0.9 and (both > window + 0.08).all() and (both < 0.95).all()
    rules, crf = f1s["both ways, rules"], f1s["both ways, CRF"]
    assert (0.004 < rules - both).all() and (rules - both < 0.025).all()
    assert (crf > both).all() and (crf - both < 0.05).all() and (np.abs(crf - rules) < 0.02).all()
    assert all(len(trained.contradictions(said)[0]) == 0 for said in trained.by_rules)


@pytest.mark.long
def test_which_names_each_finds(trained):
    found = {name: np.atleast_2d(shares) for name, shares in trained.recall.items()}
    near, after, before, again, unseen = found["window and bag"].T
    assert near.min() > 0.98 and 0.65 < after.min() and after.max() < 0.82 and 0.45 < before.min()
    assert before.max() < 0.65
    near, after, before, again, unseen = found["LSTM, one way"].T
    assert 0.2 < after.min() and after.max() < 0.4 and before.min() > 0.85
    near, after, before, again, unseen = found["LSTM, both ways"].T
    assert min(near.min(), after.min(), before.min()) > 0.95 and np.sort(unseen)[1] > 0.86 and again.max() < 0.75


@pytest.mark.long
def test_it_keeps_which_types_were_told_and_not_whose(trained):
    same, other = np.array([trained.again_by_types(said) for said in trained.by_crf]).T
    assert same.min() > 0.83 and 0.4 < other.min() and other.max() < 0.62
    missed = re.findall(r"\((\w+)\): \w+, taken for", trained.printed["worst"])
    assert len(missed) > 5 and np.mean([kind == "again" for kind in missed]) > 0.7


@pytest.mark.long
def test_of_names_that_come_again_the_words_are_found_and_a_third_by_the_window(trained):
    for crf, window in zip(trained.by_crf, trained.by_window, strict=True):
        missed = words = by_window = 0
        for one, said, other in zip(trained.test, crf, window, strict=True):
            spans = trained.spans_of(said[: len(one.words)]).tolist()
            others = trained.spans_of(other[: len(one.words)]).tolist()
            for m in one.mentions:
                if m.kind == "again" and [m.start, m.end, m.type] not in spans:
                    missed += 1
                    words += [m.start, m.end] in [span[:2] for span in spans]
                    by_window += [m.start, m.end, m.type] in others
        assert words > 0.9 * missed and 0.25 * missed < by_window < 0.45 * missed


@pytest.mark.long
def test_longer_clauses_than_in_training_hardly_matter(trained):
    far = reports.reports(300, np.random.default_rng(2), test=True, clauses=3)
    for params in trained.crfs:
        shares = trained.found_by_kind(trained.crf_says(params, *reports.batch(far)[::2]), far)
        assert shares[:3].min() > 0.95 and shares[4] > 0.85


@pytest.mark.long
def test_the_table_has_learned_the_rules(trained):
    for params in trained.crfs:
        A = params["A"]
        for k in (1, 3, 5):
            others = [j + 1 for j in (1, 3, 5) if j != k]
            assert A[k, k + 1] > 1 and A[k, others].max() < -1 and A[0, k + 1] < 0


@pytest.mark.long
def test_who_was_never_shown_an_unknown_word_may_find_no_unknown_name(unit):
    scope = vars(unit)
    ran(scope, "bold", sources(UNIT, "story")["training_step"].replace("< 0.1", "< 0.0").replace("tagger(", "bold("))
    shares = []
    for seed in (0, 1):
        params = scope["bold"]("bold", unit.read, unit.read_backward, unit.new_network(seed, 2), seed, 800)
        said = likeliest(unit, unit.read, params)[1]
        found = [(m, said[n, m.start]) for n, one in enumerate(unit.test) for m in one.mentions if m.unseen]
        shares.append(np.mean([tag == 2 * m.type + 1 for m, tag in found]))
    assert shares[0] < 0.3 and shares[1] > 0.75
