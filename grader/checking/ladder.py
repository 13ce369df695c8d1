"""The ladder: what is asked of an answer, each rung only if the one before holds.

Runs a case, finds the first rung it falls from, and keeps what the diagnosis needs.
The rungs, in order: runs; number and type; dtype and shape; finite; inputs unchanged; same answer
twice; values. (Defined, callable and signature come before any case: see :mod:`.check`. The same answer twice
needs more than one call: see :mod:`.climb`.)
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..exercises.base import Exercise, Output
from ..vectors import Vector
from .calling import Outcome, Subject
from .compare import block_shapes, expected_shape_text, is_float32, relative_error, tolerance_for
from .describe import describe, dtype_text
from .explain import explain
from .verdict import Finding

__all__ = ["FAILURES", "CaseResult", "Run", "ask", "fresh_arguments", "run_case", "take_apart"]

_WHOLE = (int, *{np.dtype(code).type for code in "bhilqBHILQ"})  # no bool, no subclass with methods of its own
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
        """The case to show: the first that fails. Cases begin with the smallest and plainest one."""
        return self.failing[0]


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


def ask(
    subject: Subject,
    exercise: Exercise,
    vector: Vector,
    stand_ins: Mapping[str, Callable] | None = None,
    arguments: list[Any] | None = None,
) -> Outcome:
    """Call the function with a case's arguments (or others like them), as what it takes."""
    arguments = fresh_arguments(vector) if arguments is None else arguments
    if exercise.torch:
        from .torch_calls import ask as ask_with_tensors

        return ask_with_tensors(subject, exercise, vector, arguments, stand_ins)
    return subject.call(
        arguments, stand_ins, unread=exercise.unread, finish=lambda done: done.take_list(len(exercise.own))
    )


def _changed_argument(vector: Vector, after: list[Any]) -> str | None:
    for (name, before), value in zip(vector.case.args.items(), after, strict=True):
        pairs = [(name, before, value)]
        if isinstance(before, dict):
            if type(value) is not dict or not _has_keys(value, before):
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


def _has_keys(value: dict, keys: Mapping) -> bool:
    """Whether a learner's dict has exactly these keys; asks nothing of keys that are no plain texts."""
    found = list(dict.keys(value))
    return all(type(key) is str for key in found) and set(found) == set(keys)


def _key_text(key: Any) -> str:
    return (repr(key) if type(key) is str else describe(key))[:60]


def _check_array(output: Output, value: Any, ref: np.ndarray, float32: bool, label: str, say: Callable[[Any], str]):
    """(rung, finding) for one array, or None where it may be compared."""
    kind = type(value)
    if kind is not np.ndarray:
        look = "Look at the last line of your function: what does it return?"
        if kind in (list, tuple):
            look = "Look at your last line. np.array or np.stack makes one array of a list; a comma makes a tuple."
        elif kind in (int, float) or issubclass(kind, np.number):
            look = "Which line puts one number there? np.sum, np.mean and np.max make one of an array."
        return "type", Finding(seen=f"{label} should be a numpy array; it is {say(value)}.", look=look)
    kinds = (np.float64, np.float32) if float32 else (np.float64,)
    if value.dtype not in kinds:
        means = ""
        look = "Where is that array made? np.zeros makes float64; @, * and np.concatenate keep it."
        if value.dtype == np.float32:
            means = "float32 keeps about 7 digits where float64 keeps 16."
        elif value.dtype.kind in "iub":
            means = "The functions that come later compute with float64."
            look = "Make the array as float64 from the start, or turn it into one with .astype(np.float64)."
        elif value.dtype.kind == "c":
            means = "A complex number came in: the root or the power of a negative number makes one."
            look = "Nothing in this exercise is complex: which line makes it so?"
        return "shape", Finding(
            seen=f"{label} should hold float64 numbers; yours holds {dtype_text(value.dtype)}.", means=means, look=look
        )
    return _check_numbers(output, value, ref, label)


def _check_tensor(output: Output, value: Any, ref: np.ndarray, vector: Vector, label: str, say: Callable[[Any], str]):
    """The same for one tensor: (its numbers or None, (rung, finding) or None)."""
    from . import torch_calls

    if not torch_calls.is_tensor(value):
        return None, (
            "type",
            Finding(
                seen=f"{label} should be a torch tensor; it is {say(value)}.",
                look="torch.stack makes one tensor of a list of tensors."
                if isinstance(value, list | tuple)
                else "Which line leaves torch? Functions of numpy and of Python's math module give no tensors.",
            ),
        )
    array = torch_calls.as_array(value)
    if refused := torch_calls.refusal(value, label, vector):
        return array, ("shape", Finding(*refused))
    return array, _check_numbers(output, array, ref, label)


def _check_numbers(output: Output, value: np.ndarray, ref: np.ndarray, label: str):
    if value.shape != ref.shape:
        return "shape", Finding(
            seen=f"{label} should have the shape {expected_shape_text(output, ref)}; yours has {value.shape}.",
            look="Write the shape beside each line of your function, and find the first that differs.",
        )
    if not np.isfinite(value).all() and np.isfinite(ref).all():
        strange = "NaN (not a number)" if np.isnan(value).any() else "infinite values"
        return "finite", Finding(
            seen=f"{label} contains {strange}, where the right answer is finite.",
            look="An exp of a large number, a division by zero or a log of zero makes them.",
        )
    return None


def take_apart(exercise: Exercise, outcome: Outcome, vector: Vector, hidden: bool = False) -> tuple[dict, tuple | None]:
    """The flattened outputs of what a call returned, or the rung it falls from and why.

    What came back may be an object of the learner's own making: nothing here calls its methods.
    """
    say = functools.partial(describe, values=not hidden, numpy=not exercise.torch)
    value = outcome.value
    float32 = is_float32(vector.case.args.values())
    many = len(exercise.own) > 1
    if many:
        wanted = f"{len(exercise.own)} values, {exercise.result}"
        if not issubclass(type(value), tuple):
            return {}, (
                "type",
                Finding(
                    seen=f"{exercise.name} should return {wanted}; it returned {say(value)}.",
                    look="Return them with commas between: `return a, b`.",
                ),
            )
        value = tuple.__getitem__(value, slice(None))  # a plain tuple of a named one
        if len(value) != len(exercise.own):
            return {}, (
                "type",
                Finding(
                    seen=f"{exercise.name} should return {wanted}; it returned {say(value)}.",
                    look="Compare your return line with the docstring.",
                ),
            )
    values = value if many else (value,)
    got: dict[str, np.ndarray] = {}
    problem = None
    for output, item in zip(exercise.own, values, strict=True):
        label = output.name if many else f"What {exercise.name} returns"
        if output.kind == "cache":
            continue
        if output.kind == "int":
            if not any(type(item) is whole for whole in _WHOLE):
                look = "Look at the last line of your function: what does it return?"
                if type(item) in (float, np.ndarray) or issubclass(type(item), np.generic):
                    look = "A division with / makes a float, and np.array makes an array."
                return {}, (
                    "type",
                    Finding(seen=f"{label} should be a whole number (an int); it is {say(item)}.", look=look),
                )
            got[output.name] = np.asarray(float(item) if abs(item) < 10**300 else np.inf)
            continue
        if output.kind == "arrays":
            if not issubclass(type(item), dict):
                return {}, (
                    "type",
                    Finding(
                        seen=f"{label} should be a dict of arrays; it is {say(item)}.",
                        look="The docstring lists the dict's keys, and the shape of the array under each.",
                    ),
                )
            if not _has_keys(item, output.keys):
                keys = [key for key in dict.keys(item) if type(key) is str]
                missing = [key for key in output.keys if key not in keys]
                extra = [key for key in dict.keys(item) if type(key) is not str or key not in output.keys]
                shown = f": {', '.join(map(_key_text, extra[:4]))}" if not hidden else ""
                return {}, (
                    "type",
                    Finding(
                        seen=f"{label} should have exactly the keys {', '.join(output.keys)}."
                        + (f" Missing: {', '.join(missing)}." if missing else "")
                        + (f" There are {len(extra)} more{shown}." if extra else ""),
                        look="Compare your keys with the docstring's, letter by letter.",
                    ),
                )
            item = {key: dict.__getitem__(item, key) for key in output.keys}
            checked = [(f"{output.name}[{k!r}]", k, Output(k, s), item[k]) for k, s in output.keys.items()]
        else:
            checked = [(label, output.name, output, item)]
        for text, name, spec, array in checked:
            if exercise.torch:
                array, found = _check_tensor(spec, array, vector.expected[name], vector, text, say)
            else:
                found = _check_array(spec, array, vector.expected[name], float32, text, say)
            if found and (problem is None or RUNGS.index(found[0]) < RUNGS.index(problem[0])):
                problem = found
            if type(array) is np.ndarray and array.dtype.kind in "fiub":
                got[name] = array
    for output in exercise.returns:
        if output.kind == "gradient":
            found, ref = outcome.gradients.get(output.name), vector.expected[output.name]
            if found is None:  # nothing flows back, which is as good as zero; an error is not
                found = np.full_like(ref, np.nan if outcome.gradient_error else 0.0)
            elif problem is None:
                problem = _check_numbers(output, found, ref, output.name)
            got[output.name] = found
    if problem and problem[0] == "shape" and many and (swapped := _exchanged(got, vector.expected)):
        problem = (
            "shape",
            Finding(
                seen=f"{swapped[0]} and {swapped[1]} came back in each other's place: each has the other's shape.",
                look="Compare the order in your return line with the docstring.",
            ),
        )
    if exercise.canonical and got.keys() == vector.expected.keys():
        try:
            got = exercise.canonical(got)
        except Exception:  # arrays that fell from a rung above need not fit together
            if problem is None:
                raise
    return got, problem


def _exchanged(got: Mapping, expected: Mapping) -> list[str]:
    """The names of two outputs that have each other's shape, of two kinds, where nothing else is amiss."""
    if got.keys() != expected.keys():
        return []
    amiss = [name for name in expected if got[name].shape != expected[name].shape]
    if len(amiss) != 2 or expected[amiss[0]].ndim == expected[amiss[1]].ndim:
        return []
    crossed = [got[name].shape for name in reversed(amiss)]
    return amiss if crossed == [expected[name].shape for name in amiss] else []


FAILURES = {
    "not written": (
        "{name} isn't written yet: it still raises NotImplementedError.",
        'Replace that line by your code; hint("{name}") says where to begin.',
    ),
    "raised": ("{name} raised an error.", "The last line says what Python objected to; the lines before it, where."),
    "time": ("{name} gave {error}, and was stopped.", "Is there a loop whose end is never reached?"),
    "died": ("{name} gave no answer: {error}.", "Does something in it end Python, or fill the memory?"),
    "interrupted": ("The check was stopped before {name} had answered.", "Run the cell again when you are ready."),
}


def run_case(
    subject: Subject,
    exercise: Exercise,
    vector: Vector,
    stand_ins: Mapping[str, Callable] | None = None,
    hidden: bool = False,
    slack: float = 1.0,
) -> CaseResult:
    """Ask a learner's function one case, and judge the answer on every rung that one call can tell.

    The answer may be off by ``slack`` times the case's tolerance.
    """
    outcome = ask(subject, exercise, vector, stand_ins)
    result = CaseResult(vector, outcome, tolerance=slack * tolerance_for(exercise, vector.case))
    if outcome.failure:
        seen, look = (text.format(name=exercise.name, error=outcome.error) for text in FAILURES[outcome.failure])
        detail, means, where = "", "", ""
        if outcome.failure == "raised":
            detail, (means, where) = outcome.error, explain(outcome.error)
            where = _inside_another(exercise, outcome.error) or where
        result.rung, result.finding = "runs", Finding(seen=seen, means=means, look=where or look, detail=detail)
        return result
    result.got, problem = take_apart(exercise, outcome, vector, hidden)
    if problem:
        result.rung, result.finding = problem
        return result
    changed = _changed_argument(vector, outcome.arguments)
    if changed:
        result.rung, result.finding = (
            "inputs",
            Finding(
                seen=f"{exercise.name} changed its argument {changed} while computing.",
                means="Whoever called it still needs that array: the change would show up elsewhere.",
                look="+=, *= and assignments to parts of an array write into it; `a = a + b` makes a new one.",
            ),
        )
        return result
    shapes = block_shapes(exercise, vector.case)
    expected = exercise.canonical(vector.expected) if exercise.canonical else vector.expected
    for name, ref in expected.items():
        result.errors[name] = relative_error(result.got[name], ref, shapes.get(name, ""), exercise.floor)
    if any(error > result.tolerance for error in result.errors.values()):
        result.rung = "values"
    return result


def _inside_another(exercise: Exercise, error: str) -> str:
    """Where to look when the error came up in an earlier function that this one calls."""
    frames = re.findall(r"^  line \d+, in (\w+)(.*)", error, re.MULTILINE)
    inside = [name for name in exercise.builds_on if frames and frames[-1][0] == name]
    came = "came up"
    if frames and not inside and re.search("core dimension|concatenation axis|broadcast together", error):
        # The course's version may stand in, and its frames are not shown: then this line is the last one.
        inside = [name for name in exercise.builds_on if f"{name}(" in frames[-1][1]]
        came = "seems to come up"
    if not inside:
        return ""
    return (
        f"The error {came} inside {inside[0]}, which {exercise.name} calls. Are the arguments you call it with "
        "those it expects: which, in which order, of which shapes?"
    )
