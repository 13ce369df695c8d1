"""Known mistakes: run the wrong implementations, and see whether one of them is the learner's.

One is claimed only where it reproduces the learner's output on every case.

They are whole functions, made from the course's solution (:mod:`grader.exercises.mistakes`), and are called with the
arguments that the learner's function got. Tried are the exercise's own, those of the pieces it is made of, and pairs of
its own (:mod:`grader.exercises.banks`); the first that fits is told.
"""

from __future__ import annotations

import warnings
import weakref
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..exercises.banks import inherited, pairs
from ..exercises.base import Exercise, Mistake
from ..vectors import Vector
from ..vectors.metric import relative_error
from ..vectors.tree import leaves
from .calling import LocalSubject, error_line, learner_frames
from .compare import budget, listed, matches, named_outputs, tolerance_for
from .ladder import CaseResult, Run, ask, changed_argument, fresh_arguments, take_apart

__all__ = ["known_mistake", "mistake_outputs", "partly_known"]

_MATCH = 1e-9


@dataclass(frozen=True)
class _Given:
    """What a known mistake gives on a case.

    ``changed`` is the argument it changes, as :func:`.ladder.changed_argument` says, and ``after`` are then all of its
    arguments as they stood when it was done.
    """

    outputs: dict[str, np.ndarray] | str
    changed: str | None = None
    after: tuple[Any, ...] = ()


# What the known mistakes give on a case is always the same, and asked for by every wrong answer's check.
_kept: weakref.WeakKeyDictionary[Vector, dict[tuple, _Given]] = weakref.WeakKeyDictionary()


def mistake_outputs(exercise: Exercise, mistake: Mistake, vector: Vector) -> dict[str, np.ndarray] | str:
    """What a known mistake gives on a case: its flattened outputs, to be read only, or the error that it raises.

    The error is Python's last line of it, ``"ValueError: ..."``; "" stands for an answer that has no numbers, or that
    did not come in time.
    """
    return _given(exercise, mistake, vector).outputs


def _given(exercise: Exercise, mistake: Mistake, vector: Vector) -> _Given:
    kept = _kept.setdefault(vector, {})
    key = exercise.name, mistake.name
    if key not in kept:
        try:
            kept[key] = _asked(exercise, mistake, vector)
        except TimeoutError:  # on another day it will be faster
            return _Given("")
    return kept[key]


def _asked(exercise: Exercise, mistake: Mistake, vector: Vector) -> _Given:
    """As :func:`_given`, afresh. Raises TimeoutError where it was stopped."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if exercise.torch:
            outcome = ask(LocalSubject(exercise.name, mistake.fn), exercise, vector)
            if outcome.failure in ("time", "interrupted"):
                raise TimeoutError
            return _Given(
                error_line(outcome.error) if outcome.failure else take_apart(exercise, outcome, vector)[0] or ""
            )
        first: list[Any] = []  # the arguments of the first call, as it leaves them

        def answer(args: dict[str, Any]) -> dict[str, np.ndarray]:
            arguments = fresh_arguments(Vector(replace(vector.case, args=args), vector.expected))
            first[:] = first or arguments
            return exercise.flattened(mistake.fn(*arguments))

        try:
            # One that changes its arguments is caught in the first call, and not asked again.
            outputs = exercise.in_turn(vector.case, answer, lambda: not changed_argument(exercise, vector, first))
        except Exception as error:  # a wrong formula may not fit every shape
            return _Given(error_line(learner_frames(error)))
    changed = changed_argument(exercise, vector, first)
    return _Given(outputs, changed, tuple(first) if changed else ())


def _kind(error: str) -> str:
    """The exception's name, of its line."""
    return error.partition(":")[0]


def _reproduces(exercise: Exercise, mistake: Mistake, results: list[CaseResult], only: str = "") -> bool:
    """Whether a mistake gives the learner's numbers on all of these cases; with ``only``, of one output.

    Where the learner's function raised an error the mistake has to raise one of that kind.
    """
    compared = 0
    for result in results:
        given = _given(exercise, mistake, result.vector)
        theirs = given.outputs
        # A mistake that writes into its arguments is theirs only where theirs does so too.
        if given.changed and not result.outcome.failure and not _leaves_alike(exercise, given, result):
            return False
        if result.outcome.failure:
            if not isinstance(theirs, str) or _kind(theirs) != _kind(error_line(result.outcome.error)):
                return False
            continue
        if isinstance(theirs, str):
            return False
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


def _leaves_alike(exercise: Exercise, given: _Given, result: CaseResult) -> bool:
    """Whether a mistake that writes into its arguments leaves the same in them as the learner's function."""
    # Asked here, for a case that fell from an earlier rung (another dtype, a NaN) has not been looked at for changes.
    if changed_argument(exercise, result.vector, result.outcome.arguments) != given.changed:
        return False
    theirs, ours = (dict(leaves("", list(one))) for one in (given.after, result.outcome.arguments))
    return theirs.keys() == ours.keys() and all(
        relative_error(np.asarray(ours[place]), value) <= _MATCH
        if isinstance(value, np.ndarray)
        else type(value) is not int or type(ours[place]) is int and ours[place] == value  # a counter, say
        for place, value in theirs.items()
    )


def _stops_alike(run: Run) -> Mistake | None:
    """The one known mistake that stops in every case with the learner's very error, where it never answers.

    The errors have to tell something of the arguments (the shapes that do not fit, for instance): what reads the same
    in all cases, or is raised by several mistakes, could come from anywhere.
    """
    exercise = run.exercise
    errors = [error_line(result.outcome.error) for result in run.results if result.outcome.failure == "raised"]
    if len(errors) < len(run.results) or len(set(errors)) < 2:
        return None
    alike: list[Mistake] = []
    for mistake in (*exercise.mistakes, *inherited(exercise)):
        given = (mistake_outputs(exercise, mistake, result.vector) for result in run.results)
        if all(theirs == error for theirs, error in zip(given, errors, strict=True)):
            alike.append(mistake)
    return alike[0] if len(alike) == 1 else None


def _some_are_wrong(exercise: Exercise, results: list[CaseResult]) -> bool:
    """Whether some of the learner's numbers are other ones than the right ones, in cases that gave any."""
    if exercise.properties:  # then other numbers may be right as well
        return any(result.rung == "values" for result in results)

    def right(result: CaseResult) -> bool:
        expected = result.vector.expected
        expected = exercise.canonical(expected) if exercise.canonical else expected
        return matches(result.got, expected, exercise, result.vector.case, tolerance_for(exercise, result.vector.case))

    return any(not right(result) for result in results if not result.outcome.failure)


def _stopped(run: Run) -> bool:
    """Whether some case gave no answer at all."""
    return any(result.outcome.failure in ("time", "died", "not written", "interrupted") for result in run.results)


def _comparable(run: Run) -> bool:
    """Whether every case has numbers to compare, or raised."""
    return not _stopped(run) and all(result.rung != "type" for result in run.results)


def known_mistake(run: Run) -> tuple[Mistake | None, str]:
    """(the known mistake that does what the learner's function does, the beginning of the sentence that says so).

    It gives all of the learner's numbers; else those that are finite; else, where these are a third of the cases and
    wrong, those for which the function ran: an index outside an array stops one learner's function, and another's
    guards against it. So are those for which it returned what it should: a sum that begins with 0 is still the number 0
    where a loop has no rounds. A function that raises an error in every case has no numbers: then the errors are
    compared.

    The mistake is None where none fits; the text then says nothing. A mistake that is not the exercise's own is only
    claimed where some of the numbers are wrong, and a case that gave no answer at all (not written, stopped, or lost
    with its process) rules out every claim.
    """
    if _stopped(run):
        return None, ""
    every, told = len(run.results), run.exercise.compared
    typed = [result for result in run.results if result.rung != "type"]
    finite = [result for result in run.results if result.rung != "finite"]
    ran = [result for result in run.results if not result.outcome.failure]
    tries = [(run.results, f"Your {told} are those of")]
    if finite and len(finite) < every:
        tries.append((finite, "Where they are finite, your numbers are those of"))
    if max(3, every / 3) <= len(ran) < every and any(result.rung for result in ran):
        tries.append((ran, f"Where your function runs, its {told} are those of"))
    if len(typed) < every:
        enough = len(typed) >= max(3, every / 3)
        tries = [(typed, f"Where your function returns what it should, its {told} are those of")] if enough else []
    exercise = run.exercise
    if not ran:
        return _stops_alike(run), f"{exercise.name} raised an error in every test case, and always the very error of"
    for bank in (lambda of: of.mistakes, inherited, pairs):
        for results, begins in tries:
            # An own mistake may be one of dtypes; any other has to be seen, in the numbers or in what it writes into.
            own = bank not in (inherited, pairs) and results is run.results
            seen = own or _some_are_wrong(exercise, results)
            if not seen and (bank is not inherited or not any(result.changed for result in results)):
                continue
            for mistake in bank(exercise):
                if _reproduces(exercise, mistake, results):
                    writes = any(_given(exercise, mistake, result.vector).changed for result in results)
                    if seen or writes:
                        return mistake, "Your function does the same as" if writes else begins
    return None, ""


def partly_known(run: Run) -> tuple[str, str]:
    """(what is known, where to look) for single outputs whose numbers are those of a known mistake.

    Two mistakes at once show like this: c is that of one of them, and h of none. Both are "" where no output can be
    explained so, where one mistake would explain all that is wrong, or where some case gave no numbers.
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
