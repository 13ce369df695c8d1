"""Functions of torch tensors are checked like those of arrays, gradients included, on both sides of the boundary."""

import dataclasses
import importlib.util
import subprocess
import sys

import numpy as np
import pytest
import torch

from grader import workspace
from grader.boundary.proxy import RemoteSubject, WorkerProcess
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.torch_calls import ask
from grader.errors import GraderError
from grader.exercises.base import Array, Case, Exercise, Gradient, Mistake, Part
from grader.vectors import Vector, upstream
from grader.vectors.make import answer

ARGUMENTS = ("xs", "h0", "c0", "W", "b")
GRADIENTS = (("xs", "(N, T, D)"), ("h0", "(N, H)"), ("c0", "(N, H)"), ("W", "(H + D, 4H)"), ("b", "(4H,)"))

RIGHT = """
import torch

def cell(x, h, c, W, b):
    i, f, g, o = (torch.cat([h, x], 1) @ W + b).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c

def run(xs, h, c, W, b):
    hs = []
    for x in xs.unbind(1):
        h, c = cell(x, h, c, W, b)
        hs.append(h)
    return torch.stack(hs, 1), c

def lstm_torch(xs, h0, c0, W, b):
    return run(xs, h0, c0, W, b)
"""
scope: dict = {}
exec(RIGHT, scope)


def cases(rng):
    for name, (N, T, D, H), kind in (
        ("small", (2, 3, 4, 5), "float64"),
        ("one of each", (1, 1, 1, 1), "float64"),
        ("strided", (2, 4, 3, 5), "float64"),
        ("float32", (2, 4, 3, 5), "float32"),
        ("bfloat16", (2, 6, 3, 4), "bfloat16"),
        ("float16", (2, 6, 3, 4), "float16"),
    ):
        shapes = (N, T, D), (N, H), (N, H), (H + D, 4 * H), (4 * H,)
        values = [torch.from_numpy(0.5 * rng.normal(size=shape)).to(getattr(torch, kind)) for shape in shapes]
        arrays = [(v.float() if kind != "float64" else v).numpy() for v in values]
        yield Case(name, dict(zip(ARGUMENTS, arrays, strict=True)), frozenset({name}))


CUT = {"torch.stack(hs, dim=1), c": "torch.stack(hs, dim=1).detach(), c.detach()"}
EXERCISE = Exercise(
    name="lstm_torch",
    title="An LSTM of tensors",
    arguments=dict(GRADIENTS),
    returns=(
        Array("hs", "(N, T, H)"),
        Array("c_T", "(N, H)"),
        *(Gradient(f"d{name}", shape) for name, shape in GRADIENTS),
    ),
    parts=(
        Part("the hidden states", 2, outputs=("hs",)),
        Part("the last cell state", 1, outputs=("c_T",)),
        Part("the gradients", 2, outputs=tuple(f"d{name}" for name, _ in GRADIENTS)),
    ),
    difficulty=2,
    minutes=5,
    cases=cases,
    reference="lstm",
    mistakes=(
        Mistake(
            "swapped", "an LSTM whose input and forget gates are swapped", "m", "l", {"z_i, z_f, z": "z_f, z_i, z"}
        ),
        Mistake("cut off", "an LSTM that nothing flows back through", "m", "l", CUT),
    ),
    hints=("a", "b", "c"),
    explanation="e",
    torch=True,
    gradients=ARGUMENTS,
)


@pytest.fixture(scope="module")
def vectors():
    return [Vector(case, answer(EXERCISE, case)) for case in cases(np.random.default_rng(7))]


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(workspace, "given", lambda name: scope["lstm_torch"])
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def worker():
    # What torch loads when a device is first used takes seconds on a busy machine, and is not what is timed.
    first_use = (
        "import torch\ntry:\n"
        "    torch.cat([torch.ones(2, 2), torch.ones(2, 2, device='meta')], 1) @ torch.ones(4, 3)\n"
        "except RuntimeError:\n    pass"
    )
    exec(first_use, {})
    with WorkerProcess() as process:
        process.run_cell(first_use, 60.0)
        yield process


def last(line):
    """The right text with another last line."""
    return RIGHT.replace("    return run(xs, h0, c0, W, b)\n", f"    {line}\n")


# What a learner wrote; whether it passes, its score; the mistake that is named; what the message says.
ANSWERS = {
    "right": (RIGHT, True, 1.0, None, ""),
    "swapped": (
        last("return run(xs, h0, c0, *(torch.cat([v.chunk(4, -1)[k] for k in (1, 0, 2, 3)], -1) for v in (W, b)))"),
        False,
        0.0,
        "swapped",
        "input and forget gates",
    ),
    "detached": (last("return run(*(v.detach() for v in (xs, h0, c0, W, b)))"), False, 0.6, "cut off", "flows back"),
    "without gradients": (
        last("with torch.no_grad(): return run(xs, h0, c0, W, b)"),
        False,
        0.6,
        "cut off",
        "flows back",
    ),
    "W detached": (last("return run(xs, h0, c0, W.detach(), b)"), False, 0.6, None, "Nothing flows back to W"),
    "arrays": (
        last("return tuple(v.detach().numpy() for v in run(xs, h0, c0, W, b))"),
        False,
        0.0,
        None,
        "should be a torch tensor; it is an array",
    ),
    "one value": (last("return run(xs, h0, c0, W, b)[0]"), False, 0.0, None, "should return 2 values, (hs, c_T)"),
    "float32 back": (
        last("return tuple(v.float() for v in run(xs, h0, c0, W, b))"),
        False,
        0.0,
        None,
        "should hold float64 numbers, as the arguments do; yours holds float32",
    ),
    "float64 back": (
        last("return tuple(v.double() for v in run(xs, h0, c0, W, b))"),
        False,
        0.0,
        None,
        "should hold float32 numbers, as the arguments do; yours holds float64",
    ),
    "two dtypes": (last("return run(xs, h0, c0, W.float(), b)"), False, 0.0, None, "two tensors of one dtype"),
    "two devices": (last("return run(xs, h0.to('meta'), c0, W, b)"), False, 0.0, None, "device"),
    "transposed": (last("return run(xs, h0, c0, W.T, b)"), False, 0.0, None, "as many columns"),
    "in place": (last("h0 += 1; return run(xs, h0, c0, W, b)"), False, 0.0, None, "it is one of the arguments"),
    "argument changed": (
        last("h0.data += 1; return run(xs, h0, c0, W, b)"),
        False,
        0.0,
        None,
        "changed its argument h0",
    ),
    "backward breaks": (
        last("hs, c = run(xs, h0, c0, W, b); y = hs.exp(); z = y.log(); y += 1; return z, c"),
        False,
        None,
        None,
        "The backward pass raised an error",
    ),
    "no loop end": (last("while True: pass"), False, 0.0, None, "no answer"),
    "numpy on the way": (
        last("return run(torch.tensor(xs.numpy()), h0, c0, W, b)"),
        False,
        0.0,
        None,
        "numpy does not know gradients",
    ),
    "not written": (last("raise NotImplementedError"), False, 0.0, None, "isn't written yet"),
    "tensor subclass": (
        last("hs, c = run(xs, h0, c0, W, b); return hs.as_subclass(type('T', (torch.Tensor,), {})), c"),
        False,
        0.0,
        None,
        "should be a torch tensor",
    ),
    "the batch mixed up": (last("hs, c = run(xs, h0, c0, W, b); return hs, c.flip(0)"), False, None, None, "hs"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.some(12)
def test_an_answer_gets_one_verdict_on_both_sides_of_the_boundary(worker, vectors, name, hidden):
    text, passed, score, mistake, said = ANSWERS[name]
    own: dict = {}
    exec(text, own)
    here = check_subject(LocalSubject("lstm_torch", own["lstm_torch"], 2.0), EXERCISE, hidden, vectors)
    with worker.session():
        assert worker.run_cell(text, 20) == []
        there = check_subject(RemoteSubject(worker, "lstm_torch", 2.0), EXERCISE, hidden, vectors)
    assert (here.passed, here.mistake) == (passed, mistake), here.text
    if score is not None:
        assert here.score == pytest.approx(score)
    if not hidden:
        assert said in here.text
    for one in ("passed", "score", "mistake"):
        assert getattr(here, one) == getattr(there, one), (here.text, there.text)
    if name != "tensor subclass":  # which stays over there
        assert _without_places(here.text) == _without_places(there.text)


def _without_places(text):
    """Without lines of code, which are known on one side only."""
    return [line for line in text.splitlines() if not line.lstrip().startswith("line ")]


@pytest.mark.parametrize("mistake", EXERCISE.mistakes, ids=lambda m: m.name)
def test_known_mistakes_are_named(vectors, mistake):
    verdict = check_subject(LocalSubject("lstm_torch", mistake.fn), EXERCISE, False, vectors)
    assert verdict.mistake == mistake.name


def test_the_gradients_are_those_of_a_number_that_every_entry_of_every_output_counts_in():
    for shape in ((2, 3, 4), (5,), (1, 1), (0, 3)):
        flowing = upstream(shape, 0)
        assert flowing.shape == shape and (flowing != 0).all()
        assert not flowing.size or not np.allclose(flowing, upstream(shape, 1))


def test_what_ignores_the_cell_state_that_flows_back_fails(vectors):
    """dc_T is part of what flows back: right outputs and right gradients of hs alone are not enough to pass."""

    def lossy(xs, h0, c0, W, b):
        hs, c = scope["run"](xs, h0, c0, W, b)
        return hs, c.detach()

    verdict = check_subject(LocalSubject("lstm_torch", lossy), EXERCISE, False, vectors)
    assert verdict.score == pytest.approx(0.6) and verdict.mistake is None


def test_a_stand_in_is_lent_with_gradients(worker, vectors, tmp_path):
    """The function it builds on is replaced for the call, and what it computed can still flow back."""
    path = tmp_path / "lent.py"  # as the course's: a module with its imports and its functions
    path.write_text(RIGHT.replace("    return run(xs, h0, c0, W, b)\n", "    pass\n"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("lent", path)
    lent = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lent)
    vector = vectors[0]
    with worker.session():
        assert worker.run_cell(RIGHT.replace("f.sigmoid() * c +", "c +"), 20) == []
        subject = RemoteSubject(worker, "lstm_torch", 5.0)
        outcome = ask(subject, EXERCISE, vector, list(vector.case.args.values()), {"run": lent.run, "cell": lent.cell})
        assert outcome.failure is None, outcome.error
        for name in ARGUMENTS:
            np.testing.assert_allclose(
                outcome.gradients[f"d{name}"], vector.expected[f"d{name}"], rtol=1e-9, atol=1e-12
            )


def test_a_tolerance_of_its_own_is_for_float64_too(vectors):
    loose = dataclasses.replace(EXERCISE, tolerance=2e-2)

    def rough(xs, h0, c0, W, b):
        return tuple(value * (1 + 1e-3) for value in scope["run"](xs, h0, c0, W, b))

    assert check_subject(LocalSubject("lstm_torch", rough), loose, False, vectors).passed
    assert not check_subject(LocalSubject("lstm_torch", rough), EXERCISE, False, vectors).passed


def test_importing_the_checks_and_the_exercises_imports_no_torch():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, grader, grader.checking.torch_calls\nfrom grader.exercises import exercises\n"
            "exercises()\nassert 'torch' not in sys.modules",
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_without_torch_the_check_says_how_to_get_it(vectors, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else find(name, *rest))
    with pytest.raises(GraderError, match="pip install torch"):
        check_subject(LocalSubject("lstm_torch", scope["lstm_torch"]), EXERCISE, False, vectors)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_on_a_gpu_the_arguments_are_there_and_an_answer_from_elsewhere_is_told(vectors):
    with torch.device("cuda"):
        assert check_subject(LocalSubject("lstm_torch", scope["lstm_torch"]), EXERCISE, False, vectors).passed

        def back(xs, h0, c0, W, b):
            return tuple(value.cpu() for value in scope["run"](xs, h0, c0, W, b))

        verdict = check_subject(LocalSubject("lstm_torch", back), EXERCISE, False, vectors)
        assert "lies on the device cpu" in verdict.text

        def mixed(xs, h0, c0, W, b):
            return scope["run"](xs, torch.zeros(h0.shape, dtype=h0.dtype, device="cpu"), c0, W, b)

        assert "two devices" in check_subject(LocalSubject("lstm_torch", mixed), EXERCISE, False, vectors).text


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_the_vectors_are_the_same_from_a_gpu():
    from grader.exercises import exercises
    from grader.vectors.make import make_exercise
    from grader.vectors.metric import relative_error

    for one in exercises():
        for cpu, gpu in zip(make_exercise(one.name), make_exercise(one.name, device="cuda"), strict=True):
            for name, value in cpu.expected.items():
                assert relative_error(gpu.expected[name], value, "", 1e-12) <= 1e-12, (one.name, cpu.case.name, name)
