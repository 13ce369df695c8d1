"""The instructor's report on a unit: a page, a table and JSON, made of the grading records.

What is in it is added up in :mod:`.tally`. It is for instructors: it names students, and shows what their answers said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..files import write_atomically
from ..text import plain
from .formats import csv_text, diagnosis, name_of
from .record import Record
from .tally import LONGEST, Summary, Tally, result_of, short

__all__ = ["COLUMNS", "page", "table_rows", "write_report"]

COLUMNS = (
    "unit",
    "student",
    "status",
    "cell",
    "exercise",
    "result",
    "points",
    "max_points",
    "mistake",
    "diagnosis",
    "seconds",
    "needs_human",
)


def table_rows(record: Record) -> Iterator[tuple[str | float | None, ...]]:
    """A record as rows of the long table (see :data:`COLUMNS`): one for each cell that earns points.

    A submission that was not graded has one row, with no cell, no points and the reason as its diagnosis.
    """
    human = "; ".join(record["human"])
    if record["status"] != "graded":
        yield (
            record["unit"],
            record["student"],
            record["status"],
            "",
            "",
            "open",
            None,
            record["max_points"],
            "",
            record["reason"],
            None,
            human or record["reason"],
        )
        return
    for cell in record["cells"]:
        result = result_of(cell, record["answers"])
        yield (
            record["unit"],
            record["student"],
            record["status"],
            cell["cell"],
            name_of(cell),
            result,
            cell["points"],
            cell["max_points"],
            cell["mistake"],
            "" if result == "right" else diagnosis(cell["text"])[:LONGEST],
            cell["seconds"],
            human,
        )


def page(summary: Summary, made: str) -> str:
    """The report as one HTML page, which loads nothing and runs nothing.

    Every text in it is escaped, as names and what a failure said are the learners' own. ``made`` is when it was made,
    to be shown. The template is ``report.html.j2``, beside this file.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"points": _points, "percent": _percent, "time": _time, "short": short, "plain": plain}
    return environment.get_template("report.html.j2").render(made=made, **summary)


def _points(value: float | None) -> str:
    """Points to two places, without zeros at the end; a dash for none."""
    return "–" if value is None else f"{round(value, 2):g}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _time(seconds: float | None) -> str:
    """Seconds in the unit that suits them: ms, s, min, h."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def write_report(
    unit_name: str,
    records: Iterable[Record],
    folder: Path,
    made: str,
    roster: Iterable[tuple[str, str]] = (),
    handed_in: Iterable[str] = (),
) -> tuple[Summary, list[Path]]:
    """Write ``UNIT.html``, ``UNIT.csv`` and ``UNIT.json`` into a folder. Returns (the summary, the files).

    A slash in the unit's name becomes a dash in the files'. The table has a row too for who has no grading record.

    Args:
        unit_name: what was graded, as records name it.
        records: the class's, taken one after the other.
        folder: where to write; made where it is missing.
        made: when it is made, to be shown.
        roster: (id, name) of who is in the class.
        handed_in: ids of who has submitted, graded or not.
    """
    tally = Tally(unit_name, roster, handed_in)
    lines = [csv_text([COLUMNS])]
    for record in records:
        tally.add(record)
        lines.append(csv_text(table_rows(record)))
    summary = tally.summary()
    for status in ("ungraded", "absent"):
        lines += [csv_text([(unit_name, who, status, *[""] * (len(COLUMNS) - 3))]) for who in summary[status]]
    texts = {
        "html": page(summary, made),
        "csv": "".join(lines),
        "json": json.dumps({"made": made, **summary}, indent=1, ensure_ascii=True, allow_nan=False) + "\n",
    }
    paths = []
    for kind, text in texts.items():
        paths.append(folder / f"{unit_name.replace('/', '-')}.{kind}")
        write_atomically(paths[-1], text.encode("utf-8", "replace"))
    return summary, paths
