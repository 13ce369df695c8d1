"""The learner's way from the map of the course to a unit's end, by mouse and by keys alone; and how it looks and reads.

What is shown is looked at by axe-core, in JupyterLab's light and dark themes; pictures of it are kept in ``tmp_path``.
"""

import re

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import CELL_SECONDS, SETUP, cell_with, open_notebook, run, write

from grader.exercises import quiz_of, units
from grader.progress import solution_text

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


@pytest.mark.some(2, of="a notebook in a browser")
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

ATTEMPTS = {
    "candidate": solution_text("candidate"),
    "cell_update": "def cell_update(f, c_prev, i, g):\n    return np.clip(f * c_prev + i * g, -100, 100)\n",
    "hidden_update": "def hidden_update(o, c):\n    return o * c\n",
}
STATES = {"candidate": "✓", "cell_update": "◐", "hidden_update": "✗", "forget_gate": "○"}
CALLS = ('hint("input_gate")', 'solution("hidden_update")', 'reset("hidden_update")', "progress()", 'check("nothing")')


def attempted(path):
    """Fill a unit's notebook with functions right, wrong and in between, and with a learner's own cells at its end."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = ATTEMPTS.get(name, cell.source).replace("q1 = None", 'q1 = "a"').replace("q2 = None", 'q2 = "b"')
    notebook.cells += [nbformat.v4.new_code_cell(call) for call in CALLS]
    nbformat.write(notebook, path)


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


@pytest.mark.some(2, of="a notebook in a browser")
def test_everything_shown_can_be_read_in_light_and_in_dark(lab, page, tmp_path):
    from playwright.sync_api import expect

    attempted(lab.work / SECOND.name / f"{SECOND.name}.ipynb")
    open_notebook(page, lab, SECOND.name)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    done = prompts.filter(has_text=re.compile(r"\[\d+\]:"))
    expect(done).to_have_count(prompts.count(), timeout=90_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    for name, mark in STATES.items():
        verdict = cell_with(page, f'check("{name}")').locator(".grader-verdict")
        assert verdict.inner_text().startswith(f"{mark} {name}: "), verdict.inner_text()
    for k, right in ((1, True), (2, False)):
        question = cell_with(page, f'quiz("{SECOND.name}", {k}')
        letter = next(one for one in "abcdefgh" if (one == letters(SECOND)[k - 1]) is right)
        question.get_by_role("radio").nth("abcdefgh".index(letter)).check()
        question.locator(".grader-choice").wait_for()
    shown = {
        **{name: cell_with(page, f'check("{name}")') for name in STATES},
        "question": cell_with(page, f'quiz("{SECOND.name}", 1'),
        "quiz": cell_with(page, f'quiz("{SECOND.name}", [q1'),
        "progress": cell_with(page, f'progress("{SECOND.name}")'),
        "console": page.locator(".jp-Notebook .jp-CodeCell").filter(has=page.get_by_label("f (forget gate)")),
        **{re.sub(r"\W+", "_", call): cell_with(page, call) for call in CALLS},
    }
    found = []
    for theme in THEMES:
        choose_theme(page, theme)
        found += [f"{theme}: {one}" for one in complaints(page, ".jp-OutputArea-output")]
        for name, cell in shown.items():
            cell.screenshot(path=tmp_path / f"{theme.split()[1]}-{name}.png")
    assert found == [], "\n".join(found)
