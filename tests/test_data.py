"""The data that units learn from: what is claimed of each language and task."""

import itertools
import re
from collections import Counter, defaultdict

import numpy as np
import pytest

from grader.data import adding, agreement, expressions, reber, spikes, temporal_order, tiny, two_sequence


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


# --- embedded Reber --------------------------------------------------------------------------------

# The grammar once more, as what its strings look like: around the loop X T* V P, in which one can go on for ever.
LOOP = "(?:XT*VP)*(?:S|XT*VV)"
REBER = re.compile(f"B(?P<outer>[TP])B(?P<middle>TS*X{LOOP}|PT*V(?:P{LOOP}|V))E(?P=outer)E")


@pytest.fixture(scope="module")
def drawn():
    """20,000 strings of embedded Reber."""
    rng = np.random.default_rng(6)
    return ["".join(reber.string(rng)) for _ in range(20_000)]


def test_embedded_reber_draws_the_strings_of_its_grammar_and_all_of_them(drawn):
    assert all(REBER.fullmatch(one) for one in drawn)
    possible = (
        f"B{outer}B{''.join(middle)}E{outer}E"
        for length in range(1, 7)
        for middle in itertools.product("TSXPV", repeat=length)
        for outer in "TP"
    )
    every = {one for one in possible if REBER.fullmatch(one)}
    assert len(every) > 20 and every == {one for one in drawn if len(one) <= 12} and min(map(len, drawn)) == 9


def test_of_two_symbols_that_may_come_in_embedded_reber_each_does_half_of_the_time(drawn):
    after = defaultdict(Counter)
    for one in drawn:
        for k in range(1, len(one)):
            after[one[:k]][one[k]] += 1
    often = {prefix: counts for prefix, counts in after.items() if counts.total() >= 400}
    for prefix, counts in often.items():
        state = reber.states(reber.encode(prefix))[-1]
        assert {*counts} == {*reber.ARROWS[state]} == {*np.array(reber.SYMBOLS)[reber.legal(state)]}
        for count in counts.values():
            assert abs(count / counts.total() - 1 / len(counts)) < 2.5 / np.sqrt(counts.total()), prefix
        assert (state in reber.RECALL) == (prefix[-1] == "E")
    assert len(often) > 60


def test_the_middle_of_embedded_reber_says_nothing_of_what_stands_around_it(drawn):
    parts = [REBER.fullmatch(one) for one in drawn]
    middles = {outer: Counter(one["middle"] for one in parts if one["outer"] == outer) for outer in "TP"}
    assert abs(middles["T"].total() / len(drawn) - 1 / 2) < 0.015
    for middle, count in middles["T"].items():
        total = count + middles["P"][middle]
        assert abs(count / total - 1 / 2) < 2.5 / np.sqrt(total), middle


def test_a_batch_of_embedded_reber_predicts_the_next_symbol_and_masks_the_padding():
    ids, targets, mask = reber.batch(300, np.random.default_rng(7))
    assert ids.shape == targets.shape == mask.shape and mask[:, -1].any()
    assert ids.dtype == targets.dtype == np.int64 and mask.dtype == np.float64
    states = reber.states(ids)
    assert np.array_equal(states < 0, mask == 0), "padding is on the right, and no string"
    may_come = reber.legal(states)
    assert not may_come[mask == 0].any()
    assert np.take_along_axis(may_come, targets[..., None], axis=2)[mask == 1].all()
    for row, wanted, length, walked in zip(ids, targets, mask.sum(axis=1).astype(int), states, strict=True):
        assert REBER.fullmatch("".join(reber.decode([*row[:length], wanted[length - 1]])))
        assert np.array_equal(row[1:length], wanted[: length - 1])
        assert not row[length:].any() and not wanted[length:].any()
        assert np.flatnonzero(np.isin(walked, reber.RECALL)).tolist() == [length - 2] and wanted[length - 2] == row[1]
    again = reber.batch(300, np.random.default_rng(7))
    assert all(np.array_equal(one, other) for one, other in zip((ids, targets, mask), again, strict=True))
    assert [one.shape for one in reber.batch(0, np.random.default_rng(7))] == [(0, 0)] * 3


def test_a_stream_of_embedded_reber_is_one_string_after_the_other():
    ids = reber.stream(5000, np.random.default_rng(8))
    assert ids.shape == (5000,) and np.array_equal(ids, reber.stream(5000, np.random.default_rng(8)))
    text, at = "".join(reber.decode(ids)), 0
    while found := REBER.match(text, at):
        at = found.end()
    assert len(text) - at < 60 and text[at:] == "".join(reber.decode(ids[at:])) and text[at] == "B"
    states = reber.states(ids)
    assert states.min() == 0 and np.array_equal(states == 0, np.char.equal(np.array([*text]), "E") & (states == 0))
    assert reber.legal(states)[np.arange(4999), ids[1:]].all(), "what comes is what may come"
    broken = ids.copy()
    broken[100] = (broken[100] + 1) % len(reber.SYMBOLS)
    while reber.legal(states[99])[broken[100]]:
        broken[100] = (broken[100] + 1) % len(reber.SYMBOLS)
    assert np.flatnonzero(reber.states(broken) < 0).tolist() == [*range(100, 5000)]
    assert np.array_equal(reber.states(np.stack([ids[:50], broken[:50]])), np.stack([states[:50]] * 2))


def test_embedded_rebers_best_loss_is_that_of_the_true_probabilities(drawn):
    choices = sum(len(reber.ARROWS[state]) == 2 for one in drawn for state in reber.states(reber.encode(one))[:-1])
    symbols = sum(map(len, drawn))
    assert reber.best_loss() == pytest.approx(np.log(2) * choices / (symbols - len(drawn)), rel=5e-3)
    assert reber.best_loss(continual=True) == pytest.approx(np.log(2) * choices / symbols, rel=5e-3)


def test_a_prediction_is_right_where_every_legal_symbol_comes_before_the_others():
    may_come = np.array([[[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]]], dtype=bool)
    logits = np.array([[[5.0, 2, 1, -3], [1, 2, 0, 0], [-1, -2, -3, -4], [0, 0, 0, 0], [9, 1, 1, 0]]])
    assert reber.legal_first(logits, may_come).tolist() == [[True, False, True, True, False]]


# --- the long tasks of 1997 ------------------------------------------------------------------------

LONG_TASKS = {"temporal_order": temporal_order, "adding": adding, "two_sequence": two_sequence}


@pytest.mark.parametrize("task", LONG_TASKS.values(), ids=LONG_TASKS)
@pytest.mark.parametrize("T", [100, 37])
def test_long_tasks_ask_at_the_end_of_sequences_of_drawn_lengths(task, T):
    first, targets, mask = task.batch(2000, np.random.default_rng(9), T)
    assert mask.shape == targets.shape[:2] == first.shape[:2] == (2000, T + T // 10)
    assert (mask.sum(axis=1) == 1).all() and mask.max() == 1
    steps = 1 + mask.argmax(axis=1)
    counts = np.bincount(steps, minlength=T + T // 10 + 1)[T:]
    assert np.all(np.abs(counts / 2000 - 1 / (T // 10 + 1)) < 0.05) and steps.min() == T
    assert not first[np.arange(mask.shape[1]) >= steps[:, None]].any(), "padding is 0"
    assert (targets == targets[:, :1]).all()
    again = task.batch(2000, np.random.default_rng(9), T)
    assert all(np.array_equal(one, other) for one, other in zip((first, targets, mask), again, strict=True))
    other = task.batch(2000, np.random.default_rng(10), T)
    assert not np.array_equal(first, other[0])
    with pytest.raises(ValueError, match="T is 19"):
        task.batch(1, np.random.default_rng(9), 19)
    assert [len(one) for one in task.batch(0, np.random.default_rng(9))] == [0, 0, 0]


def unrelated(features, answers):
    """Whether no column of the features goes with the answers, by more than 6 deviations of chance."""
    features, answers = features - features.mean(axis=0), answers - answers.mean()
    scale = np.sqrt((features**2).mean(axis=0) * (answers**2).mean())
    with np.errstate(invalid="ignore"):
        related = (features * answers[:, None]).mean(axis=0) / scale
    return np.nanmax(np.abs(related)) < 6 / np.sqrt(len(answers))


def test_temporal_order_is_told_by_two_symbols_and_by_nothing_else():
    ids, targets, mask = temporal_order.batch(20_000, np.random.default_rng(11))
    steps = 1 + mask.argmax(axis=1)
    relevant = np.isin(ids, [temporal_order.SYMBOLS.index(symbol) for symbol in "XY"])
    assert (relevant.sum(axis=1) == 2).all()
    places = np.where(relevant)[1].reshape(-1, 2)
    assert places.min(axis=0).tolist() == [10, 50] and places.max(axis=0).tolist() == [20, 60]
    for row, target in zip(ids[:200], targets[:200, 0], strict=True):
        text = "".join(temporal_order.decode(row))
        assert "".join(one for one in text if one in "XY") == temporal_order.CLASSES[target]
        assert re.fullmatch(r"E[a-d]{9,19}[XY][a-d]{29,49}[XY][a-d]+BE*", text)
    assert np.all(np.abs(np.bincount(targets[:, 0]) / 20_000 - 1 / 4) < 0.015)
    said = np.eye(8)[np.where(relevant, 0, ids)][:, 1:100].reshape(20_000, -1)  # all but X and Y
    for k in range(4):
        assert unrelated(np.column_stack([said, steps, places]), targets[:, 0] == k)


def test_adding_asks_for_the_sum_of_two_marked_numbers():
    xs, targets, mask = adding.batch(20_000, np.random.default_rng(12))
    steps = 1 + mask.argmax(axis=1)
    marked = xs[:, :, 1] == 1
    places = np.where(marked)[1].reshape(-1, 2)
    assert (marked.sum(axis=1) == 2).all() and (xs[:, 0, 1] == -1).all()
    assert (xs[np.arange(20_000), steps - 1, 1] == -1).all() and ((xs[:, :, 1] == -1).sum(axis=1) == 2).all()
    assert (places[:, 0].min(), places[:, 0].max()) == (1, 10) and (places[:, 1].min(), places[:, 1].max()) == (2, 49)
    for row, target in zip(xs[:200], targets[:200, 0, 0], strict=True):
        assert target == pytest.approx(0.5 + sum(number for number, mark in row if mark == 1) / 4)
    assert targets.min() > 0 and targets.max() < 1
    assert np.mean((targets[:, 0, 0] - 0.5) ** 2) == pytest.approx(adding.BLIND, rel=0.03)
    real = np.arange(110) < steps[:, None]
    assert np.abs(xs[:, :, 0]).max() < 1 and abs(xs[:, :, 0][real].mean()) < 0.01
    others = np.where(marked, 0.0, xs[:, :, 0])
    assert unrelated(np.column_stack([others, steps, places]), targets[:, 0, 0])
    first, second = xs[:, :, 0][marked].reshape(-1, 2).T
    assert abs(np.mean(first * second)) < 0.01, "two numbers that have nothing to do with each other"


def test_the_two_sequences_are_told_by_three_numbers_and_answered_with_noise():
    xs, targets, mask = two_sequence.batch(20_000, np.random.default_rng(13))
    clean, answers, _ = two_sequence.batch(20_000, np.random.default_rng(13), noisy=False)
    assert np.array_equal(xs, clean), "the noise on the answers is drawn last"
    steps = 1 + mask.argmax(axis=1)
    second = xs[:, 0, 0] == -1
    assert np.array_equal(np.abs(xs[:, :3, 0]), np.ones((20_000, 3))) and abs(second.mean() - 1 / 2) < 0.015
    assert (xs[:, :3] == xs[:, :1]).all()
    assert np.array_equal(answers[:, 0, 0], np.where(second, *two_sequence.ANSWERS[::-1]))
    said = xs[:, 3:100, 0]
    assert abs(said.mean()) < 0.002 and said.var() == pytest.approx(0.2, rel=0.01)
    noise = (targets - answers)[:, 0, 0]
    assert noise.var() == pytest.approx(two_sequence.FLOOR, rel=0.05) and abs(noise.mean()) < 0.01
    assert np.mean((targets[:, 0, 0] - 0.5) ** 2) == pytest.approx(two_sequence.BLIND, rel=0.03)
    assert unrelated(np.column_stack([said, steps]), second) and unrelated(np.column_stack([said, second]), noise)


def test_two_spikes_are_as_far_apart_as_their_class_says_and_their_place_says_nothing():
    xs, targets, mask = spikes.batch(4000, np.random.default_rng(0), distance=12, quiet=5)
    assert xs.shape == (4000, 18, 1) and targets.shape == mask.shape == (4000, 18)
    assert (xs.sum(axis=(1, 2)) == 2).all() and (mask.sum(axis=1) == 1).all()
    first, second = xs[:, :, 0].argmax(axis=1), mask.argmax(axis=1)
    assert (xs[np.arange(4000), second] == 1).all()
    assert np.array_equal(second - first, 11 + targets[:, 0]) and set(first) == set(range(6))
    assert 0.46 < targets[:, 0].mean() < 0.54
    with pytest.raises(ValueError, match="distance"):
        spikes.batch(3, np.random.default_rng(0), distance=1)


def test_expressions_are_as_deep_as_asked_and_worth_what_python_says():
    rng = np.random.default_rng(1)
    meant = {
        "all": lambda *parts: int(all(parts)),
        "any": lambda *parts: int(any(parts)),
        "odd": lambda *parts: sum(parts) % 2,
        "most": lambda *parts: int(sum(parts) > len(parts) / 2),
    }

    def called(tree):
        """The expression as Python calls it."""
        symbol, parts = tree
        return f"meant[{symbol!r}]({', '.join(map(called, parts))})" if parts else symbol

    for depth in range(5):
        for tree in expressions.trees(50, (depth,), rng):
            assert expressions.height(tree) == depth
            every = list(expressions.nodes(tree))
            assert {len(parts) for _, parts in every} <= {0, 2, 3}
            assert expressions.value(tree) == eval(called(tree), {"meant": meant})
            turned = (tree[0], tree[1][::-1])
            assert expressions.value(turned) == expressions.value(tree), "the order of the parts makes no difference"


def test_expressions_as_text_and_as_a_forest_are_the_same_ones():
    chosen = expressions.trees(40, (0, 1, 2, 3), np.random.default_rng(2))
    ids, targets, mask = expressions.batch(chosen)
    rows, children, values, roots = expressions.forest(chosen)
    assert len(rows) == len(children) == len(values) == sum(len(list(expressions.nodes(tree))) for tree in chosen)
    assert [expressions.value(tree) for tree in chosen] == targets[:, 0].tolist() == values[roots].tolist()
    for n, (tree, root) in enumerate(zip(chosen, roots, strict=True)):
        symbols = expressions.text(tree)
        assert [expressions.SYMBOLS[k] for k in ids[n, : len(symbols)]] == symbols and not ids[n, len(symbols) :].any()
        assert mask[n].nonzero()[0].tolist() == [len(symbols) - 1]
        inside = [one[0] for one in expressions.nodes(tree)]
        assert [expressions.SYMBOLS[k] for k in rows[root : root + len(inside)]] == inside
    below = [child for own in children for child in own]
    assert sorted([*below, *roots]) == list(range(len(rows))), "each row is a root or has one parent"


def test_no_answer_of_expressions_is_much_more_frequent():
    for depth in (1, 2, 3, 4):
        values = [expressions.value(tree) for tree in expressions.trees(2000, (depth,), np.random.default_rng(depth))]
        assert 0.4 < np.mean(values) < 0.6
