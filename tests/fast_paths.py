"""What every path of the fast LSTM has to do.

Run as a program, with a path's name and those of dtypes, it says what is wrong.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sys

import torch

from grader import reference as ref
from grader.reference import fast
from grader.reference.fast import choose, graph

__all__ = ["BUDGET", "SHAPES", "complaints", "emulated_graphs"]

SHAPES = [(3, 5, 4, 6), (1, 1, 1, 1), (2, 7, 3, 16), (17, 3, 2, 20), (2, 1, 5, 33), (0, 4, 3, 5)]  # N, T, D, H
OFTEN = (SHAPES[0], SHAPES[3])  # where the interpreter, which is slow, runs a kernel again and again
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
# In the mean square, of what the oracle gives. The interpreter cuts bfloat16 off where a GPU rounds.
BUDGET = {torch.float64: 1e-12, torch.float32: 2e-5, torch.float16: 2e-3, torch.bfloat16: 4e-2 if INTERPRETED else 2e-2}
LAYOUTS = ("plain", "strided", "expanded")


def arguments(shape, dtype, layout, device, seed=0):
    N, T, D, H = shape
    generator = torch.Generator().manual_seed(seed)

    def draw(*size, scale=1.0):
        return scale * torch.randn(*size, generator=generator, dtype=torch.float64)

    W, b = draw(H + D, 4 * H, scale=(H + D) ** -0.5), draw(4 * H)
    xs, h0, c0 = draw(N, T, D), draw(N, H), draw(N, H)
    if layout == "strided":
        xs, W = draw(T, D, N).permute(2, 0, 1), draw(4 * H, H + D, scale=(H + D) ** -0.5).T
    if layout == "expanded":
        xs, h0 = draw(1, T, D).expand(N, T, D), draw(1, H).expand(N, H)
    return [value.to(device, dtype) for value in (xs, h0, c0, W, b)]


def lengths_of(shape, device):
    N, T, *_ = shape
    return torch.arange(N, device=device) * 3 % (T + 1)  # 0 among them


def _off(got, want):
    """How far off, of the size that numbers of this kind have: a single one that all but cancels is no measure."""
    scale = torch.linalg.vector_norm(want).clamp_min(0.2 * want.numel() ** 0.5)
    return float(torch.linalg.vector_norm(got.detach().cpu().double() - want) / scale) if want.numel() else 0.0


def _second(path, leaves, lengths):
    """The gradient of the length of the gradient."""
    hs, _ = fast.lstm(*leaves, lengths, path=path)
    first = torch.autograd.grad(hs.square().sum(), leaves, create_graph=True)
    return torch.autograd.grad(sum(one.square().sum() for one in first), leaves)


def complaints(path, device="cpu", dtypes=tuple(BUDGET)):
    """Sentences on what a path gets wrong; none where it is right."""
    found = []
    for dtype, shape, layout, some in itertools.product(dtypes, SHAPES, LAYOUTS, (False, True)):
        often = not INTERPRETED or layout == "plain" and shape in OFTEN
        if INTERPRETED and layout != "plain" and shape != SHAPES[0]:  # what a kernel is given is the same
            continue
        if dtype in (torch.float64, torch.float16) and not often:  # as float32 and bfloat16, in other units
            continue
        values = arguments(shape, dtype, layout, device)
        lengths = lengths_of(shape, device) if some else None
        here = f"{path}, {dtype}, {shape}, {layout}, {'lengths' if some else 'no lengths'}"
        kept = [value.clone() for value in values]
        leaves = (
            [value.requires_grad_() for value in values]
            if layout != "expanded"
            else [value.clone(memory_format=torch.preserve_format).requires_grad_() for value in values]
        )
        try:
            got = fast.lstm(*leaves, lengths, path=path)
        except ValueError as error:
            if path == "nn" and not shape[0] and "empty batch" in str(error):
                continue
            if path == "triton" and dtype == torch.float64 and "does not compute with" in str(error):
                continue
            raise
        if often:  # another call comes between one and its way back: what is kept for that must not be its own
            fast.lstm(*(1.5 * value for value in leaves), lengths, path=path)
        exact = [value.detach().cpu().double().requires_grad_() for value in values]
        want = ref.lstm(*exact, None if lengths is None else lengths.cpu())
        flowing = [torch.cos(1.0 + torch.arange(one.numel())).double().reshape(one.shape) for one in want]
        wanted = torch.autograd.grad(want, exact, flowing)
        given = torch.autograd.grad(got, leaves, [one.to(device, dtype) for one in flowing], retain_graph=True)
        for name, one, other in zip(
            ("hs", "c_T", "dxs", "dh0", "dc0", "dW", "db"), (*got, *given), (*want, *wanted), strict=True
        ):
            if one.dtype != dtype or one.shape != other.shape or one.device.type != device:
                found.append(f"{here}: {name} is {one.dtype} {tuple(one.shape)} on {one.device}")
            elif not _off(one, other.detach()) <= BUDGET[dtype]:
                found.append(f"{here}: {name} is off by {_off(one, other.detach()):.1e}")
        if some and got[0].numel():
            beyond = torch.arange(shape[1], device=device) >= lengths[:, None]
            if (got[0][beyond] != 0).any() or (given[0][beyond] != 0).any():
                found.append(f"{here}: the padding leaves a trace")
        if not all(torch.equal(value, copy) for value, copy in zip(values, kept, strict=True)):
            found.append(f"{here}: an argument was changed")
        if not often:
            continue
        again = fast.lstm(*leaves, lengths, path=path)
        twice = torch.autograd.grad(again, leaves, [one.to(device, dtype) for one in flowing])
        if not all(torch.equal(one, two) for one, two in zip((*got, *given), (*again, *twice), strict=True)):
            found.append(f"{here}: a second call gave other bits")
        with torch.no_grad():
            quiet = fast.lstm(*values, lengths, path=path)
        if quiet[0].requires_grad or not all(
            _off(one, two.detach().cpu().double()) <= BUDGET[dtype] for one, two in zip(quiet, got, strict=True)
        ):
            found.append(f"{here}: without gradients it gives something else")
        if (
            path in ("bptt", "triton", "graph") and shape == SHAPES[0] and layout == "plain"
        ):  # autograd takes the second one
            for one, other in zip(*(_second(name, leaves, lengths) for name in (path, "hoisted")), strict=True):
                off = _off(one, other.cpu().double())
                if not off <= 10 * BUDGET[dtype]:
                    found.append(f"{here}: the second derivative is off by {off:.1e}")
        for k in (1, 3):  # gradients for one argument alone
            some_leaves = [value.detach().requires_grad_(position == k) for position, value in enumerate(values)]
            (only,) = torch.autograd.grad(
                fast.lstm(*some_leaves, lengths, path=path),
                [some_leaves[k]],
                [one.to(device, dtype) for one in flowing],
            )
            if not _off(only, wanted[k]) <= BUDGET[dtype]:
                found.append(f"{here}: the gradient of argument {k} alone is off by {_off(only, wanted[k]):.1e}")
    return found


@contextlib.contextmanager
def emulated_graphs():
    """CUDA graphs on a CPU: a replay runs the function again, on the same places, and writes to the same places."""

    def record(function, places):
        results = [result.clone() for result in function(*places)]

        def again():
            with torch.no_grad():
                for result, new in zip(results, function(*places), strict=True):
                    result.copy_(new)

        return again, results

    real, obstacle = graph._record, choose._obstacle
    graph._record = record
    choose._obstacle = lambda path, xs, H: "" if path == "graph" else obstacle(path, xs, H)
    graph._recording.cache_clear()
    try:
        yield
    finally:
        graph._record, choose._obstacle = real, obstacle
        graph._recording.cache_clear()


if __name__ == "__main__":
    torch.set_num_threads(1)
    with emulated_graphs() if sys.argv[1] == "graph" else contextlib.nullcontext():
        problems = complaints(sys.argv[1], dtypes=[getattr(torch, name) for name in sys.argv[2:]])
    print("\n".join(problems))
    sys.exit(bool(problems))
