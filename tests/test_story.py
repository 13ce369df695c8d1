"""Which story cells a submission needs run: whatever is left out shows what it would have shown."""

import itertools

import pytest

from grader.grading.rebuild import OurCell, TheirCell
from grader.grading.story import to_run


def cell(kind, source, name):
    if kind == "learner":
        return TheirCell(source, {"cell_type": "code", "metadata": {}})
    metadata = {"tags": [kind], "nbgrader": {"grade_id": name, "locked": True, "grade": False}}
    return OurCell({"cells": [{"cell_type": "code", "source": source, "metadata": metadata}]}, 0)


def story(*sources):
    return [cell("story", source, f"s{number}") for number, source in enumerate(sources)]


def needed_by(own, *sources, at=0):
    cells = story(*sources)
    return sorted(to_run([*cells[:at], cell("learner", own, "own"), *cells[at:]]))


@pytest.mark.parametrize(
    "own, sources, expected",
    [
        ("rng = 5", ("rng = 1\nprint(rng)", "rng = 2\nshown = rng"), []),  # each makes its own
        ("rng = 5", ("rng = 1", "print(rng)"), ["s0", "s1"]),  # one reads what the learner may have put there
        ("rng = 5", ("rng = 1", "a = rng", "print(a)", "b = 1"), ["s0", "s1", "s2"]),  # and what follows from that
        ("print(a)", ("a = 1", "b = 2"), ["s0"]),
        ("print(b)", ("a = 1", "b = a", "c = 3"), ["s0", "s1"]),  # with what it is made from
        ("print(a)", ("a = 1", "a = 2"), ["s0", "s1"]),  # whichever ran last
        ("k = 1", ("for k in range(3):\n    print(k)",), []),
        ("k = 1", ("for k in range(3):\n    pass\nprint(k)",), ["s0"]),  # an empty loop leaves the learner's
        ("k = 1", ("print([k for k in range(3)])",), []),
        ("k = 1", ("print([k for _ in range(3)])",), ["s0"]),
        ("k = 1", ("print([k + j for j in range(3) for k in range(j)])",), []),
        ("k = 1", ("print([k + j for j in range(k)])",), ["s0"]),
        ("k = 1", ("def f(k):\n    return k\nprint(f(2))",), []),
        ("k = 1", ("def f(j=k):\n    return j",), ["s0"]),
        ("k = 1", ("def f():\n    return k\nprint(f())",), ["s0"]),
        ("k = 1", ("def f():\n    k = 2\n    return k\nprint(f())",), []),
        ("k = 1", ("def f():\n    global k\n    k += 2\nf()",), ["s0"]),
        ("k = 1", ("f = lambda k: k",), []),
        ("k = 1", ("f = lambda j: k",), ["s0"]),
        ("k = 1", ("k += 1",), ["s0"]),
        ("k = 1", ("k = k + 1",), ["s0"]),
        ("k = 1", ("k[0] = 1",), ["s0"]),
        ("k = 1", ("k.a = 1",), ["s0"]),
        ("k = 1", ("del k",), ["s0"]),
        ("k = 1", ("if yes():\n    k = 2\nprint(k)",), ["s0"]),
        ("k = 1", ("if yes():\n    k = 2\nelse:\n    k = 3\nprint(k)",), []),
        ("k = 1", ("try:\n    k = 2\nexcept ValueError:\n    pass\nprint(k)",), ["s0"]),
        ("k = 1", ("with open('a') as k:\n    print(k)\nprint(k)",), []),
        ("k = 1", ("import k.a\nprint(k)",), []),
        ("k = 1", ("from a import b as k\nprint(k)",), []),
        ("k = 1", ("class k:\n    pass\nprint(k)",), []),
        ("k = 1", ("class A:\n    b = k",), ["s0"]),
        ("k = 1", ("print(f'{k:>{w}}')",), ["s0"]),
        ("k = 1", ("(k := 2)\nprint(k)",), ["s0"]),  # careful
        ("w = 1", ("print(f'{k:>{w}}')",), ["s0"]),
        ("def f():\n    return a", ("a = 1", "b = 1"), ["s0"]),
        ("def f():\n    global a\n    a = 2", ("print(a)", "b = 1"), ["s0"]),
        ("globals()['a'] = 1", ("b = 1", "c = 1"), ["s0", "s1"]),
        ("%timeit a", ("a = 1", "c = 1"), ["s0"]),
        ("print(print)", ("print(1)",), []),
        ("print = None", ("print(1)", "b = 1"), ["s0"]),
    ],
)
def test_the_story_cells_that_a_learners_cell_has_a_hand_in(own, sources, expected):
    assert needed_by(own, *sources) == expected


def test_a_story_cell_that_cant_be_read_has_all_of_them_run():
    assert needed_by("my = 1", "%matplotlib inline", "b = 1") == ["s0", "s1"]
    assert to_run(story("%matplotlib inline", "b = 1")) == set()


PIECES = [
    "a = 1",
    "a = a + 1",
    "b = a",
    "b = 2",
    "print(a)",
    "print(b)",
    "for a in []:\n    pass",
    "if a > 1:\n    b = 7",
    "print([a for a in (3, 4)], b)",
]
OWN = ["a = 10", "b = 20", "c = 5\nprint(c)", "print(a)", "a = b"]


def test_what_is_not_run_shows_what_it_would_have_shown():
    """Every three cells out of these, with a learner's cell in every place: run in full, and with what is asked for."""
    tried = 0
    for sources in itertools.product(PIECES, repeat=3):
        alone = _outputs([("s", source) for source in sources])
        if any(said == "error" for said in alone):
            continue  # the course's own story does not fail
        for own, at in itertools.product(OWN, range(4)):
            cells = [("s", source) for source in sources]
            cells.insert(at, ("own", own))
            run = to_run(
                [cell("story" if kind == "s" else "learner", text, f"s{n}") for n, (kind, text) in enumerate(cells)]
            )
            full = _outputs(cells)
            partly = _outputs(cells, {n for n, (kind, _) in enumerate(cells) if kind == "own" or f"s{n}" in run})
            shown = alone[:at] + [None] + alone[at:]
            for n in range(len(cells)):
                assert full[n] == (partly[n] if partly[n] is not None else shown[n]), (cells, run)
            tried += 1
    assert tried > 1500


def _outputs(cells, chosen=None):
    """What each cell prints, "error" where it fails, None where it is not run."""
    scope, outputs = {}, []
    for number, (_, source) in enumerate(cells):
        if chosen is not None and number not in chosen:
            outputs.append(None)
            continue
        printed = []
        scope["print"] = lambda *values, printed=printed: printed.append(values)
        try:
            exec(source, scope)
            outputs.append(printed)
        except Exception:
            outputs.append("error")
    return outputs
