"""The ladder: what is asked of an answer, each rung only if the one before holds.

Runs a case, finds the first rung it falls from, and keeps what the diagnosis needs.
The rungs, in order: runs; number and type; dtype and shape; finite; inputs unchanged; same answer
twice; values. (Defined, callable and signature come before any case: see :mod:`.check`. The same answer twice
needs more than one call: see :mod:`.climb`.)
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..exercises.base import Array, Exercise
from ..exercises.kinds import Lent, Output, Refusal, worst
from ..exercises.shapes import Record, Said, Steps
from ..vectors import Vector
from ..vectors.metric import blocks
from ..vectors.tree import branches, copied
from .calling import Outcome, Subject
from .compare import error_of, errors, is_float32, named_outputs, output_label, tolerance_for
from .describe import describe
from .explain import explain
from .names import undefined, unpacked
from .verdict import Finding

__all__ = [
    "FAILURES",
    "CaseResult",
    "Compared",
    "Run",
    "ask",
    "changed_argument",
    "fresh_arguments",
    "run_case",
    "take_apart",
]

RUNGS = ("runs", "type", "shape", "finite", "inputs", "twice", "values")


@dataclass(frozen=True)
class Compared:
    """One output of a case as it was compared: the learner's numbers and the right ones, of the same shape.

    ``label`` is what messages call it, "" where there is only one. ``shape`` is in letters. ``flows_back`` says that
    it is a gradient, which comes from the last time step. ``error`` is the relative error, ``tolerance`` how large it
    may be; numbers that are smaller than ``floor`` are measured against it. ``measure(got, expected)`` is the relative
    error of other arrays in their place.
    """

    name: str
    label: str
    shape: str
    flows_back: bool
    got: np.ndarray
    expected: np.ndarray
    error: float
    tolerance: float
    floor: float
    measure: Callable[[np.ndarray, np.ndarray], float]

    @property
    def right(self) -> bool:
        """Whether it is near enough."""
        return self.error <= self.tolerance

    @property
    def wrong(self) -> np.ndarray:
        """Which of the numbers are off by more than they may be, as seen from the largest; else from their block's."""
        with np.errstate(all="ignore"):
            off, size = np.abs(self.got - self.expected), np.abs(self.expected)
            largest = float(size.max()) if size.size else 0.0
            wrong = ~(off <= self.tolerance * (max(largest, self.floor) if largest else 1.0))
            if not wrong.any() and not self.right:
                for _, index in blocks(self.shape, size.shape):
                    wrong[index] |= off[index] > self.tolerance * max(float(size[index].max()), self.floor)
        return wrong


@dataclass
class CaseResult:
    """How one case went: the rung it fell from (None where it holds), what came back and what it was compared with.

    ``rung`` is one of ``RUNGS``; ``finding`` is there for every rung but the values, which need the whole run to be
    explained. ``got`` holds arrays by flattened name, in canonical form, as far as they could be taken out of the
    answer; ``errors`` has the relative error of every compared output, and is empty above the values. ``compared`` has
    those outputs that messages speak of. ``tolerance`` is the relative error that is allowed, slack and all.
    ``errors`` of an exercise with properties are 1 for those that do not hold and 0 for the others, by their names.
    ``repeats`` says that the case has the shapes of one before it and other numbers, and was asked right after it.
    """

    vector: Vector
    outcome: Outcome
    rung: str | None = None
    finding: Finding | None = None  # for every rung but the values
    got: dict[str, np.ndarray] = field(default_factory=dict)  # flattened, canonical; from "shape" on
    errors: dict[str, float] = field(default_factory=dict)  # relative error of every compared output
    compared: dict[str, Compared] = field(default_factory=dict)  # each output that messages speak of, by name
    tolerance: float = 0.0
    changed: str | None = None  # the argument that is not what it was, or the piece of one
    broken: dict[str, str] = field(default_factory=dict)  # what was measured of each property that does not hold
    repeats: bool = False  # a case's shapes with other numbers, asked right after it

    def right(self, outputs: tuple[str, ...]) -> bool:
        """Whether these outputs (all, when empty) hold on this case."""
        if self.rung is None:
            return True
        if self.rung != "values" or not outputs:
            return False
        # A case may lack one of them: a dict whose keys differ from case to case.
        return all(self.errors.get(name, 0.0) <= self.tolerance for name in outputs)


@dataclass
class Run:
    """All cases of one exercise, run once, in the order in which they were asked."""

    exercise: Exercise
    results: list[CaseResult]

    @property
    def failing(self) -> list[CaseResult]:
        """The results that fell from a rung, in order."""
        return [result for result in self.results if result.rung is not None]

    @property
    def passed(self) -> bool:
        """Whether every case that was asked holds; a run that ended early has failed."""
        return not self.failing

    def first(self) -> CaseResult:
        """The case to show: the first that fails. Cases begin with the smallest and plainest one."""
        return self.failing[0]


def _spread(value: np.ndarray) -> np.ndarray:
    """The same numbers as every second element of a larger array: not contiguous."""
    if not value.ndim:
        return value.copy()
    wide = np.zeros((*value.shape[:-1], 2 * value.shape[-1]), dtype=value.dtype)
    wide[..., ::2] = value
    return wide[..., ::2]


def fresh_arguments(vector: Vector) -> list[Any]:
    """The case's arguments in order, the learner's to keep: copies, laid out as the case asks.

    Arrays of a case tagged ``"strided"`` are every second element along the last axis of a larger array; all others are
    contiguous. Functions and numbers are passed as they are.
    """
    lay = _spread if "strided" in vector.case.tags else np.copy
    return [copied(value, lay) for value in vector.case.args.values()]


def ask(
    subject: Subject,
    exercise: Exercise,
    vector: Vector,
    stand_ins: Mapping[str, Callable] | None = None,
    arguments: list[Any] | None = None,
) -> Outcome:
    """Call the function with a case's arguments (or others like them), as what it takes.

    ``arguments`` are arrays and numbers in the exercise's order, fresh copies of the case's unless they are given; a
    function of tensors gets tensors (:mod:`.torch_calls`). ``stand_ins`` replace functions it calls, by name. Where a
    case goes on over several calls, the outcome is the last one's, or the first that can't go on.

    Returns the outcome, whatever happened; a list of as many values as are asked for has become a tuple in it. Raises
    :class:`GraderError` where torch is needed and missing.
    """
    outcome = _ask_once(subject, exercise, vector, stand_ins, arguments)
    now = vector
    for _ in range(vector.case.calls - 1):
        # What came back goes in again as far as it is what was asked for; else this outcome is the one to be judged.
        got, problem = ({}, True) if outcome.failure or not exercise.then else take_apart(exercise, outcome, now)
        if problem or changed_argument(exercise, now, outcome.arguments):
            break
        args = exercise.then(now.case.args, got)  # type: ignore[misc]  # it is there, or there would be a problem
        now = Vector(dataclasses.replace(now.case, args=args), now.expected)
        outcome, before = _ask_once(subject, exercise, now, stand_ins), outcome
        outcome.lent = list(dict.fromkeys([*before.lent, *outcome.lent]))
    if now is not vector and not changed_argument(exercise, now, outcome.arguments):
        outcome.arguments = fresh_arguments(vector)  # they were left alone, in every call
    return outcome


def _ask_once(
    subject: Subject,
    exercise: Exercise,
    vector: Vector,
    stand_ins: Mapping[str, Callable] | None = None,
    arguments: list[Any] | None = None,
) -> Outcome:
    """As :func:`ask`, with a single call."""
    arguments = fresh_arguments(vector) if arguments is None else arguments
    if exercise.torch:
        from .torch_calls import ask as ask_with_tensors

        return ask_with_tensors(subject, exercise, vector, arguments, stand_ins)
    return subject.call(
        arguments, stand_ins, unread=exercise.unread, finish=lambda done: done.take_list(len(exercise.own))
    )


def changed_argument(exercise: Exercise, vector: Vector, after: list[Any]) -> str | None:
    """The place of the first argument, or piece of one, that is not what it was; None where all are."""
    for (name, before), value in zip(vector.case.args.items(), after, strict=True):
        if (label := _changed(name, exercise.arguments.get(name, ""), before, value)) is not None:
            return label
    return None


def _changed(label: str, said: Said, old: Any, new: Any) -> str | None:
    """As :func:`changed_argument`, of one value called ``label`` before and after.

    Types, dtypes and shapes count: an array that was exchanged for an equal one of another dtype has changed.

    ``label`` is the place as a learner would write it, ``state['W']``, of a cache with the item's name,
    ``cache[1] (h_prev)``; None where nothing has changed.
    """
    if isinstance(old, np.ndarray):
        same = (
            type(new) is np.ndarray
            and new.dtype == old.dtype
            and new.shape == old.shape
            and np.array_equal(old, new, equal_nan=old.dtype.kind == "f")
        )
        return None if same else label
    inside = branches(label, old)
    if not inside:
        # A number in a dict or a list can be exchanged; functions are what they are, and generators are drawn from.
        plain = type(old) in (bool, int, float, str)
        return label if plain and (type(new) is not type(old) or new != old) else None
    if type(new) is not type(old) or len(new) != len(old):
        return label
    if type(old) is dict and not (all(type(key) in (str, int) for key in new) and new.keys() == old.keys()):
        return label
    items = [new[key] for key in old] if type(old) is dict else new
    below: list[Said] = [said.step if isinstance(said, Steps) else ""] * len(inside)
    if isinstance(said, Record):
        inside = [(f"{text} ({name})", one) for (text, one), name in zip(inside, said.items, strict=True)]
    triples = zip(inside, below, items, strict=True)
    place = next(filter(None, (_changed(text, of, one, item) for (text, one), of, item in triples)), None)
    if place is not None and isinstance(said, Steps) and type(old) is list:
        # A list that was turned round, say: its items are as they were.
        moved = all(any(_changed("", said.step, one, item) is None for one in old) for item in new)
        return label if moved else place
    return place


def _about_change(exercise: Exercise, label: str) -> Finding:
    """What is said of an argument that is not what it was; ``label`` is what :func:`changed_argument` gives."""
    name = re.match(r"\w*", label)[0]  # type: ignore[index]  # it matches anything
    said = exercise.arguments.get(name, "")
    look = "+=, *= and assignments to parts of an array write into it; `a = a + b` makes a new one."
    what = "array"
    of_pieces = isinstance(said, Steps) or said in ("a list of arrays", "a list of functions")
    if said == "a list of lists" or (of_pieces and label == name):
        what, look = "list", "pop, append, reverse and del change a list. Reading it by its index leaves it as it is."
    elif isinstance(said, Mapping):
        what = "dict"
        look = f"{name}[...] = ... writes into the dict that came in, +=, -= and *= into what it holds. Is a dict made?"
    elif said == "a dict of arrays":
        what = "dict" if label == name else "array"
        look = (
            f"{name}[...] = ... writes into the dict that came in, and +=, -= and *= into its arrays. Is a dict made?"
        )
    return Finding(
        seen=f"{exercise.name} changed its argument {label} while computing.",
        means=f"Whoever called it still needs that {what}: the change would show up elsewhere.",
        look=look,
    )


def take_apart(
    exercise: Exercise, outcome: Outcome, vector: Vector, hidden: bool = False
) -> tuple[dict[str, np.ndarray], tuple[str, Finding] | None]:
    """The flattened outputs of what a call returned, or the rung it falls from and why.

    A pair: arrays by flattened name, canonical where the exercise has such a form, as far as there are any; and None,
    or ("type" or "shape" or "finite", what is said). Of several refusals the one on the highest rung is told.
    Gradients, which are not returned, come from the outcome: where nothing flowed back they are zeros, and NaN where
    the backward pass raised. With ``hidden`` the finding quotes no value.

    What came back may be an object of the learner's own making: nothing here calls its methods.
    """
    say: Callable[[Any], str] = functools.partial(describe, values=not hidden, numpy=not exercise.torch)
    value, many = outcome.value, len(exercise.own) > 1
    if value is None:
        say = _nothing_returned
    if many and (problem := _no_tuple(exercise, value, say)):
        return {}, problem
    values = tuple.__getitem__(value, slice(None)) if many else (value,)  # a plain tuple of a named one
    single = is_float32(vector.case.args.values())
    tensor = _taking_tensors(vector, say) if exercise.torch else None
    sizes = functools.partial(exercise.sizes, vector.case.args)
    got: dict[str, np.ndarray] = {}
    refusals: list[Refusal] = []
    for output, item in zip(exercise.own, values, strict=True):
        label = output.name if many else f"What {exercise.name} returns"
        taken, refusal = output.take(item, Lent(label, vector.expected, say, single, not hidden, tensor, sizes))
        got |= taken
        refusals += [refusal] if refusal else []
        if refusal and refusal.rung == "type" and not isinstance(output, Array):
            break
    for output in exercise.returns:
        if not output.returned and output.name in vector.expected:
            found, ref = outcome.gradients.get(output.name), vector.expected[output.name]
            if found is None:  # nothing flows back, which is as good as zero; an error is not
                found = np.full_like(ref, np.nan if outcome.gradient_error else 0.0)
            taken, refusal = output.take(found, Lent(output.name, vector.expected, say, sizes=sizes))
            got |= taken
            if refusal and not refusals and outcome.gradients.get(output.name) is not None:
                refusals.append(refusal)
    refusal = worst(refusals)
    if refusal and issubclass(type(value), tuple) and not many:
        refusal = _one_of_several(
            exercise.own[0], value, refusal, Lent("", vector.expected, say, single, False, tensor)
        )
    problem = (refusal.rung, Finding(refusal.seen, refusal.means, refusal.look)) if refusal else None
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


_RETURNED = 20  # more items than that nobody writes behind a return


def _one_of_several(output: Output, value: Any, refusal: Refusal, lent: Lent) -> Refusal:
    """The refusal of a tuple where one value is asked for, with what is to be done where some item of it would do."""
    items = tuple.__getitem__(value, slice(None))
    if len(items) > _RETURNED:
        return refusal
    fitting = [k for k, item in enumerate(items) if output.take(item, lent)[1] is None]
    if not fitting:
        return refusal
    asked = f"{output.name}, {output.shape}" if output.shape else output.name
    means = f"One value is asked for, {asked}, and {len(items)} came. Commas in a return make a tuple."
    look = f"Which of them is {output.name}? Return that one alone."
    if len(items) == 1:
        means = f"What is asked for, {asked}, came inside of a tuple. A comma at the end of a return makes one."
        look = "Is there such a comma? Return the value alone."
    return dataclasses.replace(refusal, means=means, look=look)


def _nothing_returned(value: Any) -> str:
    """What a function returned that returned nothing; of a value inside of a tuple nobody would ask this."""
    return "None (is a `return` missing?)"


def _no_tuple(exercise: Exercise, value: Any, say: Callable[[Any], str]) -> tuple[str, Finding] | None:
    """What is said where several values are wanted and not so many came."""
    if issubclass(type(value), tuple) and tuple.__len__(value) == len(exercise.own):
        return None
    look = "Compare your return line with the docstring."
    if not issubclass(type(value), tuple):
        look = "Return them with commas between: `return a, b`."
    seen = f"{exercise.name} should return {len(exercise.own)} values, {exercise.result}; it returned {say(value)}."
    return "type", Finding(seen=seen, look=look)


def _taking_tensors(vector: Vector, say: Callable[[Any], str]):
    """How a tensor is looked at: (its numbers or None, a refusal or None).

    The refusal is on the rung "shape" for a tensor of another dtype or device, on "type" for what is no tensor.
    """
    from . import torch_calls

    def take(value: Any, label: str) -> tuple[np.ndarray | None, Refusal | None]:
        if torch_calls.is_tensor(value):
            refused = torch_calls.refusal(value, label, vector)
            return torch_calls.as_array(value), Refusal("shape", *refused) if refused else None
        look = "Which line leaves torch? Functions of numpy and of Python's math module give no tensors."
        if type(value) in (list, tuple):
            look = "torch.stack makes one tensor of a list of tensors."
        return None, Refusal("type", f"{label} should be a torch tensor; it is {say(value)}.", look=look)

    return take


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
    "time": (
        "{name} gave {error}, and was stopped.",
        "Is there a loop whose end is never reached, or is the same computed again and again?",
    ),
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

    The answer may be off by ``slack`` times the case's tolerance. ``stand_ins`` replace functions it calls, by name.
    With ``hidden`` the finding tells nothing that the function has computed, but the outcome holds all of it.

    Returns the case's result. Raises :class:`GraderError` where torch is needed and missing; nothing that the function
    raises.
    """
    outcome = ask(subject, exercise, vector, stand_ins)
    result = CaseResult(vector, outcome, tolerance=slack * tolerance_for(exercise, vector.case))
    if outcome.failure:
        seen, look = (text.format(name=exercise.name, error=outcome.error) for text in FAILURES[outcome.failure])
        detail, means, where = "", "", ""
        if outcome.failure == "raised":
            detail, (means, where) = outcome.error, undefined(exercise, outcome.error)
            if not means:
                means, where = unpacked(exercise, outcome.error)
            if not means:
                means, where = explain(outcome.error, exercise.torch)
            if "\n" not in outcome.error:
                look = "That line is what Python objected to; none of your own lines was running when it came up."
            where = _inside_another(exercise, outcome.error) or where
        result.rung, result.finding = "runs", Finding(seen=seen, means=means, look=where or look, detail=detail)
        return result
    result.got, problem = take_apart(exercise, outcome, vector, hidden)
    if problem:
        result.rung, result.finding = problem
        return result
    result.changed = changed_argument(exercise, vector, outcome.arguments)
    if result.changed:
        result.rung, result.finding = "inputs", _about_change(exercise, result.changed)
        return result
    if exercise.properties:
        measured = {one.name: one.measure(vector.case.args, result.got) for one in exercise.properties}
        result.broken = {name: said for name, said in measured.items() if said is not None}
        result.errors = {name: float(said is not None) for name, said in measured.items()}
        result.rung = "values" if result.broken else None
        return result
    expected = exercise.canonical(vector.expected) if exercise.canonical else vector.expected
    result.errors = errors(result.got, expected, exercise, vector.case)
    result.compared = {
        name: Compared(
            name,
            output_label(exercise, name),
            output.shape,
            not output.returned or isinstance(output, Array) and output.from_the_end,
            result.got[name],
            expected[name],
            result.errors[name],
            result.tolerance,
            exercise.floor,
            functools.partial(error_of, exercise, vector.case, name),
        )
        for name, output in named_outputs(exercise)
        if name in expected
    }
    if any(error > result.tolerance for error in result.errors.values()):
        result.rung = "values"
    return result


def _inside_another(exercise: Exercise, error: str) -> str:
    """Where to look when the error came up in an earlier function that this one calls; "" where it did not."""
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
