"""The best of all paths through the tags of a sequence."""

import numpy as np

from ..base import Case, Exercise, Number, Part, Wholes, slips
from ._draws import LARGE, single, spread

CLEAR = 1e-6  # by which the best path has to be ahead: of two that are as good each may be found
DRAWS = 500


def _arguments(rng, T, K, steps=2.0):
    return {"scores": 1.5 * rng.normal(size=(T, K)), "transitions": steps * rng.normal(size=(K, K))}


def _ways(scores, transitions):
    """The best score of a path that ends in each tag, and where it comes from: lists of (K,)."""
    best, back = [scores[0]], []
    for score in scores[1:]:
        ways = best[-1][:, None] + transitions
        back.append(ways.argmax(axis=0))
        best.append(ways.max(axis=0) + score)
    return best, back


def _path(best, back, last):
    path = [last]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]


def _telling(rng, T, K, **options):
    """Draw scores whose best path is neither that of the best tag of each word, nor found word by word."""
    for _ in range(DRAWS):
        args = _arguments(rng, T, K, **options)
        scores, transitions = args.values()
        best, back = _ways(scores, transitions)
        path = _path(best, back, int(best[-1].argmax()))
        greedy = [int(scores[0].argmax())]
        for score in scores[1:]:
            greedy.append(int((transitions[greedy[-1]] + score).argmax()))
        start = scores[0].argmax() != path[0]  # the first tag shows where a path's pointers lead
        ahead = np.diff(np.sort(best[-1])[-2:])[0]
        if start and ahead > CLEAR and path != greedy and path != scores.argmax(axis=1).tolist():
            return args
    raise AssertionError(f"none of {DRAWS} draws tells: {T}, {K}")


def cases(rng):
    yield Case("small", _telling(rng, 3, 2))
    yield Case("three tags", _telling(rng, 5, 3))
    yield Case("five tags", _telling(rng, 4, 5))
    yield Case("many words", _telling(rng, 30, 7))
    yield Case("more tags than words", _telling(rng, 2, 9))
    yield Case("steps that count little", _telling(rng, 8, 4, steps=0.6))
    yield Case("steps that count much", _telling(rng, 7, 4, steps=6.0))
    low = _telling(rng, 6, 3)
    yield Case("all below zero", {"scores": low["scores"] - 9.0, "transitions": low["transitions"] - 8.0})
    high = _telling(rng, 7, 6)
    yield Case("all above zero", {"scores": high["scores"] + 9.0, "transitions": high["transitions"] + 8.0})
    yield Case("steps that count nothing", _telling(rng, 6, 4) | {"transitions": np.zeros((4, 4))})
    # Two words: in longer ones the same steps in another order would be as good.
    yield Case("words that say nothing", {"scores": np.zeros((2, 6)), "transitions": rng.normal(size=(6, 6))})
    yield Case("one word", _arguments(rng, 1, 4))
    yield Case("one tag", _arguments(rng, 5, 1))
    yield Case("one of each", _arguments(rng, 1, 1))
    yield Case("strided", _telling(rng, 5, 4), frozenset({"strided"}))
    yield Case("float32", single(_telling(rng, 6, 5)))
    yield Case("steps that are forbidden", _forbidden(rng, 12, 5))
    yield Case("hundreds of words", _telling(rng, 400, 3), LARGE)
    yield Case("hundreds of tags", _hundreds(rng, 4, 300), LARGE)
    yield Case("scores of thousands", _scaled(rng, 6, 4), LARGE)
    low = _arguments(rng, 6, 5)
    low = {"scores": low["scores"] - rng.uniform(2e4, 4e4), "transitions": 500 * low["transitions"] - 9e3}
    yield Case("all far below zero", low, LARGE)
    near = _telling(rng, 9, 4)
    away = {name: 1e-6 * one for name, one in near.items()}
    yield Case("small differences of large scores", away | {"scores": away["scores"] + 3e3}, LARGE)


def _forbidden(rng, T, K):
    """Draw scores whose best tags, word by word, go ways that are as good as forbidden."""
    args = _telling(rng, T, K, steps=1.0)
    closed = np.zeros((K, K))
    tags = args["scores"].argmax(axis=1)
    closed[tags[:-1], tags[1:]] = -1e4
    np.fill_diagonal(closed, 0.0)  # to stay where one is is always open, so that no path has to be closed
    return args | {"transitions": args["transitions"] + closed}


def _hundreds(rng, T, K):
    """Draw so many tags, of which some beyond 255 are the best; steps of one digit, so that the file is small."""
    transitions = np.round(rng.normal(size=(K, K)))
    path = rng.choice(np.arange(256, K), size=T, replace=False)
    scores = rng.normal(size=(T, K))
    scores[np.arange(T), path] += 4.0
    transitions[path[:-1], path[1:]] += 6.0
    return {"scores": scores, "transitions": transitions}


def _scaled(rng, T, K):
    """Draw scores and steps of thousands, both signs."""
    for _ in range(DRAWS):
        args = {"scores": spread(rng, 300, 4e3, (T, K)), "transitions": spread(rng, 300, 4e3, (K, K))}
        best, _ = _ways(*args.values())
        if np.diff(np.sort(best[-1])[-2:])[0] > 1:
            return args
    raise AssertionError("no draw is clear")


WAYS = "ways = best[:, None] + transitions"
FIRST = "best, back = scores[0], []"
STEP = "best = ways.max(axis=0) + scores[t]"
POINT = "back.append(ways.argmax(axis=0))"
LAST = "path = [best.argmax()]"
FOLLOW = "path.append(pointers[path[-1]])"
RETURN = "return np.array(path[::-1]), best.max()"
SCORED = "scores[np.arange(len(scores)), path].sum() + sum(transitions[i, j] for i, j in zip(path[:-1], path[1:]))"
MISTAKES = slips(
    r"""
each_word: the best tag of each word
    {"$return": "return scores.argmax(axis=1), best.max()"}
    The table of steps has no say in it, and an I may follow on nothing.
    Look: Which tag does equation (eq:back) begin with, and where does it get the others?
each_word_and_its_score: the best tag of each word, with the score of that path
    body:
        path = scores.argmax(axis=1)
        return path, $scored
    The table of steps has no say in which tags are taken.
    Look: Which tag does equation (eq:back) begin with, and where does it get the others?
greedy: a path that takes the best step from where it is
    body:
        path = [scores[0].argmax()]
        for t in range(1, len(scores)):
            path.append((transitions[path[-1]] + scores[t]).argmax())
        return np.array(path), $scored
    The best step now may lead to where all further ones are bad.
    Look: For how many tags does equation (eq:best) keep a score at each word?
best_ends: the tag in which the best path so far ends, at each word
    body:
        best, path = scores[0], [scores[0].argmax()]
        for t in range(1, len(scores)):
            best = (best[:, None] + transitions).max(axis=0) + scores[t]
            path.append(best.argmax())
        return np.array(path), best.max()
    Each of these tags ends a path of its own: the best one to here need not be the beginning of the best one to there.
    Look: What does equation (eq:back) keep of each step, and in which direction is it read?
steps_ignored: the best tag of each word, and the sum of their scores
    {"$ways": "ways = best[:, None] + 0 * transitions"}
    The table of steps has no part in it.
    Look: Which of the arguments is not used?
transposed: the best path, with the table read from column to row
    {"$ways": "ways = best[:, None] + transitions.T"}
    To go from O to I is not what it is to go from I to O.
    Look: What does the docstring say of rows and columns?
along_the_other_axis: scores of the best step from each tag, in the place of the best one to it
    {"ways.argmax(axis=0)": "ways.argmax(axis=1)", "ways.max(axis=0)": "ways.max(axis=1)"}
    What is kept for a tag is the best path that ends in it.
    Look: Over which letter does the maximum in equation (eq:best) go, and which axis is it?
score_on_the_wrong_side: scores in which a word's tag is rewarded at the tag before it
    {"$ways": "ways = best[:, None] + transitions + scores[t][:, None]", "$step": "best = ways.max(axis=0)"}
    A word's scores belong to the tag that the step goes to.
    Look: Which letter has s in equation (eq:best), i or j?
first_word_missing: the best path, with nothing said of the first word
    {"$first": "best, back = 0 * scores[0], []"}
    The first word has its scores like every other.
    Look: What is v of the first word in equation (eq:best)?
first_word_twice: the best path, with the first word counted twice
    {"$first": "best, back = 2 * scores[0], []"}
    It begins with what the first word says, once.
    Look: What is v of the first word in equation (eq:best)?
from_tag_0: the best path, with a step from tag 0 before the first word
    {"$first": "best, back = scores[0] + transitions[0], []"}
    That is done where a text begins behind an O. Here the first word has no step before it.
    Look: With which t does the second sum begin in equation (eq:path)?
to_tag_0: the best path, with a step to tag 0 behind the last word
    {"$last": "best = best + transitions[:, 0]\n    path = [best.argmax()]"}
    That is done where a text ends before an O. Here there is no step behind the last word.
    Look: How many steps has a path of three words in equation (eq:path)?
last_word_missing: the best path, with nothing said of the last word
    {"$step": "best = ways.max(axis=0) + (scores[t] if t < len(scores) - 1 else 0)"}
    The last word has its scores like every other.
    Look: How many words does the first sum in equation (eq:path) have?
word_before: the best path, with each word's scores one word late
    {"+ scores[t]": "+ scores[t - 1]"}
    At the second word the first one is read once more, and the last one never.
    Look: Which t has s in equation (eq:best)?
first_word_again: the best path of the first word said again and again
    {"+ scores[t]": "+ scores[0]"}
    Each word has scores of its own.
    Look: Which t has s in equation (eq:best)?
words_ignored: the best path, in which the words after the first have no say
    {"$step": "best = ways.max(axis=0)"}
    The step to a tag counts, and so does what the word says of it.
    Look: What is added to the maximum in equation (eq:best)?
end_of_the_last_word: the path back from the last word's best tag
    {"$last": "path = [scores[-1].argmax()]"}
    The best path ends in the tag with the largest v.
    Look: What is the last tag in equation (eq:back)?
from_tag_0_back: the path back from tag 0
    {"$last": "path = [0 * best.argmax()]"}
    The best path ends in the tag with the largest v.
    Look: What is the last tag in equation (eq:back)?
from_the_last: the best path from its last tag to its first
    {"path[::-1]": "path"}
    The pointers lead from the last word to the first: what was found first stands last.
    Look: In which order does the docstring ask for the tags?
pointers_forwards: pointers that were followed from the first word on
    {"reversed(back)": "back"}
    A pointer says where a path came from, so they can be followed from the end only.
    Look: In which direction does t go in equation (eq:back)?
pointers_of_the_last: pointers of the last tag alone, at each word
    {"$follow": "path.append(pointers[path[0]])"}
    Each pointer leads to a tag, and the next one to be read is that tag's.
    Look: Which tag's pointer is read in equation (eq:back)?
pointers_late: pointers of the step before
    {"reversed(back)": "reversed(back[:1] + back[:-1])"}
    With b at word t one comes from the tag at t to the tag at t - 1.
    Look: Which t has b in equation (eq:back), and which has y beside it?
largest_pointer: pointers that were not followed, the place of the largest at each word
    {"$follow": "path.append(pointers.argmax())"}
    A pointer is a tag: the largest one is the one that stands last in the list of tags, and no better.
    Look: Which tag's pointer is read in equation (eq:back)?
two_kept: the best path of those that were among the two best at each word
    body:
        beam = sorted(((scores[0, k], [k]) for k in range(scores.shape[1])), key=lambda one: one[0])[-2:]
        for t in range(1, len(scores)):
            longer = [(total + transitions[path[-1], j] + scores[t, j], path + [j])
                for total, path in beam for j in range(scores.shape[1])]
            beam = sorted(longer, key=lambda one: one[0])[-2:]
        return np.array(beam[-1][1]), beam[-1][0]
    That is a beam, and what it gives up may have been the beginning of the best path.
    Look: For how many tags does equation (eq:best) keep a score at each word?
steps_softmaxed: the best path, with the table's rows made logarithms of probabilities
    {"$first": "transitions = transitions - np.logaddexp.reduce(transitions, axis=1)[:, None]\n    "
        "best, back = scores[0], []"}
    From each tag one has to go somewhere then, with probability 1. A score need not be one.
    Look: What is done to the table in equation (eq:best) before it is added?
exponentials: the best path by products of exponentials, as far as a float can hold them
    body:
        e, A = np.exp(scores), np.exp(transitions)
        best, back = e[0], []
        for t in range(1, len(scores)):
            ways = best[:, None] * A
            back.append(ways.argmax(axis=0))
            best = ways.max(axis=0) * e[t]
        path = [best.argmax()]
        for pointers in reversed(back):
            path.append(pointers[path[-1]])
        return np.array(path[::-1]), np.log(best.max())
    The largest product is that of the largest sum. But where a score is above 709 its exponential is infinite in
    float64, and a product of many is soon infinite, or 0.
    Look: What do equations (eq:path) and (eq:best) keep of a path?
score_of_the_best_words: the best path, with the sum of each word's best score for its own
    {"best.max()": "scores.max(axis=1).sum()"}
    Those need not be the path's tags, and its steps count as well.
    Look: What does the docstring say of the score?
best_pointers: at each word the pointer of the best path so far
    {"$point": "back.append(np.full(len(best), ways.max(axis=1).argmax()))"}
    Each tag at a word has a best way to it, and they come from different tags.
    Look: How many pointers does equation (eq:back) keep at each word?
worst: the path with the smallest score
    {"ways.argmax(axis=0)": "ways.argmin(axis=0)", "ways.max(axis=0)": "ways.min(axis=0)",
        "$last": "path = [best.argmin()]", "best.max()": "best.min()"}
    That is right for costs. These are scores, of which more is better.
    Look: What does equation (eq:best) take of all that it is given?
sum_over_paths: the best path, with the logarithm of the sum over all paths for its score
    body:
        best, back, every = scores[0], [], scores[0]
        for t in range(1, len(scores)):
            ways = best[:, None] + transitions
            back.append(ways.argmax(axis=0))
            best = ways.max(axis=0) + scores[t]
            every = np.logaddexp.reduce(every[:, None] + transitions, axis=0) + scores[t]
        path = [best.argmax()]
        for pointers in reversed(back):
            path.append(pointers[path[-1]])
        return np.array(path[::-1]), np.logaddexp.reduce(every)
    That is log Z. Asked is what the best path has by itself.
    Look: What does the docstring say of the score?
likeliest_tags: the likeliest tag of each word, all paths through it taken together
    body:
        forwards, backwards = [scores[0]], [0 * scores[0]]
        for score in scores[1:]:
            forwards.append(np.logaddexp.reduce(forwards[-1][:, None] + transitions, axis=0) + score)
        for score in scores[:0:-1]:
            backwards.append(np.logaddexp.reduce(transitions + score + backwards[-1], axis=1))
        path = (np.stack(forwards) + np.stack(backwards[::-1])).argmax(axis=1)
        return path, $scored
    Each of them is the best guess for its word. But side by side they need not be a path that anybody would take.
    Look: What has to be as large as possible, in equation (eq:best)?
probabilities_added: the best path of softmaxed scores, added up
    {"$first": "scores = np.exp(scores - scores.max(axis=1, keepdims=True))\n    "
        "scores = scores / scores.sum(axis=1, keepdims=True)\n    best, back = scores[0], []"}
    Probabilities of steps that follow each other are multiplied. It is their logarithms that add up.
    Look: What is added up in equation (eq:path)?
log_probabilities: the best path, with logarithms of each word's softmax for its scores
    {"$first": "top = scores.max(axis=1, keepdims=True)\n    "
        "scores = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))\n    "
        "best, back = scores[0], []"}
    The path is the same. But its score is asked for as equation (eq:path) has it, with the scores as they are.
    Look: What is done to the scores in equation (eq:path) before they are added?
multiplied: products of scores and steps
    {"$ways": "ways = best[:, None] * transitions"}
    Products are for probabilities. Scores, like logarithms, add up.
    Look: What stands between the two terms in equation (eq:best)?
words_multiplied: products with each word's scores
    {"$step": "best = ways.max(axis=0) * scores[t]"}
    Products are for probabilities. Scores, like logarithms, add up.
    Look: What is done with s in equation (eq:best)?
score_of_words: the best path, with the sum of its words' scores alone
    {"$return": "path = np.array(path[::-1])\n    return path, scores[np.arange(len(scores)), path].sum()"}
    The steps from tag to tag count as well.
    Look: How many sums has equation (eq:path)?
score_by_length: the best path, with its score divided by the number of words
    {"best.max()": "best.max() / len(scores)"}
    All paths of a sequence are equally long, so nothing is gained.
    Look: Is anything divided in equation (eq:path)?
best_word_score: the best path, with the largest of the last word's scores for its own
    {"best.max()": "scores[-1].max()"}
    Asked is the score of the whole path.
    Look: What does the docstring say of the score?
exponential: the best path, with the exponential of its score
    {"best.max()": "np.exp(np.minimum(best.max(), 700))"}
    Asked is the score as equation (eq:path) has it.
    Look: What does the docstring say of the score?
minus: the best path, with its score's sign turned
    {"best.max()": "-best.max()"}
    Of a cost less is better. Asked is a score.
    Look: Which sign have the sums in equation (eq:path)?
floor_of_zero: the best path of scores that never fall below 0
    {"$step": "best = np.maximum(ways.max(axis=0), 0) + scores[t]"}
    An array of zeros to compare with makes that. Scores may be below 0, all of them.
    Look: With what does your maximum begin?
scores_below_zero: the best path, where a tag with a score below 0 is as good as one with 0
    {"$first": "scores = np.maximum(scores, 0)\n    best, back = scores[0], []"}
    Scores may be below 0, and it matters by how much.
    Look: What is done to the scores in equation (eq:best) before they are added?
written_into_scores: the best path, with the sums written into the array that came in
    {"$first": "best, back = scores[0], []", "$step": "best[:] = ways.max(axis=0) + scores[t]"}
    scores[0] is a view: what is written into it is written into scores, and whoever called finds other scores there.
    Look: Which of your lines writes into scores?
""",
    ways=WAYS,
    first=FIRST,
    step=STEP,
    point=POINT,
    last=LAST,
    follow=FOLLOW,
    scored=SCORED,
    **{"return": RETURN},
)

RIGHT = (
    # a table of all words
    """def viterbi(scores, transitions):
    T, K = scores.shape
    v, b = np.zeros((T, K)), np.zeros((T, K), dtype=int)
    v[0] = scores[0]
    for t in range(1, T):
        for j in range(K):
            candidates = v[t - 1] + transitions[:, j]
            b[t, j] = np.argmax(candidates)
            v[t, j] = candidates[b[t, j]] + scores[t, j]
    path = np.zeros(T, dtype=int)
    path[-1] = np.argmax(v[-1])
    for t in range(T - 2, -1, -1):
        path[t] = b[t + 1, path[t + 1]]
    return path, v[-1].max()
""",
    # whole paths are carried along
    """def viterbi(scores, transitions):
    K = scores.shape[1]
    beam = {k: (float(scores[0, k]), (k,)) for k in range(K)}
    for row in scores[1:]:
        beam = {
            j: max((total + float(transitions[i, j]) + float(row[j]), ids + (j,)) for i, (total, ids) in beam.items())
            for j in range(K)
        }
    total, ids = max(beam.values())
    return np.array(ids), total
""",
    # from the end to the beginning
    """def viterbi(scores, transitions):
    T = len(scores)
    ahead, choices = np.zeros(scores.shape[1]), []
    for t in range(T - 1, 0, -1):
        ways = transitions + (scores[t] + ahead)[None, :]
        choices.insert(0, np.argmax(ways, axis=1))
        ahead = np.max(ways, axis=1)
    first = scores[0] + ahead
    tags = [int(np.argmax(first))]
    for choice in choices:
        tags.append(int(choice[tags[-1]]))
    return np.array(tags), float(np.max(first))
""",
    {
        WAYS: "ways = transitions.T + best",
        POINT: "back.append(ways.argmax(axis=1))",
        STEP: "best = ways.max(axis=1) + scores[t]",
    },
)

EXERCISE = Exercise(
    name="viterbi",
    title="The best path",
    arguments={"scores": "(T, K)", "transitions": "(K, K)"},
    returns=(Wholes("path", "(T,)"), Number("score")),
    parts=(
        Part("the path", points=2, outputs=("path",)),
        Part("its score", points=1, outputs=("score",)),
        Part("large scores, many words and many tags", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=25,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Two words and two tags: write down all four paths with their scores. Then suppose a third word comes. Of the "
        "two paths that end in tag 0, can the worse one still win?",
        "Keep two things at each word: the best score of a path that ends in each tag, (K,), and for each tag the one "
        "that this path comes from, (K,). All steps at once are a (K, K) array, from tag i in row i to tag j in column "
        "j; its max and its argmax go over the rows. At the end take the best tag and follow the pointers back.",
        "ways = best[:, None] + transitions; then ways.argmax(axis=0) are the pointers, and ways.max(axis=0) + "
        "scores[t] the new best. The path begins with best.argmax(); going through the pointers from the last to the "
        "first, the next tag is pointers[path[-1]]. Turn it round.",
    ),
    explanation=(
        "K to the power of T paths, and K times K sums a word are enough. That is possible because a step looks back "
        "at one tag only: what was before it is settled once the best way to each tag is known."
    ),
)
