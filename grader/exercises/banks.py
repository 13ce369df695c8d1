"""Mistakes beyond an exercise's own: those of the pieces it is made of, and two of its own at once."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import combinations

from ..errors import BuildError
from . import exercise as find_exercise
from .base import Exercise
from .mistakes import Mistake, both

__all__ = ["inherited", "pairs"]


@functools.cache
def inherited(exercise: Exercise) -> tuple[Mistake, ...]:
    """The mistakes of the pieces an exercise is made of, and of their pieces, each inside the right rest.

    They are called by the piece: ``forget_gate.no_bias``. Left out are those that do no harm there.
    """
    uses = {**exercise.uses, **{name: {} for name in exercise.builds_on}}
    every = (_inside(exercise.name, piece, edits, one) for piece, edits in uses.items() for one in _bank(piece))
    return tuple(one for one in every if one.name not in exercise.harmless)


def _bank(piece: str) -> Iterator[Mistake]:
    known = find_exercise(piece)
    yield from known.mistakes
    yield from inherited(known)


def _inside(name: str, piece: str, edits, one: Mistake) -> Mistake:
    return Mistake(
        f"{piece}.{one.name}",
        f"{name} with one wrong piece, {one.what}",
        one.meaning,
        one.look,
        edits,
        around={piece: one},
        exercise=name,
    )


@functools.cache
def pairs(exercise: Exercise) -> tuple[Mistake, ...]:
    """Every two of an exercise's own mistakes that can be made at once, called ``no_tanh+no_bias``.

    None where the exercise says that two at once take too long to try.
    """
    if not exercise.two_at_once:
        return ()
    made = (both(one, other) for one, other in combinations(exercise.mistakes, 2))
    return tuple(pair for pair in made if pair is not None and _fits(pair))


def _fits(pair: Mistake) -> bool:
    try:
        return bool(pair.text)
    except BuildError:  # their edits overlap
        return False
