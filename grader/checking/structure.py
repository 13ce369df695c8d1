"""What a failure's structure shows: which outputs deviate, in which cases, where, and how they are related.

Every sentence made here is true of all the cases it speaks of, or it is not said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..exercises.base import Exercise
from ..vectors.metric import blocks, relative_error
from .compare import in_words, is_float32, named_outputs, output_label
from .ladder import CaseResult, Run

__all__ = [
    "about_shapes",
    "deviating_blocks",
    "expected_outputs",
    "isolated_piece",
    "places",
    "relation_of",
    "right_and_wrong",
    "shared_condition",
    "zeros",
]

_GATES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}


# --- in which cases -----------------------------------------------------------------------------


def _arrays(args: dict[str, Any]) -> list[np.ndarray]:
    flat = [v for value in args.values() for v in (value.values() if isinstance(value, dict) else (value,))]
    return [v for v in flat if isinstance(v, np.ndarray)]


def _size(axis: int, *names: str) -> Callable[[dict], int | None]:
    def size(args):
        for name in names:
            value = args.get(name)
            if isinstance(value, np.ndarray) and value.ndim > axis:
                return value.shape[axis]  # axis -1 is the last
        return None

    return size


def _nonzero(*names: str) -> Callable[[dict], bool | None]:
    def nonzero(args):
        for name in names:
            if isinstance(args.get(name), np.ndarray):
                return bool(np.any(args[name]))
        return None

    return nonzero


def _more_than_one(size) -> Callable[[dict], bool | None]:
    return lambda args: None if size(args) is None else size(args) > 1


def _exactly_one(size) -> Callable[[dict], bool | None]:
    return lambda args: None if size(args) is None else size(args) == 1


_N = _size(0, "xs", "x", "c_prev", "h_prev", "c", "ids", "z", "hs")
_T = _size(1, "xs", "ids", "hs")
_D, _H = _size(-1, "xs", "x"), _size(-1, "h_prev", "h0", "c_prev", "c", "hs", "b_i")
_CONDITIONS: tuple[tuple[str, Callable[[dict], bool | None]], ...] = (
    ("the sequence has more than one time step (T > 1)", _more_than_one(_T)),
    ("the batch holds more than one sequence (N > 1)", _more_than_one(_N)),
    ("the batch holds a single sequence (N = 1)", _exactly_one(_N)),
    ("the hidden state that comes in is not zero", _nonzero("h_prev", "h0")),
    ("the cell state that comes in is not zero", _nonzero("c_prev", "c0")),
    ("the input x is not zero", _nonzero("x", "xs")),
    ("the bias is not zero", _nonzero("b")),
    (
        "some inputs are large (their size is 100 or more)",
        lambda a: any(v.size and np.max(np.abs(v)) >= 100 for v in _arrays(a)),
    ),
    ("the arrays are float32", lambda a: is_float32(_arrays(a))),
    ("the sequence is a single time step long (T = 1)", _exactly_one(_T)),
    ("there is a single hidden unit (H = 1)", _exactly_one(_H)),
    ("there is a single input (D = 1)", _exactly_one(_D)),
)


def shared_condition(results: list[CaseResult], rung: str | None = None) -> str | None:
    """What all failing cases share and no other case has; with ``rung``, all cases that fell from it."""
    failing = [r for r in results if (r.rung == rung if rung else r.rung)]
    passing = [r for r in results if r not in failing]
    if not failing or not passing:
        return None
    for text, holds in _CONDITIONS:
        fails = [holds(r.vector.case.args) for r in failing]
        passes = [holds(r.vector.case.args) for r in passing]
        if all(fails) and not any(passes) and None not in fails:
            return text
    if all("strided" in r.vector.case.tags for r in failing):
        return "an array is not contiguous in memory (a slice such as a[:, ::2])"
    return None


def isolated_piece(results: list[CaseResult]) -> str | None:
    """The piece at fault, where the cases that isolate one piece each tell them apart."""
    states: dict[str, bool] = {}
    for result in results:
        for tag in result.vector.case.tags:
            if tag.startswith("isolates:"):
                what = tag.removeprefix("isolates:")
                states[what] = states.get(what, True) and result.rung is None
    wrong = [what for what, right in states.items() if not right]
    return wrong[0] if len(wrong) == 1 and len(states) > 1 else None


# --- how the numbers are related ----------------------------------------------------------------


def _relations(got: np.ndarray, ref: np.ndarray, axes: list[str], tolerance: float) -> Iterator[tuple]:
    """(kind, what would explain it, whether it does) for one tensor, of the kinds that can be judged on it."""

    def same(a, b):
        return a.shape == b.shape and relative_error(a, b) <= tolerance

    yield "zeros", "{name} is all zeros", not np.any(got)
    if ref.ndim >= 2 and ref.shape[-1] * ref.shape[-2] > 1:
        text = "{name} is the transpose of the right answer (its last two axes are swapped)"
        yield "transpose", text, same(np.swapaxes(got, -1, -2), ref)
    if got.shape != ref.shape:
        return
    yield "sign", "{name} has the wrong sign: it is minus the right answer", same(-got, ref)
    if np.any(ref):
        factor = float(np.vdot(ref.ravel(), got.ravel()) / np.vdot(ref.ravel(), ref.ravel()))
        holds = bool(np.isfinite(factor) and factor) and same(got, factor * ref)
        yield "factor", f"{{name}} is {factor:.6g} times the right answer, everywhere", holds
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
    quarters = np.split(got, 4, axis=axis)
    for order in itertools.permutations(range(4)):
        # order[k] is where the k-th right block stands in the learner's array
        if order != (0, 1, 2, 3) and same(np.concatenate([quarters[k] for k in order], axis=axis), ref):
            placed = ", ".join("ifgo"[order.index(k)] for k in range(4))
            return f"the gates' blocks in {{name}} stand in the order {placed} instead of i, f, g, o", True
    return "", False


def relation_of(failing: list[CaseResult], exercise: Exercise) -> str | None:
    """What relates wrong to right, on every failing case where it can be judged, for each wrong output."""
    texts: dict[str, list[str]] = {}  # what holds: the outputs it holds for
    for name, output in named_outputs(exercise):
        axes = [axis.strip() for axis in output.shape.strip("()").split(",")]
        kinds: dict[str, set[str]] = {}  # the texts that hold, "" where the relation does not
        compared = 0
        for result in failing:
            ref, got = expected_outputs(exercise, result).get(name), result.got.get(name)
            if got is None or ref is None or relative_error(got, ref, output.shape, exercise.floor) <= result.tolerance:
                continue
            compared += ref.size
            with np.errstate(all="ignore"):
                for kind, text, holds in _relations(got, ref, axes, result.tolerance):
                    kinds.setdefault(kind, set()).add(text if holds else "")
        if compared < 2:  # some factor, and some offset, leads from any number to any other
            kinds = {kind: found for kind, found in kinds.items() if kind not in ("factor", "offset")}
        holding = [found.pop() for found in kinds.values() if len(found) == 1 and "" not in found]
        if holding:
            texts.setdefault(holding[0], []).append(output_label(exercise, name) or "the answer")
    said = []
    for text, names in texts.items():
        together = [" and ".join(names)] if "blocks in {name}" in text else names
        said += [text.format(name=name) for name in together]
    return "; ".join(said) or None


def expected_outputs(exercise: Exercise, result: CaseResult) -> dict[str, np.ndarray]:
    expected = result.vector.expected
    return exercise.canonical(expected) if exercise.canonical else expected


_FIRST = {
    "N": "the first sequence of the batch (n = 0)",
    "T": "the first time step (t = 0)",
    "H": "the first column",
    "num_classes": "class 0",
}
_LAST = {
    "N": "the last sequence of the batch",
    "T": "the last time step",
    "H": "the last column",
    "num_classes": "the last class",
}


def _wrong(failing: list[CaseResult], exercise: Exercise, name: str) -> Iterator[tuple]:
    """(got, ref, which numbers are wrong) of one output, for every failing case where some are."""
    for result in failing:
        got, ref = result.got.get(name), expected_outputs(exercise, result).get(name)
        if got is None or ref is None or got.shape != ref.shape or result.errors.get(name, 0) <= result.tolerance:
            continue
        with np.errstate(all="ignore"):
            scale = float(np.max(np.abs(ref))) if ref.size else 0.0
            yield got, ref, ~(np.abs(got - ref) <= result.tolerance * (scale or 1.0))


def places(failing: list[CaseResult], exercise: Exercise) -> list[str]:
    """Where along an axis it is wrong, if in every case at the same end of it."""
    texts = []
    for name, output in named_outputs(exercise):
        cases = list(_wrong(failing, exercise, name))
        label = output_label(exercise, name) or "your answer"
        axes = [axis.strip() for axis in output.shape.strip("()").split(",") if axis.strip()]
        for k, axis in enumerate(axes):
            if axis not in _FIRST or not cases or cases[0][1].ndim != len(axes):
                continue
            rows = [wrong.any(axis=tuple(j for j in range(wrong.ndim) if j != k)) for *_, wrong in cases]
            rows = [row for row in rows if len(row) > 1]
            if len(rows) < 2 or max(map(len, rows)) < 3:  # too little to tell one end from the other
                continue
            if all(row[0] and not row[1:].any() for row in rows):
                texts.append(f"In {label} only {_FIRST[axis]} is wrong: does a loop begin one too late?")
            elif all(row[-1] and not row[:-1].any() for row in rows):
                texts.append(f"In {label} only {_LAST[axis]} is wrong: does a loop end one too early?")
            elif axis != "T" and not any(row[0] for row in rows) and all(row[1:].all() for row in rows):
                texts.append(f"In {label} only {_FIRST[axis]} is right.")
            elif axis != "T" and not any(row[-1] for row in rows) and all(row[:-1].all() for row in rows):
                texts.append(f"In {label} only {_LAST[axis]} is right.")
    return texts


def zeros(failing: list[CaseResult], exercise: Exercise) -> list[str]:
    """Whether all that is wrong is 0, in an output that holds other numbers too."""
    names = []
    for name, _ in named_outputs(exercise):
        cases = [case for case in _wrong(failing, exercise, name) if case[0].size > 1]
        if len(cases) > 1 and any(got.any() for got, *_ in cases) and not any(got[w].any() for got, _, w in cases):
            names.append(output_label(exercise, name) or "your answer")
    return [f"Every number that is wrong in {in_words(names)} is a 0. Was it never written?"] if names else []


def deviating_blocks(failing: list[CaseResult], exercise: Exercise) -> list[str]:
    """The first wrong time step (of a gradient, which comes from the end, the last), and the gates with wrong blocks."""
    texts = []
    for name, output in named_outputs(exercise):
        where = output_label(exercise, name) or "your answer"
        backwards = not output.returned
        gates: set[str] = set()
        first_steps = []
        for result in failing:
            got, ref = result.got.get(name), expected_outputs(exercise, result).get(name)
            if got is None or ref is None or got.shape != ref.shape:
                continue
            scale = float(np.max(np.abs(ref))) if ref.size else 0.0
            order = list(blocks(output.shape, ref.shape))
            for label, index in reversed(order) if backwards else order:
                worst = float(np.max(np.abs(got[index] - ref[index]))) if ref[index].size else 0.0
                if worst <= result.tolerance * (scale or 1.0):
                    continue
                if label.startswith("t ="):
                    first_steps.append((int(label[4:]), ref.shape[1]))
                    break
                gates.add(label)
        if first_steps and backwards:
            right = {T - 1 - t for t, T in first_steps}  # steps at the end
            start = re.sub("^your", "Your", where)
            if right == {0}:
                texts.append(f"{start} is wrong at the last time step already.")
            elif 0 not in right:
                least = min(right)
                steps = f"the last {least} steps are" if least > 1 else "the last step is"
                texts.append(f"Of {where}, {steps} right; going back from there, it goes wrong.")
        elif first_steps:
            earliest = {t for t, _ in first_steps}
            if earliest == {0}:
                texts.append(f"{re.sub('^your', 'Your', where)} is wrong at the first time step already, t = 0.")
            elif len(earliest) == 1:
                texts.append(f"The first wrong time step of {where} is t = {earliest.pop()}.")
            elif 0 not in earliest:
                start = re.sub("^your", "Your", where)
                texts.append(f"{start} starts right and goes wrong later (first at t = {min(earliest)}).")
        if gates and len(gates) < 4:
            named = [f"the {_GATES[g]} ({g})" for g in "ifgo" if g in gates]
            only = f"block of {named[0]} is" if len(named) == 1 else f"blocks of {in_words(named)} are"
            texts.append(f"In {where}, only the {only} wrong.")
    return texts


def right_and_wrong(failing: list[CaseResult], exercise: Exercise) -> str:
    names = [name for name, _ in named_outputs(exercise)]
    judged = [r for r in failing if r.rung == "values"]
    if len(names) < 2 or not judged:
        return ""
    names = [name for name in names if name in judged[0].errors]
    wrong = [output_label(exercise, n) for n in names if any(r.errors[n] > r.tolerance for r in judged)]
    right = [label for n in names if (label := output_label(exercise, n)) not in wrong]
    if not right:
        return f"{' and '.join(wrong)} are both wrong." if len(wrong) == 2 else f"All of {', '.join(wrong)} are wrong."
    verb = "are" if len(right) > 1 else "is"
    return f"{in_words(right)} {verb} right; {in_words(wrong)} {'are' if len(wrong) > 1 else 'is'} not."


# --- shapes -------------------------------------------------------------------------------------


def about_shapes(run: Run) -> str:
    """What the wrong shapes have to do with the right ones, where every wrong one tells the same."""
    texts: list[str] | None = None
    for result in run.failing:
        if result.rung != "shape":
            continue
        for name, output in run.exercise.flat.items():
            got, ref = result.got.get(name), result.vector.expected.get(name)
            if got is None or ref is None or got.shape == ref.shape:
                continue
            found = list(_about_shape(got.shape, ref.shape, output.shape))
            texts = found if texts is None else [text for text in texts if text in found]
            break
    return texts[0] if texts else ""


def _about_shape(got: tuple[int, ...], ref: tuple[int, ...], text: str) -> Iterator[str]:
    """All that one wrong shape may have to do with the right one, the most telling first."""
    axes = [axis.strip() for axis in text.strip("()").split(",") if axis.strip()]
    if len(axes) != len(ref):
        return
    if len(got) == len(ref):
        if len(got) > 1 and (*got[:-2], got[-1], got[-2]) == ref:
            yield "The last two axes are swapped."
        if sorted(got) == sorted(ref):
            yield "The axes are all there, in another order."
        differing = [k for k in range(len(ref)) if got[k] != ref[k]]
        if len(differing) == 1:
            k = differing[0]
            if got[k] == 1:
                yield f"The axis {axes[k]} has a single entry in yours. Does a return stand inside the loop?"
            if abs(got[k] - ref[k]) == 1 and axes[k] in ("N", "T"):
                yield f"The axis {axes[k]} is one too {'long' if got[k] > ref[k] else 'short'}."
        lengths = [[axis for axis, size in zip(axes, ref, strict=True) if size == length] for length in got]
        for named in itertools.product(*lengths):
            yield f"That is the shape ({', '.join(named)})."
    if len(got) == len(ref) - 1:
        for k, axis in enumerate(axes):
            if (*ref[:k], *ref[k + 1 :]) == got:
                yield f"The axis {axis} is missing."
    if len(got) < len(ref):
        yield "An axis is missing."
    if len(got) == len(ref) + 1 and any((*got[:k], *got[k + 1 :]) == ref for k in range(len(got))):
        yield "There is an axis too many."
