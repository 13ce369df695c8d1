"""How many words have to be put in, taken out or exchanged to make one sentence of another."""

import numpy as np

from ..base import Case, Exercise, Part, Whole, slips
from ._draws import LARGE, LONG

EMPTY = frozenset({"empty"})


def _pair(rng, S, T, K):
    return {"a": rng.integers(0, K, size=S), "b": rng.integers(0, K, size=T)}


def _without(a, place):
    return np.delete(a, place)


def cases(rng):
    yield Case("small", {"a": np.array([5, 2, 7, 4]), "b": np.array([5, 2, 4, 7, 1, 3])})
    yield Case("any two", _pair(rng, 7, 9, 4))
    yield Case("any two, the first longer", _pair(rng, 9, 6, 3))
    yield Case("of two words", _pair(rng, 12, 10, 2))
    yield Case("of one length", _pair(rng, 8, 8, 3))
    a = rng.permutation(20)[:8]
    yield Case("the same", {"a": a, "b": a.copy()})
    yield Case("nothing in common", {"a": a, "b": rng.permutation(np.arange(30, 60))[:5]})
    yield Case("one taken out at the front", {"a": a, "b": _without(a, 0)})
    yield Case("one taken out at the end", {"a": a, "b": _without(a, -1)})
    yield Case("one taken out in the middle", {"a": a, "b": _without(a, 3)})
    yield Case("one put in at the front", {"a": a, "b": np.concatenate([[25], a])})
    yield Case("two put in at the end", {"a": a, "b": np.concatenate([a, [25, 26]])})
    other = a.copy()
    other[[0, -1]] = 25, 26
    yield Case("the first and the last exchanged for others", {"a": a, "b": other})
    turned = a.copy()
    turned[[2, 3]] = turned[[3, 2]]
    yield Case("two that have changed places", {"a": a, "b": turned})
    yield Case("backwards", {"a": a, "b": a[::-1].copy()})
    yield Case("turned round by two", {"a": a, "b": np.roll(a, 2)})
    yield Case("the middle of it", {"a": a, "b": a[2:5].copy()})
    yield Case("one word each, the same", {"a": np.array([4]), "b": np.array([4])})
    yield Case("one word each, another", {"a": np.array([4]), "b": np.array([9])})
    yield Case("the same words, more often", {"a": np.array([1, 2, 1]), "b": np.array([1, 1, 2, 2, 1, 1])})
    yield Case("strided", _pair(rng, 6, 8, 3), frozenset({"strided"}))
    yield Case("int32", {name: ids.astype(np.int32) for name, ids in _pair(rng, 7, 5, 3).items()})
    none = np.zeros(0, dtype=int)
    yield Case("nothing first", {"a": none, "b": rng.integers(0, 9, size=4)}, EMPTY)
    yield Case("nothing second", {"a": rng.integers(0, 9, size=6), "b": none}, EMPTY)
    yield Case("nothing at all", {"a": none, "b": none.copy()}, EMPTY)
    wide = rng.integers(300, 60_000, size=7)
    near = wide.copy()
    near[[1, 4]] += 256
    yield Case("ids above 255", {"a": wide, "b": _without(near, 5)}, LARGE)
    vast = rng.integers(2**33, 2**40, size=6)
    near = vast.copy()
    near[2] += 1
    near[4] += 2**32
    yield Case("ids of many digits", {"a": vast, "b": near}, LARGE)
    yield Case("a few words and hundreds", _pair(rng, 30, 320, 40), LONG)
    yield Case("hundreds of words and a few", _pair(rng, 310, 28, 40), LONG)


CHANGED = "last[j - 1] + (x != y)"
BEST = "min(last[j] + 1, row[j - 1] + 1, $changed)".replace("$changed", CHANGED)


def other(case):
    """The case with a's words from the last to the first."""
    return Case(case.name, case.args | {"a": case.args["a"][::-1].copy()}, case.tags)


MISTAKES = slips(
    r"""
exchange_costs_2: a distance in which an exchange costs 2
    {"(x != y)": "2 * (x != y)"}
    To take one out and put another in is 2. To exchange them is 1.
    Look: What is added to the diagonal in equation (eq:edit)?
exchange_is_free: a distance in which an exchange costs nothing
    {"$changed": "last[j - 1]"}
    Of two sentences of one length none is then wrong.
    Look: What is added to the diagonal in equation (eq:edit)?
same_costs: a distance in which words cost something when they are the same
    {"x != y": "x == y"}
    What is the same has to be left alone, and costs nothing.
    Look: When is 1 added to the diagonal in equation (eq:edit)?
all_cost: a distance in which words on the diagonal cost 1, the same or not
    {"(x != y)": "1"}
    What is the same has to be left alone, and costs nothing.
    Look: When is 1 added to the diagonal in equation (eq:edit)?
how_far_ids: a distance in which an exchange costs as much as the ids are apart
    {"(x != y)": "abs(int(x) - int(y))"}
    Ids are names. How far they are from each other means nothing.
    Look: What is added to the diagonal in equation (eq:edit)?
insertions_free: a distance in which it costs nothing to put a word in
    {"row[j - 1] + 1": "row[j - 1]"}
    Then everything long is near everything that is a part of it.
    Look: How many ones are there in equation (eq:edit)?
deletions_free: a distance in which it costs nothing to take a word out
    {"last[j] + 1": "last[j]"}
    Then everything short is near everything that it is a part of.
    Look: How many ones are there in equation (eq:edit)?
exchanges_alone: a distance in which only an exchange costs something
    {"last[j] + 1": "last[j]", "row[j - 1] + 1": "row[j - 1]"}
    To put a word in is 1, and to take one out is 1.
    Look: How many ones are there in equation (eq:edit)?
one_for_all: a distance in which all three ways cost 1 where the words differ, and nothing where they are the same
    {"$best": "min(last[j], row[j - 1], last[j - 1]) + (x != y)"}
    Whether the two words are the same matters for the diagonal alone. To put a word in costs 1 in any case.
    Look: To which of the three ways belongs the bracket in equation (eq:edit)?
no_insertions: a distance without putting words in
    {"row[j - 1] + 1, ": ""}
    What b has more than a can't be made then but by exchanges.
    Look: Which three ways lead to a place in equation (eq:edit)?
no_deletions: a distance without taking words out
    {"last[j] + 1, ": ""}
    What a has more than b can't be lost then but by exchanges.
    Look: Which three ways lead to a place in equation (eq:edit)?
begins_anywhere: a distance to the nearest end of a piece of b
    {"row = list(range(len(b) + 1))": "row = [0] * (len(b) + 1)"}
    With zeros in the first row it costs nothing to put in what comes first.
    Look: What does it cost to make j words of none?
first_column_0: a distance in which it costs nothing to take out what comes first
    {"[i]": "[0]"}
    To make nothing of i words, i have to be taken out.
    Look: What does it cost to make nothing of i words?
borders_0: a table whose first row and first column are all 0
    {"row = list(range(len(b) + 1))": "row = [0] * (len(b) + 1)", "[i]": "[0]"}
    What comes first in either of the two then costs nothing.
    Look: What does it cost to make j words of none, and what to make none of i words?
ends_anywhere: the smallest number of the last row
    {"return row[-1]": "return min(row)"}
    That leaves out what comes last in b.
    Look: In which corner of the table does the answer stand?
last_but_one: the distance to b without its last word
    {"return row[-1]": "return row[max(len(b) - 1, 0)]"}
    The table has a column more than b has words.
    Look: In which corner of the table does the answer stand?
first_left_out: a distance without the first word of a
    {"enumerate(a, start=1)": "enumerate(a[1:], start=1)"}
    The first row of the table is for no word at all, the second for the first word.
    Look: Which word of a belongs to row i of the table?
last_left_out: a distance without the last word of a
    {"enumerate(a, start=1)": "enumerate(a[:-1], start=1)"}
    The table has a row more than a has words.
    Look: How many rows does your loop fill?
both_first_left_out: a distance without the first word of each
    {"enumerate(a, start=1)": "enumerate(a[1:], start=1)", "enumerate(b, start=1)": "enumerate(b[1:], start=1)",
        "range(len(b) + 1)": "range(max(len(b), 1))"}
    Rows and columns of the table begin with no word at all.
    Look: Which words belong to row i and column j of the table?
diagonal_written_over: a distance in one row, of which the place on the left is already the new one
    {"last[j - 1]": "row[j - 1]"}
    The diagonal is the place on the left, one row above.
    Look: Which two indices has the third way in equation (eq:edit)?
place_above: a distance in which an exchange starts from the place above
    {"last[j - 1]": "last[j]"}
    An exchange uses up a word of each: it comes from the diagonal.
    Look: Which two indices has the third way in equation (eq:edit)?
place_by_place: the number of places at which the two differ, and of those that the longer one has more
    body:
        same = min(len(a), len(b))
        return int((a[:same] != b[:same]).sum()) + abs(len(a) - len(b))
    One word put in at the front, and nothing stands in its place any more.
    Look: How far apart are a sentence and the same one without its first word?
words_in_common: the number of words in the longer one that have no partner in the other, in whatever order
    body:
        left, found = list(b), 0
        for x in a:
            if x in left:
                left.remove(x)
                found += 1
        return max(len(a), len(b)) - found
    The order of the words counts as well.
    Look: How far apart are a sentence and the same one backwards?
different_words: the number of words that one of the two holds and the other doesn't
    body:
        return len(set(a.tolist()) ^ set(b.tolist()))
    The order of the words counts as well, and how often each of them comes.
    Look: How far apart are a sentence and the same one backwards?
no_empty_row: a table without a row and a column for no word at all
    body:
        if len(a) == 0 or len(b) == 0:
            return len(a) + len(b)
        table = np.zeros((len(a), len(b)), dtype=int)
        for i in range(1, len(a)):
            for j in range(1, len(b)):
                table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i] != b[j]))
        return int(table[-1, -1])
    The first words are never compared then, and what comes first costs nothing.
    Look: How many rows and columns has the table of equation (eq:edit), from 0 on?
longest_in_common: the length of the longest sequence that both hold
    {"row = list(range(len(b) + 1))": "row = [0] * (len(b) + 1)", "[i]": "[0]",
        "$best": "(last[j - 1] + 1 if x == y else max(last[j], row[j - 1]))"}
    That says how much they have in common, and not how far they are apart.
    Look: What is the distance of two sentences that are the same?
without_exchanges: the longer one's length less that of the longest sequence that both hold
    {"row = list(range(len(b) + 1))": "row = [0] * (len(b) + 1)", "[i]": "[0]",
        "$best": "(last[j - 1] + 1 if x == y else max(last[j], row[j - 1]))",
        "return row[-1]": "return max(len(a), len(b)) - row[-1]"}
    It is near the right number, and often less.
    Look: Which three ways lead to a place in equation (eq:edit)?
neighbours: a distance in which two neighbours may change places for 1
    body:
        table = np.zeros((len(a) + 1, len(b) + 1), dtype=int)
        table[:, 0], table[0] = np.arange(len(a) + 1), np.arange(len(b) + 1)
        for i in range(1, len(a) + 1):
            for j in range(1, len(b) + 1):
                table[i, j] = min(
                    table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i - 1] != b[j - 1])
                )
                if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                    table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
        return int(table[-1, -1])
    That is Damerau's distance, made for slips of the hand. Here they are two exchanges.
    Look: Which three ways lead to a place in equation (eq:edit)?
first_that_fits: a distance found by going on wherever two words are the same, and exchanging where not
    body:
        i = j = cost = 0
        while i < len(a) and j < len(b):
            if a[i] == b[j]:
                i, j = i + 1, j + 1
            elif i + 1 < len(a) and a[i + 1] == b[j]:
                i, cost = i + 1, cost + 1
            elif j + 1 < len(b) and a[i] == b[j + 1]:
                j, cost = j + 1, cost + 1
            else:
                i, j, cost = i + 1, j + 1, cost + 1
        return cost + len(a) - i + len(b) - j
    What looks best here may cost more later. The table tries all ways.
    Look: How many ways does equation (eq:edit) compare at each place?
largest_way: the most expensive of the three ways
    {"min(last": "max(last"}
    The distance is what the cheapest way costs.
    Look: Which of the three ways counts in equation (eq:edit)?
nothing_is_0: a distance that is 0 where one of the two has no words
    {"return row[-1]": "return row[-1] if len(a) and len(b) else 0"}
    To make four words of none, four are put in.
    Look: What stands in the first row of the table, and what in its first column?
begins_with_1: a table that begins with 1
    {"row = list(range(len(b) + 1))": "row = list(range(1, len(b) + 2))", "[i]": "[i + 1]"}
    To make nothing of nothing costs nothing.
    Look: What stands in the first place of the table?
""",
    changed=CHANGED,
    best=BEST,
)

RIGHT = (
    # the whole table
    """
def edit_distance(a, b):
    S, T = len(a), len(b)
    D = np.zeros((S + 1, T + 1), dtype=int)
    D[:, 0] = np.arange(S + 1)
    D[0, :] = np.arange(T + 1)
    for i in range(1, S + 1):
        for j in range(1, T + 1):
            cost = 0 if a[i - 1] == b[j - 1] else 1
            D[i, j] = min(D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + cost)
    return D[S, T]
""",
    # one row, with the diagonal kept
    """
def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for x in a:
        diagonal, row[0] = row[0], row[0] + 1
        for j in range(1, len(row)):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + int(x != b[j - 1]))
    return row[-1]
""",
    # top down, what was asked is kept
    """
def edit_distance(a, b):
    known = {}
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == 0 or j == 0:
                known[i, j] = i + j
            elif a[i - 1] == b[j - 1]:
                known[i, j] = known[i - 1, j - 1]
            else:
                known[i, j] = 1 + min(known[i - 1, j], known[i, j - 1], known[i - 1, j - 1])
    return known[len(a), len(b)]
""",
    # a whole row at once
    """
def edit_distance(a, b):
    places = np.arange(len(b) + 1)
    row = places.copy()
    for i, x in enumerate(a):
        best = np.concatenate([[i + 1], np.minimum(row[1:] + 1, row[:-1] + (b != x))])
        row = np.minimum.accumulate(best - places) + places
    return int(row[-1])
""",
)

EXERCISE = Exercise(
    name="edit_distance",
    title="How far apart",
    arguments={"a": "(S,)", "b": "(T,)"},
    returns=(Whole("distance"),),
    parts=(
        Part("the distance", points=2),
        Part("sentences without a word", points=1, tags=EMPTY),
        Part("large ids", points=1, tags=LARGE),
        Part("hundreds of words", points=1, tags=LONG),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    two_at_once=False,  # on hundreds of words each of them takes a while
    right=RIGHT,
    hints=(
        "Draw the table of equation (eq:edit) for two sentences of three words, and fill it by hand. What stands in "
        "its first row and in its first column?",
        "Row 0 is 0, 1, 2, ...: to make j words of none, j are put in. Each further row begins with its number i. Each "
        "place of it is the least of three: the place above and 1, the place on the left and 1, the place on the "
        "diagonal and 1 if the two words differ. The answer stands in the last place.",
        "Two rows are enough: last, row = row, [i], and for each j append the least of last[j] + 1, row[j - 1] + 1 and "
        "last[j - 1] plus whether the words differ.",
    ),
    explanation=(
        "There are more ways from one sentence to another than could ever be tried, and the table tries them all in "
        "S times T steps: a cheapest way to a place comes from the cheapest to one of three neighbours. Divided by the "
        "right sentence's length it is the word error rate."
    ),
)
