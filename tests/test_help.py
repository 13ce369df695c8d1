"""What a learner calls for help, and for a quiz: it says what was meant, and gives nothing away."""

import subprocess
import sys

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import grader
from grader import check, hint, progress, quiz, reset, solution
from grader.exercises import exercise, exercises, quiz_of, units
from grader.given import given, text
from grader.progress import keep_answers, keep_check, read, solution_text, stub_text
from grader.quizzes import AskedQuestion, letter_of

ALL = [e.name for e in exercises()]
FIRST = units()[0].name


def sigmoid(z):
    raise NotImplementedError


@pytest.fixture(autouse=True)
def nothing_seen(monkeypatch):
    """A kernel in which no hint was shown yet."""
    monkeypatch.setattr(sys.modules["grader.hints"], "_seen", {})


# --- which exercise -----------------------------------------------------------------------------

CALLS = {"check": check, "hint": hint, "solution": solution, "reset": reset}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_about_nothing_says_how_it_is_meant(call):
    said = repr(CALLS[call]())
    assert f'{call}("{exercises()[0].name}")' in said and "instructor" not in said
    assert "Which exercise?" in said


def test_the_example_is_the_exercise_that_comes_next():
    keep_check(ALL[0], "right", 2, 2)
    assert f'hint("{ALL[1]}")' in repr(hint())


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "what, words",
    [
        (3, "the single number 3"),
        (np.ones((2, 3)), "an array of shape (2, 3)"),
        (lambda z: z, "a lambda"),
        (None, "None"),
        (["sigmoid"], "a list of 1 item"),
    ],
)
def test_what_is_no_exercise_is_described(call, what, words):
    said = repr(CALLS[call](what))
    assert words in said and f'{call}("' in said and "Traceback" not in said


@pytest.mark.parametrize("call", CALLS)
def test_a_misspelled_name_and_a_units_name(call):
    assert "Did you mean 'sigmoid'?" in repr(CALLS[call]("sigmiod"))
    said = repr(CALLS[call](FIRST))
    assert f"{FIRST} is a unit" in said and all(name in said for name in units()[0].exercises)


@pytest.mark.parametrize("call", ["hint", "solution", "reset"])
def test_the_function_itself_names_its_exercise(call):
    by_name = repr(CALLS[call]("sigmoid"))
    if call == "hint":
        assert "Hint 1 of 3" in by_name and "Hint 2 of 3" in repr(hint(sigmoid))
    else:
        assert repr(CALLS[call](sigmoid)) == by_name
    assert "No exercise is called 'quiz'" in repr(CALLS[call](quiz))


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError("ha")


@pytest.mark.parametrize("call", CALLS)
def test_objects_that_answer_anything(call):
    assert call in repr(CALLS[call](Hostile()))


# --- hints --------------------------------------------------------------------------------------


def test_hints_go_on_where_they_stopped(monkeypatch):
    assert "Hint 1 of 3" in repr(hint("one_hot"))
    hints = sys.modules["grader.hints"]
    monkeypatch.setattr(hints, "_seen", {})  # another kernel
    assert "Hint 2 of 3" in repr(hint("one_hot")) and read().hints == {"one_hot": 2}


def test_hints_go_on_where_nothing_can_be_kept(workspace):
    (workspace / "progress.db").mkdir()
    assert [repr(hint("pack"))[5] for _ in range(3)] == ["1", "2", "3"]


def test_after_the_third_the_solution_is_offered():
    for _ in range(2):
        assert "solution(" not in repr(hint("sigmoid"))
    assert "That was the last." in (last := repr(hint("sigmoid"))) and 'solution("sigmoid")' in last
    said = repr(hint("sigmoid"))
    assert "all 3 hints" in said and 'solution("sigmoid")' in said and "once you have checked something" in said
    keep_check("sigmoid", "wrong", 0, 2)
    assert 'solution("sigmoid") shows it.' in repr(hint("sigmoid"))
    assert exercise("sigmoid").hints[0] in repr(hint("sigmoid", 1))
    assert "all 3 hints" in repr(hint("sigmoid"))  # a look back does not begin again


# --- the solution, and the stub -----------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_the_solution_comes_after_an_honest_attempt(name):
    lines = [line.strip() for line in text(name).splitlines()[1:] if len(line.strip()) > 20]
    refused = repr(solution(name))
    assert "anyway=True" in refused and not any(line in refused for line in lines)
    assert text(name).strip() in repr(solution(name, anyway=True))
    keep_check(name, "wrong", 0, 1)
    assert text(name).strip() in repr(solution(name)) == repr(solution(name, anyway=True))
    assert solution_text(name) == text(name)


def run(source):
    scope = {"np": np, "check": check, "__name__": "__main__"}
    exec(source, scope)
    return scope


def test_a_stub_is_no_attempt_and_a_wrong_function_is():
    run("def sigmoid(z):\n    raise NotImplementedError\ncheck('sigmoid')")
    run("check('sigmoid')")
    assert "anyway=True" in repr(solution("sigmoid"))
    run("def sigmoid(z):\n    return z\ncheck('sigmoid')")
    assert "def sigmoid" in repr(solution("sigmoid"))


def test_a_function_kept_by_an_older_version_is_an_attempt(workspace):
    (workspace / "passed").mkdir()
    (workspace / "passed" / "sigmoid.py").write_text("")
    assert "def sigmoid" in repr(solution("sigmoid"))


def test_while_a_class_is_graded_there_is_no_solution(monkeypatch):
    keep_check("sigmoid", "wrong", 0, 2)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    for said in (solution("sigmoid"), solution("sigmoid", anyway=True)):
        assert "def sigmoid" not in repr(said) + said._repr_html_()


@pytest.mark.parametrize("name", ALL)
def test_the_stub_is_the_one_of_the_notebook(name):
    stub = stub_text(name)
    scope = {}
    exec(compile(stub, "<stub>", "exec"), scope)  # it can be pasted as it is
    with pytest.raises(NotImplementedError):
        scope[name](*exercise(name).arguments)
    assert "SOLUTION" not in stub
    said = repr(reset(name))
    assert stub.strip() in said and "Nothing was changed" in said and "stays kept" not in said


def test_reset_says_that_what_passed_stays(workspace):
    (workspace / "passed").mkdir()
    (workspace / "passed" / "sigmoid.py").write_text("")
    assert "stays kept" in repr(reset("sigmoid"))


def test_where_the_notebooks_are_gone_reset_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["grader.progress.texts"], "course_folder", lambda: tmp_path)
    assert "can't be read" in repr(reset("sigmoid"))
    (tmp_path / FIRST).mkdir()
    path = tmp_path / FIRST / f"{FIRST}.ipynb"
    for damage in ("{", "[]", '{"cells": [{}]}', '{"cells": []}', '{"cells": [{"metadata": {"nbgrader": 3}}]}'):
        path.write_text(damage)
        assert f"{FIRST}.ipynb" in repr(reset("sigmoid"))


def test_what_is_told_is_escaped():
    told = grader.hints.Told("<b>", "<i>", "<u>")
    assert "<b>" not in told._repr_html_() and "<i>" not in told._repr_html_() and "<u>" not in told._repr_html_()


# --- the quiz -----------------------------------------------------------------------------------

LETTERS = {
    **dict.fromkeys(["b", "B", " b ", "(b)", "b)", "(B)", "b.", "2", 2, "(2)"], "b"),
    **dict.fromkeys([None, "", "  "], ""),
    **dict.fromkeys(["e", "5", 5, 0, -1, "ab", "yes", 2.5], None),
}


@pytest.mark.parametrize("answer", LETTERS)
def test_a_letter_in_every_form(answer):
    assert letter_of(answer, 4) == LETTERS[answer]


@pytest.mark.parametrize(
    "answer", [True, np.ones(3), np.int64(2), ["b"], {"b"}, sigmoid, b"b", object(), Hostile()], ids=range(9)
)
def test_what_is_no_letter_is_none(answer):
    assert letter_of(answer, 4) is None
    answers = [None] * len(quiz_of(FIRST))
    answers[1] = answer
    verdict = quiz(FIRST, answers)
    assert verdict.points == 0 and 'q2 = "b"' in verdict.text and "in quotes" in verdict.text


@pytest.mark.parametrize("unit_name", [one.name for one in units()])
def test_right_answers_in_every_form_earn_every_point(unit_name):
    questions = quiz_of(unit_name)
    forms = ("{}", "({})", "{})", "{} ")
    for form in forms:
        assert quiz(unit_name, [form.format(q.answer).upper() for q in questions]).passed
    assert quiz(unit_name, ["abcd".index(q.answer) + 1 for q in questions]).passed


def test_answers_are_kept_and_open_ones_keep_what_was_there():
    questions = quiz_of(FIRST)
    quiz(FIRST, [questions[0].answer, "a", *[None] * (len(questions) - 2)])
    quiz(FIRST, [None, "d", *[None] * (len(questions) - 2)])
    answers = read().answers
    assert answers[FIRST, 1].right and answers[FIRST, 2].letter == "d" and len(answers) == 2


QUIZ_CALLS = {
    "nothing": ((), "Which unit?"),
    "a misspelled unit": (("0_start",), f"There is no unit called '0_start'. Did you mean {FIRST!r}?"),
    "no answers": ((FIRST,), f'quiz("{FIRST}", [q1, q2'),
    "too few": ((FIRST, ["a"]), f"a list of {len(quiz_of(FIRST))} answers"),
    "a letter": ((FIRST, "a"), f"a list of {len(quiz_of(FIRST))} answers"),
    "answers alone": ((["a", "b"],), "a list of 2 items where the name of a unit goes"),
    "a number too high": ((FIRST, 99), "has the questions 1 to"),
    "question 0": ((FIRST, 0), "has the questions 1 to"),
}


@pytest.mark.parametrize("case", QUIZ_CALLS)
def test_a_quiz_called_in_another_way_says_what_was_meant(case):
    arguments, words = QUIZ_CALLS[case]
    said = repr(quiz(*arguments))
    assert words in said and "instructor" not in said and "exercise" not in said


@pytest.mark.parametrize("unit_name", [one.name for one in units()])
def test_a_question_gives_its_reason_at_once_and_the_line_to_keep(unit_name):
    for number, question in enumerate(quiz_of(unit_name), start=1):
        asked = quiz(unit_name, number)
        assert isinstance(asked, AskedQuestion) and f"q{number}" in repr(asked)
        for letter in "abcd"[: len(question.options)]:
            said = asked.chosen(letter)
            assert asked.line(letter) == f'q{number} = "{letter}"' and f"q{number} = &quot;{letter}&quot;" in said
            assert ("✓" in said) == (letter == question.answer)
            assert asked.line(letter) not in repr(asked)
        assert question.answer not in {o.reason for o in question.options} and asked.widget() is None  # no kernel here


def test_without_widgets_a_question_is_text():
    data = quiz(FIRST, 1)._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html"} and "q1" in data["text/plain"]
    reasons = [option.reason for option in quiz_of(FIRST)[0].options]
    assert not any(reason[:20] in text for reason in reasons for text in data.values())


# --- in a kernel --------------------------------------------------------------------------------


def executed(*cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3").execute()
    return notebook.cells


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_WORKSPACE", str(tmp_path_factory.mktemp("session")))
        yield executed(
            "from grader import quiz",
            f'asked = quiz("{FIRST}", 1)\nasked',
            "q1 = b",
            "q1 = None\nq2 = c   # the third",
            "undefined_name + 1",
            "b = 3\nq1 = b",
            "box = asked.widget()\nbuttons, said = box.children\nbuttons.value = 'b'\nprint(said.value)\n"
            "print('q1' in globals() and q1)",
        )


def error(cell):
    return next(output for output in cell.outputs if output.output_type == "error")


def test_a_question_has_buttons_in_a_kernel_and_text_beside_them(session):
    data = session[1].outputs[0].data
    assert "application/vnd.jupyter.widget-view+json" in data and "text/html" in data and "q1" in data["text/plain"]


@pytest.mark.parametrize("k, line", [(2, 'q1 = "b"'), (3, 'q2 = "c"')])
def test_a_bare_letter_is_explained(session, k, line):
    found = error(session[k])
    assert found.ename == "NameError"
    said = "\n".join(found.traceback)
    assert line in said and "in quotes" in said and len(said.splitlines()) <= 4


def test_any_other_name_is_an_error_as_ever(session):
    said = "\n".join(error(session[4]).traceback)
    assert "undefined_name" in said and "in quotes" not in said and len(said.splitlines()) > 3
    assert not [output for output in session[5].outputs if output.output_type == "error"]


def test_a_choice_is_explained_and_fills_nothing_in(session):
    (printed,) = [output.text for output in session[6].outputs if output.output_type == "stream"]
    question = quiz_of(FIRST)[0]
    assert ("✓" in printed) == (question.answer == "b") and "q1 = &quot;b&quot;" in printed
    assert printed.strip().endswith("3")  # what stands in q1 is what the learner put there


# --- progress -----------------------------------------------------------------------------------


def pass_all(but=()):
    for one in units():
        for name in one.exercises:
            if name not in but:
                keep_check(name, "right", exercise(name).points, exercise(name).points)
        keep_answers(one.name, {k: (q.answer, True) for k, q in enumerate(quiz_of(one.name), start=1)})


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """A learner's folder, with the working folder in its first unit."""
    for one in units():
        (tmp_path / one.name).mkdir()
    monkeypatch.chdir(tmp_path / FIRST)
    return tmp_path


@pytest.mark.parametrize("k", range(len(units())))
def test_a_unit_links_the_next_one_that_exists(k, notebooks):
    page = progress(units()[k].name)
    linked = page._repr_html_()
    if k + 1 < len(units()):
        following = units()[k + 1]
        assert f'href="../{following.name}/{following.name}.ipynb"' in linked and following.title in repr(page)
    else:
        assert "After this unit:" not in repr(page)
    assert f"Next: {units()[k].exercises[0]}, in this unit" in repr(page)
    assert 'href="../index.ipynb"' in linked and "left" in repr(page)
    for name in units()[k].exercises:
        assert f"○ {name}: to do" in repr(page)


def test_a_unit_that_is_done_says_so(notebooks):
    for name in units()[0].exercises:
        keep_check(name, "right", exercise(name).points, exercise(name).points)
    assert "is done" not in repr(progress(FIRST))  # its quiz is left
    keep_answers(FIRST, {k: (q.answer, True) for k, q in enumerate(quiz_of(FIRST), start=1)})
    said = repr(progress(FIRST))
    assert f"Unit {FIRST[:2]} is done" in said and units()[0].gives in said and " left" not in said
    assert not (notebooks / "certificate.html").exists()


def test_the_last_unit_speaks_of_what_was_left_out(notebooks):
    pass_all(but=["sigmoid"])
    page = progress(units()[-1].name)
    assert "last unit" in repr(page) and f"{FIRST}/{FIRST}.ipynb" in repr(page) and "../" + FIRST in page._repr_html_()


def test_links_of_the_index_lead_down(notebooks, monkeypatch):
    monkeypatch.chdir(notebooks)
    linked = progress()._repr_html_()
    for one in units():
        assert f'href="{one.name}/{one.name}.ipynb"' in linked
    assert "Begin here" in linked
    keep_check("sigmoid", "right", 2, 2)
    assert "Go on here" in progress()._repr_html_()


def test_the_end_of_the_course(notebooks, workspace):
    pass_all()
    (workspace / "passed").mkdir()
    count = text("num_parameters").replace("return", "print('mine')\n    return", 1)
    (workspace / "passed" / "num_parameters.py").write_text(count)
    page = progress(units()[-1].name)
    said, shown = repr(page), page._repr_html_()
    assert "That is the whole course" in said and all(name in said for name in ALL)
    assert f"{given('num_parameters')(28, 128):,} numbers, by your num_parameters" in said
    assert "<figure" in shown and 'alt="Your LSTM' in shown and 'href="../certificate.html"' in shown
    paper = (notebooks / "certificate.html").read_text(encoding="utf-8")
    assert paper.startswith("<!DOCTYPE html>") and "http" not in paper and "<script" not in paper
    assert "@media print" in paper and grader.__version__ in paper
    for one in units():
        assert one.title in paper and all(f"<code>{name}</code>" in paper for name in one.exercises)
    import time

    assert time.strftime("%Y-%m-%d") in paper


def test_the_certificate_is_written_only_where_all_is_right(notebooks):
    pass_all(but=["lstm"])
    progress()
    assert not (notebooks / "certificate.html").exists()


def test_a_certificate_that_cannot_be_written_is_said(notebooks):
    pass_all()
    (notebooks / "certificate.html").mkdir()
    assert "could not be written" in repr(progress())


def test_names_on_a_certificate_are_escaped(monkeypatch, notebooks):
    import dataclasses

    from grader.progress import summary
    from grader.progress.certificate import certificate

    found = summary()
    odd = dataclasses.replace(found.units[0], title="<b>odd</b>")
    found = dataclasses.replace(found, parts=(dataclasses.replace(found.parts[0], units=(odd,)),))
    assert "<b>odd" not in certificate(found) and "&lt;b&gt;odd" in certificate(found)
    assert "80,384 numbers" in certificate(found, 80384) and "numbers" not in certificate(found)


@pytest.mark.parametrize("what", ["0_start", 3, sigmoid, "sigmoid", ["00_start"]])
def test_progress_of_what_is_no_unit(what):
    assert "There is no unit called" in repr(progress(what))


def test_while_a_class_is_graded_progress_says_nothing(monkeypatch, notebooks):
    pass_all()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "not looked at" in repr(progress()) and not (notebooks / "certificate.html").exists()
    assert "sigmoid" not in progress(FIRST)._repr_html_()


def test_importing_progress_brings_neither_sqlite_nor_figures():
    said = subprocess.run(
        [sys.executable, "-c", "import sys, grader; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sqlite3", "matplotlib", "ipywidgets", "IPython"} & set(said)
