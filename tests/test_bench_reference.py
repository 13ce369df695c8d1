"""The reference's benchmarks: cells measured once and taken up where they stopped; pages say what was not measured."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time

import pytest
import torch
from click.testing import CliRunner

from grader.bench import errors, reference, reference_page
from grader.bench.commands import bench
from grader.bench.reference import Cell, bench_reference, grid, measured

CELLS = [
    Cell("cpu", 4, 2, 3, precision, direction, lengths)
    for precision in ("fp64", "fp32")
    for direction in ("forward", "both")
    for lengths in ("fixed", "variable")
]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(reference, "ROUNDS", 2)
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)  # some seconds for each cell


def test_the_grid_is_the_one_that_was_asked_for():
    cells = grid("cuda", quick=False)
    assert len(cells) == len({cell.key for cell in cells}) == 7 * 4 * 2 * 4 * 2 * 2
    assert {cell.precision for cell in cells} == {"fp32", "strict", "bf16", "fp16"}
    assert {cell.precision for cell in grid("cpu", quick=True)} == {"fp64", "fp32", "bf16"}
    part = cells[:60]  # what is measured when time has run out is a bit of everything
    for axis in ("H", "N", "T", "precision", "direction", "lengths"):
        assert {getattr(cell, axis) for cell in part} == {getattr(cell, axis) for cell in cells}


def test_a_step_that_can_not_be_compiled_is_told(tmp_path, monkeypatch):
    def compile(function, **_):
        def fails(*arguments):
            raise RuntimeError("Failed to find C compiler")

        return fails

    monkeypatch.setattr(torch, "compile", compile)
    (record,) = bench_reference(tmp_path / "s.jsonl", "cpu", cells=CELLS[:1]).values()
    assert record["errors"] == {"compiled": "RuntimeError: Failed to find C compiler"}


@pytest.mark.long
def test_killed_in_the_middle_it_is_taken_up_where_it_was(tmp_path):
    state = tmp_path / "s.jsonl"
    program = (
        "import pathlib, sys, torch\nfrom grader.bench import reference\n"
        "torch.compile = lambda function, **_: function\nreference.ROUNDS = 2\n"
        "cells = [reference.Cell('cpu', 4, 2, 3 + k, 'fp64', 'both', 'fixed') for k in range(40)]\n"
        "found = reference.bench_reference(pathlib.Path(sys.argv[1]), 'cpu', cells=cells)\nprint(len(found))\n"
    )
    command = [sys.executable, "-c", program, str(state)]
    for least in (3, 9):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while running.poll() is None and not (state.is_file() and len(measured(state)) >= least):
            time.sleep(0.01)
        running.kill()
        assert running.wait() == -9, "it was over before it could be killed"
    before = state.read_text()
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.stdout == "40\n", done.stderr
    assert state.read_text().startswith(before.rpartition("\n")[0]) and len(measured(state)) == 40


def test_what_was_measured_is_not_measured_again_and_a_stopped_run_is_taken_up(tmp_path, monkeypatch):
    state = tmp_path / "state.jsonl"
    real, tried = reference._measure, []

    def interrupted(cell):
        tried.append(cell.key)
        if len(tried) == 4:
            raise KeyboardInterrupt
        return real(cell)

    monkeypatch.setattr(reference, "_measure", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bench_reference(state, "cpu", cells=CELLS)
    assert list(measured(state)) == [cell.key for cell in CELLS[:3]]
    with state.open("a") as file:
        file.write('{"cell": {"device": "cpu", "H"')  # killed while it wrote
        file.write("\n")
    found = bench_reference(state, "cpu", cells=CELLS)
    assert list(found) == [cell.key for cell in CELLS] and tried[4:] == [cell.key for cell in CELLS[3:]]
    assert bench_reference(state, "cpu", cells=CELLS) == found and len(tried) == 4 + 5
    for record in found.values():
        seconds = record["seconds"]
        assert {"nn.LSTM", "ours", "nn", "bptt", "hoisted", "loop"} <= set(seconds) and not record["errors"]
        assert all(0 < value < 1 for value in seconds.values()) and record["choice"] in seconds


def test_shards_share_the_grid_and_no_time_means_no_cell(tmp_path):
    parts = [bench_reference(tmp_path / f"{k}.jsonl", "cpu", cells=CELLS, shard=(k, 3)) for k in (1, 2, 3)]
    assert sorted(key for part in parts for key in part) == sorted(cell.key for cell in CELLS)
    assert bench_reference(tmp_path / "none.jsonl", "cpu", cells=CELLS, seconds=0.0) == {}


def test_a_path_that_fails_is_told_and_the_others_are_measured(tmp_path, monkeypatch):
    real = reference.fast.lstm

    def lstm(*arguments, path=None):
        if path == "hoisted":
            raise RuntimeError("no such kernel")
        return real(*arguments, path=path)

    monkeypatch.setattr(reference.fast, "lstm", lstm)
    (record,) = bench_reference(tmp_path / "s.jsonl", "cpu", cells=CELLS[:1]).values()
    assert record["errors"] == {"hoisted": "RuntimeError: no such kernel"} and "hoisted" not in record["seconds"]


def test_both_sides_compute_the_same():
    """What is timed is the same function, with the same weights."""
    for cell in CELLS:
        arguments, lengths, module = reference._setting(cell)
        ours, _ = reference.fast.lstm(*arguments, lengths)
        if lengths is None:
            theirs, _ = module(arguments[0], (arguments[1][None], arguments[2][None]))
            assert torch.allclose(ours, theirs, atol=1e-5)
        else:
            assert lengths.min() >= 1 and lengths.max() <= cell.T


def test_the_page_counts_what_it_shows(tmp_path):
    records = bench_reference(tmp_path / "s.jsonl", "cpu", cells=CELLS)
    text = reference_page.page(records, 99, "grader bench reference", "plot.svg")
    assert "8 of 99 cells" in text and "Not measured: no GPU" in text
    for record in records.values():
        record["seconds"] = dict.fromkeys(record["seconds"], 1.0) | {"ours": 0.5, "bptt": 0.25}
    text = reference_page.page(records, 8, "grader bench reference", None)
    assert text.count("| 1 | 2.00 | 2.00 | 4.00 |") == 8
    assert reference_page.plot(records).startswith(b"<?xml")


def test_the_page_says_of_each_goal_whether_it_is_met(tmp_path):
    (record,) = bench_reference(tmp_path / "s.jsonl", "cpu", cells=CELLS[:1]).values()

    def on_a_gpu(H, precision, lengths, choice, gain, date="2027-01-02"):
        cell = {
            "device": "cuda",
            "H": H,
            "N": 16,
            "T": 128,
            "precision": precision,
            "direction": "both",
            "lengths": lengths,
        }
        return record | {
            "cell": cell,
            "choice": choice,
            "seconds": {"nn.LSTM": 1.0, "ours": 1 / gain, "nn": 1.0, "triton": 1 / gain},
            "memory": {"nn.LSTM": 2**20, "ours": 2**20},
            "kernels": ["a_kernel"],
            "device": "NVIDIA H100",
            "date": date,
        }

    def page(*records):
        return reference_page.page(dict(enumerate(records)), 9, "x", None)

    good = page(
        on_a_gpu(64, "fp32", "fixed", "triton", 4.0),
        on_a_gpu(64, "bf16", "variable", "triton", 9.0),
        on_a_gpu(512, "fp32", "fixed", "nn", 1.0, "2027-01-03"),
    )
    for line in (
        "| never below 0.95 of `nn.LSTM` | 1.00 at the worst | yes |",
        "| a mean of 2 in default fp32 | 2.00 over 2 cells | yes |",
        "| a mean of 2 in bf16 | 9.00 over 1 cells | yes |",
        "| a mean of 5 against packed sequences | 9.00 over 1 cells | yes |",
        "2 were computed by a path of our own (a mean of 6.00) and 1 were handed to torch's kernels (a mean of 1.00)",
        "- 2027-01-02: NVIDIA H100",
        "- 2027-01-03: NVIDIA H100",
    ):
        assert line in good, line
    assert "Not measured" not in good and "Below 0.95" not in good
    bad = page(on_a_gpu(64, "fp32", "variable", "triton", 0.5))
    assert bad.count("**no**") == 3 and "Below 0.95 were 1, the worst first: H = 64, N = 16, T = 128, fp32" in bad


def test_the_floor_grows_with_the_work():
    cell = {"precision": "bf16", "H": 128, "N": 16, "T": 1, "direction": "forward"}
    alone = reference_page.floor_seconds(cell)
    assert alone < reference_page.floor_seconds({**cell, "H": 1024}) and alone < reference_page.floor_seconds(
        {**cell, "precision": "strict"}
    )
    assert math.isfinite(reference_page.floor_seconds({**cell, "N": 1}))
    assert alone < reference_page.floor_seconds({**cell, "direction": "both"})
    large = {**cell, "N": 4096, "H": 64}
    moved = 12 * 4096 * 64 * 2 / 3.35e12  # more bytes than products
    assert reference_page.floor_seconds({**large, "direction": "both"}) > moved


def test_errors_are_zero_for_the_oracle_and_grow_with_the_precision():
    rows = {(row["function"], row["precision"]): row for row in errors.bench_errors(1, [(2, 5, 3, 4)])}
    assert {"rnn", "lstm", "gru", "fast.lstm, bptt", "fast.lstm, hoisted", "fast.lstm, nn"} == {key[0] for key in rows}
    for kind in errors.KINDS:
        assert rows[kind, "float64"]["forward"] == 0.0 < rows[kind, "float64"]["torch forward"] < 1e-14
        assert rows[kind, "float32"]["gradient"] < 1e-5 < rows[kind, "bfloat16"]["gradient"] < 1e-1
    text = errors.page(list(rows.values()), 1, "grader bench errors")
    assert text.count("\n| ") == 2 + len(rows) and "CUDA: not measured" in text


def test_an_error_over_its_budget_is_named():
    row = {
        "function": "lstm",
        "device": "cpu",
        "precision": "float32",
        "forward": 1e-3,
        "gradient": 1e-6,
        "torch forward": 1e-7,
        "torch gradient": 1e-6,
    }
    text = errors.page([row], 1, "x")
    assert "Over the budget: lstm in float32 on cpu." in text and "own layer: lstm in float32 on cpu." in text


def test_the_commands(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "grid", lambda device, quick: CELLS[:2])
    monkeypatch.setattr(errors, "SIZES", [(1, 2, 2, 2)])
    monkeypatch.setattr(errors.bench_errors, "__defaults__", (1, [(1, 2, 2, 2)]))
    run = CliRunner()
    done = run.invoke(bench, ["reference", "--state", str(tmp_path / "s.jsonl"), "--docs", str(tmp_path / "r.md")])
    assert done.exit_code == 0, done.output
    assert "2 of 2 cells" in done.output and (tmp_path / "r.svg").is_file()
    assert "![" in (tmp_path / "r.md").read_text()
    done = run.invoke(
        bench, ["errors", "--seeds", "1", "--docs", str(tmp_path / "e.md"), "--json", str(tmp_path / "e.json")]
    )
    assert done.exit_code == 0 and (tmp_path / "e.md").read_text() == done.output.rstrip("\n") + "\n"
    assert json.loads((tmp_path / "e.json").read_text())
    for wrong in (["--shard", "3/2"], ["--shard", "x"], ["--device", "cuda"]):
        if wrong[1] == "cuda" and torch.cuda.is_available():
            continue
        done = run.invoke(bench, ["reference", "--state", str(tmp_path / "s.jsonl"), *wrong])
        assert done.exit_code != 0
