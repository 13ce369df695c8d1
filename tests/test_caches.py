"""Arguments that are built of others: a step's cache, a sequence's, a dict whose keys differ, a function to be called.

How they are stored, copied and sized, what a check says of them, and that the references which take them are right.
"""

import importlib

import numpy as np
import pytest
import torch
from boundary_sides import copied_exercises, local, ran, worker  # noqa: F401  (fixtures)

from grader import reference
from grader.boundary.proxy import RemoteSubject
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.ladder import run_case
from grader.checking.relations import halves, relation_of
from grader.exercises import exercise
from grader.exercises.base import Record, Steps
from grader.exercises.shapes import ShapeError, named, shown, sizes
from grader.given import given
from grader.given import text as solution
from grader.vectors import load
from grader.vectors.tree import copied, flatten, unflatten

draws = importlib.import_module("grader.exercises.02_bptt._draws")
STEP = exercise("rnn_step_backward").arguments["cache"]
STEPS = exercise("rnn_backward").arguments["cache"]


def judge(name, function):
    return check_subject(LocalSubject(name, function), exercise(name))


def said_of(text):
    """What is said of the function that this cell defines, after the unit's own."""
    name = text[text.index("def ") + 4 : text.index("(")]
    source = "\n\n".join(
        ["import numpy as np", *(solution(one) for one in ("rnn_step_backward", "rnn_backward")), text]
    )
    verdict = judge(name, local(source)[name])
    assert verdict.passed is False
    return verdict.text


def sequence(N=2, T=3, D=5, H=4, seed=0):
    """xs, h0, W and b of a plain RNN, as tensors of float64."""
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(N, T, D)), rng.normal(size=(N, H)), rng.normal(size=(H + D, H)), rng.normal(size=H)
    return [torch.from_numpy(one) for one in drawn]


def cache_of(xs, h0, W, b):
    cache, h_prev = [], h0
    for x in xs.unbind(1):
        h = reference.rnn_step(x, h_prev, W, b)
        cache.append((x, h_prev, h, W))
        h_prev = h
    return cache


# --- the references -----------------------------------------------------------------------------


@pytest.mark.parametrize("T", [1, 2, 7, 200])
def test_the_way_back_from_a_cache_is_autograds_with_the_bias(T):
    """The cache has no bias; that of torch's own way through the whole network needs it."""
    leaves = [one.requires_grad_() for one in sequence(T=T)]
    dhs = torch.from_numpy(np.random.default_rng(1).normal(size=(2, T, 4)))
    right = torch.autograd.grad(reference.rnn(*leaves), leaves, dhs)
    plain = [one.detach() for one in leaves]
    for got, expected in zip(reference.rnn_backward(dhs, cache_of(*plain)), right, strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-11, atol=1e-11)


def test_one_step_back_is_autograds():
    xs, *rest = sequence(T=1)
    leaves = [one.requires_grad_() for one in (xs[:, 0], *rest)]
    dh = torch.from_numpy(np.random.default_rng(1).normal(size=(2, 4)))
    right = torch.autograd.grad(reference.rnn_step(*leaves), leaves, dh)
    (cache,) = cache_of(*(one.detach() for one in (leaves[0][:, None], *leaves[1:])))
    for got, expected in zip(reference.rnn_step_backward(dh, cache), right, strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-12, atol=1e-12)


def test_the_numerical_gradient_of_what_has_one_by_hand():
    x = torch.tensor([[0.3, -1.2], [2.0, 0.0]], dtype=torch.float64)
    got = reference.numerical_gradient(lambda a: float((a**2 * [[1.0, 2.0], [3.0, 4.0]]).sum()), x, 0.25)
    torch.testing.assert_close(got, 2 * x * torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64))


def test_the_cases_of_a_sequence_are_those_of_one():
    """What one step hands on the next one reads, with one W: the shortcuts of right answers are right."""
    for vector in load("rnn_backward"):
        cache = vector.case.args["cache"]
        assert all(
            before[2] is after[1] and before[3] is after[3] for before, after in zip(cache, cache[1:], strict=False)
        )


def test_a_way_back_that_is_cut_off_shows_in_two_hundred_steps():
    (long,) = [v for v in load("rnn_backward") if "long" in v.case.tags]
    assert len(long.case.args["cache"]) == 200
    early = np.abs(
        given("rnn_backward")(long.case.args["dhs"] * (np.arange(200) > 140)[:, None], long.case.args["cache"])[1]
    )
    assert early.max() > 1e-3 * np.abs(long.expected["dh0"]).max()


# --- stored, copied, sized ----------------------------------------------------------------------


def test_a_long_list_is_stored_as_few_arrays_and_comes_back_as_it_was():
    cache = draws.forward(*(one.numpy() for one in sequence(T=30)))
    stored = flatten("cache", cache)
    assert len(stored) < 10
    (again,) = unflatten(stored).values()
    assert type(again) is list and len(again) == 30 and type(again[0]) is tuple
    for step, other in zip(cache, again, strict=True):
        for one, another in zip(step, other, strict=True):
            np.testing.assert_array_equal(one, another, strict=True)
    assert again[0][2] is again[1][1] and again[0][3] is again[29][3]


def test_what_is_one_array_in_several_places_is_one_in_a_copy():
    a = np.ones(3)
    copy = copied([(a, a), {"a": a}], np.copy)
    assert copy[0][0] is copy[0][1] is copy[1]["a"] and copy[0][0] is not a


def test_sizes_are_read_from_a_cache():
    vector = load("rnn_backward")[0]
    args = vector.case.args
    assert sizes({"cache": STEPS}, {"cache": args["cache"]}) == {"N": 2, "T": 3, "D": 1, "H": 4}
    assert [name for name, _ in named("cache", STEPS)] == ["xs", "h0", "hs", "W"]
    made = dict(shown("cache", STEPS, args["cache"]))
    assert made["xs"].shape == (2, 3, 1) and made["hs"].shape == (2, 3, 4)
    np.testing.assert_array_equal(made["h0"], args["cache"][0][1])
    for wrong in ((), [], [args["cache"][0][:3]], [(*args["cache"][0][:3], np.ones((2, 2)))]):
        with pytest.raises(ShapeError):
            sizes({"cache": STEPS}, {"cache": wrong})


# --- what is said -------------------------------------------------------------------------------


def test_a_cache_is_shown_as_what_it_was_made_from():
    text = said_of("def rnn_backward(dhs, cache):\n    return dhs[..., :1], dhs[:, 0], cache[0][3], dhs[0, 0]")
    assert "cache = a list of 3 tuples (x, h_prev, h, W), one for each step, made from" in text
    for line in ("xs (2, 3, 1), that is (N, T, D)", "h0 (2, 4), that is (N, H)", "W (5, 4), that is (H + D, H)"):
        assert line in text
    text = said_of("def rnn_step_backward(dh, cache):\n    return dh[:, :1], dh, cache[3], dh[0]")
    assert "cache = the tuple (x, h_prev, h, W)" in text and "h_prev (2, 3), that is (N, H)" in text


ORDER = """
def rnn_step_backward(dh, cache):
    x, h, h_prev, W = cache
    dz = dh * (1 - h * h)
    dhx = dz @ W.T
    return dhx[:, 3:], dhx[:, :3], np.concatenate([h_prev, x], 1).T @ dz, dz.sum(0)
"""


@pytest.mark.parametrize(
    "taken, told",
    [
        ("x, h_prev, W, h", "takes cache for (x, h_prev, W, h). It is (x, h_prev, h, W)"),
        ("W, x, h_prev, h", "takes cache for (W, x, h_prev, h). It is (x, h_prev, h, W)"),
        ("x, h_prev, h", "cache is a tuple of 4 arrays, (x, h_prev, h, W)"),
    ],
)
def test_a_cache_taken_apart_in_another_way(taken, told):
    text = said_of(
        ORDER.replace("x, h, h_prev, W = cache", f"{taken} = cache")
        .replace(":3", ":h.shape[1]")
        .replace("3:", "h.shape[1]:")
    )
    assert told in text, text


def test_a_list_of_caches_taken_for_one():
    text = said_of("def rnn_backward(dhs, cache):\n    x, h_prev, h, W = cache\n    return x")
    assert "cache is a list with an item for each time step, and each item is a tuple (x, h_prev, h, W)" in text


@pytest.mark.parametrize(
    "line, told",
    [
        ("cache[0][2][...] = 0", "changed its argument cache[0][2] (h)"),
        ("cache[1][3].fill(1)", "changed its argument cache[0][3] (W)"),  # it is one W
        ("cache.pop()", "changed its argument cache while"),
        ("cache.reverse()", "changed its argument cache while"),
        ("dhs[:, 0] += 1", "changed its argument dhs"),
    ],
)
def test_a_changed_cache_is_seen(line, told):
    right = given("rnn_backward")

    def rnn_backward(dhs, cache):
        answer = tuple(np.array(one) for one in right(dhs, cache))
        exec(line, {"dhs": dhs, "cache": cache})
        return answer

    text = judge("rnn_backward", rnn_backward).text
    assert told in text, text


def test_what_is_not_used_of_a_cache_is_told():
    right = given("rnn_step_backward")
    text = judge("rnn_step_backward", lambda dh, cache: right(dh, (cache[0], 0 * cache[1] + 0.3, *cache[2:]))).text
    assert "stays the same when the cache's h_prev is changed a little" in text


@pytest.mark.parametrize(
    "name, change, told",
    [
        (
            "readout_backward",
            lambda a, dlogits, hs, V: (a[0] / len(hs), *a[1:]),
            "dhs is the right answer divided by N",
        ),
        ("readout_backward", lambda a, dlogits, hs, V: (a[0] + hs, *a[1:]), "dhs is the right answer plus hs"),
        ("readout_backward", lambda a, dlogits, hs, V: (a[0], a[1] - V, a[2]), "dV is the right answer minus V"),
        ("sgd_step", lambda a, p, g, lr: {k: v * p[k] for k, v in a.items()}, "is the right answer times params['W']"),
        ("numerical_gradient", lambda a, f, x, h: np.abs(a), "the answer has the right sizes, and some of its signs"),
        (
            "rnn_step_backward",
            lambda a, dh, cache: (*a[:2], np.concatenate([a[2][: dh.shape[1]] + 1, a[2][dh.shape[1] :]]), a[3]),
            "In dW only the rows that belong to the state h are wrong.",
        ),
    ],
)
def test_what_was_done_to_the_right_answer_is_told(name, change, told):
    right = given(name)
    verdict = judge(name, lambda *args: change(right(*args), *args))
    assert told in verdict.text, verdict.text


def test_nothing_is_told_of_one_size_alone():
    """Divided by 2, where N is 2: it may be anything."""
    result = _result("readout_backward", lambda dhs, dV, db: (dhs / 2, dV, db))
    assert "divided by N" not in str(relation_of([result], exercise("readout_backward")))
    assert halves([result]) == []


def _result(name, change):
    e, vector = exercise(name), load(name)[0]
    return run_case(LocalSubject(name, lambda *args: change(*given(name)(*args))), e, vector)


def test_a_dict_with_other_keys_is_told():
    right = given("sgd_step")
    text = judge("sgd_step", lambda params, grads, lr: dict(list(right(params, grads, lr).items())[:1])).text
    assert "should have the keys of params. Missing: b." in text
    text = judge("sgd_step", lambda params, grads, lr: list(right(params, grads, lr).values())).text
    assert "should be a dict of arrays; it is a list of 2 items" in text


@pytest.mark.parametrize("name", ["sgd_step", "clip_by_norm"])
def test_what_is_written_into_a_dict_is_told_by_its_name(name):
    """The numbers are right: it is what the function leaves behind that makes it a known mistake."""
    for mistake in exercise(name).mistakes:
        if mistake.name.startswith("into_"):
            verdict = judge(name, mistake.fn)
            assert verdict.mistake == mistake.name and "does the same as" in verdict.text


def test_the_function_that_was_asked_about_is_shown():
    text = judge("numerical_gradient", lambda f, x, h: 2 * given("numerical_gradient")(f, x, h)).text
    assert "f = the function waves: the sum of k * sin(a_k)" in text and "0x" not in text


# --- across the boundary ------------------------------------------------------------------------

ACROSS = {
    "a function is asked often": "def numerical_gradient(f, x, h):\n    return 0 * x + sum(f(x) for _ in range(300))",
    "a function that raises": "def numerical_gradient(f, x, h):\n    return f('x')",
    "what is changed in place": "def numerical_gradient(f, x, h):\n    x += 1\n    return f(x) * x",
    "a cache": ORDER,
    "a list of caches": "def rnn_backward(dhs, cache):\n    cache[1][0][0] = 5\n    return dhs, dhs[:, 0], 1, 1",
    "a dict": "def sgd_step(params, grads, lr):\n    params.update(grads)\n    return {**params, 'more': 1}",
}


@pytest.mark.parametrize("kind", ACROSS)
def test_the_same_is_said_across_the_boundary(kind, worker):  # noqa: F811
    source = "import numpy as np\n\n" + ACROSS[kind].strip()
    name = ACROSS[kind].split("def ")[1].partition("(")[0]
    with worker.session():
        assert ran(worker, source) == []
        there = check_subject(RemoteSubject(worker, name), exercise(name)).record()
    here = judge(name, local(source)[name]).record()
    assert here == there and here["passed"] is False


def test_a_record_is_written_as_a_tuple():
    assert isinstance(STEP, Record) and isinstance(STEPS, Steps) and STEP.text == "(x, h_prev, h, W)"
