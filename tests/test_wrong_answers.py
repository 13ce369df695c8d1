"""Wrong answers as learners write them, with what each must say; and others that look like them, of which it is not so.

Each is a cell as it stands in a notebook, or several. A row holds the exercise, the cell, and what has to stand in the
verdict; a near miss has what must not stand there.
"""

import builtins
import getpass
import linecache
import re

import pytest
from boundary_sides import local
from learners_cells import (
    BY_H,
    CELL,
    NOTED,
    REST,
    SETUP,
    SIGMOID,
    SLICES,
    STEP,
    TYPED,
    lstm,
    lstm_step,
    lstm_torch,
    rnn_backward,
)

from grader.checking.calling import LocalSubject
from grader.checking.check import check_function, check_subject
from grader.checking.explain import NOTHING_TAKEN
from grader.exercises import exercise, exercises
from grader.given import given
from grader.progress import solution_text
from grader.vectors import load

SAYS = {
    # names
    "H was never defined": ("lstm_step", lstm_step(BY_H), ["H is no argument", "Take it from h_prev.shape"]),
    "N was never defined": (
        "one_hot",
        "def one_hot(ids, num_classes):\n    return np.zeros((N, 1, num_classes))\n",
        ["N is no argument", "Take it from ids.shape"],
    ),
    "H of another cell": (
        "lstm_step",
        "H = 3\n" + lstm_step(BY_H),
        ["H is 3 here, whatever the arguments are: it comes from outside of the function", "Take it from h_prev.shape"],
    ),
    "H of another cell, read by a helper": (
        "lstm_step",
        "H = 3\ndef cut(z):\n    return [z[:, k * H : (k + 1) * H] for k in range(4)]\n"
        + lstm_step("i, f, g, o = cut(z)"),
        ["H is 3 here"],
    ),
    "a constant of another cell": (
        "hidden_update",
        "scale = 1.1\ndef hidden_update(o, c):\n    return o * np.tanh(c) * scale + 0.1 * c\n",
        ["Your function reads scale, which comes from outside of it: there it is the single number 1.1"],
    ),
    "np is a number": (
        "sigmoid",
        SIGMOID + "np = 3\n",
        ["np does not stand for numpy here: it is the single number 3", "Run the setup cell at the top again"],
    ),
    "no setup cell, np": ("sigmoid", SIGMOID + "del np\n", ["the setup cell at the top of the notebook imports it"]),
    "no setup cell, sigmoid": (
        "lstm_step",
        lstm_step(SLICES) + "del sigmoid\n",
        ["It is a function of unit 00", '`sigmoid = mine("sigmoid")` fetches it'],
    ),
    "None from outside": (
        "sigmoid",
        "e = None\ndef sigmoid(z):\n    return 1 / (1 + e)\n",
        ["e is None, and comes from outside of the function", "Which line of the function should make e?"],
    ),
    "an earlier function's name is a number": (
        "lstm_step",
        lstm_step(SLICES) + "sigmoid = 0.5\n",
        ["sigmoid is the single number 0.5 (float) here, and no function", "run the cell again that makes"],
    ),
    "a name of Python's own is a number": (
        "one_hot",
        "len = 3\ndef one_hot(ids, num_classes):\n    return np.zeros((len(ids), 1, num_classes))\n",
        ["len is the single number 3 (int) here, and no function", "`del len` gives Python's own len back"],
    ),
    "an argument that was renamed": (
        "cell_update",
        "def cell_update(f, c, i, g):\n    return f * c_prev + i * g\n",
        ["c_prev is an argument of cell_update(f, c_prev, i, g)", "Does your def line call it something else"],
    ),
    "an argument of another cell": (
        "cell_update",
        "c_prev = np.ones(3)\ndef cell_update(f, c, i, g):\n    return f * c_prev + i * g\n",
        ["Your function reads c_prev from outside: there it is an array of shape (3,)", "and not the argument c_prev"],
    ),
    # forms
    "a class": (
        "sigmoid",
        "class sigmoid:\n    def __init__(self, z):\n        self.s = 1 / (1 + np.exp(-z))\n",
        ["sigmoid is a class: calling it makes an object of that class", "Write it as a function, `def sigmoid(z):`"],
    ),
    "a class without arguments": (
        "sigmoid",
        "class sigmoid:\n    def forward(self, z):\n        return 1 / (1 + np.exp(-z))\n",
        ["sigmoid is a class: calling it makes an object of that class", "Write it as a function, `def sigmoid(z):`"],
    ),
    "lru_cache": (
        "sigmoid",
        f"import functools\n@functools.lru_cache\n{SIGMOID}",
        ["behind a decorator that keeps answers (functools.lru_cache)", "Take the decorator off"],
    ),
    "a decorator": (
        "sigmoid",
        NOTED + SIGMOID,
        ["The wrapped function alone is right: what stands around it is in the way"],
    ),
    "np.vectorize": (
        "sigmoid",
        f"@np.vectorize\n{TYPED}",
        ["made by np.vectorize. The given function alone is right: np.vectorize is in the way"],
    ),
    # operators
    "// for /": (
        "sigmoid",
        "def sigmoid(z):\n    return 1 // (1 + np.exp(-z))\n",
        ["`//` in line 5 rounds down to a whole number. With `/` there, every number is right."],
    ),
    "// for /, in a lambda": (
        "sigmoid",
        "sigmoid = lambda z: 1 // (1 + np.exp(-z))\n",
        ["`//` in line 4 rounds down to a whole number. With `/` there, every number is right."],
    ),
    "//= for /=": (
        "sigmoid",
        "def sigmoid(z):\n    s = np.ones_like(z)\n    s //= 1 + np.exp(-z)\n    return s\n",
        ["`//` in line 6 rounds down to a whole number."],
    ),
    "^ for **": (
        "sigmoid",
        "def sigmoid(z):\n    return (1 + np.exp(-z))^-1\n",
        ["With `**` there, the power, every number is right."],
    ),
    "^ for **, of whole numbers": (
        "num_parameters",
        "def num_parameters(D, H):\n    return 4 * (H * D + H^2 + H)\n".replace("H^2", "(H^2)"),
        ["`^` in line 5 compares the bits of whole numbers. With `**` there, the power, every number is right."],
    ),
    "np.dot for *": (
        "hidden_update",
        "def hidden_update(o, c):\n    return np.dot(o, np.tanh(c))\n",
        [
            "With `*` there, number by number, every number is right.",
            "A circle in an equation (⊙) is the product number",
        ],
    ),
    "@ for *": (
        "cell_update",
        CELL.format("f @ c_prev + i * g"),
        ["`@` in line 5 is the product of matrices. With `*` there", "A circle in an equation (⊙)"],
    ),
    "@ for *, twice": (
        "cell_update",
        "def cell_update(f, c_prev, i, g):\n    c = f @ c_prev\n    c = c + i @ g\n    return c\n",
        ["`@` in lines 5 and 6 is the product of matrices."],
    ),
    "* for @": (
        "candidate",
        "def candidate(x, h_prev, W, b):\n    return np.tanh(np.concatenate([h_prev, x], axis=1) * W + b)\n",
        ["`*` in line 5 multiplies number by number. With `@` there, the product of matrices, every number is right."],
    ),
    "torch.split for chunk": (
        "lstm_torch",
        lstm_torch(cut="torch.split(z, 4, dim=1)"),
        ["`split` in line 9 is told how long each piece is. With `chunk` there"],
    ),
    # loops and slices
    "a loop over sequences": (
        "lstm",
        lstm("for x in xs"),
        ["The loop in line 8 goes along the first axis, N, and gives sequences. Along the second it gives time steps"],
    ),
    "a loop over sequences, and more": (
        "lstm",
        lstm("for x in xs", last="np.stack(hs)"),
        ["The loop in line 8 goes along the first axis of xs, (N, T, D): x is a whole sequence each time, (T, D)"],
    ),
    "a loop over sequences, counted": (
        "lstm",
        lstm("for t, step in enumerate(xs)", x="step", last="np.stack(hs)"),
        ["step is a whole sequence each time, (T, D), and no time step"],
    ),
    "a loop over sequences, by another name": (
        "lstm",
        lstm("for x in inputs", last="np.stack(hs)").replace("(xs,", "(inputs,"),
        ["The loop in line 8 goes along the first axis of inputs, (N, T, D): x is a whole sequence each time"],
    ),
    "a loop over sequences of tensors": (
        "lstm_torch",
        lstm_torch("for x in xs"),
        ["The loop in line 7 goes along the first axis, N, and gives sequences."],
    ),
    "slices of rows": (
        "lstm_step",
        lstm_step("H = h_prev.shape[1]; i, f, g, o = (z[k * H : (k + 1) * H] for k in range(4))"),
        [NOTHING_TAKEN, "What stands before the first comma in square brackets is for the rows"],
    ),
    "a slice that begins past the end": (
        "hidden_update",
        "def hidden_update(o, c):\n    return o[9:] * np.tanh(c[9:])\n",
        [NOTHING_TAKEN],
    ),
    # what comes back
    "two results": (
        "sigmoid",
        "def sigmoid(z):\n    s = 1 / (1 + np.exp(-z))\n    return s, s * (1 - s)\n",
        ["One value is asked for, s, (N, H), and 2 came.", "Which of them is s? Return that one alone."],
    ),
    "two results, one a count": (
        "num_parameters",
        "def num_parameters(D, H):\n    return 4 * H * (H + D + 1), H\n",
        ["One value is asked for, count, and 2 came."],
    ),
    "a comma too many": (
        "sigmoid",
        SIGMOID.replace("(1 + e)\n", "(1 + e),\n"),
        ["A comma at the end of a return makes one"],
    ),
    "input()": (
        "sigmoid",
        "def sigmoid(z):\n    return np.full(z.shape, float(input('how large? ')))\n",
        [
            "input() and its like wait for somebody at the keyboard",
            "All that the function needs comes in as its arguments",
        ],
    ),
    "a transposed pack": (
        "pack",
        "def pack(*a):\n    W, b = given('pack')(*a)\n    return W.T, b\n",
        ["W lies on its side then, (4H, H + D)", "PyTorch has rows for z, in two matrices, (4H, H) and (4H, D)"],
    ),
    "two mistakes in to_torch": (
        "to_torch",
        "def to_torch(W, b, D):\n    H = len(W) - D\n    return {'weight_ih_l0': W[H:], 'weight_hh_l0': W[:H], "
        "'bias_ih_l0': b, 'bias_hh_l0': b}\n",
        ["Next: Look at the last line of equation (5.11). Look at the T in equation (5.11), and at the shapes "],
    ),
    # a sum that begins with 0, and a loop that has no rounds in one case: the others are looked at all the same
    "a loop that ends early": (
        "rnn_backward",
        rnn_backward("range(T - 1, 0, -1)"),
        ["Where your function returns what it should, its numbers are those of a way back that ends one step early"],
    ),
    "what went into a step, handed on": (
        "rnn_backward",
        rnn_backward(step="dh = dhs[:, t] + dh; dxs[:, t], dh_prev, dW_t, db_t = rnn_step_backward(dh, cache[t])"),
        ["hands on the dh which went into a step"],
    ),
    "two mistakes with one question": (
        "clip_by_norm",
        "def clip_by_norm(grads, max_norm):\n    clipped = {}\n    for name, grad in grads.items():\n"
        "        norm = np.linalg.norm(grad)\n        clipped[name] = grad * min(1.0, max_norm / norm)\n"
        "    return clipped, norm\n",
        ["Next: Over what does equation (2.16) add up? Does your loop add"],
    ),
}


def verdict_of(name, cell):
    return check_function(exercise(name), local(SETUP + cell).get(name))


@pytest.mark.parametrize("kind", SAYS)
def test_a_wrong_answer_says_what_it_must(kind):
    name, cell, phrases = SAYS[kind]
    verdict = verdict_of(name, cell)
    assert verdict.passed is False
    for phrase in phrases:
        assert phrase in verdict.text, verdict.text
    assert "fit none of the mistakes" not in verdict.text


NAMES, OPERATORS = "from outside|does not stand for", "every number is right"
NEAR = {
    "an H of its own": (
        "lstm_step",
        "H = 3\n" + lstm_step(SLICES, REST.replace("np.tanh(g)", "np.tanh(g) ** 3")),
        NAMES,
    ),
    "an H that it doesn't read": (
        "hidden_update",
        "H = 3\ndef hidden_update(o, c):\n    return o + np.tanh(c) ** 3\n",
        NAMES,
    ),
    "an H that it makes outside itself": (
        "lstm_step",
        lstm_step("global H; H = h_prev.shape[1]; " + BY_H, REST.replace("np.tanh(g)", "np.tanh(g) ** 3")),
        NAMES,
    ),
    "a right answer that reads a constant": ("sigmoid", "k = 2\n" + TYPED.replace("z / 2", "z / k"), NAMES),
    "an H that a helper makes": (
        "lstm_step",
        "H = 3\ndef set_size(h):\n    global H\n    H = h.shape[1]\n"
        + lstm_step("set_size(h_prev); " + BY_H, REST.replace("np.tanh(g)", "np.tanh(g) ** 3")),
        NAMES,
    ),
    "a number that an earlier exercise counts up": (
        "lstm",
        "calls = 0\n" + lstm("global calls; calls += 1\n    for t in range(xs.shape[1])", x="xs[:, t] / 2"),
        NAMES,
    ),
    "None in another line": (
        "hidden_update",
        "memo = None\ndef hidden_update(o, c):\n    if memo is not None: return memo\n    return o + None\n",
        "memo is None, and comes",
    ),
    "a constant that is not in the line": (
        "hidden_update",
        "k = 2\ndef hidden_update(o, c):\n    h = o * np.tanh(c) * k\n    return h @ h\n",
        NAMES,
    ),
    "None as a value that is wanted": (
        "hidden_update",
        "flag = None\ndef hidden_update(o, c):\n    return o * np.tanh(c) ** 3 if flag is None else o\n",
        "flag is None, and comes",
    ),
    "a name of Python's own as a number": (
        "hidden_update",
        "sum = 1.5\ndef hidden_update(o, c):\n    return sum * o * np.tanh(c) + 0.1 * c\n",
        "and no function",
    ),
    "input as a name": ("hidden_update", "def hidden_update(o, c):\n    input = c\n    return o @ input\n", "keyboard"),
    "an innocent decorator": (
        "sigmoid",
        NOTED.replace("[f(*a)]", "f(*a)") + SIGMOID.replace("1, e", "2, e"),
        "in the way",
    ),
    "an innocent cache": (
        "num_parameters",
        "import functools\n@functools.cache\ndef num_parameters(D, H):\n    return 4 * H\n",
        "decorator",
    ),
    "a cache, and something else that can't be a key": (
        "num_parameters",
        "import functools\n@functools.cache\ndef num_parameters(D, H):\n    return {[]: 4 * H}\n",
        "Take the decorator off",
    ),
    "np.vectorize of what is wrong": ("sigmoid", "@np.vectorize\ndef sigmoid(z):\n    return z - 1.5\n", "in the way"),
    "a class that makes arrays": (
        "sigmoid",
        "class sigmoid:\n    def __new__(cls, z):\n        return z / 7\n",
        "is a class",
    ),
    "the course's function in a closure": (
        "candidate",
        "def make():\n    right = given('candidate')\n    def candidate(*a):\n        return right(*a) + a[0][0, 0]\n"
        "    return candidate\ncandidate = make()\n",
        "decorator",
    ),
    "// where it belongs": (
        "lstm_step",
        lstm_step("H = W.shape[1] // 4; " + BY_H, REST.replace("np.tanh(g)", "np.tanh(g) ** 3")),
        OPERATORS,
    ),
    "@ where it belongs": (
        "candidate",
        "def candidate(x, h_prev, W, b):\n    return np.tanh(np.concatenate([h_prev, x], axis=1) @ W + b) ** 3\n",
        OPERATORS,
    ),
    "// and another mistake": ("sigmoid", "def sigmoid(z):\n    return 1 // (2 + np.exp(-z))\n", OPERATORS),
    "^ in a text": ("sigmoid", "def sigmoid(z):\n    '//, ^ and @'  # // ^ @\n    return z - 1.5\n", OPERATORS),
    "a split that is right": (
        "lstm_torch",
        lstm_torch(cut="z.split(h0.shape[1], 1)", last="2 * torch.stack(hs, 1)"),
        "chunk",
    ),
    "a loop over sequences, meant": (
        "lstm",
        STEP
        + "def lstm(xs, h0, c0, W, b):\n    for x in xs:\n        for step in x:\n            lstm_step(step, h0)\n",
        "whole sequence|first axis, N",
    ),
    "a loop over sequences, indexed": (
        "lstm",
        STEP + "def lstm(xs, h0, c0, W, b):\n    for x in xs:\n        lstm_step(x[0], h0, c0, W, b)\n",
        "whole sequence|first axis, N",
    ),
    "a loop over time steps": (
        "lstm",
        lstm("for x in xs.swapaxes(0, 1)", last="np.stack(hs)"),
        "whole sequence|first axis, N",
    ),
    "a loop over what was turned round": (
        "lstm",
        lstm("xs = xs.swapaxes(0, 1)\n    for x in xs", x="x.T"),
        "whole sequence|first axis, N",
    ),
    "a loop over what a function inside calls xs": (
        "lstm",
        STEP
        + """
def lstm(xs, h0, c0, W, b):
    def over(xs):
        for x in xs:
            lstm_step(x.T, h0, c0, W, b)
    over(xs.swapaxes(0, 1))
""",
        "whole sequence|first axis, N",
    ),
    "a loop over an argument of that name at another place": (
        "lstm",
        lstm("for x in xs", last="np.stack(hs)").replace("xs, h0, c0", "h0, xs, c0"),
        "whole sequence|first axis, N",
    ),
    "a loop over what is zipped": (
        "lstm",
        lstm("for x, _ in zip(xs, h0)", last="np.stack(hs)"),
        "whole sequence|first axis, N",
    ),
    "shapes without a 0": ("hidden_update", "def hidden_update(o, c):\n    return o[:1] @ c\n", "length 0"),
    "index 0 out of bounds is not what is said": (
        "hidden_update",
        "def hidden_update(o, c):\n    return o[10]\n",
        "length 0",
    ),
    "a tuple of rows": (
        "sigmoid",
        "def sigmoid(z):\n    return tuple(1 / (1 + np.exp(-row)) for row in z)\n",
        "One value is asked",
    ),
    "a letter of no docstring": ("sigmoid", "def sigmoid(z):\n    return z + T\n", "is no argument"),
}


@pytest.mark.parametrize("kind", NEAR)
def test_what_looks_like_it_is_not_said_to_be_it(kind):
    name, cell, phrase = NEAR[kind]
    verdict = verdict_of(name, cell)
    assert not re.search(phrase, verdict.text), verdict.text


@pytest.mark.parametrize("kind", [kind for kind, (name, *_) in SAYS.items()])
def test_no_value_is_said_where_none_may_be(kind):
    """With hidden vectors nothing is said of names, texts and forms that quotes what they hold."""
    name, cell, _ = SAYS[kind]
    subject = LocalSubject(name, local(SETUP + cell)[name])
    text = check_subject(subject, exercise(name), True, load(name)).text
    assert not re.search(f"{NAMES}|{OPERATORS}|whole sequence|is None, and", text), text


# --- what is said is so ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind, (*_, phrases) in SAYS.items() if OPERATORS in "".join(phrases)])
def test_with_the_other_operator_it_passes(kind):
    """The claim, tried by hand: the edit that the message speaks of, in the learner's text."""
    name, cell, _ = SAYS[kind]
    edits = {
        "// for /": ("//", "/"),
        "// for /, in a lambda": ("//", "/"),
        "^ for **": ("^", "**"),
        "^ for **, of whole numbers": ("^", "**"),
        "np.dot for *": ("np.dot(o, np.tanh(c))", "o * np.tanh(c)"),
        "* for @": (") * W", ") @ W"),
    }
    assert verdict_of(name, cell.replace(*edits[kind])).points >= 1
    assert not any(result for result in [verdict_of(name, cell.replace(*edits[kind])).mistake])


@pytest.mark.parametrize("name", [one.name for one in exercises() if ".chunk(4, dim=1)" in solution_text(one.name)])
def test_blocks_of_four_for_four_blocks_earn_nothing(name):
    """They are the same where H is 4, so every part has a case where it is not."""
    wrong = solution_text(name).replace(".chunk(4, dim=1)", ".split(4, dim=1)")
    scope = given(name).__globals__ | {}
    exec(wrong, scope)
    verdict = check_subject(LocalSubject(name, scope[name]), exercise(name))
    assert verdict.passed is False and verdict.points == 0, verdict.text


def test_what_becomes_right_by_itself_is_not_said_to_be_mended():
    """Wrong in its first calls: whatever is tried after them is right, and so is the function itself."""
    cell = """
n = 0
def hidden_update(o, c):
    global n
    n += 1
    return (1 + (n < MANY)) * o * np.tanh(c)
"""
    for many in range(12, 40):
        text = verdict_of("hidden_update", cell.replace("MANY", str(many))).text
        assert not re.search(OPERATORS, text), (many, text)


def test_of_a_text_that_is_not_the_one_that_runs_nothing_is_said():
    """The file was changed since, or Python knows no text at all: the numbers are all there is to speak of."""
    function = local(SETUP + SAYS["// for /"][1])["sigmoid"]
    place = function.__code__.co_filename
    said = check_function(exercise("sigmoid"), function).text
    assert OPERATORS in said
    kept = linecache.cache[place]
    changed = [line.replace("//", "-") for line in kept[2]]
    for entry in ((1, None, changed, place), (1, None, [], place), None):
        linecache.cache.pop(place) if entry is None else linecache.cache.update({place: entry})
        text = check_function(exercise("sigmoid"), function).text
        assert OPERATORS not in text and "test cases give other numbers" in text, text


def test_what_is_tried_never_runs_for_long():
    """An operator exchanged can make a loop endless."""
    loop = "k = H\n    while k:\n        k = k // 2\n        if k != k // 1: k = 1.5"
    cell = f"def num_parameters(D, H):\n    {loop}\n    return D\n"
    assert verdict_of("num_parameters", cell).passed is False


def test_the_keyboard_is_given_back():
    before = builtins.input, getpass.getpass
    verdict_of("sigmoid", "def sigmoid(z):\n    return input()\n")
    assert (builtins.input, getpass.getpass) == before


@pytest.mark.parametrize("ask", ["input()", "__import__('getpass').getpass()"])
def test_what_asks_the_keyboard_is_refused_at_once(ask):
    verdict = verdict_of("sigmoid", f"def sigmoid(z):\n    return {ask}\n")
    assert verdict.passed is False and "no answer after" not in verdict.text


@pytest.mark.parametrize("limit", [500, 700])
def test_a_clipped_sigmoid_is_not_praised_for_what_it_does_not_do(limit):
    cell = f"def sigmoid(z):\n    return 1 / (1 + np.exp(-np.clip(z, -{limit}, {limit})))\n"
    verdict = verdict_of("sigmoid", cell)
    assert verdict.passed is True
    why = verdict.text.partition("What just happened: ")[2]
    assert why and not re.search("for that|Yours|Your|you used", why), why
    assert "where each of them is used on the side" in why
