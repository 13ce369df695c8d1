"""The learner's way from the map of the course to a unit's end, by mouse and by keys alone; and how it looks and reads.

What is shown is looked at by axe-core, in JupyterLab's light and dark themes; pictures of it are kept in ``tmp_path``.
"""

import re
import shutil

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import CELL_SECONDS, SETUP, cell_with, open_notebook, run, write
from commands import released
from notebook_runner import SECONDS as TRAINED_SECONDS

from grader import check
from grader.cells import cell_kind
from grader.checking.look import MARKS
from grader.exercises import exercise, quiz_of, units
from grader.exercises import unit as find_unit
from grader.progress import keep_answers, keep_check, solution_text

pytestmark = pytest.mark.browser

FIRST, SECOND = units()[:2]
THEMES = ("JupyterLab Light", "JupyterLab Dark")
MOST_KEYS = 120  # to get anywhere in a notebook


def has_come(page, unit):
    """Wait until a link has brought this unit's notebook to the front, and its kernel is there."""
    from playwright.sync_api import expect

    tab = page.locator(".lm-TabBar-tab.lm-mod-current", has_text=f"{unit.name}.ipynb")
    expect(tab.first).to_be_visible()
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook", has_text=unit.title).wait_for()
    idle = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status='idle']"
    page.locator(idle).first.wait_for()


def trains(unit):
    """Whether running all of its cells takes a minute or more: there are networks to be trained."""
    return any(cell_kind(cell) == "long" for cell in released(unit.name).cells)


def number(unit):
    return unit.name[:2]


def index_cell(page):
    return cell_with(page, "try:")  # the index has one code cell


def letters(unit):
    return [question.answer for question in quiz_of(unit.name)]


def test_from_the_map_to_the_first_units_end_by_mouse(lab, page, tmp_path):
    """At every step something on the page says what the next one is."""
    open_notebook(page, lab, "index")
    said = run(page, index_cell(page)).locator(".grader-progress")
    assert f"Begin here: {FIRST.exercises[0]}, in unit {number(FIRST)}" in said.inner_text()
    said.get_by_role("link", name=f"unit {number(FIRST)}, {FIRST.title}").click()
    has_come(page, FIRST)

    # In a page of its own from here on, so that what is looked for is looked for in this notebook.
    open_notebook(page, lab, FIRST.name)
    run(page, cell_with(page, SETUP))
    for k, name in enumerate(FIRST.exercises):
        solution, check = cell_with(page, f"def {name}("), cell_with(page, f'check("{name}")')
        stub = run(page, check).locator(".grader-verdict").inner_text()
        assert stub.startswith(f"○ {name}: to do"), stub
        if k == 0:
            write(page, solution, f"def {name}(z):\n    return 1 / (1 + np.exp(z))\n")
            run(page, solution)
            wrong = run(page, check).locator(".grader-verdict").inner_text()
            assert wrong.startswith(f"✗ {name}: not right yet") and "Next: " in wrong
        write(page, solution, solution_text(name))
        run(page, solution)
        verdict = run(page, check).locator(".grader-verdict")
        assert verdict.inner_text().startswith(f"✓ {name}: right")
        beside = verdict.get_by_text("The course's own version, beside yours")
        assert beside.is_visible() and not verdict.get_by_text("Yours", exact=True).is_visible()
        beside.click()
        assert verdict.get_by_text("Yours", exact=True).is_visible()

    here = run(page, cell_with(page, f'progress("{FIRST.name}")')).locator(".grader-progress").inner_text()
    assert "quiz: to do" in here and "is done" not in here
    wanted = letters(FIRST)
    answers, marks = cell_with(page, "q1 = "), cell_with(page, f'quiz("{FIRST.name}", [q1')
    write(page, answers, "\n".join(f'q{k} = "{letter}"' for k, letter in enumerate(wanted, start=1)))
    run(page, answers)
    assert f"✓ Quiz of {FIRST.name}: right" in run(page, marks).locator(".grader-verdict").inner_text()
    last = run(page, cell_with(page, f'progress("{FIRST.name}")')).locator(".grader-progress")
    assert f"✓ Unit {number(FIRST)} is done" in last.inner_text() and "You have now: " in last.inner_text()
    last.get_by_role("link", name=f"Unit {number(SECOND)}").click()
    has_come(page, SECOND)


# --- by keys alone ------------------------------------------------------------------------------


def tab_to(page, selector, text=""):
    """Press the tab key until the focus is on such an element, or in one."""
    there = """([selector, text]) => {
        const found = document.activeElement.closest(selector);
        return found !== null && found.textContent.toLowerCase().includes(text.toLowerCase());
    }"""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate(there, [selector, text]):
            return
    raise AssertionError(f"no way by the tab key to {selector} with {text!r}")


def down_to(page, cell):
    """From a selected cell, go down by the arrow until this one is selected."""
    for _ in range(MOST_KEYS):
        if "jp-mod-selected" in cell.get_attribute("class"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("no way by the arrow keys to the cell")


def run_by_key(page, cell):
    """Run the selected cell, which stays selected; its output area."""
    from playwright.sync_api import expect

    prompt = cell.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    page.keyboard.press("Control+Enter")
    finished = re.compile(rf"^(?!{re.escape(before)})\[\d+\]:$")
    expect(prompt).to_have_text(finished, timeout=1000 * CELL_SECONDS)
    return cell.locator(".jp-OutputArea").first


@pytest.mark.some(1, of="a notebook in a browser")
def test_from_the_map_to_a_passed_exercise_and_a_quiz_by_keys_alone(lab, page, monkeypatch, tmp_path):
    def forbidden(*_, **__):
        raise AssertionError("a mouse")

    for part in ("move", "down", "up", "click", "dblclick", "wheel"):
        monkeypatch.setattr(type(page.mouse), part, forbidden)
    monkeypatch.setattr(type(page.locator("body")), "click", forbidden)
    name = FIRST.exercises[0]

    open_notebook(page, lab, "index")
    tab_to(page, ".jp-Cell")
    down_to(page, index_cell(page))
    run_by_key(page, index_cell(page))
    tab_to(page, ".grader-progress a", f"unit {number(FIRST)}")
    page.keyboard.press("Enter")
    has_come(page, FIRST)

    open_notebook(page, lab, FIRST.name)
    tab_to(page, ".jp-Cell")
    setup, solution, check = (
        cell_with(page, SETUP),
        cell_with(page, f"def {name}("),
        cell_with(page, f'check("{name}")'),
    )
    down_to(page, setup)
    run_by_key(page, setup)
    down_to(page, solution)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(solution_text(name))
    run_by_key(page, solution)
    page.keyboard.press("Escape")
    down_to(page, check)
    verdict = run_by_key(page, check).locator(".grader-verdict")
    assert verdict.inner_text().startswith(f"✓ {name}: right")
    tab_to(page, "summary", "The course's own version")
    page.keyboard.press("Enter")
    assert verdict.get_by_text("Yours", exact=True).is_visible()

    page.keyboard.press("Escape")
    question = cell_with(page, f'quiz("{FIRST.name}", 1)')
    tab_to(page, ".jp-Cell")
    down_to(page, question)
    run_by_key(page, question)
    tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    choice = question.locator(".grader-choice")
    choice.wait_for()
    assert 'q1 = "a"' in choice.inner_text()
    page.screenshot(path=tmp_path / "keys.png")


# --- how it looks and reads ---------------------------------------------------------------------

STATES = ("right", "wrong", "partly", "to do")  # of a unit's exercises, in turns
CALLS = ('hint("{last}")', 'solution("{second}")', 'reset("{last}")', "progress()", 'check("nothing")')
ENOUGH = 12  # mistakes tried for one that is partly right


def attempts(unit):
    """Answers to a unit's exercises by name, right, wrong, partly right and none in turns; and the state of each."""
    texts, states = {}, {}
    for k, name in enumerate(unit.exercises):
        states[name] = STATES[k % len(STATES)]
        if states[name] == "right":
            texts[name] = solution_text(name)
        elif states[name] != "to do":
            verdicts = ((one, check(name, one.fn).state) for one in exercise(name).mistakes[:ENOUGH])
            found = next((one for one, state in verdicts if state == states[name]), None)
            if found is None:  # of this exercise no such mistake is near: another state will do
                found, states[name] = (one := exercise(name).mistakes[0]), check(name, one.fn).state
            texts[name] = found.text
    return texts, states


def fill_in(path, unit, texts):
    """Write answers into a unit's notebook, to the first two questions too, and a learner's own cells at its end."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = texts.get(name, cell.source).replace("q1 = None", 'q1 = "a"').replace("q2 = None", 'q2 = "b"')
    own = [call.format(second=unit.exercises[1], last=unit.exercises[-1]) for call in CALLS]
    notebook.cells += [nbformat.v4.new_code_cell(call) for call in own]
    nbformat.write(notebook, path)
    return own


def complaints(page, scope):
    """What axe-core finds of what is ours, serious or critical: the rule, the element, and why."""
    # The handles of ipywidgets' sliders have no name, and can't be given one: what they set has a field that does.
    named = "handle => handle.closest('.widget-hbox').querySelector('input').labels[0].textContent.length > 0"
    assert all(handle.evaluate(named) for handle in page.locator(".noUi-handle").all())
    found = Axe().run(page, {"include": [[scope]], "exclude": [[".noUi-handle"]]}).response
    assert found["passes"], "axe looked at something"
    return [
        f"{one['id']}: {node['html'][:300]}\n    {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def choose_theme(page, theme):
    """By the menu, as a learner does; what is on the page stays."""
    from playwright.sync_api import expect

    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for item in ("Theme", theme):  # a submenu's item has no role
        page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{item}$")).click()
    expect(page.locator(f"body[data-jp-theme-name='{theme}']")).to_be_attached(timeout=1000 * CELL_SECONDS)


def run_all(page, seconds=150):
    """Run a notebook's cells by the menu, and wait for the last one's end, so many seconds at most."""
    from playwright.sync_api import expect

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    done = prompts.filter(has_text=re.compile(r"\[\d+\]:"))
    expect(done).to_have_count(prompts.count(), timeout=1000 * seconds)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()


def read_in_both_themes(page, shown, tmp_path):
    """What axe-core says of all that is shown, text and outputs; a picture of each cell in ``shown``, by its name."""
    found = []
    for theme in THEMES:
        choose_theme(page, theme)
        for scope in (".jp-OutputArea-output", ".jp-MarkdownOutput"):
            found += [f"{theme}: {one}" for one in complaints(page, scope)]
        for name, cell in shown.items():
            cell.screenshot(path=tmp_path / f"{theme.split()[1]}-{name}.png")
    assert found == [], "\n".join(found)


def lies_close(question):
    """A choice's lines lie as close as a text's: those of a widget lie twice as far apart."""
    line = "p => parseFloat(getComputedStyle(p).lineHeight) / parseFloat(getComputedStyle(p).fontSize)"
    return [paragraph.evaluate(line) for paragraph in question.locator(".grader-choice p").all()] == [1.5, 1.5]


@pytest.mark.some(1, of="a notebook in a browser")
@pytest.mark.parametrize(
    "unit_name",
    [
        pytest.param(
            one.name, marks=[pytest.mark.long, pytest.mark.timeout(2 * TRAINED_SECONDS)] if trains(one) else []
        )
        for one in units()
    ],
)
def test_everything_shown_in_a_unit_can_be_read_in_light_and_in_dark(unit_name, lab, page, tmp_path):
    unit = find_unit(unit_name)
    texts, states = attempts(unit)
    own = fill_in(lab.work / unit_name / f"{unit_name}.ipynb", unit, texts)
    open_notebook(page, lab, unit_name)
    run_all(page, TRAINED_SECONDS if trains(unit) else 150)
    for name, state in states.items():
        verdict = cell_with(page, f'check("{name}")').locator(".grader-verdict")
        assert verdict.inner_text().startswith(f"{MARKS[state]} {name}: "), verdict.inner_text()
    for k, right in ((1, True), (2, False)):
        question = cell_with(page, f'quiz("{unit_name}", {k}')
        letter = next(one for one in "abcdefgh" if (one == letters(unit)[k - 1]) is right)
        question.get_by_role("radio").nth("abcdefgh".index(letter)).check()
        question.locator(".grader-choice").wait_for()
        assert lies_close(question)
    live = page.locator(".jp-Notebook .jp-CodeCell").filter(has=page.locator(".jp-OutputArea-output .widget-box"))
    shown = {
        **{name: cell_with(page, f'check("{name}")') for name in states},
        "question": cell_with(page, f'quiz("{unit_name}", 1'),
        "quiz": cell_with(page, f'quiz("{unit_name}", [q1'),
        "progress": cell_with(page, f'progress("{unit_name}")'),
        **{f"live-{k}": cell for k, cell in enumerate(live.all())},
        **{re.sub(r"\W+", "_", call): cell_with(page, call) for call in own},
    }
    for label in live.locator(".widget-label:visible").all():  # nor is any word cut off
        assert label.evaluate("one => one.scrollWidth <= one.clientWidth"), label.inner_text()
    read_in_both_themes(page, shown, tmp_path)


def keep(monkeypatch, lab, units_done, begun=None):
    """Units that are all right in the server's workspace, and one whose first exercise is partly right."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(lab.workspace))
    (lab.workspace / "progress.db").unlink(missing_ok=True)
    shutil.rmtree(lab.workspace / "passed", ignore_errors=True)
    for unit in units_done:
        for name in unit.exercises:
            assert keep_check(name, "right", exercise(name).points, exercise(name).points) == ""
        keep_answers(unit.name, {k: (letter, True) for k, letter in enumerate(letters(unit), start=1)})
    if begun:
        assert keep_check(begun.exercises[0], "partly", 1, exercise(begun.exercises[0]).points) == ""


@pytest.mark.some(1, of="a notebook in a browser")
@pytest.mark.parametrize("state", ["half done", "done"])
def test_the_map_and_the_certificate_can_be_read_in_light_and_in_dark(state, lab, page, tmp_path, monkeypatch):
    done = state == "done"
    keep(monkeypatch, lab, units() if done else [FIRST], None if done else SECOND)
    open_notebook(page, lab, "index")
    run_all(page)
    said = index_cell(page).locator(".grader-progress").inner_text()
    assert ("All of it is right" in said and "What you have built" in said) if done else "Go on here" in said
    read_in_both_themes(page, {"progress": index_cell(page)}, tmp_path)
    if done:
        page.goto((lab.work / "certificate.html").as_uri())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert complaints(page, "html") == []
            page.screenshot(path=tmp_path / f"certificate-{scheme}.png", full_page=True)
