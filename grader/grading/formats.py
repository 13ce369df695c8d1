"""Verdicts in the formats that other programs read: safe CSV, JUnit XML, Gradescope's results.json.

The standard library alone, so that ``grader check`` needs no more than a learner has.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from typing import Any

from ..text import one_line, plain

__all__ = ["csv_text", "diagnosis", "gradescope", "junit", "name_of", "suite_of", "timestamp_of"]

# A spreadsheet takes a cell that begins so as a formula, in their full-width forms too.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\t|%")
_PART = re.compile(r"\s+[✓✗○] ")  # a line of a verdict about one of its parts


def _cell(value: Any) -> Any:
    """A value for a CSV file: numbers stay numbers, and no text is a formula."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        value = str(value)
    if not isinstance(value, str):
        return value
    text = plain(value)
    # What stands before the sign and is not seen does not hide it from a spreadsheet. A dash alone is no formula.
    start = next((mark for mark in text if mark in _FORMULA or not _unseen(mark)), "")
    return f"'{text}" if start in _FORMULA and text != "-" else text


def _unseen(mark: str) -> bool:
    return mark.isspace() or unicodedata.category(mark) == "Cf"


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV (RFC 4180, lines end in LF).

    A text that a spreadsheet would take for a formula gets an apostrophe in front, the spreadsheets'
    own sign for a text; a number is written as it is, a negative one too.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue()


def diagnosis(text: str) -> str:
    """The line of a verdict's text that says what was seen: the first below the headline, parts left out."""
    lines = [line for line in plain(text).split("\n") if line.strip()]
    below = [line.strip() for line in lines[1:] if not _PART.match(line)]
    return below[0] if below else lines[0].strip() if lines else ""


def name_of(cell: dict[str, Any]) -> str:
    """The exercise a record's cell is about: by the cell's name, for one that ended in an error has no verdict."""
    bare = cell["cell"].removeprefix("check_")
    return bare if bare != cell["cell"] else cell["exercise"] or bare


def timestamp_of(record: dict[str, Any]) -> str:
    """When a record's submission was made, as XML Schema writes it, without a zone; empty where not known."""
    text = (record.get("submitted") or {}).get("timestamp") or ""
    found = re.match(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)", text)
    return f"{found[1]}T{found[2]}" if found else ""


# --- JUnit ---------------------------------------------------------------------------------------


def suite_of(record: dict[str, Any], when: str, properties: dict[str, Any] | None = None) -> dict[str, Any]:
    """A grading record as a test suite for :func:`junit`. ``when`` stands in for a time that is not known."""
    cases = [{**cell, "name": cell["cell"], "headline": diagnosis(cell["text"])} for cell in record["cells"]]
    if record["status"] != "graded":
        reason = record["reason"] or "no reason is recorded"
        cases = [{"name": "grading", "points": None, "passed": None, "headline": reason, "text": reason}]
    return {
        "name": f"{record['unit']}: {record['student']}",
        "package": record["unit"],
        "cases": cases,
        "timestamp": timestamp_of(record) or when,
        "seconds": (record.get("seconds") or {}).get("total") or 0.0,
        "properties": {
            "student": record["student"],
            "status": record["status"],
            "points": record["points"],
            "max_points": record["max_points"],
            **(properties or {}),
        },
    }


def junit(suites: Iterable[dict[str, Any]]) -> bytes:
    """JUnit XML, valid by Jenkins's schema (junit-10) and by Ant's: wrong is a failure, not judged an error."""
    root = ET.Element("testsuites")
    for number, suite in enumerate(suites):
        cases = suite["cases"]
        states = [_state(case) for case in cases]
        node = ET.SubElement(
            root,
            "testsuite",
            _attributes(
                name=suite["name"],
                package=suite["package"],
                id=number,
                timestamp=suite["timestamp"],
                hostname="localhost",
                tests=len(cases),
                failures=states.count("failure"),
                errors=states.count("error"),
                skipped=0,
                time=_seconds(suite["seconds"]),
            ),
        )
        properties = ET.SubElement(node, "properties")
        for name, value in suite["properties"].items():
            ET.SubElement(properties, "property", _attributes(name=name, value="" if value is None else value))
        for case, state in zip(cases, states, strict=True):
            test = ET.SubElement(
                node,
                "testcase",
                _attributes(name=case["name"], classname=suite["package"], time=_seconds(case.get("seconds"))),
            )
            if state:
                kind = (case.get("mistake") or "wrong") if state == "failure" else "not judged"
                told = ET.SubElement(test, state, _attributes(message=case["headline"] or kind, type=kind))
                told.text = plain(case["text"])
        ET.SubElement(node, "system-out")
        ET.SubElement(node, "system-err")
    ET.indent(root, " ")
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _state(case: dict[str, Any]) -> str:
    """What JUnit calls it: no mark is an error, anything but right a failure."""
    if case["points"] is None:
        return "error"
    return "" if case["passed"] else "failure"


def _attributes(**values: Any) -> dict[str, str]:
    return {name: one_line(str(value)) for name, value in values.items()}


def _seconds(value: float | None) -> str:
    return f"{value or 0.0:.3f}"


# --- Gradescope ----------------------------------------------------------------------------------


def gradescope(
    unit_name: str, verdicts: list[dict[str, Any]], notes: Sequence[str] = (), seconds: float | None = None
) -> dict[str, Any]:
    """Gradescope's results.json for one submission, from verdicts' records.

    A hidden verdict's text carries no values, so every test is shown to the student; what the
    submission printed is shown to instructors only. A fault of the grader's cannot be left open
    there: it counts 0 for now, and the text and ``needs_human`` say that it is open.
    """
    unjudged = [one["name"] for one in verdicts if one["passed"] is None]
    output = [plain(note) for note in notes]
    if unjudged:
        output.insert(0, f"Not judged, so no points yet: {', '.join(unjudged)}. Your instructor has to look at it.")
    return {
        "score": float(sum(one["points"] or 0.0 for one in verdicts)),
        **({} if seconds is None else {"execution_time": round(seconds, 3)}),
        "output": "\n".join(output),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"unit": unit_name, "needs_human": unjudged},
        "tests": [_gradescope_test(number, one) for number, one in enumerate(verdicts, 1)],
    }


def _gradescope_test(number: int, verdict: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": verdict["name"],
        "number": str(number),
        "score": float(verdict["points"] or 0.0),
        "max_score": float(verdict["max_points"]),
        "status": "passed" if verdict["passed"] else "failed",
        "output": plain(verdict["text"]),
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {
            "mistake": verdict.get("mistake"),
            "parts": verdict.get("parts") or [],
            "hidden": bool(verdict.get("hidden")),
            "needs_human": verdict["passed"] is None,
        },
    }
