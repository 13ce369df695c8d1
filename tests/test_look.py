"""How a verdict looks: its state by a mark, a word and a bar that stands out on every front end's ground."""

import html
import os
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from grader import check, hint, progress, quiz
from grader.checking.beside import DIFFERS
from grader.checking.look import MARKS, TONES, prose
from grader.checking.verdict import Finding, PartResult, Verdict
from grader.exercises import exercise, exercises, quiz_of, units
from grader.given import given, text

# What lies behind a cell's output: JupyterLab, VS Code, Colab, GitHub and much used themes of theirs.
GROUNDS = {
    "white": "#ffffff",
    "JupyterLab dark": "#111111",
    "VS Code light+": "#ffffff",
    "VS Code quiet light": "#f5f5f5",
    "VS Code dark+": "#1e1e1e",
    "VS Code dark modern": "#1f1f1f",
    "VS Code side bar, dark": "#252526",
    "VS Code high contrast": "#000000",
    "VS Code monokai": "#272822",
    "VS Code abyss": "#000c18",
    "VS Code tomorrow night blue": "#002451",
    "Colab dark": "#383838",
    "GitHub dark": "#0d1117",
    "solarized light": "#fdf6e3",
    "solarized dark": "#002b36",
    "dracula": "#282a36",
}
STATES = ("right", "partly", "wrong", "to do", "not judged")


def luminance(color):
    linear = []
    for k in (1, 3, 5):
        share = int(color[k : k + 2], 16) / 255
        linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_the_guidelines_own():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_bar_stands_out_everywhere(ground):
    for state, color in TONES.items():
        assert contrast(color, GROUNDS[ground]) >= 3, (state, color)


def of_state(state):
    """A verdict of each state, with all that a verdict may say."""
    passed = {"right": True, "not judged": None}.get(state, False)
    parts = [PartResult("one", 1, passed is True or state == "partly"), PartResult("two", 1, passed is True)]
    finding = Finding("seen", "means", "look", "detail", "more")
    return Verdict("lstm_step", passed, parts, finding=finding, notes=["note"], tried=state != "to do")


class Colours(HTMLParser):
    """The colours that a piece of HTML sets: of text, of grounds, of bars."""

    def __init__(self, text):
        super().__init__()
        self.text, self.grounds, self.bars = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in re.findall(r"(?:^|;)\s*([\w-]+)\s*:\s*([^;]+)", dict(attrs).get("style") or ""):
            if name == "color":
                self.text.add(value.strip())
            elif name.startswith("background"):
                self.grounds.add(value.strip())
            elif name.startswith("border"):
                self.bars |= set(re.findall(r"#\w+", value))


@pytest.mark.parametrize("state", STATES)
def test_text_has_the_front_ends_own_colour_on_its_own_ground(state):
    """So its contrast is the front end's: 4.5 or more. Behind numbers lies a grey so thin that it stays so."""
    found = Colours(of_state(state)._html())
    assert found.text <= {"inherit"} and found.grounds <= {"rgba(128,128,128,.12)"} and found.bars == {TONES[state]}
    assert "var(--jp" not in re.sub(r"font-family:[^;\"]+", "", of_state(state)._html())


FRONT_ENDS = {"#ffffff": "#212121", "#111111": "#e0e0e0", "#1e1e1e": "#cccccc", "#383838": "#e3e3e3"}  # ground: text


@pytest.mark.parametrize("ground", FRONT_ENDS)
def test_numbers_on_their_grey_can_be_read(ground):
    mixed = "#" + "".join(f"{round(0.88 * int(ground[k : k + 2], 16) + 0.12 * 128):02x}" for k in (1, 3, 5))
    assert contrast(FRONT_ENDS[ground], mixed) >= 4.5


def test_every_state_has_a_mark_and_a_word_of_its_own():
    assert len({TONES[state] for state in STATES}) == len(STATES) == len({MARKS[state] for state in STATES})
    heads = {state: of_state(state).headline for state in STATES}
    assert len(set(heads.values())) == len(STATES)
    for state, head in heads.items():
        verdict = of_state(state)
        assert verdict.state == state == verdict.record()["state"]
        assert verdict.text.startswith(f"{MARKS[state]} {head}") and html.escape(head) in plain(verdict._html())


def plain(markup):
    return re.sub(r"<[^>]+>", "", markup)


# --- not tried ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [e.name for e in exercises()])
def test_a_stub_is_to_do_and_no_mistake(name):
    def stub(*arguments):
        raise NotImplementedError

    verdict = check(name, stub)
    assert (verdict.state, verdict.passed, verdict.points) == ("to do", False, 0.0)
    assert TONES["wrong"] not in verdict._html() and MARKS["wrong"] not in verdict.text
    assert "isn't written yet" in verdict.text


def test_an_open_quiz_is_to_do_and_an_open_question_too():
    for one in units():
        answers = [None] * len(quiz_of(one.name))
        verdict = quiz(one.name, answers)
        assert (verdict.state, verdict.points) == ("to do", 0.0) and MARKS["wrong"] not in verdict.text
        answers[0] = quiz_of(one.name)[0].answer
        verdict = quiz(one.name, answers)
        assert verdict.state == "partly" and f"{MARKS['to do']} Question 2: to do" in verdict.text
        answers[0] = next(letter for letter in "abcd" if letter != quiz_of(one.name)[0].answer)
        assert quiz(one.name, answers).state == "wrong"


def test_an_open_quiz_says_what_to_do():
    name = units()[0].name
    open_one = quiz(name, [None] * len(quiz_of(name)))
    assert 'as in q1 = "a"; run that cell' in open_one.text
    assert "run that cell" not in quiz(name, ["a"] * len(quiz_of(name))).text


def test_one_that_works_in_some_cases_was_tried():
    def sigmoid(z):
        if z.max() > 700:
            raise NotImplementedError
        return given("sigmoid")(z)

    assert check("sigmoid", sigmoid).state == "partly"


def test_points_for_nbgrader_are_as_ever(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    points = {"right": "2.0", "partly": "1.0", "wrong": "0.0", "to do": "0.0"}
    for state, said in points.items():
        assert repr(of_state(state)) == said


# --- code, numbers ------------------------------------------------------------------------------

CODE = {
    "Is h_prev used?": ["h_prev"],
    "np.exp of z": ["np.exp"],
    'ask hint("sigmoid").': ['hint("sigmoid")'],
    "`a + b` makes a new one": ["a + b"],
    "xs[:, 2] is one step": ["xs[:, 2]"],
    "x[..., None] and z[:, :H]": ["x[..., None]", "z[:, :H]"],
    "np.zeros((N, H)) makes it": ["np.zeros((N, H))"],
    "h.shape[1] of torch.nn.LSTM": ["h.shape[1]", "torch.nn.LSTM"],
    "torch.no_grad(), .detach(), .data (or .T): one of them": ["torch.no_grad()", ".detach()", ".data", ".T"],
    "so it goes on ... or .5 of it, 1.x and the end.Then": [],
    "the slope s * (1 - s)": [],
    "(4, 3), e.g. (N, H) = (2, 3). Equation (4.2) says so.": [],
    "PyTorch's, i.e. not ours": [],
    "float64, 0.5 and 1e-9": [],
    "(N, T, num_classes) = (2, 4, 3)": ["(N, T, num_classes)"],
    "reads [x, h_prev] instead of [h_prev, x].": ["[x, h_prev]", "[h_prev, x]"],
    "one with .astype(np.float64)": [".astype(np.float64)"],
    "Take it from ids.shape, which": ["ids.shape"],
    "There is no exercise called 'one'. Don't": ["one"],
    "The exercises are: `sigmoid`, `one_hot`, `pack`. The course's": ["sigmoid", "one_hot", "pack"],
    "It sees: red, blue. Nothing else": [],
}


@pytest.mark.parametrize("said", CODE)
def test_what_can_only_be_code_is_shown_as_code(said):
    assert [html.unescape(one) for one in re.findall(r"<code[^>]*>(.*?)</code>", prose(said))] == CODE[said]
    assert html.unescape(plain(prose(said))) == said.replace("`", "")


def test_code_is_escaped():
    assert "<b>" not in prose("`<b>` and x_y[<b>] <b>") and prose("`<b>`").count("&lt;b&gt;") == 1


def test_hints_and_verdicts_show_code_alike():
    assert (
        "<code" in hint("sigmoid", 2)._repr_html_()
        and "np.where(condition, a, b)</code>" in hint("sigmoid", 2)._repr_html_()
    )


def test_names_with_an_underscore_are_code_in_every_message():
    for e in exercises():
        for said in (*e.hints, e.explanation, *(t for m in e.mistakes for t in (m.meaning, m.look))):
            left = re.sub(r"<code.*?</code>", "", prose(said), flags=re.DOTALL)
            assert not re.search(r"\b[A-Za-z]+_\w+|\bnp\.", left), (e.name, said)


def edited(name, *changes):
    source = text(name)
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    scope = {"np": np, "sigmoid": given("sigmoid"), "lstm_step": given("lstm_step")}
    exec(source, scope)
    return check(name, scope[name])


def test_numbers_stand_beside_each_other_and_the_wrong_ones_are_marked():
    def hidden_update(o, c):
        h = o * np.tanh(c)
        h[0, -1] += 0.25
        return h

    verdict = check("hidden_update", hidden_update)
    lines = verdict.finding.detail.splitlines()
    head = next(k for k, line in enumerate(lines) if line.startswith("your h:"))
    assert "| expected h:" in lines[head]
    marked = [line for line in lines[head + 1 :] if DIFFERS in line.partition("|")[0] and "|" in line]
    assert len(marked) == 1 and marked[0].count(DIFFERS) == 1
    mine, expected = (re.findall(r"-?\d+\.\d*", side)[-1] for side in marked[0].split("|"))
    assert float(mine) == pytest.approx(float(expected) + 0.25, abs=2e-5)
    assert re.search(rf"<strong>-?[\d.]+{DIFFERS}</strong>", verdict._html())
    assert re.search(r"differs: 1 of \d+\)", lines[-1])


def test_where_all_differ_nothing_is_marked():
    verdict = check("hidden_update", lambda o, c: o * np.tanh(c) + 0.1 * np.cos(c))
    assert "expected h:" in verdict.text and DIFFERS not in verdict.text


@pytest.mark.parametrize("name", [e.name for e in exercises() if not e.torch])
@pytest.mark.some(12)
def test_a_wrong_answer_is_shown_in_few_lines_and_the_rest_is_folded(name):
    def off(*arguments):
        answer = given(name)(*arguments)
        return moved(answer)

    def moved(value):
        if isinstance(value, tuple):
            return tuple(moved(one) for one in value)
        if isinstance(value, dict):
            return {key: moved(one) for key, one in value.items()}
        if isinstance(value, list) and all(isinstance(one, bool) for one in value):
            return [not one for one in value]
        if isinstance(value, int | float):
            return value + 1
        if not isinstance(value, np.ndarray) or not value.size:
            return value
        if value.dtype.kind in "iu":
            return value + 1
        return value + 0.1 * np.cos(np.arange(value.size)).reshape(value.shape)

    finding = check(name, off).finding
    assert exercise(name).properties or "expected" in finding.detail, finding.detail
    assert len(finding.detail.splitlines()) <= 24, finding.detail
    assert max(map(len, finding.detail.splitlines())) <= 100
    folded = check(name, off)._html().partition("<details")[2]
    assert bool(finding.more) == bool(folded)


def test_both_wrong_outputs_of_a_step_are_shown_and_its_arguments_folded():
    def swapped(x, h_prev, c_prev, W, b):
        H = h_prev.shape[1]
        order = np.r_[H : 2 * H, :H, 2 * H : 4 * H]
        return given("lstm_step")(x, h_prev, c_prev, W[:, order], b[order])

    finding = check("lstm_step", swapped).finding
    assert "expected h:" in finding.detail and "expected c:" in finding.detail
    assert "-0." in finding.more and "W (" in finding.more and "expected" not in finding.more


def test_shapes_are_said_with_their_letters():
    verdict = check("lstm_step", lambda x, h, c, W, b: (h, c, None))
    assert re.search(r"with N = \d+, D = \d+, H = \d+, and", verdict.text)
    assert re.search(r"x \(\d+, \d+\), that is \(N, D\)", verdict.text)
    assert re.search(r"W \(\d+, \d+\), that is \(H \+ D, 4H\)", verdict.text)
    e = exercise("lstm_step")
    case = next(iter(e.cases(np.random.default_rng(0)))).args
    N, D = case["x"].shape
    assert e.arguments["x"] == "(N, D)" and N != D


# --- the course's own version -------------------------------------------------------------------

RIGHT = "def sigmoid(z):\n    e = np.exp(-np.abs(z))  # mine\n    return np.where(z >= 0, 1, e) / (1 + e)\n"


def run(source, name="sigmoid", hidden=False):
    """A check in a namespace of its own, of a function whose text can be found as a cell's can."""
    import linecache

    place = f"<cell {len(linecache.cache)}>"
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    scope = {"np": np, "__name__": "__main__", "check": check}
    exec(compile(source, place, "exec"), scope)
    exec(f"verdict = check({name!r}, hidden={hidden})", scope)
    return scope["verdict"]


def test_after_a_pass_the_courses_version_stands_beside_ones_own_folded():
    verdict = run(RIGHT)
    before, details, inside = verdict._html().partition("<details")
    assert (
        details and "# mine" in inside and "so it can&#x27;t overflow" in html.unescape(inside).replace("'", "&#x27;")
    )
    assert "overflow" not in before.partition("What just happened")[0] and " open" not in inside.partition(">")[0]
    assert verdict.solution == text("sigmoid") and "# mine" in verdict.own
    for said in (verdict.text, repr(verdict), str(verdict.record())):  # what is handed on and reported has none of it
        assert "def sigmoid" not in said


SHOWN_NEVER = {
    "a wrong one": "def sigmoid(z):\n    return z\n",
    "a partly right one": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n",
    "a stub": "def sigmoid(z):\n    raise NotImplementedError\n",
}


@pytest.mark.parametrize("case", SHOWN_NEVER)
def test_before_a_pass_nothing_of_it_is_shown(case):
    verdict = run(SHOWN_NEVER[case])
    assert not verdict.passed and verdict.solution == "" and "def sigmoid" not in verdict._html()


def test_it_is_not_shown_of_a_function_under_another_name():
    verdict = check("sigmoid", given("sigmoid"))  # a story cell may do that before the learner has begun
    assert verdict.passed and verdict.solution == "" and "<details" not in verdict._html()


def test_it_is_not_shown_while_a_class_is_graded(monkeypatch):
    verdict = run(RIGHT)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "def sigmoid" not in verdict._html()  # whoever made it
    verdict = run(RIGHT)
    assert verdict.passed and verdict.solution == "" and "<details" not in verdict._html()


def test_it_is_not_shown_with_hidden_tests(tmp_path, monkeypatch):
    from grader.vectors import make

    (tmp_path / "hidden").mkdir()
    make.write(tmp_path / "hidden", make.new_secret())
    monkeypatch.setenv("GRADER_HIDDEN", str(tmp_path / "hidden"))
    verdict = run(RIGHT, hidden=True)
    assert verdict.passed and verdict.hidden and verdict.solution == "" and "def sigmoid" not in verdict._html()
    verdict.solution = "def sigmoid"
    assert "def sigmoid" not in verdict._html()
    assert not os.environ.get("NBGRADER_EXECUTION")


def test_progress_has_a_bar_too():
    assert Colours(progress()._repr_html_()).bars == {TONES["told"]}
