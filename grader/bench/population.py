"""A class of any size, always the same for the same size: who hands in what.

Submissions are made from the course's own solutions and its exercises' known mistakes, so that both sides are graded
on answers of the kinds that a class hands in: right ones, wrong ones, half-finished ones, and a few that never end.
"""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from ..demo import solutions
from ..exercises import exercise, unit
from ..notebooks import fill

__all__ = ["KINDS", "Submission", "known_mistakes", "mix", "population", "sample"]

SEED = 1997
# Shares among those that are not slow.
_SHARES = {"right": 0.45, "wrong": 0.35, "half": 0.20}
KINDS = (*_SHARES, "slow")
OWN_CELLS = 0.20  # of the submissions hold a cell of the learner's own ...
STORY_NAMES = 0.25  # ... and of those, this share uses names of the course's story cells
NAP = 0.2  # seconds that a dawdling function sleeps in each call

_ENDLESS = """\
def {signature}:
    total = 0.0
    while True:
        total += 1e-9
"""


@dataclass(frozen=True)
class Submission:
    """What one learner hands in: the texts of the solution cells, and cells of their own by the cell before them.

    ``kind`` is one of ``KINDS``; ``answers`` and ``own`` are {grade_id: text}.
    """

    student: str
    kind: str  # one of KINDS
    answers: dict[str, str]
    own: dict[str, str]

    def notebook(self, released):
        """The released notebook with all of it in it: a copy, ready to be submitted.

        ``released`` is nbformat's notebook of the release, which stays as it is. A cell of the learner's own stands
        behind the cell that it is named by, with an id of its own.
        """
        filled = fill(released, self.answers)
        cells = []
        for cell in filled.cells:
            cells.append(cell)
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in self.own:
                cells.append(nbformat.v4.new_code_cell(self.own[name], id=f"own-{name}"))
        filled.cells = cells
        return filled


def population(root: Path, unit_name: str, number: int, slow: float) -> list[Submission]:
    """``number`` submissions of a unit, of which the share ``slow`` never ends or dawdles; in random order.

    The others are right, wrong or half finished, in fixed shares; a fifth have a cell of the learner's own. No two
    files are the same: each solution cell has its learner's name in it. The same arguments give the same class.

    ``root`` is the clone of the course, ``slow`` between 0 and 1. Students are ``learner-00001`` and so on. Raises
    :class:`BuildError` where the unit has no text that can be read.
    """
    rng = random.Random(f"{SEED}:{unit_name}:{number}:{slow}")
    shares = {kind: share * (1 - slow) for kind, share in _SHARES.items()} | {"slow": slow}
    kinds = [kind for kind, count in _counts(shares, number).items() for _ in range(count)]
    rng.shuffle(kinds)
    right = solutions(root, unit_name)
    made = []
    for position, kind in enumerate(kinds):
        student = f"learner-{position + 1:05d}"
        answers = _answers(unit_name, right, kind, rng)
        signed = {name: f"{text}\n# {student}" for name, text in answers.items()}
        made.append(Submission(student, kind, signed, _own(unit_name, rng)))
    return made


def mix(submissions: Sequence[Submission]) -> dict[str, int]:
    """How many of each kind there are, of those that there are, in the order of ``KINDS``.

    {kind: number}; the numbers add up to that of the submissions.
    """
    counted = Counter(one.kind for one in submissions)
    return {kind: counted[kind] for kind in KINDS if counted[kind]}


def sample(submissions: Sequence[Submission], number: int) -> list[Submission]:
    """Some of them, in the class's order: one of each kind where there is room, the rest in the same mix.

    With ``number`` larger than the class, all of them. The same arguments give the same sample.
    """
    everyone, number = mix(submissions), min(number, len(submissions))
    counts = dict.fromkeys(everyone, 1) if number >= len(everyone) else {}
    left = _counts({kind: count - counts.get(kind, 0) for kind, count in everyone.items()}, number - len(counts))
    counts = {kind: counts.get(kind, 0) + left[kind] for kind in everyone}
    chosen = {one.student for kind in counts for one in [o for o in submissions if o.kind == kind][: counts[kind]]}
    return [one for one in submissions if one.student in chosen]


def _counts(shares: dict[str, float], number: int) -> dict[str, int]:
    """Whole numbers in these shares that add up to ``number``: the largest remainders are rounded up.

    ``shares`` need not add up to 1. This is the method of largest remainders (Hamilton's).
    """
    total = sum(shares.values())
    exact = {kind: number * share / total for kind, share in shares.items()}
    counts = {kind: int(count) for kind, count in exact.items()}
    for kind in sorted(exact, key=lambda kind: counts[kind] - exact[kind])[: number - sum(counts.values())]:
        counts[kind] += 1
    return counts


ENOUGH = 3  # mistakes of an exercise: its first ones, which no test is too coarse for


def known_mistakes(unit_name: str) -> dict[str, dict[str, str]]:
    """What a class gets wrong in a unit, and the course names: {exercise: {mistake's name: the wrong text}}.

    The first ``ENOUGH`` of each exercise: of later ones some are too fine for the tolerance of a plain comparison, and
    stock nbgrader would give them full marks.
    """
    return {
        name: {one.name: one.text for one in exercise(name).mistakes[:ENOUGH]} for name in unit(unit_name).exercises
    }


def _answers(unit_name: str, right: dict[str, str], kind: str, rng: random.Random) -> dict[str, str]:
    """{grade_id: text} of one submission of this kind.

    ``right`` are the solutions by grade_id. A slow one has an endless loop, or a nap in each call, in a function that
    no other one calls: in one that others call, every later question would be slow as well.
    """
    if kind == "right":
        return right
    if kind == "half":
        return dict(list(right.items())[: len(right) // 2])
    if kind == "wrong":  # one function, rarely two
        mistakes = known_mistakes(unit_name)
        names = rng.sample(sorted(mistakes), k=min(len(mistakes), rng.choice((1, 1, 1, 2))))
        return right | {name: rng.choice(list(mistakes[name].values())) for name in names}
    builds_on = {name for one in unit(unit_name).exercises for name in exercise(one).builds_on}
    name = rng.choice([one for one in unit(unit_name).exercises if one in right and one not in builds_on])
    if rng.random() < 0.5:
        return right | {name: _ENDLESS.format(signature=exercise(name).signature)}
    return right | {name: _dawdling(right[name])}


def _dawdling(text: str) -> str:
    """A function that sleeps before it does what it should.

    It naps ``NAP`` seconds at each call. ``text`` is of one function with a docstring.
    """
    tree = ast.parse(text)
    body = next(node for node in tree.body if isinstance(node, ast.FunctionDef)).body
    body[1:1] = ast.parse(f"import time\ntime.sleep({NAP})").body  # after the docstring
    return ast.unparse(tree)


def _own(unit_name: str, rng: random.Random) -> dict[str, str]:
    """A cell of the learner's own, by the cell before it; for most learners none."""
    if rng.random() >= OWN_CELLS:
        return {}
    name = rng.choice(unit(unit_name).exercises)
    if rng.random() < STORY_NAMES:
        return {name: "rng = np.random.default_rng(7)\nx = rng.normal(size=(2, 3))\nprint(x.shape, x.mean())"}
    return {name: f"print({name}.__name__)\nmy_test = np.arange(6.0).reshape(2, 3)\nmy_test"}
