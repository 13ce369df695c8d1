"""Known mistakes: run the wrong implementations, and see whether one of them is the learner's.

One is claimed only where it reproduces the learner's output on every case.
"""

from __future__ import annotations

import warnings
import weakref

import numpy as np

from ..exercises.banks import inherited, pairs
from ..exercises.base import Exercise, Mistake
from ..vectors import Vector
from .calling import LocalSubject
from .compare import budget, listed, matches, named_outputs, tolerance_for
from .ladder import CaseResult, Run, ask, fresh_arguments, take_apart

__all__ = ["known_mistake", "mistake_outputs", "partly_known"]

_MATCH = 1e-9


# What the known mistakes give on a case is always the same, and asked for by every wrong answer's check.
_kept: weakref.WeakKeyDictionary[Vector, dict[tuple, dict[str, np.ndarray] | None]] = weakref.WeakKeyDictionary()


def mistake_outputs(exercise: Exercise, mistake: Mistake, vector: Vector) -> dict[str, np.ndarray] | None:
    """The flattened outputs of a known mistake on a case, to be read only; None where it raises."""
    kept = _kept.setdefault(vector, {})
    key = exercise.name, mistake.name
    if key not in kept:
        try:
            kept[key] = _outputs(exercise, mistake, vector)
        except TimeoutError:  # on another day it will be faster
            return None
    return kept[key]


def _outputs(exercise: Exercise, mistake: Mistake, vector: Vector) -> dict[str, np.ndarray] | None:
    """As :func:`mistake_outputs`, afresh. Raises TimeoutError where it was stopped."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if exercise.torch:
            outcome = ask(LocalSubject(exercise.name, mistake.fn), exercise, vector)
            if outcome.failure in ("time", "interrupted"):
                raise TimeoutError
            return (take_apart(exercise, outcome, vector)[0] or None) if not outcome.failure else None
        try:
            value = mistake.fn(*fresh_arguments(vector))
        except Exception:  # a wrong formula may not fit every shape
            return None
    return exercise.flattened(value)


def _reproduces(exercise: Exercise, mistake: Mistake, results: list[CaseResult], only: str = "") -> bool:
    """Whether a mistake gives the learner's numbers on all of these cases; with ``only``, of one output."""
    compared = 0
    for result in results:
        theirs = mistake_outputs(exercise, mistake, result.vector)
        if result.outcome.failure or theirs is None:
            if bool(result.outcome.failure) != (theirs is None):
                return False
            continue
        tolerance = budget(result.vector.case) or _MATCH
        ours = result.got
        if only:
            if only not in ours:
                return False
            ours, theirs = {only: ours[only]}, {only: theirs[only]}
        if not matches(ours, theirs, exercise, result.vector.case, tolerance):
            return False
        compared += 1
    return compared > 0


def _some_are_wrong(exercise: Exercise, results: list[CaseResult]) -> bool:
    """Whether some of the learner's numbers are other ones than the right ones."""

    def right(result: CaseResult) -> bool:
        expected = result.vector.expected
        expected = exercise.canonical(expected) if exercise.canonical else expected
        return matches(result.got, expected, exercise, result.vector.case, tolerance_for(exercise, result.vector.case))

    return any(not right(result) for result in results if not result.outcome.failure)


def _comparable(run: Run) -> bool:
    """Whether every case has numbers to compare, or raised."""
    stopped = any(result.outcome.failure in ("time", "died", "not written", "interrupted") for result in run.results)
    return not stopped and all(result.rung != "type" for result in run.results)


def known_mistake(run: Run) -> tuple[Mistake | None, str]:
    """(the known mistake that gives the learner's numbers, whose numbers).

    All of them; else those that are finite; else, where these are a third of the cases and wrong, those for which the
    function ran: an index outside an array stops one learner's function, and another's guards against it.
    """
    if not _comparable(run):
        return None, ""
    every = len(run.results)
    finite = [result for result in run.results if result.rung != "finite"]
    ran = [result for result in run.results if not result.outcome.failure]
    tries = [(run.results, "Your")]
    if finite and len(finite) < every:
        tries.append((finite, "Where they are finite, your"))
    if max(3, every / 3) <= len(ran) < every and any(result.rung for result in ran):
        tries.append((ran, "Where your function runs, its"))
    exercise = run.exercise
    for bank in (lambda of: of.mistakes, inherited, pairs):
        for results, whose in tries:
            # An own mistake may be one of dtypes; any other has to be seen in the numbers, among just these cases.
            if (bank in (inherited, pairs) or results is not run.results) and not _some_are_wrong(exercise, results):
                continue
            for mistake in bank(exercise):
                if _reproduces(exercise, mistake, results):
                    return mistake, whose
    return None, ""


def partly_known(run: Run) -> tuple[str, str]:
    """(what is known, where to look) for single outputs whose numbers are those of a known mistake.

    Two mistakes at once show like this: c is that of one of them, and h of none.
    """
    exercise = run.exercise
    outputs = [name for name, _ in named_outputs(exercise)]
    if len(outputs) < 2 or not _comparable(run) or any(result.outcome.failure for result in run.results):
        return "", ""
    wrong = [n for n in outputs if any(r.errors.get(n, 0) > r.tolerance for r in run.failing)]
    found: dict[str, list[str]] = {}  # the mistake's name: the outputs
    named = {mistake.name: mistake for mistake in exercise.mistakes}
    for name in wrong:
        for mistake in exercise.mistakes:
            if _reproduces(exercise, mistake, run.results, only=name):
                found.setdefault(mistake.name, []).append(name)
                break
    known = [name for names in found.values() for name in names]
    if not known or set(known) == set(wrong) and len(found) == 1:  # one mistake for all would have been named
        return "", ""
    texts = []
    for told, names in found.items():
        many = len(names) > 1
        those = f"your {listed(exercise, names)} {'are those' if many else 'is that'}"
        texts.append(f"Taken alone, {those} of {named[told].what}.")
    left = [name for name in wrong if name not in known]
    if left:
        texts.append(f"That alone does not explain your {listed(exercise, left)}.")
    return " ".join(texts), " ".join(dict.fromkeys(named[mistake].look for mistake in found))
