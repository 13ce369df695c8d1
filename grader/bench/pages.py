"""The benchmark's figures, for a terminal and for the documentation.

Both are made from one content, tables of texts, so that they can't say different things. What the figures hold and what
they leave out is said below them (:func:`_terms`), as sentences of the run itself: numbers are taken from its result.
"""

from __future__ import annotations

from typing import Any

from rich.table import Table

__all__ = ["page", "tables"]

PHASES = {
    "read": "reading the file, rebuilding the notebook",
    "cells": "the learner's own cells",
    "checks": "the grade cells: calls across the boundary, comparisons, the diagnosis",
    "story": "the course's story cells, where a learner's cell may change them",
    "worker": "starting and ending the two processes of a submission, talking to them",
    "outside": "the rest of all jobs' time: start-up, files, gradebook, waiting for the last one",
}
_KINDS = {
    "right": "right",
    "wrong": "a known mistake in one or two functions",
    "half": "half finished",
    "slow": "an endless loop, or a nap in every call",
}
_STOCK = {"torch": "stock, torch tests", "numpy": "stock, numpy tests"}


def tables(result: dict[str, Any]) -> list[Table]:
    """What was measured, as tables for a terminal. ``result`` is what :func:`.grading.bench_grading` returned.

    Returns tables of rich; which there are depends on what was measured.
    """
    return [_table(title, head, rows) for title, head, rows in _content(result)]


def page(result: dict[str, Any], command: str) -> str:
    """The documentation's page of one run, in Markdown; ``command`` was typed for it.

    Says the machine, the versions, the load before and after, and the date, which is UTC. Raises KeyError for a result
    that is not a whole one.
    """
    machine, versions = result["machine"], result["versions"]
    lines = [
        "# How fast a class is graded",
        "",
        "Written by the command below: run it again to have the figures of another machine. "
        "Nothing here is typed by hand.",
        "",
        "```",
        command,
        "```",
        "",
        f"{result['date']}. {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_bytes'] / 2**30:.0f} GiB, {machine['system']}; "
        f"{_load(machine)}. " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".",
        "",
    ]
    for title, head, rows in _content(result):
        lines += [f"## {title}", "", _row(head), _row(["---", *["---:"] * (len(head) - 1)]), *map(_row, rows), ""]
    lines += ["## What these figures hold", "", *[f"- {line}" for line in _terms(result)], ""]
    return "\n".join(lines)


def _load(machine: dict[str, Any]) -> str:
    """How busy the machine was, before and after.

    ``machine`` holds the system's one-minute averages of processes that want to run, see getloadavg(3).
    """
    return f"load {machine['load_before']:.1f} before and {machine['load_after']:.1f} after (this run's own included)"


def _row(cells: list[str]) -> str:
    """A line of a table in Markdown.

    A ``|`` in a cell is written so that it doesn't end the cell.
    """
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(title: str, head: list[str], rows: list[list[str]]) -> Table:
    """A table in Markdown under a title."""
    table = Table(title=title, title_justify="left")
    for position, name in enumerate(head):
        table.add_column(name, justify="right" if position else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _content(result: dict[str, Any]) -> list[tuple[str, list[str], list[list[str]]]]:
    """(title, head, rows) of every table, for the terminal and for the page.

    Cells are texts, already rounded and with their units; the first of a row says what it is about. Tables on stock
    nbgrader and on growth are there only where they were measured.
    """
    ours, content = result["ours"], []
    content.append(
        (
            f"{result['students']} submissions of {result['unit']}",
            ["what was handed in", "how many", "full marks"],
            [
                [_KINDS[kind], str(count), str(ours["marks"][kind].get("full", 0))]
                for kind, count in result["mix"].items()
            ]
            + [["with cells of the learner's own (of all the above)", str(result["own_cells"]), ""]],
        )
    )
    rows = [_speed(f"ours, {ours['jobs']} jobs", ours)]
    if "ours_same" in result:
        rows.append(_speed("ours, as stock", result["ours_same"]))
    rows += [_speed(_STOCK[name], one) for name, one in result["stock"].items()]
    content.append(
        ("Seconds and memory", ["", "number", "seconds", "s each", "each s", "CPU s each", "peak memory"], rows)
    )
    if result["ratios"]:
        content.append(
            (
                "How many times as fast as stock",
                ["", "whole class", "each core", "same ones", "CPU time"],
                [
                    [
                        _STOCK[name],
                        _times(one["whole_class"]),
                        _times(one["per_core"]),
                        _times(one["same_submissions"]),
                        _times(one["cpu"]),
                    ]
                    for name, one in result["ratios"].items()
                ],
            )
        )
    content.append(
        (
            "Where our time goes, for one submission of the class",
            ["phase", "ms", "share"],
            [
                [PHASES.get(name, name), f"{1000 * seconds:.1f}", f"{_share(seconds, ours['phases']):.0%}"]
                for name, seconds in sorted(ours["phases"].items(), key=lambda item: -item[1])
            ],
        )
    )
    names = ["ours", *result["stock"]]
    kinds = [one["seconds_by_kind"] for one in (ours, *result["stock"].values())]
    content.append(
        (
            "Seconds for one submission, by what was handed in",
            ["what was handed in", *[_STOCK.get(name, name) for name in names]],
            [[_KINDS[kind], *[f"{one[kind]:.3f}" if kind in one else "-" for one in kinds]] for kind in result["mix"]],
        )
    )
    if result["growth"]:
        content.append(
            (
                "Growth: ours, without slow submissions",
                ["number", "seconds", "s each", "each s", "peak memory"],
                [
                    [
                        str(run["submissions"]),
                        f"{run['seconds']:.1f}",
                        f"{run['seconds_each']:.3f}",
                        f"{run['per_second']:.1f}",
                        _memory(run),
                    ]
                    for run in result["growth"]
                ],
            )
        )
    return content


def _speed(name: str, run: dict[str, Any]) -> list[str]:
    """The row of one run: its seconds, in all and for each submission.

    ``run`` is a measured run's dict (:func:`.grading._measured`): seconds are of wall-clock time, CPU seconds of all
    the machine's processors.
    """
    cpu = run["cpu_seconds_each"]
    return [
        name,
        str(run["submissions"]),
        f"{run['seconds']:.1f}",
        f"{run['seconds_each']:.3f}",
        f"{run['per_second']:.2f}",
        "-" if cpu is None else f"{cpu:.3f}",
        _memory(run),
    ]


def _memory(run: dict[str, Any]) -> str:
    """The most memory that a run held, with its unit.

    In MiB, 2**20 bytes.
    """
    return f"{run['peak_bytes'] / 2**20:.0f} MiB"


def _times(ratio: float | None) -> str:
    """How many times, as a text; a dash where it was not measured."""
    return "-" if ratio is None else f"{ratio:.1f}"


def _share(seconds: float, phases: dict[str, float]) -> float:
    """A phase's part of the time that all phases of a submission take together.

    ``seconds`` is the phase's, ``phases`` has them all; the result is between 0 and 1.
    """
    return seconds / (sum(phases.values()) or 1.0)


def _terms(result: dict[str, Any]) -> list[str]:
    """What is counted, and how: sentences."""
    ours, limit = result["ours"], result["limit_seconds"]
    said = [
        "Both sides are the real commands, `grader autograde` and `nbgrader autograde`, from the start of the "
        "process to its end: imports, the gradebook and the graded notebooks are in.",
        f'Stock nbgrader grades one submission after the other; ours ran {ours["jobs"]} jobs. "Each core" divides '
        "our advantage by that number.",
        '"Ours, as stock" is ours on exactly the submissions that stock got.',
        '"Whole class" sets our measured time against what stock would take for the same class: its start-up, and '
        "for each submission the mean of those of its kind that it graded here (the mean of all, where it got none "
        'of that kind). "Same ones" sets two measured times against each other, and start-up weighs more in it. '
        '"CPU time" compares processor seconds for each submission; stock\'s start-up is spread over the few that it '
        "graded.",
        "Torch tests: stock's hidden tests compute the reference with torch, in the learner's kernel. Numpy tests: "
        "they read stored arrays.",
        f"The limits are the same: {limit} seconds for a cell, and in ours for a call too.",
        "Stock's edition of the unit has the same text, story cells, exercises, points and cases. Its hidden tests "
        "are plain asserts in the learner's kernel. Story cells of the course that compare with torch import it in "
        "either edition.",
        "Each stock grade cell tests on one set of cases; ours tests on the public and on the hidden ones, diagnoses "
        "what is wrong, and judges a function with the course's versions of those it builds on.",
        "Ours runs the course's story cells once for the class, and again for a submission only where a learner's "
        f"cell uses their names: here {ours['submissions'] - ours['story_of_the_class']} of {ours['submissions']} "
        "times. Stock runs them every time.",
        "Ours ran learners' code confined (" + ", ".join(ours["layers"]) + ")."
        if ours["confined"]
        else "Ours ran learners' code without a sandbox.",
        "Memory is that of the command and all it started, looked at a few times a second; on Linux, shared pages "
        "count once.",
    ]
    said += [f"Ours asked for a human: {reason}" for reason in ours["human"]]
    said += [
        f"Stock nbgrader ({name}) gave no mark to {one['not_graded']} of {one['submissions']} submissions"
        + (", and was ended by the time limit." if one["exit_code"] is None else ".")
        for name, one in result["stock"].items()
        if one["not_graded"]
    ]
    if line := result.get("line"):
        said.append(
            f"A straight line through the sizes: {line['start_seconds']:.1f} s to start, "
            f"{1000 * line['seconds_each']:.0f} ms for each further submission."
        )
    return said
