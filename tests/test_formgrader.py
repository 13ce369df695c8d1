"""A class graded as instructors do it: by formgrader's buttons, nbgrader's commands and ours, in turn."""

import json
import logging
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from browsers import CELL_SECONDS, Lab, settings
from conftest import TOY, need_program
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from grader.build.course import write_sources
from grader.demo import ClassRoot, solutions
from grader.grading.autograde import ClassFolder, autograde
from grader.grading.record import read_record
from grader.grading.submissions import SECRET
from grader.grading.work import Work
from grader.nbgrader.feedback import HideTests
from grader.notebooks import fill
from grader.vectors import HIDDEN_VARIABLE, make

# nbgrader, its database layer and its converters warn about their own future.
pytestmark = pytest.mark.filterwarnings("default")

UNIT = "00_toy"
TANH = {"sigmoid": "def sigmoid(z):\n    return np.tanh(z)"}
HOSTILE_OUTPUT = """\
from IPython.display import HTML, Markdown, SVG, display
steal = "document.documentElement.setAttribute('data-hit', '1')"
display(HTML(f'<b id=theirs>hello</b><script>{steal}</script><img src=x onerror="{steal}">'))
display(HTML(f'<iframe srcdoc="<script>parent.{steal}</script>"></iframe><a href="javascript:{steal}">here</a>'))
display(SVG(f'<svg xmlns="http://www.w3.org/2000/svg" onload="{steal}"><script>{steal}</script></svg>'))
display(HTML('<img src="https://spy.invalid/1.png"><div style="background:url(https://spy.invalid/2.png)">.</div>'))
display(Markdown(f'<details open ontoggle="{steal}">x</details>'))
display(HTML('<form action=/formgrader/api/grades><input name=a></form><style>.score{display:none}</style>'))
print('<script>' + steal + '</script>')
"""
HOSTILE_TEXT = """\
<img src=x onerror="document.documentElement.setAttribute('data-hit', '1')"> [a page](evil.html)
<script>document.documentElement.setAttribute('data-hit', '1')</script>
"""


# --- a class ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(toy, tmp_path_factory):
    before = os.environ.get(HIDDEN_VARIABLE)
    made = ClassRoot(tmp_path_factory.mktemp("class"))
    write_sources(TOY, made.source)
    make.write(made.folder / "hidden", make.new_secret())
    made.generate(UNIT)
    yield made
    if before is None:
        os.environ.pop(HIDDEN_VARIABLE, None)
    else:
        os.environ[HIDDEN_VARIABLE] = before


def notebook(course, **answers):
    """The released notebook with the course's answers, but for these."""
    released = nbformat.read(course.release / UNIT / f"{UNIT}.ipynb", as_version=4)
    return fill(released, solutions(TOY, UNIT) | answers)


def submit_hostile(course, student):
    book = notebook(course, **TANH)
    book.cells.insert(1, nbformat.v4.new_code_cell(HOSTILE_OUTPUT))
    book.cells.insert(2, nbformat.v4.new_markdown_cell(HOSTILE_TEXT))
    book.cells.append(nbformat.v4.new_code_cell("### BEGIN HIDDEN TESTS\nx = 1"))  # and no end
    folder = course.submit(student, UNIT, book).parent
    (folder / "evil.html").write_text("<script>alert(1)</script>")
    (folder / "nested").mkdir()
    (folder / "nested" / "more.html").write_text("<script>alert(1)</script>")
    (folder / "notes.txt").symlink_to(course.folder / "gradebook.db")


def submit_broken(course):
    """Six files that are no notebooks; returns the students' names."""
    whole = nbformat.writes(notebook(course)).encode()
    submitted = course.folder / "submitted"
    for name, content in {"cut": whole[: len(whole) // 2], "empty": b"", "text": b"my answers", "list": b"[]"}.items():
        path = submitted / f"broken-{name}" / UNIT / f"{UNIT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    (submitted / "broken-folder" / UNIT / f"{UNIT}.ipynb").mkdir(parents=True)
    link = submitted / "broken-link" / UNIT / f"{UNIT}.ipynb"
    link.parent.mkdir(parents=True)
    link.symlink_to(course.source / UNIT / f"{UNIT}.ipynb")  # the solutions
    return [f"broken-{name}" for name in ("cut", "empty", "text", "list", "folder", "link")]


def batch(course, *students, **options):
    return autograde(ClassFolder(course.folder), UNIT, students=students, jobs=1, **options)


def rows(course, student):
    """What the gradebook holds of a submission: by cell, (auto, manual, needs a human)."""
    with Gradebook(course.coursedir.db_url) as gradebook:
        found = gradebook.find_submission_notebook(UNIT, UNIT, student)
        return {grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade) for grade in found.grades}


def record(course, student):
    return read_record(Work.named(UNIT).by(student).file(course.folder / "autograded", "record.json"))


def files(course, student):
    return sorted(path.name for path in (course.folder / "autograded" / student / UNIT).iterdir())


# --- the button and the batch take turns --------------------------------------------------------


@pytest.mark.some(2, of="formgrader under difficulties")
def test_the_button_and_the_batch_write_the_same(course):
    course.submit("turns", UNIT, notebook(course, **TANH))
    assert batch(course, "turns").graded == 1
    of_batch = rows(course, "turns"), record(course, "turns"), files(course, "turns")
    assert of_batch[0]["check_sigmoid"] == (0.0, None, False) and of_batch[1]["points"] == 6.0
    course.autograde("turns", UNIT)
    of_button = rows(course, "turns"), record(course, "turns"), files(course, "turns")
    assert of_button[0] == of_batch[0] and of_button[2] == of_batch[2]
    assert timeless(of_button[1]) == timeless(of_batch[1])
    assert batch(course, "turns").unchanged == 1, "what the button graded is not graded again"

    course.submit("turns", UNIT, notebook(course))
    course.autograde("turns", UNIT)
    assert course.score("turns", UNIT) == (8.0, 8.0, False)
    assert batch(course, "turns").unchanged == 1
    assert rows(course, "turns")["check_sigmoid"] == (2.0, None, False)

    course.submit("turns", UNIT, notebook(course, **TANH))
    assert batch(course, "turns").graded == 1
    assert course.score("turns", UNIT) == (6.0, 8.0, False) and record(course, "turns")["points"] == 6.0
    assert files(course, "turns") == [f"{UNIT}.ipynb", f"{UNIT}.record.json"]


def timeless(record):
    cells = [{**cell, "seconds": None} for cell in record["cells"]]
    return {**record, "seconds": None, "cells": cells}


def test_a_humans_mark_outlives_the_button_and_the_batch(course):
    course.submit("marked", UNIT, notebook(course, **TANH))
    course.autograde("marked", UNIT)
    with Gradebook(course.coursedir.db_url) as gradebook:
        grade = gradebook.find_grade("check_sigmoid", UNIT, UNIT, "marked")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    assert batch(course, "marked").unchanged == 1
    assert rows(course, "marked")["check_sigmoid"] == (0.0, 1.5, False)
    course.autograde("marked", UNIT)
    assert rows(course, "marked")["check_sigmoid"] == (0.0, 1.5, True), "graded anew: the human is asked again"
    assert course.score("marked", UNIT) == (7.5, 8.0, True)


def test_broken_files_ask_for_a_human_and_stop_nobody(course):
    names = submit_broken(course)
    course.submit("broken-not", UNIT, notebook(course))
    course.api.log.setLevel(logging.WARNING)
    try:
        result = course.api.autograde(UNIT, "broken-*")
    finally:
        course.api.log.setLevel(logging.ERROR)
    assert result["success"], result["log"]
    for name in names:
        assert f"{name} needs a human: The file can't be graded" in result["log"]
        assert course.score(name, UNIT) == (0.0, 8.0, True)
        assert record(course, name)["status"] == "unreadable"
        graded = (course.folder / "autograded" / name / UNIT / f"{UNIT}.ipynb").read_text()
        assert "BEGIN SOLUTION" not in graded and "YOUR CODE HERE" in graded
    assert course.score("broken-not", UNIT) == (8.0, 8.0, False)
    course.feedback(UNIT, "broken-cut")
    marks = {name: rows(course, name) for name in names}
    kept = {name: timeless(record(course, name)) for name in names}
    assert [name for name, _ in batch(course, *names, force=True).human] == sorted(names)
    assert {name: rows(course, name) for name in names} == marks
    assert {name: timeless(record(course, name)) for name in names} == kept


def test_feedback_goes_back_through_nbgraders_exchange(course, tmp_path, monkeypatch):
    """nbgrader releases feedback by two files of its own, which have to come along whoever grades."""
    (tmp_path / "exchange").mkdir(mode=0o777)
    monkeypatch.setitem(course.config.Exchange, "root", str(tmp_path / "exchange"))
    path = course.submit("sent", UNIT, notebook(course))
    (path.parent / "timestamp.txt").write_text("2026-03-04 05:06:07 UTC")
    (path.parent / SECRET).write_text("0123456789abcdef" * 8)
    for grade in (lambda: batch(course, "sent"), lambda: course.autograde("sent", UNIT)):
        grade()
        assert files(course, "sent") == [f"{UNIT}.ipynb", f"{UNIT}.record.json", SECRET, "timestamp.txt"]
        course.feedback(UNIT, "sent")
        released = NbGraderAPI(config=course.config).release_feedback(UNIT, "sent")
        assert released["success"], released
        (page,) = (tmp_path / "exchange" / "lstm-course" / "feedback").glob("*.html")
        assert page.read_bytes() == (course.folder / "feedback" / "sent" / UNIT / f"{UNIT}.html").read_bytes()
        page.unlink()
    (path.parent / SECRET).unlink()
    (tmp_path / "private").write_text("fedcba9876543210" * 8)
    (path.parent / SECRET).symlink_to(tmp_path / "private")
    course.autograde("sent", UNIT)
    assert SECRET not in files(course, "sent")


# --- feedback -----------------------------------------------------------------------------------


def test_feedback_holds_the_diagnosis_and_nothing_hidden_or_hostile(course):
    submit_hostile(course, "mallory")
    course.autograde("mallory", UNIT)
    assert files(course, "mallory") == [f"{UNIT}.ipynb", f"{UNIT}.record.json"], "no page of theirs is served"
    folder = course.folder / "feedback" / "mallory" / UNIT
    assert [path.name for path in folder.iterdir()] == [f"{UNIT}.html"]
    html = (folder / f"{UNIT}.html").read_text()
    assert ".rendered_html :is(th, td)" in html
    words = re.sub(r"<[^>]*>", "", html)
    assert "Your numbers are those of tanh(z)" in words and "a gate has to stay between 0 and 1" in words
    assert "hidden=True" not in html and "END HIDDEN TESTS" not in html
    assert not re.search(r"<[^>]* on(error|load|toggle)=", html), "as text in their cell only"
    check = html[html.index("check_sigmoid</code>") : html.index("check_one_hot</code>")]
    assert "expected" not in re.sub(r"<[^>]*>", "", check).lower()


def test_feedback_hides_what_a_plain_test_expected():
    cell, said = "assert f(2) == 4", "Mismatched elements: 1 / 1\n ACTUAL: np.float64(3.0)\n DESIRED: np.float64(4.0)"
    for error, text in (("AssertionError", said), ("KeyError", "'W'")):
        graded = nbformat.v4.new_code_cell(
            f"f(1)\n### BEGIN HIDDEN TESTS\n{cell}\n### END HIDDEN TESTS",
            metadata={"nbgrader": {"grade": True, "grade_id": "x", "points": 1, "solution": False}},
            outputs=[
                nbformat.v4.new_output("stream", text="expected np.float64(4.0)"),
                nbformat.v4.new_output("error", ename=error, evalue=text, traceback=[f"{error}: {text}"]),
            ],
        )
        cleared = json.dumps(HideTests().preprocess_cell(graded, {}, 0)[0])
        assert "HIDDEN" not in cleared and cell not in cleared and "np.float64" not in cleared
        assert ("A hidden test does not hold." if error == "AssertionError" else "KeyError: 'W'") in cleared
    theirs = nbformat.v4.new_code_cell("### BEGIN HIDDEN TESTS")
    assert HideTests().preprocess_cell(theirs, {}, 0)[0].source == "### BEGIN HIDDEN TESTS"


# --- formgrader ---------------------------------------------------------------------------------


class ClassLab(Lab):
    """JupyterLab as an instructor starts it, in the class's folder."""

    def __init__(self, folder: Path, work: Path):
        settings(folder / "settings")
        environment = {
            **os.environ,
            **{f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_TOKEN": "only-for-this-test",
        }
        environment.pop(HIDDEN_VARIABLE, None)  # the class's configuration says where they are
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "jupyterlab",
                    str(work),
                    "--no-browser",
                    "--ServerApp.ip=127.0.0.1",
                    "--ServerApp.port=0",
                    "--ServerApp.allow_root=True",
                ],
                cwd=work,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.address = self._address(folder / "runtime")
        except BaseException:
            self.stop()
            raise


@pytest.fixture(scope="module")
def lab(course, tmp_path_factory):
    need_program("chromium", "chromium-browser")
    server = ClassLab(tmp_path_factory.mktemp("lab"), course.folder)
    yield server
    server.stop()


def open_formgrader(page, lab):
    """By JupyterLab's menu; returns the page inside."""
    page.goto(f"{lab.address}lab?token=only-for-this-test")
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    return page.frame_locator("iframe")


def row_of(formgrader, student):
    return formgrader.locator("#main-table tr").filter(
        has=formgrader.locator(".student-id", has_text=re.compile(f"^{student}$"))
    )


def press(formgrader, student, button):
    """Press a button in a student's row; what the dialog says, and after how many seconds."""
    began = time.monotonic()
    row_of(formgrader, student).locator(f".{button} a").click()
    dialog = formgrader.locator(".modal.in")
    dialog.wait_for()
    seconds = time.monotonic() - began
    said = dialog.inner_text()
    dialog.get_by_role("button", name="OK").click()
    dialog.wait_for(state="detached")
    return said, seconds


def open_submission(page, lab, student):
    """A submission's page for grading by hand, by the student's name."""
    page.goto(f"{lab.address}formgrader/manage_students/{student}/{UNIT}")
    page.locator("#main-table a", has_text=UNIT).click()
    page.locator("input.score").first.wait_for()


def entry(page, name):
    """The box of a graded cell, with its output."""
    return page.locator("div.cell").filter(has=page.locator(f"input.score[id='{name}']"))


@pytest.mark.browser
def test_from_the_button_to_the_mark_and_the_feedback(course, lab, page, tmp_path):
    from playwright.sync_api import expect

    course.submit("bela", UNIT, notebook(course, **TANH))
    formgrader = open_formgrader(page, lab)
    name = formgrader.locator("#main-table tr").filter(has_text=UNIT)
    name.locator("td.num-submissions a").click()
    expect(row_of(formgrader, "bela").locator(".status")).to_have_text("needs autograding")
    said, _ = press(formgrader, "bela", "autograde")
    assert f"Successfully autograded '{UNIT}' for student 'bela'." in said, said
    expect(row_of(formgrader, "bela").locator(".status")).to_have_text("graded")
    expect(row_of(formgrader, "bela").locator(".score")).to_have_text("6 / 8")
    page.screenshot(path=tmp_path / "submissions.png")

    open_submission(page, lab, "bela")
    score = page.locator("input.score[id='check_sigmoid']")
    expect(score).to_have_attribute("placeholder", "0")
    verdict = entry(page, "check_sigmoid").locator(".grader-verdict")
    assert "Your numbers are those of tanh(z)" in verdict.inner_text()
    pictures = page.locator("figure img")
    assert pictures.count() == 1  # the toy unit's
    broken = "() => [...document.querySelectorAll('figure img')].filter(i => !i.naturalWidth).length"
    assert page.evaluate(broken) == 0
    verdict.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "by_hand.png")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"):
        score.fill("1.5")
        score.press("Tab")
    assert rows(course, "bela")["check_sigmoid"] == (0.0, 1.5, False)
    page.reload()
    expect(score).to_have_value("1.5")

    page.goto(f"{lab.address}formgrader/manage_submissions/{UNIT}")
    expect(row_of(page, "bela").locator(".score")).to_have_text("7.5 / 8")
    said, warm = press(page, "bela", "autograde")
    assert "Successfully autograded" in said
    assert warm < CELL_SECONDS / 2
    expect(row_of(page, "bela").locator(".score")).to_have_text("7.5 / 8")
    expect(row_of(page, "bela").locator(".status")).to_have_text("needs manual grading")
    said, _ = press(page, "bela", "generate-feedback")
    assert "Successfully generated feedback" in said, said
    page.goto((course.folder / "feedback" / "bela" / UNIT / f"{UNIT}.html").as_uri())
    assert "Score: 7.5 / 8.0" in page.locator(".panel-heading").first.inner_text()
    seen = page.locator("body").inner_text()
    assert "Your numbers are those of tanh(z)" in seen and "HIDDEN TESTS" not in seen and "hidden=True" not in seen
    assert page.evaluate(broken) == 0
    page.screenshot(path=tmp_path / "feedback.png")
    assert all((tmp_path / f"{name}.png").stat().st_size > 10_000 for name in ("submissions", "by_hand", "feedback"))


@pytest.mark.browser
@pytest.mark.some(2, of="formgrader under difficulties")
def test_a_hostile_submission_is_harmless_in_an_instructors_browser(course, lab, page):
    if not (course.folder / "submitted" / "mallory").exists():
        submit_hostile(course, "mallory")
    page.goto(f"{lab.address}api/status?token=only-for-this-test")
    page.goto(f"{lab.address}formgrader/manage_submissions/{UNIT}")
    said, _ = press(page, "mallory", "autograde")
    assert "Successfully autograded" in said, said
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    open_submission(page, lab, "mallory")
    shown = page.url.split("/formgrader/")[0]
    harmless(page)
    assert page.locator("input.score").first.is_visible(), "their style sheet hides nothing of ours"
    assert [url for url in asked if not url.startswith((shown, "data:", "https://cdnjs.cloudflare.com"))] == []
    assert page.goto(f"{page.url.split('?')[0].rstrip('/')}/evil.html").status == 404
    page.goto(f"{lab.address}formgrader/manage_submissions/{UNIT}")
    assert "Successfully generated" in press(page, "mallory", "generate-feedback")[0]
    page.goto((course.folder / "feedback" / "mallory" / UNIT / f"{UNIT}.html").as_uri())
    harmless(page)


def harmless(page):
    """Nothing a learner wrote has run, or stands in the page where it could."""
    page.wait_for_timeout(500)
    assert page.locator("html").get_attribute("data-hit") is None
    book = page.locator("#notebook-container").first
    assert "hello" in book.inner_text(), "what they show is there"
    assert book.locator("script, iframe, form, [onerror], [onload], [ontoggle], a[href^='javascript']").count() == 0
    assert book.locator("style").filter(has_text="display:none").count() == 0


@pytest.mark.browser
@pytest.mark.some(2, of="formgrader under difficulties")
def test_a_broken_file_asks_for_a_human_in_formgrader(course, lab, page):
    from playwright.sync_api import expect

    if not (course.folder / "submitted" / "broken-cut").exists():
        submit_broken(course)
    page.goto(f"{lab.address}api/status?token=only-for-this-test")
    page.goto(f"{lab.address}formgrader/manage_submissions/{UNIT}")
    said, _ = press(page, "broken-cut", "autograde")
    assert "Successfully autograded" in said
    assert "broken-cut needs a human: The file can't be graded: the file is no complete notebook" in said
    expect(row_of(page, "broken-cut").locator(".status")).to_have_text("needs manual grading")
    open_submission(page, lab, "broken-cut")
