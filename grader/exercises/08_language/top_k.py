"""The k likeliest words, and their probabilities among themselves."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._sampling import LARGE, TIES, argsort_keeps_order, probabilities, single

MANY = frozenset({"many"})


def _arguments(rng, N, K, k):
    return {"probs": probabilities(rng, N, K), "k": k}


def _tied(rng, N, levels):
    """Draw probs (N, K) whose rows hold these numbers in some order, up to their sum: some of them equal.

    Rows differ in what else they hold, so that no two are the same.
    """
    first = np.exp(rng.uniform(1.5, 2.5, size=(N, 1)))  # the likeliest, which is alone
    rest = np.exp(-np.asarray(levels, float)) * np.exp(rng.uniform(-0.3, 0.3, size=(N, 1)))
    rows = rng.permuted(np.concatenate([first, rest], axis=1), axis=1)
    return rows / rows.sum(axis=1, keepdims=True)


def _near(rng, N, K, apart):
    """Draw rows (N, K) of words whose probabilities are so far apart, or up to three times as far."""
    rows = 1 + apart * rng.permuted(np.cumsum(rng.uniform(1, 3, size=(N, K)), axis=1), axis=1)
    return {"probs": rows / rows.sum(axis=1, keepdims=True)}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, K=4, k=2))
    yield Case("three of seven", _arguments(rng, N=3, K=7, k=3))
    yield Case("the likeliest alone", _arguments(rng, N=4, K=6, k=1))
    yield Case("all but one", _arguments(rng, N=3, K=5, k=4))
    yield Case("many rows", _arguments(rng, N=30, K=8, k=3))
    yield Case("one row", _arguments(rng, N=1, K=9, k=4))
    yield Case("strided", _arguments(rng, N=5, K=6, k=2), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=4, K=7, k=3)))
    zeros = _arguments(rng, N=5, K=8, k=3)
    zeros["probs"] = zeros["probs"] * (rng.permuted(np.arange(40).reshape(5, 8) % 8, axis=1) < 5)
    zeros["probs"] /= zeros["probs"].sum(axis=1, keepdims=True)
    yield Case("some have no probability", zeros)
    yield Case("as many as there are", _arguments(rng, N=3, K=5, k=5), MANY)
    yield Case("more than there are", _arguments(rng, N=4, K=3, k=6), MANY)
    yield Case("one word", _arguments(rng, N=3, K=1, k=2), MANY)
    few = _arguments(rng, N=2, K=6, k=5)
    few["probs"] = few["probs"] * (rng.permuted(np.arange(12).reshape(2, 6) % 6, axis=1) < 2)
    few["probs"] /= few["probs"].sum(axis=1, keepdims=True)
    yield Case("more than have a probability", few, MANY)
    yield Case("several as likely as the last that stays", {"probs": _tied(rng, 6, [1, 2, 2, 2, 3]), "k": 3}, TIES)
    yield Case("all alike but one", {"probs": _tied(rng, 5, [1, 1, 1, 1, 1, 1]), "k": 4}, TIES)
    yield Case("the likeliest but one are two", {"probs": _tied(rng, 7, [1, 1, 2, 3]), "k": 2}, TIES)
    yield Case("equally likely, and both stay", {"probs": _tied(rng, 4, [1, 1, 2, 3, 4]), "k": 3}, TIES)
    yield Case("all alike", {"probs": np.full((3, 4), 0.25), "k": 2}, TIES)
    yield Case("hundreds of words", _arguments(rng, N=2, K=700, k=300), LARGE)
    yield Case("words that are nearly equally likely", _near(rng, 4, 6, 1e-9) | {"k": 3}, LARGE)
    yield Case("words that agree in six digits", _near(rng, 5, 6, 3e-7) | {"k": 2}, LARGE)
    faint = _arguments(rng, N=3, K=40, k=12)
    faint["probs"] = probabilities(rng, 3, 40, sharp=9.0)
    yield Case("words that are next to impossible", faint, LARGE)


def other(case):
    """The case with the words in another order, and others where that changes nothing."""
    probs = np.roll(case.args["probs"][:, ::-1], 1, axis=0).copy()
    return Case(case.name, case.args | {"probs": probs}, case.tags)


LEAST = "np.sort(probs, axis=1)[:, -k:][:, :1]"
KEPT = "kept = probs * (probs >= least)"
RESULT = "kept / kept.sum(axis=1, keepdims=True)"
MISTAKES = slips(
    r"""
not_renormalised: the k likeliest with the probabilities that they had
    {"$result": "kept"}
    What was taken from the others is missing: a row adds up to less than 1.
    Look: By what does equation (eq:top_k) divide?
least_likely: the k least likely words
    {"$least": "np.sort(probs, axis=1)[:, :k][:, -1:]", "probs >= least": "probs <= least"}
    np.sort goes from the smallest to the largest.
    Look: At which end of a sorted row do the likeliest words stand?
taken_out: all words but the k likeliest
    {"probs >= least": "probs < least", "$result": "kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)"}
    It is the likeliest that may be drawn.
    Look: Which words does equation (eq:top_k) set to 0?
from_the_smallest: words at least as likely as the k-th smallest
    {"$least": "np.sort(probs, axis=1)[:, min(k, probs.shape[1]) - 1][:, None]"}
    The k-th largest is meant, and np.sort goes from the smallest to the largest.
    Look: Counted from which end is the k-th of a sorted row?
one_too_few: words that are more likely than the k-th
    {"probs >= least": "probs > least", "$result": "kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)"}
    The k-th is one of the k likeliest.
    Look: Equation (eq:top_k): does a word stay that is as likely as the k-th?
one_too_many: one word more than k
    {"[:, -k:][:, :1]": "[:, -k - 1 :][:, :1]"}
    A slice that begins at -k holds k numbers.
    Look: How many words are left in a row, and how many should be?
the_kth_left_out: one word less than k
    {"[:, -k:][:, :1]": "[:, max(probs.shape[1] - k, 0) :][:, :2][:, -1:]"}
    Of the k likeliest the last is missing.
    Look: How many words are left in a row, and how many should be?
first_of_equals: exactly k words, the first of those that are equally likely
    {"$kept": "order = np.argsort(-probs, axis=1, kind='stable')[:, :k]\n    kept = np.zeros(probs.shape)\n    "
        "np.put_along_axis(kept, order, np.take_along_axis(probs, order, axis=1), axis=1)"}
    Nothing but their place decides then between words that are equally likely. Here they stay or go together, and more
    than k may stay.
    Look: Equation (eq:top_k): does a word stay that is as likely as the k-th?
last_of_equals: exactly k words, the last of those that are equally likely
    {"$kept": "order = np.argsort(probs, axis=1, kind='stable')[:, -k:]\n    kept = np.zeros(probs.shape)\n    "
        "np.put_along_axis(kept, order, np.take_along_axis(probs, order, axis=1), axis=1)"}
    Nothing but their place decides then between words that are equally likely. Here they stay or go together, and more
    than k may stay.
    Look: Equation (eq:top_k): does a word stay that is as likely as the k-th?
different_values: words with one of the k largest numbers, however many words share each
    body:
        kept = np.zeros(probs.shape)
        for n, row in enumerate(probs):
            kept[n] = row * (row >= np.unique(row)[-k:][0])
        return kept / kept.sum(axis=1, keepdims=True)
    Of two words that are equally likely each counts. Once there are k words, no further number is needed.
    Look: The k-th largest of which numbers is q_(k) in equation (eq:top_k)? Does each word's count?
k_of_all: the k likeliest words of all rows together
    {"$least": "np.sort(probs, axis=None)[-k:][:1]", "$result":
        "kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)"}
    Each row has its own k likeliest.
    Look: Along which axis is sorted?
over_rows: the k-th largest of each word over the rows
    {"$least": "np.sort(probs, axis=0)[-k:][:1]", "$result":
        "kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)"}
    The k likeliest words of a row are wanted, not the k rows in which a word is likeliest.
    Look: Along which axis is sorted?
bound_of_the_first_row: words at least as likely as the k-th of the first row
    {"[:, -k:][:, :1]": "[:1, -k:][:, :1]", "$result": "kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)"}
    Each row has its own k likeliest.
    Look: How many rows does your bound have?
words_of_the_first_row: in each row the words that are likeliest in the first
    {"probs >= least": "probs[:1] >= least[:1]"}
    Each row has its own k likeliest.
    Look: Which rows do you compare?
unsorted: words at least as likely as the k-th from the end, in the order in which they came
    {"np.sort(probs, axis=1)[:, -k:]": "probs[:, -k:]"}
    The k-th from the end is the k-th largest where the row was sorted.
    Look: What has to be done before one counts from the end?
first_words: the first k words
    {"probs >= least": "np.arange(probs.shape[1]) < k", "$result":
        "kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)"}
    A word's place says nothing of how likely it is.
    Look: Equation (eq:top_k): by what is decided whether a word stays?
alike: the k likeliest, all equally likely
    {"$kept": "kept = (probs >= least) * 1.0"}
    Among those that stay, the likelier ones are still likelier.
    Look: What stands above the line in equation (eq:top_k)?
softmaxed: a softmax of the probabilities that are left
    {"$result": "np.exp(kept) / np.exp(kept).sum(axis=1, keepdims=True)"}
    They are probabilities already, and exp(0) is 1: the words that were taken out would come back.
    Look: By what does equation (eq:top_k) divide?
softmaxed_among_them: a softmax of the probabilities of those that are left
    {"$result": "np.exp(probs) * (probs >= least) / (np.exp(probs) * (probs >= least)).sum(axis=1, keepdims=True)"}
    They are probabilities already, not logits: a softmax makes them nearly alike.
    Look: What stands above the line in equation (eq:top_k)?
shared_out: the k likeliest, with equal parts of what is missing added to each
    {"$result": "kept + (1 - kept.sum(axis=1, keepdims=True)) * (probs >= least) / "
        "(probs >= least).sum(axis=1, keepdims=True)"}
    A row adds up to 1 again. But of two words the one that was twice as likely should be so still.
    Look: Is something added in equation (eq:top_k), or is it divided?
by_the_largest: the k likeliest, divided by the largest of them
    {"kept.sum(axis=1": "kept.max(axis=1"}
    Then the likeliest has a 1, and a row adds up to more than that.
    Look: By what does equation (eq:top_k) divide?
by_all: the k likeliest of each row, divided by the sum of all rows
    {"kept.sum(axis=1, keepdims=True)": "kept.sum()"}
    Each row by itself has to add up to 1.
    Look: Over what does the sum in equation (eq:top_k) go?
by_column: the k likeliest of each row, divided by each word's sum over the rows
    {"kept.sum(axis=1, keepdims=True)": "np.maximum(kept.sum(axis=0, keepdims=True), 1e-300)"}
    Each row has to add up to 1, and not each column.
    Look: Over what does the sum in equation (eq:top_k) go?
in_their_order: the k likeliest in the order of their probabilities
    {"$result": "np.sort($result, axis=1)[:, ::-1]"}
    A number's place says which word it belongs to.
    Look: To which word does each number of equation (eq:top_k) belong?
k_or_all_but_one: no more than K - 1 words
    {"[:, -k:][:, :1]": "[:, -min(k, max(probs.shape[1] - 1, 1)) :][:, :1]"}
    Where k is K or more, all words stay.
    Look: What does the docstring say of a large k?
no_larger_than_rows: no more words than there are rows
    {"[:, -k:][:, :1]": "[:, -min(k, len(probs)) :][:, :1]"}
    How many words there are is the length of the second axis.
    Look: With which size do you compare k?
not_enough_words: the k-th largest, also where there are less than k
    {"[:, -k:][:, :1]": "[:, -k][:, None]"}
    An index beyond the beginning of a row is an error. Where k is K or more, all words stay.
    Look: What does the docstring say of a large k?
never_zero: the k likeliest, with a little for all the others
    {"probs >= least)": "probs >= least) + 1e-9"}
    What was taken out should never be drawn.
    Look: What is left of the others in equation (eq:top_k)?
wide_bound: words as likely as the k-th, and those that are nearly so
    {"probs >= least": "probs >= least - 1e-6"}
    Equally likely are two words with the same number. Of two numbers one is larger, however little.
    Look: What does equation (eq:top_k) compare a word with?
bound_in_float32: words that are as likely as the k-th to seven digits
    {"probs >= least": "probs.astype(np.float32) >= least.astype(np.float32)"}
    float32 keeps 7 digits: words that are not quite as likely as the k-th come in.
    Look: What is the dtype of what you compare?
written_into_probs: the k likeliest, with the zeros written into the array that came in
    body:
        probs[probs < np.sort(probs, axis=1)[:, -k:][:, :1]] = 0
        return probs / probs.sum(axis=1, keepdims=True)
    Whoever called the function finds other probabilities afterwards.
    Look: Which of your lines writes into probs?
written_into_probs_whole: the k likeliest, all written into the array that came in
    body:
        probs[probs < np.sort(probs, axis=1)[:, -k:][:, :1]] = 0
        probs /= probs.sum(axis=1, keepdims=True)
        return probs
    Whoever called the function finds other probabilities afterwards.
    Look: Which of your lines write into probs?
sorted_in_place: probabilities that were sorted in the array that came in
    body:
        probs.sort(axis=1)
        kept = probs * (probs >= probs[:, -k:][:, :1])
        return kept / kept.sum(axis=1, keepdims=True)
    .sort() sorts the array itself, and which number belonged to which word is lost, for the caller too. np.sort makes
    a new one.
    Look: Which of your lines writes into probs?
""",
    least=LEAST,
    kept=KEPT,
    result=RESULT,
)

# np.argsort may put numbers that are equal in any order, and on some machines it keeps theirs: then these are the two
# above.
SORTED = slips(
    r"""
some_of_equals: exactly k words, some of those that are equally likely
    {"$kept": "order = np.argsort(-probs, axis=1)[:, :k]\n    kept = np.zeros(probs.shape)\n    "
        "np.put_along_axis(kept, order, np.take_along_axis(probs, order, axis=1), axis=1)"}
    Nothing but the way they were sorted decides then between words that are equally likely. Here they stay or go
    together, and more than k may stay.
    Look: Equation (eq:top_k): does a word stay that is as likely as the k-th?
other_of_equals: exactly k words, some of those that are equally likely, from a sorting in the other direction
    {"$kept": "order = np.argsort(probs, axis=1)[:, -k:]\n    kept = np.zeros(probs.shape)\n    "
        "np.put_along_axis(kept, order, np.take_along_axis(probs, order, axis=1), axis=1)"}
    Nothing but the way they were sorted decides then between words that are equally likely. Here they stay or go
    together, and more than k may stay.
    Look: Equation (eq:top_k): does a word stay that is as likely as the k-th?
""",
    kept=KEPT,
)

RIGHT = (
    """def top_k(probs, k):
    kept = np.zeros(probs.shape)
    for n, row in enumerate(probs):
        bound = sorted(row, reverse=True)[min(k, len(row)) - 1]
        kept[n] = [q if q >= bound else 0.0 for q in row]
        kept[n] /= kept[n].sum()
    return kept
""",
    # a word stays where fewer than k are more likely
    """def top_k(probs, k):
    ahead = np.sum(probs[:, None, :] > probs[:, :, None], axis=2)
    kept = np.where(ahead < k, probs, 0)
    return kept / np.sum(kept, axis=1)[:, None]
""",
    """def top_k(probs, k):
    K = probs.shape[1]
    kept = probs.copy()
    if k < K:
        bound = np.partition(probs, K - k, axis=1)[:, K - k]
        kept[probs < bound[:, np.newaxis]] = 0.0
    return kept / kept.sum(axis=-1, keepdims=True)
""",
    {LEAST: "-np.sort(-probs, axis=1)[:, min(k, probs.shape[1]) - 1][:, None]"},
)

EXERCISE = Exercise(
    name="top_k",
    title="The k likeliest",
    arguments={"probs": "(N, K)", "k": "a whole number"},
    returns=(Array("kept", "(N, K)"),),
    parts=(
        Part("the k likeliest words of each row", points=1),
        Part("as many words as there are, or more", points=1, tags=MANY),
        Part("words that are equally likely", points=1, tags=TIES),
        Part("hundreds of words, and small differences", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=12,
    cases=cases,
    other=other,
    mistakes=MISTAKES if argsort_keeps_order() else (*MISTAKES, *SORTED),
    right=RIGHT,
    hints=(
        "How likely is the k-th likeliest word of a row? Every word that is at least as likely stays. What if there "
        "are fewer than k words?",
        "Sort each row, np.sort(probs, axis=1), which goes from the smallest to the largest, and take the k-th from "
        "the end. A slice is kind where there are fewer than k; an index is not. Multiply probs by whether each is "
        "at least as large, and divide each row by its sum.",
        "np.sort(probs, axis=1)[:, -k:] are the k largest of each row, and [:, :1] of it the smallest of them, (N, 1). "
        "probs * (probs >= that) is what stays.",
    ),
    explanation=(
        "However odd the tail of a distribution is, nothing of it is drawn any more. The words that stay keep their "
        "proportions, and put the same words in another order, and the same words stay."
    ),
)
