"""A learner's first quarter of an hour, in a real JupyterLab and a real browser."""

import os
import re

import pytest
from browsers import CELL_SECONDS, Lab
from conftest import need_program

pytestmark = pytest.mark.browser

NOTEBOOK_SECONDS = 90  # for a whole notebook


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    need_program("chromium", "chromium-browser")
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()
    with pytest.raises(ProcessLookupError):  # neither the server nor a kernel of its is left
        os.killpg(server.process.pid, 0)


def open_notebook(page, lab, unit):
    """Open a unit's notebook and wait for its kernel."""
    page.goto(lab.notebook(unit))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator(".jp-NotebookPanel-toolbar").get_by_text("Python 3").wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()


def cell_with(page, text):
    """The first code cell whose text begins like this."""
    return (
        page.locator(".jp-Notebook .jp-CodeCell")
        .filter(has=page.locator(".cm-content", has_text=re.compile("^" + re.escape(text))))
        .first
    )


def write(page, cell, text):
    """Put other text in a cell, as somebody who types it."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def run(page, cell):
    """Run a cell and wait for its end; its output area."""
    from playwright.sync_api import expect

    prompt = cell.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").click()
    expect(cell).to_have_class(re.compile("jp-mod-active"))
    page.get_by_role("button", name=re.compile("^Run this cell")).click()
    finished = re.compile(rf"^(?!{re.escape(before)})\[\d+\]:$")
    expect(prompt).to_have_text(finished, timeout=1000 * CELL_SECONDS)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    return cell.locator(".jp-OutputArea").first


def no_traceback(page):
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert "Traceback (most recent call last)" not in page.locator(".jp-Notebook").inner_text()


STEP = """def lstm_step(x, h_prev, c_prev, W, b):
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b
    {first} = sigmoid(z[:, :H])
    {second} = sigmoid(z[:, H : 2 * H])
    g = np.tanh(z[:, 2 * H : 3 * H])
    o = sigmoid(z[:, 3 * H :])
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return h, c, None
"""


def test_a_wrong_step_is_diagnosed_and_a_right_one_passes(lab, page, tmp_path):
    open_notebook(page, lab, "05_lstm")
    run(page, cell_with(page, "import numpy as np"))
    solution, check = cell_with(page, "def lstm_step("), cell_with(page, 'check("lstm_step")')

    output = run(page, check)
    assert "isn't defined" in output.inner_text() or "is not defined here" in output.inner_text()

    write(page, solution, STEP.format(first="f", second="i"))
    run(page, solution)
    verdict = run(page, check).locator(".grader-verdict")
    assert verdict.get_attribute("role") == "status"
    said = verdict.inner_text()
    assert "lstm_step: not right yet" in said
    assert "those of an LSTM step whose input and forget gates are swapped" in said
    assert "Next: Equation (5.4)" in said and "expected c:" in said
    assert "decides what to write" in said, "what it means is there, not only that it is wrong"
    page.screenshot(path=tmp_path / "wrong.png")
    kept = lab.workspace / "passed" / "lstm_step.py"
    assert not kept.exists()

    write(page, solution, STEP.format(first="i", second="f"))
    run(page, solution)
    verdict = run(page, check).locator(".grader-verdict")
    assert "lstm_step: right" in verdict.inner_text() and "What just happened" in verdict.inner_text()
    assert "not right" not in verdict.inner_text() and "swapped" not in verdict.inner_text()
    page.screenshot(path=tmp_path / "right.png")
    assert "c = f * c_prev + i * g" in kept.read_text(), "kept for the later units"
    no_traceback(page)
    assert all((tmp_path / f"{name}.png").stat().st_size > 10_000 for name in ("wrong", "right"))


def test_the_gate_console_answers_its_sliders_in_an_untouched_notebook(lab, page, tmp_path):
    from playwright.sync_api import expect

    open_notebook(page, lab, "04_gates")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    assert prompts.count() > 30
    done = prompts.filter(has_text=re.compile(r"\[\d+\]:"))
    expect(done).to_have_count(prompts.count(), timeout=1000 * NOTEBOOK_SECONDS)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    no_traceback(page)
    verdicts = page.locator(".grader-verdict").all_inner_texts()
    assert len(verdicts) == 8 and sum("isn't written yet" in text for text in verdicts) == 7, verdicts
    pictures = page.locator(".jp-OutputArea-output figure img")
    assert pictures.count() >= 17
    assert all(len(picture.get_attribute("alt")) > 40 for picture in pictures.all())
    broken = "() => [...document.querySelectorAll('figure img')].filter(i => !i.naturalWidth).length"
    assert page.evaluate(broken) == 0

    # Its source is folded away: there is nothing to read in a line that calls for a picture.
    console = page.locator(".jp-Notebook .jp-CodeCell").filter(has=page.get_by_label("f (forget gate)"))
    assert console.locator(".cm-content").count() == 0 and console.locator(".jp-InputPlaceholder").count() == 1
    console.scroll_into_view_if_needed()
    handles = console.locator(".noUi-handle")
    handles.first.wait_for()
    assert handles.count() == 5
    picture, numbers = console.locator("svg[role='img']"), console.locator(".widget-html").last
    label, values = picture.get_attribute("aria-label"), numbers.inner_text()
    drawn = picture.inner_html()
    assert label.startswith("Over 20 steps c goes from 0 to"), label
    handles.first.focus()  # f, the forget gate
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(picture).not_to_have_attribute("aria-label", label)
    expect(numbers).not_to_have_text(values)
    assert picture.inner_html() != drawn, "the picture's lines moved as well"

    candidate, forget = console.get_by_label("g (candidate)"), console.get_by_label("f (forget gate)")
    console.locator(".noUi-handle").nth(2).focus()
    for _ in range(30):  # from 0.5, by hundredths
        page.keyboard.press("ArrowLeft")
    expect(candidate).to_have_value("0.2")
    for typed in ("0.33", "0.333"):
        forget.fill(typed)
        forget.press("Enter")
        expect(numbers).to_contain_text(f"= {typed} ×")
        assert forget.input_value() == typed, "what is typed stays"
    page.screenshot(path=tmp_path / "console.png")
