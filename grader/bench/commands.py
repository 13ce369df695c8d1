"""The commands ``grader bench ...``.

Each command prints its figures, and writes them where it is asked to: as JSON, or as the page of the documentation that
holds the last run. The commands' own docstrings are what ``--help`` says. Errors of the grader's are printed as one
line by :mod:`grader.cli`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..machine import cores
from ..screen import console, stderr

__all__ = ["bench"]


_FILE = click.Path(dir_okay=False, path_type=Path)
_json = click.option("--json", "json_file", type=_FILE, help="Write the figures there.")


def _docs(page: str, more: str = "") -> Callable[[Any], Any]:
    """The option ``--docs``, for a page of the documentation; ``more`` is added to what its help says.

    Returns a decorator for a command, which then gets ``docs_file``, a path or None.
    """
    said = f"Write the documentation's page there (docs/{page}.md){more}."
    return click.option("--docs", "docs_file", type=_FILE, help=said)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def bench() -> None:
    """Measure the grader, and the reference."""


@bench.command()
@click.option("--students", "-n", type=click.IntRange(1), default=200, show_default=True, help="How many submissions.")
@click.option("--unit", "unit_name", default="05_lstm", show_default=True)
@click.option("--jobs", "-j", type=click.IntRange(1), help="Ours: how many at a time (default: one for each core).")
@click.option(
    "--stock",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="How many of them stock nbgrader grades too, twice; 0: none.",
)
@click.option(
    "--growth",
    default="",
    metavar="10,100,1000",
    callback=lambda context, parameter, text: _sizes(text),
    help="Further sizes, which ours grades without slow ones.",
)
@click.option(
    "--slow",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Share of submissions with an endless loop or a nap in every call.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Seconds for a cell, for both sides, and for a call.",
)
@_json
@_docs("grading-speed")
def grading(students, unit_name, jobs, stock, growth, slow, limit, json_file, docs_file) -> None:
    """Grade a made-up class with ours and with stock nbgrader, and compare.

    The same submissions, the same machine, one run after the other. Leave the machine alone meanwhile.
    """
    from ..exercises import unit
    from ..start import clone
    from .grading import bench_grading
    from .pages import page, tables

    unit(unit_name)
    screen = stderr()
    with screen.status("") as status:

        def show(text: str) -> None:
            status.update(text)
            if not screen.is_terminal:
                click.echo(text, err=True)

        result = bench_grading(
            clone(),
            unit_name,
            students,
            jobs=jobs or cores(),
            stock=stock,
            growth=growth,
            slow=slow,
            limit=limit,
            progress=show,
        )
    for table in tables(result):
        console.print(table)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if docs_file:
        docs_file.parent.mkdir(parents=True, exist_ok=True)
        docs_file.write_text(page(result, _command()), encoding="utf-8")


@bench.command()
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True)
@_json
@_docs("reference-errors")
def errors(seeds, json_file, docs_file) -> None:
    """How far off the reference is in every precision, beside torch's own layers; on a GPU too if there is one."""
    from .errors import bench_errors, page

    rows = bench_errors(seeds)
    text = page(rows, seeds, _command())
    click.echo(text)
    for file, content in ((json_file, json.dumps(rows, indent=1) + "\n"), (docs_file, text)):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")


@bench.command()
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--quick/--whole", default=None, help="A small grid, or the whole (default: small on a CPU).")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(".build/reference-bench.jsonl"),
    show_default=True,
    help="The file of measured cells: what is in it is not measured again.",
)
@click.option(
    "--shard",
    default="1/1",
    metavar="K/N",
    callback=lambda context, parameter, text: _shard(text),
    help="Every N-th cell only, from the K-th on.",
)
@click.option("--seconds", type=click.FloatRange(0), default=float("inf"), help="Begin no further cell after so many.")
@_docs("reference-speed", ", and its plot beside it")
def reference(device, quick, state, shard, seconds, docs_file) -> None:
    """Time the reference's paths beside torch.nn.LSTM, on a grid of sizes and precisions.

    Measures what is missing in --state, and can be stopped at any time. Leave the machine alone meanwhile.
    """
    from ..vectors.make import choose_device
    from .reference import bench_reference, grid
    from .reference_page import page, plot

    device = choose_device(device)
    quick = device == "cpu" if quick is None else quick
    asked = len(grid(device, quick))
    screen = stderr()
    with screen.status("") as status:
        records = bench_reference(
            state,
            device,
            quick=quick,
            shard=shard,
            seconds=seconds,
            progress=lambda done, total, text: status.update(f"{done} of {total}: {text}"),
        )
    console.print(f"{len(records)} of {asked} cells are measured, in {state}.")
    if docs_file and records:
        picture = docs_file.with_suffix(".svg")
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(plot(records))
        docs_file.write_text(page(records, asked, _command(), picture.name), encoding="utf-8")


@bench.command()
@click.option(
    "--seconds", type=click.FloatRange(0, min_open=True), default=5.0, show_default=True, help="For each size, at most."
)
@_json
@_docs("given-speed")
def given(seconds, json_file, docs_file) -> None:
    """Time the course's LSTM in plain numpy, there and back, beside torch.nn.LSTM on one thread.

    What a learner's own code costs. Leave the machine alone meanwhile.
    """
    from .given import bench_given, page

    rows = bench_given(seconds=seconds)
    text = page(rows, _command())
    click.echo(text)
    for file, content in ((json_file, json.dumps(rows, indent=1) + "\n"), (docs_file, text)):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")


def _shard(text: str) -> tuple[int, int]:
    """(k, n) from ``k/n``. Raises ``click.BadParameter``.

    Both are whole numbers of at least 1, k no larger than n: a share for each of n machines.
    """
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise click.BadParameter("write it as 2/4: the second of four parts")
    return int(number), int(of)


def _sizes(text: str) -> list[int]:
    """Whole numbers of at least 1 with commas between them, in order, each once. Raises ``click.BadParameter``."""
    try:
        sizes = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        sizes = [0]
    if any(size < 1 for size in sizes):
        raise click.BadParameter("sizes are whole numbers with commas between them, such as 10,100,1000")
    return sorted(set(sizes))


def _command() -> str:
    """What was typed, without the folders of this machine."""
    words = [os.path.basename(word) if os.path.isabs(word) else word for word in sys.argv[1:]]
    return " ".join(["grader", *words])
