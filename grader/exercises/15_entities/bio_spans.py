"""The spans that tags stand for, those that no text should have among them."""

import numpy as np

from ..base import Case, Exercise, Part, Wholes, slips
from ._draws import LARGE, scattered, tagged

STRAY = frozenset({"stray"})


def cases(rng):
    one, other = (int(k) for k in rng.permutation(3)[:2])
    b, i = 2 * one + 1, 2 * one + 2
    c, j = 2 * other + 1, 2 * other + 2
    yield Case("small", {"tags": np.array([b, i, 0, c, 0])})
    yield Case("three words", {"tags": np.array([0, 0, b, i, i, 0, c, 0])})
    yield Case("side by side", {"tags": np.array([b, b, i, 0, b, i, b, c, j, b])})
    yield Case("up to the last word", {"tags": np.array([0, c, 0, b, i])})
    yield Case("every word", {"tags": np.array([c, j, j, j])})
    yield Case("one word", {"tags": np.array([b])})
    yield Case("one type", {"tags": tagged(rng, 12, 1)})
    yield Case("many", {"tags": tagged(rng, 40, 5)})
    yield Case("strided", {"tags": tagged(rng, 11, 3)}, frozenset({"strided"}))
    yield Case("int32", {"tags": tagged(rng, 9, 4).astype(np.int32)})
    yield Case("no span", {"tags": np.zeros(6, dtype=int)})
    yield Case("no word", {"tags": np.zeros(0, dtype=int)})
    yield Case("an I after O", {"tags": np.array([b, 0, j, j, 0, i])}, STRAY)
    yield Case("an I after a gap", {"tags": np.array([b, i, 0, i, i])}, STRAY)
    yield Case("an I at the beginning", {"tags": np.array([i, 0, c, j])}, STRAY)
    yield Case("an I at either end", {"tags": np.array([i, i, 0, j, 0, i])}, STRAY)
    yield Case("an I of another type", {"tags": np.array([b, j, j, 0, c, i])}, STRAY)
    yield Case("an I of the first type at the beginning", {"tags": np.array([2, 2, 0, c])}, STRAY)
    yield Case("an I for its only word", {"tags": np.array([j])}, STRAY)
    yield Case("any tag after any", {"tags": scattered(rng, 80, 3)}, STRAY)
    yield Case("any tag after any, of one type", {"tags": scattered(rng, 30, 1)}, STRAY)
    yield Case("hundreds of words", {"tags": scattered(rng, 700, 40)}, LARGE)
    yield Case("hundreds of types", {"tags": tagged(rng, 60, 30_000, first=400)}, LARGE)
    yield Case("types of many digits", {"tags": tagged(rng, 25, 2**41, first=2**33)}, LARGE)


KIND = "kind = (tag - 1) // 2                       # -1 for O"
BEGINS = "if kind >= 0 and (tag % 2 == 1 or kind != before)"
MISTAKES = slips(
    r"""
strict: spans that begin with B alone: an I that goes on from nothing was left out, and any I behind it
    {"$begins": "if kind >= 0 and tag % 2 == 1", "elif kind >= 0": "elif kind >= 0 and kind == before",
        "before = kind": "before = kind if tag % 2 == 1 or kind == before else -1"}
    That is the strict way to read tags, and it is used too. Here an I that goes on from nothing begins a span.
    Look: What does equation (eq:begins) say of an I?
dropped_after_o: spans without the words of an I that stands after O or at the beginning
    {"$kind": "$kind\n        if tag > 0 and tag % 2 == 0 and before < 0:\n            continue"}
    An I of another type begins a span there, and so should an I with nothing before it.
    Look: What does equation (eq:begins) say of an I whose word before is O?
dropped_of_another_type: spans without the words of an I inside of them that is of another type
    {"$kind": "$kind\n        if tag > 0 and tag % 2 == 0 and before not in (-1, kind):\n            continue"}
    An I after O begins a span there, and so should an I of another type.
    Look: What does equation (eq:begins) say of an I whose word before is of another type?
type_ignored: spans that go on with an I of any type
    {"kind != before": "before < 0"}
    A person that goes on as a place is two spans, and the second has lost its B.
    Look: What does equation (eq:begins) compare?
over_the_gap: spans that go on after an O, if the next I is of their type
    {"before = kind": "before = before if kind < 0 else kind"}
    After an O the span has ended. An I behind it goes on from nothing.
    Look: What is compared in equation (eq:begins): the type of the last span, or that of the word before?
i_joins_the_last: spans that go on with any I, however far it is from them
    {"$begins": "if kind >= 0 and (tag % 2 == 1 or not spans)"}
    An I behind an O, or of another type, goes on from nothing.
    Look: What does equation (eq:begins) compare?
b_begins_nothing: spans that go on with a B of their own type
    {"tag % 2 == 1 or ": ""}
    A B begins a span, whatever stands before it: that is how two names side by side are told apart.
    Look: What does equation (eq:begins) say of a B?
until_the_next_o: spans that go on until the next O
    {"tag % 2 == 1 or kind != before": "before < 0"}
    Two names may stand side by side, without an O between them.
    Look: What are the two ways to begin a span in equation (eq:begins)?
every_word: a span for each word that is not O
    {"$begins": "if kind >= 0"}
    An I after a word of its type belongs to the span that is there.
    Look: When does equation (eq:begins) say that an I begins nothing?
first_words: spans of one word, where longer ones begin
    {"spans[-1][1] = t + 1": "pass"}
    An I after a word of its type makes the span longer.
    Look: What does an I change in the row of its span?
first_word_late: spans that begin one word late
    {"[t, t + 1, kind]": "[t + 1, t + 1, kind]"}
    Words count from 0, as all indices do: `tags[start:end]` begins with the B.
    Look: What is the index of the span's first word?
end_is_the_last: spans whose end is their last word
    {"[t, t + 1, kind]": "[t, t, kind]", "[1] = t + 1": "[1] = t"}
    `tags[start:end]` leaves out `tags[end]`: the end is the index behind the last word.
    Look: What does the docstring say of tags[start:end]?
length_for_end: the length of each span in the place of its end
    {"[t, t + 1, kind]": "[t, 1, kind]", "[1] = t + 1": "[1] += 1"}
    A row has two indices, start and end.
    Look: What does the docstring say of a row?
end_of_one_word: spans of one word whose end is their start
    {"[t, t + 1, kind]": "[t, t, kind]"}
    Longer ones are right. `tags[start:end]` of a single word is empty now.
    Look: What is the end of a span when it has just begun?
last_word_missing: spans of several words that end before their last one
    {"[1] = t + 1": "[1] = t"}
    The word whose tag is I belongs to the span, and the end is the index behind it.
    Look: What does the docstring say of tags[start:end]?
last_span_lost: spans without one that reaches up to the last word
    {"return np.array(spans": "spans = [one for one in spans if one[1] < len(tags)]\n    return np.array(spans"}
    What is closed only when another tag comes is never closed at the end.
    Look: What does your function do with a span that is open when the loop is over?
single_words_lost: spans of several words alone
    {"return np.array(spans": "spans = [one for one in spans if one[1] > one[0] + 1]\n    return np.array(spans"}
    A B by itself is a span, too.
    Look: What does your function do when the word after a B is O?
types_first: rows with the type first
    {"[t, t + 1, kind]": "[kind, t, t + 1]", "spans[-1][1]": "spans[-1][2]"}
    Many libraries do it so. Here a row is start, end and type.
    Look: What does the docstring say of a row?
types_from_one: types that count from 1
    {"[t, t + 1, kind]": "[t, t + 1, kind + 1]"}
    The first type is 0: its B is tag 1, and its I is tag 2.
    Look: What is k in equation (eq:tag) where the tag is 1?
tag_for_type: the tag of the first word in the place of the type
    {"[t, t + 1, kind]": "[t, t + 1, tag]"}
    Two tags belong to each type.
    Look: What is k in equation (eq:tag), of a tag that you know?
half_the_tag: types of which an I's is one more than its B's
    {"(tag - 1) // 2": "tag // 2 if tag else -1"}
    The B and the I of a type are an odd number and the even one after it, and half of them is not the same.
    Look: What is k in equation (eq:tag) for the tags 1 and 2?
odd_is_i: B and I in each other's place
    {"tag % 2 == 1": "tag % 2 == 0"}
    Of each type the B is the smaller number, an odd one.
    Look: Which of the two is 2k + 1 in equation (eq:tag)?
o_is_a_span: spans of the type -1 where the words are O
    {"$begins": "if tag % 2 == 1 or kind != before or not spans", "elif kind >= 0": "else"}
    O says that a word belongs to no span.
    Look: What does your function do with tag 0?
type_of_the_last_tag: spans of several words with half of their last tag for a type
    {"spans[-1][1] = t + 1": "spans[-1][1:] = [t + 1, tag // 2]"}
    Half of an I's tag is one more than its type.
    Look: What is k in equation (eq:tag), of an I whose tag you know?
tags_compared: spans that begin with an I whose tag is another than that of the word before
    {"kind != before": "tag != before", "before = kind": "before = tag"}
    The first I of a name stands behind a B, whose tag is another one, and the type is the same.
    Look: What is compared in equation (eq:begins), tags or types?
b_of_type_0: spans that begin with the B of type 0, or where the type is another than before
    {"tag % 2 == 1": "tag == 1"}
    Each type has a B of its own.
    Look: Which tags are a B in equation (eq:tag)?
next_one_missed: spans without those that begin right behind another one
    {"$begins": "if kind >= 0 and before < 0", "elif kind >= 0": "elif kind >= 0 and tag % 2 == 0 and kind == before",
        "before = kind": "before = -1 if before >= 0 and (tag % 2 == 1 or kind != before) else kind"}
    Whoever finds the end of a span has read the word behind it, and that may begin the next one.
    Look: Where does your function go on when a span is over: at its end, or one further?
from_the_last: spans from the last to the first
    {"np.array(spans, dtype=int)": "np.array(spans[::-1], dtype=int)"}
    They go from left to right, as the words do.
    Look: In which order does the docstring ask for them?
by_type: spans in the order of their types
    {"np.array(spans, dtype=int)": "np.array(sorted(spans, key=lambda one: one[2]), dtype=int)"}
    They go from left to right, as the words do.
    Look: In which order does the docstring ask for them?
columns: the right numbers, a column for each span
    {".reshape(-1, 3)": ".reshape(-1, 3).T"}
    Each span has a row.
    Look: Which shape does the docstring ask for?
floats_of_nothing: the right spans, and an array of floats where there is none
    {"np.array(spans, dtype=int)": "np.array(spans)"}
    Of an empty list np.array can't see that whole numbers are meant.
    Look: Which dtype has np.array([]), and how can one ask for another?
no_columns: the right spans, and an array without columns where there is none
    {".reshape(-1, 3)": ""}
    An array of an empty list has the shape (0,), and whoever takes a column of it gets an error.
    Look: What does the docstring say of a sequence without a span?
""",
    kind=KIND,
    begins=BEGINS,
)

RIGHT = (
    # type by type, from where each span begins
    """def bio_spans(tags):
    T = len(tags)
    kinds = [(int(tag) + 1) // 2 for tag in tags]
    starts = [t for t in range(T) if kinds[t] and (tags[t] % 2 or t == 0 or kinds[t - 1] != kinds[t])]
    spans = np.zeros((len(starts), 3), dtype=int)
    for row, start in enumerate(starts):
        end = start + 1
        while end < T and end not in starts and kinds[end] == kinds[start]:
            end += 1
        spans[row] = start, end, kinds[start] - 1
    return spans
""",
    # open and close
    """def bio_spans(tags):
    found, start, kind = [], None, None
    for t, tag in enumerate(list(tags) + [0]):
        prefix = "O" if tag == 0 else "B" if tag % 2 == 1 else "I"
        of = (tag - 1) // 2
        if start is not None and (prefix != "I" or of != kind):
            found.append((start, t, kind))
            start = None
        if prefix != "O" and start is None:
            start, kind = t, of
    if not found:
        return np.empty((0, 3), dtype=np.int64)
    return np.array(found)
""",
    # without a loop
    """def bio_spans(tags):
    kinds = np.concatenate([[-1], (tags - 1) // 2, [-1]])
    b = np.concatenate([tags % 2 == 1, [False]])
    edge = np.flatnonzero((kinds[1:] != kinds[:-1]) | b)
    spans = np.stack([edge[:-1], edge[1:], kinds[1:][edge[:-1]]], axis=1) if len(edge) else np.zeros((0, 3), int)
    return spans[spans[:, 2] >= 0]
""",
    """def bio_spans(tags):
    rows = []
    t = 0
    while t < tags.shape[0]:
        if tags[t] == 0:
            t += 1
            continue
        i_tag = tags[t] + tags[t] % 2
        end = t + 1
        while end < tags.shape[0] and tags[end] == i_tag:
            end += 1
        rows.append(np.array([t, end, i_tag // 2 - 1]))
        t = end
    return np.vstack(rows) if rows else np.zeros((0, 3), dtype=int)
""",
)

EXERCISE = Exercise(
    name="bio_spans",
    title="From tags to spans",
    arguments={"tags": "(T,)"},
    returns=(Wholes("spans"),),  # how many rows there are no argument says
    parts=(
        Part("spans that begin with B", points=2),
        Part("an I that goes on from nothing", points=1, tags=STRAY),
        Part("many words, and many types", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Put a finger on a word. What do you have to know of the word before, to say whether a span begins here, goes "
        "on, or whether there is none?",
        "One loop over the words. `(tag - 1) // 2` is the type, and -1 where the tag is O. Keep the type of the word "
        "before, -1 at the beginning. A new row where equation (eq:begins) says so; else, if the tag is not O, the end "
        "of the last row moves by one.",
        "A span begins if kind >= 0 and (tag % 2 == 1 or kind != before): append [t, t + 1, kind]. Else, if kind >= 0, "
        "spans[-1][1] = t + 1. At the end np.array(spans, dtype=int).reshape(-1, 3) has three columns even if there is "
        "no row.",
    ),
    explanation=(
        "Tags are what a network can say, one a word. Spans are what somebody wants to have. What to do with an I that "
        "goes on from nothing is a decision, and two libraries that decide differently give the same network two "
        "different scores."
    ),
)
