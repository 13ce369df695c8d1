"""Verdicts in the formats that other programs read: safe CSV, JUnit XML, Gradescope's results.json.

The standard library alone, so that ``grader check`` needs no more than a learner has.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..checking.verdict import VerdictRecord
from ..text import one_line, plain
from .record import CellRecord, Record

__all__ = ["Case", "Suite", "case_of", "csv_text", "diagnosis", "gradescope", "junit", "name_of", "suite_of"]

# A spreadsheet takes a cell that begins so as a formula, in their full-width forms too.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\t|%")
_PART = re.compile(r"\s+[✓✗○] ")  # a line of a verdict about one of its parts


def _cell(value: object) -> str | float:
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


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (RFC 4180, lines end in LF).

    A row is a sequence of texts and numbers; None is an empty field, anything else is written as ``str`` has it. A
    text that a spreadsheet would take for a formula gets an apostrophe in front, the spreadsheets' own sign for a
    text; a number is written as it is, a negative one too.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue()


def diagnosis(text: str) -> str:
    """The line of a verdict's text that says what was seen: the first below the headline, parts left out.

    The headline where there is no other, as for a right answer or an error; empty for an empty text.
    """
    lines = [line for line in plain(text).split("\n") if line.strip()]
    below = [line.strip() for line in lines[1:] if not _PART.match(line)]
    return below[0] if below else lines[0].strip() if lines else ""


def name_of(cell: CellRecord) -> str:
    """The exercise a record's cell is about: by the cell's name, for one that ended in an error has no verdict."""
    bare = cell["cell"].removeprefix("check_")
    return bare if bare != cell["cell"] else cell["exercise"] or bare


# --- JUnit ---------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A test case of JUnit's: a graded cell, or one exercise's verdict.

    ``points`` is None where nothing was judged, and ``passed`` is True for a right answer alone. ``headline`` is the
    line to show, ``text`` the whole of what was said, ``seconds`` how long it took.
    """

    name: str
    points: float | None
    passed: bool | None
    mistake: str | None
    headline: str
    text: str
    seconds: float = 0.0


class Suite(NamedTuple):
    """A test suite of JUnit's: one submission.

    ``package`` is the unit, ``timestamp`` a time as XML Schema writes it, without a zone. ``properties`` are names with
    whatever can be written as text; None is written as an empty one.
    """

    name: str
    package: str
    cases: Sequence[Case]
    timestamp: str
    seconds: float
    properties: Mapping[str, object]


def case_of(name: str, what: CellRecord | VerdictRecord, seconds: float = 0.0) -> Case:
    """A graded cell or a verdict as a test case of this name."""
    text = what["text"]
    return Case(name, what["points"], what["passed"], what["mistake"], diagnosis(text), text, seconds)


def suite_of(record: Record, when: str, **properties: object) -> Suite:
    """A grading record as a test suite, with these properties besides its own.

    A submission that was not graded is one case, which was not judged. ``when`` stands in for a time of handing in that
    is not known.
    """
    cases = [case_of(cell["cell"], cell, cell["seconds"]) for cell in record["cells"]]
    if record["status"] != "graded":
        reason = record["reason"] or "no reason is recorded"
        cases = [Case("grading", None, None, None, reason, reason)]
    handed_in = re.match(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)", record["submitted"]["timestamp"] or "")
    return Suite(
        name=f"{record['unit']}: {record['student']}",
        package=record["unit"],
        cases=cases,
        timestamp=f"{handed_in[1]}T{handed_in[2]}" if handed_in else when,
        seconds=record["seconds"].get("total", 0.0),
        properties={
            "student": record["student"],
            "status": record["status"],
            "points": record["points"],
            "max_points": record["max_points"],
            **properties,
        },
    )


def junit(suites: Iterable[Suite]) -> bytes:
    """JUnit XML (UTF-8), valid by Jenkins's schema (junit-10) and by Ant's.

    A wrong answer is a failure, of the type of its known mistake; one that was not judged is an error. Texts are those
    of :func:`grader.text.plain`, so that whatever a learner said stays well-formed.
    """
    root = ET.Element("testsuites")
    for number, suite in enumerate(suites):
        states = [_state(case) for case in suite.cases]
        node = ET.SubElement(
            root,
            "testsuite",
            _attributes(
                name=suite.name,
                package=suite.package,
                id=number,
                timestamp=suite.timestamp,
                hostname="localhost",
                tests=len(suite.cases),
                failures=states.count("failure"),
                errors=states.count("error"),
                skipped=0,
                time=f"{suite.seconds:.3f}",
            ),
        )
        properties = ET.SubElement(node, "properties")
        for name, value in suite.properties.items():
            ET.SubElement(properties, "property", _attributes(name=name, value="" if value is None else value))
        for case, state in zip(suite.cases, states, strict=True):
            test = ET.SubElement(
                node, "testcase", _attributes(name=case.name, classname=suite.package, time=f"{case.seconds:.3f}")
            )
            if state:
                kind = (case.mistake or "wrong") if state == "failure" else "not judged"
                told = ET.SubElement(test, state, _attributes(message=case.headline or kind, type=kind))
                told.text = plain(case.text)
        ET.SubElement(node, "system-out")
        ET.SubElement(node, "system-err")
    ET.indent(root, " ")
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _state(case: Case) -> str:
    """What JUnit calls it: no mark is an error, anything but right a failure, and right has no word."""
    if case.points is None:
        return "error"
    return "" if case.passed else "failure"


def _attributes(**values: object) -> dict[str, str]:
    """Values as an element's attributes: texts of one line."""
    return {name: one_line(str(value)) for name, value in values.items()}


# --- Gradescope ----------------------------------------------------------------------------------


def gradescope(
    unit_name: str, verdicts: Sequence[VerdictRecord], notes: Sequence[str] = (), seconds: float | None = None
) -> dict[str, Any]:
    """Gradescope's results.json for one submission, as plain data, in the form that its documentation gives.

    A hidden verdict's text carries no values, so every test is shown to the student; what the
    submission printed is shown to instructors only. A fault of the grader's cannot be left open
    there: it counts 0 for now, and the text and ``needs_human`` say that it is open.

    Args:
        unit_name: the unit, for ``extra_data``.
        verdicts: one for each exercise; each becomes a test.
        notes: what else there is to say, at the top of the page.
        seconds: how long it all took; left out where it is None.
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


def _gradescope_test(number: int, verdict: VerdictRecord) -> dict[str, Any]:
    """An entry of ``tests`` in results.json."""
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
            "mistake": verdict["mistake"],
            "parts": verdict["parts"],
            "hidden": verdict["hidden"],
            "needs_human": verdict["passed"] is None,
        },
    }
