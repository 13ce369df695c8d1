"""How fast the reference's paths are, beside ``torch.nn.LSTM`` at the same flags: a grid, measured cell by cell.

Each cell that was measured is a line of a file, so that a run that was stopped, or had no more time, is taken up by
the next, and several machines may share a grid. Input products and the weights' gradients are in, on both sides.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from ..machine import processor
from ..reference import fast, sigmoid, to_torch
from ..reference.fast.loops import input_products

__all__ = ["Cell", "bench_reference", "grid", "measured"]

DTYPES = {
    "fp64": torch.float64,
    "fp32": torch.float32,
    "strict": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}
ROUNDS, MOST_SECONDS = 15, 2.0  # of timing one cell: rounds in which everything runs once, and when to stop
WARM_UP = 3
FAR_OFF = 4.0  # so many times as slow as the fastest: timed once, no time is spent on its digits


@dataclass(frozen=True)
class Cell:
    """One point of the grid. D is H; ``precision`` fp32 is torch's default, which is TF32 inside cuDNN.

    ``strict`` is float32 with TF32 forbidden, ``fp64``, ``bf16`` and ``fp16`` what they say. ``direction`` is there, or
    there and back with the gradients of all five arguments; with ``variable`` lengths torch gets packed sequences.

    ``H``, ``N`` and ``T`` are the hidden size, the sequences of a batch and the time steps; ``device`` is ``cpu`` or
    ``cuda``.
    """

    device: str
    H: int
    N: int
    T: int
    precision: str
    direction: str  # "forward", or "both": forward and backward
    lengths: str  # "fixed" or "variable"

    @property
    def key(self) -> str:
        """All of it in one text, by which it is known in a file of measured cells."""
        return " ".join(map(str, asdict(self).values()))


def grid(device: str, quick: bool) -> list[Cell]:
    """The cells that are asked for: the whole grid, or a small one for a CPU.

    In an order that is the same everywhere and has no other: what was measured when time ran out is a fair sample.
    """
    axes: tuple[tuple, ...] = (
        (64, 128, 160, 256, 512, 768, 1024),
        (1, 16, 64, 256),
        (128, 1024),
        ("fp32", "strict", "bf16", "fp16"),
    )
    if quick:
        axes = ((16, 64, 256), (1, 16), (100,), ("fp64", "fp32", "bf16") if device == "cpu" else ("fp32", "bf16"))
    cells = [Cell(device, *point) for point in itertools.product(*axes, ("forward", "both"), ("fixed", "variable"))]
    return sorted(cells, key=lambda cell: hashlib.sha256(cell.key.encode()).digest())


def measured(state: Path) -> dict[str, dict[str, Any]]:
    """What a file of measured cells holds, by the cell's key; a line that was cut off is left out.

    A record has its ``cell``, ``seconds`` and ``errors`` by path, ``choice``, the path that ``ours`` took, and where it
    was measured: ``date``, ``device``, ``threads``, ``versions``; on a GPU ``memory`` in bytes and the ``kernels`` that
    took longest.
    """
    found = {}
    for line in state.read_text(encoding="utf-8").splitlines() if state.is_file() else ():
        try:
            record = json.loads(line)
            found[Cell(**record["cell"]).key] = record
        except (ValueError, KeyError, TypeError):
            continue
    return found


def bench_reference(
    state: Path,
    device: str,
    *,
    quick: bool = False,
    shard: tuple[int, int] = (1, 1),
    seconds: float = float("inf"),
    cells: list[Cell] | None = None,
    progress: Callable[[int, int, str], Any] = lambda done, total, text: None,
) -> dict[str, dict[str, Any]]:
    """Measure what is missing of a grid, for at most so many seconds; returns all that has been measured of it.

    ``cells`` is the grid (default: :func:`grid` of the device). ``shard`` (k, n) takes every n-th cell only, from the
    k-th on, k from 1. Lines are appended to ``state``, each when its cell is done, so that it can be stopped at any
    time. ``progress(done, total, key)`` is told of each. Returns records by key, as :func:`measured` does. On a CPU
    with one thread.
    """
    began = time.monotonic()
    cells = grid(device, quick) if cells is None else cells
    mine = [cell for number, cell in enumerate(cells) if number % shard[1] == shard[0] - 1]
    there = measured(state)
    state.parent.mkdir(parents=True, exist_ok=True)
    before = torch.get_num_threads()
    if device == "cpu":
        torch.set_num_threads(1)  # at these sizes threads cost more than they bring, and differ from run to run
    try:
        for number, cell in enumerate(mine):
            if time.monotonic() - began > seconds:
                break
            if cell.key not in there:
                progress(number, len(mine), cell.key)
                record = {"cell": asdict(cell), **_measure(cell), **_where(cell.device)}
                with state.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(record) + "\n")
                there[cell.key] = record
    finally:
        torch.set_num_threads(before)
    return {cell.key: there[cell.key] for cell in cells if cell.key in there}


def _where(device: str) -> dict[str, Any]:
    """What a record says of the place and the day.

    ``device`` (the processor's or the GPU's name), ``versions``, ``threads`` and ``date``, in UTC.
    """
    name = torch.cuda.get_device_name() if device == "cuda" else processor()
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    if device == "cuda":
        versions |= {"cuda": str(torch.version.cuda), "cudnn": str(torch.backends.cudnn.version())}
    return {
        "device": name,
        "versions": versions,
        "threads": torch.get_num_threads(),
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
    }


# --- one cell ------------------------------------------------------------------------------------


def _measure(cell: Cell) -> dict[str, Any]:
    """The part of a cell's record that is measured.

    Its ``seconds``, ``errors`` and ``choice``, and on a GPU ``memory`` and ``kernels``. torch's flags on TF32 are set
    as the cell says, and put back.
    """
    strict = cell.precision == "strict"
    flags = torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32
    torch.backends.cudnn.allow_tf32 = not strict
    torch.backends.cuda.matmul.allow_tf32 = False  # torch's default
    try:
        arguments, lengths, module = _setting(cell)
        xs, h0, c0, W, b = arguments
        choice = fast.explain(xs, h0, c0, W, b, lengths).path
        contenders = dict(_contenders(cell, arguments, lengths, module))
        times, errors = _times(cell, contenders)
        record: dict[str, Any] = {"choice": choice, "seconds": times, "errors": errors}
        if cell.device == "cuda":
            record["memory"] = {name: _memory(run) for name, run in contenders.items() if name in times}
            record["kernels"] = _kernels(contenders["nn.LSTM"])
        return record
    finally:
        torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = flags


def _setting(cell: Cell):
    """Random arguments, lengths (or None), and a torch.nn.LSTM with the same weights.

    xs (N, T, D), h0 and c0 (N, H), W (H + D, 4H), b (4H,), all with ``requires_grad`` where the direction is both.

    Returns ([xs, h0, c0, W, b], lengths, module). Lengths are whole numbers (N,) between a tenth of T and T. The same
    cell has the same numbers each time: the seed is made from its key.
    """
    seed = int.from_bytes(hashlib.sha256(cell.key.encode()).digest()[:4], "big")
    generator = torch.Generator().manual_seed(seed)
    dtype, N, T, H = DTYPES[cell.precision], cell.N, cell.T, cell.H

    def draw(*shape: int, scale: float = 1.0):
        return (scale * torch.randn(*shape, generator=generator)).to(cell.device, dtype)

    W, b = draw(2 * H, 4 * H, scale=H**-0.5), draw(4 * H)
    arguments = [draw(N, T, H), draw(N, H), draw(N, H), W, b]
    lengths = None
    if cell.lengths == "variable":
        lengths = torch.randint(T // 10 + 1, T + 1, (N,), generator=generator).to(cell.device)
    module = torch.nn.LSTM(H, H, batch_first=True, dtype=dtype, device=cell.device)
    module.load_state_dict(to_torch(W, b, H))
    if cell.direction == "both":
        for value in arguments:
            value.requires_grad_()
    else:
        module.requires_grad_(False)
    return arguments, lengths, module


def _contenders(cell: Cell, arguments: list, lengths, module) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is timed, by name: functions without arguments that compute the same.

    ``nn.LSTM`` and ``ours``, the path that is chosen by itself, are always there; then each path that this machine has,
    but for the oracle's loop where it would take minutes, and on a CPU the hoisted loop compiled. Where the direction
    is both, a run includes the gradients of all five arguments.
    """
    xs, h0, c0, W, b = arguments
    both = cell.direction == "both"
    flow = torch.ones_like(xs)

    def torchs():
        state = h0[None], c0[None]
        if lengths is None:
            hs, _ = module(xs, state)
        else:
            packed = pack_padded_sequence(xs, lengths.cpu(), batch_first=True, enforce_sorted=False)
            hs, _ = pad_packed_sequence(module(packed, state)[0], batch_first=True, total_length=cell.T)
        if both:
            torch.autograd.grad(hs, [xs, h0, c0, *module.parameters()], flow)

    def ours(path: str | None):
        def run():
            hs, _ = fast.lstm(xs, h0, c0, W, b, lengths, path=path)
            if both:
                torch.autograd.grad(hs, [xs, h0, c0, W, b], flow)

        return run

    yield "nn.LSTM", torchs
    yield "ours", ours(None)
    for path, missing in fast.paths().items():
        if not missing and not (path == "loop" and cell.N * cell.T * cell.H**2 > 1e9):  # minutes
            yield path, ours(path)
    if cell.device == "cpu" and lengths is None:
        yield "compiled", _compiled(arguments, flow if both else None)


def _compiled(arguments: list, flow) -> Callable[[], Any]:
    """The hoisted loop with a step that torch.compile made one function of.

    ``flow`` (N, T, H) is what flows back into hs, None for forward alone. Compiling happens in the first run.
    """
    xs, h0, c0, W, b = arguments

    def step(z_x, h, c, W_h):
        z_i, z_f, z_g, z_o = torch.addmm(z_x, h, W_h).chunk(4, dim=1)
        c = sigmoid(z_f) * c + sigmoid(z_i) * torch.tanh(z_g)
        return sigmoid(z_o) * torch.tanh(c), c

    torch.compiler.reset()  # or the sizes of the cells before count against this one's
    step = torch.compile(step, dynamic=False)

    def run():
        h, c = h0, c0
        states = []
        W_h = W[: h0.shape[1]]
        for z_x in input_products(xs, W, b, h0.shape[1]).unbind(1):
            h, c = step(z_x, h, c, W_h)
            states.append(h)
        hs = torch.stack(states, dim=1)
        if flow is not None:
            torch.autograd.grad(hs, arguments, flow)

    return run


def _times(cell: Cell, contenders: dict[str, Callable[[], Any]]) -> tuple[dict[str, float], dict[str, str]]:
    """Median seconds of each, taken in turns, so that what else the machine does meets all alike.

    Returns (seconds by name, errors by name: what could not be run, and why). After a warm-up, up to ``ROUNDS`` rounds,
    fewer once ``MOST_SECONDS`` are over. What ``nn.LSTM`` or ``ours`` raises is raised: without them there is nothing
    to compare.
    """
    errors: dict[str, str] = {}
    for name, run in contenders.items():
        try:
            for _ in range(WARM_UP if cell.device == "cuda" and name != "loop" else 1):
                run()
        except Exception as error:
            if name in ("nn.LSTM", "ours"):
                raise
            errors[name] = f"{type(error).__name__}: {str(error).strip()[:200]}"
    clock = _on_a_gpu if cell.device == "cuda" else _on_a_cpu
    began = time.monotonic()
    times = {name: [clock(run)] for name, run in contenders.items() if name not in errors}
    best = min(one for (one,) in times.values())
    near = [name for name, (one,) in times.items() if one <= FAR_OFF * best or name in ("nn.LSTM", "ours")]
    for number in range(1, ROUNDS):
        for name in near:
            times[name].append(clock(contenders[name]))
        if number >= 2 and time.monotonic() - began > MOST_SECONDS:
            break
    return {name: statistics.median(values) for name, values in times.items()}, errors


def _on_a_cpu(run: Callable[[], Any]) -> float:
    """Seconds that a run takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _on_a_gpu(run: Callable[[], Any]) -> float:
    """Seconds that a run takes on the GPU, by CUDA events.

    The clock is the GPU's own: launches that are still queued when ``run`` returns are counted.
    """
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    run()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1000


def _memory(run: Callable[[], Any]) -> int:
    """The most bytes that were in use at once on the GPU, beyond those before."""
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    run()
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() - before


def _kernels(run: Callable[[], Any]) -> list[str]:
    """The GPU kernels that take the most time, as the profiler names them.

    At most three names, of at most 120 characters. Needs torch's profiler with CUDA.
    """
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CUDA]) as seen:
        run()
        torch.cuda.synchronize()
    spent = sorted(seen.key_averages(), key=lambda one: -getattr(one, "self_device_time_total", 0.0))
    return [one.key[:120] for one in spent[:3]]
