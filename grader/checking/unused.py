"""Which arguments, and which parts of them, a function does not use, though the right answer depends on them.

Found by trying: an argument, or a block of one (the rows of W for h or for x, a gate's columns), is moved a little in
ordinary cases, where nothing is so far out that it could not show. What changes the learner's answer in none of them,
and the right one in some, is not used.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exercises.shapes import Record, Said, Steps, axes, blocks_of
from .calling import Subject
from .compare import LOW_PRECISION, in_words, is_float32
from .ladder import CaseResult, Run, ask, fresh_arguments, take_apart
from .structure import GATE_NAMES, extreme
from .variation import course_answer

__all__ = ["unused"]

_CASES = 5
_SECONDS = 3.0  # for all of it, so that a slow function is not waited for
_OWNERS = {"H": "h", "D": "x", **{gate: f"the {name}" for gate, name in GATE_NAMES.items()}}


@dataclass(frozen=True)
class _Part:
    """A part of an argument: of the dict's or the cache's item ``key``, where it is one, and blocks on some axes.

    ``shape`` is in letters, of the array that it is a part of; ``blocks`` are by axis and name. ``said`` is what the
    exercise says of the argument.
    """

    name: str
    key: str
    shape: str
    said: Said
    blocks: tuple[tuple[int, str], ...] = ()

    @property
    def label(self) -> str:
        """What a message calls it: ``W``, ``state['bias_hh_l0']``, or ``the cache's W``."""
        if isinstance(self.said, Record | Steps):
            return f"the {self.name}'s {self.key}"
        return f"{self.name}[{self.key!r}]" if self.key else self.name

    def exchanged(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """The argument with ``change`` made to this item, in every step of a sequence's cache; None where it gave None.

        What stands in several places is changed where it is this item.
        """
        if isinstance(self.said, Steps):
            one = dataclasses.replace(self, said=self.said.step)
            steps = [one.exchanged(step, change) for step in value]
            return None if any(step is None for step in steps) else steps
        if not self.key:
            return change(value)
        place = list(self.said.items).index(self.key) if isinstance(self.said, Record) else self.key
        new = change(value[place])
        if new is None:
            return None
        return (*value[:place], new, *value[place + 1 :]) if isinstance(place, int) else {**value, place: new}

    def inside(self, other: _Part) -> bool:
        """Whether it is a piece of the other."""
        same = (self.name, self.key) == (other.name, other.key)
        return self != other and same and set(other.blocks) <= set(self.blocks)


def unused(subject: Subject, run: Run) -> str:
    """A sentence on what the learner's function does not use of its arguments, or "".

    It is called again, some dozens of times in up to three seconds, with a part of its arguments moved, in up to five
    ordinary cases of the run: float64, nothing large. "" is also what comes back where time ran out, because then
    nothing is certain. The run has to be one of the same function, without stand-ins.
    """
    cases = [_Asked(subject, run, result) for result in run.results if _ordinary(result)][:_CASES]
    end = time.monotonic() + _SECONDS
    left = list(_parts(run.exercise.arguments))
    for case in cases:
        kept: list[_Part] = []
        for part in left:
            if time.monotonic() > end:
                return ""
            # What moves nothing as a whole moves nothing in part.
            if any(part.inside(whole) for whole in kept) or case.moves_nothing(part):
                kept.append(part)
        left = kept
    proven: list[_Part] = []
    for part in left if cases else []:
        if time.monotonic() > end:
            return ""
        if not any(part.inside(whole) for whole in proven) and any(case.should_move(part) for case in cases):
            proven.append(part)
    return _in_words(proven)


def _ordinary(result: CaseResult) -> bool:
    """Whether a case is one where all that is used shows: answered, float64, nothing large, no piece alone."""
    case = result.vector.case
    special = any(tag.startswith("isolates:") or tag in LOW_PRECISION for tag in case.tags)
    return result.rung in (None, "values") and not (
        special or extreme(result) or is_float32(case.args.values()) or result.repeats
    )


def _parts(arguments: Mapping[str, Said]) -> Iterator[_Part]:
    """Whole arguments, then blocks on one axis, then blocks on two."""
    wholes = []
    for name, said in arguments.items():
        inside = said.step if isinstance(said, Steps) else said
        items = inside.items if isinstance(inside, Record) else inside
        pieces = list(items.items()) if isinstance(items, Mapping) else [("", items)]
        texts = [(key, shape) for key, shape in pieces if isinstance(shape, str)]
        # A dict of dicts is looked at as one.
        wholes += [_Part(name, key, shape, said) for key, shape in (texts if len(texts) == len(pieces) else [("", "")])]
    yield from wholes
    divided = []
    for whole in wholes:
        named = [(axis, blocks_of(text, {"H": 1, "D": 1})) for axis, text in enumerate(axes(whole.shape))]
        divided.append([[(axis, block) for block, _ in blocks] for axis, blocks in named if blocks])
    for whole, by_axis in zip(wholes, divided, strict=True):
        for blocks in by_axis:
            yield from (dataclasses.replace(whole, blocks=(block,)) for block in blocks)
    for whole, by_axis in zip(wholes, divided, strict=True):
        if len(by_axis) == 2:
            yield from (dataclasses.replace(whole, blocks=(one, two)) for one in by_axis[0] for two in by_axis[1])


class _Asked:
    """One case, asked again with a part of an argument moved.

    ``right`` is the course's own answer as it is, asked for when it is needed; {} where there is none.
    """

    def __init__(self, subject: Subject, run: Run, result: CaseResult):
        self.subject, self.exercise, self.result = subject, run.exercise, result
        self.right: dict[str, np.ndarray] | None = None  # asked for when it is needed

    def moves_nothing(self, part: _Part) -> bool:
        """Whether the learner's answer stays the same when the part is moved."""
        vector = self.result.vector
        arguments = fresh_arguments(vector)
        place = list(vector.case.args).index(part.name)
        new = self._moved(part, arguments[place])
        if new is None:
            return False
        arguments[place] = new
        outcome = ask(self.subject, self.exercise, vector, arguments=arguments)
        got, problem = take_apart(self.exercise, outcome, vector) if not outcome.failure else ({}, True)
        return not problem and _equal(got, self.result.got)

    def should_move(self, part: _Part) -> bool:
        """Whether the right answer changes when the part is moved.

        False as well where the course's function gave no answer: then nothing is said of the part.
        """
        if self.right is None:
            self.right = course_answer(self.exercise, self.result.vector) or {}

        def change(name: str, value: Any) -> Any:
            return self._moved(part, value) if name == part.name else value

        moved = course_answer(self.exercise, self.result.vector, change)
        return moved is not None and bool(self.right) and not _equal(moved, self.right)

    def _moved(self, part: _Part, value: Any) -> Any:
        """The argument with the part moved; None where there is nothing to move."""
        known = self.exercise.sizes(self.result.vector.case.args)
        by_axis = [(axis, dict(blocks_of(axes(part.shape)[axis], known)), block) for axis, block in part.blocks]
        if not all(block in named for _, named, block in by_axis):
            return None
        blocks = [(axis, named[block]) for axis, named, block in by_axis]

        def change(inner: Any) -> Any:
            if type(inner) is float:
                return 0.75 * inner + 0.125
            if not isinstance(inner, np.ndarray) or inner.dtype.kind != "f" or not inner.size:
                return None
            place = [slice(None)] * inner.ndim
            for axis, block in blocks:
                place[axis] = block
            new = inner.copy()
            new[tuple(place)] = 0.75 * new[tuple(place)] + 0.125
            return new

        return part.exchanged(value, change)


def _equal(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    """Whether two flattened answers are the same to the last bit.

    So strict, because a sentence hangs on it: what differs in rounding alone may have been used.
    """
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f") for name in one
    )


def _in_words(parts: list[_Part]) -> str:
    """The sentence on these parts, "" for none: whole arguments if there are any, else blocks by whose they are."""
    if not parts:
        return ""
    whole = [part.label for part in parts if not part.blocks]
    if whole:
        names = " or ".join(filter(None, [", ".join(whole[:-1]), *whole[-1:]]))
        return f"Your answer stays the same when {names} is changed a little: is every argument used?"
    groups: dict[tuple, list[_Part]] = {}
    for part in parts:
        first, *others = part.blocks
        groups.setdefault((part.label, first[0], tuple(others)), []).append(part)
    texts = []
    for (label, axis, others), members in groups.items():
        owners = in_words([_OWNERS[part.blocks[0][1]] for part in members])
        belong = "belong" if len(axes(members[0].shape)) > 1 else "belongs"
        text = f"the {_what(members[0], axis)} of {label} that {belong} to {owners}"
        for other, block in others:
            text += f", in the {_what(members[0], other)} of {_OWNERS[block]}"
        texts.append(text)
    labels = in_words(list(dict.fromkeys(part.label for part in parts)))
    return f"Your answer stays the same when you change {'; or '.join(texts)}. Is all of {labels} used?"


def _what(part: _Part, axis: int) -> str:
    """What a block on that axis is called."""
    many = len(axes(part.shape))
    return "part" if many == 1 else "rows" if axis == many - 2 else "columns" if axis == many - 1 else "parts"
