"""The records an exercise is made of.

Each module ``grader/exercises/<unit>/<exercise>.py`` binds one ``EXERCISE``; each folder's
``__init__.py`` binds one ``UNIT`` that lists its exercises in teaching order, and ``quiz.py`` the
unit's ``QUIZ``. Nothing here computes: the checks, the vectors and the build read these records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..given import numbered
from ..given import text as solution
from .kinds import Array, Arrays, Cache, Gradient, List, Number, Output, Truths, Whole, Wholes
from .mistakes import Mistake, edited, slips
from .properties import Property
from .shapes import Record, Said, ShapeError, Steps, sizes

__all__ = [
    "PARTS",
    "QUIZ_MINUTES",
    "Array",
    "Arrays",
    "Cache",
    "Case",
    "Exercise",
    "Gradient",
    "List",
    "Mistake",
    "Number",
    "Option",
    "Output",
    "Part",
    "Property",
    "Question",
    "Record",
    "Steps",
    "Truths",
    "Unit",
    "Whole",
    "Wholes",
    "slips",
    "with_numbers",
]


@dataclass(frozen=True)
class Case:
    """One call: the arguments by name, in the function's order.

    Tags the checks act on: ``"strided"`` (arrays are passed as non-contiguous views) and
    ``"isolates:<what>"`` (only <what> is at work in this case: when the only failing cases
    among the isolating ones share a <what>, the diagnosis names it), ``"calls:10"`` (the function
    is called so many times, each time with what :attr:`Exercise.then` makes of its last answer, and
    the last is judged). Other tags select cases for a :class:`Part`. float32 arguments make a
    float32 case by themselves.
    """

    name: str
    args: dict[str, Any]
    tags: frozenset[str] = frozenset()

    @property
    def calls(self) -> int:
        """How many calls it takes, one after the other."""
        return next((int(tag.removeprefix("calls:")) for tag in self.tags if tag.startswith("calls:")), 1)


@dataclass(frozen=True)
class Part:
    """A part of an exercise that earns points of its own.

    A part looks at ``outputs`` (all of them when empty; of an exercise with properties they name
    these) on the cases that carry one of ``tags``; without tags, on every case no other part claims
    by a tag. ``quiet`` asks that no RuntimeWarning (overflow, invalid value) is raised in those cases.
    """

    title: str
    points: int
    outputs: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    quiet: bool = False


@dataclass(frozen=True, eq=False)
class Exercise:
    """Everything the course knows about one function a learner writes.

    ``arguments`` maps each argument, in order, to its shape in letters or to what else it is (:mod:`.shapes`).
    ``reference`` names the function in :mod:`grader.reference` that is right by definition: it takes the same
    arguments as torch tensors and returns the outputs without the cache.
    ``cases`` draws the calls from a generator: the public vectors use a fixed seed, the hidden ones a secret seed, so
    it must not depend on anything else. ``other`` makes of a case another one, of the same shapes, where the general
    way of changing its numbers would not give a sensible call. ``canonical`` maps the flattened outputs to what is
    compared, where several answers are right. Where no digits can be asked for, because numbers are drawn, there are
    ``properties``: what has to be true of an answer, and the reference's gives the shapes alone. ``then`` makes of a
    call's arguments and its answer, flattened, the arguments of the next call, for cases that go on (``"calls:10"``).

    ``mistakes`` are the exercise's own known mistakes. ``uses`` names the earlier exercises that are pieces of this
    one, with the edits that put their calls into the solution: their mistakes are looked for here too. ``builds_on``
    names the functions of the same unit that the solution calls; they are pieces without an edit. ``harmless`` are
    mistakes of the pieces, ``"PIECE.MISTAKE"``, that do no harm inside this one. ``right`` are right answers written in
    other ways: whole functions as texts, or edits of the solution.

    With ``torch`` the function takes and returns torch tensors. ``gradients`` names arguments to which a gradient is
    to flow back: for each, ``returns`` ends with a :class:`.kinds.Gradient`, called ``dW`` for ``W``.
    """

    name: str
    title: str
    arguments: Mapping[str, Said]
    returns: tuple[Output, ...]
    parts: tuple[Part, ...]
    difficulty: int  # 1 (a line you know) to 5 (an hour with pencil and paper)
    minutes: int
    cases: Callable[[np.random.Generator], Iterator[Case]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    explanation: str
    right: tuple[str | Mapping[str, str], ...] = ()
    uses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    builds_on: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    two_at_once: bool = True  # whether pairs of its own mistakes are looked for too: not where each takes long to try
    row: str = "sequence"  # what messages call one of the N
    reference: str = ""  # the exercise's own name where empty
    # Another case of the same shapes with other numbers, where moving each number a little gives none that is allowed
    # (arguments that belong together: rows that add up to 1, a cache and what it was made from).
    other: Callable[[Case], Case] | None = None
    functions: Mapping[str, Callable] = field(default_factory=dict)  # cases may hold them: they are stored by name
    # What messages say of those whose docstring would give the answer away to whoever gets them, by the same names.
    told: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 1e-9
    # A right gate may be off by 1e-16, whichever way its sigmoid is written: outputs smaller than this are
    # measured against it. Gradients that vanish on purpose need a smaller one.
    floor: float = 1e-5
    canonical: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)  # what messages call an output, where canonical changes it
    torch: bool = False
    gradients: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()
    # Whether all that is drawn differs in the answers to two calls, of which the second had another generator: it gets
    # the first one's arguments, and the flattened outputs of both. It says no only where chance would not.
    redrawn: Callable[[Mapping[str, Any], Mapping[str, np.ndarray], Mapping[str, np.ndarray]], bool] | None = None
    then: Callable[[dict[str, Any], dict[str, np.ndarray]], dict[str, Any]] | None = None

    def __post_init__(self):
        mine = tuple(replace(mistake, exercise=self.name) for mistake in self.mistakes)
        object.__setattr__(self, "mistakes", mine)

    def sizes(self, arguments: Mapping[str, Any]) -> dict[str, int]:
        """What the shapes' letters stand for in a call, ``{"N": 2, "H": 3}``; empty where the shapes don't fit."""
        try:
            return sizes(self.arguments, arguments)
        except (ShapeError, KeyError):  # a case that the build would refuse: it can be shown all the same
            return {}

    @property
    def points(self) -> int:
        """Points for a full pass."""
        return sum(part.points for part in self.parts)

    @property
    def signature(self) -> str:
        """The call as a learner reads it, e.g. ``lstm_step(x, h_prev, c_prev, W, b)``."""
        return f"{self.name}({', '.join(self.arguments)})"

    @property
    def result(self) -> str:
        """What comes back, as a learner reads it, e.g. ``(h, c, cache)``."""
        names = [output.name for output in self.own]
        return names[0] if len(names) == 1 else f"({', '.join(names)})"

    @property
    def unread(self) -> tuple[bool, ...]:
        """For each of several outputs whether it is the learner's own affair, which no test looks into."""
        return tuple(not output.read for output in self.own) if len(self.own) > 1 else ()

    @property
    def compared(self) -> str:
        """What is compared, in a word: numbers, or answers where they are truth values."""
        return "answers" if all(isinstance(output, Truths) for output in self.own) else "numbers"

    @property
    def own(self) -> tuple[Output, ...]:
        """What the function itself returns."""
        return tuple(output for output in self.returns if output.returned)

    @cached_property
    def flat(self) -> dict[str, Output]:
        """The flattened outputs that are compared, in order, each with its shape."""
        return {name: part for output in self.returns for name, part in output.parts().items()}

    def fits(self, expected: Mapping[str, Any]) -> bool:
        """Whether these are the flattened outputs of a case, by name: all of them but for those that vary."""
        always = {name for output in self.returns if not output.varies for name in output.parts()}
        return always <= set(expected) <= set(self.flat)

    def flattened(self, value: Any) -> dict[str, np.ndarray]:
        """The flattened outputs of a right or wrong answer of ours, as it is compared."""
        values = value if len(self.own) > 1 else (value,)
        got: dict[str, np.ndarray] = {}
        for output, item in zip(self.own, values, strict=True):
            got |= output.flat(item)
        return self.canonical(got) if self.canonical else got

    def in_turn(
        self,
        case: Case,
        answer: Callable[[dict[str, Any]], dict[str, np.ndarray]],
        goes_on: Callable[[], bool] = lambda: True,
    ) -> dict[str, np.ndarray]:
        """The last flattened answer of as many calls as a case takes: ``answer`` gives that to a call's arguments.

        It is an earlier one's where ``goes_on``, which is asked after each call, says no.
        """
        args, got = dict(case.args), answer(case.args)
        for _ in range(case.calls - 1):
            if not goes_on():
                break
            assert self.then, f"{self.name}: case {case.name!r} goes on, and the exercise does not say how"
            args = self.then(args, got)
            got = answer(args)
        return got

    def about(self, function: Callable) -> str:
        """What one of ``functions`` is, in words: its docstring, or what is told in the place of one."""
        name = next((name for name, one in self.functions.items() if one is function), "")
        return " ".join((self.told.get(name) or function.__doc__ or "").split())

    @property
    def draws(self) -> bool:
        """Whether a random generator is among its arguments."""
        return "a generator" in self.arguments.values()

    def variants(self) -> tuple[str, ...]:
        """The texts of the right answers that are written in other ways."""
        own = solution(self.name)
        return tuple(one if isinstance(one, str) else edited(own, one, f"{self.name}.right") for one in self.right)


@dataclass(frozen=True)
class Option:
    """An answer to choose, with the reason it is right or wrong."""

    text: str
    reason: str


@dataclass(frozen=True)
class Question:
    """A multiple-choice question; options are lettered a, b, c, ... in order."""

    text: str
    options: tuple[Option, ...]
    answer: str  # the right letter


@dataclass(frozen=True)
class Unit:
    """A unit: its folder's name, its exercises in teaching order, and what the map of the course says of it.

    ``gives`` and ``needs`` are a phrase each ("the whole LSTM, and the way to PyTorch and back"), which may name other
    units ("unit 04"). ``minutes`` are those of the whole unit: its text, its exercises, its quiz.
    """

    name: str
    title: str
    exercises: tuple[str, ...]
    part: str = "I"  # of the course: a key of PARTS
    torch: bool = False  # whether its own cells need PyTorch while a class is graded
    gives: str = ""
    needs: str = ""
    minutes: int = 0


QUIZ_MINUTES = 2  # a question
PARTS = {"I": "Build it", "II": "Language and relatives", "III": "Use it", "IV": "Faster, and after"}
_SAID = {"title", "hints", "explanation", "mistakes", "properties", "what", "meaning", "look", "text", "reason"}
_SAID |= {"options"}


def with_numbers(record: Any, unit: str) -> Any:
    """An exercise, a mistake or a quiz with the equations' numbers in all that it says."""
    if isinstance(record, str):
        return numbered(record, unit)
    if isinstance(record, tuple):
        return tuple(with_numbers(one, unit) for one in record)
    said = {one.name: getattr(record, one.name) for one in fields(record) if one.name in _SAID}
    return replace(record, **{name: with_numbers(value, unit) for name, value in said.items()})
