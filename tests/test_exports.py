"""A class's marks for other programs: right, complete, and nothing that a name can do to who opens them."""

import csv
import datetime
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from conftest import ROOT
from grading_records import ODD, record_of, ungraded
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from traitlets.config import Config

from grader.build.course import write_sources
from grader.cli import main
from grader.demo import ClassRoot, solutions
from grader.exercises import exercise, unit
from grader.grading.exports import EXPORTS, SafeCsvExporter, read_book
from grader.grading.formats import csv_text, diagnosis, gradescope, junit, name_of, suite_of
from grader.grading.record import write_record
from grader.grading.work import Work
from grader.nbgrader.config import class_config
from grader.notebooks import fill
from grader.text import plain
from grader.vectors import HIDDEN_VARIABLE, make

# nbgrader and its database layer warn about their own future.
pytestmark = pytest.mark.filterwarnings("default")

UNITS = ("04_gates", "05_lstm")
NOW = "2026-11-21T09:00:00"
DUE = datetime.datetime(2026, 11, 20, 12, 0)
MISTAKE = exercise("lstm_step").mistakes[0]
COLUMNS = [
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
]
CONFIG = """\
from pathlib import Path
from grader.nbgrader.config import class_config
root = Path(__file__).resolve().parent
c = get_config()
c.merge(class_config(root, root / "source", root / "release"))
"""
# Marks by hand, in 05_lstm.
RESULTS = {
    "ada": {},
    "bela": {"lstm_step": ("wrong", MISTAKE.name)},
    "chen": {"lstm": "open"},
    "late": {"pack": "empty"},
    "eve": {"lstm": ("wrong", "<script>alert(2)</script>", "<script>alert(2)</script>")},
    **{student: {"lstm": "wrong"} for student in ODD},
}


def add(book, record, penalty=0.0):
    """A record's marks, as rows of the gradebook."""
    submission = book.add_submission(record["unit"], record["student"])
    submission.timestamp = datetime.datetime(2026, 11, 21, 8, 0)
    for notebook in submission.notebooks:
        notebook.late_submission_penalty = penalty
        for grade in notebook.grades:
            cell = next(one for one in record["cells"] if one["cell"] == grade.name)
            grade.auto_score = cell["points"]
            grade.needs_manual_grade = cell["points"] is None
    book.db.commit()


def kept(folder, student):
    """Where the record of a student's unit is."""
    return Work.named("05_lstm").by(student).file(folder / "autograded", "record.json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A class's folder: a gradebook with two units, records of one, and students with odd names."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "nbgrader_config.py").write_text(CONFIG)
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "lstm-course") as book:
        for name in UNITS:
            book.add_assignment(name, duedate=DUE)
            book.add_notebook(name, name)
            for cell in record_of("", {}, name)["cells"]:
                book.add_grade_cell(cell["cell"], name, name, max_score=cell["max_points"], cell_type="code")
        book.add_student("absent", first_name="Ab", last_name="Sent", email="absent@example.org")
        for student, results in RESULTS.items():
            first, last = ODD.get(student, (student.title(), "Of the Class"))
            book.add_student(student, first_name=first, last_name=last, email=f"{len(first)}@example.org")
            record = record_of(student, results)
            write_record(kept(folder, student.replace("/", "_")), record)
            add(book, record, penalty=2.0 if student == "late" else 0.0)
        book.add_student("unread", first_name="Un", last_name="Read", email="unread@example.org")
        write_record(kept(folder, "unread"), ungraded("unread"))
        add(book, ungraded("unread"))
        book.add_student("bare")  # a student of whom only the id is known
        add(book, record_of("bare", dict.fromkeys(unit("05_lstm").exercises, "wrong") | {"quiz": "wrong"}), penalty=3.0)
        book.find_grade("check_lstm_step", "05_lstm", "05_lstm", "bela").manual_score = 4.0
        book.find_student("ada").lms_user_id = "4711"
        book.find_student("chen").lms_user_id = "=4711"
        book.db.commit()
    return folder


@pytest.fixture(scope="module")
def book(folder):
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "lstm-course") as gradebook:
        return read_book(gradebook, autograded=folder / "autograded")


def made(book, kind, **options):
    text = EXPORTS[kind].make(book, when=NOW, **options)
    return text if isinstance(text, bytes) else text.removeprefix("\ufeff")


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def points_of(student):
    return record_of(student, RESULTS[student])["points"]


FULL = record_of("", {})["max_points"]


# --- CSV -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Ada", "Ada"),
        ("", '""'),
        (None, '""'),
        (17.5, "17.5"),
        (-1.5, "-1.5"),
        (0.0, "0.0"),
        (True, "True"),
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-", "-"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("\r=1", '"\'\n=1"'),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("|calc", "'|calc"),
        ("%0A", "'%0A"),
        ("'=1", "'=1"),
        ("a=1", "a=1"),
        ("a,b", '"a,b"'),
        ('a"b', '"a""b"'),
        ("a\nb", '"a\nb"'),
        ("a\rb", '"a\nb"'),
        ("a\r\nb", '"a\nb"'),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("\ud800", "?"),
        ("سلمى", "سلمى"),
        ("a\u202eb\u2066c", "abc"),
        (datetime.datetime(2026, 1, 2, 3, 4), "2026-01-02 03:04:00"),
    ],
)
def test_a_value_in_a_csv_file(value, written):
    text = csv_text([[value]])
    assert text.rstrip("\n") == written.rstrip("\n")
    assert len(list(csv.reader(io.StringIO(text, newline=""), strict=True))) == 1


def test_text_that_was_guarded_once_is_not_guarded_again():
    once = csv_text([["=1+1"]])
    assert csv_text(csv.reader(io.StringIO(once))) == once


def test_nbgraders_columns_with_manual_marks_and_penalties(book):
    found = rows(made(book, "nbgrader"))
    assert list(found[0]) == COLUMNS and len(found) == len(UNITS) * (len(RESULTS) + 3)
    by = {(row["assignment"], row["student_id"]): row for row in found}
    bela, late, bare, absent = (by["05_lstm", name] for name in ("bela", "late", "bare", "absent"))
    assert float(bela["score"]) == points_of("bela") + 4.0  # a human's mark goes before ours
    assert float(late["raw_score"]) == points_of("late") and float(late["late_submission_penalty"]) == 2.0
    assert float(late["score"]) == points_of("late") - 2.0
    assert (float(bare["raw_score"]), float(bare["score"])) == (0.0, 0.0)  # never below nothing
    assert (absent["timestamp"], float(absent["score"]), float(absent["max_score"])) == ("", 0.0, FULL)
    assert by["05_lstm", "ada"]["timestamp"] == "2026-11-21 08:00:00" and absent["duedate"] == str(DUE)
    assert {float(row["score"]) for row in found if row["assignment"] == "04_gates"} == {0.0}


@pytest.mark.parametrize("kind", ["nbgrader", "canvas", "moodle", "csv"])
def test_no_name_is_a_formula_and_every_row_is_whole(book, kind):
    table = list(csv.reader(io.StringIO(made(book, kind), newline=""), strict=True))
    assert {len(row) for row in table} == {len(table[0])}
    for cell in (cell for row in table for cell in row):
        number = re.fullmatch(r"-?[0-9.]+", cell)
        assert number or cell == "-" or not re.match(r"\s*[=+\-@\t|%\uff1d]", cell), cell


def test_odd_names_come_back_as_they_were(book):
    by = {row["student_id"]: row for row in rows(made(book, "nbgrader"))}
    assert by["o'neil,x"]["last_name"] == "O'Neil, Jr." and by["o'neil,x"]["first_name"] == 'Sean "Shorty"'
    assert by["new-line"]["first_name"] == "Two\nLines" and by["سلمى"]["last_name"] == "الأحمد"
    assert by["zoë"]["first_name"] == "Zoë 🦊"
    assert (by["'-x"]["last_name"], by["'-x"]["first_name"]) == ("'+Lisa", "'-Bart")
    assert by["bare"]["last_name"] == by["bare"]["email"] == ""


def test_the_same_bytes_as_nbgraders_own_where_those_are_well_formed(folder, tmp_path):
    """For students whose names need neither quotes nor guards."""
    texts = []
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "lstm-course") as gradebook:
        for kind in (CsvExportPlugin, SafeCsvExporter):
            exporter = kind(config=Config(), to=str(tmp_path / kind.__name__))
            exporter.student = ["ada", "bela", "late", "absent"]
            exporter.export(gradebook)
            texts.append(Path(exporter.to).read_bytes())
    assert texts[0] == texts[1] and texts[0].count(b"\n") == 1 + 2 * 4


def test_rows_come_in_the_same_order_from_every_database(book):
    found = [row["student_id"] for row in rows(made(book, "nbgrader")) if row["assignment"] == "05_lstm"]
    names = {one["id"]: (one["last_name"] or "", one["first_name"] or "", one["id"]) for one in book.students}
    assert [plain(one).lstrip("'") for one in sorted(names, key=names.get)] == [one.lstrip("'") for one in found]


def test_nbgraders_exporter_takes_its_options(folder, tmp_path):
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "lstm-course") as gradebook:
        exporter = SafeCsvExporter(config=Config(), to=str(tmp_path / "x.csv"), student=["ada"], assignment=["05_lstm"])
        exporter.export(gradebook)
        assert len(rows((tmp_path / "x.csv").read_text())) == 1
        with pytest.raises(SystemExit):
            SafeCsvExporter(config=Config(), to=str(tmp_path / "y.csv"), assignment=["06_none"]).export(gradebook)
    assert not (tmp_path / "y.csv").exists()


def test_a_classs_configuration_exports_safely(tmp_path):
    config = class_config(tmp_path, tmp_path / "source", tmp_path / "release")
    assert config.ExportApp.plugin_class == f"{SafeCsvExporter.__module__}.{SafeCsvExporter.__name__}"


def test_nbgrader_export_itself_uses_it(folder, tmp_path):
    """nbgrader's own command, in the class's folder, with nothing but the class's configuration."""
    result = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", str(tmp_path / "out.csv")],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert "SafeCsvExporter" in result.stderr
    assert {row["student_id"] for row in rows((tmp_path / "out.csv").read_text())} >= {"'=cmd|'/c calc'!A0", "ada"}


# --- learning platforms --------------------------------------------------------------------------


def test_canvas(book):
    table = list(csv.reader(io.StringIO(made(book, "canvas")), strict=True))
    # What Canvas's importer looks for, in these places.
    assert table[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *UNITS]
    assert table[1][0] == "Points Possible" and float(table[1][6]) == FULL
    by = {row[3]: row for row in table[2:]}
    assert float(by["ada"][6]) == FULL and by["ada"][5] == ""  # no mark is not 0
    assert by["absent"][5:] == ["", ""] and by["absent"][0] == "Sent, Ab"
    assert by["chen"][6] == by["unread"][6] == ""  # nor is a mark that waits for a human
    assert by["ada"][1] == "4711" and by["chen"][1] == ""  # an id in Canvas is a number
    assert by["bare"][0] == "bare"
    assert by["new-line"][0] == "Carriage Return, Two Lines"  # Canvas guesses the separator from the first lines


def test_a_number_behind_a_units_name_is_canvass_id_of_it_and_nothing_else(book):
    header = made(book, "canvas", canvas_ids={"05_lstm": "1234"}).split("\n")[0]
    assert header.endswith(",04_gates,05_lstm (1234)")


def test_moodle(book):
    found = rows(made(book, "moodle"))
    assert list(found[0]) == [
        "First name",
        "Last name",
        "ID number",
        "Email address",
        "Assignment: 04_gates (Real)",
        "Assignment: 04_gates (Feedback)",
        "Assignment: 05_lstm (Real)",
        "Assignment: 05_lstm (Feedback)",
    ]
    by = {row["ID number"]: [row[f"Assignment: 05_lstm ({what})"] for what in ("Real", "Feedback")] for row in found}
    assert by["absent"] == ["-", ""] and by["ada"] == [str(FULL), "Everything is right."]
    assert by["bela"][1] == f"lstm_step: 0 of 5 (this is {MISTAKE.what})"
    assert by["chen"] == ["-", "lstm: still to be marked"] and by["unread"][0] == "-"
    assert by["bare"][1] == ""  # a mark without a record has no feedback
    assert {row["Assignment: 04_gates (Real)"] for row in found} == {"-"}


def test_feedback_repeats_nothing_a_learner_wrote(book):
    text = made(book, "moodle")
    assert "lstm: 0 of 4" in text and "alert(2)" not in text
    assert "could not be graded; your instructor will look at it" in text


def test_a_table_for_a_spreadsheet(book):
    text = EXPORTS["csv"].make(book, when=NOW)
    assert text.startswith("\ufeff")
    by = {row["student_id"]: row for row in rows(text.removeprefix("\ufeff"))}
    most = sum(unit["max_score"] for unit in book.units)
    assert float(by["ada"][f"total (of {most:g})"]) == FULL and by["absent"][f"05_lstm (of {FULL:g})"] == ""
    assert by["chen"]["waiting_for_a_human"] == "05_lstm" and by["ada"]["waiting_for_a_human"] == ""


def test_json_holds_everything(book):
    read = json.loads(made(book, "json"))
    assert [one["name"] for one in read["units"]] == list(UNITS)
    by = {one["student"]: one for one in read["units"][1]["students"]}
    assert set(by) == {*RESULTS, "unread", "bare", "absent"}
    assert by["ada"]["score"] == FULL and by["ada"]["records"][0]["cells"][0]["passed"] is True
    assert (by["absent"]["submitted"], by["absent"]["records"], by["absent"]["score"]) == (False, [], 0.0)
    assert by["chen"]["waiting_for_a_human"] is True and by["late"]["late_submission_penalty"] == 2.0


# --- JUnit ---------------------------------------------------------------------------------------

# What both published schemas have in common: Jenkins's junit-10.xsd and Ant's JUnit.xsd.
_TIME = r"[0-9]{1,3}(\.[0-9]+)?|[0-9]+(\.[0-9]{3})"
SCHEMA = {
    "testsuites": ({}, ["testsuite"]),
    "testsuite": (
        {
            "name": ".+",
            "package": ".+",
            "id": r"\d+",
            "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
            "hostname": ".+",
            "tests": r"\d+",
            "failures": r"\d+",
            "errors": r"\d+",
            "skipped": r"\d+",
            "time": _TIME,
        },
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "properties": ({}, ["property"]),
    "property": ({"name": ".+", "value": ".*"}, []),
    "testcase": ({"name": ".+", "classname": ".+", "time": _TIME}, ["failure", "error"]),
    "failure": ({"message": ".+", "type": ".+"}, []),
    "error": ({"message": ".+", "type": ".+"}, []),
    "system-out": ({}, []),
    "system-err": ({}, []),
}


def must_be_valid(node):
    attributes, children = SCHEMA[node.tag]
    assert set(node.attrib) == set(attributes), node.attrib
    for name, pattern in attributes.items():
        assert re.fullmatch(pattern, node.get(name)), (name, node.get(name))
    order = [children.index(child.tag) for child in node]
    assert order == sorted(order)
    for child in node:
        must_be_valid(child)


def test_junit_of_a_class(book):
    root = ET.fromstring(made(book, "junit"))
    must_be_valid(root)
    suites = {suite.get("name"): suite for suite in root}
    assert len(suites) == len(RESULTS) + 2  # who handed in nothing has no suite
    bela, chen, bare = (suites[f"05_lstm: {name}"] for name in ("bela", "chen", "bare"))
    (failure,) = bela.iter("failure")
    assert failure.get("type") == MISTAKE.name and failure.get("message") == "Your array has the wrong shape."
    assert failure.text.startswith("✗ lstm_step")
    assert (chen.get("failures"), chen.get("errors")) == ("0", "1") and next(chen.iter("error")) is not None
    assert bare.get("errors") == "1" and "grader autograde" in next(bare.iter("error")).get("message")
    properties = {one.get("name"): one.get("value") for one in bela.iter("property")}
    assert float(properties["score"]) == points_of("bela") + 4.0 and float(properties["points"]) == points_of("bela")
    assert [case.get("name") for case in bela.iter("testcase")] == [
        f"check_{name}" for name in [*unit("05_lstm").exercises, "quiz"]
    ]


def test_junit_carries_whatever_a_learner_can_say():
    said = "]]> <!-- & \x00\x0b\ufffe \ud800 \u2028 \"'"
    record = record_of("<&\x01>", {"lstm": ("wrong", None, said)})
    next(cell for cell in record["cells"] if cell["exercise"] == "lstm")["text"] += said
    record["seconds"]["total"] = 123456.789
    root = ET.fromstring(junit([suite_of(record, NOW), suite_of(ungraded("x"), NOW)]))
    must_be_valid(root)
    assert "]]> <!-- & " in next(root.iter("failure")).text
    assert root[0].get("timestamp") == "2026-11-21T08:00:00" and root[0].get("name") == "05_lstm: <&>"
    assert [case.get("name") for case in root[1].iter("testcase")] == ["grading"]


# --- one submission ------------------------------------------------------------------------------


def test_the_line_that_says_what_was_seen():
    cells = {
        cell["exercise"]: cell["text"]
        for cell in record_of("ada", {"lstm_step": ("partly", None, "Your c is off.")})["cells"]
    }
    assert diagnosis(cells["lstm_step"]) == "Your c is off."  # not a line about a part
    assert diagnosis(cells["pack"]).startswith("✓ pack") and diagnosis("") == ""
    assert diagnosis("NameError: no\x1b[0m") == "NameError: no[0m"


def test_plain_text_can_be_written_anywhere():
    for mark in map(chr, [*range(0x300), *range(0x2000, 0x2100), 0xFFFE, 0xD800, 0x1F98A]):
        plain(mark).encode()
        ET.fromstring(f"<a><![CDATA[{plain(mark)}]]></a>")


def verdicts_of(record):
    return [{**cell, "name": name_of(cell), "hidden": True} for cell in record["cells"]]


def test_gradescopes_results():
    record = record_of("ada", {"lstm_step": ("partly", MISTAKE.name), "lstm": "open"})
    result = json.loads(json.dumps(gradescope("05_lstm", verdicts_of(record), ["a note"], 1.23456), allow_nan=False))
    assert result["score"] == record["points"] == sum(one["score"] for one in result["tests"])
    assert (result["visibility"], result["stdout_visibility"], result["execution_time"]) == ("visible", "hidden", 1.235)
    assert result["extra_data"]["needs_human"] == ["lstm"] and "Not judged, so no points yet: lstm." in result["output"]
    assert "a note" in result["output"]
    allowed = {"name", "number", "score", "max_score", "status", "output", "output_format", "visibility", "extra_data"}
    for number, test in enumerate(result["tests"], 1):
        assert set(test) == allowed and test["number"] == str(number) and 0 <= test["score"] <= test["max_score"]
    step = next(test for test in result["tests"] if test["name"] == "lstm_step")
    assert step["status"] == "failed" and step["score"] > 0 and step["extra_data"]["mistake"] == MISTAKE.name
    assert {test["status"] for test in result["tests"] if test["score"] == test["max_score"]} == {"passed"}


# --- the commands --------------------------------------------------------------------------------


def solve(name):
    """The course's own answers in a released notebook."""
    released = nbformat.read(ROOT / "course" / name / f"{name}.ipynb", as_version=4)
    return fill(released, solutions(ROOT, name))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class's folder as the engine needs it: sources, hidden vectors, submissions, nothing graded."""
    before = os.environ.get(HIDDEN_VARIABLE)
    course = ClassRoot(tmp_path_factory.mktemp("graded"))
    write_sources(ROOT, course.source)
    make.write(course.folder / "hidden", "a seed of the tests", only=["00_start"])
    right = solve("00_start")
    course.submit("ada", "00_start", right)
    course.submit("bela", "00_start", fill(right, {"one_hot": "def one_hot(ids, num_classes):\n    return ids"}))
    forged = fill(right, {"sigmoid": FORGED})
    course.submit("=forge", "00_start", forged)
    yield course
    if before is None:
        os.environ.pop(HIDDEN_VARIABLE, None)


FORGED = """\
import grader
def check(name, *rest):
    verdict = grader.checking.verdict.Verdict(name, True, [grader.checking.verdict.PartResult("all", 1000, True)])
    return verdict
grader.check = check
def sigmoid(z):
    return z
"""


def results_of(notebook, *options):
    """(exit status, results.json) of one submission."""
    result = CliRunner().invoke(main, ["check", str(notebook), "--format", "gradescope", *map(str, options)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result.exit_code, json.loads(result.stdout)


def test_one_submission_graded_as_its_class_is(course):
    """For marks that count: what a notebook does in its own kernel is nothing to the tests."""
    submitted = course.folder / "submitted"
    options = ["--root", course.folder, "--unit", "00_start", "--unconfined"]
    status, right = results_of(submitted / "ada" / "00_start" / "00_start.ipynb", *options)
    assert status == 0 and right["score"] == record_of("", {}, "00_start")["max_points"]
    assert {test["extra_data"]["hidden"] for test in right["tests"]} == {True}
    status, forged = results_of(submitted / "=forge" / "00_start" / "00_start.ipynb", *options)
    assert status == 1 and forged["score"] == right["score"] - exercise("sigmoid").points


def test_a_notebook_of_another_unit_earns_nothing(course, tmp_path):
    nbformat.write(solve("04_gates"), tmp_path / "00_start.ipynb")
    options = ["--root", course.folder, "--unit", "00_start", "--unconfined"]
    status, found = results_of(tmp_path / "00_start.ipynb", *options)
    # Every unit has a quiz, and some letters may fit; its functions are none of this unit's.
    assert status == 1 and [test["score"] for test in found["tests"] if test["name"] != "quiz"] == [0.0, 0.0]


def test_a_file_that_is_no_notebook_is_open_and_not_wrong(course, tmp_path):
    (tmp_path / "x.ipynb").write_text("{")
    status, found = results_of(tmp_path / "x.ipynb", "--root", course.folder, "--unit", "00_start", "--unconfined")
    assert status == 3 and found["score"] == 0 and "no complete notebook" in found["output"]
    assert found["extra_data"]["needs_human"] == [*unit("00_start").exercises, "quiz"]


def test_what_goes_with_a_class_alone_is_said():
    assert run("check", "x.ipynb", "--unit", "00_start")[0] == 2


def test_from_submissions_to_report_and_exports(course, tmp_path):
    """The engine's own records, through both commands."""
    status, output = run("autograde", "00_start", "--root", course.folder, "--unconfined")
    assert status == 0 and "3 graded" in output
    assert run("report", "00_start", "--root", course.folder, "--out", tmp_path)[0] == 0
    summary = json.loads((tmp_path / "00_start.json").read_text())
    by = {one["name"]: one for one in summary["exercises"]}
    assert list(by) == [*unit("00_start").exercises, "quiz"]
    assert by["sigmoid"]["right"] == 2 and by["one_hot"]["right"] == 2 and by["quiz"]["right"] == 3
    assert [one["exercise"] for one in summary["stuck"]] == ["sigmoid", "one_hot"] and summary["human"] == []
    assert run("export", "--root", course.folder, "--to", tmp_path / "grades.csv")[0] == 0
    scores = {row["student_id"]: float(row["score"]) for row in rows((tmp_path / "grades.csv").read_text())}
    assert (
        scores == {one["student"].replace("=forge", "'=forge"): one["points"] for one in summary["students"]}
        and scores["ada"] == max(scores.values()) > scores["bela"]
    )
    assert run("export", "--root", course.folder, "--to", tmp_path / "grades.xml", "--format", "junit")[0] == 0
    must_be_valid(ET.parse(tmp_path / "grades.xml").getroot())


def run(*arguments):
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("kind", EXPORTS)
def test_the_command_writes_every_format(folder, tmp_path, kind):
    target = tmp_path / "deep" / "marks"
    status, output = run("export", "05_lstm", "--root", folder, "--format", kind, "--to", target)
    assert status == 0 and f"wrote {target}: {len(RESULTS) + 3} students, 1 units" in output
    assert f"2 marks still wait for a human{' (left out)' if kind in ('canvas', 'moodle') else ''}: chen (05" in output
    text = target.read_text(encoding="utf-8")
    assert "bela" in text and "04_gates" not in text
    assert ("no e-mail address" in output) == (kind == "moodle")


def test_the_command_writes_into_the_classs_folder(folder):
    status, _ = run("export", "--root", folder)
    assert status == 0
    assert {row["assignment"] for row in rows((folder / "grades.csv").read_text())} == set(UNITS)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["06_none"], 2, "no unit called 06_none. Release it"),
        (["--format", "xls"], 2, "Invalid value for '--format'"),
        (["--format", "canvas", "--canvas-id", "05_lstm"], 2, "UNIT=NUMBER"),
    ],
)
def test_the_command_says_what_is_wrong(folder, arguments, status, said):
    found, output = run("export", "--root", folder, *arguments)
    assert found == status and said in output


def test_a_class_without_a_gradebook_is_said_and_none_is_made(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    status, output = run("export", "--root", tmp_path)
    assert status == 2 and "There is no gradebook in" in output and not (tmp_path / "gradebook.db").exists()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+pg8000://me:secret@127.0.0.1:1/none", ""),  # no driver, or no server
        ("sqlite:///{file}", "DatabaseError"),
    ],
)
def test_a_database_that_can_not_be_opened_is_said_without_its_password(tmp_path, url, why):
    file = tmp_path / "broken.db"
    file.write_bytes(b"no database" * 1000)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG + f"c.CourseDirectory.db_url = {url.format(file=file)!r}\n")
    status, output = run("export", "--root", tmp_path)
    assert status == 2 and "can't be opened" in output and why in output and "secret" not in output


def test_check_writes_every_format(tmp_path, monkeypatch):
    """The notebook is checked for real elsewhere; here are its verdicts, and the four ways to write them."""
    record = record_of("ada", {"lstm": ("wrong", None, "Your c is off.")})
    verdicts = verdicts_of(record)
    monkeypatch.setattr("grader.notebooks.check_notebook", lambda path, progress: ("05_lstm", verdicts, ["old"]))
    notebook = tmp_path / "x.ipynb"
    notebook.touch()  # when it was saved is said
    texts = {}
    for kind in ("text", "json", "gradescope", "junit"):
        status, texts[kind] = run("check", notebook, "--format", kind)
        assert status == 1
        target = tmp_path / kind
        assert run("check", notebook, "--format", kind, "--out", target) == (1, "")
        text = target.read_text(encoding="utf-8")
        digits = re.compile(r"\d+\.\d+|T\d\d:\d\d:\d\d")  # how long it took, and when it was
        if kind != "text":  # a terminal breaks lines
            assert digits.sub("", text) == digits.sub("", texts[kind])
    assert "Your c is off." in texts["text"] and "Note: old" in texts["text"]
    assert f"05_lstm: {record['points']:g} of {FULL:g} points" in texts["text"]
    assert run("check", notebook, "--json")[1] == texts["json"]
    assert json.loads(texts["json"]) == {"unit": "05_lstm", "verdicts": verdicts, "notes": ["old"]}
    assert json.loads(texts["gradescope"])["score"] == record["points"]
    root = ET.fromstring(texts["junit"].encode())
    must_be_valid(root)
    assert root[0].get("failures") == "1"
