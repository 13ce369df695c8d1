"""Run every case of an exercise, and ask the first ones again: a function answers by its arguments alone.

The first two cases are asked twice, then with other numbers of the same shapes, then once more; the very first again
when all others are done. What is kept between calls comes to light: a buffer that is never cleared, an answer looked up
by shape, arrays that a later call writes into. The answer to the other numbers is judged like a case's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ..exercises.base import Exercise
from ..vectors import Vector
from ..vectors.metric import relative_error
from .calling import Subject
from .ladder import FAILURES, CaseResult, Run, ask, run_case, take_apart
from .variation import other_numbers
from .verdict import Finding

__all__ = ["another_answer", "climb"]

ASKED_AGAIN = 2  # cases
_THE_SAME = 1e-12  # as far as sums may differ that were added up by several threads
_STOPS = ("time", "died", "not written", "interrupted")

_KEPT = (
    "Something is kept between the calls: a global variable, or a default argument that is changed. Numbers drawn at "
    "random show like this too."
)
_DRAWN = (
    "What is drawn should come from rng, the generator that is passed in, and from nowhere else: then who passes one "
    "decides, and gets the same numbers again for the same seed, and others for another.",
    "rng.normal(...) and rng.random(...) draw from it. np.random.normal(...) and np.random.rand(...) don't, nor does a "
    "generator that is made inside the function.",
)
_AFRESH = "Make everything the function needs inside it, afresh at each call."


def climb(
    subject: Subject,
    exercise: Exercise,
    vectors: list[Vector],
    stand_ins: Mapping[str, Callable] | None = None,
    *,
    hidden: bool = False,
    first_failure: bool = False,
) -> Run:
    """Run every case of an exercise on a learner's function.

    The run ends early where going on could only repeat the first answer (a function that is
    not written) or take long (one that gave no answer in time), and with ``first_failure`` at the first
    case that fails. With ``hidden`` no finding tells anything that the function has computed.

    ``stand_ins`` are functions to be called in place of earlier ones, by name, in every call. ``vectors`` are asked in
    their order, which begins with the smallest.

    Returns the run: a result for each case that was asked, in order, each followed by that of its call with other
    numbers where there was one to judge (``repeats``). Where an answer was another one the second time, the case's own
    result has fallen from the rung "twice". Nothing the function does is raised here, but what it can't be asked with
    is: :class:`GraderError` where torch is missing.
    """
    results: list[CaseResult] = []
    first: _Asked | None = None
    for position, vector in enumerate(vectors):
        result = run_case(subject, exercise, vector, stand_ins, hidden)
        asked = [result]
        if position < ASKED_AGAIN and result.rung in (None, "values"):
            again = _Asked(subject, exercise, result, stand_ins)
            asked += again.among_others(vectors, hidden)
            first = first or again
        results += asked
        stopped = any(one.outcome.failure in _STOPS for one in asked)
        if stopped or first_failure and any(one.rung for one in asked):
            break
    else:
        if first and len(vectors) > 1 and first.result.rung in (None, "values"):
            first.once_more("called again with the same arguments, after calls with others,", "A later call")
    return Run(exercise, results)


def another_answer(exercise: Exercise, how: str) -> Finding:
    """What is said where a function answered the same question in two ways.

    ``how`` completes "when it was ...": ``called again with the same arguments``.
    """
    seen = f"{exercise.name} gave another answer when it was {how.rstrip(',')}."
    if exercise.draws:
        seen = f"{seen.removesuffix('.')} and a generator in the same state."
        means, look = _DRAWN
        return Finding(seen, f"{means} Something that is kept between the calls would show like this too.", look)
    return Finding(seen, _KEPT, _AFRESH)


class _Asked:
    """A case that was asked and answered with numbers, which is to be asked again.

    ``kept`` are copies of the first answer's arrays, by flattened name, made before the function was called again:
    ``result.got`` may share memory with what it keeps.
    """

    def __init__(self, subject: Subject, exercise: Exercise, result: CaseResult, stand_ins):
        self.subject, self.exercise, self.result, self.stand_ins = subject, exercise, result, stand_ins
        self.kept = {name: array.copy() for name, array in result.got.items()}

    def among_others(self, vectors: list[Vector], hidden: bool) -> list[CaseResult]:
        """Ask again, then with other numbers, then again. The result for the other numbers, if it is one to judge.

        The rung "twice" is noted in the case's own result, and then the other one tells nothing more. The list that
        comes back holds one result or none; where the function gave no answer in time, that result is in it, and ends
        the run.
        """
        if not self.once_more("called a second time with the same arguments", "The second call"):
            return []
        other = other_numbers(self.exercise, self.result.vector, vectors)
        if other is None:
            return []
        if not other.judged:
            ask(self.subject, self.exercise, other.vector, self.stand_ins)
            self.once_more("called again with the same arguments, after a call with others,", "A later call")
            return []
        result = run_case(self.subject, self.exercise, other.vector, self.stand_ins, hidden, slack=other.slack)
        result.repeats = True
        if result.outcome.failure in _STOPS:
            return [result]
        if self._is_the_same_answer(result):
            if result.rung != "values":
                name = self.exercise.name
                self._fell(f"{name} got another generator, and numbers of the call before came again.", *_DRAWN)
                return []
            what, key = "other numbers of the same shapes", "the shapes"
            if all(said == "a list of functions" for said in self.exercise.arguments.values()):
                what, key = "the functions in another order", "how many there are"
            self._fell(
                f"{self.exercise.name} was called with {what}, and gave the very answer of the call before.",
                f"The right answer is another one. Is an answer kept between the calls, and found again by {key}, or "
                "is it written into the function?",
                "Compute the answer from the arguments, afresh at each call.",
            )
            return []
        if self._share_memory(result.got):
            self._fell_by_memory("A later call")
            return []
        if not self.once_more("called again with the same arguments, after a call with others,", "A later call"):
            return []
        return [result]

    def _is_the_same_answer(self, other: CaseResult) -> bool:
        """Whether a right answer came back for other numbers, where another one is right or would have been drawn."""
        if any(error > self.result.tolerance for error in self.result.errors.values()) or not other.got:
            return False
        redrawn = self.exercise.redrawn
        if other.rung is None and redrawn:  # the same numbers do as well, but for where they come from
            return not redrawn(self.result.vector.case.args, self.kept, other.got)
        return other.rung == "values" and all(
            np.array_equal(other.got[name], array, equal_nan=True) for name, array in self.kept.items()
        )

    def _share_memory(self, others: Mapping[str, np.ndarray]) -> bool:
        """Whether the first answer was written into since, or could be by whoever writes into the others."""
        return any(
            not np.array_equal(self.result.got[name], kept, equal_nan=True)
            or any(np.may_share_memory(self.result.got[name], other) for other in others.values())
            for name, kept in self.kept.items()
        )

    def once_more(self, how: str, which: str) -> bool:
        """Ask the same again: whether the answer is the same, and the first one's arrays are left alone.

        ``how`` completes "when it was ...", ``which`` names the later call at the beginning of a sentence. Where it is
        not the same, the case's result gets the rung "twice" (or "runs", where the learner stopped it) and a finding.
        Compared to 1e-12.
        """
        name = self.exercise.name
        again = ask(self.subject, self.exercise, self.result.vector, self.stand_ins)
        if again.failure == "interrupted":
            self.result.outcome = again
            seen, look = (text.format(name=name) for text in FAILURES["interrupted"])
            self.result.rung, self.result.finding = "runs", Finding(seen=seen, look=look)
            return False
        if again.failure in ("raised", "time", "died"):
            did = "raised an error" if again.failure == "raised" else f"gave {again.error}"
            did = f"gave no answer: {again.error}" if again.failure == "died" else did
            detail = again.error if again.failure == "raised" else ""
            return self._fell(f"{name} answered a call, and when it was {how} it {did}.", _KEPT, _AFRESH, detail)
        second, problem = take_apart(self.exercise, again, self.result.vector) if not again.failure else ({}, True)
        floor = self.exercise.floor
        if problem or any(
            not relative_error(second[n], kept, floor=floor) <= _THE_SAME for n, kept in self.kept.items()
        ):
            self.result.rung, self.result.finding = "twice", another_answer(self.exercise, how)
            return False
        if self._share_memory(second):
            return self._fell_by_memory(which)
        return True

    def _fell(self, seen: str, means: str, look: str, detail: str = "") -> bool:
        """Note that the case has fallen from the rung "twice", and why; always False."""
        self.result.rung, self.result.finding = "twice", Finding(seen, means, look, detail)
        return False

    def _fell_by_memory(self, which: str) -> bool:
        """As :meth:`_fell`, where two calls gave arrays in the same memory; ``which`` is the later call."""
        return self._fell(
            f"{which} of {self.exercise.name} returned the very arrays that the first had returned.",
            "Both calls write into one array that outlives them: the next call overwrites the last one's answer.",
            "Make the arrays you return inside the function, with np.zeros or the like.",
        )
