"""What texts, story cells and quizzes say of numbers and of kernels is so: claims that no check looks at, by unit."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import need_package

from grader.build.source import read_source
from grader.cells import grade_id
from grader.exercises import quiz_of

ROOT = Path(__file__).parent.parent
UNIT = "20_gpu"


@pytest.fixture(scope="module")
def cells():
    return {grade_id(cell): cell for cell in read_source(ROOT, UNIT).cells if cell.cell_type == "code"}


@pytest.fixture(scope="module")
def kernel(cells):
    """The text of the kernel, of what it is made of, and of its launch."""
    return "\n".join(cells[name].source for name in ("kernel_pieces", "kernel", "launch"))


def run(program: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-"],
        input=program,
        capture_output=True,
        text=True,
        timeout=500,
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "agg", **environment},
    )


# --- the kernel ------------------------------------------------------------------------------------

KERNEL = """
import importlib.util, pathlib, sys, tempfile
import torch
{head}
from grader.given import given as mine
folder = tempfile.mkdtemp()
path = pathlib.Path(folder) / "kernel_cell.py"  # Triton reads a kernel's text from its file
path.write_text("import torch\\nfrom grader.given import given as mine\\n" + {source!r})
spec = importlib.util.spec_from_file_location("kernel_cell", path)
cell = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cell)
{body}
"""

COMPARE = """
from grader import reference
torch.manual_seed(0)
for N, T, D, H in [(1, 1, 1, 1), (16, 3, 2, 16), (17, 4, 3, 21), (33, 2, 5, 33), (2, 7, 1, 64), (3, 40, 4, 5)]:
    shapes = [(N, T, D), (N, H), (N, H), (H + D, 4 * H), (4 * H,)]
    values = [torch.randn(shape).to(DEVICE) for shape in shapes]
    values[3] /= (H + D) ** 0.5
    for got, want in zip(cell.lstm_persistent(*values), reference.lstm(*(v.double() for v in values)), strict=True):
        off = float((got.double() - want).norm() / want.norm())
        assert got.dtype == torch.float32 and off < 2e-6, (N, T, D, H, off)
"""

# Pointers and whole numbers as a launch would hand them over; what a multiprocessor has to offer is looked up.
COMPILE = """
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, compile
numbers = {"N": "i32", "T": "i32"}
for H, size, weights in ((21, 32, "*fp32"), (64, 64, "*fp32"), (100, 128, "*bf16"), (128, 128, "*bf16")):
    kernel = cell.lstm_kernel
    signature = {name: numbers.get(name, "*fp32") for name in kernel.arg_names}
    signature |= {"W": weights, "H": "constexpr", "SIZE": "constexpr"}
    position = kernel.arg_names.index
    source = ASTSource(kernel, signature, {(position("H"),): H, (position("SIZE"),): size})
    made = compile(source, target=GPUTarget("cuda", 90, 32))
    assert made.metadata.shared <= 227 * 1024, (H, made.metadata.shared)
    assert ".visible .entry lstm_kernel" in made.asm["ptx"]
"""


def test_the_kernel_computes_an_lstm_in_tritons_interpreter(kernel):
    need_package("triton")
    done = run(KERNEL.format(head="DEVICE = 'cpu'", source=kernel, body=COMPARE), TRITON_INTERPRET="1")
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_the_kernel_computes_an_lstm_on_a_gpu(kernel):
    done = run(KERNEL.format(head="DEVICE = 'cuda'", source=kernel, body=COMPARE))
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_on_a_gpu_every_rung_of_the_ladder_is_measured(cells, tmp_path):
    names = ["setup", "tools", "fused", "graph", "kernel_pieces", "kernel", "launch", "kernel_is_right"]
    names += ["first_rung", "last_rungs", "ladder"]
    # As a file: Triton reads a kernel's text from there.
    path = tmp_path / "story.py"
    path.write_text(
        "\n".join(
            [
                cells["setup"].source,
                "from grader.given import given as mine",
                *(cells[name].source for name in names[1:]),
            ]
        )
    )
    done = run(f"import runpy\nrunpy.run_path({str(path)!r}, run_name='__main__')\n")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "not measured" not in done.stdout and "the same bits: True" in done.stdout
    assert "persistent kernel" in done.stdout and "Largest difference to lstm_mixed" in done.stdout


def test_the_kernel_compiles_for_a_gpu_that_is_not_there(kernel):
    need_package("triton")
    # As on a machine with a GPU: the cell asks whether there is one, and takes the interpreter where not.
    head = "torch.cuda.is_available = lambda: True"
    done = run(KERNEL.format(head=head, source=kernel, body=COMPILE), TRITON_INTERPRET="0")
    assert done.returncode == 0, done.stderr[-3000:]


# --- the story -------------------------------------------------------------------------------------


def test_what_it_says_of_nodes_and_of_bfloat16_is_so(cells):
    program = "\n".join(
        [
            cells["setup"].source,
            cells["tools"].source,
            "from grader.given import given as mine",
            *(cells[name].source for name in ("count_nodes", "fused", "slope", "counting")),
        ]
    )
    done = run(program)
    assert done.returncode == 0, done.stderr[-3000:]
    text = " ".join(done.stdout.split())
    (both,) = re.findall(r"by autograd (\S+) by two values nearby (\S+)", text)
    assert float(both[0]) == pytest.approx(float(both[1]), rel=1e-7) and abs(float(both[0])) > 0.1
    assert "lstm_torch leaves 13 nodes a step." in text
    assert "lstm_torch: 13 nodes a step fused: 2 nodes a step" in text
    assert "0.003 a step, bfloat16: c after 200 steps is 1.000" in text
    assert "0.006 a step, float32 : c after 200 steps is 2.200" in text
    assert "0.006 a step, bfloat16: c after 200 steps is 2.000" in text


def test_numpys_lstm_refuses_tensors_that_autograd_watches(cells):
    program = [cells["setup"].source, cells["tools"].source, "from grader.given import given as mine"]
    done = run("\n".join([*program, cells["numpy_refuses"].source]))
    assert done.returncode == 0, done.stderr[-3000:]
    assert "RuntimeError: Can't call numpy() on Tensor that requires grad" in done.stdout


# --- the quiz --------------------------------------------------------------------------------------


def right_option(word: str) -> str:
    (question,) = [question for question in quiz_of(UNIT) if word in question.text]
    return question.options["abcd".index(question.answer)].text


def test_the_quizs_sum_in_bfloat16_is_what_the_right_answer_says():
    c = torch.ones((), dtype=torch.bfloat16)
    for _ in range(100):
        c = (c.float() + 0.005).to(torch.bfloat16)
    assert right_option("2^-7").startswith(f"{float(c):.2f}: each step is rounded up")


def test_the_quizs_weights_fit_as_the_right_answer_says():
    room = 227 * 1024
    sizes = {
        "H = 128 in float32": 4 * 128**2 * 4,
        "H = 160 in bfloat16": 4 * 160**2 * 2,
        "H = 192 in bfloat16": 4 * 192**2 * 2,
    }
    assert right_option("227 KiB") == next(name for name, size in sizes.items() if size <= room) + "."
    assert sum(size <= room for size in sizes.values()) == 1
