"""How many spans were found: precision, recall and F1 over a whole batch."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._draws import LARGE, PADDING, ends, scattered, tagged

NOTHING = frozenset({"nothing"})


def _said(rng, truth, types, wrong):
    """What a network may say in the place of tags (T,): a share of them is some other tag."""
    return np.where(rng.random(len(truth)) < wrong, scattered(rng, len(truth), types), truth)


def _arguments(rng, lengths, T, types, wrong=0.25, inside=0.6, longest=3):
    """Draw a batch; on the padding there are tags as well, most of them the same."""
    truth = np.stack([tagged(rng, T, types, inside, longest) for _ in lengths])
    said = np.stack([_said(rng, row, types, wrong) for row in truth])
    return {"predicted": said, "targets": truth, "mask": ends(lengths, T)}


def _counts(args):
    """(right, found, true) of a call."""
    rows = zip(args["predicted"], args["targets"], args["mask"].sum(axis=1).astype(int), strict=True)
    said, true = set(), set()
    for n, (guess, truth, length) in enumerate(rows):
        for tags, spans in ((guess, said), (truth, true)):
            kinds = np.concatenate([[-1], (tags[:length] - 1) // 2, [-1]])
            edges = (kinds[1:] != kinds[:-1]) | np.concatenate([tags[:length] % 2 == 1, [False]])
            places = np.flatnonzero(edges)
            pieces = zip(places[:-1], places[1:], strict=True)
            spans |= {(n, int(a), int(b), int(kinds[a + 1])) for a, b in pieces if kinds[a + 1] >= 0}
    return len(said & true), len(said), len(true)


def _telling(rng, *sizes, **options):
    """Draw a batch in which the three counts are no two the same, and some spans are right."""
    while True:
        args = _arguments(rng, *sizes, **options)
        right, found, true = _counts(args)
        if 0 < right < min(found, true) and found != true:
            return args


def cases(rng):
    yield Case("small", _telling(rng, [4, 6], 6, 2))
    yield Case("more rows", _telling(rng, [9, 3, 7, 8, 5], 9, 3))
    yield Case("one row", _telling(rng, [14], 14, 3))
    yield Case("one type", _telling(rng, [8, 11, 10], 11, 1))
    yield Case("no padding", _telling(rng, [7, 7, 7, 7], 7, 4))
    yield Case("rows that say much and rows that say little", _uneven(rng))
    yield Case("mostly wrong", _telling(rng, [12, 9, 10], 12, 3, wrong=0.6))
    yield Case("mostly right", _telling(rng, [15, 16, 13, 14], 16, 3, wrong=0.08))
    yield Case("strided", _telling(rng, [6, 8, 4], 8, 2), frozenset({"strided"}))
    halved = _telling(rng, [5, 9, 7], 9, 2)
    yield Case("float32", halved | {"mask": halved["mask"].astype(np.float32)})
    yield Case("one word a row", _single_words(rng))
    alike = _telling(rng, [10, 10], 10, 2, wrong=0.3)
    yield Case("the same tags in another row", alike | {"predicted": alike["predicted"][::-1].copy()})
    yield Case("rows that begin with an I", _begun_with_i(rng))
    yield Case("tags behind the end", _telling(rng, [3, 4, 2, 1], 15, 3, wrong=0.4), PADDING)
    yield Case("a row without a word", _telling(rng, [7, 0, 9, 8], 9, 2), PADDING)
    yield Case("cut in the middle of a span", _cut(rng), PADDING)
    nothing = _arguments(rng, [5, 7], 7, 3)
    zeros = np.zeros_like(nothing["targets"])
    yield Case("nothing was found", nothing | {"predicted": zeros}, NOTHING)
    yield Case("nothing was there", nothing | {"targets": zeros}, NOTHING)
    yield Case("nothing was there, and nothing was found", nothing | {"targets": zeros, "predicted": zeros}, NOTHING)
    wrong = np.where(nothing["targets"] > 0, (nothing["targets"] + 1) % 6 + 1, 0)  # each of the next type
    yield Case("nothing is right", nothing | {"predicted": wrong}, NOTHING)
    yield Case("all is right", nothing | {"predicted": nothing["targets"].copy()}, NOTHING)
    yield Case("hundreds of words", _telling(rng, [800, 900], 900, 3, wrong=0.1, inside=0.95, longest=1), LARGE)
    yield Case("hundreds of rows", _telling(rng, rng.integers(1, 4, size=400), 3, 2), LARGE)
    yield Case("types above 255", _far_types(rng), LARGE)


def _uneven(rng):
    """Draw rows of which one has most of the spans, and another share of them right than the others have."""
    while True:
        args = _telling(rng, [18, 5, 6], 18, 3, wrong=0.5)
        args["predicted"][0] = _said(rng, args["targets"][0], 3, 0.15)
        right, found, true = _counts(args)
        if 0 < right < min(found, true) and found != true:
            return args


def _single_words(rng):
    while True:
        args = _telling(rng, [1, 1, 1, 1, 1, 1, 1], 2, 2, wrong=0.4, inside=0.8)
        if _counts(args)[0] > 1:
            return args


def _begun_with_i(rng):
    """Draw rows that end with a span, and are said to begin with an I of its type, where a span of that type is."""
    args = _telling(rng, [6, 8, 5], 8, 2)
    for n, length in ((0, 6), (1, 8)):
        for name in ("predicted", "targets"):
            args[name][n, length - 1], args[name][n + 1, :2] = 1, [1, 0]
        args["predicted"][n + 1, 0] = 2
    return args


def _cut(rng):
    """Draw rows that end, by the mask, within spans which go on behind it, the one way or the other."""
    args = _telling(rng, [5, 4, 6], 9, 2)
    for n, length in enumerate((5, 4, 6)):
        args["targets"][n, length - 1 : length + 2] = [1, 2, 2]
        args["predicted"][n, length - 1 : length + 2] = [1, 2, 0]
    args["predicted"][0, 0], args["targets"][0, :2] = 3, 0
    return args


def _far_types(rng):
    """Draw types above 255 whose tags are the same in their last eight, sixteen or 32 bits as those of others."""
    args = _telling(rng, [29, 42, 30], 42, 2, wrong=0.1)
    far = []
    for _ in range(2):  # tags of single words: each has a type of its own
        away = rng.choice([256, 2**16, 2**32], size=(3, 42))
        far.append(600 + away)
    same = rng.random((3, 42)) < 0.5
    far[0] = np.where(same, far[1], far[0])
    names = ("predicted", "targets")
    return args | {name: np.where(args[name] > 0, args[name] + more, 0) for name, more in zip(names, far, strict=True)}


def other(case):
    """The case with what was said moved on by one place."""
    return Case(case.name, case.args | {"predicted": np.roll(case.args["predicted"], 1, axis=1)}, case.tags)


LENGTHS = "mask.sum(axis=1).astype(int)"
SAID = "said = {tuple(span) for span in bio_spans(predicted[n, :length]).tolist()}"
REAL = "real = {tuple(span) for span in bio_spans(targets[n, :length]).tolist()}"
RATIOS = "precision, recall = right / max(found, 1), right / max(true, 1)"
F1 = "2 * right / max(found + true, 1)"
LAST = "return precision, recall, 2 * right / max(found + true, 1)"
MISTAKES = slips(
    r"""
mask_ignored: a count of spans with those on the padding
    {"predicted[n, :length]": "predicted[n]", "targets[n, :length]": "targets[n]"}
    Behind the last word there is no text, whatever tags stand there.
    Look: Which of the arguments is not used?
padding_of_predicted: a count of what was predicted with that on the padding
    {"predicted[n, :length]": "predicted[n]"}
    Behind the last word there is no text, whatever tags stand there.
    Look: How long is a row of predicted for you, and how long one of targets?
padding_of_targets: a count of what is true with that on the padding
    {"targets[n, :length]": "targets[n]"}
    Behind the last word there is no text, whatever tags stand there.
    Look: How long is a row of predicted for you, and how long one of targets?
last_word_missing: a count without each row's last word
    {"predicted[n, :length]": "predicted[n, : max(length - 1, 0)]",
        "targets[n, :length]": "targets[n, : max(length - 1, 0)]"}
    A slice leaves out its end already.
    Look: How many words has your slice of a row whose mask has three ones?
one_word_more: a count with the first step of the padding
    {"predicted[n, :length]": "predicted[n, : length + 1]", "targets[n, :length]": "targets[n, : length + 1]"}
    A slice leaves out its end already.
    Look: How many words has your slice of a row whose mask has three ones?
longest: a count in which each row is as long as the longest
    {"$lengths": "np.full(len(mask), int(mask.sum(axis=1).max()))"}
    Behind the last word there is no text, whatever tags stand there.
    Look: Which length belongs to row n?
all_lengths: a count in which each row is as long as all rows together
    {"$lengths": "np.full(len(mask), int(mask.sum()))"}
    Behind the last word there is no text, whatever tags stand there.
    Look: Along which axis do you add up the mask?
first_length: a count in which each row is as long as the first
    {"$lengths": "np.full(len(mask), int(mask[0].sum()))"}
    Each row has a length of its own.
    Look: Which length belongs to row n?
exchanged: precision and recall in each other's place
    {"$ratios": "recall, precision = right / max(found, 1), right / max(true, 1)"}
    Precision asks: of what was said, how much is so? Recall asks: of what is there, how much was said?
    Look: Below which bar does the number of predicted spans stand in equation (eq:precision)?
rows_mixed: a count in which a span is right if there is one like it in any row
    body:
        found, true = [], []
        for n, length in enumerate(mask.sum(axis=1).astype(int)):
            found += [tuple(span) for span in bio_spans(predicted[n, :length]).tolist()]
            true += [tuple(span) for span in bio_spans(targets[n, :length]).tolist()]
        right = sum(span in true for span in found)
        return right / max(len(found), 1), right / max(len(true), 1), 2 * right / max(len(found) + len(true), 1)
    Two texts may have a name at the same place, and one of them was found.
    Look: What does a row of spans say, and what does it not say?
rows_in_one_set: a count in which spans of the same place and type in two rows are one
    body:
        found, true = set(), set()
        for n, length in enumerate(mask.sum(axis=1).astype(int)):
            found |= {tuple(span) for span in bio_spans(predicted[n, :length]).tolist()}
            true |= {tuple(span) for span in bio_spans(targets[n, :length]).tolist()}
        right = len(found & true)
        return right / max(len(found), 1), right / max(len(true), 1), 2 * right / max(len(found) + len(true), 1)
    Two texts may have a name at the same place.
    Look: What does a row of spans say, and what does it not say?
rows_joined: a count of spans in one row that was made of all rows
    body:
        kept = mask > 0
        said = {tuple(span) for span in bio_spans(predicted[kept]).tolist()}
        real = {tuple(span) for span in bio_spans(targets[kept]).tolist()}
        right, found, true = len(said & real), len(said), len(real)
        return right / max(found, 1), right / max(true, 1), 2 * right / max(found + true, 1)
    Where a row ends a span ends. Laid end to end, an I at the beginning of the next row goes on with it.
    Look: What stands before a row's first word?
rows_end_to_end: a count of spans in one row that was made of all rows, their padding as O
    body:
        said = {tuple(span) for span in bio_spans((predicted * mask.astype(int)).ravel()).tolist()}
        real = {tuple(span) for span in bio_spans((targets * mask.astype(int)).ravel()).tolist()}
        right, found, true = len(said & real), len(said), len(real)
        return right / max(found, 1), right / max(true, 1), 2 * right / max(found + true, 1)
    Where a row ends a span ends. Behind a row without padding, an I at the beginning of the next one goes on with it.
    Look: What stands before a row's first word?
mean_of_rows: the mean of the rows' precisions, of their recalls and of their F1
    body:
        each = []
        for n, length in enumerate(mask.sum(axis=1).astype(int)):
            said = {tuple(span) for span in bio_spans(predicted[n, :length]).tolist()}
            real = {tuple(span) for span in bio_spans(targets[n, :length]).tolist()}
            right, found, true = len(said & real), len(said), len(real)
            each.append((right / max(found, 1), right / max(true, 1), 2 * right / max(found + true, 1)))
        precision, recall, f1 = np.mean(each, axis=0)
        return precision, recall, f1
    A text with one name would weigh as much as one with twenty. Counted are the spans of all rows together.
    Look: What stands above and below the bars in equation (eq:precision), and when is it divided?
last_row: a count of the last row
    {"right += len": "right = len", "found += len": "found = len", "true += len": "true = len"}
    The counts of the rows before it are gone.
    Look: What happens to your counts when the next row comes?
first_row: a count of the first row
    {"        true += len(real)": "        true += len(real)\n        break"}
    The rows are counted together.
    Look: How many rows does your loop see?
words_for_spans: a count of words
    {"$said": "said = {(t, (tag + 1) // 2) for t, tag in enumerate(predicted[n, :length].tolist()) if tag}",
        "$real": "real = {(t, (tag + 1) // 2) for t, tag in enumerate(targets[n, :length].tolist()) if tag}"}
    A name of three words of which two were found is not found: half a name is nobody's.
    Look: Of what are there so many above the bar in equation (eq:precision)?
tags_for_spans: a count of tags that are not O
    {"$said": "said = {(t, tag) for t, tag in enumerate(predicted[n, :length].tolist()) if tag}",
        "$real": "real = {(t, tag) for t, tag in enumerate(targets[n, :length].tolist()) if tag}"}
    A name of three words of which two were found is not found: half a name is nobody's.
    Look: Of what are there so many above the bar in equation (eq:precision)?
every_tag: a count of all tags, O among them
    {"$said": "said = {(t, tag) for t, tag in enumerate(predicted[n, :length].tolist())}",
        "$real": "real = {(t, tag) for t, tag in enumerate(targets[n, :length].tolist())}"}
    Nearly all words are O, and to say so is easy.
    Look: Of what are there so many above the bar in equation (eq:precision)?
every_tag_and_padding: a count of all tags, O among them, and those of the padding
    {"$said": "said = {(t, tag) for t, tag in enumerate(predicted[n].tolist())}",
        "$real": "real = {(t, tag) for t, tag in enumerate(targets[n].tolist())}"}
    Nearly all words are O, and to say so is easy. And on the padding there are no words.
    Look: Of what are there so many above the bar in equation (eq:precision)?
starts_alone: a count in which a span is right if its start is
    {"$said": "said = {span[0] for span in bio_spans(predicted[n, :length]).tolist()}",
        "$real": "real = {span[0] for span in bio_spans(targets[n, :length]).tolist()}"}
    Half a name is not found, nor is a person that was taken for a place.
    Look: Which three numbers have to be right?
type_ignored: a count in which a span is right if its start and its end are
    {"$said": "said = {tuple(span[:2]) for span in bio_spans(predicted[n, :length]).tolist()}",
        "$real": "real = {tuple(span[:2]) for span in bio_spans(targets[n, :length]).tolist()}"}
    To take a person for a place is a mistake as well.
    Look: Which three numbers have to be right?
end_ignored: a count in which a span is right if its start and its type are
    {"$said": "said = {(span[0], span[2]) for span in bio_spans(predicted[n, :length]).tolist()}",
        "$real": "real = {(span[0], span[2]) for span in bio_spans(targets[n, :length]).tolist()}"}
    Half a name is not found.
    Look: Which three numbers have to be right?
start_ignored: a count in which a span is right if its end and its type are
    {"$said": "said = {tuple(span[1:]) for span in bio_spans(predicted[n, :length]).tolist()}",
        "$real": "real = {tuple(span[1:]) for span in bio_spans(targets[n, :length]).tolist()}"}
    Half a name is not found.
    Look: Which three numbers have to be right?
place_ignored: a count in which a span is right if there is one of its type in the row
    {"$said": "said = {span[2] for span in bio_spans(predicted[n, :length]).tolist()}",
        "$real": "real = {span[2] for span in bio_spans(targets[n, :length]).tolist()}"}
    Where a name stands matters, and how many there are.
    Look: Which three numbers have to be right?
overlap_is_enough: a count in which a span is right if one of its type begins before its end and ends after its start
    body:
        right = found = true = 0
        for n, length in enumerate(mask.sum(axis=1).astype(int)):
            said, real = bio_spans(predicted[n, :length]).tolist(), bio_spans(targets[n, :length]).tolist()
            right += sum(any(a < d and c < b and k == m for c, d, m in real) for a, b, k in said)
            found += len(said)
            true += len(real)
        return right / max(found, 1), right / max(true, 1), 2 * right / max(found + true, 1)
    Half a name is not found.
    Look: Which three numbers have to be right?
pairs_in_order: a count in which the first span said is held against the first that is there, and so on
    body:
        right = found = true = 0
        for n, length in enumerate(mask.sum(axis=1).astype(int)):
            said, real = bio_spans(predicted[n, :length]).tolist(), bio_spans(targets[n, :length]).tolist()
            right += sum(one == other for one, other in zip(said, real))
            found += len(said)
            true += len(real)
        return right / max(found, 1), right / max(true, 1), 2 * right / max(found + true, 1)
    One span too many, and all that come after it are held against the wrong one.
    Look: How do you find out whether a span that was said is among those that are there?
mean_for_f1: the mean of precision and recall in the place of F1
    {"$f1": "(precision + recall) / 2"}
    A network that says little and is right, or one that says everything, would get half of all that there is.
    Look: What stands above the bar in equation (eq:f1)?
half_f1: an F1 without the 2
    {"$f1": "right / max(found + true, 1)"}
    Where all is right, it has to be 1.
    Look: What stands above the bar in equation (eq:f1)?
jaccard: an F1 in which what is in both is counted once, below the bar as well
    {"$f1": "right / max(found + true - right, 1)"}
    That is what both have in common out of all that either has. F1 is what equation (eq:f1) says.
    Look: What stands below the bar in equation (eq:f1)?
product_for_f1: precision times recall in the place of F1
    {"$f1": "precision * recall"}
    There is more in it: where both are a half, F1 is a half.
    Look: What stands below the bar in equation (eq:f1)?
root_for_f1: the root of precision times recall in the place of F1
    {"$f1": "(precision * recall) ** 0.5"}
    That is another kind of mean. Of the two, F1 is the smaller.
    Look: What stands below the bar in equation (eq:f1)?
smaller_for_f1: the smaller of precision and recall in the place of F1
    {"$f1": "min(precision, recall)"}
    F1 lies between the two.
    Look: What does equation (eq:f1) do with the two?
percent: the right numbers in percent
    {"$last": "return 100 * precision, 100 * recall, 200 * right / max(found + true, 1)"}
    Many scripts print them so. Here they go from 0 to 1.
    Look: What does the docstring say of the three numbers?
f1_first: the right numbers, F1 the first
    {"$last": "return 2 * right / max(found + true, 1), precision, recall"}
    Precision comes first.
    Look: In which order does the docstring name them?
one_where_nothing_is: numbers that are 1 where a division would be by 0
    {"right / max(found, 1), right / max(true, 1)": "right / found if found else 1.0, right / true if true else 1.0",
        "$f1": "2 * right / (found + true) if found + true else 1.0"}
    A network that says nothing would have said nothing wrong. That is a matter of taste, and here it is 0.
    Look: What does the docstring say of a division by 0?
divided_by_nothing: an error where nothing was found, or nothing was there
    {"max(found, 1)": "found", "max(true, 1)": "true", "max(found + true, 1)": "(found + true)"}
    A network that says O throughout has a precision as well. Here it is 0.
    Look: What does the docstring say of a division by 0?
nan_where_nothing_is: the right numbers, and NaN where a division is by 0
    {"max(found, 1)": "np.float64(found)", "max(true, 1)": "np.float64(true)",
        "max(found + true, 1)": "np.float64(found + true)"}
    A network that says O throughout has a precision as well. Here it is 0.
    Look: What does the docstring say of a division by 0?
error_where_nothing_is_right: an error where no span is right
    {"$f1": "2 * precision * recall / (precision + recall)"}
    Precision and recall are both 0 then, and so is what stands below the bar.
    Look: What does the docstring say of a division by 0?
nan_where_nothing_is_right: the right numbers, and NaN for F1 where no span is right
    {"$f1": "2 * precision * recall / np.float64(precision + recall)"}
    Precision and recall are both 0 then, and so is what stands below the bar.
    Look: What does the docstring say of a division by 0?
spans_that_are_o: a count in which each O is a span
    {"$said": "said = {tuple(span) for span in bio_spans(predicted[n, :length] + 1 + "
            "(predicted[n, :length] > 0)).tolist()}",
        "$real": "real = {tuple(span) for span in bio_spans(targets[n, :length] + 1 + "
            "(targets[n, :length] > 0)).tolist()}"}
    O says that a word belongs to no span.
    Look: Which tag has bio_spans to see for a word outside of any name?
types_apart: the mean of the types' precisions, of their recalls and of their F1
    body:
        counts = {}
        for n, length in enumerate(mask.sum(axis=1).astype(int)):
            said = {tuple(span) for span in bio_spans(predicted[n, :length]).tolist()}
            real = {tuple(span) for span in bio_spans(targets[n, :length]).tolist()}
            for spans, place in ((said & real, 0), (said, 1), (real, 2)):
                for span in spans:
                    counts.setdefault(span[2], [0, 0, 0])[place] += 1
        each = [(r / max(f, 1), r / max(t, 1), 2 * r / max(f + t, 1)) for r, f, t in counts.values()]
        precision, recall, f1 = np.mean(each or [(0, 0, 0)], axis=0)
        return precision, recall, f1
    A type that is rare would weigh as much as one that is everywhere. Counted are the spans of all types together.
    Look: What stands above and below the bars in equation (eq:precision), and when is it divided?
rounded: the right numbers with two digits
    {"$last": "return round(precision, 2), round(recall, 2), round(2 * right / max(found + true, 1), 2)"}
    They are rounded where they are printed, and nowhere else.
    Look: What does your last line do to the numbers?
""",
    lengths=LENGTHS,
    said=SAID,
    real=REAL,
    ratios=RATIOS,
    f1=F1,
    last=LAST,
)

RIGHT = (
    {SAID: "said = set(map(tuple, bio_spans(predicted[n] * mask[n].astype(int)).tolist()))"},
    # the row's number is part of a span
    """def span_f1(predicted, targets, mask):
    def every(tags):
        found = set()
        for n in range(len(tags)):
            for start, end, kind in bio_spans(tags[n][mask[n] == 1]):
                found.add((n, int(start), int(end), int(kind)))
        return found
    a, b = every(predicted), every(targets)
    both = len(a.intersection(b))
    precision = both / len(a) if a else 0.0
    recall = both / len(b) if b else 0.0
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return precision, recall, f1
""",
    # as lists
    """def span_f1(predicted, targets, mask):
    tp = fp = fn = 0
    for p, t, m in zip(predicted, targets, mask):
        p, t = np.where(m > 0, p, 0), np.where(m > 0, t, 0)
        said, real = bio_spans(p).tolist(), bio_spans(t).tolist()
        for span in said:
            if span in real:
                tp += 1
            else:
                fp += 1
        fn += sum(1 for span in real if span not in said)
    precision = 0.0 if tp + fp == 0 else tp / (tp + fp)
    recall = 0.0 if tp + fn == 0 else tp / (tp + fn)
    if tp == 0:
        return (precision, recall, 0.0)
    return (precision, recall, 2 / (1 / precision + 1 / recall))
""",
    # with numpy's numbers
    """def span_f1(predicted, targets, mask):
    counts = np.zeros(3)
    for n in range(predicted.shape[0]):
        L = int(np.sum(mask[n]))
        said, real = bio_spans(predicted[n, :L]), bio_spans(targets[n, :L])
        same = (said[:, None, :] == real[None, :, :]).all(axis=2)
        counts += [same.sum(), len(said), len(real)]
    right, found, true = counts
    return right / max(found, 1.0), right / max(true, 1.0), 2 * right / max(found + true, 1.0)
""",
)

# Of spans that are wrong in the same way on both sides as many are the same.
HARMLESS = tuple(
    f"bio_spans.{name}"
    for name in (
        "first_word_late",
        "end_is_the_last",
        "length_for_end",
        "end_of_one_word",
        "types_first",
        "types_from_one",
        "from_the_last",
        "by_type",
        "no_columns",
        "floats_of_nothing",
        "type_of_the_last_tag",
    )
)

EXERCISE = Exercise(
    name="span_f1",
    title="How many were found",
    arguments={"predicted": "(N, T)", "targets": "(N, T)", "mask": "(N, T)"},
    returns=(Number("precision"), Number("recall"), Number("f1")),
    parts=(
        Part("precision and recall", points=2, outputs=("precision", "recall")),
        Part("F1", points=1, outputs=("f1",)),
        Part("the padding", points=1, tags=PADDING),
        Part("nothing found, nothing there", points=1, tags=NOTHING),
        Part("long texts, and many types", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    builds_on=("bio_spans",),
    harmless=HARMLESS,
    right=RIGHT,
    hints=(
        "Which three numbers are needed for the fractions? All of them are counts of spans, and a span of one row is "
        "never the span of another.",
        "Go through the rows. Cut each at its length, which is the sum of its mask, and let bio_spans read both. Put "
        "the spans as tuples into two sets: the size of what is in both is how many are right. Add up the three counts "
        "over the rows, and divide after the loop.",
        "{tuple(span) for span in bio_spans(predicted[n, :length]).tolist()} is such a set, and said & real what is in "
        "both. Precision is right / max(found, 1), and F1 is 2 * right / max(found + true, 1): put the two fractions "
        "into equation (eq:f1) and it comes out.",
    ),
    explanation=(
        "Words that are right say little where nearly all of them are O. F1 asks for whole names, with both ends and "
        "the type. Add a span that isn't there and precision falls; leave one out and recall does."
    ),
)
