"""The ladder: what is asked of an answer, each rung only if the one before holds.

Runs every case, finds the first rung each case falls from, and keeps what the diagnosis needs.
The rungs, in order: runs; number and type; dtype and shape; finite; inputs unchanged; same answer
twice; values. (Defined, callable and signature come before any case: see :mod:`.check`.)
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..exercises.base import Exercise, Output
from ..vectors import Vector
from .calling import Outcome, Subject
from .compare import expected_shape_text, flat_outputs, is_float32, relative_error, tolerance_for
from .describe import describe
from .verdict import Finding

__all__ = ["CaseResult", "Run", "climb"]

RUNGS = ("runs", "type", "shape", "finite", "inputs", "twice", "values")


@dataclass
class CaseResult:
    """How one case went: the rung it fell from (None where it holds), and what came back."""

    vector: Vector
    outcome: Outcome
    rung: str | None = None
    finding: Finding | None = None  # for every rung but the values
    got: dict[str, np.ndarray] = field(default_factory=dict)  # flattened, canonical; from "shape" on
    errors: dict[str, float] = field(default_factory=dict)  # relative error of every compared output
    tolerance: float = 0.0

    def right(self, outputs: tuple[str, ...]) -> bool:
        """Whether these outputs (all, when empty) hold on this case."""
        if self.rung is None:
            return True
        if self.rung != "values" or not outputs:
            return False
        return all(self.errors[name] <= self.tolerance for name in outputs)


@dataclass
class Run:
    """All cases of one exercise, run once."""

    exercise: Exercise
    results: list[CaseResult]

    @property
    def failing(self) -> list[CaseResult]:
        return [result for result in self.results if result.rung is not None]

    @property
    def passed(self) -> bool:
        return not self.failing

    def first(self) -> CaseResult:
        """The case to show: the lowest rung, and there the first (the smallest) case."""
        return min(self.failing, key=lambda result: RUNGS.index(result.rung))


def _copied(value: Any, strided: bool) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item, strided) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        if strided and value.ndim:  # every second element of a larger array: not contiguous
            wide = np.zeros((*value.shape[:-1], 2 * value.shape[-1]), dtype=value.dtype)
            wide[..., ::2] = value
            return wide[..., ::2]
        return value.copy()
    return copy.copy(value)


def fresh_arguments(vector: Vector) -> list[Any]:
    """The case's arguments, the learner's to keep: copies, laid out as the case asks."""
    strided = "strided" in vector.case.tags
    return [_copied(value, strided) for value in vector.case.args.values()]


def _changed_argument(vector: Vector, after: list[Any]) -> str | None:
    for (name, before), value in zip(vector.case.args.items(), after, strict=True):
        pairs = [(name, before, value)]
        if isinstance(before, dict):
            if not isinstance(value, dict) or value.keys() != before.keys():
                return name
            pairs = [(f"{name}[{key!r}]", before[key], value[key]) for key in before]
        for label, old, new in pairs:
            if isinstance(old, np.ndarray) and not (
                type(new) is np.ndarray
                and new.dtype == old.dtype
                and new.shape == old.shape
                and np.array_equal(old, new, equal_nan=True)
            ):
                return label
    return None


def _check_array(output: Output, value: Any, ref: np.ndarray, float32: bool, label: str):
    """(rung, finding) for one array, or None where it may be compared."""
    if type(value) is not np.ndarray:
        return "type", Finding(
            seen=f"{label} should be a numpy array; it is {describe(value)}.",
            look="Look at the last line of your function: what does it return?",
        )
    kinds = (np.float64, np.float32) if float32 else (np.float64,)
    if value.dtype not in kinds:
        means = ""
        look = "Where is that array made? np.zeros, np.concatenate and @ keep float64 when their inputs do."
        if value.dtype == np.float32:
            means = "Half of the digits are lost on the way: somewhere an array is made as float32."
        elif value.dtype.kind in "iub":
            means = "Whole numbers and truth values can't be mixed with weights without being turned into floats."
            look = "Make the array as float64 from the start, or turn it into one with .astype(np.float64)."
        elif value.dtype.kind == "c":
            means = "A complex number came in: the root or the power of a negative number makes one."
            look = "Nothing in this exercise is complex: which line makes it so?"
        return "shape", Finding(
            seen=f"{label} should hold float64 numbers; yours holds {value.dtype}.", means=means, look=look
        )
    if value.shape != ref.shape:
        return "shape", Finding(
            seen=f"{label} should have the shape {expected_shape_text(output, ref)}; yours has {value.shape}.",
            means="The last two axes are swapped." if _swapped(value.shape, ref.shape) else "",
            look="Write the shape beside each line of your function, and find the first that differs.",
        )
    if not np.isfinite(value).all() and np.isfinite(ref).all():
        strange = "NaN (not a number)" if np.isnan(value).any() else "infinite values"
        return "finite", Finding(
            seen=f"{label} contains {strange}, where the right answer is finite.",
            look="An exp of a large number, a division by zero or a log of zero makes them.",
        )
    return None


def _swapped(got: tuple[int, ...], ref: tuple[int, ...]) -> bool:
    return len(got) == len(ref) >= 2 and got != ref and (*got[:-2], got[-1], got[-2]) == ref


def _take_apart(exercise: Exercise, value: Any, vector: Vector) -> tuple[dict, tuple | None]:
    """The flattened outputs of a returned value, or the rung it falls from and why."""
    float32 = is_float32(vector.case.args.values())
    many = len(exercise.returns) > 1
    if many:
        wanted = f"{len(exercise.returns)} values, {exercise.result}"
        if not isinstance(value, tuple):
            return {}, ("type", Finding(
                seen=f"{exercise.name} should return {wanted}; it returned {describe(value)}.",
                look="Return them with commas between: `return a, b`.",
            ))
        if len(value) != len(exercise.returns):
            return {}, ("type", Finding(
                seen=f"{exercise.name} should return {wanted}; it returned {describe(value)}.",
                look="Compare your return line with the docstring.",
            ))
    values = tuple(value) if many else (value,)
    got: dict[str, np.ndarray] = {}
    problem = None
    for output, item in zip(exercise.returns, values, strict=True):
        label = output.name if many else f"What {exercise.name} returns"
        if output.kind == "cache":
            continue
        if output.kind == "int":
            if isinstance(item, bool) or not isinstance(item, (int, np.integer)):
                return {}, ("type", Finding(
                    seen=f"{label} should be a whole number (an int); it is {describe(item)}.",
                    look="A division with / makes a float, and np.array makes an array.",
                ))
            got[output.name] = np.asarray(float(item))
            continue
        if output.kind == "arrays":
            if type(item) is not dict:
                return {}, ("type", Finding(
                    seen=f"{label} should be a dict of arrays; it is {describe(item)}."))
            if item.keys() != output.keys.keys():
                missing = [k for k in output.keys if k not in item]
                extra = [k for k in item if k not in output.keys]
                return {}, ("type", Finding(
                    seen=f"{label} should have exactly the keys {', '.join(output.keys)}."
                    + (f" Missing: {', '.join(missing)}." if missing else "")
                    + (f" Not expected: {', '.join(map(repr, extra[:4]))}." if extra else ""),
                ))
            checked = [(f"{output.name}[{k!r}]", k, Output(k, s), item[k]) for k, s in output.keys.items()]
        else:
            checked = [(label, output.name, output, item)]
        for text, name, spec, array in checked:
            found = _check_array(spec, array, vector.expected[name], float32, text)
            if found and (problem is None or RUNGS.index(found[0]) < RUNGS.index(problem[0])):
                problem = found
            if type(array) is np.ndarray and array.dtype.kind in "fiub":
                got[name] = array
    if exercise.canonical and got.keys() == vector.expected.keys():
        got = exercise.canonical(got)
    return got, problem


_FAILURES = {
    "not written": ("{name} isn't written yet: it still raises NotImplementedError.",
                    "Replace that line by your code; hint(\"{name}\") says where to begin."),
    "raised": ("{name} raised an error.", "The last line says what Python objected to; the lines above, where."),
    "time": ("{name} gave {error}, and was stopped.",
             "Is there a loop whose end is never reached?"),
    "interrupted": ("The check was stopped before {name} had answered.", "Run the cell again when you are ready."),
}


def _run_case(subject: Subject, exercise: Exercise, vector: Vector, twice: bool, stand_ins) -> CaseResult:
    outcome = subject.call(fresh_arguments(vector), stand_ins)
    result = CaseResult(vector, outcome, tolerance=tolerance_for(exercise, vector.case.args.values()))
    if outcome.failure:
        seen, look = (text.format(name=exercise.name, error=outcome.error) for text in _FAILURES[outcome.failure])
        detail = outcome.error if outcome.failure == "raised" else ""
        result.rung, result.finding = "runs", Finding(seen=seen, look=look, detail=detail)
        return result
    result.got, problem = _take_apart(exercise, outcome.value, vector)
    if problem:
        result.rung, result.finding = problem
        return result
    changed = _changed_argument(vector, outcome.arguments)
    if changed:
        result.rung, result.finding = "inputs", Finding(
            seen=f"{exercise.name} changed its argument {changed} while computing.",
            means="Whoever called it still needs that array: the change would show up elsewhere.",
            look="+=, *= and assignments to parts of an array write into it; `a = a + b` makes a new one.",
        )
        return result
    if twice:
        result.rung, result.finding = _call_again(subject, exercise, vector, result, stand_ins)
        if result.rung:
            return result
    shapes = {name: output.shape for name, output in flat_outputs(exercise)}
    expected = exercise.canonical(vector.expected) if exercise.canonical else vector.expected
    for name, ref in expected.items():
        result.errors[name] = relative_error(result.got[name], ref, shapes.get(name, ""))
    if any(error > result.tolerance for error in result.errors.values()):
        result.rung = "values"
    return result


def _call_again(subject, exercise, vector, result, stand_ins):
    """The same call once more: the same answer, and the first answer's arrays left alone."""
    kept = {name: array.copy() for name, array in result.got.items()}
    again = subject.call(fresh_arguments(vector), stand_ins)
    second, problem = _take_apart(exercise, again.value, vector) if not again.failure else ({}, True)
    if problem or any(not (relative_error(second[name], kept[name]) <= 1e-12) for name in kept):
        return "twice", Finding(
            seen=f"{exercise.name} gave another answer when it was called a second time with the same arguments.",
            means="Something is kept between the calls: a global variable, or a default argument that is changed.",
            look="Make everything the function needs inside it, afresh at each call.",
        )
    if any(not np.array_equal(result.got[name], kept[name], equal_nan=True) for name in kept):
        return "twice", Finding(
            seen=f"The second call of {exercise.name} changed the arrays that the first had returned.",
            means="Both calls write into one array that outlives them.",
            look="Make the arrays you return inside the function, with np.zeros or the like.",
        )
    return None, None


def climb(
    subject: Subject,
    exercise: Exercise,
    vectors: list[Vector],
    stand_ins: Mapping[str, Callable] | None = None,
) -> Run:
    """Run every case of an exercise on a learner's function.

    The run ends early where going on could only repeat the first answer (a function that is
    not written) or take long (one that gave no answer in time).
    """
    results = []
    for position, vector in enumerate(vectors):
        result = _run_case(subject, exercise, vector, position < 2, stand_ins)
        results.append(result)
        if result.outcome.failure in ("time", "not written", "interrupted"):
            break
    return Run(exercise, results)
