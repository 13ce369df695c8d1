"""The course's self-check catches every omission it promises."""

import dataclasses
import json
import re

import pytest
from one_unit_trees import ROOT, UNIT, markdown, notebook_path, plant, problems, story, text_of

from grader.build import build, checks, course, derived, exercise_rules, source, story_rules, text_rules
from grader.exercises import exercise, quiz_of, unit
from grader.exercises.base import Mistake, Part
from grader.vectors import load, pack

# --- every rule catches its fault ---------------------------------------------------------------


SOLUTION = """    e = np.exp(-np.abs(z))                        # (N, H); never above 1, so it can't overflow
    return np.where(z >= 0, 1, e) / (1 + e)       # (N, H); 1 / (1 + e) on the right, e / (1 + e) on the left
"""
REGION = f"    ### BEGIN SOLUTION\n{SOLUTION}    ### END SOLUTION\n"
CELL = (
    '# %% exercise="sigmoid"' + text_of(ROOT).read_text().partition('# %% exercise="sigmoid"')[2].partition("# %% ")[0]
)
FIGURE = "fig, ax = plt.subplots()\n"

# what is planted in the unit's text, and every problem that should be found: place, then what to do
IN_THE_TEXT = {
    "a stub that passes": (
        [(REGION, SOLUTION + "    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n")],
        ["^sigmoid: its untouched stub earns points: a stub has to fail"],
    ),
    "a stub that is half right": (
        [(REGION, "    if np.abs(z).max() < 100:\n        return 1 / (1 + np.exp(-z))\n" + REGION)],
        ["^sigmoid: its untouched stub earns points: a stub has to fail"],
    ),
    "a solution that fails": (
        [("return np.where(z >= 0, 1, e) / (1 + e)  ", "return np.where(z >= 0, 1, e) / (2 + e)  ")],
        ["^sigmoid: its solution does not pass: ✗ sigmoid: not right yet"],
    ),
    "a solution that is not quiet": (
        [(SOLUTION, "    return 1.0 / (1.0 + np.exp(-z))\n")],
        ["^sigmoid: its solution does not pass: ◐ sigmoid: partly right"],
    ),
    "a solution that is no function": (
        [("def sigmoid(z):\n", "def sigmoid_(z):\n")],
        ["^sigmoid: its solution cell defines no function sigmoid"],
    ),
    "a def line that is not released": (
        [
            ('def sigmoid(z):\n    """The', '### BEGIN SOLUTION\ndef sigmoid(z):\n    """The'),
            ("    ### BEGIN SOLUTION\n    e =", "    e ="),
            ("on the left\n    ### END", "on the left\n### END"),
        ],
        ["^sigmoid: its released stub defines no function sigmoid: keep the def line outside"],
    ),
    "a solution that raises before": (
        [("import numpy as np\n\nfrom grader", "import numpy as np\nundefined\nfrom grader")],
        [
            "^sigmoid: a cell before it, or its own, raises NameError: .*undefined.*mend it",
            "^one_hot: a cell before it, or its own, raises NameError",
        ],
    ),
    "no solution region": (
        [(REGION, SOLUTION)],
        [
            f"^{UNIT}: the cell of sigmoid has no ### BEGIN SOLUTION region: put",
            "^sigmoid: a cell before it, or its own, raises NotImplementedError",  # the whole cell was cleared
            "^one_hot: a cell before it, or its own, raises NotImplementedError",
        ],
    ),
    "no cell for an exercise": (
        [(CELL, "")],
        [
            f"^{UNIT}: there is no cell for sigmoid: add one that begins with `# %% exercise=.sigmoid",
            f"^{UNIT}: a learner reads .* before the first line of their own \\(one_hot\\)",
            "^sigmoid: its solution cell defines no function",
        ],
    ),
    "a hidden test in the open": (
        [story('check("sigmoid", hidden=True)')],
        [f"^{UNIT}: the release contains 'hidden=True'"],
    ),
    "a docstring without a shape": (
        [("z: (N, H), or any other shape; float64.", "z: any array.")],
        [
            "^sigmoid: its docstring does not say that z is \\(N, H\\)",
            "^sigmoid: its docstring does not say that s comes back, with the shape \\(N, H\\)",
        ],
    ),
    "a docstring without what comes back": (
        [("s: the shape of z; from 0 to 1.", "a share from 0 to 1."), ("each number, s = 1 /", "each number, 1 /")],
        ["^sigmoid: its docstring does not say that s comes back"],
    ),
    "another name of an argument": (
        [("def sigmoid(z):\n", "def sigmoid(x):\n    z = x\n")],
        [
            "^sigmoid: its stub takes \\(x\\), the exercise sigmoid\\(z\\): make them one",
            "^sigmoid: its stub has no docstring",
            "^sigmoid: its docstring does not say",
        ],
    ),
    "a cell that is no Python": (
        [story("x = = 1")],
        [f"^{UNIT}: cell planted is not Python: invalid syntax, line 1 \\(x = = 1.*Mend it there"],
    ),
    "two headings of the first level": (
        [markdown("# Another beginning")],
        [f"^{UNIT}: it needs exactly one heading of the first level.*'Another beginning'"],
    ),
    "no heading of the first level": (
        [("# # Unit 00: Start here", "# Unit 00: Start here")],
        [f"^{UNIT}: it needs exactly one heading of the first level"],
    ),
    "a level skipped": (
        [markdown("## Section\n\n#### Too deep")],
        [f"^{UNIT}: the heading 'Too deep' skips a level: give it ###"],
    ),
    "a level skipped across cells": (
        [markdown("## Section"), markdown("#### Too deep")],
        [f"^{UNIT}: the heading 'Too deep' skips a level"],
    ),
    "a picture without alt text": (
        [markdown("![](cell.png)")],
        [f"^{UNIT}: the picture !\\[\\] needs an alt text that says what it shows"],
    ),
    "a picture with a word": (
        [markdown("![a figure](cell.png)")],
        [f"^{UNIT}: the picture !\\[a figure\\] needs an alt text"],
    ),
    "an image tag without alt text": (
        [markdown('<img src="cell.png" width="3">')],
        [f"^{UNIT}: the <img> in the text .* needs an alt attribute"],
    ),
    "plt.show": (
        [story(FIGURE + "plt.show()")],
        [f"^{UNIT}: the story cell planted shows a figure by itself: show it with show\\(fig, alt=...\\)"],
    ),
    "a figure that is only drawn": (
        [story(FIGURE + "ax.plot([1, 2])")],
        [f"^{UNIT}: the story cell planted shows a figure by itself"],
    ),
    "a figure without alt text": (
        [story(FIGURE + "show(fig, caption='c')")],
        [f"^{UNIT}: the story cell planted shows a figure without alt text: give show"],
    ),
    "a figure with empty alt text": (
        [story(FIGURE + "show(fig, alt='')")],
        [f"^{UNIT}: the story cell planted shows a figure without alt text"],
    ),
    "an exercise called by a story": (
        [story("s = sigmoid(np.zeros(3))")],
        [f"^{UNIT}: the story cell planted uses sigmoid itself, which may not be written yet: .*mine"],
    ),
    "an exercise handed on by a story": (
        [story("f = [one_hot]")],
        [f"^{UNIT}: the story cell planted uses one_hot itself"],
    ),
    "a story cell of many lines": (
        [story("\n".join(f"x{k} = {k}" for k in range(21)))],
        [f"^{UNIT}: the story cell planted has 21 lines for a learner to read, and 20 are the most: move what draws"],
    ),
    "a long way to the first line": (
        [("# Run the two cells below first", "# " + "word " * 400 + "\n# Run the two cells below first")],
        [f"^{UNIT}: a learner reads \\d+ words before the first line of their own \\(sigmoid\\), and 400 are the most"],
    ),
    "a trial that is no cell's": (
        [markdown("**Try it.** Change the number.")],
        [f"^{UNIT}: the text '\\*\\*Try it.\\*\\* Change the number.' says .* and stands under no open story cell"],
    ),
    "a trial under a folded cell": (
        [story("figures.one_product()"), markdown("**Try it.** Change the number.")],
        [f"^{UNIT}: the text '\\*\\*Try it.\\*\\* Change the number.' says .* and stands under no open story cell"],
    ),
    "one thing to play with": (
        [("figures.batch_explorer(xs)", "figures.one_product()")],
        [f"^{UNIT}: it has 1 things to drag or play with \\(figures.sigmoid_slider\\), and 2 are the least: call"],
    ),
    "a figure that nobody drew": (
        [story("figures.nothing_of_it(1)")],
        [f"^{UNIT}: the story cell planted calls figures.nothing_of_it, which grader.figures does not have"],
    ),
    "a unit that is not there": (
        [markdown("As unit 77 shows."), story("print('see Unit 78')"), markdown("Units 00 to 79, and a unit 1.")],
        [f"^{UNIT}: its text speaks of unit {number}, which is not there: say" for number in (77, 78, 79)],
    ),
    "a line of a solution in a story": (
        [story("z = np.zeros(3)\ne = np.exp(-np.abs(z))   # never above 1")],
        [f"^{UNIT}: a line of the solution of sigmoid stands in the release: .*Take it out"],
    ),
    "a line of a solution in other spaces": (
        [story("def other(ids, classes):\n    return (ids[...,None]==classes).astype(np.float64)")],
        [f"^{UNIT}: a line of the solution of one_hot stands in the release: .*Take it out"],
    ),
}


@pytest.mark.parametrize("fault", IN_THE_TEXT)
@pytest.mark.some(12)
def test_a_fault_in_the_text_is_found(fault, tree):
    changes, wanted = IN_THE_TEXT[fault]
    plant(tree, *changes)
    found = problems(tree)
    for pattern in wanted:
        assert any(re.search(pattern, text, re.DOTALL) for text in found), found
    others = [text for text in found if not any(re.search(pattern, text, re.DOTALL) for pattern in wanted)]
    assert others == []
    assert all(len(text) < 2500 and ":" in text for text in found)


def test_a_unit_without_trials(tree):
    text = text_of(tree).read_text().replace("**Try it.**", "Try it.")
    text_of(tree).write_text(text.replace("# Try it.", "# **Try it.**", 1))
    build(tree)
    (found,) = problems(tree)
    assert re.match(f"{UNIT}: it says .* under 1 of its experiments, and 2 are the least: say in the text", found)


@pytest.mark.parametrize("place", ["hints", "explanation", "quiz"])
def test_a_unit_that_is_not_there_is_found_wherever_a_learner_reads(place, tree, monkeypatch):
    sigmoid, (question, *others) = exercise("sigmoid"), quiz_of(UNIT)
    if place == "quiz":
        option = dataclasses.replace(question.options[0], reason="Unit 77 says why.")
        question = dataclasses.replace(question, options=(option, *question.options[1:]))
        monkeypatch.setattr(story_rules, "quiz_of", lambda name: (question, *others))
    else:
        said = {"hints": ("a", "b", "as in unit 77"), "explanation": "Unit 77 says why."}[place]
        record = dataclasses.replace(sigmoid, **{place: said})
        monkeypatch.setattr(story_rules, "exercise", lambda name: record if name == "sigmoid" else exercise(name))
    (found,) = problems(tree)
    where = "its quiz" if place == "quiz" else "what sigmoid says"
    assert found.startswith(f"{UNIT}: {where} speaks of unit 77, which is not there")


def test_twenty_lines_may_be_open_and_a_folded_cell_may_be_long(tree):
    call = "figures.one_product(\n" + "    3,\n" * 3 + ")"
    plant(tree, story("\n\n".join(f"x{k} = {k}" for k in range(20))), story("\n".join([call] * 6), "folded"))
    assert problems(tree) == []


def test_what_only_calls_for_figures_is_folded_away(tree):
    hidden = {
        "calls": "figures.one_product()",
        "with_an_import": "from grader.figures import show as shown\nimport matplotlib.pyplot as plt\n\nshown(1)",
    }
    open_ = {"works": "y = 1\nfigures.one_product()", "prints": "print(1)", "other_import": "import sys"}
    plant(tree, *(story(source, name) for name, source in (hidden | open_).items()))
    cells = {cell["id"]: cell for cell in json.loads(notebook_path(tree).read_text())["cells"]}
    for name in hidden | open_:
        folded = cells[name]["metadata"].get("jupyter", {}).get("source_hidden", False)
        assert folded is (name in hidden), name


def test_words_are_counted_as_they_are_read():
    assert (
        story_rules._words("One *two*, $x$ and `y`.\n\n$$ a + b = c \\tag{1} $$\n\n- six | seven <b>eight</b> --") == 8
    )


def replaced(monkeypatch, name, **fields):
    record = dataclasses.replace(exercise(name), **fields)
    monkeypatch.setattr(checks, "exercise", lambda asked: record if asked == name else exercise(asked))


def mistake(name, body="", **edits):
    return Mistake(name, "what it is", "what it means", "where to look", body=body, **edits)


def sigmoid_mistakes(*more):
    return (*exercise("sigmoid").mistakes, *more)


TANH = exercise("sigmoid").mistakes[0]
IN_THE_REGISTRY = {
    "an empty hint": ({"hints": ("where", " ", "how")}, "it needs three hints that are not empty"),
    "two hints": ({"hints": ("where", "how")}, "it needs three hints that are not empty"),
    "no difficulty": ({"difficulty": 0}, "its difficulty is 0: give 1 to 5"),
    "too difficult": ({"difficulty": 6}, "its difficulty is 6: give 1 to 5"),
    "no minutes": ({"minutes": 0}, "it says nothing of how long it takes: give minutes"),
    "no explanation": ({"explanation": "\n"}, "it has no explanation to show after a pass"),
    "two mistakes of a name": (
        {"mistakes": sigmoid_mistakes(TANH)},
        "two known mistakes have the same name: rename one",
    ),
    "a mistake without a meaning": (
        {"mistakes": (dataclasses.replace(TANH, meaning=" "),)},
        "its mistake tanh has an empty `meaning`",
    ),
    "a mistake without a place to look": (
        {"mistakes": (dataclasses.replace(TANH, look=""),)},
        "its mistake tanh has an empty `look`",
    ),
    "a mistake that passes": (
        {"mistakes": sigmoid_mistakes(mistake("right", "return (1 + np.tanh(z / 2)) / 2"))},
        "its known mistake right passes: add a case that tells it apart",
    ),
    "a mistake taken for another": (
        {"mistakes": sigmoid_mistakes(mistake("again", "return np.tanh(z)"))},
        "its known mistake again is taken for tanh: add a case that tells them apart",
    ),
    "a mistake that nothing names": (
        {"mistakes": sigmoid_mistakes(mistake("list", "return np.tanh(z).tolist()"))},
        "its known mistake list is taken for None: add a case that tells them apart",
    ),
    "an edit that fits nothing": (
        {"mistakes": sigmoid_mistakes(mistake("stale", edits={"np.tanh(": "("}))},
        "its mistake stale: sigmoid: stale: 'np.tanh\\(' stands nowhere in the solution, and should stand there once",
    ),
    "an edit that fits twice": (
        {"mistakes": sigmoid_mistakes(mistake("stale", edits={"e": "z"}))},
        "its mistake stale: sigmoid: stale: 'e' stands \\d+ times in the solution",
    ),
    "few right answers": ({"right": ()}, "it needs three right answers that are written in other ways, or more"),
    "a right answer that is wrong": (
        {"right": (*exercise("sigmoid").right, "def sigmoid(z):\n    return np.tanh(z)")},
        "its right answer \\d+ does not pass: ✗ sigmoid: not right yet",
    ),
    "another shape": ({"arguments": {"z": "(N, T, H)"}}, "case '.*': z should have the shape \\(N, T, H\\), and has"),
    "an argument that is no shape and no word": (
        {"arguments": {"z": "numbers"}},
        "its argument z is said to be 'numbers': write a shape such as '\\(N, H \\+ D\\)', the letter whose size "
        "it is, or one of a number, a whole number, ",
    ),
    "an argument whose shape can't be read": (
        {"arguments": {"z": "(N, H"}},
        "its argument z is said to be '\\(N, H': write a shape",
    ),
    "an item of a dict that is no shape": (
        {"arguments": {"z": {"rows": "(N, H)", "columns": "a lot"}}},
        "its argument z is said to be 'a lot': write a shape",
    ),
    "a part without a case": (
        {"parts": (*exercise("sigmoid").parts, Part("nothing", 1, tags=frozenset({"nowhere"})))},
        "its part 'nothing' has no case with the tag nowhere: add one",
    ),
    "no such reference": ({"reference": "sigmoide"}, "grader.reference has no sigmoide: write it"),
    "another reference": (
        {"reference": "num_parameters"},
        "the reference takes \\(D.*, the exercise sigmoid\\(z\\): make them one",
    ),
    "a part of something else": (
        {"parts": (*exercise("sigmoid").parts[1:], Part("others", 1, outputs=("c",)))},
        "its part 'others' looks at \\{'c'\\}, which it does not return",
    ),
}


@pytest.mark.parametrize("fault", IN_THE_REGISTRY)
@pytest.mark.some(12)
def test_a_fault_in_the_registry_is_found(fault, tree, monkeypatch):
    fields, pattern = IN_THE_REGISTRY[fault]
    replaced(monkeypatch, "sigmoid", **fields)
    found = problems(tree)
    wanted = [text for text in found if re.match(f"sigmoid: {pattern}", text)]
    assert wanted and found == wanted, found


OF_THE_MAP = {
    "nothing that it gives": ({"gives": " "}, "UNIT says nothing of what it gives"),
    "nothing that it needs": ({"needs": ""}, "UNIT says nothing of what it needs"),
    "more than a line": ({"gives": "a\nb"}, "UNIT says nothing of what it gives: .* a phrase in one line"),
    "a table's line": ({"needs": "a | b"}, "UNIT says nothing of what it needs"),
    "a unit that isn't there": (
        {"needs": "the loop of unit 99"},
        "what UNIT needs speaks of unit 99, which isn't there",
    ),
    "units that aren't there": ({"gives": "all for units 98"}, "what UNIT gives speaks of unit 98"),
    "no minutes": ({"minutes": 0}, "UNIT says minutes=0; its exercises and its quiz alone take 28"),
    "too few minutes": ({"minutes": 27}, "UNIT says minutes=27; its exercises and its quiz alone take 28"),
    "no such part": ({"part": "V"}, "UNIT belongs to the part 'V', which is none of I, II, III, IV"),
}


@pytest.mark.parametrize("fault", OF_THE_MAP)
def test_a_fault_in_what_a_unit_says_for_the_map_is_found(fault, tree):
    fields, pattern = OF_THE_MAP[fault]
    notebook = source.read_source(tree, UNIT)
    assert list(text_rules.unit_rules(unit(UNIT), notebook)) == []
    found = list(text_rules.unit_rules(dataclasses.replace(unit(UNIT), **fields), notebook))
    assert len(found) == 1 and re.match(pattern, found[0]), found


def test_a_setup_cell_that_does_not_import_what_the_build_uses(tree):
    plant(tree, ("import check, hint, mine, progress, quiz, reset, solution", "import check, hint, mine, quiz"))
    assert problems(tree) == [
        f"{UNIT}: the setup cell does not import progress, reset, solution, which the build's cells or its messages "
        "call: from grader import check, hint, mine, progress, quiz, reset, solution."
    ]


OF_A_PIECE = {
    "named": ("return np.tanh(z)", ""),
    "without a name": ("return np.sin(z)", "has no name: add a case"),
    "passing": ("return (1 + np.tanh(z / 2)) / 2", "passes: add a case"),
    "stopping in a case": (
        "if z.shape == (1, 1):\n    raise ValueError(z.shape)\nreturn np.sin(z)",
        "has no name: add a case",
    ),
}


@pytest.mark.parametrize("kind", OF_A_PIECE)
def test_a_mistake_of_a_piece_is_caught_and_named(kind, tree, monkeypatch):
    body, wanted = OF_A_PIECE[kind]
    one = dataclasses.replace(mistake(f"piece.{kind}", body), exercise="sigmoid")
    monkeypatch.setattr(exercise_rules, "inherited", lambda e: (one,) if e.name == "sigmoid" else ())
    found = problems(tree)
    assert len(found) == bool(wanted) and all(
        text.startswith(f"sigmoid: the mistake piece.{kind}, of a piece, {wanted}") for text in found
    ), found


def test_a_part_without_points(tree, monkeypatch):
    first, second = exercise("sigmoid").parts
    replaced(monkeypatch, "sigmoid", parts=(first, dataclasses.replace(second, points=0)))
    assert "sigmoid: every part needs at least one point." in problems(tree)


def test_a_module_that_nobody_registered(tree, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere" / UNIT
    folder.mkdir(parents=True)
    for name in ("__init__", "_draws", "quiz", "sigmoid", "one_hot", "forgotten"):
        (folder / f"{name}.py").write_text("")
    monkeypatch.setattr(text_rules, "course_part", lambda part: tmp_path / "elsewhere")
    assert problems(tree) == [f"{UNIT}: forgotten.py is not registered: add it to UNIT in {UNIT}/__init__.py."]


@pytest.mark.parametrize("name", ["data.csv", "picture.png", f"{UNIT}.txt", "deeper/notes.md"])
def test_a_file_that_would_be_released(name, tree, monkeypatch):
    write = course.write_sources

    def with_a_file(root, destination, only=None):
        write(root, destination, only)
        path = destination / UNIT / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1, 2, 3")

    monkeypatch.setattr(course, "write_sources", with_a_file)
    build(tree)
    where = f"{UNIT}: course/{UNIT}/{name}"
    assert problems(tree) == [
        f"{where} would be released beside the notebook, and only the notebook may be: move it away."
    ]


def test_outputs_in_the_release(tree, monkeypatch):
    files = derived(tree)
    name = f"course/{UNIT}/{UNIT}.ipynb"
    notebook = json.loads(files[name])
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "h"}]
    monkeypatch.setattr(checks, "derived", lambda root, only: files | {name: json.dumps(notebook).encode()})
    assert f"{UNIT}: the release contains outputs: the build has to clear them." in problems(tree)


@pytest.mark.parametrize("spoil", ["a byte", "gone", "older"])
def test_a_stale_file(spoil, tree):
    path = notebook_path(tree)
    if spoil == "gone":
        path.unlink()
    elif spoil == "a byte":
        path.write_bytes(path.read_bytes() + b"\n")
    else:
        text_of(tree).write_text(text_of(tree).read_text().replace("Start here", "Begin here", 1))
    found = problems(tree)
    assert f"course/{UNIT}/{UNIT}.ipynb is stale: run `grader build`." in found
    assert all("is stale: run `grader build`" in text for text in found)


def test_stale_vectors(tree, monkeypatch):
    shipped = checks.vectors.load

    def other(name, hidden=False):
        vectors = shipped(name, hidden)
        if name == "sigmoid":
            arrays = pack(name, vectors)
            key = next(key for key in arrays if "/out/" in key)
            arrays[key] = arrays[key] + 1e-6
            return checks.vectors.unpack(arrays, name)
        return vectors[1:]

    monkeypatch.setattr(checks.vectors, "load", other)
    found = [text for text in problems(tree) if "public vectors" in text]
    assert found == [
        f"{name}: its public vectors are not what the reference makes: run `grader vectors`."
        for name in unit(UNIT).exercises
    ]


def test_no_vectors(tree, monkeypatch, tmp_path):
    monkeypatch.setattr("grader.vectors.public", lambda: tmp_path / "nowhere")
    with pytest.raises(Exception, match="There are no test vectors"):
        load("sigmoid")
    found = list(checks._stale_vectors(unit(UNIT)))
    assert found == [f"{name} has no public vectors: run `grader vectors`." for name in unit(UNIT).exercises]
