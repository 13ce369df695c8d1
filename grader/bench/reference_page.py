"""The figures of the reference's benchmark: tables, means, goals and a plot.

It works on the records alone (:func:`.reference.measured`), and imports no torch: figures measured on one machine
can be shown on another. Whether the goals are met is worked out from the records each time.
"""

from __future__ import annotations

import io
import math
from collections import defaultdict
from typing import Any

__all__ = ["floor_seconds", "page", "plot"]

GOALS = """\
On one H100: never below 0.95 of `nn.LSTM` anywhere on the grid; a geometric mean of at least 2 in default fp32 and in
bf16; at least 5 against packed sequences on variable lengths."""
# What a step takes at least on an H100: half of the peak of what it computes with, all of the bandwidth, and a barrier
# where the weights need several multiprocessors. Peaks and bandwidth by NVIDIA's data sheet of the H100 SXM (dense),
# 227 KiB of shared memory and 256 KiB of registers a multiprocessor by its white paper; the barrier is an estimate
# from published L2 latencies.
_PEAK = {"fp32": 495e12, "strict": 67e12, "bf16": 989e12, "fp16": 989e12}
_BYTES = {"fp32": 4, "strict": 4, "bf16": 2, "fp16": 2}
_BANDWIDTH = 3.35e12
_PROCESSORS, _ON_ONE, _BARRIER = 132, 400e3, 0.6e-6


def floor_seconds(cell: dict[str, Any]) -> float:
    """The modelled least time of one step on an H100, there or there and back: arithmetic, not a measurement.

    What has to wait for the step before: a product with the recurrent weights, on the multiprocessors that they and the
    batch fill. What has not: the inputs' product, and going back those for dxs and dW, on all of them. Bytes: xs and hs
    once, and going back their gradients, the gates and the cell states twice. ``cell`` is a cell's dict, its precision
    one of ``_PEAK``'s; peaks and bandwidth are NVIDIA's.
    """
    precision, H, N = cell["precision"], cell["H"], cell["N"]
    both = cell["direction"] == "both"
    rate = 0.5 * _PEAK[precision]
    product = 2 * N * H * 4 * H
    share = max(1.0, 4 * H * H * _BYTES[precision] / _ON_ONE)  # multiprocessors that the weights need
    together = min(float(_PROCESSORS), share * math.ceil(N / 16))
    waiting = max(N, 8) / N * product / (rate * together / _PROCESSORS) + (_BARRIER if share > 1 else 0.0)
    numbers = 2 * N * H + (2 * N * H + 2 * 5 * N * H if both else 0)
    at_once = max((4 if both else 1) * product / rate, numbers * _BYTES[precision] / _BANDWIDTH)
    return (2 if both else 1) * waiting + at_once


def _verdicts(records: list[dict[str, Any]]) -> list[str]:
    """Whether each goal is met by what was measured on a GPU, as the lines of a table.

    ``records`` are those measured on a GPU, at least one: the goals are set for an H100, and what it was measured on is
    said elsewhere on the page. Means are geometric, as they are of ratios.
    """

    def gains(**wanted: str) -> list[float]:
        return [_gain(one) for one in records if all(one["cell"][axis] == value for axis, value in wanted.items())]

    everything = sorted(records, key=_gain)
    worst = _gain(everything[0])
    lines = [
        _row(["goal", "measured", "met"]),
        _row(["---", "---:", "---"]),
        _row(["never below 0.95 of `nn.LSTM`", f"{worst:.2f} at the worst", _yes(worst >= 0.95)]),
    ]
    for precision, name in (("fp32", "default fp32"), ("bf16", "bf16")):
        if found := gains(precision=precision):
            mean = _mean(found)
            lines.append(_row([f"a mean of 2 in {name}", f"{mean:.2f} over {len(found)} cells", _yes(mean >= 2)]))
    if found := gains(lengths="variable"):
        mean = _mean(found)
        lines.append(
            _row(["a mean of 5 against packed sequences", f"{mean:.2f} over {len(found)} cells", _yes(mean >= 5)])
        )
    by_own = [one for one in records if one["choice"] != "nn"]
    handed = [one for one in records if one["choice"] == "nn"]
    lines += ["", "Of these cells "]
    lines[-1] += (
        " and ".join(
            f"{len(some)} {what} (a mean of {_mean([_gain(one) for one in some]):.2f})"
            for some, what in (
                (by_own, "were computed by a path of our own"),
                (handed, "were handed to torch's kernels"),
            )
            if some
        )
        + "."
    )
    below = [one for one in everything if _gain(one) < 0.95]
    if below:
        named = "; ".join(f"{_name(one['cell'])}: {one['choice']} {_gain(one):.2f}" for one in below[:10])
        lines += ["", f"Below 0.95 were {len(below)}, the worst first: {named}{' ...' if len(below) > 10 else ''}."]
    return lines


def _gain(record: dict[str, Any]) -> float:
    """How many times as fast as ``nn.LSTM`` the chosen path was.

    Above 1 is faster. Both are medians of rounds on the same machine.
    """
    return record["seconds"]["nn.LSTM"] / record["seconds"]["ours"]


def _name(cell: dict[str, Any]) -> str:
    """A cell in words."""
    sizes = ", ".join(f"{size} = {cell[size]}" for size in "HNT")
    return f"{sizes}, {cell['precision']}, {cell['direction']}, {cell['lengths']}"


def _yes(met: bool) -> str:
    """Whether a goal is met, as a cell of a table."""
    return "yes" if met else "**no**"


def _machines(records: dict[str, dict[str, Any]]) -> list[str]:
    """A sentence for each machine, version and day that has a part in what is shown.

    Markdown lines, in order of the date.
    """
    seen: dict[str, int] = defaultdict(int)
    for record in records.values():
        versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
        seen[f"{record['date']}: {record['device']}, {record['threads']} threads. {versions}"] += 1
    return [f"- {text}: {count} cells" for text, count in sorted(seen.items())]


def page(records: dict[str, dict[str, Any]], asked: int, command: str, picture: str | None) -> str:
    """The documentation's page of what was measured, in Markdown.

    ``records`` by key, ``asked`` how many cells the grid has, ``command`` what was typed, ``picture`` the name of the
    plot's file (None: there is none).
    """
    groups: dict[tuple, list[dict]] = defaultdict(list)
    for record in records.values():
        cell = record["cell"]
        groups[cell["device"], cell["precision"], cell["direction"], cell["lengths"]].append(record)
    on_gpus = [record for record in records.values() if record["cell"]["device"] == "cuda"]
    lines = [
        "# How fast the reference is",
        "",
        "Written by the command below, which measures what is missing and draws what there is. Nothing here is typed "
        "by hand.",
        "",
        "```",
        command,
        "```",
        "",
        f"{len(records)} of {asked} cells of the grid.",
        "",
        *_machines(records),
        "",
        "## Goals",
        "",
        GOALS,
        "",
        *(_verdicts(on_gpus) if on_gpus else []),
        ""
        if on_gpus
        else "**Not measured: no GPU could be had yet.** On a machine with one, `grader bench reference "
        "--docs docs/reference-speed.md` measures the whole grid and writes this page anew; it can be stopped and "
        "taken up again. So far the Triton kernels were run in Triton's interpreter and compiled for GPUs that were "
        "not there, no CUDA graph was recorded, and neither is chosen by itself.",
        "",
        "## Means",
        "",
        "How many times as fast as `torch.nn.LSTM` (with packed sequences where lengths vary) at the same flags: the "
        "path that is chosen, and the best of those that are not torch's own kernels. Geometric means over the group.",
        "",
        "| device | precision | direction | lengths | cells | chosen | worst | best of our own |",
        "| --- | --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for key, group in sorted(groups.items()):
        chosen = list(map(_gain, group))
        own = [record["seconds"]["nn.LSTM"] / min(_own(record).values()) for record in group]
        lines.append(_row([*key, len(group), f"{_mean(chosen):.2f}", f"{min(chosen):.2f}", f"{_mean(own):.2f}"]))
    lines.append("")
    if picture:
        lines += [f"![Microseconds a step against the hidden size, a line for each path]({picture})", ""]
    for key, group in sorted(groups.items()):
        lines += _table(key, group)
    lines += [
        "## What these figures hold",
        "",
        "- Median times of rounds in which every path ran once, so that what else the machine did met all alike. "
        "Random inputs, D = H.",
        "- Input products, and with gradients those of all five arguments, are in on both sides. `nn.LSTM` is the "
        "module, its weights laid out once; ours takes the course's `W` and `b` in every call.",
        "- On a GPU: CUDA events after a warm-up; fp32 is torch's default, which lets cuDNN use TF32; strict forbids "
        "it.",
        "- What took more than four times as long as the fastest was timed once, the others up to 15 times.",
        "- compiled: the hoisted loop whose step torch.compile made one function of; on a CPU and for fixed lengths. "
        "What it takes to compile is not in.",
        "- The floor is modelled (half the peak of an H100 and its bandwidth, a barrier where the weights need several "
        "multiprocessors), not measured, and is given for CUDA only.",
        "",
    ]
    return "\n".join(lines)


def _own(record: dict[str, Any]) -> dict[str, float]:
    """The seconds of the paths that are not torch's own kernels.

    Left out are torch's module itself, what was chosen (which is timed a second time under its own name), and the path
    that hands over to torch's kernels.
    """
    return {name: value for name, value in record["seconds"].items() if name not in ("nn.LSTM", "ours", "nn")}


def _mean(values: list[float]) -> float:
    """The geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def _row(cells: list[Any]) -> str:
    """A line of a table in Markdown."""
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _table(key: tuple, group: list[dict[str, Any]]) -> list[str]:
    """The table of one device, precision, direction and kind of lengths: a line a size.

    ``key`` is (device, precision, direction, lengths). Returns Markdown lines. Ratios are of times: above 1 is faster
    than ``nn.LSTM``. On a GPU the modelled floor, the memory of both and cuDNN's kernel are there as well.
    """
    device, precision, direction, lengths = key
    every = dict.fromkeys(name for record in group for name in record["seconds"])
    names = [name for name in every if name not in ("nn.LSTM", "ours")]
    head = ["H", "N", "T", "nn.LSTM ms", "us a step", *names, "chosen"]
    cuda = device == "cuda"
    head += ["floor us", "MiB nn / ours", "cuDNN's kernel"] if cuda else []
    lines = [
        f"## {device}, {precision}, {direction}, {lengths} lengths",
        "",
        "Beside `nn.LSTM`'s time: how many times as fast each path was.",
        "",
        _row(head),
        _row(["---:"] * len(head)),
    ]
    for record in sorted(group, key=lambda one: (one["cell"]["H"], one["cell"]["N"], one["cell"]["T"])):
        cell, base = record["cell"], record["seconds"]["nn.LSTM"]
        cells = [cell["H"], cell["N"], cell["T"], f"{base * 1e3:.3g}", f"{base * 1e6 / cell['T']:.3g}"]
        cells += [f"{base / record['seconds'][name]:.2f}" if name in record["seconds"] else "-" for name in names]
        cells.append(f"{record['choice']} {base / record['seconds']['ours']:.2f}")
        if cuda:
            memory = record["memory"]
            cells += [
                f"{floor_seconds(cell) * 1e6:.2g}",
                f"{memory['nn.LSTM'] / 2**20:.0f} / {memory['ours'] / 2**20:.0f}",
                f"`{record['kernels'][0][:60]}`" if record["kernels"] else "-",
            ]
        lines.append(_row(cells))
    return [*lines, ""]


def plot(records: dict[str, dict[str, Any]]) -> bytes:
    """An SVG: microseconds a step against H, forward and backward, of the largest batch that was measured.

    The same bytes for the same records.

    Only cells of fixed lengths are in it, a panel for each precision and a line for each path. Where nothing was
    measured it is one empty panel.
    """
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    found = [
        record
        for record in records.values()
        if record["cell"]["direction"] == "both" and record["cell"]["lengths"] == "fixed"
    ]
    most = max((record["cell"]["N"] for record in found), default=0)
    precisions = list(dict.fromkeys(record["cell"]["precision"] for record in found))
    with plt.rc_context({"svg.hashsalt": "reference-speed"}):
        columns = max(len(precisions), 1)
        fig, axes = plt.subplots(1, columns, figsize=(3.6 * columns, 3.4), sharey=True, squeeze=False)
        for ax, precision in zip(axes[0], precisions, strict=False):  # one of them is empty where nothing was measured
            lines = defaultdict(list)
            for record in found:
                cell = record["cell"]
                if cell["precision"] == precision and cell["N"] == most:
                    for name, value in record["seconds"].items():
                        if name != "ours":
                            lines[name].append((cell["H"], value * 1e6 / cell["T"]))
            for (name, points), marker in zip(lines.items(), "osD^vP*X", strict=False):
                ax.plot(*zip(*sorted(points), strict=True), marker=marker, label=name)
            ax.set(title=f"{precision}, N = {most}", xlabel="hidden size H", xscale="log", yscale="log")
            sizes = sorted({record["cell"]["H"] for record in found})
            ax.set_xticks(sizes, labels=sizes, minor=False)
            ax.minorticks_off()
        axes[0][0].set_ylabel("µs a step, forward and backward")
        if found:
            axes[0][-1].legend(fontsize=8)
        fig.tight_layout()
        drawn = io.BytesIO()
        fig.savefig(drawn, format="svg", metadata={"Date": None})
        plt.close(fig)
    return drawn.getvalue()
