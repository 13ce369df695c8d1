"""A learner's first quarter of an hour, in a real JupyterLab and a real browser."""

import re

import pytest
from browsers import SETUP, cell_with, open_notebook, run, write

pytestmark = pytest.mark.browser

NOTEBOOK_SECONDS = 90  # for a whole notebook


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


@pytest.mark.some(1, of="a notebook in a browser")
def test_a_wrong_step_is_diagnosed_and_a_right_one_passes(lab, page, tmp_path):
    open_notebook(page, lab, "05_lstm")
    run(page, cell_with(page, SETUP))
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


@pytest.mark.some(1, of="a notebook in a browser")
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


@pytest.mark.long
def test_a_quiz_by_its_buttons_and_the_way_on(lab, page, tmp_path):
    from playwright.sync_api import expect

    from grader.checking.look import TONES
    from grader.exercises import quiz_of, units

    first, second = units()[:2]
    question = quiz_of(first.name)[0]
    open_notebook(page, lab, first.name)
    run(page, cell_with(page, SETUP))
    asked = cell_with(page, f'quiz("{first.name}", 1)')
    run(page, asked)
    buttons = asked.get_by_role("radio")
    expect(buttons).to_have_count(len(question.options))
    for letter, option in zip("abcdefgh", question.options, strict=False):
        buttons.nth("abcdefgh".index(letter)).check()
        choice = asked.locator(".grader-choice")
        expect(choice).to_contain_text(f"({letter}), {'right' if letter == question.answer else 'not right'}")
        expect(choice).to_contain_text(f'q1 = "{letter}"')
        assert option.reason[:30].replace("`", "") in choice.inner_text()
    buttons.nth(0).focus()
    page.keyboard.press("Tab")  # without a mouse: each of them is reached by the tab key
    page.keyboard.press("Space")
    expect(asked.locator(".grader-choice")).to_contain_text('q1 = "b"')
    page.screenshot(path=tmp_path / "quiz.png")

    answers, marks = cell_with(page, "q1 = "), cell_with(page, f'quiz("{first.name}", [q1')
    assert "q1 = None" in answers.locator(".cm-content").inner_text(), "nothing was filled in"
    run(page, answers)
    verdict = run(page, marks).locator(".grader-verdict")
    assert "to do" in verdict.inner_text() and "✗" not in verdict.inner_text()
    bar = verdict.evaluate("box => getComputedStyle(box).borderLeftColor")
    red, green, blue = (int(TONES["to do"][k : k + 2], 16) for k in (1, 3, 5))
    assert bar == f"rgb({red}, {green}, {blue})"

    write(page, answers, "q1 = b\nq2 = q3 = q4 = None")
    error = run(page, answers)
    assert 'q1 = "b"' in error.inner_text() and "in quotes" in error.inner_text()
    write(page, answers, f'q1 = "({question.answer.upper()})"\nq2 = q3 = q4 = None')
    run(page, answers)
    assert "partly right (1 of" in run(page, marks).locator(".grader-verdict").inner_text()

    last = run(page, cell_with(page, f'progress("{first.name}")')).locator(".grader-progress")
    assert "1 of 4 right, 3 not answered yet" in last.inner_text()
    last.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "progress.png")
    last.get_by_role("link", name=re.compile(f"Unit {second.name[:2]}")).click()
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text=f"{second.name}.ipynb").first).to_be_visible()
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", has_text=second.title).first.wait_for()

    open_notebook(page, lab, "index")
    shown = run(page, page.locator(".jp-Notebook .jp-CodeCell").first).locator(".grader-progress")
    assert "Go on here" in shown.inner_text() and "begun" in shown.inner_text()
    page.screenshot(path=tmp_path / "index.png")
    shown.get_by_role("link", name=re.compile(f"unit {first.name[:2]}")).first.click()
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text=f"{first.name}.ipynb").first).to_be_visible()
