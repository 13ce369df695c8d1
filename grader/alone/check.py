"""The command that checks a notebook file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..doctor import need
from ..screen import class_root, progress_bar, say
from .words import at_a_terminal

__all__: list[str] = []


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "gradescope", "junit"]),
    default="text",
    show_default=True,
    help="How to write the verdicts.",
)
@click.option("--json", "kind", flag_value="json", help="The same as --format json.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write them to.")
@class_root(
    "Grade it as the class in this folder is graded: hidden tests, learners' code in a process apart.", default=None
)
@click.option("--unit", help="With --root: the unit it has to be, whatever the notebook says of itself.")
@click.option("--unconfined", is_flag=True, default=None, help="With --root: run learners' code without a sandbox.")
def check(
    notebook: Path, kind: str, out: Path | None, root: Path | None, unit: str | None, unconfined: bool | None
) -> None:
    """Check every exercise of one NOTEBOOK file, without nbgrader.

    For yourself, it runs in one kernel with the public tests. Marks need --root (and --unit).

    Exit status: 0 all right, 1 something is not, 2 the notebook can't be read, 3 a fault of the grader's.
    """
    import time

    if root is None and (unit is not None or unconfined):
        raise click.UsageError("--unit and --unconfined go with --root.")
    began = time.monotonic()
    with progress_bar() as progress:
        task = progress.add_task("running the notebook", total=None)
        if root is None:
            from ..notebooks import check_notebook

            unit_name, records, notes = check_notebook(
                notebook, lambda done, total: progress.update(task, completed=done, total=total)
            )
        else:
            need("nbgrader")
            from ..grading.single import grade_file

            unit_name, records, notes = grade_file(notebook, root, unit, unconfined)
    text = _verdicts(kind, unit_name, records, notes, notebook, time.monotonic() - began)
    if kind == "text" and root is None:  # what stands in JupyterLab and not in the file was not looked at
        saved = time.strftime("%H:%M:%S", time.localtime(notebook.stat().st_mtime))
        text += f", as the notebook was last saved, at {saved}"
    if out is None:
        say(at_a_terminal(text)) if kind == "text" else click.echo(text)
    else:
        from ..files import write_atomically

        write_atomically(out, text.encode("utf-8", "replace") + b"\n")
    if any(record["passed"] is None for record in records):
        sys.exit(3)
    sys.exit(0 if all(record["passed"] for record in records) else 1)


def _verdicts(kind: str, unit_name: str, records: list, notes: list[str], notebook: Path, seconds: float) -> str:
    """A notebook's verdicts in one of the formats: text, json, gradescope or junit.

    ``records`` are verdicts' records, as :func:`grader.notebooks.check_notebook` returns them; ``seconds`` is how long
    it took.

    ``notes`` are sentences about the whole notebook, ``notebook`` its file. Returns the text to be written: JSON has
    ``unit``, ``verdicts`` and ``notes``; Gradescope's is its ``results.json``; JUnit's is XML with a case for each
    verdict.
    """
    import datetime
    import json

    from ..grading.formats import Suite, case_of, gradescope, junit

    if kind == "json":
        return json.dumps({"unit": unit_name, "verdicts": records, "notes": notes}, indent=1)
    if kind == "gradescope":
        return json.dumps(gradescope(unit_name, records, notes, seconds), indent=1)
    earned, most = sum(record["points"] or 0 for record in records), sum(record["max_points"] for record in records)
    if kind == "junit":
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S")
        cases = [case_of(record["name"], record) for record in records]
        points = {"points": earned, "max_points": most}
        return junit([Suite(f"{unit_name}: {notebook.stem}", unit_name, cases, now, seconds, points)]).decode().rstrip()
    lines = [*(record["text"] for record in records), *(f"Note: {note}" for note in notes)]
    return "\n".join([*lines, f"\n{unit_name}: {earned:g} of {most:g} points"])
