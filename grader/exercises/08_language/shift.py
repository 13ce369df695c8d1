"""What a language model reads, and what comes after each of it."""

import numpy as np

from ..base import Case, Exercise, Part, Wholes, slips
from ._draws import LARGE, tokens


def cases(rng):
    yield Case("small", {"ids": tokens(rng, 2, 4, 9)})
    yield Case("more rows than steps", {"ids": tokens(rng, 6, 4, 20)})
    yield Case("many steps", {"ids": tokens(rng, 3, 41, 30)})
    yield Case("one row", {"ids": tokens(rng, 1, 6, 12)})
    yield Case("one step", {"ids": tokens(rng, 4, 2, 15)})
    yield Case("one step of one row", {"ids": tokens(rng, 1, 2, 7)})
    yield Case("as many rows as steps", {"ids": tokens(rng, 3, 4, 25)})
    yield Case("as many rows as tokens in each", {"ids": tokens(rng, 5, 5, 25)})
    turns = tokens(rng, 3, 8, 12)
    turns[:, 0], turns[:, -1] = turns[:, -1], turns[:, -1].copy()
    yield Case("rows that end as they begin", {"ids": turns})
    often = tokens(rng, 4, 9, 3)
    often[rng.random(often.shape) < 0.5] = 0
    yield Case("zeros among them", {"ids": often})
    yield Case("a row of one token again and again", {"ids": np.full((2, 5), rng.integers(1, 9))})
    yield Case("strided", {"ids": tokens(rng, 4, 7, 30)}, frozenset({"strided"}))
    yield Case("int32", {"ids": tokens(rng, 3, 6, 30).astype(np.int32)})
    yield Case("ids above 255", {"ids": tokens(rng, 3, 5, 60_000, first=300)}, LARGE)
    yield Case("ids of many digits", {"ids": tokens(rng, 2, 6, 2**40, first=2**33)}, LARGE)


MISTAKES = slips(r"""
exchanged: inputs and targets in each other's place
    {"ids[:, :-1], ids[:, 1:]": "ids[:, 1:], ids[:, :-1]"}
    The model would read what comes later, and be asked for what came before it.
    Look: Which of the two comes first in the docstring, and which of the two tokens comes first in the text?
targets_are_inputs: targets that are the inputs
    {"ids[:, 1:]": "ids[:, :-1]"}
    What is to be predicted is then what has just been read: a model learns to repeat it, and its loss goes to 0.
    Look: What is added to the index of the targets in equation (eq:shift)?
inputs_are_targets: inputs that are the targets
    {"ids[:, :-1]": "ids[:, 1:]"}
    What is to be predicted is then what has just been read: a model learns to repeat it, and its loss goes to 0.
    Look: Where does the first input of a row stand in ids, by equation (eq:shift)?
rolled: targets of which the last in each row is the row's first token
    {"ids[:, 1:]": "np.concatenate([ids[:, 1:-1], ids[:, :1]], axis=1)"}
    np.roll turns a row round: after its last input comes the row's first token. The text goes on with another one, and
    it is there, in the last column of ids.
    Look: What comes after the last input of a row?
last_repeated: targets of which the last in each row is the row's last input
    {"ids[:, 1:]": "np.concatenate([ids[:, 1:-1], ids[:, -2:-1]], axis=1)"}
    Something was needed to fill the last place. What belongs there stands in the last column of ids.
    Look: What comes after the last input of a row?
last_is_zero: targets of which the last in each row is 0
    {"ids[:, 1:]": "np.concatenate([ids[:, 1:-1], 0 * ids[:, :1]], axis=1)"}
    0 is a token like the others. What belongs there stands in the last column of ids.
    Look: What comes after the last input of a row?
from_the_row_below: targets of which the last in each row is the next row's first token
    {"ids[:, 1:]": "np.roll(ids[:, :-1].ravel(), -1).reshape(len(ids), -1)"}
    Rows are pieces of text that have nothing to do with each other.
    Look: What comes after the last input of a row?
rolled_and_long: arrays as long as ids, with targets that were turned round
    {"ids[:, :-1], ids[:, 1:]": "ids, np.roll(ids, -1, axis=1)"}
    The last token of a row has nothing after it in the row, so it can be an answer, and no question.
    Look: How many tokens of a row have one after them?
inputs_whole: inputs with the last token, which has nothing after it
    {"ids[:, :-1], ids[:, 1:]": "ids, ids[:, 1:]"}
    Inputs and targets belong together one by one.
    Look: How many tokens of a row have one after them?
rows_shifted: the rows without the last, and the rows without the first
    {"ids[:, :-1], ids[:, 1:]": "ids[:-1], ids[1:]"}
    ids[:-1] leaves out a row. Time is the second axis.
    Look: Which axis of ids are the steps?
without_the_first: inputs that begin with the second token, and targets one later, in which the last is 0
    {"ids[:, :-1], ids[:, 1:]":
        "ids[:, 1:], np.concatenate([ids[:, 2:], 0 * ids[:, :1]], axis=1)"}
    The first token of a row is read like every other one.
    Look: Where does the first input of a row stand in ids, by equation (eq:shift)?
two_later: targets that come two steps after their inputs, the last of them the row's first token
    {"ids[:, 1:]": "np.concatenate([ids[:, 2:], ids[:, :1]], axis=1)"}
    The next token is to be predicted, and not the one after it.
    Look: What is added to the index of the targets in equation (eq:shift)?
like_a_stream: rows of T that were cut from all ids in one go, and targets from all ids without the first
    {"ids[:, :-1], ids[:, 1:]":
        "ids.ravel()[: ids.size - len(ids)].reshape(len(ids), -1), "
        "ids.ravel()[1 : ids.size - len(ids) + 1].reshape(len(ids), -1)"}
    From the second row on these are other tokens: each row of ids has one more than there are steps.
    Look: Where does the second row of inputs begin in ids, by equation (eq:shift)?
row_below: targets that stand in the row below their inputs
    {"ids[:, 1:]": "np.roll(ids, -1, axis=0)[:, :-1]"}
    Rows are pieces of text that have nothing to do with each other. Time is the second axis.
    Look: To which of the two indices is the 1 added in equation (eq:shift)?
rows_turned: rows from the last to the first
    {"ids[:, :-1], ids[:, 1:]": "ids[::-1, :-1], ids[::-1, 1:]"}
    Row n of inputs and targets is row n of ids.
    Look: Which rows are at the same n in equation (eq:shift)?
from_one: tokens that count from 1 in ids and from 0 in what comes back
    {"ids[:, :-1], ids[:, 1:]": "ids[:, :-1] - 1, ids[:, 1:] - 1"}
    The 1 belongs to the index. Ids stay what they are.
    Look: Where is something added in equation (eq:shift)?
two_shorter: arrays with a step less than there is room for
    {"ids[:, :-1], ids[:, 1:]": "ids[:, :-2], ids[:, 1:-1]"}
    The last token of a row can be an answer.
    Look: How many tokens of a row have one after them?
backwards: a text that is read from its end
    {"ids[:, :-1], ids[:, 1:]": "ids[:, :0:-1], ids[:, -2::-1]"}
    Predicted is what comes next, and not what came before.
    Look: Which of two neighbours in ids is the input in equation (eq:shift), the first or the second?
targets_turned: targets from the last to the first
    {"ids[:, 1:]": "ids[:, :0:-1]"}
    targets[n, t] comes right after inputs[n, t].
    Look: In which order are the targets of equation (eq:shift)?
one_hot_targets: targets that say whether the next token is another one
    {"ids[:, 1:]": "(ids[:, 1:] != ids[:, :-1]).astype(int)"}
    Asked is which token comes next.
    Look: What is a target in equation (eq:shift)?
differences: targets that say how far it is from a token to the next
    {"ids[:, 1:]": "np.diff(ids, axis=1)"}
    Ids are names of tokens: how far they are from each other means nothing.
    Look: What is a target in equation (eq:shift)?
plus_one: targets that are the inputs, and 1 more
    {"ids[:, 1:]": "ids[:, :-1] + 1"}
    The 1 belongs to the index: the target is the token one place later, and not the token with the next number.
    Look: To what is the 1 added in equation (eq:shift)?
turned: arrays with the steps first, (T, N)
    {"ids[:, :-1], ids[:, 1:]": "ids[:, :-1].T, ids[:, 1:].T"}
    A batch has a row for each piece of text, as everywhere in this course.
    Look: Which shape does the docstring ask for?
""")

RIGHT = (
    """def shift(ids):
    T = ids.shape[1] - 1
    inputs, targets = np.zeros((len(ids), T), dtype=ids.dtype), np.zeros((len(ids), T), dtype=ids.dtype)
    for n in range(len(ids)):
        for t in range(T):
            inputs[n, t] = ids[n, t]
            targets[n, t] = ids[n, t + 1]
    return inputs, targets
""",
    """def shift(ids):
    return np.delete(ids, -1, axis=1), np.delete(ids, 0, axis=1)
""",
    """def shift(ids):
    return np.stack([row[:-1] for row in ids]), np.array([row[1:].tolist() for row in ids])
""",
    {"ids[:, :-1], ids[:, 1:]": "ids[:, :-1].copy(), np.roll(ids, -1, axis=1)[:, :-1]"},
    """def shift(ids):
    places = np.arange(ids.shape[1] - 1)
    return np.take(ids, places, axis=1), np.take(ids, places + 1, axis=1)
""",
)

EXERCISE = Exercise(
    name="shift",
    title="Question and answer",
    arguments={"ids": "(N, T + 1)"},
    returns=(Wholes("inputs", "(N, T)"), Wholes("targets", "(N, T)")),
    parts=(
        Part("the inputs", points=1, outputs=("inputs",)),
        Part("the targets", points=1, outputs=("targets",)),
        Part("large ids", points=1, tags=LARGE),
    ),
    difficulty=1,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Write a row of five letters on paper, and under each what comes after it. How many pairs are there?",
        "The inputs are all columns of ids but the last, the targets all columns but the first.",
        "ids[:, :-1] leaves out the last column. Which slice leaves out the first?",
    ),
    explanation=(
        "Nobody had to label anything: every token is the answer to what stands before it. That is why language models "
        "can be made of any text that there is, and of as much of it."
    ),
)
