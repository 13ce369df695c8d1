"""How much of a summary agrees with another in words and in their order: ROUGE-L, by the longest common subsequence."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._draws import LARGE

EMPTY = frozenset({"empty"})


def _arguments(candidate, reference):
    return {name: np.array(ids, dtype=np.int64) for name, ids in (("candidate", candidate), ("reference", reference))}


def _words(rng, L, K, low=0):
    """Draw a text of L words out of K, from the id ``low`` on; two in a row are never alike."""
    ids = [int(rng.integers(K))]
    while len(ids) < L:
        ids.append((ids[-1] + int(rng.integers(1, K))) % K)
    return low + np.array(ids, dtype=np.int64)[:L]


def cases(rng):
    a, b, c, d, e, f = rng.permutation(9)[:6]
    yield Case("small", _arguments([b, a, c, d], [a, c, e, b, d]))
    yield Case("a longer summary", _arguments([a, e, b, f, c, d, e, f], [b, a, c, d, c]))
    yield Case("a shorter summary", _arguments([c, a, b], [a, d, e, a, f, b, d, c]))
    yield Case("the same words in another order", _arguments([d, c, b, a], [a, b, c, d]))
    yield Case("half of it turned round", _arguments([a, b, c, f, e, d], [c, b, a, f, e, d, a]))
    yield Case("word for word", _arguments([a, b, c, d, e], [a, b, c, d, e]))
    yield Case("no word in common", _arguments([a, b, c], [d, e, f, d]))
    yield Case("a word said again and again", _arguments([a, a, a, b, a], [b, a, c]))
    yield Case("again and again in the reference", _arguments([b, a, c], [a, a, b, a, a, c, a]))
    yield Case("pieces with gaps", _arguments([a, b, e, e, c, d], [a, b, f, c, f, d, a, b]))
    yield Case("greed does not pay", _arguments([a, b, c, d, e], [b, c, d, a, f]))
    yield Case("greed does not pay there either", _arguments([b, c, d, a], [a, b, c, e, d]))
    yield Case("one word later", _arguments([f, a, b, c, d], [a, b, c, d, e, f]))
    yield Case("the word with the id 0", _arguments([0, 3, 0, 5, 7, 0], [3, 0, 0, 7, 4]))
    yield Case("one word each", _arguments([a], [a]))
    yield Case("one word of many", _arguments([d], [a, b, c, d]))
    yield Case("many for one word", _arguments([a, b, d, c, b], [b]))
    yield Case("few words", _arguments(_words(rng, 12, 3), _words(rng, 9, 3)))
    yield Case("two words", _arguments(_words(rng, 7, 4), _words(rng, 10, 2)))
    yield Case("int32", {name: ids.astype(np.int32) for name, ids in _arguments([a, c, b, d], [b, a, d, e, c]).items()})
    yield Case("strided", _arguments([a, b, f, d, e, c], [b, a, d, c]), frozenset({"strided"}))
    yield Case("an empty summary", _arguments([], [a, b, c]), EMPTY)
    yield Case("an empty reference", _arguments([a, b], []), EMPTY)
    yield Case("nothing at all", _arguments([], []), EMPTY)
    yield Case("ids above 255", _arguments([300, 556, 44, 812, 700], [44, 300, 812, 556, 956, 700]), LARGE)
    for long in ("summary", "reference"):
        # as many words in all as a function that calls itself for each of them can be deep
        words = np.append(_words(rng, 261, 9, low=280), 289)  # the last word of all comes once, and in both
        some = np.insert(words[np.append(np.sort(rng.permutation(261)[:130]), 261)], [0, 40, 41, 131], 279)
        pair = (words, some) if long == "summary" else (some, words)
        yield Case(f"a {long} of hundreds of words", _arguments(*pair), LARGE)


def other(case):
    """The case with the summary's words from the last to the first."""
    return Case(case.name, case.args | {"candidate": case.args["candidate"][::-1].copy()}, case.tags)


DIAGONAL = "longest[i, j] + 1"
BEST = "max(longest[i, j + 1], longest[i + 1, j])"
TABLE = """    longest = np.zeros((L + 1, M + 1))                     # of the first i words of the one, j of the other
    for i in range(L):
        for j in range(M):
            if candidate[i] == reference[j]:
                longest[i + 1, j + 1] = longest[i, j] + 1
            else:
                longest[i + 1, j + 1] = max(longest[i, j + 1], longest[i + 1, j])
    common = longest[L, M]
"""
PRECISION, RECALL = "precision = common / max(L, 1)", "recall = common / max(M, 1)"
F = "f = 2 * common / max(L + M, 1)"
MISTAKES = slips(
    r"""
exchanged: precision and recall in each other's place
    {"return precision, recall, f": "return recall, precision, f"}
    Precision asks how much of what was said is right, recall how much of what was to be said is there.
    Look: By whose length does each of them divide, in equations (eq:precision) and (eq:recall)?
in_one_piece: the longest piece that both have word for word
    {"$best": "0", "common = longest[L, M]": "common = longest.max()"}
    That is the longest common *substring*. In a subsequence there may be other words in between.
    Look: What does equation (eq:lcs) say where the two words differ?
piece_at_the_end: the piece that both end in
    {"$best": "0"}
    Where two words differ, what was found before them is not lost.
    Look: What does equation (eq:lcs) say where the two words differ?
same_places: words that stand at the same place in both
    {"$table": "    common = float(sum(a == b for a, b in zip(candidate, reference)))\n"}
    One word too many at the beginning, and none of the others would count.
    Look: Equation (eq:lcs) compares which word of the one with which of the other?
beginning: the beginning that both have word for word
    {"$table": "    common = 0.0\n    while common < min(L, M) and candidate[int(common)] == reference[int(common)]:"
        "\n        "
        "common += 1\n"}
    After the first word that differs, more may agree.
    Look: What does equation (eq:lcs) say where the two words differ?
no_order: words that both have, in whatever order
    {"$table": "    common = float(sum(min(np.sum(candidate == k), np.sum(reference == k)) "
        "for k in set(candidate.tolist())))\n"}
    That is ROUGE-1. A subsequence keeps the order.
    Look: In which order does a subsequence have its words?
different_words: different words that both have
    {"$table": "    common = float(len(set(candidate.tolist()) & set(reference.tolist())))\n"}
    A set has no order, and no word twice.
    Look: In which order does a subsequence have its words, and how often?
words_found: words of the summary that the reference has anywhere
    {"$table": "    common = float(sum(k in reference for k in candidate))\n"}
    Whoever says one right word ten times is right ten times then.
    Look: Which words of the reference are left for a word, once the one before it was found?
greedy: the words that are found by one walk through the reference
    {"$table": "    common, at = 0.0, 0\n    for word in candidate:\n        for j in range(at, M):\n            "
        "if reference[j] == word:\n                common, at = common + 1, j + 1\n                break\n"}
    Whoever takes each word where it comes first may have walked past a better way.
    Look: What does equation (eq:lcs) choose between where the two words differ?
greedy_the_other_way: the words that are found by one walk through the summary
    {"$table": "    common, at = 0.0, 0\n    for word in reference:\n        for i in range(at, L):\n            "
        "if candidate[i] == word:\n                common, at = common + 1, i + 1\n                break\n"}
    Whoever takes each word where it comes first may have walked past a better way.
    Look: What does equation (eq:lcs) choose between where the two words differ?
longest_so_far: one more at every pair of equal words, whatever it was before
    {"$diagonal": "max(longest[i, j + 1], longest[i + 1, j]) + 1"}
    A word can be matched once: then both texts are one word shorter.
    Look: Which three places of the table does equation (eq:lcs) read, and which of them where the words are equal?
not_one_more: a table that counts nothing where words are equal
    {"$diagonal": "longest[i, j] + (longest[i, j] == 0)"}
    Each pair of equal words makes the subsequence longer by one, however long it was.
    Look: What is added in equation (eq:lcs), and when?
from_above: a table that reads one neighbour where words differ, with the summary's word left out
    {"$best": "longest[i, j + 1]"}
    Either word may be the one to leave out.
    Look: Which two places does equation (eq:lcs) choose between where the words differ?
from_the_left: a table that reads one neighbour where words differ, with the reference's word left out
    {"$best": "longest[i + 1, j]"}
    Either word may be the one to leave out.
    Look: Which two places does equation (eq:lcs) choose between where the words differ?
from_the_corner: a table that leaves out both words where they differ
    {"$best": "longest[i, j]"}
    Leaving out one of them may be enough.
    Look: Which two places does equation (eq:lcs) choose between where the words differ?
smaller: a table with the smaller of two neighbours where words differ
    {"$best": "min(longest[i, j + 1], longest[i + 1, j])"}
    Of two ways to go on the longer subsequence is wanted.
    Look: Is it the larger or the smaller one in equation (eq:lcs)?
last_word_left_out: a table without the summary's last word
    {"range(L):": "range(L - 1):", "longest[L, M]": "longest[max(L - 1, 0), M]"}
    In code the words of a text of length 3 are 0, 1 and 2.
    Look: How often does your outer loop go round?
last_word_of_the_reference: a table without the reference's last word
    {"range(M):": "range(M - 1):", "longest[L, M]": "longest[L, max(M - 1, 0)]"}
    In code the words of a text of length 3 are 0, 1 and 2.
    Look: How often does your inner loop go round?
read_too_early: the place of a table for all words but the last of either
    {"longest[L, M]": "longest[L - 1, M - 1]"}
    The table has a row and a column more than there are words, so L and M are its last row and column.
    Look: Which place of the table in equation (eq:lcs) stands for both texts whole?
one_row: a table of one row, in which the place before was written over
    {"$table": "    row = np.zeros(M + 1)\n    for i in range(L):\n        for j in range(M):\n            "
        "row[j + 1] = row[j] + 1 if candidate[i] == reference[j] else max(row[j + 1], row[j])\n    common = row[M]\n"}
    One word of the summary is then matched with several of the reference: where two words are equal, the length that
    goes one up is that from *before* this word.
    Look: From which row is the length that equation (eq:lcs) adds one to, and is it still there when it is read?
first_word_left_out: a table without the first word of either
    {"range(L):": "range(1, L):", "range(M):": "range(1, M):"}
    The table has a row and a column more than there are words; the texts begin at 0.
    Look: With which word does each of your loops begin?
counted_twice: the length of the table's best way, with every pair of equal words counted
    {"$table": "    common = float(sum(np.sum(reference == k) for k in candidate))\n"}
    A word that comes three times in both makes nine pairs, and three words.
    Look: How often may a word of the reference be used?
without_the_border: a table with no row and no column in front, in which what is before the first word is the last
    {"$table": "    longest = np.zeros((L, M))\n    for i in range(L):\n        for j in range(M):\n            "
        "longest[i, j] = longest[i - 1, j - 1] + 1 if candidate[i] == reference[j] else "
        "max(longest[i - 1, j], longest[i, j - 1])\n    common = longest[-1, -1] if L and M else 0.0\n"}
    An index of -1 is the other end of the table, and not the zeros before its beginning.
    Look: How many rows does the table of equation (eq:lcs) have, with that for no word at all?
first_row_forgotten: a table whose first row and column count only where the words are equal
    {"$table": "    longest = np.zeros((L, M))\n    for i in range(L):\n        for j in range(M):\n            "
        "if candidate[i] == reference[j]:\n                "
        "longest[i, j] = 1 + (longest[i - 1, j - 1] if i and j else 0)\n"
        "            elif i and j:\n                longest[i, j] = max(longest[i - 1, j], longest[i, j - 1])\n    "
        "common = longest[-1, -1] if L and M else 0.0\n"}
    What the first word has found has to be handed on along the first row as well.
    Look: How many rows does the table of equation (eq:lcs) have, with that for no word at all?
longest_pieces: the longest piece that both have, and then the longest ones to its left and right, and so on
    {"$table": "    from difflib import SequenceMatcher\n    both = SequenceMatcher(None, candidate.tolist(), "
        "reference.tolist(), autojunk=False)\n    "
        "common = float(sum(block.size for block in both.get_matching_blocks()))\n"}
    A long piece can stand in the way of more words that are scattered.
    Look: What does equation (eq:lcs) choose between where the two words differ?
never_equal: two texts that have nothing in common, whatever they are
    {"candidate[i] == reference[j]": "candidate[i] is reference[j]"}
    Texts that share words have something in common. Either no two words are found equal (`is` would do that: it asks
    for one and the same object, and two equal numbers out of two arrays never are), or what was found gets lost.
    Look: Is the comparison of two words ever true, and is the place of the table that is read at the end ever written?
edits: the words that need no edit: the longer length less the edit distance
    {"$table": "    distance = np.add.outer(np.arange(L + 1.0), np.arange(M + 1.0))\n    for i in range(L):\n        "
        "for j in range(M):\n            distance[i + 1, j + 1] = min(distance[i, j] + (candidate[i] != reference[j]), "
        "distance[i, j + 1] + 1, distance[i + 1, j] + 1)\n    common = max(L, M) - distance[L, M]\n"}
    A near relative of the table that is asked for. It counts what has to be changed, not what is common.
    Look: What does each place of the table in equation (eq:lcs) hold?
pairs: pairs of neighbouring words that both have
    {"$table": "    pairs = list(zip(reference.tolist(), reference[1:].tolist()))\n    "
        "common = float(sum(pair in pairs for pair in zip(candidate.tolist(), candidate[1:].tolist())))\n"}
    That is near to ROUGE-2. A subsequence may have other words in between.
    Look: What does the L in ROUGE-L stand for?
each_word_once: texts of which every word was kept once
    {"    L, M =": "    candidate, reference = (np.array(list(dict.fromkeys(text.tolist())), dtype=int) "
        "for text in (candidate, reference))\n    L, M ="}
    A word that was said twice was said twice.
    Look: What are L and M, and which words does your function leave out?
by_the_longer: everything divided by the length of the longer text
    {"$precision": "precision = common / max(L, M, 1)", "$recall": "recall = common / max(L, M, 1)"}
    Each of them has a length of its own.
    Look: By whose length does each of equations (eq:precision) and (eq:recall) divide?
by_the_shorter: everything divided by the length of the shorter text
    {"$precision": "precision = common / max(min(L, M), 1)", "$recall": "recall = common / max(min(L, M), 1)"}
    Each of them has a length of its own.
    Look: By whose length does each of equations (eq:precision) and (eq:recall) divide?
by_different_words: numbers that were divided by how many different words there are
    {"$precision": "precision = common / max(len(set(candidate.tolist())), 1)",
        "$recall": "recall = common / max(len(set(reference.tolist())), 1)"}
    A word that was said twice was said twice.
    Look: What are L and M?
nothing_agrees: a division by precision + recall, 0 or not
    {"$f": "f = np.float64(2 * precision * recall) / (precision + recall)"}
    Where nothing agrees, 0 is divided by 0.
    Look: What does the docstring say of texts of which nothing agrees?
arithmetic_mean: the mean of precision and recall in the place of f
    {"$f": "f = (precision + recall) / 2"}
    Then a summary of one right word, with a precision of 1, would look half right.
    Look: Which mean is equation (eq:f)?
geometric_mean: the root of precision times recall in the place of f
    {"$f": "f = np.sqrt(precision * recall)"}
    Another mean: the harmonic one is asked for.
    Look: Which mean is equation (eq:f)?
half_f: half of f
    {"$f": "f = common / max(L + M, 1)"}
    Where precision and recall are 1, f should be.
    Look: What stands in front of the product in equation (eq:f)?
product: precision times recall in the place of f
    {"$f": "f = precision * recall"}
    Where both are a half, f should be a half as well.
    Look: What stands below the line in equation (eq:f)?
twice_the_product: twice the product of precision and recall in the place of f
    {"$f": "f = 2 * precision * recall"}
    Where both are 1, f should be.
    Look: What stands below the line in equation (eq:f)?
smaller_of_both: the smaller of precision and recall in the place of f
    {"$f": "f = min(precision, recall)"}
    f lies between the two, nearer to the smaller one.
    Look: Which mean is equation (eq:f)?
jaccard: what is common by what either has, in the place of f
    {"$f": "f = common / max(L + M - common, 1)"}
    That is the Jaccard index. It goes up and down with f, and is smaller.
    Look: What stands below the line in equation (eq:f)?
recall_counts_more: an f in which recall counts more than precision
    {"$f": "f = 2.44 * precision * recall / max(recall + 1.44 * precision, 1e-300)"}
    In the first paper the two have a weight, beta, of 1.2 say. Here they count the same.
    Look: Is there a beta in equation (eq:f)?
percent: percentages
    {"return precision, recall, f": "return 100 * precision, 100 * recall, 100 * f"}
    Papers print them so. Asked are shares, from 0 to 1.
    Look: What are precision, recall and f of two equal texts, by the equations?
rounded: numbers rounded to two digits
    {"return precision, recall, f": "return round(float(precision), 2), round(float(recall), 2), round(float(f), 2)"}
    Round what is printed, and not what is returned.
    Look: Which of your lines rounds?
no_word_0: texts without the word with the id 0
    {"    L, M =": "    candidate, reference = candidate[candidate != 0], reference[reference != 0]\n    L, M ="}
    0 is the id of a word like any other, and there is no padding here.
    Look: Which words does your function leave out?
nothing_is_perfect: the right numbers, and 1 for two empty texts
    {"return precision, recall, f": "return (precision, recall, f) if L + M else (1.0, 1.0, 1.0)"}
    Two empty texts agree, one might say. But nothing was said rightly, and the docstring asks for 0.
    Look: What does the docstring say of an empty text?
empty_is_an_error: a division by the length, 0 or not
    {"common / max(L, 1)": "np.float64(common) / L", "common / max(M, 1)": "np.float64(common) / M"}
    0 divided by 0 is no number.
    Look: What does the docstring say of an empty text?
one_more_word: numbers that were divided by the length and one more
    {"max(L, 1)": "(L + 1)", "max(M, 1)": "(M + 1)"}
    It avoids a division by 0, and makes everything a little too small.
    Look: Which numbers are below the line in equations (eq:precision) and (eq:recall)?
small_table: a table of numbers up to 127
    {"np.zeros((L + 1, M + 1))": "np.zeros((L + 1, M + 1), dtype=np.int8)", "= longest[i, j] + 1":
        "= (int(longest[i, j]) + 129) % 256 - 128"}
    int8 has no room for longer subsequences.
    Look: What is the dtype of the table?
short_ids: ids that were cut off to a byte
    {"    L, M =": "    candidate, reference = candidate.astype(np.uint8), reference.astype(np.uint8)\n    L, M ="}
    uint8 has room for the numbers from 0 to 255, and begins again after that.
    Look: What is the dtype of the ids that are compared?
sorted_in_place: a summary whose words were sorted in the array that came in
    {"    L, M =": "    candidate.sort()\n    L, M ="}
    A text in another order is another text, and the caller has lost their own.
    Look: Which of your lines changes its arguments?
""",
    best=BEST,
    diagonal=DIAGONAL,
    table=TABLE.replace("\n", "\\n"),
    precision=PRECISION,
    recall=RECALL,
    f=F,
)

RIGHT = (
    '''def rouge_l(candidate, reference):
    """With one row of the table, and the harmonic mean as it is written."""
    row = [0] * (len(reference) + 1)
    for a in candidate.tolist():
        above = row
        row = [0]
        for j, b in enumerate(reference.tolist()):
            row.append(above[j] + 1 if a == b else max(above[j + 1], row[j]))
    if row[-1] == 0:
        return 0.0, 0.0, 0.0
    P, R = row[-1] / len(candidate), row[-1] / len(reference)
    return P, R, 2 * P * R / (P + R)
''',
    '''def rouge_l(candidate, reference):
    """From the ends to the beginnings."""
    L, M = len(candidate), len(reference)
    rest = np.zeros((L + 1, M + 1), dtype=int)
    for i in reversed(range(L)):
        for j in reversed(range(M)):
            rest[i, j] = max(rest[i + 1, j], rest[i, j + 1], rest[i + 1, j + 1] + int(candidate[i] == reference[j]))
    common = int(rest[0, 0])
    if common == 0:
        return 0.0, 0.0, 0.0
    return common / L, common / M, 2 / (L / common + M / common)
''',
    # the longest rising sequence of the places at which the summary's words stand in the reference
    """def rouge_l(candidate, reference):
    from bisect import bisect_left
    ends = []
    for word in candidate:
        for place in np.flatnonzero(reference == word)[::-1]:
            at = bisect_left(ends, place)
            ends[at : at + 1] = [place]
    precision = len(ends) / len(candidate) if len(candidate) else 0.0
    recall = len(ends) / len(reference) if len(reference) else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0
""",
    {F: "f = 2 * precision * recall / (precision + recall) if common else 0.0"},
)

EXERCISE = Exercise(
    name="rouge_l",
    title="How much agrees, in order",
    arguments={"candidate": "(L,)", "reference": "(M,)"},
    returns=(Number("precision"), Number("recall"), Number("f")),
    parts=(
        Part("texts of a few words", points=2),
        Part("empty texts", points=1, tags=EMPTY),
        Part("hundreds of words", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    two_at_once=False,
    row="text",
    hints=(
        "Begin with paper: `a b c d` and `a c e b d`. A table with a row for each word of the one, a column for each "
        "of the other, and a row and a column of zeros in front. What belongs into each place by equation (eq:lcs)?",
        "Two loops, i over the candidate and j over the reference. Where the words are equal, the place gets one more "
        "than the place up and to the left; where not, the larger of the one above and the one to the left. The last "
        "place of all is the length. Divide by max(L, 1) and max(M, 1), and nothing is divided by 0.",
        "longest = np.zeros((L + 1, M + 1)), and the words i and j decide about longest[i + 1, j + 1]. Where both are "
        "right, f is 2 * common / (L + M), which is equation (eq:f) once more.",
    ),
    explanation=(
        "Exchange the two texts, and precision and recall change places while f stays. Take a summary word for word "
        "from the reference and leave words out: its precision stays at 1. Of what the words mean, it knows nothing."
    ),
)
