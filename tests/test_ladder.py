"""A function answers by its arguments alone: asked again, with other numbers in between, on both sides of the boundary.

And what is judged once more with the course's earlier functions, lists where tuples are asked, parts without a case.
"""

import dataclasses

import numpy as np
import pytest
import torch
from boundary_sides import GIVEN, SETUP, cell, local, marks, ran, run
from boundary_sides import grading as grading

from grader.boundary.proxy import RemoteSubject
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.variation import other_numbers
from grader.errors import GraderError
from grader.exercises import exercise, exercises, unit_of
from grader.exercises.base import Case, Record, Steps
from grader.given import given
from grader.grading.judge import Limits
from grader.vectors import Vector, load
from grader.vectors.tree import leaves

ALL = [e.name for e in exercises()]
NUMPY = [e.name for e in exercises() if not e.torch]


def judge(name, function, **options):
    return check_subject(LocalSubject(name, function), exercise(name), **options)


def both(worker, name, text):
    """The verdict on a cell, the same on both sides."""
    text = text.strip()  # as IPython numbers its lines
    with worker.session():
        assert ran(worker, text) == []
        there = check_subject(RemoteSubject(worker, name), exercise(name)).record()
    here = check_subject(LocalSubject(name, local(text)[name]), exercise(name)).record()
    assert here == there
    return here


# --- the call with other numbers ----------------------------------------------------------------


def _arrays(value):
    return [leaf for _, leaf in leaves("", value) if isinstance(leaf, np.ndarray)]


def _words(value):
    """What stands in lists of lists."""
    return [word for item in value for word in _words(item)] if type(value) is list else [value]


@pytest.mark.parametrize("name", ALL)
def test_the_other_numbers_are_as_good_as_the_cases(name):
    """Of the same shapes and kinds, within the same bounds, and the right answer to them is another one.

    Functions in a list come in another order.
    """
    e, vectors = exercise(name), load(name)
    for vector in vectors:
        other = other_numbers(e, vector, vectors)
        if other is None or other.vector in vectors:  # nothing in it that could be moved: all zeros and sizes
            continue
        assert list(other.vector.case.args) == list(vector.case.args)
        moved = False
        for key, value in vector.case.args.items():
            new = other.vector.case.args[key]
            assert type(new) is type(value)
            moved |= isinstance(value, int | float) and new != value
            if type(value) is list and value and callable(value[0]):
                assert len(new) == len(value) and set(new) == set(value)
                moved |= new != value
            elif type(value) is list and not _arrays(value):
                assert sorted(_words(new)) == sorted(_words(value))
                moved |= new != value
            if isinstance(value, np.random.Generator):
                moved |= new.bit_generator.state != value.bit_generator.state
            for one, another in zip(_arrays(value), _arrays(new), strict=True):
                assert (one.shape, one.dtype) == (another.shape, another.dtype)
                moved |= not np.array_equal(one, another)
                if one.size and not isinstance(e.arguments[key], Record | Steps):  # a cache is made anew
                    assert min(0, one.min()) <= another.min() and another.max() <= max(0, one.max())
                if one.dtype.kind != "f":
                    assert sorted(one.ravel()) == sorted(another.ravel())
        assert moved
    first = other_numbers(e, vectors[0], vectors)
    if first.judged:
        expected, before = first.vector.expected, vectors[0].expected
        assert any(not np.array_equal(expected[output], before[output]) for output in before)
    assert first.judged or e.tolerance > 1e-9 or name == "num_parameters"


def test_an_exercise_may_say_what_other_numbers_are():
    """Rows that add up to 1 would not, if each number were moved: the exercise says how to move them."""
    rows = np.array([[0.25, 0.75], [0.5, 0.5]])
    e = dataclasses.replace(
        exercise("sigmoid"), other=lambda case: Case("another", {"z": case.args["z"][:, ::-1]}, case.tags)
    )
    other = other_numbers(e, Vector(Case("rows", {"z": rows}), {"s": rows}), [])
    np.testing.assert_array_equal(other.vector.case.args["z"], rows[:, ::-1])


# --- what is kept between calls -----------------------------------------------------------------


def _copied(value):
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(_copied, value))
    if isinstance(value, torch.Tensor):
        return value.clone()
    return value.copy() if isinstance(value, np.ndarray) else value


def _form(value):
    if isinstance(value, dict):
        return tuple((key, _form(item)) for key, item in value.items())
    return tuple(value.shape) if hasattr(value, "shape") else type(value)


def by_shape(right):
    """Answers are kept, and found again by the shapes of the arguments: copies, so that no memory is shared."""
    kept = {}

    def function(*arguments):
        form = tuple(map(_form, arguments))
        if form not in kept:
            kept[form] = _copied(right(*arguments))
        return _copied(kept[form])

    return function


def first_arguments(right):
    """The first arguments of each shape are kept and used for good: as weights that were stored once."""
    kept = {}

    def function(*arguments):
        return right(*(_copied(kept.setdefault((k, _form(a)), _copied(a))) for k, a in enumerate(arguments)))

    return function


def late(calls):
    """Wrong in its first calls, then right."""

    def make(right):
        done = []

        def function(*arguments):
            done.append(1)
            return _spoiled(right(*arguments)) if len(done) <= calls else right(*arguments)

        return function

    return make


def _spoiled(value):
    if isinstance(value, dict):
        return {key: _spoiled(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(_spoiled, value))
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float | np.number | np.ndarray | torch.Tensor) else value


MEMORIES = {"by shape": by_shape, "first arguments": first_arguments, "late once": late(1), "late often": late(7)}


@pytest.mark.parametrize("kind", MEMORIES)
@pytest.mark.parametrize("name", ALL)
@pytest.mark.some(24)
def test_what_is_kept_between_calls_costs_the_points(name, kind):
    verdict = judge(name, MEMORIES[kind](given(name)))
    assert verdict.passed is False, verdict.text
    assert verdict.points == 0 or kind == "first arguments", verdict.text


@pytest.mark.parametrize("name", ALL)
@pytest.mark.some(24)
def test_an_answer_found_again_by_its_shapes_is_told(name):
    e = exercise(name)
    text = judge(name, by_shape(given(name))).text
    # The kept tensors lead back to the first call's arguments, so that the gradients are other ones.
    if name == "init_lstm":
        assert "got another generator, and numbers of the call before came again" in text, text
    elif name == "separates":
        assert "with the functions in another order, and gave the very answer of the call before" in text, text
    elif not e.gradients and name not in ("num_parameters", "variational_dropout_mask"):  # they take no arrays
        assert "with other numbers of the same shapes, and gave the very answer of the call before" in text, text


BUFFERS = {
    "one_hot": """
import numpy as np
kept = {}
def one_hot(ids, num_classes):
    out = kept.setdefault((ids.shape, num_classes), np.zeros((*ids.shape, num_classes)))
    N, T = ids.shape
    out[np.arange(N)[:, None], np.arange(T), ids] = 1.0
    return out.copy()
""",
    "pack": """
import numpy as np
kept = {}
def pack(W_i, W_f, W_g, W_o, b_i, b_f, b_g, b_o):
    W, b = kept.setdefault(W_i.shape, (np.zeros((len(W_i), 4 * W_i.shape[1])), np.zeros(4 * W_i.shape[1])))
    W += np.concatenate([W_i, W_f, W_g, W_o], axis=1) * (W == 0)
    b += np.concatenate([b_i, b_f, b_g, b_o]) * (b == 0)
    return W.copy(), b.copy()
""",
    "lstm_torch": """
import torch
kept = {}
def lstm_torch(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    for t, x in enumerate(xs.unbind(1)):
        z = kept.setdefault((t, W.shape, len(xs)), torch.zeros(len(xs), W.shape[1], dtype=W.dtype))
        z = torch.cat([h, x], 1) @ W + b + z
        kept[t, W.shape, len(xs)] = 0.5 * z.detach()
        i, f, g, o = z.chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        hs.append(h)
    return torch.stack(hs, 1), c
""",
}


@pytest.mark.parametrize("name", BUFFERS)
def test_a_buffer_that_is_never_cleared(worker, name):
    said = both(worker, name, BUFFERS[name])
    assert said["passed"] is False and said["points"] == 0
    assert "gave another answer when it was called" in said["text"] or "gave the very answer" in said["text"]


def test_the_first_answer_is_looked_at_again_when_all_is_done():
    """A ring of arrays: no two calls in a row share one, and at last the first one is written into again."""
    for length in range(2, 5):
        ring, calls = {}, {}

        def sigmoid(z, ring=ring, calls=calls, length=length):
            calls[z.shape] = calls.get(z.shape, 0) + 1
            array = ring.setdefault((calls[z.shape] % length, z.shape), np.zeros_like(z))
            array[...] = given("sigmoid")(z)
            return array

        assert judge("sigmoid", sigmoid).points == 0, length


def test_numbers_drawn_at_random_are_not_called_something_else():
    rng = np.random.default_rng(1)
    text = judge("sigmoid", lambda z: given("sigmoid")(z) + 1e-6 * rng.normal(size=z.shape)).text
    assert "gave another answer" in text and "Numbers drawn at random show like this too" in text


def test_a_plain_mistake_is_not_taken_for_a_memory():
    for name in ("lstm_step", "leaky_update", "one_hot", "pack"):
        for mistake in exercise(name).mistakes[:6]:
            assert "call before" not in judge(name, mistake.fn).text
            assert judge(name, mistake.fn).mistake == mistake.name


def test_wrong_for_the_other_numbers_only_is_wrong():
    """Right on every case there is, and on nothing else: no memory, and no right answer."""
    known = {vector.case.args["z"].tobytes() for vector in load("sigmoid")}
    right = given("sigmoid")
    verdict = judge("sigmoid", lambda z: right(z) if z.tobytes() in known else right(z) ** 1.01)
    assert verdict.passed is False and "has the shapes of a case before it" in verdict.text, verdict.text


# --- judged with the course's earlier functions -------------------------------------------------

CELL = """
import numpy as np
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
def lstm_step(x, h_prev, c_prev, W, b):
    z = np.concatenate([h_prev, x], axis=1) @ W + b
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c, None
def right(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        h, c, _ = STEP(xs[:, t], h, c, W, b)
        hs.append(h)
    return np.stack(hs, axis=1), c, None
lstm = right
"""
OWN = CELL.replace("STEP", "step") + "\nstep = lstm_step\n"
USES = CELL.replace("STEP", "lstm_step")
WRONG_STEP = (
    "\ndef lstm_step(x, h_prev, c_prev, W, b):\n    h, c, _ = step(x, h_prev, c_prev, W, b)\n    return -h, c, _\n"
)
FIRST_CALLS = """
calls = 0
def lstm(xs, h0, c0, W, b):
    global calls
    calls += 1
    hs, c, cache = right(xs, h0, c0, W, b)
    return (hs, c, cache) if calls > MANY else (0.5 * hs, 0.5 * c, cache)
"""


# What may stand beside a function that calls lstm_step; the course's is called in the place of the last three.
KEEPS_STEP = """
seen = []
def lstm_step(x, h_prev, c_prev, W, b):
    seen.append(1)
    h, c, _ = step(x, h_prev, c_prev, W, b)
    return h + 1e-3 * (len(seen) % 2), c, _
"""
STEPS = {
    "right": USES,
    "inside": OWN,
    "not there": USES + "\ndel lstm_step\n",
    "wrong": USES + "\nstep = lstm_step\n" + WRONG_STEP,
    "keeps": USES + "\nstep = lstm_step\n" + KEEPS_STEP,
}


def calls_of_a_check(name, text):
    """How often a function is called by a check that it passes."""
    scope = local(text)
    done, right = [], scope[name]
    scope[name] = lambda *arguments: done.append(1) or right(*arguments)
    scope[name].__wrapped__ = right  # whose globals are looked at
    assert check_subject(LocalSubject(name, scope[name]), exercise(name)).passed
    return len(done)


@pytest.mark.parametrize("many", [1, 2, 5, 12, 20, "all"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.some(12)
def test_wrong_in_the_first_calls_is_wrong_whatever_the_step_is(worker, many, step):
    many = calls_of_a_check("lstm", STEPS[step]) if many == "all" else many
    said = both(worker, "lstm", STEPS[step] + FIRST_CALLS.replace("MANY", str(many)))
    assert said["passed"] is False and said["points"] == 0, said["text"]
    assert "itself is right" not in said["text"]


HOISTED = """
import torch
def right(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    for z in input_product(xs, W, b).unbind(1):
        i, f, g, o = (z + h @ W[:h0.shape[1]]).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        hs.append(h)
    return torch.stack(hs, 1), c
calls = 0
def lstm_hoisted(xs, h0, c0, W, b):
    global calls
    calls += 1
    hs, c = right(xs, h0, c0, W, b)
    return (hs, c) if calls > MANY else (0.5 * hs, 0.5 * c)
"""
PRODUCTS = {
    "not there": "",
    "not written": "def input_product(xs, W, b):\n    raise NotImplementedError\n",
    "wrong": "def input_product(xs, W, b):\n    return xs @ W[-xs.shape[2]:]\n",
}


@pytest.mark.parametrize("many", [0, 1, 2, 5, 20, "all"])
@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.some(6)
def test_wrong_in_the_first_calls_is_wrong_of_tensors_too(worker, many, product):
    text = HOISTED + PRODUCTS[product]
    many = calls_of_a_check("lstm_hoisted", text.replace("MANY", "0")) if many == "all" else many
    said = both(worker, "lstm_hoisted", text.replace("MANY", str(many)))
    assert said["passed"] is (many == 0), said["text"]
    assert many == 0 or said["points"] == 0 and "itself is right" not in said["text"]


LATER_CALLS = FIRST_CALLS.replace("calls > MANY", "calls < MANY")


@pytest.mark.parametrize("many", [2, 5, 20])
@pytest.mark.parametrize("step", STEPS)
def test_what_goes_wrong_from_call_to_call_is_seen_with_the_courses_step_too(worker, many, step):
    said = both(worker, "lstm", STEPS[step] + LATER_CALLS.replace("MANY", str(many)))
    assert said["passed"] is False and said["points"] == 0, said["text"]


def test_a_step_that_keeps_something_is_replaced_from_the_first_call_on(worker):
    said = both(worker, "lstm", STEPS["keeps"])
    assert said["passed"] is True and "judged with the course's lstm_step in place of yours" in said["text"]


@pytest.mark.parametrize("many", [0, 1, 2, 5, 20])
def test_wrong_in_the_first_calls_earns_nothing_in_a_class(grading, many):
    """The grade cell of a notebook with no lstm_step of the learner's own."""
    text = USES.partition("def lstm_step")[0] + "def right" + USES.partition("def right")[2]
    cells = [cell("setup", SETUP), cell("solution", text + FIRST_CALLS.replace("MANY", str(many)))]
    judged = run([*cells, cell("grade", 'check("lstm")', 4)], "05_lstm", ["lstm", "lstm_step"], Limits())
    assert marks(judged) == [0.0 if many else 4.0]


def test_a_failure_beside_a_missing_step_is_told_with_the_courses_in_its_place(worker):
    said = both(worker, "lstm", STEPS["not there"].replace("h, c, hs = h0, c0", "h, c, hs = 0 * h0, c0"))
    assert (
        said["mistake"] == "no_h0" and "lstm_step is not defined here. What is said here was found with" in said["text"]
    )


def test_a_step_that_is_stopped_says_nothing_of_the_sequence():
    """The learner interrupts the check while lstm_step is asked: it is not called faulty for that."""
    scope = local(USES + "\ndef lstm_step(*arguments):\n    raise KeyboardInterrupt\n")
    verdict = check_subject(LocalSubject("lstm", scope["lstm"]), exercise("lstm"))
    assert verdict.passed is False and "The check was stopped before lstm had answered" in verdict.text


@pytest.mark.parametrize("change", ["h, c, hs = 0 * h0", "h, c, hs = h0, c0, []; xs = 2 * xs"])
def test_a_step_that_is_not_called_is_not_put_in_its_place(worker, change):
    """A sequence that holds its own step is wrong by itself, and a wrong lstm_step beside it changes nothing."""
    text = OWN.replace("h, c, hs = h0", change) if "xs" not in change else OWN.replace("h, c, hs = h0, c0, []", change)
    with_wrong_step = text + WRONG_STEP
    one, other = both(worker, "lstm", text), both(worker, "lstm", with_wrong_step)
    assert one == other and one["passed"] is False
    assert "does not pass its own check" not in other["text"]


def test_a_step_that_is_not_called_is_not_blamed(worker):
    """It is lstm that gets better from call to call; whatever is beside it has no part in that."""
    for step in ("", WRONG_STEP, "\ndel lstm_step\n"):
        said = both(worker, "lstm", OWN + step + FIRST_CALLS.replace("MANY", "6"))
        assert "gave another answer" in said["text"] and "lstm_step" not in said["text"].split("\n")[1]


def test_a_wrong_step_that_is_called_is_replaced(worker):
    said = both(worker, "lstm", USES + "\nstep = lstm_step\n" + WRONG_STEP)
    assert said["passed"] is True and "judged with the course's lstm_step in place of yours" in said["text"]
    said = both(worker, "lstm", USES + "\ndel lstm_step\n")
    assert said["passed"] is True and "is not defined here" in said["text"]


# --- lists and parts ----------------------------------------------------------------------------

LISTS = {
    "lstm_step": "h, c, cache = lstm_step_(x, h_prev, c_prev, W, b); return [h, c, cache]",
    "lstm": "return list(lstm_(xs, h0, c0, W, b))",
    "pack": "return list(pack_(W_i, W_f, W_g, W_o, b_i, b_f, b_g, b_o))",
    "lstm_torch": "return list(lstm_torch_(xs, h0, c0, W, b))",
    "fused_step_backward": "return list(fused_step_backward_(dh, dc, z, c_prev))",
}


def listing(name, body):
    e = exercise(name)
    text = (GIVEN / f"{unit_of(name)}.py").read_text(encoding="utf-8")
    return f"{text}\n\n{name}_ = {name}\ndef {e.signature}:\n    {body}\n"


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_as_good_as_a_tuple(worker, name):
    said = both(worker, name, listing(name, LISTS[name]))
    assert said["passed"] is True and said["score"] == 1
    assert f"it was taken for the tuple {exercise(name).result}" in said["text"]


def test_a_list_of_wrong_numbers_is_told_as_a_tuple_of_them(worker):
    as_list, as_tuple = (
        both(worker, "lstm_step", listing("lstm_step", LISTS["lstm_step"].replace("[h, c, cache]", form)))
        for form in ("[c, h, cache]", "(c, h, cache)")
    )
    assert as_list["mistake"] == as_tuple["mistake"] is not None
    said = both(worker, "lstm_step", listing("lstm_step", LISTS["lstm_step"].replace("[h, c, cache]", "[h, c]")))
    assert (
        said["passed"] is False
        and "should return 3 values, (h, c, cache); it returned a list of 2 items" in said["text"]
    )


def test_a_list_where_one_array_is_asked_is_none():
    assert judge("sigmoid", lambda z: list(given("sigmoid")(z))).passed is False
    assert judge("lstm_step", lambda *a: given("lstm_step")(*a)).notes == []


def test_a_part_without_a_case_is_our_fault_and_no_traceback():
    e = exercise("hidden_update")
    parts = (*e.parts, dataclasses.replace(e.parts[0], title="nobody's", tags=frozenset({"no such tag"})))
    e = dataclasses.replace(e, parts=parts)
    for function in (given("hidden_update"), lambda *a: a[0]):
        with pytest.raises(GraderError, match="its part \"nobody's\"|its part 'nobody"):
            check_subject(LocalSubject("hidden_update", function), e)
    few = [v for v in load("hidden_update") if "large" not in v.case.tags]
    with pytest.raises(GraderError, match="no case"):
        check_subject(LocalSubject("hidden_update", given("hidden_update")), e, vectors=few)


@pytest.mark.parametrize("value, said", [(np.nan, "NaN (not a number)"), (np.inf, "infinite"), (-np.inf, "infinite")])
def test_one_number_that_is_none_is_called_what_it_is(value, said):
    right = given("cross_entropy")
    verdict = judge("cross_entropy", lambda z, y, m: right(z, y, m) if m.any() else value)
    assert verdict.passed is False and (said in verdict.text or verdict.mistake == "nothing_is_nan"), verdict.text
    assert (verdict.mistake == "nothing_is_nan") == bool(np.isnan(value))
