"""How far off the reference is in every precision, beside torch's own layers: both against the float64 oracle.

Budgets, in the same measure, are the largest errors that are accepted for each precision: bounds set beforehand, to
which the page holds what was measured. float64 on the CPU, computed from the same rounded numbers, is what is right.
"""

from __future__ import annotations

import datetime
import platform
from collections import defaultdict
from typing import Any

import torch
from torch import Tensor

from .. import reference as ref
from ..machine import processor
from ..reference import fast

__all__ = ["KINDS", "bench_errors", "one_bias", "page", "unit_of"]

KINDS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
DTYPES = {"float64": torch.float64, "float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
BUDGETS = {"float64": 1e-12, "float32": 2e-5, "TF32": 2e-3, "float16": 2e-3, "bfloat16": 2e-2}
SIZES = [(4, 30, 6, 16), (8, 100, 16, 32), (2, 200, 3, 64), (1, 1, 1, 1), (16, 12, 33, 17)]  # N, T, D, H
# Weights are uniform between -gain / sqrt(H) and gain / sqrt(H). A plain RNN of gain 3 is chaotic: after 200 steps two
# right answers in float64 differ by 3e-10, and in float32 nothing is left to compare.
GAINS = {"rnn": (1.0,), "lstm": (1.0, 3.0), "gru": (1.0, 3.0)}
FAST = ("hoisted", "bptt", "nn", "graph", "triton")


def unit_of(kind: str, module: torch.nn.RNNBase, layer: int = 0, reverse: bool = False) -> tuple[Tensor, ...]:
    """A layer of a torch module as the course packs it, with the module's own parameters in the graph.

    ``kind`` is a key of ``KINDS``. Returns W (H + D, G H) and b (G H,), with G = 1 for an RNN, 4 for an LSTM (i, f, g,
    o) and 3 for a GRU (r, z, n), which has b_hn (H,) as well: the bias inside the reset gate's product. See
    torch.nn.LSTM and torch.nn.GRU for the module's own layout, which is transposed and has its biases apart.
    """
    tail = f"_l{layer}" + ("_reverse" if reverse else "")
    own = dict(module.named_parameters())
    W_ih, W_hh, b_ih, b_hh = (own[f"{name}{tail}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    W, H = torch.cat([W_hh.T, W_ih.T]), module.hidden_size
    if kind != "gru":
        return W, b_ih + b_hh
    inside = torch.cat([b_hh[: 2 * H], torch.zeros_like(b_hh[2 * H :])])  # the third part is b_n
    return W, b_ih + inside, b_hh[2 * H :]


def one_bias(kind: str, module: torch.nn.RNNBase) -> None:
    """Leave a module of torch the biases that the course has, in place.

    torch has two where the course has one: their sum would be rounded once more on our side. Of a GRU b_hn stays.
    """
    H = module.hidden_size
    with torch.no_grad():
        for name, value in module.named_parameters():
            if name.startswith("bias_hh"):
                value[: 2 * H if kind == "gru" else None] = 0


def bench_errors(seeds: int = 3, sizes: list[tuple[int, int, int, int]] = SIZES) -> list[dict[str, Any]]:
    """The worst error of each function, device and precision: rows with ``forward`` and ``gradient``.

    Each is the norm of the difference from the float64 oracle over the oracle's norm: of hs, and the worst of the
    gradients. ``seeds`` is how many weights are drawn for each of ``sizes`` (N, T, D, H). A row also has ``function``,
    ``device`` and ``precision``.

    ``torch forward`` and ``torch gradient`` are the same of ``torch.nn``'s layer; the paths of the fast LSTM have rows
    of their own.
    """
    worst: dict[tuple, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    for kind in KINDS:
        for size in sizes:
            for gain in GAINS[kind]:
                for seed in range(seeds):
                    for device in devices:
                        for name in DTYPES:
                            _compare(worst, kind, size, gain, seed, device, name)
    return [{"function": key[0], "device": key[1], "precision": key[2], **found} for key, found in worst.items()]


def _compare(worst, kind: str, size, gain: float, seed: int, device: str, precision: str) -> None:
    """Put the errors of one layer, device and precision into ``worst``, where they are larger than those there.

    ``size`` is (N, T, D, H), ``precision`` a key of ``DTYPES``. Keys of ``worst`` are (function, device, precision),
    float32 on a GPU being called TF32 where cuDNN may use it. A path that doesn't compute in this precision or size has
    no row.
    """
    dtype, (N, T, D, H) = DTYPES[precision], size
    generator = torch.Generator().manual_seed(seed)
    module = KINDS[kind](D, H, batch_first=True)
    with torch.no_grad():
        for value in module.parameters():
            value.copy_((2 * torch.rand(value.shape, generator=generator) - 1) * gain / H**0.5)
        one_bias(kind, module)
    xs, h0, c0 = (torch.randn(*shape, generator=generator).to(dtype) for shape in ((N, T, D), (N, H), (N, H)))
    module = module.to(dtype)
    exact = KINDS[kind](D, H, batch_first=True, dtype=torch.float64)
    exact.load_state_dict(module.state_dict())
    oracle = _run(kind, exact, [v.double() for v in (xs, h0, c0)], "reference", dtype)
    module = module.to(device)
    label = "TF32" if device == "cuda" and precision == "float32" and torch.backends.cudnn.allow_tf32 else precision
    values = [value.to(device) for value in (xs, h0, c0)]
    torchs = _error(_run(kind, module, values, "torch", dtype), oracle)
    runs = {kind: "reference"}
    if kind == "lstm":
        there = fast.paths()
        runs |= {f"fast.lstm, {path}": path for path in FAST if not there[path]}
    for name, way in runs.items():
        try:
            ours = _error(_run(kind, module, values, way, dtype), oracle)
        except ValueError:  # a path that does not compute in this precision or size
            continue
        row = worst[name, device, label]
        for part, value in (*ours.items(), *((f"torch {part}", value) for part, value in torchs.items())):
            row[part] = max(row[part], value)


def _run(kind: str, module, values: list[Tensor], way: str, dtype: torch.dtype) -> list[Tensor]:
    """The hidden states, and the gradients of xs, h0 (and c0) and every parameter from what flows back to them.

    ``values`` are xs (N, T, D), h0 and c0 (N, H); ``way`` is ``reference``, ``torch`` or a path of the fast LSTM.
    Raises ValueError for a path that does not compute in this precision or size.

    The list is hs (N, T, H), then the gradients in the order xs, h0, (c0,) parameters, each in its argument's shape.
    """
    xs, h0, c0 = (value.detach().requires_grad_() for value in values)
    if way == "torch":
        hs, _ = module(xs, (h0[None], c0[None]) if kind == "lstm" else h0[None])
    elif kind == "lstm":
        W, b = unit_of(kind, module)
        hs, _ = ref.lstm(xs, h0, c0, W, b) if way == "reference" else fast.lstm(xs, h0, c0, W, b, path=way)
    else:
        hs = getattr(ref, kind)(xs, h0, *unit_of(kind, module))
    leaves = [xs, h0, *([c0] if kind == "lstm" else []), *module.parameters()]
    # Rounded to the precision under test for the oracle too: to both the same numbers flow back.
    flowing = torch.cos(torch.arange(hs.numel(), dtype=torch.float64)).reshape(hs.shape).to(dtype)
    return [hs, *torch.autograd.grad(hs, leaves, flowing.to(hs))]


def _error(found: list[Tensor], oracle: list[Tensor]) -> dict[str, float]:
    """The relative error (l2) of the first tensor, and the largest of the others: ``forward``, ``gradient``.

    Both lists are as :func:`_run` returns them; the norm is over all of a tensor, and a tensor of zeros in the oracle
    is left out. Raises ValueError where one list is shorter.
    """
    pairs = [(one.detach().cpu().double(), other.detach()) for one, other in zip(found, oracle, strict=True)]
    off = [float((one - other).norm() / other.norm()) for one, other in pairs if other.norm() > 0]
    return {"forward": off[0], "gradient": max(off[1:])}


def page(rows: list[dict[str, Any]], seeds: int, command: str) -> str:
    """The documentation's page, in Markdown, of what :func:`bench_errors` returned; ``command`` was typed for it."""
    date = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")
    devices = {row["device"] for row in rows}
    lines = [
        "# How far off the reference is",
        "",
        "Written by the command below; nothing here is typed by hand.",
        "",
        "```",
        command,
        "```",
        "",
        f"{date}. {processor()}, python {platform.python_version()}, torch {torch.__version__}. Errors in the mean "
        "square, `|got - oracle| / |oracle|`, against the reference in float64 on the CPU on the same rounded numbers: "
        f"the worst over {len(SIZES)} sizes (T up to 200, H up to 64), weights of gain 1 and, but for the plain RNN, "
        f"which is chaotic there, 3; {seeds} seeds; gradient: the worst of those of xs, h0, c0 and every weight.",
        "",
        "| function | device | precision | budget | forward | torch.nn | gradient | torch.nn |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in sorted(rows, key=lambda one: (one["function"], one["device"], list(BUDGETS).index(one["precision"]))):
        numbers = [row[part] for part in ("forward", "torch forward", "gradient", "torch gradient")]
        lines.append(
            "| "
            + " | ".join(
                [
                    row["function"],
                    row["device"],
                    row["precision"],
                    f"{BUDGETS[row['precision']]:.0e}",
                    *(f"{number:.1e}" for number in numbers),
                ]
            )
            + " |"
        )
    if "cuda" not in devices:
        lines += ["", "**CUDA: not measured.** No GPU could be had; where there is one the command adds its rows."]
    over = sorted(
        {
            f"{row['function']} in {row['precision']} on {row['device']}"
            for row in rows
            if row["gradient"] > BUDGETS[row["precision"]] or row["forward"] > BUDGETS[row["precision"]]
        }
    )
    more = sorted(
        {
            f"{row['function']} in {row['precision']} on {row['device']}"
            for row in rows
            if row["precision"] != "float64"
            and any(row[part] > 1.5 * row[f"torch {part}"] for part in ("forward", "gradient"))
        }
    )
    lines += [
        "",
        f"Over the budget: {', '.join(over) or 'none'}.",
        "",
        f"More than 1.5 times as far off as torch's own layer: {', '.join(more) or 'none'}. "
        "The fast loops in 16 bits round z twice, after the inputs' product and after the state's; what is added up "
        "from step to step is float32. In float64 both are at the last digits, and are not compared.",
        "",
    ]
    return "\n".join(lines)
