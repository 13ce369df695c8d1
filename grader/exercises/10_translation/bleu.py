"""How much of a translation stands in the right one: BLEU, over a whole corpus."""

from ..base import Case, Exercise, Number, Part, slips
from ._draws import LARGE

NONE = frozenset({"none"})


def _changed(rng, words, K, changes, extra=0):
    """A candidate for a reference: some words are others, ``extra`` are repeated or (below 0) missing at its end."""
    words = list(words)
    for place in rng.choice(len(words), size=min(changes, len(words)), replace=False):
        words[place] = int(rng.integers(K))
    if extra > 0:
        words += words[:extra]
    return words[:extra] if extra < 0 else words


def _corpus(rng, lengths, K=12, changes=1, extra=(0,), first=0):
    references = [[int(word) for word in rng.integers(first, K, size=length)] for length in lengths]
    candidates = [_changed(rng, reference, K, changes, extra[k % len(extra)]) for k, reference in enumerate(references)]
    return {"candidates": candidates, "references": references}


def cases(rng):
    small = {
        "candidates": [[4, 2, 2, 7, 5, 1], [3, 6, 1, 8, 2]],
        "references": [[4, 2, 7, 5, 1, 9], [3, 6, 1, 8, 5, 2, 0]],
    }
    yield Case("small", small)
    yield Case("sentences of unequal length", _corpus(rng, [5, 14, 8, 21], changes=2, extra=(0, -2, 1)))
    yield Case("one sentence", _corpus(rng, [16], changes=3))
    yield Case("too short", _corpus(rng, [9, 12, 7], extra=(-3, -2, -1)))
    yield Case("much too short", _corpus(rng, [31, 28], changes=0, extra=(-26, -24)))
    yield Case("too long", _corpus(rng, [9, 12, 7], extra=(3, 2, 4)))
    yield Case("some too short, some too long", _corpus(rng, [9, 12, 14, 8], extra=(3, -4, 2, -2)))
    yield Case("as long, though not each of them", _corpus(rng, [9, 12, 14, 10], changes=2, extra=(2, -3, -1, 2)))
    yield Case("the same", _corpus(rng, [6, 9, 4], changes=0))
    often = _corpus(rng, [10, 8], changes=0)
    for k, words in enumerate(often["candidates"]):
        often["candidates"][k] = words[:5] + [words[0]] * 6 + words[5:]
    yield Case("a word again and again", often)
    yield Case("few words", _corpus(rng, [12, 17, 9], K=3, changes=4))
    twice = _corpus(rng, [12, 6, 10], K=4, changes=2)
    twice["candidates"][1] = twice["references"][0][:8]
    yield Case("words of another sentence", twice)
    yield Case("sentences of one and two words among them", _corpus(rng, [1, 12, 2, 9, 3], changes=1))
    short = _corpus(rng, [2, 3, 9, 2, 1], changes=0)
    short["candidates"] = [words if len(words) > 3 else [20 + k for k in words] for words in short["candidates"]]
    yield Case("short ones all wrong, and a right long one", short)
    missing = _corpus(rng, [9, 7, 11])
    missing["candidates"][1] = []
    yield Case("a sentence without a word", missing)
    good = _corpus(rng, [7, 24], changes=0)
    good["candidates"][1] = _changed(rng, good["references"][1], 12, 12)
    yield Case("a good short one and a bad long one", good)
    turned = _corpus(rng, [9, 8], changes=0)
    turned["candidates"][0] = turned["candidates"][0][5:] + turned["candidates"][0][:5]
    yield Case("two halves that have changed places", turned)
    yield Case(
        "nothing right", _corpus(rng, [6, 9]) | {"candidates": [[30, 31, 32, 33, 34], [35, 36, 37, 38, 39, 40]]}, NONE
    )
    broken = _corpus(rng, [9, 8], changes=0)
    broken["candidates"] = [[*words[:3], 50, *words[4:6], 51] for words in broken["candidates"]]
    yield Case("no four words in a row right", broken, NONE)
    yield Case("nobody says four words", _corpus(rng, [3, 2, 3], changes=0), NONE)
    yield Case("nothing said", {"candidates": [[], []], "references": [[4, 1, 3, 2, 5], [1, 2, 6, 4]]}, NONE)
    yield Case("ids above 255", _corpus(rng, [7, 12, 9], K=60_000, first=300), LARGE)
    vast = _corpus(rng, [8, 10], K=2**40, first=2**33, changes=0)
    for words in vast["candidates"]:
        words[6] += 2**32
    yield Case("ids of many digits", vast, LARGE)
    yield Case("a hundred sentences", _corpus(rng, [4 + k % 9 for k in range(100)], changes=1, extra=(0, 1, -1)), LARGE)
    rare = _corpus(rng, [200], K=100_000, changes=200)
    rare["candidates"][0][90:95] = rare["references"][0][20:25]
    yield Case("five words right of hundreds", rare, LARGE)
    yield Case("a sentence of hundreds of words", _corpus(rng, [400], K=6, changes=150, extra=(-20,)), LARGE)


def other(case):
    """The case with the words of each candidate turned round by one."""
    return Case(
        case.name, case.args | {"candidates": [one[1:] + one[:1] for one in case.args["candidates"]]}, case.tags
    )


MATCHES = "sum((ngrams(candidate, n) & ngrams(reference, n)).values())"
TOTALS = "max(len(candidate) - n + 1, 0)"
ZERO = r"if matches.min() == 0:\n        return 0.0"  # as the bank has it, in a text of its own
BREVITY = "min(1.0, np.exp(1 - r / c))"
MEAN = "np.exp(np.mean(np.log(matches / totals)))"
MISTAKES = slips(
    r"""
unclipped: BLEU with counts that were not clipped
    {"$matches": "sum(count for gram, count in ngrams(candidate, n).items() if gram in ngrams(reference, n))"}
    A candidate that says "the the the the" then has all its words right.
    Look: Which is counted in equation (eq:precision) when a word comes three times in the candidate and once in the
    reference?
larger_count: BLEU with the larger of the two counts of each run that was said
    {"$matches": "sum(max(count, ngrams(reference, n)[gram]) for gram, count in ngrams(candidate, n).items())"}
    Then all that was said is right.
    Look: Is it the smaller or the larger count that equation (eq:precision) takes?
all_counted: BLEU with the runs of candidate and reference put together
    {"ngrams(candidate, n) & ngrams": "ngrams(candidate, n) | ngrams"}
    `a | b` of two Counters keeps the larger count of each.
    Look: Is it the smaller or the larger count that equation (eq:precision) takes?
each_once: BLEU in which each run of words counts once
    {"$matches": "len(ngrams(candidate, n) & ngrams(reference, n))"}
    A run that both say twice is right twice.
    Look: Which is counted in equation (eq:precision) when a run comes twice in both?
each_once_in_both: BLEU of the sets of runs of words
    {"$matches": "len(ngrams(candidate, n) & ngrams(reference, n))", "$totals": "len(ngrams(candidate, n))"}
    How often a run is said counts too.
    Look: What stands below the fraction bar of equation (eq:precision)?
recall: BLEU of what share of the reference was said
    {"$totals": "max(len(reference) - n + 1, 0)"}
    That is recall. BLEU asks how much of what was said is right, and has the brevity penalty for what was not said.
    Look: What stands below the fraction bar of equation (eq:precision)?
no_brevity: BLEU without the brevity penalty
    {"return $brevity * ": "return "}
    Whoever says the one word that he is sure of has all right.
    Look: How many factors has equation (eq:bleu)?
brevity_turned: BLEU with a penalty for what is too long
    {"1 - r / c": "1 - c / r"}
    What is too long has lost already: it has words that stand in no reference.
    Look: Which of the two lengths stands above the fraction bar in equation (eq:brevity)?
rewarded: BLEU with exp(1 - c / r) where the candidates are shorter
    {"$brevity": "(1.0 if c > r else np.exp(1 - c / r))"}
    Being short is to cost something, and this is above 1.
    Look: Which of the two lengths stands above the fraction bar in equation (eq:brevity)?
rewarded_too: BLEU with exp(r / c - 1) where the candidates are shorter
    {"$brevity": "(1.0 if c > r else np.exp(r / c - 1))"}
    Being short is to cost something, and this is above 1.
    Look: Which sign has the ratio in equation (eq:brevity)?
wrong_side: BLEU with exp(1 - r / c) where the candidates are longer, and no penalty where they are shorter
    {"$brevity": "(1.0 if c < r else np.exp(1 - r / c))"}
    That rewards what is too long, and lets off what is too short.
    Look: Which of the two is smaller in equation (eq:brevity) when the candidates are too short?
brevity_by_ratio: BLEU with c / r for a penalty
    {"np.exp(1 - r / c)": "c / r"}
    It is near the right one where little is missing.
    Look: What is done with the ratio in equation (eq:brevity)?
long_is_good: BLEU that rewards what is too long
    {"$brevity": "np.exp(1 - r / c)"}
    The penalty is never above 1.
    Look: What is the penalty in equation (eq:brevity) when the candidates are longer?
long_pays_too: BLEU in which what is too long pays as what is too short does
    {"$brevity": "np.exp(-abs(1 - r / c))"}
    What is too long has paid already: it says words that stand in no reference.
    Look: What is the penalty in equation (eq:brevity) when the candidates are longer?
brevity_of_differences: BLEU with exp(c - r) for a penalty
    {"1 - r / c": "float(c - r)"}
    Then ten words that are missing would cost the same in a sentence and in a book.
    Look: What stands in the exponent of equation (eq:brevity)?
brevity_squared: BLEU with the penalty counted twice
    {"1 - r / c": "2 - 2 * r / c"}
    The penalty counts once.
    Look: What stands in the exponent of equation (eq:brevity)?
brevity_inside: BLEU with the penalty under the fourth root
    {"1 - r / c": "(1 - r / c) / 4"}
    The root is taken of the four precisions alone.
    Look: What does the mean in equation (eq:bleu) go over?
brevity_by_sentences: BLEU with the mean of each sentence's penalty
    {"$brevity": "np.mean([min(1.0, np.exp(1 - len(y) / len(x))) if len(x) else 0.0 "
        "for x, y in zip(candidates, references)])"}
    A sentence that is too short may be made up for by another. The lengths are added up first.
    Look: Over what do c and r in equation (eq:brevity) go?
mean_of_sentences: the mean of each sentence's BLEU
    body:
        found = []
        for candidate, reference in zip(candidates, references):
            matches = np.array([sum((ngrams(candidate, n) & ngrams(reference, n)).values()) for n in range(1, 5)])
            totals = np.array([max(len(candidate) - n + 1, 0) for n in range(1, 5)])
            if matches.min() == 0:
                found.append(0.0)
            else:
                brevity = min(1.0, np.exp(1 - len(reference) / len(candidate)))
                found.append(brevity * np.exp(np.mean(np.log(matches / totals))))
        return float(np.mean(found))
    A short sentence often has no four words right, and its BLEU is 0 then. The counts are added up first.
    Look: Over what do the sums in equation (eq:precision) go?
mean_of_precisions: BLEU of the mean of the sentences' precisions
    body:
        shares = np.zeros((4, len(candidates)))
        for k, (candidate, reference) in enumerate(zip(candidates, references)):
            for n in range(1, 5):
                shares[n - 1, k] = sum((ngrams(candidate, n) & ngrams(reference, n)).values()) / max(
                    len(candidate) - n + 1, 1
                )
        c, r = sum(map(len, candidates)), sum(map(len, references))
        if shares.sum(axis=1).min() == 0:
            return 0.0
        return min(1.0, np.exp(1 - r / c)) * np.exp(np.mean(np.log(shares.mean(axis=1))))
    A run in a short sentence then counts more than one in a long sentence.
    Look: Over what do the sums in equation (eq:precision) go, above the bar and below it?
plain_mean: BLEU with the plain mean of the four precisions
    {"$mean": "np.mean(matches / totals)"}
    The mean is the geometric one: a precision of 0 can't be made up for.
    Look: What is taken the mean of in equation (eq:bleu)?
product: BLEU with the product of the four precisions, without the root
    {"np.mean(np.log(matches / totals))": "np.sum(np.log(matches / totals))"}
    Then it is far too small.
    Look: What stands before the sum of logarithms in equation (eq:bleu)?
root_of_the_mean: BLEU with the fourth root of the plain mean
    {"$mean": "np.mean(matches / totals) ** 0.25"}
    The root is there because four precisions were multiplied.
    Look: What is taken the mean of in equation (eq:bleu), and what is done to that mean?
to_base_two: BLEU with a logarithm to the base 2, and the exponential of e
    {"np.log(matches": "np.log2(matches"}
    Logarithm and exponential have to belong to one base.
    Look: Which logarithm stands in equation (eq:bleu)?
to_base_ten: BLEU with a logarithm to the base 10, and the exponential of e
    {"np.log(matches": "np.log10(matches"}
    Logarithm and exponential have to belong to one base.
    Look: Which logarithm stands in equation (eq:bleu)?
from_zero: BLEU of runs of no word to three words
    {"range(1, 5)": "range(4)", "matches[n - 1]": "matches[n]", "totals[n - 1]": "totals[n]"}
    A run of no word stands everywhere, and is always right.
    Look: Which n are there in equation (eq:bleu)?
all_together: BLEU with all runs of one to four words in one precision
    {"$mean": "matches.sum() / totals.sum()"}
    There are four precisions, and each counts alike.
    Look: What does the mean in equation (eq:bleu) go over?
harmonic: BLEU with the harmonic mean of the four precisions
    {"$mean": "4 / np.sum(totals / matches)"}
    The mean is the geometric one.
    Look: What is taken the mean of in equation (eq:bleu)?
smallest: BLEU with the smallest of the four precisions
    {"$mean": "np.min(matches / totals)"}
    All four count.
    Look: What does the mean in equation (eq:bleu) go over?
words_alone: BLEU of single words
    {"$mean": "(matches / totals)[0]"}
    Their order then doesn't count.
    Look: Which n are there in equation (eq:bleu)?
fours_alone: BLEU of four words alone
    {"$mean": "(matches / totals)[3]"}
    Shorter runs count as well.
    Look: Which n are there in equation (eq:bleu)?
up_to_three: BLEU of one to three words
    {"range(1, 5)": "range(1, 4)", "np.zeros(4), np.zeros(4)": "np.zeros(3), np.zeros(3)"}
    Runs of four count as well.
    Look: Which n are there in equation (eq:bleu)?
up_to_two: BLEU of one and two words
    {"range(1, 5)": "range(1, 3)", "np.zeros(4), np.zeros(4)": "np.zeros(2), np.zeros(2)"}
    Runs of three and of four count as well.
    Look: Which n are there in equation (eq:bleu)?
without_ones: BLEU of two to four words
    {"$mean": "np.exp(np.mean(np.log(matches / totals)[1:]))"}
    Single words count as well.
    Look: Which n are there in equation (eq:bleu)?
long_runs_count_more: BLEU in which a run of n words counts n times
    {"$mean": "np.exp(np.log(matches / totals) @ [0.1, 0.2, 0.3, 0.4])"}
    All four precisions count alike.
    Look: What stands before the sum of logarithms in equation (eq:bleu)?
short_runs_count_more: BLEU in which the logarithm of each precision is divided by its n
    {"$mean": "np.exp(np.sum(np.log(matches / totals) / [1, 2, 3, 4]))"}
    All four precisions count alike, each a quarter.
    Look: What stands before the sum of logarithms in equation (eq:bleu)?
one_run_at_least: BLEU in which every sentence has a run of n words, however short it is
    {"$totals": "max(len(candidate) - n + 1, 1)"}
    In a sentence of two words there is no run of four, right or wrong.
    Look: How many runs of four words are there in a sentence of two?
short_ones_left_out: BLEU of the sentences in which four words or more are said
    {"matches, totals = ": "long = [(x, y) for x, y in zip(candidates, references) if len(x) > 3]\n    "
        "candidates, references = [x for x, _ in long], [y for _, y in long]\n    matches, totals = "}
    A short one has shorter runs, and its words count in both lengths.
    Look: Over which sentences do the sums in equation (eq:precision) go?
totals_by_words: BLEU with the number of words below each fraction bar
    {"$totals": "len(candidate)"}
    In five words there are four runs of two, and two of four.
    Look: How many runs of n words are there in a sentence?
one_run_too_few: BLEU with one run less in each sentence than there is
    {"$totals": "max(len(candidate) - n, 1)"}
    In five words there are four runs of two: 5 - 2 + 1.
    Look: How many runs of n words are there in a sentence?
short_below_0: BLEU in which sentences of less than n words take something from the others
    {"$totals": "len(candidate) - n + 1"}
    A sentence of one word has no runs of four, and not -2 of them.
    Look: How many runs of four words are there in a sentence of one?
order_forgotten: BLEU of runs whose words may come in any order
    {"$matches": "sum((_sorted(candidate, n) & _sorted(reference, n)).values())",
        "matches, totals = np.zeros(4), np.zeros(4)":
            "matches, totals = np.zeros(4), np.zeros(4)\n\n    def _sorted(words, n):\n        "
            "found = ngrams(words, n)\n        sums = type(found)()\n        for gram, count in found.items():\n"
            "            sums[tuple(sorted(gram))] += count\n        return sums\n"}
    A run is right when its words come in that order.
    Look: What is a run of n words?
at_their_places: BLEU of runs that stand at the same place
    {"$matches": "sum(candidate[k : k + n] == reference[k : k + n] "
        "for k in range(min(len(candidate), len(reference)) - n + 1))"}
    A run is right wherever in the reference it stands.
    Look: Does equation (eq:precision) ask where a run stands?
over_the_corpus: BLEU of the words of all sentences as one
    {"zip(candidates, references):": "[(sum(candidates, []), sum(references, []))]:"}
    A run that stands in another sentence's reference is none of this one's, and no run goes from one sentence into the
    next.
    Look: With which reference is a candidate held in equation (eq:precision)?
last_sentence: BLEU with the counts of the last sentence
    {"matches[n - 1] += ": "matches[n - 1] = ", "totals[n - 1] += ": "totals[n - 1] = "}
    The counts of all sentences are added up.
    Look: Over what do the sums in equation (eq:precision) go?
first_reference: BLEU in which each candidate is held with the first reference
    {"ngrams(reference, n)": "ngrams(references[0], n)"}
    Each candidate has a reference of its own.
    Look: With which reference is a candidate held in equation (eq:precision)?
one_added: BLEU with 1 added to each count, so that none is 0
    {"matches / totals": "(matches + 1) / (totals + 1)", "$zero": ""}
    That is smoothing, for single sentences. Over a corpus a precision of 0 is a BLEU of 0.
    Look: What does the docstring say of a precision of 0?
eps: BLEU with a little added under the logarithm, so that it is never 0
    {"np.log(matches / totals)": "np.log(matches / np.maximum(totals, 1) + 1e-8)", "$zero": "",
        "r / c": "r / max(c, 1)"}
    A precision of 0 is a BLEU of 0, and all others change a little.
    Look: What does the docstring say of a precision of 0?
zeros_left_out: BLEU of those precisions that are not 0
    {"$zero": "if matches.max() == 0:\n        return 0.0",
        "np.log(matches / totals)": "np.log(matches[matches > 0] / totals[matches > 0])"}
    A candidate that has no four words in a row right would be none the worse for it.
    Look: What does the docstring say of a precision of 0?
nothing_is_nan: the right BLEU, but NaN where there is nothing to count
    {"$zero": "if matches.min() == 0 and totals.min() > 0:\n        return 0.0", "r / c": "r / max(c, 1)"}
    Where nobody says four words in a row there are no runs of four, and 0 / 0 is NaN.
    Look: What does the docstring say where a precision has nothing to count?
smoothed: BLEU with a tenth of a match where there is none
    {"np.log(matches / totals)": "np.log(np.maximum(matches, 0.1) / np.maximum(totals, 1))", "$zero": "",
        "r / c": "r / max(c, 1)"}
    That is smoothing, for single sentences. Over a corpus a precision of 0 is a BLEU of 0.
    Look: What does the docstring say of a precision of 0?
percent: BLEU times 100
    {"return $brevity": "return 100 * $brevity"}
    So it stands in papers. Here it goes from 0 to 1.
    Look: Between which numbers does the docstring say it lies?
log_of_it: the logarithm of BLEU
    {"return $brevity * $mean": "return min(0.0, 1 - r / c) + np.mean(np.log(matches / totals))"}
    Asked is BLEU itself.
    Look: What stands around the mean in equation (eq:bleu)?
exchanged: BLEU of the references, held with the candidates
    {"for candidate, reference in zip": "for reference, candidate in zip",
        "c, r = sum(map(len, candidates)), sum(map(len, references))":
            "r, c = sum(map(len, candidates)), sum(map(len, references))"}
    What was said is judged, by what should have been said.
    Look: In which order do the two come in?
""",
    matches=MATCHES,
    totals=TOTALS,
    zero=ZERO,
    brevity=BREVITY,
    mean=MEAN,
)

RIGHT = (
    # counted by hand
    """
def bleu(candidates, references):
    logs = []
    c = sum(len(one) for one in candidates)
    r = sum(len(one) for one in references)
    for n in (1, 2, 3, 4):
        right = said = 0
        for words, wanted in zip(candidates, references):
            left = [tuple(wanted[k : k + n]) for k in range(len(wanted) - n + 1)]
            for k in range(len(words) - n + 1):
                said += 1
                gram = tuple(words[k : k + n])
                if gram in left:
                    left.remove(gram)
                    right += 1
        if right == 0:
            return 0.0
        logs.append(np.log(right) - np.log(said))
    brevity = 1.0 if c > r else np.exp(1 - r / c)
    return float(brevity * np.exp(sum(logs) / 4))
""",
    """
def bleu(candidates, references):
    found = np.zeros((2, 4))
    for x, y in zip(candidates, references):
        for n in range(4):
            said, wanted = ngrams(x, n + 1), ngrams(y, n + 1)
            found[0, n] += sum(min(said[gram], wanted[gram]) for gram in said)
            found[1, n] += sum(said.values())
    if not found[0].all():
        return 0.0
    c, r = sum(len(x) for x in candidates), sum(len(y) for y in references)
    return np.prod(found[0] / found[1]) ** 0.25 * np.exp(min(0, 1 - r / c))
""",
    {"min(1.0, np.exp(1 - r / c)) * ": "(np.exp(1 - r / c) if c < r else 1) * "},
)

EXERCISE = Exercise(
    name="bleu",
    title="BLEU",
    arguments={"candidates": "a list of lists", "references": "a list of lists"},
    returns=(Number("score"),),
    parts=(
        Part("the score", points=2),
        Part("a precision of 0", points=1, tags=NONE),
        Part("large ids, and many words", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Two counts for each n from 1 to 4, over all sentences: how many runs of n words were said, and how many of "
        "them are right. When is a run right that was said three times and stands in the reference once?",
        "For each sentence and each n, `ngrams(candidate, n) & ngrams(reference, n)` is a Counter with the smaller of "
        "the two counts of each run: add up its values, and beside them the number of runs that were said. After all "
        "sentences: 0 if one of the four is 0; else the exponential of the mean of the four logarithms, times the "
        "penalty for being short.",
        "matches and totals are np.zeros(4). matches[n - 1] grows by sum((...).values()), totals[n - 1] by "
        "max(len(candidate) - n + 1, 0). The penalty is min(1, exp(1 - r / c)) with the sums of all lengths.",
    ),
    explanation=(
        "BLEU was made because people are slow and dear, and it agrees with them over a whole corpus, about systems "
        'that are much alike. Of one sentence it says little: it knows no meaning, and a "not" that is missing costs '
        "as much as any word."
    ),
)
