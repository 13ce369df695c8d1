"""How wrong numbers are related to the right ones: a sign, a factor, a shift in time, something added.

What is looked at are a run's :class:`.ladder.CaseResult`. A relation holds where it holds in every failing case, to the
verdict's tolerance at least; one that two cases explain in different ways is not said.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..exercises.base import Exercise
from ..exercises.shapes import ShapeError, blocks_of, evaluate, shown, sizes
from ..exercises.shapes import axes as axes_of
from .describe import told_apart
from .ladder import CaseResult, Compared

__all__ = ["by_output", "halves", "relation_of"]


def _agreeing(one: Compared) -> Callable[[np.ndarray, np.ndarray], bool]:
    """Whether two arrays in the place of this output agree: where the verdict would say so, or more closely."""
    tolerance = one.tolerance
    if np.isfinite(one.error):  # a small difference has to be explained itself, not only to be small
        tolerance = min(tolerance, max(1e-3 * one.error, 1e-2 * tolerance))
    return lambda a, b: a.shape == b.shape and one.measure(a, b) <= tolerance


def _relations(one: Compared, axes: list[str]) -> Iterator[tuple]:
    """(kind, what would explain it, whether it does) for one tensor, of the kinds that can be judged on it.

    ``axes`` are the letters of its axes. The text has ``{name}`` for what the output is called. Two arrays agree where
    the verdict would say so, or more closely where the error to be explained is small itself.

    Yields ``zeros``, ``transpose``, ``sign``, ``signs``, ``factor``, ``offset``, ``reversed``, ``late``, ``early`` and
    ``order``; of those that hold, the first is told. Of an output of another shape than the right one only the first
    two can be judged.
    """
    got, ref, same = one.got, one.expected, _agreeing(one)
    yield "zeros", "{name} is all zeros" if ref.ndim else "{name} is 0", not np.any(got)
    if ref.ndim >= 2 and ref.shape[-1] * ref.shape[-2] > 1:
        text = "{name} is the transpose of the right answer (its last two axes are swapped)"
        yield "transpose", text, same(np.swapaxes(got, -1, -2), ref)
    if got.shape != ref.shape:
        return
    yield "sign", "{name} has the wrong sign: it is minus the right answer", same(-got, ref)
    signs = "{name} has the right sizes, and some of its signs are wrong"
    yield "signs", signs, bool(np.any(ref)) and same(np.abs(got), np.abs(ref))
    if np.any(ref):
        factor = float(np.vdot(ref.ravel(), got.ravel()) / np.vdot(ref.ravel(), ref.ravel()))
        holds = bool(np.isfinite(factor) and factor) and same(got, factor * ref)
        yield "factor", f"{{name}} is {told_apart(factor, 1.0)[0]} times the right answer, everywhere", holds
    if ref.size > 1:
        offset = float(np.mean(got - ref))
        holds = bool(np.isfinite(offset) and offset) and same(got - offset, ref)
        yield "offset", f"{{name}} is the right answer plus {offset:.6g}, everywhere", holds
    if "T" in axes and ref.shape[axes.index("T")] > 1:
        t = axes.index("T")
        steps = ref.shape[t]
        first, last = range(steps - 1), range(1, steps)
        late = same(np.take(got, last, t), np.take(ref, first, t))
        early = same(np.take(got, first, t), np.take(ref, last, t))
        yield "reversed", "{name} is the right answer with time running backwards", same(np.flip(got, t), ref)
        yield "late", "{name} is one time step late: it holds at t + 1 what belongs to t", late
        yield "early", "{name} is one time step early: it holds at t what belongs to t + 1", early
    if "4H" in axes and ref.shape[axes.index("4H")] % 4 == 0:
        yield "order", *_block_order(got, ref, axes.index("4H"), same)


def _block_order(got: np.ndarray, ref: np.ndarray, axis: int, same) -> tuple[str, bool]:
    """The order of the learner's four gate blocks along ``axis``, where another than i, f, g, o explains all.

    ``same(a, b)`` says whether two arrays agree. Returns (text, True), or ("", False). The course's order is that of
    torch.nn.LSTM; other libraries have others.
    """
    quarters = np.split(got, 4, axis=axis)
    for order in itertools.permutations(range(4)):
        # order[k] is where the k-th right block stands in the learner's array
        if order != (0, 1, 2, 3) and same(np.concatenate([quarters[k] for k in order], axis=axis), ref):
            placed = ", ".join("ifgo"[order.index(k)] for k in range(4))
            return f"the gates' blocks in {{name}} stand in the order {placed} instead of i, f, g, o", True
    return "", False


@dataclass(frozen=True)
class _Inputs:
    """What a case's arguments hold: the sizes of their axes, arrays of floats and numbers, by name."""

    sizes: Mapping[str, int] = field(default_factory=dict)
    arrays: tuple[tuple[str, np.ndarray], ...] = ()
    numbers: tuple[tuple[str, float], ...] = ()
    dicts: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @classmethod
    def of(cls, exercise: Exercise | None, result: CaseResult) -> _Inputs:
        """Of a case; nothing where no exercise says what its arguments are."""
        args = result.vector.case.args
        if exercise is None or exercise.torch:
            return cls()
        known = exercise.sizes(args)
        parts = [part for name, said in exercise.arguments.items() for part in shown(name, said, args[name])]
        return cls(
            {letter: size for letter, size in known.items() if letter not in exercise.arguments},
            tuple((name, one) for name, one in parts if isinstance(one, np.ndarray) and one.dtype.kind == "f"),
            tuple((name, one) for name, one in parts if type(one) is float),
            tuple((name, one) for name, one in args.items() if type(one) is dict),
        )

    def relations(self, one: Compared) -> Iterator[tuple[str, str, bool]]:
        """As :func:`_relations`, of what the right answer was multiplied by, divided by, or had added to it."""
        got, ref, same = one.got, one.expected, _agreeing(one)
        if got.shape != ref.shape or not ref.size:
            return
        for letter, size in self.sizes.items():
            yield f"size / {letter}", f"{{name}} is the right answer divided by {letter}", same(got * size, ref)
            yield f"size * {letter}", f"{{name}} is {letter} times the right answer", same(got, ref * size)
        for name, number in self.numbers:
            yield f"number * {name}", f"{{name}} is the right answer times {name}", same(got, ref * number)
            if number:
                yield f"number / {name}", f"{{name}} is the right answer divided by {name}", same(got * number, ref)
        alike = [
            (f"{name}[{one.name!r}]", value[one.name])
            for name, value in self.dicts
            if isinstance(value.get(one.name), np.ndarray)
        ]
        for name, array in (*self.arrays, *alike):
            if array.shape != ref.shape or not np.any(array):
                continue
            yield f"times {name}", f"{{name}} is the right answer times {name}", same(got, ref * array)
            slope = f"{{name}} is the right answer times (1 - {name}²)"
            yield f"slope {name}", slope, same(got, ref * (1 - array * array))
            yield f"plus {name}", f"{{name}} is the right answer plus {name}", same(got, ref + array)
            yield f"minus {name}", f"{{name}} is the right answer minus {name}", same(got, ref - array)


def relation_of(failing: list[CaseResult], exercise: Exercise | None = None) -> str | None:
    """What relates wrong to right, on every failing case where it can be judged, for each wrong output.

    Sentences with ";" between, such as ``h is minus the right answer``; None where nothing does. A factor or an offset
    is told only where there are two wrong numbers or more: between two single numbers there is always one. With the
    ``exercise``, the sizes of axes and what its arguments hold are looked at as well.
    """
    texts: dict[str, list[str]] = {}  # what holds: the outputs it holds for
    given = {id(one): _Inputs.of(exercise, result) for result in failing for one in result.compared.values()}
    for outputs in by_output(failing):
        axes = [axis.strip() for axis in outputs[0].shape.strip("()").split(",")]
        kinds: dict[str, set[str]] = {}  # the texts that hold, "" where the relation does not
        wrong = [one for one in outputs if not one.right]
        for one in wrong:
            with np.errstate(all="ignore"):
                for kind, text, holds in (*_relations(one, axes), *given[id(one)].relations(one)):
                    kinds.setdefault(kind, set()).add(text if holds else "")
        if sum(one.expected.size for one in wrong) < 2:  # some factor, and some offset, leads from any number to any
            kinds = {kind: found for kind, found in kinds.items() if kind not in ("factor", "offset")}
        for kind in [kind for kind in kinds if kind.startswith("size ")]:
            letter = kind.rpartition(" ")[2]
            if len({given[id(one)].sizes.get(letter) for one in wrong}) < 2:  # it could be any number of that size
                del kinds[kind]
        holding = [found.pop() for found in kinds.values() if len(found) == 1 and "" not in found]
        if holding:
            texts.setdefault(holding[0], []).append(outputs[0].label or "the answer")
    said = []
    for text, names in texts.items():
        together = [" and ".join(names)] if "blocks in {name}" in text else names
        said += [text.format(name=name) for name in together]
    return "; ".join(said) or None


def by_output(results: list[CaseResult]) -> list[list[Compared]]:
    """Each output as it was compared in these cases.

    A list for each output, in order, with an entry for each case that gave it.
    """
    outputs: dict[str, list[Compared]] = {}
    for result in results:
        for name, one in result.compared.items():
            outputs.setdefault(name, []).append(one)
    return list(outputs.values())


_OWNERS = {"H": "the state h", "D": "the input x"}


def halves(failing: list[CaseResult]) -> list[str]:
    """Of outputs with an axis H + D, whether only the part for h, or the one for x, is wrong anywhere: sentences."""
    texts = []
    for outputs in by_output(failing):
        wrong = [one for one in outputs if not one.right]
        found: dict[tuple[int, str], list[bool]] = {}
        for one in wrong:
            known = _sizes_of(one)
            for axis, text in enumerate(axes_of(one.shape) if known else ()):
                for letter, block in blocks_of(text, known):
                    if letter in _OWNERS:
                        place = (slice(None),) * axis + (block,)
                        found.setdefault((axis, letter), []).append(bool(one.wrong[place].any()))
        for (axis, letter), states in found.items():
            others = [any(found[key]) for key in found if key[0] == axis and key[1] != letter]
            if any(states) and others and not any(others):
                what = "rows" if axis == wrong[0].expected.ndim - 2 else "columns"
                label = outputs[0].label or "your answer"
                texts.append(f"In {label} only the {what} that belong to {_OWNERS[letter]} are wrong.")
    return texts


def _sizes_of(one: Compared) -> dict[str, int]:
    """What the letters of an output's shape stand for; {} where they do not tell."""
    try:
        known = sizes({one.name: one.shape}, {one.name: one.expected})
        return known if evaluate(one.shape, known) == one.expected.shape else {}
    except (ShapeError, KeyError):
        return {}
