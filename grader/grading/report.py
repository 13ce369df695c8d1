"""What a class knows, from the grading records of a unit: a page, a table and JSON.

The records are read one after the other; of each only what the page names is kept, so that a class
of thousands is no burden.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import GraderError
from ..exercises import exercise, unit
from ..files import write_atomically
from ..text import plain
from .formats import csv_text, diagnosis, name_of

__all__ = ["COLUMNS", "Tally", "page", "result_of", "table_rows", "write_report"]

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
_RESULTS = ("right", "partly", "wrong", "empty", "open")
_BARS = 11  # of the histogram, at most, and one for full marks
_SLOWEST = 10
_OTHERS = 5  # failures that are no known mistake, shown an exercise
_LONGEST = 200  # characters of one of them


def result_of(cell: dict[str, Any], answers: dict[str, str]) -> str:
    """``right``, ``partly``, ``wrong``, ``empty`` (no answer) or ``open`` (a human has to decide)."""
    if cell["points"] is None:
        return "open"
    if cell["points"] >= cell["max_points"] and cell["passed"] is not False:
        return "right"
    if "no answer" in (answers.get(name_of(cell)), answers.get(cell["cell"])):
        return "empty"
    return "partly" if cell["points"] > 0 else "wrong"


class _Exercise:
    """What the class did with one exercise."""

    def __init__(self, cell: dict[str, Any]):
        self.name, self.max_points = name_of(cell), cell["max_points"]
        self.results: Counter = Counter()
        self.points: list[float] = []
        self.seconds: list[float] = []
        self.mistakes: dict[str, list[str]] = {}
        self.others: Counter = Counter()
        self.parts: dict[str, list] = {}

    def add(self, student: str, cell: dict[str, Any], result: str) -> None:
        self.results[result] += 1
        self.max_points = max(self.max_points, cell["max_points"])
        if cell["points"] is not None:
            self.points.append(cell["points"])
        if cell["seconds"] is not None:
            self.seconds.append(cell["seconds"])
        if cell.get("mistake"):
            self.mistakes.setdefault(cell["mistake"], []).append(student)
        elif result in ("partly", "wrong"):
            self.others[diagnosis(cell["text"])[:_LONGEST]] += 1
        for part in cell.get("parts") or ():
            count = self.parts.setdefault(part["title"], [part["points"], 0, 0])
            count[1] += bool(part["passed"])
            count[2] += 1

    def summary(self) -> dict[str, Any]:
        known = _known(self.name)
        mistakes = {one.name: one for one in known.mistakes} if known else {}
        counts = {name: self.results[name] for name in _RESULTS}
        judged = sum(counts.values()) - counts["open"]
        tried = judged - counts["empty"]
        return {
            "name": self.name,
            "title": known.title if known else "",
            "difficulty": known.difficulty if known else None,
            "minutes": known.minutes if known else None,
            "max_points": self.max_points,
            "students": sum(counts.values()),
            **counts,
            "tried": tried,
            "pass_rate": _share(counts["right"], judged),
            "pass_rate_tried": _share(counts["right"], tried),
            "mean_points": float(np.mean(self.points)) if self.points else None,
            "seconds": _spread(self.seconds),
            "parts": [
                {"title": title, "points": points, "passed": passed, "of": of}
                for title, (points, passed, of) in self.parts.items()
            ],
            "mistakes": [
                {
                    "name": name,
                    "students": len(who),
                    "who": who,
                    **{field: getattr(mistakes.get(name), field, "") for field in ("what", "meaning", "look")},
                }
                for name, who in sorted(self.mistakes.items(), key=lambda item: (-len(item[1]), item[0]))
            ],
            "others": [{"text": text, "students": count} for text, count in self.others.most_common(_OTHERS)],
            "other_failures": sum(self.others.values()),
        }


def _known(name: str):
    try:
        return exercise(name)
    except GraderError:  # the quiz, or a cell of the instructor's own
        return None


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _spread(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    middle, high = np.percentile(values, [50, 95])
    return {"median": float(middle), "p95": float(high), "max": float(max(values))}


class Tally:
    """Adds up a unit's records, one at a time; :meth:`summary` is plain data for JSON and the page."""

    def __init__(self, unit_name: str, roster: Iterable[tuple[str, str]] = (), handed_in: Iterable[str] = ()):
        """``roster``: (id, name) of the class; ``handed_in``: who has submitted, graded or not."""
        self.unit = unit_name
        self.handed_in = set(handed_in)
        self.names = {student: name for student, name in roster}
        self.exercises: dict[str, _Exercise] = {}
        self.students: list[dict[str, Any]] = []
        self.human: list[dict[str, Any]] = []
        self.put_right: list[dict[str, Any]] = []
        self.phases: Counter = Counter()
        self.ways: dict[str, list[str]] = {}  # how it was graded, as JSON, and whose submissions

    def add(self, record: dict[str, Any]) -> None:
        """Take a record in."""
        student, failing, stopped = record["student"], [], ""
        results: Counter = Counter()
        for cell in record["cells"] if record["status"] == "graded" else ():
            result = result_of(cell, record["answers"])
            results[result] += 1
            self.exercises.setdefault(cell["cell"], _Exercise(cell)).add(student, cell, result)
            name = name_of(cell)
            if result not in ("right", "open"):
                stopped = stopped or name
                failing.append({"exercise": name, "result": result, "mistake": cell.get("mistake")})
        seconds = record.get("seconds") or {}
        self.students.append(
            {
                "student": student,
                "status": record["status"],
                "points": record["points"],
                "max_points": record["max_points"],
                "right": results["right"],
                "empty": results["empty"],
                "cells": sum(results.values()),
                "stopped": stopped,
                "failing": failing,
                "seconds": seconds.get("total"),
                "timestamp": (record.get("submitted") or {}).get("timestamp"),
            }
        )
        self.phases.update({name: value for name, value in seconds.items() if name != "total" and value})
        if record["human"] or record["status"] != "graded":
            reasons = record["human"] or [record["reason"] or "no reason is recorded"]
            self.human.append({"student": student, "status": record["status"], "reasons": reasons})
        if record["put_right"]:
            self.put_right.append({"student": student, "cells": record["put_right"]})
        way = json.dumps(record.get("provenance") or {}, sort_keys=True)
        self.ways.setdefault(way, []).append(student)

    def summary(self) -> dict[str, Any]:
        """All of it, as plain data."""
        graded = [one for one in self.students if one["status"] == "graded"]
        recorded = {one["student"] for one in self.students}
        exercises = [one.summary() for one in self.exercises.values()]
        return {
            "schema": 1,
            "unit": self.unit,
            "title": _title(self.unit),
            "records": len(self.students),
            "graded": len(graded),
            "ungraded": sorted(self.handed_in - recorded),
            "absent": [student for student in self.names if student not in recorded | self.handed_in],
            "not_started": [one["student"] for one in graded if one["cells"] and one["empty"] == one["cells"]],
            "marks": _marks([one for one in graded if one["points"] is not None]),
            "human": self.human,
            "reasons": self._reasons(),
            "exercises": exercises,
            "unsolved": [one["name"] for one in exercises if not one["right"] and one["students"] > one["open"]],
            "unsolved_parts": [
                {"exercise": one["name"], "title": part["title"]}
                for one in exercises
                if one["right"] or any(p["passed"] for p in one["parts"])
                for part in one["parts"]
                if part["of"] and not part["passed"]
            ],
            "stuck": self._stuck(graded),
            "students": self.students,
            "put_right": self.put_right,
            "timings": self._timings(),
            "ways": self._ways(),
            "names": self.names,
        }

    def _reasons(self) -> list[dict[str, Any]]:
        """Why a human is needed, the most frequent reason first."""
        who: dict[str, list[str]] = {}
        for one in self.human:
            for reason in one["reasons"]:
                who.setdefault(reason[:_LONGEST], []).append(one["student"])
        return [
            {"reason": reason, "students": students}
            for reason, students in sorted(who.items(), key=lambda item: (-len(item[1]), item[0]))
        ]

    def _stuck(self, graded: list[dict]) -> list[dict[str, Any]]:
        """By the first exercise that is not right: who has come no further."""
        order = [one.name for one in self.exercises.values()]
        who = {name: [one["student"] for one in graded if one["stopped"] == name] for name in order}
        return [{"exercise": name, "students": students} for name, students in who.items() if students]

    def _timings(self) -> dict[str, Any]:
        timed = [one for one in self.students if one["seconds"] is not None]
        slowest = sorted(timed, key=lambda one: -one["seconds"])[:_SLOWEST]
        return {
            "submissions": _spread([one["seconds"] for one in timed]),
            "total": sum(one["seconds"] for one in timed),
            "phases": dict(self.phases.most_common()),
            "slowest": [{"student": one["student"], "seconds": one["seconds"]} for one in slowest],
        }

    def _ways(self) -> list[dict[str, Any]]:
        """How it was graded: the way of most first, of the others what differs from it."""
        ways = [
            {"students": len(who), "who": who, "provenance": json.loads(way)}
            for way, who in sorted(self.ways.items(), key=lambda item: (-len(item[1]), item[0]))
        ]
        for way in ways:
            way["differs"] = _differences(ways[0]["provenance"], way["provenance"])
        return ways


def _title(unit_name: str) -> str:
    try:
        return unit(unit_name).title
    except GraderError:  # a unit of the instructor's own
        return ""


def _marks(graded: list[dict]) -> dict[str, Any] | None:
    if not graded:
        return None
    points = np.array([one["points"] for one in graded], dtype=float)
    most = max(one["max_points"] for one in graded)
    low, middle, high = np.percentile(points, [25, 50, 75])
    step = max(1, math.ceil(most / _BARS))
    bars = []
    for start in range(0, math.ceil(most), step) if most > 0 else ():
        end = min(start + step, most)
        bars.append({"from": start, "to": end, "students": int(np.sum((points >= start) & (points < end)))})
    bars.append({"from": most, "to": most, "students": int(np.sum(points >= most))})
    return {
        "max_points": most,
        "mean": float(points.mean()),
        "median": float(middle),
        "quartiles": [float(low), float(high)],
        "full": int(np.sum(points >= most)),
        "none": int(np.sum(points <= 0)),
        "bars": bars,
    }


def _differences(usual: Any, other: Any, at: str = "") -> list[str]:
    """What differs between two provenances, a line each."""
    if usual == other:
        return []
    if isinstance(usual, dict) and isinstance(other, dict):
        lines = []
        for name in sorted({*usual, *other}):
            lines += _differences(usual.get(name), other.get(name), f"{at}.{name}" if at else name)
        return lines
    return [f"{at}: {_short(other)} instead of {_short(usual)}"]


def _short(value: Any) -> str:
    if value is None or value == []:
        return "none"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    # A digest is there to be told from another, which its first digits do.
    return text[:12] if len(text) == 64 and " " not in text else text[:_LONGEST]


def table_rows(record: dict[str, Any]) -> Iterator[tuple]:
    """A record as rows of the long table (see :data:`COLUMNS`): one for each cell that earns points."""
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
            cell.get("mistake"),
            "" if result == "right" else diagnosis(cell["text"])[:_LONGEST],
            cell["seconds"],
            human,
        )


def page(summary: dict[str, Any], made: str) -> str:
    """The report as one HTML page, which loads nothing and runs nothing."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"points": _points, "percent": _percent, "time": _time, "short": _short, "plain": plain}
    return environment.get_template("report.html.j2").render(made=made, **summary)


def _points(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 2):g}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def write_report(
    unit_name: str,
    records: Iterable[dict[str, Any]],
    folder: Path,
    made: str,
    roster: Iterable[tuple[str, str]] = (),
    handed_in: Iterable[str] = (),
) -> tuple[dict[str, Any], list[Path]]:
    """Write ``UNIT.html``, ``UNIT.csv`` and ``UNIT.json`` into a folder. Returns (the summary, the files)."""
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
