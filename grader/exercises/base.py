"""The records an exercise is made of.

Each module ``grader/exercises/<unit>/<exercise>.py`` binds one ``EXERCISE``; each folder's
``__init__.py`` binds one ``UNIT`` that lists its exercises in teaching order, and ``quiz.py`` the
unit's ``QUIZ``. Nothing here computes: the checks, the vectors and the build read these records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Case", "Exercise", "Mistake", "Option", "Output", "Part", "Question", "Unit"]


@dataclass(frozen=True)
class Output:
    """One value a function returns.

    ``kind`` is ``"array"`` (a float64 array of ``shape``), ``"int"`` (a whole number),
    ``"arrays"`` (a dict of float64 arrays, ``keys`` mapping each key to its shape), ``"cache"``
    (the learner's own affair: it has to be there, and no test looks into it) or ``"gradient"`` (nothing
    that the function returns: what flows back to an argument, see :class:`Exercise`).
    """

    name: str
    shape: str = ""  # as the learner reads it: "(N, H)"
    kind: str = "array"
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One call: the arguments by name, in the function's order.

    Tags the checks act on: ``"strided"`` (arrays are passed as non-contiguous views) and
    ``"isolates:<what>"`` (only <what> is at work in this case: when the only failing cases
    among the isolating ones share a <what>, the diagnosis names it). Other tags select cases
    for a :class:`Part`. float32 arguments make a float32 case by themselves.
    """

    name: str
    args: dict[str, Any]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mistake:
    """A known wrong implementation, run only when a check fails.

    ``what`` ends the sentence "Your numbers are those of ...". ``meaning`` says in a sentence or
    two why that is not the cell we want; ``look`` where to look next (an equation's number, a
    line of the docstring), without giving the line away. ``fn`` takes the exercise's arguments
    by position and returns the same outputs (``None`` stands for a cache).
    """

    name: str
    what: str
    meaning: str
    look: str
    fn: Callable[..., Any]


@dataclass(frozen=True)
class Part:
    """A part of an exercise that earns points of its own.

    A part looks at ``outputs`` (all of them when empty) on the cases that carry one of ``tags``;
    without tags, on every case no other part claims by a tag. ``quiet`` asks that no
    RuntimeWarning (overflow, invalid value) is raised in those cases.
    """

    title: str
    points: int
    outputs: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    quiet: bool = False


@dataclass(frozen=True)
class Exercise:
    """Everything the course knows about one function a learner writes.

    ``reference`` names the function in :mod:`grader.reference` that is right by definition: it
    takes the same arguments as torch tensors and returns the outputs without the cache.
    ``cases`` draws the calls from a generator: the public vectors use a fixed seed, the hidden
    ones a secret seed, so it must not depend on anything else. ``canonical`` maps the flattened
    outputs to what is compared, where several answers are right.

    With ``torch`` the function takes and returns torch tensors. ``gradients`` names arguments to which a gradient
    is to flow back: for each, ``returns`` ends with an output of kind ``"gradient"``, called ``dW`` for ``W``.
    Its mistakes are then functions of tensors too.
    """

    name: str
    title: str
    arguments: tuple[str, ...]
    returns: tuple[Output, ...]
    parts: tuple[Part, ...]
    difficulty: int  # 1 (a line you know) to 5 (an hour with pencil and paper)
    minutes: int
    cases: Callable[[np.random.Generator], Iterator[Case]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    explanation: str
    reference: str = ""  # the exercise's own name where empty
    builds_on: tuple[str, ...] = ()  # earlier functions of this unit that the solution calls
    tolerance: float = 1e-9
    # A right gate may be off by 1e-16, whichever way its sigmoid is written: outputs smaller than this are
    # measured against it. Gradients that vanish on purpose need a smaller one.
    floor: float = 1e-5
    canonical: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)  # what messages call an output, where canonical changes it
    torch: bool = False
    gradients: tuple[str, ...] = ()
    # Another case of the same shapes with other numbers, where moving each number a little gives none that is allowed
    # (arguments that belong together: rows that add up to 1, a cache and what it was made from).
    other: Callable[[Case], Case] | None = None

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
        return tuple(output.kind == "cache" for output in self.own) if len(self.own) > 1 else ()

    @property
    def own(self) -> tuple[Output, ...]:
        """What the function itself returns."""
        return tuple(output for output in self.returns if output.kind != "gradient")


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
    """A unit: its folder's name and its exercises in teaching order."""

    name: str
    title: str
    exercises: tuple[str, ...]
    torch: bool = False  # whether its own cells need PyTorch while a class is graded
