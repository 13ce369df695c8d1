"""What a learner reads after a mistake that has no name: true, and pointing to the right place."""

import functools
import math
import re

import nbformat
import numpy as np
import pytest
import torch

from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.explain import explain
from grader.checking.forms import FORMS, form_of, function_behind
from grader.checking.names import undefined
from grader.exercises import exercise, exercises, units
from grader.exercises.shapes import evaluate, named
from grader.given import given

ALL = [e.name for e in exercises()]


def judge(name, function):
    return check_subject(LocalSubject(name, function), exercise(name))


# --- Python's errors ----------------------------------------------------------------------------

ONES = np.ones


def unbound():
    if ONES(1)[0] < 0:
        total = 1
    return total


def recursion(n=0):
    return recursion(n + 1)


def defined(a, b):
    return a + b


def whole():
    a = np.zeros(3, dtype=int)
    a += 0.5


def in_place():
    b = ONES(2)
    b += ONES((3, 2))


def put(place, value):
    a = ONES((2, 3))
    a[place] = value


def tensor(*shape, **how):
    return torch.ones(shape, **how)


def put_into_tensor():
    a = tensor(2, 3)
    a[:, 0] = tensor(3)


def in_place_on_argument():
    a = tensor(2, requires_grad=True)
    a += 1


ERRORS = {
    "misspelled": (lambda: no_such_name, "does not know the name no_such_name"),  # noqa: F821
    "read too early": (unbound, "total was read before"),
    "@": (lambda: ONES((2, 3)) @ ONES((4, 5)), "the left one has 3 columns and the right one 4 rows"),
    "np.dot": (lambda: np.dot(ONES((2, 3)), ONES((4, 5))), "has 3 columns and the right one 4 rows"),
    "@ of a number": (lambda: ONES(3) @ 2.0, "one of the two here is a single number"),
    "*": (lambda: ONES((2, 3)) * ONES((2, 4)), "These shapes do not fit: (2,3) (2,4)"),
    "joined below": (lambda: np.concatenate([ONES((2, 3)), ONES((2, 4))]), "joins along the first"),
    "joined, other axes": (lambda: np.concatenate([ONES((2, 3)), ONES(3)]), "the same number of axes"),
    "stacked": (lambda: np.stack([ONES(2), ONES(3)]), "of one and the same shape"),
    "nothing to stack": (lambda: np.stack([]), "the list was empty"),
    "no list": (lambda: np.concatenate(ONES((2, 3)), ONES((2, 3)), axis=1), "square brackets"),
    "no list, no axis": (lambda: np.concatenate(ONES((2, 3)), ONES((2, 3))), "square brackets"),
    "written into": (lambda: put(0, ONES(2)), "shape (2,) was to be written into a place of shape (3,)"),
    "too many indices": (lambda: ONES(3)[:, 1], "fewer axes (1) than it was given indices (2)"),
    "out of bounds": (lambda: ONES((2, 3))[:, 3], "Axis 1 of that array is 3 long"),
    "no such axis": (lambda: ONES(3).sum(axis=1), "there is no axis 1"),
    "reshaped": (lambda: ONES((2, 3)).reshape(4, 2), "6 of them do not fill the shape (4,2)"),
    "split": (lambda: np.split(ONES((2, 3)), 4, axis=1), "cuts into equal parts"),
    "None": (lambda: None * 2.0, "is None"),
    "None, unpacked": (lambda: (lambda a, b: 0)(*None), "is None"),
    "called": (lambda: ONES(3)(1), "what stands before them is an array"),
    "no function of numpy's": (lambda: np.thanh(1), "numpy has nothing called thanh"),
    "numpy's, and is not": (lambda: np.sigmoid(1), "is called without np. in front"),
    "no attribute": (lambda: {}.T, "is a dict, and has nothing called T"),
    "an item of a number": (lambda: math.pi["W"], "and a number has none"),
    "an item of one of numpy's numbers": (lambda: np.float64(1)["W"], "a single number has none"),
    "math.exp": (lambda: math.exp(ONES((2, 2))), "A single number was expected"),
    "if": (lambda: 1 if ONES(2) > 0 else 0, "one True or False"),
    "key": (lambda: {"W": 1}["w"], "no key 'w'"),
    "unpacked": (lambda: [a for a, b in [(1, 2, 3)]], "the number of names and the number of values"),
    "arguments": (lambda: defined(1), "too few or too many arguments"),
    "keyword": (lambda: defined(1, c=2), "does not have, c"),
    "recursion": (recursion, "calls itself"),
    "int array": (whole, "one of int64 can't hold float64"),
    "in place": (in_place, "it has the shape (2,), and the result (3,2)"),
    "a name for a place": (lambda: tuple("ab")["x"], "items of a tuple are picked by their number"),
    "a mask of another shape": (lambda: ONES((4, 2))[ONES((3, 2)) > 0], "Along axis 0 that one is 4 long"),
    "np.add.at": (lambda: np.add.at(ONES((4, 2)), [[0, 1, 2]], ONES((3, 1, 2))), "b needs the shape that a[ids] has"),
    "float index": (lambda: ONES(4)[: 4 / 2], "a whole number"),
    "ragged": (lambda: np.array([ONES(2), ONES(3)]), "differ in shape"),
    "read-only": (lambda: put_into_view(), "for reading only"),
    "beyond a list": (lambda: [1, 2][2], "a place that it does not have"),
    "between two kinds": (lambda: 2 - "1", "- does not go between a whole number and a text"),
    "torch, @": (lambda: tensor(2, 3) @ tensor(4, 5), "has 3 columns and the right one 4 rows"),
    "torch, @ of vectors": (lambda: tensor(3) @ tensor(2), "3 and 2 numbers"),
    "torch, @ of a number": (lambda: tensor(3) @ 2.0, "does not go between a tensor and a number"),
    "torch, two dtypes": (lambda: tensor(2, 3) @ tensor(3, 2, dtype=torch.bfloat16), "of one dtype"),
    "torch, *": (lambda: tensor(2, 3) * tensor(2, 4), "Along axis 1 they are 3 and 4"),
    "torch, joined": (lambda: torch.cat([tensor(2, 3), tensor(3, 3)], dim=1), "agree in all the others"),
    "torch, joined, other axes": (lambda: torch.cat([tensor(2, 3), tensor(2)], dim=1), "these have 2 and 1"),
    "torch, joined with an array": (lambda: torch.cat([tensor(2), ONES(2)]), "holds an array beside tensors"),
    "torch, no list": (lambda: torch.cat(tensor(2), tensor(2), dim=0), "take their tensors as one list"),
    "torch, stacked": (lambda: torch.stack([tensor(2), tensor(3)]), "of one and the same shape"),
    "torch, stacked a tensor": (lambda: torch.stack(tensor(2, 3)), "take their tensors as one list"),
    "torch, nothing to stack": (lambda: torch.stack([]), "the list was empty"),
    "torch, made of tensors": (lambda: torch.tensor([tensor(2), tensor(2)]), "torch.stack makes one tensor of a list"),
    "torch, math.tanh": (lambda: math.tanh(tensor(2)), "A single number was expected"),
    "torch, of an array": (lambda: torch.tanh(ONES(2)), "takes a tensor, and was given an array"),
    "torch, of a number": (lambda: torch.sigmoid(1.0), "takes a tensor, and was given a number"),
    "torch, no such axis": (lambda: tensor(2, 3).chunk(4, dim=2), "last one is 1: there is no axis 2"),
    "torch, out of bounds": (lambda: tensor(2)[5], "outside of a tensor"),
    "torch, written into": (put_into_tensor, "along axis 0 it is 3 long and the place 2"),
    "torch, in place": (in_place_on_argument, "one of the arguments"),
    "torch, reshaped": (lambda: tensor(2, 3).reshape(4, 2), "6 of them do not fill the shape (4, 2)"),
    "torch, view": (lambda: tensor(2, 3).T.view(6), "a transposed tensor's do not"),
    "torch, size": (lambda: torch.zeros((3 / 1, 2)), "A size has to be a whole number"),
    "torch, dtype": (lambda: torch.zeros(2, dtype="float32"), "a name of torch's"),
    "torch, where": (lambda: torch.where(tensor(2), tensor(2), tensor(2)), "True or False for each number"),
    "torch, where of two": (lambda: torch.where(tensor(2) > 0, tensor(2)), "what is taken where it does not"),
    "torch, mask": (lambda: tensor(2).masked_fill(tensor(2), 0.0), "True or False for each number"),
    "torch, if": (lambda: 1 if tensor(2) > 0 else 0, "one True or False"),
    "torch, range": (lambda: range(tensor(2)), "A whole number was expected there, and a tensor"),
    "torch, arange": (lambda: torch.arange(tensor(2)), "A whole number was expected there, and a tensor"),
    "torch, float index": (lambda: tensor(4)[0.5], "a whole number"),
    "torch, dot": (lambda: tensor(2, 3).dot(tensor(2, 3)), "product of two vectors"),
    "torch, bmm": (lambda: torch.bmm(tensor(2, 3), tensor(3, 2)), "three axes"),
    "torch, einsum": (lambda: torch.einsum("nd,dh->nh", tensor(2, 3), tensor(2, 3)), "d would be 3 and 2 long"),
    "torch, numpy": (lambda: np.tanh(tensor(2, requires_grad=True)), "does not know gradients"),
    "torch, no past": (lambda: tensor(2).sum().backward(), "asks for one"),
    "torch, misspelled": (lambda: torch.tahn(tensor(2)), "torch has nothing called tahn"),
    "torch, no attribute": (lambda: tensor(2).size_of, "is a tensor, and has nothing called size_of"),
    "torch, device": (lambda: torch.cat([tensor(2), tensor(2, device="meta")]), "does not move them by itself"),
}


def put_into_view():
    view = np.broadcast_to(ONES(3), (2, 3))
    view[0] = 1


@pytest.mark.parametrize("kind", ERRORS)
def test_a_usual_error_is_explained(kind):
    """The errors are the installed Python's, numpy's and torch's own: should they be worded anew, this fails."""
    function, phrase = ERRORS[kind]
    with pytest.raises(Exception) as caught:
        function()
    means, look = explain(f"{caught.type.__name__}: {caught.value}")
    assert phrase in f"{means} {look}", (str(caught.value), means, look)
    assert means and look and "{" not in means + look
    verdict = judge("hidden_update", lambda o, c: function())
    assert verdict.passed is False and means in verdict.text


def test_another_error_is_shown_and_not_explained():
    assert explain("ZeroDivisionError: division by zero") == ("", "")
    assert "ZeroDivisionError" in judge("hidden_update", lambda o, c: 1 / 0).text


CELL = """
def lstm_step(x, h_prev, c_prev, W, b):
    i, f, g, o = np.split(np.concatenate([h_prev, x], axis=1) @ W + b, 4, axis=1)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c, None


def lstm(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        h, c, _ = lstm_step(xs[t], h, c, W, b)
        hs.append(h)
    return np.stack(hs, axis=1), c, None
"""


def test_what_a_called_function_looked_for_is_not_said_of_the_line_that_calls_it():
    """The course's own functions have no line in what is shown."""
    forward, backward = given("lstm_forward"), given("lstm_backward")

    def by_another(xs, h0, c0, W, b):
        return backward(xs, 0, forward(xs, h0, c0, W, b)[2])

    def by_itself(xs, h0, c0, W, b):
        return len(xs).shape

    said = "Something looked in a whole number for shape"
    assert said in judge("lstm", by_another).text
    assert "before that dot is a whole number" in (text := judge("lstm", by_itself).text) and said not in text


def test_an_error_inside_an_earlier_function_leads_to_the_call():
    scope = {"np": np, "sigmoid": given("sigmoid")}
    exec(CELL, scope)
    text = judge("lstm", scope["lstm"]).text
    assert "The error came up inside lstm_step, which lstm calls." in text
    exec(CELL.replace("xs[t]", "xs[:, t, 0]"), scope)
    assert "inside lstm_step" in judge("lstm", scope["lstm"]).text
    exec(CELL.replace("(xs[t]", "(xs[:, t]").replace("hs.append(h)", "hs.append(h @ h)"), scope)
    assert "inside lstm_step" not in judge("lstm", scope["lstm"]).text


# --- shapes -------------------------------------------------------------------------------------


def sequence(change):
    def lstm(xs, h0, c0, W, b):
        hs, c, cache = given("lstm")(xs, h0, c0, W, b)
        return (*change(hs, c, h0), cache)

    return lstm


@pytest.mark.parametrize(
    "change, phrase",
    [
        (lambda hs, c, h0: (np.concatenate([h0[:, None], hs], axis=1), c), "The axis T is one too long."),
        (lambda hs, c, h0: (hs[:, 1:], c), "The axis T is one too short."),
        (lambda hs, c, h0: (hs[:, :1], c), "The axis T has a single entry in yours."),
        (lambda hs, c, h0: (hs.swapaxes(1, 2), c), "The last two axes are swapped."),
        (lambda hs, c, h0: (hs.transpose(2, 0, 1), c), "in another order"),
        (lambda hs, c, h0: (hs[..., None], c), "an axis too many"),
        (lambda hs, c, h0: (hs[0], c), "The axis N is missing."),
        (lambda hs, c, h0: (hs, hs), "an axis too many"),
    ],
    ids=range(8),
)
def test_a_wrong_shape_is_told_by_its_axes(change, phrase):
    """The sizes of one case may fit by accident: what is said has to hold in every one."""
    text = judge("lstm", sequence(change)).text
    assert phrase in text, text


def with_an_axis_more(value):
    """An answer whose first array, or tensor, has an axis of length 1 at its end; None where it holds none."""
    if hasattr(value, "shape"):
        return value[..., None]
    if type(value) is tuple and type(value[0]) is float:
        return (np.array([value[0]]), *value[1:])
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, tuple) else ()
    if not keys or not isinstance(value[keys[0]], dict) and not hasattr(value[keys[0]], "shape"):
        return None
    if isinstance(value, dict):
        return value | {keys[0]: with_an_axis_more(value[keys[0]])}
    return (with_an_axis_more(value[0]), *value[1:])


@pytest.mark.parametrize("name", ALL)
@pytest.mark.some(24)
def test_shapes_are_said_in_letters_with_what_these_stand_for(name):
    e, right = exercise(name), given(name)
    args = next(iter(e.cases(np.random.default_rng(0)))).args
    shape = next((one.shape for one in e.flat.values()), "")
    verdict = judge(name, lambda *arguments: with_an_axis_more(right(*arguments)))
    letters = set(re.findall(r"(?<![a-z])[A-Z]\w*", shape))
    if not letters or letters - e.sizes(args).keys():  # a number, or an array whose shape differs from case to case
        assert "should be" in verdict.text or "should have the shape" in verdict.text
        return
    found = re.search(r"should have the shape (\(.*?\)), that is (\(.*\)) with (.*?); yours has", verdict.text)
    assert found and found[2] == shape, verdict.text
    known = {letter: int(size) for letter, size in re.findall(r"(\w+) = (\d+)", found[3])}
    assert known == {
        letter: size for letter, size in e.sizes(args).items() if re.search(rf"(?<![a-z]){letter}\b", shape)
    }
    assert str(evaluate(shape, known)) == found[1]
    for line in verdict.text.splitlines():  # of the call: each array
        if match := re.match(r"    ([\w'\[\]]+) \(\d.*?\)", line):
            assert ", that is (" in line, match[1]


def test_a_shape_that_is_off_by_accident_is_not_explained():
    """H where T should be: in the first case that is one too long, in the others it is not."""
    square = sequence(lambda hs, c, h0: (np.resize(hs, (len(hs), h0.shape[1], h0.shape[1])), c))
    text = judge("lstm", square).text
    assert "That is the shape (N, H, H)." in text and "too long" not in text


def test_two_outputs_in_each_others_place():
    text = judge("pack", lambda *args: given("pack")(*args)[::-1]).text
    assert "W and b came back in each other's place" in text


# --- places -------------------------------------------------------------------------------------


def spoiled(name, where):
    right = given(name)

    def function(*arguments):
        answer = right(*arguments).copy()
        answer[where] = 0.5 * answer[where] + 0.25
        return answer

    return function


@pytest.mark.parametrize(
    "name, where, phrase",
    [
        ("candidate", np.s_[-1], "only the last sequence of the batch is wrong"),
        ("candidate", np.s_[0], "only the first sequence of the batch (n = 0) is wrong"),
        ("candidate", np.s_[:, -1], "only the last column is wrong"),
        ("candidate", np.s_[1:], "only the first sequence of the batch (n = 0) is right"),
        ("one_hot", np.s_[:, -1], "only the last time step is wrong"),
        ("one_hot", np.s_[:, 0], "only the first time step (t = 0) is wrong"),
        ("one_hot", np.s_[:, :, -1], "only the last class is wrong"),
    ],
)
def test_where_along_an_axis_it_is_wrong(name, where, phrase):
    text = judge(name, spoiled(name, where)).text
    assert phrase in text, text
    others = {"last", "first"} - set(phrase.split())
    assert not any(f"only the {other}" in text for other in others), text


def test_wrong_in_the_middle_is_neither_first_nor_last():
    assert "only the" not in judge("one_hot", spoiled("one_hot", np.s_[:, 1:2])).text


def test_what_was_never_written():
    def cell_update(f, c_prev, i, g):
        c = np.zeros_like(c_prev)
        c[c_prev > 0] = (f * c_prev + i * g)[c_prev > 0]
        return c

    assert "Every number that is wrong in your answer is a 0" in judge("cell_update", cell_update).text
    assert "is a 0" not in judge("cell_update", lambda f, c_prev, i, g: f * c_prev + i * g**3).text
    assert "is a 0" not in judge("num_parameters", lambda D, H: 4 * H * (H + D) + 7).text


# --- two mistakes at once, and what is not used -------------------------------------------------


def test_two_mistakes_are_told_apart_by_the_outputs():
    """One of them wrong in the weights alone, the other one in the biases alone: no two known ones at once."""

    def to_torch(W, b, D):
        i, f, g, o = np.split(b, 4)
        b = np.concatenate([f, i, g, o])
        return {"weight_ih_l0": W[:D].T, "weight_hh_l0": W[D:].T, "bias_ih_l0": b, "bias_hh_l0": 0 * b}

    verdict = judge("to_torch", to_torch)
    assert verdict.mistake is None
    assert "weight_ih_l0 and weight_hh_l0 are those of an export that takes W's first D rows" in verdict.text
    assert "bias_ih_l0 + bias_hh_l0 is that of an export in the order f, i, g, o" in verdict.text


def test_two_mistakes_at_once_are_named_together():
    def to_torch(W, b, D):
        return {"weight_ih_l0": W[:D].T, "weight_hh_l0": W[D:].T, "bias_ih_l0": b, "bias_hh_l0": b}

    verdict = judge("to_torch", to_torch)
    assert verdict.mistake == "bias_twice+x_rows_first"
    assert "those of two mistakes at once: an export whose two biases add up to twice b, and an" in verdict.text


def test_a_known_mistake_beside_an_unknown_one_is_told_by_the_outputs():
    def to_torch(W, b, D):
        return {"weight_ih_l0": W[:D].T, "weight_hh_l0": W[D:].T, "bias_ih_l0": b**3, "bias_hh_l0": 0 * b}

    verdict = judge("to_torch", to_torch)
    assert verdict.mistake is None
    assert "weight_ih_l0 and weight_hh_l0 are those of an export that takes W's first D rows" in verdict.text
    assert "That alone does not explain your bias_ih_l0 + bias_hh_l0" in verdict.text


def test_a_mistake_in_a_piece_is_named_where_the_piece_is_used():
    def lstm_step(x, h_prev, c_prev, W, b):
        H = h_prev.shape[1]
        z = np.concatenate([h_prev, x], axis=1) @ W + b
        i, f, g, o = np.split(z, 4, axis=1)
        i, o, f = given("sigmoid")(i), given("sigmoid")(o), given("sigmoid")(f - b[H : 2 * H])
        c = f * c_prev + i * np.tanh(g)
        return o * np.tanh(c), c, None

    verdict = judge("lstm_step", lstm_step)
    assert verdict.mistake == "forget_gate.no_bias"
    assert "those of lstm_step with one wrong piece, a forget gate without its bias" in verdict.text


def test_what_is_compared_is_called_what_it_is():
    """Any split of b is right, so the two biases are compared as a sum, and the sum is what is shown."""
    W, b = given("to_torch"), lambda state: state["bias_ih_l0"]
    text = judge("to_torch", lambda *args: W(*args) | {"bias_hh_l0": b(W(*args))}).text
    assert "your bias_ih_l0 + bias_hh_l0:" in text and "your bias_ih_l0:" not in text


def test_a_known_mistake_with_an_overflow_on_top_is_still_named():
    def sigmoid(z):
        return np.exp(z) / (1 + np.exp(z))

    def lstm_step(x, h_prev, c_prev, W, b):
        f, i, g, o = np.split(np.concatenate([h_prev, x], axis=1) @ W + b, 4, axis=1)
        c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c, None

    verdict = judge("lstm_step", lstm_step)
    assert verdict.mistake == "order_figo"
    assert "Where they are finite, your numbers are those of" in verdict.text


def test_an_argument_that_is_not_used_is_named():
    text = judge("leaky_update", lambda c_prev, g, alpha: 0.9 * c_prev + (1 - 0.9) * g).text
    assert "Your answer stays the same when alpha is changed a little" in text
    text = judge("leaky_update", lambda c_prev, g, alpha: alpha**2 * c_prev + (1 - alpha**2) * g).text
    assert "stays the same" not in text


def test_arguments_named_in_another_order():
    scope = {"np": np}
    exec("def hidden_update(c, o):\n    return o * np.tanh(c)\n", scope)
    verdict = judge("hidden_update", scope["hidden_update"])
    assert verdict.mistake == "tanh_on_gate"
    assert "names the arguments in another order, hidden_update(c, o)" in verdict.text
    assert "another order" not in judge("hidden_update", lambda a, b: np.tanh(a) * b).text


# --- the words -------------------------------------------------------------------------------------

VERBS = set(
    "is are was has have give gives says names leaves compares stands makes takes knows does goes tells moves cut cuts "
    "uses joins puts treats keeps transposes needs avoids multiplies gets shows reads ends hold holds differ belong "
    "belongs".split()
)


@pytest.mark.parametrize("name", [e.name for e in exercises()])
def test_where_to_look_is_said_in_sentences(name):
    """A question, or something with a verb in it: a fragment reads like a stray one beside another's."""
    for mistake in exercise(name).mistakes:
        for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z])", mistake.look):
            words = re.findall(r"[a-z]+", sentence.lower())
            begins = words[0] in ("the", "equation", "a", "an")
            assert sentence.endswith("?") or not begins or VERBS & set(words), (mistake.name, sentence)


@pytest.mark.parametrize("name", [e.name for e in exercises()])
def test_every_length_of_a_docstring_leads_to_an_argument(name):
    """Where a letter is an argument itself, that is said; and no place is named that the exercise has not."""
    e = exercise(name)
    for letter in "NTDHK":
        means, look = undefined(e, f"NameError: name '{letter}' is not defined")
        if letter in e.arguments:
            assert f"{letter} is an argument of" in means
        elif means:
            assert "is no argument" in means
            found = re.search(r"Take it from (\w+)", look)
            steps = {argument: getattr(said, "step", said) for argument, said in e.arguments.items()}
            inside = [part for argument, said in steps.items() for part, _ in named(argument, said)]
            assert found is None or found[1] in (*e.arguments, *inside)


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_the_setup_cell_imports_what_is_said_of_it(unit, root):
    """np in units on arrays, torch in those on tensors: that is what a NameError's explanation says."""
    cells = nbformat.read(root / "course" / unit.name / f"{unit.name}.ipynb", 4).cells
    setup = next(cell.source for cell in cells if cell.metadata.get("tags") == ["setup"])
    assert "import numpy as np" in setup or all(exercise(name).torch for name in unit.exercises)
    assert "import torch" in setup or not any(exercise(name).torch for name in unit.exercises)
    assert "NameError: name 'check' is not defined" in setup and "whenever the kernel was restarted" in setup


def test_every_form_is_known_by_what_it_is():
    def plain(z):
        return z

    def wrapper(z):
        return plain(z)

    class Callable:
        def __call__(self, z):
            return z

    class Factory:
        def __new__(cls, z):
            return z

    decorated = functools.wraps(plain)(lambda z: plain(z))
    forms = {
        "def": plain,
        "lambda": lambda z: z,
        "class": Callable,
        "factory": Factory,
        "cached": functools.lru_cache(plain),
        "decorated": wrapper,
        "vectorized": np.vectorize(plain),
        "partial": functools.partial(plain, 1),
        "library": np.tanh,
        "object": Callable(),
    }
    assert forms.keys() == FORMS.keys()
    for form, function in forms.items():
        assert form_of(function, "plain") == form
    assert form_of(decorated, "plain") == "decorated" and form_of(wrapper, "wrapper") == "def"
    assert [function_behind(forms[form], "plain") for form in ("cached", "decorated", "vectorized")] == [plain] * 3
    assert all(function_behind(forms[form], "plain") is None for form in ("def", "lambda", "class", "partial"))
    assert form_of(given("sigmoid"), "sigmoid") == "def"


# --- outputs of other forms ----------------------------------------------------------------------


def test_steps_are_counted_along_the_axis_that_is_time_wherever_it_stands():
    """`gradient_norms` gives (T,): there is no batch in front of the time steps."""

    def halved(dh_T, hs, W):
        norms = given("gradient_norms")(dh_T, hs, W)
        return norms * np.where(np.arange(len(norms)) < len(norms) - 1, 0.7, 1.0)

    verdict = judge("gradient_norms", halved)
    assert verdict.passed is False
    assert "the last step is right; going back from there, it goes wrong" in " ".join(verdict.text.split())


@pytest.mark.parametrize(
    "function, phrase",
    [
        (lambda W_h: np.linalg.eigvals(W_h).astype(complex).max(), "a real and an imaginary one"),
        (lambda W_h: np.float32(np.abs(np.linalg.eigvals(W_h)).max()), "float32 keeps about 7 digits"),
        (lambda W_h: np.abs(np.linalg.eigvals(W_h)), "np.sum, np.mean and np.max make one number"),
    ],
)
def test_what_came_in_the_place_of_one_number_is_told(function, phrase):
    assert phrase in " ".join(judge("spectral_radius", function).text.split())
