"""What the decoder reads while it learns: a mark to begin with, and the translation without its last word."""

import numpy as np

from ..base import Case, Exercise, Part, Wholes, slips
from ._draws import LARGE, tokens


def cases(rng):
    yield Case("small", {"targets": tokens(rng, 2, 4, 9), "bos": 9})
    yield Case("more rows than steps", {"targets": tokens(rng, 6, 3, 20), "bos": 20})
    yield Case("many steps", {"targets": tokens(rng, 3, 41, 30), "bos": 30})
    yield Case("one row", {"targets": tokens(rng, 1, 6, 12), "bos": 12})
    yield Case("one step", {"targets": tokens(rng, 4, 1, 15), "bos": 15})
    yield Case("one step of one row", {"targets": tokens(rng, 1, 1, 7), "bos": 8})
    yield Case("as many rows as steps", {"targets": tokens(rng, 4, 4, 25), "bos": 26})
    yield Case("a mark that is 0", {"targets": tokens(rng, 3, 5, 12, first=1), "bos": 0})
    yield Case("a mark that is one of the words", {"targets": tokens(rng, 3, 6, 8), "bos": 4})
    padded = tokens(rng, 4, 7, 9, first=2)
    padded[np.arange(7) >= rng.permutation([3, 7, 5, 1])[:, None]] = 0
    yield Case("rows that are padded", {"targets": padded, "bos": 1})
    yield Case("a row of one word again and again", {"targets": np.full((2, 5), rng.integers(1, 9)), "bos": 11})
    yield Case("strided", {"targets": tokens(rng, 4, 6, 30), "bos": 31}, frozenset({"strided"}))
    yield Case("int32", {"targets": tokens(rng, 3, 5, 30).astype(np.int32), "bos": 33})
    yield Case("ids above 255", {"targets": tokens(rng, 3, 4, 60_000, first=300), "bos": 70_000}, LARGE)
    yield Case("ids of many digits", {"targets": tokens(rng, 2, 5, 2**40, first=2**33), "bos": 2**41 + 1}, LARGE)


BOS = "np.full((len(targets), 1), bos)"
ROWS = "np.concatenate([first, targets[:, :-1]], axis=1)"
MISTAKES = slips(
    r"""
targets: inputs that are the targets
    {"$rows": "targets.copy()"}
    The decoder then reads the word that it is to say, and learns to repeat it. Once it is alone there is nothing to
    repeat.
    Look: What stands at t = 0 in equation (eq:decoder_inputs), and what at t = 1?
first_written_over: targets with the mark in the place of the first word
    {"$rows": "np.concatenate([first, targets[:, 1:]], axis=1)"}
    From the second step on the decoder reads the word that it is to say.
    Look: Which index has targets in equation (eq:decoder_inputs)?
last_written_over: targets with the mark in the place of the last word
    {"$rows": "np.concatenate([targets[:, :-1], first], axis=1)"}
    The mark says that a translation begins.
    Look: At which t does the mark stand in equation (eq:decoder_inputs)?
shifted_left: the targets without their first word, and the mark at the end
    {"$rows": "np.concatenate([targets[:, 1:], first], axis=1)"}
    The decoder then reads the word after the one that it is to say.
    Look: Is something added to t or taken off it in equation (eq:decoder_inputs)?
rolled: targets turned round by one, with the last word of each row at its beginning
    {"$rows": "np.concatenate([targets[:, -1:], targets[:, :-1]], axis=1)"}
    np.roll turns a row round. What stands before the first word isn't the last one.
    Look: Which of the arguments is not used?
first_repeated: targets moved on by one, with the first word twice
    {"$rows": "np.concatenate([targets[:, :1], targets[:, :-1]], axis=1)"}
    The decoder would be told its first word.
    Look: Which of the arguments is not used?
zero_first: targets moved on by one, with a 0 at the beginning
    {"$bos": "np.zeros((len(targets), 1), dtype=int)"}
    0 is an id like any other. Which one the mark has is an argument.
    Look: Which of the arguments is not used?
whole: the mark, and all of the targets after it
    {"targets[:, :-1]": "targets"}
    That is a column more than there are targets: the last word has nothing to say after it.
    Look: How many columns has what equation (eq:decoder_inputs) gives?
two_later: targets moved on by two, with the mark twice
    {"$rows": "np.concatenate([first, first, targets[:, :-2]], axis=1)[:, : targets.shape[1]]"}
    At step t the decoder knows all that it has said, the last word too.
    Look: What is taken off t in equation (eq:decoder_inputs)?
marks_alone: the mark everywhere
    {"$rows": "first + 0 * targets"}
    Then the decoder never learns what it has said. Here it gets the right words to go on from.
    Look: Which of the arguments is not used?
one_row: the mark in the first row alone, and in the others the last word of the row before
    {"$rows": "np.concatenate([[bos], targets.ravel()[:-1]]).reshape(targets.shape)"}
    Rows are sentences that have nothing to do with each other. Each of them begins.
    Look: How often does the mark occur in what equation (eq:decoder_inputs) gives?
row_above: a first row of marks, and in each other row the targets of the row above
    {"$rows": "np.concatenate([np.full((1, targets.shape[1]), bos), targets[:-1]])"}
    That moves by rows. Time is the second axis.
    Look: From which of the two indices is the 1 taken off in equation (eq:decoder_inputs)?
mark_added: targets moved on by one, with the mark added to the first word in its place
    {"$bos": "targets[:, :1] + bos"}
    An id is a name, and a sum of two names is another one's.
    Look: What stands at t = 0 in equation (eq:decoder_inputs)?
one_beside: the right words after another mark, with an id 1 larger
    {"$bos": "np.full((len(targets), 1), bos + 1)"}
    bos is the id of the mark as it is.
    Look: What stands at t = 0 in equation (eq:decoder_inputs)?
one_less: words with ids 1 smaller than in targets, after the mark
    {"targets[:, :-1]": "targets[:, :-1] - 1"}
    The 1 belongs to the index. Ids stay what they are.
    Look: To what does the 1 belong in equation (eq:decoder_inputs)?
backwards: the mark, and the words from the last to the second
    {"targets[:, :-1]": "targets[:, :0:-1]"}
    The decoder has said the first word first.
    Look: In which order do the words come in equation (eq:decoder_inputs)?
rows_turned: rows from the last to the first
    {"targets[:, :-1]": "targets[::-1, :-1]"}
    Row n of what comes back belongs to row n of the targets.
    Look: Which n is on both sides of equation (eq:decoder_inputs)?
turned: the right ids with the steps first
    {"return $rows": "return $rows.T"}
    A batch has a row for each sentence, as everywhere in this course.
    Look: Which shape does the docstring ask for?
first_row: the first row's words in every row
    {"targets[:, :-1]": "np.repeat(targets[:1, :-1], len(targets), axis=0)"}
    Each sentence has words of its own.
    Look: Which n has targets in equation (eq:decoder_inputs)?
into_targets: the right ids, written into the targets
    {"return $rows": "targets[:, 1:] = targets[:, :-1].copy()\n    targets[:, :1] = first\n    return targets"}
    The loss still needs the targets as they are.
    Look: Which line changes an array that came in?
""",
    bos=BOS,
    rows=ROWS,
)

RIGHT = (
    """
def decoder_inputs(targets, bos):
    inputs = np.zeros_like(targets)
    inputs[:, 0] = bos
    inputs[:, 1:] = targets[:, :-1]
    return inputs
""",
    """
def decoder_inputs(targets, bos):
    inputs = np.roll(targets, 1, axis=1)
    inputs[:, 0] = bos
    return inputs
""",
    """
def decoder_inputs(targets, bos):
    return np.array([[bos] + list(row[:-1]) for row in targets])
""",
    """
def decoder_inputs(targets, bos):
    N, T = targets.shape
    return np.hstack((bos * np.ones((N, 1), int), targets))[:, :T]
""",
)

EXERCISE = Exercise(
    name="decoder_inputs",
    title="What the decoder reads",
    arguments={"targets": "(N, T)", "bos": "a whole number"},
    returns=(Wholes("inputs", "(N, T)"),),
    parts=(Part("the inputs", points=1), Part("large ids", points=1, tags=LARGE)),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Write a translation of four words on paper, and under each word the one that was said before it. What stands "
        "under the first?",
        "A column of marks, and after it all columns of targets but the last. np.concatenate puts them beside each "
        "other.",
        "np.full((len(targets), 1), bos) is the column of marks. Put it and targets[:, :-1] together along axis 1.",
    ),
    explanation=(
        "That is teacher forcing: whatever the decoder would have said, it reads the right word next, and all steps of "
        "a translation can be learned at once. When it translates it has no teacher, and reads its own words."
    ),
)
