"""A call and its numbers, as lines of text: the learner's beside the expected ones, with a mark where they differ."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..exercises import shapes
from ..exercises.base import Exercise
from .compare import gathered, in_words
from .describe import WIDE, call_head, call_text, numbers, told_apart
from .ladder import CaseResult, Compared

__all__ = ["DIFFERS", "call_of", "numbers_of", "side_by_side"]

DIFFERS = "≠"  # stands behind a number of the learner's that is off
_SHOWN = 24  # of larger arrays only the first number that differs is shown
_LONG = 18  # lines; of more than that the arguments' numbers are folded away, and a second output


def call_of(exercise: Exercise, arguments: Mapping[str, Any], *, short: bool = False) -> str:
    """The call with its arguments: their numbers where they are few, and their shapes, in letters as well.

    With ``short`` arrays of floats are given by their shapes alone.
    """
    known = exercise.sizes(arguments)
    named = [one for name, said in exercise.arguments.items() for one in shapes.named(name, said)]
    letters = {label: text for label, text in named if known and text.startswith("(")}
    sizes = _letters(exercise, arguments)
    inside = {
        name: (of, shapes.shown(name, said, arguments[name]))
        for name, said in exercise.arguments.items()
        if known and (of := _made_of(said, known))
    }
    return call_text(
        exercise.name, dict(arguments), shapes=short, letters=letters, sizes=sizes, inside=inside, about=exercise.about
    )


def _letters(exercise: Exercise, arguments: Mapping[str, Any]) -> dict[str, int]:
    """What the letters of the shapes stand for in a call, but for those that are arguments themselves."""
    return {name: size for name, size in exercise.sizes(arguments).items() if name not in exercise.arguments}


def _made_of(said: shapes.Said, known: Mapping[str, int]) -> str:
    """What a cache is, in words; "" of any other argument."""
    if isinstance(said, shapes.Record):
        return f"the tuple {said.text}"
    if isinstance(said, shapes.Steps):
        many = known.get("T", 0)
        counted = f"{many} tuples {said.step.text}, one for each step" if many != 1 else f"one tuple {said.step.text}"
        return f"a list of {counted}, made from"
    return ""


def numbers_of(result: CaseResult, exercise: Exercise) -> tuple[str, str]:
    """(what is shown, what is folded away) of a case whose numbers differ: its call, what came back, what should have.

    Of more than two wrong outputs the others are only named: more would bury each other.
    """
    wrong = [one for one in result.compared.values() if not one.right]
    outputs = [side_by_side(one, exercise.flat[one.name].shown) for one in wrong[:2]]
    call = call_of(exercise, result.vector.case.args)
    others = gathered(exercise, [one.name for one in wrong[2:]], list(result.compared))
    too = f"({in_words(others)} differ{'s' if len(wrong) == 3 else ''} too)"
    rest = textwrap.wrap(too, WIDE, break_on_hyphens=False) if others else []
    whole = "\n".join([call, *outputs, *rest])
    if whole.count("\n") < _LONG:
        return whole, ""
    brief = call_of(exercise, result.vector.case.args, short=True)
    fits = "\n".join([brief, *outputs]).count("\n") < _LONG
    if not fits and "\n".join([brief, outputs[0], *rest]).count("\n") >= _LONG:  # the shapes alone would bury them
        brief = call_head(exercise.name, exercise.arguments, _letters(exercise, result.vector.case.args))
        brief = "\n".join(textwrap.wrap(brief, WIDE, subsequent_indent="        "))
    shown = [brief, *(outputs if fits else outputs[:1]), *rest]
    folded = [*([] if call == brief else [call]), *([] if fits else outputs[1:])]
    return "\n".join(shown), "\n".join(folded)


def side_by_side(one: Compared, shown: Callable[[np.ndarray], np.ndarray] = lambda array: array) -> str:
    """The learner's numbers and the right ones, with as many digits as it takes to see that they differ.

    ``shown`` makes of arrays what is to be read in their place (:meth:`.kinds.Output.shown`).

    They stand beside each other where a line has room for both, and else one above the other. A number that is off has
    a mark behind it, unless all of them are.
    """
    label = one.label or one.name
    if one.expected.ndim == 0:
        mine, right = told_apart(float(one.got), float(one.expected), 12)
        return f"yours: {mine}\nexpected: {right}"
    if one.expected.size > _SHOWN:
        wrong = np.argwhere(one.wrong)
        spot = tuple(int(k) for k in wrong[0]) if len(wrong) else (0,) * one.expected.ndim
        mine, right = told_apart(float(one.got[spot]), float(one.expected[spot]))
        many = f" ({len(wrong)} of {one.expected.size} differ)" if len(wrong) else ""
        return f"first difference at {label}[{', '.join(map(str, spot))}]: yours {mine}, expected {right}{many}"
    for digits in (5, 9, 17):
        mine, right = numbers(shown(one.got), digits), numbers(shown(one.expected), digits)
        if mine != right:
            break
    off = one.wrong.ravel()
    if not off.all():
        mine = _marked(mine, off)
    heads = f"your {label}:", f"expected {label}:"
    rows = list(zip([heads[0], *mine.splitlines()], [heads[1], *right.splitlines()], strict=False))
    width = max(len(left) for left, _ in rows)
    if mine.count("\n") == right.count("\n") and max(width + 3 + len(other) for _, other in rows) <= WIDE:
        lines = [f"{left:<{width}} | {other}" for left, other in rows]
    else:
        lines = [heads[0], *mine.splitlines(), heads[1], *right.splitlines()]
    if not off.all():
        lines.append(f"({DIFFERS} is behind each of yours that differs: {int(off.sum())} of {off.size})")
    return "\n".join(lines)


def _marked(text: str, wrong: np.ndarray) -> str:
    """An array's text with a mark behind each number that is off, and a space behind each of the others."""
    marks = iter([DIFFERS if one else " " for one in wrong])
    return re.sub(r"[^\s\[\],]+", lambda match: match[0] + next(marks, ""), text)
