"""Text from a model: what was drawn goes in next."""

import numpy as np

from ..base import Case, Exercise, Part, Wholes, slips
from ._sampling import (
    LARGE,
    LONG,
    STATE,
    STEPS,
    drawn_near,
    five_words,
    hundreds_of_words,
    nine_words,
    single,
    spread,
    state_of,
    three_words,
)


def _arguments(rng, N, T, H, step=five_words, K=5):
    return {
        "step": step,
        "start": rng.integers(0, K, size=N),
        "state": state_of(rng, N, H),
        "T": T,
        "us": rng.random((N, T)),
    }


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=4, H=3))
    yield Case("more texts than words", _arguments(rng, N=7, T=3, H=4))
    yield Case("three words", _arguments(rng, N=3, T=9, H=2, step=three_words, K=3))
    yield Case("words that never come", _arguments(rng, N=4, T=8, H=5, step=nine_words, K=9))
    yield Case("as many texts as words", _arguments(rng, N=5, T=5, H=3))
    yield Case("one text", _arguments(rng, N=1, T=12, H=4))
    yield Case("one word", _arguments(rng, N=6, T=1, H=3))
    yield Case("one number in a state", _arguments(rng, N=3, T=6, H=1))
    zeros = _arguments(rng, N=4, T=7, H=3)
    yield Case("a state of zeros", zeros | {"state": (np.zeros((4, 3)), np.zeros((4, 3)))})
    lowest = _arguments(rng, N=4, T=6, H=3, step=nine_words, K=9)
    yield Case("words that never come, and a u of 0", lowest | {"us": np.zeros((4, 6))})
    yield Case("strided", _arguments(rng, N=4, T=6, H=3), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=5, H=4)))
    many = _arguments(rng, N=4, T=10, H=6, step=hundreds_of_words, K=300)
    yield Case("hundreds of words to choose from", many | {"start": rng.integers(256, 300, size=4)}, LARGE)
    large = _arguments(rng, N=3, T=24, H=4)
    yield Case("a large state", large | {"state": (large["state"][0], spread(rng, 900, 5e3, (3, 4)))}, LARGE)
    near = _arguments(rng, N=4, T=12, H=3)
    near["us"] = drawn_near(rng, near["step"], near["start"], near["state"], 12)
    yield Case("numbers that are nearly a word's end", near, LARGE)
    yield Case("300 words", _arguments(rng, N=2, T=300, H=5), LONG)


DRAW = "ids = sample(probs, us[:, t])"
STEP = "probs, state = step(ids, state)"
LOOP = r"    for t in range(T):\n"  # as the bank has it, in a text of its own
MISTAKES = slips(
    r"""
start_each_time: words drawn after the start each time
    {"step(ids, state)": "step(start, state)"}
    The model is never told what was drawn, and what it says next does not follow from it.
    Look: Which word goes into the step at time t in equation (eq:generate)?
state_lost: words drawn after the state in which it began each time
    {"probs, state = step(ids, state)": "probs, _ = step(ids, state)"}
    The model then knows the last word alone, and forgets all that came before it.
    Look: Which state goes into the step at time t in equation (eq:generate)?
once_asked: words all drawn from what the model says of the start
    {"$loop        $step": "    $step\n$loop"}
    The first word is right. The others are drawn as if it hadn't been said.
    Look: How often is the model asked in equation (eq:generate)?
likeliest: the likeliest word each time
    {"$draw": "ids = np.argmax(probs, axis=1)"}
    Then a text comes out the same each time, and us is not used.
    Look: What is each word made of in equation (eq:generate)?
start_first: the start, and all words but the last
    {"np.stack(drawn, axis=1)": "np.stack([start, *drawn[:-1]], axis=1)"}
    Each word is one place too late. The start is known, and is not among what was drawn.
    Look: What does the docstring say of start?
start_as_well: the start, and all words after it
    {"np.stack(drawn, axis=1)": "np.stack([start, *drawn], axis=1)"}
    That is a column more than T. The start is known, and is not among what was drawn.
    Look: What does the docstring say of start, and which shape does it ask for?
one_word_behind: words drawn after the last but one
    {"ids, drawn = start, []": "before, ids, drawn = start, start, []", "step(ids, state)": "step(before, state)",
        "        $draw": "        before = ids\n        $draw"}
    The word that goes in is the one that was drawn last.
    Look: Which word goes into the step at time t in equation (eq:generate)?
begun_twice: words drawn after the start went in twice
    {"ids, drawn = start, []": "ids, drawn = start, []\n    _, state = step(ids, state)"}
    The state that comes in is the one before the start.
    Look: How often does the start go into the step in equation (eq:generate)?
each_twice: words that each went in twice
    {"$draw": "$draw\n        _, state = step(ids, state)"}
    The next round hands the word in that was just drawn. Here it has gone in already.
    Look: How often does each word go into the step in equation (eq:generate)?
first_u: words drawn with the first u of their row each time
    {"us[:, t]": "us[:, 0]"}
    Each word has a u of its own.
    Look: Which u stands in equation (eq:generate) at time t?
u_turned: words drawn with the numbers of us from the last to the first
    {"us[:, t]": "us[:, T - 1 - t]"}
    The first word is drawn with the first of them.
    Look: Which u stands in equation (eq:generate) at time t?
one_less_u: words drawn with 1 - u
    {"us[:, t]": "1 - us[:, t]"}
    Each would be as good at random. But a u stands for one word, and this is another one's.
    Look: What does sample get in equation (eq:generate)?
u_of_the_first_text: words drawn with the first text's numbers in every text
    {"us[:, t]": "np.repeat(us[:1, t], len(us))"}
    Then all texts go together. Each has numbers of its own.
    Look: Which axis of us are the texts?
us_by_rows: words drawn with the numbers of us in another order, text by text
    {"us[:, t]": "us.reshape(T, len(us))[t]"}
    A row of us belongs to a text, a column to a time. A reshape doesn't turn one into the other.
    Look: Which axis of us is time?
a_row_for_a_time: words drawn with a row of us each time
    {"us[:, t]": "us[t]"}
    us is (N, T): us[t] are the numbers of one text for all times.
    Look: Which axis of us is time?
words_of_the_first: the first text, in every row
    {"np.stack(drawn, axis=1)": "np.repeat(np.stack(drawn, axis=1)[:1], len(start), axis=0)"}
    Each text has a start, a state and numbers of its own.
    Look: Are all of the rows returned?
time_first: the right words with time as the first axis
    {"np.stack(drawn, axis=1)": "np.stack(drawn)"}
    A row should be a text.
    Look: Which shape does the docstring ask for?
reshaped: the right words, filled into the rows time by time
    {"np.stack(drawn, axis=1)": "np.array(drawn).reshape(len(start), T)"}
    A list of T arrays makes an array (T, N). To exchange two axes is not to fill the numbers into another shape.
    Look: Which of the words in a row of yours were drawn one after the other?
from_the_end: the words from the last to the first
    {"np.stack(drawn, axis=1)": "np.stack(drawn[::-1], axis=1)"}
    What was drawn first comes first.
    Look: At which end of the list does each new word come in?
last_word_alone: the last word, at every time
    {"np.stack(drawn, axis=1)": "np.repeat(ids[:, None], T, axis=1)"}
    All that were drawn are asked for.
    Look: How many different words does a row of yours hold?
one_too_few: one word less than T
    {"range(T)": "range(T - 1)"}
    T words are asked for, the start not among them.
    Look: How often does your loop go round?
h_lost: words drawn with the h in which it began each time
    {"$step": "probs, after = step(ids, state)\n        state = (state[0], after[1])"}
    The new state is all that the step hands back, both of its arrays.
    Look: What do you hand on of the state that comes back?
c_lost: words drawn with the c in which it began each time
    {"$step": "probs, after = step(ids, state)\n        state = (after[0], state[1])"}
    The new state is all that the step hands back, both of its arrays.
    Look: What do you hand on of the state that comes back?
h_and_c_exchanged: words drawn with h and c in each other's place
    {"$step": "probs, state = step(ids, state)\n        state = state[::-1]"}
    The step gets back what it has handed out, in the same order.
    Look: In which order do h and c come back?
state_of_zeros: words drawn from a state of zeros on
    {"ids, drawn = start, []": "ids, drawn, state = start, [], tuple(np.zeros_like(one) for one in state)"}
    A text may go on from somewhere: the state that comes in says where.
    Look: Which of the arguments is not used?
start_of_zeros: words drawn as if word 0 had gone in first
    {"ids, drawn = start, []": "ids, drawn = np.zeros_like(start), []"}
    What goes in first is an argument.
    Look: Which of the arguments is not used?
""",
    draw=DRAW,
    step=STEP,
    loop=LOOP,
)

RIGHT = (
    """def generate(step, start, state, T, us):
    words = np.zeros((len(start), T), dtype=int)
    last = start
    for t in range(T):
        probs, state = step(last, state)
        words[:, t] = sample(probs, us[:, t])
        last = words[:, t].copy()
    return words
""",
    # without sample, a text at a time
    """def generate(step, start, state, T, us):
    h, c = state
    texts = []
    for n in range(len(start)):
        at, word, text = (h[n : n + 1], c[n : n + 1]), start[n : n + 1], []
        for u in us[n]:
            probs, at = step(word, at)
            sums = np.cumsum(probs[0])
            word = np.array([int(np.argmax(sums > u * sums[-1]))])
            text.append(word[0])
        texts.append(text)
    return np.array(texts)
""",
    """def generate(step, start, state, T, us):
    probs, state = step(start, state)
    out = [sample(probs, us[:, 0])]
    while len(out) < T:
        probs, state = step(out[-1], state)
        out.append(sample(probs, us[:, len(out)]))
    return np.array(out).T
""",
)

EXERCISE = Exercise(
    name="generate",
    title="One word after the other",
    arguments={"step": "a function", "start": "(N,)", "state": STATE, "T": "T", "us": "(N, T)"},
    returns=(Wholes("ids", "(N, T)"),),
    parts=(
        Part("the words", points=2),
        Part("hundreds of words to choose from, large states, and small differences", points=1, tags=LARGE),
        Part("300 words", points=1, tags=LONG),
    ),
    difficulty=2,
    minutes=15,
    cases=cases,
    functions=STEPS,
    builds_on=("sample",),
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "In each round the model is asked once, and one word is drawn for each text. What has to be handed on to the "
        "next round, and what has to be kept?",
        "Begin with ids = start. In each round call step(ids, state), which gives the probabilities and the new state; "
        "draw with sample and the column t of us; put what was drawn into a list. In the end np.stack makes one array "
        "of them.",
        "probs, state = step(ids, state), then ids = sample(probs, us[:, t]), then append. Both names are used again "
        "in the next round. np.stack(the_list, axis=1) has a text in each row.",
    ),
    explanation=(
        "The model was trained on texts that people wrote. Here it reads what it has written itself, and nobody "
        "corrects it: after a word that would never have stood there it has to go on all the same."
    ),
)
