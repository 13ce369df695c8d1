"""What a learner's own LSTM costs: the course's in plain numpy, there and back, beside ``torch.nn.LSTM``.

All are in the same process, on one thread, and take turns: what counts are the ratios of one run. The numpy functions
are those of unit 06, ``lstm_forward`` and ``lstm_backward``, which are written to be read.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import BuildError
from ..machine import processor

__all__ = ["SIZES", "bench_given", "page"]

SIZES = ((32, 100, 32, 32), (32, 100, 8, 8), (32, 100, 128, 128), (1, 100, 32, 32))  # N, T, D, H; the first one counts
ROUNDS, MOST_SECONDS, WARM_UP = 31, 5.0, 3  # of timing one size: rounds in which everything runs once, and when to stop
# numpy's products would take all the cores there are, and are told not to before numpy is loaded.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


def bench_given(
    sizes: Sequence[tuple[int, int, int, int]] = SIZES, seconds: float = MOST_SECONDS
) -> list[dict[str, Any]]:
    """Time the course's numpy LSTM beside ``torch.nn.LSTM``, in a process with one thread.

    ``sizes`` are (N, T, D, H), ``seconds`` the most that one size is timed. Returns a dict for each size, direction
    (``"forward"``, or ``"both"``: there and back, with the gradients of all five arguments) and ``precision`` of
    torch's (``"float64"``, numpy's own, or ``"float32"``, which is what torch is mostly used in): its sizes, the
    medians ``numpy`` and ``torch`` in seconds, ``ratio``, the median of the rounds' ratios, and ``least`` and
    ``most``, their quartiles; ``apart``, how far the two are from each other, the largest difference over the largest
    number. Raises :class:`BuildError` where the process fails.
    """
    code = "import json, sys; from grader.bench.given import _here; print(json.dumps(_here(*json.loads(sys.argv[1]))))"
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps([list(map(list, sizes)), seconds])],
        env=os.environ | _ONE_THREAD,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"The benchmark's process ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def _here(sizes: Sequence[Sequence[int]], seconds: float) -> list[dict[str, Any]]:
    """As :func:`bench_given`, in this process."""
    import torch

    torch.set_num_threads(1)
    return [row for one in sizes for row in _size(*one, seconds=seconds)]


def _size(N: int, T: int, D: int, H: int, *, seconds: float) -> list[dict[str, Any]]:
    import numpy as np

    from ..given import given

    forward, backward = given("lstm_forward"), given("lstm_backward")
    rng = np.random.default_rng(0)
    at = [rng.normal(size=shape) for shape in ((N, T, D), (N, H), (N, H), (H + D, 4 * H), (4 * H,))]
    at[3] /= np.sqrt(H + D)
    flowing = [rng.normal(size=(N, T, H)), rng.normal(size=(N, H))]
    ways: dict[str, dict[str, Callable[[], list[Any]]]] = {
        "forward": {"numpy": lambda: list(forward(*at)[:2])},
        "both": {"numpy": lambda: list(backward(*flowing, forward(*at)[2])[:3])},
    }
    for precision in ("float64", "float32"):
        ways["forward"][precision], ways["both"][precision] = _of_torch(at, flowing, precision)
    rows = []
    for direction, runs in ways.items():
        wanted = runs["numpy"]()
        taken = _taking_turns(runs, seconds / len(ways))
        for precision in ("float64", "float32"):
            ratios = [one / other for one, other in zip(taken["numpy"], taken[precision], strict=True)]
            quarters = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
            found = zip(runs[precision](), wanted, strict=True)
            rows.append(
                {"N": N, "T": T, "D": D, "H": H, "direction": direction, "precision": precision}
                | {"numpy": statistics.median(taken["numpy"]), "torch": statistics.median(taken[precision])}
                | {"ratio": statistics.median(ratios), "least": quarters[0], "most": quarters[2]}
                | {"apart": max(float(np.abs(one - other).max() / np.abs(other).max()) for one, other in found)}
                | {"rounds": len(ratios)}
            )
    return rows


def _of_torch(at: Sequence[Any], flowing: Sequence[Any], precision: str) -> tuple[Callable, Callable]:
    """``torch.nn.LSTM`` with these arrays of numpy's, there, and there and back; each returns arrays to compare."""
    import torch

    from ..reference import to_torch

    dtype = getattr(torch, precision)
    xs, h0, c0, W, b, dhs, dc_T = (torch.from_numpy(one).to(dtype) for one in (*at, *flowing))
    D, H = xs.shape[2], h0.shape[1]
    module = torch.nn.LSTM(D, H, batch_first=True, dtype=dtype)
    module.load_state_dict(to_torch(W, b, D))
    asked = [one.requires_grad_() for one in (xs, h0, c0)]
    leaves = [*asked, *module.parameters()]

    def there() -> list[Any]:
        with torch.no_grad():
            hs, (_, c_T) = module(xs, (h0[None], c0[None]))
        return [hs.numpy(), c_T[0].numpy()]

    def both() -> list[Any]:
        hs, (_, c_T) = module(xs, (h0[None], c0[None]))
        return [one.numpy() for one in torch.autograd.grad((hs, c_T), leaves, (dhs, dc_T[None]))[:3]]

    return there, both


def _taking_turns(runs: Mapping[str, Callable[[], Any]], seconds: float) -> dict[str, list[float]]:
    """The seconds that each took, round by round."""
    for _ in range(WARM_UP):
        for run in runs.values():
            run()
    taken: dict[str, list[float]] = {name: [] for name in runs}
    begun, rounds = time.perf_counter(), 0
    while rounds < ROUNDS and (not rounds or time.perf_counter() - begun < seconds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
        rounds += 1
    return taken


def page(rows: Sequence[dict[str, Any]], command: str) -> str:
    """The documentation's page of one run, in Markdown; ``rows`` as :func:`bench_given` returns them."""
    import numpy
    import torch

    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    versions = f"python {platform.python_version()}, numpy {numpy.__version__}, torch {torch.__version__}"
    lines = [
        "# What a learner's own LSTM costs",
        "",
        "Written by the command below; nothing here is typed by hand.",
        "",
        "```",
        command,
        "```",
        "",
        f"{date}. {processor()}, one thread, {versions}. The functions of unit 06 in plain numpy, `lstm_forward` and "
        "`lstm_backward`, in float64, beside `torch.nn.LSTM` in float64 and in float32, which is what torch is mostly "
        "used in; in one process, taking turns. Both: there and back, with the gradients of all five arguments. "
        f"Milliseconds and ratios are medians of up to {max(row['rounds'] for row in rows)} rounds; a ratio above 1 "
        "says how many times as long numpy takes, and the spread of it is between its quartiles.",
        "",
        "| N | T | D | H | direction | numpy, ms | torch.nn in | torch.nn, ms | ratio | spread |",
        "| ---: | ---: | ---: | ---: | --- | ---: | --- | ---: | ---: | --- |",
    ]
    for row in rows:
        sizes = " | ".join(str(row[letter]) for letter in "NTDH")
        lines.append(
            f"| {sizes} | {row['direction']} | {1000 * row['numpy']:.2f} | {row['precision']} | "
            f"{1000 * row['torch']:.2f} | {row['ratio']:.2f} | {row['least']:.2f} to {row['most']:.2f} |"
        )
    apart = [max(row["apart"] for row in rows if row["precision"] == one) for one in ("float64", "float32")]
    agree = "They agree to {:.0e} of the largest number in float64, and to {:.0e} where torch computes in float32."
    return "\n".join([*lines, "", agree.format(*apart), ""])
