"""What a look at the learner's own function adds to a diagnosis that knows no mistake by its numbers."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Sequence

from ..exercises.base import Exercise
from ..exercises.shapes import Record, Steps
from ..vectors import Vector
from .calling import LocalSubject, Subject
from .compare import matches, tolerance_for
from .forms import FORMS, function_behind
from .ladder import Run, ask, fresh_arguments, take_apart
from .names import outside
from .source_text import loop_over_sequences, passes, wrong_operator
from .unused import unused
from .verdict import Finding

__all__ = ["about_class", "more_precise"]

_ENDED = ("not written", "time", "died", "interrupted")
_MANY = 3  # names that are spoken of
_SECONDS = 3.0  # for the orders of a cache


def about_class(subject: Subject, exercise: Exercise) -> tuple[str, str]:
    """(what it means, where to look) where a class stands under the exercise's name; else both ""."""
    if subject.form() != "class":
        return "", ""
    return (
        f"{exercise.name} is a class: calling it makes an object of that class.",
        f"Write it as a function, `def {exercise.signature}:`, that returns {exercise.result}.",
    )


def more_precise(subject: Subject, run: Run, finding: Finding, alone: bool) -> Finding:
    """The finding of a run that failed, with what the function's form, names and text explain.

    ``alone`` says that nothing stood in for the functions that it calls, so that it may be asked again. What is said
    instead of the numbers' structure or of Python's error was tried: it explains every case.
    """
    first = run.first()
    if first.outcome.failure in _ENDED or first.rung in ("inputs", "twice"):
        return finding
    error = first.outcome.error if first.outcome.failure == "raised" else ""
    if first.rung in ("type", "runs"):
        means, look = about_class(subject, run.exercise)
        if means:
            return dataclasses.replace(finding, means=means, look=look)
    if said := _decorated(subject, run, error, alone):
        return dataclasses.replace(finding, means=said[0], look=said[1])
    named = outside(subject, run.exercise, error)
    if certain := [one for one in named if one.certain]:
        told = [one.text for one in certain[:_MANY]]
        rest = [] if any(one.instead for one in certain) else [finding.means]
        return dataclasses.replace(finding, means=" ".join(filter(None, [*told, *rest])), look=certain[0].look)
    if alone and (means := _in_another_order(subject, run)):
        look = "Compare the line that takes the tuple apart with the docstring, name by name."
        return dataclasses.replace(finding, means=means, look=look)
    if alone:
        means, look = wrong_operator(subject, run)
        if means:
            return dataclasses.replace(finding, means=means, look=look)
    means, look = loop_over_sequences(subject, run.exercise, error) if error else ("", "")
    if means:
        return dataclasses.replace(finding, means=means, look=look)
    more = [one.text for one in named if one.text][:_MANY]
    if alone and first.rung == "values":
        more.append(unused(subject, run))
    return dataclasses.replace(finding, means=" ".join(filter(None, [finding.means, *more])))


def _in_another_order(subject: Subject, run: Run) -> str:
    """What is said of a function that is right as soon as the items of a cache stand in another order; else "".

    All the orders are tried, on the case that failed and then on all the others, for three seconds at most. It lives
    wherever it lives: it is only called.
    """
    end = time.monotonic() + _SECONDS
    for place, (name, said) in enumerate(run.exercise.arguments.items()):
        record = said.step if isinstance(said, Steps) else said
        if not isinstance(record, Record):
            continue
        own = range(len(record.items))
        for order in itertools.permutations(own):
            if time.monotonic() > end:
                return ""
            right = tuple(order) != tuple(own) and all(
                _is_right(subject, run.exercise, result.vector, place, order)
                for result in (run.first(), *(one for one in run.results if not one.repeats))
            )
            if right:
                taken = ", ".join(list(record.items)[k] for k in order)
                of = f"each step's tuple in {name}" if isinstance(said, Steps) else name
                return (
                    f"Your function takes {of} for ({taken}). It is {record.text}: in your order, every number would "
                    "be right."
                )
    return ""


def _is_right(subject: Subject, exercise: Exercise, vector: Vector, place: int, order: Sequence[int]) -> bool:
    """Whether the function is right on a case with a cache's items, the argument at ``place``, in another order."""
    arguments = fresh_arguments(vector)
    cache = arguments[place]
    tuples = [tuple(step[k] for k in order) for step in (cache if type(cache) is list else [cache])]
    arguments[place] = tuples if type(cache) is list else tuples[0]
    outcome = ask(subject, exercise, vector, arguments=arguments)
    got, problem = take_apart(exercise, outcome, vector) if not outcome.failure else ({}, True)
    return not problem and matches(got, vector.expected, exercise, vector.case, tolerance_for(exercise, vector.case))


def _decorated(subject: Subject, run: Run, error: str, alone: bool) -> tuple[str, str] | None:
    """What is said of a decorator, or of np.vectorize, that stands in the way; None where none is known to."""
    form, name = subject.form(), run.exercise.name
    if form == "cached" and "unhashable type" in error and "\n" not in error:  # none of their lines was running
        return (
            f"{name} is {FORMS[form]}. It takes the arguments for a dict's keys, and arrays can't be keys.",
            "Take the decorator off: every call has arguments of its own.",
        )
    behind = function_behind(getattr(subject, "function", None), name) if alone else None
    vectors = [one.vector for one in run.results if not one.repeats]
    if behind is None or not isinstance(subject, LocalSubject) or not passes(behind, run.exercise, vectors):
        return None
    if passes(subject.function, run.exercise, vectors):  # by now: something that is kept between calls made it wrong
        return None
    inner, what = ("given", "np.vectorize") if form == "vectorized" else ("wrapped", "what stands around it")
    return (
        f"{name} is {FORMS[form]}. The {inner} function alone is right: {what} is in the way.",
        f"Leave {what} out, and check the plain function.",
    )
