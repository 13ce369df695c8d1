"""The instructor's report: its numbers, the page that shows them, and what learners' texts can do to it (nothing)."""

import csv
import io
import json
import re
import time
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from conftest import need_program
from grading_records import ODD, class_of, provenance, record_of, ungraded

from grader.cli import main
from grader.exercises import exercise, unit
from grader.figures.palette import contrast
from grader.grading.formats import name_of
from grader.grading.record import CellRecord, Record, write_record
from grader.grading.report import COLUMNS, page, table_rows, write_report
from grader.grading.tally import Tally, result_of
from grader.grading.work import Work

UNIT = "05_lstm"
NAMES = [*unit(UNIT).exercises, "quiz"]
MADE = "2026-11-21 09:00 UTC"
SWAPPED = exercise("lstm_step").mistakes[0]


def summary_of(*records, roster=()):
    tally = Tally(UNIT, roster)
    for record in records:
        tally.add(record)
    return tally.summary()


def of(summary, name):
    return next(one for one in summary["exercises"] if one["name"] == name)


@pytest.mark.parametrize("record", [record_of("ada", {"lstm": "open"}), ungraded("bela")], ids=["graded", "not"])
def test_the_records_of_these_tests_are_like_the_engines(record):
    assert record.keys() == Record.__required_keys__
    assert all(cell.keys() == CellRecord.__required_keys__ for cell in record["cells"])


class Page(HTMLParser):
    """A page taken apart: tags with attributes, the text, and whether every tag is closed."""

    VOID = {"meta", "br", "link", "img", "hr", "input"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style",):
            self.texts.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def shown(*records, roster=()):
    return Page(page(summary_of(*records, roster=roster), MADE))


# --- the numbers ---------------------------------------------------------------------------------


def test_a_result_is_what_a_cell_earned():
    record = record_of("ada", {"pack": "partly", "lstm_step": "wrong", "lstm": "empty", "to_torch": "open"})
    found = {name_of(cell): result_of(cell, record["answers"]) for cell in record["cells"]}
    assert found == {
        "pack": "partly",
        "lstm_step": "wrong",
        "lstm": "empty",
        "num_parameters": "right",
        "to_torch": "open",
        "from_torch": "right",
        "quiz": "right",
    }


def test_a_cell_that_ended_without_a_verdict_counts_for_its_exercise():
    """Its exercise is then known by the cell's name alone."""
    died = record_of("bela", {"lstm": "wrong"})
    cell = next(one for one in died["cells"] if one["exercise"] == "lstm")
    cell |= {"exercise": None, "parts": [], "text": "NameError: name 'lstm' is not defined"}
    for order in ((record_of("ada", {}), died), (died, record_of("ada", {}))):
        one = of(summary_of(*order), "lstm")
        assert (one["right"], one["wrong"], one["students"]) == (1, 1, 2)
        assert one["others"] == [{"text": "NameError: name 'lstm' is not defined", "students": 1}]


def test_rates_and_means():
    summary = summary_of(
        record_of("a", {}),
        record_of("b", {"lstm": "wrong"}),
        record_of("c", {"lstm": "empty"}),
        record_of("d", {"lstm": "partly"}),
        record_of("e", {"lstm": "open"}),
        ungraded("f"),
    )
    one = of(summary, "lstm")
    first = exercise("lstm").parts[0].points
    assert [one[name] for name in ("right", "partly", "wrong", "empty", "open")] == [1, 1, 1, 1, 1]
    assert one["pass_rate"] == 1 / 4 and one["pass_rate_tried"] == 1 / 3  # an open mark is no failure
    assert one["mean_points"] == pytest.approx((exercise("lstm").points + first) / 4)
    assert of(summary, "pack")["pass_rate"] == 1.0
    assert summary["records"] == 6 and summary["graded"] == 5


def test_marks_leave_out_what_was_not_graded():
    full = record_of("a", {})["points"]
    marks = summary_of(record_of("a", {}), record_of("b", dict.fromkeys(NAMES, "wrong")), ungraded("c"))["marks"]
    assert (marks["full"], marks["none"], marks["mean"], marks["max_points"]) == (1, 1, full / 2, full)
    assert sum(bar["students"] for bar in marks["bars"]) == 2
    assert marks["bars"][0]["students"] == marks["bars"][-1]["students"] == 1
    assert summary_of(ungraded("c"))["marks"] is None


def test_every_mark_is_in_one_bar():
    records = list(class_of(150))
    bars = summary_of(*records)["marks"]["bars"]
    points = [one["points"] for one in records if one["status"] == "graded"]
    for bar in bars[:-1]:
        assert bar["students"] == sum(bar["from"] <= one < bar["to"] for one in points)
    assert sum(bar["students"] for bar in bars) == len(points)


def test_known_mistakes_come_by_frequency_with_their_explanation():
    other = exercise("lstm_step").mistakes[1].name
    summary = summary_of(
        record_of("a", {"lstm_step": ("wrong", other)}),
        *(record_of(name, {"lstm_step": ("partly", SWAPPED.name)}) for name in "bcd"),
        record_of("e", {"lstm_step": ("wrong", "no_longer_known")}),
        record_of("f", {"lstm_step": ("wrong", None, "It never ended.")}),
    )
    first, *rest = of(summary, "lstm_step")["mistakes"]
    assert first == {
        "name": SWAPPED.name,
        "students": 3,
        "who": ["b", "c", "d"],
        "what": SWAPPED.what,
        "meaning": SWAPPED.meaning,
        "look": SWAPPED.look,
    }
    assert {one["name"] for one in rest} == {other, "no_longer_known"}
    assert of(summary, "lstm_step")["others"] == [{"text": "It never ended.", "students": 1}]
    text = Page(page(summary, MADE)).text
    assert SWAPPED.what in text and SWAPPED.meaning in text and "no_longer_known" in text and "It never ended." in text


def test_what_nobody_could_solve():
    some = {"lstm": "wrong", "lstm_step": "partly"}
    summary = summary_of(record_of("a", some), record_of("b", some | {"lstm": "empty"}), ungraded("c"))
    assert summary["unsolved"] == ["lstm_step", "lstm"]
    rest = [part.title for part in exercise("lstm_step").parts[1:]]
    assert summary["unsolved_parts"] == [{"exercise": "lstm_step", "title": title} for title in rest]
    assert summary_of(record_of("a", {}), record_of("b", some))["unsolved"] == []
    # Nothing is said of an exercise that could not be judged at all.
    assert summary_of(record_of("a", {"lstm": "open"}))["unsolved"] == []


def test_who_is_stuck_and_who_did_not_start():
    summary = summary_of(
        record_of("ada", {}),
        record_of("bela", {"lstm": "wrong", "quiz": "wrong"}),
        record_of("chen", {"quiz": "partly", "lstm": "empty"}),
        record_of("dora", dict.fromkeys(NAMES, "empty")),
        ungraded("emil"),
        roster=[("ada", "Ada"), ("fay", "Fay"), ("emil", "")],
    )
    assert summary["stuck"] == [
        {"exercise": "pack", "students": ["dora"]},
        {"exercise": "lstm", "students": ["bela", "chen"]},
    ]
    assert summary["not_started"] == ["dora"] and summary["absent"] == ["fay"]


def test_who_handed_in_and_has_no_record_is_neither_absent_nor_counted():
    tally = Tally(UNIT, [("ada", ""), ("bela", ""), ("chen", "")], ["ada", "bela", "guest"])
    tally.add(record_of("ada", {}))
    summary = tally.summary()
    assert (summary["ungraded"], summary["absent"]) == (["bela", "guest"], ["chen"])
    assert "2 submissions have no grading record. grader autograde 05_lstm makes it" in Page(page(summary, MADE)).text


def test_who_needs_a_human_and_why():
    summary = summary_of(
        record_of("ada", {}),
        record_of("bela", {"lstm": "open"}),
        ungraded("chen"),
        ungraded("dora", "fault", "the disk is full") | {"human": []},
    )
    assert [(one["student"], one["reasons"]) for one in summary["human"]] == [
        ("bela", ["check_lstm: the hidden vectors are missing"]),
        ("chen", ["The file can't be graded: the file is empty."]),
        ("dora", ["the disk is full"]),
    ]


def test_a_class_that_needs_a_human_throughout_is_told_why_once():
    summary = summary_of(*(record_of(f"s{k:02d}", {"lstm": "open"}) for k in range(40)), ungraded("x"))
    assert [(one["reason"], len(one["students"])) for one in summary["reasons"]] == [
        ("check_lstm: the hidden vectors are missing", 40),
        ("The file can't be graded: the file is empty.", 1),
    ]
    text = Page(page(summary, MADE)).text
    assert "41 submissions wait for you, by the reason" in text and all(f"s{k:02d}" in text for k in range(40))


def test_how_it_was_graded_names_what_differs():
    usual, digest = [record_of(name, {}) for name in "abc"], "d" * 64
    changed = provenance(vectors=digest, confined=False, layers=[], limits={"cell": 20.0, "call": 9.0})
    summary = summary_of(*usual, record_of("x", {}, provenance=changed))
    assert [(way["students"], way["who"]) for way in summary["ways"]] == [(3, ["a", "b", "c"]), (1, ["x"])]
    assert summary["ways"][0]["differs"] == []
    assert summary["ways"][1]["differs"] == [
        "confined: False instead of True",
        "layers: none instead of bubblewrap namespaces, seccomp",
        "limits.call: 9.0 instead of 5.0",
        f"vectors: {digest[:12]} instead of {'b' * 12}",
    ]


def test_the_slowest_and_the_phases():
    slow = record_of("slow", {})
    slow["seconds"] = {"read": 1.0, "checks": 8.0, "total": 9.0}
    timings = summary_of(record_of("a", {}), slow, ungraded("b"))["timings"]
    assert timings["slowest"][0] == {"student": "slow", "seconds": 9.0}
    assert timings["submissions"]["max"] == 9.0 and timings["total"] == pytest.approx(9.33)
    assert timings["phases"]["checks"] == pytest.approx(8.2) and "total" not in timings["phases"]


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def classes():
    """Classes of several sizes and kinds, each as a page."""
    differs = record_of("zed", {}, provenance=provenance(confined=False, layers=[]), put_right=["cell pack: missing"])
    kinds = {
        "one": [record_of("ada", {})],
        "nothing": [record_of("ada", dict.fromkeys(NAMES, "empty"))],
        "unreadable": [ungraded("ada")],
        "thirty": [*class_of(30), differs, ungraded("yan", "fault", "the disk is full")],
        "hundred": list(class_of(100)),
    }
    return {name: page(summary_of(*records, roster=[("fay", "Fay Wu")]), MADE) for name, records in kinds.items()}


@pytest.mark.parametrize("kind", ["one", "nothing", "unreadable", "thirty", "hundred"])
def test_the_page_is_whole_and_loads_and_runs_nothing(classes, kind):
    found = Page(classes[kind])
    assert not {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "object", "form", "base"}
    policy = next(one["content"] for one in found.all("meta") if one.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert "://" not in classes[kind] and "@import" not in classes[kind]
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("kind", ["one", "nothing", "unreadable", "thirty", "hundred"])
def test_the_page_can_be_heard_and_walked_by_keyboard(classes, kind):
    found = Page(classes[kind])
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed = [one for _, attributes in found.tags for one in attributes.get("aria-labelledby", "").split()]
    links = [one["href"] for one in found.all("a")]
    assert pointed and {*pointed, *(link[1:] for link in links)} <= set(ids) and all(one[0] == "#" for one in links)
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert found.all("html")[0]["lang"] == "en" and len(found.all("main")) == 1
    assert all(one.get("scope") in ("row", "col") for one in found.all("th"))
    assert len(found.all("caption")) == len(found.all("table"))
    for plot in [one for one in found.all("svg") if not one.get("aria-hidden")]:
        assert plot["role"] == "img" and len(plot["aria-labelledby"].split()) == 2
    scrolled = [one for _, one in found.tags if "scroll" in one.get("class", "").split()]
    assert scrolled and all(one["tabindex"] == "0" and one["role"] == "region" for one in scrolled)
    assert all(one.get("aria-label") or one.get("aria-labelledby") for one in scrolled)


def palettes():
    """The page's colours in light and in dark."""
    text = page(summary_of(record_of("ada", {})), MADE)
    blocks = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def ratio(one, other):
    light, dark = (21 / contrast(color) for color in (one, other))  # luminance + 0.05, times 20
    return max(light, dark) / min(light, dark)


def test_the_colours_have_contrast_in_light_and_dark():
    light, dark = palettes()
    assert set(light) == set(dark)
    for colors in (light, dark):
        for name in ("ink", "soft", "link"):
            assert ratio(colors[name], colors["page"]) >= 4.5, name
        for name in ("ink", "soft"):
            assert ratio(colors[name], colors["band"]) >= 4.5, name
        assert ratio(colors["ink"], colors["alert"]) >= 4.5
        for name in ("right", "partly", "wrong", "empty", "open", "alert-edge"):
            assert ratio(colors[name], colors["page"]) >= 3, name


def test_what_learners_supply_is_text_and_nothing_else():
    attack = "<img src=x onerror=alert(1)> {{ 7 * 7 }} \u202egnp.exe"
    records = [
        record_of(student, {"lstm": ("wrong", attack, attack)}, put_right=[f"cell {attack}: unknown"], human=[attack])
        for student in ODD
    ]
    records.append(ungraded("unread\u0000able<br>", reason=attack))
    roster = [(student, " ".join(names)) for student, names in ODD.items()] + [("<i>absent</i>", "")]
    text = page(summary_of(*records, roster=roster), MADE)
    found = Page(text)
    assert not {tag for tag, _ in found.tags} & {"img", "script", "b", "i"}
    assert "<img src=x onerror=alert(1)>" in found.text and "{{ 7 * 7 }}" in found.text
    assert "\u202e" not in text and "\u0000" not in text
    for student in ODD:
        assert " ".join(student.split()) in found.text


def test_grading_without_confinement_is_said_first():
    loose = provenance(confined=False, layers=[], missing=["Learners' code was not confined."])
    every = shown(record_of("ada", {}, provenance=loose)).text
    assert "All of these submissions were graded without confinement" in every
    assert every.index("without confinement") < every.index("Who needs a human, and why")
    some = shown(record_of("ada", {}), record_of("bela", {}, provenance=loose), record_of("chen", {})).text
    assert "1 of these submissions were graded without confinement" in some
    assert "confined: False instead of True" in some and "1 differs from the rest" in some
    assert "without confinement" not in shown(record_of("ada", {})).text


def test_everyone_is_named_however_large_the_class():
    records = [record_of(f"s{k:03d}", {"lstm": ("wrong", None, "It never ended.")}) for k in range(120)]
    found = shown(*records)
    table = found.text[found.text.rindex("Every student") :]
    assert all(f"s{k:03d}" in table for k in range(120))
    assert len([one for one in found.all("details")]) >= 2  # long lists fold
    assert "and 90 more" in found.text


# --- files ---------------------------------------------------------------------------------------


def test_three_files_say_the_same(tmp_path):
    records = [*class_of(40), record_of("=cmd|'/c calc'!A0", {"lstm": "open"})]
    summary, paths = write_report(UNIT, iter(records), tmp_path, MADE, [("fay", "Fay"), ("student0000", "")])
    assert [path.name for path in paths] == [f"{UNIT}.{kind}" for kind in ("html", "csv", "json")]
    read = json.loads((tmp_path / f"{UNIT}.json").read_text())
    assert read.pop("made") == MADE and read == json.loads(json.dumps(summary))
    rows = list(csv.DictReader(io.StringIO((tmp_path / f"{UNIT}.csv").read_text(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    for one in summary["exercises"]:
        mine = [row for row in rows if row["exercise"] == one["name"]]
        for result in ("right", "partly", "wrong", "empty", "open"):
            assert sum(row["result"] == result for row in mine) == one[result]
        assert sum(float(row["points"]) for row in mine if row["points"]) == pytest.approx(
            one["mean_points"] * sum(bool(row["points"]) for row in mine)
        )
    assert {row["student"] for row in rows} == {*(one["student"] for one in records[:-1]), "'=cmd|'/c calc'!A0", "fay"}
    assert [row["status"] for row in rows if row["student"] == "fay"] == ["absent"]


def test_a_row_of_the_table_is_a_cell_of_a_record():
    rows = list(table_rows(record_of("ada", {"lstm": ("wrong", SWAPPED.name, "Your c is off.")})))
    named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [one["exercise"] for one in named] == NAMES
    wrong = named[NAMES.index("lstm")]
    assert (wrong["result"], wrong["mistake"], wrong["diagnosis"]) == ("wrong", SWAPPED.name, "Your c is off.")
    assert named[0]["diagnosis"] == ""
    assert [row[COLUMNS.index("status")] for row in table_rows(ungraded("ada"))] == ["unreadable"]


def test_two_thousand_students_take_seconds(tmp_path):
    records = list(class_of(2000))
    start = time.perf_counter()
    _, (html, *_) = write_report(UNIT, records, tmp_path, MADE)
    assert time.perf_counter() - start < 20  # 0.7 s on an idle machine
    assert html.stat().st_size < 2_000_000


# --- the command ---------------------------------------------------------------------------------

CONFIG = "c = get_config()\nc.CourseDirectory.root = {root!r}\n"


def run(*arguments):
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def klass(tmp_path):
    """A class's folder with records and no gradebook."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(folder)))
    (folder / "submitted" / "late" / UNIT).mkdir(parents=True)
    for record in [*class_of(5), record_of("yan", {"lstm": "open"}, provenance=provenance(confined=False))]:
        write_record(Work.named(UNIT).by(record["student"]).file(folder / "autograded", "record.json"), record)
    return folder


def test_the_command_writes_three_files_and_says_what_needs_a_look(klass):
    status, output = run("report", UNIT, "--root", klass)
    assert status == 0 and "Without a grading record: 1 " in output
    assert sorted(one.name for one in (klass / "reports").iterdir()) == [f"{UNIT}.{k}" for k in ("csv", "html", "json")]
    assert "6 submissions" in output and "Needing a human: 1 " in output and "Graded without confinement: 1 " in output
    assert not (klass / "gradebook.db").exists()  # reading makes none
    assert "who handed in nothing is not known" in Page((klass / "reports" / f"{UNIT}.html").read_text()).text


def test_the_command_takes_another_folder(klass, tmp_path):
    assert run("report", UNIT, "--root", klass, "--out", tmp_path / "there")[0] == 0
    assert (tmp_path / "there" / f"{UNIT}.html").is_file() and not (klass / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["04_gates"], "no grading record of 04_gates"),
        ([UNIT, "--root", "nowhere"], "'nowhere' does not exist"),
        ([UNIT, "--root", "."], "no nbgrader_config.py"),
    ],
)
def test_what_is_missing_is_said(klass, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    if "--root" not in arguments:
        arguments = [*arguments, "--root", str(klass)]
    status, output = run("report", *arguments)
    assert status == 2 and said in output


# --- in a browser --------------------------------------------------------------------------------


@pytest.mark.browser
def test_in_a_browser_nothing_is_wider_than_the_window_and_nothing_is_loaded(tmp_path):
    from playwright.sync_api import sync_playwright

    chromium = need_program("chromium", "chromium-browser")
    said = "<img src=x onerror=alert(1)>" * 9
    hostile = record_of("<script>document.title='x'</script>", {"lstm": ("wrong", None, said)})
    _, (path, *_) = write_report(UNIT, [*class_of(70), hostile], tmp_path, MADE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        for width, media in ((1200, "screen"), (360, "screen"), (720, "print")):
            tab = browser.new_page(viewport={"width": width, "height": 900})
            tab.emulate_media(media=media)
            noise, asked = [], []
            tab.on("console", lambda message, kept=noise: kept.append(message.text))
            tab.on("request", lambda request, kept=asked: kept.append(request.url))
            tab.goto(path.as_uri())
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            assert noise == [] and asked == [path.as_uri()]
            assert tab.title() == f"{UNIT}: report on a class"
            last = tab.get_by_text("student0069").last
            if media == "print":  # what is folded on a screen is on paper
                assert last.is_visible()
            tab.close()
        browser.close()
