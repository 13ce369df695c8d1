"""From a function, wherever it lives, to a verdict.

:func:`check_function` is for whatever stands under a name, :func:`check_subject` for a function that is known to be
one. Both look at the def line first, find out which of the earlier functions can be relied on, climb the ladder, and
have a failure diagnosed. A fault of ours is no verdict on anybody: it raises, and the caller makes a :func:`fault` of
it.
"""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import vectors as vector_files
from ..errors import GraderError
from ..exercises import exercise as find_exercise
from ..exercises.base import Exercise
from ..given import given
from ..vectors import Vector
from .calling import LocalSubject, Subject
from .climb import another_answer, climb
from .compare import in_words
from .describe import describe
from .diagnose import diagnose
from .ladder import FAILURES, Run, run_case
from .refine import about_class, more_precise
from .verdict import Finding, PartResult, Verdict

__all__ = ["UNDEFINED", "check_function", "check_subject", "fault"]

UNDEFINED = object()  # what stands under a name that nothing stands under


def fault(name: str, reason: str) -> Verdict:
    """A verdict that is none: something on our side went wrong, and a human should look.

    ``reason`` is a sentence for the learner, said as it is. ``passed`` is None, and so are ``points`` and ``score``:
    a mark is neither given nor taken.
    """
    return Verdict(
        name,
        passed=None,
        finding=Finding(seen=reason, means="This is not counted against you. Please show it to your instructor."),
    )


def _refused(exercise: Exercise, hidden: bool, finding: Finding, tried: bool = True) -> Verdict:
    """A verdict of no points, given before any case was run, or in spite of cases that were: ``finding`` says why."""
    parts = [PartResult(part.title, part.points, False) for part in exercise.parts]
    return Verdict(exercise.name, False, parts, finding=finding, hidden=hidden, tried=tried)


def check_function(exercise: Exercise, function: Any, hidden: bool = False) -> Verdict:
    """Judge what stands under an exercise's name, whatever it is, as an answer to that exercise.

    ``function`` may be anything. One of this process is called here; a stand-in for a function across the boundary
    (one whose class has ``subject``) is called over there; ``UNDEFINED`` is what stands nowhere, and gets no points,
    as does what can't be called. ``hidden`` uses the class's hidden vectors and shows no values.

    Returns the verdict, which is about that one function: earlier ones that it calls have exercises of their own.
    Raises :class:`GraderError` where the vectors are missing or no part could be judged by them.
    """
    if function is UNDEFINED:
        return _refused(
            exercise,
            hidden,
            Finding(
                seen=f"{exercise.name} is not defined here.",
                look=f"Run the cell that defines {exercise.signature}, and check that the name is spelled like this.",
            ),
            tried=False,
        )
    if not callable(function):
        return _refused(
            exercise,
            hidden,
            Finding(
                seen=f"{exercise.name} should be a function; it is {describe(function)}.",
                look="Was the name used for something else further down? Run the cell that defines it again.",
            ),
        )
    elsewhere = getattr(type(function), "subject", None)  # a stand-in for a function across the boundary
    subject = function.subject() if elsewhere else LocalSubject(exercise.name, function)
    return check_subject(subject, exercise, hidden)


def check_subject(
    subject: Subject, exercise: Exercise, hidden: bool = False, vectors: list[Vector] | None = None
) -> Verdict:
    """Judge a function, wherever it lives, as an answer to an exercise.

    ``vectors`` default to the public ones, or the class's with ``hidden``, which also keeps every value out of the
    verdict's texts. Where they are given, a part of the exercise without a case among them is not earned, and no error.

    Warnings are let through and numpy does not raise meanwhile, whatever the notebook has set; both are put back.
    Raises :class:`GraderError` where the vectors are missing.
    """
    # The notebook may have made warnings errors, and numpy strict: that is for its own code.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _judge(subject, exercise, hidden, vectors)


def _judge(subject: Subject, exercise: Exercise, hidden: bool, vectors: list[Vector] | None) -> Verdict:
    """As :func:`check_subject`, with Python's and numpy's warnings as they are.

    Returns the verdict. Raises :class:`GraderError` as :func:`check_subject`, and where a part of the exercise has no
    case.
    """
    chosen = vectors is not None
    vectors = vector_files.load(exercise.name, hidden) if vectors is None else vectors
    finding = _signature_finding(subject, exercise)
    if finding:
        return _refused(exercise, hidden, finding)
    run, notes, blame = _with_earlier(subject, exercise, vectors, hidden)
    if run is None or blame:
        return _refused(exercise, hidden, blame or _stopped(exercise))
    parts = _parts(run, vectors, chosen)
    verdict = Verdict(exercise.name, run.passed, parts, notes=notes, hidden=hidden)
    if run.passed:
        verdict.passed = all(part.passed for part in verdict.parts)
        verdict.explanation = exercise.explanation if verdict.passed else ""
    if not run.passed:
        verdict.tried = run.first().outcome.failure != "not written"
        verdict.mistake, verdict.finding = diagnose(run, hidden)
        verdict.notes += _other_order(subject, exercise)
        if verdict.mistake is None and not hidden:
            verdict.finding = more_precise(subject, run, verdict.finding, alone=not notes)
    elif not verdict.passed:  # every number is right, and a part that asks for silence was noisy
        verdict.finding = _noisy(run, hidden)
    _mention_side_effects(verdict, run)
    return verdict


def _signature_finding(subject: Subject, exercise: Exercise) -> Finding | None:
    """What is said of a def line that can't take the exercise's arguments by position; None where it can.

    It is None as well where Python can tell no signature: then the first call shows it.
    """
    signature = subject.signature()
    if signature is None:
        return None
    try:
        signature.bind(*exercise.arguments)
    except TypeError:
        means, look = about_class(subject, exercise)
        return Finding(
            seen=f"{exercise.name} should take {_counted(len(exercise.arguments))}, "
            f"{exercise.signature}; yours is {exercise.name}{_signature_text(signature)}.",
            means=means,
            look=look or "Change the def line back to the one in the exercise; values are passed in that order.",
        )
    return None


def _signature_text(signature: inspect.Signature) -> str:
    """The names of the arguments; a default value is only said to be there, for it may be anything."""
    try:
        plain = [
            one.replace(annotation=inspect.Parameter.empty, default=one.default if one.default is one.empty else ...)
            for one in signature.parameters.values()
        ]
        return str(inspect.Signature(plain)).replace("Ellipsis", "...")[:300]
    except Exception:
        return "(...)"


def _other_order(subject: Subject, exercise: Exercise) -> list[str]:
    """A note where the def line names the exercise's arguments in another order: values come by position."""
    signature = subject.signature()
    names = tuple(signature.parameters) if signature else ()
    if signature is None or names == tuple(exercise.arguments) or sorted(names) != sorted(exercise.arguments):
        return []
    return [
        f"Your def line names the arguments in another order, {exercise.name}{_signature_text(signature)}. "
        f"They come as in {exercise.signature}, whatever their names are."
    ]


def _counted(number: int) -> str:
    return f"{number} argument{'s' if number != 1 else ''}"


def _parts(run: Run, vectors: list[Vector], chosen: bool) -> list[PartResult]:
    """Which parts hold: every case of theirs was run and is right in their outputs.

    A part's cases are those with one of its tags; those of a part without tags are the ones that no part claims. Where
    one answer was another when it was asked again, no part holds. Cases that the run did not reach count as wrong.

    Raises :class:`GraderError` where a part has no case, unless the cases were ``chosen`` for this check.
    """
    exercise = run.exercise
    claimed = frozenset().union(*(part.tags for part in exercise.parts))
    results = {result.vector: result for result in run.results}
    # Cases that were not reached, and those that were added to see whether other numbers give another answer.
    every = list(dict.fromkeys([*vectors, *results]))
    if any(result.rung == "twice" for result in run.results):  # looked at in two cases, and true of all
        results = {}
    parts = []
    for part in exercise.parts:
        mine = [v for v in every if (v.case.tags & part.tags if part.tags else not v.case.tags & claimed)]
        if not mine and not chosen:
            raise GraderError(
                f"No test case of {exercise.name} belongs to its part {part.title!r}, so nobody could earn its points. "
                "`grader build --check` says more."
            )
        holds = bool(mine) and all(
            v in results and results[v].right(part.outputs) and not (part.quiet and _noise(results[v])) for v in mine
        )
        parts.append(PartResult(part.title, part.points, holds))
    return parts


def _noise(result) -> list[str]:
    """The texts of numpy's RuntimeWarnings in a case: overflow, invalid value, division by zero."""
    return [warning for warning in result.outcome.warnings if warning.startswith("RuntimeWarning")]


def _noisy(run: Run, hidden: bool) -> Finding:
    """What is said where all numbers are right, and a part that asks for silence heard a warning.

    Raises :class:`GraderError` where no case warned: then the part failed for want of cases, which is ours to mend.
    """
    warned = next((_noise(result) for result in run.results if _noise(result)), None)
    if warned is None:
        raise GraderError(f"A part of {run.exercise.name} has no case among those it was judged by.")
    what = _shown(warned[0], hidden)
    seen = f"The numbers are right, and numpy warned while computing them: {what.removeprefix('RuntimeWarning: ')}."
    look = f'for which inputs? hint("{run.exercise.name}") helps.'
    if "overflow" in what:
        return Finding(
            seen=seen,
            means="On large inputs an intermediate number is too large for float64. Here it ends well; "
            "in a gradient the same infinity becomes NaN.",
            look=f"Which exponential is it, and {look}",
        )
    return Finding(
        seen=seen,
        means="On the way an infinity or NaN was made, by a division by zero, the log of 0 or the like, and did "
        "not get into the result. Here it ends well; in a gradient it can come back.",
        look=f"Which operation is it, and {look}",
    )


def _mention_side_effects(verdict: Verdict, run: Run) -> None:
    """Add to the verdict's notes what costs nothing: a list for a tuple, what was printed, what numpy warned of."""
    if any(result.outcome.listed for result in run.results):
        result = run.exercise.result
        verdict.notes.append(
            f"Your function returned a list; it was taken for the tuple {result} (which costs nothing). Without square "
            "brackets, the commas alone make a tuple."
        )
    printed = next((r.outcome.printed for r in run.results if r.outcome.printed), "")
    if printed and not verdict.hidden:
        short = printed.strip()[:200]
        verdict.notes.append(f"Your function printed (which costs nothing): {short}")
    if verdict.passed:
        noise = next((r.outcome.warnings[0] for r in run.results if r.outcome.warnings), "")
        if noise:
            verdict.notes.append(f"Your function warned (which costs nothing here): {_shown(noise, verdict.hidden)}")


def _shown(warning: str, hidden: bool) -> str:
    """A warning's text; where no values may be seen only its kind, if there are digits in it."""
    return warning.partition(":")[0] if hidden and any(mark.isdigit() for mark in warning) else warning


SOUND, MISSING, FAULTY, STOPPED = "sound", "missing", "faulty", "stopped"


def _with_earlier(
    subject: Subject, exercise: Exercise, vectors: list[Vector], hidden: bool
) -> tuple[Run | None, list[str], Finding | None]:
    """Judge a function with the earlier ones beside it, the course's in place of those that are missing or faulty.

    Which those are is found out before the function is called: every answer it gives counts, from its first call on,
    and none is asked for again because another function was at fault. Returns (the run, notes, a finding that ends
    the check or None); the run is None where the learner stopped the check before it began.

    The arguments are those of :func:`check_subject`. ``notes`` say which functions of the course stood in, and cost
    nothing.
    """
    states = _states(subject, exercise)
    if STOPPED in states.values():
        return None, [], None
    sound = [name for name, state in states.items() if state == SOUND]
    lent = {name: given(name) for name in states if name not in sound}
    with subject.lending() if lent else contextlib.nullcontext():
        run = climb(subject, exercise, vectors, lent, hidden=hidden)
    if not run.passed and sound and run.results[-1].outcome.failure not in ("time", "interrupted"):
        blame = _blamed(subject, exercise, run, vectors, lent, sound, hidden)
        if blame:
            return run, [], blame
    called = _called(run)
    notes = []
    for state, why in ((MISSING, "is not defined here"), (FAULTY, "does not pass its own check yet")):
        which = in_words([name for name in called if states[name] == state])
        if which and run.passed:
            notes.append(
                f"{exercise.name} itself is right. It was judged with the course's {which} in place of yours, "
                f"which {why}: mend {which} there."
            )
        elif which:
            also = "Your {} does not pass its own check either" if state == FAULTY else "{} is not defined here"
            notes.append(
                f"{also.format(which)}. What is said here was found with the course's "
                f"{which} in its place, so it is about {exercise.name} alone."
            )
    return run, notes, None


def _stopped(exercise: Exercise) -> Finding:
    seen, look = (text.format(name=exercise.name) for text in FAILURES["interrupted"])
    return Finding(seen=seen, look=look)


def _called(run: Run) -> list[str]:
    """The names of the stand-ins that the function called, each once."""
    return list(dict.fromkeys(name for result in run.results for name in result.outcome.lent))


def _blamed(
    subject: Subject, exercise: Exercise, run: Run, vectors, lent: dict, sound: list[str], hidden: bool
) -> Finding | None:
    """What is said where a function that failed is right as soon as the course's stand in for sound earlier ones."""
    every = lent | {name: given(name) for name in sound}
    with subject.lending():
        with_ours = climb(subject, exercise, vectors, every, hidden=hidden, first_failure=True)
    names = in_words([name for name in _called(with_ours) if name in sound])
    if not with_ours.passed or not names or _passes_now(subject, exercise, run, lent, hidden):
        return None
    return Finding(
        seen=f"{exercise.name} is right with the course's {names}, and wrong with yours, "
        f"although yours passes its own check.",
        look=f"Does your {names} keep something between calls, or return it in another form?",
    )


def _passes_now(subject: Subject, exercise: Exercise, own: Run, lent: dict, hidden: bool) -> bool:
    """Whether a function that failed with the learner's own earlier functions gives another answer by now.

    Then it was not they that made the difference, but something it keeps between its calls; that is noted in the run.
    """
    first = own.first()
    if first.rung == "twice":
        return True
    if first.outcome.failure in ("time", "died"):  # to wait as long again would tell nothing
        return False
    with subject.lending() if lent else contextlib.nullcontext():
        if run_case(subject, exercise, first.vector, lent, hidden=hidden).rung is not None:
            return False
    first.rung, first.finding = "twice", another_answer(exercise, "called again with the same arguments")
    return True


def _states(subject: Subject, exercise: Exercise) -> dict[str, str]:
    """How the earlier functions do that this one may call, and those that they may call, each in its own check.

    By name: ``SOUND``, ``MISSING`` where there is no function of that name, ``FAULTY``, or ``STOPPED`` by the learner.
    One is sound that passes with the course's functions in place of what *it* needs and is no good.
    """
    states: dict[str, str] = {}
    for name in exercise.builds_on:
        neighbour = subject.neighbour(name)
        if neighbour is None:
            states[name] = MISSING
            continue
        earlier = find_exercise(name)
        states |= (below := _states(neighbour, earlier))
        if STOPPED in below.values():
            return states
        states[name] = _state(neighbour, earlier, below)
    return states


def _state(subject: Subject, exercise: Exercise, below: Mapping[str, str]) -> str:
    """``SOUND``, ``FAULTY`` or ``STOPPED``: how a function does by the public vectors, given how those below it do."""
    if _signature_finding(subject, exercise):
        return FAULTY
    vectors = vector_files.load(exercise.name)
    lent = {name: given(name) for name, state in below.items() if state != SOUND}
    with subject.lending() if lent else contextlib.nullcontext():
        run = climb(subject, exercise, vectors, lent, first_failure=True)
    if run.results[-1].outcome.failure == "interrupted":
        return STOPPED
    return SOUND if run.passed and all(part.passed for part in _parts(run, vectors, False)) else FAULTY
