"""The fast LSTM: every path does what the oracle does, and the choice among them explains itself and never fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
from conftest import need_package
from fast_paths import arguments, complaints, emulated_graphs

from grader import reference as ref
from grader.reference import fast
from grader.reference.fast import choose, graph, loops, trouble

HERE = Path(__file__).parent
GPU = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")]
ON_A_CPU = ("loop", "hoisted", "bptt", "nn")
SMALL = (3, 4, 2, 5)


@pytest.fixture(autouse=True)
def alone():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    trouble._warn.cache_clear()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("path", ON_A_CPU)
def test_a_path_does_what_the_oracle_does(path, dtype):
    assert complaints(path, dtypes=(dtype,)) == []


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_a_graph_does_what_the_oracle_does_as_far_as_that_shows_on_a_cpu(dtype, monkeypatch):
    """What a graph keeps at its places and what it copies; the steps are torch's own operations here."""
    monkeypatch.setattr(graph, "_loop", lambda name: getattr(loops, name))
    with emulated_graphs():
        assert complaints("graph", dtypes=(dtype,)) == []


@pytest.mark.parametrize("path", ["triton", "graph"])
def test_the_kernels_do_what_the_oracle_does_in_tritons_interpreter(path, some):
    need_package("triton")
    dtypes = some(["float32", "bfloat16", "float64", "float16"], 1, path)
    done = subprocess.run(
        [sys.executable, str(HERE / "fast_paths.py"), path, *dtypes],
        capture_output=True,
        text=True,
        timeout=500,
        env={**os.environ, "TRITON_INTERPRET": "1", "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])},
    )
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])


@pytest.mark.parametrize("path", [pytest.param(path, marks=GPU) for path in (*ON_A_CPU, "graph", "triton")])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_a_path_does_what_the_oracle_does_on_a_gpu(path, dtype, monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    monkeypatch.setattr(torch.backends.cuda.matmul, "allow_tf32", False)
    assert complaints(path, "cuda", (dtype,)) == []


# --- the choice ------------------------------------------------------------------------------------


def test_every_path_says_whether_it_can_be_taken_here():
    there = fast.paths()
    assert list(there) == ["nn", "triton", "graph", "bptt", "hoisted", "loop"]
    assert there["loop"] == there["hoisted"] == there["bptt"] == there["nn"] == ""
    if not torch.cuda.is_available():
        assert "no CUDA device" in there["graph"] and there["triton"]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("gradients", [False, True])
def test_the_choice_is_explained_and_taken(dtype, gradients, monkeypatch):
    values = [value.requires_grad_(gradients) for value in arguments(SMALL, dtype, "plain", "cpu")]
    choice = fast.explain(*values)
    assert set(choice.ruled_out) == set(fast.paths()) - {choice.path}
    assert str(choice).startswith(f"{choice.path}: ")
    assert all(f"not {name}: " in str(choice) for name in choice.ruled_out)
    taken = []
    real = choose._function
    monkeypatch.setattr(choose, "_function", lambda path: taken.append(path) or real(path))
    fast.lstm(*values)
    assert taken == [choice.path]


def test_the_choice_on_a_cpu_is_the_measured_one():
    def choice(H, dtype=torch.float64, gradients=True, lengths=None):
        values = arguments((2, 3, 4, H), dtype, "plain", "cpu")
        return fast.explain(*(value.requires_grad_(gradients) for value in values), lengths).path

    assert choice(128) == choice(200) == "bptt"
    assert choice(64) == choice(128, torch.float32) == choice(128, gradients=False) == "nn"
    assert choice(128, lengths=torch.tensor([1, 3])) == "nn"


def test_what_has_no_numbers_of_its_own_goes_to_the_oracle():
    values = [value.to(torch.complex128) for value in arguments(SMALL, torch.float64, "plain", "cpu")]
    assert fast.explain(*values).path == "loop"
    assert torch.equal(fast.lstm(*values)[0], ref.lstm(*values)[0])


def test_a_path_that_fails_is_left_for_the_next_with_one_warning(monkeypatch):
    values = [value.requires_grad_() for value in arguments(SMALL, torch.float32, "plain", "cpu")]
    first = fast.explain(*values).path
    real = choose._function

    def broken(*_):
        raise RuntimeError("out of resource: shared memory")

    monkeypatch.setattr(choose, "_function", lambda path: broken if path == first else real(path))
    with pytest.warns(RuntimeWarning, match=f"The path {first} .* failed, and .* is used: .*shared memory") as said:
        hs, c_T = fast.lstm(*values)
    assert len(said) == 1
    want = ref.lstm(*values)
    assert torch.allclose(hs, want[0], atol=1e-5) and torch.allclose(c_T, want[1], atol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fast.lstm(*values)  # said once
    with pytest.raises(RuntimeError, match="shared memory"):
        fast.lstm(*values, path=first)  # who asks for it hears of it


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError(),
    ],
)
def test_too_little_memory_names_the_sizes(monkeypatch, error):
    def full(*_):
        raise error

    monkeypatch.setattr(choose, "_function", lambda path: full)
    with pytest.raises(fast.OutOfMemory, match=r"N = 3, T = 4, D = 2, H = 5 in torch.float64 .* GiB") as caught:
        fast.lstm(*arguments(SMALL, torch.float64, "plain", "cpu"))
    assert caught.value.__cause__ is error


def test_memory_that_is_really_too_small_names_the_sizes():
    values = arguments((1, 1, 1, 1), torch.float32, "plain", "cpu")
    values[0] = values[0].expand(1, 10**13, 1)  # costs nothing until it is computed with
    with pytest.raises((fast.OutOfMemory, RuntimeError), match="T = 10000000000000|allocate"):
        fast.lstm(*values, path="nn")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fastest", "there is no path called 'fastest'; there are nn, triton"),
        ("graph", "graph: there is no CUDA device"),
        ("triton", "triton: "),
    ],
)
def test_a_path_that_can_not_be_taken_says_why(path, text):
    if torch.cuda.is_available() and path != "fastest":
        pytest.skip("there is a CUDA device, and the path can be taken")
    with pytest.raises(ValueError, match=text):
        fast.lstm(*arguments(SMALL, torch.float32, "plain", "cpu"), path=path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v: v.__setitem__(3, v[3].T),
        lambda v: v.__setitem__(1, v[1][:2]),
        lambda v: v.__setitem__(0, v[0][:, :0]),
        lambda v: v.__setitem__(4, v[4].float()),
        lambda v: v.__setitem__(2, v[2].to("meta")),
        lambda v: v.append(torch.ones(3)),
        lambda v: v.append(torch.tensor([1, 2, 9])),
    ],
)
@pytest.mark.parametrize("path", [None, *ON_A_CPU])
def test_what_is_no_call_is_refused_as_the_oracle_refuses_it(path, spoil):
    values = arguments(SMALL, torch.float64, "plain", "cpu")
    spoil(values)
    with pytest.raises((ValueError, TypeError)) as ours:
        fast.lstm(*values, path=path)
    with pytest.raises(type(ours.value)) as theirs:
        ref.lstm(*values)
    assert str(ours.value) == str(theirs.value)


def test_a_second_derivative_is_right():
    values = [value.requires_grad_() for value in arguments(SMALL, torch.float64, "plain", "cpu")]

    def second(run):
        first = torch.autograd.grad(run()[0].square().sum(), values, create_graph=True)
        return torch.autograd.grad(sum(one.square().sum() for one in first), values)

    want = second(lambda: ref.lstm(*values))
    for path in ON_A_CPU:
        for one, other in zip(second(lambda path=path: fast.lstm(*values, path=path)), want, strict=True):
            assert torch.allclose(one, other, rtol=1e-10, atol=1e-12)


def test_long_sequences_in_float64():
    values = [value.requires_grad_() for value in arguments((2, 1000, 3, 8), torch.float64, "plain", "cpu")]
    want = ref.lstm(*values)
    for path in ("hoisted", "bptt", "nn"):
        got = fast.lstm(*values, path=path)
        pairs = zip(
            torch.autograd.grad(got[0].square().sum(), values[3:]),
            torch.autograd.grad(want[0].square().sum(), values[3:], retain_graph=True),
            strict=True,
        )
        assert all(float((one - other).norm() / other.norm()) < 1e-11 for one, other in pairs)


# --- the way back ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lengths", [None, torch.tensor([2, 0, 4])])
def test_a_way_back_that_fails_is_left_for_the_loops_with_one_warning(lengths, monkeypatch):
    values = [value.requires_grad_() for value in arguments(SMALL, torch.float64, "plain", "cpu")]

    def broken(*_):
        raise RuntimeError("out of resource: shared memory")

    monkeypatch.setattr(
        loops, "bptt", lambda *a: loops.by_loops(*a, loops.Loops("graph", "a CUDA graph", loops.forward_loop, broken))
    )
    hs, c_T = fast.lstm(*values, lengths, path="bptt")
    with pytest.warns(
        RuntimeWarning, match=r"The path graph \(a CUDA graph\) failed, and the loop's backward pass is used"
    ):
        got = torch.autograd.grad(hs.square().sum() + c_T.sum(), values)
    want_hs, want_c = ref.lstm(*values, lengths)
    want = torch.autograd.grad(want_hs.square().sum() + want_c.sum(), values)
    assert all(torch.allclose(one, other, rtol=1e-10, atol=1e-12) for one, other in zip(got, want, strict=True))


def test_too_little_memory_on_the_way_back_names_the_sizes(monkeypatch):
    values = [value.requires_grad_() for value in arguments(SMALL, torch.float64, "plain", "cpu")]
    hs, _ = fast.lstm(*values, path="bptt")

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(loops, "bulk_gradients", full)
    with pytest.raises(fast.OutOfMemory, match=r"N = 3, T = 4, D = 2, H = 5 in torch.float64 by the path bptt"):
        hs.sum().backward()


def test_a_mask_is_looked_at_once(monkeypatch):
    """To look at its numbers a GPU has to be waited for."""
    from grader.reference import lengths as module

    looked = []
    real = module.mask_of
    monkeypatch.setattr(choose, "mask_of", lambda *a: looked.append("choose") or real(*a))
    for path in ("hoisted", "bptt", "nn"):
        fast.lstm(*arguments(SMALL, torch.float64, "plain", "cpu"), torch.tensor([1, 2, 4]), path=path)
    assert looked == ["choose"] * 3
    assert not any(hasattr(one, "mask_of") for one in (loops, graph))


@pytest.mark.parametrize("value", ["ieee", "tf32"])
def test_tf32_is_asked_for_by_whichever_name_it_was_set(value):
    """Once the newer names were used, torch refuses to read the older ones."""
    program = (
        "import torch\nfrom grader.reference.precision import tf32_in_kernels, tf32_in_products\n"
        f"torch.backends.cuda.matmul.fp32_precision = {value!r}\ntorch.backends.cudnn.rnn.fp32_precision = {value!r}\n"
        "print(tf32_in_products(), tf32_in_kernels())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=HERE.parent)
    assert done.stdout.split() == [str(value == "tf32")] * 2, done.stderr


# --- the kernels, without a GPU ----------------------------------------------------------------------

COMPILE = """
import json, sys
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, compile
from grader.reference.fast import choose, kernels, steps
import torch

def compiled(kernel, constants, kinds, capability, **options):
    names = kernel.arg_names
    signature = {name: "constexpr" if name in constants else kinds.get(name, kinds["rest"]) for name in names}
    source = ASTSource(kernel, signature, {(names.index(name),): value for name, value in constants.items()})
    return compile(source, target=GPUTarget("cuda", capability, 32), options=options)

SHORT = {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16", torch.float64: "fp64"}
WIDE = {torch.float32: "fp32", torch.bfloat16: "fp32", torch.float64: "fp64"}
whole, single = json.loads(sys.argv[1])
for capability, dtype, side in whole:
    dtype = getattr(torch, dtype)
    kinds = {"rest": f"*{SHORT[dtype]}", "counts": "*i32", "cs": "*fp32", "N": "i32", "T": "i32"}
    expected, took = choose.SHARED_MEMORY[dtype][side], []
    for H in {side, side - 3}:
        options = kernels._options(dtype, H)
        warps = options.pop("num_warps")
        assert options["BLOCK_H"] == side
        for kernel, more in ((kernels._forward, {"SAVE": True}), (kernels._backward, {})):
            made = compiled(kernel, options | more, kinds, capability, num_warps=warps)
            took.append(made.metadata.shared)
            assert ".local" not in made.asm["ptx"], "registers that are no registers"
    assert max(took) <= expected <= 2 * max(took), (capability, dtype, side, took)
for capability, dtype in single:
    dtype = getattr(torch, dtype)
    kinds = {"rest": f"*{SHORT[dtype]}", "count": "i32", "H": "i32", "real": "*u8", "real_later": "*u8"}
    kinds |= dict.fromkeys(("c", "c_prev", "c_here", "dc", "held"), f"*{WIDE[dtype]}")
    for kernel in (steps._forward, steps._backward):
        for masked in (False, True):
            compiled(kernel, {"MASKED": masked, "BLOCK": steps.BLOCK}, kinds, capability)
"""
CAPABILITIES = (80, 90)


def test_every_kernel_compiles_for_gpus_that_are_not_there_and_takes_the_memory_that_is_said(some):
    need_package("triton")
    sides = [(str(dtype)[6:], side) for dtype, sides in choose.SHARED_MEMORY.items() for side in sides]
    whole = some([(capability, *one) for capability in CAPABILITIES for one in sides], 2, "a kernel for all steps")
    dtypes = ("float32", "bfloat16", "float64")
    single = some([(capability, dtype) for capability in CAPABILITIES for dtype in dtypes], 2, "a kernel for one step")
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, json.dumps([whole, single])],
        capture_output=True,
        text=True,
        timeout=500,
        cwd=HERE.parent,
        env={**os.environ, "TRITON_INTERPRET": "0"},
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_a_gpu_with_too_little_shared_memory_is_not_asked(monkeypatch):
    monkeypatch.setattr(choose, "_missing", lambda path: "")
    monkeypatch.setattr(choose, "_shared_memory", lambda device: 99 * 1024)
    monkeypatch.setenv("TRITON_INTERPRET", "1")

    def why(H, dtype):
        return fast.explain(*arguments((2, 3, 4, H), dtype, "plain", "cpu")).ruled_out["triton"]

    assert "take 140 KiB of a multiprocessor, and this GPU's has 99" in why(64, torch.float32)
    assert "take 180 KiB" in why(100, torch.bfloat16) and "multiprocessor" not in why(64, torch.bfloat16)
    assert "H = 129 don't fit one multiprocessor (at most H = 128)" in why(129, torch.float16)
