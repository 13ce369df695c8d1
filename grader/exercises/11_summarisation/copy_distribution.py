"""What is said next: a word out of the vocabulary, or one that is copied from where the attention lies."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single

REPEATS = frozenset({"repeats"})


def _shares(rng, *shape):
    """Draw rows of positive numbers that add up to 1."""
    rows = np.exp(rng.normal(size=shape))
    return rows / rows.sum(axis=-1, keepdims=True)


def _arguments(rng, N, T, S, K, own, ids=None, lengths=None):
    """Draw a call: of K words the first ``own`` are in the vocabulary; row n of the reports has lengths[n] words."""
    p_vocab = np.zeros((N, T, K))
    p_vocab[..., :own] = _shares(rng, N, T, own)
    attention = _shares(rng, N, T, S)
    if lengths is not None:
        attention = attention * (np.arange(S) < np.asarray(lengths)[:, None])[:, None]
        attention = attention / attention.sum(axis=2, keepdims=True)
    ids = _apart(rng, N, S, K) if ids is None else np.asarray(ids)
    return {"p_vocab": p_vocab, "attention": attention, "ids": ids, "p_gen": rng.uniform(0.1, 0.9, size=(N, T))}


def _apart(rng, N, S, K):
    """Ids of which none comes twice in a row of the batch, the last word of all among them where there is room."""
    rows = np.stack([rng.permutation(K - 1)[:S] for _ in range(N)])
    rows[0, int(rng.integers(S))] = K - 1
    return rows


def cases(rng):
    a, b, c = rng.permutation(4)[:3]
    yield Case("small", _arguments(rng, 1, 2, 4, 5, 4, [[a, 4, b, 4]]), REPEATS)
    yield Case("no word twice", _arguments(rng, 2, 3, 4, 7, 6))
    yield Case("a longer report", _arguments(rng, 3, 2, 9, 6, 5, rng.integers(6, size=(3, 9))), REPEATS)
    yield Case("one word again and again", _arguments(rng, 2, 4, 3, 5, 5, [[a, a, a], [b, c, b]]), REPEATS)
    yield Case("many steps", _arguments(rng, 2, 8, 3, 6, 4))
    padded = _arguments(rng, 3, 2, 5, 8, 6, lengths=[5, 2, 3])
    padded["ids"] = np.where(padded["attention"][:, 0] > 0, 1 + padded["ids"] % 7, 0)
    yield Case("padding, which no attention falls on", padded, REPEATS)
    yield Case("the word with the id 0", _arguments(rng, 2, 3, 4, 6, 5, [[0, 3, 1, 5], [2, 0, 4, 1]]))
    sure = _arguments(rng, 2, 4, 3, 7, 5)
    sure["p_gen"] = rng.permuted(np.array([[0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]]), axis=1)
    yield Case("it writes or copies, for sure", sure)
    nothing = _arguments(rng, 3, 2, 4, 6, 5)
    nothing["attention"][1] = 0.0
    yield Case("a report with nothing to look at", nothing)
    yield Case("all words are in the vocabulary", _arguments(rng, 2, 3, 5, 7, 7))
    yield Case("one report", _arguments(rng, 1, 3, 5, 8, 6))
    yield Case("one step", _arguments(rng, 4, 1, 3, 6, 5))
    yield Case("a report of one word", _arguments(rng, 3, 4, 1, 5, 3))
    yield Case("one word in all", _arguments(rng, 2, 3, 2, 1, 1, [[0, 0], [0, 0]]), REPEATS)
    yield Case("one of each", _arguments(rng, 1, 1, 1, 2, 1, [[1]]))
    yield Case("int32", (one := _arguments(rng, 2, 4, 3, 6, 5)) | {"ids": one["ids"].astype(np.int32)})
    yield Case("strided", _arguments(rng, 3, 4, 5, 7, 6), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, 2, 3, 5, 6, 4, rng.integers(6, size=(2, 5)))), REPEATS)
    faint = _arguments(rng, 2, 3, 4, 6, 5)
    yield Case("hardly ever copied", faint | {"p_gen": 1 - 1e-7 * faint["p_gen"]})
    many = np.concatenate([rng.integers(280, 600, size=(2, 3)), [[255, 0], [256, 599]]], axis=1)
    yield Case("hundreds of words", _arguments(rng, 2, 3, 5, 600, 590, many), LARGE)
    yield Case("a report of hundreds of words", _arguments(rng, 1, 2, 300, 7, 5, rng.integers(7, size=(1, 300))), LARGE)


def other(case):
    """The case with the words' probabilities and the places of the report turned round, and more copied."""
    args = {
        "p_vocab": case.args["p_vocab"][::-1, :, ::-1].copy(),
        "attention": case.args["attention"][:, ::-1, ::-1].copy(),
        "ids": case.args["ids"][::-1].copy(),
        "p_gen": (0.8 * case.args["p_gen"]).astype(case.args["p_gen"].dtype),
    }
    return Case(case.name, args, case.tags)


COPIED = "copied = attention @ stands"
RESULT = "g * p_vocab + (1 - g) * copied"
ROWS = "np.arange(len(ids))[:, None, None], np.arange(p_gen.shape[1])[:, None], ids[:, None]"
MISTAKES = slips(
    r"""
last_place: a word that stands several times copied from the last of its places alone
    {"$copied": "copied = np.zeros(p_vocab.shape)\n    copied[$rows] = attention"}
    Several writes to one place of an array leave the last one there, and `+=` with an array of ids does no better: it
    reads all of them first. The attention on each place of the word counts.
    Look: What does equation (eq:copy) do with all the places at which a word stands?
first_place: a word that stands several times copied from the first of its places alone
    {"$copied": "copied = np.zeros(p_vocab.shape)\n    copied[$rows_back] = attention[:, :, ::-1].copy()"}
    The attention on each place of the word counts.
    Look: What does equation (eq:copy) do with all the places at which a word stands?
largest_place: a word that stands several times copied from the place with the most attention alone
    {"$copied": "copied = (attention[..., None] * stands[:, None]).max(axis=2)"}
    The attention on each place of the word counts, the fainter ones too.
    Look: Is it a sum or a maximum in equation (eq:copy)?
mean_of_places: a word that stands several times copied with the mean of the attention on its places
    {"$copied": "copied = attention @ stands / np.maximum(stands.sum(axis=1, keepdims=True), 1)"}
    A word that the report says twice may be copied from either place: the chances add up.
    Look: Is it a sum or a mean in equation (eq:copy)?
swapped: a mixture with p_gen and 1 - p_gen exchanged
    {"$result": "(1 - g) * p_vocab + g * copied"}
    p_gen is the probability that a word is generated, that is, taken from the vocabulary.
    Look: Which of the two parts has p_gen in front of it in equation (eq:copy)?
no_share: the vocabulary's probabilities and the copied ones added up
    {"$result": "p_vocab + copied"}
    Either a word is written or one is copied. The two add up to 2.
    Look: What stands in front of each of the two parts in equation (eq:copy)?
half_each: the mean of the vocabulary's probabilities and the copied ones
    {"$result": "0.5 * p_vocab + 0.5 * copied"}
    How much is copied is decided anew at each step.
    Look: Which of the docstring's arguments does your function not use?
vocabulary_only: the vocabulary's share, and nothing that was copied
    {"$result": "g * p_vocab"}
    A name that only the report has can't be said like that.
    Look: What is the second part of equation (eq:copy)?
copies_only: the copied share, and nothing out of the vocabulary
    {"$result": "(1 - g) * copied"}
    What no report says, a score for instance, can't be said like that.
    Look: What is the first part of equation (eq:copy)?
vocabulary_whole: the vocabulary's probabilities in full, and the copied share on top
    {"$result": "p_vocab + (1 - g) * copied"}
    A step's probabilities add up to more than 1.
    Look: What stands in front of the first part of equation (eq:copy)?
copies_whole: the copied probabilities in full, and the vocabulary's share on top
    {"$result": "g * p_vocab + copied"}
    A step's probabilities add up to more than 1.
    Look: What stands in front of the second part of equation (eq:copy)?
reports_words_alone: a mixture for the report's words, and the vocabulary's probabilities in full for all others
    {"$result": "np.where(stands.any(axis=1)[:, None], g * p_vocab + (1 - g) * copied, p_vocab)"}
    The other words share in p_gen as well. A step's probabilities add up to more than 1 like this.
    Look: What does equation (eq:copy) give for a word that stands nowhere in the report?
at_each_place: the vocabulary's share once for each place at which the report has the word
    {"$result": "g * p_vocab * stands.sum(axis=1)[:, None] + (1 - g) * copied"}
    A word that the report says twice would get it twice, and one that it doesn't say would get nothing.
    Look: What in equation (eq:copy) is inside the sum over the places, and what is outside?
product: the two kinds of probabilities multiplied
    {"$result": "p_vocab * copied"}
    A word would have to be both in the vocabulary and in the report.
    Look: Is it a sum or a product in equation (eq:copy)?
powers: the two kinds of probabilities to the powers of their shares, multiplied
    {"$result": "p_vocab**g * copied ** (1 - g)"}
    That mixes logarithms. A word that one of them doesn't have would have no chance at all.
    Look: Is it a sum or a product in equation (eq:copy)?
one_of_two: the vocabulary's probabilities where p_gen is at least a half, and the copied ones elsewhere
    {"$result": "np.where(g >= 0.5, p_vocab, copied)"}
    A mixture has both, each with its share. (A choice of the one or the other has no slope to learn by.)
    Look: What does equation (eq:copy) do with p_gen?
larger: the larger of the vocabulary's share and the copied one
    {"$result": "np.maximum(g * p_vocab, (1 - g) * copied)"}
    A word that can be written and copied has both chances.
    Look: Is it a sum or a maximum in equation (eq:copy)?
counted: copying with the same probability from each place of the report
    {"$copied": "copied = np.ones(attention.shape) / attention.shape[2] @ stands"}
    Where it looks decides what is copied.
    Look: Which of the docstring's arguments does your function not use?
one_place: copying from the place with the most attention, and from no other
    {"$copied": "copied = (attention == attention.max(axis=2, keepdims=True)) * 1.0 @ stands"}
    Each place is copied from with the probability of its attention.
    Look: Over which places does the sum in equation (eq:copy) go?
likeliest_copied: a mixture in which the word with the most attention is copied, and no other
    {"$copied": "copied = attention @ stands\n    copied = np.eye(p_vocab.shape[2])[copied.argmax(axis=2)]"}
    Each word is copied with the probability of the attention on it, the fainter ones too. (And a choice has no slope to
    learn by.)
    Look: Is there a maximum in equation (eq:copy)?
copied_share_averaged: a mixture in which the mean of 1 - p_gen over the steps is copied
    {"(1 - g) *": "(1 - g.mean(axis=1, keepdims=True)) *"}
    The two shares of a step add up to 1.
    Look: Which indices has p_gen in equation (eq:copy), in both of its places?
by_place: the attention added to the first words of the vocabulary, as many as the report has places
    {"$copied": "copied = np.zeros(p_vocab.shape)\n    count = min(attention.shape[2], p_vocab.shape[2])\n    "
        "copied[..., :count] = attention[..., :count]"}
    The third number of the attention belongs to the third place of the report, and not to the word with the id 2.
    Look: Which word stands at a place, and which argument says so?
first_report: the words of the first report, copied for all
    {"[ids]": "[ids[:1]]"}
    Each report has words of its own.
    Look: Which row of ids belongs to row n?
reports_mixed: copying from all reports of the batch together
    {"$copied": "copied = np.einsum('nts,msk->ntk', attention, stands)"}
    Each summary copies from its own report.
    Look: Which index do attention and ids share in equation (eq:copy), besides that of the place?
first_step: the attention of the first step, at every step
    {"$copied": "copied = attention[:, :1] @ stands"}
    It looks elsewhere at each step.
    Look: What does t stand for in equation (eq:copy)?
last_step: the attention of the last step, at every step
    {"$copied": "copied = attention[:, -1:] @ stands"}
    It looks elsewhere at each step.
    Look: What does t stand for in equation (eq:copy)?
all_steps: the attention of all steps added up, at every step
    {"$copied": "copied = attention.sum(axis=1, keepdims=True) @ stands"}
    It looks elsewhere at each step.
    Look: What does t stand for in equation (eq:copy)?
so_far: the attention of a step and all before it added up
    {"$copied": "copied = np.cumsum(attention, axis=1) @ stands"}
    That is what it has looked at so far. Copied is from where it looks now.
    Look: What does t stand for in equation (eq:copy)?
p_gen_of_the_first_step: a mixture with the p_gen of the first step, at every step
    {"p_gen[:, :, None]": "p_gen[:, :1, None]"}
    Whether a word is written or copied is decided at each step anew.
    Look: Which indices has p_gen in equation (eq:copy)?
p_gen_of_the_first_row: a mixture with the p_gen of the first row, for all of them
    {"p_gen[:, :, None]": "p_gen[:1, :, None]"}
    Whether a word is written or copied is decided for each summary by itself.
    Look: Which indices has p_gen in equation (eq:copy)?
p_gen_averaged: a mixture with the mean of p_gen
    {"p_gen[:, :, None]": "p_gen.mean()"}
    Whether a word is written or copied is decided at each step anew.
    Look: Which indices has p_gen in equation (eq:copy)?
sigmoid_again: a mixture with a sigmoid of p_gen
    {"p_gen[:, :, None]": "1 / (1 + np.exp(-p_gen[:, :, None]))"}
    p_gen is a probability already.
    Look: What does the docstring say of p_gen?
softmax_of_all: a softmax of the mixture
    {"$result": "np.exp($result) / np.exp($result).sum(axis=2, keepdims=True)"}
    They are probabilities already. A softmax makes them nearly alike.
    Look: Does equation (eq:copy) have an exponential?
softmax_of_attention: a mixture with a softmax of the attention
    {"$copied": "copied = np.exp(attention) / np.exp(attention).sum(axis=2, keepdims=True) @ stands"}
    The attention is a probability already. A softmax makes all places nearly alike.
    Look: Does equation (eq:copy) have an exponential?
softmax_of_copied: a mixture with a softmax of what is copied
    {"$copied": "copied = np.exp(attention @ stands)\n    copied = copied / copied.sum(axis=2, keepdims=True)"}
    The attention is a probability already, and exp(0) is 1: words that the report doesn't have would be copied.
    Look: Does equation (eq:copy) have an exponential?
logarithm: the logarithm of the right probabilities
    {"$result": "np.log(np.maximum($result, 1e-12))"}
    The loss takes it later. Asked are the probabilities.
    Look: Does equation (eq:copy) have a logarithm?
divided: the right mixture, divided by its sum at each step
    {"$result": "($result) / np.maximum(($result).sum(axis=2, keepdims=True), 1e-300)"}
    It adds up to 1 by itself, where the attention does. Where there is nothing to look at, nothing is copied, and the
    rest stays as it is.
    Look: Is there a division in equation (eq:copy)?
no_word_0: a mixture in which the word with the id 0 is never copied
    {"$copied": "copied = attention @ stands\n    copied[..., 0] = 0"}
    0 is the id of a word like any other. The padding is told by the attention, which is 0 there.
    Look: Which places does the sum in equation (eq:copy) leave out?
only_strange: a mixture in which only words that the vocabulary gives no chance are copied
    {"$copied": "copied = attention @ stands * (p_vocab == 0)"}
    A word that both have may be written or copied, and has both chances.
    Look: Which words does the sum in equation (eq:copy) leave out?
only_known: a mixture in which only words that the vocabulary gives a chance are copied
    {"$copied": "copied = attention @ stands * (p_vocab > 0)"}
    The very words that it doesn't have are those that have to be copied.
    Look: Which words does the sum in equation (eq:copy) leave out?
last_word_left_out: a mixture in which the last word of all is never copied
    {"$copied": "copied = attention @ stands\n    copied[..., -1:] = 0"}
    Its id is K - 1.
    Look: How many words are there, and what is the id of the last?
ids_turned: words copied with the attention on the place as far from the other end
    {"[ids]": "[ids[:, ::-1]]"}
    The first number of the attention belongs to the first word of the report.
    Look: In which order does your function go through the report?
one_place_late: words copied with the attention on the place before them
    {"[ids]": "[np.roll(ids, -1, axis=1)]"}
    The first number of the attention belongs to the first word of the report.
    Look: Which s have attention and ids in equation (eq:copy)?
short_ids: words copied to ids below 256
    {"[ids]": "[ids.astype(np.uint8) % p_vocab.shape[2]]"}
    uint8 has room for the numbers from 0 to 255, and begins again after that.
    Look: What is the dtype of your ids?
steps_first: the right mixture with the steps as the first axis
    {"return $result": "return ($result).swapaxes(0, 1)"}
    The batch comes first, (N, T, K).
    Look: The docstring gives the shape.
into_p_vocab: the right mixture, written into the array that came in
    {"return $result": "p_vocab *= g\n    p_vocab += (1 - g) * copied\n    return p_vocab"}
    Whoever called the function finds other probabilities afterwards.
    Look: Which of your lines write into p_vocab?
""",
    copied=COPIED,
    result=RESULT,
    rows=ROWS,
    rows_back=ROWS.replace("ids[:, None]", "ids[:, None, ::-1].copy()"),
)

RIGHT = (
    '''def copy_distribution(p_vocab, attention, ids, p_gen):
    """Place by place."""
    N, T, K = p_vocab.shape
    p = np.zeros((N, T, K))
    for n in range(N):
        for t in range(T):
            p[n, t] = p_gen[n, t] * p_vocab[n, t]
            for s, word in enumerate(ids[n]):
                p[n, t, word] += (1 - p_gen[n, t]) * attention[n, t, s]
    return p
''',
    """def copy_distribution(p_vocab, attention, ids, p_gen):
    p = p_gen[..., np.newaxis] * p_vocab
    n = np.arange(p.shape[0])[:, None, None]
    t = np.arange(p.shape[1])[None, :, None]
    np.add.at(p, (n, t, ids[:, None, :]), attention * (1 - p_gen)[..., np.newaxis])
    return p
""",
    """def copy_distribution(p_vocab, attention, ids, p_gen):
    K = p_vocab.shape[-1]
    copied = np.stack([
        np.stack([np.bincount(words, weights=row, minlength=K) for row in rows]) for words, rows in zip(ids, attention)
    ])
    return copied + p_gen[:, :, None] * (p_vocab - copied)
""",
    {COPIED: "copied = np.einsum('nts,nsk->ntk', attention, stands)"},
    {"np.eye(p_vocab.shape[2])[ids]": "(ids[:, :, None] == np.arange(p_vocab.shape[2])).astype(float)"},
)

EXERCISE = Exercise(
    name="copy_distribution",
    title="Write it or copy it",
    arguments={"p_vocab": "(N, T, K)", "attention": "(N, T, S)", "ids": "(N, S)", "p_gen": "(N, T)"},
    returns=(Array("p", "(N, T, K)"),),
    parts=(
        Part("the mixture of both", points=2),
        Part("words that stand in several places", points=1, tags=REPEATS),
        Part("hundreds of words, and long reports", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        'Take one step of one report, say "rusk met rusk" with the attention 0.2, 0.1, 0.7. With which probability is '
        "`rusk` copied, and with which `met`? Where in a row of K zeros do these two numbers belong?",
        "First make copied, in the shape of p_vocab: for each place s of report n, attention[n, t, s] is added to the "
        "word ids[n, s]. A word that stands twice has to get both. Then mix: p_gen times p_vocab, and 1 - p_gen times "
        "copied.",
        "np.eye(K)[ids] has a row for each place of a report with a 1 at its word: (N, S, K). So attention @ that adds "
        "up, for each word, the attention on all of its places. For the shares, p_gen needs a third axis: "
        "p_gen[:, :, None].",
    ),
    explanation=(
        "Each step's probabilities add up to 1 again, and a word that the vocabulary has never heard of gets a chance "
        "because something looks at it. Nobody has to say when to copy: p_gen is learned like everything else, for the "
        "mixture is smooth in it."
    ),
)
