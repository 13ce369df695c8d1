"""Say what is probably wrong: a known mistake, else what the failure's structure shows.

A known mistake is claimed only where it reproduces the learner's output on every case. The
structural findings look at which outputs deviate, in which cases, at which time step or gate,
and at how the wrong numbers are related to the right ones.
"""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..exercises.base import Exercise, Mistake
from ..vectors import Vector
from .compare import FLOAT32_TOLERANCE, blocks, flat_outputs, is_float32, matches, relative_error
from .describe import call_text, numbers
from .ladder import CaseResult, Run, fresh_arguments
from .verdict import Finding

__all__ = ["diagnose", "mistake_outputs"]

_GATES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}
_MATCH = 1e-9


# --- known mistakes -----------------------------------------------------------------------------


def mistake_outputs(exercise: Exercise, mistake: Mistake, vector: Vector) -> dict[str, np.ndarray] | None:
    """The flattened outputs of a known mistake on a case; None where it raises."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            value = mistake.fn(*fresh_arguments(vector))
        except Exception:  # a wrong formula may not fit every shape
            return None
    values = value if len(exercise.returns) > 1 else (value,)
    got = {}
    for output, item in zip(exercise.returns, values, strict=True):
        if output.kind == "arrays":
            got.update({key: np.asarray(item[key]) for key in output.keys})
        elif output.kind != "cache":
            got[output.name] = np.asarray(item, dtype=float if output.kind == "int" else None)
    return exercise.canonical(got) if exercise.canonical else got


def _reproduces(exercise: Exercise, mistake: Mistake, results: list[CaseResult]) -> bool:
    compared = 0
    for result in results:
        theirs = mistake_outputs(exercise, mistake, result.vector)
        if result.outcome.failure or theirs is None:
            if bool(result.outcome.failure) != (theirs is None):
                return False
            continue
        single = is_float32(result.vector.case.args.values())
        if not matches(result.got, theirs, exercise, FLOAT32_TOLERANCE if single else _MATCH):
            return False
        compared += 1
    return compared > 0


def _known_mistake(run: Run) -> Mistake | None:
    if any(result.outcome.failure in ("time", "not written", "interrupted") for result in run.results):
        return None
    if any(result.rung == "type" for result in run.results):
        return None
    for mistake in run.exercise.mistakes:
        if _reproduces(run.exercise, mistake, run.results):
            return mistake
    return None


# --- in which cases -----------------------------------------------------------------------------


def _arrays(args: dict[str, Any]) -> list[np.ndarray]:
    flat = [v for value in args.values() for v in (value.values() if isinstance(value, dict) else (value,))]
    return [v for v in flat if isinstance(v, np.ndarray)]


def _size(axis: int, *names: str) -> Callable[[dict], int | None]:
    def size(args):
        for name in names:
            value = args.get(name)
            if isinstance(value, np.ndarray) and value.ndim > axis:
                return value.shape[axis]
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


_BATCHED = ("xs", "x", "c_prev", "h_prev", "c", "ids", "z", "hs")
_CONDITIONS: tuple[tuple[str, Callable[[dict], bool | None]], ...] = (
    ("the sequence has more than one time step (T > 1)", _more_than_one(_size(1, "xs", "ids", "hs"))),
    ("the batch holds more than one sequence (N > 1)", _more_than_one(_size(0, *_BATCHED))),
    ("the batch holds a single sequence (N = 1)",
     lambda a: None if _size(0, *_BATCHED)(a) is None else _size(0, *_BATCHED)(a) == 1),
    ("the hidden state that comes in is not zero", _nonzero("h_prev", "h0")),
    ("the cell state that comes in is not zero", _nonzero("c_prev", "c0")),
    ("the input x is not zero", _nonzero("x", "xs")),
    ("the bias is not zero", _nonzero("b")),
    ("some inputs are large (their size is 100 or more)",
     lambda a: any(v.size and np.max(np.abs(v)) >= 100 for v in _arrays(a))),
    ("the arrays are float32", lambda a: is_float32(_arrays(a))),
)


def _condition(results: list[CaseResult]) -> str | None:
    """What all failing cases share and no passing case has."""
    failing = [r for r in results if r.rung]
    passing = [r for r in results if not r.rung]
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


def _isolated(results: list[CaseResult]) -> str | None:
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


def _relation(failing: list[CaseResult], exercise: Exercise) -> str | None:
    """What relates wrong to right, on every failing case where it can be judged, for each wrong output."""
    texts: list[str] = []
    for name, output in flat_outputs(exercise):
        axes = [axis.strip() for axis in output.shape.strip("()").split(",")]
        kinds: dict[str, set[str]] = {}  # the texts that hold, "" where the relation does not
        for result in failing:
            ref, got = _expected(exercise, result).get(name), result.got.get(name)
            if got is None or ref is None or relative_error(got, ref, output.shape) <= result.tolerance:
                continue
            with np.errstate(all="ignore"):
                for kind, text, holds in _relations(got, ref, axes, result.tolerance):
                    kinds.setdefault(kind, set()).add(text if holds else "")
        holding = [found.pop() for found in kinds.values() if len(found) == 1 and "" not in found]
        if holding:
            texts.append(holding[0].format(name=name if name in _named(exercise) else "the answer"))
    return "; ".join(texts) or None


def _named(exercise: Exercise) -> set[str]:
    return {name for name, _ in flat_outputs(exercise)} if len(exercise.returns) > 1 else set()


def _expected(exercise: Exercise, result: CaseResult) -> dict[str, np.ndarray]:
    expected = result.vector.expected
    return exercise.canonical(expected) if exercise.canonical else expected


def _is_float32_somewhere(failing: list[CaseResult]) -> bool:
    worst = [max(r.errors.values()) for r in failing if r.rung == "values" and r.tolerance < 1e-8]
    return bool(worst) and len(worst) == len(failing) and all(1e-9 < e < 1e-5 for e in worst)


def _deviating_blocks(failing: list[CaseResult], exercise: Exercise) -> list[str]:
    """The first wrong time step, and the gates whose blocks are wrong."""
    texts = []
    for name, output in flat_outputs(exercise):
        gates: set[str] = set()
        first_steps = []
        for result in failing:
            got, ref = result.got.get(name), _expected(exercise, result).get(name)
            if got is None or ref is None or got.shape != ref.shape:
                continue
            scale = float(np.max(np.abs(ref))) if ref.size else 0.0
            for label, index in blocks(output.shape, ref.shape):
                worst = float(np.max(np.abs(got[index] - ref[index]))) if ref[index].size else 0.0
                if worst <= result.tolerance * (scale or 1.0):
                    continue
                if label.startswith("t ="):
                    first_steps.append((int(label[4:]), ref.shape[1]))
                    break
                gates.add(label)
        if first_steps:
            earliest = {t for t, _ in first_steps}
            if len(earliest) == 1:
                texts.append(f"The first wrong time step of {name} is t = {earliest.pop()}.")
            elif 0 not in earliest:
                texts.append(f"{name} starts right and goes wrong later (first at t = {min(earliest)}).")
        if gates and len(gates) < 4:
            named = " and ".join(f"the {_GATES[g]} ({g})" for g in "ifgo" if g in gates)
            texts.append(f"In {name}, only the block of {named} is wrong.")
    return texts


def _right_and_wrong(failing: list[CaseResult], exercise: Exercise) -> str:
    names = [name for name, _ in flat_outputs(exercise)]
    judged = [r for r in failing if r.rung == "values"]
    if len(names) < 2 or not judged:
        return ""
    names = [name for name in names if name in judged[0].errors]
    wrong = [n for n in names if any(r.errors[n] > r.tolerance for r in judged)]
    right = [n for n in names if n not in wrong]
    if not right:
        return f"{' and '.join(wrong)} are both wrong." if len(wrong) == 2 else f"All of {', '.join(wrong)} are wrong."
    verb = "are" if len(right) > 1 else "is"
    return f"{' and '.join(right)} {verb} right; {' and '.join(wrong)} {'are' if len(wrong) > 1 else 'is'} not."


# --- the numbers --------------------------------------------------------------------------------


def _numbers(result: CaseResult, exercise: Exercise) -> str:
    """The smallest failing call, what came back and what was expected."""
    lines = [call_text(exercise.name, result.vector.case.args)]
    expected = _expected(exercise, result)
    for name, ref in expected.items():
        got = result.got.get(name)
        if got is None or result.errors.get(name, np.inf) <= result.tolerance:
            continue
        if got.shape == ref.shape and ref.size > 24:
            with np.errstate(all="ignore"):
                wrong = ~(np.abs(got - ref) <= result.tolerance * max(float(np.max(np.abs(ref))), 1e-300))
            spot = tuple(int(k) for k in np.argwhere(wrong)[0]) if wrong.any() else (0,) * ref.ndim
            where = ", ".join(map(str, spot))
            lines.append(f"first difference at {name}[{where}]: yours {got[spot]:.6g}, expected {ref[spot]:.6g}")
        elif ref.ndim == 0:
            lines.append(f"yours: {got:.12g}\nexpected: {ref:.12g}")
        else:
            lines.append(f"your {name}:\n{numbers(got)}\nexpected {name}:\n{numbers(ref)}")
    return "\n".join(lines)


def diagnose(run: Run, hidden: bool = False) -> tuple[str | None, Finding]:
    """(known mistake's name or None, what to tell the learner) for a run that failed.

    With ``hidden`` no argument, value or expected number is shown.
    """
    exercise = run.exercise
    first = run.first()
    mistake = _known_mistake(run)
    shows_numbers = not hidden and first.rung in ("values", "shape")
    detail = ""
    if shows_numbers:
        detail = _numbers(first, exercise) if first.rung == "values" else call_text(
            exercise.name, first.vector.case.args
        )
    elif first.finding and first.rung == "runs":
        detail = "" if hidden else first.finding.detail
        if not hidden and first.outcome.failure == "raised":
            detail += "\n\nThe call was " + call_text(exercise.name, first.vector.case.args)
    if mistake:
        seen = f"Your numbers are those of {mistake.what}."
        return mistake.name, Finding(seen, mistake.meaning, mistake.look, detail)
    if first.rung != "values":
        finding = first.finding
        condition = _condition(run.results) if first.outcome.failure != "not written" else None
        means = finding.means + (f" It happens only when {condition}." if condition else "")
        return None, Finding(finding.seen, means.strip(), finding.look, detail or ("" if hidden else finding.detail))
    return None, _structure(run, detail, hidden)


def _structure(run: Run, detail: str, hidden: bool) -> Finding:
    exercise, failing = run.exercise, [r for r in run.failing if r.rung == "values"]
    counted = f"{len(run.failing)} of {len(run.results)} test cases give other numbers than the reference."
    seen = " ".join(filter(None, [_right_and_wrong(failing, exercise), counted]))
    clues = []
    if _is_float32_somewhere(failing):
        worst = max(max(r.errors.values()) for r in failing)
        detail = "" if hidden else f"largest relative difference: {worst:.1e} (float32 keeps about 1e-07)"
        clues.append(
            "The formula is right, the digits are not: they agree to about seven places, which is what is left "
            "after float32 somewhere on the way."
        )
    else:
        relation = _relation(failing, exercise)
        if relation and not hidden:
            clues.append(re.sub("^the", "The", relation) + ".")
        isolated = _isolated(run.results)
        if isolated:
            clues.append(f"Of the cases where one piece works alone, only those of {isolated} fail.")
        condition = _condition(run.results)
        if condition:
            clues.append(f"It is wrong only when {condition}.")
        if not relation:
            clues += _deviating_blocks(failing, exercise)
    if not clues:
        clues.append("They fit none of the mistakes this check knows.")
    noise = sorted({w.split(":")[1].strip() for r in failing for w in r.outcome.warnings if "RuntimeWarning" in w})
    if noise:
        clues.append(f"numpy warned on the way: {noise[0]}.")
    look = "" if hidden else f"Compare the numbers below with the equation, or ask hint(\"{exercise.name}\")."
    return Finding(seen, " ".join(clues), look, detail)
