"""A bank of known mistakes is read as it is written, and refused by name where it can't be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import BuildError
from grader.exercises.mistakes import slips

GOOD = r"""
# Two that look alike.
no_tanh: a hidden state that is o * c,
    with a bound: none
    {"np.tanh(c)": "c",
     'a "b"': "first\n"
        "    second"}
    The cell state has no bounds. Nothing crashes: {braces}, body: and
    # signs are words here.
    Look: What does equation (eq:hidden) do to c?
    Look twice.

chained: each sequence of the batch starting where the one before it ended
    body:
        for n in range(len(x)):

            if n:
                pass
        return {"a": 1}
    The rows know nothing of each other.
    Look: Equation (eq:step).
"""


def test_a_bank_is_read_as_it_is_written():
    no_tanh, chained = slips(GOOD)
    assert (no_tanh.name, no_tanh.what) == ("no_tanh", "a hidden state that is o * c, with a bound: none")
    assert list(no_tanh.edits.items()) == [("np.tanh(c)", "c"), ('a "b"', "first\n    second")]
    assert no_tanh.meaning == (
        "The cell state has no bounds. Nothing crashes: {braces}, body: and # signs are words here."
    )
    assert no_tanh.look == "What does equation (eq:hidden) do to c? Look twice." and no_tanh.body == ""
    assert chained.body == 'for n in range(len(x)):\n\n    if n:\n        pass\nreturn {"a": 1}' and not chained.edits
    assert chained.meaning == "The rows know nothing of each other."


def test_a_bank_may_be_indented_as_a_whole():
    indented = "\n".join(f"        {line}" if line else "" for line in GOOD.split("\n"))
    assert slips(indented) == slips(GOOD)


def test_words_are_put_in():
    bank = r"""
    no_${name}_slope: a ${name} gate that costs $$$limit
        $edits
        $meaning
        Look: $equation
    """
    (one,) = slips(
        bank, name="forget", limit=5, edits={"a": "b\n'\""}, meaning="It is shut: $name.", equation="(eq:cell)"
    )
    assert (one.name, one.what, one.look) == ("no_forget_slope", "a forget gate that costs $5", "(eq:cell)")
    assert one.edits == {"a": "b\n'\""} and one.meaning == "It is shut: $name."


EDITS, SAID, LOOK = '    {"a": "b"}', "    It is not a.", "    Look: At a."
NAMED = r"^The known mistake 'wrong' can't be read: "
MALFORMED = {
    "no edits": (["wrong: a thing", SAID, LOOK], NAMED + "it has no edits. Expected: a line with .*`body:`"),
    "nothing but its name": (["wrong: a thing"], NAMED + "it has no edits"),
    "no look": (["wrong: a thing", EDITS, SAID], NAMED + "it has no `Look:` after its edits. Expected: `Look:`"),
    "look in front of the edits": (["wrong: a thing", SAID, LOOK, EDITS], NAMED + "it has no `Look:` after its edits"),
    "an empty look": (["wrong: a thing", EDITS, SAID, "    Look:"], NAMED + "nothing stands after its `Look:`"),
    "no meaning": (["wrong: a thing", EDITS, LOOK], NAMED + "it has no meaning. Expected: a sentence or two"),
    "no what": (["wrong:", EDITS, SAID, LOOK], NAMED + "nothing stands after its colon. Expected: the end of"),
    "the same name twice": (
        ["wrong: a thing", EDITS, SAID, LOOK, "wrong: another", EDITS, SAID, LOOK],
        NAMED + "the bank has another one of that name. Expected: a name of its own",
    ),
    "edits without an end": (
        ["wrong: a thing", '    {"a": "b"', SAID, LOOK],
        NAMED + r"""its edits begin with '\{"a": "b"', and no line after that ends them. Expected: a dict""",
    ),
    "a set": (["wrong: a thing", '    {"a"}', SAID, LOOK], NAMED + r"its edits are \{'a'\}. Expected: a dict"),
    "no pieces": (["wrong: a thing", "    {}", SAID, LOOK], NAMED + r"its edits are \{\}. Expected: a dict"),
    "a name in place of a text": (["wrong: a thing", '    {"a": b}', SAID, LOOK], NAMED + r"its edits are \{'a': b\}"),
    "a number": (["wrong: a thing", '    {"a": 1}', SAID, LOOK], NAMED + r"its edits are \{'a': 1\}"),
    "another dict in it": (["wrong: a thing", '    {**{"a": "b"}}', SAID, LOOK], NAMED + "its edits are"),
    "a piece twice": (["wrong: a thing", '    {"a": "b", "a": "c"}', SAID, LOOK], NAMED + ".* each piece once"),
    "an empty body": (
        ["wrong: a thing", "    body:", SAID, LOOK],
        NAMED + "nothing is indented under its `body:`. Expected: the lines of the function's body",
    ),
    "a line at the left margin": (
        ["wrong: a thing", EDITS, "It is not a.", LOOK],
        "has the line 'It is not a.' after the known mistake wrong. Expected: `name: what`, at the left margin",
    ),
    "a line in front of the first": (
        ["    stray", "wrong: a thing", EDITS, SAID, LOOK],
        "'    stray' before its first mistake",
    ),
    "a word that was not given": (
        ["wrong: a $thing", EDITS, SAID, LOOK],
        r"says \$thing, and slips\(\) was given gate",
    ),
    "a dollar sign": (["wrong: 5 $ a thing", EDITS, SAID, LOOK], r"has a dollar sign before no word: .*Write \$\$"),
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_a_bank_that_cannot_be_read_is_refused(fault):
    lines, pattern = MALFORMED[fault]
    with pytest.raises(BuildError, match=pattern) as caught:
        slips("\n".join(lines), gate="forget")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_self_check_says_which_exercise_it_is_and_why(tmp_path):
    course = shutil.copytree(Path(__file__).parent / "toy", tmp_path / "toy")
    module = course / "grader" / "exercises" / "00_toy" / "sigmoid.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("Look: Equation (0.1), for", "Equation (0.1), for"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from grader.cli import main; main()", "build", "--check"],
        env={**os.environ, "GRADER_COURSE": str(course)},
        cwd=course,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr
    said = " ".join(done.stderr.split())
    assert "grader/exercises/00_toy/sigmoid.py: The known mistake 'absolute' can't be read: it has no `Look:`" in said
