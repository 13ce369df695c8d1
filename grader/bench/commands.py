"""The commands ``grader bench ...``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click
from rich.console import Console

__all__ = ["bench"]

console = Console(highlight=False, markup=False)


@click.group()
def bench() -> None:
    """Measure the grader."""


@bench.command()
@click.option("--students", "-n", type=click.IntRange(1), default=200, show_default=True, help="How many submissions.")
@click.option("--unit", "unit_name", default="05_lstm", show_default=True)
@click.option("--jobs", "-j", type=click.IntRange(1), help="Ours: how many at a time (default: one for each core).")
@click.option("--stock", type=click.IntRange(0), default=10, show_default=True,
              help="How many of them stock nbgrader grades too, twice; 0: none.")
@click.option("--growth", default="", metavar="10,100,1000", callback=lambda context, parameter, text: _sizes(text),
              help="Further sizes, which ours grades without slow ones.")
@click.option("--slow", type=click.FloatRange(0, 1), default=0.01, show_default=True,
              help="Share of submissions with an endless loop or a nap in every call.")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True,
              help="Seconds for a cell, for both sides, and for a call.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures there.")
@click.option("--docs", "docs_file", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the documentation's page there (docs/grading-speed.md).")
def grading(students, unit_name, jobs, stock, growth, slow, limit, json_file, docs_file) -> None:
    """Grade a made-up class with ours and with stock nbgrader, and compare.

    The same submissions, the same machine, one run after the other. Leave the machine alone meanwhile.
    """
    from ..cli import _root
    from ..exercises import unit
    from .grading import bench_grading
    from .pages import page, tables

    unit(unit_name)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    screen = Console(stderr=True)
    with screen.status("") as status:
        def show(text: str) -> None:
            status.update(text)
            if not screen.is_terminal:
                click.echo(text, err=True)

        result = bench_grading(
            _root(), unit_name, students, jobs=jobs or cores, stock=stock, growth=growth, slow=slow, limit=limit,
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


def _sizes(text: str) -> list[int]:
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
